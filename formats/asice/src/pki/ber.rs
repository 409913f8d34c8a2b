//! A bounded, borrowing reader of BER and DER, and a small writer of DER.
//!
//! Time stamps and PDF signatures in the field are often BER with indefinite lengths, so strict
//! DER readers refuse more than half of them. Lengths, depth and tag numbers are bounded here,
//! once, for all that is read.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::error::{PkiError, Result};

/// Deepest nesting read. Honest certificates and tokens stay under twenty.
pub const MAX_DEPTH: u8 = 40;
/// Largest input read as BER: a CRL of a large authority is a few megabytes.
pub const MAX_INPUT: usize = 64 * 1024 * 1024;

/// Tags used in certificates, CMS and their kin.
pub mod tag {
    #![expect(missing_docs, reason = "names of the standard ASN.1 types")]
    pub const BOOLEAN: u8 = 0x01;
    pub const INTEGER: u8 = 0x02;
    pub const BIT_STRING: u8 = 0x03;
    pub const OCTET_STRING: u8 = 0x04;
    pub const NULL: u8 = 0x05;
    pub const OID: u8 = 0x06;
    pub const ENUMERATED: u8 = 0x0a;
    pub const UTF8_STRING: u8 = 0x0c;
    pub const PRINTABLE_STRING: u8 = 0x13;
    pub const T61_STRING: u8 = 0x14;
    pub const IA5_STRING: u8 = 0x16;
    pub const UTC_TIME: u8 = 0x17;
    pub const GENERALIZED_TIME: u8 = 0x18;
    pub const VISIBLE_STRING: u8 = 0x1a;
    pub const BMP_STRING: u8 = 0x1e;
    pub const UNIVERSAL_STRING: u8 = 0x1c;
    pub const SEQUENCE: u8 = 0x30;
    pub const SET: u8 = 0x31;
    /// Bit that marks a value made of values.
    pub const CONSTRUCTED: u8 = 0x20;
    /// Context tag `[n]`, primitive.
    #[must_use]
    pub const fn context(n: u8) -> u8 {
        0x80 | n
    }
    /// Context tag `[n]`, constructed.
    #[must_use]
    pub const fn context_constructed(n: u8) -> u8 {
        0xa0 | n
    }
}

/// One value: tag, whole encoding and content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tlv<'a> {
    /// Identifier byte; tag numbers over 30 are refused when read.
    pub tag: u8,
    /// The whole encoding with tag and length (and end-of-contents, if indefinite).
    pub raw: &'a [u8],
    /// The content without tag and length.
    pub body: &'a [u8],
    /// Whether the length was indefinite.
    pub indefinite: bool,
    depth: u8,
}

/// Reads one value after the other.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    rest: &'a [u8],
    depth: u8,
}

/// Identifier, header length and content length (`None`: indefinite).
fn header(data: &[u8]) -> Result<(u8, usize, Option<usize>)> {
    let &[tag, first, ref more @ ..] = data else { return Err(PkiError::Truncated) };
    if tag & 0x1f == 0x1f {
        return Err(PkiError::Unsupported("tag number over 30"));
    }
    match first {
        0..=0x7f => Ok((tag, 2, Some(usize::from(first)))),
        0x80 if tag & tag::CONSTRUCTED != 0 => Ok((tag, 2, None)),
        0x81..=0x84 => {
            let count = usize::from(first & 0x7f);
            let bytes = more.get(..count).ok_or(PkiError::Truncated)?;
            let length = bytes.iter().fold(0_usize, |sum, byte| (sum << 8) | usize::from(*byte));
            Ok((tag, 2 + count, Some(length)))
        }
        _ => Err(PkiError::Length),
    }
}

/// Length of content up to its end-of-contents marker, and of the marker.
fn indefinite_content(data: &[u8], depth: u8) -> Result<usize> {
    // A stack of what is still open, instead of recursion: each byte is looked at once.
    let mut open = vec![None::<usize>];
    let mut at = 0_usize;
    while let Some(&end) = open.last() {
        if open.len() + usize::from(depth) > usize::from(MAX_DEPTH) {
            return Err(PkiError::Depth);
        }
        if end == Some(at) {
            open.pop();
            continue;
        }
        let rest = data.get(at..).ok_or(PkiError::Truncated)?;
        if rest.starts_with(&[0, 0]) {
            if end.is_some() {
                return Err(PkiError::Malformed("end of contents inside a definite value"));
            }
            at += 2;
            open.pop();
            continue;
        }
        let (tag, head, length) = header(rest)?;
        let start = at + head;
        match length {
            None => {
                open.push(None);
                at = start;
            }
            // What is definite is skipped whole; its own reader checks its inside.
            Some(length) => {
                at = start.checked_add(length).ok_or(PkiError::Length)?;
                if at > data.len() {
                    return Err(PkiError::Truncated);
                }
                if tag == 0 {
                    return Err(PkiError::Malformed("end of contents with a length"));
                }
            }
        }
    }
    Ok(at)
}

impl<'a> Reader<'a> {
    /// Begins at the first byte.
    ///
    /// # Errors
    /// When the input is larger than [`MAX_INPUT`].
    pub fn new(data: &'a [u8]) -> Result<Self> {
        if data.len() > MAX_INPUT {
            return Err(PkiError::TooLarge("input"));
        }
        Ok(Self { rest: data, depth: 0 })
    }

    /// Whether nothing is left.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The tag that comes next.
    #[must_use]
    pub fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// The next value, whatever it is.
    ///
    /// # Errors
    /// Truncated data, impossible lengths, too deep nesting.
    pub fn any(&mut self) -> Result<Tlv<'a>> {
        let (tag, head, length) = header(self.rest)?;
        let after = self.rest.get(head..).ok_or(PkiError::Truncated)?;
        let (body, whole, indefinite) = match length {
            Some(length) => {
                let body = after.get(..length).ok_or(PkiError::Truncated)?;
                (body, head + length, false)
            }
            None => {
                let with_end = indefinite_content(after, self.depth)?;
                let body = after.get(..with_end.saturating_sub(2)).ok_or(PkiError::Truncated)?;
                (body, head + with_end, true)
            }
        };
        let (raw, rest) = self.rest.split_at_checked(whole).ok_or(PkiError::Truncated)?;
        self.rest = rest;
        Ok(Tlv { tag, raw, body, indefinite, depth: self.depth })
    }

    /// The next value, which must have this tag.
    ///
    /// # Errors
    /// Another tag, or no readable value.
    pub fn expect(&mut self, expected: u8) -> Result<Tlv<'a>> {
        match self.peek() {
            Some(found) if tag_fits(expected, found) => self.any(),
            Some(found) => Err(PkiError::Tag { expected, found }),
            None => Err(PkiError::Truncated),
        }
    }

    /// The next value if it has this tag.
    ///
    /// # Errors
    /// No readable value.
    pub fn optional(&mut self, expected: u8) -> Result<Option<Tlv<'a>>> {
        match self.peek() {
            Some(found) if tag_fits(expected, found) => self.any().map(Some),
            _ => Ok(None),
        }
    }

    /// A reader of the content of the SEQUENCE that comes next.
    ///
    /// # Errors
    /// Another tag, or no readable value.
    pub fn sequence(&mut self) -> Result<Reader<'a>> {
        self.expect(tag::SEQUENCE)?.inside()
    }

    /// Refuses what is left over.
    ///
    /// # Errors
    /// When there is more.
    pub const fn finish(&self, what: &'static str) -> Result<()> {
        if self.rest.is_empty() { Ok(()) } else { Err(PkiError::Malformed(what)) }
    }
}

/// String types may come in pieces, which BER marks by the constructed bit.
const fn tag_fits(expected: u8, found: u8) -> bool {
    expected == found || (matches!(expected, tag::OCTET_STRING) && found == expected | tag::CONSTRUCTED)
}

impl<'a> Tlv<'a> {
    /// The only value in `data`; nothing may follow.
    ///
    /// # Errors
    /// Unreadable data, or data after it.
    pub fn only(data: &'a [u8]) -> Result<Self> {
        let mut reader = Reader::new(data)?;
        let value = reader.any()?;
        reader.finish("data after the value")?;
        Ok(value)
    }

    /// The first value in `data`; zero bytes or anything else may follow (PDF pads its signatures).
    ///
    /// # Errors
    /// Unreadable data.
    pub fn first(data: &'a [u8]) -> Result<Self> {
        Reader::new(data)?.any()
    }

    /// The same value under another tag: for IMPLICIT ones.
    #[must_use]
    pub const fn retagged(self, tag: u8) -> Self {
        Self { tag, ..self }
    }

    /// A reader of the values inside.
    ///
    /// # Errors
    /// When nested too deeply.
    pub const fn inside(&self) -> Result<Reader<'a>> {
        if self.depth >= MAX_DEPTH {
            return Err(PkiError::Depth);
        }
        Ok(Reader { rest: self.body, depth: self.depth + 1 })
    }

    /// This value, if it has the tag.
    ///
    /// # Errors
    /// Another tag.
    pub fn with_tag(self, expected: u8) -> Result<Self> {
        if tag_fits(expected, self.tag) { Ok(self) } else { Err(PkiError::Tag { expected, found: self.tag }) }
    }

    /// The bytes of a string that BER may have cut into pieces.
    ///
    /// # Errors
    /// Pieces of another type, or nested too deeply.
    pub fn octets(&self) -> Result<Cow<'a, [u8]>> {
        if self.tag & tag::CONSTRUCTED == 0 {
            return Ok(Cow::Borrowed(self.body));
        }
        let mut inside = self.inside()?;
        let mut all = Vec::with_capacity(self.body.len());
        while !inside.is_empty() {
            all.extend_from_slice(&inside.expect(tag::OCTET_STRING)?.octets()?);
        }
        Ok(Cow::Owned(all))
    }

    /// The bytes of a BIT STRING that ends on a byte boundary.
    ///
    /// # Errors
    /// Unused bits, or pieces.
    pub fn bit_octets(&self) -> Result<&'a [u8]> {
        match self.with_tag(tag::BIT_STRING)?.body {
            [0, bytes @ ..] => Ok(bytes),
            _ => Err(PkiError::Malformed("bit string")),
        }
    }

    /// The bits of a short BIT STRING, first bit lowest (as KeyUsage counts them).
    ///
    /// # Errors
    /// Another type.
    pub fn named_bits(&self) -> Result<u16> {
        let bytes = self.with_tag(tag::BIT_STRING)?.body.get(1..).ok_or(PkiError::Malformed("bit string"))?;
        let pair = [bytes.first().copied().unwrap_or(0), bytes.get(1).copied().unwrap_or(0)];
        Ok(u16::from_be_bytes(pair).reverse_bits())
    }

    /// The magnitude of a non-negative INTEGER without leading zeros.
    ///
    /// # Errors
    /// Negative, empty, or of another type.
    pub fn unsigned(&self) -> Result<&'a [u8]> {
        let mut bytes = self.with_tag(tag::INTEGER)?.body;
        if bytes.is_empty() || bytes.first().is_some_and(|first| first & 0x80 != 0) {
            return Err(PkiError::Malformed("integer"));
        }
        while let [0, rest @ ..] = bytes {
            bytes = rest;
        }
        Ok(bytes)
    }

    /// The bytes of an INTEGER that cannot be negative, also where its maker forgot the zero that says so:
    /// thousands of Estonian cards carry such a modulus, and everybody accepts it.
    ///
    /// # Errors
    /// Empty, or of another type.
    pub fn magnitude(&self) -> Result<&'a [u8]> {
        let mut bytes = self.with_tag(tag::INTEGER)?.body;
        while let [0, rest @ ..] = bytes {
            bytes = rest;
        }
        if bytes.is_empty() { Err(PkiError::Malformed("integer")) } else { Ok(bytes) }
    }

    /// A small non-negative INTEGER or ENUMERATED.
    ///
    /// # Errors
    /// Too large, negative, or of another type.
    pub fn small(&self) -> Result<u32> {
        if !matches!(self.tag & 0x1f, tag::INTEGER | tag::ENUMERATED) && self.tag & 0xc0 == 0 {
            return Err(PkiError::Tag { expected: tag::INTEGER, found: self.tag });
        }
        let &[first, ..] = self.body else { return Err(PkiError::Malformed("integer")) };
        if first & 0x80 != 0 || self.body.len() > 5 || (self.body.len() == 5 && first != 0) {
            return Err(PkiError::Malformed("small integer"));
        }
        Ok(self.body.iter().fold(0_u32, |sum, byte| (sum << 8) | u32::from(*byte)))
    }

    /// An object identifier.
    ///
    /// # Errors
    /// Another type, empty, cut off, or longer than 64 bytes.
    pub fn oid(&self) -> Result<Oid<'a>> {
        let body = self.with_tag(tag::OID)?.body;
        if body.len() > 64 {
            return Err(PkiError::TooLarge("object identifier"));
        }
        if body.last().is_none_or(|last| last & 0x80 != 0) {
            return Err(PkiError::Malformed("object identifier"));
        }
        Ok(Oid(body))
    }

    /// A BOOLEAN.
    ///
    /// # Errors
    /// Another type or length.
    pub fn boolean(&self) -> Result<bool> {
        match self.with_tag(tag::BOOLEAN)?.body {
            [byte] => Ok(*byte != 0),
            _ => Err(PkiError::Malformed("boolean")),
        }
    }

    /// Text of any of the string types; what is not in its alphabet is replaced.
    #[must_use]
    pub fn text(&self) -> String {
        let pairs = |size: usize| self.body.chunks_exact(size);
        match self.tag {
            tag::BMP_STRING => {
                let units: Vec<u16> =
                    pairs(2).map(|pair| pair.iter().fold(0, |sum, byte| (sum << 8) | u16::from(*byte))).collect();
                String::from_utf16_lossy(&units)
            }
            tag::UNIVERSAL_STRING => pairs(4)
                .map(|four| four.iter().fold(0, |sum: u32, byte| (sum << 8) | u32::from(*byte)))
                .map(|code| char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
                .collect(),
            // In practice T61 is Latin-1 where it is not UTF-8.
            tag::T61_STRING => std::str::from_utf8(self.body)
                .map_or_else(|_| self.body.iter().map(|byte| char::from(*byte)).collect(), str::to_owned),
            _ => String::from_utf8_lossy(self.body).into_owned(),
        }
    }

    /// A UTCTime or GeneralizedTime, with fractions of a second.
    ///
    /// # Errors
    /// Not a time, or not a day that exists.
    pub fn time(&self) -> Result<DateTime<Utc>> {
        parse_time(self.tag, self.body).ok_or(PkiError::Malformed("time"))
    }

    /// This value again in DER: definite lengths, strings in one piece, order kept.
    ///
    /// # Errors
    /// Unreadable inside, or nested too deeply.
    pub fn to_der(&self) -> Result<Vec<u8>> {
        if self.tag == tag::OCTET_STRING | tag::CONSTRUCTED {
            return Ok(der::tlv(tag::OCTET_STRING, &self.octets()?));
        }
        if self.tag & tag::CONSTRUCTED == 0 {
            return Ok(der::tlv(self.tag, self.body));
        }
        let mut body = Vec::with_capacity(self.body.len());
        let mut inside = self.inside()?;
        while !inside.is_empty() {
            body.extend_from_slice(&inside.any()?.to_der()?);
        }
        Ok(der::tlv(self.tag, &body))
    }
}

fn digits(bytes: &[u8]) -> Option<u32> {
    if bytes.is_empty() || bytes.len() > 9 || !bytes.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(bytes).ok()?.parse().ok()
}

fn parse_time(kind: u8, body: &[u8]) -> Option<DateTime<Utc>> {
    let (year, rest) = match kind {
        tag::UTC_TIME => {
            let two = digits(body.get(..2)?)?;
            (if two < 50 { 2000 + two } else { 1900 + two }, body.get(2..)?)
        }
        tag::GENERALIZED_TIME => (digits(body.get(..4)?)?, body.get(4..)?),
        _ => return None,
    };
    let (month, day, hour, minute) =
        (digits(rest.get(..2)?)?, digits(rest.get(2..4)?)?, digits(rest.get(4..6)?)?, digits(rest.get(6..8)?)?);
    let mut rest = rest.get(8..)?;
    let mut second = 0;
    if let Some(two) = rest.get(..2).and_then(digits) {
        second = two;
        rest = rest.get(2..)?;
    }
    let mut nanos = 0;
    if let [b'.' | b',', fraction @ ..] = rest {
        let count = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (shown, after) = fraction.split_at_checked(count)?;
        let kept = shown.get(..count.min(9))?;
        nanos = digits(kept)? * 10_u32.checked_pow(9 - u32::try_from(kept.len()).ok()?)?;
        rest = after;
    }
    let local = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?
        .and_hms_nano_opt(hour, minute, second.min(59), nanos)?
        .and_utc();
    match rest {
        b"Z" => Some(local),
        [sign @ (b'+' | b'-'), zone @ ..] if zone.len() == 4 => {
            let offset = i64::from(digits(zone.get(..2)?)? * 60 + digits(zone.get(2..)?)?);
            let offset = TimeDelta::try_minutes(if *sign == b'+' { -offset } else { offset })?;
            local.checked_add_signed(offset)
        }
        _ => None,
    }
}

/// An object identifier in its encoded form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Oid<'a>(pub &'a [u8]);

impl Oid<'_> {
    /// The numbers with dots between them.
    #[must_use]
    pub fn dotted(&self) -> String {
        let mut text = String::new();
        let mut arc = 0_u128;
        let mut first = true;
        for byte in self.0 {
            // Arcs of 128 bits exist (UUIDs); longer ones stay recognisably wrong.
            arc = arc.saturating_mul(128).saturating_add(u128::from(byte & 0x7f));
            if byte & 0x80 != 0 {
                continue;
            }
            if first {
                let root = (arc / 40).min(2);
                text = format!("{root}.{}", arc - root * 40);
                first = false;
            } else {
                text.push_str(&format!(".{arc}"));
            }
            arc = 0;
        }
        text
    }
}

/// Writing DER.
pub mod der {
    use super::tag;
    use chrono::{DateTime, Datelike as _, Utc};

    /// Tag, length and content.
    #[must_use]
    pub fn tlv(tag: u8, body: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(body.len() + 6);
        out.push(tag);
        let length = body.len();
        if let Some(short) = u8::try_from(length).ok().filter(|short| *short < 0x80) {
            out.push(short);
        } else {
            let bytes = length.to_be_bytes();
            let start = bytes.iter().take_while(|byte| **byte == 0).count();
            let shown = bytes.get(start..).unwrap_or_default();
            out.push(0x80 | u8::try_from(shown.len()).unwrap_or(0x08));
            out.extend_from_slice(shown);
        }
        out.extend_from_slice(body);
        out
    }

    /// A constructed value of parts that are encoded already.
    #[must_use]
    pub fn constructed(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
        tlv(tag, &parts.concat())
    }

    /// SEQUENCE of encoded parts.
    #[must_use]
    pub fn sequence(parts: &[&[u8]]) -> Vec<u8> {
        constructed(tag::SEQUENCE, parts)
    }

    /// SET OF encoded parts, sorted as DER demands.
    #[must_use]
    pub fn set_of(parts: &[&[u8]]) -> Vec<u8> {
        let mut sorted = parts.to_vec();
        sorted.sort_unstable();
        constructed(tag::SET, &sorted)
    }

    /// OCTET STRING.
    #[must_use]
    pub fn octets(body: &[u8]) -> Vec<u8> {
        tlv(tag::OCTET_STRING, body)
    }

    /// OBJECT IDENTIFIER from its encoded arcs.
    #[must_use]
    pub fn oid(arcs: &[u8]) -> Vec<u8> {
        tlv(tag::OID, arcs)
    }

    /// BIT STRING of whole bytes.
    #[must_use]
    pub fn bits(body: &[u8]) -> Vec<u8> {
        tlv(tag::BIT_STRING, &[&[0], body].concat())
    }

    /// Non-negative INTEGER from its magnitude.
    #[must_use]
    pub fn unsigned(magnitude: &[u8]) -> Vec<u8> {
        let start = magnitude.iter().take_while(|byte| **byte == 0).count();
        let shown = magnitude.get(start..).unwrap_or_default();
        match shown.first() {
            None => tlv(tag::INTEGER, &[0]),
            Some(first) if first & 0x80 != 0 => tlv(tag::INTEGER, &[&[0], shown].concat()),
            Some(_) => tlv(tag::INTEGER, shown),
        }
    }

    /// Small non-negative INTEGER.
    #[must_use]
    pub fn small(value: u32) -> Vec<u8> {
        unsigned(&value.to_be_bytes())
    }

    /// BOOLEAN true; false is left out wherever it is the default.
    #[must_use]
    pub fn yes() -> Vec<u8> {
        tlv(tag::BOOLEAN, &[0xff])
    }

    /// NULL.
    #[must_use]
    pub fn null() -> Vec<u8> {
        tlv(tag::NULL, &[])
    }

    /// Time as RFC 5280 wants it: UTCTime until 2049, then GeneralizedTime.
    #[must_use]
    pub fn time(at: DateTime<Utc>) -> Vec<u8> {
        if (1950..2050).contains(&at.year()) {
            tlv(tag::UTC_TIME, at.format("%y%m%d%H%M%SZ").to_string().as_bytes())
        } else {
            tlv(tag::GENERALIZED_TIME, at.format("%Y%m%d%H%M%SZ").to_string().as_bytes())
        }
    }

    /// Encoded arcs of a dotted identifier; empty when it is not one.
    #[must_use]
    pub fn arcs(dotted: &str) -> Vec<u8> {
        let numbers: Option<Vec<u64>> = dotted.split('.').map(|part| part.parse().ok()).collect();
        let Some([root, second, rest @ ..]) = numbers.as_deref() else { return Vec::new() };
        let mut out = Vec::new();
        for arc in std::iter::once(root.saturating_mul(40).saturating_add(*second)).chain(rest.iter().copied()) {
            let groups: Vec<u8> = (0..10).map(|group| (arc >> (7 * group)) as u8 & 0x7f).collect();
            let top = groups.iter().rposition(|group| *group != 0).unwrap_or(0);
            for (place, group) in groups.iter().enumerate().take(top + 1).rev() {
                out.push(if place == 0 { *group } else { group | 0x80 });
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone as _;

    #[test]
    fn reads_definite_and_indefinite_alike() {
        let definite = [0x30, 0x05, 0x04, 0x03, 1, 2, 3];
        let indefinite = [0x30, 0x80, 0x24, 0x80, 0x04, 0x01, 1, 0x04, 0x02, 2, 3, 0, 0, 0, 0];
        for data in [&definite[..], &indefinite[..]] {
            let value = Tlv::only(data).unwrap();
            let inner = value.inside().unwrap().expect(tag::OCTET_STRING).unwrap();
            assert_eq!(inner.octets().unwrap().as_ref(), [1, 2, 3]);
            assert_eq!(value.to_der().unwrap(), definite);
        }
    }

    #[test]
    fn refuses_lying_lengths() {
        for data in [
            &[0x30, 0x05, 0x00][..],
            &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff],
            &[0x30, 0x85, 1, 0, 0, 0, 0],
            &[0x30, 0xff],
            &[0x04, 0x80, 0, 0],
            &[0x30, 0x80, 0x30, 0x03, 0, 0],
            &[0x30],
            &[],
        ] {
            assert!(Tlv::only(data).is_err(), "{data:x?}");
        }
    }

    #[test]
    fn depth_is_bounded_without_recursion() {
        let bomb = [0x30, 0x80].repeat(200_000);
        assert_eq!(Tlv::first(&bomb), Err(PkiError::Depth));
        let mut nested = Vec::new();
        for _ in 0..100 {
            nested = der::tlv(tag::SEQUENCE, &nested);
        }
        assert_eq!(Tlv::only(&nested).unwrap().to_der(), Err(PkiError::Depth));
    }

    #[test]
    fn times_in_their_many_forms() {
        let at = |kind, text: &str| parse_time(kind, text.as_bytes());
        let day = Utc.with_ymd_and_hms(2020, 3, 1, 10, 20, 30).unwrap();
        assert_eq!(at(tag::UTC_TIME, "200301102030Z"), Some(day));
        assert_eq!(at(tag::GENERALIZED_TIME, "20200301102030Z"), Some(day));
        assert_eq!(at(tag::GENERALIZED_TIME, "20200301122030+0200"), Some(day));
        assert_eq!(at(tag::GENERALIZED_TIME, "20200301102030.250Z"), Some(day + TimeDelta::milliseconds(250)));
        for wrong in ["20200230102030Z", "20200301102030", "2020", "20200301102030.Z", "2020030110203\u{e9}Z"] {
            assert_eq!(at(tag::GENERALIZED_TIME, wrong), None, "{wrong}");
        }
    }

    #[test]
    fn identifiers_go_both_ways() {
        for text in ["1.2.840.113549.1.1.11", "2.5.4.97", "0.4.0.194112.1.2", "1.3.6.1.4.1.10015.4.1.2", "2.999.1"] {
            assert_eq!(Oid(&der::arcs(text)).dotted(), text);
        }
        let huge = der::oid(&[0xff; 100]);
        assert!(Tlv::only(&huge).unwrap().oid().is_err());
    }
}
