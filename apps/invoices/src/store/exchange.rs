//! What other systems are told.

use op::{Action, May, OpError, Tx};
use serde::Serialize;
use sqlx::{FromRow, PgConnection, types::Json};
use types::{Date, DocumentId, Money, TenantId, Timestamp, UnitId};
use uuid::Uuid;

use super::PostingRow;

/// Gathers what is approved and was not handed over yet into an export. Answers how many invoices and what they sum to;
/// nothing where there is nothing.
///
/// # Errors
/// The database failed.
pub async fn add_export<A: Action>(
    tx: &mut Tx,
    _: &May<A>,
    id: Uuid,
    name: &str,
) -> Result<Option<(i64, Money)>, OpError> {
    let op = tx.op().clone();
    // Exports of one municipality are made one after another: an invoice goes over once.
    let (count, sum): (i64, Option<i64>) = sqlx::query_as(db::sql!(
        "with open as (
           select i.id, case when i.kind = 'credit-note' then -i.total else i.total end as total
           from invoices.invoice i
           where i.tenant_id = $1 and i.approved_at is not null
             and exists (select from invoices.coding c where c.tenant_id = $1 and c.invoice_id = i.id)
             and not exists (select from invoices.exported x where x.tenant_id = $1 and x.invoice_id = i.id)
           order by i.approved_at limit 5000),
         e as (
           insert into invoices.export (tenant_id, id, name, invoices, amount, state, created_by, created_at)
           select $1, $2, $3, count(*), sum(total)::bigint, 'waiting', $4, $5 from open having count(*) > 0),
         x as (insert into invoices.exported (tenant_id, invoice_id, export_id) select $1, id, $2 from open)
         select count(*), sum(total)::bigint from open"
    ))
    .bind(op.tenant())
    .bind(id)
    .bind(name)
    .bind(op.person())
    .bind(op.now())
    .fetch_one(tx.conn())
    .await?;
    Ok((count > 0).then_some((count, Money(sum.unwrap_or_default()))))
}

/// The postings of an export.
///
/// # Errors
/// The database failed.
pub async fn postings_of(conn: &mut PgConnection, tenant: TenantId, export: Uuid) -> sqlx::Result<Vec<PostingRow>> {
    sqlx::query_as(db::sql!(
        "select i.id, d.number as registered, s.code as supplier_code, s.name as supplier, i.number, i.kind, i.issued_on,
                c.account, c.ekk, c.function, c.funding, c.project, u.code as unit,
                case when i.kind = 'credit-note' then -c.amount else c.amount end as amount
         from invoices.exported x
         join invoices.invoice i on i.tenant_id = $1 and i.id = x.invoice_id
         join invoices.coding c on c.tenant_id = $1 and c.invoice_id = i.id
         join invoices.supplier s on s.tenant_id = $1 and s.id = i.supplier_id
         join documents.document d on d.tenant_id = $1 and d.id = i.id
         join parties.unit u on u.tenant_id = $1 and u.id = c.unit_id
         where x.tenant_id = $1 and x.export_id = $2
         order by i.approved_at, i.id, c.no"
    ))
    .bind(tenant)
    .bind(export)
    .fetch_all(conn)
    .await
}

/// An export as lists show it.
#[derive(Clone, Debug, FromRow)]
pub struct ExportRow {
    /// Its id.
    pub id: Uuid,
    /// The name of its file.
    pub name: String,
    /// How many invoices.
    pub invoices: i32,
    /// What they sum to.
    pub amount: Money,
    /// `waiting`, `accepted`, `refused`.
    pub state: String,
    /// The number at the accounting system.
    pub receipt: Option<String>,
    /// Why it was refused.
    pub reason: Option<String>,
    /// When.
    pub created_at: Timestamp,
}

/// The newest exports; those that wait only where `waiting`.
///
/// # Errors
/// The database failed.
pub async fn exports(conn: &mut PgConnection, tenant: TenantId, waiting: bool) -> sqlx::Result<Vec<ExportRow>> {
    sqlx::query_as(db::sql!(
        "select id, name, invoices, amount, state, receipt, reason, created_at from invoices.export
         where tenant_id = $1 and (not $2 or state = 'waiting') order by created_at desc, id desc limit 100"
    ))
    .bind(tenant)
    .bind(waiting)
    .fetch_all(conn)
    .await
}

/// What the accounting system answered; what it refused goes over again with the next export.
///
/// # Errors
/// The database failed.
pub async fn settle_export<A: Action>(
    tx: &mut Tx,
    _: &May<A>,
    id: Uuid,
    answer: Result<&str, &str>,
) -> Result<(), OpError> {
    let op = tx.op().clone();
    sqlx::query(db::sql!(
        "with gone as (delete from invoices.exported where tenant_id = $1 and export_id = $2 and $4::text is not null)
         update invoices.export
         set state = case when $4::text is null then 'accepted' else 'refused' end, receipt = $3, reason = $4,
             settled_at = $5, version = version + 1
         where tenant_id = $1 and id = $2 and state = 'waiting'"
    ))
    .bind(op.tenant())
    .bind(id)
    .bind(answer.ok())
    .bind(answer.err())
    .bind(op.now())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Who reports an e-invoice, and by when, as the statement takes it.
#[derive(Clone, Debug, Serialize)]
pub struct ReportItem {
    /// The invoice.
    pub invoice_id: DocumentId,
    /// `ours`, `operator`, `automatic`.
    pub duty: String,
    /// By when.
    pub due_on: Date,
}

/// Writes who reports what by when: one statement however many.
///
/// # Errors
/// The database failed.
pub async fn add_reports<A: Action>(tx: &mut Tx, _: &May<A>, items: &[ReportItem]) -> Result<(), OpError> {
    if items.is_empty() {
        return Ok(());
    }
    let tenant = tx.op().tenant();
    sqlx::query(db::sql!(
        "insert into invoices.srs_report (tenant_id, invoice_id, duty, due_on, state)
         select $1, invoice_id, duty, due_on, case duty when 'ours' then 'due' else 'by-others' end
         from jsonb_to_recordset($2) as r(invoice_id uuid, duty text, due_on date)"
    ))
    .bind(tenant)
    .bind(Json(items))
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// An invoice's report as lists show it.
#[derive(Clone, Debug, FromRow)]
pub struct ReportRow {
    /// The invoice.
    pub id: DocumentId,
    /// Its supplier.
    pub supplier: String,
    /// Its number.
    pub number: String,
    /// `ours`, `operator`, `automatic`.
    pub duty: String,
    /// By when.
    pub due_on: Date,
    /// `due`, `accepted`, `refused`, `by-others`.
    pub state: String,
    /// The number at the service.
    pub receipt: Option<String>,
    /// Why it was refused.
    pub reason: Option<String>,
}

/// What is to be reported and what was refused, the most urgent first; then what the service took.
///
/// # Errors
/// The database failed.
pub async fn reports(
    conn: &mut PgConnection,
    tenant: TenantId,
    units: &Option<Vec<UnitId>>,
) -> sqlx::Result<Vec<ReportRow>> {
    sqlx::query_as(db::sql!(
        "select i.id, s.name as supplier, i.number, r.duty, r.due_on, r.state, r.number as receipt, r.reason
         from invoices.srs_report r
         join invoices.invoice i on i.tenant_id = $1 and i.id = r.invoice_id
         join invoices.supplier s on s.tenant_id = $1 and s.id = i.supplier_id
         where r.tenant_id = $1 and r.duty = 'ours'
           and ($2::uuid[] is null or i.unit_id = any($2) or i.institution_id = any($2))
         order by r.state = 'accepted', r.due_on, i.id limit 200"
    ))
    .bind(tenant)
    .bind(units)
    .fetch_all(conn)
    .await
}

/// How many reports stand where: duty, state, how many, how many of them late.
///
/// # Errors
/// The database failed.
pub async fn report_counts(
    conn: &mut PgConnection,
    tenant: TenantId,
    today: Date,
) -> sqlx::Result<Vec<(String, String, i64, i64)>> {
    sqlx::query_as(db::sql!(
        "select duty, state, count(*), count(*) filter (where state in ('due', 'refused') and due_on < $2)
         from invoices.srs_report where tenant_id = $1 group by 1, 2 order by 1, 2"
    ))
    .bind(tenant)
    .bind(today)
    .fetch_all(conn)
    .await
}

/// What is ours to report now, with the XML that was received.
///
/// # Errors
/// The database failed.
pub async fn to_report(
    conn: &mut PgConnection,
    tenant: TenantId,
    now: Timestamp,
    limit: i64,
) -> sqlx::Result<Vec<(DocumentId, types::FileId, i32)>> {
    sqlx::query_as(db::sql!(
        "select r.invoice_id, f.id, r.tries
         from invoices.srs_report r
         join invoices.invoice i on i.tenant_id = $1 and i.id = r.invoice_id and i.state <> 'rejected'
         join lateral (select f.id from documents.file f
                       where f.tenant_id = $1 and f.document_id = r.invoice_id and f.media_type = 'application/xml'
                       order by f.id limit 1) f on true
         where r.tenant_id = $1 and r.state = 'due' and r.duty = 'ours' and (r.next_at is null or r.next_at <= $2)
         order by r.due_on, r.invoice_id limit $3"
    ))
    .bind(tenant)
    .bind(now)
    .bind(limit)
    .fetch_all(conn)
    .await
}

/// What the service answered: a number, a refusal, or nothing yet until `next`.
#[derive(Clone, Debug)]
pub enum ReportAnswer {
    /// Taken under that number.
    Accepted(String),
    /// Refused, and why.
    Refused(String),
    /// Not now; again at that time.
    Later(String, Timestamp),
}

/// Writes the answer.
///
/// # Errors
/// The database failed.
pub async fn settle_report<A: Action>(
    tx: &mut Tx,
    _: &May<A>,
    id: DocumentId,
    answer: &ReportAnswer,
) -> Result<(), OpError> {
    let op = tx.op().clone();
    let (state, number, reason, next) = match answer {
        ReportAnswer::Accepted(number) => ("accepted", Some(number), None, None),
        ReportAnswer::Refused(why) => ("refused", None, Some(why), None),
        ReportAnswer::Later(why, at) => ("due", None, Some(why), Some(*at)),
    };
    sqlx::query(db::sql!(
        "update invoices.srs_report
         set state = $3, number = $4, reason = $5, next_at = $6, tries = tries + 1,
             settled_at = case when $3 = 'due' then null else $7::timestamptz end
         where tenant_id = $1 and invoice_id = $2 and state = 'due'"
    ))
    .bind(op.tenant())
    .bind(id)
    .bind(state)
    .bind(number)
    .bind(reason)
    .bind(next)
    .bind(op.now())
    .execute(tx.conn())
    .await?;
    Ok(())
}
