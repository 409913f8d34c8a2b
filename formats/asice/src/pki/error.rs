//! What can be wrong with bytes from outside.

/// Why bytes were not read, or a signature not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PkiError {
    /// The data ends before a length that it declares.
    #[error("data ends before its declared length")]
    Truncated,
    /// Values are nested deeper than anything honest.
    #[error("nested too deeply")]
    Depth,
    /// A length that cannot be: reserved form, more than four bytes, or over the limit.
    #[error("impossible length")]
    Length,
    /// Larger or more numerous than this library reads.
    #[error("too large: {0}")]
    TooLarge(&'static str),
    /// Another tag stood where one was required.
    #[error("expected tag {expected:#04x}, found {found:#04x}")]
    Tag {
        /// The tag required by the format.
        expected: u8,
        /// The tag that was there.
        found: u8,
    },
    /// The bytes are well formed and mean nothing.
    #[error("malformed {0}")]
    Malformed(&'static str),
    /// Known to exist and not supported here.
    #[error("not supported: {0}")]
    Unsupported(&'static str),
    /// The signature does not belong to these bytes and this key.
    #[error("signature does not match")]
    BadSignature,
    /// Key and algorithm do not belong together.
    #[error("key does not fit the signature algorithm")]
    KeyMismatch,
}

/// Result of reading or verifying.
pub type Result<T> = std::result::Result<T, PkiError>;
