//! From files to invoices that can be registered: judged, hashed, their embedded files looked at. No I/O.

use base64::Engine as _;
use documents::{FileRole, NewFile, upload};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::model::{AlertKind, Bill, Channel, FindingRow, Judged, Verdict, judge};

/// Embedded files of one invoice that are kept.
const MOST_FILES: usize = 50;

/// An invoice that can be registered.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// What it says.
    pub bill: Bill,
    /// Hash of the content: the same file twice is once.
    pub content: [u8; 32],
    /// By what it came.
    pub channel: Channel,
    /// Structured?
    pub is_structured: bool,
    /// `ubl-invoice`, `cii`, `none` …
    pub syntax: &'static str,
    /// What the rules say.
    pub verdict: Verdict,
    /// What they found.
    pub findings: Vec<FindingRow>,
    /// The original, and what was embedded in it.
    pub files: Vec<NewFile>,
    /// What must be looked at: embedded files that may not be kept.
    pub alerts: Vec<(AlertKind, serde_json::Value)>,
}

/// Judges a file. What is no invoice that can be read is given back with its findings.
///
/// # Errors
/// The findings.
pub fn prepare(name: &str, bytes: Vec<u8>, channel: Channel) -> Result<Box<Prepared>, Box<Judged>> {
    // A hybrid invoice: the PDF is what came and is kept, the XML inside it is judged.
    let (original, bytes) = if bytes.starts_with(b"%PDF-") {
        match en16931::pdf::extract(&bytes) {
            Ok(embedded) => (Some(bytes), embedded.xml),
            Err(e) => return Err(Box::new(no_invoice(&e.to_string()))),
        }
    } else {
        (None, bytes)
    };
    let mut judged = judge(&bytes);
    let Some(mut bill) = judged.bill.take() else { return Err(Box::new(judged)) };
    let content = Sha256::digest(original.as_ref().unwrap_or(&bytes)).into();
    let (mut files, alerts) = embedded(&mut bill);
    // Whatever it was called: the original is XML, and is kept bit by bit.
    let stem = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let stem: String = stem.chars().filter(|c| !c.is_control()).take(120).collect();
    let stem = stem.strip_suffix(".xml").or_else(|| stem.strip_suffix(".pdf")).unwrap_or(&stem);
    let stem = if stem.is_empty() { "rekins" } else { stem };
    let main = |ending: &str, kind: &str, bytes: Vec<u8>, role: FileRole| NewFile {
        name: format!("{stem}.{ending}"),
        media_type: kind.to_owned(),
        bytes,
        role,
    };
    let role = if original.is_some() { FileRole::Annex } else { FileRole::Main };
    files.insert(0, main("xml", "application/xml", bytes, role));
    if let Some(pdf) = original {
        files.insert(0, main("pdf", "application/pdf", pdf, FileRole::Main));
    }
    Ok(Box::new(Prepared {
        bill,
        content,
        channel,
        is_structured: true,
        syntax: judged.syntax,
        verdict: judged.verdict,
        findings: judged.findings,
        files,
        alerts,
    }))
}

/// A PDF in which there is no invoice: a person enters it by hand.
fn no_invoice(why: &str) -> Judged {
    let row = FindingRow {
        rule: "PDF-NO-INVOICE".to_owned(),
        severity: "fatal".to_owned(),
        term: None,
        path: "/".to_owned(),
        line: 0,
        lv: format!("PDF datnē nav e-rēķina; ievadiet rēķinu ar roku ({why})"),
        en: format!("There is no e-invoice in the PDF; enter it by hand ({why})"),
    };
    Judged { syntax: "unknown", verdict: Verdict::Broken, findings: vec![row], bill: None }
}

/// Judges many files beside each other.
#[must_use]
pub fn judge_all(files: Vec<(String, Vec<u8>, Channel)>) -> Vec<Result<Box<Prepared>, Box<Judged>>> {
    files.into_iter().map(|(name, bytes, channel)| prepare(&name, bytes, channel)).collect()
}

/// Takes the embedded files out: judged by their content, as every upload is. What may not be kept stays in the
/// original alone and raises an alert.
fn embedded(bill: &mut Bill) -> (Vec<NewFile>, Vec<(AlertKind, serde_json::Value)>) {
    let (mut files, mut alerts) = (Vec::new(), Vec::new());
    for listed in std::mem::take(&mut bill.files).into_iter().take(MOST_FILES) {
        let text: String = listed.content.unwrap_or_default().split_whitespace().collect();
        let bytes = base64::engine::general_purpose::STANDARD.decode(text);
        let refused = |why: &'static str| (AlertKind::Attachment, json!({ "name": listed.name, "why": why }));
        match bytes {
            Err(_) => alerts.push(refused("documents-upload-unknown")),
            Ok(bytes) => match upload::check(&listed.name, &bytes) {
                Ok(kept) => {
                    let media_type = kept.media_type.to_owned();
                    files.push(NewFile { name: kept.name, media_type, bytes, role: FileRole::Annex });
                }
                Err(e) => alerts.push(refused(e.key())),
            },
        }
    }
    (files, alerts)
}
