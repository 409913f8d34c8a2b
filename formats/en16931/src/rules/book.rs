//! What the rule tables become once read.

use std::sync::OnceLock;

use super::load;
use crate::lang::{EvalError, Expr, NameTest, Pred};
use crate::structure::Structure;
use crate::xml::{NameId, Names, NodeId};

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The invoice is refused.
    Fatal,
    /// The invoice passes; its sender should hear of it.
    Warning,
    /// Worth knowing.
    Info,
}

/// One rule: its id and how much it weighs.
#[derive(Debug)]
pub(crate) struct Rule {
    pub id: Box<str>,
    pub severity: Severity,
    /// Its test as it is written; families that forbid elements have none.
    pub asks: Option<Box<str>>,
}

/// A path that an element's place must fit, from its last step upwards.
#[derive(Debug)]
pub(crate) struct Place {
    /// The first step must be the root element.
    pub anchored: bool,
    pub steps: Vec<(NameTest, Box<[Pred]>)>,
}

/// Elements and attributes that must not be there.
#[derive(Debug, Default)]
pub(crate) struct Absent {
    pub nodes: Vec<AbsentNode>,
}

/// One step of [`Absent`].
#[derive(Debug, Default)]
pub(crate) struct AbsentNode {
    pub rule: Option<u32>,
    pub children: Vec<(NameId, u32)>,
    pub attrs: Vec<(NameId, u32)>,
}

/// A context: places, and the rules that hold there.
#[derive(Debug)]
pub(crate) struct Context {
    pub pattern: u16,
    pub places: Vec<Place>,
    pub tests: Vec<(u32, Expr)>,
    pub absent: Absent,
}

/// A place that an element of some name may fit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate {
    pub pattern: u16,
    pub place: u16,
    pub context: u32,
    /// The name that its parent must have, where the place says so: most candidates fall here.
    pub parent: Option<NameId>,
    /// The attribute that it must bear, where the place says so.
    pub attr: Option<NameId>,
}

/// The rules of one syntax and layer.
#[derive(Debug, Default)]
pub(crate) struct RuleSet {
    pub rules: Vec<Rule>,
    pub contexts: Vec<Context>,
    /// For every name the places that may fit, in order.
    pub by_name: Vec<Vec<Candidate>>,
    /// Those that accept any name.
    pub by_any: Vec<Candidate>,
}

/// A rule that did not hold.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Firing {
    pub rule: u32,
    pub node: NodeId,
    pub error: Option<EvalError>,
}

/// All rules, names and code lists.
pub(crate) struct Book {
    pub names: Names,
    pub lists: Vec<crate::lang::Codes>,
    pub regexes: Vec<regex_lite::Regex>,
    pub globals: Vec<Expr>,
    pub ubl: RuleSet,
    pub cii: RuleSet,
    pub peppol: RuleSet,
    pub response: RuleSet,
    pub ubl_structure: Structure,
    pub cii_structure: Structure,
    /// Why the tables could not be read: then nothing is judged valid.
    pub fault: Option<String>,
}

impl Book {
    /// The one book, read at the first use.
    pub(crate) fn get() -> &'static Self {
        static BOOK: OnceLock<Book> = OnceLock::new();
        BOOK.get_or_init(|| load::book().unwrap_or_else(|error| load::empty(&error.to_string())))
    }
}
