use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, RawQuery};
use i18n::Tr;
use op::{Action as _, Audit};
use serde_json::json;
use types::{RegistrationId, UnitId, ViewId};
use ui::{FormState, Html, Shell, c::Choice};
use web::{Ctx, Form, Problem, Result};

use super::{access_text, address, institutions, kinds, looked, query, source_text, state_chip, unit_choices};
use crate::{
    Kinds,
    actions::ViewRegister,
    model::{Direction, DocState},
    store::{self, Filter, Line, Register},
};

const PAGE: usize = 50;
/// How many pages back an address remembers.
const TRAIL: usize = 12;

/// The columns a person may choose; the first ones are shown unless they chose.
pub(super) const COLUMNS: &[&str] = &[
    "number",
    "date",
    "title",
    "correspondent",
    "kind",
    "institution",
    "state",
    "direction",
    "access",
    "source",
    "external",
    "index",
];
const SHOWN: &[&str] = &["number", "date", "title", "correspondent", "kind", "institution", "state"];

/// A register and how many documents it holds.
pub(crate) struct RegisterItem {
    pub href: String,
    pub title: String,
    pub direction: String,
    pub count: String,
    pub closed: bool,
}

#[derive(Template)]
#[template(path = "documents/registers.html")]
pub(crate) struct RegistersPage {
    pub shell: Shell,
    pub items: Vec<RegisterItem>,
}

pub(super) async fn index(ctx: Ctx) -> Result {
    let mut read = ctx.op.read().await?;
    let registers = store::registers(&mut read).await?;
    let mut items = Vec::with_capacity(registers.len());
    for r in registers {
        let total = store::total(&mut read, r.id).await?;
        items.push(RegisterItem {
            href: format!("/registers/{}", r.code),
            title: r.title,
            direction: ctx.tr.t(&format!("documents-direction-{}", r.direction.word())),
            count: ctx.tr.number(total),
            closed: r.closed_on.is_some(),
        });
    }
    let ctx = ctx.under(&[]);
    web::page(&RegistersPage { shell: ctx.shell, items })
}

/// A row as shown; without an address it is not open to the reader.
pub(crate) struct RowView {
    pub href: String,
    pub cells: Vec<Html>,
}

#[derive(Template)]
#[template(path = "documents/register.html")]
pub(crate) struct RegisterPage {
    pub shell: Shell,
    pub title: String,
    pub path: String,
    pub form: FormState,
    pub kinds: Vec<Choice>,
    pub institutions: Vec<Choice>,
    pub directions: Vec<Choice>,
    pub states: Vec<Choice>,
    pub columns: Vec<Choice>,
    pub chips: Vec<(String, String)>,
    pub heads: Vec<String>,
    pub rows: Vec<RowView>,
    pub total: String,
    pub newer: String,
    pub older: String,
    pub xlsx: String,
    pub csv: String,
    pub views: Vec<(String, String, String)>,
    /// The list as it is, to be saved under a name.
    pub here: String,
}

/// What an address says of a list.
pub(super) struct Asked {
    pub filter: Filter,
    pub before: Option<RegistrationId>,
    pub columns: Vec<&'static str>,
    trail: Vec<String>,
    /// Parameters worth keeping in links: no cursor.
    pub params: BTreeMap<&'static str, String>,
}

pub(super) fn asked(form: &mut FormState) -> Asked {
    let mut text = |name: &str| form.text(name, 200);
    let (words, kind, source) = (text("q"), text("kind"), text("source"));
    let filter = Filter {
        text: words.unwrap_or_default(),
        from: form.date_opt("from"),
        to: form.date_opt("to"),
        kind,
        direction: Direction::from_word(form.value("direction")),
        institution: form.uuid_opt("institution"),
        state: DocState::from_word(form.value("state")),
        source,
    };
    let chosen: Vec<&'static str> = COLUMNS.iter().copied().filter(|c| form.has("col", c)).collect();
    let columns = if chosen.is_empty() { SHOWN.to_vec() } else { chosen };
    let before = form.value("before").parse().ok();
    let trail: Vec<String> = form.value("trail").split('.').filter(|t| !t.is_empty()).map(str::to_owned).collect();
    let mut params = BTreeMap::new();
    for name in ["q", "from", "to", "kind", "direction", "institution", "state", "source"] {
        params.insert(name, form.value(name).trim().to_owned());
    }
    Asked { filter, before, columns, trail, params }
}

impl Asked {
    /// The list's address with some parameters changed, columns included.
    pub(super) fn href(&self, path: &str, change: &[(&'static str, String)]) -> String {
        let mut params = self.params.clone();
        params.extend(change.iter().cloned());
        let mut href = address(path, &params);
        if self.columns != SHOWN {
            for column in &self.columns {
                href.push(if href.contains('?') { '&' } else { '?' });
                href.push_str("col=");
                href.push_str(column);
            }
        }
        href
    }

    fn chips(&self, tr: &Tr, path: &str, kinds: &Kinds, units: &[(UnitId, String)]) -> Vec<(String, String)> {
        let f = &self.filter;
        let word = |key: &str, value: &str| format!("{}: {value}", tr.t(key));
        let unit_name = |id| units.iter().find(|(u, _)| *u == id).map(|(_, n)| n.clone());
        let found = [
            ("q", (!f.text.is_empty()).then(|| format!("“{}”", f.text))),
            ("from", f.from.map(|d| word("documents-from", &tr.date(d)))),
            ("to", f.to.map(|d| word("documents-to", &tr.date(d)))),
            ("kind", f.kind.as_deref().map(|k| kinds.title(tr, k))),
            ("direction", f.direction.map(|d| tr.t(&format!("documents-direction-{}", d.word())))),
            ("institution", f.institution.and_then(unit_name)),
            ("state", f.state.map(|s| tr.t(&format!("documents-state-{}", s.word())))),
            ("source", f.source.as_deref().map(|s| word("documents-source", &source_text(tr, s)))),
        ];
        let chip =
            |(name, text): (&'static str, Option<String>)| Some((self.href(path, &[(name, String::new())]), text?));
        found.into_iter().filter_map(chip).collect()
    }
}

pub(super) async fn the_register(read: &mut op::Read, code: &str) -> Result<Register> {
    store::register_by_code(read, code).await?.ok_or(Problem::NotFound)
}

pub(super) async fn show(ctx: Ctx, Path(code): Path<String>, RawQuery(raw): RawQuery) -> Result {
    let mut form = query(&ctx.tr, raw);
    let asked = asked(&mut form);
    let path = format!("/registers/{code}");
    let mut read = ctx.op.read().await?;
    let register = the_register(&mut read, &code).await?;
    let most = i64::try_from(PAGE + 1).unwrap_or(51);
    let mut lines = if form.is_ok() {
        store::lines(&mut read, register.id, &asked.filter, asked.before, most).await?
    } else {
        Vec::new()
    };
    let more = lines.len() > PAGE;
    lines.truncate(PAGE);
    let total = store::total(&mut read, register.id).await?;
    let units = institutions(&mut read).await?;
    let views = match ctx.op.person() {
        Some(person) => store::views(&mut read, person, &path).await?,
        None => Vec::new(),
    };
    drop(read);
    let shown = lines.iter().filter(|l| l.open).map(|l| l.document.uuid()).collect();
    looked(&ctx.op, ViewRegister::DEF.name, shown).await?;
    let kinds = kinds(&ctx.op);
    let tr = ctx.tr.clone();
    let newer = newer(&asked, &path);
    let older = lines.last().filter(|_| more).map(|l| older(&asked, &path, l.registration)).unwrap_or_default();
    let (xlsx, csv) = (
        asked.href(&format!("{path}/export"), &[("format", "xlsx".to_owned())]),
        asked.href(&format!("{path}/export"), &[("format", "csv".to_owned())]),
    );
    for column in &asked.columns {
        form.values.entry("col".to_owned()).or_default().push((*column).to_owned());
    }
    form.csrf.clone_from(&ctx.shell.csrf);
    let ctx = ctx.under(&[("/registers", tr.t("documents-registers"))]);
    web::page(&RegisterPage {
        title: register.title,
        kinds: kinds.0.iter().map(|k| Choice::new(k.code, tr.t(k.title_key))).collect(),
        institutions: unit_choices(&units),
        directions: words(&tr, "direction", Direction::ALL.iter().map(|d| d.word())),
        states: words(&tr, "state", [DocState::Registered, DocState::Annulled].iter().map(|s| s.word())),
        columns: words(&tr, "column", COLUMNS.iter().copied()),
        chips: asked.chips(&tr, &path, &kinds, &units),
        heads: asked.columns.iter().map(|c| tr.t(&format!("documents-column-{c}"))).collect(),
        rows: lines.iter().map(|l| row(&tr, l, &asked.columns, &kinds, &units)).collect(),
        total: tr.t1("documents-total", "n", total),
        newer,
        older,
        xlsx,
        csv,
        views: views.into_iter().map(|v| (v.id.to_string(), v.name, format!("{path}?{}", v.query))).collect(),
        here: asked.href("", &[]).trim_start_matches('?').to_owned(),
        path,
        form,
        shell: ctx.shell,
    })
}

fn words<'a>(tr: &Tr, what: &str, of: impl Iterator<Item = &'a str>) -> Vec<Choice> {
    of.map(|w| Choice::new(w, tr.t(&format!("documents-{what}-{w}")))).collect()
}

/// The next page; this page's own cursor joins the trail, so that the way back is known without a query.
fn older(asked: &Asked, path: &str, last: RegistrationId) -> String {
    let mut trail = asked.trail.clone();
    trail.push(asked.before.map_or_else(|| "0".to_owned(), |b| b.to_string()));
    let skip = trail.len().saturating_sub(TRAIL);
    let trail: Vec<String> = trail.into_iter().skip(skip).collect();
    asked.href(path, &[("before", last.to_string()), ("trail", trail.join("."))])
}

fn newer(asked: &Asked, path: &str) -> String {
    if asked.before.is_none() {
        return String::new();
    }
    let mut trail = asked.trail.clone();
    let back = trail.pop().filter(|t| t != "0").unwrap_or_default();
    asked.href(path, &[("before", back), ("trail", trail.join("."))])
}

/// The text of a cell, without markup: for the page and for the table that is taken out.
pub(super) fn cell(tr: &Tr, l: &Line, column: &str, kinds: &Kinds, units: &[(UnitId, String)]) -> String {
    match column {
        "number" => l.number.clone(),
        "date" => tr.date(l.registered_on),
        "title" if !l.open => tr.t("documents-not-open"),
        "title" => l.title.clone(),
        "correspondent" => l.correspondent.clone().unwrap_or_default(),
        "kind" => kinds.title(tr, &l.kind),
        "institution" => units.iter().find(|(u, _)| *u == l.institution_id).map(|(_, n)| n.clone()).unwrap_or_default(),
        "state" => tr.t(&format!("documents-state-{}", shown_state(l).word())),
        "direction" => tr.t(&format!("documents-direction-{}", l.direction.word())),
        "access" => access_text(tr, l.access),
        "source" => source_text(tr, &l.source),
        "external" => l.external_number.clone().unwrap_or_default(),
        "index" => l.index.clone().unwrap_or_default(),
        _ => String::new(),
    }
}

/// A void number is void, whatever became of its document.
const fn shown_state(l: &Line) -> DocState {
    if l.is_void { DocState::Annulled } else { l.state }
}

fn row(tr: &Tr, l: &Line, columns: &[&str], kinds: &Kinds, units: &[(UnitId, String)]) -> RowView {
    let href = if l.open { format!("/documents/{}", l.document) } else { String::new() };
    let linked = if columns.contains(&"title") { "title" } else { columns.first().copied().unwrap_or_default() };
    let html = |column: &&str| {
        let text = cell(tr, l, column, kinds, units);
        match *column {
            "state" => state_chip(tr, shown_state(l)),
            c if c == linked && l.open => {
                Html::trusted(format!("<a class=\"govuk-link\" href=\"{href}\">{}</a>", Html::text(&text)))
            }
            _ => Html::text(&text),
        }
    };
    RowView { cells: columns.iter().map(html).collect(), href }
}

pub(super) async fn save_view(ctx: Ctx, Path(code): Path<String>, Form(mut form): Form) -> Result {
    let place = format!("/registers/{code}");
    let (name, kept) = (form.required_text("name", 60), form.text("query", 1000).unwrap_or_default());
    let Some(name) = name else { return Err(Problem::Refused(ctx.tr.t("documents-view-needs-name"))) };
    let person = ctx.person()?;
    let mut tx = ctx.op.begin().await?;
    store::save_view(&mut tx, person, &place, &name, &kept).await?;
    tx.audit(Audit::of("documents.view.save", "person", person).with(json!({ "place": place })));
    tx.commit().await?;
    Ok(web::see_other(&format!("{place}?{kept}")))
}

pub(super) async fn delete_view(ctx: Ctx, Path((code, view)): Path<(String, String)>, _: Form) -> Result {
    let view: ViewId = view.parse().map_err(|_| Problem::NotFound)?;
    let person = ctx.person()?;
    let mut tx = ctx.op.begin().await?;
    if store::delete_view(&mut tx, person, view).await? == 0 {
        return Err(Problem::NotFound);
    }
    tx.audit(Audit::of("documents.view.delete", "person", person));
    tx.commit().await?;
    Ok(web::see_other(&format!("/registers/{code}")))
}
