//! Other systems: postings for the accounting system, reports to the State Revenue Service. They are spoken to by jobs
//! alone; here it is decided what they get, and written down what they said.

use delivery::ports::{MailError, Parcel, Receipt};
use op::{Action as _, Audit, Facts, NewJob, Op, OpError};
use serde_json::json;
use types::{DocumentId, Money};
use uuid::Uuid;

use super::InvoicesError;
use crate::{
    actions::SendPostings,
    jobs_of::HAND_OVER,
    store::{self, ExportRow, ReportAnswer},
};

/// Gathers what is approved and was not handed over yet; a job hands it over. Answers how many invoices, and their sum.
///
/// # Errors
/// Nothing to hand over, or not theirs.
pub async fn export(op: &Op, key: Uuid) -> Result<(i64, Money), InvoicesError> {
    let mut tx = op.begin().await?;
    let root = store::root(tx.conn(), op.tenant()).await?;
    let may = tx.create::<SendPostings>(&Facts { unit: root, ..Facts::default() })?;
    if tx.once(key, "export").await?.is_some() {
        return Err(InvoicesError::Nothing);
    }
    let id: Uuid = op.new_id();
    // The number of the day and the tail of its id: no two are alike.
    let tail: String = id.simple().to_string().chars().rev().take(6).collect();
    let name = format!("postings-{}-{tail}.csv", op.today().format("%Y%m%d"));
    let (count, sum) = store::add_export(&mut tx, &may, id, &name).await?.ok_or(InvoicesError::Nothing)?;
    tx.job(NewJob { kind: HAND_OVER, payload: json!({}), run_at: op.now() });
    let audit = Audit::of(SendPostings::DEF.name, "posting-export", id);
    tx.audit(audit.with(json!({ "invoices": count, "amount": sum, "name": name })));
    tx.commit().await?;
    Ok((count, sum))
}

/// The file of an export.
///
/// # Errors
/// The database failed.
pub async fn parcel_of(op: &Op, export: &ExportRow) -> Result<Parcel, InvoicesError> {
    let mut read = op.read().await?;
    let rows = store::postings_of(read.conn(), op.tenant(), export.id).await?;
    Ok(Parcel {
        id: export.id.to_string(),
        name: export.name.clone(),
        media_type: "text/csv; charset=utf-8".to_owned(),
        bytes: store::csv(&rows).into_bytes(),
    })
}

/// Writes down what the accounting system answered. What it cannot take now waits.
///
/// # Errors
/// The database failed.
pub async fn exported(op: &Op, id: Uuid, answer: Result<Receipt, MailError>) -> Result<(), OpError> {
    let answer = match answer {
        Ok(receipt) => Ok(receipt.number),
        Err(MailError::Permanent(why)) => Err(why),
        Err(MailError::Transient(_)) => return Ok(()),
    };
    let mut tx = op.begin().await?;
    let may = tx.create::<SendPostings>(&Facts::default())?;
    let said = answer.as_ref().map(String::as_str).map_err(String::as_str);
    store::settle_export(&mut tx, &may, id, said).await?;
    let audit = Audit::of(SendPostings::DEF.name, "posting-export", id);
    tx.audit(audit.with(json!({ "receipt": said.ok(), "refused": said.err() })));
    tx.commit().await
}

/// Minutes until the service is asked again.
fn pause(tries: i32) -> chrono::TimeDelta {
    chrono::TimeDelta::minutes(5_i64.saturating_mul(1 << tries.clamp(0, 8)))
}

/// Writes down what the State Revenue Service answered.
///
/// # Errors
/// The database failed.
pub async fn reported(op: &Op, id: DocumentId, tries: i32, answer: Result<Receipt, MailError>) -> Result<(), OpError> {
    let answer = match answer {
        Ok(receipt) => ReportAnswer::Accepted(receipt.number),
        Err(MailError::Permanent(why)) => ReportAnswer::Refused(why),
        Err(MailError::Transient(why)) => ReportAnswer::Later(why, op.now() + pause(tries)),
    };
    let mut tx = op.begin().await?;
    let may = tx.create::<SendPostings>(&Facts::default())?;
    store::settle_report(&mut tx, &may, id, &answer).await?;
    let (verb, said) = match &answer {
        ReportAnswer::Accepted(number) => ("reported", number.clone()),
        ReportAnswer::Refused(why) => ("report-refused", why.clone()),
        ReportAnswer::Later(why, _) => ("report-waits", why.clone()),
    };
    tx.history(id, verb, json!({ "said": said }));
    tx.audit(Audit::of("invoices.invoice.report", "invoice", id.uuid()).with(json!({ "outcome": verb, "said": said })));
    tx.commit().await
}
