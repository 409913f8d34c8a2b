//! Time stamps over HTTP (RFC 3161, 3.4).

use asice::pki::{Hash, timestamp};
use signing::ports::{ProofError, TimeStamps};
use types::BoxFuture;

use crate::http::{Http, HttpError};

/// A token with its certificates; the largest seen has 12 KB.
const LIMIT: usize = 256 * 1024;

/// A time-stamp authority.
pub struct Rfc3161 {
    http: Http,
    url: String,
    /// A user and password, where the authority asks for them.
    authorization: Option<String>,
    policy: Option<String>,
}

impl From<HttpError> for ProofError {
    fn from(error: HttpError) -> Self {
        match error {
            HttpError::Unreachable(text) => ProofError::Unreachable(text),
            HttpError::TooLarge(_) => ProofError::Refused(error.to_string()),
            HttpError::Forbidden(_) | HttpError::Settings(_) => ProofError::Misconfigured(error.to_string()),
        }
    }
}

impl Rfc3161 {
    /// The authority at an address.
    #[must_use]
    pub fn new(http: Http, url: impl Into<String>) -> Self {
        Self { http, url: url.into(), authorization: None, policy: None }
    }

    /// With a user and a password.
    #[must_use]
    pub fn with_password(mut self, user: &str, password: &str) -> Self {
        use base64::Engine as _;
        let both = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
        self.authorization = Some(format!("Basic {both}"));
        self
    }

    /// Asks for this policy, dotted.
    #[must_use]
    pub fn with_policy(mut self, policy: impl Into<String>) -> Self {
        self.policy = Some(policy.into());
        self
    }

    async fn ask(&self, hash: Hash, digest: &[u8]) -> Result<Vec<u8>, ProofError> {
        let nonce: [u8; 16] = rand::random();
        let body = timestamp::request(hash, digest, Some(&nonce), self.policy.as_deref());
        let mut headers =
            vec![("content-type", "application/timestamp-query"), ("accept", "application/timestamp-reply")];
        headers.extend(self.authorization.as_deref().map(|value| ("authorization", value)));
        let response = self.http.post(&self.url, &headers, body, LIMIT).await?;
        if response.status.is_server_error() || response.status.as_u16() == 429 {
            return Err(ProofError::Unreachable(format!("the time-stamp authority answers {}", response.status)));
        }
        if !response.status.is_success() {
            return Err(ProofError::Refused(format!("the time-stamp authority answers {}", response.status)));
        }
        let (status, text) = timestamp::response_status(&response.body)
            .map_err(|error| ProofError::Refused(format!("not a time-stamp response: {error}")))?;
        if status > 1 {
            return Err(ProofError::Refused(format!("the time-stamp authority refuses ({status}) {text}")));
        }
        let token = timestamp::read_response(&response.body, hash, digest, Some(&nonce))
            .map_err(|error| ProofError::Refused(error.to_string()))?;
        Ok(token.der().to_vec())
    }
}

impl TimeStamps for Rfc3161 {
    fn stamp<'a>(&'a self, hash: Hash, digest: &'a [u8]) -> BoxFuture<'a, Result<Vec<u8>, ProofError>> {
        Box::pin(self.ask(hash, digest))
    }
}
