//! The form that registers an incoming, outgoing or internal document.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, RawQuery};
use documents::{AccessLevel, Direction, NewDocument, NewFile, actions as desk, upload};
use i18n::Tr;
use op::Action as _;
use types::{ClassId, Date, UnitId};
use ui::{FormState, Html, Shell, c::Choice};
use web::{Ctx, Problem, Result, Upload, Uploaded};

use super::key;
use crate::{
    model::{self, Process},
    usecases::{self, RecordsError, Registration, Rules},
};

/// By what a document comes.
pub(super) const VIA: [&str; 6] = ["post", "counter", "e-mail", "e-address", "portal", "courier"];

#[derive(Template)]
#[template(path = "records/new.html")]
pub(super) struct NewPage {
    pub shell: Shell,
    pub form: FormState,
    pub path: String,
    pub title: String,
    pub direction: &'static str,
    pub others: Vec<(String, String, bool)>,
    pub institutions: Vec<Choice>,
    pub kinds: Vec<Choice>,
    pub registers: Vec<Choice>,
    pub classes: Vec<Choice>,
    pub via: Vec<Choice>,
    pub processes: Vec<Choice>,
    pub access: Vec<Choice>,
    pub media: Vec<Choice>,
    /// Typed metadata, by kind: its name, and its fields.
    pub kind_fields: Vec<(String, Vec<KindField>)>,
    pub channels: Vec<Choice>,
    pub due: Html,
    pub accept: &'static str,
}

/// A field of typed metadata in the form; its name begins with its kind.
pub(super) struct KindField {
    pub name: String,
    pub label: String,
    pub holds: &'static str,
    pub choices: Vec<Choice>,
}

fn field_name(kind: &str, field: &str) -> String {
    format!("{kind}.{field}")
}

fn kind_field(tr: &Tr, kind: &str, field: &documents::FieldDef) -> KindField {
    use documents::FieldType as T;
    let (holds, choices) = match field.holds {
        T::Date => ("date", Vec::new()),
        T::Money => ("money", Vec::new()),
        T::Number => ("number", Vec::new()),
        T::Flag => ("flag", Vec::new()),
        T::LongText => ("long", Vec::new()),
        T::Choice(all) => ("choice", all.iter().map(|(code, key)| Choice::new(*code, tr.t(key))).collect()),
        T::Text | T::Person | T::Unit => ("text", Vec::new()),
    };
    let label = if field.required { tr.t(field.label) } else { tr.t1("records-optional", "label", tr.t(field.label)) };
    KindField { name: field_name(kind, field.name), label, holds, choices }
}

/// Only what is typed by hand; persons and units are chosen where an app knows them.
fn typed_fields(kind: &documents::DocumentKind) -> impl Iterator<Item = &'static documents::FieldDef> {
    use documents::FieldType as T;
    kind.fields.iter().filter(|f| !matches!(f.holds, T::Person | T::Unit))
}

/// The typed metadata of the kind chosen, as its fields say; what is wrong is said at its field.
fn metadata(kind: &documents::DocumentKind, form: &mut FormState) -> serde_json::Value {
    use documents::FieldType as T;
    let mut data = serde_json::Map::new();
    for field in typed_fields(kind) {
        let name = field_name(kind.code, field.name);
        if form.blank(&name) && !matches!(field.holds, T::Flag) {
            if field.required {
                form.fail(&name, "ui-error-required");
            }
            continue;
        }
        let value: Option<serde_json::Value> = match field.holds {
            T::Date => form.date(&name).map(|d| d.to_string().into()),
            T::Money => form.money(&name).map(|m| m.0.into()),
            T::Number => form.int(&name, i64::MIN..=i64::MAX).map(Into::into),
            T::Flag => Some(form.ticked(&name).into()),
            T::Choice(all) => {
                form.chosen(&name, |v| all.iter().find(|(c, _)| *c == v).map(|(c, _)| (*c).to_owned().into()))
            }
            T::LongText => form.text(&name, 5000).map(Into::into),
            T::Text | T::Person | T::Unit => form.text(&name, 500).map(Into::into),
        };
        if let Some(value) = value {
            data.insert(field.name.to_owned(), value);
        }
    }
    serde_json::Value::Object(data)
}

#[derive(Template)]
#[template(path = "records/due.html")]
pub(super) struct DueBox {
    pub headline: String,
    pub lines: Vec<String>,
}

fn direction(word: &str) -> std::result::Result<Direction, Problem> {
    Direction::from_word(word).ok_or(Problem::NotFound)
}

/// Where the actor may register: institutions of their roles.
async fn institutions(ctx: &Ctx, read: &mut op::Read) -> sqlx::Result<Vec<(UnitId, String)>> {
    let seen = ctx.op.scope(desk::CreateDocument::DEF).units();
    let units = parties::units(read.conn(), ctx.op.tenant(), Some(ctx.op.today())).await?;
    let mine = units.into_iter().filter(|u| u.kind == parties::UnitKind::Institution);
    let mine = mine.filter(|u| seen.as_ref().is_none_or(|s| s.contains(&u.id)));
    Ok(mine.map(|u| (u.id, u.name_in(ctx.tr.locale()).to_owned())).collect())
}

/// Kinds that the desk registers: an app's own come by the app.
fn kinds(ctx: &Ctx) -> Vec<documents::DocumentKind> {
    let all = ctx.op.kernel().extension::<documents::Kinds>().cloned().unwrap_or_default();
    all.0.into_iter().filter(|k| !k.code.contains('.')).collect()
}

type Registers = Vec<(String, String)>;
type Classes = Vec<(ClassId, String)>;

async fn lists(ctx: &Ctx, read: &mut op::Read, direction: Direction) -> sqlx::Result<(Registers, Classes)> {
    let (tenant, year) = (ctx.op.tenant(), chrono::Datelike::year(&ctx.op.today()));
    let registers = sqlx::query_as(db::sql!(
        "select code, title from documents.register
         where tenant_id = $1 and direction = $2 and closed_on is null order by code <> $2, title"
    ))
    .bind(tenant)
    .bind(direction.word())
    .fetch_all(read.conn())
    .await?;
    let classes = sqlx::query_as(db::sql!(
        "select id, code || ' ' || title from documents.class
         where tenant_id = $1 and year = $2 and closed_on is null and (permanent or retention_years is not null)
           and ($3::uuid[] is null or institution_id = any($3))
         order by code limit 2000"
    ))
    .bind(tenant)
    .bind(year)
    .bind(ctx.op.scope(desk::CreateDocument::DEF).units())
    .fetch_all(read.conn())
    .await?;
    Ok((registers, classes))
}

pub(super) fn word_choices<'a>(tr: &Tr, what: &str, words: impl Iterator<Item = &'a str>) -> Vec<Choice> {
    words.map(|w| Choice::new(w, tr.t(&format!("records-{what}-{w}")))).collect()
}

async fn page(ctx: Ctx, way: Direction, mut form: FormState) -> std::result::Result<NewPage, Problem> {
    let mut read = ctx.op.read().await?;
    let places = institutions(&ctx, &mut read).await?;
    let (registers, classes) = lists(&ctx, &mut read, way).await?;
    let due = due_box(&ctx, &mut read, &mut form.clone()).await?;
    drop(read);
    let tr = ctx.tr.clone();
    let defaults = [
        ("institution", places.first().map(|(id, _)| id.to_string()).unwrap_or_default()),
        ("register", registers.first().map(|(code, _)| code.clone()).unwrap_or_default()),
        ("kind", "letter".to_owned()),
        ("access", "internal".to_owned()),
        ("medium", documents::Medium::Electronic.word().to_owned()),
        ("received_on", tr.date(ctx.op.today())),
    ];
    for (name, value) in defaults {
        if form.blank(name) {
            form.set(name, value);
        }
    }
    form.csrf.clone_from(&ctx.shell.csrf);
    let tab =
        |d: &Direction| (format!("/records/new/{}", d.word()), tr.t(&format!("records-new-{}", d.word())), *d == way);
    Ok(NewPage {
        path: format!("/records/new/{}", way.word()),
        title: tr.t(&format!("records-new-{}", way.word())),
        direction: way.word(),
        others: Direction::ALL.iter().map(tab).collect(),
        institutions: places.iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect(),
        kinds: kinds(&ctx).iter().map(|k| Choice::new(k.code, tr.t(k.title_key))).collect(),
        registers: registers.iter().map(|(code, title)| Choice::new(code, title)).collect(),
        classes: classes.iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect(),
        via: word_choices(&tr, "via", VIA.into_iter()),
        processes: word_choices(&tr, "process", Process::ALL.into_iter().map(Process::word)),
        access: word_choices(&tr, "access", AccessLevel::ALL.iter().map(|a| a.word())),
        media: word_choices(&tr, "medium", documents::Medium::ALL.iter().map(|m| m.word())),
        kind_fields: kinds(&ctx).iter().filter(|k| typed_fields(k).next().is_some()).map(|k| of_kind(&tr, k)).collect(),
        channels: channels(&tr),
        due,
        accept: upload::ACCEPT,
        form,
        shell: ctx.shell,
    })
}

fn of_kind(tr: &Tr, kind: &documents::DocumentKind) -> (String, Vec<KindField>) {
    (tr.t(kind.title_key), typed_fields(kind).map(|f| kind_field(tr, kind.code, f)).collect())
}

pub(super) fn channels(tr: &Tr) -> Vec<Choice> {
    let outside = delivery::Channel::ALL.iter().filter(|c| **c != delivery::Channel::InHouse);
    outside.map(|c| Choice::new(c.word(), tr.t(&format!("delivery-channel-{}", c.word())))).collect()
}

pub(super) async fn form(ctx: Ctx, Path(word): Path<String>, RawQuery(raw): RawQuery) -> Result {
    let way = direction(&word)?;
    let mut form = ctx.form();
    let raw = raw.unwrap_or_default();
    for (name, value) in form_urlencoded::parse(raw.as_bytes()).take(20) {
        if ["answers", "correspondent", "title"].contains(&name.as_ref()) {
            form.set(&name, value.chars().take(300).collect::<String>());
        }
    }
    web::page(&page(ctx, way, form).await?)
}

/// The deadline that follows from process and day of receipt, with its rule: for the form while it is filled.
pub(super) async fn due(ctx: Ctx, RawQuery(raw): RawQuery) -> Result {
    let raw = raw.unwrap_or_default();
    let pairs: HashMap<String, String> =
        form_urlencoded::parse(raw.as_bytes()).take(100).map(|(k, v)| (k.into_owned(), v.into_owned())).collect();
    let mut form = FormState::read(&ctx.tr, pairs);
    let mut read = ctx.op.read().await?;
    let html = due_box(&ctx, &mut read, &mut form).await?;
    Ok(axum::response::IntoResponse::into_response(axum::response::Html(html.as_str().to_owned())))
}

#[derive(Template)]
#[template(path = "records/correspondents.html")]
struct Correspondents {
    found: Vec<(String, String)>,
}

/// Organisations whose name or number begins so: offered while the correspondent is typed.
pub(super) async fn correspondents(ctx: Ctx, RawQuery(raw): RawQuery) -> Result {
    let raw = raw.unwrap_or_default();
    let typed = form_urlencoded::parse(raw.as_bytes()).find(|(k, _)| k == "correspondent").map(|(_, v)| v);
    let typed: String = typed.unwrap_or_default().chars().take(300).collect();
    let mut found = Vec::new();
    if typed.trim().chars().count() > 1 {
        let mut read = ctx.op.read().await?;
        let lines = parties::organisations(read.conn(), ctx.op.tenant(), &typed, None, 10).await?;
        found = lines.into_iter().map(|o| (o.name, o.registration_number.unwrap_or_default())).collect();
    }
    web::page(&Correspondents { found })
}

async fn due_box(ctx: &Ctx, read: &mut op::Read, form: &mut FormState) -> std::result::Result<Html, Problem> {
    let Some(process) = Process::from_word(form.value("process")) else { return Ok(Html::default()) };
    let received = form.date_opt("received_on").unwrap_or_else(|| ctx.op.today());
    let tenant = ctx.op.tenant();
    let Some(rules) = usecases::rules(read.conn(), tenant, process, received).await? else {
        return Ok(Html::default());
    };
    let calendar = parties::calendar(read.conn(), tenant).await?;
    Ok(Html::of(&explain(&ctx.tr, &calendar, &rules, received)))
}

pub(super) fn explain(tr: &Tr, calendar: &latvian::calendar::WorkCalendar, rules: &Rules, received: Date) -> DueBox {
    let day = |term: &delivery::Sourced<model::Term>| model::last_day(calendar, term.rule, received);
    let headline = match day(&rules.term) {
        Some(due) => tr.t1("records-due-on", "date", due),
        None => tr.t("records-refused-none"),
    };
    let mut lines = vec![source(tr, &rules.term)];
    if let Some((date, rule)) = rules.forwarding.as_ref().and_then(|f| Some((day(f)?, f))) {
        lines.push(format!("{} {}", tr.t1("records-forward-by", "date", date), source(tr, rule)));
    }
    if let Some((date, rule)) = rules.extension.as_ref().and_then(|e| Some((day(e)?, e))) {
        lines.push(format!("{} {}", tr.t1("records-extend-to", "date", date), source(tr, rule)));
    }
    DueBox { headline, lines }
}

/// Law and article, and a word where a lawyer should look.
fn source(tr: &Tr, rule: &delivery::Sourced<model::Term>) -> String {
    match rule.certainty {
        delivery::Certainty::Uncertain => format!("{} ({})", rule.source, tr.t("records-uncertain")),
        _ => rule.source.clone(),
    }
}

pub(super) async fn send(ctx: Ctx, Path(word): Path<String>, Upload(mut form, files): Upload) -> Result {
    let way = direction(&word)?;
    let files = accepted(&ctx.tr, &mut form, files);
    known_address(&ctx, &mut form).await?;
    let Some(new) = read(&ctx, way, &mut form, files) else {
        return web::invalid(&page(ctx, way, form).await?);
    };
    match usecases::register(&ctx.op, key(&form)?, new).await {
        Ok(id) => Ok(web::see_other(&format!("/records/{id}"))),
        Err(RecordsError::NoSuchNumber(number)) => {
            form.fail_with("answers", "records-refused-number", &[("number", number.into())]);
            web::invalid(&page(ctx, way, form).await?)
        }
        Err(e) => Err(super::problem(&ctx.tr, e)),
    }
}

fn accepted(tr: &Tr, form: &mut FormState, files: Vec<Uploaded>) -> Vec<NewFile> {
    let mut all = Vec::new();
    for file in files.into_iter().take(upload::MAX_FILES) {
        match upload::check(&file.name, &file.bytes) {
            Ok(a) => all.push(usecases::file(a.name, a.media_type, file.bytes.to_vec(), all.is_empty())),
            Err(e) => form.fail_text("files", format!("{}: {}", file.name, tr.t(e.key()))),
        }
    }
    all
}

fn read(ctx: &Ctx, way: Direction, form: &mut FormState, files: Vec<NewFile>) -> Option<Registration> {
    let title = form.required_text("title", 500);
    let institution: Option<UnitId> = form.uuid("institution");
    let all = kinds(ctx);
    let kind = form.chosen("kind", |code| all.iter().find(|k| k.code == code));
    let data = kind.map(|k| metadata(k, form));
    let medium = if form.blank("medium") {
        Some(documents::Medium::Electronic)
    } else {
        form.chosen("medium", documents::Medium::from_word)
    };
    let original_place = form.text("original_place", 300);
    if medium.is_some_and(|m| m != documents::Medium::Electronic) && original_place.is_none() {
        form.fail("original_place", "ui-error-required");
    }
    let register = form.required_text("register", 50);
    let access = form.choice("access", &AccessLevel::ALL.iter().map(|a| a.word()).collect::<Vec<_>>());
    let access = access.and_then(|a| AccessLevel::from_word(&a));
    let ground = form.text("access_ground", 300);
    if access == Some(AccessLevel::Restricted) && ground.is_none() {
        form.fail("access_ground", "ui-error-required");
    }
    let received = if way == Direction::Incoming { form.date("received_on") } else { Some(ctx.op.today()) };
    if received.is_some_and(|r| r > ctx.op.today()) {
        form.fail("received_on", "records-received-later");
    }
    let correspondent = if way == Direction::Internal {
        form.text("correspondent", 300)
    } else {
        form.required_text("correspondent", 300)
    };
    let external_number = form.text("external_number", 100);
    let external_date = form.date_opt("external_date");
    let via = form.text("via", 20).filter(|v| VIA.contains(&v.as_str()));
    let class: Option<ClassId> = form.uuid_opt("class");
    let process = Process::from_word(form.value("process")).filter(|_| way == Direction::Incoming);
    let answers = form.text("answers", 100);
    let sent = if way == Direction::Outgoing { recipient(form, correspondent.as_deref()) } else { None };
    if !form.is_ok() {
        return None;
    }
    let institution = institution?;
    let mut document = NewDocument::new(kind?.code, title?, institution, institution, "desk");
    document.direction = way;
    document.data = data?;
    document.medium = medium?;
    document.original_place = original_place.filter(|_| document.medium != documents::Medium::Electronic);
    document.access = access?;
    document.access_ground = ground;
    document.class = class;
    document.correspondent = correspondent;
    document.external_number = external_number;
    document.external_date = external_date;
    document.received_via = via;
    Some(Registration { document, register: register?, received_on: received?, process, answers, files, sent })
}

/// Where no address is typed, that of the organisation of this very name, for the channel chosen.
async fn known_address(ctx: &Ctx, form: &mut FormState) -> Result<()> {
    use parties::ChannelKind as K;
    let kind = match delivery::Channel::from_word(form.value("channel")) {
        Some(delivery::Channel::Email) => K::Email,
        Some(delivery::Channel::EAddress) => K::EAddress,
        _ => return Ok(()),
    };
    if !form.blank("address") || form.blank("correspondent") {
        return Ok(());
    }
    let (tenant, name) = (ctx.op.tenant(), form.value("correspondent").trim().to_owned());
    let mut read = ctx.op.read().await?;
    let named = parties::organisations(read.conn(), tenant, &name, None, 10).await?;
    let mut same = named.into_iter().filter(|o| o.name == name);
    if let (Some(only), None) = (same.next(), same.next()) {
        let channels = parties::organisation_channels(read.conn(), tenant, only.id).await?;
        if let Some((_, address)) = channels.into_iter().find(|(k, _)| *k == kind) {
            form.set("address", address);
        }
    }
    Ok(())
}

/// To whom an outgoing document goes; it may be registered first and sent later.
fn recipient(form: &mut FormState, name: Option<&str>) -> Option<(delivery::Recipient, delivery::Channel)> {
    let channel = delivery::Channel::from_word(form.value("channel"))?;
    let address = form.text("address", 300);
    if channel == delivery::Channel::Email && !address.as_deref().is_some_and(|a| a.contains('@')) {
        form.fail("address", "delivery-needs-email");
    }
    Some((delivery::Recipient { person: None, name: name?.to_owned(), address }, channel))
}
