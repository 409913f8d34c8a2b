//! JSON in and out: for an access point, the e-address, an accounting system.

use axum::response::IntoResponse as _;
use base64::Engine as _;
use op::Action as _;
use serde::Deserialize;
use serde_json::json;
use types::UnitId;
use utoipa::{OpenApi, ToSchema};
use web::{Access, Json, JsonBody, Problem, Result, Route, Signed, api_post};

use crate::{
    actions::ReceiveInvoice,
    model::{Channel, Correspondent, Envelope, LevelStatus, level_status},
    store,
    usecases::{self, Arrival, Outcome, Received},
};

/// The scope that a token needs.
pub const SCOPE: &str = "invoices.receive";
/// The most files in one call.
const MOST: usize = 200;

#[derive(OpenApi)]
#[openapi(paths(receive), tags((name = "invoices", description = "Invoices that outside systems hand over.")))]
struct Described;

/// This crate's part of the API's description.
pub(crate) fn openapi() -> utoipa::openapi::OpenApi {
    Described::openapi()
}

pub(crate) fn routes() -> Vec<Route> {
    vec![
        api_post("/api/invoices", Access::Api(ReceiveInvoice::DEF, SCOPE), "invoices-api-receive", receive)
            .max_body(64 * 1024 * 1024),
    ]
}

/// Files to be taken in.
#[derive(Deserialize, ToSchema)]
struct Batch {
    /// By what they came: `api` or `e-address`.
    #[serde(default)]
    channel: Option<String>,
    /// The files.
    files: Vec<File>,
}

#[derive(Deserialize, ToSchema)]
struct File {
    /// Its name.
    name: String,
    /// Its content in base64.
    content: String,
    /// The envelope in which an access point handed it over; then the answer has a Message Level Status.
    #[serde(default)]
    envelope: Option<Envelope>,
}

/// Hand over invoices, up to 200 files a call.
///
/// Each file is judged and registered once by its content: the same content again answers with the same invoice. The
/// answer says of each file what became of it, with the findings of the rules.
#[utoipa::path(
    post,
    path = "/api/invoices",
    operation_id = "receiveInvoices",
    tag = "invoices",
    request_body = Batch,
    responses((status = 200, description = "What became of each file.", body = serde_json::Value)),
)]
async fn receive(signed: Signed, JsonBody(batch): JsonBody<Batch>) -> Result {
    if batch.files.is_empty() || batch.files.len() > MOST {
        return Err(Problem::BadRequest(format!("files: 1 to {MOST}")));
    }
    let channel = match batch.channel.as_deref() {
        None | Some("api") => Channel::Api,
        Some("e-address") => Channel::EAddress,
        Some(other) => return Err(Problem::BadRequest(format!("channel: {other}"))),
    };
    let mut envelopes = Vec::with_capacity(batch.files.len());
    let mut files = Vec::with_capacity(batch.files.len());
    for file in batch.files {
        let bytes = base64::engine::general_purpose::STANDARD.decode(file.content.as_bytes());
        let bytes = bytes.map_err(|e| Problem::BadRequest(format!("{}: {e}", file.name)))?;
        envelopes.push((file.name.clone(), file.envelope.clone()));
        files.push(Arrival { envelope: file.envelope, ..Arrival::new(file.name, bytes, channel) });
    }
    let op = signed.op;
    let fallback = fallback(&op).await?;
    let done = usecases::receive(&op, fallback, files).await.map_err(|e| Problem::Internal(e.to_string()))?;
    let envelope = |r: &Received| envelopes.iter().find(|(name, _)| *name == r.name).and_then(|(_, e)| e.as_ref());
    Ok(Json(json!({ "files": done.iter().map(|r| answer(&op, r, envelope(r))).collect::<Vec<_>>() })).into_response())
}

/// What names none of our institutions goes to the central administration.
async fn fallback(op: &op::Op) -> std::result::Result<UnitId, Problem> {
    let mut read = op.read().await?;
    let found = store::central(read.conn(), op.tenant()).await?;
    found.ok_or(Problem::NotFound)
}

fn answer(op: &op::Op, r: &Received, envelope: Option<&Envelope>) -> serde_json::Value {
    let (outcome, id) = match r.outcome {
        Outcome::Registered(id) => ("registered", Some(id)),
        Outcome::Known(id) => ("known", Some(id)),
        Outcome::Waiting(id) => ("waiting", Some(id)),
        Outcome::Refused => ("refused", None),
    };
    let level = envelope.map(|e| level(op, r, e));
    json!({
        "name": r.name, "outcome": outcome, "id": id, "verdict": r.verdict, "findings": r.findings,
        "alerts": r.alerts, "message_level_status": level,
    })
}

/// What its access point sends back at once: taken in, or refused with the reasons.
fn level(op: &op::Op, r: &Received, e: &Envelope) -> String {
    let at = |endpoint: &str| Correspondent { endpoint: endpoint.to_owned(), name: String::new() };
    level_status(&LevelStatus {
        id: &format!("{}-MLS", e.instance),
        at: op.now(),
        sender: at(&e.receiver),
        receiver: at(&e.sender),
        instance: &e.instance,
        accepted: r.outcome != Outcome::Refused && r.verdict != "broken",
        findings: &r.findings,
    })
}
