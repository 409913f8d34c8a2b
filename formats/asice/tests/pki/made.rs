//! What the test PKI makes is accepted by us and by OpenSSL; what is wrong with it is told.

use std::path::Path;
use std::process::Command;

use asice::pki::algorithm::{EcdsaForm, Hash, SignatureAlgorithm, ecdsa_der_to_raw, verify};
use asice::pki::ocsp::{self, ResponderRight};
use asice::pki::{Certificate, Crl, Curve, OcspResponse, PkiError, RevocationStatus, TimeStampToken, timestamp};
use asice::trust::{CertificateUse, ChainStatus, Purpose, TrustStore};
use chrono::TimeDelta;

use super::common::{Key, Pki, response_by, time, to_ber, token_by};

#[test]
fn every_algorithm_signs_and_verifies() {
    let pki = Pki::new();
    let hashes = [Hash::Sha1, Hash::Sha256, Hash::Sha384, Hash::Sha512, Hash::Sha3_256, Hash::Sha3_512];
    for entity in [&pki.person, &pki.person_p384, &pki.person_p521, &pki.person_rsa] {
        for hash in hashes {
            let pss = |mask_hash, salt| SignatureAlgorithm::RsaPss { hash, mask_hash, salt };
            let algorithms = if matches!(entity.key, Key::Rsa) {
                let usual = pss(hash, Some(hash.size()));
                vec![SignatureAlgorithm::RsaPkcs1(hash), usual, pss(Hash::Sha256, None), pss(hash, Some(0))]
            } else {
                vec![SignatureAlgorithm::Ecdsa(hash)]
            };
            for algorithm in algorithms {
                let signature = entity.key.sign(algorithm, b"content");
                let check = |message: &[u8], signature: &[u8]| {
                    verify(&entity.cert.key, algorithm, EcdsaForm::Der, message, signature)
                };
                assert_eq!(check(b"content", &signature), Ok(()), "{algorithm:?}");
                assert_eq!(check(b"Content", &signature), Err(PkiError::BadSignature), "{algorithm:?}");
                let mut broken = signature.clone();
                *broken.last_mut().unwrap() ^= 1;
                assert_eq!(check(b"content", &broken), Err(PkiError::BadSignature), "{algorithm:?}");
            }
        }
    }
}

#[test]
fn keys_and_algorithms_are_not_mixed() {
    let pki = Pki::new();
    let signature = pki.person.key.sign(pki.person.key.usual(), b"content");
    let rsa = SignatureAlgorithm::RsaPkcs1(Hash::Sha256);
    assert_eq!(verify(&pki.person.cert.key, rsa, EcdsaForm::Der, b"content", &signature), Err(PkiError::KeyMismatch));
    // A salt of another length than stated is another signature.
    let stated = SignatureAlgorithm::RsaPss { hash: Hash::Sha256, mask_hash: Hash::Sha256, salt: Some(32) };
    let shorter = SignatureAlgorithm::RsaPss { hash: Hash::Sha256, mask_hash: Hash::Sha256, salt: Some(20) };
    let signature = pki.person_rsa.key.sign(shorter, b"content");
    assert!(verify(&pki.person_rsa.cert.key, stated, EcdsaForm::Raw, b"content", &signature).is_err());
    // Raw halves without leading zeros, as some tokens write them.
    let raw =
        ecdsa_der_to_raw(&pki.person_p521.key.sign(pki.person_p521.key.usual(), b"content"), Curve::P521).unwrap();
    let (r, s) = raw.split_at(66);
    let short = [&r[usize::from(r[0] == 0)..], &s[usize::from(r[0] == 0)..]].concat();
    let check = |raw: &[u8]| {
        let usual = pki.person_p521.key.usual();
        verify(&pki.person_p521.cert.key, usual, EcdsaForm::Raw, b"content", raw)
    };
    assert_eq!(check(&raw), Ok(()));
    assert_eq!(check(&short).is_ok(), s[0] == 0 || r[0] != 0);
    assert_eq!(check(&[]), Err(PkiError::BadSignature));
    assert_eq!(check(&[0; 132]), Err(PkiError::BadSignature));
}

#[test]
fn chains_end_in_the_listed_service_or_say_why_not() {
    let pki = Pki::new();
    let trust = pki.trust();
    let at = time(2026, 3, 1);
    let judge = |cert: &Certificate, at| trust.judge_chain(cert, &[], at, Purpose::Signer);
    for entity in [&pki.person, &pki.person_p384, &pki.person_p521, &pki.person_rsa] {
        let report = judge(&entity.cert, at);
        assert!(report.is_trusted(), "{report:?}");
        let qualified = report.qualified.unwrap();
        assert!(qualified.is_qualified_signature() && qualified.usage == CertificateUse::Signature);
    }
    let seal = judge(&pki.seal.cert, at).qualified.unwrap();
    assert!(seal.is_qualified_signature() && seal.usage == CertificateUse::Seal);
    let soft = judge(&pki.no_device.cert, at).qualified.unwrap();
    assert!(soft.certificate && !soft.device && !soft.is_qualified_signature());
    assert_eq!(judge(&pki.expired.cert, at).status, ChainStatus::OutsideValidity);
    assert_eq!(judge(&pki.expired.cert, time(2026, 1, 1)).status, ChainStatus::Trusted);
    assert_eq!(judge(&pki.person.cert, time(2019, 1, 1)).status, ChainStatus::ServiceNotInForce);
    let foreign =
        trust.judge_chain(&pki.foreigner.cert, std::slice::from_ref(&pki.foreign_ca.cert), at, Purpose::Signer);
    assert_eq!(foreign.status, ChainStatus::NoPath);
    // A responder signs no time stamps, an authority no documents.
    assert_eq!(trust.judge_chain(&pki.ocsp.cert, &[], at, Purpose::TimeStamp).status, ChainStatus::WrongService);
    assert_eq!(judge(&pki.ica.cert, at).status, ChainStatus::WrongService);
    // The root as anchor: the intermediate comes from around.
    let mut root_only = TrustStore::new();
    root_only.add_anchor(pki.root.cert.clone());
    let through = root_only.judge_chain(&pki.person.cert, std::slice::from_ref(&pki.ica.cert), at, Purpose::Signer);
    assert!(through.is_trusted() && through.path.len() == 3 && !through.qualified.unwrap().certificate);
    assert_eq!(root_only.judge_chain(&pki.person.cert, &[], at, Purpose::Signer).status, ChainStatus::NoPath);
    // A person is no authority: a certificate under a person's leads nowhere.
    let under = super::common::issue(
        Key::new(Curve::P256, 40),
        Some(&pki.person),
        &super::common::Spec {
            subject: super::common::person("Ieva", "Viltus", "PNOLV-000000-00009", "Ieva Viltus"),
            from: time(2025, 1, 1),
            to: time(2030, 1, 1),
            extensions: Vec::new(),
        },
    );
    let report = trust.judge_chain(&under.cert, std::slice::from_ref(&pki.person.cert), at, Purpose::Signer);
    assert_eq!(report.status, ChainStatus::NoPath);
}

#[test]
fn time_stamps_in_der_and_ber() {
    let pki = Pki::new();
    let trust = pki.trust();
    let at = time(2026, 3, 1);
    let nonce = [0x9a; 20];
    let request = timestamp::request(Hash::Sha256, &Hash::Sha256.digest(b"content"), Some(&nonce), None);
    let answer = pki.answer_stamp_request(&request, at);
    let token =
        timestamp::read_response(&answer, Hash::Sha256, &Hash::Sha256.digest(b"content"), Some(&nonce)).unwrap();
    assert!(timestamp::read_response(&answer, Hash::Sha256, &Hash::Sha256.digest(b"content"), Some(&[1])).is_err());
    assert!(timestamp::read_response(&answer, Hash::Sha256, &Hash::Sha256.digest(b"other"), None).is_err());
    let ber = to_ber(token.der());
    assert!(ber.len() > token.der().len() && ber[1] == 0x80);
    for bytes in [token.der(), &ber] {
        let token = TimeStampToken::parse(bytes).unwrap();
        let report = token.verify(b"content", &[], &trust);
        assert!(report.is_valid() && report.qualified, "{report:?}");
        assert_eq!((report.time, token.accuracy), (at, Some(TimeDelta::seconds(1))));
        let other = token.verify(b"other", &[], &trust);
        assert!(other.signature_ok && !other.imprint_ok && !other.is_valid());
    }
    // Of an authority that no list names, or whose certificate is not for stamping.
    let digest = Hash::Sha256.digest(b"content");
    let stray = token_by(&pki.person, &[], Hash::Sha256, &digest, at, None);
    let report = TimeStampToken::parse(&stray).unwrap().verify(b"content", &[], &trust);
    assert!(!report.signature_ok && !report.is_valid());
    let untrusted = TimeStampToken::parse(token.der()).unwrap().verify(b"content", &[], &TrustStore::new());
    assert!(untrusted.signature_ok && !untrusted.is_valid() && !untrusted.qualified);
}

#[test]
fn responses_are_for_one_certificate_by_who_may_answer() {
    let pki = Pki::new();
    let trust = pki.trust();
    let at = time(2026, 3, 1);
    let verify =
        |bytes: &[u8], cert: &Certificate| OcspResponse::parse(bytes).unwrap().verify(cert, &pki.ica.cert, &[], &trust);
    let good = pki.response(&pki.person.cert, at, None, Some(&[7; 32]));
    let report = verify(&good, &pki.person.cert);
    assert!(report.is_good() && report.right == Some(ResponderRight::Designated), "{report:?}");
    assert_eq!(OcspResponse::parse(&good).unwrap().nonce.as_deref(), Some(&[7; 32][..]));
    let other = verify(&good, &pki.seal.cert);
    assert!(other.status.is_none() && !other.is_good() && other.notices[0].code == "ocsp-other-certificate");
    let since = time(2026, 2, 1);
    let revoked = verify(&pki.response(&pki.revoked.cert, at, Some(since), None), &pki.revoked.cert);
    assert!(revoked.is_reliable() && revoked.status == Some(RevocationStatus::Revoked { at: since, reason: None }));
    // Answers by someone without the right: a person of the same issuer, and a foreign authority.
    for responder in [&pki.seal, &pki.foreign_ca] {
        let bytes = response_by(responder, &pki.person.cert, &pki.ica.cert, Hash::Sha256, at, None, None);
        let report = verify(&bytes, &pki.person.cert);
        assert!(report.signature_ok && report.right.is_none() && !report.is_good(), "{report:?}");
    }
    // By the issuer itself, with another digest in the identifier.
    let bytes = response_by(&pki.ica, &pki.person.cert, &pki.ica.cert, Hash::Sha384, at, None, None);
    assert_eq!(verify(&bytes, &pki.person.cert).right, Some(ResponderRight::Issuer));
    // A time-mark holds the digest of the signature in its nonce.
    let info = asice::pki::ber::der::sequence(&[
        &Hash::Sha256.identifier(),
        &asice::pki::ber::der::octets(&Hash::Sha256.digest(b"signature")),
    ]);
    let marked = OcspResponse::parse(&pki.response(&pki.person.cert, at, None, Some(&info))).unwrap();
    assert_eq!((marked.time_marks(b"signature"), marked.time_marks(b"other")), (Some(true), Some(false)));
    assert_eq!(OcspResponse::parse(&good).unwrap().time_marks(b"signature"), None);
}

#[test]
fn crl_names_the_revoked() {
    let pki = Pki::new();
    let (at, since) = (time(2026, 3, 1), time(2026, 2, 1));
    let bytes = pki.crl(&[(&pki.expired.cert, since), (&pki.revoked.cert, since)], at);
    let crl = Crl::parse(&bytes).unwrap();
    assert_eq!(crl.verify(&pki.ica.cert), Ok(()));
    assert!(crl.verify(&pki.root.cert).is_err() && crl.verify(&pki.ocsp.cert).is_err());
    assert_eq!(crl.status(&pki.revoked.cert), Ok(RevocationStatus::Revoked { at: since, reason: None }));
    assert_eq!(crl.status(&pki.person.cert), Ok(RevocationStatus::Good));
    assert!(crl.status(&pki.foreigner.cert).is_err());
    let mut changed = bytes;
    let place = changed.len() / 2;
    changed[place] ^= 1;
    assert!(Crl::parse(&changed).is_err() || Crl::parse(&changed).unwrap().verify(&pki.ica.cert).is_err());
}

fn openssl(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("openssl").args(arguments).current_dir(folder).output();
    let output = output.unwrap_or_else(|error| panic!("openssl is missing (apt-get install openssl): {error}"));
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "openssl {arguments:?}: {text}");
    text
}

fn pem(cert: &Certificate) -> String {
    use base64::Engine as _;
    let data = base64::engine::general_purpose::STANDARD.encode(cert.der());
    format!("-----BEGIN CERTIFICATE-----\n{data}\n-----END CERTIFICATE-----\n")
}

#[test]
fn openssl_accepts_what_is_made() {
    let pki = Pki::new();
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes).unwrap();
    let at = time(2026, 3, 1);
    write("root.pem", pem(&pki.root.cert).as_bytes());
    write("ica.pem", pem(&pki.ica.cert).as_bytes());
    write("content", b"content");
    for (name, entity) in [
        ("p256", &pki.person),
        ("p384", &pki.person_p384),
        ("p521", &pki.person_p521),
        ("rsa", &pki.person_rsa),
        ("seal", &pki.seal),
    ] {
        let file = format!("{name}.pem");
        write(&file, pem(&entity.cert).as_bytes());
        openssl(folder, &["verify", "-attime", "1772359200", "-CAfile", "root.pem", "-untrusted", "ica.pem", &file]);
    }
    // A time stamp, and the request for it.
    let request = timestamp::request(Hash::Sha256, &Hash::Sha256.digest(b"content"), Some(&[5; 8]), None);
    write("request", &request);
    write("answer", &pki.answer_stamp_request(&request, at));
    let asked = openssl(folder, &["ts", "-query", "-in", "request", "-text"]);
    assert!(asked.contains("sha256") && asked.contains("0x0505050505050505"), "{asked}");
    openssl(
        folder,
        &["ts", "-verify", "-in", "answer", "-queryfile", "request", "-CAfile", "root.pem", "-attime", "1772359200"],
    );
    write("token", &to_ber(&pki.token(Hash::Sha512, &Hash::Sha512.digest(b"content"), at, None)));
    openssl(
        folder,
        &[
            "ts",
            "-verify",
            "-in",
            "token",
            "-token_in",
            "-data",
            "content",
            "-CAfile",
            "root.pem",
            "-attime",
            "1772359200",
        ],
    );
    // OCSP: request and response.
    write("ocsp-request", &ocsp::request(&pki.person.cert, &pki.ica.cert, Hash::Sha256, Some(&[6; 16])));
    let asked = openssl(folder, &["ocsp", "-reqin", "ocsp-request", "-text", "-noverify"]);
    assert!(
        asked.contains("sha256")
            && asked.to_lowercase().contains(&pki.person.cert.serial_hex().trim_start_matches('0').to_lowercase()),
        "{asked}"
    );
    write("response", &pki.response(&pki.person.cert, at, None, None));
    let said = openssl(
        folder,
        &[
            "ocsp",
            "-respin",
            "response",
            "-issuer",
            "ica.pem",
            "-cert",
            "p256.pem",
            "-CAfile",
            "root.pem",
            "-verify_other",
            "ica.pem",
            "-validity_period",
            "999999999",
            "-attime",
            "1772359200",
        ],
    );
    assert!(said.contains("Response verify OK") && said.contains("good"), "{said}");
    write("list.crl", &pki.crl(&[(&pki.revoked.cert, time(2026, 2, 1))], at));
    let said = openssl(folder, &["crl", "-inform", "DER", "-in", "list.crl", "-CAfile", "ica.pem", "-noout"]);
    assert!(said.contains("verify OK"), "{said}");
}
