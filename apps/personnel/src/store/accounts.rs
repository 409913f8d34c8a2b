//! Accounts over time: accrual, carry-over, corrections, what orders take back.

use op::{Action, May, OpError, Tx};
use rust_decimal::Decimal;
use serde::Serialize;
use sqlx::{FromRow, PgConnection, types::Json};
use types::{AbsenceId, ApplicationId, Date, EmploymentId, OrderId, PersonId, TenantId};

use super::AbsenceRow;

/// An account that is behind.
#[derive(Clone, Debug, FromRow)]
pub struct Behind {
    /// The person.
    pub id: PersonId,
    /// Accrued up to.
    pub accrued_to: Date,
    /// The balance.
    pub annual_days: Decimal,
    /// The employment's last day, where it has one.
    pub employed_to: Option<Date>,
}

/// Accounts that have not accrued to that day, locked in the order of persons; at most so many.
///
/// # Errors
/// The database failed.
pub async fn behind(tx: &mut Tx, to: Date, limit: i64) -> Result<Vec<Behind>, OpError> {
    let tenant = tx.op().tenant();
    Ok(sqlx::query_as(db::sql!(
        "select a.id, a.accrued_to, a.annual_days, e.valid_to as employed_to
         from personnel.account a
         join parties.employment e on e.tenant_id = a.tenant_id and e.id = a.employment_id
         where a.tenant_id = $1 and a.accrued_to < $2 and (e.valid_to is null or a.accrued_to <= e.valid_to)
         order by a.id limit $3 for update of a"
    ))
    .bind(tenant)
    .bind(to)
    .bind(limit)
    .fetch_all(tx.conn())
    .await?)
}

/// Booked absences of some persons and kinds that touch a period.
///
/// # Errors
/// The database failed.
pub async fn booked_between(
    conn: &mut PgConnection,
    tenant: TenantId,
    persons: &[PersonId],
    kinds: &[&str],
    from: Date,
    to: Date,
) -> Result<Vec<AbsenceRow>, sqlx::Error> {
    sqlx::query_as(db::sql!(
        "select id, person_id, kind, first_day, last_day, days, state, application_id, order_id, substitute_id
         from personnel.absence
         where tenant_id = $1 and person_id = any($2) and kind = any($3) and state = 'booked'
           and first_day < $5 and last_day >= $4
         order by person_id, first_day"
    ))
    .bind(tenant)
    .bind(persons)
    .bind(kinds)
    .bind(from)
    .bind(to)
    .fetch_all(conn)
    .await
}

/// How far an account has accrued.
#[derive(Debug, Serialize)]
pub struct Accrued {
    /// The person.
    pub id: PersonId,
    /// Up to.
    pub to: Date,
}

/// Moves accounts on.
///
/// # Errors
/// The database failed.
pub async fn set_accrued<A: Action>(tx: &mut Tx, _: &May<A>, accrued: &[Accrued]) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    sqlx::query(db::sql!(
        "update personnel.account a set accrued_to = n.\"to\", version = a.version + 1
         from jsonb_to_recordset($2) as n(id uuid, \"to\" date) where a.tenant_id = $1 and a.id = n.id"
    ))
    .bind(tenant)
    .bind(Json(accrued))
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// An account that nobody has booked on: where it began.
#[derive(Debug, Serialize)]
pub struct Opening {
    /// The person.
    pub id: PersonId,
    /// Accrues from.
    pub from: Date,
}

/// Moves the beginning of accounts whose ledger is empty; answers whose.
///
/// # Errors
/// The database failed.
pub async fn begin_accounts<A: Action>(
    tx: &mut Tx,
    _: &May<A>,
    openings: &[Opening],
) -> Result<Vec<PersonId>, OpError> {
    let tenant = tx.op().tenant();
    Ok(sqlx::query_scalar(db::sql!(
        "update personnel.account a set accrued_to = n.\"from\", version = a.version + 1
         from jsonb_to_recordset($2) as n(id uuid, \"from\" date)
         where a.tenant_id = $1 and a.id = n.id
           and not exists (select from personnel.leave_ledger l where l.tenant_id = $1 and l.person_id = a.id)
         returning a.id"
    ))
    .bind(tenant)
    .bind(Json(openings))
    .fetch_all(tx.conn())
    .await?)
}

/// Accounts follow their people to other units.
///
/// # Errors
/// The database failed.
pub async fn follow_units<A: Action>(tx: &mut Tx, _: &May<A>, on: Date) -> Result<u64, OpError> {
    let tenant = tx.op().tenant();
    let done = sqlx::query(db::sql!(
        "update personnel.account a set unit_id = t.unit_id, institution_id = t.institution_id, version = a.version + 1
         from parties.employment_term t
         where a.tenant_id = $1 and t.tenant_id = $1 and t.employment_id = a.employment_id
           and t.valid_from <= $2 and (t.valid_to is null or t.valid_to >= $2)
           and (a.unit_id, a.institution_id) is distinct from (t.unit_id, t.institution_id)"
    ))
    .bind(tenant)
    .bind(on)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// An account counts for a new employment: somebody who left came back.
///
/// # Errors
/// The database failed.
pub async fn renew_account<A: Action>(
    tx: &mut Tx,
    _: &May<A>,
    person: PersonId,
    employment: EmploymentId,
    from: Date,
) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    sqlx::query(db::sql!(
        "update personnel.account set employment_id = $3, accrued_to = greatest(accrued_to, $4), version = version + 1
         where tenant_id = $1 and id = $2 and employment_id <> $3"
    ))
    .bind(tenant)
    .bind(person)
    .bind(employment)
    .bind(from)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Absences that orders made, in these states; locked.
///
/// # Errors
/// The database failed.
pub async fn absences_by_order(
    conn: &mut PgConnection,
    tenant: TenantId,
    orders: &[OrderId],
    states: &[&str],
) -> Result<Vec<AbsenceRow>, sqlx::Error> {
    sqlx::query_as(db::sql!(
        "select id, person_id, kind, first_day, last_day, days, state, application_id, order_id, substitute_id
         from personnel.absence where tenant_id = $1 and order_id = any($2) and state = any($3)
         order by id for update"
    ))
    .bind(tenant)
    .bind(orders)
    .bind(states)
    .fetch_all(conn)
    .await
}

/// Moves absences to another state; `by` is the order that did it.
///
/// # Errors
/// The database failed.
pub async fn set_absences<A: Action>(
    tx: &mut Tx,
    _: &May<A>,
    ids: &[AbsenceId],
    state: &str,
    by: Option<OrderId>,
) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    sqlx::query(db::sql!(
        "update personnel.absence set state = $3, reversed_by = $4, version = version + 1
         where tenant_id = $1 and id = any($2)"
    ))
    .bind(tenant)
    .bind(ids)
    .bind(state)
    .bind(by)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Absences that an order took back.
///
/// # Errors
/// The database failed.
pub async fn reversed_by(
    conn: &mut PgConnection,
    tenant: TenantId,
    order: OrderId,
) -> Result<Vec<AbsenceId>, sqlx::Error> {
    sqlx::query_scalar(db::sql!(
        "select a.id from personnel.absence a
         where a.tenant_id = $1 and a.state = 'reversed' and a.reversed_by = $2
           and a.person_id = (select person_id from personnel.personnel_order where tenant_id = $1 and id = $2)"
    ))
    .bind(tenant)
    .bind(order)
    .fetch_all(conn)
    .await
}

/// What orders have done to accounts in the end, by person and kind of leave.
///
/// # Errors
/// The database failed.
pub async fn net_of_order(
    conn: &mut PgConnection,
    tenant: TenantId,
    person: PersonId,
    order: OrderId,
) -> Result<Vec<(String, Decimal)>, sqlx::Error> {
    // A release only gives back what the application had reserved; accruals stay earned.
    sqlx::query_as(db::sql!(
        "select kind, sum(days) from personnel.leave_ledger
         where tenant_id = $1 and person_id = $2 and order_id = $3 and entry not in ('reserve', 'release', 'accrual')
         group by kind having sum(days) <> 0 order by kind"
    ))
    .bind(tenant)
    .bind(person)
    .bind(order)
    .fetch_all(conn)
    .await
}

/// Absences by id, locked.
///
/// # Errors
/// The database failed.
pub async fn absences(
    conn: &mut PgConnection,
    tenant: TenantId,
    ids: &[AbsenceId],
) -> Result<Vec<AbsenceRow>, sqlx::Error> {
    sqlx::query_as(db::sql!(
        "select id, person_id, kind, first_day, last_day, days, state, application_id, order_id, substitute_id
         from personnel.absence where tenant_id = $1 and id = any($2) order by id for update"
    ))
    .bind(tenant)
    .bind(ids)
    .fetch_all(conn)
    .await
}

/// Accounts by person, locked.
///
/// # Errors
/// The database failed.
pub async fn lock_accounts(tx: &mut Tx, persons: &[PersonId]) -> Result<Vec<super::Account>, OpError> {
    let tenant = tx.op().tenant();
    let sql = sqlx::AssertSqlSafe(format!("{} order by r.id for update of r", <super::Account as op::Held>::SELECT));
    Ok(sqlx::query_as(sql).bind(tenant).bind(persons).fetch_all(tx.conn()).await?)
}

/// Books what applications reserved, each by its order.
///
/// # Errors
/// The database failed.
pub async fn book_reserved<A: Action>(
    tx: &mut Tx,
    _: &May<A>,
    of: &[(ApplicationId, OrderId)],
) -> Result<Vec<AbsenceRow>, OpError> {
    let tenant = tx.op().tenant();
    let (applications, orders): (Vec<ApplicationId>, Vec<OrderId>) = of.iter().copied().unzip();
    Ok(sqlx::query_as(db::sql!(
        "update personnel.absence a set state = 'booked', order_id = n.order_id, version = a.version + 1
         from unnest($2::uuid[], $3::uuid[]) as n(application_id, order_id)
         where a.tenant_id = $1 and a.application_id = n.application_id and a.state = 'reserved'
         returning a.id, a.person_id, a.kind, a.first_day, a.last_day, a.days, a.state, a.application_id, a.order_id, a.substitute_id"
    ))
    .bind(tenant)
    .bind(applications)
    .bind(orders)
    .fetch_all(tx.conn())
    .await?)
}
