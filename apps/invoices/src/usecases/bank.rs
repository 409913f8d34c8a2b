//! What the bank says: statements and status.

use iso20022::{Entry, Limits, Statement, Status, read_statements, read_status};
use op::{Action as _, Audit, Event, Facts, Op, OpError};
use rust_decimal::Decimal;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use types::{DocumentId, Money};
use uuid::Uuid;

use super::InvoicesError;
use crate::{
    actions::ImportStatement,
    held::Batch,
    model::{BatchState, cents},
    offers,
    store::{self, EntryItem, NewStatement},
};

/// What a statement changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Statements that were new.
    pub statements: usize,
    /// Statements that were here already.
    pub known: usize,
    /// Lines.
    pub entries: usize,
    /// Invoices that are paid now.
    pub paid: Vec<DocumentId>,
    /// Invoices whose payment came back.
    pub returned: Vec<DocumentId>,
}

fn money(amount: Decimal) -> Result<Money, InvoicesError> {
    cents(amount).ok_or_else(|| InvoicesError::NotReadable(amount.to_string()))
}

/// Takes a camt.053 in: each statement once, its lines tied to our payments, the invoices closed.
///
/// # Errors
/// Not a statement of one of our accounts, balances that do not agree, or not theirs: then nothing is taken in.
pub async fn import_statement(op: &Op, bytes: &[u8]) -> Result<Imported, InvoicesError> {
    let file = read_statements(bytes, Limits::default()).map_err(|e| InvoicesError::NotReadable(e.to_string()))?;
    let content: Vec<u8> = Sha256::digest(bytes).to_vec();
    let mut tx = op.begin().await?;
    let tenant = op.tenant();
    let root = store::root(tx.conn(), tenant).await?;
    let may = tx.create::<ImportStatement>(&Facts { unit: root, ..Facts::default() })?;
    let ours = store::bank_accounts(tx.conn(), tenant).await?;
    let mut done = Imported::default();
    for statement in &file.statements {
        let account = ours.iter().find(|a| a.iban == statement.account);
        let account = account.ok_or_else(|| InvoicesError::NotOurs(statement.account.clone()))?;
        if statement.is_balanced() == Some(false) {
            return Err(InvoicesError::Balances);
        }
        let new = new_statement(op, statement, account.id, &content)?;
        if !store::add_statement(&mut tx, &may, &new).await? {
            done.known += 1;
            continue;
        }
        done.statements += 1;
        done.entries += new.entries.len();
        let settled = store::settle(&mut tx, &may, new.id).await?;
        done.paid.extend(settled.paid);
        done.returned.extend(settled.returned);
    }
    store::finish_batches(&mut tx, &may).await?;
    for id in &done.paid {
        tx.history(*id, "paid", json!({}));
    }
    for id in &done.returned {
        tx.history(*id, "payment-returned", json!({}));
    }
    let subjects: Vec<Uuid> = done.paid.iter().map(|d| d.uuid()).collect();
    if !subjects.is_empty() {
        tx.publish(Event { kind: offers::PAID, subjects: subjects.clone(), data: json!({}) });
    }
    let audit = Audit::of_all(ImportStatement::DEF.name, "invoice", subjects);
    tx.audit(audit.with(json!({ "statements": done.statements, "entries": done.entries })));
    tx.commit().await?;
    Ok(done)
}

fn new_statement(op: &Op, s: &Statement, bank_account: Uuid, content: &[u8]) -> Result<NewStatement, InvoicesError> {
    let mut entries = Vec::new();
    // What is not booked yet will come again when it is.
    for e in s.entries.iter().filter(|e| e.status == "BOOK") {
        entries.extend(lines(op, s, e)?);
    }
    let balance = |code: &str| s.balance(code).map(|b| money(b.amount)).transpose();
    Ok(NewStatement {
        id: op.new_id(),
        bank_account,
        content: content.to_vec(),
        name: s.id.clone(),
        opening: balance("OPBD")?,
        closing: balance("CLBD")?,
        entries,
    })
}

/// One line for each payment of an entry: banks book a file as one line or as many.
fn lines(op: &Op, s: &Statement, e: &Entry) -> Result<Vec<EntryItem>, InvoicesError> {
    let booked_on = e.booked.or(e.valued).unwrap_or_else(|| s.created.date());
    let whole = money(e.amount)?;
    let item = |amount: Money| EntryItem {
        id: op.new_id(),
        booked_on,
        amount,
        end_to_end: None,
        other: String::new(),
        iban: None,
        words: e.words.clone().unwrap_or_default(),
        returned: None,
    };
    let mut out = Vec::new();
    for d in &e.details {
        let amount = match d.amount {
            Some(a) if e.amount.is_sign_negative() => money(-a)?,
            Some(a) => money(a)?,
            None => whole,
        };
        out.push(EntryItem {
            end_to_end: d.end_to_end.clone(),
            other: d.other.name.clone(),
            iban: d.account.clone(),
            words: d.remittance.text.clone().or_else(|| e.words.clone()).unwrap_or_default(),
            returned: d.returned.clone(),
            ..item(amount)
        });
    }
    if out.is_empty() {
        out.push(item(whole));
    }
    Ok(out)
}

/// Takes a pain.002 in: a file that was refused, or some of its payments, are payable again. Answers the batch.
///
/// # Errors
/// Not such a message, about none of our files, or not theirs.
pub async fn import_status(op: &Op, bytes: &[u8]) -> Result<Uuid, InvoicesError> {
    let report = read_status(bytes, Limits::default()).map_err(|e| InvoicesError::NotReadable(e.to_string()))?;
    let mut tx = op.begin().await?;
    let id = store::batch_by_number(tx.conn(), op.tenant(), &report.original).await?.ok_or(OpError::NotFound)?;
    let (batch, may) = tx.hold::<Batch, ImportStatement>(id).await?;
    if batch.state != BatchState::Released {
        return Err(OpError::Stale.into());
    }
    let whole = report.status.as_ref().map(Status::code);
    let answer = json!({ "status": whole, "reason": report.reason, "words": report.words, "at": report.created });
    if report.status == Some(Status::Rejected) {
        store::undo(&mut tx, &may, BatchState::Rejected, "rejected", Some(&answer)).await?;
    } else {
        let refused = report.transfers.iter().filter(|t| t.status == Status::Rejected);
        let why = |t: &iso20022::TransferStatus| t.reason.clone().or_else(|| t.words.clone()).unwrap_or_default();
        let refused: Vec<(String, String)> = refused.map(|t| (t.end_to_end.clone(), why(t))).collect();
        store::refuse_payments(&mut tx, &may, &refused, &answer).await?;
        store::finish_batches(&mut tx, &may).await?;
    }
    tx.audit(Audit::of(ImportStatement::DEF.name, "payment-batch", id).with(answer));
    tx.commit().await?;
    Ok(id)
}
