//! What an order says: built-in texts, which HR may replace.

use serde_json::{Value, json};
use types::{Date, Money};

use crate::model::LeaveKind;

/// Kinds of personnel order (rīkojuma veids).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderKind {
    /// Grants a leave.
    Leave,
    /// Recalls from a leave or trip, or moves it: takes an earlier effect back, wholly or from a day on.
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
    /// Takes an earlier order back as a whole (atcelšana).
    Annulment,
}

impl OrderKind {
    /// All kinds.
    pub const ALL: [Self; 8] = [
        Self::Leave,
        Self::LeaveChange,
        Self::Trip,
        Self::Termination,
        Self::Hire,
        Self::Transfer,
        Self::PayChange,
        Self::Annulment,
    ];

    /// Those that HR starts; the others follow from an application.
    pub const BY_HR: [Self; 6] =
        [Self::Hire, Self::Transfer, Self::PayChange, Self::Termination, Self::LeaveChange, Self::Annulment];

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
            Self::Annulment => "annulment",
        }
    }

    /// The kind of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.word() == word)
    }
}

/// The text of certificates of employment.
pub const CERTIFICATE: &str = "certificate";

/// Everything that has a text: the kinds of order, and certificates.
#[must_use]
pub fn texts() -> Vec<&'static str> {
    OrderKind::ALL.into_iter().map(OrderKind::word).chain([CERTIFICATE]).collect()
}

/// The built-in title and text. Official acts are in Latvian, whatever the reader's language. Names stand in a line
/// of their own: so they need no case.
#[must_use]
pub fn built_in(word: &str) -> Option<(&'static str, &'static str)> {
    Some(match word {
        "leave" => (
            "Par {{ leave_genitive }} piešķiršanu",
            "Pamatojoties uz {{ ground_accusative }} un {{ filed_on }} iesniegumu:\n\
             Darbinieks: {{ name }}, {{ post }}\n\
             1. Piešķirt {{ leave_accusative }} no {{ first }} līdz {{ last }} ({{ days }} {{ days_word }}).\n\
             {% if substitute %}2. Prombūtnes laikā pienākumus pilda {{ substitute }}.\n{% endif %}",
        ),
        "leave-change" => (
            "Par {{ leave_genitive }} {% if new_first %}pārcelšanu{% else %}pārtraukšanu{% endif %}",
            "Darbinieks: {{ name }}, {{ post }}\n\
             1. Pārtraukt {{ leave_accusative }} ar {{ from }} (no {{ first }} līdz {{ last }}, {{ reversed_on }} rīkojums Nr. {{ reversed_number }}).\n\
             {% if new_first %}2. Atlikušo daļu piešķirt no {{ new_first }} līdz {{ new_last }} ({{ new_days }} {{ days_word }}).\n{% endif %}\
             Pamatojums: {{ reason }}",
        ),
        "trip" => (
            "Par komandējumu",
            "Pamatojoties uz {{ filed_on }} iesniegumu un Ministru kabineta noteikumiem Nr. 969:\n\
             Darbinieks: {{ name }}, {{ post }}\n\
             1. Nosūtīt komandējumā no {{ first }} līdz {{ last }}: {{ destination }}.\n\
             2. Mērķis: {{ purpose }}.\n\
             {% if daily %}3. Izmaksāt dienas naudu {{ daily }} un segt viesnīcas izdevumus līdz {{ hotel }}.\n{% endif %}",
        ),
        "termination" => (
            "Par darba tiesisko attiecību izbeigšanu",
            "Darbinieks: {{ name }}, {{ post }}\n\
             1. Izbeigt darba tiesiskās attiecības; pēdējā darba diena {{ last }}.\n\
             2. Izmaksāt atlīdzību par neizmantoto ikgadējo atvaļinājumu: {{ days }} {{ days_word }}.\n\
             Pamats: {{ ground }}.",
        ),
        "hire" => (
            "Par pieņemšanu darbā",
            "Darbinieks: {{ name }}\n\
             1. Pieņemt darbā no {{ first }}{% if last %} līdz {{ last }}{% endif %}: {{ post }}, {{ unit }}.\n\
             2. Slodze {{ workload }}, mēnešalga {{ salary }}.\n\
             Darba līgums: {{ contract }}.",
        ),
        "transfer" => (
            "Par pārcelšanu citā amatā",
            "Darbinieks: {{ name }}, {{ post }}\n\
             1. No {{ first }} pārcelt amatā: {{ new_post }}, {{ new_unit }}{% if salary %}, mēnešalga {{ salary }}{% endif %}.\n\
             Pamatojums: {{ reason }}",
        ),
        "pay-change" => (
            "Par mēnešalgas maiņu",
            "Darbinieks: {{ name }}, {{ post }}\n\
             1. No {{ first }} noteikt mēnešalgu {{ salary }} (līdz šim {{ old_salary }}).\n\
             Pamatojums: {{ reason }}",
        ),
        "annulment" => (
            "Par rīkojuma atcelšanu",
            "Darbinieks: {{ name }}, {{ post }}\n\
             1. Atcelt {{ reversed_on }} rīkojumu Nr. {{ reversed_number }} “{{ reversed_title }}”.\n\
             Pamatojums: {{ reason }}",
        ),
        CERTIFICATE => (
            "Izziņa par darbu",
            "{{ institution }} apliecina:\n\
             {{ name }}{% if personal_code %}, personas kods {{ personal_code }},{% endif %} strādā no {{ since }}; amats: {{ post }}, slodze {{ workload }}.\n\
             {% if salary %}Mēnešalga: {{ salary }} pirms nodokļu nomaksas.\n{% endif %}\
             Izziņa izsniegta pēc darbinieka lūguma; iesniegšanai: {{ recipient }}.",
        ),
        _ => return None,
    })
}

/// A date as orders write it.
#[must_use]
pub fn date(d: Date) -> String {
    d.format("%d.%m.%Y.").to_string()
}

/// An amount as orders write it.
#[must_use]
pub fn money(amount: Money) -> String {
    format!("{} EUR", i18n::decimal_text(types::Locale::Lv, rust_decimal::Decimal::new(amount.0, 2), 2))
}

/// A leave's (or trip's) name in genitive and accusative, and the word for its days.
#[must_use]
pub const fn cases(kind: Option<LeaveKind>) -> (&'static str, &'static str, &'static str) {
    const CALENDAR: &str = "kalendāra dienas";
    const WORKING: &str = "darba dienas";
    match kind {
        Some(LeaveKind::Annual) => ("ikgadējā apmaksātā atvaļinājuma", "ikgadējo apmaksāto atvaļinājumu", CALENDAR),
        Some(LeaveKind::Extra) => ("papildatvaļinājuma", "papildatvaļinājumu", WORKING),
        Some(LeaveKind::Unpaid) => {
            ("atvaļinājuma bez darba samaksas saglabāšanas", "atvaļinājumu bez darba samaksas saglabāšanas", CALENDAR)
        }
        Some(LeaveKind::Study) => ("mācību atvaļinājuma", "mācību atvaļinājumu", WORKING),
        Some(LeaveKind::Parental) => ("bērna kopšanas atvaļinājuma", "bērna kopšanas atvaļinājumu", CALENDAR),
        Some(LeaveKind::Fathers) => ("bērna tēva atvaļinājuma", "atvaļinājumu bērna tēvam", WORKING),
        None => ("komandējuma", "komandējumu", CALENDAR),
    }
}

/// "1 kalendāra diena", but "11 kalendāra dienas".
fn days_word(word: &'static str, days: &str) -> String {
    let is_one = days.ends_with('1') && !days.ends_with("11") && !days.contains(',');
    if is_one { word.replace("dienas", "diena") } else { word.to_owned() }
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
    let (genitive, accusative, word) = cases(Some(kind));
    json!({
        "name": name,
        "post": post,
        "leave_genitive": genitive,
        "leave_accusative": accusative,
        "ground_accusative": kind.ground().replace("likums,", "likuma").replace("pants", "pantu"),
        "first": date(period.0),
        "last": date(period.1),
        "days": days,
        "days_word": days_word(word, days),
        "filed_on": date(filed_on),
        "substitute": substitute,
    })
}

/// Made-up values for the preview of a text; their names are all that the text may use.
#[must_use]
pub fn sample(word: &str) -> Value {
    let mut value = json!({ "name": "Anna Bērziņa", "post": "skolotāja" });
    let more = match word {
        "leave" => {
            let d = |day| Date::from_ymd_opt(2026, 12, day).unwrap_or_default();
            leave_values(
                LeaveKind::Annual,
                "Anna Bērziņa",
                "skolotāja",
                (d(1), d(14)),
                "14",
                d(1),
                Some("Jānis Kalniņš"),
            )
        }
        "leave-change" => json!({
            "leave_genitive": "ikgadējā apmaksātā atvaļinājuma", "leave_accusative": "ikgadējo apmaksāto atvaļinājumu",
            "first": "01.12.2026.", "last": "14.12.2026.", "from": "08.12.2026.", "days_word": "kalendāra dienas",
            "new_first": "04.01.2027.", "new_last": "10.01.2027.", "new_days": "7", "reversed_on": "20.11.2026.",
            "reversed_number": "P-2026/17", "reason": "darbinieka piekrišana 07.12.2026.",
        }),
        "trip" => json!({
            "filed_on": "23.11.2026.", "first": "01.12.2026.", "last": "03.12.2026.", "destination": "Rīga, Izglītības ministrija",
            "purpose": "kursi", "daily": "24,00 EUR", "hotel": "240,00 EUR",
        }),
        "termination" => json!({
            "last": "31.12.2026.", "days": "7,5", "days_word": "kalendāra dienas", "ground": "Darba likuma 100. panta pirmā daļa",
        }),
        "hire" => json!({
            "first": "01.12.2026.", "last": "31.05.2027.", "unit": "Sākumskola", "workload": "1", "salary": "1 500,00 EUR",
            "contract": "28.11.2026. Nr. DL-2026/40",
        }),
        "transfer" => json!({
            "first": "01.12.2026.", "new_post": "direktora vietniece", "new_unit": "Vadība", "salary": "1 900,00 EUR",
            "reason": "vienošanās 20.11.2026.",
        }),
        "pay-change" => json!({
            "first": "01.12.2026.", "salary": "1 600,00 EUR", "old_salary": "1 500,00 EUR", "reason": "vienošanās 20.11.2026.",
        }),
        "annulment" => json!({
            "reversed_on": "20.11.2026.", "reversed_number": "P-2026/17", "reversed_title": "Par komandējumu", "reason": "pasākums atcelts",
        }),
        CERTIFICATE => json!({
            "institution": "Parauga vidusskola", "personal_code": "", "since": "01.09.2019.", "workload": "1",
            "salary": "1 500,00 EUR", "recipient": "banka",
        }),
        _ => json!({}),
    };
    if let (Some(all), Value::Object(more)) = (value.as_object_mut(), more) {
        all.extend(more);
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::letters::fill;

    #[test]
    fn every_built_in_text_can_be_filled_with_its_sample() {
        for word in texts() {
            let (title, body) = built_in(word).unwrap();
            let text = format!("{}\n{}", fill(title, &sample(word)).unwrap(), fill(body, &sample(word)).unwrap());
            assert!(text.contains("Anna Bērziņa") && !text.contains("{{"), "{text}");
        }
    }

    #[test]
    fn a_leave_order_names_period_days_and_substitute() {
        let d = |day| Date::from_ymd_opt(2026, 12, day).unwrap();
        for kind in LeaveKind::ALL {
            let values =
                leave_values(kind, "Anna Bērziņa", "skolotāja", (d(1), d(14)), "14", d(1), Some("Jānis Kalniņš"));
            let (title, body) = built_in("leave").unwrap();
            let text = format!("{}\n{}", fill(title, &values).unwrap(), fill(body, &values).unwrap());
            assert!(
                text.contains("Anna Bērziņa") && text.contains("01.12.2026.") && text.contains("Jānis Kalniņš"),
                "{text}"
            );
        }
    }

    #[test]
    fn money_in_orders() {
        assert_eq!(money(Money(150_050)).replace('\u{a0}', " "), "1 500,50 EUR");
    }
}
