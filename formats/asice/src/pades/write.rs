//! Signing by incremental update: bytes are appended, what is there stays.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt::Write as _;

use chrono::{DateTime, Utc};

use super::file::Pdf;
use super::form::date;
use super::object::{Dict, Object, PdfError, Result};
use crate::pki::{Certificate, Hash};

/// Digits that each number of a ByteRange gets.
const RANGE_DIGITS: usize = 12;
/// Room for a signature with certificates and a time stamp, in bytes.
pub const ROOM: usize = 24 * 1024;

/// What a signature shall say of itself.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// Claimed time.
    pub at: Option<DateTime<Utc>>,
    /// Who signs, for people.
    pub name: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Where.
    pub location: Option<String>,
    /// As the first signature: what is permitted afterwards (1 nothing, 2 filling forms, 3 notes too).
    pub certify: Option<u8>,
    /// Bytes reserved for the signature; 0: [`ROOM`].
    pub room: usize,
}

/// A PDF with room for a signature.
#[derive(Debug, Clone)]
pub struct Prepared {
    bytes: Vec<u8>,
    /// Where the value stands, delimiters included.
    gap: std::ops::Range<usize>,
}

impl Prepared {
    /// Digest of what is to be signed.
    #[must_use]
    pub fn digest(&self, hash: Hash) -> Vec<u8> {
        let before = self.bytes.get(..self.gap.start).unwrap_or_default();
        let after = self.bytes.get(self.gap.end..).unwrap_or_default();
        hash.digest_parts(&[before, after])
    }

    /// Puts the CMS or token into its room and gives the finished file.
    ///
    /// # Errors
    /// It is larger than the room.
    pub fn finish(mut self, value: &[u8]) -> Result<Vec<u8>> {
        let room = self.bytes.get_mut(self.gap.start + 1..self.gap.end.saturating_sub(1)).ok_or(PdfError::Room)?;
        let mut digits = String::with_capacity(value.len() * 2);
        for byte in value {
            _ = write!(digits, "{byte:02x}");
        }
        room.get_mut(..digits.len()).ok_or(PdfError::Room)?.copy_from_slice(digits.as_bytes());
        Ok(self.bytes)
    }
}

/// Makes room for a signature (`ETSI.CAdES.detached`).
///
/// # Errors
/// A PDF that cannot be read, is encrypted, or lacks pages.
pub fn prepare(data: &[u8], wish: &Wish) -> Result<Prepared> {
    let mut dict = String::from("/Type /Sig\n/Filter /Adobe.PPKLite\n/SubFilter /ETSI.CAdES.detached\n");
    let mut entry = |key: &str, value: Option<Object>| {
        if let Some(value) = value {
            _ = write!(dict, "/{key} ");
            value.write(&mut dict);
            dict.push('\n');
        }
    };
    entry("M", wish.at.map(|at| Object::text(&date(at))));
    entry("Name", wish.name.as_deref().map(Object::text));
    entry("Reason", wish.reason.as_deref().map(Object::text));
    entry("Location", wish.location.as_deref().map(Object::text));
    if let Some(level) = wish.certify {
        _ = writeln!(
            dict,
            "/Reference [<</Type /SigRef /TransformMethod /DocMDP /TransformParams \
             <</Type /TransformParams /P {level} /V /1.2>>>>]"
        );
    }
    reserve(data, &dict, wish.room, wish.certify.is_some())
}

/// Makes room for a document time stamp (`ETSI.RFC3161`).
///
/// # Errors
/// As [`prepare`].
pub fn prepare_time_stamp(data: &[u8], room: usize) -> Result<Prepared> {
    reserve(data, "/Type /DocTimeStamp\n/Filter /Adobe.PPKLite\n/SubFilter /ETSI.RFC3161\n/V 0\n", room, false)
}

fn reserve(data: &[u8], dict: &str, room: usize, certify: bool) -> Result<Prepared> {
    let pdf = open(data)?;
    let mut update = Update::new(&pdf);
    let (value, field) = (update.number(), update.number());
    let room = if room == 0 { ROOM } else { room };
    let range = format!("[0 {}]", vec![" ".repeat(RANGE_DIGITS); 3].join(" "));
    let body = format!("<<{dict}/ByteRange {range}\n/Contents <{}>\n>>", "0".repeat(room * 2));
    update.put(value, body.into_bytes());
    let (page, mut page_dict) = first_page(&pdf)?;
    let names: Vec<String> = pdf.signature_fields()?.into_iter().map(|field| field.name).collect();
    let name = (1..).map(|count| format!("Signature{count}")).find(|name| !names.contains(name)).unwrap_or_default();
    // Invisible: no area; print and locked.
    let mut widget = String::from("<</Type /Annot /Subtype /Widget /FT /Sig /Rect [0 0 0 0] /F 132 /T ");
    Object::text(&name).write(&mut widget);
    _ = write!(widget, " /V {value} 0 R /P {page} 0 R>>");
    update.put(field, widget.into_bytes());
    let (root, mut catalog) = pdf.catalog()?;
    let mut root_changed = certify;
    if certify {
        catalog.set("Perms", Object::Dict(Dict(vec![(b"DocMDP".to_vec(), Object::Ref(value, 0))])));
    }
    let (form_number, mut form) = pdf.form()?.unwrap_or_default();
    form.set("SigFlags", Object::Int(3));
    update.append(&pdf, &mut form, "Fields", Object::Ref(field, 0))?;
    if let Some(number) = form_number {
        update.put_dict(number, &form);
    } else {
        catalog.set("AcroForm", Object::Dict(form));
        root_changed = true;
    }
    if root_changed {
        update.put_dict(root, &catalog);
    }
    if update.append(&pdf, &mut page_dict, "Annots", Object::Ref(field, 0))? {
        update.put_dict(page, &page_dict);
    }
    let (mut bytes, places) = update.finish();
    let at = places.get(&value).copied().ok_or(PdfError::Malformed("update"))?;
    let tail = bytes.get(at..).ok_or(PdfError::Malformed("update"))?;
    let find = |what: &[u8]| tail.windows(what.len()).position(|part| part == what).map(|found| at + found);
    let start = find(b"/Contents <").ok_or(PdfError::Malformed("update"))? + b"/Contents ".len();
    let gap = start..start + room * 2 + 2;
    let numbers = [gap.start, gap.end, bytes.len() - gap.end].map(|number| format!("{number:<RANGE_DIGITS$}"));
    let range_at = find(b"/ByteRange [0 ").ok_or(PdfError::Malformed("update"))? + b"/ByteRange [0 ".len();
    let numbers = numbers.join(" ");
    let room = bytes.get_mut(range_at..range_at + numbers.len()).ok_or(PdfError::Malformed("update"))?;
    room.copy_from_slice(numbers.as_bytes());
    Ok(Prepared { bytes, gap })
}

/// What proves a signature for long: certificates, OCSP responses, CRLs.
#[derive(Debug, Clone, Default)]
pub struct Proofs {
    /// Certificates of all paths.
    pub certificates: Vec<Certificate>,
    /// OCSP responses.
    pub responses: Vec<Vec<u8>>,
    /// CRLs.
    pub crls: Vec<Vec<u8>>,
}

/// Adds proofs to the document's store (DSS); what is there already is not added twice.
///
/// # Errors
/// As [`prepare`].
pub fn add_proofs(data: &[u8], proofs: &Proofs) -> Result<Vec<u8>> {
    let pdf = open(data)?;
    let mut update = Update::new(&pdf);
    let (root, mut catalog) = pdf.catalog()?;
    let known = super::proofs::read(&pdf)?;
    let mut store = match pdf.get(&catalog, "DSS")? {
        Object::Dict(dict) => dict,
        _ => Dict(vec![(b"Type".to_vec(), Object::name("DSS"))]),
    };
    let certificates: Vec<&[u8]> = proofs.certificates.iter().map(|cert| cert.der()).collect();
    let responses: Vec<&[u8]> = proofs.responses.iter().map(Vec::as_slice).collect();
    let crls: Vec<&[u8]> = proofs.crls.iter().map(Vec::as_slice).collect();
    let known_certificates: Vec<Vec<u8>> = known.certificates.iter().map(|cert| cert.der().to_vec()).collect();
    let kinds = [
        ("Certs", certificates, &known_certificates),
        ("OCSPs", responses, &known.responses),
        ("CRLs", crls, &known.crls),
    ];
    for (key, items, there) in kinds {
        let mut done: Vec<&[u8]> = there.iter().map(Vec::as_slice).collect();
        for item in items {
            if done.contains(&item) {
                continue;
            }
            done.push(item);
            let number = update.number();
            let mut body = format!("<</Length {}>>\nstream\n", item.len()).into_bytes();
            body.extend_from_slice(item);
            body.extend_from_slice(b"\nendstream");
            update.put(number, body);
            update.append(&pdf, &mut store, key, Object::Ref(number, 0))?;
        }
    }
    match catalog.get("DSS") {
        Some(Object::Ref(number, _)) => update.put_dict(*number, &store),
        _ => {
            let number = update.number();
            update.put_dict(number, &store);
            catalog.set("DSS", Object::Ref(number, 0));
            update.put_dict(root, &catalog);
        }
    }
    Ok(update.finish().0)
}

fn open(data: &[u8]) -> Result<Pdf<'_>> {
    let pdf = Pdf::open(data)?;
    if pdf.is_encrypted() { Err(PdfError::Encrypted) } else { Ok(pdf) }
}

fn first_page(pdf: &Pdf<'_>) -> Result<(u32, Dict)> {
    let broken = PdfError::Malformed("no first page");
    let (_, catalog) = pdf.catalog()?;
    let mut next = catalog.get("Pages").cloned().ok_or(broken)?;
    for _ in 0..64 {
        let Object::Ref(number, _) = next else { return Err(broken) };
        let Object::Dict(node) = pdf.object(number)? else { return Err(broken) };
        let Object::Array(kids) = pdf.get(&node, "Kids")? else {
            return Ok((number, node));
        };
        next = kids.first().cloned().ok_or(broken)?;
    }
    Err(broken)
}

/// Objects to be appended.
struct Update<'p, 'a> {
    pdf: &'p Pdf<'a>,
    objects: BTreeMap<u32, Vec<u8>>,
    arrays: BTreeMap<u32, Vec<Object>>,
    next: u32,
}

impl<'p, 'a> Update<'p, 'a> {
    const fn new(pdf: &'p Pdf<'a>) -> Self {
        Self { pdf, objects: BTreeMap::new(), arrays: BTreeMap::new(), next: pdf.size }
    }

    const fn number(&mut self) -> u32 {
        self.next += 1;
        self.next - 1
    }

    fn put(&mut self, number: u32, body: Vec<u8>) {
        self.objects.insert(number, body);
    }

    fn put_dict(&mut self, number: u32, dict: &Dict) {
        let mut text = String::new();
        dict.write(&mut text);
        self.put(number, text.into_bytes());
    }

    /// Appends to an array in a dictionary; whether the dictionary itself was changed.
    fn append(&mut self, pdf: &Pdf<'_>, dict: &mut Dict, key: &str, item: Object) -> Result<bool> {
        let place = if let Some(Object::Ref(number, _)) = dict.get(key) { Some(*number) } else { None };
        if let Some(number) = place {
            let items = match self.arrays.entry(number) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(room) => match pdf.object(number)? {
                    Object::Array(items) => room.insert(items),
                    _ => return Err(PdfError::Unsupported("reference to a reference")),
                },
            };
            items.push(item);
            let mut text = String::new();
            Object::Array(items.clone()).write(&mut text);
            self.put(number, text.into_bytes());
            return Ok(false);
        }
        let mut items = match dict.get(key) {
            Some(Object::Array(items)) => items.clone(),
            _ => Vec::new(),
        };
        items.push(item);
        dict.set(key, Object::Array(items));
        Ok(true)
    }

    /// The whole file, and where each new object lies.
    fn finish(mut self) -> (Vec<u8>, BTreeMap<u32, usize>) {
        let mut bytes = self.pdf.data().to_vec();
        if !bytes.ends_with(b"\n") {
            bytes.push(b'\n');
        }
        let mut places = BTreeMap::new();
        for (number, body) in &self.objects {
            places.insert(*number, bytes.len());
            bytes.extend_from_slice(format!("{number} 0 obj\n").as_bytes());
            bytes.extend_from_slice(body);
            bytes.extend_from_slice(b"\nendobj\n");
        }
        let section = bytes.len();
        let mut trailer = Dict::default();
        for key in ["Root", "Info"] {
            if let Some(value) = self.pdf.trailer.get(key) {
                trailer.set(key, value.clone());
            }
        }
        if let Some(Object::Array(id)) = self.pdf.trailer.get("ID")
            && let Some(first) = id.first()
        {
            let fresh = Hash::Sha256.digest(bytes.get(self.pdf.data().len()..).unwrap_or_default());
            let fresh = Object::bytes(fresh.get(..16).unwrap_or_default());
            trailer.set("ID", Object::Array(vec![first.clone(), fresh]));
        }
        trailer.set("Prev", Object::Int(i64::try_from(self.pdf.last_section).unwrap_or(0)));
        if self.pdf.section_is_stream {
            let own = self.number();
            places.insert(own, section);
            bytes.extend(self.stream_section(own, &places, trailer));
        } else {
            trailer.set("Size", Object::Int(i64::from(self.next)));
            let mut text = String::from("xref\n");
            for (number, offset) in &places {
                _ = write!(text, "{number} 1\n{offset:010} 00000 n\r\n");
            }
            text.push_str("trailer\n");
            trailer.write(&mut text);
            text.push('\n');
            bytes.extend_from_slice(text.as_bytes());
        }
        bytes.extend_from_slice(format!("startxref\n{section}\n%%EOF\n").as_bytes());
        (bytes, places)
    }

    fn stream_section(&self, own: u32, places: &BTreeMap<u32, usize>, mut trailer: Dict) -> Vec<u8> {
        let mut rows = Vec::with_capacity(places.len() * 9);
        let mut index = Vec::new();
        for (number, offset) in places {
            index.extend([Object::Int(i64::from(*number)), Object::Int(1)]);
            rows.push(1);
            rows.extend_from_slice(&(*offset as u64).to_be_bytes());
        }
        trailer.set("Type", Object::name("XRef"));
        trailer.set("Size", Object::Int(i64::from(self.next)));
        trailer.set("W", Object::Array(vec![Object::Int(1), Object::Int(8), Object::Int(0)]));
        trailer.set("Index", Object::Array(index));
        trailer.set("Length", Object::Int(i64::try_from(rows.len()).unwrap_or(0)));
        let mut text = format!("{own} 0 obj\n");
        trailer.write(&mut text);
        text.push_str("\nstream\n");
        let mut bytes = text.into_bytes();
        bytes.extend_from_slice(&rows);
        bytes.extend_from_slice(b"\nendstream\nendobj\n");
        bytes
    }
}
