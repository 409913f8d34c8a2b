//! What apps declare: services that can be applied for, and what happens when a route ends.

use op::{ActionDef, Op, Tx};
use std::sync::Arc;

use i18n::Tr;
use op::OpError;
use types::{BoxFuture, DocumentId, PersonId, RouteId, UnitId};
use uuid::Uuid;

use crate::{
    model::{Medium, RouteState},
    plan::Plan,
};

/// A route that has ended, as an effect needs it.
#[derive(Clone, Debug)]
pub struct Ended {
    /// The route.
    pub route: RouteId,
    /// What it was about: the application's or the act's id.
    pub subject: Uuid,
    /// Its document.
    pub document: Option<DocumentId>,
    /// Whom it is about.
    pub owner: Option<PersonId>,
    /// Their unit.
    pub unit: UnitId,
    /// Their institution.
    pub institution: UnitId,
    /// How it ended.
    pub state: RouteState,
    /// On what the last step was taken.
    pub medium: Medium,
    /// Who took the last step.
    pub by: Option<PersonId>,
}

/// Why an effect was refused; the text is for people, in their language.
#[derive(Debug, thiserror::Error)]
pub enum EffectError {
    /// A rule refused.
    #[error("{0}")]
    Refused(String),
    /// The database or the rights.
    #[error(transparent)]
    Op(#[from] op::OpError),
}

impl From<sqlx::Error> for EffectError {
    fn from(e: sqlx::Error) -> Self {
        Self::Op(e.into())
    }
}

/// Does something in the transaction that ended the routes, for all of them at once.
pub type Effect = for<'a> fn(&'a mut Tx, &'a [Ended]) -> BoxFuture<'a, Result<(), EffectError>>;

/// What a kind of route leads to.
#[derive(Clone, Copy)]
pub struct RouteOutcome {
    /// The kind: a service's code, or a kind of act.
    pub code: &'static str,
    /// The key of its name.
    pub title: &'static str,
    /// The route where no template says otherwise.
    pub plan: fn() -> Plan,
    /// When every step was taken.
    pub apply: Effect,
    /// When it was rejected, returned or withdrawn.
    pub stop: Effect,
    /// Rechecked before a signature is asked for: after it the effect cannot be refused.
    pub check: Effect,
    /// Do `apply` and `stop` look at routes, tasks or the state of applications? Then what was decided is written before
    /// they are called, else together with what they write.
    pub reads_routes: bool,
    /// Whom to send to see the subject: `/personnel/orders/{id}`.
    pub href: &'static str,
}

/// All kinds of route, registered by the apps.
pub struct Outcomes(pub Vec<RouteOutcome>);

/// A service that can be applied for (pakalpojums).
#[derive(Clone, Copy)]
pub struct Service {
    /// Its code, the same as its route's.
    pub code: &'static str,
    /// The key of its name.
    pub title: &'static str,
    /// The key of the need in plain words: "I want a leave".
    pub need: &'static str,
    /// The key of the group of needs it stands under.
    pub group: &'static str,
    /// An icon.
    pub icon: &'static str,
    /// The legal ground.
    pub ground: &'static str,
    /// Who may ask.
    pub action: &'static ActionDef,
    /// Where its form is.
    pub href: &'static str,
}

/// All services, registered by the apps.
pub struct Services(pub Vec<Service>);

/// The outcome of a kind of route.
///
/// # Errors
/// No app declared it: a programming error, found by a test.
pub fn outcome(op: &Op, code: &str) -> Result<RouteOutcome, EffectError> {
    let all = op.kernel().extension::<Outcomes>();
    let found = all.and_then(|o| o.0.iter().find(|o| o.code == code)).copied();
    found.ok_or_else(|| EffectError::Refused(format!("unknown route {code}")))
}

/// An effect that does nothing.
#[must_use]
pub fn nothing<'a>(_: &'a mut Tx, _: &'a [Ended]) -> BoxFuture<'a, Result<(), EffectError>> {
    Box::pin(std::future::ready(Ok(())))
}

/// Shows what a route is about to whoever decides on it; an app registers one for each kind of route.
pub trait SubjectView: Send + Sync {
    /// The summary as HTML; `None` where there is nothing to show. The caller has checked that they may see it.
    /// Called while no transaction is open.
    fn render<'a>(&'a self, op: &'a Op, tr: &'a Tr, subject: Uuid) -> BoxFuture<'a, Result<Option<ui::Html>, OpError>>;
}

/// All summaries, by code of the route; registered by the apps.
#[derive(Default)]
pub struct SubjectViews(pub Vec<(&'static str, Arc<dyn SubjectView>)>);

impl SubjectViews {
    /// The summary of a kind of route.
    #[must_use]
    pub fn get(&self, code: &str) -> Option<&Arc<dyn SubjectView>> {
        self.0.iter().find(|(c, _)| *c == code).map(|(_, v)| v)
    }
}

/// A kind of task that belongs to no route; the app's page does it.
#[derive(Clone, Copy, Debug)]
pub struct TaskKind {
    /// Its word, as stored: `app.resolve`.
    pub kind: &'static str,
    /// The key of its name.
    pub title: &'static str,
    /// Where it is done: `/records/resolutions/{id}`, with the subject's id.
    pub href: &'static str,
}

/// All of them, registered by the apps.
#[derive(Default)]
pub struct TaskKinds(pub Vec<TaskKind>);

/// Where steps that ask for a signature are signed electronically; registered where a way of signing is set up. Its
/// form takes the tasks as `task`.
#[derive(Clone, Copy, Debug)]
pub struct ElectronicSigning {
    /// The address to which tasks are posted.
    pub href: &'static str,
}
