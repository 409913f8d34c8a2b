//! The `novads` binary.
fn main() {}
