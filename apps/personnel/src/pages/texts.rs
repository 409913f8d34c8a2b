//! Texts of orders and certificates, as HR edits them.

use askama::Template;
use axum::extract::Path;
use i18n::Tr;
use op::Action as _;
use serde_json::Value;
use types::PersonId;
use ui::{FormState, Html, Shell, c::Row};
use web::{Ctx, Form, Problem, Result};

use super::{table::Table, words};
use crate::{
    actions::EditTemplates,
    letters, orders,
    store::{self, TextVersion},
    usecases::{self, TemplateError},
};

#[derive(Template)]
#[template(path = "personnel/texts.html")]
pub(crate) struct TextsPage {
    pub shell: Shell,
    pub table: Html,
}

/// The key of a text's name.
fn title_key(word: &str) -> String {
    if word == orders::CERTIFICATE { "personnel-certificate".to_owned() } else { format!("personnel-order-{word}") }
}

pub(crate) async fn list(ctx: Ctx) -> Result {
    let mut read = ctx.op.read().await?;
    let own = store::own_texts(read.conn(), ctx.op.tenant()).await?;
    drop(read);
    let ctx = ctx.under(&[]);
    web::page(&TextsPage { table: Html::of(&list_table(&ctx.tr, &own)), shell: ctx.shell })
}

pub(crate) fn list_table(tr: &Tr, own: &[(String, i32)]) -> Table {
    let head = [("personnel-kind", false), ("personnel-text-in-force", false)];
    let mut table = Table::new(tr.t("personnel-texts"), &head, tr, "personnel-orders-empty");
    for word in orders::texts() {
        let version = own.iter().find(|(k, _)| k == word).map(|(_, v)| *v);
        let state =
            version.map_or_else(|| tr.t("personnel-text-built-in"), |v| tr.t1("personnel-text-version", "n", v));
        table.row(vec![words::link(&format!("/personnel/templates/{word}"), &tr.t(&title_key(word))), state.into()]);
    }
    table
}

#[derive(Template)]
#[template(path = "personnel/text.html")]
pub(crate) struct TextPage {
    pub shell: Shell,
    pub form: FormState,
    pub word: &'static str,
    pub title: String,
    /// Names that the text may use, with sample values.
    pub values: Vec<Row>,
    /// How it looks with them.
    pub preview: Vec<String>,
    pub versions: Html,
    pub is_own: bool,
    /// The texts are the municipality's: whoever keeps the papers of one institution only reads them.
    pub may_edit: bool,
}

fn word(text: &str) -> Result<&'static str> {
    orders::texts().into_iter().find(|w| *w == text).ok_or(Problem::NotFound)
}

async fn page(ctx: Ctx, word: &'static str, form: FormState) -> Result<TextPage> {
    let mut read = ctx.op.read().await?;
    let versions = store::text_versions(read.conn(), ctx.op.tenant(), word).await?;
    let people: Vec<PersonId> = versions.iter().filter_map(|v| v.created_by).collect();
    let names = parties::names(read.conn(), ctx.op.tenant(), &people).await?;
    drop(read);
    let tr = ctx.tr.clone();
    let ctx = ctx.under(&[("/personnel/templates", tr.t("personnel-texts"))]);
    let by = |v: &TextVersion| v.created_by.and_then(|p| names.get(&p)).cloned().unwrap_or_default();
    Ok(TextPage {
        word,
        title: tr.t(&title_key(word)),
        values: values(word),
        preview: preview(word, form.value("title"), form.value("body")),
        may_edit: ctx.op.grants().permits(EditTemplates::DEF, &op::Facts::default()).is_some(),
        is_own: versions.iter().any(|v| v.state == "active"),
        versions: Html::of(&versions_table(&tr, &versions, by)),
        form,
        shell: ctx.shell,
    })
}

fn versions_table(tr: &Tr, versions: &[TextVersion], by: impl Fn(&TextVersion) -> String) -> Table {
    let head = [("personnel-version", true), ("personnel-changed", false), ("personnel-state", false)];
    let mut table = Table::new(tr.t("personnel-versions"), &head, tr, "personnel-versions-empty");
    for v in versions {
        let state = if v.state == "active" { "personnel-text-active" } else { "personnel-text-retired" };
        table.row(vec![
            tr.number(i64::from(v.version)).into(),
            words::when_by(tr, v.created_at, &by(v)).into(),
            tr.t(state).into(),
        ]);
    }
    table
}

pub(crate) fn values(word: &str) -> Vec<Row> {
    let Value::Object(all) = orders::sample(word) else { return Vec::new() };
    let shown = |v: &Value| v.as_str().map_or_else(|| v.to_string(), ToOwned::to_owned);
    all.iter().map(|(name, value)| Row::new(format!("{{{{ {name} }}}}"), shown(value))).collect()
}

pub(crate) fn preview(word: &str, title: &str, body: &str) -> Vec<String> {
    let sample = orders::sample(word);
    let filled = letters::fill(title, &sample).and_then(|t| Ok((t, letters::fill(body, &sample)?)));
    let Ok((title, body)) = filled else { return Vec::new() };
    std::iter::once(title).chain(body.lines().filter(|l| !l.trim().is_empty()).map(ToOwned::to_owned)).collect()
}

pub(crate) async fn show(ctx: Ctx, Path(kind): Path<String>) -> Result {
    let word = word(&kind)?;
    let mut read = ctx.op.read().await?;
    let own = store::template(read.conn(), ctx.op.tenant(), word).await?;
    drop(read);
    let (title, body) =
        own.or_else(|| orders::built_in(word).map(|(t, b)| (t.to_owned(), b.to_owned()))).unwrap_or_default();
    let mut form = ctx.form();
    form.set("title", title).set("body", body);
    web::page(&page(ctx, word, form).await?)
}

pub(crate) async fn save(ctx: Ctx, Path(kind): Path<String>, Form(mut form): Form) -> Result {
    let word = word(&kind)?;
    if form.value("do") == "built-in" {
        return match usecases::use_built_in(&ctx.op, word).await {
            Ok(()) => Ok(web::see_other(&format!("/personnel/templates/{word}"))),
            Err(TemplateError::Op(e)) => Err(e.into()),
            Err(e) => Err(Problem::Refused(e.to_string())),
        };
    }
    let title = form.required_text("title", 500);
    let body = form.required_text("body", 20_000);
    let (Some(title), Some(body)) = (title, body) else {
        return web::invalid(&page(ctx, word, form).await?);
    };
    if form.value("do") == "preview" {
        let sample = orders::sample(word);
        for (field, text) in [("title", &title), ("body", &body)] {
            if let Err(e) = letters::fill(text, &sample) {
                form.fail_text(field, fault(&ctx.tr, &e));
            }
        }
        let page = page(ctx, word, form).await?;
        return if page.form.is_ok() { web::page(&page) } else { web::invalid(&page) };
    }
    match usecases::save_template(&ctx.op, word, &title, &body).await {
        Ok(()) => Ok(web::see_other(&format!("/personnel/templates/{word}"))),
        Err(TemplateError::Op(e)) => Err(e.into()),
        Err(TemplateError::Title(e)) => {
            let why = fault(&ctx.tr, &e);
            form.fail_text("title", why);
            web::invalid(&page(ctx, word, form).await?)
        }
        Err(TemplateError::Body(e)) => {
            let why = fault(&ctx.tr, &e);
            form.fail_text("body", why);
            web::invalid(&page(ctx, word, form).await?)
        }
    }
}

fn fault(tr: &Tr, e: &letters::LetterError) -> String {
    match e.line {
        Some(line) => {
            tr.ta("personnel-text-fault-line", &[("line", i18n::Arg::from(line)), ("why", i18n::Arg::from(&*e.why))])
        }
        None => tr.t1("personnel-text-fault", "why", &*e.why),
    }
}
