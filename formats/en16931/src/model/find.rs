//! Finds values by short paths such as `a:Party/b:EndpointID`.

use rust_decimal::Decimal;

use crate::lang::to_decimal;
use crate::xml::{NameId, Names, NodeId, Space, Tree};

/// A document to look things up in.
pub(super) struct Find<'d> {
    tree: &'d Tree,
    names: &'d Names,
}

impl<'d> Find<'d> {
    pub(super) fn new(tree: &'d Tree, names: &'d Names) -> Self {
        Self { tree, names }
    }

    fn name(&self, step: &str) -> Option<NameId> {
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
        self.names.find(Names::known(prefix)?, local)
    }

    /// All elements at a path below an element.
    pub(super) fn all(&self, from: NodeId, path: &str) -> Vec<NodeId> {
        let mut here = vec![from];
        for step in path.split('/') {
            let Some(name) = self.name(step) else { return Vec::new() };
            let below =
                |node: NodeId| self.tree.child_names(node).filter(move |(_, found)| *found == name).map(|(id, _)| id);
            here = here.into_iter().flat_map(below).collect();
        }
        here
    }

    /// The first element at a path.
    pub(super) fn first(&self, from: NodeId, path: &str) -> Option<NodeId> {
        self.all(from, path).into_iter().next()
    }

    /// The text of an element, trimmed; `None` where it is empty.
    pub(super) fn value(&self, node: NodeId) -> Option<String> {
        let text = self.tree.string(node);
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// The text at a path.
    pub(super) fn text(&self, from: NodeId, path: &str) -> Option<String> {
        self.value(self.first(from, path)?)
    }

    /// The number at a path.
    pub(super) fn number(&self, from: NodeId, path: &str) -> Option<Decimal> {
        to_decimal(&self.text(from, path)?)
    }

    /// The number of an element.
    pub(super) fn number_of(&self, node: NodeId) -> Option<Decimal> {
        to_decimal(&self.value(node)?)
    }

    /// An attribute without prefix.
    pub(super) fn attr(&self, node: NodeId, name: &str) -> Option<String> {
        let name = self.names.find(Space(0), name)?;
        let (id, _) = self.tree.attrs(node).find(|(_, attr)| attr.name == name)?;
        Some(self.tree.attr_value(id).trim().to_owned()).filter(|value| !value.is_empty())
    }
}
