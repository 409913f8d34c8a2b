//! The queue: jobs are committed with the change that causes them, claimed, renewed and finished in sets,
//! run under a lease, retried with growing pauses, and set aside where retrying does not help.
//!
//! Jobs are idempotent: a lease may run out and the job run again. Side effects towards the world happen
//! only here.

mod schedule;
mod worker;

pub use schedule::{Every, run_schedules};
pub use worker::{Dead, Ran, Worker, dead, drain, rerun, run_once};

use op::Op;
use serde_json::Value;
use types::{BoxFuture, JobId};

/// A job as its handler sees it.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// Its payload; for a subscriber `{event, event_id, subjects, data}`.
    pub payload: Value,
    /// Which attempt this is, from 1.
    pub attempt: i32,
}

/// Why a job did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// Trying again later may help.
    #[error("{0}")]
    Retry(String),
    /// Trying again will not help: somebody has to look.
    #[error("{0}")]
    Dead(String),
}

impl From<op::OpError> for JobError {
    fn from(e: op::OpError) -> Self {
        Self::Retry(e.to_string())
    }
}

impl From<sqlx::Error> for JobError {
    fn from(e: sqlx::Error) -> Self {
        Self::Retry(e.to_string())
    }
}

/// Runs jobs of one kind and tenant. All of the slice succeed, or the error is each one's.
pub type Handler = fn(Op, Vec<Job>) -> BoxFuture<'static, Result<(), JobError>>;

/// A kind of job.
#[derive(Clone, Copy)]
pub struct JobDef {
    /// `app.verb-thing`
    pub kind: &'static str,
    /// Runs a set.
    pub handler: Handler,
    /// How many at most in one set.
    pub batch: i64,
    /// For jobs that come by the clock, in every tenant.
    pub every: Option<Every>,
}

impl JobDef {
    /// A kind that runs one by one when asked for.
    #[must_use]
    pub const fn new(kind: &'static str, handler: Handler) -> Self {
        Self { kind, handler, batch: 1, every: None }
    }

    /// Takes up to that many at once.
    #[must_use]
    pub const fn in_sets_of(mut self, batch: i64) -> Self {
        self.batch = batch;
        self
    }

    /// Comes by the clock.
    #[must_use]
    pub const fn every(mut self, every: Every) -> Self {
        self.every = Some(every);
        self
    }
}
