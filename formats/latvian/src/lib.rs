//! What is Latvian and can be computed: identifiers ([`ids`]), public holidays and working days
//! ([`calendar`]), folding and stemming for search ([`search`]), sorting and shortening of names ([`names`]).
//!
//! Pure: no I/O, no clock, no tenant. Where the law or a standard states a rule, breaking it is an error.
//! Where a rule is only inferred from published numbers, breaking it is a [finding](ids::Finding) beside the
//! value, so that a caller warns and a real person or institution is never turned away by a guess.
//! [`Certainty`] says which is which, and is public data beside every rule.

pub mod calendar;
pub mod ids;
pub mod names;
pub mod search;
pub mod territories;

/// How far a rule may be relied upon; ordered from the weakest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// General knowledge or sources in conflict: warn at most.
    Uncertain,
    /// No official text was read, but every published number obeys it: warn.
    ByTest,
    /// A law, a standard or an authority's page says so: refuse.
    Confirmed,
}

impl Certainty {
    /// Stable name for storage and translation.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Uncertain => "uncertain",
            Self::ByTest => "by-test",
            Self::Confirmed => "confirmed",
        }
    }
}
