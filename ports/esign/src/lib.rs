//! What signing asks of the world over HTTP: time stamps (RFC 3161), revocation (OCSP, CRL), trust lists
//! (ETSI TS 119 612), and signing services: eParaksts, the Cloud Signature Consortium, a browser's Web eID.
//!
//! Whatever answers is not believed because it answered: time stamps and lists are signed, revocation answers are
//! judged with the signature, raw signatures are verified against the certificate.

mod csc;
mod eparaksts;
mod http;
mod lists;
mod oauth;
mod revocation;
mod tsa;
mod webeid;

pub use crate::{
    csc::Csc,
    eparaksts::EParaksts,
    http::{Http, HttpError, HttpSettings, Identity, Reach, Response},
    lists::{HttpLists, ListSettings, Source},
    oauth::Client,
    revocation::HttpRevocations,
    tsa::Rfc3161,
    webeid::{WebEid, check_auth_token},
};
