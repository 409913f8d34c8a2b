//! The document that is read: finds values by short paths such as `a:Party/b:EndpointID`, and remembers what was taken.

use rust_decimal::Decimal;

use super::convert::Lost;
use crate::lang::to_decimal;
use crate::rules::Book;
use crate::xml::{NameId, Names, NodeId, Space, Tree};

/// A document to look things up in.
pub(super) struct Source<'d> {
    tree: &'d Tree,
    names: &'d Names,
    taken: Vec<bool>,
    taken_attrs: Vec<bool>,
}

/// The name that a step of a path means.
pub(super) fn name(names: &Names, step: &str) -> Option<NameId> {
    let (prefix, local) = step.split_once(':')?;
    let prefix = match prefix {
        "a" => "cac",
        "b" => "cbc",
        "r" => "ram",
        "x" => "rsm",
        "u" => "udt",
        "q" => "qdt",
        _ => return None,
    };
    names.find(Names::known(prefix)?, local)
}

impl<'d> Source<'d> {
    pub(super) fn new(tree: &'d Tree, names: &'d Names) -> Self {
        Self { tree, names, taken: vec![false; tree.len()], taken_attrs: vec![false; tree.attribute_count()] }
    }

    /// All elements at a path below an element.
    pub(super) fn all(&self, from: NodeId, path: &str) -> Vec<NodeId> {
        let mut here = vec![from];
        for step in path.split('/') {
            let Some(name) = name(self.names, step) else { return Vec::new() };
            let below =
                |node: NodeId| self.tree.child_names(node).filter(move |(_, found)| *found == name).map(|(id, _)| id);
            here = here.into_iter().flat_map(below).collect();
        }
        here
    }

    /// The text of an element, trimmed; `None` where it is empty.
    pub(super) fn value(&self, node: NodeId) -> Option<String> {
        let text = self.tree.string(node);
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// The text at a path, not taken.
    pub(super) fn peek(&self, from: NodeId, path: &str) -> Option<String> {
        self.all(from, path).into_iter().find_map(|node| self.value(node))
    }

    /// The number of an element.
    pub(super) fn number(&self, node: NodeId) -> Option<Decimal> {
        to_decimal(&self.value(node)?)
    }

    fn attr_id(&self, node: NodeId, name: &str) -> Option<u32> {
        let name = self.names.find(Space(0), name)?;
        self.tree.attrs(node).find(|(_, attr)| attr.name == name).map(|(id, _)| id)
    }

    /// An attribute without prefix, not taken.
    pub(super) fn attr(&self, node: NodeId, name: &str) -> Option<String> {
        let id = self.attr_id(node, name)?;
        Some(self.tree.attr_value(id).trim().to_owned()).filter(|value| !value.is_empty())
    }

    /// Remembers that the value of an element was taken.
    pub(super) fn take(&mut self, node: NodeId) {
        if let Some(taken) = self.taken.get_mut(node as usize) {
            *taken = true;
        }
    }

    /// Remembers that an attribute was taken.
    pub(super) fn take_attr(&mut self, node: NodeId, name: &str) {
        let id = self.attr_id(node, name);
        if let Some(taken) = id.and_then(|id| self.taken_attrs.get_mut(id as usize)) {
            *taken = true;
        }
    }

    /// Every value of the document that was not taken.
    pub(super) fn unread(&self) -> Vec<Lost> {
        let base = &Book::get().names;
        let mut out = Vec::new();
        let ranks = self.tree.ranks();
        let count = NodeId::try_from(self.tree.len()).unwrap_or(NodeId::MAX);
        let mut lose = |place: String, value: &str| out.push(Lost { place, value: value.chars().take(200).collect() });
        for id in 0..count {
            let text = self.tree.direct_text(id).trim();
            if !text.is_empty() && !self.taken.get(id as usize).copied().unwrap_or_default() {
                lose(self.tree.path(id, base, &ranks), text);
            }
            for (number, attr) in self.tree.attrs(id) {
                let taken = self.taken_attrs.get(number as usize).copied().unwrap_or_default();
                // Where a schema stands is no part of the invoice.
                if !taken && Names::known("xsi") != Some(self.names.space_of(attr.name)) {
                    let name = self.names.qualified(attr.name);
                    lose(format!("{}/@{name}", self.tree.path(id, base, &ranks)), self.tree.attr_value(number));
                }
            }
        }
        out
    }
}
