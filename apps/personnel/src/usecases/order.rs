use documents::LinkKind;
use op::{Audit, Event, Facts, Op, OpError, Tx};
use parties::{EmploymentKind, NewPerson};
use rust_decimal::Decimal;
use serde_json::json;
use types::{AbsenceId, Date, LedgerId, Money, OrderId, PersonId, PostId, UnitId};
use uuid::Uuid;
use workflow::{EffectError, Subject};

use super::{FileError, leave_rules, standing};
use crate::{
    actions::{CorrectOrder, DraftOrder},
    asks::{self, LeavingPlan, TerminationAsk, TripAsk, TripPlan},
    drafting::{self, About, Draft, Texts, Words, broken},
    effects, events,
    facts::{Cut, Hiring, Terms},
    model::{self, LeaveAsk, LeaveKind, LeaveRefused},
    orders::{self, OrderKind},
    store::{self, Account, LedgerEntry, NewAbsence, Order},
};

/// Why an order was not drafted.
#[derive(Debug, thiserror::Error)]
pub enum OrderError {
    /// A rule of leaves refused, or there is no employment.
    #[error(transparent)]
    File(#[from] FileError),
    /// The text or the route refused; in words.
    #[error(transparent)]
    Effect(#[from] EffectError),
    /// The order that it is about is not in force, or has no absence.
    #[error("not in force")]
    NotInForce,
    /// The day is not in the absence.
    #[error("not between {0} and {1}")]
    Outside(Date, Date),
    /// The post is in another unit, or closed.
    #[error("the post is not there")]
    NoPost,
    /// Somebody has that personal code.
    #[error("the personal code is known")]
    KnownCode,
    /// They have a main employment on that day.
    #[error("employed already")]
    Employed,
    /// Nothing would change.
    #[error("nothing changes")]
    Nothing,
}

impl From<OpError> for OrderError {
    fn from(e: OpError) -> Self {
        match e {
            OpError::Conflict(c) if c == "person_personal_code_key" => Self::KnownCode,
            e => Self::File(e.into()),
        }
    }
}

impl From<sqlx::Error> for OrderError {
    fn from(e: sqlx::Error) -> Self {
        OpError::from(e).into()
    }
}

impl From<LeaveRefused> for OrderError {
    fn from(e: LeaveRefused) -> Self {
        Self::File(e.into())
    }
}

/// Somebody to be hired.
#[derive(Clone, Debug)]
pub struct HireAsk {
    /// Somebody known already; else a person is entered.
    pub person: Option<PersonId>,
    /// Given names.
    pub given_names: String,
    /// Surname.
    pub surname: String,
    /// Personal code, eleven digits.
    pub personal_code: Option<String>,
    /// Date of birth.
    pub birth_date: Option<Date>,
    /// E-mail at work.
    pub email: Option<String>,
    /// Where.
    pub unit: UnitId,
    /// As what.
    pub post: PostId,
    /// Contract number.
    pub contract_number: String,
    /// Contract date.
    pub contract_date: Date,
    /// Workload.
    pub workload: Decimal,
    /// Monthly pay.
    pub salary: Money,
    /// First day.
    pub first: Date,
    /// Last day, for a fixed term.
    pub last: Option<Date>,
}

/// New terms of an employment: another post, other pay.
#[derive(Clone, Debug)]
pub struct TermsAsk {
    /// Whose.
    pub person: PersonId,
    /// From when.
    pub first: Date,
    /// Another unit and post.
    pub place: Option<(UnitId, PostId)>,
    /// Other pay.
    pub salary: Option<Money>,
    /// Why.
    pub reason: String,
}

/// A leave or trip that ends early, or goes on at another time.
#[derive(Clone, Debug)]
pub struct ChangeAsk {
    /// The order that granted it.
    pub order: OrderId,
    /// From this day on it is taken back.
    pub from: Date,
    /// Moved to.
    pub moved: Option<(Date, Date)>,
    /// Why.
    pub reason: String,
}

/// An order to be taken back as a whole.
#[derive(Clone, Debug)]
pub struct AnnulAsk {
    /// Which.
    pub order: OrderId,
    /// Why.
    pub reason: String,
}

/// What HR wants ordered.
#[derive(Clone, Debug)]
pub enum OrderAsk {
    /// Hiring.
    Hire(HireAsk),
    /// A transfer.
    Transfer(TermsAsk),
    /// Other pay.
    PayChange(TermsAsk),
    /// The end of an employment: whose, last day, ground.
    Termination(PersonId, Date, String),
    /// A recall or a move.
    LeaveChange(ChangeAsk),
    /// An annulment.
    Annulment(AnnulAsk),
}

/// Drafts an order of HR's, which goes on its route. The same form again drafts nothing.
///
/// # Errors
/// A rule refused; then nothing has happened.
pub async fn draft_order(op: &Op, ask: &OrderAsk, submit: Option<Uuid>) -> Result<OrderId, OrderError> {
    let mut tx = op.begin().await?;
    let key: Uuid = op.new_id();
    let id = OrderId(key);
    if let Some(before) = super::earlier(&mut tx, submit, key).await? {
        return Ok(before.into());
    }
    let mut draft = match ask {
        OrderAsk::Hire(a) => hire(&mut tx, op, a).await?,
        OrderAsk::Transfer(a) => terms(&mut tx, op, a, OrderKind::Transfer).await?,
        OrderAsk::PayChange(a) => terms(&mut tx, op, a, OrderKind::PayChange).await?,
        OrderAsk::Termination(person, last, ground) => end(&mut tx, op, *person, *last, ground).await?,
        OrderAsk::LeaveChange(a) => change(&mut tx, op, a, id).await?,
        OrderAsk::Annulment(a) => annul(&mut tx, op, a).await?,
    };
    draft.order.id = id;
    drafting::issue(&mut tx, vec![draft]).await?;
    tx.commit().await?;
    Ok(id)
}

/// Whoever is new is entered as a person.
async fn hire(tx: &mut Tx, op: &Op, a: &HireAsk) -> Result<Draft, OrderError> {
    tx.create::<DraftOrder>(&Facts { unit: Some(a.unit), ..Facts::default() })?;
    let tenant = op.tenant();
    let posts = parties::posts_of(tx.conn(), tenant, &[a.unit], a.first).await?;
    let post = posts.into_iter().find(|p| p.id == a.post).ok_or(OrderError::NoPost)?;
    let unit = parties::unit(tx.conn(), tenant, a.unit).await?.ok_or(OrderError::NoPost)?;
    let institution = parties::institution_of(tx.conn(), tenant, a.unit).await?.unwrap_or(a.unit);
    let person = match a.person {
        Some(person) => {
            if parties::main_employment(tx.conn(), tenant, person, a.first).await?.is_some() {
                return Err(OrderError::Employed);
            }
            person
        }
        None => enter(tx, op, a).await?,
    };
    let name = parties::name(tx.conn(), tenant, person).await?;
    let facts = Hiring {
        employment: op.new_id(),
        unit: a.unit,
        institution,
        post: a.post,
        contract_number: a.contract_number.clone(),
        contract_date: a.contract_date,
        kind: if a.last.is_some() { EmploymentKind::FixedTerm } else { EmploymentKind::Contract },
        workload: a.workload,
        salary: a.salary,
        first: a.first,
        last: a.last,
        is_main: true,
    };
    let values = json!({
        "name": name,
        "post": post.title,
        "unit": unit.name,
        "first": orders::date(a.first),
        "last": a.last.map(orders::date),
        "workload": a.workload.normalize().to_string().replace('.', ","),
        "salary": orders::money(a.salary),
        "contract": format!("{} Nr. {}", orders::date(a.contract_date), a.contract_number),
    });
    let gist = format!("{}, no {}", post.title, orders::date(a.first));
    let about = About { name, person, employment: None, unit: a.unit, institution };
    let words = Words { kind: OrderKind::Hire, values, facts: serde_json::to_value(&facts).map_err(broken)?, gist };
    Ok(drafting::draft(tx, &mut Texts::default(), &about, None, words).await?)
}

async fn enter(tx: &mut Tx, op: &Op, a: &HireAsk) -> Result<PersonId, OrderError> {
    let new = NewPerson {
        id: op.new_id(),
        given_names: a.given_names.clone(),
        surname: a.surname.clone(),
        personal_code: a.personal_code.clone(),
        birth_date: a.birth_date,
        sex: None,
        bank_account: None,
        address: None,
        email: a.email.clone(),
        phone: None,
    };
    let may = tx.consequence::<parties::actions::CreatePerson>(new.id)?;
    parties::new_person(tx, &may, std::slice::from_ref(&new)).await?;
    Ok(new.id)
}

/// Holds the account of whom an order is about.
async fn about(tx: &mut Tx, op: &Op, person: PersonId, on: Date) -> Result<(Account, About), OrderError> {
    let (account, _) = tx.hold::<Account, DraftOrder>(person).await?;
    let place = (account.unit_id, account.institution_id);
    let about = drafting::about(tx, op, person, on, place).await?;
    if about.employment.is_none() {
        return Err(FileError::NotEmployed.into());
    }
    Ok((account, about))
}

async fn terms(tx: &mut Tx, op: &Op, a: &TermsAsk, kind: OrderKind) -> Result<Draft, OrderError> {
    let (_, about) = about(tx, op, a.person, a.first).await?;
    let e = about.employment.as_ref().ok_or(FileError::NotEmployed)?;
    let same_place = a.place.is_none_or(|(u, p)| u == e.unit_id && p == e.post_id);
    if same_place && a.salary.is_none_or(|s| s == e.salary) {
        return Err(OrderError::Nothing);
    }
    let (mut new_post, mut new_unit) = (None, None);
    if let Some((unit, post)) = a.place {
        let posts = parties::posts_of(tx.conn(), op.tenant(), &[unit], a.first).await?;
        new_post = Some(posts.into_iter().find(|p| p.id == post).ok_or(OrderError::NoPost)?.title);
        new_unit = parties::unit(tx.conn(), op.tenant(), unit).await?.map(|u| u.name);
    }
    let facts = Terms {
        change: op.new_id(),
        first: a.first,
        unit: a.place.map(|(u, _)| u),
        post: a.place.map(|(_, p)| p),
        salary: a.salary,
    };
    let values = json!({
        "name": about.name,
        "post": e.post_title,
        "first": orders::date(a.first),
        "new_post": new_post,
        "new_unit": new_unit,
        "salary": a.salary.map(orders::money),
        "old_salary": orders::money(e.salary),
        "reason": a.reason,
    });
    let gist = format!("no {}", orders::date(a.first));
    let words = Words { kind, values, facts: serde_json::to_value(&facts).map_err(broken)?, gist };
    Ok(drafting::draft(tx, &mut Texts::default(), &about, None, words).await?)
}

async fn end(tx: &mut Tx, op: &Op, person: PersonId, last: Date, ground: &str) -> Result<Draft, OrderError> {
    let (_, about) = about(tx, op, person, last).await?;
    let ask = TerminationAsk { last, by_agreement: false, note: String::new() };
    let plan = leaving_plan(tx, op, &about, &ask).await?;
    Ok(drafting::termination(tx, &mut Texts::default(), &about, None, &ask, ground, &plan).await?)
}

/// What leaving means for somebody, by the figures of today.
pub(crate) async fn leaving_plan(
    tx: &mut Tx,
    op: &Op,
    about: &About,
    ask: &TerminationAsk,
) -> Result<LeavingPlan, EffectError> {
    let accounts = store::lock_accounts(tx, &[about.person]).await?;
    let Some(account) = accounts.first() else {
        return Ok(LeavingPlan { notice_until: ask.last, needs_agreement: false, payout_days: Decimal::ZERO });
    };
    let lines = super::account_lines(tx, op, account, ask.last.succ_opt().unwrap_or(ask.last)).await?;
    let balance = account.annual_days + lines.iter().map(|l| l.days).sum::<Decimal>();
    Ok(LeavingPlan { notice_until: ask.last, needs_agreement: false, payout_days: balance.max(Decimal::ZERO) })
}

/// The money of a trip, by the norms of its first day; nothing where they are not entered.
pub(crate) async fn trip_money(tx: &mut Tx, op: &Op, ask: &TripAsk) -> Result<Option<TripPlan>, EffectError> {
    let rules = match super::trip_rules(tx.conn(), op.tenant(), ask.first, ask.country.as_deref()).await {
        Ok(rules) => rules,
        Err(FileError::Op(e)) => return Err(e.into()),
        Err(_) => return Ok(None),
    };
    let calendar = parties::calendar(tx.conn(), op.tenant()).await?;
    let anybody = model::Standing {
        employed_from: ask.first,
        employed_to: None,
        annual_balance: Decimal::ZERO,
        accrued_to: ask.first,
        taken: Vec::new(),
    };
    Ok(asks::trip(ask, &rules, &anybody, &calendar).ok())
}

/// The order in force that is changed, with its one absence.
async fn in_force(tx: &mut Tx, op: &Op, id: OrderId) -> Result<Order, OrderError> {
    let found = store::lock_orders(tx.conn(), op.tenant(), &[id.uuid()]).await?;
    let order = found.into_iter().next().ok_or(OpError::NotFound)?;
    if order.state == "signed" { Ok(order) } else { Err(OrderError::NotInForce) }
}

async fn change(tx: &mut Tx, op: &Op, a: &ChangeAsk, id: OrderId) -> Result<Draft, OrderError> {
    // The right first: whether there is such an order is not everybody's to know.
    tx.hold::<Order, DraftOrder>(a.order).await?;
    let original = in_force(tx, op, a.order).await?;
    let (account, about) = about(tx, op, original.person_id, a.from).await?;
    let rows = store::absences_by_order(tx.conn(), op.tenant(), &[original.id], &["booked"]).await?;
    let old = rows.into_iter().next().ok_or(OrderError::NotInForce)?;
    if a.from < old.first_day || a.from > old.last_day {
        return Err(OrderError::Outside(old.first_day, old.last_day));
    }
    let leave = LeaveKind::from_word(&old.kind);
    let calendar = parties::calendar(tx.conn(), op.tenant()).await?;
    let count = |first: Date, last: Date| match leave {
        Some(leave) => model::counted(leave, first, last, &calendar),
        None => Decimal::from((last - first).num_days() + 1),
    };
    let kept =
        if a.from > old.first_day { count(old.first_day, a.from.pred_opt().unwrap_or(a.from)) } else { Decimal::ZERO };
    let moved = a.moved.map(|(first, last)| (first, last, count(first, last)));
    if let Some(moved) = moved {
        reserve_move(tx, op, &account, &about, &old, (id, moved, kept)).await?;
    }
    let facts = Cut { absence: old.id, first: old.first_day, last: old.last_day, from: a.from, kept, moved };
    let (genitive, accusative, days_word) = orders::cases(leave);
    let values = json!({
        "name": about.name,
        "post": about.post(),
        "leave_genitive": genitive,
        "leave_accusative": accusative,
        "days_word": days_word,
        "first": orders::date(old.first_day),
        "last": orders::date(old.last_day),
        "from": orders::date(a.from),
        "new_first": moved.map(|(first, _, _)| orders::date(first)),
        "new_last": moved.map(|(_, last, _)| orders::date(last)),
        "new_days": moved.map(|(_, _, days)| days.normalize().to_string()),
        "reversed_on": original.signed_at.map(|at| orders::date(types::local_date(at))),
        "reversed_number": original.number,
        "reason": a.reason,
    });
    let gist = format!("ar {}", orders::date(a.from));
    let facts = serde_json::to_value(&facts).map_err(broken)?;
    let words = Words { kind: OrderKind::LeaveChange, values, facts, gist };
    let mut draft = drafting::draft(tx, &mut Texts::default(), &about, None, words).await?;
    draft.order.reverses_id = Some(original.id);
    draft.link = Some((original.document_id, LinkKind::Basis));
    Ok(draft)
}

/// Keeps the days that a leave is moved to, judged as if the old ones were given back already.
async fn reserve_move(
    tx: &mut Tx,
    op: &Op,
    account: &Account,
    about: &About,
    old: &store::AbsenceRow,
    (order, (first, last, days), kept): (OrderId, (Date, Date, Decimal), Decimal),
) -> Result<(), OrderError> {
    let employment = about.employment.as_ref().ok_or(FileError::NotEmployed)?;
    let (mut s, calendar) = standing(tx.conn(), op.tenant(), account, employment, first, None).await?;
    s.taken.retain(|t| t.id != old.id);
    if old.kind == "annual" {
        s.annual_balance += old.days - kept;
    }
    if let Some(leave) = LeaveKind::from_word(&old.kind) {
        let rules = leave_rules(tx.conn(), op.tenant(), first).await?;
        let note = String::new();
        let ask = LeaveAsk { leave, first, last, child_born: None, three_children: true, substitute: None, note };
        match model::plan(&ask, &rules, &s, &calendar, op.today()) {
            // The child's age was judged when the leave was granted.
            Ok(_) | Err(LeaveRefused::NoBirthDate) => {}
            Err(e) => return Err(e.into()),
        }
    } else if let Some(t) = s.taken.iter().find(|t| t.first_day <= last && t.last_day >= first) {
        return Err(LeaveRefused::Overlaps(t.clone()).into());
    }
    let may = tx.consequence::<crate::actions::BookAccount>(account.id)?;
    let absence = NewAbsence {
        id: op.new_id::<AbsenceId>(),
        person_id: account.id,
        unit_id: account.unit_id,
        institution_id: account.institution_id,
        kind: old.kind.clone(),
        first_day: first,
        last_day: last,
        days,
        state: "reserved",
        application_id: None,
        order_id: Some(order),
        substitute_id: old.substitute_id,
    };
    let entry = LedgerEntry {
        id: op.new_id::<LedgerId>(),
        person_id: account.id,
        kind: old.kind.clone(),
        entry: "reserve",
        on_date: op.today(),
        days: -days,
        application_id: None,
        order_id: Some(order),
        note: String::new(),
    };
    let entries = if old.kind == "trip" { Vec::new() } else { vec![entry] };
    Ok(store::book(tx, &may, &entries, &[absence]).await?)
}

async fn annul(tx: &mut Tx, op: &Op, a: &AnnulAsk) -> Result<Draft, OrderError> {
    tx.hold::<Order, DraftOrder>(a.order).await?;
    let original = in_force(tx, op, a.order).await?;
    effects::may_reverse(tx, op, &original).await?;
    let place = (original.unit_id, original.institution_id);
    let about = drafting::about(tx, op, original.person_id, op.today(), place).await?;
    let values = json!({
        "name": about.name,
        "post": about.post(),
        "reversed_on": original.signed_at.map(|at| orders::date(types::local_date(at))),
        "reversed_number": original.number,
        "reversed_title": original.title,
        "reason": a.reason,
    });
    let gist = format!("Nr. {}", original.number.clone().unwrap_or_default());
    let words = Words { kind: OrderKind::Annulment, values, facts: json!({}), gist };
    let mut draft = drafting::draft(tx, &mut Texts::default(), &about, None, words).await?;
    draft.order.reverses_id = Some(original.id);
    draft.link = Some((original.document_id, LinkKind::Basis));
    Ok(draft)
}

/// Corrects the words of an order that was returned, and sends it on its route again.
///
/// # Errors
/// It was not returned, or somebody else was quicker: `Stale`.
pub async fn correct_order(
    op: &Op,
    id: OrderId,
    version: i32,
    title: &str,
    text: &str,
    submit: Option<Uuid>,
) -> Result<(), OrderError> {
    let mut tx = op.begin().await?;
    if super::earlier(&mut tx, submit, id.uuid()).await?.is_some() {
        return Ok(());
    }
    let (order, may) = tx.hold_version::<Order, CorrectOrder>(id, version).await?;
    if order.state != "returned" {
        return Err(OpError::Stale.into());
    }
    store::correct_order(&mut tx, &may, title, text).await?;
    if title != order.title {
        documents::rename(&mut tx, &may, order.document_id, title).await?;
    }
    let name = parties::name(tx.conn(), op.tenant(), order.person_id).await?;
    let subject = Subject {
        id: id.uuid(),
        document: Some(order.document_id),
        title: title.to_owned(),
        gist: name,
        owner: Some(order.person_id),
        unit: order.unit_id,
        institution: order.institution_id,
    };
    drafting::start(&mut tx, vec![subject]).await?;
    tx.history(id, "corrected", json!({}));
    tx.audit(Audit::of("personnel.order.correct", "personnel-order", id));
    tx.publish(Event { kind: events::ORDER_DRAFTED, subjects: vec![id.uuid()], data: json!({}) });
    Ok(tx.commit().await?)
}
