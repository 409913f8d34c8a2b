//! `novads einvoice validate`

use std::{
    io::{self, BufWriter, Write},
    path::Path,
    process::ExitCode,
};

use anyhow::{Context as _, Result};
use en16931::{Finding, Options, Policy, Report, Severity, Syntax};
use serde::Serialize;

use super::args::{Format, Language, PolicyName, Validate};
use crate::{DONE, FAILED, output};

/// One line of `--format json`.
#[derive(Serialize)]
struct Line<'r> {
    file: &'r str,
    syntax: Syntax,
    valid: bool,
    findings: Vec<Entry<'r>>,
}

/// One finding of [`Line`].
#[derive(Serialize)]
struct Entry<'r> {
    rule: &'r str,
    severity: Severity,
    term: Option<&'static str>,
    location: &'r str,
    text: String,
}

impl<'r> Entry<'r> {
    fn of(finding: &'r Finding, language: Language) -> Self {
        Self {
            rule: &finding.rule,
            severity: finding.severity,
            term: finding.term,
            location: &finding.location.path,
            text: words(finding, language),
        }
    }
}

/// Wrong usage.
const USAGE: u8 = 2;

pub(super) fn run(args: &Validate) -> ExitCode {
    let buyers = match args.buyers.as_deref().map(institutions).transpose() {
        Ok(buyers) => buyers,
        Err(error) => {
            output::complain(&error);
            return ExitCode::from(USAGE);
        }
    };
    let policy = match args.policy {
        PolicyName::En16931 => Policy::En16931,
        PolicyName::Peppol => Policy::Peppol,
        PolicyName::Lv => Policy::Lv,
    };
    let options = Options { policy, buyers: buyers.unwrap_or_default() };
    let mut out = BufWriter::new(io::stdout().lock());
    let mut all = true;
    for file in &args.files {
        let report = match super::read(Path::new(file)) {
            Ok(bytes) => en16931::validate_with(&bytes, &options),
            Err(error) => Report::unreadable(&error.to_string()),
        };
        all &= report.valid;
        let name = file.to_string_lossy();
        let written = match args.format {
            Format::Json => json(&mut out, &name, &report, args.language),
            Format::Text => text(&mut out, &name, &report, args.language),
        };
        if written.is_err() {
            // Whoever read us has gone (`| head`): nothing more to say.
            break;
        }
    }
    let _ = out.flush();
    ExitCode::from(if all { DONE } else { FAILED })
}

/// Registration numbers, one a line; `#` begins a comment.
fn institutions(file: &Path) -> Result<Vec<String>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let line = |line: &str| line.split('#').next().unwrap_or_default().trim().to_owned();
    Ok(text.lines().map(line).filter(|line| !line.is_empty()).collect())
}

fn words(finding: &Finding, language: Language) -> String {
    match language {
        Language::Lv => finding.text_lv.clone(),
        Language::En => finding.text_en.clone(),
        Language::Both => format!("{} / {}", finding.text_lv, finding.text_en),
    }
}

fn json(out: &mut impl Write, file: &str, report: &Report, language: Language) -> io::Result<()> {
    let findings = report.findings.iter().map(|finding| Entry::of(finding, language)).collect();
    let line = Line { file, syntax: report.syntax, valid: report.valid, findings };
    serde_json::to_writer(&mut *out, &line)?;
    out.write_all(b"\n")
}

fn text(out: &mut impl Write, file: &str, report: &Report, language: Language) -> io::Result<()> {
    let count = |severity| report.findings.iter().filter(|finding| finding.severity == severity).count();
    let syntax = match report.syntax {
        Syntax::UblInvoice => "UBL Invoice",
        Syntax::UblCreditNote => "UBL CreditNote",
        Syntax::Cii => "Cross Industry Invoice",
        Syntax::InvoiceResponse => "Invoice Response",
        Syntax::Unknown => "unknown",
    };
    let verdict = if report.valid { "valid" } else { "NOT VALID" };
    let (fatal, warnings, infos) = (count(Severity::Fatal), count(Severity::Warning), count(Severity::Info));
    writeln!(out, "{file}: {verdict} ({syntax}; {fatal} fatal, {warnings} warnings, {infos} remarks)")?;
    for finding in &report.findings {
        let severity = match finding.severity {
            Severity::Fatal => "fatal",
            Severity::Warning => "warning",
            Severity::Info => "info",
        };
        let term = finding.term.map(|term| format!(" [{term}]")).unwrap_or_default();
        writeln!(out, "  {severity} {}{term} {}", finding.rule, place(finding))?;
        if language != Language::En {
            writeln!(out, "      {}", finding.text_lv)?;
        }
        if language != Language::Lv {
            writeln!(out, "      {}", finding.text_en)?;
        }
    }
    Ok(())
}

fn place(finding: &Finding) -> String {
    let location = &finding.location;
    if location.line == 0 {
        location.path.clone()
    } else {
        format!("{}:{} {}", location.line, location.column, location.path)
    }
}
