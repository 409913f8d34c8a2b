//! Hostile containers and their XML: each is named, none costs much.

use std::{io::Write as _, slice::from_ref};

use asice::{
    container::{Container, write, zip::Limits},
    finding::{Code, Finding},
    pki::{PkiError, SignedData, TimeStampToken, ber::Tlv, ber::der},
    trust::{TrustList, TrustStore},
    verdict::{Indication, Level},
    xades::extend::Extension,
};
use proptest::prelude::*;

use crate::{
    bounds::{bounded, failed, refused},
    common::{Pki, time},
    made::{self, FILES, codes, judged, reworded},
};

/// A ZIP entry by hand: every number may lie.
#[derive(Clone)]
struct Item {
    local: String,
    central: String,
    method: u16,
    flags: u16,
    packed: Vec<u8>,
    crc: u32,
    packed_size: u32,
    size: u32,
}

impl Item {
    fn new(name: &str, content: &[u8]) -> Item {
        let mut crc = flate2::Crc::new();
        crc.update(content);
        Item {
            local: name.to_owned(),
            central: name.to_owned(),
            method: 0,
            flags: 0x800,
            packed: content.to_vec(),
            crc: crc.sum(),
            packed_size: content.len() as u32,
            size: content.len() as u32,
        }
    }

    /// So many zeros, packed. Nobody gets as far as to compare the checksum.
    fn zeros(name: &str, megabytes: u32) -> Item {
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(&vec![0_u8; 1 << 20]).unwrap();
        encoder.flush().unwrap();
        // Packed and flushed, a megabyte may be said as often as one likes; then an empty last block.
        let mut packed = encoder.get_ref().repeat(megabytes as usize);
        packed.extend([3, 0]);
        let (packed_size, size) = (packed.len() as u32, megabytes << 20);
        Item { method: 8, packed, packed_size, size, ..Item::new(name, b"") }
    }

    fn head(&self, name: &str) -> Vec<u8> {
        let mut out = vec![20, 0];
        for half in [self.flags, self.method, 0, 0x21] {
            out.extend(half.to_le_bytes());
        }
        for word in [self.crc, self.packed_size, self.size] {
            out.extend(word.to_le_bytes());
        }
        out.extend((name.len() as u16).to_le_bytes());
        out.extend([0, 0]);
        out
    }
}

fn zip(entries: &[Item]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for item in entries {
        let offset = out.len() as u32;
        out.extend(b"PK\x03\x04");
        out.extend(item.head(&item.local));
        out.extend(item.local.as_bytes());
        out.extend(&item.packed);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(item.head(&item.central));
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(item.central.as_bytes());
    }
    let (offset, size) = (out.len() as u32, directory.len() as u32);
    out.extend(directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend((entries.len() as u16).to_le_bytes());
    out.extend((entries.len() as u16).to_le_bytes());
    out.extend(size.to_le_bytes());
    out.extend(offset.to_le_bytes());
    out.extend([0, 0]);
    out
}

fn mimetype() -> Item {
    Item::new("mimetype", b"application/vnd.etsi.asic-e+zip")
}

fn holding(items: &[Item]) -> Vec<u8> {
    zip(&[&[mimetype()], items].concat())
}

#[test]
fn names_that_lie() {
    for (name, code) in [
        ("../../etc/passwd", "name-traversal"),
        ("a/..\\..\\b", "name-traversal"),
        ("%2e%2e/a", "name-traversal"),
        ("a/%2e%2e%2fb", "name-traversal"),
        ("/etc/passwd", "name-traversal"),
        ("C:\\a.txt", "name-traversal"),
        ("a\u{0}.txt", "name-invalid"),
        ("gpj\u{202E}.exe", "name-invalid"),
        ("META-INF/../../a", "name-traversal"),
    ] {
        let report = refused(&holding(&[Item::new(name, b"x")]), code);
        assert!(report.signatures.is_empty());
    }
    let a = Item::new("a.txt", b"x");
    refused(&holding(&[a.clone(), Item::new("a.txt", b"y")]), "name-duplicate");
    refused(&holding(&[a.clone(), Item::new("%61.txt", b"y")]), "name-ambiguous");
    refused(&holding(&[a.clone(), Item::new("A.TXT", b"y")]), "name-ambiguous");
    refused(&holding(&[Item { local: "A.TXT".into(), ..a.clone() }]), "zip-headers-disagree");
    // A signature file that only one of two readers sees.
    let signature = Item::new("META-INF/signatures0.xml", b"<a/>");
    refused(&holding(&[a, signature.clone(), Item { packed: b"<b/>".to_vec(), ..signature }]), "name-duplicate");
}

#[test]
fn bombs_are_not_unpacked() {
    refused(&holding(&[Item::zeros("nulles.bin", 200)]), "zip-bomb");
    refused(&holding(&[Item::zeros("META-INF/signatures0.xml", 200)]), "zip-bomb");
    // Many that are small enough one by one.
    let many: Vec<Item> = (0..40).map(|n| Item::zeros(&format!("{n}.bin"), 8)).collect();
    refused(&holding(&many), "zip-bomb");
    // One that gives a small size is stopped at that size.
    let honest = Item::zeros("META-INF/signatures0.xml", 8);
    refused(&holding(&[Item { size: 10, ..honest.clone() }]), "zip-bomb");
    // And one that promises more than it has.
    refused(&holding(&[Item { size: 9 << 20, ..honest }]), "zip-headers-disagree");
}

#[test]
fn lengths_that_lie() {
    let a = Item::new("META-INF/signatures0.xml", b"<a/>");
    refused(&holding(&[Item { packed_size: 1 << 30, ..a.clone() }]), "zip-truncated");
    refused(&holding(&[Item { packed_size: u32::MAX, size: u32::MAX, ..a.clone() }]), "zip-truncated");
    refused(&holding(&[Item { crc: 1, ..a.clone() }]), "zip-checksum");
    refused(&holding(&[Item { method: 14, ..a.clone() }]), "zip-method");
    refused(&holding(&[Item { flags: 0x801, ..a.clone() }]), "zip-encrypted");
    let good = holding(&[a]);
    for (from_end, value, code) in [(14, u16::MAX, "zip-limit"), (14, 0, "zip-truncated"), (18, 1, "zip-multipart")] {
        let mut bytes = good.clone();
        let at = bytes.len() - from_end;
        bytes[at..at + 2].copy_from_slice(&value.to_le_bytes());
        if from_end == 14 {
            bytes[at + 2..at + 4].copy_from_slice(&value.to_le_bytes());
        }
        let report = bounded(code, || judged(&bytes, &TrustStore::new()));
        assert!(!report.passed() && !report.container.ok, "{from_end} {value}: {:?}", codes(&report));
        assert!(codes(&report).iter().any(|c| c.starts_with("zip-")), "{from_end} {value}: {:?}", codes(&report));
    }
}

#[test]
fn cut_off_anywhere() {
    let pki = Pki::new();
    let bytes = made::lt(&pki);
    bounded("truncated", || {
        for cut in (0..bytes.len()).step_by(37) {
            let report = judged(&bytes[..cut], &TrustStore::new());
            let seen = codes(&report);
            assert!(seen.contains(&"zip-truncated") || seen.contains(&"not-a-container"), "{cut}: {seen:?}");
        }
    });
    // More than the beginning in which a PDF may say that it is one.
    refused(&[&[b'x'; 2_000], bytes.as_slice()].concat(), "zip-leading-bytes");
    let tail = [bytes.as_slice(), b"trailing"].concat();
    let report = judged(&tail, &TrustStore::new());
    assert!(!report.container.ok && !report.passed(), "{:?}", codes(&report));
}

#[test]
fn entries_that_share_bytes() {
    let same = |n: &str| Item::new(n, b"x");
    let mut bytes = holding(&[same("a"), same("b")]);
    // Both directory entries point to the first local header.
    let places: Vec<usize> = (0..bytes.len() - 4).filter(|at| &bytes[*at..at + 4] == b"PK\x01\x02").collect();
    let offset: [u8; 4] = bytes[places[1] + 42..places[1] + 46].try_into().unwrap();
    bytes[places[2] + 42..places[2] + 46].copy_from_slice(&offset);
    refused(&bytes, "zip-headers-disagree");
}

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>";

#[test]
fn xml_that_expands_or_fetches() {
    let pki = Pki::new();
    let bytes = made::lt(&pki);
    let say = |from: &str, to: &str, code: &str| refused(&reworded(&bytes, from, to), code);
    let laughs = format!("{HEAD}<!DOCTYPE a [<!ENTITY l \"ha\"><!ENTITY m \"&l;&l;&l;&l;&l;&l;&l;&l;\">]>");
    say(HEAD, &laughs, "xml-dtd");
    say(HEAD, &format!("{HEAD}<!DOCTYPE a SYSTEM \"file:///etc/passwd\">"), "xml-dtd");
    say(HEAD, &format!("{HEAD}<!DOCTYPE a [<!ENTITY % x SYSTEM \"http://127.0.0.1/x\"> %x;]>"), "xml-dtd");
    say("Domes", "&xxe;", "xml-entity");
    say("<ds:KeyInfo>", &"<a>".repeat(100_000), "xml-limit");
    say("<ds:KeyInfo>", &"<a/>".repeat(500_000), "xml-limit");
    let attributes: String = (0..10_000).map(|n| format!(" a{n}=\"\"")).collect();
    say("<ds:KeyInfo>", &format!("<ds:KeyInfo{attributes}>"), "xml-limit");
    say("<ds:KeyInfo>", &format!("<ds:KeyInfo><!--{}-->", "x".repeat(17 << 20)), "xml-limit");
    say("UTF-8", "UTF-16", "xml-encoding");
    say("</ds:KeyInfo>", "</ds:KeyInf>", "xml-malformed");
    say("<ds:KeyInfo>", "<ds:KeyInfo a=\"1\" a=\"2\">", "xml-malformed");
    say("<ds:KeyInfo>", "<ds:KeyInfo", "xml-malformed");
}

#[test]
fn a_manifest_is_xml_too() {
    let pki = Pki::new();
    let bomb = format!("{HEAD}<!DOCTYPE a [<!ENTITY l \"ha\">]><a>&l;</a>");
    let changed = made::rebuilt(&made::lt(&pki), |name, content| {
        if name == "META-INF/manifest.xml" { bomb.clone().into_bytes() } else { content }
    });
    let report = bounded("manifest", || judged(&changed, &pki.trust()));
    assert!(!report.container.ok && codes(&report).contains(&"xml-dtd"), "{:?}", codes(&report));
}

#[test]
fn trust_lists_are_xml_too() {
    let pki = Pki::new();
    let list = pki.trust_list();
    assert!(TrustList::parse(list.as_bytes()).is_ok());
    let start = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
    let bomb = list.replace(start, &format!("{start}<!DOCTYPE a [<!ENTITY l \"ha\">]>"));
    let deep = list.replace("<TSPServices>", &"<TSPServices>".repeat(5_000));
    let wide = list.replace("<TSPServices>", &format!("<TSPServices>{}", "<a/>".repeat(2_100_000)));
    bounded("list", || {
        assert_eq!(TrustList::parse(bomb.as_bytes()).unwrap_err(), PkiError::Malformed("trust list: XML"));
        assert_eq!(TrustList::parse(deep.as_bytes()).unwrap_err(), PkiError::TooLarge("trust list"));
    });
    assert_eq!(TrustList::parse(wide.as_bytes()).unwrap_err(), PkiError::TooLarge("trust list"));
    // Nobody signed it: only who says that it is trusted as given may have it.
    assert_eq!(
        TrustList::parse_signed(list.as_bytes(), from_ref(&pki.scheme.cert)).unwrap_err(),
        PkiError::BadSignature
    );
}

/// Values inside values, definite and indefinite, and lengths of gigabytes.
fn deep_ber() -> Vec<(Vec<u8>, PkiError)> {
    let mut definite = vec![5, 0];
    for _ in 0..3_000 {
        definite = der::tlv(0x30, &definite);
    }
    let indefinite = [0x30, 0x80].repeat(50_000);
    let lying = vec![0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 0x30, 0x80];
    let reserved = vec![0x30, 0xff, 1, 2, 3];
    vec![
        (definite, PkiError::Depth),
        (indefinite, PkiError::Depth),
        (lying, PkiError::Truncated),
        (reserved, PkiError::Length),
    ]
}

#[test]
fn ber_that_is_deep_or_lies() {
    for (bytes, error) in deep_ber() {
        bounded("BER", || {
            // The outer values of a token are no deep ones: they are refused for what they are not.
            assert!(TimeStampToken::parse(&bytes).is_err());
            assert!(SignedData::parse(&bytes).is_err());
            let seen = Tlv::only(&bytes).and_then(|value| value.to_der());
            assert_eq!(seen.unwrap_err(), error);
        });
    }
}

#[test]
fn ber_that_is_deep_or_lies_as_evidence() {
    let pki = Pki::new();
    let trust = pki.trust();
    for (bytes, _) in deep_ber() {
        let plain = made::signature(&pki.person, pki.person.key.usual(), "S0", &FILES);
        let stamped = Extension::open(&plain, "S0").unwrap().with_timestamp(&bytes).unwrap();
        let stamped = write::new(&FILES, &[("META-INF/signatures0.xml".into(), stamped)], made::signed_at()).unwrap();
        failed(&stamped, &trust, "timestamp-invalid", Indication::Indeterminate);
        let file = made::extended(&pki, &pki.person, plain, "S0", Level::T, &[]);
        let extension = Extension::open(&file, "S0").unwrap();
        let file = extension.with_values(&[], from_ref(&bytes), from_ref(&bytes)).unwrap();
        let answered = write::new(&FILES, &[("META-INF/signatures0.xml".into(), file)], made::signed_at()).unwrap();
        failed(&answered, &trust, "revocation-invalid", Indication::Indeterminate);
    }
}

#[test]
fn many_signatures_cost_what_they_cost() {
    let pki = Pki::new();
    let plain = made::signature(&pki.person, pki.person.key.usual(), "S0", &FILES);
    let text = String::from_utf8(plain).unwrap();
    let start = text.find("<ds:Signature ").unwrap();
    let end = text.find("</ds:Signature>").unwrap() + "</ds:Signature>".len();
    let many = format!("{}{}{}", &text[..start], text[start..end].repeat(300), &text[end..]);
    let bytes =
        write::new(&FILES, &[("META-INF/signatures0.xml".into(), many.into_bytes())], time(2026, 3, 1)).unwrap();
    refused(&bytes, "xml-id-duplicate");
}

#[test]
fn every_finding_has_its_words() {
    let mut names = std::collections::HashSet::new();
    for code in Code::ALL {
        let finding = Finding::new(*code, "");
        assert!(names.insert(code.name()), "{} twice", code.name());
        assert!(!finding.english().is_empty() && finding.latvian() != finding.english());
    }
    let long = Finding::new(Code::NameInvalid, "x".repeat(100_000));
    assert!(long.english().len() < 1_000);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, ..ProptestConfig::default() })]

    /// Whatever is changed in a container: no panic, no long time, and never a pass for another content.
    #[test]
    fn mutated_containers(places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        use std::sync::LazyLock;
        static GOOD: LazyLock<(Vec<u8>, TrustStore)> = LazyLock::new(|| {
            let pki = Pki::new();
            (made::lt(&pki), pki.trust())
        });
        let mut bytes = GOOD.0.clone();
        for (place, value) in &places {
            let at = place.index(bytes.len());
            bytes[at] = *value;
        }
        let start = std::time::Instant::now();
        let report = judged(&bytes, &GOOD.1);
        prop_assert!(start.elapsed().as_secs() < 20);
        if report.passed() {
            let container = Container::open(&bytes, None, Limits::default()).unwrap();
            for file in &FILES {
                let entry = container.entry(file.name).unwrap();
                let content = container.read(entry).unwrap();
                prop_assert_eq!(content.as_ref(), file.content);
            }
        }
    }

    /// The same inside the signature file, where it is not guarded by a checksum.
    #[test]
    fn mutated_signatures(places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4)) {
        use std::sync::LazyLock;
        static GOOD: LazyLock<(Vec<u8>, TrustStore)> = LazyLock::new(|| {
            let pki = Pki::new();
            (made::edoc(&pki, &pki.person, pki.person.key.usual(), Level::LTA), pki.trust())
        });
        let bytes = made::rebuilt(&GOOD.0, |name, mut content| {
            if name.contains("signatures") {
                for (place, value) in &places {
                    let at = place.index(content.len());
                    content[at] = *value;
                }
            }
            content
        });
        let report = judged(&bytes, &GOOD.1);
        for signature in report.signatures.iter().filter(|s| s.indication == Indication::TotalPassed) {
            prop_assert_eq!(signature.signer.as_ref().map(|s| s.name.as_str()), Some("Anna Paraugs"));
            prop_assert_eq!(signature.signed_files.len(), 2);
        }
    }
}
