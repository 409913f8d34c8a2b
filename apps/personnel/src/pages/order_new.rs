//! Orders that HR starts: hire, transfer, pay, end, recall, annul.

use askama::Template;
use axum::extract::Path;
use axum_extra::extract::Query;
use latvian::ids::PersonalCode;
use rust_decimal::Decimal;
use serde::Deserialize;
use types::{OrderId, PersonId, PostId, UnitId};
use ui::{
    FormState, Shell,
    c::{Choice, Row},
};
use web::{Ctx, Form, Problem, Result};

use super::{key, words};
use crate::{
    actions::DraftOrder,
    orders::OrderKind,
    store::{self, Account, Order},
    usecases::{self, AnnulAsk, ChangeAsk, HireAsk, OrderAsk, TermsAsk},
};

#[derive(Template)]
#[template(path = "personnel/order_choose.html")]
pub(crate) struct ChoosePage {
    pub shell: Shell,
    /// Where, what, how it begins.
    pub kinds: Vec<(String, String, String)>,
}

pub(crate) async fn choose(ctx: Ctx) -> Result {
    let ctx = ctx.under(&[("/personnel/orders", String::new())]);
    let mut ctx = ctx;
    if let Some(last) = ctx.shell.breadcrumbs.last_mut() {
        last.1 = ctx.tr.t("personnel-orders");
    }
    web::page(&ChoosePage { kinds: kinds(&ctx.tr), shell: ctx.shell })
}

pub(crate) fn kinds(tr: &i18n::Tr) -> Vec<(String, String, String)> {
    let one = |k: OrderKind| {
        let href = match k {
            OrderKind::Hire => "/personnel/orders/new/hire",
            OrderKind::LeaveChange => "/personnel/orders?state=signed&kind=leave",
            OrderKind::Annulment => "/personnel/orders?state=signed",
            _ => "/personnel/employees",
        };
        let word = k.word();
        (href.to_owned(), tr.t(&format!("personnel-order-{word}")), tr.t(&format!("personnel-begin-{word}")))
    };
    OrderKind::BY_HR.into_iter().map(one).collect()
}

#[derive(Template)]
#[template(path = "personnel/order_form.html")]
pub(crate) struct OrderFormPage {
    pub shell: Shell,
    pub form: FormState,
    pub word: &'static str,
    pub title: String,
    /// What is known of whom or what it is about.
    pub about: Vec<Row>,
    pub units: Vec<Choice>,
    pub posts: Vec<Choice>,
    pub grounds: Vec<Choice>,
    /// The unit is chosen first, the post then.
    pub unit_chosen: bool,
    pub unit: String,
}

#[derive(Default, Deserialize)]
pub(crate) struct Start {
    person: Option<PersonId>,
    order: Option<OrderId>,
    unit: Option<UnitId>,
}

fn kind(word: &str) -> Result<OrderKind> {
    OrderKind::from_word(word).filter(|k| OrderKind::BY_HR.contains(k)).ok_or(Problem::NotFound)
}

pub(crate) async fn show(ctx: Ctx, Path(word): Path<String>, Query(start): Query<Start>) -> Result {
    let kind = kind(&word)?;
    let mut form = ctx.form();
    let set = |form: &mut FormState, name: &str, id: Option<String>| {
        if let Some(id) = id {
            form.set(name, id);
        }
    };
    set(&mut form, "person", start.person.map(|p| p.to_string()));
    set(&mut form, "order", start.order.map(|o| o.to_string()));
    set(&mut form, "unit", start.unit.map(|u| u.to_string()));
    web::page(&form_page(ctx, kind, form).await?)
}

const GROUNDS: [&str; 8] = [
    "Darba likuma 100. panta pirmā daļa",
    "Darba likuma 114. pants",
    "Darba likuma 113. pants",
    "Darba likuma 101. panta pirmās daļas 6. punkts",
    "Darba likuma 101. panta pirmās daļas 7. punkts",
    "Darba likuma 101. panta pirmās daļas 9. punkts",
    "Darba likuma 101. panta pirmās daļas 11. punkts",
    "Darba likuma 47. panta pirmā daļa",
];

async fn form_page(ctx: Ctx, kind: OrderKind, mut form: FormState) -> Result<OrderFormPage> {
    let about = about(&ctx, kind, &mut form).await?;
    let (tenant, today) = (ctx.op.tenant(), ctx.op.today());
    let unit = form.value("unit").parse::<UnitId>().ok();
    let (mut units, mut posts) = (Vec::new(), Vec::new());
    let mut unit_name = String::new();
    if matches!(kind, OrderKind::Hire | OrderKind::Transfer) {
        let (scope, _) = super::scope(&ctx, <DraftOrder as op::Action>::DEF);
        let mut read = ctx.op.read().await?;
        let mut all = parties::units(read.conn(), tenant, Some(today)).await?;
        all.retain(|u| scope.as_ref().is_none_or(|s| s.contains(&u.id)));
        if let Some(unit) = unit {
            let of = parties::posts_of(read.conn(), tenant, &[unit], today).await?;
            posts = of.iter().map(|p| Choice::new(p.id.to_string(), &p.title)).collect();
            unit_name = all.iter().find(|u| u.id == unit).map(|u| u.name.clone()).unwrap_or_default();
        }
        // Below each institution its units, by their path in the tree.
        all.sort_by_cached_key(|u| {
            let above = |id: &UnitId| id.to_string();
            u.path.iter().map(above).collect::<Vec<_>>()
        });
        units = all
            .iter()
            .map(|u| {
                let indent = "\u{2003}".repeat(u.path.len().saturating_sub(1));
                Choice::new(u.id.to_string(), format!("{indent}{}", u.name))
            })
            .collect();
    }
    let tr = ctx.tr.clone();
    let ctx = ctx.under(&[("/personnel/orders", tr.t("personnel-orders"))]);
    Ok(OrderFormPage {
        word: kind.word(),
        title: tr.t(&format!("personnel-order-{}", kind.word())),
        about,
        units,
        unit_chosen: !unit_name.is_empty(),
        unit: unit_name,
        posts,
        grounds: GROUNDS.map(Choice::words).to_vec(),
        form,
        shell: ctx.shell,
    })
}

/// What is known already of whom or what the order is about; the right is checked on it.
async fn about(ctx: &Ctx, kind: OrderKind, form: &mut FormState) -> Result<Vec<Row>> {
    let (tenant, today, tr) = (ctx.op.tenant(), ctx.op.today(), &ctx.tr);
    let mut read = ctx.op.read().await?;
    match kind {
        OrderKind::Hire => Ok(Vec::new()),
        OrderKind::LeaveChange | OrderKind::Annulment => {
            let id: OrderId = form.value("order").parse().map_err(|_| Problem::NotFound)?;
            let (order, _) = read.seen::<Order, DraftOrder>(id).await?;
            let name = parties::name(read.conn(), tenant, order.person_id).await?;
            let absences = store::absences_of(read.conn(), tenant, order.person_id).await?;
            let mut rows = vec![
                Row::new(tr.t("personnel-order"), super::order::heading(tr, &order)),
                Row::new(tr.t("personnel-person"), name),
            ];
            if let Some(a) = absences.iter().find(|a| a.order_id == Some(id) && a.state == "booked") {
                rows.push(Row::new(tr.t("personnel-period"), words::period(tr, a.first_day, a.last_day)));
                if kind == OrderKind::LeaveChange && form.blank("from") && form.is_ok() {
                    form.set("from", tr.date(a.first_day.max(today)));
                }
            }
            Ok(rows)
        }
        _ => {
            let id: PersonId = form.value("person").parse().map_err(|_| Problem::NotFound)?;
            read.seen::<Account, DraftOrder>(id).await?;
            let name = parties::name(read.conn(), tenant, id).await?;
            let mut rows = vec![Row::new(tr.t("personnel-person"), name)];
            if let Some(e) = parties::main_employment(read.conn(), tenant, id, today).await? {
                rows.push(Row::new(tr.t("personnel-post"), e.post_title));
                rows.push(Row::new(tr.t("personnel-salary"), tr.money(e.salary)));
            }
            Ok(rows)
        }
    }
}

fn workload(form: &mut FormState) -> Option<Decimal> {
    let typed = form.required("workload")?;
    let read = typed.replace(',', ".").parse::<Decimal>().ok();
    let read = read.filter(|d| *d > Decimal::ZERO && *d <= Decimal::TWO && d.scale() <= 3);
    if read.is_none() {
        form.fail("workload", "personnel-refused-workload");
    }
    read
}

fn code(form: &mut FormState) -> Option<String> {
    let typed = form.value("personal_code").trim().to_owned();
    if typed.is_empty() {
        return None;
    }
    match PersonalCode::parse(&typed) {
        Ok(code) => Some(code.into_value().digits()),
        Err(_) => {
            form.fail("personal_code", "personnel-refused-code");
            None
        }
    }
}

fn hire(form: &mut FormState) -> Option<OrderAsk> {
    let given_names = form.required_text("given_names", 100);
    let surname = form.required_text("surname", 100);
    let personal_code = code(form);
    let birth_date = form.date_opt("birth_date");
    let email = form.text("email", 254);
    if email.as_deref().is_some_and(|e| !parties::rules::is_email(e)) {
        form.fail("email", "personnel-refused-email");
    }
    let (unit, post) = (form.uuid::<UnitId>("unit"), form.uuid::<PostId>("post"));
    let contract_number = form.required_text("contract_number", 50);
    let contract_date = form.date("contract_date");
    let (workload, salary) = (workload(form), form.money("salary"));
    let (first, last) = (form.date("first"), form.date_opt("last"));
    if first.zip(last).is_some_and(|(f, l)| l < f) {
        form.fail("last", "personnel-refused-backwards");
    }
    Some(OrderAsk::Hire(HireAsk {
        person: form.value("person").parse().ok(),
        given_names: given_names?,
        surname: surname?,
        personal_code,
        birth_date,
        email,
        unit: unit?,
        post: post?,
        contract_number: contract_number?,
        contract_date: contract_date?,
        workload: workload?,
        salary: salary?,
        first: first?,
        last,
    }))
}

fn read(form: &mut FormState, kind: OrderKind) -> Option<OrderAsk> {
    let ask = match kind {
        OrderKind::Hire => hire(form)?,
        OrderKind::Transfer | OrderKind::PayChange => {
            let transfer = kind == OrderKind::Transfer;
            let person = form.uuid::<PersonId>("person");
            let first = form.date("first");
            let place = if transfer { form.uuid::<UnitId>("unit").zip(form.uuid::<PostId>("post")) } else { None };
            let salary = if transfer { form.money_opt("salary") } else { form.money("salary") };
            let reason = form.required_text("reason", 500);
            let ask = TermsAsk { person: person?, first: first?, place, salary, reason: reason? };
            if transfer { OrderAsk::Transfer(ask) } else { OrderAsk::PayChange(ask) }
        }
        OrderKind::Termination => {
            let person = form.uuid::<PersonId>("person");
            let last = form.date("first");
            let ground = form.choice("ground", &GROUNDS);
            OrderAsk::Termination(person?, last?, ground?)
        }
        OrderKind::LeaveChange => {
            let order = form.uuid::<OrderId>("order");
            let from = form.date("from");
            let blank = form.blank("new_first") && form.blank("new_last");
            let moved = if blank { None } else { Some(form.date_range("new_first", "new_last")?) };
            let reason = form.required_text("reason", 500);
            OrderAsk::LeaveChange(ChangeAsk { order: order?, from: from?, moved, reason: reason? })
        }
        OrderKind::Annulment => {
            let order = form.uuid::<OrderId>("order");
            let reason = form.required_text("reason", 500);
            OrderAsk::Annulment(AnnulAsk { order: order?, reason: reason? })
        }
        OrderKind::Leave | OrderKind::Trip => return None,
    };
    form.is_ok().then_some(ask)
}

pub(crate) async fn create(ctx: Ctx, Path(word): Path<String>, Form(mut form): Form) -> Result {
    let kind = kind(&word)?;
    // Choosing the unit only brings its posts.
    if !form.value("choose_unit").is_empty() {
        form.values.remove("choose_unit");
        return web::page(&form_page(ctx, kind, form).await?);
    }
    let Some(ask) = read(&mut form, kind) else {
        return web::invalid(&form_page(ctx, kind, form).await?);
    };
    match usecases::draft_order(&ctx.op, &ask, key(&form)).await {
        Ok(id) => Ok(web::see_other(&format!("/personnel/orders/{id}"))),
        Err(e) => {
            let (field, why) = words::order_refused(&ctx.tr, e)?;
            let field = if field == "first" && kind == OrderKind::LeaveChange { "new_first" } else { field };
            form.fail_text(field, why);
            web::invalid(&form_page(ctx, kind, form).await?)
        }
    }
}
