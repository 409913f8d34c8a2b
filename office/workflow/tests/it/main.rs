//! Routes from the first step to the effect, through the real database and the real router.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may end here")]

mod deadlines;
mod deciding;
mod pages;
mod racing;
mod world;
