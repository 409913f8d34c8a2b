//! Writing containers: mimetype first and stored, a manifest, the files, the signatures.

use std::io::Write as _;

use chrono::{DateTime, Datelike as _, Timelike as _, Utc};
use flate2::{Compression, write::DeflateEncoder};
use thiserror::Error;

use super::{ASIC_E, Container, MANIFEST_NS, name};
use crate::xml::escaped;

/// A file to be signed or carried.
#[derive(Clone, Copy, Debug)]
pub struct File<'f> {
    /// Its name in the container.
    pub name: &'f str,
    /// Its media type.
    pub media_type: &'f str,
    /// Its content.
    pub content: &'f [u8],
}

/// Why a container is not written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum WriteError {
    /// A name that a container must not have, or has already.
    #[error("a name that cannot be used: {0}")]
    Name(String),
    /// Larger than a ZIP file without extensions may be.
    #[error("too large")]
    Size,
    /// There is nothing to put in.
    #[error("no files")]
    Empty,
}

/// Writes a new ASiC-E container (.edoc, .asice). `at` is what its entries are dated.
///
/// # Errors
/// If a name cannot be used or it grows too large.
pub fn new(files: &[File<'_>], signatures: &[(String, Vec<u8>)], at: DateTime<Utc>) -> Result<Vec<u8>, WriteError> {
    check_names(files)?;
    let mut zip = Zip::new(at);
    zip.stored("mimetype", ASIC_E.as_bytes())?;
    zip.deflated("META-INF/manifest.xml", &manifest(files))?;
    for file in files {
        zip.deflated(file.name, file.content)?;
    }
    for (name, content) in signatures {
        zip.deflated(name, content)?;
    }
    zip.finish()
}

/// Whether these files may be put into one container.
///
/// # Errors
/// If a name cannot be used.
pub fn check_names(files: &[File<'_>]) -> Result<(), WriteError> {
    if files.is_empty() {
        return Err(WriteError::Empty);
    }
    let mut seen = std::collections::HashSet::new();
    for file in files {
        let folded = name::folded(file.name);
        let taken = folded == "mimetype" || folded.starts_with("meta-inf/") || folded.ends_with('/');
        if taken || name::unsafe_path(file.name).is_some() || !seen.insert(folded) {
            return Err(WriteError::Name(file.name.to_owned()));
        }
    }
    Ok(())
}

/// Writes a container again with files of META-INF added or replaced; all else stays byte for byte.
///
/// # Errors
/// If it grows too large.
pub fn with(
    container: &Container<'_>,
    changed: &[(String, Vec<u8>)],
    at: DateTime<Utc>,
) -> Result<Vec<u8>, WriteError> {
    let mut zip = Zip::new(at);
    let mut entries: Vec<_> = container.entries().iter().collect();
    entries.sort_by_key(|e| (e.name != "mimetype", e.offset));
    for entry in entries {
        match changed.iter().find(|(name, _)| *name == entry.name) {
            Some((name, content)) => zip.deflated(name, content)?,
            None => {
                let packed = container.packed(entry).ok_or(WriteError::Size)?;
                zip.entry(&entry.name, entry.method, entry.crc(), packed, entry.size)?;
            }
        }
    }
    for (name, content) in changed.iter().filter(|(name, _)| container.entry(name).is_none()) {
        zip.deflated(name, content)?;
    }
    zip.finish()
}

/// The name for one more signature file.
#[must_use]
pub fn free_name(container: &Container<'_>) -> String {
    let mut number = 0;
    loop {
        let name = format!("META-INF/signatures{number}.xml");
        if container.entry(&name).is_none() {
            return name;
        }
        number += 1;
    }
}

fn manifest(files: &[File<'_>]) -> Vec<u8> {
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n<manifest:manifest xmlns:manifest=\"{MANIFEST_NS}\" \
         manifest:version=\"1.2\"><manifest:file-entry manifest:full-path=\"/\" manifest:media-type=\"{ASIC_E}\"/>"
    );
    for file in files {
        out.push_str(&format!(
            "<manifest:file-entry manifest:full-path=\"{}\" manifest:media-type=\"{}\"/>",
            escaped(file.name),
            escaped(file.media_type)
        ));
    }
    out.push_str("</manifest:manifest>\n");
    out.into_bytes()
}

/// A ZIP file being written.
struct Zip {
    out: Vec<u8>,
    directory: Vec<u8>,
    count: u16,
    stamp: (u16, u16),
}

impl Zip {
    fn new(at: DateTime<Utc>) -> Zip {
        let year = u16::try_from(at.year().clamp(1980, 2107) - 1980).unwrap_or(0);
        let date = (year << 9) | ((at.month() as u16) << 5) | at.day() as u16;
        let time = ((at.hour() as u16) << 11) | ((at.minute() as u16) << 5) | (at.second() as u16 / 2);
        Zip { out: Vec::new(), directory: Vec::new(), count: 0, stamp: (time, date) }
    }

    fn stored(&mut self, name: &str, content: &[u8]) -> Result<(), WriteError> {
        self.entry(name, 0, crc(content), content, content.len() as u64)
    }

    fn deflated(&mut self, name: &str, content: &[u8]) -> Result<(), WriteError> {
        let mut encoder = DeflateEncoder::new(Vec::with_capacity(content.len() / 2 + 64), Compression::default());
        let packed = encoder.write_all(content).and_then(|()| encoder.finish());
        match packed {
            Ok(packed) if packed.len() < content.len() => {
                self.entry(name, 8, crc(content), &packed, content.len() as u64)
            }
            _ => self.stored(name, content),
        }
    }

    fn entry(&mut self, name: &str, method: u16, crc: u32, packed: &[u8], size: u64) -> Result<(), WriteError> {
        let narrow = |n: usize| u32::try_from(n).ok().filter(|n| *n < u32::MAX).ok_or(WriteError::Size);
        let offset = narrow(self.out.len())?;
        let (packed_len, size) = (narrow(packed.len())?, u32::try_from(size).map_err(|_| WriteError::Size)?);
        let name_len = u16::try_from(name.len()).map_err(|_| WriteError::Name(name.to_owned()))?;
        let flags: u16 = if name.is_ascii() { 0 } else { 0x800 };
        let mut common = Vec::with_capacity(32);
        for half in [20, flags, method, self.stamp.0, self.stamp.1] {
            common.extend_from_slice(&half.to_le_bytes());
        }
        for word in [crc, packed_len, size] {
            common.extend_from_slice(&word.to_le_bytes());
        }
        common.extend_from_slice(&name_len.to_le_bytes());
        common.extend_from_slice(&[0, 0]);
        self.out.extend_from_slice(b"PK\x03\x04");
        self.out.extend_from_slice(&common);
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(packed);
        self.directory.extend_from_slice(b"PK\x01\x02\x14\x00");
        self.directory.extend_from_slice(&common);
        // Comment, disk, attributes: nothing.
        self.directory.extend_from_slice(&[0; 10]);
        self.directory.extend_from_slice(&offset.to_le_bytes());
        self.directory.extend_from_slice(name.as_bytes());
        self.count = self.count.checked_add(1).filter(|n| *n < u16::MAX).ok_or(WriteError::Size)?;
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<u8>, WriteError> {
        let offset = u32::try_from(self.out.len()).map_err(|_| WriteError::Size)?;
        let size = u32::try_from(self.directory.len()).map_err(|_| WriteError::Size)?;
        self.out.append(&mut self.directory);
        self.out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
        self.out.extend_from_slice(&self.count.to_le_bytes());
        self.out.extend_from_slice(&self.count.to_le_bytes());
        self.out.extend_from_slice(&size.to_le_bytes());
        self.out.extend_from_slice(&offset.to_le_bytes());
        self.out.extend_from_slice(&[0, 0]);
        Ok(self.out)
    }
}

fn crc(content: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(content);
    crc.sum()
}
