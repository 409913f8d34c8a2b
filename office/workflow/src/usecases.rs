//! Hold, decide, store, say so: the same in every use-case, each for a set.

use std::collections::{BTreeSet, HashMap};

use latvian::calendar::WorkCalendar;
use op::{Audit, Event, May, Op, OpError, Tx};
use serde_json::{Value, json};
use types::{ApplicationId, Date, DocumentId, PersonId, RouteId, RouteTemplateId, TaskId, Timestamp, UnitId};
use uuid::Uuid;

use crate::{
    actions::{CorrectApplication, DelegateStep, TakeStep, WithdrawApplication},
    model::{self, Decision, Medium, Outcome, Plan, Refused, RouteState, Step, StepKind, StepState, Where, Who},
    service::{self, EffectError, Ended},
    store::{self, Application, NewApplication, NewRoute, NewTask, RouteChange, TaskChange, TaskHeld},
};

/// What a route is about.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The application's or the act's id.
    pub id: Uuid,
    /// Its document.
    pub document: Option<DocumentId>,
    /// Its title.
    pub title: String,
    /// In one line.
    pub gist: String,
    /// Whom it is about.
    pub owner: Option<PersonId>,
    /// Their unit.
    pub unit: UnitId,
    /// Their institution.
    pub institution: UnitId,
}

/// A step that nobody can take: an administrator has to name somebody.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// No holder was found.
    #[error("nobody to take step {0}")]
    Nobody(u16),
    /// The database or the rights.
    #[error(transparent)]
    Op(#[from] OpError),
}

impl From<sqlx::Error> for StartError {
    fn from(e: sqlx::Error) -> Self {
        Self::Op(e.into())
    }
}

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

/// Starts the route of a kind for these subjects, with the institution's template or the app's own plan.
///
/// # Errors
/// A step has nobody to take it, or the database failed.
pub async fn start(tx: &mut Tx, code: &str, subjects: Vec<Subject>) -> Result<Vec<RouteId>, StartError> {
    let op = tx.op().clone();
    let today = op.today();
    let calendar = parties::calendar(tx.conn(), op.tenant()).await?;
    let due = |days: u16| due_on(&calendar, today, days);
    let mut plans: HashMap<UnitId, (Option<RouteTemplateId>, Plan)> = HashMap::new();
    let institutions: BTreeSet<UnitId> = subjects.iter().map(|s| s.institution).collect();
    for institution in institutions {
        plans.insert(institution, plan_for(tx, code, institution).await?);
    }
    let (mut routes, mut tasks) = (Vec::new(), Vec::new());
    for subject in subjects {
        let Some((template, plan)) = plans.get(&subject.institution) else { continue };
        let mut steps = resolve(tx, plan, &subject, today).await?;
        let opened = model::open_first(&mut steps, due);
        let route = NewRoute {
            id: op.new_id(),
            code: code.to_owned(),
            template_id: *template,
            subject_id: subject.id,
            document_id: subject.document,
            title: subject.title,
            gist: subject.gist,
            owner_id: subject.owner,
            unit_id: subject.unit,
            institution_id: subject.institution,
            steps,
            started_at: op.now(),
        };
        let new = opened.iter().filter_map(|no| route.steps.iter().find(|s| s.no == *no));
        tasks.extend(new.map(|s| task(&op, s, &About::of_route(&route))));
        tx.history(subject.id, "route-started", json!({ "route": route.id, "code": code }));
        routes.push(route);
    }
    store::start(tx, &routes, &tasks).await?;
    notify(tx, &tasks);
    Ok(routes.iter().map(|r| r.id).collect())
}

/// So many working days later; outside the calendar's years every day counts.
fn due_on(calendar: &WorkCalendar, from: Date, days: u16) -> Date {
    let plain = from.checked_add_days(chrono::Days::new(u64::from(days))).unwrap_or(from);
    calendar.add_working_days(from, u32::from(days)).unwrap_or(plain)
}

/// The plan in force: the institution's own template, else the municipality's, else the app's.
async fn plan_for(tx: &mut Tx, code: &str, institution: UnitId) -> Result<(Option<RouteTemplateId>, Plan), StartError> {
    let tenant = tx.op().tenant();
    Ok(match store::template(tx.conn(), tenant, code, institution).await? {
        Some((id, plan)) => (Some(id), plan),
        None => (None, service::outcome(tx.op(), code).map(|o| (o.plan)()).unwrap_or_default()),
    })
}

/// What a task repeats of its route.
struct About<'a> {
    route: RouteId,
    subject: Uuid,
    document: Option<DocumentId>,
    title: &'a str,
    gist: &'a str,
    owner: Option<PersonId>,
}

impl<'a> About<'a> {
    fn of_route(r: &'a NewRoute) -> Self {
        let (title, gist) = (r.title.as_str(), r.gist.as_str());
        Self { route: r.id, subject: r.subject_id, document: r.document_id, title, gist, owner: r.owner_id }
    }

    fn of_held(t: &'a TaskHeld) -> Self {
        let (title, gist) = (t.title.as_str(), t.gist.as_str());
        Self { route: t.route_id, subject: t.subject_id, document: t.document_id, title, gist, owner: t.owner_id }
    }
}

fn task(op: &Op, step: &Step, about: &About<'_>) -> NewTask {
    NewTask {
        id: op.new_id(),
        kind: step.kind.word().to_owned(),
        principal: step.principal,
        route_id: Some(about.route),
        step_no: Some(i32::from(step.no)),
        subject_id: about.subject,
        document_id: about.document,
        title: about.title.to_owned(),
        gist: about.gist.to_owned(),
        from_id: about.owner,
        due: step.due.unwrap_or_else(|| op.today()),
        created_at: op.now(),
    }
}

/// Tells who got a task: the subscribers send the notices.
fn notify(tx: &mut Tx, tasks: &[NewTask]) {
    if tasks.is_empty() {
        return;
    }
    let subjects = tasks.iter().map(|t| t.id.uuid()).collect();
    let principals: Vec<Uuid> = tasks.iter().map(|t| t.principal).collect();
    tx.publish(Event { kind: "workflow.tasks-opened", subjects, data: json!({ "principals": principals }) });
}

async fn resolve(tx: &mut Tx, plan: &Plan, subject: &Subject, today: Date) -> Result<Vec<Step>, StartError> {
    let tenant = tx.op().tenant();
    let mut steps = Vec::new();
    let mut no = 0;
    for (group, g) in (1..).zip(&plan.groups) {
        for s in &g.steps {
            no += 1;
            let (principal, role, unit) = match &s.who {
                Who::Person(p) => (p.uuid(), None, None),
                Who::Post(post) => {
                    let holders = parties::post_holders(tx.conn(), tenant, *post, today).await?;
                    (holders.first().ok_or(StartError::Nobody(no))?.uuid(), None, None)
                }
                Who::DirectManager => {
                    let owner = subject.owner.ok_or(StartError::Nobody(no))?;
                    let manager = parties::manager_of(tx.conn(), tenant, owner, today).await?;
                    (manager.ok_or(StartError::Nobody(no))?.uuid(), None, None)
                }
                Who::Role { role, place } => {
                    let unit = place_of(subject, *place);
                    let found = parties::holders(tx.conn(), tenant, unit, role, today).await?;
                    let (unit, holders) = found.ok_or(StartError::Nobody(no))?;
                    // One who would decide on their own: the role's holders above take it.
                    let above = holders.len() == 1 && holders.first() == subject.owner.as_ref();
                    let (unit, holders) = if above {
                        beyond(tx, unit, role, today).await?.ok_or(StartError::Nobody(no))?
                    } else {
                        (unit, holders)
                    };
                    match holders.as_slice() {
                        [one] => (one.uuid(), Some(role.clone()), Some(unit)),
                        _ => (op::pool_id(unit, role), Some(role.clone()), Some(unit)),
                    }
                }
            };
            steps.push(Step {
                no,
                group,
                kind: s.kind,
                principal,
                role,
                unit,
                due_days: s.due_days,
                quorum: g.quorum,
                state: StepState::Waiting,
                due: None,
                outcome: None,
                by: None,
                capacity: None,
                at: None,
                remark: None,
                place: None,
                medium: None,
                delegated_from: None,
            });
        }
    }
    Ok(steps)
}

fn place_of(subject: &Subject, place: Where) -> UnitId {
    match place {
        // From anywhere the search goes up; the municipality's own holders stand at the root.
        Where::Unit => subject.unit,
        Where::Institution | Where::Municipality => subject.institution,
        Where::Named(unit) => unit,
    }
}

async fn beyond(
    tx: &mut Tx,
    unit: UnitId,
    role: &str,
    today: Date,
) -> Result<Option<(UnitId, Vec<PersonId>)>, StartError> {
    let tenant = tx.op().tenant();
    let parent: Option<(Option<UnitId>,)> =
        sqlx::query_as(db::sql!("select parent_id from kernel.unit where tenant_id = $1 and id = $2"))
            .bind(tenant)
            .bind(unit)
            .fetch_optional(tx.conn())
            .await?;
    match parent.and_then(|(p,)| p) {
        Some(parent) => Ok(parties::holders(tx.conn(), tenant, parent, role, today).await?),
        None => Ok(None),
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

/// Decides these tasks, all in one transaction; those whose turn is over are left out and named.
///
/// # Errors
/// What a route leads to was refused, a right is missing, or the database failed: then nothing was decided.
pub async fn decide(op: &Op, tasks: &[TaskId], verdict: &Verdict) -> Result<Decided, DecideError> {
    let mut tx = op.begin().await?;
    let decided = decide_in(&mut tx, tasks, verdict).await?;
    if decided.done.is_empty() {
        return Ok(decided);
    }
    tx.commit().await?;
    Ok(decided)
}

/// Like [`decide`], inside a transaction.
///
/// # Errors
/// As [`decide`].
pub async fn decide_in(tx: &mut Tx, tasks: &[TaskId], verdict: &Verdict) -> Result<Decided, DecideError> {
    let ids: Vec<Uuid> = tasks.iter().map(|t| t.uuid()).collect();
    let (held, refused) = tx.hold_all::<TaskHeld, TakeStep>(&ids).await?;
    if let Some(first) = refused.first() {
        return Err(if first.visible { OpError::Forbidden("workflow.step.take") } else { OpError::NotFound }.into());
    }
    let op = tx.op().clone();
    let by = op.person().ok_or(OpError::Forbidden("workflow.step.take"))?;
    let calendar = parties::calendar(tx.conn(), op.tenant()).await?;
    let today = op.today();
    let due = |days: u16| due_on(&calendar, today, days);

    let mut decided = Decided::default();
    let (mut mays, mut routes, mut closed, mut opened, mut ended) = (vec![], vec![], vec![], vec![], vec![]);
    for (t, may) in held {
        let no = u16::try_from(t.step_no).unwrap_or(0);
        let state = RouteState::from_word(&t.route_state).unwrap_or(RouteState::Withdrawn);
        let d = Decision {
            outcome: verdict.outcome,
            remark: verdict.remark.clone(),
            place: verdict.place.clone(),
            medium: verdict.medium,
            by,
            capacity: may.capacity(),
            at: op.now(),
        };
        match model::decide(&t.steps.0, state, t.owner_id, no, &d, due) {
            Err(why) => decided.refused.push((t.id, why)),
            Ok(change) => {
                decided.done.push(t.id);
                say(tx, &t, no, &d);
                write_down(&op, &t, &change, &mut routes, &mut closed, &mut opened);
                if change.state != RouteState::Running {
                    ended.push((t.code.clone(), end(&t, change.state, d.medium, Some(by))));
                }
                mays.push(may);
            }
        }
    }
    if decided.done.is_empty() {
        return Ok(decided);
    }
    check_before_signing(tx, &ended).await?;
    store::decide(tx, &mays, &routes, &closed, &opened).await?;
    tx.audit(
        Audit::of_all("workflow.step.take", "task", decided.done.iter().map(|t| t.uuid()).collect())
            .with(json!({ "outcome": verdict.outcome })),
    );
    notify(tx, &opened);
    finish(tx, ended).await?;
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

fn write_down(
    op: &Op,
    t: &TaskHeld,
    change: &model::Change,
    routes: &mut Vec<RouteChange>,
    closed: &mut Vec<TaskChange>,
    opened: &mut Vec<NewTask>,
) {
    let finished = change.state != RouteState::Running;
    routes.push(RouteChange {
        id: t.route_id,
        steps: change.steps.clone(),
        state: change.state.word(),
        finished_at: finished.then(|| op.now()),
        application_state: application_state(change.state),
        electronic: model::approved_electronically(&change.steps),
    });
    let close = |state: &'static str| {
        let route_id = t.route_id;
        move |no: &u16| TaskChange { route_id, step_no: i32::from(*no), state }
    };
    closed.extend(change.done.iter().map(close("done")));
    closed.extend(change.cancelled.iter().map(close("cancelled")));
    let about = About::of_held(t);
    let new = change.opened.iter().filter_map(|no| change.steps.iter().find(|s| s.no == *no));
    opened.extend(new.map(|s| task(op, s, &about)));
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

async fn check_before_signing(tx: &mut Tx, ended: &[(String, Ended)]) -> Result<(), DecideError> {
    for (code, group) in by_code(ended.iter().filter(|(_, e)| e.state == RouteState::Completed)) {
        let outcome = service::outcome(tx.op(), &code)?;
        (outcome.check)(tx, &group).await?;
    }
    Ok(())
}

/// What the routes lead to, in the transaction that ended them.
async fn finish(tx: &mut Tx, ended: Vec<(String, Ended)>) -> Result<(), DecideError> {
    for completed in [true, false] {
        let these = ended.iter().filter(|(_, e)| (e.state == RouteState::Completed) == completed);
        for (code, group) in by_code(these) {
            let outcome = service::outcome(tx.op(), &code)?;
            let effect = if completed { outcome.apply } else { outcome.stop };
            effect(tx, &group).await?;
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

/// An application to be sent.
#[derive(Clone, Debug)]
pub struct Filing {
    /// Its id, so that what is reserved for it can name it.
    pub id: ApplicationId,
    /// The service.
    pub service: &'static str,
    /// Who asks.
    pub applicant: PersonId,
    /// Their unit.
    pub unit: UnitId,
    /// Their institution.
    pub institution: UnitId,
    /// How it came.
    pub channel: &'static str,
    /// What is asked.
    pub payload: Value,
    /// Its title.
    pub title: String,
    /// In one line.
    pub gist: String,
    /// Its document, already registered.
    pub document: DocumentId,
}

/// Sends applications: stores them and starts their routes. The app has checked and reserved what may be refused.
///
/// # Errors
/// A step has nobody to take it, or the database failed.
pub async fn file<A: op::Action>(tx: &mut Tx, may: &May<A>, filings: Vec<Filing>) -> Result<Vec<RouteId>, StartError> {
    let Some(service) = filings.first().map(|f| f.service) else { return Ok(Vec::new()) };
    let op = tx.op().clone();
    let subjects = filings.iter().map(|f| Subject {
        id: f.id.uuid(),
        document: Some(f.document),
        title: f.title.clone(),
        gist: f.gist.clone(),
        owner: Some(f.applicant),
        unit: f.unit,
        institution: f.institution,
    });
    let routes = start(tx, service, subjects.collect()).await?;
    let (at, on): (Timestamp, Date) = (op.now(), op.today());
    let new = filings.into_iter().zip(&routes).map(|(f, route)| NewApplication {
        id: f.id,
        service: f.service.to_owned(),
        applicant_id: f.applicant,
        unit_id: f.unit,
        institution_id: f.institution,
        channel: f.channel.to_owned(),
        payload: f.payload,
        gist: f.gist,
        document_id: f.document,
        route_id: *route,
        filed_at: at,
        filed_on: on,
    });
    let new: Vec<NewApplication> = new.collect();
    store::file(tx, may, &new).await?;
    for n in &new {
        tx.history(n.id, "filed", json!({ "channel": n.channel }));
    }
    let ids: Vec<Uuid> = new.iter().map(|n| n.id.uuid()).collect();
    tx.audit(
        Audit::of_all("workflow.application.file", "application", ids.clone()).with(json!({ "service": service })),
    );
    tx.publish(Event { kind: "workflow.application-filed", subjects: ids, data: json!({ "service": service }) });
    Ok(routes)
}

/// Sends a returned application again, corrected. The app has checked and reserved anew.
///
/// # Errors
/// It was not returned, is not theirs, or the database failed.
pub async fn refile(
    tx: &mut Tx,
    application: &Application,
    may: &May<CorrectApplication>,
    payload: &Value,
    title: String,
    gist: String,
) -> Result<(), StartError> {
    if application.state != "returned" {
        return Err(OpError::Stale.into());
    }
    let subject = Subject {
        id: application.id.uuid(),
        document: application.document_id,
        title,
        gist: gist.clone(),
        owner: Some(application.applicant_id),
        unit: application.unit_id,
        institution: application.institution_id,
    };
    let routes = start(tx, &application.service, vec![subject]).await?;
    let Some(route) = routes.first() else { return Err(OpError::NotFound.into()) };
    store::refile(tx, may, payload, &gist, *route).await?;
    tx.history(application.id, "corrected", json!({}));
    tx.audit(Audit::of("workflow.application.correct", "application", application.id));
    Ok(())
}

/// Takes an application back.
///
/// # Errors
/// It is decided already, not theirs, or the database failed.
pub async fn withdraw(op: &Op, id: ApplicationId) -> Result<(), DecideError> {
    let mut tx = op.begin().await?;
    // The route first, as a decision does: two that wait for each other would both lose.
    let route = store::lock_route_of(tx.conn(), op.tenant(), id).await?.ok_or(OpError::NotFound)?;
    let (application, may) = tx.hold::<Application, WithdrawApplication>(id).await?;
    if application.route_id != Some(route.id) {
        return Err(OpError::Stale.into());
    }
    let change = if application.state == "returned" {
        // Its route has ended; only the application is taken back.
        model::Change {
            steps: route.steps.0.clone(),
            state: RouteState::Withdrawn,
            done: vec![],
            cancelled: vec![],
            opened: vec![],
        }
    } else {
        model::withdraw(&route.steps.0, route.route_state())?
    };
    let changed = RouteChange {
        id: route.id,
        electronic: false,
        steps: change.steps,
        state: RouteState::Withdrawn.word(),
        finished_at: Some(op.now()),
        application_state: Some("withdrawn"),
    };
    let close = |no: &u16| TaskChange { route_id: route.id, step_no: i32::from(*no), state: "cancelled" };
    let closed: Vec<TaskChange> = change.cancelled.iter().map(close).collect();
    store::decide(&mut tx, &[may], &[changed], &closed, &[]).await?;
    tx.audit(Audit::of("workflow.application.withdraw", "application", id));
    tx.history(id, "withdrawn", json!({}));
    let ended = Ended {
        route: route.id,
        subject: id.uuid(),
        document: application.document_id,
        owner: Some(application.applicant_id),
        unit: application.unit_id,
        institution: application.institution_id,
        state: RouteState::Withdrawn,
        medium: Medium::Electronic,
        by: op.person(),
    };
    finish(&mut tx, vec![(application.service, ended)]).await?;
    Ok(tx.commit().await?)
}
