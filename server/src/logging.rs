//! Logs: to standard error, for people or as JSON. Nothing personal goes in: ids, kinds, counts, times.

use std::io::{self, IsTerminal as _};

use tracing_subscriber::{EnvFilter, fmt};

use crate::cli::Command;

/// Starts logging. Commands that answer on standard output only complain.
pub fn start(command: &Command) {
    let usual = if matches!(command, Command::Serve(_)) { "info,sqlx=warn" } else { "warn,sqlx=error" };
    let filter = std::env::var("NOVADS_LOG").ok().filter(|text| !text.trim().is_empty());
    let filter = EnvFilter::builder().parse_lossy(filter.as_deref().unwrap_or(usual));
    // What a hostile path or form held is told at the lowest level there, whatever is asked for.
    let filter = match "axum::rejection=off".parse() {
        Ok(silent) => filter.add_directive(silent),
        Err(_) => filter,
    };
    let log = fmt().with_env_filter(filter).with_writer(io::stderr);
    if std::env::var("NOVADS_LOG_FORMAT").is_ok_and(|format| format == "json") {
        log.json().flatten_event(true).with_current_span(true).with_span_list(false).init();
    } else {
        log.compact().with_target(false).with_ansi(io::stderr().is_terminal()).init();
    }
}
