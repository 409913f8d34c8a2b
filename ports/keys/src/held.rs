//! A key that signs at once, as a method of signing.

use std::sync::Arc;

use asice::pki::{Certificate, SignatureAlgorithm};
use signing::ports::{About, Answer, Credential, MethodError, Return, Signer, SigningMethod, Stage, ToSign};
use types::BoxFuture;

use crate::KeyError;

/// Something that makes raw signatures.
pub trait RawSigner: Send + Sync {
    /// A raw signature over `data`, whose digest by the algorithm's hash is `digest`: RSA as it is, ECDSA as both
    /// numbers side by side.
    ///
    /// # Errors
    /// The key cannot be used, now or ever.
    fn sign(&self, algorithm: SignatureAlgorithm, data: &[u8], digest: &[u8]) -> Result<Vec<u8>, KeyError>;
}

/// A key with its certificates.
#[derive(Clone)]
pub struct HeldKey {
    /// The signer's certificate first, then its issuers as far as they are known.
    pub certificates: Vec<Certificate>,
    /// The algorithm it signs in.
    pub algorithm: SignatureAlgorithm,
    signer: Arc<dyn RawSigner>,
    about: About,
}

impl HeldKey {
    /// A key whose certificate comes first in `certificates`.
    pub fn new(
        about: About,
        certificates: Vec<Certificate>,
        algorithm: SignatureAlgorithm,
        signer: Arc<dyn RawSigner>,
    ) -> Self {
        HeldKey { certificates, algorithm, signer, about }
    }

    /// A raw signature over `data`.
    ///
    /// # Errors
    /// As [`RawSigner::sign`].
    pub fn sign_raw(&self, data: &[u8]) -> Result<Vec<u8>, KeyError> {
        self.signer.sign(self.algorithm, data, &self.algorithm.hash().digest(data))
    }

    fn credential(&self) -> Credential {
        Credential {
            certificates: self.certificates.iter().map(|c| c.der().to_vec()).collect(),
            algorithm: self.algorithm,
            handle: String::new(),
        }
    }
}

impl From<KeyError> for MethodError {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::Pin(text) => MethodError::Misconfigured(text),
            KeyError::Token(text) => MethodError::Unreachable(text),
            other => MethodError::Misconfigured(other.to_string()),
        }
    }
}

/// A method that answers at once is never come back to.
fn nobody<'a, T: 'a>() -> BoxFuture<'a, Result<Stage<T>, MethodError>> {
    Box::pin(async { Err(MethodError::Misconfigured("nobody was sent away to sign with this key".to_owned())) })
}

impl SigningMethod for HeldKey {
    fn about(&self) -> About {
        self.about.clone()
    }

    fn certificate<'a>(
        &'a self,
        _: &'a Signer,
        _: &'a Return,
    ) -> BoxFuture<'a, Result<Stage<Credential>, MethodError>> {
        Box::pin(async { Ok(Stage::Done(self.credential())) })
    }

    fn certificate_back<'a>(
        &'a self,
        _: &'a str,
        _: &'a Return,
        _: &'a Answer,
    ) -> BoxFuture<'a, Result<Stage<Credential>, MethodError>> {
        nobody()
    }

    fn sign<'a>(
        &'a self,
        _: &'a Signer,
        credential: &'a Credential,
        documents: &'a [ToSign],
        _: &'a Return,
    ) -> BoxFuture<'a, Result<Stage<Vec<Vec<u8>>>, MethodError>> {
        Box::pin(async move {
            let (signer, algorithm, documents) = (self.signer.clone(), credential.algorithm, documents.to_vec());
            // Tokens are slow and RSA takes milliseconds: not on the threads that answer pages.
            let all = tokio::task::spawn_blocking(move || {
                documents.iter().map(|d| signer.sign(algorithm, &d.data, &d.digest)).collect::<Result<Vec<_>, _>>()
            });
            let all = all.await.map_err(|error| MethodError::Unreachable(error.to_string()))?;
            Ok(Stage::Done(all?))
        })
    }

    fn sign_back<'a>(
        &'a self,
        _: &'a str,
        _: &'a Credential,
        _: &'a [ToSign],
        _: &'a Return,
        _: &'a Answer,
    ) -> BoxFuture<'a, Result<Stage<Vec<Vec<u8>>>, MethodError>> {
        nobody()
    }
}
