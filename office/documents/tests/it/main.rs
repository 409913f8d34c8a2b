//! What documents do, one file per behaviour.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

extern crate novads_documents as documents;

mod access;
mod batch;
mod disposal;
mod files;
mod numbers;
mod pages;
mod searching;
mod set;
