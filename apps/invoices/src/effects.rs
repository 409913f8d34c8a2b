//! What an approval does, in the transaction that ended the route.

use std::collections::HashMap;

use op::{Audit, Tx};
use serde_json::json;
use types::{BoxFuture, DocumentId, RouteId};
use uuid::Uuid;
use workflow::{EffectError, Ended, RouteState, approved_electronically};

use crate::{actions::CodeInvoice, model::State, store};

fn documents(ended: &[Ended]) -> Vec<DocumentId> {
    ended.iter().map(|e| DocumentId(e.subject)).collect()
}

/// Approved invoices may be paid; credit notes take their amount off the invoices they name.
pub(crate) fn approved<'a>(tx: &'a mut Tx, ended: &'a [Ended]) -> BoxFuture<'a, Result<(), EffectError>> {
    Box::pin(async move {
        let op = tx.op().clone();
        let may = tx.consequence::<CodeInvoice>(Uuid::nil())?;
        let ids = documents(ended);
        let routes: Vec<RouteId> = ended.iter().map(|e| e.route).collect();
        let steps = store::route_steps(tx.conn(), op.tenant(), &routes).await?;
        let electronic: HashMap<Uuid, bool> =
            steps.into_iter().map(|(subject, steps)| (subject, approved_electronically(&steps.0))).collect();
        let flags: Vec<bool> = ids.iter().map(|id| electronic.get(&id.uuid()).copied().unwrap_or(false)).collect();
        store::approve(tx, &may, &ids, &flags, op.now()).await?;
        store::offset(tx, &may, &ids).await?;
        for id in &ids {
            tx.history(*id, "approved", json!({}));
        }
        tx.audit(Audit::of_all("invoices.invoice.approve", "invoice", ids.iter().map(|d| d.uuid()).collect()));
        Ok(())
    })
}

/// What was returned or refused on its route goes back to coding; the words stand in the history of the route.
pub(crate) fn stopped<'a>(tx: &'a mut Tx, ended: &'a [Ended]) -> BoxFuture<'a, Result<(), EffectError>> {
    Box::pin(async move {
        let may = tx.consequence::<CodeInvoice>(Uuid::nil())?;
        let ids = documents(ended);
        store::set_state(tx, &may, &ids, State::Coding).await?;
        for e in ended {
            let verb = if e.state == RouteState::Rejected { "approval-refused" } else { "approval-returned" };
            tx.history(e.subject, verb, json!({}));
        }
        tx.audit(Audit::of_all("invoices.invoice.return", "invoice", ids.iter().map(|d| d.uuid()).collect()));
        Ok(())
    })
}

/// An invoice that is not on its route any more cannot be approved.
pub(crate) fn check<'a>(tx: &'a mut Tx, ended: &'a [Ended]) -> BoxFuture<'a, Result<(), EffectError>> {
    Box::pin(async move {
        let tenant = tx.op().tenant();
        for e in ended {
            let invoice = store::invoice(tx.conn(), tenant, DocumentId(e.subject)).await?;
            if invoice.state != State::Approval {
                return Err(EffectError::Refused(format!("Rēķins {} vairs nav apstiprināšanā", invoice.number)));
            }
        }
        Ok(())
    })
}
