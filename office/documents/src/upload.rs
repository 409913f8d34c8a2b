//! What may be attached: the content says what a file is, not its name and not the browser. Pure.

mod zip;

/// The largest file (25 MB).
pub const MAX_FILE: usize = 25 * 1024 * 1024;
/// Most files in one go.
pub const MAX_FILES: usize = 20;
/// The longest name, in characters.
const MAX_NAME: usize = 150;

/// A file that may be attached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Its name, without path and control characters.
    pub name: String,
    /// Its media type, as its content says.
    pub media_type: &'static str,
}

/// Why a file is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UploadRefused {
    /// Nothing in it.
    Empty,
    /// Larger than [`MAX_FILE`].
    TooLarge,
    /// A program, or a script that a computer would run.
    Executable,
    /// A page or picture with active content (HTML, SVG).
    Active,
    /// An office document with macros.
    Macros,
    /// An archive that would unpack into far more than it says.
    Bomb,
    /// The ending says one thing and the content another.
    Mismatch,
    /// None of the types that are kept.
    Unknown,
}

impl UploadRefused {
    /// The key of its text.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Empty => "documents-upload-empty",
            Self::TooLarge => "documents-upload-too-large",
            Self::Executable => "documents-upload-executable",
            Self::Active => "documents-upload-active",
            Self::Macros => "documents-upload-macros",
            Self::Bomb => "documents-upload-bomb",
            Self::Mismatch => "documents-upload-mismatch",
            Self::Unknown => "documents-upload-unknown",
        }
    }
}

/// What browsers offer to choose.
pub const ACCEPT: &str = ".pdf,.docx,.xlsx,.pptx,.odt,.ods,.odp,.doc,.xls,.rtf,.txt,.csv,.xml,.eml,.msg,.jpg,.jpeg,.png,.tif,.tiff,.edoc,.asice,.sce";

/// Endings that a computer would run, whatever is inside.
const RUNS: &[&str] = &[
    "exe", "dll", "com", "scr", "bat", "cmd", "ps1", "vbs", "vbe", "js", "jse", "mjs", "wsf", "wsh", "hta", "jar",
    "lnk", "msi", "msp", "reg", "sh", "bash", "py", "pl", "rb", "php", "apk", "app", "cpl", "inf", "scf", "url", "iso",
    "img",
];
const PAGES: &[&str] = &["html", "htm", "xhtml", "svg", "mht", "mhtml", "swf"];
const WITH_MACROS: &[&str] = &["docm", "dotm", "xlsm", "xltm", "xlam", "pptm", "potm", "ppsm"];

/// Looks at a file that somebody wants to attach.
///
/// # Errors
/// Why it is refused.
pub fn check(name: &str, bytes: &[u8]) -> Result<Accepted, UploadRefused> {
    let name = clean_name(name);
    let ending = name.rsplit_once('.').map(|(_, e)| e.to_lowercase()).unwrap_or_default();
    let one_of = |list: &[&str]| list.contains(&ending.as_str());
    if bytes.is_empty() {
        return Err(UploadRefused::Empty);
    }
    if bytes.len() > MAX_FILE {
        return Err(UploadRefused::TooLarge);
    }
    if one_of(RUNS) || is_program(bytes) {
        return Err(UploadRefused::Executable);
    }
    if one_of(PAGES) {
        return Err(UploadRefused::Active);
    }
    if one_of(WITH_MACROS) || (bytes.starts_with(b"PK") && contains(bytes, b"vbaProject.bin")) {
        return Err(UploadRefused::Macros);
    }
    if bytes.starts_with(b"PK") && zip::is_bomb(bytes) {
        return Err(UploadRefused::Bomb);
    }
    let media_type = media_type(&ending, bytes)?;
    Ok(Accepted { name, media_type })
}

fn is_program(bytes: &[u8]) -> bool {
    const HEADS: &[&[u8]] = &[
        b"MZ",
        b"\x7fELF",
        b"#!",
        b"\xca\xfe\xba\xbe",
        b"\xfe\xed\xfa\xce",
        b"\xfe\xed\xfa\xcf",
        b"\xce\xfa\xed\xfe",
        b"\xcf\xfa\xed\xfe",
        b"dex\n",
        b"\0asm",
        b"L\0\0\0\x01\x14\x02\0",
    ];
    HEADS.iter().any(|h| bytes.starts_with(h))
}

fn contains(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|w| w == what)
}

/// Ending, media type, and how the content begins.
fn media_type(ending: &str, bytes: &[u8]) -> Result<&'static str, UploadRefused> {
    let begins = |heads: &[&[u8]]| heads.iter().any(|h| bytes.starts_with(h));
    let (media_type, fits) = match ending {
        "pdf" => ("application/pdf", contains(bytes.get(..1024).unwrap_or(bytes), b"%PDF-")),
        "docx" => (OOXML_TEXT, is_zip_with(bytes, b"word/")),
        "xlsx" => (OOXML_SHEET, is_zip_with(bytes, b"xl/")),
        "pptx" => (OOXML_SLIDES, is_zip_with(bytes, b"ppt/")),
        "odt" => ("application/vnd.oasis.opendocument.text", is_zip_with(bytes, b"opendocument.text")),
        "ods" => ("application/vnd.oasis.opendocument.spreadsheet", is_zip_with(bytes, b"opendocument.spreadsheet")),
        "odp" => ("application/vnd.oasis.opendocument.presentation", is_zip_with(bytes, b"opendocument.presentation")),
        "edoc" | "asice" | "sce" => ("application/vnd.etsi.asic-e+zip", is_zip_with(bytes, b"META-INF/")),
        "doc" => ("application/msword", begins(&[OLE])),
        "xls" => ("application/vnd.ms-excel", begins(&[OLE])),
        "msg" => ("application/vnd.ms-outlook", begins(&[OLE])),
        "rtf" => ("application/rtf", begins(&[b"{\\rtf"])),
        "jpg" | "jpeg" => ("image/jpeg", begins(&[b"\xff\xd8\xff"])),
        "png" => ("image/png", begins(&[b"\x89PNG\r\n\x1a\n"])),
        "tif" | "tiff" => ("image/tiff", begins(&[b"II*\0", b"MM\0*"])),
        "eml" => ("message/rfc822", is_text(bytes)),
        "txt" => ("text/plain", is_text(bytes)),
        "csv" => ("text/csv", is_text(bytes)),
        "xml" => ("application/xml", is_text(bytes)),
        _ => return Err(if is_page(bytes) { UploadRefused::Active } else { UploadRefused::Unknown }),
    };
    // Some browsers look into a text for a page: one that begins like a page is refused under any ending.
    if media_type.starts_with("text/") && is_page(bytes) {
        return Err(UploadRefused::Active);
    }
    if fits { Ok(media_type) } else { Err(UploadRefused::Mismatch) }
}

const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
const OOXML_TEXT: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const OOXML_SHEET: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const OOXML_SLIDES: &str = "application/vnd.openxmlformats-officedocument.presentationml.presentation";

/// A ZIP archive in which a name (or the uncompressed first entry of ODF) says this.
fn is_zip_with(bytes: &[u8], what: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") && contains(bytes, what)
}

/// UTF-8 (or what Windows-1257 makes) without control characters.
fn is_text(bytes: &[u8]) -> bool {
    !bytes.iter().any(|b| matches!(b, 0..=8 | 14..=26 | 28..=31 | 127))
}

fn is_page(bytes: &[u8]) -> bool {
    let head: String = String::from_utf8_lossy(bytes.get(..512).unwrap_or(bytes)).to_lowercase();
    let head = head.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    ["<!doctype html", "<html", "<script", "<svg", "<body", "<iframe"].iter().any(|mark| head.contains(mark))
}

/// The last part of a path, without control characters, of bounded length; the ending stays.
fn clean_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last.chars().filter(|c| !c.is_control() && !is_turning(*c)).collect();
    let kept = kept.trim().trim_matches('.').trim();
    if kept.is_empty() {
        return "file".to_owned();
    }
    let length = kept.chars().count();
    if length <= MAX_NAME {
        return kept.to_owned();
    }
    let (stem, ending) = kept.rsplit_once('.').unwrap_or((kept, ""));
    let ending: String = ending.chars().take(10).collect();
    let stem: String = stem.chars().take(MAX_NAME - 11).collect();
    format!("{stem}.{ending}")
}

/// Characters that turn the direction of writing: with one of them a program's name would read as a PDF's.
const fn is_turning(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn honest_files_are_taken_for_what_they_are() {
        let taken = |name: &str, bytes: &[u8]| check(name, bytes).unwrap().media_type;
        assert_eq!(taken("a.pdf", b"%PDF-1.7\n..."), "application/pdf");
        assert_eq!(taken("A.JPG", b"\xff\xd8\xff\xe0"), "image/jpeg");
        assert_eq!(taken("a.docx", b"PK\x03\x04....word/document.xml"), OOXML_TEXT);
        assert_eq!(taken("a.txt", "Āboltiņš".as_bytes()), "text/plain");
        assert_eq!(taken("a.edoc", b"PK\x03\x04..META-INF/signatures.xml"), "application/vnd.etsi.asic-e+zip");
    }

    #[test]
    fn hostile_files_are_refused_with_a_reason() {
        let refused = |name: &str, bytes: &[u8]| check(name, bytes).unwrap_err();
        assert_eq!(refused("a.pdf", b""), UploadRefused::Empty);
        assert_eq!(refused("a.pdf", b"MZ\x90\0"), UploadRefused::Executable);
        assert_eq!(refused("a.exe", b"%PDF-1.7"), UploadRefused::Executable);
        assert_eq!(refused("a.txt", b"#!/bin/sh\n"), UploadRefused::Executable);
        assert_eq!(refused("a.svg", b"<svg/>"), UploadRefused::Active);
        assert_eq!(refused("a.txt", b"  <!DOCTYPE html><script>"), UploadRefused::Active);
        assert_eq!(refused("a.docx", b"PK\x03\x04word/vbaProject.bin"), UploadRefused::Macros);
        assert_eq!(refused("a.docm", b"PK\x03\x04word/"), UploadRefused::Macros);
        assert_eq!(refused("a.pdf", b"not a pdf"), UploadRefused::Mismatch);
        assert_eq!(refused("a.bin", b"whatever"), UploadRefused::Unknown);
        assert_eq!(refused("a", b"whatever"), UploadRefused::Unknown);
        assert_eq!(refused("a.pdf", &vec![b' '; MAX_FILE + 1]), UploadRefused::TooLarge);
        assert_eq!(refused("invoice\u{202e}fdp.exe", b"%PDF-"), UploadRefused::Executable);
    }

    #[test]
    fn names_lose_their_path() {
        assert_eq!(clean_name("C:\\Users\\x\\līgums.pdf"), "līgums.pdf");
        assert_eq!(clean_name("../../etc/passwd"), "passwd");
        assert_eq!(clean_name("a\r\nb\0.pdf"), "ab.pdf");
        assert_eq!(clean_name(" ... "), "file");
    }

    proptest! {
        #[test]
        fn no_name_stays_long_or_leads_elsewhere(name in ".{0,400}") {
            let clean = clean_name(&name);
            prop_assert!(!clean.is_empty() && clean.chars().count() <= MAX_NAME);
            prop_assert!(!clean.contains(['/', '\\', '\0', '\r', '\n']));
        }
    }
}
