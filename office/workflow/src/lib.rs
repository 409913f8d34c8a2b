//! Workflow: what can be applied for, the routes that decide it, and the tasks that wait for people.
//!
//! An app declares [`Service`]s and [`RouteOutcome`]s; this crate files applications, finds who takes each step,
//! keeps one list of tasks for everybody, and runs the outcome's effect in the transaction that ended the route.

/// Its permissions.
pub mod actions;
mod model;
mod service;
mod store;
mod usecases;

pub use model::*;
pub use service::{Effect, EffectError, Ended, Outcomes, RouteOutcome, Service, Services, nothing, outcome};
pub use store::{
    Application, Cursor, RouteRow, TaskHeld, TaskRow, applications_of, count, open_tasks_of, routes_of, tasks, template,
};
pub use usecases::{
    DecideError, Decided, Filing, StartError, Subject, Verdict, decide, decide_in, delegate, file, refile, start,
    withdraw,
};

use db::Migrations;

/// The tables.
pub const MIGRATIONS: Migrations = Migrations {
    schema: "workflow",
    steps: &[("0001_workflow", include_str!("../migrations/0001_workflow.sql"))],
    replaceable: &[],
};
