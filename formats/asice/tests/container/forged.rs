//! Signatures that are not what they seem: wrapped, weakened, tampered with, with evidence of something else.

use asice::{
    container::{Container, write, zip::Limits},
    finding::Sub,
    pki::Hash,
    verdict::{Indication, Level},
    xades::extend::Extension,
};
use chrono::TimeDelta;

use crate::{
    bounds::failed,
    common::{Pki, time},
    made::{self, FILES, codes, judged, reworded},
};

#[test]
fn wrapping() {
    let pki = Pki::new();
    let trust = pki.trust();
    let bytes = made::lt(&pki);
    let take = |bytes: &[u8]| {
        let container = Container::open(bytes, None, Limits::default()).unwrap();
        String::from_utf8(container.read(container.signature_files()[0]).unwrap().into_owned()).unwrap()
    };
    let text = take(&bytes);
    let cut = |from: &str, to: &str| {
        let start = text.find(from).unwrap();
        let end = text.find(to).unwrap() + to.len();
        text[start..end].to_owned()
    };
    let properties = cut("<xades:SignedProperties ", "</xades:SignedProperties>");
    // The signed properties are kept elsewhere under their identifier; others stand in their place.
    let false_ones = properties.replace("S0-sp", "other").replace("2026-03-01T10:00:00Z", "2020-01-01T00:00:00Z");
    let object = format!("<ds:Object>{properties}</ds:Object>");
    let wrapped =
        reworded(&reworded(&bytes, &properties, &false_ones), "</ds:Signature>", &format!("{object}</ds:Signature>"));
    failed(&wrapped, &trust, "signed-properties-wrapped", Indication::TotalFailed);
    // The same, both with the identifier.
    let twins = properties.replace("2026-03-01T10:00:00Z", "2020-01-01T00:00:00Z");
    let doubled =
        reworded(&reworded(&bytes, &properties, &twins), "</ds:Signature>", &format!("{object}</ds:Signature>"));
    failed(&doubled, &trust, "xml-id-duplicate", Indication::TotalFailed);
    // Two sets of qualifying properties.
    let qualifying = cut("<xades:QualifyingProperties ", "</xades:QualifyingProperties>");
    let two = reworded(&bytes, "</ds:Signature>", &format!("<ds:Object>{qualifying}</ds:Object></ds:Signature>"));
    failed(&two, &trust, "signature-malformed", Indication::TotalFailed);
    // Properties of another signature.
    failed(
        &reworded(&bytes, "Target=\"#S0\"", "Target=\"#S1\""),
        &trust,
        "qualifying-properties-target",
        Indication::TotalFailed,
    );
    // Signed information twice.
    let info = cut("<ds:SignedInfo>", "</ds:SignedInfo>");
    failed(&reworded(&bytes, &info, &format!("{info}{info}")), &trust, "signature-malformed", Indication::TotalFailed);
}

#[test]
fn tampering() {
    let pki = Pki::new();
    let trust = pki.trust();
    let bytes = made::lt(&pki);
    let changed = made::rebuilt(
        &bytes,
        |name, content| if name == "pielikums.pdf" { b"%PDF-1.7 nine".to_vec() } else { content },
    );
    failed(&changed, &trust, "digest-mismatch", Indication::TotalFailed);
    assert_eq!(judged(&changed, &trust).signatures[0].sub_indication, Some(Sub::HashFailure));
    failed(&reworded(&bytes, "Domes", "Novada"), &trust, "digest-mismatch", Indication::TotalFailed);
    failed(
        &reworded(&bytes, "URI=\"pielikums.pdf\"", "URI=\"http://x.y/pielikums.pdf\""),
        &trust,
        "reference-external",
        Indication::TotalFailed,
    );
    failed(
        &reworded(&bytes, "xmldsig-more#ecdsa-sha256", "xmldsig-more#ecdsa-sha1"),
        &trust,
        "signature-value-invalid",
        Indication::TotalFailed,
    );
    failed(
        &reworded(&bytes, "xmldsig-more#ecdsa-sha256", "xmldsig#hmac-sha1"),
        &trust,
        "algorithm-unknown",
        Indication::Indeterminate,
    );
    let transform = "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xslt-19991116\"/>";
    failed(
        &reworded(&bytes, "</ds:Transforms>", &format!("{transform}</ds:Transforms>")),
        &trust,
        "transform-forbidden",
        Indication::TotalFailed,
    );
    let canonical = Container::open(&bytes, None, Limits::default()).unwrap();
    let more = write::with(&canonical, &[("klāt.txt".into(), b"unsigned".to_vec())], time(2026, 3, 2)).unwrap();
    failed(&more, &trust, "file-unsigned", Indication::TotalFailed);
    assert!(codes(&judged(&more, &trust)).contains(&"manifest-file-unlisted"));
}

#[test]
fn weak_digests_prove_nothing() {
    let pki = Pki::new();
    let trust = pki.trust();
    let weak = asice::pki::SignatureAlgorithm::RsaPkcs1(Hash::Sha1);
    let bytes = made::edoc(&pki, &pki.person_rsa, weak, Level::LT);
    failed(&bytes, &trust, "algorithm-sha1", Indication::Indeterminate);
}

/// Evidence of something else put beside a signature.
#[test]
fn foreign_evidence() {
    let pki = Pki::new();
    let trust = pki.trust();
    let plain = || made::signature(&pki.person, pki.person.key.usual(), "S0", &FILES);
    let pack =
        |file: Vec<u8>| write::new(&FILES, &[("META-INF/signatures0.xml".into(), file)], made::signed_at()).unwrap();
    let with = |data: &[u8], answer: Vec<u8>| {
        let token = pki.token(Hash::Sha256, &Hash::Sha256.digest(data), made::signed_at(), None);
        let file = plain();
        let file = Extension::open(&file, "S0").unwrap().with_timestamp(&token).unwrap();
        pack(
            Extension::open(&file, "S0")
                .unwrap()
                .with_values(std::slice::from_ref(&pki.ica.cert), &[answer], &[])
                .unwrap(),
        )
    };
    let file = plain();
    let data = Extension::open(&file, "S0").unwrap().timestamp_data();
    let good = |cert| pki.response(cert, made::signed_at() + TimeDelta::seconds(3), None, None);
    // ECDSA here is deterministic, so the same signature comes out again.
    assert!(judged(&with(&data, good(&pki.person.cert)), &trust).passed());
    failed(&with(b"another signature", good(&pki.person.cert)), &trust, "timestamp-foreign", Indication::Indeterminate);
    failed(&with(&data, good(&pki.seal.cert)), &trust, "revocation-foreign", Indication::Indeterminate);
    let revoked =
        pki.response(&pki.person.cert, made::signed_at() + TimeDelta::seconds(3), Some(time(2026, 2, 1)), None);
    failed(&with(&data, revoked), &trust, "certificate-revoked-no-poe", Indication::Indeterminate);
    let early = pki.response(&pki.person.cert, made::signed_at() - TimeDelta::seconds(60), None, None);
    failed(&with(&data, early), &trust, "revocation-before-timestamp", Indication::Indeterminate);
    let usurper = crate::common::response_by(
        &pki.foreigner,
        &pki.person.cert,
        &pki.ica.cert,
        Hash::Sha1,
        made::signed_at(),
        None,
        None,
    );
    failed(&with(&data, usurper), &trust, "revocation-responder", Indication::Indeterminate);
    failed(&with(&data, b"\x30\x80junk".to_vec()), &trust, "revocation-invalid", Indication::Indeterminate);
    // A later revocation does not undo what was signed before.
    let later = pki.response(&pki.person.cert, made::signed_at() + TimeDelta::seconds(3), Some(time(2026, 5, 1)), None);
    let report = judged(&with(&data, later), &trust);
    assert_eq!(report.signatures[0].indication, Indication::Indeterminate);
    // A stamp of an authority that no list names.
    let token = crate::common::token_by(
        &pki.foreigner,
        &[],
        Hash::Sha256,
        &Hash::Sha256.digest(&data),
        made::signed_at(),
        None,
    );
    let stamped = Extension::open(&file, "S0").unwrap().with_timestamp(&token).unwrap();
    let report = judged(&pack(stamped), &trust);
    assert!(codes(&report).iter().any(|c| c.starts_with("timestamp-")), "{:?}", codes(&report));
    assert_eq!(report.signatures[0].indication, Indication::Indeterminate);
}

#[test]
fn late_answers_and_lists() {
    let pki = Pki::new();
    let trust = pki.trust();
    let plain = made::signature(&pki.person, pki.person.key.usual(), "S0", &FILES);
    let stamped = made::extended(&pki, &pki.person, plain, "S0", Level::T, &[]);
    let pack = |ocsp: &[Vec<u8>], crls: &[Vec<u8>]| {
        let file = Extension::open(&stamped, "S0")
            .unwrap()
            .with_values(std::slice::from_ref(&pki.ica.cert), ocsp, crls)
            .unwrap();
        write::new(&FILES, &[("META-INF/signatures0.xml".into(), file)], made::signed_at()).unwrap()
    };
    let after = |hours| pki.response(&pki.person.cert, made::signed_at() + TimeDelta::hours(hours), None, None);
    let report = judged(&pack(&[after(1)], &[]), &trust);
    assert!(report.passed() && codes(&report).contains(&"revocation-not-fresh"));
    let report = judged(&pack(&[after(30)], &[]), &trust);
    assert!(report.passed() && codes(&report).contains(&"revocation-late"));
    let crl = |revoked: &[_]| pki.crl(revoked, made::signed_at() - TimeDelta::days(2));
    let report = judged(&pack(&[], &[crl(&[])]), &trust);
    assert!(report.passed(), "{:?}", codes(&report));
    assert_eq!(report.signatures[0].revocation.as_ref().unwrap().source, "CRL");
    let report = judged(&pack(&[], &[crl(&[(&pki.person.cert, time(2026, 2, 1))])]), &trust);
    assert_eq!(report.signatures[0].sub_indication, Some(Sub::RevokedNoPoe));
}
