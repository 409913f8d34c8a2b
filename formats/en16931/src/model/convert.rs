//! From one syntax to the other, with an account of what could not go along.

use serde::Serialize;
use serde_json::Value;

use super::{Invoice, ReadError, read, read_all, to_cii, to_ubl};

/// The syntax to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// UBL 2.1 Invoice or CreditNote.
    Ubl,
    /// UN/CEFACT Cross Industry Invoice D16B.
    Cii,
}

/// Something that did not go along.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lost {
    /// Where it stands: a path in the document, or a field of the model that the target syntax has no place for.
    pub place: String,
    /// What stands there (cut at 200 characters).
    pub value: String,
}

/// A converted invoice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversion {
    /// The document.
    pub xml: String,
    /// What could not be carried over.
    pub lost: Vec<Lost>,
}

/// Writes an invoice in a syntax; in its own, that is a clean copy with only business terms.
pub fn convert(bytes: &[u8], target: Target) -> Result<Conversion, ReadError> {
    let (invoice, mut lost) = read_all(bytes)?;
    let xml = match target {
        Target::Ubl => to_ubl(&invoice),
        Target::Cii => to_cii(&invoice),
    };
    let back = read(xml.as_bytes())?;
    differ(&invoice, &back, &mut lost);
    Ok(Conversion { xml, lost })
}

/// What the written document does not say again.
fn differ(before: &Invoice, after: &Invoice, lost: &mut Vec<Lost>) {
    if before == after {
        return;
    }
    if let (Ok(before), Ok(after)) = (serde_json::to_value(before), serde_json::to_value(after)) {
        walk(&before, &after, "model", lost);
    }
}

fn walk(before: &Value, after: &Value, place: &str, lost: &mut Vec<Lost>) {
    match (before, after) {
        (Value::Object(fields), Value::Object(others)) => {
            for (name, value) in fields {
                walk(value, others.get(name).unwrap_or(&Value::Null), &format!("{place}.{name}"), lost);
            }
        }
        (Value::Array(items), Value::Array(others)) => {
            for (at, item) in items.iter().enumerate() {
                walk(item, others.get(at).unwrap_or(&Value::Null), &format!("{place}[{}]", at + 1), lost);
            }
        }
        (before, after) if before == after || before.is_null() => {}
        (before, _) => {
            let text = before.as_str().map_or_else(|| before.to_string(), str::to_owned);
            lost.push(Lost { place: place.to_owned(), value: text.chars().take(200).collect() });
        }
    }
}
