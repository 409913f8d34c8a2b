//! Parties: persons, organisations, units, posts, employments, roles, substitutions, contact channels.
//!
//! Everything else in the house points at a person or a unit that stands here. The skeleton of the unit tree,
//! role grants and substitutions are tables of kernel/op, because rules read them; only this crate writes them.

pub mod actions;
mod held;
mod jobs;
pub mod life;
mod model;
mod pages;
pub mod rules;
mod store;
pub mod usecases;

pub use held::Person;
pub use model::*;
pub use pages::{PersonTab, PersonTabs};
pub use store::*;
pub use usecases::{ENDED, PartiesError, STARTED, SubstitutionRequest};

use db::Migrations;
use web::Module;

/// The tables.
pub const MIGRATIONS: Migrations = Migrations {
    schema: "parties",
    steps: &[("0001_parties", include_str!("../migrations/0001_parties.sql"))],
    replaceable: &[],
};

/// The texts.
pub const TEXTS: i18n::Source =
    i18n::Source { name: "parties", lv: include_str!("../locales/lv.ftl"), en: include_str!("../locales/en.ftl") };

/// What the crate brings to the house.
#[must_use]
pub fn module() -> Module {
    Module {
        name: "parties",
        migrations: Some(MIGRATIONS),
        texts: TEXTS,
        actions: actions::ACTIONS,
        routes: pages::routes(),
        jobs: jobs::all(),
        subscriptions: &[],
        nav: pages::NAV,
        samples: pages::samples,
        openapi: None,
    }
}
