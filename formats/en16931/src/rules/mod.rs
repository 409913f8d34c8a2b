//! The rules: tables in text, read once, and the engine that fires them.

mod book;
mod engine;
mod load;
mod texts;

pub use book::Severity;
pub(crate) use book::{Book, Firing, RuleSet};
pub(crate) use texts::{composed, text_of};
