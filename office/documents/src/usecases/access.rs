use op::{Action, Audit, May, OpError, Tx};
use serde_json::json;
use types::{DocumentId, FileId};
use uuid::Uuid;

use crate::{Document, jobs, model::AccessLevel};

const SHARE: &str = db::sql!(
    "with a as (
       insert into documents.access (tenant_id, document_id, principal_id, ground)
       select $1, $2, p, $4 from unnest($3::uuid[]) as p on conflict do nothing)
     select documents.search_reader($2, p) from unnest($3::uuid[]) as p"
);

/// Opens a document to further readers: persons, or pools ([`op::pool_id`]).
///
/// # Errors
/// The document does not exist in this tenant.
pub async fn share<A: Action>(
    tx: &mut Tx,
    _may: &May<A>,
    document: DocumentId,
    readers: &[Uuid],
    ground: &str,
) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    sqlx::query(SHARE).bind(tenant).bind(document).bind(readers).bind(ground).execute(tx.conn()).await?;
    tx.history(document, "shared", json!({ "readers": readers }));
    tx.audit(Audit::of(A::DEF.name, "document", document).ground(ground).with(json!({ "readers": readers })));
    Ok(())
}

const UNSHARE: &str = db::sql!(
    "with a as (
       delete from documents.access where tenant_id = $1 and document_id = $2 and principal_id = $3 returning 1)
     select documents.search_reader_gone($2, $3) from a"
);

/// Closes a document again to a reader to whom it was opened. Whom it is about and the roles of its unit stay.
///
/// # Errors
/// `NotFound` where it was not open to them.
pub async fn unshare<A: Action>(tx: &mut Tx, may: &May<A>, reader: Uuid, ground: &str) -> Result<(), OpError> {
    let (tenant, document) = (tx.op().tenant(), DocumentId(may.resource()));
    let gone: Option<(i64,)> =
        sqlx::query_as(UNSHARE).bind(tenant).bind(document).bind(reader).fetch_optional(tx.conn()).await?;
    if gone.is_none() {
        return Err(OpError::NotFound);
    }
    tx.history(document, "unshared", json!({ "reader": reader, "reason": ground }));
    let data = json!({ "reader": reader, "did": "unshare" });
    tx.audit(Audit::of(A::DEF.name, "document", document).ground(ground).with(data));
    Ok(())
}

/// Who may know of a document from now on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessChange {
    /// The level.
    pub level: AccessLevel,
    /// Why it is restricted: law and article; must be there where it is.
    pub ground: Option<String>,
}

const CHANGE: &str = db::sql!(
    "with d as (
       update documents.document set access = $3, access_ground = $4, version = version + 1
       where tenant_id = $1 and id = $2 returning id),
     a as (
       insert into documents.access (tenant_id, document_id, principal_id)
       select $1, d.id, p from d, unnest($5::uuid[]) p on conflict do nothing)
     select documents.search_access(d.id, $3 = 'restricted')
            + (select coalesce(sum(documents.search_reader(d.id, p)), 0)::bigint from unnest($5::uuid[]) p)
     from d"
);

/// Says who may know of a document. What becomes restricted stays open to the register desk of its institution and to
/// whoever says so: somebody must find it again.
///
/// # Errors
/// `Conflict("document_access_ground")` where it is to be restricted without a ground.
pub async fn change_access<A: Action>(
    tx: &mut Tx,
    _may: &May<A>,
    document: &Document,
    change: &AccessChange,
) -> Result<(), OpError> {
    let is_restricted = change.level == AccessLevel::Restricted;
    let ground = change.ground.as_deref().filter(|_| is_restricted);
    let mut readers = Vec::new();
    if is_restricted {
        readers.push(op::pool_id(document.institution_id, "clerk"));
        readers.extend(tx.op().person().map(|p| p.uuid()));
    }
    let tenant = tx.op().tenant();
    sqlx::query(CHANGE)
        .bind(tenant)
        .bind(document.id)
        .bind(change.level)
        .bind(ground)
        .bind(&readers)
        .execute(tx.conn())
        .await?;
    let data = json!({ "from": document.access, "to": change.level, "reason": ground });
    tx.history(document.id, "access-changed", data);
    let mut audit = Audit::of(A::DEF.name, "document", document.id);
    audit.ground = ground.map(ToOwned::to_owned);
    tx.audit(audit.with(json!({ "from": document.access, "to": change.level })));
    Ok(())
}

const CHANGE_FILE: &str = db::sql!(
    "update documents.file set access = case when $4::text is null then null else 'restricted' end, access_ground = $4
     where tenant_id = $1 and document_id = $2 and name = (
       select f.name from documents.file f where f.tenant_id = $1 and f.document_id = $2 and f.id = $3)"
);

/// Keeps a file, in all its versions, closer than its document (a ground is given), or as the document again. Its text
/// is then not searched any more, whoever asks.
///
/// # Errors
/// `NotFound` where it is no file of that document.
pub async fn change_file_access<A: Action>(
    tx: &mut Tx,
    _may: &May<A>,
    document: DocumentId,
    file: FileId,
    ground: Option<&str>,
) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    let done = sqlx::query(CHANGE_FILE).bind(tenant).bind(document).bind(file).bind(ground).execute(tx.conn()).await?;
    if done.rows_affected() == 0 {
        return Err(OpError::NotFound);
    }
    jobs::index(tx, document).await?;
    let verb = if ground.is_some() { "file-restricted" } else { "file-opened" };
    tx.history(document, verb, json!({ "file": file, "reason": ground }));
    let mut audit = Audit::of(A::DEF.name, "document", document).with(json!({ "file": file, "did": verb }));
    audit.ground = ground.map(ToOwned::to_owned);
    tx.audit(audit);
    Ok(())
}
