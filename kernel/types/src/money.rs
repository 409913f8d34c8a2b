use serde::{Deserialize, Serialize};

/// An amount in euro cents. Rates are exact decimals elsewhere; amounts never are floats.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Money(pub i64);

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// Reads `1 234,56`, `1234.56`, `1234` as typed in a form; at most two decimals.
    ///
    /// # Errors
    /// [`NotMoney`] says what was read.
    pub fn parse(text: &str) -> Result<Self, NotMoney> {
        let bad = || NotMoney(text.to_owned());
        let s: String = text.chars().filter(|c| !c.is_whitespace() && *c != '€').collect();
        let (negative, s) = match s.strip_prefix(['-', '−']) {
            Some(rest) => (true, rest.to_owned()),
            None => (false, s),
        };
        let (euros, cents) = s.split_once([',', '.']).unwrap_or((&s, ""));
        let digits = |t: &str| t.chars().all(|c| c.is_ascii_digit());
        if euros.is_empty() || !digits(euros) || !digits(cents) || cents.len() > 2 {
            return Err(bad());
        }
        let whole: i64 = euros.parse().map_err(|_| bad())?;
        let fraction: i64 = format!("{cents:0<2}").parse().map_err(|_| bad())?;
        let total = whole.checked_mul(100).and_then(|w| w.checked_add(fraction)).ok_or_else(bad)?;
        Ok(Self(if negative { -total } else { total }))
    }
}

/// The text is not an amount of money.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an amount: {0}")]
pub struct NotMoney(pub String);

#[cfg(feature = "sqlx")]
impl sqlx::Type<sqlx::Postgres> for Money {
    fn type_info() -> sqlx::postgres::PgTypeInfo {
        <i64 as sqlx::Type<sqlx::Postgres>>::type_info()
    }
}
#[cfg(feature = "sqlx")]
impl<'q> sqlx::Encode<'q, sqlx::Postgres> for Money {
    fn encode_by_ref(
        &self,
        buf: &mut sqlx::postgres::PgArgumentBuffer,
    ) -> Result<sqlx::encode::IsNull, sqlx::error::BoxDynError> {
        <i64 as sqlx::Encode<'q, sqlx::Postgres>>::encode_by_ref(&self.0, buf)
    }
}
#[cfg(feature = "sqlx")]
impl<'r> sqlx::Decode<'r, sqlx::Postgres> for Money {
    fn decode(value: sqlx::postgres::PgValueRef<'r>) -> Result<Self, sqlx::error::BoxDynError> {
        <i64 as sqlx::Decode<'r, sqlx::Postgres>>::decode(value).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_type() {
        assert_eq!(Money::parse("1 234,56"), Ok(Money(123_456)));
        assert_eq!(Money::parse("-7.5 €"), Ok(Money(-750)));
        assert_eq!(Money::parse("0"), Ok(Money(0)));
        assert!(Money::parse("1,234,56").is_err());
        assert!(Money::parse("12,345").is_err());
        assert!(Money::parse("99999999999999999999").is_err());
    }
}
