//! `novads einvoice convert`, `render` and `extract`.

use std::{fs, process::Command};

use serde_json::Value;

use crate::{
    einvoices::{Folder, base, lines, novads, rules},
    program::bare,
};

#[test]
fn a_converted_invoice_is_as_valid_and_comes_back_the_same() {
    let folder = Folder::new();
    let file = folder.put("ubl.xml", base("lv-13-piegades-maksa"));
    let (cii, back) = (folder.name("cii.xml"), folder.name("back.xml"));
    let done = novads(&["convert", "--to", "cii", &file, "--out", &cii]);
    assert_eq!((done.code, done.out.as_str(), done.err.as_str()), (0, "", ""));
    assert_eq!(novads(&["convert", "--to", "ubl", &cii, "--out", &back]).code, 0);
    let judged = novads(&["validate", "--policy", "peppol", "--format", "json", &cii, &back]);
    let lines = lines(&judged);
    assert_eq!((judged.code, &lines[0]["syntax"], &lines[1]["syntax"]), (0, &"cii".into(), &"ubl-invoice".into()));
    let clean = novads(&["convert", "--to", "ubl", &file]);
    assert_eq!(clean.out, fs::read_to_string(&back).unwrap());
}

#[test]
fn what_would_be_lost_is_told_and_may_be_refused() {
    let folder = Folder::new();
    let text = base("lv-01-apkure").replacen("<cbc:IssueDate>", "<cbc:UUID>0e4c</cbc:UUID><cbc:IssueDate>", 1);
    let file = folder.put("one.xml", text);
    let said = novads(&["convert", "--to", "cii", &file]);
    assert_eq!((said.code, said.err.as_str()), (0, "not carried over: /Invoice/cbc:UUID = 0e4c\n"));
    let (out, report) = (folder.name("out.xml"), folder.name("lost.json"));
    let said = novads(&["convert", "--to", "cii", &file, "--strict", "--out", &out, "--report", &report]);
    assert_eq!(said.code, 3);
    assert!(fs::metadata(&out).is_err(), "nothing is written");
    let lost: Value = serde_json::from_str(&fs::read_to_string(report).unwrap()).unwrap();
    assert_eq!(lost, serde_json::json!([{"place": "/Invoice/cbc:UUID", "value": "0e4c"}]));
    let wrong = folder.put("wrong.xml", "<html/>");
    assert_eq!(novads(&["convert", "--to", "cii", &wrong]).code, 1);
}

#[test]
fn a_page_shows_what_the_invoice_says() {
    let folder = Folder::new();
    let text = base("lv-21-pielikumi").replace("<cbc:Name>", "<cbc:Name>&lt;script&gt;");
    let file = folder.put("one.xml", text);
    let (lv, en) = (novads(&["render", &file]), novads(&["render", "--language", "en", &file]));
    assert_eq!((lv.code, en.code), (0, 0));
    assert!(lv.out.starts_with("<!DOCTYPE html>") && lv.out.contains("<html lang=\"lv\">"));
    for words in ["Apmaksai", "PVN sadalījums", "Pievienotie dokumenti", "application/pdf", "lv-21-pielikumi"] {
        assert!(lv.out.contains(words), "{words}");
    }
    assert!(en.out.contains("Amount due") && en.out.contains("VAT breakdown") && !en.out.contains("Apmaksai"));
    assert!(lv.out.contains("&lt;script&gt;") && !lv.out.contains("<script>"));
}

#[test]
fn a_hybrid_pdf_carries_the_invoice_and_reads_as_a_letter() {
    let folder = Folder::new();
    for name in ["lv-cii-02-mix", "lv-22-desmit-rindas"] {
        let file = folder.put("one.xml", base(name));
        let pdf = folder.name("one.pdf");
        let said = novads(&["render", "--format", "hybrid", &file, "--out", &pdf]);
        assert_eq!(said.code, 0, "{said:?}");
        assert_eq!(novads(&["extract", &pdf]).out, base(name));
        // Straight from the PDF.
        assert_eq!(novads(&["convert", "--to", "ubl", &pdf]).code, 0);
        let judged = novads(&["validate", "--format", "json", &pdf]);
        assert_eq!(rules(&lines(&judged)[0]), ["XML-PDF"]);
        let checked = Command::new("qpdf").args(["--check", &pdf]).output().expect("the Debian package qpdf");
        assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
        let text = Command::new("pdftotext").args([&pdf, "-"]).output().expect("the Debian package poppler-utils");
        let text = String::from_utf8(text.stdout).unwrap();
        assert!(text.contains("Apmaksai") && text.contains(name), "{text}");
        let found = Command::new("pdfdetach").args(["-list", &pdf]).output().expect("the Debian package poppler-utils");
        assert!(String::from_utf8_lossy(&found.stdout).contains(".xml"));
    }
    let plain = folder.put("plain.pdf", "%PDF-1.7\n%%EOF");
    let said = novads(&["extract", &plain]);
    assert!(said.code == 1 && said.err.contains("PDF"), "{said:?}");
    assert_eq!(bare(None).args(["einvoice", "extract"]).output().unwrap().status.code(), Some(2));
}
