//! Fires the rules of a set on a document.

use super::book::{Absent, Book, Candidate, Firing, Place, RuleSet};
use crate::lang::{Ctx, Eval, NameTest};
use crate::xml::{NodeId, Tree};

/// Elements from which a document is judged by several threads: below, they cost more than they save.
const LARGE: NodeId = 20_000;
/// The most threads of one judgement.
const MOST_WORKERS: usize = 4;

impl RuleSet {
    /// Every rule that does not hold, once for each firing.
    pub(crate) fn fire<'d>(&'d self, book: &'d Book, tree: &'d Tree) -> Vec<Firing> {
        let eval = Eval::new(tree, &book.names, &book.lists, &book.regexes, &book.globals);
        let count = NodeId::try_from(tree.len()).unwrap_or(NodeId::MAX);
        // How many processors there are is asked of files: a small document does not wait for that.
        if count < LARGE {
            return self.within(&eval, 0..count);
        }
        let workers = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_WORKERS);
        // Rules look wherever they like but never change anything: pieces of a large document are judged beside each
        // other, and told of in its order.
        let each = count.div_ceil(NodeId::try_from(workers).unwrap_or(1)).max(1);
        let pieces = (0..count).step_by(each as usize).map(|from| from..from.saturating_add(each).min(count));
        std::thread::scope(|scope| {
            let begun: Vec<_> = pieces.map(|piece| scope.spawn(|| self.within(&eval, piece))).collect();
            let mut out = Vec::new();
            for piece in begun {
                match piece.join() {
                    Ok(fired) => out.extend(fired),
                    Err(cause) => std::panic::resume_unwind(cause),
                }
            }
            out
        })
    }

    fn within<'d>(&'d self, eval: &Eval<'d>, nodes: std::ops::Range<NodeId>) -> Vec<Firing> {
        let mut out = Vec::new();
        for id in nodes {
            let Some(node) = eval.tree.node(id) else { continue };
            let candidates = self.by_name.get(usize::from(node.name)).unwrap_or(&self.by_any);
            if !candidates.is_empty() {
                self.at(eval, id, candidates, &mut out);
            }
        }
        out
    }

    fn at<'d>(&'d self, eval: &Eval<'d>, id: NodeId, candidates: &[Candidate], out: &mut Vec<Firing>) {
        let parent = eval.tree.parent_name(id);
        let mut done = None;
        for candidate in candidates {
            if done == Some(candidate.pattern) || (candidate.parent.is_some() && candidate.parent != parent) {
                continue;
            }
            if candidate.attr.is_some_and(|name| !eval.tree.attrs(id).any(|(_, attr)| attr.name == name)) {
                continue;
            }
            let Some(context) = self.contexts.get(candidate.context as usize) else { continue };
            if !context.places.get(usize::from(candidate.place)).is_some_and(|place| fits(place, eval, id)) {
                continue;
            }
            done = Some(context.pattern);
            for (rule, test) in &context.tests {
                match eval.test(test, Ctx::Elem(id)) {
                    Ok(true) => {}
                    Ok(false) => out.push(Firing { rule: *rule, node: id, error: None }),
                    Err(error) => out.push(Firing { rule: *rule, node: id, error: Some(error) }),
                }
            }
            if !context.absent.nodes.is_empty() {
                let from = out.len();
                context.absent.walk(0, eval.tree, id, from, out);
            }
        }
    }
}

fn fits<'d>(place: &'d Place, eval: &Eval<'d>, id: NodeId) -> bool {
    let mut at = id;
    let mut first = true;
    for (test, _) in &place.steps {
        if !first {
            if at == 0 {
                return false;
            }
            at = eval.tree.node(at).map_or(0, |node| node.parent);
        }
        first = false;
        if !matches!(test, NameTest::Any) && !eval.accepts(*test, at) {
            return false;
        }
    }
    if place.anchored && at != 0 {
        return false;
    }
    let mut at = id;
    for (_, preds) in &place.steps {
        if !preds.is_empty() && !eval.matches(preds, at) {
            return false;
        }
        at = eval.tree.node(at).map_or(0, |node| node.parent);
    }
    true
}

impl Absent {
    /// Each rule fires once for a context, at the first element that breaks it.
    fn walk(&self, at: u32, tree: &Tree, id: NodeId, from: usize, out: &mut Vec<Firing>) {
        let Some(here) = self.nodes.get(at as usize) else { return };
        let mut fire = |rule: u32, node: NodeId| {
            let known = out.get(from..).unwrap_or_default().iter().any(|firing| firing.rule == rule);
            if !known {
                out.push(Firing { rule, node, error: None });
            }
        };
        for (name, rule) in &here.attrs {
            if tree.attrs(id).any(|(_, attr)| attr.name == *name) {
                fire(*rule, id);
            }
        }
        if here.children.is_empty() {
            return;
        }
        let mut child = tree.first_child(id);
        while let Some(now) = child {
            let name = tree.node(now).map_or(0, |node| node.name);
            if let Ok(found) = here.children.binary_search_by_key(&name, |(name, _)| *name)
                && let Some((_, next)) = here.children.get(found)
            {
                if let Some(rule) = self.nodes.get(*next as usize).and_then(|node| node.rule) {
                    let known = out.get(from..).unwrap_or_default().iter().any(|firing| firing.rule == rule);
                    if !known {
                        out.push(Firing { rule, node: now, error: None });
                    }
                }
                self.walk(*next, tree, now, from, out);
            }
            child = tree.next_sibling(now);
        }
    }
}
