//! What signing tells the others.

/// Documents are to be signed and have no file yet; the subjects are what their routes are about. Whoever makes the
/// files makes them now.
pub const DOCUMENT_WANTED: &str = "signing.document-wanted";
/// Signed containers stand with their documents; the subjects are documents.
pub const SIGNED: &str = "signing.signed";
