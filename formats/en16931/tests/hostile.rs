//! Input that means harm, or is simply no invoice: each is a named finding, and nothing panics.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test may end here")]

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
fn a_comment_within_a_value_is_no_way_around_a_rule() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/base/lv-01-apkure.xml");
    let text = std::fs::read_to_string(path).unwrap();
    let with = |from: &str, to: &str| {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text);
        validate(changed.as_bytes(), Policy::Peppol)
    };
    // Peppol's rules take `text()`, of which there are two: their official form stops here.
    for (from, to) in [
        ("<cbc:IssueDate>20", "<cbc:IssueDate>20<!-- a -->"),
        ("<cbc:IssueDate>20", "<cbc:IssueDate>20<?a b?>&#50;"),
        ("currencyID=\"EUR\">", "currencyID=\"EUR\"><!-- a -->"),
    ] {
        let report = with(from, to);
        let is_split = from.contains("Issue");
        assert_eq!(report.findings.iter().any(|finding| finding.rule == "XML-VALUE"), is_split, "{to}");
        assert_eq!(report.valid, !is_split, "{to}: {:?}", report.findings);
    }
    assert!(with("<cbc:IssueDate>20", "<cbc:IssueDate><![CDATA[20]]>").valid);
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

fn base(name: &str) -> String {
    std::fs::read_to_string(format!("{}/tests/data/base/{name}.xml", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn rules(document: &str, policy: Policy) -> Vec<String> {
    validate(document.as_bytes(), policy).findings.into_iter().map(|finding| finding.rule).collect()
}

#[test]
fn wrong_values_are_named() {
    let good = base("lv-01-apkure");
    let amount = "<cbc:PriceAmount currencyID=\"EUR\">";
    let cases = [
        (good.replace(amount, &format!("{amount}-")), "BR-27"),
        (good.replace(amount, &format!("{amount}{}", "9".repeat(40))), "XML-VALUE"),
        (good.replace("EUR", "XYZ"), "BR-CL-04"),
        (good.replacen("<cbc:IssueDate>2026", "<cbc:IssueDate>26", 1), "STRUCTURE-VALUE"),
        (good.replacen("<cac:InvoiceLine>", "<cac:InvoiceLine><cbc:Note></cbc:Note>", 1), "PEPPOL-EN16931-R008"),
        (
            good.replacen("<cac:InvoiceLine>", "<cac:InvoiceLine><cbc:Note> <!-- --> </cbc:Note>", 1),
            "PEPPOL-EN16931-R008",
        ),
    ];
    for (document, rule) in cases {
        assert_ne!(document, good, "{rule}");
        let found = rules(&document, Policy::Peppol);
        assert!(found.iter().any(|each| each == rule), "{rule}: {found:?}");
    }
}

#[test]
fn attachments_that_are_programs_are_named_and_refused_by_the_latvian_policy() {
    let good = base("lv-21-pielikumi");
    let start = good.find("<cbc:EmbeddedDocumentBinaryObject").unwrap();
    let text = start + good[start..].find('>').unwrap() + 1;
    let end = text + good[text..].find('<').unwrap();
    let with = |content: &str| format!("{}{content}{}", &good[..text], &good[end..]);
    // MZ, ELF, a script with blanks between its letters.
    for program in ["TVqQAAMAAAAEAAAA", "f0VMRgIBAQAAAAAA", "IyEv\n  YmluL3No"] {
        let document = with(program);
        let (peppol, lv) = (validate(document.as_bytes(), Policy::Peppol), validate(document.as_bytes(), Policy::Lv));
        assert!(peppol.valid && !lv.valid, "{program}");
        for report in [peppol, lv] {
            assert!(report.findings.iter().any(|finding| finding.rule == "ATTACHMENT-PROGRAM"), "{program}");
        }
    }
    let named = good.replacen("filename=\"", "filename=\"akts.PDF.exe\" x=\"", 1);
    assert!(rules(&named, Policy::Lv).contains(&"ATTACHMENT-PROGRAM".to_owned()));
    // A picture that says it is a PDF.
    assert!(rules(&with("iVBORw0KGgoAAAAN"), Policy::Lv).contains(&"ATTACHMENT-KIND".to_owned()));
    assert!(rules(&good, Policy::Lv).is_empty());
}

#[test]
fn ten_thousand_lines_are_judged_line_by_line() {
    let good = base("lv-07-bez-pvn");
    let (start, end) = (good.find("<cac:InvoiceLine>").unwrap(), good.find("</Invoice>").unwrap());
    let line = good[start..end].replacen("<cbc:Name>", "<cbc:Name></cbc:Name><cbc:Name>", 1);
    let many = format!("{}{}</Invoice>", &good[..start], line.repeat(10_000));
    let report = validate(many.as_bytes(), Policy::Peppol);
    let repeated = report.findings.iter().filter(|finding| finding.rule == "STRUCTURE-REPEATED").count();
    let lines = good.matches("<cac:InvoiceLine>").count();
    assert!(repeated >= 10_000 && lines >= 1, "{repeated}");
    let last = report.findings.iter().rfind(|finding| finding.rule == "STRUCTURE-REPEATED").unwrap();
    assert!(last.location.path.contains(&format!("InvoiceLine[{}]", 10_000 * lines)), "{:?}", last.location);
}
