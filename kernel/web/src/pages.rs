//! The kernel's own pages: sign-in and out, language, problem pages, health, the API's description.

use askama::Template;
use axum::{
    extract::{Path, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{AppendHeaders, Html, IntoResponse, Response},
};
use i18n::Tr;
use types::{PersonId, RequestId};
use ui::{FormState, Shell};

use crate::{
    Access, App, Ctx, Json, Problem, Result, Route,
    api::{self, Health, ProblemBody},
    api_get,
    auth::{self, cookie, cookie_name, set_cookie},
    form, get,
    guard::Signed,
    post,
};

pub(crate) fn routes() -> Vec<Route> {
    vec![
        get("/sign-in", Access::Public, "web-sign-in", show_sign_in),
        post("/sign-in", Access::Public, "web-sign-in", sign_in),
        post("/sign-out", Access::SignedIn, "web-sign-out", sign_out),
        post("/locale", Access::Public, "web-language", choose_locale),
        post("/acting-for", Access::SignedIn, "web-acting-for", choose_acting_for),
        get("/keyboard", Access::SignedIn, "web-keyboard", keyboard),
        get("/design", Access::SignedIn, "web-design", design),
        api_get("/healthz", Access::Public, "web-health", healthz),
        api_get("/readyz", Access::Public, "web-health", readyz),
        api_get("/api/openapi.json", Access::Public, "web-openapi", openapi),
    ]
}

#[derive(Template)]
#[template(path = "web/sign_in.html")]
pub(crate) struct SignInPage {
    pub shell: Shell,
    pub form: FormState,
    pub next: String,
    pub hints: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "web/problem.html")]
pub(crate) struct ProblemPage {
    pub shell: Shell,
    pub title: String,
    pub help: String,
    pub detail: Option<String>,
    pub request: String,
}

#[derive(Template)]
#[template(path = "web/keyboard.html")]
pub(crate) struct KeyboardPage {
    pub shell: Shell,
}

/// Logins that the demonstration shows on its sign-in page: name and login. Registered as an extension.
pub struct DemoHints(pub Vec<(String, String)>);

fn tr(app: &App, headers: &HeaderMap) -> Tr {
    Tr::new(std::sync::Arc::clone(app.catalog()), auth::locale_of(headers, app, None))
}

/// Only a path of ours: a sign-in never leads to another site.
fn local_path(next: &str) -> String {
    let ours =
        next.starts_with('/') && !next.starts_with("//") && !next.contains('\\') && !next.contains(char::is_control);
    if ours { next.to_owned() } else { "/".to_owned() }
}

fn sign_in_page(app: &App, headers: &HeaderMap, mut form: FormState, next: &str) -> (SignInPage, Option<String>) {
    let tr = tr(app, headers);
    let visitor = cookie(headers, &cookie_name(app, "visitor"));
    let (value, fresh) = match visitor {
        Some(v) if v.len() >= 32 => (v, false),
        _ => (auth::new_token(app.kernel()), true),
    };
    form.csrf = auth::csrf_token(app, &value);
    let mut shell = Shell::new(tr);
    shell.csrf.clone_from(&form.csrf);
    shell.path = "/sign-in".to_owned();
    shell.demo = app.is_demo();
    let hints = app.kernel().extension::<DemoHints>().map(|h| h.0.clone()).unwrap_or_default();
    let page = SignInPage { shell, form, next: local_path(next), hints };
    (page, fresh.then(|| set_cookie(app, "visitor", &value, 3600)))
}

fn answer(page: &SignInPage, cookie: Option<String>, status: StatusCode) -> Result {
    let html = page.render().map_err(|e| Problem::Internal(e.to_string()))?;
    let cookies = AppendHeaders(cookie.map(|c| (header::SET_COOKIE, c)));
    Ok((status, cookies, Html(html)).into_response())
}

async fn show_sign_in(State(app): State<App>, request: Request) -> Result {
    let headers = request.headers();
    let query = form::pairs(request.uri().query().unwrap_or_default().as_bytes());
    let next = query.into_iter().find(|(n, _)| n == "next").map(|(_, v)| v).unwrap_or_default();
    let form = FormState::new(&tr(&app, headers), "", "");
    let (page, cookie) = sign_in_page(&app, headers, form, &next);
    answer(&page, cookie, StatusCode::OK)
}

async fn sign_in(State(app): State<App>, request: Request) -> Result {
    let (parts, body) = request.into_parts();
    let headers = parts.headers;
    let bytes = axum::body::to_bytes(body, 64 * 1024).await.map_err(|e| Problem::BadRequest(e.to_string()))?;
    let mut form = FormState::read(&tr(&app, &headers), form::pairs(&bytes));
    let next = local_path(form.value("next"));
    let (Some(login), Some(password)) = (form.required("login"), form.required_text("password", 1000)) else {
        let (page, cookie) = sign_in_page(&app, &headers, form, &next);
        return answer(&page, cookie, StatusCode::UNPROCESSABLE_ENTITY);
    };
    let login = login.to_lowercase();
    let address = parts.extensions.get::<axum::extract::ConnectInfo<std::net::SocketAddr>>().map(|c| c.0.ip());
    let throttle = auth::Throttle::new(&login, address);
    let wait = throttle.wait(app.kernel()).await?;
    if wait > 0 {
        form.fail_with("", "web-sign-in-wait", &[("seconds", i18n::Arg::from(i64::try_from(wait).unwrap_or(0)))]);
        let (page, cookie) = sign_in_page(&app, &headers, form, &next);
        return answer(&page, cookie, StatusCode::TOO_MANY_REQUESTS);
    }
    throttle.begin(app.kernel()).await?;
    let candidate = auth::candidate(app.kernel(), &login).await?;
    let stored = candidate.as_ref().and_then(|c| c.password_hash.clone());
    // Hashing takes tens of milliseconds of one core: two at a time, so that a flood of guesses starves nobody.
    static HASHING: tokio::sync::Semaphore = tokio::sync::Semaphore::const_new(2);
    let _turn = HASHING.acquire().await.map_err(|_| Problem::Unavailable)?;
    let matches = tokio::task::spawn_blocking(move || auth::check_password(&password, stored.as_deref()))
        .await
        .map_err(|e| Problem::Internal(e.to_string()))?;
    match candidate.filter(|_| matches) {
        Some(c) => {
            throttle.succeed(app.kernel()).await?;
            note_sign_in(&app, &c).await?;
            let token = auth::open_session(app.kernel(), c.identity_id, c.tenant_id).await?;
            let cookie = set_cookie(&app, "session", &token, auth::SESSION_HOURS * 3600);
            Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), crate::see_other(&next)).into_response())
        }
        None => {
            form.fail("", "web-sign-in-wrong");
            let (page, cookie) = sign_in_page(&app, &headers, form, &next);
            answer(&page, cookie, StatusCode::UNPROCESSABLE_ENTITY)
        }
    }
}

async fn note_sign_in(app: &App, c: &auth::Candidate) -> std::result::Result<(), Problem> {
    let locale = types::Locale::default();
    let op = op::Op::for_person(app.kernel(), c.tenant_id, c.person_id, c.identity_id, locale).await?;
    let mut tx = op.begin().await?;
    tx.audit(op::Audit::of("web.sign-in", "identity", c.identity_id));
    Ok(tx.commit().await?)
}

async fn sign_out(State(app): State<App>, signed: Signed) -> Result {
    auth::close_session(app.kernel(), &signed.session).await?;
    let gone = set_cookie(&app, "session", "", 0);
    Ok((AppendHeaders([(header::SET_COOKIE, gone)]), crate::see_other("/sign-in")).into_response())
}

async fn choose_locale(State(app): State<App>, request: Request) -> Result {
    let headers = request.headers().clone();
    let bytes = axum::body::to_bytes(request.into_body(), 64 * 1024).await.unwrap_or_default();
    let form = FormState::read(&tr(&app, &headers), form::pairs(&bytes));
    let chosen = types::Locale::from_tag(form.value("locale")).unwrap_or_default();
    let cookie = set_cookie(&app, "locale", chosen.tag(), 365 * 24 * 3600);
    let back = local_path(form.value("back"));
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), crate::see_other(&back)).into_response())
}

async fn choose_acting_for(State(app): State<App>, signed: Signed, crate::Form(form): crate::Form) -> Result {
    let person: Option<PersonId> = form.value("person").parse().ok();
    // Checked again at every request: a substitution ends at midnight, not at sign-out.
    let person = person.filter(|p| signed.op.substitutes().contains(p));
    auth::set_acting_for(app.kernel(), &signed.session, person).await?;
    Ok(crate::see_other(&local_path(form.value("back"))))
}

async fn keyboard(ctx: Ctx) -> Result {
    crate::page(&KeyboardPage { shell: ctx.shell })
}

async fn design(ctx: Ctx) -> Result {
    Ok(Html(ui::gallery(ctx.shell)).into_response())
}

/// Is the server there?
#[utoipa::path(get, path = "/healthz", operation_id = "health", tag = "house",
    responses((status = 200, description = "It is.", body = Health)))]
pub(crate) async fn healthz() -> Json<Health> {
    Json(Health { status: "ok".to_owned() })
}

/// Does its database answer?
#[utoipa::path(get, path = "/readyz", operation_id = "ready", tag = "house",
    responses((status = 200, description = "It does.", body = Health)))]
pub(crate) async fn readyz(State(app): State<App>) -> Result {
    let mut tx = app.kernel().db().begin(None, true).await.map_err(|_| Problem::Unavailable)?;
    sqlx::query(db::sql!("select 1")).execute(tx.conn()).await.map_err(|_| Problem::Unavailable)?;
    Ok(Json(Health { status: "ready".to_owned() }).into_response())
}

/// This description.
#[utoipa::path(get, path = "/api/openapi.json", operation_id = "describe", tag = "house",
    responses((status = 200, description = "OpenAPI 3.1.", body = Object)))]
pub(crate) async fn openapi(State(app): State<App>) -> Json<utoipa::openapi::OpenApi> {
    Json(api::openapi(&app))
}

pub(crate) async fn asset(Path((_, file)): Path<(String, String)>, headers: HeaderMap) -> Response {
    let Some(asset) = ui::asset(&file) else { return StatusCode::NOT_FOUND.into_response() };
    if headers.get(header::IF_NONE_MATCH).is_some_and(|v| v.as_bytes() == asset.etag.as_bytes()) {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    let headers = [
        (header::CONTENT_TYPE, asset.media_type),
        (header::ETAG, asset.etag),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable".to_owned()),
    ];
    (headers, asset.bytes.into_owned()).into_response()
}

pub(crate) async fn fallback(State(app): State<App>, request: Request) -> Response {
    let id = RequestId(app.kernel().new_uuid(app.kernel().clock()));
    let path = request.uri().path().to_owned();
    if path.starts_with("/api/") {
        return problem_json(&app, &Problem::NotFound, id, request.headers());
    }
    // A wrong address leaves whoever is signed in where they are: with their own applications beside it.
    let signed = crate::guard::of_session(&app, request.headers()).await.ok().flatten();
    problem_page(&app, &Problem::NotFound, id, request.headers(), &path, signed.as_ref()).await
}

/// RFC 9457.
pub(crate) fn problem_json(app: &App, problem: &Problem, id: RequestId, headers: &HeaderMap) -> Response {
    let tr = tr(app, headers);
    let code = problem.code();
    let body = ProblemBody {
        kind: format!("urn:novads:problem:{code}"),
        title: tr.t(&format!("problem-{code}")),
        status: problem.status().as_u16(),
        detail: problem.detail().unwrap_or_else(|| tr.t(&format!("problem-{code}-help"))),
        instance: format!("urn:uuid:{id}"),
    };
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"))];
    (problem.status(), kind, serde_json::to_string(&body).unwrap_or_default()).into_response()
}

pub(crate) async fn problem_page(
    app: &App,
    problem: &Problem,
    id: RequestId,
    headers: &HeaderMap,
    path: &str,
    signed: Option<&Signed>,
) -> Response {
    // With the person's own shell where they have one; a failing database must not fail the problem page.
    let own = match (problem, signed) {
        (Problem::Unavailable | Problem::Internal(_), _) | (_, None) => None,
        (_, Some(signed)) => crate::ctx::shell(app, signed, path.to_owned()).await.ok(),
    };
    let shell = own.unwrap_or_else(|| {
        let mut shell = Shell::new(tr(app, headers));
        shell.demo = app.is_demo();
        shell
    });
    let code = problem.code();
    let title = shell.t(&format!("problem-{code}"));
    let help = shell.t(&format!("problem-{code}-help"));
    let page = ProblemPage { shell, title, help, detail: problem.detail(), request: id.to_string() };
    let html = page.render().unwrap_or_else(|e| e.to_string());
    let mut response = (problem.status(), Html(html)).into_response();
    if let Problem::TooMany(seconds) = problem {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
    }
    response
}
