use op::{Action, Audit, Event, May, Op, OpError, Tx};
use serde_json::json;
use types::{Date, DocumentId, PersonId, RouteId, TaskId};
use uuid::Uuid;

use crate::{
    model::Step,
    store::{self, NewRoute, NewTask, TaskHeld},
};

/// What a task repeats of its route.
pub(crate) struct About<'a> {
    pub route: RouteId,
    pub subject: Uuid,
    pub document: Option<DocumentId>,
    pub title: &'a str,
    pub gist: &'a str,
    pub owner: Option<PersonId>,
}

impl<'a> About<'a> {
    pub(crate) fn of_route(r: &'a NewRoute) -> Self {
        let (title, gist) = (r.title.as_str(), r.gist.as_str());
        Self { route: r.id, subject: r.subject_id, document: r.document_id, title, gist, owner: r.owner_id }
    }

    pub(crate) fn of_held(t: &'a TaskHeld) -> Self {
        let (title, gist) = (t.title.as_str(), t.gist.as_str());
        Self { route: t.route_id, subject: t.subject_id, document: t.document_id, title, gist, owner: t.owner_id }
    }
}

pub(crate) fn task(op: &Op, step: &Step, about: &About<'_>) -> NewTask {
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
pub(crate) fn notify(tx: &mut Tx, tasks: &[NewTask]) {
    if tasks.is_empty() {
        return;
    }
    let subjects = tasks.iter().map(|t| t.id.uuid()).collect();
    let principals: Vec<Uuid> = tasks.iter().map(|t| t.principal).collect();
    tx.publish(Event { kind: "workflow.tasks-opened", subjects, data: json!({ "principals": principals }) });
}

/// A task that belongs to no route: the app says what it asks and where it is done.
#[derive(Clone, Debug)]
pub struct OwnTask {
    /// What it asks: a registered [`crate::TaskKind`].
    pub kind: &'static str,
    /// The list it goes to: a person, or a pool ([`op::pool_id`]).
    pub principal: Uuid,
    /// What it is about.
    pub subject: Uuid,
    /// Its document.
    pub document: Option<DocumentId>,
    /// Its title.
    pub title: String,
    /// In one line.
    pub gist: String,
    /// From whom.
    pub from: Option<PersonId>,
    /// Due on.
    pub due: Date,
}

/// Puts tasks of an app's own into lists; the app has held what they are about.
///
/// # Errors
/// The database failed.
pub async fn open_tasks<A: Action>(tx: &mut Tx, _: &May<A>, tasks: Vec<OwnTask>) -> Result<Vec<TaskId>, OpError> {
    let op = tx.op().clone();
    let new = tasks.into_iter().map(|t| NewTask {
        id: op.new_id(),
        kind: t.kind.to_owned(),
        principal: t.principal,
        route_id: None,
        step_no: None,
        subject_id: t.subject,
        document_id: t.document,
        title: t.title,
        gist: t.gist,
        from_id: t.from,
        due: t.due,
        created_at: op.now(),
    });
    let new: Vec<NewTask> = new.collect();
    store::start(tx, &[], &new).await?;
    let ids: Vec<TaskId> = new.iter().map(|t| t.id).collect();
    tx.audit(Audit::of_all(A::DEF.name, "task", ids.iter().map(|t| t.uuid()).collect()));
    notify(tx, &new);
    Ok(ids)
}

/// Closes an app's own tasks about these subjects: of one list, or of all. Answers how many there were.
///
/// # Errors
/// The database failed.
pub async fn close_tasks<A: Action>(
    tx: &mut Tx,
    may: &May<A>,
    kind: &str,
    subjects: &[Uuid],
    principal: Option<Uuid>,
) -> Result<u64, OpError> {
    let closed = store::close_own(tx, may, kind, subjects, principal).await?;
    tx.audit(Audit::of_all(A::DEF.name, "task", subjects.to_vec()).with(json!({ "closed": closed })));
    Ok(closed)
}
