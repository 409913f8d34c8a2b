//! A year of a made-up municipality: applications, orders and balances, through the real use-cases by a driven clock.
//! The same municipality and day give the same year. Each step may be run again without harm: a month that is done is
//! left alone, every form carries a key made of what it is, and a decision takes only what is still open.

mod asks;
mod crowd;
mod pending;
mod year;

pub use year::LIFE as YEAR;

use chrono::{Datelike as _, Days, Months, TimeDelta};
use jobs::JobError;
use manifest::Dice;
use op::{Audit, Facts, Op, OpError};
use serde_json::json;
use types::{BoxFuture, Clock, Date, LedgerId, Timestamp};
use uuid::Uuid;
use workflow::{Medium, Outcome, Verdict};

use crate::{
    actions::BookAccount,
    store::{self, LedgerEntry, Opening},
    usecases,
};
use crowd::Crowd;

/// The steps of a year up to today, in order.
#[must_use]
pub fn life_steps() -> Vec<manifest::LifeStep> {
    vec![
        ("personnel: balances", balances),
        ("personnel: 12 months ago", month::<12>),
        ("personnel: 11 months ago", month::<11>),
        ("personnel: 10 months ago", month::<10>),
        ("personnel: 9 months ago", month::<9>),
        ("personnel: 8 months ago", month::<8>),
        ("personnel: 7 months ago", month::<7>),
        ("personnel: 6 months ago", month::<6>),
        ("personnel: 5 months ago", month::<5>),
        ("personnel: 4 months ago", month::<4>),
        ("personnel: 3 months ago", month::<3>),
        ("personnel: 2 months ago", month::<2>),
        ("personnel: last month", month::<1>),
        ("personnel: this month", month::<0>),
        ("personnel: what waits", waiting),
    ]
}

/// The key of a form: the same thing, the same key.
pub(crate) fn submit(op: &Op, what: &str) -> Uuid {
    Uuid::new_v5(&op.tenant().uuid(), format!("personnel life {what}").as_bytes())
}

/// Office hours of a day.
pub(crate) fn at(day: Date, hour: i64, minute: i64) -> Timestamp {
    types::start_of_day(day) + TimeDelta::minutes(hour * 60 + minute)
}

/// The first day of the month so many months ago.
fn month_ago(today: Date, back: u32) -> Date {
    let first = today.with_day(1).unwrap_or(today);
    first.checked_sub_months(Months::new(back)).unwrap_or(first)
}

fn retry(e: impl std::fmt::Display) -> JobError {
    JobError::Retry(e.to_string())
}

/// Opening balances of a year ago.
fn balances(op: Op) -> BoxFuture<'static, Result<(), JobError>> {
    Box::pin(async move {
        let begin = month_ago(op.today(), 12);
        open_balances(&op, begin).await
    })
}

/// Leave accounts as they were taken over on that day.
async fn open_balances(op: &Op, begin: Date) -> Result<(), JobError> {
    let crowd = Crowd::read(op).await?;
    let op = op.clone().with_clock(Clock::fixed(at(begin, 8, 0)));
    let mut tx = op.begin().await?;
    let may = tx.create::<BookAccount>(&Facts::default())?;
    let openings: Vec<Opening> = crowd.all.iter().map(|m| Opening { id: m.person, from: m.since.max(begin) }).collect();
    let begun = store::begin_accounts(&mut tx, &may, &openings).await?;
    let entry = |m: &crowd::Member| {
        let days = 4 + Dice::of(&[1, m.seed()]).below(9);
        (m.since < begin && begun.contains(&m.person)).then(|| LedgerEntry {
            id: op.new_id::<LedgerId>(),
            person_id: m.person,
            kind: "annual".to_owned(),
            entry: "opening",
            on_date: begin,
            days: days.into(),
            application_id: None,
            order_id: None,
            note: "Pārņemts no iepriekšējās uzskaites".to_owned(),
        })
    };
    let entries: Vec<LedgerEntry> = crowd.all.iter().filter_map(entry).collect();
    store::book(&mut tx, &may, &entries, &[]).await?;
    let audit = Audit::of("personnel.account.open", "tenant", op.tenant());
    tx.audit(audit.with(json!({ "accounts": entries.len() })));
    Ok(tx.commit().await?)
}

/// One month: accrual, then four weeks of applications and decisions.
fn month<const BACK: u32>(op: Op) -> BoxFuture<'static, Result<(), JobError>> {
    Box::pin(async move {
        let first = month_ago(op.today(), BACK);
        if BACK > 0 && is_done(&op, first, false).await? {
            return Ok(());
        }
        let crowd = Crowd::read(&op).await?;
        let early = op.clone().with_clock(Clock::fixed(at(first, 3, 0)));
        usecases::close_months(&early).await?;
        asks::by_hr(&op, &crowd, first).await?;
        for week in 0..4_u64 {
            let monday = first.checked_add_days(Days::new(2 + week * 7)).unwrap_or(first);
            asks::by_employees(&op, &crowd, monday, week).await?;
            decide(&op, &crowd, monday).await?;
        }
        is_done(&op, first, BACK > 0).await?;
        Ok(())
    })
}

/// Is that month over with? Remembers it where `mark` says so. A month that was cut off is done again; what it has
/// filed already carries its key.
async fn is_done(op: &Op, month: Date, mark: bool) -> Result<bool, OpError> {
    let mut tx = op.begin().await?;
    let before = tx.once(submit(op, &format!("month {month}")), "done").await?;
    if mark && before.is_none() {
        tx.audit(Audit::of("personnel.life.month", "tenant", op.tenant()).with(json!({ "month": month })));
        tx.commit().await?;
    }
    Ok(before.is_some())
}

/// What is open is decided: managers on the next day, HR on the day after, heads on the third. What would lie in the
/// future stays open.
async fn decide(op: &Op, crowd: &Crowd, monday: Date) -> Result<(), JobError> {
    for (after, kinds) in [(1, &["approve"][..]), (2, &["review", "execute", "visa"]), (3, &["sign"])] {
        let day = monday.checked_add_days(Days::new(after)).unwrap_or(monday);
        let moment = at(day, 10, 0);
        if moment > op.now() {
            return Ok(());
        }
        for kind in kinds {
            round(op, crowd, kind, moment).await?;
        }
    }
    Ok(())
}

/// Ids carry the time when they were made: what came later is none of that day's business.
fn made_before(task: types::TaskId, moment: Timestamp) -> bool {
    let made = task.uuid().get_timestamp().map(|t| t.to_unix().0);
    made.and_then(|s| i64::try_from(s).ok()).is_some_and(|s| s <= moment.timestamp())
}

/// Every list is worked off once, each by one of those whose list it is.
async fn round(op: &Op, crowd: &Crowd, kind: &str, moment: Timestamp) -> Result<(), JobError> {
    let mut read = op.read().await?;
    let principals = crowd.principals();
    let open = workflow::tasks(read.conn(), op.tenant(), &principals, Some(kind), None, 5000).await?;
    drop(read);
    let mut lists: std::collections::BTreeMap<usize, Vec<&workflow::TaskRow>> = std::collections::BTreeMap::new();
    for t in open.iter().filter(|t| made_before(t.id, moment)) {
        if let Some(n) = crowd.taker(t.principal) {
            lists.entry(n).or_default().push(t);
        }
    }
    for (n, list) in lists {
        let Some(actor) = crowd.op_of(op, n, moment).await? else { continue };
        let (mut yes, mut no) = (Vec::new(), Vec::new());
        for (i, t) in list.iter().enumerate() {
            let day = u64::try_from(types::local_date(moment).num_days_from_ce()).unwrap_or(0);
            let refused = kind == "approve" && Dice::of(&[2, day, n as u64, i as u64]).below(33) == 0;
            if refused { no.push(t.id) } else { yes.push(t.id) }
        }
        let medium = if kind == "sign" { Medium::Paper } else { Medium::Electronic };
        take(&actor, &yes, &Verdict { medium, ..Verdict::yes() }).await?;
        let reason = Some("Šajā laikā nav, kas aizvieto".to_owned());
        take(&actor, &no, &Verdict { outcome: Outcome::Rejected, remark: reason, ..Verdict::yes() }).await?;
    }
    Ok(())
}

/// Decides a set; where an effect refuses one of them, each by itself, and that one stays open.
async fn take(actor: &Op, tasks: &[types::TaskId], verdict: &Verdict) -> Result<(), JobError> {
    use workflow::{DecideError, EffectError};
    if tasks.is_empty() {
        return Ok(());
    }
    match workflow::decide(actor, tasks, verdict).await {
        Ok(_) => Ok(()),
        Err(DecideError::Effect(EffectError::Refused(why))) if tasks.len() == 1 => {
            tracing::info!(%why, "a made-up decision was refused");
            Ok(())
        }
        Err(DecideError::Effect(EffectError::Refused(_))) => {
            for t in tasks {
                Box::pin(take(actor, &[*t], verdict)).await?;
            }
            Ok(())
        }
        Err(DecideError::Op(e) | DecideError::Effect(EffectError::Op(e))) => Err(e.into()),
        Err(e) => Err(retry(e)),
    }
}

/// Something waits at each desk, for those who sign in to the demonstration.
fn waiting(op: Op) -> BoxFuture<'static, Result<(), JobError>> {
    Box::pin(async move {
        let crowd = Crowd::read(&op).await?;
        pending::fill(&op, &crowd).await?;
        settle(&op).await.map_err(retry)
    })
}

/// What the daily jobs would have done by today.
async fn settle(op: &Op) -> Result<(), OpError> {
    usecases::follow_units(op).await?;
    usecases::close_months(op).await?;
    let mut tx = op.begin().await?;
    let may = tx.create::<parties::actions::ChangeEmployment>(&Facts::default())?;
    let changed = parties::roll_home_units(&mut tx, &may).await?;
    tx.audit(Audit::of("parties.home-units.roll", "tenant", op.tenant()).with(json!({ "changed": changed })));
    tx.commit().await
}
