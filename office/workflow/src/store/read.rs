use serde_json::Value;
use sqlx::{FromRow, PgConnection, types::Json};
use types::{Date, DocumentId, PersonId, RouteId, TaskId, TenantId, Timestamp};
use uuid::Uuid;

use super::Application;
use crate::model::{RouteState, Step};

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

/// How many open tasks of each kind wait in these lists.
///
/// # Errors
/// The database failed.
pub async fn kinds(
    conn: &mut PgConnection,
    tenant: TenantId,
    principals: &[Uuid],
) -> Result<Vec<(String, i64)>, sqlx::Error> {
    sqlx::query_as(db::sql!(
        "select kind, count(*) from (
           select kind from workflow.task where tenant_id = $1 and principal = any($2) and state = 'open' limit 1000
         ) t group by kind order by kind"
    ))
    .bind(tenant)
    .bind(principals)
    .fetch_all(conn)
    .await
}

/// What a set of tasks is called, before it is decided; only those in these lists.
///
/// # Errors
/// The database failed.
pub async fn tasks_named(
    conn: &mut PgConnection,
    tenant: TenantId,
    tasks: &[TaskId],
    principals: &[Uuid],
) -> Result<Vec<(TaskId, String, String)>, sqlx::Error> {
    sqlx::query_as(db::sql!(
        "select id, kind, title from workflow.task where tenant_id = $1 and id = any($2) and principal = any($3)"
    ))
    .bind(tenant)
    .bind(tasks)
    .bind(principals)
    .fetch_all(conn)
    .await
}

/// One line of a timeline.
#[derive(Debug, Clone, FromRow)]
pub struct HistoryRow {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub actor_id: Option<PersonId>,
    /// In whose capacity, where not their own.
    pub acting_for: Option<PersonId>,
    /// What.
    pub verb: String,
    /// Words, places, numbers.
    pub data: Value,
}

/// What happened to a subject, the latest first.
///
/// # Errors
/// The database failed.
pub async fn history(
    conn: &mut PgConnection,
    tenant: TenantId,
    subject: Uuid,
    limit: i64,
) -> Result<Vec<HistoryRow>, sqlx::Error> {
    sqlx::query_as(db::sql!(
        "select at, actor_id, acting_for, verb, data from kernel.history
         where tenant_id = $1 and subject_id = $2 order by id desc limit $3"
    ))
    .bind(tenant)
    .bind(subject)
    .bind(limit)
    .fetch_all(conn)
    .await
}

/// A comment.
#[derive(Debug, Clone, FromRow)]
pub struct CommentRow {
    /// By whom.
    pub author_id: PersonId,
    /// When.
    pub at: Timestamp,
    /// What place it is about.
    pub place: Option<String>,
    /// The words.
    pub text: String,
}

/// The comments on a subject, the first one first.
///
/// # Errors
/// The database failed.
pub async fn comments(
    conn: &mut PgConnection,
    tenant: TenantId,
    subject: Uuid,
) -> Result<Vec<CommentRow>, sqlx::Error> {
    sqlx::query_as(db::sql!(
        "select author_id, at, place, text from workflow.comment
         where tenant_id = $1 and subject_id = $2 order by id limit 500"
    ))
    .bind(tenant)
    .bind(subject)
    .fetch_all(conn)
    .await
}
