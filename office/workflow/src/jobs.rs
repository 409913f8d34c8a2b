//! What the clock brings.

use jobs::{Every, Job, JobDef, JobError};
use op::Op;
use types::BoxFuture;

/// All of them.
pub(crate) fn all() -> Vec<JobDef> {
    vec![
        JobDef::new("workflow.remind", remind).every(Every::DayAt(7)),
        JobDef::new("workflow.escalate", escalate).every(Every::DayAt(7)),
    ]
}

fn remind(op: Op, _: Vec<Job>) -> BoxFuture<'static, Result<(), JobError>> {
    Box::pin(async move {
        crate::remind(&op).await?;
        Ok(())
    })
}

fn escalate(op: Op, _: Vec<Job>) -> BoxFuture<'static, Result<(), JobError>> {
    Box::pin(async move {
        crate::escalate(&op).await?;
        Ok(())
    })
}
