//! Public holidays, working days and the counting of leave.
//!
//! [`WorkCalendar`] is built once from dated data (holidays by [`HolidayRule`], working days moved by order) and then
//! answers in constant time: every day of its years is counted beforehand.

mod rules;

use std::collections::HashSet;
use std::ops::RangeInclusive;

use chrono::{Datelike, NaiveDate};

pub use rules::{
    DayRule, Holiday, HolidayKind, HolidayRule, MovedDay, MovedDayLine, default_moved_days, default_rules, easter,
    holidays_of,
};

/// Years that [`WorkCalendar::standard`] covers.
pub const STANDARD_YEARS: RangeInclusive<i32> = 1991..=2100;
/// Most years that one calendar may cover.
pub const MAX_YEARS: usize = 1_000;

/// A date or a result lies outside of the years of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("the date is outside of the years that the calendar covers")]
pub struct OutOfCalendar;

impl OutOfCalendar {
    /// Stable name for translation.
    #[must_use]
    pub fn code(self) -> &'static str {
        "calendar-out-of-years"
    }
}

/// Which free days do not count as days of annual leave (Darba likums s. 149: "neskaitot svētku dienas").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum LeaveSkips {
    /// Public holidays only: a day off in place of one is an ordinary free day, and counts. By the wording of the
    /// law and of vdi.gov.lv/lv/dazadi-jautajumi; no source that treats the case was found, so UNCERTAIN.
    #[default]
    PublicHolidays,
    /// The day off in place of a holiday is skipped too.
    AlsoSubstitutes,
}

/// Days of one kind, counted beforehand. `upto[i]` = how many of the days before day `i` are of the kind.
#[derive(Clone, Debug)]
struct Counted {
    upto: Vec<u32>,
    days: Vec<u32>,
}

impl Counted {
    fn new(flags: impl Iterator<Item = bool>) -> Self {
        let (mut upto, mut days, mut sum) = (vec![0], Vec::new(), 0);
        for (place, flag) in flags.enumerate() {
            if flag {
                sum += 1;
                days.push(u32::try_from(place).unwrap_or(u32::MAX));
            }
            upto.push(sum);
        }
        Self { upto, days }
    }

    /// How many of the days before `place` are of the kind.
    fn before(&self, place: usize) -> Option<u32> {
        self.upto.get(place).copied()
    }

    fn contains(&self, place: usize) -> Option<bool> {
        Some(self.before(place + 1)? > self.before(place)?)
    }

    /// Place of the day with so many of the kind before it.
    fn nth(&self, rank: i64) -> Option<usize> {
        self.days.get(usize::try_from(rank).ok()?).map(|place| *place as usize)
    }
}

/// The calendar of working days and leave of an institution with a week from Monday to Friday.
#[derive(Clone, Debug)]
pub struct WorkCalendar {
    first: NaiveDate,
    holidays: Vec<Holiday>,
    moved: Vec<MovedDay>,
    working: Counted,
    leave: Counted,
}

impl WorkCalendar {
    /// Builds a calendar from an installation's own data. Years beyond [`MAX_YEARS`] are cut off. Where moved days
    /// contradict a holiday, the moved day wins, since the order is the later and special rule.
    #[must_use]
    pub fn new(rules: &[HolidayRule], moved: &[MovedDay], years: RangeInclusive<i32>, skips: LeaveSkips) -> Self {
        let years: Vec<i32> = years.take(MAX_YEARS).collect();
        let first_year = years.first().copied().unwrap_or(2000);
        let first = NaiveDate::from_ymd_opt(first_year, 1, 1).unwrap_or(NaiveDate::MIN);
        let holidays: Vec<Holiday> = years.iter().flat_map(|year| holidays_of(rules, *year)).collect();
        let last_year = years.last().copied();
        let days = || first.iter_days().take_while(|day| last_year.is_some_and(|last| day.year() <= last));

        let free: HashSet<NaiveDate> = holidays.iter().map(|holiday| holiday.date).collect();
        let skipped: HashSet<NaiveDate> =
            holidays.iter().filter(|holiday| skips_in_leave(skips, holiday)).map(|holiday| holiday.date).collect();
        let off: HashSet<NaiveDate> = moved.iter().map(|day| day.from).collect();
        let on: HashSet<NaiveDate> = moved.iter().map(|day| day.to).collect();
        let is_working = |day: NaiveDate| {
            on.contains(&day) || !(off.contains(&day) || rules::is_weekend(day) || free.contains(&day))
        };

        let working = Counted::new(days().map(is_working));
        let leave = Counted::new(days().map(|day| !skipped.contains(&day)));
        Self { first, holidays, moved: moved.to_vec(), working, leave }
    }

    /// The calendar of the default tables for [`STANDARD_YEARS`].
    #[must_use]
    pub fn standard() -> Self {
        let moved: Vec<MovedDay> = default_moved_days().iter().map(|line| line.moved).collect();
        Self::new(&default_rules(), &moved, STANDARD_YEARS, LeaveSkips::default())
    }

    /// Holidays and days off in place of them, by date.
    #[must_use]
    pub fn holidays(&self) -> &[Holiday] {
        &self.holidays
    }

    /// Moved working days that the calendar was built with.
    #[must_use]
    pub fn moved_days(&self) -> &[MovedDay] {
        &self.moved
    }

    /// Holidays on a day: none, one, or seldom two (Mother's Day on Pentecost).
    #[must_use]
    pub fn holidays_on(&self, date: NaiveDate) -> &[Holiday] {
        let start = self.holidays.partition_point(|holiday| holiday.date < date);
        let end = self.holidays.partition_point(|holiday| holiday.date <= date);
        self.holidays.get(start..end).unwrap_or_default()
    }

    /// Whether the day is worked. Outside of the calendar's years: whether it is Monday to Friday.
    #[must_use]
    pub fn is_working_day(&self, date: NaiveDate) -> bool {
        let known = self.place(date).and_then(|place| self.working.contains(place));
        known.unwrap_or_else(|| !rules::is_weekend(date))
    }

    /// Whether the working day is one hour shorter because a public holiday follows (Darba likums s. 135).
    #[must_use]
    pub fn is_shortened(&self, date: NaiveDate) -> bool {
        let holiday_follows = date
            .succ_opt()
            .is_some_and(|next| self.holidays_on(next).iter().any(|holiday| holiday.kind == HolidayKind::Public));
        holiday_follows && self.is_working_day(date)
    }

    /// The nth working day after `date`, counting from the next day: how deadlines "within n working days" are
    /// reckoned. With `n` = 0 the date itself, working or not.
    ///
    /// # Errors
    /// When it lies outside of the calendar's years.
    pub fn add_working_days(&self, date: NaiveDate, n: u32) -> Result<NaiveDate, OutOfCalendar> {
        if n == 0 {
            return self.place(date).map(|_| date).ok_or(OutOfCalendar);
        }
        let rank = self.worked_before(date, 1)? + i64::from(n) - 1;
        self.day_of(self.working.nth(rank))
    }

    /// The nth working day before `date`, counting from the day before. With `n` = 0 the date itself.
    ///
    /// # Errors
    /// When it lies outside of the calendar's years.
    pub fn subtract_working_days(&self, date: NaiveDate, n: u32) -> Result<NaiveDate, OutOfCalendar> {
        if n == 0 {
            return self.place(date).map(|_| date).ok_or(OutOfCalendar);
        }
        let rank = self.worked_before(date, 0)? - i64::from(n);
        self.day_of(self.working.nth(rank))
    }

    /// Working days after `from` up to and including `to`; 0 when `to` is not later. The inverse of
    /// [`add_working_days`](Self::add_working_days).
    ///
    /// # Errors
    /// When a date lies outside of the calendar's years.
    pub fn working_days_between(&self, from: NaiveDate, to: NaiveDate) -> Result<u32, OutOfCalendar> {
        let days = self.worked_before(to, 1)? - self.worked_before(from, 1)?;
        Ok(u32::try_from(days).unwrap_or(0))
    }

    /// Working days of a period, both ends included: what a leave costs in paid days.
    ///
    /// # Errors
    /// When a date lies outside of the calendar's years.
    pub fn working_days_in(&self, first: NaiveDate, last: NaiveDate) -> Result<u32, OutOfCalendar> {
        let days = self.worked_before(last, 1)? - self.worked_before(first, 0)?;
        Ok(u32::try_from(days).unwrap_or(0))
    }

    /// The first working day after `date`.
    ///
    /// # Errors
    /// When it lies outside of the calendar's years.
    pub fn next_working_day(&self, date: NaiveDate) -> Result<NaiveDate, OutOfCalendar> {
        self.add_working_days(date, 1)
    }

    /// The date itself if it is worked, otherwise the next working day: how a due date on a free day moves.
    ///
    /// # Errors
    /// When it lies outside of the calendar's years.
    pub fn working_day_from(&self, date: NaiveDate) -> Result<NaiveDate, OutOfCalendar> {
        self.day_of(self.working.nth(self.worked_before(date, 0)?))
    }

    /// Days of annual leave in a period, both ends included: calendar days without public holidays.
    ///
    /// # Errors
    /// When a date lies outside of the calendar's years.
    pub fn calendar_days_without_holidays(&self, first: NaiveDate, last: NaiveDate) -> Result<u32, OutOfCalendar> {
        let count = |date, extra: usize| {
            self.place(date).and_then(|place| self.leave.before(place + extra)).map(i64::from).ok_or(OutOfCalendar)
        };
        Ok(u32::try_from(count(last, 1)? - count(first, 0)?).unwrap_or(0))
    }

    /// The last day of a leave of so many days that begins on `from`; holidays prolong it. With `days` = 0 there is
    /// no leave, hence no last day.
    ///
    /// # Errors
    /// When it lies outside of the calendar's years, or `days` is 0.
    pub fn leave_end(&self, from: NaiveDate, days: u32) -> Result<NaiveDate, OutOfCalendar> {
        let place = self.place(from).ok_or(OutOfCalendar)?;
        let before = self.leave.before(place).ok_or(OutOfCalendar)?;
        let nth = i64::from(days).checked_sub(1).filter(|nth| *nth >= 0).ok_or(OutOfCalendar)?;
        self.day_of(self.leave.nth(i64::from(before) + nth))
    }

    fn place(&self, date: NaiveDate) -> Option<usize> {
        let place = usize::try_from(date.signed_duration_since(self.first).num_days()).ok()?;
        (place + 1 < self.working.upto.len()).then_some(place)
    }

    /// Working days before `date`, or up to and including it with `extra` = 1.
    fn worked_before(&self, date: NaiveDate, extra: usize) -> Result<i64, OutOfCalendar> {
        let place = self.place(date).ok_or(OutOfCalendar)?;
        self.working.before(place + extra).map(i64::from).ok_or(OutOfCalendar)
    }

    fn day_of(&self, place: Option<usize>) -> Result<NaiveDate, OutOfCalendar> {
        let days = place.and_then(|place| u64::try_from(place).ok()).ok_or(OutOfCalendar)?;
        self.first.checked_add_days(chrono::Days::new(days)).ok_or(OutOfCalendar)
    }
}

fn skips_in_leave(skips: LeaveSkips, holiday: &Holiday) -> bool {
    skips == LeaveSkips::AlsoSubstitutes || holiday.kind == HolidayKind::Public
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn calendar() -> WorkCalendar {
        WorkCalendar::standard()
    }

    #[test]
    fn leave_examples_of_the_labour_inspectorate() {
        let calendar = calendar();
        assert_eq!(calendar.leave_end(day("2022-12-28"), 14), Ok(day("2023-01-12")));
        assert_eq!(calendar.calendar_days_without_holidays(day("2022-12-28"), day("2023-01-10")), Ok(12));
    }

    #[test]
    fn leave_from_27_may_with_three_holidays_pays_21_days() {
        // The published question does not name the year; 2020 fits its figures.
        let calendar = calendar();
        let (first, last) = (day("2020-05-27"), day("2020-06-26"));
        assert_eq!(calendar.leave_end(first, 28), Ok(last));
        assert_eq!(calendar.calendar_days_without_holidays(first, last), Ok(28));
        assert_eq!(calendar.working_days_in(first, last), Ok(21));
    }

    #[test]
    fn deadlines_count_from_the_next_day() {
        let calendar = calendar();
        let add = |from, n| calendar.add_working_days(day(from), n).unwrap().to_string();
        assert_eq!(add("2026-03-02", 10), "2026-03-16");
        assert_eq!(add("2026-11-20", 2), "2026-11-24");
        assert_eq!(add("2026-03-06", 1), "2026-03-09");
        assert_eq!(add("2026-03-07", 1), "2026-03-09", "from a Saturday");
        assert_eq!(add("2026-03-07", 0), "2026-03-07");
        assert_eq!(add("2026-04-02", 1), "2026-04-07", "over Easter");
        assert_eq!(add("2026-11-17", 1), "2026-11-19", "over the Proclamation Day");
    }

    #[test]
    fn moved_days_change_places() {
        let calendar = calendar();
        assert!(!calendar.is_working_day(day("2026-01-02")));
        assert!(calendar.is_working_day(day("2026-01-17")));
        assert!(!calendar.is_working_day(day("2024-12-30")));
        assert!(calendar.is_working_day(day("2024-12-28")));
        assert_eq!(calendar.add_working_days(day("2026-06-19"), 2), Ok(day("2026-06-26")));
        assert_eq!(calendar.add_working_days(day("2026-06-19"), 3), Ok(day("2026-06-27")));
        let unmoved = WorkCalendar::new(&default_rules(), &[], 2026..=2026, LeaveSkips::default());
        assert!(unmoved.is_working_day(day("2026-01-02")));
    }

    #[test]
    fn years_have_the_published_number_of_working_days() {
        let calendar = calendar();
        let year = |y: i32| {
            let ends = (NaiveDate::from_ymd_opt(y, 1, 1).unwrap(), NaiveDate::from_ymd_opt(y, 12, 31).unwrap());
            calendar.working_days_in(ends.0, ends.1).unwrap()
        };
        // Counted by hand: 2026 has 261 weekdays less the holidays on weekdays (1.1, 3.4, 6.4, 1.5, 4.5, 23.6, 24.6,
        // 18.11, 24.12, 25.12, 31.12 = 11); moved days change nothing.
        assert_eq!(year(2026), 250);
        // 2024: 262 weekdays less 1.1, 29.3, 1.4, 1.5, 6.5 off, 24.6, 18.11, 24.12, 25.12, 26.12, 31.12 = 11.
        assert_eq!(year(2024), 251);
    }

    #[test]
    fn counting_includes_the_ends_it_promises() {
        let calendar = calendar();
        let (monday, friday) = (day("2026-03-02"), day("2026-03-06"));
        assert_eq!(calendar.working_days_in(monday, friday), Ok(5));
        assert_eq!(calendar.working_days_between(monday, friday), Ok(4));
        assert_eq!(calendar.working_days_between(friday, monday), Ok(0));
        assert_eq!(calendar.working_days_in(friday, monday), Ok(0));
        assert_eq!(calendar.calendar_days_without_holidays(friday, monday), Ok(0));
        assert_eq!(calendar.subtract_working_days(day("2026-03-16"), 10), Ok(monday));
    }

    #[test]
    fn a_due_date_on_a_free_day_moves_forward() {
        let calendar = calendar();
        // Stated for 2020: 15 August and 15 November fell on a weekend.
        assert_eq!(calendar.working_day_from(day("2020-08-15")), Ok(day("2020-08-17")));
        assert_eq!(calendar.working_day_from(day("2020-11-15")), Ok(day("2020-11-16")));
        assert_eq!(calendar.working_day_from(day("2026-03-31")), Ok(day("2026-03-31")));
        assert_eq!(calendar.next_working_day(day("2026-03-31")), Ok(day("2026-04-01")));
    }

    #[test]
    fn the_day_before_a_holiday_is_shorter() {
        let calendar = calendar();
        assert!(calendar.is_shortened(day("2026-11-17")));
        assert!(calendar.is_shortened(day("2026-04-02")));
        assert!(!calendar.is_shortened(day("2026-11-16")));
        assert!(calendar.is_shortened(day("2024-05-03")), "the holiday is a Saturday");
        assert!(!calendar.is_shortened(day("2026-05-03")), "a Sunday is not worked");
    }

    #[test]
    fn a_day_off_in_place_of_a_holiday_counts_as_leave_unless_told() {
        let (friday, monday) = (day("2024-05-03"), day("2024-05-06"));
        assert_eq!(calendar().calendar_days_without_holidays(friday, monday), Ok(3));
        let generous = WorkCalendar::new(&default_rules(), &[], 2024..=2024, LeaveSkips::AlsoSubstitutes);
        assert_eq!(generous.calendar_days_without_holidays(friday, monday), Ok(2));
    }

    #[test]
    fn dates_outside_are_refused() {
        let calendar = calendar();
        assert_eq!(calendar.add_working_days(day("2100-12-31"), 1), Err(OutOfCalendar));
        assert_eq!(calendar.add_working_days(day("2026-01-05"), u32::MAX), Err(OutOfCalendar));
        assert_eq!(calendar.subtract_working_days(day("1991-01-03"), 9), Err(OutOfCalendar));
        assert_eq!(calendar.leave_end(NaiveDate::MAX, 1), Err(OutOfCalendar));
        assert_eq!(calendar.leave_end(day("2026-01-05"), 0), Err(OutOfCalendar));
        assert!(calendar.is_working_day(day("2200-01-06")), "a Monday");
        #[expect(clippy::reversed_empty_ranges, reason = "the point of the test")]
        let empty = WorkCalendar::new(&default_rules(), &[], 5..=4, LeaveSkips::default());
        assert_eq!(empty.next_working_day(day("2026-01-05")), Err(OutOfCalendar));
        let _ = WorkCalendar::new(&default_rules(), &[], i32::MIN..=i32::MAX, LeaveSkips::default());
    }

    #[test]
    fn two_holidays_may_share_a_day() {
        // Pentecost was on the second Sunday of May in 2008.
        assert_eq!(calendar().holidays_on(day("2008-05-11")).len(), 2);
        assert!(calendar().holidays_on(day("2026-03-02")).is_empty());
    }
}
