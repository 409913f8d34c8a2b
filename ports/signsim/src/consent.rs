//! Asking a person: what OAuth 2.0 leaves to the service. A request waits until the person decides on the page;
//! then a code, for the code a token.

use std::{collections::HashMap, sync::Arc};

use asice::pki::Hash;
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::Form;
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use chrono::TimeDelta;
use serde::Deserialize;
use serde_json::json;
use types::Timestamp;
use url::Url;

use crate::{CLIENT_ID, CLIENT_SECRET, Service, World, pages};

/// How long a request waits, a code is good, a token is good.
const WAIT: TimeDelta = TimeDelta::minutes(30);
const CODE: TimeDelta = TimeDelta::minutes(5);
const TOKEN: TimeDelta = TimeDelta::minutes(15);
/// More than any person leaves open.
const MAX: usize = 10_000;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Who the person is, and their certificate.
    Identity,
    /// Signatures over digests whose digest, in order, is this (eParaksts).
    Summary { code: String, summary: Vec<u8>, hash: Hash },
    /// Signatures over exactly these digests (CSC).
    Digests { code: String, digests: Vec<Vec<u8>> },
}

#[derive(Clone, Debug)]
pub(crate) struct Pending {
    pub asked: Asked,
    pub redirect: String,
    pub state: String,
    /// PKCE (RFC 7636), S256.
    pub challenge: Option<String>,
    /// Whom the client thinks it to be.
    pub hint: Option<String>,
    pub at: Timestamp,
}

#[derive(Clone, Debug)]
struct Grant {
    pending: Pending,
    code: String,
    at: Timestamp,
}

/// What a token allows.
#[derive(Clone, Debug)]
pub(crate) struct Access {
    pub asked: Asked,
    /// Whose.
    pub code: String,
    /// What was signed under it.
    pub signed: Vec<Vec<u8>>,
    at: Timestamp,
}

#[derive(Default)]
pub(crate) struct Consents {
    waiting: HashMap<String, Pending>,
    grants: HashMap<String, Grant>,
    tokens: HashMap<String, Access>,
}

fn name() -> String {
    hex::encode(rand::random::<[u8; 16]>())
}

/// The parameters of an authorisation request that both services have.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Authorize {
    #[serde(default)]
    pub response_type: String,
    #[serde(default)]
    pub client_id: String,
    #[serde(default)]
    pub redirect_uri: String,
    #[serde(default)]
    pub scope: String,
    #[serde(default)]
    pub state: String,
    pub login_hint: Option<String>,
    pub code_challenge: Option<String>,
    pub code_challenge_method: Option<String>,
    // eParaksts.
    pub sign_identity_id: Option<String>,
    pub digests_summary: Option<String>,
    pub digests_summary_algorithm: Option<String>,
    // CSC.
    #[serde(rename = "credentialID")]
    pub credential: Option<String>,
    pub hashes: Option<String>,
    #[serde(rename = "numSignatures")]
    pub count: Option<usize>,
}

/// Shows the page, if the request is one.
pub(crate) fn ask(world: &World, request: &Authorize, asked: Result<Asked, String>) -> Response {
    if world.fails(Service::Signing) {
        return crate::broken();
    }
    // Nobody is sent back to an address that is none.
    let target = Url::parse(&request.redirect_uri).ok().filter(|u| matches!(u.scheme(), "http" | "https"));
    if request.client_id != CLIENT_ID || target.is_none() {
        return (StatusCode::BAD_REQUEST, "unknown client_id or redirect_uri").into_response();
    }
    let back = |error: &str, text: &str| {
        back(&request.redirect_uri, &request.state, &[("error", error), ("error_description", text)])
    };
    if request.response_type != "code" {
        return back("unsupported_response_type", "code");
    }
    let asked = match asked {
        Ok(asked) => asked,
        Err(text) => return back("invalid_request", &text),
    };
    if request.code_challenge.is_some() && request.code_challenge_method.as_deref() != Some("S256") {
        return back("invalid_request", "code_challenge_method");
    }
    let pending = Pending {
        asked,
        redirect: request.redirect_uri.clone(),
        state: request.state.clone(),
        challenge: request.code_challenge.clone(),
        hint: request.login_hint.clone(),
        at: world.clock.now(),
    };
    let id = name();
    let mut known = world.known();
    if known.consents.waiting.len() >= MAX {
        known.consents.waiting.clear();
    }
    known.consents.waiting.insert(id.clone(), pending.clone());
    let people: Vec<_> = known.people.values().cloned().collect();
    pages::consent(&id, &pending, &people)
}

fn back(redirect: &str, state: &str, with: &[(&str, &str)]) -> Response {
    let Ok(mut url) = Url::parse(redirect) else { return StatusCode::BAD_REQUEST.into_response() };
    url.query_pairs_mut().extend_pairs(with).append_pair("state", state);
    Redirect::to(url.as_str()).into_response()
}

/// What the person decided on the page.
#[derive(Deserialize)]
pub(crate) struct Decision {
    id: String,
    /// `approve`, `refuse` or `fail`.
    decision: String,
    #[serde(default)]
    person: String,
    #[serde(default)]
    given: String,
    #[serde(default)]
    surname: String,
    #[serde(default)]
    code: String,
}

pub(crate) async fn decide(State(world): State<Arc<World>>, Form(decision): Form<Decision>) -> Response {
    let now = world.clock.now();
    let pending = world.known().consents.waiting.remove(&decision.id).filter(|p| now - p.at < WAIT);
    let Some(pending) = pending else { return (StatusCode::GONE, "the request is no longer there").into_response() };
    match decision.decision.as_str() {
        "approve" => {}
        "fail" => return back(&pending.redirect, &pending.state, &[("error", "server_error")]),
        _ => return back(&pending.redirect, &pending.state, &[("error", "access_denied")]),
    }
    let code = match &pending.asked {
        Asked::Identity if decision.person.is_empty() && !decision.code.is_empty() => {
            let digits: String = decision.code.chars().filter(char::is_ascii_digit).take(11).collect();
            let short = |text: &str| text.trim().chars().take(80).collect();
            let person = crate::Person {
                given: short(&decision.given),
                surname: short(&decision.surname),
                code: digits.clone(),
            };
            world.add_person(person);
            digits
        }
        Asked::Identity => decision.person,
        Asked::Summary { code, .. } | Asked::Digests { code, .. } => code.clone(),
    };
    if !world.known().people.contains_key(&code) {
        return back(&pending.redirect, &pending.state, &[("error", "access_denied"), ("error_description", "who?")]);
    }
    let key = name();
    let (redirect, state) = (pending.redirect.clone(), pending.state.clone());
    world.known().consents.grants.insert(key.clone(), Grant { pending, code, at: now });
    back(&redirect, &state, &[("code", &key)])
}

/// The parameters of a token request.
#[derive(Deserialize)]
pub(crate) struct TokenRequest {
    grant_type: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    redirect_uri: String,
    client_id: Option<String>,
    client_secret: Option<String>,
    code_verifier: Option<String>,
}

fn known_client(headers: &HeaderMap, request: &TokenRequest) -> bool {
    if request.client_id.as_deref() == Some(CLIENT_ID) && request.client_secret.as_deref() == Some(CLIENT_SECRET) {
        return true;
    }
    let basic = headers.get("authorization").and_then(|v| v.to_str().ok()).and_then(|v| v.strip_prefix("Basic "));
    basic.and_then(|b| STANDARD.decode(b).ok()) == Some(format!("{CLIENT_ID}:{CLIENT_SECRET}").into_bytes())
}

/// Gives a token for a code, once.
pub(crate) async fn token(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    Form(request): Form<TokenRequest>,
) -> Response {
    let refuse = |error: &str| (StatusCode::BAD_REQUEST, Json(json!({ "error": error }))).into_response();
    if world.fails(Service::Signing) {
        return crate::broken();
    }
    if !known_client(&headers, &request) {
        return (StatusCode::UNAUTHORIZED, Json(json!({ "error": "invalid_client" }))).into_response();
    }
    if request.grant_type != "authorization_code" {
        return refuse("unsupported_grant_type");
    }
    let now = world.clock.now();
    let mut known = world.known();
    let grant = known.consents.grants.remove(&request.code).filter(|g| now - g.at < CODE);
    let Some(grant) = grant.filter(|g| g.pending.redirect == request.redirect_uri) else {
        return refuse("invalid_grant");
    };
    if let Some(challenge) = &grant.pending.challenge {
        let digest = Hash::Sha256.digest(request.code_verifier.unwrap_or_default().as_bytes());
        if URL_SAFE_NO_PAD.encode(digest) != *challenge {
            return refuse("invalid_grant");
        }
    }
    let token = name();
    let asked = grant.pending.asked;
    known.consents.tokens.insert(token.clone(), Access { asked, code: grant.code, signed: Vec::new(), at: now });
    Json(json!({ "access_token": token, "token_type": "Bearer", "expires_in": TOKEN.num_seconds() })).into_response()
}

/// The token that a request bears, with its name.
pub(crate) fn bearer(world: &World, headers: &HeaderMap) -> Result<(String, Access), Box<Response>> {
    if world.fails(Service::Signing) {
        return Err(Box::new(crate::broken()));
    }
    let text = headers.get("authorization").and_then(|v| v.to_str().ok()).and_then(|v| v.strip_prefix("Bearer "));
    let now = world.clock.now();
    let known = world.known();
    let access = text.and_then(|t| known.consents.tokens.get(t)).filter(|a| now - a.at < TOKEN);
    match (text, access) {
        (Some(text), Some(access)) => Ok((text.to_owned(), access.clone())),
        _ => Err(Box::new((StatusCode::UNAUTHORIZED, Json(json!({ "error": "invalid_token" }))).into_response())),
    }
}

/// Notes what was signed under a token; a token whose consent is used up is gone.
pub(crate) fn note(world: &World, token: &str, digests: &[Vec<u8>]) {
    let mut known = world.known();
    let Some(access) = known.consents.tokens.get_mut(token) else { return };
    access.signed.extend_from_slice(digests);
    let used_up = match &access.asked {
        Asked::Identity => false,
        Asked::Summary { summary, hash, .. } => {
            let parts: Vec<&[u8]> = access.signed.iter().map(Vec::as_slice).collect();
            hash.digest_parts(&parts) == *summary
        }
        Asked::Digests { digests, .. } => access.signed.len() >= digests.len(),
    };
    if used_up {
        known.consents.tokens.remove(token);
    }
}
