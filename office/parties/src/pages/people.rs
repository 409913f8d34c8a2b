use askama::Template;
use axum::extract::Path;
use axum_extra::extract::Query;
use latvian::ids::{Iban, PersonalCode, Phone};
use op::{Action as _, Scope};
use serde::Deserialize;
use types::{PersonId, UnitId};
use ui::{
    FormState, Html, Shell,
    c::{Choice, Row},
};
use web::{Ctx, Form, Problem, invalid, page, see_other};

use super::{PersonTabs, period, refused, unit_choices, viewed};
use crate::{
    Employment, NewPerson, PeopleQuery, PersonCard, PersonChange, PersonLine,
    actions::{CreatePerson, EditContact, EditPerson, GrantRole, Substitute, ViewPerson, ViewPersonalData},
    held::Person,
    rules, store, usecases,
};

const PAGE: i64 = 50;

/// What stands in the address of the list.
#[derive(Debug, Default, Deserialize)]
pub(super) struct ListQuery {
    #[serde(default)]
    q: String,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    former: String,
    #[serde(default)]
    after: String,
}

#[derive(Template)]
#[template(path = "parties/people.html")]
pub(super) struct ListPage {
    pub shell: Shell,
    pub form: FormState,
    pub units: Vec<Choice>,
    pub people: Vec<PersonLine>,
    pub next: String,
    pub may_create: bool,
}

/// Where the next page begins: the order's key and the id, as one word.
fn read_after(text: &str) -> Option<(String, PersonId)> {
    let (fold, id) = text.rsplit_once('|')?;
    Some((fold.chars().take(400).collect(), id.parse().ok()?))
}

fn next_href(query: &ListQuery, last: &PersonLine) -> String {
    let after = format!("{}|{}", last.fold, last.id);
    let pairs = [("q", &query.q), ("unit", &query.unit), ("former", &query.former), ("after", &after)];
    let mut text = form_urlencoded::Serializer::new(String::new());
    for (name, value) in pairs.into_iter().filter(|(_, v)| !v.is_empty()) {
        text.append_pair(name, value);
    }
    format!("/people?{}", text.finish())
}

/// The scope of seeing people, for the list's SQL: units, and oneself.
fn scope(ctx: &Ctx) -> (Option<Vec<UnitId>>, Option<PersonId>) {
    match ctx.op.scope(ViewPerson::DEF) {
        Scope::All => (None, None),
        Scope::Units(units) => (Some(units), ctx.op.person()),
        Scope::Own => (Some(Vec::new()), ctx.op.person()),
        Scope::None => (Some(Vec::new()), None),
    }
}

pub(super) async fn list(ctx: Ctx, Query(query): Query<ListQuery>) -> web::Result {
    let (tenant, today) = (ctx.op.tenant(), ctx.op.today());
    let asked = PeopleQuery {
        text: query.q.chars().take(200).collect(),
        unit: query.unit.parse().ok(),
        former: !query.former.is_empty(),
        after: read_after(&query.after),
        limit: PAGE + 1,
    };
    let (units, own) = scope(&ctx);
    let mut read = ctx.op.read().await?;
    let mut people = store::people(read.conn(), tenant, (units.as_deref(), own), &asked, today).await?;
    let all = store::units(read.conn(), tenant, Some(today)).await?;
    drop(read);
    let more = people.len() > usize::try_from(PAGE).unwrap_or(0);
    people.truncate(usize::try_from(PAGE).unwrap_or(0));
    let next = people.last().filter(|_| more).map(|last| next_href(&query, last)).unwrap_or_default();
    viewed(&ctx.op, people.iter().map(|p| p.id)).await?;
    let ctx = ctx.under(&[]);
    let mut form = ctx.form();
    form.set("q", &query.q).set("unit", &query.unit);
    if asked.former {
        form.set("former", "1");
    }
    let may_create = ctx.op.could(CreatePerson::DEF);
    page(&ListPage { units: unit_choices(&all, &ctx.tr), shell: ctx.shell, form, people, next, may_create })
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct CardQuery {
    #[serde(default)]
    tab: String,
}

#[derive(Template)]
#[template(path = "parties/person.html")]
pub(super) struct CardPage {
    pub shell: Shell,
    pub id: PersonId,
    pub name: String,
    pub line: String,
    pub former: bool,
    pub tabs: Vec<(String, String, bool)>,
    /// The tab of an app; `None` shows what follows.
    pub body: Option<Html>,
    pub work: Vec<Row>,
    pub personal: Vec<Row>,
    pub contacts: Vec<Row>,
    pub roles: Vec<Row>,
    pub away: Vec<Row>,
    pub may_edit: bool,
    pub may_contact: bool,
    pub may_grant: bool,
    pub may_substitute: bool,
}

fn rows(pairs: Vec<(String, String)>) -> Vec<Row> {
    pairs.into_iter().filter(|(_, v)| !v.is_empty()).map(|(k, v)| Row::new(k, v)).collect()
}

fn personal_rows(shell: &Shell, card: &PersonCard) -> Vec<Row> {
    let code = card.personal_code.as_deref().map(formatted_code).unwrap_or_default();
    let iban = card
        .bank_account
        .as_deref()
        .map(|a| Iban::parse(a).map_or_else(|_| a.to_owned(), |i| i.into_value().formatted()));
    rows(vec![
        (shell.t("parties-personal-code"), code),
        (shell.t("parties-birth-date"), shell.tr.date_opt(card.birth_date)),
        (shell.t("parties-address-declared"), card.address.clone().unwrap_or_default()),
        (shell.t("parties-bank-account"), iban.unwrap_or_default()),
    ])
}

fn formatted_code(digits: &str) -> String {
    PersonalCode::parse(digits).map_or_else(|_| digits.to_owned(), |c| c.into_value().formatted())
}

fn work_rows(shell: &Shell, work: &[(Employment, String, String)], manager: &str, see_pay: bool) -> Vec<Row> {
    let tr = &shell.tr;
    let mut pairs = Vec::new();
    for (e, unit, institution) in work {
        let place = if unit == institution { unit.clone() } else { format!("{unit}, {institution}") };
        pairs.push((tr.t("parties-post"), e.post_title.clone()));
        pairs.push((tr.t("parties-unit"), place));
        pairs.push((tr.t("parties-employment-period"), period(tr, e.valid_from, e.valid_to)));
        pairs.push((tr.t("parties-workload"), tr.decimal(e.workload, e.workload.normalize().scale())));
        if see_pay {
            let contract = tr.ta(
                "parties-contract-of",
                &[("number", e.contract_number.as_str().into()), ("date", e.contract_date.into())],
            );
            pairs.push((tr.t("parties-contract"), contract));
            pairs.push((tr.t("parties-salary"), tr.money(e.salary)));
        }
    }
    pairs.push((tr.t("parties-direct-manager"), manager.to_owned()));
    rows(pairs)
}

pub(super) async fn card(ctx: Ctx, Path(id): Path<PersonId>, Query(query): Query<CardQuery>) -> web::Result {
    let (tenant, today) = (ctx.op.tenant(), ctx.op.today());
    let mut read = ctx.op.read().await?;
    let person: Person = read.see(id).await?;
    let card = store::person_card(read.conn(), tenant, id).await?.ok_or(Problem::NotFound)?;
    let work = store::employment_on(read.conn(), tenant, &[id], today).await?;
    let units: Vec<UnitId> = work.iter().flat_map(|e| [e.unit_id, e.institution_id]).collect();
    let grants = store::grants_of(read.conn(), tenant, id, today).await?;
    let granted: Vec<UnitId> = grants.iter().map(|g| g.unit_id).collect();
    let unit_names = store::unit_names(read.conn(), tenant, &[units, granted].concat()).await?;
    let manager = store::manager_of(read.conn(), tenant, id, today).await?;
    let away = store::substitutions_seen(read.conn(), tenant, Some(id), Some(&[]), today).await?;
    let people: Vec<PersonId> = away.iter().flat_map(|s| [s.absent_id, s.substitute_id]).chain(manager).collect();
    let names = store::names(read.conn(), tenant, &people).await?;
    let sees_all = read.may::<ViewPersonalData>(&person);
    let rights = [
        read.may::<EditPerson>(&person),
        read.may::<EditContact>(&person),
        read.may::<Substitute>(&person) && person.state == "active",
    ];
    drop(read);
    viewed(&ctx.op, [id]).await?;

    let empty = PersonTabs::default();
    let kernel = std::sync::Arc::clone(ctx.op.kernel());
    let tabs = kernel.extension::<PersonTabs>().unwrap_or(&empty);
    let shown: Vec<_> = tabs.iter().filter(|t| t.shows(&ctx.op, &person)).collect();
    let body = match shown.iter().find(|t| t.id() == query.tab) {
        Some(tab) => Some(tab.render(&ctx, id).await?),
        None => None,
    };
    let mut items = vec![(format!("/people/{id}"), ctx.tr.t("parties-tab-card"), body.is_none())];
    items.extend(
        shown.iter().map(|t| {
            (format!("/people/{id}?tab={}", t.id()), ctx.tr.t(t.label()), body.is_some() && t.id() == query.tab)
        }),
    );

    let crumb = ctx.tr.t("parties-people");
    let ctx = ctx.under(&[("/people", crumb)]);
    let tr = &ctx.tr;
    let named = |u: &UnitId| unit_names.get(u).cloned().unwrap_or_default();
    let who = |p: &PersonId| names.get(p).cloned().unwrap_or_default();
    let work: Vec<_> =
        work.into_iter().map(|e| (named(&e.unit_id), named(&e.institution_id), e)).map(|(u, i, e)| (e, u, i)).collect();
    let boss = manager.map(|m| who(&m)).unwrap_or_default();
    let roles = grants.iter().filter(|g| g.role != crate::role::EMPLOYEE).map(|g| {
        Row::new(
            tr.t(&format!("parties-role-{}", g.role)),
            format!("{}, {}", named(&g.unit_id), period(tr, g.valid_from, g.valid_to)),
        )
    });
    let away = away.iter().filter(|s| s.cancelled_at.is_none()).map(|s| {
        let key = if s.absent_id == id { "parties-substituted-by" } else { "parties-substitutes" };
        let other = if s.absent_id == id { who(&s.substitute_id) } else { who(&s.absent_id) };
        Row::new(tr.t(key), format!("{other}, {}", period(tr, s.valid_from, Some(s.valid_to))))
    });
    let contacts = rows(vec![
        (tr.t("parties-email"), card.email.clone().unwrap_or_default()),
        (tr.t("parties-phone"), card.phone.clone().unwrap_or_default()),
    ]);
    let [may_edit, may_contact, may_substitute] = rights;
    let page_ = CardPage {
        id,
        name: card.name(),
        line: work.first().map(|(e, _, i)| format!("{}, {i}", e.post_title)).unwrap_or_default(),
        former: card.state == "former",
        tabs: items,
        body,
        work: work_rows(&ctx.shell, &work, &boss, sees_all),
        personal: if sees_all { personal_rows(&ctx.shell, &card) } else { Vec::new() },
        contacts,
        roles: roles.collect(),
        away: away.collect(),
        may_edit,
        may_contact,
        may_grant: ctx.op.could(GrantRole::DEF),
        may_substitute,
        shell: ctx.shell,
    };
    page(&page_)
}

#[derive(Template)]
#[template(path = "parties/person_form.html")]
pub(super) struct PersonForm {
    pub shell: Shell,
    pub form: FormState,
    pub title: String,
    pub lead: String,
    pub action: String,
    pub cancel: String,
    /// Only e-mail and telephone.
    pub contacts_only: bool,
}

fn person_form(ctx: Ctx, person: Option<(PersonId, &str)>, form: FormState, contacts_only: bool) -> PersonForm {
    let people = ctx.tr.t("parties-people");
    let card = person.map(|(id, _)| format!("/people/{id}")).unwrap_or_else(|| "/people".to_owned());
    let ctx = match person {
        Some((_, name)) => ctx.under(&[("/people", people), (&card, name.to_owned())]),
        None => ctx.under(&[("/people", people)]),
    };
    let (key, action) = match (person, contacts_only) {
        (None, _) => ("parties-person-new", "/people/new".to_owned()),
        (Some(_), true) => ("parties-contacts-edit", format!("{card}/contacts")),
        (Some(_), false) => ("parties-person-edit", format!("{card}/edit")),
    };
    PersonForm {
        title: ctx.tr.t(key),
        lead: person.map(|(_, name)| name.to_owned()).unwrap_or_default(),
        action,
        cancel: card,
        contacts_only,
        form,
        shell: ctx.shell,
    }
}

/// A personal code as eleven digits. Findings that are only probable refuse nothing.
pub(super) fn read_code(form: &mut FormState) -> String {
    let typed = form.value("personal_code").trim().to_owned();
    if typed.is_empty() {
        return String::new();
    }
    match PersonalCode::parse(&typed) {
        Ok(code) => code.into_value().digits(),
        Err(_) => {
            form.fail("personal_code", "parties-refused-personal-code-form");
            String::new()
        }
    }
}

fn read_iban(form: &mut FormState) -> String {
    let typed = form.value("bank_account").trim().to_owned();
    if typed.is_empty() {
        return String::new();
    }
    match Iban::parse(&typed) {
        Ok(iban) => iban.into_value().compact().to_owned(),
        Err(_) => {
            form.fail("bank_account", "parties-refused-iban");
            String::new()
        }
    }
}

fn read_contacts(form: &mut FormState) -> (String, String) {
    let email = form.text("email", 254).unwrap_or_default();
    if !email.is_empty() && !rules::is_email(&email) {
        form.fail("email", "parties-refused-email");
    }
    let typed = form.value("phone").trim().to_owned();
    let phone = match Phone::parse(&typed) {
        Ok(phone) => phone.into_value().e164(),
        Err(_) if typed.is_empty() => String::new(),
        Err(_) => {
            form.fail("phone", "parties-refused-phone");
            String::new()
        }
    };
    (email, phone)
}

fn read_person(form: &mut FormState) -> Option<PersonChange> {
    let (given, surname) = (form.required_text("given_names", 100), form.required_text("surname", 100));
    let birth_date = form.date_opt("birth_date");
    let (code, iban) = (read_code(form), read_iban(form));
    let address = form.text("address", 300).unwrap_or_default();
    let (email, phone) = read_contacts(form);
    let change = PersonChange {
        given_names: Some(given?),
        surname: Some(surname?),
        personal_code: Some(code),
        birth_date,
        language: None,
        bank_account: Some(iban),
        address: Some(address),
        email: Some(email),
        phone: Some(phone),
    };
    form.is_ok().then_some(change)
}

pub(super) async fn show_new(ctx: Ctx) -> web::Result {
    let form = ctx.form();
    page(&person_form(ctx, None, form, false))
}

pub(super) async fn create(ctx: Ctx, Form(mut form): Form) -> web::Result {
    let Some(typed) = read_person(&mut form) else {
        return invalid(&person_form(ctx, None, form, false));
    };
    let some = |v: Option<String>| v.filter(|v| !v.is_empty());
    let new = NewPerson {
        id: ctx.op.new_id(),
        given_names: typed.given_names.unwrap_or_default(),
        surname: typed.surname.unwrap_or_default(),
        personal_code: some(typed.personal_code),
        birth_date: typed.birth_date,
        sex: None,
        bank_account: some(typed.bank_account),
        address: some(typed.address),
        email: some(typed.email),
        phone: some(typed.phone),
    };
    match usecases::enter_person(&ctx.op, &new).await {
        Ok(()) => Ok(see_other(&format!("/people/{}", new.id))),
        Err(e) => {
            refused(&mut form, e)?;
            invalid(&person_form(ctx, None, form, false))
        }
    }
}

async fn editable<A: op::Action>(ctx: &Ctx, id: PersonId) -> Result<PersonCard, Problem> {
    let mut read = ctx.op.read().await?;
    read.seen::<Person, A>(id).await?;
    store::person_card(read.conn(), ctx.op.tenant(), id).await?.ok_or(Problem::NotFound)
}

pub(super) async fn show_edit(ctx: Ctx, Path(id): Path<PersonId>) -> web::Result {
    let card = editable::<EditPerson>(&ctx, id).await?;
    viewed(&ctx.op, [id]).await?;
    let mut form = ctx.form();
    form.set("version", card.version.to_string());
    form.set("given_names", &card.given_names).set("surname", &card.surname);
    form.set("personal_code", card.personal_code.as_deref().map(formatted_code).unwrap_or_default());
    form.set("birth_date", card.birth_date.map(|d| ctx.tr.date(d)).unwrap_or_default());
    let rest = [
        ("address", &card.address),
        ("bank_account", &card.bank_account),
        ("email", &card.email),
        ("phone", &card.phone),
    ];
    for (field, value) in rest {
        form.set(field, value.clone().unwrap_or_default());
    }
    let name = card.name();
    page(&person_form(ctx, Some((id, &name)), form, false))
}

pub(super) async fn edit(ctx: Ctx, Path(id): Path<PersonId>, Form(mut form): Form) -> web::Result {
    let name = editable::<EditPerson>(&ctx, id).await?.name();
    let version = form.int("version", 1..=i64::from(i32::MAX)).and_then(|v| i32::try_from(v).ok());
    let (Some(version), Some(change)) = (version, read_person(&mut form)) else {
        return invalid(&person_form(ctx, Some((id, &name)), form, false));
    };
    match usecases::change_person(&ctx.op, id, version, &change).await {
        Ok(()) => Ok(see_other(&format!("/people/{id}"))),
        Err(e) => {
            refused(&mut form, e)?;
            invalid(&person_form(ctx, Some((id, &name)), form, false))
        }
    }
}

pub(super) async fn show_contacts(ctx: Ctx, Path(id): Path<PersonId>) -> web::Result {
    let card = editable::<EditContact>(&ctx, id).await?;
    viewed(&ctx.op, [id]).await?;
    let mut form = ctx.form();
    form.set("email", card.email.clone().unwrap_or_default()).set("phone", card.phone.clone().unwrap_or_default());
    let name = card.name();
    page(&person_form(ctx, Some((id, &name)), form, true))
}

pub(super) async fn contacts(ctx: Ctx, Path(id): Path<PersonId>, Form(mut form): Form) -> web::Result {
    let name = editable::<EditContact>(&ctx, id).await?.name();
    let (email, phone) = read_contacts(&mut form);
    if !form.is_ok() {
        return invalid(&person_form(ctx, Some((id, &name)), form, true));
    }
    match usecases::change_contacts(&ctx.op, id, &email, &phone).await {
        Ok(()) => Ok(see_other(&format!("/people/{id}"))),
        Err(e) => {
            refused(&mut form, e)?;
            invalid(&person_form(ctx, Some((id, &name)), form, true))
        }
    }
}
