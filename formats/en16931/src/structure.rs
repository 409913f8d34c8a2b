//! The structure layer: order, number, attributes and kinds of values, by tables made from the schemas.
//!
//! Faults are findings of our own (`STRUCTURE-…`) and never keep a rule from being judged.

use std::collections::HashMap;

use crate::lang::{is_boolean, is_date, is_decimal};
use crate::xml::{NameId, Names, NodeId, Space, Tree};

const UBL: &str = include_str!("../rules/structure-ubl.txt");
const CII: &str = include_str!("../rules/structure-cii.txt");

/// Kind of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Decimal,
    Date,
    Boolean,
    Base64,
}

#[derive(Debug)]
struct Child {
    name: NameId,
    required: bool,
    many: bool,
    kind: u16,
}

#[derive(Debug)]
enum Type {
    /// Not looked into.
    Open,
    Leaf {
        kind: Kind,
        attrs: Vec<(NameId, bool)>,
    },
    Parts(Vec<Child>),
}

/// The tables of one syntax.
#[derive(Debug, Default)]
pub(crate) struct Structure {
    types: Vec<Type>,
    roots: HashMap<NameId, u16>,
    schema_instance: Option<Space>,
    language: Option<NameId>,
}

/// A fault: rule id and element; for what is missing, also its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub rule: &'static str,
    pub node: NodeId,
    pub name: Option<NameId>,
}

/// Reads both tables; `None` when one is written wrongly, which a test rules out.
pub(crate) fn read(names: &mut Names) -> Option<(Structure, Structure)> {
    Some((parse(UBL, names)?, parse(CII, names)?))
}

fn space(prefix: &str) -> Option<Space> {
    Names::known(match prefix {
        "a" => "cac",
        "b" => "cbc",
        "r" => "ram",
        "x" => "rsm",
        "u" => "udt",
        "q" => "qdt",
        "ext" => "ext",
        _ => return None,
    })
}

fn parse(text: &str, names: &mut Names) -> Option<Structure> {
    let joined = text.replace("\n    ", " ");
    let lines: Vec<&str> = joined.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect();
    let mut ids: HashMap<&str, u16> = HashMap::from([("-", 0)]);
    for line in &lines {
        let name = line.split_whitespace().nth(1)?;
        let next = u16::try_from(ids.len()).ok()?;
        ids.insert(name, next);
    }
    let mut out = Structure {
        types: vec![Type::Open],
        roots: HashMap::new(),
        schema_instance: Names::known("xsi"),
        language: names.intern(Space(0), "languageID"),
    };
    for line in &lines {
        let (head, body) = line.split_once(" :")?;
        let mut head = head.split_whitespace();
        let (word, name) = (head.next()?, head.next()?);
        let kind = match (word, head.next()) {
            ("leaf", Some(kind)) => leaf(kind, body, names)?,
            ("type", None) => {
                Type::Parts(body.split_whitespace().map(|item| child(item, &ids, names)).collect::<Option<_>>()?)
            }
            _ => return None,
        };
        out.types.push(kind);
        if let Some(root) = name.strip_prefix('@') {
            let prefix = match root {
                "Invoice" => "ubl",
                "CreditNote" => "cn",
                _ => "rsm",
            };
            out.roots.insert(names.intern(Names::known(prefix)?, root)?, *ids.get(name)?);
        }
    }
    Some(out)
}

fn leaf(kind: &str, body: &str, names: &mut Names) -> Option<Type> {
    let kind = match kind {
        "text" => Kind::Text,
        "decimal" => Kind::Decimal,
        "date" => Kind::Date,
        "boolean" => Kind::Boolean,
        "base64" => Kind::Base64,
        _ => return None,
    };
    let attr = |item: &str, names: &mut Names| {
        let name = item.trim_end_matches('!');
        names.intern(Space(0), name).map(|id| (id, item.ends_with('!')))
    };
    let attrs = body.split_whitespace().map(|item| attr(item, names)).collect::<Option<_>>()?;
    Some(Type::Leaf { kind, attrs })
}

fn child(item: &str, ids: &HashMap<&str, u16>, names: &mut Names) -> Option<Child> {
    let (name, kind) = item.split_once('=')?;
    let bare = name.trim_end_matches(['?', '*', '+']);
    let (prefix, local) = bare.split_once(':')?;
    Some(Child {
        name: names.intern(space(prefix)?, local)?,
        required: !name.ends_with(['?', '*']),
        many: name.ends_with(['*', '+']),
        kind: *ids.get(kind)?,
    })
}

impl Structure {
    /// The type of a root element.
    pub(crate) fn root(&self, name: NameId) -> Option<u16> {
        self.roots.get(&name).copied()
    }

    /// Where a child stands among the children of a type, and its own type.
    pub(crate) fn place(&self, kind: u16, name: NameId) -> Option<(usize, u16)> {
        let Some(Type::Parts(children)) = self.types.get(usize::from(kind)) else { return None };
        let at = children.iter().position(|child| child.name == name)?;
        children.get(at).map(|child| (at, child.kind))
    }

    /// Every fault of a document.
    pub(crate) fn faults(&self, tree: &Tree, base: &Names) -> Vec<Fault> {
        let mut out = Vec::new();
        let Some(root) = tree.node(0) else { return out };
        if let Some(kind) = self.roots.get(&root.name) {
            self.check(*kind, 0, tree, base, &mut out);
        }
        out
    }

    fn check(&self, kind: u16, id: NodeId, tree: &Tree, base: &Names, out: &mut Vec<Fault>) {
        let mut fault = |rule, name| out.push(Fault { rule, node: id, name });
        match self.types.get(usize::from(kind)) {
            None | Some(Type::Open) => {}
            Some(Type::Leaf { kind, attrs }) => {
                if tree.first_child(id).is_some() {
                    fault("STRUCTURE-CHILD", None);
                } else if !fits(*kind, tree.direct_text(id)) {
                    fault("STRUCTURE-VALUE", None);
                }
                for (number, attr) in tree.attrs(id) {
                    if Some(attr.name) == self.language && !is_language(tree.attr_value(number)) {
                        fault("STRUCTURE-VALUE", Some(attr.name));
                    }
                    if !attrs.iter().any(|(name, _)| *name == attr.name) && !self.is_instance(attr.name, tree, base) {
                        fault("STRUCTURE-ATTRIBUTE", Some(attr.name));
                    }
                }
                for (name, required) in attrs {
                    if *required && !tree.attrs(id).any(|(_, attr)| attr.name == *name) {
                        fault("STRUCTURE-ATTRIBUTE-MISSING", Some(*name));
                    }
                }
            }
            Some(Type::Parts(children)) => {
                for (_, attr) in tree.attrs(id) {
                    if !self.is_instance(attr.name, tree, base) {
                        fault("STRUCTURE-ATTRIBUTE", Some(attr.name));
                    }
                }
                if !tree.direct_text(id).trim_ascii().is_empty() {
                    fault("STRUCTURE-TEXT", None);
                }
                self.children(children, id, tree, base, out);
            }
        }
    }

    fn is_instance(&self, name: NameId, tree: &Tree, base: &Names) -> bool {
        self.schema_instance == Some(tree.names(base).space_of(name))
    }

    fn children(&self, children: &[Child], id: NodeId, tree: &Tree, base: &Names, out: &mut Vec<Fault>) {
        // Where we are in the sequence, and whether the child there was already met.
        let (mut at, mut met) = (0, false);
        let mut disordered = Vec::new();
        for child in tree.children(id) {
            let name = tree.node(child).map_or(0, |node| node.name);
            let ahead = children.get(at..).unwrap_or_default().iter().position(|each| each.name == name);
            let kind = match ahead {
                Some(step) => {
                    let skipped = children.get(at..at + step).unwrap_or_default();
                    self.missing(skipped, met, id, &disordered, out);
                    let repeated = step == 0 && met;
                    at += step;
                    met = true;
                    let each = children.get(at);
                    if repeated && each.is_some_and(|each| !each.many) {
                        out.push(Fault { rule: "STRUCTURE-REPEATED", node: child, name: None });
                    }
                    each.map(|each| each.kind)
                }
                None => {
                    let earlier = children.iter().find(|each| each.name == name);
                    let rule = if earlier.is_some() { "STRUCTURE-ORDER" } else { "STRUCTURE-UNKNOWN" };
                    out.push(Fault { rule, node: child, name: None });
                    disordered.push(name);
                    earlier.map(|each| each.kind)
                }
            };
            if let Some(kind) = kind {
                self.check(kind, child, tree, base, out);
            }
        }
        self.missing(children.get(at..).unwrap_or_default(), met, id, &disordered, out);
    }

    /// Required children that were passed over; the first one may have been met.
    fn missing(&self, skipped: &[Child], met: bool, id: NodeId, elsewhere: &[NameId], out: &mut Vec<Fault>) {
        for child in skipped.iter().skip(usize::from(met)) {
            if child.required && !elsewhere.contains(&child.name) {
                out.push(Fault { rule: "STRUCTURE-MISSING", node: id, name: Some(child.name) });
            }
        }
    }
}

fn fits(kind: Kind, text: &str) -> bool {
    match kind {
        Kind::Text => true,
        Kind::Decimal => is_decimal(text),
        Kind::Date => is_date(text),
        Kind::Boolean => is_boolean(text),
        Kind::Base64 => is_base64(text),
    }
}

/// `xs:language`: letters, then parts of letters and digits, none longer than eight.
fn is_language(text: &str) -> bool {
    let part = |(at, part): (usize, &str)| {
        let fits = |b: u8| if at == 0 { b.is_ascii_alphabetic() } else { b.is_ascii_alphanumeric() };
        (1..=8).contains(&part.len()) && part.bytes().all(fits)
    };
    text.trim_ascii().split('-').enumerate().all(part)
}

fn is_base64(text: &str) -> bool {
    let mut count = 0_usize;
    let mut padding = 0_usize;
    for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' if padding == 0 => {}
            b'=' => padding += 1,
            _ => return false,
        }
        count += 1;
    }
    padding <= 2 && count.is_multiple_of(4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_tables_read() {
        let mut names = Names::default();
        let (ubl, cii) = read(&mut names).expect("the tables are well written");
        assert_eq!((ubl.roots.len(), cii.roots.len()), (2, 1));
        assert!(ubl.types.len() > 100 && cii.types.len() > 80);
    }

    #[test]
    fn languages_have_their_form() {
        assert!(is_language("lv") && is_language("en-GB") && is_language("de-DE-1996"));
        assert!(!is_language("") && !is_language("130") && !is_language("latvieshu") && !is_language("lv-"));
    }

    #[test]
    fn base64_needs_whole_groups() {
        assert!(is_base64("JVBERi0x\n LjQK") && is_base64("TQ==") && is_base64(""));
        assert!(!is_base64("TQ=") && !is_base64("T=Q=") && !is_base64("čau!"));
    }
}
