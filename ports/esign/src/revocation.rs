//! OCSP (RFC 6960) and CRLs (RFC 5280) over HTTP.

use asice::pki::{
    Certificate, Crl, Hash,
    ocsp::{self, OcspResponse},
};
use signing::ports::{ProofError, Revocations};
use types::BoxFuture;

use crate::http::Http;

const OCSP_LIMIT: usize = 256 * 1024;
/// National revocation lists have megabytes.
const CRL_LIMIT: usize = 32 * 1024 * 1024;

/// Responders and lists that certificates name, or one responder for all.
pub struct HttpRevocations {
    http: Http,
    responder: Option<String>,
}

impl HttpRevocations {
    /// Asks whom certificates name. The client should reach public hosts only: see [`crate::Reach::Public`].
    #[must_use]
    pub fn new(http: Http) -> Self {
        Self { http, responder: None }
    }

    /// Asks this responder, whatever certificates name.
    #[must_use]
    pub fn at(http: Http, responder: impl Into<String>) -> Self {
        Self { http, responder: Some(responder.into()) }
    }

    async fn ask(&self, certificate: &Certificate, issuer: &Certificate) -> Result<Vec<u8>, ProofError> {
        let named = &certificate.extensions.ocsp_urls;
        let Some(url) = self.responder.as_ref().or_else(|| named.iter().find(|u| u.starts_with("http"))) else {
            return Err(ProofError::Misconfigured("the certificate names no OCSP responder".to_owned()));
        };
        let nonce: [u8; 16] = rand::random();
        let body = ocsp::request(certificate, issuer, Hash::Sha1, Some(&nonce));
        let headers = [("content-type", "application/ocsp-request"), ("accept", "application/ocsp-response")];
        let response = self.http.post(url, &headers, body, OCSP_LIMIT).await?;
        if !response.status.is_success() {
            let text = format!("the OCSP responder answers {}", response.status);
            let passing = response.status.is_server_error() || response.status.as_u16() == 429;
            return Err(if passing { ProofError::Unreachable(text) } else { ProofError::Refused(text) });
        }
        check_answer(&response.body, certificate, issuer, &nonce)
    }

    async fn fetch(&self, certificate: &Certificate) -> Result<Vec<u8>, ProofError> {
        let url = certificate.extensions.crl_urls.iter().find(|u| u.starts_with("http"));
        let url =
            url.ok_or_else(|| ProofError::Misconfigured("the certificate names no revocation list".to_owned()))?;
        let response = self.http.get(url, &[("accept", "application/pkix-crl, */*")], CRL_LIMIT).await?;
        if !response.status.is_success() {
            return Err(ProofError::Unreachable(format!("{url} answers {}", response.status)));
        }
        let crl = Crl::parse(&response.body).map_err(|error| ProofError::Refused(format!("{url}: {error}")))?;
        if crl.issuer != certificate.issuer {
            return Err(ProofError::Refused(format!("{url} is the list of another issuer")));
        }
        Ok(crl.der().to_vec())
    }
}

/// Whether it is an answer to what was asked. Whether it is genuine is judged with the signature.
fn check_answer(
    body: &[u8],
    certificate: &Certificate,
    issuer: &Certificate,
    nonce: &[u8],
) -> Result<Vec<u8>, ProofError> {
    let refused = |text: String| ProofError::Refused(text);
    let answer = OcspResponse::parse(body).map_err(|error| refused(format!("not an OCSP answer: {error}")))?;
    if answer.find(certificate, issuer).is_none() {
        return Err(refused("the OCSP answer is about another certificate".to_owned()));
    }
    // Responders that answer from a store leave the nonce out; another one is another's answer. The extension's value
    // is an OCTET STRING in an OCTET STRING, which some read and write once only.
    let wrapped = asice::pki::ber::der::octets(nonce);
    if answer.nonce.as_deref().is_some_and(|n| n != nonce && n != wrapped) {
        return Err(refused("the OCSP answer carries another nonce".to_owned()));
    }
    Ok(answer.der().to_vec())
}

impl Revocations for HttpRevocations {
    fn ocsp<'a>(
        &'a self,
        certificate: &'a Certificate,
        issuer: &'a Certificate,
    ) -> BoxFuture<'a, Result<Vec<u8>, ProofError>> {
        Box::pin(self.ask(certificate, issuer))
    }

    fn crl<'a>(&'a self, certificate: &'a Certificate) -> BoxFuture<'a, Result<Vec<u8>, ProofError>> {
        Box::pin(self.fetch(certificate))
    }
}
