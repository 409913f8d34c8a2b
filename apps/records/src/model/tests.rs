use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;

static CALENDAR: LazyLock<WorkCalendar> = LazyLock::new(WorkCalendar::standard);

const TEN: Term = Term { count: 10, unit: TermUnit::WorkingDays };
const FIVE: Term = Term { count: 5, unit: TermUnit::WorkingDays };
const MONTH: Term = Term { count: 1, unit: TermUnit::Months };
const FOUR: Term = Term { count: 4, unit: TermUnit::Months };

fn day(y: i32, m: u32, d: u32) -> Date {
    Date::from_ymd_opt(y, m, d).unwrap()
}

fn clock(from: Date, term: Term, extension: Term, ticks: &[Tick]) -> LegalClock<'_> {
    LegalClock { calendar: &CALENDAR, from, term: Some(term), extension: Some(extension), ticks }
}

fn suspended(on: Date) -> Tick {
    Tick::Suspended { on, ground: "APL 64".to_owned() }
}

fn extended(on: Date, until: Date) -> Tick {
    Tick::Extended { on, until, ground: "APL 64(2)".to_owned() }
}

#[test]
fn the_computed_examples_of_the_collected_rules() {
    // Received Monday 02.03.2026 → 10th working day Monday 16.03.2026.
    assert_eq!(last_day(&CALENDAR, TEN, day(2026, 3, 2)), Some(day(2026, 3, 16)));
    // Received 27.02.2026 → the month of the former text, 27.03.2026.
    assert_eq!(last_day(&CALENDAR, MONTH, day(2026, 2, 27)), Some(day(2026, 3, 27)));
    // Forwarding of the same submission: 5 working days, Monday 09.03.2026.
    assert_eq!(last_day(&CALENDAR, FIVE, day(2026, 3, 2)), Some(day(2026, 3, 9)));
    assert_eq!(last_day(&CALENDAR, MONTH, day(2026, 1, 31)), Some(day(2026, 2, 28)));
    // Good Friday 03.04., Easter Monday 06.04.2026 do not count.
    assert_eq!(last_day(&CALENDAR, TEN, day(2026, 3, 27)), Some(day(2026, 4, 14)));
}

#[test]
fn days_on_which_a_clock_stood_do_not_count() {
    let ticks = [suspended(day(2026, 3, 10)), Tick::Resumed { on: day(2026, 3, 17) }];
    let c = clock(day(2026, 3, 2), TEN, MONTH, &ticks);
    // Five working days stood: 16.03. becomes 23.03.
    assert_eq!(c.due(), Some(day(2026, 3, 23)));
    let month = clock(day(2026, 3, 2), MONTH, FOUR, &ticks);
    assert_eq!(month.due(), Some(day(2026, 4, 9)), "seven calendar days");
    assert_eq!(month.stands_since(), None);
    let standing = clock(day(2026, 3, 2), TEN, MONTH, ticks.get(..1).unwrap());
    assert_eq!(standing.stands_since(), Some(day(2026, 3, 10)));
    assert_eq!(standing.due(), Some(day(2026, 3, 16)));
}

#[test]
fn an_extension_goes_as_far_as_the_law_lets_it() {
    let c = clock(day(2026, 3, 2), MONTH, FOUR, &[]);
    assert_eq!(c.limit(), Some(day(2026, 7, 2)));
    let say = |until| c.check(&extended(day(2026, 3, 20), until));
    assert_eq!(say(day(2026, 7, 2)), Ok(()));
    assert_eq!(say(day(2026, 7, 3)), Err(ClockRefused::Beyond(day(2026, 7, 2))));
    assert_eq!(say(day(2026, 4, 2)), Err(ClockRefused::NotLater(day(2026, 4, 2))));
    let ticks = [extended(day(2026, 3, 20), day(2026, 6, 1))];
    assert_eq!(clock(day(2026, 3, 2), MONTH, FOUR, &ticks).due(), Some(day(2026, 6, 1)));
}

#[test]
fn a_clock_stands_or_runs_and_never_goes_back() {
    let none = clock(day(2026, 3, 2), TEN, MONTH, &[]);
    assert_eq!(none.check(&Tick::Resumed { on: day(2026, 3, 3) }), Err(ClockRefused::Runs));
    assert_eq!(none.check(&suspended(day(2026, 3, 1))), Err(ClockRefused::Earlier));
    let ticks = [suspended(day(2026, 3, 10))];
    let stands = clock(day(2026, 3, 2), TEN, MONTH, &ticks);
    assert_eq!(stands.check(&suspended(day(2026, 3, 11))), Err(ClockRefused::Stands));
    assert_eq!(stands.check(&extended(day(2026, 3, 11), day(2026, 3, 30))), Err(ClockRefused::Stands));
    assert_eq!(stands.check(&Tick::Resumed { on: day(2026, 3, 9) }), Err(ClockRefused::Earlier));
    assert_eq!(stands.check(&Tick::Resumed { on: day(2026, 3, 10) }), Ok(()));
    let free = LegalClock { term: None, ..none.clone() };
    assert_eq!(free.due(), None);
    assert_eq!(free.check(&suspended(day(2026, 3, 3))), Err(ClockRefused::None));
}

proptest! {
    #[test]
    fn a_pause_never_makes_a_deadline_earlier(start in 0..2000_u64, pause in 0..60_u64, length in 0..60_u64, working: bool) {
        let from = day(2021, 1, 1) + Days::new(start);
        let term = if working { TEN } else { MONTH };
        let on = from + Days::new(pause);
        let ticks = [suspended(on), Tick::Resumed { on: on + Days::new(length) }];
        let plain = clock(from, term, FOUR, &[]).due().unwrap();
        let paused = clock(from, term, FOUR, &ticks).due().unwrap();
        prop_assert!(plain > from && paused >= plain);
        prop_assert!(paused <= plain + Days::new(length * 2 + 20));
        prop_assert!(!working || CALENDAR.is_working_day(paused));
    }

    #[test]
    fn what_is_received_later_is_not_due_earlier(start in 0..2000_u64, gap in 0..40_u64, n in 1..40_u32) {
        let from = day(2021, 1, 1) + Days::new(start);
        for unit in [TermUnit::WorkingDays, TermUnit::Days, TermUnit::Months] {
            let term = Term { count: if unit == TermUnit::Months { n % 12 + 1 } else { n }, unit };
            prop_assert!(last_day(&CALENDAR, term, from) <= last_day(&CALENDAR, term, from + Days::new(gap)));
        }
    }

    #[test]
    fn what_a_clock_takes_keeps_it_within_the_law(start in 0..2000_u64, day_of in 0..100_u64, until in 0..200_u64) {
        let from = day(2021, 1, 1) + Days::new(start);
        let c = clock(from, MONTH, FOUR, &[]);
        let tick = extended(from + Days::new(day_of), from + Days::new(until));
        if c.check(&tick).is_ok() {
            let ticks = [tick];
            let after = clock(from, MONTH, FOUR, &ticks);
            prop_assert!(after.due() > c.due() && after.due() <= c.limit());
        }
    }
}
