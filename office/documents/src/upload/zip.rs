//! Looks into a ZIP archive's directory, without unpacking anything: is what it holds in proportion to what it is?
//! What the directory says may be a lie; whoever unpacks (ports/text) has limits of its own.

/// Most entries.
const ENTRIES: usize = 10_000;
/// Most bytes that all entries may unpack into.
const UNPACKED: u64 = 500 * 1024 * 1024;
/// Below this no proportion is looked at: a small table of zeros packs very well.
const SMALL: u64 = 50 * 1024 * 1024;
/// Most bytes for each packed one; XML of office files packs to a tenth, seldom to a fiftieth.
const RATIO: u64 = 200;

const END: &[u8] = b"PK\x05\x06";
const ENTRY: &[u8] = b"PK\x01\x02";
/// The end's own length, and the longest comment after it.
const END_LENGTH: usize = 22;
const COMMENT: usize = 65_535;

fn u16_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?)))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?)))
}

/// Is it out of proportion? An archive without a directory is none that anything would unpack.
pub(super) fn is_bomb(bytes: &[u8]) -> bool {
    let from = bytes.len().saturating_sub(END_LENGTH + COMMENT);
    let tail = bytes.get(from..).unwrap_or_default();
    let Some(end) = tail.windows(END.len()).rposition(|w| w == END).map(|at| from + at) else { return false };
    measured(bytes, end).is_none_or(|(packed, unpacked)| {
        // Entries that share their bytes add up to more than the file.
        let overlaps = packed > bytes.len() as u64;
        overlaps || unpacked > UNPACKED || (unpacked > SMALL && unpacked / RATIO > bytes.len() as u64)
    })
}

/// Packed and unpacked bytes of all entries; `None` where the directory is broken, too long, or of the kind (ZIP64) that
/// files of this size do not need.
fn measured(bytes: &[u8], end: usize) -> Option<(u64, u64)> {
    let (count, mut at) = (u16_at(bytes, end + 10)?, usize::try_from(u32_at(bytes, end + 16)?).ok()?);
    if usize::try_from(count).ok()? > ENTRIES || at > end {
        return None;
    }
    let (mut packed, mut unpacked) = (0u64, 0u64);
    for _ in 0..count {
        let entry = bytes.get(at..).filter(|e| e.starts_with(ENTRY))?;
        let (small, large) = (u32_at(entry, 20)?, u32_at(entry, 24)?);
        if small == u64::from(u32::MAX) || large == u64::from(u32::MAX) {
            return None;
        }
        (packed, unpacked) = (packed + small, unpacked + large);
        let lengths = u16_at(entry, 28)? + u16_at(entry, 30)? + u16_at(entry, 32)?;
        at = at.checked_add(46)?.checked_add(usize::try_from(lengths).ok()?)?;
    }
    Some((packed, unpacked))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// An archive whose directory says this of its entries, with so many bytes before it.
    fn archive(entries: &[(u32, u32)], body: usize) -> Vec<u8> {
        let mut bytes = b"PK\x03\x04".to_vec();
        bytes.resize(body.max(4), 7);
        let start = u32::try_from(bytes.len()).unwrap();
        for (packed, unpacked) in entries {
            let mut entry = ENTRY.to_vec();
            entry.resize(46, 0);
            entry[20..24].copy_from_slice(&packed.to_le_bytes());
            entry[24..28].copy_from_slice(&unpacked.to_le_bytes());
            bytes.extend(entry);
        }
        let mut end = END.to_vec();
        end.resize(END_LENGTH, 0);
        end[10..12].copy_from_slice(&u16::try_from(entries.len()).unwrap().to_le_bytes());
        end[16..20].copy_from_slice(&start.to_le_bytes());
        bytes.extend(end);
        bytes
    }

    #[test]
    fn what_an_office_writes_is_in_proportion() {
        assert!(!is_bomb(&archive(&[(10_000, 90_000), (40_000, 800_000)], 60_000)));
        assert!(!is_bomb(&archive(&[(1_000, 40_000_000)], 2_000)), "small enough whatever its proportion");
        assert!(!is_bomb(b"PK\x03\x04 no directory"));
    }

    #[test]
    fn what_would_fill_the_disk_is_a_bomb() {
        assert!(is_bomb(&archive(&[(100_000, 100_000_000)], 120_000)), "a thousandfold");
        assert!(is_bomb(&archive(&[(4_000_000, 600_000_000)], 5_000_000)), "too much at all");
        assert!(is_bomb(&archive(&[(50_000, 60_000); 30], 60_000)), "entries over the same bytes");
        assert!(is_bomb(&archive(&[(10, u32::MAX)], 100)), "ZIP64");
        assert!(is_bomb(&archive(&[(0, 0); 10_001], 100)), "too many entries");
        let mut broken = archive(&[(10, 20)], 100);
        broken[100] = b'X';
        assert!(is_bomb(&broken), "a directory that is none");
    }

    proptest! {
        #[test]
        fn no_bytes_break_it(bytes in prop::collection::vec(any::<u8>(), 0..400), at in 0..300usize) {
            let mut all = b"PK\x03\x04".to_vec();
            all.extend(&bytes);
            is_bomb(&all);
            let mut with_end = all.clone();
            with_end.splice(at.min(all.len())..at.min(all.len()), END.iter().copied());
            is_bomb(&with_end);
        }
    }
}
