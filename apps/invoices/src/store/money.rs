//! Payment proposals, statements and what they settle.

use op::{Action, May, OpError, Tx};
use serde::Serialize;
use serde_json::Value;
use sqlx::{FromRow, PgConnection, types::Json};
use types::{Date, DocumentId, Money, PersonId, TenantId, Timestamp};
use uuid::Uuid;

use crate::model::BatchState;

/// One of the municipality's own accounts.
#[derive(Clone, Debug, FromRow)]
pub struct BankAccount {
    /// Its id.
    pub id: Uuid,
    /// Its number.
    pub iban: String,
    /// Its bank.
    pub bic: Option<String>,
    /// What people call it.
    pub name: String,
}

/// The municipality's own accounts.
///
/// # Errors
/// The database failed.
pub async fn bank_accounts(conn: &mut PgConnection, tenant: TenantId) -> sqlx::Result<Vec<BankAccount>> {
    sqlx::query_as(db::sql!(
        "select id, iban, bic, name from invoices.bank_account where tenant_id = $1 order by name, iban"
    ))
    .bind(tenant)
    .fetch_all(conn)
    .await
}

/// Names an account; one that is there already gets the new name.
///
/// # Errors
/// The database failed.
pub async fn put_bank_account<A: Action>(
    tx: &mut Tx,
    _: &May<A>,
    iban: &str,
    bic: Option<&str>,
    name: &str,
) -> Result<Uuid, OpError> {
    let (tenant, id) = (tx.op().tenant(), tx.op().new_id::<Uuid>());
    let (id,) = sqlx::query_as(db::sql!(
        "insert into invoices.bank_account (tenant_id, id, iban, bic, name) values ($1, $2, $3, $4, $5)
         on conflict (tenant_id, iban) do update set name = excluded.name, bic = excluded.bic returning id"
    ))
    .bind(tenant)
    .bind(id)
    .bind(iban)
    .bind(bic)
    .bind(name)
    .fetch_one(tx.conn())
    .await?;
    Ok(id)
}

/// A payment as the statement takes it.
#[derive(Clone, Debug, Serialize)]
pub struct PaymentItem {
    /// Its id.
    pub id: Uuid,
    /// The invoice.
    pub invoice_id: DocumentId,
    /// Ours; the statement says it again.
    pub end_to_end: String,
    /// How much.
    pub amount: Money,
    /// To which account.
    pub iban: String,
}

/// A payment proposal to be written.
#[derive(Clone, Debug)]
pub struct NewBatch {
    /// Its id.
    pub id: Uuid,
    /// Its number.
    pub number: String,
    /// From which account.
    pub bank_account: Uuid,
    /// On which day.
    pub pay_on: Date,
    /// The payments.
    pub payments: Vec<PaymentItem>,
}

/// Writes a payment proposal: its invoices are no longer payable.
///
/// # Errors
/// `Conflict("payment_open")` where an invoice is in another one; `Stale` where one of them is not payable any more.
pub async fn add_batch<A: Action>(tx: &mut Tx, _: &May<A>, new: &NewBatch) -> Result<(), OpError> {
    let op = tx.op().clone();
    let sum: i64 = new.payments.iter().map(|p| p.amount.0).sum();
    let count = i32::try_from(new.payments.len()).unwrap_or(i32::MAX);
    sqlx::query(db::sql!(
        "insert into invoices.batch (tenant_id, id, number, bank_account_id, pay_on, state, payments, amount, prepared_by, prepared_at)
         values ($1, $2, $3, $4, $5, 'proposed', $6, $7, $8, $9)"
    ))
    .bind(op.tenant())
    .bind(new.id)
    .bind(&new.number)
    .bind(new.bank_account)
    .bind(new.pay_on)
    .bind(count)
    .bind(sum)
    .bind(op.person())
    .bind(op.now())
    .execute(tx.conn())
    .await?;
    let done = sqlx::query(db::sql!(
        "with item as materialized (
           select * from jsonb_to_recordset($3) as r(id uuid, invoice_id uuid, end_to_end text, amount bigint, iban text)),
         i as (
           update invoices.invoice v set state = 'paying', version = v.version + 1
           from item where v.tenant_id = $1 and v.id = item.invoice_id and v.state = 'approved' returning v.id)
         insert into invoices.payment (tenant_id, id, batch_id, invoice_id, end_to_end, amount, iban, state)
         select $1, item.id, $2, item.invoice_id, item.end_to_end, item.amount, item.iban, 'proposed'
         from item join i on i.id = item.invoice_id"
    ))
    .bind(op.tenant())
    .bind(new.id)
    .bind(Json(&new.payments))
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == new.payments.len() as u64 { Ok(()) } else { Err(OpError::Stale) }
}

/// How many batches were numbered so: for the next number. The batch's unique number refuses a double.
///
/// # Errors
/// The database failed.
pub async fn batches_numbered(conn: &mut PgConnection, tenant: TenantId, prefix: &str) -> sqlx::Result<i64> {
    sqlx::query_scalar(db::sql!("select count(*) from invoices.batch where tenant_id = $1 and number like $2 || '%'"))
        .bind(tenant)
        .bind(prefix)
        .fetch_one(conn)
        .await
}

/// A payment with what the bank is told.
#[derive(Clone, Debug, FromRow)]
pub struct PaymentRow {
    /// Its id.
    pub id: Uuid,
    /// The invoice.
    pub invoice_id: DocumentId,
    /// Ours.
    pub end_to_end: String,
    /// How much.
    pub amount: Money,
    /// To which account.
    pub iban: String,
    /// Where it stands.
    pub state: String,
    /// Why it was refused or returned.
    pub reason: Option<String>,
    /// Settled on.
    pub settled_on: Option<Date>,
    /// Who is paid.
    pub supplier: String,
    /// Its registration number.
    pub registration: Option<String>,
    /// Its country.
    pub country: String,
    /// The supplier's number.
    pub number: String,
    /// Our number.
    pub registered: Option<String>,
    /// The reference that the supplier wants to see.
    pub reference: Option<String>,
    /// The whole invoice, for the shares of its codes.
    pub total: Money,
    /// EKK codes and amounts of the coding.
    pub codes: Json<Vec<(String, i64)>>,
}

/// The payments of a batch.
///
/// # Errors
/// The database failed.
pub async fn payments(conn: &mut PgConnection, tenant: TenantId, batch: Uuid) -> sqlx::Result<Vec<PaymentRow>> {
    sqlx::query_as(db::sql!(
        "select p.id, p.invoice_id, p.end_to_end, p.amount, p.iban, p.state, p.reason, p.settled_on, s.name as supplier,
                s.registration, s.country, i.number, d.number as registered, i.reference, i.total,
                coalesce((select jsonb_agg(jsonb_build_array(ekk, amount) order by ekk)
                          from (select c.ekk, sum(c.amount) as amount from invoices.coding c
                                where c.tenant_id = $1 and c.invoice_id = i.id group by c.ekk) c), '[]') as codes
         from invoices.payment p
         join invoices.invoice i on i.tenant_id = $1 and i.id = p.invoice_id
         join invoices.supplier s on s.tenant_id = $1 and s.id = i.supplier_id
         join documents.document d on d.tenant_id = $1 and d.id = i.id
         where p.tenant_id = $1 and p.batch_id = $2 order by p.end_to_end"
    ))
    .bind(tenant)
    .bind(batch)
    .fetch_all(conn)
    .await
}

/// Another person releases it: the payments are sent.
///
/// # Errors
/// `Conflict("batch_two_persons")` where it is the same person.
pub async fn release<A: Action>(tx: &mut Tx, may: &May<A>) -> Result<(), OpError> {
    let op = tx.op().clone();
    sqlx::query(db::sql!(
        "with b as (
           update invoices.batch set state = 'released', released_by = $3, released_at = $4, version = version + 1
           where tenant_id = $1 and id = $2 and state = 'proposed')
         update invoices.payment set state = 'sent' where tenant_id = $1 and batch_id = $2 and state = 'proposed'"
    ))
    .bind(op.tenant())
    .bind(may.resource())
    .bind(op.person())
    .bind(op.now())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A proposal is given up, or a file was refused as a whole: its invoices are payable again.
///
/// # Errors
/// The database failed.
pub async fn undo<A: Action>(
    tx: &mut Tx,
    may: &May<A>,
    state: BatchState,
    payments: &str,
    answer: Option<&Value>,
) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    sqlx::query(db::sql!(
        "with b as (
           update invoices.batch set state = $3, answer = coalesce($5, answer), version = version + 1
           where tenant_id = $1 and id = $2),
         p as (
           update invoices.payment set state = $4
           where tenant_id = $1 and batch_id = $2 and state in ('proposed', 'sent') returning invoice_id)
         update invoices.invoice i set state = 'approved', version = i.version + 1
         from p where i.tenant_id = $1 and i.id = p.invoice_id and i.state = 'paying'"
    ))
    .bind(tenant)
    .bind(may.resource())
    .bind(state.word())
    .bind(payments)
    .bind(answer)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A row of the list of batches.
#[derive(Clone, Debug, FromRow)]
pub struct BatchRow {
    /// Its id.
    pub id: Uuid,
    /// Its number.
    pub number: String,
    /// The account.
    pub account: String,
    /// The day.
    pub pay_on: Date,
    /// Where it stands.
    pub state: BatchState,
    /// How many payments.
    pub payments: i32,
    /// How much.
    pub amount: Money,
    /// Who put it together.
    pub prepared_by: Option<PersonId>,
    /// Who released it.
    pub released_by: Option<PersonId>,
}

/// The newest batches.
///
/// # Errors
/// The database failed.
pub async fn batches(
    conn: &mut PgConnection,
    tenant: TenantId,
    after: Option<Uuid>,
    limit: i64,
) -> sqlx::Result<Vec<BatchRow>> {
    sqlx::query_as(db::sql!(
        "select r.id, r.number, b.name as account, r.pay_on, r.state, r.payments, r.amount, r.prepared_by, r.released_by
         from invoices.batch r join invoices.bank_account b on b.tenant_id = $1 and b.id = r.bank_account_id
         where r.tenant_id = $1 and ($2::uuid is null or r.id < $2)
         order by r.id desc limit $3"
    ))
    .bind(tenant)
    .bind(after)
    .bind(limit)
    .fetch_all(conn)
    .await
}

/// A line of a statement as it is written.
#[derive(Clone, Debug, Serialize)]
pub struct EntryItem {
    /// Its id.
    pub id: Uuid,
    /// Booked on.
    pub booked_on: Date,
    /// How much; negative where it went out.
    pub amount: Money,
    /// Ours.
    pub end_to_end: Option<String>,
    /// The other side.
    pub other: String,
    /// Its account.
    pub iban: Option<String>,
    /// What for.
    pub words: String,
    /// Why it came back.
    pub returned: Option<String>,
}

/// A statement as it is written.
#[derive(Clone, Debug)]
pub struct NewStatement {
    /// Its id.
    pub id: Uuid,
    /// The account.
    pub bank_account: Uuid,
    /// Hash of the file.
    pub content: Vec<u8>,
    /// The bank's identifier.
    pub name: String,
    /// Opening balance.
    pub opening: Option<Money>,
    /// Closing balance.
    pub closing: Option<Money>,
    /// Its lines.
    pub entries: Vec<EntryItem>,
}

/// Writes a statement with its lines; answers `false` where it is here already.
///
/// # Errors
/// The database failed.
pub async fn add_statement<A: Action>(tx: &mut Tx, _: &May<A>, new: &NewStatement) -> Result<bool, OpError> {
    let op = tx.op().clone();
    let done = sqlx::query(db::sql!(
        "insert into invoices.statement (tenant_id, id, bank_account_id, content, name, opening, closing, imported_at, imported_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (tenant_id, content, name) do nothing"
    ))
    .bind(op.tenant())
    .bind(new.id)
    .bind(new.bank_account)
    .bind(&new.content)
    .bind(&new.name)
    .bind(new.opening)
    .bind(new.closing)
    .bind(op.now())
    .bind(op.person())
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query(db::sql!(
        "insert into invoices.entry (tenant_id, id, statement_id, booked_on, amount, end_to_end, other, iban, words, returned)
         select $1, id, $2, booked_on, amount, end_to_end, other, iban, words, returned
         from jsonb_to_recordset($3) as r(id uuid, booked_on date, amount bigint, end_to_end text, other text, iban text,
           words text, returned text)"
    ))
    .bind(op.tenant())
    .bind(new.id)
    .bind(Json(&new.entries))
    .execute(tx.conn())
    .await?;
    Ok(true)
}

/// What a set of lines settled and returned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// Invoices that are paid in full now.
    pub paid: Vec<DocumentId>,
    /// Invoices whose payment came back.
    pub returned: Vec<DocumentId>,
}

/// Ties the lines of a statement to our payments: by our own identifier and the amount. What went out settles; what
/// came back opens the invoice again.
///
/// # Errors
/// The database failed.
pub async fn settle<A: Action>(tx: &mut Tx, _: &May<A>, statement: Uuid) -> Result<Settled, OpError> {
    let tenant = tx.op().tenant();
    // A payment that went out and came back on one statement: first out, then back.
    let paid = sqlx::query_scalar(db::sql!(
        "with m as materialized (
           select e.id as entry_id, p.id, p.invoice_id, p.amount, e.booked_on
           from invoices.entry e
           join invoices.payment p on p.tenant_id = $1 and p.end_to_end = e.end_to_end and p.state = 'sent'
             and p.amount = -e.amount
           where e.tenant_id = $1 and e.statement_id = $2 and e.payment_id is null and e.amount < 0),
         e as (update invoices.entry e set payment_id = m.id from m where e.tenant_id = $1 and e.id = m.entry_id),
         p as (update invoices.payment p set state = 'settled', settled_on = m.booked_on
               from m where p.tenant_id = $1 and p.id = m.id)
         update invoices.invoice i
         set settled = i.settled + m.amount, version = i.version + 1, paid_on = m.booked_on,
             state = case when i.settled + m.amount >= i.payable then 'paid' else 'approved' end
         from m where i.tenant_id = $1 and i.id = m.invoice_id returning i.id"
    ))
    .bind(tenant)
    .bind(statement)
    .fetch_all(tx.conn())
    .await?;
    let returned = sqlx::query_scalar(db::sql!(
        "with m as materialized (
           select e.id as entry_id, p.id, p.invoice_id, p.amount, e.returned
           from invoices.entry e
           join invoices.payment p on p.tenant_id = $1 and p.end_to_end = e.end_to_end and p.state = 'settled'
             and p.amount = e.amount
           where e.tenant_id = $1 and e.statement_id = $2 and e.payment_id is null and e.amount > 0),
         e as (update invoices.entry e set payment_id = m.id from m where e.tenant_id = $1 and e.id = m.entry_id),
         p as (update invoices.payment p set state = 'returned', reason = coalesce(m.returned, 'RTRN')
               from m where p.tenant_id = $1 and p.id = m.id)
         update invoices.invoice i
         set settled = i.settled - m.amount, version = i.version + 1, paid_on = null, state = 'approved'
         from m where i.tenant_id = $1 and i.id = m.invoice_id returning i.id"
    ))
    .bind(tenant)
    .bind(statement)
    .fetch_all(tx.conn())
    .await?;
    Ok(Settled { paid, returned })
}

/// Batches of which no payment is on its way any more are done.
///
/// # Errors
/// The database failed.
pub async fn finish_batches<A: Action>(tx: &mut Tx, _: &May<A>) -> Result<u64, OpError> {
    let tenant = tx.op().tenant();
    let done = sqlx::query(db::sql!(
        "update invoices.batch b set state = 'settled', version = b.version + 1
         where b.tenant_id = $1 and b.state = 'released' and not exists (
           select from invoices.payment p where p.tenant_id = $1 and p.batch_id = b.id and p.state in ('proposed', 'sent'))"
    ))
    .bind(tenant)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// The batch whose number the bank names.
///
/// # Errors
/// The database failed.
pub async fn batch_by_number(conn: &mut PgConnection, tenant: TenantId, number: &str) -> sqlx::Result<Option<Uuid>> {
    sqlx::query_scalar(db::sql!("select id from invoices.batch where tenant_id = $1 and number = $2"))
        .bind(tenant)
        .bind(number)
        .fetch_optional(conn)
        .await
}

/// Payments that the bank refused: their invoices are payable again.
///
/// # Errors
/// The database failed.
pub async fn refuse_payments<A: Action>(
    tx: &mut Tx,
    may: &May<A>,
    refused: &[(String, String)],
    answer: &Value,
) -> Result<u64, OpError> {
    let tenant = tx.op().tenant();
    let (ids, reasons): (Vec<&str>, Vec<&str>) = refused.iter().map(|(a, b)| (a.as_str(), b.as_str())).unzip();
    let done = sqlx::query(db::sql!(
        "with b as (update invoices.batch set answer = $5, version = version + 1 where tenant_id = $1 and id = $2),
         p as (
           update invoices.payment p set state = 'rejected', reason = r.reason
           from unnest($3::text[], $4::text[]) as r(end_to_end, reason)
           where p.tenant_id = $1 and p.batch_id = $2 and p.end_to_end = r.end_to_end and p.state = 'sent'
           returning p.invoice_id)
         update invoices.invoice i set state = 'approved', version = i.version + 1
         from p where i.tenant_id = $1 and i.id = p.invoice_id and i.state = 'paying'"
    ))
    .bind(tenant)
    .bind(may.resource())
    .bind(ids)
    .bind(reasons)
    .bind(answer)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// A statement as the list shows it.
#[derive(Clone, Debug, FromRow)]
pub struct StatementRow {
    /// Its id.
    pub id: Uuid,
    /// The account.
    pub account: String,
    /// The bank's identifier.
    pub name: String,
    /// Taken in at.
    pub imported_at: Timestamp,
    /// Closing balance.
    pub closing: Option<Money>,
    /// How many lines.
    pub entries: i64,
    /// How many of them are tied to a payment.
    pub tied: i64,
}

/// The newest statements.
///
/// # Errors
/// The database failed.
pub async fn statements(conn: &mut PgConnection, tenant: TenantId, limit: i64) -> sqlx::Result<Vec<StatementRow>> {
    sqlx::query_as(db::sql!(
        "select s.id, b.name as account, s.name, s.imported_at, s.closing,
                (select count(*) from invoices.entry e where e.tenant_id = $1 and e.statement_id = s.id) as entries,
                (select count(*) from invoices.entry e
                 where e.tenant_id = $1 and e.statement_id = s.id and e.payment_id is not null) as tied
         from invoices.statement s
         join invoices.bank_account b on b.tenant_id = $1 and b.id = s.bank_account_id
         where s.tenant_id = $1 order by s.id desc limit $2"
    ))
    .bind(tenant)
    .bind(limit)
    .fetch_all(conn)
    .await
}
