//! Where the server is and how to speak to it.

use std::{fmt, net::IpAddr};

use url::{Host, Url};

/// How mail is sent. `Debug` does not show the password.
#[derive(Clone)]
pub struct SmtpConfig {
    /// `smtps://user:password@host[:465]` (TLS from the first byte), `smtp+starttls://user:password@host[:587]`
    /// (STARTTLS, or nothing is sent), or `smtp://host[:25]` (no encryption: for a relay beside the server; a password
    /// only on loopback).
    pub url: String,
    /// The sender: `Ozolaines novads <pasts@ozolaine.example>`.
    pub from: String,
    /// A certificate authority to trust besides the public ones (PEM), for a relay of one's own.
    pub ca_pem: Option<String>,
}

impl fmt::Debug for SmtpConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.server().map(|server| format!("{}:{}", server.host, server.port));
        f.debug_struct("SmtpConfig").field("server", &host).field("from", &self.from).finish_non_exhaustive()
    }
}

/// What is wrong with the configuration. Never repeats the address, which may hold the password.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// Not an address of a mail server.
    #[error("the mail server's address is not smtp://, smtp+starttls:// or smtps:// with a host: {0}")]
    Url(String),
    /// A password would go over the network in the clear.
    #[error("smtp:// sends the password unencrypted: use smtps:// or smtp+starttls://")]
    PlainPassword,
    /// Not a sender's address.
    #[error("«{0}» is no sender's address")]
    From(String),
    /// The certificate authority cannot be read.
    #[error("TLS: {0}")]
    Tls(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    None,
    StartTls,
    Tls,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Server {
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub credentials: Option<(String, String)>,
}

impl SmtpConfig {
    pub(crate) fn server(&self) -> Result<Server, ConfigError> {
        let url = Url::parse(&self.url).map_err(|error| ConfigError::Url(error.to_string()))?;
        let (security, port) = match url.scheme() {
            "smtp" => (Security::None, 25),
            "smtp+starttls" => (Security::StartTls, 587),
            "smtps" => (Security::Tls, 465),
            _ => return Err(ConfigError::Url("unknown scheme".to_owned())),
        };
        let host = url.host().ok_or_else(|| ConfigError::Url("no host".to_owned()))?;
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err(ConfigError::Url("more than a host and a port".to_owned()));
        }
        let credentials = match (url.username(), url.password()) {
            ("", None) => None,
            (user, Some(password)) if !user.is_empty() => Some((decoded(user)?, decoded(password)?)),
            _ => return Err(ConfigError::Url("a user without a password".to_owned())),
        };
        if security == Security::None && credentials.is_some() && !is_loopback(&host) {
            return Err(ConfigError::PlainPassword);
        }
        // Brackets of an IPv6 address belong to the URL, not to the host.
        let name = host.to_string().trim_matches(['[', ']']).to_owned();
        Ok(Server { host: name, port: url.port().unwrap_or(port), security, credentials })
    }
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        // A scheme that the URL standard does not know leaves IPv4 addresses as names.
        Host::Domain(name) => *name == "localhost" || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback()),
        Host::Ipv4(ip) => ip.is_loopback(),
        Host::Ipv6(ip) => ip.is_loopback(),
    }
}

/// Undoes %xx.
fn decoded(text: &str) -> Result<String, ConfigError> {
    let pair = format!("p={}", text.replace('+', "%2B"));
    let mut pairs = url::form_urlencoded::parse(pair.as_bytes());
    match pairs.next() {
        Some((_, value)) if !value.contains('\u{fffd}') => Ok(value.into_owned()),
        _ => Err(ConfigError::Url("user or password is not UTF-8".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(url: &str) -> Result<Server, ConfigError> {
        SmtpConfig { url: url.to_owned(), from: "a@b.example".to_owned(), ca_pem: None }.server()
    }

    #[test]
    fn addresses() {
        let found = server("smtps://pasts%40ozolaine.example:p%2Fa+s@mx.example").unwrap();
        assert_eq!((found.host.as_str(), found.port, found.security), ("mx.example", 465, Security::Tls));
        assert_eq!(found.credentials, Some(("pasts@ozolaine.example".to_owned(), "p/a+s".to_owned())));
        let found = server("smtp+starttls://mx.example:2525").unwrap();
        assert_eq!((found.port, found.security, found.credentials), (2525, Security::StartTls, None));
        assert_eq!(server("smtp://[::1]:25").unwrap().host, "::1");
    }

    #[test]
    fn a_password_never_goes_in_the_clear() {
        assert_eq!(server("smtp://u:p@mx.example").unwrap_err(), ConfigError::PlainPassword);
        assert!(server("smtp://u:p@127.0.0.1").is_ok());
        assert!(server("smtp://mx.example").is_ok());
    }

    #[test]
    fn what_is_no_server() {
        for url in ["", "mx.example", "http://mx.example", "smtp://", "smtps://u@mx.example", "smtps://mx.example/x?y"]
        {
            assert!(matches!(server(url), Err(ConfigError::Url(_))), "{url}");
        }
    }

    #[test]
    fn debug_keeps_the_password() {
        let config =
            SmtpConfig { url: "smtps://u:slepens@mx.example".into(), from: "a@b.example".into(), ca_pem: None };
        assert!(!format!("{config:?}").contains("slepens"));
    }
}
