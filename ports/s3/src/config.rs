//! Where the bucket is.

use std::fmt;

use rusty_s3::{Bucket, UrlStyle};
use url::{Host, Url};

/// A bucket and the key to it. `Debug` does not show the secret.
#[derive(Clone)]
pub struct S3Config {
    /// `https://s3.example:port`; `http://` only on loopback.
    pub endpoint: String,
    /// The bucket; it must be there already.
    pub bucket: String,
    /// The region that signatures name; most other servers than Amazon's take any, such as `us-east-1`.
    pub region: String,
    /// The access key's id.
    pub access_key: String,
    /// The secret access key.
    pub secret_key: String,
    /// `https://host/bucket/name` instead of `https://bucket.host/name`.
    pub path_style: bool,
}

impl fmt::Debug for S3Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3Config")
            .field("endpoint", &self.endpoint)
            .field("bucket", &self.bucket)
            .field("region", &self.region)
            .field("access_key", &self.access_key)
            .field("path_style", &self.path_style)
            .finish_non_exhaustive()
    }
}

/// What is wrong with the configuration.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// Not an endpoint.
    #[error("«{0}» is no endpoint: https:// and a host are needed")]
    Endpoint(String),
    /// Blobs and signatures would go over the network in the clear.
    #[error("http:// is only for an endpoint on this machine")]
    Plain,
    /// Not a name that a bucket can have.
    #[error("«{0}» is no name of a bucket")]
    Bucket(String),
    /// TLS cannot be set up.
    #[error("TLS: {0}")]
    Tls(String),
    /// No key.
    #[error("the access key or its secret is empty")]
    Key,
}

impl S3Config {
    pub(crate) fn bucket(&self) -> Result<Bucket, ConfigError> {
        let wrong = || ConfigError::Endpoint(self.endpoint.clone());
        let url = Url::parse(&self.endpoint).map_err(|_| wrong())?;
        let bare = url.username().is_empty() && url.password().is_none() && url.query().is_none();
        let host = url.host().filter(|_| bare && url.path() == "/").ok_or_else(wrong)?;
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&host) => {}
            "http" => return Err(ConfigError::Plain),
            _ => return Err(wrong()),
        }
        let name = &self.bucket;
        let letters = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.".contains(&b);
        if !(3..=63).contains(&name.len()) || !name.bytes().all(letters) || name.contains("..") {
            return Err(ConfigError::Bucket(name.clone()));
        }
        if self.access_key.is_empty() || self.secret_key.is_empty() {
            return Err(ConfigError::Key);
        }
        let style = if self.path_style { UrlStyle::Path } else { UrlStyle::VirtualHost };
        Bucket::new(url, style, name.clone(), self.region.clone()).map_err(|_| wrong())
    }
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(ip) => ip.is_loopback(),
        Host::Ipv6(ip) => ip.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(endpoint: &str, bucket: &str) -> S3Config {
        S3Config {
            endpoint: endpoint.to_owned(),
            bucket: bucket.to_owned(),
            region: "us-east-1".to_owned(),
            access_key: "key".to_owned(),
            secret_key: "noslepums".to_owned(),
            path_style: true,
        }
    }

    fn refused(endpoint: &str, bucket: &str) -> ConfigError {
        config(endpoint, bucket).bucket().err().unwrap()
    }

    #[test]
    fn endpoints() {
        for good in ["https://s3.example", "https://s3.example:9000/", "http://127.0.0.1:1", "http://[::1]:1"] {
            assert!(config(good, "novads-files").bucket().is_ok(), "{good}");
        }
        assert_eq!(refused("http://s3.example", "novads-files"), ConfigError::Plain);
        assert_eq!(refused("http://127.0.0.1.example", "novads-files"), ConfigError::Plain);
        for bad in ["", "s3.example", "ftp://s3.example", "https://u:p@s3.example", "https://s3.example/x?y"] {
            assert!(matches!(refused(bad, "novads-files"), ConfigError::Endpoint(_)), "{bad}");
        }
        for bad in ["", "ab", "A-b-c", "a/b", "a..b"] {
            assert!(matches!(refused("https://s3.example", bad), ConfigError::Bucket(_)), "{bad}");
        }
    }

    #[test]
    fn debug_keeps_the_secret() {
        assert!(!format!("{:?}", config("https://s3.example", "abc")).contains("noslepums"));
    }
}
