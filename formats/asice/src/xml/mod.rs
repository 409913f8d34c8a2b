//! XML as signed documents use it: a bounded reader, canonical forms, XML signatures.

pub mod c14n;
pub mod dom;
pub mod signature;
