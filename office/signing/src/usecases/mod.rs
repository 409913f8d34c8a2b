//! What people and jobs do: show what is to be signed, consent, go through a method's stages, prove, keep.

pub(crate) mod finish;
mod flow;
pub(crate) mod prove;
pub(crate) mod renew;
pub(crate) mod report;
mod show;

pub(crate) use flow::flow_methods;
pub use flow::{cancel, come_back, come_back_by_state, consent, try_proofs_now};
pub use show::{Shown, request, see, show, show_again, view_file, waiting};

use op::OpError;

use crate::model::Reason;

/// Why a signing request does not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// A rule, a method or the world refused; the request says so too.
    #[error("{}: {}", .0.key, .0.detail)]
    Refused(Reason),
    /// The database or the rights.
    #[error(transparent)]
    Op(#[from] OpError),
}

impl From<sqlx::Error> for SignError {
    fn from(e: sqlx::Error) -> Self {
        Self::Op(e.into())
    }
}

impl From<Reason> for SignError {
    fn from(reason: Reason) -> Self {
        Self::Refused(reason)
    }
}

/// SHA-256 in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    hex::encode(sha2::Sha256::digest(bytes))
}

/// Something outside failed in a way that is ours to look at.
pub(crate) fn outside(what: impl std::fmt::Display) -> OpError {
    OpError::from(sqlx::Error::Io(std::io::Error::other(what.to_string())))
}
