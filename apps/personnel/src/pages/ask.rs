//! Applications of every kind: the form, what it leads to, the summary, sending.

use askama::Template;
use axum::extract::Path;
use axum_extra::extract::Query;
use latvian::ids::{Iban, Phone};
use serde::Deserialize;
use types::{ApplicationId, PersonId};
use ui::{
    FormState, Html, Shell,
    c::{Choice, Row},
};
use web::{Ctx, Form, Problem, Result};

use super::{key, words};
use crate::{
    actions::FileForOthers,
    asks::{Ask, BankAsk, CertificateAsk, Kind, PersonalAsk, TerminationAsk, TripAsk, TripTo},
    model::{self, LeaveAsk, LeaveKind},
    offers, store,
    usecases::{self, FileError},
};

#[derive(Template)]
#[template(path = "personnel/ask_form.html")]
pub(crate) struct AskPage {
    pub shell: Shell,
    pub form: FormState,
    pub title: String,
    /// For whom, where not oneself.
    pub whom: String,
    pub corrects: bool,
    pub word: &'static str,
    pub action: String,
    pub check: String,
    pub ground: &'static str,
    pub is_leave: bool,
    pub about_a_child: bool,
    pub colleagues: Vec<Choice>,
    pub places: Vec<Choice>,
    /// Abroad: those whose norms were entered.
    pub countries: Vec<Choice>,
    pub consequences: Html,
    pub balance: Option<String>,
}

#[derive(Template)]
#[template(path = "personnel/consequences.html")]
pub(crate) struct Consequences {
    pub refused: Option<String>,
    pub plan: Option<words::PlanWords>,
}

impl Consequences {
    pub(crate) fn html(&self) -> Html {
        Html::of(self)
    }
}

#[derive(Template)]
#[template(path = "personnel/ask_summary.html")]
pub(crate) struct SummaryPage {
    pub shell: Shell,
    pub form: FormState,
    pub whom: String,
    pub rows: Vec<Row>,
    pub consequences: Html,
    pub next: Vec<String>,
    pub action: String,
    pub fields: Vec<(String, String)>,
}

#[derive(Default, Deserialize)]
pub(crate) struct Start {
    #[serde(rename = "for")]
    whom: Option<PersonId>,
    correct: Option<ApplicationId>,
}

/// Whose application it is, and whether it is a returned one.
struct Target {
    person: PersonId,
    /// Their name, where somebody files for them.
    whom: String,
    corrects: Option<(ApplicationId, i32)>,
}

fn kind(word: &str) -> Result<Kind> {
    Kind::from_word(word).ok_or(Problem::NotFound)
}

/// Reads it from the form: hidden fields carry it from page to page; the right is checked on each.
async fn target(ctx: &Ctx, form: &FormState) -> Result<Target> {
    let me = ctx.person()?;
    let other = form.value("for").parse::<PersonId>().ok().filter(|p| *p != me);
    let corrects = form.value("correct").parse().ok().zip(form.value("version").parse().ok());
    let Some(person) = other else { return Ok(Target { person: me, whom: String::new(), corrects }) };
    let mut read = ctx.op.read().await?;
    read.seen::<store::Account, FileForOthers>(person).await?;
    let whom = parties::name(read.conn(), ctx.op.tenant(), person).await?;
    Ok(Target { person, whom, corrects: None })
}

async fn form_page(ctx: Ctx, kind: Kind, target: &Target, form: FormState, consequences: Html) -> Result<AskPage> {
    let (tenant, today) = (ctx.op.tenant(), ctx.op.today());
    let mut read = ctx.op.read().await?;
    let away = matches!(kind, Kind::Leave(_) | Kind::Trip);
    let colleagues =
        if away { store::colleagues(read.conn(), tenant, target.person, today).await? } else { Vec::new() };
    let countries = match kind {
        Kind::Trip => usecases::trip_countries(read.conn(), tenant, today).await?,
        _ => Vec::new(),
    };
    drop(read);
    let balance = match kind {
        Kind::Leave(LeaveKind::Annual) | Kind::Termination => balance(&ctx, target.person).await?,
        _ => None,
    };
    let tr = ctx.tr.clone();
    let new = tr.t("ui-new-long");
    let base = offers::href(kind);
    let ctx = ctx.under(&[("/new", new)]);
    Ok(AskPage {
        title: tr.t(offers::title(kind)),
        whom: target.whom.clone(),
        corrects: target.corrects.is_some(),
        word: kind.word(),
        action: base.to_owned(),
        check: format!("{base}/check"),
        ground: kind.ground(),
        is_leave: matches!(kind, Kind::Leave(_)),
        about_a_child: matches!(kind, Kind::Leave(k) if k.about_a_child()),
        colleagues: colleagues.iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect(),
        places: TripTo::ALL.map(|p| Choice::new(p.word(), tr.t(&format!("personnel-trip-to-{}", p.word())))).to_vec(),
        countries: countries.iter().map(|c| Choice::new(c, c)).collect(),
        consequences,
        balance,
        shell: ctx.shell,
        form,
    })
}

async fn balance(ctx: &Ctx, person: PersonId) -> Result<Option<String>> {
    let mut read = ctx.op.read().await?;
    let account = match read.see::<store::Account>(person).await {
        Ok(account) => account,
        Err(op::OpError::NotFound) => return Ok(None),
        Err(e) => return Err(e.into()),
    };
    let today = ctx.op.today();
    match usecases::leave_rules(read.conn(), ctx.op.tenant(), today).await {
        Ok(rules) => {
            let now = account.annual_days + model::accrual(account.accrued_to, today, rules.annual_days);
            Ok(Some(ctx.tr.decimal_up_to(now, 1)))
        }
        Err(FileError::Op(e)) => Err(e.into()),
        Err(_) => Ok(None),
    }
}

pub(crate) async fn show(ctx: Ctx, Path(word): Path<String>, Query(start): Query<Start>) -> Result {
    let kind = kind(&word)?;
    let mut form = ctx.form();
    if let Some(whom) = start.whom {
        form.set("for", whom.to_string());
    }
    if let Some(id) = start.correct {
        corrected(&ctx, kind, id, &mut form).await?;
    }
    let target = target(&ctx, &form).await?;
    if kind == Kind::PersonalData && target.corrects.is_none() {
        prefill(&ctx, target.person, &mut form).await?;
    }
    web::page(&form_page(ctx, kind, &target, form, Html::default()).await?)
}

/// A returned application comes with what was asked.
async fn corrected(ctx: &Ctx, kind: Kind, id: ApplicationId, form: &mut FormState) -> Result<()> {
    let mut read = ctx.op.read().await?;
    let (a, _) = read.seen::<workflow::Application, workflow::actions::CorrectApplication>(id).await?;
    drop(read);
    if a.state != "returned" || a.service != kind.service() {
        return Err(Problem::NotFound);
    }
    form.set("correct", id.to_string()).set("version", a.version.to_string());
    if kind == Kind::PersonalData {
        prefill(ctx, a.applicant_id, form).await?;
    }
    let ask = Ask::read(kind, &a.payload).map_err(|e| Problem::Internal(e.to_string()))?;
    fill(&ctx.tr, form, &ask);
    Ok(())
}

fn fill(tr: &i18n::Tr, form: &mut FormState, ask: &Ask) {
    let id = |p: Option<PersonId>| p.map(|p| p.to_string()).unwrap_or_default();
    match ask {
        Ask::Leave(a) => {
            form.set("first", tr.date(a.first)).set("last", tr.date(a.last)).set("note", &a.note);
            form.set("child_born", a.child_born.map(|d| tr.date(d)).unwrap_or_default())
                .set("substitute", id(a.substitute));
            if a.three_children {
                form.set("three_children", "1");
            }
        }
        Ask::Trip(a) => {
            form.set("first", tr.date(a.first)).set("last", tr.date(a.last)).set("to", a.to.word());
            form.set("destination", &a.destination).set("purpose", &a.purpose).set("nights", a.nights.to_string());
            form.set("substitute", id(a.substitute)).set("country", a.country.clone().unwrap_or_default());
        }
        Ask::PersonalData(a) => {
            for (field, value) in a.changes() {
                form.set(&field.replace('-', "_"), value);
            }
        }
        Ask::BankAccount(a) => {
            form.set("iban", words::iban(&a.iban));
        }
        Ask::Certificate(a) => {
            form.set("recipient", &a.recipient).set("note", &a.note);
            if a.with_salary {
                form.set("with_salary", "1");
            }
        }
        Ask::Termination(a) => {
            form.set("last", tr.date(a.last)).set("note", &a.note);
            if a.by_agreement {
                form.set("by_agreement", "1");
            }
        }
    }
}

/// What is known already stands in the fields.
async fn prefill(ctx: &Ctx, person: PersonId, form: &mut FormState) -> Result<()> {
    let card = card(ctx, person).await?;
    form.set("given_names", &card.given_names).set("surname", &card.surname);
    for (field, value) in [("address", &card.address), ("phone", &card.phone), ("email", &card.email)] {
        form.set(field, value.clone().unwrap_or_default());
    }
    Ok(())
}

async fn card(ctx: &Ctx, person: PersonId) -> Result<parties::PersonCard> {
    let mut read = ctx.op.read().await?;
    parties::person_card(read.conn(), ctx.op.tenant(), person).await?.ok_or(Problem::NotFound)
}

/// Reads what was typed; errors stand in the form.
fn read(form: &mut FormState, kind: Kind) -> Option<Ask> {
    let ask = match kind {
        Kind::Leave(leave) => {
            let period = form.date_range("first", "last");
            let child_born = if leave.about_a_child() { form.date("child_born") } else { None };
            let substitute = form.uuid_opt::<PersonId>("substitute");
            let note = form.text("note", 2000).unwrap_or_default();
            let three_children = form.ticked("three_children");
            let (first, last) = period?;
            Ask::Leave(LeaveAsk { leave, first, last, child_born, three_children, substitute, note })
        }
        Kind::Trip => trip(form)?,
        Kind::PersonalData => personal(form)?,
        Kind::BankAccount => {
            let typed = form.required("iban")?;
            match Iban::parse(&typed) {
                Ok(iban) => Ask::BankAccount(BankAsk { iban: iban.into_value().compact().to_owned() }),
                Err(_) => {
                    form.fail("iban", "personnel-refused-iban");
                    return None;
                }
            }
        }
        Kind::Certificate => {
            let recipient = form.required_text("recipient", 200);
            let note = form.text("note", 2000).unwrap_or_default();
            let with_salary = form.ticked("with_salary");
            Ask::Certificate(CertificateAsk { recipient: recipient?, with_salary, note })
        }
        Kind::Termination => {
            let last = form.date("last");
            let note = form.text("note", 2000).unwrap_or_default();
            Ask::Termination(TerminationAsk { last: last?, by_agreement: form.ticked("by_agreement"), note })
        }
    };
    form.is_ok().then_some(ask)
}

fn trip(form: &mut FormState) -> Option<Ask> {
    let period = form.date_range("first", "last");
    let to = form.chosen("to", TripTo::from_word);
    let destination = form.required_text("destination", 200);
    let purpose = form.required_text("purpose", 500);
    let nights = if form.blank("nights") { Some(0) } else { form.int("nights", 0..=366) };
    let substitute = form.uuid_opt::<PersonId>("substitute");
    let (first, last) = period?;
    let nights = u32::try_from(nights?).ok()?;
    let to = to?;
    let country = form.text("country", 100).filter(|_| to == TripTo::Abroad);
    let (destination, purpose) = (destination?, purpose?);
    Some(Ask::Trip(TripAsk { first, last, to, country, destination, purpose, nights, substitute }))
}

fn personal(form: &mut FormState) -> Option<Ask> {
    let given_names = form.required_text("given_names", 100);
    let surname = form.required_text("surname", 100);
    let address = form.text("address", 300).unwrap_or_default();
    let email = form.text("email", 254).unwrap_or_default();
    if !email.is_empty() && !parties::rules::is_email(&email) {
        form.fail("email", "personnel-refused-email");
    }
    let typed = form.value("phone").trim().to_owned();
    let phone = match Phone::parse(&typed) {
        Ok(phone) => phone.into_value().e164(),
        Err(_) if typed.is_empty() => String::new(),
        Err(_) => {
            form.fail("phone", "personnel-refused-phone");
            String::new()
        }
    };
    Some(Ask::PersonalData(PersonalAsk {
        given_names: Some(given_names?),
        surname: Some(surname?),
        address: Some(address),
        phone: Some(phone),
        email: Some(email),
    }))
}

/// Of personal data only what differs is asked for.
async fn narrowed(ctx: &Ctx, person: PersonId, ask: Ask) -> Result<Ask> {
    let Ask::PersonalData(mut a) = ask else { return Ok(ask) };
    let card = card(ctx, person).await?;
    let known = |v: &mut Option<String>, old: &str| {
        if v.as_deref() == Some(old) {
            *v = None;
        }
    };
    known(&mut a.given_names, &card.given_names);
    known(&mut a.surname, &card.surname);
    known(&mut a.address, card.address.as_deref().unwrap_or_default());
    known(&mut a.phone, card.phone.as_deref().unwrap_or_default());
    known(&mut a.email, card.email.as_deref().unwrap_or_default());
    Ok(Ask::PersonalData(a))
}

pub(crate) const fn substitute_of(ask: &Ask) -> Option<PersonId> {
    match ask {
        Ask::Leave(a) => a.substitute,
        Ask::Trip(a) => a.substitute,
        _ => None,
    }
}

/// What it leads to, or which rule refuses; and whether it can be sent.
async fn judge(ctx: &Ctx, target: &Target, ask: &Ask) -> Result<(Consequences, bool, Option<String>)> {
    let corrects = target.corrects.map(|(id, _)| id);
    match usecases::preview(&ctx.op, target.person, ask, corrects).await {
        Ok(judged) => {
            let name = match substitute_of(ask) {
                Some(s) => {
                    let mut read = ctx.op.read().await?;
                    Some(parties::name(read.conn(), ctx.op.tenant(), s).await?)
                }
                None => None,
            };
            let plan = words::outlook(&ctx.tr, ask, &judged, name.as_deref());
            Ok((Consequences { refused: None, plan }, true, name))
        }
        Err(e) => Ok((Consequences { refused: Some(words::refused(&ctx.tr, e)?), plan: None }, false, None)),
    }
}

/// While the form is filled in: nothing typed is judged as wrong yet.
pub(crate) async fn check(ctx: Ctx, Path(word): Path<String>, Query(pairs): Query<Vec<(String, String)>>) -> Result {
    let kind = kind(&word)?;
    let mut form = FormState::read(&ctx.tr, pairs);
    let target = target(&ctx, &form).await?;
    match read(&mut form, kind) {
        Some(ask) => {
            let ask = narrowed(&ctx, target.person, ask).await?;
            web::page(&judge(&ctx, &target, &ask).await?.0)
        }
        None => web::page(&Consequences { refused: None, plan: None }),
    }
}

/// The field that a refusal is shown at.
const fn main_field(kind: Kind) -> &'static str {
    match kind {
        Kind::Leave(_) | Kind::Trip => "first",
        Kind::PersonalData => "surname",
        Kind::BankAccount => "iban",
        Kind::Certificate => "recipient",
        Kind::Termination => "last",
    }
}

pub(crate) async fn summary(ctx: Ctx, Path(word): Path<String>, Form(mut form): Form) -> Result {
    let kind = kind(&word)?;
    let target = target(&ctx, &form).await?;
    let Some(ask) = read(&mut form, kind) else {
        return web::invalid(&form_page(ctx, kind, &target, form, Html::default()).await?);
    };
    let ask = narrowed(&ctx, target.person, ask).await?;
    let (consequences, possible, substitute) = judge(&ctx, &target, &ask).await?;
    if !possible {
        form.fail_text(main_field(kind), consequences.refused.clone().unwrap_or_default());
        return web::invalid(&form_page(ctx, kind, &target, form, consequences.html()).await?);
    }
    let tr = &ctx.tr;
    let fields = form.values.iter().flat_map(|(n, vs)| vs.iter().map(|v| (n.clone(), v.clone()))).collect();
    web::page(&SummaryPage {
        whom: target.whom,
        rows: words::rows(tr, &ask, substitute.as_deref()),
        consequences: consequences.html(),
        next: next(tr, kind),
        action: format!("{}/send", offers::href(kind)),
        fields,
        shell: ctx.shell,
        form,
    })
}

/// What happens when, after sending.
pub(crate) fn next(tr: &i18n::Tr, kind: Kind) -> Vec<String> {
    let keys: &[&str] = match kind {
        Kind::Leave(_) | Kind::Trip => &["personnel-next-manager", "personnel-next-order", "personnel-next-notice"],
        Kind::Termination => &["personnel-next-manager", "personnel-next-order", "personnel-next-last-day"],
        Kind::PersonalData | Kind::BankAccount => &["personnel-next-hr", "personnel-next-entered"],
        Kind::Certificate => &["personnel-next-hr-issues", "personnel-next-certificate"],
    };
    keys.iter().map(|k| tr.t(k)).collect()
}

pub(crate) async fn send(ctx: Ctx, Path(word): Path<String>, Form(mut form): Form) -> Result {
    let kind = kind(&word)?;
    let target = target(&ctx, &form).await?;
    let ask = read(&mut form, kind);
    let Some(ask) = ask.filter(|_| form.value("back").is_empty()) else {
        form.values.remove("back");
        return web::page(&form_page(ctx, kind, &target, form, Html::default()).await?);
    };
    let ask = narrowed(&ctx, target.person, ask).await?;
    let sent = match target.corrects {
        Some((id, version)) => usecases::correct(&ctx.op, id, version, &ask, key(&form)).await.map(|()| id),
        None => usecases::file(&ctx.op, target.person, &ask, key(&form)).await,
    };
    match sent {
        Ok(id) => Ok(web::see_other(&format!("/applications/{id}"))),
        Err(e) => {
            let text = words::refused(&ctx.tr, e)?;
            form.fail_text(main_field(kind), text);
            web::invalid(&form_page(ctx, kind, &target, form, Html::default()).await?)
        }
    }
}
