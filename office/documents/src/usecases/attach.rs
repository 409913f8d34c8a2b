use std::{collections::HashMap, sync::Arc};

use op::{Action, Audit, Event, Kernel, May, OpError, Read, Tx};
use serde::Serialize;
use serde_json::json;
use sqlx::{FromRow, PgConnection, types::Json};
use types::{DocumentId, FileId, TenantId};
use uuid::Uuid;

use crate::{
    model::{DocState, FileRole, NewFile},
    ports::{BlobError, BlobStore},
    secret::{MasterKey, TenantKeys, wrap},
};

/// The name of the refusal to change what a registered document says.
pub const REGISTERED_CONTENT: &str = "document_registered_content";

#[derive(Serialize)]
struct Item {
    id: FileId,
    name: String,
    media_type: String,
    size: i64,
    blob: String,
    role: FileRole,
    n: usize,
}

const ADD: &str = db::sql!(
    "with item as materialized (
       select * from jsonb_to_recordset($2) as r(
         document_id uuid, id uuid, name text, media_type text, size bigint, blob text, role text, n int))
     insert into documents.file (tenant_id, id, document_id, name, version, media_type, size, blob, role, created_at,
       created_by)
     select $1, i.id, i.document_id, i.name,
       coalesce((select max(f.version) from documents.file f
                 where f.tenant_id = $1 and f.document_id = i.document_id and f.name = i.name), 0)
         + row_number() over (partition by i.document_id, i.name order by i.n),
       i.media_type, i.size, i.blob, i.role, $3, $4
     from item i"
);

/// Attaches files to a document: the blobs are stored durably before the rows are committed; the same name again
/// makes the next version. A job reads their text for the search afterwards.
///
/// # Errors
/// `Conflict("document_registered_content")` where the document is registered and a file would change what it says.
pub async fn attach<A: Action>(
    tx: &mut Tx,
    may: &May<A>,
    document: DocumentId,
    files: Vec<NewFile>,
) -> Result<Vec<FileId>, OpError> {
    attach_set(tx, may, vec![(document, files)]).await
}

/// Attaches files to many documents, in two statements however many.
///
/// # Errors
/// As [`attach`]; then none was attached.
pub async fn attach_set<A: Action>(
    tx: &mut Tx,
    _may: &May<A>,
    all: Vec<(DocumentId, Vec<NewFile>)>,
) -> Result<Vec<FileId>, OpError> {
    let all: Vec<(DocumentId, Vec<NewFile>)> = all.into_iter().filter(|(_, files)| !files.is_empty()).collect();
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let kernel = Arc::clone(tx.op().kernel());
    let store = blob_store(&kernel)?;
    let documents: Vec<DocumentId> = all.iter().map(|(document, _)| *document).collect();
    // The documents may have been made in this transaction.
    tx.settle().await?;
    let (states, keys) = locked(tx, &documents).await?;
    let mut items = Vec::with_capacity(all.len());
    for (document_id, files) in all {
        let state = *states.get(&document_id).ok_or(OpError::NotFound)?;
        let is_open = matches!(state, DocState::Draft | DocState::Circulating);
        let may_follow = state == DocState::Registered && files.iter().all(|f| f.role.may_follow_registration());
        if !is_open && !may_follow {
            return Err(OpError::Conflict(REGISTERED_CONTENT.to_owned()));
        }
        for file in files {
            let item = stored(tx, store.as_ref(), &keys, file, items.len()).await?;
            items.push(NewItem { document_id, item });
        }
    }
    let (tenant, now, person) = (tx.op().tenant(), tx.op().now(), tx.op().person());
    sqlx::query(ADD).bind(tenant).bind(Json(&items)).bind(now).bind(person).execute(tx.conn()).await?;
    for NewItem { document_id, item } in &items {
        tx.history(*document_id, "file-added", json!({ "file": item.id, "name": item.name, "role": item.role }));
    }
    let ids: Vec<FileId> = items.iter().map(|i| i.item.id).collect();
    let subjects: Vec<Uuid> = ids.iter().map(|i| i.uuid()).collect();
    let of: Vec<Uuid> = documents.iter().map(|d| d.uuid()).collect();
    tx.audit(Audit::of_all(A::DEF.name, "document", of).with(json!({ "did": "attach", "files": subjects })));
    tx.publish(Event { kind: crate::events::FILE_ADDED, subjects, data: json!({ "documents": documents }) });
    Ok(ids)
}

#[derive(Serialize)]
struct NewItem {
    document_id: DocumentId,
    #[serde(flatten)]
    item: Item,
}

const ADD_NEW: &str = db::sql!(
    "insert into documents.file (tenant_id, id, document_id, name, version, media_type, size, blob, role, created_at,
       created_by)
     select $1, i.id, i.document_id, i.name, 1, i.media_type, i.size, i.blob, i.role, $3, $4
     from jsonb_to_recordset($2) as i(
       document_id uuid, id uuid, name text, media_type text, size bigint, blob text, role text, n int)"
);

/// Attaches a file each to documents that this transaction has made: one statement however many.
pub(super) async fn attach_new<A: Action>(
    tx: &mut Tx,
    _may: &May<A>,
    files: Vec<(DocumentId, NewFile)>,
) -> Result<(), OpError> {
    if files.is_empty() {
        return Ok(());
    }
    let kernel = Arc::clone(tx.op().kernel());
    let store = blob_store(&kernel)?;
    let wrapped: Option<(Vec<u8>,)> = sqlx::query_as(KEY).bind(tx.op().tenant()).fetch_optional(tx.conn()).await?;
    let keys = tenant_keys(tx, wrapped.map(|(w,)| w)).await?;
    let mut items = Vec::with_capacity(files.len());
    for (n, (document_id, file)) in files.into_iter().enumerate() {
        let item = stored(tx, store.as_ref(), &keys, file, n).await?;
        items.push(NewItem { document_id, item });
    }
    let (tenant, now, person) = (tx.op().tenant(), tx.op().now(), tx.op().person());
    tx.settle().await?;
    sqlx::query(ADD_NEW).bind(tenant).bind(Json(&items)).bind(now).bind(person).execute(tx.conn()).await?;
    for i in &items {
        let said = json!({ "file": i.item.id, "name": i.item.name, "role": i.item.role });
        tx.history(i.document_id, "file-added", said);
    }
    let subjects: Vec<Uuid> = items.iter().map(|i| i.item.id.uuid()).collect();
    tx.audit(Audit::of_all(A::DEF.name, "file", subjects.clone()).with(json!({ "did": "attach" })));
    tx.publish(Event { kind: crate::events::FILE_ADDED, subjects, data: json!({}) });
    Ok(())
}

/// Stores a file's bytes, encrypted; answers its row.
async fn stored(tx: &Tx, store: &dyn BlobStore, keys: &TenantKeys, file: NewFile, n: usize) -> Result<Item, OpError> {
    let blob = keys.name(&file.bytes);
    let sealed = keys.seal(&blob, &file.bytes).map_err(outside)?;
    store.put(&blob, sealed).await.map_err(outside)?;
    let size = i64::try_from(file.bytes.len()).unwrap_or(i64::MAX);
    let (name, media_type, role) = (file.name, file.media_type, file.role);
    Ok(Item { id: tx.op().new_id(), name, media_type, size, blob, role, n })
}

/// A file as it was attached.
#[derive(Clone, Debug)]
pub struct FileContent {
    /// Its document.
    pub document: DocumentId,
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// What it is to the document.
    pub role: FileRole,
    /// The content.
    pub bytes: Vec<u8>,
}

#[derive(FromRow)]
struct FileRow {
    document_id: DocumentId,
    name: String,
    media_type: String,
    role: FileRole,
    blob: String,
    wrapped: Vec<u8>,
}

const FILE: &str = db::sql!(
    "select f.document_id, f.name, f.media_type, f.role, f.blob, k.wrapped
     from documents.file f join documents.blob_key k on k.tenant_id = f.tenant_id
     where f.tenant_id = $1 and f.id = $2"
);

/// Reads a file. Whoever calls has seen its document ([`Read::see`]).
///
/// # Errors
/// `NotFound`; the blob store does not answer, or its blob was changed.
pub async fn read_file(read: &mut Read, file: FileId) -> Result<FileContent, OpError> {
    let (kernel, tenant) = (Arc::clone(read.op().kernel()), read.op().tenant());
    content(&kernel, tenant, read.conn(), file).await
}

pub(crate) async fn content(
    kernel: &Kernel,
    tenant: TenantId,
    conn: &mut PgConnection,
    file: FileId,
) -> Result<FileContent, OpError> {
    let row: FileRow =
        sqlx::query_as(FILE).bind(tenant).bind(file).fetch_optional(conn).await?.ok_or(OpError::NotFound)?;
    if row.blob.is_empty() {
        // Its content was destroyed by an act.
        return Err(OpError::NotFound);
    }
    let keys = TenantKeys::unwrap(master(kernel)?, tenant, &row.wrapped).map_err(outside)?;
    let sealed = blob_store(kernel)?.get(&row.blob).await.map_err(outside)?;
    let bytes = keys.open(&row.blob, &sealed).map_err(outside)?;
    let FileRow { document_id, name, media_type, role, .. } = row;
    Ok(FileContent { document: document_id, name, media_type, role, bytes })
}

pub(super) fn outside(e: BlobError) -> OpError {
    OpError::from(sqlx::Error::Io(std::io::Error::other(e)))
}

fn missing(what: &str) -> OpError {
    OpError::from(sqlx::Error::Configuration(format!("{what} is not registered").into()))
}

pub(crate) fn blob_store(kernel: &Kernel) -> Result<&Arc<dyn BlobStore>, OpError> {
    kernel.extension::<Arc<dyn BlobStore>>().ok_or_else(|| missing("the blob store"))
}

fn master(kernel: &Kernel) -> Result<&MasterKey, OpError> {
    kernel.extension::<MasterKey>().ok_or_else(|| missing("the master key"))
}

// The rows of the documents are locked: their state cannot change, nor can another take the same version, before we
// commit; in the order of ids, so that two sets never wait for each other. The shared lock keeps a disposal from
// deleting a blob that is about to be named again.
const LOCK: &str = db::sql!(
    "select d.id, d.state, k.wrapped,
            pg_advisory_xact_lock_shared(hashtextextended('documents.blobs ' || d.tenant_id::text, 0))
     from documents.document d
     left join documents.blob_key k on k.tenant_id = $1
     where d.tenant_id = $1 and d.id = any($2) order by d.id for no key update of d"
);
const KEY: &str = db::sql!("select wrapped from documents.blob_key where tenant_id = $1");
const NEW_KEY: &str = db::sql!(
    "insert into documents.blob_key (tenant_id, id, wrapped, created_at) values ($1, $2, $3, $4)
     on conflict (tenant_id) do nothing"
);

/// The documents' states, their rows locked, and the tenant's keys.
async fn locked(tx: &mut Tx, documents: &[DocumentId]) -> Result<(HashMap<DocumentId, DocState>, TenantKeys), OpError> {
    let tenant = tx.op().tenant();
    let found: Vec<(DocumentId, DocState, Option<Vec<u8>>)> =
        sqlx::query_as(LOCK).bind(tenant).bind(documents).fetch_all(tx.conn()).await?;
    let states = found.iter().map(|(id, state, _)| (*id, *state)).collect();
    let wrapped = found.into_iter().next().ok_or(OpError::NotFound)?.2;
    Ok((states, tenant_keys(tx, wrapped).await?))
}

/// The tenant's keys, which are made at the first file.
async fn tenant_keys(tx: &mut Tx, wrapped: Option<Vec<u8>>) -> Result<TenantKeys, OpError> {
    let (kernel, tenant, now) = (Arc::clone(tx.op().kernel()), tx.op().tenant(), tx.op().now());
    let master = master(&kernel)?;
    let wrapped = match wrapped {
        Some(wrapped) => wrapped,
        None => {
            let new = wrap(master, tenant, kernel.random(), kernel.random()).map_err(outside)?;
            let id: Uuid = tx.op().new_id();
            sqlx::query(NEW_KEY).bind(tenant).bind(id).bind(new).bind(now).execute(tx.conn()).await?;
            // Whoever came first has given the key.
            let (wrapped,): (Vec<u8>,) = sqlx::query_as(KEY).bind(tenant).fetch_one(tx.conn()).await?;
            wrapped
        }
    };
    TenantKeys::unwrap(master, tenant, &wrapped).map_err(outside)
}
