use op::{Action, Audit, May, OpError, Tx};
use serde_json::json;
use sqlx::{FromRow as _, PgConnection, Row as _, types::Json};
use types::{Date, EmploymentId, PersonId, TenantId};
use uuid::Uuid;

use crate::{Employment, EmploymentChange, EndOfEmployment, NewEmployment};

/// The main employment of a person on a day.
///
/// # Errors
/// The database failed.
pub async fn main_employment(
    conn: &mut PgConnection,
    tenant: TenantId,
    person: PersonId,
    on: Date,
) -> sqlx::Result<Option<Employment>> {
    Ok(employment_on(conn, tenant, &[person], on).await?.into_iter().next())
}

/// A person's full name (empty for nobody) and main employment on a day, in one statement.
///
/// # Errors
/// The database failed.
pub async fn employed(
    conn: &mut PgConnection,
    tenant: TenantId,
    person: PersonId,
    on: Date,
) -> sqlx::Result<(String, Option<Employment>)> {
    let row = sqlx::query(db::sql!(
        "select n.given_names || ' ' || n.surname as name, e.*
         from parties.person n
         left join lateral (
           select e.id, e.person_id, t.unit_id, t.institution_id, t.post_id, p.title as post_title, e.contract_number,
                  e.contract_date, e.kind, t.workload, e.valid_from, e.valid_to, t.salary, e.is_main, e.version
           from parties.employment e
           join parties.employment_term t on t.tenant_id = $1 and t.employment_id = e.id
            and t.valid_from <= $3 and (t.valid_to is null or t.valid_to >= $3)
           join parties.post p on p.tenant_id = $1 and p.id = t.post_id
           where e.tenant_id = $1 and e.person_id = $2
           order by e.is_main desc, t.workload desc, e.id limit 1) e on true
         where n.tenant_id = $1 and n.id = $2"
    ))
    .bind(tenant)
    .bind(person)
    .bind(on)
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else { return Ok((String::new(), None)) };
    let there = row.try_get::<Option<EmploymentId>, _>("id")?.is_some();
    let employment = if there { Some(Employment::from_row(&row)?) } else { None };
    Ok((row.try_get("name")?, employment))
}

/// All employments of some persons on a day, the main one of each first.
///
/// # Errors
/// The database failed.
pub async fn employment_on(
    conn: &mut PgConnection,
    tenant: TenantId,
    persons: &[PersonId],
    on: Date,
) -> sqlx::Result<Vec<Employment>> {
    sqlx::query_as(db::sql!(
        "select e.id, e.person_id, t.unit_id, t.institution_id, t.post_id, p.title as post_title, e.contract_number,
                e.contract_date, e.kind, t.workload, e.valid_from, e.valid_to, t.salary, e.is_main, e.version
         from parties.employment e
         join parties.employment_term t on t.tenant_id = $1 and t.employment_id = e.id
          and t.valid_from <= $3 and (t.valid_to is null or t.valid_to >= $3)
         join parties.post p on p.tenant_id = $1 and p.id = t.post_id
         where e.tenant_id = $1 and e.person_id = any($2)
         order by e.person_id, e.is_main desc, t.workload desc, e.id"
    ))
    .bind(tenant)
    .bind(persons)
    .bind(on)
    .fetch_all(conn)
    .await
}

/// All employments of a person, each as it is in its last known period; the latest first.
///
/// # Errors
/// The database failed.
pub async fn employments(conn: &mut PgConnection, tenant: TenantId, person: PersonId) -> sqlx::Result<Vec<Employment>> {
    sqlx::query_as(db::sql!(
        "select e.id, e.person_id, t.unit_id, t.institution_id, t.post_id, p.title as post_title, e.contract_number,
                e.contract_date, e.kind, t.workload, e.valid_from, e.valid_to, t.salary, e.is_main, e.version
         from parties.employment e
         cross join lateral (
           select * from parties.employment_term t where t.tenant_id = $1 and t.employment_id = e.id
           order by t.valid_from desc limit 1) t
         join parties.post p on p.tenant_id = $1 and p.id = t.post_id
         where e.tenant_id = $1 and e.person_id = $2
         order by e.valid_from desc, e.is_main desc, e.id"
    ))
    .bind(tenant)
    .bind(person)
    .fetch_all(conn)
    .await
}

/// Begins employments (pieņemšana darbā) and grants the `employee` role with them.
///
/// # Errors
/// `Conflict` of a named constraint.
pub async fn hire<A: Action>(tx: &mut Tx, _: &May<A>, new: &[NewEmployment]) -> Result<(), OpError> {
    let op = tx.op().clone();
    sqlx::query(db::sql!(
        "insert into parties.employment (tenant_id, id, person_id, kind, contract_number, contract_date, is_main, valid_from, contract_to)
         select $1, id, person_id, kind, contract_number, contract_date, is_main, valid_from, contract_to
         from jsonb_to_recordset($2) as r(id uuid, person_id uuid, kind text, contract_number text, contract_date date,
           is_main boolean, valid_from date, contract_to date)"
    ))
    .bind(op.tenant())
    .bind(Json(new))
    .execute(tx.conn())
    .await?;
    let first = |e: &NewEmployment| EmploymentChange {
        id: op.new_id(),
        employment_id: e.id,
        valid_from: e.valid_from,
        unit_id: Some(e.unit_id),
        post_id: Some(e.post_id),
        workload: Some(e.workload),
        salary: Some(e.salary),
    };
    let changes: Vec<_> = new.iter().map(first).collect();
    add_changes(tx, &changes).await?;
    let ids: Vec<Uuid> = new.iter().map(|e| e.id.uuid()).collect();
    rebuild(tx, &ids).await?;
    say::<A>(tx, &ids, "hired");
    for e in new {
        tx.history(e.person_id, "hired", json!({ "employment": e.id, "from": e.valid_from }));
    }
    Ok(())
}

/// Undoes [`hire`]: an order of hiring that was annulled before the work began.
///
/// # Errors
/// `Conflict` where other apps' rows already lean on the employment.
pub async fn unhire<A: Action>(tx: &mut Tx, _: &May<A>, employments: &[EmploymentId]) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    let ids: Vec<Uuid> = employments.iter().map(|e| e.uuid()).collect();
    let persons: Vec<PersonId> = sqlx::query_scalar(db::sql!(
        "select distinct person_id from parties.employment where tenant_id = $1 and id = any($2)"
    ))
    .bind(tenant)
    .bind(&ids)
    .fetch_all(tx.conn())
    .await?;
    for sql in [
        db::sql!(
            "delete from kernel.role_grant g using parties.employment_term t
             where g.tenant_id = $1 and t.tenant_id = $1 and t.employment_id = any($2) and g.id = t.id"
        ),
        db::sql!("delete from parties.employment_term where tenant_id = $1 and employment_id = any($2)"),
        db::sql!("delete from parties.employment_change where tenant_id = $1 and employment_id = any($2)"),
        db::sql!("delete from parties.employment where tenant_id = $1 and id = any($2)"),
    ] {
        sqlx::query(sql).bind(tenant).bind(&ids).execute(tx.conn()).await?;
    }
    home_units(tx, &persons).await?;
    say::<A>(tx, &ids, "unhired");
    for person in persons {
        tx.history(person, "unhired", json!({}));
    }
    Ok(())
}

/// Ends employments (izbeigšana). The person's roles in that institution end with the last one there.
///
/// # Errors
/// `Conflict("employment_order")` where the last day is before the first.
pub async fn end_employment<A: Action>(tx: &mut Tx, _: &May<A>, ends: &[EndOfEmployment]) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    sqlx::query(db::sql!(
        "update parties.employment e set ended_on = r.ended_on, end_ground = r.end_ground, version = e.version + 1
         from jsonb_to_recordset($2) as r(id uuid, ended_on date, end_ground text)
         where e.tenant_id = $1 and e.id = r.id"
    ))
    .bind(tenant)
    .bind(Json(ends))
    .execute(tx.conn())
    .await?;
    let ids: Vec<Uuid> = ends.iter().map(|e| e.id.uuid()).collect();
    rebuild(tx, &ids).await?;
    end_roles(tx, &ids).await?;
    say::<A>(tx, &ids, "ended");
    Ok(())
}

/// Undoes [`end_employment`]: the employment runs on as by its contract, with the roles that ended with it.
///
/// # Errors
/// The database failed.
pub async fn reopen_employment<A: Action>(
    tx: &mut Tx,
    _: &May<A>,
    employments: &[EmploymentId],
) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    let ids: Vec<Uuid> = employments.iter().map(|e| e.uuid()).collect();
    sqlx::query(db::sql!(
        "with role as (
           update kernel.role_grant g set valid_to = null
           from parties.employment e, parties.employment_term t, kernel.unit k
           where g.tenant_id = $1 and e.tenant_id = $1 and e.id = any($2) and e.ended_on is not null
             and t.tenant_id = $1 and t.employment_id = e.id and k.tenant_id = $1 and k.id = g.unit_id
             and t.institution_id = any(k.path) and g.person_id = e.person_id and g.role <> 'employee' and g.valid_to = e.ended_on
         )
         update parties.employment set ended_on = null, end_ground = null, version = version + 1
         where tenant_id = $1 and id = any($2)"
    ))
    .bind(tenant)
    .bind(&ids)
    .execute(tx.conn())
    .await?;
    rebuild(tx, &ids).await?;
    say::<A>(tx, &ids, "reopened");
    Ok(())
}

/// Moves employments to another unit, post or workload (pārcelšana), from a day on. Reversed by [`void_changes`].
///
/// # Errors
/// The database failed.
pub async fn transfer<A: Action>(tx: &mut Tx, may: &May<A>, changes: &[EmploymentChange]) -> Result<(), OpError> {
    change(tx, may, changes, "transferred").await
}

/// Changes the pay (darba samaksas grozīšana) from a day on. Reversed by [`void_changes`].
///
/// # Errors
/// The database failed.
pub async fn change_pay<A: Action>(tx: &mut Tx, may: &May<A>, changes: &[EmploymentChange]) -> Result<(), OpError> {
    change(tx, may, changes, "pay-changed").await
}

async fn change<A: Action>(
    tx: &mut Tx,
    _: &May<A>,
    changes: &[EmploymentChange],
    effect: &'static str,
) -> Result<(), OpError> {
    add_changes(tx, changes).await?;
    let ids = bump(tx, changes.iter().map(|c| c.employment_id.uuid())).await?;
    rebuild(tx, &ids).await?;
    say::<A>(tx, &ids, effect);
    Ok(())
}

/// Undoes transfers and pay changes by the ids of the changes; the others stay.
///
/// # Errors
/// `NotFound` where one is not there or already undone.
pub async fn void_changes<A: Action>(tx: &mut Tx, _: &May<A>, changes: &[Uuid]) -> Result<(), OpError> {
    let op = tx.op().clone();
    let hit: Vec<Uuid> = sqlx::query_scalar(db::sql!(
        "update parties.employment_change set voided_at = $3
         where tenant_id = $1 and id = any($2) and voided_at is null returning employment_id"
    ))
    .bind(op.tenant())
    .bind(changes)
    .bind(op.now())
    .fetch_all(tx.conn())
    .await?;
    if hit.len() != changes.len() {
        return Err(OpError::NotFound);
    }
    let ids = bump(tx, hit.into_iter()).await?;
    rebuild(tx, &ids).await?;
    say::<A>(tx, &ids, "change-voided");
    Ok(())
}

/// Home units that today's date has changed: the daily job. Answers how many.
///
/// # Errors
/// The database failed.
pub async fn roll_home_units<A: Action>(tx: &mut Tx, _: &May<A>) -> Result<u64, OpError> {
    let tenant = tx.op().tenant();
    let persons: Vec<PersonId> =
        sqlx::query_scalar(db::sql!("select distinct person_id from parties.employment where tenant_id = $1"))
            .bind(tenant)
            .fetch_all(tx.conn())
            .await?;
    home_units(tx, &persons).await
}

fn say<A: Action>(tx: &mut Tx, employments: &[Uuid], effect: &'static str) {
    tx.audit(Audit::of_all(A::DEF.name, "parties.employment", employments.to_vec()).with(json!({ "effect": effect })));
}

async fn bump(tx: &mut Tx, ids: impl Iterator<Item = Uuid>) -> Result<Vec<Uuid>, OpError> {
    let tenant = tx.op().tenant();
    let mut ids: Vec<Uuid> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    sqlx::query(db::sql!("update parties.employment set version = version + 1 where tenant_id = $1 and id = any($2)"))
        .bind(tenant)
        .bind(&ids)
        .execute(tx.conn())
        .await?;
    Ok(ids)
}

async fn add_changes(tx: &mut Tx, changes: &[EmploymentChange]) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    sqlx::query(db::sql!(
        "insert into parties.employment_change (tenant_id, id, employment_id, valid_from, unit_id, post_id, workload, salary)
         select $1, id, employment_id, valid_from, unit_id, post_id, workload, salary
         from jsonb_to_recordset($2) as r(id uuid, employment_id uuid, valid_from date, unit_id uuid, post_id uuid,
           workload numeric, salary bigint)"
    ))
    .bind(tenant)
    .bind(Json(changes))
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Makes periods, `employee` grants and home units follow from the changes that stand.
async fn rebuild(tx: &mut Tx, employments: &[Uuid]) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    // Each column keeps its last value until a later change names another; of changes on one day the last
    // wins. A change before the first day or after the last makes no period.
    sqlx::query(db::sql!(
        "with line as (
           select c.id, c.employment_id, e.person_id, e.valid_to as last, greatest(c.valid_from, e.valid_from) as valid_from,
                  array_agg(c.unit_id) filter (where c.unit_id is not null) over w as units,
                  array_agg(c.post_id) filter (where c.post_id is not null) over w as posts,
                  array_agg(c.workload) filter (where c.workload is not null) over w as workloads,
                  array_agg(c.salary) filter (where c.salary is not null) over w as salaries,
                  lead(c.valid_from) over w as next
           from parties.employment_change c
           join parties.employment e on e.tenant_id = $1 and e.id = c.employment_id
           where c.tenant_id = $1 and c.employment_id = any($2) and c.voided_at is null
           window w as (partition by c.employment_id order by c.valid_from, c.id)
         ), made as (
           select l.id, l.employment_id, l.person_id, l.valid_from, least(l.next - 1, l.last) as valid_to,
                  l.units[cardinality(l.units)] as unit_id, l.posts[cardinality(l.posts)] as post_id,
                  l.workloads[cardinality(l.workloads)] as workload, l.salaries[cardinality(l.salaries)] as salary
           from line l
           where (l.next is null or l.next > l.valid_from) and (l.last is null or l.last >= l.valid_from)
         ), stale as (
           delete from parties.employment_term t
           where t.tenant_id = $1 and t.employment_id = any($2) and t.id not in (select id from made) returning t.id
         ), stale_grant as (
           delete from kernel.role_grant g using stale where g.tenant_id = $1 and g.id = stale.id
         ), put as (
           insert into parties.employment_term as t (tenant_id, id, employment_id, person_id, valid_from, valid_to,
                                                     unit_id, institution_id, post_id, workload, salary)
           select $1, m.id, m.employment_id, m.person_id, m.valid_from, m.valid_to, m.unit_id,
                  coalesce((select i.id from unnest(k.path) with ordinality as above(id, depth)
                            join parties.unit i on i.tenant_id = $1 and i.id = above.id and i.kind = 'institution'
                            order by above.depth desc limit 1), k.path[1]),
                  m.post_id, m.workload, m.salary
           from made m join kernel.unit k on k.tenant_id = $1 and k.id = m.unit_id
           on conflict (tenant_id, id) do update set valid_from = excluded.valid_from, valid_to = excluded.valid_to,
             unit_id = excluded.unit_id, institution_id = excluded.institution_id, post_id = excluded.post_id,
             workload = excluded.workload, salary = excluded.salary
           returning t.id
         )
         insert into kernel.role_grant (tenant_id, id, person_id, role, unit_id, valid_from, valid_to)
         select $1, m.id, m.person_id, 'employee', m.unit_id, m.valid_from, m.valid_to from made m
         on conflict (tenant_id, id) do update set unit_id = excluded.unit_id, valid_from = excluded.valid_from,
           valid_to = excluded.valid_to"
    ))
    .bind(tenant)
    .bind(employments)
    .execute(tx.conn())
    .await?;
    let persons: Vec<PersonId> = sqlx::query_scalar(db::sql!(
        "select distinct person_id from parties.employment where tenant_id = $1 and id = any($2)"
    ))
    .bind(tenant)
    .bind(employments)
    .fetch_all(tx.conn())
    .await?;
    home_units(tx, &persons).await?;
    Ok(())
}

/// The home unit is that of the main employment today, else of the next to come, else of the last that was;
/// a person is `former` when none runs or comes.
async fn home_units(tx: &mut Tx, persons: &[PersonId]) -> Result<u64, OpError> {
    let (tenant, today) = (tx.op().tenant(), tx.op().today());
    let done = sqlx::query(db::sql!(
        "update parties.person p set home_unit_id = h.unit_id, state = h.state
         from (
           select w.person_id, t.unit_id, case when t.unit_id is null or t.valid_to < $3 then 'former' else 'active' end as state
           from unnest($2::uuid[]) as w(person_id)
           left join lateral (
             select t.unit_id, t.valid_to from parties.employment_term t
             join parties.employment e on e.tenant_id = $1 and e.id = t.employment_id
             where t.tenant_id = $1 and t.person_id = w.person_id
             order by case when t.valid_to < $3 then 2 when t.valid_from > $3 then 1 else 0 end,
                      e.is_main desc, abs(t.valid_from - $3), t.workload desc, t.id limit 1) t on true
         ) h
         where p.tenant_id = $1 and p.id = h.person_id and (p.home_unit_id is distinct from h.unit_id or p.state <> h.state)"
    ))
    .bind(tenant)
    .bind(persons)
    .bind(today)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Roles other than `employee` end with the last employment in the institution.
async fn end_roles(tx: &mut Tx, employments: &[Uuid]) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    sqlx::query(db::sql!(
        "update kernel.role_grant g set valid_to = e.ended_on
         from parties.employment e, parties.employment_term t, kernel.unit k
         where g.tenant_id = $1 and e.tenant_id = $1 and e.id = any($2) and t.tenant_id = $1 and t.employment_id = e.id
           and k.tenant_id = $1 and k.id = g.unit_id and t.institution_id = any(k.path)
           and g.person_id = e.person_id and g.role <> 'employee' and g.valid_from <= e.ended_on
           and (g.valid_to is null or g.valid_to > e.ended_on)
           and not exists (
             select from parties.employment_term o
             where o.tenant_id = $1 and o.person_id = e.person_id and o.institution_id = t.institution_id
               and o.employment_id <> e.id and (o.valid_to is null or o.valid_to > e.ended_on))"
    ))
    .bind(tenant)
    .bind(employments)
    .execute(tx.conn())
    .await?;
    Ok(())
}
