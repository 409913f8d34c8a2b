//! A plausible year of an app's life, made from the counts of a municipality. The app says what the reports must
//! answer in the end and lives it day by day through its own use-cases; the simulator knows no app.

use std::{collections::BTreeMap, sync::Arc};

use chrono::{Datelike as _, Weekday};
use jobs::JobError;
use latvian::calendar::WorkCalendar;
use op::Op;
use types::{BoxFuture, Date};

/// The counts of one municipality in one year. A count that no table gives is absent, which is not zero.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// Its name.
    pub municipality: String,
    /// The year.
    pub year: i32,
    counts: BTreeMap<(String, String), i64>,
}

impl Profile {
    /// No counts yet.
    #[must_use]
    pub fn new(municipality: &str, year: i32) -> Self {
        Self { municipality: municipality.to_owned(), year, counts: BTreeMap::new() }
    }

    /// Enters a count.
    pub fn set(&mut self, table: &str, column: &str, count: i64) {
        self.counts.insert((table.to_owned(), column.to_owned()), count);
    }

    /// A count of a table, if it is given.
    #[must_use]
    pub fn get(&self, table: &str, column: &str) -> Option<i64> {
        self.counts.get(&(table.to_owned(), column.to_owned())).copied()
    }

    /// All that is given: table, column, count.
    pub fn all(&self) -> impl Iterator<Item = (&str, &str, i64)> {
        self.counts.iter().map(|((table, column), count)| (table.as_str(), column.as_str(), *count))
    }

    /// The largest that any table gives for a column that several tables have.
    #[must_use]
    pub fn largest(&self, column: &str) -> Option<i64> {
        self.counts.iter().filter(|((_, c), _)| c == column).map(|(_, n)| *n).max()
    }
}

/// What a column of a report is to say in the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Goal {
    /// The report, which is also the table of the profile (`employee-applications`, `employee_applications`).
    pub report: &'static str,
    /// The column.
    pub column: &'static str,
    /// As the profile says.
    pub wanted: i64,
    /// As it can be lived: another number where the profile contradicts itself.
    pub lived: i64,
    /// Why it cannot be lived as wanted.
    pub why: Option<String>,
}

impl Goal {
    /// A count that can be lived.
    #[must_use]
    pub const fn of(report: &'static str, column: &'static str, wanted: i64) -> Self {
        Self { report, column, wanted, lived: wanted, why: None }
    }

    /// A count that must not be above another; the nearest possible where it is.
    #[must_use]
    pub fn at_most(mut self, most: i64, of_what: &str) -> Self {
        if self.lived > most {
            self.lived = most;
            self.why = Some(format!("{} {} are more than {most} {of_what}", self.wanted, self.column));
        }
        self
    }
}

/// How work spreads over the days of a year.
#[derive(Clone, Debug)]
pub struct Pace {
    /// Days lived, each with the weight of all days up to it.
    days: Vec<(Date, u64)>,
    /// The weight of what lies before the first lived day.
    before: u64,
    all: u64,
}

impl Pace {
    /// As offices work: no work on days off, more before the summer and at the end of the year, less in July, more at
    /// the month's end and on Mondays.
    #[must_use]
    pub fn of_offices(calendar: &WorkCalendar, year: i32, first: Date, days: u32) -> Self {
        let begin = Date::from_ymd_opt(year, 1, 1).unwrap_or(first);
        let weigh = |day: Date| if calendar.is_working_day(day) { weight(day) } else { 0 };
        let mut sum = 0;
        let (mut before, mut lived) = (0, Vec::new());
        for day in begin.iter_days().take_while(|d| d.year() == year) {
            sum += weigh(day);
            if day < first {
                before = sum;
            } else if u32::try_from(lived.len()).is_ok_and(|n| n < days) {
                lived.push((day, sum));
            }
        }
        Self { days: lived, before, all: sum }
    }

    /// The days, in order.
    pub fn days(&self) -> impl Iterator<Item = Date> {
        self.days.iter().map(|(day, _)| *day)
    }

    /// Of so many in the whole year, how many are done by the end of that day, counted from the first lived day.
    #[must_use]
    pub fn by(&self, total: i64, day: Date) -> i64 {
        let upto = match self.days.binary_search_by_key(&day, |(d, _)| *d) {
            Ok(place) => self.days.get(place),
            Err(place) => place.checked_sub(1).and_then(|p| self.days.get(p)),
        };
        let weight = upto.map_or(self.before, |(_, w)| *w);
        part(total, weight, self.all) - part(total, self.before, self.all)
    }
}

fn part(total: i64, weight: u64, all: u64) -> i64 {
    let exact = i128::from(total) * i128::from(weight) / i128::from(all.max(1));
    i64::try_from(exact).unwrap_or(i64::MAX)
}

fn weight(day: Date) -> u64 {
    let month = match day.month() {
        1 | 8 => 9,
        5 | 6 => 11,
        7 => 6,
        12 => 12,
        _ => 10,
    };
    let end = if day.day() >= 25 { 3 } else { 2 };
    let start = if day.weekday() == Weekday::Mon { 6 } else { 5 };
    month * end * start
}

/// What a life begins with.
pub struct Begin {
    /// The municipality; its clock stands at the morning of the first day.
    pub op: Op,
    /// What is to be lived.
    pub profile: Arc<Profile>,
    /// When.
    pub pace: Arc<Pace>,
    /// Another seed, another year with the same counts.
    pub seed: u64,
    /// Registered documents that all other lives make.
    pub others_documents: i64,
}

/// An app's year as it is lived. What is done already is seen in the rows, so that a year that was cut off goes on.
pub trait Living: Send {
    /// Lives a day, to its end; `last` asks for everything open to be finished. Answers how many things were done.
    fn day<'a>(&'a mut self, day: Date, last: bool) -> BoxFuture<'a, Result<u64, JobError>>;
}

/// Begins a year.
pub type BeginLife = fn(Begin) -> BoxFuture<'static, Result<Box<dyn Living>, JobError>>;

/// How an app lives a year.
#[derive(Clone, Copy)]
pub struct YearLife {
    /// What its reports must say in the end.
    /// The documents that the other lives register are told: who fills up a total must know them.
    pub goals: fn(&Profile, i64) -> Vec<Goal>,
    /// How many documents it registers; none where it fills up what others leave.
    pub documents: fn(&Profile) -> i64,
    /// Begins it.
    pub begin: BeginLife,
}

/// All apps' years.
#[derive(Clone, Default)]
pub struct Lives(pub Vec<YearLife>);

/// Where a share stands after `n` of `all`: the next is one of the `part` exactly when this rises.
#[must_use]
pub fn due(part_of_all: i64, all: i64, n: i64) -> i64 {
    if all <= 0 { 0 } else { i64::try_from(i128::from(part_of_all) * i128::from(n) / i128::from(all)).unwrap_or(0) }
}

#[cfg(test)]
mod tests {
    use latvian::calendar::{LeaveSkips, STANDARD_YEARS, default_rules};

    use super::*;

    fn pace(first: (u32, u32), days: u32) -> Pace {
        let calendar = WorkCalendar::new(&default_rules(), &[], STANDARD_YEARS, LeaveSkips::default());
        let first = Date::from_ymd_opt(2023, first.0, first.1).unwrap();
        Pace::of_offices(&calendar, 2023, first, days)
    }

    #[test]
    fn a_year_comes_out_whole_and_days_off_are_off() {
        let p = pace((1, 1), 366);
        let last = p.days().last().unwrap();
        assert_eq!(p.by(153_287, last), 153_287);
        let (mut before, mut busy) = (0, 0);
        for day in p.days() {
            let now = p.by(153_287, day);
            assert!(now >= before);
            let off = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
            assert!(!off || now == before, "{day}");
            busy += usize::from(now > before);
            before = now;
        }
        assert!((240..262).contains(&busy), "{busy}");
    }

    #[test]
    fn a_part_of_the_year_is_its_part() {
        let (year, part) = (pace((1, 1), 366), pace((3, 1), 31));
        let (from, to) = (Date::from_ymd_opt(2023, 2, 28).unwrap(), Date::from_ymd_opt(2023, 3, 31).unwrap());
        assert_eq!(part.by(10_000, to), year.by(10_000, to) - year.by(10_000, from));
        assert_eq!(part.by(10_000, from), 0);
    }

    #[test]
    fn contradictions_are_named_and_the_nearest_is_lived() {
        let goal = Goal::of("employee-applications", "employees_applying", 1606).at_most(1534, "employees");
        assert_eq!(goal.lived, 1534);
        assert!(goal.why.unwrap().contains("1606"));
        assert_eq!(Goal::of("a", "b", 5).at_most(5, "c").why, None);
    }

    #[test]
    fn shares_come_out_exactly() {
        for (part, all) in [(2901, 2926), (0, 7), (7, 7), (1, 3)] {
            assert_eq!(due(part, all, all), part);
            assert!((0..all).all(|n| due(part, all, n + 1) - due(part, all, n) <= 1));
        }
    }
}
