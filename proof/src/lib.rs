//! What holds the whole honest: tests over all crates at once (see `tests/it`). Nothing of the house leans on it.
//!
//! `UPDATE=1 cargo nextest run -p novads-proof` rewrites the checked-in texts (permissions, schemas, the API's
//! description); the diff is then yours to read.
