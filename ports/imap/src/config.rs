//! Where the mailbox is.

use std::{fmt, net::IpAddr};

use url::{Host, Url};

/// How the mailbox is reached. `Debug` does not show the password.
#[derive(Clone)]
pub struct ImapConfig {
    /// `imaps://user:password@host[:993][/FOLDER]`, or `imap://…` on loopback. `@` in the user is `%40`.
    pub url: String,
    /// A certificate authority to trust besides the public ones (PEM).
    pub ca_pem: Option<String>,
}

impl fmt::Debug for ImapConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.server().map(|server| format!("{}:{}", server.host, server.port));
        f.debug_struct("ImapConfig").field("server", &host).finish_non_exhaustive()
    }
}

/// What is wrong with the configuration. Never repeats the address, which holds the password.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// Not an address of a mailbox.
    #[error("the mailbox's address is not imaps://user:password@host: {0}")]
    Url(String),
    /// A password would go over the network in the clear.
    #[error("imap:// sends the password unencrypted: use imaps://")]
    PlainPassword,
    /// The certificate authority cannot be read.
    #[error("TLS: {0}")]
    Tls(String),
}

#[derive(Clone)]
pub struct Server {
    pub host: String,
    pub port: u16,
    pub tls: bool,
    pub user: String,
    pub password: String,
    pub folder: String,
}

impl ImapConfig {
    pub(crate) fn server(&self) -> Result<Server, ConfigError> {
        let url = Url::parse(&self.url).map_err(|e| ConfigError::Url(e.to_string()))?;
        let (tls, port) = match url.scheme() {
            "imaps" => (true, 993),
            "imap" => (false, 143),
            _ => return Err(ConfigError::Url("unknown scheme".to_owned())),
        };
        let host = url.host().ok_or_else(|| ConfigError::Url("no host".to_owned()))?;
        if !tls && !is_loopback(&host) {
            return Err(ConfigError::PlainPassword);
        }
        let (user, password) = (decoded(url.username())?, decoded(url.password().unwrap_or_default())?);
        if user.is_empty() || password.is_empty() {
            return Err(ConfigError::Url("no user or no password".to_owned()));
        }
        let folder = decoded(url.path().trim_matches('/'))?;
        let folder = if folder.is_empty() { "INBOX".to_owned() } else { folder };
        // Brackets of an IPv6 address belong to the URL, not to the host.
        let host = host.to_string().trim_matches(['[', ']']).to_owned();
        Ok(Server { host, port: url.port().unwrap_or(port), tls, user, password, folder })
    }
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost" || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback()),
        Host::Ipv4(ip) => ip.is_loopback(),
        Host::Ipv6(ip) => ip.is_loopback(),
    }
}

/// Undoes %xx; what would break a command is refused.
fn decoded(text: &str) -> Result<String, ConfigError> {
    let pair = format!("p={}", text.replace('+', "%2B"));
    let value = url::form_urlencoded::parse(pair.as_bytes()).next().map(|(_, v)| v.into_owned()).unwrap_or_default();
    if value.contains('\u{fffd}') || value.chars().any(char::is_control) {
        return Err(ConfigError::Url("user, password or folder is not plain text".to_owned()));
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(url: &str) -> Result<(String, u16, bool, String, String), ConfigError> {
        let config = ImapConfig { url: url.to_owned(), ca_pem: None };
        config.server().map(|s| (s.host, s.port, s.tls, s.user, s.folder))
    }

    #[test]
    fn addresses_are_read_and_a_password_in_the_clear_is_refused() {
        let owned = |h: &str, p, t, u: &str, f: &str| Ok((h.to_owned(), p, t, u.to_owned(), f.to_owned()));
        assert_eq!(
            of("imaps://rekini%40ozolaine.example:a%2Fb@mail.example"),
            owned("mail.example", 993, true, "rekini@ozolaine.example", "INBOX")
        );
        assert_eq!(of("imaps://u:p@mail.example:1993/Rekini"), owned("mail.example", 1993, true, "u", "Rekini"));
        assert_eq!(of("imap://u:p@127.0.0.1:1143"), owned("127.0.0.1", 1143, false, "u", "INBOX"));
        assert_eq!(of("imap://u:p@mail.example"), Err(ConfigError::PlainPassword));
        assert!(matches!(of("imaps://mail.example"), Err(ConfigError::Url(_))));
        assert!(matches!(of("https://u:p@mail.example"), Err(ConfigError::Url(_))));
        assert!(matches!(of("imaps://u%0d%0a:p@mail.example"), Err(ConfigError::Url(_))));
        let shown = format!("{:?}", ImapConfig { url: "imaps://u:secret@mail.example".into(), ca_pem: None });
        assert!(!shown.contains("secret"), "{shown}");
    }
}
