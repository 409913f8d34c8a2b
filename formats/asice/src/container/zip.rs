//! A bounded ZIP reader that believes nothing twice said.
//!
//! What the central directory and the local headers say must agree; sizes are checked before
//! and while inflating; every oddity is kept for the container's findings.

use std::{borrow::Cow, collections::HashSet};

use flate2::{Decompress, FlushDecompress, Status};
use thiserror::Error;

/// How much is unpacked.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of the container itself.
    pub packed: usize,
    /// Entries.
    pub entries: usize,
    /// Bytes of one entry, unpacked.
    pub entry: u64,
    /// Bytes of all entries, unpacked.
    pub total: u64,
    /// How many times larger than the container all its entries may be, beyond `floor` bytes.
    pub ratio: u64,
    /// Below this many bytes unpacked the ratio does not matter.
    pub floor: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { packed: 1 << 30, entries: 10_000, entry: 512 << 20, total: 1 << 30, ratio: 100, floor: 64 << 20 }
    }
}

/// Why a container is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ZipError {
    /// Not a ZIP file at all.
    #[error("not a ZIP file")]
    NotZip,
    /// Lengths or offsets point outside the file.
    #[error("truncated, or lengths that lie")]
    Truncated,
    /// Central directory and local header contradict each other.
    #[error("local and central headers disagree")]
    Disagree,
    /// More than the limits allow.
    #[error("unpacks to more than is allowed")]
    Bomb,
    /// More entries or bytes than the limits allow.
    #[error("beyond the limits")]
    Limit,
    /// Compressed by something else than deflate.
    #[error("an unknown compression method")]
    Method,
    /// Encrypted entries.
    #[error("encrypted")]
    Encrypted,
    /// The content is not what the header says.
    #[error("the content does not match its checksum")]
    Checksum,
    /// Spread over several files.
    #[error("a part of several")]
    Multipart,
    /// A name that is not text.
    #[error("a name that is not UTF-8")]
    Name,
}

/// A file in a container.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The name as stored.
    pub name: String,
    /// Compression method: 0 stored, 8 deflated.
    pub method: u16,
    /// The general purpose flags.
    pub flags: u16,
    /// Bytes, unpacked.
    pub size: u64,
    /// Bytes of the extra field in the local header.
    pub extra: usize,
    /// Where the local header begins.
    pub offset: usize,
    packed: usize,
    data: usize,
    crc: u32,
}

impl Entry {
    /// The checksum of the content.
    pub(crate) fn crc(&self) -> u32 {
        self.crc
    }

    /// Whether it is a folder.
    #[must_use]
    pub fn is_folder(&self) -> bool {
        self.name.ends_with('/') && self.size == 0
    }
}

/// The entries of a container, in the order of the central directory.
#[derive(Debug)]
pub struct Archive<'a> {
    bytes: &'a [u8],
    limits: Limits,
    /// The files and folders.
    pub entries: Vec<Entry>,
    /// The comment of the whole.
    pub comment: &'a [u8],
    /// Bytes in front of the first local header.
    pub leading: usize,
    /// Bytes between or behind entries that belong to nothing.
    pub stray: usize,
    /// Names that stand more than once.
    pub duplicates: Vec<String>,
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let two = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_le_bytes(two.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(four.try_into().ok()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    let eight = bytes.get(at..at.checked_add(8)?)?;
    Some(u64::from_le_bytes(eight.try_into().ok()?))
}

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
const END64: u32 = 0x0606_4b50;
const END64_LOCATOR: u32 = 0x0706_4b50;

struct End<'a> {
    entries: usize,
    size: usize,
    offset: usize,
    /// Where the directory's end records begin.
    at: usize,
    comment: &'a [u8],
}

impl<'a> Archive<'a> {
    /// Reads the directory; no content is unpacked yet.
    ///
    /// # Errors
    /// If the bytes are no ZIP file, or one that cannot be trusted.
    pub fn open(bytes: &'a [u8], limits: Limits) -> Result<Self, ZipError> {
        if bytes.len() > limits.packed {
            return Err(ZipError::Limit);
        }
        let end = end_record(bytes)?;
        if end.entries > limits.entries {
            return Err(ZipError::Limit);
        }
        // A directory that lies later than it says has bytes in front; its offsets are shifted.
        let start = end.at.checked_sub(end.size).ok_or(ZipError::Truncated)?;
        let leading = start.checked_sub(end.offset).ok_or(ZipError::Truncated)?;
        let mut archive = Archive {
            bytes,
            limits,
            entries: Vec::new(),
            comment: end.comment,
            leading,
            stray: 0,
            duplicates: Vec::new(),
        };
        let mut at = start;
        for _ in 0..end.entries {
            at = archive.central(at, end.at)?;
        }
        if at != end.at {
            return Err(ZipError::Disagree);
        }
        archive.check(start)?;
        Ok(archive)
    }

    fn central(&mut self, at: usize, end: usize) -> Result<usize, ZipError> {
        let b = self.bytes.get(..end).ok_or(ZipError::Truncated)?;
        let t = ZipError::Truncated;
        if u32_at(b, at).ok_or(t)? != CENTRAL {
            return Err(ZipError::Disagree);
        }
        let flags = u16_at(b, at + 8).ok_or(t)?;
        let method = u16_at(b, at + 10).ok_or(t)?;
        let crc = u32_at(b, at + 16).ok_or(t)?;
        let lengths = (u16_at(b, at + 28).ok_or(t)?, u16_at(b, at + 30).ok_or(t)?, u16_at(b, at + 32).ok_or(t)?);
        let (name_len, extra_len, comment_len) = (lengths.0 as usize, lengths.1 as usize, lengths.2 as usize);
        let name = b.get(at + 46..at + 46 + name_len).ok_or(t)?;
        let extra = b.get(at + 46 + name_len..at + 46 + name_len + extra_len).ok_or(t)?;
        let sizes = (u32_at(b, at + 20).ok_or(t)?, u32_at(b, at + 24).ok_or(t)?, u32_at(b, at + 42).ok_or(t)?);
        let (packed, size, offset) = wide(sizes, extra)?;
        let next = at + 46 + name_len + extra_len + comment_len;
        if next > end {
            return Err(t);
        }
        let offset = usize::try_from(offset).ok().and_then(|o| o.checked_add(self.leading)).ok_or(t)?;
        let packed = usize::try_from(packed).map_err(|_| t)?;
        let name = String::from_utf8(name.to_vec()).map_err(|_| ZipError::Name)?;
        self.entries.push(Entry { name, method, flags, size, extra: 0, offset, packed, data: 0, crc });
        Ok(next)
    }

    /// Compares each entry with its local header, and the whole with the limits.
    fn check(&mut self, directory: usize) -> Result<(), ZipError> {
        let mut total = 0_u64;
        let mut spans = Vec::with_capacity(self.entries.len());
        let mut names = HashSet::new();
        for entry in &mut self.entries {
            let end = local(self.bytes, entry, directory)?;
            spans.push((entry.offset, end));
            if entry.size > self.limits.entry {
                return Err(ZipError::Bomb);
            }
            total = total.saturating_add(entry.size);
            if !names.insert(entry.name.clone()) {
                self.duplicates.push(entry.name.clone());
            }
        }
        let ratio = (self.bytes.len() as u64).saturating_mul(self.limits.ratio);
        if total > self.limits.total || (total > self.limits.floor && total > ratio) {
            return Err(ZipError::Bomb);
        }
        spans.sort_unstable();
        let mut at = self.leading;
        for (start, end) in spans {
            // Entries that share bytes are the way of the densest bombs.
            let gap = start.checked_sub(at).ok_or(ZipError::Disagree)?;
            self.stray += gap;
            at = end;
        }
        self.stray += directory.saturating_sub(at);
        Ok(())
    }

    /// The first entry in the file, by place, not by directory.
    #[must_use]
    pub fn first(&self) -> Option<&Entry> {
        self.entries.iter().min_by_key(|e| e.offset)
    }

    /// The entry of a name; of several the first.
    #[must_use]
    pub fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|e| e.name == name)
    }

    /// The bytes of an entry as they lie in the file.
    pub(crate) fn packed(&self, entry: &Entry) -> Option<&'a [u8]> {
        self.bytes.get(entry.data..entry.data.checked_add(entry.packed)?)
    }

    /// The content of an entry, its length and checksum proven.
    ///
    /// # Errors
    /// If it is encrypted, compressed otherwise, or not what its header says.
    pub fn read(&self, entry: &Entry) -> Result<Cow<'a, [u8]>, ZipError> {
        if entry.flags & 1 != 0 {
            return Err(ZipError::Encrypted);
        }
        let packed = self.packed(entry).ok_or(ZipError::Truncated)?;
        let content = match entry.method {
            0 if packed.len() as u64 == entry.size => Cow::Borrowed(packed),
            0 => return Err(ZipError::Disagree),
            8 => Cow::Owned(inflate(packed, entry.size)?),
            _ => return Err(ZipError::Method),
        };
        let mut crc = flate2::Crc::new();
        crc.update(&content);
        if crc.sum() != entry.crc {
            return Err(ZipError::Checksum);
        }
        Ok(content)
    }
}

fn end_record(bytes: &[u8]) -> Result<End<'_>, ZipError> {
    if bytes.len() < 22 {
        return Err(ZipError::NotZip);
    }
    let last = bytes.len() - 22;
    let first = last.saturating_sub(0xFFFF);
    // Only the record whose comment ends with the file counts.
    let fits = |at: &usize| {
        u32_at(bytes, *at) == Some(END)
            && u16_at(bytes, at + 20).is_some_and(|len| at + 22 + len as usize == bytes.len())
    };
    let at = (first..=last).rev().find(fits);
    let Some(at) = at else {
        let looks = u32_at(bytes, 0) == Some(LOCAL);
        return Err(if looks { ZipError::Truncated } else { ZipError::NotZip });
    };
    let t = ZipError::Truncated;
    let disks = (u16_at(bytes, at + 4).ok_or(t)?, u16_at(bytes, at + 6).ok_or(t)?);
    let (here, all) = (u16_at(bytes, at + 8).ok_or(t)?, u16_at(bytes, at + 10).ok_or(t)?);
    if disks != (0, 0) || here != all {
        return Err(ZipError::Multipart);
    }
    let size = u32_at(bytes, at + 12).ok_or(t)?;
    let offset = u32_at(bytes, at + 16).ok_or(t)?;
    let comment = bytes.get(at + 22..).unwrap_or(&[]);
    if all == 0xFFFF || size == u32::MAX || offset == u32::MAX {
        return end64(bytes, at, comment);
    }
    Ok(End { entries: all as usize, size: size as usize, offset: offset as usize, at, comment })
}

fn end64<'a>(bytes: &[u8], at: usize, comment: &'a [u8]) -> Result<End<'a>, ZipError> {
    let t = ZipError::Truncated;
    let locator = at.checked_sub(20).ok_or(t)?;
    if u32_at(bytes, locator) != Some(END64_LOCATOR) {
        return Err(t);
    }
    let record = usize::try_from(u64_at(bytes, locator + 8).ok_or(t)?).map_err(|_| t)?;
    if record > locator || u32_at(bytes, record) != Some(END64) {
        return Err(t);
    }
    let number = |at: usize| u64_at(bytes, at).and_then(|n| usize::try_from(n).ok()).ok_or(t);
    Ok(End {
        entries: number(record + 32)?,
        size: number(record + 40)?,
        offset: number(record + 48)?,
        at: record,
        comment,
    })
}

/// Sizes and offset, from the ZIP64 extra field where they do not fit.
fn wide(sizes: (u32, u32, u32), extra: &[u8]) -> Result<(u64, u64, u64), ZipError> {
    let (packed, size, offset) = sizes;
    let mut out = (u64::from(packed), u64::from(size), u64::from(offset));
    if packed != u32::MAX && size != u32::MAX && offset != u32::MAX {
        return Ok(out);
    }
    let t = ZipError::Truncated;
    let mut at = 0;
    while at + 4 <= extra.len() {
        let (id, len) = (u16_at(extra, at).ok_or(t)?, u16_at(extra, at + 2).ok_or(t)? as usize);
        let field = extra.get(at + 4..at + 4 + len).ok_or(t)?;
        if id == 1 {
            let mut from = 0;
            for (value, narrow) in [(&mut out.1, size), (&mut out.0, packed), (&mut out.2, offset)] {
                if narrow == u32::MAX {
                    *value = u64_at(field, from).ok_or(t)?;
                    from += 8;
                }
            }
            return Ok(out);
        }
        at += 4 + len;
    }
    Err(t)
}

/// Reads the local header; where the entry's bytes end.
fn local(b: &[u8], entry: &mut Entry, directory: usize) -> Result<usize, ZipError> {
    let t = ZipError::Truncated;
    let at = entry.offset;
    if at.checked_add(30).is_none_or(|end| end > directory) {
        return Err(t);
    }
    if u32_at(b, at) != Some(LOCAL) {
        return Err(ZipError::Disagree);
    }
    let flags = u16_at(b, at + 6).ok_or(t)?;
    let method = u16_at(b, at + 8).ok_or(t)?;
    let crc = u32_at(b, at + 14).ok_or(t)?;
    let (packed, size) = (u32_at(b, at + 18).ok_or(t)?, u32_at(b, at + 22).ok_or(t)?);
    let (name_len, extra_len) = (u16_at(b, at + 26).ok_or(t)? as usize, u16_at(b, at + 28).ok_or(t)? as usize);
    let name = b.get(at + 30..at + 30 + name_len).ok_or(t)?;
    entry.extra = extra_len;
    entry.data = at + 30 + name_len + extra_len;
    let end = entry.data.checked_add(entry.packed).filter(|end| *end <= directory).ok_or(t)?;
    // With a data descriptor the local header may leave the three numbers empty.
    let later = flags & 8 != 0;
    let agrees = |local: u32, central: u64| u64::from(local) == central || local == u32::MAX || (later && local == 0);
    let same = name == entry.name.as_bytes()
        && method == entry.method
        && (flags ^ entry.flags) & 0x09 == 0
        && (crc == entry.crc || (later && crc == 0))
        && agrees(packed, entry.packed as u64)
        && agrees(size, entry.size);
    if !same {
        return Err(ZipError::Disagree);
    }
    if !later {
        return Ok(end);
    }
    descriptor(b, entry, end, directory)
}

/// The data descriptor behind an entry: with or without its mark, narrow or wide.
fn descriptor(b: &[u8], entry: &Entry, end: usize, directory: usize) -> Result<usize, ZipError> {
    let marked = u32_at(b, end) == Some(0x0807_4b50);
    let tries = if marked { [4, 0] } else { [0, 4] };
    for skip in tries {
        let at = end + skip;
        if u32_at(b, at) != Some(entry.crc) {
            continue;
        }
        let narrow = u32_at(b, at + 4).map(u64::from) == Some(entry.packed as u64)
            && u32_at(b, at + 8).map(u64::from) == Some(entry.size);
        let wide = u64_at(b, at + 4) == Some(entry.packed as u64) && u64_at(b, at + 12) == Some(entry.size);
        let stop = at + if narrow { 12 } else { 20 };
        if (narrow || wide) && stop <= directory {
            return Ok(stop);
        }
    }
    Err(ZipError::Disagree)
}

/// Inflates to exactly `size` bytes, allocating as it goes and never beyond.
fn inflate(packed: &[u8], size: u64) -> Result<Vec<u8>, ZipError> {
    let size = usize::try_from(size).map_err(|_| ZipError::Bomb)?;
    let mut state = Decompress::new(false);
    let mut out = Vec::with_capacity(size.min(1 << 20));
    loop {
        let room = (size - out.len()).min(1 << 20) + usize::from(out.len() >= size);
        out.reserve(room.max(1));
        let from = packed.get(state.total_in() as usize..).unwrap_or(&[]);
        let before = (state.total_in(), out.len());
        let status = state.decompress_vec(from, &mut out, FlushDecompress::None).map_err(|_| ZipError::Checksum)?;
        if out.len() > size {
            return Err(ZipError::Bomb);
        }
        match status {
            Status::StreamEnd => break,
            _ if before == (state.total_in(), out.len()) => return Err(ZipError::Truncated),
            _ => {}
        }
    }
    if out.len() != size || state.total_in() as usize != packed.len() {
        return Err(ZipError::Disagree);
    }
    Ok(out)
}
