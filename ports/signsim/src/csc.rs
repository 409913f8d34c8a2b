//! The Cloud Signature Consortium's API, version 2.0, with OAuth 2.0 authorisation of credentials.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use axum_extra::extract::Query;
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    World,
    consent::{self, Asked, Authorize, ask, bearer},
};

/// Digests that one consent is good for.
const MULTISIGN: usize = 1000;

pub(crate) fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/csc/v2/info", post(info))
        .route("/csc/v2/oauth2/authorize", get(authorize))
        .route("/csc/v2/oauth2/token", post(consent::token))
        .route("/csc/v2/credentials/list", post(list))
        .route("/csc/v2/credentials/info", post(credential))
        .route("/csc/v2/signatures/signHash", post(sign_hash))
}

async fn info(State(world): State<Arc<World>>) -> Response {
    Json(json!({
        "specs": "2.0.0.2",
        "name": "Novads simulator",
        "logo": "",
        "region": "LV",
        "lang": "lv",
        "description": "Made up",
        "authType": ["oauth2code"],
        "oauth2": format!("{}/csc/v2", world.base),
        "methods": ["info", "oauth2/authorize", "oauth2/token", "credentials/list", "credentials/info", "signatures/signHash"],
    }))
    .into_response()
}

async fn authorize(State(world): State<Arc<World>>, Query(request): Query<Authorize>) -> Response {
    let asked = match request.scope.as_str() {
        "service" => Ok(Asked::Identity),
        "credential" => digests(&request),
        _ => Err("scope".to_owned()),
    };
    ask(&world, &request, asked)
}

fn digests(request: &Authorize) -> Result<Asked, String> {
    let code = request.credential.as_deref().and_then(|id| id.strip_prefix("sim-")).ok_or("credentialID")?;
    let hashes = request.hashes.as_deref().unwrap_or_default();
    let digests: Option<Vec<Vec<u8>>> = hashes.split(',').map(|h| URL_SAFE_NO_PAD.decode(h).ok()).collect();
    let digests = digests.filter(|d| d.len() <= MULTISIGN && d.iter().all(|h| h.len() == 32)).ok_or("hashes")?;
    if request.count != Some(digests.len()) {
        return Err("numSignatures".to_owned());
    }
    Ok(Asked::Digests { code: code.to_owned(), digests })
}

fn error(status: StatusCode, code: &str, text: &str) -> Response {
    (status, Json(json!({ "error": code, "error_description": text }))).into_response()
}

async fn list(State(world): State<Arc<World>>, headers: HeaderMap, Json(_): Json<Value>) -> Response {
    match bearer(&world, &headers) {
        Ok((_, access)) => Json(json!({ "credentialIDs": [format!("sim-{}", access.code)] })).into_response(),
        Err(response) => *response,
    }
}

#[derive(Deserialize)]
struct Credential {
    #[serde(rename = "credentialID")]
    id: String,
}

async fn credential(State(world): State<Arc<World>>, headers: HeaderMap, Json(request): Json<Credential>) -> Response {
    let (_, access) = match bearer(&world, &headers) {
        Ok(found) => found,
        Err(response) => return *response,
    };
    if request.id != format!("sim-{}", access.code) {
        return error(StatusCode::BAD_REQUEST, "invalid_request", "Invalid parameter credentialID");
    }
    let Ok(Some(entity)) = world.entity(&access.code) else { return StatusCode::NOT_FOUND.into_response() };
    let chain: Vec<String> =
        [&[entity.cert], world.issuers().as_slice()].concat().iter().map(|c| STANDARD.encode(c.der())).collect();
    Json(json!({
        "key": { "status": "enabled", "algo": ["1.2.840.10045.4.3.2"], "len": 256, "curve": "1.2.840.10045.3.1.7" },
        "cert": { "status": "valid", "certificates": chain },
        "auth": { "mode": "oauth2code" },
        "SCAL": "2",
        "multisign": MULTISIGN,
    }))
    .into_response()
}

#[derive(Deserialize)]
struct SignHash {
    #[serde(rename = "credentialID")]
    id: String,
    hashes: Vec<String>,
    #[serde(rename = "signAlgo")]
    algorithm: String,
}

async fn sign_hash(State(world): State<Arc<World>>, headers: HeaderMap, Json(request): Json<SignHash>) -> Response {
    let (token, access) = match bearer(&world, &headers) {
        Ok(found) => found,
        Err(response) => return *response,
    };
    let Asked::Digests { code, digests } = &access.asked else {
        return error(StatusCode::FORBIDDEN, "access_denied", "the token is not for signing");
    };
    if request.id != format!("sim-{code}") || request.algorithm != "1.2.840.10045.4.3.2" {
        return error(StatusCode::BAD_REQUEST, "invalid_request", "credentialID or signAlgo");
    }
    let asked: Option<Vec<Vec<u8>>> = request.hashes.iter().map(|h| STANDARD.decode(h).ok()).collect();
    // What was not shown to the person is not signed.
    let Some(asked) = asked.filter(|a| a.iter().all(|h| digests.contains(h) && !access.signed.contains(h))) else {
        return error(StatusCode::BAD_REQUEST, "invalid_request", "Hash is not authorized by the SAD");
    };
    let Ok(Some(entity)) = world.entity(code) else { return StatusCode::NOT_FOUND.into_response() };
    let values: Result<Vec<String>, _> =
        asked.iter().map(|digest| entity.key.sign_digest(digest).map(|v| STANDARD.encode(v))).collect();
    match values {
        Ok(values) => {
            consent::note(&world, &token, &asked);
            Json(json!({ "signatures": values })).into_response()
        }
        Err(error) => crate::unreadable(&error),
    }
}
