//! Text of DOCX (ECMA-376) and ODT (ISO/IEC 26300): zip archives of XML.

use std::io::{BufRead, BufReader, Cursor, Read};

use quick_xml::{
    Reader,
    events::{BytesRef, BytesStart, Event},
};
use zip::ZipArchive;

use crate::MAX_OUTPUT;

/// Inflated XML of one file, all parts together.
const MAX_XML: u64 = 32 * 1024 * 1024;
const MAX_DEPTH: usize = 256;
const MAX_PARTS: usize = 64;

/// Which elements mean what.
#[derive(Clone, Copy)]
struct Words {
    /// Elements whose characters are text; where empty, all are.
    text: &'static [&'static str],
    /// Elements after which a new line starts.
    lines: &'static [&'static str],
    tabs: &'static [&'static str],
    /// Elements whose content is not part of the document as it reads (text that was struck out).
    skipped: &'static [&'static str],
}

const DOCX: Words = Words {
    text: &["w:t", "a:t", "m:t"],
    lines: &["w:p", "w:br", "w:cr", "a:p"],
    tabs: &["w:tab", "w:tc"],
    // The second form of a drawing, for readers that do not know the first.
    skipped: &["w:tabs", "w:pPr", "mc:Fallback"],
};

const ODT: Words = Words {
    text: &[],
    lines: &["text:p", "text:h", "text:line-break"],
    tabs: &["text:tab", "table:table-cell"],
    skipped: &["text:tracked-changes", "office:scripts", "office:font-face-decls", "office:automatic-styles"],
};

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

pub fn docx(bytes: &[u8]) -> Result<String, String> {
    let mut archive = open(bytes)?;
    let names = archive.file_names().filter_map(Result::ok).map(|name| name.into_owned());
    let mut names: Vec<String> = names.filter(|name| is_docx_part(name)).collect();
    names.sort();
    let main = "word/document.xml".to_owned();
    let parts = std::iter::once(main).chain(names).take(MAX_PARTS);
    read_parts(&mut archive, parts, DOCX)
}

pub fn odt(bytes: &[u8]) -> Result<String, String> {
    let mut archive = open(bytes)?;
    if is_encrypted_odt(&mut archive)? {
        return Err("the document is locked with a password".to_owned());
    }
    read_parts(&mut archive, std::iter::once("content.xml".to_owned()), ODT)
}

fn is_docx_part(name: &str) -> bool {
    let Some(part) = name.strip_prefix("word/").and_then(|name| name.strip_suffix(".xml")) else { return false };
    part == "footnotes" || part == "endnotes" || part.starts_with("header") || part.starts_with("footer")
}

fn open(bytes: &[u8]) -> Result<Archive<'_>, String> {
    // The container of a Word file with a password is not a zip archive but an old compound file.
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Err("the document is locked with a password, or of the format before 2007".to_owned());
    }
    ZipArchive::new(Cursor::new(bytes)).map_err(|error| format!("the document cannot be opened: {error}"))
}

fn is_encrypted_odt(archive: &mut Archive<'_>) -> Result<bool, String> {
    let Ok(part) = archive.by_name("META-INF/manifest.xml") else { return Ok(false) };
    let mut manifest = String::new();
    part.take(1024 * 1024).read_to_string(&mut manifest).map_err(|error| error.to_string())?;
    Ok(manifest.contains("manifest:encryption-data"))
}

fn read_parts(archive: &mut Archive<'_>, parts: impl Iterator<Item = String>, words: Words) -> Result<String, String> {
    let mut text = String::new();
    let mut left = MAX_XML;
    for name in parts {
        let part = archive.by_name(&name).map_err(|error| format!("{name}: {error}"))?;
        // One byte more than is left: a part that reaches it is over the limit, whatever the archive says its size is.
        let mut counted = BufReader::new(part.take(left + 1));
        let full = xml_text(&mut counted, words, &mut text).map_err(|error| format!("{name}: {error}"));
        let unread = counted.into_inner().limit();
        if unread == 0 {
            return Err(format!("{name}: more than {MAX_XML} bytes of XML"));
        }
        if full? {
            break;
        }
        left = unread - 1;
    }
    Ok(text.trim().to_owned())
}

/// Appends the text of one XML stream; `true` when there is enough.
fn xml_text(input: &mut impl BufRead, words: Words, text: &mut String) -> Result<bool, String> {
    let mut reader = Reader::from_reader(input);
    let mut buffer = Vec::new();
    // For each open element: is its text wanted; everything below a skipped one is not.
    let mut open: Vec<bool> = Vec::new();
    let mut skipping = 0_usize;
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(|error| error.to_string())? {
            Event::Start(start) => {
                if open.len() >= MAX_DEPTH {
                    return Err(format!("elements are nested deeper than {MAX_DEPTH}"));
                }
                let name = start.name();
                let wanted = words.text.is_empty() || words.text.contains(&name.as_ref());
                open.push(wanted);
                skipping = if skipping > 0 || words.skipped.contains(&name.as_ref()) { skipping + 1 } else { 0 };
            }
            Event::End(end) => {
                open.pop();
                if skipping == 0 {
                    separate(text, after(end.name().as_ref(), words));
                }
                skipping = skipping.saturating_sub(1);
            }
            Event::Empty(start) if skipping == 0 => {
                separate(text, after(start.name().as_ref(), words));
                text.push_str(spaces(&start));
            }
            Event::Text(piece) if skipping == 0 && open.last() == Some(&true) => text.push_str(&piece),
            Event::CData(piece) if skipping == 0 && open.last() == Some(&true) => text.push_str(&piece),
            Event::GeneralRef(name) if skipping == 0 && open.last() == Some(&true) => text.extend(character(&name)),
            // Office files never have one; it is where entity bombs live.
            Event::DocType(_) => return Err("a document type declaration".to_owned()),
            Event::Eof if open.is_empty() => return Ok(false),
            Event::Eof => return Err("the XML breaks off".to_owned()),
            _ => {}
        }
        if text.len() > MAX_OUTPUT {
            return Ok(true);
        }
    }
}

/// Empty paragraphs are worth nothing to an index: no two line ends in a row.
fn separate(text: &mut String, mark: &str) {
    if mark != "\n" || !text.ends_with('\n') {
        text.push_str(mark);
    }
}

fn after(name: &str, words: Words) -> &'static str {
    if words.lines.contains(&name) {
        "\n"
    } else if words.tabs.contains(&name) {
        "\t"
    } else {
        ""
    }
}

/// `<text:s text:c="3"/>` stands for spaces in a row; for a search one is as good as many.
fn spaces(start: &BytesStart<'_>) -> &'static str {
    if start.name().as_ref() == "text:s" { " " } else { "" }
}

/// The five entities of XML and character references; there are no others without a document type.
fn character(name: &BytesRef<'_>) -> Option<char> {
    match name.as_ref() {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => name.resolve_char_ref().ok().flatten(),
    }
}
