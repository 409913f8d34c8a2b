//! Number of a payer of value added tax (PVN maksātāja numurs).

use super::{
    CheckRule, Checked, MAX_INPUT, PersonalCode, PersonalCodeError, RegistrationNumber, RegistrationNumberError,
};
use crate::Certainty;

/// VAT number (PVN maksātāja reģistrācijas numurs): `LV` and the registration number or personal code of the payer.
/// It shows itself neither by `Display` nor in `Debug` when it contains a personal code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VatNumber(VatHolder);

/// Whose number it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VatHolder {
    /// A legal person or institution.
    Entity(RegistrationNumber),
    /// A natural person: the number contains the personal code.
    Person(PersonalCode),
}

/// Why a text is not a VAT number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum VatNumberError {
    /// Nothing was given.
    #[error("the VAT number is empty")]
    Empty,
    /// Begins with the letters of another country.
    #[error("a Latvian VAT number begins with LV")]
    Country,
    /// The digits are no registration number.
    #[error(transparent)]
    Entity(#[from] RegistrationNumberError),
    /// The digits are no personal code.
    #[error(transparent)]
    Person(#[from] PersonalCodeError),
}

impl VatNumberError {
    /// Stable name for translation.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "vat-number-empty",
            Self::Country => "vat-number-country",
            Self::Entity(inner) => inner.code(),
            Self::Person(inner) => inner.code(),
        }
    }
}

const FORM: CheckRule = CheckRule {
    code: "vat-number-form",
    text: "LV and 11 digits: a registration number, or the personal code of a natural person.",
    certainty: Certainty::Confirmed,
    source: "python-stdnum; LV and 11 digits is the form that the European VIES service states",
};

impl VatNumber {
    /// Rules that `parse` looks at, besides those of the number inside.
    pub const RULES: &[CheckRule] = &[FORM];

    /// Reads a number with or without `LV`, spaces and hyphens.
    ///
    /// # Errors
    /// When it has not the form. Uncertain rules of the number inside are findings.
    pub fn parse(text: &str) -> Result<Checked<Self>, VatNumberError> {
        if text.len() > MAX_INPUT {
            return Err(RegistrationNumberError::Length.into());
        }
        let compact: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        let upper = compact.to_uppercase();
        let digits = upper.strip_prefix("LV").unwrap_or(&upper);
        match digits.chars().next() {
            None => Err(VatNumberError::Empty),
            Some('0'..='3') => Ok(wrap(PersonalCode::parse(digits)?, VatHolder::Person)),
            Some('4'..='9') => Ok(wrap(RegistrationNumber::parse(digits)?, VatHolder::Entity)),
            Some(_) => Err(VatNumberError::Country),
        }
    }

    /// The VAT number of a registered company or institution.
    #[must_use]
    pub fn of(number: RegistrationNumber) -> Self {
        Self(VatHolder::Entity(number))
    }

    /// Whose number it is.
    #[must_use]
    pub fn holder(&self) -> VatHolder {
        self.0
    }

    /// As written on invoices: `LV40003521600`. May contain a personal code.
    #[must_use]
    pub fn formatted(&self) -> String {
        match self.0 {
            VatHolder::Entity(number) => format!("LV{}", number.formatted()),
            VatHolder::Person(code) => format!("LV{}", code.digits()),
        }
    }
}

fn wrap<T>(checked: Checked<T>, holder: impl Fn(T) -> VatHolder) -> Checked<VatNumber> {
    Checked { value: VatNumber(holder(checked.value)), findings: checked.findings }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn companies_and_persons_are_told_apart() {
        let company = VatNumber::parse("lv 4000 3521 600").unwrap();
        assert!(company.is_clean());
        assert_eq!(company.value.formatted(), "LV40003521600");
        let person = VatNumber::parse("LV16117519997").unwrap().value;
        assert!(matches!(person.holder(), VatHolder::Person(_)));
        assert_eq!(person.formatted(), "LV16117519997");
    }

    #[test]
    fn debug_never_shows_a_personal_code() {
        let person = VatNumber::parse("LV16117519997").unwrap();
        assert!(!format!("{person:?}").contains("19997"));
    }

    #[test]
    fn findings_come_from_the_number_inside() {
        assert_eq!(VatNumber::parse("LV40003521601").unwrap().findings.len(), 1);
    }

    #[test]
    fn other_texts_are_refused() {
        let reason = |text: &str| VatNumber::parse(text).unwrap_err().code();
        assert_eq!(reason("EE123456789"), "vat-number-country");
        assert_eq!(reason("LV"), "vat-number-empty");
        assert_eq!(reason("LV4000352160"), "registration-number-length");
        assert_eq!(reason("LV16137519997"), "personal-code-date");
    }
}
