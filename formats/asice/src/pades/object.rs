//! PDF values: a bounded reader and a writer (ISO 32000-1, 7.2 and 7.3).

use std::fmt::Write as _;
use std::ops::Range;

/// Deepest nesting of arrays and dictionaries.
const MAX_DEPTH: u8 = 40;
/// Values inside one object.
const MAX_VALUES: u32 = 2_000_000;

/// Why a PDF is not read, or not signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PdfError {
    /// Bytes that are no PDF, or broken at a place that matters.
    #[error("malformed PDF: {0}")]
    Malformed(&'static str),
    /// Larger, deeper or more numerous than is read.
    #[error("PDF beyond limits: {0}")]
    Limit(&'static str),
    /// Encrypted documents are neither judged nor signed.
    #[error("encrypted PDF")]
    Encrypted,
    /// Known to exist, not supported here.
    #[error("not supported in PDF: {0}")]
    Unsupported(&'static str),
    /// The signature does not fit into the room reserved for it.
    #[error("the signature is larger than the room reserved for it")]
    Room,
}

/// Result of reading a PDF.
pub type Result<T> = std::result::Result<T, PdfError>;

/// A string, with its place in the file when it was read straight from there.
#[derive(Debug, Clone)]
pub struct Text {
    /// The bytes meant.
    pub bytes: Vec<u8>,
    /// Where the literal stands, delimiters included.
    pub span: Range<usize>,
    /// Whether it was written in hexadecimal.
    pub hex: bool,
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

/// A PDF value.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the names are the standard's")]
pub enum Object {
    Null,
    Bool(bool),
    Int(i64),
    /// A real number as written.
    Real(String),
    Text(Text),
    Name(Vec<u8>),
    Array(Vec<Object>),
    Dict(Dict),
    /// A stream: its dictionary and where its data begin.
    Stream(Dict, usize),
    Ref(u32, u16),
}

/// A dictionary in the order it was written. The order does not count when two are compared.
#[derive(Debug, Clone, Default)]
pub struct Dict(pub Vec<(Vec<u8>, Object)>);

impl PartialEq for Dict {
    fn eq(&self, other: &Self) -> bool {
        self.0.len() == other.0.len() && self.differing(other).is_empty()
    }
}

impl Dict {
    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Object> {
        self.0.iter().find(|(name, _)| name == key.as_bytes()).map(|(_, value)| value)
    }

    /// Sets or adds a key.
    pub fn set(&mut self, key: &str, value: Object) {
        match self.0.iter_mut().find(|(name, _)| name == key.as_bytes()) {
            Some((_, old)) => *old = value,
            None => self.0.push((key.as_bytes().to_vec(), value)),
        }
    }

    /// Removes a key.
    pub fn remove(&mut self, key: &str) {
        self.0.retain(|(name, _)| name != key.as_bytes());
    }

    /// Keys whose values differ, or that stand in one of both only.
    #[must_use]
    pub fn differing(&self, other: &Self) -> Vec<String> {
        fn find<'d>(dict: &'d Dict, key: &[u8]) -> Option<&'d Object> {
            dict.0.iter().find(|(name, _)| name == key).map(|(_, value)| value)
        }
        let changed = self.0.iter().filter(|(key, value)| find(other, key) != Some(value));
        let added = other.0.iter().filter(|(key, _)| find(self, key).is_none());
        changed.chain(added).map(|(key, _)| String::from_utf8_lossy(key).into_owned()).collect()
    }

    /// Whether a key is this name.
    #[must_use]
    pub fn is(&self, key: &str, name: &str) -> bool {
        matches!(self.get(key), Some(Object::Name(found)) if found == name.as_bytes())
    }
}

impl Object {
    /// A name.
    #[must_use]
    pub fn name(text: &str) -> Self {
        Self::Name(text.as_bytes().to_vec())
    }

    /// A string of bytes.
    #[must_use]
    pub fn bytes(bytes: &[u8]) -> Self {
        Self::Text(Text { bytes: bytes.to_vec(), span: 0..0, hex: true })
    }

    /// A text string: as it is while it is ASCII, else UTF-16 with its mark.
    #[must_use]
    pub fn text(text: &str) -> Self {
        if text.is_ascii() {
            return Self::bytes(text.as_bytes());
        }
        let units = std::iter::once(0xfeff).chain(text.encode_utf16());
        Self::bytes(&units.flat_map(u16::to_be_bytes).collect::<Vec<u8>>())
    }

    /// The dictionary, of a stream too.
    #[must_use]
    pub const fn dict(&self) -> Option<&Dict> {
        match self {
            Self::Dict(dict) | Self::Stream(dict, _) => Some(dict),
            _ => None,
        }
    }

    /// The number, if it is one and whole.
    #[must_use]
    pub const fn int(&self) -> Option<i64> {
        if let Self::Int(value) = self { Some(*value) } else { None }
    }

    /// The text of a string, by its mark UTF-16 or UTF-8, else as Latin-1.
    #[must_use]
    pub fn readable(&self) -> Option<String> {
        let Self::Text(text) = self else { return None };
        Some(match text.bytes.as_slice() {
            [0xfe, 0xff, rest @ ..] => {
                let units = rest.chunks_exact(2).map(|pair| pair.iter().fold(0, |sum, b| (sum << 8) | u16::from(*b)));
                String::from_utf16_lossy(&units.collect::<Vec<u16>>())
            }
            [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
            plain => plain.iter().map(|byte| char::from(*byte)).collect(),
        })
    }

    /// The value as PDF writes it. Streams cannot be written so.
    pub fn write(&self, out: &mut String) {
        match self {
            Self::Null | Self::Stream(..) => out.push_str("null"),
            Self::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Int(value) => _ = write!(out, "{value}"),
            Self::Real(value) => out.push_str(value),
            Self::Text(text) => {
                out.push('<');
                for byte in &text.bytes {
                    _ = write!(out, "{byte:02x}");
                }
                out.push('>');
            }
            Self::Name(name) => write_name(name, out),
            Self::Array(items) => {
                out.push('[');
                for item in items {
                    item.write(out);
                    out.push(' ');
                }
                out.push(']');
            }
            Self::Dict(dict) => dict.write(out),
            Self::Ref(number, generation) => _ = write!(out, "{number} {generation} R"),
        }
    }
}

impl Dict {
    /// The dictionary as PDF writes it.
    pub fn write(&self, out: &mut String) {
        out.push_str("<<");
        for (key, value) in &self.0 {
            write_name(key, out);
            out.push(' ');
            value.write(out);
            out.push('\n');
        }
        out.push_str(">>");
    }
}

fn write_name(name: &[u8], out: &mut String) {
    out.push('/');
    for byte in name {
        if byte.is_ascii_graphic() && !is_delimiter(*byte) && *byte != b'#' {
            out.push(char::from(*byte));
        } else {
            _ = write!(out, "#{byte:02x}");
        }
    }
}

pub(super) const fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

const fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

/// Reads values from bytes, beginning anywhere.
pub(super) struct Lexer<'a> {
    data: &'a [u8],
    /// Where it stands.
    pub at: usize,
    left: u32,
}

impl<'a> Lexer<'a> {
    pub const fn new(data: &'a [u8], at: usize) -> Self {
        Self { data, at, left: MAX_VALUES }
    }

    fn rest(&self) -> &'a [u8] {
        self.data.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.data.get(self.at).copied()
    }

    /// Skips white space and comments.
    pub fn skip(&mut self) {
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                let line = self.rest().iter().position(|byte| matches!(byte, 10 | 13));
                self.at += line.unwrap_or(self.rest().len());
            } else if is_space(byte) {
                self.at += 1;
            } else {
                return;
            }
        }
    }

    /// Takes a word if it comes next.
    pub fn take(&mut self, word: &str) -> bool {
        self.skip();
        let found = self.rest().starts_with(word.as_bytes());
        if found {
            self.at += word.len();
        }
        found
    }

    /// A whole number without sign.
    pub fn number(&mut self) -> Option<u64> {
        self.skip();
        let count = self.rest().iter().take_while(|byte| byte.is_ascii_digit()).count();
        if count == 0 || count > 18 {
            return None;
        }
        let digits = std::str::from_utf8(self.rest().get(..count)?).ok()?;
        self.at += count;
        digits.parse().ok()
    }

    /// The next value.
    pub fn value(&mut self) -> Result<Object> {
        self.value_at(0)
    }

    fn value_at(&mut self, depth: u8) -> Result<Object> {
        self.skip();
        self.left = self.left.checked_sub(1).ok_or(PdfError::Limit("values"))?;
        if depth > MAX_DEPTH {
            return Err(PdfError::Limit("nesting"));
        }
        match self.peek().ok_or(PdfError::Malformed("end of data"))? {
            b'<' if self.rest().starts_with(b"<<") => self.dict(depth),
            b'<' => self.hex(),
            b'(' => self.literal(),
            b'/' => self.read_name().map(Object::Name),
            b'[' => {
                self.at += 1;
                let mut items = Vec::new();
                while !self.take("]") {
                    items.push(self.value_at(depth + 1)?);
                }
                Ok(Object::Array(items))
            }
            b'0'..=b'9' | b'+' | b'-' | b'.' => self.numeric(),
            _ => self.word(),
        }
    }

    fn dict(&mut self, depth: u8) -> Result<Object> {
        self.at += 2;
        let mut dict = Dict::default();
        while !self.take(">>") {
            if self.peek() != Some(b'/') {
                return Err(PdfError::Malformed("key of a dictionary"));
            }
            let key = self.read_name()?;
            let value = self.value_at(depth + 1)?;
            // A key that stands twice is read differently by different programs.
            if dict.0.iter().any(|(known, _)| *known == key) {
                return Err(PdfError::Malformed("a key stands twice"));
            }
            if dict.0.len() > 50_000 {
                return Err(PdfError::Limit("dictionary"));
            }
            dict.0.push((key, value));
        }
        Ok(Object::Dict(dict))
    }

    fn read_name(&mut self) -> Result<Vec<u8>> {
        self.at += 1;
        let raw = self.rest();
        let count = raw.iter().take_while(|byte| !is_space(**byte) && !is_delimiter(**byte)).count();
        let mut raw = raw.get(..count).unwrap_or_default();
        self.at += count;
        let mut name = Vec::with_capacity(count);
        while let [first, rest @ ..] = raw {
            let escaped = rest.get(..2).filter(|_| *first == b'#').and_then(hex_pair);
            name.push(escaped.unwrap_or(*first));
            raw = if escaped.is_some() { rest.get(2..).unwrap_or_default() } else { rest };
        }
        Ok(name)
    }

    fn hex(&mut self) -> Result<Object> {
        let start = self.at;
        let end = self.rest().iter().position(|byte| *byte == b'>').ok_or(PdfError::Malformed("string"))?;
        let digits: Vec<u8> =
            self.rest().get(1..end).unwrap_or_default().iter().copied().filter(|byte| !is_space(*byte)).collect();
        self.at += end + 1;
        let mut bytes = Vec::with_capacity(digits.len() / 2 + 1);
        for pair in digits.chunks(2) {
            let pair = [pair.first().copied().unwrap_or(b'0'), pair.get(1).copied().unwrap_or(b'0')];
            bytes.push(hex_pair(&pair).ok_or(PdfError::Malformed("string"))?);
        }
        Ok(Object::Text(Text { bytes, span: start..self.at, hex: true }))
    }

    fn literal(&mut self) -> Result<Object> {
        let start = self.at;
        self.at += 1;
        let (mut bytes, mut open) = (Vec::new(), 1_u32);
        loop {
            let byte = self.peek().ok_or(PdfError::Malformed("string"))?;
            self.at += 1;
            match byte {
                b'(' => open += 1,
                b')' => open -= 1,
                b'\\' => {
                    self.escape(&mut bytes);
                    continue;
                }
                _ => {}
            }
            if open == 0 {
                return Ok(Object::Text(Text { bytes, span: start..self.at, hex: false }));
            }
            bytes.push(byte);
        }
    }

    fn escape(&mut self, bytes: &mut Vec<u8>) {
        let Some(byte) = self.peek() else { return };
        self.at += 1;
        match byte {
            b'n' => bytes.push(b'\n'),
            b'r' => bytes.push(b'\r'),
            b't' => bytes.push(b'\t'),
            b'b' => bytes.push(8),
            b'f' => bytes.push(12),
            b'\r' => {
                if self.peek() == Some(b'\n') {
                    self.at += 1;
                }
            }
            b'\n' => {}
            b'0'..=b'7' => {
                let mut code = u32::from(byte - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.peek() else { break };
                    code = code * 8 + u32::from(digit - b'0');
                    self.at += 1;
                }
                bytes.push((code & 0xff) as u8);
            }
            other => bytes.push(other),
        }
    }

    fn numeric(&mut self) -> Result<Object> {
        let start = self.at;
        let count = self.rest().iter().take_while(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.')).count();
        let text = self.rest().get(..count).and_then(|raw| std::str::from_utf8(raw).ok()).unwrap_or_default();
        if text.len() > 64 {
            return Err(PdfError::Malformed("number"));
        }
        self.at += count;
        let Ok(whole) = text.parse::<i64>() else { return Ok(Object::Real(text.to_owned())) };
        // "12 0 R" is a reference; anything else after it belongs to the next value.
        let after = self.at;
        if let (Ok(number), false) = (u32::try_from(whole), text.starts_with(['+', '-']))
            && let Some(generation) = self.number().and_then(|value| u16::try_from(value).ok())
            && self.take("R")
            && self.peek().is_none_or(|byte| is_space(byte) || is_delimiter(byte))
        {
            return Ok(Object::Ref(number, generation));
        }
        self.at = after;
        debug_assert!(after > start);
        Ok(Object::Int(whole))
    }

    fn word(&mut self) -> Result<Object> {
        for (word, value) in [("true", Object::Bool(true)), ("false", Object::Bool(false)), ("null", Object::Null)] {
            if self.take(word) {
                return Ok(value);
            }
        }
        Err(PdfError::Malformed("value"))
    }

    /// "12 0 obj", a value, and if it is a stream where its data begin. Gives the object's number too.
    pub fn indirect(&mut self) -> Result<(u32, Object)> {
        let number = self.number().and_then(|value| u32::try_from(value).ok());
        let number = number.ok_or(PdfError::Malformed("object"))?;
        self.number().ok_or(PdfError::Malformed("object"))?;
        if !self.take("obj") {
            return Err(PdfError::Malformed("object"));
        }
        let value = self.value()?;
        if let Object::Dict(dict) = &value
            && self.take("stream")
        {
            if self.rest().starts_with(b"\r\n") {
                self.at += 2;
            } else if self.rest().starts_with(b"\n") {
                self.at += 1;
            }
            return Ok((number, Object::Stream(dict.clone(), self.at)));
        }
        Ok((number, value))
    }
}

fn hex_pair(pair: &[u8]) -> Option<u8> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    u8::try_from(digit(pair.first()?)? * 16 + digit(pair.get(1)?)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Object> {
        Lexer::new(text.as_bytes(), 0).value()
    }

    #[test]
    fn values_go_both_ways() {
        let text =
            "<< /A [1 -2 .5 12 0 R 3 4] /B (a\\(b\\051 (nested) \\\\) /C <48 65 6C 6> /D#20E null % note\n /F true >>";
        let value = read(text).unwrap();
        let dict = value.dict().unwrap();
        let Some(Object::Array(items)) = dict.get("A") else { panic!() };
        assert_eq!(items.len(), 6);
        assert_eq!(items[3], Object::Ref(12, 0));
        assert_eq!(dict.get("B").unwrap().readable().unwrap(), "a(b) (nested) \\");
        assert_eq!(dict.get("C").unwrap().readable().unwrap(), "Hel`");
        assert_eq!(dict.get("D E"), Some(&Object::Null));
        let mut out = String::new();
        value.write(&mut out);
        assert_eq!(read(&out).unwrap(), value);
        assert_eq!(Object::text("Rīga").readable().unwrap(), "Rīga");
    }

    #[test]
    fn hostile_values_are_refused() {
        assert_eq!(read(&"[".repeat(10_000)), Err(PdfError::Limit("nesting")));
        assert_eq!(read(&"<</A".repeat(10_000)), Err(PdfError::Limit("nesting")));
        for text in ["<< /A 1 /A 2 >>", "(open", "<41", "[1 2", "<< /A", "<< 1 2 >>", "", "}", "<4x>"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
