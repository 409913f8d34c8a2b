use op::{Action, Audit, May, OpError, Tx};
use sqlx::{PgConnection, types::Json};
use types::{Date, GrantId, PersonId, SubstitutionId, TenantId, UnitId};

use crate::{Grant, NewGrant, Substitution};

/// Grants roles.
///
/// # Errors
/// The database failed.
pub async fn grant<A: Action>(tx: &mut Tx, _: &May<A>, new: &[NewGrant]) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    sqlx::query(db::sql!(
        "insert into kernel.role_grant (tenant_id, id, person_id, role, unit_id, valid_from, valid_to)
         select $1, id, person_id, role, unit_id, valid_from, valid_to
         from jsonb_to_recordset($2) as r(id uuid, person_id uuid, role text, unit_id uuid, valid_from date, valid_to date)"
    ))
    .bind(tenant)
    .bind(Json(new))
    .execute(tx.conn())
    .await?;
    let mut roles: Vec<&str> = new.iter().map(|g| g.role.as_str()).collect();
    roles.sort_unstable();
    roles.dedup();
    let subjects = new.iter().map(|g| g.id.uuid()).collect();
    let data = serde_json::json!({ "effect": "granted", "roles": roles });
    tx.audit(Audit::of_all(A::DEF.name, "parties.grant", subjects).with(data));
    Ok(())
}

/// Ends grants: `last` is the last day on which they hold; one that has not begun by then goes away.
/// The `employee` role is left alone: it follows from the employment.
///
/// # Errors
/// The database failed.
pub async fn revoke<A: Action>(tx: &mut Tx, _: &May<A>, grants: &[GrantId], last: Date) -> Result<u64, OpError> {
    let tenant = tx.op().tenant();
    let done: i64 = sqlx::query_scalar(db::sql!(
        "with gone as (
           delete from kernel.role_grant
           where tenant_id = $1 and id = any($2) and role <> 'employee' and valid_from > $3 returning 1
         ), ended as (
           update kernel.role_grant set valid_to = $3
           where tenant_id = $1 and id = any($2) and role <> 'employee' and valid_from <= $3
             and (valid_to is null or valid_to > $3) returning 1
         )
         select (select count(*) from gone) + (select count(*) from ended)"
    ))
    .bind(tenant)
    .bind(grants)
    .bind(last)
    .fetch_one(tx.conn())
    .await?;
    let subjects = grants.iter().map(|g| g.uuid()).collect();
    let data = serde_json::json!({ "effect": "revoked", "last": last });
    tx.audit(Audit::of_all(A::DEF.name, "parties.grant", subjects).with(data));
    Ok(u64::try_from(done).unwrap_or(0))
}

/// The roles of a person on a day or later.
///
/// # Errors
/// The database failed.
pub async fn grants_of(
    conn: &mut PgConnection,
    tenant: TenantId,
    person: PersonId,
    on: Date,
) -> sqlx::Result<Vec<Grant>> {
    sqlx::query_as(db::sql!(
        "select id, person_id, role, unit_id, valid_from, valid_to from kernel.role_grant
         where tenant_id = $1 and person_id = $2 and (valid_to is null or valid_to >= $3) order by role, valid_from, id"
    ))
    .bind(tenant)
    .bind(person)
    .bind(on)
    .fetch_all(conn)
    .await
}

/// The roles granted in some units (all where `None`) on a day or later, without `employee`.
///
/// # Errors
/// The database failed.
pub async fn grants_in(
    conn: &mut PgConnection,
    tenant: TenantId,
    units: Option<&[UnitId]>,
    on: Date,
) -> sqlx::Result<Vec<Grant>> {
    sqlx::query_as(db::sql!(
        "select id, person_id, role, unit_id, valid_from, valid_to from kernel.role_grant
         where tenant_id = $1 and ($2::uuid[] is null or unit_id = any($2)) and role <> 'employee'
           and (valid_to is null or valid_to >= $3)
         order by role, valid_from, id limit 2000"
    ))
    .bind(tenant)
    .bind(units)
    .bind(on)
    .fetch_all(conn)
    .await
}

/// Enters a substitution. The caller has decided that it may stand.
///
/// # Errors
/// `Conflict("substitution_not_self")` and the like.
pub async fn new_substitution<A: Action>(
    tx: &mut Tx,
    may: &May<A>,
    new: &Substitution,
) -> Result<SubstitutionId, OpError> {
    let op = tx.op().clone();
    sqlx::query(db::sql!(
        "insert into kernel.substitution (tenant_id, id, absent_id, substitute_id, valid_from, valid_to, ground, created_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8)"
    ))
    .bind(op.tenant())
    .bind(new.id)
    .bind(new.absent_id)
    .bind(new.substitute_id)
    .bind(new.valid_from)
    .bind(new.valid_to)
    .bind(&new.ground)
    .bind(op.person())
    .execute(tx.conn())
    .await?;
    let subjects = vec![new.id.uuid(), new.absent_id.uuid(), new.substitute_id.uuid()];
    let data = serde_json::json!({ "effect": "created", "from": new.valid_from, "to": new.valid_to, "capacity": may.capacity() });
    tx.audit(Audit::of_all(A::DEF.name, "parties.substitution", subjects).with(data));
    Ok(new.id)
}

/// Cancels substitutions.
///
/// # Errors
/// The database failed.
pub async fn cancel_substitution<A: Action>(tx: &mut Tx, _: &May<A>, ids: &[SubstitutionId]) -> Result<u64, OpError> {
    let op = tx.op().clone();
    let done = sqlx::query(db::sql!(
        "update kernel.substitution set cancelled_at = $3 where tenant_id = $1 and id = any($2) and cancelled_at is null"
    ))
    .bind(op.tenant())
    .bind(ids)
    .bind(op.now())
    .execute(tx.conn())
    .await?;
    let subjects = ids.iter().map(|i| i.uuid()).collect();
    tx.audit(
        Audit::of_all(A::DEF.name, "parties.substitution", subjects).with(serde_json::json!({ "effect": "cancelled" })),
    );
    Ok(done.rows_affected())
}

/// One at a time may appoint substitutes in a tenant: two at once could make a circle that neither sees.
///
/// # Errors
/// The database failed.
pub async fn lock_substitutions(conn: &mut PgConnection, tenant: TenantId) -> sqlx::Result<()> {
    sqlx::query(db::sql!(
        "select pg_advisory_xact_lock(hashtextextended('parties.substitution' || $1::uuid::text, 0))"
    ))
    .bind(tenant)
    .execute(conn)
    .await?;
    Ok(())
}

/// The substitutions that stand and share a day with the period.
///
/// # Errors
/// The database failed.
pub async fn substitutions_between(
    conn: &mut PgConnection,
    tenant: TenantId,
    from: Date,
    to: Date,
) -> sqlx::Result<Vec<Substitution>> {
    sqlx::query_as(db::sql!(
        "select s.id, s.absent_id, s.substitute_id, s.valid_from, s.valid_to, s.ground, s.cancelled_at, null::uuid as unit_id
         from kernel.substitution s
         where s.tenant_id = $1 and s.valid_to >= $2 and s.valid_from <= $3 and s.cancelled_at is null
         order by s.id"
    ))
    .bind(tenant)
    .bind(from)
    .bind(to)
    .fetch_all(conn)
    .await
}

/// The substitutions that one may see: those of a person (as absent or as substitute), and those of units.
/// Everything where `units` is `None`. The latest first, those over since `since` left out.
///
/// # Errors
/// The database failed.
pub async fn substitutions_seen(
    conn: &mut PgConnection,
    tenant: TenantId,
    person: Option<PersonId>,
    units: Option<&[UnitId]>,
    since: Date,
) -> sqlx::Result<Vec<Substitution>> {
    sqlx::query_as(db::sql!(
        "select s.id, s.absent_id, s.substitute_id, s.valid_from, s.valid_to, s.ground, s.cancelled_at,
                p.home_unit_id as unit_id
         from kernel.substitution s join parties.person p on p.tenant_id = $1 and p.id = s.absent_id
         where s.tenant_id = $1 and s.valid_to >= $4
           and (s.absent_id = $2 or s.substitute_id = $2 or $3::uuid[] is null or p.home_unit_id = any($3))
         order by s.cancelled_at is not null, s.valid_from, s.id limit 500"
    ))
    .bind(tenant)
    .bind(person)
    .bind(units)
    .bind(since)
    .fetch_all(conn)
    .await
}

/// Has the timeline of a subject such a line?
///
/// # Errors
/// The database failed.
pub async fn has_history(
    conn: &mut PgConnection,
    tenant: TenantId,
    subject: uuid::Uuid,
    verb: &str,
) -> sqlx::Result<bool> {
    sqlx::query_scalar(db::sql!(
        "select exists (select from kernel.history where tenant_id = $1 and subject_id = $2 and verb = $3)"
    ))
    .bind(tenant)
    .bind(subject)
    .bind(verb)
    .fetch_one(conn)
    .await
}
