//! Prometheus metrics, served on a listener of their own.

use std::{fmt::Write as _, sync::OnceLock, time::Duration};

use prometheus::{HistogramVec, IntCounterVec, Registry, TextEncoder, histogram_opts, opts};

struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    seconds: HistogramVec,
}

fn metrics() -> Option<&'static Metrics> {
    static METRICS: OnceLock<Option<Metrics>> = OnceLock::new();
    METRICS.get_or_init(|| build().ok()).as_ref()
}

fn build() -> Result<Metrics, prometheus::Error> {
    let registry = Registry::new();
    let requests =
        IntCounterVec::new(opts!("novads_http_requests_total", "Requests answered"), &["method", "route", "status"])?;
    let buckets = vec![0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0];
    let seconds = HistogramVec::new(
        histogram_opts!("novads_http_request_seconds", "Time to answer", buckets),
        &["method", "route"],
    )?;
    registry.register(Box::new(requests.clone()))?;
    registry.register(Box::new(seconds.clone()))?;
    Ok(Metrics { registry, requests, seconds })
}

pub(crate) fn observe(method: &str, route: &str, status: u16, elapsed: Duration) {
    if let Some(m) = metrics() {
        m.requests.with_label_values(&[method, route, &status.to_string()]).inc();
        m.seconds.with_label_values(&[method, route]).observe(elapsed.as_secs_f64());
    }
}

/// The text that Prometheus reads; `extra` are gauges measured now (name, help, value).
#[must_use]
pub fn render(extra: &[(&str, &str, f64)]) -> String {
    let mut text = metrics()
        .and_then(|m| TextEncoder::new().encode_to_string(&m.registry.gather()).ok())
        .unwrap_or_default();
    for (name, help, value) in extra {
        let _ = write!(text, "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}\n");
    }
    text
}
