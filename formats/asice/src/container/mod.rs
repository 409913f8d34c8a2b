//! ASiC-E containers (ETSI EN 319 162-1) and their Baltic kin: .edoc, .asice, .sce, .bdoc.

pub mod name;
pub mod write;
pub mod zip;

use std::{
    borrow::Cow,
    cell::RefCell,
    collections::{BTreeMap, HashMap, HashSet},
};

use crate::{
    finding::{Code, Finding},
    pki::algorithm::Hash,
    xml::dom::{self, Document},
};
use zip::{Archive, Entry, ZipError};

/// Media type of ASiC-E, also of .edoc and of BDOC 2.1.
pub const ASIC_E: &str = "application/vnd.etsi.asic-e+zip";
/// Media type of ASiC-S: one file and its signatures.
pub const ASIC_S: &str = "application/vnd.etsi.asic-s+zip";
const MANIFEST_NS: &str = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0";

/// What a container is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// ASiC-E.
    AsicE,
    /// ASiC-S.
    AsicS,
    /// Not one that is known.
    Unknown,
}

impl Kind {
    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::AsicE => "ASiC-E",
            Kind::AsicS => "ASiC-S",
            Kind::Unknown => "unknown",
        }
    }
}

type Digests = HashMap<(String, Hash), Option<Vec<u8>>>;

/// An opened container.
#[derive(Debug)]
pub struct Container<'a> {
    archive: Archive<'a>,
    /// What it is.
    pub kind: Kind,
    /// Everything found on the container itself.
    pub findings: Vec<Finding>,
    /// Whether signatures may be looked for at all.
    pub usable: bool,
    /// Media types by name, from META-INF/manifest.xml.
    pub media_types: BTreeMap<String, String>,
    digests: RefCell<Digests>,
}

/// The finding that a ZIP error is shown as.
#[must_use]
pub fn zip_finding(error: ZipError, what: &str) -> Finding {
    let code = match error {
        ZipError::NotZip => Code::NotAContainer,
        ZipError::Truncated => Code::ZipTruncated,
        ZipError::Disagree => Code::ZipHeadersDisagree,
        ZipError::Bomb => Code::ZipBomb,
        ZipError::Limit => Code::ZipLimit,
        ZipError::Method => Code::ZipMethod,
        ZipError::Encrypted => Code::ZipEncrypted,
        ZipError::Checksum => Code::ZipChecksum,
        ZipError::Multipart => Code::ZipMultipart,
        ZipError::Name => Code::NameEncoding,
    };
    Finding::new(code, what)
}

impl<'a> Container<'a> {
    /// Opens a container; `name` (of the file) decides only where the media type does not.
    ///
    /// # Errors
    /// The finding that says why it cannot be read at all.
    pub fn open(bytes: &'a [u8], name: Option<&str>, limits: zip::Limits) -> Result<Self, Finding> {
        let archive = Archive::open(bytes, limits).map_err(|e| zip_finding(e, ""))?;
        let mut container = Container {
            archive,
            kind: Kind::Unknown,
            findings: Vec::new(),
            usable: true,
            media_types: BTreeMap::new(),
            digests: RefCell::default(),
        };
        container.structure();
        container.media_type(name);
        container.manifest();
        if container.kind == Kind::Unknown {
            container.usable = false;
        }
        if container.usable && container.signature_files().is_empty() && container.cades_files().is_empty() {
            container.add(Code::NoSignatures, "");
        }
        Ok(container)
    }

    fn add(&mut self, code: Code, detail: &str) {
        self.findings.push(Finding::new(code, detail));
    }

    fn reject(&mut self, code: Code, detail: &str) {
        self.add(code, detail);
        self.usable = false;
    }

    /// All entries.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.archive.entries
    }

    fn structure(&mut self) {
        if self.archive.leading > 0 {
            self.reject(Code::ZipLeadingBytes, &self.archive.leading.to_string());
        }
        if self.archive.stray > 0 {
            self.add(Code::ZipStrayBytes, &self.archive.stray.to_string());
        }
        for name in std::mem::take(&mut self.archive.duplicates) {
            self.reject(Code::NameDuplicate, &name);
        }
        let mut folded: HashMap<String, String> = HashMap::new();
        let names: Vec<String> = self.archive.entries.iter().map(|e| e.name.clone()).collect();
        for name in names {
            if let Some(reason) = name::unsafe_path(&name) {
                self.reject(reason, &name);
            }
            // Two names that a reader of the container may take for one another.
            if let Some(other) = folded.insert(name::folded(&name), name.clone())
                && other != name
            {
                self.reject(Code::NameAmbiguous, &format!("{other}, {name}"));
            }
        }
    }

    fn media_type(&mut self, name: Option<&str>) {
        let by_name = name.and_then(|n| n.rsplit_once('.')).map(|(_, e)| e.to_ascii_lowercase());
        let by_name = match by_name.as_deref() {
            Some("asice" | "sce" | "edoc") => Kind::AsicE,
            Some("asics" | "scs") => Kind::AsicS,
            _ => Kind::Unknown,
        };
        let Some(entry) = self.archive.entry("mimetype").cloned() else {
            self.add(Code::MimetypeMissing, "");
            self.unknown(by_name);
            return;
        };
        if self.archive.first().is_none_or(|f| f.offset != entry.offset) {
            self.add(Code::MimetypeNotFirst, "");
        }
        if entry.method != 0 {
            self.add(Code::MimetypeCompressed, "");
        }
        if entry.extra > 0 {
            self.add(Code::MimetypeExtraField, "");
        }
        let content = if entry.size > 512 { Err(ZipError::Limit) } else { self.archive.read(&entry) };
        let content = match content {
            Ok(content) => content,
            Err(error) => {
                self.findings.push(zip_finding(error, "mimetype"));
                self.usable = false;
                return;
            }
        };
        let text = String::from_utf8_lossy(&content);
        self.kind = match text.as_ref() {
            ASIC_E => Kind::AsicE,
            ASIC_S => Kind::AsicS,
            other => {
                let other: String = other.chars().take(80).collect();
                self.add(Code::MimetypeWrong, &other);
                // White space or a byte order mark around the right type is sloppy, not another format.
                match other.trim_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}') {
                    ASIC_E => Kind::AsicE,
                    ASIC_S => Kind::AsicS,
                    _ => return self.unknown(by_name),
                }
            }
        };
    }

    /// Falls back to the file's name.
    fn unknown(&mut self, by_name: Kind) {
        self.kind = by_name;
        if by_name == Kind::Unknown {
            self.add(Code::ContainerUnknown, "");
        }
    }

    fn manifest(&mut self) {
        if !self.usable || self.kind == Kind::AsicS {
            return;
        }
        let Some(entry) = self.archive.entry("META-INF/manifest.xml").cloned() else {
            // CAdES containers use ASiCManifest files in its place.
            if self.cades_files().is_empty() {
                self.add(Code::ManifestMissing, "");
            }
            return;
        };
        let bytes = match self.archive.read(&entry) {
            Ok(bytes) => bytes.into_owned(),
            Err(error) => return self.findings.push(zip_finding(error, &entry.name)),
        };
        let doc = match Document::parse(&bytes, dom::Limits::SIGNATURE) {
            Ok(doc) => doc,
            Err(error) => return self.findings.push(Finding::xml(&error, &entry.name)),
        };
        if !doc.is(doc.root(), MANIFEST_NS, "manifest") {
            return self.add(Code::ManifestInvalid, "");
        }
        self.manifest_entries(&doc);
    }

    fn manifest_entries(&mut self, doc: &Document<'_>) {
        let present: HashSet<String> = self.documents().into_iter().map(|e| e.name.clone()).collect();
        let mut listed = HashSet::new();
        let mut root_type = None;
        for entry in doc.named(doc.root(), MANIFEST_NS, "file-entry") {
            let path = doc.attribute_ns(entry, MANIFEST_NS, "full-path").unwrap_or("").to_owned();
            let media = doc.attribute_ns(entry, MANIFEST_NS, "media-type").unwrap_or("").to_owned();
            if path == "/" {
                root_type = Some(media);
                continue;
            }
            if path.ends_with('/') || path.starts_with("META-INF/") {
                if name::is_signature_file(&path) {
                    self.add(Code::ManifestListsSignature, &path);
                }
                continue;
            }
            if !present.contains(&path) {
                self.add(Code::ManifestFileAbsent, &path);
            }
            if !listed.insert(path.clone()) {
                self.add(Code::ManifestDuplicate, &path);
            }
            self.media_types.insert(path, media);
        }
        let declared = if self.kind == Kind::AsicS { ASIC_S } else { ASIC_E };
        match root_type {
            Some(media) if media == declared => {}
            Some(media) => self.add(Code::ManifestMediaType, &media),
            None => self.add(Code::ManifestMediaType, ""),
        }
        let mut extra: Vec<&String> = present.iter().filter(|p| !listed.contains(*p)).collect();
        extra.sort();
        for name in extra.into_iter().cloned().collect::<Vec<_>>() {
            self.add(Code::ManifestFileUnlisted, &name);
        }
    }

    /// The signed or to be signed files: all but `mimetype` and META-INF.
    #[must_use]
    pub fn documents(&self) -> Vec<&Entry> {
        let is = |e: &&Entry| e.name != "mimetype" && !e.name.starts_with("META-INF/") && !e.is_folder();
        self.archive.entries.iter().filter(is).collect()
    }

    /// The XML signature files, by name.
    #[must_use]
    pub fn signature_files(&self) -> Vec<&Entry> {
        self.archive.entries.iter().filter(|e| name::is_signature_file(&e.name)).collect()
    }

    /// The CMS signature files: META-INF/*.p7s.
    #[must_use]
    pub fn cades_files(&self) -> Vec<&Entry> {
        let is = |e: &&Entry| {
            let name = e.name.to_ascii_lowercase();
            name.starts_with("meta-inf/") && name.ends_with(".p7s")
        };
        self.archive.entries.iter().filter(is).collect()
    }

    /// The entry of a name.
    #[must_use]
    pub fn entry(&self, name: &str) -> Option<&Entry> {
        self.archive.entry(name)
    }

    /// The content of an entry.
    ///
    /// # Errors
    /// If it cannot be unpacked as its headers say.
    pub fn read(&self, entry: &Entry) -> Result<Cow<'a, [u8]>, ZipError> {
        self.archive.read(entry)
    }

    /// The bytes of an entry as they lie in the container.
    pub(crate) fn packed(&self, entry: &Entry) -> Option<&'a [u8]> {
        self.archive.packed(entry)
    }

    /// The digest of a file; computed once, however many signatures ask.
    #[must_use]
    pub fn digest(&self, name: &str, hash: Hash) -> Option<Vec<u8>> {
        let key = (name.to_owned(), hash);
        if let Some(known) = self.digests.borrow().get(&key) {
            return known.clone();
        }
        let content = self.entry(name).and_then(|entry| self.read(entry).ok());
        let digest = content.map(|bytes| hash.digest(&bytes));
        self.digests.borrow_mut().insert(key, digest.clone());
        digest
    }
}
