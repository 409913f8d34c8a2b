//! Leaves as the Labour Law (Darba likums) has them. Pure: every figure comes from dated parameters.

use chrono::{Datelike as _, Months};
use latvian::calendar::WorkCalendar;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use types::{AbsenceId, Date, PersonId};

/// Kinds of leave that an employee asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LeaveKind {
    /// Annual paid leave (ikgadējais apmaksātais atvaļinājums), DL 149.
    Annual,
    /// Extra leave for children (papildatvaļinājums), DL 151.
    Extra,
    /// Unpaid leave (atvaļinājums bez darba samaksas saglabāšanas), DL 153.
    Unpaid,
    /// Study leave (mācību atvaļinājums), DL 157.
    Study,
    /// Parental leave (bērna kopšanas atvaļinājums), DL 156.
    Parental,
    /// Father's leave (bērna tēva atvaļinājums), DL 155.
    Fathers,
}

impl LeaveKind {
    /// All kinds.
    pub const ALL: [Self; 6] = [Self::Annual, Self::Extra, Self::Unpaid, Self::Study, Self::Parental, Self::Fathers];

    /// Its word in the database, in addresses and in keys of texts.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Annual => "annual",
            Self::Extra => "extra",
            Self::Unpaid => "unpaid",
            Self::Study => "study",
            Self::Parental => "parental",
            Self::Fathers => "fathers",
        }
    }

    /// The kind of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.word() == word)
    }

    /// The service's and route's code.
    #[must_use]
    pub const fn service(self) -> &'static str {
        match self {
            Self::Annual => "personnel.annual-leave",
            Self::Extra => "personnel.extra-leave",
            Self::Unpaid => "personnel.unpaid-leave",
            Self::Study => "personnel.study-leave",
            Self::Parental => "personnel.parental-leave",
            Self::Fathers => "personnel.fathers-leave",
        }
    }

    /// The section of the law.
    #[must_use]
    pub const fn ground(self) -> &'static str {
        match self {
            Self::Annual => "Darba likums, 149. pants",
            Self::Extra => "Darba likums, 151. pants",
            Self::Unpaid => "Darba likums, 153. pants",
            Self::Study => "Darba likums, 157. pants",
            Self::Parental => "Darba likums, 156. pants",
            Self::Fathers => "Darba likums, 155. pants",
        }
    }

    /// Is it measured in working days? Annual, unpaid and parental leave are measured in calendar days.
    #[must_use]
    pub const fn in_working_days(self) -> bool {
        matches!(self, Self::Extra | Self::Study | Self::Fathers)
    }

    /// Does it need the birth date of a child?
    #[must_use]
    pub const fn about_a_child(self) -> bool {
        matches!(self, Self::Parental | Self::Fathers)
    }
}

/// What an employee asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaveAsk {
    /// Which leave.
    pub leave: LeaveKind,
    /// First day.
    pub first: Date,
    /// Last day.
    pub last: Date,
    /// The child's birth date, where the leave is about a child.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub child_born: Option<Date>,
    /// Extra leave: three or more children under 16, or a disabled child (else fewer, under 14).
    #[serde(default)]
    pub three_children: bool,
    /// Who stands in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub substitute: Option<PersonId>,
    /// Their own words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// The law's figures on the first day of the leave, read from dated parameters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaveRules {
    /// Annual leave, calendar days a year.
    pub annual_days: u32,
    /// Full annual leave after so many months.
    pub annual_after_months: u32,
    /// Extra leave for three or more children, working days a year.
    pub extra_three: u32,
    /// Extra leave for fewer, working days a year.
    pub extra_fewer: u32,
    /// Study leave, working days a year.
    pub study_days: u32,
    /// Father's leave, working days.
    pub fathers_days: u32,
    /// … within so many months of the birth.
    pub fathers_within_months: u32,
    /// Parental leave, months in all.
    pub parental_months: u32,
    /// … until the child is so many years old.
    pub parental_child_years: u32,
    /// … a part at least so many calendar days.
    pub parental_part: u32,
    /// … with so many months' notice.
    pub parental_notice_months: u32,
}

/// An absence that is there already.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Taken {
    /// Its id.
    pub id: AbsenceId,
    /// Its kind.
    pub kind: String,
    /// First day.
    pub first_day: Date,
    /// Last day.
    pub last_day: Date,
    /// Its days, as its kind is measured.
    pub days: Decimal,
}

/// What is known of the employee.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// Employed since.
    pub employed_from: Date,
    /// Employed until, where that is known.
    pub employed_to: Option<Date>,
    /// The annual balance: the ledger's sum.
    pub annual_balance: Decimal,
    /// … accrued up to this day.
    pub accrued_to: Date,
    /// Absences reserved and booked.
    pub taken: Vec<Taken>,
}

/// Which rule refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum LeaveRefused {
    /// Not employed on these days.
    #[error("not employed on these days")]
    NotEmployed,
    /// There is an absence on these days.
    #[error("overlaps")]
    Overlaps(Taken),
    /// Not enough days.
    #[error("{asked} days asked, {left} left")]
    Balance {
        /// Days that it takes.
        asked: Decimal,
        /// Days left on the first day of the leave.
        left: Decimal,
    },
    /// More than the law gives in a year.
    #[error("{asked} days asked, {left} of {limit} left this year")]
    YearLimit {
        /// Days that it takes.
        asked: u32,
        /// Days left this year.
        left: u32,
        /// Days a year.
        limit: u32,
    },
    /// The child's birth date is missing.
    #[error("the birth date is needed")]
    NoBirthDate,
    /// The leave must be taken between the birth and this day.
    #[error("between the birth and {until}")]
    OutsideTerm {
        /// The last possible day.
        until: Date,
    },
    /// A part is too short.
    #[error("at least {least} days")]
    TooShort {
        /// The least number of days.
        least: u32,
    },
    /// Longer than anybody's leave.
    #[error("too long")]
    TooLong,
    /// No day of it is counted (all are holidays).
    #[error("no day is counted")]
    Empty,
    /// It lies in the past.
    #[error("in the past")]
    Past,
    /// More nights than the trip has.
    #[error("at most {most} nights")]
    TooManyNights {
        /// Nights at most.
        most: u32,
    },
    /// Nothing would change.
    #[error("nothing changes")]
    NothingChanges,
}

/// What the person should know before sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeaveNote {
    /// Less than the notice the law asks for: it needs the employer's agreement.
    ShortNotice,
    /// In the first months of work: by agreement only.
    FirstMonths,
    /// It begins in the past.
    InThePast,
    /// Unpaid leave over four weeks a year shifts the year of annual leave.
    ShiftsYear,
    /// No part of two weeks in this year yet.
    NoLongPart,
}

/// A leave that may be granted, with the numbers behind it.
#[derive(Clone, Debug, PartialEq)]
pub struct LeavePlan {
    /// Days that it takes, as its kind is measured.
    pub days: Decimal,
    /// Working days inside.
    pub working_days: u32,
    /// Public holidays inside, which annual leave does not count.
    pub holidays: u32,
    /// What is left afterwards; annual leave only.
    pub left: Option<Decimal>,
    /// The balance on the first day; annual leave only.
    pub balance: Option<Decimal>,
    /// Back at work on.
    pub back_on: Date,
    /// What to know.
    pub notes: Vec<LeaveNote>,
}

/// What accrues between two days: a twelfth of the year's days a month, by days within a month.
#[must_use]
pub fn accrual(from: Date, to: Date, annual_days: u32) -> Decimal {
    if to <= from {
        return Decimal::ZERO;
    }
    let mut months = 0_u32;
    while from.checked_add_months(Months::new(months + 1)).is_some_and(|d| d <= to) {
        months += 1;
    }
    let reached = from.checked_add_months(Months::new(months)).unwrap_or(from);
    let next = from.checked_add_months(Months::new(months + 1)).unwrap_or(to);
    let part = Decimal::from((to - reached).num_days()) / Decimal::from((next - reached).num_days().max(1));
    ((Decimal::from(months) + part) * Decimal::from(annual_days) / Decimal::from(12)).round_dp(3)
}

/// Judges what is asked.
///
/// # Errors
/// The rule that refused.
pub fn plan(
    ask: &LeaveAsk,
    rules: &LeaveRules,
    s: &Standing,
    calendar: &WorkCalendar,
    today: Date,
) -> Result<LeavePlan, LeaveRefused> {
    let length = (ask.last - ask.first).num_days() + 1;
    if length > 800 {
        return Err(LeaveRefused::TooLong);
    }
    if ask.first < s.employed_from || s.employed_to.is_some_and(|to| ask.last > to) {
        return Err(LeaveRefused::NotEmployed);
    }
    if let Some(t) = s.taken.iter().find(|t| t.first_day <= ask.last && t.last_day >= ask.first) {
        return Err(LeaveRefused::Overlaps(t.clone()));
    }
    let out = |_| LeaveRefused::TooLong;
    let working_days = calendar.working_days_in(ask.first, ask.last).map_err(out)?;
    let without_holidays = calendar.calendar_days_without_holidays(ask.first, ask.last).map_err(out)?;
    let length = u32::try_from(length).unwrap_or(0);
    let counted = match ask.leave {
        LeaveKind::Annual => without_holidays,
        k if k.in_working_days() => working_days,
        _ => length,
    };
    if counted == 0 {
        return Err(LeaveRefused::Empty);
    }
    let days = Decimal::from(counted);
    let mut plan = LeavePlan {
        days,
        working_days,
        holidays: length.saturating_sub(without_holidays),
        left: None,
        balance: None,
        back_on: calendar.add_working_days(ask.last, 1).map_err(out)?,
        notes: Vec::new(),
    };
    if ask.first < today {
        plan.notes.push(LeaveNote::InThePast);
    }
    match ask.leave {
        LeaveKind::Annual => annual(ask, rules, s, &mut plan)?,
        LeaveKind::Extra => {
            let limit = if ask.three_children { rules.extra_three } else { rules.extra_fewer };
            year_limit(ask, s, counted, limit)?;
        }
        LeaveKind::Study => year_limit(ask, s, counted, rules.study_days)?,
        LeaveKind::Fathers => fathers(ask, rules, s, counted)?,
        LeaveKind::Parental => parental(ask, rules, length, today, &mut plan)?,
        LeaveKind::Unpaid => {
            let before = taken_in_year(s, LeaveKind::Unpaid, ask.first.year());
            if before + days > Decimal::from(28) {
                plan.notes.push(LeaveNote::ShiftsYear);
            }
        }
    }
    Ok(plan)
}

/// The days of a period as a leave of that kind is measured.
#[must_use]
pub fn counted(leave: LeaveKind, first: Date, last: Date, calendar: &WorkCalendar) -> Decimal {
    let length = u32::try_from((last - first).num_days() + 1).unwrap_or(0);
    let days = match leave {
        LeaveKind::Annual => calendar.calendar_days_without_holidays(first, last).unwrap_or(length),
        k if k.in_working_days() => calendar.working_days_in(first, last).unwrap_or(length),
        _ => length,
    };
    Decimal::from(days)
}

fn annual(ask: &LeaveAsk, rules: &LeaveRules, s: &Standing, plan: &mut LeavePlan) -> Result<(), LeaveRefused> {
    let balance = balance_on(s, rules, ask.first);
    let left = balance - plan.days;
    // A rounding of thousandths must not cost anybody a day.
    if left < Decimal::new(-5, 3) {
        return Err(LeaveRefused::Balance { asked: plan.days, left: balance });
    }
    plan.balance = Some(balance);
    plan.left = Some(left);
    let full_from = s.employed_from.checked_add_months(Months::new(rules.annual_after_months));
    if full_from.is_some_and(|d| ask.first < d) {
        plan.notes.push(LeaveNote::FirstMonths);
    }
    let long = |t: &Taken| t.kind == LeaveKind::Annual.word() && (t.last_day - t.first_day).num_days() >= 13;
    let this_year = |t: &&Taken| t.first_day.year() == ask.first.year();
    let has_long = s.taken.iter().filter(this_year).any(long) || (ask.last - ask.first).num_days() >= 13;
    if !has_long {
        plan.notes.push(LeaveNote::NoLongPart);
    }
    Ok(())
}

/// The annual balance on a day: the ledger and what accrues until then.
#[must_use]
pub fn balance_on(s: &Standing, rules: &LeaveRules, day: Date) -> Decimal {
    s.annual_balance + accrual(s.accrued_to, day, rules.annual_days)
}

fn taken_in_year(s: &Standing, kind: LeaveKind, year: i32) -> Decimal {
    let of = s.taken.iter().filter(|t| t.kind == kind.word() && t.first_day.year() == year);
    of.map(|t| t.days).sum()
}

fn year_limit(ask: &LeaveAsk, s: &Standing, asked: u32, limit: u32) -> Result<(), LeaveRefused> {
    let before = taken_in_year(s, ask.leave, ask.first.year());
    let left = (Decimal::from(limit) - before).max(Decimal::ZERO);
    if Decimal::from(asked) > left {
        let left = left.trunc().try_into().unwrap_or(0);
        return Err(LeaveRefused::YearLimit { asked, left, limit });
    }
    Ok(())
}

fn fathers(ask: &LeaveAsk, rules: &LeaveRules, s: &Standing, asked: u32) -> Result<(), LeaveRefused> {
    let born = ask.child_born.ok_or(LeaveRefused::NoBirthDate)?;
    let until = born.checked_add_months(Months::new(rules.fathers_within_months)).unwrap_or(born);
    if ask.first < born || ask.last > until {
        return Err(LeaveRefused::OutsideTerm { until });
    }
    let word = LeaveKind::Fathers.word();
    let before: Decimal =
        s.taken.iter().filter(|t| t.kind == word && t.first_day >= born && t.last_day <= until).map(|t| t.days).sum();
    let left = (Decimal::from(rules.fathers_days) - before).max(Decimal::ZERO);
    if Decimal::from(asked) > left {
        let left = left.trunc().try_into().unwrap_or(0);
        return Err(LeaveRefused::YearLimit { asked, left, limit: rules.fathers_days });
    }
    Ok(())
}

fn parental(
    ask: &LeaveAsk,
    rules: &LeaveRules,
    length: u32,
    today: Date,
    plan: &mut LeavePlan,
) -> Result<(), LeaveRefused> {
    let born = ask.child_born.ok_or(LeaveRefused::NoBirthDate)?;
    let until = born.checked_add_months(Months::new(rules.parental_child_years * 12)).unwrap_or(born);
    if ask.first < born || ask.last > until {
        return Err(LeaveRefused::OutsideTerm { until });
    }
    if length < rules.parental_part {
        return Err(LeaveRefused::TooShort { least: rules.parental_part });
    }
    let longest = ask.first.checked_add_months(Months::new(rules.parental_months));
    if longest.is_some_and(|d| ask.last >= d) {
        return Err(LeaveRefused::TooLong);
    }
    let notice = today.checked_add_months(Months::new(rules.parental_notice_months));
    if notice.is_some_and(|d| ask.first < d) {
        plan.notes.push(LeaveNote::ShortNotice);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn d(y: i32, m: u32, day: u32) -> Date {
        Date::from_ymd_opt(y, m, day).unwrap()
    }

    fn rules() -> LeaveRules {
        LeaveRules {
            annual_days: 28,
            annual_after_months: 6,
            extra_three: 3,
            extra_fewer: 1,
            study_days: 20,
            fathers_days: 10,
            fathers_within_months: 6,
            parental_months: 18,
            parental_child_years: 8,
            parental_part: 7,
            parental_notice_months: 1,
        }
    }

    fn standing() -> Standing {
        Standing {
            employed_from: d(2020, 1, 1),
            employed_to: None,
            annual_balance: Decimal::from(20),
            accrued_to: d(2026, 1, 1),
            taken: Vec::new(),
        }
    }

    fn ask(leave: LeaveKind, first: Date, last: Date) -> LeaveAsk {
        LeaveAsk { leave, first, last, child_born: None, three_children: false, substitute: None, note: String::new() }
    }

    fn judge(a: &LeaveAsk, s: &Standing) -> Result<LeavePlan, LeaveRefused> {
        plan(a, &rules(), s, &WorkCalendar::standard(), d(2025, 12, 1))
    }

    #[test]
    fn a_holiday_is_no_day_of_leave() {
        // 28.12.2022–10.01.2023: 14 calendar days, 31.12. and 01.01. are holidays.
        let s = Standing { accrued_to: d(2022, 1, 1), ..standing() };
        let p = judge(&ask(LeaveKind::Annual, d(2022, 12, 28), d(2023, 1, 10)), &s).unwrap();
        assert_eq!((p.days, p.holidays), (Decimal::from(12), 2));
    }

    #[test]
    fn a_year_accrues_four_weeks() {
        assert_eq!(accrual(d(2026, 1, 1), d(2027, 1, 1), 28), Decimal::from(28));
        assert_eq!(accrual(d(2026, 1, 31), d(2026, 2, 28), 28), Decimal::new(2333, 3));
        assert_eq!(accrual(d(2026, 2, 1), d(2026, 1, 1), 28), Decimal::ZERO);
    }

    #[test]
    fn the_balance_of_the_first_day_decides() {
        let s = Standing { annual_balance: Decimal::from(5), ..standing() };
        let refused = judge(&ask(LeaveKind::Annual, d(2026, 1, 5), d(2026, 1, 18)), &s);
        assert!(matches!(refused, Err(LeaveRefused::Balance { .. })), "{refused:?}");
        // By July 14 more days have accrued.
        let p = judge(&ask(LeaveKind::Annual, d(2026, 7, 6), d(2026, 7, 19)), &s).unwrap();
        assert_eq!(p.days, Decimal::from(14));
    }

    #[test]
    fn an_absence_on_these_days_is_named() {
        let taken = Taken {
            id: AbsenceId(uuid::Uuid::from_u128(9)),
            kind: "trip".into(),
            first_day: d(2026, 7, 10),
            last_day: d(2026, 7, 11),
            days: Decimal::from(2),
        };
        let s = Standing { taken: vec![taken.clone()], ..standing() };
        let refused = judge(&ask(LeaveKind::Annual, d(2026, 7, 6), d(2026, 7, 10)), &s);
        assert_eq!(refused, Err(LeaveRefused::Overlaps(taken)));
    }

    #[test]
    fn a_fathers_leave_is_ten_days_in_half_a_year() {
        let mut a = ask(LeaveKind::Fathers, d(2026, 3, 2), d(2026, 3, 13));
        assert_eq!(judge(&a, &standing()), Err(LeaveRefused::NoBirthDate));
        a.child_born = Some(d(2026, 2, 20));
        assert_eq!(judge(&a, &standing()).unwrap().days, Decimal::from(10));
        a.last = d(2026, 3, 16);
        assert_eq!(judge(&a, &standing()), Err(LeaveRefused::YearLimit { asked: 11, left: 10, limit: 10 }));
        a.child_born = Some(d(2025, 8, 20));
        assert_eq!(judge(&a, &standing()), Err(LeaveRefused::OutsideTerm { until: d(2026, 2, 20) }));
    }

    proptest! {
        /// Accrual adds up: to a day and from there on is the same as all at once, to a hundredth.
        #[test]
        fn accrual_adds_up(a in 0i64..800, b in 0i64..800) {
            let start = d(2024, 1, 1);
            let (middle, end) = (start + chrono::Duration::days(a), start + chrono::Duration::days(a + b));
            let parts = accrual(start, middle, 28) + accrual(middle, end, 28);
            let whole = accrual(start, end, 28);
            prop_assert!((parts - whole).abs() < Decimal::new(25, 2), "{} {}", parts, whole);
        }

        /// No leave is granted twice on one day, whatever is asked.
        #[test]
        fn nothing_overlaps(from in 0i64..300, length in 0i64..40, other in 0i64..300) {
            let first = d(2026, 1, 1) + chrono::Duration::days(from);
            let taken_first = d(2026, 1, 1) + chrono::Duration::days(other);
            let taken = Taken { id: AbsenceId(uuid::Uuid::nil()), kind: "trip".into(), first_day: taken_first, last_day: taken_first, days: Decimal::ONE };
            let s = Standing { taken: vec![taken], ..standing() };
            let last = first + chrono::Duration::days(length);
            if judge(&ask(LeaveKind::Unpaid, first, last), &s).is_ok() {
                prop_assert!(taken_first < first || taken_first > last);
            }
        }
    }
}
