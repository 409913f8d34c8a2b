//! Reads the rule tables of the folder `rules`.
//!
//! `list NAME = CODES`, `text NAME = TEXT`, `let NAME = EXPRESSION`, `def NAME = TEXT` with `{NAME arguments}`,
//! `for A,B in 1,x 2,y … end`, `pattern`, `@ PLACE | PLACE`, `ID f|w TEST`, and for families:
//! `no PREFIX f|w PARENT : nn name …` (must be absent) and `one PREFIX f|w : nn path …` (at most once).
//! Indented lines continue the line above; `#` in the first column begins a comment.

use std::collections::HashMap;

use super::book::{Absent, AbsentNode, Book, Candidate, Context, Place, Rule, RuleSet, Severity};
use crate::lang::{Codes, Expr, Func, Item, NameTest, Op, Parser, Path, Pred, Start, Step, StepKind, WriteError};
use crate::structure;
use crate::xml::{NameId, Names};

const CODES: &str = include_str!("../../rules/codes.rules");
const UBL: &str = include_str!("../../rules/ubl.rules");
const UBL_UNUSED: &str = include_str!("../../rules/ubl-unused.rules");
const CII: &str = include_str!("../../rules/cii.rules");
const CII_UNUSED: &str = include_str!("../../rules/cii-unused.rules");
const PEPPOL: &str = include_str!("../../rules/peppol.rules");
const NATIONAL: &str = include_str!("../../rules/peppol-national.rules");
const RESPONSE: &str = include_str!("../../rules/response.rules");

/// Prefix of the ids, weight, parent, and pairs of number and name.
type Family<'r> = (&'r str, Severity, &'r str, Vec<(&'r str, &'r str)>);
type Result<T> = std::result::Result<T, WriteError>;

#[derive(Default)]
struct Loader {
    parser: Parser,
    lists: Vec<Codes>,
    globals: Vec<Expr>,
    defs: HashMap<String, String>,
    pattern: u16,
}

/// Reads everything.
pub(super) fn book() -> Result<Book> {
    let mut loader = Loader::default();
    loader.set(&[CODES])?;
    let ubl = loader.set(&[UBL, UBL_UNUSED])?;
    let peppol = loader.set(&[PEPPOL, NATIONAL])?;
    let response = loader.set(&[RESPONSE])?;
    let cii = loader.set(&[CII, CII_UNUSED])?;
    let mut names = loader.parser.names;
    let (ubl_structure, cii_structure) = structure::read(&mut names).ok_or_else(|| WriteError::new("structure", ""))?;
    let mut book = Book {
        names,
        lists: loader.lists,
        regexes: loader.parser.regexes,
        globals: loader.globals,
        ubl,
        cii,
        peppol,
        response,
        ubl_structure,
        cii_structure,
        fault: None,
    };
    for set in [&mut book.ubl, &mut book.cii, &mut book.peppol, &mut book.response] {
        set.index(&book.names);
    }
    Ok(book)
}

/// What remains when the tables cannot be read, which a test rules out.
pub(super) fn empty(fault: &str) -> Book {
    Book {
        names: crate::xml::Names::default(),
        lists: Vec::new(),
        regexes: Vec::new(),
        globals: Vec::new(),
        ubl: RuleSet::default(),
        cii: RuleSet::default(),
        peppol: RuleSet::default(),
        response: RuleSet::default(),
        ubl_structure: structure::Structure::default(),
        cii_structure: structure::Structure::default(),
        fault: Some(fault.to_owned()),
    }
}

/// Joins continued lines and drops comments.
fn lines(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        match out.last_mut() {
            Some(last) if line.starts_with(' ') => {
                last.push(' ');
                last.push_str(line.trim());
            }
            _ => out.push(line.trim_end().to_owned()),
        }
    }
    out
}

/// Writes out the `for` blocks.
fn unroll(lines: Vec<String>) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = lines.into_iter();
    while let Some(line) = rest.next() {
        let Some((names, values)) = line.strip_prefix("for ").and_then(|head| head.split_once(" in ")) else {
            out.push(line);
            continue;
        };
        let body: Vec<String> = rest.by_ref().take_while(|line| line != "end").collect();
        let mut names: Vec<(usize, &str)> = names.split(',').enumerate().collect();
        names.sort_by_key(|(_, name)| std::cmp::Reverse(name.len()));
        for value in values.split_whitespace() {
            let parts: Vec<&str> = value.split(',').collect();
            for line in &body {
                let put = |line: String, (at, name): &(usize, &str)| {
                    line.replace(&format!("${name}"), parts.get(*at).unwrap_or(&""))
                };
                out.push(names.iter().fold(line.clone(), put));
            }
        }
    }
    out
}

fn severity(letter: &str) -> Result<Severity> {
    match letter {
        "f" => Ok(Severity::Fatal),
        "w" => Ok(Severity::Warning),
        _ => Err(WriteError::new("severity", letter)),
    }
}

impl Loader {
    fn set(&mut self, texts: &[&str]) -> Result<RuleSet> {
        let lines: Vec<String> = texts.iter().flat_map(|text| unroll(lines(text))).collect();
        for (name, body) in lines.iter().filter_map(|line| line.strip_prefix("def ")?.split_once(" = ")) {
            self.defs.insert(name.trim().to_owned(), body.trim().to_owned());
        }
        let mut set = RuleSet::default();
        for line in lines.iter().filter(|line| !line.starts_with("def ")) {
            self.line(line, &mut set).map_err(|error| WriteError::new(&error.to_string(), line))?;
        }
        Ok(set)
    }

    fn line(&mut self, line: &str, set: &mut RuleSet) -> Result<()> {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "list" => self.list(rest),
            "text" => self.text(rest),
            "let" => {
                let (name, body) = rest.split_once(" = ").ok_or_else(|| WriteError::new("=", rest))?;
                let expr = self.expr(body)?;
                self.global(name.trim(), expr);
                Ok(())
            }
            "pattern" => {
                self.pattern += 1;
                Ok(())
            }
            "@" => self.context(rest, set),
            "no" => self.absent(rest, set),
            "one" => self.once(rest, set),
            id => {
                let (letter, test) = rest.split_once(' ').ok_or_else(|| WriteError::new("test", rest))?;
                self.rule(id, severity(letter)?, test, set)
            }
        }
    }

    fn list(&mut self, rest: &str) -> Result<()> {
        let (name, codes) = rest.split_once(" = ").ok_or_else(|| WriteError::new("=", rest))?;
        let codes: Codes = codes.split_whitespace().map(Box::from).collect();
        let id = u16::try_from(self.lists.len()).unwrap_or(u16::MAX);
        self.parser.lists.insert(name.trim().to_owned(), id);
        self.lists.push(codes);
        Ok(())
    }

    /// A text constant; blanks around it, as the official look-ups have them.
    fn text(&mut self, rest: &str) -> Result<()> {
        let (name, text) = rest.split_once(" = ").ok_or_else(|| WriteError::new("=", rest))?;
        let text: &'static str = Box::leak(format!(" {} ", text.trim()).into());
        self.global(name.trim(), Expr::Const(Item::Str(text.into())));
        Ok(())
    }

    fn global(&mut self, name: &str, expr: Expr) {
        let id = u16::try_from(self.globals.len()).unwrap_or(u16::MAX);
        self.parser.globals.insert(name.to_owned(), id);
        self.globals.push(expr);
    }

    fn expr(&mut self, text: &str) -> Result<Expr> {
        let text = self.expand(text, 0)?;
        self.parser.expr(&text)
    }

    /// Puts the `def`s in place of `{name arguments}`.
    fn expand(&self, text: &str, depth: u8) -> Result<String> {
        if depth > 12 {
            return Err(WriteError::new("defs too deep", text));
        }
        let opens = |at: &usize| text.get(at + 1..).is_some_and(|rest| rest.starts_with(|c: char| c.is_alphabetic()));
        let Some(at) = text.match_indices('{').map(|(at, _)| at).find(opens) else { return Ok(text.to_owned()) };
        let (before, rest) = (text.get(..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default());
        let (call, after) = rest.split_once('}').ok_or_else(|| WriteError::new("}", rest))?;
        let mut words = call.split_whitespace();
        let name = words.next().unwrap_or_default();
        let body = self.defs.get(name).ok_or_else(|| WriteError::new("unknown def", name))?;
        let put = |body: String, (n, value): (usize, &str)| body.replace(&format!("${}", n + 1), value);
        let body = words.enumerate().fold(body.clone(), put);
        Ok(format!("{before}{}{}", self.expand(&body, depth + 1)?, self.expand(after, depth)?))
    }

    fn rule(&mut self, id: &str, severity: Severity, test: &str, set: &mut RuleSet) -> Result<()> {
        let expr = self.expr(test)?;
        let rule = set.rule(id, severity);
        if let Some(last) = set.rules.last_mut() {
            last.asks = Some(test.trim().into());
        }
        let context = set.contexts.last_mut().ok_or_else(|| WriteError::new("no context", id))?;
        context.tests.push((rule, expr));
        Ok(())
    }

    fn context(&mut self, rest: &str, set: &mut RuleSet) -> Result<()> {
        let text = self.expand(rest, 0)?;
        let places = split_top(&text).into_iter().map(|part| self.place(part)).collect::<Result<_>>()?;
        set.contexts.push(Context { pattern: self.pattern, places, tests: Vec::new(), absent: Absent::default() });
        Ok(())
    }

    fn place(&mut self, text: &str) -> Result<Place> {
        let text = text.trim();
        let text = text.strip_prefix("//").unwrap_or(text);
        let Expr::Path(Path { start, steps }) = self.parser.expr(text)? else {
            return Err(WriteError::new("place", text));
        };
        let anchored = matches!(start, Start::Root);
        let mut out = Vec::new();
        for step in steps.into_vec().into_iter().rev() {
            let StepKind::Child(test) = step.kind else { return Err(WriteError::new("place", text)) };
            out.push((test, step.preds));
        }
        Ok(Place { anchored, steps: out })
    }

    fn family<'r>(&self, rest: &'r str) -> Result<Family<'r>> {
        let (head, body) = rest.split_once(" : ").ok_or_else(|| WriteError::new(":", rest))?;
        let mut head = head.split_whitespace();
        let (prefix, letter) = (head.next().unwrap_or_default(), head.next().unwrap_or_default());
        let parent = head.next().unwrap_or(".");
        let words: Vec<&str> = body.split_whitespace().collect();
        let pairs = words.chunks(2).filter_map(|pair| Some((*pair.first()?, *pair.get(1)?))).collect();
        Ok((prefix, severity(letter)?, parent, pairs))
    }

    fn once(&mut self, rest: &str, set: &mut RuleSet) -> Result<()> {
        let (prefix, severity, _, pairs) = self.family(rest)?;
        for (number, path) in pairs {
            self.rule(&format!("{prefix}-{number}"), severity, &format!("count({path}) <= 1"), set)?;
        }
        Ok(())
    }

    fn absent(&mut self, rest: &str, set: &mut RuleSet) -> Result<()> {
        let (prefix, severity, parent, pairs) = self.family(rest)?;
        let parents = if parent == "." { String::new() } else { format!("{parent}/") };
        for (number, name) in pairs {
            let rule = set.rule(&format!("{prefix}-{number}"), severity);
            let path = format!("{parents}{name}");
            let ways = match path.strip_prefix("LINE/") {
                Some(below) => vec![format!("a:InvoiceLine/{below}"), format!("a:CreditNoteLine/{below}")],
                None => vec![path],
            };
            for way in ways {
                let names = self.names(&way)?;
                let context = set.contexts.last_mut().ok_or_else(|| WriteError::new("no context", &way))?;
                context.absent.add(&names, rule);
            }
        }
        Ok(())
    }

    /// The names of a plain path; the flag tells an attribute.
    fn names(&mut self, path: &str) -> Result<Vec<(bool, NameId)>> {
        let Expr::Path(Path { steps, .. }) = self.parser.expr(path)? else { return Err(WriteError::new("path", path)) };
        let name = |kind: &StepKind| match kind {
            StepKind::Child(NameTest::Name(name)) => Ok((false, *name)),
            StepKind::Attr(NameTest::Name(name)) => Ok((true, *name)),
            _ => Err(WriteError::new("plain path", path)),
        };
        steps.iter().map(|step| name(&step.kind)).collect()
    }
}

impl Place {
    /// The attribute that the element must bear: the first predicate compares it with something.
    fn attribute(&self) -> Option<NameId> {
        let (_, preds) = self.steps.first()?;
        let Some(Pred::Test(test)) = preds.first() else { return None };
        let test = match test {
            Expr::And(all) => all.first()?,
            test => test,
        };
        let Expr::Compare(Op::Eq, sides) = test else { return None };
        let Expr::Path(Path { start: Start::Context, steps }) = &sides.0 else { return None };
        match &**steps {
            [Step { kind: StepKind::Attr(NameTest::Name(name)), preds }] if preds.is_empty() => Some(*name),
            _ => None,
        }
    }

    /// How the local name must end, where the first predicate asks only for that.
    fn suffix(&self) -> Option<&str> {
        let (_, preds) = self.steps.first()?;
        let Some(Pred::Test(test)) = preds.first() else { return None };
        let ends = match test {
            Expr::And(all) => all.first()?,
            other => other,
        };
        match ends {
            Expr::Call(Func::Ends, args) => match &**args {
                [Expr::Call(Func::LocalName, _), Expr::Const(Item::Str(suffix))] => Some(suffix),
                _ => None,
            },
            _ => None,
        }
    }
}

/// The alternatives of a place, split at `|` outside brackets.
fn split_top(text: &str) -> Vec<&str> {
    let (mut depth, mut start, mut out) = (0_i32, 0, Vec::new());
    for (at, c) in text.char_indices() {
        match c {
            '[' | '(' => depth += 1,
            ']' | ')' => depth -= 1,
            '|' if depth == 0 => {
                out.push(text.get(start..at).unwrap_or_default());
                start = at + 1;
            }
            _ => {}
        }
    }
    out.push(text.get(start..).unwrap_or_default());
    out
}

impl Absent {
    fn add(&mut self, path: &[(bool, NameId)], rule: u32) {
        if self.nodes.is_empty() {
            self.nodes.push(AbsentNode::default());
        }
        let mut at = 0;
        for (is_attr, name) in path {
            let next = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
            let Some(node) = self.nodes.get_mut(at) else { return };
            if *is_attr {
                node.attrs.push((*name, rule));
                return;
            }
            if let Some((_, child)) = node.children.iter().find(|(known, _)| known == name) {
                at = *child as usize;
            } else {
                node.children.push((*name, next));
                node.children.sort_unstable();
                self.nodes.push(AbsentNode::default());
                at = next as usize;
            }
        }
        if let Some(node) = self.nodes.get_mut(at) {
            node.rule = Some(rule);
        }
    }
}

impl RuleSet {
    fn rule(&mut self, id: &str, severity: Severity) -> u32 {
        self.rules.push(Rule { id: id.into(), severity, asks: None });
        u32::try_from(self.rules.len() - 1).unwrap_or(u32::MAX)
    }

    /// For each name the places that may fit, so that an element meets no other.
    fn index(&mut self, names: &Names) {
        self.by_name = vec![Vec::new(); names.len()];
        for (context, each) in (0_u32..).zip(&self.contexts) {
            for (place, way) in (0_u16..).zip(&each.places) {
                let parent = match way.steps.get(1) {
                    Some((NameTest::Name(name), _)) => Some(*name),
                    _ => None,
                };
                let candidate = Candidate { pattern: each.pattern, place, context, parent, attr: way.attribute() };
                match way.steps.first() {
                    Some((NameTest::Name(name), _)) => {
                        if let Some(list) = self.by_name.get_mut(usize::from(*name)) {
                            list.push(candidate);
                        }
                    }
                    _ => {
                        self.by_any.push(candidate);
                        let suffix = way.suffix();
                        for (name, list) in (0_u16..).zip(&mut self.by_name) {
                            if suffix.is_none_or(|suffix| names.local(name).ends_with(suffix)) {
                                list.push(candidate);
                            }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_reads() {
        let book = book().unwrap_or_else(|error| panic!("{error}"));
        let count = |set: &RuleSet| set.rules.len();
        assert_eq!(count(&book.ubl), 980, "UBL: 979 official tests, BR-CL-01 stands in two contexts");
        assert_eq!(count(&book.cii), 806);
        assert_eq!(count(&book.peppol), 165);
        assert_eq!(count(&book.response), 82);
    }
}
