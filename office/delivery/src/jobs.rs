//! Mail is handed over here and nowhere else; notices of what others did; the morning's count of tasks.

use std::sync::Arc;

use jobs::{Every, Job, JobDef, JobError};
use op::{Action as _, Audit, Facts, NewJob, Op, OpError};
use serde_json::{Value, json};
use types::{BoxFuture, DeliveryId, FileId, IdentityId, Locale, PersonId};
use uuid::Uuid;

use crate::{
    actions::HandOver,
    held::Delivery,
    model::{self, Channel, State},
    ports::{Mail, MailError, Mailer},
    store::{self, AboutRow, Change},
    usecases::{self, NewDelivery, Recipient, SEND},
    words,
};

const ORDER_SIGNED: &str = "delivery.notify-order";
const SWEEP: &str = "delivery.retry-mail";
const DIGEST: &str = "delivery.count-tasks";

const DECIDED: &str = "delivery.notify-decision";
const REMIND: &str = "delivery.remind";

pub(crate) const SUBSCRIPTIONS: &[(&str, &str)] =
    &[("personnel.order-signed", ORDER_SIGNED), ("workflow.route-ended", DECIDED), ("workflow.tasks-due", REMIND)];

/// What was decided longer ago is no news: a past that is written down later tells nobody.
const NEWS_DAYS: i64 = 7;

pub(crate) fn all() -> Vec<JobDef> {
    vec![
        JobDef::new(SEND, send),
        JobDef::new(ORDER_SIGNED, order_signed).in_sets_of(50),
        JobDef::new(DECIDED, decided).in_sets_of(50),
        JobDef::new(REMIND, remind).in_sets_of(50),
        JobDef::new(SWEEP, sweep).every(Every::Minutes(5)),
        JobDef::new(DIGEST, digest).every(Every::DayAt(7)),
    ]
}

/// The waiting time where no mail server is set up: somebody may set one up.
const NO_SERVER_MINUTES: i64 = 15;

fn ids(job: &Job, name: &str) -> Vec<Uuid> {
    let all = job.payload.get(name).and_then(Value::as_array);
    all.into_iter().flatten().filter_map(|v| v.as_str()?.parse().ok()).collect()
}

fn send(op: Op, jobs: Vec<Job>) -> BoxFuture<'static, Result<(), JobError>> {
    Box::pin(async move {
        for job in jobs {
            let id = job.payload.get("delivery").and_then(Value::as_str).and_then(|s| s.parse().ok());
            let id: DeliveryId = id.ok_or_else(|| JobError::Dead("which delivery?".into()))?;
            send_one(&op, id).await?;
        }
        Ok(())
    })
}

enum Tried {
    Sent,
    /// Not yet, and why: a key of a text.
    Waits(&'static str),
    Again(String),
    Failed(String),
}

async fn send_one(op: &Op, id: DeliveryId) -> Result<(), OpError> {
    let mut read = op.read().await?;
    let delivery: Delivery = read.see(id).await?;
    if delivery.state != State::Queued || delivery.channel != Channel::Email {
        return Ok(());
    }
    let mail = mail(&mut read, &delivery).await?;
    drop(read);
    // No transaction is open while the server is spoken to. A crash in between sends again, with the same Message-ID.
    let tried = match (mail, op.kernel().extension::<Arc<dyn Mailer>>()) {
        (None, _) => Tried::Failed("delivery-reason-no-address".to_owned()),
        (Some(_), None) => Tried::Waits("delivery-reason-no-server"),
        (Some(mail), Some(mailer)) => match mailer.send(mail).await {
            Ok(()) => Tried::Sent,
            Err(MailError::Transient(why)) => Tried::Again(why),
            Err(MailError::Permanent(why)) => Tried::Failed(why),
        },
    };
    settle(op, id, tried).await
}

async fn settle(op: &Op, id: DeliveryId, tried: Tried) -> Result<(), OpError> {
    let mut tx = op.begin().await?;
    let (delivery, may) = tx.hold::<Delivery, HandOver>(id).await?;
    if delivery.state != State::Queued {
        return Ok(());
    }
    let tried = match tried {
        Tried::Again(why) if model::pause_after(delivery.attempts).is_none() => Tried::Failed(why),
        other => other,
    };
    let (change, outcome, detail) = match tried {
        Tried::Sent => {
            let mut change = usecases::sent_on(&mut tx, &delivery, op.today()).await?;
            change.sent_at = Some(op.now());
            change.attempted = true;
            (change, "sent", String::new())
        }
        Tried::Waits(key) => {
            let next = op.now() + chrono::TimeDelta::minutes(NO_SERVER_MINUTES);
            (
                Change { reason: Some(key.to_owned()), next_try_at: Some(next), ..Change::default() },
                "waits",
                key.to_owned(),
            )
        }
        Tried::Again(why) => {
            let next = model::pause_after(delivery.attempts).map(|pause| op.now() + pause);
            let change = Change { reason: Some(short(&why)), attempted: true, next_try_at: next, ..Change::default() };
            (change, "again", why)
        }
        Tried::Failed(why) => {
            usecases::ask_clerk(&mut tx, &may, &delivery).await?;
            let (state, reason) = (Some(State::Failed), Some(short(&why)));
            (Change { state, reason, attempted: true, ..Change::default() }, "failed", why)
        }
    };
    let same = outcome == "waits" && delivery.reason == change.reason;
    store::change(&mut tx, &may, &change).await?;
    if !same {
        store::attempt(&mut tx, &may, outcome, &short(&detail)).await?;
        tx.history(id, outcome, json!({}));
    }
    tx.audit(Audit::of(HandOver::DEF.name, "delivery", id).with(json!({ "outcome": outcome })));
    tx.commit().await
}

/// What another server says may be long.
fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(500).collect()
}

/// The mail; `None` where there is nowhere to send it.
async fn mail(read: &mut op::Read, delivery: &Delivery) -> Result<Option<Mail>, OpError> {
    let tenant = read.op().tenant();
    let own = match delivery.person_id {
        Some(person) if delivery.address.is_none() => {
            parties::person_card(read.conn(), tenant, person).await?.and_then(|c| c.email)
        }
        _ => None,
    };
    let Some(to) = delivery.address.clone().or(own).filter(|a| !a.trim().is_empty()) else { return Ok(None) };
    let mut attachments = Vec::new();
    if let Some(document) = delivery.document_id {
        let files: Vec<FileId> = sqlx::query_scalar(db::sql!(
            "select distinct on (name) id from documents.file
             where tenant_id = $1 and document_id = $2 order by name, version desc limit 50"
        ))
        .bind(tenant)
        .bind(document)
        .fetch_all(read.conn())
        .await?;
        for file in files {
            let file = documents::read_file(read, file).await?;
            attachments.push((file.name, file.media_type, file.bytes));
        }
    }
    let message_id = format!("{}@novads", delivery.id);
    Ok(Some(Mail { to, subject: delivery.title.clone(), text: delivery.text.clone(), attachments, message_id }))
}

fn sweep(op: Op, _: Vec<Job>) -> BoxFuture<'static, Result<(), JobError>> {
    Box::pin(async move {
        let mut tx = op.begin().await?;
        let due = store::due_mail(&mut tx).await?;
        if due.is_empty() {
            return Ok(());
        }
        for id in &due {
            tx.job(NewJob { kind: SEND, payload: json!({ "delivery": id }), run_at: op.now() });
        }
        let subjects = due.iter().map(|d| d.uuid()).collect();
        tx.audit(Audit::of_all(HandOver::DEF.name, "delivery", subjects).with(json!({ "did": "retry" })));
        Ok(tx.commit().await?)
    })
}

fn order_signed(op: Op, jobs: Vec<Job>) -> BoxFuture<'static, Result<(), JobError>> {
    Box::pin(async move {
        let orders: Vec<Uuid> = jobs.iter().flat_map(|j| ids(j, "subjects")).collect();
        let mut tx = op.begin().await?;
        let may = tx.create::<HandOver>(&Facts::default())?;
        let mut new = Vec::new();
        for about in store::about(&mut tx, &orders).await? {
            if let Some(person) = about.owner_id {
                new.extend(order_notices(&mut tx, person, about).await?);
            }
        }
        if new.is_empty() {
            return Ok(());
        }
        usecases::deliver(&mut tx, &may, new).await?;
        Ok(tx.commit().await?)
    })
}

async fn order_notices(tx: &mut op::Tx, person: PersonId, about: AboutRow) -> Result<Vec<NewDelivery>, OpError> {
    let href = about.document_id.map(|d| format!("/documents/{d}")).unwrap_or_default();
    let once = format!("order-signed {}", about.subject_id);
    notices(tx, person, about, "delivery-order-signed", href, &once).await
}

/// A notice in the house, and a mail that there is one for those who want it.
async fn notices(
    tx: &mut op::Tx,
    person: PersonId,
    about: AboutRow,
    key: &str,
    href: String,
    once: &str,
) -> Result<Vec<NewDelivery>, OpError> {
    let tenant = tx.op().tenant();
    let card = parties::person_card(tx.conn(), tenant, person).await?.ok_or(OpError::NotFound)?;
    let wants = store::preference(tx.conn(), tenant, person).await?;
    let text = |key: &str| words::text(&card.language, key, &[("title", i18n::Arg::from(about.title.as_str()))]);
    let notice = NewDelivery {
        subject: about.subject_id,
        document: about.document_id,
        to: Recipient { person: Some(person), name: card.name(), address: None },
        channel: Channel::InHouse,
        title: about.title.clone(),
        text: text(key),
        href,
        unit: about.unit_id,
        institution: about.institution_id,
        appealable: false,
        once: Some(format!("{once} in-house")),
    };
    let mail = NewDelivery {
        // Mail is read by many machines: it says that there is something, not what.
        document: None,
        channel: Channel::Email,
        title: text("delivery-mail-subject"),
        text: text("delivery-mail-text"),
        once: Some(format!("{once} e-mail")),
        ..notice.clone()
    };
    Ok(if wants.notices_by_email { vec![notice, mail] } else { vec![notice] })
}

/// Tells applicants what became of their applications: approved, rejected, returned for correction.
fn decided(op: Op, jobs: Vec<Job>) -> BoxFuture<'static, Result<(), JobError>> {
    Box::pin(async move {
        let ended: Vec<Uuid> = jobs.iter().flat_map(|j| ids(j, "subjects")).collect();
        let mut tx = op.begin().await?;
        let may = tx.create::<HandOver>(&Facts::default())?;
        let mut new = Vec::new();
        for d in store::decided(&mut tx, &ended, op.now() - chrono::TimeDelta::days(NEWS_DAYS)).await? {
            let key = match d.state.as_str() {
                "approved" => "delivery-application-approved",
                "rejected" => "delivery-application-rejected",
                "returned" => "delivery-application-returned",
                _ => continue,
            };
            let href = format!("/applications/{}", d.about.subject_id);
            // One that was returned may be returned again.
            let once = format!("application {} {} {}", d.about.subject_id, d.state, d.version);
            new.extend(notices(&mut tx, d.applicant_id, d.about, key, href, &once).await?);
        }
        if new.is_empty() {
            return Ok(());
        }
        usecases::deliver(&mut tx, &may, new).await?;
        Ok(tx.commit().await?)
    })
}

/// Reminds people of tasks whose day is near or over, their own and those of their roles: one notice a day.
fn remind(op: Op, jobs: Vec<Job>) -> BoxFuture<'static, Result<(), JobError>> {
    Box::pin(async move {
        let mut tx = op.begin().await?;
        let may = tx.create::<HandOver>(&Facts::default())?;
        let mut new = Vec::new();
        for job in &jobs {
            new.extend(reminder(&mut tx, job).await?);
        }
        if new.is_empty() {
            return Ok(());
        }
        usecases::deliver(&mut tx, &may, new).await?;
        Ok(tx.commit().await?)
    })
}

async fn reminder(tx: &mut op::Tx, job: &Job) -> Result<Option<NewDelivery>, OpError> {
    let (tenant, today) = (tx.op().tenant(), tx.op().today());
    let data = job.payload.get("data");
    let principal = data.and_then(|d| d.get("principal")?.as_str()?.parse().ok());
    let Some(person) = principal.map(PersonId) else { return Ok(None) };
    let Some(card) = parties::person_card(tx.conn(), tenant, person).await? else { return Ok(None) };
    let Some(unit) = card.home_unit_id else { return Ok(None) };
    let institution = parties::institution_of(tx.conn(), tenant, unit).await?.unwrap_or(unit);
    let count = |name: &str| data.and_then(|d| d.get(name)?.as_i64()).unwrap_or(0);
    let args = [("due", i18n::Arg::from(count("due"))), ("overdue", i18n::Arg::from(count("overdue")))];
    Ok(Some(NewDelivery {
        subject: person.uuid(),
        document: None,
        to: Recipient { person: Some(person), name: card.name(), address: None },
        channel: Channel::InHouse,
        title: words::text(&card.language, "delivery-remind-title", &args),
        text: words::text(&card.language, "delivery-remind-text", &args),
        href: "/tasks".to_owned(),
        unit,
        institution,
        appealable: false,
        once: Some(format!("tasks-due {person} {today}")),
    }))
}

/// Each morning: how many tasks wait, for those who asked for it.
fn digest(op: Op, _: Vec<Job>) -> BoxFuture<'static, Result<(), JobError>> {
    Box::pin(async move {
        let (tenant, today) = (op.tenant(), op.today());
        let mut read = op.read().await?;
        let calendar = parties::calendar(read.conn(), tenant).await?;
        let people = store::want_tasks(read.conn(), tenant).await?;
        drop(read);
        if !calendar.is_working_day(today) {
            return Ok(());
        }
        let mut new = Vec::new();
        for person in people {
            new.extend(digest_of(&op, person).await?);
        }
        if new.is_empty() {
            return Ok(());
        }
        let mut tx = op.begin().await?;
        let may = tx.create::<HandOver>(&Facts::default())?;
        usecases::deliver(&mut tx, &may, new).await?;
        Ok(tx.commit().await?)
    })
}

async fn digest_of(op: &Op, person: PersonId) -> Result<Option<NewDelivery>, OpError> {
    let (tenant, today) = (op.tenant(), op.today());
    // Whose lists are theirs, by their roles and substitutions of today.
    let nobody = IdentityId(Uuid::nil());
    let theirs = Op::for_person_at(op.kernel(), tenant, person, nobody, Locale::Lv, op.clock().clone()).await?;
    let lists = theirs.principals();
    let mut read = op.read().await?;
    let (waiting, overdue) = workflow::count(read.conn(), tenant, &lists, today).await?;
    let card = parties::person_card(read.conn(), tenant, person).await?;
    let Some((card, unit)) = card.and_then(|c| c.home_unit_id.map(|u| (c, u))) else { return Ok(None) };
    let institution = parties::institution_of(read.conn(), tenant, unit).await?.unwrap_or(unit);
    if waiting == 0 {
        return Ok(None);
    }
    let args = [("n", i18n::Arg::from(waiting)), ("overdue", i18n::Arg::from(overdue))];
    Ok(Some(NewDelivery {
        subject: person.uuid(),
        document: None,
        to: Recipient { person: Some(person), name: card.name(), address: None },
        channel: Channel::Email,
        title: words::text(&card.language, "delivery-digest-subject", &args),
        text: words::text(&card.language, "delivery-digest-text", &args),
        href: "/tasks".to_owned(),
        unit,
        institution,
        appealable: false,
        once: Some(format!("digest {person} {today}")),
    }))
}
