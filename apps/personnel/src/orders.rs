//! What an order says: built-in texts, which HR may replace.

use serde_json::{Value, json};
use types::Date;

use crate::model::LeaveKind;

/// Kinds of personnel order (rīkojuma veids).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderKind {
    /// Grants a leave.
    Leave,
    /// Recalls from a leave, or moves it: takes an earlier effect back.
    LeaveChange,
    /// Sends on a business trip (komandējums).
    Trip,
    /// Ends an employment.
    Termination,
    /// Begins an employment.
    Hire,
    /// Moves to another post or unit.
    Transfer,
    /// Changes pay.
    PayChange,
}

impl OrderKind {
    /// All kinds.
    pub const ALL: [Self; 7] =
        [Self::Leave, Self::LeaveChange, Self::Trip, Self::Termination, Self::Hire, Self::Transfer, Self::PayChange];

    /// Its word in the database and in keys of texts.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Leave => "leave",
            Self::LeaveChange => "leave-change",
            Self::Trip => "trip",
            Self::Termination => "termination",
            Self::Hire => "hire",
            Self::Transfer => "transfer",
            Self::PayChange => "pay-change",
        }
    }

    /// The kind of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.word() == word)
    }

    /// The built-in title and text. Orders are official acts: they are in Latvian, whatever the reader's language.
    #[must_use]
    pub const fn built_in(self) -> (&'static str, &'static str) {
        match self {
            Self::Leave => (
                "Par {{ leave_genitive }} piešķiršanu",
                "Pamatojoties uz {{ ground_accusative }} un {{ name }} {{ filed_on }} iesniegumu,\n\n\
                 1. Piešķirt {{ name }}, {{ post }}, {{ leave_accusative }} no {{ first }} līdz {{ last }} ({{ days }} {{ days_word }}).\n\
                 {% if substitute %}2. Prombūtnes laikā pienākumus pilda {{ substitute }}.\n{% endif %}",
            ),
            Self::LeaveChange => (
                "Par {{ leave_genitive }} atsaukšanu",
                "Atsaukt {{ name }}, {{ post }}, {{ leave_accusative }} no {{ first }} līdz {{ last }}, kas piešķirts ar {{ reversed_on }} rīkojumu Nr. {{ reversed_number }}.\nPamatojums: {{ reason }}",
            ),
            Self::Trip => (
                "Par komandējumu",
                "Nosūtīt {{ name }}, {{ post }}, komandējumā uz {{ destination }} no {{ first }} līdz {{ last }}.\nMērķis: {{ purpose }}.",
            ),
            Self::Termination => (
                "Par darba tiesisko attiecību izbeigšanu",
                "Izbeigt darba tiesiskās attiecības ar {{ name }}, {{ post }}; pēdējā darba diena {{ last }}.\nPamats: {{ ground }}.\nIzmaksāt atlīdzību par neizmantoto atvaļinājumu: {{ days }} {{ days_word }}.",
            ),
            Self::Hire => (
                "Par pieņemšanu darbā",
                "Pieņemt darbā {{ name }} par {{ post }} no {{ first }} ar slodzi {{ workload }} un mēnešalgu {{ salary }}.\nDarba līgums: {{ contract }}.",
            ),
            Self::Transfer => (
                "Par pārcelšanu citā amatā",
                "Pārcelt {{ name }}, {{ post }}, no {{ first }} amatā “{{ new_post }}” struktūrvienībā “{{ new_unit }}”.",
            ),
            Self::PayChange => (
                "Par mēnešalgas maiņu",
                "Noteikt {{ name }}, {{ post }}, no {{ first }} mēnešalgu {{ salary }}.\nPamatojums: {{ reason }}.",
            ),
        }
    }
}

/// A date as orders write it.
#[must_use]
pub fn date(d: Date) -> String {
    d.format("%d.%m.%Y.").to_string()
}

/// The values that a leave order's text may use.
#[must_use]
pub fn leave_values(
    kind: LeaveKind,
    name: &str,
    post: &str,
    period: (Date, Date),
    days: &str,
    filed_on: Date,
    substitute: Option<&str>,
) -> Value {
    let (genitive, accusative) = match kind {
        LeaveKind::Annual => ("ikgadējā apmaksātā atvaļinājuma", "ikgadējo apmaksāto atvaļinājumu"),
        LeaveKind::Extra => ("papildatvaļinājuma", "papildatvaļinājumu"),
        LeaveKind::Unpaid => {
            ("atvaļinājuma bez darba samaksas saglabāšanas", "atvaļinājumu bez darba samaksas saglabāšanas")
        }
        LeaveKind::Study => ("mācību atvaļinājuma", "mācību atvaļinājumu"),
        LeaveKind::Parental => ("bērna kopšanas atvaļinājuma", "bērna kopšanas atvaļinājumu"),
        LeaveKind::Fathers => ("bērna tēva atvaļinājuma", "atvaļinājumu bērna tēvam"),
    };
    json!({
        "name": name,
        "post": post,
        "leave_genitive": genitive,
        "leave_accusative": accusative,
        "ground_accusative": kind.ground().replace("likums,", "likuma").replace("pants", "pantu"),
        "first": date(period.0),
        "last": date(period.1),
        "days": days,
        "days_word": if kind.in_working_days() { "darba dienas" } else { "kalendāra dienas" },
        "filed_on": date(filed_on),
        "substitute": substitute,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::letters::fill;

    #[test]
    fn the_built_in_leave_order_can_be_filled() {
        let d = |day| Date::from_ymd_opt(2026, 12, day).unwrap();
        for kind in LeaveKind::ALL {
            let values =
                leave_values(kind, "Anna Bērziņa", "skolotāja", (d(1), d(14)), "14", d(1), Some("Jānis Kalniņš"));
            let (title, body) = OrderKind::Leave.built_in();
            let text = format!("{}\n{}", fill(title, &values).unwrap(), fill(body, &values).unwrap());
            assert!(
                text.contains("Anna Bērziņa") && text.contains("01.12.2026.") && text.contains("Jānis Kalniņš"),
                "{text}"
            );
        }
    }
}
