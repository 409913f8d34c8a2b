//! The semantic model says the same of an invoice in either syntax.

#![expect(clippy::unwrap_used, reason = "a test may end here")]

use en16931::model::{ReadError, read};

fn base(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/data/base/{name}.xml", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

#[test]
fn a_ubl_invoice_gives_its_terms() {
    let invoice = read(&base("lv-13-piegades-maksa")).unwrap();
    assert_eq!(
        (invoice.number.as_str(), invoice.type_code.as_str(), invoice.credit_note),
        ("lv-13-piegades-maksa", "380", false)
    );
    assert_eq!((invoice.issue_date.as_str(), invoice.due_date.as_deref()), ("2026-03-02", Some("2026-03-16")));
    assert_eq!(invoice.seller.name, "SIA \"Biroja preces\"");
    assert_eq!(invoice.seller.endpoint_scheme.as_deref(), Some("0088"));
    assert_eq!(invoice.buyer.registration_scheme.as_deref(), Some("0218"));
    assert_eq!(invoice.buyer.vat_number, invoice.buyer.registration.as_ref().map(|number| format!("LV{number}")));
    assert_eq!(invoice.lines.len(), 2);
    let totals = &invoice.totals;
    let lines = invoice.lines.iter().map(|line| line.net.unwrap()).sum();
    assert_eq!(totals.lines, Some(lines));
    assert_eq!(totals.without_vat.unwrap() + totals.vat.unwrap(), totals.with_vat.unwrap());
    assert_eq!(invoice.allowances.iter().map(|each| each.charge).collect::<Vec<_>>(), [true, false]);
    assert_eq!(invoice.delivery.date.as_deref(), Some("2026-02-27"));
    assert!(invoice.accounts[0].number.starts_with("LV"));
}

#[test]
fn both_syntaxes_give_one_model() {
    let (ubl, cii) = (read(&base("lv-03-cela-buve-apgriezta")).unwrap(), read(&base("lv-cii-03-apgriezta")).unwrap());
    assert_eq!((ubl.vat.len(), cii.vat.len()), (1, 1));
    assert_eq!((ubl.vat[0].category.as_str(), ubl.vat[0].rate), (cii.vat[0].category.as_str(), cii.vat[0].rate));
    assert_eq!(ubl.vat[0].reason_code, cii.vat[0].reason_code);
    assert_eq!((&ubl.buyer.name, &ubl.buyer.registration), (&cii.buyer.name, &cii.buyer.registration));
    assert_eq!(ubl.issue_date, cii.issue_date);
    assert_eq!(cii.totals.due, cii.totals.with_vat);
    assert_eq!(ubl.attachments[0].mime.as_deref(), Some("application/pdf"));
}

#[test]
fn credit_notes_name_what_they_credit() {
    let note = read(&base("lv-31-kreditrekins")).unwrap();
    assert!(note.credit_note && read(&base("lv-cii-09-kredits")).unwrap().credit_note);
    let preceding: Vec<_> = note.preceding.iter().map(|each| (each.number.as_str(), each.date.as_deref())).collect();
    assert_eq!(preceding, [("lv-23", Some("2026-02-02"))]);
    assert_eq!(note.lines[0].unit.as_deref(), Some("MWH"));
}

#[test]
fn a_second_tax_total_is_in_the_tax_currency() {
    let invoice = read(&base("lv-16-dolari")).unwrap();
    assert_eq!((invoice.currency.as_str(), invoice.tax_currency.as_deref()), ("USD", Some("EUR")));
    assert!(invoice.totals.vat_in_tax_currency.unwrap() < invoice.totals.vat.unwrap());
}

#[test]
fn what_is_no_invoice_is_not_read() {
    assert_eq!(read(b"<html/>"), Err(ReadError::NotInvoice));
    assert!(matches!(read(b"nothing"), Err(ReadError::Xml(_))));
}
