//! The cryptographic half: BER, X.509, CMS, time stamps, OCSP, CRL.

pub mod algorithm;
pub mod ber;
pub mod cert;
pub mod cms;
pub mod crl;
pub mod error;
pub mod name;
pub mod notice;
pub mod ocsp;
pub mod oid;
mod swift;
pub mod timestamp;

pub use algorithm::{Curve, EcdsaForm, Hash, PublicKey, SignatureAlgorithm, verify, verify_digest};
pub use cert::Certificate;
pub use cms::{SignedData, SignedDataBuilder};
pub use crl::Crl;
pub use error::{PkiError, Result};
pub use name::Name;
pub use notice::{Notice, Severity};
pub use ocsp::{OcspReport, OcspResponse, RevocationStatus};
pub use timestamp::{TimeStampToken, TimestampReport};
