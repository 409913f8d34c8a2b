//! Personnel: employees, leaves, self-service applications and the orders that follow from them.

pub mod actions;
pub mod effects;
pub mod letters;
pub mod model;
mod offers;
pub mod orders;
mod pages;
mod reports;
pub mod store;
pub mod usecases;

use db::Migrations;
use op::{Audit, Facts, Op, OpError};
use types::BoxFuture;

/// The tables.
pub const MIGRATIONS: Migrations = Migrations {
    schema: "personnel",
    steps: &[("0001_personnel", include_str!("../migrations/0001_personnel.sql"))],
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
            jobs: Vec::new(),
            subscriptions: &[],
            nav: &[web::NavEntry {
                href: "/me/leave",
                label: "personnel-my-leave",
                icon: "calendar-days",
                group: "personnel-group",
                action: Some(<actions::FileApplication as op::Action>::DEF),
            }],
            samples: |_| Vec::new(),
            openapi: None,
        },
        services: offers::services(),
        outcomes: offers::outcomes(),
        kinds: offers::KINDS,
        reports: reports::reports(),
        task_kinds: &[],
        set_up: Some(set_up),
        extend: None,
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
