//! Remote raw signing in the manner of eParaksts (its integration platform, SafeLayer TrustedX): an OAuth code grant
//! for the person's identity, a second one for signatures over digests whose summary the person approved.

use std::sync::Arc;

use asice::pki::Hash;
use axum::{
    Json, Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use axum_extra::extract::Query;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;
use serde_json::json;

use crate::{
    World,
    consent::{self, Asked, Authorize, ask, bearer},
    pki::person_number,
};

pub(crate) fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/trustedx-authserver/oauth/lvrtc-eipsign-as", get(authorize))
        .route("/trustedx-authserver/oauth/lvrtc-eipsign-as/token", post(consent::token))
        .route("/trustedx-resources/openid/v1/users/me", get(me))
        .route("/trustedx-resources/esigp/v1/sign_identities/{id}", get(identity))
        .route("/trustedx-resources/esigp/v1/signatures/server/raw", post(raw))
}

fn identity_of(code: &str) -> String {
    format!("sim-{code}")
}

async fn authorize(State(world): State<Arc<World>>, Query(request): Query<Authorize>) -> Response {
    let scopes: Vec<&str> = request.scope.split(' ').collect();
    let asked = if scopes.contains(&"urn:safelayer:eidas:sign:identity:use:server") {
        summary(&request)
    } else if scopes.contains(&"urn:safelayer:eidas:sign:identity:profile") {
        Ok(Asked::Identity)
    } else {
        Err("scope".to_owned())
    };
    ask(&world, &request, asked)
}

fn summary(request: &Authorize) -> Result<Asked, String> {
    let id = request.sign_identity_id.as_deref().and_then(|id| id.strip_prefix("sim-")).ok_or("sign_identity_id")?;
    let hash = match request.digests_summary_algorithm.as_deref() {
        Some("SHA256" | "sha256") => Hash::Sha256,
        Some("SHA384" | "sha384") => Hash::Sha384,
        Some("SHA512" | "sha512") => Hash::Sha512,
        _ => return Err("digests_summary_algorithm".to_owned()),
    };
    let summary = request.digests_summary.as_deref().and_then(|text| STANDARD.decode(text).ok());
    let summary = summary.filter(|s| s.len() == hash.size()).ok_or("digests_summary")?;
    Ok(Asked::Summary { code: id.to_owned(), summary, hash })
}

async fn me(State(world): State<Arc<World>>, headers: HeaderMap) -> Response {
    let (_, access) = match bearer(&world, &headers) {
        Ok(found) => found,
        Err(response) => return *response,
    };
    let Some(person) = world.known().people.get(&access.code).cloned() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    Json(json!({
        "sub": identity_of(&person.code),
        "given_name": person.given,
        "family_name": person.surname,
        "name": format!("{} {}", person.given, person.surname),
        "serial_number": person_number(&person.code),
        "acr": "urn:eidas:loa:high",
        "sign_identities": [{
            "id": identity_of(&person.code),
            "labels": ["server", "signature"],
            "status": { "value": "enabled" },
        }],
    }))
    .into_response()
}

async fn identity(State(world): State<Arc<World>>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let (_, access) = match bearer(&world, &headers) {
        Ok(found) => found,
        Err(response) => return *response,
    };
    if id != identity_of(&access.code) || access.asked != Asked::Identity {
        return StatusCode::FORBIDDEN.into_response();
    }
    match world.entity(&access.code) {
        Ok(Some(entity)) => Json(json!({ "identity": {
            "id": id,
            "type": "pki:x509",
            "labels": ["server", "signature"],
            "details": { "certificate": STANDARD.encode(entity.cert.der()) },
            "status": { "value": "enabled" },
        }}))
        .into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

#[derive(Deserialize)]
struct Raw {
    digest_value: String,
    signature_algorithm: String,
    sign_identity_id: String,
}

async fn raw(State(world): State<Arc<World>>, headers: HeaderMap, Json(request): Json<Raw>) -> Response {
    let (token, access) = match bearer(&world, &headers) {
        Ok(found) => found,
        Err(response) => return *response,
    };
    let refuse = |text: &str| (StatusCode::BAD_REQUEST, Json(json!({ "error": text }))).into_response();
    let Asked::Summary { code, .. } = &access.asked else { return StatusCode::FORBIDDEN.into_response() };
    if request.sign_identity_id != identity_of(code) {
        return StatusCode::FORBIDDEN.into_response();
    }
    // People's keys here are on P-256; the algorithm only says which digest it is.
    if !request.signature_algorithm.starts_with("ecdsa") {
        return refuse("signature_algorithm");
    }
    let Some(digest) = STANDARD.decode(&request.digest_value).ok().filter(|d| d.len() == 32) else {
        return refuse("digest_value");
    };
    let Ok(Some(entity)) = world.entity(code) else { return StatusCode::NOT_FOUND.into_response() };
    match entity.key.sign_digest(&digest) {
        Ok(value) => {
            consent::note(&world, &token, &[digest]);
            ([(header::CONTENT_TYPE, "application/octet-stream")], value).into_response()
        }
        Err(error) => crate::unreadable(&error),
    }
}
