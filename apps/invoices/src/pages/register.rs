//! The register of invoices, and the page on which one drops files.

use std::collections::HashMap;

use askama::Template;
use axum::extract::RawQuery;
use op::Action as _;
use types::{Date, DocumentId, UnitId};
use ui::{FormState, Html, Shell};
use web::{Ctx, Problem, Result, Upload};

use super::{looked, problem, words};
use crate::{
    actions::{ReceiveInvoice, ViewInvoice},
    model::Channel,
    store::{self, InvoiceRow, Query},
    usecases::{self, Arrival, Outcome, Received},
};

const PAGE: usize = 50;
/// The most files in one go.
const MOST_FILES: usize = 100;
/// Pictures shown that wait to be entered.
const MOST_WAITING: i64 = 30;

/// What the tabs show: word in the address, states.
const TABS: &[(&str, &[&str])] = &[
    ("open", &["broken", "coding", "approval", "approved", "paying"]),
    ("broken", &["broken"]),
    ("coding", &["coding"]),
    ("approval", &["approval"]),
    ("approved", &["approved"]),
    ("paying", &["paying"]),
    ("done", &["paid", "offset", "rejected"]),
];

#[derive(Template)]
#[template(path = "invoices/register.html")]
pub(super) struct RegisterPage {
    pub shell: Shell,
    pub form: FormState,
    pub tabs: Vec<(String, String, bool)>,
    pub tab: String,
    pub words: String,
    pub lines: Vec<Line>,
    pub first: String,
    pub next: String,
    pub may_receive: bool,
    /// Pictures to be entered: address, name, when and how they came.
    pub waiting: Vec<(String, String, String)>,
}

pub(super) struct Line {
    pub href: String,
    pub registered: String,
    pub supplier: String,
    pub number: String,
    pub issued: String,
    pub due: String,
    pub total: String,
    pub state: Html,
    pub alerts: i64,
}

pub(super) fn line(tr: &i18n::Tr, r: &InvoiceRow, today: Date) -> Line {
    let sign = if r.kind == "credit-note" { "−" } else { "" };
    Line {
        href: format!("/invoices/{}", r.id),
        registered: r.registered.clone().unwrap_or_default(),
        supplier: r.supplier.clone(),
        number: r.number.clone(),
        issued: tr.date(r.issued_on),
        due: tr.date(r.due_on),
        total: format!("{sign}{}", words::amount(tr, r.total, &r.currency)),
        state: words::state_chip(tr, r.state, r.due_on, today),
        alerts: r.alerts,
    }
}

struct Asked {
    tab: &'static str,
    states: Vec<&'static str>,
    words: Option<String>,
    after: Option<(Date, DocumentId)>,
}

fn asked(raw: Option<String>) -> Asked {
    let raw = raw.unwrap_or_default();
    let pairs: HashMap<String, String> =
        form_urlencoded::parse(raw.as_bytes()).take(20).map(|(k, v)| (k.into_owned(), v.into_owned())).collect();
    let named = pairs.get("tab").map_or("open", String::as_str);
    let (tab, states) = TABS.iter().find(|(t, _)| *t == named).unwrap_or(&("open", &["broken"]));
    let words = pairs.get("q").map(|w| w.trim().chars().take(100).collect::<String>()).filter(|w| !w.is_empty());
    let after = pairs.get("after").and_then(|a| {
        let (date, id) = a.split_once('_')?;
        Some((date.parse().ok()?, id.parse().ok()?))
    });
    Asked { tab, states: states.to_vec(), words, after }
}

pub(super) async fn show(ctx: Ctx, RawQuery(raw): RawQuery) -> Result {
    let form = ctx.form();
    web::page(&page(ctx, asked(raw), form).await?)
}

async fn page(ctx: Ctx, asked: Asked, form: FormState) -> std::result::Result<RegisterPage, Problem> {
    let mut read = ctx.op.read().await?;
    let query = Query {
        units: ctx.op.scope(ViewInvoice::DEF).units(),
        states: asked.states,
        words: asked.words.clone(),
        after: asked.after,
        limit: i64::try_from(PAGE + 1).unwrap_or(51),
        ..Query::default()
    };
    let tenant = ctx.op.tenant();
    let mut rows = store::register(read.conn(), tenant, &query).await?;
    let counts = store::counts(read.conn(), tenant, &query.units).await?;
    let waiting = if ctx.op.could(ReceiveInvoice::DEF) {
        let mine = ctx.op.scope(ReceiveInvoice::DEF).units();
        store::waiting(read.conn(), tenant, &mine, MOST_WAITING).await?
    } else {
        Vec::new()
    };
    drop(read);
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    looked(&ctx, ViewInvoice::DEF.name, "invoice", rows.iter().map(|r| r.id.uuid()).collect()).await?;
    let (tr, today) = (ctx.tr.clone(), ctx.op.today());
    let count = |states: &[&str]| -> i64 {
        counts.iter().filter(|(s, ..)| states.contains(&s.as_str())).map(|(_, n, _)| *n).sum()
    };
    let tab = |(word, states): &(&str, &[&str])| {
        let label = tr.t(&format!("invoices-tab-{word}"));
        let n = count(states);
        let label = if n > 0 { format!("{label} ({})", tr.number(n)) } else { label };
        (format!("/invoices?tab={word}"), label, *word == asked.tab)
    };
    let here = address(asked.tab, asked.words.as_deref());
    let next = rows.last().filter(|_| more).map(|r| format!("{here}&after={}_{}", r.due_on, r.id));
    Ok(RegisterPage {
        tabs: TABS.iter().map(tab).collect(),
        tab: asked.tab.to_owned(),
        words: asked.words.unwrap_or_default(),
        lines: rows.iter().map(|r| line(&tr, r, today)).collect(),
        first: if asked.after.is_some() { here } else { String::new() },
        next: next.unwrap_or_default(),
        may_receive: ctx.op.could(ReceiveInvoice::DEF),
        waiting: waiting.iter().map(|w| waits(&tr, w)).collect(),
        form,
        shell: ctx.shell,
    })
}

fn waits(tr: &i18n::Tr, w: &store::WaitingRow) -> (String, String, String) {
    let channel = tr.t(&format!("invoices-channel-{}", w.channel.word()));
    (
        format!("/invoices/waiting/{}", w.id),
        w.name.clone(),
        format!("{}, {channel}", tr.date(types::local_date(w.received_at))),
    )
}

fn address(tab: &str, words: Option<&str>) -> String {
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    pairs.append_pair("tab", tab);
    if let Some(words) = words {
        pairs.append_pair("q", words);
    }
    format!("/invoices?{}", pairs.finish())
}

#[derive(Template)]
#[template(path = "invoices/received.html")]
pub(super) struct ReceivedPage {
    pub shell: Shell,
    pub summary: String,
    pub files: Vec<FileView>,
}

pub(super) struct FileView {
    pub name: String,
    pub href: String,
    pub what: String,
    pub outcome: String,
    pub verdict: Html,
    pub alerts: Vec<String>,
    pub findings: Vec<FindingView>,
}

pub(super) struct FindingView {
    pub severity: Html,
    pub text: String,
    pub rule: String,
    pub place: String,
}

pub(super) fn finding(tr: &i18n::Tr, f: &crate::model::FindingRow) -> FindingView {
    let kind = match f.severity.as_str() {
        "fatal" => "refused",
        "warning" => "wait",
        _ => "draft",
    };
    let text = match tr.locale() {
        types::Locale::Lv => f.lv.clone(),
        types::Locale::En => f.en.clone(),
    };
    let term = f.term.as_deref().map(|t| format!("{t} · ")).unwrap_or_default();
    FindingView {
        severity: ui::c::chip(&kind, &tr.t(&format!("invoices-severity-{}", f.severity))),
        text,
        rule: f.rule.clone(),
        place: format!("{term}{} ({})", f.path, tr.t1("invoices-line-no", "n", i64::from(f.line))),
    }
}

fn file_view(tr: &i18n::Tr, r: &Received) -> FileView {
    let (href, key) = match r.outcome {
        Outcome::Registered(id) => (format!("/invoices/{id}"), "invoices-outcome-registered"),
        Outcome::Known(id) => (format!("/invoices/{id}"), "invoices-outcome-known"),
        Outcome::Waiting(id) => (format!("/invoices/waiting/{id}"), "invoices-outcome-waiting"),
        Outcome::Refused => (String::new(), "invoices-outcome-refused"),
    };
    let what = if matches!(r.outcome, Outcome::Waiting(_)) {
        tr.t("invoices-waiting-enter")
    } else if r.supplier.is_empty() {
        String::new()
    } else {
        format!("{}, {}, {}", r.supplier, r.number, tr.money(r.total))
    };
    FileView {
        name: r.name.clone(),
        href,
        what,
        outcome: tr.t(key),
        verdict: words::verdict_chip(tr, r.verdict),
        alerts: r.alerts.iter().map(|a| tr.t(&format!("invoices-alert-{}", a.word()))).collect(),
        findings: r.findings.iter().take(20).map(|f| finding(tr, f)).collect(),
    }
}

/// The institution that gets what names none of ours: the first where the person may receive.
pub(super) async fn fallback(ctx: &Ctx) -> std::result::Result<UnitId, Problem> {
    let seen = ctx.op.scope(ReceiveInvoice::DEF).units();
    let mut read = ctx.op.read().await?;
    let units = parties::units(read.conn(), ctx.op.tenant(), Some(ctx.op.today())).await?;
    let mut mine = units.into_iter().filter(|u| u.kind == parties::UnitKind::Institution);
    let found = mine.find(|u| seen.as_ref().is_none_or(|s| s.contains(&u.id)));
    found.map(|u| u.id).ok_or(Problem::Forbidden)
}

pub(super) async fn upload(ctx: Ctx, Upload(mut form, files): Upload) -> Result {
    if files.is_empty() || files.len() > MOST_FILES {
        form.fail("files", if files.is_empty() { "ui-error-required" } else { "invoices-too-many-files" });
        form.csrf.clone_from(&ctx.shell.csrf);
        return web::invalid(&page(ctx, asked(None), form).await?);
    }
    let fallback = fallback(&ctx).await?;
    let arrival = |f: web::Uploaded| Arrival::new(f.name, f.bytes.to_vec(), Channel::Upload);
    let done = usecases::receive(&ctx.op, fallback, files.into_iter().map(arrival).collect()).await;
    let done = done.map_err(|e| problem(&ctx.tr, e))?;
    let tr = ctx.tr.clone();
    let registered = done.iter().filter(|r| matches!(r.outcome, Outcome::Registered(_))).count();
    let ctx = ctx.under(&[("/invoices", tr.t("invoices-title"))]);
    web::page(&ReceivedPage {
        summary: tr.ta(
            "invoices-received-summary",
            &[
                ("n", i64::try_from(registered).unwrap_or(0).into()),
                ("of", i64::try_from(done.len()).unwrap_or(0).into()),
            ],
        ),
        files: done.iter().map(|r| file_view(&tr, r)).collect(),
        shell: ctx.shell,
    })
}
