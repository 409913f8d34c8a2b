//! Folding: one plain form of a text, however it was typed.

/// Lower case without Latvian and other Latin accents: `Āboltiņš` → `aboltins`, `Müller` → `muller`, `ß` → `ss`.
/// Letters of other scripts are only put in lower case; accents written as separate characters are dropped.
/// Folding a folded text changes nothing.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        fold_into(c, &mut out);
    }
    out
}

fn fold_into(c: char, out: &mut String) {
    match c {
        'a'..='z' | '0'..='9' => out.push(c),
        'A'..='Z' => out.push(c.to_ascii_lowercase()),
        _ if c.is_ascii() || is_accent(c) => {
            if c.is_ascii() {
                out.push(c);
            }
        }
        _ => c.to_lowercase().for_each(|lower| fold_lower(lower, out)),
    }
}

fn fold_lower(c: char, out: &mut String) {
    match plain(c) {
        Some(letters) => out.push_str(letters),
        None if is_accent(c) => {}
        None => out.push(c),
    }
}

/// Combining diacritical marks, as in text that was decomposed (NFD).
fn is_accent(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036F}')
}

/// The plain letters of an accented lower-case Latin letter (Latin-1, Latin Extended-A and -B, Latgalian, Livonian).
fn plain(c: char) -> Option<&'static str> {
    let letters = match c {
        'ā' | 'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' | 'ă' | 'ą' | 'ǎ' | 'ǟ' | 'ǡ' | 'ạ' | 'ả' | 'ấ' | 'ầ' => {
            "a"
        }
        'æ' => "ae",
        'č' | 'ç' | 'ć' | 'ĉ' | 'ċ' => "c",
        'ď' | 'đ' | 'ḑ' | 'ð' => "d",
        'ē' | 'é' | 'è' | 'ê' | 'ë' | 'ĕ' | 'ė' | 'ę' | 'ě' | 'ẽ' | 'ế' | 'ệ' => "e",
        'ģ' | 'ĝ' | 'ğ' | 'ġ' | 'ǧ' => "g",
        'ĥ' | 'ħ' => "h",
        'ī' | 'í' | 'ì' | 'î' | 'ï' | 'ĩ' | 'ĭ' | 'į' | 'ı' | 'ǐ' => "i",
        'ĵ' => "j",
        'ķ' | 'ǩ' => "k",
        'ļ' | 'ł' | 'ĺ' | 'ľ' | 'ŀ' => "l",
        'ņ' | 'ñ' | 'ń' | 'ň' => "n",
        'ō' | 'ó' | 'ò' | 'ô' | 'ö' | 'õ' | 'ø' | 'ŏ' | 'ő' | 'ȯ' | 'ȱ' | 'ǒ' | 'ơ' => "o",
        'œ' => "oe",
        'ŗ' | 'ŕ' | 'ř' => "r",
        'š' | 'ś' | 'ŝ' | 'ş' | 'ș' => "s",
        'ß' => "ss",
        'ţ' | 'ț' | 'ť' | 'ŧ' => "t",
        'þ' => "th",
        'ū' | 'ú' | 'ù' | 'û' | 'ü' | 'ũ' | 'ŭ' | 'ů' | 'ű' | 'ų' | 'ǔ' | 'ư' => "u",
        'ŵ' => "w",
        'ý' | 'ÿ' | 'ŷ' | 'ȳ' => "y",
        'ž' | 'ź' | 'ż' => "z",
        _ => return None,
    };
    Some(letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latvian_letters_become_plain() {
        assert_eq!(fold("ĀČĒĢĪĶĻŅŌŖŠŪŽ āčēģīķļņōŗšūž"), "acegiklnorsuz acegiklnorsuz");
        assert_eq!(fold("Āboltiņš"), "aboltins");
    }

    #[test]
    fn other_latin_letters_become_plain_and_other_scripts_stay() {
        assert_eq!(fold("Łukasz Müller Straße Żółć Åse Ægir"), "lukasz muller strasse zolc ase aegir");
        assert_eq!(fold("Иванов №1/2"), "иванов №1/2");
    }

    #[test]
    fn decomposed_text_folds_alike() {
        assert_eq!(fold("A\u{0304}bolt\u{0326}"), "abolt");
        assert_eq!(fold("İ"), "i");
    }
}
