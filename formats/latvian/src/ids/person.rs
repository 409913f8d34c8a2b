//! Personal code (personas kods).

use chrono::NaiveDate;

use super::{CheckRule, Checked, Digits, NotDigits, id_error};
use crate::Certainty;

/// Personal code of a natural person (personas kods, Fizisko personu reģistra likums): 11 digits.
///
/// It neither implements `Display` nor shows itself in `Debug`: whoever prints one must say [`formatted`](Self::formatted)
/// or [`masked`](Self::masked), so that none slips into a log.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonalCode(Digits<11>);

/// Which series a code belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CodeKind {
    /// Issued to 30.06.2017: `DDMMYY-CNNNK` with birth date, century and check digit.
    Dated,
    /// Issued from 01.07.2017: begins with 32 to 39, the rest is random; no birth date, no check digit.
    Random,
    /// Begins with 3099: made by [`PersonalCode::demo`], belongs to nobody.
    Demo,
}

id_error! {
    /// Why a text is not a personal code.
    PersonalCodeError {
        /// Nothing was given.
        Empty => "personal-code-empty", "the personal code is empty";
        /// Something other than digits, spaces and the hyphen.
        Characters => "personal-code-characters", "a personal code has only digits and a hyphen";
        /// Not 11 digits.
        Length => "personal-code-length", "a personal code has 11 digits";
        /// The hyphen is not after the sixth digit.
        Hyphen => "personal-code-hyphen", "the hyphen of a personal code stands after the sixth digit";
        /// The first six digits are no date and the code is not of the new kind.
        Date => "personal-code-date", "the personal code begins with a date that does not exist";
        /// The seventh digit of the dated kind is not 0, 1 or 2.
        Century => "personal-code-century", "the seventh digit of this personal code must be 0, 1 or 2";
    }
}

const FORM: CheckRule = CheckRule {
    code: "personal-code-form",
    text: "11 digits; to 30.06.2017 DDMMYY-CNNNK with C = 0, 1, 2 for the 1800s, 1900s, 2000s; \
           from 01.07.2017 first digit 3, second 2–9, the rest random.",
    certainty: Certainty::Confirmed,
    source: "pmlp.gov.lv/lv/personas-koda-maina",
};

const CHECK_DIGIT: CheckRule = CheckRule {
    code: "personal-code-check-digit",
    text: "Dated kind: last digit = (1 + Σ w·d) mod 11 mod 10, w = 10,5,8,4,2,1,6,3,7,9.",
    certainty: Certainty::Uncertain,
    source: "python-stdnum, whose author found no independent confirmation; few published pairs; no official text",
};

const BORN_AFTER_SERIES: CheckRule = CheckRule {
    code: "personal-code-born-after-series",
    text: "Dated codes were issued to 30.06.2017, so nobody born later has one.",
    certainty: Certainty::ByTest,
    source: "follows from pmlp.gov.lv/lv/personas-koda-maina",
};

const DEMO: CheckRule = CheckRule {
    code: "personal-code-demo",
    text: "Codes beginning with 3099 belong to nobody: they are made for demonstrations.",
    certainty: Certainty::ByTest,
    source: "neither series of pmlp.gov.lv/lv/personas-koda-maina can contain them",
};

const WEIGHTS: [u32; 10] = [10, 5, 8, 4, 2, 1, 6, 3, 7, 9];
const HYPHENS: [char; 4] = ['-', '\u{2010}', '\u{2011}', '\u{2013}'];
const DEMO_FIRST: u64 = 30_990_000_000;
const DEMO_COUNT: u32 = 10_000_000;

impl PersonalCode {
    /// Rules that `parse` looks at.
    pub const RULES: &[CheckRule] = &[FORM, CHECK_DIGIT, BORN_AFTER_SERIES, DEMO];

    /// Reads a code with or without the hyphen.
    ///
    /// # Errors
    /// When it has the form of no series. A wrong check digit is a finding, not an error.
    pub fn parse(text: &str) -> Result<Checked<Self>, PersonalCodeError> {
        let digits = Digits::<11>::parse(text, &HYPHENS).map_err(|error| match error {
            NotDigits::Empty => PersonalCodeError::Empty,
            NotDigits::Foreign => PersonalCodeError::Characters,
            NotDigits::Length => PersonalCodeError::Length,
        })?;
        check_hyphen(text)?;
        let code = Self(digits);
        let dated = code.kind() == CodeKind::Dated;
        if dated {
            code.check_date()?;
        }
        let findings = [
            (dated && code.expected_check_digit() != u32::from(digits.last()), &CHECK_DIGIT),
            (code.is_born_after_series(), &BORN_AFTER_SERIES),
            (code.is_demo(), &DEMO),
        ];
        Ok(Checked::new(code, findings))
    }

    /// A code for a demonstration person: `3099NN-NNNNN`, different for each `n` below ten million, then repeating.
    ///
    /// It cannot belong to anyone: as a dated code it would begin with day 30 of month 99, as a random one its
    /// second digit would be 0, where only 2 to 9 are issued. It says nothing about the birth date.
    #[must_use]
    pub fn demo(n: u32) -> Self {
        Self(Digits::from_number(DEMO_FIRST + u64::from(n % DEMO_COUNT)))
    }

    /// Whether the code was made by [`demo`](Self::demo). A production system shows the finding of `parse` or refuses.
    #[must_use]
    pub fn is_demo(&self) -> bool {
        self.kind() == CodeKind::Demo
    }

    /// Which series the code belongs to.
    #[must_use]
    pub fn kind(&self) -> CodeKind {
        match (self.0.number(0, 2), self.0.number(2, 2)) {
            (30, 99) => CodeKind::Demo,
            (32..=39, _) => CodeKind::Random,
            _ => CodeKind::Dated,
        }
    }

    /// Birth date of a dated code. For the other kinds the date comes from the Register of Natural Persons.
    #[must_use]
    pub fn birth_date(&self) -> Option<NaiveDate> {
        if self.kind() != CodeKind::Dated {
            return None;
        }
        let century = i32::try_from(self.0.number(6, 1)).ok().filter(|century| *century <= 2)?;
        let year = 1800 + 100 * century + i32::try_from(self.0.number(4, 2)).ok()?;
        NaiveDate::from_ymd_opt(year, self.0.number(2, 2), self.0.number(0, 2))
    }

    /// The 11 digits without the hyphen, as other systems store it.
    #[must_use]
    pub fn digits(&self) -> String {
        self.0.text()
    }

    /// As written on documents: `161175-19997`.
    #[must_use]
    pub fn formatted(&self) -> String {
        format!("{:06}-{:05}", self.0.number(0, 6), self.0.number(6, 5))
    }

    /// For logs and screens that need only the fact of a code: `******-*****`.
    #[must_use]
    pub fn masked(&self) -> &'static str {
        "******-*****"
    }

    fn expected_check_digit(&self) -> u32 {
        (1 + self.0.weighted(&WEIGHTS)) % 11 % 10
    }

    fn is_born_after_series(&self) -> bool {
        let last = NaiveDate::from_ymd_opt(2017, 6, 30);
        self.birth_date().zip(last).is_some_and(|(born, last)| born > last)
    }

    fn check_date(&self) -> Result<(), PersonalCodeError> {
        // A leap year stands in for the century that is not known yet.
        let plausible = NaiveDate::from_ymd_opt(2000, self.0.number(2, 2), self.0.number(0, 2)).is_some();
        match (plausible, self.0.number(6, 1)) {
            (false, _) => Err(PersonalCodeError::Date),
            (true, 3..) => Err(PersonalCodeError::Century),
            (true, _) => self.birth_date().map(drop).ok_or(PersonalCodeError::Date),
        }
    }
}

/// A hyphen, where there is one, stands once and after the sixth digit.
fn check_hyphen(text: &str) -> Result<(), PersonalCodeError> {
    let visible = text.chars().filter(|c| !c.is_whitespace());
    let places: Vec<_> = visible.enumerate().filter(|(_, c)| HYPHENS.contains(c)).map(|(place, _)| place).collect();
    if places.is_empty() || places == [6] { Ok(()) } else { Err(PersonalCodeError::Hyphen) }
}

impl std::fmt::Debug for PersonalCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PersonalCode({})", self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Checked<PersonalCode> {
        PersonalCode::parse(text).unwrap()
    }

    #[test]
    fn published_codes_pass_with_and_without_hyphen() {
        for text in ["161175-19997", "16117519997", " 161175 - 19997 ", "111111-11111"] {
            assert!(parse(text).is_clean(), "{text}");
        }
    }

    #[test]
    fn a_wrong_check_digit_is_a_warning() {
        let checked = parse("111112-11111");
        assert_eq!(checked.findings, [&CHECK_DIGIT]);
        assert_eq!(parse("010190-12345").findings, [&CHECK_DIGIT]);
    }

    #[test]
    fn the_century_digit_dates_the_birth() {
        let born = |text: &str| parse(text).value.birth_date().unwrap().to_string();
        assert_eq!(born("161175-19997"), "1975-11-16");
        assert_eq!(born("161175-09990"), "1875-11-16");
        assert_eq!(born("290200-20000"), "2000-02-29");
        assert_eq!(parse("328673-00679").value.birth_date(), None);
    }

    #[test]
    fn the_random_kind_has_no_check_digit() {
        for last in 0..10 {
            assert!(parse(&format!("328673-0067{last}")).is_clean());
        }
    }

    #[test]
    fn impossible_codes_are_refused_for_the_right_reason() {
        let reason = |text: &str| PersonalCode::parse(text).unwrap_err().code();
        assert_eq!(reason("161375-19997"), "personal-code-date");
        assert_eq!(reason("290200-10000"), "personal-code-date", "1900 was no leap year");
        assert_eq!(reason("161175-39997"), "personal-code-century");
        assert_eq!(reason("40003521600"), "personal-code-date");
        assert_eq!(reason("1611751-9997"), "personal-code-hyphen");
        assert_eq!(reason("161175-1999"), "personal-code-length");
        assert_eq!(reason("161175-1999a"), "personal-code-characters");
        assert_eq!(reason(" "), "personal-code-empty");
        assert_eq!(reason(&"1".repeat(100_000)), "personal-code-length");
    }

    #[test]
    fn a_dated_code_of_somebody_born_after_the_series_is_a_warning() {
        assert!(parse("010717-20000").findings.contains(&&BORN_AFTER_SERIES));
        assert!(!parse("300617-20000").findings.contains(&&BORN_AFTER_SERIES));
    }

    #[test]
    fn demo_codes_belong_to_no_series() {
        let demo = PersonalCode::demo(1_234_567);
        assert_eq!(demo.formatted(), "309912-34567");
        assert_eq!(parse(&demo.formatted()).findings, [&DEMO]);
        assert!(demo.is_demo() && demo.birth_date().is_none());
        assert!(!parse("161175-19997").value.is_demo());
        assert_eq!(PersonalCode::parse("309812-34567"), Err(PersonalCodeError::Date), "only 3099 is set aside");
    }

    #[test]
    fn debug_never_shows_the_digits() {
        assert_eq!(
            format!("{:?}", parse("161175-19997")),
            "Checked { value: PersonalCode(******-*****), findings: [] }"
        );
    }
}
