//! A resolution: given, reported, taken off control.

use askama::Template;
use axum::extract::Path;
use op::Action as _;
use types::{DocumentId, PersonId, ResolutionId};
use ui::{FormState, Html, Shell, c::Choice};
use web::{Ctx, Form, Problem, Result};

use super::{id, key, looked, problem, version, words};
use crate::{
    actions::{Control, Execute, Resolve, ViewResolution},
    held::Resolution,
    store::{self, ExecutorRow},
    usecases::{self, NewOrder},
};

/// How many help at most.
const HELPERS: usize = 3;

#[derive(Template)]
#[template(path = "records/resolve.html")]
pub(super) struct ResolvePage {
    pub shell: Shell,
    pub form: FormState,
    pub path: String,
    pub title: String,
    pub people: Vec<Choice>,
    pub helpers: Vec<String>,
}

pub(super) struct ExecutorView {
    pub name: String,
    pub role: String,
    pub chip: Html,
    pub report: String,
    pub when: String,
}

#[derive(Template)]
#[template(path = "records/resolution.html")]
pub(super) struct ResolutionPage {
    pub shell: Shell,
    pub form: FormState,
    pub path: String,
    pub document: String,
    pub text: String,
    pub due: String,
    pub author: String,
    pub chip: Html,
    pub executors: Vec<ExecutorView>,
    pub may_report: bool,
    pub may_control: bool,
    pub version: i32,
}

pub(super) fn helper_fields() -> Vec<String> {
    (1..=HELPERS).map(|n| format!("helper{n}")).collect()
}

async fn resolve_page(ctx: Ctx, id: DocumentId, mut form: FormState) -> std::result::Result<ResolvePage, Problem> {
    let mut read = ctx.op.read().await?;
    let (document, _) = read.seen::<documents::Document, Resolve>(id).await?;
    let people = store::colleagues(&mut read, document.institution_id).await?;
    drop(read);
    form.csrf.clone_from(&ctx.shell.csrf);
    let above = format!("/records/{id}");
    let ctx = ctx.under(&[(&above, document.title.clone())]);
    Ok(ResolvePage {
        path: format!("{above}/resolve"),
        title: document.title,
        people: people.iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect(),
        helpers: helper_fields(),
        form,
        shell: ctx.shell,
    })
}

pub(super) async fn form(ctx: Ctx, Path(text): Path<String>) -> Result {
    let id = id(&text)?;
    let form = ctx.form();
    web::page(&resolve_page(ctx, id, form).await?)
}

pub(super) async fn give(ctx: Ctx, Path(text): Path<String>, Form(mut form): Form) -> Result {
    let document: DocumentId = id(&text)?;
    let what = form.required_text("text", 2000);
    let due = form.date("due");
    let main: Option<PersonId> = form.uuid("main");
    let helpers: Vec<PersonId> = helper_fields().iter().filter_map(|f| form.uuid_opt(f)).collect();
    if due.is_some_and(|d| d < ctx.op.today()) {
        form.fail("due", "records-due-past");
    }
    let people: Vec<PersonId> = main.into_iter().chain(helpers.iter().copied()).collect();
    let is_controlled = form.ticked("control");
    let (Some(text), Some(due), Some(main), true) = (what, due, main, form.is_ok()) else {
        return web::invalid(&resolve_page(ctx, document, form).await?);
    };
    // Only who works here may be told to do something.
    let mut read = ctx.op.read().await?;
    let (held, _) = read.seen::<documents::Document, Resolve>(document).await?;
    let known = store::colleagues(&mut read, held.institution_id).await?;
    drop(read);
    if people.iter().any(|p| known.iter().all(|(k, _)| k != p)) {
        form.fail("main", "ui-error-choice");
        return web::invalid(&resolve_page(ctx, document, form).await?);
    }
    let order = NewOrder { text, due, is_controlled, main, helpers };
    usecases::resolve(&ctx.op, key(&form)?, document, order).await.map_err(|e| problem(&ctx.tr, e))?;
    Ok(web::see_other(&format!("/records/{document}")))
}

async fn page(ctx: Ctx, id: ResolutionId, mut form: FormState) -> std::result::Result<ResolutionPage, Problem> {
    let (tenant, today) = (ctx.op.tenant(), ctx.op.today());
    let mut read = ctx.op.read().await?;
    let r: Resolution = read.see(id).await?;
    let executors = store::executors(read.conn(), tenant, id).await?;
    let author = match r.author_id {
        Some(author) => parties::name(read.conn(), tenant, author).await?,
        None => String::new(),
    };
    let may_control = r.state == "reported" && read.may::<Control>(&r);
    // In whose place the reader would report: their own, or of whom they substitute.
    let hats: Vec<PersonId> = ctx.op.person().into_iter().chain(ctx.op.substitutes()).collect();
    let waits = executors.iter().any(|e| e.state == "open" && hats.contains(&e.person_id));
    let may_report = r.state == "open" && waits && read.may::<Execute>(&r);
    drop(read);
    looked(&ctx, ViewResolution::DEF.name, "resolution", vec![id.uuid()]).await?;
    let tr = ctx.tr.clone();
    form.csrf.clone_from(&ctx.shell.csrf);
    let above = format!("/documents/{}", r.item_id);
    let ctx = ctx.under(&[(&above, tr.t("records-document"))]);
    Ok(ResolutionPage {
        path: format!("/records/resolutions/{id}"),
        document: above,
        text: r.text,
        due: tr.date(r.due),
        author,
        chip: words::resolution_chip(&tr, &r.state, r.due, today),
        executors: executors.iter().map(|e| executor(&tr, e)).collect(),
        may_report,
        may_control,
        version: r.version,
        form,
        shell: ctx.shell,
    })
}

fn executor(tr: &i18n::Tr, e: &ExecutorRow) -> ExecutorView {
    let done = e.state == "done";
    ExecutorView {
        name: e.name.clone(),
        role: tr.t(if e.is_main { "records-main" } else { "records-helper" }),
        chip: if done {
            ui::c::chip(&"done", &tr.t("records-resolution-done"))
        } else {
            ui::c::chip(&"wait", &tr.t("records-resolution-open"))
        },
        report: e.report.clone().unwrap_or_default(),
        when: e.done_at.map(|at| tr.datetime(at)).unwrap_or_default(),
    }
}

pub(super) async fn show(ctx: Ctx, Path(text): Path<String>) -> Result {
    let id = id(&text)?;
    let form = ctx.form();
    web::page(&page(ctx, id, form).await?)
}

pub(super) async fn report(ctx: Ctx, Path(text): Path<String>, Form(mut form): Form) -> Result {
    let id: ResolutionId = id(&text)?;
    let Some(words) = form.required_text("report", 2000) else {
        return web::invalid(&page(ctx, id, form).await?);
    };
    usecases::report(&ctx.op, id, &words).await.map_err(|e| problem(&ctx.tr, e))?;
    Ok(web::see_other(&format!("/records/resolutions/{id}")))
}

pub(super) async fn control(ctx: Ctx, Path(text): Path<String>, Form(form): Form) -> Result {
    let id: ResolutionId = id(&text)?;
    let off = form.value("outcome") == "off";
    usecases::control(&ctx.op, id, version(&form)?, off).await.map_err(|e| problem(&ctx.tr, e))?;
    Ok(web::see_other(&format!("/records/resolutions/{id}")))
}
