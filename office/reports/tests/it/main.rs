//! The behaviour of reports, against a real database and through the real router.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says by panicking that it failed")]

extern crate novads_reports as reports;

mod figures;
mod maturity;
mod seen;
mod town;
