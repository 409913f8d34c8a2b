//! How an account of annual leave grows, month by month and from year to year. Pure.

use chrono::{Datelike as _, Days};
use rust_decimal::Decimal;
use types::Date;

use crate::model::accrual;

/// An absence that may stop the growing: kind and period.
#[derive(Clone, Copy, Debug)]
pub struct Away<'a> {
    /// Its kind.
    pub kind: &'a str,
    /// First day.
    pub first: Date,
    /// Last day.
    pub last: Date,
}

/// A line of the ledger to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// `accrual` or `carry-over`.
    pub entry: &'static str,
    /// On which day.
    pub on: Date,
    /// How many days, signed.
    pub days: Decimal,
}

/// Days of a period, its end left out, that give no right to annual leave (DL 152): parental leave, and unpaid leave
/// beyond so many days of a calendar year.
#[must_use]
pub fn not_counted(away: &[Away<'_>], from: Date, to: Date, unpaid_free: u32) -> u32 {
    let inside = |d: &Date| *d >= from && *d < to;
    let days = |a: &Away<'_>| {
        a.first.iter_days().take_while({
            let last = a.last;
            move |d| *d <= last
        })
    };
    let parental = away.iter().filter(|a| a.kind == "parental").flat_map(days).filter(inside).count();
    let mut unpaid: Vec<Date> = away.iter().filter(|a| a.kind == "unpaid").flat_map(days).collect();
    unpaid.sort_unstable();
    let (mut year, mut taken, mut beyond) = (0, 0_u32, 0_usize);
    for day in unpaid {
        if day.year() != year {
            (year, taken) = (day.year(), 0);
        }
        taken += 1;
        if taken > unpaid_free && inside(&day) {
            beyond += 1;
        }
    }
    u32::try_from(parental + beyond).unwrap_or(u32::MAX)
}

/// What a period within one year gives. Counted from the year's first day, so that twelve months make exactly a year.
#[must_use]
pub fn earned(from: Date, to: Date, annual_days: u32, not_counted: u32) -> Decimal {
    let length = (to - from).num_days();
    if length <= 0 {
        return Decimal::ZERO;
    }
    let base = Date::from_yo_opt(from.year(), 1).unwrap_or(from);
    let all = accrual(base, to, annual_days) - accrual(base, from, annual_days);
    let counted = (length - i64::from(not_counted)).max(0);
    (all * Decimal::from(counted) / Decimal::from(length)).round_dp(3)
}

/// The lines that bring an account from one day to another; at each turn of the year what is left is carried over.
#[must_use]
pub fn close(
    from: Date,
    to: Date,
    balance: Decimal,
    annual_days: u32,
    away: &[Away<'_>],
    unpaid_free: u32,
) -> Vec<Line> {
    let (mut lines, mut at, mut balance) = (Vec::new(), from, balance);
    while at < to {
        let turn = Date::from_yo_opt(at.year() + 1, 1).unwrap_or(to);
        let until = turn.min(to);
        let days = earned(at, until, annual_days, not_counted(away, at, until, unpaid_free));
        let last = until.checked_sub_days(Days::new(1)).unwrap_or(until);
        lines.push(Line { entry: "accrual", on: last, days });
        balance += days;
        if until == turn && !balance.is_zero() {
            lines.push(Line { entry: "carry-over", on: last, days: -balance });
            lines.push(Line { entry: "carry-over", on: turn, days: balance });
        }
        at = until;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn d(y: i32, m: u32, day: u32) -> Date {
        Date::from_ymd_opt(y, m, day).unwrap()
    }

    #[test]
    fn twelve_months_make_a_year_exactly() {
        let months: Decimal = (1..=12)
            .map(|m| earned(d(2026, m, 1), if m == 12 { d(2027, 1, 1) } else { d(2026, m + 1, 1) }, 28, 0))
            .sum();
        assert_eq!(months, Decimal::from(28));
    }

    #[test]
    fn the_turn_of_the_year_carries_over_what_is_left() {
        let lines = close(d(2026, 12, 1), d(2027, 2, 1), Decimal::from(5), 28, &[], 28);
        let entries: Vec<_> = lines.iter().map(|l| (l.entry, l.on)).collect();
        assert_eq!(
            entries,
            [
                ("accrual", d(2026, 12, 31)),
                ("carry-over", d(2026, 12, 31)),
                ("carry-over", d(2027, 1, 1)),
                ("accrual", d(2027, 1, 31))
            ]
        );
        assert_eq!(lines[1].days, -(Decimal::from(5) + lines[0].days));
        assert_eq!(lines[1].days + lines[2].days, Decimal::ZERO);
    }

    #[test]
    fn parental_leave_and_long_unpaid_leave_earn_nothing() {
        let parental = [Away { kind: "parental", first: d(2026, 3, 1), last: d(2026, 4, 30) }];
        assert_eq!(not_counted(&parental, d(2026, 3, 1), d(2026, 4, 1), 28), 31);
        assert_eq!(earned(d(2026, 3, 1), d(2026, 4, 1), 28, 31), Decimal::ZERO);
        let unpaid = [Away { kind: "unpaid", first: d(2026, 3, 1), last: d(2026, 3, 30) }];
        assert_eq!(not_counted(&unpaid, d(2026, 3, 1), d(2026, 4, 1), 28), 2);
        let annual = [Away { kind: "annual", first: d(2026, 3, 1), last: d(2026, 3, 30) }];
        assert_eq!(not_counted(&annual, d(2026, 3, 1), d(2026, 4, 1), 28), 0);
    }

    proptest! {
        /// In steps or at once, the account ends with the same balance.
        #[test]
        fn steps_do_not_matter(start in 0i64..300, a in 0i64..400, b in 0i64..400) {
            let from = d(2025, 1, 1) + chrono::Duration::days(start);
            let (middle, end) = (from + chrono::Duration::days(a), from + chrono::Duration::days(a + b));
            let sum = |lines: &[Line]| lines.iter().map(|l| l.days).sum::<Decimal>();
            let first = sum(&close(from, middle, Decimal::ONE, 28, &[], 28));
            let second = sum(&close(middle, end, Decimal::ONE + first, 28, &[], 28));
            let whole = sum(&close(from, end, Decimal::ONE, 28, &[], 28));
            prop_assert!((first + second - whole).abs() <= Decimal::new(1, 3), "{} {} {}", first, second, whole);
        }
    }
}
