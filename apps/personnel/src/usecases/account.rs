use std::collections::HashMap;

use chrono::Datelike as _;
use op::{Audit, Facts, Op, OpError, Tx};
use rust_decimal::Decimal;
use serde_json::json;
use types::{Date, LedgerId, PersonId};

use super::{FileError, leave_rules};
use crate::{
    accrual::{self, Away, Line},
    actions::BookAccount,
    store::{self, AbsenceRow, Account, Accrued, LedgerEntry},
};

/// Accounts in one transaction.
const AT_ONCE: i64 = 500;

/// Days of unpaid leave in a year that still count (DL 152), where the parameter is not set.
const UNPAID_FREE: u32 = 28;

async fn unpaid_free(tx: &mut Tx, on: Date) -> Result<u32, OpError> {
    let tenant = tx.op().tenant();
    let weeks = parties::parameter(tx.conn(), tenant, "leave", "unpaid.counts-weeks", on).await?;
    let weeks = weeks.and_then(|v| v.as_u64()).and_then(|n| u32::try_from(n).ok());
    Ok(weeks.map_or(UNPAID_FREE, |w| w * 7))
}

fn year_start(day: Date) -> Date {
    Date::from_yo_opt(day.year(), 1).unwrap_or(day)
}

fn away(rows: &[AbsenceRow]) -> Vec<Away<'_>> {
    rows.iter().map(|r| Away { kind: &r.kind, first: r.first_day, last: r.last_day }).collect()
}

/// The lines that bring one account to a day.
pub(crate) async fn account_lines(tx: &mut Tx, op: &Op, account: &Account, to: Date) -> Result<Vec<Line>, OpError> {
    let rules = leave_rules(tx.conn(), op.tenant(), account.accrued_to).await.map_err(as_op)?;
    let free = unpaid_free(tx, account.accrued_to).await?;
    let from = year_start(account.accrued_to);
    let kinds = ["parental", "unpaid"];
    let rows = store::booked_between(tx.conn(), op.tenant(), &[account.id], &kinds, from, to).await?;
    Ok(accrual::close(account.accrued_to, to, account.annual_days, rules.annual_days, &away(&rows), free))
}

fn as_op(e: FileError) -> OpError {
    match e {
        FileError::Op(e) => e,
        other => super::broken(other),
    }
}

/// Books what has accrued to the end of last month, for all accounts that are behind, and carries over at the turn
/// of the year. Done twice it changes nothing. Answers how many accounts it moved.
///
/// # Errors
/// The database failed, or a figure of the law is not entered.
pub async fn close_months(op: &Op) -> Result<u64, OpError> {
    let to = op.today().with_day(1).unwrap_or_else(|| op.today());
    let mut moved = 0;
    loop {
        let n = close_some(op, to).await?;
        moved += n;
        if n < u64::try_from(AT_ONCE).unwrap_or(u64::MAX) {
            return Ok(moved);
        }
    }
}

async fn close_some(op: &Op, to: Date) -> Result<u64, OpError> {
    let mut tx = op.begin().await?;
    let may = tx.create::<BookAccount>(&Facts::default())?;
    let behind = store::behind(&mut tx, to, AT_ONCE).await?;
    let Some(earliest) = behind.iter().map(|b| b.accrued_to).min() else { return Ok(0) };
    let rules = leave_rules(tx.conn(), op.tenant(), earliest).await.map_err(as_op)?;
    let free = unpaid_free(&mut tx, earliest).await?;
    let people: Vec<PersonId> = behind.iter().map(|b| b.id).collect();
    let kinds = ["parental", "unpaid"];
    let rows = store::booked_between(tx.conn(), op.tenant(), &people, &kinds, year_start(earliest), to).await?;
    let mut absences: HashMap<PersonId, Vec<AbsenceRow>> = HashMap::new();
    for r in rows {
        absences.entry(r.person_id).or_default().push(r);
    }
    let (mut entries, mut accrued) = (Vec::new(), Vec::new());
    for b in &behind {
        let after = b.employed_to.and_then(|d| d.succ_opt());
        let until = after.map_or(to, |d| d.min(to));
        let theirs = absences.get(&b.id).map(Vec::as_slice).unwrap_or_default();
        let lines = accrual::close(b.accrued_to, until, b.annual_days, rules.annual_days, &away(theirs), free);
        entries.extend(lines.into_iter().map(|l| entry(op, b.id, l.entry, l.on, l.days, "")));
        accrued.push(Accrued { id: b.id, to: until.max(b.accrued_to) });
    }
    store::book(&mut tx, &may, &entries, &[]).await?;
    store::set_accrued(&mut tx, &may, &accrued).await?;
    let n = u64::try_from(behind.len()).unwrap_or(0);
    tx.audit(
        Audit::of("personnel.account.close-month", "tenant", op.tenant()).with(json!({ "accounts": n, "to": to })),
    );
    tx.commit().await?;
    Ok(n)
}

fn entry(op: &Op, person: PersonId, what: &'static str, on: Date, days: Decimal, note: &str) -> LedgerEntry {
    LedgerEntry {
        id: op.new_id::<LedgerId>(),
        person_id: person,
        kind: "annual".to_owned(),
        entry: what,
        on_date: on,
        days,
        application_id: None,
        order_id: None,
        note: note.to_owned(),
    }
}

/// Corrects a balance, with the reason. The same form again corrects nothing.
///
/// # Errors
/// It is not theirs, or somebody else booked meanwhile.
pub async fn correct_balance(
    op: &Op,
    person: PersonId,
    version: i32,
    days: Decimal,
    reason: &str,
    submit: Option<uuid::Uuid>,
) -> Result<(), OpError> {
    let mut tx = op.begin().await?;
    if super::earlier(&mut tx, submit, person.uuid()).await?.is_some() {
        return Ok(());
    }
    let (account, may) = tx.hold_version::<Account, BookAccount>(person, version).await?;
    let line = entry(op, account.id, "correction", op.today(), days, reason);
    store::book(&mut tx, &may, &[line], &[]).await?;
    tx.audit(
        Audit::of("personnel.account.correct", "leave-account", person).ground(reason).with(json!({ "days": days })),
    );
    tx.history(person, "leave-corrected", json!({ "days": days, "reason": reason }));
    tx.commit().await
}

/// Accounts follow their people to other units.
///
/// # Errors
/// The database failed.
pub async fn follow_units(op: &Op) -> Result<u64, OpError> {
    let mut tx = op.begin().await?;
    let may = tx.create::<BookAccount>(&Facts::default())?;
    let moved = store::follow_units(&mut tx, &may, op.today()).await?;
    if moved > 0 {
        tx.audit(Audit::of("personnel.account.follow", "tenant", op.tenant()).with(json!({ "accounts": moved })));
        tx.commit().await?;
    }
    Ok(moved)
}
