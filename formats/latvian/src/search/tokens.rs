//! Words for a PostgreSQL full-text index, and safe queries on it.
//!
//! The database only splits at spaces: [`vector_text`] gives stems for `to_tsvector('simple', …)` and [`query`] a text
//! for `to_tsquery('simple', …)`. Every lexeme is made of letters and digits alone and a mixed one begins with a
//! letter, so that the database's own parser leaves it whole; `1-12/45` becomes `n1x12x45`.

use super::fold::fold;
use super::stem::{MAX_WORD, stem, stems};

/// Longest text that is indexed, in bytes; the rest is left out. Keeps a `tsvector` below its limit of 1 MiB.
pub const MAX_TEXT: usize = 400_000;
/// Longest query that is looked at, in characters.
pub const MAX_QUERY: usize = 200;
/// Most words of a query; the rest is left out.
pub const MAX_QUERY_WORDS: usize = 12;

/// Words that carry no meaning of their own, folded. Dropped from queries only, so that quoting a title still works.
const STOP_WORDS: &[&str] = &["ar", "bez", "gan", "ir", "ka", "ko", "lai", "no", "par", "pie", "un", "uz", "vai"];

/// A piece of text between spaces and punctuation.
#[derive(Debug, PartialEq, Eq)]
enum Piece {
    Word(String),
    /// A run with digits and inner separators, as `1-12/45`; its parts.
    Number(Vec<String>),
}

/// Lexemes of a text in order: stems of words, numbers, and document numbers whole (encoded) and in parts.
#[must_use]
pub fn tokens(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    for piece in pieces(clip(text, MAX_TEXT)) {
        match piece {
            Piece::Word(word) => out.extend(stems(&word).into_iter().map(encode)),
            Piece::Number(parts) => {
                out.push(whole(&parts));
                out.extend(parts.iter().map(|part| lexeme(part)));
            }
        }
    }
    out
}

/// Text for `to_tsvector('simple', …)`: the lexemes between spaces, at most [`MAX_TEXT`] bytes.
#[must_use]
pub fn vector_text(text: &str) -> String {
    let mut out = String::new();
    for token in tokens(text) {
        if out.len() + token.len() >= MAX_TEXT {
            break;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&token);
    }
    out
}

/// Text for `to_tsquery('simple', …)` from what somebody typed: all words must occur, the last one may be unfinished.
/// A document number matches whole, or by its parts. Never a syntax error. Empty when nothing can be searched
/// (`to_tsquery` then matches nothing).
#[must_use]
pub fn query(typed: &str) -> String {
    let clipped: String = typed.chars().take(MAX_QUERY).collect();
    let mut found = pieces(&clipped);
    let last = found.pop();
    found.retain(|piece| !is_stop_word(piece));
    found.truncate(MAX_QUERY_WORDS - 1);
    let complete = found.iter().map(|piece| term(piece, ""));
    let unfinished = last.iter().map(|piece| term(piece, ":*"));
    complete.chain(unfinished).collect::<Vec<_>>().join(" & ")
}

fn is_stop_word(piece: &Piece) -> bool {
    matches!(piece, Piece::Word(word) if STOP_WORDS.contains(&fold(word).as_str()))
}

/// `mark` is put after what may be unfinished.
fn term(piece: &Piece, mark: &str) -> String {
    match piece {
        Piece::Word(word) => {
            let mut candidates: Vec<String> = stems(word).into_iter().map(encode).collect();
            // An unfinished word may end where its stem would not: its own letters are tried as well.
            let typed = encode(clip_word(&fold(word)));
            if !mark.is_empty() && !candidates.iter().any(|stem| typed.starts_with(stem.as_str())) {
                candidates.push(typed);
            }
            // `12` may be the beginning of `12a`, which the index holds as `n12a`.
            if !mark.is_empty() && word.chars().all(|c| c.is_ascii_digit()) {
                candidates.push(clip_word(&format!("n{word}")));
            }
            any_of(candidates.iter().map(|stem| format!("'{stem}'{mark}")).collect())
        }
        Piece::Number(parts) => {
            let last = parts.len().saturating_sub(1);
            let marked = |(place, part): (usize, &String)| {
                format!("'{}'{}", lexeme(part), if place == last { mark } else { "" })
            };
            let in_parts = parts.iter().enumerate().map(marked).collect::<Vec<_>>().join(" & ");
            format!("('{}'{mark} | {in_parts})", whole(parts))
        }
    }
}

fn any_of(mut terms: Vec<String>) -> String {
    match terms.len() {
        1 => terms.pop().unwrap_or_default(),
        _ => format!("({})", terms.join(" | ")),
    }
}

fn clip(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

fn clip_word(word: &str) -> String {
    word.chars().take(MAX_WORD).collect()
}

/// Splits at everything that is neither letter nor digit, but keeps together a run such as `1-12/45`.
fn pieces(text: &str) -> Vec<Piece> {
    text.split(|c: char| !is_letter(c) && !is_separator(c)).flat_map(split_run).collect()
}

fn split_run(run: &str) -> Vec<Piece> {
    let parts: Vec<String> = run.split(is_separator).map(str::to_owned).filter(|part| has_letters(part)).collect();
    let is_number = parts.len() > 1 && run.chars().any(|c| c.is_ascii_digit());
    if is_number {
        return vec![Piece::Number(parts)];
    }
    parts.into_iter().map(Piece::Word).collect()
}

/// Letters, digits, and accents written as separate characters.
fn is_letter(c: char) -> bool {
    c.is_alphabetic() || c.is_ascii_digit() || matches!(c, '\u{0300}'..='\u{036F}')
}

fn has_letters(part: &str) -> bool {
    part.chars().any(|c| c.is_alphabetic() || c.is_ascii_digit())
}

fn is_separator(c: char) -> bool {
    matches!(c, '-' | '/' | '.' | '_' | '\\' | '\u{2010}' | '\u{2011}' | '\u{2013}')
}

/// A document number as one lexeme; which separator was typed does not matter.
fn whole(parts: &[String]) -> String {
    let joined: Vec<String> = parts.iter().map(|part| fold(part)).collect();
    clip_word(&format!("n{}", joined.join("x")))
}

fn lexeme(part: &str) -> String {
    encode(stem(part))
}

/// Words and numbers as they are; what mixes both and begins with a digit gets a letter before it.
fn encode(word: String) -> String {
    let mixed = word.starts_with(|c: char| c.is_ascii_digit()) && !word.chars().all(|c| c.is_ascii_digit());
    if mixed { clip_word(&format!("n{word}")) } else { word }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether the query would find the text: a small reading of `tsquery` for what `query` writes.
    fn finds(typed: &str, text: &str) -> bool {
        let index = tokens(text);
        let hit = |term: &str| {
            let word = term.trim_matches(['(', ')', ' ']);
            match word.strip_suffix(":*") {
                Some(start) => index.iter().any(|token| token.starts_with(start.trim_matches('\''))),
                None => index.iter().any(|token| token == word.trim_matches('\'')),
            }
        };
        // Conjunctions outside of parentheses, then alternatives, then conjunctions within.
        let mut depth = 0;
        let query = query(typed);
        let groups = query.split(|c: char| {
            depth += i32::from(c == '(') - i32::from(c == ')');
            c == '&' && depth == 0
        });
        let found: Vec<bool> = groups.map(|group| group.split('|').any(|side| side.split('&').all(hit))).collect();
        !found.is_empty() && found.into_iter().all(|hit| hit)
    }

    #[test]
    fn document_numbers_are_kept_whole_and_in_parts() {
        assert_eq!(tokens("Nr. 1-12/45"), ["nr", "n1x12x45", "1", "12", "45"]);
        assert_eq!(tokens("māja 12a, 12.01.2023."), ["maj", "n12a", "n12x01x2023", "12", "01", "2023"]);
        assert_eq!(tokens("Rīgas-Valkas"), ["rig", "valk"]);
        assert!(tokens(" .-/ … ½ ").is_empty());
    }

    #[test]
    fn queries_are_conjunctions_with_an_open_end() {
        assert_eq!(query("Aboltins"), "'aboltin':*");
        assert_eq!(query("iesniegums par atvaļinājumu"), "'iesniegum' & 'atvalinajum':*");
        assert_eq!(query("1-12/4"), "('n1x12x4':* | '1' & '12' & '4':*)");
        assert_eq!(query("  "), "");
        assert_eq!(query("par"), "'par':*");
        assert_eq!(query("a' | b & !(c):* \\ \"d\""), "'a' & 'b' & 'c' & 'd':*");
        assert_eq!(query(&"vārds ".repeat(1_000)).matches('&').count(), MAX_QUERY_WORDS - 1);
    }

    #[test]
    fn what_is_typed_finds_what_is_written() {
        let text = "Jāņa Āboltiņa iesniegums Nr. 1-12/45 par domes sēžu protokoliem, Baloža iela 12A";
        for typed in [
            "Aboltins",
            "āboltiņš",
            "janis aboltins",
            "iesniegumi",
            "iesniegu",
            "1-12/45",
            "1-12-45",
            "12/45",
            "1-12/4",
            "sēde",
            "Balodis",
            "protokols",
            "12a",
            "DOMES SĒDES PROTOKOLS",
            "iesniegums par",
            "sēž",
        ] {
            assert!(finds(typed, text), "{typed}: {} in {:?}", query(typed), tokens(text));
        }
        for typed in ["Bērziņš", "1-13/45", "Aboltins Liepa", "12b"] {
            assert!(!finds(typed, text), "{typed}");
        }
    }

    #[test]
    fn every_beginning_of_a_word_finds_it() {
        let words = "iesniegums rīkojuma atvaļinājumā saistošie noteikumiem lēmumprojekts iedzīvotājiem vadītājs \
            Āboltiņš Bērziņas Eglīša Balodis Baloža Kurmja Zvirbuļa latviešu prioritāšu pārvalžu valstij mēneša statuss \
            apstiprināts apstiprināšana sazināties komisijai teritorijas Džeina Čakste Ķirsis Žagars uzņēmums 2026 12a \
            skolotāja maksājums nekustamais īpašumā nodokļa pašvaldības priekšsēdētājs izpilddirektore būvvalde";
        for word in words.split_whitespace() {
            for length in 1..=word.chars().count() {
                let typed: String = word.chars().take(length).collect();
                assert!(finds(&typed, word), "{typed} → {} not in {:?}", query(&typed), tokens(word));
            }
        }
    }

    #[test]
    fn lengths_are_bounded() {
        let long = "vārds1 ".repeat(100_000);
        assert!(vector_text(&long).len() <= MAX_TEXT);
        assert!(tokens(&"x".repeat(1_000_000)).iter().all(|token| token.len() <= MAX_WORD));
        assert!(query(&"ā".repeat(1_000_000)).len() < 400);
    }
}
