//! The document that is written: elements in any order, put into the schema's order at the end.

use super::source;
use crate::rules::Book;
use crate::structure::Structure;
use crate::xml::{NameId, Names};

#[derive(Default)]
struct Element {
    name: NameId,
    attrs: Vec<(&'static str, String)>,
    text: String,
    children: Vec<u32>,
    /// Written even when it is empty.
    kept: bool,
}

/// A document in the making.
pub(super) struct Out {
    elements: Vec<Element>,
    structure: &'static Structure,
    names: &'static Names,
}

impl Out {
    /// A document with a root element: prefix and local name.
    pub(super) fn new((prefix, local): (&str, &str)) -> Self {
        let book = Book::get();
        let name = Names::known(prefix).and_then(|space| book.names.find(space, local)).unwrap_or_default();
        let structure = if prefix == "rsm" { &book.cii_structure } else { &book.ubl_structure };
        let root = Element { name, kept: true, ..Element::default() };
        Self { elements: vec![root], structure, names: &book.names }
    }

    /// An element at a path: its last step is always new, those before it are used again.
    pub(super) fn add(&mut self, at: u32, path: &str) -> u32 {
        let (before, last) = path.rsplit_once('/').unwrap_or(("", path));
        let parent = if before.is_empty() { at } else { self.reach(at, before) };
        self.child(parent, last)
    }

    /// The last element at a path, made where there is none.
    pub(super) fn reach(&mut self, at: u32, path: &str) -> u32 {
        path.split('/').fold(at, |at, step| {
            let name = source::name(self.names, step);
            let known = self.elements.get(at as usize).and_then(|element| {
                let is = |child: &&u32| self.elements.get(**child as usize).map(|child| child.name) == name;
                element.children.iter().rev().find(is).copied()
            });
            known.unwrap_or_else(|| self.child(at, step))
        })
    }

    fn child(&mut self, at: u32, step: &str) -> u32 {
        let name = source::name(self.names, step).unwrap_or_default();
        let id = u32::try_from(self.elements.len()).unwrap_or(u32::MAX);
        self.elements.push(Element { name, ..Element::default() });
        if let Some(parent) = self.elements.get_mut(at as usize) {
            parent.children.push(id);
        }
        id
    }

    /// Sets the text of an element.
    pub(super) fn text(&mut self, at: u32, text: &str) {
        if let Some(element) = self.elements.get_mut(at as usize) {
            text.clone_into(&mut element.text);
        }
    }

    /// Sets an attribute.
    pub(super) fn attr(&mut self, at: u32, name: &'static str, value: &str) {
        if let Some(element) = self.elements.get_mut(at as usize) {
            element.attrs.push((name, value.to_owned()));
        }
    }

    /// An element that the schema asks for even when it is empty.
    pub(super) fn keep(&mut self, at: u32) {
        if let Some(element) = self.elements.get_mut(at as usize) {
            element.kept = true;
        }
    }

    /// Whether there would be nothing to write.
    pub(super) fn is_empty(&self, at: u32) -> bool {
        let Some(element) = self.elements.get(at as usize) else { return true };
        !element.kept
            && element.text.is_empty()
            && element.attrs.is_empty()
            && element.children.iter().all(|child| self.is_empty(*child))
    }

    /// The whole text.
    pub(super) fn finish(&self) -> String {
        let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        let kind = self.elements.first().and_then(|root| self.structure.root(root.name));
        self.write(0, kind.unwrap_or_default(), 0, &mut out);
        out
    }

    fn write(&self, at: u32, kind: u16, depth: usize, out: &mut String) {
        let Some(element) = self.elements.get(at as usize) else { return };
        let name = self.written(element.name, depth);
        let indent = "  ".repeat(depth);
        out.push_str(&indent);
        out.push('<');
        out.push_str(&name);
        if depth == 0 {
            out.push_str(spaces(&name));
        }
        for (key, value) in &element.attrs {
            out.push_str(&format!(" {key}=\""));
            escape(value, true, out);
            out.push('"');
        }
        let mut children: Vec<(usize, u16, u32)> =
            element.children.iter().filter(|id| !self.is_empty(**id)).map(|id| self.place(kind, *id)).collect();
        children.sort_by_key(|(place, ..)| *place);
        if children.is_empty() && element.text.is_empty() {
            return out.push_str("/>\n");
        }
        out.push('>');
        escape(&element.text, false, out);
        if !children.is_empty() {
            out.push('\n');
            for (_, kind, child) in children {
                self.write(child, kind, depth + 1, out);
            }
            out.push_str(&indent);
        }
        out.push_str(&format!("</{name}>\n"));
    }

    fn place(&self, kind: u16, id: u32) -> (usize, u16, u32) {
        let name = self.elements.get(id as usize).map_or(0, |element| element.name);
        let (place, kind) = self.structure.place(kind, name).unwrap_or((usize::MAX, 0));
        (place, kind, id)
    }

    fn written(&self, name: NameId, depth: usize) -> String {
        let qualified = self.names.qualified(name);
        if depth == 0 && qualified == "CrossIndustryInvoice" { format!("rsm:{qualified}") } else { qualified }
    }
}

/// The namespaces of a root element.
fn spaces(root: &str) -> &'static str {
    match root {
        "Invoice" => {
            concat!(
                " xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:Invoice-2\"",
                " xmlns:cac=\"urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2\"",
                " xmlns:cbc=\"urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2\""
            )
        }
        "CreditNote" => {
            concat!(
                " xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2\"",
                " xmlns:cac=\"urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2\"",
                " xmlns:cbc=\"urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2\""
            )
        }
        _ => {
            concat!(
                " xmlns:rsm=\"urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100\"",
                " xmlns:ram=\"urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100\"",
                " xmlns:qdt=\"urn:un:unece:uncefact:data:standard:QualifiedDataType:100\"",
                " xmlns:udt=\"urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100\""
            )
        }
    }
}

/// Characters that XML cannot hold are left out.
fn escape(text: &str, attribute: bool, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' if attribute => out.push_str("&quot;"),
            '\n' | '\t' if attribute => out.push(' '),
            '\r' => out.push_str("&#13;"),
            '\n' | '\t' => out.push(c),
            c if c < ' ' || matches!(c, '\u{FFFE}' | '\u{FFFF}') => {}
            c => out.push(c),
        }
    }
}
