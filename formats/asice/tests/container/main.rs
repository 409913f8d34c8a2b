//! Containers and their XML.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod canonical;
mod place;
mod vectors;
