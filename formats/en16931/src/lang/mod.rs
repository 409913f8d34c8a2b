//! The language in which rules are written: the part of XPath 2.0 that invoice rules need, with its semantics.
//!
//! Kept on purpose: comparisons hold if any pair of values holds; text without type becomes a double beside a
//! number, a boolean beside a boolean and stays text beside text; `round` goes half up, toward plus infinity;
//! decimals are exact; an absent value is not an empty one.

mod ast;
mod check;
mod eval;
mod func;
mod lex;
mod parse;
mod value;

pub(crate) use ast::{Expr, Func, NameTest, Op, Path, Pred, Start, Step, StepKind};
pub(crate) use eval::{Ctx, Eval};
pub(crate) use parse::{Parser, WriteError};
pub(crate) use value::{EvalError, Item};

/// A code list. Its hash need not withstand an attacker: what is in it is ours.
pub(crate) type Codes = std::collections::HashSet<Box<str>, std::hash::BuildHasherDefault<crate::xml::QuickHash>>;

/// Whether a text is an `xs:decimal`.
pub(crate) fn is_decimal(text: &str) -> bool {
    !matches!(value::decimal(text), Err(EvalError::Number))
}

/// Whether a text is an `xs:date`.
pub(crate) fn is_date(text: &str) -> bool {
    value::date(text).is_some()
}

/// Whether a text is an `xs:boolean`.
pub(crate) fn is_boolean(text: &str) -> bool {
    value::boolean(text).is_ok()
}

/// A text as an exact number.
pub(crate) fn to_decimal(text: &str) -> Option<rust_decimal::Decimal> {
    value::decimal(text).ok()
}
