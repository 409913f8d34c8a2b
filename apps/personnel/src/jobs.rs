//! What happens in the background: renderings, and the turn of the month.

use jobs::{Every, Job, JobDef, JobError};
use op::Op;
use serde_json::Value;
use types::BoxFuture;
use uuid::Uuid;

use crate::{events, renderings, usecases};

/// Makes the PDF/A of orders, applications and certificates.
pub(crate) const RENDER: &str = "personnel.render";
/// Somebody asked for it.
pub(crate) const ASKED: &str = "asked";

/// Orders are to be signed and have no file yet.
const DOCUMENT_WANTED: &str = "signing.document-wanted";

/// Which event starts which job.
pub(crate) const SUBSCRIPTIONS: &[(&str, &str)] = &[
    (events::ORDER_DRAFTED, RENDER),
    (events::ORDER_SIGNED, RENDER),
    (events::APPLICATION_CORRECTED, RENDER),
    (events::CERTIFICATE_ISSUED, RENDER),
    ("workflow.application-filed", RENDER),
    (DOCUMENT_WANTED, RENDER),
];

/// All of them.
pub(crate) fn all() -> Vec<JobDef> {
    vec![
        JobDef::new(RENDER, render).in_sets_of(20),
        JobDef::new("personnel.close-month", close_month).every(Every::DayAt(2)),
    ]
}

fn ids(payload: &Value) -> Vec<Uuid> {
    let all = payload.get("subjects").and_then(Value::as_array);
    all.into_iter().flatten().filter_map(|v| v.as_str()?.parse().ok()).collect()
}

fn render(op: Op, jobs: Vec<Job>) -> BoxFuture<'static, Result<(), JobError>> {
    Box::pin(async move {
        for job in jobs {
            let event = job.payload.get("event").and_then(Value::as_str).unwrap_or_default();
            let subjects = ids(&job.payload);
            match event {
                events::ORDER_DRAFTED | events::ORDER_SIGNED => renderings::orders(&op, &subjects, false).await?,
                ASKED | DOCUMENT_WANTED => renderings::orders(&op, &subjects, true).await?,
                events::CERTIFICATE_ISSUED => renderings::certificates(&op, &subjects).await?,
                _ => renderings::applications(&op, &subjects).await?,
            }
        }
        Ok(())
    })
}

fn close_month(op: Op, _: Vec<Job>) -> BoxFuture<'static, Result<(), JobError>> {
    Box::pin(async move {
        usecases::follow_units(&op).await?;
        let moved = usecases::close_months(&op).await?;
        tracing::info!(accounts = moved, "leave accounts accrued");
        Ok(())
    })
}
