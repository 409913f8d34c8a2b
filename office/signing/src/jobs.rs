//! What happens in the background: proofs for what was signed, verdicts on what came in, renewal.

use jobs::{Every, Job, JobDef, JobError};
use op::Op;
use serde_json::Value;
use types::{BoxFuture, FileId};
use uuid::Uuid;

use crate::usecases::{SignError, finish, renew, report};

/// Gets time stamps and revocation answers for a signed request.
pub const COMPLETE: &str = "signing.complete";
/// Judges the signatures in files.
pub const CHECK: &str = "signing.check";
/// Renews archive time stamps.
pub const RENEW: &str = "signing.renew";

pub(crate) const SUBSCRIPTIONS: &[(&str, &str)] = &[(documents::events::FILE_ADDED, CHECK)];

pub(crate) fn all() -> Vec<JobDef> {
    vec![
        JobDef::new(COMPLETE, complete),
        JobDef::new(CHECK, check).in_sets_of(50),
        JobDef::new(RENEW, renew_all).every(Every::DayAt(3)),
    ]
}

fn retry(e: SignError) -> JobError {
    match e {
        SignError::Refused(why) => JobError::Retry(format!("{}: {}", why.key, why.detail)),
        SignError::Op(e) => e.into(),
    }
}

fn complete(op: Op, jobs: Vec<Job>) -> BoxFuture<'static, Result<(), JobError>> {
    Box::pin(async move {
        for job in jobs {
            let id: Option<Uuid> = job.payload.get("request").and_then(Value::as_str).and_then(|t| t.parse().ok());
            let id = id.ok_or_else(|| JobError::Dead("which request?".to_owned()))?;
            finish::complete(&op, id).await.map_err(retry)?;
        }
        Ok(())
    })
}

fn check(op: Op, jobs: Vec<Job>) -> BoxFuture<'static, Result<(), JobError>> {
    Box::pin(async move {
        for job in jobs {
            let files = job.payload.get("subjects").and_then(|s| serde_json::from_value::<Vec<FileId>>(s.clone()).ok());
            let files = files.ok_or_else(|| JobError::Dead("which files?".to_owned()))?;
            let again = job.payload.get("again").and_then(Value::as_bool).unwrap_or(false);
            report::check(&op, &files, again).await.map_err(retry)?;
        }
        Ok(())
    })
}

fn renew_all(op: Op, _: Vec<Job>) -> BoxFuture<'static, Result<(), JobError>> {
    Box::pin(async move {
        let renewed = renew::renew(&op).await.map_err(retry)?;
        if renewed > 0 {
            tracing::info!(renewed, "archive time stamps");
        }
        Ok(())
    })
}
