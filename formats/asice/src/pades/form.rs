//! The signatures of a PDF: where they stand, what they cover.

use chrono::{DateTime, TimeDelta, Utc};

use super::file::{Pdf, Place};
use super::object::{Dict, Object, Result};

const MAX_FIELDS: usize = 20_000;
const MAX_DEPTH: u8 = 12;
/// Signatures looked at in one file.
const MAX_SIGNATURES: usize = 500;

/// A form field that is a signature field.
#[derive(Debug, Clone)]
pub(super) struct Field {
    /// Full name.
    pub name: String,
    /// Number of its object.
    pub number: Option<u32>,
    /// Its value, as written.
    pub value: Option<Object>,
}

/// What is wrong with what a signature covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coverage {
    /// Everything up to the end of a revision but its own value.
    Good,
    /// No ByteRange, or not four numbers.
    Missing,
    /// It does not begin with the file, or leaves out more than its own value.
    Gap,
    /// It goes beyond the end of the file, or ends where no revision ends.
    End,
}

/// A signature of a PDF that was found.
#[derive(Debug, Clone)]
pub struct Found {
    /// Full name of the field.
    pub field: String,
    /// Number of the field's object.
    pub number: Option<u32>,
    /// `SubFilter`, for example `ETSI.CAdES.detached`.
    pub sub_filter: String,
    /// Whether it is a document time stamp.
    pub is_time_stamp: bool,
    /// CMS or token, padding included.
    pub contents: Vec<u8>,
    /// What is covered, if it is good.
    pub byte_range: [usize; 4],
    /// Whether what is covered is in order.
    pub coverage: Coverage,
    /// `M`: the claimed time.
    pub claimed: Option<DateTime<Utc>>,
    /// `Name`.
    pub name: Option<String>,
    /// `Reason`.
    pub reason: Option<String>,
    /// `Location`.
    pub location: Option<String>,
    /// What a certifying signature permits afterwards (DocMDP): 1 nothing, 2 filling forms, 3 notes too.
    pub permits: Option<i64>,
}

impl Found {
    /// Where the signed revision ends.
    #[must_use]
    pub fn end(&self) -> usize {
        let [_, _, start, length] = self.byte_range;
        start.saturating_add(length)
    }

    /// The two covered parts of the file.
    #[must_use]
    pub fn parts<'a>(&self, data: &'a [u8]) -> [&'a [u8]; 2] {
        let [first, length, second, rest] = self.byte_range;
        let part = |at: usize, count: usize| data.get(at..at.saturating_add(count)).unwrap_or_default();
        [part(first, length), part(second, rest)]
    }
}

impl Pdf<'_> {
    /// The form's dictionary and, if it is an object of its own, its number.
    pub(super) fn form(&self) -> Result<Option<(Option<u32>, Dict)>> {
        let (_, catalog) = self.catalog()?;
        let number = match catalog.get("AcroForm") {
            Some(Object::Ref(number, _)) => Some(*number),
            _ => None,
        };
        Ok(match self.get(&catalog, "AcroForm")? {
            Object::Dict(dict) => Some((number, dict)),
            _ => None,
        })
    }

    /// All signature fields, filled or not.
    pub(super) fn signature_fields(&self) -> Result<Vec<Field>> {
        let mut fields = Vec::new();
        let Some((_, form)) = self.form()? else { return Ok(fields) };
        let Object::Array(top) = self.get(&form, "Fields")? else { return Ok(fields) };
        let mut seen = 0;
        for item in &top {
            self.walk(item, "", false, 0, &mut seen, &mut fields)?;
        }
        Ok(fields)
    }

    fn walk(
        &self,
        item: &Object,
        parent: &str,
        inherited: bool,
        depth: u8,
        seen: &mut usize,
        fields: &mut Vec<Field>,
    ) -> Result<()> {
        *seen += 1;
        if depth > MAX_DEPTH || *seen > MAX_FIELDS {
            return Ok(());
        }
        let number = if let Object::Ref(number, _) = item { Some(*number) } else { None };
        let Object::Dict(dict) = self.resolve(item)? else { return Ok(()) };
        let own = self.get(&dict, "T")?.readable().unwrap_or_default();
        let name = match (parent.is_empty(), own.is_empty()) {
            (true, _) => own,
            (_, true) => parent.to_owned(),
            _ => format!("{parent}.{own}"),
        };
        let is_signature = dict.get("FT").map_or(inherited, |_| dict.is("FT", "Sig"));
        if is_signature && (dict.get("V").is_some() || dict.get("Kids").is_none()) {
            fields.push(Field { name: name.clone(), number, value: dict.get("V").cloned() });
        }
        if let Object::Array(kids) = self.get(&dict, "Kids")? {
            for kid in &kids {
                self.walk(kid, &name, is_signature, depth + 1, seen, fields)?;
            }
        }
        Ok(())
    }

    /// All signatures and document time stamps, in the order of the revisions they cover.
    ///
    /// # Errors
    /// The form cannot be read.
    pub fn signatures(&self) -> Result<Vec<Found>> {
        let mut all = Vec::new();
        for field in self.signature_fields()?.into_iter().take(MAX_SIGNATURES) {
            let Some(value) = &field.value else { continue };
            let Object::Dict(dict) = self.resolve(value)? else { continue };
            // The place of the value in the file is known only where its object stands in the file itself.
            let holder = if let Object::Ref(number, _) = value { Some(*number) } else { field.number };
            let in_file = holder.is_some_and(|number| matches!(self.place_of(number), Place::At(_)));
            all.push(self.found(&field, &dict, in_file)?);
        }
        all.sort_by_key(Found::end);
        Ok(all)
    }

    fn found(&self, field: &Field, dict: &Dict, in_file: bool) -> Result<Found> {
        let text = |key: &str| -> Result<Option<String>> { Ok(self.get(dict, key)?.readable()) };
        let name = |key: &str| match dict.get(key) {
            Some(Object::Name(name)) => String::from_utf8_lossy(name).into_owned(),
            _ => String::new(),
        };
        let contents = match dict.get("Contents") {
            Some(Object::Text(text)) => Some(text),
            _ => None,
        };
        let range = byte_range(dict);
        let coverage = match (range, contents) {
            (Some([first, length, second, rest]), Some(text)) => {
                if !in_file || !text.hex || first != 0 || length != text.span.start || second != text.span.end {
                    Coverage::Gap
                } else if !self.ends_revision(second.saturating_add(rest)) {
                    Coverage::End
                } else {
                    Coverage::Good
                }
            }
            _ => Coverage::Missing,
        };
        let sub_filter = name("SubFilter");
        Ok(Found {
            field: field.name.clone(),
            number: field.number,
            is_time_stamp: sub_filter == "ETSI.RFC3161",
            sub_filter,
            contents: contents.map(|text| text.bytes.clone()).unwrap_or_default(),
            byte_range: range.unwrap_or_default(),
            coverage,
            claimed: text("M")?.and_then(|text| parse_date(&text)),
            name: text("Name")?,
            reason: text("Reason")?,
            location: text("Location")?,
            permits: self.permits(dict)?,
        })
    }

    fn ends_revision(&self, end: usize) -> bool {
        let Some(covered) = self.data().get(..end) else { return false };
        let tail = covered.get(end.saturating_sub(16)..).unwrap_or_default();
        let trimmed = tail.trim_ascii_end();
        trimmed.ends_with(b"%%EOF")
    }

    fn permits(&self, dict: &Dict) -> Result<Option<i64>> {
        let Object::Array(references) = self.get(dict, "Reference")? else { return Ok(None) };
        for reference in references.iter().take(16) {
            let Object::Dict(reference) = self.resolve(reference)? else { continue };
            if reference.is("TransformMethod", "DocMDP") {
                let Object::Dict(parameters) = self.get(&reference, "TransformParams")? else { return Ok(Some(2)) };
                return Ok(Some(self.get(&parameters, "P")?.int().unwrap_or(2)));
            }
        }
        Ok(None)
    }
}

fn byte_range(dict: &Dict) -> Option<[usize; 4]> {
    let Some(Object::Array(items)) = dict.get("ByteRange") else { return None };
    let numbers: Option<Vec<usize>> =
        items.iter().map(|item| item.int().and_then(|value| usize::try_from(value).ok())).collect();
    numbers?.try_into().ok()
}

/// `D:20260301120000+02'00'` and its shorter forms.
pub(super) fn parse_date(text: &str) -> Option<DateTime<Utc>> {
    let text = text.strip_prefix("D:").unwrap_or(text);
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    let part =
        |from: usize, to: usize, default: u32| digits.get(from..to).map_or(Some(default), |two| two.parse().ok());
    let year = digits.get(..4)?.parse().ok()?;
    let date = chrono::NaiveDate::from_ymd_opt(year, part(4, 6, 1)?, part(6, 8, 1)?)?;
    let local = date.and_hms_opt(part(8, 10, 0)?, part(10, 12, 0)?, part(12, 14, 0)?)?.and_utc();
    let zone = text.get(digits.len()..)?;
    let sign = match zone.chars().next() {
        Some('+') => -1,
        Some('-') => 1,
        _ => return Some(local),
    };
    let zone: String = zone.chars().filter(char::is_ascii_digit).collect();
    let hours: i64 = zone.get(..2)?.parse().ok()?;
    let minutes: i64 = zone.get(2..4).map_or(Some(0), |two| two.parse().ok())?;
    local.checked_add_signed(TimeDelta::minutes(sign * (hours * 60 + minutes)))
}

/// A time as PDF writes it.
pub(super) fn date(at: DateTime<Utc>) -> String {
    at.format("D:%Y%m%d%H%M%S+00'00'").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone as _;

    #[test]
    fn dates() {
        let at = Utc.with_ymd_and_hms(2026, 3, 1, 10, 5, 7).unwrap();
        assert_eq!(parse_date(&date(at)), Some(at));
        assert_eq!(parse_date("D:20260301120507+02'00'"), Some(at));
        assert_eq!(parse_date("D:20260301100507Z"), Some(at));
        assert_eq!(parse_date("D:2026"), Utc.with_ymd_and_hms(2026, 1, 1, 0, 0, 0).single());
        assert_eq!(parse_date("D:20269901"), None);
        assert_eq!(parse_date("+"), None);
    }
}
