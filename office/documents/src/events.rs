//! What documents tell the others.

/// Documents got their numbers; the subjects are documents.
pub const REGISTERED: &str = "documents.registered";
/// Documents were made void; the subjects are documents.
pub const ANNULLED: &str = "documents.annulled";
/// Documents were destroyed or handed over by an act; the subjects are documents.
pub const DISPOSED: &str = "documents.disposed";
/// Files were attached; the subjects are files.
pub const FILE_ADDED: &str = "documents.file-added";
