//! Signed containers and papers that hold in court.
//!
//! Bytes in, verdict out: no file, no network, no clock. What the outside world must give
//! (time stamps, OCSP answers, CRLs, trust lists, raw signatures) comes in as bytes, and the
//! moment of judgement is a parameter.
//!
//! * [`container`]: ASiC-E containers, read with suspicion and written.
//! * [`xades`]: XML signatures with qualifying properties, read, judged, written, extended.
//! * [`verify`]: a file in, the [`verdict`] out, under a [`policy`].
//! * [`xml`]: bounded XML, canonical forms, XML signatures.
//! * [`pki`]: BER, X.509, CMS, RFC 3161 time stamps, OCSP, CRL, signature algorithms.
//! * [`trust`]: European trust lists (ETSI TS 119 612) and the judgement of chains under them.
//! * [`pades`]: PDF signatures, read, judged and written.

pub mod container;
pub mod finding;
pub mod judge;
pub mod pades;
pub mod pki;
pub mod policy;
pub mod trust;
pub mod verdict;
pub mod verify;
pub mod xades;
pub mod xml;
