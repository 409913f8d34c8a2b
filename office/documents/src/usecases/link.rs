use op::{Action, Audit, May, OpError, Tx, Writing};
use serde::Serialize;
use serde_json::json;
use types::DocumentId;
use uuid::Uuid;

use crate::model::LinkKind;

const LINK: &str = db::sql!(
    "insert into documents.link (tenant_id, id, from_id, to_id, kind, created_at) values ($1, $2, $3, $4, $5, $6)
     on conflict (tenant_id, from_id, to_id, kind) do nothing"
);

#[derive(Serialize)]
struct Item {
    id: Uuid,
    from_id: DocumentId,
    to_id: DocumentId,
    kind: LinkKind,
}

static LINK_NEW: Writing = Writing::of(&[db::sql!(
    "insert into documents.link (tenant_id, id, from_id, to_id, kind, created_at)
     select $1, r.id, r.from_id, r.to_id, r.kind, $3
     from jsonb_to_recordset($2) as r(id uuid, from_id uuid, to_id uuid, kind text)"
)]);

/// Like [`link`], of a document that was made in this transaction and has no link to the other yet.
///
/// # Errors
/// One of them does not exist in this tenant, or there is such a link.
pub async fn link_new<A: Action>(
    tx: &mut Tx,
    _may: &May<A>,
    from: DocumentId,
    to: DocumentId,
    kind: LinkKind,
) -> Result<(), OpError> {
    let item = Item { id: tx.op().new_id(), from_id: from, to_id: to, kind };
    tx.write(&LINK_NEW, &[item]).await?;
    say::<A>(tx, from, to, kind);
    Ok(())
}

fn say<A: Action>(tx: &mut Tx, from: DocumentId, to: DocumentId, kind: LinkKind) {
    tx.history(from, "linked", json!({ "to": to, "kind": kind }));
    tx.history(to, "linked-from", json!({ "from": from, "kind": kind }));
    tx.audit(Audit::of_all(A::DEF.name, "document", vec![from.uuid(), to.uuid()]).with(json!({ "link": kind })));
}

/// Says how a document stands to another: `from` answers, corrects, annuls … `to`. Saying it again changes nothing.
///
/// # Errors
/// One of them does not exist in this tenant.
pub async fn link<A: Action>(
    tx: &mut Tx,
    _may: &May<A>,
    from: DocumentId,
    to: DocumentId,
    kind: LinkKind,
) -> Result<(), OpError> {
    let (tenant, id, now) = (tx.op().tenant(), tx.op().new_id::<Uuid>(), tx.op().now());
    let done = sqlx::query(LINK)
        .bind(tenant)
        .bind(id)
        .bind(from)
        .bind(to)
        .bind(kind)
        .bind(now)
        .execute(tx.conn())
        .await?
        .rows_affected();
    if done == 1 {
        say::<A>(tx, from, to, kind);
    }
    Ok(())
}
