use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts as _, Multipart, Request},
    http::header,
};
use ui::FormState;

use crate::{App, Problem, guard::Signed};

/// An uploaded file, as it came: name and type are what the browser said, so nobody believes them.
#[derive(Clone, Debug)]
pub struct Uploaded {
    /// The field.
    pub field: String,
    /// The file's name.
    pub name: String,
    /// The type that the browser named.
    pub media_type: String,
    /// The content.
    pub bytes: Bytes,
}

/// A submitted form, kept as typed. The guard has checked its token.
pub struct Form(pub FormState);

/// A submitted form with files.
pub struct Upload(pub FormState, pub Vec<Uploaded>);

impl FromRequest<App> for Form {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let signed = Signed::from_request_parts(&mut parts, app).await?;
        let bytes = axum::body::to_bytes(body, usize::MAX).await.map_err(|e| Problem::BadRequest(e.to_string()))?;
        Ok(Self(FormState::read(&signed.tr, pairs(&bytes))))
    }
}

impl FromRequest<App> for Upload {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let signed = Signed::from_request_parts(&mut parts, app).await?;
        let request = Request::from_parts(parts, body);
        let mut multipart =
            Multipart::from_request(request, app).await.map_err(|e| Problem::BadRequest(e.body_text()))?;
        let mut texts: Vec<(String, String)> = Vec::new();
        let mut files = Vec::new();
        let bad = |e: axum::extract::multipart::MultipartError| Problem::BadRequest(e.body_text());
        while let Some(part) = multipart.next_field().await.map_err(bad)? {
            let field = part.name().unwrap_or_default().to_owned();
            match part.file_name().map(ToOwned::to_owned) {
                Some(name) => {
                    let media_type = part.content_type().unwrap_or("application/octet-stream").to_owned();
                    let bytes = part.bytes().await.map_err(bad)?;
                    if !name.is_empty() {
                        files.push(Uploaded { field, name, media_type, bytes });
                    }
                }
                None => texts.push((field, part.text().await.map_err(bad)?)),
            }
        }
        Ok(Self(FormState::read(&signed.tr, texts), files))
    }
}

/// `application/x-www-form-urlencoded`; a pair that is not UTF-8 is read as well as it can be.
pub(crate) fn pairs(body: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(body).map(|(k, v)| (k.into_owned(), v.into_owned())).collect()
}

pub(crate) fn is_multipart(request: &Request) -> bool {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
    kind.is_some_and(|k| k.starts_with("multipart/form-data"))
}
