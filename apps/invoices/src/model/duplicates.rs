//! Is it here already?

use types::{Date, Money};
use uuid::Uuid;

/// An earlier invoice of the same supplier.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Earlier {
    /// Which.
    pub id: Uuid,
    /// Of which supplier.
    pub supplier_id: Uuid,
    /// Its number.
    pub number: String,
    /// `invoice` or `credit-note`.
    pub kind: String,
    /// Date of issue.
    pub issued_on: Date,
    /// With VAT.
    pub total: Money,
}

/// How alike two invoices are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// The same number in the same year.
    Same,
    /// Another way of writing the number, and the same amount.
    Number,
    /// The same amount on the same day, under another number.
    Amount,
}

impl Likeness {
    /// Its word in keys of texts.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Number => "number",
            Self::Amount => "amount",
        }
    }
}

/// The number without what people leave out when they type it: case, blanks, signs, leading zeros.
#[must_use]
pub fn normal(number: &str) -> String {
    let kept: String = number.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect();
    let trimmed = kept.trim_start_matches('0');
    if trimmed.is_empty() { kept } else { trimmed.to_owned() }
}

/// How alike an earlier invoice of the same supplier is; nothing where both may well stand beside each other.
#[must_use]
pub fn likeness(number: &str, kind: &str, issued: Date, total: Money, earlier: &Earlier) -> Option<Likeness> {
    if earlier.kind != kind {
        return None;
    }
    let days = (issued - earlier.issued_on).num_days().abs();
    if earlier.number.trim().eq_ignore_ascii_case(number.trim()) && days < 366 {
        return Some(Likeness::Same);
    }
    // Letters are what tells "A-12" from "12": they must agree, the signs between need not.
    if normal(&earlier.number) == normal(number) && earlier.total == total && days < 366 {
        return Some(Likeness::Number);
    }
    (earlier.total == total && days == 0 && total != Money::ZERO).then_some(Likeness::Amount)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(d: u32) -> Date {
        Date::from_ymd_opt(2026, 11, d).unwrap()
    }

    fn earlier(number: &str, d: u32, total: i64) -> Earlier {
        let (id, supplier_id) = (Uuid::nil(), Uuid::nil());
        Earlier {
            id,
            supplier_id,
            number: number.into(),
            kind: "invoice".into(),
            issued_on: day(d),
            total: Money(total),
        }
    }

    #[test]
    fn the_same_number_the_same_amount_and_neither() {
        let like = |n: &str, d: u32, t: i64, e: &Earlier| likeness(n, "invoice", day(d), Money(t), e);
        let e = earlier("AB-0012/26", 5, 12_100);
        assert_eq!(like("ab-0012/26", 9, 1, &e), Some(Likeness::Same));
        assert_eq!(like("AB001226", 9, 12_100, &e), Some(Likeness::Number));
        assert_eq!(like("AB001226", 9, 12_101, &e), None);
        assert_eq!(like("AB-0013/26", 5, 12_100, &e), Some(Likeness::Amount));
        assert_eq!(like("AB-0013/26", 6, 12_100, &e), None);
        assert_eq!(likeness("AB-0012/26", "credit-note", day(5), Money(12_100), &e), None);
        assert_eq!(normal("00-12"), "12");
        assert_eq!(normal("000"), "000");
    }
}
