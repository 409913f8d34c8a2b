//! What comes to the desk of an institution in a year: pure, from a seed.

use chrono::{Datelike as _, Days, Weekday};
use manifest::Dice;
use types::Date;

use super::texts::{self, Topic};

/// What is done at the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Deed {
    /// Something comes in.
    Receive,
    /// The head says who does what.
    Resolve,
    /// The clock stands while something is asked for.
    Suspend,
    /// It runs again.
    Resume,
    /// The executor reports.
    Report,
    /// The clerk takes it off control.
    Control,
    /// The answer goes out.
    Answer,
    /// A letter of one's own goes out.
    Write,
    /// A document of the house.
    Note,
    /// A contract.
    Contract,
    /// The clerk hands to the post what goes by post.
    Dispatch,
}

/// A deed of one document's story, at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Event {
    pub day: Date,
    /// Minutes after midnight.
    pub minute: i64,
    /// The same number, the same document.
    pub story: u64,
    pub deed: Deed,
}

/// An institution, as its year depends on it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// Its own number, the same in every run.
    pub seed: u64,
    /// Documents in a month.
    pub load: u64,
    pub topics: &'static [Topic],
}

fn is_working(day: Date) -> bool {
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

/// So many working days later (Monday to Friday).
pub(super) fn later(mut day: Date, days: u64) -> Date {
    let mut left = days;
    while left > 0 || !is_working(day) {
        day = day.checked_add_days(Days::new(1)).unwrap_or(day);
        if is_working(day) {
            left = left.saturating_sub(1);
        }
    }
    day
}

/// A story's number: month and place in the month.
fn story_of(first: Date, n: u64) -> u64 {
    let months = u64::try_from(first.year() * 12).unwrap_or(0) + u64::from(first.month0());
    months * 1000 + n
}

/// What a story is about; the same for each of its deeds.
pub(super) fn dice(place: &Place, story: u64, what: u64) -> Dice {
    Dice::mixed(0x7265_636f_7264_7321, &[what, place.seed, story])
}

/// The deeds of stories that begin in the month of `first`, in no order. Some end in a later month.
pub(super) fn month(place: &Place, first: Date) -> Vec<Event> {
    (0..place.load).flat_map(|n| story(place, first, story_of(first, n))).collect()
}

fn story(place: &Place, first: Date, story: u64) -> Vec<Event> {
    let mut d = dice(place, story, 0);
    let begin = later(first.checked_add_days(Days::new(d.below(28))).unwrap_or(first), 0);
    let roll = d.below(20);
    let mut minute = 8 * 60 + i64::try_from(d.below(180)).unwrap_or(0);
    let mut deeds = match roll {
        0..=10 => incoming(place, story, &mut d),
        11..=14 => vec![(0, Deed::Write), (1, Deed::Dispatch)],
        15..=18 => vec![(0, Deed::Note)],
        _ => vec![(0, Deed::Contract)],
    };
    deeds
        .drain(..)
        .map(|(after, deed)| {
            minute += 23;
            Event { day: later(begin, after), minute, story, deed }
        })
        .collect()
}

/// Most are answered in time, some late, a few wait; what needs no answer is only done.
fn incoming(place: &Place, story: u64, d: &mut Dice) -> Vec<(u64, Deed)> {
    let Some(topic) = topic(place, story) else { return Vec::new() };
    let mut deeds = vec![(0, Deed::Receive)];
    let after = d.below(2);
    if d.below(8) > 0 {
        deeds.push((after, Deed::Resolve));
    }
    let slow = match d.below(12) {
        0 => 9,
        1 => 16,
        _ => 0,
    };
    let stands = topic.process.is_some() && d.below(14) == 0;
    if stands {
        deeds.extend([(after + 1, Deed::Suspend), (after + 5, Deed::Resume)]);
    }
    let done = after + 2 + d.below(5) + slow + if stands { 5 } else { 0 };
    deeds.extend([(done, Deed::Report), (done + 1, Deed::Control)]);
    if topic.is_answered {
        deeds.extend([(done + 1, Deed::Answer), (done + 2, Deed::Dispatch)]);
    }
    deeds
}

/// So many working days earlier (Monday to Friday).
fn earlier(mut day: Date, days: u64) -> Date {
    let mut left = days;
    while left > 0 || !is_working(day) {
        day = day.checked_sub_days(Days::new(1)).unwrap_or(day);
        if is_working(day) {
            left = left.saturating_sub(1);
        }
    }
    day
}

/// Stories that stand half-way on that day, whatever day it is: letters without a resolution, resolutions that are
/// carried out or reported, letters that nobody has taken to the post, one that should have been answered.
pub(super) fn waiting(today: Date) -> Vec<Event> {
    /// No month has so many.
    const FIRST: u64 = 900_000_000;
    let stories: [&[(u64, Deed)]; 11] = [
        &[(16, Deed::Receive), (15, Deed::Resolve)],
        &[(8, Deed::Receive), (7, Deed::Resolve), (1, Deed::Report)],
        &[(7, Deed::Receive), (6, Deed::Resolve), (2, Deed::Report)],
        &[(6, Deed::Receive), (5, Deed::Resolve), (1, Deed::Report)],
        &[(5, Deed::Receive), (4, Deed::Resolve), (1, Deed::Report)],
        &[(4, Deed::Receive), (3, Deed::Resolve)],
        &[(3, Deed::Receive), (2, Deed::Resolve)],
        &[(1, Deed::Receive)],
        &[(1, Deed::Receive)],
        &[(2, Deed::Write)],
        &[(1, Deed::Write)],
    ];
    let event = |story: u64, n: i64, (back, deed): (u64, Deed)| Event {
        day: earlier(today, back),
        minute: 9 * 60 + n * 17,
        story: FIRST + story,
        deed,
    };
    (0_u64..)
        .zip(stories)
        .flat_map(|(story, deeds)| (0_i64..).zip(deeds).map(move |(n, deed)| event(story, n, *deed)))
        .collect()
}

/// The topic of an incoming document.
pub(super) fn topic(place: &Place, story: u64) -> Option<&'static Topic> {
    let mut d = dice(place, story, 1);
    if d.below(3) == 0 { d.pick(texts::COMMON) } else { d.pick(place.topics) }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;

    #[test]
    fn a_month_is_the_same_each_time_and_on_working_days() {
        let first = NaiveDate::from_ymd_opt(2026, 3, 1).unwrap();
        let place = Place { seed: 7, load: 40, topics: texts::SCHOOL };
        let events = month(&place, first);
        assert_eq!(events, month(&place, first));
        assert!(events.len() > 80, "{}", events.len());
        assert!(events.iter().all(|e| is_working(e.day) && e.day >= first));
        let other = month(&Place { seed: 8, ..place }, first);
        assert_ne!(events, other);
    }

    #[test]
    fn nothing_happens_to_a_document_before_it_came() {
        let first = NaiveDate::from_ymd_opt(2026, 5, 1).unwrap();
        let place = Place { seed: 3, load: 200, topics: texts::TOWN };
        let mut events = month(&place, first);
        events.sort();
        let came = |story: u64| events.iter().find(|e| e.story == story).map(|e| e.deed);
        for e in &events {
            let beginning = came(e.story).unwrap();
            assert!(matches!(beginning, Deed::Receive | Deed::Write | Deed::Note | Deed::Contract), "{beginning:?}");
        }
        for deed in [Deed::Suspend, Deed::Answer, Deed::Note, Deed::Contract] {
            assert!(events.iter().any(|e| e.deed == deed), "{deed:?}");
        }
    }

    #[test]
    fn something_always_waits() {
        for day in 1..=28 {
            let today = NaiveDate::from_ymd_opt(2026, 2, day).unwrap();
            let events = waiting(today);
            assert!(events.iter().all(|e| e.day < today && is_working(e.day)));
            assert!(events.iter().filter(|e| e.deed == Deed::Report).count() >= 4);
            assert!(events.iter().all(|e| !matches!(e.deed, Deed::Control | Deed::Answer | Deed::Dispatch)));
        }
    }

    #[test]
    fn days_off_are_passed_over() {
        let friday = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
        let monday = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
        assert_eq!(later(friday, 1), monday);
        assert_eq!(later(friday.succ_opt().unwrap(), 0), monday);
        assert_eq!(later(friday, 0), friday);
    }
}
