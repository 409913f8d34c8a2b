//! Late payments with their interest, and how long invoices are on their way.

use askama::Template;
use axum::extract::RawQuery;
use chrono::Datelike as _;
use op::Action as _;
use rust_decimal::Decimal;
use types::{Date, Money};
use ui::Shell;
use web::{Ctx, Result};

use super::{looked, view};
use crate::{
    actions::ViewPayments,
    model::{Late, interest},
    store,
};

const MOST: i64 = 500;

#[derive(Template)]
#[template(path = "invoices/late.html")]
pub(super) struct LatePage {
    pub shell: Shell,
    pub years: Vec<(String, String, bool)>,
    pub figures: Vec<(String, String)>,
    pub rows: Vec<LateView>,
    pub why: String,
}

pub(super) struct LateView {
    pub href: String,
    pub supplier: String,
    pub number: String,
    pub due: String,
    pub paid: String,
    pub days: String,
    pub amount: String,
    pub interest: String,
}

fn year(raw: Option<String>, today: Date) -> i32 {
    let raw = raw.unwrap_or_default();
    let asked = form_urlencoded::parse(raw.as_bytes()).find(|(k, _)| k == "year").and_then(|(_, v)| v.parse().ok());
    asked.filter(|y| (2000..=2100).contains(y)).unwrap_or_else(|| today.year())
}

fn decimal(value: Option<&(serde_json::Value, String)>) -> Decimal {
    value.and_then(|(v, _)| v.to_string().trim_matches('"').parse().ok()).unwrap_or_default()
}

pub(super) async fn show(ctx: Ctx, RawQuery(raw): RawQuery) -> Result {
    let (tenant, today) = (ctx.op.tenant(), ctx.op.today());
    let year = year(raw, today);
    let day = |y: i32| Date::from_ymd_opt(y, 1, 1).unwrap_or(today);
    let period = (day(year), day(year + 1));
    let units = ctx.op.scope(ViewPayments::DEF).units();
    let mut read = ctx.op.read().await?;
    let rows = store::late(read.conn(), tenant, &units, period, today, MOST).await?;
    let speed = store::speed(read.conn(), tenant, &units, period).await?;
    // The rate of the half-year in which the delay begins; the last one known stands until the next is entered.
    let at = today.min(period.1);
    let ecb = store::rate(read.conn(), "ecb-rate-percent", at).await?;
    let margin = store::rate(read.conn(), "late-margin-percent", at).await?;
    let flat = store::rate(read.conn(), "late-flat-cents", at).await?;
    drop(read);
    looked(&ctx, ViewPayments::DEF.name, "invoice", rows.iter().map(|r| r.id.uuid()).collect()).await?;
    let tr = ctx.tr.clone();
    let rate = decimal(ecb.as_ref()) + decimal(margin.as_ref());
    let flat = Money(flat.as_ref().and_then(|(v, _)| v.as_i64()).unwrap_or(0));
    let of = |r: &store::LateRow| interest(r.payable, r.due_on, r.paid_on.unwrap_or(today), rate, flat);
    let late: Vec<(&store::LateRow, Late)> = rows.iter().filter_map(|r| Some((r, of(r)?))).collect();
    let sum = |part: fn(&Late) -> i64| late.iter().fold(0_i64, |s, (_, l)| s.saturating_add(part(l)));
    let days = |d: Option<Decimal>| d.map_or_else(|| "—".to_owned(), |d| view::plain(&tr, d));
    let figures = vec![
        (tr.t("invoices-late-count"), tr.number(i64::try_from(late.len()).unwrap_or(0))),
        (tr.t("invoices-late-interest-all"), tr.money(Money(sum(|l| l.interest.0)))),
        (tr.t("invoices-late-flat-all"), tr.money(Money(sum(|l| l.flat.0)))),
        (tr.t("invoices-late-to-approval"), days(speed.to_approval)),
        (tr.t("invoices-late-to-payment"), days(speed.to_payment)),
        (tr.t("invoices-late-paid-count"), tr.number(speed.paid)),
    ];
    let row = |(r, l): &(&store::LateRow, Late)| LateView {
        href: format!("/invoices/{}", r.id),
        supplier: r.supplier.clone(),
        number: r.number.clone(),
        due: tr.date(r.due_on),
        paid: r.paid_on.map(|d| tr.date(d)).unwrap_or_default(),
        days: tr.number(l.days),
        amount: tr.money(r.payable),
        interest: tr.money(l.interest),
    };
    let source = ecb.as_ref().map(|(_, s)| s.clone()).unwrap_or_default();
    let why = tr.ta(
        "invoices-late-why-text",
        &[
            ("rate", view::plain(&tr, rate).into()),
            ("margin", view::plain(&tr, decimal(margin.as_ref())).into()),
            ("source", source.into()),
        ],
    );
    let tab = |y: i32| (format!("/invoices/late?year={y}"), y.to_string(), y == year);
    web::page(&LatePage {
        years: [today.year(), today.year() - 1].map(tab).to_vec(),
        figures,
        rows: late.iter().map(row).collect(),
        why,
        shell: ctx.shell,
    })
}
