//! What comes out is read by other programs: poppler's `pdftotext` and `pdfinfo`, and `qpdf`.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::{
    io::Write,
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

use chrono::{TimeZone, Utc};
use documents::ports::{Block, Letter, PdfRenderer};
use novads_port_pdf::LetterPdf;
use types::Locale;

const LETTERS: &str = "āčēģīķļņōŗšūž ĀČĒĢĪĶĻŅŌŖŠŪŽ «» „“ – — € № § 5 °C";
const NOTE: &str = "Dokuments parakstīts ar drošu elektronisko parakstu un satur laika zīmogu";

fn order() -> Letter {
    Letter {
        lang: Locale::Lv,
        title: "Rīkojums".into(),
        author: "Ozolaines novada pašvaldība".into(),
        letterhead: vec![
            "Ozolaines novada pašvaldība".into(),
            "Reģ. Nr. 90000000000, Liepu iela 1, Ozolaine, Ozolaines nov., LV-0000".into(),
            "Tālr. 60000000, e-pasts pasts@ozolaine.example, www.ozolaine.example".into(),
        ],
        blocks: vec![
            Block::Fields(vec![
                ("Ozolainē".into(), String::new()),
                ("2026. gada 5. janvārī".into(), String::new()),
                ("Nr.".into(), "4-12/7-A".into()),
            ]),
            Block::Heading("Par ikgadējā apmaksātā atvaļinājuma piešķiršanu".into()),
            Block::Paragraph(
                "Pamatojoties uz Darba likuma 149. pantu, Ozolaines novada pašvaldības nolikuma 23. punktu un \
                 darbinieces 2025. gada 22. decembra iesniegumu, ņemot vērā struktūrvienības vadītāja saskaņojumu:"
                    .into(),
            ),
            Block::Points(vec![
                "Piešķirt Grāmatvedības nodaļas vecākajai grāmatvedei Annai Paraugai ikgadējo apmaksāto atvaļinājumu \
                 no 2026. gada 19. janvāra līdz 2026. gada 1. februārim (14 kalendāra dienas)."
                    .into(),
                "Atvaļinājuma laikā darbinieces pienākumus pildīt grāmatvedim Jānim Piemēram.".into(),
                "Rīkojums stājas spēkā tā parakstīšanas dienā.".into(),
            ]),
            Block::Fields(vec![
                ("Darba periods".into(), "2025. gada 3. marts – 2026. gada 2. marts".into()),
                ("Izmantotās dienas".into(), "14 no 28".into()),
            ]),
            Block::Table {
                head: vec!["Ieturējums vai piemaksa".into(), "Pamats".into(), "Summa, €".into()],
                rows: vec![
                    vec!["Atvaļinājuma nauda".into(), "Darba likuma 69. un 75. pants".into(), "1 234,56".into()],
                    vec!["Piemaksa par prombūtnē esoša darbinieka aizvietošanu".into(), String::new(), "87,00".into()],
                ],
                right: vec![2],
            },
            Block::Paragraph(LETTERS.into()),
            Block::Signature { post: "Izpilddirektors".into(), name: "Kārlis Žagariņš".into(), note: NOTE.into() },
        ],
        footer: "Ozolaines novada pašvaldība, rīkojums Nr. 4-12/7-A".into(),
        created: Utc.with_ymd_and_hms(2026, 1, 5, 9, 30, 0).unwrap(),
    }
}

fn render(letter: &Letter) -> Result<Vec<u8>, String> {
    LetterPdf::new().unwrap().render(letter)
}

/// Runs a tool on a PDF, whose path stands for `{}` among the arguments.
fn tool(name: &str, package: &str, args: &[&str], pdf: &[u8]) -> Output {
    let path = std::env::temp_dir().join(format!("novads-pdf-{}-{:p}.pdf", std::process::id(), pdf));
    std::fs::File::create(&path).unwrap().write_all(pdf).unwrap();
    let args = args.iter().map(|arg| if *arg == "{}" { path.to_str().unwrap() } else { arg });
    let output = Command::new(name).args(args).stdin(Stdio::null()).output();
    std::fs::remove_file(&path).unwrap();
    output.unwrap_or_else(|error| panic!("{name} (Debian package {package}) is needed by this test: {error}"))
}

/// With single spaces: how wide a gap is drawn is not what the tests are about.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn text(pdf: &[u8]) -> String {
    let output = tool("pdftotext", "poppler-utils", &["-layout", "{}", "-"], pdf);
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn an_order_reads_back_as_it_was_written() {
    let letter = order();
    let pdf = render(&letter).unwrap();
    if let Ok(path) = std::env::var("NOVADS_SAMPLE_PDF") {
        std::fs::write(path, &pdf).unwrap();
    }
    let text = text(&pdf);
    let all = squeezed(&text);
    for expected in
        [LETTERS, NOTE, "Rīkojums", "Nr. 4-12/7-A", "3. Rīkojums stājas spēkā", "1 234,56", "nolikuma 23. punktu"]
    {
        assert!(all.contains(expected), "no «{expected}» in:\n{text}");
    }
    let line = text.lines().find(|line| line.contains("Ozolainē")).unwrap();
    assert!(line.contains("2026. gada 5. janvārī") && line.contains("Nr. 4-12/7-A"), "place, date and number: {line}");
    let signature = text.lines().find(|line| line.contains("Izpilddirektors")).unwrap();
    assert!(signature.contains("Kārlis Žagariņš"), "post and name stand on one line: {signature}");
}

#[test]
fn the_same_letter_gives_the_same_bytes() {
    assert!(render(&order()).unwrap() == render(&order()).unwrap());
    let later = Letter { created: Utc.with_ymd_and_hms(2026, 1, 6, 9, 30, 0).unwrap(), ..order() };
    assert!(render(&order()).unwrap() != render(&later).unwrap());
}

#[test]
fn it_is_tagged_pdf_a_and_whole() {
    let pdf = render(&order()).unwrap();
    let check = tool("qpdf", "qpdf", &["--check", "{}"], &pdf);
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stderr));
    let plain = tool("qpdf", "qpdf", &["--qdf", "--object-streams=disable", "{}", "-"], &pdf);
    let plain = String::from_utf8_lossy(&plain.stdout).into_owned();
    for expected in
        ["<pdfaid:part>2", "<pdfaid:conformance>A", "<pdfuaid:part>1", "/Marked true", "/Lang (lv)", "/GTS_PDFA1"]
    {
        assert!(plain.contains(expected), "no {expected}");
    }
    assert!(!plain.contains("/Encrypt") && !plain.contains("/JavaScript"));
    assert_eq!(plain.matches("/FontFile3").count(), 3, "each face that is used is embedded");
    let structure = tool("pdfinfo", "poppler-utils", &["-struct-text", "{}"], &pdf);
    let structure = String::from_utf8_lossy(&structure.stdout).into_owned();
    for expected in ["H1", "H2", "L (block)", "Lbl", "LBody", "Table", "TH:", "TD\n"] {
        assert!(structure.contains(expected), "no {expected} in:\n{structure}");
    }
    let heads = structure.matches("TH:").count();
    let cells = structure.matches("TD\n").count();
    assert_eq!((heads, cells), (3 + 2, 6 + 2), "an empty cell is a cell:\n{structure}");
}

#[test]
fn a_long_letter_runs_over_pages() {
    let rows = (1..=120).map(|n| vec![format!("{n}."), format!("Pozīcija {n}"), format!("{n},00")]).collect();
    let letter = Letter {
        blocks: vec![
            Block::Points((0..60).map(|n| format!("Punkts {n} ar pietiekami garu tekstu. ").repeat(6)).collect()),
            Block::Table { head: vec!["Nr.".into(), "Nosaukums".into(), "Summa".into()], rows, right: vec![2] },
        ],
        ..order()
    };
    let text = text(&render(&letter).unwrap());
    let pages: Vec<&str> = text.trim_end_matches('\u{c}').split('\u{c}').collect();
    assert!(pages.len() > 5, "{} pages", pages.len());
    for (index, page) in pages.iter().enumerate() {
        let squeezed: String = page.split_whitespace().collect();
        assert!(squeezed.ends_with(&format!("{}/{}", index + 1, pages.len())), "page number of {index}:\n{page}");
        assert_eq!(page.contains("Pozīcija"), page.contains("Nosaukums"), "a table's head is on each of its pages");
    }
    assert!((1..=120).all(|n| text.contains(&format!("Pozīcija {n} "))), "a row is lost");
    assert!(squeezed(&text).contains("60. Punkts 59"));
}

#[test]
fn what_cannot_be_set_is_said() {
    let with = |block: Block| render(&Letter { blocks: vec![block], ..order() }).unwrap_err();
    assert!(with(Block::Paragraph("smaids 😀".into())).contains("U+1F600"));
    assert!(with(Block::Paragraph("\n".repeat(30_000))).contains("500 pages"));
    assert!(with(Block::Paragraph("a".repeat(5_000_000))).contains("bytes of text"));
    let ragged = Block::Table { head: vec!["A".into()], rows: vec![vec!["1".into(), "2".into()]], right: Vec::new() };
    assert!(with(ragged).contains("row 1"));
    let wide = Block::Table { head: vec!["A".into(); 40], rows: Vec::new(), right: Vec::new() };
    assert!(with(wide).contains("40 columns"));
    assert!(render(&Letter { title: " ".into(), ..order() }).unwrap_err().contains("title"));
}

#[test]
fn hostile_text_is_only_text() {
    let nasty = ") Tj ET /F1 \\) << /JavaScript >> endobj <script> &amp; %PDF \u{202e}gro\u{0}";
    let letter = Letter { title: nasty.into(), blocks: vec![Block::Paragraph(nasty.into())], ..order() };
    let pdf = render(&letter).unwrap();
    assert!(tool("qpdf", "qpdf", &["--check", "{}"], &pdf).status.success());
    assert!(text(&pdf).contains("<< /JavaScript >> endobj <script> &amp; %PDF gro"));
}

#[test]
fn a_letter_of_endless_words_ends_soon() {
    let start = Instant::now();
    let result = render(&Letter { blocks: vec![Block::Paragraph("ā".repeat(1_000_000))], ..order() });
    assert!(result.is_ok() || result.unwrap_err().contains("500 pages"));
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}
