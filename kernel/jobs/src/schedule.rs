use std::sync::Arc;

use chrono::Timelike as _;
use op::Kernel;
use types::{TenantId, Timestamp};
use uuid::Uuid;

use crate::JobDef;

/// How often a job comes by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Every {
    /// Each so many minutes.
    Minutes(u32),
    /// Each day at that hour in Rīga.
    DayAt(u32),
}

impl Every {
    /// The name of the slot that a moment falls into: the same slot, the same job.
    fn slot(self, now: Timestamp) -> Option<String> {
        match self {
            Self::Minutes(n) => {
                let step = i64::from(n.max(1)) * 60;
                Some(format!("m{n}:{}", now.timestamp().div_euclid(step)))
            }
            Self::DayAt(hour) => {
                let local = now.with_timezone(&types::RIGA);
                (local.hour() >= hour).then(|| format!("d{hour}:{}", local.date_naive()))
            }
        }
    }
}

/// Enqueues what is due by the clock, once per slot and tenant, however many processes ask.
///
/// # Errors
/// The database failed.
pub async fn run_schedules(kernel: &Arc<Kernel>, defs: &[JobDef]) -> Result<u64, sqlx::Error> {
    let now = kernel.clock().now();
    let mut tx = kernel.db().begin(None, false).await.map_err(other)?;
    let tenants: Vec<(TenantId,)> =
        sqlx::query_as(db::sql!("select id from kernel.tenant order by id")).fetch_all(tx.conn()).await?;
    let mut enqueued = 0;
    for def in defs {
        let Some(slot) = def.every.and_then(|e| e.slot(now)) else { continue };
        // The slot's id carries the slot's time, so that it lands in the right partition.
        let ids: Vec<Uuid> = tenants.iter().map(|(t,)| slot_id(def.kind, &slot, *t, now)).collect();
        let owners: Vec<TenantId> = tenants.iter().map(|(t,)| *t).collect();
        let done = sqlx::query(db::sql!(
            "insert into kernel.job (id, tenant_id, kind, payload, run_at)
             select u.id, u.tenant, $3, '{}', $4 from unnest($1::uuid[], $2::uuid[]) as u(id, tenant)
             on conflict (id) do nothing"
        ))
        .bind(&ids)
        .bind(&owners)
        .bind(def.kind)
        .bind(now)
        .execute(tx.conn())
        .await?;
        enqueued += done.rows_affected();
    }
    tx.commit().await.map_err(other)?;
    Ok(enqueued)
}

fn other(e: db::DbError) -> sqlx::Error {
    match e {
        db::DbError::Other(e) => e,
        e => sqlx::Error::Protocol(e.to_string()),
    }
}

fn slot_id(kind: &str, slot: &str, tenant: TenantId, now: Timestamp) -> Uuid {
    let name = Uuid::new_v5(&tenant.uuid(), format!("{kind} {slot}").as_bytes());
    let mut tail = [0; 10];
    for (to, from) in tail.iter_mut().zip(name.as_bytes()) {
        *to = *from;
    }
    // Truncated to the year: every process makes the same id for the same slot.
    let year = now.with_timezone(&types::RIGA).date_naive();
    let year = chrono::NaiveDate::from_yo_opt(chrono::Datelike::year(&year), 1).unwrap_or(year);
    let millis = types::start_of_day(year).timestamp_millis();
    uuid::Builder::from_unix_timestamp_millis(u64::try_from(millis).unwrap_or_default(), &tail).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone as _;

    #[test]
    fn a_slot_makes_one_job_and_the_next_slot_another() {
        let at = |h, m| chrono::Utc.with_ymd_and_hms(2026, 11, 23, h, m, 0).single().unwrap();
        let five = Every::Minutes(5);
        assert_eq!(five.slot(at(10, 1)), five.slot(at(10, 4)));
        assert_ne!(five.slot(at(10, 4)), five.slot(at(10, 5)));
        assert_eq!(Every::DayAt(6).slot(at(3, 0)), None, "five in the morning in Rīga");
        assert!(Every::DayAt(6).slot(at(4, 0)).is_some(), "six in the morning in Rīga");
        let t = TenantId(Uuid::from_u128(1));
        assert_eq!(slot_id("k", "s", t, at(1, 0)), slot_id("k", "s", t, at(9, 0)));
    }
}
