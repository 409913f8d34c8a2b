//! Values, and how untyped text becomes a number, a boolean or a date.

use std::borrow::Cow;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::xml::NodeId;

/// Why an expression has no value. Official tools stop here with a processing error; we reject with a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum EvalError {
    #[error("a number was expected")]
    Number,
    #[error("a date was expected")]
    Date,
    #[error("true or false was expected")]
    Boolean,
    #[error("one value was expected, there are several")]
    Many,
    #[error("the number is too large")]
    Large,
    #[error("these values cannot be compared")]
    Kind,
}

/// A number: exact, or a double where XPath says double.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Num {
    Dec(Decimal),
    Dbl(f64),
}

impl Num {
    pub(crate) fn double(self) -> f64 {
        match self {
            Self::Dec(exact) => exact.to_f64().unwrap_or(f64::NAN),
            Self::Dbl(double) => double,
        }
    }
}

/// One item of a sequence.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Item<'d> {
    Elem(NodeId),
    Attr(u32),
    /// The text node of an element.
    Text(NodeId),
    Str(Cow<'d, str>),
    Num(Num),
    Bool(bool),
}

/// XML's own blanks, which are fewer than Unicode's.
fn trim(text: &str) -> &str {
    text.trim_matches(|c| matches!(c, ' ' | '\t' | '\n' | '\r'))
}

/// `xs:decimal(text)`.
pub(crate) fn decimal(text: &str) -> Result<Decimal, EvalError> {
    let text = trim(text);
    let (negative, digits) = match text.as_bytes() {
        [b'-', ..] => (true, text.get(1..).unwrap_or_default()),
        [b'+', ..] => (false, text.get(1..).unwrap_or_default()),
        _ => (false, text),
    };
    let mut mantissa: i64 = 0;
    let (mut seen, mut scale, mut point) = (0_u32, 0_u32, false);
    for byte in digits.bytes() {
        match byte {
            b'0'..=b'9' => {
                seen += 1;
                scale += u32::from(point);
                if seen <= 18 {
                    mantissa = mantissa * 10 + i64::from(byte - b'0');
                }
            }
            b'.' if !point => point = true,
            _ => return Err(EvalError::Number),
        }
    }
    if seen == 0 {
        return Err(EvalError::Number);
    }
    if seen <= 18 {
        return Ok(Decimal::new(if negative { -mantissa } else { mantissa }, scale));
    }
    long_decimal(digits, negative)
}

fn long_decimal(digits: &str, negative: bool) -> Result<Decimal, EvalError> {
    let digits = digits.trim_end_matches('.');
    let digits = if digits.starts_with('.') { Cow::Owned(format!("0{digits}")) } else { Cow::Borrowed(digits) };
    let value: Decimal = digits.parse().map_err(|_| EvalError::Large)?;
    Ok(if negative { -value } else { value })
}

/// `xs:double(text)`; `None` when the text is none.
pub(crate) fn double(text: &str) -> Option<f64> {
    match trim(text) {
        "INF" => Some(f64::INFINITY),
        "-INF" => Some(f64::NEG_INFINITY),
        "NaN" => Some(f64::NAN),
        text if text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E')) => {
            text.parse().ok()
        }
        _ => None,
    }
}

/// `xs:boolean(text)`.
pub(crate) fn boolean(text: &str) -> Result<bool, EvalError> {
    match trim(text) {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(EvalError::Boolean),
    }
}

/// `xs:date(text)` as days since a fixed day, with the time zone as a fraction.
pub(crate) fn date(text: &str) -> Option<Decimal> {
    let text = trim(text);
    let (negative, body) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let mut parts = body.splitn(3, '-');
    let (year, month, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let (day, zone) = (rest.get(..2)?, rest.get(2..)?);
    let long = year.len() > 4 && year.starts_with('0');
    if !(all_digits(year)
        && (4..=6).contains(&year.len())
        && !long
        && month.len() == 2
        && all_digits(month)
        && all_digits(day))
    {
        return None;
    }
    let (year, month, day): (i64, i64, i64) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    let year = if negative { -year } else { year };
    if !(1..=12).contains(&month) || day < 1 || day > month_days(year, month) {
        return None;
    }
    let minutes = zone_minutes(zone)?;
    Some(Decimal::from(day_number(year, month, day)) - Decimal::from(minutes) / Decimal::from(1440))
}

fn month_days(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn day_number(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + (month * 306 + 5) / 10 + day
}

fn zone_minutes(zone: &str) -> Option<i64> {
    if zone.is_empty() || zone == "Z" {
        return Some(0);
    }
    let sign = match zone.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    let two =
        |text: &str| (text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse::<i64>().ok());
    let (hours, minutes) = (two(hours)??, two(minutes)??);
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

/// `normalize-space(text)`.
pub(crate) fn normalize(text: Cow<'_, str>) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let blank = |b: u8| matches!(b, b' ' | b'\t' | b'\n' | b'\r');
    let mut last = true;
    let tidy = bytes.iter().all(|b| {
        let ok = !blank(*b) || (*b == b' ' && !last);
        last = blank(*b);
        ok
    });
    if tidy && (!last || bytes.is_empty()) {
        return text;
    }
    let words = text.split([' ', '\t', '\n', '\r']).filter(|word| !word.is_empty());
    let mut out = String::with_capacity(text.len());
    for word in words {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_read_as_schema_says() {
        for (text, value) in [(" 12.50 ", "12.50"), ("+.5", "0.5"), ("7.", "7"), ("-0.001", "-0.001")] {
            assert_eq!(decimal(text).unwrap(), value.parse().unwrap(), "{text}");
        }
        for text in ["", ".", "1e3", "1,5", "--1", "1 2", "NaN"] {
            assert_eq!(decimal(text), Err(EvalError::Number), "{text}");
        }
        assert_eq!(decimal("99999999999999999999999999999999"), Err(EvalError::Large));
    }

    #[test]
    fn dates_obey_the_calendar() {
        assert_eq!(date("2024-03-01").unwrap() - date("2024-02-29").unwrap(), Decimal::ONE);
        assert!(date("2024-01-01Z").is_some() && date("2024-01-01+02:00").is_some());
        for text in ["2023-02-29", "2024-13-01", "24-01-01", "2024-1-1", "2024-01-01T00:00:00", ""] {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn blanks_are_normalised_only_where_needed() {
        assert!(matches!(normalize("a b".into()), Cow::Borrowed(_)));
        assert_eq!(normalize("  a \n b ".into()), "a b");
        assert_eq!(normalize(" ".into()), "");
        assert_eq!(normalize("a ".into()), "a");
    }
}
