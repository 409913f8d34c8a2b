//! Verdicts: made by the pure crate, kept with the file.

use std::{collections::HashSet, sync::Arc};

use asice::{
    pades::validate::is_pdf,
    verdict::Report,
    verify::{Request, verify},
};
use documents::FileRole;
use op::{Action as _, Audit, Facts, NewJob, Op, OpError};
use serde_json::json;
use types::{DocumentId, FileId, Timestamp};

use super::{SignError, outside, prove};
use crate::{
    actions::{CheckSignatures, KeepReports},
    jobs,
    model::Reason,
    ports::Trust,
    store::{self, Named, NewReport},
};

/// Endings of signed containers, among them the Latvian `.edoc` and the Estonian `.bdoc`.
const ENDINGS: &[&str] = &["edoc", "asice", "sce", "bdoc", "asics", "scs"];

/// Is it worth reading at all? What we rendered ourselves, and what is neither PDF nor archive, holds no signatures.
fn is_candidate(f: &Named) -> bool {
    let ending = f.name.rsplit_once('.').map(|(_, e)| e.to_lowercase()).unwrap_or_default();
    let kind = f.media_type.as_str();
    let may =
        kind == "application/pdf" || kind.contains("zip") || kind.contains("asic") || kind.contains("octet-stream");
    f.role != FileRole::Rendering && (may || ENDINGS.contains(&ending.as_str()))
}

/// May there be signatures in it? By its content, and by its name where the content does not say.
#[must_use]
pub(crate) fn may_be_signed(name: &str, bytes: &[u8]) -> bool {
    let has = |needle: &[u8], within: &[u8]| within.windows(needle.len()).any(|w| w == needle);
    if bytes.starts_with(b"PK") {
        let ending = name.rsplit_once('.').map(|(_, e)| e.to_lowercase()).unwrap_or_default();
        let head = bytes.get(..bytes.len().min(200)).unwrap_or_default();
        return ENDINGS.contains(&ending.as_str()) || has(b"application/vnd.etsi.asic", head);
    }
    // Every signature in a PDF names the bytes it is over.
    is_pdf(bytes) && has(b"/ByteRange", bytes)
}

/// The verdict on a file, off the threads that answer people.
pub(crate) async fn judge(bytes: Arc<Vec<u8>>, name: String, trust: &Trust, at: Timestamp) -> Result<Report, OpError> {
    let store = Arc::clone(&trust.store);
    let judged =
        tokio::task::spawn_blocking(move || verify(&Request { name: Some(&name), ..Request::new(&bytes, &store, at) }));
    judged.await.map_err(outside)
}

/// A verdict as it is kept.
pub(crate) fn kept(file: FileId, document: DocumentId, report: &Report, trust: &Trust) -> Result<NewReport, OpError> {
    Ok(NewReport {
        id: file,
        document_id: document,
        passed: report.passed(),
        verdict: serde_json::to_value(report).map_err(outside)?,
        ours: false,
        trust_at: trust.fetched_at,
        proven_until: None,
    })
}

/// Judges files that came in; those that have a report already only where they are to be judged again.
pub(crate) async fn check(op: &Op, files: &[FileId], again: bool) -> Result<(), SignError> {
    let mut read = op.read().await?;
    let known: HashSet<FileId> = store::reported(read.conn(), op.tenant(), files).await?.into_iter().collect();
    let named = store::named(read.conn(), op.tenant(), files).await?;
    drop(read);
    let worth: HashSet<FileId> = named.iter().filter(|f| is_candidate(f)).map(|f| f.id).collect();
    let mut trust: Option<Trust> = None;
    for file in files.iter().filter(|f| worth.contains(f) && (again || !known.contains(f))) {
        let mut read = op.read().await?;
        let content = match documents::read_file(&mut read, *file).await {
            Ok(content) => content,
            // Destroyed by an act meanwhile.
            Err(OpError::NotFound) => continue,
            Err(e) => return Err(e.into()),
        };
        drop(read);
        if !may_be_signed(&content.name, &content.bytes) {
            continue;
        }
        let trust = match &trust {
            Some(trust) => trust,
            None => trust.insert(prove::trust_or_nobody(op).await?),
        };
        let report = judge(Arc::new(content.bytes), content.name, trust, op.now()).await?;
        let kept = kept(*file, content.document, &report, trust)?;
        let mut tx = op.begin().await?;
        let may = tx.create::<KeepReports>(&Facts::default())?;
        store::keep_reports(&mut tx, &may, &[kept]).await?;
        let said = json!({ "file": file, "passed": report.passed() });
        tx.history(content.document, if report.passed() { "signatures-good" } else { "signatures-bad" }, said.clone());
        tx.audit(Audit::of(KeepReports::DEF.name, "file", *file).with(said));
        tx.commit().await?;
    }
    Ok(())
}

/// Has all signatures of a document checked again, by a job.
///
/// # Errors
/// Not theirs to ask for.
pub async fn check_again(op: &Op, document: DocumentId) -> Result<(), SignError> {
    let mut tx = op.begin().await?;
    let (d, _may) = tx.hold::<documents::Document, CheckSignatures>(document).await?;
    let current = store::current(tx.conn(), op.tenant(), &[d.id]).await?;
    let subjects: Vec<FileId> = current.into_iter().map(|f| f.id).collect();
    if subjects.is_empty() {
        return Err(Reason::of("signing-reason-nothing").into());
    }
    let payload = json!({ "subjects": subjects, "again": true });
    tx.job(NewJob { kind: jobs::CHECK, payload, run_at: op.now() });
    tx.audit(Audit::of(CheckSignatures::DEF.name, "document", document));
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_signed_is_looked_into() {
        assert!(may_be_signed("a.edoc", b"PK\x03\x04"));
        assert!(may_be_signed("a.zip", b"PK\x03\x04......mimetypeapplication/vnd.etsi.asic-e+zip"));
        assert!(!may_be_signed("a.docx", b"PK\x03\x04 word/document.xml"));
        assert!(may_be_signed("a.pdf", b"%PDF-1.7\n<< /ByteRange [0 1 2 3] >>"));
        assert!(!may_be_signed("a.pdf", b"%PDF-1.7\n<< >>"));
        assert!(!may_be_signed("a.edoc", b"plain text"));
    }
}
