//! A document at the desk: its clock, its resolutions.

use askama::Template;
use axum::extract::Path;
use i18n::Tr;
use op::Action as _;
use types::{Date, DocumentId};
use ui::{
    FormState, Html, Shell,
    c::{Choice, Row},
};
use web::{Ctx, Form, Problem, Result};

use super::{clock_words, id, looked, problem, version, words};
use crate::{
    actions::{ManageClock, Resolve},
    held::Item,
    model::{Process, Tick},
    store::ResolutionRow,
    usecases::{self, ClockChange, RecordsError},
};

#[derive(Template)]
#[template(path = "records/item.html")]
pub(super) struct ItemPage {
    pub shell: Shell,
    pub form: FormState,
    pub id: String,
    pub title: String,
    pub number: String,
    pub due: Html,
    pub explained: Html,
    pub rows: Vec<Row>,
    pub ticks: Vec<(String, String, String)>,
    pub resolutions: Vec<ResolutionView>,
    pub may_clock: bool,
    pub may_resolve: bool,
    pub has_clock: bool,
    pub is_open: bool,
    pub changes: Vec<Choice>,
    pub version: i32,
    /// The reply's form; empty where the reader may not register.
    pub answer: String,
}

pub(super) struct ResolutionView {
    pub href: String,
    pub text: String,
    pub executors: String,
    pub due: String,
    pub chip: Html,
}

pub(super) async fn show(ctx: Ctx, Path(text): Path<String>) -> Result {
    let id = id(&text)?;
    let form = ctx.form();
    match page(ctx, id, form).await {
        Ok(page) => web::page(&page),
        Err(e) => Err(e),
    }
}

async fn page(ctx: Ctx, id: DocumentId, mut form: FormState) -> std::result::Result<ItemPage, Problem> {
    let (tenant, today) = (ctx.op.tenant(), ctx.op.today());
    let mut read = ctx.op.read().await?;
    let document: documents::Document = read.see(id).await?;
    let item: Option<Item> = match read.see(id).await {
        Ok(item) => Some(item),
        Err(op::OpError::NotFound) => None,
        Err(e) => return Err(e.into()),
    };
    let given = crate::store::resolutions(read.conn(), tenant, id).await?;
    let may_clock = item.as_ref().is_some_and(|i| read.may::<ManageClock>(i));
    let may_resolve = read.may::<Resolve>(&document);
    let process = item.as_ref().and_then(|i| i.process.as_deref()).and_then(Process::from_word);
    let mut explained = Html::default();
    if let (Some(process), Some(item)) = (process, &item) {
        let calendar = parties::calendar(read.conn(), tenant).await?;
        if let Some(rules) = usecases::rules(read.conn(), tenant, process, item.received_on).await? {
            explained = Html::of(&super::register::explain(&ctx.tr, &calendar, &rules, item.received_on));
        }
    }
    drop(read);
    looked(&ctx, documents::ViewDocument::DEF.name, "document", vec![id.uuid()]).await?;
    let tr = ctx.tr.clone();
    let answer =
        if ctx.op.could(documents::actions::CreateDocument::DEF) { answer_href(&document) } else { String::new() };
    form.csrf.clone_from(&ctx.shell.csrf);
    if form.blank("on") {
        form.set("on", tr.date(today));
    }
    let card = format!("/documents/{id}");
    let ctx = ctx.under(&[(&card, document.title.clone())]);
    let item = item.as_ref();
    Ok(ItemPage {
        id: id.to_string(),
        number: document.number.clone().unwrap_or_default(),
        due: item.and_then(|i| words::due_chip(&tr, i, today)).unwrap_or_default(),
        explained,
        rows: facts(&tr, &document, item),
        ticks: item.map(|i| ticks(&tr, &i.clock.0)).unwrap_or_default(),
        resolutions: given.iter().map(|r| resolution(&tr, r, today)).collect(),
        may_clock,
        may_resolve,
        has_clock: item.is_some_and(|i| i.due.is_some()),
        is_open: item.is_some_and(|i| i.state != "answered"),
        changes: changes(&tr),
        version: item.map_or(0, |i| i.version),
        answer,
        title: document.title,
        form,
        shell: ctx.shell,
    })
}

/// The reply's form, filled with what is known.
fn answer_href(d: &documents::Document) -> String {
    let mut out = form_urlencoded::Serializer::new(String::new());
    out.append_pair("answers", d.number.as_deref().unwrap_or_default());
    out.append_pair("correspondent", d.correspondent.as_deref().unwrap_or_default());
    format!("/records/new/outgoing?{}", out.finish())
}

pub(super) fn changes(tr: &Tr) -> Vec<Choice> {
    super::register::word_choices(tr, "change", ["suspend", "resume", "extend", "answered"].into_iter())
}

fn facts(tr: &Tr, d: &documents::Document, item: Option<&Item>) -> Vec<Row> {
    let said = [("records-correspondent", &d.correspondent), ("records-external", &d.external_number)];
    let mut rows: Vec<Row> =
        said.into_iter().filter_map(|(key, value)| Some(Row::new(tr.t(key), value.clone()?))).collect();
    if let Some(i) = item {
        rows.push(Row::new(tr.t("records-received"), tr.date(i.received_on)));
        rows.push(Row::new(tr.t("records-process"), words::process(tr, i.process.as_deref())));
        if let Some(closed) = i.closed_on {
            rows.push(Row::new(tr.t("records-state-answered"), tr.date(closed)));
        }
    }
    rows
}

fn ticks(tr: &Tr, all: &[Tick]) -> Vec<(String, String, String)> {
    let words = |t: &Tick| match t {
        Tick::Suspended { on, ground } => (tr.date(*on), tr.t("records-tick-suspended"), ground.clone()),
        Tick::Resumed { on } => (tr.date(*on), tr.t("records-tick-resumed"), String::new()),
        Tick::Extended { on, until, ground } => {
            (tr.date(*on), tr.t1("records-tick-extended", "date", *until), ground.clone())
        }
    };
    all.iter().map(words).collect()
}

fn resolution(tr: &Tr, r: &ResolutionRow, today: Date) -> ResolutionView {
    ResolutionView {
        href: format!("/records/resolutions/{}", r.id),
        text: r.text.clone(),
        executors: r.executors.clone(),
        due: if r.is_controlled { tr.t1("records-controlled", "date", r.due) } else { tr.date(r.due) },
        chip: words::resolution_chip(tr, &r.state, r.due, today),
    }
}

/// What a form says of a clock.
fn change(form: &mut FormState) -> Option<ClockChange> {
    let what = form.choice("change", &["suspend", "resume", "extend", "answered"])?;
    if what == "answered" {
        return Some(ClockChange::Answered);
    }
    let on = form.date("on");
    let tick = match what.as_str() {
        "resume" => Tick::Resumed { on: on? },
        "suspend" => {
            let ground = form.required_text("ground", 500);
            Tick::Suspended { on: on?, ground: ground? }
        }
        _ => {
            let (until, ground) = (form.date("until"), form.required_text("ground", 500));
            Tick::Extended { on: on?, until: until?, ground: ground? }
        }
    };
    Some(ClockChange::Tick(tick))
}

pub(super) async fn clock(ctx: Ctx, Path(text): Path<String>, Form(mut form): Form) -> Result {
    let document: DocumentId = id(&text)?;
    let version = version(&form)?;
    let Some(change) = change(&mut form).filter(|_| form.is_ok()) else {
        return web::invalid(&page(ctx, document, form).await?);
    };
    match usecases::change_clock(&ctx.op, document, version, change).await {
        Ok(()) => Ok(web::see_other(&format!("/records/{document}"))),
        Err(RecordsError::Clock(e)) => {
            form.fail_text("change", clock_words(&ctx.tr, e));
            web::invalid(&page(ctx, document, form).await?)
        }
        Err(e) => Err(problem(&ctx.tr, e)),
    }
}
