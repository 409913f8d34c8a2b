//! APP-NAME: say in two lines what it is for.

pub mod actions;
pub mod model;
mod pages;
pub mod store;
pub mod usecases;

use db::Migrations;

/// The tables.
pub const MIGRATIONS: Migrations = Migrations {
    schema: "APP_NAME",
    steps: &[("0001_APP_NAME", include_str!("../migrations/0001_APP_NAME.sql"))],
    replaceable: &[],
};

/// The texts.
pub const TEXTS: i18n::Source =
    i18n::Source { name: "APP-NAME", lv: include_str!("../locales/lv.ftl"), en: include_str!("../locales/en.ftl") };

/// The app.
#[must_use]
pub fn app() -> manifest::App {
    manifest::App {
        module: web::Module {
            name: "APP-NAME",
            migrations: Some(MIGRATIONS),
            texts: TEXTS,
            actions: actions::ACTIONS,
            routes: pages::routes(),
            jobs: Vec::new(),
            subscriptions: &[],
            nav: &[web::NavEntry {
                href: "/APP-NAME",
                label: "APP-NAME-title",
                icon: "list",
                group: "APP-NAME-group",
                action: Some(<actions::ViewEntry as op::Action>::DEF),
            }],
            samples: pages::samples,
            openapi: None,
        },
        services: Vec::new(),
        outcomes: Vec::new(),
        kinds: &[],
        reports: Vec::new(),
        task_kinds: &[],
        set_up: None,
        life: Vec::new(),
        year: None,
        extend: None,
    }
}
