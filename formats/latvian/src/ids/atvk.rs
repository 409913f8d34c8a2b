//! Classifier of administrative territories (ATVK 2021, MK 379).

use super::{CheckRule, Checked, Digits, NotDigits, display_formatted, id_error};
use crate::Certainty;

/// Code of an administrative territory or its unit (ATVK kods): 7 digits, `RRTTUUM`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AtvkCode(Digits<7>);

/// What a code names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AtvkLevel {
    /// The whole state (all zeros).
    State,
    /// A state city that is a municipality of its own (valstspilsēta).
    StateCity,
    /// A municipality (novads).
    Novads,
    /// A state city inside a novads (valstspilsēta novadā).
    CityInNovads,
    /// A town (pilsēta).
    Town,
    /// A parish (pagasts).
    Parish,
}

id_error! {
    /// Why a text is not an ATVK code.
    AtvkError {
        /// Nothing was given.
        Empty => "atvk-empty", "the territory code is empty";
        /// Something other than digits and spaces.
        Characters => "atvk-characters", "a territory code has only digits";
        /// Not 7 digits.
        Length => "atvk-length", "a territory code has 7 digits";
        /// A unit is named without its municipality.
        Territory => "atvk-territory", "the territory code names a unit but no municipality";
    }
}

const FORM: CheckRule = CheckRule {
    code: "atvk-form",
    text: "7 digits: 2 of region, 2 of territory (state cities 01–19, novadi 20–99), 2 of unit (state cities 01–19, \
           towns 20–39, parishes 40–99), 1 counts modifications.",
    certainty: Certainty::Confirmed,
    source: "csp.gov.lv; MK 379 (15.06.2021)",
};

const REGION: CheckRule = CheckRule {
    code: "atvk-region",
    text: "The two digits of the region are held in reserve and are 00.",
    certainty: Certainty::ByTest,
    source: "every code seen begins with 00",
};

impl AtvkCode {
    /// Rules that `parse` looks at.
    pub const RULES: &[CheckRule] = &[FORM, REGION];

    /// Reads a code.
    ///
    /// # Errors
    /// When it has not the form.
    pub fn parse(text: &str) -> Result<Checked<Self>, AtvkError> {
        let digits = Digits::<7>::parse(text, &[]).map_err(|error| match error {
            NotDigits::Empty => AtvkError::Empty,
            NotDigits::Foreign => AtvkError::Characters,
            NotDigits::Length => AtvkError::Length,
        })?;
        let code = Self(digits);
        if code.territory_digits() == 0 && code.unit_digits() != 0 {
            return Err(AtvkError::Territory);
        }
        Ok(Checked::new(code, [(digits.number(0, 2) != 0, &REGION)]))
    }

    /// What it names.
    #[must_use]
    pub fn level(&self) -> AtvkLevel {
        match (self.territory_digits(), self.unit_digits()) {
            (0, _) => AtvkLevel::State,
            (1..=19, 0) => AtvkLevel::StateCity,
            (_, 0) => AtvkLevel::Novads,
            (_, 1..=19) => AtvkLevel::CityInNovads,
            (_, 20..=39) => AtvkLevel::Town,
            (_, _) => AtvkLevel::Parish,
        }
    }

    /// Whether the unit lies in the territory, whatever the modification digits.
    #[must_use]
    pub fn is_within(&self, territory: &Self) -> bool {
        let same = self.territory_digits() == territory.territory_digits();
        match territory.level() {
            AtvkLevel::State => true,
            AtvkLevel::StateCity | AtvkLevel::Novads => same,
            _ => same && self.unit_digits() == territory.unit_digits(),
        }
    }

    /// How often the object has been changed since the classifier began.
    #[must_use]
    pub fn modification(&self) -> u8 {
        self.0.last()
    }

    /// The 7 digits.
    #[must_use]
    pub fn formatted(&self) -> String {
        self.0.text()
    }

    fn territory_digits(&self) -> u32 {
        self.0.number(2, 2)
    }

    fn unit_digits(&self) -> u32 {
        self.0.number(4, 2)
    }
}

display_formatted!(AtvkCode);

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> AtvkCode {
        AtvkCode::parse(text).unwrap().value
    }

    #[test]
    fn digits_tell_the_level() {
        assert_eq!(parse("0001000").level(), AtvkLevel::StateCity, "Rīga");
        assert_eq!(parse("0007000").level(), AtvkLevel::StateCity, "Ventspils");
        assert_eq!(parse("0020000").level(), AtvkLevel::Novads);
        assert_eq!(parse("0034450").level(), AtvkLevel::Parish);
        assert_eq!(parse("0034200").level(), AtvkLevel::Town);
        assert_eq!(parse("0034010").level(), AtvkLevel::CityInNovads);
    }

    #[test]
    fn a_changed_novads_still_holds_its_units() {
        let madona = parse("0038001");
        assert_eq!((madona.level(), madona.modification()), (AtvkLevel::Novads, 1));
        assert!(parse("0038450").is_within(&madona));
        assert!(!parse("0034450").is_within(&madona));
        assert!(!madona.is_within(&parse("0038450")));
    }

    #[test]
    fn other_texts_are_refused_or_warned_about() {
        let reason = |text: &str| AtvkCode::parse(text).unwrap_err().code();
        assert_eq!(reason("000100"), "atvk-length");
        assert_eq!(reason("0000450"), "atvk-territory");
        assert_eq!(reason("00x1000"), "atvk-characters");
        assert_eq!(reason(""), "atvk-empty");
        assert_eq!(AtvkCode::parse("0120000").unwrap().findings, [&REGION]);
    }
}
