use op::Read;
use serde_json::Value;
use sqlx::FromRow;
use types::{ClassId, Date, DocumentId, FileId, PersonId, Timestamp, UnitId};

use crate::{
    document::Document,
    model::{AccessLevel, FileRole, LinkKind},
};

/// A version of a file.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct FileLine {
    pub id: FileId,
    pub name: String,
    pub version: i32,
    pub media_type: String,
    pub size: i64,
    pub role: FileRole,
    pub created_at: Timestamp,
    pub text_state: String,
    /// Closer kept than its document.
    pub restricted: bool,
    pub access_ground: Option<String>,
    /// Its content was destroyed.
    pub gone: bool,
}

/// A linked document; its title only where it is open to the reader.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct LinkLine {
    pub other: DocumentId,
    pub kind: LinkKind,
    pub outgoing: bool,
    pub title: String,
    pub number: Option<String>,
    pub access: AccessLevel,
    pub unit_id: UnitId,
    pub owner_id: Option<PersonId>,
    pub named: bool,
}

/// An entry in a register.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct EntryLine {
    pub register: String,
    pub number: String,
    pub registered_on: Date,
    pub void_reason: Option<String>,
}

/// A line of the timeline.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct HistoryLine {
    pub at: Timestamp,
    pub actor_id: Option<PersonId>,
    pub acting_for: Option<PersonId>,
    pub verb: String,
    pub data: Value,
}

/// A file of the classification scheme.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct ClassLine {
    pub code: String,
    pub title: String,
    pub retention_years: Option<i32>,
    pub permanent: bool,
    /// What an act did with it: `destroy` or `transfer`, and when.
    pub disposed: Option<String>,
    pub disposed_at: Option<Timestamp>,
}

pub(crate) async fn files(read: &mut Read, document: DocumentId) -> sqlx::Result<Vec<FileLine>> {
    let tenant = read.op().tenant();
    sqlx::query_as(db::sql!(
        "select id, name, version, media_type, size, role, created_at, text_state, access is not null as restricted,
           access_ground, blob = '' as gone
         from documents.file
         where tenant_id = $1 and document_id = $2 order by role = 'main' desc, name, version desc"
    ))
    .bind(tenant)
    .bind(document)
    .fetch_all(read.conn())
    .await
}

pub(crate) async fn links(read: &mut Read, document: DocumentId) -> sqlx::Result<Vec<LinkLine>> {
    let (tenant, principals) = (read.op().tenant(), read.op().principals());
    sqlx::query_as(db::sql!(
        "select d.id as other, l.kind, l.from_id = $2 as outgoing, d.title, d.number, d.access, d.unit_id, d.owner_id,
           exists (select from documents.access a
                   where a.tenant_id = $1 and a.document_id = d.id and a.principal_id = any($3)) as named
         from (select * from documents.link where tenant_id = $1 and from_id = $2
               union all select * from documents.link where tenant_id = $1 and to_id = $2) l
         join documents.document d on d.tenant_id = $1 and d.id = case when l.from_id = $2 then l.to_id else l.from_id end
         order by l.id limit 200"
    ))
    .bind(tenant)
    .bind(document)
    .bind(principals)
    .fetch_all(read.conn())
    .await
}

pub(crate) async fn entries(read: &mut Read, document: DocumentId) -> sqlx::Result<Vec<EntryLine>> {
    let tenant = read.op().tenant();
    sqlx::query_as(db::sql!(
        "select g.title as register, r.number, r.registered_on, r.void_reason
         from documents.registration r join documents.register g on g.tenant_id = $1 and g.id = r.register_id
         where r.tenant_id = $1 and r.document_id = $2 order by r.id"
    ))
    .bind(tenant)
    .bind(document)
    .fetch_all(read.conn())
    .await
}

pub(crate) async fn history(read: &mut Read, document: DocumentId) -> sqlx::Result<Vec<HistoryLine>> {
    let tenant = read.op().tenant();
    sqlx::query_as(db::sql!(
        "select at, actor_id, acting_for, verb, data from kernel.history
         where tenant_id = $1 and subject_id = $2 order by id desc limit 200"
    ))
    .bind(tenant)
    .bind(document)
    .fetch_all(read.conn())
    .await
}

pub(crate) async fn class(read: &mut Read, class: ClassId) -> sqlx::Result<Option<ClassLine>> {
    let tenant = read.op().tenant();
    sqlx::query_as(db::sql!(
        "select c.code, c.title, c.retention_years, c.permanent, p.kind as disposed, p.done_at as disposed_at
         from documents.class c
         left join documents.disposal p on p.tenant_id = $1 and p.id = c.disposal_id and p.state = 'done'
         where c.tenant_id = $1 and c.id = $2"
    ))
    .bind(tenant)
    .bind(class)
    .fetch_optional(read.conn())
    .await
}

/// The document of a file, and whether the file is closer kept than it.
pub(crate) async fn document_of(read: &mut Read, file: FileId) -> sqlx::Result<Option<(DocumentId, bool)>> {
    let tenant = read.op().tenant();
    sqlx::query_as(db::sql!(
        "select document_id, access is not null from documents.file where tenant_id = $1 and id = $2"
    ))
    .bind(tenant)
    .bind(file)
    .fetch_optional(read.conn())
    .await
}

/// The open document with that number in that institution, for links typed by hand.
pub(crate) async fn by_number(read: &mut Read, from: &Document, number: &str) -> sqlx::Result<Option<DocumentId>> {
    let tenant = read.op().tenant();
    let reader = super::Reader::of(read.op());
    let Some(query) = crate::words::query(tenant, number) else { return Ok(None) };
    let found: Option<(DocumentId,)> = sqlx::query_as(db::sql!(
        "select d.id from documents.search_find($2, $3, $4, null, 1000) hit
         join documents.document d on d.tenant_id = $1 and d.id = hit.document_id
         where d.number = $5 order by d.institution_id = $6 desc, d.id desc limit 1"
    ))
    .bind(tenant)
    .bind(query)
    .bind(reader.units)
    .bind(reader.principals)
    .bind(number)
    .bind(from.institution_id)
    .fetch_optional(read.conn())
    .await?;
    Ok(found.map(|(id,)| id))
}
