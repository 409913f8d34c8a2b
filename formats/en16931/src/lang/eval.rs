//! Evaluation: items are handed to a closure one by one, so that nothing is collected that need not be.

use std::borrow::Cow;
use std::sync::OnceLock;

use rust_decimal::Decimal;
use smallvec::SmallVec;

use super::Codes;
use super::ast::{ArithOp, Expr, Func, NameTest, Op, Path, Pred, Start, Step, StepKind};
use super::value::{EvalError, Item, Num, boolean, decimal, double};
use crate::xml::{NodeId, Tree};

/// The context item: rules only ever stand on elements and attributes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ctx {
    Elem(NodeId),
    Attr(u32),
    Text(NodeId),
}

/// A variable of `every` or `some`.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'s, 'd> {
    slot: u16,
    item: &'s Item<'d>,
    up: Option<&'s Scope<'s, 'd>>,
}

pub(super) type Go = Result<bool, EvalError>;
pub(super) type Few<'d> = SmallVec<[Item<'d>; 4]>;
type Sink<'f, 'd> = &'f mut dyn FnMut(Item<'d>) -> Go;

/// One document under evaluation.
pub(crate) struct Eval<'d> {
    pub(crate) tree: &'d Tree,
    pub(super) lists: &'d [Codes],
    pub(super) regexes: &'d [regex_lite::Regex],
    pub(super) names: &'d crate::xml::Names,
    globals: &'d [Expr],
    values: Vec<OnceLock<Result<Few<'d>, EvalError>>>,
}

impl<'d> Eval<'d> {
    pub(crate) fn new(
        tree: &'d Tree,
        names: &'d crate::xml::Names,
        lists: &'d [Codes],
        regexes: &'d [regex_lite::Regex],
        globals: &'d [Expr],
    ) -> Self {
        Self {
            tree,
            lists,
            regexes,
            names,
            globals,
            values: std::iter::repeat_with(OnceLock::new).take(globals.len()).collect(),
        }
    }

    /// The effective boolean value.
    pub(crate) fn test(&self, expr: &'d Expr, at: Ctx) -> Go {
        self.ebv(expr, at, None)
    }

    pub(super) fn ebv(&self, expr: &'d Expr, at: Ctx, scope: Option<&Scope<'_, 'd>>) -> Go {
        match expr {
            Expr::Or(all) => {
                for each in all {
                    if self.ebv(each, at, scope)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Expr::And(all) => {
                for each in all {
                    if !self.ebv(each, at, scope)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Expr::Compare(op, sides) => match self.quick(*op, sides, at) {
                Some(truth) => Ok(truth),
                None => self.compare(*op, &sides.0, &sides.1, at, scope),
            },
            Expr::Quantified { every, slot, parts } => self.quantified(*every, *slot, &parts.0, &parts.1, at, scope),
            Expr::If(parts) => {
                let branch = if self.ebv(&parts.0, at, scope)? { &parts.1 } else { &parts.2 };
                self.ebv(branch, at, scope)
            }
            Expr::Call(func, args) => self.call_bool(*func, args, at, scope),
            Expr::Path(path) if path.only_child().is_some() => Ok(self.has_child(path.only_child(), at)),
            _ => {
                // A node at the front is true; an atomic value must stand alone.
                let mut truth = None;
                self.each(expr, at, scope, &mut |item| {
                    if truth.is_some() {
                        return Err(EvalError::Kind);
                    }
                    truth = Some(truth_of(&item));
                    Ok(!untyped(&item))
                })?;
                truth.unwrap_or(Ok(false))
            }
        }
    }

    fn has_child(&self, name: Option<crate::xml::NameId>, at: Ctx) -> bool {
        matches!(at, Ctx::Elem(id) if self.tree.child_names(id).any(|(_, found)| Some(found) == name))
    }

    fn quantified(
        &self,
        every: bool,
        slot: u16,
        source: &'d Expr,
        body: &'d Expr,
        at: Ctx,
        up: Option<&Scope<'_, 'd>>,
    ) -> Go {
        let mut result = every;
        self.each(source, at, up, &mut |item| {
            let scope = Scope { slot, item: &item, up };
            let holds = self.ebv(body, at, Some(&scope))?;
            if holds != every {
                result = !every;
            }
            Ok(holds == every)
        })?;
        Ok(result)
    }

    /// Hands the items of an expression to `f` until it says stop; whether it ran to the end.
    pub(super) fn each(&self, expr: &'d Expr, at: Ctx, scope: Option<&Scope<'_, 'd>>, f: Sink<'_, 'd>) -> Go {
        match expr {
            Expr::Const(item) => f(item.clone()),
            Expr::Path(path) => self.path(path, at, scope, f),
            Expr::Union(all) | Expr::Sequence(all) => {
                for each in all {
                    if !self.each(each, at, scope, f)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Expr::Arith(op, sides) => match self.arith(*op, &sides.0, &sides.1, at, scope)? {
                Some(number) => f(Item::Num(number)),
                None => Ok(true),
            },
            Expr::If(parts) => {
                let branch = if self.ebv(&parts.0, at, scope)? { &parts.1 } else { &parts.2 };
                self.each(branch, at, scope, f)
            }
            Expr::Local(slot) => match find(scope, *slot) {
                Some(item) => f(item.clone()),
                None => Ok(true),
            },
            Expr::Global(id) => {
                for item in self.global(*id)? {
                    if !f(item.clone())? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Expr::Call(func, args) => self.call(*func, args, at, scope, f),
            Expr::Or(_) | Expr::And(_) | Expr::Compare(..) | Expr::Quantified { .. } => {
                f(Item::Bool(self.ebv(expr, at, scope)?))
            }
        }
    }

    fn global(&self, id: u16) -> Result<&Few<'d>, EvalError> {
        let (Some(expr), Some(cell)) = (self.globals.get(usize::from(id)), self.values.get(usize::from(id))) else {
            return Err(EvalError::Kind);
        };
        let value = cell.get_or_init(|| {
            let mut all = Few::new();
            self.each(expr, Ctx::Elem(0), None, &mut |item| {
                all.push(item);
                Ok(true)
            })?;
            Ok(all)
        });
        value.as_ref().map_err(|error| *error)
    }

    fn path(&self, path: &'d Path, at: Ctx, scope: Option<&Scope<'_, 'd>>, f: Sink<'_, 'd>) -> Go {
        match &path.start {
            Start::Context => self.steps(&path.steps, at, scope, f),
            Start::Root => {
                let Some((first, rest)) = path.steps.split_first() else { return Ok(true) };
                let StepKind::Child(test) = &first.kind else { return Ok(true) };
                let root = Ctx::Elem(0);
                if self.accepts(*test, 0) && self.keeps(&first.preds, root, scope, &mut [0; 4])? {
                    return self.steps(rest, root, scope, f);
                }
                Ok(true)
            }
            Start::Anywhere => {
                let Some((first, rest)) = path.steps.split_first() else { return Ok(true) };
                match &first.kind {
                    StepKind::Child(test) => self.descend(*test, None, first, rest, scope, f),
                    StepKind::Attr(test) => self.attributes_below(*test, 0, first, rest, scope, f),
                    _ => Ok(true),
                }
            }
            Start::Group(inner) => {
                // Positions in `(…)[1]` count over the whole group.
                let mut counts = [0; 4];
                self.each(inner, at, scope, &mut |item| {
                    let from = match item {
                        Item::Elem(id) => Ctx::Elem(id),
                        Item::Attr(id) => Ctx::Attr(id),
                        other if path.steps.is_empty() => return f(other),
                        _ => return Err(EvalError::Kind),
                    };
                    match path.steps.split_first() {
                        Some((step, rest)) if matches!(step.kind, StepKind::Dot) => {
                            self.visit(from, step, rest, scope, &mut counts, f)
                        }
                        _ => self.steps(&path.steps, from, scope, f),
                    }
                })
            }
        }
    }

    fn steps(&self, steps: &'d [Step], at: Ctx, scope: Option<&Scope<'_, 'd>>, f: Sink<'_, 'd>) -> Go {
        let Some((step, rest)) = steps.split_first() else {
            return f(match at {
                Ctx::Elem(id) => Item::Elem(id),
                Ctx::Attr(id) => Item::Attr(id),
                Ctx::Text(id) => Item::Text(id),
            });
        };
        match &step.kind {
            StepKind::Dot => self.visit(at, step, rest, scope, &mut [0; 4], f),
            StepKind::Expr(inner) => self.each(inner, at, scope, &mut |item| match item {
                Item::Elem(id) => self.visit(Ctx::Elem(id), step, rest, scope, &mut [0; 4], f),
                Item::Attr(id) => self.visit(Ctx::Attr(id), step, rest, scope, &mut [0; 4], f),
                other if rest.is_empty() => f(other),
                _ => Err(EvalError::Kind),
            }),
            StepKind::Parent => match at {
                Ctx::Elem(0) => Ok(true),
                Ctx::Elem(id) | Ctx::Text(id) => {
                    let parent = self.tree.node(id).map_or(0, |node| node.parent);
                    self.visit(
                        Ctx::Elem(if matches!(at, Ctx::Text(_)) { id } else { parent }),
                        step,
                        rest,
                        scope,
                        &mut [0; 4],
                        f,
                    )
                }
                Ctx::Attr(id) => {
                    let owner = self.tree.attr(id).map_or(0, |attr| attr.owner);
                    self.visit(Ctx::Elem(owner), step, rest, scope, &mut [0; 4], f)
                }
            },
            _ => {
                let Ctx::Elem(id) = at else { return Ok(true) };
                self.axis(step, rest, id, scope, f)
            }
        }
    }

    fn axis(&self, step: &'d Step, rest: &'d [Step], id: NodeId, scope: Option<&Scope<'_, 'd>>, f: Sink<'_, 'd>) -> Go {
        let mut counts = [0; 4];
        match &step.kind {
            StepKind::Child(test) => {
                for (child, name) in self.tree.child_names(id) {
                    if self.named(*test, name) && !self.visit(Ctx::Elem(child), step, rest, scope, &mut counts, f)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            StepKind::Attr(test) => {
                for (attr, each) in self.tree.attrs(id) {
                    if self.named(*test, each.name)
                        && !self.visit(Ctx::Attr(attr), step, rest, scope, &mut counts, f)?
                    {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            StepKind::SelfNode(test) if self.accepts(*test, id) => {
                self.visit(Ctx::Elem(id), step, rest, scope, &mut counts, f)
            }
            // Wherever the rules say `text()`, they ask for one.
            StepKind::Text if self.tree.is_text_split(id) => Err(EvalError::Many),
            StepKind::Text if !self.tree.direct_text(id).is_empty() => {
                self.visit(Ctx::Text(id), step, rest, scope, &mut counts, f)
            }
            StepKind::Ancestor(test) => {
                let mut at = id;
                while at != 0 {
                    at = self.tree.node(at).map_or(0, |node| node.parent);
                    if self.accepts(*test, at) && !self.visit(Ctx::Elem(at), step, rest, scope, &mut counts, f)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            StepKind::Descendant(test) => self.descend(*test, Some(id), step, rest, scope, f),
            StepKind::DescendantAttr(test) => self.attributes_below(*test, id, step, rest, scope, f),
            _ => Ok(true),
        }
    }

    /// Elements of a name anywhere, or below one element; positions are not counted here.
    fn descend(
        &self,
        test: NameTest,
        below: Option<NodeId>,
        step: &'d Step,
        rest: &'d [Step],
        scope: Option<&Scope<'_, 'd>>,
        f: Sink<'_, 'd>,
    ) -> Go {
        let (from, to) = match below {
            None => (0, NodeId::MAX),
            Some(id) => (id + 1, self.tree.node(id).map_or(0, |node| node.end)),
        };
        let mut counts = [0; 4];
        if let NameTest::Name(name) = test {
            let all = self.tree.named(name);
            let start = if from == 0 { 0 } else { all.partition_point(|id| *id < from) };
            for id in all.get(start..).unwrap_or_default().iter().take_while(|id| **id < to) {
                if !self.visit(Ctx::Elem(*id), step, rest, scope, &mut counts, f)? {
                    return Ok(false);
                }
            }
            return Ok(true);
        }
        let count = NodeId::try_from(self.tree.len()).unwrap_or(NodeId::MAX);
        for id in from..to.min(count) {
            if self.accepts(test, id) && !self.visit(Ctx::Elem(id), step, rest, scope, &mut counts, f)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn attributes_below(
        &self,
        test: NameTest,
        below: NodeId,
        step: &'d Step,
        rest: &'d [Step],
        scope: Option<&Scope<'_, 'd>>,
        f: Sink<'_, 'd>,
    ) -> Go {
        if let NameTest::Name(name) = test
            && self.tree.attr_count(name) == 0
        {
            return Ok(true);
        }
        let end = self.tree.node(below).map_or(0, |node| node.end);
        for id in below..end {
            for (attr, each) in self.tree.attrs(id) {
                if self.named(test, each.name) && !self.visit(Ctx::Attr(attr), step, rest, scope, &mut [0; 4], f)? {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    fn visit(
        &self,
        at: Ctx,
        step: &'d Step,
        rest: &'d [Step],
        scope: Option<&Scope<'_, 'd>>,
        counts: &mut [u32; 4],
        f: Sink<'_, 'd>,
    ) -> Go {
        if !step.preds.is_empty() && !self.keeps(&step.preds, at, scope, counts)? {
            return Ok(true);
        }
        self.steps(rest, at, scope, f)
    }

    fn keeps(&self, preds: &'d [Pred], at: Ctx, scope: Option<&Scope<'_, 'd>>, counts: &mut [u32; 4]) -> Go {
        for (pred, count) in preds.iter().zip(counts) {
            *count += 1;
            let kept = match pred {
                Pred::Nth(nth) => *count == *nth,
                Pred::Test(expr) => self.ebv(expr, at, scope)?,
            };
            if !kept {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether a context pattern's predicates hold on an element; an error counts as no, as in XSLT.
    pub(crate) fn matches(&self, preds: &'d [Pred], id: NodeId) -> bool {
        self.keeps(preds, Ctx::Elem(id), None, &mut [0; 4]).unwrap_or(false)
    }

    pub(crate) fn accepts(&self, test: NameTest, id: NodeId) -> bool {
        self.tree.node(id).is_some_and(|node| self.named(test, node.name))
    }

    fn named(&self, test: NameTest, name: crate::xml::NameId) -> bool {
        match test {
            NameTest::Name(wanted) => wanted == name,
            NameTest::Any => true,
            NameTest::Space(space) => self.tree.names(self.names).space_of(name) == space,
        }
    }

    /// The text of an item, as `string()` gives it.
    pub(super) fn text(&self, item: &Item<'d>) -> Cow<'d, str> {
        match item {
            Item::Elem(id) => self.tree.string(*id),
            Item::Attr(id) => self.tree.attr_value(*id).into(),
            Item::Text(id) => self.tree.direct_text(*id).into(),
            Item::Str(text) => text.clone(),
            Item::Num(Num::Dec(value)) => value.normalize().to_string().into(),
            Item::Num(Num::Dbl(value)) => value.to_string().into(),
            Item::Bool(value) => if *value { "true" } else { "false" }.into(),
        }
    }

    /// The only item of an expression, `None` where there is none.
    pub(super) fn one(
        &self,
        expr: &'d Expr,
        at: Ctx,
        scope: Option<&Scope<'_, 'd>>,
    ) -> Result<Option<Item<'d>>, EvalError> {
        if let Expr::Path(path) = expr
            && let (Some(name), Ctx::Elem(id)) = (path.only_child(), at)
        {
            let mut same = self.tree.child_names(id).filter(|(_, found)| *found == name);
            let first = same.next().map(|(child, _)| Item::Elem(child));
            return if same.next().is_some() { Err(EvalError::Many) } else { Ok(first) };
        }
        let mut found = None;
        self.each(expr, at, scope, &mut |item| {
            if found.is_some() {
                return Err(EvalError::Many);
            }
            found = Some(item);
            Ok(true)
        })?;
        Ok(found)
    }

    /// The only item as text, empty where there is none.
    pub(super) fn string(
        &self,
        expr: &'d Expr,
        at: Ctx,
        scope: Option<&Scope<'_, 'd>>,
    ) -> Result<Cow<'d, str>, EvalError> {
        Ok(self.one(expr, at, scope)?.map_or(Cow::Borrowed(""), |item| self.text(&item)))
    }

    /// An item as a number for arithmetic: untyped text becomes a double.
    pub(super) fn number(&self, item: &Item<'d>) -> Result<Num, EvalError> {
        match item {
            Item::Num(number) => Ok(*number),
            Item::Elem(_) | Item::Attr(_) | Item::Text(_) => {
                double(&self.text(item)).map(Num::Dbl).ok_or(EvalError::Number)
            }
            Item::Str(_) | Item::Bool(_) => Err(EvalError::Kind),
        }
    }

    /// `xs:decimal(item)`.
    pub(super) fn exact(&self, item: &Item<'d>) -> Result<Decimal, EvalError> {
        match item {
            Item::Num(Num::Dec(value)) => Ok(*value),
            Item::Num(Num::Dbl(value)) => Decimal::from_f64_retain(*value).ok_or(EvalError::Large),
            Item::Bool(value) => Ok(Decimal::from(u8::from(*value))),
            _ => decimal(&self.text(item)),
        }
    }

    fn arith(
        &self,
        op: ArithOp,
        left: &'d Expr,
        right: &'d Expr,
        at: Ctx,
        scope: Option<&Scope<'_, 'd>>,
    ) -> Result<Option<Num>, EvalError> {
        let Some(left) = self.one(left, at, scope)? else { return Ok(None) };
        let Some(right) = self.one(right, at, scope)? else { return Ok(None) };
        let number = match (self.number(&left)?, self.number(&right)?) {
            (Num::Dec(left), Num::Dec(right)) => Num::Dec(
                match op {
                    ArithOp::Add => left.checked_add(right),
                    ArithOp::Sub => left.checked_sub(right),
                    ArithOp::Mul => left.checked_mul(right),
                    ArithOp::Div => left.checked_div(right),
                }
                .ok_or(EvalError::Large)?,
            ),
            (left, right) => {
                let (left, right) = (left.double(), right.double());
                Num::Dbl(match op {
                    ArithOp::Add => left + right,
                    ArithOp::Sub => left - right,
                    ArithOp::Mul => left * right,
                    ArithOp::Div => left / right,
                })
            }
        };
        Ok(Some(number))
    }

    fn compare(&self, op: Op, left: &'d Expr, right: &'d Expr, at: Ctx, scope: Option<&Scope<'_, 'd>>) -> Go {
        if let Expr::Const(right) = right {
            let mut found = false;
            self.each(left, at, scope, &mut |item| {
                found = self.pair(op, &item, right)?;
                Ok(!found)
            })?;
            return Ok(found);
        }
        let mut all = Few::new();
        self.each(right, at, scope, &mut |item| {
            all.push(item);
            Ok(true)
        })?;
        if all.is_empty() {
            return Ok(false);
        }
        let mut found = false;
        self.each(left, at, scope, &mut |item| {
            for other in &all {
                if self.pair(op, &item, other)? {
                    found = true;
                    return Ok(false);
                }
            }
            Ok(true)
        })?;
        Ok(found)
    }

    /// `ns(NAME) = 'CODE'` and `A/B/ns(upper(NAME)) = 'CODE'`, which the VAT families ask of every line: without
    /// sequences and copies. `None` where it takes the long way: errors, repeated values, mixed content.
    fn quick(&self, op: Op, sides: &'d (Expr, Expr), at: Ctx) -> Option<bool> {
        let (Op::Eq, Ctx::Elem(id), Expr::Const(Item::Str(code))) = (op, at, &sides.1) else { return None };
        if code.bytes().any(|b| b.is_ascii_whitespace()) {
            return None;
        }
        match &sides.0 {
            Expr::Call(Func::Ns, args) => self.quick_call(args, id, code),
            Expr::Path(Path { start: Start::Context, steps }) => self.quick_path(steps, id, code),
            _ => None,
        }
    }

    fn quick_path(&self, steps: &'d [Step], id: NodeId, code: &str) -> Option<bool> {
        let (first, rest) = steps.split_first()?;
        match &first.kind {
            StepKind::Child(NameTest::Name(name)) if first.preds.is_empty() && !rest.is_empty() => {
                for (child, found) in self.tree.child_names(id) {
                    if found == *name && self.quick_path(rest, child, code)? {
                        return Some(true);
                    }
                }
                Some(false)
            }
            StepKind::Expr(inner) if first.preds.is_empty() && rest.is_empty() => match &**inner {
                Expr::Call(Func::Ns, args) => self.quick_call(args, id, code),
                _ => None,
            },
            _ => None,
        }
    }

    fn quick_call(&self, args: &'d [Expr], id: NodeId, code: &str) -> Option<bool> {
        let (path, upper) = match args {
            [Expr::Path(path)] => (path, false),
            [Expr::Call(Func::Upper, inner)] => match &**inner {
                [Expr::Path(path)] => (path, true),
                _ => return None,
            },
            _ => return None,
        };
        let name = path.only_child()?;
        let mut text = None;
        for (child, found) in self.tree.child_names(id) {
            if found == name {
                // A second value is an error, which the long way tells.
                if text.is_some() || self.tree.first_child(child).is_some() {
                    return None;
                }
                text = Some(self.tree.direct_text(child));
            }
        }
        let text = text.unwrap_or_default().trim_matches([' ', '\t', '\n', '\r']);
        if !upper {
            return Some(text == code);
        }
        let plain = text.is_ascii() && !code.bytes().any(|b| b.is_ascii_lowercase());
        plain.then(|| text.eq_ignore_ascii_case(code))
    }

    fn pair(&self, op: Op, left: &Item<'d>, right: &Item<'d>) -> Go {
        match (left, right) {
            (Item::Num(Num::Dec(left)), Item::Num(Num::Dec(right))) => Ok(holds(op, Some(left.cmp(right)))),
            (Item::Num(left), Item::Num(right)) => Ok(holds(op, left.double().partial_cmp(&right.double()))),
            (Item::Bool(left), Item::Bool(right)) => Ok(holds(op, Some(left.cmp(right)))),
            (Item::Num(number), text) if untyped(text) => {
                let other = double(&self.text(text)).ok_or(EvalError::Number)?;
                Ok(holds(op, number.double().partial_cmp(&other)))
            }
            (text, Item::Num(number)) if untyped(text) => {
                let other = double(&self.text(text)).ok_or(EvalError::Number)?;
                Ok(holds(op, other.partial_cmp(&number.double())))
            }
            (Item::Bool(flag), text) if untyped(text) => Ok(holds(op, Some(flag.cmp(&boolean(&self.text(text))?)))),
            (text, Item::Bool(flag)) if untyped(text) => Ok(holds(op, Some(boolean(&self.text(text))?.cmp(flag)))),
            (Item::Num(_) | Item::Bool(_), _) | (_, Item::Num(_) | Item::Bool(_)) => Err(EvalError::Kind),
            (left, right) => Ok(holds(op, Some(self.text(left).as_ref().cmp(self.text(right).as_ref())))),
        }
    }

    pub(super) fn call_bool(&self, func: Func, args: &'d [Expr], at: Ctx, scope: Option<&Scope<'_, 'd>>) -> Go {
        match (func, args) {
            (Func::True, _) => Ok(true),
            (Func::False, _) => Ok(false),
            (Func::Blank, _) => Ok(matches!(at, Ctx::Elem(id) if self.tree.is_blank(id))),
            (Func::Not, [arg]) => Ok(!self.ebv(arg, at, scope)?),
            (Func::Boolean, [arg]) => self.ebv(arg, at, scope),
            (Func::Exists, [Expr::Path(path)]) if path.only_child().is_some() => {
                Ok(self.has_child(path.only_child(), at))
            }
            (Func::Exists, [arg]) => self.each(arg, at, scope, &mut |_| Ok(false)).map(|ended| !ended),
            _ => {
                let mut truth = Ok(false);
                self.call(func, args, at, scope, &mut |item| {
                    truth = truth_of(&item);
                    Ok(true)
                })?;
                truth
            }
        }
    }
}

fn find<'s, 'd>(scope: Option<&'s Scope<'s, 'd>>, slot: u16) -> Option<&'s Item<'d>> {
    let mut at = scope;
    while let Some(here) = at {
        if here.slot == slot {
            return Some(here.item);
        }
        at = here.up;
    }
    None
}

fn untyped(item: &Item<'_>) -> bool {
    matches!(item, Item::Elem(_) | Item::Attr(_) | Item::Text(_))
}

fn truth_of(item: &Item<'_>) -> Go {
    Ok(match item {
        Item::Elem(_) | Item::Attr(_) | Item::Text(_) => true,
        Item::Str(text) => !text.is_empty(),
        Item::Bool(flag) => *flag,
        Item::Num(Num::Dec(value)) => !value.is_zero(),
        Item::Num(Num::Dbl(value)) => !(value.is_nan() || *value == 0.0),
    })
}

fn holds(op: Op, order: Option<std::cmp::Ordering>) -> bool {
    let Some(order) = order else { return op == Op::Ne };
    match op {
        Op::Eq => order.is_eq(),
        Op::Ne => order.is_ne(),
        Op::Lt => order.is_lt(),
        Op::Le => order.is_le(),
        Op::Gt => order.is_gt(),
        Op::Ge => order.is_ge(),
    }
}
