//! What acts do and undo, in the transaction that ended their route.

mod apply;
mod reverse;

use std::collections::HashMap;

use op::{Audit, Event, Held as _, Op, OpError, Tx};
use parties::PersonChange;
use serde_json::json;
use types::{ApplicationId, BoxFuture, DocumentId, LedgerId, OrderId, PersonId};
use uuid::Uuid;
use workflow::{EffectError, Ended};

use crate::{
    actions::{BookAccount, DraftOrder},
    asks::{Ask, CertificateAsk, Kind, PersonalAsk},
    drafting::{self, About, Texts, broken},
    events, orders,
    orders::OrderKind,
    store::{self, AbsenceRow, LedgerEntry, LetterRow, Order, Signed},
    usecases,
};

pub(crate) use reverse::may_reverse;

pub use crate::drafting::ORDER_ROUTE;

/// An approved application has its effect: it drafts its order, which goes on a route of its own, or changes what it
/// asked to change, or is answered with a certificate.
pub fn approved<'a>(tx: &'a mut Tx, ended: &'a [Ended]) -> BoxFuture<'a, Result<(), EffectError>> {
    Box::pin(async move {
        let op = tx.op().clone();
        let ids: Vec<Uuid> = ended.iter().map(|e| e.subject).collect();
        // What is drafted here is read by nobody before the commit.
        tx.write_late(true);
        let applications: Vec<workflow::Application> =
            sqlx::query_as(workflow::Application::SELECT).bind(op.tenant()).bind(&ids).fetch_all(tx.conn()).await?;
        let mut texts = Texts::default();
        let mut drafts = Vec::new();
        for a in &applications {
            let kind = Kind::from_service(&a.service).ok_or_else(|| broken("an unknown service"))?;
            let ask = Ask::read(kind, &a.payload).map_err(broken)?;
            let place = (a.unit_id, a.institution_id);
            let about = drafting::about(tx, &op, a.applicant_id, ask.day(op.today()), place).await?;
            match &ask {
                Ask::Leave(ask) => drafts.push(drafting::leave(tx, &mut texts, &about, a, ask).await?),
                Ask::Trip(ask) => drafts.push(trip(tx, &op, &mut texts, &about, a, ask).await?),
                Ask::Termination(ask) => {
                    let basis = Some((a.id, a.document_id));
                    let plan = usecases::leaving_plan(tx, &op, &about, ask).await?;
                    drafts.push(drafting::termination(tx, &mut texts, &about, basis, ask, ask.ground(), &plan).await?);
                }
                Ask::PersonalData(ask) => change_person(tx, a.applicant_id, person_change(ask)).await?,
                Ask::BankAccount(ask) => {
                    let change = PersonChange { bank_account: Some(ask.iban.clone()), ..PersonChange::default() };
                    change_person(tx, a.applicant_id, change).await?;
                }
                Ask::Certificate(ask) => certify(tx, &op, &mut texts, &about, a, ask).await?,
            }
        }
        drafting::issue(tx, drafts).await
    })
}

async fn trip(
    tx: &mut Tx,
    op: &Op,
    texts: &mut Texts,
    about: &About,
    a: &workflow::Application,
    ask: &crate::asks::TripAsk,
) -> Result<drafting::Draft, EffectError> {
    let plan = usecases::trip_money(tx, op, ask).await?;
    drafting::trip(tx, texts, about, a, ask, plan.as_ref()).await
}

fn person_change(ask: &PersonalAsk) -> PersonChange {
    PersonChange {
        given_names: ask.given_names.clone(),
        surname: ask.surname.clone(),
        address: ask.address.clone(),
        email: ask.email.clone(),
        phone: ask.phone.clone(),
        ..PersonChange::default()
    }
}

async fn change_person(tx: &mut Tx, person: PersonId, change: PersonChange) -> Result<(), EffectError> {
    let may = tx.consequence::<parties::actions::EditPerson>(person)?;
    Ok(parties::update_person(tx, &may, person, &change).await?)
}

/// Issues a certificate of employment: a registered document, whose PDF a job makes.
async fn certify(
    tx: &mut Tx,
    op: &Op,
    texts: &mut Texts,
    about: &About,
    a: &workflow::Application,
    ask: &CertificateAsk,
) -> Result<(), EffectError> {
    let e = about.employment.as_ref().ok_or_else(|| EffectError::Refused("nav darba tiesisko attiecību".into()))?;
    let institution = parties::unit(tx.conn(), op.tenant(), about.institution).await?.map(|u| u.name);
    let card = parties::person_card(tx.conn(), op.tenant(), about.person).await?.ok_or(OpError::NotFound)?;
    let code = card.personal_code.as_deref().map(latvian::ids::PersonalCode::parse);
    let values = json!({
        "institution": institution,
        "name": about.name,
        "post": e.post_title,
        "since": orders::date(e.valid_from),
        "workload": e.workload.normalize().to_string().replace('.', ","),
        "salary": ask.with_salary.then(|| orders::money(e.salary)),
        "personal_code": code.and_then(Result::ok).map(|c| c.into_value().formatted()),
        "recipient": ask.recipient,
    });
    let (title, text) = texts.fill(tx, orders::CERTIFICATE, &values).await?;
    let may = tx.consequence::<DraftOrder>(a.id)?;
    let document: DocumentId = op.new_id();
    let root = store::root_of(tx.conn(), op.tenant(), about.institution).await?;
    let new = documents::NewDocument {
        id: Some(document),
        owner: Some(about.person),
        direction: documents::Direction::Outgoing,
        correspondent: Some(ask.recipient.clone()),
        access: documents::AccessLevel::Restricted,
        access_ground: Some(usecases::ACCESS_GROUND.to_owned()),
        readers: usecases::readers(about.unit, about.institution, root),
        body_text: ask.recipient.clone(),
        ..documents::NewDocument::new(
            "personnel.certificate",
            format!("{title}: {}", about.name),
            about.unit,
            about.institution,
            "kadri",
        )
    };
    let letter = LetterRow {
        id: document,
        application_id: Some(a.id),
        person_id: about.person,
        institution_id: about.institution,
        title,
        text,
        issued_at: op.now(),
    };
    store::add_letter(tx, &may, &letter).await?;
    documents::create_registered(tx, &may, vec![(new, "outgoing".to_owned(), op.today())]).await?;
    if let Some(basis) = a.document_id {
        documents::link(tx, &may, document, basis, documents::LinkKind::Reply).await?;
    }
    tx.history(a.id, "certificate-issued", json!({ "document": document }));
    let subjects = vec![document.uuid()];
    tx.publish(Event { kind: events::CERTIFICATE_ISSUED, subjects, data: json!({ "person": about.person }) });
    Ok(())
}

/// A rejected, returned or withdrawn application gives its reserved days back.
pub fn stopped<'a>(tx: &'a mut Tx, ended: &'a [Ended]) -> BoxFuture<'a, Result<(), EffectError>> {
    Box::pin(async move {
        let applications: Vec<ApplicationId> = ended.iter().map(|e| ApplicationId(e.subject)).collect();
        release(tx, &applications).await
    })
}

async fn release(tx: &mut Tx, applications: &[ApplicationId]) -> Result<(), EffectError> {
    let may = tx.consequence::<BookAccount>(Uuid::nil())?;
    let rows = store::settle_reserved(tx, &may, applications, "released", None).await?;
    let op = tx.op().clone();
    let entries: Vec<LedgerEntry> = leaves(&rows).map(|r| entry(&op, r, "release", r.days, None)).collect();
    if !entries.is_empty() {
        store::book(tx, &may, &entries, &[]).await?;
    }
    if !rows.is_empty() {
        tx.audit(Audit::of_all("personnel.absence.release", "absence", rows.iter().map(|r| r.id.uuid()).collect()));
    }
    Ok(())
}

/// Trips are absences without an account.
fn leaves(rows: &[AbsenceRow]) -> impl Iterator<Item = &AbsenceRow> {
    rows.iter().filter(|r| r.kind != "trip")
}

fn entry(
    op: &Op,
    r: &AbsenceRow,
    what: &'static str,
    days: rust_decimal::Decimal,
    order: Option<OrderId>,
) -> LedgerEntry {
    LedgerEntry {
        id: op.new_id::<LedgerId>(),
        person_id: r.person_id,
        kind: r.kind.clone(),
        entry: what,
        on_date: op.today(),
        days,
        application_id: r.application_id,
        order_id: order,
        note: String::new(),
    }
}

/// A signed order gets its number, and its effect happens.
pub fn order_signed<'a>(tx: &'a mut Tx, ended: &'a [Ended]) -> BoxFuture<'a, Result<(), EffectError>> {
    Box::pin(async move {
        let op = tx.op().clone();
        let may = tx.consequence::<BookAccount>(Uuid::nil())?;
        let ids: Vec<Uuid> = ended.iter().map(|e| e.subject).collect();
        let held = store::lock_orders(tx.conn(), op.tenant(), &ids).await?;
        apply::all(tx, &op, &held).await?;
        tx.write_late(true);
        let registering: Vec<documents::Registering> = held
            .iter()
            .map(|o| documents::Registering {
                document: o.document_id,
                register: "orders".to_owned(),
                institution: o.institution_id,
                date: op.today(),
            })
            .collect();
        // The counter last: whoever else registers waits for nothing but our commit.
        let numbers = documents::register(tx, &may, &registering).await?;
        let numbers: HashMap<DocumentId, String> = numbers.into_iter().map(|r| (r.document, r.number)).collect();
        let signed: Vec<Signed> = held
            .iter()
            .map(|o| {
                let end = ended.iter().find(|e| e.subject == o.id.uuid());
                Signed {
                    id: o.id,
                    number: numbers.get(&o.document_id).cloned().unwrap_or_default(),
                    signed_by: end.and_then(|e| e.by),
                    electronically: end.is_some_and(|e| e.medium == workflow::Medium::Electronic),
                }
            })
            .collect();
        store::sign_orders(tx, &may, &signed).await?;
        for s in &signed {
            tx.history(s.id, "registered", json!({ "number": s.number }));
        }
        let people: Vec<PersonId> = held.iter().map(|o| o.person_id).collect();
        tx.publish(Event { kind: events::ORDER_SIGNED, subjects: ids, data: json!({ "people": people }) });
        Ok(())
    })
}

/// A rejected or withdrawn order frees what was reserved for it; a returned one goes back to HR.
pub fn order_stopped<'a>(tx: &'a mut Tx, ended: &'a [Ended]) -> BoxFuture<'a, Result<(), EffectError>> {
    Box::pin(async move {
        let op = tx.op().clone();
        let may = tx.consequence::<BookAccount>(Uuid::nil())?;
        let (returned, stopped): (Vec<&Ended>, Vec<&Ended>) =
            ended.iter().partition(|e| e.state == workflow::RouteState::Returned);
        let ids = |of: &[&Ended]| of.iter().map(|e| e.subject).collect::<Vec<Uuid>>();
        store::set_order_state(tx, &may, &ids(&returned), "returned").await?;
        store::set_order_state(tx, &may, &ids(&stopped), "rejected").await?;
        let orders = store::lock_orders(tx.conn(), op.tenant(), &ids(&stopped)).await?;
        let applications: Vec<ApplicationId> = orders.iter().filter_map(|o| o.application_id).collect();
        release(tx, &applications).await?;
        let own: Vec<OrderId> = orders.iter().filter(|o| o.application_id.is_none()).map(|o| o.id).collect();
        apply::release_own(tx, &op, &own).await
    })
}

/// Before a signature: what the order does must still be possible.
pub fn order_check<'a>(tx: &'a mut Tx, ended: &'a [Ended]) -> BoxFuture<'a, Result<(), EffectError>> {
    Box::pin(async move {
        let op = tx.op().clone();
        let ids: Vec<Uuid> = ended.iter().map(|e| e.subject).collect();
        for c in store::lock_checked(tx.conn(), op.tenant(), &ids).await? {
            apply::check(tx, &op, &c).await?;
        }
        Ok(())
    })
}

/// An order's kind.
fn kind_of(o: &Order) -> Result<OrderKind, EffectError> {
    OrderKind::from_word(&o.kind).ok_or_else(|| EffectError::Refused(format!("no effect for {}", o.kind)))
}
