//! What we sign we accept, and say of it what is true.

use asice::{
    container::{Container, write},
    finding::Sub,
    pki::{Hash, SignatureAlgorithm},
    verdict::{Indication, Level},
    xades::{extend::Extension, sign::Draft},
};
use chrono::TimeDelta;

use crate::{
    common::{Entity, Pki, time},
    made::{self, FILES, codes, edoc, judged},
};

const PSS: SignatureAlgorithm =
    SignatureAlgorithm::RsaPss { hash: Hash::Sha256, mask_hash: Hash::Sha256, salt: Some(32) };

#[test]
fn every_key_and_level() {
    let pki = Pki::new();
    let trust = pki.trust();
    let keys: [(&Entity, SignatureAlgorithm); 6] = [
        (&pki.person, pki.person.key.usual()),
        (&pki.person_p384, pki.person_p384.key.usual()),
        (&pki.person_p521, pki.person_p521.key.usual()),
        (&pki.person_rsa, SignatureAlgorithm::RsaPkcs1(Hash::Sha256)),
        (&pki.person_rsa, PSS),
        (&pki.seal, pki.seal.key.usual()),
    ];
    for (entity, algorithm) in keys {
        for level in [Level::B, Level::T, Level::LT, Level::LTA] {
            let report = judged(&edoc(&pki, entity, algorithm, level), &trust);
            assert!(report.container.ok, "{:?}", report.container);
            let signature = &report.signatures[0];
            assert_eq!(signature.level, level);
            assert!(signature.integrity && signature.qualified, "{algorithm:?} {level:?} {:?}", signature.findings);
            let seal = entity.cert == pki.seal.cert;
            assert_eq!(signature.signer.as_ref().unwrap().seal, seal);
            assert_eq!(signature.signed_files.len(), 2);
            assert_eq!(signature.roles, ["Domes priekšsēdētāja"]);
            if level < Level::LT {
                assert_eq!(signature.indication, Indication::Indeterminate);
                assert_eq!(signature.sub_indication, Some(Sub::TryLater));
                assert!(!signature.legally_signed);
            } else {
                assert_eq!(signature.indication, Indication::TotalPassed, "{:?}", signature.findings);
                assert!(signature.timestamp_qualified);
                assert_eq!(signature.timestamp_at, Some(made::signed_at() + TimeDelta::seconds(5)));
                assert_eq!(signature.legally_signed, !seal);
            }
        }
    }
}

#[test]
fn two_signatures_and_one_broken() {
    let pki = Pki::new();
    let trust = pki.trust();
    let first = made::lt(&pki);
    let container = Container::open(&first, None, Default::default()).unwrap();
    let name = write::free_name(&container);
    assert_eq!(name, "META-INF/signatures1.xml");
    let second = made::signature(&pki.seal, pki.seal.key.usual(), "S1", &FILES);
    let second = made::extended(&pki, &pki.seal, second, "S1", Level::LTA, &first);
    let both = write::with(&container, &[(name, second)], made::signed_at()).unwrap();
    let report = judged(&both, &trust);
    assert!(report.passed(), "{:?}", codes(&report));
    assert_eq!(report.signatures.len(), 2);
    let broken = made::rebuilt(&both, |name, content| {
        if name != "META-INF/signatures1.xml" {
            return content;
        }
        String::from_utf8(content).unwrap().replace("2026-03-01T10:00:00Z", "2026-03-01T11:00:00Z").into_bytes()
    });
    let report = judged(&broken, &trust);
    assert!(!report.passed());
    let seen: Vec<_> = report.signatures.iter().map(|s| (s.indication, s.integrity)).collect();
    assert_eq!(seen, [(Indication::TotalPassed, true), (Indication::TotalFailed, false)]);
}

#[test]
fn a_renewed_archive_stamp_holds_and_guards() {
    let pki = Pki::new();
    let trust = pki.trust();
    let bytes = edoc(&pki, &pki.person, pki.person.key.usual(), Level::LTA);
    let container = Container::open(&bytes, None, Default::default()).unwrap();
    let file = container.read(container.signature_files()[0]).unwrap();
    // More revocation data, then a second archive stamp over all of it.
    let open = Extension::open(&file, "S0").unwrap();
    let more = pki.response(&pki.person.cert, time(2026, 4, 20), None, None);
    let file = open.with_values(&[], &[more], &[]).unwrap();
    let open = Extension::open(&file, "S0").unwrap();
    let data = open.archive_data(&container).unwrap();
    let token = pki.token(Hash::Sha512, &Hash::Sha512.digest(&data), time(2026, 5, 1), None);
    let file = open.with_archive_timestamp(&token).unwrap();
    let renewed = write::with(&container, &[("META-INF/signatures0.xml".into(), file)], time(2026, 5, 1)).unwrap();
    let report = judged(&renewed, &trust);
    assert!(report.passed(), "{:?}", report.signatures[0].findings);
    // What a stamp covers cannot be taken out unnoticed.
    let robbed = made::reworded(&renewed, "<xades:CertificateValues>", "<xades:CertificateValues Id=\"x\">");
    let report = judged(&robbed, &trust);
    assert_eq!(report.signatures[0].indication, Indication::Indeterminate);
    assert!(codes(&report).contains(&"archive-timestamp-failed"));
}

#[test]
fn a_foreign_raw_signature_never_gets_in() {
    let pki = Pki::new();
    let draft = Draft {
        id: "S0".into(),
        signer: &pki.person.cert,
        algorithm: pki.person.key.usual(),
        at: made::signed_at(),
        roles: Vec::new(),
        place: None,
    };
    let prepared = draft.prepare(&FILES).unwrap();
    let other = pki.seal.key.sign_digest_raw(pki.seal.key.usual(), &prepared.digest());
    assert!(prepared.finish(&other).is_err());
    // A device may give DER.
    let der = pki.person.key.sign(pki.person.key.usual(), prepared.to_be_signed());
    assert!(prepared.finish(&der).is_ok());
    assert!(Draft { id: "S0\" x=\"".into(), ..draft }.prepare(&FILES).is_err());
}

#[test]
fn names_that_cannot_be_carried_are_refused() {
    for name in
        ["../a", "META-INF/x", "meta-inf/y", "mimetype", "a/", "", "a\\b", "/a", "C:a", "%2e%2e/a", "a\u{202E}b"]
    {
        let file = write::File { name, ..FILES[0] };
        assert!(write::check_names(&[file]).is_err(), "{name}");
    }
    let twice = [write::File { name: "A.txt", ..FILES[0] }, write::File { name: "a.TXT", ..FILES[0] }];
    assert!(write::check_names(&twice).is_err());
    assert!(write::check_names(&FILES).is_ok());
}

#[test]
fn who_the_signer_is_decides_what_it_is_worth() {
    let pki = Pki::new();
    let trust = pki.trust();
    let lt = |entity: &Entity| edoc(&pki, entity, entity.key.usual(), Level::LT);
    let report = judged(&lt(&pki.no_device), &trust);
    assert!(report.passed());
    assert!(!report.signatures[0].qualified && !report.signatures[0].legally_signed);
    let report = judged(&lt(&pki.expired), &trust);
    assert_eq!(report.signatures[0].sub_indication, Some(Sub::OutOfBoundsNoPoe));
    let report = judged(&lt(&pki.foreigner), &trust);
    assert_eq!(report.signatures[0].sub_indication, Some(Sub::NoCertificateChainFound));
    let none = asice::trust::TrustStore::new();
    let report = judged(&made::lt(&pki), &none);
    assert!(codes(&report).contains(&"trust-list-none"));
}

#[test]
fn a_list_past_its_time_is_used_and_named() {
    let pki = Pki::new();
    let trust = pki.trust();
    let bytes = made::lt(&pki);
    let request = asice::verify::Request::new(&bytes, &trust, time(2026, 8, 1));
    let report = asice::verify::verify(&request);
    assert!(report.passed());
    assert!(report.signatures[0].findings.iter().any(|f| f.finding.code.name() == "trust-list-stale"));
    assert!(report.container.findings.iter().any(|f| f.finding.code.name() == "trust-list-stale"));
}
