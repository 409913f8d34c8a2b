//! Personnel: employees, leaves, self-service applications and the orders that follow from them.

mod accrual;
/// What may be done, and by whom.
pub mod actions;
pub mod asks;
mod drafting;
pub mod effects;
pub mod events;
pub mod facts;
#[path = "jobs.rs"]
mod jobs_of;
pub mod letters;
pub mod life;
pub mod model;
mod offers;
pub mod orders;
mod pages;
mod renderings;
mod reports;
pub mod store;
pub mod usecases;

use db::Migrations;
use op::{Audit, Facts, Op, OpError};
use types::BoxFuture;

/// The tables.
pub const MIGRATIONS: Migrations = Migrations {
    schema: "personnel",
    steps: &[
        ("0001_personnel", include_str!("../migrations/0001_personnel.sql")),
        ("0002_letters", include_str!("../migrations/0002_letters.sql")),
        ("0003_trips_abroad", include_str!("../migrations/0003_trips_abroad.sql")),
    ],
    replaceable: &[],
};

/// The texts.
pub const TEXTS: i18n::Source =
    i18n::Source { name: "personnel", lv: include_str!("../locales/lv.ftl"), en: include_str!("../locales/en.ftl") };

/// The app.
#[must_use]
pub fn app() -> manifest::App {
    manifest::App {
        module: web::Module {
            name: "personnel",
            migrations: Some(MIGRATIONS),
            texts: TEXTS,
            actions: actions::ACTIONS,
            routes: pages::routes(),
            jobs: jobs_of::all(),
            subscriptions: jobs_of::SUBSCRIPTIONS,
            nav: pages::NAV,
            samples: pages::samples,
            openapi: None,
        },
        services: offers::services(),
        outcomes: offers::outcomes(),
        kinds: offers::KINDS,
        reports: reports::reports(),
        task_kinds: &[],
        year: Some(life::YEAR),
        set_up: Some(set_up),
        life: life::life_steps(),
        extend: Some(pages::extend),
    }
}

/// Registers and leave accounts.
fn set_up(op: Op) -> BoxFuture<'static, Result<(), OpError>> {
    Box::pin(async move {
        let mut tx = op.begin().await?;
        let may = tx.create::<actions::BookAccount>(&Facts::default())?;
        documents::add_registers(&mut tx, &may, &documents::default_registers()).await?;
        let opened = store::open_missing_accounts(&mut tx, &may, op.today()).await?;
        tx.audit(Audit::of("personnel.set-up", "tenant", op.tenant()).with(serde_json::json!({ "accounts": opened })));
        tx.commit().await
    })
}
