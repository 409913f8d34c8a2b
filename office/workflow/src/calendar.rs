//! Working days, without a question to the database at every step.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use chrono::{Days, TimeDelta};
use latvian::calendar::WorkCalendar;
use op::{OpError, Tx};
use types::{Date, TenantId, Timestamp};

/// Moved days change a few times a year: what was read is good for so long (business clock).
const FRESH: TimeDelta = TimeDelta::minutes(10);
const MOST_KNOWN: usize = 512;

type Known = HashMap<TenantId, (Timestamp, Arc<WorkCalendar>)>;
static KNOWN: LazyLock<Mutex<Known>> = LazyLock::new(Mutex::default);

fn known(tenant: TenantId, now: Timestamp) -> Option<Arc<WorkCalendar>> {
    let known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let (at, calendar) = known.get(&tenant)?;
    ((now - *at).abs() < FRESH).then(|| Arc::clone(calendar))
}

/// The tenant's calendar.
pub(crate) async fn of(tx: &mut Tx) -> Result<Arc<WorkCalendar>, OpError> {
    let (tenant, now) = (tx.op().tenant(), tx.op().now());
    if let Some(calendar) = known(tenant, now) {
        return Ok(calendar);
    }
    let calendar = parties::calendar(tx.conn(), tenant).await?;
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if known.len() >= MOST_KNOWN {
        known.clear();
    }
    known.insert(tenant, (now, Arc::clone(&calendar)));
    Ok(calendar)
}

/// So many working days later; outside the calendar's years every day counts.
pub(crate) fn due_on(calendar: &WorkCalendar, from: Date, days: u16) -> Date {
    let plain = from.checked_add_days(Days::new(u64::from(days))).unwrap_or(from);
    calendar.add_working_days(from, u32::from(days)).unwrap_or(plain)
}
