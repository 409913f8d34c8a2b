//! Coding, approval, alerts, and the answer to the supplier.

use std::collections::{BTreeMap, HashMap};

use op::{Action as _, Audit, May, Op, OpError, Tx};
use serde_json::json;
use types::{DocumentId, Money, UnitId};
use uuid::Uuid;
use workflow::Subject;

use super::InvoicesError;
use crate::{
    actions::{AnswerSupplier, ClearAlert, CodeInvoice},
    held::Invoice,
    model::{AlertKind, Coding, State, check},
    offers, store,
};

/// Codes an invoice and sends it for approval, along the route that its unit and amount ask for.
///
/// # Errors
/// The parts do not add up, it stands elsewhere, nobody can approve it, or it is not theirs.
pub async fn code(op: &Op, id: DocumentId, version: i32, parts: &[Coding]) -> Result<(), InvoicesError> {
    let mut tx = op.begin().await?;
    let (invoice, may) = tx.hold_version::<Invoice, CodeInvoice>(id, version).await?;
    send(&mut tx, vec![(invoice, may, parts.to_vec())]).await?;
    Ok(tx.commit().await?)
}

/// Codes a set; what is not theirs or stands elsewhere is left out. Answers how many were sent.
///
/// # Errors
/// Parts that do not add up, nobody to approve, or the database failed: then none was sent.
pub async fn code_set(op: &Op, mut all: HashMap<Uuid, Vec<Coding>>) -> Result<usize, InvoicesError> {
    let mut tx = op.begin().await?;
    let mut ids: Vec<Uuid> = all.keys().copied().collect();
    ids.sort_unstable();
    let (held, _) = tx.hold_all::<Invoice, CodeInvoice>(&ids).await?;
    let open = held.into_iter().filter(|(i, _)| i.state == State::Coding);
    let set: Vec<_> =
        open.filter_map(|(i, may)| Some((all.remove(&i.id.uuid())?, i, may))).map(|(p, i, m)| (i, m, p)).collect();
    if set.is_empty() {
        return Ok(0);
    }
    let count = set.len();
    send(&mut tx, set).await?;
    tx.commit().await?;
    Ok(count)
}

async fn send(tx: &mut Tx, set: Vec<(Invoice, May<CodeInvoice>, Vec<Coding>)>) -> Result<(), InvoicesError> {
    let op = tx.op().clone();
    let limit = parties::parameter(tx.conn(), op.tenant(), "invoices", "approval-limit-cents", op.today()).await?;
    let limit = limit.and_then(|v| v.as_i64()).unwrap_or(0);
    let (mut codings, mut held) = (store::Codings::default(), Vec::with_capacity(set.len()));
    let mut routes: BTreeMap<&'static str, Vec<Subject>> = BTreeMap::new();
    for (invoice, may, parts) in set {
        if invoice.state != State::Coding {
            return Err(InvoicesError::State(invoice.state));
        }
        check(&parts, invoice.total)?;
        let id = invoice.id;
        let unit = parts.iter().max_by_key(|p| p.amount.0.abs()).map_or(invoice.unit_id, |p| p.unit_id);
        let route = route_for(&invoice, unit, limit);
        tx.history(id, "coded", json!({ "parts": parts.len(), "route": route }));
        routes.entry(route).or_default().push(subject(&invoice, unit));
        codings.units.push(store::UnitItem { id, unit_id: unit });
        let item = |(no, coding)| store::CodingItem { invoice_id: id, no, coding };
        codings.parts.extend((1..).zip(parts).map(item));
        held.push(may);
    }
    store::set_codings(tx, &held, &codings).await?;
    // Contract, order and receipt were approved by others before: what agrees with all of them needs one look only,
    // that of whoever has just coded it.
    let ids: Vec<DocumentId> = codings.units.iter().map(|u| u.id).collect();
    let matched = store::fully_matched(tx.conn(), op.tenant(), &ids, op.person()).await?;
    if let Some(may) = held.first() {
        store::approve(tx, may, &matched, &vec![true; matched.len()], op.now()).await?;
    }
    for id in &matched {
        tx.history(*id, "approved-by-match", json!({}));
    }
    if !matched.is_empty() {
        let subjects = matched.iter().map(|d| d.uuid()).collect();
        tx.audit(Audit::of_all("invoices.invoice.approve", "invoice", subjects).ground("three-way match"));
    }
    for (code, mut subjects) in routes {
        subjects.retain(|s| !matched.contains(&DocumentId(s.id)));
        if !subjects.is_empty() {
            workflow::start(tx, code, subjects).await?;
        }
    }
    let subjects = ids.iter().map(|d| d.uuid()).collect();
    tx.audit(Audit::of_all(CodeInvoice::DEF.name, "invoice", subjects));
    Ok(())
}

fn subject(invoice: &Invoice, unit: UnitId) -> Subject {
    Subject {
        id: invoice.id.uuid(),
        document: Some(invoice.id),
        title: format!("{} {}", if invoice.is_credit() { "Kredītrēķins" } else { "Rēķins" }, invoice.number),
        gist: format!("{} · {} {}", invoice.supplier, euros(invoice.total), invoice.currency),
        owner: None,
        unit,
        institution: invoice.institution_id,
    }
}

/// Euros and cents, for a line that people read.
#[must_use]
pub(crate) fn euros(amount: Money) -> String {
    let sign = if amount.0 < 0 { "-" } else { "" };
    let n = amount.0.unsigned_abs();
    format!("{sign}{},{:02}", n / 100, n % 100)
}

/// A unit's own manager approves; what is the institution's, its head; what is large, both.
const fn is_large(total: Money, limit: i64) -> bool {
    total.0.unsigned_abs() > limit.unsigned_abs()
}

fn route_for(invoice: &Invoice, unit: UnitId, limit: i64) -> &'static str {
    match (unit == invoice.institution_id, is_large(invoice.total, limit)) {
        (true, _) => offers::BY_HEAD,
        (false, false) => offers::BY_UNIT,
        (false, true) => offers::BY_BOTH,
    }
}

/// Accepts an invoice in spite of fatal findings, on a stated ground: it goes on to coding.
///
/// # Errors
/// It is not broken, or not theirs.
pub async fn accept(op: &Op, id: DocumentId, version: i32, ground: &str) -> Result<(), InvoicesError> {
    let mut tx = op.begin().await?;
    let (invoice, may) = tx.hold_version::<Invoice, AnswerSupplier>(id, version).await?;
    if invoice.state != State::Broken {
        return Err(InvoicesError::State(invoice.state));
    }
    store::set_state(&mut tx, &may, &[id], State::Coding).await?;
    tx.history(id, "accepted", json!({ "ground": ground }));
    tx.audit(Audit::of(AnswerSupplier::DEF.name, "invoice", id).ground(ground).with(json!({ "did": "accept" })));
    Ok(tx.commit().await?)
}

/// A second person clears an alert on a stated ground. A changed account is known from then on.
///
/// # Errors
/// `SecondPerson` where it is one's own; not theirs.
pub async fn clear(op: &Op, id: DocumentId, alert: Uuid, ground: &str) -> Result<(), InvoicesError> {
    let mut tx = op.begin().await?;
    let (invoice, may) = tx.hold::<Invoice, ClearAlert>(id).await?;
    let (kind, detail) = match store::clear_alert(&mut tx, &may, alert, op.person(), ground).await {
        Ok(cleared) => cleared,
        Err(OpError::Stale) => return Err(InvoicesError::SecondPerson),
        Err(e) => return Err(e.into()),
    };
    if kind == AlertKind::AccountChanged.word()
        && let Some(iban) = detail.get("iban").and_then(|v| v.as_str())
    {
        store::decide_account(&mut tx, &may, invoice.supplier_id, iban, "known").await?;
    }
    tx.history(id, "alert-cleared", json!({ "kind": kind, "ground": ground }));
    tx.audit(
        Audit::of(ClearAlert::DEF.name, "invoice", id).ground(ground).with(json!({ "alert": alert, "kind": kind })),
    );
    Ok(tx.commit().await?)
}
