//! SQL of signing, and only SQL.

use op::{Action, May, OpError, Tx};
use serde::Serialize;
use serde_json::Value;
use sqlx::{FromRow, PgConnection, types::Json};
use types::{Date, DocumentId, FileId, PersonId, TaskId, TenantId, Timestamp};
use uuid::Uuid;

use crate::model::{Current, Frozen, Item, Reason, State};

/// The newest version of each file of these documents, content first.
pub(crate) async fn current(
    conn: &mut PgConnection,
    tenant: TenantId,
    documents: &[DocumentId],
) -> sqlx::Result<Vec<Current>> {
    sqlx::query_as(db::sql!(
        "select document_id, id, name, media_type, size, role from (
           select distinct on (document_id, name) document_id, id, name, media_type, size, role, blob
           from documents.file where tenant_id = $1 and document_id = any($2)
           order by document_id, name, version desc) f
         where blob <> '' order by document_id, role = 'main' desc, name"
    ))
    .bind(tenant)
    .bind(documents)
    .fetch_all(conn)
    .await
}

/// A document of a new request.
#[derive(Debug, Serialize)]
pub(crate) struct NewItem {
    pub id: Uuid,
    pub task_id: TaskId,
    pub document_id: DocumentId,
    pub title: String,
    pub gist: String,
    pub files: Vec<Frozen>,
    pub state: &'static str,
    pub reason: Option<&'static str>,
}

/// A new request.
#[derive(Debug)]
pub(crate) struct NewRequest {
    pub id: Uuid,
    pub person: PersonId,
    pub identity: types::IdentityId,
    pub acting_for: Option<PersonId>,
    pub locale: &'static str,
    pub expires_at: Timestamp,
}

pub(crate) async fn add<A: Action>(tx: &mut Tx, _: &May<A>, r: &NewRequest, items: &[NewItem]) -> Result<(), OpError> {
    let (tenant, now) = (tx.op().tenant(), tx.op().now());
    sqlx::query(db::sql!(
        "insert into signing.request (tenant_id, id, person_id, identity_id, acting_for, locale, state, created_at,
           expires_at)
         values ($1, $2, $3, $4, $5, $6, 'open', $7, $8)"
    ))
    .bind(tenant)
    .bind(r.id)
    .bind(r.person)
    .bind(r.identity)
    .bind(r.acting_for)
    .bind(r.locale)
    .bind(now)
    .bind(r.expires_at)
    .execute(tx.conn())
    .await?;
    insert_items(tx, r.id, items).await
}

async fn insert_items(tx: &mut Tx, request: Uuid, items: &[NewItem]) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    sqlx::query(db::sql!(
        "insert into signing.item (tenant_id, id, request_id, task_id, document_id, title, gist, files, state, reason)
         select $1, i.id, $2, i.task_id, i.document_id, i.title, i.gist, i.files, i.state, i.reason
         from jsonb_to_recordset($3) as i(id uuid, task_id uuid, document_id uuid, title text, gist text, files jsonb,
           state text, reason text)"
    ))
    .bind(tenant)
    .bind(request)
    .bind(Json(items))
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Puts documents shown anew in the place of those shown before; what is signed stays.
pub(crate) async fn show_again<A: Action>(
    tx: &mut Tx,
    may: &May<A>,
    items: &[NewItem],
    expires_at: Timestamp,
) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    sqlx::query(db::sql!(
        "delete from signing.item where tenant_id = $1 and request_id = $2 and signature is null and state <> 'done'"
    ))
    .bind(tenant)
    .bind(may.resource())
    .execute(tx.conn())
    .await?;
    insert_items(tx, may.resource(), items).await?;
    sqlx::query(db::sql!(
        "update signing.request set state = 'open', method = null, consented_at = null, signed_at = null, callback = null,
           go_url = null, browser = null, kept = null, expires_at = $3, version = version + 1
         where tenant_id = $1 and id = $2"
    ))
    .bind(tenant)
    .bind(may.resource())
    .bind(expires_at)
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn items(conn: &mut PgConnection, tenant: TenantId, request: Uuid) -> sqlx::Result<Vec<Item>> {
    sqlx::query_as(db::sql!(
        "select id, task_id, document_id, title, gist, files, state, reason, detail, signature, container_id
         from signing.item where tenant_id = $1 and request_id = $2 order by id"
    ))
    .bind(tenant)
    .bind(request)
    .fetch_all(conn)
    .await
}

/// The next documents that wait for their proofs.
pub(crate) async fn signed(
    conn: &mut PgConnection,
    tenant: TenantId,
    request: Uuid,
    limit: i64,
) -> sqlx::Result<Vec<Item>> {
    sqlx::query_as(db::sql!(
        "select id, task_id, document_id, title, gist, files, state, reason, detail, signature, container_id
         from signing.item where tenant_id = $1 and request_id = $2 and state = 'signed' order by id limit $3"
    ))
    .bind(tenant)
    .bind(request)
    .bind(limit)
    .fetch_all(conn)
    .await
}

/// What becomes of a request. What is `None` is taken away, but the method and the times stay.
#[derive(Debug)]
pub(crate) struct Change<'c> {
    pub state: State,
    pub method: Option<&'c str>,
    pub consented_at: Option<Timestamp>,
    pub signed_at: Option<Timestamp>,
    pub callback: Option<String>,
    pub go_url: Option<&'c str>,
    pub browser: Option<Value>,
    pub kept: Option<Vec<u8>>,
    pub reason: Option<Reason>,
    pub attempts: i32,
    pub expires_at: Option<Timestamp>,
    pub finished_at: Option<Timestamp>,
}

impl Change<'_> {
    pub(crate) const fn to(state: State) -> Self {
        Self {
            state,
            method: None,
            consented_at: None,
            signed_at: None,
            callback: None,
            go_url: None,
            browser: None,
            kept: None,
            reason: None,
            attempts: 0,
            expires_at: None,
            finished_at: None,
        }
    }
}

pub(crate) async fn change<A: Action>(tx: &mut Tx, may: &May<A>, c: Change<'_>) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    let (reason, detail) = c.reason.map(|r| (r.key, r.detail)).unzip();
    sqlx::query(db::sql!(
        "update signing.request
         set state = $3, method = coalesce($4, method), consented_at = coalesce($5, consented_at),
             signed_at = coalesce($6, signed_at), callback = $7, go_url = $8, browser = $9, kept = $10, reason = $11,
             detail = $12, attempts = $13, expires_at = coalesce($14, expires_at), finished_at = $15,
             version = version + 1
         where tenant_id = $1 and id = $2"
    ))
    .bind(tenant)
    .bind(may.resource())
    .bind(c.state.word())
    .bind(c.method)
    .bind(c.consented_at)
    .bind(c.signed_at)
    .bind(c.callback)
    .bind(c.go_url)
    .bind(c.browser)
    .bind(c.kept)
    .bind(reason)
    .bind(detail.filter(|d| !d.is_empty()))
    .bind(c.attempts)
    .bind(c.expires_at)
    .bind(c.finished_at)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What becomes of a document of a request.
#[derive(Debug, Serialize)]
pub(crate) struct ItemChange {
    pub id: Uuid,
    pub state: &'static str,
    pub reason: Option<String>,
    pub detail: Option<Value>,
    /// In base64.
    pub signature: Option<String>,
    pub container_id: Option<FileId>,
}

impl ItemChange {
    pub(crate) fn refused(id: Uuid, reason: &str, detail: Option<Value>) -> Self {
        Self { id, state: "refused", reason: Some(reason.to_owned()), detail, signature: None, container_id: None }
    }
}

pub(crate) async fn change_items<A: Action>(tx: &mut Tx, _: &May<A>, changes: &[ItemChange]) -> Result<(), OpError> {
    if changes.is_empty() {
        return Ok(());
    }
    let tenant = tx.op().tenant();
    sqlx::query(db::sql!(
        "update signing.item i
         set state = c.state, reason = c.reason, detail = c.detail,
             signature = case c.state when 'signed' then decode(c.signature, 'base64') end,
             container_id = c.container_id
         from jsonb_to_recordset($2) as c(id uuid, state text, reason text, detail jsonb, signature text,
           container_id uuid)
         where i.tenant_id = $1 and i.id = c.id"
    ))
    .bind(tenant)
    .bind(Json(changes))
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Whose request another service has come back to.
pub(crate) async fn by_callback(
    conn: &mut PgConnection,
    tenant: TenantId,
    person: PersonId,
    callback: &str,
) -> sqlx::Result<Option<Uuid>> {
    sqlx::query_scalar(db::sql!(
        "select id from signing.request where tenant_id = $1 and person_id = $2 and callback = $3"
    ))
    .bind(tenant)
    .bind(person)
    .bind(callback)
    .fetch_optional(conn)
    .await
}

/// A verdict to be kept.
#[derive(Debug, Serialize)]
pub(crate) struct NewReport {
    pub id: FileId,
    pub document_id: DocumentId,
    pub passed: bool,
    pub verdict: Value,
    pub ours: bool,
    pub trust_at: Timestamp,
    pub proven_until: Option<Date>,
}

/// Keeps verdicts; one made anew takes the place of the one before. Older containers of ours on the same document
/// and under the same name are superseded.
pub(crate) async fn keep_reports<A: Action>(tx: &mut Tx, _: &May<A>, reports: &[NewReport]) -> Result<(), OpError> {
    let (tenant, now) = (tx.op().tenant(), tx.op().now());
    sqlx::query(db::sql!(
        "insert into signing.report (tenant_id, id, document_id, passed, verdict, ours, checked_at, trust_at, proven_until)
         select $1, r.id, r.document_id, r.passed, r.verdict, r.ours, $3, r.trust_at, r.proven_until
         from jsonb_to_recordset($2) as r(id uuid, document_id uuid, passed boolean, verdict jsonb, ours boolean,
           trust_at timestamptz, proven_until date)
         on conflict (tenant_id, id) do update set passed = excluded.passed, verdict = excluded.verdict,
           ours = signing.report.ours or excluded.ours, checked_at = excluded.checked_at, trust_at = excluded.trust_at,
           proven_until = excluded.proven_until"
    ))
    .bind(tenant)
    .bind(Json(reports))
    .bind(now)
    .execute(tx.conn())
    .await?;
    let ids: Vec<FileId> = reports.iter().map(|r| r.id).collect();
    sqlx::query(db::sql!(
        "update signing.report r set superseded = true
         from documents.file old, documents.file new
         where r.tenant_id = $1 and not r.superseded and old.tenant_id = $1 and old.id = r.id and new.tenant_id = $1
           and new.id = any($2) and new.document_id = old.document_id and new.name = old.name and new.version > old.version"
    ))
    .bind(tenant)
    .bind(ids)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A report as the card shows it.
#[derive(Clone, Debug, FromRow)]
pub struct ReportRow {
    /// The file.
    pub id: FileId,
    /// Its name.
    pub name: String,
    /// All signatures passed, and the container conforms.
    pub passed: bool,
    /// The verdict.
    pub verdict: Value,
    /// A container that was signed here.
    pub ours: bool,
    /// When the verdict was made.
    pub checked_at: Timestamp,
    /// How old the trust lists were then.
    pub trust_at: Timestamp,
    /// Closer kept than its document.
    pub restricted: bool,
}

/// The reports on the newest version of each of a document's files.
///
/// # Errors
/// The database failed.
pub async fn reports(conn: &mut PgConnection, tenant: TenantId, document: DocumentId) -> sqlx::Result<Vec<ReportRow>> {
    sqlx::query_as(db::sql!(
        "select r.id, f.name, r.passed, r.verdict, r.ours, r.checked_at, r.trust_at, f.access is not null as restricted
         from signing.report r join documents.file f on f.tenant_id = $1 and f.id = r.id
         where r.tenant_id = $1 and r.document_id = $2 and not r.superseded and f.blob <> '' order by r.id desc limit 50"
    ))
    .bind(tenant)
    .bind(document)
    .fetch_all(conn)
    .await
}

/// Files that have a report already.
pub(crate) async fn reported(conn: &mut PgConnection, tenant: TenantId, files: &[FileId]) -> sqlx::Result<Vec<FileId>> {
    sqlx::query_scalar(db::sql!("select id from signing.report where tenant_id = $1 and id = any($2)"))
        .bind(tenant)
        .bind(files)
        .fetch_all(conn)
        .await
}

/// A file by its names.
#[derive(Debug, FromRow)]
pub(crate) struct Named {
    pub id: FileId,
    pub name: String,
    pub media_type: String,
    pub role: documents::FileRole,
}

pub(crate) async fn named(conn: &mut PgConnection, tenant: TenantId, files: &[FileId]) -> sqlx::Result<Vec<Named>> {
    sqlx::query_as(db::sql!(
        "select id, name, media_type, role from documents.file where tenant_id = $1 and id = any($2) and blob <> ''"
    ))
    .bind(tenant)
    .bind(files)
    .fetch_all(conn)
    .await
}

/// The containers of ours on a document, newest first.
pub(crate) async fn containers(
    conn: &mut PgConnection,
    tenant: TenantId,
    document: DocumentId,
) -> sqlx::Result<Vec<(FileId, String)>> {
    sqlx::query_as(db::sql!(
        "select r.id, f.name from signing.report r join documents.file f on f.tenant_id = $1 and f.id = r.id
         where r.tenant_id = $1 and r.document_id = $2 and r.ours and not r.superseded and f.blob <> ''
         order by r.id desc limit 5"
    ))
    .bind(tenant)
    .bind(document)
    .fetch_all(conn)
    .await
}

/// A container whose newest time stamp will soon prove nothing.
#[derive(Debug, FromRow)]
pub(crate) struct Due {
    pub id: FileId,
    pub document_id: DocumentId,
    pub name: String,
    pub proven_until: Option<Date>,
}

pub(crate) async fn due(conn: &mut PgConnection, tenant: TenantId, by: Date, limit: i64) -> sqlx::Result<Vec<Due>> {
    sqlx::query_as(db::sql!(
        "select r.id, r.document_id, f.name, r.proven_until
         from signing.report r
         join documents.file f on f.tenant_id = $1 and f.id = r.id
         join documents.document d on d.tenant_id = $1 and d.id = r.document_id
         where r.tenant_id = $1 and r.ours and not r.superseded and r.proven_until <= $2 and f.blob <> ''
           and d.state <> 'annulled'
         order by r.proven_until limit $3"
    ))
    .bind(tenant)
    .bind(by)
    .bind(limit)
    .fetch_all(conn)
    .await
}
