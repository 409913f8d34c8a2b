//! The human view: what an invoice says, whatever syntax it is written in.

use std::sync::Arc;

use askama::Template;
use axum::extract::Path;
use documents::{
    PdfRenderer,
    ports::{Block, Letter},
};
use i18n::Tr;
use op::{Action as _, Op, OpError};
use types::{BoxFuture, DocumentId};
use ui::{Html, Shell, c::Row};
use uuid::Uuid;
use web::{Ctx, Problem, Result};

use super::{id, looked, words};
use crate::{
    actions::ViewInvoice,
    held::Invoice,
    store::{self, LineRow},
};

/// Lines shown; an invoice of ten thousand is read in its file.
pub(super) const MOST_LINES: i64 = 500;

#[derive(Template)]
#[template(path = "invoices/view.html")]
pub(super) struct ViewPage {
    pub shell: Shell,
    pub title: String,
    pub summary: Vec<Row>,
    pub body: Html,
}

#[derive(Template)]
#[template(path = "invoices/body.html")]
pub(super) struct Body {
    pub tr: Tr,
    pub lines: Vec<LineView>,
    pub totals: Vec<(String, String)>,
    pub note: String,
}

pub(super) struct LineView {
    pub no: String,
    pub name: String,
    pub quantity: String,
    pub net: String,
    pub vat: String,
}

pub(super) fn title(tr: &Tr, i: &Invoice) -> String {
    let word = tr.t(if i.is_credit() { "invoices-kind-credit-note" } else { "invoices-kind-invoice" });
    format!("{word} {}", i.number)
}

/// A number without needless zeros, with the comma that people read.
pub(super) fn plain(tr: &Tr, d: rust_decimal::Decimal) -> String {
    let text = d.normalize().to_string();
    if tr.locale() == types::Locale::Lv { text.replace('.', ",") } else { text }
}

pub(super) fn facts(tr: &Tr, i: &Invoice, unit: &str) -> Vec<Row> {
    pairs(tr, i, unit).into_iter().map(|(key, value)| Row::new(key, value)).collect()
}

fn pairs(tr: &Tr, i: &Invoice, unit: &str) -> Vec<(String, String)> {
    let mut rows = vec![
        (tr.t("invoices-supplier"), format!("{} ({})", i.supplier, i.supplier_code.trim_start_matches('='))),
        (tr.t("invoices-number"), i.number.clone()),
        (tr.t("invoices-issued"), tr.date(i.issued_on)),
        (tr.t("invoices-due"), tr.date(i.due_on)),
        (tr.t("invoices-total"), words::amount(tr, i.total, &i.currency)),
        (tr.t("invoices-open"), words::amount(tr, i.open(), &i.currency)),
    ];
    let mut more = |key: &str, value: Option<String>| {
        if let Some(value) = value.filter(|v| !v.is_empty()) {
            rows.push((tr.t(key), value));
        }
    };
    more("invoices-iban", i.iban.as_deref().map(words::iban));
    more("invoices-reference", i.reference.clone());
    more("invoices-order", i.order_number.clone());
    more("invoices-contract", i.contract_number.clone());
    let matched = i.matched.as_deref().map(|m| tr.t(&format!("invoices-matched-{m}")));
    more("invoices-matched", matched);
    more("invoices-preceding", Some(i.preceding.join(", ")));
    more("invoices-unit", Some(unit.to_owned()));
    more("invoices-received-on", Some(tr.date(i.received_on)));
    more("invoices-channel", Some(tr.t(&format!("invoices-channel-{}", i.channel.word()))));
    more("invoices-paid-on", i.paid_on.map(|d| tr.date(d)));
    rows
}

/// A code of UN/ECE Recommendation 20 in words; one that is not among the usual stays as it came.
fn measure(tr: &Tr, code: Option<&str>) -> String {
    let code = code.unwrap_or_default();
    let key = format!("invoices-measure-{}", code.to_ascii_lowercase());
    if tr.has(&key) { tr.t(&key) } else { code.to_owned() }
}

pub(super) fn body(tr: &Tr, i: &Invoice, lines: &[LineRow]) -> Html {
    let money = |m| words::amount(tr, m, &i.currency);
    let is_cut = i64::try_from(lines.len()).unwrap_or(0) >= MOST_LINES;
    Html::of(&Body {
        tr: tr.clone(),
        lines: lines.iter().map(|l| line_view(tr, &i.currency, l)).collect(),
        totals: totals(i).into_iter().map(|(key, m)| (tr.t(key), money(m))).collect(),
        note: if is_cut { tr.t1("invoices-lines-cut", "n", MOST_LINES) } else { String::new() },
    })
}

pub(super) async fn show(ctx: Ctx, Path(text): Path<String>) -> Result {
    let id: DocumentId = id(&text)?;
    let tenant = ctx.op.tenant();
    let mut read = ctx.op.read().await?;
    let invoice: Invoice = read.see(id).await?;
    let lines = store::lines(read.conn(), tenant, id, MOST_LINES).await?;
    drop(read);
    looked(&ctx, ViewInvoice::DEF.name, "invoice", vec![id.uuid()]).await?;
    let tr = ctx.tr.clone();
    let title = title(&tr, &invoice);
    let ctx = ctx.under(&[("/invoices", tr.t("invoices-title")), (&format!("/invoices/{id}"), title.clone())]);
    web::page(&ViewPage {
        summary: facts(&tr, &invoice, ""),
        body: body(&tr, &invoice, &lines),
        title,
        shell: ctx.shell,
    })
}

/// The same view on paper: PDF/A, the same bytes each time.
pub(super) async fn pdf(ctx: Ctx, Path(text): Path<String>) -> Result {
    let id: DocumentId = id(&text)?;
    let tenant = ctx.op.tenant();
    let mut read = ctx.op.read().await?;
    let invoice: Invoice = read.see(id).await?;
    let lines = store::lines(read.conn(), tenant, id, MOST_LINES).await?;
    let unit = parties::unit(read.conn(), tenant, invoice.institution_id).await?;
    drop(read);
    looked(&ctx, ViewInvoice::DEF.name, "invoice", vec![id.uuid()]).await?;
    let renderer = ctx.op.kernel().extension::<Arc<dyn PdfRenderer>>().ok_or(Problem::NotFound)?;
    let letter = letter(&ctx.tr, &invoice, &lines, unit.map(|u| u.name).unwrap_or_default());
    let bytes = renderer.render(&letter).map_err(Problem::Internal)?;
    let stem: String = invoice.number.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(60).collect();
    let content = documents::FileContent {
        document: id,
        name: format!("rekins-{stem}.pdf"),
        media_type: "application/pdf".to_owned(),
        role: documents::FileRole::Annex,
        bytes,
    };
    Ok(documents::served(content, true))
}

fn letter(tr: &Tr, i: &Invoice, lines: &[LineRow], institution: String) -> Letter {
    let money = |m| words::amount(tr, m, &i.currency);
    let heads = ["invoices-line", "invoices-what-line", "invoices-quantity", "invoices-vat", "invoices-net"];
    let row = |l: &LineRow| {
        let v = line_view(tr, &i.currency, l);
        vec![v.no, v.name, v.quantity, v.vat, v.net]
    };
    let totals = totals(i).map(|(key, m)| (tr.t(key), money(m))).to_vec();
    let mut blocks = vec![Block::Fields(pairs(tr, i, ""))];
    if !lines.is_empty() {
        let head = heads.iter().map(|h| tr.t(h)).collect();
        blocks.push(Block::Table { head, rows: lines.iter().map(row).collect(), right: vec![2, 3, 4] });
    }
    blocks.push(Block::Fields(totals));
    if i64::try_from(lines.len()).unwrap_or(0) >= MOST_LINES {
        blocks.push(Block::Paragraph(tr.t1("invoices-lines-cut", "n", MOST_LINES)));
    }
    Letter {
        lang: tr.locale(),
        title: format!("{}, {}", title(tr, i), i.supplier),
        author: institution.clone(),
        letterhead: vec![institution, i.registered.clone().unwrap_or_default()],
        blocks,
        footer: tr.t("invoices-pdf-footer"),
        created: i.received_at,
    }
}

const fn totals(i: &Invoice) -> [(&'static str, types::Money); 4] {
    [("invoices-net", i.net), ("invoices-vat", i.vat), ("invoices-total", i.total), ("invoices-payable", i.payable)]
}

fn line_view(tr: &Tr, currency: &str, l: &LineRow) -> LineView {
    LineView {
        no: l.no.to_string(),
        name: l.name.clone(),
        quantity: l
            .quantity
            .map(|q| format!("{} {}", plain(tr, q), measure(tr, l.measure.as_deref())))
            .unwrap_or_default(),
        net: words::amount(tr, l.net, currency),
        vat: match (l.vat_rate, l.vat_category.as_deref()) {
            (Some(rate), _) => format!("{} %", plain(tr, rate)),
            (None, category) => category.unwrap_or_default().to_owned(),
        },
    }
}

/// What deciders see beside their task.
pub(super) struct Subject;

impl workflow::SubjectView for Subject {
    fn render<'a>(
        &'a self,
        op: &'a Op,
        tr: &'a Tr,
        subject: Uuid,
    ) -> BoxFuture<'a, std::result::Result<Option<Html>, OpError>> {
        Box::pin(async move {
            let id = DocumentId(subject);
            let tenant = op.tenant();
            let mut read = op.read().await?;
            let invoice = store::invoice(read.conn(), tenant, id).await?;
            let lines = store::lines(read.conn(), tenant, id, 30).await?;
            let parts = store::coding(read.conn(), tenant, id).await?;
            drop(read);
            let coded: Vec<String> =
                parts.iter().map(|p| format!("{} · {} · EKK {}", tr.money(p.amount), p.account, p.ekk)).collect();
            let mut rows = facts(tr, &invoice, "");
            rows.push(Row::new(tr.t("invoices-coding"), coded.join("; ")));
            let summary = Html::of(&ui::c::SummaryList::new(&rows));
            let open = Html::text(&tr.t("invoices-open-card"));
            Ok(Some(Html::trusted(format!(
                "{summary}{}<p class=\"govuk-body\"><a class=\"govuk-link\" href=\"/invoices/{id}\">{open}</a></p>",
                body(tr, &invoice, &lines)
            ))))
        })
    }
}
