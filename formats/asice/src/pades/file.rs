//! A PDF file: cross-references, revisions, objects (ISO 32000-1, 7.5).

use std::cell::RefCell;
use std::collections::HashMap;
use std::io::Read as _;
use std::rc::Rc;

use super::object::{Dict, Lexer, Object, PdfError, Result};

/// Largest file read.
pub const MAX_FILE: usize = 512 * 1024 * 1024;
const MAX_SECTIONS: usize = 2_048;
const MAX_OBJECTS: u32 = 4_000_000;
/// Largest stream unpacked, and all streams together.
const MAX_STREAM: u64 = 96 * 1024 * 1024;
const MAX_UNPACKED: u64 = 384 * 1024 * 1024;
/// Steps over references before a chain of them counts as a loop.
const MAX_HOPS: u8 = 16;

/// Where an object lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Nowhere.
    Free,
    /// At an offset.
    At(usize),
    /// In an object stream, at an index.
    In(u32, u32),
}

/// A PDF that was read as far as its cross-references.
pub struct Pdf<'a> {
    data: &'a [u8],
    places: HashMap<u32, Place>,
    /// The newest trailer.
    pub trailer: Dict,
    /// Where the newest cross-reference section begins.
    pub last_section: usize,
    /// Whether that section is a stream.
    pub section_is_stream: bool,
    /// One more than the highest object number.
    pub size: u32,
    unpacked: RefCell<HashMap<u32, Rc<Vec<u8>>>>,
    budget: RefCell<u64>,
}

impl<'a> Pdf<'a> {
    /// Reads a file.
    ///
    /// # Errors
    /// Not a PDF, broken cross-references, beyond the limits.
    pub fn open(data: &'a [u8]) -> Result<Self> {
        if data.len() > MAX_FILE {
            return Err(PdfError::Limit("file"));
        }
        // Readers look for the header in the first kilobyte.
        let head = data.get(..data.len().min(1024)).unwrap_or_default();
        if !head.windows(5).any(|five| five == b"%PDF-") {
            return Err(PdfError::Malformed("no header"));
        }
        let mut pdf = Self {
            data,
            places: HashMap::new(),
            trailer: Dict::default(),
            last_section: last_startxref(data)?,
            section_is_stream: false,
            size: 0,
            unpacked: RefCell::new(HashMap::new()),
            budget: RefCell::new(MAX_UNPACKED),
        };
        pdf.read_sections()?;
        Ok(pdf)
    }

    fn read_sections(&mut self) -> Result<()> {
        let mut next = Some(self.last_section);
        let mut seen = Vec::new();
        while let Some(at) = next {
            if seen.contains(&at) || seen.len() > MAX_SECTIONS {
                return Err(PdfError::Malformed("cross-references in a circle"));
            }
            let newest = seen.is_empty();
            seen.push(at);
            let mut lexer = Lexer::new(self.data, at);
            let is_table = lexer.take("xref");
            let trailer = if is_table { self.read_table(&mut lexer)? } else { self.read_stream_section(at)? };
            let offset = |key: &str| trailer.get(key).and_then(Object::int).and_then(|at| usize::try_from(at).ok());
            // Hybrid files hide objects from old readers in a stream beside the table.
            if let (true, Some(beside)) = (is_table, offset("XRefStm")) {
                if seen.contains(&beside) {
                    return Err(PdfError::Malformed("cross-references in a circle"));
                }
                self.read_stream_section(beside)?;
            }
            next = offset("Prev");
            if newest {
                let size = trailer.get("Size").and_then(Object::int).and_then(|size| u32::try_from(size).ok());
                self.size = size.ok_or(PdfError::Malformed("trailer without size"))?.min(MAX_OBJECTS);
                self.section_is_stream = !is_table;
                self.trailer = trailer;
            }
        }
        let highest = self.places.keys().max().copied().unwrap_or(0);
        self.size = self.size.max(highest.saturating_add(1));
        Ok(())
    }

    fn place(&mut self, number: u64, place: Place) -> Result<()> {
        let number = u32::try_from(number).ok().filter(|number| *number < MAX_OBJECTS);
        // Sections are read from the newest: what is known already stands.
        self.places.entry(number.ok_or(PdfError::Limit("objects"))?).or_insert(place);
        Ok(())
    }

    fn read_table(&mut self, lexer: &mut Lexer<'_>) -> Result<Dict> {
        let broken = PdfError::Malformed("cross-reference table");
        while !lexer.take("trailer") {
            let first = lexer.number().ok_or(broken)?;
            let count = lexer.number().ok_or(broken)?;
            for index in 0..count {
                let offset = lexer.number().and_then(|at| usize::try_from(at).ok()).ok_or(broken)?;
                lexer.number().ok_or(broken)?;
                let place = if lexer.take("n") {
                    Place::At(offset)
                } else if lexer.take("f") {
                    Place::Free
                } else {
                    return Err(broken);
                };
                self.place(first + index, place)?;
            }
        }
        match lexer.value()? {
            Object::Dict(dict) => Ok(dict),
            _ => Err(PdfError::Malformed("trailer")),
        }
    }

    fn read_stream_section(&mut self, at: usize) -> Result<Dict> {
        let broken = PdfError::Malformed("cross-reference stream");
        let (_, value) = Lexer::new(self.data, at).indirect()?;
        let Object::Stream(dict, start) = &value else { return Err(broken) };
        if !dict.is("Type", "XRef") {
            return Err(broken);
        }
        let bytes = self.unpack(dict, *start)?;
        let numbers = |key: &str| -> Option<Vec<u64>> {
            let Some(Object::Array(items)) = dict.get(key) else { return None };
            items.iter().map(|item| item.int().and_then(|value| u64::try_from(value).ok())).collect()
        };
        let widths = numbers("W").ok_or(broken)?;
        let &[first, second, third] = widths.as_slice() else { return Err(broken) };
        let row = widths.iter().try_fold(0_u64, |sum, width| (*width <= 8).then_some(sum + width)).ok_or(broken)?;
        if row == 0 {
            return Err(broken);
        }
        let size = dict.get("Size").and_then(Object::int).and_then(|size| u64::try_from(size).ok()).ok_or(broken)?;
        let index = numbers("Index").unwrap_or_else(|| vec![0, size]);
        let mut rows = bytes.chunks_exact(usize::try_from(row).map_err(|_| broken)?);
        for pair in index.chunks_exact(2) {
            let &[start, count] = pair else { return Err(broken) };
            for number in 0..count {
                let Some(row) = rows.next() else { break };
                let mut rest = row;
                let mut field = |width: u64| {
                    let (taken, after) = rest.split_at_checked(usize::try_from(width).ok()?)?;
                    rest = after;
                    Some(taken.iter().fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte)))
                };
                let kind = field(first).ok_or(broken)?;
                let kind = if first == 0 { 1 } else { kind };
                let (where_, which) = (field(second).ok_or(broken)?, field(third).ok_or(broken)?);
                let place = match kind {
                    0 => Place::Free,
                    1 => Place::At(usize::try_from(where_).map_err(|_| broken)?),
                    2 => {
                        Place::In(u32::try_from(where_).map_err(|_| broken)?, u32::try_from(which).map_err(|_| broken)?)
                    }
                    _ => continue,
                };
                self.place(start.checked_add(number).ok_or(broken)?, place)?;
            }
        }
        Ok(dict.clone())
    }

    /// All bytes.
    #[must_use]
    pub const fn data(&self) -> &'a [u8] {
        self.data
    }

    /// Where an object lies.
    #[must_use]
    pub fn place_of(&self, number: u32) -> Place {
        self.places.get(&number).copied().unwrap_or(Place::Free)
    }

    /// Numbers of all objects.
    pub fn numbers(&self) -> impl Iterator<Item = u32> + '_ {
        self.places.keys().copied()
    }

    /// Whether the document is encrypted.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.trailer.get("Encrypt").is_some_and(|value| *value != Object::Null)
    }

    /// An object by number; `Null` when there is none.
    ///
    /// # Errors
    /// Broken at its place, or another object is there.
    pub fn object(&self, number: u32) -> Result<Object> {
        match self.place_of(number) {
            Place::Free => Ok(Object::Null),
            Place::At(offset) => {
                let (found, value) = Lexer::new(self.data, offset).indirect()?;
                if found == number { Ok(value) } else { Err(PdfError::Malformed("another object at its place")) }
            }
            Place::In(container, index) => self.inside_stream(number, container, index),
        }
    }

    fn inside_stream(&self, number: u32, container: u32, index: u32) -> Result<Object> {
        let broken = PdfError::Malformed("object stream");
        let Place::At(offset) = self.place_of(container) else { return Err(broken) };
        let (_, value) = Lexer::new(self.data, offset).indirect()?;
        let Object::Stream(dict, start) = &value else { return Err(broken) };
        let known = self.unpacked.borrow().get(&container).cloned();
        let bytes = match known {
            Some(bytes) => bytes,
            None => {
                let bytes = Rc::new(self.unpack(dict, *start)?);
                self.unpacked.borrow_mut().insert(container, Rc::clone(&bytes));
                bytes
            }
        };
        let first = dict.get("First").and_then(Object::int).and_then(|at| usize::try_from(at).ok()).ok_or(broken)?;
        let mut header = Lexer::new(bytes.get(..first).ok_or(broken)?, 0);
        for at in 0..=index {
            let found = header.number().ok_or(broken)?;
            let offset = header.number().and_then(|at| usize::try_from(at).ok()).ok_or(broken)?;
            if at == index {
                if found != u64::from(number) {
                    return Err(broken);
                }
                return Lexer::new(&bytes, first.checked_add(offset).ok_or(broken)?).value();
            }
        }
        Err(broken)
    }

    /// Follows references to the value meant.
    ///
    /// # Errors
    /// References in a circle, or a broken object.
    pub fn resolve(&self, value: &Object) -> Result<Object> {
        let mut current = value.clone();
        for _ in 0..MAX_HOPS {
            let Object::Ref(number, _) = current else { return Ok(current) };
            current = self.object(number)?;
        }
        Err(PdfError::Malformed("references in a circle"))
    }

    /// The value of a key, references followed.
    ///
    /// # Errors
    /// As [`Pdf::resolve`].
    pub fn get(&self, dict: &Dict, key: &str) -> Result<Object> {
        dict.get(key).map_or(Ok(Object::Null), |value| self.resolve(value))
    }

    /// The catalogue and its number.
    ///
    /// # Errors
    /// There is none.
    pub fn catalog(&self) -> Result<(u32, Dict)> {
        let Some(Object::Ref(number, _)) = self.trailer.get("Root") else { return Err(PdfError::Malformed("no root")) };
        match self.object(*number)? {
            Object::Dict(dict) => Ok((*number, dict)),
            _ => Err(PdfError::Malformed("no root")),
        }
    }

    /// The raw bytes of a stream.
    ///
    /// # Errors
    /// A length that cannot be.
    pub fn raw_stream(&self, dict: &Dict, start: usize) -> Result<&'a [u8]> {
        let length = match dict.get("Length") {
            // A length elsewhere must be a plain object, or unpacking could go in circles.
            Some(Object::Ref(number, _)) => match self.place_of(*number) {
                Place::At(offset) => Lexer::new(self.data, offset).indirect()?.1.int(),
                _ => self.object(*number)?.int(),
            },
            Some(value) => value.int(),
            None => None,
        };
        let length = length.and_then(|length| usize::try_from(length).ok()).ok_or(PdfError::Malformed("stream"))?;
        let end = start.checked_add(length).ok_or(PdfError::Malformed("stream"))?;
        self.data.get(start..end).ok_or(PdfError::Malformed("stream"))
    }

    /// The content of a stream that is plain or deflated.
    ///
    /// # Errors
    /// Another filter, or more than the limits allow.
    pub fn unpack(&self, dict: &Dict, start: usize) -> Result<Vec<u8>> {
        let raw = self.raw_stream(dict, start)?;
        let filter = match dict.get("Filter") {
            Some(Object::Array(items)) if items.len() == 1 => items.first(),
            Some(Object::Array(items)) if items.is_empty() => None,
            other => other,
        };
        match filter {
            None | Some(Object::Null) => Ok(raw.to_vec()),
            Some(Object::Name(name)) if name == b"FlateDecode" || name == b"Fl" => {
                let limit = MAX_STREAM.min(*self.budget.borrow());
                let mut bytes = Vec::new();
                // A stream cut off at its end still gives what came before; readers are lenient here.
                let read = flate2::read::ZlibDecoder::new(raw).take(limit + 1).read_to_end(&mut bytes);
                if bytes.len() as u64 > limit {
                    return Err(PdfError::Limit("unpacked streams"));
                }
                if read.is_err() && bytes.is_empty() {
                    return Err(PdfError::Malformed("deflated stream"));
                }
                *self.budget.borrow_mut() -= bytes.len() as u64;
                let parameters = match dict.get("DecodeParms").or_else(|| dict.get("DP")) {
                    Some(Object::Array(items)) => items.first().and_then(Object::dict),
                    Some(value) => value.dict(),
                    None => None,
                };
                parameters.map_or(Ok(bytes.clone()), |parameters| unpredict(&bytes, parameters))
            }
            _ => Err(PdfError::Unsupported("filter of a stream")),
        }
    }
}

/// The offset after the last `startxref`.
fn last_startxref(data: &[u8]) -> Result<usize> {
    let window = data.len().saturating_sub(2048);
    let tail = data.get(window..).unwrap_or_default();
    let place = tail.windows(9).rposition(|nine| nine == b"startxref").ok_or(PdfError::Malformed("no startxref"))?;
    let mut lexer = Lexer::new(data, window + place + 9);
    let offset = lexer.number().and_then(|at| usize::try_from(at).ok()).ok_or(PdfError::Malformed("startxref"))?;
    if offset >= data.len() { Err(PdfError::Malformed("startxref")) } else { Ok(offset) }
}

/// Undoes PNG predictors.
fn unpredict(bytes: &[u8], parameters: &Dict) -> Result<Vec<u8>> {
    let number = |key: &str, default: i64| parameters.get(key).and_then(Object::int).unwrap_or(default);
    let predictor = number("Predictor", 1);
    if predictor == 1 {
        return Ok(bytes.to_vec());
    }
    let (colors, bits, columns) = (number("Colors", 1), number("BitsPerComponent", 8), number("Columns", 1));
    if predictor < 10 || colors != 1 || bits != 8 || !(1..=1_000_000).contains(&columns) {
        return Err(PdfError::Unsupported("predictor of a stream"));
    }
    let columns = usize::try_from(columns).map_err(|_| PdfError::Unsupported("predictor of a stream"))?;
    let mut out = Vec::with_capacity(bytes.len());
    let mut above = vec![0_u8; columns];
    for row in bytes.chunks(columns + 1) {
        let Some((kind, row)) = row.split_first() else { break };
        let mut line = row.to_vec();
        line.resize(columns, 0);
        let (mut left, mut corner) = (0_u8, 0_u8);
        for (byte, up) in line.iter_mut().zip(&above) {
            let guess = match kind {
                0 => 0,
                1 => left,
                2 => *up,
                3 => u8::midpoint(left, *up),
                4 => paeth(left, *up, corner),
                _ => return Err(PdfError::Malformed("predictor of a stream")),
            };
            *byte = byte.wrapping_add(guess);
            left = *byte;
            corner = *up;
        }
        out.extend_from_slice(&line);
        above = line;
    }
    Ok(out)
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let [a, b, c] = [left, up, corner].map(i16::from);
    let guess = a + b - c;
    let (da, db, dc) = ((guess - a).abs(), (guess - b).abs(), (guess - c).abs());
    if da <= db && da <= dc {
        left
    } else if db <= dc {
        up
    } else {
        corner
    }
}
