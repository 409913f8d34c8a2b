//! Delivery: how a document reaches its recipient, and when the law deems it received.
//!
//! In-house delivery is a notice in the person's inbox; reading it is the receipt. E-mail goes out by a job through
//! the [`ports::Mailer`] port; without one it waits and says so. What goes by post, e-address or over the counter is
//! recorded by the clerk. The deemed day and the end of the appeal term follow from dated parameters.

pub mod actions;
mod card;
mod held;
mod jobs;
pub mod model;
mod pages;
pub mod ports;
mod store;
mod usecases;
mod words;

pub use card::card_part;
pub use held::Delivery;
pub use model::{AppealRule, Certainty, Channel, DeemedRule, Sourced, State, appeal_until, deemed_on};
pub use store::{Preference, of_document, preference, rule, shell_count, unread};
pub use usecases::{
    DeliveryError, NewDelivery, Recipient, deliver, read_notice, record_failed, record_sent, send_again,
};

use db::Migrations;

/// The tables.
pub const MIGRATIONS: Migrations = Migrations {
    schema: "delivery",
    steps: &[("0001_delivery", include_str!("../migrations/0001_delivery.sql"))],
    replaceable: &[],
};

/// The texts.
pub const TEXTS: i18n::Source =
    i18n::Source { name: "delivery", lv: include_str!("../locales/lv.ftl"), en: include_str!("../locales/en.ftl") };

/// The tasks that a failed delivery opens for the clerk.
pub const TASK_KINDS: &[workflow::TaskKind] =
    &[workflow::TaskKind { kind: usecases::FAILED_TASK, title: "delivery-task-failed", href: "/deliveries/{id}" }];

/// What this crate brings to the house.
#[must_use]
pub fn module() -> web::Module {
    web::Module {
        name: "delivery",
        migrations: Some(MIGRATIONS),
        texts: TEXTS,
        actions: actions::ACTIONS,
        routes: pages::routes(),
        jobs: jobs::all(),
        subscriptions: jobs::SUBSCRIPTIONS,
        nav: pages::NAV,
        samples: pages::samples,
        openapi: None,
    }
}
