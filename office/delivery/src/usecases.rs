//! Deliver, read, record what happened outside, try again.

use std::sync::Arc;

use latvian::calendar::WorkCalendar;
use op::{Action, Audit, May, NewJob, Op, OpError, Tx};
use serde_json::json;
use types::{Date, DeliveryId, DocumentId, PersonId, UnitId};
use uuid::Uuid;
use workflow::OwnTask;

use crate::{
    actions::{ReadNotice, RecordDelivery},
    held::Delivery,
    model::{self, AppealRule, Channel, DeemedRule, State},
    store::{self, Change, Item},
};

/// The kind of task that a failed delivery opens.
pub(crate) const FAILED_TASK: &str = "delivery.failed";
/// The job that hands a mail over.
pub(crate) const SEND: &str = "delivery.send-mail";

/// Why nothing was delivered or recorded.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    /// It does not stand where this could be recorded.
    #[error("the delivery is {0:?}")]
    State(State),
    /// The channel records this by itself.
    #[error("not by hand: {0:?}")]
    Channel(Channel),
    /// In the future, or before it was queued.
    #[error("not on that day")]
    Day,
    /// The rights, the database.
    #[error(transparent)]
    Op(#[from] OpError),
}

impl From<sqlx::Error> for DeliveryError {
    fn from(e: sqlx::Error) -> Self {
        Self::Op(e.into())
    }
}

/// To whom.
#[derive(Clone, Debug, Default)]
pub struct Recipient {
    /// A person we know.
    pub person: Option<PersonId>,
    /// Their name, or that of an organisation.
    pub name: String,
    /// E-mail, e-address or postal address, where it is not the person's own.
    pub address: Option<String>,
}

/// Something to be delivered to one recipient.
#[derive(Clone, Debug)]
pub struct NewDelivery {
    /// What it is about.
    pub subject: Uuid,
    /// The document delivered; an e-mail carries its files.
    pub document: Option<DocumentId>,
    /// To whom.
    pub to: Recipient,
    /// How.
    pub channel: Channel,
    /// In one line.
    pub title: String,
    /// What the notice or letter says.
    pub text: String,
    /// Where more can be seen.
    pub href: String,
    /// The unit it is sent from.
    pub unit: UnitId,
    /// The institution it is sent from.
    pub institution: UnitId,
    /// May it be appealed against? Then the term runs for this recipient.
    pub appealable: bool,
    /// The same key again delivers nothing: for jobs that run twice.
    pub once: Option<String>,
}

/// Puts deliveries on their way: notices are there at once, mail goes out by jobs, the rest waits for the clerk.
///
/// # Errors
/// The database failed.
pub async fn deliver<A: Action>(tx: &mut Tx, may: &May<A>, new: Vec<NewDelivery>) -> Result<Vec<DeliveryId>, OpError> {
    if new.is_empty() {
        return Ok(Vec::new());
    }
    let op = tx.op().clone();
    let items: Vec<Item> = new.into_iter().map(|n| item(&op, n)).collect();
    let added = store::add(tx, may, &items).await?;
    let fresh = items.iter().filter(|i| added.contains(&i.id));
    for i in fresh.filter(|i| i.channel == Channel::Email) {
        tx.job(NewJob { kind: SEND, payload: json!({ "delivery": i.id }), run_at: op.now() });
    }
    let subjects = added.iter().map(|d| d.uuid()).collect();
    tx.audit(Audit::of_all(A::DEF.name, "delivery", subjects).with(json!({ "did": "deliver" })));
    Ok(added)
}

fn item(op: &Op, n: NewDelivery) -> Item {
    let id: DeliveryId = op.new_id();
    let (state, sent_at) = match n.channel {
        Channel::InHouse => (State::Sent, Some(op.now())),
        _ => (State::Queued, None),
    };
    Item {
        id,
        subject_id: n.subject,
        document_id: n.document,
        unit_id: n.unit,
        institution_id: n.institution,
        person_id: n.to.person,
        recipient: n.to.name,
        address: n.to.address,
        channel: n.channel,
        title: n.title,
        text: n.text,
        href: n.href,
        state,
        sent_at,
        appealable: n.appealable,
        dedup: n.once.unwrap_or_else(|| id.to_string()),
    }
}

/// The recipient opens a notice: that is the receipt. Answers the notice as it was before.
///
/// # Errors
/// `NotFound` where it is not theirs; the database failed.
pub async fn read_notice(op: &Op, id: DeliveryId) -> Result<Delivery, DeliveryError> {
    let mut tx = op.begin().await?;
    let (delivery, may) = tx.hold::<Delivery, ReadNotice>(id).await?;
    if delivery.channel != Channel::InHouse {
        return Err(OpError::NotFound.into());
    }
    if delivery.state != State::Sent || op.person() != delivery.person_id {
        return Ok(delivery);
    }
    let calendar = calendar(&mut tx).await?;
    let appeal_until = appeal(&mut tx, &calendar, &delivery, op.today()).await?;
    let change = Change {
        state: Some(State::Delivered),
        delivered_at: Some(op.now()),
        deemed_on: Some(op.today()),
        appeal_until,
        ..Change::default()
    };
    store::change(&mut tx, &may, &change).await?;
    tx.audit(Audit::of(ReadNotice::DEF.name, "delivery", id));
    tx.history(id, "read", json!({}));
    tx.commit().await?;
    Ok(delivery)
}

/// The clerk records that it went out on that day: handed to the post, sent to the e-address, given at the counter.
///
/// # Errors
/// It does not wait, goes by itself, or the day cannot be.
pub async fn record_sent(op: &Op, id: DeliveryId, version: i32, on: Date) -> Result<(), DeliveryError> {
    let mut tx = op.begin().await?;
    let (delivery, may) = tx.hold_version::<Delivery, RecordDelivery>(id, version).await?;
    if matches!(delivery.channel, Channel::InHouse | Channel::Email) {
        return Err(DeliveryError::Channel(delivery.channel));
    }
    if delivery.state != State::Queued {
        return Err(DeliveryError::State(delivery.state));
    }
    if on > op.today() || on < types::local_date(delivery.queued_at) {
        return Err(DeliveryError::Day);
    }
    let mut change = sent_on(&mut tx, &delivery, on).await?;
    change.sent_at = Some(if on == op.today() { op.now() } else { types::start_of_day(on) });
    store::change(&mut tx, &may, &change).await?;
    store::attempt(&mut tx, &may, "sent", delivery.channel.word()).await?;
    tx.audit(Audit::of(RecordDelivery::DEF.name, "delivery", id).with(json!({ "sent": on })));
    tx.history(id, "sent", json!({ "on": on }));
    Ok(tx.commit().await?)
}

/// What follows from sending on that day: the deemed day by law, and the end of the appeal term.
pub(crate) async fn sent_on(tx: &mut Tx, delivery: &Delivery, on: Date) -> Result<Change, OpError> {
    let calendar = calendar(tx).await?;
    if delivery.channel == Channel::Counter {
        let appeal_until = appeal(tx, &calendar, delivery, on).await?;
        let state = Some(State::Delivered);
        return Ok(Change { state, deemed_on: Some(on), appeal_until, ..Change::default() });
    }
    let tenant = tx.op().tenant();
    let key = format!("deemed.{}", delivery.channel.word());
    let rule = store::rule::<DeemedRule>(tx.conn(), tenant, "delivery", &key, on).await?;
    let deemed_on = rule.as_ref().and_then(|r| model::deemed_on(&calendar, r.rule, on));
    let appeal_until = match deemed_on {
        Some(day) => appeal(tx, &calendar, delivery, day).await?,
        None => None,
    };
    let ground = rule.map(|r| r.source);
    Ok(Change { state: Some(State::Sent), deemed_on, appeal_until, ground, ..Change::default() })
}

async fn calendar(tx: &mut Tx) -> Result<Arc<WorkCalendar>, OpError> {
    let tenant = tx.op().tenant();
    Ok(parties::calendar(tx.conn(), tenant).await?)
}

async fn appeal(
    tx: &mut Tx,
    calendar: &WorkCalendar,
    delivery: &Delivery,
    delivered: Date,
) -> Result<Option<Date>, OpError> {
    if !delivery.appealable {
        return Ok(None);
    }
    let tenant = tx.op().tenant();
    let rule = store::rule::<AppealRule>(tx.conn(), tenant, "delivery", "appeal", delivered).await?;
    Ok(rule.and_then(|r| model::appeal_until(calendar, r.rule, delivered)))
}

/// The clerk records that it will not arrive this way: come back, refused, no such address.
///
/// # Errors
/// It has arrived already.
pub async fn record_failed(op: &Op, id: DeliveryId, version: i32, reason: &str) -> Result<(), DeliveryError> {
    let mut tx = op.begin().await?;
    let (delivery, may) = tx.hold_version::<Delivery, RecordDelivery>(id, version).await?;
    if matches!(delivery.state, State::Delivered | State::Failed) {
        return Err(DeliveryError::State(delivery.state));
    }
    let change = Change { state: Some(State::Failed), reason: Some(reason.to_owned()), ..Change::default() };
    store::change(&mut tx, &may, &change).await?;
    store::attempt(&mut tx, &may, "failed", reason).await?;
    tx.audit(Audit::of(RecordDelivery::DEF.name, "delivery", id).with(json!({ "failed": true })));
    tx.history(id, "failed", json!({}));
    Ok(tx.commit().await?)
}

/// A failed delivery is tried another way: as a delivery of its own. The failed one stays as it was.
///
/// # Errors
/// It has not failed.
pub async fn send_again(
    op: &Op,
    id: DeliveryId,
    version: i32,
    channel: Channel,
    address: Option<String>,
) -> Result<DeliveryId, DeliveryError> {
    let mut tx = op.begin().await?;
    let (old, may) = tx.hold_version::<Delivery, RecordDelivery>(id, version).await?;
    if old.state != State::Failed {
        return Err(DeliveryError::State(old.state));
    }
    if channel == Channel::InHouse && old.person_id.is_none() {
        return Err(DeliveryError::Channel(channel));
    }
    let new = NewDelivery {
        subject: old.subject_id,
        document: old.document_id,
        to: Recipient { person: old.person_id, name: old.recipient, address },
        channel,
        title: old.title,
        text: old.text,
        href: old.href,
        unit: old.unit_id,
        institution: old.institution_id,
        appealable: old.appealable,
        once: Some(format!("again {id}")),
    };
    let added = deliver(&mut tx, &may, vec![new]).await?;
    let Some(fresh) = added.first().copied() else { return Err(DeliveryError::State(State::Queued)) };
    workflow::close_tasks(&mut tx, &may, FAILED_TASK, &[id.uuid()], None).await?;
    tx.history(id, "sent-again", json!({ "as": fresh }));
    tx.commit().await?;
    Ok(fresh)
}

/// A delivery that nothing but a person can mend becomes a task of the register desk.
pub(crate) async fn ask_clerk<A: Action>(tx: &mut Tx, may: &May<A>, delivery: &Delivery) -> Result<(), OpError> {
    let (tenant, today) = (tx.op().tenant(), tx.op().today());
    let role = parties::role::CLERK;
    let found = parties::holders(tx.conn(), tenant, delivery.institution_id, role, today).await?;
    let Some((unit, _)) = found else { return Ok(()) };
    let task = OwnTask {
        kind: FAILED_TASK,
        principal: op::pool_id(unit, role),
        subject: delivery.id.uuid(),
        document: delivery.document_id,
        title: delivery.title.clone(),
        gist: delivery.recipient.clone(),
        from: None,
        due: today,
    };
    workflow::open_tasks(tx, may, vec![task]).await?;
    Ok(())
}
