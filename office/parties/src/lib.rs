//! Parties: persons, organisations, units, posts, employments, roles, substitutions, contact channels.
//!
//! Everything else in the house points at a person or a unit that stands here. The skeleton of the unit tree,
//! role grants and substitutions are tables of kernel/op, because rules read them; only this crate writes them.

mod model;
mod store;

pub use model::*;
pub use store::*;

use db::Migrations;

/// The tables.
pub const MIGRATIONS: Migrations = Migrations {
    schema: "parties",
    steps: &[("0001_parties", include_str!("../migrations/0001_parties.sql"))],
    replaceable: &[],
};
