//! The figures of rules: what the law says, since when and where; and what the municipality says instead.

use askama::Template;
use axum::extract::Path;
use i18n::Tr;
use op::{Action as _, Facts};
use serde_json::Value;
use types::Date;
use ui::{FormState, Html, Shell, c::Choice};
use uuid::Uuid;
use web::{Ctx, Form, Problem, invalid, page, see_other};

use super::period;
use crate::{NewParameter, ParameterLine, actions::EditParameters, rules, store};

pub(super) struct Line {
    pub href: String,
    /// What it is, in words.
    pub name: String,
    pub value: String,
    pub period: String,
    pub source: String,
    pub chip: Html,
    /// Where it is taken away: only one's own.
    pub remove: String,
}

#[derive(Template)]
#[template(path = "parties/parameters.html")]
pub(super) struct ListPage {
    pub shell: Shell,
    pub form: FormState,
    pub lines: Vec<Line>,
    pub may_edit: bool,
}

#[derive(Template)]
#[template(path = "parties/parameter.html")]
pub(super) struct ParameterPage {
    pub shell: Shell,
    pub form: FormState,
    pub name: String,
    pub path: String,
    pub lines: Vec<Line>,
    /// The fields of a value that has several; none where it is one number or word.
    pub parts: Vec<Part>,
    pub units: Vec<Choice>,
    /// The key ends with `.*`: what stands in the place of the star is asked.
    pub is_pattern: bool,
    pub may_edit: bool,
}

/// A field of a value that has several.
pub(super) struct Part {
    /// The form field's name.
    pub field: String,
    /// What it is, in words.
    pub label: String,
    /// "box", "unit" or "text".
    pub kind: &'static str,
}

/// A key that ends with it says what its likes look like.
const STAR: &str = "*";

fn path_of(rule: &str, key: &str) -> String {
    // Names of countries are no ASCII.
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20");
    format!("/admin/parameters/{}/{}", encoded(rule), encoded(key))
}

/// In force now, over, still to come.
fn line(shell: &Shell, p: &ParameterLine, today: Date) -> Line {
    let over = p.valid_to.is_some_and(|to| to < today);
    let (kind, key) = match (p.own.is_some(), over, p.certainty.as_str()) {
        (_, true, _) => ("void", "parties-parameter-over"),
        (true, ..) => ("done", "parties-parameter-own"),
        (_, _, "uncertain") => ("draft", "parties-parameter-uncertain"),
        _ => ("work", "parties-parameter-law"),
    };
    let path = path_of(&p.rule, &p.key);
    Line {
        remove: p.own.map(|id| format!("{path}/{id}/remove")).unwrap_or_default(),
        href: path,
        name: name_of(&shell.tr, &p.rule, &p.key),
        value: in_words(&shell.tr, &p.key, &p.value),
        period: period(&shell.tr, p.valid_from, p.valid_to),
        source: p.source.clone(),
        chip: ui::c::chip(&kind, &shell.t(key)),
    }
}

/// As it is typed.
fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

/// What a figure is called: whoever owns the rule brings the text `figure-<rule>-<key>`. What stands in the place of a
/// pattern's star follows after a colon; a rule without a text is shown by its own name.
fn name_of(tr: &Tr, rule: &str, key: &str) -> String {
    let text_key = |key: &str| {
        let plain: String = key.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        format!("figure-{rule}-{}", plain.trim_end_matches('-'))
    };
    if tr.has(&text_key(key)) {
        return tr.t(&text_key(key));
    }
    match key.rsplit_once('.') {
        Some((stem, last)) if tr.has(&text_key(stem)) => format!("{}: {last}", tr.t(&text_key(stem))),
        _ => format!("{rule} {key}"),
    }
}

/// As it is read: `2 darba dienas`, `40,00 €`, `8 %`.
fn in_words(tr: &Tr, key: &str, value: &Value) -> String {
    let number = |v: &Value| v.as_f64().map(|n| tr.decimal_up_to(n, 4));
    match value {
        Value::Object(parts) => {
            let count = parts.get("count").or_else(|| parts.get("days")).or_else(|| parts.get("months"));
            let is_working = parts.get("working").and_then(Value::as_bool);
            let unit = match (parts.get("unit").and_then(Value::as_str), is_working) {
                (Some(unit), _) => Some(unit),
                (None, Some(true)) => Some("working-days"),
                (None, Some(false)) => Some("days"),
                (None, None) => parts.contains_key("months").then_some("months"),
            };
            if let (Some(n), Some(unit)) = (count.and_then(Value::as_i64), unit) {
                return tr.t1(&format!("parties-n-{unit}"), "n", n);
            }
            let part = |(k, v): (&String, &Value)| format!("{}: {}", part_label(tr, k), in_words(tr, k, v));
            parts.iter().map(part).collect::<Vec<_>>().join("; ")
        }
        Value::Bool(yes) => tr.t(if *yes { "parties-yes" } else { "parties-no" }),
        Value::Number(n) if is_cents(key) => tr.money(types::Money(n.as_i64().unwrap_or_default())),
        Value::Number(_) if key.ends_with("percent") => number(value).map_or_else(String::new, |n| format!("{n} %")),
        Value::Number(_) => number(value).unwrap_or_default(),
        Value::String(text) if key.ends_with("percent") => format!("{text} %"),
        _ => shown(value),
    }
}

fn is_cents(key: &str) -> bool {
    key.ends_with("cents")
}

fn part_label(tr: &Tr, part: &str) -> String {
    let key = format!("figure-part-{}", part.replace('_', "-"));
    if tr.has(&key) { tr.t(&key) } else { part.to_owned() }
}

/// The fields of a value with several parts.
fn parts(tr: &Tr, like: &Value) -> Vec<Part> {
    let Value::Object(all) = like else { return Vec::new() };
    let part = |(name, value): (&String, &Value)| Part {
        field: format!("part-{name}"),
        label: part_label(tr, name),
        kind: match value {
            Value::Bool(_) => "box",
            Value::String(_) if name == "unit" => "unit",
            _ => "text",
        },
    };
    all.iter().map(part).collect()
}

/// Puts a value into its fields.
fn fill(form: &mut FormState, value: &Value) {
    let Value::Object(all) = value else {
        form.set("value", shown(value));
        return;
    };
    for (name, value) in all {
        let text = match value {
            Value::Bool(yes) => if *yes { "1" } else { "" }.to_owned(),
            other => shown(other),
        };
        form.set(&format!("part-{name}"), text);
    }
}

/// What was typed, as text: one field, or the parts put together.
fn typed(form: &mut FormState, like: &Value) -> Option<String> {
    let Value::Object(all) = like else { return form.required_text("value", 500) };
    if !form.blank("value") {
        return form.required_text("value", 500);
    }
    let mut value = serde_json::Map::new();
    for (name, like) in all {
        let field = format!("part-{name}");
        let part = match like {
            Value::Bool(_) => Value::Bool(form.ticked(&field)),
            Value::String(_) => Value::String(form.required_text(&field, 60)?),
            like => {
                let text = form.required_text(&field, 20)?;
                let read = rules::parameter_like(&text, like);
                if read.is_none() {
                    form.fail_with(&field, "parties-refused-parameter", &[("like", shown(like).into())]);
                }
                read?
            }
        };
        value.insert(name.clone(), part);
    }
    Some(Value::Object(value).to_string())
}

pub(super) async fn list(ctx: Ctx) -> web::Result {
    let (tenant, today) = (ctx.op.tenant(), ctx.op.today());
    let mut read = ctx.op.read().await?;
    let all = store::parameter_lines(read.conn(), tenant, None).await?;
    drop(read);
    let may_edit = ctx.op.could(EditParameters::DEF);
    let form = ctx.form();
    let ctx = ctx.under(&[]);
    let lines = all.iter().map(|p| line(&ctx.shell, p, today)).collect();
    page(&ListPage { shell: ctx.shell, form, lines, may_edit })
}

/// The law's own value: what another one must look like.
async fn known(ctx: &Ctx, rule: &str, key: &str) -> Result<Vec<ParameterLine>, Problem> {
    let mut read = ctx.op.read().await?;
    let mut all = store::parameter_lines(read.conn(), ctx.op.tenant(), Some((rule, key))).await?;
    if let Some((stem, _)) = key.rsplit_once('.').filter(|(_, last)| *last != STAR)
        && !all.is_empty()
        && all.iter().all(|p| p.own.is_some())
    {
        // One of its pattern's likes: the pattern stands first, because others must look like it.
        let pattern = format!("{stem}.{STAR}");
        let law = store::parameter_lines(read.conn(), ctx.op.tenant(), Some((rule, &pattern))).await?;
        all.splice(0..0, law);
    }
    if all.is_empty() { Err(Problem::NotFound) } else { Ok(all) }
}

/// What stands in the place of the star: letters, digits, spaces and hyphens.
fn suffix(form: &mut FormState) -> Option<String> {
    let text = form.required_text("suffix", 60)?;
    let fits = text.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-'));
    if !fits {
        form.fail("suffix", "parties-refused-parameter-name");
    }
    fits.then_some(text)
}

fn one(ctx: Ctx, rule: &str, key: &str, all: &[ParameterLine], form: FormState) -> ParameterPage {
    let today = ctx.op.today();
    let may_edit = ctx.op.could(EditParameters::DEF);
    let above = ctx.tr.t("parties-parameters");
    let ctx = ctx.under(&[("/admin/parameters", above)]);
    ParameterPage {
        name: name_of(&ctx.tr, rule, key),
        path: path_of(rule, key),
        parts: all.first().map(|p| parts(&ctx.tr, &p.value)).unwrap_or_default(),
        units: ["working-days", "days", "months"]
            .map(|unit| Choice::new(unit, ctx.tr.t(&format!("parties-unit-{unit}"))))
            .to_vec(),
        is_pattern: key.ends_with(STAR),
        lines: all.iter().map(|p| line(&ctx.shell, p, today)).collect(),
        may_edit,
        form,
        shell: ctx.shell,
    }
}

pub(super) async fn show(ctx: Ctx, Path((rule, key)): Path<(String, String)>) -> web::Result {
    let all = known(&ctx, &rule, &key).await?;
    let mut form = ctx.form();
    if let Some(last) = all.last() {
        fill(&mut form, &last.value);
    }
    form.set("from", ctx.tr.date(ctx.op.today()));
    page(&one(ctx, &rule, &key, &all, form))
}

pub(super) async fn set(ctx: Ctx, Path((rule, key)): Path<(String, String)>, Form(mut form): Form) -> web::Result {
    let all = known(&ctx, &rule, &key).await?;
    let like = all.first().map(|p| p.value.clone()).unwrap_or_default();
    let value = typed(&mut form, &like).and_then(|t| rules::parameter_like(&t, &like));
    if value.is_none() && form.is_ok() {
        form.fail_with("value", "parties-refused-parameter", &[("like", shown(&like).into())]);
    }
    let (from, to) = (form.date("from"), form.date_opt("to"));
    if let (Some(from), Some(to)) = (from, to)
        && to < from
    {
        form.fail("to", "parties-refused-backwards");
    }
    let source = form.required_text("source", 300);
    let named = match key.strip_suffix(STAR) {
        Some(stem) => suffix(&mut form).map(|s| format!("{stem}{s}")),
        None => Some(key.clone()),
    };
    let (Some(value), Some(valid_from), Some(source), Some(named), true) = (value, from, source, named, form.is_ok())
    else {
        return invalid(&one(ctx, &rule, &key, &all, form));
    };
    let new = NewParameter { rule: rule.clone(), key: named.clone(), value, valid_from, valid_to: to, source };
    let mut tx = ctx.op.begin().await?;
    let may = tx.create::<EditParameters>(&Facts::default())?;
    match store::new_parameter(&mut tx, &may, &new).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(see_other(&path_of(&rule, &named)))
        }
        Err(op::OpError::Conflict(_)) => {
            drop(tx);
            form.fail("from", "parties-refused-parameter-day");
            invalid(&one(ctx, &rule, &key, &all, form))
        }
        Err(e) => Err(e.into()),
    }
}

pub(super) async fn remove(ctx: Ctx, Path((rule, key, id)): Path<(String, String, Uuid)>, _: Form) -> web::Result {
    let mut tx = ctx.op.begin().await?;
    let may = tx.create::<EditParameters>(&Facts::default())?;
    store::remove_parameter(&mut tx, &may, id).await?;
    tx.commit().await?;
    Ok(see_other(&path_of(&rule, &key)))
}
