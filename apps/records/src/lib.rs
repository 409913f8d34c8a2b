//! The register desk (lietvedība): incoming, outgoing and internal documents, resolutions that become tasks,
//! deadlines by law.

pub mod actions;
mod card;
mod held;
pub mod life;
pub mod model;
mod pages;
mod store;
pub mod usecases;
mod year;

pub use card::card_part;
pub use held::{Item, Resolution};

use db::Migrations;
use op::{Audit, Facts, Op, OpError};
use types::BoxFuture;
use web::NavEntry;
use workflow::TaskKind;

/// The tables.
pub const MIGRATIONS: Migrations = Migrations {
    schema: "records",
    steps: &[("0001_records", include_str!("../migrations/0001_records.sql"))],
    replaceable: &[],
};

/// The texts.
pub const TEXTS: i18n::Source =
    i18n::Source { name: "records", lv: include_str!("../locales/lv.ftl"), en: include_str!("../locales/en.ftl") };

/// What the desk asks of people.
pub const TASK_KINDS: &[TaskKind] = &[
    TaskKind { kind: usecases::EXECUTE, title: "records-task-execute", href: "/records/resolutions/{id}" },
    TaskKind { kind: usecases::CONTROL, title: "records-task-control", href: "/records/resolutions/{id}" },
];

const NAV: &[NavEntry] = &[
    NavEntry {
        href: "/records/new/incoming",
        label: "records-new-incoming",
        icon: "file-plus",
        group: "delivery-group",
        action: Some(<documents::actions::CreateDocument as op::Action>::DEF),
    },
    NavEntry {
        href: "/records/deadlines",
        label: "records-deadlines",
        icon: "alarm-clock",
        group: "delivery-group",
        action: Some(<actions::ViewDeadlines as op::Action>::DEF),
    },
];

/// The app.
#[must_use]
pub fn app() -> manifest::App {
    manifest::App {
        module: web::Module {
            name: "records",
            migrations: Some(MIGRATIONS),
            texts: TEXTS,
            actions: actions::ACTIONS,
            routes: pages::routes(),
            jobs: Vec::new(),
            subscriptions: &[],
            nav: NAV,
            samples: pages::samples,
            openapi: None,
        },
        services: Vec::new(),
        outcomes: Vec::new(),
        kinds: &[],
        reports: Vec::new(),
        task_kinds: TASK_KINDS,
        year: Some(year::LIFE),
        set_up: Some(set_up),
        life: life::life_steps(),
        extend: Some(|extensions| manifest::add_card_part(extensions, card_part())),
    }
}

/// The registers of the desk.
fn set_up(op: Op) -> BoxFuture<'static, Result<(), OpError>> {
    Box::pin(async move {
        let mut tx = op.begin().await?;
        let may = tx.create::<documents::actions::ManageRegisters>(&Facts::default())?;
        documents::add_registers(&mut tx, &may, &documents::default_registers()).await?;
        tx.audit(Audit::of("records.set-up", "tenant", op.tenant()));
        tx.commit().await
    })
}
