//! The HTTP client: bounded in time and size, no redirects, no proxies from the environment.

use std::{
    future::Future,
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use ::http::{HeaderMap, Method, Request, StatusCode, header};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_rustls::HttpsConnector;
use hyper_util::{
    client::legacy::{
        Client,
        connect::{
            HttpConnector,
            dns::{GaiResolver, Name},
        },
    },
    rt::TokioExecutor,
};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use url::{Host, Url};

const CONNECT: Duration = Duration::from_secs(5);

/// A certificate and key that we show to a server that asks who we are.
#[derive(Clone, Debug)]
pub struct Identity {
    /// DER: ours first, then its issuers.
    pub certificates: Vec<Vec<u8>>,
    /// PKCS#8 in DER.
    pub key: Vec<u8>,
}

impl Identity {
    /// From PEM, as files of certificates and keys come.
    ///
    /// # Errors
    /// Neither certificate nor key in it.
    pub fn from_pem(certificates: &[u8], key: &[u8]) -> Result<Self, HttpError> {
        let wrong = |error: rustls::pki_types::pem::Error| HttpError::Settings(error.to_string());
        let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(certificates).collect();
        let key = PrivateKeyDer::from_pem_slice(key).map_err(wrong)?;
        Ok(Identity {
            certificates: all.map_err(wrong)?.into_iter().map(|c| c.to_vec()).collect(),
            key: key.secret_der().to_vec(),
        })
    }
}

/// Whom a request may reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Whoever the settings name: their addresses were written by the house.
    Anyone,
    /// The address stands in a certificate or a list. Public addresses, on the usual ports; or exactly these hosts
    /// (`ocsp.example`, `127.0.0.1:8899`), if some are named.
    Public(Vec<String>),
}

/// How to ask.
#[derive(Clone, Debug)]
pub struct HttpSettings {
    /// Authorities (PEM) trusted for TLS besides the public ones.
    pub authorities: Vec<u8>,
    /// Who we are, where a server asks.
    pub identity: Option<Identity>,
    /// Whom to reach.
    pub reach: Reach,
    /// One request, from connecting to the last byte.
    pub timeout: Duration,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self { authorities: Vec::new(), identity: None, reach: Reach::Anyone, timeout: Duration::from_secs(20) }
    }
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// Nobody answers, or not in time.
    #[error("{0}")]
    Unreachable(String),
    /// An address that is not asked.
    #[error("{0} is not asked")]
    Forbidden(String),
    /// The answer is larger than it may be.
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
    /// Wrong settings.
    #[error("{0}")]
    Settings(String),
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Response {
    /// Its status.
    pub status: StatusCode,
    /// Its media type, without parameters.
    pub media_type: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

/// A client.
#[derive(Clone)]
pub struct Http {
    client: Client<HttpsConnector<HttpConnector<Resolver>>, Full<Bytes>>,
    reach: Reach,
    timeout: Duration,
}

impl Http {
    /// Prepares a client; nothing is connected yet.
    ///
    /// # Errors
    /// What is wrong with the settings.
    pub fn new(settings: &HttpSettings) -> Result<Self, HttpError> {
        let wrong = |error: rustls::Error| HttpError::Settings(format!("TLS: {error}"));
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        for authority in CertificateDer::pem_slice_iter(&settings.authorities) {
            let authority = authority.map_err(|error| HttpError::Settings(format!("authorities: {error}")))?;
            roots.add(authority).map_err(wrong)?;
        }
        // Named, not taken from the process: another crate may bring a second provider.
        let config = ClientConfig::builder_with_provider(rustls::crypto::ring::default_provider().into())
            .with_safe_default_protocol_versions()
            .map_err(wrong)?
            .with_root_certificates(roots);
        let config = match &settings.identity {
            None => config.with_no_client_auth(),
            Some(identity) => {
                let chain = identity.certificates.iter().map(|der| CertificateDer::from(der.clone())).collect();
                let key = PrivateKeyDer::try_from(identity.key.clone())
                    .map_err(|error| HttpError::Settings(format!("key: {error}")))?;
                config.with_client_auth_cert(chain, key).map_err(wrong)?
            }
        };
        let mut http = HttpConnector::new_with_resolver(Resolver {
            all: settings.reach == Reach::Anyone
                || matches!(&settings.reach, Reach::Public(hosts) if !hosts.is_empty()),
            inner: GaiResolver::new(),
        });
        http.enforce_http(false);
        http.set_connect_timeout(Some(CONNECT));
        http.set_nodelay(true);
        let connector =
            hyper_rustls::HttpsConnectorBuilder::new().with_tls_config(config).https_or_http().enable_http1();
        Ok(Self {
            client: Client::builder(TokioExecutor::new()).build(connector.wrap_connector(http)),
            reach: settings.reach.clone(),
            timeout: settings.timeout,
        })
    }

    /// Asks with GET.
    ///
    /// # Errors
    /// No answer of at most `limit` bytes.
    pub async fn get(&self, url: &str, headers: &[(&str, &str)], limit: usize) -> Result<Response, HttpError> {
        self.send(Method::GET, url, headers, Bytes::new(), limit).await
    }

    /// Asks with POST; `headers` name the body's type.
    ///
    /// # Errors
    /// No answer of at most `limit` bytes.
    pub async fn post(
        &self,
        url: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
        limit: usize,
    ) -> Result<Response, HttpError> {
        self.send(Method::POST, url, headers, body.into(), limit).await
    }

    async fn send(
        &self,
        method: Method,
        url: &str,
        headers: &[(&str, &str)],
        body: Bytes,
        limit: usize,
    ) -> Result<Response, HttpError> {
        let url = allowed(url, &self.reach)?;
        let mut request = Request::builder().method(method).uri(url.as_str());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(body)).map_err(|error| HttpError::Settings(error.to_string()))?;
        let work = async {
            let response = self.client.request(request).await.map_err(|e| HttpError::Unreachable(chain(&e)))?;
            let (parts, body) = response.into_parts();
            let body = Limited::new(body, limit).collect().await.map_err(|error| {
                if error.is::<http_body_util::LengthLimitError>() {
                    HttpError::TooLarge(limit)
                } else {
                    HttpError::Unreachable(error.to_string())
                }
            })?;
            let media_type = parts.headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
            let media_type = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
            Ok(Response { status: parts.status, media_type, headers: parts.headers, body: body.to_bytes() })
        };
        let late = || HttpError::Unreachable(format!("no answer within {} s", self.timeout.as_secs()));
        tokio::time::timeout(self.timeout, work).await.unwrap_or_else(|_| Err(late()))
    }
}

/// The error with its causes; hyper's own text says only «client error (Connect)».
fn chain(error: &dyn std::error::Error) -> String {
    let mut said = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        said = format!("{said}: {cause}");
        source = cause.source();
    }
    said
}

/// Whether an address may be asked, as far as the address itself says.
fn allowed(text: &str, reach: &Reach) -> Result<Url, HttpError> {
    let forbidden = || HttpError::Forbidden(text.chars().take(200).collect());
    let url = Url::parse(text).map_err(|_| forbidden())?;
    let host = url.host().ok_or_else(forbidden)?;
    if !matches!(url.scheme(), "http" | "https") || !url.username().is_empty() || url.password().is_some() {
        return Err(forbidden());
    }
    let Reach::Public(hosts) = reach else { return Ok(url) };
    if !hosts.is_empty() {
        let name = url.host_str().unwrap_or_default();
        let with_port = url.port().map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"));
        return if hosts.contains(&with_port) { Ok(url) } else { Err(forbidden()) };
    }
    let literal = match host {
        Host::Ipv4(ip) => Some(IpAddr::V4(ip)),
        Host::Ipv6(ip) => Some(IpAddr::V6(ip)),
        Host::Domain(_) => None,
    };
    if url.port().is_some() || literal.is_some_and(|ip| !is_public(ip)) {
        return Err(forbidden());
    }
    Ok(url)
}

fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => match ip.to_ipv4_mapped() {
            Some(ip) => is_public_v4(ip),
            // Global unicast is 2000::/3; of it 2001:db8::/32 is for examples, 2002::/16 and 2001::/32 are tunnels.
            None => {
                let [first, second, ..] = ip.segments();
                let special = first == 0x2002 || (first == 0x2001 && (second == 0xdb8 || second == 0));
                first & 0xe000 == 0x2000 && !special
            }
        },
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let shared = a == 100 && b & 0xc0 == 64;
    let reserved = a == 0 || a >= 240 || (a == 192 && b == 0 && c == 0) || (a == 198 && b & 0xfe == 18);
    !(ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_multicast()
        || ip.is_documentation()
        || shared
        || reserved)
}

/// Resolves names; to public addresses only, unless all may be reached. What is connected to is what was looked
/// at: a name that answers otherwise the second time gains nothing.
#[derive(Clone)]
struct Resolver {
    all: bool,
    inner: GaiResolver,
}

type Resolving = Pin<Box<dyn Future<Output = io::Result<std::vec::IntoIter<SocketAddr>>> + Send>>;

impl tower_service::Service<Name> for Resolver {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Resolving;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, name: Name) -> Resolving {
        let (all, asked) = (self.all, self.inner.call(name));
        Box::pin(async move {
            let found: Vec<SocketAddr> = asked.await?.filter(|address| all || is_public(address.ip())).collect();
            if found.is_empty() {
                return Err(io::Error::new(io::ErrorKind::PermissionDenied, "the name has no public address"));
            }
            Ok(found.into_iter())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_documents_suggest() {
        let public = Reach::Public(Vec::new());
        for good in ["http://ocsp.example/a", "https://ocsp.example", "http://8.8.8.8/", "http://[2a00:1450::1]/"] {
            assert!(allowed(good, &public).is_ok(), "{good}");
        }
        for bad in [
            "http://127.0.0.1/",
            "http://10.1.2.3/",
            "http://169.254.169.254/meta",
            "http://[::1]/",
            "http://[fd00::1]/",
            "http://[::ffff:10.0.0.1]/",
            "http://100.64.0.1/",
            "http://0.0.0.0/",
            "http://ocsp.example:5432/",
            "file:///etc/passwd",
            "ldap://a.example/",
            "http://a:b@ocsp.example/",
            "nonsense",
            "http://2130706433/",
        ] {
            assert!(allowed(bad, &public).is_err(), "{bad}");
        }
        let named = Reach::Public(vec!["127.0.0.1:8899".into(), "ocsp.example".into()]);
        assert!(allowed("http://127.0.0.1:8899/ocsp", &named).is_ok());
        assert!(allowed("http://ocsp.example/x", &named).is_ok());
        assert!(allowed("http://127.0.0.1:8898/ocsp", &named).is_err());
        assert!(allowed("http://other.example/", &named).is_err());
        assert!(allowed("http://10.0.0.1:3161/tsa", &Reach::Anyone).is_ok());
    }

    #[tokio::test]
    async fn names_of_private_addresses() {
        let http = Http::new(&HttpSettings { reach: Reach::Public(Vec::new()), ..HttpSettings::default() }).unwrap();
        let error = http.get("http://localhost/", &[], 100).await.unwrap_err();
        assert!(matches!(&error, HttpError::Unreachable(text) if text.contains("no public address")), "{error}");
    }
}
