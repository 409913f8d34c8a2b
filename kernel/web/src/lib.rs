//! The web: routes as data, sign-in, forms, problem pages. Every route says who may come in, and one guard
//! in front of all of them checks it, with the Origin and the CSRF token of every unsafe method.

mod api;
mod auth;
mod chores;
mod ctx;
mod form;
mod guard;
mod identity;
pub mod metrics;
mod module;
mod pages;
pub mod platform;
mod problem;
mod route;
mod state;

pub use api::{Json, JsonBody};
pub use auth::{SESSION_HOURS, hash_password, open_session};
pub use chores::chores;
pub use ctx::{Ctx, ShellFacts, ShellSource};
pub use form::{Form, Upload, Uploaded};
pub use guard::Signed;
pub use identity::{NewIdentity, create_identity, create_token, set_password};
pub use module::{Module, NavEntry, Sample};
pub use pages::DemoHints;
pub use problem::{Problem, Result};
pub use route::{Access, Kind, Route, api_delete, api_get, api_post, get, post};
pub use state::{App, AppConfig, router};

use axum::response::{Html, IntoResponse, Redirect, Response};

/// The texts of sign-in, problem pages and the like.
pub const TEXTS: i18n::Source =
    i18n::Source { name: "web", lv: include_str!("../locales/lv.ftl"), en: include_str!("../locales/en.ftl") };

/// The kernel's own routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    pages::routes()
}

/// Renders a page.
///
/// # Errors
/// The template failed: a programming error, answered as 500.
pub fn page(template: &impl askama::Template) -> Result<Response> {
    let html = template.render().map_err(|e| Problem::Internal(e.to_string()))?;
    Ok(Html(html).into_response())
}

/// Renders a form that was refused, with what was typed: 422, so that nothing takes it for success.
///
/// # Errors
/// The template failed.
pub fn invalid(template: &impl askama::Template) -> Result<Response> {
    let html = template.render().map_err(|e| Problem::Internal(e.to_string()))?;
    Ok((axum::http::StatusCode::UNPROCESSABLE_ENTITY, Html(html)).into_response())
}

/// After a successful POST: see the result (303).
#[must_use]
pub fn see_other(to: &str) -> Response {
    Redirect::to(to).into_response()
}
