//! `novads year`, `novads year verify`

use std::{
    io::{self, IsTerminal as _, Write as _},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use chrono::{Datelike as _, NaiveDate};
use db::Db;
use manifest::{Lives, Profile};
use op::{Extensions, Kernel};
use serde_json::json;
use types::Date;
use web::platform;
use year::{Impossible, Progress, Verdict};

use crate::{
    DONE, NOT_SO,
    cli::{LiveYear, Place, VerifyYear, Year, YearCommand, YearFormat},
    house,
    installation::{Absent, Installation},
    output, ports,
};

/// How many municipalities live at a time: while one waits for the disk, another works.
const AT_A_TIME: usize = 4;
const CONNECTIONS: u32 = 8;

/// Lives a year, or compares the reports to the counts it was made from.
pub async fn run(place: &Place, args: &Year) -> Result<u8> {
    match (&args.command, &args.live) {
        (Some(YearCommand::Verify(verify)), _) => check(place, verify).await,
        (None, Some(args)) => live(place, args).await,
        (None, None) => bail!("say --profile DIR and --year Y; see `novads year --help`"),
    }
}

/// What a year was begun with, kept beside it.
#[derive(Clone, Debug, PartialEq)]
struct Begun {
    scale: f64,
    seed: u64,
    tenants: Vec<String>,
}

impl Begun {
    fn text(&self) -> String {
        json!({ "scale": self.scale, "seed": self.seed, "tenants": self.tenants }).to_string()
    }

    fn parse(text: &str) -> Option<Self> {
        let value: serde_json::Value = serde_json::from_str(text).ok()?;
        let tenants = value.get("tenants")?.as_array()?.iter().filter_map(|t| t.as_str().map(str::to_owned)).collect();
        Some(Self { scale: value.get("scale")?.as_f64()?, seed: value.get("seed")?.as_u64()?, tenants })
    }
}

fn setting(year: i32) -> String {
    format!("year-{year}")
}

async fn begun(kernel: &Kernel, year: i32) -> Result<Option<Begun>> {
    let text = platform::setting(kernel, &setting(year)).await?;
    Ok(text.and_then(|text| Begun::parse(&text)))
}

/// The municipalities of a folder, those that were named, at that scale.
fn profiles(folder: &Path, year: i32, tenants: &[String], scale: f64) -> Result<Vec<Profile>> {
    let found = year::read(folder, year)?;
    for u in &found.unread {
        eprint(&format!("left out, no count: {} line {} {} `{}`", u.table, u.line, u.column, u.text));
    }
    for s in &found.spellings {
        eprint(&format!("{} line {}: `{}` is taken for `{}`", s.table, s.line, s.name, s.taken_for));
    }
    let is_meant = |p: &Profile, name: &str| p.municipality == name || year::code(&p.municipality) == year::code(name);
    for name in tenants {
        if !found.all.iter().any(|p| is_meant(p, name)) {
            let known: Vec<&str> = found.all.iter().map(|p| p.municipality.as_str()).collect();
            bail!("no table has a line for `{name}`; there are: {}", known.join(", "));
        }
    }
    let wanted = |p: &&Profile| tenants.is_empty() || tenants.iter().any(|name| is_meant(p, name));
    Ok(found.all.iter().filter(wanted).map(|p| year::scaled(p, scale)).collect())
}

fn eprint(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

async fn live(place: &Place, args: &LiveYear) -> Result<u8> {
    if !args.scale.is_finite() || args.scale <= 0.0 || args.scale > 10.0 {
        bail!("--scale {} is not between 0 and 10", args.scale);
    }
    let installation = Installation::open(place, Absent::Make).await?;
    let result = tokio::select! {
        result = live_in(&installation, args) => result,
        _ = tokio::signal::ctrl_c() => Err(anyhow::anyhow!("stopped; run it again to go on")),
    };
    installation.close().await?;
    result
}

async fn live_in(installation: &Installation, args: &LiveYear) -> Result<u8> {
    let steps = house::migrations();
    db::migrate(&installation.owner_url, &steps).await.context("the database cannot be brought up to date")?;
    let db = if args.durable { installation.connect(CONNECTIONS).await? } else { hurried(installation).await? };
    // Originals of invoices are kept as a server keeps them.
    let keys = installation.keys(&house::kernel(db.clone(), Extensions::default())).await?;
    let mut extensions = house::extensions()?;
    ports::register(&mut extensions, installation, &keys).await?;
    let kernel = house::kernel(db, extensions);
    let now = Begun { scale: args.scale, seed: args.seed, tenants: args.tenants.clone() };
    if let Some(before) = begun(&kernel, args.year).await?
        && (before.scale, before.seed) != (now.scale, now.seed)
    {
        bail!(
            "the year {} was begun with --scale {} --seed {}: go on with these, or choose another --data",
            args.year,
            before.scale,
            before.seed
        );
    }
    let profiles = profiles(&args.profile, args.year, &args.tenants, args.scale)?;
    let lives = kernel.extension::<Lives>().cloned().unwrap_or_default();
    for i in year::impossible(&profiles, &lives) {
        output::line(&format!("impossible: {}", said(&i)));
    }
    let january = NaiveDate::from_ymd_opt(args.year, 1, 1).context("--year")?;
    let first = args.start.unwrap_or(january);
    if first.year() != args.year {
        bail!("--start {first} is not in {}", args.year);
    }
    platform_begun(&kernel, args, &now).await?;
    let municipalities = profiles.len();
    let what = year::Args {
        profiles,
        year: args.year,
        seed: args.seed,
        first,
        days: args.days.unwrap_or(366),
        set_ups: house::set_ups(),
        at_a_time: AT_A_TIME,
    };
    let over = Arc::new(AtomicBool::new(false));
    let queue = tokio::spawn(work(Arc::clone(&kernel), Arc::clone(&over)));
    let lived = year::live(&kernel, &what, bar()).await;
    over.store(true, Ordering::Relaxed);
    let total = lived?;
    queue.await?.context("the queue")?;
    output::line(&format!(
        "{} lived in {municipalities} municipalities: {} things done, the queue is empty. Now: novads year verify",
        args.year, total.done
    ));
    Ok(DONE)
}

async fn platform_begun(kernel: &Kernel, args: &LiveYear, now: &Begun) -> Result<()> {
    let mut all = now.clone();
    match begun(kernel, args.year).await? {
        Some(before) if !before.tenants.is_empty() && !now.tenants.is_empty() => {
            let more = before.tenants.into_iter().filter(|t| !now.tenants.contains(t));
            all.tenants.extend(more);
        }
        Some(_) => all.tenants.clear(),
        None => {}
    }
    platform::set_setting(kernel, &setting(args.year), &all.text()).await?;
    Ok(())
}

/// Commits are not waited for: what a crash takes away is lived again.
async fn hurried(installation: &Installation) -> Result<Db> {
    let url = &installation.server_url;
    let and = if url.contains('?') { '&' } else { '?' };
    let url = format!("{url}{and}options[synchronous_commit]=off");
    Db::connect(&url, CONNECTIONS).await.context("cannot connect to the database as novads_server")
}

/// The background jobs that the year's events ask for, until all are done.
async fn work(kernel: Arc<Kernel>, over: Arc<AtomicBool>) -> Result<()> {
    let defs: Vec<_> = house::modules().into_iter().flat_map(|m| m.jobs).collect();
    loop {
        let last = over.load(Ordering::Relaxed);
        let ran = jobs::run_once(&kernel, &defs).await?;
        if ran.done + ran.failed == 0 {
            if last {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }
}

/// A line that is written over on a terminal; elsewhere a line now and then.
fn bar() -> impl Fn(&Progress) {
    let is_terminal = io::stderr().is_terminal();
    let last = AtomicBool::new(false);
    let seconds = std::sync::atomic::AtomicU64::new(0);
    move |p: &Progress| {
        let (weight, done) = (p.weight.load(Ordering::Relaxed), p.done.load(Ordering::Relaxed));
        let part = weight.saturating_mul(1000) / p.all.max(1);
        let gone = p.since.elapsed().as_secs();
        let left = gone.saturating_mul(1000 - part.min(1000)) / part.max(1);
        let rate = done / gone.max(1);
        let text = format!(
            "[{:<40}] {:>3}.{} %  {done} done  {rate}/s  {} left",
            "#".repeat(usize::try_from(part * 40 / 1000).unwrap_or(0)),
            part / 10,
            part % 10,
            time(left)
        );
        let is_whole = part >= 1000;
        if is_terminal {
            let _ = write!(io::stderr().lock(), "\r{text}  {}", if is_whole { "\n" } else { "" });
        } else if (is_whole && !last.swap(true, Ordering::Relaxed)) || gone >= seconds.load(Ordering::Relaxed) + 20 {
            seconds.store(gone, Ordering::Relaxed);
            eprint(&text);
        }
    }
}

fn time(seconds: u64) -> String {
    if seconds < 90 { format!("{seconds} s") } else { format!("{} min", seconds.div_ceil(60)) }
}

fn said(i: &Impossible) -> String {
    format!("{} {}.{} {}: lived as {} ({})", i.municipality, i.report, i.column, i.wanted, i.lived, i.why)
}

async fn check(place: &Place, args: &VerifyYear) -> Result<u8> {
    let installation = Installation::open(place, Absent::Refuse).await?;
    let result = check_in(&installation, args).await;
    installation.close().await?;
    result
}

async fn check_in(installation: &Installation, args: &VerifyYear) -> Result<u8> {
    let kernel = installation.kernel().await?;
    let begun = begun(&kernel, args.year).await?;
    let Some(begun) = begun else { bail!("the year {} has not been lived here", args.year) };
    let tenants = if args.tenants.is_empty() { &begun.tenants } else { &args.tenants };
    let profiles = profiles(&args.profile, args.year, tenants, begun.scale)?;
    let verdict = year::verify(&kernel, &profiles, args.year).await?;
    match args.format {
        YearFormat::Text => print(&verdict),
        YearFormat::Json => output::line(&format!("{:#}", as_json(&verdict))),
    }
    Ok(if verdict.differences.is_empty() { DONE } else { NOT_SO })
}

fn print(v: &Verdict) {
    output::line(&format!("compared: {} counts", v.compared));
    output::line(&format!("impossible: {}", v.impossible.len()));
    for i in &v.impossible {
        output::line(&format!("  {}", said(i)));
    }
    output::line(&format!("differences: {}", v.differences.len()));
    for d in &v.differences {
        let found = d.found.map_or("nothing".to_owned(), |n| n.to_string());
        output::line(&format!("  {} {}.{}: {} wanted, {found} found", d.municipality, d.report, d.column, d.wanted));
    }
}

fn as_json(v: &Verdict) -> serde_json::Value {
    let impossible = v.impossible.iter().map(|i| {
        json!({
            "municipality": i.municipality, "report": i.report, "column": i.column,
            "profile": i.wanted, "lived": i.lived, "why": i.why,
        })
    });
    let differences = v.differences.iter().map(|d| {
        json!({
            "municipality": d.municipality, "report": d.report, "column": d.column,
            "wanted": d.wanted, "found": d.found,
        })
    });
    json!({
        "compared": v.compared,
        "impossible": impossible.collect::<Vec<_>>(),
        "differences": differences.collect::<Vec<_>>(),
    })
}

/// A date as it is typed.
pub fn date(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| format!("`{text}` is no date: write it as 2023-03-01"))
}
