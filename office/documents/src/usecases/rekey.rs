use op::{Audit, Op, OpError};

use crate::secret::{MasterKey, wrap_anew};

const LOCKED: &str = db::sql!("select wrapped from documents.blob_key where tenant_id = $1 for update");
const CHANGE: &str = db::sql!("update documents.blob_key set wrapped = $2 where tenant_id = $1");

/// Wraps the key of a municipality's files with another master key; answers whether there was something to do. May
/// be said again after it was cut off. The files stay as they are.
///
/// # Errors
/// Neither of the two opens the key, or the database failed.
pub async fn rekey(op: &Op, old: &MasterKey, new: &MasterKey) -> Result<bool, OpError> {
    let tenant = op.tenant();
    let mut tx = op.begin().await?;
    let found: Option<(Vec<u8>,)> = sqlx::query_as(LOCKED).bind(tenant).fetch_optional(tx.conn()).await?;
    let Some((wrapped,)) = found else { return Ok(false) };
    let moved = wrap_anew((old, new), tenant, &wrapped, op.kernel().random())
        .map_err(|e| OpError::from(sqlx::Error::Io(std::io::Error::other(e))))?;
    let Some(moved) = moved else { return Ok(false) };
    sqlx::query(CHANGE).bind(tenant).bind(moved).execute(tx.conn()).await?;
    tx.audit(Audit::of("documents.key.change", "tenant", tenant));
    tx.commit().await?;
    Ok(true)
}
