//! What the kernel does by the clock: seals the audit trail, sweeps what has had its day.

use i18n::Source;
use jobs::{Every, Job, JobDef, JobError};
use op::{Kernel, Op, OpError};
use types::{BoxFuture, TenantId, Timestamp};

use crate::Module;

/// The job that seals the audit trail of a municipality.
pub const SEAL: &str = "kernel.seal-audit";
/// The job that sweeps.
pub const SWEEP: &str = "kernel.sweep";

/// How long finished jobs and submitted forms' keys are kept. Longer than any slot of the clock and any session.
const KEPT_DAYS: i64 = 3;
const AT_A_TIME: i64 = 5000;

/// The kernel as a module: no pages, only work by the clock.
#[must_use]
pub fn chores() -> Module {
    Module {
        name: "kernel",
        migrations: None,
        texts: Source { name: "kernel", lv: "", en: "" },
        actions: &[],
        routes: Vec::new(),
        jobs: vec![
            JobDef::new(SEAL, seal).in_sets_of(100).every(Every::Minutes(5)),
            JobDef::new(SWEEP, sweep).in_sets_of(100).every(Every::Minutes(60)),
        ],
        subscriptions: &[],
        nav: &[],
        samples: |_| Vec::new(),
        openapi: None,
    }
}

fn seal(op: Op, _: Vec<Job>) -> BoxFuture<'static, Result<(), JobError>> {
    Box::pin(async move {
        let report = op::seal(op.kernel(), op.tenant()).await?;
        tracing::debug!(rows = report.rows, "audit trail sealed");
        Ok(())
    })
}

fn sweep(op: Op, _: Vec<Job>) -> BoxFuture<'static, Result<(), JobError>> {
    Box::pin(async move {
        let now = op.now();
        let had_its_day = now - chrono::Duration::days(KEPT_DAYS);
        for (bite, before) in
            [(SESSIONS, now), (SUBMISSIONS, had_its_day), (JOBS, had_its_day), (THROTTLES, had_its_day)]
        {
            // In small bites, so that no lock is held long.
            while swept(op.kernel(), op.tenant(), bite, before).await? >= AT_A_TIME.unsigned_abs() {}
        }
        Ok(())
    })
}

// Each takes the municipality, the moment before which things have had their day, and how many at a time.
const SESSIONS: &str = db::sql!(
    "delete from kernel.session where token_hash in
       (select token_hash from kernel.session where tenant_id = $1 and expires_at < $2 limit $3)"
);
const SUBMISSIONS: &str = db::sql!(
    "delete from kernel.submission where tenant_id = $1 and id in
       (select id from kernel.submission where tenant_id = $1 and at < $2 limit $3)"
);
const JOBS: &str = db::sql!(
    "delete from kernel.job where id in
       (select id from kernel.job where tenant_id = $1 and state = 'done' and finished_at < $2 limit $3)"
);
// Failed sign-ins belong to no municipality: whichever comes first sweeps them.
const THROTTLES: &str = db::sql!(
    "delete from kernel.throttle where key in
       (select key from kernel.throttle where last_at < $2 and $1::uuid is not null limit $3)"
);

async fn swept(kernel: &Kernel, tenant: TenantId, bite: &'static str, before: Timestamp) -> Result<u64, OpError> {
    let mut tx = kernel.db().begin(Some(tenant), false).await?;
    let done = sqlx::query(bite).bind(tenant).bind(before).bind(AT_A_TIME).execute(tx.conn()).await?;
    tx.commit().await?;
    Ok(done.rows_affected())
}
