//! Channels, states, and the days on which the law deems something delivered: pure.

use chrono::{Days, Months, TimeDelta};
use latvian::calendar::WorkCalendar;
use serde::{Deserialize, Serialize};
use types::Date;

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$item:meta])* $variant:ident = $word:literal),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub enum $name { $($(#[$item])* #[serde(rename = $word)] $variant),+ }
        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];
            /// The word in the database, in forms and in keys of texts.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
            /// Reads the word.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|v| v.word() == word)
            }
        }
        impl sqlx::Type<sqlx::Postgres> for $name {
            fn type_info() -> sqlx::postgres::PgTypeInfo {
                <str as sqlx::Type<sqlx::Postgres>>::type_info()
            }
        }
        impl<'r> sqlx::Decode<'r, sqlx::Postgres> for $name {
            fn decode(value: sqlx::postgres::PgValueRef<'r>) -> Result<Self, sqlx::error::BoxDynError> {
                let word = <&str as sqlx::Decode<sqlx::Postgres>>::decode(value)?;
                Self::from_word(word).ok_or_else(|| format!("{word} is no {}", stringify!($name)).into())
            }
        }
    )+};
}

words! {
    /// How something reaches its recipient (piegādes kanāls).
    Channel {
        /// A notice in the person's inbox; reading it is the receipt.
        InHouse = "in-house",
        /// E-mail (elektroniskais pasts).
        Email = "e-mail",
        /// The official electronic address (oficiālā elektroniskā adrese).
        EAddress = "e-address",
        /// A simple letter (vienkāršs pasta sūtījums).
        Post = "post",
        /// A registered letter (ierakstīts pasta sūtījums).
        RegisteredPost = "registered-post",
        /// Given by hand, against a signature (klātienē).
        Counter = "counter",
    }
    /// Where a delivery stands.
    State {
        /// Waits to be sent.
        Queued = "queued",
        /// On its way; the law says when it counts as delivered.
        Sent = "sent",
        /// The recipient has it.
        Delivered = "delivered",
        /// Will not arrive this way.
        Failed = "failed",
    }
    /// How sure we are of a rule.
    Certainty {
        /// Read in the law or at an authority.
        Confirmed = "confirmed",
        /// Follows from stated examples.
        ByTest = "by-test",
        /// Read second-hand; a lawyer should look.
        Uncertain = "uncertain",
    }
}

/// After how many days the law deems something delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct DeemedRule {
    /// Days from the day after sending.
    pub days: u32,
    /// Working days, or all.
    pub working: bool,
}

/// How long an act may be appealed against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct AppealRule {
    /// Months from the day on which it was delivered.
    pub months: u32,
    /// Does a last day that is a day off move to the next working day?
    pub rolls: bool,
}

/// A rule with where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sourced<T> {
    /// The rule.
    pub rule: T,
    /// Law and article.
    pub source: String,
    /// How sure we are.
    pub certainty: Certainty,
}

/// The day on which something sent on `sent` counts as delivered; `None` outside the calendar.
#[must_use]
pub fn deemed_on(calendar: &WorkCalendar, rule: DeemedRule, sent: Date) -> Option<Date> {
    if rule.working {
        calendar.add_working_days(sent, rule.days).ok()
    } else {
        sent.checked_add_days(Days::new(u64::from(rule.days)))
    }
}

/// The last day for an appeal by a recipient to whom the act was delivered on that day.
#[must_use]
pub fn appeal_until(calendar: &WorkCalendar, rule: AppealRule, delivered: Date) -> Option<Date> {
    let last = delivered.checked_add_months(Months::new(rule.months))?;
    if rule.rolls { calendar.working_day_from(last).ok() } else { Some(last) }
}

/// How often mail is tried before a person has to look.
pub const MOST_ATTEMPTS: i32 = 10;

/// The pause after so many failed attempts; `None` when it is enough.
#[must_use]
pub fn pause_after(attempts: i32) -> Option<TimeDelta> {
    if attempts >= MOST_ATTEMPTS {
        return None;
    }
    let doubled = 1_i64 << attempts.clamp(0, 8);
    Some(TimeDelta::minutes((5 * doubled).min(6 * 60)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(y: i32, m: u32, d: u32) -> Date {
        Date::from_ymd_opt(y, m, d).unwrap()
    }

    const E_ADDRESS: DeemedRule = DeemedRule { days: 2, working: true };

    #[test]
    fn an_e_address_counts_on_the_second_working_day() {
        let c = WorkCalendar::standard();
        // The computed example of the collected rules: Friday 20.11.2026 → Tuesday 24.11.2026.
        assert_eq!(deemed_on(&c, E_ADDRESS, day(2026, 11, 20)), Some(day(2026, 11, 24)));
        // Sent on a Saturday: Monday is the first working day.
        assert_eq!(deemed_on(&c, E_ADDRESS, day(2026, 11, 21)), Some(day(2026, 11, 24)));
        // Over Christmas: 24, 25, 26 are holidays, 27 is a Sunday.
        assert_eq!(deemed_on(&c, E_ADDRESS, day(2026, 12, 23)), Some(day(2026, 12, 29)));
    }

    #[test]
    fn letters_count_on_the_seventh_and_eighth_day() {
        let c = WorkCalendar::standard();
        assert_eq!(deemed_on(&c, DeemedRule { days: 7, working: false }, day(2026, 11, 20)), Some(day(2026, 11, 27)));
        assert_eq!(deemed_on(&c, DeemedRule { days: 8, working: false }, day(2026, 11, 20)), Some(day(2026, 11, 28)));
    }

    #[test]
    fn an_appeal_ends_a_month_later_on_a_working_day() {
        let c = WorkCalendar::standard();
        let rule = AppealRule { months: 1, rolls: true };
        assert_eq!(appeal_until(&c, rule, day(2026, 11, 24)), Some(day(2026, 12, 28)), "24.12. to 27.12. are off");
        assert_eq!(appeal_until(&c, rule, day(2026, 1, 30)), Some(day(2026, 3, 2)), "28.02. is a Saturday");
        let strict = AppealRule { rolls: false, ..rule };
        assert_eq!(appeal_until(&c, strict, day(2026, 1, 31)), Some(day(2026, 2, 28)));
    }

    #[test]
    fn pauses_grow_and_end() {
        let minutes: Vec<i64> = (0..MOST_ATTEMPTS).filter_map(pause_after).map(|p| p.num_minutes()).collect();
        assert_eq!(minutes, [5, 10, 20, 40, 80, 160, 320, 360, 360, 360]);
        assert_eq!(pause_after(MOST_ATTEMPTS), None);
    }

    /// Built once: a calendar of many years for every case would take half a minute.
    static CALENDAR: std::sync::LazyLock<WorkCalendar> = std::sync::LazyLock::new(WorkCalendar::standard);

    proptest! {
        #[test]
        fn nothing_is_delivered_before_it_is_sent(offset in 0..3000_u64, days in 1..15_u32, working: bool) {
            let c = &*CALENDAR;
            let sent = day(2020, 1, 1) + Days::new(offset);
            let deemed = deemed_on(c, DeemedRule { days, working }, sent).unwrap();
            prop_assert!(deemed >= sent + Days::new(u64::from(days)));
            prop_assert!(!working || c.is_working_day(deemed));
            let end = appeal_until(c, AppealRule { months: 1, rolls: true }, deemed).unwrap();
            prop_assert!(end > deemed && c.is_working_day(end));
        }

        #[test]
        fn later_sent_is_not_earlier_deemed(offset in 0..3000_u64, gap in 0..40_u64) {
            let c = &*CALENDAR;
            let first = day(2020, 1, 1) + Days::new(offset);
            let later = first + Days::new(gap);
            prop_assert!(deemed_on(c, E_ADDRESS, first) <= deemed_on(c, E_ADDRESS, later));
        }
    }
}
