//! Its pages: flat handlers, one struct a template.

use askama::Template;
use i18n::Tr;
use op::Action as _;
use types::UnitId;
use ui::{FormState, Shell};
use web::{Access, Ctx, Form, Problem, Result, Route, Sample, get, post};

use crate::{
    actions::{MakeEntry, ViewEntry},
    model::TITLE,
    store,
    usecases::{self, MakeError},
};

pub(crate) fn routes() -> Vec<Route> {
    let (see, make) = (Access::Action(ViewEntry::DEF), Access::Action(MakeEntry::DEF));
    vec![
        get("/APP-NAME", see, "APP-NAME-title", list),
        get("/APP-NAME/new", make, "APP-NAME-new", show_new),
        post("/APP-NAME/new", make, "APP-NAME-save", save_new),
    ]
}

#[derive(Template)]
#[template(path = "APP-NAME/list.html")]
struct ListPage {
    shell: Shell,
    entries: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "APP-NAME/new.html")]
struct NewPage {
    shell: Shell,
    form: FormState,
}

async fn list(ctx: Ctx) -> Result {
    let mut read = ctx.op.read().await?;
    let lines = store::newest(&mut read).await?;
    let entries = lines.into_iter().map(|l| (l.title, ctx.tr.date(types::local_date(l.created_at)))).collect();
    web::page(&ListPage { shell: ctx.shell, entries })
}

async fn show_new(ctx: Ctx) -> Result {
    let form = ctx.form();
    let ctx = ctx.under(&[("/APP-NAME", String::new())]);
    web::page(&NewPage { shell: ctx.shell, form })
}

async fn save_new(ctx: Ctx, Form(mut form): Form) -> Result {
    let Some(title) = form.required_text("title", TITLE) else {
        return web::invalid(&NewPage { shell: ctx.shell, form });
    };
    match usecases::make(&ctx.op, own_unit(&ctx)?, &title).await {
        Ok(_) => Ok(web::see_other("/APP-NAME")),
        Err(MakeError::Refused(refused)) => Err(Problem::Refused(refused.to_string())),
        Err(MakeError::Op(error)) => Err(error.into()),
    }
}

/// The unit in which the person may make entries; a real app asks which, where there are several.
fn own_unit(ctx: &Ctx) -> Result<UnitId> {
    let hats = &ctx.op.grants().hats;
    let makes = |role: &str| MakeEntry::DEF.rules.iter().any(|rule| rule.role == role);
    let grants = hats.iter().take(1).flat_map(|hat| &hat.grants);
    grants.into_iter().find(|grant| makes(&grant.role)).map(|grant| grant.unit).ok_or(Problem::Forbidden)
}

/// Every page with sample data: a test renders them in each language.
pub(crate) fn samples(tr: &Tr) -> Vec<Sample> {
    let shell = || Shell::new(tr.clone());
    let entries = vec![("Pirmais ieraksts".to_owned(), "23.11.2026.".to_owned())];
    vec![
        Sample { name: "APP-NAME/list.html", html: ListPage { shell: shell(), entries }.render() },
        Sample { name: "APP-NAME/new.html", html: NewPage { shell: shell(), form: FormState::new(tr, "", "") }.render() },
    ]
}
