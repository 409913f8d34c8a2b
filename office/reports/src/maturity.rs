//! Digital maturity: the four criteria of a high level as measured shares, and what it is worth. Pure.
//!
//! Every share is a part by a whole that reports count from rows. What no application of the house measures yet is
//! said, and is no part of an average.

pub(crate) mod count;
pub(crate) mod map;
pub(crate) mod pages;
mod samples;

pub(crate) use samples::samples;

use rust_decimal::{Decimal, RoundingStrategy::MidpointAwayFromZero};

use crate::model::divided;

/// What is counted of a municipality in a year; absent where no report answers for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Institutions that are there.
    pub institutions: i64,
    /// Those that entered a document into a register.
    pub registering: i64,
    /// Documents registered.
    pub documents: i64,
    /// Those whose original is electronic.
    pub electronic: i64,
    /// Those that came from other systems of the municipality by exchange.
    pub exchanged: i64,
    /// Average number of employees.
    pub employees: i64,
    /// Those who did something in the system: filed, decided or registered.
    pub active: i64,
    /// Applications of employees, however they came.
    pub applications: i64,
    /// Those that came through self-service.
    pub self_service: i64,
    /// Those that were approved electronically.
    pub approved: i64,
    /// Employees who filed one.
    pub applying: i64,
    /// Institutions where employees' self-service is switched on.
    pub serving: i64,
    /// Personnel orders.
    pub orders: i64,
    /// Those that were signed electronically.
    pub signed: i64,
    /// Invoices received.
    pub invoices: i64,
    /// Those that were structured.
    pub structured: i64,
    /// Those that were approved electronically.
    pub invoices_approved: i64,
}

/// One of the four.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Criterion {
    /// One document management system for all institutions.
    OneSystem,
    /// Work and exchange by electronic means.
    Exchange,
    /// Personnel's processes in self-service.
    Personnel,
    /// Access of employees to what concerns them.
    Access,
}

impl Criterion {
    /// All, in order.
    pub const ALL: [Self; 4] = [Self::OneSystem, Self::Exchange, Self::Personnel, Self::Access];

    /// The key of its words.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::OneSystem => "maturity-one-system",
            Self::Exchange => "maturity-exchange",
            Self::Personnel => "maturity-personnel",
            Self::Access => "maturity-access",
        }
    }

    /// Its name in tables that are taken out.
    #[must_use]
    pub const fn column(self) -> &'static str {
        match self {
            Self::OneSystem => "one_system_pct",
            Self::Exchange => "exchange_pct",
            Self::Personnel => "personnel_pct",
            Self::Access => "access_pct",
        }
    }

    /// What is measured of it.
    #[must_use]
    pub fn measures(self, c: &Counts) -> Vec<Measure> {
        let of = |key, part, of| Measure { key, part, of };
        match self {
            Self::OneSystem => vec![
                of("maturity-registering", c.registering, c.institutions),
                of("maturity-electronic", c.electronic, c.documents),
            ],
            Self::Exchange => vec![
                of("maturity-active", c.active.min(c.employees), c.employees),
                of("maturity-structured", c.structured, c.invoices),
            ],
            Self::Personnel => vec![
                of("maturity-self-service", c.self_service, c.applications),
                of("maturity-approved", c.approved, c.applications),
                of("maturity-signed", c.signed, c.orders),
            ],
            Self::Access => vec![
                of("maturity-serving", c.serving.min(c.institutions), c.institutions),
                of("maturity-applying", c.applying.min(c.employees), c.employees),
            ],
        }
    }

    /// The mean of its measures, in percent with one decimal; none where nothing of it can be measured.
    #[must_use]
    pub fn share(self, c: &Counts) -> Option<Decimal> {
        mean(self.measures(c).iter().filter_map(Measure::share))
    }
}

/// A part of a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measure {
    /// The key of its words.
    pub key: &'static str,
    /// The part.
    pub part: i64,
    /// The whole.
    pub of: i64,
}

impl Measure {
    /// In percent, with one decimal; none where there is nothing to be a part of.
    #[must_use]
    pub fn share(&self) -> Option<Decimal> {
        divided(self.part.checked_mul(100)?, self.of, 1)
    }
}

/// The level: the mean of the criteria that can be measured, in percent with one decimal.
#[must_use]
pub fn level(c: &Counts) -> Option<Decimal> {
    mean(Criterion::ALL.iter().filter_map(|k| k.share(c)))
}

fn mean(all: impl Iterator<Item = Decimal>) -> Option<Decimal> {
    let (sum, n) = all.fold((Decimal::ZERO, 0_i64), |(sum, n), d| (sum + d, n + 1));
    (n > 0).then(|| (sum / Decimal::from(n)).round_dp_with_strategy(1, MidpointAwayFromZero))
}

/// How far from everything.
#[must_use]
pub fn distance(share: Decimal) -> Decimal {
    Decimal::ONE_HUNDRED - share
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, o: Self) {
        self.institutions += o.institutions;
        self.registering += o.registering;
        self.documents += o.documents;
        self.electronic += o.electronic;
        self.exchanged += o.exchanged;
        self.employees += o.employees;
        self.active += o.active.min(o.employees);
        self.applications += o.applications;
        self.self_service += o.self_service;
        self.approved += o.approved;
        self.applying += o.applying;
        self.serving += o.serving;
        self.orders += o.orders;
        self.signed += o.signed;
        self.invoices += o.invoices;
        self.structured += o.structured;
        self.invoices_approved += o.invoices_approved;
    }
}

/// Dated parameters: what a thing that nobody types saves, and what an hour costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rates {
    /// Minutes at who sends.
    pub sender: i64,
    /// Minutes at who receives.
    pub receiver: i64,
    /// A year of an employee, in cents.
    pub year: i64,
    /// The hours of such a year.
    pub hours: i64,
}

/// What it saves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Worth {
    /// Hours, rounded.
    pub hours: i64,
    /// Euros, rounded.
    pub euros: i64,
}

impl Rates {
    /// What so many things save that are exchanged and not typed.
    #[must_use]
    pub fn worth(&self, things: i64) -> Worth {
        let minutes = i128::from(things.max(0)) * i128::from(self.sender + self.receiver);
        let cents_by_hour = i128::from(self.year);
        let by = 60 * i128::from(self.hours.max(1));
        let round = |part: i128, of: i128| i64::try_from((2 * part + of).div_euclid(2 * of)).unwrap_or(i64::MAX);
        Worth { hours: round(minutes, 60), euros: round(minutes * cents_by_hour, by * 100) }
    }

    /// What one hour costs, in cents.
    #[must_use]
    pub fn hour(&self) -> i64 {
        let of = self.hours.max(1);
        (2 * self.year + of).div_euclid(2 * of)
    }
}

impl Counts {
    /// What nobody had to type: documents that other systems brought, and structured invoices.
    #[must_use]
    pub const fn exchanged_in_all(&self) -> i64 {
        self.exchanged + self.structured
    }

    /// What could still come that way.
    #[must_use]
    pub const fn still_typed(&self) -> i64 {
        let left = self.documents - self.exchanged - self.structured;
        if left < 0 { 0 } else { left }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const RATES: Rates = Rates { sender: 5, receiver: 3, year: 4_000_000, hours: 2080 };

    #[test]
    fn the_housing_benefit_of_2023_is_worth_what_the_overview_says() {
        // 860 thousand payments: 114 667 hours, 2.2 million euros.
        assert_eq!(RATES.worth(860_000), Worth { hours: 114_667, euros: 2_205_128 });
        assert_eq!(RATES.hour(), 1923);
        assert_eq!(RATES.worth(0), Worth::default());
    }

    #[test]
    fn a_level_is_the_mean_of_what_can_be_measured() {
        let c = Counts {
            institutions: 10,
            registering: 10,
            documents: 100,
            electronic: 50,
            applications: 10,
            self_service: 10,
            approved: 9,
            ..Counts::default()
        };
        assert_eq!(Criterion::OneSystem.share(&c), Some(Decimal::new(750, 1)));
        assert_eq!(Criterion::Personnel.share(&c), Some(Decimal::new(950, 1)));
        assert_eq!(Criterion::Exchange.share(&c), None, "nobody and no invoice to measure by");
        // 75, 95 and of access the institutions: 0 of 10.
        assert_eq!(level(&c), Some(Decimal::new(567, 1)));
        assert_eq!(distance(Decimal::new(567, 1)), Decimal::new(433, 1));
        assert_eq!(level(&Counts::default()), None);
    }

    proptest! {
        #[test]
        fn a_level_lies_between_its_criteria(parts in proptest::collection::vec(0_i64..1000, 8)) {
            let c = Counts {
                institutions: 1000, registering: parts[0], documents: 1000, electronic: parts[1], employees: 1000,
                active: parts[2], invoices: 1000, structured: parts[3], applications: 1000, self_service: parts[4],
                approved: parts[5], orders: 1000, signed: parts[6], serving: parts[7], ..Counts::default()
            };
            let shares: Vec<Decimal> = Criterion::ALL.iter().filter_map(|k| k.share(&c)).collect();
            let all = level(&c).unwrap();
            prop_assert!(shares.iter().any(|s| *s <= all) && shares.iter().any(|s| *s >= all));
            prop_assert!(distance(all) >= Decimal::ZERO);
        }
    }
}
