//! Register, resolve, execute, control; start, suspend, extend and stop the clock.

use documents::{Direction, Document, FileRole, LinkKind, NewDocument, NewFile, Registering, actions as desk};
use op::{Action as _, Audit, Facts, Op, OpError, Tx};
use serde_json::json;
use sqlx::PgConnection;
use types::{Date, DocumentId, PersonId, ResolutionId, TenantId, UnitId};
use uuid::Uuid;
use workflow::OwnTask;

use crate::{
    actions::{Control, Execute, ManageClock, Resolve},
    held::{Item, Resolution},
    model::{self, ClockRefused, LegalClock, Process, Term, Tick},
    store::{self, NewItem, NewResolution},
};

/// The task of an executor.
pub(crate) const EXECUTE: &str = "records.execute";
/// The clerk's task: an executor has reported, look whether it may go off control.
pub(crate) const CONTROL: &str = "records.control";

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum RecordsError {
    /// No document with the number that is answered.
    #[error("nothing is registered under {0}")]
    NoSuchNumber(String),
    /// The clock does not take it.
    #[error(transparent)]
    Clock(#[from] ClockRefused),
    /// The rights, the database.
    #[error(transparent)]
    Op(#[from] OpError),
}

impl From<sqlx::Error> for RecordsError {
    fn from(e: sqlx::Error) -> Self {
        Self::Op(e.into())
    }
}

/// The rules of a process on the day of receipt.
#[derive(Clone, Debug)]
pub struct Rules {
    /// The term.
    pub term: delivery::Sourced<Term>,
    /// The longest it may be extended to.
    pub extension: Option<delivery::Sourced<Term>>,
    /// By when it is forwarded where it is another institution's business.
    pub forwarding: Option<delivery::Sourced<Term>>,
}

/// The rules that the law sets for what was received on that day.
///
/// # Errors
/// The database failed.
pub async fn rules(
    conn: &mut PgConnection,
    tenant: TenantId,
    process: Process,
    received: Date,
) -> sqlx::Result<Option<Rules>> {
    let word = process.word();
    let Some(term) = delivery::rule::<Term>(&mut *conn, tenant, "records", word, received).await? else {
        return Ok(None);
    };
    let extension = delivery::rule(&mut *conn, tenant, "records", &format!("{word}.extension"), received).await?;
    let forwarding = delivery::rule(conn, tenant, "records", &format!("{word}.forwarding"), received).await?;
    Ok(Some(Rules { term, extension, forwarding }))
}

/// What the desk registers.
#[derive(Clone, Debug)]
pub struct Registration {
    /// The document; its direction chooses what else is asked.
    pub document: NewDocument,
    /// The register.
    pub register: String,
    /// From when time runs: the day of receipt.
    pub received_on: Date,
    /// The process whose time the law limits.
    pub process: Option<Process>,
    /// The number of the document that this one answers.
    pub answers: Option<String>,
    /// Its files.
    pub files: Vec<NewFile>,
    /// To whom it goes, and how.
    pub sent: Option<(delivery::Recipient, delivery::Channel)>,
}

/// Registers a document: made, files attached, numbered, its clock started, what it answers closed, sent.
///
/// # Errors
/// A rule refused, or the database failed: then no number is lost.
pub async fn register(op: &Op, key: Uuid, new: Registration) -> Result<DocumentId, RecordsError> {
    let mut tx = op.begin().await?;
    let unit = new.document.unit;
    let may = tx.create::<desk::CreateDocument>(&Facts { unit: Some(unit), ..Facts::default() })?;
    let id: DocumentId = op.new_id();
    if let Some(there) = tx.once(key, &format!("/records/{id}")).await? {
        let there = there.rsplit('/').next().and_then(|t| t.parse().ok());
        return there.ok_or_else(|| OpError::NotFound.into());
    }
    let institution = new.document.institution;
    let answered = match &new.answers {
        Some(number) => {
            let found = store::by_number(&mut tx, institution, number).await?;
            Some(found.ok_or_else(|| RecordsError::NoSuchNumber(number.clone()))?)
        }
        None => None,
    };
    let (direction, title) = (new.document.direction, new.document.title.clone());
    let document = NewDocument { id: Some(id), ..new.document };
    documents::create(&mut tx, &may, vec![document]).await?;
    documents::attach(&mut tx, &may, id, new.files).await?;
    start_clock(&mut tx, &may, id, (unit, institution), new.process, new.received_on).await?;
    if let Some(answered) = answered {
        let (_, answers) = tx.hold::<Document, desk::LinkDocument>(answered).await?;
        documents::link(&mut tx, &answers, id, answered, LinkKind::Reply).await?;
        if direction == Direction::Outgoing {
            close(&mut tx, answered).await?;
        }
    }
    if let Some((to, channel)) = new.sent {
        let one = delivery::NewDelivery {
            subject: id.uuid(),
            document: Some(id),
            to,
            channel,
            title,
            text: String::new(),
            href: format!("/documents/{id}"),
            unit,
            institution,
            appealable: false,
            once: Some(key.to_string()),
        };
        delivery::deliver(&mut tx, &may, vec![one]).await?;
    }
    // The counter last: whoever else registers waits for nothing but our commit.
    let registering = Registering { document: id, register: new.register, institution, date: op.today() };
    documents::register(&mut tx, &may, &[registering]).await?;
    tx.commit().await?;
    Ok(id)
}

async fn start_clock<A: op::Action>(
    tx: &mut Tx,
    may: &op::May<A>,
    id: DocumentId,
    (unit, institution): (UnitId, UnitId),
    process: Option<Process>,
    received_on: Date,
) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    let rules = match process {
        Some(p) => rules(tx.conn(), tenant, p, received_on).await?,
        None => None,
    };
    let calendar = parties::calendar(tx.conn(), tenant).await?;
    let due = rules.as_ref().and_then(|r| model::last_day(&calendar, r.term.rule, received_on));
    let item = NewItem {
        id,
        unit,
        institution,
        process: process.map(Process::word),
        received_on,
        due,
        rule_source: rules.as_ref().map(|r| r.term.source.as_str()),
        rule_certainty: rules.as_ref().map(|r| r.term.certainty.word()),
    };
    store::add_item(tx, may, &item).await
}

/// The reply is registered: the clock of what it answers stops.
async fn close(tx: &mut Tx, answered: DocumentId) -> Result<(), OpError> {
    let (item, may) = match tx.hold::<Item, ManageClock>(answered).await {
        Ok(held) => held,
        // Another app's document has no clock here.
        Err(OpError::NotFound) => return Ok(()),
        Err(e) => return Err(e),
    };
    let today = tx.op().today();
    store::set_clock(tx, &may, &item.clock.0, item.due, "answered", Some(today)).await?;
    tx.history(answered, "answered", json!({}));
    Ok(())
}

/// What may happen to a clock.
#[derive(Clone, Debug)]
pub enum ClockChange {
    /// Stands, runs again, ends later.
    Tick(Tick),
    /// Answered, or needs no answer.
    Answered,
}

/// Suspends, resumes, extends or stops the clock of a document.
///
/// # Errors
/// A rule refused, the version is stale, or the database failed.
pub async fn change_clock(op: &Op, id: DocumentId, version: i32, change: ClockChange) -> Result<(), RecordsError> {
    let mut tx = op.begin().await?;
    let (item, may) = tx.hold_version::<Item, ManageClock>(id, version).await?;
    if item.state == "answered" {
        return Err(OpError::Stale.into());
    }
    let mut ticks = item.clock.0.clone();
    let (state, verb, due, closed) = match change {
        ClockChange::Answered => ("answered", "answered", item.due, Some(op.today())),
        ClockChange::Tick(tick) => {
            let process = item.process.as_deref().and_then(Process::from_word).ok_or(ClockRefused::None)?;
            let tenant = op.tenant();
            let rules = rules(tx.conn(), tenant, process, item.received_on).await?.ok_or(ClockRefused::None)?;
            let calendar = parties::calendar(tx.conn(), tenant).await?;
            let (term, extension) = (Some(rules.term.rule), rules.extension.map(|e| e.rule));
            let before =
                LegalClock { calendar: &calendar, from: item.received_on, term, extension, ticks: &item.clock.0 };
            before.check(&tick)?;
            let (state, verb) = match &tick {
                Tick::Suspended { .. } => ("suspended", "clock-suspended"),
                Tick::Resumed { .. } => ("open", "clock-resumed"),
                Tick::Extended { .. } => ("open", "clock-extended"),
            };
            ticks.push(tick);
            let due = LegalClock { ticks: &ticks, ..before }.due();
            (state, verb, due, None)
        }
    };
    store::set_clock(&mut tx, &may, &ticks, due, state, closed).await?;
    tx.history(id, verb, json!({ "due": due }));
    tx.audit(Audit::of(ManageClock::DEF.name, "records-item", id).with(json!({ "verb": verb, "due": due })));
    Ok(tx.commit().await?)
}

/// Who does what by when.
#[derive(Clone, Debug)]
pub struct NewOrder {
    /// What is to be done.
    pub text: String,
    /// By when.
    pub due: Date,
    /// Does the clerk watch over it?
    pub is_controlled: bool,
    /// Who answers for it.
    pub main: PersonId,
    /// Who helps.
    pub helpers: Vec<PersonId>,
}

/// Gives a resolution: each executor gets a task and may open the document.
///
/// # Errors
/// Not theirs to resolve, or the database failed.
pub async fn resolve(op: &Op, key: Uuid, document: DocumentId, order: NewOrder) -> Result<ResolutionId, RecordsError> {
    let mut tx = op.begin().await?;
    let (held, may) = tx.hold::<Document, Resolve>(document).await?;
    let id: ResolutionId = op.new_id();
    if let Some(there) = tx.once(key, &format!("/records/resolutions/{id}")).await? {
        let there = there.rsplit('/').next().and_then(|t| t.parse().ok());
        return there.ok_or_else(|| OpError::NotFound.into());
    }
    store::ensure_item(&mut tx, &may, &held, op.today()).await?;
    let mut executors = vec![order.main];
    for helper in order.helpers {
        if !executors.contains(&helper) {
            executors.push(helper);
        }
    }
    let new = NewResolution {
        id,
        item: document,
        unit: held.unit_id,
        institution: held.institution_id,
        text: &order.text,
        due: order.due,
        is_controlled: order.is_controlled,
        executors: &executors,
    };
    store::resolve(&mut tx, &may, &new).await?;
    let readers: Vec<Uuid> = executors.iter().map(|e| e.uuid()).collect();
    documents::share(&mut tx, &may, document, &readers, "resolution").await?;
    let about = About { id, document: &held, text: &order.text, due: order.due };
    let tasks = executors.iter().map(|e| about.task(op, EXECUTE, e.uuid())).collect();
    workflow::open_tasks(&mut tx, &may, tasks).await?;
    tx.history(document, "resolved", json!({ "resolution": id, "due": order.due }));
    tx.audit(Audit::of(Resolve::DEF.name, "resolution", id));
    tx.commit().await?;
    Ok(id)
}

struct About<'a> {
    id: ResolutionId,
    document: &'a Document,
    text: &'a str,
    due: Date,
}

impl About<'_> {
    fn task(&self, op: &Op, kind: &'static str, principal: Uuid) -> OwnTask {
        // A restricted title stands in the document alone.
        let open = self.document.access != documents::AccessLevel::Restricted;
        let title = if open { self.document.title.as_str() } else { self.document.number.as_deref().unwrap_or("…") };
        OwnTask {
            kind,
            principal,
            subject: self.id.uuid(),
            document: Some(self.document.id),
            title: title.to_owned(),
            gist: self.text.chars().take(200).collect(),
            from: op.person(),
            due: self.due,
        }
    }
}

async fn document_of(tx: &mut Tx, id: DocumentId) -> Result<Document, OpError> {
    let tenant = tx.op().tenant();
    let found = sqlx::query_as(<Document as op::Held>::SELECT).bind(tenant).bind(vec![id.uuid()]);
    found.fetch_optional(tx.conn()).await?.ok_or(OpError::NotFound)
}

/// An executor reports that their part is done. When the one who answers for it reports, the rest is done too: it
/// goes to the clerk where it is on control.
///
/// # Errors
/// Not theirs, done already, or the database failed.
pub async fn report(op: &Op, id: ResolutionId, text: &str) -> Result<(), RecordsError> {
    let mut tx = op.begin().await?;
    let (resolution, may) = tx.hold::<Resolution, Execute>(id).await?;
    let who = may.capacity();
    if resolution.state != "open" || store::set_executor(&mut tx, &may, who, Some(text)).await? == 0 {
        return Err(OpError::Stale.into());
    }
    let tenant = op.tenant();
    let executors = store::executors(tx.conn(), tenant, id).await?;
    let is_main = executors.iter().any(|e| e.person_id == who && e.is_main);
    let principal = (!is_main).then(|| who.uuid());
    workflow::close_tasks(&mut tx, &may, EXECUTE, &[id.uuid()], principal).await?;
    if is_main {
        let state = if resolution.is_controlled { "reported" } else { "done" };
        store::set_resolution(&mut tx, &may, state).await?;
        if resolution.is_controlled {
            ask_clerk(&mut tx, &may, &resolution).await?;
        }
    }
    tx.history(resolution.item_id, "reported", json!({ "resolution": id, "main": is_main }));
    tx.audit(Audit::of(Execute::DEF.name, "resolution", id).with(json!({ "main": is_main })));
    Ok(tx.commit().await?)
}

async fn ask_clerk(tx: &mut Tx, may: &op::May<Execute>, resolution: &Resolution) -> Result<(), OpError> {
    let op = tx.op().clone();
    let role = parties::role::CLERK;
    let found = parties::holders(tx.conn(), op.tenant(), resolution.institution_id, role, op.today()).await?;
    let Some((unit, _)) = found else { return Ok(()) };
    let document = document_of(tx, resolution.item_id).await?;
    let about = About { id: resolution.id, document: &document, text: &resolution.text, due: resolution.due };
    workflow::open_tasks(tx, may, vec![about.task(&op, CONTROL, op::pool_id(unit, role))]).await?;
    Ok(())
}

/// The clerk takes a reported resolution off control, or gives it back to the one who answers for it.
///
/// # Errors
/// It is not reported, the version is stale, or the database failed.
pub async fn control(op: &Op, id: ResolutionId, version: i32, off: bool) -> Result<(), RecordsError> {
    let mut tx = op.begin().await?;
    let (resolution, may) = tx.hold_version::<Resolution, Control>(id, version).await?;
    if resolution.state != "reported" {
        return Err(OpError::Stale.into());
    }
    workflow::close_tasks(&mut tx, &may, CONTROL, &[id.uuid()], None).await?;
    if off {
        store::set_resolution(&mut tx, &may, "done").await?;
    } else {
        let executors = store::executors(tx.conn(), op.tenant(), id).await?;
        let main = executors.iter().find(|e| e.is_main).ok_or(OpError::NotFound)?.person_id;
        store::set_executor(&mut tx, &may, main, None).await?;
        store::set_resolution(&mut tx, &may, "open").await?;
        let document = document_of(&mut tx, resolution.item_id).await?;
        let about = About { id, document: &document, text: &resolution.text, due: resolution.due };
        workflow::open_tasks(&mut tx, &may, vec![about.task(op, EXECUTE, main.uuid())]).await?;
    }
    let verb = if off { "off-control" } else { "given-back" };
    tx.history(resolution.item_id, verb, json!({ "resolution": id }));
    tx.audit(Audit::of(Control::DEF.name, "resolution", id).with(json!({ "off": off })));
    Ok(tx.commit().await?)
}

/// A file as the desk attaches it.
#[must_use]
pub fn file(name: String, media_type: &str, bytes: Vec<u8>, main: bool) -> NewFile {
    let role = if main { FileRole::Main } else { FileRole::Annex };
    NewFile { name, media_type: media_type.to_owned(), bytes, role }
}
