use op::{May, OpError, Tx, Writing};
use serde::Serialize;
use serde_json::Value;
use sqlx::PgConnection;
use types::{ApplicationId, Date, DocumentId, PersonId, RouteId, RouteTemplateId, TaskId, TenantId, Timestamp, UnitId};
use uuid::Uuid;

use super::RouteRow;
use crate::model::Step;

/// A route that starts.
#[derive(Debug, Serialize)]
pub struct NewRoute {
    /// Its id.
    pub id: RouteId,
    /// Its kind.
    pub code: String,
    /// The pinned template.
    pub template_id: Option<RouteTemplateId>,
    /// What it is about.
    pub subject_id: Uuid,
    /// Its document.
    pub document_id: Option<DocumentId>,
    /// Its title.
    pub title: String,
    /// In one line.
    pub gist: String,
    /// Whom it is about.
    pub owner_id: Option<PersonId>,
    /// Their unit.
    pub unit_id: UnitId,
    /// Their institution.
    pub institution_id: UnitId,
    /// Its steps, the first group open.
    pub steps: Vec<Step>,
    /// When.
    pub started_at: Timestamp,
}

/// A task that opens.
#[derive(Debug, Serialize)]
pub struct NewTask {
    /// Its id.
    pub id: TaskId,
    /// What it asks: a step's kind, or an app's own.
    pub kind: String,
    /// The list it goes to.
    pub principal: Uuid,
    /// The route.
    pub route_id: Option<RouteId>,
    /// The step.
    pub step_no: Option<i32>,
    /// What it is about.
    pub subject_id: Uuid,
    /// Its document.
    pub document_id: Option<DocumentId>,
    /// Its title.
    pub title: String,
    /// In one line.
    pub gist: String,
    /// From whom.
    pub from_id: Option<PersonId>,
    /// Due on.
    pub due: Date,
    /// When.
    pub created_at: Timestamp,
}

/// A decided route.
#[derive(Debug, Serialize)]
pub struct RouteChange {
    /// The route.
    pub id: RouteId,
    /// Its steps.
    pub steps: Vec<Step>,
    /// Its state.
    pub state: &'static str,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// The application's new state, where the route was an application's and has ended.
    pub application_state: Option<&'static str>,
    /// Approved in the system throughout.
    pub electronic: bool,
}

/// A task that closes.
#[derive(Debug, Serialize)]
pub struct TaskChange {
    /// The route.
    pub route_id: RouteId,
    /// The step.
    pub step_no: i32,
    /// `done` or `cancelled`.
    pub state: &'static str,
}

static ROUTES: Writing = Writing::of(&[db::sql!(
    "insert into workflow.route (tenant_id, id, code, template_id, subject_id, document_id, title, gist, owner_id, unit_id, institution_id, state, steps, started_at)
     select $1, n.id, n.code, n.template_id, n.subject_id, n.document_id, n.title, n.gist, n.owner_id, n.unit_id, n.institution_id, 'running', n.steps, n.started_at
     from jsonb_to_recordset($2) as n(id uuid, code text, template_id uuid, subject_id uuid, document_id uuid, title text, gist text, owner_id uuid, unit_id uuid, institution_id uuid, steps jsonb, started_at timestamptz)"
)]);

static TASKS: Writing = Writing::of(&[db::sql!(
    "insert into workflow.task (tenant_id, id, kind, principal, route_id, step_no, subject_id, document_id, title, gist, from_id, due, created_at)
     select $1, n.id, n.kind, n.principal, n.route_id, n.step_no, n.subject_id, n.document_id, n.title, n.gist, n.from_id, n.due, n.created_at
     from jsonb_to_recordset($2) as n(id uuid, kind text, principal uuid, route_id uuid, step_no int, subject_id uuid, document_id uuid, title text, gist text, from_id uuid, due date, created_at timestamptz)"
)]);

/// Starts routes with their first tasks.
///
/// # Errors
/// The database failed.
pub async fn start(tx: &mut Tx, routes: &[NewRoute], tasks: &[NewTask]) -> Result<(), OpError> {
    let late = tx.write_late(true);
    tx.write(&ROUTES, routes).await?;
    tx.write(&TASKS, tasks).await?;
    tx.written(late).await
}

// An application is found by its id, which its route names: there is no index by route.
static ROUTES_CHANGED: Writing = Writing::of(&[
    db::sql!(
        "update workflow.route r set steps = c.steps, state = c.state, finished_at = c.finished_at, version = r.version + 1
         from jsonb_to_recordset($2) as c(id uuid, steps jsonb, state text, finished_at timestamptz)
         where r.tenant_id = $1 and r.id = c.id"
    ),
    db::sql!(
        "update workflow.application a set state = c.application_state, decided_at = c.finished_at,
                approved_electronically = c.electronic and c.application_state = 'approved', version = a.version + 1
         from jsonb_to_recordset($2) as c(id uuid, finished_at timestamptz, application_state text, electronic bool)
         join workflow.route r on r.tenant_id = $1 and r.id = c.id
         where a.tenant_id = $1 and a.id = r.subject_id and a.route_id = c.id and c.application_state is not null"
    ),
]);

static TASKS_CLOSED: Writing = Writing::of(&[db::sql!(
    "update workflow.task t set state = x.state, done_at = $3, done_by = $4, version = t.version + 1
     from jsonb_to_recordset($2) as x(route_id uuid, step_no int, state text)
     where t.tenant_id = $1 and t.route_id = x.route_id and t.step_no = x.step_no and t.state = 'open'"
)]);

/// Writes decisions: routes, applications, closed and opened tasks, in one statement.
///
/// # Errors
/// The database failed.
pub async fn decide<A: op::Action>(
    tx: &mut Tx,
    _: &[impl std::borrow::Borrow<May<A>>],
    routes: &[RouteChange],
    closed: &[TaskChange],
    opened: &[NewTask],
) -> Result<(), OpError> {
    let late = tx.write_late(true);
    tx.write(&ROUTES_CHANGED, routes).await?;
    tx.write(&TASKS_CLOSED, closed).await?;
    tx.write(&TASKS, opened).await?;
    tx.written(late).await
}

/// An application that is sent.
#[derive(Debug, Serialize)]
pub struct NewApplication {
    /// Its id.
    pub id: ApplicationId,
    /// The service.
    pub service: String,
    /// Who asks.
    pub applicant_id: PersonId,
    /// Their unit.
    pub unit_id: UnitId,
    /// Their institution.
    pub institution_id: UnitId,
    /// How it came.
    pub channel: String,
    /// What is asked.
    pub payload: Value,
    /// In one line.
    pub gist: String,
    /// Its document.
    pub document_id: DocumentId,
    /// Its route.
    pub route_id: RouteId,
    /// When.
    pub filed_at: Timestamp,
    /// The day.
    pub filed_on: Date,
}

static APPLICATIONS: Writing = Writing::of(&[db::sql!(
    "insert into workflow.application (tenant_id, id, service, applicant_id, unit_id, institution_id, channel, payload, gist, state, document_id, route_id, filed_at, filed_on)
     select $1, n.id, n.service, n.applicant_id, n.unit_id, n.institution_id, n.channel, n.payload, n.gist, 'in-approval', n.document_id, n.route_id, n.filed_at, n.filed_on
     from jsonb_to_recordset($2) as n(id uuid, service text, applicant_id uuid, unit_id uuid, institution_id uuid, channel text, payload jsonb, gist text, document_id uuid, route_id uuid, filed_at timestamptz, filed_on date)"
)]);

/// Stores applications.
///
/// # Errors
/// The database failed.
pub async fn file<A: op::Action>(tx: &mut Tx, _: &May<A>, new: &[NewApplication]) -> Result<(), OpError> {
    tx.write(&APPLICATIONS, new).await
}

/// Replaces what a returned application asks, and its route.
///
/// # Errors
/// The database failed.
pub async fn refile<A: op::Action>(
    tx: &mut Tx,
    may: &May<A>,
    payload: &Value,
    gist: &str,
    route: RouteId,
) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    sqlx::query(db::sql!(
        "update workflow.application set payload = $3, gist = $4, route_id = $5, state = 'in-approval', decided_at = null, version = version + 1
         where tenant_id = $1 and id = $2"
    ))
    .bind(tenant)
    .bind(may.resource())
    .bind(payload)
    .bind(gist)
    .bind(route)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Locks the latest route of an application.
///
/// # Errors
/// The database failed.
pub async fn lock_route_of(
    conn: &mut PgConnection,
    tenant: TenantId,
    application: ApplicationId,
) -> Result<Option<RouteRow>, sqlx::Error> {
    sqlx::query_as(db::sql!(
        "select id, code, state, steps, started_at, finished_at, version from workflow.route
         where tenant_id = $1 and id = (select route_id from workflow.application where tenant_id = $1 and id = $2)
         for update"
    ))
    .bind(tenant)
    .bind(application)
    .fetch_optional(conn)
    .await
}

/// Closes an app's own tasks.
///
/// # Errors
/// The database failed.
pub async fn close_own<A: op::Action>(
    tx: &mut Tx,
    _: &May<A>,
    kind: &str,
    subjects: &[Uuid],
    principal: Option<Uuid>,
) -> Result<u64, OpError> {
    let op = tx.op().clone();
    let done = sqlx::query(db::sql!(
        "update workflow.task set state = 'done', done_at = $5, done_by = $6, version = version + 1
         where tenant_id = $1 and kind = $2 and subject_id = any($3) and state = 'open' and route_id is null
           and ($4::uuid is null or principal = $4)"
    ))
    .bind(op.tenant())
    .bind(kind)
    .bind(subjects)
    .bind(principal)
    .bind(op.now())
    .bind(op.person())
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Stores a comment.
///
/// # Errors
/// The database failed.
pub async fn comment<A: op::Action>(
    tx: &mut Tx,
    _: &May<A>,
    id: types::CommentId,
    subject: Uuid,
    place: Option<&str>,
    text: &str,
) -> Result<(), OpError> {
    let op = tx.op().clone();
    let author = op.person().ok_or(OpError::Forbidden("workflow.comment.add"))?;
    sqlx::query(db::sql!(
        "insert into workflow.comment (tenant_id, id, subject_id, author_id, at, place, text) values ($1, $2, $3, $4, $5, $6, $7)"
    ))
    .bind(op.tenant())
    .bind(id)
    .bind(subject)
    .bind(author)
    .bind(op.now())
    .bind(place)
    .bind(text)
    .execute(tx.conn())
    .await?;
    Ok(())
}
