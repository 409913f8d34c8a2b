//! Documents that outside systems bring by the thousand: what a call may say, judged document by document. Pure.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{Datelike as _, Days};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use types::{ClassId, Date, DocumentId, UnitId};
use utoipa::ToSchema;

use crate::{
    kinds::{FieldType, Kinds},
    model::{AccessLevel, Direction, FileRole, Medium, NewDocument, NewFile},
    upload,
};

/// Most documents in a call.
pub const MAX_DOCUMENTS: usize = 5000;
/// The largest body of a call, in bytes (files among it).
pub const MAX_BODY: usize = 48 * 1024 * 1024;
const MAX_KEY: usize = 200;
const MAX_TITLE: usize = 500;
const MAX_LINE: usize = 300;
const MAX_TEXT: usize = 20_000;
const MAX_CORRESPONDENTS: usize = 20;
/// How far back a registration may be dated: systems that were cut off bring yesterday's documents today.
const DAYS_BACK: u64 = 366;

/// A call: documents to be registered.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBatch {
    /// The caller's key of this call. The same call again answers the same and does nothing.
    #[schema(min_length = 1, max_length = 200, example = "2026-11-23/1")]
    pub key: String,
    /// What is to be registered, in this order.
    #[schema(min_items = 1, max_items = 5000)]
    pub documents: Vec<BatchDocument>,
}

/// A document to be registered.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BatchDocument {
    /// The caller's key of this document: it is registered once, in whatever call it comes.
    #[schema(min_length = 1, max_length = 200, example = "NINO-2026-004711")]
    pub key: String,
    /// The code of its kind.
    #[schema(example = "letter")]
    pub kind: String,
    /// The code of the register; the kind's own where it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "outgoing")]
    pub register: Option<String>,
    /// The code of the institution (iestāde) that registers it.
    #[schema(example = "PNA")]
    pub institution: String,
    /// The code of the unit it belongs to; the institution itself where it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The index of its file (lieta) in the institution's classification scheme of the year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "1-12")]
    pub class: Option<String>,
    /// The title.
    #[schema(min_length = 1, max_length = 500)]
    pub title: String,
    /// The date of registration; today where it is not said, never in the future.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub date: Option<Date>,
    /// Which way it travels.
    #[schema(value_type = DirectionWord)]
    pub direction: Direction,
    /// From whom, or to whom.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    pub correspondents: Vec<Correspondent>,
    /// Its number at the correspondent's or in the calling system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 300)]
    pub external_id: Option<String>,
    /// Its date there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub external_date: Option<Date>,
    /// The channel by which it came or went: `e-address`, `e-mail`, `post`, `counter`, `portal`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 300)]
    pub received_via: Option<String>,
    /// Who may know of it; as the kind says where it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<AccessWord>)]
    pub access: Option<AccessLevel>,
    /// Why it is restricted: law and article.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 300)]
    pub access_ground: Option<String>,
    /// Typed metadata of its kind.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    #[schema(value_type = Object)]
    pub data: Map<String, Value>,
    /// Text to be found by, beside the title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 20000)]
    pub text: Option<String>,
    /// The document itself, where the calling system gives it away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<BatchFile>,
}

/// Which way a document travels.
#[derive(ToSchema)]
#[schema(as = Direction, rename_all = "lowercase")]
#[expect(dead_code, reason = "describes the words of `Direction`")]
pub(crate) enum DirectionWord {
    Incoming,
    Outgoing,
    Internal,
}

/// Who may know of a document.
#[derive(ToSchema)]
#[schema(as = AccessLevel, rename_all = "lowercase")]
#[expect(dead_code, reason = "describes the words of `AccessLevel`")]
pub(crate) enum AccessWord {
    Public,
    Internal,
    Restricted,
}

/// From whom, or to whom.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Correspondent {
    /// The name.
    #[schema(min_length = 1, max_length = 300)]
    pub name: String,
    /// The registration number or personal code, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 300)]
    pub code: Option<String>,
}

/// A file.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BatchFile {
    /// Its name, with its ending.
    #[schema(example = "lemums.pdf")]
    pub name: String,
    /// The content.
    #[schema(content_encoding = "base64")]
    pub content: String,
}

/// What is wrong with a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ItemProblem {
    /// The member it is about.
    pub field: String,
    /// What is wrong, for programs.
    #[schema(example = "unknown")]
    pub code: String,
    /// What is wrong, for people.
    pub detail: String,
}

fn problem(field: &str, code: &str, detail: impl Into<String>) -> ItemProblem {
    ItemProblem { field: field.to_owned(), code: code.to_owned(), detail: detail.into() }
}

/// The key is known, but not for this.
pub(crate) fn key_taken() -> ItemProblem {
    problem("key", "key-taken", "another document was registered by this key")
}

/// What a unit is to a batch.
#[derive(Clone, Debug)]
pub(crate) struct KnownUnit {
    pub id: UnitId,
    /// Does it register documents of its own?
    pub is_institution: bool,
    /// All units above it, and itself.
    pub path: Vec<UnitId>,
}

/// What the house knows of what a batch names.
#[derive(Debug, Default)]
pub(crate) struct Known {
    pub units: BTreeMap<String, KnownUnit>,
    pub registers: BTreeSet<String>,
    pub classes: BTreeMap<(UnitId, i32, String), ClassId>,
}

/// A document that may be registered.
pub(crate) struct Good {
    pub key: String,
    pub digest: Vec<u8>,
    pub document: NewDocument,
    pub register: String,
    pub date: Date,
    pub file: Option<NewFile>,
}

/// The content of a call or of a document, in brief: the same again is known by it.
pub(crate) fn digest(what: &impl Serialize) -> Vec<u8> {
    // Serialising our own plain data cannot fail; if it did, the digest would only never match.
    Sha256::digest(serde_json::to_vec(what).unwrap_or_default()).to_vec()
}

/// Why a call as a whole is not taken.
///
/// # Errors
/// The reason.
pub(crate) fn check(batch: &NewBatch) -> Result<(), &'static str> {
    match batch.documents.len() {
        _ if !is_key(&batch.key) => Err("key: 1 to 200 characters, none of them a control character"),
        0 => Err("documents: there is none"),
        n if n > MAX_DOCUMENTS => Err("documents: more than 5000"),
        _ => Ok(()),
    }
}

fn is_key(key: &str) -> bool {
    !key.trim().is_empty() && key.chars().count() <= MAX_KEY && !key.chars().any(char::is_control)
}

/// Judges documents one by one. A key that comes twice is refused the second time.
pub(crate) struct Judge<'a> {
    known: &'a Known,
    kinds: &'a Kinds,
    source: &'a str,
    today: Date,
    seen: HashSet<&'a str>,
}

impl<'a> Judge<'a> {
    pub(crate) fn new(known: &'a Known, kinds: &'a Kinds, source: &'a str, today: Date) -> Self {
        Self { known, kinds, source, today, seen: HashSet::new() }
    }

    /// What is to be registered, or all that is wrong with it.
    pub(crate) fn judge(&mut self, d: &'a BatchDocument, id: DocumentId) -> Result<Good, Vec<ItemProblem>> {
        let mut wrong = Vec::new();
        if !is_key(&d.key) {
            wrong.push(problem("key", "length", "1 to 200 characters, none of them a control character"));
        } else if !self.seen.insert(&d.key) {
            wrong.push(problem("key", "twice", "the key stands in this call already"));
        }
        lengths(d, &mut wrong);
        let date = d.date.unwrap_or(self.today);
        if date > self.today {
            wrong.push(problem("date", "future", "it is after today"));
        } else if date.checked_add_days(Days::new(DAYS_BACK)).is_some_and(|last| last < self.today) {
            wrong.push(problem("date", "too-old", "it is more than a year ago"));
        }
        let file = d.file.as_ref().and_then(|f| file(f).map_err(|p| wrong.push(p)).ok());
        let place = self.place(d, date, &mut wrong);
        let register = self.register(d, &mut wrong);
        let (Some((institution, unit, class)), Some(register), true) = (place, register, wrong.is_empty()) else {
            return Err(wrong);
        };
        let document = NewDocument { class, ..self.document(d, id, unit, institution) };
        Ok(Good { key: d.key.clone(), digest: digest(d), document, register, date, file })
    }

    /// Institution, unit, and file of the scheme.
    fn place(
        &self,
        d: &BatchDocument,
        date: Date,
        wrong: &mut Vec<ItemProblem>,
    ) -> Option<(UnitId, UnitId, Option<ClassId>)> {
        let Some(institution) = self.known.units.get(&d.institution).filter(|u| u.is_institution) else {
            wrong.push(problem("institution", "unknown", "no institution has this code"));
            return None;
        };
        let unit = match &d.unit {
            None => institution.id,
            Some(code) => match self.known.units.get(code).filter(|u| u.path.contains(&institution.id)) {
                Some(unit) => unit.id,
                None => {
                    wrong.push(problem("unit", "unknown", "the institution has no unit of this code"));
                    return None;
                }
            },
        };
        let class =
            d.class.as_ref().map(|c| self.known.classes.get(&(institution.id, date.year(), c.clone())).copied());
        if class == Some(None) {
            wrong.push(problem("class", "unknown", "the institution's scheme of that year has no such file"));
        }
        Some((institution.id, unit, class.flatten()))
    }

    fn register(&self, d: &BatchDocument, wrong: &mut Vec<ItemProblem>) -> Option<String> {
        let Some(kind) = self.kinds.get(&d.kind) else {
            wrong.push(problem("kind", "unknown", "there is no such kind of document"));
            return None;
        };
        for (name, value) in &d.data {
            match kind.fields.iter().find(|f| f.name == name) {
                None => wrong.push(problem("data", "unknown", format!("the kind has no field {name}"))),
                Some(f) if !fits(f.holds, value) => {
                    wrong.push(problem("data", "type", format!("{name} does not hold what it should")));
                }
                Some(_) => {}
            }
        }
        for f in kind.fields.iter().filter(|f| f.required && !d.data.contains_key(f.name)) {
            wrong.push(problem("data", "missing", format!("{} is required", f.name)));
        }
        if d.access.unwrap_or(kind.access) == AccessLevel::Restricted && d.access_ground.is_none() {
            wrong.push(problem("access_ground", "missing", "what is restricted says on what ground"));
        }
        let register = d.register.as_deref().unwrap_or(kind.register);
        if !self.known.registers.contains(register) {
            wrong.push(problem("register", "unknown", "there is no such open register"));
            return None;
        }
        Some(register.to_owned())
    }

    fn document(&self, d: &BatchDocument, id: DocumentId, unit: UnitId, institution: UnitId) -> NewDocument {
        let access = self.kinds.get(&d.kind).map_or(AccessLevel::Internal, |k| k.access);
        let mut data = d.data.clone();
        if d.correspondents.iter().any(|c| c.code.is_some()) {
            data.insert("correspondents".to_owned(), serde_json::to_value(&d.correspondents).unwrap_or_default());
        }
        let names: Vec<&str> = d.correspondents.iter().map(|c| c.name.trim()).collect();
        NewDocument {
            id: Some(id),
            direction: d.direction,
            medium: Medium::Electronic,
            access: d.access.unwrap_or(access),
            access_ground: d.access_ground.clone(),
            data: Value::Object(data),
            correspondent: (!names.is_empty()).then(|| names.join("; ")),
            external_number: d.external_id.clone(),
            external_date: d.external_date,
            received_via: d.received_via.clone(),
            body_text: d.text.clone().unwrap_or_default(),
            ..NewDocument::new(&d.kind, d.title.trim(), unit, institution, self.source)
        }
    }
}

fn lengths(d: &BatchDocument, wrong: &mut Vec<ItemProblem>) {
    let mut text = |field: &str, text: &str, most: usize, needed: bool| {
        if needed && text.trim().is_empty() {
            wrong.push(problem(field, "missing", "it says nothing"));
        } else if text.chars().count() > most {
            wrong.push(problem(field, "length", format!("more than {most} characters")));
        } else if text.contains('\0') {
            wrong.push(problem(field, "character", "a character that no text has"));
        }
    };
    text("title", &d.title, MAX_TITLE, true);
    for (field, value) in
        [("external_id", &d.external_id), ("received_via", &d.received_via), ("access_ground", &d.access_ground)]
    {
        if let Some(value) = value {
            text(field, value, MAX_LINE, true);
        }
    }
    text("text", d.text.as_deref().unwrap_or_default(), MAX_TEXT, false);
    for c in &d.correspondents {
        text("correspondents", &c.name, MAX_LINE, true);
        text("correspondents", c.code.as_deref().unwrap_or_default(), MAX_LINE, false);
    }
    if d.correspondents.len() > MAX_CORRESPONDENTS {
        wrong.push(problem("correspondents", "too-many", "more than 20"));
    }
    // PostgreSQL takes no zero character, in JSON neither.
    if d.data.iter().any(|(_, v)| v.to_string().contains("\\u0000")) {
        wrong.push(problem("data", "character", "a character that no text has"));
    }
}

fn fits(holds: FieldType, value: &Value) -> bool {
    match holds {
        FieldType::Text | FieldType::LongText => value.as_str().is_some_and(|s| s.chars().count() <= MAX_TEXT),
        FieldType::Date => value.as_str().is_some_and(|s| s.parse::<Date>().is_ok()),
        FieldType::Money | FieldType::Number => value.is_i64(),
        FieldType::Flag => value.is_boolean(),
        FieldType::Choice(choices) => choices.iter().any(|(code, _)| value.as_str() == Some(code)),
        FieldType::Person | FieldType::Unit => value.as_str().is_some_and(|s| s.parse::<uuid::Uuid>().is_ok()),
    }
}

fn file(f: &BatchFile) -> Result<NewFile, ItemProblem> {
    let bytes = STANDARD.decode(&f.content).map_err(|_| problem("file", "base64", "its content is not base64"))?;
    let accepted = upload::check(&f.name, &bytes).map_err(|why| {
        let code = why.key().trim_start_matches("documents-upload-");
        problem("file", code, format!("the file is refused: {code}"))
    })?;
    Ok(NewFile { name: accepted.name, media_type: accepted.media_type.to_owned(), bytes, role: FileRole::Main })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::OWN_KINDS;
    use serde_json::json;
    use uuid::Uuid;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn judged(change: Value) -> Result<Good, Vec<String>> {
        let unit = |n: u128, is_institution, path: &[u128]| KnownUnit {
            id: UnitId(Uuid::from_u128(n)),
            is_institution,
            path: path.iter().map(|n| UnitId(Uuid::from_u128(*n))).collect(),
        };
        let known = Known {
            units: [("S", unit(1, true, &[1])), ("S1", unit(2, false, &[1, 2])), ("L", unit(3, true, &[3]))]
                .map(|(c, u)| (c.to_owned(), u))
                .into(),
            registers: ["incoming".to_owned(), "contracts".to_owned()].into(),
            classes: [((UnitId(Uuid::from_u128(1)), 2026, "1-2".to_owned()), ClassId(Uuid::from_u128(9)))].into(),
        };
        let kinds = Kinds(OWN_KINDS.to_vec());
        let mut document =
            json!({ "key": "1", "kind": "letter", "institution": "S", "title": "T", "direction": "incoming" });
        document.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let document: BatchDocument = serde_json::from_value(document).unwrap();
        let mut judge = Judge::new(&known, &kinds, "nino", day("2026-11-23"));
        let codes = |all: Vec<ItemProblem>| all.into_iter().map(|p| format!("{} {}", p.field, p.code)).collect();
        judge.judge(&document, DocumentId(Uuid::from_u128(5))).map_err(codes)
    }

    #[test]
    fn what_is_not_said_follows_from_the_kind_and_the_day() {
        let good = judged(json!({})).ok().unwrap();
        assert_eq!((good.register.as_str(), good.date), ("incoming", day("2026-11-23")));
        assert_eq!((good.document.source.as_str(), good.document.access), ("nino", AccessLevel::Internal));
        assert_eq!(good.document.unit, good.document.institution);
        let good =
            judged(json!({ "unit": "S1", "class": "1-2", "correspondents": [{ "name": "A" }, { "name": "B" }] }));
        let good = good.ok().unwrap();
        assert_eq!(good.document.correspondent.as_deref(), Some("A; B"));
        assert_eq!((good.document.unit.uuid().as_u128(), good.document.class.unwrap().uuid().as_u128()), (2, 9));
    }

    #[test]
    fn each_mistake_is_named_by_its_field() {
        let long = "x".repeat(501);
        for (change, expected) in [
            (json!({ "key": "" }), "key length"),
            (json!({ "key": "a\nb" }), "key length"),
            (json!({ "kind": "x" }), "kind unknown"),
            (json!({ "register": "x" }), "register unknown"),
            (json!({ "institution": "S1" }), "institution unknown"),
            (json!({ "unit": "L" }), "unit unknown"),
            (json!({ "class": "9" }), "class unknown"),
            (json!({ "class": "1-2", "date": "2025-12-31" }), "class unknown"),
            (json!({ "title": " " }), "title missing"),
            (json!({ "title": long }), "title length"),
            (json!({ "title": "a\u{0}" }), "title character"),
            (json!({ "date": "2026-11-24" }), "date future"),
            (json!({ "date": "2025-11-21" }), "date too-old"),
            (json!({ "access": "restricted" }), "access_ground missing"),
            (json!({ "data": { "a": 1 } }), "data unknown"),
            (json!({ "kind": "contract", "data": { "amount": "1" } }), "data type"),
            (json!({ "file": { "name": "a.pdf", "content": "?" } }), "file base64"),
            (json!({ "file": { "name": "a.exe", "content": "TVo=" } }), "file executable"),
        ] {
            assert_eq!(judged(change.clone()).err(), Some(vec![expected.to_owned()]), "{change}");
        }
        assert!(judged(json!({ "date": "2025-11-22" })).is_ok());
        assert_eq!(judged(json!({ "title": "", "kind": "x" })).err().unwrap().len(), 2, "all at once");
    }

    #[test]
    fn the_same_document_has_the_same_digest_however_it_is_written() {
        let read = |text: &str| digest(&serde_json::from_str::<BatchDocument>(text).unwrap());
        let one =
            r#"{"key":"1","kind":"letter","institution":"S","title":"T","direction":"incoming","data":{"a":1,"b":2}}"#;
        let two = r#"{"data":{"b":2, "a":1},"title":"T","unit":null,"direction":"incoming","institution":"S","kind":"letter","key":"1"}"#;
        assert_eq!(read(one), read(two));
        assert_ne!(read(one), read(&two.replace("\"T\"", "\"U\"")));
        assert!(serde_json::from_str::<BatchDocument>(&one.replace("\"title\"", "\"tilte\"")).is_err());
    }
}
