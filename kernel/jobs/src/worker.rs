use std::{collections::BTreeMap, sync::Arc, time::Duration};

use op::{Kernel, Op};
use serde_json::Value;
use sqlx::FromRow;
use types::{JobId, TenantId, Timestamp};
use uuid::Uuid;

use crate::{Job, JobDef, JobError, run_schedules};

const LEASE_SECONDS: i32 = 60;

#[derive(FromRow)]
struct Claimed {
    id: JobId,
    tenant_id: Option<TenantId>,
    payload: Value,
    attempts: i32,
}

/// One look at the queue: the set that was run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ran {
    /// Jobs that succeeded.
    pub done: u64,
    /// Jobs that will be tried again, or were set aside.
    pub failed: u64,
}

// The lease is the one thing measured by the database's clock: it compares with itself only.
const CLAIM: &str = db::sql!(
    "update kernel.job j set state = 'running', attempts = j.attempts + 1, worker = $4,
            lease_until = clock_timestamp() + make_interval(secs => $5)
     from (select id from kernel.job
           where kind = $1 and run_at <= $2
             and (state = 'ready' or (state = 'running' and lease_until < clock_timestamp()))
           order by run_at limit $3 for update skip locked) due
     where j.id = due.id
     returning j.id, j.tenant_id, j.payload, j.attempts"
);
const RENEW: &str = db::sql!(
    "update kernel.job set lease_until = clock_timestamp() + make_interval(secs => $3)
     where id = any($1) and worker = $2 and state = 'running'"
);
const FINISH: &str = db::sql!(
    "update kernel.job set state = 'done', finished_at = $3, lease_until = null, last_error = null
     where id = any($1) and worker = $2"
);
const RETRY: &str = db::sql!(
    "update kernel.job set lease_until = null, last_error = $3, finished_at = null,
            state = case when $5 or attempts >= max_attempts then 'dead' else 'ready' end,
            run_at = $4::timestamptz + make_interval(secs => least(3600, power(2, attempts)) * (0.75 + random() * 0.5))
     where id = any($1) and worker = $2"
);
const KINDS: &str = db::sql!(
    "select distinct kind from kernel.job
     where state in ('ready', 'running') and run_at <= $1 and (state = 'ready' or lease_until < clock_timestamp())"
);

/// Claims and runs one set of each kind that is due.
///
/// # Errors
/// The database failed; a handler's failure is not an error here, it is kept with the job.
pub async fn run_once(kernel: &Arc<Kernel>, defs: &[JobDef]) -> Result<Ran, sqlx::Error> {
    let due: Vec<(String,)> = {
        let mut tx = kernel.db().begin(None, true).await.map_err(flat)?;
        let rows = sqlx::query_as(KINDS).bind(kernel.clock().now()).fetch_all(tx.conn()).await?;
        tx.commit().await.map_err(flat)?;
        rows
    };
    let mut ran = Ran::default();
    for def in defs.iter().filter(|d| due.iter().any(|(k,)| k == d.kind)) {
        let one = run_kind(kernel, def).await?;
        ran.done += one.done;
        ran.failed += one.failed;
    }
    Ok(ran)
}

async fn run_kind(kernel: &Arc<Kernel>, def: &JobDef) -> Result<Ran, sqlx::Error> {
    let worker = kernel.new_uuid(kernel.clock());
    let claimed: Vec<Claimed> = {
        let mut tx = kernel.db().begin(None, false).await.map_err(flat)?;
        let rows = sqlx::query_as(CLAIM)
            .bind(def.kind)
            .bind(kernel.clock().now())
            .bind(def.batch)
            .bind(worker)
            .bind(LEASE_SECONDS)
            .fetch_all(tx.conn())
            .await?;
        tx.commit().await.map_err(flat)?;
        rows
    };
    let mut by_tenant: BTreeMap<Option<TenantId>, Vec<Job>> = BTreeMap::new();
    for c in claimed {
        let job = Job { id: c.id, payload: c.payload, attempt: c.attempts };
        by_tenant.entry(c.tenant_id).or_default().push(job);
    }
    let mut ran = Ran::default();
    for (tenant, jobs) in by_tenant {
        let ids: Vec<JobId> = jobs.iter().map(|j| j.id).collect();
        let count = u64::try_from(ids.len()).unwrap_or_default();
        let outcome = match tenant {
            Some(tenant) => {
                let op = Op::house(kernel, tenant, def.kind);
                with_heartbeat(kernel, worker, &ids, (def.handler)(op, jobs)).await
            }
            None => Err(JobError::Dead("a job without a tenant".into())),
        };
        match &outcome {
            Ok(()) => ran.done += count,
            Err(_) => ran.failed += count,
        }
        settle(kernel, worker, &ids, def.kind, outcome).await?;
    }
    Ok(ran)
}

async fn with_heartbeat(
    kernel: &Arc<Kernel>,
    worker: Uuid,
    ids: &[JobId],
    work: types::BoxFuture<'static, Result<(), JobError>>,
) -> Result<(), JobError> {
    // A panic in a handler is a failed job, not a dead worker.
    let mut task = tokio::spawn(work);
    let beat = Duration::from_secs(u64::from(LEASE_SECONDS.unsigned_abs()) / 3);
    loop {
        tokio::select! {
            done = &mut task => {
                return done.unwrap_or_else(|e| Err(JobError::Retry(format!("the handler broke off: {e}"))));
            }
            () = tokio::time::sleep(beat) => {
                if let Ok(mut tx) = kernel.db().begin(None, false).await {
                    let renewed = sqlx::query(RENEW).bind(ids).bind(worker).bind(LEASE_SECONDS).execute(tx.conn()).await;
                    if renewed.is_ok() {
                        let _ = tx.commit().await;
                    }
                }
            }
        }
    }
}

async fn settle(
    kernel: &Arc<Kernel>,
    worker: Uuid,
    ids: &[JobId],
    kind: &str,
    outcome: Result<(), JobError>,
) -> Result<(), sqlx::Error> {
    let now = kernel.clock().now();
    let mut tx = kernel.db().begin(None, false).await.map_err(flat)?;
    match outcome {
        Ok(()) => {
            sqlx::query(FINISH).bind(ids).bind(worker).bind(now).execute(tx.conn()).await?;
        }
        Err(e) => {
            tracing::warn!(job.kind = kind, job.count = ids.len(), error = %e, "job failed");
            let dead = matches!(e, JobError::Dead(_));
            sqlx::query(RETRY)
                .bind(ids)
                .bind(worker)
                .bind(e.to_string())
                .bind(now)
                .bind(dead)
                .execute(tx.conn())
                .await?;
        }
    }
    tx.commit().await.map_err(flat)
}

fn flat(e: db::DbError) -> sqlx::Error {
    match e {
        db::DbError::Other(e) => e,
        e => sqlx::Error::Protocol(e.to_string()),
    }
}

/// Runs everything that is due until nothing is: for tests and the command line.
///
/// # Errors
/// The database failed.
pub async fn drain(kernel: &Arc<Kernel>, defs: &[JobDef]) -> Result<Ran, sqlx::Error> {
    let mut total = Ran::default();
    loop {
        let ran = run_once(kernel, defs).await?;
        if ran.done == 0 && ran.failed == 0 {
            return Ok(total);
        }
        total.done += ran.done;
        total.failed += ran.failed;
    }
}

/// A job that was set aside.
#[derive(Clone, Debug, FromRow)]
pub struct Dead {
    /// Its id.
    pub id: JobId,
    /// Its kind.
    pub kind: String,
    /// The last error.
    pub last_error: Option<String>,
    /// How often it was tried.
    pub attempts: i32,
    /// When it would have run.
    pub run_at: Timestamp,
}

/// The jobs of a tenant that were set aside, newest first.
///
/// # Errors
/// The database failed.
pub async fn dead(kernel: &Arc<Kernel>, tenant: TenantId) -> Result<Vec<Dead>, sqlx::Error> {
    let mut tx = kernel.db().begin(None, true).await.map_err(flat)?;
    sqlx::query_as(db::sql!(
        "select id, kind, last_error, attempts, run_at from kernel.job
         where state = 'dead' and tenant_id = $1 order by id desc limit 200"
    ))
    .bind(tenant)
    .fetch_all(tx.conn())
    .await
}

/// Gives a job that was set aside another round of attempts.
///
/// # Errors
/// The database failed.
pub async fn rerun(kernel: &Arc<Kernel>, tenant: TenantId, id: JobId) -> Result<bool, sqlx::Error> {
    let mut tx = kernel.db().begin(None, false).await.map_err(flat)?;
    let done = sqlx::query(db::sql!(
        "update kernel.job set state = 'ready', attempts = 0, run_at = $3 where id = $1 and tenant_id = $2 and state = 'dead'"
    ))
    .bind(id)
    .bind(tenant)
    .bind(kernel.clock().now())
    .execute(tx.conn())
    .await?;
    tx.commit().await.map_err(flat)?;
    kernel.wake();
    Ok(done.rows_affected() == 1)
}

/// The worker of a process.
pub struct Worker {
    kernel: Arc<Kernel>,
    defs: Vec<JobDef>,
}

impl Worker {
    /// For these kinds.
    #[must_use]
    pub const fn new(kernel: Arc<Kernel>, defs: Vec<JobDef>) -> Self {
        Self { kernel, defs }
    }

    /// Works until it is dropped. A failing database is waited for, not fled from.
    pub async fn run(self) {
        let mut pause = Duration::from_millis(50);
        loop {
            let scheduled = run_schedules(&self.kernel, &self.defs).await;
            let worked = run_once(&self.kernel, &self.defs).await;
            match (scheduled, worked) {
                (Ok(_), Ok(ran)) if ran.done > 0 => pause = Duration::ZERO,
                (Ok(_), Ok(_)) => pause = Duration::from_secs(2),
                (Err(e), _) | (_, Err(e)) => {
                    tracing::warn!(error = %e, "the queue cannot be read");
                    pause = (pause * 2).clamp(Duration::from_millis(500), Duration::from_secs(10));
                }
            }
            // A notice only cuts the wait short.
            let _ = tokio::time::timeout(pause, self.kernel.woken()).await;
        }
    }
}
