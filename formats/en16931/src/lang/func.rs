//! The functions of the rule language.

use std::borrow::Cow;

use rust_decimal::Decimal;

use super::ast::{Expr, Func};
use super::eval::{Ctx, Eval, Few, Go, Scope};
use super::value::{EvalError, Item, Num, date, double, normalize};

impl<'d> Eval<'d> {
    pub(super) fn call(
        &self,
        func: Func,
        args: &'d [Expr],
        at: Ctx,
        scope: Option<&Scope<'_, 'd>>,
        f: &mut dyn FnMut(Item<'d>) -> Go,
    ) -> Go {
        match (func, args) {
            (Func::True | Func::False | Func::Not | Func::Boolean | Func::Exists | Func::Blank, _) => {
                f(Item::Bool(self.call_bool(func, args, at, scope)?))
            }
            (Func::Dec, [arg]) => match self.one(arg, at, scope)? {
                Some(item) => f(Item::Num(Num::Dec(self.exact(&item)?))),
                None => Ok(true),
            },
            (Func::Date, [arg]) => match self.one(arg, at, scope)? {
                Some(item) => f(Item::Num(Num::Dec(date(&self.text(&item)).ok_or(EvalError::Date)?))),
                None => Ok(true),
            },
            (Func::Round | Func::R2 | Func::Abs, [arg]) => match self.one(arg, at, scope)? {
                Some(item) => f(Item::Num(unary(func, self.number(&item)?)?)),
                None => Ok(true),
            },
            (Func::Count, [arg]) => {
                let mut count = 0_u32;
                self.each(arg, at, scope, &mut |_| {
                    count += 1;
                    Ok(true)
                })?;
                f(Item::Num(Num::Dec(count.into())))
            }
            (Func::Sum, [arg]) => f(Item::Num(self.sum(arg, at, scope)?)),
            (Func::Distinct, [arg]) => f(Item::Num(Num::Dec(self.distinct(arg, at, scope)?.into()))),
            (Func::Exact(list), [arg]) => {
                let mut found = false;
                self.each(arg, at, scope, &mut |item| {
                    found = self.listed(list, &self.text(&item));
                    Ok(!found)
                })?;
                f(Item::Bool(found))
            }
            (Func::Num, [arg]) => {
                let value = self.one(arg, at, scope)?.and_then(|item| match item {
                    Item::Num(number) => Some(number.double()),
                    other => double(&self.text(&other)),
                });
                f(Item::Num(Num::Dbl(value.unwrap_or(f64::NAN))))
            }
            (Func::Skonto, [arg]) => {
                let mut held = true;
                self.each(arg, at, scope, &mut |item| {
                    held = super::check::skonto(&self.text(&item));
                    Ok(held)
                })?;
                f(Item::Bool(held))
            }
            (Func::LocalName, [arg]) => f(self.local_name(arg, at, scope)?),
            (_, [first, rest @ ..]) => {
                let item = self.textual(func, first, rest, at, scope)?;
                f(item)
            }
            _ => Err(EvalError::Kind),
        }
    }

    fn local_name(&self, expr: &'d Expr, at: Ctx, scope: Option<&Scope<'_, 'd>>) -> Result<Item<'d>, EvalError> {
        let Some(Item::Elem(id)) = self.one(expr, at, scope)? else { return Ok(Item::Str("".into())) };
        let name = self.tree.node(id).map_or(0, |node| node.name);
        let tree: &'d crate::xml::Tree = self.tree;
        Ok(Item::Str(tree.names(self.names).local(name).into()))
    }

    fn textual(
        &self,
        func: Func,
        first: &'d Expr,
        rest: &'d [Expr],
        at: Ctx,
        scope: Option<&Scope<'_, 'd>>,
    ) -> Result<Item<'d>, EvalError> {
        let text = self.string(first, at, scope)?;
        let other = |n: usize| match rest.get(n) {
            Some(arg) => self.string(arg, at, scope),
            None => Ok(Cow::Borrowed("")),
        };
        Ok(match func {
            Func::Ns => Item::Str(normalize(text)),
            Func::Str => Item::Str(text),
            Func::Upper => {
                Item::Str(if text.chars().any(char::is_lowercase) { text.to_uppercase().into() } else { text })
            }
            Func::Len => Item::Num(Num::Dec(text.chars().count().into())),
            Func::D2 => Item::Bool(text.split_once('.').is_none_or(|(_, after)| after.chars().count() <= 2)),
            Func::Sub => Item::Str(self.substring(&text, rest, at, scope)?),
            Func::After => {
                Item::Str(text.split_once(other(0)?.as_ref()).map_or("", |(_, after)| after).to_owned().into())
            }
            Func::Before => {
                Item::Str(text.split_once(other(0)?.as_ref()).map_or("", |(before, _)| before).to_owned().into())
            }
            Func::Has => Item::Bool(text.contains(other(0)?.as_ref())),
            Func::Starts => Item::Bool(text.starts_with(other(0)?.as_ref())),
            Func::Ends => Item::Bool(text.ends_with(other(0)?.as_ref())),
            Func::Concat => {
                let mut all = text.into_owned();
                for n in 0..rest.len() {
                    all.push_str(&other(n)?);
                }
                Item::Str(all.into())
            }
            Func::Translate => {
                let (from, to) = (other(0)?, other(1)?);
                let map = |c: char| match from.chars().position(|known| known == c) {
                    Some(place) => to.chars().nth(place),
                    None => Some(c),
                };
                Item::Str(text.chars().filter_map(map).collect::<String>().into())
            }
            Func::IsDate => Item::Bool(date(&text).is_some()),
            Func::IsNum => Item::Bool(double(&text).is_some_and(|value| !value.is_nan())),
            Func::In(list) => Item::Bool(self.listed(list, &normalize(text))),
            Func::Match(id) => Item::Bool(self.regexes.get(usize::from(id)).is_some_and(|regex| regex.is_match(&text))),
            Func::Check(check) => Item::Bool(check.holds(&text)),
            Func::Parts => Item::Num(Num::Dec(text.split(other(0)?.as_ref()).count().into())),
            Func::Part => {
                let n: usize = other(1)?.parse().map_err(|_| EvalError::Number)?;
                let part = text.split(other(0)?.as_ref()).nth(n.saturating_sub(1)).unwrap_or_default().to_owned();
                Item::Str(part.into())
            }
            _ => return Err(EvalError::Kind),
        })
    }

    fn substring(
        &self,
        text: &str,
        rest: &'d [Expr],
        at: Ctx,
        scope: Option<&Scope<'_, 'd>>,
    ) -> Result<Cow<'d, str>, EvalError> {
        let mut bounds = [0_usize, usize::MAX];
        for (bound, arg) in bounds.iter_mut().zip(rest) {
            let item = self.one(arg, at, scope)?.ok_or(EvalError::Number)?;
            *bound = usize::try_from(self.exact(&item)?).map_err(|_| EvalError::Number)?;
        }
        let part: String = text.chars().skip(bounds[0].saturating_sub(1)).take(bounds[1]).collect();
        Ok(part.into())
    }

    fn listed(&self, list: u16, code: &str) -> bool {
        self.lists.get(usize::from(list)).is_some_and(|codes| codes.contains(code))
    }

    /// `sum()`: exact while all items are exact; untyped ones make it a double, as XPath prescribes.
    fn sum(&self, arg: &'d Expr, at: Ctx, scope: Option<&Scope<'_, 'd>>) -> Result<Num, EvalError> {
        let mut total = Num::Dec(Decimal::ZERO);
        self.each(arg, at, scope, &mut |item| {
            total = match (total, self.number(&item)?) {
                (Num::Dec(left), Num::Dec(right)) => Num::Dec(left.checked_add(right).ok_or(EvalError::Large)?),
                (left, right) => Num::Dbl(left.double() + right.double()),
            };
            Ok(true)
        })?;
        Ok(total)
    }

    fn distinct(&self, arg: &'d Expr, at: Ctx, scope: Option<&Scope<'_, 'd>>) -> Result<u32, EvalError> {
        let mut seen: Few<'d> = Few::new();
        let mut texts = std::collections::HashSet::new();
        self.each(arg, at, scope, &mut |item| {
            texts.insert(self.text(&item));
            seen.push(item);
            Ok(true)
        })?;
        Ok(u32::try_from(texts.len()).unwrap_or(u32::MAX))
    }
}

fn unary(func: Func, number: Num) -> Result<Num, EvalError> {
    let half = Decimal::new(5, 1);
    Ok(match (func, number) {
        (Func::Abs, Num::Dec(value)) => Num::Dec(value.abs()),
        (Func::Abs, Num::Dbl(value)) => Num::Dbl(value.abs()),
        (Func::R2, Num::Dec(value)) if value.scale() <= 2 => Num::Dec(value),
        (Func::R2, Num::Dec(value)) => {
            let cents = value.checked_mul(Decimal::ONE_HUNDRED).and_then(|cents| cents.checked_add(half));
            let mut cents = cents.ok_or(EvalError::Large)?.floor();
            cents.set_scale(cents.scale() + 2).map_err(|_| EvalError::Large)?;
            Num::Dec(cents)
        }
        (Func::R2, Num::Dbl(value)) => Num::Dbl((value * 10.0 * 10.0 + 0.5).floor() / 100.0),
        (_, Num::Dec(value)) => Num::Dec(value.checked_add(half).ok_or(EvalError::Large)?.floor()),
        (_, Num::Dbl(value)) => Num::Dbl((value + 0.5).floor()),
    })
}
