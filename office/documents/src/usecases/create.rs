use op::{Action, Audit, Event, May, OpError, Tx};
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::types::Json;
use types::{ClassId, Date, DocumentId, PersonId, UnitId};
use uuid::Uuid;

use super::register::{self, Numbering};
use crate::{
    model::{AccessLevel, Direction, Medium, NewDocument, Registered},
    words,
};

/// A document as the statement takes it, in one JSON array: thousands are one round trip.
#[derive(Serialize)]
struct Item {
    id: DocumentId,
    kind: String,
    title: String,
    institution_id: UnitId,
    unit_id: UnitId,
    owner_id: Option<PersonId>,
    source: String,
    direction: Direction,
    medium: Medium,
    original_place: Option<String>,
    access: AccessLevel,
    access_ground: Option<String>,
    class_id: Option<ClassId>,
    data: Value,
    correspondent: Option<String>,
    external_number: Option<String>,
    external_date: Option<Date>,
    received_via: Option<String>,
    given: String,
    readers: Vec<Uuid>,
    /// Readers and owner: who finds it.
    finders: Vec<Uuid>,
    head: String,
    body: String,
    #[serde(flatten)]
    numbering: Option<Numbering>,
}

const CREATE: &str = db::sql!(
    "with item as materialized (
       select * from jsonb_to_recordset($2) as r(
         id uuid, kind text, title text, institution_id uuid, unit_id uuid, owner_id uuid, source text,
         direction text, medium text, original_place text, access text, access_ground text, class_id uuid, data jsonb,
         correspondent text, external_number text, external_date date, received_via text, given text,
         readers uuid[], finders jsonb, head text, body text)),
     d as (
       insert into documents.document (tenant_id, id, kind, title, state, institution_id, unit_id, owner_id, author_id,
         source, direction, medium, original_place, access, access_ground, class_id, data, correspondent,
         external_number, external_date, received_via, created_at)
       select $1, id, kind, title, 'draft', institution_id, unit_id, owner_id, $3, source, direction, medium,
         original_place, access, access_ground, class_id, data, correspondent, external_number, external_date, received_via, $4
       from item),
     a as (
       insert into documents.access (tenant_id, document_id, principal_id)
       select $1, i.id, p from item i, unnest(i.readers) p on conflict do nothing),
     b as (
       insert into documents.body (tenant_id, document_id, given) select $1, id, given from item where given <> '')
     select documents.search_put(array_agg(id), array_agg(unit_id), array_agg(access = 'restricted'),
              jsonb_agg(finders), array_agg(''::text), array_agg(head), array_agg(body))
     from item"
);

/// Makes documents, as drafts: one statement however many.
///
/// # Errors
/// A constraint refused one of them; then none was made.
pub async fn create<A: Action>(tx: &mut Tx, _may: &May<A>, docs: Vec<NewDocument>) -> Result<Vec<DocumentId>, OpError> {
    if docs.is_empty() {
        return Ok(Vec::new());
    }
    let items: Vec<Item> = docs.into_iter().map(|d| item(tx, d, None)).collect();
    let ids: Vec<DocumentId> = items.iter().map(|i| i.id).collect();
    let (tenant, author, now) = (tx.op().tenant(), tx.op().person(), tx.op().now());
    sqlx::query(CREATE).bind(tenant).bind(Json(&items)).bind(author).bind(now).execute(tx.conn()).await?;
    for item in &items {
        tx.history(item.id, "created", json!({ "kind": item.kind, "source": item.source }));
    }
    let subjects: Vec<Uuid> = ids.iter().map(|i| i.uuid()).collect();
    tx.audit(Audit::of_all(A::DEF.name, "document", subjects).with(json!({ "did": "create" })));
    Ok(ids)
}

const CREATE_REGISTERED: &str = db::sql!(
    "with item as materialized (
       select * from jsonb_to_recordset($2) as r(
         id uuid, kind text, title text, institution_id uuid, unit_id uuid, owner_id uuid, source text,
         direction text, medium text, original_place text, access text, access_ground text, class_id uuid, data jsonb,
         correspondent text, external_number text, external_date date, received_via text, given text,
         readers uuid[], finders jsonb, head text, body text,
         registration_id uuid, register_id uuid, numbered_by uuid, year int, on_date date,
         before text, width int, after text, n int)),
     need as (
       select register_id, numbered_by, year, count(*) as n from item group by 1, 2, 3 order by 1, 2, 3),
     taken as (
       insert into documents.counter as c (tenant_id, register_id, institution_id, year, last)
       select $1, register_id, numbered_by, year, n from need
       on conflict (tenant_id, register_id, institution_id, year) do update set last = c.last + excluded.last
       returning register_id, institution_id as numbered_by, year, last),
     numbered as (
       select i.*, t.last - need.n
                   + row_number() over (partition by i.register_id, i.numbered_by, i.year order by i.n) as seq
       from item i join need using (register_id, numbered_by, year) join taken t using (register_id, numbered_by, year)),
     final as materialized (
       select *, before || lpad(seq::text, greatest(width, length(seq::text)), '0') || after as number from numbered),
     d as (
       insert into documents.document (tenant_id, id, kind, title, state, institution_id, unit_id, owner_id, author_id,
         source, direction, medium, original_place, access, access_ground, class_id, data, correspondent,
         external_number, external_date, received_via, created_at, number, registered_on)
       select $1, id, kind, title, 'registered', institution_id, unit_id, owner_id, $3, source, direction, medium,
         original_place, access, access_ground, class_id, data, correspondent, external_number, external_date, received_via, $4, number, on_date
       from final),
     a as (
       insert into documents.access (tenant_id, document_id, principal_id)
       select $1, f.id, p from final f, unnest(f.readers) p on conflict do nothing),
     b as (
       insert into documents.body (tenant_id, document_id, given) select $1, id, given from final where given <> ''),
     r as (
       insert into documents.registration (tenant_id, id, document_id, register_id, institution_id, unit_id, year, seq,
         number, registered_on, registered_at, registered_by, source)
       select $1, registration_id, id, register_id, numbered_by, unit_id, year, seq, number, on_date, $4, $3, source
       from final),
     s as (
       select documents.search_put(array_agg(id), array_agg(unit_id), array_agg(access = 'restricted'),
                jsonb_agg(finders), array_agg(documents.number_words($5, number)), array_agg(head), array_agg(body)) as n
       from final)
     select f.id as document, f.registration_id as registration, f.number, f.seq
     from final f, s where s.n is not null order by f.n"
);

/// Makes documents that are registered at once, for machines that bring them by the thousand: two statements
/// however many, and all numbers of a sequence are taken together.
///
/// # Errors
/// `NotFound` for an unknown register; a constraint refused one of them; then none was made and no number is lost.
pub async fn create_registered<A: Action>(
    tx: &mut Tx,
    _may: &May<A>,
    docs: Vec<(NewDocument, String, Date)>,
) -> Result<Vec<Registered>, OpError> {
    if docs.is_empty() {
        return Ok(Vec::new());
    }
    let frames = register::frames(tx, docs.iter().map(|(d, code, _)| (code.as_str(), d.class))).await?;
    let mut items = Vec::with_capacity(docs.len());
    for (n, (doc, code, date)) in docs.into_iter().enumerate() {
        let numbering = frames.numbering(tx, &code, doc.class, doc.institution, date, n)?;
        items.push(item(tx, doc, Some(numbering)));
    }
    let (tenant, author, now) = (tx.op().tenant(), tx.op().person(), tx.op().now());
    let done: Vec<Registered> = sqlx::query_as(CREATE_REGISTERED)
        .bind(tenant)
        .bind(Json(&items))
        .bind(author)
        .bind(now)
        .bind(words::token(tenant))
        .fetch_all(tx.conn())
        .await?;
    for r in &done {
        tx.history(r.document, "registered", json!({ "number": r.number }));
    }
    let subjects: Vec<Uuid> = done.iter().map(|r| r.document.uuid()).collect();
    tx.audit(Audit::of_all(A::DEF.name, "document", subjects.clone()).with(json!({ "did": "register" })));
    tx.publish(Event { kind: crate::events::REGISTERED, subjects, data: json!({}) });
    Ok(done)
}

fn item(tx: &Tx, d: NewDocument, numbering: Option<Numbering>) -> Item {
    let id = d.id.unwrap_or_else(|| tx.op().new_id());
    let token = words::token(tx.op().tenant());
    let others = [d.correspondent.as_deref(), d.external_number.as_deref()];
    let head = words::head(&token, &d.title, others.into_iter().flatten());
    let body = words::body(&token, &d.body_text);
    let mut readers = d.readers;
    if d.access == AccessLevel::Restricted {
        // Whoever makes it must find it again, and so must the register desk of the institution.
        readers.push(op::pool_id(d.institution, "clerk"));
        readers.extend(tx.op().person().map(|p| p.uuid()));
    }
    readers.sort_unstable();
    readers.dedup();
    let finders = readers.iter().copied().chain(d.owner.map(|o| o.uuid())).collect();
    Item {
        id,
        kind: d.kind,
        title: d.title,
        institution_id: d.institution,
        unit_id: d.unit,
        owner_id: d.owner,
        source: d.source,
        direction: d.direction,
        medium: d.medium,
        original_place: d.original_place,
        access: d.access,
        access_ground: d.access_ground,
        class_id: d.class,
        data: d.data,
        correspondent: d.correspondent,
        external_number: d.external_number,
        external_date: d.external_date,
        received_via: d.received_via,
        given: d.body_text,
        readers,
        finders,
        head,
        body,
        numbering,
    }
}
