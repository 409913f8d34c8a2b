//! SQL of deliveries, and only SQL.

use op::{May, OpError, Read, Tx};
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{FromRow, PgConnection, types::Json};
use types::{Date, DeliveryId, DocumentId, PersonId, TenantId, Timestamp, UnitId};
use uuid::Uuid;

use crate::{
    held::Delivery,
    model::{Certainty, Channel, Sourced, State},
};

/// A row to be inserted.
#[derive(Debug, Serialize)]
pub(crate) struct Item {
    pub id: DeliveryId,
    pub subject_id: Uuid,
    pub document_id: Option<DocumentId>,
    pub unit_id: UnitId,
    pub institution_id: UnitId,
    pub person_id: Option<PersonId>,
    pub recipient: String,
    pub address: Option<String>,
    pub channel: Channel,
    pub title: String,
    pub text: String,
    pub href: String,
    pub state: State,
    pub sent_at: Option<Timestamp>,
    pub appealable: bool,
    pub dedup: String,
}

const ADD: &str = db::sql!(
    "insert into delivery.delivery (tenant_id, id, subject_id, document_id, unit_id, institution_id, person_id, recipient,
       address, channel, title, text, href, state, queued_at, sent_at, appealable, dedup)
     select $1, r.id, r.subject_id, r.document_id, r.unit_id, r.institution_id, r.person_id, r.recipient, r.address,
       r.channel, r.title, r.text, r.href, r.state, $3, r.sent_at, r.appealable, r.dedup
     from jsonb_to_recordset($2) as r(id uuid, subject_id uuid, document_id uuid, unit_id uuid, institution_id uuid,
       person_id uuid, recipient text, address text, channel text, title text, text text, href text, state text,
       sent_at timestamptz, appealable boolean, dedup text)
     on conflict (tenant_id, dedup) do nothing returning id"
);

pub(crate) async fn add<A: op::Action>(tx: &mut Tx, _: &May<A>, items: &[Item]) -> Result<Vec<DeliveryId>, OpError> {
    let (tenant, now) = (tx.op().tenant(), tx.op().now());
    let ids = sqlx::query_scalar(ADD).bind(tenant).bind(Json(items)).bind(now).fetch_all(tx.conn()).await?;
    Ok(ids)
}

/// What becomes of a delivery.
#[derive(Debug, Default)]
pub(crate) struct Change {
    pub state: Option<State>,
    pub reason: Option<String>,
    pub sent_at: Option<Timestamp>,
    pub delivered_at: Option<Timestamp>,
    pub deemed_on: Option<Date>,
    pub appeal_until: Option<Date>,
    pub ground: Option<String>,
    pub attempted: bool,
    pub next_try_at: Option<Timestamp>,
}

const CHANGE: &str = db::sql!(
    "update delivery.delivery
     set state = coalesce($3, state), reason = $4, sent_at = coalesce($5, sent_at),
         delivered_at = coalesce($6, delivered_at), deemed_on = coalesce($7, deemed_on),
         appeal_until = coalesce($8, appeal_until), ground = coalesce($9, ground),
         attempts = attempts + $10, next_try_at = $11, version = version + 1
     where tenant_id = $1 and id = $2"
);

pub(crate) async fn change<A: op::Action>(tx: &mut Tx, may: &May<A>, c: &Change) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    sqlx::query(CHANGE)
        .bind(tenant)
        .bind(may.resource())
        .bind(c.state.map(State::word))
        .bind(&c.reason)
        .bind(c.sent_at)
        .bind(c.delivered_at)
        .bind(c.deemed_on)
        .bind(c.appeal_until)
        .bind(&c.ground)
        .bind(i32::from(c.attempted))
        .bind(c.next_try_at)
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub(crate) async fn attempt<A: op::Action>(
    tx: &mut Tx,
    may: &May<A>,
    outcome: &'static str,
    detail: &str,
) -> Result<(), OpError> {
    let (tenant, now, id) = (tx.op().tenant(), tx.op().now(), tx.op().new_id::<Uuid>());
    sqlx::query(db::sql!(
        "insert into delivery.attempt (tenant_id, id, delivery_id, at, outcome, detail) values ($1, $2, $3, $4, $5, $6)"
    ))
    .bind(tenant)
    .bind(id)
    .bind(may.resource())
    .bind(now)
    .bind(outcome)
    .bind(detail)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// One attempt, as the delivery's page shows it.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct AttemptRow {
    pub at: Timestamp,
    pub outcome: String,
    pub detail: String,
}

pub(crate) async fn attempts(read: &mut Read, id: DeliveryId) -> sqlx::Result<Vec<AttemptRow>> {
    let tenant = read.op().tenant();
    sqlx::query_as(db::sql!(
        "select at, outcome, detail from delivery.attempt where tenant_id = $1 and delivery_id = $2 order by id desc limit 50"
    ))
    .bind(tenant)
    .bind(id)
    .fetch_all(read.conn())
    .await
}

/// The notices of a person, newest first, after a key.
pub(crate) async fn inbox(
    read: &mut Read,
    person: PersonId,
    before: Option<DeliveryId>,
    limit: i64,
) -> sqlx::Result<Vec<Delivery>> {
    let tenant = read.op().tenant();
    sqlx::query_as(db::sql!(
        "select r.id, r.subject_id, r.document_id, r.unit_id, r.institution_id, r.person_id, r.recipient, r.address,
                r.channel, r.title, r.text, r.href, r.state, r.reason, r.queued_at, r.sent_at, r.delivered_at, r.deemed_on,
                r.appealable, r.appeal_until, r.ground, r.attempts, r.version
         from delivery.delivery r
         where r.tenant_id = $1 and r.person_id = $2 and r.channel = 'in-house' and ($3::uuid is null or r.id < $3)
         order by r.id desc limit $4"
    ))
    .bind(tenant)
    .bind(person)
    .bind(before)
    .bind(limit)
    .fetch_all(read.conn())
    .await
}

/// What the shell shows beside the inbox.
#[must_use]
pub fn shell_count(
    conn: &mut PgConnection,
    tenant: TenantId,
    person: PersonId,
) -> types::BoxFuture<'_, sqlx::Result<(&'static str, i64)>> {
    Box::pin(async move { Ok(("/inbox", unread(conn, tenant, person).await?)) })
}

/// How many notices a person has not read yet.
///
/// # Errors
/// The database failed.
pub async fn unread(conn: &mut PgConnection, tenant: TenantId, person: PersonId) -> sqlx::Result<i64> {
    sqlx::query_scalar(db::sql!(
        "select count(*) from delivery.delivery
         where tenant_id = $1 and person_id = $2 and channel = 'in-house' and state = 'sent'"
    ))
    .bind(tenant)
    .bind(person)
    .fetch_one(conn)
    .await
}

/// What waits or failed, where the actor may see it, newest first.
pub(crate) async fn queue(
    read: &mut Read,
    units: Option<Vec<UnitId>>,
    before: Option<DeliveryId>,
    limit: i64,
) -> sqlx::Result<Vec<Delivery>> {
    let tenant = read.op().tenant();
    sqlx::query_as(db::sql!(
        "select r.id, r.subject_id, r.document_id, r.unit_id, r.institution_id, r.person_id, r.recipient, r.address,
                r.channel, r.title, r.text, r.href, r.state, r.reason, r.queued_at, r.sent_at, r.delivered_at, r.deemed_on,
                r.appealable, r.appeal_until, r.ground, r.attempts, r.version
         from delivery.delivery r
         where r.tenant_id = $1 and r.state in ('queued', 'failed') and ($2::uuid[] is null or r.unit_id = any($2))
           and ($3::uuid is null or r.id < $3)
         order by r.id desc limit $4"
    ))
    .bind(tenant)
    .bind(units)
    .bind(before)
    .bind(limit)
    .fetch_all(read.conn())
    .await
}

/// The deliveries of a document, in their order.
///
/// # Errors
/// The database failed.
pub async fn of_document(
    conn: &mut PgConnection,
    tenant: TenantId,
    document: DocumentId,
) -> sqlx::Result<Vec<Delivery>> {
    sqlx::query_as(db::sql!(
        "select r.id, r.subject_id, r.document_id, r.unit_id, r.institution_id, r.person_id, r.recipient, r.address,
                r.channel, r.title, r.text, r.href, r.state, r.reason, r.queued_at, r.sent_at, r.delivered_at, r.deemed_on,
                r.appealable, r.appeal_until, r.ground, r.attempts, r.version
         from delivery.delivery r
         where r.tenant_id = $1 and r.document_id = $2 order by r.id limit 200"
    ))
    .bind(tenant)
    .bind(document)
    .fetch_all(conn)
    .await
}

/// E-mail that waits and whose pause is over.
pub(crate) async fn due_mail(tx: &mut Tx) -> sqlx::Result<Vec<DeliveryId>> {
    let (tenant, now) = (tx.op().tenant(), tx.op().now());
    sqlx::query_scalar(db::sql!(
        "select id from delivery.delivery
         where tenant_id = $1 and state = 'queued' and channel = 'e-mail' and next_try_at <= $2 order by id limit 500"
    ))
    .bind(tenant)
    .bind(now)
    .fetch_all(tx.conn())
    .await
}

/// A rule's parameter on a day, with its source: the municipality's own, else the law's.
///
/// # Errors
/// The database failed, or the value is not what the rule is made of.
pub async fn rule<T: DeserializeOwned>(
    conn: &mut PgConnection,
    tenant: TenantId,
    rule: &str,
    key: &str,
    on: Date,
) -> sqlx::Result<Option<Sourced<T>>> {
    let found: Option<(serde_json::Value, String, Certainty)> = sqlx::query_as(db::sql!(
        "select value, source, certainty from (
           select 0 as rank, valid_from, value, source, 'confirmed' as certainty from kernel.tenant_parameter
           where tenant_id = $1 and rule = $2 and key = $3 and valid_from <= $4 and (valid_to is null or valid_to >= $4)
           union all
           select 1, valid_from, value, source, certainty from kernel.parameter
           where rule = $2 and key = $3 and valid_from <= $4 and (valid_to is null or valid_to >= $4)
         ) found order by rank, valid_from desc limit 1"
    ))
    .bind(tenant)
    .bind(rule)
    .bind(key)
    .bind(on)
    .fetch_optional(conn)
    .await?;
    let Some((value, source, certainty)) = found else { return Ok(None) };
    let rule = serde_json::from_value(value).map_err(|e| sqlx::Error::Decode(e.into()))?;
    Ok(Some(Sourced { rule, source, certainty }))
}

/// What a person wants by e-mail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromRow)]
pub struct Preference {
    /// Notices, beside the inbox.
    pub notices_by_email: bool,
    /// Each morning, how many tasks wait.
    pub tasks_by_email: bool,
}

/// What a person wants by e-mail; nothing where they said nothing.
///
/// # Errors
/// The database failed.
pub async fn preference(conn: &mut PgConnection, tenant: TenantId, person: PersonId) -> sqlx::Result<Preference> {
    let found = sqlx::query_as(db::sql!(
        "select notices_by_email, tasks_by_email from delivery.preference where tenant_id = $1 and id = $2"
    ))
    .bind(tenant)
    .bind(person)
    .fetch_optional(conn)
    .await?;
    Ok(found.unwrap_or_default())
}

pub(crate) async fn choose<A: op::Action>(
    tx: &mut Tx,
    _: &May<A>,
    person: PersonId,
    p: Preference,
) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    sqlx::query(db::sql!(
        "insert into delivery.preference (tenant_id, id, notices_by_email, tasks_by_email) values ($1, $2, $3, $4)
         on conflict (tenant_id, id) do update
         set notices_by_email = excluded.notices_by_email, tasks_by_email = excluded.tasks_by_email"
    ))
    .bind(tenant)
    .bind(person)
    .bind(p.notices_by_email)
    .bind(p.tasks_by_email)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Who wants to know by e-mail how many tasks wait.
pub(crate) async fn want_tasks(conn: &mut PgConnection, tenant: TenantId) -> sqlx::Result<Vec<PersonId>> {
    sqlx::query_scalar(db::sql!(
        "select id from delivery.preference where tenant_id = $1 and tasks_by_email order by id"
    ))
    .bind(tenant)
    .fetch_all(conn)
    .await
}

/// What a route was about, for the notice that it has ended.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct AboutRow {
    pub subject_id: Uuid,
    pub document_id: Option<DocumentId>,
    pub title: String,
    pub owner_id: Option<PersonId>,
    pub unit_id: UnitId,
    pub institution_id: UnitId,
}

/// An application whose route has ended.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct DecidedRow {
    #[sqlx(flatten)]
    pub about: AboutRow,
    pub applicant_id: PersonId,
    pub state: String,
    pub version: i32,
}

/// Those of these subjects that are applications, decided since then.
pub(crate) async fn decided(tx: &mut Tx, subjects: &[Uuid], since: types::Timestamp) -> sqlx::Result<Vec<DecidedRow>> {
    let tenant = tx.op().tenant();
    sqlx::query_as(db::sql!(
        "select distinct on (r.subject_id) r.subject_id, r.document_id, r.title, r.owner_id, r.unit_id, r.institution_id,
           a.applicant_id, a.state, a.version
         from workflow.route r join workflow.application a on a.tenant_id = $1 and a.id = r.subject_id
         where r.tenant_id = $1 and r.subject_id = any($2) and r.finished_at >= $3 order by r.subject_id, r.id desc"
    ))
    .bind(tenant)
    .bind(subjects)
    .bind(since)
    .fetch_all(tx.conn())
    .await
}

pub(crate) async fn about(tx: &mut Tx, subjects: &[Uuid]) -> sqlx::Result<Vec<AboutRow>> {
    let tenant = tx.op().tenant();
    sqlx::query_as(db::sql!(
        "select distinct on (subject_id) subject_id, document_id, title, owner_id, unit_id, institution_id
         from workflow.route where tenant_id = $1 and subject_id = any($2) order by subject_id, id desc"
    ))
    .bind(tenant)
    .bind(subjects)
    .fetch_all(tx.conn())
    .await
}
