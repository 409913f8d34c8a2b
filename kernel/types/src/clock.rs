use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{TimeZone, Utc};

use crate::{Date, Timestamp};

/// Where offices live.
pub const RIGA: chrono_tz::Tz = chrono_tz::Europe::Riga;

/// The business clock. Real in a server, set by hand in tests, driven in a simulation.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The machine's clock.
    #[default]
    System,
    /// Milliseconds since the epoch, moved by whoever holds the other handle.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands still at `at` until it is set.
    #[must_use]
    pub fn fixed(at: Timestamp) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(at.timestamp_millis())))
    }

    /// Now.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the machine's clock")]
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => Utc::now(),
            Self::Manual(ms) => {
                Utc.timestamp_millis_opt(ms.load(Ordering::Relaxed)).single().unwrap_or(Timestamp::UNIX_EPOCH)
            }
        }
    }

    /// Moves a manual clock; the machine's clock is not ours to move.
    pub fn set(&self, at: Timestamp) {
        if let Self::Manual(ms) = self {
            ms.store(at.timestamp_millis(), Ordering::Relaxed);
        }
    }

    /// The date in Rīga.
    #[must_use]
    pub fn today(&self) -> Date {
        local_date(self.now())
    }
}

/// The date in Rīga at that moment.
#[must_use]
pub fn local_date(at: Timestamp) -> Date {
    at.with_timezone(&RIGA).date_naive()
}

/// The first moment of that date in Rīga.
#[must_use]
pub fn start_of_day(date: Date) -> Timestamp {
    RIGA.from_local_datetime(&date.and_time(chrono::NaiveTime::MIN))
        .earliest()
        .map_or_else(|| date.and_time(chrono::NaiveTime::MIN).and_utc(), |t| t.with_timezone(&Utc))
}
