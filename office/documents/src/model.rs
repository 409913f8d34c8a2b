//! What a document is: pure.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use types::{ClassId, Date, DocumentId, PersonId, RegistrationId, UnitId};
use uuid::Uuid;

/// An enum kept as a word in the database.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$item:meta])* $variant:ident = $word:literal),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum $name { $($(#[$item])* #[serde(rename = $word)] $variant),+ }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word in the database, in addresses and in keys of texts.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// Reads the word.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
        impl sqlx::Type<sqlx::Postgres> for $name {
            fn type_info() -> sqlx::postgres::PgTypeInfo {
                <str as sqlx::Type<sqlx::Postgres>>::type_info()
            }
        }
        impl<'q> sqlx::Encode<'q, sqlx::Postgres> for $name {
            fn encode_by_ref(
                &self,
                buffer: &mut sqlx::postgres::PgArgumentBuffer,
            ) -> Result<sqlx::encode::IsNull, sqlx::error::BoxDynError> {
                <&str as sqlx::Encode<sqlx::Postgres>>::encode_by_ref(&self.word(), buffer)
            }
        }
        impl<'r> sqlx::Decode<'r, sqlx::Postgres> for $name {
            fn decode(value: sqlx::postgres::PgValueRef<'r>) -> Result<Self, sqlx::error::BoxDynError> {
                let word = <&str as sqlx::Decode<sqlx::Postgres>>::decode(value)?;
                Self::from_word(word).ok_or_else(|| format!("{word} is no {}", stringify!($name)).into())
            }
        }
    )+};
}

pub(crate) use words;

words! {
    /// Which way a document travels (virziens).
    Direction {
        /// Received (saņemts).
        Incoming = "incoming",
        /// Sent (nosūtāms).
        Outgoing = "outgoing",
        /// Within the house (iekšējs).
        Internal = "internal",
    }
    /// On what the original is (datu nesējs).
    Medium {
        /// Electronic document.
        Electronic = "electronic",
        /// Paper; its place is kept beside it.
        Paper = "paper",
        /// Partly on paper (hibrīda dokuments).
        Hybrid = "hybrid",
    }
    /// Who may know of it (pieejamība), by the Law on Freedom of Information (Informācijas atklātības likums).
    AccessLevel {
        /// Anybody (vispārpieejama informācija).
        Public = "public",
        /// Whoever works with the papers of its unit.
        Internal = "internal",
        /// Restricted (ierobežotas pieejamības informācija): named readers only; a ground is stated.
        Restricted = "restricted",
    }
    /// Where a document stands in its life.
    DocState {
        /// Being written (projekts).
        Draft = "draft",
        /// On a route (saskaņošanā).
        Circulating = "circulating",
        /// Registered: its content never changes again (reģistrēts).
        Registered = "registered",
        /// Void; its number stays (anulēts).
        Annulled = "annulled",
    }
    /// How a document stands to another.
    LinkKind {
        /// Answers it (atbilde).
        Reply = "reply",
        /// Rests on it (pamatojums).
        Basis = "basis",
        /// Belongs to it (pielikums).
        Annex = "annex",
        /// Corrects it (labojums).
        Correction = "correction",
        /// Makes it void (anulēšana).
        Annulment = "annulment",
        /// Is an extract of it (izraksts).
        Extract = "extract",
        /// Is a certified copy of it (apliecināta kopija).
        Copy = "copy",
    }
    /// What a file is to its document.
    FileRole {
        /// The content itself.
        Main = "main",
        /// An annex (pielikums).
        Annex = "annex",
        /// The same content rendered for reading or keeping (PDF/A).
        Rendering = "rendering",
        /// A signature container (ASiC-E, EDOC) or a signed PDF.
        Signature = "signature",
    }
}

impl FileRole {
    /// May such a file still be added when the document is registered? What it says may not change any more;
    /// renderings and signatures say nothing new.
    #[must_use]
    pub const fn may_follow_registration(self) -> bool {
        matches!(self, Self::Rendering | Self::Signature)
    }
}

/// A document to be made.
#[derive(Clone, Debug)]
pub struct NewDocument {
    /// Its id, where it must be known beforehand.
    pub id: Option<DocumentId>,
    /// The kind's code (see [`crate::Kinds`]).
    pub kind: String,
    /// The title (nosaukums).
    pub title: String,
    /// The unit it belongs to.
    pub unit: UnitId,
    /// The institution above that unit: registers number by it.
    pub institution: UnitId,
    /// The person it is about.
    pub owner: Option<PersonId>,
    /// The code of the system it came from: `desk`, `kadri`, `nino`, `sopa`, `gvedis`, `invoices` …
    pub source: String,
    /// Which way it travels.
    pub direction: Direction,
    /// On what the original is.
    pub medium: Medium,
    /// Where a paper original is.
    pub original_place: Option<String>,
    /// Who may know of it.
    pub access: AccessLevel,
    /// Why it is restricted: law and article.
    pub access_ground: Option<String>,
    /// Its file in the classification scheme.
    pub class: Option<ClassId>,
    /// Typed metadata of its kind.
    pub data: Value,
    /// From whom or to whom (korespondents).
    pub correspondent: Option<String>,
    /// The number at the correspondent's.
    pub external_number: Option<String>,
    /// The date at the correspondent's.
    pub external_date: Option<Date>,
    /// The channel by which it came: `e-address`, `e-mail`, `post`, `counter`, `portal` …
    pub received_via: Option<String>,
    /// Text to be found by, beside the title and the files.
    pub body_text: String,
    /// Whom it is open to beyond the roles of its unit: persons, or pools ([`op::pool_id`]).
    pub readers: Vec<Uuid>,
}

impl NewDocument {
    /// An internal electronic document; the rest is set by name.
    #[must_use]
    pub fn new(
        kind: impl Into<String>,
        title: impl Into<String>,
        unit: UnitId,
        institution: UnitId,
        source: impl Into<String>,
    ) -> Self {
        Self {
            id: None,
            kind: kind.into(),
            title: title.into(),
            unit,
            institution,
            owner: None,
            source: source.into(),
            direction: Direction::Internal,
            medium: Medium::Electronic,
            original_place: None,
            access: AccessLevel::Internal,
            access_ground: None,
            class: None,
            data: json!({}),
            correspondent: None,
            external_number: None,
            external_date: None,
            received_via: None,
            body_text: String::new(),
            readers: Vec::new(),
        }
    }
}

/// A document to be entered into a register.
#[derive(Clone, Debug)]
pub struct Registering {
    /// Which.
    pub document: DocumentId,
    /// The register's code.
    pub register: String,
    /// The institution that numbers it.
    pub institution: UnitId,
    /// The date of registration; its year chooses the sequence.
    pub date: Date,
}

/// A document that stands in a register.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Registered {
    /// Which.
    pub document: DocumentId,
    /// The entry.
    pub registration: RegistrationId,
    /// The number as written.
    pub number: String,
    /// Its place in the sequence of register, institution and year.
    pub seq: i64,
}

/// A file to be attached.
#[derive(Clone, Debug)]
pub struct NewFile {
    /// Its name; the same name again makes the next version.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// The content.
    pub bytes: Vec<u8>,
    /// What it is to the document.
    pub role: FileRole,
}
