//! Invoices through the real router and the real database.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may end here"
)]

mod alerts;
mod bank;
mod counts;
mod dropping;
mod intake;
mod matching;
mod paying;
mod receiving;
mod templates;
mod waiting;
mod world;
mod year;
