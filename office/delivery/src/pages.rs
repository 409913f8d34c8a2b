//! The inbox; what waits and what failed; a delivery; the form that delivers a document.

use askama::Template;
use axum::extract::{Path, RawQuery};
use i18n::Tr;
use op::{Action as _, Audit, Facts};
use types::{DeliveryId, DocumentId, PersonId, UnitId};
use ui::{
    FormState, Html, Shell,
    c::{Choice, Row},
};
use web::{Access, Ctx, Form, NavEntry, Problem, Result, Route, Sample, get, post};

use crate::{
    actions::{ChoosePreference, Deliver, ReadNotice, RecordDelivery, ViewDelivery, ViewQueue},
    card::{chip, reason},
    held::Delivery,
    model::{Channel, State},
    store::{self, Preference},
    usecases::{self, DeliveryError, NewDelivery, Recipient},
};

const PAGE: usize = 50;

pub(crate) fn routes() -> Vec<Route> {
    let own = Access::Action(ReadNotice::DEF);
    let record = Access::Action(RecordDelivery::DEF);
    let deliver = Access::Action(Deliver::DEF);
    vec![
        get("/inbox", own, "delivery-inbox", inbox),
        get("/inbox/{id}", own, "delivery-notice", notice),
        post("/inbox/preferences", Access::Action(ChoosePreference::DEF), "delivery-preferences", preferences),
        get("/deliveries", Access::Action(ViewQueue::DEF), "delivery-queue", queue),
        get("/deliveries/{id}", Access::Action(ViewDelivery::DEF), "delivery-delivery", show),
        post("/deliveries/{id}/sent", record, "delivery-record-sent", sent),
        post("/deliveries/{id}/failed", record, "delivery-record-failed", failed),
        post("/deliveries/{id}/again", record, "delivery-again", again),
        get("/documents/{id}/deliver", deliver, "delivery-deliver", deliver_form),
        post("/documents/{id}/deliver", deliver, "delivery-deliver", deliver_send),
    ]
}

pub(crate) const NAV: &[NavEntry] = &[
    NavEntry { href: "/inbox", label: "delivery-inbox", icon: "inbox", group: "", action: Some(ReadNotice::DEF) },
    NavEntry {
        href: "/deliveries",
        label: "delivery-queue",
        icon: "truck",
        group: "delivery-group",
        action: Some(ViewQueue::DEF),
    },
];

struct Line {
    href: String,
    title: String,
    detail: String,
    when: String,
    chip: Html,
    is_new: bool,
}

#[derive(Template)]
#[template(path = "delivery/inbox.html")]
struct InboxPage {
    shell: Shell,
    form: FormState,
    unread: String,
    lines: Vec<Line>,
    first: String,
    next: String,
    notices: bool,
    tasks: bool,
}

#[derive(Template)]
#[template(path = "delivery/notice.html")]
struct NoticePage {
    shell: Shell,
    title: String,
    paragraphs: Vec<String>,
    rows: Vec<Row>,
    href: String,
}

#[derive(Template)]
#[template(path = "delivery/queue.html")]
struct QueuePage {
    shell: Shell,
    lines: Vec<Line>,
    first: String,
    next: String,
}

#[derive(Template)]
#[template(path = "delivery/delivery.html")]
struct DeliveryPage {
    shell: Shell,
    form: FormState,
    path: String,
    title: String,
    chip: Html,
    reason: String,
    rows: Vec<Row>,
    attempts: Vec<(String, String, String)>,
    may_record: bool,
    waits: bool,
    may_fail: bool,
    has_failed: bool,
    channels: Vec<Choice>,
    version: i32,
}

#[derive(Template)]
#[template(path = "delivery/form.html")]
struct FormPage {
    shell: Shell,
    form: FormState,
    path: String,
    title: String,
    people: Vec<Choice>,
    channels: Vec<Choice>,
}

/// An id out of an address; what is none is not there.
fn parsed<T: std::str::FromStr>(text: &str) -> std::result::Result<T, Problem> {
    text.parse().map_err(|_| Problem::NotFound)
}

fn before(raw: Option<&str>) -> Option<DeliveryId> {
    raw.unwrap_or_default().split('&').find_map(|p| p.strip_prefix("before=")).and_then(|v| v.parse().ok())
}

fn limit() -> i64 {
    i64::try_from(PAGE + 1).unwrap_or(51)
}

/// Cuts the page, and says where the next one begins.
fn cut(path: &str, rows: &mut Vec<Delivery>) -> String {
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    rows.last().filter(|_| more).map(|d| format!("{path}?before={}", d.id)).unwrap_or_default()
}

fn channel_text(tr: &Tr, channel: Channel) -> String {
    tr.t(&format!("delivery-channel-{}", channel.word()))
}

fn channels(tr: &Tr, of: &[Channel]) -> Vec<Choice> {
    of.iter().map(|c| Choice::new(c.word(), channel_text(tr, *c))).collect()
}

async fn inbox(ctx: Ctx, RawQuery(raw): RawQuery) -> Result {
    let person = ctx.person()?;
    let before = before(raw.as_deref());
    let tenant = ctx.op.tenant();
    let mut read = ctx.op.read().await?;
    let mut notices = store::inbox(&mut read, person, before, limit()).await?;
    let unread = store::unread(read.conn(), tenant, person).await?;
    let wants = store::preference(read.conn(), tenant, person).await?;
    drop(read);
    let next = cut("/inbox", &mut notices);
    let tr = ctx.tr.clone();
    let line = |d: &Delivery| Line {
        href: format!("/inbox/{}", d.id),
        title: d.title.clone(),
        detail: String::new(),
        when: d.sent_at.map(|at| tr.datetime(at)).unwrap_or_default(),
        chip: inbox_chip(&tr, d),
        is_new: d.state == State::Sent,
    };
    web::page(&InboxPage {
        form: ctx.form(),
        unread: tr.t1("delivery-unread", "n", unread),
        lines: notices.iter().map(line).collect(),
        first: if before.is_some() { "/inbox".to_owned() } else { String::new() },
        next,
        notices: wants.notices_by_email,
        tasks: wants.tasks_by_email,
        shell: ctx.shell,
    })
}

/// To its reader a notice is new or read.
fn inbox_chip(tr: &Tr, d: &Delivery) -> Html {
    if d.state == State::Sent {
        ui::c::chip(&"info", &tr.t("delivery-new"))
    } else {
        ui::c::chip(&"done", &tr.t("delivery-read"))
    }
}

async fn notice(ctx: Ctx, Path(text): Path<String>) -> Result {
    let id: DeliveryId = parsed(&text)?;
    let d = usecases::read_notice(&ctx.op, id).await.map_err(|e| problem(&ctx.tr, e))?;
    let tr = ctx.tr.clone();
    let read_on = d.delivered_at.unwrap_or_else(|| ctx.op.now());
    let rows = vec![
        Row::new(tr.t("delivery-sent-at"), d.sent_at.map(|at| tr.datetime(at)).unwrap_or_default()),
        Row::new(tr.t("delivery-read-at"), tr.datetime(read_on)),
    ];
    let ctx = ctx.under(&[("/inbox", tr.t("delivery-inbox"))]);
    web::page(&NoticePage {
        title: d.title,
        paragraphs: d.text.split("\n\n").filter(|p| !p.trim().is_empty()).map(str::to_owned).collect(),
        rows,
        href: d.href,
        shell: ctx.shell,
    })
}

async fn preferences(ctx: Ctx, Form(form): Form) -> Result {
    let person = ctx.person()?;
    let chosen = Preference { notices_by_email: form.ticked("notices"), tasks_by_email: form.ticked("tasks") };
    let mut tx = ctx.op.begin().await?;
    let may = tx.create::<ChoosePreference>(&Facts { owner: Some(person), ..Facts::default() })?;
    store::choose(&mut tx, &may, person, chosen).await?;
    tx.audit(Audit::of(ChoosePreference::DEF.name, "person", person));
    tx.commit().await?;
    Ok(web::see_other("/inbox"))
}

async fn queue(ctx: Ctx, RawQuery(raw): RawQuery) -> Result {
    let before = before(raw.as_deref());
    let mut read = ctx.op.read().await?;
    let mut rows = store::queue(&mut read, ctx.op.scope(ViewQueue::DEF).units(), before, limit()).await?;
    drop(read);
    let next = cut("/deliveries", &mut rows);
    looked(&ctx, &rows).await?;
    let tr = ctx.tr.clone();
    let line = |d: &Delivery| Line {
        href: format!("/deliveries/{}", d.id),
        title: d.title.clone(),
        detail: format!("{}, {}", d.recipient, channel_text(&tr, d.channel)),
        when: reason(&tr, d),
        chip: chip(&tr, d),
        is_new: false,
    };
    let first = if before.is_some() { "/deliveries".to_owned() } else { String::new() };
    web::page(&QueuePage { lines: rows.iter().map(line).collect(), first, next, shell: ctx.shell })
}

/// Recipients are people: who looked is written down before they are shown.
async fn looked(ctx: &Ctx, rows: &[Delivery]) -> std::result::Result<(), Problem> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut tx = ctx.op.begin().await?;
    tx.audit(Audit::of_all(ViewDelivery::DEF.name, "delivery", rows.iter().map(|d| d.id.uuid()).collect()));
    Ok(tx.commit().await?)
}

async fn show(ctx: Ctx, Path(text): Path<String>) -> Result {
    let id: DeliveryId = parsed(&text)?;
    let form = ctx.form();
    shown(ctx, id, form).await.and_then(|p| web::page(&p))
}

async fn shown(ctx: Ctx, id: DeliveryId, mut form: FormState) -> std::result::Result<DeliveryPage, Problem> {
    let mut read = ctx.op.read().await?;
    let d: Delivery = read.see(id).await?;
    let attempts = store::attempts(&mut read, id).await?;
    let may_record = read.may::<RecordDelivery>(&d);
    drop(read);
    looked(&ctx, std::slice::from_ref(&d)).await?;
    let tr = ctx.tr.clone();
    if form.blank("on") {
        form.set("on", tr.date(ctx.op.today()));
    }
    form.csrf.clone_from(&ctx.shell.csrf);
    let above = if ctx.op.could(ViewQueue::DEF) {
        ("/deliveries", tr.t("delivery-queue"))
    } else {
        ("/inbox", tr.t("delivery-inbox"))
    };
    let ctx = ctx.under(&[above]);
    Ok(delivery_page(ctx.shell, form, &d, attempts, may_record))
}

fn delivery_page(
    shell: Shell,
    form: FormState,
    d: &Delivery,
    attempts: Vec<store::AttemptRow>,
    may_record: bool,
) -> DeliveryPage {
    let tr = shell.tr.clone();
    let by_hand = !matches!(d.channel, Channel::InHouse | Channel::Email);
    let tried = |a: store::AttemptRow| {
        let detail = if a.detail.starts_with("delivery-") { tr.t(&a.detail) } else { a.detail };
        (tr.datetime(a.at), tr.t(&format!("delivery-outcome-{}", a.outcome)), detail)
    };
    DeliveryPage {
        path: format!("/deliveries/{}", d.id),
        title: d.title.clone(),
        chip: chip(&tr, d),
        reason: reason(&tr, d),
        rows: facts(&tr, d),
        attempts: attempts.into_iter().map(tried).collect(),
        may_record,
        waits: d.state == State::Queued && by_hand,
        may_fail: !matches!(d.state, State::Delivered | State::Failed),
        has_failed: d.state == State::Failed,
        channels: channels(&tr, Channel::ALL),
        version: d.version,
        form,
        shell,
    }
}

fn facts(tr: &Tr, d: &Delivery) -> Vec<Row> {
    let mut rows = vec![
        Row::new(tr.t("delivery-recipient"), d.recipient.as_str()),
        Row::new(tr.t("delivery-channel"), channel_text(tr, d.channel)),
    ];
    let mut add = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            rows.push(Row::new(tr.t(key), value));
        }
    };
    add("delivery-address", d.address.clone());
    add("delivery-queued-at", Some(tr.datetime(d.queued_at)));
    add("delivery-sent-at", d.sent_at.map(|at| tr.datetime(at)));
    add("delivery-delivered-at", d.delivered_at.map(|at| tr.datetime(at)));
    add("delivery-deemed-on", d.deemed_on.map(|day| tr.date(day)));
    add("delivery-ground", d.ground.clone());
    add("delivery-appeal-until", d.appeal_until.map(|day| tr.date(day)));
    if let Some(document) = d.document_id {
        let link = format!("<a class=\"govuk-link\" href=\"/documents/{document}\">{}</a>", Html::text(&d.title));
        rows.push(Row::new(tr.t("delivery-document"), Html::trusted(link)));
    }
    rows
}

fn problem(tr: &Tr, e: DeliveryError) -> Problem {
    match e {
        DeliveryError::State(state) => Problem::Refused(tr.t1(
            "delivery-refused-state",
            "state",
            tr.t(&format!("delivery-state-{}", state.word())),
        )),
        DeliveryError::Channel(channel) => {
            Problem::Refused(tr.t1("delivery-refused-channel", "channel", channel_text(tr, channel)))
        }
        DeliveryError::Day => Problem::Refused(tr.t("delivery-refused-day")),
        DeliveryError::Op(e) => e.into(),
    }
}

fn version(form: &FormState) -> std::result::Result<i32, Problem> {
    form.value("version").parse().map_err(|_| Problem::BadRequest("version".to_owned()))
}

async fn sent(ctx: Ctx, Path(text): Path<String>, Form(mut form): Form) -> Result {
    let id: DeliveryId = parsed(&text)?;
    let version = version(&form)?;
    let Some(on) = form.date("on") else { return web::invalid(&shown(ctx, id, form).await?) };
    match usecases::record_sent(&ctx.op, id, version, on).await {
        Ok(()) => Ok(web::see_other(&format!("/deliveries/{id}"))),
        Err(DeliveryError::Day) => {
            form.fail("on", "delivery-refused-day");
            web::invalid(&shown(ctx, id, form).await?)
        }
        Err(e) => Err(problem(&ctx.tr, e)),
    }
}

async fn failed(ctx: Ctx, Path(text): Path<String>, Form(mut form): Form) -> Result {
    let id: DeliveryId = parsed(&text)?;
    let version = version(&form)?;
    let Some(reason) = form.required_text("reason", 300) else { return web::invalid(&shown(ctx, id, form).await?) };
    usecases::record_failed(&ctx.op, id, version, &reason).await.map_err(|e| problem(&ctx.tr, e))?;
    Ok(web::see_other(&format!("/deliveries/{id}")))
}

async fn again(ctx: Ctx, Path(text): Path<String>, Form(mut form): Form) -> Result {
    let id: DeliveryId = parsed(&text)?;
    let version = version(&form)?;
    let channel = read_channel(&mut form);
    let address = form.text("address", 300);
    let Some(channel) = channel.filter(|_| form.is_ok()) else {
        return web::invalid(&shown(ctx, id, form).await?);
    };
    let fresh = usecases::send_again(&ctx.op, id, version, channel, address).await;
    let fresh = fresh.map_err(|e| problem(&ctx.tr, e))?;
    Ok(web::see_other(&format!("/deliveries/{fresh}")))
}

fn read_channel(form: &mut FormState) -> Option<Channel> {
    let offered: Vec<&str> = Channel::ALL.iter().map(|c| c.word()).collect();
    form.choice("channel", &offered).and_then(|w| Channel::from_word(&w))
}

/// Who works in the institution on that day: those who may get a notice.
async fn colleagues(read: &mut op::Read, institution: UnitId) -> sqlx::Result<Vec<(PersonId, String)>> {
    let (tenant, today) = (read.op().tenant(), read.op().today());
    sqlx::query_as(db::sql!(
        "select distinct p.id, p.given_names || ' ' || p.surname as name
         from parties.employment_term t join parties.person p on p.tenant_id = $1 and p.id = t.person_id
         where t.tenant_id = $1 and t.institution_id = $2 and t.valid_from <= $3
           and (t.valid_to is null or t.valid_to >= $3)
         order by name limit 1000"
    ))
    .bind(tenant)
    .bind(institution)
    .bind(today)
    .fetch_all(read.conn())
    .await
}

async fn form_page(ctx: Ctx, id: DocumentId, mut form: FormState) -> std::result::Result<FormPage, Problem> {
    let mut read = ctx.op.read().await?;
    let (document, _) = read.seen::<documents::Document, Deliver>(id).await?;
    let people = colleagues(&mut read, document.institution_id).await?;
    drop(read);
    if form.blank("recipient") {
        form.set("recipient", document.correspondent.clone().unwrap_or_default());
    }
    form.csrf.clone_from(&ctx.shell.csrf);
    let tr = ctx.tr.clone();
    let path = format!("/documents/{id}");
    let ctx = ctx.under(&[(&path, document.title.clone())]);
    Ok(FormPage {
        path: format!("{path}/deliver"),
        title: document.title,
        people: people.into_iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect(),
        channels: channels(&tr, Channel::ALL),
        form,
        shell: ctx.shell,
    })
}

async fn deliver_form(ctx: Ctx, Path(text): Path<String>) -> Result {
    let id: DocumentId = parsed(&text)?;
    let form = ctx.form();
    web::page(&form_page(ctx, id, form).await?)
}

async fn deliver_send(ctx: Ctx, Path(text): Path<String>, Form(mut form): Form) -> Result {
    let id: DocumentId = parsed(&text)?;
    let channel = read_channel(&mut form);
    let person: Option<PersonId> = form.uuid_opt("person");
    let name = form.text("recipient", 300);
    let address = form.text("address", 300);
    let text = form.text("text", 5000).unwrap_or_default();
    let appealable = form.ticked("appealable");
    if channel == Some(Channel::InHouse) && person.is_none() {
        form.fail("person", "ui-error-required");
    }
    if person.is_none() && name.is_none() {
        form.fail("recipient", "ui-error-required");
    }
    if channel == Some(Channel::Email) && person.is_none() && !address.as_deref().is_some_and(|a| a.contains('@')) {
        form.fail("address", "delivery-needs-email");
    }
    let Some(channel) = channel.filter(|_| form.is_ok()) else {
        return web::invalid(&form_page(ctx, id, form).await?);
    };
    let mut tx = ctx.op.begin().await?;
    let (document, may) = tx.hold::<documents::Document, Deliver>(id).await?;
    let here = format!("/documents/{id}");
    let key = form.submit_id.parse().map_err(|_| Problem::BadRequest("submit_id".to_owned()))?;
    if let Some(there) = tx.once(key, &here).await? {
        return Ok(web::see_other(&there));
    }
    let tenant = ctx.op.tenant();
    let known = match person {
        Some(p) => Some(parties::name(tx.conn(), tenant, p).await?).filter(|n| !n.is_empty()),
        None => None,
    };
    let name = known.or(name).ok_or(Problem::NotFound)?;
    let new = NewDelivery {
        subject: id.uuid(),
        document: Some(id),
        to: Recipient { person, name, address },
        channel,
        title: document.title.clone(),
        text,
        href: here.clone(),
        unit: document.unit_id,
        institution: document.institution_id,
        appealable,
        once: Some(key.to_string()),
    };
    usecases::deliver(&mut tx, &may, vec![new]).await?;
    if let Some(p) = person {
        // Whoever gets a document may open it.
        documents::share(&mut tx, &may, id, &[p.uuid()], "delivery").await?;
    }
    tx.commit().await?;
    Ok(web::see_other(&here))
}

/// The pages with invented content.
pub(crate) fn samples(tr: &Tr) -> Vec<Sample> {
    let shell = || Shell::sample(tr.clone());
    let line = || Line {
        href: "/inbox/1".to_owned(),
        title: "P-2026/14".to_owned(),
        detail: "Anna Bērziņa".to_owned(),
        when: "23.11.2026.".to_owned(),
        chip: ui::c::chip(&"info", &tr.t("delivery-new")),
        is_new: true,
    };
    let form = || FormState::new(tr, "", "");
    let inbox = InboxPage {
        form: form(),
        unread: tr.t1("delivery-unread", "n", 1),
        lines: vec![line()],
        first: String::new(),
        next: "/inbox?before=1".to_owned(),
        notices: true,
        tasks: false,
        shell: shell(),
    };
    let notice = NoticePage {
        title: "P-2026/14".to_owned(),
        paragraphs: vec![tr.t1("delivery-order-signed", "title", "P-2026/14")],
        rows: vec![Row::new(tr.t("delivery-sent-at"), "23.11.2026.")],
        href: "/documents/1".to_owned(),
        shell: shell(),
    };
    let queue = QueuePage { lines: vec![line()], first: String::new(), next: String::new(), shell: shell() };
    let deliver = FormPage {
        path: "/documents/1/deliver".to_owned(),
        title: "P-2026/14".to_owned(),
        people: vec![Choice::new("1", "Anna Bērziņa")],
        channels: channels(tr, Channel::ALL),
        form: form(),
        shell: shell(),
    };
    let one = DeliveryPage {
        path: "/deliveries/1".to_owned(),
        title: "P-2026/14".to_owned(),
        chip: ui::c::chip(&"refused", &tr.t("delivery-state-failed")),
        reason: tr.t("delivery-reason-no-address"),
        rows: vec![Row::new(tr.t("delivery-recipient"), "Anna Bērziņa")],
        attempts: vec![("23.11.2026. 10:00".to_owned(), tr.t("delivery-outcome-failed"), "550".to_owned())],
        may_record: true,
        waits: true,
        may_fail: true,
        has_failed: true,
        channels: channels(tr, Channel::ALL),
        version: 1,
        form: form(),
        shell: shell(),
    };
    vec![
        Sample { name: "delivery-inbox", html: inbox.render() },
        Sample { name: "delivery-notice", html: notice.render() },
        Sample { name: "delivery-queue", html: queue.render() },
        Sample { name: "delivery-delivery", html: one.render() },
        Sample { name: "delivery-form", html: deliver.render() },
    ]
}
