//! signxml, with canonical forms by libxml2, accepts what is signed here; libdigidocpp's opinion is asked for by the
//! tests of the command line.

use std::{path::Path, process::Command};

use asice::{
    container::{Container, write},
    pki::{Hash, SignatureAlgorithm},
    verdict::Level,
};
use serde_json::Value;

use crate::{
    common::{Entity, Pki},
    made::{self, FILES, edoc},
    place,
};

fn pem(der: &[u8]) -> String {
    use base64::Engine as _;
    let data = base64::engine::general_purpose::STANDARD.encode(der);
    let lines: Vec<&str> = data.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}

fn signxml(folder: &Path, signers: &str, files: &[String]) -> Vec<Value> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/container/referee.py");
    let output =
        Command::new(place::python()).arg(script).arg(signers).args(files).current_dir(folder).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "signxml: {text}{}", String::from_utf8_lossy(&output.stderr));
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn signxml_accepts_every_key_and_level_and_rejects_what_is_broken() {
    const PSS: SignatureAlgorithm =
        SignatureAlgorithm::RsaPss { hash: Hash::Sha256, mask_hash: Hash::Sha256, salt: Some(32) };
    let pki = Pki::new();
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let signers: [(&str, &Entity); 5] = [
        ("p256", &pki.person),
        ("p384", &pki.person_p384),
        ("p521", &pki.person_p521),
        ("rsa", &pki.person_rsa),
        ("seal", &pki.seal),
    ];
    for (name, entity) in signers {
        std::fs::write(folder.join(format!("{name}.pem")), pem(entity.cert.der())).unwrap();
    }
    let trusted = "p256.pem,p384.pem,p521.pem,rsa.pem,seal.pem";
    let save = |name: &str, bytes: &[u8]| {
        std::fs::write(folder.join(name), bytes).unwrap();
        name.to_owned()
    };
    let mut files = Vec::new();
    for (name, entity, algorithm) in [
        ("p256", &pki.person, pki.person.key.usual()),
        ("p384", &pki.person_p384, pki.person_p384.key.usual()),
        ("p521", &pki.person_p521, pki.person_p521.key.usual()),
        ("pkcs1", &pki.person_rsa, SignatureAlgorithm::RsaPkcs1(Hash::Sha256)),
        ("pss", &pki.person_rsa, PSS),
        ("seal", &pki.seal, pki.seal.key.usual()),
    ] {
        for level in [Level::B, Level::LT, Level::LTA] {
            files.push(save(&format!("{name}-{}.edoc", level.name()), &edoc(&pki, entity, algorithm, level)));
        }
    }
    let first = made::lt(&pki);
    let container = Container::open(&first, None, Default::default()).unwrap();
    let second = made::signature(&pki.seal, pki.seal.key.usual(), "S1", &FILES);
    let both = write::with(&container, &[(write::free_name(&container), second)], made::signed_at()).unwrap();
    files.push(save("two.edoc", &both));
    for opinion in signxml(folder, trusted, &files) {
        let signatures = opinion["signatures"].as_array().unwrap();
        assert_eq!(signatures.len(), if opinion["file"] == "two.edoc" { 2 } else { 1 }, "{opinion}");
        assert!(signatures.iter().all(|s| s["valid"] == true), "{opinion}");
    }
    let broken = made::reworded(&first, "2026-03-01T10:00:00Z", "2026-03-01T11:00:00Z");
    let broken = [save("broken.edoc", &broken)];
    assert_eq!(signxml(folder, trusted, &broken)[0]["signatures"][0]["valid"], false);
}
