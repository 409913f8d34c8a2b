//! What a signed order does.

use documents::LinkKind;
use op::{Op, OpError, Tx};
use parties::{
    EndOfEmployment, PartiesError, SubstitutionRequest,
    actions::{ChangeEmployment, Substitute},
};
use rust_decimal::Decimal;
use serde_json::json;
use types::{AbsenceId, ApplicationId, Date, LedgerId, OrderId};
use uuid::Uuid;
use workflow::EffectError;

use super::{entry, kind_of, leaves, reverse};
use crate::{
    accrual,
    actions::BookAccount,
    facts::{self, Cut, Ending, Hiring, Period, Terms},
    orders::{self, OrderKind},
    store::{self, AbsenceRow, Accrued, Checked, LedgerEntry, NewAbsence, NewAccount, Order},
    usecases,
};

pub(super) async fn all(tx: &mut Tx, op: &Op, held: &[Order]) -> Result<(), EffectError> {
    // Absences that applications reserved: the common case, in two statements however many.
    let mut booked = Vec::new();
    for o in held {
        match kind_of(o)? {
            OrderKind::Leave | OrderKind::Trip => booked.push(o),
            OrderKind::LeaveChange => cut(tx, op, o).await?,
            OrderKind::Termination => end(tx, op, o).await?,
            OrderKind::Hire => hire(tx, o).await?,
            OrderKind::Transfer | OrderKind::PayChange => change(tx, op, o).await?,
            OrderKind::Annulment => reverse::annul(tx, op, o).await?,
        }
    }
    book(tx, op, &booked).await
}

async fn book(tx: &mut Tx, op: &Op, held: &[&Order]) -> Result<(), EffectError> {
    if held.is_empty() {
        return Ok(());
    }
    let may = tx.consequence::<BookAccount>(Uuid::nil())?;
    let of: Vec<(ApplicationId, OrderId)> = held.iter().filter_map(|o| Some((o.application_id?, o.id))).collect();
    if of.len() != held.len() {
        return Err(super::broken("a leave order without an application"));
    }
    let rows = store::book_reserved(tx, &may, &of).await?;
    // The last of the effects: what it writes may wait for the commit.
    tx.write_late(true);
    let entries: Vec<LedgerEntry> = leaves(&rows)
        .flat_map(|r| [entry(op, r, "release", r.days, r.order_id), entry(op, r, "use", -r.days, r.order_id)])
        .collect();
    if !entries.is_empty() {
        store::book(tx, &may, &entries, &[]).await?;
    }
    for r in rows.iter().filter(|r| r.substitute_id.is_some()) {
        substitute(tx, op, r).await?;
    }
    Ok(())
}

/// An absence brings its substitute with it. Where a rule of substitutions refuses, the absence stands all the same.
async fn substitute(tx: &mut Tx, op: &Op, r: &AbsenceRow) -> Result<(), EffectError> {
    let (Some(substitute), Some(order)) = (r.substitute_id, r.order_id) else { return Ok(()) };
    if r.last_day < op.today() {
        return Ok(());
    }
    let may = tx.consequence::<Substitute>(r.person_id)?;
    let (absent, from, to) = (r.person_id, r.first_day, r.last_day);
    let ask = SubstitutionRequest { absent, substitute, from, to, ground: format!("personnel-order {order}") };
    match parties::usecases::substitute_in(tx, &may, &ask).await {
        Ok(_) => Ok(()),
        Err(PartiesError::Op(e)) => Err(e.into()),
        Err(why) => {
            tx.history(order, "substitute-refused", json!({ "why": why.to_string() }));
            Ok(())
        }
    }
}

/// Frees what an order of HR's reserved for itself.
pub(super) async fn release_own(tx: &mut Tx, op: &Op, orders: &[OrderId]) -> Result<(), EffectError> {
    if orders.is_empty() {
        return Ok(());
    }
    let may = tx.consequence::<BookAccount>(Uuid::nil())?;
    let rows = store::absences_by_order(tx.conn(), op.tenant(), orders, &["reserved"]).await?;
    let ids: Vec<AbsenceId> = rows.iter().map(|r| r.id).collect();
    store::set_absences(tx, &may, &ids, "released", None).await?;
    let entries: Vec<LedgerEntry> = leaves(&rows).map(|r| entry(op, r, "release", r.days, r.order_id)).collect();
    store::book(tx, &may, &entries, &[]).await?;
    Ok(())
}

/// A recall or a move: the absence ends the day before, and goes on where it was moved to.
async fn cut(tx: &mut Tx, op: &Op, o: &Order) -> Result<(), EffectError> {
    let may = tx.consequence::<BookAccount>(o.person_id)?;
    let c: Cut = facts::of(o)?;
    let rows = store::absences(tx.conn(), op.tenant(), &[c.absence]).await?;
    let Some(old) = rows.into_iter().find(|r| r.state == "booked") else { return Ok(()) };
    store::set_absences(tx, &may, &[old.id], "reversed", Some(o.id)).await?;
    let mut entries = Vec::new();
    let mut absences = Vec::new();
    if old.kind != "trip" {
        entries.push(entry(op, &old, "reversal", old.days, Some(o.id)));
    }
    if c.from > c.first {
        let last = c.from.pred_opt().unwrap_or(c.from);
        absences.push(NewAbsence {
            id: op.new_id(),
            person_id: old.person_id,
            unit_id: o.unit_id,
            institution_id: o.institution_id,
            kind: old.kind.clone(),
            first_day: c.first,
            last_day: last,
            days: c.kept,
            state: "booked",
            application_id: None,
            order_id: Some(o.id),
            substitute_id: old.substitute_id,
        });
        if old.kind != "trip" {
            entries.push(entry(op, &old, "use", -c.kept, Some(o.id)));
        }
    }
    let moved = store::absences_by_order(tx.conn(), op.tenant(), &[o.id], &["reserved"]).await?;
    let ids: Vec<AbsenceId> = moved.iter().map(|r| r.id).collect();
    store::set_absences(tx, &may, &ids, "booked", None).await?;
    for r in leaves(&moved) {
        entries.extend([entry(op, r, "release", r.days, Some(o.id)), entry(op, r, "use", -r.days, Some(o.id))]);
    }
    store::book(tx, &may, &entries, &absences).await?;
    reverse::end_substitution(tx, op, &old).await?;
    if let Some(original) = o.reverses_id {
        link_to(tx, op, o, original, LinkKind::Correction).await?;
    }
    Ok(())
}

pub(super) async fn link_to(
    tx: &mut Tx,
    op: &Op,
    o: &Order,
    original: OrderId,
    kind: LinkKind,
) -> Result<Order, EffectError> {
    let found = store::lock_orders(tx.conn(), op.tenant(), &[original.uuid()]).await?;
    let original = found.into_iter().next().ok_or(OpError::NotFound)?;
    let may = tx.consequence::<BookAccount>(o.person_id)?;
    documents::link(tx, &may, o.document_id, original.document_id, kind).await?;
    Ok(original)
}

/// The employment ends, and the leave that is left is paid out.
async fn end(tx: &mut Tx, op: &Op, o: &Order) -> Result<(), EffectError> {
    let e: Ending = facts::of(o)?;
    let employment = o.employment_id.ok_or_else(|| super::broken("a termination without an employment"))?;
    let may = tx.consequence::<ChangeEmployment>(employment)?;
    let ends = [EndOfEmployment { id: employment, ended_on: e.last, end_ground: e.ground }];
    parties::end_employment(tx, &may, &ends).await?;
    settle(tx, op, o, e.last).await
}

async fn settle(tx: &mut Tx, op: &Op, o: &Order, last: Date) -> Result<(), EffectError> {
    let may = tx.consequence::<BookAccount>(o.person_id)?;
    let accounts = store::lock_accounts(tx, &[o.person_id]).await?;
    let Some(account) = accounts.into_iter().find(|a| Some(a.employment_id) == o.employment_id) else { return Ok(()) };
    let to = last.succ_opt().unwrap_or(last);
    let lines = usecases::account_lines(tx, op, &account, to).await?;
    let earned: Decimal = lines.iter().map(|l| l.days).sum();
    let line = |entry: &'static str, on: Date, days: Decimal| LedgerEntry {
        id: op.new_id::<LedgerId>(),
        person_id: o.person_id,
        kind: "annual".to_owned(),
        entry,
        on_date: on,
        days,
        application_id: None,
        order_id: Some(o.id),
        note: String::new(),
    };
    let mut entries: Vec<LedgerEntry> = lines.iter().map(|l: &accrual::Line| line(l.entry, l.on, l.days)).collect();
    let left = account.annual_days + earned;
    if left > Decimal::ZERO {
        entries.push(line("payout", last, -left));
    }
    store::book(tx, &may, &entries, &[]).await?;
    if to > account.accrued_to {
        store::set_accrued(tx, &may, &[Accrued { id: o.person_id, to }]).await?;
    }
    Ok(())
}

async fn hire(tx: &mut Tx, o: &Order) -> Result<(), EffectError> {
    let h: Hiring = facts::of(o)?;
    let may = tx.consequence::<ChangeEmployment>(o.person_id)?;
    parties::hire(tx, &may, &[h.employment_of(o.person_id)]).await?;
    if !h.is_main {
        return Ok(());
    }
    let may = tx.consequence::<BookAccount>(o.person_id)?;
    let account = NewAccount {
        id: o.person_id,
        employment_id: h.employment,
        unit_id: h.unit,
        institution_id: h.institution,
        accrued_to: h.first,
    };
    store::open_accounts(tx, &may, &[account]).await?;
    Ok(store::renew_account(tx, &may, o.person_id, h.employment, h.first).await?)
}

async fn change(tx: &mut Tx, op: &Op, o: &Order) -> Result<(), EffectError> {
    let t: Terms = facts::of(o)?;
    let employment = o.employment_id.ok_or_else(|| super::broken("a change without an employment"))?;
    let may = tx.consequence::<ChangeEmployment>(employment)?;
    let changes = [t.change_of(employment)];
    if t.unit.is_some() || t.post.is_some() {
        parties::transfer(tx, &may, &changes).await?;
        if t.first <= op.today() {
            let may = tx.consequence::<BookAccount>(o.person_id)?;
            store::follow_units(tx, &may, op.today()).await?;
        }
        return Ok(());
    }
    Ok(parties::change_pay(tx, &may, &changes).await?)
}

/// What the order does must still be possible.
pub(super) async fn check(tx: &mut Tx, op: &Op, checked: &Checked) -> Result<(), EffectError> {
    let o = &checked.order;
    let refuse = |why: String| Err(EffectError::Refused(why));
    match kind_of(o)? {
        OrderKind::Hire => {
            let h: Hiring = facts::of(o)?;
            let unit = parties::unit(tx.conn(), op.tenant(), h.unit).await?;
            if unit.is_none_or(|u| !u.is_open(h.first)) {
                return refuse(format!("{}: struktūrvienība ir slēgta", orders::date(h.first)));
            }
            let there = parties::main_employment(tx.conn(), op.tenant(), o.person_id, h.first).await?;
            if h.is_main && there.is_some() {
                return refuse(format!("{}: jau ir pamatdarbs", orders::date(h.first)));
            }
            Ok(())
        }
        OrderKind::LeaveChange => {
            let c: Cut = facts::of(o)?;
            let rows = store::absences(tx.conn(), op.tenant(), &[c.absence]).await?;
            if rows.iter().all(|r| r.state != "booked") {
                return refuse("prombūtne jau ir mainīta ar citu rīkojumu".to_owned());
            }
            Ok(())
        }
        OrderKind::Annulment => {
            let original = reverse::original(tx, op, o).await?;
            reverse::may_reverse(tx, op, &original).await
        }
        OrderKind::Leave | OrderKind::Trip | OrderKind::Termination | OrderKind::Transfer | OrderKind::PayChange => {
            let p: Period = facts::of(o)?;
            if !checked.employed {
                return refuse(format!("{}: nav darba tiesisko attiecību", orders::date(p.first)));
            }
            Ok(())
        }
    }
}
