//! One made-up person after another.

use chrono::{Days, NaiveDate};
use latvian::{ids::PersonalCode, names::demo_name, search::fold};
use rust_decimal::Decimal;
use types::{Date, PersonId};

use super::{Dice, Plan, catalog::PostDef};
use crate::NewPerson;

pub(super) struct Person {
    number: usize,
    given: &'static str,
    surname: &'static str,
    is_female: bool,
    born: Date,
    pub since: Date,
    pub workload: Decimal,
    pub salary: i64,
}

pub(super) fn person(plan: &Plan, n: usize, post: &PostDef, today: Date, dice: &mut Dice) -> Person {
    let name = demo_name(n as u64 + plan.seed.wrapping_mul(7919) % 1_000_000);
    let years = 23 + dice.below(40);
    let born = back(today, years * 365 + dice.below(365));
    // Nobody began before they were twenty, and everybody has worked some weeks.
    let longest = ((years - 20) * 365).min(16 * 365);
    let since = back(today, 40 + dice.below(longest.saturating_sub(40).max(1)));
    let part_time = !post.elected && dice.below(10) == 0;
    let (from, to) = post.salary;
    let steps = u64::try_from((to - from) / 500).unwrap_or(0) + 1;
    let full = from + 500 * i64::try_from(dice.below(steps)).unwrap_or(0);
    Person {
        number: n,
        given: name.given,
        surname: name.surname,
        is_female: name.is_female,
        born,
        since,
        workload: if part_time { Decimal::new(5, 1) } else { Decimal::ONE },
        salary: if part_time { full / 2 } else { full },
    }
}

fn back(from: Date, days: u64) -> Date {
    from.checked_sub_days(Days::new(days)).unwrap_or(NaiveDate::MIN)
}

impl Person {
    pub fn card(&self, id: PersonId) -> NewPerson {
        let number = u32::try_from(self.number + 1).unwrap_or(0);
        NewPerson {
            id,
            given_names: self.given.to_owned(),
            surname: self.surname.to_owned(),
            personal_code: Some(PersonalCode::demo(number).digits()),
            birth_date: Some(self.born),
            sex: Some(if self.is_female { "f" } else { "m" }.to_owned()),
            bank_account: Some(demo_iban(number)),
            address: Some(format!("Parauga iela {}, Paraugs, Parauga novads", number)),
            email: Some(format!("{}.{}{number}@paraugs.example", fold(self.given), fold(self.surname))),
            phone: None,
        }
    }
}

/// An account with right check digits in a bank that does not exist.
fn demo_iban(n: u32) -> String {
    let account = format!("NVDS{n:013}");
    // ISO 13616: the country moves behind, letters become numbers, 98 − (… mod 97).
    let moved = format!("{account}LV00");
    let rest = moved.chars().filter_map(|c| c.to_digit(36)).fold(0u32, |rest, d| {
        let shifted = if d < 10 { rest * 10 } else { rest * 100 };
        (shifted + d) % 97
    });
    format!("LV{:02}{account}", 98 - rest)
}

#[cfg(test)]
mod tests {
    use latvian::ids::Iban;

    use super::*;

    #[test]
    fn accounts_have_right_check_digits() {
        for n in [0, 1, 600, 99_999] {
            assert!(Iban::parse(&demo_iban(n)).is_ok(), "{}", demo_iban(n));
        }
    }
}
