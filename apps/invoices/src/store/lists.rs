//! Lists, each scoped where it is read.

use serde_json::Value;
use sqlx::{FromRow, PgConnection};
use types::{Date, DocumentId, Money, PersonId, TenantId, Timestamp, UnitId};
use uuid::Uuid;

use crate::model::{Channel, State};

/// What the register of invoices is asked.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// Units that the asker may see; everything where `None`.
    pub units: Option<Vec<UnitId>>,
    /// In one of these states; any where empty.
    pub states: Vec<&'static str>,
    /// With open alerts only.
    pub alerted: bool,
    /// Words of supplier or number.
    pub words: Option<String>,
    /// Of that supplier.
    pub supplier: Option<Uuid>,
    /// After that row, in the order of due dates.
    pub after: Option<(Date, DocumentId)>,
    /// So many.
    pub limit: i64,
}

/// A line of the register.
#[derive(Clone, Debug, FromRow)]
pub struct InvoiceRow {
    /// Its id.
    pub id: DocumentId,
    /// Our number.
    pub registered: Option<String>,
    /// The supplier.
    pub supplier: String,
    /// The supplier's number.
    pub number: String,
    /// `invoice` or `credit-note`.
    pub kind: String,
    /// Date of issue.
    pub issued_on: Date,
    /// To be paid by.
    pub due_on: Date,
    /// With VAT.
    pub total: Money,
    /// Currency.
    pub currency: String,
    /// Where it stands.
    pub state: State,
    /// What the rules say.
    pub verdict: String,
    /// By what it came.
    pub channel: Channel,
    /// Open alerts.
    pub alerts: i64,
    /// Paid on.
    pub paid_on: Option<Date>,
}

const REGISTER: &str = db::sql!(
    "select i.id, d.number as registered, s.name as supplier, i.number, i.kind, i.issued_on, i.due_on, i.total,
            i.currency, i.state, i.verdict, i.channel, i.paid_on,
            (select count(*) from invoices.alert a
             where a.tenant_id = $1 and a.invoice_id = i.id and a.cleared_at is null) as alerts
     from invoices.invoice i
     join invoices.supplier s on s.tenant_id = $1 and s.id = i.supplier_id
     join documents.document d on d.tenant_id = $1 and d.id = i.id
     where i.tenant_id = $1 and ($2::uuid[] is null or i.unit_id = any($2) or i.institution_id = any($2))
       and (cardinality($3::text[]) = 0 or i.state = any($3))
       and (not $4 or exists (select from invoices.alert a
                              where a.tenant_id = $1 and a.invoice_id = i.id and a.cleared_at is null))
       and ($5::text is null or position($5 in lower(s.name)) > 0 or position($5 in lower(i.number)) > 0
            or position($5 in lower(coalesce(d.number, ''))) > 0)
       and ($6::uuid is null or i.supplier_id = $6)
       and ($7::date is null or (i.due_on, i.id) > ($7, $8))
     order by i.due_on, i.id limit $9"
);

/// The register, the earliest due first.
///
/// # Errors
/// The database failed.
pub async fn register(conn: &mut PgConnection, tenant: TenantId, q: &Query) -> sqlx::Result<Vec<InvoiceRow>> {
    sqlx::query_as(REGISTER)
        .bind(tenant)
        .bind(&q.units)
        .bind(&q.states)
        .bind(q.alerted)
        .bind(q.words.as_deref().map(str::to_lowercase))
        .bind(q.supplier)
        .bind(q.after.map(|(date, _)| date))
        .bind(q.after.map(|(_, id)| id))
        .bind(q.limit)
        .fetch_all(conn)
        .await
}

/// How many invoices stand where, and how many of them have alerts.
///
/// # Errors
/// The database failed.
pub async fn counts(
    conn: &mut PgConnection,
    tenant: TenantId,
    units: &Option<Vec<UnitId>>,
) -> sqlx::Result<Vec<(String, i64, i64)>> {
    sqlx::query_as(db::sql!(
        "select i.state, count(*), count(*) filter (where exists (
                  select from invoices.alert a where a.tenant_id = $1 and a.invoice_id = i.id and a.cleared_at is null))
         from invoices.invoice i
         where i.tenant_id = $1 and i.state in ('broken', 'coding', 'approval', 'approved', 'paying')
           and ($2::uuid[] is null or i.unit_id = any($2) or i.institution_id = any($2))
         group by 1"
    ))
    .bind(tenant)
    .bind(units)
    .fetch_all(conn)
    .await
}

/// A line of an invoice.
#[derive(Clone, Debug, FromRow)]
pub struct LineRow {
    /// Its number.
    pub no: i32,
    /// What.
    pub name: String,
    /// How much of it.
    pub quantity: Option<rust_decimal::Decimal>,
    /// In what.
    pub measure: Option<String>,
    /// Without VAT.
    pub net: Money,
    /// Rate of VAT.
    pub vat_rate: Option<rust_decimal::Decimal>,
    /// Category of VAT.
    pub vat_category: Option<String>,
}

/// The lines of an invoice, at most so many.
///
/// # Errors
/// The database failed.
pub async fn lines(conn: &mut PgConnection, tenant: TenantId, id: DocumentId, most: i64) -> sqlx::Result<Vec<LineRow>> {
    sqlx::query_as(db::sql!(
        "select no, name, quantity, measure, net, vat_rate, vat_category
         from invoices.line where tenant_id = $1 and invoice_id = $2 order by no limit $3"
    ))
    .bind(tenant)
    .bind(id)
    .bind(most)
    .fetch_all(conn)
    .await
}

/// An alert.
#[derive(Clone, Debug, FromRow)]
pub struct AlertRow {
    /// Its id.
    pub id: Uuid,
    /// What kind.
    pub kind: String,
    /// The facts.
    pub detail: Value,
    /// Raised at.
    pub raised_at: Timestamp,
    /// By whose doing.
    pub raised_by: Option<PersonId>,
    /// Cleared at.
    pub cleared_at: Option<Timestamp>,
    /// By whom.
    pub cleared_by: Option<PersonId>,
    /// On what ground.
    pub ground: Option<String>,
}

/// The alerts of an invoice.
///
/// # Errors
/// The database failed.
pub async fn alerts(conn: &mut PgConnection, tenant: TenantId, id: DocumentId) -> sqlx::Result<Vec<AlertRow>> {
    sqlx::query_as(db::sql!(
        "select id, kind, detail, raised_at, raised_by, cleared_at, cleared_by, ground
         from invoices.alert where tenant_id = $1 and invoice_id = $2 order by id"
    ))
    .bind(tenant)
    .bind(id)
    .fetch_all(conn)
    .await
}

/// The files of an invoice's document: id, name, type, size, role.
///
/// # Errors
/// The database failed.
pub async fn files(
    conn: &mut PgConnection,
    tenant: TenantId,
    id: DocumentId,
) -> sqlx::Result<Vec<(types::FileId, String, String, i64, String)>> {
    sqlx::query_as(db::sql!(
        "select id, name, media_type, size, role from documents.file
         where tenant_id = $1 and document_id = $2 order by role <> 'main', name, version"
    ))
    .bind(tenant)
    .bind(id)
    .fetch_all(conn)
    .await
}

/// An invoice that may be paid.
#[derive(Clone, Debug, FromRow)]
pub struct PayableRow {
    /// Its id.
    pub id: DocumentId,
    /// Our number.
    pub registered: Option<String>,
    /// The supplier.
    pub supplier: String,
    /// The supplier.
    pub supplier_id: Uuid,
    /// Its registration number.
    pub registration: Option<String>,
    /// The supplier's number.
    pub number: String,
    /// To be paid by.
    pub due_on: Date,
    /// Still to be paid, less what credit notes take back.
    pub open: Money,
    /// To which account.
    pub iban: Option<String>,
    /// The reference that the supplier wants to see.
    pub reference: Option<String>,
    /// Open alerts.
    pub alerts: i64,
    /// Is the account one that may be paid to?
    pub is_account_known: bool,
    /// Currency.
    pub currency: String,
}

const PAYABLE: &str = db::sql!(
    "select i.id, d.number as registered, s.name as supplier, s.id as supplier_id, s.registration, i.number, i.due_on,
            i.payable - i.settled as open, i.iban, i.reference, i.currency,
            (select count(*) from invoices.alert a
             where a.tenant_id = $1 and a.invoice_id = i.id and a.cleared_at is null) as alerts,
            exists (select from invoices.supplier_account b
                    where b.tenant_id = $1 and b.supplier_id = i.supplier_id and b.iban = i.iban
                      and b.state = 'known') as is_account_known
     from invoices.invoice i
     join invoices.supplier s on s.tenant_id = $1 and s.id = i.supplier_id
     join documents.document d on d.tenant_id = $1 and d.id = i.id
     where i.tenant_id = $1 and i.state = 'approved' and i.kind = 'invoice' and i.payable > i.settled
       and ($2::uuid[] is null or i.unit_id = any($2) or i.institution_id = any($2))
       and i.due_on <= $3 and ($4::uuid[] is null or i.id = any($4))
     order by i.due_on, i.id limit $5"
);

/// Approved invoices that fall due by that day; `only` these where some are named.
///
/// # Errors
/// The database failed.
pub async fn payable(
    conn: &mut PgConnection,
    tenant: TenantId,
    units: &Option<Vec<UnitId>>,
    by: Date,
    only: Option<&[DocumentId]>,
    limit: i64,
) -> sqlx::Result<Vec<PayableRow>> {
    sqlx::query_as(PAYABLE).bind(tenant).bind(units).bind(by).bind(only).bind(limit).fetch_all(conn).await
}

/// A posting: a part of an approved invoice.
#[derive(Clone, Debug, FromRow)]
pub struct PostingRow {
    /// The invoice.
    pub id: DocumentId,
    /// Our number.
    pub registered: Option<String>,
    /// The supplier's registration number, or what stands for it.
    pub supplier_code: String,
    /// The supplier.
    pub supplier: String,
    /// Its number.
    pub number: String,
    /// `invoice` or `credit-note`.
    pub kind: String,
    /// Date of issue.
    pub issued_on: Date,
    /// Account.
    pub account: String,
    /// EKK.
    pub ekk: String,
    /// Function.
    pub function: String,
    /// Funding.
    pub funding: String,
    /// Project.
    pub project: String,
    /// Unit.
    pub unit: String,
    /// How much; of a credit note negative.
    pub amount: Money,
}

/// The postings of invoices approved in a period.
///
/// # Errors
/// The database failed.
pub async fn postings(
    conn: &mut PgConnection,
    tenant: TenantId,
    units: &Option<Vec<UnitId>>,
    first: Date,
    until: Date,
) -> sqlx::Result<Vec<PostingRow>> {
    sqlx::query_as(db::sql!(
        "select i.id, d.number as registered, s.code as supplier_code, s.name as supplier, i.number, i.kind, i.issued_on,
                c.account, c.ekk, c.function, c.funding, c.project, u.code as unit,
                case when i.kind = 'credit-note' then -c.amount else c.amount end as amount
         from invoices.invoice i
         join invoices.coding c on c.tenant_id = $1 and c.invoice_id = i.id
         join invoices.supplier s on s.tenant_id = $1 and s.id = i.supplier_id
         join documents.document d on d.tenant_id = $1 and d.id = i.id
         join parties.unit u on u.tenant_id = $1 and u.id = c.unit_id
         where i.tenant_id = $1 and i.approved_at >= $3 and i.approved_at < $4
           and ($2::uuid[] is null or i.unit_id = any($2) or i.institution_id = any($2))
         order by i.approved_at, i.id, c.no limit 200000"
    ))
    .bind(tenant)
    .bind(units)
    .bind(types::start_of_day(first))
    .bind(types::start_of_day(until))
    .fetch_all(conn)
    .await
}

/// Postings as CSV: a cell that a spreadsheet would run is made harmless.
#[must_use]
pub fn csv(rows: &[PostingRow]) -> String {
    let cell = |text: &str| {
        let safe =
            if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() };
        if safe.contains([',', '"', '\n', '\r']) { format!("\"{}\"", safe.replace('"', "\"\"")) } else { safe }
    };
    let mut out = String::from(
        "registered,supplier_code,supplier,number,kind,issued_on,account,ekk,function,funding,project,unit,amount\r\n",
    );
    for r in rows {
        let texts = [
            r.registered.as_deref().unwrap_or_default(),
            r.supplier_code.trim_start_matches('='),
            &r.supplier,
            &r.number,
            &r.kind,
            &r.issued_on.to_string(),
            &r.account,
            &r.ekk,
            &r.function,
            &r.funding,
            &r.project,
            &r.unit,
        ]
        .map(cell);
        let sign = if r.amount.0 < 0 { "-" } else { "" };
        let n = r.amount.0.unsigned_abs();
        out.push_str(&format!("{},{sign}{}.{:02}\r\n", texts.join(","), n / 100, n % 100));
    }
    out
}

/// An invoice that was or is paid late.
#[derive(Clone, Debug, FromRow)]
pub struct LateRow {
    /// Which.
    pub id: DocumentId,
    /// The supplier.
    pub supplier: String,
    /// Its number.
    pub number: String,
    /// To be paid by.
    pub due_on: Date,
    /// Paid on.
    pub paid_on: Option<Date>,
    /// What was to be paid.
    pub payable: Money,
}

/// Invoices due within a period that were paid after their day, or are not paid by `today`; the largest first.
///
/// # Errors
/// The database failed.
pub async fn late(
    conn: &mut PgConnection,
    tenant: TenantId,
    units: &Option<Vec<UnitId>>,
    (first, until): (Date, Date),
    today: Date,
    limit: i64,
) -> sqlx::Result<Vec<LateRow>> {
    sqlx::query_as(db::sql!(
        "select i.id, s.name as supplier, i.number, i.due_on, i.paid_on, i.payable
         from invoices.invoice i join invoices.supplier s on s.tenant_id = $1 and s.id = i.supplier_id
         where i.tenant_id = $1 and i.kind = 'invoice' and i.state not in ('rejected', 'offset', 'broken')
           and i.due_on >= $3 and i.due_on < $4 and coalesce(i.paid_on, $5) > i.due_on
           and ($2::uuid[] is null or i.unit_id = any($2) or i.institution_id = any($2))
         order by i.payable desc, i.id limit $6"
    ))
    .bind(tenant)
    .bind(units)
    .bind(first)
    .bind(until)
    .bind(today)
    .bind(limit)
    .fetch_all(conn)
    .await
}

/// How long invoices received in a period were on their way.
#[derive(Clone, Debug, FromRow)]
pub struct SpeedRow {
    /// Average days from receipt to approval.
    pub to_approval: Option<rust_decimal::Decimal>,
    /// Average days from receipt to payment.
    pub to_payment: Option<rust_decimal::Decimal>,
    /// How many are paid.
    pub paid: i64,
}

/// How long invoices received in a period were on their way.
///
/// # Errors
/// The database failed.
pub async fn speed(
    conn: &mut PgConnection,
    tenant: TenantId,
    units: &Option<Vec<UnitId>>,
    (first, until): (Date, Date),
) -> sqlx::Result<SpeedRow> {
    sqlx::query_as(db::sql!(
        "select round(avg(extract(epoch from approved_at - received_at) / 86400)::numeric, 1) as to_approval,
                round(avg(paid_on - received_on)::numeric, 1) as to_payment, count(paid_on) as paid
         from invoices.invoice
         where tenant_id = $1 and kind = 'invoice' and received_on >= $3 and received_on < $4
           and ($2::uuid[] is null or unit_id = any($2) or institution_id = any($2))"
    ))
    .bind(tenant)
    .bind(units)
    .bind(first)
    .bind(until)
    .fetch_one(conn)
    .await
}

/// A figure of a rule with where it comes from, as it is on a day.
///
/// # Errors
/// The database failed.
pub async fn rate(conn: &mut PgConnection, key: &str, on: Date) -> sqlx::Result<Option<(Value, String)>> {
    sqlx::query_as(db::sql!(
        "select value, source from kernel.parameter
         where rule = 'invoices' and key = $1 and valid_from <= $2 and (valid_to is null or valid_to >= $2)
         order by valid_from desc limit 1"
    ))
    .bind(key)
    .bind(on)
    .fetch_optional(conn)
    .await
}
