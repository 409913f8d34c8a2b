//! The cryptographic half: BER, X.509, CMS, time stamps, OCSP, CRL.

pub mod algorithm;
pub mod ber;
pub mod cert;
pub mod error;
pub mod name;
pub mod oid;

pub use algorithm::{Curve, EcdsaForm, Hash, PublicKey, SignatureAlgorithm, verify, verify_digest};
pub use cert::Certificate;
pub use error::{PkiError, Result};
pub use name::Name;
