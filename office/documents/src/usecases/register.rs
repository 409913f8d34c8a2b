use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use chrono::Datelike as _;
use op::{Action, Audit, Event, May, OpError, Tx};
use serde::Serialize;
use serde_json::json;
use sqlx::{FromRow, types::Json};
use types::{Date, DocumentId, RegisterId, RegistrationId, TenantId, UnitId};
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
    register_version: i32,
    numbered_by: UnitId,
    year: i32,
    on_date: Date,
    before: String,
    width: i32,
    after: String,
    /// … where the document is in no file.
    bare_before: String,
    bare_after: String,
    n: usize,
}

#[derive(FromRow)]
struct RegisterRow {
    code: String,
    id: RegisterId,
    version: i32,
    pattern: String,
    prefix: String,
    yearly: bool,
}

struct Register {
    id: RegisterId,
    version: i32,
    pattern: Pattern,
    prefix: String,
    yearly: bool,
}

/// Registers by code.
#[derive(Default)]
pub(super) struct Registers(HashMap<String, Arc<Register>>);

/// Registers as they were read; whoever numbers by one says its version, so that a changed one is read again.
type Kept = HashMap<(TenantId, String), Arc<Register>>;
static KEPT: LazyLock<Mutex<Kept>> = LazyLock::new(Mutex::default);
const MOST_KEPT: usize = 10_000;

const REGISTERS: &str = db::sql!(
    "select r.code, r.id, r.version, r.pattern, r.prefix, r.yearly from documents.register r
     where r.tenant_id = $1 and r.code = any($2) and r.closed_on is null"
);

/// Stands for the index of the file in what is written around a number: SQL puts it in.
const INDEX: &str = "\u{1}";

/// The registers that a set needs, as they were when they were read last.
pub(super) async fn known(tx: &mut Tx, codes: &BTreeSet<&str>) -> Result<Registers, OpError> {
    let tenant = tx.op().tenant();
    let found = {
        let kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
        let find = |code: &&str| Some(((*code).to_owned(), Arc::clone(kept.get(&(tenant, (*code).to_owned()))?)));
        codes.iter().map(find).collect::<Option<HashMap<_, _>>>()
    };
    match found {
        Some(all) => Ok(Registers(all)),
        None => anew(tx, codes).await,
    }
}

/// The registers that a set needs, as they are.
pub(super) async fn anew(tx: &mut Tx, codes: &BTreeSet<&str>) -> Result<Registers, OpError> {
    let tenant = tx.op().tenant();
    let wanted: Vec<&str> = codes.iter().copied().collect();
    let rows: Vec<RegisterRow> = sqlx::query_as(REGISTERS).bind(tenant).bind(wanted).fetch_all(tx.conn()).await?;
    let mut registers = Registers::default();
    for row in rows {
        // A pattern is checked when it is set; one that was broken by hand stops numbering rather than misnumber.
        let pattern = Pattern::parse(&row.pattern).map_err(|_| OpError::Conflict("register_pattern".into()))?;
        let RegisterRow { id, version, prefix, yearly, .. } = row;
        registers.0.insert(row.code, Arc::new(Register { id, version, pattern, prefix, yearly }));
    }
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if kept.len() >= MOST_KEPT {
        kept.clear();
    }
    kept.extend(registers.0.iter().map(|(code, r)| ((tenant, code.clone()), Arc::clone(r))));
    drop(kept);
    Ok(registers)
}

impl Registers {
    pub(super) fn numbering(
        &self,
        tx: &Tx,
        code: &str,
        institution: UnitId,
        date: Date,
        n: usize,
    ) -> Result<Numbering, OpError> {
        let r = self.0.get(code).ok_or(OpError::NotFound)?;
        let frame = r.pattern.frame(&r.prefix, INDEX, date);
        let bare = r.pattern.frame(&r.prefix, "", date);
        Ok(Numbering {
            registration_id: tx.op().new_id(),
            register_id: r.id,
            register_version: r.version,
            numbered_by: institution,
            year: if r.yearly { date.year() } else { 0 },
            on_date: date,
            before: frame.before,
            width: frame.width,
            after: frame.after,
            bare_before: bare.before,
            bare_after: bare.after,
            n,
        })
    }
}

#[derive(Serialize)]
struct Item {
    document_id: DocumentId,
    lead: String,
    #[serde(flatten)]
    numbering: Numbering,
}

// The counter's row is the last lock that others wait for. Where a register is not as it was read, or a document is not
// there, no number is taken.
const REGISTER: &str = db::sql!(
    "with item as materialized (
       select * from jsonb_to_recordset($2) as r(
         document_id uuid, lead text, registration_id uuid, register_id uuid, register_version int, numbered_by uuid,
         year int, on_date date, before text, width int, after text, bare_before text, bare_after text, n int)),
     need as (
       select register_id, numbered_by, year, count(*) as n from item
       where not exists (
         select from (select distinct register_id as id, register_version as version from item) known
         where not exists (select from documents.register r where r.tenant_id = $1 and r.id = known.id
                             and r.version = known.version and r.closed_on is null))
         and not exists (
           select from item i where not exists (select from documents.document d where d.tenant_id = $1
                                                  and d.id = i.document_id and d.state <> 'annulled'))
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
       from numbered n
       join documents.document d on d.tenant_id = $1 and d.id = n.document_id
       left join documents.class c on c.tenant_id = $1 and c.id = d.class_id),
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
       select documents.search_number(array_agg(document_id), array_agg(documents.number_words(lead, number))) as n
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
    let codes: BTreeSet<&str> = items.iter().map(|i| i.register.as_str()).collect();
    let mut registers = known(tx, &codes).await?;
    let mut done: Vec<Registered> = Vec::new();
    // A second time where a register was changed since it was read.
    for again in [false, true] {
        if again {
            registers = anew(tx, &codes).await?;
        }
        let mut rows = Vec::with_capacity(items.len());
        for (n, i) in items.iter().enumerate() {
            let numbering = registers.numbering(tx, &i.register, i.institution, i.date, n)?;
            rows.push(Item { document_id: i.document, lead: words::lead(tenant, i.document), numbering });
        }
        done =
            sqlx::query_as(REGISTER).bind(tenant).bind(Json(&rows)).bind(person).bind(now).fetch_all(tx.conn()).await?;
        if !done.is_empty() {
            break;
        }
    }
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
