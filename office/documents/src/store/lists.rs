use op::Read;
use sqlx::FromRow;
use types::{Date, DocumentId, RegisterId, RegistrationId, UnitId};

use super::Reader;
use crate::{
    model::{AccessLevel, Direction, DocState},
    words,
};

/// What a register page is narrowed to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    pub text: String,
    pub from: Option<Date>,
    pub to: Option<Date>,
    pub kind: Option<String>,
    pub direction: Option<Direction>,
    pub institution: Option<UnitId>,
    pub state: Option<DocState>,
    pub source: Option<String>,
}

/// A line of a register. Of a document that is not open to the reader only the number is shown: a register has no
/// holes.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct Line {
    pub registration: RegistrationId,
    pub document: DocumentId,
    pub open: bool,
    pub number: String,
    pub registered_on: Date,
    pub is_void: bool,
    pub title: String,
    pub kind: String,
    pub state: DocState,
    pub direction: Direction,
    pub access: AccessLevel,
    pub institution_id: UnitId,
    pub source: String,
    pub correspondent: Option<String>,
    pub external_number: Option<String>,
    pub index: Option<String>,
}

const EVERYWHERE: &str = db::sql!(
    "select r.id as registration, r.document_id as document, true as open, r.number, r.registered_on,
       r.voided_at is not null as is_void, d.title, d.kind, d.state, d.direction, d.access, r.institution_id, r.source,
       d.correspondent, d.external_number, c.code as index
     from documents.registration r
     join documents.document d on d.tenant_id = $1 and d.id = r.document_id
     left join documents.class c on c.tenant_id = $1 and c.id = d.class_id
     where r.tenant_id = $1 and r.register_id = $2 and ($3::uuid is null or r.id < $3)
       and ($4::date is null or r.registered_on >= $4) and ($5::date is null or r.registered_on <= $5)
       and ($6::text is null or d.kind = $6) and ($7::text is null or d.direction = $7)
       and ($8::uuid is null or r.institution_id = $8) and ($9::text is null or d.state = $9)
       and ($10::text is null or r.source = $10)
       and ($11::text is null or r.document_id in (
         select f.document_id from documents.search_find($11, null, $12, null, 1000) f))
     order by r.id desc limit $13"
);

// One index scan per institution of the reader, each cut at the page's length; most readers have one.
const IN_UNITS: &str = db::sql!(
    "with place as (
       select distinct above as id from kernel.unit u, unnest(u.path) as above
       where u.tenant_id = $1 and u.id = any($14) and ($8::uuid is null or above = $8))
     select line.* from place cross join lateral (
       select r.id as registration, r.document_id as document,
         (d.access <> 'restricted' or coalesce(d.owner_id = any($12), false) or exists (
           select from documents.access a
           where a.tenant_id = $1 and a.document_id = d.id and a.principal_id = any($12))) as open,
         r.number, r.registered_on, r.voided_at is not null as is_void, d.title, d.kind, d.state, d.direction, d.access,
         r.institution_id, r.source, d.correspondent, d.external_number, c.code as index
       from documents.registration r
       join documents.document d on d.tenant_id = $1 and d.id = r.document_id
       left join documents.class c on c.tenant_id = $1 and c.id = d.class_id
       where r.tenant_id = $1 and r.register_id = $2 and r.institution_id = place.id and r.unit_id = any($14)
         and ($3::uuid is null or r.id < $3)
         and ($4::date is null or r.registered_on >= $4) and ($5::date is null or r.registered_on <= $5)
         and ($6::text is null or d.kind = $6) and ($7::text is null or d.direction = $7)
         and ($9::text is null or d.state = $9) and ($10::text is null or r.source = $10)
         and ($11::text is null or r.document_id in (
           select f.document_id from documents.search_find($11, $14, $12, null, 1000) f))
       order by r.id desc limit $13) line
     order by line.registration desc limit $13"
);

/// The lines of a register, newest first, from before a line.
pub(crate) async fn lines(
    read: &mut Read,
    register: RegisterId,
    filter: &Filter,
    before: Option<RegistrationId>,
    most: i64,
) -> sqlx::Result<Vec<Line>> {
    let tenant = read.op().tenant();
    let reader = Reader::of(read.op());
    let words = words::query(tenant, &filter.text);
    if words.is_none() && !filter.text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let sql = if reader.units.is_none() { EVERYWHERE } else { IN_UNITS };
    let query = sqlx::query_as(sql)
        .bind(tenant)
        .bind(register)
        .bind(before)
        .bind(filter.from)
        .bind(filter.to)
        .bind(&filter.kind)
        .bind(filter.direction)
        .bind(filter.institution)
        .bind(filter.state)
        .bind(&filter.source)
        .bind(words)
        .bind(reader.principals)
        .bind(most);
    let mut lines: Vec<Line> = match reader.units {
        Some(units) => query.bind(units).fetch_all(read.conn()).await?,
        None => query.fetch_all(read.conn()).await?,
    };
    for line in lines.iter_mut().filter(|l| !l.open) {
        line.title.clear();
        line.correspondent = None;
        line.external_number = None;
    }
    Ok(lines)
}

/// How many documents a register holds, as its counters say: what was numbered in the institutions of the reader.
pub(crate) async fn total(read: &mut Read, register: RegisterId) -> sqlx::Result<i64> {
    let (tenant, units) = (read.op().tenant(), Reader::of(read.op()).units);
    let (total,): (i64,) = sqlx::query_as(db::sql!(
        "select coalesce(sum(c.last), 0)::bigint from documents.counter c
         where c.tenant_id = $1 and c.register_id = $2 and ($3::uuid[] is null or c.institution_id in (
           select above from kernel.unit u, unnest(u.path) as above where u.tenant_id = $1 and u.id = any($3)))"
    ))
    .bind(tenant)
    .bind(register)
    .bind(units)
    .fetch_one(read.conn())
    .await?;
    Ok(total)
}
