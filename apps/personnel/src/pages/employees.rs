//! The list of employees, as HR looks for them.

use std::collections::HashMap;

use askama::Template;
use axum_extra::extract::Query;
use op::Action as _;
use parties::{PeopleQuery, PersonLine};
use serde::Deserialize;
use types::PersonId;
use ui::{FormState, Html, Shell};
use web::{Ctx, Result};

use super::{table::Table, viewed, words};
use crate::{actions::ViewEmployee, store};

const PAGE: i64 = 50;

#[derive(Debug, Default, Deserialize)]
pub(crate) struct ListQuery {
    #[serde(default)]
    q: String,
    #[serde(default)]
    former: String,
    #[serde(default)]
    after: String,
}

#[derive(Template)]
#[template(path = "personnel/employees.html")]
pub(crate) struct EmployeesPage {
    pub shell: Shell,
    pub form: FormState,
    pub table: Html,
    pub next: String,
    pub may_hire: bool,
}

fn read_after(text: &str) -> Option<(String, PersonId)> {
    let (fold, id) = text.rsplit_once('|')?;
    Some((fold.chars().take(400).collect(), id.parse().ok()?))
}

pub(crate) async fn list(ctx: Ctx, Query(query): Query<ListQuery>) -> Result {
    let (tenant, today) = (ctx.op.tenant(), ctx.op.today());
    let asked = PeopleQuery {
        text: query.q.chars().take(200).collect(),
        unit: None,
        former: !query.former.is_empty(),
        after: read_after(&query.after),
        limit: PAGE + 1,
    };
    let (units, own) = super::scope(&ctx, ViewEmployee::DEF);
    let mut read = ctx.op.read().await?;
    let mut people = parties::people(read.conn(), tenant, (units.as_deref(), own), &asked, today).await?;
    let more = people.len() > usize::try_from(PAGE).unwrap_or(0);
    people.truncate(usize::try_from(PAGE).unwrap_or(0));
    let ids: Vec<PersonId> = people.iter().map(|p| p.id).collect();
    let balances: HashMap<PersonId, rust_decimal::Decimal> =
        store::balances(read.conn(), tenant, &ids).await?.into_iter().collect();
    drop(read);
    viewed(&ctx.op, ViewEmployee::DEF.name, "parties.person", ids.iter().map(|p| p.uuid()).collect()).await?;
    let next = people.last().filter(|_| more).map(|last| next_href(&query, last)).unwrap_or_default();
    let mut form = ctx.form();
    form.set("q", &query.q);
    if asked.former {
        form.set("former", "1");
    }
    let ctx = ctx.under(&[]);
    let may_hire = ctx.op.could(crate::actions::DraftOrder::DEF);
    let table = table(&ctx.tr, &people, &balances);
    web::page(&EmployeesPage { form, table: Html::of(&table), next, may_hire, shell: ctx.shell })
}

fn next_href(query: &ListQuery, last: &PersonLine) -> String {
    let encoded = |text: &str| -> String { form_urlencoded::byte_serialize(text.as_bytes()).collect() };
    let after = encoded(&format!("{}|{}", last.fold, last.id));
    format!("/personnel/employees?q={}&former={}&after={after}", encoded(&query.q), encoded(&query.former))
}

pub(crate) fn table(
    tr: &i18n::Tr,
    people: &[PersonLine],
    balances: &HashMap<PersonId, rust_decimal::Decimal>,
) -> Table {
    let head = [
        ("personnel-name", false),
        ("personnel-post", false),
        ("personnel-unit", false),
        ("personnel-institution", false),
        ("personnel-balance", true),
    ];
    let mut table = Table::new(tr.t("personnel-employees"), &head, tr, "personnel-employees-empty");
    for p in people {
        let unit = p.unit_name.clone().unwrap_or_default();
        let institution = p.institution_name.clone().filter(|i| *i != unit).unwrap_or_default();
        let href = format!("/personnel/employees/{}", p.id);
        table.row_to(
            href.clone(),
            vec![
                words::link(&href, &p.name),
                p.post_title.clone().unwrap_or_default().into(),
                unit.into(),
                institution.into(),
                balances.get(&p.id).map(|b| tr.decimal_up_to(*b, 1)).unwrap_or_default().into(),
            ],
        );
    }
    table
}
