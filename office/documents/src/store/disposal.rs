use op::{Action, Audit, Facts, Held, May, OpError, Read, Tx};
use serde::{Deserialize, Serialize};
use sqlx::{FromRow, PgConnection};
use types::{ClassId, DisposalId, DocumentId, PersonId, TenantId, Timestamp, UnitId};
use uuid::Uuid;

use crate::{actions::ViewDisposal, model::words};

words! {
    /// What is done with files whose retention has ended.
    DisposalKind {
        /// Destroyed (iznīcināšana).
        Destroy = "destroy",
        /// Handed over to the archives (nodošana arhīvam).
        Transfer = "transfer",
    }
    /// Where an act stands.
    DisposalState {
        /// Drawn up.
        Proposed = "proposed",
        /// Approved by the head.
        Approved = "approved",
        /// Carried out.
        Done = "done",
        /// Given up.
        Cancelled = "cancelled",
    }
}

impl DisposalKind {
    /// What the timeline of each document says.
    pub const fn verb(self) -> &'static str {
        match self {
            Self::Destroy => "destroyed",
            Self::Transfer => "transferred",
        }
    }
}

/// An act on files whose retention has ended.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct Disposal {
    pub id: DisposalId,
    pub institution_id: UnitId,
    pub kind: DisposalKind,
    pub state: DisposalState,
    pub document_id: DocumentId,
    pub proposed_at: Timestamp,
    pub proposed_by: Option<PersonId>,
    pub approved_at: Option<Timestamp>,
    pub approved_by: Option<PersonId>,
    pub done_at: Option<Timestamp>,
    pub done_by: Option<PersonId>,
    pub version: i32,
}

impl Held for Disposal {
    type View = ViewDisposal;
    const SELECT: &'static str = db::sql!(
        "select r.id, r.institution_id, r.kind, r.state, r.document_id, r.proposed_at, r.proposed_by, r.approved_at,
                r.approved_by, r.done_at, r.done_by, r.version
         from documents.disposal r where r.tenant_id = $1 and r.id = any($2)"
    );
    const KIND: &'static str = "disposal";

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn version(&self) -> i32 {
        self.version
    }

    fn facts(&self) -> Facts {
        Facts { unit: Some(self.institution_id), ..Facts::default() }
    }
}

/// A file whose retention has ended.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct Due {
    pub id: ClassId,
    pub year: i32,
    pub code: String,
    pub title: String,
    pub retention_years: Option<i32>,
    pub permanent: bool,
    pub documents: i64,
    /// Those of them that are drafts or on a route.
    pub open: i64,
}

const DUE: &str = db::sql!(
    "select c.id, c.year, c.code, c.title, c.retention_years, c.permanent, n.documents, n.open
     from documents.class c cross join lateral (
       select count(*) as documents, count(*) filter (where d.state in ('draft', 'circulating')) as open
       from documents.document d where d.tenant_id = $1 and d.class_id = c.id) n
     where c.tenant_id = $1 and c.institution_id = $2 and c.disposal_id is null and n.documents > 0
       and case when c.permanent then c.year + $4 < $3 else c.year + c.retention_years < $3 end
     order by c.permanent, c.year, string_to_array(regexp_replace(c.code, '[^0-9]+', ' ', 'g'), ' '), c.code limit 1000"
);

/// Files whose retention ended before this year began and that no act names. Retention runs from the year's end.
pub(crate) async fn due(read: &mut Read, institution: UnitId, year: i32, transfer: i32) -> sqlx::Result<Vec<Due>> {
    let tenant = read.op().tenant();
    sqlx::query_as(DUE).bind(tenant).bind(institution).bind(year).bind(transfer).fetch_all(read.conn()).await
}

const LOCK_DUE: &str = db::sql!(
    "with c as materialized (
       select * from documents.class c
       where c.tenant_id = $1 and c.institution_id = $2 and c.disposal_id is null and c.id = any($5)
       order by c.id for update)
     select c.id, c.year, c.code, c.title, c.retention_years, c.permanent, n.documents, n.open
     from c cross join lateral (
       select count(*) as documents, count(*) filter (where d.state in ('draft', 'circulating')) as open
       from documents.document d where d.tenant_id = $1 and d.class_id = c.id) n
     where n.documents > 0 and case when c.permanent then c.year + $4 < $3 else c.year + c.retention_years < $3 end
     order by c.year, c.code"
);

/// Those of these files whose time has come, locked.
pub(crate) async fn lock_due(
    conn: &mut PgConnection,
    tenant: TenantId,
    institution: UnitId,
    year: i32,
    transfer: i32,
    classes: &[ClassId],
) -> sqlx::Result<Vec<Due>> {
    sqlx::query_as(LOCK_DUE)
        .bind(tenant)
        .bind(institution)
        .bind(year)
        .bind(transfer)
        .bind(classes)
        .fetch_all(conn)
        .await
}

const NEW: &str = db::sql!(
    "with p as (
       insert into documents.disposal (tenant_id, id, institution_id, kind, state, document_id, proposed_at, proposed_by)
       values ($1, $2, $3, $4, 'proposed', $5, $6, $7) returning id)
     update documents.class c set disposal_id = p.id from p where c.tenant_id = $1 and c.id = any($8)"
);

pub(crate) async fn new_disposal<A: Action>(
    tx: &mut Tx,
    _: &May<A>,
    id: DisposalId,
    institution: UnitId,
    kind: DisposalKind,
    act: DocumentId,
    classes: &[ClassId],
) -> Result<(), OpError> {
    let (tenant, now, person) = (tx.op().tenant(), tx.op().now(), tx.op().person());
    sqlx::query(NEW)
        .bind(tenant)
        .bind(id)
        .bind(institution)
        .bind(kind)
        .bind(act)
        .bind(now)
        .bind(person)
        .bind(classes)
        .execute(tx.conn())
        .await?;
    let data = serde_json::json!({ "classes": classes, "kind": kind });
    tx.audit(Audit::of(A::DEF.name, "disposal", id).with(data));
    Ok(())
}

const TURN: &str = db::sql!(
    "update documents.disposal set state = $3, version = version + 1,
       approved_at = case when $3 = 'approved' then $4 else approved_at end,
       approved_by = case when $3 = 'approved' then $5 else approved_by end,
       done_at = case when $3 = 'done' then $4 else done_at end,
       done_by = case when $3 = 'done' then $5 else done_by end
     where tenant_id = $1 and id = $2"
);

pub(crate) async fn turn_disposal<A: Action>(tx: &mut Tx, may: &May<A>, to: DisposalState) -> Result<(), OpError> {
    let (tenant, now, person) = (tx.op().tenant(), tx.op().now(), tx.op().person());
    sqlx::query(TURN).bind(tenant).bind(may.resource()).bind(to).bind(now).bind(person).execute(tx.conn()).await?;
    tx.audit(Audit::of(A::DEF.name, "disposal", may.resource()).with(serde_json::json!({ "state": to })));
    tx.history(may.resource(), to.word(), serde_json::json!({}));
    Ok(())
}

pub(crate) async fn free_classes(conn: &mut PgConnection, tenant: TenantId, act: DisposalId) -> sqlx::Result<()> {
    sqlx::query(db::sql!("update documents.class set disposal_id = null where tenant_id = $1 and disposal_id = $2"))
        .bind(tenant)
        .bind(act)
        .execute(conn)
        .await?;
    Ok(())
}

/// Was something put into these files since that is still at work?
pub(crate) async fn reopened(conn: &mut PgConnection, tenant: TenantId, act: DisposalId) -> sqlx::Result<bool> {
    sqlx::query_scalar(db::sql!(
        "select exists (
           select from documents.class c join documents.document d on d.tenant_id = $1 and d.class_id = c.id
           where c.tenant_id = $1 and c.disposal_id = $2 and d.state in ('draft', 'circulating'))"
    ))
    .bind(tenant)
    .bind(act)
    .fetch_one(conn)
    .await
}

pub(crate) async fn disposed_documents(
    conn: &mut PgConnection,
    tenant: TenantId,
    act: DisposalId,
) -> sqlx::Result<Vec<DocumentId>> {
    sqlx::query_scalar(db::sql!(
        "select d.id from documents.class c join documents.document d on d.tenant_id = $1 and d.class_id = c.id
         where c.tenant_id = $1 and c.disposal_id = $2 order by d.id for no key update of d"
    ))
    .bind(tenant)
    .bind(act)
    .fetch_all(conn)
    .await
}

const ERASE: &str = db::sql!(
    "with old as (
       select distinct blob from documents.file where tenant_id = $1 and document_id = any($2) and blob <> ''),
     f as (
       update documents.file set blob = '', text = null, text_state = 'none'
       where tenant_id = $1 and document_id = any($2)),
     b as (delete from documents.body where tenant_id = $1 and document_id = any($2)),
     d as (
       update documents.document set data = '{}', version = version + 1 where tenant_id = $1 and id = any($2)),
     s as materialized (select documents.search_erase($2) as n)
     select old.blob from old, s where s.n >= 0"
);

/// Erases content, searchable texts and typed metadata; answers the blobs that were named.
pub(crate) async fn erase(
    conn: &mut PgConnection,
    tenant: TenantId,
    documents: &[DocumentId],
) -> sqlx::Result<Vec<String>> {
    let ids: Vec<Uuid> = documents.iter().map(|d| d.uuid()).collect();
    // A document without files has words to be erased too: the statement must not depend on there being blobs.
    let blobs: Vec<String> = sqlx::query_scalar(ERASE).bind(tenant).bind(&ids).fetch_all(&mut *conn).await?;
    sqlx::query(db::sql!("select documents.search_erase($1)")).bind(&ids).execute(conn).await?;
    Ok(blobs)
}

/// Those blobs that no file names; nobody attaches a file until the transaction ends.
pub(crate) async fn lock_unnamed(
    conn: &mut PgConnection,
    tenant: TenantId,
    blobs: &[String],
) -> sqlx::Result<Vec<String>> {
    sqlx::query(db::sql!("select pg_advisory_xact_lock(hashtextextended('documents.blobs ' || $1::uuid::text, 0))"))
        .bind(tenant)
        .execute(&mut *conn)
        .await?;
    sqlx::query_scalar(db::sql!(
        "select b from unnest($2::text[]) b
         where b <> '' and not exists (select from documents.file f where f.tenant_id = $1 and f.blob = b)"
    ))
    .bind(tenant)
    .bind(blobs)
    .fetch_all(conn)
    .await
}

/// An act as lists show it.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct DisposalLine {
    pub id: DisposalId,
    pub kind: DisposalKind,
    pub state: DisposalState,
    pub proposed_at: Timestamp,
    pub number: Option<String>,
    pub files: i64,
}

/// The acts of an institution, newest first.
pub(crate) async fn disposals(read: &mut Read, institution: UnitId) -> sqlx::Result<Vec<DisposalLine>> {
    let tenant = read.op().tenant();
    sqlx::query_as(db::sql!(
        "select p.id, p.kind, p.state, p.proposed_at, d.number,
           (select count(*) from documents.class c where c.tenant_id = $1 and c.disposal_id = p.id) as files
         from documents.disposal p join documents.document d on d.tenant_id = $1 and d.id = p.document_id
         where p.tenant_id = $1 and p.institution_id = $2 order by p.id desc limit 100"
    ))
    .bind(tenant)
    .bind(institution)
    .fetch_all(read.conn())
    .await
}

/// The files that an act names.
pub(crate) async fn disposal_files(read: &mut Read, act: DisposalId) -> sqlx::Result<Vec<Due>> {
    let tenant = read.op().tenant();
    sqlx::query_as(db::sql!(
        "select c.id, c.year, c.code, c.title, c.retention_years, c.permanent, n.documents, n.open
         from documents.class c cross join lateral (
           select count(*) as documents, count(*) filter (where d.state in ('draft', 'circulating')) as open
           from documents.document d where d.tenant_id = $1 and d.class_id = c.id) n
         where c.tenant_id = $1 and c.disposal_id = $2 order by c.year, c.code limit 1000"
    ))
    .bind(tenant)
    .bind(act)
    .fetch_all(read.conn())
    .await
}
