//! Interest for late payment (nokavējuma procenti), directive 2011/7/EU.

use rust_decimal::{Decimal, RoundingStrategy};
use types::{Date, Money};

/// What a late payment costs, with the numbers it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Late {
    /// Days after the due date.
    pub days: i64,
    /// Percent a year: the bank's rate and the margin.
    pub rate: Decimal,
    /// The interest.
    pub interest: Money,
    /// The flat sum for the trouble.
    pub flat: Money,
}

/// `amount × rate / 365 × days`; nothing where it was in time.
///
/// ```
/// use novads_invoices::model::interest;
/// use types::{Date, Money};
/// let day = |d| Date::from_ymd_opt(2026, 11, d).unwrap();
/// let late = interest(Money(100_000), day(1), day(21), "10.15".parse().unwrap(), Money(4_000)).unwrap();
/// assert_eq!((late.days, late.interest), (20, Money(556)));
/// ```
#[must_use]
pub fn interest(amount: Money, due: Date, paid: Date, rate: Decimal, flat: Money) -> Option<Late> {
    let days = (paid - due).num_days();
    if days <= 0 || amount.0 <= 0 {
        return None;
    }
    let year = Decimal::from(365 * 100);
    let exact = Decimal::from(amount.0).checked_mul(rate)?.checked_mul(Decimal::from(days))?.checked_div(year)?;
    let cents = exact.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
    let interest = Money(i64::try_from(cents.mantissa() / 10_i128.pow(cents.scale())).ok()?);
    Some(Late { days, rate, interest, flat })
}
