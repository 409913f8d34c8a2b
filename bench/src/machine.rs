//! What Linux says of processes: processor time and memory.

use std::fs;

use anyhow::{Context as _, Result};

/// Ticks a second of the processor times in `/proc`; the same on every Linux that we run on.
const TICKS: f64 = 100.0;

/// The load of the machine: how many wanted a processor over the last minute.
#[must_use]
pub fn load() -> f64 {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().and_then(|n| n.parse().ok()).unwrap_or(0.0)
}

/// Processors.
#[must_use]
pub fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Fields of `/proc/PID/stat` from the state on.
fn stat(pid: i32) -> Vec<String> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let rest = text.rsplit_once(')').map_or("", |(_, rest)| rest);
    rest.split_whitespace().map(str::to_owned).collect()
}

fn ticks(fields: &[String], places: &[usize]) -> f64 {
    places.iter().filter_map(|n| fields.get(*n)?.parse::<f64>().ok()).sum()
}

/// The processes that a process has started.
#[must_use]
pub fn children(parent: i32) -> Vec<i32> {
    let all = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = all.filter_map(|e| e.file_name().to_str()?.parse::<i32>().ok());
    pids.filter(|pid| stat(*pid).get(1).and_then(|p| p.parse().ok()) == Some(parent)).collect()
}

/// Processor seconds that a process and its children have used, those that have ended included.
#[must_use]
pub fn seconds(parent: i32) -> f64 {
    let own = ticks(&stat(parent), &[11, 12, 13, 14]);
    let of_children: f64 = children(parent).into_iter().map(|pid| ticks(&stat(pid), &[11, 12])).sum();
    (own + of_children) / TICKS
}

/// Processor seconds of this process.
#[must_use]
pub fn own_seconds() -> f64 {
    ticks(&stat(i32::try_from(std::process::id()).unwrap_or(0)), &[11, 12]) / TICKS
}

/// Resident memory of a process in MiB, and the part of it that is its own and not shared.
#[must_use]
pub fn memory(pid: i32) -> (f64, f64) {
    let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
    let field = |name: &str| {
        let line = text.lines().find_map(|l| l.strip_prefix(name)).unwrap_or_default();
        line.trim().trim_end_matches(" kB").parse::<f64>().unwrap_or(0.0) / 1024.0
    };
    (field("Rss:"), field("Pss:"))
}

/// Seconds that this thread has had a processor, to the nanosecond.
///
/// # Errors
/// The scheduler keeps no statistics.
pub fn thread_time() -> Result<f64> {
    let text = fs::read_to_string("/proc/thread-self/schedstat").context("the scheduler's statistics")?;
    let spent: f64 = text.split_whitespace().next().and_then(|n| n.parse().ok()).context("processor time")?;
    Ok(spent / 1e9)
}
