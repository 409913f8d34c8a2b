//! What acts do and undo, in the transaction that ended their route.

use std::collections::HashMap;

use op::{Event, Op, OpError, Tx};
use serde_json::json;
use types::{ApplicationId, BoxFuture, DocumentId, LedgerId, OrderId, PersonId};
use uuid::Uuid;
use workflow::{EffectError, Ended, Subject};

use crate::{
    actions::{BookAccount, DraftOrder},
    letters,
    model::{LeaveAsk, LeaveKind},
    orders::{self, OrderKind},
    store::{self, AbsenceRow, LedgerEntry, NewOrder, Signed},
};

/// The code of the route of orders.
pub const ORDER_ROUTE: &str = "personnel.order";

fn broken(e: impl std::fmt::Display) -> EffectError {
    EffectError::Op(OpError::Db(db::DbError::Other(sqlx::Error::Protocol(e.to_string()))))
}

/// An approved application for leave drafts its order by itself, and the order goes on its own route.
pub fn leave_approved<'a>(tx: &'a mut Tx, ended: &'a [Ended]) -> BoxFuture<'a, Result<(), EffectError>> {
    Box::pin(async move {
        let op = tx.op().clone();
        let ids: Vec<Uuid> = ended.iter().map(|e| e.subject).collect();
        let applications: Vec<workflow::Application> = sqlx::query_as(<workflow::Application as op::Held>::SELECT)
            .bind(op.tenant())
            .bind(&ids)
            .fetch_all(tx.conn())
            .await?;
        let mut drafts = Vec::new();
        for a in &applications {
            let ask: LeaveAsk = serde_json::from_value(a.payload.clone()).map_err(broken)?;
            drafts.push(draft_leave(tx, &op, a, &ask).await?);
        }
        issue(tx, drafts).await
    })
}

/// An order to be issued.
pub(crate) struct Draft {
    pub order: NewOrder,
    pub title: String,
    pub gist: String,
    pub based_on: Option<DocumentId>,
}

async fn draft_leave(tx: &mut Tx, op: &Op, a: &workflow::Application, ask: &LeaveAsk) -> Result<Draft, EffectError> {
    let people: Vec<PersonId> = std::iter::once(a.applicant_id).chain(ask.substitute).collect();
    let names = parties::names(tx.conn(), op.tenant(), &people).await?;
    let name = names.get(&a.applicant_id).cloned().unwrap_or_default();
    let employment = parties::main_employment(tx.conn(), op.tenant(), a.applicant_id, ask.first).await?;
    let post = employment.as_ref().map(|e| e.post_title.clone()).unwrap_or_default();
    let reserved = store::absences_of(tx.conn(), op.tenant(), a.applicant_id).await?;
    let days = reserved.iter().find(|r| r.application_id == Some(a.id)).map(|r| r.days).unwrap_or_default();
    let substitute = ask.substitute.and_then(|s| names.get(&s)).map(String::as_str);
    let filed = types::local_date(a.filed_at);
    let values = orders::leave_values(
        ask.leave,
        &name,
        &post,
        (ask.first, ask.last),
        &days.normalize().to_string(),
        filed,
        substitute,
    );
    let (title, text) = fill(tx, op, OrderKind::Leave, &values).await?;
    let order = NewOrder {
        id: op.new_id(),
        kind: OrderKind::Leave.word().to_owned(),
        document_id: op.new_id(),
        application_id: Some(a.id),
        person_id: a.applicant_id,
        employment_id: employment.map(|e| e.id),
        unit_id: a.unit_id,
        institution_id: a.institution_id,
        facts: json!({ "leave": ask.leave, "first": ask.first, "last": ask.last, "days": days }),
        text,
        reverses_id: None,
    };
    let gist = format!("{name}, {}", a.gist);
    Ok(Draft { order, title, gist, based_on: a.document_id })
}

pub(crate) async fn fill(
    tx: &mut Tx,
    op: &Op,
    kind: OrderKind,
    values: &serde_json::Value,
) -> Result<(String, String), EffectError> {
    let own = store::template(tx.conn(), op.tenant(), kind.word()).await?;
    let (title, body) = own.unwrap_or_else(|| {
        let (title, body) = kind.built_in();
        (title.to_owned(), body.to_owned())
    });
    let text = |t: &str| letters::fill(t, values).map_err(|e| EffectError::Refused(format!("{}: {e}", kind.word())));
    Ok((text(&title)?, text(&body)?))
}

/// Stores drafted orders with their documents and starts their routes.
pub(crate) async fn issue(tx: &mut Tx, drafts: Vec<Draft>) -> Result<(), EffectError> {
    if drafts.is_empty() {
        return Ok(());
    }
    let may = tx.consequence::<DraftOrder>(Uuid::nil())?;
    let docs = drafts.iter().map(|d| documents::NewDocument {
        id: Some(d.order.document_id),
        owner: Some(d.order.person_id),
        body_text: d.order.text.clone(),
        ..documents::NewDocument::new(
            "personnel.order",
            d.title.clone(),
            d.order.unit_id,
            d.order.institution_id,
            "kadri",
        )
    });
    let docs: Vec<_> = docs.collect();
    documents::create(tx, &may, docs).await?;
    for d in &drafts {
        if let Some(basis) = d.based_on {
            documents::link(tx, &may, d.order.document_id, basis, documents::LinkKind::Basis).await?;
        }
        tx.history(d.order.id, "drafted", json!({ "kind": d.order.kind }));
    }
    let subjects = drafts.iter().map(|d| Subject {
        id: d.order.id.uuid(),
        document: Some(d.order.document_id),
        title: d.title.clone(),
        gist: d.gist.clone(),
        owner: Some(d.order.person_id),
        unit: d.order.unit_id,
        institution: d.order.institution_id,
    });
    let subjects: Vec<Subject> = subjects.collect();
    let orders: Vec<NewOrder> = drafts.into_iter().map(|d| d.order).collect();
    store::draft_orders(tx, &may, &orders).await?;
    workflow::start(tx, ORDER_ROUTE, subjects).await.map_err(|e| match e {
        workflow::StartError::Nobody(no) => EffectError::Refused(format!("{ORDER_ROUTE}: nobody to take step {no}")),
        workflow::StartError::Op(e) => EffectError::Op(e),
    })?;
    let ids = orders.iter().map(|o| o.id.uuid()).collect();
    tx.audit(op::Audit::of_all("personnel.order.draft", "personnel-order", ids));
    Ok(())
}

/// A rejected, returned or withdrawn application gives its reserved days back.
pub fn leave_stopped<'a>(tx: &'a mut Tx, ended: &'a [Ended]) -> BoxFuture<'a, Result<(), EffectError>> {
    Box::pin(async move {
        let applications: Vec<ApplicationId> = ended.iter().map(|e| ApplicationId(e.subject)).collect();
        release(tx, &applications).await
    })
}

async fn release(tx: &mut Tx, applications: &[ApplicationId]) -> Result<(), EffectError> {
    let may = tx.consequence::<BookAccount>(Uuid::nil())?;
    let rows = store::settle_reserved(tx, &may, applications, "released", None).await?;
    let op = tx.op().clone();
    let entries: Vec<LedgerEntry> = rows.iter().map(|r| entry(&op, r, "release", r.days, None)).collect();
    store::book(tx, &may, &entries, &[]).await?;
    Ok(())
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
        for o in &held {
            apply(tx, &op, o).await?;
        }
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
        tx.publish(Event { kind: "personnel.order-signed", subjects: ids, data: json!({ "people": people }) });
        Ok(())
    })
}

async fn apply(tx: &mut Tx, op: &Op, o: &store::Order) -> Result<(), EffectError> {
    match OrderKind::from_word(&o.kind) {
        Some(OrderKind::Leave) => book_leave(tx, op, o).await,
        _ => Err(EffectError::Refused(format!("no effect for {}", o.kind))),
    }
}

async fn book_leave(tx: &mut Tx, op: &Op, o: &store::Order) -> Result<(), EffectError> {
    let may = tx.consequence::<BookAccount>(o.person_id)?;
    let application = o.application_id.ok_or_else(|| broken("a leave order without an application"))?;
    let rows = store::settle_reserved(tx, &may, &[application], "booked", Some(o.id)).await?;
    let entries: Vec<LedgerEntry> = rows
        .iter()
        .flat_map(|r| [entry(op, r, "release", r.days, Some(o.id)), entry(op, r, "use", -r.days, Some(o.id))])
        .collect();
    store::book(tx, &may, &entries, &[]).await?;
    Ok(())
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
        release(tx, &applications).await
    })
}

/// Before a signature: what the order does must still be possible.
pub fn order_check<'a>(tx: &'a mut Tx, ended: &'a [Ended]) -> BoxFuture<'a, Result<(), EffectError>> {
    Box::pin(async move {
        let op = tx.op().clone();
        let ids: Vec<Uuid> = ended.iter().map(|e| e.subject).collect();
        for o in store::lock_orders(tx.conn(), op.tenant(), &ids).await? {
            let facts: Option<LeaveFacts> = serde_json::from_value(o.facts.clone()).ok();
            let Some(f) = facts else { continue };
            let employed = parties::main_employment(tx.conn(), op.tenant(), o.person_id, f.first).await?;
            if employed.is_none() {
                return Err(EffectError::Refused(format!("{}: nav darba tiesisko attiecību", orders::date(f.first))));
            }
        }
        Ok(())
    })
}

#[derive(serde::Deserialize)]
struct LeaveFacts {
    first: types::Date,
    #[expect(dead_code, reason = "its presence tells a leave order")]
    leave: LeaveKind,
}
