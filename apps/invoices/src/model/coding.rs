//! How an invoice is booked (kontējums).

use serde::{Deserialize, Serialize};
use types::{Money, UnitId};

/// A part of an invoice's amount and where it is booked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct Coding {
    /// How much, with VAT.
    pub amount: Money,
    /// Account of the chart (konts).
    pub account: String,
    /// Code of the economic classification (ekonomiskās klasifikācijas kods).
    pub ekk: String,
    /// Code of the function (funkcionālā kategorija).
    pub function: String,
    /// Source of funding (finansējuma avots).
    pub funding: String,
    /// Project.
    pub project: String,
    /// The unit whose budget it is.
    pub unit_id: UnitId,
    /// A note, or why it was suggested.
    pub note: String,
}

/// What is wrong with a set of parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodingFault {
    /// Nothing is booked.
    #[error("nothing is booked")]
    Empty,
    /// The parts do not add up to the invoice: by so much.
    #[error("the parts do not add up")]
    Sum(Money),
    /// Part so-and-so has no account, or one that is none.
    #[error("no account in part {0}")]
    Account(usize),
    /// Part so-and-so has no EKK code, or one that is none.
    #[error("no EKK in part {0}")]
    Ekk(usize),
    /// Part so-and-so has no amount.
    #[error("no amount in part {0}")]
    Amount(usize),
}

fn digits(text: &str, from: usize, to: usize) -> bool {
    (from..=to).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

/// Checks parts against the invoice's amount.
///
/// # Errors
/// The first fault, parts counted from 1.
pub fn check(parts: &[Coding], whole: Money) -> Result<(), CodingFault> {
    if parts.is_empty() {
        return Err(CodingFault::Empty);
    }
    for (n, part) in (1..).zip(parts) {
        if part.amount == Money::ZERO {
            return Err(CodingFault::Amount(n));
        }
        if !digits(&part.account, 3, 8) {
            return Err(CodingFault::Account(n));
        }
        if !digits(&part.ekk, 4, 4) {
            return Err(CodingFault::Ekk(n));
        }
    }
    let sum: i64 = parts.iter().fold(0, |sum, p| sum.saturating_add(p.amount.0));
    if sum == whole.0 { Ok(()) } else { Err(CodingFault::Sum(Money(whole.0.saturating_sub(sum)))) }
}

/// The parts of an earlier invoice, in the same proportions, for another amount; no cent is lost.
#[must_use]
pub fn scaled(earlier: &[Coding], whole: Money, note: &str) -> Vec<Coding> {
    let sum: i128 = earlier.iter().map(|p| i128::from(p.amount.0)).sum();
    if sum == 0 {
        return Vec::new();
    }
    let mut left = i128::from(whole.0);
    let last = earlier.len().saturating_sub(1);
    let mut parts = Vec::with_capacity(earlier.len());
    for (n, part) in earlier.iter().enumerate() {
        let share = if n == last { left } else { i128::from(whole.0) * i128::from(part.amount.0) / sum };
        left -= share;
        let amount = Money(i64::try_from(share).unwrap_or_default());
        parts.push(Coding { amount, note: note.to_owned(), ..part.clone() });
    }
    parts.retain(|p| p.amount != Money::ZERO);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn part(amount: i64, account: &str, ekk: &str) -> Coding {
        Coding {
            amount: Money(amount),
            account: account.into(),
            ekk: ekk.into(),
            function: String::new(),
            funding: String::new(),
            project: String::new(),
            unit_id: UnitId(Uuid::nil()),
            note: String::new(),
        }
    }

    #[test]
    fn parts_must_add_up_and_name_account_and_ekk() {
        assert_eq!(check(&[], Money(1)), Err(CodingFault::Empty));
        assert_eq!(check(&[part(100, "7210", "2231")], Money(100)), Ok(()));
        assert_eq!(
            check(&[part(60, "7210", "2231"), part(39, "7210", "2244")], Money(100)),
            Err(CodingFault::Sum(Money(1)))
        );
        assert_eq!(check(&[part(100, "", "2231")], Money(100)), Err(CodingFault::Account(1)));
        assert_eq!(check(&[part(100, "7210", "22")], Money(100)), Err(CodingFault::Ekk(1)));
        assert_eq!(check(&[part(0, "7210", "2231")], Money(0)), Err(CodingFault::Amount(1)));
    }

    proptest! {
        #[test]
        fn scaling_loses_no_cent(amounts in proptest::collection::vec(1..1_000_000_i64, 1..8), whole in -10_000_000..10_000_000_i64) {
            let parts: Vec<Coding> = amounts.iter().map(|a| part(*a, "7210", "2231")).collect();
            let sum: i64 = scaled(&parts, Money(whole), "x").iter().map(|p| p.amount.0).sum();
            prop_assert_eq!(sum, whole);
        }
    }
}
