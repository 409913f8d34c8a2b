//! Canonical XML 1.0, 1.1 and exclusive 1.0, of a whole document or of one element with all inside it.

use super::dom::{Document, Kind, NodeId};

/// A way to write XML so that equal content gives equal bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// <http://www.w3.org/TR/2001/REC-xml-c14n-20010315>
    Inclusive10,
    /// <http://www.w3.org/2006/12/xml-c14n11>
    Inclusive11,
    /// <http://www.w3.org/2001/10/xml-exc-c14n#>
    Exclusive,
}

/// A canonicalisation as a signature names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Canonical {
    /// Which.
    pub method: Method,
    /// Whether comments stay.
    pub comments: bool,
    /// Prefixes that an exclusive one treats as the inclusive does.
    pub inclusive: Vec<String>,
}

impl Canonical {
    /// What XMLDSig does where nothing is said: inclusive 1.0 without comments.
    pub const DEFAULT: Canonical = Canonical { method: Method::Inclusive10, comments: false, inclusive: Vec::new() };
    /// Inclusive 1.1 without comments.
    pub const INCLUSIVE11: Canonical =
        Canonical { method: Method::Inclusive11, comments: false, inclusive: Vec::new() };
    /// Exclusive without comments.
    pub const EXCLUSIVE: Canonical = Canonical { method: Method::Exclusive, comments: false, inclusive: Vec::new() };

    /// The canonicalisation that an algorithm's name stands for.
    #[must_use]
    pub fn from_uri(uri: &str) -> Option<Canonical> {
        let (uri, comments) = match uri {
            "http://www.w3.org/2001/10/xml-exc-c14n#WithComments" => ("http://www.w3.org/2001/10/xml-exc-c14n#", true),
            _ => uri.strip_suffix("#WithComments").map_or((uri, false), |u| (u, true)),
        };
        let method = match uri {
            "http://www.w3.org/TR/2001/REC-xml-c14n-20010315" => Method::Inclusive10,
            "http://www.w3.org/2006/12/xml-c14n11" => Method::Inclusive11,
            "http://www.w3.org/2001/10/xml-exc-c14n#" => Method::Exclusive,
            _ => return None,
        };
        Some(Canonical { method, comments, inclusive: Vec::new() })
    }
}

/// Writes `apex` and all inside it, but not `without`.
pub fn write(doc: &Document<'_>, apex: NodeId, how: &Canonical, without: Option<NodeId>, out: &mut Vec<u8>) {
    let mut writer = Writer { doc, how, without, out, rendered: Vec::new() };
    if apex == doc.document_node() {
        writer.document();
    } else {
        writer.element(apex, true);
    }
}

/// The canonical bytes of `apex`.
#[must_use]
pub fn canonical(doc: &Document<'_>, apex: NodeId, how: &Canonical) -> Vec<u8> {
    let mut out = Vec::with_capacity(doc.span(apex).len() + 256);
    write(doc, apex, how, None, &mut out);
    out
}

struct Writer<'d, 'a, 'o> {
    doc: &'d Document<'a>,
    how: &'d Canonical,
    without: Option<NodeId>,
    out: &'o mut Vec<u8>,
    /// Namespaces that stand in the output around the present place.
    rendered: Vec<(&'d str, &'d str)>,
}

impl<'d> Writer<'d, '_, '_> {
    fn document(&mut self) {
        let root = self.doc.root();
        for child in self.doc.children(self.doc.document_node()) {
            if child == root {
                self.element(child, true);
                continue;
            }
            // Comments and instructions around the root stand on lines of their own.
            let before = self.out.len();
            if child > root {
                self.out.push(b'\n');
            }
            let start = self.out.len();
            self.other(child);
            if self.out.len() == start {
                self.out.truncate(before);
            } else if child < root {
                self.out.push(b'\n');
            }
        }
    }

    fn other(&mut self, id: NodeId) {
        match self.doc.kind(id) {
            Kind::Text(text) => escape_text(text, self.out),
            Kind::Comment(text) if self.how.comments => {
                self.put("<!--");
                escape_returns(text, self.out);
                self.put("-->");
            }
            Kind::Instruction(target, data) => {
                self.put("<?");
                self.put(target);
                if !data.is_empty() {
                    self.put(" ");
                    escape_returns(data, self.out);
                }
                self.put("?>");
            }
            _ => {}
        }
    }

    fn put(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    // Recursion is as deep as the document, which the reader bounds.
    fn element(&mut self, id: NodeId, apex: bool) {
        if self.without == Some(id) {
            return;
        }
        let Some(element) = self.doc.element(id) else { return self.other(id) };
        let mark = self.rendered.len();
        self.out.push(b'<');
        self.name(element.prefix, element.local);
        self.namespaces(id, apex);
        self.attributes(id, apex);
        self.out.push(b'>');
        for child in self.doc.children(id) {
            self.element(child, false);
        }
        self.put("</");
        self.name(element.prefix, element.local);
        self.out.push(b'>');
        self.rendered.truncate(mark);
    }

    fn name(&mut self, prefix: &str, local: &str) {
        if !prefix.is_empty() {
            self.put(prefix);
            self.out.push(b':');
        }
        self.put(local);
    }

    fn namespaces(&mut self, id: NodeId, apex: bool) {
        let doc = self.doc;
        let mut new: Vec<(&'d str, &'d str)> = Vec::new();
        if self.how.method == Method::Exclusive {
            self.utilised(id, &mut new);
            self.listed(id, apex, &mut new);
        } else {
            self.declared(id, apex, &mut new);
        }
        new.sort_unstable();
        new.dedup();
        for (prefix, uri) in new {
            let around = self.rendered.iter().rev().find(|(p, _)| *p == prefix).map_or("", |(_, u)| *u);
            if around == uri {
                continue;
            }
            self.put(" xmlns");
            if !prefix.is_empty() {
                self.out.push(b':');
                self.put(prefix);
            }
            self.put("=\"");
            escape_attribute(uri, self.out);
            self.out.push(b'"');
            self.rendered.push((prefix, uri));
        }
        let _ = doc;
    }

    /// Inclusive: all that is in force; inside the output only what changes.
    fn declared(&self, id: NodeId, apex: bool, new: &mut Vec<(&'d str, &'d str)>) {
        let doc = self.doc;
        let mut at = Some(id);
        while let Some(node) = at {
            for d in doc.declarations(node) {
                if !new.iter().any(|(p, _)| *p == d.prefix) {
                    new.push((d.prefix, doc.uri(d.uri)));
                }
            }
            at = if apex { doc.parent(node) } else { None };
        }
    }

    /// Exclusive: the prefixes that the element and its attributes use.
    fn utilised(&self, id: NodeId, new: &mut Vec<(&'d str, &'d str)>) {
        let doc = self.doc;
        let own = doc.prefix(id);
        if own != "xml" {
            new.push((own, doc.name(id).0));
        }
        for a in doc.attributes(id) {
            if !a.prefix.is_empty() && a.prefix != "xml" {
                new.push((a.prefix, doc.attribute_uri(a)));
            }
        }
    }

    /// Exclusive: prefixes of the InclusiveNamespaces list.
    fn listed(&self, id: NodeId, apex: bool, new: &mut Vec<(&'d str, &'d str)>) {
        if self.how.inclusive.is_empty() {
            return;
        }
        let mut all = Vec::new();
        self.declared(id, apex, &mut all);
        let wanted = |p: &str| self.how.inclusive.iter().any(|i| if i == "#default" { p.is_empty() } else { i == p });
        new.extend(all.into_iter().filter(|(p, _)| wanted(p)));
    }

    fn attributes(&mut self, id: NodeId, apex: bool) {
        let doc = self.doc;
        let mut all: Vec<(&str, &str, &str, std::borrow::Cow<'_, str>)> = doc
            .attributes(id)
            .iter()
            .map(|a| (doc.attribute_uri(a), a.local, a.prefix, std::borrow::Cow::Borrowed(a.value.as_ref())))
            .collect();
        if apex && self.how.method != Method::Exclusive {
            self.inherited(id, &mut all);
        }
        all.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)));
        for (_, local, prefix, value) in all {
            self.out.push(b' ');
            self.name(prefix, local);
            self.put("=\"");
            escape_attribute(&value, self.out);
            self.out.push(b'"');
        }
    }

    /// Attributes of the prefix `xml` that an apex takes over from outside the output.
    fn inherited(&self, id: NodeId, all: &mut Vec<(&'d str, &'d str, &'d str, std::borrow::Cow<'d, str>)>) {
        let doc = self.doc;
        let eleven = self.how.method == Method::Inclusive11;
        let mut bases: Vec<&'d str> = Vec::new();
        let mut at = doc.parent(id);
        while let Some(node) = at {
            for a in doc.attributes(node).iter().filter(|a| a.prefix == "xml") {
                match a.local {
                    "base" if eleven => bases.push(a.value.as_ref()),
                    "id" if eleven => {}
                    _ if eleven && !matches!(a.local, "lang" | "space") => {}
                    local if all.iter().any(|(_, l, p, _)| *p == "xml" && *l == local) => {}
                    local => all.push((super::dom::XML_NS, local, "xml", std::borrow::Cow::Borrowed(a.value.as_ref()))),
                }
            }
            at = doc.parent(node);
        }
        if bases.is_empty() {
            return;
        }
        let own = all.iter().position(|(_, l, p, _)| *p == "xml" && *l == "base");
        let mut base = bases.iter().rev().fold(String::new(), |base, next| join_base(&base, next));
        if let Some(own) = own {
            let (_, _, _, value) = all.remove(own);
            base = join_base(&base, &value);
        }
        if !base.is_empty() {
            all.push((super::dom::XML_NS, "base", "xml", std::borrow::Cow::Owned(base)));
        }
    }
}

/// The join of C14N 1.1, section 2.4: RFC 3986 resolution that also works on relative bases.
fn join_base(base: &str, reference: &str) -> String {
    if base.is_empty() || reference.split(['/', '?', '#']).next().is_some_and(|s| s.contains(':')) {
        return reference.to_owned();
    }
    if reference.is_empty() {
        return base.to_owned();
    }
    let (head, path) = split_authority(base);
    if reference.starts_with("//") {
        let scheme = head.split_once("//").map_or("", |(s, _)| s);
        return format!("{scheme}{reference}");
    }
    if reference.starts_with('/') {
        return format!("{head}{}", remove_dots(reference));
    }
    let folder = path.rfind('/').map_or("", |at| path.get(..=at).unwrap_or(""));
    format!("{head}{}", remove_dots(&format!("{folder}{reference}")))
}

fn split_authority(base: &str) -> (&str, &str) {
    let Some(at) = base.find("//") else {
        return base.split_at_checked(base.find(':').map_or(0, |c| c + 1)).unwrap_or(("", base));
    };
    let after = base.get(at + 2..).unwrap_or("");
    let end = at + 2 + after.find('/').unwrap_or(after.len());
    base.split_at_checked(end).unwrap_or((base, ""))
}

fn remove_dots(path: &str) -> String {
    let absolute = path.starts_with('/');
    let mut out: Vec<&str> = Vec::new();
    let mut folder = false;
    for part in path.split('/').skip(usize::from(absolute)) {
        folder = matches!(part, "" | "." | "..");
        match part {
            "" | "." => {}
            ".." => {
                if out.last().is_some_and(|l| *l != "..") {
                    out.pop();
                } else if !absolute {
                    out.push("..");
                }
            }
            other => out.push(other),
        }
    }
    let tail = if folder && !out.is_empty() { "/" } else { "" };
    format!("{}{}{tail}", if absolute { "/" } else { "" }, out.join("/"))
}

fn escape_text(text: &str, out: &mut Vec<u8>) {
    escape(text, out, |b| match b {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'\r' => Some("&#xD;"),
        _ => None,
    });
}

fn escape_attribute(text: &str, out: &mut Vec<u8>) {
    escape(text, out, |b| match b {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'"' => Some("&quot;"),
        b'\t' => Some("&#x9;"),
        b'\n' => Some("&#xA;"),
        b'\r' => Some("&#xD;"),
        _ => None,
    });
}

fn escape_returns(text: &str, out: &mut Vec<u8>) {
    escape(text, out, |b| (b == b'\r').then_some("&#xD;"));
}

fn escape(text: &str, out: &mut Vec<u8>, special: fn(u8) -> Option<&'static str>) {
    let bytes = text.as_bytes();
    let mut from = 0;
    for (at, b) in bytes.iter().enumerate() {
        if let Some(instead) = special(*b) {
            out.extend_from_slice(bytes.get(from..at).unwrap_or(&[]));
            out.extend_from_slice(instead.as_bytes());
            from = at + 1;
        }
    }
    out.extend_from_slice(bytes.get(from..).unwrap_or(&[]));
}
