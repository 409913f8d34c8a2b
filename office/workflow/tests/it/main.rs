//! Routes from the first step to the effect, through the real database and the real router.
#![expect(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::expect_used,
    reason = "a test may end here"
)]

mod deadlines;
mod deciding;
mod racing;
mod world;
