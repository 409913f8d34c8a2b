//! Templates of the recurring: made from how an invoice is booked.

use op::{Action as _, Audit, Op, OpError};
use serde_json::json;
use types::{DocumentId, Money};
use uuid::Uuid;

use super::InvoicesError;
use crate::{
    actions::CodeInvoice,
    held::{HeldTemplate, Invoice},
    model::CodingFault,
    store::{self, NewTemplate},
};

/// What a template is asked to be.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Its name.
    pub name: String,
    /// Only for invoices under the same contract as this one?
    pub by_contract: bool,
    /// Usually from this amount …
    pub from: Option<Money>,
    /// … up to this one.
    pub to: Option<Money>,
}

/// Makes a template out of how an invoice is booked: the next ones of its supplier are suggested so.
///
/// # Errors
/// It is not booked yet, or not theirs.
pub async fn make_template(op: &Op, id: DocumentId, key: Uuid, asked: Asked) -> Result<Uuid, InvoicesError> {
    let mut tx = op.begin().await?;
    let (invoice, may) = tx.hold::<Invoice, CodeInvoice>(id).await?;
    let template: Uuid = op.new_id();
    if let Some(there) = tx.once(key, &template.to_string()).await? {
        return there.parse().map_err(|_| OpError::NotFound.into());
    }
    let parts = store::coding(tx.conn(), op.tenant(), id).await?;
    if parts.is_empty() {
        return Err(InvoicesError::Coding(CodingFault::Empty));
    }
    let new = NewTemplate {
        id: template,
        supplier: invoice.supplier_id,
        institution: invoice.institution_id,
        name: asked.name,
        contract: invoice.contract_number.clone().filter(|_| asked.by_contract),
        from: asked.from,
        to: asked.to,
        parts,
    };
    store::add_template(&mut tx, &may, &new).await?;
    let audit = Audit::of(CodeInvoice::DEF.name, "template", template);
    tx.audit(audit.with(json!({ "did": "make-template", "invoice": id, "name": new.name })));
    tx.commit().await?;
    Ok(template)
}

/// A template is used no more.
///
/// # Errors
/// It has ended already, or is not theirs.
pub async fn end_template(op: &Op, id: Uuid) -> Result<(), InvoicesError> {
    let mut tx = op.begin().await?;
    let (template, may) = tx.hold::<HeldTemplate, CodeInvoice>(id).await?;
    if template.ended_at.is_some() {
        return Err(OpError::Stale.into());
    }
    store::end_template(&mut tx, &may).await?;
    tx.audit(Audit::of(CodeInvoice::DEF.name, "template", id).with(json!({ "did": "end-template" })));
    Ok(tx.commit().await?)
}
