//! Whatever comes in, nothing panics, nothing runs away, and what is written reads back the same.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::expect_used,
    reason = "a test stops at what it does not expect"
)]

mod mutation;

use en16931::model::{Target, convert, read, to_cii, to_ubl};
use en16931::view::{Language, html, view};
use en16931::{Policy, pdf, validate};
use proptest::prelude::*;

fn bases() -> Vec<mutation::El> {
    let dir = format!("{}/tests/data/base", env!("CARGO_MANIFEST_DIR"));
    let mut paths: Vec<_> = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| mutation::parse(&std::fs::read_to_string(path).unwrap())).collect()
}

fn anything(bytes: &[u8]) {
    let report = validate(bytes, Policy::Lv);
    assert_eq!(report.valid, !report.findings.iter().any(|finding| finding.severity == en16931::Severity::Fatal));
    if let Ok(invoice) = read(bytes) {
        let _ = html(&view(&invoice, Language::Latvian));
    }
    let _ = convert(bytes, Target::Cii);
    let _ = pdf::extract(bytes);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        anything(&bytes);
    }

    #[test]
    fn pieces_of_markup(pieces in proptest::collection::vec(prop::sample::select(vec![
        "<", ">", "/", "<a", "</a>", "<?xml version='1.0'?>", "<![CDATA[", "]]>", "<!--", "-->", "&amp;", "&#x41;", "&#0;", "&x;",
        " xmlns='urn:oasis:names:specification:ubl:schema:xsd:Invoice-2'", " xmlns:p='u'", "<Invoice", "p:a", "='", "'", "\"",
        "<!DOCTYPE a>", "\u{FEFF}", "\r\n", "ā", "x", "=", " ",
    ]), 0..40)) {
        anything(pieces.concat().as_bytes());
    }

    #[test]
    fn an_invoice_with_bytes_changed(base in 0..45_usize, changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut text = String::new();
        mutation::write(&bases()[base], &mut text);
        let mut bytes = text.into_bytes();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        anything(&bytes);
    }

    /// Whatever a readable invoice says, both syntaxes say it again, and a second time alike.
    #[test]
    fn a_mutant_is_written_and_read(seed in 0..1_000_000_u64) {
        let bases = bases();
        let base = &bases[usize::try_from(seed).unwrap() % bases.len()];
        let mut text = String::new();
        mutation::write(&mutation::mutate(base, seed), &mut text);
        anything(text.as_bytes());
        let first = read(text.as_bytes()).expect("mutants are well formed");
        for write in [to_ubl, to_cii] {
            let once = read(write(&first).as_bytes()).unwrap();
            let twice = read(write(&once).as_bytes()).unwrap();
            prop_assert_eq!(once, twice);
        }
    }
}
