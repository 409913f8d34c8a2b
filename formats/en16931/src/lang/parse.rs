//! From the text of a rule to an expression.

use std::collections::HashMap;

use super::ast::{ArithOp, Expr, Func, NameTest, Op, Path, Pred, Start, Step, StepKind};
use super::check::Check;
use super::lex::{Token, lex};
use super::value::{Item, Num, decimal};
use crate::xml::{Names, Space};

/// A rule that is written wrongly: found by the tests, never by a document.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{what}: {near}")]
pub(crate) struct WriteError {
    what: String,
    near: String,
}

impl WriteError {
    pub(crate) fn new(what: &str, near: &str) -> Self {
        Self { what: what.into(), near: near.chars().take(60).collect() }
    }
}

type Result<T> = std::result::Result<T, WriteError>;

/// Short prefixes of the rule files.
fn prefix(short: &str) -> Option<Space> {
    Names::known(match short {
        "a" => "cac",
        "b" => "cbc",
        "i" => "ubl",
        "c" => "cn",
        "r" => "ram",
        "x" => "rsm",
        "u" => "udt",
        "q" => "qdt",
        "t" => "ar",
        "xsi" => "xsi",
        "ext" => "ext",
        _ => return None,
    })
}

/// Reads expressions; keeps the names, lists, global values and regular expressions that they refer to.
#[derive(Default)]
pub(crate) struct Parser {
    pub names: Names,
    pub lists: HashMap<String, u16>,
    pub globals: HashMap<String, u16>,
    pub regexes: Vec<regex_lite::Regex>,
}

struct Reading<'p, 't> {
    parser: &'p mut Parser,
    tokens: Vec<Token<'t>>,
    at: usize,
    locals: Vec<&'t str>,
}

impl Parser {
    /// Reads one expression.
    pub(crate) fn expr(&mut self, text: &str) -> Result<Expr> {
        let tokens = lex(text)?;
        let mut reading = Reading { parser: self, tokens, at: 0, locals: Vec::new() };
        let expr = reading.single().map_err(|error| WriteError::new(&error.to_string(), text))?;
        if reading.at != reading.tokens.len() {
            return Err(WriteError::new(&format!("left over from token {}", reading.at), text));
        }
        Ok(expr)
    }
}

impl<'t> Reading<'_, 't> {
    fn peek(&self) -> Option<&Token<'t>> {
        self.tokens.get(self.at)
    }

    fn is(&self, sign: &str) -> bool {
        matches!(self.peek(), Some(Token::Sign(found)) if *found == sign)
    }

    fn take(&mut self, sign: &str) -> bool {
        let found = self.is(sign);
        self.at += usize::from(found);
        found
    }

    fn word(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Name(name)) if *name == word);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, sign: &str) -> Result<()> {
        if self.take(sign) {
            Ok(())
        } else {
            Err(WriteError::new(&format!("{sign} missing"), &format!("{:?}", self.peek())))
        }
    }

    fn single(&mut self) -> Result<Expr> {
        match (self.peek(), self.tokens.get(self.at + 1)) {
            (Some(Token::Name(word @ ("every" | "some"))), Some(Token::Var(var))) => {
                let (every, var) = (*word == "every", *var);
                self.at += 2;
                self.quantified(every, var)
            }
            (Some(Token::Name("if")), Some(Token::Sign("("))) => {
                self.at += 2;
                self.conditional()
            }
            _ => self.or(),
        }
    }

    fn quantified(&mut self, every: bool, var: &'t str) -> Result<Expr> {
        if !self.word("in") {
            return Err(WriteError::new("in missing", var));
        }
        let source = self.single()?;
        if !self.word("satisfies") {
            return Err(WriteError::new("satisfies missing", var));
        }
        let slot = u16::try_from(self.locals.len()).unwrap_or(u16::MAX);
        self.locals.push(var);
        let body = self.single()?;
        self.locals.pop();
        Ok(Expr::Quantified { every, slot, parts: Box::new((source, body)) })
    }

    fn conditional(&mut self) -> Result<Expr> {
        let test = self.single()?;
        self.expect(")")?;
        if !self.word("then") {
            return Err(WriteError::new("then missing", ""));
        }
        let yes = self.single()?;
        if !self.word("else") {
            return Err(WriteError::new("else missing", ""));
        }
        let no = self.single()?;
        Ok(Expr::If(Box::new((test, yes, no))))
    }

    fn or(&mut self) -> Result<Expr> {
        let mut all = vec![self.and()?];
        while self.word("or") {
            all.push(self.and()?);
        }
        Ok(alone(all, Expr::Or))
    }

    fn and(&mut self) -> Result<Expr> {
        let mut all = vec![self.compare()?];
        while self.word("and") {
            all.push(self.compare()?);
        }
        Ok(alone(all, Expr::And))
    }

    fn compare(&mut self) -> Result<Expr> {
        let left = self.add()?;
        let op = match self.peek() {
            Some(Token::Sign("=")) => Op::Eq,
            Some(Token::Sign("!=")) => Op::Ne,
            Some(Token::Sign("<")) => Op::Lt,
            Some(Token::Sign("<=")) => Op::Le,
            Some(Token::Sign(">")) => Op::Gt,
            Some(Token::Sign(">=")) => Op::Ge,
            _ => return Ok(left),
        };
        self.at += 1;
        let right = self.add()?;
        Ok(Expr::Compare(op, Box::new((left, right))))
    }

    fn add(&mut self) -> Result<Expr> {
        let mut left = self.mul()?;
        loop {
            let op = if self.take("+") {
                ArithOp::Add
            } else if self.take("-") {
                ArithOp::Sub
            } else {
                return Ok(left);
            };
            left = Expr::Arith(op, Box::new((left, self.mul()?)));
        }
    }

    fn mul(&mut self) -> Result<Expr> {
        let mut left = self.union()?;
        loop {
            let op = if self.take("*") {
                ArithOp::Mul
            } else if self.word("div") {
                ArithOp::Div
            } else {
                return Ok(left);
            };
            left = Expr::Arith(op, Box::new((left, self.union()?)));
        }
    }

    fn union(&mut self) -> Result<Expr> {
        let mut all = vec![self.path()?];
        while self.take("|") {
            all.push(self.path()?);
        }
        Ok(alone(all, Expr::Union))
    }

    fn path(&mut self) -> Result<Expr> {
        if self.take("//") {
            return self.steps(Start::Anywhere, true);
        }
        if self.take("/") {
            return self.steps(Start::Root, true);
        }
        if let Some(primary) = self.primary()? {
            if self.is("[") || self.is("/") || self.is("//") {
                let preds = self.preds()?;
                let mut first = Vec::new();
                if !preds.is_empty() {
                    first.push(Step { kind: StepKind::Dot, preds });
                }
                if self.is("/") || self.is("//") {
                    return self.more(Start::Group(Box::new(primary)), first);
                }
                return Ok(Expr::Path(Path { start: Start::Group(Box::new(primary)), steps: first.into() }));
            }
            return Ok(primary);
        }
        self.steps(Start::Context, true)
    }

    fn steps(&mut self, start: Start, first: bool) -> Result<Expr> {
        debug_assert!(first);
        let step = self.step(false)?;
        self.more(start, vec![step])
    }

    fn more(&mut self, start: Start, mut steps: Vec<Step>) -> Result<Expr> {
        loop {
            if self.take("//") {
                steps.push(self.step(true)?);
            } else if self.take("/") {
                steps.push(self.step(false)?);
            } else {
                return Ok(Expr::Path(Path { start, steps: steps.into() }));
            }
        }
    }

    fn step(&mut self, deep: bool) -> Result<Step> {
        let kind = self.step_kind(deep)?;
        Ok(Step { kind, preds: self.preds()? })
    }

    fn step_kind(&mut self, deep: bool) -> Result<StepKind> {
        if self.take("..") {
            return Ok(StepKind::Parent);
        }
        if self.take(".") {
            return Ok(StepKind::Dot);
        }
        if self.take("@") {
            let test = self.name_test()?;
            return Ok(if deep { StepKind::DescendantAttr(test) } else { StepKind::Attr(test) });
        }
        if let (Some(Token::Name(axis)), Some(Token::Sign("::"))) = (self.peek(), self.tokens.get(self.at + 1)) {
            let axis = *axis;
            self.at += 2;
            let test = self.name_test()?;
            return match axis {
                "self" => Ok(StepKind::SelfNode(test)),
                "ancestor" => Ok(StepKind::Ancestor(test)),
                _ => Err(WriteError::new("axis", axis)),
            };
        }
        if matches!((self.peek(), self.tokens.get(self.at + 1)), (Some(Token::Name("text")), Some(Token::Sign("(")))) {
            self.at += 2;
            self.expect(")")?;
            return Ok(StepKind::Text);
        }
        if let Some(expr) = self.primary()? {
            return Ok(StepKind::Expr(Box::new(expr)));
        }
        let test = self.name_test()?;
        Ok(if deep { StepKind::Descendant(test) } else { StepKind::Child(test) })
    }

    fn name_test(&mut self) -> Result<NameTest> {
        if self.take("*") {
            return Ok(NameTest::Any);
        }
        let Some(Token::Name(name)) = self.peek() else {
            return Err(WriteError::new("name missing", &format!("{:?}", self.peek())));
        };
        let name = *name;
        self.at += 1;
        let (space, local) = match name.split_once(':') {
            None => (Space(0), name),
            Some((short, local)) => (prefix(short).ok_or_else(|| WriteError::new("prefix", name))?, local),
        };
        if local == "*" {
            return Ok(NameTest::Space(space));
        }
        self.parser
            .names
            .intern(space, local)
            .map(NameTest::Name)
            .ok_or_else(|| WriteError::new("too many names", name))
    }

    fn preds(&mut self) -> Result<Box<[Pred]>> {
        let mut all = Vec::new();
        while self.take("[") {
            let number = match (self.peek(), self.tokens.get(self.at + 1)) {
                (Some(Token::Number(digits)), Some(Token::Sign("]"))) => digits.parse().ok(),
                _ => None,
            };
            if let Some(nth) = number {
                self.at += 1;
                all.push(Pred::Nth(nth));
            } else {
                all.push(Pred::Test(self.single()?));
            }
            self.expect("]")?;
        }
        Ok(all.into())
    }

    /// A literal, variable, parenthesis or call; `None` where a path begins.
    fn primary(&mut self) -> Result<Option<Expr>> {
        let expr = match (self.peek(), self.tokens.get(self.at + 1)) {
            (Some(Token::Text(text)), _) => Expr::Const(Item::Str(kept(text).into())),
            (Some(Token::Number(digits)), _) => {
                let value = decimal(digits).map_err(|_| WriteError::new("number", digits))?;
                Expr::Const(Item::Num(Num::Dec(value)))
            }
            (Some(Token::Sign("-")), Some(Token::Number(digits))) => {
                let value = decimal(digits).map_err(|_| WriteError::new("number", digits))?;
                self.at += 1;
                Expr::Const(Item::Num(Num::Dec(-value)))
            }
            (Some(Token::Var(var)), _) => self.variable(var)?,
            (Some(Token::Sign("(")), _) => {
                self.at += 1;
                return self.parenthesis().map(Some);
            }
            (Some(Token::Name(name)), Some(Token::Sign("("))) if *name != "text" => {
                let name = *name;
                self.at += 2;
                return self.call(name).map(Some);
            }
            _ => return Ok(None),
        };
        self.at += 1;
        Ok(Some(expr))
    }

    fn variable(&self, var: &str) -> Result<Expr> {
        if let Some(slot) = self.locals.iter().rposition(|local| *local == var) {
            return Ok(Expr::Local(u16::try_from(slot).unwrap_or(u16::MAX)));
        }
        self.parser.globals.get(var).map(|id| Expr::Global(*id)).ok_or_else(|| WriteError::new("unknown value", var))
    }

    fn parenthesis(&mut self) -> Result<Expr> {
        let mut all = Vec::new();
        if self.take(")") {
            return Ok(Expr::Sequence(Box::default()));
        }
        loop {
            all.push(self.single()?);
            if !self.take(",") {
                break;
            }
        }
        self.expect(")")?;
        Ok(alone(all, Expr::Sequence))
    }

    fn call(&mut self, name: &str) -> Result<Expr> {
        let mut args = Vec::new();
        if !self.take(")") {
            loop {
                let arg = match self.peek() {
                    Some(Token::Sign("#")) => self.reference(name)?,
                    _ => Arg::Expr(self.single()?),
                };
                args.push(arg);
                if !self.take(",") {
                    break;
                }
            }
            self.expect(")")?;
        }
        let mut exprs = Vec::new();
        let mut func = plain_function(name);
        for arg in args {
            match arg {
                Arg::Expr(expr) => exprs.push(expr),
                Arg::Func(special) => func = Some(special),
            }
        }
        if name == "matches" {
            func = Some(self.regex(&mut exprs)?);
        }
        let func = func.ok_or_else(|| WriteError::new("unknown function", name))?;
        if exprs.is_empty() && !matches!(func, Func::True | Func::False) {
            exprs.push(Expr::Path(Path {
                start: Start::Context,
                steps: Box::new([Step { kind: StepKind::Dot, preds: Box::default() }]),
            }));
        }
        Ok(Expr::Call(func, exprs.into()))
    }

    /// `#NAME`: a code list or a named check.
    fn reference(&mut self, function: &str) -> Result<Arg> {
        self.at += 1;
        let Some(Token::Name(name)) = self.peek() else { return Err(WriteError::new("name after #", function)) };
        let name = *name;
        self.at += 1;
        let list = || self.parser.lists.get(name).copied().ok_or_else(|| WriteError::new("unknown list", name));
        Ok(Arg::Func(match function {
            "in" => Func::In(list()?),
            "exact" => Func::Exact(list()?),
            "check" => Func::Check(Check::named(name).ok_or_else(|| WriteError::new("unknown check", name))?),
            _ => return Err(WriteError::new("# not allowed", function)),
        }))
    }

    fn regex(&mut self, exprs: &mut Vec<Expr>) -> Result<Func> {
        let Some(Expr::Const(Item::Str(pattern))) = exprs.pop() else {
            return Err(WriteError::new("pattern", "matches"));
        };
        let regex = regex_lite::Regex::new(&pattern).map_err(|error| WriteError::new(&error.to_string(), &pattern))?;
        let id = u16::try_from(self.parser.regexes.len()).unwrap_or(u16::MAX);
        self.parser.regexes.push(regex);
        Ok(Func::Match(id))
    }
}

/// The rules are read once and live as long as the program, so their texts may too: no copy at each use.
fn kept(text: &str) -> &'static str {
    Box::leak(Box::from(text))
}

enum Arg {
    Expr(Expr),
    Func(Func),
}

fn alone(mut all: Vec<Expr>, many: impl Fn(Box<[Expr]>) -> Expr) -> Expr {
    match (all.pop(), all.is_empty()) {
        (Some(only), true) => only,
        (last, _) => {
            all.extend(last);
            many(all.into())
        }
    }
}

fn plain_function(name: &str) -> Option<Func> {
    Some(match name {
        "not" => Func::Not,
        "exists" => Func::Exists,
        "boolean" => Func::Boolean,
        "true" => Func::True,
        "false" => Func::False,
        "count" => Func::Count,
        "sum" => Func::Sum,
        "ns" => Func::Ns,
        "upper" => Func::Upper,
        "len" => Func::Len,
        "sub" => Func::Sub,
        "after" => Func::After,
        "before" => Func::Before,
        "has" => Func::Has,
        "starts" => Func::Starts,
        "ends" => Func::Ends,
        "concat" => Func::Concat,
        "translate" => Func::Translate,
        "str" => Func::Str,
        "dec" => Func::Dec,
        "num" => Func::Num,
        "round" => Func::Round,
        "r2" => Func::R2,
        "abs" => Func::Abs,
        "date" => Func::Date,
        "isdate" => Func::IsDate,
        "isnum" => Func::IsNum,
        "d2" => Func::D2,
        "distinct" => Func::Distinct,
        "part" => Func::Part,
        "parts" => Func::Parts,
        "localname" => Func::LocalName,
        "skonto" => Func::Skonto,
        "blank" => Func::Blank,
        _ => return None,
    })
}
