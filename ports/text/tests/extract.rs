//! Good files and hostile ones, each read by a real child process. The files are made here.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::{
    io::{Cursor, Write},
    path::PathBuf,
    time::{Duration, Instant},
};

use chrono::{TimeZone, Utc};
use documents::ports::{Block, Letter, PdfRenderer, TextExtractor};
use novads_port_text::{ChildExtractor, MAX_INPUT, MAX_OUTPUT};
use types::Locale;
use zip::{ZipWriter, write::SimpleFileOptions};

const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const ODT: &str = "application/vnd.oasis.opendocument.text";
const PDF: &str = "application/pdf";
const LETTERS: &str = "āčēģīķļņšūž ĀČĒĢĪĶĻŅŠŪŽ";

fn extractor() -> ChildExtractor {
    // The child's own limits are what is tested; a busy machine must not turn them into the parent's.
    let child = PathBuf::from(env!("CARGO_BIN_EXE_novads-extract-text-for-tests"));
    ChildExtractor::new(child).with_timeout(Duration::from_secs(120))
}

async fn extract(media_type: &str, bytes: &[u8]) -> Result<String, String> {
    extractor().extract(media_type, bytes).await.map(|text| text.expect("a type that carries text"))
}

async fn refused(media_type: &str, bytes: &[u8]) -> String {
    let start = Instant::now();
    let reason = extract(media_type, bytes).await.expect_err("must be refused");
    assert!(start.elapsed() < Duration::from_secs(100), "took {:?}", start.elapsed());
    reason
}

fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn word(body: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>{body}</w:body></w:document>"
    )
}

fn docx(body: &str) -> Vec<u8> {
    archive(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", word(body).as_bytes())])
}

fn pdf(text: &str) -> Vec<u8> {
    let letter = Letter {
        lang: Locale::Lv,
        title: "Rīkojums".into(),
        author: "Ozolaines novada pašvaldība".into(),
        letterhead: vec!["Ozolaines novada pašvaldība".into()],
        blocks: vec![Block::Paragraph(text.into())],
        footer: "kājene".into(),
        created: Utc.with_ymd_and_hms(2026, 1, 5, 9, 30, 0).unwrap(),
    };
    port_pdf::LetterPdf::new().unwrap().render(&letter).unwrap()
}

#[tokio::test]
async fn our_own_pdf_reads_back() {
    let text = extract(PDF, &pdf(&format!("Piešķirt atvaļinājumu. {LETTERS}"))).await.unwrap();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains(LETTERS) && text.contains("Piešķirt atvaļinājumu.") && text.contains("Rīkojums"), "{text}");
}

#[tokio::test]
async fn docx_gives_what_is_read_and_not_what_was_struck_out() {
    let body = format!(
        "<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>Iesniegums &amp; l&#x16B;gums</w:t></w:r>\
         <w:del><w:r><w:delText>svītrots</w:delText></w:r></w:del><w:r><w:instrText>PAGE</w:instrText></w:r></w:p>\
         <w:p><w:r><w:t>{LETTERS}</w:t><w:br/><w:t>nākamā</w:t></w:r></w:p>"
    );
    let note = word("<w:p><w:r><w:t>vēre</w:t></w:r></w:p>");
    let setting = word("<w:p><w:r><w:t>iestatījums</w:t></w:r></w:p>");
    let parts = [("word/document.xml", word(&body)), ("word/footnotes.xml", note), ("word/settings.xml", setting)];
    let parts: Vec<(&str, &[u8])> = parts.iter().map(|(name, xml)| (*name, xml.as_bytes())).collect();
    let text = extract(DOCX, &archive(&parts)).await.unwrap();
    assert_eq!(text, format!("Iesniegums & lūgums\n{LETTERS}\nnākamā\nvēre"));
}

#[tokio::test]
async fn odt_gives_its_text() {
    let content = format!(
        "<office:document-content xmlns:office=\"o\" xmlns:text=\"t\"><office:body><office:text>\
         <text:tracked-changes><text:p>svītrots</text:p></text:tracked-changes>\
         <text:h>Virsraksts</text:h><text:p>divi<text:s text:c=\"2\"/>vārdi<text:tab/><text:span>{LETTERS}</text:span></text:p>\
         </office:text></office:body></office:document-content>"
    );
    let text = extract(ODT, &archive(&[("content.xml", content.as_bytes())])).await.unwrap();
    assert_eq!(text, format!("Virsraksts\ndivi vārdi\t{LETTERS}"));
}

#[tokio::test]
async fn plain_text_in_each_coding() {
    let windows_1257 = [0xe2, 0xe8, 0xe7, 0xec, 0xee, 0xed, 0xef, 0xf2, 0xf0, 0xfb, 0xfe];
    let utf16: Vec<u8> = std::iter::once(0xfeff).chain(LETTERS.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let utf8_bom = [&[0xef, 0xbb, 0xbf], LETTERS.as_bytes()].concat();
    assert_eq!(extract("text/plain", LETTERS.as_bytes()).await.unwrap(), LETTERS);
    assert_eq!(extract("text/plain", &utf8_bom).await.unwrap(), LETTERS);
    assert_eq!(extract("text/plain", &utf16).await.unwrap(), LETTERS);
    assert_eq!(extract("text/plain", &windows_1257).await.unwrap(), "āčēģīķļņšūž");
    assert_eq!(extract("Text/Plain; charset=\"iso-8859-13\"", &windows_1257).await.unwrap(), "āčēģīķļņšūž");
    assert_eq!(extract("text/plain", b"a\0b\x07c").await.unwrap(), "abc");
}

#[tokio::test]
async fn a_type_without_text_starts_no_child() {
    let nobody = ChildExtractor::new(PathBuf::from("/nonexistent"));
    assert_eq!(nobody.extract("image/png", b"x").await, Ok(None));
    assert!(nobody.extract("text/plain", b"x").await.unwrap_err().contains("does not start"));
}

#[tokio::test]
async fn output_stops_at_its_limit() {
    let text = extract("text/plain", "ā".repeat(MAX_OUTPUT).as_bytes()).await.unwrap();
    assert_eq!(text.len(), MAX_OUTPUT);
    let long = docx(&"<w:p><w:r><w:t>vārds vārds vārds</w:t></w:r></w:p>".repeat(200_000));
    let text = extract(DOCX, &long).await.unwrap();
    assert!(text.len() > MAX_OUTPUT - 4 && text.len() <= MAX_OUTPUT, "{}", text.len());
}

#[tokio::test]
async fn a_bomb_of_markup_is_refused() {
    // 44 MB of elements without text.
    let bomb = docx(&"<w:r></w:r>".repeat(4_000_000));
    assert!(bomb.len() < 2_000_000);
    assert!(refused(DOCX, &bomb).await.contains("bytes of XML"));
    // One name of 100 MB.
    let name = docx(&format!("<w:{}/>", "a".repeat(100_000_000)));
    assert!(refused(DOCX, &name).await.contains("bytes of XML"));
}

#[tokio::test]
async fn a_bomb_of_text_is_cut() {
    let text = extract(DOCX, &docx(&format!("<w:p><w:t>{}</w:t></w:p>", "a ".repeat(15_000_000)))).await.unwrap();
    assert_eq!(text.len(), MAX_OUTPUT);
}

#[tokio::test]
async fn deep_xml_and_entities_are_refused() {
    assert!(refused(DOCX, &docx(&"<w:p>".repeat(100_000))).await.contains("nested deeper"));
    let entities = b"<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><x>&b;</x>";
    assert!(refused(DOCX, &archive(&[("word/document.xml", entities)])).await.contains("document type"));
}

#[tokio::test]
async fn broken_files_are_refused() {
    let whole = docx("<w:p><w:r><w:t>teksts</w:t></w:r></w:p>");
    refused(DOCX, whole.get(..whole.len() / 2).unwrap()).await;
    refused(DOCX, b"").await;
    refused(DOCX, &archive(&[("other.xml", b"<x/>")])).await;
    refused(DOCX, &archive(&[("word/document.xml", b"<w:p><w:t>breaks off")])).await;
    assert!(refused(DOCX, &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1]).await.contains("password"));
    let locked = b"<manifest:manifest><manifest:encryption-data/></manifest:manifest>";
    assert!(
        refused(ODT, &archive(&[("META-INF/manifest.xml", locked), ("content.xml", b"\x01")]))
            .await
            .contains("password")
    );
    let pdf = pdf("teksts");
    refused(PDF, pdf.get(..pdf.len() / 2).unwrap()).await;
    refused(PDF, b"%PDF-1.7\nnothing").await;
    refused(PDF, &[0; 1000]).await;
}

#[tokio::test]
async fn a_damaged_pdf_never_takes_the_parent_along() {
    let whole = pdf(LETTERS);
    let extractor = extractor();
    for step in 1..40 {
        let mut damaged = whole.clone();
        for at in (step * 7..damaged.len()).step_by(step * 53) {
            damaged[at] ^= 0x15;
        }
        let answer = extractor.extract(PDF, &damaged).await;
        assert!(answer.is_err() || answer.unwrap().is_some());
    }
}

/// Pages that are their own children, and a stream that inflates to a hundred megabytes.
#[tokio::test]
async fn hostile_pdfs_end() {
    let start = Instant::now();
    let circle = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>endobj\n\
        trailer<</Root 1 0 R/Size 3>>\nstartxref\n0\n%%EOF";
    let _ = extract(PDF, circle).await;
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..100 {
        packed.write_all(&vec![b'['; 1_000_000]).unwrap();
    }
    let packed = packed.finish().unwrap();
    let mut bomb = b"%PDF-1.4\n".to_vec();
    let mut at = Vec::new();
    let length = packed.len();
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>".to_owned(),
    ];
    for (index, object) in objects.iter().enumerate() {
        at.push(bomb.len());
        writeln!(bomb, "{} 0 obj{object}endobj", index + 1).unwrap();
    }
    at.push(bomb.len());
    writeln!(bomb, "4 0 obj<</Length {length}/Filter/FlateDecode>>stream").unwrap();
    bomb.extend(&packed);
    bomb.extend(b"\nendstream endobj\n");
    let table = bomb.len();
    writeln!(bomb, "xref\n0 5\n0000000000 65535 f ").unwrap();
    for offset in at {
        writeln!(bomb, "{offset:010} 00000 n ").unwrap();
    }
    write!(bomb, "trailer<</Root 1 0 R/Size 5>>\nstartxref\n{table}\n%%EOF").unwrap();
    refused(PDF, &bomb).await;
    assert!(start.elapsed() < Duration::from_secs(100));
}

#[tokio::test]
async fn what_is_too_large_is_not_even_sent() {
    assert!(refused("text/plain", &vec![b'a'; MAX_INPUT + 1]).await.contains("at most"));
}

#[tokio::test]
async fn a_child_that_hangs_is_killed() {
    let dir = std::env::temp_dir().join(format!("novads-text-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    let script = dir.join("hangs");
    std::fs::write(&script, "#!/bin/sh\nexec /bin/sleep 600\n").unwrap();
    std::fs::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    let extractor = ChildExtractor::new(script).with_timeout(Duration::from_millis(300));
    let start = Instant::now();
    let reason = extractor.extract("text/plain", &vec![b'a'; 10_000_000]).await.unwrap_err();
    assert!(reason.contains("took longer") && start.elapsed() < Duration::from_secs(5), "{reason}");
    std::fs::remove_dir_all(&dir).unwrap();
}
