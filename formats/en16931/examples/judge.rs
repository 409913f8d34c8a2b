//! Judges files: one JSON object a line. `judge [en16931|peppol|lv] FILE…`, or `judge --rules` for the rules known.

use std::io::Write;

use en16931::{Policy, rules, validate};

fn main() -> std::io::Result<()> {
    let mut args = std::env::args().skip(1).peekable();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    if args.peek().is_some_and(|arg| arg == "--rules") {
        for (layer, id, severity) in rules() {
            writeln!(out, "{layer}\t{id}\t{severity:?}")?;
        }
        return Ok(());
    }
    let policy = match args.next().as_deref() {
        Some("en16931") => Policy::En16931,
        Some("lv") => Policy::Lv,
        _ => Policy::Peppol,
    };
    for file in args {
        let report = validate(&std::fs::read(&file)?, policy);
        let line = serde_json::json!({ "file": file, "syntax": report.syntax, "valid": report.valid, "findings": report.findings });
        writeln!(out, "{line}")?;
    }
    Ok(())
}
