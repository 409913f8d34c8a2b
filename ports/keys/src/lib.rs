//! Signing keys at hand: in a PKCS#12 file that the server holds (an e-seal, e-zīmogs), or behind a PKCS#11 module
//! (a token or a hardware security module). Both sign at once, nobody is sent anywhere.

mod held;
mod memory;
mod pkcs11;
mod uri;

pub use held::{HeldKey, RawSigner};
pub use memory::{PrivateKey, from_pkcs12};
pub use pkcs11::Pkcs11Key;
pub use uri::Pkcs11Uri;

use asice::pki::{Certificate, Hash, PublicKey, SignatureAlgorithm};

/// Why a key cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not a PKCS#12 file, or another password.
    #[error("the PKCS#12 file cannot be opened: {0}")]
    Pkcs12(String),
    /// There is no private key with its certificate.
    #[error("no private key with a certificate: {0}")]
    Missing(String),
    /// A key of a kind that signs nothing here.
    #[error("a key that cannot be used: {0}")]
    Unsupported(String),
    /// The certificate is not the key's.
    #[error("the certificate is not that of the key")]
    Foreign,
    /// Not a PKCS#11 URI (RFC 7512).
    #[error("not a PKCS#11 address: {0}")]
    Uri(String),
    /// The module or the token refuses or fails.
    #[error("the token: {0}")]
    Token(String),
    /// The PIN is wrong or locked.
    #[error("the token refuses the PIN: {0}")]
    Pin(String),
}

/// The algorithm that a key signs in: ECDSA on its curve with that curve's digest; RSA with SHA-256, as PSS if wished.
///
/// # Errors
/// A key that signs nothing here, or a PSS that it cannot make.
pub fn algorithm_for(certificate: &Certificate, pss: bool) -> Result<SignatureAlgorithm, KeyError> {
    match &certificate.key {
        PublicKey::Rsa { .. } if pss => {
            Ok(SignatureAlgorithm::RsaPss { hash: Hash::Sha256, mask_hash: Hash::Sha256, salt: Some(32) })
        }
        _ if pss => Err(KeyError::Unsupported("PSS is for RSA keys".to_owned())),
        key => SignatureAlgorithm::usual(key)
            .ok_or_else(|| KeyError::Unsupported("neither RSA nor a curve in use".to_owned())),
    }
}
