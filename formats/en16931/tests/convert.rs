//! Writing and converting: nothing changes on the way, and what cannot go along is told.

#![expect(clippy::unwrap_used, reason = "a test may end here")]

use std::path::PathBuf;

use en16931::model::{Invoice, Target, convert, read, to_cii, to_ubl};
use en16931::{Policy, Severity, Syntax, validate};

fn bases() -> Vec<(String, Vec<u8>)> {
    let dir = format!("{}/tests/data/base", env!("CARGO_MANIFEST_DIR"));
    let mut paths: Vec<PathBuf> = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
        .into_iter()
        .map(|path| (path.file_stem().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap()))
        .collect()
}

fn fatal(xml: &str, policy: Policy) -> Vec<String> {
    let report = validate(xml.as_bytes(), policy);
    let fatal = report.findings.into_iter().filter(|finding| finding.severity == Severity::Fatal);
    fatal.map(|finding| format!("{} {}", finding.rule, finding.location.path)).collect()
}

#[test]
fn every_base_keeps_its_model_in_both_syntaxes() {
    for (name, bytes) in bases() {
        let model = read(&bytes).unwrap();
        let (ubl, cii) = (to_ubl(&model), to_cii(&model));
        assert_eq!(read(ubl.as_bytes()).unwrap(), model, "{name} as UBL\n{ubl}");
        assert_eq!(read(cii.as_bytes()).unwrap(), model, "{name} as CII\n{cii}");
        let home = if name.contains("cii") { Policy::En16931 } else { Policy::Peppol };
        assert_eq!(fatal(&ubl, home), [""; 0], "{name} as UBL\n{ubl}");
        assert_eq!(fatal(&cii, Policy::En16931), [""; 0], "{name} as CII\n{cii}");
    }
}

#[test]
fn there_and_back_again_is_the_same() {
    for (name, bytes) in bases() {
        let there = convert(&bytes, Target::Cii).unwrap();
        // The network of a card, which UBL asks for, is no business term.
        let lost: Vec<_> = there.lost.iter().filter(|lost| !lost.place.ends_with("/cbc:NetworkID")).collect();
        assert!(lost.is_empty(), "{name} {lost:?}");
        let back = convert(there.xml.as_bytes(), Target::Ubl).unwrap();
        assert_eq!(back.lost, [], "{name}");
        assert_eq!(read(back.xml.as_bytes()).unwrap(), read(&bytes).unwrap(), "{name}");
        let kind = validate(back.xml.as_bytes(), Policy::En16931).syntax;
        assert_eq!(kind == Syntax::UblCreditNote, read(&bytes).unwrap().credit_note, "{name}");
    }
}

#[test]
fn what_is_no_business_term_is_told() {
    let (_, bytes) = bases().remove(0);
    let text = String::from_utf8(bytes).unwrap();
    let with = text
        .replacen("<cbc:IssueDate>", "<cbc:UUID>0e4c</cbc:UUID><cbc:IssueDate>", 1)
        .replacen("<cbc:DocumentCurrencyCode>", "<cbc:DocumentCurrencyCode listID=\"ISO4217\">", 1)
        .replacen("<cbc:DueDate>", "<cbc:Note>viens</cbc:Note><cbc:DueDate>", 1)
        .replacen("currencyID=\"EUR\"", "currencyID=\"USD\"", 1);
    let lost = convert(with.as_bytes(), Target::Cii).unwrap().lost;
    let lost: Vec<_> = lost.iter().map(|lost| (lost.place.as_str(), lost.value.as_str())).collect();
    assert!(lost.contains(&("/Invoice/cbc:UUID", "0e4c")), "{lost:?}");
    assert!(lost.contains(&("/Invoice/cbc:DocumentCurrencyCode/@listID", "ISO4217")), "{lost:?}");
    assert!(lost.iter().any(|(place, value)| place.ends_with("/@currencyID") && *value == "USD"), "{lost:?}");
    assert_eq!(lost.len(), 3, "{lost:?}");
}

#[test]
fn a_second_preceding_invoice_has_no_place_in_cii() {
    let (_, bytes) = bases().into_iter().find(|(name, _)| name == "lv-31-kreditrekins").unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let end = text.find("</cac:BillingReference>").unwrap() + "</cac:BillingReference>".len();
    let start = text.find("<cac:BillingReference>").unwrap();
    let twice = format!("{}{}{}", &text[..end], text[start..end].replace("lv-23", "lv-24"), &text[end..]);
    let done = convert(twice.as_bytes(), Target::Cii).unwrap();
    assert_eq!((done.lost.len(), done.lost[0].place.as_str()), (1, "model.preceding[2]"));
    assert_eq!(fatal(&done.xml, Policy::En16931), [""; 0]);
    assert_eq!(convert(twice.as_bytes(), Target::Ubl).unwrap().lost, []);
}

/// An invoice with every business term.
fn full() -> Invoice {
    let text = include_str!("data/full.json");
    serde_json::from_str(text).unwrap()
}

#[test]
fn every_business_term_goes_both_ways() {
    let model = full();
    let said = serde_json::to_value(&model).unwrap();
    for group in [&said, &said["seller"], &said["lines"][0], &said["delivery"], &said["debit"], &said["totals"]] {
        let absent: Vec<_> = group.as_object().unwrap().iter().filter(|(_, value)| value.is_null()).collect();
        assert!(absent.is_empty(), "{absent:?}");
    }
    let (ubl, cii) = (to_ubl(&model), to_cii(&model));
    assert_eq!(read(ubl.as_bytes()).unwrap(), model, "{ubl}");
    assert_eq!(read(cii.as_bytes()).unwrap(), model, "{cii}");
    for (xml, target) in [(&ubl, Target::Cii), (&cii, Target::Ubl), (&ubl, Target::Ubl), (&cii, Target::Cii)] {
        assert_eq!(convert(xml.as_bytes(), target).unwrap().lost, [], "{xml}");
    }
    for xml in [&ubl, &cii] {
        let structure: Vec<_> = fatal(xml, Policy::En16931);
        assert!(structure.iter().all(|finding| !finding.starts_with("STRUCTURE")), "{structure:?}\n{xml}");
    }
    let note = Invoice { credit_note: true, type_code: "381".to_owned(), ..model };
    let (ubl, cii) = (to_ubl(&note), to_cii(&note));
    assert_eq!(read(ubl.as_bytes()).unwrap(), note, "{ubl}");
    assert_eq!(read(cii.as_bytes()).unwrap(), note, "{cii}");
}

/// Whole documents of others, used in place where the repository has them beside it.
fn examples() -> Vec<PathBuf> {
    let near = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let root = std::env::var_os("NOVADS_SHARED").map_or(near, PathBuf::from).join("vectors/einvoice");
    let mut out = Vec::new();
    for folder in ["en16931", "peppol"] {
        for entry in std::fs::read_dir(root.join(folder)).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with("examples") {
                let files = std::fs::read_dir(entry.path()).unwrap().map(|file| file.unwrap().path());
                out.extend(files.filter(|file| file.extension().is_some_and(|ending| ending == "xml")));
            }
        }
    }
    out.sort();
    out
}

#[test]
fn whole_documents_of_others_keep_their_model_and_their_verdict() {
    let mut count = 0;
    for path in examples() {
        let bytes = std::fs::read(&path).unwrap();
        let Ok(model) = read(&bytes) else { continue };
        let (ubl, cii) = (to_ubl(&model), to_cii(&model));
        // UBL has no gross price without a discount, nor a breakdown without its total.
        let mut with = model.clone();
        if with.totals.vat.is_none() && !with.vat.is_empty() {
            with.totals.vat = with.vat.iter().map(|row| row.tax).sum();
        }
        for line in with.lines.iter_mut().filter(|line| line.discount.is_none()) {
            line.discount = line.gross_price.map(|gross| gross - line.price.unwrap());
        }
        assert_eq!(read(ubl.as_bytes()).unwrap(), with, "{path:?} as UBL\n{ubl}");
        // CII has room for one preceding invoice, no discount without its gross price, no tax currency that is the
        // invoice's own.
        let mut one = model.clone();
        one.tax_currency = one.tax_currency.filter(|code| *code != model.currency);
        for line in one.lines.iter_mut().filter(|line| line.gross_price.is_none()) {
            line.gross_price = line.discount.map(|discount| line.price.unwrap() + discount);
        }
        one.preceding.truncate(1);
        assert_eq!(read(cii.as_bytes()).unwrap(), one, "{path:?} as CII\n{cii}");
        if fatal(&String::from_utf8_lossy(&bytes), Policy::En16931).is_empty() {
            assert_eq!(fatal(&ubl, Policy::En16931), [""; 0], "{path:?} as UBL\n{ubl}");
            assert_eq!(fatal(&cii, Policy::En16931), [""; 0], "{path:?} as CII\n{cii}");
        }
        count += 1;
    }
    println!("{count} documents of others");
}
