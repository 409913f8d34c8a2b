use op::{Action, Audit, May, OpError, Tx};
use serde_json::json;
use types::DocumentId;

use super::REGISTERED_CONTENT;
use crate::jobs;

const RENAME: &str = db::sql!(
    "update documents.document set title = $3, version = version + 1
     where tenant_id = $1 and id = $2 and state in ('draft', 'circulating')"
);

/// Gives a document that is not registered yet another title; it is found by the new one from then on.
///
/// # Errors
/// `Conflict("document_registered_content")` where it is registered: what it says does not change any more.
pub async fn rename<A: Action>(tx: &mut Tx, _may: &May<A>, document: DocumentId, title: &str) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    let done = sqlx::query(RENAME).bind(tenant).bind(document).bind(title).execute(tx.conn()).await?;
    if done.rows_affected() == 0 {
        return Err(OpError::Conflict(REGISTERED_CONTENT.to_owned()));
    }
    jobs::index(tx, document).await?;
    tx.history(document, "renamed", json!({ "name": title }));
    tx.audit(Audit::of(A::DEF.name, "document", document).with(json!({ "did": "rename" })));
    Ok(())
}
