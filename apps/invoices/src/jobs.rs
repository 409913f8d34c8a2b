//! What happens in the background: sources are looked into, postings and reports handed over.

use std::sync::Arc;

use delivery::{
    Channel as Way, NewDelivery, Recipient,
    ports::{AccountingSystems, Delivered, Fate, Inbox, InboxKind, InvoiceInboxes, Parcel, RevenueService},
};
use jobs::{Every, Job, JobDef, JobError};
use op::{Action as _, Audit, Facts, Op};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use types::{BoxFuture, UnitId};
use uuid::Uuid;

use crate::{
    actions::ReceiveInvoice,
    model::Channel,
    store,
    usecases::{self, Arrival, InvoicesError, Outcome, Received},
};

const COLLECT: &str = "invoices.collect";
/// Hands postings over to the accounting system.
pub(crate) const HAND_OVER: &str = "invoices.hand-over-postings";
const RETRY: &str = "invoices.retry-postings";
const REPORT: &str = "invoices.report-to-revenue-service";

/// Deliveries of one look.
const ROUND: usize = 20;
/// Looks of one job: what is left waits for the next.
const ROUNDS: usize = 10;
/// Reports of one job.
const REPORTS: i64 = 200;

/// All of them.
pub(crate) fn all() -> Vec<JobDef> {
    vec![
        JobDef::new(COLLECT, collect).every(Every::Minutes(2)),
        JobDef::new(HAND_OVER, hand_over),
        JobDef::new(RETRY, hand_over).every(Every::Minutes(15)),
        JobDef::new(REPORT, report).every(Every::Minutes(15)),
    ]
}

fn failed(e: InvoicesError) -> JobError {
    JobError::Retry(e.to_string())
}

/// The code of the municipality that the operation works for.
async fn code(op: &Op) -> Result<String, JobError> {
    let all = web::platform::tenants(op.kernel()).await?;
    let mine = all.into_iter().find(|t| t.id == op.tenant()).map(|t| t.code);
    mine.ok_or_else(|| JobError::Dead("no such municipality".to_owned()))
}

fn collect(op: Op, _: Vec<Job>) -> BoxFuture<'static, Result<(), JobError>> {
    Box::pin(async move {
        let Some(all) = op.kernel().extension::<InvoiceInboxes>().filter(|i| !i.0.is_empty()).cloned() else {
            return Ok(());
        };
        let code = code(&op).await?;
        let mut read = op.read().await?;
        let central = store::central(read.conn(), op.tenant()).await?;
        drop(read);
        let Some(central) = central else { return Ok(()) };
        let mut faults = Vec::new();
        // One source that does not answer does not keep the others waiting.
        for (_, kind, inbox) in all.0.iter().filter(|(c, ..)| *c == code) {
            if let Err(e) = empty(&op, central, *kind, inbox.as_ref()).await {
                faults.push(e.to_string());
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(JobError::Retry(faults.join("; "))) }
    })
}

async fn empty(op: &Op, central: UnitId, kind: InboxKind, inbox: &dyn Inbox) -> Result<(), JobError> {
    for _ in 0..ROUNDS {
        let all = inbox.fetch(ROUND).await.map_err(|e| JobError::Retry(e.to_string()))?;
        let is_last = all.len() < ROUND;
        for one in all {
            let key = one.key.clone();
            // Registered first, put away afterwards: a crash in between brings it again, and its content is known.
            let fate = take(op, central, kind, one).await.map_err(failed)?;
            inbox.settle(&key, fate).await.map_err(|e| JobError::Retry(e.to_string()))?;
        }
        if is_last {
            return Ok(());
        }
    }
    Ok(())
}

async fn take(op: &Op, central: UnitId, kind: InboxKind, one: Delivered) -> Result<Fate, InvoicesError> {
    let channel = match kind {
        InboxKind::Folder => Channel::Folder,
        InboxKind::Mail => Channel::Mail,
        InboxKind::EAddress => Channel::EAddress,
    };
    let Delivered { sender, subject, files, fault, .. } = one;
    let reason = if let Some(fault) = fault {
        fault
    } else if files.is_empty() {
        "Nav pievienota neviena datne".to_owned()
    } else {
        let arrival = |f: delivery::ports::DeliveredFile| Arrival {
            sender: sender.clone(),
            ..Arrival::new(f.name, f.bytes, channel)
        };
        let done = usecases::receive(op, central, files.into_iter().map(arrival).collect()).await?;
        match why(&done) {
            None => return Ok(Fate::Done),
            Some(reason) => reason,
        }
    };
    if let (InboxKind::Mail, Some(to)) = (kind, &sender) {
        answer(op, central, to, &subject, &reason).await?;
    }
    Ok(Fate::Failed(reason))
}

/// Why something was not taken in, file by file; nothing where all was.
fn why(done: &[Received]) -> Option<String> {
    let said = |r: &Received| {
        let found: Vec<String> = r
            .findings
            .iter()
            .filter(|f| f.severity == "fatal")
            .take(10)
            .map(|f| format!("{} ({})", f.lv, f.rule))
            .collect();
        format!("{}: {}", r.name, found.join("; "))
    };
    let refused: Vec<String> = done.iter().filter(|r| r.outcome == Outcome::Refused).map(said).collect();
    (!refused.is_empty()).then(|| refused.join("\n"))
}

/// The sender of a mail that could not be taken in is told, once, in plain words.
async fn answer(op: &Op, central: UnitId, to: &str, subject: &str, reason: &str) -> Result<(), InvoicesError> {
    let digest = Sha256::digest(format!("{to}\0{subject}\0{reason}"));
    let tail: String = digest.iter().take(12).map(|b| format!("{b:02x}")).collect();
    let mut tx = op.begin().await?;
    let may = tx.create::<ReceiveInvoice>(&Facts { unit: Some(central), ..Facts::default() })?;
    let about = Uuid::new_v5(&op.tenant().uuid(), tail.as_bytes());
    let new = NewDelivery {
        subject: about,
        document: None,
        to: Recipient { person: None, name: to.to_owned(), address: Some(to.to_owned()) },
        channel: Way::Email,
        title: format!("Rēķins nav pieņemts: {subject}"),
        text: format!(
            "Labdien!\n\nJūsu vēstulē „{subject}” rēķinu neizdevās nolasīt:\n\n{reason}\n\nLūdzam sūtīt e-rēķinu XML formātā \
             (EN 16931; Latvijā reģistrētam piegādātājam — Peppol BIS Billing 3.0)."
        ),
        href: "/invoices".to_owned(),
        unit: central,
        institution: central,
        appealable: false,
        once: Some(format!("invoice-mail-{tail}")),
    };
    delivery::deliver(&mut tx, &may, vec![new]).await?;
    tx.audit(
        Audit::of(ReceiveInvoice::DEF.name, "invoice-mail", about).with(json!({ "did": "answer", "why": reason })),
    );
    Ok(tx.commit().await?)
}

fn hand_over(op: Op, _: Vec<Job>) -> BoxFuture<'static, Result<(), JobError>> {
    Box::pin(async move {
        let Some(all) = op.kernel().extension::<AccountingSystems>().filter(|a| !a.0.is_empty()).cloned() else {
            return Ok(());
        };
        let code = code(&op).await?;
        let Some((_, system)) = all.0.iter().find(|(c, _)| *c == code) else { return Ok(()) };
        let mut read = op.read().await?;
        let waiting = store::exports(read.conn(), op.tenant(), true).await?;
        drop(read);
        for export in waiting.iter().rev() {
            let parcel = usecases::parcel_of(&op, export).await.map_err(failed)?;
            // No transaction is open while the other system is spoken to; the same parcel again changes nothing there.
            let answer = system.hand_over(parcel).await;
            usecases::exported(&op, export.id, answer).await?;
        }
        Ok(())
    })
}

fn report(op: Op, _: Vec<Job>) -> BoxFuture<'static, Result<(), JobError>> {
    Box::pin(async move {
        let Some(service) = op.kernel().extension::<RevenueService>().map(|s| Arc::clone(&s.0)) else { return Ok(()) };
        let mut read = op.read().await?;
        let due = store::to_report(read.conn(), op.tenant(), op.now(), REPORTS).await?;
        let mut parcels = Vec::with_capacity(due.len());
        for (id, file, tries) in due {
            let content = documents::read_file(&mut read, file).await?;
            let parcel =
                Parcel { id: id.to_string(), name: content.name, media_type: content.media_type, bytes: content.bytes };
            parcels.push((id, tries, parcel));
        }
        drop(read);
        for (id, tries, parcel) in parcels {
            let answer = service.hand_over(parcel).await;
            usecases::reported(&op, id, tries, answer).await?;
        }
        Ok(())
    })
}
