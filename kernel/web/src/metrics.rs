//! Prometheus metrics. The server serves them on a listener of their own, never beside the pages.

use std::{fmt::Write as _, sync::OnceLock, time::Duration};

use prometheus::{HistogramVec, IntCounterVec, Registry, TextEncoder, histogram_opts, opts};

struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    seconds: HistogramVec,
}

/// A value measured when it is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Gauge {
    /// Its name.
    pub name: &'static str,
    /// What it tells.
    pub help: &'static str,
    /// One label and its value, if there are several of that name.
    pub label: Option<(&'static str, String)>,
    /// The value.
    pub value: f64,
}

impl Gauge {
    /// A gauge that stands alone.
    #[must_use]
    pub const fn new(name: &'static str, help: &'static str, value: f64) -> Self {
        Self { name, help, label: None, value }
    }

    /// One of several of that name.
    #[must_use]
    pub fn labelled(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.label = Some((name, value.into()));
        self
    }
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

/// The method as a label: whoever invents methods must not fill our memory with counters.
fn known(method: &str) -> &str {
    const KNOWN: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    if KNOWN.contains(&method) { method } else { "other" }
}

pub(crate) fn observe(method: &str, route: &str, status: u16, elapsed: Duration) {
    if let Some(m) = metrics() {
        let method = known(method);
        m.requests.with_label_values(&[method, route, &status.to_string()]).inc();
        m.seconds.with_label_values(&[method, route]).observe(elapsed.as_secs_f64());
    }
}

/// The text that Prometheus reads: requests so far, and gauges measured now (those of one name together).
#[must_use]
pub fn render(gauges: &[Gauge]) -> String {
    let mut text =
        metrics().and_then(|m| TextEncoder::new().encode_to_string(&m.registry.gather()).ok()).unwrap_or_default();
    let mut last = "";
    for Gauge { name, help, label, value } in gauges {
        if last != *name {
            let _ = write!(text, "# HELP {name} {help}\n# TYPE {name} gauge\n");
            last = name;
        }
        let _ = match label {
            Some((label, of)) => writeln!(text, "{name}{{{label}=\"{}\"}} {value}", escape(of)),
            None => writeln!(text, "{name} {value}"),
        };
    }
    text
}

fn escape(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gauges_of_one_name_share_a_head() {
        let jobs = |state: &str, n| Gauge::new("novads_jobs", "Jobs", n).labelled("state", state);
        let text = render(&[jobs("dead", 1.0), jobs("a\"b", 2.5), Gauge::new("novads_rss", "Memory", 7.0)]);
        let ours = text.split_once("# HELP novads_jobs").unwrap().1;
        assert_eq!(
            ours,
            " Jobs\n# TYPE novads_jobs gauge\nnovads_jobs{state=\"dead\"} 1\nnovads_jobs{state=\"a\\\"b\"} 2.5\n\
             # HELP novads_rss Memory\n# TYPE novads_rss gauge\nnovads_rss 7\n"
        );
    }

    #[test]
    fn an_invented_method_makes_no_counter_of_its_own() {
        observe("FROBNICATE", "/x", 405, Duration::from_millis(1));
        let text = render(&[]);
        assert!(text.contains("method=\"other\"") && !text.contains("FROBNICATE"), "{text}");
    }
}
