//! Documents: what has legal force. Registers and their gapless numbers, the classification scheme, files in a
//! content-addressed store, links, access, full-text search.
//!
//! Apps make documents with [`create`], enter them into registers with [`register`] (or both at once with
//! [`create_registered`]), attach files with [`attach`], and keep their own data in their own tables.

pub mod actions;
mod api;
pub mod batch;
mod blob;
mod document;
pub mod events;
pub mod jobs;
pub mod kinds;
pub mod model;
mod module;
mod pages;
pub mod pattern;
pub mod ports;
mod secret;
mod store;
pub mod upload;
mod usecases;
mod words;

pub use actions::ViewDocument;
pub use api::SCOPE as BATCH_SCOPE;
pub use batch::{BatchDocument, NewBatch};
pub use blob::FolderStore;
pub use document::{Document, DocumentRow};
pub use kinds::{DocumentKind, FieldDef, FieldType, Kinds, Retention};
pub use model::{
    AccessLevel, Direction, DocState, FileRole, LinkKind, Medium, NewDocument, NewFile, Registered, Registering,
};
pub use module::{TEXTS, module};
pub use pages::{CardPart, Part, served};
pub use ports::{BlobError, BlobStore, PdfRenderer, TextExtractor};
pub use secret::{MasterKey, open_shortly, seal_shortly};
pub use store::{DisposalKind, DisposalState};
pub use usecases::{
    AccessChange, BatchAnswer, BatchError, FileContent, ItemAnswer, ItemStatus, NewClass, NewRegister,
    REGISTERED_CONTENT, add_classes, add_registers, annul, attach, attach_set, change_access, change_file_access,
    class_of, create, create_registered, default_registers, link, link_new, number_kept, read_file, redraft, register,
    register_batch, rekey, rename, share, unshare,
};

use db::Migrations;

/// The tables of documents.
pub const MIGRATIONS: Migrations = Migrations {
    schema: "documents",
    steps: &[
        ("0001_documents", include_str!("../migrations/0001_documents.sql")),
        ("0002_access_and_disposal", include_str!("../migrations/0002_access_and_disposal.sql")),
        ("0003_batch", include_str!("../migrations/0003_batch.sql")),
        ("0004_search_by_age", include_str!("../migrations/0004_search_by_age.sql")),
    ],
    replaceable: &[include_str!("../migrations/search.sql")],
};
