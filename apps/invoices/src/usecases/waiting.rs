//! Pictures and PDF files without an invoice in them: kept as drafts until somebody has read and entered them, or has
//! said why not.

use std::collections::HashMap;

use delivery::{Channel as Way, NewDelivery, Recipient};
use documents::{Direction, NewDocument};
use op::{Action as _, Audit, Facts, Op, OpError, Tx};
use serde_json::json;
use types::{DocumentId, UnitId};

use super::{InvoicesError, Outcome, Picture, Prepared, receive_set};
use crate::{
    actions::ReceiveInvoice,
    held::Waiting,
    model::Channel,
    offers,
    store::{self, WaitingItem},
};

/// Keeps pictures for somebody to enter; the same picture is kept once, also where it was entered already.
///
/// # Errors
/// Not theirs to receive, or the database failed.
pub async fn keep_pictures(
    tx: &mut Tx,
    fallback: UnitId,
    pictures: Vec<Picture>,
) -> Result<Vec<Outcome>, InvoicesError> {
    if pictures.is_empty() {
        return Ok(Vec::new());
    }
    let op = tx.op().clone();
    let may = tx.create::<ReceiveInvoice>(&Facts { unit: Some(fallback), ..Facts::default() })?;
    let contents: Vec<Vec<u8>> = pictures.iter().map(|p| p.content.to_vec()).collect();
    let entered = store::known(tx.conn(), op.tenant(), &contents).await?;
    let mut seen: HashMap<Vec<u8>, Outcome> = store::known_waiting(tx.conn(), op.tenant(), &contents)
        .await?
        .into_iter()
        .map(|(c, id)| (c, Outcome::Waiting(id)))
        .collect();
    seen.extend(entered.into_iter().map(|(c, id)| (c, Outcome::Known(id))));
    let (mut answers, mut drafts, mut files, mut items) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for p in pictures {
        if let Some(before) = seen.get(p.content.as_slice()) {
            answers.push(before.clone());
            continue;
        }
        let id: DocumentId = op.new_id();
        answers.push(Outcome::Waiting(id));
        seen.insert(p.content.to_vec(), Outcome::Waiting(id));
        drafts.push(NewDocument {
            id: Some(id),
            direction: Direction::Incoming,
            correspondent: p.sender.clone(),
            received_via: Some(p.channel.received_via().to_owned()),
            ..NewDocument::new(offers::INVOICE, format!("Jāievada: {}", p.file.name), fallback, fallback, "invoices")
        });
        items.push(WaitingItem {
            id,
            content: p.content.iter().map(|b| format!("{b:02x}")).collect(),
            name: p.file.name.clone(),
            media_type: p.file.media_type.clone(),
            channel: p.channel.word(),
            sender: p.sender,
        });
        files.push((id, vec![p.file]));
    }
    documents::create(tx, &may, drafts).await?;
    documents::attach_set(tx, &may, files).await?;
    store::add_waiting(tx, &may, fallback, &items).await?;
    let subjects = items.iter().map(|i| i.id.uuid()).collect();
    tx.audit(Audit::of_all(ReceiveInvoice::DEF.name, "invoice", subjects).with(json!({ "did": "keep" })));
    Ok(answers)
}

/// Registers a picture as what somebody read on it.
///
/// # Errors
/// It was entered or dismissed already, or is not theirs.
pub async fn enter(op: &Op, id: DocumentId, version: i32, mut read: Prepared) -> Result<(), InvoicesError> {
    let mut tx = op.begin().await?;
    let (waiting, may) = tx.hold_version::<Waiting, ReceiveInvoice>(id, version).await?;
    if waiting.is_done() {
        return Err(OpError::Stale.into());
    }
    store::touch_waiting(&mut tx, &may).await?;
    read.content = waiting.content.clone().try_into().map_err(|_| OpError::NotFound)?;
    read.channel = waiting.channel;
    read.draft = Some(id);
    receive_set(&mut tx, waiting.institution_id, vec![read]).await?;
    Ok(tx.commit().await?)
}

/// Why a picture is not entered, and whether its sender is told.
#[derive(Clone, Debug)]
pub struct Dismissal {
    /// Why.
    pub ground: String,
    /// Answer the sender, where an address is known?
    pub answer: bool,
}

/// Says why a picture is no invoice to be entered; its sender may be told.
///
/// # Errors
/// It was entered or dismissed already, or is not theirs.
pub async fn dismiss(op: &Op, id: DocumentId, version: i32, why: &Dismissal) -> Result<(), InvoicesError> {
    let mut tx = op.begin().await?;
    let (waiting, may) = tx.hold_version::<Waiting, ReceiveInvoice>(id, version).await?;
    if waiting.is_done() {
        return Err(OpError::Stale.into());
    }
    store::dismiss_waiting(&mut tx, &may, &why.ground).await?;
    if let (true, Some(sender), Channel::Mail) = (why.answer, &waiting.sender, waiting.channel) {
        let new = told(&waiting, sender, &why.ground);
        delivery::deliver(&mut tx, &may, vec![new]).await?;
    }
    tx.history(id, "refused", json!({ "reason": why.ground }));
    tx.audit(Audit::of(ReceiveInvoice::DEF.name, "invoice", id).ground(&why.ground).with(json!({ "did": "dismiss" })));
    Ok(tx.commit().await?)
}

fn told(waiting: &Waiting, sender: &str, ground: &str) -> NewDelivery {
    NewDelivery {
        subject: waiting.id.uuid(),
        document: None,
        to: Recipient { person: None, name: sender.to_owned(), address: Some(sender.to_owned()) },
        channel: Way::Email,
        title: format!("Datne „{}” nav pieņemta kā rēķins", waiting.name),
        text: format!(
            "Labdien!\n\nJūsu {} atsūtītā datne „{}” nav pieņemta kā rēķins.\n\n{ground}\n\nLūdzam sūtīt e-rēķinu XML formātā \
             (EN 16931; Latvijā reģistrētam piegādātājam — Peppol BIS Billing 3.0).",
            types::local_date(waiting.received_at).format("%d.%m.%Y."),
            waiting.name
        ),
        href: format!("/invoices/waiting/{}", waiting.id),
        unit: waiting.institution_id,
        institution: waiting.institution_id,
        appealable: false,
        once: Some(format!("invoice-dismissed-{}", waiting.id)),
    }
}
