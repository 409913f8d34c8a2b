//! Orders are drafted from applications, or by HR; both get their words from a text that HR may replace.

use std::collections::HashMap;

use documents::LinkKind;
use op::{Event, Op, OpError, Tx};
use parties::Employment;
use serde_json::{Value, json};
use types::{ApplicationId, DocumentId, PersonId, UnitId};
use uuid::Uuid;
use workflow::{EffectError, Subject};

use crate::{
    actions::DraftOrder,
    asks::{LeavingPlan, TerminationAsk, TripAsk, TripPlan},
    events, letters,
    model::LeaveAsk,
    orders::{self, OrderKind},
    store::{self, NewOrder, Surroundings},
    usecases,
};

/// The code of the route of orders.
pub const ORDER_ROUTE: &str = "personnel.order";

/// An order to be issued.
pub(crate) struct Draft {
    pub order: NewOrder,
    pub gist: String,
    /// The document it rests on or corrects.
    pub link: Option<(DocumentId, LinkKind)>,
    /// The top of the tree, where it is known already.
    pub root: Option<UnitId>,
}

/// Whom an order is about.
pub(crate) struct About {
    pub name: String,
    pub person: PersonId,
    pub employment: Option<Employment>,
    pub unit: UnitId,
    pub institution: UnitId,
}

impl About {
    pub(crate) fn post(&self) -> &str {
        self.employment.as_ref().map(|e| e.post_title.as_str()).unwrap_or_default()
    }
}

pub(crate) fn broken(e: impl std::fmt::Display) -> EffectError {
    EffectError::Op(usecases::broken(e))
}

/// The texts in force, each read once.
#[derive(Default)]
pub(crate) struct Texts(HashMap<&'static str, (String, String)>);

impl Texts {
    /// The text in force, where it was read together with something else.
    fn know(&mut self, word: &'static str, around: &mut Surroundings) {
        let own = around.text_title.take().zip(around.text_body.take());
        self.keep(word, own);
    }

    fn keep(&mut self, word: &'static str, own: Option<(String, String)>) {
        let built_in = || orders::built_in(word).map(|(t, b)| (t.to_owned(), b.to_owned()));
        self.0.entry(word).or_insert_with(|| own.or_else(built_in).unwrap_or_default());
    }

    /// Title and text, filled.
    pub(crate) async fn fill(
        &mut self,
        tx: &mut Tx,
        word: &'static str,
        values: &Value,
    ) -> Result<(String, String), EffectError> {
        if !self.0.contains_key(word) {
            let tenant = tx.op().tenant();
            let own = store::template(tx.conn(), tenant, word).await?;
            self.keep(word, own);
        }
        let (title, body) = self.0.get(word).cloned().unwrap_or_default();
        let text = |t: &str| letters::fill(t, values).map_err(|e| EffectError::Refused(format!("{word}: {e}")));
        Ok((text(&title)?, text(&body)?))
    }
}

/// What a drafted order says and does.
pub(crate) struct Words {
    pub kind: OrderKind,
    pub values: Value,
    pub facts: Value,
    pub gist: String,
}

/// Puts an order together.
pub(crate) async fn draft(
    tx: &mut Tx,
    texts: &mut Texts,
    about: &About,
    application: Option<(ApplicationId, Option<DocumentId>)>,
    words: Words,
) -> Result<Draft, EffectError> {
    let (title, text) = texts.fill(tx, words.kind.word(), &words.values).await?;
    let op = tx.op();
    let order = NewOrder {
        id: op.new_id(),
        kind: words.kind.word().to_owned(),
        document_id: op.new_id(),
        application_id: application.map(|(id, _)| id),
        person_id: about.person,
        employment_id: about.employment.as_ref().map(|e| e.id),
        unit_id: about.unit,
        institution_id: about.institution,
        facts: words.facts,
        title,
        text,
        reverses_id: None,
        prepared_on: op.today(),
    };
    let link = application.and_then(|(_, document)| document).map(|d| (d, LinkKind::Basis));
    Ok(Draft { order, gist: format!("{}, {}", about.name, words.gist), link, root: None })
}

/// A leave that was approved.
pub(crate) async fn leave(
    tx: &mut Tx,
    texts: &mut Texts,
    about: &About,
    a: &workflow::Application,
    ask: &LeaveAsk,
) -> Result<Draft, EffectError> {
    let tenant = tx.op().tenant();
    let word = OrderKind::Leave.word();
    let mut around = store::surroundings(tx.conn(), tenant, a.id, word, about.institution).await?;
    texts.know(word, &mut around);
    let days = around.days.unwrap_or_default();
    let values = orders::leave_values(
        ask.leave,
        &about.name,
        about.post(),
        (ask.first, ask.last),
        &days.normalize().to_string(),
        types::local_date(a.filed_at),
        around.substitute.as_deref(),
    );
    let facts = json!({ "leave": ask.leave, "first": ask.first, "last": ask.last, "days": days });
    let words = Words { kind: OrderKind::Leave, values, facts, gist: a.gist.clone() };
    let draft = draft(tx, texts, about, Some((a.id, a.document_id)), words).await?;
    Ok(Draft { root: around.root, ..draft })
}

/// A trip that was approved.
pub(crate) async fn trip(
    tx: &mut Tx,
    texts: &mut Texts,
    about: &About,
    a: &workflow::Application,
    ask: &TripAsk,
    plan: Option<&TripPlan>,
) -> Result<Draft, EffectError> {
    let tenant = tx.op().tenant();
    let word = OrderKind::Trip.word();
    let mut around = store::surroundings(tx.conn(), tenant, a.id, word, about.institution).await?;
    texts.know(word, &mut around);
    let money = plan.and_then(|p| p.money);
    let values = json!({
        "name": about.name,
        "post": about.post(),
        "filed_on": orders::date(types::local_date(a.filed_at)),
        "first": orders::date(ask.first),
        "last": orders::date(ask.last),
        "destination": ask.destination,
        "purpose": ask.purpose,
        "daily": money.map(|(daily, _)| orders::money(daily)),
        "hotel": money.map(|(_, hotel)| orders::money(hotel)),
    });
    let facts = json!({ "first": ask.first, "last": ask.last, "to": ask.to, "daily": money.map(|m| m.0), "hotel": money.map(|m| m.1) });
    let words = Words { kind: OrderKind::Trip, values, facts, gist: a.gist.clone() };
    let draft = draft(tx, texts, about, Some((a.id, a.document_id)), words).await?;
    Ok(Draft { root: around.root, ..draft })
}

/// The end of an employment: by an application, or by HR.
pub(crate) async fn termination(
    tx: &mut Tx,
    texts: &mut Texts,
    about: &About,
    application: Option<(ApplicationId, Option<DocumentId>)>,
    ask: &TerminationAsk,
    ground: &str,
    plan: &LeavingPlan,
) -> Result<Draft, EffectError> {
    let days = plan.payout_days.round_dp(2).normalize();
    let values = json!({
        "name": about.name,
        "post": about.post(),
        "last": orders::date(ask.last),
        "days": days.to_string().replace('.', ","),
        "days_word": orders::cases(Some(crate::model::LeaveKind::Annual)).2,
        "ground": ground,
    });
    let facts = json!({ "first": ask.last, "last": ask.last, "ground": ground });
    let gist = format!("pēdējā diena {}", orders::date(ask.last));
    let words = Words { kind: OrderKind::Termination, values, facts, gist };
    draft(tx, texts, about, application, words).await
}

/// Stores drafted orders with their documents and starts their routes.
pub(crate) async fn issue(tx: &mut Tx, drafts: Vec<Draft>) -> Result<(), EffectError> {
    if drafts.is_empty() {
        return Ok(());
    }
    let may = tx.consequence::<DraftOrder>(Uuid::nil())?;
    let root = match drafts.first() {
        Some(Draft { root: Some(root), .. }) => Some(*root),
        first => root_of(tx, first.map(|d| d.order.institution_id)).await?,
    };
    // Nothing here reads what is written here.
    let late = tx.write_late(true);
    let docs = drafts.iter().map(|d| documents::NewDocument {
        id: Some(d.order.document_id),
        owner: Some(d.order.person_id),
        body_text: d.order.text.clone(),
        access: documents::AccessLevel::Restricted,
        access_ground: Some(usecases::ACCESS_GROUND.to_owned()),
        readers: usecases::readers(d.order.unit_id, d.order.institution_id, root),
        ..documents::NewDocument::new(
            "personnel.order",
            d.order.title.clone(),
            d.order.unit_id,
            d.order.institution_id,
            "kadri",
        )
    });
    let docs: Vec<_> = docs.collect();
    documents::create(tx, &may, docs).await?;
    for d in &drafts {
        if let Some((other, kind)) = d.link {
            documents::link_new(tx, &may, d.order.document_id, other, kind).await?;
        }
        tx.history(d.order.id, "drafted", json!({ "kind": d.order.kind }));
    }
    let subjects: Vec<Subject> = drafts.iter().map(|d| subject(&d.order, d.gist.clone())).collect();
    let orders: Vec<NewOrder> = drafts.into_iter().map(|d| d.order).collect();
    store::draft_orders(tx, &may, &orders).await?;
    start(tx, subjects).await?;
    tx.written(late).await?;
    let ids: Vec<Uuid> = orders.iter().map(|o| o.id.uuid()).collect();
    tx.audit(op::Audit::of_all("personnel.order.draft", "personnel-order", ids.clone()));
    tx.publish(Event { kind: events::ORDER_DRAFTED, subjects: ids, data: json!({}) });
    Ok(())
}

async fn root_of(tx: &mut Tx, unit: Option<UnitId>) -> Result<Option<UnitId>, EffectError> {
    let Some(unit) = unit else { return Ok(None) };
    let tenant = tx.op().tenant();
    Ok(store::root_of(tx.conn(), tenant, unit).await?)
}

fn subject(o: &NewOrder, gist: String) -> Subject {
    Subject {
        id: o.id.uuid(),
        document: Some(o.document_id),
        title: o.title.clone(),
        gist,
        owner: Some(o.person_id),
        unit: o.unit_id,
        institution: o.institution_id,
    }
}

/// Starts the route of orders.
pub(crate) async fn start(tx: &mut Tx, subjects: Vec<Subject>) -> Result<(), EffectError> {
    workflow::start(tx, ORDER_ROUTE, subjects).await.map_err(|e| match e {
        workflow::StartError::Nobody(no) => EffectError::Refused(format!("{ORDER_ROUTE}: nobody to take step {no}")),
        workflow::StartError::Op(e) => EffectError::Op(e),
    })?;
    Ok(())
}

/// About whom an application is.
pub(crate) async fn about(
    tx: &mut Tx,
    op: &Op,
    person: PersonId,
    on: types::Date,
    place: (UnitId, UnitId),
) -> Result<About, OpError> {
    let (name, employment) = parties::employed(tx.conn(), op.tenant(), person, on).await?;
    Ok(About { name, person, employment, unit: place.0, institution: place.1 })
}
