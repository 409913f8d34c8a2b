//! PDF signatures.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

#[expect(dead_code, reason = "not all of it is used here")]
#[path = "../common/mod.rs"]
mod common;
mod judged;
mod mutated;
mod paper;
#[expect(dead_code, reason = "not all of it is used here")]
#[path = "../container/place.rs"]
mod place;
mod referees;
