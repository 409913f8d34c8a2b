//! Payments: what may be paid, proposals, their release, the file for the bank, postings.

use std::collections::HashMap;

use askama::Template;
use axum::{
    extract::{Path, RawQuery},
    http::header,
    response::{IntoResponse as _, Response},
};
use chrono::Days;
use i18n::Tr;
use iso20022::Version;
use op::{Action as _, Audit};
use types::{DocumentId, PersonId};
use ui::{
    FormState, Html, Shell,
    c::{Choice, Row},
};
use uuid::Uuid;
use web::{Ctx, Form, Problem, Result};

use super::{id, key, looked, problem, refusal, version, words};
use crate::{
    actions::{ExportPostings, ProposePayment, ReleasePayment, ViewPayments},
    held::Batch,
    model::BatchState,
    store::{self, BatchRow, PayableRow, PaymentRow},
    usecases::{self, InvoicesError, Proposal},
};

const MOST: i64 = 500;

#[derive(Template)]
#[template(path = "invoices/payments.html")]
pub(super) struct PaymentsPage {
    pub shell: Shell,
    pub form: FormState,
    pub payable: Vec<PayableView>,
    pub sum: String,
    pub batches: Vec<BatchView>,
    pub accounts: Vec<Choice>,
    pub is_central: bool,
    pub may_post: bool,
    pub may_propose: bool,
}

pub(super) struct PayableView {
    pub id: String,
    pub href: String,
    pub supplier: String,
    pub number: String,
    pub due: String,
    pub open: String,
    pub iban: String,
    pub against: String,
}

pub(super) struct BatchView {
    pub href: String,
    pub number: String,
    pub account: String,
    pub pay_on: String,
    pub payments: String,
    pub amount: String,
    pub chip: Html,
    pub people: String,
}

pub(super) async fn show(ctx: Ctx, RawQuery(_): RawQuery) -> Result {
    let form = ctx.form();
    web::page(&page(ctx, form).await?)
}

async fn page(ctx: Ctx, mut form: FormState) -> std::result::Result<PaymentsPage, Problem> {
    let (tenant, today) = (ctx.op.tenant(), ctx.op.today());
    let horizon = today.checked_add_days(Days::new(365)).unwrap_or(today);
    let mut read = ctx.op.read().await?;
    let units = ctx.op.scope(ViewPayments::DEF).units();
    let rows = store::payable(read.conn(), tenant, &units, horizon, None, MOST).await?;
    // Lists are of the whole municipality: they are for those whose role is.
    let is_central = units.is_none();
    let batches = if is_central { store::batches(read.conn(), tenant, None, 50).await? } else { Vec::new() };
    let accounts = store::bank_accounts(read.conn(), tenant).await?;
    let people: Vec<PersonId> = batches.iter().flat_map(|b| [b.prepared_by, b.released_by]).flatten().collect();
    let names = parties::names(read.conn(), tenant, &people).await?;
    drop(read);
    looked(&ctx, ViewPayments::DEF.name, "invoice", rows.iter().map(|r| r.id.uuid()).collect()).await?;
    let tr = ctx.tr.clone();
    form.csrf.clone_from(&ctx.shell.csrf);
    if form.blank("pay_on") {
        form.set("pay_on", tr.date(today));
    }
    if form.blank("due_by") {
        form.set("due_by", tr.date(today.checked_add_days(Days::new(7)).unwrap_or(today)));
    }
    let sum = rows.iter().filter(|r| r.may_be_paid()).fold(0_i64, |s, r| s.saturating_add(r.open.0));
    Ok(PaymentsPage {
        payable: rows.iter().map(|r| payable(&tr, r)).collect(),
        sum: tr.money(types::Money(sum)),
        batches: batches.iter().map(|b| batch_view(&tr, b, &names)).collect(),
        accounts: accounts
            .iter()
            .map(|a| Choice::new(a.id.to_string(), format!("{} · {}", a.name, words::iban(&a.iban))))
            .collect(),
        is_central,
        may_post: ctx.op.could(ExportPostings::DEF),
        may_propose: ctx.op.could(ProposePayment::DEF),
        form,
        shell: ctx.shell,
    })
}

fn payable(tr: &Tr, r: &PayableRow) -> PayableView {
    let against = if r.alerts > 0 {
        tr.t1("invoices-refused-alerts", "n", r.alerts)
    } else if !r.is_account_known {
        tr.t("invoices-account-unknown")
    } else if r.currency != "EUR" {
        tr.t("invoices-not-euro")
    } else {
        String::new()
    };
    PayableView {
        id: r.id.to_string(),
        href: format!("/invoices/{}", r.id),
        supplier: r.supplier.clone(),
        number: r.number.clone(),
        due: tr.date(r.due_on),
        open: words::amount(tr, r.open, &r.currency),
        iban: r.iban.as_deref().map(words::iban).unwrap_or_default(),
        against,
    }
}

fn batch_view(tr: &Tr, b: &BatchRow, names: &HashMap<PersonId, String>) -> BatchView {
    let name = |p: Option<PersonId>| p.and_then(|p| names.get(&p)).cloned().unwrap_or_default();
    let people = [name(b.prepared_by), name(b.released_by)];
    BatchView {
        href: format!("/invoices/payments/{}", b.id),
        number: b.number.clone(),
        account: b.account.clone(),
        pay_on: tr.date(b.pay_on),
        payments: tr.number(i64::from(b.payments)),
        amount: tr.money(b.amount),
        chip: words::batch_chip(tr, b.state),
        people: people.into_iter().filter(|n| !n.is_empty()).collect::<Vec<_>>().join(" → "),
    }
}

pub(super) async fn propose(ctx: Ctx, Form(mut form): Form) -> Result {
    let bank_account: Option<Uuid> = form.uuid("account");
    let pay_on = form.date("pay_on");
    let due_by = form.date("due_by");
    if pay_on.is_some_and(|d| d < ctx.op.today()) {
        form.fail("pay_on", "invoices-error-past");
    }
    let only: Vec<DocumentId> = form.uuids("invoice");
    let (Some(bank_account), Some(pay_on), Some(due_by), true) = (bank_account, pay_on, due_by, form.is_ok()) else {
        return web::invalid(&page(ctx, form).await?);
    };
    let due_by = if only.is_empty() { due_by } else { types::Date::MAX };
    let only = (!only.is_empty()).then_some(only);
    match usecases::propose(&ctx.op, key(&form)?, Proposal { bank_account, pay_on, due_by, only }).await {
        Ok(id) => Ok(web::see_other(&format!("/invoices/payments/{id}"))),
        Err(InvoicesError::Op(op::OpError::Conflict(c))) if c == "payment_open" || c == "batch_number_key" => {
            Err(Problem::Stale(String::new()))
        }
        Err(e) => {
            let words = refusal(&ctx.tr, e)?;
            form.fail_text("due_by", words);
            web::invalid(&page(ctx, form).await?)
        }
    }
}

#[derive(Template)]
#[template(path = "invoices/batch.html")]
pub(super) struct BatchPage {
    pub shell: Shell,
    pub form: FormState,
    pub id: String,
    pub version: i32,
    pub title: String,
    pub chip: Html,
    pub summary: Vec<Row>,
    pub payments: Vec<PaymentView>,
    pub may_release: bool,
    pub may_cancel: bool,
    pub is_own: bool,
    pub has_file: bool,
}

pub(super) struct PaymentView {
    pub href: String,
    pub supplier: String,
    pub number: String,
    pub iban: String,
    pub amount: String,
    pub state: String,
}

pub(super) async fn batch(ctx: Ctx, Path(text): Path<String>) -> Result {
    let form = ctx.form();
    web::page(&batch_page(ctx, id(&text)?, form).await?)
}

async fn batch_page(ctx: Ctx, id: Uuid, form: FormState) -> std::result::Result<BatchPage, Problem> {
    let tenant = ctx.op.tenant();
    let mut read = ctx.op.read().await?;
    let batch: Batch = read.see(id).await?;
    let payments = store::payments(read.conn(), tenant, id).await?;
    let people: Vec<PersonId> = [batch.prepared_by, batch.released_by].into_iter().flatten().collect();
    let names = parties::names(read.conn(), tenant, &people).await?;
    let is_proposed = batch.state == BatchState::Proposed;
    let is_own = batch.prepared_by == ctx.op.person();
    let may_release = is_proposed && !is_own && read.may::<ReleasePayment>(&batch);
    let may_cancel = is_proposed && read.may::<ProposePayment>(&batch);
    drop(read);
    looked(&ctx, ViewPayments::DEF.name, "payment-batch", vec![id]).await?;
    let tr = ctx.tr.clone();
    let name = |p: Option<PersonId>| p.and_then(|p| names.get(&p)).cloned().unwrap_or_else(|| "—".to_owned());
    let mut summary = vec![
        Row::new(tr.t("invoices-account"), words::iban(&batch.iban)),
        Row::new(tr.t("invoices-pay-on"), tr.date(batch.pay_on)),
        Row::new(tr.t("invoices-payments-count"), tr.number(i64::from(batch.payments))),
        Row::new(tr.t("invoices-amount"), tr.money(batch.amount)),
        Row::new(tr.t("invoices-prepared-by"), name(batch.prepared_by)),
        Row::new(tr.t("invoices-released-by"), name(batch.released_by)),
    ];
    if let Some(answer) = &batch.answer {
        let text = |key: &str| answer.get(key).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
        let words = [text("status"), text("reason"), text("words")];
        summary.push(Row::new(tr.t("invoices-bank-answer"), words.join(" ").trim().to_owned()));
    }
    let ctx = ctx.under(&[("/invoices/payments", tr.t("invoices-payments"))]);
    Ok(BatchPage {
        id: id.to_string(),
        version: batch.version,
        title: batch.number.clone(),
        chip: words::batch_chip(&tr, batch.state),
        summary,
        payments: payments.iter().map(|p| payment(&tr, p)).collect(),
        may_release,
        may_cancel,
        is_own: is_own && is_proposed,
        has_file: batch.released_at.is_some(),
        form,
        shell: ctx.shell,
    })
}

fn payment(tr: &Tr, p: &PaymentRow) -> PaymentView {
    let state = tr.t(&format!("invoices-payment-{}", p.state));
    PaymentView {
        href: format!("/invoices/{}", p.invoice_id),
        supplier: p.supplier.clone(),
        number: p.number.clone(),
        iban: words::iban(&p.iban),
        amount: tr.money(p.amount),
        state: p.reason.as_deref().map_or_else(|| state.clone(), |r| format!("{state} ({r})")),
    }
}

pub(super) async fn release(ctx: Ctx, Path(text): Path<String>, Form(form): Form) -> Result {
    let id: Uuid = id(&text)?;
    match usecases::release(&ctx.op, id, version(&form)?).await {
        Ok(()) => Ok(web::see_other(&format!("/invoices/payments/{id}"))),
        Err(e) => Err(problem(&ctx.tr, e)),
    }
}

pub(super) async fn cancel(ctx: Ctx, Path(text): Path<String>, Form(form): Form) -> Result {
    let id: Uuid = id(&text)?;
    match usecases::cancel(&ctx.op, id, version(&form)?).await {
        Ok(()) => Ok(web::see_other("/invoices/payments")),
        Err(e) => Err(problem(&ctx.tr, e)),
    }
}

fn attachment(name: &str, kind: &'static str, bytes: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (headers, bytes).into_response()
}

pub(super) async fn file(ctx: Ctx, Path(text): Path<String>, RawQuery(raw): RawQuery) -> Result {
    let id: Uuid = id(&text)?;
    let version = if raw.as_deref() == Some("version=09") { Version::V09 } else { Version::V03 };
    let mut read = ctx.op.read().await?;
    let (name, bytes) = usecases::file_of(&mut read, id, version).await.map_err(|e| problem(&ctx.tr, e))?;
    drop(read);
    let mut tx = ctx.op.begin().await?;
    tx.audit(Audit::of(ViewPayments::DEF.name, "payment-batch", id).with(serde_json::json!({ "export": name })));
    tx.commit().await?;
    Ok(attachment(&name, "application/xml", bytes))
}

/// The postings of a month as CSV, for an accounting system.
pub(super) async fn postings(ctx: Ctx, RawQuery(raw): RawQuery) -> Result {
    let raw = raw.unwrap_or_default();
    let asked = form_urlencoded::parse(raw.as_bytes()).find(|(k, _)| k == "month").map(|(_, v)| v.into_owned());
    let today = ctx.op.today();
    let first = asked.and_then(|m| format!("{m}-01").parse().ok());
    let first: types::Date = first.unwrap_or_else(|| chrono::Datelike::with_day(&today, 1).unwrap_or(today));
    let until = first.checked_add_months(chrono::Months::new(1)).unwrap_or(first);
    let mut read = ctx.op.read().await?;
    let units = ctx.op.scope(ExportPostings::DEF).units();
    let rows = store::postings(read.conn(), ctx.op.tenant(), &units, first, until).await?;
    drop(read);
    let mut tx = ctx.op.begin().await?;
    let subjects: Vec<Uuid> = rows.iter().map(|r| r.id.uuid()).collect();
    tx.audit(Audit::of_all(ExportPostings::DEF.name, "invoice", subjects).with(serde_json::json!({ "month": first })));
    tx.commit().await?;
    let name = format!("postings-{}.csv", first.format("%Y-%m"));
    Ok(attachment(&name, "text/csv; charset=utf-8", store::csv(&rows).into_bytes()))
}
