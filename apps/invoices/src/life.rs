//! Made-up invoices, and a plausible year of them, through the real use-cases by a driven clock. The same municipality
//! and day give the same year. Each step may be run again without harm: the same file is the same invoice, and what is
//! coded, approved or paid is left alone.

mod cast;
mod ubl;
mod weeks;
mod year;

pub use ubl::{Made, MadeLine, account_of, made};
pub use year::LIFE;

use chrono::{Months, TimeDelta};
use jobs::JobError;
use manifest::LifeStep;
use op::{Audit, Op, OpError};
use serde_json::json;
use types::{BoxFuture, Date, Timestamp};
use uuid::Uuid;

/// The steps of a year up to today, in order.
#[must_use]
pub fn life_steps() -> Vec<LifeStep> {
    vec![
        ("invoices: 12 months ago", month::<12>),
        ("invoices: 11 months ago", month::<11>),
        ("invoices: 10 months ago", month::<10>),
        ("invoices: 9 months ago", month::<9>),
        ("invoices: 8 months ago", month::<8>),
        ("invoices: 7 months ago", month::<7>),
        ("invoices: 6 months ago", month::<6>),
        ("invoices: 5 months ago", month::<5>),
        ("invoices: 4 months ago", month::<4>),
        ("invoices: 3 months ago", month::<3>),
        ("invoices: 2 months ago", month::<2>),
        ("invoices: last month", month::<1>),
        ("invoices: this month", month::<0>),
        ("invoices: what waits", waiting),
    ]
}

/// Office hours of a day.
fn at(day: Date, hour: i64) -> Timestamp {
    types::start_of_day(day) + TimeDelta::minutes(hour * 60)
}

fn retry(e: impl std::fmt::Display) -> JobError {
    JobError::Retry(e.to_string())
}

fn month<const BACK: u32>(op: Op) -> BoxFuture<'static, Result<(), JobError>> {
    Box::pin(async move {
        let today = op.today();
        let first = chrono::Datelike::with_day(&today, 1).unwrap_or(today);
        let first = first.checked_sub_months(Months::new(BACK)).unwrap_or(first);
        if BACK > 0 && is_done(&op, first, false).await? {
            return Ok(());
        }
        let cast = cast::Cast::read(&op).await?;
        cast.prepare(&op, first).await?;
        for week in 0..4 {
            weeks::live(&op, &cast, first, week).await?;
        }
        is_done(&op, first, BACK > 0).await?;
        Ok(())
    })
}

/// Is that month over with? Remembers it where `mark` says so.
async fn is_done(op: &Op, month: Date, mark: bool) -> Result<bool, OpError> {
    let key = Uuid::new_v5(&op.tenant().uuid(), format!("invoices life {month}").as_bytes());
    let mut tx = op.begin().await?;
    let before = tx.once(key, "done").await?;
    if mark && before.is_none() {
        tx.audit(Audit::of("invoices.life.month", "tenant", op.tenant()).with(json!({ "month": month })));
        tx.commit().await?;
    }
    Ok(before.is_some())
}

/// Something waits at each desk, for those who sign in to the demonstration.
fn waiting(op: Op) -> BoxFuture<'static, Result<(), JobError>> {
    Box::pin(async move {
        let cast = cast::Cast::read(&op).await?;
        weeks::waiting(&op, &cast).await
    })
}
