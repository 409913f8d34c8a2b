use op::{Action, May, OpError, Tx};
use sqlx::{FromRow, PgConnection, types::Json};
use types::{Date, PersonId, RouteId, TaskId, TenantId};
use uuid::Uuid;

use crate::model::Step;

/// Notes that these tasks' holders are reminded today, and answers which: due by that day, not reminded yet today.
///
/// # Errors
/// The database failed.
pub async fn remind<A: Action>(tx: &mut Tx, _: &May<A>, until: Date) -> Result<Vec<(TaskId, Uuid, Date)>, OpError> {
    let op = tx.op().clone();
    Ok(sqlx::query_as(db::sql!(
        "update workflow.task set reminded_on = $2
         where tenant_id = $1 and state = 'open' and due <= $3 and (reminded_on is null or reminded_on < $2)
         returning id, principal, due"
    ))
    .bind(op.tenant())
    .bind(op.today())
    .bind(until)
    .fetch_all(tx.conn())
    .await?)
}

/// A late task, its route locked.
#[derive(Debug, FromRow)]
pub struct LateTask {
    /// The task.
    pub id: TaskId,
    /// Its list.
    pub principal: Uuid,
    /// The step.
    pub step_no: i32,
    /// Due on.
    pub due: Date,
    /// The route.
    pub route_id: RouteId,
    /// What it is about.
    pub subject_id: Uuid,
    /// Its document.
    pub document_id: Option<types::DocumentId>,
    /// Its title.
    pub title: String,
    /// In one line.
    pub gist: String,
    /// Whom it is about.
    pub owner_id: Option<PersonId>,
    /// The route's state.
    pub route_state: String,
    /// The route's steps.
    pub steps: Json<Vec<Step>>,
}

/// Tasks that were due before that day and were not escalated yet; their routes are locked.
///
/// # Errors
/// The database failed.
pub async fn lock_late(
    conn: &mut PgConnection,
    tenant: TenantId,
    before: Date,
    limit: i64,
) -> Result<Vec<LateTask>, sqlx::Error> {
    sqlx::query_as(db::sql!(
        "select t.id, t.principal, t.step_no, t.due, r.id as route_id, r.subject_id, r.document_id, r.title,
                r.gist, r.owner_id, r.state as route_state, r.steps
         from workflow.task t join workflow.route r on r.tenant_id = t.tenant_id and r.id = t.route_id
         where t.tenant_id = $1 and t.state = 'open' and t.due < $2 and t.escalated_on is null
         order by r.id limit $3 for update of r"
    ))
    .bind(tenant)
    .bind(before)
    .bind(limit)
    .fetch_all(conn)
    .await
}

/// Notes that these tasks were escalated.
///
/// # Errors
/// The database failed.
pub async fn escalated<A: Action>(tx: &mut Tx, _: &May<A>, tasks: &[TaskId]) -> Result<(), OpError> {
    let op = tx.op().clone();
    sqlx::query(db::sql!("update workflow.task set escalated_on = $3 where tenant_id = $1 and id = any($2)"))
        .bind(op.tenant())
        .bind(tasks)
        .bind(op.today())
        .execute(tx.conn())
        .await?;
    Ok(())
}
