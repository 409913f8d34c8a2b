//! From bytes to text: UTF-8, UTF-16 and the single-byte encodings that old billing programs still declare.

use std::borrow::Cow;

use super::read::{Refusal, RefusalKind};

/// Windows-1257 (Baltic), bytes 0x80 to 0xFF; `\u{FFFD}` where the table has nothing.
const WINDOWS_1257: &str = "€\u{FFFD}‚\u{FFFD}„…†‡\u{FFFD}‰\u{FFFD}‹\u{FFFD}¨ˇ¸\u{FFFD}‘’“”•–—\u{FFFD}™\u{FFFD}›\u{FFFD}¯˛\u{FFFD}\u{A0}\u{FFFD}¢£¤\u{FFFD}¦§Ø©Ŗ«¬\u{AD}®Æ°±²³´µ¶·ø¹ŗ»¼½¾æĄĮĀĆÄÅĘĒČÉŹĖĢĶĪĻŠŃŅÓŌÕÖ×ŲŁŚŪÜŻŽßąįāćäåęēčéźėģķīļšńņóōõö÷ųłśūüżž˙";
/// Windows-1252 (Western), bytes 0x80 to 0x9F.
const WINDOWS_1252: &str = "€\u{FFFD}‚ƒ„…†‡ˆ‰Š‹Œ\u{FFFD}Ž\u{FFFD}\u{FFFD}‘’“”•–—˜™š›œ\u{FFFD}žŸ";

/// The text of the document, and whether the bytes were decoded from something else than UTF-8.
pub(super) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Refusal> {
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest),
        [0x00, 0x00, 0xFE, 0xFF, ..] | [0xFF, 0xFE, 0x00, 0x00, ..] => {
            Err(Refusal::new(RefusalKind::Encoding, 0, "UTF-32"))
        }
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0x00, b'<', ..] => utf16(bytes, u16::from_be_bytes),
        [b'<', 0x00, ..] => utf16(bytes, u16::from_le_bytes),
        _ => declared(bytes),
    }
}

fn utf8(bytes: &[u8]) -> Result<Cow<'_, str>, Refusal> {
    std::str::from_utf8(bytes)
        .map(Cow::Borrowed)
        .map_err(|error| Refusal::new(RefusalKind::Encoding, error.valid_up_to(), "not UTF-8"))
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<Cow<'_, str>, Refusal> {
    let broken = |at: usize| Refusal::new(RefusalKind::Encoding, at, "not UTF-16");
    if !bytes.len().is_multiple_of(2) {
        return Err(broken(bytes.len()));
    }
    let (pairs, _) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| unit(*pair));
    let text: Result<String, _> = char::decode_utf16(units).collect();
    text.map(Cow::Owned).map_err(|_| broken(0))
}

fn declared(bytes: &[u8]) -> Result<Cow<'_, str>, Refusal> {
    let Some(label) = label(bytes) else { return utf8(bytes) };
    match label.as_str() {
        "utf-8" | "utf8" | "us-ascii" | "ascii" => utf8(bytes),
        "iso-8859-1" | "latin1" | "iso8859-1" => Ok(single(bytes, char::from)),
        "iso-8859-15" | "latin9" => Ok(single(bytes, latin9)),
        "windows-1252" | "cp1252" => table(bytes, WINDOWS_1252, &label),
        "windows-1257" | "cp1257" => table(bytes, WINDOWS_1257, &label),
        _ => Err(Refusal::new(RefusalKind::Encoding, 0, &label)),
    }
}

/// The encoding that the XML declaration states, in lower case.
fn label(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..bytes.len().min(200))?;
    let head = head.strip_prefix(b"<?xml")?;
    let end = head.windows(2).position(|pair| pair == b"?>")?;
    let head = std::str::from_utf8(head.get(..end)?).ok()?;
    let (_, after) = head.split_once("encoding")?;
    let after = after.trim_start().strip_prefix('=')?.trim_start();
    let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (value, _) = after.get(1..)?.split_once(quote)?;
    Some(value.to_ascii_lowercase())
}

fn single(bytes: &[u8], map: impl Fn(u8) -> char) -> Cow<'_, str> {
    Cow::Owned(bytes.iter().map(|byte| map(*byte)).collect())
}

fn latin9(byte: u8) -> char {
    match byte {
        0xA4 => '€',
        0xA6 => 'Š',
        0xA8 => 'š',
        0xB4 => 'Ž',
        0xB8 => 'ž',
        0xBC => 'Œ',
        0xBD => 'œ',
        0xBE => 'Ÿ',
        _ => char::from(byte),
    }
}

fn table<'a>(bytes: &'a [u8], upper: &str, label: &str) -> Result<Cow<'a, str>, Refusal> {
    let upper: Vec<char> = upper.chars().collect();
    let mut text = String::with_capacity(bytes.len());
    for (at, byte) in bytes.iter().enumerate() {
        let c = match byte.checked_sub(0x80) {
            None => char::from(*byte),
            Some(over) => upper.get(usize::from(over)).copied().unwrap_or_else(|| char::from(*byte)),
        };
        if c == char::REPLACEMENT_CHARACTER {
            return Err(Refusal::new(RefusalKind::Encoding, at, label));
        }
        text.push(c);
    }
    Ok(Cow::Owned(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_baltic_table_has_128_places() {
        assert_eq!(WINDOWS_1257.chars().count(), 128);
        assert_eq!(WINDOWS_1252.chars().count(), 32);
    }

    #[test]
    fn latvian_letters_come_out_of_windows_1257() {
        let mut bytes = b"<?xml version='1.0' encoding='windows-1257'?><a>".to_vec();
        bytes.extend([0xE2, 0xE8, 0xE7, 0xEC, 0xEE, 0xED, 0xEF, 0xF2, 0xF0, 0xFB, 0xFE]);
        bytes.extend(b"</a>");
        assert!(decode(&bytes).unwrap().ends_with("<a>āčēģīķļņšūž</a>"));
    }

    #[test]
    fn unknown_and_broken_encodings_are_refused() {
        for bytes in [&b"<?xml version='1.0' encoding='koi8-r'?><a/>"[..], b"<a>\xFF</a>", b"\xFF\xFE<\x00a"] {
            assert_eq!(decode(bytes).unwrap_err().kind, RefusalKind::Encoding);
        }
    }
}
