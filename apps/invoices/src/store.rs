//! SQL, and only SQL.

mod agreements;
mod exchange;
mod intake;
mod lists;
mod money;
mod waiting;
mod year;

pub use agreements::*;
pub use exchange::*;
pub use intake::*;
pub use lists::*;
pub use money::*;
pub use waiting::*;
pub use year::*;

use op::{Action, May, OpError, Tx};
use sqlx::{PgConnection, types::Json};
use types::{DocumentId, PersonId, TenantId, Timestamp, UnitId};
use uuid::Uuid;

use crate::{
    held::Invoice,
    model::{Coding, State},
};

/// An invoice, whoever asks.
///
/// # Errors
/// `NotFound`; the database failed.
pub async fn invoice(conn: &mut PgConnection, tenant: TenantId, id: DocumentId) -> Result<Invoice, OpError> {
    let found = sqlx::query_as(<Invoice as op::Held>::SELECT).bind(tenant).bind(vec![id.uuid()]);
    found.fetch_optional(conn).await?.ok_or(OpError::NotFound)
}

/// The parts of an invoice's coding.
///
/// # Errors
/// The database failed.
pub async fn coding(conn: &mut PgConnection, tenant: TenantId, id: DocumentId) -> sqlx::Result<Vec<Coding>> {
    sqlx::query_as(db::sql!(
        "select amount, account, ekk, function, funding, project, unit_id, note
         from invoices.coding where tenant_id = $1 and invoice_id = $2 order by no"
    ))
    .bind(tenant)
    .bind(id)
    .fetch_all(conn)
    .await
}

/// Codings to be written: each invoice's unit, and all parts of all of them.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct Codings {
    /// The unit whose budget the largest part is.
    pub units: Vec<UnitItem>,
    /// The parts.
    pub parts: Vec<CodingItem>,
}

/// An invoice and the unit whose budget it is.
#[derive(Clone, Debug, serde::Serialize)]
pub struct UnitItem {
    /// The invoice.
    pub id: DocumentId,
    /// The unit.
    pub unit_id: UnitId,
}

/// Writes codings anew and sends the invoices on their way: two statements however many.
///
/// # Errors
/// The database failed.
pub async fn set_codings<A: Action>(tx: &mut Tx, _: &[May<A>], new: &Codings) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    let ids: Vec<DocumentId> = new.units.iter().map(|u| u.id).collect();
    sqlx::query(db::sql!("delete from invoices.coding where tenant_id = $1 and invoice_id = any($2)"))
        .bind(tenant)
        .bind(&ids)
        .execute(tx.conn())
        .await?;
    sqlx::query(db::sql!(
        "with u as (
           update invoices.invoice i set unit_id = r.unit_id, state = 'approval', version = i.version + 1
           from jsonb_to_recordset($2::jsonb->'units') as r(id uuid, unit_id uuid)
           where i.tenant_id = $1 and i.id = r.id)
         insert into invoices.coding (tenant_id, invoice_id, no, amount, account, ekk, function, funding, project, unit_id, note)
         select $1, invoice_id, no, amount, account, ekk, function, funding, project, unit_id, note
         from jsonb_to_recordset($2::jsonb->'parts') as r(invoice_id uuid, no int, amount bigint, account text, ekk text,
           function text, funding text, project text, unit_id uuid, note text)"
    ))
    .bind(tenant)
    .bind(Json(new))
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Moves invoices to a state; `approved` says when and whether electronically.
///
/// # Errors
/// The database failed.
pub async fn set_state<A: Action>(tx: &mut Tx, _: &May<A>, ids: &[DocumentId], state: State) -> Result<u64, OpError> {
    let tenant = tx.op().tenant();
    let done = sqlx::query(db::sql!(
        "update invoices.invoice set state = $3, version = version + 1 where tenant_id = $1 and id = any($2)"
    ))
    .bind(tenant)
    .bind(ids)
    .bind(state.word())
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Approved: when, and whether every step was taken electronically.
///
/// # Errors
/// The database failed.
pub async fn approve<A: Action>(
    tx: &mut Tx,
    _: &May<A>,
    ids: &[DocumentId],
    electronic: &[bool],
    at: Timestamp,
) -> Result<u64, OpError> {
    let tenant = tx.op().tenant();
    let done = sqlx::query(db::sql!(
        "update invoices.invoice i
         set state = case when i.kind = 'credit-note' then 'offset' else 'approved' end, approved_at = $4,
             approved_electronically = e.electronic, version = version + 1
         from unnest($2::uuid[], $3::boolean[]) as e(id, electronic)
         where i.tenant_id = $1 and i.id = e.id and i.state = 'approval'"
    ))
    .bind(tenant)
    .bind(ids)
    .bind(electronic)
    .bind(at)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// The routes of these subjects that ended, with their steps.
///
/// # Errors
/// The database failed.
pub async fn route_steps(
    conn: &mut PgConnection,
    tenant: TenantId,
    routes: &[types::RouteId],
) -> sqlx::Result<Vec<(Uuid, Json<Vec<workflow::Step>>)>> {
    sqlx::query_as(db::sql!("select subject_id, steps from workflow.route where tenant_id = $1 and id = any($2)"))
        .bind(tenant)
        .bind(routes)
        .fetch_all(conn)
        .await
}

/// Clears an alert with its ground; the one who raised it cannot. Answers its kind and details.
///
/// # Errors
/// `Stale` where it is cleared or is one's own.
pub async fn clear_alert<A: Action>(
    tx: &mut Tx,
    may: &May<A>,
    alert: Uuid,
    person: Option<PersonId>,
    ground: &str,
) -> Result<(String, serde_json::Value), OpError> {
    let (tenant, now) = (tx.op().tenant(), tx.op().now());
    sqlx::query_as(db::sql!(
        "update invoices.alert set cleared_at = $4, cleared_by = $5, ground = $6
         where tenant_id = $1 and invoice_id = $2 and id = $3 and cleared_at is null
           and (raised_by is null or raised_by is distinct from $5)
         returning kind, detail"
    ))
    .bind(tenant)
    .bind(may.resource())
    .bind(alert)
    .bind(now)
    .bind(person)
    .bind(ground)
    .fetch_optional(tx.conn())
    .await?
    .ok_or(OpError::Stale)
}

/// An account of a supplier is known from now on, or refused.
///
/// # Errors
/// The database failed.
pub async fn decide_account<A: Action>(
    tx: &mut Tx,
    _: &May<A>,
    supplier: Uuid,
    iban: &str,
    state: &str,
) -> Result<(), OpError> {
    let (tenant, person) = (tx.op().tenant(), tx.op().person());
    sqlx::query(db::sql!(
        "update invoices.supplier_account set state = $4, cleared_by = $5
         where tenant_id = $1 and supplier_id = $2 and iban = $3"
    ))
    .bind(tenant)
    .bind(supplier)
    .bind(iban)
    .bind(state)
    .bind(person)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// When the supplier was answered.
///
/// # Errors
/// The database failed.
pub async fn answered<A: Action>(tx: &mut Tx, may: &May<A>) -> Result<(), OpError> {
    let (tenant, now) = (tx.op().tenant(), tx.op().now());
    sqlx::query(db::sql!(
        "update invoices.invoice set state = 'rejected', answered_at = $3, version = version + 1
         where tenant_id = $1 and id = $2"
    ))
    .bind(tenant)
    .bind(may.resource())
    .bind(now)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Approved credit notes take their amount off the invoices that they name; one taken back in full is offset.
///
/// # Errors
/// The database failed.
pub async fn offset<A: Action>(tx: &mut Tx, _: &May<A>, ids: &[DocumentId]) -> Result<u64, OpError> {
    let tenant = tx.op().tenant();
    let done = sqlx::query(db::sql!(
        "with credit as (
           select c.id, c.supplier_id, c.payable, c.preceding[1] as number
           from invoices.invoice c
           where c.tenant_id = $1 and c.id = any($2) and c.kind = 'credit-note' and cardinality(c.preceding) = 1),
         target as (
           select distinct on (i.id) i.id, c.payable
           from credit c join invoices.invoice i
             on i.tenant_id = $1 and i.supplier_id = c.supplier_id and i.number = c.number and i.kind = 'invoice'
            and i.state in ('coding', 'approval', 'approved'))
         update invoices.invoice i
         set settled = least(i.payable, i.settled + t.payable), version = i.version + 1,
             state = case when i.settled + t.payable >= i.payable then 'offset' else i.state end
         from target t where i.tenant_id = $1 and i.id = t.id and t.payable > 0"
    ))
    .bind(tenant)
    .bind(ids)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// The municipality: the root of the tree of units.
///
/// # Errors
/// The database failed.
pub async fn root(conn: &mut PgConnection, tenant: TenantId) -> sqlx::Result<Option<UnitId>> {
    sqlx::query_scalar(db::sql!("select id from kernel.unit where tenant_id = $1 and parent_id is null limit 1"))
        .bind(tenant)
        .fetch_optional(conn)
        .await
}

/// The institution that gets what names none of ours: the oldest one, which is the central administration.
///
/// # Errors
/// The database failed.
pub async fn central(conn: &mut PgConnection, tenant: TenantId) -> sqlx::Result<Option<UnitId>> {
    sqlx::query_scalar(db::sql!(
        "select id from parties.unit where tenant_id = $1 and kind = 'institution' and valid_to is null order by id limit 1"
    ))
    .bind(tenant)
    .fetch_optional(conn)
    .await
}

/// The electronic address of a supplier: `0218:40003000000`.
///
/// # Errors
/// The database failed.
pub async fn endpoint(conn: &mut PgConnection, tenant: TenantId, supplier: Uuid) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar(db::sql!("select endpoint from invoices.supplier where tenant_id = $1 and id = $2"))
        .bind(tenant)
        .bind(supplier)
        .fetch_one(conn)
        .await
}
