//! Living it: a few municipalities at a time, each from its first day to its last.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use anyhow::{Context as _, Result, anyhow};
use chrono::Datelike as _;
use manifest::{Begin, Lives, Living, Pace, Profile, SetUp};
use op::{Kernel, Op};
use tokio::{sync::Semaphore, task::JoinSet};
use types::{Clock, Date, TenantId};
use web::platform;

use crate::{profile, town};

/// What to live.
#[derive(Clone)]
pub struct Args {
    /// Municipalities, scaled already.
    pub profiles: Vec<Profile>,
    /// The year.
    pub year: i32,
    /// Another seed, another year with the same counts.
    pub seed: u64,
    /// The first day that is lived.
    pub first: Date,
    /// How many days are lived.
    pub days: u32,
    /// What prepares a municipality.
    pub set_ups: Vec<SetUp>,
    /// How many municipalities live at a time.
    pub at_a_time: usize,
}

/// How far it is.
#[derive(Debug)]
pub struct Progress {
    /// Things done: applications, decisions, orders, documents.
    pub done: AtomicU64,
    /// Days lived, over all municipalities, weighted by their documents.
    pub weight: AtomicU64,
    /// All of that.
    pub all: u64,
    /// When it began.
    pub since: Instant,
}

/// What was lived.
#[derive(Clone, Copy, Debug)]
pub struct Total {
    /// Municipalities.
    pub municipalities: usize,
    /// Things done.
    pub done: u64,
}

fn weight(p: &Profile) -> u64 {
    let documents = p.get("dms_documents", "documents_registered").unwrap_or(0);
    let rest = p.get("invoices", "invoices_received").unwrap_or(0)
        + 6 * p.get("employee_applications", "applications").unwrap_or(0)
        + 6 * p.get("personnel_orders", "orders").unwrap_or(0);
    u64::try_from((documents + 4 * rest) / 100).unwrap_or(0) + 1
}

/// Lives the year. What was lived by an earlier run is left alone.
///
/// # Errors
/// Something could not be lived, or the database failed: running it again goes on from there.
pub async fn live(kernel: &Arc<Kernel>, args: &Args, show: impl Fn(&Progress)) -> Result<Total> {
    town::claim(kernel).await?;
    let lives = kernel.extension::<Lives>().cloned().unwrap_or_default();
    let all = args.profiles.iter().map(|p| weight(p) * u64::from(args.days)).sum();
    let progress =
        Arc::new(Progress { done: AtomicU64::new(0), weight: AtomicU64::new(0), all, since: Instant::now() });
    let turn = Arc::new(Semaphore::new(args.at_a_time.max(1)));
    let mut running = JoinSet::new();
    for profile in &args.profiles {
        let (kernel, args, profile) = (Arc::clone(kernel), args.clone(), Arc::new(profile.clone()));
        let (turn, progress, lives) = (Arc::clone(&turn), Arc::clone(&progress), lives.clone());
        running.spawn(async move {
            let _turn = turn.acquire_owned().await?;
            let name = profile.municipality.clone();
            one(&kernel, &args, profile, &lives, &progress).await.with_context(|| name)
        });
    }
    let mut tick = tokio::time::interval(std::time::Duration::from_secs(1));
    loop {
        tokio::select! {
            _ = tick.tick() => show(&progress),
            ended = running.join_next() => match ended {
                Some(ended) => ended.map_err(anyhow::Error::from)??,
                None => break,
            },
        }
    }
    show(&progress);
    Ok(Total { municipalities: args.profiles.len(), done: progress.done.load(Ordering::Relaxed) })
}

fn setting(tenant: TenantId, year: i32) -> String {
    format!("year-{year}-{tenant}")
}

/// The year of one municipality.
async fn one(
    kernel: &Arc<Kernel>,
    args: &Args,
    profile: Arc<Profile>,
    lives: &Lives,
    progress: &Progress,
) -> Result<()> {
    let january = Date::from_ymd_opt(args.year, 1, 1).ok_or_else(|| anyhow!("{} is no year", args.year))?;
    let tenant = town::found(kernel, &profile, january, args.seed, &args.set_ups).await?;
    let morning = types::start_of_day(args.first) + chrono::TimeDelta::hours(6);
    let op = Op::house(kernel, tenant, "year").with_clock(Clock::fixed(morning));
    let mut read = op.read().await?;
    let calendar = parties::calendar(read.conn(), tenant).await?;
    drop(read);
    let pace = Arc::new(Pace::of_offices(&calendar, args.year, args.first, args.days));
    let lived: Option<Date> =
        platform::setting(kernel, &setting(tenant, args.year)).await?.and_then(|d| d.parse().ok());
    let mut living = begin(&op, &profile, &pace, args.seed, lives).await?;
    let share = weight(&profile);
    for day in pace.days() {
        progress.weight.fetch_add(share, Ordering::Relaxed);
        if lived.is_some_and(|l| day <= l) || !calendar.is_working_day(day) && !is_last(day, &pace) {
            continue;
        }
        for life in &mut living {
            let done = life.day(day, is_last(day, &pace)).await.map_err(|e| anyhow!("{day}: {e}"))?;
            progress.done.fetch_add(done, Ordering::Relaxed);
        }
        platform::set_setting(kernel, &setting(tenant, args.year), &day.to_string()).await?;
    }
    Ok(())
}

/// Everything open is finished on the last day of the year.
fn is_last(day: Date, pace: &Pace) -> bool {
    day.succ_opt().is_none_or(|next| next.year() != day.year()) || pace.days().last() == Some(day)
}

async fn begin(
    op: &Op,
    profile: &Arc<Profile>,
    pace: &Arc<Pace>,
    seed: u64,
    lives: &Lives,
) -> Result<Vec<Box<dyn Living>>> {
    let number = profile.municipality.bytes().fold(seed, |n, b| n.wrapping_mul(31).wrapping_add(u64::from(b)));
    let mut living = Vec::with_capacity(lives.0.len());
    for (n, life) in lives.0.iter().enumerate() {
        let others = lives.0.iter().enumerate().filter(|(m, _)| *m != n).map(|(_, l)| (l.documents)(profile)).sum();
        let begin = Begin {
            op: op.clone(),
            profile: Arc::clone(profile),
            pace: Arc::clone(pace),
            seed: number,
            others_documents: others,
        };
        living.push((life.begin)(begin).await.map_err(|e| anyhow!("{e}"))?);
    }
    Ok(living)
}

/// All that the reports must say.
#[must_use]
pub fn goals(profiles: &[Profile], lives: &Lives) -> Vec<(String, manifest::Goal)> {
    let of = |p: &Profile| {
        let name = p.municipality.clone();
        profile::goals(p, &lives.0).into_iter().map(move |g| (name.clone(), g)).collect::<Vec<_>>()
    };
    profiles.iter().flat_map(of).collect()
}
