//! Hold, decide, store, say so.

mod account;
mod order;
mod papers;
mod template;

pub(crate) use account::account_lines;
pub use account::{close_months, correct_balance, follow_units};
pub use order::{AnnulAsk, ChangeAsk, HireAsk, OrderAsk, OrderError, TermsAsk, correct_order, draft_order};
pub(crate) use order::{leaving_plan, trip_money};
pub use papers::{PaperAsk, register_contracts};
pub use template::{TemplateError, save_template, use_built_in};

use std::{collections::HashMap, sync::Arc};

use latvian::calendar::WorkCalendar;
use op::{Action, Facts, Op, OpError, Tx};
use parties::Employment;
use rust_decimal::Decimal;
use serde_json::Value;
use sqlx::PgConnection;
use types::{AbsenceId, ApplicationId, Date, DocumentId, LedgerId, Money, PersonId, TenantId, UnitId};
use uuid::Uuid;

use crate::{
    actions::{FileApplication, FileForOthers, ViewAccount},
    asks::{self, Ask, LeavingPlan, PersonalAsk, TripPlan, TripRules},
    model::{self, LeaveAsk, LeaveKind, LeavePlan, LeaveRefused, LeaveRules, Standing},
    orders,
    store::{self, Account, LedgerEntry, NewAbsence},
};

/// Why an application was not filed.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// A rule refused.
    #[error(transparent)]
    Refused(#[from] LeaveRefused),
    /// Not employed.
    #[error("not employed")]
    NotEmployed,
    /// A figure of the law is not entered for this day.
    #[error("parameter {0} is not set")]
    NoParameter(&'static str),
    /// A step of its route has nobody to take it.
    #[error("nobody to take step {0}")]
    Nobody(u16),
    /// The database or the rights.
    #[error(transparent)]
    Op(#[from] OpError),
}

impl From<sqlx::Error> for FileError {
    fn from(e: sqlx::Error) -> Self {
        Self::Op(e.into())
    }
}

impl From<workflow::StartError> for FileError {
    fn from(e: workflow::StartError) -> Self {
        match e {
            workflow::StartError::Nobody(no) => Self::Nobody(no),
            workflow::StartError::Op(e) => Self::Op(e),
        }
    }
}

pub(crate) fn broken(e: impl std::fmt::Display) -> OpError {
    OpError::Db(db::DbError::Other(sqlx::Error::Protocol(e.to_string())))
}

/// The law's figures on that day.
///
/// # Errors
/// One is not entered.
pub async fn leave_rules(conn: &mut PgConnection, tenant: TenantId, on: Date) -> Result<LeaveRules, FileError> {
    rules_of(&parties::parameters(conn, tenant, "leave", on).await?)
}

fn rules_of(values: &HashMap<String, Value>) -> Result<LeaveRules, FileError> {
    let get = |key: &'static str| {
        let number = values.get(key).and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok());
        number.ok_or(FileError::NoParameter(key))
    };
    Ok(LeaveRules {
        annual_days: get("annual.calendar-days")?,
        annual_after_months: get("annual.first-after-months")?,
        extra_three: get("extra.three-children")?,
        extra_fewer: get("extra.children")?,
        study_days: get("study.working-days")?,
        fathers_days: get("fathers.working-days")?,
        fathers_within_months: get("fathers.within-months")?,
        parental_months: get("parental.months")?,
        parental_child_years: get("parental.child-under-years")?,
        parental_part: get("parental.part-at-least")?,
        parental_notice_months: get("parental.notice-months")?,
    })
}

/// The norms of trips on that day.
///
/// # Errors
/// One is not entered.
pub async fn trip_rules(
    conn: &mut PgConnection,
    tenant: TenantId,
    on: Date,
    country: Option<&str>,
) -> Result<TripRules, FileError> {
    let values = parties::parameters(conn, tenant, "trip", on).await?;
    let abroad = country.and_then(|c| values.get(&format!("{ABROAD}{c}"))).and_then(|v| {
        let cents = |name: &str| v.get(name)?.as_i64().map(Money);
        Some((cents("daily-cents")?, cents("hotel-cents")?))
    });
    let get = |key: &'static str| values.get(key).and_then(Value::as_i64).ok_or(FileError::NoParameter(key));
    Ok(TripRules {
        daily: Money(get("daily-rate-cents")?),
        hotel_riga: Money(get("hotel-riga-cents")?),
        hotel_elsewhere: Money(get("hotel-elsewhere-cents")?),
        abroad,
        longest_days: u32::try_from(get("longest-days")?).unwrap_or(0),
    })
}

/// How the keys of the norms of countries begin.
const ABROAD: &str = "abroad.";

/// The countries whose norms were entered, on that day.
///
/// # Errors
/// The database failed.
pub async fn trip_countries(conn: &mut PgConnection, tenant: TenantId, on: Date) -> sqlx::Result<Vec<String>> {
    let values = parties::parameters(conn, tenant, "trip", on).await?;
    let named = values.keys().filter_map(|k| k.strip_prefix(ABROAD)).filter(|c| *c != "*");
    let mut countries: Vec<String> = named.map(ToOwned::to_owned).collect();
    countries.sort_by_key(|c| latvian::names::sort_key(c));
    Ok(countries)
}

/// Months of an employee's notice on that day.
///
/// # Errors
/// It is not entered.
pub async fn notice_months(conn: &mut PgConnection, tenant: TenantId, on: Date) -> Result<u32, FileError> {
    const KEY: &str = "notice-months";
    let value = parties::parameter(conn, tenant, "termination", KEY, on).await?;
    let months = value.and_then(|v| v.as_u64()).and_then(|n| u32::try_from(n).ok());
    months.ok_or(FileError::NoParameter(KEY))
}

/// What an application leads to, as the form and the summary say it.
#[derive(Clone, Debug, PartialEq)]
pub enum Outlook {
    /// A leave with its numbers.
    Leave(LeavePlan),
    /// A trip with its numbers.
    Trip(TripPlan),
    /// What leaving means.
    Leaving(LeavingPlan),
    /// What changes: field, as it is, as it will be.
    Changes(Vec<(&'static str, String, String)>),
    /// Nothing to reckon.
    Plain,
}

/// An application that may be filed.
#[derive(Clone, Debug)]
pub struct Judged {
    /// What it leads to.
    pub outlook: Outlook,
    /// Its title. Official content is in Latvian.
    pub title: String,
    /// In one line.
    pub gist: String,
    /// The employment.
    pub employment: Employment,
    /// Days to be kept for it.
    reserve: Option<Reserve>,
}

#[derive(Clone, Debug)]
struct Reserve {
    kind: &'static str,
    first: Date,
    last: Date,
    days: Decimal,
    substitute: Option<PersonId>,
    is_leave: bool,
}

/// What a person's leave is judged by on a day.
pub(crate) async fn standing(
    conn: &mut PgConnection,
    tenant: TenantId,
    account: &Account,
    employment: &Employment,
    day: Date,
    but: Option<ApplicationId>,
) -> Result<(Standing, Arc<WorkCalendar>), FileError> {
    let calendar = parties::calendar(conn, tenant).await?;
    Ok((standing_but_calendar(conn, tenant, account, employment, day, but).await?, calendar))
}

async fn standing_but_calendar(
    conn: &mut PgConnection,
    tenant: TenantId,
    account: &Account,
    employment: &Employment,
    day: Date,
    but: Option<ApplicationId>,
) -> Result<Standing, FileError> {
    let since = day.checked_sub_months(chrono::Months::new(24)).unwrap_or(day);
    let taken = store::taken(conn, tenant, account.id, since, but).await?;
    Ok(Standing {
        employed_from: employment.valid_from,
        employed_to: employment.valid_to,
        annual_balance: account.annual_days,
        accrued_to: account.accrued_to,
        taken,
    })
}

async fn judge_in(
    conn: &mut PgConnection,
    op: &Op,
    account: &Account,
    ask: &Ask,
    but: Option<ApplicationId>,
) -> Result<Judged, FileError> {
    let (tenant, today) = (op.tenant(), op.today());
    let day = ask.day(today);
    let (name, employment) = parties::employed(conn, tenant, account.id, day).await?;
    let employment = employment.ok_or(FileError::NotEmployed)?;
    let (outlook, gist, reserve) = match ask {
        Ask::Leave(a) => {
            let (values, calendar) = parties::rule_and_calendar(conn, tenant, "leave", day).await?;
            let s = standing_but_calendar(conn, tenant, account, &employment, day, but).await?;
            leave(a, &rules_of(&values)?, &s, &calendar, today)?
        }
        Ask::Trip(a) => {
            let rules = trip_rules(conn, tenant, day, a.country.as_deref()).await?;
            let (s, calendar) = standing(conn, tenant, account, &employment, day, but).await?;
            trip(a, &rules, &s, &calendar)?
        }
        Ask::Termination(a) => {
            let months = notice_months(conn, tenant, today).await?;
            let rules = leave_rules(conn, tenant, today).await?;
            let (s, _) = standing(conn, tenant, account, &employment, day, but).await?;
            let balance = model::balance_on(&s, &rules, a.last.succ_opt().unwrap_or(a.last));
            let plan = asks::leaving(a, months, &s, balance, today)?;
            (Outlook::Leaving(plan), format!("pēdējā diena {}", orders::date(a.last)), None)
        }
        Ask::PersonalData(a) => {
            let card = parties::person_card(conn, tenant, account.id).await?.ok_or(OpError::NotFound)?;
            let changes = differences(a, &card);
            if changes.is_empty() {
                return Err(LeaveRefused::NothingChanges.into());
            }
            // What changes stands in the application itself, not in lists that others see.
            (Outlook::Changes(changes), "personas dati".to_owned(), None)
        }
        Ask::BankAccount(a) => {
            let card = parties::person_card(conn, tenant, account.id).await?.ok_or(OpError::NotFound)?;
            let old = card.bank_account.unwrap_or_default();
            if old == a.iban {
                return Err(LeaveRefused::NothingChanges.into());
            }
            (Outlook::Changes(vec![("iban", old, a.iban.clone())]), "algas konts".to_owned(), None)
        }
        Ask::Certificate(a) => (Outlook::Plain, a.recipient.clone(), None),
    };
    Ok(Judged { outlook, title: format!("{}: {name}", title(ask)), gist, employment, reserve })
}

type Part = (Outlook, String, Option<Reserve>);

fn leave(
    a: &LeaveAsk,
    rules: &LeaveRules,
    s: &Standing,
    calendar: &WorkCalendar,
    today: Date,
) -> Result<Part, LeaveRefused> {
    let plan = model::plan(a, rules, s, calendar, today)?;
    let reserve = Reserve {
        kind: a.leave.word(),
        first: a.first,
        last: a.last,
        days: plan.days,
        substitute: a.substitute,
        is_leave: true,
    };
    let unit = if a.leave.in_working_days() { "darba d." } else { "d." };
    let gist = format!("{}–{}, {} {unit}", orders::date(a.first), orders::date(a.last), plan.days.normalize());
    Ok((Outlook::Leave(plan), gist, Some(reserve)))
}

fn trip(a: &asks::TripAsk, rules: &TripRules, s: &Standing, calendar: &WorkCalendar) -> Result<Part, LeaveRefused> {
    let plan = asks::trip(a, rules, s, calendar)?;
    let reserve = Reserve {
        kind: "trip",
        first: a.first,
        last: a.last,
        days: Decimal::from(plan.days),
        substitute: a.substitute,
        is_leave: false,
    };
    let gist = format!("{}–{}, {}", orders::date(a.first), orders::date(a.last), a.destination);
    Ok((Outlook::Trip(plan), gist, Some(reserve)))
}

fn differences(ask: &PersonalAsk, card: &parties::PersonCard) -> Vec<(&'static str, String, String)> {
    let old = |field: &str| match field {
        "given-names" => card.given_names.clone(),
        "surname" => card.surname.clone(),
        "address" => card.address.clone().unwrap_or_default(),
        "phone" => card.phone.clone().unwrap_or_default(),
        _ => card.email.clone().unwrap_or_default(),
    };
    let all = ask.changes().into_iter().map(|(field, new)| (field, old(field), new.to_owned()));
    all.filter(|(_, old, new)| old != new).collect()
}

const fn title(ask: &Ask) -> &'static str {
    match ask {
        Ask::Leave(a) => match a.leave {
            LeaveKind::Annual => "Ikgadējais atvaļinājums",
            LeaveKind::Extra => "Papildatvaļinājums",
            LeaveKind::Unpaid => "Bezalgas atvaļinājums",
            LeaveKind::Study => "Mācību atvaļinājums",
            LeaveKind::Parental => "Bērna kopšanas atvaļinājums",
            LeaveKind::Fathers => "Bērna tēva atvaļinājums",
        },
        Ask::Trip(_) => "Komandējums",
        Ask::PersonalData(_) => "Personas datu maiņa",
        Ask::BankAccount(_) => "Bankas konta maiņa",
        Ask::Certificate(_) => "Izziņa par darbu",
        Ask::Termination(_) => "Darba attiecību izbeigšana",
    }
}

/// Judges an application without filing it: what the form shows while it is filled in.
///
/// # Errors
/// The rule that refused.
pub async fn preview(
    op: &Op,
    person: PersonId,
    ask: &Ask,
    corrects: Option<ApplicationId>,
) -> Result<Judged, FileError> {
    let mut read = op.read().await?;
    let (account, _) = read.seen::<Account, ViewAccount>(person).await?;
    judge_in(read.conn(), op, &account, ask, corrects).await
}

/// Files an application: judges it under the account's lock, reserves its days, registers the document and starts
/// the route, all in one transaction. What HR files for somebody came on paper. Answers its id.
///
/// # Errors
/// The rule that refused; then nothing has happened.
pub async fn file(op: &Op, person: PersonId, ask: &Ask, submit: Option<Uuid>) -> Result<ApplicationId, FileError> {
    let mut tx = op.begin().await?;
    tx.write_late(true);
    let id: ApplicationId = op.new_id();
    if let Some(before) = earlier(&mut tx, submit, id.uuid()).await? {
        // The same form again: the application is there.
        return Ok(before.into());
    }
    if op.person() == Some(person) {
        file_in::<FileApplication>(&mut tx, id, person, ask, "self-service").await?;
    } else {
        file_in::<FileForOthers>(&mut tx, id, person, ask, "paper").await?;
    }
    tx.commit().await?;
    Ok(id)
}

/// Where an earlier submission of the same form led.
pub(crate) async fn earlier(tx: &mut Tx, submit: Option<Uuid>, id: Uuid) -> Result<Option<Uuid>, OpError> {
    let Some(submit) = submit else { return Ok(None) };
    let before = tx.once(submit, &id.to_string()).await?;
    before.map(|b| b.parse().map_err(|_| OpError::Stale)).transpose()
}

/// Files a leave for oneself.
///
/// # Errors
/// As [`file`].
pub async fn file_leave(op: &Op, ask: &LeaveAsk, submit: Option<Uuid>) -> Result<ApplicationId, FileError> {
    let person = op.person().ok_or(OpError::Forbidden("personnel.application.file"))?;
    file(op, person, &Ask::Leave(ask.clone()), submit).await
}

/// Like [`file`], by a channel, inside a transaction.
///
/// # Errors
/// As [`file`].
pub async fn file_in<A: Action>(
    tx: &mut Tx,
    id: ApplicationId,
    person: PersonId,
    ask: &Ask,
    channel: &'static str,
) -> Result<(), FileError> {
    let op = tx.op().clone();
    let (account, may) = tx.hold::<Account, A>(person).await?;
    // Read after the lock: an application of the same person filed meanwhile is in it.
    let judged = judge_in(tx.conn(), &op, &account, ask, None).await?;
    // Nothing from here on reads what is written here.
    let late = tx.write_late(true);
    let (unit, institution) = (judged.employment.unit_id, judged.employment.institution_id);
    let document: DocumentId = op.new_id();
    let new = documents::NewDocument {
        id: Some(document),
        owner: Some(person),
        medium: if channel == "paper" { documents::Medium::Paper } else { documents::Medium::Electronic },
        received_via: Some(channel.to_owned()),
        body_text: judged.gist.clone(),
        access: documents::AccessLevel::Restricted,
        access_ground: Some(ACCESS_GROUND.to_owned()),
        readers: readers(unit, institution, account.path.first().copied()),
        ..documents::NewDocument::new("personnel.application", judged.title.clone(), unit, institution, "kadri")
    };
    if let Some(reserve) = &judged.reserve {
        let (entries, absence) = reservation(&op, person, id, reserve, unit, institution);
        store::book(tx, &may, &entries, &[absence]).await?;
    }
    let filing = workflow::Filing {
        id,
        service: ask.kind().service(),
        applicant: person,
        unit,
        institution,
        channel,
        payload: ask.payload().map_err(broken)?,
        title: judged.title,
        gist: judged.gist,
        document,
    };
    workflow::file(tx, &may, vec![filing]).await?;
    // The register's counter last: whoever else registers here waits for nothing but our commit.
    documents::create_registered(tx, &may, vec![(new, "applications".to_owned(), op.today())]).await?;
    Ok(tx.written(late).await?)
}

/// Why personnel papers are restricted.
pub(crate) const ACCESS_GROUND: &str = "Informācijas atklātības likuma 5. pants (fiziskās personas dati)";

/// Who reads a personnel paper beside whom it is about: their manager, HR, the head.
pub(crate) fn readers(unit: UnitId, institution: UnitId, root: Option<UnitId>) -> Vec<Uuid> {
    use parties::role::{HEAD, HR, MANAGER};
    let mut all = vec![op::pool_id(institution, HR), op::pool_id(institution, HEAD), op::pool_id(unit, MANAGER)];
    all.extend(root.map(|r| op::pool_id(r, HR)));
    all
}

fn reservation(
    op: &Op,
    person: PersonId,
    id: ApplicationId,
    r: &Reserve,
    unit: UnitId,
    institution: UnitId,
) -> (Vec<LedgerEntry>, NewAbsence) {
    let entry = LedgerEntry {
        id: op.new_id::<LedgerId>(),
        person_id: person,
        kind: r.kind.to_owned(),
        entry: "reserve",
        on_date: op.today(),
        days: -r.days,
        application_id: Some(id),
        order_id: None,
        note: String::new(),
    };
    let absence = NewAbsence {
        id: op.new_id::<AbsenceId>(),
        person_id: person,
        unit_id: unit,
        institution_id: institution,
        kind: r.kind.to_owned(),
        first_day: r.first,
        last_day: r.last,
        days: r.days,
        state: "reserved",
        application_id: Some(id),
        order_id: None,
        substitute_id: r.substitute,
    };
    (if r.is_leave { vec![entry] } else { Vec::new() }, absence)
}

/// Judges and reserves a returned application anew, as corrected, and sends it again. The same form again changes
/// nothing.
///
/// # Errors
/// The rule that refused.
pub async fn correct(
    op: &Op,
    id: ApplicationId,
    version: i32,
    ask: &Ask,
    submit: Option<Uuid>,
) -> Result<(), FileError> {
    let mut tx = op.begin().await?;
    if earlier(&mut tx, submit, id.uuid()).await?.is_some() {
        return Ok(());
    }
    let (application, may) =
        tx.hold_version::<workflow::Application, workflow::actions::CorrectApplication>(id, version).await?;
    let (account, file) = tx.hold::<Account, FileApplication>(application.applicant_id).await?;
    let judged = judge_in(tx.conn(), op, &account, ask, Some(id)).await?;
    if let Some(reserve) = &judged.reserve {
        let (unit, institution) = (application.unit_id, application.institution_id);
        let (entries, absence) = reservation(op, account.id, id, reserve, unit, institution);
        store::book(&mut tx, &file, &entries, &[absence]).await?;
    }
    let payload = ask.payload().map_err(broken)?;
    workflow::refile(&mut tx, &application, &may, &payload, judged.title, judged.gist).await?;
    let data = serde_json::json!({});
    tx.publish(op::Event { kind: crate::events::APPLICATION_CORRECTED, subjects: vec![id.uuid()], data });
    tx.commit().await?;
    Ok(())
}

/// Facts of a person's own unit, for rules on what does not exist yet.
#[must_use]
pub fn about(employment: &Employment) -> Facts {
    Facts { unit: Some(employment.unit_id), owner: Some(employment.person_id), assigned: Vec::new() }
}
