//! PDF signatures (PAdES, ETSI EN 319 142-1; ISO 32000-1, 12.8).
//!
//! Signing: [`Signing::begin`], then the signer signs [`Signing::digest_to_sign`], then
//! [`Signing::finish`] (level B; with a signature time stamp, level T). [`write::add_proofs`] makes it LT;
//! [`write::prepare_time_stamp`], a token over its digest and [`write::Prepared::finish`] make it LTA.

pub mod changes;
pub mod file;
pub mod form;
pub mod object;
pub mod proofs;
pub mod sign;
pub mod validate;
pub mod write;

pub use object::PdfError;
pub use sign::Signing;
pub use write::{Proofs, Wish};
