use std::collections::HashMap;

use op::{Action, Audit, May, OpError, Tx};
use serde::Serialize;
use sqlx::{PgConnection, types::Json};
use types::{Date, PostId, TenantId, UnitId};

use crate::{NewPost, NewUnit, Post, PostChange, Unit};

#[derive(Serialize)]
struct UnitRow<'a> {
    #[serde(flatten)]
    unit: &'a NewUnit,
    path: Vec<UnitId>,
}

/// One unit.
///
/// # Errors
/// The database failed.
pub async fn unit(conn: &mut PgConnection, tenant: TenantId, id: UnitId) -> sqlx::Result<Option<Unit>> {
    sqlx::query_as(db::sql!(
        "select u.id, k.parent_id, k.path, u.kind, u.code, u.name, u.name_en, u.registration_number, u.address, u.email,
                u.functions, u.valid_from, u.valid_to, u.version
         from parties.unit u join kernel.unit k on k.tenant_id = $1 and k.id = u.id
         where u.tenant_id = $1 and u.id = $2"
    ))
    .bind(tenant)
    .bind(id)
    .fetch_optional(conn)
    .await
}

/// All units that were open on a day, or ever (`None`); parents before children, then by name.
///
/// # Errors
/// The database failed.
pub async fn units(conn: &mut PgConnection, tenant: TenantId, on: Option<Date>) -> sqlx::Result<Vec<Unit>> {
    sqlx::query_as(db::sql!(
        "select u.id, k.parent_id, k.path, u.kind, u.code, u.name, u.name_en, u.registration_number, u.address, u.email,
                u.functions, u.valid_from, u.valid_to, u.version
         from parties.unit u join kernel.unit k on k.tenant_id = $1 and k.id = u.id
         where u.tenant_id = $1 and ($2::date is null or (u.valid_from <= $2 and (u.valid_to is null or u.valid_to >= $2)))
         order by cardinality(k.path), u.name, u.id"
    ))
    .bind(tenant)
    .bind(on)
    .fetch_all(conn)
    .await
}

/// Creates units: the skeleton and all else. Parents come before children.
///
/// # Errors
/// `NotFound` where a parent is neither there nor earlier in the set; `Conflict("unit_code_key")`.
pub async fn new_unit<A: Action>(tx: &mut Tx, _: &May<A>, new: &[NewUnit]) -> Result<(), OpError> {
    let op = tx.op().clone();
    let parents: Vec<UnitId> = new.iter().filter_map(|u| u.parent_id).collect();
    let known: Vec<(UnitId, Vec<UnitId>)> =
        sqlx::query_as(db::sql!("select id, path from kernel.unit where tenant_id = $1 and id = any($2)"))
            .bind(op.tenant())
            .bind(&parents)
            .fetch_all(tx.conn())
            .await?;
    let mut paths: HashMap<UnitId, Vec<UnitId>> = known.into_iter().collect();
    let mut rows = Vec::with_capacity(new.len());
    for unit in new {
        let mut path = match unit.parent_id {
            Some(parent) => paths.get(&parent).cloned().ok_or(OpError::NotFound)?,
            None => Vec::new(),
        };
        path.push(unit.id);
        paths.insert(unit.id, path.clone());
        rows.push(UnitRow { unit, path });
    }
    sqlx::query(db::sql!(
        "with r as (
           select * from jsonb_to_recordset($2) as r(id uuid, parent_id uuid, path uuid[], kind text, code text, name text,
             name_en text, registration_number text, address text, email text, functions text[], valid_from date)
         ), skeleton as (
           insert into kernel.unit (tenant_id, id, parent_id, path) select $1, id, parent_id, path from r
         )
         insert into parties.unit (tenant_id, id, kind, code, name, name_en, registration_number, address, email, functions, valid_from)
         select $1, id, kind, code, name, name_en, registration_number, address, email, functions, valid_from from r"
    ))
    .bind(op.tenant())
    .bind(Json(&rows))
    .execute(tx.conn())
    .await?;
    let ids = new.iter().map(|u| u.id.uuid()).collect();
    tx.audit(Audit::of_all(A::DEF.name, "parties.unit", ids).with(serde_json::json!({ "effect": "created" })));
    Ok(())
}

/// What changes of a unit's description.
#[derive(Clone, Debug)]
pub struct UnitChange {
    /// Short code.
    pub code: String,
    /// Name in Latvian.
    pub name: String,
    /// Name in English.
    pub name_en: Option<String>,
    /// Registration number.
    pub registration_number: Option<String>,
    /// Address.
    pub address: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// Which functions of the system are switched on here.
    pub functions: Vec<String>,
}

/// Renames a unit, and changes what else describes it.
///
/// # Errors
/// `Conflict("unit_code_key")`.
pub async fn rename_unit<A: Action>(tx: &mut Tx, may: &May<A>, change: &UnitChange) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    let done = sqlx::query(db::sql!(
        "update parties.unit set code = $3, name = $4, name_en = $5, registration_number = $6, address = $7, email = $8,
                functions = $9, version = version + 1
         where tenant_id = $1 and id = $2"
    ))
    .bind(tenant)
    .bind(may.resource())
    .bind(&change.code)
    .bind(&change.name)
    .bind(&change.name_en)
    .bind(&change.registration_number)
    .bind(&change.address)
    .bind(&change.email)
    .bind(&change.functions)
    .execute(tx.conn())
    .await?;
    found(done.rows_affected())?;
    tx.audit(Audit::of(A::DEF.name, "parties.unit", may.resource()).with(serde_json::json!({ "effect": "changed" })));
    tx.history(may.resource(), "changed", serde_json::json!({ "name": change.name }));
    Ok(())
}

/// The last day of a unit.
///
/// # Errors
/// `Conflict("unit_order")` before its first day.
pub async fn close_unit<A: Action>(tx: &mut Tx, may: &May<A>, last: Date) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    let sql = db::sql!("update parties.unit set valid_to = $3, version = version + 1 where tenant_id = $1 and id = $2");
    let done = sqlx::query(sql).bind(tenant).bind(may.resource()).bind(last).execute(tx.conn()).await?;
    found(done.rows_affected())?;
    tx.audit(
        Audit::of(A::DEF.name, "parties.unit", may.resource())
            .with(serde_json::json!({ "effect": "closed", "last": last })),
    );
    tx.history(may.resource(), "closed", serde_json::json!({ "last": last }));
    Ok(())
}

/// Who works or is open below: what keeps a unit from being closed.
///
/// # Errors
/// The database failed.
pub async fn occupied(
    conn: &mut PgConnection,
    tenant: TenantId,
    unit: UnitId,
    after: Date,
) -> sqlx::Result<(i64, i64)> {
    sqlx::query_as(db::sql!(
        "select (select count(*) from parties.employment_term t
                 where t.tenant_id = $1 and t.unit_id = $2 and (t.valid_to is null or t.valid_to > $3)),
                (select count(*) from kernel.unit k join parties.unit u on u.tenant_id = $1 and u.id = k.id
                 where k.tenant_id = $1 and k.parent_id = $2 and (u.valid_to is null or u.valid_to > $3))"
    ))
    .bind(tenant)
    .bind(unit)
    .bind(after)
    .fetch_one(conn)
    .await
}

/// Puts a unit, with everything below it, under another. The caller has seen that this makes no circle, while
/// holding the root: see [`lock_tree`].
///
/// # Errors
/// `NotFound`.
pub async fn move_unit<A: Action>(tx: &mut Tx, may: &May<A>, parent: UnitId) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    let done = sqlx::query(db::sql!(
        "update kernel.unit k
         set path = p.path || k.path[array_position(k.path, $2):],
             parent_id = case when k.id = $2 then p.id else k.parent_id end
         from kernel.unit p
         where k.tenant_id = $1 and $2 = any(k.path) and p.tenant_id = $1 and p.id = $3 and not $2 = any(p.path)"
    ))
    .bind(tenant)
    .bind(may.resource())
    .bind(parent)
    .execute(tx.conn())
    .await?;
    found(done.rows_affected())?;
    // The institution of an employment follows its unit.
    sqlx::query(db::sql!(
        "update parties.employment_term t
         set institution_id = coalesce((
               select i.id from unnest(k.path) with ordinality as above(id, depth)
               join parties.unit i on i.tenant_id = $1 and i.id = above.id and i.kind = 'institution'
               order by above.depth desc limit 1), k.path[1])
         from kernel.unit k where t.tenant_id = $1 and k.tenant_id = $1 and k.id = t.unit_id and $2 = any(k.path)"
    ))
    .bind(tenant)
    .bind(may.resource())
    .execute(tx.conn())
    .await?;
    tx.audit(
        Audit::of(A::DEF.name, "parties.unit", may.resource())
            .with(serde_json::json!({ "effect": "moved", "under": parent })),
    );
    tx.history(may.resource(), "moved", serde_json::json!({ "under": parent }));
    Ok(())
}

/// One at a time may change the shape of the tree: two moves at once could make a circle that neither sees.
///
/// # Errors
/// The database failed.
pub async fn lock_tree(conn: &mut PgConnection, tenant: TenantId) -> sqlx::Result<()> {
    sqlx::query(db::sql!("select id from kernel.unit where tenant_id = $1 and parent_id is null for update"))
        .bind(tenant)
        .execute(conn)
        .await?;
    Ok(())
}

/// The posts of some units on a day.
///
/// # Errors
/// The database failed.
pub async fn posts_of(
    conn: &mut PgConnection,
    tenant: TenantId,
    units: &[UnitId],
    on: Date,
) -> sqlx::Result<Vec<Post>> {
    sqlx::query_as(db::sql!(
        "select id, unit_id, title, profession_code, places, valid_from, valid_to, version from parties.post
         where tenant_id = $1 and unit_id = any($2) and valid_from <= $3 and (valid_to is null or valid_to >= $3)
         order by title, id"
    ))
    .bind(tenant)
    .bind(units)
    .bind(on)
    .fetch_all(conn)
    .await
}

/// Creates posts.
///
/// # Errors
/// The database failed.
pub async fn new_post<A: Action>(tx: &mut Tx, _: &May<A>, new: &[NewPost]) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    sqlx::query(db::sql!(
        "insert into parties.post (tenant_id, id, unit_id, title, profession_code, places, valid_from)
         select $1, id, unit_id, title, profession_code, places, valid_from
         from jsonb_to_recordset($2) as r(id uuid, unit_id uuid, title text, profession_code text, places numeric, valid_from date)"
    ))
    .bind(tenant)
    .bind(Json(new))
    .execute(tx.conn())
    .await?;
    let ids = new.iter().map(|p| p.id.uuid()).collect();
    tx.audit(Audit::of_all(A::DEF.name, "parties.post", ids).with(serde_json::json!({ "effect": "created" })));
    Ok(())
}

/// Changes a post.
///
/// # Errors
/// `NotFound`.
pub async fn update_post<A: Action>(tx: &mut Tx, may: &May<A>, change: &PostChange) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    let done = sqlx::query(db::sql!(
        "update parties.post set title = $3, profession_code = $4, places = $5, valid_to = $6, version = version + 1
         where tenant_id = $1 and id = $2"
    ))
    .bind(tenant)
    .bind(may.resource())
    .bind(&change.title)
    .bind(&change.profession_code)
    .bind(change.places)
    .bind(change.valid_to)
    .execute(tx.conn())
    .await?;
    found(done.rows_affected())?;
    let data = serde_json::json!({ "effect": "changed", "last": change.valid_to });
    tx.audit(Audit::of(A::DEF.name, "parties.post", may.resource()).with(data));
    Ok(())
}

/// How many hold a post after a day.
///
/// # Errors
/// The database failed.
pub async fn post_holders_after(
    conn: &mut PgConnection,
    tenant: TenantId,
    post: PostId,
    after: Date,
) -> sqlx::Result<i64> {
    sqlx::query_scalar(db::sql!(
        "select count(distinct person_id) from parties.employment_term
         where tenant_id = $1 and post_id = $2 and (valid_to is null or valid_to > $3)"
    ))
    .bind(tenant)
    .bind(post)
    .bind(after)
    .fetch_one(conn)
    .await
}

pub(super) const fn found(rows: u64) -> Result<(), OpError> {
    if rows == 0 { Err(OpError::NotFound) } else { Ok(()) }
}
