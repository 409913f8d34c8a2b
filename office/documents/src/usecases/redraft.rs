use op::{Action, Audit, May, OpError, Tx};
use serde_json::json;
use types::DocumentId;

use super::REGISTERED_CONTENT;
use crate::{jobs, model::NewDocument};

const REDRAFT: &str = db::sql!(
    "with d as (
       update documents.document
       set kind = $3, title = $4, institution_id = $5, unit_id = $6, correspondent = $7, external_number = $8,
           external_date = $9, data = $10, version = version + 1
       where tenant_id = $1 and id = $2 and state = 'draft' returning id),
     b as (
       insert into documents.body (tenant_id, document_id, given) select $1, id, $11 from d
       on conflict (tenant_id, document_id) do update set given = excluded.given)
     select count(*) from d"
);

/// Says anew what a draft is: its kind, title, place, correspondent and data, once somebody has read its files. How it
/// came, its files and who may see it stay.
///
/// # Errors
/// `Conflict("document_registered_content")` where it is no draft any more.
pub async fn redraft<A: Action>(
    tx: &mut Tx,
    _may: &May<A>,
    document: DocumentId,
    new: &NewDocument,
) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    let done: i64 = sqlx::query_scalar(REDRAFT)
        .bind(tenant)
        .bind(document)
        .bind(&new.kind)
        .bind(&new.title)
        .bind(new.institution)
        .bind(new.unit)
        .bind(&new.correspondent)
        .bind(&new.external_number)
        .bind(new.external_date)
        .bind(&new.data)
        .bind(&new.body_text)
        .fetch_one(tx.conn())
        .await?;
    if done == 0 {
        return Err(OpError::Conflict(REGISTERED_CONTENT.to_owned()));
    }
    jobs::index(tx, document).await?;
    tx.history(document, "renamed", json!({ "name": new.title }));
    tx.audit(Audit::of(A::DEF.name, "document", document).with(json!({ "did": "redraft" })));
    Ok(())
}
