//! pyHanko and poppler accept what is signed here.

use std::path::Path;
use std::process::Command;

use asice::pki::{Hash, SignatureAlgorithm};
use chrono::TimeDelta;
use serde_json::Value;

use super::common::{Pki, time};
use super::paper::{self, To};
use super::place;

const SAME_HOUR: &str = "2026-03-01T10:10:00+00:00";
const NEXT_DAY: &str = "2026-03-02T00:00:00+00:00";

fn pem(der: &[u8]) -> String {
    use base64::Engine as _;
    let data = base64::engine::general_purpose::STANDARD.encode(der);
    let lines: Vec<&str> = data.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}

fn pyhanko(folder: &Path, moment: &str, flags: &[&str], files: &[&str]) -> Vec<Value> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pades/referee.py");
    let output = Command::new(place::python())
        .arg(script)
        .args(["root.pem", moment])
        .args(files)
        .args(flags)
        .current_dir(folder)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "pyHanko: {text}{}", String::from_utf8_lossy(&output.stderr));
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn pdfsig(folder: &Path, file: &str) -> String {
    let output = Command::new("pdfsig").args(["-nocert", file]).current_dir(folder).output();
    let output = output.unwrap_or_else(|error| panic!("pdfsig is missing (apt-get install poppler-utils): {error}"));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn referees_accept_every_level_and_algorithm() {
    let pki = Pki::new();
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("root.pem"), pem(pki.root.cert.der())).unwrap();
    let at = time(2026, 3, 1);
    let save = |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes).unwrap();
    let pss = SignatureAlgorithm::RsaPss { hash: Hash::Sha256, mask_hash: Hash::Sha256, salt: Some(32) };
    save("b.pdf", &paper::sign(&pki, &paper::plain(), &pki.person, at, To::B));
    save("t.pdf", &paper::sign(&pki, &paper::packed(), &pki.person_p384, at, To::T));
    save("p521.pdf", &paper::sign(&pki, &paper::plain(), &pki.person_p521, at, To::B));
    save("rsa.pdf", &paper::sign(&pki, &paper::packed(), &pki.person_rsa, at, To::T));
    save("pss.pdf", &paper::sign_with(&pki, &paper::plain(), &pki.person_rsa, pss, &paper::wish(at), To::T));
    save("lt.pdf", &paper::sign(&pki, &paper::plain(), &pki.seal, at, To::Lt));
    save("lta.pdf", &paper::sign(&pki, &paper::packed(), &pki.person, at, To::Lta));
    let first = paper::sign(&pki, &paper::plain(), &pki.person, at, To::Lt);
    save("two.pdf", &paper::sign(&pki, &first, &pki.person_p384, at + TimeDelta::hours(1), To::Lta));
    let files = ["b.pdf", "t.pdf", "p521.pdf", "rsa.pdf", "pss.pdf", "lt.pdf", "lta.pdf", "two.pdf"];
    for (opinion, file) in pyhanko(folder, NEXT_DAY, &[], &files).iter().zip(files) {
        let signatures = opinion["signatures"].as_array().unwrap_or_else(|| panic!("{opinion}"));
        assert_eq!(
            signatures.len(),
            match file {
                "two.pdf" => 3,
                "lta.pdf" => 2,
                _ => 1,
            },
            "{opinion}"
        );
        for one in signatures {
            assert_eq!(one["bottom_line"], true, "{file}: {one}");
            assert_ne!(one["modification"], "OTHER", "{file}: {one}");
            if one["kind"] == "signature" {
                assert_eq!(one["stamp"] == true, !["b.pdf", "p521.pdf"].contains(&file), "{file}: {one}");
            }
        }
        let said = pdfsig(folder, file);
        assert!(said.contains("Signature is Valid."), "{file}: {said}");
        assert!(!said.contains("Signature is Invalid") && !said.contains("Digest Mismatch"), "{file}: {said}");
    }
    // What is in the file proves that the signer was not revoked; where it is missing, nothing does.
    for (file, held) in [("t.pdf", false), ("lt.pdf", true), ("lta.pdf", true)] {
        let opinion = &pyhanko(folder, SAME_HOUR, &["--ltv"], &[file])[0];
        let last = opinion["signatures"].as_array().and_then(|all| all.last()).unwrap_or_else(|| panic!("{opinion}"));
        assert_eq!((&last["kind"], &last["bottom_line"]), (&"ltv".into(), &held.into()), "{file}: {opinion}");
    }
    // And what is broken, they reject.
    let mut broken = paper::sign(&pki, &paper::plain(), &pki.person, at, To::B);
    let place = broken.windows(8).position(|part| part == b"Rikojums").unwrap();
    broken[place] = b'V';
    save("broken.pdf", &broken);
    assert_eq!(pyhanko(folder, NEXT_DAY, &[], &["broken.pdf"])[0]["signatures"][0]["intact"], false);
}
