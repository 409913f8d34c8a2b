//! From the signature to the container that stands with the document, and the route that moves on: a job's work.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use asice::{container::write::File, pki::Certificate, trust::Purpose, verdict::Report};
use chrono::TimeDelta;
use documents::{FileRole, NewFile};
use op::{Action as _, Audit, Event, NewJob, Op, OpError, Tx};
use serde::Deserialize;
use serde_json::{Value, json};
use types::{DocumentId, FileId, Locale, TaskId};
use uuid::Uuid;
use workflow::{DecideError, EffectError, Verdict};

use super::{
    SignError,
    flow::Kept,
    outside,
    prove::{self, Outside},
    report, show,
};
use crate::{
    actions::{KeepReports, Sign},
    events,
    held::Request,
    jobs,
    model::{Item, Reason, State, container_name, pause_after, unchanged},
    store::{self, Change, ItemChange, NewReport},
};

/// Documents that are proven and kept in one go.
const SET: i64 = 20;
/// The media type of containers.
const ASIC_E: &str = "application/vnd.etsi.asic-e+zip";

#[derive(Deserialize)]
struct Hours {
    hours: i64,
}

/// How long proofs are asked for after a signature.
pub(crate) async fn patience(tx: &mut Tx) -> Result<TimeDelta, SignError> {
    let (tenant, today) = (tx.op().tenant(), tx.op().today());
    let found = parties::parameter(tx.conn(), tenant, "signing", "sealing", today).await?;
    let hours = found.and_then(|v| serde_json::from_value::<Hours>(v).ok()).map_or(24, |h| h.hours);
    Ok(TimeDelta::hours(hours))
}

/// Proves and keeps what a person has signed, set by set; what was kept before stays. Where a proof does not come,
/// the request says why and another turn is made later, until its time is over.
pub(crate) async fn complete(op: &Op, id: Uuid) -> Result<(), SignError> {
    loop {
        let mut read = op.read().await?;
        let r: Request = read.see(id).await?;
        let items = store::signed(read.conn(), op.tenant(), id, SET).await?;
        drop(read);
        if r.state != State::Sealing {
            return Ok(());
        }
        if items.is_empty() {
            return over(op, id).await;
        }
        match proven(op, &r, &items).await {
            Ok(ready) => keep(op, &r, ready).await?,
            Err(SignError::Refused(reason)) => return put_off(op, id, reason).await,
            Err(e) => return Err(e),
        }
    }
}

async fn over(op: &Op, id: Uuid) -> Result<(), SignError> {
    let mut tx = op.begin().await?;
    let (_, may) = tx.hold::<Request, Sign>(id).await?;
    store::change(&mut tx, &may, Change { finished_at: Some(op.now()), ..Change::to(State::Done) }).await?;
    tx.audit(Audit::of(Sign::DEF.name, "signing-request", id).with(json!({ "did": "end" })));
    Ok(tx.commit().await?)
}

/// Another turn later; when the time is over, the signatures are not used and the steps stay.
async fn put_off(op: &Op, id: Uuid, reason: Reason) -> Result<(), SignError> {
    let mut tx = op.begin().await?;
    let (r, may) = tx.hold::<Request, Sign>(id).await?;
    if r.state != State::Sealing {
        return Ok(());
    }
    let data = json!({ "did": "put-off", "reason": reason.key, "detail": reason.detail });
    tx.audit(Audit::of(Sign::DEF.name, "signing-request", id).with(data));
    if r.expires_at <= op.now() {
        let items = store::items(tx.conn(), op.tenant(), id).await?;
        let left = items.iter().filter(|i| i.signature.is_some());
        let refused: Vec<ItemChange> = left.map(|i| ItemChange::refused(i.id, reason.key, None)).collect();
        store::change_items(&mut tx, &may, &refused).await?;
        let change = Change { reason: Some(reason), finished_at: Some(op.now()), ..Change::to(State::Done) };
        store::change(&mut tx, &may, change).await?;
        return Ok(tx.commit().await?);
    }
    let run_at = op.now() + pause_after(r.attempts);
    let change = Change {
        kept: r.kept,
        reason: Some(reason),
        attempts: r.attempts.saturating_add(1),
        ..Change::to(State::Sealing)
    };
    store::change(&mut tx, &may, change).await?;
    tx.job(NewJob { kind: jobs::COMPLETE, payload: json!({ "request": id }), run_at });
    Ok(tx.commit().await?)
}

/// A document with its container, judged.
struct Ready {
    item: Item,
    container: Arc<Vec<u8>>,
    name: String,
    report: Report,
    kept: NewReport,
}

/// Time stamps first, all of them; then one revocation answer for the signer, which so is younger than each of them.
async fn proven(op: &Op, r: &Request, items: &[Item]) -> Result<Vec<Ready>, SignError> {
    let outside = Outside::of(op).await?;
    let chain: Vec<Certificate> = chain_of(op, r)?;
    let (own, others) = chain.split_first().ok_or_else(|| Reason::of("signing-reason-certificate"))?;
    let mut data = Vec::with_capacity(items.len());
    for item in items {
        data.push(prove::to_stamp(item.signature.as_deref().unwrap_or_default(), &item.signature_id())?);
    }
    let tokens = outside.stamp_all(&data).await?;
    let status = outside.status(own, others, op.now(), Purpose::Signer).await?;
    // Both come by other clocks than ours, which may be a little ahead.
    let stamped = tokens.iter().filter_map(|t| asice::pki::TimeStampToken::parse(t).ok()).map(|t| t.gen_time);
    let at = stamped.max().map_or(op.now(), |t| t.max(op.now())) + TimeDelta::minutes(1);
    let mut ready = Vec::with_capacity(items.len());
    for (item, token) in items.iter().zip(&tokens) {
        let signature = item.signature.as_deref().unwrap_or_default();
        let signature = prove::long_term(signature, &item.signature_id(), token, &status)?;
        let (container, name) = contained(op, item, signature).await?;
        let container = Arc::new(container);
        let report = report::judge(Arc::clone(&container), name.clone(), &outside.trust, at).await?;
        let mut kept = report::kept(FileId(Uuid::nil()), item.document_id, &report, &outside.trust)?;
        kept.ours = true;
        kept.proven_until = prove::proven_until(&container, &outside.trust);
        ready.push(Ready { item: item.clone(), container, name, report, kept });
    }
    Ok(ready)
}

fn chain_of(op: &Op, r: &Request) -> Result<Vec<Certificate>, SignError> {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let kept = Kept::open(op, r)?;
    let parsed = kept.certificates.iter().map(|c| Certificate::parse(&STANDARD.decode(c).unwrap_or_default()));
    parsed.collect::<Result<_, _>>().map_err(|_| Reason::of("signing-reason-certificate").into())
}

/// The container of a document's files, and its name.
async fn contained(op: &Op, item: &Item, signature: Vec<u8>) -> Result<(Vec<u8>, String), SignError> {
    let mut read = op.read().await?;
    let mut contents = Vec::with_capacity(item.files.len());
    for f in item.files.iter() {
        contents.push(documents::read_file(&mut read, f.file).await?.bytes);
    }
    let before = store::containers(read.conn(), op.tenant(), item.document_id).await?.into_iter().next();
    let before = match before {
        Some((file, name)) => Some((documents::read_file(&mut read, file).await?.bytes, name)),
        None => None,
    };
    let current = store::current(read.conn(), op.tenant(), &[item.document_id]).await?;
    drop(read);
    let files: Vec<File<'_>> = item
        .files
        .iter()
        .zip(&contents)
        .map(|(f, content)| File { name: &f.name, media_type: &f.media_type, content })
        .collect();
    let bytes = prove::contain(&files, signature, before.as_ref().map(|(b, _)| b.as_slice()), op.now())?;
    let name = before.map(|(_, name)| name).unwrap_or_else(|| {
        let taken: HashSet<&str> = current.iter().map(|f| f.name.as_str()).collect();
        container_name(item.files.first().map_or("dokuments", |f| f.name.as_str()), &taken)
    });
    Ok((bytes, name))
}

/// Texts in both languages of what spoils a verdict.
fn faults(report: &Report) -> Value {
    use asice::finding::Severity;
    let all = report.signatures.iter().flat_map(|s| &s.findings).chain(&report.container.findings);
    let grave: Vec<_> = all.filter(|w| w.effect.severity() != Severity::Info).take(5).collect();
    let lv: Vec<String> = grave.iter().map(|w| w.finding.latvian()).collect();
    let en: Vec<String> = grave.iter().map(|w| w.finding.english()).collect();
    json!({ "lv": lv.join("; "), "en": en.join("; ") })
}

/// The signer's own signature in it, by its identifier.
fn counts(item: &Item, report: &Report) -> bool {
    let own = item.signature_id();
    report.signatures.iter().any(|s| s.id == own && s.legally_signed)
}

/// Keeps containers and moves their routes on, all in one transaction; where an effect refuses one, each in its own.
async fn keep(op: &Op, r: &Request, ready: Vec<Ready>) -> Result<(), SignError> {
    let locale = Locale::from_tag(&r.locale).unwrap_or_default();
    let person = Op::for_person(op.kernel(), op.tenant(), r.person_id, r.identity_id, locale).await?;
    let person = person.with_clock(op.clock().clone()).with_acting_for(r.acting_for);
    match keep_in(&person, r.id, &ready).await {
        Err(DecideError::Effect(EffectError::Refused(why))) if ready.len() == 1 => {
            refuse(&person, r.id, &ready, &why).await
        }
        Err(DecideError::Effect(EffectError::Refused(_))) => {
            for one in ready {
                let one = [one];
                match keep_in(&person, r.id, &one).await {
                    Err(DecideError::Effect(EffectError::Refused(why))) => refuse(&person, r.id, &one, &why).await?,
                    other => other.map_err(of_decision)?,
                }
            }
            Ok(())
        }
        other => other.map_err(of_decision),
    }
}

fn of_decision(e: DecideError) -> SignError {
    match e {
        DecideError::Op(e) => SignError::Op(e),
        other => SignError::Op(outside(other)),
    }
}

async fn refuse(op: &Op, id: Uuid, ready: &[Ready], why: &str) -> Result<(), SignError> {
    let mut tx = op.begin().await?;
    let (_, may) = tx.hold::<Request, Sign>(id).await?;
    let detail = json!({ "lv": why, "en": why });
    let changes: Vec<ItemChange> =
        ready.iter().map(|x| ItemChange::refused(x.item.id, "signing-item-effect", Some(detail.clone()))).collect();
    store::change_items(&mut tx, &may, &changes).await?;
    tx.audit(Audit::of(Sign::DEF.name, "signing-request", id).with(json!({ "did": "refuse" })));
    Ok(tx.commit().await?)
}

async fn keep_in(op: &Op, id: Uuid, ready: &[Ready]) -> Result<(), DecideError> {
    let mut tx = op.begin().await?;
    let (_, may) = tx.hold::<Request, Sign>(id).await?;
    let tenant = op.tenant();
    // Another turn of the job may have been quicker.
    let waiting = store::items(tx.conn(), tenant, id).await?;
    let waits = |x: &&Ready| waiting.iter().any(|i| i.id == x.item.id && i.signature.is_some());
    let ready: Vec<&Ready> = ready.iter().filter(waits).collect();
    let documents: Vec<DocumentId> = ready.iter().map(|x| x.item.document_id).collect();
    let files = show::by_document(store::current(tx.conn(), tenant, &documents).await?);
    let (mut changes, mut fit) = (Vec::new(), Vec::new());
    for x in ready {
        let current = files.get(&x.item.document_id).map(Vec::as_slice).unwrap_or_default();
        if !counts(&x.item, &x.report) {
            changes.push(ItemChange::refused(x.item.id, "signing-item-invalid", Some(faults(&x.report))));
        } else if !unchanged(&x.item.files, current) {
            changes.push(ItemChange::refused(x.item.id, "signing-item-changed", None));
        } else {
            fit.push(x);
        }
    }
    let tasks: Vec<TaskId> = fit.iter().map(|x| x.item.task_id).collect();
    let decided = workflow::decide_in(&mut tx, &tasks, &Verdict::yes()).await?;
    let refused: HashMap<TaskId, &'static str> = decided.refused.iter().map(|(t, why)| (*t, why.key())).collect();
    let (kept, left): (Vec<&Ready>, Vec<&Ready>) =
        fit.into_iter().partition(|x| decided.done.contains(&x.item.task_id));
    for x in left {
        let why = match refused.get(&x.item.task_id) {
            Some(key) if *key != workflow::Refused::NoStep.key() => key,
            _ => "signing-item-right",
        };
        changes.push(ItemChange::refused(x.item.id, why, None));
    }
    changes.extend(attach(&mut tx, &may, &kept).await?);
    store::change_items(&mut tx, &may, &changes).await?;
    let subjects: Vec<Uuid> = kept.iter().map(|x| x.item.document_id.uuid()).collect();
    let data = json!({ "did": "keep", "request": id, "refused": changes.len() - kept.len() });
    tx.audit(Audit::of(Sign::DEF.name, "signing-request", id).with(data));
    if !subjects.is_empty() {
        tx.publish(Event { kind: events::SIGNED, subjects, data: json!({ "request": id }) });
    }
    Ok(tx.commit().await?)
}

/// The containers beside their documents, with their reports.
async fn attach(tx: &mut Tx, may: &op::May<Sign>, kept: &[&Ready]) -> Result<Vec<ItemChange>, OpError> {
    if kept.is_empty() {
        return Ok(Vec::new());
    }
    let file = |x: &&Ready| NewFile {
        name: x.name.clone(),
        media_type: ASIC_E.to_owned(),
        bytes: x.container.to_vec(),
        role: FileRole::Signature,
    };
    let files = kept.iter().map(|x| (x.item.document_id, vec![file(x)])).collect();
    let ids = documents::attach_set(tx, may, files).await?;
    let mut reports = Vec::with_capacity(kept.len());
    let mut changes = Vec::with_capacity(kept.len());
    for (x, id) in kept.iter().zip(ids) {
        let r = &x.kept;
        reports.push(NewReport {
            id,
            document_id: r.document_id,
            passed: r.passed,
            verdict: r.verdict.clone(),
            ours: true,
            trust_at: r.trust_at,
            proven_until: r.proven_until,
        });
        let (state, reason, detail, signature) = ("done", None, None, None);
        changes.push(ItemChange { id: x.item.id, state, reason, detail, signature, container_id: Some(id) });
    }
    let keep = tx.consequence::<KeepReports>(may.resource())?;
    store::keep_reports(tx, &keep, &reports).await?;
    Ok(changes)
}
