//! Pictures that wait to be entered, and templates of the recurring.

use op::{Action, May, OpError, Tx};
use serde::Serialize;
use sqlx::{FromRow, PgConnection, types::Json};
use types::{DocumentId, Money, TenantId, Timestamp, UnitId};
use uuid::Uuid;

use crate::model::{Coding, Template};

/// A picture as the statement takes it.
#[derive(Clone, Debug, Serialize)]
pub struct WaitingItem {
    /// Its document.
    pub id: DocumentId,
    /// Hash of its content, in hex.
    pub content: String,
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// By what it came.
    pub channel: &'static str,
    /// Who sent it.
    pub sender: Option<String>,
}

/// Which of these contents wait already, or were dismissed.
///
/// # Errors
/// The database failed.
pub async fn known_waiting(
    conn: &mut PgConnection,
    tenant: TenantId,
    contents: &[Vec<u8>],
) -> sqlx::Result<Vec<(Vec<u8>, DocumentId)>> {
    sqlx::query_as(db::sql!("select content, id from invoices.waiting where tenant_id = $1 and content = any($2)"))
        .bind(tenant)
        .bind(contents)
        .fetch_all(conn)
        .await
}

/// Writes what waits: one statement however many.
///
/// # Errors
/// `Conflict("waiting_content_key")` where somebody was quicker with the same file.
pub async fn add_waiting<A: Action>(
    tx: &mut Tx,
    _: &May<A>,
    institution: UnitId,
    items: &[WaitingItem],
) -> Result<(), OpError> {
    let op = tx.op().clone();
    sqlx::query(db::sql!(
        "insert into invoices.waiting (tenant_id, id, institution_id, content, name, media_type, channel, sender,
           received_at, received_by)
         select $1, id, $3, decode(content, 'hex'), name, media_type, channel, sender, $4, $5
         from jsonb_to_recordset($2) as r(id uuid, content text, name text, media_type text, channel text, sender text)"
    ))
    .bind(op.tenant())
    .bind(Json(items))
    .bind(institution)
    .bind(op.now())
    .bind(op.person())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// It was taken up: whoever has an older version is late.
///
/// # Errors
/// The database failed.
pub async fn touch_waiting<A: Action>(tx: &mut Tx, may: &May<A>) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    sqlx::query(db::sql!("update invoices.waiting set version = version + 1 where tenant_id = $1 and id = $2"))
        .bind(tenant)
        .bind(may.resource())
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// It is not entered, and why.
///
/// # Errors
/// The database failed.
pub async fn dismiss_waiting<A: Action>(tx: &mut Tx, may: &May<A>, ground: &str) -> Result<(), OpError> {
    let op = tx.op().clone();
    sqlx::query(db::sql!(
        "update invoices.waiting set dismissed_at = $3, dismissed_by = $4, ground = $5, version = version + 1
         where tenant_id = $1 and id = $2"
    ))
    .bind(op.tenant())
    .bind(may.resource())
    .bind(op.now())
    .bind(op.person())
    .bind(ground)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A picture as lists show it.
#[derive(Clone, Debug, FromRow)]
pub struct WaitingRow {
    /// Its document.
    pub id: DocumentId,
    /// Its name.
    pub name: String,
    /// By what it came.
    pub channel: crate::model::Channel,
    /// When.
    pub received_at: Timestamp,
}

/// What waits to be entered, the oldest first.
///
/// # Errors
/// The database failed.
pub async fn waiting(
    conn: &mut PgConnection,
    tenant: TenantId,
    units: &Option<Vec<UnitId>>,
    limit: i64,
) -> sqlx::Result<Vec<WaitingRow>> {
    sqlx::query_as(db::sql!(
        "select w.id, w.name, w.channel, w.received_at
         from invoices.waiting w
         where w.tenant_id = $1 and w.dismissed_at is null and ($2::uuid[] is null or w.institution_id = any($2))
           and not exists (select from invoices.invoice i where i.tenant_id = $1 and i.id = w.id)
         order by w.received_at, w.id limit $3"
    ))
    .bind(tenant)
    .bind(units)
    .bind(limit)
    .fetch_all(conn)
    .await
}

/// A template to be written.
#[derive(Clone, Debug)]
pub struct NewTemplate {
    /// Its id.
    pub id: Uuid,
    /// Whose invoices.
    pub supplier: Uuid,
    /// At which institution.
    pub institution: UnitId,
    /// Its name.
    pub name: String,
    /// Only under this contract.
    pub contract: Option<String>,
    /// Usually from …
    pub from: Option<Money>,
    /// … to.
    pub to: Option<Money>,
    /// How it is booked.
    pub parts: Vec<Coding>,
}

/// Writes it.
///
/// # Errors
/// `Conflict("template_range")`.
pub async fn add_template<A: Action>(tx: &mut Tx, _: &May<A>, new: &NewTemplate) -> Result<(), OpError> {
    let op = tx.op().clone();
    sqlx::query(db::sql!(
        "insert into invoices.template (tenant_id, id, institution_id, supplier_id, name, contract_number, amount_from,
           amount_to, parts, created_by, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
    ))
    .bind(op.tenant())
    .bind(new.id)
    .bind(new.institution)
    .bind(new.supplier)
    .bind(&new.name)
    .bind(&new.contract)
    .bind(new.from)
    .bind(new.to)
    .bind(Json(&new.parts))
    .bind(op.person())
    .bind(op.now())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// It is used no more.
///
/// # Errors
/// The database failed.
pub async fn end_template<A: Action>(tx: &mut Tx, may: &May<A>) -> Result<(), OpError> {
    let op = tx.op().clone();
    sqlx::query(db::sql!(
        "update invoices.template set ended_at = $3, version = version + 1 where tenant_id = $1 and id = $2"
    ))
    .bind(op.tenant())
    .bind(may.resource())
    .bind(op.now())
    .execute(tx.conn())
    .await?;
    Ok(())
}

#[derive(FromRow)]
struct TemplateParts {
    supplier_id: Uuid,
    institution_id: UnitId,
    name: String,
    contract_number: Option<String>,
    amount_from: Option<Money>,
    amount_to: Option<Money>,
    parts: Json<Vec<Coding>>,
}

/// The templates of these suppliers, the newest first.
///
/// # Errors
/// The database failed.
pub async fn templates_of(
    conn: &mut PgConnection,
    tenant: TenantId,
    suppliers: &[Uuid],
) -> sqlx::Result<Vec<Template>> {
    let rows: Vec<TemplateParts> = sqlx::query_as(db::sql!(
        "select supplier_id, institution_id, name, contract_number, amount_from, amount_to, parts
         from invoices.template where tenant_id = $1 and supplier_id = any($2) and ended_at is null
         order by created_at desc, id desc"
    ))
    .bind(tenant)
    .bind(suppliers)
    .fetch_all(conn)
    .await?;
    let template = |t: TemplateParts| Template {
        supplier_id: t.supplier_id,
        institution_id: t.institution_id,
        name: t.name,
        contract_number: t.contract_number,
        amount_from: t.amount_from,
        amount_to: t.amount_to,
        parts: t.parts.0,
    };
    Ok(rows.into_iter().map(template).collect())
}

/// A template as lists show it.
#[derive(Clone, Debug, FromRow)]
pub struct TemplateRow {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Whose invoices.
    pub supplier: String,
    /// Only under this contract.
    pub contract_number: Option<String>,
    /// Usually from …
    pub amount_from: Option<Money>,
    /// … to.
    pub amount_to: Option<Money>,
    /// How they are booked.
    pub parts: Json<Vec<Coding>>,
}

/// Templates that are in use.
///
/// # Errors
/// The database failed.
pub async fn templates(
    conn: &mut PgConnection,
    tenant: TenantId,
    units: &Option<Vec<UnitId>>,
) -> sqlx::Result<Vec<TemplateRow>> {
    sqlx::query_as(db::sql!(
        "select t.id, t.name, s.name as supplier, t.contract_number, t.amount_from, t.amount_to, t.parts
         from invoices.template t join invoices.supplier s on s.tenant_id = $1 and s.id = t.supplier_id
         where t.tenant_id = $1 and t.ended_at is null and ($2::uuid[] is null or t.institution_id = any($2))
         order by s.name, t.name, t.id limit 500"
    ))
    .bind(tenant)
    .bind(units)
    .fetch_all(conn)
    .await
}
