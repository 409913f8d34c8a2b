//! Personnel through the real router and the real database.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may end here")]

mod figures;
mod filing_leave;
mod world;
mod year;
