//! The page of one municipality, and that of the country for whoever is somebody in several.

use askama::Template;
use axum::extract::RawQuery;
use chrono::Datelike as _;
use i18n::Tr;
use op::{Action as _, Actor, Op};
use rust_decimal::Decimal;
use types::{Date, Money};
use ui::{FormState, Shell, c::Choice};
use web::{Access, Ctx, Problem, Result, Route, get, platform};

use super::{
    Counts, Criterion, Rates, Worth,
    count::{self, seen},
    distance, level,
    map::{self, Map},
};
use crate::{
    actions::ViewMaturity,
    model::{Ask, Cell},
    pages::{FIRST_YEAR, attachment},
    table::{self, Table, i64_as_f64},
};

pub(crate) fn routes() -> Vec<Route> {
    let view = Access::Action(ViewMaturity::DEF);
    vec![
        get("/maturity", view, "maturity-title", own),
        get("/maturity/export", view, "maturity-export", own_table),
        get("/maturity/country", view, "maturity-country", country),
        get("/maturity/country/export", view, "maturity-export", country_table),
    ]
}

/// A figure that municipalities are compared by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Figure {
    Level,
    Criterion(Criterion),
    Hours,
}

impl Figure {
    const ALL: [Self; 6] = [
        Self::Level,
        Self::Criterion(Criterion::OneSystem),
        Self::Criterion(Criterion::Exchange),
        Self::Criterion(Criterion::Personnel),
        Self::Criterion(Criterion::Access),
        Self::Hours,
    ];

    const fn column(self) -> &'static str {
        match self {
            Self::Level => "level_pct",
            Self::Criterion(c) => c.column(),
            Self::Hours => "hours_saved",
        }
    }

    const fn key(self) -> &'static str {
        match self {
            Self::Level => "maturity-level",
            Self::Criterion(c) => c.key(),
            Self::Hours => "maturity-hours",
        }
    }

    pub(super) fn of(self, c: &Counts, rates: &Rates) -> Option<Decimal> {
        match self {
            Self::Level => level(c),
            Self::Criterion(k) => k.share(c),
            Self::Hours => Some(Decimal::from(rates.worth(c.exchanged_in_all()).hours)),
        }
    }

    fn written(self, tr: &Tr, n: Decimal) -> String {
        match self {
            Self::Hours => tr.decimal(n, 0),
            _ => percent(tr, n),
        }
    }
}

/// A share that is in percent already.
fn percent(tr: &Tr, n: Decimal) -> String {
    tr.percent(n / Decimal::ONE_HUNDRED, 1)
}

fn or_dash(text: Option<String>) -> String {
    text.unwrap_or_else(|| "—".to_owned())
}

pub(super) struct MeasureView {
    pub label: String,
    pub part: String,
    pub of: String,
    pub share: String,
}

pub(super) struct CriterionView {
    pub title: String,
    pub about: String,
    pub share: String,
    pub away: String,
    pub measures: Vec<MeasureView>,
}

#[derive(Template)]
#[template(path = "reports/maturity.html")]
pub(super) struct MaturityPage {
    shell: Shell,
    form: FormState,
    years: Vec<Choice>,
    municipality: String,
    level: String,
    away: String,
    criteria: Vec<CriterionView>,
    worth: Vec<(String, String)>,
    worth_about: String,
    trends: Vec<(String, Bars)>,
    country: String,
    xlsx: String,
    csv: String,
}

/// Bars as the chart takes them: words, the number, and the number as written.
type Bars = Vec<(String, f64, String)>;

/// A municipality among others.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub name: String,
    pub counts: Counts,
    pub rates: Rates,
}

pub(super) struct RankView {
    place: String,
    name: String,
    cells: Vec<String>,
}

#[derive(Template)]
#[template(path = "reports/maturity_country.html")]
pub(super) struct CountryPage {
    shell: Shell,
    form: FormState,
    years: Vec<Choice>,
    figures: Vec<Choice>,
    about: String,
    figure: String,
    map: Map,
    heads: Vec<String>,
    rows: Vec<RankView>,
    worth: Vec<(String, String)>,
    xlsx: String,
    csv: String,
}

struct Asked {
    year: i32,
    figure: Figure,
    form: FormState,
}

fn asked(ctx: &Ctx, raw: Option<String>) -> Asked {
    let raw = raw.unwrap_or_default();
    let pairs: Vec<(String, String)> =
        form_urlencoded::parse(raw.as_bytes()).take(20).map(|(k, v)| (k.into_owned(), v.into_owned())).collect();
    let mut form = FormState::read(&ctx.tr, pairs);
    let this_year = ctx.op.today().year();
    let year = form.value("year").parse().ok().filter(|y| (FIRST_YEAR..=this_year).contains(y)).unwrap_or(this_year);
    form.set("year", year.to_string());
    let figure = Figure::ALL.into_iter().find(|f| f.column() == form.value("figure")).unwrap_or(Figure::Level);
    form.set("figure", figure.column().to_owned());
    Asked { year, figure, form }
}

fn years(this_year: i32) -> Vec<Choice> {
    (FIRST_YEAR..=this_year).rev().map(|y| Choice::words(y.to_string())).collect()
}

/// A municipality that a person may look at, or the part of it.
async fn line(op: &Op, year: i32) -> std::result::Result<Option<Line>, Problem> {
    let Some(institutions) = seen(op) else { return Ok(None) };
    let ask = Ask { tenant: op.tenant(), year, institutions };
    let counts = count::counts(op, &ask).await?;
    Ok(Some(Line { name: count::name(op).await?, counts, rates: count::rates(op, &ask).await? }))
}

async fn own_line(ctx: &Ctx, year: i32) -> std::result::Result<Line, Problem> {
    line(&ctx.op, year).await?.ok_or(Problem::Forbidden)
}

async fn own(ctx: Ctx, RawQuery(raw): RawQuery) -> Result {
    let asked = asked(&ctx, raw);
    let mine = own_line(&ctx, asked.year).await?;
    let ask = Ask { tenant: ctx.op.tenant(), year: asked.year, institutions: seen(&ctx.op).flatten() };
    let months = count::months(&ctx.op, &ask).await?;
    let several = others(&ctx.op).await?.len() > 1;
    let this_year = ctx.op.today().year();
    let above = ctx.tr.t("reports-title");
    let ctx = ctx.under(&[("/reports", above)]);
    web::page(&page(ctx.shell, asked.form, (asked.year, this_year), &mine, &months, several))
}

pub(super) fn page(
    shell: Shell,
    form: FormState,
    (year, this_year): (i32, i32),
    mine: &Line,
    months: &[(&str, [i64; 12])],
    several: bool,
) -> MaturityPage {
    let tr = shell.tr.clone();
    let all = level(&mine.counts);
    let bars = |numbers: &[i64; 12]| {
        (1_u32..).zip(numbers).map(|(m, n)| (tr.month(year, m), i64_as_f64(*n), tr.number(*n))).collect::<Bars>()
    };
    MaturityPage {
        years: years(this_year),
        municipality: mine.name.clone(),
        level: or_dash(all.map(|d| percent(&tr, d))),
        away: or_dash(all.map(|d| percent(&tr, distance(d)))),
        criteria: Criterion::ALL.iter().map(|k| criterion(&tr, *k, &mine.counts)).collect(),
        worth: worth(&tr, &mine.counts, &mine.rates),
        worth_about: worth_about(&tr, &mine.rates),
        trends: months.iter().map(|(title, numbers)| (tr.t(title), bars(numbers))).collect(),
        country: if several { format!("/maturity/country?year={year}") } else { String::new() },
        xlsx: format!("/maturity/export?year={year}&format=xlsx"),
        csv: format!("/maturity/export?year={year}&format=csv"),
        form,
        shell,
    }
}

fn criterion(tr: &Tr, k: Criterion, c: &Counts) -> CriterionView {
    let share = k.share(c);
    let measure = |m: super::Measure| MeasureView {
        label: tr.t(m.key),
        part: tr.number(m.part),
        of: tr.number(m.of),
        share: or_dash(m.share().map(|d| percent(tr, d))),
    };
    CriterionView {
        title: tr.t(k.key()),
        about: tr.t(&format!("{}-about", k.key())),
        share: or_dash(share.map(|d| percent(tr, d))),
        away: or_dash(share.map(|d| percent(tr, distance(d)))),
        measures: k.measures(c).into_iter().map(measure).collect(),
    }
}

fn worth(tr: &Tr, c: &Counts, rates: &Rates) -> Vec<(String, String)> {
    let (now, left) = (rates.worth(c.exchanged_in_all()), rates.worth(c.still_typed()));
    let said = |w: Worth| format!("{} h, {} €", tr.number(w.hours), tr.number(w.euros));
    vec![
        (tr.t("maturity-exchanged"), tr.number(c.exchanged_in_all())),
        (tr.t("maturity-saved"), said(now)),
        (tr.t("maturity-still"), tr.number(c.still_typed())),
        (tr.t("maturity-could"), said(left)),
    ]
}

fn worth_about(tr: &Tr, rates: &Rates) -> String {
    let values = [
        ("sender", tr.number(rates.sender)),
        ("receiver", tr.number(rates.receiver)),
        ("year", tr.money(Money(rates.year))),
        ("hours", tr.number(rates.hours)),
        ("hour", tr.money(Money(rates.hour()))),
    ];
    tr.ta("maturity-worth-about", &values.map(|(name, value)| (name, value.as_str().into())))
}

/// Where else somebody is somebody: by their memberships, each with the rights that they have there.
async fn others(op: &Op) -> std::result::Result<Vec<platform::Membership>, Problem> {
    match op.actor() {
        Actor::Person(_, identity) => Ok(platform::memberships(op.kernel(), *identity).await?),
        Actor::System(_) | Actor::House(_) => Ok(Vec::new()),
    }
}

/// The municipalities whose whole figures the person may see.
async fn lines(ctx: &Ctx, year: i32) -> std::result::Result<Vec<Line>, Problem> {
    let Actor::Person(_, identity) = ctx.op.actor().clone() else { return Err(Problem::Forbidden) };
    let mut all = Vec::new();
    for m in others(&ctx.op).await? {
        let there = Op::for_person(ctx.op.kernel(), m.tenant, m.person, identity, ctx.op.locale()).await?;
        // Of a part nobody could be ranked.
        if seen(&there) == Some(None) {
            all.extend(line(&there, year).await?);
        }
    }
    Ok(all)
}

async fn country(ctx: Ctx, RawQuery(raw): RawQuery) -> Result {
    let asked = asked(&ctx, raw);
    let all = lines(&ctx, asked.year).await?;
    let this_year = ctx.op.today().year();
    let title = ctx.tr.t("maturity-title");
    let ctx = ctx.under(&[("/maturity", title)]);
    web::page(&country_page(ctx.shell, asked.form, (asked.year, this_year), asked.figure, &all))
}

fn ranked(all: &[Line], figure: Figure) -> Vec<&Line> {
    let mut ranked: Vec<&Line> = all.iter().collect();
    ranked.sort_by(|a, b| {
        let of = |l: &Line| figure.of(&l.counts, &l.rates);
        of(b).cmp(&of(a)).then_with(|| a.name.cmp(&b.name))
    });
    ranked
}

pub(super) fn country_page(
    shell: Shell,
    form: FormState,
    (year, this_year): (i32, i32),
    figure: Figure,
    all: &[Line],
) -> CountryPage {
    let tr = shell.tr.clone();
    let day = Date::from_ymd_opt(year, 12, 31).unwrap_or_default();
    let of = |name: &str| {
        let found = all.iter().find(|l| l.name == name)?;
        let n = figure.of(&found.counts, &found.rates)?;
        Some((n, figure.written(&tr, n)))
    };
    let cells = |l: &Line| {
        let mut cells: Vec<String> =
            Figure::ALL.iter().map(|f| or_dash(f.of(&l.counts, &l.rates).map(|n| f.written(&tr, n)))).collect();
        cells.push(or_dash(level(&l.counts).map(|d| percent(&tr, distance(d)))));
        cells
    };
    let mut rows: Vec<RankView> = (1..)
        .zip(ranked(all, figure))
        .map(|(n, l)| RankView { place: format!("{n}."), name: l.name.clone(), cells: cells(l) })
        .collect();
    let sum = sum(&tr, all);
    if let Some(sum) = &sum {
        rows.push(RankView { place: String::new(), name: sum.name.clone(), cells: cells(sum) });
    }
    let mut heads: Vec<String> = Figure::ALL.iter().map(|f| tr.t(f.key())).collect();
    heads.push(tr.t("maturity-away"));
    let query = format!("year={year}&figure={}", figure.column());
    CountryPage {
        years: years(this_year),
        figures: Figure::ALL.iter().map(|f| Choice::new(f.column(), tr.t(f.key()))).collect(),
        about: tr.t1("maturity-country-about", "count", tr.number(i64::try_from(all.len()).unwrap_or(0)).as_str()),
        figure: tr.t(figure.key()),
        map: map::draw(day, of, |n| figure.written(&tr, n)),
        heads,
        rows,
        worth: sum.map(|s| worth(&tr, &s.counts, &s.rates)).unwrap_or_default(),
        xlsx: format!("/maturity/country/export?{query}&format=xlsx"),
        csv: format!("/maturity/country/export?{query}&format=csv"),
        form,
        shell,
    }
}

/// All of them as if they were one.
fn sum(tr: &Tr, all: &[Line]) -> Option<Line> {
    let first = all.first()?;
    let mut counts = Counts::default();
    all.iter().for_each(|l| counts += l.counts);
    Some(Line { name: tr.t("maturity-together"), counts, rates: first.rates })
}

async fn own_table(ctx: Ctx, RawQuery(raw): RawQuery) -> Result {
    let asked = asked(&ctx, raw);
    let mine = own_line(&ctx, asked.year).await?;
    taken_out(&ctx, &asked, vec![&mine]).await
}

async fn country_table(ctx: Ctx, RawQuery(raw): RawQuery) -> Result {
    let asked = asked(&ctx, raw);
    let all = lines(&ctx, asked.year).await?;
    taken_out(&ctx, &asked, ranked(&all, asked.figure)).await
}

async fn taken_out(ctx: &Ctx, asked: &Asked, lines: Vec<&Line>) -> Result {
    let is_csv = asked.form.value("format") == "csv";
    let table = as_table(&ctx.tr, is_csv, &lines);
    let file = format!("maturity-{}", asked.year);
    if is_csv {
        return Ok(attachment(&format!("{file}.csv"), "text/csv; charset=utf-8", table::csv(&table).into_bytes()));
    }
    let book = tokio::task::spawn_blocking(move || table::xlsx(&table)).await;
    let book = book.map_err(|e| Problem::Internal(e.to_string()))?.map_err(|e| Problem::Internal(e.to_string()))?;
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok(attachment(&format!("{file}.xlsx"), kind, book))
}

/// Shares, and the parts and wholes that they follow from.
fn as_table(tr: &Tr, is_csv: bool, lines: &[&Line]) -> Table {
    let name = |column: &str, key: &str| if is_csv { column.to_owned() } else { tr.t(key) };
    let mut head = vec![name("municipality", "reports-municipality")];
    head.extend(Figure::ALL.iter().map(|f| name(f.column(), f.key())));
    head.push(name("distance_pct", "maturity-away"));
    head.push(name("euros_saved", "maturity-euros"));
    for m in Criterion::ALL.iter().flat_map(|k| k.measures(&Counts::default())) {
        let column = m.key.trim_start_matches("maturity-").replace('-', "_");
        head.push(name(&column, m.key));
        head.push(if is_csv { format!("{column}_of") } else { tr.t1("maturity-of", "what", tr.t(m.key).as_str()) });
    }
    let number = |n: Option<Decimal>| n.map_or(Cell::Empty, Cell::Number);
    let row = |l: &&Line| {
        let mut cells = vec![Cell::Text(l.name.clone())];
        cells.extend(Figure::ALL.iter().map(|f| number(f.of(&l.counts, &l.rates))));
        cells.push(number(level(&l.counts).map(distance)));
        cells.push(Cell::Count(l.rates.worth(l.counts.exchanged_in_all()).euros));
        for m in Criterion::ALL.iter().flat_map(|k| k.measures(&l.counts)) {
            cells.extend([Cell::Count(m.part), Cell::Count(m.of)]);
        }
        cells
    };
    Table { title: tr.t("maturity-title"), head, rows: lines.iter().map(row).collect() }
}
