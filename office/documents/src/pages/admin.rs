//! Registers and the pattern of their numbers.

use askama::Template;
use axum::{
    extract::{Path, RawQuery},
    response::{Html as Page, IntoResponse as _},
};
use i18n::Tr;
use op::{Action as _, Audit, Facts};
use serde_json::json;
use types::{Date, RegisterId};
use ui::{FormState, Shell, c::Choice};
use web::{Ctx, Form, Problem, Result};

use super::query;
use crate::{
    actions::ManageRegisters,
    model::Direction,
    pattern::{Pattern, PatternError, is_number_char},
    store::{self, Register, RegisterChange},
    usecases::{self, NewRegister},
};

/// A register as an administrator sees it.
pub(crate) struct AdminRegister {
    pub href: String,
    pub title: String,
    pub code: String,
    pub pattern: String,
    pub sample: String,
    pub closed: String,
}

#[derive(Template)]
#[template(path = "documents/admin_registers.html")]
pub(crate) struct AdminRegistersPage {
    pub shell: Shell,
    pub items: Vec<AdminRegister>,
    pub form: FormState,
    pub directions: Vec<Choice>,
    pub sample: String,
}

#[derive(Template)]
#[template(path = "documents/admin_register.html")]
pub(crate) struct AdminRegisterPage {
    pub shell: Shell,
    pub path: String,
    pub title: String,
    pub code: String,
    pub form: FormState,
    pub sample: String,
}

/// A number as the pattern writes it today, or what is wrong with the pattern.
fn sample_text(tr: &Tr, pattern: &str, prefix: &str, today: Date) -> String {
    match Pattern::parse(pattern.trim()) {
        Ok(p) => tr.t1("documents-sample-is", "number", p.sample(prefix.trim(), "1-12", today, 45)),
        Err(e) => why(tr, &e),
    }
}

fn why(tr: &Tr, e: &PatternError) -> String {
    match e {
        PatternError::NoSequence => tr.t("documents-pattern-no-seq"),
        PatternError::TwoSequences => tr.t("documents-pattern-two-seq"),
        PatternError::Brace => tr.t("documents-pattern-brace"),
        PatternError::Unknown(what) => tr.t1("documents-pattern-unknown", "what", what.as_str()),
        PatternError::Character(c) => tr.t1("documents-pattern-character", "what", c.to_string()),
        PatternError::TooLong => tr.t("documents-pattern-long"),
    }
}

/// Pattern and prefix, checked; what is wrong is said beside the field.
fn numbering(form: &mut FormState) -> Option<(String, String)> {
    let pattern = form.required_text("pattern", 80);
    let prefix = form.text("prefix", 20).unwrap_or_default();
    let pattern = pattern?;
    if let Err(e) = Pattern::parse(&pattern) {
        let message = why(form.tr(), &e);
        form.fail_text("pattern", message);
        return None;
    }
    if let Some(c) = prefix.chars().find(|c| !is_number_char(*c)) {
        let message = form.tr().t1("documents-pattern-character", "what", c.to_string());
        form.fail_text("prefix", message);
        return None;
    }
    Some((pattern, prefix))
}

fn labels(form: &mut FormState) {
    for name in ["title", "code", "pattern", "prefix", "direction", "closed_on"] {
        let label = form.tr().t(&format!("documents-register-{}", name.replace('_', "-")));
        form.label(name, label);
    }
}

pub(super) async fn index(ctx: Ctx) -> Result {
    let mut form = ctx.form();
    form.set("pattern", "{prefix}-{yyyy}/{seq}").set("direction", "internal").set("yearly", "1");
    web::page(&list(ctx, form).await?)
}

async fn list(ctx: Ctx, form: FormState) -> std::result::Result<AdminRegistersPage, Problem> {
    let mut read = ctx.op.read().await?;
    let registers = store::registers(&mut read).await?;
    let (tr, today) = (ctx.tr.clone(), ctx.op.today());
    let item = |r: Register| AdminRegister {
        href: format!("/admin/registers/{}", r.id),
        sample: Pattern::parse(&r.pattern).map(|p| p.sample(&r.prefix, "1-12", today, 45)).unwrap_or_default(),
        closed: r.closed_on.map(|d| tr.date(d)).unwrap_or_default(),
        title: r.title,
        code: r.code,
        pattern: r.pattern,
    };
    let items = registers.into_iter().map(item).collect();
    let direction = |d: &Direction| Choice::new(d.word(), tr.t(&format!("documents-direction-{}", d.word())));
    let sample = sample_text(&tr, form.value("pattern"), form.value("prefix"), today);
    let ctx = ctx.under(&[]);
    let directions = Direction::ALL.iter().map(direction).collect();
    Ok(AdminRegistersPage { shell: ctx.shell, items, form, directions, sample })
}

pub(super) async fn add(ctx: Ctx, Form(mut form): Form) -> Result {
    labels(&mut form);
    let (title, code) = (form.required_text("title", 120), form.required_text("code", 40));
    let is_code = |c: &str| c.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if code.as_deref().is_some_and(|c| !is_code(c)) {
        form.fail("code", "documents-register-code-form");
    }
    let direction = form.chosen("direction", Direction::from_word);
    let numbering = numbering(&mut form);
    let yearly = form.ticked("yearly");
    let (Some(title), Some(code), Some(direction), Some((pattern, prefix)), true) =
        (title, code, direction, numbering, form.is_ok())
    else {
        form.csrf.clone_from(&ctx.shell.csrf);
        return web::invalid(&list(ctx, form).await?);
    };
    let mut tx = ctx.op.begin().await?;
    let may = tx.create::<ManageRegisters>(&Facts::default())?;
    let new = NewRegister { code, title, direction, pattern, prefix, yearly };
    if usecases::add_registers(&mut tx, &may, &[new]).await? == 0 {
        drop(tx);
        form.fail("code", "documents-register-code-taken");
        form.csrf.clone_from(&ctx.shell.csrf);
        return web::invalid(&list(ctx, form).await?);
    }
    tx.commit().await?;
    Ok(web::see_other("/admin/registers"))
}

/// The sample beside the field, as it is typed.
pub(super) async fn sample(ctx: Ctx, RawQuery(raw): RawQuery) -> Result {
    let form = query(&ctx.tr, raw);
    let text = sample_text(&ctx.tr, form.value("pattern"), form.value("prefix"), ctx.op.today());
    Ok(Page(ui::Html::text(&text).as_str().to_owned()).into_response())
}

async fn the_register(ctx: &Ctx, id: &str) -> std::result::Result<Register, Problem> {
    let id: RegisterId = id.parse().map_err(|_| Problem::NotFound)?;
    let mut read = ctx.op.read().await?;
    Ok(read.see::<Register>(id).await?)
}

fn edit_page(ctx: Ctx, r: &Register, form: FormState) -> AdminRegisterPage {
    let sample = sample_text(&ctx.tr, form.value("pattern"), form.value("prefix"), ctx.op.today());
    let above = [("/admin/registers", ctx.tr.t("documents-admin-registers"))];
    let path = format!("/admin/registers/{}", r.id);
    let ctx = ctx.under(&above);
    AdminRegisterPage { shell: ctx.shell, path, title: r.title.clone(), code: r.code.clone(), form, sample }
}

pub(super) async fn edit(ctx: Ctx, Path(id): Path<String>) -> Result {
    let r = the_register(&ctx, &id).await?;
    let mut form = ctx.form();
    form.set("title", &r.title).set("pattern", &r.pattern).set("prefix", &r.prefix);
    form.set("version", r.version.to_string());
    form.set("closed_on", r.closed_on.map(|d| ctx.tr.date(d)).unwrap_or_default());
    web::page(&edit_page(ctx, &r, form))
}

pub(super) async fn update(ctx: Ctx, Path(id): Path<String>, Form(mut form): Form) -> Result {
    let r = the_register(&ctx, &id).await?;
    labels(&mut form);
    let title = form.required_text("title", 120);
    let numbering = numbering(&mut form);
    let closed_on = form.date_opt("closed_on");
    let version = form.value("version").parse().unwrap_or(0);
    let (Some(title), Some((pattern, prefix)), true) = (title, numbering, form.is_ok()) else {
        form.csrf.clone_from(&ctx.shell.csrf);
        return web::invalid(&edit_page(ctx, &r, form));
    };
    let mut tx = ctx.op.begin().await?;
    let (old, may) = tx.hold_version::<Register, ManageRegisters>(r.id, version).await?;
    let change = RegisterChange { title, pattern, prefix, closed_on };
    store::update_register(&mut tx, &may, &change).await?;
    let data = json!({ "pattern": [old.pattern, change.pattern], "prefix": [old.prefix, change.prefix] });
    tx.audit(Audit::of(ManageRegisters::DEF.name, "register", r.id).with(data));
    tx.commit().await?;
    Ok(web::see_other("/admin/registers"))
}
