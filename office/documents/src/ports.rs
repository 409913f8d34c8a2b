//! What documents need from outside: a place for bytes, a PDF renderer, a text extractor.

use types::{BoxFuture, Locale, Timestamp};

/// Keeps immutable bytes under a name (a content hash within the tenant, already encrypted).
pub trait BlobStore: Send + Sync {
    /// Stores the bytes durably before it answers; storing the same name again is not an error.
    fn put<'a>(&'a self, name: &'a str, bytes: Vec<u8>) -> BoxFuture<'a, Result<(), BlobError>>;
    /// Reads them back.
    fn get<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Vec<u8>, BlobError>>;
    /// Removes them (disposal only); absent is not an error.
    fn delete<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<(), BlobError>>;
}

/// Why a blob could not be stored or read.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// No such name.
    #[error("no blob {0}")]
    NotFound(String),
    /// The store answered with an error, or not at all.
    #[error("blob store: {0}")]
    Store(String),
}

/// A letter as data; values reach the PDF as text, never as markup.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Letter {
    /// The language, for hyphenation and for the PDF's catalogue.
    pub lang: Locale,
    /// The document title (PDF metadata and first heading).
    pub title: String,
    /// The author (institution), for metadata.
    pub author: String,
    /// Letterhead lines: institution, registration number, address.
    pub letterhead: Vec<String>,
    /// The body.
    pub blocks: Vec<Block>,
    /// A line at the foot of every page, beside the page number.
    pub footer: String,
    /// When it was made: the PDF's dates, so that the same letter gives the same bytes.
    pub created: Timestamp,
}

/// A piece of a letter.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Block {
    /// A heading below the title.
    Heading(String),
    /// A paragraph.
    Paragraph(String),
    /// Name and value beside each other (place and date, number).
    Fields(Vec<(String, String)>),
    /// Numbered points.
    Points(Vec<String>),
    /// A table; columns named in `right` are right-aligned.
    Table {
        /// Column heads.
        head: Vec<String>,
        /// Rows of cells.
        rows: Vec<Vec<String>>,
        /// Indexes of right-aligned columns.
        right: Vec<usize>,
    },
    /// The signature line: post, name, and the note on the electronic signature.
    Signature {
        /// The post.
        post: String,
        /// The name.
        name: String,
        /// "This document is signed with a secure electronic signature and carries a time stamp".
        note: String,
    },
}

/// Makes an archival PDF (PDF/A).
pub trait PdfRenderer: Send + Sync {
    /// Renders the letter; the same letter gives the same bytes.
    ///
    /// # Errors
    /// Says what could not be set (a glyph that no font has, a letter over the page limit).
    fn render(&self, letter: &Letter) -> Result<Vec<u8>, String>;
}

/// Gets plain text out of a file for the search index. Hostile input is expected.
pub trait TextExtractor: Send + Sync {
    /// `None` where the type carries no text that we read; an error where the file is broken or over a limit.
    fn extract<'a>(&'a self, media_type: &'a str, bytes: &'a [u8]) -> BoxFuture<'a, Result<Option<String>, String>>;
}
