//! The Latvian checks, and how findings read.

#![expect(clippy::unwrap_used, reason = "a test may end here")]

use en16931::{Policy, Severity, Syntax, validate};

fn base(name: &str) -> String {
    let path = format!("{}/tests/data/base/{name}.xml", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}

fn rules(document: &str, policy: Policy) -> Vec<String> {
    validate(document.as_bytes(), policy).findings.into_iter().map(|finding| finding.rule).collect()
}

#[test]
fn every_base_invoice_is_clean_under_every_policy() {
    let dir = format!("{}/tests/data/base", env!("CARGO_MANIFEST_DIR"));
    let mut count = 0;
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        for policy in [Policy::En16931, Policy::Peppol, Policy::Lv] {
            let report = validate(&bytes, policy);
            assert!(
                report.valid && report.findings.iter().all(|finding| finding.rule == "LV-12"),
                "{path:?} {policy:?} {:?}",
                report.findings
            );
        }
        count += 1;
    }
    assert_eq!(count, 45);
}

#[test]
fn wrong_numbers_are_found_only_under_the_latvian_policy() {
    let good = base("lv-01-apkure");
    let vat = good.split("<cbc:CompanyID>LV").nth(1).unwrap()[..11].to_owned();
    let digit = (vat[10..].parse::<u8>().unwrap() + 1) % 10;
    let wrong = format!("{}{digit}", &vat[..10]);
    let vat_only = good.replace(&format!("LV{vat}</cbc:CompanyID>"), &format!("LV{wrong}</cbc:CompanyID>"));
    assert_eq!(rules(&vat_only, Policy::Lv), ["LV-05"]);
    assert!(rules(&vat_only, Policy::Peppol).is_empty());
    let everywhere = good.replace(&vat, &wrong);
    assert_eq!(rules(&everywhere, Policy::Lv), ["LV-07", "LV-02", "LV-05"]);
    let short = good.replace(&format!("\"0218\">{vat}</cbc:EndpointID>"), "\"0218\">123</cbc:EndpointID>");
    assert_eq!(rules(&short, Policy::Lv), ["LV-01", "LV-09"]);
}

#[test]
fn a_wrong_iban_and_a_foreign_currency_without_euro_tax_are_found() {
    let good = base("lv-01-apkure");
    let iban =
        good.split("<cac:PayeeFinancialAccount>").nth(1).unwrap().split("<cbc:ID>").nth(1).unwrap()[..21].to_owned();
    let wrong = good.replace(&iban, &iban.replace("DEMO", "DEMA"));
    assert_eq!(rules(&wrong, Policy::Lv), ["LV-10"]);
    let dollars = good.replace("EUR", "USD");
    assert_eq!(rules(&dollars, Policy::Lv), ["LV-11"]);
    assert!(rules(&base("lv-16-dolari"), Policy::Lv).is_empty());
}

#[test]
fn vat_and_registration_number_must_agree() {
    let good = base("lv-10-sakari-9939");
    let other = base("lv-01-apkure").split("<cbc:CompanyID>LV").nth(1).unwrap()[..11].to_owned();
    let own = good.split("<cbc:CompanyID>LV").nth(1).unwrap()[..11].to_owned();
    let mixed = good.replace(&format!("<cbc:CompanyID>LV{own}"), &format!("<cbc:CompanyID>LV{other}"));
    assert_eq!(rules(&mixed, Policy::Lv), ["LV-08"]);
    let endpoint = good.replace(&format!("\"9939\">LV{own}"), "\"9939\">LV40003032940");
    assert_eq!(rules(&endpoint, Policy::Lv), ["LV-03"]);
}

#[test]
fn cross_industry_invoices_are_checked_too() {
    let good = base("lv-cii-01-standarts");
    let vat = good.split("schemeID=\"VA\">LV").nth(1).unwrap()[..11].to_owned();
    let wrong = good.replace(&format!("LV{vat}"), "LV1234");
    assert_eq!(rules(&wrong, Policy::Lv), ["LV-04", "LV-12"]);
}

#[test]
fn a_finding_says_what_where_and_how_grave_in_two_languages() {
    let broken = base("lv-22-desmit-rindas").replacen("<cbc:Name>Produkts Nr. 2</cbc:Name>", "<cbc:Name/>", 1);
    let report = validate(broken.as_bytes(), Policy::Peppol);
    assert_eq!(report.syntax, Syntax::UblInvoice);
    let finding = report.findings.iter().find(|finding| finding.rule == "BR-25").unwrap();
    assert_eq!(finding.location.path, "/Invoice/cac:InvoiceLine[2]");
    assert_eq!(finding.severity, Severity::Fatal);
    assert_eq!(finding.term, Some("BT-153"));
    assert_eq!(finding.text_lv, "Rindā nav preces vai pakalpojuma nosaukuma");
    let line = broken.lines().position(|line| line.contains("<cac:InvoiceLine>")).unwrap() + 1;
    let second =
        broken.lines().enumerate().filter(|(_, line)| line.contains("<cac:InvoiceLine>")).nth(1).unwrap().0 + 1;
    assert!(second > line && finding.location.line as usize == second, "{:?}", finding.location);
    let empty = report.findings.iter().find(|finding| finding.rule == "PEPPOL-EN16931-R008").unwrap();
    assert_eq!(empty.location.path, "/Invoice/cac:InvoiceLine[2]/cac:Item/cbc:Name");
}

#[test]
fn one_finding_for_each_firing_without_a_cap() {
    let good = base("lv-22-desmit-rindas");
    let broken = good.replace("unitCode=\"KGM\"", "unitCode=\"QQQ\"");
    let report = validate(broken.as_bytes(), Policy::En16931);
    assert_eq!(report.findings.iter().filter(|finding| finding.rule == "BR-CL-23").count(), 12);
}
