use op::{Action, Audit, May, OpError, Tx};
use serde_json::Value;
use sqlx::{FromRow, PgConnection};
use types::{Date, TenantId};
use uuid::Uuid;

use super::units::found;

/// A dated value of a rule, with its source: the law's, or the municipality's own.
#[derive(Clone, Debug, FromRow)]
pub struct ParameterLine {
    /// The rule.
    pub rule: String,
    /// What of it.
    pub key: String,
    /// The value.
    pub value: Value,
    /// First day.
    pub valid_from: Date,
    /// Last day.
    pub valid_to: Option<Date>,
    /// Law and article, or the municipality's own act.
    pub source: String,
    /// `confirmed` where the text was read, `uncertain` where a lawyer should look.
    pub certainty: String,
    /// The municipality's own, by its id.
    pub own: Option<Uuid>,
}

/// All values of all rules, or of one; a rule's own values stand after the law's.
///
/// # Errors
/// The database failed.
pub async fn parameter_lines(
    conn: &mut PgConnection,
    tenant: TenantId,
    one: Option<(&str, &str)>,
) -> sqlx::Result<Vec<ParameterLine>> {
    let (rule, key) = one.unzip();
    sqlx::query_as(db::sql!(
        "select * from (
           select rule, key, value, valid_from, valid_to, source, certainty, null::uuid as own from kernel.parameter
           union all
           select rule, key, value, valid_from, valid_to, source, 'confirmed', id from kernel.tenant_parameter
           where tenant_id = $1) p
         where ($2::text is null or rule = $2) and ($3::text is null or key = $3)
         order by rule, key, own is not null, valid_from limit 2000"
    ))
    .bind(tenant)
    .bind(rule)
    .bind(key)
    .fetch_all(conn)
    .await
}

/// A value of the municipality's own.
#[derive(Clone, Debug)]
pub struct NewParameter {
    /// The rule.
    pub rule: String,
    /// What of it.
    pub key: String,
    /// The value.
    pub value: Value,
    /// First day.
    pub valid_from: Date,
    /// Last day.
    pub valid_to: Option<Date>,
    /// The municipality's own act.
    pub source: String,
}

/// Writes a value of the municipality's own down; on its days it goes before the law's.
///
/// # Errors
/// `Conflict("tenant_parameter_key")` where one begins on that day already.
pub async fn new_parameter<A: Action>(tx: &mut Tx, _: &May<A>, new: &NewParameter) -> Result<(), OpError> {
    let (tenant, id) = (tx.op().tenant(), tx.op().new_id::<Uuid>());
    sqlx::query(db::sql!(
        "insert into kernel.tenant_parameter (tenant_id, id, rule, key, valid_from, valid_to, value, source)
         values ($1, $2, $3, $4, $5, $6, $7, $8)"
    ))
    .bind(tenant)
    .bind(id)
    .bind(&new.rule)
    .bind(&new.key)
    .bind(new.valid_from)
    .bind(new.valid_to)
    .bind(&new.value)
    .bind(&new.source)
    .execute(tx.conn())
    .await?;
    let data = serde_json::json!({ "effect": "set", "rule": new.rule, "key": new.key, "value": new.value });
    tx.audit(Audit::of(A::DEF.name, "parameter", id).ground(new.source.clone()).with(data));
    Ok(())
}

/// Takes a value of the municipality's own away.
///
/// # Errors
/// `NotFound`.
pub async fn remove_parameter<A: Action>(tx: &mut Tx, _: &May<A>, id: Uuid) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    let sql = db::sql!("delete from kernel.tenant_parameter where tenant_id = $1 and id = $2");
    let done = sqlx::query(sql).bind(tenant).bind(id).execute(tx.conn()).await?;
    found(done.rows_affected())?;
    tx.audit(Audit::of(A::DEF.name, "parameter", id).with(serde_json::json!({ "effect": "removed" })));
    Ok(())
}
