//! `novads einvoice`, as a supplier's or a municipality's script would call it.

use std::{fs, path::PathBuf};

use serde_json::Value;

use crate::program::{Said, bare, said};

pub fn base(name: &str) -> String {
    let path = format!("{}/../formats/en16931/tests/data/base/{name}.xml", env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(path).unwrap()
}

/// A folder with files, gone with the test.
pub struct Folder(tempfile::TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn put(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    pub fn name(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

pub fn novads(args: &[&str]) -> Said {
    said(bare(None).arg("einvoice").args(args).output().unwrap())
}

pub fn lines(said: &Said) -> Vec<Value> {
    said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

pub fn rules(line: &Value) -> Vec<&str> {
    line["findings"].as_array().unwrap().iter().map(|finding| finding["rule"].as_str().unwrap()).collect()
}

#[test]
fn each_file_gives_one_line_of_json_in_its_place() {
    let folder = Folder::new();
    let good = folder.put("labs rēķins.xml", base("lv-01-apkure"));
    let wrong = base("lv-22-desmit-rindas").replace("unitCode=\"KGM\"", "unitCode=\"QQQ\"");
    let bad = folder.put("bad.xml", wrong.replacen("<cbc:Name>Produkts Nr. 2</cbc:Name>", "<cbc:Name/>", 1));
    let absent = folder.path("absent.xml").to_str().unwrap().to_owned();
    let said = novads(&["validate", &good, &bad, &absent, "--policy", "peppol", "--format", "json"]);
    assert_eq!((said.code, said.err.as_str()), (1, ""));
    let lines = lines(&said);
    assert_eq!(lines.len(), 3);
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(lines[0], serde_json::json!({"file": good, "syntax": "ubl-invoice", "valid": true, "findings": []}));
    assert_eq!(keys(&lines[1]), ["file", "findings", "syntax", "valid"]);
    assert_eq!((&lines[1]["file"], &lines[1]["valid"]), (&Value::from(bad), &Value::from(false)));
    let rules = rules(&lines[1]);
    assert_eq!(rules.iter().filter(|rule| **rule == "BR-CL-23").count(), 12, "one finding for each firing");
    assert!(rules.contains(&"BR-25") && rules.contains(&"PEPPOL-EN16931-R008"), "Peppol includes EN 16931: {rules:?}");
    let finding = lines[1]["findings"].as_array().unwrap().iter().find(|finding| finding["rule"] == "BR-25").unwrap();
    assert_eq!(keys(finding), ["location", "rule", "severity", "term", "text"]);
    assert_eq!((&finding["severity"], &finding["term"]), (&Value::from("fatal"), &Value::from("BT-153")));
    assert_eq!(finding["location"], "/Invoice/cac:InvoiceLine[2]");
    let text = finding["text"].as_str().unwrap();
    assert!(text.contains("Rindā nav preces") && text.contains("The item name is missing"), "{text}");
    assert_eq!((&lines[2]["file"], &lines[2]["syntax"]), (&Value::from(absent), &Value::from("unknown")));
    assert_eq!(lines[2]["findings"][0]["rule"], "FILE-UNREADABLE");
}

#[test]
fn the_root_says_what_the_document_is() {
    let folder = Folder::new();
    let response = "<ApplicationResponse xmlns='urn:oasis:names:specification:ubl:schema:xsd:ApplicationResponse-2'/>";
    let files = [
        (base("lv-31-kreditrekins"), "ubl-credit-note"),
        (base("lv-cii-01-standarts"), "cii"),
        (response.to_owned(), "invoice-response"),
        ("<html/>".to_owned(), "unknown"),
    ];
    for policy in ["en16931", "peppol", "lv"] {
        for (text, syntax) in &files {
            let file = folder.put("one.xml", text);
            let said = novads(&["validate", "--policy", policy, "--format", "json", &file]);
            let line = lines(&said).remove(0);
            assert_eq!(line["syntax"], *syntax);
            let valid = !matches!(*syntax, "invoice-response" | "unknown");
            assert_eq!((said.code == 0, line["valid"].as_bool().unwrap()), (valid, valid), "{line}");
            if *syntax == "invoice-response" {
                assert!(rules(&line).contains(&"PEPPOL-T111-B00101"), "{line}");
            }
        }
    }
}

#[test]
fn structural_faults_do_not_silence_the_rules() {
    let folder = Folder::new();
    let text = base("lv-01-apkure").replacen("<cbc:ID>", "<cbc:Unknown>1</cbc:Unknown><cbc:ID>", 1);
    let text = text.replace("<cbc:ID>lv-01-apkure</cbc:ID>", "");
    let said = novads(&["validate", "--format", "json", &folder.put("one.xml", text)]);
    let lines = lines(&said);
    let rules = rules(&lines[0]);
    assert!(rules.contains(&"STRUCTURE-UNKNOWN") && rules.contains(&"BR-02"), "{rules:?}");
}

#[test]
fn the_latvian_policy_knows_our_institutions_and_foreign_suppliers() {
    let folder = Folder::new();
    let file = folder.put("one.xml", base("lv-01-apkure"));
    let nobody = folder.put("buyers.txt", "# ours\n40009999999 # another\n");
    let said = novads(&["validate", "--policy", "lv", "--buyers", &nobody, "--format", "json", &file]);
    assert_eq!(rules(&lines(&said)[0]), ["LV-13"]);
    let said = novads(&["validate", "--policy", "lv", "--format", "json", &file]);
    assert_eq!((said.code, rules(&lines(&said)[0]).len()), (0, 0));
    // Only suppliers registered in Latvia must meet Peppol.
    let foreign = base("lv-11-igaunijas-piegade").replace("<cbc:ProfileID>", "<cbc:ProfileID>x");
    let file = folder.put("two.xml", foreign);
    let judged = |policy: &str| lines(&novads(&["validate", "--policy", policy, "--format", "json", &file])).remove(0);
    let (strict, latvian) = (judged("peppol"), judged("lv"));
    let home = judged("en16931");
    assert_eq!((&strict["valid"], &home["valid"]), (&Value::from(false), &Value::from(true)));
    assert_eq!(rules(&strict), ["PEPPOL-EN16931-R007"]);
    assert_eq!((&latvian["valid"], &latvian["findings"][0]["severity"]), (&Value::from(true), &Value::from("warning")));
}

#[test]
fn people_read_text_and_mistakes_are_told() {
    let folder = Folder::new();
    let file = folder.put("one.xml", base("lv-01-apkure").replace("<cbc:ID>lv-01-apkure</cbc:ID>", ""));
    let said = novads(&["validate", "--language", "lv", &file]);
    assert_eq!(said.code, 1);
    assert!(said.out.starts_with(&format!("{file}: NOT VALID (UBL Invoice; ")), "{}", said.out);
    assert!(said.out.contains("fatal BR-02 [BT-1] "), "{}", said.out);
    assert!(said.out.contains("Nav norādīts rēķina numurs") && !said.out.contains("number is missing"));
    for wrong in [&["validate"][..], &["validate", "--policy", "none", "x"], &["validate", "--buyers", "/nowhere", "x"]]
    {
        assert_eq!(novads(wrong).code, 2, "{wrong:?}");
    }
}
