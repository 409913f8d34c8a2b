//! What Prometheus reads: measured when it asks, on a listener of its own, and nothing else is served there.

use std::sync::Arc;

use axum::{Router, extract::State, http::header, response::IntoResponse, routing::get};
use db::Db;
use op::Kernel;
use web::{metrics::Gauge, platform};

const STATES: [&str; 3] = ["dead", "ready", "running"];

/// `GET /metrics`
pub fn router(kernel: Arc<Kernel>) -> Router {
    Router::new().route("/metrics", get(show)).with_state(kernel)
}

async fn show(State(kernel): State<Arc<Kernel>>) -> impl IntoResponse {
    let mut gauges = Vec::new();
    pool(kernel.db(), &mut gauges);
    memory(&mut gauges);
    // With the database away the rest is still told.
    let up = match queue(&kernel, &mut gauges).await {
        Ok(()) => 1.0,
        Err(error) => {
            tracing::warn!(%error, "cannot measure the queue");
            0.0
        }
    };
    gauges.push(Gauge::new("novads_database_up", "Whether the database answers", up));
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], web::metrics::render(&gauges))
}

fn pool(db: &Db, gauges: &mut Vec<Gauge>) {
    let Db::Pool(pool) = db else { return };
    let idle = u32::try_from(pool.num_idle()).unwrap_or(u32::MAX);
    gauges.push(Gauge::new("novads_pool_connections", "Connections to the database", f64::from(pool.size())));
    gauges.push(Gauge::new("novads_pool_idle", "Connections that wait for work", f64::from(idle)));
}

/// The resident set, as Linux tells it.
fn memory(gauges: &mut Vec<Gauge>) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB"));
    if let Some(kib) = line.and_then(|text| text.trim().parse::<u32>().ok()) {
        let name = "process_resident_memory_bytes";
        gauges.push(Gauge::new(name, "Resident memory", f64::from(kib) * 1024.0));
    }
}

async fn queue(kernel: &Kernel, gauges: &mut Vec<Gauge>) -> Result<(), op::OpError> {
    let depth = platform::queue_depth(kernel).await?;
    let now = kernel.clock().now();
    let of = |state| depth.iter().find(|d| d.state == state);
    for state in STATES {
        let jobs = of(state).map_or(0, |d| d.jobs);
        gauges.push(Gauge::new("novads_jobs", "Background jobs by state", count(jobs)).labelled("state", state));
    }
    for state in STATES {
        let age = of(state).map_or(0, |d| (now - d.oldest).num_seconds().max(0));
        let help = "Since when the oldest job of that state has been due";
        gauges.push(Gauge::new("novads_jobs_oldest_seconds", help, count(age)).labelled("state", state));
    }
    if let Some(sealed) = platform::last_sealed(kernel).await? {
        let age = (now - sealed).num_seconds().max(0);
        let help = "Since the audit trail was last sealed, where that is longest ago";
        gauges.push(Gauge::new("novads_audit_sealed_seconds", help, count(age)));
    }
    Ok(())
}

fn count(n: i64) -> f64 {
    i32::try_from(n).map_or(f64::from(i32::MAX), f64::from)
}
