//! The behaviour of deliveries, through jobs, pages and a real database.

#![expect(clippy::unwrap_used, reason = "a test says by panicking that it failed")]

extern crate novads_delivery as delivery;

mod mail;
mod notices;
mod post;
mod stage;
