//! SQL of the register desk, and only SQL.

use op::{Action, May, OpError, Read, Tx};
use sqlx::{FromRow, PgConnection, types::Json};
use types::{Date, DocumentId, PersonId, ResolutionId, TenantId, Timestamp, UnitId};
use uuid::Uuid;

use crate::model::Tick;

/// A document that comes to the desk.
#[derive(Debug)]
pub(crate) struct NewItem<'a> {
    pub id: DocumentId,
    pub unit: UnitId,
    pub institution: UnitId,
    pub process: Option<&'a str>,
    pub received_on: Date,
    pub due: Option<Date>,
    pub rule_source: Option<&'a str>,
    pub rule_certainty: Option<&'a str>,
}

pub(crate) async fn add_item<A: Action>(tx: &mut Tx, _: &May<A>, i: &NewItem<'_>) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    sqlx::query(db::sql!(
        "insert into records.item (tenant_id, id, unit_id, institution_id, process, received_on, due, rule_source,
           rule_certainty, state)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'open')"
    ))
    .bind(tenant)
    .bind(i.id)
    .bind(i.unit)
    .bind(i.institution)
    .bind(i.process)
    .bind(i.received_on)
    .bind(i.due)
    .bind(i.rule_source)
    .bind(i.rule_certainty)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Whatever is about a document can be resolved: an item is made where another app made the document.
pub(crate) async fn ensure_item<A: Action>(
    tx: &mut Tx,
    _: &May<A>,
    d: &documents::Document,
    on: Date,
) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    sqlx::query(db::sql!(
        "insert into records.item (tenant_id, id, unit_id, institution_id, received_on, state)
         values ($1, $2, $3, $4, $5, 'open') on conflict (tenant_id, id) do nothing"
    ))
    .bind(tenant)
    .bind(d.id)
    .bind(d.unit_id)
    .bind(d.institution_id)
    .bind(on)
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn set_clock<A: Action>(
    tx: &mut Tx,
    may: &May<A>,
    ticks: &[Tick],
    due: Option<Date>,
    state: &str,
    closed_on: Option<Date>,
) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    sqlx::query(db::sql!(
        "update records.item set clock = $3, due = $4, state = $5, closed_on = $6, version = version + 1
         where tenant_id = $1 and id = $2"
    ))
    .bind(tenant)
    .bind(may.resource())
    .bind(Json(ticks))
    .bind(due)
    .bind(state)
    .bind(closed_on)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A resolution to be given.
#[derive(Debug)]
pub(crate) struct NewResolution<'a> {
    pub id: ResolutionId,
    pub item: DocumentId,
    pub unit: UnitId,
    pub institution: UnitId,
    pub text: &'a str,
    pub due: Date,
    pub is_controlled: bool,
    /// The first answers for it.
    pub executors: &'a [PersonId],
}

pub(crate) async fn resolve<A: Action>(tx: &mut Tx, _: &May<A>, r: &NewResolution<'_>) -> Result<(), OpError> {
    let op = tx.op().clone();
    let ids: Vec<Uuid> = r.executors.iter().map(|_| op.new_id()).collect();
    sqlx::query(db::sql!(
        "with r as (
           insert into records.resolution (tenant_id, id, item_id, unit_id, institution_id, author_id, text, due,
             is_controlled, state, created_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'open', $10) returning id)
         insert into records.executor (tenant_id, id, resolution_id, person_id, is_main)
         select $1, e.id, r.id, e.person, e.n = 1
         from r, unnest($11::uuid[], $12::uuid[]) with ordinality as e(id, person, n)"
    ))
    .bind(op.tenant())
    .bind(r.id)
    .bind(r.item)
    .bind(r.unit)
    .bind(r.institution)
    .bind(op.person())
    .bind(r.text)
    .bind(r.due)
    .bind(r.is_controlled)
    .bind(op.now())
    .bind(ids)
    .bind(r.executors)
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn set_resolution<A: Action>(tx: &mut Tx, may: &May<A>, state: &str) -> Result<(), OpError> {
    let (tenant, now) = (tx.op().tenant(), tx.op().now());
    sqlx::query(db::sql!(
        "update records.resolution set state = $3, done_at = case when $3 = 'done' then $4::timestamptz end, version = version + 1
         where tenant_id = $1 and id = $2"
    ))
    .bind(tenant)
    .bind(may.resource())
    .bind(state)
    .bind(now)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// One executor's part: done with a report, or open again.
pub(crate) async fn set_executor<A: Action>(
    tx: &mut Tx,
    may: &May<A>,
    person: PersonId,
    report: Option<&str>,
) -> Result<u64, OpError> {
    let (tenant, now) = (tx.op().tenant(), tx.op().now());
    let done = sqlx::query(db::sql!(
        "update records.executor
         set state = case when $4::text is null then 'open' else 'done' end,
             report = coalesce($4, report), done_at = case when $4::text is null then null else $5::timestamptz end
         where tenant_id = $1 and resolution_id = $2 and person_id = $3
           and state = case when $4::text is null then 'done' else 'open' end"
    ))
    .bind(tenant)
    .bind(may.resource())
    .bind(person)
    .bind(report)
    .bind(now)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// One who does it.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct ExecutorRow {
    pub person_id: PersonId,
    pub name: String,
    pub is_main: bool,
    pub state: String,
    pub report: Option<String>,
    pub done_at: Option<Timestamp>,
}

pub(crate) async fn executors(
    conn: &mut PgConnection,
    tenant: TenantId,
    resolution: ResolutionId,
) -> sqlx::Result<Vec<ExecutorRow>> {
    sqlx::query_as(db::sql!(
        "select e.person_id, p.given_names || ' ' || p.surname as name, e.is_main, e.state, e.report, e.done_at
         from records.executor e join parties.person p on p.tenant_id = $1 and p.id = e.person_id
         where e.tenant_id = $1 and e.resolution_id = $2 order by e.is_main desc, e.id"
    ))
    .bind(tenant)
    .bind(resolution)
    .fetch_all(conn)
    .await
}

/// A resolution as the document's page lists it.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct ResolutionRow {
    pub id: ResolutionId,
    pub text: String,
    pub due: Date,
    pub state: String,
    pub is_controlled: bool,
    pub executors: String,
}

pub(crate) async fn resolutions(
    conn: &mut PgConnection,
    tenant: TenantId,
    item: DocumentId,
) -> sqlx::Result<Vec<ResolutionRow>> {
    sqlx::query_as(db::sql!(
        "select r.id, r.text, r.due, r.state, r.is_controlled,
                coalesce((select string_agg(p.given_names || ' ' || p.surname, ', ' order by e.is_main desc, e.id)
                 from records.executor e join parties.person p on p.tenant_id = $1 and p.id = e.person_id
                 where e.tenant_id = $1 and e.resolution_id = r.id), '') as executors
         from records.resolution r where r.tenant_id = $1 and r.item_id = $2 order by r.id limit 200"
    ))
    .bind(tenant)
    .bind(item)
    .fetch_all(conn)
    .await
}

/// A document with a deadline, as the list shows it.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct DeadlineRow {
    pub id: DocumentId,
    pub number: Option<String>,
    pub title: String,
    pub correspondent: String,
    pub process: Option<String>,
    pub received_on: Date,
    pub due: Date,
    pub state: String,
}

/// What waits for an answer, soonest first, after a key. What is restricted shows its number only.
pub(crate) async fn deadlines(
    read: &mut Read,
    units: Option<Vec<UnitId>>,
    overdue: bool,
    after: Option<(Date, DocumentId)>,
    limit: i64,
) -> sqlx::Result<Vec<DeadlineRow>> {
    let (tenant, today) = (read.op().tenant(), read.op().today());
    sqlx::query_as(db::sql!(
        "select i.id, d.number, case when d.access = 'restricted' then '' else d.title end as title,
                case when d.access = 'restricted' then '' else coalesce(d.correspondent, '') end as correspondent,
                i.process, i.received_on, i.due, i.state
         from records.item i join documents.document d on d.tenant_id = $1 and d.id = i.id
         where i.tenant_id = $1 and i.state <> 'answered' and i.due is not null
           and ($2::uuid[] is null or i.unit_id = any($2)) and (not $3 or (i.due < $4 and i.state = 'open'))
           and ($5::date is null or (i.due, i.id) > ($5, $6))
         order by i.due, i.id limit $7"
    ))
    .bind(tenant)
    .bind(units)
    .bind(overdue)
    .bind(today)
    .bind(after.map(|a| a.0))
    .bind(after.map(|a| a.1))
    .bind(limit)
    .fetch_all(read.conn())
    .await
}

/// Who works in the institution today: those who may be told to do something.
pub(crate) async fn colleagues(read: &mut Read, institution: UnitId) -> sqlx::Result<Vec<(PersonId, String)>> {
    let (tenant, today) = (read.op().tenant(), read.op().today());
    sqlx::query_as(db::sql!(
        "select distinct p.id, p.given_names || ' ' || p.surname as name
         from parties.employment_term t join parties.person p on p.tenant_id = $1 and p.id = t.person_id
         where t.tenant_id = $1 and t.institution_id = $2 and t.valid_from <= $3
           and (t.valid_to is null or t.valid_to >= $3)
         order by name limit 1000"
    ))
    .bind(tenant)
    .bind(institution)
    .bind(today)
    .fetch_all(read.conn())
    .await
}

/// The document with that number in the institution, to be answered.
pub(crate) async fn by_number(tx: &mut Tx, institution: UnitId, number: &str) -> sqlx::Result<Option<DocumentId>> {
    let tenant = tx.op().tenant();
    sqlx::query_scalar(db::sql!(
        "select document_id from documents.registration
         where tenant_id = $1 and institution_id = $2 and number = $3 order by id desc limit 1"
    ))
    .bind(tenant)
    .bind(institution)
    .bind(number)
    .fetch_optional(tx.conn())
    .await
}
