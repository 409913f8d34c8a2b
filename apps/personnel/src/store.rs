//! SQL, and only SQL.

mod accounts;
mod lists;
mod orders;

pub use accounts::*;
pub use lists::*;
pub use orders::*;

use op::{Action, Facts, Held, May, OpError, Tx, Writing};
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::Value;
use sqlx::{FromRow, PgConnection, types::Json};
use types::{
    AbsenceId, ApplicationId, Date, DocumentId, EmploymentId, LedgerId, OrderId, PersonId, TenantId, Timestamp, UnitId,
};
use uuid::Uuid;

use crate::{actions, model::Taken};

/// A leave account under its lock.
#[derive(Clone, Debug, FromRow)]
pub struct Account {
    /// The person.
    pub id: PersonId,
    /// The employment it counts for.
    pub employment_id: EmploymentId,
    /// Their unit.
    pub unit_id: UnitId,
    /// Their institution.
    pub institution_id: UnitId,
    /// The annual balance.
    pub annual_days: Decimal,
    /// Accrued up to.
    pub accrued_to: Date,
    /// Its version.
    pub version: i32,
    /// The units above and their own, from the municipality down.
    pub path: Vec<UnitId>,
}

impl Held for Account {
    type View = actions::ViewAccount;
    const SELECT: &'static str = db::sql!(
        "select r.id, r.employment_id, r.unit_id, r.institution_id, r.annual_days, r.accrued_to, r.version,
                (select k.path from kernel.unit k where k.tenant_id = r.tenant_id and k.id = r.unit_id) as path
         from personnel.account r where r.tenant_id = $1 and r.id = any($2)"
    );
    const KIND: &'static str = "leave-account";

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn version(&self) -> i32 {
        self.version
    }

    fn facts(&self) -> Facts {
        Facts { unit: Some(self.unit_id), owner: Some(self.id), assigned: Vec::new() }
    }
}

/// An order.
#[derive(Clone, Debug, FromRow)]
pub struct Order {
    /// Its id.
    pub id: OrderId,
    /// Its kind.
    pub kind: String,
    /// Its document.
    pub document_id: DocumentId,
    /// The application it grants.
    pub application_id: Option<ApplicationId>,
    /// Whom it is about.
    pub person_id: PersonId,
    /// Their employment.
    pub employment_id: Option<EmploymentId>,
    /// Their unit.
    pub unit_id: UnitId,
    /// Their institution.
    pub institution_id: UnitId,
    /// What it does.
    pub facts: Value,
    /// Its title.
    pub title: String,
    /// Its text.
    pub text: String,
    /// Its state.
    pub state: String,
    /// Its number, once registered.
    pub number: Option<String>,
    /// When it was prepared.
    pub prepared_at: Timestamp,
    /// When it was signed.
    pub signed_at: Option<Timestamp>,
    /// Who signed.
    pub signed_by: Option<PersonId>,
    /// Signed electronically?
    pub signed_electronically: bool,
    /// The order whose effect it takes back.
    pub reverses_id: Option<OrderId>,
    /// Its version.
    pub version: i32,
    /// Whose lists its open steps are in.
    pub waiting: Vec<Uuid>,
}

impl Held for Order {
    type View = actions::ViewOrder;
    const SELECT: &'static str = db::sql!(
        "select r.id, r.kind, r.document_id, r.application_id, r.person_id, r.employment_id, r.unit_id, r.institution_id,
                r.facts, r.title, r.text, r.state, r.number, r.prepared_at, r.signed_at, r.signed_by, r.signed_electronically, r.reverses_id, r.version,
                array(select t.principal from workflow.route w
                      join workflow.task t on t.tenant_id = w.tenant_id and t.route_id = w.id
                      where w.tenant_id = r.tenant_id and w.subject_id = r.id) as waiting
         from personnel.personnel_order r where r.tenant_id = $1 and r.id = any($2)"
    );
    const KIND: &'static str = "personnel-order";

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn version(&self) -> i32 {
        self.version
    }

    fn facts(&self) -> Facts {
        Facts { unit: Some(self.unit_id), owner: Some(self.person_id), assigned: self.waiting.clone() }
    }
}

/// Absences of a person that count: reserved or booked, from a day on.
///
/// # Errors
/// The database failed.
pub async fn taken(
    conn: &mut PgConnection,
    tenant: TenantId,
    person: PersonId,
    from: Date,
    but: Option<ApplicationId>,
) -> Result<Vec<Taken>, sqlx::Error> {
    sqlx::query_as(db::sql!(
        "select id, kind, first_day, last_day, days from personnel.absence
         where tenant_id = $1 and person_id = $2 and last_day >= $3 and state in ('reserved', 'booked')
           and ($4::uuid is null or application_id is distinct from $4)
         order by first_day"
    ))
    .bind(tenant)
    .bind(person)
    .bind(from)
    .bind(but)
    .fetch_all(conn)
    .await
}

/// A change of an account with the absence behind it.
#[derive(Debug, Serialize)]
pub struct LedgerEntry {
    /// Its id.
    pub id: LedgerId,
    /// Whose.
    pub person_id: PersonId,
    /// Which leave.
    pub kind: String,
    /// What happened.
    pub entry: &'static str,
    /// On which day.
    pub on_date: Date,
    /// How many days, signed.
    pub days: Decimal,
    /// The application.
    pub application_id: Option<ApplicationId>,
    /// The order.
    pub order_id: Option<OrderId>,
    /// Words.
    pub note: String,
}

/// An absence that is reserved or booked.
#[derive(Debug, Serialize)]
pub struct NewAbsence {
    /// Its id.
    pub id: AbsenceId,
    /// Whose.
    pub person_id: PersonId,
    /// Their unit.
    pub unit_id: UnitId,
    /// Their institution.
    pub institution_id: UnitId,
    /// Its kind.
    pub kind: String,
    /// First day.
    pub first_day: Date,
    /// Last day.
    pub last_day: Date,
    /// Its days.
    pub days: Decimal,
    /// `reserved` or `booked`.
    pub state: &'static str,
    /// The application.
    pub application_id: Option<ApplicationId>,
    /// The order.
    pub order_id: Option<OrderId>,
    /// Who stands in.
    pub substitute_id: Option<PersonId>,
}

// Balance and ledger change in one statement: they cannot part.
static LEDGER: Writing = Writing::of(&[
    db::sql!(
        "insert into personnel.leave_ledger (tenant_id, id, person_id, kind, entry, on_date, days, application_id, order_id, note, created_at)
         select $1, n.id, n.person_id, n.kind, n.entry, n.on_date, n.days, n.application_id, n.order_id, n.note, $3
         from jsonb_to_recordset($2) as n(id uuid, person_id uuid, kind text, entry text, on_date date, days numeric, application_id uuid, order_id uuid, note text)"
    ),
    db::sql!(
        "update personnel.account a set annual_days = a.annual_days + s.days, version = a.version + 1
         from (select n.person_id, sum(n.days) as days from jsonb_to_recordset($2) as n(person_id uuid, kind text, days numeric)
               where n.kind = 'annual' group by n.person_id) s
         where a.tenant_id = $1 and a.id = s.person_id"
    ),
]);

static ABSENCES: Writing = Writing::of(&[db::sql!(
    "insert into personnel.absence (tenant_id, id, person_id, unit_id, institution_id, kind, first_day, last_day, days, state, application_id, order_id, substitute_id, created_at)
     select $1, n.id, n.person_id, n.unit_id, n.institution_id, n.kind, n.first_day, n.last_day, n.days, n.state, n.application_id, n.order_id, n.substitute_id, $3
     from jsonb_to_recordset($2) as n(id uuid, person_id uuid, unit_id uuid, institution_id uuid, kind text, first_day date, last_day date, days numeric, state text, application_id uuid, order_id uuid, substitute_id uuid)"
)]);

/// Writes ledger entries (with the balance) and new absences.
///
/// # Errors
/// The database failed.
pub async fn book<A: Action>(
    tx: &mut Tx,
    _: &May<A>,
    entries: &[LedgerEntry],
    absences: &[NewAbsence],
) -> Result<(), OpError> {
    let late = tx.write_late(true);
    tx.write(&LEDGER, entries).await?;
    tx.write(&ABSENCES, absences).await?;
    tx.written(late).await
}

/// Absences by application.
#[derive(Clone, Debug, FromRow)]
pub struct AbsenceRow {
    /// Its id.
    pub id: AbsenceId,
    /// Whose.
    pub person_id: PersonId,
    /// Its kind.
    pub kind: String,
    /// First day.
    pub first_day: Date,
    /// Last day.
    pub last_day: Date,
    /// Its days.
    pub days: Decimal,
    /// Its state.
    pub state: String,
    /// The application.
    pub application_id: Option<ApplicationId>,
    /// The order.
    pub order_id: Option<OrderId>,
    /// Who stands in.
    pub substitute_id: Option<PersonId>,
}

/// Moves reserved absences of these applications on, and answers them.
///
/// # Errors
/// The database failed.
pub async fn settle_reserved<A: Action>(
    tx: &mut Tx,
    _: &May<A>,
    applications: &[ApplicationId],
    state: &str,
    order: Option<OrderId>,
) -> Result<Vec<AbsenceRow>, OpError> {
    let tenant = tx.op().tenant();
    Ok(sqlx::query_as(db::sql!(
        "update personnel.absence set state = $3, order_id = coalesce($4, order_id), version = version + 1
         where tenant_id = $1 and application_id = any($2) and state = 'reserved'
         returning id, person_id, kind, first_day, last_day, days, state, application_id, order_id, substitute_id"
    ))
    .bind(tenant)
    .bind(applications)
    .bind(state)
    .bind(order)
    .fetch_all(tx.conn())
    .await?)
}

/// An order that is drafted.
#[derive(Debug, Serialize)]
pub struct NewOrder {
    /// Its id.
    pub id: OrderId,
    /// Its kind.
    pub kind: String,
    /// Its document.
    pub document_id: DocumentId,
    /// The application it grants.
    pub application_id: Option<ApplicationId>,
    /// Whom it is about.
    pub person_id: PersonId,
    /// Their employment.
    pub employment_id: Option<EmploymentId>,
    /// Their unit.
    pub unit_id: UnitId,
    /// Their institution.
    pub institution_id: UnitId,
    /// What it does.
    pub facts: Value,
    /// Its title.
    pub title: String,
    /// Its text.
    pub text: String,
    /// The order whose effect it takes back.
    pub reverses_id: Option<OrderId>,
    /// The day it was prepared.
    pub prepared_on: Date,
}

static ORDERS: Writing = Writing::of(&[db::sql!(
    "insert into personnel.personnel_order (tenant_id, id, kind, document_id, application_id, person_id, employment_id, unit_id, institution_id, facts, title, text, state, reverses_id, prepared_at, prepared_on)
     select $1, n.id, n.kind, n.document_id, n.application_id, n.person_id, n.employment_id, n.unit_id, n.institution_id, n.facts, n.title, n.text, 'circulating', n.reverses_id, $3, n.prepared_on
     from jsonb_to_recordset($2) as n(id uuid, kind text, document_id uuid, application_id uuid, person_id uuid, employment_id uuid, unit_id uuid, institution_id uuid, facts jsonb, title text, text text, reverses_id uuid, prepared_on date)"
)]);

/// Stores drafted orders.
///
/// # Errors
/// The database failed.
pub async fn draft_orders<A: Action>(tx: &mut Tx, _: &May<A>, new: &[NewOrder]) -> Result<(), OpError> {
    tx.write(&ORDERS, new).await
}

/// Orders by id, locked.
///
/// # Errors
/// The database failed.
pub async fn lock_orders(conn: &mut PgConnection, tenant: TenantId, ids: &[Uuid]) -> Result<Vec<Order>, sqlx::Error> {
    let sql = sqlx::AssertSqlSafe(format!("{} order by r.id for update of r", Order::SELECT));
    sqlx::query_as(sql).bind(tenant).bind(ids).fetch_all(conn).await
}

/// An order before its signature.
#[derive(Clone, Debug, FromRow)]
pub struct Checked {
    /// The order.
    #[sqlx(flatten)]
    pub order: Order,
    /// Is the person employed on the first day of what it does?
    pub employed: bool,
}

/// Orders by id, locked, with what most of them are checked by.
///
/// # Errors
/// The database failed.
pub async fn lock_checked(
    conn: &mut PgConnection,
    tenant: TenantId,
    ids: &[Uuid],
) -> Result<Vec<Checked>, sqlx::Error> {
    let sql = sqlx::AssertSqlSafe(format!(
        "select o.*, exists (
           select from parties.employment e
           join parties.employment_term t on t.tenant_id = $1 and t.employment_id = e.id
            and t.valid_from <= o.on_day and (t.valid_to is null or t.valid_to >= o.on_day)
           where e.tenant_id = $1 and e.person_id = o.person_id) as employed
         from (select l.*, (l.facts ->> 'first')::date as on_day
               from ({} order by r.id for update of r) l) o",
        Order::SELECT
    ));
    sqlx::query_as(sql).bind(tenant).bind(ids).fetch_all(conn).await
}

/// A signed order.
#[derive(Debug, Serialize)]
pub struct Signed {
    /// The order.
    pub id: OrderId,
    /// Its number.
    pub number: String,
    /// Who signed.
    pub signed_by: Option<PersonId>,
    /// In which way.
    pub electronically: bool,
}

static SIGNED: Writing = Writing::of(&[db::sql!(
    "update personnel.personnel_order o set state = 'signed', number = n.number, signed_at = $3, signed_by = n.signed_by,
            signed_electronically = n.electronically, version = o.version + 1
     from jsonb_to_recordset($2) as n(id uuid, number text, signed_by uuid, electronically boolean)
     where o.tenant_id = $1 and o.id = n.id"
)]);

/// Marks orders as signed and registered.
///
/// # Errors
/// The database failed.
pub async fn sign_orders<A: Action>(tx: &mut Tx, _: &May<A>, signed: &[Signed]) -> Result<(), OpError> {
    tx.write(&SIGNED, signed).await
}

/// Moves orders to another state.
///
/// # Errors
/// The database failed.
pub async fn set_order_state<A: Action>(tx: &mut Tx, _: &May<A>, ids: &[Uuid], state: &str) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    sqlx::query(db::sql!(
        "update personnel.personnel_order set state = $3, version = version + 1 where tenant_id = $1 and id = any($2)"
    ))
    .bind(tenant)
    .bind(ids)
    .bind(state)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A row of the ledger.
#[derive(Clone, Debug, FromRow)]
pub struct LedgerRow {
    /// What happened.
    pub entry: String,
    /// Which leave.
    pub kind: String,
    /// On which day.
    pub on_date: Date,
    /// How many days.
    pub days: Decimal,
    /// The application.
    pub application_id: Option<ApplicationId>,
    /// The order.
    pub order_id: Option<OrderId>,
    /// Words.
    pub note: String,
}

/// The ledger of a person, the newest first.
///
/// # Errors
/// The database failed.
pub async fn ledger(
    conn: &mut PgConnection,
    tenant: TenantId,
    person: PersonId,
) -> Result<Vec<LedgerRow>, sqlx::Error> {
    sqlx::query_as(db::sql!(
        "select entry, kind, on_date, days, application_id, order_id, note from personnel.leave_ledger
         where tenant_id = $1 and person_id = $2 order by on_date desc, id desc limit 200"
    ))
    .bind(tenant)
    .bind(person)
    .fetch_all(conn)
    .await
}

/// The absences of a person, the newest first.
///
/// # Errors
/// The database failed.
pub async fn absences_of(
    conn: &mut PgConnection,
    tenant: TenantId,
    person: PersonId,
) -> Result<Vec<AbsenceRow>, sqlx::Error> {
    sqlx::query_as(db::sql!(
        "select id, person_id, kind, first_day, last_day, days, state, application_id, order_id, substitute_id
         from personnel.absence where tenant_id = $1 and person_id = $2 order by first_day desc limit 100"
    ))
    .bind(tenant)
    .bind(person)
    .fetch_all(conn)
    .await
}

/// An account to open.
#[derive(Debug, Serialize)]
pub struct NewAccount {
    /// The person.
    pub id: PersonId,
    /// Their employment.
    pub employment_id: EmploymentId,
    /// Their unit.
    pub unit_id: UnitId,
    /// Their institution.
    pub institution_id: UnitId,
    /// Accrues from.
    pub accrued_to: Date,
}

/// Opens accounts; one that is open stays.
///
/// # Errors
/// The database failed.
pub async fn open_accounts<A: Action>(tx: &mut Tx, _: &May<A>, new: &[NewAccount]) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    sqlx::query(db::sql!(
        "insert into personnel.account (tenant_id, id, employment_id, unit_id, institution_id, accrued_to)
         select $1, n.id, n.employment_id, n.unit_id, n.institution_id, n.accrued_to
         from jsonb_to_recordset($2) as n(id uuid, employment_id uuid, unit_id uuid, institution_id uuid, accrued_to date)
         on conflict (tenant_id, id) do nothing"
    ))
    .bind(tenant)
    .bind(Json(new))
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The active text of a kind of order, where HR has written one.
///
/// # Errors
/// The database failed.
pub async fn template(
    conn: &mut PgConnection,
    tenant: TenantId,
    kind: &str,
) -> Result<Option<(String, String)>, sqlx::Error> {
    sqlx::query_as(db::sql!(
        "select title, body from personnel.order_template where tenant_id = $1 and kind = $2 and state = 'active' order by version desc limit 1"
    ))
    .bind(tenant)
    .bind(kind)
    .fetch_optional(conn)
    .await
}

/// What drafting needs beside the application itself, in one statement.
#[derive(Debug, FromRow)]
pub struct Surroundings {
    /// The days that were reserved for the application.
    pub days: Option<Decimal>,
    /// The title of the municipality's own text.
    pub text_title: Option<String>,
    /// The municipality's own text.
    pub text_body: Option<String>,
    /// The municipality at the top of the tree.
    pub root: Option<UnitId>,
    /// The substitute's name.
    pub substitute: Option<String>,
}

/// What an application's order needs to be drafted.
///
/// # Errors
/// The database failed.
pub async fn surroundings(
    conn: &mut PgConnection,
    tenant: TenantId,
    application: ApplicationId,
    kind: &str,
    institution: UnitId,
) -> Result<Surroundings, sqlx::Error> {
    sqlx::query_as(db::sql!(
        "select a.days, t.title as text_title, t.body as text_body, k.path[1] as root,
                (select p.given_names || ' ' || p.surname from parties.person p
                 where p.tenant_id = $1 and p.id = a.substitute_id) as substitute
         from (select) one
         left join personnel.absence a on a.tenant_id = $1 and a.application_id = $2 and a.state = 'reserved'
         left join lateral (
           select title, body from personnel.order_template
           where tenant_id = $1 and kind = $3 and state = 'active' order by version desc limit 1) t on true
         left join kernel.unit k on k.tenant_id = $1 and k.id = $4
         order by a.id desc limit 1"
    ))
    .bind(tenant)
    .bind(application)
    .bind(kind)
    .bind(institution)
    .fetch_one(conn)
    .await
}

/// The people of one's own unit, by name: who might stand in.
///
/// # Errors
/// The database failed.
pub async fn colleagues(
    conn: &mut PgConnection,
    tenant: TenantId,
    person: PersonId,
    on: Date,
) -> Result<Vec<(PersonId, String)>, sqlx::Error> {
    let Some(own) = parties::main_employment(conn, tenant, person, on).await? else { return Ok(Vec::new()) };
    let ids: Vec<(PersonId,)> = sqlx::query_as(db::sql!(
        "select id from personnel.account where tenant_id = $1 and unit_id = $2 and id <> $3 limit 300"
    ))
    .bind(tenant)
    .bind(own.unit_id)
    .bind(person)
    .fetch_all(&mut *conn)
    .await?;
    let ids: Vec<PersonId> = ids.into_iter().map(|(id,)| id).collect();
    let mut named: Vec<(PersonId, String)> = parties::names(conn, tenant, &ids).await?.into_iter().collect();
    named.sort_by_cached_key(|(_, name)| latvian::names::sort_key(name));
    Ok(named)
}

/// Opens accounts for all who are employed on that day and have none; they accrue from the later of the year's
/// first day and their own.
///
/// # Errors
/// The database failed.
pub async fn open_missing_accounts<A: Action>(tx: &mut Tx, _: &May<A>, on: Date) -> Result<u64, OpError> {
    let tenant = tx.op().tenant();
    let done = sqlx::query(db::sql!(
        "insert into personnel.account (tenant_id, id, employment_id, unit_id, institution_id, accrued_to)
         select $1, t.person_id, t.employment_id, t.unit_id, t.institution_id,
                greatest(e.valid_from, date_trunc('year', $2::timestamp)::date)
         from parties.employment_term t
         join parties.employment e on e.tenant_id = t.tenant_id and e.id = t.employment_id
         where t.tenant_id = $1 and e.is_main and t.valid_from <= $2 and (t.valid_to is null or t.valid_to >= $2)
         on conflict (tenant_id, id) do nothing"
    ))
    .bind(tenant)
    .bind(on)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}
