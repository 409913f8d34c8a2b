//! Sorting in the order of the Latvian alphabet.

/// A key whose bytes sort as Latvian text does (LVS 24; as the `lv` collation of CLDR and ICU):
/// `a b c č d e f g ģ h i j k ķ l ļ m n ņ o p q r ŗ s š t u v w x z ž`, where long vowels come directly after short
/// ones and `y` after `ī`.
///
/// `č ģ ķ ļ ņ ŗ š ž` are letters of their own. The length of a vowel decides only between texts that are otherwise
/// alike (`Ābele`, `Abols`, `Ābols`), then lower case comes before upper. Spaces and hyphens sort before digits, digits
/// before letters, other scripts after Latin.
#[must_use]
pub fn sort_key(text: &str) -> Vec<u8> {
    let (mut letters, mut accents, mut cases) = (Vec::new(), Vec::new(), Vec::new());
    for c in compose(text.chars().take(MAX_KEY_CHARS)) {
        let lower = c.to_lowercase().next().unwrap_or(c);
        cases.push(if lower == c { 1 } else { 2 });
        let (letter, accent) = weigh(lower);
        match letter {
            Weight::Letter(weight) => letters.push(weight),
            Weight::Other => {
                letters.push(OTHER);
                letters.extend(u32::from(lower).to_be_bytes());
            }
        }
        accents.push(accent);
    }
    // 0 is less than any weight, so a text sorts before its continuations.
    letters.push(0);
    letters.append(&mut accents);
    letters.push(0);
    letters.append(&mut cases);
    letters
}

/// Longest text that is looked at, in characters.
pub const MAX_KEY_CHARS: usize = 500;

const OTHER: u8 = 0xF0;
const DIGITS: u8 = 0x20;
const LETTERS: u8 = 0x40;
/// Letters that sort by themselves. A letter's weight is its place.
const ALPHABET: &str = "abcčdefgģhijkķlļmnņopqrŗsštuvwxzž";

enum Weight {
    Letter(u8),
    Other,
}

/// Main weight and accent of a lower-case character.
fn weigh(c: char) -> (Weight, u8) {
    if let Some(weight) = alphabet_weight(c) {
        return (Weight::Letter(weight), 1);
    }
    let (base, accent) = match c {
        'ā' => ('a', 2),
        'ē' => ('e', 2),
        'ī' => ('i', 2),
        'y' => ('i', 3),
        'ō' => ('o', 2),
        'ū' => ('u', 2),
        _ => (base_letter(c), 4),
    };
    match alphabet_weight(base) {
        Some(weight) => (Weight::Letter(weight), accent),
        None => (other_weight(c), 1),
    }
}

/// The letter under an accent that Latvian does not use.
fn base_letter(c: char) -> char {
    let mut folded = [0; 4];
    crate::search::fold(c.encode_utf8(&mut folded)).chars().next().unwrap_or(c)
}

fn alphabet_weight(c: char) -> Option<u8> {
    let place = ALPHABET.chars().position(|letter| letter == c)?;
    u8::try_from(place).ok().map(|place| LETTERS + place)
}

fn other_weight(c: char) -> Weight {
    match c {
        _ if c.is_whitespace() => Weight::Letter(1),
        '-' | '\u{2010}'..='\u{2015}' => Weight::Letter(2),
        '0'..='9' => Weight::Letter(DIGITS + u8::try_from(u32::from(c) - u32::from('0')).unwrap_or(0)),
        _ if c.is_alphanumeric() => Weight::Other,
        _ => Weight::Letter(3),
    }
}

/// Puts together the Latvian letters of decomposed text (NFD); other combining marks are dropped.
fn compose(chars: impl Iterator<Item = char>) -> Vec<char> {
    let mut out: Vec<char> = Vec::new();
    for c in chars {
        if !matches!(c, '\u{0300}'..='\u{036F}') {
            out.push(c);
        } else if let Some(last) = out.last_mut() {
            *last = composed(*last, c).unwrap_or(*last);
        }
    }
    out
}

fn composed(base: char, mark: char) -> Option<char> {
    let pairs = match mark {
        '\u{0304}' => "aāeēiīoōuūAĀEĒIĪOŌUŪ",
        '\u{030C}' => "cčsšzžCČSŠZŽ",
        '\u{0326}' | '\u{0327}' | '\u{0312}' => "gģkķlļnņrŗGĢKĶLĻNŅRŖ",
        _ => return None,
    };
    pairs
        .chars()
        .step_by(2)
        .zip(pairs.chars().skip(1).step_by(2))
        .find(|(plain, _)| *plain == base)
        .map(|(_, with)| with)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_order(words: &[&str]) {
        for pair in words.windows(2) {
            assert!(sort_key(pair[0]) < sort_key(pair[1]), "{pair:?}");
        }
    }

    #[test]
    fn single_letters_stand_in_the_order_of_the_alphabet() {
        let alphabet = "aābcčdeēfgģhiīyjkķlļmnņoōpqrŗsštuūvwxzž";
        let letters: Vec<String> = alphabet.chars().map(String::from).collect();
        in_order(&letters.iter().map(String::as_str).collect::<Vec<_>>());
    }

    #[test]
    fn soft_consonants_are_letters_and_length_only_decides_ties() {
        in_order(&["Cukurs", "Čakste", "Dambis"]);
        in_order(&["Kalniņš", "Kurmis", "Ķirsis", "Lācis"]);
        in_order(&["Ābele", "Abols", "Ābols", "Āboltiņš", "Bērziņš"]);
        in_order(&["Zvirbulis", "Žagars", "Иванов"]);
        in_order(&["anna", "Anna", "Anna Bērza", "Anna-Marija", "Anna2", "Annija"]);
        in_order(&["1", "2", "A"]);
    }

    #[test]
    fn foreign_accents_and_decomposed_text_find_their_place() {
        in_order(&["Muller", "Müller", "Mulls"]);
        assert_eq!(sort_key("A\u{0304}bols\u{030C}"), sort_key("Ābolš"));
        assert!(sort_key(&"ā".repeat(1_000_000)).len() < 4 * MAX_KEY_CHARS);
    }
}
