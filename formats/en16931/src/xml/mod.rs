//! Safe reading of XML into a tree that keeps every element, its order, duplicates, attributes and place.
//!
//! A document that is not safe or not well formed is refused with one named [`Refusal`]; nothing is guessed.

mod decode;
mod names;
mod read;
mod tree;

pub(crate) use read::QuickHash;

pub use names::{NameId, Names, Space};
pub use read::{Limits, Refusal, RefusalKind, line_starts, read};
pub use tree::{Attr, Node, NodeId, Tree};
