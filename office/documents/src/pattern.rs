//! How numbers of a register are written: `{index}/{seq}`, `{prefix}-{yyyy}/{seq:04}`. Pure.

use chrono::Datelike as _;
use types::Date;

/// The longest pattern.
const LONGEST: usize = 80;
/// The widest sequence number that zeros fill.
const WIDEST: usize = 12;

/// Why a pattern cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// Without `{seq}` two documents would have one number.
    #[error("the pattern has no {{seq}}")]
    NoSequence,
    /// `{seq}` stands twice.
    #[error("the pattern has {{seq}} twice")]
    TwoSequences,
    /// A brace that is not closed, or one too many.
    #[error("a brace is not closed")]
    Brace,
    /// No such part.
    #[error("there is no {{{0}}}")]
    Unknown(String),
    /// A character that cannot stand in a number.
    #[error("{0:?} cannot stand in a number")]
    Character(char),
    /// Longer than 80 characters.
    #[error("the pattern is too long")]
    TooLong,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Index,
    Prefix,
    Year4,
    Year2,
    Month,
    Day,
}

/// A parsed pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    before: Vec<Part>,
    width: usize,
    after: Vec<Part>,
}

/// What stands around the sequence number of one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Before it.
    pub before: String,
    /// How many digits at least.
    pub width: i32,
    /// After it.
    pub after: String,
}

/// May this character stand in a number? Letters, digits and a few signs; no quotes, braces or backslash.
#[must_use]
pub fn is_number_char(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '/' | '.' | '_' | ' ' | ':' | '(' | ')' | '#' | '№')
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        if text.chars().count() > LONGEST {
            return Err(PatternError::TooLong);
        }
        let (mut before, mut after, mut width) = (Vec::new(), Vec::new(), None);
        let mut rest = text;
        while !rest.is_empty() {
            let (literal, next) = rest.split_once('{').map_or((rest, None), |(l, n)| (l, Some(n)));
            let parts = if width.is_none() { &mut before } else { &mut after };
            if !literal.is_empty() {
                parts.push(Part::Text(checked(literal)?));
            }
            let Some(next) = next else { break };
            let (name, tail) = next.split_once('}').ok_or(PatternError::Brace)?;
            rest = tail;
            match sequence(name) {
                Some(_) if width.is_some() => return Err(PatternError::TwoSequences),
                Some(w) => width = Some(w),
                None => parts.push(part(name)?),
            }
        }
        Ok(Self { before, width: width.ok_or(PatternError::NoSequence)?, after })
    }

    /// Everything but the sequence number.
    #[must_use]
    pub fn frame(&self, prefix: &str, index: &str, date: Date) -> Frame {
        // Where there is no index, the mark behind it goes too: `S-1`, not `/S-1`.
        let write = |parts: &[Part]| {
            let (mut out, mut no_index) = (String::new(), false);
            for p in parts {
                let text = p.text(prefix, index, date);
                out.push_str(if no_index { text.trim_start_matches(['/', '-', '.']) } else { &text });
                no_index = matches!(p, Part::Index) && index.is_empty();
            }
            out
        };
        let width = i32::try_from(self.width).unwrap_or(0);
        Frame { before: write(&self.before), width, after: write(&self.after) }
    }

    /// A number as it will be written: for the sample beside the field.
    #[must_use]
    pub fn sample(&self, prefix: &str, index: &str, date: Date, seq: i64) -> String {
        self.frame(prefix, index, date).number(seq)
    }
}

impl Frame {
    /// The number. SQL writes it the same way (see `register.rs`).
    #[must_use]
    pub fn number(&self, seq: i64) -> String {
        let width = usize::try_from(self.width).unwrap_or(0);
        format!("{}{seq:0width$}{}", self.before, self.after)
    }
}

impl Part {
    fn text(&self, prefix: &str, index: &str, date: Date) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Index => index.to_owned(),
            Self::Prefix => prefix.to_owned(),
            Self::Year4 => date.year().to_string(),
            Self::Year2 => format!("{:02}", date.year().rem_euclid(100)),
            Self::Month => format!("{:02}", date.month()),
            Self::Day => format!("{:02}", date.day()),
        }
    }
}

fn checked(literal: &str) -> Result<String, PatternError> {
    match literal.chars().find(|c| !is_number_char(*c)) {
        Some('}') => Err(PatternError::Brace),
        Some(c) => Err(PatternError::Character(c)),
        None => Ok(literal.to_owned()),
    }
}

/// `seq` → 0, `seq:04` → 4.
fn sequence(name: &str) -> Option<usize> {
    if name == "seq" {
        return Some(0);
    }
    let width = name.strip_prefix("seq:0")?.parse().ok()?;
    (1..=WIDEST).contains(&width).then_some(width)
}

fn part(name: &str) -> Result<Part, PatternError> {
    Ok(match name {
        "index" => Part::Index,
        "prefix" => Part::Prefix,
        "yyyy" => Part::Year4,
        "yy" => Part::Year2,
        "mm" => Part::Month,
        "dd" => Part::Day,
        _ if name.contains('{') => return Err(PatternError::Brace),
        _ => return Err(PatternError::Unknown(name.to_owned())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day() -> Date {
        Date::from_ymd_opt(2026, 11, 3).unwrap()
    }

    #[test]
    fn writes_what_offices_write() {
        let number = |p: &str| Pattern::parse(p).unwrap().sample("PER", "1-12", day(), 45);
        assert_eq!(number("{index}/{seq}"), "1-12/45");
        assert_eq!(number("{prefix}-{yyyy}/{seq:04}"), "PER-2026/0045");
        assert_eq!(number("{seq}"), "45");
        assert_eq!(number("{yy}{mm}{dd}-{seq:02} (k)"), "261103-45 (k)");
        assert_eq!(Pattern::parse("{seq:02}").unwrap().sample("", "", day(), 12345), "12345");
        assert_eq!(
            Pattern::parse("{index}/{prefix}{seq}").unwrap().sample("S-", "", day(), 7),
            "S-7",
            "no file, no mark"
        );
        assert_eq!(Pattern::parse("{index}{seq}/{yy}").unwrap().sample("", "", day(), 7), "7/26");
    }

    #[test]
    fn refuses_what_would_give_double_or_unreadable_numbers() {
        assert_eq!(Pattern::parse("{index}/"), Err(PatternError::NoSequence));
        assert_eq!(Pattern::parse("{seq}{seq:02}"), Err(PatternError::TwoSequences));
        assert_eq!(Pattern::parse("{seq"), Err(PatternError::Brace));
        assert_eq!(Pattern::parse("a}{seq}"), Err(PatternError::Brace));
        assert_eq!(Pattern::parse("{{seq}}"), Err(PatternError::Brace));
        assert_eq!(Pattern::parse("{seq}'"), Err(PatternError::Character('\'')));
        assert_eq!(Pattern::parse("{seq}\\"), Err(PatternError::Character('\\')));
        assert_eq!(Pattern::parse("{seq:099}"), Err(PatternError::Unknown("seq:099".into())));
        assert_eq!(Pattern::parse("{number}{seq}"), Err(PatternError::Unknown("number".into())));
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_parser(text in ".{0,100}") {
            let _ = Pattern::parse(&text);
        }

        #[test]
        fn two_sequence_numbers_never_give_one_number(
            before in "[a-z0-9/-]{0,6}", width in 0..6usize, after in "[a-z/-]{0,6}", a in 1..1_000_000i64, b in 1..1_000_000i64,
        ) {
            let seq = if width == 0 { "{seq}".to_owned() } else { format!("{{seq:0{width}}}") };
            let pattern = Pattern::parse(&format!("{before}{seq}{after}")).unwrap();
            let (x, y) = (pattern.sample("", "", day(), a), pattern.sample("", "", day(), b));
            prop_assert_eq!(a == b, x == y);
        }
    }
}
