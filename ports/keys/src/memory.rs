//! Keys in memory, from PKCS#12 files.

use asice::pki::{
    Certificate, Hash, PublicKey, SignatureAlgorithm,
    ber::{Tlv, tag},
};
use p12_keystore::{KeyStore, KeyStoreEntry, Pkcs12ImportPolicy};
use p256::ecdsa::signature::hazmat::PrehashSigner as _;
use ring::{rand::SystemRandom, signature as rsa};

use crate::{KeyError, held::RawSigner};

/// A private key in this process's memory.
pub enum PrivateKey {
    /// On P-256.
    P256(p256::ecdsa::SigningKey),
    /// On P-384.
    P384(p384::ecdsa::SigningKey),
    /// On P-521.
    P521(p521::ecdsa::SigningKey),
    /// RSA of 2048 to 4096 bits.
    Rsa(Box<rsa::RsaKeyPair>),
}

impl PrivateKey {
    /// Reads PKCS#8; the public key decides what it is.
    ///
    /// # Errors
    /// It cannot be read, or is none of ours.
    pub fn from_pkcs8(der: &[u8], public: &PublicKey) -> Result<Self, KeyError> {
        let unreadable = |_| KeyError::Unsupported("private key".to_owned());
        let PublicKey::Ec { curve, .. } = public else {
            let pair = rsa::RsaKeyPair::from_pkcs8(der).map_err(|e| KeyError::Unsupported(e.to_string()))?;
            return Ok(Self::Rsa(Box::new(pair)));
        };
        let scalar = ec_scalar(der).map_err(unreadable)?;
        let field = curve.field_len();
        let mut padded = vec![0; field.saturating_sub(scalar.len())];
        padded.extend_from_slice(scalar.get(scalar.len().saturating_sub(field)..).unwrap_or_default());
        let wrong = |_| KeyError::Unsupported("private key on another curve".to_owned());
        Ok(match curve {
            asice::pki::Curve::P256 => Self::P256(p256::ecdsa::SigningKey::from_slice(&padded).map_err(wrong)?),
            asice::pki::Curve::P384 => Self::P384(p384::ecdsa::SigningKey::from_slice(&padded).map_err(wrong)?),
            asice::pki::Curve::P521 => Self::P521(p521::ecdsa::SigningKey::from_slice(&padded).map_err(wrong)?),
        })
    }
}

/// The number in PKCS#8 around an ECPrivateKey (RFC 5915).
fn ec_scalar(der: &[u8]) -> asice::pki::Result<Vec<u8>> {
    let mut info = Tlv::only(der)?.with_tag(tag::SEQUENCE)?.inside()?;
    info.expect(tag::INTEGER)?;
    info.expect(tag::SEQUENCE)?;
    let inner = info.expect(tag::OCTET_STRING)?.octets()?.into_owned();
    let mut key = Tlv::only(&inner)?.with_tag(tag::SEQUENCE)?.inside()?;
    key.expect(tag::INTEGER)?;
    Ok(key.expect(tag::OCTET_STRING)?.octets()?.into_owned())
}

fn rsa_encoding(algorithm: SignatureAlgorithm) -> Option<&'static dyn rsa::RsaEncoding> {
    match algorithm {
        SignatureAlgorithm::RsaPkcs1(Hash::Sha256) => Some(&rsa::RSA_PKCS1_SHA256),
        SignatureAlgorithm::RsaPkcs1(Hash::Sha384) => Some(&rsa::RSA_PKCS1_SHA384),
        SignatureAlgorithm::RsaPkcs1(Hash::Sha512) => Some(&rsa::RSA_PKCS1_SHA512),
        // Salt and mask as long and as made as the digest: what XML's short names for PSS mean.
        SignatureAlgorithm::RsaPss { hash: Hash::Sha256, mask_hash: Hash::Sha256, .. } => Some(&rsa::RSA_PSS_SHA256),
        SignatureAlgorithm::RsaPss { hash: Hash::Sha384, mask_hash: Hash::Sha384, .. } => Some(&rsa::RSA_PSS_SHA384),
        SignatureAlgorithm::RsaPss { hash: Hash::Sha512, mask_hash: Hash::Sha512, .. } => Some(&rsa::RSA_PSS_SHA512),
        _ => None,
    }
}

impl RawSigner for PrivateKey {
    fn sign(&self, algorithm: SignatureAlgorithm, data: &[u8], digest: &[u8]) -> Result<Vec<u8>, KeyError> {
        let wrong = || KeyError::Unsupported(format!("{algorithm:?}"));
        if let Self::Rsa(pair) = self {
            let encoding = rsa_encoding(algorithm).ok_or_else(wrong)?;
            let mut out = vec![0; pair.public().modulus_len()];
            pair.sign(encoding, &SystemRandom::new(), data, &mut out).map_err(|_| wrong())?;
            return Ok(out);
        }
        if !matches!(algorithm, SignatureAlgorithm::Ecdsa(_)) {
            return Err(wrong());
        }
        match self {
            Self::P256(key) => key.sign_prehash(digest).map(|s: p256::ecdsa::Signature| s.to_bytes().to_vec()),
            Self::P384(key) => key.sign_prehash(digest).map(|s: p384::ecdsa::Signature| s.to_bytes().to_vec()),
            Self::P521(key) => key.sign_prehash(digest).map(|s: p521::ecdsa::Signature| s.to_bytes().to_vec()),
            Self::Rsa(_) => return Err(wrong()),
        }
        .map_err(|_| wrong())
    }
}

/// Opens a PKCS#12 file: its private key, and the certificates beginning with the key's own.
///
/// # Errors
/// Another password, no key, a certificate of another key.
pub fn from_pkcs12(bytes: &[u8], password: &str) -> Result<(PrivateKey, Vec<Certificate>), KeyError> {
    let store = KeyStore::from_pkcs12(bytes, password, Pkcs12ImportPolicy::Relaxed)
        .map_err(|error| KeyError::Pkcs12(error.to_string()))?;
    let (_, chain) =
        store.private_key_chain().ok_or_else(|| KeyError::Missing("the file has no private key".to_owned()))?;
    let mut certificates: Vec<Certificate> =
        chain.certs().iter().filter_map(|c| Certificate::parse(c.as_der()).ok()).collect();
    let Some(own) = certificates.first().cloned() else {
        return Err(KeyError::Missing("the file has no certificate of the key".to_owned()));
    };
    let key = PrivateKey::from_pkcs8(chain.key().as_der(), &own.key)?;
    // Issuers may lie beside the chain.
    let others = store.entries().filter_map(|(_, entry)| match entry {
        KeyStoreEntry::Certificate(certificate) => Certificate::parse(certificate.as_der()).ok(),
        _ => None,
    });
    for other in others {
        if !certificates.contains(&other) {
            certificates.push(other);
        }
    }
    prove(&key, &own)?;
    Ok((key, certificates))
}

/// A signature that the certificate does not verify would be found out late.
fn prove(key: &PrivateKey, certificate: &Certificate) -> Result<(), KeyError> {
    let algorithm = crate::algorithm_for(certificate, false)?;
    let probe = b"is this the key of the certificate?";
    let signature = key.sign(algorithm, probe, &algorithm.hash().digest(probe))?;
    let form = asice::pki::EcdsaForm::Raw;
    asice::pki::verify(&certificate.key, algorithm, form, probe, &signature).map_err(|_| KeyError::Foreign)
}
