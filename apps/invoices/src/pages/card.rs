//! An invoice: what it says, what the rules say, what waits, how it is booked.

use askama::Template;
use axum::extract::{Path, RawQuery};
use i18n::Tr;
use op::Action as _;
use types::{DocumentId, PersonId};
use ui::{
    FormState, Html, Shell,
    c::{Choice, Row},
};
use uuid::Uuid;
use web::{Ctx, Form, Problem, Result};

use super::{
    coding, id, looked, problem, refusal,
    register::{FindingView, finding},
    version, view, words,
};
use crate::{
    actions::{AnswerSupplier, ClearAlert, CodeInvoice, ViewInvoice},
    held::Invoice,
    model::{Deviation, FindingRow, Reason, State},
    store::{self, AlertRow},
    usecases,
};

/// Findings shown at once; the rest opens.
const FIRST: usize = 8;

#[derive(Template)]
#[template(path = "invoices/card.html")]
pub(super) struct CardPage {
    pub shell: Shell,
    pub form: FormState,
    pub id: String,
    pub version: i32,
    pub title: String,
    pub number: String,
    pub chip: Html,
    pub verdict: Html,
    pub summary: Vec<Row>,
    pub body: Html,
    pub findings: Vec<FindingView>,
    pub more: Vec<FindingView>,
    pub alerts: Vec<AlertView>,
    pub files: Vec<(String, String, String)>,
    pub links: Vec<(String, String)>,
    pub coded: Vec<CodedView>,
    pub parts: Vec<coding::PartFields>,
    pub units: Vec<Choice>,
    pub suggestion: String,
    pub may_split: bool,
    pub may_template: bool,
    pub contract: String,
    pub may_code: bool,
    pub may_answer: bool,
    pub is_broken: bool,
    pub reasons: Vec<Choice>,
    pub total: String,
}

pub(super) struct AlertView {
    pub id: String,
    pub text: String,
    pub detail: String,
    pub link: String,
    pub cleared: String,
    pub may_clear: bool,
}

pub(super) struct CodedView {
    pub amount: String,
    pub account: String,
    pub ekk: String,
    pub rest: String,
    pub unit: String,
    pub note: String,
}

pub(super) async fn show(ctx: Ctx, Path(text): Path<String>, RawQuery(raw): RawQuery) -> Result {
    let mut form = ctx.form();
    if raw.as_deref() == Some("split=lines") {
        form.set("split", "lines");
    }
    web::page(&page(ctx, id(&text)?, form).await?)
}

pub(super) async fn page(ctx: Ctx, id: DocumentId, mut form: FormState) -> std::result::Result<CardPage, Problem> {
    let tenant = ctx.op.tenant();
    let mut read = ctx.op.read().await?;
    let invoice: Invoice = read.see(id).await?;
    let lines = store::lines(read.conn(), tenant, id, view::MOST_LINES).await?;
    let alerts = store::alerts(read.conn(), tenant, id).await?;
    let files = store::files(read.conn(), tenant, id).await?;
    let parts = store::coding(read.conn(), tenant, id).await?;
    let all_units = parties::units(read.conn(), tenant, Some(ctx.op.today())).await?;
    let people: Vec<PersonId> = alerts.iter().filter_map(|a| a.cleared_by).collect();
    let names = parties::names(read.conn(), tenant, &people).await?;
    let may_code = invoice.state == State::Coding && read.may::<CodeInvoice>(&invoice);
    let may_template = read.may::<CodeInvoice>(&invoice);
    let may_answer = matches!(invoice.state, State::Broken | State::Coding) && read.may::<AnswerSupplier>(&invoice);
    let may_clear = read.may::<ClearAlert>(&invoice);
    // The document's card has rights of its own.
    let has_document = read.see::<documents::Document>(id).await.is_ok();
    drop(read);
    looked(&ctx, ViewInvoice::DEF.name, "invoice", vec![id.uuid()]).await?;
    let (tr, today, me) = (ctx.tr.clone(), ctx.op.today(), ctx.op.person());
    form.csrf.clone_from(&ctx.shell.csrf);
    let unit_name = |id: types::UnitId| {
        all_units.iter().find(|u| u.id == id).map(|u| u.name_in(tr.locale()).to_owned()).unwrap_or_default()
    };
    if form.blank("why") {
        form.set("why", if invoice.state == State::Broken { "LEG" } else { "OTH" });
    }
    let split = coding::split(&invoice, &lines, &parts);
    let is_split = may_code && form.value("split") == "lines" && !split.is_empty();
    coding::fill(&tr, &mut form, &invoice, if is_split { &split } else { &parts });
    let may_template = may_template && !may_code && !parts.is_empty();
    let suggestion = parts.first().map(|p| p.note.clone()).filter(|n| !n.is_empty() && may_code);
    let place = all_units.iter().filter(|u| u.id == invoice.institution_id || u.path.contains(&invoice.institution_id));
    let mut found: Vec<FindingView> = invoice.findings.0.iter().map(|f: &FindingRow| finding(&tr, f)).collect();
    let more = found.split_off(found.len().min(FIRST));
    let alert = |a: &AlertRow| alert_view(&tr, a, may_clear && (a.raised_by.is_none() || a.raised_by != me), &names);
    let ctx = ctx.under(&[("/invoices", tr.t("invoices-title"))]);
    let mut links = vec![
        (format!("/invoices/{id}/view"), tr.t("invoices-view")),
        (format!("/invoices/{id}/pdf"), tr.t("invoices-view-pdf")),
    ];
    if has_document {
        links.push((format!("/documents/{id}"), tr.t("invoices-document")));
    }
    Ok(CardPage {
        id: id.to_string(),
        version: invoice.version,
        title: view::title(&tr, &invoice),
        number: invoice.registered.clone().unwrap_or_default(),
        chip: words::state_chip(&tr, invoice.state, invoice.due_on, today),
        verdict: words::verdict_chip(&tr, &invoice.verdict),
        summary: view::facts(&tr, &invoice, &unit_name(invoice.unit_id)),
        body: view::body(&tr, &invoice, &lines),
        findings: found,
        more,
        alerts: alerts.iter().map(alert).collect(),
        files: files
            .iter()
            .map(|(f, name, kind, size, _)| {
                (format!("/invoices/{id}/files/{f}"), name.clone(), size_of(&tr, kind, *size))
            })
            .collect(),
        links,
        coded: if may_code { Vec::new() } else { parts.iter().map(|p| coded(&tr, p, unit_name(p.unit_id))).collect() },
        parts: coding::fields(),
        units: place.map(|u| Choice::new(u.id.to_string(), u.name_in(tr.locale()))).collect(),
        suggestion: suggestion.unwrap_or_default(),
        may_split: may_code && !is_split && !split.is_empty(),
        may_template,
        contract: invoice.contract_number.clone().unwrap_or_default(),
        may_code,
        may_answer,
        is_broken: invoice.state == State::Broken,
        reasons: reasons(&tr),
        total: words::amount(&tr, invoice.total, &invoice.currency),
        form,
        shell: ctx.shell,
    })
}

/// Where an invoice and what was agreed part, in words.
fn deviations(tr: &Tr, found: Option<&serde_json::Value>) -> String {
    let all: Vec<Deviation> = found.and_then(|v| serde_json::from_value(v.clone()).ok()).unwrap_or_default();
    let plain = |d: rust_decimal::Decimal| view::plain(tr, d);
    let one = |d: &Deviation| match d {
        Deviation::Supplier => tr.t("invoices-deviation-supplier"),
        Deviation::Period => tr.t("invoices-deviation-period"),
        Deviation::Amount { over } => tr.t1("invoices-deviation-amount", "over", tr.money(*over)),
        Deviation::Unordered { line } => tr.t1("invoices-deviation-unordered", "line", line.clone()),
        Deviation::Price { line, agreed, invoiced } => tr.ta(
            "invoices-deviation-price",
            &[
                ("line", line.clone().into()),
                ("agreed", tr.money(*agreed).into()),
                ("invoiced", tr.money(*invoiced).into()),
            ],
        ),
        Deviation::Quantity { line, received, invoiced } => tr.ta(
            "invoices-deviation-quantity",
            &[
                ("line", line.clone().into()),
                ("received", plain(*received).into()),
                ("invoiced", plain(*invoiced).into()),
            ],
        ),
    };
    all.iter().map(one).collect::<Vec<_>>().join(" ")
}

/// Why an invoice may be refused.
pub(super) fn reasons(tr: &Tr) -> Vec<Choice> {
    Reason::ALL.map(|r| Choice::new(r.code(), tr.t(&format!("invoices-why-{}", r.code())))).to_vec()
}

fn size_of(tr: &Tr, kind: &str, size: i64) -> String {
    let kib = (size + 1023) / 1024;
    format!("{kind}, {} KiB", tr.number(kib))
}

fn coded(tr: &Tr, p: &crate::model::Coding, unit: String) -> CodedView {
    let rest = [&p.function, &p.funding, &p.project];
    CodedView {
        amount: tr.money(p.amount),
        account: p.account.clone(),
        ekk: p.ekk.clone(),
        rest: rest.into_iter().filter(|t| !t.is_empty()).cloned().collect::<Vec<_>>().join(" / "),
        unit,
        note: p.note.clone(),
    }
}

fn alert_view(
    tr: &Tr,
    a: &AlertRow,
    may_clear: bool,
    names: &std::collections::HashMap<PersonId, String>,
) -> AlertView {
    let text = |key: &str| a.detail.get(key).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
    let detail = match a.kind.as_str() {
        "account-changed" => {
            let before = a.detail.get("before").and_then(|v| v.as_array());
            let before = before.into_iter().flatten().filter_map(|v| v.as_str()).map(words::iban);
            tr.ta(
                "invoices-alert-account-detail",
                &[
                    ("iban", words::iban(&text("iban")).into()),
                    ("before", before.collect::<Vec<_>>().join(", ").into()),
                ],
            )
        }
        "duplicate" => tr.t1(&format!("invoices-alert-duplicate-{}", text("how")), "number", text("number")),
        "wrong-buyer" => tr.t1("invoices-alert-buyer-detail", "name", text("buyer")),
        "not-matched" => deviations(tr, a.detail.get("deviations")),
        "attachment" => format!("{}: {}", text("name"), tr.t(&text("why"))),
        _ => text("why"),
    };
    let cleared = a.cleared_at.map(|at| {
        let who = a.cleared_by.and_then(|p| names.get(&p)).cloned().unwrap_or_default();
        format!("{} {who}: {}", tr.date(types::local_date(at)), a.ground.as_deref().unwrap_or_default())
    });
    let of = text("of");
    AlertView {
        id: a.id.to_string(),
        text: tr.t(&format!("invoices-alert-{}", a.kind)),
        detail,
        link: if of.is_empty() { String::new() } else { format!("/invoices/{of}") },
        may_clear: may_clear && cleared.is_none(),
        cleared: cleared.unwrap_or_default(),
    }
}

pub(super) async fn accept(ctx: Ctx, Path(text): Path<String>, Form(mut form): Form) -> Result {
    let id: DocumentId = id(&text)?;
    let Some(ground) = form.required_text("ground", 500) else {
        return web::invalid(&page(ctx, id, form).await?);
    };
    match usecases::accept(&ctx.op, id, version(&form)?, &ground).await {
        Ok(()) => Ok(web::see_other(&format!("/invoices/{id}"))),
        Err(e) => Err(problem(&ctx.tr, e)),
    }
}

pub(super) async fn answer(ctx: Ctx, Path(text): Path<String>, Form(mut form): Form) -> Result {
    let id: DocumentId = id(&text)?;
    let why = form.chosen("why", Reason::from_code);
    let (Some(why), Some(words)) = (why, form.required_text("reason", 2000)) else {
        return web::invalid(&page(ctx, id, form).await?);
    };
    match usecases::answer(&ctx.op, id, version(&form)?, why, &words).await {
        Ok(_) => Ok(web::see_other(&format!("/invoices/{id}"))),
        Err(e) => Err(problem(&ctx.tr, e)),
    }
}

pub(super) async fn clear(ctx: Ctx, Path((text, alert)): Path<(String, String)>, Form(mut form): Form) -> Result {
    let id: DocumentId = id(&text)?;
    let alert: Uuid = super::id(&alert)?;
    let Some(ground) = form.required_text("clear_ground", 500) else {
        return web::invalid(&page(ctx, id, form).await?);
    };
    match usecases::clear(&ctx.op, id, alert, &ground).await {
        Ok(()) => Ok(web::see_other(&format!("/invoices/{id}"))),
        Err(e) => {
            let words = refusal(&ctx.tr, e)?;
            form.fail_text("clear_ground", words);
            web::invalid(&page(ctx, id, form).await?)
        }
    }
}

/// A file of an invoice: whoever sees the invoice opens what it came with.
pub(super) async fn file(ctx: Ctx, Path((text, file)): Path<(String, String)>, RawQuery(raw): RawQuery) -> Result {
    let id: DocumentId = id(&text)?;
    let file: types::FileId = super::id(&file)?;
    let mut read = ctx.op.read().await?;
    let _: Invoice = read.see(id).await?;
    let content = documents::read_file(&mut read, file).await?;
    drop(read);
    if content.document != id {
        return Err(Problem::NotFound);
    }
    looked(&ctx, ViewInvoice::DEF.name, "invoice", vec![id.uuid()]).await?;
    Ok(documents::served(content, raw.as_deref() == Some("inline=1")))
}
