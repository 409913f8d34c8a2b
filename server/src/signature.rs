//! `novads signature`: signed containers and papers judged, signed and extended at the command line.

mod extend;
mod key;
mod sign;

use std::{
    fs,
    io::Read as _,
    path::{Path, PathBuf},
};

use asice::{
    container::zip::Limits,
    finding::{Code, Finding, Severity},
    policy::Policy,
    trust::TrustStore,
    verdict::{self, Indication, Report, SignatureReport},
    verify,
};
use chrono::{DateTime, NaiveDate, Utc};
use clap::{Args, Subcommand, ValueEnum, builder::PossibleValuesParser};
use serde::Serialize;

use crate::{DONE, FAILED, output};

/// The command line was understood and asks for what is not there: exit code 2, as for any wrong usage.
const WRONG: u8 = 2;

/// `novads signature`
#[derive(Debug, Subcommand)]
pub enum Signature {
    /// Judge signed files: .edoc, .asice, .sce, .bdoc, .pdf
    Verify(Verify),
    /// Sign files into a container (.edoc, .asice), or a PDF in itself
    Sign(Box<sign::Sign>),
    /// Give signatures what proves them for long
    Extend(extend::Extend),
}

/// How verdicts are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// One JSON object a line and file
    Json,
    /// For people
    Text,
}

/// The language of findings for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// Latvian
    Lv,
    /// English
    En,
}

/// `novads signature verify`
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
A trust list is trusted as given, its own signature is not asked for; past its next update it is still
used, and the finding trust-list-stale says so. Signatures are judged at their best proven time.

Exit code 0: every file conforms and every signature passed. 1: some did not. 2: wrong usage.
Example:
  novads signature verify --trust lists/ --format json *.edoc")]
pub struct Verify {
    /// What to judge; each file gives one line of JSON, an unreadable one too
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// A trust list or certificate, or a folder of them; may be said several times
    #[arg(long, value_name = "FILE|DIR")]
    pub trust: Vec<PathBuf>,
    /// Judge as of this moment: 2026-11-24 or 2026-11-24T12:00:00Z. Default: now
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub at: Option<DateTime<Utc>>,
    /// Which policy decides where validators differ
    #[arg(long, value_name = "NAME", default_value = "default", value_parser = PossibleValuesParser::new(policies()))]
    pub policy: String,
    /// How to print verdicts
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// The language of the text form; JSON has both
    #[arg(long, value_enum, default_value_t = Language::Lv)]
    pub language: Language,
}

fn policies() -> Vec<&'static str> {
    asice::policy::ALL.iter().map(|p| p.name).collect()
}

fn moment(text: &str) -> Result<DateTime<Utc>, String> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Ok(at.with_timezone(&Utc));
    }
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| "neither a day nor a moment".to_owned())?;
    day.and_hms_opt(0, 0, 0).map(|at| at.and_utc()).ok_or_else(|| "no such day".to_owned())
}

/// Runs a command; no database and no installation is needed.
#[must_use]
pub fn run(command: &Signature) -> u8 {
    match command {
        Signature::Verify(args) => verify_all(args),
        Signature::Sign(args) => done(sign::run(args, now())),
        Signature::Extend(args) => done(extend::run(args, now())),
    }
}

fn now() -> DateTime<Utc> {
    std::time::SystemTime::now().into()
}

fn done(result: anyhow::Result<()>) -> u8 {
    match result {
        Ok(()) => DONE,
        Err(error) => {
            output::complain(&error);
            FAILED
        }
    }
}

/// A finding as an error.
fn said(finding: Finding) -> anyhow::Error {
    anyhow::anyhow!(finding.english())
}

#[derive(Serialize)]
struct Line<'l> {
    file: String,
    #[serde(flatten)]
    report: &'l Report,
}

fn verify_all(args: &Verify) -> u8 {
    let trust = match read_trust(&args.trust) {
        Ok(trust) => trust,
        Err(error) => {
            output::complain(&error);
            return WRONG;
        }
    };
    let Some(policy) = Policy::named(&args.policy) else { return WRONG };
    let at = args.at.unwrap_or_else(now);
    let mut code = DONE;
    for path in &args.files {
        let report = judge(path, &trust, at, policy);
        if !report.passed() {
            code = FAILED;
        }
        let file = path.to_string_lossy().into_owned();
        match args.format {
            Format::Text => print_text(&file, &report, args.language),
            Format::Json => match serde_json::to_string(&Line { file, report: &report }) {
                Ok(line) => output::line(&line),
                Err(error) => output::complain(&error.into()),
            },
        }
    }
    code
}

fn judge(path: &Path, trust: &TrustStore, at: DateTime<Utc>, policy: &'static Policy) -> Report {
    let bytes = match read(path) {
        Ok(bytes) => bytes,
        Err(error) => return Report::refused(Finding::new(Code::FileUnreadable, error.to_string()), policy, at),
    };
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned());
    let request = verify::Request::new(&bytes, trust, at);
    verify::verify(&verify::Request { name: name.as_deref(), policy, ..request })
}

/// Reads a file, no more of it than is judged.
fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let file = fs::File::open(path)?;
    if !file.metadata()?.is_file() {
        return Err(std::io::Error::other("not a file"));
    }
    let mut bytes = Vec::new();
    file.take(Limits::default().packed as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads trust lists and certificates, of folders every file that looks like one.
fn read_trust(paths: &[PathBuf]) -> anyhow::Result<TrustStore> {
    use anyhow::Context as _;
    let mut files = Vec::new();
    for path in paths {
        let name = || path.display().to_string();
        if !path.is_dir() {
            files.push((name(), read(path).with_context(name)?));
            continue;
        }
        let mut inside: Vec<PathBuf> =
            fs::read_dir(path).with_context(name)?.filter_map(|entry| entry.ok().map(|e| e.path())).collect();
        inside.sort();
        for file in inside.into_iter().filter(|f| looks_like_trust(f)) {
            files.push((file.display().to_string(), read(&file).with_context(|| file.display().to_string())?));
        }
    }
    let (store, notices) = TrustStore::from_files(files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())));
    for notice in notices {
        output::complain(&anyhow::anyhow!(notice.text));
    }
    Ok(store)
}

fn looks_like_trust(path: &Path) -> bool {
    let known = ["xml", "xtsl", "tsl", "pem", "crt", "cer", "der"];
    let extension = path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase());
    path.is_file() && extension.is_some_and(|e| known.contains(&e.as_str()))
}

fn print_text(file: &str, report: &Report, language: Language) {
    let word = |lv: &'static str, en: &'static str| if language == Language::Lv { lv } else { en };
    let verdict = if report.passed() { word("derīgs", "valid") } else { word("NAV derīgs", "NOT valid") };
    output::line(&format!("{file}: {verdict} ({})", report.container.kind));
    print_findings("  ", &report.container.findings, language);
    for signature in &report.signatures {
        print_signature(signature, language);
    }
}

fn print_signature(signature: &SignatureReport, language: Language) {
    let word = |lv: &'static str, en: &'static str| if language == Language::Lv { lv } else { en };
    let indication = match signature.indication {
        Indication::TotalPassed => "TOTAL-PASSED",
        Indication::Indeterminate => "INDETERMINATE",
        Indication::TotalFailed => "TOTAL-FAILED",
    };
    let sub = signature.sub_indication.and_then(|s| serde_json::to_value(s).ok());
    let sub = sub.as_ref().and_then(|s| s.as_str()).map(|s| format!(" {s}")).unwrap_or_default();
    let who = signature.signer.as_ref().map_or("?", |s| s.name.as_str());
    let level = signature.level.name();
    output::line(&format!("  {who}: {indication}{sub}, {level} [{}]", signature.id));
    let at = signature.timestamp_at.or(signature.signed_at).map(verdict::moment).unwrap_or_default();
    let seal = signature.signer.as_ref().is_some_and(|s| s.seal);
    let kind = match (signature.qualified, seal) {
        (true, false) => word("kvalificēts paraksts", "qualified signature"),
        (true, true) => word("kvalificēts zīmogs", "qualified seal"),
        (false, false) => word("nekvalificēts paraksts", "signature, not qualified"),
        (false, true) => word("nekvalificēts zīmogs", "seal, not qualified"),
    };
    let legal = if signature.legally_signed {
        word("parakstīts likuma izpratnē", "legally signed")
    } else {
        word("nav parakstīts likuma izpratnē", "not legally signed")
    };
    output::line(&format!("    {at}  {kind}; {legal}"));
    print_findings("    ", &signature.findings, language);
}

fn print_findings(indent: &str, findings: &[verdict::Weighed], language: Language) {
    for weighed in findings {
        let sign = match weighed.effect.severity() {
            Severity::Error => "!!",
            Severity::Warning => " !",
            Severity::Info => "  ",
        };
        let finding = &weighed.finding;
        let text = if language == Language::Lv { finding.latvian() } else { finding.english() };
        output::line(&format!("{indent}{sign} {}: {text}", finding.code.name()));
    }
}
