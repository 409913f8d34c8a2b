//! Payment proposals: one puts them together, another releases them, the bank gets a file.

use iso20022::{Initiation, Order, Party, Remittance, Transfer, Version, check_reference, sepa_text};
use latvian::ids::Iban;
use op::{Action as _, Audit, Facts, Op, OpError, Read};
use rust_decimal::Decimal;
use serde_json::json;
use types::{Date, DocumentId, Money};
use uuid::Uuid;

use super::InvoicesError;
use crate::{
    actions::{ManageAccounts, ProposePayment, ReleasePayment},
    held::Batch,
    model::BatchState,
    store::{self, NewBatch, PaymentItem, PaymentRow},
};

/// The most payments of one file.
const MOST: i64 = 5_000;

/// What is to be paid.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// From which account.
    pub bank_account: Uuid,
    /// On which day.
    pub pay_on: Date,
    /// What falls due by that day.
    pub due_by: Date,
    /// Only these invoices; all that fall due where `None`.
    pub only: Option<Vec<DocumentId>>,
}

/// Puts a proposal together: what is approved, falls due, has no open alert, and goes to an account that is known.
///
/// # Errors
/// Nothing to pay, the bank would refuse it, or not theirs.
pub async fn propose(op: &Op, key: Uuid, proposal: Proposal) -> Result<Uuid, InvoicesError> {
    let mut tx = op.begin().await?;
    let tenant = op.tenant();
    let root = root(&mut tx).await?;
    let may = tx.create::<ProposePayment>(&Facts { unit: root, ..Facts::default() })?;
    let id: Uuid = op.new_id();
    if let Some(there) = tx.once(key, &format!("/invoices/payments/{id}")).await? {
        let there = there.rsplit('/').next().and_then(|t| t.parse().ok());
        return there.ok_or_else(|| OpError::NotFound.into());
    }
    let only = proposal.only.as_deref();
    let rows = store::payable(tx.conn(), tenant, &None, proposal.due_by, only, MOST).await?;
    let rows: Vec<_> = rows.into_iter().filter(store::PayableRow::may_be_paid).collect();
    if rows.is_empty() {
        return Err(InvoicesError::Nothing);
    }
    let prefix = format!("NOV-{}-", op.today().format("%Y%m%d"));
    let before = store::batches_numbered(tx.conn(), tenant, &prefix).await?;
    let number = format!("{prefix}{}", before + 1);
    let item = |(n, r): (usize, store::PayableRow)| PaymentItem {
        id: op.new_id(),
        invoice_id: r.id,
        end_to_end: format!("{number}-{}", n + 1),
        amount: r.open,
        iban: r.iban.unwrap_or_default(),
    };
    let payments = rows.into_iter().enumerate().map(item).collect();
    let new = NewBatch { id, number, bank_account: proposal.bank_account, pay_on: proposal.pay_on, payments };
    store::add_batch(&mut tx, &may, &new).await?;
    let ids = new.payments.iter().map(|p| p.invoice_id.uuid());
    for invoice in ids.clone() {
        tx.history(invoice, "payment-proposed", json!({ "batch": id, "number": new.number }));
    }
    let audit = Audit::of(ProposePayment::DEF.name, "payment-batch", id);
    tx.audit(audit.with(json!({ "invoices": ids.collect::<Vec<_>>(), "number": new.number })));
    tx.commit().await?;
    Ok(id)
}

impl store::PayableRow {
    /// Nothing stands against it: euro, a known account, no open alert.
    #[must_use]
    pub fn may_be_paid(&self) -> bool {
        self.alerts == 0 && self.is_account_known && self.currency == "EUR" && self.open.0 > 0
    }
}

async fn root(tx: &mut op::Tx) -> Result<Option<types::UnitId>, InvoicesError> {
    let tenant = tx.op().tenant();
    Ok(store::root(tx.conn(), tenant).await?)
}

/// A second person releases a proposal: the file stands ready for the bank.
///
/// # Errors
/// `SecondPerson` where it is their own; the bank would refuse it; not theirs.
pub async fn release(op: &Op, id: Uuid, version: i32) -> Result<(), InvoicesError> {
    let mut tx = op.begin().await?;
    let (batch, may) = tx.hold_version::<Batch, ReleasePayment>(id, version).await?;
    if batch.state != BatchState::Proposed {
        return Err(OpError::Stale.into());
    }
    // The substitute of the one who prepared it is no second person either.
    if batch.prepared_by == op.person() || batch.prepared_by == Some(may.capacity()) {
        return Err(InvoicesError::SecondPerson);
    }
    let payments = store::payments(tx.conn(), op.tenant(), id).await?;
    let payer = payer(tx.conn(), op).await?;
    let file = initiation(&batch, &payments, payer, op.now().naive_utc());
    if let Some(fault) = file.faults().first() {
        return Err(InvoicesError::Refused(fault.to_string()));
    }
    store::release(&mut tx, &may).await?;
    for p in &payments {
        tx.history(p.invoice_id, "payment-released", json!({ "batch": id, "number": batch.number }));
    }
    tx.audit(Audit::of(ReleasePayment::DEF.name, "payment-batch", id).with(json!({ "amount": batch.amount })));
    Ok(tx.commit().await?)
}

/// A proposal is given up before it was released: its invoices are payable again.
///
/// # Errors
/// It was released, or not theirs.
pub async fn cancel(op: &Op, id: Uuid, version: i32) -> Result<(), InvoicesError> {
    let mut tx = op.begin().await?;
    let (batch, may) = tx.hold_version::<Batch, ProposePayment>(id, version).await?;
    if batch.state != BatchState::Proposed {
        return Err(OpError::Stale.into());
    }
    store::undo(&mut tx, &may, BatchState::Cancelled, "cancelled", None).await?;
    tx.audit(Audit::of(ProposePayment::DEF.name, "payment-batch", id).with(json!({ "did": "cancel" })));
    Ok(tx.commit().await?)
}

/// The file of a released batch: the same batch gives the same bytes.
///
/// # Errors
/// It was not released, or is not theirs to see.
pub async fn file_of(read: &mut Read, id: Uuid, version: Version) -> Result<(String, Vec<u8>), InvoicesError> {
    let batch: Batch = read.see(id).await?;
    let Some(at) = batch.released_at else { return Err(OpError::NotFound.into()) };
    let op = read.op().clone();
    let payments = store::payments(read.conn(), op.tenant(), id).await?;
    let payer = payer(read.conn(), &op).await?;
    let file = initiation(&batch, &payments, payer, at.naive_utc());
    Ok((format!("{}.xml", batch.number), file.write(version)))
}

async fn payer(conn: &mut sqlx::PgConnection, op: &Op) -> Result<Party, InvoicesError> {
    let root = store::root(&mut *conn, op.tenant()).await?;
    let unit = match root {
        Some(root) => parties::unit(conn, op.tenant(), root).await?,
        None => None,
    };
    let unit = unit.ok_or(OpError::NotFound)?;
    Ok(Party {
        name: sepa_text(&unit.name, true, 70),
        registration: unit.registration_number,
        country: Some("LV".to_owned()),
        address: unit.address.map(|a| sepa_text(&a, true, 70)).into_iter().collect(),
    })
}

fn decimal(amount: Money) -> Decimal {
    Decimal::new(amount.0, 2)
}

fn initiation(batch: &Batch, payments: &[PaymentRow], payer: Party, created: chrono::NaiveDateTime) -> Initiation {
    use chrono::Timelike as _;
    let initiator = Party { country: None, address: Vec::new(), ..payer.clone() };
    let order = Order {
        id: batch.number.clone(),
        date: batch.pay_on,
        debtor: payer,
        account: batch.iban.clone(),
        bank: batch.bic.clone(),
        one_booking: false,
        transfers: payments.iter().map(transfer).collect(),
    };
    Initiation {
        id: batch.number.clone(),
        created: created.with_nanosecond(0).unwrap_or(created),
        initiator,
        orders: vec![order],
    }
}

fn transfer(p: &PaymentRow) -> Transfer {
    let at_home = p.iban.starts_with("LV");
    let reference = p.reference.as_deref().and_then(|r| check_reference(r).ok());
    let about = match (&reference, p.reference.as_deref()) {
        (None, Some(asked)) => format!("{} {asked}", p.number),
        _ => p.number.clone(),
    };
    let text = sepa_text(&format!("Rēķins {about}"), at_home, 140);
    Transfer {
        end_to_end: p.end_to_end.clone(),
        amount: decimal(p.amount),
        currency: "EUR".to_owned(),
        creditor: Party {
            name: sepa_text(&p.supplier, at_home, 70),
            registration: p.registration.clone(),
            country: Some(p.country.clone()).filter(|c| c.len() == 2 && c.chars().all(|c| c.is_ascii_uppercase())),
            address: Vec::new(),
        },
        account: Iban::parse(&p.iban).map_or_else(|_| p.iban.clone(), |i| i.value.compact().to_owned()),
        bank: None,
        // The codes belong to the whole invoice: a part of it is shared out in the same proportions.
        remittance: Remittance { text: Some(text), reference, codes: codes(p) },
    }
}

fn codes(p: &PaymentRow) -> Vec<(String, Decimal)> {
    let all = &p.codes.0;
    let sum: i128 = all.iter().map(|(_, a)| i128::from(*a)).sum();
    if sum <= 0 || all.iter().any(|(_, a)| *a < 0) {
        return Vec::new();
    }
    let mut left = p.amount.0;
    let last = all.len().saturating_sub(1);
    let mut parts = Vec::with_capacity(all.len());
    for (n, (ekk, amount)) in all.iter().enumerate() {
        let share = i128::from(p.amount.0) * i128::from(*amount) / sum;
        let part = if n == last { left } else { i64::try_from(share).unwrap_or_default() };
        left -= part;
        if part > 0 {
            parts.push((ekk.clone(), decimal(Money(part))));
        }
    }
    parts
}

/// Names one of the municipality's own accounts.
///
/// # Errors
/// Not an IBAN, or not theirs.
pub async fn name_account(op: &Op, iban: &str, bic: Option<&str>, name: &str) -> Result<Uuid, InvoicesError> {
    let iban = Iban::parse(iban).map_err(|_| InvoicesError::Iban)?.value;
    let mut tx = op.begin().await?;
    let root = root(&mut tx).await?;
    let may = tx.create::<ManageAccounts>(&Facts { unit: root, ..Facts::default() })?;
    let id = store::put_bank_account(&mut tx, &may, iban.compact(), bic, name).await?;
    tx.audit(Audit::of(ManageAccounts::DEF.name, "bank-account", id));
    tx.commit().await?;
    Ok(id)
}
