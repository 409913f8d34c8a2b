//! Public holidays as dated data, and the computus.

use std::borrow::Cow;

use chrono::{Datelike, Days, NaiveDate, Weekday};

use crate::Certainty;

/// A public holiday or a day off by law in one year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holiday {
    /// The day.
    pub date: NaiveDate,
    /// Latvian name.
    pub name_lv: Cow<'static, str>,
    /// English name.
    pub name_en: Cow<'static, str>,
    /// Public holiday, or day off in place of one.
    pub kind: HolidayKind,
    /// Legal source.
    pub source: Cow<'static, str>,
}

/// Why a day is free by law.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HolidayKind {
    /// Public holiday (svētku diena).
    Public,
    /// Day off (brīvdiena) because the holiday fell on a Saturday or Sunday.
    Substitute,
}

/// How the day of a holiday is found in a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DayRule {
    /// The same day every year.
    Fixed {
        /// Month, 1–12.
        month: u32,
        /// Day of the month.
        day: u32,
    },
    /// So many days after Easter Sunday (before, if negative).
    Easter(i64),
    /// The nth Sunday of a month.
    NthSunday {
        /// Month, 1–12.
        month: u32,
        /// Which Sunday, from 1.
        nth: u8,
    },
    /// One day of one year.
    Once(NaiveDate),
}

/// One line of the table of holidays (likums "Par svētku, atceres un atzīmējamām dienām").
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HolidayRule {
    /// How the day is found.
    pub day: DayRule,
    /// Latvian name.
    pub name_lv: Cow<'static, str>,
    /// English name.
    pub name_en: Cow<'static, str>,
    /// First day on which the rule holds.
    pub valid_from: NaiveDate,
    /// Last day on which it holds, if it ended.
    pub valid_to: Option<NaiveDate>,
    /// From this day on, when the holiday falls on a Saturday or Sunday, the next working day is off.
    pub substitute_from: Option<NaiveDate>,
    /// Legal source.
    pub source: Cow<'static, str>,
    /// How far the line may be relied upon.
    pub certainty: Certainty,
}

impl HolidayRule {
    /// The day of the holiday in a year, if the rule holds then.
    #[must_use]
    pub fn date_in(&self, year: i32) -> Option<NaiveDate> {
        let date = match self.day {
            DayRule::Fixed { month, day } => NaiveDate::from_ymd_opt(year, month, day),
            DayRule::Easter(offset) => {
                easter(year).and_then(|sunday| sunday.checked_add_signed(chrono::TimeDelta::try_days(offset)?))
            }
            DayRule::NthSunday { month, nth } => NaiveDate::from_weekday_of_month_opt(year, month, Weekday::Sun, nth),
            DayRule::Once(date) => Some(date).filter(|date| date.year() == year),
        }?;
        let ended = self.valid_to.is_some_and(|last| date > last);
        (date >= self.valid_from && !ended).then_some(date)
    }

    fn holiday(&self, date: NaiveDate) -> Holiday {
        Holiday {
            date,
            name_lv: self.name_lv.clone(),
            name_en: self.name_en.clone(),
            kind: HolidayKind::Public,
            source: self.source.clone(),
        }
    }

    fn substitute(&self, date: NaiveDate) -> Holiday {
        Holiday {
            date,
            name_lv: format!("{} (brīvdiena)", self.name_lv).into(),
            name_en: format!("{} (day off)", self.name_en).into(),
            kind: HolidayKind::Substitute,
            source: self.source.clone(),
        }
    }
}

/// Holidays and substitute days off of a year, by date.
#[must_use]
pub fn holidays_of(rules: &[HolidayRule], year: i32) -> Vec<Holiday> {
    let dated: Vec<_> = rules.iter().filter_map(|rule| Some((rule, rule.date_in(year)?))).collect();
    let mut out: Vec<Holiday> = dated.iter().map(|(rule, date)| rule.holiday(*date)).collect();
    for (rule, date) in dated {
        let compensated = rule.substitute_from.is_some_and(|from| date >= from) && is_weekend(date);
        if let Some(day_off) = compensated.then(|| next_free_weekday(date, &out)).flatten() {
            out.push(rule.substitute(day_off));
        }
    }
    out.sort_by_key(|holiday| holiday.date);
    out
}

/// The next Monday to Friday that is not a holiday already.
fn next_free_weekday(date: NaiveDate, taken: &[Holiday]) -> Option<NaiveDate> {
    date.iter_days().skip(1).take(14).find(|day| !is_weekend(*day) && taken.iter().all(|holiday| holiday.date != *day))
}

pub(super) fn is_weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

/// Western Easter Sunday (Lieldienas) of a year of the Gregorian calendar, by the anonymous algorithm of 1876
/// (Butcher; Meeus, Astronomical Algorithms, ch. 8).
#[must_use]
pub fn easter(year: i32) -> Option<NaiveDate> {
    let golden = year.rem_euclid(19);
    let (century, of_century) = (year.div_euclid(100), year.rem_euclid(100));
    let correction = (century - (century + 8).div_euclid(25) + 1).div_euclid(3);
    let epact = (19 * golden + century - century.div_euclid(4) - correction + 15).rem_euclid(30);
    let weekday = (32 + 2 * century.rem_euclid(4) + 2 * of_century.div_euclid(4) - epact - of_century.rem_euclid(4))
        .rem_euclid(7);
    let late = (golden + 11 * epact + 22 * weekday).div_euclid(451);
    let days_after_22_march = epact + weekday - 7 * late;
    NaiveDate::from_ymd_opt(year, 3, 22)?.checked_add_days(Days::new(u64::try_from(days_after_22_march).ok()?))
}

const LAW: &str = "likums \"Par svētku, atceres un atzīmējamām dienām\", likumi.lv/ta/id/72608";

type Ymd = (i32, u32, u32);
/// When the rule of the day off in place of a holiday came into force.
const SUBSTITUTES_SINCE: Ymd = (2007, 6, 26);
/// The law's own beginning: older years are not computed.
const LAW_SINCE: Ymd = (1991, 1, 1);

struct Line(Day, Ymd, bool, Certainty, &'static str, &'static str);

#[derive(Clone, Copy)]
enum Day {
    On(u32, u32),
    Easter(i64),
    Sunday(u32, u8),
    Once(i32, u32, u32),
}

use Certainty::{Confirmed, Uncertain};
use Day::{Easter, On, Once, Sunday};

/// Beginnings before 2012 are taken from the amendments that the holidays package (vacanza) lists.
const LINES: &[Line] = &[
    Line(On(1, 1), LAW_SINCE, false, Confirmed, "Jaungada diena", "New Year's Day"),
    Line(Easter(-2), LAW_SINCE, false, Confirmed, "Lielā Piektdiena", "Good Friday"),
    Line(Easter(0), LAW_SINCE, false, Confirmed, "Pirmās Lieldienas", "Easter Sunday"),
    Line(Easter(1), (1997, 1, 1), false, Confirmed, "Otrās Lieldienas", "Easter Monday"),
    Line(
        On(5, 1),
        LAW_SINCE,
        false,
        Confirmed,
        "Darba svētki, Satversmes sapulces sasaukšanas diena",
        "Labour Day, Convocation of the Constitutional Assembly",
    ),
    Line(On(5, 4), (2002, 5, 4), true, Confirmed, "Neatkarības atjaunošanas diena", "Restoration of Independence Day"),
    Line(Sunday(5, 2), LAW_SINCE, false, Confirmed, "Mātes diena", "Mother's Day"),
    Line(Easter(49), (1996, 1, 1), false, Confirmed, "Vasarsvētki", "Pentecost"),
    Line(On(6, 23), LAW_SINCE, false, Confirmed, "Līgo diena", "Midsummer Eve"),
    Line(On(6, 24), LAW_SINCE, false, Confirmed, "Jāņu diena", "Midsummer Day"),
    Line(
        Once(2018, 7, 8),
        LAW_SINCE,
        true,
        Confirmed,
        "Vispārējo latviešu Dziesmu un deju svētku noslēguma diena",
        "Closing day of the Song and Dance Celebration",
    ),
    Line(
        Once(2018, 9, 24),
        LAW_SINCE,
        false,
        Confirmed,
        "Pāvesta Franciska vizītes diena",
        "Pastoral visit of Pope Francis",
    ),
    Line(
        Once(2023, 5, 29),
        LAW_SINCE,
        false,
        Confirmed,
        "Hokeja izlases bronzas medaļas diena",
        "Day of the bronze medal of the ice hockey team",
    ),
    Line(
        Once(2023, 7, 9),
        LAW_SINCE,
        true,
        Confirmed,
        "Vispārējo latviešu Dziesmu un deju svētku noslēguma diena",
        "Closing day of the Song and Dance Celebration",
    ),
    Line(
        On(11, 18),
        LAW_SINCE,
        true,
        Confirmed,
        "Latvijas Republikas Proklamēšanas diena",
        "Proclamation of the Republic of Latvia",
    ),
    Line(On(12, 24), (2007, 6, 26), false, Confirmed, "Ziemassvētku vakars", "Christmas Eve"),
    Line(On(12, 25), LAW_SINCE, false, Confirmed, "Pirmie Ziemassvētki", "Christmas Day"),
    Line(On(12, 26), LAW_SINCE, false, Confirmed, "Otrie Ziemassvētki", "Second Day of Christmas"),
    Line(On(12, 31), LAW_SINCE, false, Confirmed, "Vecgada diena", "New Year's Eve"),
];

/// The table of holidays as known in November 2026; the starting content of an installation's own dated table.
/// The closing days of later Song and Dance Celebrations are not in it: add them when they are announced.
#[must_use]
pub fn default_rules() -> Vec<HolidayRule> {
    LINES.iter().filter_map(rule).collect()
}

fn rule(line: &Line) -> Option<HolidayRule> {
    let Line(day, from, substituted, certainty, name_lv, name_en) = line;
    let day = match *day {
        On(month, day) => DayRule::Fixed { month, day },
        Easter(offset) => DayRule::Easter(offset),
        Sunday(month, nth) => DayRule::NthSunday { month, nth },
        Once(year, month, day) => DayRule::Once(date((year, month, day))?),
    };
    Some(HolidayRule {
        day,
        name_lv: Cow::Borrowed(name_lv),
        name_en: Cow::Borrowed(name_en),
        valid_from: date(*from)?,
        valid_to: None,
        substitute_from: if *substituted { date(SUBSTITUTES_SINCE) } else { None },
        source: Cow::Borrowed(LAW),
        certainty: *certainty,
    })
}

fn date((year, month, day): Ymd) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, day)
}

/// A working day moved by order (Darba likums s. 133(4)): `from` becomes free, `to` is worked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MovedDay {
    /// The working day that becomes free.
    pub from: NaiveDate,
    /// The Saturday that is worked in its place.
    pub to: NaiveDate,
}

/// A moved working day with its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MovedDayLine {
    /// The two days.
    pub moved: MovedDay,
    /// The Cabinet order.
    pub source: &'static str,
    /// How far the line may be relied upon.
    pub certainty: Certainty,
}

struct Moved(i32, (u32, u32), (u32, u32), &'static str, Certainty);

const MOVED: &[Moved] = &[
    Moved(2017, (5, 5), (5, 13), "likumi.lv/ta/id/282928", Uncertain),
    Moved(2018, (4, 30), (4, 21), "likumi.lv/ta/id/290413", Uncertain),
    Moved(2020, (6, 22), (6, 13), "likumi.lv/ta/id/308097", Uncertain),
    Moved(2021, (5, 3), (5, 8), "likumi.lv/ta/id/315837", Confirmed),
    Moved(2021, (6, 25), (6, 19), "likumi.lv/ta/id/315837", Confirmed),
    Moved(2021, (11, 19), (11, 13), "likumi.lv/ta/id/315837", Confirmed),
    Moved(2023, (5, 5), (5, 20), "likumi.lv/ta/id/333470", Confirmed),
    Moved(2024, (12, 23), (12, 14), "likumi.lv/ta/id/342680", Confirmed),
    Moved(2024, (12, 30), (12, 28), "likumi.lv/ta/id/342680", Confirmed),
    Moved(2025, (5, 2), (5, 10), "likumi.lv/ta/id/351684", Uncertain),
    Moved(2025, (11, 17), (11, 8), "likumi.lv/ta/id/351684", Uncertain),
    Moved(2026, (1, 2), (1, 17), "likumi.lv/ta/id/361161", Confirmed),
    Moved(2026, (6, 22), (6, 27), "likumi.lv/ta/id/361161", Confirmed),
];

/// Working days that the Cabinet moved for state institutions in 2017–2026. For municipalities the order is only a
/// recommendation: an installation keeps the list that its council follows.
#[must_use]
pub fn default_moved_days() -> Vec<MovedDayLine> {
    let line = |Moved(year, from, to, source, certainty): &Moved| {
        let moved = MovedDay { from: date((*year, from.0, from.1))?, to: date((*year, to.0, to.1))? };
        Some(MovedDayLine { moved, source, certainty: *certainty })
    };
    MOVED.iter().filter_map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn dates(year: i32) -> Vec<String> {
        let rules = default_rules();
        holidays_of(&rules, year).iter().map(|holiday| holiday.date.format("%m-%d").to_string()).collect()
    }

    #[test]
    fn easter_falls_where_almanacs_say() {
        let almanac = [
            "1818-03-22",
            "1943-04-25",
            "1954-04-18",
            "1981-04-19",
            "2000-04-23",
            "2008-03-23",
            "2011-04-24",
            "2024-03-31",
            "2025-04-20",
            "2026-04-05",
            "2027-03-28",
            "2038-04-25",
            "2049-04-18",
            "2076-04-19",
        ];
        for text in almanac {
            assert_eq!(easter(day(text).year()), Some(day(text)));
        }
    }

    #[test]
    fn no_line_of_the_tables_is_lost() {
        assert_eq!(default_rules().len(), LINES.len());
        assert_eq!(default_moved_days().len(), MOVED.len());
    }

    #[test]
    fn the_year_2026_has_its_holidays() {
        let expected = [
            "01-01", "04-03", "04-05", "04-06", "05-01", "05-04", "05-10", "05-24", "06-23", "06-24", "11-18", "12-24",
            "12-25", "12-26", "12-31",
        ];
        assert_eq!(dates(2026), expected);
    }

    #[test]
    fn holidays_on_a_weekend_give_a_day_off() {
        assert!(dates(2024).contains(&"05-06".to_owned()), "4 May 2024 was a Saturday");
        assert!(dates(2018).contains(&"11-19".to_owned()), "18 November 2018 was a Sunday");
        assert!(dates(2023).contains(&"07-10".to_owned()), "the celebration closed on Sunday");
        assert!(dates(2023).contains(&"11-20".to_owned()));
        assert!(!dates(2002).contains(&"05-06".to_owned()), "not yet in 2002");
        assert!(!dates(2022).contains(&"12-27".to_owned()), "Christmas is not compensated");
        let rules = default_rules();
        let off: Vec<_> = holidays_of(&rules, 2024).into_iter().filter(|h| h.kind == HolidayKind::Substitute).collect();
        assert_eq!(off.len(), 1);
        assert_eq!(off[0].name_lv, "Neatkarības atjaunošanas diena (brīvdiena)");
    }

    #[test]
    fn days_given_once_belong_to_their_year() {
        assert!(dates(2018).contains(&"09-24".to_owned()));
        assert!(!dates(2019).contains(&"09-24".to_owned()));
        assert!(dates(2023).contains(&"05-29".to_owned()));
    }

    #[test]
    fn a_rule_ends_when_its_validity_does() {
        let mut rules = default_rules();
        rules[0].valid_to = Some(day("2026-12-31"));
        assert!(rules[0].date_in(2026).is_some());
        assert!(rules[0].date_in(2027).is_none());
    }

    #[test]
    fn moved_days_go_from_a_weekday_to_a_saturday_of_the_same_month() {
        for line in default_moved_days() {
            let MovedDay { from, to } = line.moved;
            assert!(!is_weekend(from) && to.weekday() == Weekday::Sat && from.month() == to.month(), "{line:?}");
        }
    }
}
