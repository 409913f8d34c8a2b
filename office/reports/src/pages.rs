//! The list of reports, a report, the rows behind a number, and tables to take out.

use askama::Template;
use axum::{
    extract::{Path, RawQuery},
    http::header,
    response::{IntoResponse as _, Response},
};
use chrono::Datelike as _;
use i18n::Tr;
use op::{Action as _, Audit, Op, Scope};
use serde_json::json;
use types::{TenantId, UnitId};
use ui::{FormState, Shell, c::Choice};
use uuid::Uuid;
use web::{Access, Ctx, Problem, Result, Route, Sample, get};

use crate::{
    Reports,
    actions::ViewReports,
    model::{Ask, Cell, Column, DrillRow, FigureRow, Holds, Report},
    table::{self, Table, i64_as_f64},
};

/// Rows on a page.
const PAGE: usize = 50;
/// The first year of which there can be figures.
pub(crate) const FIRST_YEAR: i32 = 2020;

pub(crate) fn routes() -> Vec<Route> {
    let view = Access::Action(ViewReports::DEF);
    vec![
        get("/reports", view, "reports-title", index),
        get("/reports/{name}", view, "reports-report", show),
        get("/reports/{name}/rows", view, "reports-rows", drill),
        get("/reports/{name}/export", view, "reports-export", download),
    ]
}

#[derive(Template)]
#[template(path = "reports/index.html")]
struct IndexPage {
    shell: Shell,
    reports: Vec<(String, String, String)>,
}

/// A cell with the page of the rows behind it.
struct CellView {
    text: String,
    href: String,
    numeric: bool,
}

struct StatView {
    label: String,
    value: String,
    href: String,
    note: String,
}

#[derive(Template)]
#[template(path = "reports/report.html")]
struct ReportPage {
    shell: Shell,
    form: FormState,
    path: String,
    title: String,
    definition: String,
    years: Vec<Choice>,
    institutions: Vec<Choice>,
    stats: Vec<StatView>,
    chart_title: String,
    chart: Vec<(String, f64, String)>,
    trend_title: String,
    trend: Vec<(String, f64, String)>,
    heads: Vec<(String, bool)>,
    rows: Vec<Vec<CellView>>,
    xlsx: String,
    csv: String,
}

struct RowView {
    date: String,
    title: String,
    detail: String,
    href: String,
}

#[derive(Template)]
#[template(path = "reports/rows.html")]
struct RowsPage {
    shell: Shell,
    title: String,
    about: String,
    rows: Vec<RowView>,
    next: String,
    first: String,
}

fn reports(op: &Op) -> Reports {
    op.kernel().extension::<Reports>().cloned().unwrap_or_default()
}

/// A report that the person may see; else it is not there.
fn the_report(op: &Op, name: &str) -> std::result::Result<Report, Problem> {
    let all = reports(op);
    let found = all.get(name).copied().filter(|r| op.could(r.action));
    found.ok_or(Problem::NotFound)
}

/// What an address asks, within what the person may see.
struct Asked {
    ask: Ask,
    institution: Option<UnitId>,
    this_year: i32,
    form: FormState,
}

impl Asked {
    fn href(&self, path: &str, more: &[(&str, &str)]) -> String {
        let mut out = form_urlencoded::Serializer::new(String::new());
        out.append_pair("year", &self.ask.year.to_string());
        let own = more.iter().any(|(n, _)| *n == "institution");
        if let Some(institution) = self.institution.filter(|_| !own) {
            out.append_pair("institution", &institution.to_string());
        }
        for (name, value) in more.iter().filter(|(_, v)| !v.is_empty()) {
            out.append_pair(name, value);
        }
        format!("{path}?{}", out.finish())
    }
}

fn asked(ctx: &Ctx, action: &op::ActionDef, raw: Option<String>) -> std::result::Result<Asked, Problem> {
    let raw = raw.unwrap_or_default();
    let pairs: Vec<(String, String)> =
        form_urlencoded::parse(raw.as_bytes()).take(20).map(|(k, v)| (k.into_owned(), v.into_owned())).collect();
    let mut form = FormState::read(&ctx.tr, pairs);
    let this_year = ctx.op.today().year();
    let year = form.value("year").parse().ok().filter(|y| (FIRST_YEAR..=this_year).contains(y)).unwrap_or(this_year);
    form.set("year", year.to_string());
    let institution: Option<UnitId> = form.uuid_opt("institution");
    let seen = match ctx.op.scope(action) {
        Scope::All => None,
        Scope::Units(units) => Some(units),
        Scope::Own | Scope::None => return Err(Problem::Forbidden),
    };
    let institutions = match (institution, seen) {
        (Some(one), Some(units)) if !units.contains(&one) => return Err(Problem::NotFound),
        (Some(one), _) => Some(vec![one]),
        (None, seen) => seen,
    };
    Ok(Asked { ask: Ask { tenant: ctx.op.tenant(), year, institutions }, institution, this_year, form })
}

async fn index(ctx: Ctx) -> Result {
    let all = reports(&ctx.op);
    let visible = all.0.iter().filter(|r| ctx.op.could(r.action));
    let item = |r: &Report| (format!("/reports/{}", r.name), ctx.tr.t(r.title), ctx.tr.t(r.definition));
    let reports = visible.map(item).collect();
    web::page(&IndexPage { reports, shell: ctx.under(&[]).shell })
}

async fn show(ctx: Ctx, Path(name): Path<String>, RawQuery(raw): RawQuery) -> Result {
    let report = the_report(&ctx.op, &name)?;
    let asked = asked(&ctx, report.action, raw)?;
    // Everything one may see, to choose from; what was chosen, to show.
    let everything = Ask { institutions: ctx.op.scope(report.action).units(), ..asked.ask.clone() };
    let mut read = ctx.op.read().await?;
    let all = (report.figures)(read.conn(), &everything).await?;
    let figures = match asked.institution {
        Some(_) => (report.figures)(read.conn(), &asked.ask).await?,
        None => all.clone(),
    };
    let months = (report.months)(read.conn(), &asked.ask).await?;
    drop(read);
    let drills = ctx.op.could(report.rows_action);
    let path = format!("/reports/{name}");
    let above = ctx.tr.t("reports-title");
    let ctx = ctx.under(&[("/reports", above)]);
    web::page(&report_page(ctx.shell, &report, asked, &all, &figures, months, drills, path))
}

#[expect(clippy::too_many_arguments, reason = "a page is made of many things, each of them once")]
fn report_page(
    shell: Shell,
    report: &Report,
    asked: Asked,
    all: &[FigureRow],
    figures: &[FigureRow],
    months: [i64; 12],
    drills: bool,
    path: String,
) -> ReportPage {
    let tr = shell.tr.clone();
    let choice = |r: &FigureRow| r.institution.map(|id| Choice::new(id.to_string(), r.name.as_str()));
    let total = figures.iter().find(|r| r.institution.is_none());
    let main = report.columns.iter().find(|c| c.name == report.main);
    let main_label = main.map(|c| tr.t(c.label)).unwrap_or_default();
    let shown: Vec<&FigureRow> = figures.iter().filter(|r| is_shown(r)).collect();
    ReportPage {
        title: tr.t(report.title),
        definition: tr.t(report.definition),
        years: (FIRST_YEAR..=asked.this_year).rev().map(|y| Choice::words(y.to_string())).collect(),
        institutions: all.iter().filter_map(choice).collect(),
        stats: total.map(|t| stats(&tr, report, t, &asked, drills, &path)).unwrap_or_default(),
        chart_title: tr.t1("reports-by-institution", "what", main_label.as_str()),
        chart: chart(&tr, report, &shown),
        trend_title: tr.t1("reports-by-month", "what", main_label.as_str()),
        trend: trend(&tr, months),
        heads: report.columns.iter().map(|c| (tr.t(c.label), c.holds != Holds::Name)).collect(),
        rows: shown.iter().map(|r| row(&tr, report, r, &asked, drills, &path)).collect(),
        xlsx: asked.href(&format!("{path}/export"), &[("format", "xlsx")]),
        csv: asked.href(&format!("{path}/export"), &[("format", "csv")]),
        form: asked.form,
        path,
        shell,
    }
}

/// An institution without the function and without a figure is not a line.
fn is_shown(row: &FigureRow) -> bool {
    row.institution.is_none() || row.counts.iter().any(|n| *n != 0)
}

fn text(tr: &Tr, column: &Column, cell: &Cell) -> String {
    match (cell, column.holds) {
        (Cell::Text(t), _) => t.clone(),
        (Cell::Count(n), _) => tr.number(*n),
        (Cell::Number(d), Holds::Percent(..)) => tr.percent(*d / rust_decimal::Decimal::ONE_HUNDRED, d.scale()),
        (Cell::Number(d), _) => tr.decimal(*d, d.scale()),
        (Cell::Empty, _) => "—".to_owned(),
    }
}

fn stats(tr: &Tr, report: &Report, total: &FigureRow, asked: &Asked, drills: bool, path: &str) -> Vec<StatView> {
    let others = report.columns.iter().filter(|c| c.holds != Holds::Name);
    let one = |c: &Column| {
        let href = if drills && c.holds == Holds::Rows { rows_href(asked, path, c, None) } else { String::new() };
        let note = asked.ask.year.to_string();
        StatView { label: tr.t(c.label), value: text(tr, c, &report.cell(total, c)), href, note }
    };
    others.map(one).collect()
}

fn rows_href(asked: &Asked, path: &str, column: &Column, institution: Option<UnitId>) -> String {
    let path = format!("{path}/rows");
    match institution {
        Some(i) => asked.href(&path, &[("column", column.name), ("institution", &i.to_string())]),
        None => asked.href(&path, &[("column", column.name)]),
    }
}

fn chart(tr: &Tr, report: &Report, shown: &[&FigureRow]) -> Vec<(String, f64, String)> {
    let value = |r: &&FigureRow| report.count(r, report.main).unwrap_or_default();
    let mut each: Vec<&FigureRow> = shown.iter().copied().filter(|r| r.institution.is_some()).collect();
    each.sort_by_key(|r| std::cmp::Reverse(value(r)));
    let bar = |r: &&FigureRow| (r.name.clone(), i64_as_f64(value(r)), tr.number(value(r)));
    each.iter().map(bar).collect()
}

fn trend(tr: &Tr, months: [i64; 12]) -> Vec<(String, f64, String)> {
    (1_u32..).zip(months).map(|(m, n)| (tr.month_name(m), i64_as_f64(n), tr.number(n))).collect()
}

fn row(tr: &Tr, report: &Report, r: &FigureRow, asked: &Asked, drills: bool, path: &str) -> Vec<CellView> {
    let view = |c: &Column| {
        let cell = report.cell(r, c);
        let some = matches!(cell, Cell::Count(n) if n != 0);
        let href = if drills && some && c.holds == Holds::Rows {
            rows_href(asked, path, c, r.institution)
        } else {
            String::new()
        };
        CellView { text: text(tr, c, &cell), href, numeric: c.holds != Holds::Name }
    };
    report.columns.iter().map(view).collect()
}

async fn drill(ctx: Ctx, Path(name): Path<String>, RawQuery(raw): RawQuery) -> Result {
    let report = the_report(&ctx.op, &name)?;
    if !ctx.op.could(report.rows_action) {
        return Err(Problem::Forbidden);
    }
    let asked = asked(&ctx, report.rows_action, raw)?;
    let wanted = asked.form.value("column");
    let column = report.columns.iter().find(|c| c.name == wanted && c.holds == Holds::Rows);
    let column = column.ok_or(Problem::NotFound)?;
    let after: Option<Uuid> = asked.form.value("after").parse().ok();
    let most = i64::try_from(PAGE + 1).unwrap_or(51);
    let mut read = ctx.op.read().await?;
    let mut rows = (report.rows)(read.conn(), &asked.ask, column.name, after, most).await?;
    drop(read);
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    looked(&ctx.op, &report, column, &rows).await?;
    let path = format!("/reports/{name}");
    let at = format!("{path}/rows");
    let last = rows.last().map(|r| r.id.to_string()).unwrap_or_default();
    let (back, title) = (asked.href(&path, &[]), ctx.tr.t(report.title));
    let next = if more { asked.href(&at, &[("column", column.name), ("after", &last)]) } else { String::new() };
    let first = if after.is_some() { asked.href(&at, &[("column", column.name)]) } else { String::new() };
    let about = format!("{title}, {}", asked.ask.year);
    let tr = ctx.tr.clone();
    let ctx = ctx.under(&[("/reports", tr.t("reports-title")), (&back, title)]);
    let rows = rows.iter().map(|r| RowView {
        date: r.on_date.map(|d| tr.date(d)).unwrap_or_default(),
        title: r.title.clone(),
        detail: r.detail.clone(),
        href: r.href.clone(),
    });
    web::page(&RowsPage { title: tr.t(column.label), about, rows: rows.collect(), next, first, shell: ctx.shell })
}

/// The rows may name people: who looked is written down before they are shown.
async fn looked(op: &Op, report: &Report, column: &Column, rows: &[DrillRow]) -> std::result::Result<(), Problem> {
    if rows.is_empty() {
        return Ok(());
    }
    let subjects = rows.iter().map(|r| r.subject).collect();
    let mut tx = op.begin().await?;
    let data = json!({ "report": report.name, "column": column.name });
    tx.audit(Audit::of_all(report.rows_action.name, "report-row", subjects).with(data));
    Ok(tx.commit().await?)
}

async fn download(ctx: Ctx, Path(name): Path<String>, RawQuery(raw): RawQuery) -> Result {
    let report = the_report(&ctx.op, &name)?;
    let asked = asked(&ctx, report.action, raw)?;
    let mut read = ctx.op.read().await?;
    let figures = (report.figures)(read.conn(), &asked.ask).await?;
    drop(read);
    let file = format!("{name}-{}", asked.ask.year);
    if asked.form.value("format") == "csv" {
        let table = whole_table(&report, &figures, report.columns.iter().map(|c| c.name.to_owned()), "institution");
        return Ok(attachment(&format!("{file}.csv"), "text/csv; charset=utf-8", table::csv(&table).into_bytes()));
    }
    let heads = report.columns.iter().map(|c| ctx.tr.t(c.label));
    let mut table = whole_table(&report, &figures, heads, &ctx.tr.t("reports-institution"));
    table.title = ctx.tr.t(report.title);
    let book = tokio::task::spawn_blocking(move || table::xlsx(&table)).await;
    let book = book.map_err(|e| Problem::Internal(e.to_string()))?.map_err(|e| Problem::Internal(e.to_string()))?;
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok(attachment(&format!("{file}.xlsx"), kind, book))
}

/// The municipality's line and those of its institutions: a column with the institution goes between.
fn whole_table(
    report: &Report,
    figures: &[FigureRow],
    heads: impl Iterator<Item = String>,
    institution: &str,
) -> Table {
    let municipality = figures.iter().find(|r| r.institution.is_none()).map(|r| r.name.clone()).unwrap_or_default();
    let mut head: Vec<String> = heads.collect();
    head.insert(1.min(head.len()), institution.to_owned());
    let line = |r: &FigureRow| {
        let own = if r.institution.is_some() { r.name.clone() } else { String::new() };
        let names = [Cell::Text(municipality.clone()), Cell::Text(own)];
        names.into_iter().chain(report.cells(r).into_iter().skip(1)).collect()
    };
    let rows = figures.iter().filter(|r| is_shown(r)).map(line).collect();
    Table { title: report.name.to_owned(), head, rows }
}

pub(crate) fn attachment(name: &str, kind: &str, bytes: Vec<u8>) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)], bytes).into_response()
}

/// The pages with invented figures.
pub(crate) fn samples(tr: &Tr) -> Vec<Sample> {
    let shell = || Shell::sample(tr.clone());
    let report = crate::DMS_DOCUMENTS;
    let school = UnitId(Uuid::from_u128(1));
    let line = |institution, name: &str, counts: &[i64]| FigureRow {
        institution,
        name: name.to_owned(),
        counts: counts.to_vec(),
    };
    let figures = [
        line(None, "Parauga novads", &[2, 1200, 100, 90, 0, 60]),
        line(Some(school), "Parauga vidusskola", &[1, 200, 0, 0, 0, 40]),
    ];
    let ask = Ask::whole(TenantId(Uuid::nil()), 2026);
    let asked = Asked { ask, institution: None, this_year: 2026, form: FormState::new(tr, "", "") };
    let path = format!("/reports/{}", report.name);
    let page = report_page(shell(), &report, asked, &figures, &figures, [100; 12], true, path);
    let rows = RowsPage {
        title: tr.t("reports-documents-registered"),
        about: tr.t(report.title),
        rows: vec![RowView {
            date: tr.date(ask_date()),
            title: "S-1".to_owned(),
            detail: "desk".to_owned(),
            href: "/documents/1".to_owned(),
        }],
        next: "/reports/dms-documents/rows?after=1".to_owned(),
        first: String::new(),
        shell: shell(),
    };
    let index = IndexPage {
        reports: vec![("/reports/dms-documents".to_owned(), tr.t(report.title), tr.t(report.definition))],
        shell: shell(),
    };
    vec![
        Sample { name: "reports-index", html: index.render() },
        Sample { name: "reports-report", html: page.render() },
        Sample { name: "reports-rows", html: rows.render() },
    ]
    .into_iter()
    .chain(crate::maturity::samples(tr))
    .collect()
}

fn ask_date() -> types::Date {
    types::Date::from_ymd_opt(2026, 11, 23).unwrap_or_default()
}
