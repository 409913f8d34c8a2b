//! Containers and their XML.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod bounds;
mod canonical;
#[path = "../common/mod.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod common;
mod forged;
mod hostile;
mod made;
mod place;
mod referees;
mod signing;
mod vectors;
