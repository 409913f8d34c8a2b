//! E-invoices (e-rēķini): from the supplier's file to the payment that the bank has confirmed, with nobody retyping.

/// What may be done, and by whom.
pub mod actions;
mod api;
mod effects;
mod held;
#[path = "jobs.rs"]
mod jobs_of;
pub mod life;
pub mod model;
mod offers;
mod pages;
mod reports_of;
pub mod store;
pub mod usecases;

pub use held::{Agreement, Batch, HeldTemplate, Invoice, Waiting};

use db::Migrations;
use op::{Audit, Facts, Op, OpError};
use types::BoxFuture;

/// The tables.
pub const MIGRATIONS: Migrations = Migrations {
    schema: "invoices",
    steps: &[
        ("0001_invoices", include_str!("../migrations/0001_invoices.sql")),
        ("0002_agreements", include_str!("../migrations/0002_agreements.sql")),
        ("0003_intake", include_str!("../migrations/0003_intake.sql")),
        ("0004_exchange", include_str!("../migrations/0004_exchange.sql")),
    ],
    replaceable: &[],
};

/// The texts.
pub const TEXTS: i18n::Source =
    i18n::Source { name: "invoices", lv: include_str!("../locales/lv.ftl"), en: include_str!("../locales/en.ftl") };

/// The app.
#[must_use]
pub fn app() -> manifest::App {
    manifest::App {
        module: web::Module {
            name: "invoices",
            migrations: Some(MIGRATIONS),
            texts: TEXTS,
            actions: actions::ACTIONS,
            routes: pages::routes().into_iter().chain(api::routes()).collect(),
            jobs: jobs_of::all(),
            subscriptions: &[],
            nav: pages::NAV,
            samples: pages::samples,
            openapi: Some(api::openapi),
        },
        services: Vec::new(),
        outcomes: offers::outcomes(),
        kinds: offers::KINDS,
        reports: reports_of::reports(),
        task_kinds: offers::TASK_KINDS,
        set_up: Some(set_up),
        life: life::life_steps(),
        year: Some(life::LIFE),
        extend: Some(pages::extend),
    }
}

/// The register of invoices.
fn set_up(op: Op) -> BoxFuture<'static, Result<(), OpError>> {
    Box::pin(async move {
        let mut tx = op.begin().await?;
        let may = tx.create::<actions::ReceiveInvoice>(&Facts::default())?;
        documents::add_registers(&mut tx, &may, &documents::default_registers()).await?;
        tx.audit(Audit::of("invoices.set-up", "tenant", op.tenant()));
        tx.commit().await
    })
}
