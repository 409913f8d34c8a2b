//! `novads signature sign` and `extend`, against the simulated services; libdigidocpp, pyHanko and poppler judge.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use asice::pki::{Curve, PublicKey, ber::Tlv};
use port_signsim::{Person, Simulator};
use serde_json::Value;
use types::Clock;

use crate::program::{Said, bare, said};

const PASSWORD: &str = "parole";

struct Desk {
    folder: tempfile::TempDir,
    simulator: Simulator,
    runtime: tokio::runtime::Runtime,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn python() -> PathBuf {
    let python =
        std::env::var_os("NOVADS_REFEREES").map_or_else(|| root().join(".cache/venv/bin/python"), PathBuf::from);
    assert!(python.exists(), "{} is missing: run tools/referees.sh", python.display());
    python
}

fn person(number: u32, given: &str) -> Person {
    Person { given: given.into(), surname: "Paraugs".into(), code: format!("0101801{number:04}") }
}

impl Desk {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let simulator = runtime.block_on(Simulator::start(0, b"command line", Clock::System)).unwrap();
        let desk = Self { folder: tempfile::tempdir().unwrap(), simulator, runtime };
        desk.put("LV.xml", desk.simulator.world.national_list().unwrap().as_bytes());
        desk.put("list.der", desk.simulator.world.list_signer().der());
        desk.put("rīkojums nr. 1+a.txt", "Piešķirt atvaļinājumu.".as_bytes());
        desk.put("pielikums.pdf", &paper());
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        fs::write(self.path(name), bytes).unwrap();
    }

    /// A key on a curve, in a PKCS#12 file.
    fn key(&self, name: &str, who: &Person, curve: Curve) {
        let held = self.simulator.world.person(who, curve).unwrap();
        self.put(name, &held.pkcs12(PASSWORD).unwrap());
    }

    /// An RSA key that openssl made, certified.
    fn rsa_key(&self, name: &str, who: &Person) {
        self.run("openssl", &["genrsa", "-out", "rsa.pem", "3072"]);
        self.run("openssl", &["rsa", "-in", "rsa.pem", "-pubout", "-outform", "DER", "-out", "rsa.pub"]);
        let public = fs::read(self.path("rsa.pub")).unwrap();
        let public = PublicKey::from_spki(Tlv::only(&public).unwrap()).unwrap();
        let world = &self.simulator.world;
        let pem = [world.certify(who, &public).unwrap(), world.issuer().clone(), world.root().clone()]
            .iter()
            .map(|c| pem(c.der()))
            .collect::<String>();
        self.put("rsa.crt", pem.as_bytes());
        let password = format!("pass:{PASSWORD}");
        let export = ["pkcs12", "-export", "-inkey", "rsa.pem", "-in", "rsa.crt", "-out", name, "-passout", &password];
        self.run("openssl", &export);
    }

    fn run(&self, program: &str, args: &[&str]) -> String {
        let output = Command::new(program).args(args).current_dir(self.folder.path()).output();
        let output = output.unwrap_or_else(|error| panic!("{program} is missing (tools/packages.txt): {error}"));
        assert!(output.status.success(), "{program} {args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn novads(&self, args: &[&str]) -> Said {
        let mut command = bare(None);
        command.arg("signature").args(args).env("PIN", PASSWORD).current_dir(self.folder.path());
        said(command.output().unwrap())
    }

    /// Signs with the services of the simulator.
    fn sign(&self, files: &[&str], key: &str, out: &str, more: &[&str]) {
        let tsa = self.simulator.url("/tsa");
        let mut args = vec!["sign"];
        args.extend(files);
        args.extend(["--key", key, "--password-env", "PIN", "--tsa", &tsa, "--out", out]);
        args.extend(more);
        let said = self.novads(&args);
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{args:?}");
    }

    /// Our own verdict.
    fn verify(&self, file: &str) -> Value {
        let said = self.novads(&["verify", file, "--trust", "LV.xml", "--format", "json"]);
        serde_json::from_str(said.out.trim()).unwrap_or_else(|_| panic!("{} {}", said.out, said.err))
    }

    fn digidoc(&self, files: &[&str]) -> Vec<Value> {
        let cache = self.path("cache");
        fs::create_dir_all(&cache).unwrap();
        fs::copy(self.path("LV.xml"), cache.join("LV.xml")).unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/digidoc.py");
        let output = Command::new(python())
            .arg(script)
            .args(["cache", "list.der"])
            .args(files)
            .current_dir(self.folder.path())
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

fn pem(der: &[u8]) -> String {
    use base64::Engine as _;
    let data = base64::engine::general_purpose::STANDARD.encode(der);
    let lines: Vec<&str> = data.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}

/// A PDF of one page.
fn paper() -> Vec<u8> {
    const CONTENT: &str = "BT /F1 24 Tf 72 700 Td (Rikojums Nr. 1) Tj ET";
    let objects = [
        "<</Type /Catalog /Pages 2 0 R>>".to_owned(),
        "<</Type /Pages /Kids [3 0 R] /Count 1>>".to_owned(),
        "<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources <</Font <</F1 5 0 R>>>>>>"
            .to_owned(),
        format!("<</Length {}>>\nstream\n{CONTENT}\nendstream", CONTENT.len()),
        "<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>".to_owned(),
    ];
    let mut out = String::from("%PDF-1.7\n%aaaa\n");
    let mut table = String::from("0000000000 65535 f\r\n");
    for (index, body) in objects.iter().enumerate() {
        table += &format!("{:010} 00000 n\r\n", out.len());
        out += &format!("{} 0 obj\n{body}\nendobj\n", index + 1);
    }
    let (section, size) = (out.len(), objects.len() + 1);
    out += &format!("xref\n0 {size}\n{table}trailer\n<</Size {size} /Root 1 0 R>>\nstartxref\n{section}\n%%EOF\n");
    out.into_bytes()
}

const FILES: [&str; 2] = ["rīkojums nr. 1+a.txt", "pielikums.pdf"];

#[test]
fn containers_that_libdigidocpp_accepts() {
    let desk = Desk::new();
    desk.key("p256.p12", &person(1, "Anna"), Curve::P256);
    desk.key("p384.p12", &person(2, "Bruno"), Curve::P384);
    desk.rsa_key("rsa.p12", &person(3, "Dace"));
    let seal = desk.simulator.world.seal("Parauga novada pašvaldība", "90000000000").unwrap();
    desk.put("seal.p12", &seal.pkcs12(PASSWORD).unwrap());
    desk.sign(&FILES, "p256.p12", "p256.asice", &["--role", "Domes priekšsēdētāja"]);
    desk.sign(&FILES, "p384.p12", "p384.edoc", &["--level", "LTA"]);
    desk.sign(&FILES, "rsa.p12", "rsa.asice", &[]);
    desk.sign(&FILES, "rsa.p12", "pss.asice", &["--pss"]);
    desk.sign(&FILES, "seal.p12", "seal.asice", &["--level", "LTA"]);
    // A second signature, by the seal, over the same files.
    desk.sign(&["p256.asice"], "seal.p12", "two.asice", &["--level", "LTA"]);
    // Extended afterwards, from nothing but B and the trust list.
    let said = desk.novads(&["sign", FILES[0], "--key", "p256.p12", "--password-env", "PIN", "--out", "b.asice"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    let tsa = desk.simulator.url("/tsa");
    let extend = |file: &str, level: &str, out: &str| {
        let said = desk.novads(&["extend", file, "--level", level, "--tsa", &tsa, "--trust", "LV.xml", "--out", out]);
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{file} {level}");
    };
    extend("b.asice", "LT", "lt.asice");
    extend("lt.asice", "LTA", "lta.asice");
    extend("two.asice", "LTA", "two-more.asice");
    let expected = [
        ("p256.asice", 1, "LT"),
        ("p384.edoc", 1, "LTA"),
        ("rsa.asice", 1, "LT"),
        ("pss.asice", 1, "LT"),
        ("seal.asice", 1, "LTA"),
        ("two.asice", 2, "LT"),
        ("lt.asice", 1, "LT"),
        ("lta.asice", 1, "LTA"),
        ("two-more.asice", 2, "LTA"),
    ];
    let files: Vec<&str> = expected.iter().map(|(file, ..)| *file).collect();
    for (opinion, (file, count, level)) in desk.digidoc(&files).iter().zip(expected) {
        let signatures = opinion["signatures"].as_array().unwrap_or_else(|| panic!("{opinion}"));
        assert_eq!(signatures.len(), count, "{opinion}");
        assert!(signatures.iter().all(|s| s["valid"] == true), "{opinion}");
        let ours = desk.verify(file);
        assert_eq!(ours["container"]["ok"], true, "{ours}");
        let first = &ours["signatures"][0];
        assert_eq!(first["indication"], "TOTAL-PASSED", "{ours}");
        assert!(first["level"].as_str().unwrap().ends_with(level), "{file} {}", first["level"]);
        assert_eq!(first["legally_signed"], file != "seal.asice", "{ours}");
    }
    // What both reject.
    let mut broken = fs::read(desk.path("b.asice")).unwrap();
    let place = broken.windows(4).position(|w| w == "Pieš".as_bytes().get(..4).unwrap()).unwrap();
    if let Some(byte) = broken.get_mut(place) {
        *byte = b'T';
    }
    desk.put("broken.asice", &broken);
    assert_ne!(desk.digidoc(&["broken.asice"])[0]["signatures"][0]["valid"], true);
    let said = desk.novads(&["verify", "broken.asice", "--trust", "LV.xml"]);
    assert_eq!(said.code, 1);
    drop(desk.runtime);
}

fn pyhanko(desk: &Desk, files: &[&str]) -> Vec<Value> {
    desk.put("root.pem", pem(desk.simulator.world.root().der()).as_bytes());
    let script = root().join("formats/asice/tests/pades/referee.py");
    let moment =
        chrono::DateTime::<chrono::Utc>::from(std::time::SystemTime::now() + std::time::Duration::from_secs(60));
    let output = Command::new(python())
        .arg(script)
        .args(["root.pem", &moment.to_rfc3339()])
        .args(files)
        .current_dir(desk.folder.path())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn papers_that_pyhanko_and_poppler_accept() {
    let desk = Desk::new();
    desk.key("p256.p12", &person(1, "Anna"), Curve::P256);
    desk.rsa_key("rsa.p12", &person(3, "Dace"));
    let pdf = &["pielikums.pdf"];
    desk.sign(pdf, "p256.p12", "t.pdf", &["--format", "pades", "--level", "T"]);
    desk.sign(pdf, "p256.p12", "lt.pdf", &["--format", "pades", "--reason", "Apstiprinu"]);
    desk.sign(pdf, "rsa.p12", "lta.pdf", &["--format", "pades", "--level", "LTA"]);
    desk.sign(pdf, "rsa.p12", "pss.pdf", &["--format", "pades", "--pss"]);
    desk.sign(&["lt.pdf"], "rsa.p12", "two.pdf", &["--format", "pades", "--level", "LTA"]);
    let tsa = desk.simulator.url("/tsa");
    let args = ["extend", "t.pdf", "--level", "LTA", "--tsa", &tsa, "--trust", "LV.xml", "--out", "t-lta.pdf"];
    let said = desk.novads(&args);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    let files = ["t.pdf", "lt.pdf", "lta.pdf", "pss.pdf", "two.pdf", "t-lta.pdf"];
    let counts = [1, 1, 2, 1, 3, 2];
    for ((opinion, file), count) in pyhanko(&desk, &files).iter().zip(files).zip(counts) {
        let signatures = opinion["signatures"].as_array().unwrap_or_else(|| panic!("{opinion}"));
        assert_eq!(signatures.len(), count, "{opinion}");
        assert!(signatures.iter().all(|s| s["bottom_line"] == true), "{opinion}");
        let poppler = desk.run("pdfsig", &["-nocert", file]);
        assert!(poppler.contains("Signature is Valid.") && !poppler.contains("Invalid"), "{file}: {poppler}");
        let ours = desk.verify(file);
        let passed = if file == "t.pdf" { "INDETERMINATE" } else { "TOTAL-PASSED" };
        assert_eq!(ours["signatures"][0]["indication"], passed, "{ours}");
    }
    drop(desk.runtime);
}

#[test]
fn what_cannot_be_signed_is_said() {
    let desk = Desk::new();
    desk.key("p256.p12", &person(1, "Anna"), Curve::P256);
    let with = |args: &[&str]| desk.novads(&[&["sign", "--password-env", "PIN"], args].concat());
    let cases: [(&[&str], &str); 6] = [
        (&["pielikums.pdf", "--key", "nav.p12", "--out", "x.asice"], "nav.p12"),
        (&["nav.pdf", "--key", "p256.p12", "--out", "x.asice"], "nav.pdf"),
        (&["pielikums.pdf", "--key", "p256.p12", "--level", "LT", "--out", "x.asice"], "--tsa"),
        (&["pielikums.pdf", "--key", "p256.p12", "--tsa", "http://127.0.0.1:1/", "--out", "x.asice"], "time stamp"),
        (&["pielikums.pdf", "--key", "p256.p12", "--pss", "--out", "x.asice"], "PSS"),
        (&["rīkojums nr. 1+a.txt", "--key", "p256.p12", "--format", "pades", "--out", "x.pdf"], "PDF"),
    ];
    for (args, why) in cases {
        let said = with(args);
        assert!(said.code == 1 && said.err.contains(why), "{args:?}: {} {}", said.code, said.err);
        assert!(!desk.path("x.asice").exists() && !desk.path("x.pdf").exists());
    }
    let said = desk.novads(&["sign", "pielikums.pdf", "--key", "p256.p12", "--out", "x.asice"]);
    assert!(said.code == 1 && said.err.contains("PKCS#12"), "{}", said.err);
    assert_eq!(desk.novads(&["sign", "pielikums.pdf", "--out", "x.asice"]).code, 2);
    let said = desk.novads(&["extend", "pielikums.pdf", "--level", "LTA", "--out", "x.pdf"]);
    assert!(said.code == 1 && said.err.contains("not signed"), "{}", said.err);
    drop(desk.runtime);
}
