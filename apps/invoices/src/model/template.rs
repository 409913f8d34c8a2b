//! How recurring invoices are booked: templates (sagataves), and a part for each line.

use types::{Money, UnitId};
use uuid::Uuid;

use super::Coding;

/// How the recurring invoices of a supplier are booked.
#[derive(Clone, Debug)]
pub struct Template {
    /// Whose invoices.
    pub supplier_id: Uuid,
    /// At which institution.
    pub institution_id: UnitId,
    /// Its name.
    pub name: String,
    /// Only those under this contract.
    pub contract_number: Option<String>,
    /// Usually from this amount with VAT …
    pub amount_from: Option<Money>,
    /// … up to this one.
    pub amount_to: Option<Money>,
    /// Its parts; their proportions count, not their amounts.
    pub parts: Vec<Coding>,
}

impl Template {
    /// Is the amount as usual?
    #[must_use]
    pub fn is_usual(&self, total: Money) -> bool {
        self.amount_from.is_none_or(|from| total >= from) && self.amount_to.is_none_or(|to| total <= to)
    }
}

/// The template for an invoice of that supplier and institution: one of its contract before one of any, one whose amount
/// is as usual before one whose is not, else the newest.
#[must_use]
pub fn pick<'a>(all: &'a [Template], contract: Option<&str>, total: Money) -> Option<&'a Template> {
    let same = |a: &str, b: &str| a.trim().eq_ignore_ascii_case(b.trim());
    let fits = |t: &&Template| match (&t.contract_number, contract) {
        (None, _) => true,
        (Some(wanted), Some(named)) => same(wanted, named),
        (Some(_), None) => false,
    };
    let rank = |t: &&Template| (t.contract_number.is_none(), !t.is_usual(total));
    all.iter().filter(fits).min_by_key(rank)
}

/// A part for each line: its net amount with its VAT, booked as `like` is; what rounding leaves is the last part's.
/// Nothing where there is one line or more than `most`.
#[must_use]
pub fn by_lines(
    lines: &[(String, Money, Option<rust_decimal::Decimal>)],
    total: Money,
    like: &Coding,
    most: usize,
) -> Vec<Coding> {
    use rust_decimal::{Decimal, prelude::ToPrimitive as _};
    if lines.len() < 2 || lines.len() > most {
        return Vec::new();
    }
    let gross = |net: Money, rate: Option<Decimal>| {
        let factor = Decimal::ONE + rate.unwrap_or_default() / Decimal::ONE_HUNDRED;
        Decimal::from(net.0).checked_mul(factor).and_then(|g| g.round().to_i64()).unwrap_or(net.0)
    };
    let (mut left, last) = (total.0, lines.len() - 1);
    let mut parts = Vec::with_capacity(lines.len());
    for (n, (name, net, rate)) in lines.iter().enumerate() {
        let amount = if n == last { left } else { gross(*net, *rate) };
        left = left.saturating_sub(amount);
        parts.push(Coding { amount: Money(amount), note: name.clone(), ..like.clone() });
    }
    parts.retain(|p| p.amount != Money::ZERO);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn part() -> Coding {
        Coding {
            amount: Money(100),
            account: "7222".into(),
            ekk: "2221".into(),
            function: String::new(),
            funding: String::new(),
            project: String::new(),
            unit_id: UnitId(Uuid::nil()),
            note: String::new(),
        }
    }

    fn template(name: &str, contract: Option<&str>, from: Option<i64>, to: Option<i64>) -> Template {
        Template {
            supplier_id: Uuid::nil(),
            institution_id: UnitId(Uuid::nil()),
            name: name.into(),
            contract_number: contract.map(Into::into),
            amount_from: from.map(Money),
            amount_to: to.map(Money),
            parts: vec![part()],
        }
    }

    #[test]
    fn the_template_of_the_contract_goes_before_the_one_of_any() {
        let all = [template("any", None, None, None), template("heat", Some("S-1"), Some(100), Some(200))];
        let name = |c: Option<&str>, t: i64| pick(&all, c, Money(t)).map(|t| t.name.as_str());
        assert_eq!(name(Some(" s-1"), 150), Some("heat"));
        assert_eq!(name(Some("S-1"), 999), Some("heat"));
        assert_eq!(name(Some("S-2"), 150), Some("any"));
        assert_eq!(name(None, 150), Some("any"));
        assert_eq!(pick(&all[1..], None, Money(1)).map(|t| t.name.as_str()), None);
        assert!(all[1].is_usual(Money(200)) && !all[1].is_usual(Money(201)) && !all[1].is_usual(Money(99)));
    }

    proptest! {
        #[test]
        fn lines_lose_no_cent(nets in proptest::collection::vec(-100_000..1_000_000_i64, 2..6), rate in 0..25_i64, total in 1..9_000_000_i64) {
            let lines: Vec<_> = nets.iter().map(|n| ("x".to_owned(), Money(*n), Some(rate.into()))).collect();
            let sum: i64 = by_lines(&lines, Money(total), &part(), 5).iter().map(|p| p.amount.0).sum();
            prop_assert_eq!(sum, total);
        }
    }

    #[test]
    fn each_line_is_a_part_with_its_tax() {
        let line = |name: &str, net: i64, rate: i64| (name.to_owned(), Money(net), Some(rate.into()));
        let parts = by_lines(&[line("Papīrs", 1_000, 21), line("Grāmata", 1_000, 5)], Money(2_260), &part(), 5);
        let said: Vec<_> = parts.iter().map(|p| (p.note.as_str(), p.amount.0)).collect();
        assert_eq!(said, [("Papīrs", 1_210), ("Grāmata", 1_050)]);
        assert!(by_lines(&[line("Papīrs", 1_000, 21)], Money(1_210), &part(), 5).is_empty());
    }
}
