//! The behaviour of signing, through the real router, jobs, a real database, and a PKI made in the process.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test says by panicking that it failed"
)]

extern crate novads_signing as signing;

#[expect(dead_code, reason = "these tests need a part of it only")]
#[path = "../../../../formats/asice/tests/common/mod.rs"]
mod common;

mod incoming;
mod signs;
mod stage;
mod stops;
mod ways;
