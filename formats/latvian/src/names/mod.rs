//! Names of people: sorting, shortening, and names for demonstrations.

mod collate;
mod demo;

pub use collate::{MAX_KEY_CHARS, sort_key};
pub use demo::{DemoName, FEMALE_NAMES, MALE_NAMES, SURNAMES, Surname, demo_name};

/// Longest name that is looked at, in characters.
const MAX_NAME: usize = 200;

/// Initials of given names as Latvian writes them: `Jānis Kārlis` → `J. K.`, `Anna-Marija` → `A.-M.`, and the two
/// letters of one sound stay together: `Džeina` → `Dž.`, `Dzintars` → `Dz.`.
#[must_use]
pub fn initials(given_names: &str) -> String {
    let clipped: String = given_names.chars().take(MAX_NAME).collect();
    clipped.split_whitespace().filter_map(hyphenated_initials).collect::<Vec<_>>().join(" ")
}

/// The short form of a name: `Jānis`, `Bērziņš` → `J. Bērziņš`.
#[must_use]
pub fn short_name(given_names: &str, surname: &str) -> String {
    let surname: String = surname.trim().chars().take(MAX_NAME).collect();
    format!("{} {surname}", initials(given_names)).trim().to_owned()
}

/// Two letters for a picture in place of a photograph: `JB`.
#[must_use]
pub fn monogram(given_names: &str, surname: &str) -> String {
    let first = |name: &str| name.chars().find(|c| c.is_alphabetic()).into_iter().flat_map(char::to_uppercase).next();
    [first(given_names), first(surname)].into_iter().flatten().collect()
}

fn hyphenated_initials(name: &str) -> Option<String> {
    let parts: Vec<String> = name.split(['-', '\u{2010}', '\u{2011}']).filter_map(initial).collect();
    (!parts.is_empty()).then(|| parts.join("-"))
}

fn initial(name: &str) -> Option<String> {
    let mut letters = name.chars().filter(|c| c.is_alphabetic());
    let first = letters.next()?;
    let is_digraph = matches!(first, 'd' | 'D');
    let second = letters.next().filter(|c| is_digraph && matches!(c, 'z' | 'ž' | 'Z' | 'Ž'));
    let upper: String = first.to_uppercase().collect();
    let lower: String = second.into_iter().flat_map(char::to_lowercase).collect();
    Some(format!("{upper}{lower}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_keep_hyphens_and_digraphs() {
        assert_eq!(initials("Jānis Kārlis"), "J. K.");
        assert_eq!(initials("Anna-Marija"), "A.-M.");
        assert_eq!(initials("Džeina"), "Dž.");
        assert_eq!(initials("DZINTARS"), "Dz.");
        assert_eq!(initials("dace"), "D.");
        assert_eq!(initials(" - 1 "), "");
    }

    #[test]
    fn short_names_and_monograms() {
        assert_eq!(short_name("Jānis", " Bērziņš "), "J. Bērziņš");
        assert_eq!(short_name("", "Bērziņš"), "Bērziņš");
        assert_eq!(monogram("ēriks", "Žagars"), "ĒŽ");
        assert_eq!(monogram("", ""), "");
    }
}
