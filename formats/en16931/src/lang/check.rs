//! Check digits and forms of party identifiers that Peppol's common and national rules name.

/// A named check of one text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Check {
    /// GS1 number with its check digit (scheme 0088).
    Gln,
    /// Norwegian organisation number (0192), modulo 11.
    Mod11,
    /// Belgian enterprise number (0208), modulo 97.
    Belgium,
    /// Italian office code (0201).
    Ipa,
    /// Italian tax code (0210).
    ItalianTax,
    /// Italian VAT number (0211).
    ItalianVat,
    /// Swedish organisation number (0007), Luhn.
    Sweden,
    /// Australian business number (0151).
    Australia,
    /// Greek tax number.
    Greece,
    /// IBAN, modulo 97, without its length by country.
    Iban,
}

impl Check {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "gln" => Self::Gln,
            "mod11" => Self::Mod11,
            "be" => Self::Belgium,
            "ipa" => Self::Ipa,
            "cf" => Self::ItalianTax,
            "piva" => Self::ItalianVat,
            "se" => Self::Sweden,
            "abn" => Self::Australia,
            "gr" => Self::Greece,
            "iban" => Self::Iban,
            _ => return None,
        })
    }

    pub(crate) fn holds(self, text: &str) -> bool {
        match self {
            Self::Gln => digits(text).is_some_and(|all| weighted_tail(&all, |i| if i % 2 == 0 { 3 } else { 1 }, 10)),
            Self::Mod11 => digits(text).is_some_and(|all| {
                all.iter().any(|digit| *digit > 0) && weighted_tail(&all, |i| u64::from(i % 6) + 2, 11)
            }),
            Self::Belgium => belgium(text),
            Self::Ipa => text.len() == 6 && text.bytes().all(|b| b.is_ascii_alphanumeric()),
            Self::ItalianTax => italian_tax(text),
            Self::ItalianVat => italian_vat(text),
            Self::Sweden => sweden(text),
            Self::Australia => australia(text),
            Self::Greece => greece(text),
            Self::Iban => iban(text),
        }
    }
}

fn digits(text: &str) -> Option<Vec<u8>> {
    text.bytes().map(|b| b.is_ascii_digit().then(|| b - b'0')).collect()
}

/// The last digit is what a weighted sum of the others, from right to left, lacks to the modulus.
fn weighted_tail(all: &[u8], weight: impl Fn(u32) -> u64, modulus: u64) -> bool {
    let Some((check, body)) = all.split_last() else { return false };
    let sum: u64 = (0_u32..).zip(body.iter().rev()).map(|(i, digit)| u64::from(*digit) * weight(i)).sum();
    (modulus - sum % modulus) % modulus == u64::from(*check)
}

fn belgium(text: &str) -> bool {
    let part = |range: std::ops::Range<usize>| text.get(range).and_then(|part| part.parse::<u32>().ok());
    match (part(0..8), part(8..10)) {
        (Some(body), Some(check)) => check == 97 - body % 97,
        _ => false,
    }
}

fn all_of(text: &str, range: std::ops::Range<usize>, test: impl Fn(&u8) -> bool) -> bool {
    text.as_bytes().get(range).is_some_and(|part| part.iter().all(test))
}

fn italian_tax(text: &str) -> bool {
    match text.chars().count() {
        11 => text.bytes().all(|b| b.is_ascii_digit()),
        16 => {
            all_of(text, 0..6, u8::is_ascii_alphabetic)
                && all_of(text, 6..8, u8::is_ascii_digit)
                && all_of(text, 8..9, u8::is_ascii_alphabetic)
                && all_of(text, 9..11, u8::is_ascii_digit)
                && all_of(text, 14..15, u8::is_ascii_digit)
                && all_of(text, 15..16, u8::is_ascii_alphabetic)
        }
        _ => false,
    }
}

/// Numbers of other countries pass; an Italian one has 11 digits and a check digit.
fn italian_vat(text: &str) -> bool {
    let Some(number) = text.strip_prefix("IT").or_else(|| text.strip_prefix("it")) else { return true };
    let Some(all) = digits(number).filter(|all| all.len() == 11) else { return false };
    let doubled = |digit: u32| digit * 2 / 10 + digit * 2 % 10;
    let sum: u32 =
        all.iter().enumerate().map(|(i, d)| if i % 2 == 0 { u32::from(*d) } else { doubled((*d).into()) }).sum();
    sum.is_multiple_of(10)
}

fn sweden(text: &str) -> bool {
    let Some(all) = digits(text) else { return false };
    let (Some(body), Some(check)) = (all.get(..9), all.get(9)) else { return false };
    let doubled = |digit: u32| digit * 2 / 10 + digit * 2 % 10;
    let sum: u32 =
        body.iter().rev().enumerate().map(|(i, d)| if i % 2 == 0 { doubled((*d).into()) } else { u32::from(*d) }).sum();
    (10 - sum % 10) % 10 == u32::from(*check)
}

fn australia(text: &str) -> bool {
    const WEIGHTS: [i32; 11] = [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19];
    let Some(all) = digits(text).filter(|all| all.len() == 11) else { return false };
    let sum: i32 = WEIGHTS.iter().zip(&all).map(|(weight, digit)| weight * i32::from(*digit)).sum();
    (sum - 10) % 89 == 0
}

fn greece(text: &str) -> bool {
    let Some(all) = digits(text.get(..9).unwrap_or_default()).filter(|all| all.len() == 9) else { return false };
    let Some((check, body)) = all.split_last() else { return false };
    let sum: u32 = (1_u32..).zip(body.iter().rev()).map(|(i, digit)| u32::from(*digit) << i).sum();
    sum % 11 % 10 == u32::from(*check)
}

fn iban(text: &str) -> bool {
    let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let (Some(head), Some(tail)) = (compact.get(..4), compact.get(4..)) else { return false };
    let letters = head.get(..2).unwrap_or_default().bytes().all(|b| b.is_ascii_uppercase());
    if !letters || !head.get(2..).unwrap_or_default().bytes().all(|b| b.is_ascii_digit()) || tail.len() > 30 {
        return false;
    }
    let mut rest = 0_u32;
    for c in tail.chars().chain(head.chars()) {
        let Some(value) = c.is_ascii_alphanumeric().then(|| c.to_digit(36)).flatten() else { return false };
        rest = (if value > 9 { rest * 100 } else { rest * 10 } + value) % 97;
    }
    rest == 1
}

/// German cash discount: each line that begins with `#` is
/// `#SKONTO#TAGE=n#PROZENT=n.nn#` (with an optional `BASISBETRAG=n.nn#`), and a line end follows the last one.
pub(super) fn skonto(text: &str) -> bool {
    let lines: Vec<&str> = text.split('\n').collect();
    let marked = |line: &&&str| line.trim().starts_with('#');
    if !lines.iter().any(|line| marked(&line)) {
        return true;
    }
    let after = text.rfind('#').and_then(|at| text.get(at + 1..)).unwrap_or_default();
    let ended = after.trim_start_matches([' ', '\t', '\r']).starts_with('\n');
    ended && lines.iter().filter(marked).all(|line| skonto_line(line.trim()))
}

fn skonto_line(line: &str) -> bool {
    let mut parts = line.split('#');
    let whole = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let cents = |text: &str| {
        text.split_once('.').is_some_and(|(units, cents)| whole(units) && cents.len() == 2 && whole(cents))
    };
    let valued = |part: Option<&str>, key: &str, test: &dyn Fn(&str) -> bool| {
        part.and_then(|p| p.strip_prefix(key)).is_some_and(test)
    };
    let head = parts.next() == Some("") && parts.next() == Some("SKONTO");
    let terms = valued(parts.next(), "TAGE=", &whole) && valued(parts.next(), "PROZENT=", &cents);
    let end = match parts.next() {
        Some("") => true,
        base => {
            valued(base, "BASISBETRAG=", &|text| cents(text.strip_prefix('-').unwrap_or(text)))
                && parts.next() == Some("")
        }
    };
    head && terms && end && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::Check;

    #[test]
    fn known_numbers_hold_and_their_neighbours_do_not() {
        let cases = [
            (Check::Gln, "7300010000001", "7300010000002"),
            (Check::Mod11, "991825827", "991825828"),
            (Check::Belgium, "0403019261", "0403019262"),
            (Check::Ipa, "UFABCD", "UFABC"),
            (Check::ItalianTax, "RSSMRA74D22A001Q", "RSSMRA74D22A0011"),
            (Check::ItalianVat, "IT00743110157", "IT00743110158"),
            (Check::Sweden, "5560360793", "5560360794"),
            (Check::Australia, "51824753556", "51824753557"),
            (Check::Greece, "094259216", "094259217"),
            (Check::Iban, "LV80BANK0000435195001", "LV81BANK0000435195001"),
        ];
        for (check, good, bad) in cases {
            assert!(check.holds(good), "{check:?} {good}");
            assert!(!check.holds(bad), "{check:?} {bad}");
            assert!(!check.holds("") || check == Check::ItalianVat, "{check:?}");
        }
    }
}
