//! The envelope: read within bounds, and written.

use std::{fmt::Write as _, io::Read as _};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use quick_xml::{Reader, escape::unescape, events::Event};
use sha2::{Digest as _, Sha256, Sha512};

/// The document kind of e-invoices.
pub const KIND: &str = "EINVOICE";
const SPACE: &str = "http://ivis.eps.gov.lv/XMLSchemas/100001/DIV/v1-0";
const DEPTH: usize = 64;
const FILES: usize = 200;
/// What a compressed file may unpack into.
const UNPACKED: u64 = 64 << 20;

/// A file that an envelope names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EnvelopeFile {
    /// Its name.
    pub name: String,
    /// Its media type, as the sender says.
    pub mime: String,
    /// Its size in bytes, unpacked.
    pub size: u64,
    /// Where its content is.
    pub reference: String,
    /// `sha256` or `sha512`, and the digest of its content in base64.
    pub digest: Option<(String, String)>,
    /// Does it travel compressed (gzip)?
    pub compressed: bool,
}

/// What the house reads of an envelope.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Envelope {
    /// `DocumentKindCode`.
    pub kind: String,
    /// Title.
    pub title: String,
    /// Date of the document.
    pub date: String,
    /// The sender's electronic address.
    pub sender: String,
    /// Its files.
    pub files: Vec<EnvelopeFile>,
}

/// Why an envelope or its file is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// Not XML, or not an envelope.
    #[error("tā nav e-adreses aploksne ({0})")]
    Malformed(String),
    /// It has a DTD.
    #[error("DTD nav atļauts")]
    Doctype,
    /// Too deep, or too many files.
    #[error("pārsniegtas robežas")]
    Limit,
    /// The content is not there.
    #[error("satura nav")]
    NoContent,
    /// It is not as long as the envelope says.
    #[error("izmērs nav tāds, kā aploksnē")]
    Size,
    /// It is not what the envelope says.
    #[error("kontrolsumma nav tāda, kā aploksnē")]
    Digest,
}

/// Reads an envelope.
///
/// # Errors
/// It is none, or goes beyond what is read.
pub fn read(bytes: &[u8]) -> Result<Envelope, EnvelopeError> {
    let text = std::str::from_utf8(bytes).map_err(|e| EnvelopeError::Malformed(e.to_string()))?;
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    let malformed = |e: &dyn std::fmt::Display| EnvelopeError::Malformed(e.to_string());
    let (mut path, mut words) = (Vec::<String>::new(), String::new());
    let (mut envelope, mut method) = (Envelope::default(), String::new());
    let mut is_envelope = false;
    loop {
        match reader.read_event().map_err(|e| malformed(&e))? {
            Event::DocType(_) => return Err(EnvelopeError::Doctype),
            Event::Start(e) => {
                let name = e.local_name().as_ref().to_owned();
                if path.len() >= DEPTH {
                    return Err(EnvelopeError::Limit);
                }
                if path.is_empty() {
                    is_envelope = name == "Envelope";
                }
                if name == "File" {
                    if envelope.files.len() >= FILES {
                        return Err(EnvelopeError::Limit);
                    }
                    envelope.files.push(EnvelopeFile::default());
                }
                if name == "DigestMethod" {
                    method = algorithm(&e);
                }
                path.push(name);
                words.clear();
            }
            Event::Empty(e) if e.local_name().as_ref() == "DigestMethod" => method = algorithm(&e),
            Event::Text(t) => {
                let piece: &str = &t;
                words.push_str(&unescape(piece).map_err(|e| malformed(&e))?);
            }
            Event::GeneralRef(r) => {
                let name: &str = &r;
                words.push_str(&unescape(&format!("&{name};")).map_err(|e| malformed(&e))?);
            }
            Event::CData(t) => words.push_str(&t),
            Event::End(_) => {
                let said = words.trim().to_owned();
                field(&mut envelope, &path, said, &method);
                path.pop();
                words.clear();
            }
            Event::Eof => break,
            _ => {}
        }
    }
    if is_envelope && path.is_empty() { Ok(envelope) } else { Err(EnvelopeError::Malformed("Envelope".to_owned())) }
}

fn algorithm(e: &quick_xml::events::BytesStart<'_>) -> String {
    let found = e.attributes().flatten().find(|a| a.key.local_name().as_ref() == "Algorithm");
    let uri = found.map(|a| a.value.to_string()).unwrap_or_default();
    uri.rsplit('#').next().unwrap_or_default().to_lowercase()
}

fn field(envelope: &mut Envelope, path: &[String], said: String, method: &str) {
    let Some((name, above)) = path.split_last() else { return };
    let parent = above.last().map_or("", String::as_str);
    let is_in_file = above.iter().any(|p| p == "File");
    match (name.as_str(), envelope.files.last_mut()) {
        ("DocumentKindCode", _) => envelope.kind = said,
        ("Code", _) if parent == "DocumentKind" => envelope.kind = said,
        ("Title", _) if parent == "GeneralMetadata" => envelope.title = said,
        ("Date", _) if parent == "GeneralMetadata" => envelope.date = said,
        ("SenderE-Address", _) => envelope.sender = said,
        ("MimeType", Some(file)) if is_in_file => file.mime = said,
        ("Size", Some(file)) if is_in_file => file.size = said.parse().unwrap_or_default(),
        ("Name", Some(file)) if is_in_file => file.name = said,
        ("ContentReference", Some(file)) if is_in_file => file.reference = said,
        ("DigestValue", Some(file)) if is_in_file => file.digest = Some((method.to_owned(), said)),
        ("Compressed", Some(file)) if is_in_file => file.compressed = matches!(said.as_str(), "true" | "1"),
        _ => {}
    }
}

/// A file's content, unpacked where it travels compressed, and compared with what the envelope says of it.
///
/// # Errors
/// It is not of that size, or not with that digest.
pub fn unpacked(file: &EnvelopeFile, bytes: &[u8]) -> Result<Vec<u8>, EnvelopeError> {
    let bytes = if file.compressed {
        let mut out = Vec::new();
        let mut inside = flate2::read::GzDecoder::new(bytes).take(UNPACKED + 1);
        inside.read_to_end(&mut out).map_err(|_| EnvelopeError::Size)?;
        out
    } else {
        bytes.to_vec()
    };
    if bytes.len() as u64 != file.size || file.size > UNPACKED {
        return Err(EnvelopeError::Size);
    }
    let is_same = match &file.digest {
        Some((method, said)) if method == "sha512" => STANDARD.encode(Sha512::digest(&bytes)) == *said,
        Some((method, said)) if method == "sha256" => STANDARD.encode(Sha256::digest(&bytes)) == *said,
        _ => false,
    };
    if is_same { Ok(bytes) } else { Err(EnvelopeError::Digest) }
}

fn x(text: &str) -> String {
    let plain: String = text.chars().filter(|c| !c.is_control()).collect();
    plain.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Writes an envelope.
#[must_use]
pub fn write(e: &Envelope) -> String {
    let mut o = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Envelope xmlns=\"{SPACE}\" xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">\
         <SenderDocument Id=\"SenderSection\"><DocumentMetadata><GeneralMetadata><Title>{}</Title><Date>{}</Date>\
         <DocumentKind><DocumentKindCode>{}</DocumentKindCode><DocumentKindVersion>1.0</DocumentKindVersion>\
         <DocumentKindName>E-rēķins</DocumentKindName></DocumentKind></GeneralMetadata><PayloadReference>",
        x(&e.title),
        x(&e.date),
        x(&e.kind)
    );
    for f in &e.files {
        let digest = f.digest.as_ref().map_or_else(String::new, |(method, value)| {
            format!("<ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#{}\"/><ds:DigestValue>{}</ds:DigestValue>", x(method), x(value))
        });
        // Writing into a String cannot fail.
        let _ = write!(
            o,
            "<File><MimeType>{}</MimeType><Size>{}</Size><Name>{}</Name><Content><ContentReference>{}</ContentReference>\
             {digest}</Content><Compressed>{}</Compressed></File>",
            x(&f.mime),
            f.size,
            x(&f.name),
            x(&f.reference),
            f.compressed
        );
    }
    let _ = writeln!(
        o,
        "</PayloadReference></DocumentMetadata><SenderTransportMetadata><SenderE-Address>{}</SenderE-Address>\
         <NotifySenderOnDelivery>true</NotifySenderOnDelivery><Priority>normal</Priority></SenderTransportMetadata>\
         </SenderDocument></Envelope>",
        x(&e.sender)
    );
    o
}
