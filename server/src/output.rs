//! What commands print: results on standard output, complaints on standard error.

use std::io::{self, Write as _};

/// Prints a line. A reader that has gone away (`| head`) is no error.
pub fn line(text: &str) {
    let _ = writeln!(io::stdout().lock(), "{text}");
}

/// Prints a text as it is.
pub fn text(text: &str) {
    let _ = io::stdout().lock().write_all(text.as_bytes());
}

/// Says what went wrong, and because of what.
pub fn complain(error: &anyhow::Error) {
    let _ = writeln!(io::stderr().lock(), "novads: {error:#}");
}

/// Prints rows with a heading, columns under each other.
pub fn table(head: &[&str], rows: &[Vec<String>]) {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
        cells.chain(head.get(column).map(|name| name.chars().count())).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let print = |cells: Vec<&str>| {
        let padded = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        line(padded.collect::<Vec<_>>().join("  ").trim_end());
    };
    print(head.to_vec());
    for row in rows {
        print(row.iter().map(String::as_str).collect());
    }
}
