//! Names of files in containers: which are harmful, and which a reference means.

use crate::finding::Code;

/// Whether a name is that of an XML signature file: `META-INF/*signatures*.xml`,
/// which takes in `edoc-signatures-S1.xml` of eParakstītājs.
#[must_use]
pub fn is_signature_file(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let Some(file) = lower.strip_prefix("meta-inf/") else { return false };
    file.contains("signatures") && file.ends_with(".xml") && !file.contains('/')
}

/// Why a name must not be used as a path.
#[must_use]
pub fn unsafe_path(name: &str) -> Option<Code> {
    let traverses = name.split(['/', '\\']).any(|part| part == "..");
    let decoded = percent_decoded(name).unwrap_or_default();
    let hidden = decoded != name && decoded.split(['/', '\\']).any(|part| part == "..");
    let absolute = name.starts_with(['/', '\\']) || name.as_bytes().get(1) == Some(&b':');
    if traverses || hidden || absolute {
        return Some(Code::NameTraversal);
    }
    if name.is_empty() || name.contains(|c: char| c.is_control() || is_direction(c)) || name.contains('\\') {
        return Some(Code::NameInvalid);
    }
    None
}

/// Marks that turn the reading direction: `fdp.exe` may be shown as `exe.pdf`.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// A form in which names that readers may confuse are equal.
#[must_use]
pub fn folded(name: &str) -> String {
    percent_decoded(name).unwrap_or_else(|| name.to_owned()).to_lowercase()
}

/// Undoes percent-encoding; `+` stands for itself. None if the encoding is broken.
#[must_use]
pub fn percent_decoded(text: &str) -> Option<String> {
    if !text.contains('%') {
        return Some(text.to_owned());
    }
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(b) = bytes.next() {
        if b == b'%' {
            let high = char::from(bytes.next()?).to_digit(16)?;
            let low = char::from(bytes.next()?).to_digit(16)?;
            out.push((high * 16 + low) as u8);
        } else {
            out.push(b);
        }
    }
    String::from_utf8(out).ok()
}

/// Writes a name as a reference: RFC 3986 path characters stay, the rest is percent-encoded.
#[must_use]
pub fn percent_encoded(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for b in name.bytes() {
        let plain = b.is_ascii_alphanumeric() || b"-._~/!$&'()*+,;=:@".contains(&b);
        if plain {
            out.push(char::from(b));
        } else {
            out.push_str(&format!("%{b:02X}"));
        }
    }
    out
}
