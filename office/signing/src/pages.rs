//! What is signed, the consent, the way to the method and back, and what became of it.

use askama::Template;
use axum::extract::{Path, RawQuery, State as Of};
use i18n::Tr;
use op::{Action as _, OpError};
use serde_json::Value;
use types::{DocumentId, FileId, Locale, TaskId};
use ui::{FormState, Html, Shell, c::Choice};
use uuid::Uuid;
use web::{Access, App, Ctx, Form, Problem, Result, Route, Sample, get, post};

use crate::{
    actions::{CheckSignatures, Sign},
    held::Request,
    model::{Frozen, Item, ItemState, Reason, State},
    ports::Answer,
    usecases::{self, Shown, SignError, flow_methods, report},
};

pub(crate) fn routes() -> Vec<Route> {
    let sign = Access::Action(Sign::DEF);
    let check = Access::Action(CheckSignatures::DEF);
    vec![
        post("/sign", sign, "signing-sign", begin),
        get("/sign/back", sign, "signing-back", back),
        get("/sign/{id}", sign, "signing-title", show),
        post("/sign/{id}", sign, "signing-sign", consent),
        post("/sign/{id}/token", sign, "signing-token", token),
        post("/sign/{id}/again", sign, "signing-again", again),
        post("/sign/{id}/cancel", sign, "signing-cancel", cancel),
        get("/sign/{id}/files/{file}", sign, "signing-view-file", file),
        get("/documents/{id}/signatures", check, "signing-check-again", ask_check),
        post("/documents/{id}/signatures", check, "signing-check-again", check_again),
    ]
}

struct FileLine {
    name: String,
    size: String,
    sha256: String,
    href: String,
}

struct ItemLine {
    title: String,
    gist: String,
    href: String,
    files: Vec<FileLine>,
    state: Html,
    why: String,
}

/// What the page offers, by how far the request is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stand {
    Open,
    Elsewhere,
    Token,
    Sealing,
    Over,
}

#[derive(Template)]
#[template(path = "signing/request.html")]
struct RequestPage {
    shell: Shell,
    form: FormState,
    path: String,
    intro: String,
    items: Vec<ItemLine>,
    methods: Vec<Choice>,
    stand: Stand,
    method: String,
    go_url: String,
    protocol: String,
    ask: String,
    reason: String,
    version: i32,
    expires: String,
    some_left: bool,
    may_again: bool,
}

#[derive(Template)]
#[template(path = "signing/check.html")]
struct CheckPage {
    shell: Shell,
    form: FormState,
    path: String,
}

fn parsed<T: std::str::FromStr>(text: &str) -> std::result::Result<T, Problem> {
    text.parse().map_err(|_| Problem::NotFound)
}

fn locale(tr: &Tr) -> Locale {
    Locale::from_tag(tr.lang()).unwrap_or_default()
}

fn why(tr: &Tr, reason: &Reason) -> String {
    said(tr, reason.key, &reason.detail)
}

fn said(tr: &Tr, key: &str, detail: &str) -> String {
    let words = tr.t(key);
    if detail.is_empty() { words } else { format!("{words} ({detail})") }
}

fn problem(tr: &Tr, e: SignError) -> Problem {
    match e {
        SignError::Refused(reason) => Problem::Refused(why(tr, &reason)),
        SignError::Op(e) => e.into(),
    }
}

async fn begin(ctx: Ctx, Form(mut form): Form) -> Result {
    let only: Option<TaskId> = form.value("only").parse().ok();
    let tasks = match only {
        Some(task) => vec![task],
        None if form.ticked("all") => usecases::waiting(&ctx.op).await?,
        None => form.uuids::<TaskId>("task"),
    };
    let id = usecases::show(&ctx.op, locale(&ctx.tr), &tasks).await.map_err(|e| problem(&ctx.tr, e))?;
    Ok(web::see_other(&format!("/sign/{id}")))
}

async fn show(ctx: Ctx, Path(id): Path<String>) -> Result {
    let form = ctx.form();
    web::page(&page(ctx, parsed(&id)?, form).await?)
}

async fn page(ctx: Ctx, id: Uuid, mut form: FormState) -> std::result::Result<RequestPage, Problem> {
    let Shown { request, items, expired } = usecases::see(&ctx.op, id).await?;
    let tr = ctx.tr.clone();
    let methods: Vec<(String, String)> = flow_methods(&ctx.op, locale(&tr));
    form.csrf.clone_from(&ctx.shell.csrf);
    if form.blank("method")
        && let Some((code, _)) = methods.first()
    {
        form.set("method", code.as_str());
    }
    let ctx = ctx.under(&[(ui::path::TASKS, tr.t("signing-tasks"))]);
    Ok(request_page(ctx.shell, form, &request, &items, &methods, expired))
}

fn request_page(
    shell: Shell,
    form: FormState,
    r: &Request,
    items: &[Item],
    methods: &[(String, String)],
    expired: bool,
) -> RequestPage {
    let tr = shell.tr.clone();
    let path = format!("/sign/{}", r.id);
    let stand = match r.state {
        State::Open => Stand::Open,
        State::Certificate | State::Signing if r.browser.is_some() => Stand::Token,
        State::Certificate | State::Signing => Stand::Elsewhere,
        State::Sealing => Stand::Sealing,
        State::Done | State::Stopped => Stand::Over,
    };
    let late = expired && matches!(stand, Stand::Open | Stand::Token | Stand::Elsewhere);
    let reason = match &r.reason {
        _ if late => tr.t("signing-reason-expired"),
        Some(key) => said(&tr, key, r.detail.as_deref().unwrap_or_default()),
        None => String::new(),
    };
    let browser = r.browser.as_ref().unwrap_or(&Value::Null);
    let waiting = items.iter().filter(|i| i.state == ItemState::Waiting).count();
    let method = methods.iter().find(|(code, _)| Some(code) == r.method.as_ref()).map(|(_, label)| label.clone());
    RequestPage {
        intro: tr.t1("signing-intro", "n", i64::try_from(items.len()).unwrap_or(0)),
        items: items.iter().map(|i| item_line(&tr, &path, i)).collect(),
        methods: methods.iter().map(|(code, label)| Choice::new(code, label)).collect(),
        stand,
        method: method.unwrap_or_default(),
        go_url: r.go_url.clone().unwrap_or_default(),
        protocol: browser.get("protocol").and_then(Value::as_str).unwrap_or_default().to_owned(),
        ask: browser.get("ask").map(ToString::to_string).unwrap_or_default(),
        reason,
        version: r.version,
        expires: tr.time(r.expires_at),
        some_left: waiting > 0 && !late,
        may_again: items.iter().any(|i| i.state != ItemState::Done),
        path,
        form,
        shell,
    }
}

fn item_line(tr: &Tr, path: &str, i: &Item) -> ItemLine {
    let file = |f: &Frozen| FileLine {
        name: f.name.clone(),
        size: tr.bytes(u64::try_from(f.size).unwrap_or(0)),
        sha256: f.sha256.clone(),
        href: format!("{path}/files/{}", f.file),
    };
    let kind = match i.state {
        ItemState::Waiting => "draft",
        ItemState::Signed => "work",
        ItemState::Done => "done",
        ItemState::Refused => "overdue",
    };
    let detail = i.detail.as_ref().and_then(|d| d.get(tr.lang())).and_then(Value::as_str).unwrap_or_default();
    ItemLine {
        title: i.title.clone(),
        gist: i.gist.clone(),
        href: format!("/documents/{}", i.document_id),
        files: i.files.iter().map(file).collect(),
        state: ui::c::chip(&kind, &tr.t(&format!("signing-item-{}", i.state.word()))),
        why: i.reason.as_deref().map(|key| said(tr, key, detail)).unwrap_or_default(),
    }
}

async fn consent(ctx: Ctx, Of(app): Of<App>, Path(id): Path<String>, Form(mut form): Form) -> Result {
    let id: Uuid = parsed(&id)?;
    let method = form.required("method");
    let version = i32::try_from(form.int("version", 0..=i64::from(i32::MAX)).unwrap_or(0)).unwrap_or(0);
    if !form.ticked("consent") {
        form.fail("consent", "signing-consent-missing");
    }
    let Some(method) = method.filter(|_| form.is_ok()) else {
        return web::invalid(&page(ctx, id, form).await?);
    };
    after(&ctx.tr, id, usecases::consent(&ctx.op, app.public_url(), id, version, &method).await)
}

/// What refused stands on the request's own page.
fn after(tr: &Tr, id: Uuid, done: std::result::Result<(), SignError>) -> Result {
    match done {
        Ok(()) | Err(SignError::Refused(_)) => Ok(web::see_other(&format!("/sign/{id}"))),
        Err(e) => Err(problem(tr, e)),
    }
}

/// The longest answer of another service that is read.
const MOST_FIELDS: usize = 40;

async fn back(ctx: Ctx, Of(app): Of<App>, RawQuery(raw): RawQuery) -> Result {
    let raw = raw.unwrap_or_default();
    let pairs: Vec<(String, String)> = form_urlencoded::parse(raw.as_bytes())
        .take(MOST_FIELDS)
        .map(|(k, v)| (k.into_owned(), v.into_owned()))
        .collect();
    let answer = Answer(pairs);
    let state = answer.get("state").unwrap_or_default().to_owned();
    let found = usecases::come_back_by_state(&ctx.op, app.public_url(), &state, &answer).await;
    let id = found.map_err(|e| problem(&ctx.tr, e))?;
    Ok(web::see_other(&format!("/sign/{id}")))
}

async fn token(ctx: Ctx, Of(app): Of<App>, Path(id): Path<String>, Form(form): Form) -> Result {
    let id: Uuid = parsed(&id)?;
    let first = |(name, values): (&String, &Vec<String>)| Some((name.clone(), values.first()?.clone()));
    let answer = Answer(form.values.iter().filter_map(first).take(MOST_FIELDS).collect());
    after(&ctx.tr, id, usecases::come_back(&ctx.op, app.public_url(), id, &answer).await)
}

async fn again(ctx: Ctx, Path(id): Path<String>, Form(_): Form) -> Result {
    let id: Uuid = parsed(&id)?;
    let (r, _) = usecases::request(&ctx.op, id).await?;
    if r.state == State::Sealing {
        return after(&ctx.tr, id, usecases::try_proofs_now(&ctx.op, id).await);
    }
    let id = usecases::show_again(&ctx.op, locale(&ctx.tr), id).await.map_err(|e| problem(&ctx.tr, e))?;
    Ok(web::see_other(&format!("/sign/{id}")))
}

async fn cancel(ctx: Ctx, Path(id): Path<String>, Form(_): Form) -> Result {
    usecases::cancel(&ctx.op, parsed(&id)?).await.map_err(|e| problem(&ctx.tr, e))?;
    Ok(web::see_other(ui::path::TASKS))
}

async fn file(ctx: Ctx, Path((id, file)): Path<(String, String)>) -> Result {
    let (id, file): (Uuid, FileId) = (parsed(&id)?, parsed(&file)?);
    Ok(documents::served(usecases::view_file(&ctx.op, id, file).await?, true))
}

async fn ask_check(ctx: Ctx, Path(id): Path<String>) -> Result {
    let id: DocumentId = parsed(&id)?;
    let mut read = ctx.op.read().await?;
    let (d, _) = read.seen::<documents::Document, CheckSignatures>(id).await?;
    drop(read);
    let form = ctx.form();
    let ctx = ctx.under(&[(&format!("/documents/{id}"), d.title)]);
    web::page(&CheckPage { form, path: format!("/documents/{id}/signatures"), shell: ctx.shell })
}

async fn check_again(ctx: Ctx, Path(id): Path<String>, Form(_): Form) -> Result {
    let id: DocumentId = parsed(&id)?;
    match report::check_again(&ctx.op, id).await {
        Ok(()) => Ok(web::see_other(&format!("/documents/{id}#signatures"))),
        Err(SignError::Op(OpError::NotFound)) => Err(Problem::NotFound),
        Err(e) => Err(problem(&ctx.tr, e)),
    }
}

/// Each page with made-up data.
pub(crate) fn samples(tr: &Tr) -> Vec<Sample> {
    let shell = || Shell::sample(tr.clone());
    let form = || FormState::new(tr, "sample", "sample");
    let at = types::Date::from_ymd_opt(2026, 11, 23).and_then(|d| d.and_hms_opt(9, 30, 0)).map(|t| t.and_utc());
    let request = |state: State, reason: Option<&str>, browser: Option<Value>| Request {
        id: Uuid::from_u128(1),
        person_id: types::PersonId(Uuid::from_u128(2)),
        identity_id: types::IdentityId(Uuid::from_u128(3)),
        acting_for: None,
        locale: "lv".to_owned(),
        state,
        method: Some("sample".to_owned()),
        consented_at: None,
        signed_at: None,
        callback: None,
        go_url: (state == State::Certificate).then(|| "https://signing.example.lv/".to_owned()),
        browser,
        kept: None,
        reason: reason.map(str::to_owned),
        detail: None,
        attempts: 0,
        expires_at: at.unwrap_or_default(),
        version: 1,
    };
    let item = |n: u128, state: ItemState, reason: Option<&str>| Item {
        id: Uuid::from_u128(n),
        task_id: TaskId(Uuid::from_u128(n)),
        document_id: DocumentId(Uuid::from_u128(n)),
        title: tr.t("signing-sample-title"),
        gist: tr.t("signing-sample-gist"),
        files: sqlx::types::Json(vec![Frozen {
            file: FileId(Uuid::from_u128(9)),
            name: "rikojums.pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            size: 48_213,
            sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
        }]),
        state,
        reason: reason.map(str::to_owned),
        detail: None,
        signature: None,
        container_id: None,
    };
    let methods = [("sample".to_owned(), "eParaksts mobile".to_owned()), ("card".to_owned(), "eID".to_owned())];
    let page = |state, reason, browser, items: &[Item]| Sample {
        name: "signing/request.html",
        html: request_page(shell(), form(), &request(state, reason, browser), items, &methods, false).render(),
    };
    let waiting = [item(1, ItemState::Waiting, None), item(2, ItemState::Refused, Some("signing-item-changed"))];
    let token = Some(serde_json::json!({ "protocol": "web-eid", "ask": { "nonce": "n" } }));
    vec![
        page(State::Open, Some("signing-reason-refused"), None, &waiting),
        page(State::Certificate, None, None, &waiting),
        page(State::Certificate, None, token, &waiting),
        page(State::Sealing, Some("signing-reason-stamp-unreachable"), None, &[item(1, ItemState::Signed, None)]),
        page(State::Done, None, None, &[item(1, ItemState::Done, None), waiting[1].clone()]),
        Sample {
            name: "signing/check.html",
            html: CheckPage { shell: shell(), form: form(), path: "/documents/1/signatures".to_owned() }.render(),
        },
    ]
}
