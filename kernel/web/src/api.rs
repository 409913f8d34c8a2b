//! JSON in and out, and the description of the whole programming interface.

use axum::{
    extract::{FromRequest, Request},
    response::{IntoResponse, Response},
};
use serde::{Serialize, de::DeserializeOwned};
use utoipa::{
    OpenApi as _, ToSchema,
    openapi::{
        OpenApi, PathItem, RefOr,
        path::Operation,
        response::ResponseBuilder,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};

use crate::{Access, App, Kind, Problem, Route, state};

/// A JSON answer.
pub struct Json<T>(pub T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// A JSON body; what cannot be read says where.
pub struct JsonBody<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &App) -> Result<Self, Problem> {
        // The guard has bounded the body already.
        let bytes = axum::body::to_bytes(request.into_body(), usize::MAX)
            .await
            .map_err(|e| Problem::BadRequest(e.to_string()))?;
        serde_json::from_slice(&bytes).map(Self).map_err(|e| Problem::BadRequest(e.to_string()))
    }
}

/// Why a request was not done, as RFC 9457 (Problem Details for HTTP APIs) has it.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemBody {
    /// What kind of problem.
    #[serde(rename = "type")]
    #[schema(format = "uri", example = "urn:novads:problem:forbidden")]
    pub kind: String,
    /// The same, for people.
    pub title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// What is known of this one.
    pub detail: String,
    /// The request's id, for whoever looks into the log.
    #[schema(format = "uri", example = "urn:uuid:0190e0a4-0000-7000-8000-000000000001")]
    pub instance: String,
}

/// The server's state.
#[derive(Serialize, ToSchema)]
pub(crate) struct Health {
    /// `ok`, or `ready`.
    pub status: String,
}

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Novads",
        version = env!("CARGO_PKG_VERSION"),
        description = "The programming interface of a municipality on Novads. Outside systems show a token \
                       (`Authorization: Bearer …`), which the installation's administrator makes with \
                       `novads admin token create`; a token opens what its scopes name. Problems are answered as \
                       RFC 9457 has them.",
        license(name = "EUPL-1.2", identifier = "EUPL-1.2"),
    ),
    components(schemas(ProblemBody, Health)),
    paths(crate::pages::healthz, crate::pages::readyz, crate::pages::openapi),
    tags((name = "house", description = "The installation itself.")),
)]
struct Described;

/// The description of the whole API: the modules' parts put together. Who may come in, and how a refusal looks,
/// follow from the routes themselves.
pub(crate) fn openapi(app: &App) -> OpenApi {
    let mut whole = Described::openapi();
    for part in app.modules().iter().filter_map(|m| m.openapi) {
        whole.merge(part());
    }
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("The token of an outside system."));
    let cookie = ApiKey::Cookie(ApiKeyValue::with_description("__Host-session", "A person's session in the browser."));
    let components = whole.components.get_or_insert_default();
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer.build()));
    components.add_security_scheme("session", SecurityScheme::ApiKey(cookie));
    for route in app.routes().iter().filter(|r| r.kind == Kind::Api) {
        let operation = whole.paths.paths.get_mut(route.path).and_then(|item| operation(item, route));
        if let Some(operation) = operation {
            guarded(operation, route);
        }
    }
    whole
}

fn operation<'a>(item: &'a mut PathItem, route: &Route) -> Option<&'a mut Operation> {
    match route.method.as_str() {
        "GET" => item.get.as_mut(),
        "POST" => item.post.as_mut(),
        "DELETE" => item.delete.as_mut(),
        _ => None,
    }
}

/// What the guard in front of a route asks and answers.
fn guarded(operation: &mut Operation, route: &Route) {
    let none: [&str; 0] = [];
    let session = SecurityRequirement::new("session", none);
    operation.security = Some(match route.access {
        Access::Public => Vec::new(),
        Access::SignedIn | Access::Action(_) => vec![session],
        Access::Api(_, scope) => vec![SecurityRequirement::new("bearer", [scope]), session],
    });
    let mut problem = |status: &str, text: &str| {
        let described = operation.responses.responses.get(status).and_then(|r| match r {
            RefOr::T(r) => Some(r.description.clone()),
            RefOr::Ref(_) => None,
        });
        let text = described.unwrap_or_else(|| text.to_owned());
        let schema = utoipa::openapi::Ref::from_schema_name("Problem");
        let content = utoipa::openapi::Content::new(Some(schema));
        let response = ResponseBuilder::new().description(text).content("application/problem+json", content).build();
        operation.responses.responses.insert(status.to_owned(), RefOr::T(response));
    };
    if !matches!(route.access, Access::Public) {
        problem("401", "No token, or one that does not open this.");
        problem("403", "Not theirs to do.");
    }
    if state::is_unsafe(&route.method) {
        problem("400", "The body cannot be read; says where.");
        problem("409", "In conflict with what was done before.");
        problem("413", "The body is too large.");
    }
    problem("default", "Something else; the status says what.");
}
