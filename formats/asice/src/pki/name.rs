//! Distinguished names: readable, and comparable as RFC 5280 compares them.

use std::fmt;

use super::ber::{Tlv, tag};
use super::error::{PkiError, Result};

/// More attributes than any honest name has.
const MAX_ATTRIBUTES: usize = 64;

/// Dotted identifier and the short name people know.
const SHORT_NAMES: [(&str, &str); 19] = [
    ("2.5.4.3", "CN"),
    ("2.5.4.4", "SN"),
    ("2.5.4.5", "serialNumber"),
    ("2.5.4.6", "C"),
    ("2.5.4.7", "L"),
    ("2.5.4.8", "ST"),
    ("2.5.4.9", "STREET"),
    ("2.5.4.10", "O"),
    ("2.5.4.11", "OU"),
    ("2.5.4.12", "T"),
    ("2.5.4.15", "businessCategory"),
    ("2.5.4.17", "postalCode"),
    ("2.5.4.42", "GN"),
    ("2.5.4.65", "pseudonym"),
    ("2.5.4.97", "organizationIdentifier"),
    ("0.9.2342.19200300.100.1.1", "UID"),
    ("0.9.2342.19200300.100.1.25", "DC"),
    ("1.2.840.113549.1.9.1", "emailAddress"),
    ("1.3.6.1.4.1.311.60.2.1.3", "jurisdictionC"),
];

/// Other names under which libraries write the same attributes.
const ALIASES: [(&str, &str); 8] = [
    ("E", "1.2.840.113549.1.9.1"),
    ("EMAIL", "1.2.840.113549.1.9.1"),
    ("S", "2.5.4.8"),
    ("SURNAME", "2.5.4.4"),
    ("GIVENNAME", "2.5.4.42"),
    ("G", "2.5.4.42"),
    ("TITLE", "2.5.4.12"),
    ("OID.2.5.4.97", "2.5.4.97"),
];

/// One attribute of a name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NameAttribute {
    /// Dotted identifier of the type.
    pub oid: String,
    /// The value as text.
    pub value: String,
    /// Whether it stands in one set with the attribute before it.
    pub joined: bool,
}

/// A distinguished name.
#[derive(Debug, Clone)]
pub struct Name {
    der: Vec<u8>,
    attributes: Vec<NameAttribute>,
}

impl Name {
    /// Read from a Name.
    ///
    /// # Errors
    /// Not a Name, or one with too many attributes.
    pub fn parse(value: Tlv<'_>) -> Result<Self> {
        let mut attributes = Vec::new();
        let mut sets = value.with_tag(tag::SEQUENCE)?.inside()?;
        while !sets.is_empty() {
            let mut set = sets.expect(tag::SET)?.inside()?;
            let mut joined = false;
            while !set.is_empty() {
                let mut pair = set.sequence()?;
                let oid = pair.expect(tag::OID)?.oid()?.dotted();
                attributes.push(NameAttribute { oid, value: pair.any()?.text(), joined });
                joined = true;
                if attributes.len() > MAX_ATTRIBUTES {
                    return Err(PkiError::TooLarge("name"));
                }
            }
        }
        Ok(Self { der: value.raw.to_vec(), attributes })
    }

    /// The encoding it was read from.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// All attributes in the order of the encoding.
    #[must_use]
    pub fn attributes(&self) -> &[NameAttribute] {
        &self.attributes
    }

    /// The last value of a type, by dotted identifier.
    #[must_use]
    pub fn get(&self, oid: &str) -> Option<&str> {
        self.attributes.iter().rev().find(|attribute| attribute.oid == oid).map(|attribute| attribute.value.as_str())
    }

    /// CN.
    #[must_use]
    pub fn common_name(&self) -> Option<&str> {
        self.get("2.5.4.3")
    }

    /// O.
    #[must_use]
    pub fn organization(&self) -> Option<&str> {
        self.get("2.5.4.10")
    }

    /// C.
    #[must_use]
    pub fn country(&self) -> Option<&str> {
        self.get("2.5.4.6")
    }

    /// serialNumber: for persons their code, for example `PNOLV-010101-11111` (ETSI EN 319 412-1).
    #[must_use]
    pub fn serial_number(&self) -> Option<&str> {
        self.get("2.5.4.5")
    }

    /// organizationIdentifier, for example `NTRLV-40003032949` (ETSI EN 319 412-1).
    #[must_use]
    pub fn organization_identifier(&self) -> Option<&str> {
        self.get("2.5.4.97")
    }

    /// The name for a person to read: given name and surname, else CN, else O, else all of it.
    #[must_use]
    pub fn readable(&self) -> String {
        match (self.get("2.5.4.42"), self.get("2.5.4.4")) {
            (Some(given), Some(surname)) => format!("{given} {surname}"),
            _ => self.common_name().or_else(|| self.organization()).map_or_else(|| self.to_string(), str::to_owned),
        }
    }

    /// A text that is the same for names that are the same: for looking names up.
    #[must_use]
    pub fn key(&self) -> String {
        let mut key = String::with_capacity(self.der.len());
        for attribute in &self.attributes {
            key.push_str(&attribute.oid);
            key.push(if attribute.joined { '+' } else { '=' });
            key.push_str(&fold(&attribute.value));
            key.push('\n');
        }
        key
    }

    fn normal(&self) -> Vec<(String, String)> {
        let mut all: Vec<_> =
            self.attributes.iter().map(|attribute| (attribute.oid.clone(), fold(&attribute.value))).collect();
        all.sort_unstable();
        all
    }

    /// Whether a name written as text (RFC 2253, RFC 4514 or what libraries make of them) is this name.
    /// The order is not compared: both directions are found in signatures.
    #[must_use]
    pub fn matches_text(&self, text: &str) -> bool {
        if text.len() > 8192 {
            return false;
        }
        let Some(mut other) = parse_text(text) else { return false };
        other.sort_unstable();
        self.normal() == other
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
            || (self.attributes.len() == other.attributes.len()
                && self.attributes.iter().zip(&other.attributes).all(|(left, right)| {
                    left.oid == right.oid && left.joined == right.joined && fold(&left.value) == fold(&right.value)
                }))
    }
}

impl Eq for Name {}

/// Letter case and runs of spaces do not count (RFC 5280, 7.1).
fn fold(value: &str) -> String {
    value.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

impl fmt::Display for Name {
    /// RFC 4514: last attribute first.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut after_joined = false;
        for (place, attribute) in self.attributes.iter().rev().enumerate() {
            if place > 0 {
                f.write_str(if after_joined { "+" } else { "," })?;
            }
            let short =
                SHORT_NAMES.iter().find(|row| row.0 == attribute.oid).map_or(attribute.oid.as_str(), |row| row.1);
            write!(f, "{short}=")?;
            for (index, letter) in attribute.value.char_indices() {
                let edge = index == 0 && matches!(letter, ' ' | '#');
                let last = index + letter.len_utf8() == attribute.value.len() && letter == ' ';
                if edge || last || matches!(letter, ',' | '+' | '"' | '\\' | '<' | '>' | ';') {
                    f.write_str("\\")?;
                }
                write!(f, "{letter}")?;
            }
            after_joined = attribute.joined;
        }
        Ok(())
    }
}

/// Pairs of dotted type and folded value.
fn parse_text(text: &str) -> Option<Vec<(String, String)>> {
    split_pairs(text)
        .into_iter()
        .filter(|pair| !pair.trim().is_empty())
        .map(|pair| {
            let (kind, value) = pair.split_once('=')?;
            let kind = kind.trim();
            Some((type_by_name(kind), fold(&unescape(value.trim_start())?)))
        })
        .collect()
}

fn type_by_name(kind: &str) -> String {
    let upper = kind.to_ascii_uppercase();
    let known = SHORT_NAMES.iter().find(|row| row.1.eq_ignore_ascii_case(kind)).map(|row| row.0);
    let alias = || ALIASES.iter().find(|row| row.0 == upper).map(|row| row.1);
    let plain = || upper.strip_prefix("OID.").unwrap_or(kind).to_owned();
    known.or_else(alias).map_or_else(plain, str::to_owned)
}

/// Cuts at commas, semicolons and plus signs that are neither escaped nor quoted.
fn split_pairs(text: &str) -> Vec<&str> {
    let mut pairs = Vec::new();
    let (mut start, mut escaped, mut quoted) = (0, false, false);
    for (at, letter) in text.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            ',' | ';' | '+' if !quoted => {
                pairs.push(text.get(start..at).unwrap_or_default());
                start = at + 1;
            }
            _ => {}
        }
    }
    pairs.push(text.get(start..).unwrap_or_default());
    pairs
}

fn unescape(value: &str) -> Option<String> {
    if let Some(encoded) = value.strip_prefix('#') {
        let bytes = hex(encoded.trim())?;
        return Some(Tlv::only(&bytes).ok()?.text());
    }
    let value = value.strip_prefix('"').and_then(|rest| rest.trim_end().strip_suffix('"')).unwrap_or(value);
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        if *first != b'\\' {
            bytes.push(*first);
            continue;
        }
        if let Some(byte) = rest.get(..2).and_then(|two| hex(std::str::from_utf8(two).ok()?)) {
            bytes.extend(byte);
            rest = rest.get(2..)?;
        } else if let [letter, after @ ..] = rest {
            bytes.push(*letter);
            rest = after;
        }
    }
    String::from_utf8(bytes).ok()
}

fn hex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || text.is_empty() || !text.is_ascii() {
        return None;
    }
    (0..text.len() / 2).map(|at| u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::ber::der;
    use super::*;

    fn name(pairs: &[(&str, &str)]) -> Name {
        let sets: Vec<Vec<u8>> = pairs
            .iter()
            .map(|(oid, value)| {
                let pair = der::sequence(&[&der::oid(&der::arcs(oid)), &der::tlv(tag::UTF8_STRING, value.as_bytes())]);
                der::set_of(&[&pair])
            })
            .collect();
        let parts: Vec<&[u8]> = sets.iter().map(Vec::as_slice).collect();
        let encoded = der::sequence(&parts);
        Name::parse(Tlv::only(&encoded).unwrap()).unwrap()
    }

    #[test]
    fn written_names_match_whoever_wrote_them() {
        let name = name(&[
            ("2.5.4.6", "LV"),
            ("2.5.4.10", "VAS \"Latvijas, centrs\""),
            ("2.5.4.97", "NTRLV-40003011203"),
            ("2.5.4.3", "eParaksts  CA"),
        ]);
        let own = name.to_string();
        assert_eq!(
            own,
            "CN=eParaksts  CA,organizationIdentifier=NTRLV-40003011203,O=VAS \\\"Latvijas\\, centrs\\\",C=LV"
        );
        assert!(name.matches_text(&own));
        assert!(
            name.matches_text(
                "C=LV, O=VAS \\\"Latvijas\\2c centrs\\\", OID.2.5.4.97=ntrlv-40003011203, CN=eParaksts CA"
            )
        );
        assert!(name.matches_text(
            "2.5.4.97=#0c114e54524c562d3430303033303131323033,CN=EPARAKSTS CA,C=LV,O=\"VAS \\\"Latvijas, centrs\\\"\""
        ));
        assert!(!name.matches_text("CN=eParaksts CA,C=LV"));
        assert!(!name.matches_text(""));
    }
}
