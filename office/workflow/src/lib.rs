//! Workflow: what can be applied for, the routes that decide it, and the tasks that wait for people.
//!
//! An app declares [`Service`]s and [`RouteOutcome`]s; this crate files applications, finds who takes each step,
//! keeps one list of tasks for everybody, and runs the outcome's effect in the transaction that ended the route.

/// Its permissions.
pub mod actions;
mod calendar;
#[path = "jobs.rs"]
mod jobs_of;
mod model;
mod pages;
mod plan;
mod service;
mod shell;
mod store;
mod usecases;

pub use model::{Change, Decision, Medium, Outcome, Refused, RouteState, Step, StepState, approved_electronically};
pub use plan::*;
pub use service::{
    Effect, EffectError, ElectronicSigning, Ended, Outcomes, RouteOutcome, Service, Services, SubjectView,
    SubjectViews, TaskKind, TaskKinds, nothing, outcome,
};
pub use shell::{ShellCount, ShellCounts, shell_source};
pub use store::{
    Application, Cursor, RouteRow, TaskHeld, TaskRow, applications_of, comments, count, history, open_tasks_of,
    routes_of, tasks, template,
};
pub use usecases::{
    DecideError, Decided, Filing, OwnTask, StartError, Subject, Taker, TemplateError, Verdict, activate_template,
    close_tasks, comment_on_application, comment_on_task, decide, decide_in, delegate, escalate, file, open_tasks,
    refile, remind, save_template, start, taker, withdraw,
};

use db::Migrations;

/// The tables.
pub const MIGRATIONS: Migrations = Migrations {
    schema: "workflow",
    steps: &[("0001_workflow", include_str!("../migrations/0001_workflow.sql"))],
    replaceable: &[],
};

/// The texts.
pub const TEXTS: i18n::Source =
    i18n::Source { name: "workflow", lv: include_str!("../locales/lv.ftl"), en: include_str!("../locales/en.ftl") };

const NAV: &[web::NavEntry] = &[
    web::NavEntry { href: "/tasks", label: "workflow-tasks", icon: "list-checks", group: "", action: None },
    web::NavEntry { href: "/applications", label: "workflow-applications", icon: "send", group: "", action: None },
    web::NavEntry {
        href: "/admin/routes",
        label: "workflow-routes",
        icon: "route",
        group: "workflow-nav-admin",
        action: Some(<actions::ViewTemplates as op::Action>::DEF),
    },
];

/// What this crate brings to the house.
#[must_use]
pub fn module() -> web::Module {
    web::Module {
        name: "workflow",
        migrations: Some(MIGRATIONS),
        texts: TEXTS,
        actions: actions::ACTIONS,
        routes: pages::routes(),
        jobs: jobs_of::all(),
        subscriptions: &[],
        nav: NAV,
        samples: pages::samples,
        openapi: None,
    }
}
