//! What was noticed while reading and verifying, for experts; verdicts draw their findings from the
//! reports' own fields.

pub use crate::finding::Severity;

/// One thing noticed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Stable name, for example `ocsp-other-certificate`.
    pub code: &'static str,
    /// Weight.
    pub severity: Severity,
    /// One English sentence with the particulars.
    pub text: String,
}

impl Notice {
    /// Something on account of which the thing cannot be relied on.
    pub fn error(code: &'static str, text: impl Into<String>) -> Self {
        Self { code, severity: Severity::Error, text: text.into() }
    }

    /// Something to look at.
    pub fn warning(code: &'static str, text: impl Into<String>) -> Self {
        Self { code, severity: Severity::Warning, text: text.into() }
    }

    /// Something to know of.
    pub fn info(code: &'static str, text: impl Into<String>) -> Self {
        Self { code, severity: Severity::Info, text: text.into() }
    }
}
