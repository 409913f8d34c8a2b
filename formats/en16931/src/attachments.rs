//! Embedded files (BT-125): programs in disguise, and files that are not what they say.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::xml::{Names, NodeId, Space, Tree};

/// Endings of files that a desktop would run.
const ENDINGS: [&str; 27] = [
    "exe", "dll", "com", "scr", "bat", "cmd", "msi", "ps1", "vbs", "vbe", "js", "jse", "wsf", "wsh", "hta", "jar",
    "sh", "lnk", "pif", "cpl", "reg", "apk", "app", "deb", "rpm", "xlsm", "docm",
];

/// First bytes of programs: Windows, Linux, macOS (both orders, both widths, fat), scripts, Java classes, Windows links.
const MAGIC: [&[u8]; 9] = [
    b"MZ",
    b"\x7FELF",
    b"\xFE\xED\xFA\xCE",
    b"\xFE\xED\xFA\xCF",
    b"\xCE\xFA\xED\xFE",
    b"\xCF\xFA\xED\xFE",
    b"\xCA\xFE\xBA\xBE",
    b"#!",
    b"L\0\0\0\x01\x14\x02\0",
];

/// Kinds that Peppol allows, and how such a file begins.
const KINDS: [(&str, &[&[u8]]); 5] = [
    ("application/pdf", &[b"%PDF-"]),
    ("image/png", &[b"\x89PNG"]),
    ("image/jpeg", &[b"\xFF\xD8\xFF"]),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", &[b"PK\x03\x04"]),
    ("application/vnd.oasis.opendocument.spreadsheet", &[b"PK\x03\x04"]),
];

/// Every embedded file with what it says of itself.
struct File<'d> {
    node: NodeId,
    mime: &'d str,
    name: &'d str,
    head: Vec<u8>,
}

fn files<'d>(tree: &'d Tree, names: &'d Names) -> Vec<File<'d>> {
    let of = |prefix: &str, local: &str| names.find(Names::known(prefix)?, local);
    let kinds = [of("cbc", "EmbeddedDocumentBinaryObject"), of("ram", "AttachmentBinaryObject")];
    let nodes = kinds.into_iter().flatten().flat_map(|name| tree.named(name));
    let attr = |node: NodeId, local: &str| {
        let name = names.find(Space(0), local);
        let found = tree.attrs(node).find(|(_, attr)| Some(attr.name) == name);
        found.map_or("", |(id, _)| tree.attr_value(id).trim())
    };
    nodes
        .map(|node| File {
            node: *node,
            mime: attr(*node, "mimeCode"),
            name: attr(*node, "filename"),
            head: head(tree.direct_text(*node)),
        })
        .collect()
}

/// The first bytes of a file in base64.
fn head(text: &str) -> Vec<u8> {
    let clean: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).take(16).collect();
    let whole = clean.len() - clean.len() % 4;
    STANDARD.decode(clean.get(..whole).unwrap_or_default()).unwrap_or_default()
}

/// Embedded files that are programs or scripts, by their first bytes or the ending of their names.
pub(crate) fn programs(tree: &Tree, names: &Names) -> Vec<NodeId> {
    let named = |name: &str| {
        name.rsplit_once('.').is_some_and(|(_, ending)| ENDINGS.contains(&ending.trim().to_ascii_lowercase().as_str()))
    };
    let is = |file: &File<'_>| named(file.name) || MAGIC.iter().any(|magic| file.head.starts_with(magic));
    files(tree, names).into_iter().filter(is).map(|file| file.node).collect()
}

/// Embedded files whose first bytes do not fit the kind that they state.
pub(crate) fn disguised(tree: &Tree, names: &Names) -> Vec<NodeId> {
    let is = |file: &File<'_>| {
        let kind = KINDS.iter().find(|(mime, _)| *mime == file.mime);
        !file.head.is_empty() && kind.is_some_and(|(_, magic)| !magic.iter().any(|magic| file.head.starts_with(magic)))
    };
    files(tree, names).into_iter().filter(is).map(|file| file.node).collect()
}
