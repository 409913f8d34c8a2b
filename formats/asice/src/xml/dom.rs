//! A small XML reader for signed documents: no DTD, no entities but the five, bounded in size and depth.
//!
//! It keeps what canonical XML needs (prefixes, namespace declarations, order) and where every
//! element stands in the source, so that a signature can be extended without touching what is signed.

use std::{borrow::Cow, ops::Range};

use thiserror::Error;

/// How much XML is read.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of the document.
    pub bytes: usize,
    /// Nodes: elements, texts, comments, instructions.
    pub nodes: usize,
    /// Elements inside each other.
    pub depth: usize,
    /// Attributes and namespace declarations of one element.
    pub attributes: usize,
}

impl Limits {
    /// For signature files and manifests.
    pub const SIGNATURE: Limits = Limits { bytes: 16 << 20, nodes: 400_000, depth: 96, attributes: 64 };
    /// For trust lists, of which the largest national ones have several megabytes.
    pub const TRUST_LIST: Limits = Limits { bytes: 32 << 20, nodes: 2_000_000, depth: 96, attributes: 64 };
}

/// Why XML is not read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum XmlError {
    /// More than the limits allow.
    #[error("{0} beyond the limit")]
    Limit(&'static str),
    /// A document type declaration: signed documents have none, attacks do.
    #[error("a document type declaration at byte {0}")]
    Dtd(usize),
    /// An entity that only a document type declaration could define.
    #[error("an entity reference at byte {0}")]
    Entity(usize),
    /// An encoding other than UTF-8.
    #[error("not UTF-8")]
    Encoding,
    /// A prefix without a declaration, or a declaration that must not be.
    #[error("namespace error at byte {0}")]
    Namespace(usize),
    /// Not well-formed.
    #[error("not well-formed at byte {at}: {what}")]
    Syntax {
        /// Where.
        at: usize,
        /// What.
        what: &'static str,
    },
}

/// A node of a [`Document`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub(crate) u32);

const NONE: u32 = u32::MAX;
/// The namespace of the prefix `xml`.
pub const XML_NS: &str = "http://www.w3.org/XML/1998/namespace";

#[derive(Debug)]
pub(crate) enum Kind<'a> {
    Root,
    Element(Element<'a>),
    Text(Cow<'a, str>),
    Comment(Cow<'a, str>),
    Instruction(&'a str, Cow<'a, str>),
}

#[derive(Debug)]
pub(crate) struct Element<'a> {
    pub(crate) prefix: &'a str,
    pub(crate) local: &'a str,
    uri: u32,
    attributes: Range<u32>,
    declarations: Range<u32>,
    span: Range<usize>,
    /// Where the end tag begins; for `<a/>` where the tag begins.
    end_tag: usize,
}

#[derive(Debug)]
struct Node<'a> {
    kind: Kind<'a>,
    parent: u32,
    next: u32,
    first: u32,
    last: u32,
}

/// An attribute, not a namespace declaration.
#[derive(Debug)]
pub struct Attribute<'a> {
    pub(crate) prefix: &'a str,
    /// The name without its prefix.
    pub local: &'a str,
    uri: u32,
    /// The value, normalised.
    pub value: Cow<'a, str>,
}

#[derive(Debug)]
pub(crate) struct Declaration<'a> {
    pub(crate) prefix: &'a str,
    pub(crate) uri: u32,
}

/// A parsed document.
#[derive(Debug)]
pub struct Document<'a> {
    source: &'a str,
    nodes: Vec<Node<'a>>,
    attributes: Vec<Attribute<'a>>,
    declarations: Vec<Declaration<'a>>,
    uris: Vec<Cow<'a, str>>,
    root: u32,
}

impl<'a> Document<'a> {
    /// Reads a document.
    ///
    /// # Errors
    /// If it is not well-formed, has a DTD or goes beyond the limits.
    pub fn parse(bytes: &'a [u8], limits: Limits) -> Result<Self, XmlError> {
        if bytes.len() > limits.bytes {
            return Err(XmlError::Limit("size"));
        }
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let source = std::str::from_utf8(bytes).map_err(|_| XmlError::Encoding)?;
        let mut parser = Parser::new(source, limits);
        parser.run()?;
        Ok(parser.doc)
    }

    /// The text that was read, without a byte order mark.
    #[must_use]
    pub fn source(&self) -> &'a str {
        self.source
    }

    /// The document node itself.
    #[must_use]
    pub fn document_node(&self) -> NodeId {
        NodeId(0)
    }

    /// The outermost element.
    #[must_use]
    pub fn root(&self) -> NodeId {
        NodeId(self.root)
    }

    fn node(&self, id: NodeId) -> Option<&Node<'a>> {
        self.nodes.get(id.0 as usize)
    }

    pub(crate) fn kind(&self, id: NodeId) -> &Kind<'a> {
        self.node(id).map_or(&Kind::Root, |n| &n.kind)
    }

    pub(crate) fn element(&self, id: NodeId) -> Option<&Element<'a>> {
        match self.kind(id) {
            Kind::Element(e) => Some(e),
            _ => None,
        }
    }

    /// The node around this one.
    #[must_use]
    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        let parent = self.node(id)?.parent;
        (parent != NONE).then_some(NodeId(parent))
    }

    pub(crate) fn uri(&self, index: u32) -> &str {
        self.uris.get(index as usize).map_or("", |u| u.as_ref())
    }

    /// The element's name: namespace and local name.
    #[must_use]
    pub fn name(&self, id: NodeId) -> (&str, &str) {
        self.element(id).map_or(("", ""), |e| (self.uri(e.uri), e.local))
    }

    /// The element's prefix as written.
    #[must_use]
    pub fn prefix(&self, id: NodeId) -> &'a str {
        self.element(id).map_or("", |e| e.prefix)
    }

    /// Whether this is the element of that name.
    #[must_use]
    pub fn is(&self, id: NodeId, ns: &str, local: &str) -> bool {
        self.element(id).is_some_and(|e| e.local == local && self.uri(e.uri) == ns)
    }

    /// The children, texts and comments too.
    pub fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let mut next = self.node(id).map_or(NONE, |n| n.first);
        std::iter::from_fn(move || {
            let id = NodeId(next);
            let node = if next == NONE { None } else { self.node(id) }?;
            next = node.next;
            Some(id)
        })
    }

    /// The child elements.
    pub fn elements(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        self.children(id).filter(|c| self.element(*c).is_some())
    }

    /// The child elements of that name.
    pub fn named<'s>(&'s self, id: NodeId, ns: &'s str, local: &'s str) -> impl Iterator<Item = NodeId> + 's {
        self.children(id).filter(move |c| self.is(*c, ns, local))
    }

    /// The first child element of that name.
    #[must_use]
    pub fn child(&self, id: NodeId, ns: &str, local: &str) -> Option<NodeId> {
        self.children(id).find(|c| self.is(*c, ns, local))
    }

    /// Walks down by child names in one namespace.
    #[must_use]
    pub fn path(&self, id: NodeId, ns: &str, locals: &[&str]) -> Option<NodeId> {
        locals.iter().try_fold(id, |at, local| self.child(at, ns, local))
    }

    /// Every element at or under this one, in document order.
    pub fn descendants(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        // Nodes lie in document order: a subtree is a run that ends where the depth returns.
        let end = self.end_of(id);
        (id.0..end).map(NodeId).filter(|n| self.element(*n).is_some())
    }

    fn end_of(&self, id: NodeId) -> u32 {
        let mut at = id;
        loop {
            let Some(node) = self.node(at) else { return self.nodes.len() as u32 };
            if node.next != NONE {
                return node.next;
            }
            if node.parent == NONE {
                return self.nodes.len() as u32;
            }
            at = NodeId(node.parent);
        }
    }

    /// Whether `inner` is `outer` or stands inside it.
    #[must_use]
    pub fn is_inside(&self, inner: NodeId, outer: NodeId) -> bool {
        inner >= outer && inner.0 < self.end_of(outer)
    }

    /// An attribute without a namespace.
    #[must_use]
    pub fn attribute(&self, id: NodeId, local: &str) -> Option<&str> {
        self.attributes(id).iter().find(|a| a.prefix.is_empty() && a.local == local).map(|a| a.value.as_ref())
    }

    /// An attribute of a namespace.
    #[must_use]
    pub fn attribute_ns(&self, id: NodeId, ns: &str, local: &str) -> Option<&str> {
        let found = self.attributes(id).iter().find(|a| a.local == local && self.attribute_uri(a) == ns);
        found.map(|a| a.value.as_ref())
    }

    pub(crate) fn attributes(&self, id: NodeId) -> &[Attribute<'a>] {
        let range = self.element(id).map(|e| e.attributes.start as usize..e.attributes.end as usize);
        range.and_then(|r| self.attributes.get(r)).unwrap_or(&[])
    }

    pub(crate) fn attribute_uri(&self, attribute: &Attribute<'a>) -> &str {
        self.uri(attribute.uri)
    }

    pub(crate) fn declarations(&self, id: NodeId) -> &[Declaration<'a>] {
        let range = self.element(id).map(|e| e.declarations.start as usize..e.declarations.end as usize);
        range.and_then(|r| self.declarations.get(r)).unwrap_or(&[])
    }

    /// The namespace that a prefix stands for at an element.
    #[must_use]
    pub fn namespace_of(&self, id: NodeId, prefix: &str) -> &str {
        if prefix == "xml" {
            return XML_NS;
        }
        let mut at = Some(id);
        while let Some(node) = at {
            if let Some(found) = self.declarations(node).iter().find(|d| d.prefix == prefix) {
                return self.uri(found.uri);
            }
            at = self.parent(node);
        }
        ""
    }

    /// A prefix that stands for a namespace at an element.
    #[must_use]
    pub fn prefix_for(&self, id: NodeId, ns: &str) -> Option<&'a str> {
        let mut at = Some(id);
        while let Some(node) = at {
            for d in self.declarations(node) {
                if self.uri(d.uri) == ns && self.namespace_of(id, d.prefix) == ns {
                    return Some(d.prefix);
                }
            }
            at = self.parent(node);
        }
        None
    }

    /// The text of an element: all texts inside it.
    #[must_use]
    pub fn text(&self, id: NodeId) -> Cow<'_, str> {
        let end = self.end_of(id);
        let mut out: Cow<'_, str> = Cow::Borrowed("");
        for at in id.0..end {
            if let Kind::Text(t) = self.kind(NodeId(at)) {
                if out.is_empty() {
                    out = Cow::Borrowed(t.as_ref());
                } else {
                    out.to_mut().push_str(t);
                }
            }
        }
        out
    }

    /// Where the element stands in [`Document::source`], tags included.
    #[must_use]
    pub fn span(&self, id: NodeId) -> Range<usize> {
        self.element(id).map_or(0..0, |e| e.span.clone())
    }

    /// Where the element's end tag begins; nothing for an empty-element tag.
    #[must_use]
    pub fn end_tag(&self, id: NodeId) -> Option<usize> {
        self.element(id).filter(|e| e.end_tag > e.span.start).map(|e| e.end_tag)
    }

    /// The elements whose `Id`, `ID`, `id` or `xml:id` is this.
    #[must_use]
    pub fn by_id(&self, id: &str) -> Vec<NodeId> {
        let has = |n: &NodeId| self.attributes(*n).iter().any(|a| is_id(a) && a.value == id);
        self.descendants(self.root()).filter(has).take(8).collect()
    }

    /// Values of identifiers that stand more than once.
    #[must_use]
    pub fn duplicate_ids(&self) -> Vec<String> {
        let mut all: Vec<&str> = self.attributes.iter().filter(|a| is_id(a)).map(|a| a.value.as_ref()).collect();
        all.sort_unstable();
        let mut twice: Vec<String> = all
            .windows(2)
            .filter_map(|w| w.first().filter(|f| Some(f) == w.last().as_ref()))
            .map(|s| (*s).to_owned())
            .collect();
        twice.dedup();
        twice
    }
}

fn is_id(a: &Attribute<'_>) -> bool {
    (a.prefix.is_empty() && matches!(a.local, "Id" | "ID" | "id")) || (a.prefix == "xml" && a.local == "id")
}

struct Parser<'a> {
    doc: Document<'a>,
    limits: Limits,
    at: usize,
    open: Vec<u32>,
    /// Namespace declarations in force: prefix, uri.
    scope: Vec<(&'a str, u32)>,
    scope_marks: Vec<usize>,
}

impl<'a> Parser<'a> {
    fn new(source: &'a str, limits: Limits) -> Self {
        let nodes = vec![Node { kind: Kind::Root, parent: NONE, next: NONE, first: NONE, last: NONE }];
        let uris = vec![Cow::Borrowed(""), Cow::Borrowed(XML_NS)];
        let doc = Document { source, nodes, attributes: Vec::new(), declarations: Vec::new(), uris, root: NONE };
        Parser { doc, limits, at: 0, open: vec![0], scope: vec![("", 0), ("xml", 1)], scope_marks: Vec::new() }
    }

    fn rest(&self) -> &'a str {
        self.doc.source.get(self.at..).unwrap_or("")
    }

    fn fail<T>(&self, what: &'static str) -> Result<T, XmlError> {
        Err(XmlError::Syntax { at: self.at, what })
    }

    fn run(&mut self) -> Result<(), XmlError> {
        if self.rest().starts_with("<?xml") && self.rest().as_bytes().get(5).is_some_and(|b| is_space(*b)) {
            self.declaration()?;
        }
        while !self.rest().is_empty() {
            let rest = self.rest();
            if rest.starts_with("</") {
                self.close()?;
            } else if rest.starts_with("<!--") {
                self.comment()?;
            } else if rest.starts_with("<![CDATA[") {
                self.cdata()?;
            } else if rest.starts_with("<!") {
                return Err(XmlError::Dtd(self.at));
            } else if rest.starts_with("<?") {
                self.instruction()?;
            } else if rest.starts_with('<') {
                self.start()?;
            } else {
                self.characters()?;
            }
        }
        if self.open.len() != 1 {
            return self.fail("an element is not closed");
        }
        if self.doc.root == NONE {
            return self.fail("no element");
        }
        Ok(())
    }

    fn declaration(&mut self) -> Result<(), XmlError> {
        let Some(end) = self.rest().find("?>") else { return self.fail("the XML declaration does not end") };
        let text = self.rest().get(..end).unwrap_or("");
        if let Some(found) = text.find("encoding") {
            let value = text.get(found..).unwrap_or("").split(['"', '\'']).nth(1).unwrap_or("");
            if !["UTF-8", "UTF8", "US-ASCII", "ASCII"].iter().any(|e| e.eq_ignore_ascii_case(value)) {
                return Err(XmlError::Encoding);
            }
        }
        self.at += end + 2;
        Ok(())
    }

    fn push(&mut self, kind: Kind<'a>) -> Result<u32, XmlError> {
        if self.doc.nodes.len() >= self.limits.nodes {
            return Err(XmlError::Limit("number of nodes"));
        }
        let id = self.doc.nodes.len() as u32;
        let parent = self.open.last().copied().unwrap_or(0);
        self.doc.nodes.push(Node { kind, parent, next: NONE, first: NONE, last: NONE });
        let last = self.doc.nodes.get_mut(parent as usize).map_or(NONE, |p| {
            if p.first == NONE {
                p.first = id;
            }
            std::mem::replace(&mut p.last, id)
        });
        if let Some(before) = self.doc.nodes.get_mut(last as usize) {
            before.next = id;
        }
        Ok(id)
    }

    fn until(&mut self, skip: usize, mark: &'static str, what: &'static str) -> Result<&'a str, XmlError> {
        let body = self.rest().get(skip..).unwrap_or("");
        let Some(end) = body.find(mark) else { return self.fail(what) };
        let text = body.get(..end).unwrap_or("");
        self.check_chars(text)?;
        self.at += skip + end + mark.len();
        Ok(text)
    }

    fn comment(&mut self) -> Result<(), XmlError> {
        let text = self.until(4, "-->", "a comment does not end")?;
        if text.contains("--") || text.ends_with('-') {
            return self.fail("two hyphens in a comment");
        }
        self.push(Kind::Comment(lines(text)))?;
        Ok(())
    }

    fn cdata(&mut self) -> Result<(), XmlError> {
        if self.open.len() == 1 {
            return self.fail("text outside the root element");
        }
        let text = self.until(9, "]]>", "a CDATA section does not end")?;
        if !text.is_empty() {
            self.push(Kind::Text(lines(text)))?;
        }
        Ok(())
    }

    fn instruction(&mut self) -> Result<(), XmlError> {
        let text = self.until(2, "?>", "an instruction does not end")?;
        let end = text.find(|c: char| c.is_ascii() && is_space(c as u8)).unwrap_or(text.len());
        let (target, data) = text.split_at_checked(end).unwrap_or((text, ""));
        if !is_name(target) || target.contains(':') || target.eq_ignore_ascii_case("xml") {
            return self.fail("an instruction's target");
        }
        let data = data.trim_start_matches([' ', '\t', '\r', '\n']);
        self.push(Kind::Instruction(target, lines(data)))?;
        Ok(())
    }

    fn characters(&mut self) -> Result<(), XmlError> {
        let rest = self.rest();
        let text = rest.get(..rest.find('<').unwrap_or(rest.len())).unwrap_or("");
        if self.open.len() == 1 {
            if text.bytes().any(|b| !is_space(b)) {
                return self.fail("text outside the root element");
            }
        } else {
            if text.contains("]]>") {
                return self.fail("]]> in text");
            }
            self.check_chars(text)?;
            let value = self.expand(text, false)?;
            self.push(Kind::Text(value))?;
        }
        self.at += text.len();
        Ok(())
    }

    fn check_chars(&self, text: &str) -> Result<(), XmlError> {
        if text.bytes().any(|b| b < 0x20 && !is_space(b)) || text.contains(['\u{FFFE}', '\u{FFFF}']) {
            return self.fail("a character that XML forbids");
        }
        Ok(())
    }

    /// Line ends, references and, in attributes, white space.
    fn expand(&self, text: &'a str, attribute: bool) -> Result<Cow<'a, str>, XmlError> {
        let plain = |b: u8| b != b'&' && b != b'\r' && !(attribute && (b == b'\t' || b == b'\n'));
        if text.bytes().all(plain) {
            return Ok(Cow::Borrowed(text));
        }
        let mut out = String::with_capacity(text.len());
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            match c {
                '\r' => {
                    if chars.peek().is_some_and(|(_, n)| *n == '\n') {
                        chars.next();
                    }
                    out.push(if attribute { ' ' } else { '\n' });
                }
                '\t' | '\n' if attribute => out.push(' '),
                '&' => {
                    let body = text.get(at + 1..).unwrap_or("");
                    let end = body.bytes().take(12).position(|b| b == b';').ok_or(XmlError::Entity(self.at + at))?;
                    out.push(self.reference(body.get(..end).unwrap_or(""), self.at + at)?);
                    for _ in 0..=end {
                        chars.next();
                    }
                }
                _ => out.push(c),
            }
        }
        Ok(Cow::Owned(out))
    }

    fn reference(&self, name: &str, at: usize) -> Result<char, XmlError> {
        let number = match name {
            "amp" => return Ok('&'),
            "lt" => return Ok('<'),
            "gt" => return Ok('>'),
            "quot" => return Ok('"'),
            "apos" => return Ok('\''),
            _ => name.strip_prefix('#').ok_or(XmlError::Entity(at))?,
        };
        let (digits, radix) = number.strip_prefix('x').map_or((number, 10), |hex| (hex, 16));
        let good = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit());
        let code = if good { u32::from_str_radix(digits, radix).ok() } else { None };
        let c = code.and_then(char::from_u32);
        let allowed = |c: &char| *c >= ' ' && *c != '\u{FFFE}' && *c != '\u{FFFF}' || matches!(c, '\t' | '\n' | '\r');
        c.filter(allowed).ok_or(XmlError::Syntax { at, what: "a character reference" })
    }

    fn start(&mut self) -> Result<(), XmlError> {
        let begin = self.at;
        if self.open.len() > self.limits.depth {
            return Err(XmlError::Limit("depth"));
        }
        if self.open.len() == 1 && self.doc.root != NONE {
            return self.fail("a second root element");
        }
        self.at += 1;
        let name = self.name()?;
        let mark = self.scope.len();
        let first_attribute = self.doc.attributes.len();
        let first_declaration = self.doc.declarations.len();
        let empty = self.attributes(first_attribute, first_declaration)?;
        let (prefix, local) = self.split(name)?;
        let uri = self.lookup(prefix)?;
        self.resolve(first_attribute)?;
        let element = Element {
            prefix,
            local,
            uri,
            attributes: first_attribute as u32..self.doc.attributes.len() as u32,
            declarations: first_declaration as u32..self.doc.declarations.len() as u32,
            span: begin..self.at,
            end_tag: begin,
        };
        let id = self.push(Kind::Element(element))?;
        if self.doc.root == NONE {
            self.doc.root = id;
        }
        if empty {
            self.scope.truncate(mark);
        } else {
            self.open.push(id);
            self.scope_marks.push(mark);
        }
        Ok(())
    }

    /// Reads attributes up to the tag's end; whether it is an empty-element tag.
    fn attributes(&mut self, first_attribute: usize, first_declaration: usize) -> Result<bool, XmlError> {
        loop {
            let spaces = self.spaces();
            let rest = self.rest();
            if rest.starts_with('>') {
                self.at += 1;
                return Ok(false);
            }
            if rest.starts_with("/>") {
                self.at += 2;
                return Ok(true);
            }
            if !spaces {
                return self.fail("no space before an attribute");
            }
            let have = self.doc.attributes.len() - first_attribute + self.doc.declarations.len() - first_declaration;
            if have >= self.limits.attributes {
                return Err(XmlError::Limit("number of attributes"));
            }
            self.attribute(first_declaration)?;
        }
    }

    fn attribute(&mut self, first_declaration: usize) -> Result<(), XmlError> {
        let begin = self.at;
        let name = self.name()?;
        self.spaces();
        if !self.rest().starts_with('=') {
            return self.fail("no = after an attribute's name");
        }
        self.at += 1;
        self.spaces();
        let quote = self.rest().chars().next().filter(|c| matches!(c, '"' | '\''));
        let Some(quote) = quote else { return self.fail("an attribute's value without quotes") };
        self.at += 1;
        let Some(end) = self.rest().find(quote) else { return self.fail("an attribute does not end") };
        let raw = self.rest().get(..end).unwrap_or("");
        if raw.contains('<') {
            return self.fail("< in an attribute");
        }
        self.check_chars(raw)?;
        let value = self.expand(raw, true)?;
        self.at += end + 1;
        if name == "xmlns" {
            return self.declare("", value, begin, first_declaration);
        }
        let (prefix, local) = self.split(name)?;
        if prefix == "xmlns" {
            return self.declare(local, value, begin, first_declaration);
        }
        self.doc.attributes.push(Attribute { prefix, local, uri: 0, value });
        Ok(())
    }

    fn declare(&mut self, prefix: &'a str, value: Cow<'a, str>, at: usize, first: usize) -> Result<(), XmlError> {
        let is_xml = value == XML_NS;
        let bad = (!prefix.is_empty() && value.is_empty())
            || prefix == "xmlns"
            || value == "http://www.w3.org/2000/xmlns/"
            || (prefix == "xml") != is_xml;
        let twice = self.doc.declarations.get(first..).unwrap_or(&[]).iter().any(|d| d.prefix == prefix);
        if bad || twice {
            return Err(XmlError::Namespace(at));
        }
        if is_xml {
            return Ok(());
        }
        let known = self.doc.uris.iter().take(64).position(|u| *u == value);
        let uri = known.unwrap_or_else(|| {
            self.doc.uris.push(value);
            self.doc.uris.len() - 1
        }) as u32;
        self.doc.declarations.push(Declaration { prefix, uri });
        self.scope.push((prefix, uri));
        Ok(())
    }

    fn lookup(&self, prefix: &str) -> Result<u32, XmlError> {
        let found = self.scope.iter().rev().find(|(p, _)| *p == prefix);
        found.map(|(_, uri)| *uri).ok_or(XmlError::Namespace(self.at))
    }

    /// Gives the new element's attributes their namespaces; none may stand twice.
    fn resolve(&mut self, first: usize) -> Result<(), XmlError> {
        for index in first..self.doc.attributes.len() {
            let prefix = self.doc.attributes.get(index).map_or("", |a| a.prefix);
            let uri = if prefix.is_empty() { 0 } else { self.lookup(prefix)? };
            if let Some(attribute) = self.doc.attributes.get_mut(index) {
                attribute.uri = uri;
            }
        }
        let new = self.doc.attributes.get(first..).unwrap_or(&[]);
        for (at, a) in new.iter().enumerate() {
            let same = |b: &Attribute<'_>| b.local == a.local && self.doc.uri(b.uri) == self.doc.uri(a.uri);
            if new.get(at + 1..).unwrap_or(&[]).iter().any(same) {
                return self.fail("an attribute twice");
            }
        }
        Ok(())
    }

    fn close(&mut self) -> Result<(), XmlError> {
        let begin = self.at;
        self.at += 2;
        let name = self.name()?;
        self.spaces();
        if !self.rest().starts_with('>') {
            return self.fail("an end tag does not end");
        }
        self.at += 1;
        let end = self.at;
        let id = if self.open.len() > 1 { self.open.pop() } else { None };
        let node = id.and_then(|id| self.doc.nodes.get_mut(id as usize));
        let Some(Node { kind: Kind::Element(element), .. }) = node else { return self.fail("an end tag too many") };
        let same = match name.split_once(':') {
            Some((prefix, local)) => prefix == element.prefix && local == element.local,
            None => element.prefix.is_empty() && name == element.local,
        };
        element.end_tag = begin;
        element.span.end = end;
        if !same {
            return self.fail("an end tag of another element");
        }
        let mark = self.scope_marks.pop().unwrap_or(2);
        self.scope.truncate(mark);
        Ok(())
    }

    fn spaces(&mut self) -> bool {
        let count = self.rest().bytes().take_while(|b| is_space(*b)).count();
        self.at += count;
        count > 0
    }

    fn name(&mut self) -> Result<&'a str, XmlError> {
        let rest = self.rest();
        let end = rest.find(|c: char| !is_name_char(c)).unwrap_or(rest.len());
        let name = rest.get(..end).unwrap_or("");
        if !is_name(name) {
            return self.fail("a name");
        }
        self.at += end;
        Ok(name)
    }

    fn split(&self, name: &'a str) -> Result<(&'a str, &'a str), XmlError> {
        let Some((prefix, local)) = name.split_once(':') else { return Ok(("", name)) };
        if prefix.is_empty() || local.contains(':') || !is_name(local) {
            return Err(XmlError::Namespace(self.at));
        }
        Ok((prefix, local))
    }
}

/// Line ends as XML wants them.
fn lines(text: &str) -> Cow<'_, str> {
    if text.contains('\r') { Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")) } else { Cow::Borrowed(text) }
}

fn is_space(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\r' | b'\n')
}

fn is_name(name: &str) -> bool {
    name.chars().next().is_some_and(is_name_start) && name.chars().all(is_name_char)
}

fn is_name_start(c: char) -> bool {
    c.is_ascii_alphabetic()
        || matches!(c, ':' | '_')
        || matches!(c, '\u{C0}'..='\u{2FF}' | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}'
            | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}'
            | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}')
            && c != '\u{D7}'
            && c != '\u{F7}'
}

fn is_name_char(c: char) -> bool {
    is_name_start(c)
        || c.is_ascii_digit()
        || matches!(c, '-' | '.' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}
