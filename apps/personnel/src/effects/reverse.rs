//! How an order's effect is taken back: by another order, which annuls it.

use documents::LinkKind;
use op::{Op, OpError, Tx};
use parties::actions::{CancelSubstitution, ChangeEmployment};
use serde_json::json;
use types::{AbsenceId, LedgerId};
use uuid::Uuid;
use workflow::EffectError;

use super::{apply::link_to, kind_of};
use crate::{
    actions::BookAccount,
    facts::{self, Hiring, Terms},
    orders::{self, OrderKind},
    store::{self, AbsenceRow, LedgerEntry, Order},
};

/// The order that an annulment is about.
pub(super) async fn original(tx: &mut Tx, op: &Op, o: &Order) -> Result<Order, EffectError> {
    let id = o.reverses_id.ok_or_else(|| super::broken("an annulment of nothing"))?;
    let found = store::lock_orders(tx.conn(), op.tenant(), &[id.uuid()]).await?;
    Ok(found.into_iter().next().ok_or(OpError::NotFound)?)
}

/// May its effect be taken back?
///
/// # Errors
/// The reason why not.
pub(crate) async fn may_reverse(tx: &mut Tx, op: &Op, o: &Order) -> Result<(), EffectError> {
    if o.state != "signed" {
        return Err(EffectError::Refused("rīkojums nav spēkā".to_owned()));
    }
    match kind_of(o)? {
        OrderKind::Annulment => Err(EffectError::Refused("atcelšanu nevar atcelt; izdodiet jaunu rīkojumu".to_owned())),
        OrderKind::Hire => {
            let h: Hiring = facts::of(o)?;
            if h.first <= op.today() {
                let why = format!("darbs sākts {}; izbeidziet darba attiecības", orders::date(h.first));
                return Err(EffectError::Refused(why));
            }
            Ok(())
        }
        OrderKind::Leave | OrderKind::Trip | OrderKind::LeaveChange => {
            let rows = store::absences_by_order(tx.conn(), op.tenant(), &[o.id], &["reversed"]).await?;
            if !rows.is_empty() {
                return Err(EffectError::Refused("prombūtne jau ir mainīta ar citu rīkojumu".to_owned()));
            }
            Ok(())
        }
        OrderKind::Termination | OrderKind::Transfer | OrderKind::PayChange => Ok(()),
    }
}

/// Takes the effect of another order back; its document is void, its number stays.
pub(super) async fn annul(tx: &mut Tx, op: &Op, o: &Order) -> Result<(), EffectError> {
    let original = original(tx, op, o).await?;
    if original.state != "signed" {
        return Ok(());
    }
    match kind_of(&original)? {
        OrderKind::Leave | OrderKind::Trip => absences(tx, op, &original, o).await?,
        OrderKind::LeaveChange => {
            absences(tx, op, &original, o).await?;
            restore(tx, op, &original).await?;
        }
        OrderKind::Termination => reopen(tx, op, &original, o).await?,
        OrderKind::Hire => {
            let h: Hiring = facts::of(&original)?;
            let may = tx.consequence::<ChangeEmployment>(original.person_id)?;
            parties::unhire(tx, &may, &[h.employment]).await?;
        }
        OrderKind::Transfer | OrderKind::PayChange => {
            let t: Terms = facts::of(&original)?;
            let may = tx.consequence::<ChangeEmployment>(original.person_id)?;
            parties::void_changes(tx, &may, &[t.change]).await?;
            let may = tx.consequence::<BookAccount>(original.person_id)?;
            store::follow_units(tx, &may, op.today()).await?;
        }
        OrderKind::Annulment => {}
    }
    let may = tx.consequence::<BookAccount>(o.person_id)?;
    store::set_order_state(tx, &may, &[original.id.uuid()], "annulled").await?;
    link_to(tx, op, o, original.id, LinkKind::Annulment).await?;
    documents::annul(tx, &may, &[original.document_id], &o.title).await?;
    tx.history(original.id, "annulled", json!({ "by": o.id }));
    Ok(())
}

/// The absences that an order made are no more; the account gets back what they took.
async fn absences(tx: &mut Tx, op: &Op, original: &Order, by: &Order) -> Result<(), EffectError> {
    let may = tx.consequence::<BookAccount>(original.person_id)?;
    let rows = store::absences_by_order(tx.conn(), op.tenant(), &[original.id], &["booked"]).await?;
    let ids: Vec<AbsenceId> = rows.iter().map(|r| r.id).collect();
    store::set_absences(tx, &may, &ids, "reversed", Some(by.id)).await?;
    give_back(tx, op, original, by).await?;
    for r in &rows {
        end_substitution(tx, op, r).await?;
    }
    Ok(())
}

/// Books the opposite of what an order did to the account in the end.
async fn give_back(tx: &mut Tx, op: &Op, original: &Order, by: &Order) -> Result<(), EffectError> {
    let may = tx.consequence::<BookAccount>(original.person_id)?;
    let net = store::net_of_order(tx.conn(), op.tenant(), original.person_id, original.id).await?;
    let entries: Vec<LedgerEntry> = net
        .into_iter()
        .map(|(kind, days)| LedgerEntry {
            id: op.new_id::<LedgerId>(),
            person_id: original.person_id,
            kind,
            entry: "reversal",
            on_date: op.today(),
            days: -days,
            application_id: original.application_id,
            order_id: Some(by.id),
            note: original.number.clone().unwrap_or_default(),
        })
        .collect();
    Ok(store::book(tx, &may, &entries, &[]).await?)
}

/// What a recall had cut short stands again.
async fn restore(tx: &mut Tx, op: &Op, original: &Order) -> Result<(), EffectError> {
    let may = tx.consequence::<BookAccount>(original.person_id)?;
    let ids = store::reversed_by(tx.conn(), op.tenant(), original.id).await?;
    Ok(store::set_absences(tx, &may, &ids, "booked", None).await?)
}

async fn reopen(tx: &mut Tx, op: &Op, original: &Order, by: &Order) -> Result<(), EffectError> {
    let employment = original.employment_id.ok_or_else(|| super::broken("a termination without an employment"))?;
    let may = tx.consequence::<ChangeEmployment>(employment)?;
    parties::reopen_employment(tx, &may, &[employment]).await?;
    give_back(tx, op, original, by).await
}

/// Who stood in for an absence that is no more stands in no more.
pub(super) async fn end_substitution(tx: &mut Tx, op: &Op, r: &AbsenceRow) -> Result<(), EffectError> {
    let Some(substitute) = r.substitute_id else { return Ok(()) };
    let all = parties::substitutions_seen(tx.conn(), op.tenant(), Some(r.person_id), Some(&[]), op.today()).await?;
    let ours = all.into_iter().filter(|s| {
        s.absent_id == r.person_id
            && s.substitute_id == substitute
            && (s.valid_from, s.valid_to) == (r.first_day, r.last_day)
            && s.cancelled_at.is_none()
    });
    let ids: Vec<_> = ours.map(|s| s.id).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let may = tx.consequence::<CancelSubstitution>(Uuid::nil())?;
    parties::cancel_substitution(tx, &may, &ids).await?;
    Ok(())
}
