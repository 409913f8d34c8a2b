//! Deadlines by law and their clocks: pure.

use chrono::{Days, Months};
use latvian::calendar::WorkCalendar;
use serde::{Deserialize, Serialize};
use types::Date;

/// A process whose time the law limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Process {
    /// A submission (iesniegums, Iesniegumu likums).
    Submission,
    /// An administrative act that was asked for (administratīvais akts, APL 64).
    AdministrativeAct,
    /// A decision on a contested act (apstrīdēts akts, APL 80).
    ContestedAct,
    /// A request for information (informācijas pieprasījums).
    InformationRequest,
}

impl Process {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::Submission, Self::AdministrativeAct, Self::ContestedAct, Self::InformationRequest];

    /// The word in the database, in keys of parameters and of texts.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Submission => "submission",
            Self::AdministrativeAct => "administrative-act",
            Self::ContestedAct => "contested-act",
            Self::InformationRequest => "information-request",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.word() == word)
    }
}

/// In what a term is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TermUnit {
    /// Working days, from the day after.
    WorkingDays,
    /// Calendar days, from the day after.
    Days,
    /// Months: ends on the day of the same number, or the month's last.
    Months,
}

/// A term of the law.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// How many.
    pub count: u32,
    /// Of what.
    pub unit: TermUnit,
}

/// The last day of a term that began with that day. It is not moved where it is a day off: an answer on the last
/// working day before it is always in time.
#[must_use]
pub fn last_day(calendar: &WorkCalendar, term: Term, from: Date) -> Option<Date> {
    match term.unit {
        TermUnit::WorkingDays => calendar.add_working_days(from, term.count).ok(),
        TermUnit::Days => from.checked_add_days(Days::new(u64::from(term.count))),
        TermUnit::Months => from.checked_add_months(Months::new(term.count)),
    }
}

/// What happened to a clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum Tick {
    /// It stands from that day on (termiņš apturēts).
    Suspended {
        /// The day.
        on: Date,
        /// Why, with the law.
        ground: String,
    },
    /// It runs again from that day on.
    Resumed {
        /// The day.
        on: Date,
    },
    /// It ends later (termiņš pagarināts).
    Extended {
        /// The day on which this was said.
        on: Date,
        /// The new last day.
        until: Date,
        /// Why, with the law.
        ground: String,
    },
}

/// Why a clock does not take a tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClockRefused {
    /// It stands already.
    #[error("the clock stands already")]
    Stands,
    /// It runs.
    #[error("the clock runs")]
    Runs,
    /// Before what happened last, or before it began.
    #[error("earlier than what happened before")]
    Earlier,
    /// The law allows it no further.
    #[error("the law allows no later than {0}")]
    Beyond(Date),
    /// Not later than it ends now.
    #[error("not later than {0}")]
    NotLater(Date),
    /// There is no deadline to move.
    #[error("no deadline")]
    None,
}

/// A clock: when it began, the term, and what happened since.
#[derive(Clone, Debug)]
pub struct LegalClock<'a> {
    /// The calendar.
    pub calendar: &'a WorkCalendar,
    /// The day of receipt.
    pub from: Date,
    /// The term; `None` where the law sets none.
    pub term: Option<Term>,
    /// The longest it may be extended to, from receipt.
    pub extension: Option<Term>,
    /// What happened, in its order.
    pub ticks: &'a [Tick],
}

impl LegalClock<'_> {
    /// Since when it stands, if it does.
    #[must_use]
    pub fn stands_since(&self) -> Option<Date> {
        let last = self.ticks.iter().rev().find(|t| !matches!(t, Tick::Extended { .. }))?;
        if let Tick::Suspended { on, .. } = last { Some(*on) } else { None }
    }

    /// The last day: by law, later by what it stood, or as it was extended. While it stands, as it was before.
    #[must_use]
    pub fn due(&self) -> Option<Date> {
        let term = self.term?;
        let mut due = last_day(self.calendar, term, self.from)?;
        let mut stood: Option<Date> = None;
        for tick in self.ticks {
            match tick {
                Tick::Suspended { on, .. } => stood = Some(*on),
                Tick::Resumed { on } => {
                    if let Some(since) = stood.take() {
                        due = self.moved(term.unit, due, since, *on)?;
                    }
                }
                Tick::Extended { until, .. } => due = *until,
            }
        }
        Some(due)
    }

    /// The days from `since` to before `on` did not count.
    fn moved(&self, unit: TermUnit, due: Date, since: Date, on: Date) -> Option<Date> {
        let last = on.pred_opt()?;
        if last < since {
            return Some(due);
        }
        if unit == TermUnit::WorkingDays {
            let stood = self.calendar.working_days_in(since, last).ok()?;
            return self.calendar.add_working_days(due, stood).ok();
        }
        let stood = on.signed_duration_since(since).num_days();
        due.checked_add_days(Days::new(u64::try_from(stood).ok()?))
    }

    /// The latest day to which the law lets it be extended; days that it stood are added.
    #[must_use]
    pub fn limit(&self) -> Option<Date> {
        let ticks: Vec<Tick> = self.ticks.iter().filter(|t| !matches!(t, Tick::Extended { .. })).cloned().collect();
        let longest = LegalClock { term: self.extension, extension: None, ticks: &ticks, ..self.clone() };
        longest.due()
    }

    /// May this happen to it?
    ///
    /// # Errors
    /// The rule that refuses.
    pub fn check(&self, tick: &Tick) -> Result<(), ClockRefused> {
        let due = self.due().ok_or(ClockRefused::None)?;
        let (Tick::Suspended { on, .. } | Tick::Resumed { on } | Tick::Extended { on, .. }) = tick;
        let last = self.ticks.iter().map(|t| match t {
            Tick::Suspended { on, .. } | Tick::Resumed { on } | Tick::Extended { on, .. } => *on,
        });
        if *on < self.from || last.max().is_some_and(|l| *on < l) {
            return Err(ClockRefused::Earlier);
        }
        match (tick, self.stands_since()) {
            (Tick::Resumed { .. }, None) => Err(ClockRefused::Runs),
            (Tick::Resumed { .. }, Some(_)) | (Tick::Suspended { .. }, None) => Ok(()),
            (Tick::Suspended { .. } | Tick::Extended { .. }, Some(_)) => Err(ClockRefused::Stands),
            (Tick::Extended { until, .. }, None) if *until <= due => Err(ClockRefused::NotLater(due)),
            (Tick::Extended { until, .. }, None) => match self.limit() {
                Some(limit) if *until <= limit => Ok(()),
                Some(limit) => Err(ClockRefused::Beyond(limit)),
                None => Err(ClockRefused::Beyond(due)),
            },
        }
    }
}

#[cfg(test)]
mod tests;
