//! Code of an address object in the State Address Register (adresācijas objekta kods, VARIS; MK 698/2015).

use super::{CheckRule, Checked, Digits, NotDigits, display_formatted, id_error};
use crate::Certainty;

/// Address object code (adresācijas objekta kods): an 8-digit number and a check digit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AddressCode(Digits<9>);

id_error! {
    /// Why a text is not an address code.
    AddressCodeError {
        /// Nothing was given.
        Empty => "address-code-empty", "the address code is empty";
        /// Something other than digits and spaces.
        Characters => "address-code-characters", "an address code has only digits";
        /// Not 9 digits.
        Length => "address-code-length", "an address code has 9 digits";
        /// Begins with 0.
        Start => "address-code-start", "an address code does not begin with 0";
    }
}

const FORM: CheckRule = CheckRule {
    code: "address-code-form",
    text: "An 8-digit number from 10000000 to 99999999 and a check digit.",
    certainty: Certainty::Confirmed,
    source: "csb.gov.lv 29929 (MK 698/2015)",
};

const CHECK_DIGIT: CheckRule = CheckRule {
    code: "address-code-check-digit",
    text: "Last digit = Σ w·d mod 9, w = 6,1,4,8,3,2,5,7. It misses about a tenth of single wrong digits.",
    certainty: Certainty::ByTest,
    source: "fitted on the codes of municipalities, 44 of 44 obey; the official text was not found: warn, never refuse",
};

const WEIGHTS: [u32; 8] = [6, 1, 4, 8, 3, 2, 5, 7];

impl AddressCode {
    /// Rules that `parse` looks at.
    pub const RULES: &[CheckRule] = &[FORM, CHECK_DIGIT];

    /// Reads a code.
    ///
    /// # Errors
    /// When it has not the form. A wrong check digit is a finding.
    pub fn parse(text: &str) -> Result<Checked<Self>, AddressCodeError> {
        let digits = Digits::<9>::parse(text, &[]).map_err(|error| match error {
            NotDigits::Empty => AddressCodeError::Empty,
            NotDigits::Foreign => AddressCodeError::Characters,
            NotDigits::Length => AddressCodeError::Length,
        })?;
        if digits.first() == 0 {
            return Err(AddressCodeError::Start);
        }
        let wrong = digits.weighted(&WEIGHTS) % 9 != u32::from(digits.last());
        Ok(Checked::new(Self(digits), [(wrong, &CHECK_DIGIT)]))
    }

    /// The 9 digits.
    #[must_use]
    pub fn formatted(&self) -> String {
        self.0.text()
    }
}

display_formatted!(AddressCode);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_codes_obey_the_check_digit() {
        let published = [
            "100003003",
            "100003011",
            "100003028",
            "100003036",
            "100003044",
            "100003052",
            "100003060",
            "100016501",
            "100016583",
            "100016470",
            "100016647",
            "100016671",
            "100016286",
            "100016333",
            "101117924",
            "106570942",
        ];
        for text in published {
            assert!(AddressCode::parse(text).unwrap().is_clean(), "{text}");
        }
    }

    #[test]
    fn a_wrong_check_digit_is_a_warning() {
        assert_eq!(AddressCode::parse("100003004").unwrap().findings, [&CHECK_DIGIT]);
    }

    #[test]
    fn other_texts_are_refused() {
        let reason = |text: &str| AddressCode::parse(text).unwrap_err().code();
        assert_eq!(reason("000003003"), "address-code-start");
        assert_eq!(reason("10000300"), "address-code-length");
        assert_eq!(reason("1000030O3"), "address-code-characters");
        assert_eq!(reason(""), "address-code-empty");
    }
}
