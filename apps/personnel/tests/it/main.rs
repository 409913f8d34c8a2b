//! Personnel through the real router and the real database.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may end here"
)]

mod accounts;
mod asking;
mod figures;
mod filing_leave;
mod ordering;
mod texts;
mod world;
mod year;
