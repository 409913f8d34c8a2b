//! What a made-up year asks: what waits for coding, approval, a look.

use sqlx::{FromRow, PgConnection, types::Json};
use types::{DocumentId, Money, TaskId, TenantId, Timestamp, UnitId};
use uuid::Uuid;

use crate::model::Coding;

/// An invoice that waits for coding, with what was suggested.
#[derive(Clone, Debug, FromRow)]
pub struct ToCode {
    /// Which.
    pub id: DocumentId,
    /// The supplier's name.
    pub supplier: String,
    /// With VAT.
    pub total: Money,
    /// Who received it.
    pub institution_id: UnitId,
    /// What was suggested.
    pub suggested: Json<Vec<Coding>>,
}

/// Invoices received before a moment that wait for coding.
///
/// # Errors
/// The database failed.
pub async fn to_code(
    conn: &mut PgConnection,
    tenant: TenantId,
    before: Timestamp,
    limit: i64,
) -> sqlx::Result<Vec<ToCode>> {
    sqlx::query_as(db::sql!(
        "select i.id, s.name as supplier, i.total, i.institution_id,
                coalesce((select jsonb_agg(to_jsonb(c) order by c.no) from invoices.coding c
                          where c.tenant_id = $1 and c.invoice_id = i.id), '[]') as suggested
         from invoices.invoice i join invoices.supplier s on s.tenant_id = $1 and s.id = i.supplier_id
         where i.tenant_id = $1 and i.state = 'coding' and i.received_at < $2 order by i.id limit $3"
    ))
    .bind(tenant)
    .bind(before)
    .bind(limit)
    .fetch_all(conn)
    .await
}

/// Open tasks of the routes of invoices, made before a moment: task, list, and the supplier's number of the invoice.
///
/// # Errors
/// The database failed.
pub async fn open_approvals(
    conn: &mut PgConnection,
    tenant: TenantId,
    before: Timestamp,
) -> sqlx::Result<Vec<(TaskId, Uuid, String)>> {
    sqlx::query_as(db::sql!(
        "select t.id, t.principal, i.number from workflow.task t
         join workflow.route w on w.tenant_id = $1 and w.id = t.route_id and w.code like 'invoices.%'
         join invoices.invoice i on i.tenant_id = $1 and i.id = w.subject_id
         where t.tenant_id = $1 and t.state = 'open' and t.created_at <= $2 order by t.id"
    ))
    .bind(tenant)
    .bind(before)
    .fetch_all(conn)
    .await
}

/// Open alerts raised before a moment: invoice and alert.
///
/// # Errors
/// The database failed.
pub async fn open_alerts(
    conn: &mut PgConnection,
    tenant: TenantId,
    before: Timestamp,
    limit: i64,
) -> sqlx::Result<Vec<(DocumentId, Uuid)>> {
    sqlx::query_as(db::sql!(
        "select invoice_id, id from invoices.alert
         where tenant_id = $1 and cleared_at is null and raised_at < $2 order by id limit $3"
    ))
    .bind(tenant)
    .bind(before)
    .bind(limit)
    .fetch_all(conn)
    .await
}

/// How many invoices were received from a day on.
///
/// # Errors
/// The database failed.
pub async fn received_since(conn: &mut PgConnection, tenant: TenantId, from: types::Date) -> sqlx::Result<i64> {
    sqlx::query_scalar(db::sql!("select count(*) from invoices.invoice where tenant_id = $1 and received_on >= $2"))
        .bind(tenant)
        .bind(from)
        .fetch_one(conn)
        .await
}
