//! SQL, and only SQL.

use op::{Facts, Held, May, OpError, Tx};
use serde::Serialize;
use serde_json::Value;
use sqlx::{FromRow, PgConnection, types::Json};
use types::{ApplicationId, Date, DocumentId, PersonId, RouteId, RouteTemplateId, TaskId, TenantId, Timestamp, UnitId};
use uuid::Uuid;

use crate::{
    actions,
    model::{Plan, RouteState, Step},
};

/// A task with its route, as a decision needs it.
#[derive(Debug, FromRow)]
pub struct TaskHeld {
    /// The task.
    pub id: TaskId,
    /// Its list.
    pub principal: Uuid,
    /// Its state.
    pub state: String,
    /// The step of the route.
    pub step_no: i32,
    /// Its version: the route's.
    pub version: i32,
    /// The route.
    pub route_id: RouteId,
    /// The kind of route.
    pub code: String,
    /// What it is about.
    pub subject_id: Uuid,
    /// Its document.
    pub document_id: Option<DocumentId>,
    /// Whom it is about.
    pub owner_id: Option<PersonId>,
    /// Their unit.
    pub unit_id: UnitId,
    /// Their institution.
    pub institution_id: UnitId,
    /// Its title.
    pub title: String,
    /// In one line.
    pub gist: String,
    /// The route's state.
    pub route_state: String,
    /// The route's steps.
    pub steps: Json<Vec<Step>>,
}

impl Held for TaskHeld {
    type View = actions::TakeStep;
    // The route is what is locked: its steps are read as they are under the lock.
    const SELECT: &'static str = db::sql!(
        "select t.id, t.principal, t.state, t.step_no, r.version, r.id as route_id, r.code, r.subject_id, r.document_id,
                r.owner_id, r.unit_id, r.institution_id, r.title, r.gist, r.state as route_state, r.steps
         from workflow.task t join workflow.route r on r.tenant_id = t.tenant_id and r.id = t.route_id
         where t.tenant_id = $1 and t.id = any($2)"
    );
    const KIND: &'static str = "task";

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn version(&self) -> i32 {
        self.version
    }

    fn facts(&self) -> Facts {
        // Where a step was handed on meanwhile, the step says to whom.
        let no = u16::try_from(self.step_no).unwrap_or(0);
        let now = self.steps.0.iter().find(|s| s.no == no).map_or(self.principal, |s| s.principal);
        Facts { unit: Some(self.unit_id), owner: self.owner_id, assigned: vec![now] }
    }
}

/// An application, as rules need it.
#[derive(Debug, Clone, FromRow)]
pub struct Application {
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
    /// What is asked, as the service types it.
    pub payload: Value,
    /// In one line.
    pub gist: String,
    /// Its state.
    pub state: String,
    /// Its document.
    pub document_id: Option<DocumentId>,
    /// Its latest route.
    pub route_id: Option<RouteId>,
    /// When it was sent.
    pub filed_at: Timestamp,
    /// When it was decided.
    pub decided_at: Option<Timestamp>,
    /// Its version.
    pub version: i32,
    /// Whose lists its open steps are in.
    pub waiting: Vec<Uuid>,
}

impl Held for Application {
    type View = actions::ViewApplication;
    const SELECT: &'static str = db::sql!(
        "select r.id, r.service, r.applicant_id, r.unit_id, r.institution_id, r.channel, r.payload, r.gist, r.state,
                r.document_id, r.route_id, r.filed_at, r.decided_at, r.version,
                array(select t.principal from workflow.task t
                      where t.tenant_id = r.tenant_id and t.route_id = r.route_id) as waiting
         from workflow.application r where r.tenant_id = $1 and r.id = any($2)"
    );
    const KIND: &'static str = "application";

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn version(&self) -> i32 {
        self.version
    }

    fn facts(&self) -> Facts {
        Facts { unit: Some(self.unit_id), owner: Some(self.applicant_id), assigned: self.waiting.clone() }
    }
}

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

const START: &str = db::sql!(
    "with r as (
       insert into workflow.route (tenant_id, id, code, template_id, subject_id, document_id, title, gist, owner_id, unit_id, institution_id, state, steps, started_at)
       select $1, n.id, n.code, n.template_id, n.subject_id, n.document_id, n.title, n.gist, n.owner_id, n.unit_id, n.institution_id, 'running', n.steps, n.started_at
       from jsonb_to_recordset($2) as n(id uuid, code text, template_id uuid, subject_id uuid, document_id uuid, title text, gist text, owner_id uuid, unit_id uuid, institution_id uuid, steps jsonb, started_at timestamptz)
     )
     insert into workflow.task (tenant_id, id, kind, principal, route_id, step_no, subject_id, document_id, title, gist, from_id, due, created_at)
     select $1, n.id, n.kind, n.principal, n.route_id, n.step_no, n.subject_id, n.document_id, n.title, n.gist, n.from_id, n.due, n.created_at
     from jsonb_to_recordset($3) as n(id uuid, kind text, principal uuid, route_id uuid, step_no int, subject_id uuid, document_id uuid, title text, gist text, from_id uuid, due date, created_at timestamptz)"
);

/// Starts routes with their first tasks.
///
/// # Errors
/// The database failed.
pub async fn start(tx: &mut Tx, routes: &[NewRoute], tasks: &[NewTask]) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    sqlx::query(START).bind(tenant).bind(Json(routes)).bind(Json(tasks)).execute(tx.conn()).await?;
    Ok(())
}

const DECIDE: &str = db::sql!(
    "with c as (
       select * from jsonb_to_recordset($2) as c(id uuid, steps jsonb, state text, finished_at timestamptz, application_state text, electronic bool)
     ), r as (
       update workflow.route r set steps = c.steps, state = c.state, finished_at = c.finished_at, version = r.version + 1
       from c where r.tenant_id = $1 and r.id = c.id
     ), a as (
       update workflow.application a set state = c.application_state, decided_at = c.finished_at,
              approved_electronically = c.electronic and c.application_state = 'approved', version = a.version + 1
       from c where a.tenant_id = $1 and a.route_id = c.id and c.application_state is not null
     ), t as (
       update workflow.task t set state = x.state, done_at = $5, done_by = $6, version = t.version + 1
       from jsonb_to_recordset($3) as x(route_id uuid, step_no int, state text)
       where t.tenant_id = $1 and t.route_id = x.route_id and t.step_no = x.step_no and t.state = 'open'
     )
     insert into workflow.task (tenant_id, id, kind, principal, route_id, step_no, subject_id, document_id, title, gist, from_id, due, created_at)
     select $1, n.id, n.kind, n.principal, n.route_id, n.step_no, n.subject_id, n.document_id, n.title, n.gist, n.from_id, n.due, n.created_at
     from jsonb_to_recordset($4) as n(id uuid, kind text, principal uuid, route_id uuid, step_no int, subject_id uuid, document_id uuid, title text, gist text, from_id uuid, due date, created_at timestamptz)"
);

/// Writes decisions: routes, applications, closed and opened tasks, in one statement.
///
/// # Errors
/// The database failed.
pub async fn decide<A: op::Action>(
    tx: &mut Tx,
    _: &[May<A>],
    routes: &[RouteChange],
    closed: &[TaskChange],
    opened: &[NewTask],
) -> Result<(), OpError> {
    let (tenant, at, by) = (tx.op().tenant(), tx.op().now(), tx.op().person());
    sqlx::query(DECIDE)
        .bind(tenant)
        .bind(Json(routes))
        .bind(Json(closed))
        .bind(Json(opened))
        .bind(at)
        .bind(by)
        .execute(tx.conn())
        .await?;
    Ok(())
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

/// Stores applications.
///
/// # Errors
/// The database failed.
pub async fn file<A: op::Action>(tx: &mut Tx, _: &May<A>, new: &[NewApplication]) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    sqlx::query(db::sql!(
        "insert into workflow.application (tenant_id, id, service, applicant_id, unit_id, institution_id, channel, payload, gist, state, document_id, route_id, filed_at, filed_on)
         select $1, n.id, n.service, n.applicant_id, n.unit_id, n.institution_id, n.channel, n.payload, n.gist, 'in-approval', n.document_id, n.route_id, n.filed_at, n.filed_on
         from jsonb_to_recordset($2) as n(id uuid, service text, applicant_id uuid, unit_id uuid, institution_id uuid, channel text, payload jsonb, gist text, document_id uuid, route_id uuid, filed_at timestamptz, filed_on date)"
    ))
    .bind(tenant)
    .bind(Json(new))
    .execute(tx.conn())
    .await?;
    Ok(())
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

/// A row of a task list.
#[derive(Debug, Clone, FromRow)]
pub struct TaskRow {
    /// The task.
    pub id: TaskId,
    /// What it asks.
    pub kind: String,
    /// Its list.
    pub principal: Uuid,
    /// The route.
    pub route_id: Option<RouteId>,
    /// The kind of route.
    pub code: Option<String>,
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
}

/// Where a page of a list ended.
pub type Cursor = (Date, TaskId);

/// The open tasks of these lists, the oldest duty first.
///
/// # Errors
/// The database failed.
pub async fn tasks(
    conn: &mut PgConnection,
    tenant: TenantId,
    principals: &[Uuid],
    kind: Option<&str>,
    after: Option<Cursor>,
    limit: i64,
) -> Result<Vec<TaskRow>, sqlx::Error> {
    let (due, id) = after.unzip();
    sqlx::query_as(db::sql!(
        "select t.id, t.kind, t.principal, t.route_id, r.code, t.subject_id, t.document_id, t.title, t.gist, t.from_id, t.due
         from workflow.task t left join workflow.route r on r.tenant_id = t.tenant_id and r.id = t.route_id
         where t.tenant_id = $1 and t.principal = any($2) and t.state = 'open'
           and ($3::text is null or t.kind = $3)
           and ($4::date is null or (t.due, t.id) > ($4, $5))
         order by t.due, t.id limit $6"
    ))
    .bind(tenant)
    .bind(principals)
    .bind(kind)
    .bind(due)
    .bind(id)
    .bind(limit)
    .fetch_all(conn)
    .await
}

/// How many tasks wait in these lists, and how many of them are overdue. Counts no further than a thousand.
///
/// # Errors
/// The database failed.
pub async fn count(
    conn: &mut PgConnection,
    tenant: TenantId,
    principals: &[Uuid],
    today: Date,
) -> Result<(i64, i64), sqlx::Error> {
    sqlx::query_as(db::sql!(
        "select count(*), count(*) filter (where due < $3)
         from (select due from workflow.task where tenant_id = $1 and principal = any($2) and state = 'open' limit 1000) t"
    ))
    .bind(tenant)
    .bind(principals)
    .bind(today)
    .fetch_one(conn)
    .await
}

/// A route as a timeline shows it.
#[derive(Debug, Clone, FromRow)]
pub struct RouteRow {
    /// Its id.
    pub id: RouteId,
    /// Its kind.
    pub code: String,
    /// Its state.
    pub state: String,
    /// Its steps.
    pub steps: Json<Vec<Step>>,
    /// When it started.
    pub started_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// Its version.
    pub version: i32,
}

impl RouteRow {
    /// Its state as the model has it.
    #[must_use]
    pub fn route_state(&self) -> RouteState {
        RouteState::from_word(&self.state).unwrap_or(RouteState::Withdrawn)
    }
}

/// The routes of a subject, the first one first.
///
/// # Errors
/// The database failed.
pub async fn routes_of(conn: &mut PgConnection, tenant: TenantId, subject: Uuid) -> Result<Vec<RouteRow>, sqlx::Error> {
    sqlx::query_as(db::sql!(
        "select id, code, state, steps, started_at, finished_at, version from workflow.route
         where tenant_id = $1 and subject_id = $2 order by id limit 50"
    ))
    .bind(tenant)
    .bind(subject)
    .fetch_all(conn)
    .await
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

/// The open tasks of a route that are in these lists: what the reader could do about it.
///
/// # Errors
/// The database failed.
pub async fn open_tasks_of(
    conn: &mut PgConnection,
    tenant: TenantId,
    subject: Uuid,
    principals: &[Uuid],
) -> Result<Vec<(TaskId, String)>, sqlx::Error> {
    sqlx::query_as(db::sql!(
        "select t.id, t.kind from workflow.route r
         join workflow.task t on t.tenant_id = r.tenant_id and t.route_id = r.id
         where r.tenant_id = $1 and r.subject_id = $2 and t.state = 'open' and t.principal = any($3) order by t.id"
    ))
    .bind(tenant)
    .bind(subject)
    .bind(principals)
    .fetch_all(conn)
    .await
}

/// The active template of a kind of route in an institution, or the municipality's own.
///
/// # Errors
/// The database failed.
pub async fn template(
    conn: &mut PgConnection,
    tenant: TenantId,
    code: &str,
    institution: UnitId,
) -> Result<Option<(RouteTemplateId, Plan)>, sqlx::Error> {
    let row: Option<(RouteTemplateId, Json<Plan>)> = sqlx::query_as(db::sql!(
        "select id, plan from workflow.route_template
         where tenant_id = $1 and code = $2 and state = 'active' and (institution_id = $3 or institution_id is null)
         order by institution_id nulls last limit 1"
    ))
    .bind(tenant)
    .bind(code)
    .bind(institution)
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|(id, plan)| (id, plan.0)))
}

/// An applicant's applications, the newest first.
///
/// # Errors
/// The database failed.
pub async fn applications_of(
    conn: &mut PgConnection,
    tenant: TenantId,
    person: PersonId,
    limit: i64,
) -> Result<Vec<Application>, sqlx::Error> {
    sqlx::query_as(db::sql!(
        "select r.id, r.service, r.applicant_id, r.unit_id, r.institution_id, r.channel, r.payload, r.gist, r.state,
                r.document_id, r.route_id, r.filed_at, r.decided_at, r.version, array[]::uuid[] as waiting
         from workflow.application r where r.tenant_id = $1 and r.applicant_id = $2 order by r.id desc limit $3"
    ))
    .bind(tenant)
    .bind(person)
    .bind(limit)
    .fetch_all(conn)
    .await
}
