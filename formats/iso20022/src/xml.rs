//! A small tree of bounded XML, and a writer.

use quick_xml::{Reader, events::Event};

/// Bounds on what is read. The defaults hold a year's statement of a large municipality.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of the document.
    pub bytes: usize,
    /// Depth of elements.
    pub depth: usize,
    /// Elements in all.
    pub elements: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 64 << 20, depth: 40, elements: 2_000_000 }
    }
}

/// Why a message was not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Larger than the limit.
    #[error("larger than {0} bytes")]
    Size(usize),
    /// Not UTF-8.
    #[error("not UTF-8")]
    Encoding,
    /// Not well-formed XML.
    #[error("not well-formed at byte {0}")]
    Malformed(u64),
    /// A document type declaration or an entity of one's own.
    #[error("a DTD or an entity at byte {0}")]
    Doctype(u64),
    /// Too deep, or too many elements.
    #[error("too many or too deep elements")]
    Elements,
    /// Another message than the one that is read.
    #[error("not the message expected but {0}")]
    Other(String),
    /// Something that the message must have.
    #[error("no {0}")]
    Missing(&'static str),
    /// A value that is none: an amount, a date.
    #[error("{0} is not readable: {1}")]
    Value(&'static str, String),
    /// The sums and counts that it states are not those it has.
    #[error("{0} does not agree")]
    Sum(&'static str),
}

/// An element: local name, currency attribute, text, children.
#[derive(Clone, Debug, Default)]
pub(crate) struct Element {
    pub name: String,
    pub currency: Option<String>,
    pub text: String,
    pub children: Vec<Element>,
    /// The namespace that the root declares for itself.
    pub namespace: String,
}

const NOTHING: &Element = &Element {
    name: String::new(),
    currency: None,
    text: String::new(),
    children: Vec::new(),
    namespace: String::new(),
};

impl Element {
    /// The first child of that name, or an empty element.
    pub fn child(&self, name: &str) -> &Self {
        self.children.iter().find(|c| c.name == name).unwrap_or(NOTHING)
    }

    /// Down a path of first children.
    pub fn at(&self, path: &[&str]) -> &Self {
        path.iter().fold(self, |e, name| e.child(name))
    }

    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |c| c.name == name)
    }

    pub fn is_there(&self) -> bool {
        !self.name.is_empty()
    }

    /// Its text, if any.
    pub fn value(&self) -> Option<String> {
        let text = self.text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// The text down a path, if any.
    pub fn text_at(&self, path: &[&str]) -> Option<String> {
        self.at(path).value()
    }
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// Reads a document into a tree.
pub(crate) fn read(bytes: &[u8], limits: Limits) -> Result<Element, ReadError> {
    if bytes.len() > limits.bytes {
        return Err(ReadError::Size(limits.bytes));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| ReadError::Encoding)?;
    let mut reader = Reader::from_str(text.strip_prefix('\u{feff}').unwrap_or(text));
    reader.config_mut().expand_empty_elements = true;
    let mut stack: Vec<Element> = Vec::new();
    let mut root: Option<Element> = None;
    let mut count = 0;
    loop {
        let at = reader.buffer_position();
        match reader.read_event().map_err(|_| ReadError::Malformed(at))? {
            Event::Start(tag) => {
                count += 1;
                if count > limits.elements || stack.len() >= limits.depth {
                    return Err(ReadError::Elements);
                }
                if stack.is_empty() && root.is_some() {
                    return Err(ReadError::Malformed(at));
                }
                let mut element = Element { name: local(tag.name().as_ref()).to_owned(), ..Element::default() };
                for attribute in tag.attributes() {
                    let attribute = attribute.map_err(|_| ReadError::Malformed(at))?;
                    let key = attribute.key.as_ref();
                    if key == "Ccy" {
                        element.currency = Some(attribute.value.to_string());
                    } else if stack.is_empty() && attribute.value.contains(":xsd:") && key.starts_with("xmlns") {
                        element.namespace = attribute.value.to_string();
                    }
                }
                stack.push(element);
            }
            Event::End(_) => {
                let done = stack.pop().ok_or(ReadError::Malformed(at))?;
                match stack.last_mut() {
                    Some(parent) => parent.children.push(done),
                    None => root = Some(done),
                }
            }
            Event::Text(chunk) => {
                let chunk: &str = &chunk;
                match stack.last_mut() {
                    Some(element) => element.text.push_str(chunk),
                    None if chunk.trim().is_empty() => {}
                    None => return Err(ReadError::Malformed(at)),
                }
            }
            Event::CData(chunk) => {
                let chunk: &str = &chunk;
                stack.last_mut().ok_or(ReadError::Malformed(at))?.text.push_str(chunk);
            }
            Event::GeneralRef(entity) => {
                let c = character(&entity).ok_or(ReadError::Doctype(at))?;
                stack.last_mut().ok_or(ReadError::Malformed(at))?.text.push(c);
            }
            Event::DocType(_) => return Err(ReadError::Doctype(at)),
            Event::Eof => break,
            Event::Decl(_) | Event::Comment(_) | Event::PI(_) | Event::Empty(_) => {}
        }
    }
    if !stack.is_empty() {
        return Err(ReadError::Malformed(reader.buffer_position()));
    }
    root.ok_or(ReadError::Malformed(0))
}

/// XML's own five entities and characters by number.
fn character(name: &str) -> Option<char> {
    let number = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let digits = name.strip_prefix('#')?;
            let c = match digits.strip_prefix('x') {
                Some(hex) => number(hex, 16)?,
                None => number(digits, 10)?,
            };
            (c >= ' ' || matches!(c, '\t' | '\n' | '\r')).then_some(c)
        }
    }
}

/// The message's own element, of whatever version: `pain.001.` and `CstmrCdtTrfInitn`.
pub(crate) fn message<'e>(root: &'e Element, kind: &str, name: &str) -> Result<&'e Element, ReadError> {
    let body = root.child(name);
    let known = root.name == "Document" && body.is_there();
    if known && (root.namespace.is_empty() || root.namespace.contains(kind)) {
        return Ok(body);
    }
    let what = if root.namespace.is_empty() { root.name.clone() } else { root.namespace.clone() };
    Err(ReadError::Other(what.chars().take(100).collect()))
}

/// Writes elements one after another.
pub(crate) struct Writer(String);

impl Writer {
    /// A document of that namespace (`pain.001.001.03`).
    pub fn new(message: &str) -> Self {
        Self(format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:{message}\">"
        ))
    }

    /// An element with what `inside` writes.
    pub fn tag(&mut self, name: &str, inside: impl FnOnce(&mut Self)) {
        self.0.push('<');
        self.0.push_str(name);
        self.0.push('>');
        inside(self);
        self.0.push_str("</");
        self.0.push_str(name);
        self.0.push('>');
    }

    /// Elements one in another around what `inside` writes.
    pub fn path(&mut self, names: &[&str], inside: impl FnOnce(&mut Self)) {
        for name in names {
            self.0.push('<');
            self.0.push_str(name);
            self.0.push('>');
        }
        inside(self);
        for name in names.iter().rev() {
            self.0.push_str("</");
            self.0.push_str(name);
            self.0.push('>');
        }
    }

    /// An element with a text.
    pub fn leaf(&mut self, name: &str, text: &str) {
        self.tag(name, |w| w.text(text));
    }

    /// An element with a text, where there is one.
    pub fn some(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text.filter(|t| !t.is_empty()) {
            self.leaf(name, text);
        }
    }

    /// A text down a path.
    pub fn deep(&mut self, names: &[&str], text: &str) {
        self.path(names, |w| w.text(text));
    }

    /// An amount with its currency.
    pub fn amount(&mut self, name: &str, currency: &str, amount: rust_decimal::Decimal) {
        self.0.push('<');
        self.0.push_str(name);
        self.0.push_str(" Ccy=\"");
        self.text(currency);
        self.0.push_str("\">");
        self.text(&money(amount));
        self.0.push_str("</");
        self.0.push_str(name);
        self.0.push('>');
    }

    pub fn text(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                // No such character may stand in XML at all.
                c if (c < ' ' && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
                c => self.0.push(c),
            }
        }
    }

    pub fn finish(mut self) -> Vec<u8> {
        self.0.push_str("</Document>\n");
        self.0.into_bytes()
    }
}

/// An amount as the schemas take it: without sign, two decimals.
pub(crate) fn money(amount: rust_decimal::Decimal) -> String {
    format!("{:.2}", amount.abs().round_dp(2))
}

/// Reads an amount and its currency.
pub(crate) fn read_money(
    element: &Element,
    what: &'static str,
) -> Result<Option<(rust_decimal::Decimal, String)>, ReadError> {
    let Some(text) = element.value() else { return Ok(None) };
    let plain = text.len() <= 25 && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let amount = text.parse::<rust_decimal::Decimal>().ok().filter(|_| plain);
    let amount = amount.ok_or_else(|| ReadError::Value(what, text.chars().take(40).collect()))?;
    Ok(Some((amount, element.currency.clone().unwrap_or_default())))
}

/// Reads a date, also out of a moment.
pub(crate) fn read_date(element: &Element, what: &'static str) -> Result<Option<chrono::NaiveDate>, ReadError> {
    let inner = [element.text_at(&["Dt"]), element.text_at(&["DtTm"]), element.value()];
    let Some(text) = inner.into_iter().flatten().next() else { return Ok(None) };
    let date = text.get(..10).and_then(|d| chrono::NaiveDate::parse_from_str(d, "%Y-%m-%d").ok());
    date.map(Some).ok_or_else(|| ReadError::Value(what, text.chars().take(40).collect()))
}

/// Reads a moment; a zone, where stated, is left aside.
pub(crate) fn read_moment(text: Option<String>) -> Option<chrono::NaiveDateTime> {
    let text = text?;
    let plain = text.get(..19)?;
    chrono::NaiveDateTime::parse_from_str(plain, "%Y-%m-%dT%H:%M:%S").ok()
}

/// A moment as the schemas take it.
pub(crate) fn moment(at: chrono::NaiveDateTime) -> String {
    at.format("%Y-%m-%dT%H:%M:%S").to_string()
}
