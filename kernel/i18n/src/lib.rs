//! Texts in Latvian and English, and the one formatter of dates, money and numbers.
//!
//! A module keeps its texts in `locales/lv.ftl` and `locales/en.ftl` and gives them as a [`Source`]; the server
//! merges all of them into one [`Catalog`]; a page speaks through [`Tr`]. Keys carry the module's name as their
//! first word (`documents-register-title`), so that two modules never claim the same one.

mod arg;
mod catalog;
mod check;
mod format;
mod tr;
mod words;

pub use arg::{Arg, Quantity};
pub use catalog::{Catalog, CatalogError, Source};
pub use format::{NBSP, decimal_text, integer_text};
pub use tr::Tr;
pub use types::Locale;
