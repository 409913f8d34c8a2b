//! Signing a PDF step by step: the caller signs, asks for time stamps and OCSP where it can.

use super::object::{PdfError, Result};
use super::write::{Prepared, Wish, prepare};
use crate::pki::algorithm::ecdsa_raw_to_der;
use crate::pki::{Certificate, Hash, PublicKey, SignatureAlgorithm, SignedDataBuilder, oid};

/// A signature that waits for the signer.
#[derive(Debug, Clone)]
pub struct Signing {
    prepared: Prepared,
    cms: SignedDataBuilder,
    is_ec: bool,
}

impl Signing {
    /// Prepares a signature over the whole file. `others` are the certificates of the path.
    ///
    /// # Errors
    /// The PDF cannot be signed, or the algorithm does not belong to the certificate's key.
    pub fn begin(
        pdf: &[u8],
        wish: &Wish,
        signer: &Certificate,
        others: &[Certificate],
        algorithm: SignatureAlgorithm,
    ) -> Result<Self> {
        let prepared = prepare(pdf, wish)?;
        let digest = prepared.digest(algorithm.hash());
        // PAdES keeps the claimed time in the dictionary, not in an attribute (EN 319 142-1, 5.3).
        let cms = SignedDataBuilder::new(signer, algorithm, oid::DATA, &digest, None)
            .map_err(|_| PdfError::Unsupported("algorithm for this key"))?
            .with_certificates(others);
        Ok(Self { prepared, cms, is_ec: matches!(signer.key, PublicKey::Ec { .. }) })
    }

    /// The bytes to be signed (signed attributes in DER).
    #[must_use]
    pub fn to_be_signed(&self) -> &[u8] {
        self.cms.to_be_signed()
    }

    /// Their digest, for signers that take a digest.
    #[must_use]
    pub fn digest_to_sign(&self) -> Vec<u8> {
        self.cms.digest_to_sign()
    }

    /// The digest that a signature time stamp must be over.
    #[must_use]
    pub fn stamp_digest(&self, raw: &[u8], hash: Hash) -> Vec<u8> {
        hash.digest(&self.encoded(raw))
    }

    /// The signed file. `raw` is what the signer gave: RSA's bytes, or r and s side by side.
    /// With `token` the level is T, without it B.
    ///
    /// # Errors
    /// The signature is larger than its room.
    pub fn finish(self, raw: &[u8], token: Option<&[u8]>) -> Result<Vec<u8>> {
        let signature = self.encoded(raw);
        let cms = match token {
            Some(token) => self.cms.with_unsigned(oid::SIGNATURE_TIME_STAMP, token),
            None => self.cms,
        };
        self.prepared.finish(&cms.finish(&signature, None))
    }

    fn encoded(&self, raw: &[u8]) -> Vec<u8> {
        if self.is_ec { ecdsa_raw_to_der(raw) } else { raw.to_vec() }
    }
}
