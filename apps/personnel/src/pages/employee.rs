//! The employee's card: one's own, and HR's view of it.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Path;
use axum_extra::extract::Query;
use i18n::Arg;
use op::Action as _;
use rust_decimal::Decimal;
use serde::Deserialize;
use types::{OrderId, PersonId};
use ui::{FormState, Html, Shell, c::Row};
use web::{Ctx, Form, Problem, Result};

use super::{
    key,
    table::{Section, Table},
    viewed, words,
};
use crate::{
    actions::{BookAccount, DraftOrder, FileForOthers, ViewEmployee, ViewOrder},
    asks::Kind,
    model, offers, store,
    usecases::{self, FileError},
};

#[derive(Template)]
#[template(path = "personnel/card.html")]
pub(crate) struct CardPage {
    pub shell: Shell,
    pub name: String,
    pub line: String,
    pub actions: Vec<(String, String, &'static str)>,
    pub tabs: Vec<(String, String, bool)>,
    pub sections: Vec<Section>,
    pub side_title: String,
    pub side: Vec<Row>,
}

/// The tabs of the card.
pub(crate) const TABS: [&str; 6] = ["work", "leave", "absences", "applications", "orders", "data"];

#[derive(Default, Deserialize)]
pub(crate) struct CardQuery {
    #[serde(default)]
    tab: String,
}

pub(crate) async fn me(ctx: Ctx, Query(query): Query<CardQuery>) -> Result {
    let person = ctx.person()?;
    let quick =
        [Kind::Leave(model::LeaveKind::Annual), Kind::Trip, Kind::Certificate, Kind::PersonalData, Kind::BankAccount];
    let actions: Vec<_> = quick.map(|k| (offers::href(k).to_owned(), ctx.tr.t(offers::title(k)), "plus")).into();
    let tab = if query.tab.is_empty() { "leave".to_owned() } else { query.tab };
    card(ctx, person, &tab, "/me".to_owned(), actions).await
}

pub(crate) async fn show(ctx: Ctx, Path(id): Path<PersonId>, Query(query): Query<CardQuery>) -> Result {
    let mut read = ctx.op.read().await?;
    let (person, _) = read.seen::<parties::Person, ViewEmployee>(id).await?;
    let hr = read.may::<DraftOrder>(&person);
    drop(read);
    viewed(&ctx.op, ViewEmployee::DEF.name, "parties.person", vec![id.uuid()]).await?;
    let mut actions = Vec::new();
    if hr && ctx.op.person() != Some(id) {
        for (kind, icon) in [("transfer", "arrow-right"), ("pay-change", "banknote"), ("termination", "log-out")] {
            let text = ctx.tr.t(&format!("personnel-order-{kind}"));
            actions.push((format!("/personnel/orders/new/{kind}?person={id}"), text, icon));
        }
    }
    let ctx = ctx.under(&[("/personnel/employees", String::new())]);
    let mut ctx = ctx;
    if let Some(last) = ctx.shell.breadcrumbs.last_mut() {
        last.1 = ctx.tr.t("personnel-employees");
    }
    let tab = if query.tab.is_empty() { "work".to_owned() } else { query.tab };
    card(ctx, id, &tab, format!("/personnel/employees/{id}"), actions).await
}

pub(crate) async fn my_leave(ctx: Ctx) -> Result {
    let person = ctx.person()?;
    let tr = ctx.tr.clone();
    let mut sections = leave(&ctx, person).await?;
    sections.extend(absences(&ctx, person).await?);
    let href = offers::href(Kind::Leave(model::LeaveKind::Annual)).to_owned();
    web::page(&CardPage {
        name: tr.t("personnel-my-leave"),
        line: String::new(),
        actions: vec![(href, tr.t("personnel-annual-leave-ask"), "plus")],
        tabs: Vec::new(),
        sections,
        side_title: String::new(),
        side: Vec::new(),
        shell: ctx.shell,
    })
}

async fn card(
    ctx: Ctx,
    person: PersonId,
    tab: &str,
    base: String,
    actions: Vec<(String, String, &'static str)>,
) -> Result {
    let tab = TABS.into_iter().find(|t| *t == tab).ok_or(Problem::NotFound)?;
    let (tenant, today) = (ctx.op.tenant(), ctx.op.today());
    let mut read = ctx.op.read().await?;
    let name = parties::name(read.conn(), tenant, person).await?;
    let employment = parties::main_employment(read.conn(), tenant, person, today).await?;
    let manager = parties::manager_of(read.conn(), tenant, person, today).await?;
    let units: Vec<_> = employment.iter().flat_map(|e| [e.unit_id, e.institution_id]).collect();
    let units = parties::unit_names(read.conn(), tenant, &units).await?;
    let boss = match manager {
        Some(m) => parties::name(read.conn(), tenant, m).await?,
        None => String::new(),
    };
    drop(read);
    let tr = ctx.tr.clone();
    let mut side = Vec::new();
    let mut line = String::new();
    if let Some(e) = &employment {
        let unit = units.get(&e.unit_id).cloned().unwrap_or_default();
        line = format!("{}, {unit}", e.post_title);
        side.push(Row::new(tr.t("personnel-institution"), units.get(&e.institution_id).cloned().unwrap_or_default()));
        side.push(Row::new(tr.t("personnel-since"), tr.date(e.valid_from)));
        side.push(Row::new(tr.t("personnel-workload"), tr.decimal(e.workload, e.workload.normalize().scale())));
    }
    if !boss.is_empty() {
        side.push(Row::new(tr.t("personnel-manager"), boss));
    }
    let sections = match tab {
        "work" => work(&ctx, person).await?,
        "leave" => leave(&ctx, person).await?,
        "absences" => absences(&ctx, person).await?,
        "applications" => applications(&ctx, person).await?,
        "orders" => orders(&ctx, person).await?,
        _ => data(&ctx, person).await?,
    };
    let item = |t: &str| (format!("{base}?tab={t}"), tr.t(&format!("personnel-tab-{t}")), t == tab);
    web::page(&CardPage {
        tabs: TABS.map(item).into(),
        name,
        line,
        actions,
        sections,
        side_title: tr.t("personnel-essentials"),
        side,
        shell: ctx.shell,
    })
}

async fn work(ctx: &Ctx, person: PersonId) -> Result<Vec<Section>> {
    let tr = &ctx.tr;
    let mut read = ctx.op.read().await?;
    let terms = store::terms(read.conn(), ctx.op.tenant(), person).await?;
    drop(read);
    let head = [
        ("personnel-period", false),
        ("personnel-post", false),
        ("personnel-unit", false),
        ("personnel-workload", true),
        ("personnel-salary", true),
        ("personnel-contract", false),
    ];
    let title = tr.t("personnel-tab-work");
    let mut table = Table::new(title.clone(), &head, tr, "personnel-work-empty");
    for t in &terms {
        let until = t.valid_to.map_or_else(String::new, |d| format!(" {}", tr.date(d)));
        table.row(vec![
            format!("{} –{until}", tr.date(t.valid_from)).into(),
            t.post_title.as_str().into(),
            t.unit_name.as_str().into(),
            tr.decimal(t.workload, t.workload.normalize().scale()).into(),
            tr.money(t.salary).into(),
            t.contract_number.as_str().into(),
        ]);
    }
    Ok(vec![Section { title, table: Html::of(&table), ..Section::default() }])
}

/// The leave account: balance, why it is so, and every change of it.
async fn leave(ctx: &Ctx, person: PersonId) -> Result<Vec<Section>> {
    let (tr, today, tenant) = (&ctx.tr, ctx.op.today(), ctx.op.tenant());
    let mut read = ctx.op.read().await?;
    let account: store::Account = match read.see(person).await {
        Ok(account) => account,
        Err(op::OpError::NotFound) => return Ok(vec![nothing(ctx)]),
        Err(e) => return Err(e.into()),
    };
    let rules = match usecases::leave_rules(read.conn(), tenant, today).await {
        Ok(rules) => rules,
        Err(FileError::Op(e)) => return Err(e.into()),
        Err(e) => return Err(Problem::Refused(words::refused(tr, e)?)),
    };
    let ledger = store::ledger(read.conn(), tenant, person).await?;
    let orders: Vec<OrderId> = ledger.iter().filter_map(|l| l.order_id).collect();
    let numbers: HashMap<OrderId, Option<String>> =
        store::order_numbers(read.conn(), tenant, &orders).await?.into_iter().collect();
    let may_book = read.may::<BookAccount>(&account);
    drop(read);
    let accrued = model::accrual(account.accrued_to, today, rules.annual_days);
    let why = tr.ta(
        "personnel-why-balance-text",
        &[
            ("booked", Arg::from(tr.decimal_up_to(account.annual_days, 2))),
            ("until", Arg::from(account.accrued_to)),
            ("accrued", Arg::from(tr.decimal_up_to(accrued, 2))),
            ("year", Arg::from(rules.annual_days)),
        ],
    );
    let stat = ui::c::Stat::new(tr.t("personnel-balance"), tr.decimal_up_to(account.annual_days + accrued, 1))
        .unit(tr.t("personnel-days-unit"))
        .note(tr.date(today));
    let first = Section {
        table: Html::trusted(format!("<div class=\"nv-stats\">{}</div>", Html::of(&stat))),
        why: (tr.t("personnel-why-balance"), why),
        after: if may_book && ctx.op.person() != Some(person) {
            let href = format!("/personnel/employees/{person}/balance");
            let link = words::link(&href, &tr.t("personnel-balance-edit"));
            Html::trusted(format!("<p class=\"govuk-body\">{link}</p>"))
        } else {
            Html::default()
        },
        ..Section::default()
    };
    Ok(vec![first, ledger_section(ctx, &ledger, &numbers)])
}

fn nothing(ctx: &Ctx) -> Section {
    let empty = ui::c::Empty::new(ctx.tr.t("personnel-no-account"));
    Section { table: Html::of(&empty), ..Section::default() }
}

fn ledger_section(ctx: &Ctx, ledger: &[store::LedgerRow], numbers: &HashMap<OrderId, Option<String>>) -> Section {
    let tr = &ctx.tr;
    let head = [
        ("personnel-date", false),
        ("personnel-entry", false),
        ("personnel-kind", false),
        ("personnel-days", true),
        ("personnel-source", false),
    ];
    let title = tr.t("personnel-ledger");
    let mut table = Table::new(title.clone(), &head, tr, "personnel-ledger-empty");
    for l in ledger {
        let source = match (l.order_id, l.application_id) {
            (Some(order), _) => {
                let number = numbers.get(&order).cloned().flatten().unwrap_or_else(|| tr.t("personnel-order"));
                words::link(&format!("/personnel/orders/{order}"), &number)
            }
            (None, Some(a)) => words::link(&format!("/applications/{a}"), &tr.t("personnel-application")),
            (None, None) => l.note.as_str().into(),
        };
        table.row(vec![
            tr.date(l.on_date).into(),
            tr.t(&format!("personnel-entry-{}", l.entry)).into(),
            tr.t(&format!("personnel-absence-{}", l.kind)).into(),
            tr.decimal_up_to(l.days, 2).into(),
            source,
        ]);
    }
    Section { title, table: Html::of(&table), ..Section::default() }
}

async fn absences(ctx: &Ctx, person: PersonId) -> Result<Vec<Section>> {
    let (tr, tenant) = (&ctx.tr, ctx.op.tenant());
    let mut read = ctx.op.read().await?;
    let rows = store::absences_of(read.conn(), tenant, person).await?;
    let substitutes: Vec<PersonId> = rows.iter().filter_map(|r| r.substitute_id).collect();
    let names = parties::names(read.conn(), tenant, &substitutes).await?;
    drop(read);
    let head = [
        ("personnel-kind", false),
        ("personnel-period", false),
        ("personnel-days", true),
        ("personnel-substitute", false),
        ("personnel-state", false),
    ];
    let title = tr.t("personnel-absences");
    let mut table = Table::new(title.clone(), &head, tr, "personnel-absences-empty");
    for a in &rows {
        let kind = tr.t(&format!("personnel-absence-{}", a.kind));
        let kind = match a.order_id {
            Some(order) => words::link(&format!("/personnel/orders/{order}"), &kind),
            None => kind.into(),
        };
        let substitute = a.substitute_id.and_then(|s| names.get(&s)).cloned().unwrap_or_default();
        table.row(vec![
            kind,
            words::period(tr, a.first_day, a.last_day).into(),
            tr.decimal(a.days, 0).into(),
            substitute.into(),
            words::absence_chip(tr, &a.state),
        ]);
    }
    Ok(vec![Section { title, table: Html::of(&table), ..Section::default() }])
}

async fn applications(ctx: &Ctx, person: PersonId) -> Result<Vec<Section>> {
    let (tr, tenant) = (&ctx.tr, ctx.op.tenant());
    let mut read = ctx.op.read().await?;
    let rows = workflow::applications_of(read.conn(), tenant, person, 100).await?;
    let account = match read.see::<store::Account>(person).await {
        Ok(account) => Some(account),
        Err(op::OpError::NotFound) => None,
        Err(e) => return Err(e.into()),
    };
    let for_them = account.is_some_and(|a| read.may::<FileForOthers>(&a)) && ctx.op.person() != Some(person);
    drop(read);
    let head =
        [("personnel-kind", false), ("personnel-about", false), ("personnel-filed", false), ("personnel-state", false)];
    let title = tr.t("personnel-tab-applications");
    let mut table = Table::new(title.clone(), &head, tr, "personnel-applications-empty");
    for a in &rows {
        let kind = Kind::from_service(&a.service).map_or_else(|| a.service.clone(), |k| tr.t(offers::title(k)));
        let href = format!("/applications/{}", a.id);
        table.row_to(
            href.clone(),
            vec![
                words::link(&href, &kind),
                a.gist.as_str().into(),
                tr.datetime(a.filed_at).into(),
                words::application_chip(tr, &a.state),
            ],
        );
    }
    let mut after = String::new();
    if for_them {
        let item = |k: Kind| {
            let link = words::link(&format!("{}?for={person}", offers::href(k)), &tr.t(offers::title(k)));
            format!("<li>{link}</li>")
        };
        let items: String = Kind::ALL.into_iter().map(item).collect();
        let lead = Html::text(&tr.t("personnel-file-for"));
        after = format!(
            "<h3 class=\"govuk-heading-s\">{lead}</h3><ul class=\"govuk-list govuk-list--bullet\">{items}</ul>"
        );
    }
    Ok(vec![Section { title, table: Html::of(&table), after: Html::trusted(after), ..Section::default() }])
}

async fn orders(ctx: &Ctx, person: PersonId) -> Result<Vec<Section>> {
    let tr = &ctx.tr;
    let (units, own) = super::scope(ctx, ViewOrder::DEF);
    let query = store::OrderQuery { person: Some(person), limit: 100, ..store::OrderQuery::default() };
    let mut read = ctx.op.read().await?;
    let rows = store::orders(read.conn(), ctx.op.tenant(), (units.as_deref(), own), &query).await?;
    let letters = store::letters_of(read.conn(), ctx.op.tenant(), person).await?;
    drop(read);
    let title = tr.t("personnel-tab-orders");
    let table = super::order::table(tr, title.clone(), &rows, &HashMap::new());
    let mut sections = vec![Section { title, table: Html::of(&table), ..Section::default() }];
    if !letters.is_empty() {
        let title = tr.t("personnel-certificates");
        let head = [("personnel-title", false), ("personnel-date", false)];
        let mut table = Table::new(title.clone(), &head, tr, "personnel-applications-empty");
        for l in &letters {
            table.row(vec![words::link(&format!("/documents/{}", l.id), &l.title), tr.datetime(l.issued_at).into()]);
        }
        sections.push(Section { title, table: Html::of(&table), ..Section::default() });
    }
    Ok(sections)
}

/// What is kept about a person, and who changed it when.
async fn data(ctx: &Ctx, person: PersonId) -> Result<Vec<Section>> {
    let (tr, tenant) = (&ctx.tr, ctx.op.tenant());
    let mut read = ctx.op.read().await?;
    let (_, _) = read.seen::<parties::Person, parties::actions::ViewPersonalData>(person).await?;
    let card = parties::person_card(read.conn(), tenant, person).await?.ok_or(Problem::NotFound)?;
    let history = workflow::history(read.conn(), tenant, person.uuid(), 50).await?;
    let people: Vec<PersonId> = history.iter().filter_map(|h| h.actor_id).collect();
    let names = parties::names(read.conn(), tenant, &people).await?;
    drop(read);
    let code = card.personal_code.as_deref().map(latvian::ids::PersonalCode::parse);
    let code = code.and_then(std::result::Result::ok).map(|c| c.into_value().formatted()).unwrap_or_default();
    let value = |v: Option<String>| v.filter(|v| !v.is_empty()).unwrap_or_else(|| "—".to_owned());
    let facts = vec![
        Row::new(tr.t("personnel-field-personal-code"), value(Some(code))),
        Row::new(tr.t("personnel-field-birth-date"), value(Some(tr.date_opt(card.birth_date)))),
        Row::new(tr.t("personnel-field-address"), value(card.address)),
        Row::new(tr.t("personnel-field-email"), value(card.email)),
        Row::new(tr.t("personnel-field-phone"), value(card.phone)),
        Row::new(tr.t("personnel-field-iban"), value(card.bank_account.map(|a| words::iban(&a)))),
    ];
    let change = match ctx.op.person() == Some(person) {
        true => words::link(offers::href(Kind::PersonalData), &tr.t("personnel-ask-change")),
        false => words::link(&format!("/people/{person}"), &tr.t("personnel-open-person")),
    };
    let first = Section {
        title: tr.t("personnel-tab-data"),
        facts,
        after: Html::trusted(format!("<p class=\"govuk-body\">{change}</p>")),
        ..Section::default()
    };
    let head = [("personnel-date", false), ("personnel-changed", false), ("personnel-by", false)];
    let title = tr.t("personnel-history");
    let mut table = Table::new(title.clone(), &head, tr, "personnel-history-empty");
    for h in &history {
        let known = format!("personnel-history-{}", h.verb);
        let what = if tr.has(&known) { tr.t(&known) } else { tr.t("personnel-history-other") };
        let fields = h.data.get("fields").and_then(|f| f.as_array()).cloned().unwrap_or_default();
        let named = fields.iter().filter_map(|f| f.as_str()).map(|f| {
            let key =
                format!("personnel-field-{}", if f == "bank_account" { "iban".into() } else { f.replace('_', "-") });
            tr.t(&key)
        });
        let named: Vec<String> = named.collect();
        let what = if named.is_empty() { what } else { format!("{what}: {}", named.join(", ")) };
        let by = h.actor_id.and_then(|p| names.get(&p)).cloned().unwrap_or_else(|| tr.t("personnel-by-house"));
        table.row(vec![tr.datetime(h.at).into(), what.into(), by.into()]);
    }
    Ok(vec![first, Section { title, table: Html::of(&table), ..Section::default() }])
}

#[derive(Template)]
#[template(path = "personnel/balance.html")]
pub(crate) struct BalancePage {
    pub shell: Shell,
    pub form: FormState,
    pub person: String,
    pub name: String,
    pub balance: String,
    pub version: i32,
}

async fn balance_page(ctx: Ctx, id: PersonId, form: FormState) -> Result<BalancePage> {
    let mut read = ctx.op.read().await?;
    let (account, _) = read.seen::<store::Account, BookAccount>(id).await?;
    let name = parties::name(read.conn(), ctx.op.tenant(), id).await?;
    drop(read);
    let tr = ctx.tr.clone();
    let crumbs = [
        ("/personnel/employees", tr.t("personnel-employees")),
        (&*format!("/personnel/employees/{id}?tab=leave"), name.clone()),
    ];
    let version = form.value("version").parse().unwrap_or(account.version);
    let balance = tr.decimal_up_to(account.annual_days, 3);
    Ok(BalancePage { form, person: id.to_string(), name, balance, version, shell: ctx.under(&crumbs).shell })
}

pub(crate) async fn balance(ctx: Ctx, Path(id): Path<PersonId>) -> Result {
    let form = ctx.form();
    viewed(&ctx.op, BookAccount::DEF.name, "leave-account", vec![id.uuid()]).await?;
    web::page(&balance_page(ctx, id, form).await?)
}

/// `-2,5`: a decimal as people type it, within bounds.
fn decimal(form: &mut FormState, name: &str) -> Option<Decimal> {
    let typed = form.required(name)?;
    let plain = typed.replace(',', ".").replace('−', "-").replace([' ', '\u{a0}'], "");
    let read =
        plain.parse::<Decimal>().ok().filter(|d| d.abs() <= Decimal::from(400) && d.scale() <= 3 && !d.is_zero());
    if read.is_none() {
        form.fail(name, "personnel-refused-days");
    }
    read
}

pub(crate) async fn correct_balance(ctx: Ctx, Path(id): Path<PersonId>, Form(mut form): Form) -> Result {
    let days = decimal(&mut form, "days");
    let reason = form.required_text("reason", 500);
    let version = form.value("version").parse::<i32>().ok();
    let (Some(days), Some(reason), Some(version)) = (days, reason, version) else {
        return web::invalid(&balance_page(ctx, id, form).await?);
    };
    usecases::correct_balance(&ctx.op, id, version, days, &reason, key(&form)).await?;
    Ok(web::see_other(&format!("/personnel/employees/{id}?tab=leave")))
}
