//! Who of a unit is away on which day of a month.

use std::collections::HashMap;

use askama::Template;
use axum_extra::extract::Query;
use chrono::{Datelike as _, Months, NaiveDate};
use i18n::Tr;
use latvian::calendar::WorkCalendar;
use op::{Action as _, Scope};
use serde::Deserialize;
use types::{Date, PersonId, UnitId};
use ui::{FormState, Shell, c::Choice};
use web::{Ctx, Problem, Result};

use super::{viewed, words};
use crate::{
    actions::ViewAbsences,
    store::{self, AwayRow},
};

/// More people than this no month can show.
const MOST: i64 = 200;

#[derive(Default, Deserialize)]
pub(crate) struct MonthQuery {
    unit: Option<UnitId>,
    month: Option<String>,
}

/// One cell of the grid.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cell {
    /// The absence's letter, or nothing.
    pub letter: String,
    /// Its full words, for the reader and the screen reader.
    pub words: String,
    /// The pattern's class.
    pub class: &'static str,
}

#[derive(Clone, Debug)]
pub(crate) struct Day {
    pub number: u32,
    pub weekday: String,
    /// The holiday's name, where it is one.
    pub off: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct PersonRow {
    pub name: String,
    pub cells: Vec<Cell>,
}

#[derive(Template)]
#[template(path = "personnel/absences.html")]
pub(crate) struct AbsencesPage {
    pub shell: Shell,
    pub form: FormState,
    pub units: Vec<Choice>,
    pub unit: String,
    pub month: String,
    pub previous: String,
    pub next: String,
    pub days: Vec<Day>,
    pub people: Vec<PersonRow>,
    /// Letter, class, words.
    pub legend: Vec<(String, &'static str, String)>,
    pub more: bool,
}

const KINDS: [&str; 8] = ["annual", "extra", "unpaid", "study", "parental", "fathers", "trip", "sick"];

fn first_of(text: Option<&str>, today: Date) -> Date {
    let read = text.and_then(|t| NaiveDate::parse_from_str(&format!("{t}-01"), "%Y-%m-%d").ok());
    let read = read.filter(|d| (2000..=2100).contains(&d.year()));
    read.or_else(|| today.with_day(1)).unwrap_or(today)
}

/// The units that one may look at, by name; and the one to begin with.
async fn choices(ctx: &Ctx) -> Result<(Option<Vec<UnitId>>, Vec<parties::Unit>, Option<UnitId>)> {
    let (tenant, today) = (ctx.op.tenant(), ctx.op.today());
    let scope = match ctx.op.scope(ViewAbsences::DEF) {
        Scope::All => None,
        Scope::Units(units) => Some(units),
        Scope::Own | Scope::None => Some(Vec::new()),
    };
    let mut read = ctx.op.read().await?;
    let mut all = parties::units(read.conn(), tenant, Some(today)).await?;
    let home = match ctx.op.person() {
        Some(person) => parties::main_employment(read.conn(), tenant, person, today).await?.map(|e| e.unit_id),
        None => None,
    };
    all.retain(|u| scope.as_ref().is_none_or(|s| s.contains(&u.id)));
    all.sort_by_cached_key(|u| u.path.iter().map(ToString::to_string).collect::<Vec<_>>());
    let start = home.filter(|h| all.iter().any(|u| u.id == *h)).or_else(|| all.first().map(|u| u.id));
    Ok((scope, all, start))
}

pub(crate) async fn show(ctx: Ctx, Query(query): Query<MonthQuery>) -> Result {
    let (tenant, today) = (ctx.op.tenant(), ctx.op.today());
    let (scope, units, start) = choices(&ctx).await?;
    let chosen = query.unit.or(start).ok_or(Problem::NotFound)?;
    // A unit outside one's scope is not there.
    let unit = units.iter().find(|u| u.id == chosen).ok_or(Problem::NotFound)?;
    let first = first_of(query.month.as_deref(), today);
    let next = first.checked_add_months(Months::new(1)).unwrap_or(first);
    let previous = first.checked_sub_months(Months::new(1)).unwrap_or(first);
    let last = next.pred_opt().unwrap_or(first);
    let mut read = ctx.op.read().await?;
    let calendar = parties::calendar(read.conn(), tenant).await?;
    let rows = store::away(read.conn(), tenant, unit.id, scope.as_deref(), (first, last), MOST).await?;
    let mut people: Vec<PersonId> = rows.iter().map(|r| r.person_id).collect();
    people.dedup();
    let names = parties::names(read.conn(), tenant, &people).await?;
    drop(read);
    viewed(&ctx.op, ViewAbsences::DEF.name, "parties.person", people.iter().map(|p| p.uuid()).collect()).await?;
    let tr = ctx.tr.clone();
    let href = |m: Date| format!("/absences?unit={}&month={}", unit.id, m.format("%Y-%m"));
    let mut form = ctx.form();
    form.set("unit", unit.id.to_string()).set("month", first.format("%Y-%m").to_string());
    let (previous, next) = (href(previous), href(next));
    let unit_name = unit.name_in(tr.locale()).to_owned();
    let ctx = ctx.under(&[]);
    web::page(&AbsencesPage {
        form,
        units: unit_choices(&units, &tr),
        unit: unit_name,
        month: tr.month(first.year(), first.month()),
        previous,
        next,
        days: days(&tr, first, last, &calendar),
        people: grid(&tr, &rows, &names, first, last),
        legend: legend(&tr),
        more: people.len() >= usize::try_from(MOST).unwrap_or(usize::MAX),
        shell: ctx.shell,
    })
}

fn unit_choices(units: &[parties::Unit], tr: &Tr) -> Vec<Choice> {
    let one = |u: &parties::Unit| {
        let indent = "\u{2003}".repeat(u.path.len().saturating_sub(1));
        Choice::new(u.id.to_string(), format!("{indent}{}", u.name_in(tr.locale())))
    };
    units.iter().map(one).collect()
}

pub(crate) fn days(tr: &Tr, first: Date, last: Date, calendar: &WorkCalendar) -> Vec<Day> {
    let day = |d: Date| Day { number: d.day(), weekday: tr.weekday_short(d), off: !calendar.is_working_day(d) };
    first.iter_days().take_while(|d| *d <= last).map(day).collect()
}

/// The pattern of a kind: letter and stripes, never colour alone.
fn class(kind: &str, state: &str) -> &'static str {
    match (kind, state) {
        (_, "reserved") => "nv-away nv-away--asked",
        ("trip", _) => "nv-away nv-away--trip",
        ("annual" | "extra", _) => "nv-away",
        _ => "nv-away nv-away--other",
    }
}

pub(crate) fn legend(tr: &Tr) -> Vec<(String, &'static str, String)> {
    let mut all: Vec<_> = KINDS
        .iter()
        .map(|k| {
            let letter = tr.t(&format!("personnel-letter-{k}"));
            (letter, class(k, "booked"), tr.t(&format!("personnel-absence-{k}")))
        })
        .collect();
    all.push(("?".to_owned(), class("", "reserved"), tr.t("personnel-away-asked")));
    all
}

pub(crate) fn grid(
    tr: &Tr,
    rows: &[AwayRow],
    names: &HashMap<PersonId, String>,
    first: Date,
    last: Date,
) -> Vec<PersonRow> {
    let mut people: Vec<(PersonId, Vec<&AwayRow>)> = Vec::new();
    for r in rows {
        match people.last_mut() {
            Some((p, theirs)) if *p == r.person_id => theirs.push(r),
            _ => people.push((r.person_id, vec![r])),
        }
    }
    let cell = |theirs: &[&AwayRow], day: Date| {
        let on = |r: &&&AwayRow| r.first_day.is_some_and(|f| f <= day) && r.last_day.is_some_and(|l| l >= day);
        let Some(r) = theirs.iter().find(on) else { return Cell::default() };
        let (kind, state) = (r.kind.as_deref().unwrap_or_default(), r.state.as_deref().unwrap_or_default());
        let letter = tr.t(&format!("personnel-letter-{kind}"));
        let period = r.first_day.zip(r.last_day).map(|(f, l)| words::period(tr, f, l)).unwrap_or_default();
        let asked = if state == "reserved" { format!(", {}", tr.t("personnel-away-asked")) } else { String::new() };
        Cell {
            letter: if state == "reserved" { format!("{letter}?") } else { letter },
            words: format!("{} {period}{asked}", tr.t(&format!("personnel-absence-{kind}"))),
            class: class(kind, state),
        }
    };
    let mut rows: Vec<PersonRow> = people
        .iter()
        .map(|(person, theirs)| PersonRow {
            name: names.get(person).cloned().unwrap_or_default(),
            cells: first.iter_days().take_while(|d| *d <= last).map(|d| cell(theirs, d)).collect(),
        })
        .collect();
    rows.sort_by_cached_key(|r| latvian::names::sort_key(&r.name));
    rows
}

impl AbsencesPage {
    /// Is that day of the month off?
    fn is_off(&self, day: &usize) -> bool {
        self.days.get(*day).is_some_and(|d| d.off)
    }
}
