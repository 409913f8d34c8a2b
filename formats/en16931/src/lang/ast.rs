//! What an expression is, once read.

use super::value::Item;
use crate::xml::{NameId, Space};

/// Which names a step or pattern accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NameTest {
    Name(NameId),
    Space(Space),
    Any,
}

/// An expression.
#[derive(Debug)]
pub(crate) enum Expr {
    Const(Item<'static>),
    Path(Path),
    Or(Box<[Expr]>),
    And(Box<[Expr]>),
    Compare(Op, Box<(Expr, Expr)>),
    Arith(ArithOp, Box<(Expr, Expr)>),
    Call(Func, Box<[Expr]>),
    If(Box<(Expr, Expr, Expr)>),
    /// `every $v in A satisfies B`, or `some` when the flag is false.
    Quantified {
        every: bool,
        slot: u16,
        parts: Box<(Expr, Expr)>,
    },
    Local(u16),
    Global(u16),
    Union(Box<[Expr]>),
    Sequence(Box<[Expr]>),
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

/// Arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ArithOp {
    Add,
    Sub,
    Mul,
    Div,
}

/// Where a path begins.
#[derive(Debug)]
pub(crate) enum Start {
    Context,
    /// The document node: the first step must be the root element.
    Root,
    /// `//` at the beginning: anywhere in the document.
    Anywhere,
    Group(Box<Expr>),
}

/// A path.
#[derive(Debug)]
pub(crate) struct Path {
    pub start: Start,
    pub steps: Box<[Step]>,
}

impl Path {
    /// The name, where the path is just one child of the context.
    pub(super) fn only_child(&self) -> Option<NameId> {
        match (&self.start, &*self.steps) {
            (Start::Context, [Step { kind: StepKind::Child(NameTest::Name(name)), preds }]) if preds.is_empty() => {
                Some(*name)
            }
            _ => None,
        }
    }
}

/// One step of a path.
#[derive(Debug)]
pub(crate) struct Step {
    pub kind: StepKind,
    pub preds: Box<[Pred]>,
}

/// The axis of a step.
#[derive(Debug)]
pub(crate) enum StepKind {
    Child(NameTest),
    Descendant(NameTest),
    Attr(NameTest),
    /// `//@name`: any attribute below.
    DescendantAttr(NameTest),
    SelfNode(NameTest),
    Dot,
    Parent,
    Ancestor(NameTest),
    Text,
    Expr(Box<Expr>),
}

/// A predicate.
#[derive(Debug)]
pub(crate) enum Pred {
    Nth(u32),
    Test(Expr),
}

/// The functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Func {
    Not,
    Exists,
    Boolean,
    True,
    False,
    Count,
    Sum,
    Ns,
    Upper,
    Len,
    Sub,
    After,
    Before,
    Has,
    Starts,
    Ends,
    Concat,
    Translate,
    Str,
    Dec,
    Num,
    Round,
    /// `round(x * 100) div 100`.
    R2,
    Abs,
    Date,
    IsDate,
    IsNum,
    /// At most two digits after the point.
    D2,
    /// Member of a code list after normalising blanks.
    In(u16),
    /// Any value is exactly a code of the list.
    Exact(u16),
    /// A regular expression, by number.
    Match(u16),
    Check(super::check::Check),
    /// How many different values.
    Distinct,
    /// The n-th part between separators.
    Part,
    /// How many parts between separators.
    Parts,
    LocalName,
    /// An element without child and without text but blanks.
    Blank,
    /// German terms of payment: lines that begin with # have the form of a cash discount.
    Skonto,
}
