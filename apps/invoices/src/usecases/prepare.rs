//! From files to invoices that can be registered: judged, hashed, their embedded files looked at. No I/O.

use std::sync::Arc;

use base64::Engine as _;
use documents::{FileRole, NewFile, upload};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use types::DocumentId;

use super::Arrival;
use crate::model::{
    AlertKind, Bill, Channel, Envelope, FileFault, FindingRow, Judged, Layers, Look, PDF, Shape, Verdict, judge, look,
    shape, unpack,
};

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
    /// The envelope it came in.
    pub envelope: Option<Envelope>,
    /// The draft that waited for it to be entered by hand.
    pub draft: Option<DocumentId>,
}

/// A picture or PDF that somebody must read.
#[derive(Clone, Debug)]
pub struct Picture {
    /// The file.
    pub file: NewFile,
    /// Hash of its content.
    pub content: [u8; 32],
    /// By what it came.
    pub channel: Channel,
    /// Who sent it, where an answer would go.
    pub sender: Option<String>,
}

/// What a file turned out to be.
#[derive(Debug)]
pub enum Sorted {
    /// An invoice that can be registered.
    Invoice(Box<Prepared>),
    /// To be entered by hand.
    Picture(Box<Picture>),
    /// Nothing that could be read, and why.
    Refused(Box<Judged>),
}

/// Judges a file that holds XML, or a PDF with an invoice in it. What is no invoice that can be read is given back with
/// its findings.
///
/// # Errors
/// The findings.
pub fn prepare(arrival: Arrival, layers: &Layers) -> Result<Box<Prepared>, Box<Judged>> {
    // A hybrid invoice: the PDF is what came and is kept, the XML inside it is judged.
    let Arrival { name, bytes, channel, container, envelope, .. } = arrival;
    let (original, bytes) = if bytes.starts_with(b"%PDF-") {
        match en16931::pdf::extract(&bytes) {
            Ok(embedded) => (Some(bytes), embedded.xml),
            Err(e) => return Err(Box::new(no_invoice(&e.to_string()))),
        }
    } else {
        (None, bytes)
    };
    let mut judged = judge(&bytes, layers);
    let Some(mut bill) = judged.bill.take() else { return Err(Box::new(judged)) };
    let content = Sha256::digest(original.as_ref().unwrap_or(&bytes)).into();
    let (mut files, alerts) = embedded(&mut bill);
    // Whatever it was called: the original is XML, and is kept bit by bit.
    let stem = stem(&name);
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
    if let Some(container) = container {
        // The signed container stays whole beside what was taken out of it.
        let (ending, kind) = ("asice", "application/vnd.etsi.asic-e+zip");
        files.push(main(ending, kind, container.as_ref().clone(), FileRole::Annex));
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
        envelope,
        draft: None,
    }))
}

/// The name without its path and ending.
fn stem(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let kept: String = last.chars().filter(|c| !c.is_control()).take(120).collect();
    let stem = [".xml", ".pdf"].iter().find_map(|e| kept.strip_suffix(e)).unwrap_or(&kept);
    if stem.is_empty() { "rekins".to_owned() } else { stem.to_owned() }
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

/// Looks at a file by its content: invoice, picture, or neither.
#[must_use]
pub fn sort(arrival: Arrival, layers: &Layers) -> Sorted {
    match look(&arrival.name, &arrival.bytes) {
        Err(fault) => Sorted::Refused(Box::new(fault.judged())),
        Ok(Look::Archive) => Sorted::Refused(Box::new(FileFault::Nested.judged())),
        Ok(Look::Picture(shape)) => Sorted::Picture(Box::new(picture(arrival, shape))),
        Ok(Look::Pdf) => match en16931::pdf::extract(&arrival.bytes) {
            Ok(_) => prepare(arrival, layers).map_or_else(Sorted::Refused, Sorted::Invoice),
            Err(_) => Sorted::Picture(Box::new(picture(arrival, PDF))),
        },
        Ok(Look::Xml) => prepare(arrival, layers).map_or_else(Sorted::Refused, Sorted::Invoice),
    }
}

fn picture(arrival: Arrival, (ending, kind): Shape) -> Picture {
    let stem = stem(&arrival.name);
    let stem = stem.strip_suffix(&format!(".{ending}")).unwrap_or(&stem);
    Picture {
        content: Sha256::digest(&arrival.bytes).into(),
        file: NewFile {
            name: format!("{stem}.{ending}"),
            media_type: kind.to_owned(),
            bytes: arrival.bytes,
            role: FileRole::Main,
        },
        channel: arrival.channel,
        sender: arrival.sender,
    }
}

/// Looks at many files, and into archives among them; each with the name under which it is listed.
#[must_use]
pub fn sort_all(files: Vec<Arrival>, layers: &Layers) -> Vec<(String, Sorted)> {
    let mut out = Vec::with_capacity(files.len());
    for file in files {
        if look(&file.name, &file.bytes) == Ok(Look::Archive) {
            match unpack(&file.bytes) {
                Err(fault) => out.push((file.name, Sorted::Refused(Box::new(fault.judged())))),
                Ok((inside, is_signed)) => {
                    let container = is_signed.then(|| Arc::new(file.bytes.clone()));
                    for (name, bytes) in inside {
                        let listed = format!("{}: {name}", file.name);
                        let one = Arrival { name, bytes, container: container.clone(), ..file.without_content() };
                        out.push((listed, sort(one, layers)));
                    }
                }
            }
            continue;
        }
        out.push((file.name.clone(), sort(file, layers)));
    }
    out
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
            Ok(bytes) => match checked(&listed.name, &bytes) {
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

/// What a file is, its content says: one without an ending, or with another's, is kept under its own.
fn checked(name: &str, bytes: &[u8]) -> Result<upload::Accepted, upload::UploadRefused> {
    use upload::UploadRefused::{Mismatch, Unknown};
    match (upload::check(name, bytes), shape(bytes)) {
        (Err(Mismatch | Unknown), Some((ending, _))) => upload::check(&format!("{name}.{ending}"), bytes),
        (done, _) => done,
    }
}
