//! Input that means harm, or is simply no invoice: each is a named finding, and nothing panics.

#![expect(clippy::expect_used, reason = "a test may end here")]

use en16931::xml::{Limits, Names, RefusalKind, read};
use en16931::{Policy, validate};

fn rule(bytes: &[u8]) -> String {
    let report = validate(bytes, Policy::Peppol);
    assert!(!report.valid);
    report.findings.first().expect("a finding").rule.clone()
}

#[test]
fn everything_unsafe_is_refused_by_name() {
    let cases: [(&[u8], &str); 18] = [
        (b"", "XML-MALFORMED"),
        (b"%PDF-1.4", "XML-PDF"),
        (b"<a><b></a></b>", "XML-MALFORMED"),
        (b"<a/><b/>", "XML-MALFORMED"),
        (b"<a>", "XML-MALFORMED"),
        (b"text<a/>", "XML-MALFORMED"),
        (b"<a x='1' x='2'/>", "XML-MALFORMED"),
        (b"<a x='<'/>", "XML-MALFORMED"),
        (b"<p:a/>", "XML-MALFORMED"),
        (b"<a>\x01</a>", "XML-MALFORMED"),
        (b"<a>&#0;</a>", "XML-MALFORMED"),
        (b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "XML-DOCTYPE"),
        (b"<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", "XML-DOCTYPE"),
        (b"<a>&nbsp;</a>", "XML-ENTITY"),
        (b"<a x='&nbsp;'/>", "XML-ENTITY"),
        (b"<?xml version='1.0' encoding='ebcdic'?><a/>", "XML-ENCODING"),
        (b"<a>\xC4</a>", "XML-ENCODING"),
        (b"<html/>", "XML-ROOT"),
    ];
    for (bytes, expected) in cases {
        assert_eq!(rule(bytes), expected, "{}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn depth_size_and_attributes_are_bounded() {
    let deep = "<a>".repeat(100_000);
    assert_eq!(rule(deep.as_bytes()), "XML-DEPTH");
    let many: String = (0..100).map(|n| format!(" a{n}='x'")).collect();
    assert_eq!(rule(format!("<a{many}/>").as_bytes()), "XML-ATTRIBUTES");
    let names: String = (0..70_000).map(|n| format!("<n{n}/>")).collect();
    assert_eq!(rule(format!("<a>{names}</a>").as_bytes()), "XML-ELEMENTS");
    let limits = Limits { bytes: 3, ..Limits::default() };
    assert_eq!(read(b"<aaa/>", &Names::default(), limits).unwrap_err().kind, RefusalKind::Size);
}

#[test]
fn the_same_invoice_in_any_encoding_is_judged_alike() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/base/lv-04-pusdienas-mix.xml");
    let text = std::fs::read_to_string(path).unwrap();
    let mut utf16 = vec![0xFF, 0xFE];
    utf16.extend(text.replace("UTF-8", "UTF-16").encode_utf16().flat_map(u16::to_le_bytes));
    let mut marked = vec![0xEF, 0xBB, 0xBF];
    marked.extend(text.bytes());
    for bytes in [utf16, marked, text.into_bytes()] {
        assert!(validate(&bytes, Policy::Peppol).valid);
    }
}

#[test]
fn structural_faults_do_not_silence_the_rules() {
    let report = validate(
        b"<Invoice xmlns='urn:oasis:names:specification:ubl:schema:xsd:Invoice-2'><What/>text</Invoice>",
        Policy::Peppol,
    );
    let has = |rule: &str| report.findings.iter().any(|finding| finding.rule == rule);
    assert!(has("STRUCTURE-UNKNOWN") && has("STRUCTURE-MISSING") && has("STRUCTURE-TEXT"));
    assert!(has("BR-01") && has("BR-16") && has("PEPPOL-EN16931-R001"));
}

#[test]
fn values_that_crash_official_tools_are_rejected_clearly() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/base/lv-01-apkure.xml");
    let text = std::fs::read_to_string(path).unwrap();
    for wrong in ["abc", "1e5", "99999999999999999999999999999999999999", "-", "1,5"] {
        let broken = text.replace("12430.32", wrong).replace(">182.450<", &format!(">{wrong}<"));
        assert_ne!(broken, text);
        let report = validate(broken.as_bytes(), Policy::Peppol);
        assert!(report.findings.iter().any(|finding| finding.rule == "XML-VALUE"), "{wrong}");
    }
}

#[test]
fn cutting_a_document_anywhere_never_panics() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/base/lv-15-noapalots.xml");
    let bytes = std::fs::read(path).unwrap();
    for end in (0..bytes.len()).step_by(97) {
        assert!(!validate(&bytes[..end], Policy::Lv).valid);
    }
    for at in (0..bytes.len()).step_by(61) {
        let mut spoiled = bytes.clone();
        spoiled[at] ^= 0x15;
        let _ = validate(&spoiled, Policy::Lv);
    }
}
