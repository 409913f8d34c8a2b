//! JSON for outside systems.

use axum::response::IntoResponse as _;
use op::Action as _;
use utoipa::OpenApi;
use web::{Access, Json, JsonBody, Problem, Result, Route, Signed, api_post};

use crate::{
    actions::RegisterBatch,
    batch::{MAX_BODY, NewBatch},
    usecases::{BatchAnswer, BatchError, register_batch},
};

/// What a token must open.
pub const SCOPE: &str = "documents.register";

#[derive(OpenApi)]
#[openapi(
    paths(batch),
    tags((name = "documents", description = "Documents that outside systems register."))
)]
struct Described;

/// This crate's part of the API's description.
pub(crate) fn openapi() -> utoipa::openapi::OpenApi {
    Described::openapi()
}

pub(crate) fn routes() -> Vec<Route> {
    let access = Access::Api(RegisterBatch::DEF, SCOPE);
    vec![api_post("/api/v1/documents/batch", access, "documents-api-batch", batch).max_body(MAX_BODY)]
}

/// Register documents, up to 5000 a call.
///
/// Each document is registered once by its key, and each call is done once by its own: whoever got no answer sends
/// the same call again. What is wrong with one document does not hold up the others. The token says which system
/// calls; it is recorded as the source of each document.
#[utoipa::path(
    post,
    path = "/api/v1/documents/batch",
    operation_id = "registerDocuments",
    tag = "documents",
    request_body = NewBatch,
    responses(
        (status = 200, description = "The call was taken; each document says what became of it.", body = BatchAnswer),
        (status = 409, description = "The key of the call was used before, for another content."),
    ),
)]
async fn batch(signed: Signed, JsonBody(new): JsonBody<NewBatch>) -> Result {
    let answer = register_batch(&signed.op, &new).await.map_err(|e| match e {
        BatchError::Malformed(why) => Problem::BadRequest(why.to_owned()),
        BatchError::KeyTaken => Problem::Stale(e.to_string()),
        BatchError::Op(e) => e.into(),
    })?;
    Ok(Json(answer).into_response())
}
