//! Freezing what is to be signed, and showing it.

use std::collections::HashMap;

use chrono::TimeDelta;
use documents::FileContent;
use op::{Action as _, Actor, Audit, Event, Facts, Op, OpError, Read, Tx};
use serde::Deserialize;
use serde_json::json;
use types::{DocumentId, FileId, Locale, TaskId, Timestamp};
use uuid::Uuid;
use workflow::{StepKind, StepState, TaskHeld, actions::TakeStep};

use super::{SignError, sha256};
use crate::{
    actions::Sign,
    events,
    held::Request,
    model::{Current, Frozen, Item, ItemState, Reason, State, signable, unchanged},
    store::{self, NewItem, NewRequest},
};

/// Documents that one consent may cover.
pub const MOST: usize = 1000;

/// Shows these tasks' documents for signature: a request, with the digests of their files.
///
/// # Errors
/// None of them is a sign step that is theirs to take now; the database failed.
pub async fn show(op: &Op, locale: Locale, tasks: &[TaskId]) -> Result<Uuid, SignError> {
    let Actor::Person(person, identity) = *op.actor() else { return Err(OpError::Forbidden(Sign::DEF.name).into()) };
    let mut tasks = tasks.to_vec();
    tasks.sort_unstable();
    tasks.dedup();
    if tasks.is_empty() || tasks.len() > MOST {
        return Err(Reason::of("signing-reason-nothing").into());
    }
    let digests = digests_of(op, &tasks).await?;
    let mut tx = op.begin().await?;
    let may = tx.create::<Sign>(&Facts { owner: Some(person), ..Facts::default() })?;
    let items = items_of(&mut tx, &tasks, &digests).await?;
    if items.is_empty() {
        return Err(Reason::of("signing-reason-nothing").into());
    }
    let id: Uuid = op.new_id();
    let acting_for = op.acting_for();
    let expires_at = expiry(&mut tx).await?;
    let request = NewRequest { id, person, identity, acting_for, locale: locale.tag(), expires_at };
    store::add(&mut tx, &may, &request, &items).await?;
    let subjects = items.iter().map(|i| i.document_id.uuid()).collect();
    tx.audit(Audit::of_all(Sign::DEF.name, "document", subjects).with(json!({ "did": "show", "request": id })));
    tx.commit().await?;
    Ok(id)
}

/// All sign steps that wait in this person's lists, the oldest duty first.
///
/// # Errors
/// The database failed.
pub async fn waiting(op: &Op) -> Result<Vec<TaskId>, OpError> {
    let mut read = op.read().await?;
    let (tenant, lists) = (op.tenant(), op.principals());
    let most = i64::try_from(MOST).unwrap_or(1000);
    let rows = workflow::tasks(read.conn(), tenant, &lists, Some(StepKind::Sign.word()), None, most).await?;
    Ok(rows.into_iter().map(|t| t.id).collect())
}

/// Shows again what was not signed: files may have changed, a method may have failed. Of a request that is over, what
/// was refused begins a new one.
///
/// # Errors
/// It waits for proofs; nothing is left to sign.
pub async fn show_again(op: &Op, locale: Locale, id: Uuid) -> Result<Uuid, SignError> {
    let (r, items) = request(op, id).await?;
    let left: Vec<TaskId> =
        items.iter().filter(|i| i.signature.is_none() && i.state != ItemState::Done).map(|i| i.task_id).collect();
    match r.state {
        State::Sealing => return Err(Reason::of("signing-reason-sealing").into()),
        State::Done | State::Stopped => return show(op, locale, &left).await,
        State::Open | State::Certificate | State::Signing => {}
    }
    let digests = digests_of(op, &left).await?;
    let mut tx = op.begin().await?;
    let (held, may) = tx.hold::<Request, Sign>(id).await?;
    if held.version != r.version {
        return Err(OpError::Stale.into());
    }
    let items = items_of(&mut tx, &left, &digests).await?;
    if items.is_empty() {
        return Err(Reason::of("signing-reason-nothing").into());
    }
    let expires_at = expiry(&mut tx).await?;
    store::show_again(&mut tx, &may, &items, expires_at).await?;
    tx.audit(Audit::of(Sign::DEF.name, "signing-request", id).with(json!({ "did": "show-again" })));
    tx.commit().await?;
    Ok(id)
}

/// The digests of the files that these tasks' documents have now. A version of a file never changes, so what is
/// digested here without a lock holds under it.
async fn digests_of(op: &Op, tasks: &[TaskId]) -> Result<HashMap<FileId, String>, SignError> {
    let mut read = op.read().await?;
    let ids: Vec<Uuid> = tasks.iter().map(|t| t.uuid()).collect();
    let documents: Vec<DocumentId> =
        seen_tasks(&mut read, &ids).await?.into_iter().filter_map(|t| t.document_id).collect();
    let all = store::current(read.conn(), op.tenant(), &documents).await?;
    let mut digests = HashMap::new();
    for files in by_document(all).values() {
        for file in signable(files) {
            let content = documents::read_file(&mut read, file.id).await?;
            digests.insert(file.id, sha256(&content.bytes));
        }
    }
    Ok(digests)
}

/// Those of the tasks that are theirs to see.
async fn seen_tasks(read: &mut Read, ids: &[Uuid]) -> Result<Vec<TaskHeld>, OpError> {
    let mut seen = Vec::with_capacity(ids.len());
    for id in ids {
        match read.see::<TaskHeld>(*id).await {
            Ok(task) => seen.push(task),
            Err(OpError::NotFound) => {}
            Err(e) => return Err(e),
        }
    }
    Ok(seen)
}

pub(crate) fn by_document(all: Vec<Current>) -> HashMap<DocumentId, Vec<Current>> {
    let mut of: HashMap<DocumentId, Vec<Current>> = HashMap::new();
    for file in all {
        of.entry(file.document_id).or_default().push(file);
    }
    of
}

/// Is this task an open sign step?
pub(crate) fn waits_for_signature(t: &TaskHeld) -> bool {
    let no = u16::try_from(t.step_no).unwrap_or(0);
    let step = t.steps.0.iter().find(|s| s.no == no);
    t.state == "open" && step.is_some_and(|s| s.kind == StepKind::Sign && s.state == StepState::Open)
}

/// The documents of those sign steps that are theirs to take now. One without files waits for its maker.
async fn items_of(tx: &mut Tx, tasks: &[TaskId], digests: &HashMap<FileId, String>) -> Result<Vec<NewItem>, SignError> {
    let ids: Vec<Uuid> = tasks.iter().map(|t| t.uuid()).collect();
    let (held, _) = tx.hold_all::<TaskHeld, TakeStep>(&ids).await?;
    let op = tx.op().clone();
    let held: Vec<TaskHeld> = held.into_iter().map(|(t, _)| t).filter(waits_for_signature).collect();
    let documents: Vec<DocumentId> = held.iter().filter_map(|t| t.document_id).collect();
    let files = by_document(store::current(tx.conn(), op.tenant(), &documents).await?);
    let mut items = Vec::with_capacity(held.len());
    let mut wanted = Vec::new();
    for t in held {
        let Some(document_id) = t.document_id else { continue };
        let current = files.get(&document_id).map(Vec::as_slice).unwrap_or_default();
        let frozen: Vec<Frozen> = signable(current).into_iter().filter_map(|f| freeze(f, digests)).collect();
        let complete = unchanged(&frozen, current);
        if !complete {
            wanted.push(t.subject_id);
        }
        items.push(NewItem {
            id: op.new_id(),
            task_id: t.id,
            document_id,
            title: t.title,
            gist: t.gist,
            state: if complete { "waiting" } else { "refused" },
            reason: (!complete).then_some("signing-item-no-file"),
            files: if complete { frozen } else { Vec::new() },
        });
    }
    if !wanted.is_empty() {
        tx.publish(Event { kind: events::DOCUMENT_WANTED, subjects: wanted, data: json!({}) });
    }
    Ok(items)
}

fn freeze(f: &Current, digests: &HashMap<FileId, String>) -> Option<Frozen> {
    let (file, name, media_type, size) = (f.id, f.name.clone(), f.media_type.clone(), f.size);
    Some(Frozen { file, name, media_type, size, sha256: digests.get(&file)?.clone() })
}

#[derive(Deserialize)]
struct Minutes {
    minutes: i64,
}

async fn expiry(tx: &mut Tx) -> Result<Timestamp, SignError> {
    let (tenant, today, now) = (tx.op().tenant(), tx.op().today(), tx.op().now());
    let found = parties::parameter(tx.conn(), tenant, "signing", "request", today).await?;
    let minutes = found.and_then(|v| serde_json::from_value::<Minutes>(v).ok()).map_or(30, |m| m.minutes);
    Ok(now + TimeDelta::minutes(minutes))
}

/// A request and its documents, by whoever's it is.
///
/// # Errors
/// Not theirs.
pub async fn request(op: &Op, id: Uuid) -> Result<(Request, Vec<Item>), OpError> {
    let mut read = op.read().await?;
    let r: Request = read.see(id).await?;
    let items = store::items(read.conn(), op.tenant(), id).await?;
    Ok((r, items))
}

/// What a signer sees of a request.
#[derive(Debug)]
pub struct Shown {
    /// The request.
    pub request: Request,
    /// Its documents.
    pub items: Vec<Item>,
    /// Has its time run out?
    pub expired: bool,
}

/// A request as its page shows it; who looked is written down.
///
/// # Errors
/// Not theirs.
pub async fn see(op: &Op, id: Uuid) -> Result<Shown, OpError> {
    let (request, items) = self::request(op, id).await?;
    let mut tx = op.begin().await?;
    let subjects = items.iter().map(|i| i.document_id.uuid()).collect();
    tx.audit(Audit::of_all(Sign::DEF.name, "document", subjects).with(json!({ "did": "look", "request": id })));
    tx.commit().await?;
    let expired = request.expires_at <= op.now();
    Ok(Shown { request, items, expired })
}

/// A file exactly as it is signed. Whoever is asked to sign sees it, whatever else of the document is open to them.
///
/// # Errors
/// Not of this request, or not theirs.
pub async fn view_file(op: &Op, id: Uuid, file: FileId) -> Result<FileContent, OpError> {
    let mut read = op.read().await?;
    let _: Request = read.see(id).await?;
    let items = store::items(read.conn(), op.tenant(), id).await?;
    let item = items.iter().find(|i| i.files.iter().any(|f| f.file == file)).ok_or(OpError::NotFound)?;
    let content = documents::read_file(&mut read, file).await?;
    drop(read);
    let mut tx = op.begin().await?;
    let data = json!({ "did": "read", "request": id, "file": file });
    tx.audit(Audit::of(Sign::DEF.name, "document", item.document_id).with(data));
    tx.commit().await?;
    Ok(content)
}
