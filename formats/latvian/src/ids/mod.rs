//! Identifiers of people, institutions, accounts, real estate, addresses, territories and telephones.
//!
//! `parse` accepts what people type (spaces, hyphens, prefixes) and gives a [`Checked`] value: the value itself and
//! the [findings](Finding) of rules that are not certain enough to refuse by. Everything is bounded: a text longer
//! than [`MAX_INPUT`] bytes is refused unread.

mod address;
mod atvk;
mod cadastre;
mod iban;
mod person;
mod phone;
mod registration;
mod vat;

pub use address::{AddressCode, AddressCodeError};
pub use atvk::{AtvkCode, AtvkError, AtvkLevel};
pub use cadastre::{CadastreError, CadastreKind, CadastreNumber};
pub use iban::{Iban, IbanError};
pub use person::{CodeKind, PersonalCode, PersonalCodeError};
pub use phone::{Phone, PhoneError, PhoneKind};
pub use registration::{RegistrationNumber, RegistrationNumberError};
pub use vat::{VatHolder, VatNumber, VatNumberError};

use crate::Certainty;

/// Longest text that any parser looks at, in bytes.
pub const MAX_INPUT: usize = 64;

/// A rule that an identifier should obey, with what is known about the rule itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CheckRule {
    /// Stable name for storage and translation.
    pub code: &'static str,
    /// The rule in one sentence.
    pub text: &'static str,
    /// How far it may be relied upon. Only [`Certainty::Confirmed`] rules make `parse` fail.
    pub certainty: Certainty,
    /// Where the rule was read or how it was found.
    pub source: &'static str,
}

/// An uncertain rule that a value does not obey: show it as a warning.
pub type Finding = &'static CheckRule;

/// A parsed value with the uncertain rules that it breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "findings are warnings that somebody should see"]
pub struct Checked<T> {
    /// The identifier.
    pub value: T,
    /// Rules that it breaks and that are not certain enough to refuse by; usually empty.
    pub findings: Vec<Finding>,
}

impl<T> Checked<T> {
    fn new(value: T, broken: impl IntoIterator<Item = (bool, Finding)>) -> Self {
        let findings = broken.into_iter().filter(|(is_broken, _)| *is_broken).map(|(_, rule)| rule).collect();
        Self { value, findings }
    }

    /// The value, unless it breaks a rule at least as certain as `floor`. `ByTest` suits numbers that a machine
    /// wrote (an e-invoice); for what people hand in, show the findings and go on.
    ///
    /// # Errors
    /// The first such rule.
    pub fn accept(self, floor: Certainty) -> Result<T, Finding> {
        match self.findings.iter().find(|rule| rule.certainty >= floor) {
            Some(rule) => Err(rule),
            None => Ok(self.value),
        }
    }

    /// The value, whatever the findings.
    pub fn into_value(self) -> T {
        self.value
    }

    /// Whether no rule is broken.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }
}

/// All rules of all identifiers, for a help page or an audit.
#[must_use]
pub fn all_rules() -> Vec<Finding> {
    [
        PersonalCode::RULES,
        RegistrationNumber::RULES,
        VatNumber::RULES,
        Iban::RULES,
        CadastreNumber::RULES,
        AddressCode::RULES,
        AtvkCode::RULES,
        Phone::RULES,
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Why a text is not a run of so many digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NotDigits {
    Empty,
    Foreign,
    Length,
}

/// `N` decimal digits as values 0–9.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Digits<const N: usize>([u8; N]);

impl<const N: usize> Digits<N> {
    /// Reads digits, skipping white space and the given separators.
    fn parse(text: &str, separators: &[char]) -> Result<Self, NotDigits> {
        let run = digit_run(text, separators)?;
        <[u8; N]>::try_from(run.as_slice()).map(Self).map_err(|_| NotDigits::Length)
    }

    /// The last `N` digits of a number.
    fn from_number(mut number: u64) -> Self {
        let mut out = [0; N];
        for slot in out.iter_mut().rev() {
            *slot = u8::try_from(number % 10).unwrap_or(0);
            number /= 10;
        }
        Self(out)
    }

    /// Σ weight · digit over as many digits as there are weights.
    fn weighted(&self, weights: &[u32]) -> u32 {
        self.0.iter().zip(weights).map(|(digit, weight)| u32::from(*digit) * weight).sum()
    }

    /// The number formed by `count` digits after the first `skip`.
    fn number(&self, skip: usize, count: usize) -> u32 {
        self.0.iter().skip(skip).take(count).fold(0, |sum, digit| sum.wrapping_mul(10).wrapping_add(u32::from(*digit)))
    }

    fn first(&self) -> u8 {
        self.0.first().copied().unwrap_or(0)
    }

    fn last(&self) -> u8 {
        self.0.last().copied().unwrap_or(0)
    }

    fn text(&self) -> String {
        digit_text(&self.0)
    }
}

/// Digits of a text, skipping white space and the given separators; bounded by [`MAX_INPUT`].
fn digit_run(text: &str, separators: &[char]) -> Result<Vec<u8>, NotDigits> {
    if text.len() > MAX_INPUT {
        return Err(NotDigits::Length);
    }
    let kept = text.chars().filter(|c| !c.is_whitespace() && !separators.contains(c));
    let run = kept
        .map(|c| c.to_digit(10).and_then(|digit| u8::try_from(digit).ok()))
        .collect::<Option<Vec<u8>>>()
        .ok_or(NotDigits::Foreign)?;
    if run.is_empty() { Err(NotDigits::Empty) } else { Ok(run) }
}

fn digit_text(digits: &[u8]) -> String {
    digits.iter().map(|digit| char::from(b'0' + digit)).collect()
}

/// Error texts and codes in one table per identifier.
macro_rules! id_error {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident => $code:literal, $text:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
        pub enum $name {
            $($(#[$vmeta])* #[error($text)] $variant,)+
        }

        impl $name {
            /// Stable name for translation.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }
        }
    };
}
use id_error;

/// Prints a value by its `formatted()` text.
macro_rules! display_formatted {
    ($($name:ty),+) => {$(
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.formatted())
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({})", stringify!($name), self.formatted())
            }
        }
    )+};
}
use display_formatted;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_its_own_code_and_a_source() {
        let rules = all_rules();
        let mut codes: Vec<_> = rules.iter().map(|rule| rule.code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), rules.len());
        assert!(rules.iter().all(|rule| !rule.source.is_empty() && !rule.text.is_empty()));
    }

    #[test]
    fn accept_refuses_only_from_the_floor_up() {
        let address = || AddressCode::parse("100003004").unwrap();
        assert!(address().accept(Certainty::ByTest).is_err());
        assert!(address().accept(Certainty::Confirmed).is_ok());
    }
}
