use std::collections::HashMap;

use sqlx::PgConnection;
use types::{Date, PersonId, PostId, TenantId, UnitId};

use crate::{PersonCard, UnitKind};

/// Full names; who does not exist is left out.
///
/// # Errors
/// The database failed.
pub async fn names(
    conn: &mut PgConnection,
    tenant: TenantId,
    persons: &[PersonId],
) -> sqlx::Result<HashMap<PersonId, String>> {
    if persons.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(PersonId, String)> = sqlx::query_as(db::sql!(
        "select id, given_names || ' ' || surname from parties.person where tenant_id = $1 and id = any($2)"
    ))
    .bind(tenant)
    .bind(persons)
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().collect())
}

/// One full name; empty for nobody.
///
/// # Errors
/// The database failed.
pub async fn name(conn: &mut PgConnection, tenant: TenantId, person: PersonId) -> sqlx::Result<String> {
    Ok(names(conn, tenant, &[person]).await?.remove(&person).unwrap_or_default())
}

/// A unit as outside systems name it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct UnitByCode {
    /// Id.
    pub id: UnitId,
    /// The code.
    pub code: String,
    /// Municipality, institution or unit.
    pub kind: UnitKind,
    /// All units above it, and itself.
    pub path: Vec<UnitId>,
}

/// The units with these codes that are open on a day.
///
/// # Errors
/// The database failed.
pub async fn units_by_code(
    conn: &mut PgConnection,
    tenant: TenantId,
    codes: &[String],
    on: Date,
) -> sqlx::Result<Vec<UnitByCode>> {
    sqlx::query_as(db::sql!(
        "select u.id, u.code, u.kind, k.path from parties.unit u
         join kernel.unit k on k.tenant_id = $1 and k.id = u.id
         where u.tenant_id = $1 and u.code = any($2) and u.valid_from <= $3 and (u.valid_to is null or u.valid_to >= $3)"
    ))
    .bind(tenant)
    .bind(codes)
    .bind(on)
    .fetch_all(conn)
    .await
}

/// Names of units, in Latvian.
///
/// # Errors
/// The database failed.
pub async fn unit_names(
    conn: &mut PgConnection,
    tenant: TenantId,
    units: &[UnitId],
) -> sqlx::Result<HashMap<UnitId, String>> {
    if units.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(UnitId, String)> =
        sqlx::query_as(db::sql!("select id, name from parties.unit where tenant_id = $1 and id = any($2)"))
            .bind(tenant)
            .bind(units)
            .fetch_all(conn)
            .await?;
    Ok(rows.into_iter().collect())
}

/// The institution that a unit belongs to: itself, or the nearest above it.
///
/// # Errors
/// The database failed.
pub async fn institution_of(conn: &mut PgConnection, tenant: TenantId, unit: UnitId) -> sqlx::Result<Option<UnitId>> {
    sqlx::query_scalar(db::sql!(
        "select i.id
         from kernel.unit k
         cross join lateral unnest(k.path) with ordinality as above(id, depth)
         join parties.unit i on i.tenant_id = $1 and i.id = above.id and i.kind = 'institution'
         where k.tenant_id = $1 and k.id = $2
         order by above.depth desc limit 1"
    ))
    .bind(tenant)
    .bind(unit)
    .fetch_optional(conn)
    .await
}

/// Everything about one person that stands on the card.
///
/// # Errors
/// The database failed.
pub async fn person_card(
    conn: &mut PgConnection,
    tenant: TenantId,
    person: PersonId,
) -> sqlx::Result<Option<PersonCard>> {
    sqlx::query_as(db::sql!(
        "select p.id, p.given_names, p.surname, p.personal_code, p.birth_date, p.language, p.bank_account, p.address,
                p.state, p.home_unit_id, p.version,
                (select c.value from parties.contact_channel c
                 where c.tenant_id = $1 and c.person_id = p.id and c.kind = 'email'
                 order by c.is_preferred desc, c.id limit 1) as email,
                (select c.value from parties.contact_channel c
                 where c.tenant_id = $1 and c.person_id = p.id and c.kind = 'phone'
                 order by c.is_preferred desc, c.id limit 1) as phone
         from parties.person p where p.tenant_id = $1 and p.id = $2"
    ))
    .bind(tenant)
    .bind(person)
    .fetch_optional(conn)
    .await
}

/// The direct manager: who holds `manager`, else `head`, in the unit of the main employment or the nearest above.
/// Places at or below the person's own leading place do not count: nobody is led by whom they lead.
///
/// # Errors
/// The database failed.
pub async fn manager_of(
    conn: &mut PgConnection,
    tenant: TenantId,
    person: PersonId,
    on: Date,
) -> sqlx::Result<Option<PersonId>> {
    // Height grows towards the root; in one unit `head` stands above `manager`.
    sqlx::query_scalar(db::sql!(
        "with home as (
           select t.unit_id from parties.employment e
           join parties.employment_term t on t.tenant_id = $1 and t.employment_id = e.id
            and t.valid_from <= $3 and (t.valid_to is null or t.valid_to >= $3)
           where e.tenant_id = $1 and e.person_id = $2
           order by e.is_main desc, t.workload desc, e.id limit 1
         ), leader as (
           select g.person_id, g.valid_from,
                  2 * (cardinality(k.path) - above.depth) + case g.role when 'head' then 1 else 0 end as height
           from home
           join kernel.unit k on k.tenant_id = $1 and k.id = home.unit_id
           cross join lateral unnest(k.path) with ordinality as above(id, depth)
           join kernel.role_grant g on g.tenant_id = $1 and g.unit_id = above.id and g.role in ('manager', 'head')
            and g.valid_from <= $3 and (g.valid_to is null or g.valid_to >= $3)
         )
         select person_id from leader
         where height > coalesce((select max(own.height) from leader own where own.person_id = $2), -1)
         order by height, valid_from, person_id limit 1"
    ))
    .bind(tenant)
    .bind(person)
    .bind(on)
    .fetch_optional(conn)
    .await
}

/// Who holds a role in a unit or, where nobody does, in the nearest unit above it.
///
/// # Errors
/// The database failed.
pub async fn holders(
    conn: &mut PgConnection,
    tenant: TenantId,
    unit: UnitId,
    role: &str,
    on: Date,
) -> sqlx::Result<Option<(UnitId, Vec<PersonId>)>> {
    sqlx::query_as(db::sql!(
        "select g.unit_id, array_agg(distinct g.person_id order by g.person_id)
         from kernel.unit k
         cross join lateral unnest(k.path) with ordinality as above(id, depth)
         join kernel.role_grant g on g.tenant_id = $1 and g.unit_id = above.id and g.role = $3
          and g.valid_from <= $4 and (g.valid_to is null or g.valid_to >= $4)
         where k.tenant_id = $1 and k.id = $2
         group by g.unit_id, above.depth order by above.depth desc limit 1"
    ))
    .bind(tenant)
    .bind(unit)
    .bind(role)
    .bind(on)
    .fetch_optional(conn)
    .await
}

/// Every role that is held in a unit on a day (without `employee`), and by whom.
///
/// # Errors
/// The database failed.
pub async fn all_holders(
    conn: &mut PgConnection,
    tenant: TenantId,
    on: Date,
) -> sqlx::Result<Vec<(UnitId, String, Vec<PersonId>)>> {
    sqlx::query_as(db::sql!(
        "select unit_id, role, array_agg(distinct person_id order by person_id) from kernel.role_grant
         where tenant_id = $1 and role <> 'employee' and valid_from <= $2 and (valid_to is null or valid_to >= $2)
         group by unit_id, role"
    ))
    .bind(tenant)
    .bind(on)
    .fetch_all(conn)
    .await
}

/// A role that is looked for: in a unit and all above it, or at the top of the tree alone.
#[derive(Clone, Debug)]
pub struct RoleWanted<'a> {
    /// From this unit upwards.
    pub unit: UnitId,
    /// Only the top of its tree.
    pub top: bool,
    /// The role.
    pub role: &'a str,
}

/// Who holds a role in one unit.
#[derive(Clone, Debug)]
pub struct Holders {
    /// The unit.
    pub unit: UnitId,
    /// Is it the top of its tree?
    pub top: bool,
    /// By whom.
    pub people: Vec<PersonId>,
}

/// Who leads somebody and who holds some roles, looked up together.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The direct manager ([`manager_of`]).
    pub manager: Option<PersonId>,
    /// For each role: where it is held, the nearest unit first.
    pub holders: Vec<Vec<Holders>>,
}

/// The direct manager of a person, and the holders of roles, in one statement.
///
/// # Errors
/// The database failed.
pub async fn leaders_and_holders(
    conn: &mut PgConnection,
    tenant: TenantId,
    person: Option<PersonId>,
    wanted: &[RoleWanted<'_>],
    on: Date,
) -> sqlx::Result<Found> {
    let units: Vec<UnitId> = wanted.iter().map(|w| w.unit).collect();
    let tops: Vec<bool> = wanted.iter().map(|w| w.top).collect();
    let roles: Vec<&str> = wanted.iter().map(|w| w.role).collect();
    let rows: Vec<(i32, Option<UnitId>, bool, Vec<PersonId>)> = sqlx::query_as(db::sql!(
        "with home as (
           select t.unit_id from parties.employment e
           join parties.employment_term t on t.tenant_id = $1 and t.employment_id = e.id
            and t.valid_from <= $3 and (t.valid_to is null or t.valid_to >= $3)
           where e.tenant_id = $1 and e.person_id = $2
           order by e.is_main desc, t.workload desc, e.id limit 1
         ), leader as (
           select g.person_id, g.valid_from,
                  2 * (cardinality(k.path) - above.depth) + case g.role when 'head' then 1 else 0 end as height
           from home
           join kernel.unit k on k.tenant_id = $1 and k.id = home.unit_id
           cross join lateral unnest(k.path) with ordinality as above(id, depth)
           join kernel.role_grant g on g.tenant_id = $1 and g.unit_id = above.id and g.role in ('manager', 'head')
            and g.valid_from <= $3 and (g.valid_to is null or g.valid_to >= $3)
         ), manager as (
           select person_id from leader
           where height > coalesce((select max(own.height) from leader own where own.person_id = $2), -1)
           order by height, valid_from, person_id limit 1
         ), held as (
           select w.n, g.unit_id, above.depth, array_agg(distinct g.person_id order by g.person_id) as people
           from unnest($4::uuid[], $5::bool[], $6::text[]) with ordinality as w(unit_id, top, role, n)
           join kernel.unit k on k.tenant_id = $1 and k.id = w.unit_id
           cross join lateral unnest(case when w.top then k.path[1:1] else k.path end) with ordinality as above(id, depth)
           join kernel.role_grant g on g.tenant_id = $1 and g.unit_id = above.id and g.role = w.role
            and g.valid_from <= $3 and (g.valid_to is null or g.valid_to >= $3)
           group by w.n, g.unit_id, above.depth
         )
         select n, unit_id, depth = 1, people from (
           select 0 as n, null::uuid as unit_id, array[person_id] as people, 0 as depth from manager
           union all
           select n::int, unit_id, people, depth from held) all_of_them
         order by n, depth desc"
    ))
    .bind(tenant)
    .bind(person)
    .bind(on)
    .bind(units)
    .bind(tops)
    .bind(roles)
    .fetch_all(conn)
    .await?;
    let mut found = Found { manager: None, holders: vec![Vec::new(); wanted.len()] };
    for (n, unit, top, people) in rows {
        let at = usize::try_from(n).unwrap_or(0);
        match (at.checked_sub(1).and_then(|at| found.holders.get_mut(at)), unit) {
            (Some(of), Some(unit)) => of.push(Holders { unit, top, people }),
            _ => found.manager = people.into_iter().next(),
        }
    }
    Ok(found)
}

/// Who is in a post on that day.
///
/// # Errors
/// The database failed.
pub async fn post_holders(
    conn: &mut PgConnection,
    tenant: TenantId,
    post: PostId,
    on: Date,
) -> sqlx::Result<Vec<PersonId>> {
    sqlx::query_scalar(db::sql!(
        "select distinct person_id from parties.employment_term
         where tenant_id = $1 and post_id = $2 and valid_from <= $3 and (valid_to is null or valid_to >= $3)
         order by person_id"
    ))
    .bind(tenant)
    .bind(post)
    .bind(on)
    .fetch_all(conn)
    .await
}

/// What the shell shows: the municipality's name, the person's, and those whom they may act for.
///
/// # Errors
/// The database failed.
pub async fn shell_names(
    conn: &mut PgConnection,
    tenant: TenantId,
    person: PersonId,
    substituted: &[PersonId],
) -> sqlx::Result<(String, String, Vec<(PersonId, String)>)> {
    let all: Vec<PersonId> = std::iter::once(person).chain(substituted.iter().copied()).collect();
    let rows: Vec<(Option<PersonId>, String)> = sqlx::query_as(db::sql!(
        "select null::uuid as id, t.name from kernel.tenant t where t.id = $1
         union all
         select p.id, p.given_names || ' ' || p.surname from parties.person p where p.tenant_id = $1 and p.id = any($2)"
    ))
    .bind(tenant)
    .bind(&all)
    .fetch_all(conn)
    .await?;
    let municipality = rows.iter().find(|(id, _)| id.is_none()).map(|(_, n)| n.clone()).unwrap_or_default();
    let known: HashMap<PersonId, String> = rows.into_iter().filter_map(|(id, n)| Some((id?, n))).collect();
    let user = known.get(&person).cloned().unwrap_or_default();
    let others = substituted.iter().filter_map(|p| Some((*p, known.get(p)?.clone()))).collect();
    Ok((municipality, user, others))
}
