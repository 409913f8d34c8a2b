//! The register desk, through the real router and a real database.

#![expect(clippy::unwrap_used, reason = "a test says by panicking that it failed")]

extern crate novads_records as records;

mod deadlines;
mod desk;
mod registering;
mod resolving;
mod year;
