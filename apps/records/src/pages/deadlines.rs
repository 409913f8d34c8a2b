//! What waits for an answer, soonest first; what is overdue; the same as a table.

use askama::Template;
use axum::{
    extract::RawQuery,
    http::header,
    response::{IntoResponse as _, Response},
};
use i18n::Tr;
use op::{Action as _, Audit};
use rust_xlsxwriter::{Format, Workbook, XlsxError};
use types::{Date, DocumentId};
use ui::{Html, Shell};
use web::{Ctx, Problem, Result};

use super::{looked, words};
use crate::{
    actions::ViewDeadlines,
    store::{self, DeadlineRow},
};

const PAGE: usize = 50;
/// The longest table.
const MOST: i64 = 20_000;

#[derive(Template)]
#[template(path = "records/deadlines.html")]
pub(super) struct DeadlinesPage {
    pub shell: Shell,
    pub tabs: Vec<(String, String, bool)>,
    pub lines: Vec<Line>,
    pub first: String,
    pub next: String,
    pub xlsx: String,
}

pub(super) struct Line {
    pub href: String,
    pub number: String,
    pub title: String,
    pub correspondent: String,
    pub process: String,
    pub received: String,
    pub chip: Html,
}

struct Asked {
    overdue: bool,
    after: Option<(Date, DocumentId)>,
}

fn asked(raw: Option<String>) -> Asked {
    let raw = raw.unwrap_or_default();
    let mut asked = Asked { overdue: false, after: None };
    for (name, value) in form_urlencoded::parse(raw.as_bytes()).take(10) {
        match name.as_ref() {
            "overdue" => asked.overdue = value == "1",
            "after" => asked.after = value.split_once('_').and_then(|(d, i)| Some((d.parse().ok()?, i.parse().ok()?))),
            _ => {}
        }
    }
    asked
}

fn base(overdue: bool) -> &'static str {
    if overdue { "/records/deadlines?overdue=1" } else { "/records/deadlines?overdue=0" }
}

pub(super) async fn show(ctx: Ctx, RawQuery(raw): RawQuery) -> Result {
    let asked = asked(raw);
    let most = i64::try_from(PAGE + 1).unwrap_or(51);
    let mut read = ctx.op.read().await?;
    let units = ctx.op.scope(ViewDeadlines::DEF).units();
    let mut rows = store::deadlines(&mut read, units, asked.overdue, asked.after, most).await?;
    drop(read);
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    looked(&ctx, ViewDeadlines::DEF.name, "document", rows.iter().map(|r| r.id.uuid()).collect()).await?;
    let tr = ctx.tr.clone();
    let today = ctx.op.today();
    let here = base(asked.overdue);
    let next = rows.last().filter(|_| more).map(|r| format!("{here}&after={}_{}", r.due, r.id));
    let tab = |overdue: bool, key: &str| (base(overdue).to_owned(), tr.t(key), asked.overdue == overdue);
    web::page(&DeadlinesPage {
        tabs: vec![tab(false, "records-all"), tab(true, "records-overdue")],
        lines: rows.iter().map(|r| line(&tr, r, today)).collect(),
        first: if asked.after.is_some() { here.to_owned() } else { String::new() },
        next: next.unwrap_or_default(),
        xlsx: here.replacen("/deadlines?", "/deadlines/export?", 1),
        shell: ctx.shell,
    })
}

fn line(tr: &Tr, r: &DeadlineRow, today: Date) -> Line {
    Line {
        href: format!("/records/{}", r.id),
        number: r.number.clone().unwrap_or_default(),
        title: if r.title.is_empty() { tr.t("records-restricted") } else { r.title.clone() },
        correspondent: r.correspondent.clone(),
        process: words::process(tr, r.process.as_deref()),
        received: tr.date(r.received_on),
        chip: words::chip(tr, &r.state, r.due, today),
    }
}

pub(super) async fn download(ctx: Ctx, RawQuery(raw): RawQuery) -> Result {
    let asked = asked(raw);
    let mut read = ctx.op.read().await?;
    let units = ctx.op.scope(ViewDeadlines::DEF).units();
    let rows = store::deadlines(&mut read, units, asked.overdue, None, MOST).await?;
    drop(read);
    let mut tx = ctx.op.begin().await?;
    let subjects = rows.iter().map(|r| r.id.uuid()).collect();
    tx.audit(
        Audit::of_all(ViewDeadlines::DEF.name, "document", subjects).with(serde_json::json!({ "export": "xlsx" })),
    );
    tx.commit().await?;
    let tr = ctx.tr.clone();
    let heads = ["number", "title", "correspondent", "process", "received", "due", "state"];
    let heads: Vec<String> = heads.iter().map(|h| tr.t(&format!("records-column-{h}"))).collect();
    let state = |r: &DeadlineRow| {
        let key = if r.state == "suspended" {
            "suspended"
        } else if r.due < ctx.op.today() {
            "overdue"
        } else {
            "open"
        };
        tr.t(&format!("records-state-{key}"))
    };
    let table: Vec<Vec<String>> = rows
        .iter()
        .map(|r| {
            let l = line(&tr, r, ctx.op.today());
            vec![l.number, l.title, l.correspondent, l.process, l.received, tr.date(r.due), state(r)]
        })
        .collect();
    let title = tr.t("records-deadlines");
    let book = tokio::task::spawn_blocking(move || xlsx(&title, &heads, &table)).await;
    let book = book.map_err(|e| Problem::Internal(e.to_string()))?.map_err(|e| Problem::Internal(e.to_string()))?;
    Ok(attachment("deadlines.xlsx", book))
}

fn attachment(name: &str, bytes: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (headers, bytes).into_response()
}

/// Texts are texts: nothing becomes a formula by itself.
fn xlsx(title: &str, heads: &[String], rows: &[Vec<String>]) -> std::result::Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let name: String = title.chars().filter(|c| !"[]:*?/\\'".contains(*c)).take(31).collect();
    sheet.set_name(name)?;
    sheet.set_freeze_panes(1, 0)?;
    let bold = Format::new().set_bold();
    for (c, head) in (0_u16..).zip(heads) {
        sheet.set_column_width(c, 24)?;
        sheet.write_string_with_format(0, c, head, &bold)?;
    }
    for (r, row) in (1_u32..).zip(rows) {
        for (c, cell) in (0_u16..).zip(row) {
            sheet.write_string(r, c, cell.chars().take(32_000).collect::<String>())?;
        }
    }
    book.save_to_buffer()
}
