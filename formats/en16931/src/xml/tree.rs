//! The tree: elements in document order, so that the descendants of one are the numbers that follow it.

use super::names::{NameId, Names};

/// Number of an element in document order; the root element is 0.
pub type NodeId = u32;

/// One element.
#[derive(Clone, Copy, Debug)]
pub struct Node {
    /// Expanded name.
    pub name: NameId,
    /// Parent element; the root is its own parent.
    pub parent: NodeId,
    /// Next sibling element, 0 when none.
    pub next: NodeId,
    /// The number after its last descendant.
    pub end: NodeId,
    /// Byte offset of its start tag in the decoded text.
    pub offset: u32,
    pub(super) text: (u32, u32),
    pub(super) attrs: (u32, u32),
    /// How deep it stands; the root is 0.
    pub depth: u16,
}

/// One attribute.
#[derive(Clone, Copy, Debug)]
pub struct Attr {
    /// Expanded name.
    pub name: NameId,
    /// The element that bears it.
    pub owner: NodeId,
    value: (u32, u32),
}

/// A document.
#[derive(Debug, Default)]
pub struct Tree {
    pub(super) nodes: Vec<Node>,
    pub(super) attrs: Vec<Attr>,
    pub(super) text: String,
    pub(super) extra: Option<Box<Names>>,
    pub(super) by_name: Vec<(u32, u32)>,
    pub(super) ordered: Vec<NodeId>,
    pub(super) attr_names: Vec<u32>,
    pub(super) split: Vec<NodeId>,
}

fn cut(text: &str, span: (u32, u32)) -> &str {
    text.get(span.0 as usize..span.1 as usize).unwrap_or_default()
}

impl Tree {
    /// Adds an attribute to the newest element; `value` is a span of `text`.
    pub(super) fn push_attr(&mut self, name: NameId, owner: NodeId, value: (u32, u32)) {
        let at = usize::from(name);
        if self.attr_names.len() <= at {
            self.attr_names.resize(at + 1, 0);
        }
        if let Some(count) = self.attr_names.get_mut(at) {
            *count += 1;
        }
        self.attrs.push(Attr { name, owner, value });
    }

    /// Builds the index from names to elements, once the tree is whole.
    pub(super) fn index(&mut self, names: usize) {
        let mut counts = vec![(0_u32, 0_u32); names];
        for node in &self.nodes {
            if let Some(count) = counts.get_mut(usize::from(node.name)) {
                count.1 += 1;
            }
        }
        let mut start = 0;
        for count in &mut counts {
            let size = count.1;
            *count = (start, start);
            start += size;
        }
        self.ordered = vec![0; self.nodes.len()];
        for (id, node) in (0..).zip(&self.nodes) {
            let Some(slot) = counts.get_mut(usize::from(node.name)) else { continue };
            if let Some(place) = self.ordered.get_mut(slot.1 as usize) {
                *place = id;
            }
            slot.1 += 1;
        }
        self.by_name = counts;
    }

    /// The element with this number.
    #[must_use]
    pub fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id as usize)
    }

    /// How many elements there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is no element.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// All elements of one name, in document order.
    #[must_use]
    pub fn named(&self, name: NameId) -> &[NodeId] {
        let Some((from, to)) = self.by_name.get(usize::from(name)) else { return &[] };
        self.ordered.get(*from as usize..*to as usize).unwrap_or_default()
    }

    /// How many attributes of this name the document has.
    #[must_use]
    pub fn attr_count(&self, name: NameId) -> u32 {
        self.attr_names.get(usize::from(name)).copied().unwrap_or_default()
    }

    /// The children of an element.
    pub fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        self.child_names(id).map(|(child, _)| child)
    }

    /// The children of an element with their names: each begins where the one before ends.
    pub fn child_names(&self, id: NodeId) -> impl Iterator<Item = (NodeId, NameId)> + '_ {
        let end = self.node(id).map_or(0, |node| node.end);
        let mut at = id + 1;
        std::iter::from_fn(move || {
            if at >= end {
                return None;
            }
            let now = at;
            let node = self.nodes.get(now as usize)?;
            at = node.end;
            Some((now, node.name))
        })
    }

    /// The name of an element's parent; the root has none.
    #[must_use]
    pub fn parent_name(&self, id: NodeId) -> Option<NameId> {
        let parent = self.node(id).filter(|_| id != 0)?.parent;
        self.node(parent).map(|node| node.name)
    }

    /// Whether an element has neither children nor text but blanks.
    #[must_use]
    pub fn is_blank(&self, id: NodeId) -> bool {
        self.node(id).is_some_and(|node| node.end == id + 1 && cut(&self.text, node.text).trim_ascii().is_empty())
    }

    /// The first child element.
    #[must_use]
    pub fn first_child(&self, id: NodeId) -> Option<NodeId> {
        (self.node(id)?.end > id + 1).then_some(id + 1)
    }

    /// The next sibling element.
    #[must_use]
    pub fn next_sibling(&self, id: NodeId) -> Option<NodeId> {
        self.node(id).map(|node| node.next).filter(|next| *next != 0)
    }

    /// The attributes of an element, with their numbers.
    pub fn attrs(&self, id: NodeId) -> impl Iterator<Item = (u32, &Attr)> {
        let (from, to) = self.node(id).map_or((0, 0), |node| node.attrs);
        (from..to).zip(self.attrs.get(from as usize..to as usize).unwrap_or_default())
    }

    /// The attribute with this number.
    #[must_use]
    pub fn attr(&self, id: u32) -> Option<&Attr> {
        self.attrs.get(id as usize)
    }

    /// How many attributes there are.
    #[must_use]
    pub fn attribute_count(&self) -> usize {
        self.attrs.len()
    }

    /// The value of an attribute.
    #[must_use]
    pub fn attr_value(&self, id: u32) -> &str {
        self.attr(id).map_or("", |attr| cut(&self.text, attr.value))
    }

    /// The text that stands directly in an element (not in its children).
    #[must_use]
    pub fn direct_text(&self, id: NodeId) -> &str {
        self.node(id).map_or("", |node| cut(&self.text, node.text))
    }

    /// Whether a comment parts the text that stands directly in an element, so that it is more than one text node.
    #[must_use]
    pub fn is_text_split(&self, id: NodeId) -> bool {
        self.split.binary_search(&id).is_ok()
    }

    /// The text of an element and all its descendants, as XPath's `string()`.
    #[must_use]
    pub fn string(&self, id: NodeId) -> std::borrow::Cow<'_, str> {
        let Some(node) = self.node(id) else { return "".into() };
        if node.end == id + 1 {
            return cut(&self.text, node.text).into();
        }
        let all = self.nodes.get(id as usize..node.end as usize).unwrap_or_default();
        all.iter().map(|each| cut(&self.text, each.text)).collect::<String>().into()
    }

    /// The names of this document: the rules' own, or the grown table when the document uses others.
    #[must_use]
    pub fn names<'a>(&'a self, base: &'a Names) -> &'a Names {
        self.extra.as_deref().unwrap_or(base)
    }

    /// The place of each element among the siblings of its name, from 1; 0 where it is the only one. Made once, so that
    /// a document with a million faults is told of in one pass.
    pub(crate) fn ranks(&self) -> Vec<u32> {
        let mut ranks = vec![0; self.nodes.len()];
        // By name: the parent whose children are counted, how many there were, the first of them.
        let mut seen = vec![(NodeId::MAX, 0_u32, 0); self.by_name.len()];
        for parent in 0..NodeId::try_from(self.nodes.len()).unwrap_or(NodeId::MAX) {
            for (child, name) in self.child_names(parent) {
                let Some(slot) = seen.get_mut(usize::from(name)) else { continue };
                if slot.0 != parent {
                    *slot = (parent, 1, child);
                    continue;
                }
                slot.1 += 1;
                let first = (slot.1 == 2).then_some((slot.2, 1));
                for (at, rank) in first.into_iter().chain([(child, slot.1)]) {
                    if let Some(place) = ranks.get_mut(at as usize) {
                        *place = rank;
                    }
                }
            }
        }
        ranks
    }

    /// A path to an element such as `/Invoice/cac:InvoiceLine[2]/cbc:ID`, with the [`Tree::ranks`] of the document.
    pub(crate) fn path(&self, id: NodeId, base: &Names, ranks: &[u32]) -> String {
        let names = self.names(base);
        let mut parts = Vec::new();
        let mut at = id;
        while let Some(node) = self.node(at) {
            let name = names.qualified(node.name);
            match ranks.get(at as usize) {
                Some(rank) if *rank > 0 && at != 0 => parts.push(format!("{name}[{rank}]")),
                _ => parts.push(name),
            }
            if at == 0 {
                break;
            }
            at = node.parent;
        }
        parts.iter().rev().fold(String::new(), |path, part| path + "/" + part)
    }
}
