//! What is done with files (lietas) whose retention has ended: an act is drawn up, approved by another, carried out.
//! MK 282 (2024); Arhīvu likums.

use std::sync::Arc;

use chrono::Datelike as _;
use op::{Action as _, Audit, Event, Facts, NewJob, Op, OpError, Tx};
use serde_json::json;
use types::{ClassId, DisposalId, DocumentId, UnitId};

use super::attach::{blob_store, outside};
use crate::{
    actions::{ApproveDisposal, CarryOutDisposal, ProposeDisposal},
    jobs::DELETE_BLOBS,
    model::{FileRole, NewDocument, NewFile, Registering},
    store::{self, Disposal, DisposalKind, DisposalState, Due},
};

/// Most blobs in one job.
const BLOBS: usize = 500;

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DisposalError {
    /// Nothing was chosen, or something whose time has not come or whose documents are still at work.
    #[error("not all of these may be disposed of")]
    NotDue,
    /// Who drew it up does not approve it.
    #[error("one's own act")]
    Own,
    /// Its state does not allow that.
    #[error("the act stands elsewhere")]
    State,
    /// The operation itself.
    #[error(transparent)]
    Op(#[from] OpError),
}

impl From<sqlx::Error> for DisposalError {
    fn from(e: sqlx::Error) -> Self {
        Self::Op(e.into())
    }
}

/// An act to be drawn up, with the words that stand in it.
pub(crate) struct Proposal {
    pub institution: UnitId,
    pub kind: DisposalKind,
    pub classes: Vec<ClassId>,
    /// The act's title.
    pub title: String,
    /// The name of the file with the list.
    pub file: String,
    /// Heads of the list's columns.
    pub heads: Vec<String>,
}

/// How long permanent files stay before they are handed over.
pub(crate) async fn transfer_after(tx: &mut sqlx::PgConnection, op: &Op) -> Result<i32, OpError> {
    let years = parties::parameter(tx, op.tenant(), "documents", "transfer-after-years", op.today()).await?;
    Ok(years.and_then(|v| i32::try_from(v.as_i64()?).ok()).unwrap_or(15))
}

/// Draws up an act: a draft document with the list of files, which no other act can name meanwhile.
pub(crate) async fn propose(op: &Op, p: &Proposal) -> Result<DisposalId, DisposalError> {
    let mut tx = op.begin().await?;
    let may = tx.create::<ProposeDisposal>(&Facts { unit: Some(p.institution), ..Facts::default() })?;
    let years = transfer_after(tx.conn(), op).await?;
    let due = store::lock_due(tx.conn(), op.tenant(), p.institution, op.today().year(), years, &p.classes).await?;
    let fits = |d: &Due| d.open == 0 && d.permanent == (p.kind == DisposalKind::Transfer);
    if due.is_empty() || due.len() != p.classes.len() || !due.iter().all(fits) {
        return Err(DisposalError::NotDue);
    }
    let (id, act): (DisposalId, DocumentId) = (op.new_id(), op.new_id());
    let mut new = NewDocument::new("disposal-act", &p.title, p.institution, p.institution, "desk");
    new.id = Some(act);
    new.data = json!({ "files": due.len(), "documents": due.iter().map(|d| d.documents).sum::<i64>() });
    super::create(&mut tx, &may, vec![new]).await?;
    super::attach(&mut tx, &may, act, vec![list(p, &due)]).await?;
    store::new_disposal(&mut tx, &may, id, p.institution, p.kind, act, &p.classes).await?;
    tx.history(id, "created", json!({ "files": due.len() }));
    tx.commit().await?;
    Ok(id)
}

/// The list as a table that any office program opens.
fn list(p: &Proposal, due: &[Due]) -> NewFile {
    let row = |d: &Due| {
        let years = d.retention_years.map(|n| n.to_string()).unwrap_or_default();
        vec![d.year.to_string(), d.code.clone(), d.title.clone(), years, d.documents.to_string()]
    };
    let table: Vec<Vec<String>> = std::iter::once(p.heads.clone()).chain(due.iter().map(row)).collect();
    let bytes = crate::pages::csv(&table).into_bytes();
    NewFile { name: p.file.clone(), media_type: "text/csv".to_owned(), bytes, role: FileRole::Main }
}

/// Approves an act and registers it.
pub(crate) async fn approve(op: &Op, id: DisposalId, version: i32) -> Result<(), DisposalError> {
    let mut tx = op.begin().await?;
    let (d, may) = tx.hold_version::<Disposal, ApproveDisposal>(id, version).await?;
    if d.state != DisposalState::Proposed {
        return Err(DisposalError::State);
    }
    if d.proposed_by.is_some() && d.proposed_by == op.person() {
        return Err(DisposalError::Own);
    }
    let entry = Registering {
        document: d.document_id,
        register: "internal".to_owned(),
        institution: d.institution_id,
        date: op.today(),
    };
    super::register(&mut tx, &may, &[entry]).await?;
    store::turn_disposal(&mut tx, &may, DisposalState::Approved).await?;
    tx.history(d.document_id, "approved", json!({}));
    Ok(tx.commit().await?)
}

/// Gives an act up: its files can be named by another.
pub(crate) async fn cancel(op: &Op, id: DisposalId, version: i32, reason: &str) -> Result<(), DisposalError> {
    let mut tx = op.begin().await?;
    let (d, may) = tx.hold_version::<Disposal, ProposeDisposal>(id, version).await?;
    if !matches!(d.state, DisposalState::Proposed | DisposalState::Approved) {
        return Err(DisposalError::State);
    }
    store::turn_disposal(&mut tx, &may, DisposalState::Cancelled).await?;
    store::free_classes(tx.conn(), op.tenant(), id).await?;
    super::annul(&mut tx, &may, &[d.document_id], reason).await?;
    Ok(tx.commit().await?)
}

/// Carries an approved act out. Destroyed are the content of files, searchable texts and typed metadata; numbers, titles
/// and the trail stay, for a register has no holes. The blobs themselves go by jobs, after the commit.
pub(crate) async fn carry_out(op: &Op, id: DisposalId, version: i32) -> Result<(), DisposalError> {
    let mut tx = op.begin().await?;
    let (d, may) = tx.hold_version::<Disposal, CarryOutDisposal>(id, version).await?;
    if d.state != DisposalState::Approved {
        return Err(DisposalError::State);
    }
    if store::reopened(tx.conn(), op.tenant(), id).await? {
        return Err(DisposalError::NotDue);
    }
    let documents = store::disposed_documents(tx.conn(), op.tenant(), id).await?;
    if d.kind == DisposalKind::Destroy {
        destroy(&mut tx, &documents).await?;
    }
    let verb = d.kind.verb();
    for document in &documents {
        tx.history(*document, verb, json!({ "act": d.document_id }));
    }
    store::turn_disposal(&mut tx, &may, DisposalState::Done).await?;
    tx.history(d.document_id, verb, json!({}));
    let subjects: Vec<uuid::Uuid> = documents.iter().map(|d| d.uuid()).collect();
    let audit = Audit::of_all(CarryOutDisposal::DEF.name, "document", subjects.clone());
    tx.audit(audit.with(json!({ "did": verb, "disposal": id })));
    tx.publish(Event {
        kind: crate::events::DISPOSED,
        subjects,
        data: json!({ "kind": d.kind, "act": d.document_id }),
    });
    Ok(tx.commit().await?)
}

async fn destroy(tx: &mut Tx, documents: &[DocumentId]) -> Result<(), OpError> {
    let (tenant, now) = (tx.op().tenant(), tx.op().now());
    let blobs = store::erase(tx.conn(), tenant, documents).await?;
    for some in blobs.chunks(BLOBS) {
        tx.job(NewJob { kind: DELETE_BLOBS, payload: json!({ "blobs": some }), run_at: now });
    }
    Ok(())
}

/// Deletes those blobs that no file names any more. The lock waits for whoever is attaching a file just now.
pub(crate) async fn delete_blobs(op: &Op, blobs: &[String]) -> Result<(), OpError> {
    let kernel = Arc::clone(op.kernel());
    let store = blob_store(&kernel)?;
    let mut tx = op.begin().await?;
    let unnamed = store::lock_unnamed(tx.conn(), op.tenant(), blobs).await?;
    for blob in &unnamed {
        store.delete(blob).await.map_err(outside)?;
    }
    let data = json!({ "did": "delete blobs", "count": unnamed.len() });
    tx.audit(Audit::of_all(CarryOutDisposal::DEF.name, "blob", Vec::new()).with(data));
    tx.commit().await
}
