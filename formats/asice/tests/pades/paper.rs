//! PDFs to sign, made by hand, and their signing to each level.

use asice::pades::{Proofs, Signing, Wish, write};
use asice::pki::{Hash, SignatureAlgorithm};
use chrono::{DateTime, TimeDelta, Utc};

use super::common::{Entity, Pki};

const CONTENT: &str = "BT /F1 24 Tf 72 700 Td (Rikojums Nr. 1) Tj ET";

fn objects() -> Vec<String> {
    vec![
        "<</Type /Catalog /Pages 2 0 R>>".to_owned(),
        "<</Type /Pages /Kids [3 0 R] /Count 1>>".to_owned(),
        "<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
         /Resources <</Font <</F1 5 0 R>>>>>>"
            .to_owned(),
        format!("<</Length {}>>\nstream\n{CONTENT}\nendstream", CONTENT.len()),
        "<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>".to_owned(),
    ]
}

/// With a table of cross-references.
pub fn plain() -> Vec<u8> {
    let mut out = String::from("%PDF-1.7\n%aaaa\n");
    let mut places = Vec::new();
    for (index, body) in objects().iter().enumerate() {
        places.push(out.len());
        out += &format!("{} 0 obj\n{body}\nendobj\n", index + 1);
    }
    let section = out.len();
    out += &format!("xref\n0 {}\n0000000000 65535 f\r\n", places.len() + 1);
    for place in &places {
        out += &format!("{place:010} 00000 n\r\n");
    }
    out += &format!("trailer\n<</Size {} /Root 1 0 R>>\nstartxref\n{section}\n%%EOF\n", places.len() + 1);
    out.into_bytes()
}

/// With a stream of cross-references and most objects in an object stream.
pub fn packed() -> Vec<u8> {
    let mut bodies = objects();
    let content = bodies.remove(3);
    let numbers = [1, 2, 3, 5];
    let (mut header, mut inner) = (String::new(), String::new());
    for (number, body) in numbers.iter().zip(&bodies) {
        header += &format!("{number} {} ", inner.len());
        inner += body;
        inner += "\n";
    }
    let mut out = String::from("%PDF-1.7\n%aaaa\n");
    let four = out.len();
    out += &format!("4 0 obj\n{content}\nendobj\n");
    let six = out.len();
    let length = header.len() + inner.len();
    out += &format!(
        "6 0 obj\n<</Type /ObjStm /N 4 /First {} /Length {length}>>\nstream\n{header}{inner}\nendstream\nendobj\n",
        header.len()
    );
    let seven = out.len();
    let mut bytes = out.into_bytes();
    let rows: Vec<[u8; 4]> = vec![
        [0, 0, 0, 0],
        [2, 0, 6, 0],
        [2, 0, 6, 1],
        [2, 0, 6, 2],
        [1, (four >> 8) as u8, four as u8, 0],
        [2, 0, 6, 3],
        [1, (six >> 8) as u8, six as u8, 0],
        [1, (seven >> 8) as u8, seven as u8, 0],
    ];
    let rows = rows.concat();
    bytes.extend(
        format!("7 0 obj\n<</Type /XRef /Size 8 /W [1 2 1] /Root 1 0 R /Length {}>>\nstream\n", rows.len()).bytes(),
    );
    bytes.extend(&rows);
    bytes.extend(format!("\nendstream\nendobj\nstartxref\n{seven}\n%%EOF\n").bytes());
    bytes
}

/// How far a signature is carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum To {
    B,
    T,
    Lt,
    Lta,
}

pub fn wish(at: DateTime<Utc>) -> Wish {
    Wish {
        at: Some(at),
        name: Some("Anna Paraugs".to_owned()),
        reason: Some("Apstiprinu rīkojumu".to_owned()),
        location: Some("Paraugs".to_owned()),
        ..Wish::default()
    }
}

/// Signs by an entity with its usual algorithm.
pub fn sign(pki: &Pki, pdf: &[u8], by: &Entity, at: DateTime<Utc>, to: To) -> Vec<u8> {
    sign_with(pki, pdf, by, by.key.usual(), &wish(at), to)
}

pub fn sign_with(pki: &Pki, pdf: &[u8], by: &Entity, algorithm: SignatureAlgorithm, wish: &Wish, to: To) -> Vec<u8> {
    let at = wish.at.unwrap();
    let chain = [pki.ica.cert.clone(), pki.root.cert.clone()];
    let signing = Signing::begin(pdf, wish, &by.cert, &chain, algorithm).unwrap();
    let raw = by.key.sign_digest_raw(algorithm, &signing.digest_to_sign());
    let stamped = at + TimeDelta::seconds(5);
    let token = pki.token(Hash::Sha256, &signing.stamp_digest(&raw, Hash::Sha256), stamped, None);
    let signed = signing.finish(&raw, (to >= To::T).then_some(token.as_slice())).unwrap();
    if to < To::Lt {
        return signed;
    }
    let answered = at + TimeDelta::seconds(10);
    let proofs = Proofs {
        certificates: vec![pki.ica.cert.clone(), pki.root.cert.clone(), pki.tsa.cert.clone(), pki.ocsp.cert.clone()],
        responses: vec![pki.response(&by.cert, answered, None, None)],
        crls: Vec::new(),
    };
    let proven = write::add_proofs(&signed, &proofs).unwrap();
    if to < To::Lta {
        return proven;
    }
    stamp_document(pki, &proven, at + TimeDelta::seconds(15))
}

pub fn stamp_document(pki: &Pki, pdf: &[u8], at: DateTime<Utc>) -> Vec<u8> {
    let prepared = write::prepare_time_stamp(pdf, 0).unwrap();
    let token = pki.token(Hash::Sha256, &prepared.digest(Hash::Sha256), at, None);
    prepared.finish(&token).unwrap()
}
