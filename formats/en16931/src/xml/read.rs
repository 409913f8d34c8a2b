//! The reader: quick-xml's events into a [`Tree`], with namespaces resolved and everything bounded.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::decode::decode;
use super::names::{NameId, Names, Space};
use super::tree::{Node, NodeId, Tree};

/// Bounds on what is read. The defaults hold any real invoice, with attachments.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of the document.
    pub bytes: usize,
    /// Depth of elements.
    pub depth: u16,
    /// Elements in all.
    pub elements: usize,
    /// Attributes of one element.
    pub attributes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 100 << 20, depth: 64, elements: 2_000_000, attributes: 32 }
    }
}

/// Why a document was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalKind {
    /// Not XML at all, or not well formed.
    Malformed,
    /// Encoding unknown, or bytes that do not belong to it.
    Encoding,
    /// A document type declaration: never needed in an invoice, and a way to attack.
    Doctype,
    /// An entity that is not one of XML's own five.
    Entity,
    /// Too many bytes.
    Size,
    /// Too many elements one in another.
    Depth,
    /// Too many elements or names.
    Elements,
    /// Too many attributes on an element.
    Attributes,
}

impl RefusalKind {
    /// The rule id that a finding of this kind bears.
    #[must_use]
    pub fn rule(self) -> &'static str {
        match self {
            Self::Malformed => "XML-MALFORMED",
            Self::Encoding => "XML-ENCODING",
            Self::Doctype => "XML-DOCTYPE",
            Self::Entity => "XML-ENTITY",
            Self::Size => "XML-SIZE",
            Self::Depth => "XML-DEPTH",
            Self::Elements => "XML-ELEMENTS",
            Self::Attributes => "XML-ATTRIBUTES",
        }
    }
}

/// A document that was not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} at byte {offset}: {detail}", kind.rule())]
pub struct Refusal {
    /// What is wrong.
    pub kind: RefusalKind,
    /// Where, in bytes.
    pub offset: usize,
    /// What was found there.
    pub detail: String,
}

impl Refusal {
    pub(super) fn new(kind: RefusalKind, offset: usize, detail: &str) -> Self {
        Self { kind, offset, detail: detail.chars().take(120).collect() }
    }
}

/// Reads a document; names that the rules know keep their numbers from `base`.
pub fn read(bytes: &[u8], base: &Names, limits: Limits) -> Result<Tree, Refusal> {
    if bytes.len() > limits.bytes {
        return Err(Refusal::new(RefusalKind::Size, limits.bytes, "too many bytes"));
    }
    let text = decode(bytes)?;
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
    if let Some(at) = control(text.as_bytes()) {
        return Err(Refusal::new(RefusalKind::Malformed, at, "a control character"));
    }
    let mut builder = Builder::new(base, limits, text);
    builder.run(text)?;
    let names = builder.extra.as_deref().unwrap_or(base).len();
    let mut tree = builder.tree;
    tree.extra = builder.extra;
    tree.index(names);
    Ok(tree)
}

/// The first character that XML does not know; whole blocks are passed over at once.
fn control(text: &[u8]) -> Option<usize> {
    let is = |b: &u8| *b < 0x20 && !matches!(*b, b'\t' | b'\n' | b'\r');
    let mut from = 0;
    for block in text.chunks(1024) {
        if block.iter().fold(false, |found, b| found | is(b)) {
            return block.iter().position(is).map(|at| from + at);
        }
        from += block.len();
    }
    None
}

/// Where each line begins, in bytes of the decoded text; for places in messages.
#[must_use]
pub fn line_starts(bytes: &[u8]) -> Vec<u32> {
    let Ok(text) = decode(bytes) else { return vec![0] };
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
    let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
    let starts = ends.map(|(at, _)| u32::try_from(at + 1).unwrap_or(u32::MAX));
    std::iter::once(0).chain(starts).collect()
}

/// A quick hash for the few hundred names of a document.
#[derive(Clone, Default)]
pub(crate) struct QuickHash(u64);

impl Hasher for QuickHash {
    fn finish(&self) -> u64 {
        // The multiplication stirs the upper half only.
        self.0 ^ (self.0 >> 32)
    }
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        words.iter().for_each(|word| self.add(u64::from_le_bytes(*word)));
        if !rest.is_empty() {
            self.add(rest.iter().fold(0, |word, byte| (word << 8) | u64::from(*byte)));
        }
    }
    fn write_u8(&mut self, byte: u8) {
        self.0 ^= u64::from(byte);
    }
}

impl QuickHash {
    fn add(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}

struct Frame<'t> {
    node: NodeId,
    last_child: NodeId,
    name: &'t str,
    bindings: usize,
    mixed: Option<String>,
}

struct Builder<'t, 'b> {
    base: &'b Names,
    extra: Option<Box<Names>>,
    limits: Limits,
    tree: Tree,
    stack: Vec<Frame<'t>>,
    bindings: Vec<(&'t str, Space)>,
    cache: HashMap<&'t str, NameId, BuildHasherDefault<QuickHash>>,
    recent: Vec<(String, NameId)>,
    offset: usize,
    /// The element whose text a comment interrupts.
    paused: Option<NodeId>,
}

impl<'t, 'b> Builder<'t, 'b> {
    fn new(base: &'b Names, limits: Limits, text: &str) -> Self {
        let tree = Tree {
            nodes: Vec::with_capacity(text.len() / 40),
            text: String::with_capacity(text.len() / 3),
            ..Tree::default()
        };
        let cache = HashMap::with_capacity_and_hasher(256, BuildHasherDefault::default());
        Self {
            base,
            extra: None,
            limits,
            tree,
            stack: Vec::new(),
            bindings: vec![("", Space(0))],
            cache,
            recent: Vec::new(),
            offset: 0,
            paused: None,
        }
    }

    fn refuse(&self, kind: RefusalKind, detail: &str) -> Refusal {
        Refusal::new(kind, self.offset, detail)
    }

    fn run(&mut self, text: &'t str) -> Result<(), Refusal> {
        let mut reader = Reader::from_str(text);
        reader.config_mut().check_end_names = false;
        loop {
            self.offset = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
            // Matched where it lies: an event that is moved first costs as much as reading it.
            match reader.read_event() {
                Ok(Event::Start(tag)) => self.open(text, &tag)?,
                Ok(Event::Empty(tag)) => {
                    self.open(text, &tag)?;
                    self.close(None)?;
                }
                Ok(Event::End(tag)) => self.close(Some(tag.name().as_ref()))?,
                Ok(Event::Text(chunk)) => self.text(&chunk)?,
                Ok(Event::CData(chunk)) => self.add_text(&chunk, true)?,
                Ok(Event::GeneralRef(entity)) => self.entity(&entity)?,
                Ok(Event::DocType(_)) => return Err(self.refuse(RefusalKind::Doctype, "<!DOCTYPE")),
                Ok(Event::Decl(_)) if self.offset != 0 => return Err(self.refuse(RefusalKind::Malformed, "<?xml")),
                Ok(Event::Comment(_) | Event::PI(_)) => self.pause(),
                Ok(Event::Decl(_)) => {}
                Ok(Event::Eof) => break,
                Err(error) => return Err(self.refuse(RefusalKind::Malformed, &error.to_string())),
            }
        }
        if !self.stack.is_empty() || self.tree.nodes.is_empty() {
            return Err(self.refuse(RefusalKind::Malformed, "the document ends too early"));
        }
        Ok(())
    }

    fn broken(&self) -> Refusal {
        self.refuse(RefusalKind::Malformed, "not text")
    }

    fn open(&mut self, text: &'t str, tag: &BytesStart<'t>) -> Result<(), Refusal> {
        if self.stack.is_empty() && !self.tree.nodes.is_empty() {
            return Err(self.refuse(RefusalKind::Malformed, "a second root element"));
        }
        let depth = u16::try_from(self.stack.len()).unwrap_or(u16::MAX);
        if depth >= self.limits.depth {
            return Err(self.refuse(RefusalKind::Depth, "elements too deep"));
        }
        if self.tree.nodes.len() >= self.limits.elements {
            return Err(self.refuse(RefusalKind::Elements, "too many elements"));
        }
        let raw = slice_in(text, self.offset + 1, tag.name().as_ref().len()).ok_or_else(|| self.broken())?;
        let id = NodeId::try_from(self.tree.nodes.len()).unwrap_or(NodeId::MAX);
        self.before_child(id);
        let bindings = self.bindings.len();
        let has_attributes = tag.len() > raw.len();
        if has_attributes {
            self.bind(text, tag)?;
        }
        let name = self.element_name(raw)?;
        let start = u32::try_from(self.tree.attrs.len()).unwrap_or(u32::MAX);
        let parent = self.stack.last().map_or(0, |frame| frame.node);
        let offset = u32::try_from(self.offset).unwrap_or(u32::MAX);
        self.tree.nodes.push(Node {
            name,
            parent,
            next: 0,
            end: id + 1,
            offset,
            text: (0, 0),
            attrs: (start, start),
            depth,
        });
        if has_attributes {
            self.attributes(tag, id)?;
        }
        let here = u32::try_from(self.tree.text.len()).unwrap_or(u32::MAX);
        let end = u32::try_from(self.tree.attrs.len()).unwrap_or(u32::MAX);
        if let Some(node) = self.tree.nodes.last_mut() {
            node.attrs.1 = end;
            node.text = (here, here);
        }
        self.stack.push(Frame { node: id, last_child: 0, name: raw, bindings, mixed: None });
        Ok(())
    }

    /// Links a new child to its elder sibling; drops indentation that stood before it.
    fn before_child(&mut self, id: NodeId) {
        let Some(frame) = self.stack.last_mut() else { return };
        if frame.last_child == 0 {
            let Some(node) = self.tree.nodes.get_mut(frame.node as usize) else { return };
            let before = self.tree.text.get(node.text.0 as usize..node.text.1 as usize).unwrap_or_default();
            if before.trim_ascii().is_empty() {
                self.tree.text.truncate(node.text.0 as usize);
                node.text.1 = node.text.0;
            } else {
                frame.mixed = Some(before.to_owned());
            }
        } else if let Some(elder) = self.tree.nodes.get_mut(frame.last_child as usize) {
            elder.next = id;
        }
        frame.last_child = id;
    }

    fn close(&mut self, name: Option<&str>) -> Result<(), Refusal> {
        let Some(Frame { node: id, name: open_name, bindings, mixed, .. }) = self.stack.pop() else {
            return Err(self.refuse(RefusalKind::Malformed, "an end tag too many"));
        };
        if name.is_some_and(|name| name != open_name) {
            return Err(self.refuse(RefusalKind::Malformed, "an end tag that closes another element"));
        }
        let end = NodeId::try_from(self.tree.nodes.len()).unwrap_or(NodeId::MAX);
        let place = u32::try_from(self.tree.text.len()).unwrap_or(u32::MAX);
        if let Some(node) = self.tree.nodes.get_mut(id as usize) {
            node.end = end;
            if let Some(mixed) = mixed {
                self.tree.text.push_str(&mixed);
                node.text = (place, u32::try_from(self.tree.text.len()).unwrap_or(u32::MAX));
            }
        }
        if self.bindings.len() != bindings {
            self.bindings.truncate(bindings);
            self.cache.clear();
        }
        Ok(())
    }

    /// A comment after the text of an element: what follows is a text node of its own.
    fn pause(&mut self) {
        let Some(frame) = self.stack.last().filter(|frame| frame.last_child == 0) else { return };
        let has_text = self.tree.node(frame.node).is_some_and(|node| node.text.0 != node.text.1);
        self.paused = has_text.then_some(frame.node).or(self.paused);
    }

    /// Notes that an element has more than one text node.
    fn resume(&mut self, id: NodeId) {
        if self.paused == Some(id) {
            self.paused = None;
            if self.tree.split.last() != Some(&id) {
                self.tree.split.push(id);
            }
        }
    }

    fn text(&mut self, chunk: &str) -> Result<(), Refusal> {
        if chunk.as_bytes().contains(&b']') && chunk.contains("]]>") {
            return Err(self.refuse(RefusalKind::Malformed, "]]> in text"));
        }
        self.add_text(chunk, false)
    }

    fn add_text(&mut self, chunk: &str, cdata: bool) -> Result<(), Refusal> {
        let blank = chunk.trim_ascii().is_empty();
        let Some(frame) = self.stack.last_mut() else {
            let text = self.refuse(RefusalKind::Malformed, "text outside the root element");
            return if blank && !cdata { Ok(()) } else { Err(text) };
        };
        if frame.last_child != 0 {
            if !blank || frame.mixed.is_some() {
                push_lines(frame.mixed.get_or_insert_default(), chunk);
            }
            return Ok(());
        }
        let id = frame.node;
        push_lines(&mut self.tree.text, chunk);
        let end = u32::try_from(self.tree.text.len()).unwrap_or(u32::MAX);
        if let Some(node) = self.tree.nodes.get_mut(id as usize) {
            node.text.1 = end;
        }
        if !chunk.is_empty() {
            self.resume(id);
        }
        Ok(())
    }

    fn entity(&mut self, entity: &BytesRef<'_>) -> Result<(), Refusal> {
        let name: &str = entity;
        let c = character(name).map_err(|kind| self.refuse(kind, name))?;
        if self.stack.is_empty() {
            return Err(self.refuse(RefusalKind::Malformed, "text outside the root element"));
        }
        // A reference is text even where it stands for a blank, and its carriage return stays.
        let frame = self.stack.last_mut();
        match frame {
            Some(frame) if frame.last_child != 0 => frame.mixed.get_or_insert_default().push(c),
            Some(frame) => {
                let id = frame.node;
                self.tree.text.push(c);
                let end = u32::try_from(self.tree.text.len()).unwrap_or(u32::MAX);
                if let Some(node) = self.tree.nodes.get_mut(id as usize) {
                    node.text.1 = end;
                }
                self.resume(id);
            }
            None => {}
        }
        Ok(())
    }

    /// Reads the namespace declarations of a start tag.
    fn bind(&mut self, text: &'t str, tag: &BytesStart<'t>) -> Result<(), Refusal> {
        if !tag.as_bytes().windows(5).any(|part| part == b"xmlns") {
            return Ok(());
        }
        let mut bound = 0;
        for attribute in tag.attributes() {
            let attribute = attribute.map_err(|error| self.refuse(RefusalKind::Malformed, &error.to_string()))?;
            let key = attribute.key.as_ref();
            let prefix = match key.strip_prefix("xmlns") {
                Some("") => "",
                Some(rest) => match rest.strip_prefix(':') {
                    Some(prefix) if !prefix.is_empty() => within(text, prefix).ok_or_else(|| self.broken())?,
                    _ => continue,
                },
                None => continue,
            };
            bound += 1;
            if bound > self.limits.attributes {
                return Err(self.refuse(RefusalKind::Attributes, "too many namespaces"));
            }
            let mut uri = String::new();
            self.attribute_value(&attribute.value, &mut uri)?;
            let space = self.space(uri.trim())?;
            self.bindings.push((prefix, space));
        }
        if bound > 0 {
            self.cache.clear();
        }
        Ok(())
    }

    fn attributes(&mut self, tag: &BytesStart<'_>, owner: NodeId) -> Result<(), Refusal> {
        let first = self.tree.attrs.len();
        for (count, attribute) in tag.attributes().with_checks(false).enumerate() {
            let attribute = attribute.map_err(|error| self.refuse(RefusalKind::Malformed, &error.to_string()))?;
            if count >= self.limits.attributes {
                return Err(self.refuse(RefusalKind::Attributes, "too many attributes"));
            }
            let key = attribute.key.as_ref();
            if key == "xmlns" || key.starts_with("xmlns:") {
                continue;
            }
            let name = match key.split_once(':') {
                None => self.attribute_name(key)?,
                Some((prefix, local)) => {
                    let space = self.resolve(prefix)?;
                    self.intern(space, local)?
                }
            };
            if self.tree.attrs.get(first..).unwrap_or_default().iter().any(|known| known.name == name) {
                return Err(self.refuse(RefusalKind::Malformed, "an attribute twice"));
            }
            let mut text = std::mem::take(&mut self.tree.text);
            let start = u32::try_from(text.len()).unwrap_or(u32::MAX);
            self.attribute_value(&attribute.value, &mut text)?;
            let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
            self.tree.text = text;
            self.tree.push_attr(name, owner, (start, end));
        }
        Ok(())
    }

    /// Names of attributes without prefix, remembered by their few last ones.
    fn attribute_name(&mut self, key: &str) -> Result<NameId, Refusal> {
        if let Some((_, name)) = self.recent.iter().find(|(known, _)| known == key) {
            return Ok(*name);
        }
        let name = self.intern(Space(0), key)?;
        if self.recent.len() < 8 {
            self.recent.push((key.to_owned(), name));
        }
        Ok(name)
    }

    fn attribute_value(&self, raw: &str, out: &mut String) -> Result<(), Refusal> {
        let mut rest = raw;
        if rest.contains('<') {
            return Err(self.refuse(RefusalKind::Malformed, "< in an attribute"));
        }
        let blank = |c: char| if matches!(c, '\t' | '\n' | '\r') { ' ' } else { c };
        while let Some((before, after)) = rest.split_once('&') {
            out.extend(before.chars().map(blank));
            let (name, after) = after.split_once(';').ok_or_else(|| self.refuse(RefusalKind::Entity, "&"))?;
            out.push(character(name).map_err(|kind| self.refuse(kind, name))?);
            rest = after;
        }
        if rest.bytes().any(|b| b < 0x20) {
            out.extend(rest.chars().map(blank))
        } else {
            out.push_str(rest)
        }
        Ok(())
    }

    fn element_name(&mut self, raw: &'t str) -> Result<NameId, Refusal> {
        if let Some(id) = self.cache.get(raw) {
            return Ok(*id);
        }
        let (prefix, local) = raw.split_once(':').unwrap_or(("", raw));
        let begins = |part: &str| part.starts_with(|c: char| c.is_alphabetic() || c == '_');
        if !begins(local) || local.contains(':') {
            return Err(self.refuse(RefusalKind::Malformed, raw));
        }
        let space = self.resolve(prefix)?;
        let id = self.intern(space, local)?;
        self.cache.insert(raw, id);
        Ok(id)
    }

    fn resolve(&mut self, prefix: &str) -> Result<Space, Refusal> {
        if let Some((_, space)) = self.bindings.iter().rev().find(|(bound, _)| *bound == prefix) {
            return Ok(*space);
        }
        if prefix == "xml" {
            let names = self.extra.get_or_insert_with(|| Box::new(self.base.clone()));
            return names.xml_space().ok_or_else(|| Refusal::new(RefusalKind::Elements, 0, "too many namespaces"));
        }
        Err(self.refuse(RefusalKind::Malformed, &format!("the prefix {prefix} is not declared")))
    }

    fn space(&mut self, uri: &str) -> Result<Space, Refusal> {
        let too_many = self.refuse(RefusalKind::Elements, "too many namespaces");
        if let Some(space) = self.extra.as_deref().unwrap_or(self.base).find_space(uri) {
            return Ok(space);
        }
        let names = self.extra.get_or_insert_with(|| Box::new(self.base.clone()));
        names.space(uri).ok_or(too_many)
    }

    fn intern(&mut self, space: Space, local: &str) -> Result<NameId, Refusal> {
        if let Some(id) = self.extra.as_deref().unwrap_or(self.base).find(space, local) {
            return Ok(id);
        }
        let offset = self.offset;
        let names = self.extra.get_or_insert_with(|| Box::new(self.base.clone()));
        names.intern(space, local).ok_or_else(|| Refusal::new(RefusalKind::Elements, offset, "too many names"))
    }
}

fn slice_in(text: &str, from: usize, len: usize) -> Option<&str> {
    text.get(from..from.checked_add(len)?)
}

/// The same characters with the lifetime of the document, which quick-xml's borrowed names do not show.
fn within<'t>(text: &'t str, part: &str) -> Option<&'t str> {
    let from = (part.as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
    slice_in(text, from, part.len()).filter(|same| *same == part)
}

/// Adds text with the line ends that XML prescribes.
fn push_lines(out: &mut String, chunk: &str) {
    if !chunk.contains('\r') {
        return out.push_str(chunk);
    }
    out.push_str(&chunk.replace("\r\n", "\n").replace('\r', "\n"));
}

fn character(name: &str) -> Result<char, RefusalKind> {
    let number = |digits: &str, radix| {
        let c = u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
        c.filter(|c| *c >= ' ' || matches!(c, '\t' | '\n' | '\r')).ok_or(RefusalKind::Malformed)
    };
    match name {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        _ => match name.strip_prefix('#') {
            Some(rest) => match rest.strip_prefix('x') {
                Some(hex) => number(hex, 16),
                None => number(rest, 10),
            },
            None => Err(RefusalKind::Entity),
        },
    }
}
