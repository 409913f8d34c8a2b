use std::collections::{BTreeMap, HashMap, HashSet};

use op::{Action as _, Actor, Audit, Facts, Op, OpError, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::types::Json;
use types::{ClassId, DocumentId, UnitId};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{attach::attach_new, create::create_registered};
use crate::{
    actions::RegisterBatch,
    batch::{self, Good, ItemProblem, Judge, Known, KnownUnit, NewBatch},
    kinds::Kinds,
};

/// What became of a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BatchAnswer {
    /// The call, as the house knows it.
    #[schema(value_type = String, format = "uuid")]
    pub batch: Uuid,
    /// Was this call made before? Then this is its answer of that time.
    pub repeated: bool,
    /// How many documents this call registered.
    pub registered: usize,
    /// How many were registered by an earlier call.
    pub already: usize,
    /// How many were refused; the others stand.
    pub refused: usize,
    /// What became of each document, in the order of the call.
    pub items: Vec<ItemAnswer>,
}

/// What became of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ItemAnswer {
    /// The caller's key.
    pub key: String,
    /// What became of it.
    pub status: ItemStatus,
    /// The document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = "uuid")]
    pub document: Option<DocumentId>,
    /// Its number in the register.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "S-4711")]
    pub number: Option<String>,
    /// Why it was refused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<ItemProblem>,
}

/// What became of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ItemStatus {
    /// Registered by this call.
    Registered,
    /// The same document was registered by an earlier call.
    Already,
    /// Not registered.
    Refused,
}

/// Why a call as a whole was not taken.
#[derive(Debug, thiserror::Error)]
pub enum BatchError {
    /// It is not a call that could be taken.
    #[error("{0}")]
    Malformed(&'static str),
    /// Its key was used for another content.
    #[error("the key of this call was used before, for another content")]
    KeyTaken,
    /// The rights, the database.
    #[error(transparent)]
    Op(#[from] OpError),
}

impl From<sqlx::Error> for BatchError {
    fn from(e: sqlx::Error) -> Self {
        Self::Op(e.into())
    }
}

impl ItemAnswer {
    fn refused(key: &str, problems: Vec<ItemProblem>) -> Self {
        Self { key: key.to_owned(), status: ItemStatus::Refused, document: None, number: None, problems }
    }

    fn stands(key: &str, status: ItemStatus, document: DocumentId, number: Option<String>) -> Self {
        Self { key: key.to_owned(), status, document: Some(document), number, problems: Vec::new() }
    }
}

/// An answer that is no registration, with its place in the call; kept for a repeated call.
#[derive(Serialize, Deserialize)]
struct Other {
    n: usize,
    #[serde(flatten)]
    answer: ItemAnswer,
}

/// Registers what an outside system brings, in one transaction and a handful of statements however many: each
/// document once by its key, each call once by its own. What is refused does not hold up the others.
///
/// # Errors
/// The call as a whole is not taken; then nothing was registered and no number is lost.
pub async fn register_batch(op: &Op, new: &NewBatch) -> Result<BatchAnswer, BatchError> {
    batch::check(new).map_err(BatchError::Malformed)?;
    let Actor::System(source) = op.actor().clone() else {
        return Err(OpError::Forbidden(RegisterBatch::DEF.name).into());
    };
    let kinds = op.kernel().extension::<Kinds>().cloned().unwrap_or_default();
    let mut tx = op.begin().await?;
    let may = tx.create::<RegisterBatch>(&Facts::default())?;
    let known = known(&mut tx, new, &kinds).await?;
    let mut judge = Judge::new(&known, &kinds, &source, op.today());
    let mut items: Vec<Option<ItemAnswer>> = Vec::with_capacity(new.documents.len());
    let mut good: Vec<(usize, Good)> = Vec::new();
    for (n, d) in new.documents.iter().enumerate() {
        match judge.judge(d, op.new_id()) {
            Ok(g) => {
                good.push((n, g));
                items.push(None);
            }
            Err(problems) => items.push(Some(ItemAnswer::refused(&d.key, problems))),
        }
    }
    let id: Uuid = op.new_id();
    let (fresh, claimed) = claim(&mut tx, id, &source, new, &good).await?;
    if !fresh {
        return repeat(&mut tx, &source, new).await;
    }
    let claimed: HashSet<DocumentId> = claimed.into_iter().collect();
    let is_claimed = |g: &Good| g.document.id.is_some_and(|id| claimed.contains(&id));
    let (good, known_before): (Vec<_>, Vec<_>) = good.into_iter().partition(|(_, g)| is_claimed(g));
    let before = by_key(&mut tx, &source, known_before.iter().map(|(_, g)| g.key.clone()).collect()).await?;
    for (n, g) in known_before {
        let answer = match before.get(&g.key) {
            Some(b) if b.digest == g.digest => {
                ItemAnswer::stands(&g.key, ItemStatus::Already, b.document_id, b.number.clone())
            }
            _ => ItemAnswer::refused(&g.key, vec![batch::key_taken()]),
        };
        set(&mut items, n, answer);
    }
    let (mut places, mut files, mut documents) = (Vec::new(), Vec::new(), Vec::new());
    for (n, g) in good {
        places.push((n, g.key));
        files.extend(g.document.id.zip(g.file));
        documents.push((g.document, g.register, g.date));
    }
    keep_others(&mut tx, id, &items).await?;
    let registered = create_registered(&mut tx, &may, documents).await?;
    attach_new(&mut tx, &may, files).await?;
    for ((n, key), r) in places.into_iter().zip(registered) {
        set(&mut items, n, ItemAnswer::stands(&key, ItemStatus::Registered, r.document, Some(r.number)));
    }
    let answer = answer(id, false, items);
    let said = json!({ "did": "take a batch", "registered": answer.registered, "refused": answer.refused });
    tx.audit(Audit::of(RegisterBatch::DEF.name, "batch", id).with(said));
    tx.commit().await?;
    Ok(answer)
}

fn set(items: &mut [Option<ItemAnswer>], n: usize, answer: ItemAnswer) {
    if let Some(place) = items.get_mut(n) {
        *place = Some(answer);
    }
}

fn answer(batch: Uuid, repeated: bool, items: Vec<Option<ItemAnswer>>) -> BatchAnswer {
    let items: Vec<ItemAnswer> = items.into_iter().flatten().collect();
    let count = |status| items.iter().filter(|i| i.status == status).count();
    let (registered, already) = (count(ItemStatus::Registered), count(ItemStatus::Already));
    BatchAnswer { batch, repeated, registered, already, refused: count(ItemStatus::Refused), items }
}

const REGISTERS: &str =
    db::sql!("select code from documents.register where tenant_id = $1 and code = any($2) and closed_on is null");
const CLASSES: &str = db::sql!(
    "select c.id, c.institution_id, c.year, c.code from documents.class c
     where c.tenant_id = $1 and c.institution_id = any($2) and c.code = any($3) and c.closed_on is null"
);

/// Looks up what the call names.
async fn known(tx: &mut Tx, new: &NewBatch, kinds: &Kinds) -> Result<Known, OpError> {
    let (tenant, today) = (tx.op().tenant(), tx.op().today());
    let units: HashSet<&str> =
        new.documents.iter().flat_map(|d| std::iter::once(d.institution.as_str()).chain(d.unit.as_deref())).collect();
    let units: Vec<String> = units.into_iter().map(str::to_owned).collect();
    let units = parties::units_by_code(tx.conn(), tenant, &units, today).await?;
    let register =
        |d: &batch::BatchDocument| d.register.clone().or_else(|| kinds.get(&d.kind).map(|k| k.register.to_owned()));
    let registers: HashSet<String> = new.documents.iter().filter_map(register).collect();
    let registers: Vec<String> = registers.into_iter().collect();
    let registers: Vec<(String,)> =
        sqlx::query_as(REGISTERS).bind(tenant).bind(&registers).fetch_all(tx.conn()).await?;
    let codes: HashSet<&str> = new.documents.iter().filter_map(|d| d.class.as_deref()).collect();
    let mut classes = Vec::new();
    if !codes.is_empty() {
        let codes: Vec<&str> = codes.into_iter().collect();
        let institutions: Vec<UnitId> = units.iter().map(|u| u.id).collect();
        let query = sqlx::query_as::<_, (ClassId, UnitId, i32, String)>(CLASSES);
        classes = query.bind(tenant).bind(institutions).bind(codes).fetch_all(tx.conn()).await?;
    }
    let unit = |u: parties::UnitByCode| {
        let is_institution = u.kind != parties::UnitKind::Unit;
        (u.code, KnownUnit { id: u.id, is_institution, path: u.path })
    };
    Ok(Known {
        units: units.into_iter().map(unit).collect(),
        registers: registers.into_iter().map(|(code,)| code).collect(),
        classes: classes.into_iter().map(|(id, unit, year, code)| ((unit, year, code), id)).collect(),
    })
}

// Whoever brings the same key at the same time waits here for the first one's commit. Keys are taken in their order,
// so that two calls never wait for each other.
const CLAIM: &str = db::sql!(
    "with b as (
       insert into documents.batch (tenant_id, id, source, key, digest, received_at, documents)
       values ($1, $2, $3, $4, $5, $6, $7)
       on conflict (tenant_id, source, key) do nothing returning id),
     k as (
       insert into documents.source_key (tenant_id, source, key, document_id, digest)
       select $1, $3, u.key, u.document, u.digest
       from b cross join unnest($8::text[], $9::uuid[], $10::bytea[]) as u(key, document, digest)
       order by u.key
       on conflict (tenant_id, source, key) do nothing returning document_id)
     select exists (select from b), array(select document_id from k)"
);

/// Was the call not made before, and which of its keys are new?
async fn claim(
    tx: &mut Tx,
    id: Uuid,
    source: &str,
    new: &NewBatch,
    good: &[(usize, Good)],
) -> Result<(bool, Vec<DocumentId>), OpError> {
    let (tenant, now) = (tx.op().tenant(), tx.op().now());
    let keys: Vec<&str> = good.iter().map(|(_, g)| g.key.as_str()).collect();
    let ids: Vec<DocumentId> = good.iter().filter_map(|(_, g)| g.document.id).collect();
    let digests: Vec<&[u8]> = good.iter().map(|(_, g)| g.digest.as_slice()).collect();
    let claimed = sqlx::query_as(CLAIM)
        .bind(tenant)
        .bind(id)
        .bind(source)
        .bind(&new.key)
        .bind(batch::digest(new))
        .bind(now)
        .bind(i32::try_from(new.documents.len()).unwrap_or(i32::MAX))
        .bind(keys)
        .bind(ids)
        .bind(digests)
        .fetch_one(tx.conn())
        .await?;
    Ok(claimed)
}

#[derive(sqlx::FromRow)]
struct Before {
    key: String,
    document_id: DocumentId,
    digest: Vec<u8>,
    number: Option<String>,
}

const BY_KEY: &str = db::sql!(
    "select k.key, k.document_id, k.digest, d.number from documents.source_key k
     left join documents.document d on d.tenant_id = $1 and d.id = k.document_id
     where k.tenant_id = $1 and k.source = $2 and k.key = any($3)"
);

async fn by_key(tx: &mut Tx, source: &str, keys: Vec<String>) -> Result<HashMap<String, Before>, OpError> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let tenant = tx.op().tenant();
    let rows: Vec<Before> = sqlx::query_as(BY_KEY).bind(tenant).bind(source).bind(keys).fetch_all(tx.conn()).await?;
    Ok(rows.into_iter().map(|b| (b.key.clone(), b)).collect())
}

const KEEP: &str = db::sql!("update documents.batch set others = $3 where tenant_id = $1 and id = $2");

/// Keeps the answers that are no registration: the registrations themselves stand in the register.
async fn keep_others(tx: &mut Tx, id: Uuid, items: &[Option<ItemAnswer>]) -> Result<(), OpError> {
    let other = |(n, item): (usize, &Option<ItemAnswer>)| item.clone().map(|answer| Other { n, answer });
    let others: Vec<Other> = items.iter().enumerate().filter_map(other).collect();
    if !others.is_empty() {
        let tenant = tx.op().tenant();
        sqlx::query(KEEP).bind(tenant).bind(id).bind(Json(others)).execute(tx.conn()).await?;
    }
    Ok(())
}

const REPEATED: &str =
    db::sql!("select id, digest, others from documents.batch where tenant_id = $1 and source = $2 and key = $3");

/// The answer that the call was given when it was made first. Nothing is written: the transaction is given up.
async fn repeat(tx: &mut Tx, source: &str, new: &NewBatch) -> Result<BatchAnswer, BatchError> {
    let tenant = tx.op().tenant();
    let (id, digest, Json(others)): (Uuid, Vec<u8>, Json<Vec<Other>>) =
        sqlx::query_as(REPEATED).bind(tenant).bind(source).bind(&new.key).fetch_one(tx.conn()).await?;
    if digest != batch::digest(new) {
        return Err(BatchError::KeyTaken);
    }
    let before = by_key(tx, source, new.documents.iter().map(|d| d.key.clone()).collect()).await?;
    let mut others: BTreeMap<usize, ItemAnswer> = others.into_iter().map(|o| (o.n, o.answer)).collect();
    let items = new.documents.iter().enumerate().map(|(n, d)| {
        let stands = |b: &Before| ItemAnswer::stands(&d.key, ItemStatus::Registered, b.document_id, b.number.clone());
        others.remove(&n).or_else(|| before.get(&d.key).map(stands))
    });
    Ok(answer(id, true, items.collect()))
}
