//! Registration number of companies and institutions (reģistrācijas numurs).

use super::{CheckRule, Checked, Digits, NotDigits, display_formatted, id_error};
use crate::Certainty;

/// Registration number of a legal person or institution (reģistrācijas numurs): 11 digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegistrationNumber(Digits<11>);

id_error! {
    /// Why a text is not a registration number.
    RegistrationNumberError {
        /// Nothing was given.
        Empty => "registration-number-empty", "the registration number is empty";
        /// Something other than digits and spaces.
        Characters => "registration-number-characters", "a registration number has only digits";
        /// Not 11 digits.
        Length => "registration-number-length", "a registration number has 11 digits";
        /// Begins with 0 to 3, as personal codes do.
        Person => "registration-number-person", "a registration number begins with 4 or a higher digit; this looks like a personal code";
    }
}

const FORM: CheckRule = CheckRule {
    code: "registration-number-form",
    text: "11 digits, the first above 3 (lower ones are personal codes).",
    certainty: Certainty::Confirmed,
    source: "the series 0–3 are taken by personal codes (pmlp.gov.lv/lv/personas-koda-maina); python-stdnum",
};

const CHECK_DIGIT: CheckRule = CheckRule {
    code: "registration-number-check-digit",
    text: "Σ w·d mod 11 = 3, w = 9,1,4,8,3,10,2,5,7,6,1; where that asks for a tenth value the number is not issued.",
    certainty: Certainty::ByTest,
    source: "python-stdnum; 40003521600, 40003011203, 90000063185, 90000064250 obey; no official text",
};

const DEMO: CheckRule = CheckRule {
    code: "registration-number-demo",
    text: "Numbers beginning with 777 or 778 belong to nobody: they are made for demonstrations.",
    certainty: Certainty::ByTest,
    source: "published numbers begin with 4, 5 or 9",
};

const WEIGHTS: [u32; 11] = [9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1];
const DEMO_COUNT: u32 = 10_000_000;

impl RegistrationNumber {
    /// Rules that `parse` looks at.
    pub const RULES: &[CheckRule] = &[FORM, CHECK_DIGIT, DEMO];

    /// Reads a number, with or without spaces.
    ///
    /// # Errors
    /// When it has not the form. A wrong check digit is a finding.
    pub fn parse(text: &str) -> Result<Checked<Self>, RegistrationNumberError> {
        let digits = Digits::<11>::parse(text, &[]).map_err(|error| match error {
            NotDigits::Empty => RegistrationNumberError::Empty,
            NotDigits::Foreign => RegistrationNumberError::Characters,
            NotDigits::Length => RegistrationNumberError::Length,
        })?;
        if digits.first() <= 3 {
            return Err(RegistrationNumberError::Person);
        }
        let number = Self(digits);
        let findings = [(digits.weighted(&WEIGHTS) % 11 != 3, &CHECK_DIGIT), (number.is_demo(), &DEMO)];
        Ok(Checked::new(number, findings))
    }

    /// A number for a demonstration company: `777…` or `778…` with a right check digit, different for each `n` below
    /// ten million, then repeating. Published numbers begin with 4, 5 or 9 only.
    #[must_use]
    pub fn demo(n: u32) -> Self {
        let body = |prefix: u64| (prefix * u64::from(DEMO_COUNT) + u64::from(n % DEMO_COUNT)) * 10;
        let check = |body: u64| (3 + 11 - Digits::<11>::from_number(body).weighted(&WEIGHTS) % 11) % 11;
        // No digit makes the check 10; raising the third digit by one moves it by 4, to another value.
        let first = body(777);
        let chosen = if check(first) < 10 { first } else { body(778) };
        Self(Digits::from_number(chosen + u64::from(check(chosen))))
    }

    /// Whether the number was made by [`demo`](Self::demo).
    #[must_use]
    pub fn is_demo(&self) -> bool {
        matches!(self.0.number(0, 3), 777 | 778)
    }

    /// The 11 digits.
    #[must_use]
    pub fn formatted(&self) -> String {
        self.0.text()
    }
}

display_formatted!(RegistrationNumber);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_numbers_obey_the_check_digit() {
        for text in ["40003521600", "40003011203", "90000063185", "9000 0064 250"] {
            assert!(RegistrationNumber::parse(text).unwrap().is_clean(), "{text}");
        }
    }

    #[test]
    fn a_wrong_check_digit_is_a_warning() {
        let checked = RegistrationNumber::parse("40003521601").unwrap();
        assert_eq!(checked.findings, [&CHECK_DIGIT]);
        assert_eq!(checked.accept(Certainty::ByTest), Err(&CHECK_DIGIT));
    }

    #[test]
    fn other_texts_are_refused() {
        let reason = |text: &str| RegistrationNumber::parse(text).unwrap_err().code();
        assert_eq!(reason("16117519997"), "registration-number-person");
        assert_eq!(reason("4000352160"), "registration-number-length");
        assert_eq!(reason("LV40003521600"), "registration-number-characters");
        assert_eq!(reason(""), "registration-number-empty");
    }

    #[test]
    fn demo_numbers_check_and_differ() {
        let mut seen = std::collections::HashSet::new();
        for n in (0..DEMO_COUNT).step_by(997) {
            let demo = RegistrationNumber::demo(n);
            assert_eq!(RegistrationNumber::parse(&demo.formatted()).unwrap().findings, [&DEMO]);
            assert!(seen.insert(demo), "{demo}");
        }
    }
}
