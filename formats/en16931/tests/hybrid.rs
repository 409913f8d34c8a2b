//! Hybrid PDF: what is put in comes out, byte for byte; hostile files are refused by name.

#![expect(clippy::unwrap_used, reason = "a test may end here")]

use std::{
    sync::OnceLock,
    time::{Duration, Instant},
};

use en16931::pdf::{PdfError, embed, extract};
use lopdf::{Document, Object, Stream, dictionary};
use proptest::prelude::*;

fn base(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/data/base/{name}.xml", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// A small PDF of one empty page, with metadata.
fn page() -> Document {
    let mut document = Document::with_version("1.7");
    let pages = document.new_object_id();
    let leaf = document.add_object(dictionary! {
        "Type" => "Page", "Parent" => pages, "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
    });
    let tree = dictionary! { "Type" => "Pages", "Kids" => vec![leaf.into()], "Count" => 1 };
    document.objects.insert(pages, Object::Dictionary(tree));
    let xmp = "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF><rdf:Description><pdfaid:part>2</pdfaid:part>\
               </rdf:Description></rdf:RDF></x:xmpmeta>";
    let head = dictionary! { "Type" => "Metadata", "Subtype" => "XML" };
    let metadata = document.add_object(Stream::new(head, xmp.as_bytes().to_vec()));
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages, "Metadata" => metadata });
    document.trailer.set("Root", catalog);
    document
}

fn bytes(mut document: Document) -> Vec<u8> {
    let mut out = Vec::new();
    document.save_to(&mut out).unwrap();
    out
}

#[test]
fn what_is_put_in_comes_out() {
    for (name, file) in [("lv-cii-01-standarts", "factur-x.xml"), ("lv-01-apkure", "xrechnung.xml")] {
        let invoice = base(name);
        let hybrid = embed(&bytes(page()), &invoice).unwrap();
        let found = extract(&hybrid).unwrap();
        assert_eq!((found.name.as_str(), found.relationship.as_deref()), (file, Some("Alternative")));
        assert!(found.xml == invoice, "{name}");
        let text = String::from_utf8_lossy(&hybrid).into_owned();
        assert!(text.contains("<pdfaid:part>3</pdfaid:part>") && text.contains("<fx:DocumentFileName>"), "{name}");
        // Again: the first stays first, nothing breaks.
        assert!(extract(&embed(&hybrid, &base("lv-cii-02-mix")).unwrap()).is_ok());
    }
}

#[test]
fn what_is_no_hybrid_is_refused_by_name() {
    assert!(matches!(extract(b"nothing"), Err(PdfError::Unreadable(_))));
    assert!(matches!(extract(b"%PDF-1.7\nbroken"), Err(PdfError::Unreadable(_))));
    assert_eq!(extract(&bytes(page())), Err(PdfError::NoInvoice));
    assert_eq!(embed(&bytes(page()), b"<html/>"), Err(PdfError::NotInvoice));
    let mut locked = page();
    locked.trailer.set("Encrypt", dictionary! { "Filter" => "Standard" });
    assert!(matches!(extract(&bytes(locked)), Err(PdfError::Encrypted | PdfError::Unreadable(_))));
}

#[test]
fn a_bomb_is_not_inflated() {
    let mut document = page();
    let head = dictionary! { "Type" => "EmbeddedFile" };
    let mut bomb = Stream::new(head, vec![b' '; 80 << 20]);
    bomb.compress().unwrap();
    let bomb = document.add_object(bomb);
    document.add_object(dictionary! {
        "Type" => "Filespec", "F" => Object::string_literal("factur-x.xml"), "EF" => dictionary! { "F" => bomb },
    });
    let file = bytes(document);
    assert!(file.len() < 1 << 20);
    assert_eq!(extract(&file), Err(PdfError::NoInvoice));
}

#[test]
fn a_tree_of_names_that_bites_its_tail_ends() {
    let mut document = page();
    let tree = document.new_object_id();
    document.objects.insert(tree, Object::Dictionary(dictionary! { "Kids" => vec![tree.into(); 100] }));
    document.catalog_mut().unwrap().set("Names", dictionary! { "EmbeddedFiles" => tree });
    assert_eq!(extract(&bytes(document)), Err(PdfError::NoInvoice));
}

#[test]
fn cutting_a_hybrid_anywhere_never_panics() {
    let hybrid = embed(&bytes(page()), &base("lv-cii-01-standarts")).unwrap();
    for end in (0..hybrid.len()).step_by(53) {
        let _ = extract(&hybrid[..end]);
    }
    for at in (0..hybrid.len()).step_by(29) {
        let mut spoiled = hybrid.clone();
        spoiled[at] ^= 0x15;
        let _ = extract(&spoiled);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever a line or a hand does to a hybrid PDF: it is read or refused, soon, and nothing panics.
    #[test]
    fn no_mutant_makes_the_reader_panic_or_run_away(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..5_u8), 1..20),
    ) {
        static HYBRID: OnceLock<Vec<u8>> = OnceLock::new();
        let mut pdf = HYBRID.get_or_init(|| embed(&bytes(page()), &base("lv-cii-01-standarts")).unwrap()).clone();
        for (at, byte, how) in changes {
            if pdf.is_empty() {
                break;
            }
            let at = at.index(pdf.len());
            match how {
                0 => pdf.truncate(at.max(20)),
                1 => drop(pdf.splice(at..at, *b" 0 obj << /Length 99999999 /Kids [1 0 R] >> ")),
                2 => drop(pdf.drain(at..(at + 40).min(pdf.len()))),
                _ => pdf.splice(at..=at, [byte]).for_each(drop),
            }
        }
        let begun = Instant::now();
        if let Ok(found) = extract(&pdf) {
            let _ = en16931::validate(&found.xml, en16931::Policy::Lv);
        }
        prop_assert!(begun.elapsed() < Duration::from_secs(10));
    }
}
