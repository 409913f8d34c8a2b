//! In front of every route: who is it, may they come in, and did they mean it.

use axum::{
    body::{Body, Bytes},
    extract::{FromRequest as _, Multipart, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use i18n::Tr;
use op::Op;
use tracing::Instrument as _;
use types::{Locale, RequestId};

use crate::{
    Access, App, Kind, Problem, Route,
    auth::{self, cookie, cookie_name},
    form, pages, state,
};

/// Who came in. For a visitor without a session, `session` is the anonymous cookie.
#[derive(Clone)]
pub struct Signed {
    /// The operation; of the house itself, without any right, for a visitor.
    pub op: Op,
    /// The texts.
    pub tr: Tr,
    /// The token for this page's forms.
    pub csrf: String,
    /// The session's cookie; empty for API tokens.
    pub(crate) session: String,
}

/// A route behind its guard.
#[derive(Clone)]
pub(crate) struct Guarded {
    pub app: App,
    pub route: Route,
}

/// The guard of a route.
pub(crate) async fn guard(State(g): State<Guarded>, request: Request, next: Next) -> Response {
    let headers = request.headers().clone();
    let path = request.uri().path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);
    let (response, signed) = match admit(&g, request).await {
        Ok((request, signed)) => (next.run(request).await, signed),
        Err((problem, signed)) => (problem.into_response(), signed),
    };
    let response = match &signed {
        Some(signed) => once(&headers, &path, response, &signed.op).await,
        None => response,
    };
    let response = match response.extensions().get::<Problem>().cloned() {
        Some(problem) => render(&g, &headers, &path, &problem, signed.as_ref()).await,
        None => response,
    };
    with_private_headers(response, &g)
}

/// The second of two equal submits is led where the first one led; nothing was done twice (see `op::Op::with_submit`).
async fn once(headers: &HeaderMap, path: &str, response: Response, op: &Op) -> Response {
    let location = response.headers().get(header::LOCATION).and_then(|v| v.to_str().ok());
    if response.status().is_success() || response.status().is_redirection() {
        // What was done is done: where it cannot be remembered, a repetition is led back to the page of the form.
        if let Some(location) = location
            && let Err(error) = op.leads_to(location).await
        {
            tracing::warn!(request.id = %op.request(), %error, "cannot remember where a submit led");
        }
        return response;
    }
    let earlier = if response.status().is_client_error() { op.led_to().await } else { Ok(None) };
    match earlier {
        Ok(Some(_)) if headers.contains_key("hx-request") => axum::http::StatusCode::NO_CONTENT.into_response(),
        Ok(Some(location)) if location.is_empty() => Redirect::to(form_page(headers, path)).into_response(),
        Ok(Some(location)) => Redirect::to(&location).into_response(),
        Ok(None) => response,
        Err(error) => {
            tracing::warn!(request.id = %op.request(), %error, "cannot look for an earlier submit");
            response
        }
    }
}

/// The page of this site where the form stood; only its path is believed.
fn form_page<'a>(headers: &'a HeaderMap, path: &'a str) -> &'a str {
    let referer = headers.get(header::REFERER).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let host = headers.get(header::HOST).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let rest = referer.split_once("://").and_then(|(_, r)| r.strip_prefix(host)).unwrap_or_default();
    match rest {
        own if own.starts_with('/') && !own.starts_with("//") && own != path => own,
        _ => "/",
    }
}

type Refused = (Problem, Option<Signed>);

async fn admit(g: &Guarded, mut request: Request) -> Result<(Request, Option<Signed>), Refused> {
    let mut signed = identify(g, request.headers()).await.map_err(|p| (p, None))?;
    let visitor = signed.clone();
    let refused = |p: Problem| (p, visitor.clone());
    permit(&g.route.access, signed.as_ref()).map_err(refused)?;
    let by_token = signed.as_ref().is_some_and(|s| s.session.is_empty());
    if state::is_unsafe(request.method()) {
        // A token in a header cannot be sent by another site's form; a cookie can.
        if !by_token {
            check_origin(&g.app, request.headers()).map_err(refused)?;
        }
        request = buffer(request, g.route.max_body).await.map_err(refused)?;
        if !by_token {
            let hidden;
            (request, hidden) = check_csrf(&g.app, request).await.map_err(refused)?;
            signed = signed.map(|s| hidden.of_submit(s, request.uri().path()));
        }
    }
    if let Some(s) = &signed {
        request.extensions_mut().insert(s.clone());
    }
    Ok((request, signed))
}

async fn identify(g: &Guarded, headers: &HeaderMap) -> Result<Option<Signed>, Problem> {
    let app = &g.app;
    if let Access::Api(_, scope) = g.route.access
        && let Some(token) = bearer(headers)
    {
        let found = auth::find_api_token(app.kernel(), token).await?;
        let token = found.filter(|t| t.scopes.iter().any(|s| s == scope)).ok_or(Problem::SignInFirst)?;
        let op = Op::system(app.kernel(), token.tenant_id, &token.source);
        let op = op.with_request(request_id(headers, app));
        let tr = Tr::new(std::sync::Arc::clone(app.catalog()), Locale::En);
        return Ok(Some(Signed { op, tr, csrf: String::new(), session: String::new() }));
    }
    of_session(app, headers).await
}

/// Whoever the session's cookie says.
pub(crate) async fn of_session(app: &App, headers: &HeaderMap) -> Result<Option<Signed>, Problem> {
    let Some(cookie) = cookie(headers, &cookie_name(app, "session")) else { return Ok(None) };
    let Some(session) = auth::find_session(app.kernel(), &cookie).await? else { return Ok(None) };
    let locale = auth::locale_of(headers, app, Some(&session.locale));
    let op = Op::for_person(app.kernel(), session.tenant_id, session.person_id, session.identity_id, locale).await?;
    let op = op.with_acting_for(session.acting_for).with_request(request_id(headers, app));
    let tr = Tr::new(std::sync::Arc::clone(app.catalog()), locale);
    let csrf = auth::csrf_token(app, &cookie);
    Ok(Some(Signed { op, tr, csrf, session: cookie }))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

fn permit(access: &Access, signed: Option<&Signed>) -> Result<(), Problem> {
    match (access, signed) {
        (Access::Public, _) | (Access::SignedIn, Some(_)) => Ok(()),
        (_, None) => Err(Problem::SignInFirst),
        (Access::Action(action) | Access::Api(action, _), Some(s)) if s.op.could(action) => Ok(()),
        (Access::Action(_) | Access::Api(..), Some(_)) => Err(Problem::Forbidden),
    }
}

/// Browsers send Origin with every unsafe request; whoever sends neither it nor Sec-Fetch-Site is no browser,
/// and has no cookie that somebody else could ride on.
fn check_origin(app: &App, headers: &HeaderMap) -> Result<(), Problem> {
    let site = headers.get("sec-fetch-site").and_then(|v| v.to_str().ok());
    if site.is_some_and(|s| s != "same-origin" && s != "none") {
        return Err(Problem::Csrf);
    }
    let Some(origin) = headers.get(header::ORIGIN).and_then(|v| v.to_str().ok()) else { return Ok(()) };
    let host = headers.get(header::HOST).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let scheme = if app.https() { "https" } else { "http" };
    let same = origin == app.public_url() || origin == format!("{scheme}://{host}");
    if same { Ok(()) } else { Err(Problem::Csrf) }
}

async fn buffer(request: Request, limit: usize) -> Result<Request, Problem> {
    let (parts, body) = request.into_parts();
    let declared = parts.headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<usize>().ok());
    let too_large = Problem::TooLarge(u64::try_from(limit).unwrap_or(u64::MAX));
    if declared.is_some_and(|n| n > limit) {
        return Err(too_large);
    }
    let bytes = axum::body::to_bytes(body, limit).await.map_err(|_| too_large)?;
    let mut request = Request::from_parts(parts, Body::from(bytes.clone()));
    request.extensions_mut().insert(bytes);
    Ok(request)
}

/// The hidden fields that every form carries, and what the key must stand for.
#[derive(Default)]
struct Hidden {
    csrf: String,
    submit: String,
    /// What was typed; empty where files were sent, whose separators differ each time.
    typed: String,
}

impl Hidden {
    fn of_pairs(pairs: Vec<(String, String)>) -> Self {
        let mut hidden = Self::default();
        for (name, value) in pairs {
            match name.as_str() {
                ui::CSRF_FIELD => hidden.csrf = value,
                ui::SUBMIT_FIELD => hidden.submit = value,
                _ => {
                    for text in [&name, &value] {
                        hidden.typed.push_str(text);
                        hidden.typed.push('\0');
                    }
                }
            }
        }
        hidden
    }

    /// A page may hold several forms under one key: what makes a submit the same is key, place and all that was typed.
    fn of_submit(self, mut signed: Signed, path: &str) -> Signed {
        if let Ok(key) = self.submit.parse::<uuid::Uuid>() {
            let what = format!("{path}\0{}", self.typed);
            signed.op = signed.op.with_submit(uuid::Uuid::new_v5(&key, what.as_bytes()));
        }
        signed
    }
}

async fn check_csrf(app: &App, request: Request) -> Result<(Request, Hidden), Problem> {
    let (parts, _) = request.into_parts();
    let bytes = parts.extensions.get::<Bytes>().cloned().unwrap_or_default();
    let hidden = hidden(&parts, bytes.clone()).await;
    let header = parts.headers.get("x-csrf-token").and_then(|v| v.to_str().ok());
    let token = header.unwrap_or(&hidden.csrf).to_owned();
    let name = |base| cookie(&parts.headers, &cookie_name(app, base));
    let bound = name("session").into_iter().chain(name("visitor"));
    let matches = bound.into_iter().any(|c| auth::csrf_matches(app, &c, &token));
    if matches { Ok((Request::from_parts(parts, Body::from(bytes)), hidden)) } else { Err(Problem::Csrf) }
}

async fn hidden(parts: &axum::http::request::Parts, bytes: Bytes) -> Hidden {
    let mut copy = Request::new(Body::from(bytes.clone()));
    *copy.headers_mut() = parts.headers.clone();
    // The body was measured when it was buffered; the reader's own limit of 2 MB would hide the token of larger ones.
    axum::extract::DefaultBodyLimit::disable().apply(&mut copy);
    if !form::is_multipart(&copy) {
        return Hidden::of_pairs(form::pairs(&bytes));
    }
    let mut found = Hidden::default();
    let Ok(mut multipart) = Multipart::from_request(copy, &()).await else { return found };
    while let Ok(Some(part)) = multipart.next_field().await {
        match part.name() {
            Some(ui::CSRF_FIELD) => found.csrf = part.text().await.unwrap_or_default(),
            Some(ui::SUBMIT_FIELD) => found.submit = part.text().await.unwrap_or_default(),
            _ => {}
        }
    }
    found
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

fn request_id(headers: &HeaderMap, app: &App) -> RequestId {
    let given = headers.get(REQUEST_ID).and_then(|v| v.to_str().ok()?.parse().ok());
    given.unwrap_or_else(|| RequestId(app.kernel().new_uuid(app.kernel().clock())))
}

async fn render(g: &Guarded, headers: &HeaderMap, path: &str, problem: &Problem, signed: Option<&Signed>) -> Response {
    let id = signed.map_or_else(|| request_id(headers, &g.app), |s| s.op.request());
    if let Problem::Internal(text) = problem {
        tracing::error!(request.id = %id, route = g.route.path, error = %text, "request failed");
    }
    if g.route.kind == Kind::Api {
        return pages::problem_json(&g.app, problem, id, headers);
    }
    if *problem == Problem::SignInFirst {
        let next: String = form_urlencoded::byte_serialize(path.as_bytes()).collect();
        return Redirect::to(&format!("/sign-in?next={next}")).into_response();
    }
    pages::problem_page(&g.app, problem, id, headers, path, signed).await
}

fn with_private_headers(mut response: Response, g: &Guarded) -> Response {
    if !response.headers().contains_key(header::CACHE_CONTROL) {
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response.extensions_mut().insert(Label(g.route.path));
    response
}

/// The route that answered, for logs and metrics (a path would carry ids).
#[derive(Clone, Copy)]
pub(crate) struct Label(pub &'static str);

const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
                   font-src 'self'; connect-src 'self'; frame-src 'self'; object-src 'none'; form-action 'self'; \
                   base-uri 'none'; frame-ancestors 'self'; manifest-src 'self'";

/// Around everything: security headers, one log line a request, without anything personal.
pub(crate) async fn outer(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let started = std::time::Instant::now();
    let id = request_id(request.headers(), &app).to_string();
    // The guard takes it from there, and so do the trail and the problem page.
    let value = HeaderValue::from_str(&id).ok();
    if let Some(value) = value.clone() {
        request.headers_mut().insert(REQUEST_ID, value);
    }
    let span = tracing::info_span!("request", id);
    let mut response = next.run(request).instrument(span.clone()).await;
    let label = response.extensions().get::<Label>().map_or("-", |l| l.0);
    let elapsed = started.elapsed();
    crate::metrics::observe(method.as_str(), label, response.status().as_u16(), elapsed);
    span.in_scope(|| {
        tracing::info!(
            http.method = %method,
            http.route = label,
            http.status = response.status().as_u16(),
            duration_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
            "answered"
        );
    });
    if let Some(value) = value {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    let headers = response.headers_mut();
    let mut set = |name: &'static str, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set("content-security-policy", CSP);
    set("x-content-type-options", "nosniff");
    set("referrer-policy", "same-origin");
    set("x-frame-options", "SAMEORIGIN");
    set("permissions-policy", "camera=(), microphone=(), geolocation=()");
    set("cross-origin-opener-policy", "same-origin");
    if app.https() {
        set("strict-transport-security", "max-age=31536000");
    }
    response
}
