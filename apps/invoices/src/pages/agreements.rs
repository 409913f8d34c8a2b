//! Contracts and orders that invoices are compared with, and what was received of them.

use askama::Template;
use axum::extract::Path;
use op::{Action as _, OpError};
use rust_decimal::Decimal;
use types::{Money, PersonId, UnitId};
use ui::{
    FormState, Shell,
    c::{Choice, Row},
};
use uuid::Uuid;
use web::{Ctx, Form, Problem, Result};

use super::{id, key, looked, problem, view};
use crate::{
    actions::{EnterAgreement, ReceiveGoods, ViewAgreements},
    held::Agreement,
    model::OrderedLine,
    store::{self, NewAgreement},
    usecases::{self, InvoicesError},
};

/// When goods came, how much of each line, and who received them.
type Received = (types::Date, sqlx::types::Json<Vec<(String, Decimal)>>, Option<PersonId>);

/// Lines of one order.
const MOST_LINES: usize = 200;

type ListRow = (String, [String; 4], String, String);

#[derive(Template)]
#[template(path = "invoices/agreements.html")]
pub(super) struct AgreementsPage {
    pub shell: Shell,
    pub form: FormState,
    pub rows: Vec<ListRow>,
    pub kinds: Vec<Choice>,
    pub institutions: Vec<Choice>,
    pub may_enter: bool,
}

pub(super) async fn show(ctx: Ctx) -> Result {
    let mut form = ctx.form();
    form.set("kind", "order");
    web::page(&page(ctx, form).await?)
}

async fn page(ctx: Ctx, mut form: FormState) -> std::result::Result<AgreementsPage, Problem> {
    let tenant = ctx.op.tenant();
    let mut read = ctx.op.read().await?;
    let units = ctx.op.scope(ViewAgreements::DEF).units();
    let rows = store::agreements(read.conn(), tenant, &units, 200).await?;
    let all = parties::units(read.conn(), tenant, Some(ctx.op.today())).await?;
    drop(read);
    let tr = ctx.tr.clone();
    form.csrf.clone_from(&ctx.shell.csrf);
    let mine = ctx.op.scope(EnterAgreement::DEF).units();
    let institutions = all.iter().filter(|u| u.kind == parties::UnitKind::Institution);
    let institutions = institutions.filter(|u| mine.as_ref().is_none_or(|m| m.contains(&u.id)));
    let row = |r: &store::AgreementRow| {
        let kind = tr.t(&format!("invoices-agreement-{}", r.kind));
        let amount = r.amount.map(|a| tr.money(a)).unwrap_or_default();
        let texts = [kind, r.number.clone(), r.supplier.clone(), r.title.clone()];
        (format!("/invoices/agreements/{}", r.id), texts, amount, tr.money(r.used))
    };
    Ok(AgreementsPage {
        rows: rows.iter().map(row).collect(),
        kinds: ["order", "contract"].map(|k| Choice::new(k, tr.t(&format!("invoices-agreement-{k}")))).to_vec(),
        institutions: institutions.map(|u| Choice::new(u.id.to_string(), u.name_in(tr.locale()))).collect(),
        may_enter: ctx.op.could(EnterAgreement::DEF),
        form,
        shell: ctx.shell,
    })
}

/// A number as people type it.
fn number(text: &str) -> Option<Decimal> {
    let plain = text.trim().replace(',', ".");
    let digits = plain.len() <= 15 && plain.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    plain.parse().ok().filter(|_| digits)
}

fn lines(form: &mut FormState) -> Vec<OrderedLine> {
    let text = form.text("lines", 20_000).unwrap_or_default();
    let mut out = Vec::new();
    for (n, line) in (1_i64..).zip(text.lines().filter(|l| !l.trim().is_empty()).take(MOST_LINES)) {
        let parts: Vec<&str> = line.split(';').map(str::trim).collect();
        let read = match parts.as_slice() {
            [no, name, quantity, price] if !no.is_empty() && !name.is_empty() => {
                number(quantity).zip(Money::parse(price).ok()).map(|(quantity, price)| OrderedLine {
                    no: no.chars().take(50).collect(),
                    name: name.chars().take(300).collect(),
                    quantity,
                    price,
                })
            }
            _ => None,
        };
        match read {
            Some(line) => out.push(line),
            None => form.fail_with("lines", "invoices-error-lines", &[("n", n.into())]),
        }
    }
    out
}

pub(super) async fn add(ctx: Ctx, Form(mut form): Form) -> Result {
    let kind = form.choice("kind", &["order", "contract"]);
    let number = form.required_text("number", 100);
    let supplier = form.required_text("supplier", 200);
    let title = form.required_text("title", 300);
    let institution: Option<UnitId> = form.uuid("institution");
    let amount = form.money_opt("amount").filter(|m| m.0 > 0);
    let (from, until) = (form.date_opt("from"), form.date_opt("until"));
    let lines = lines(&mut form);
    let mut read = ctx.op.read().await?;
    let found = match &supplier {
        Some(text) => store::supplier_by(read.conn(), ctx.op.tenant(), text).await?,
        None => None,
    };
    drop(read);
    if supplier.is_some() && found.is_none() {
        form.fail("supplier", "invoices-error-supplier");
    }
    let (Some(kind), Some(number), Some(supplier), Some(title), Some(institution), true) =
        (kind, number, found, title, institution, form.is_ok())
    else {
        return web::invalid(&page(ctx, form).await?);
    };
    let kind = if kind == "order" { "order" } else { "contract" };
    let new =
        NewAgreement { id: ctx.op.new_id(), kind, number, supplier, institution, title, amount, from, until, lines };
    match usecases::agree(&ctx.op, key(&form)?, new).await {
        Ok(id) => Ok(web::see_other(&format!("/invoices/agreements/{id}"))),
        Err(InvoicesError::Op(OpError::Conflict(c))) if c == "agreement_number_key" => {
            form.fail("number", "invoices-error-twice");
            web::invalid(&page(ctx, form).await?)
        }
        Err(e) => Err(problem(&ctx.tr, e)),
    }
}

#[derive(Template)]
#[template(path = "invoices/agreement.html")]
pub(super) struct AgreementPage {
    pub shell: Shell,
    pub form: FormState,
    pub id: String,
    pub title: String,
    pub summary: Vec<Row>,
    pub lines: Vec<(String, String, String, String)>,
    pub receipts: Vec<(String, String, String)>,
    pub fields: Vec<(String, String)>,
    pub may_receive: bool,
}

pub(super) async fn one(ctx: Ctx, Path(text): Path<String>) -> Result {
    let form = ctx.form();
    web::page(&card(ctx, id(&text)?, form).await?)
}

async fn card(ctx: Ctx, id: Uuid, mut form: FormState) -> std::result::Result<AgreementPage, Problem> {
    let tenant = ctx.op.tenant();
    let mut read = ctx.op.read().await?;
    let a: Agreement = read.see(id).await?;
    let receipts = store::receipts(read.conn(), tenant, id).await?;
    let people: Vec<PersonId> = receipts.iter().filter_map(|(_, _, p)| *p).collect();
    let names = parties::names(read.conn(), tenant, &people).await?;
    let may_receive = !a.lines.0.is_empty() && read.may::<ReceiveGoods>(&a);
    drop(read);
    looked(&ctx, ViewAgreements::DEF.name, "agreement", vec![id]).await?;
    let tr = ctx.tr.clone();
    form.csrf.clone_from(&ctx.shell.csrf);
    if form.blank("on") {
        form.set("on", tr.date(ctx.op.today()));
    }
    let mut summary = vec![
        Row::new(tr.t("invoices-supplier"), a.supplier.clone()),
        Row::new(tr.t("invoices-agreement-title"), a.title.clone()),
    ];
    let mut more = |key: &str, value: Option<String>| summary.extend(value.map(|v| Row::new(tr.t(key), v)));
    more("invoices-agreement-amount", a.amount.map(|m| tr.money(m)));
    more("invoices-agreement-from", a.valid_from.map(|d| tr.date(d)));
    more("invoices-agreement-until", a.valid_to.map(|d| tr.date(d)));
    let line = |l: &OrderedLine| (l.no.clone(), l.name.clone(), view::plain(&tr, l.quantity), tr.money(l.price));
    let receipt = |(on, lines, by): &Received| {
        let what: Vec<String> = lines.0.iter().map(|(no, q)| format!("{no}: {}", view::plain(&tr, *q))).collect();
        let who = by.and_then(|p| names.get(&p)).cloned().unwrap_or_default();
        (tr.date(*on), what.join(", "), who)
    };
    let field =
        |(n, l): (usize, &OrderedLine)| (format!("line_{n}"), tr.t1("invoices-goods-quantity", "name", l.name.clone()));
    let ctx = ctx.under(&[("/invoices/agreements", tr.t("invoices-agreements"))]);
    Ok(AgreementPage {
        id: id.to_string(),
        title: format!("{} {}", tr.t(&format!("invoices-agreement-{}", a.kind)), a.number),
        summary,
        lines: a.lines.0.iter().map(line).collect(),
        receipts: receipts.iter().map(receipt).collect(),
        fields: a.lines.0.iter().enumerate().map(field).collect(),
        may_receive,
        form,
        shell: ctx.shell,
    })
}

pub(super) async fn receive(ctx: Ctx, Path(text): Path<String>, Form(mut form): Form) -> Result {
    let id: Uuid = id(&text)?;
    let mut read = ctx.op.read().await?;
    let a: Agreement = read.see(id).await?;
    drop(read);
    let on = form.date("on").filter(|d| *d <= ctx.op.today());
    let note = form.text("note", 200).unwrap_or_default();
    let mut lines = Vec::new();
    for (n, l) in a.lines.0.iter().enumerate() {
        let name = format!("line_{n}");
        if form.blank(&name) {
            continue;
        }
        match number(form.value(&name)).filter(|q| *q > Decimal::ZERO) {
            Some(quantity) => lines.push((l.no.clone(), quantity)),
            None => form.fail(&name, "invoices-error-goods"),
        }
    }
    if form.is_ok() && lines.is_empty() {
        form.fail("line_0", "invoices-error-goods");
    }
    let (Some(on), true) = (on, form.is_ok()) else {
        if form.is_ok() {
            form.fail("on", "invoices-error-future");
        }
        return web::invalid(&card(ctx, id, form).await?);
    };
    match usecases::receive_goods(&ctx.op, id, on, lines, &note).await {
        Ok(()) => Ok(web::see_other(&format!("/invoices/agreements/{id}"))),
        Err(e) => Err(problem(&ctx.tr, e)),
    }
}
