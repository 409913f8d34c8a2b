//! The answer to a supplier whose invoice is refused: a registered letter of the house, with a Peppol Invoice Response
//! for the supplier's system.

use std::sync::Arc;

use delivery::{Channel, NewDelivery, Recipient};
use documents::{
    Direction, FileRole, LinkKind, NewDocument, NewFile, PdfRenderer, Registering,
    ports::{Block, Letter},
};
use op::{Action as _, Audit, Op, OpError, Tx};
use serde_json::json;
use types::{DocumentId, Locale};

use super::{InvoicesError, euros};
use crate::{
    actions::AnswerSupplier,
    held::Invoice,
    model::{Correspondent, LevelStatus, Reason, Response, State, level_status, rejection},
    store,
};

/// Refuses an invoice and answers its supplier with the reasons, in plain words and as an Invoice Response.
///
/// # Errors
/// It is approved or paid already, or not theirs.
pub async fn answer(
    op: &Op,
    id: DocumentId,
    version: i32,
    reason: Reason,
    words: &str,
) -> Result<DocumentId, InvoicesError> {
    let mut tx = op.begin().await?;
    let (invoice, may) = tx.hold_version::<Invoice, AnswerSupplier>(id, version).await?;
    if !matches!(invoice.state, State::Broken | State::Coding) {
        return Err(InvoicesError::State(invoice.state));
    }
    store::answered(&mut tx, &may).await?;
    let reply: DocumentId = op.new_id();
    let files = files(&mut tx, op, &invoice, reason, words).await?;
    let title = format!("Rēķins {} nav pieņemts", invoice.number);
    let document = NewDocument {
        id: Some(reply),
        direction: Direction::Outgoing,
        correspondent: Some(invoice.supplier.clone()),
        ..NewDocument::new("letter", title.clone(), invoice.unit_id, invoice.institution_id, "invoices")
    };
    documents::create(&mut tx, &may, vec![document]).await?;
    documents::attach(&mut tx, &may, reply, files).await?;
    documents::link(&mut tx, &may, reply, id, LinkKind::Reply).await?;
    let channel = if invoice.supplier_email.is_some() { Channel::Email } else { Channel::Post };
    let new = NewDelivery {
        subject: id.uuid(),
        document: Some(reply),
        to: Recipient { person: None, name: invoice.supplier.clone(), address: invoice.supplier_email.clone() },
        channel,
        title,
        text: letter(&invoice, words).join("\n\n"),
        href: format!("/documents/{reply}"),
        unit: invoice.unit_id,
        institution: invoice.institution_id,
        appealable: false,
        once: Some(format!("invoice-answer-{id}")),
    };
    delivery::deliver(&mut tx, &may, vec![new]).await?;
    let registering = Registering {
        document: reply,
        register: "outgoing".to_owned(),
        institution: invoice.institution_id,
        date: op.today(),
    };
    documents::register(&mut tx, &may, &[registering]).await?;
    tx.history(id, "refused", json!({ "reason": words, "code": reason.code() }));
    let audit = Audit::of(AnswerSupplier::DEF.name, "invoice", id).ground(words);
    tx.audit(audit.with(json!({ "did": "refuse", "code": reason.code(), "reply": reply })));
    tx.commit().await?;
    Ok(reply)
}

/// The letter, and the response that a machine reads.
async fn files(
    tx: &mut Tx,
    op: &Op,
    invoice: &Invoice,
    reason: Reason,
    words: &str,
) -> Result<Vec<NewFile>, InvoicesError> {
    let unit = parties::unit(tx.conn(), op.tenant(), invoice.institution_id).await?.ok_or(OpError::NotFound)?;
    let endpoint = store::endpoint(tx.conn(), op.tenant(), invoice.supplier_id).await?;
    let lines = letter(invoice, words);
    let mut files = Vec::new();
    if let Some(renderer) = op.kernel().extension::<Arc<dyn PdfRenderer>>() {
        let head = [Some(unit.name.clone()), unit.registration_number.clone(), unit.address.clone()];
        let set = Letter {
            lang: Locale::Lv,
            title: format!("Par rēķinu {}", invoice.number),
            author: unit.name.clone(),
            letterhead: head.into_iter().flatten().collect(),
            blocks: lines.iter().map(|l| Block::Paragraph(l.clone())).collect(),
            footer: String::new(),
            created: op.now(),
        };
        // A letter that cannot be set (a glyph that no font has) goes out as text.
        if let Ok(bytes) = renderer.render(&set) {
            let media_type = "application/pdf".to_owned();
            files.push(NewFile { name: "atbilde.pdf".to_owned(), media_type, bytes, role: FileRole::Main });
        }
    }
    if files.is_empty() {
        let (bytes, media_type) = (lines.join("\n\n").into_bytes(), "text/plain".to_owned());
        files.push(NewFile { name: "atbilde.txt".to_owned(), media_type, bytes, role: FileRole::Main });
    }
    if let (Some(endpoint), true) = (endpoint, invoice.is_structured) {
        let ours = unit.registration_number.unwrap_or_default();
        let sender = Correspondent { endpoint: format!("0218:{ours}"), name: unit.name.clone() };
        let receiver = Correspondent { endpoint: endpoint.clone(), name: invoice.supplier.clone() };
        let response = rejection(&Response {
            id: format!("{}-RE", invoice.registered.as_deref().unwrap_or(&invoice.number)),
            on: op.today(),
            sender: sender.clone(),
            receiver: receiver.clone(),
            invoice: invoice.number.clone(),
            issued: invoice.issued_on,
            credit_note: invoice.is_credit(),
            reason,
            words: words.to_owned(),
        });
        let media_type = "application/xml".to_owned();
        let annex = |name: &str, text: String| NewFile {
            name: name.to_owned(),
            media_type: media_type.clone(),
            bytes: text.into_bytes(),
            role: FileRole::Annex,
        };
        files.push(annex("invoice-response.xml", response));
        if invoice.findings.0.iter().any(|f| f.severity == "fatal") {
            files.push(annex("message-level-status.xml", level(op, invoice, sender, receiver)));
        }
    }
    Ok(files)
}

/// What is said to the access points about the message itself: whichever brought it, else the parties.
fn level(op: &Op, invoice: &Invoice, ours: Correspondent, theirs: Correspondent) -> String {
    let at = |endpoint: &str| Correspondent { endpoint: endpoint.to_owned(), name: String::new() };
    let (sender, receiver) = match &invoice.envelope {
        Some(e) => (at(&e.0.receiver), at(&e.0.sender)),
        None => (ours, theirs),
    };
    let instance = invoice.envelope.as_ref().map_or_else(|| invoice.id.to_string(), |e| e.0.instance.clone());
    level_status(&LevelStatus {
        id: &format!("{}-MLS", invoice.registered.as_deref().unwrap_or(&invoice.number)),
        at: op.now(),
        sender,
        receiver,
        instance: &instance,
        accepted: false,
        findings: &invoice.findings.0,
    })
}

/// What the supplier is told: which invoice, why, and what to do.
fn letter(invoice: &Invoice, words: &str) -> Vec<String> {
    let mut text = vec![
        "Labdien!".to_owned(),
        format!(
            "Jūsu rēķins Nr. {} no {} par {} {} nav pieņemts.",
            invoice.number,
            invoice.issued_on.format("%d.%m.%Y."),
            euros(invoice.total),
            invoice.currency
        ),
        words.to_owned(),
    ];
    let fatal: Vec<_> = invoice.findings.0.iter().filter(|f| f.severity == "fatal").take(20).collect();
    if !fatal.is_empty() {
        text.push("Pārbaudē konstatēts:".to_owned());
        text.extend(fatal.iter().map(|f| format!("{} (noteikums {}, vieta {})", f.lv, f.rule, f.path)));
    }
    text.push("Lūdzam rēķinu izlabot un nosūtīt no jauna.".to_owned());
    text
}
