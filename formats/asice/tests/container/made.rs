//! Containers of our own making, by the test PKI.

use asice::{
    container::{
        Container,
        write::{self, File},
    },
    pki::SignatureAlgorithm,
    trust::TrustStore,
    verdict::{Level, Report},
    verify::{Request, verify},
    xades::{extend::Extension, sign::Draft},
};
use chrono::{DateTime, TimeDelta, Utc};

use crate::common::{Entity, Pki, time};

pub const FILES: [File<'static>; 2] = [
    File { name: "rīkojums nr. 1+a & 50%.txt", media_type: "text/plain", content: b"Pieskirt atvalinajumu." },
    File { name: "pielikums.pdf", media_type: "application/pdf", content: b"%PDF-1.7 none" },
];

/// When the test signatures are made.
pub fn signed_at() -> DateTime<Utc> {
    time(2026, 3, 1)
}

/// A signature file of baseline B.
pub fn signature(entity: &Entity, algorithm: SignatureAlgorithm, id: &str, files: &[File<'_>]) -> Vec<u8> {
    let draft = Draft {
        id: id.to_owned(),
        signer: &entity.cert,
        algorithm,
        at: signed_at(),
        roles: vec!["Domes priekšsēdētāja".to_owned()],
        place: Some(("Ozolaine".to_owned(), "LV".to_owned())),
    };
    let prepared = draft.prepare(files).unwrap();
    prepared.finish(&entity.key.sign_digest_raw(algorithm, &prepared.digest())).unwrap()
}

/// Extends a signature file as far as asked; `container` is needed for LTA.
pub fn extended(pki: &Pki, entity: &Entity, file: Vec<u8>, id: &str, level: Level, container: &[u8]) -> Vec<u8> {
    let hash = asice::pki::Hash::Sha256;
    let mut file = file;
    if level >= Level::T {
        let open = Extension::open(&file, id).unwrap();
        let token = pki.token(hash, &hash.digest(&open.timestamp_data()), signed_at() + TimeDelta::seconds(5), None);
        file = open.with_timestamp(&token).unwrap();
    }
    if level >= Level::LT {
        let answer = pki.response(&entity.cert, signed_at() + TimeDelta::seconds(9), None, None);
        let open = Extension::open(&file, id).unwrap();
        file = open.with_values(&[pki.ica.cert.clone(), pki.root.cert.clone()], &[answer], &[]).unwrap();
    }
    if level >= Level::LTA {
        let container = Container::open(container, None, Default::default()).unwrap();
        let open = Extension::open(&file, id).unwrap();
        let data = open.archive_data(&container).unwrap();
        let token = pki.token(hash, &hash.digest(&data), signed_at() + TimeDelta::days(30), None);
        file = open.with_archive_timestamp(&token).unwrap();
    }
    file
}

/// A container with one signature.
pub fn edoc(pki: &Pki, entity: &Entity, algorithm: SignatureAlgorithm, level: Level) -> Vec<u8> {
    let plain = signature(entity, algorithm, "S0", &FILES);
    let name = "META-INF/signatures0.xml".to_owned();
    let bare = write::new(&FILES, &[(name.clone(), plain.clone())], signed_at()).unwrap();
    let file = extended(pki, entity, plain, "S0", level, &bare);
    write::new(&FILES, &[(name, file)], signed_at()).unwrap()
}

pub fn lt(pki: &Pki) -> Vec<u8> {
    edoc(pki, &pki.person, pki.person.key.usual(), Level::LT)
}

pub fn judged(bytes: &[u8], trust: &TrustStore) -> Report {
    verify(&Request { name: Some("a.edoc"), ..Request::new(bytes, trust, time(2026, 6, 1)) })
}

/// The codes found, on the container and on its signatures.
pub fn codes(report: &Report) -> Vec<&'static str> {
    let signatures = report.signatures.iter().flat_map(|s| &s.findings);
    report.container.findings.iter().chain(signatures).map(|w| w.finding.code.name()).collect()
}

/// Takes a container apart and puts it together again with changes.
pub fn rebuilt(bytes: &[u8], change: impl Fn(&str, Vec<u8>) -> Vec<u8>) -> Vec<u8> {
    let container = Container::open(bytes, None, Default::default()).unwrap();
    let all: Vec<(String, Vec<u8>)> = container
        .entries()
        .iter()
        .map(|e| (e.name.clone(), change(&e.name, container.read(e).unwrap().into_owned())))
        .collect();
    write::with(&container, &all, signed_at()).unwrap()
}

/// Replaces text in the signature file.
pub fn reworded(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    rebuilt(bytes, |name, content| {
        if !name.contains("signatures") {
            return content;
        }
        let text = String::from_utf8(content).unwrap();
        assert!(text.contains(from), "{from} is not there");
        text.replacen(from, to, 1).into_bytes()
    })
}
