use std::collections::BTreeSet;

use op::{Action, Audit, Event, May, OpError, Tx, Writing};
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
    lead: String,
    head: String,
    body: String,
    #[serde(flatten)]
    numbering: Option<Numbering>,
}

static CREATE: Writing = Writing::of(&[
    db::sql!(
        "insert into documents.document (tenant_id, id, kind, title, state, institution_id, unit_id, owner_id, author_id,
           source, direction, medium, access, access_ground, class_id, data, correspondent, external_number,
           external_date, received_via, created_at, original_place)
         select $1, id, kind, title, 'draft', institution_id, unit_id, owner_id, $4, source, direction, medium, access,
           access_ground, class_id, data, correspondent, external_number, external_date, received_via, $3,
           original_place
         from jsonb_to_recordset($2) as r(
           id uuid, kind text, title text, institution_id uuid, unit_id uuid, owner_id uuid, source text,
           direction text, medium text, access text, access_ground text, class_id uuid, data jsonb,
           correspondent text, external_number text, external_date date, received_via text, original_place text)"
    ),
    db::sql!(
        "insert into documents.access (tenant_id, document_id, principal_id)
         select $1, i.id, p from jsonb_to_recordset($2) as i(id uuid, readers uuid[]), unnest(i.readers) p
         on conflict do nothing"
    ),
    db::sql!(
        "insert into documents.body (tenant_id, document_id, given)
         select $1, id, given from jsonb_to_recordset($2) as r(id uuid, given text) where given <> ''"
    ),
    db::sql!(
        "select documents.search_put(array_agg(id), array_agg(unit_id), array_agg(access = 'restricted'),
           jsonb_agg(finders), array_agg(''::text), array_agg(head), array_agg(body))
         from jsonb_to_recordset($2) as r(id uuid, unit_id uuid, access text, finders jsonb, head text, body text)
         where $1::uuid is not null"
    ),
]);

/// Makes documents, as drafts: one statement however many.
///
/// # Errors
/// A constraint refused one of them; then none was made.
pub async fn create<A: Action>(tx: &mut Tx, _may: &May<A>, docs: Vec<NewDocument>) -> Result<Vec<DocumentId>, OpError> {
    if docs.is_empty() {
        return Ok(Vec::new());
    }
    let items: Vec<Item> = docs.iter().map(|d| item(tx, d)).collect();
    let ids: Vec<DocumentId> = items.iter().map(|i| i.id).collect();
    tx.write(&CREATE, &items).await?;
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
         readers uuid[], finders jsonb, lead text, head text, body text,
         registration_id uuid, register_id uuid, register_version int, numbered_by uuid, year int, on_date date,
         before text, width int, after text, bare_before text, bare_after text, n int)),
     need as (
       select register_id, numbered_by, year, count(*) as n from item
       where not exists (
         select from (select distinct register_id as id, register_version as version from item) known
         where not exists (select from documents.register r where r.tenant_id = $1 and r.id = known.id
                             and r.version = known.version and r.closed_on is null))
       group by 1, 2, 3 order by 1, 2, 3),
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
       select n.*, coalesce(replace(n.before, chr(1), nullif(c.code, '')), n.bare_before)
           || lpad(n.seq::text, greatest(n.width, length(n.seq::text)), '0')
           || coalesce(replace(n.after, chr(1), nullif(c.code, '')), n.bare_after) as number
       from numbered n left join documents.class c on c.tenant_id = $1 and c.id = n.class_id),
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
                jsonb_agg(finders), array_agg(documents.number_words(lead, number)), array_agg(head), array_agg(body)) as n
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
    let codes: BTreeSet<&str> = docs.iter().map(|(_, code, _)| code.as_str()).collect();
    let mut registers = register::known(tx, &codes).await?;
    let mut items = Vec::with_capacity(docs.len());
    for (doc, _, _) in &docs {
        items.push(item(tx, doc));
    }
    let mut done: Vec<Registered> = Vec::new();
    // A second time where a register was changed since it was read.
    for anew in [false, true] {
        if anew {
            registers = register::anew(tx, &codes).await?;
        }
        for (n, (item, (doc, code, date))) in items.iter_mut().zip(&docs).enumerate() {
            item.numbering = Some(registers.numbering(tx, code, doc.institution, *date, n)?);
        }
        let (tenant, author, now) = (tx.op().tenant(), tx.op().person(), tx.op().now());
        done = sqlx::query_as(CREATE_REGISTERED)
            .bind(tenant)
            .bind(Json(&items))
            .bind(author)
            .bind(now)
            .fetch_all(tx.conn())
            .await?;
        if !done.is_empty() {
            break;
        }
    }
    if done.len() != docs.len() {
        return Err(OpError::NotFound);
    }
    for r in &done {
        tx.history(r.document, "registered", json!({ "number": r.number }));
    }
    let subjects: Vec<Uuid> = done.iter().map(|r| r.document.uuid()).collect();
    tx.audit(Audit::of_all(A::DEF.name, "document", subjects.clone()).with(json!({ "did": "register" })));
    tx.publish(Event { kind: crate::events::REGISTERED, subjects, data: json!({}) });
    Ok(done)
}

fn item(tx: &Tx, d: &NewDocument) -> Item {
    let id = d.id.unwrap_or_else(|| tx.op().new_id());
    let lead = words::lead(tx.op().tenant(), id);
    let others = [d.correspondent.as_deref(), d.external_number.as_deref()];
    let head = words::head(&lead, &d.title, others.into_iter().flatten());
    let body = words::body(&lead, &d.body_text);
    let mut readers = d.readers.clone();
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
        kind: d.kind.clone(),
        title: d.title.clone(),
        institution_id: d.institution,
        unit_id: d.unit,
        owner_id: d.owner,
        source: d.source.clone(),
        direction: d.direction,
        medium: d.medium,
        original_place: d.original_place.clone(),
        access: d.access,
        access_ground: d.access_ground.clone(),
        class_id: d.class,
        data: d.data.clone(),
        correspondent: d.correspondent.clone(),
        external_number: d.external_number.clone(),
        external_date: d.external_date,
        received_via: d.received_via.clone(),
        given: d.body_text.clone(),
        readers,
        finders,
        lead,
        head,
        body,
        numbering: None,
    }
}
