//! What is signed, how far a request is, whose certificate it must be: pure.

use std::collections::HashSet;

use asice::pki::Certificate;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use types::{DocumentId, FileId, TaskId};
use uuid::Uuid;

use crate::ports::{MethodError, ProofError, Signer};

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$item:meta])* $variant:ident = $word:literal),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$item])* $variant),+ }
        impl $name {
            /// The word in the database and in keys of texts.
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
        impl<'r> sqlx::Decode<'r, sqlx::Postgres> for $name {
            fn decode(value: sqlx::postgres::PgValueRef<'r>) -> Result<Self, sqlx::error::BoxDynError> {
                let word = <&str as sqlx::Decode<sqlx::Postgres>>::decode(value)?;
                Self::from_word(word).ok_or_else(|| format!("{word} is no {}", stringify!($name)).into())
            }
        }
    )+};
}

words! {
    /// How far a signing request is.
    State {
        /// Shown; waits for consent.
        Open = "open",
        /// Waits for the signer's certificate from elsewhere.
        Certificate = "certificate",
        /// Waits for the signatures from elsewhere.
        Signing = "signing",
        /// Signed; waits for time stamps and revocation answers.
        Sealing = "sealing",
        /// Over; what became of each document stands with it.
        Done = "done",
        /// Given up by the person.
        Stopped = "stopped",
    }
    /// How far one document of it is.
    ItemState {
        /// Not signed yet.
        Waiting = "waiting",
        /// Signed, without proofs.
        Signed = "signed",
        /// The container stands with the document, and the route has moved on.
        Done = "done",
        /// Not signed, or the signature was not used; the step stays.
        Refused = "refused",
    }
}

/// A file as it was shown to the signer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frozen {
    /// The version of the file.
    pub file: FileId,
    /// Its name, in the container too.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its size in bytes.
    pub size: i64,
    /// SHA-256 of its content, in hexadecimal.
    pub sha256: String,
}

/// The newest version of a document's file.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Current {
    /// Its document.
    pub document_id: DocumentId,
    /// The version.
    pub id: FileId,
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its size.
    pub size: i64,
    /// What it is to the document.
    pub role: documents::FileRole,
}

/// What of a document's files is signed: the content and its annexes; the rendering only where there is no other
/// content. Signatures are not signed.
#[must_use]
pub fn signable(files: &[Current]) -> Vec<&Current> {
    use documents::FileRole::{Annex, Main, Rendering};
    let has = |role| files.iter().any(|f| f.role == role);
    let content = if has(Main) { Main } else { Rendering };
    if !has(content) {
        return Vec::new();
    }
    let first = files.iter().filter(|f| f.role == content);
    first.chain(files.iter().filter(|f| f.role == Annex)).collect()
}

/// Are these the very files that were shown?
#[must_use]
pub fn unchanged(frozen: &[Frozen], files: &[Current]) -> bool {
    let shown: HashSet<FileId> = frozen.iter().map(|f| f.file).collect();
    let now: HashSet<FileId> = signable(files).into_iter().map(|f| f.id).collect();
    !shown.is_empty() && shown == now
}

/// The container's name: after the first file.
#[must_use]
pub fn container_name(first: &str, taken: &HashSet<&str>) -> String {
    let stem = first.rsplit_once('.').map_or(first, |(stem, _)| stem);
    let plain = format!("{stem}.edoc");
    if taken.contains(plain.as_str()) { format!("{stem} (parakstīts).edoc") } else { plain }
}

/// Why something was not done: the key of a text, and what the other side said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The key of the text.
    pub key: &'static str,
    /// In the other side's words.
    pub detail: String,
}

impl Reason {
    /// A reason that needs no more words.
    #[must_use]
    pub const fn of(key: &'static str) -> Self {
        Self { key, detail: String::new() }
    }

    /// With the other side's words: they may be long, and of any kind.
    #[must_use]
    pub fn with(key: &'static str, detail: &str) -> Self {
        Self { key, detail: detail.chars().filter(|c| !c.is_control()).take(300).collect() }
    }
}

impl From<&MethodError> for Reason {
    fn from(e: &MethodError) -> Self {
        match e {
            MethodError::Refused(why) => Self::with("signing-reason-refused", why),
            MethodError::Unreachable(why) => Self::with("signing-reason-unreachable", why),
            MethodError::Misconfigured(why) => Self::with("signing-reason-misconfigured", why),
        }
    }
}

/// A proof that did not come, and whose.
#[must_use]
pub fn proof_reason(what: Proof, e: &ProofError) -> Reason {
    let key = match (what, e) {
        (Proof::Stamp, ProofError::Unreachable(_)) => "signing-reason-stamp-unreachable",
        (Proof::Stamp, _) => "signing-reason-stamp-refused",
        (Proof::Status, ProofError::Unreachable(_)) => "signing-reason-status-unreachable",
        (Proof::Status, _) => "signing-reason-status-refused",
        (Proof::Trust, _) => "signing-reason-trust",
    };
    let (ProofError::Unreachable(why) | ProofError::Refused(why) | ProofError::Misconfigured(why)) = e;
    Reason::with(key, why)
}

/// What was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// A time stamp.
    Stamp,
    /// A revocation answer.
    Status,
    /// The trust lists.
    Trust,
}

/// Is the certificate this person's own? By the personal code where we know it, else by the name.
///
/// # Errors
/// Why not.
pub fn is_theirs(cert: &Certificate, signer: &Signer) -> Result<(), Reason> {
    if cert.is_for_seal() {
        return Err(Reason::of("signing-reason-seal"));
    }
    let says = cert.subject.readable();
    let theirs = match &signer.personal_code {
        Some(code) => cert.subject.serial_number().is_some_and(|n| same_number(n, code)),
        None => folded(&cert.subject.readable()) == folded(&signer.name),
    };
    if theirs { Ok(()) } else { Err(Reason::with("signing-reason-foreign", &says)) }
}

/// `PNOLV-010180-12345` (ETSI EN 319 412-1) against `01018012345`.
fn same_number(in_certificate: &str, code: &str) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let Some(number) = in_certificate.strip_prefix("PNOLV-") else { return false };
    let number = digits(number);
    !number.is_empty() && number == digits(code)
}

fn folded(name: &str) -> String {
    name.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// How often proofs are asked for before the time for them is over; the pause grows.
#[must_use]
pub fn pause_after(attempts: i32) -> TimeDelta {
    let doubled = 1_i64 << attempts.clamp(0, 6);
    TimeDelta::minutes(doubled.min(60))
}

/// A document of a request.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Item {
    /// Its id; the signature's identifier follows from it.
    pub id: Uuid,
    /// The step.
    pub task_id: TaskId,
    /// The document.
    pub document_id: DocumentId,
    /// Its title.
    pub title: String,
    /// In one line.
    pub gist: String,
    /// What was shown.
    pub files: sqlx::types::Json<Vec<Frozen>>,
    /// How far it is.
    pub state: ItemState,
    /// Why it was refused: the key of a text.
    pub reason: Option<String>,
    /// More of why: texts by language.
    pub detail: Option<serde_json::Value>,
    /// The signature of level B.
    pub signature: Option<Vec<u8>>,
    /// The container that stands with the document.
    pub container_id: Option<FileId>,
}

impl Item {
    /// The identifier of its signature: an XML name unlike any other in the container.
    #[must_use]
    pub fn signature_id(&self) -> String {
        format!("S-{}", self.id.simple())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use documents::FileRole;
    use proptest::prelude::*;

    fn file(n: u128, name: &str, role: FileRole) -> Current {
        Current {
            document_id: DocumentId(Uuid::from_u128(1)),
            id: FileId(Uuid::from_u128(n)),
            name: name.into(),
            media_type: "application/pdf".into(),
            size: 1,
            role,
        }
    }

    fn frozen(f: &Current) -> Frozen {
        let (file, name, media_type) = (f.id, f.name.clone(), f.media_type.clone());
        Frozen { file, name, media_type, size: f.size, sha256: String::new() }
    }

    #[test]
    fn the_content_is_signed_and_its_rendering_only_without_it() {
        let all = [
            file(1, "a.pdf", FileRole::Rendering),
            file(2, "b.docx", FileRole::Main),
            file(3, "c.pdf", FileRole::Annex),
            file(4, "a.edoc", FileRole::Signature),
        ];
        let names = |files: &[Current]| signable(files).iter().map(|f| f.name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&all), ["b.docx", "c.pdf"]);
        assert_eq!(names(&[all[0].clone(), all[2].clone(), all[3].clone()]), ["a.pdf", "c.pdf"]);
        assert!(names(&[all[2].clone()]).is_empty(), "annexes alone are nothing");
    }

    #[test]
    fn a_new_version_or_annex_is_a_change_and_a_signature_is_none() {
        let main = file(1, "a.pdf", FileRole::Main);
        let shown = [frozen(&main)];
        assert!(unchanged(&shown, &[main.clone()]));
        assert!(unchanged(&shown, &[main.clone(), file(9, "a.edoc", FileRole::Signature)]));
        assert!(!unchanged(&shown, &[file(2, "a.pdf", FileRole::Main)]));
        assert!(!unchanged(&shown, &[main, file(3, "b.pdf", FileRole::Annex)]));
        assert!(!unchanged(&[], &[]));
    }

    #[test]
    fn a_container_takes_no_name_that_is_there() {
        assert_eq!(container_name("rikojums.pdf", &HashSet::new()), "rikojums.edoc");
        assert_eq!(container_name("rikojums.pdf", &["rikojums.edoc"].into()), "rikojums (parakstīts).edoc");
        assert_eq!(container_name("bez", &HashSet::new()), "bez.edoc");
    }

    #[test]
    fn numbers_are_compared_by_their_digits_and_country() {
        assert!(same_number("PNOLV-010180-12345", "01018012345"));
        assert!(same_number("PNOLV-010180-12345", "010180-12345"));
        assert!(!same_number("PNOEE-010180-12345", "01018012345"));
        assert!(!same_number("PNOLV-", ""));
        assert!(!same_number("PNOLV-010180-12346", "01018012345"));
    }

    proptest! {
        #[test]
        fn pauses_grow_and_stay_below_an_hour(n in 0..10_000) {
            prop_assert!(pause_after(n) <= pause_after(n + 1));
            prop_assert!(pause_after(n) <= TimeDelta::hours(1));
        }

        #[test]
        fn reasons_are_short(text in ".*") {
            let reason = Reason::with("x", &text);
            prop_assert!(reason.detail.chars().count() <= 300 && !reason.detail.chars().any(char::is_control));
        }
    }
}
