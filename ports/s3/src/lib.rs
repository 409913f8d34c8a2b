//! Blobs on S3-compatible storage.
//!
//! Requests are signed by `rusty-s3` as query strings that live for a few minutes and sent with hyper over rustls:
//! no redirects, no proxies from the environment. Blobs are named by their content and encrypted before they come
//! here, so putting one again writes the same bytes: every request may be repeated.

mod config;
mod retry;

use std::time::Duration;

use bytes::Bytes;
use documents::ports::{BlobError, BlobStore};
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::HttpsConnector;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use rusty_s3::{
    Bucket, Credentials, S3Action,
    actions::{DeleteObject, GetObject, HeadBucket, PutObject},
};
use types::BoxFuture;
use url::Url;

pub use config::{ConfigError, S3Config};
use retry::Failure;

/// No larger blob is written or read.
pub const MAX_BLOB: usize = 512 * 1024 * 1024;
/// A signed request can be replayed for this long.
const SIGNED_FOR: Duration = Duration::from_secs(300);
const CONNECT: Duration = Duration::from_secs(5);
/// One attempt, from connecting to the last byte.
const ATTEMPT: Duration = Duration::from_secs(120);
/// Of an error page, for the log.
const ERROR_PAGE: usize = 4096;

/// A bucket.
pub struct S3Store {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    bucket: Bucket,
    credentials: Credentials,
}

impl S3Store {
    /// Prepares the way to the bucket; connects only when a blob is asked for.
    ///
    /// # Errors
    /// What is wrong with the configuration.
    pub fn new(config: &S3Config) -> Result<Self, ConfigError> {
        let bucket = config.bucket()?;
        let mut http = HttpConnector::new();
        http.enforce_http(false);
        http.set_connect_timeout(Some(CONNECT));
        http.set_nodelay(true);
        // Named, not taken from the process: another crate may bring a second provider, and then there is no default.
        let provider = rustls::crypto::ring::default_provider();
        let https = hyper_rustls::HttpsConnectorBuilder::new()
            .with_provider_and_webpki_roots(provider)
            .map_err(|error| ConfigError::Tls(error.to_string()))?
            .https_or_http()
            .enable_http1();
        let client = Client::builder(TokioExecutor::new()).build(https.wrap_connector(http));
        let credentials = Credentials::new(config.access_key.clone(), config.secret_key.clone());
        Ok(Self { client, bucket, credentials })
    }

    /// Asks whether the bucket is there and ours: for the check at start.
    ///
    /// # Errors
    /// Why not.
    pub async fn check(&self) -> Result<(), BlobError> {
        let sign = || HeadBucket::new(&self.bucket, Some(&self.credentials)).sign(SIGNED_FOR);
        self.call(Method::HEAD, sign, Bytes::new()).await.map(drop).map_err(|failure| failure.into_error("the bucket"))
    }

    async fn store(&self, name: &str, bytes: Vec<u8>) -> Result<(), BlobError> {
        check_name(name)?;
        if bytes.len() > MAX_BLOB {
            return Err(BlobError::Store(format!("{} bytes, at most {MAX_BLOB} are stored", bytes.len())));
        }
        let sign = || PutObject::new(&self.bucket, Some(&self.credentials), name).sign(SIGNED_FOR);
        self.call(Method::PUT, sign, bytes.into()).await.map(drop).map_err(|failure| failure.into_error(name))
    }

    async fn fetch(&self, name: &str) -> Result<Vec<u8>, BlobError> {
        check_name(name)?;
        let sign = || GetObject::new(&self.bucket, Some(&self.credentials), name).sign(SIGNED_FOR);
        self.call(Method::GET, sign, Bytes::new()).await.map(Vec::from).map_err(|failure| failure.into_error(name))
    }

    async fn remove(&self, name: &str) -> Result<(), BlobError> {
        check_name(name)?;
        let sign = || DeleteObject::new(&self.bucket, Some(&self.credentials), name).sign(SIGNED_FOR);
        match self.call(Method::DELETE, sign, Bytes::new()).await {
            Ok(_) | Err(Failure::Missing) => Ok(()),
            Err(failure) => Err(failure.into_error(name)),
        }
    }

    /// Each attempt is signed anew: a signature has its time in it.
    async fn call(&self, method: Method, sign: impl Fn() -> Url, body: Bytes) -> Result<Bytes, Failure> {
        retry::retry(|| async {
            let attempt = self.once(&method, sign(), body.clone());
            let late = || Failure::Passing(format!("no answer within {} s", ATTEMPT.as_secs()));
            tokio::time::timeout(ATTEMPT, attempt).await.unwrap_or_else(|_| Err(late()))
        })
        .await
    }

    async fn once(&self, method: &Method, url: Url, body: Bytes) -> Result<Bytes, Failure> {
        let request = Request::builder().method(method.clone()).uri(url.as_str()).body(Full::new(body));
        let request = request.map_err(|error| Failure::Final(error.to_string()))?;
        let response = self.client.request(request).await.map_err(|error| Failure::Passing(chain(&error)))?;
        let status = response.status();
        let limit = if status.is_success() { MAX_BLOB } else { ERROR_PAGE };
        let body = Limited::new(response.into_body(), limit).collect().await.map(http_body_util::Collected::to_bytes);
        if status.is_success() {
            // A body that ends early is an error of hyper's, not a shorter blob.
            return body.map_err(|error| Failure::Passing(error.to_string()));
        }
        Err(judge(status, &body.unwrap_or_default()))
    }
}

impl BlobStore for S3Store {
    fn put<'a>(&'a self, name: &'a str, bytes: Vec<u8>) -> BoxFuture<'a, Result<(), BlobError>> {
        Box::pin(self.store(name, bytes))
    }

    fn get<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Vec<u8>, BlobError>> {
        Box::pin(self.fetch(name))
    }

    fn delete<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<(), BlobError>> {
        Box::pin(self.remove(name))
    }
}

fn judge(status: StatusCode, page: &[u8]) -> Failure {
    let page = String::from_utf8_lossy(page);
    // <Error><Code>NoSuchKey</Code>: a missing bucket is a 404 as well, but not a missing blob.
    let code = page.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>")).map(|(code, _)| code);
    let code = code.filter(|code| code.bytes().all(|b| b.is_ascii_alphanumeric())).unwrap_or_default();
    let said = format!("{status} {code}").trim().to_owned();
    match status {
        StatusCode::NOT_FOUND if code != "NoSuchBucket" => Failure::Missing,
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => Failure::Passing(said),
        status if status.is_server_error() => Failure::Passing(said),
        _ => Failure::Final(said),
    }
}

/// Names are hashes with slashes; anything else is a mistake that must not reach a path.
fn check_name(name: &str) -> Result<(), BlobError> {
    let fits = (1..=512).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_./".contains(&b))
        && name.split('/').all(|part| !part.is_empty() && part != "." && part != "..");
    if fits { Ok(()) } else { Err(BlobError::Store(format!("{name:?} is no name of a blob"))) }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for good in ["0f3a", "0199/ab/cdef-1.bin"] {
            assert!(check_name(good).is_ok(), "{good}");
        }
        for bad in ["", "/a", "a//b", "../a", "a/..", "a?b", "a b", "ā", "a%2f", &"a".repeat(513)] {
            assert!(check_name(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn answers() {
        let no_key = judge(StatusCode::NOT_FOUND, b"<Error><Code>NoSuchKey</Code></Error>");
        assert_eq!(no_key, Failure::Missing);
        let no_bucket = judge(StatusCode::NOT_FOUND, b"<Error><Code>NoSuchBucket</Code></Error>");
        assert_eq!(no_bucket, Failure::Final("404 Not Found NoSuchBucket".to_owned()));
        assert!(matches!(judge(StatusCode::SERVICE_UNAVAILABLE, b"\xff"), Failure::Passing(_)));
        assert!(matches!(judge(StatusCode::FORBIDDEN, b""), Failure::Final(_)));
    }
}
