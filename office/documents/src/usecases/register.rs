use std::collections::{BTreeMap, BTreeSet};

use chrono::Datelike as _;
use op::{Action, Audit, Event, May, OpError, Tx};
use serde::Serialize;
use serde_json::json;
use sqlx::{FromRow, types::Json};
use types::{ClassId, Date, DocumentId, RegisterId, RegistrationId, UnitId};
use uuid::Uuid;

use crate::{
    model::{Registered, Registering},
    pattern::Pattern,
    words,
};

/// What SQL needs to number one document.
#[derive(Serialize)]
pub(super) struct Numbering {
    registration_id: RegistrationId,
    register_id: RegisterId,
    numbered_by: UnitId,
    year: i32,
    on_date: Date,
    before: String,
    width: i32,
    after: String,
    n: usize,
}

#[derive(FromRow)]
struct FrameRow {
    code: String,
    class_id: Option<ClassId>,
    id: RegisterId,
    pattern: String,
    prefix: String,
    yearly: bool,
    index: Option<String>,
}

struct Register {
    id: RegisterId,
    pattern: Pattern,
    prefix: String,
    yearly: bool,
    index: String,
}

/// Registers and file indexes, looked up together.
pub(super) struct Frames(BTreeMap<(String, Option<ClassId>), Register>);

const FRAMES: &str = db::sql!(
    "select r.code, u.class_id, r.id, r.pattern, r.prefix, r.yearly, c.code as index
     from unnest($2::text[], $3::uuid[]) as u(code, class_id)
     join documents.register r on r.tenant_id = $1 and r.code = u.code and r.closed_on is null
     left join documents.class c on c.tenant_id = $1 and c.id = u.class_id"
);

/// Looks up the registers and file indexes that a set needs.
pub(super) async fn frames(
    tx: &mut Tx,
    wanted: impl Iterator<Item = (&str, Option<ClassId>)>,
) -> Result<Frames, OpError> {
    let wanted: BTreeSet<(String, Option<ClassId>)> = wanted.map(|(code, class)| (code.to_owned(), class)).collect();
    let (codes, classes): (Vec<String>, Vec<Option<ClassId>>) = wanted.into_iter().unzip();
    let tenant = tx.op().tenant();
    let rows: Vec<FrameRow> =
        sqlx::query_as(FRAMES).bind(tenant).bind(&codes).bind(&classes).fetch_all(tx.conn()).await?;
    let mut frames = BTreeMap::new();
    for row in rows {
        // A pattern is checked when it is set; one that was broken by hand stops numbering rather than misnumber.
        let pattern = Pattern::parse(&row.pattern).map_err(|_| OpError::Conflict("register_pattern".into()))?;
        let index = row.index.unwrap_or_default();
        let register = Register { id: row.id, pattern, prefix: row.prefix, yearly: row.yearly, index };
        frames.insert((row.code, row.class_id), register);
    }
    Ok(Frames(frames))
}

impl Frames {
    pub(super) fn numbering(
        &self,
        tx: &Tx,
        code: &str,
        class: Option<ClassId>,
        institution: UnitId,
        date: Date,
        n: usize,
    ) -> Result<Numbering, OpError> {
        let r = self.0.get(&(code.to_owned(), class)).ok_or(OpError::NotFound)?;
        let frame = r.pattern.frame(&r.prefix, &r.index, date);
        Ok(Numbering {
            registration_id: tx.op().new_id(),
            register_id: r.id,
            numbered_by: institution,
            year: if r.yearly { date.year() } else { 0 },
            on_date: date,
            before: frame.before,
            width: frame.width,
            after: frame.after,
            n,
        })
    }
}

#[derive(Serialize)]
struct Item {
    document_id: DocumentId,
    #[serde(flatten)]
    numbering: Numbering,
}

const CLASSES: &str = db::sql!(
    "select d.id, d.class_id from documents.document d
     where d.tenant_id = $1 and d.id = any($2) and d.state <> 'annulled'"
);

// The counter's row is the last lock that others wait for: everything before the commit is in this statement.
const REGISTER: &str = db::sql!(
    "with item as materialized (
       select * from jsonb_to_recordset($2) as r(
         document_id uuid, registration_id uuid, register_id uuid, numbered_by uuid, year int, on_date date,
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
       update documents.document d
       set state = 'registered', version = d.version + 1, number = coalesce(d.number, f.number),
           registered_on = coalesce(d.registered_on, f.on_date)
       from (select distinct on (document_id) document_id, number, on_date from final order by document_id, n) f
       where d.tenant_id = $1 and d.id = f.document_id and d.state <> 'annulled'
       returning d.id, d.unit_id, d.source),
     r as (
       insert into documents.registration (tenant_id, id, document_id, register_id, institution_id, unit_id, year, seq,
         number, registered_on, registered_at, registered_by, source)
       select $1, f.registration_id, f.document_id, f.register_id, f.numbered_by, d.unit_id, f.year, f.seq, f.number,
         f.on_date, $4, $3, d.source
       from final f join d on d.id = f.document_id
       returning document_id),
     s as (
       select documents.search_number(array_agg(document_id), array_agg(documents.number_words($5, number))) as n
       from final)
     select f.document_id as document, f.registration_id as registration, f.number, f.seq
     from final f, s where f.document_id in (select document_id from r) and s.n is not null order by f.n"
);

/// Enters documents into registers: each gets the next number of its register, institution and year, without a
/// gap, all numbers of a sequence taken together. From then on their content never changes.
///
/// # Errors
/// `NotFound` for an unknown register or document, or a void one: then no number was taken.
pub async fn register<A: Action>(
    tx: &mut Tx,
    _may: &May<A>,
    items: &[Registering],
) -> Result<Vec<Registered>, OpError> {
    if items.is_empty() {
        return Ok(Vec::new());
    }
    let (tenant, person, now) = (tx.op().tenant(), tx.op().person(), tx.op().now());
    let ids: Vec<DocumentId> = items.iter().map(|i| i.document).collect();
    let classes: Vec<(DocumentId, Option<ClassId>)> =
        sqlx::query_as(CLASSES).bind(tenant).bind(&ids).fetch_all(tx.conn()).await?;
    let classes: BTreeMap<DocumentId, Option<ClassId>> = classes.into_iter().collect();
    let class_of = |id: &DocumentId| classes.get(id).copied().ok_or(OpError::NotFound);
    let mut wanted = Vec::with_capacity(items.len());
    for i in items {
        wanted.push((i.register.as_str(), class_of(&i.document)?));
    }
    let frames = frames(tx, wanted.into_iter()).await?;
    let mut rows = Vec::with_capacity(items.len());
    for (n, i) in items.iter().enumerate() {
        let class = class_of(&i.document)?;
        let numbering = frames.numbering(tx, &i.register, class, i.institution, i.date, n)?;
        rows.push(Item { document_id: i.document, numbering });
    }
    let done: Vec<Registered> = sqlx::query_as(REGISTER)
        .bind(tenant)
        .bind(Json(&rows))
        .bind(person)
        .bind(now)
        .bind(words::token(tenant))
        .fetch_all(tx.conn())
        .await?;
    if done.len() != items.len() {
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

const KEEP: &str = db::sql!(
    "update documents.registration set void_reason = $3, voided_at = $4
     where tenant_id = $1 and document_id = any($2) and voided_at is null"
);

/// Marks the numbers of documents as void. They stay in the register and are never given again.
///
/// # Errors
/// The database failed.
pub async fn number_kept<A: Action>(
    tx: &mut Tx,
    _may: &May<A>,
    documents: &[DocumentId],
    reason: &str,
) -> Result<u64, OpError> {
    let (tenant, now) = (tx.op().tenant(), tx.op().now());
    let done =
        sqlx::query(KEEP).bind(tenant).bind(documents).bind(reason).bind(now).execute(tx.conn()).await?.rows_affected();
    let subjects = documents.iter().map(|d| d.uuid()).collect();
    tx.audit(Audit::of_all(A::DEF.name, "document", subjects).ground(reason).with(json!({ "did": "void number" })));
    Ok(done)
}

const ANNUL: &str = db::sql!(
    "update documents.document set state = 'annulled', version = version + 1
     where tenant_id = $1 and id = any($2) and state <> 'annulled'"
);

/// Makes documents void (anulēšana). What they say stays as it was, and so does the number.
///
/// # Errors
/// `Stale` where one of them is void already.
pub async fn annul<A: Action>(
    tx: &mut Tx,
    may: &May<A>,
    documents: &[DocumentId],
    reason: &str,
) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    let done = sqlx::query(ANNUL).bind(tenant).bind(documents).execute(tx.conn()).await?.rows_affected();
    if usize::try_from(done).unwrap_or(usize::MAX) != documents.len() {
        return Err(OpError::Stale);
    }
    number_kept(tx, may, documents, reason).await?;
    for d in documents {
        tx.history(*d, "annulled", json!({ "reason": reason }));
    }
    let subjects = documents.iter().map(|d| d.uuid()).collect();
    tx.publish(Event { kind: crate::events::ANNULLED, subjects, data: json!({}) });
    Ok(())
}
