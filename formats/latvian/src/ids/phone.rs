//! Telephone numbers of the Latvian numbering plan.

use super::{CheckRule, Checked, Digits, MAX_INPUT, NotDigits, display_formatted, id_error};
use crate::Certainty;

/// Latvian telephone number (tālruņa numurs): +371 and 8 digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phone(Digits<8>);

/// What the first digits tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PhoneKind {
    /// Mobile (2…): can receive a text message.
    Mobile,
    /// Fixed line (6…).
    Fixed,
    /// Free for the caller (80…).
    Free,
    /// Shared cost (81…).
    SharedCost,
    /// Premium rate (90…).
    Premium,
    /// Another series.
    Other,
}

id_error! {
    /// Why a text is not a Latvian telephone number.
    PhoneError {
        /// Nothing was given.
        Empty => "phone-empty", "the telephone number is empty";
        /// Something other than digits and usual separators.
        Characters => "phone-characters", "a telephone number has only digits";
        /// Not 8 digits.
        Length => "phone-length", "a Latvian telephone number has 8 digits";
        /// Has the code of another country.
        Country => "phone-country", "the telephone number is of another country";
    }
}

const FORM: CheckRule = CheckRule {
    code: "phone-form",
    text: "+371 and 8 digits, no trunk prefix.",
    certainty: Certainty::Confirmed,
    source: "public descriptions of the numbering plan agree: country code 371, closed plan of 8 digits",
};

const SERIES: CheckRule = CheckRule {
    code: "phone-series",
    text: "Numbers of subscribers begin with 2 (mobile), 6 (fixed), 80, 81 or 90 (services).",
    certainty: Certainty::Uncertain,
    source: "general descriptions of the numbering plan; 5 and 7 are reserved or special",
};

const SEPARATORS: [char; 6] = ['-', '(', ')', '.', '/', '\u{2013}'];

impl Phone {
    /// Rules that `parse` looks at.
    pub const RULES: &[CheckRule] = &[FORM, SERIES];

    /// Reads a number with or without +371 or 00371 and the usual separators.
    ///
    /// # Errors
    /// When it is not a Latvian number. An unusual series is a finding.
    pub fn parse(text: &str) -> Result<Checked<Self>, PhoneError> {
        if text.len() > MAX_INPUT {
            return Err(PhoneError::Length);
        }
        let digits = Digits::<8>::parse(national_part(text.trim())?, &SEPARATORS).map_err(|error| match error {
            NotDigits::Empty => PhoneError::Empty,
            NotDigits::Foreign => PhoneError::Characters,
            NotDigits::Length => PhoneError::Length,
        })?;
        let phone = Self(digits);
        Ok(Checked::new(phone, [(phone.kind() == PhoneKind::Other, &SERIES)]))
    }

    /// What the first digits tell.
    #[must_use]
    pub fn kind(&self) -> PhoneKind {
        match (self.0.first(), self.0.number(0, 2)) {
            (2, _) => PhoneKind::Mobile,
            (6, _) => PhoneKind::Fixed,
            (_, 80) => PhoneKind::Free,
            (_, 81) => PhoneKind::SharedCost,
            (_, 90) => PhoneKind::Premium,
            _ => PhoneKind::Other,
        }
    }

    /// For people: `+371 67012345`.
    #[must_use]
    pub fn formatted(&self) -> String {
        format!("+371 {}", self.0.text())
    }

    /// For machines (E.164): `+37167012345`.
    #[must_use]
    pub fn e164(&self) -> String {
        format!("+371{}", self.0.text())
    }
}

/// The text after the code of the country, if there is one.
fn national_part(text: &str) -> Result<&str, PhoneError> {
    let text = text.strip_prefix('(').unwrap_or(text);
    let international = text.strip_prefix('+').or_else(|| text.strip_prefix("00"));
    if let Some(rest) = international {
        return rest.trim_start().strip_prefix("371").ok_or(PhoneError::Country);
    }
    // "371 67012345" without the plus: only when it is too long to be a national number.
    let digits = text.chars().filter(char::is_ascii_digit).count();
    Ok(text.strip_prefix("371").filter(|_| digits == 11).unwrap_or(text))
}

display_formatted!(Phone);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_ways_of_writing_mean_the_same() {
        for text in ["67012345", "+371 67 012 345", "00371 67012345", "371 6701-2345", "(+371) 67012345"] {
            assert_eq!(Phone::parse(text).unwrap().value.e164(), "+37167012345", "{text}");
        }
        assert_eq!(Phone::parse("67012345").unwrap().value.formatted(), "+371 67012345");
    }

    #[test]
    fn first_digits_tell_the_kind() {
        let kind = |text: &str| Phone::parse(text).unwrap().value.kind();
        assert_eq!(kind("20000000"), PhoneKind::Mobile);
        assert_eq!(kind("67012345"), PhoneKind::Fixed);
        assert_eq!(kind("80001234"), PhoneKind::Free);
        assert_eq!(kind("81001234"), PhoneKind::SharedCost);
        assert_eq!(kind("90001234"), PhoneKind::Premium);
        assert_eq!(Phone::parse("55555555").unwrap().findings, [&SERIES]);
        assert_eq!(kind("37112345"), PhoneKind::Other, "eight digits are a national number");
    }

    #[test]
    fn other_texts_are_refused() {
        let reason = |text: &str| Phone::parse(text).unwrap_err().code();
        assert_eq!(reason("+372 5555555"), "phone-country");
        assert_eq!(reason("112"), "phone-length");
        assert_eq!(reason("tālr. 67012345"), "phone-characters");
        assert_eq!(reason(""), "phone-empty");
        assert_eq!(reason("+371"), "phone-empty");
    }
}
