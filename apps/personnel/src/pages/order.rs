//! Orders: the list, the card, correcting a returned one.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Path;
use axum_extra::extract::Query;
use i18n::Tr;
use op::{Action as _, Audit, NewJob};
use serde::Deserialize;
use serde_json::json;
use types::{OrderId, PersonId};
use ui::{
    FormState, Html, Shell,
    c::{Choice, Row},
};
use web::{Ctx, Form, Problem, Result};

use super::{key, table::Table, viewed, words};
use crate::{
    actions::{CorrectOrder, DraftOrder, ViewOrder},
    jobs_of,
    orders::OrderKind,
    store::{self, Order, OrderLine, OrderQuery},
    usecases,
};

const PAGE: i64 = 50;
const STATES: [&str; 5] = ["circulating", "returned", "signed", "rejected", "annulled"];

#[derive(Debug, Default, Deserialize)]
pub(crate) struct ListQuery {
    #[serde(default)]
    state: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    after: String,
}

#[derive(Template)]
#[template(path = "personnel/orders.html")]
pub(crate) struct OrdersPage {
    pub shell: Shell,
    pub form: FormState,
    pub states: Vec<Choice>,
    pub kinds: Vec<Choice>,
    pub table: Html,
    pub next: String,
    pub may_draft: bool,
}

pub(crate) async fn list(ctx: Ctx, Query(query): Query<ListQuery>) -> Result {
    let (units, own) = super::scope(&ctx, ViewOrder::DEF);
    let chosen = |text: &str, offered: &[&str]| offered.contains(&text).then(|| text.to_owned());
    let kinds = OrderKind::ALL.map(OrderKind::word);
    let asked = OrderQuery {
        state: chosen(&query.state, &STATES),
        kind: chosen(&query.kind, &kinds),
        person: None,
        after: query.after.parse().ok(),
        limit: PAGE + 1,
    };
    let mut read = ctx.op.read().await?;
    let mut rows = store::orders(read.conn(), ctx.op.tenant(), (units.as_deref(), own), &asked).await?;
    let more = rows.len() > usize::try_from(PAGE).unwrap_or(0);
    rows.truncate(usize::try_from(PAGE).unwrap_or(0));
    let people: Vec<PersonId> = rows.iter().map(|r| r.person_id).collect();
    let names = parties::names(read.conn(), ctx.op.tenant(), &people).await?;
    drop(read);
    viewed(&ctx.op, ViewOrder::DEF.name, "personnel-order", rows.iter().map(|r| r.id.uuid()).collect()).await?;
    let next = rows.last().filter(|_| more).map(|r| {
        let part = |v: &Option<String>| v.clone().unwrap_or_default();
        format!("/personnel/orders?state={}&kind={}&after={}", part(&asked.state), part(&asked.kind), r.id)
    });
    let tr = ctx.tr.clone();
    let mut form = ctx.form();
    form.set("state", asked.state.unwrap_or_default()).set("kind", asked.kind.unwrap_or_default());
    let ctx = ctx.under(&[]);
    let may_draft = ctx.op.could(DraftOrder::DEF);
    web::page(&OrdersPage {
        form,
        states: state_choices(&tr),
        kinds: kind_choices(&tr),
        table: Html::of(&table(&tr, tr.t("personnel-orders"), &rows, &names)),
        next: next.unwrap_or_default(),
        may_draft,
        shell: ctx.shell,
    })
}

pub(crate) fn state_choices(tr: &Tr) -> Vec<Choice> {
    STATES.map(|s| Choice::new(s, tr.t(&format!("personnel-order-state-{s}")))).to_vec()
}

pub(crate) fn kind_choices(tr: &Tr) -> Vec<Choice> {
    OrderKind::ALL.map(|k| Choice::new(k.word(), tr.t(&format!("personnel-order-{}", k.word())))).to_vec()
}

/// A table of orders; without names it is about one person.
pub(crate) fn table(tr: &Tr, caption: String, rows: &[OrderLine], names: &HashMap<PersonId, String>) -> Table {
    let mut head = vec![("personnel-number", false), ("personnel-title", false)];
    if !names.is_empty() {
        head.push(("personnel-person", false));
    }
    head.extend([("personnel-prepared", false), ("personnel-state", false)]);
    let mut table = Table::new(caption, &head, tr, "personnel-orders-empty");
    for r in rows {
        let number = r.number.clone().unwrap_or_else(|| tr.t("personnel-no-number"));
        let href = format!("/personnel/orders/{}", r.id);
        let mut cells = vec![words::link(&href, &number), r.title.as_str().into()];
        if !names.is_empty() {
            cells.push(names.get(&r.person_id).cloned().unwrap_or_default().into());
        }
        cells.extend([tr.date(r.prepared_on).into(), words::order_chip(tr, &r.state)]);
        table.row_to(href, cells);
    }
    table
}

#[derive(Template)]
#[template(path = "personnel/order.html")]
pub(crate) struct OrderPage {
    pub shell: Shell,
    pub form: FormState,
    pub id: String,
    pub title: String,
    pub state: Html,
    pub paragraphs: Vec<String>,
    pub rows: Vec<Row>,
    pub actions: Vec<(String, String, &'static str)>,
    pub events: Vec<ui::c::Event>,
}

/// What an order's page shows beside the order.
struct Beside {
    name: String,
    signed_by: String,
    reverses: Option<Order>,
    history: Vec<(String, types::Timestamp, String)>,
    may_correct: bool,
    may_draft: bool,
    has_absence: bool,
}

async fn beside(ctx: &Ctx, tx: &mut op::Tx, order: &Order) -> Result<Beside> {
    let tenant = ctx.op.tenant();
    let history = workflow::history(tx.conn(), tenant, order.id.uuid(), 50).await?;
    let people: Vec<PersonId> =
        history.iter().filter_map(|h| h.actor_id).chain([order.person_id]).chain(order.signed_by).collect();
    let names = parties::names(tx.conn(), tenant, &people).await?;
    let named = |p: PersonId| names.get(&p).cloned().unwrap_or_default();
    let reverses = match order.reverses_id {
        Some(id) => store::lock_orders(tx.conn(), tenant, &[id.uuid()]).await?.into_iter().next(),
        None => None,
    };
    let booked = store::absences_by_order(tx.conn(), tenant, &[order.id], &["booked"]).await?;
    let facts = op::Held::facts(order);
    let may = |action| ctx.op.grants().permits(action, &facts).is_some();
    let line = |h: &workflow_history::Row| {
        let known = format!("personnel-verb-{}", h.verb);
        let shared = format!("workflow-verb-{}", h.verb);
        let key = [known, shared].into_iter().find(|k| ctx.tr.has(k));
        let what = key.map_or_else(|| ctx.tr.t("personnel-history-other"), |k| ctx.tr.t(&k));
        (what, h.at, h.by.map(named).unwrap_or_else(|| ctx.tr.t("personnel-by-house")))
    };
    let history = history.iter().map(|h| line(&workflow_history::Row { verb: &h.verb, at: h.at, by: h.actor_id }));
    Ok(Beside {
        history: history.collect(),
        name: named(order.person_id),
        signed_by: order.signed_by.map(named).unwrap_or_default(),
        reverses,
        may_correct: may(CorrectOrder::DEF) && order.state == "returned",
        may_draft: may(DraftOrder::DEF) && order.state == "signed",
        has_absence: !booked.is_empty(),
    })
}

mod workflow_history {
    /// What is taken from a line of the timeline.
    pub(super) struct Row<'a> {
        pub verb: &'a str,
        pub at: types::Timestamp,
        pub by: Option<types::PersonId>,
    }
}

pub(crate) async fn show(ctx: Ctx, Path(id): Path<OrderId>) -> Result {
    let mut tx = ctx.op.begin().await?;
    let (order, _) = tx.hold::<Order, ViewOrder>(id).await?;
    let b = beside(&ctx, &mut tx, &order).await?;
    tx.audit(Audit::of("personnel.order.view", "personnel-order", id));
    tx.commit().await?;
    let tr = ctx.tr.clone();
    let form = ctx.form();
    let crumbs = if ctx.op.could(DraftOrder::DEF) {
        ctx.under(&[("/personnel/orders", tr.t("personnel-orders"))])
    } else {
        ctx.under(&[("/me?tab=orders", tr.t("personnel-me"))])
    };
    let ctx = crumbs;
    web::page(&OrderPage {
        id: id.to_string(),
        title: heading(&tr, &order),
        state: words::order_chip(&tr, &order.state),
        paragraphs: paragraphs(&order),
        rows: rows(&tr, &order, &b),
        actions: actions(&tr, &order, &b),
        events: b.history.iter().map(|(what, at, by)| ui::c::Event::new(&tr, what, *at).by(by)).collect(),
        form,
        shell: ctx.shell,
    })
}

pub(crate) fn heading(tr: &Tr, order: &Order) -> String {
    let kind = tr.t(&format!("personnel-order-{}", order.kind));
    match &order.number {
        Some(number) => format!("{kind} {number}"),
        None => kind,
    }
}

/// The title and the text, line by line.
pub(crate) fn paragraphs(order: &Order) -> Vec<String> {
    let text = order.text.lines().filter(|l| !l.trim().is_empty()).map(ToOwned::to_owned);
    std::iter::once(order.title.clone()).filter(|t| !t.is_empty()).chain(text).collect()
}

fn rows(tr: &Tr, order: &Order, b: &Beside) -> Vec<Row> {
    let mut rows = vec![
        Row::new(tr.t("personnel-person"), words::link(&format!("/personnel/employees/{}", order.person_id), &b.name)),
        Row::new(tr.t("personnel-prepared"), tr.datetime(order.prepared_at)),
        Row::new(
            tr.t("personnel-document"),
            words::link(&format!("/documents/{}", order.document_id), &tr.t("personnel-open-document")),
        ),
    ];
    if let Some(a) = order.application_id {
        let link = words::link(&format!("/applications/{a}"), &tr.t("personnel-open-application"));
        rows.push(Row::new(tr.t("personnel-application"), link));
    }
    if let Some(number) = &order.number {
        rows.push(Row::new(tr.t("personnel-number"), number.clone()));
    }
    if let Some(at) = order.signed_at {
        let key =
            if order.signed_electronically { "personnel-signed-electronically" } else { "personnel-signed-on-paper" };
        rows.push(Row::new(tr.t(key), words::when_by(tr, at, &b.signed_by)));
    }
    if let Some(other) = &b.reverses {
        let link = words::link(&format!("/personnel/orders/{}", other.id), &heading(tr, other));
        rows.push(Row::new(tr.t("personnel-reverses"), link));
    }
    rows
}

fn actions(tr: &Tr, order: &Order, b: &Beside) -> Vec<(String, String, &'static str)> {
    let mut actions = Vec::new();
    if b.may_correct {
        let href = format!("/personnel/orders/{}/correct", order.id);
        actions.push((href, tr.t("personnel-order-correct"), "pencil"));
    }
    if b.may_draft && b.has_absence {
        let href = format!("/personnel/orders/new/leave-change?order={}", order.id);
        actions.push((href, tr.t("personnel-recall"), "undo-2"));
    }
    if b.may_draft && order.kind != "annulment" {
        let href = format!("/personnel/orders/new/annulment?order={}", order.id);
        actions.push((href, tr.t("personnel-annul"), "ban"));
    }
    actions
}

#[derive(Template)]
#[template(path = "personnel/order_correct.html")]
pub(crate) struct CorrectPage {
    pub shell: Shell,
    pub form: FormState,
    pub id: String,
    pub heading: String,
    pub why: String,
}

async fn correct_page(ctx: Ctx, id: OrderId, form: FormState) -> Result<CorrectPage> {
    let mut read = ctx.op.read().await?;
    let (order, _) = read.seen::<Order, CorrectOrder>(id).await?;
    let routes = workflow::routes_of(read.conn(), ctx.op.tenant(), id.uuid()).await?;
    drop(read);
    let tr = ctx.tr.clone();
    let href = format!("/personnel/orders/{id}");
    let heading = heading(&tr, &order);
    let steps = routes.last().map(|r| r.steps.0.as_slice()).unwrap_or_default();
    let back = steps.iter().find(|s| s.outcome == Some(workflow::Outcome::Returned));
    let why = back.and_then(|s| s.remark.clone()).unwrap_or_default();
    let ctx = ctx.under(&[("/personnel/orders", tr.t("personnel-orders")), (&href, heading.clone())]);
    Ok(CorrectPage { form, id: id.to_string(), heading, why, shell: ctx.shell })
}

pub(crate) async fn show_correct(ctx: Ctx, Path(id): Path<OrderId>) -> Result {
    let mut read = ctx.op.read().await?;
    let (order, _) = read.seen::<Order, CorrectOrder>(id).await?;
    drop(read);
    if order.state != "returned" {
        return Ok(web::see_other(&format!("/personnel/orders/{id}")));
    }
    let mut form = ctx.form();
    form.set("title", &order.title).set("text", &order.text).set("version", order.version.to_string());
    web::page(&correct_page(ctx, id, form).await?)
}

pub(crate) async fn correct(ctx: Ctx, Path(id): Path<OrderId>, Form(mut form): Form) -> Result {
    let title = form.required_text("title", 300);
    let text = form.required_text("text", 20_000);
    let version = form.value("version").parse::<i32>().ok();
    let (Some(title), Some(text), Some(version)) = (title, text, version) else {
        return web::invalid(&correct_page(ctx, id, form).await?);
    };
    match usecases::correct_order(&ctx.op, id, version, &title, &text, key(&form)).await {
        Ok(()) => Ok(web::see_other(&format!("/personnel/orders/{id}"))),
        Err(e) => {
            let (_, why) = words::order_refused(&ctx.tr, e)?;
            form.fail_text("", why);
            web::invalid(&correct_page(ctx, id, form).await?)
        }
    }
}

/// Makes the PDF anew: of old orders it is made only when somebody asks.
pub(crate) async fn render(ctx: Ctx, Path(id): Path<OrderId>, Form(_): Form) -> Result {
    let mut tx = ctx.op.begin().await?;
    let (order, _) = tx.hold::<Order, ViewOrder>(id).await?;
    if order.document_id.uuid().is_nil() {
        return Err(Problem::NotFound);
    }
    tx.audit(Audit::of("personnel.order.render", "personnel-order", id));
    let payload = json!({ "event": jobs_of::ASKED, "subjects": [id] });
    tx.job(NewJob { kind: jobs_of::RENDER, payload, run_at: ctx.op.now() });
    tx.commit().await?;
    Ok(web::see_other(&format!("/personnel/orders/{id}")))
}
