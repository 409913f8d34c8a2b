//! What taking invoices in reads and writes: sets only.

use op::{Action, May, OpError, Tx};
use serde::Serialize;
use serde_json::Value;
use sqlx::{FromRow, PgConnection, types::Json};
use types::{Date, DocumentId, Money, PersonId, TenantId, Timestamp, UnitId};
use uuid::Uuid;

use crate::model::{Coding, Earlier, FindingRow};

/// Institutions by registration number, and the municipality by its own.
///
/// # Errors
/// The database failed.
pub async fn buyers(conn: &mut PgConnection, tenant: TenantId) -> sqlx::Result<Vec<(String, UnitId, bool)>> {
    sqlx::query_as(db::sql!(
        "select registration_number, id, kind = 'institution' from parties.unit
         where tenant_id = $1 and registration_number is not null"
    ))
    .bind(tenant)
    .fetch_all(conn)
    .await
}

/// Which of these contents are here already.
///
/// # Errors
/// The database failed.
pub async fn known(
    conn: &mut PgConnection,
    tenant: TenantId,
    contents: &[Vec<u8>],
) -> sqlx::Result<Vec<(Vec<u8>, DocumentId)>> {
    sqlx::query_as(db::sql!("select content, id from invoices.invoice where tenant_id = $1 and content = any($2)"))
        .bind(tenant)
        .bind(contents)
        .fetch_all(conn)
        .await
}

/// A supplier as its newest invoice names it.
#[derive(Clone, Debug, Serialize)]
pub struct SupplierItem {
    /// Its id, where it is new.
    pub id: Uuid,
    /// By what it is known again.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Registration number.
    pub registration: Option<String>,
    /// VAT number.
    pub vat_number: Option<String>,
    /// Country.
    pub country: String,
    /// Electronic address.
    pub endpoint: Option<String>,
    /// E-mail.
    pub email: Option<String>,
}

/// Remembers suppliers; answers the id of each code. Codes are unique within the set.
///
/// # Errors
/// The database failed.
pub async fn put_suppliers<A: Action>(
    tx: &mut Tx,
    _: &May<A>,
    items: &[SupplierItem],
) -> Result<Vec<(String, Uuid)>, OpError> {
    let tenant = tx.op().tenant();
    let done = sqlx::query_as(db::sql!(
        "insert into invoices.supplier as s (tenant_id, id, code, name, registration, vat_number, country, endpoint, email)
         select $1, r.id, r.code, r.name, r.registration, r.vat_number, r.country, r.endpoint, r.email
         from jsonb_to_recordset($2) as r(id uuid, code text, name text, registration text, vat_number text,
           country text, endpoint text, email text)
         order by r.code
         on conflict (tenant_id, code) do update
           set endpoint = coalesce(excluded.endpoint, s.endpoint), email = coalesce(excluded.email, s.email)
         returning s.code, s.id"
    ))
    .bind(tenant)
    .bind(Json(items))
    .fetch_all(tx.conn())
    .await?;
    Ok(done)
}

/// Accounts of suppliers: supplier, IBAN, `known` or `suspect` or `refused`.
///
/// # Errors
/// The database failed.
pub async fn accounts(
    conn: &mut PgConnection,
    tenant: TenantId,
    suppliers: &[Uuid],
) -> sqlx::Result<Vec<(Uuid, String, String)>> {
    sqlx::query_as(db::sql!(
        "select supplier_id, iban, state from invoices.supplier_account where tenant_id = $1 and supplier_id = any($2)"
    ))
    .bind(tenant)
    .bind(suppliers)
    .fetch_all(conn)
    .await
}

/// Earlier invoices of these suppliers that a new one could be a copy of.
///
/// # Errors
/// The database failed.
pub async fn earlier(
    conn: &mut PgConnection,
    tenant: TenantId,
    suppliers: &[Uuid],
    from: Date,
) -> sqlx::Result<Vec<Earlier>> {
    sqlx::query_as(db::sql!(
        "select id, supplier_id, number, kind, issued_on, total from invoices.invoice
         where tenant_id = $1 and supplier_id = any($2) and issued_on >= $3 and state <> 'rejected'
         order by issued_on desc"
    ))
    .bind(tenant)
    .bind(suppliers)
    .bind(from)
    .fetch_all(conn)
    .await
}

/// A part of the coding that a supplier's last approved invoice of an institution had.
#[derive(Clone, Debug, FromRow)]
pub struct HabitRow {
    /// The supplier.
    pub supplier_id: Uuid,
    /// The institution.
    pub institution_id: UnitId,
    /// That invoice's number.
    pub number: String,
    /// Its date.
    pub issued_on: Date,
    /// The part.
    #[sqlx(flatten)]
    pub coding: Coding,
}

/// How the last approved invoices of these suppliers were booked, by institution.
///
/// # Errors
/// The database failed.
pub async fn habits(conn: &mut PgConnection, tenant: TenantId, suppliers: &[Uuid]) -> sqlx::Result<Vec<HabitRow>> {
    sqlx::query_as(db::sql!(
        "with last as (
           select distinct on (i.supplier_id, i.institution_id) i.id, i.supplier_id, i.institution_id, i.number, i.issued_on
           from invoices.invoice i
           where i.tenant_id = $1 and i.supplier_id = any($2) and i.approved_at is not null and i.kind = 'invoice'
           order by i.supplier_id, i.institution_id, i.issued_on desc, i.id desc)
         select l.supplier_id, l.institution_id, l.number, l.issued_on,
                c.amount, c.account, c.ekk, c.function, c.funding, c.project, c.unit_id, c.note
         from last l join invoices.coding c on c.tenant_id = $1 and c.invoice_id = l.id
         order by l.id, c.no"
    ))
    .bind(tenant)
    .bind(suppliers)
    .fetch_all(conn)
    .await
}

/// An account that was not known before.
#[derive(Clone, Debug, Serialize)]
pub struct AccountItem {
    /// The supplier.
    pub supplier_id: Uuid,
    /// The account.
    pub iban: String,
    /// `known` for a supplier's first one, else `suspect`.
    pub state: &'static str,
}

/// An invoice as the statement takes it.
#[derive(Clone, Debug, Serialize)]
pub struct InvoiceItem {
    /// Its id, and its document's.
    pub id: DocumentId,
    /// Who receives it.
    pub institution_id: UnitId,
    /// Whose budget it is.
    pub unit_id: UnitId,
    /// The supplier.
    pub supplier_id: Uuid,
    /// Its number.
    pub number: String,
    /// `invoice` or `credit-note`.
    pub kind: &'static str,
    /// Date of issue.
    pub issued_on: Date,
    /// To be paid by.
    pub due_on: Date,
    /// Received on.
    pub received_on: Date,
    /// Received at.
    pub received_at: Timestamp,
    /// Taken in by.
    pub received_by: Option<PersonId>,
    /// By what.
    pub channel: &'static str,
    /// Structured?
    pub is_structured: bool,
    /// Syntax.
    pub syntax: &'static str,
    /// Hash of the content, in hex.
    pub content: String,
    /// Currency.
    pub currency: String,
    /// Without VAT.
    pub net: Money,
    /// VAT.
    pub vat: Money,
    /// With VAT.
    pub total: Money,
    /// To be paid.
    pub payable: Money,
    /// Account.
    pub iban: Option<String>,
    /// Reference.
    pub reference: Option<String>,
    /// Order.
    pub order_number: Option<String>,
    /// Contract.
    pub contract_number: Option<String>,
    /// What it corrects.
    pub preceding: Vec<String>,
    /// Verdict.
    pub verdict: &'static str,
    /// Findings.
    pub findings: Vec<FindingRow>,
    /// State.
    pub state: &'static str,
    /// The envelope it came in.
    pub envelope: Option<crate::model::Envelope>,
}

/// A line as the statement takes it.
#[derive(Clone, Debug, Serialize)]
pub struct LineItem {
    /// Of which invoice.
    pub invoice_id: DocumentId,
    /// Its number, from 1.
    pub no: usize,
    /// What.
    pub name: String,
    /// How much of it.
    pub quantity: Option<rust_decimal::Decimal>,
    /// In what.
    pub measure: Option<String>,
    /// Without VAT.
    pub net: Money,
    /// Category of VAT.
    pub vat_category: Option<String>,
    /// Rate of VAT.
    pub vat_rate: Option<rust_decimal::Decimal>,
    /// Line of the order.
    pub order_line: Option<String>,
}

/// A part of a coding as the statement takes it.
#[derive(Clone, Debug, Serialize)]
pub struct CodingItem {
    /// Of which invoice.
    pub invoice_id: DocumentId,
    /// Its number, from 1.
    pub no: usize,
    /// The part.
    #[serde(flatten)]
    pub coding: Coding,
}

/// An alert as the statement takes it.
#[derive(Clone, Debug, Serialize)]
pub struct AlertItem {
    /// Its id.
    pub id: Uuid,
    /// Of which invoice.
    pub invoice_id: DocumentId,
    /// What kind.
    pub kind: &'static str,
    /// The facts.
    pub detail: Value,
}

/// Everything that a set of invoices writes.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Intake {
    /// Invoices.
    pub invoices: Vec<InvoiceItem>,
    /// Their lines.
    pub lines: Vec<LineItem>,
    /// Suggested codings.
    pub codings: Vec<CodingItem>,
    /// Alerts.
    pub alerts: Vec<AlertItem>,
    /// New accounts.
    pub accounts: Vec<AccountItem>,
}

const ADD: &str = db::sql!(
    "with i as (
       insert into invoices.invoice (tenant_id, id, institution_id, unit_id, supplier_id, number, kind, issued_on, due_on,
         received_on, received_at, received_by, channel, is_structured, syntax, content, currency, net, vat, total,
         payable, iban, reference, order_number, contract_number, preceding, verdict, findings, state, envelope)
       select $1, id, institution_id, unit_id, supplier_id, number, kind, issued_on, due_on, received_on, received_at,
         received_by, channel, is_structured, syntax, decode(content, 'hex'), currency, net, vat, total, payable, iban,
         reference, order_number, contract_number, preceding, verdict, findings, state, envelope
       from jsonb_to_recordset($2::jsonb->'invoices') as r(id uuid, institution_id uuid, unit_id uuid, supplier_id uuid,
         number text, kind text, issued_on date, due_on date, received_on date, received_at timestamptz,
         received_by uuid, channel text, is_structured boolean, syntax text, content text, currency text, net bigint,
         vat bigint, total bigint, payable bigint, iban text, reference text, order_number text, contract_number text,
         preceding text[], verdict text, findings jsonb, state text, envelope jsonb)),
     l as (
       insert into invoices.line (tenant_id, invoice_id, no, name, quantity, measure, net, vat_category, vat_rate, order_line)
       select $1, invoice_id, no, name, quantity, measure, net, vat_category, vat_rate, order_line
       from jsonb_to_recordset($2::jsonb->'lines') as r(invoice_id uuid, no int, name text, quantity numeric, measure text,
         net bigint, vat_category text, vat_rate numeric, order_line text)),
     c as (
       insert into invoices.coding (tenant_id, invoice_id, no, amount, account, ekk, function, funding, project, unit_id, note)
       select $1, invoice_id, no, amount, account, ekk, function, funding, project, unit_id, note
       from jsonb_to_recordset($2::jsonb->'codings') as r(invoice_id uuid, no int, amount bigint, account text, ekk text,
         function text, funding text, project text, unit_id uuid, note text)),
     a as (
       insert into invoices.alert (tenant_id, id, invoice_id, kind, detail, raised_at, raised_by)
       select $1, id, invoice_id, kind, detail, $3, $4
       from jsonb_to_recordset($2::jsonb->'alerts') as r(id uuid, invoice_id uuid, kind text, detail jsonb))
     insert into invoices.supplier_account (tenant_id, supplier_id, iban, state, first_seen)
     select $1, supplier_id, iban, state, $5
     from jsonb_to_recordset($2::jsonb->'accounts') as r(supplier_id uuid, iban text, state text)
     on conflict (tenant_id, supplier_id, iban) do nothing"
);

/// Writes a set of invoices with everything that belongs to them, in one statement.
///
/// # Errors
/// `Conflict("invoice_content_key")` where somebody was quicker with the same file.
pub async fn add<A: Action>(tx: &mut Tx, _: &May<A>, intake: &Intake) -> Result<(), OpError> {
    let op = tx.op().clone();
    sqlx::query(ADD)
        .bind(op.tenant())
        .bind(Json(intake))
        .bind(op.now())
        .bind(op.person())
        .bind(op.today())
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Invoices of these suppliers by number: what credit notes are tied to.
///
/// # Errors
/// The database failed.
pub async fn by_numbers(
    conn: &mut PgConnection,
    tenant: TenantId,
    suppliers: &[Uuid],
    numbers: &[String],
) -> sqlx::Result<Vec<(Uuid, String, DocumentId)>> {
    sqlx::query_as(db::sql!(
        "select supplier_id, number, id from invoices.invoice
         where tenant_id = $1 and supplier_id = any($2) and number = any($3) and kind = 'invoice'
         order by issued_on"
    ))
    .bind(tenant)
    .bind(suppliers)
    .bind(numbers)
    .fetch_all(conn)
    .await
}
