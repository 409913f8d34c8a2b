//! Searching Latvian text: [`fold`] away diacritics, [`stem`] away endings, and make words and queries for a
//! full-text index of PostgreSQL, which has no Latvian stemmer of its own.

mod fold;
mod stem;
mod tokens;

pub use fold::fold;
pub use stem::{MAX_WORD, stem, stems};
pub use tokens::{MAX_QUERY, MAX_QUERY_WORDS, MAX_TEXT, query, tokens, vector_text};
