//! What documents tell the others.

/// Documents got their numbers; the subjects are documents.
pub const REGISTERED: &str = "documents.registered";
/// Documents were made void; the subjects are documents.
pub const ANNULLED: &str = "documents.annulled";
/// Files were attached; the subjects are files.
pub const FILE_ADDED: &str = "documents.file-added";
