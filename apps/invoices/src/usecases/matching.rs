//! Contracts, orders and receipts, and what invoices agree with.

use op::{Action as _, Audit, Facts, May, Op, OpError, Tx};
use rust_decimal::Decimal;
use serde_json::json;
use types::{Date, DocumentId};
use uuid::Uuid;

use super::InvoicesError;
use crate::{
    actions::{EnterAgreement, ReceiveGoods},
    held::Agreement,
    model::{self, Agreed, Tolerance, compare, left},
    store::{self, Compared, MatchItem, NewAgreement},
};

/// Enters a contract or an order; invoices that wait and name it are compared at once.
///
/// # Errors
/// `Conflict("agreement_number_key")`, or not theirs.
pub async fn agree(op: &Op, key: Uuid, new: NewAgreement) -> Result<Uuid, InvoicesError> {
    let mut tx = op.begin().await?;
    let may = tx.create::<EnterAgreement>(&Facts { unit: Some(new.institution), ..Facts::default() })?;
    if let Some(there) = tx.once(key, &new.id.to_string()).await? {
        return there.parse().map_err(|_| OpError::NotFound.into());
    }
    store::add_agreement(&mut tx, &may, &new).await?;
    tx.history(new.id, "entered", json!({ "kind": new.kind, "number": new.number }));
    tx.audit(Audit::of(EnterAgreement::DEF.name, "agreement", new.id));
    rematch_of(&mut tx, &may, new.id).await?;
    tx.commit().await?;
    Ok(new.id)
}

/// Says what was received of an order; invoices that wait for it are compared at once.
///
/// # Errors
/// Not theirs, or nothing that was ordered.
pub async fn receive_goods(
    op: &Op,
    id: Uuid,
    on: Date,
    lines: Vec<(String, Decimal)>,
    note: &str,
) -> Result<(), InvoicesError> {
    let mut tx = op.begin().await?;
    let (agreement, may) = tx.hold::<Agreement, ReceiveGoods>(id).await?;
    let is_known = |no: &str| agreement.lines.0.iter().any(|l| l.no == no);
    if lines.is_empty() || lines.iter().any(|(no, q)| !is_known(no) || *q <= Decimal::ZERO) {
        return Err(InvoicesError::Nothing);
    }
    let receipt = store::add_receipt(&mut tx, &may, on, &lines, note).await?;
    tx.history(id, "received", json!({ "receipt": receipt, "lines": lines.len() }));
    tx.audit(Audit::of(ReceiveGoods::DEF.name, "agreement", id).with(json!({ "receipt": receipt })));
    rematch_of(&mut tx, &may, id).await?;
    Ok(tx.commit().await?)
}

async fn rematch_of<A: op::Action>(tx: &mut Tx, may: &May<A>, agreement: Uuid) -> Result<(), InvoicesError> {
    let tenant = tx.op().tenant();
    let ids = store::naming(tx.conn(), tenant, agreement).await?;
    rematch(tx, may, &ids).await
}

/// Compares invoices with the contract or order that they name, as far as it is known.
///
/// # Errors
/// The database failed.
pub async fn rematch<A: op::Action>(tx: &mut Tx, may: &May<A>, ids: &[DocumentId]) -> Result<(), InvoicesError> {
    if ids.is_empty() {
        return Ok(());
    }
    let op = tx.op().clone();
    let found = store::compared(tx.conn(), op.tenant(), ids).await?;
    if found.is_empty() {
        return Ok(());
    }
    let value = parties::parameter(tx.conn(), op.tenant(), "invoices", "match-tolerance", op.today()).await?;
    let none = Tolerance { price_percent: Decimal::ZERO, amount_cents: 0 };
    let tolerance = value.and_then(|v| serde_json::from_value(v).ok()).unwrap_or(none);
    let items: Vec<MatchItem> = found.into_iter().map(|c| judged(&op, c, tolerance)).collect();
    store::set_matches(tx, may, &items).await?;
    for i in &items {
        tx.history(i.id, "compared", json!({ "agreement": i.agreement_id, "matched": i.matched }));
    }
    let subjects = items.iter().map(|i| i.id.uuid()).collect();
    tx.audit(Audit::of_all("invoices.invoice.compare", "invoice", subjects));
    Ok(())
}

fn judged(op: &Op, c: Compared, tolerance: Tolerance) -> MatchItem {
    let received = c.has_receipt.then(|| left(&c.ordered.0, &c.received.0, &c.others.0));
    let agreed = Agreed {
        // It was found by its supplier.
        same_supplier: true,
        from: c.valid_from,
        until: c.valid_to,
        amount: c.amount,
        used: c.used,
        lines: c.ordered.0,
        received,
    };
    let outcome = compare(c.issued_on, c.total, &c.invoiced.0, &agreed, tolerance);
    let (matched, deviations) = match &outcome {
        Ok(model::Agreement::TwoWay) => ("two-way", json!([])),
        Ok(model::Agreement::ThreeWay) => ("three-way", json!([])),
        Err(deviations) => ("deviates", json!(deviations)),
    };
    let is_alert = outcome.is_err() && !c.is_alerted;
    MatchItem {
        id: c.id,
        agreement_id: c.agreement_id,
        matched,
        deviations,
        alert: is_alert.then(|| op.new_id()),
        clears: outcome.is_ok(),
        ground: c.number,
    }
}
