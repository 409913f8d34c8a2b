//! Small statistics, and tables for people.

use std::time::Duration;

/// Milliseconds.
#[must_use]
pub fn millis(d: Duration) -> f64 {
    d.as_secs_f64() * 1000.0
}

/// The value that this part of all values (0 to 1) does not exceed; 0 where there is none.
#[must_use]
pub fn quantile(values: &[f64], part: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().saturating_sub(1);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and the length")]
    let place = (last as f64 * part).ceil() as usize;
    sorted.get(place.min(last)).copied().unwrap_or(0.0)
}

/// The middle one.
#[must_use]
pub fn median(values: &[f64]) -> f64 {
    quantile(values, 0.5)
}

/// The least and the most.
#[must_use]
pub fn spread(values: &[f64]) -> (f64, f64) {
    (quantile(values, 0.0), quantile(values, 1.0))
}

/// Prints rows with a heading, columns under each other; all but the first to the right.
pub fn table(head: &[&str], rows: &[Vec<String>]) {
    let width = |n: usize| {
        let cells = rows.iter().filter_map(|r| r.get(n)).map(|c| c.chars().count());
        cells.chain(head.get(n).map(|h| h.chars().count())).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let line = |cells: Vec<&str>| {
        let padded = cells.iter().zip(&widths).enumerate();
        let padded = padded.map(|(n, (c, w))| if n == 0 { format!("{c:w$}") } else { format!("{c:>w$}") });
        say(padded.collect::<Vec<_>>().join("  ").trim_end());
    };
    line(head.to_vec());
    for row in rows {
        line(row.iter().map(String::as_str).collect());
    }
}

/// Prints a line. A reader that has gone away is no error.
pub fn say(text: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

/// Goal and verdict beside a figure.
#[must_use]
pub fn goal(figure: f64, most: f64) -> String {
    if figure <= most { format!("≤ {most}: yes") } else { format!("≤ {most}: NO") }
}
