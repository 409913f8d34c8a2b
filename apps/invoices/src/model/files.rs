//! What a file is before anybody reads it as an invoice: by its content, whatever it is called.

use documents::upload::{self, UploadRefused};

use super::{FindingRow, Judged, Verdict};

/// Why a file is not looked into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileFault {
    /// Nothing in it.
    Empty,
    /// Larger than the house takes.
    TooLarge,
    /// A program or script.
    Program,
    /// An office document.
    Office,
    /// An archive that unpacks into far more than it says.
    Bomb,
    /// An archive within an archive.
    Nested,
    /// An archive that cannot be read.
    Archive,
    /// An archive with nothing in it.
    NothingInside,
}

impl FileFault {
    const fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Empty => ("FILE-EMPTY", "Datne ir tukša", "The file is empty"),
            Self::TooLarge => ("FILE-SIZE", "Datne ir lielāka par 25 MB", "The file is larger than 25 MB"),
            Self::Program => (
                "FILE-PROGRAM",
                "Datne ir programma vai skripts; tādas nepieņem",
                "The file is a program or a script; such files are not taken",
            ),
            Self::Office => (
                "FILE-OFFICE",
                "Biroja dokuments nav e-rēķins; sūtiet XML (EN 16931) vai PDF",
                "An office document is no e-invoice; send XML (EN 16931) or PDF",
            ),
            Self::Bomb => (
                "FILE-BOMB",
                "Arhīvs izpakojas daudz lielāks, nekā drīkst",
                "The archive unpacks into far more than is allowed",
            ),
            Self::Nested => (
                "FILE-NESTED",
                "Arhīvs arhīvā; iesniedziet datnes vienā līmenī",
                "An archive within an archive; hand the files in on one level",
            ),
            Self::Archive => ("FILE-ARCHIVE", "Arhīvu nevar nolasīt", "The archive cannot be read"),
            Self::NothingInside => ("FILE-ARCHIVE-EMPTY", "Arhīvā nav datņu", "There are no files in the archive"),
        }
    }

    /// As a verdict with its named finding.
    #[must_use]
    pub fn judged(self) -> Judged {
        let (rule, lv, en) = self.words();
        let row = FindingRow {
            rule: rule.to_owned(),
            severity: "fatal".to_owned(),
            term: None,
            path: "/".to_owned(),
            line: 0,
            lv: lv.to_owned(),
            en: en.to_owned(),
        };
        Judged { syntax: "unknown", verdict: Verdict::Broken, findings: vec![row], bill: None }
    }
}

/// What to do with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Read it as XML.
    Xml,
    /// A PDF: perhaps with an invoice inside.
    Pdf,
    /// A picture: somebody has to read it.
    Picture(Shape),
    /// An archive: its files are looked at.
    Archive,
}

/// Ending and media type of a file that people look at.
pub type Shape = (&'static str, &'static str);

/// A PDF.
pub const PDF: Shape = ("pdf", "application/pdf");

/// Kinds that are known by how they begin.
const SHAPES: &[(&[u8], Shape)] = &[
    (b"%PDF-", PDF),
    (b"\xff\xd8\xff", ("jpg", "image/jpeg")),
    (b"\x89PNG\r\n\x1a\n", ("png", "image/png")),
    (b"II*\0", ("tif", "image/tiff")),
    (b"MM\0*", ("tif", "image/tiff")),
];

/// The kind of a file by its content; nothing where it is none of those that people look at.
#[must_use]
pub fn shape(bytes: &[u8]) -> Option<Shape> {
    SHAPES.iter().find(|(head, _)| bytes.starts_with(head)).map(|(_, shape)| *shape)
}

const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// Looks at a file.
///
/// # Errors
/// Why nobody looks further.
pub fn look(name: &str, bytes: &[u8]) -> Result<Look, FileFault> {
    match upload::check(name, bytes) {
        Err(UploadRefused::Empty) => return Err(FileFault::Empty),
        Err(UploadRefused::TooLarge) => return Err(FileFault::TooLarge),
        Err(UploadRefused::Executable) => return Err(FileFault::Program),
        Err(UploadRefused::Macros) => return Err(FileFault::Office),
        Err(UploadRefused::Bomb) => return Err(FileFault::Bomb),
        // What else it may be called or look like: the rules say what is wrong with it.
        _ => {}
    }
    match shape(bytes) {
        Some(PDF) => Ok(Look::Pdf),
        Some(picture) => Ok(Look::Picture(picture)),
        None if bytes.starts_with(OLE) => Err(FileFault::Office),
        None if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") => Ok(Look::Archive),
        None => Ok(Look::Xml),
    }
}

/// A file out of an archive: its name and content.
pub type Unpacked = (String, Vec<u8>);

/// Files of one archive.
const MOST_INSIDE: usize = 200;
/// Bytes of all of them.
const MOST_BYTES: u64 = 64 << 20;

/// The files of an archive, and whether it is a signed container (ASiC-E, edoc). Folders and what signatures need are
/// left out.
///
/// # Errors
/// Why nothing is unpacked.
pub fn unpack(bytes: &[u8]) -> Result<(Vec<Unpacked>, bool), FileFault> {
    use asice::container::zip::{Archive, Limits, ZipError};
    let entry = upload::MAX_FILE as u64;
    let limits = Limits {
        packed: upload::MAX_FILE,
        entries: MOST_INSIDE,
        entry,
        total: MOST_BYTES,
        ratio: 100,
        floor: 16 << 20,
    };
    let fault = |e: ZipError| match e {
        ZipError::Bomb | ZipError::Limit => FileFault::Bomb,
        _ => FileFault::Archive,
    };
    let archive = Archive::open(bytes, limits).map_err(fault)?;
    let has = |what: &str| archive.entries.iter().any(|e| e.name.starts_with(what));
    if has("[Content_Types].xml") || (has("META-INF/manifest.xml") && has("content.xml")) {
        return Err(FileFault::Office);
    }
    let is_signed = has("META-INF/") && has("mimetype");
    let mut files = Vec::new();
    for e in archive.entries.iter().filter(|e| !e.is_folder()) {
        if e.name.starts_with("META-INF/") || e.name == "mimetype" || e.name.starts_with("__MACOSX/") {
            continue;
        }
        files.push((e.name.clone(), archive.read(e).map_err(fault)?.into_owned()));
    }
    if files.is_empty() { Err(FileFault::NothingInside) } else { Ok((files, is_signed)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_it_holds_not_what_it_is_called() {
        assert_eq!(look("a.xml", b"<Invoice/>"), Ok(Look::Xml));
        assert_eq!(look("a.xml", b"%PDF-1.7"), Ok(Look::Pdf));
        assert_eq!(look("a.xml", b"\xff\xd8\xff\xe0"), Ok(Look::Picture(("jpg", "image/jpeg"))));
        assert_eq!(look("a.xml", b""), Err(FileFault::Empty));
        assert_eq!(look("a.xml", b"MZ\x90"), Err(FileFault::Program));
        assert_eq!(look("a.exe", b"<Invoice/>"), Err(FileFault::Program));
        assert_eq!(look("a.xml", OLE), Err(FileFault::Office));
        assert_eq!(look("a.xml", b"PK\x03\x04"), Ok(Look::Archive));
        assert_eq!(look("a", &vec![b'x'; upload::MAX_FILE + 1]), Err(FileFault::TooLarge));
    }

    #[test]
    fn what_is_not_looked_into_has_a_name() {
        let fault = FileFault::Program.judged();
        assert_eq!((fault.findings[0].rule.as_str(), fault.verdict), ("FILE-PROGRAM", Verdict::Broken));
        assert_eq!(unpack(b"PK\x03\x04"), Err(FileFault::Archive));
    }
}
