//! The figures of rules: what the law says, since when and where; and what the municipality says instead.

use askama::Template;
use axum::extract::Path;
use op::{Action as _, Facts};
use serde_json::Value;
use types::Date;
use ui::{FormState, Html, Shell};
use uuid::Uuid;
use web::{Ctx, Form, Problem, invalid, page, see_other};

use super::period;
use crate::{NewParameter, ParameterLine, actions::EditParameters, rules, store};

pub(super) struct Line {
    pub href: String,
    pub rule: String,
    pub key: String,
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
    pub rule: String,
    pub key: String,
    pub path: String,
    pub lines: Vec<Line>,
    /// The key ends with `.*`: what stands in the place of the star is asked.
    pub is_pattern: bool,
    pub may_edit: bool,
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
        rule: p.rule.clone(),
        key: p.key.clone(),
        value: shown(&p.value),
        period: period(&shell.tr, p.valid_from, p.valid_to),
        source: p.source.clone(),
        chip: ui::c::chip(&kind, &shell.t(key)),
    }
}

fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
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
        rule: rule.to_owned(),
        key: key.to_owned(),
        path: path_of(rule, key),
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
    form.set("value", all.last().map(|p| shown(&p.value)).unwrap_or_default());
    form.set("from", ctx.tr.date(ctx.op.today()));
    page(&one(ctx, &rule, &key, &all, form))
}

pub(super) async fn set(ctx: Ctx, Path((rule, key)): Path<(String, String)>, Form(mut form): Form) -> web::Result {
    let all = known(&ctx, &rule, &key).await?;
    let typed = form.required_text("value", 500);
    let like = all.first().map(|p| p.value.clone()).unwrap_or_default();
    let value = typed.and_then(|t| rules::parameter_like(&t, &like));
    if value.is_none() && form.error("value").is_none() {
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
