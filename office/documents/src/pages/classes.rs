//! The classification scheme (klasifikācijas shēma) of an institution and year, with the columns of MK 282 (2024).

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::RawQuery;
use chrono::Datelike as _;
use i18n::Tr;
use op::{Action as _, Audit, Facts, Read};
use types::UnitId;
use ui::{FormState, Shell, c::Choice};
use web::{Ctx, Form, Problem, Result, Upload};

use super::{address, csv, export::file, institutions, query, unit_choices};
use crate::{
    actions::ManageClasses,
    model::Medium,
    pattern::is_number_char,
    store::{self, Class},
    usecases::{self, NewClass},
};

const PATH: &str = "/admin/classification";
/// The columns of the exchanged table, in this order.
const COLUMNS: &[&str] = &["code", "parent_code", "title", "retention", "responsible", "medium", "system", "notes"];
/// Most rows in one import.
const MOST: usize = 5000;

/// A row as shown.
pub(crate) struct ClassView {
    pub href: String,
    pub code: String,
    pub title: String,
    pub retention: String,
    pub responsible: String,
    pub medium: String,
    pub system: String,
    pub notes: String,
}

#[derive(Template)]
#[template(path = "documents/classification.html")]
pub(crate) struct ClassesPage {
    pub shell: Shell,
    pub form: FormState,
    pub institutions: Vec<Choice>,
    pub media: Vec<Choice>,
    pub year: i32,
    pub rows: Vec<ClassView>,
    pub export: String,
    pub next_year: i32,
}

/// Whose scheme of which year.
fn place(form: &mut FormState, units: &[(UnitId, String)], today: types::Date) -> Option<(UnitId, i32)> {
    let first = units.first().map(|(id, _)| *id);
    let institution: Option<UnitId> = if form.blank("institution") { first } else { form.uuid("institution") };
    let year = if form.blank("year") { Some(i64::from(today.year())) } else { form.int("year", 1990..=2100) };
    let institution = institution.filter(|i| units.iter().any(|(u, _)| u == i));
    Some((institution?, i32::try_from(year?).ok()?))
}

/// The institutions whose scheme the reader may keep.
async fn mine(read: &mut Read) -> sqlx::Result<Vec<(UnitId, String)>> {
    let units = read.op().scope(ManageClasses::DEF).units();
    let all = institutions(read).await?;
    Ok(all.into_iter().filter(|(id, _)| units.as_ref().is_none_or(|u| u.contains(id))).collect())
}

pub(super) async fn show(ctx: Ctx, RawQuery(raw): RawQuery) -> Result {
    let asked = query(&ctx.tr, raw);
    let mut form = ctx.form();
    form.set("institution", asked.value("institution")).set("year", asked.value("year")).set("medium", "electronic");
    web::page(&page(ctx, form).await?)
}

async fn page(ctx: Ctx, mut form: FormState) -> std::result::Result<ClassesPage, Problem> {
    let mut read = ctx.op.read().await?;
    let units = mine(&mut read).await?;
    let (rows, year) = match place(&mut form, &units, ctx.op.today()) {
        Some((institution, year)) => {
            form.set("institution", institution.to_string()).set("year", year.to_string());
            (store::classes(&mut read, institution, year).await?, year)
        }
        None => (Vec::new(), ctx.op.today().year()),
    };
    let tr = ctx.tr.clone();
    let params = [("institution", form.value("institution").to_owned()), ("year", year.to_string())];
    let export = address("/admin/classification/export", &params.into_iter().collect());
    let media = Medium::ALL.iter().map(|m| Choice::new(m.word(), tr.t(&format!("documents-medium-{}", m.word()))));
    let ctx = ctx.under(&[]);
    Ok(ClassesPage {
        institutions: unit_choices(&units),
        media: media.collect(),
        rows: rows.iter().map(|c| view(&tr, c)).collect(),
        export,
        next_year: year + 1,
        year,
        form,
        shell: ctx.shell,
    })
}

fn view(tr: &Tr, c: &Class) -> ClassView {
    ClassView {
        href: format!("{PATH}/{}", c.id),
        code: c.code.clone(),
        title: c.title.clone(),
        retention: match (c.permanent, c.retention_years) {
            (true, _) => tr.t("documents-permanent"),
            (false, Some(n)) => tr.t1("documents-years", "n", n),
            (false, None) => String::new(),
        },
        responsible: c.responsible.clone(),
        medium: tr.t(&format!("documents-medium-{}", c.medium.word())),
        system: c.system.clone(),
        notes: c.notes.clone(),
    }
}

pub(super) fn here(institution: UnitId, year: i32) -> String {
    let params: BTreeMap<&str, String> =
        [("institution", institution.to_string()), ("year", year.to_string())].into_iter().collect();
    address(PATH, &params)
}

/// Where the submitted form belongs, if it may be kept by this person at all.
async fn where_to(ctx: &Ctx, form: &mut FormState) -> std::result::Result<(UnitId, i32), Problem> {
    let mut read = ctx.op.read().await?;
    let units = mine(&mut read).await?;
    place(form, &units, ctx.op.today()).ok_or(Problem::Forbidden)
}

/// `p` or nothing else than a number of years: permanent, or so long.
pub(super) fn retention(form: &mut FormState) -> (Option<i32>, bool) {
    if form.ticked("permanent") {
        return (None, true);
    }
    let years = form.int_opt("retention", 1..=200).and_then(|n| i32::try_from(n).ok());
    (years, false)
}

pub(super) async fn add(ctx: Ctx, Form(mut form): Form) -> Result {
    let (institution, year) = where_to(&ctx, &mut form).await?;
    for name in ["code", "title", "retention"] {
        let label = form.tr().t(&format!("documents-class-{name}"));
        form.label(name, label);
    }
    let (code, title) = (form.required_text("code", 40), form.required_text("title", 300));
    if let Some(c) = code.as_deref().and_then(|c| c.chars().find(|c| !is_number_char(*c))) {
        let message = form.tr().t1("documents-pattern-character", "what", c.to_string());
        form.fail_text("code", message);
    }
    let (retention_years, permanent) = retention(&mut form);
    let medium = form.chosen("medium", Medium::from_word);
    let mut text = |name: &str| form.text(name, 300).unwrap_or_default();
    let (parent_code, responsible, system, notes) =
        (text("parent_code"), text("responsible"), text("system"), text("notes"));
    let (Some(code), Some(title), Some(medium), true) = (code, title, medium, form.is_ok()) else {
        return again(ctx, form).await;
    };
    let new = NewClass {
        institution_id: institution,
        year,
        code,
        parent_code,
        title,
        retention_years,
        permanent,
        responsible,
        medium,
        system,
        notes,
    };
    if keep(&ctx, institution, &[new]).await? == 0 {
        form.fail("code", "documents-class-taken");
        return again(ctx, form).await;
    }
    Ok(web::see_other(&here(institution, year)))
}

async fn again(ctx: Ctx, mut form: FormState) -> Result {
    form.csrf.clone_from(&ctx.shell.csrf);
    web::invalid(&page(ctx, form).await?)
}

async fn keep(ctx: &Ctx, institution: UnitId, new: &[NewClass]) -> std::result::Result<u64, Problem> {
    let mut tx = ctx.op.begin().await?;
    let may = tx.create::<ManageClasses>(&Facts { unit: Some(institution), ..Facts::default() })?;
    let added = usecases::add_classes(&mut tx, &may, new).await?;
    tx.commit().await?;
    Ok(added)
}

/// Everything once more for the next year; what is there already stays.
pub(super) async fn copy(ctx: Ctx, Form(mut form): Form) -> Result {
    let (institution, year) = where_to(&ctx, &mut form).await?;
    let mut read = ctx.op.read().await?;
    let rows = store::classes(&mut read, institution, year).await?;
    drop(read);
    let new: Vec<NewClass> = rows.into_iter().map(|c| c.again(institution, year + 1)).collect();
    if new.is_empty() {
        return Err(Problem::Refused(ctx.tr.t("documents-class-nothing")));
    }
    keep(&ctx, institution, &new).await?;
    Ok(web::see_other(&here(institution, year + 1)))
}

pub(super) async fn export(ctx: Ctx, RawQuery(raw): RawQuery) -> Result {
    let mut form = query(&ctx.tr, raw);
    let (institution, year) = where_to(&ctx, &mut form).await?;
    let mut read = ctx.op.read().await?;
    let rows = store::classes(&mut read, institution, year).await?;
    drop(read);
    let mut tx = ctx.op.begin().await?;
    tx.audit(Audit::of("documents.class.export", "unit", institution));
    tx.commit().await?;
    let head = COLUMNS.iter().map(|c| (*c).to_owned()).collect();
    let table: Vec<Vec<String>> = std::iter::once(head).chain(rows.into_iter().map(exported)).collect();
    Ok(file(&format!("classification-{year}.csv"), "text/csv; charset=utf-8", csv(&table).into_bytes()))
}

fn exported(c: Class) -> Vec<String> {
    let retention = match (c.permanent, c.retention_years) {
        (true, _) => "permanent".to_owned(),
        (false, years) => years.map(|n| n.to_string()).unwrap_or_default(),
    };
    let medium = c.medium.word().to_owned();
    vec![c.code, c.parent_code, c.title, retention, c.responsible, medium, c.system, c.notes]
}

pub(super) async fn import(ctx: Ctx, Upload(mut form, files): Upload) -> Result {
    let (institution, year) = where_to(&ctx, &mut form).await?;
    form.label("table", ctx.tr.t("documents-class-table"));
    let Some(sent) = files.into_iter().find(|f| f.field == "table") else {
        form.fail("table", "documents-upload-none");
        return again(ctx, form).await;
    };
    let text = String::from_utf8(sent.bytes.to_vec()).map_err(|_| Refused::Text);
    let read = text.and_then(|text| imported(&text, institution, year));
    match read {
        Ok(new) => {
            keep(&ctx, institution, &new).await?;
            Ok(web::see_other(&here(institution, year)))
        }
        Err(why) => {
            let message = why.text(&ctx.tr);
            form.fail_text("table", message);
            again(ctx, form).await
        }
    }
}

/// Why a table cannot be taken over.
#[derive(Debug, PartialEq, Eq)]
enum Refused {
    Text,
    Head,
    Row(usize),
    Many,
}

impl Refused {
    fn text(&self, tr: &Tr) -> String {
        match self {
            Self::Text => tr.t("documents-import-text"),
            Self::Head => tr.t1("documents-import-head", "columns", COLUMNS.join(",")),
            Self::Row(n) => tr.t1("documents-import-row", "n", *n),
            Self::Many => tr.t1("documents-import-many", "n", MOST),
        }
    }
}

fn imported(text: &str, institution: UnitId, year: i32) -> std::result::Result<Vec<NewClass>, Refused> {
    let mut rows = parse_csv(text.trim_start_matches('\u{feff}')).into_iter();
    let head = rows.next().ok_or(Refused::Head)?;
    if head.iter().map(|h| h.trim().to_lowercase()).ne(COLUMNS.iter().map(|c| (*c).to_owned())) {
        return Err(Refused::Head);
    }
    let rows: Vec<Vec<String>> = rows.filter(|r| r.iter().any(|c| !c.trim().is_empty())).collect();
    if rows.len() > MOST {
        return Err(Refused::Many);
    }
    // Counted as a spreadsheet counts them: the head is row 1.
    let numbered = rows.into_iter().enumerate();
    numbered.map(|(n, row)| class_row(row, institution, year).ok_or(Refused::Row(n + 2))).collect()
}

fn class_row(row: Vec<String>, institution: UnitId, year: i32) -> Option<NewClass> {
    let cells: [String; 8] = row.try_into().ok()?;
    // What an export made harmless is read as it was.
    let [code, parent_code, title, retention, responsible, medium, system, notes] =
        cells.map(|c| c.trim().strip_prefix('\'').unwrap_or(c.trim()).to_owned());
    let fits = |s: &str, most: usize| s.chars().count() <= most && !s.contains('\0');
    let is_number = |s: &str| s.chars().all(is_number_char);
    let texts = [&title, &responsible, &system, &notes];
    let fine = !code.is_empty() && !title.is_empty() && is_number(&code) && is_number(&parent_code);
    if !fine || !fits(&code, 40) || !fits(&parent_code, 40) || !texts.iter().all(|t| fits(t, 300)) {
        return None;
    }
    let (retention_years, permanent) = match retention.as_str() {
        "" => (None, false),
        "permanent" => (None, true),
        years => (Some(years.parse().ok().filter(|n| (1..=200).contains(n))?), false),
    };
    let medium = if medium.is_empty() { Medium::Electronic } else { Medium::from_word(&medium)? };
    let institution_id = institution;
    Some(NewClass {
        institution_id,
        year,
        code,
        parent_code,
        title,
        retention_years,
        permanent,
        responsible,
        medium,
        system,
        notes,
    })
}

/// RFC 4180, with either comma or semicolon as the head has it; a quote that is not closed ends with the text.
fn parse_csv(text: &str) -> Vec<Vec<String>> {
    let head = text.lines().next().unwrap_or_default();
    let comma = if head.contains(';') && !head.contains(',') { ';' } else { ',' };
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            c if c == comma && !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            c => cell.push(c),
        }
    }
    if !cell.is_empty() || !row.is_empty() {
        row.push(cell);
        rows.push(row);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    const HEAD: &str = "code,parent_code,title,retention,responsible,medium,system,notes\r\n";

    fn read(text: &str) -> std::result::Result<Vec<NewClass>, Refused> {
        imported(text, UnitId(Uuid::nil()), 2026)
    }

    #[test]
    fn reads_what_it_writes_and_what_spreadsheets_write() {
        let text = format!(
            "\u{feff}{HEAD}1,,Vadība,,,,,\r\n1-1,1,\"Rīkojumi, \"\"P\"\"\",permanent,Kanceleja,paper,,\r\n1-2,1,Sarakste,5,,,,\n"
        );
        let got = read(&text).unwrap();
        assert_eq!(got.len(), 3);
        assert_eq!(got[1].title, "Rīkojumi, \"P\"");
        assert!(got[1].permanent && got[1].medium == Medium::Paper);
        assert_eq!((got[2].retention_years, got[2].permanent), (Some(5), false));
        assert_eq!(read(&text.replace(',', ";").replace("Rīkojumi;", "Rīkojumi,")).unwrap(), got);
    }

    #[test]
    fn says_which_row_is_wrong() {
        assert_eq!(read("a,b"), Err(Refused::Head));
        assert_eq!(read(""), Err(Refused::Head));
        assert_eq!(read(&format!("{HEAD}1,,A,5,,,,\n2,,B,many,,,,\n")), Err(Refused::Row(3)));
        assert_eq!(read(&format!("{HEAD},,A,5,,,,\n")), Err(Refused::Row(2)));
        assert_eq!(read(&format!("{HEAD}1,,A,5,,clay,,\n")), Err(Refused::Row(2)));
        assert_eq!(read(&format!("{HEAD}1,,A\n")), Err(Refused::Row(2)));
        assert_eq!(read(&format!("{HEAD}1',,A,5,,,,\n")), Err(Refused::Row(2)));
    }

    proptest! {
        #[test]
        fn any_cells_survive_writing_and_reading(cells in prop::collection::vec("[ -~\u{100}-\u{17f}\n\"]{0,20}", 1..6)) {
            let table = vec![vec!["head".to_owned(), "x".to_owned()], cells.clone()];
            let back = parse_csv(&csv(&table));
            let plain: Vec<String> = cells.iter().map(|c| match c.chars().next() {
                Some('=' | '+' | '-' | '@') => format!("'{c}"),
                _ => c.clone(),
            }).collect();
            prop_assert_eq!(back.get(1), Some(&plain));
        }
    }
}
