//! Contracts, orders, receipts, and what invoices agree with.

use op::{Action, May, OpError, Tx};
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::Value;
use sqlx::{FromRow, PgConnection, types::Json};
use types::{Date, DocumentId, Money, PersonId, TenantId, UnitId};
use uuid::Uuid;

use crate::model::{InvoicedLine, OrderedLine};

/// A contract or order to be written.
#[derive(Clone, Debug)]
pub struct NewAgreement {
    /// Its id.
    pub id: Uuid,
    /// `contract` or `order`.
    pub kind: &'static str,
    /// Its number.
    pub number: String,
    /// With whom.
    pub supplier: Uuid,
    /// Whose.
    pub institution: UnitId,
    /// What about.
    pub title: String,
    /// With VAT, where there is a limit.
    pub amount: Option<Money>,
    /// From when.
    pub from: Option<Date>,
    /// Until when.
    pub until: Option<Date>,
    /// Its lines.
    pub lines: Vec<OrderedLine>,
}

/// Writes it.
///
/// # Errors
/// `Conflict("agreement_number_key")`.
pub async fn add_agreement<A: Action>(tx: &mut Tx, _: &May<A>, new: &NewAgreement) -> Result<(), OpError> {
    let op = tx.op().clone();
    sqlx::query(db::sql!(
        "insert into invoices.agreement (tenant_id, id, kind, number, supplier_id, institution_id, title, amount,
           valid_from, valid_to, lines, created_by, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
    ))
    .bind(op.tenant())
    .bind(new.id)
    .bind(new.kind)
    .bind(&new.number)
    .bind(new.supplier)
    .bind(new.institution)
    .bind(&new.title)
    .bind(new.amount)
    .bind(new.from)
    .bind(new.until)
    .bind(Json(&new.lines))
    .bind(op.person())
    .bind(op.now())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes what was received: line numbers and quantities.
///
/// # Errors
/// The database failed.
pub async fn add_receipt<A: Action>(
    tx: &mut Tx,
    may: &May<A>,
    on: Date,
    lines: &[(String, Decimal)],
    note: &str,
) -> Result<Uuid, OpError> {
    let op = tx.op().clone();
    let id: Uuid = op.new_id();
    sqlx::query(db::sql!(
        "insert into invoices.receipt (tenant_id, id, agreement_id, received_on, received_by, lines, note)
         values ($1, $2, $3, $4, $5, $6, $7)"
    ))
    .bind(op.tenant())
    .bind(id)
    .bind(may.resource())
    .bind(on)
    .bind(op.person())
    .bind(Json(lines))
    .bind(note)
    .execute(tx.conn())
    .await?;
    Ok(id)
}

/// A supplier by its number or name, for a form.
///
/// # Errors
/// The database failed.
pub async fn supplier_by(conn: &mut PgConnection, tenant: TenantId, text: &str) -> sqlx::Result<Option<Uuid>> {
    sqlx::query_scalar(db::sql!(
        "select id from invoices.supplier where tenant_id = $1 and (code = upper($2) or lower(name) = lower($2)) limit 1"
    ))
    .bind(tenant)
    .bind(text)
    .fetch_optional(conn)
    .await
}

/// A contract or order as lists show it.
#[derive(Clone, Debug, FromRow)]
pub struct AgreementRow {
    /// Its id.
    pub id: Uuid,
    /// `contract` or `order`.
    pub kind: String,
    /// Its number.
    pub number: String,
    /// With whom.
    pub supplier: String,
    /// What about.
    pub title: String,
    /// With VAT.
    pub amount: Option<Money>,
    /// What invoices used of it.
    pub used: Money,
    /// Until when.
    pub valid_to: Option<Date>,
}

/// The newest contracts and orders of these units.
///
/// # Errors
/// The database failed.
pub async fn agreements(
    conn: &mut PgConnection,
    tenant: TenantId,
    units: &Option<Vec<UnitId>>,
    limit: i64,
) -> sqlx::Result<Vec<AgreementRow>> {
    sqlx::query_as(db::sql!(
        "select a.id, a.kind, a.number, s.name as supplier, a.title, a.amount, a.valid_to,
                coalesce((select sum(i.total) from invoices.invoice i
                          where i.tenant_id = $1 and i.agreement_id = a.id and i.state <> 'rejected'
                            and i.kind = 'invoice'), 0)::bigint as used
         from invoices.agreement a join invoices.supplier s on s.tenant_id = $1 and s.id = a.supplier_id
         where a.tenant_id = $1 and ($2::uuid[] is null or a.institution_id = any($2))
         order by a.id desc limit $3"
    ))
    .bind(tenant)
    .bind(units)
    .bind(limit)
    .fetch_all(conn)
    .await
}

/// The receipts of a contract or order: date, lines, by whom.
///
/// # Errors
/// The database failed.
pub async fn receipts(
    conn: &mut PgConnection,
    tenant: TenantId,
    agreement: Uuid,
) -> sqlx::Result<Vec<(Date, Json<Vec<(String, Decimal)>>, Option<PersonId>)>> {
    sqlx::query_as(db::sql!(
        "select received_on, lines, received_by from invoices.receipt
         where tenant_id = $1 and agreement_id = $2 order by id"
    ))
    .bind(tenant)
    .bind(agreement)
    .fetch_all(conn)
    .await
}

/// An invoice with the contract or order that it names, and everything needed to compare them.
#[derive(Clone, Debug, FromRow)]
pub struct Compared {
    /// The invoice.
    pub id: DocumentId,
    /// Its date.
    pub issued_on: Date,
    /// With VAT.
    pub total: Money,
    /// Its lines.
    pub invoiced: Json<Vec<InvoicedLine>>,
    /// The contract or order.
    pub agreement_id: Uuid,
    /// Its number.
    pub number: String,
    /// From when.
    pub valid_from: Option<Date>,
    /// Until when.
    pub valid_to: Option<Date>,
    /// With VAT.
    pub amount: Option<Money>,
    /// What other invoices used.
    pub used: Money,
    /// Its lines.
    pub ordered: Json<Vec<OrderedLine>>,
    /// Lines of all receipts.
    pub received: Json<Vec<(String, Decimal)>>,
    /// Is there a receipt at all?
    pub has_receipt: bool,
    /// Lines of the other invoices of it.
    pub others: Json<Vec<InvoicedLine>>,
    /// Is an alert of a mismatch open?
    pub is_alerted: bool,
}

const COMPARED: &str = db::sql!(
    "select i.id, i.issued_on, i.total, a.id as agreement_id, a.number, a.valid_from, a.valid_to, a.amount,
            a.lines as ordered,
            coalesce((select jsonb_agg(jsonb_build_object('order_line', l.order_line, 'name', l.name,
                        'quantity', coalesce(l.quantity, 0)::text, 'net', l.net) order by l.no)
                      from invoices.line l where l.tenant_id = $1 and l.invoice_id = i.id), '[]') as invoiced,
            coalesce((select sum(o.total) from invoices.invoice o
                      where o.tenant_id = $1 and o.agreement_id = a.id and o.id <> i.id and o.kind = 'invoice'
                        and o.state <> 'rejected'), 0)::bigint as used,
            coalesce((select jsonb_agg(e.line) from invoices.receipt r, jsonb_array_elements(r.lines) as e(line)
                      where r.tenant_id = $1 and r.agreement_id = a.id), '[]') as received,
            exists (select from invoices.receipt r where r.tenant_id = $1 and r.agreement_id = a.id) as has_receipt,
            coalesce((select jsonb_agg(jsonb_build_object('order_line', l.order_line, 'name', l.name,
                        'quantity', coalesce(l.quantity, 0)::text, 'net', l.net))
                      from invoices.invoice o join invoices.line l on l.tenant_id = $1 and l.invoice_id = o.id
                      where o.tenant_id = $1 and o.agreement_id = a.id and o.id <> i.id and o.kind = 'invoice'
                        and o.state <> 'rejected'), '[]') as others,
            exists (select from invoices.alert w where w.tenant_id = $1 and w.invoice_id = i.id
                      and w.kind = 'not-matched' and w.cleared_at is null) as is_alerted
     from invoices.invoice i
     join lateral (
       select * from invoices.agreement a
       where a.tenant_id = $1 and a.supplier_id = i.supplier_id
         and ((a.kind = 'order' and a.number = i.order_number) or (a.kind = 'contract' and a.number = i.contract_number))
       order by a.kind desc limit 1) a on true
     where i.tenant_id = $1 and i.id = any($2) and i.kind = 'invoice' and i.state in ('broken', 'coding')"
);

/// Those of these invoices that name a contract or an order that is known; an order goes before a contract.
///
/// # Errors
/// The database failed.
pub async fn compared(conn: &mut PgConnection, tenant: TenantId, ids: &[DocumentId]) -> sqlx::Result<Vec<Compared>> {
    sqlx::query_as(COMPARED).bind(tenant).bind(ids).fetch_all(conn).await
}

/// Invoices of a supplier that wait for coding and name this contract or order.
///
/// # Errors
/// The database failed.
pub async fn naming(conn: &mut PgConnection, tenant: TenantId, agreement: Uuid) -> sqlx::Result<Vec<DocumentId>> {
    sqlx::query_scalar(db::sql!(
        "select i.id from invoices.agreement a
         join invoices.invoice i on i.tenant_id = $1 and i.supplier_id = a.supplier_id and i.state in ('broken', 'coding')
          and ((a.kind = 'order' and a.number = i.order_number) or (a.kind = 'contract' and a.number = i.contract_number))
         where a.tenant_id = $1 and a.id = $2 order by i.id"
    ))
    .bind(tenant)
    .bind(agreement)
    .fetch_all(conn)
    .await
}

/// What a comparison found, as it is written.
#[derive(Clone, Debug, Serialize)]
pub struct MatchItem {
    /// The invoice.
    pub id: DocumentId,
    /// The contract or order.
    pub agreement_id: Uuid,
    /// `two-way`, `three-way`, `deviates`.
    pub matched: &'static str,
    /// Where they part.
    pub deviations: Value,
    /// The id of a new alert, where one is to be raised.
    pub alert: Option<Uuid>,
    /// Whether an alert that was raised is cleared by what is known now.
    pub clears: bool,
    /// On what ground.
    pub ground: String,
}

/// Writes what comparisons found; raises and clears alerts.
///
/// # Errors
/// The database failed.
pub async fn set_matches<A: Action>(tx: &mut Tx, _: &May<A>, items: &[MatchItem]) -> Result<(), OpError> {
    let op = tx.op().clone();
    sqlx::query(db::sql!(
        "with item as materialized (
           select * from jsonb_to_recordset($2) as r(id uuid, agreement_id uuid, matched text, deviations jsonb, alert uuid,
             clears boolean, ground text)),
         i as (
           update invoices.invoice v set agreement_id = item.agreement_id, matched = item.matched,
             deviations = item.deviations, version = v.version + 1
           from item where v.tenant_id = $1 and v.id = item.id),
         c as (
           update invoices.alert a set cleared_at = $3, ground = item.ground
           from item where a.tenant_id = $1 and a.invoice_id = item.id and a.kind = 'not-matched'
             and a.cleared_at is null and item.clears)
         insert into invoices.alert (tenant_id, id, invoice_id, kind, detail, raised_at, raised_by)
         select $1, alert, id, 'not-matched', jsonb_build_object('deviations', deviations, 'why', ground), $3, null
         from item where alert is not null"
    ))
    .bind(op.tenant())
    .bind(Json(items))
    .bind(op.now())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Which of these invoices agree in three ways, with no alert open, where somebody else said what was received.
///
/// # Errors
/// The database failed.
pub async fn fully_matched(
    conn: &mut PgConnection,
    tenant: TenantId,
    ids: &[DocumentId],
    coder: Option<PersonId>,
) -> sqlx::Result<Vec<DocumentId>> {
    sqlx::query_scalar(db::sql!(
        "select i.id from invoices.invoice i
         where i.tenant_id = $1 and i.id = any($2) and i.matched = 'three-way' and i.verdict <> 'broken'
           and not exists (select from invoices.receipt r
                           where r.tenant_id = $1 and r.agreement_id = i.agreement_id and r.received_by = $3)
           and not exists (select from invoices.alert a
                           where a.tenant_id = $1 and a.invoice_id = i.id and a.cleared_at is null)"
    ))
    .bind(tenant)
    .bind(ids)
    .bind(coder)
    .fetch_all(conn)
    .await
}
