use axum::{
    extract::{Path, RawQuery},
    http::header,
    response::{IntoResponse as _, Response},
};
use op::{Action as _, OpError};
use types::{DocumentId, FileId};
use web::{Ctx, Problem, Result, Upload, Uploaded};

use super::{card, looked, query};
use crate::{
    Document,
    actions::{AttachFile, ViewDocument},
    model::{FileRole, NewFile},
    store,
    upload::{self, MAX_FILES},
    usecases::{self, FileContent, REGISTERED_CONTENT},
};

/// What a browser shows by itself, in a frame of ours: nothing that could carry a script of the page's origin.
const SHOWN: &[&str] = &["application/pdf", "image/png", "image/jpeg", "text/plain"];

pub(super) async fn download(ctx: Ctx, Path((id, file)): Path<(String, String)>, RawQuery(raw): RawQuery) -> Result {
    let (id, file): (DocumentId, FileId) = match (id.parse(), file.parse()) {
        (Ok(id), Ok(file)) => (id, file),
        _ => return Err(Problem::NotFound),
    };
    let inline = query(&ctx.tr, raw).ticked("inline");
    let mut read = ctx.op.read().await?;
    let document: Document = read.see(id).await?;
    let (_, closely_kept) =
        store::document_of(&mut read, file).await?.filter(|(of, _)| *of == id).ok_or(Problem::NotFound)?;
    if closely_kept && !read.may::<ViewDocument>(&document.closely_kept()) {
        return Err(Problem::NotFound);
    }
    let content = usecases::read_file(&mut read, file).await?;
    drop(read);
    looked(&ctx.op, ViewDocument::DEF.name, vec![id.uuid()]).await?;
    Ok(served(content, inline))
}

/// A file as it is served: nothing in it runs, and only pictures and PDFs are shown in a frame of ours. Whoever calls
/// has seen its document, or what stands for it.
#[must_use]
pub fn served(content: FileContent, inline: bool) -> Response {
    let inline = inline && SHOWN.contains(&content.media_type.as_str());
    // A sandbox would keep browsers from showing a PDF; one that is shown may load nothing at all.
    let (manner, policy) = match inline {
        true => ("inline", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"),
        false => ("attachment", "default-src 'none'; sandbox; frame-ancestors 'none'"),
    };
    let mut kind = media_type(&content.media_type);
    if kind.starts_with("text/") && std::str::from_utf8(&content.bytes).is_ok() {
        kind.push_str("; charset=utf-8");
    }
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_DISPOSITION, disposition(manner, &content.name)),
        (header::CONTENT_SECURITY_POLICY, policy.to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    (headers, content.bytes).into_response()
}

fn media_type(stored: &str) -> String {
    let plain = stored.bytes().all(|b| b.is_ascii_alphanumeric() || b"/+.-".contains(&b));
    if plain { stored.to_owned() } else { "application/octet-stream".to_owned() }
}

/// RFC 6266: a plain name for old readers, the true one after it.
fn disposition(manner: &str, name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ') { c } else { '_' })
        .collect();
    let mut encoded = String::new();
    for b in name.bytes() {
        if b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_') {
            encoded.push(char::from(b));
        } else {
            encoded.push_str(&format!("%{b:02X}"));
        }
    }
    format!("{manner}; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

pub(super) async fn attach(ctx: Ctx, Path(id): Path<String>, Upload(mut form, files): Upload) -> Result {
    let id: DocumentId = id.parse().map_err(|_| Problem::NotFound)?;
    let role = form.chosen("role", |w| FileRole::from_word(w).filter(|r| *r != FileRole::Signature));
    let accepted = accept(&mut form, "file", files, role.unwrap_or(FileRole::Annex));
    if form.is_ok() && accepted.is_empty() {
        form.fail("file", "documents-upload-none");
    }
    if !form.is_ok() {
        return card::refused(ctx, id, form).await;
    }
    let mut tx = ctx.op.begin().await?;
    let (_, may) = tx.hold::<Document, AttachFile>(id).await?;
    match usecases::attach(&mut tx, &may, id, accepted).await {
        Ok(_) => {}
        Err(OpError::Conflict(c)) if c == REGISTERED_CONTENT => {
            drop(tx);
            form.fail("file", "documents-upload-registered");
            return card::refused(ctx, id, form).await;
        }
        Err(e) => return Err(e.into()),
    }
    tx.commit().await?;
    Ok(web::see_other(&format!("/documents/{id}")))
}

/// What may be kept of the files sent; each refused one is an error of the field, by name and with its reason.
pub(super) fn accept(form: &mut ui::FormState, field: &str, files: Vec<Uploaded>, role: FileRole) -> Vec<NewFile> {
    if files.len() > MAX_FILES {
        form.fail_with(field, "documents-upload-too-many", &[("n", i18n::Arg::from(MAX_FILES))]);
        return Vec::new();
    }
    let mut accepted = Vec::with_capacity(files.len());
    for file in files.into_iter().filter(|f| f.field == field) {
        match upload::check(&file.name, &file.bytes) {
            Ok(ok) => {
                let media_type = ok.media_type.to_owned();
                accepted.push(NewFile { name: ok.name, media_type, bytes: file.bytes.to_vec(), role });
            }
            Err(why) => {
                let name: String = file.name.chars().filter(|c| !c.is_control()).take(100).collect();
                let message = format!("{name}: {}", form.tr().t(why.key()));
                form.fail_text(field, message);
            }
        }
    }
    accepted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_breaks_out_of_its_header() {
        let d = disposition("attachment", "līgums \"x\"\r\nSet-Cookie: a=b.pdf");
        assert!(!d.contains(['\r', '\n']));
        assert_eq!(d.matches('"').count(), 2);
        assert!(d.contains("l%C4%ABgums"));
        assert_eq!(media_type("text/html\r\nx: y"), "application/octet-stream");
    }
}
