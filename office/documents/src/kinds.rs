//! Kinds of document: declared by apps, found here.

use types::Money;

use crate::model::AccessLevel;

/// What a field of typed metadata holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldType {
    /// One line.
    Text,
    /// Several lines.
    LongText,
    /// A calendar date, kept as `2026-11-23`.
    Date,
    /// An amount, kept in cents.
    Money,
    /// A whole number.
    Number,
    /// Yes or no.
    Flag,
    /// One of these: code and key of its name.
    Choice(&'static [(&'static str, &'static str)]),
    /// A person, by id.
    Person,
    /// A unit, by id.
    Unit,
}

/// A field of typed metadata.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldDef {
    /// Its key in the document's data.
    pub name: &'static str,
    /// The key of its label.
    pub label: &'static str,
    /// What it holds.
    pub holds: FieldType,
    /// Must it be there?
    pub required: bool,
}

/// How long a kind is kept where its file says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retention {
    /// That many years after the year's end.
    Years(u16),
    /// For ever (pastāvīgi glabājams).
    Permanent,
}

/// A kind of document (dokumenta veids).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DocumentKind {
    /// Its code, for example `personnel.order`.
    pub code: &'static str,
    /// The key of its name.
    pub title_key: &'static str,
    /// The code of the register it goes to unless somebody chooses another.
    pub register: &'static str,
    /// How long it is kept where its file says nothing.
    pub retention: Retention,
    /// Its typed metadata.
    pub fields: &'static [FieldDef],
    /// Who may know of it unless somebody chooses otherwise.
    pub access: AccessLevel,
}

/// All kinds of the house; registered as one extension by the server.
#[derive(Clone, Debug, Default)]
pub struct Kinds(pub Vec<DocumentKind>);

impl Kinds {
    /// The kind with that code.
    #[must_use]
    pub fn get(&self, code: &str) -> Option<&DocumentKind> {
        self.0.iter().find(|k| k.code == code)
    }

    /// The key of a kind's name; a code nobody declares any more names itself.
    #[must_use]
    pub fn title(&self, tr: &i18n::Tr, code: &str) -> String {
        self.get(code).map_or_else(|| code.to_owned(), |k| tr.t(k.title_key))
    }
}

/// The kinds that the desk itself needs, whatever apps there are.
pub const OWN_KINDS: &[DocumentKind] = &[
    DocumentKind {
        code: "letter",
        title_key: "documents-kind-letter",
        register: "incoming",
        retention: Retention::Years(5),
        fields: &[],
        access: AccessLevel::Internal,
    },
    DocumentKind {
        code: "internal-note",
        title_key: "documents-kind-internal-note",
        register: "internal",
        retention: Retention::Years(5),
        fields: &[],
        access: AccessLevel::Internal,
    },
    DocumentKind {
        code: "contract",
        title_key: "documents-kind-contract",
        register: "contracts",
        retention: Retention::Years(10),
        fields: &[
            FieldDef {
                name: "valid_until",
                label: "documents-field-valid-until",
                holds: FieldType::Date,
                required: false,
            },
            FieldDef { name: "amount", label: "documents-field-amount", holds: FieldType::Money, required: false },
        ],
        access: AccessLevel::Internal,
    },
    DocumentKind {
        code: "certified-copy",
        title_key: "documents-kind-certified-copy",
        register: "internal",
        retention: Retention::Years(5),
        fields: &[],
        access: AccessLevel::Internal,
    },
    DocumentKind {
        code: "disposal-act",
        title_key: "documents-kind-disposal-act",
        register: "internal",
        retention: Retention::Permanent,
        fields: &[],
        access: AccessLevel::Internal,
    },
    DocumentKind {
        code: "correction",
        title_key: "documents-kind-correction",
        register: "internal",
        retention: Retention::Years(10),
        fields: &[],
        access: AccessLevel::Internal,
    },
];

/// How a value of typed metadata is shown.
#[must_use]
pub fn shown(tr: &i18n::Tr, field: &FieldDef, value: &serde_json::Value) -> String {
    match (field.holds, value) {
        (_, serde_json::Value::Null) => "—".to_owned(),
        (FieldType::Money, v) => v.as_i64().map_or_else(|| v.to_string(), |c| tr.money(Money(c))),
        (FieldType::Number, v) => v.as_i64().map_or_else(|| v.to_string(), |n| tr.number(n)),
        (FieldType::Flag, v) => tr.t(if v.as_bool() == Some(true) { "documents-yes" } else { "documents-no" }),
        (FieldType::Date, v) => v.as_str().and_then(|s| s.parse().ok()).map_or_else(|| v.to_string(), |d| tr.date(d)),
        (FieldType::Choice(choices), v) => {
            let code = v.as_str().unwrap_or_default();
            choices.iter().find(|(c, _)| *c == code).map_or_else(|| code.to_owned(), |(_, key)| tr.t(key))
        }
        (_, serde_json::Value::String(text)) => text.clone(),
        (_, v) => v.to_string(),
    }
}
