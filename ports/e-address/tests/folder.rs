//! Messages in the folder, good and bad.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::{fs, io::Write as _};

use delivery::ports::{Fate, Inbox};
use novads_port_e_address::{EAddressFolder, Envelope, EnvelopeError, EnvelopeFile, read, simulate, unpacked, write};
use proptest::prelude::*;

const SENDER: &str = "_PRIVATE@77700001014";

fn day() -> types::Date {
    types::Date::from_ymd_opt(2026, 11, 23).unwrap()
}

#[tokio::test]
async fn an_envelope_is_handed_over_with_its_files_and_put_away() {
    let dir = tempfile::tempdir().unwrap();
    let inbox = EAddressFolder::new(dir.path());
    assert!(inbox.fetch(10).await.unwrap().is_empty(), "no folder, no messages");
    simulate(dir.path(), "m-1", SENDER, day(), &[("rēķins & akts.xml", b"<Invoice/>"), ("b.xml", b"<b/>")]).unwrap();
    simulate(dir.path(), "m-2", SENDER, day(), &[("c.xml", b"<c/>")]).unwrap();
    let all = inbox.fetch(10).await.unwrap();
    assert_eq!(all.len(), 2);
    assert_eq!((all[0].key.as_str(), all[0].sender.as_deref()), ("m-1", Some(SENDER)));
    assert_eq!(
        (all[0].files[0].name.as_str(), all[0].files[0].bytes.as_slice()),
        ("rēķins & akts.xml", &b"<Invoice/>"[..])
    );
    inbox.settle("m-1", Fate::Done).await.unwrap();
    inbox.settle("m-2", Fate::Failed("Nav rēķins".into())).await.unwrap();
    inbox.settle("m-2", Fate::Done).await.unwrap();
    assert!(inbox.fetch(10).await.unwrap().is_empty());
    assert!(dir.path().join("confirmed/m-1/envelope.xml").exists());
    assert_eq!(fs::read_to_string(dir.path().join("refused/m-2/reason.txt")).unwrap(), "Nav rēķins\n");
    assert!(inbox.settle("../m-1", Fate::Done).await.is_err());
}

#[tokio::test]
async fn what_does_not_agree_with_its_envelope_is_a_fault_and_other_kinds_are_left() {
    let dir = tempfile::tempdir().unwrap();
    let inbox = EAddressFolder::new(dir.path());
    let at = |name: &str| dir.path().join("incoming").join(name);
    for name in ["m-1", "m-2", "m-3", "m-4", "m-5"] {
        simulate(dir.path(), name, SENDER, day(), &[("a.xml", b"<a/>")]).unwrap();
    }
    fs::write(at("m-1/content-0"), "<b/>").unwrap();
    fs::remove_file(at("m-2/content-0")).unwrap();
    fs::write(at("m-3/envelope.xml"), "<!DOCTYPE a [<!ENTITY x \"y\">]><Envelope>&x;</Envelope>").unwrap();
    let other = fs::read_to_string(at("m-4/envelope.xml")).unwrap().replace("EINVOICE", "DOC_EMPTY");
    fs::write(at("m-4/envelope.xml"), other).unwrap();
    let out = fs::read_to_string(at("m-5/envelope.xml")).unwrap().replace("content-0", "../m-1/content-0");
    fs::write(at("m-5/envelope.xml"), out).unwrap();
    let all = inbox.fetch(10).await.unwrap();
    let faults: Vec<(&str, &str)> = all.iter().map(|d| (d.key.as_str(), d.fault.as_deref().unwrap())).collect();
    assert_eq!(faults.iter().map(|(k, _)| *k).collect::<Vec<_>>(), ["m-1", "m-2", "m-3", "m-5"]);
    assert!(faults[0].1.contains("kontrolsumma") && faults[1].1.contains("satura nav"), "{faults:?}");
    assert!(faults[2].1.contains("DTD") && faults[3].1.contains("satura nav"), "{faults:?}");
}

#[test]
fn a_compressed_file_is_unpacked_within_bounds() {
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gz.write_all(b"<a/>").unwrap();
    let packed = gz.finish().unwrap();
    use base64::Engine as _;
    use sha2::Digest as _;
    let digest = base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(b"<a/>"));
    let file =
        EnvelopeFile { size: 4, compressed: true, digest: Some(("sha256".into(), digest)), ..EnvelopeFile::default() };
    assert_eq!(unpacked(&file, &packed).unwrap(), b"<a/>");
    assert_eq!(unpacked(&EnvelopeFile { size: 3, ..file.clone() }, &packed), Err(EnvelopeError::Size));
    assert_eq!(unpacked(&EnvelopeFile { digest: None, ..file.clone() }, &packed), Err(EnvelopeError::Digest));
    assert_eq!(unpacked(&file, b"nav gzip"), Err(EnvelopeError::Size));
}

proptest! {
    #[test]
    fn what_is_written_reads_back_and_nothing_makes_it_panic(title in "[^\\p{C}]{1,40}", cut in 0..900_usize, byte in any::<u8>()) {
        let file = EnvelopeFile { name: title.trim().to_owned(), size: 7, reference: "c".into(), digest: Some(("sha512".into(), "x".into())), ..EnvelopeFile::default() };
        let envelope = Envelope { kind: "EINVOICE".into(), title: title.trim().to_owned(), date: "2026-11-23".into(), sender: SENDER.into(), files: vec![file] };
        let text = write(&envelope);
        prop_assert_eq!(read(text.as_bytes()), Ok(envelope));
        let mut bad = text.into_bytes();
        if let Some(b) = bad.get_mut(cut) {
            *b = byte;
        }
        let _ = read(&bad);
        bad.truncate(cut);
        prop_assert!(read(&bad).is_err());
    }
}
