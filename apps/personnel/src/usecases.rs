//! Hold, decide, store, say so.

use std::sync::Arc;

use latvian::calendar::WorkCalendar;
use op::{Facts, Op, OpError, Tx};
use parties::Employment;
use rust_decimal::Decimal;
use serde_json::Value;
use sqlx::PgConnection;
use types::{AbsenceId, ApplicationId, Date, DocumentId, LedgerId, PersonId, TenantId};
use uuid::Uuid;

use crate::{
    actions::{FileApplication, ViewAccount},
    model::{self, LeaveAsk, LeaveKind, LeavePlan, LeaveRefused, LeaveRules, Standing},
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
    #[error("parameter leave {0} is not set")]
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

/// The law's figures on that day.
///
/// # Errors
/// One is not entered.
pub async fn leave_rules(conn: &mut PgConnection, tenant: TenantId, on: Date) -> Result<LeaveRules, FileError> {
    let mut get = async |key: &'static str| -> Result<u32, FileError> {
        let value = parties::parameter(conn, tenant, "leave", key, on).await?;
        let number = value.and_then(|v: Value| v.as_u64()).and_then(|n| u32::try_from(n).ok());
        number.ok_or(FileError::NoParameter(key))
    };
    Ok(LeaveRules {
        annual_days: get("annual.calendar-days").await?,
        annual_after_months: get("annual.first-after-months").await?,
        extra_three: get("extra.three-children").await?,
        extra_fewer: get("extra.children").await?,
        study_days: get("study.working-days").await?,
        fathers_days: get("fathers.working-days").await?,
        fathers_within_months: get("fathers.within-months").await?,
        parental_months: get("parental.months").await?,
        parental_child_years: get("parental.child-under-years").await?,
        parental_part: get("parental.part-at-least").await?,
        parental_notice_months: get("parental.notice-months").await?,
    })
}

/// Everything a leave is judged by.
pub struct Ground {
    /// The employment.
    pub employment: Employment,
    /// The law's figures.
    pub rules: LeaveRules,
    /// What is known of the employee.
    pub standing: Standing,
    /// The calendar.
    pub calendar: Arc<WorkCalendar>,
}

async fn ground(
    conn: &mut PgConnection,
    tenant: TenantId,
    account: &Account,
    ask: &LeaveAsk,
    but: Option<ApplicationId>,
) -> Result<Ground, FileError> {
    let employment = parties::main_employment(conn, tenant, account.id, ask.first).await?;
    let employment = employment.ok_or(FileError::NotEmployed)?;
    let rules = leave_rules(conn, tenant, ask.first).await?;
    let calendar = parties::calendar(conn, tenant).await?;
    let since = ask.first.checked_sub_months(chrono::Months::new(24)).unwrap_or(ask.first);
    let taken = store::taken(conn, tenant, account.id, since, but).await?;
    let standing = Standing {
        employed_from: employment.valid_from,
        employed_to: employment.valid_to,
        annual_balance: account.annual_days,
        accrued_to: account.accrued_to,
        taken,
    };
    Ok(Ground { employment, rules, standing, calendar })
}

/// Judges a leave without filing it: what the form shows while it is filled in.
///
/// # Errors
/// The rule that refused.
pub async fn preview(op: &Op, person: PersonId, ask: &LeaveAsk) -> Result<(LeavePlan, Ground), FileError> {
    let mut read = op.read().await?;
    let (account, _) = read.seen::<Account, ViewAccount>(person).await?;
    let ground = ground(read.conn(), op.tenant(), &account, ask, None).await?;
    let plan = model::plan(ask, &ground.rules, &ground.standing, &ground.calendar, op.today())?;
    Ok((plan, ground))
}

/// Title and one line of an application for leave. Official content is in Latvian.
fn words(kind: LeaveKind, name: &str, ask: &LeaveAsk, days: Decimal) -> (String, String) {
    let what = match kind {
        LeaveKind::Annual => "Ikgadējais atvaļinājums",
        LeaveKind::Extra => "Papildatvaļinājums",
        LeaveKind::Unpaid => "Bezalgas atvaļinājums",
        LeaveKind::Study => "Mācību atvaļinājums",
        LeaveKind::Parental => "Bērna kopšanas atvaļinājums",
        LeaveKind::Fathers => "Bērna tēva atvaļinājums",
    };
    let unit = if kind.in_working_days() { "darba d." } else { "d." };
    let gist =
        format!("{}–{}, {} {unit}", crate::orders::date(ask.first), crate::orders::date(ask.last), days.normalize());
    (format!("{what}: {name}"), gist)
}

/// Files an application for leave: judges it under the account's lock, reserves the days, registers the document
/// and starts the route, all in one transaction. Answers its id.
///
/// # Errors
/// The rule that refused; then nothing has happened.
pub async fn file_leave(op: &Op, ask: &LeaveAsk, submit: Option<Uuid>) -> Result<ApplicationId, FileError> {
    let person = op.person().ok_or(OpError::Forbidden("personnel.application.file"))?;
    let mut tx = op.begin().await?;
    let id: ApplicationId = op.new_id();
    if let Some(submit) = submit
        && let Some(before) = tx.once(submit, &id.to_string()).await?
    {
        // The same form again: the application is there.
        return before.parse().map_err(|_| OpError::Stale.into());
    }
    file_leave_in(&mut tx, id, person, ask, "self-service").await?;
    tx.commit().await?;
    Ok(id)
}

/// Like [`file_leave`], for a person, by a channel, inside a transaction.
///
/// # Errors
/// As [`file_leave`].
pub async fn file_leave_in(
    tx: &mut Tx,
    id: ApplicationId,
    person: PersonId,
    ask: &LeaveAsk,
    channel: &'static str,
) -> Result<(), FileError> {
    let op = tx.op().clone();
    let (account, may) = tx.hold::<Account, FileApplication>(person).await?;
    // Read after the lock: an application of the same person filed meanwhile is in it.
    let ground = ground(tx.conn(), op.tenant(), &account, ask, None).await?;
    let plan = model::plan(ask, &ground.rules, &ground.standing, &ground.calendar, op.today())?;
    let name = parties::name(tx.conn(), op.tenant(), person).await?;
    let (title, gist) = words(ask.leave, &name, ask, plan.days);
    let (unit, institution) = (ground.employment.unit_id, ground.employment.institution_id);

    let document: DocumentId = op.new_id();
    let new = documents::NewDocument {
        id: Some(document),
        owner: Some(person),
        medium: if channel == "paper" { documents::Medium::Paper } else { documents::Medium::Electronic },
        received_via: Some(channel.to_owned()),
        body_text: format!("{gist} {}", ask.note),
        ..documents::NewDocument::new("personnel.application", title.clone(), unit, institution, "kadri")
    };
    let register = "applications".to_owned();
    documents::create_registered(tx, &may, vec![(new, register, op.today())]).await?;

    let (entries, absence) = reservation(&op, &account, id, ask, &plan, unit, institution);
    store::book(tx, &may, &entries, &[absence]).await?;
    let payload =
        serde_json::to_value(ask).map_err(|e| OpError::Db(db::DbError::Other(sqlx::Error::Protocol(e.to_string()))))?;
    let filing = workflow::Filing {
        id,
        service: ask.leave.service(),
        applicant: person,
        unit,
        institution,
        channel,
        payload,
        title,
        gist,
        document,
    };
    workflow::file(tx, &may, vec![filing]).await?;
    Ok(())
}

fn reservation(
    op: &Op,
    account: &Account,
    id: ApplicationId,
    ask: &LeaveAsk,
    plan: &LeavePlan,
    unit: types::UnitId,
    institution: types::UnitId,
) -> (Vec<LedgerEntry>, NewAbsence) {
    let entry = LedgerEntry {
        id: op.new_id::<LedgerId>(),
        person_id: account.id,
        kind: ask.leave.word().to_owned(),
        entry: "reserve",
        on_date: op.today(),
        days: -plan.days,
        application_id: Some(id),
        order_id: None,
        note: String::new(),
    };
    let absence = NewAbsence {
        id: op.new_id::<AbsenceId>(),
        person_id: account.id,
        unit_id: unit,
        institution_id: institution,
        kind: ask.leave.word().to_owned(),
        first_day: ask.first,
        last_day: ask.last,
        days: plan.days,
        state: "reserved",
        application_id: Some(id),
        order_id: None,
        substitute_id: ask.substitute,
    };
    (vec![entry], absence)
}

/// Judges and reserves a returned application anew, as corrected, and sends it again.
///
/// # Errors
/// The rule that refused.
pub async fn correct_leave(op: &Op, id: ApplicationId, version: i32, ask: &LeaveAsk) -> Result<(), FileError> {
    let mut tx = op.begin().await?;
    let (application, may) =
        tx.hold_version::<workflow::Application, workflow::actions::CorrectApplication>(id, version).await?;
    let (account, file) = tx.hold::<Account, FileApplication>(application.applicant_id).await?;
    let ground = ground(tx.conn(), op.tenant(), &account, ask, Some(id)).await?;
    let plan = model::plan(ask, &ground.rules, &ground.standing, &ground.calendar, op.today())?;
    let name = parties::name(tx.conn(), op.tenant(), account.id).await?;
    let (title, gist) = words(ask.leave, &name, ask, plan.days);
    let (entries, absence) = reservation(op, &account, id, ask, &plan, application.unit_id, application.institution_id);
    store::book(&mut tx, &file, &entries, &[absence]).await?;
    let payload =
        serde_json::to_value(ask).map_err(|e| OpError::Db(db::DbError::Other(sqlx::Error::Protocol(e.to_string()))))?;
    workflow::refile(&mut tx, &application, &may, &payload, title, gist).await?;
    tx.commit().await?;
    Ok(())
}

/// Facts of a person's own unit, for rules on what does not exist yet.
#[must_use]
pub fn about(employment: &Employment) -> Facts {
    Facts { unit: Some(employment.unit_id), owner: Some(employment.person_id), assigned: Vec::new() }
}
