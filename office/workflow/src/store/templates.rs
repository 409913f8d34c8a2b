use op::{Action, May, OpError, Tx};
use sqlx::{FromRow, PgConnection, types::Json};
use types::{PersonId, RouteTemplateId, TenantId, Timestamp, UnitId};

use crate::plan::Plan;

/// The active template of a kind of route in an institution, or the municipality's own.
///
/// # Errors
/// The database failed.
pub async fn template(
    conn: &mut PgConnection,
    tenant: TenantId,
    code: &str,
    institution: UnitId,
) -> Result<Option<(RouteTemplateId, Plan)>, sqlx::Error> {
    let row: Option<(RouteTemplateId, Json<Plan>)> = sqlx::query_as(db::sql!(
        "select id, plan from workflow.route_template
         where tenant_id = $1 and code = $2 and state = 'active' and (institution_id = $3 or institution_id is null)
         order by institution_id nulls last limit 1"
    ))
    .bind(tenant)
    .bind(code)
    .bind(institution)
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|(id, plan)| (id, plan.0)))
}

/// A version of a template.
#[derive(Debug, Clone, FromRow)]
pub struct TemplateRow {
    /// Its id.
    pub id: RouteTemplateId,
    /// The kind of route.
    pub code: String,
    /// The institution; the whole municipality where `None`.
    pub institution_id: Option<UnitId>,
    /// Its number.
    pub version: i32,
    /// The plan.
    pub plan: Json<Plan>,
    /// `draft`, `active` or `retired`.
    pub state: String,
    /// Who wrote it.
    pub created_by: Option<PersonId>,
    /// When.
    pub created_at: Timestamp,
}

/// The active templates, within these units where given, and the municipality's.
///
/// # Errors
/// The database failed.
pub async fn active_templates(
    conn: &mut PgConnection,
    tenant: TenantId,
    units: Option<&[UnitId]>,
) -> Result<Vec<TemplateRow>, sqlx::Error> {
    sqlx::query_as(db::sql!(
        "select id, code, institution_id, version, plan, state, created_by, created_at from workflow.route_template
         where tenant_id = $1 and state = 'active'
           and ($2::uuid[] is null or institution_id is null or institution_id = any($2))
         order by code, institution_id nulls first limit 2000"
    ))
    .bind(tenant)
    .bind(units)
    .fetch_all(conn)
    .await
}

/// All versions of a template, the latest first.
///
/// # Errors
/// The database failed.
pub async fn template_versions(
    conn: &mut PgConnection,
    tenant: TenantId,
    code: &str,
    institution: Option<UnitId>,
) -> Result<Vec<TemplateRow>, sqlx::Error> {
    sqlx::query_as(db::sql!(
        "select id, code, institution_id, version, plan, state, created_by, created_at from workflow.route_template
         where tenant_id = $1 and code = $2 and institution_id is not distinct from $3
         order by version desc limit 100"
    ))
    .bind(tenant)
    .bind(code)
    .bind(institution)
    .fetch_all(conn)
    .await
}

/// All versions, locked: whoever else switches waits.
///
/// # Errors
/// The database failed.
pub async fn lock_templates(
    conn: &mut PgConnection,
    tenant: TenantId,
    code: &str,
    institution: Option<UnitId>,
) -> Result<Vec<TemplateRow>, sqlx::Error> {
    sqlx::query_as(db::sql!(
        "select id, code, institution_id, version, plan, state, created_by, created_at from workflow.route_template
         where tenant_id = $1 and code = $2 and institution_id is not distinct from $3 order by id for update"
    ))
    .bind(tenant)
    .bind(code)
    .bind(institution)
    .fetch_all(conn)
    .await
}

/// Stores a draft as the next version.
///
/// # Errors
/// `Conflict("route_template_version")` where two wrote one at once.
pub async fn new_template<A: Action>(
    tx: &mut Tx,
    _: &May<A>,
    code: &str,
    institution: Option<UnitId>,
    plan: &Plan,
) -> Result<RouteTemplateId, OpError> {
    let op = tx.op().clone();
    let id: RouteTemplateId = op.new_id();
    sqlx::query(db::sql!(
        "insert into workflow.route_template (tenant_id, id, code, institution_id, version, plan, state, created_by, created_at)
         select $1, $2, $3, $4, coalesce(max(version), 0) + 1, $5, 'draft', $6, $7
         from workflow.route_template where tenant_id = $1 and code = $3 and institution_id is not distinct from $4"
    ))
    .bind(op.tenant())
    .bind(id)
    .bind(code)
    .bind(institution)
    .bind(Json(plan))
    .bind(op.person())
    .bind(op.now())
    .execute(tx.conn())
    .await?;
    Ok(id)
}

/// Makes a version the one in force; the one before is retired. `None` retires what is in force.
///
/// # Errors
/// `Conflict("route_template_active")` where two did it at once.
pub async fn activate_template<A: Action>(
    tx: &mut Tx,
    _: &May<A>,
    code: &str,
    institution: Option<UnitId>,
    id: Option<RouteTemplateId>,
) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    // Two statements: the unique index on the active one would refuse both at once.
    sqlx::query(db::sql!(
        "update workflow.route_template set state = 'retired'
         where tenant_id = $1 and code = $2 and institution_id is not distinct from $3 and state = 'active'"
    ))
    .bind(tenant)
    .bind(code)
    .bind(institution)
    .execute(tx.conn())
    .await?;
    sqlx::query(db::sql!("update workflow.route_template set state = 'active' where tenant_id = $1 and id = $2"))
        .bind(tenant)
        .bind(id)
        .execute(tx.conn())
        .await?;
    Ok(())
}
