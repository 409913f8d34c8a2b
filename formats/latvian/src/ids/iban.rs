//! Bank account number (IBAN, ISO 13616).

use super::{CheckRule, Checked, MAX_INPUT, display_formatted, id_error};
use crate::Certainty;

/// International bank account number (konta numurs, ISO 13616). Latvian ones have 21 characters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Iban(String);

id_error! {
    /// Why a text is not an account number.
    IbanError {
        /// Nothing was given.
        Empty => "iban-empty", "the account number is empty";
        /// Something other than Latin letters, digits and spaces.
        Characters => "iban-characters", "an account number has only Latin letters and digits";
        /// Does not begin with two letters and two digits.
        Start => "iban-start", "an account number begins with two letters of the country and two digits";
        /// Too short or long for the country.
        Length => "iban-length", "the account number has the wrong length for its country (Latvia: 21)";
        /// The four characters after `LV` and the check digits are not all letters.
        Bank => "iban-bank", "a Latvian account number has four letters of the bank after the check digits";
        /// The check digits do not fit.
        CheckDigits => "iban-check-digits", "the account number has a typing error: its check digits do not fit";
    }
}

const CHECK_DIGITS: CheckRule = CheckRule {
    code: "iban-check-digits",
    text: "With the first four characters moved to the end and letters read as 10–35, the number mod 97 is 1; check digits are 02 to 98.",
    certainty: Certainty::Confirmed,
    source: "ISO 13616 / ISO 7064; LV50UNLA0051302501110 and LV74UNLA0023300000000 obey",
};

const LATVIAN: CheckRule = CheckRule {
    code: "iban-latvian-form",
    text: "LV, 2 check digits, 4 letters of the bank, 13 letters or digits: 21 characters.",
    certainty: Certainty::Confirmed,
    source: "ISO 13616 register of national formats",
};

/// Lengths in the ISO 13616 register for the countries that Latvian payments mostly go to.
const LENGTHS: &[(&str, usize)] = &[
    ("AD", 24),
    ("AT", 20),
    ("BE", 16),
    ("BG", 22),
    ("CH", 21),
    ("CY", 28),
    ("CZ", 24),
    ("DE", 22),
    ("DK", 18),
    ("EE", 20),
    ("ES", 24),
    ("FI", 18),
    ("FR", 27),
    ("GB", 22),
    ("GR", 27),
    ("HR", 21),
    ("HU", 28),
    ("IE", 22),
    ("IS", 26),
    ("IT", 27),
    ("LI", 21),
    ("LT", 20),
    ("LU", 20),
    ("LV", 21),
    ("MC", 27),
    ("MT", 31),
    ("NL", 18),
    ("NO", 15),
    ("PL", 28),
    ("PT", 25),
    ("RO", 24),
    ("SE", 24),
    ("SI", 19),
    ("SK", 24),
    ("SM", 27),
    ("UA", 29),
];

impl Iban {
    /// Rules that `parse` looks at.
    pub const RULES: &[CheckRule] = &[CHECK_DIGITS, LATVIAN];

    /// Reads an account number of any country, with or without spaces, in either case.
    ///
    /// # Errors
    /// When it breaks ISO 13616; all its rules are certain, so there are no findings.
    pub fn parse(text: &str) -> Result<Checked<Self>, IbanError> {
        if text.len() > MAX_INPUT {
            return Err(IbanError::Length);
        }
        let compact: String = text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect();
        check_form(&compact)?;
        // The remainder alone lets 00, 01 and 99 stand for 97, 98 and 02.
        let is_made = matches!(compact.get(2..4).and_then(|d| d.parse::<u8>().ok()), Some(2..=98));
        if !is_made || remainder(&compact) != 1 {
            return Err(IbanError::CheckDigits);
        }
        Ok(Checked::new(Self(compact), []))
    }

    /// The characters without spaces, as payment files want them.
    #[must_use]
    pub fn compact(&self) -> &str {
        &self.0
    }

    /// In groups of four: `LV50 UNLA 0051 3025 0111 0`.
    #[must_use]
    pub fn formatted(&self) -> String {
        let mut out = String::with_capacity(self.0.len() * 5 / 4 + 1);
        for (place, c) in self.0.chars().enumerate() {
            if place > 0 && place % 4 == 0 {
                out.push(' ');
            }
            out.push(c);
        }
        out
    }

    /// Two letters of the country.
    #[must_use]
    pub fn country(&self) -> &str {
        self.0.get(..2).unwrap_or_default()
    }

    /// Four letters of the bank (the beginning of its BIC), for Latvian accounts.
    #[must_use]
    pub fn bank_code(&self) -> Option<&str> {
        if self.country() == "LV" { self.0.get(4..8) } else { None }
    }
}

fn check_form(compact: &str) -> Result<(), IbanError> {
    if compact.is_empty() {
        return Err(IbanError::Empty);
    }
    if !compact.chars().all(|c| c.is_ascii_alphanumeric()) {
        return Err(IbanError::Characters);
    }
    let part = |range: std::ops::Range<usize>| compact.get(range).unwrap_or_default();
    let all = |range, test: fn(&u8) -> bool| part(range).bytes().all(|byte| test(&byte));
    let country = part(0..2);
    if compact.len() < 4 || !all(0..2, u8::is_ascii_alphabetic) || !all(2..4, u8::is_ascii_digit) {
        return Err(IbanError::Start);
    }
    let length = LENGTHS.iter().find(|(code, _)| *code == country).map(|(_, length)| *length);
    let fits = length.map_or((15..=34).contains(&compact.len()), |length| compact.len() == length);
    if !fits {
        return Err(IbanError::Length);
    }
    if country == "LV" && !all(4..8, u8::is_ascii_alphabetic) {
        return Err(IbanError::Bank);
    }
    Ok(())
}

fn remainder(compact: &str) -> u32 {
    let (head, tail) = compact.split_at_checked(4).unwrap_or((compact, ""));
    tail.chars().chain(head.chars()).filter_map(|c| c.to_digit(36)).fold(0, |rest, value| {
        let shifted = if value < 10 { rest * 10 } else { rest * 100 };
        (shifted + value) % 97
    })
}

display_formatted!(Iban);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stated_accounts_pass() {
        let account = Iban::parse("lv50 unla 0051 3025 0111 0").unwrap().value;
        assert_eq!(account.compact(), "LV50UNLA0051302501110");
        assert_eq!(account.formatted(), "LV50 UNLA 0051 3025 0111 0");
        assert_eq!((account.country(), account.bank_code()), ("LV", Some("UNLA")));
        assert!(Iban::parse("LV74UNLA0023300000000").is_ok());
    }

    #[test]
    fn accounts_of_other_countries_pass() {
        // Examples of the ISO 13616 register.
        for text in ["GB29NWBK60161331926819", "DE89370400440532013000", "NO9386011117947", "EE382200221020145685"] {
            let account = Iban::parse(text).unwrap().value;
            assert_eq!(account.bank_code(), None);
        }
    }

    #[test]
    fn every_single_wrong_digit_is_found() {
        let right = "LV50UNLA0051302501110";
        for place in 8..right.len() {
            let mut wrong = right.as_bytes().to_vec();
            wrong[place] = if wrong[place] == b'9' { b'0' } else { wrong[place] + 1 };
            assert_eq!(Iban::parse(std::str::from_utf8(&wrong).unwrap()), Err(IbanError::CheckDigits));
        }
    }

    #[test]
    fn check_digits_that_only_the_remainder_allows_are_refused() {
        // 97, 98 and 02 are made; 00, 01 and 99 leave the same remainder.
        let mut twins = 0;
        for n in 0..2_000 {
            let body = format!("UNLA{n:013}");
            let made = (2..=98).find(|k| Iban::parse(&format!("LV{k:02}{body}")).is_ok());
            let made = made.unwrap();
            let twin = match made {
                97 => "00",
                98 => "01",
                2 => "99",
                _ => continue,
            };
            twins += 1;
            assert_eq!(remainder(&format!("LV{twin}{body}")), 1);
            assert_eq!(Iban::parse(&format!("LV{twin}{body}")), Err(IbanError::CheckDigits));
        }
        assert!(twins > 20);
    }

    #[test]
    fn other_texts_are_refused() {
        let reason = |text: &str| Iban::parse(text).unwrap_err().code();
        assert_eq!(reason(""), "iban-empty");
        assert_eq!(reason("LV50UNLĀ0051302501110"), "iban-characters");
        assert_eq!(reason("LV"), "iban-start");
        assert_eq!(reason("5050UNLA0051302501110"), "iban-start");
        assert_eq!(reason("LV50UNLA005130250111"), "iban-length");
        assert_eq!(reason("LV50UNL10051302501110"), "iban-bank");
        assert_eq!(reason(&"A".repeat(100)), "iban-length");
    }
}
