//! Who is away when.

use sqlx::{FromRow, PgConnection};
use types::{Date, PersonId, TenantId, UnitId};

/// Somebody of a unit with an absence in a period, or without one.
#[derive(Clone, Debug, FromRow)]
pub struct AwayRow {
    /// Who.
    pub person_id: PersonId,
    /// The kind of absence.
    pub kind: Option<String>,
    /// First day.
    pub first_day: Option<Date>,
    /// Last day.
    pub last_day: Option<Date>,
    /// `reserved` or `booked`.
    pub state: Option<String>,
}

/// The people of a unit (with all below it) and their absences in a period.
///
/// # Errors
/// The database failed.
pub async fn away(
    conn: &mut PgConnection,
    tenant: TenantId,
    unit: UnitId,
    scope: Option<&[UnitId]>,
    period: (Date, Date),
    limit: i64,
) -> Result<Vec<AwayRow>, sqlx::Error> {
    sqlx::query_as(db::sql!(
        "with people as (
           select a.id from personnel.account a
           join kernel.unit k on k.tenant_id = $1 and k.id = a.unit_id
           join parties.person p on p.tenant_id = $1 and p.id = a.id
           where a.tenant_id = $1 and $2 = any(k.path) and ($3::uuid[] is null or a.unit_id = any($3)) and p.state = 'active'
           order by p.fold, p.id limit $6)
         select w.id as person_id, b.kind, b.first_day, b.last_day, b.state
         from people w left join personnel.absence b on b.tenant_id = $1 and b.person_id = w.id
           and b.state in ('reserved', 'booked') and b.first_day <= $5 and b.last_day >= $4
         order by w.id, b.first_day"
    ))
    .bind(tenant)
    .bind(unit)
    .bind(scope)
    .bind(period.0)
    .bind(period.1)
    .bind(limit)
    .fetch_all(conn)
    .await
}

/// The root of the tree that a unit is in.
///
/// # Errors
/// The database failed.
pub async fn root_of(conn: &mut PgConnection, tenant: TenantId, unit: UnitId) -> Result<Option<UnitId>, sqlx::Error> {
    sqlx::query_scalar(db::sql!("select path[1] from kernel.unit where tenant_id = $1 and id = $2"))
        .bind(tenant)
        .bind(unit)
        .fetch_optional(conn)
        .await
}

/// A period of an employment, as it was agreed.
#[derive(Clone, Debug, FromRow)]
pub struct TermRow {
    /// First day.
    pub valid_from: Date,
    /// Last day.
    pub valid_to: Option<Date>,
    /// Contract number.
    pub contract_number: String,
    /// Unit.
    pub unit_name: String,
    /// Post.
    pub post_title: String,
    /// Workload.
    pub workload: rust_decimal::Decimal,
    /// Monthly pay.
    pub salary: types::Money,
}

/// The periods of a person's employments, the latest first.
///
/// # Errors
/// The database failed.
pub async fn terms(conn: &mut PgConnection, tenant: TenantId, person: PersonId) -> Result<Vec<TermRow>, sqlx::Error> {
    sqlx::query_as(db::sql!(
        "select t.valid_from, t.valid_to, e.contract_number, u.name as unit_name, p.title as post_title, t.workload, t.salary
         from parties.employment_term t
         join parties.employment e on e.tenant_id = $1 and e.id = t.employment_id
         join parties.unit u on u.tenant_id = $1 and u.id = t.unit_id
         join parties.post p on p.tenant_id = $1 and p.id = t.post_id
         where t.tenant_id = $1 and t.person_id = $2 order by t.valid_from desc, t.id desc limit 100"
    ))
    .bind(tenant)
    .bind(person)
    .fetch_all(conn)
    .await
}

/// Numbers of orders, for ledgers.
///
/// # Errors
/// The database failed.
pub async fn order_numbers(
    conn: &mut PgConnection,
    tenant: TenantId,
    orders: &[types::OrderId],
) -> Result<Vec<(types::OrderId, Option<String>)>, sqlx::Error> {
    sqlx::query_as(db::sql!("select id, number from personnel.personnel_order where tenant_id = $1 and id = any($2)"))
        .bind(tenant)
        .bind(orders)
        .fetch_all(conn)
        .await
}

/// Who else of a unit is away in a period: names are looked up by the caller.
///
/// # Errors
/// The database failed.
pub async fn others_away(
    conn: &mut PgConnection,
    tenant: TenantId,
    unit: UnitId,
    but: PersonId,
    period: (Date, Date),
) -> Result<Vec<AwayRow>, sqlx::Error> {
    sqlx::query_as(db::sql!(
        "select person_id, kind, first_day, last_day, state from personnel.absence
         where tenant_id = $1 and unit_id = $2 and person_id <> $3 and state in ('reserved', 'booked')
           and first_day <= $5 and last_day >= $4
         order by first_day, person_id limit 50"
    ))
    .bind(tenant)
    .bind(unit)
    .bind(but)
    .bind(period.0)
    .bind(period.1)
    .fetch_all(conn)
    .await
}

/// The booked balances of some persons.
///
/// # Errors
/// The database failed.
pub async fn balances(
    conn: &mut PgConnection,
    tenant: TenantId,
    persons: &[PersonId],
) -> Result<Vec<(PersonId, rust_decimal::Decimal)>, sqlx::Error> {
    sqlx::query_as(db::sql!("select id, annual_days from personnel.account where tenant_id = $1 and id = any($2)"))
        .bind(tenant)
        .bind(persons)
        .fetch_all(conn)
        .await
}
