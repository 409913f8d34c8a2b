//! JSON in and out.

use axum::{
    extract::{FromRequest, Request},
    response::{IntoResponse, Response},
};
use serde::{Serialize, de::DeserializeOwned};
use utoipa::openapi::{InfoBuilder, OpenApi, OpenApiBuilder};

use crate::{App, Problem};

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

/// The description of the whole API: the modules' parts put together.
pub(crate) fn openapi(app: &App) -> OpenApi {
    let info = InfoBuilder::new()
        .title("Novads")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some("The programming interface of a municipality on Novads."))
        .build();
    let parts = app.modules().iter().filter_map(|m| m.openapi);
    parts.fold(OpenApiBuilder::new().info(info).build(), |mut whole, part| {
        whole.merge(part());
        whole
    })
}
