//! The verdict on PDFs: what is good passes at its level, what was done to it afterwards is named.

use asice::pades::{Wish, write};
use asice::verdict::{Indication, Level, Report, SignatureReport};
use asice::verify::{Request, verify};
use chrono::TimeDelta;

use super::common::{Pki, time};
use super::paper::{self, To};

fn judge(pki: &Pki, pdf: &[u8]) -> Report {
    let trust = pki.trust();
    verify(&Request::new(pdf, &trust, time(2026, 3, 2)))
}

fn codes(signature: &SignatureReport) -> Vec<&'static str> {
    signature.findings.iter().map(|weighed| weighed.finding.code.name()).collect()
}

/// Appends a revision that replaces or adds one object, as any program could.
fn append(pdf: &[u8], number: u32, body: &str) -> Vec<u8> {
    let text = String::from_utf8_lossy(pdf);
    let place = text.rfind("startxref").unwrap();
    let last: usize = text[place + 9..].split_whitespace().next().unwrap().parse().unwrap();
    let mut out = pdf.to_vec();
    let at = out.len();
    out.extend(format!("{number} 0 obj\n{body}\nendobj\n").bytes());
    let section = out.len();
    out.extend(
        format!(
            "xref\n{number} 1\n{at:010} 00000 n\r\ntrailer\n<</Size 99 /Root 1 0 R /Prev {last}>>\nstartxref\n{section}\n%%EOF\n"
        )
        .bytes(),
    );
    out
}

#[test]
fn every_level_passes_as_what_it_is() {
    let pki = Pki::new();
    let at = time(2026, 3, 1);
    for (to, level, indication) in [
        (To::B, Level::B, Indication::Indeterminate),
        (To::T, Level::T, Indication::Indeterminate),
        (To::Lt, Level::LT, Indication::TotalPassed),
        (To::Lta, Level::LTA, Indication::TotalPassed),
    ] {
        for by in [&pki.person, &pki.person_p384, &pki.person_p521, &pki.person_rsa] {
            for pdf in [paper::plain(), paper::packed()] {
                let report = judge(&pki, &paper::sign(&pki, &pdf, by, at, to));
                assert!(report.container.ok && report.container.kind == "PDF", "{report:?}");
                let [one] = report.signatures.as_slice() else { panic!("{report:?}") };
                assert_eq!((one.level, one.indication), (level, indication), "{:?}", codes(one));
                assert!(one.integrity && one.qualified && one.signed_at == Some(at));
                assert_eq!(one.legally_signed, to >= To::Lt);
                assert_eq!(one.timestamp_at, (to >= To::T).then(|| at + TimeDelta::seconds(5)));
            }
        }
    }
}

#[test]
fn several_signatures_are_judged_apart() {
    let pki = Pki::new();
    let at = time(2026, 3, 1);
    let first = paper::sign(&pki, &paper::plain(), &pki.person, at, To::Lt);
    let two = paper::sign(&pki, &first, &pki.seal, at + TimeDelta::hours(1), To::Lta);
    let report = judge(&pki, &two);
    let [person, seal] = report.signatures.as_slice() else { panic!("{report:?}") };
    assert!(report.passed(), "{:?} {:?}", codes(person), codes(seal));
    assert!(person.legally_signed && !seal.legally_signed && seal.signer.as_ref().unwrap().seal);
    assert_eq!((person.level, seal.level), (Level::LTA, Level::LTA));
    // A certifying signature that permits nothing is broken by a second one, not by proofs.
    let certifying = Wish { certify: Some(1), ..paper::wish(at) };
    let usual = pki.person.key.usual();
    let certified = paper::sign_with(&pki, &paper::plain(), &pki.person, usual, &certifying, To::Lta);
    assert!(judge(&pki, &certified).passed());
    let over = paper::sign(&pki, &certified, &pki.seal, at + TimeDelta::hours(1), To::Lt);
    assert!(codes(&judge(&pki, &over).signatures[0]).contains(&"pdf-change-not-permitted"));
}

#[test]
fn who_may_not_sign_does_not_pass() {
    let pki = Pki::new();
    let at = time(2026, 3, 1);
    let of = |entity| judge(&pki, &paper::sign(&pki, &paper::plain(), entity, at, To::Lt)).signatures.remove(0);
    let foreign = of(&pki.foreigner);
    assert!(foreign.integrity && foreign.indication == Indication::Indeterminate);
    assert!(codes(&foreign).contains(&"chain-missing"));
    let expired = of(&pki.expired);
    assert!(expired.integrity && expired.indication != Indication::TotalPassed);
    assert!(codes(&expired).contains(&"certificate-expired"));
    let soft = of(&pki.no_device);
    assert!(soft.indication == Indication::TotalPassed && !soft.qualified && !soft.legally_signed);
}

#[test]
fn later_changes_are_named() {
    let pki = Pki::new();
    let signed = paper::sign(&pki, &paper::plain(), &pki.person, time(2026, 3, 1), To::Lt);
    let content = "<</Length 40>>\nstream\nBT /F1 24 Tf 72 700 Td (Rikojums 2) Tj ET\nendstream";
    let pages = "<</Type /Pages /Kids [3 0 R 3 0 R] /Count 2>>";
    let catalog = "<</Type /Catalog /Pages 2 0 R /OpenAction 5 0 R>>";
    for (number, body) in [(4, content), (2, pages), (1, catalog), (5, "null")] {
        let report = judge(&pki, &append(&signed, number, body));
        // A catalogue without its form hides the signature altogether: that is no pass either.
        assert!(!report.passed(), "{number}");
        if let Some(one) = report.signatures.first() {
            assert_eq!(one.indication, Indication::TotalFailed);
            assert!(!one.integrity && codes(one).contains(&"pdf-changed-after-signing"), "{number}: {:?}", codes(one));
        }
    }
    // New objects that nothing refers to change nothing.
    assert!(judge(&pki, &append(&signed, 60, "(stray)")).passed());
    // Bytes inside the signed part.
    let mut changed = signed.clone();
    let place = changed.windows(8).position(|part| part == b"Rikojums").unwrap();
    changed[place] = b'V';
    let one = &judge(&pki, &changed).signatures[0];
    assert!(codes(one).contains(&"digest-mismatch") && one.indication == Indication::TotalFailed);
}

#[test]
fn signatures_cover_all_but_themselves_or_fail() {
    let pki = Pki::new();
    let signed = paper::sign(&pki, &paper::plain(), &pki.person, time(2026, 3, 1), To::B);
    let text = String::from_utf8_lossy(&signed).into_owned();
    let at = text.find("/ByteRange [0 ").unwrap() + "/ByteRange [0 ".len();
    let numbers: Vec<usize> =
        text[at..].split_whitespace().take(3).map(|n| n.trim_end_matches(']').parse().unwrap()).collect();
    let with = |range: [usize; 4]| {
        let mut bytes = signed.clone();
        let new = format!("[{} {:<12} {:<12} {:<12}", range[0], range[1], range[2], range[3]);
        let start = at - 3;
        bytes[start..start + new.len()].copy_from_slice(new.as_bytes());
        bytes
    };
    let (length, second, rest) = (numbers[0], numbers[1], numbers[2]);
    assert_eq!(with([0, length, second, rest]), signed);
    for range in [
        [0, length - 10, second, rest],
        [0, length, second + 10, rest - 10],
        [0, length, second, rest - 50],
        [0, length, second, rest + 50],
        [1, length - 1, second, rest],
        [0, length, 999_999_999_999, 999_999_999_999],
    ] {
        let report = judge(&pki, &with(range));
        let one = &report.signatures[0];
        assert!(!one.integrity && one.indication == Indication::TotalFailed, "{range:?}");
        assert!(codes(one).contains(&"pdf-coverage"), "{range:?}: {:?}", codes(one));
    }
}

#[test]
fn foreign_evidence_proves_nothing() {
    let pki = Pki::new();
    let at = time(2026, 3, 1);
    // The time stamp of another signature.
    let usual = pki.person.key.usual();
    let signing =
        asice::pades::Signing::begin(&paper::plain(), &paper::wish(at), &pki.person.cert, &[], usual).unwrap();
    let raw = pki.person.key.sign_digest_raw(usual, &signing.digest_to_sign());
    let token = pki.token(asice::pki::Hash::Sha256, &[7; 32], at, None);
    let report = judge(&pki, &signing.finish(&raw, Some(&token)).unwrap());
    assert!(codes(&report.signatures[0]).contains(&"timestamp-foreign"));
    // An answer about another certificate.
    let signed = paper::sign(&pki, &paper::plain(), &pki.person, at, To::T);
    let proofs = asice::pades::Proofs {
        responses: vec![pki.response(&pki.seal.cert, at + TimeDelta::seconds(9), None, None)],
        ..Default::default()
    };
    let report = judge(&pki, &write::add_proofs(&signed, &proofs).unwrap());
    assert!(codes(&report.signatures[0]).contains(&"revocation-foreign"));
    // Revoked before signing.
    let since = time(2026, 2, 1);
    let signed = paper::sign(&pki, &paper::plain(), &pki.revoked, at, To::T);
    let proofs = asice::pades::Proofs {
        responses: vec![pki.response(&pki.revoked.cert, at + TimeDelta::seconds(9), Some(since), None)],
        ..Default::default()
    };
    let report = judge(&pki, &write::add_proofs(&signed, &proofs).unwrap());
    assert_ne!(report.signatures[0].indication, Indication::TotalPassed);
    // A CRL does what an OCSP response does.
    let signed = paper::sign(&pki, &paper::plain(), &pki.person, at, To::T);
    let proofs = asice::pades::Proofs {
        crls: vec![pki.crl(&[(&pki.revoked.cert, since)], at + TimeDelta::hours(1))],
        ..Default::default()
    };
    let report = judge(&pki, &write::add_proofs(&signed, &proofs).unwrap());
    assert!(report.passed(), "{:?}", codes(&report.signatures[0]));
}

#[test]
fn hostile_files_are_refused_by_name() {
    let pki = Pki::new();
    let refused = |bytes: &[u8]| {
        let report = judge(&pki, bytes);
        assert!(report.signatures.is_empty() && !report.passed());
        report.container.findings[0].finding.code.name()
    };
    assert_eq!(refused(b"%PDF-1.7\n"), "pdf-malformed");
    assert_eq!(refused(b"%PDF-1.7\nstartxref\n0\n%%EOF"), "pdf-malformed");
    // Cross-references that lead back to themselves.
    let circle = b"%PDF-1.7\nxref\n0 0\ntrailer\n<</Size 1 /Root 1 0 R /Prev 9>>\nstartxref\n9\n%%EOF";
    assert_eq!(refused(circle), "pdf-malformed");
    let many = b"%PDF-1.7\nxref\n0 0\n4294967290 1\n0000000000 00000 n\ntrailer\n<<>>\nstartxref\n9\n%%EOF";
    assert_eq!(refused(many), "pdf-limit");
    let deep = format!("%PDF-1.7\nxref\ntrailer\n{}\nstartxref\n9\n%%EOF", "[".repeat(5_000));
    let deep = refused(deep.as_bytes());
    assert!(["pdf-limit", "pdf-malformed"].contains(&deep));
    let text = String::from_utf8(paper::plain()).unwrap().replace("/Root 1 0 R", "/Root 1 0 R /Encrypt 9 0 R");
    assert_eq!(refused(text.as_bytes()), "pdf-encrypted");
    assert_eq!(judge(&pki, &paper::plain()).container.findings[0].finding.code.name(), "no-signatures");
}

#[test]
fn a_responder_of_a_service_that_is_not_qualified_is_said() {
    use base64::Engine as _;
    let pki = Pki::new();
    let at = time(2026, 3, 1);
    let encode = |cert: &asice::pki::Certificate| base64::engine::general_purpose::STANDARD.encode(cert.der());
    let answered = at + TimeDelta::seconds(9);
    let hash = asice::pki::Hash::Sha1;
    let answer = super::common::response_by(&pki.scheme, &pki.person.cert, &pki.ica.cert, hash, answered, None, None);
    let proofs = asice::pades::Proofs { responses: vec![answer], ..Default::default() };
    let signed = paper::sign(&pki, &paper::plain(), &pki.person, at, To::T);
    let pdf = write::add_proofs(&signed, &proofs).unwrap();
    let list = pki.trust_list().replace(&encode(&pki.ocsp.cert), &encode(&pki.scheme.cert));
    for (kind, qualified) in [("Certstatus/OCSP/QC<", true), ("Certstatus/OCSP<", false)] {
        let list = list.replace("Certstatus/OCSP/QC<", kind);
        let (trust, _) = asice::trust::TrustStore::from_files([("LV.xml", list.as_bytes())]);
        let request = Request::new(&pdf, &trust, time(2026, 3, 2));
        let report = verify(&request);
        assert!(report.passed());
        assert_eq!(codes(&report.signatures[0]).contains(&"revocation-not-qualified"), !qualified);
        let strict = Request { policy: &asice::policy::STRICT, ..request };
        assert_eq!(verify(&strict).passed(), qualified);
    }
}
