use std::collections::HashMap;

use op::{Audit, Event, Op, OpError, Tx};
use serde_json::json;
use types::{PersonId, RouteId, TaskId};
use uuid::Uuid;

use super::tasks::{About, notify, task};
use crate::{
    actions::{DelegateStep, TakeStep},
    calendar,
    model::{self, Decision, Medium, Outcome, Refused, RouteState, Step},
    plan::StepKind,
    service::{self, EffectError, Ended},
    store::{self, NewTask, RouteChange, TaskChange, TaskHeld},
};

/// Why a decision did not happen.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    /// The route's own rules refused.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// What the route leads to was refused.
    #[error(transparent)]
    Effect(#[from] EffectError),
    /// The database or the rights.
    #[error(transparent)]
    Op(#[from] OpError),
}

impl From<sqlx::Error> for DecideError {
    fn from(e: sqlx::Error) -> Self {
        Self::Op(e.into())
    }
}

/// What somebody wants done with a step.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// How.
    pub outcome: Outcome,
    /// Their words.
    pub remark: Option<String>,
    /// What place the words are about.
    pub place: Option<String>,
    /// On what.
    pub medium: Medium,
}

impl Verdict {
    /// Agreed, in the system.
    #[must_use]
    pub const fn yes() -> Self {
        Self { outcome: Outcome::Done, remark: None, place: None, medium: Medium::Electronic }
    }
}

/// What became of a set.
#[derive(Debug, Default)]
pub struct Decided {
    /// Decided tasks.
    pub done: Vec<TaskId>,
    /// Those that were not, and why.
    pub refused: Vec<(TaskId, Refused)>,
}

/// Decides these tasks, all in one transaction; those whose turn is over, or that are not theirs, are left out
/// and named.
///
/// # Errors
/// What a route leads to was refused, or the database failed: then nothing was decided.
pub async fn decide(op: &Op, tasks: &[TaskId], verdict: &Verdict) -> Result<Decided, DecideError> {
    let mut tx = op.begin().await?;
    tx.write_late(true);
    let decided = decide_in(&mut tx, tasks, verdict).await?;
    if decided.done.is_empty() {
        return Ok(decided);
    }
    tx.commit().await?;
    Ok(decided)
}

/// A set of decisions as it grows: a route may come in it more than once.
#[derive(Default)]
struct Batch {
    routes: HashMap<RouteId, (Vec<Step>, RouteState)>,
    closed: Vec<TaskChange>,
    opened: Vec<NewTask>,
    /// Routes whose effect must still be possible: a signature will be asked for, or they end without one.
    checked: Vec<(String, Ended)>,
    ended: Vec<(String, Ended)>,
}

impl Batch {
    /// Takes one step of one route.
    fn take(&mut self, op: &Op, t: &TaskHeld, d: &Decision, due: impl Fn(u16) -> types::Date) -> Result<u16, Refused> {
        let no = u16::try_from(t.step_no).unwrap_or(0);
        let (steps, state) = match self.routes.get(&t.route_id) {
            Some((steps, state)) => (steps.as_slice(), *state),
            None => (t.steps.0.as_slice(), RouteState::from_word(&t.route_state).unwrap_or(RouteState::Withdrawn)),
        };
        let change = model::decide(steps, state, t.owner_id, no, d, due)?;
        let close = |state: &'static str| {
            let route_id = t.route_id;
            move |no: &u16| TaskChange { route_id, step_no: i32::from(*no), state }
        };
        self.closed.extend(change.done.iter().map(close("done")));
        self.closed.extend(change.cancelled.iter().map(close("cancelled")));
        let opened: Vec<&Step> = change.steps.iter().filter(|s| change.opened.contains(&s.no)).collect();
        let about = About::of_held(t);
        self.opened.extend(opened.iter().map(|s| task(op, s, &about)));
        let asks_signature = opened.iter().any(|s| s.kind == StepKind::Sign);
        let signed = change.steps.iter().any(|s| s.no == no && s.kind == StepKind::Sign);
        let ended = || (t.code.clone(), end(t, change.state, d.medium, Some(d.by)));
        if asks_signature || (change.state == RouteState::Completed && !signed) {
            self.checked.push(ended());
        }
        if change.state != RouteState::Running {
            self.ended.push(ended());
        }
        self.routes.insert(t.route_id, (change.steps, change.state));
        Ok(no)
    }

    fn changes(&self, op: &Op) -> Vec<RouteChange> {
        let change = |(id, (steps, state)): (&RouteId, &(Vec<Step>, RouteState))| RouteChange {
            id: *id,
            electronic: model::approved_electronically(steps),
            steps: steps.clone(),
            state: state.word(),
            finished_at: (*state != RouteState::Running).then(|| op.now()),
            application_state: application_state(*state),
        };
        self.routes.iter().map(change).collect()
    }
}

/// Like [`decide`], inside a transaction.
///
/// # Errors
/// As [`decide`].
pub async fn decide_in(tx: &mut Tx, tasks: &[TaskId], verdict: &Verdict) -> Result<Decided, DecideError> {
    let ids: Vec<Uuid> = tasks.iter().map(|t| t.uuid()).collect();
    let (held, refused) = tx.hold_all::<TaskHeld, TakeStep>(&ids).await?;
    let op = tx.op().clone();
    let by = op.person().ok_or(OpError::Forbidden("workflow.step.take"))?;
    let calendar = calendar::of(tx).await?;
    let today = op.today();
    let due = |days: u16| calendar::due_on(&calendar, today, days);

    // Whether it is somebody else's or is not there at all is not theirs to know.
    let mut decided = Decided::default();
    decided.refused.extend(refused.iter().map(|r| (TaskId(r.id), Refused::NoStep)));
    let (mut mays, mut batch) = (Vec::new(), Batch::default());
    for (t, may) in held {
        let d = Decision {
            outcome: verdict.outcome,
            remark: verdict.remark.clone(),
            place: verdict.place.clone(),
            medium: verdict.medium,
            by,
            capacity: may.capacity(),
            at: op.now(),
        };
        match batch.take(&op, &t, &d, due) {
            Err(why) => decided.refused.push((t.id, why)),
            Ok(no) => {
                decided.done.push(t.id);
                say(tx, &t, no, &d);
                mays.push(may);
            }
        }
    }
    if decided.done.is_empty() {
        return Ok(decided);
    }
    check(tx, &batch.checked).await?;
    store::decide(tx, &mays, &batch.changes(&op), &batch.closed, &batch.opened).await?;
    let subjects = decided.done.iter().map(|t| t.uuid()).collect();
    let data = json!({ "outcome": verdict.outcome, "medium": verdict.medium });
    tx.audit(Audit::of_all("workflow.step.take", "task", subjects).with(data));
    notify(tx, &batch.opened);
    finish(tx, batch.ended).await?;
    Ok(decided)
}

fn end(t: &TaskHeld, state: RouteState, medium: Medium, by: Option<PersonId>) -> Ended {
    Ended {
        route: t.route_id,
        subject: t.subject_id,
        document: t.document_id,
        owner: t.owner_id,
        unit: t.unit_id,
        institution: t.institution_id,
        state,
        medium,
        by,
    }
}

fn say(tx: &mut Tx, t: &TaskHeld, no: u16, d: &Decision) {
    let kind = t.steps.0.iter().find(|s| s.no == no).map_or(StepKind::Review, |s| s.kind);
    let verb = match (d.outcome, kind) {
        (Outcome::Rejected, _) => "rejected",
        (Outcome::Returned, _) => "returned",
        (_, StepKind::Sign) => "signed",
        (_, StepKind::Acknowledge) => "acknowledged",
        (_, StepKind::Execute) => "executed",
        (_, StepKind::Review) => "reviewed",
        (_, StepKind::Visa) => "visaed",
        (_, StepKind::Confirm) => "confirmed",
        (_, StepKind::Approve) => "approved",
    };
    let data = json!({ "step": no, "remark": d.remark, "place": d.place, "medium": d.medium });
    tx.history(t.subject_id, verb, data);
}

const fn application_state(state: RouteState) -> Option<&'static str> {
    match state {
        RouteState::Running => None,
        RouteState::Completed => Some("approved"),
        RouteState::Rejected => Some("rejected"),
        RouteState::Returned => Some("returned"),
        RouteState::Withdrawn => Some("withdrawn"),
    }
}

/// What may refuse the effect is asked before a signature is: after it nothing may.
async fn check(tx: &mut Tx, these: &[(String, Ended)]) -> Result<(), DecideError> {
    for (code, group) in by_code(these.iter()) {
        let outcome = service::outcome(tx.op(), &code)?;
        (outcome.check)(tx, &group).await?;
    }
    Ok(())
}

/// What the routes lead to, in the transaction that ended them.
pub(super) async fn finish(tx: &mut Tx, ended: Vec<(String, Ended)>) -> Result<(), DecideError> {
    let mut is_first = true;
    for completed in [true, false] {
        let these = ended.iter().filter(|(_, e)| (e.state == RouteState::Completed) == completed);
        for (code, group) in by_code(these) {
            let outcome = service::outcome(tx.op(), &code)?;
            let effect = if completed { outcome.apply } else { outcome.stop };
            // An effect may read what was decided, and what another effect did. What it writes it may keep for the end.
            if outcome.reads_routes || !is_first {
                tx.settle().await?;
            }
            is_first = false;
            let late = tx.write_late(false);
            effect(tx, &group).await?;
            tx.written(late).await?;
            let subjects = group.iter().map(|e| e.subject).collect();
            let data = json!({ "code": code, "completed": completed });
            tx.publish(Event { kind: "workflow.route-ended", subjects, data });
        }
    }
    Ok(())
}

fn by_code<'a>(ended: impl Iterator<Item = &'a (String, Ended)>) -> Vec<(String, Vec<Ended>)> {
    let mut groups: Vec<(String, Vec<Ended>)> = Vec::new();
    for (code, e) in ended {
        match groups.iter_mut().find(|(c, _)| c == code) {
            Some((_, group)) => group.push(e.clone()),
            None => groups.push((code.clone(), vec![e.clone()])),
        }
    }
    groups
}

/// Hands a step on to somebody else.
///
/// # Errors
/// It is not open, not theirs, or the database failed.
pub async fn delegate(op: &Op, id: TaskId, to: PersonId, remark: Option<String>) -> Result<(), DecideError> {
    let mut tx = op.begin().await?;
    let (t, may) = tx.hold::<TaskHeld, DelegateStep>(id).await?;
    if t.owner_id == Some(to) {
        return Err(Refused::Own.into());
    }
    if t.principal == to.uuid() || store::colleague(tx.conn(), op.tenant(), to, op.today()).await?.is_none() {
        return Err(Refused::Nobody.into());
    }
    let no = u16::try_from(t.step_no).unwrap_or(0);
    let state = RouteState::from_word(&t.route_state).unwrap_or(RouteState::Withdrawn);
    let steps = model::delegate(&t.steps.0, state, no, to)?;
    let about = About::of_held(&t);
    let new: Vec<NewTask> = steps.iter().filter(|s| s.no == no).map(|s| task(op, s, &about)).collect();
    let change = RouteChange {
        id: t.route_id,
        electronic: model::approved_electronically(&steps),
        steps,
        state: state.word(),
        finished_at: None,
        application_state: None,
    };
    let close = TaskChange { route_id: t.route_id, step_no: t.step_no, state: "cancelled" };
    store::decide(&mut tx, &[may], &[change], &[close], &new).await?;
    tx.audit(Audit::of("workflow.step.delegate", "task", id).with(json!({ "to": to })));
    tx.history(t.subject_id, "delegated", json!({ "step": no, "to": to, "remark": remark }));
    notify(&mut tx, &new);
    Ok(tx.commit().await?)
}
