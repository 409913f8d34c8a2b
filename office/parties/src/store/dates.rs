use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use latvian::calendar::{LeaveSkips, MovedDay, STANDARD_YEARS, WorkCalendar, default_moved_days, default_rules};
use sqlx::{FromRow, PgConnection};
use types::{Date, TenantId};

/// Calendars by the moved days they were built from. A tenant without moved days of its own shares the common
/// one; a changed table makes another key, so nothing goes stale.
static BUILT: LazyLock<Mutex<Built>> = LazyLock::new(Mutex::default);
type Built = HashMap<Vec<(Date, Date)>, Arc<WorkCalendar>>;
const MOST_BUILT: usize = 64;

/// The calendar of working days: public holidays by law, days moved by the Cabinet, and the tenant's own.
///
/// # Errors
/// The database failed.
pub async fn calendar(conn: &mut PgConnection, tenant: TenantId) -> sqlx::Result<Arc<WorkCalendar>> {
    let moved: Vec<(Date, Date)> = sqlx::query_as(db::sql!(
        "select day, moved_to from parties.tenant_moved_day where tenant_id = $1
         union all
         select day, moved_to from parties.moved_day m
         where not exists (select from parties.tenant_moved_day o where o.tenant_id = $1 and o.day = m.day)
         order by day, moved_to"
    ))
    .bind(tenant)
    .fetch_all(conn)
    .await?;
    Ok(built(moved))
}

fn built(moved: Vec<(Date, Date)>) -> Arc<WorkCalendar> {
    let mut cache = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(calendar) = cache.get(&moved) {
        return Arc::clone(calendar);
    }
    let theirs = moved.iter().map(|(from, to)| MovedDay { from: *from, to: *to });
    let default = default_moved_days().into_iter().map(|line| line.moved);
    let all: Vec<MovedDay> = default.filter(|d| !moved.iter().any(|(from, _)| *from == d.from)).chain(theirs).collect();
    let calendar = Arc::new(WorkCalendar::new(&default_rules(), &all, STANDARD_YEARS, LeaveSkips::default()));
    if cache.len() >= MOST_BUILT {
        cache.clear();
    }
    cache.insert(moved, Arc::clone(&calendar));
    calendar
}

/// A rule's parameter on a day: the tenant's own value, else the law's.
///
/// # Errors
/// The database failed.
pub async fn parameter(
    conn: &mut PgConnection,
    tenant: TenantId,
    rule: &str,
    key: &str,
    on: Date,
) -> sqlx::Result<Option<serde_json::Value>> {
    sqlx::query_scalar(db::sql!(
        "select value from (
           select 0 as rank, valid_from, value from kernel.tenant_parameter
           where tenant_id = $1 and rule = $2 and key = $3 and valid_from <= $4 and (valid_to is null or valid_to >= $4)
           union all
           select 1, valid_from, value from kernel.parameter
           where rule = $2 and key = $3 and valid_from <= $4 and (valid_to is null or valid_to >= $4)
         ) found order by rank, valid_from desc limit 1"
    ))
    .bind(tenant)
    .bind(rule)
    .bind(key)
    .bind(on)
    .fetch_optional(conn)
    .await
}

/// All parameters of a rule on a day, by key, in one round trip: the tenant's own values, else the law's.
///
/// # Errors
/// The database failed.
pub async fn parameters(
    conn: &mut PgConnection,
    tenant: TenantId,
    rule: &str,
    on: Date,
) -> sqlx::Result<HashMap<String, serde_json::Value>> {
    let rows: Vec<(String, serde_json::Value)> = sqlx::query_as(db::sql!(
        "select distinct on (key) key, value from (
           select 0 as rank, key, valid_from, value from kernel.tenant_parameter
           where tenant_id = $1 and rule = $2 and valid_from <= $3 and (valid_to is null or valid_to >= $3)
           union all
           select 1, key, valid_from, value from kernel.parameter
           where rule = $2 and valid_from <= $3 and (valid_to is null or valid_to >= $3)
         ) found order by key, rank, valid_from desc"
    ))
    .bind(tenant)
    .bind(rule)
    .bind(on)
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().collect())
}

/// All parameters of a rule on a day, and the calendar of working days, in one statement.
///
/// # Errors
/// The database failed.
pub async fn rule_and_calendar(
    conn: &mut PgConnection,
    tenant: TenantId,
    rule: &str,
    on: Date,
) -> sqlx::Result<(HashMap<String, serde_json::Value>, Arc<WorkCalendar>)> {
    #[derive(FromRow)]
    struct Row {
        key: Option<String>,
        value: Option<serde_json::Value>,
        day: Option<Date>,
        moved_to: Option<Date>,
    }
    let rows: Vec<Row> = sqlx::query_as(db::sql!(
        "(select distinct on (key) key, value, null::date as day, null::date as moved_to from (
            select 0 as rank, key, valid_from, value from kernel.tenant_parameter
            where tenant_id = $1 and rule = $2 and valid_from <= $3 and (valid_to is null or valid_to >= $3)
            union all
            select 1, key, valid_from, value from kernel.parameter
            where rule = $2 and valid_from <= $3 and (valid_to is null or valid_to >= $3)
          ) found order by key, rank, valid_from desc)
         union all
         select null, null, day, moved_to from (
           select day, moved_to from parties.tenant_moved_day where tenant_id = $1
           union all
           select day, moved_to from parties.moved_day m
           where not exists (select from parties.tenant_moved_day o where o.tenant_id = $1 and o.day = m.day)
           order by day, moved_to) moved"
    ))
    .bind(tenant)
    .bind(rule)
    .bind(on)
    .fetch_all(conn)
    .await?;
    let (mut values, mut moved) = (HashMap::new(), Vec::new());
    for row in rows {
        values.extend(row.key.zip(row.value));
        moved.extend(row.day.zip(row.moved_to));
    }
    moved.sort_unstable();
    Ok((values, built(moved)))
}
