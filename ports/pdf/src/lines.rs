//! Breaks text into lines: greedy, ragged right, no hyphenation (official letters are not hyphenated).

use std::collections::HashMap;

use krilla::text::KrillaGlyph;

use crate::fonts::{Fonts, Shaped, Style};

/// A style at a size, in points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Type {
    pub style: Style,
    pub size: f32,
}

impl Type {
    pub const fn new(style: Style, size: f32) -> Self {
        Self { style, size }
    }

    /// The distance between baselines.
    pub const fn leading(self) -> f32 {
        self.size * 1.3
    }
}

/// One line, ready to draw. `width` leaves out the space at the end, which is drawn for whoever reads the text back.
#[derive(Clone, Debug)]
pub struct Line {
    pub text: String,
    pub glyphs: Vec<KrillaGlyph>,
    pub width: f32,
    pub face: Type,
}

impl Line {
    fn empty(face: Type) -> Self {
        Self { text: String::new(), glyphs: Vec::new(), width: 0.0, face }
    }

    fn push(&mut self, piece: &Shaped) {
        let offset = self.text.len();
        self.text.push_str(&piece.text);
        self.glyphs.extend(piece.glyphs.iter().cloned().map(|mut glyph| {
            glyph.text_range = glyph.text_range.start + offset..glyph.text_range.end + offset;
            glyph
        }));
        self.width += piece.width * self.face.size;
    }
}

/// Shapes and breaks; remembers the words it has shaped.
pub struct Setter<'a> {
    fonts: &'a Fonts,
    words: HashMap<(Style, String), Shaped>,
}

/// Words beyond this are shaped anew each time: memory stays bounded.
const REMEMBERED: usize = 20_000;

impl<'a> Setter<'a> {
    pub fn new(fonts: &'a Fonts) -> Self {
        Self { fonts, words: HashMap::new() }
    }

    /// Sets text into lines of at most `width` points. Line feeds start a new line; at least one line comes back.
    ///
    /// # Errors
    /// A character that the font lacks.
    pub fn lines(&mut self, text: &str, face: Type, width: f32) -> Result<Vec<Line>, String> {
        let mut lines = Vec::new();
        for part in clean(text).split('\n') {
            self.fill(part, face, width, &mut lines)?;
        }
        Ok(lines)
    }

    /// Sets text on one line, however long.
    ///
    /// # Errors
    /// A character that the font lacks.
    pub fn line(&mut self, text: &str, face: Type) -> Result<Line, String> {
        let text = clean(text).replace('\n', " ");
        let mut lines = Vec::new();
        self.fill(&text, face, f32::INFINITY, &mut lines)?;
        Ok(lines.pop().unwrap_or_else(|| Line::empty(face)))
    }

    /// The width of the widest piece that cannot be broken, and of the whole text on one line.
    ///
    /// # Errors
    /// A character that the font lacks.
    pub fn extent(&mut self, text: &str, face: Type) -> Result<(f32, f32), String> {
        let mut narrow = 0.0_f32;
        for piece in clean(text).split_whitespace().flat_map(pieces) {
            narrow = narrow.max(self.word(piece, face.style)?.width * face.size);
        }
        let mut wide = 0.0_f32;
        for line in self.lines(text, face, f32::INFINITY)? {
            wide = wide.max(line.width);
        }
        Ok((narrow, wide))
    }

    fn fill(&mut self, text: &str, face: Type, width: f32, lines: &mut Vec<Line>) -> Result<(), String> {
        let space = self.word(" ", face.style)?;
        let mut line = Line::empty(face);
        let mut gap = false;
        for word in words(text) {
            for (index, piece) in pieces(&word).into_iter().enumerate() {
                let gap_here = gap && index == 0;
                let shaped = self.word(piece, face.style)?;
                let before = if gap_here { space.width * face.size } else { 0.0 };
                if !line.text.is_empty() && line.width + before + shaped.width * face.size > width {
                    let ended = std::mem::replace(&mut line, Line::empty(face));
                    lines.push(end(ended, gap_here.then_some(&space)));
                } else if gap_here {
                    line.push(&space);
                }
                self.push_fitting(shaped, width, &mut line, lines)?;
            }
            gap = true;
        }
        lines.push(line);
        Ok(())
    }

    /// Pushes a piece, broken between letters where it alone is wider than a line (a long address, a hash).
    fn push_fitting(
        &mut self,
        piece: Shaped,
        width: f32,
        line: &mut Line,
        lines: &mut Vec<Line>,
    ) -> Result<(), String> {
        let face = line.face;
        let mut rest = piece;
        while line.text.is_empty() && rest.width * face.size > width {
            let at = fitting(&rest, width / face.size);
            let (Some(head), Some(tail)) = (rest.text.get(..at), rest.text.get(at..)) else { break };
            if tail.is_empty() {
                break;
            }
            let (head, tail) = (self.fonts.shape(face.style, head)?, self.fonts.shape(face.style, tail)?);
            line.push(&head);
            lines.push(std::mem::replace(line, Line::empty(face)));
            rest = tail;
        }
        line.push(&rest);
        Ok(())
    }

    fn word(&mut self, word: &str, style: Style) -> Result<Shaped, String> {
        let key = (style, word.to_owned());
        if let Some(known) = self.words.get(&key) {
            return Ok(known.clone());
        }
        let shaped = self.fonts.shape(style, word)?;
        if self.words.len() < REMEMBERED {
            self.words.insert(key, shaped.clone());
        }
        Ok(shaped)
    }
}

/// The last cluster boundary that leaves the head no wider than `width`; at least one cluster in.
fn fitting(piece: &Shaped, width: f32) -> usize {
    let first = piece.glyphs.first().map_or(piece.text.len(), |glyph| glyph.text_range.end);
    let mut used = 0.0;
    for glyph in &piece.glyphs {
        used += glyph.x_advance;
        if used > width && glyph.text_range.start >= first {
            return glyph.text_range.start;
        }
    }
    piece.text.len()
}

fn end(mut line: Line, space: Option<&Shaped>) -> Line {
    if let Some(space) = space {
        let width = line.width;
        line.push(space);
        line.width = width;
    }
    line
}

/// The words of a line; a number with a full stop and «Nr.» stay with what they count («23. punkts», «Nr. 5»).
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut bound = false;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        match words.last_mut().filter(|_| bound) {
            Some(last) => {
                last.push(' ');
                last.push_str(word);
                bound = false;
            }
            None => {
                words.push(word.to_owned());
                bound = binds(word);
            }
        }
    }
    words
}

fn binds(word: &str) -> bool {
    let word = word.trim_start_matches('(');
    let ordinal =
        word.strip_suffix('.').is_some_and(|n| (1..=4).contains(&n.len()) && n.bytes().all(|b| b.is_ascii_digit()));
    ordinal || word == "Nr."
}

/// Letters in one piece at most: shaping stays linear in the length of a letter.
const PIECE: usize = 64;

/// A word's pieces: it may be broken after a hyphen between two letters («sākumskola-bērnudārzs»), not in «12-P».
fn pieces(word: &str) -> Vec<&str> {
    let letters: Vec<(usize, char)> = word.char_indices().collect();
    let mut pieces = Vec::new();
    let (mut start, mut length) = (0, 1);
    for window in letters.windows(2) {
        let [(at, c), (next, after)] = window else { continue };
        let before = word.get(start..*at).and_then(|head| head.chars().next_back());
        let hyphen = matches!(c, '-' | '\u{2013}' | '/') && before.is_some_and(char::is_alphabetic);
        if (hyphen && after.is_alphabetic()) || length >= PIECE {
            pieces.extend(word.get(start..*next));
            (start, length) = (*next, 0);
        }
        length += 1;
    }
    pieces.extend(word.get(start..));
    pieces
}

/// Leaves what a reader can see: no control characters (which PDF/A forbids in text), no soft hyphens, and none of
/// the marks that reorder text, with which a name could be made to read differently than it is stored.
fn clean(text: &str) -> String {
    text.replace("\r\n", "\n")
        .chars()
        .filter_map(|c| match c {
            '\n' | '\u{2028}' | '\u{2029}' => Some('\n'),
            '\t' | '\r' => Some(' '),
            '\u{ad}' | '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => None,
            c if c.is_control() => None,
            c => Some(c),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str, width: f32) -> Vec<String> {
        let fonts = Fonts::load().unwrap();
        let lines = Setter::new(&fonts).lines(text, Type::new(Style::Regular, 12.0), width).unwrap();
        assert!(lines.iter().all(|line| line.width <= width), "a line is wider than {width}");
        lines.into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn breaks_at_spaces_and_keeps_them_for_the_reader() {
        let lines = texts("Piešķirt ikgadējo apmaksāto atvaļinājumu četras nedēļas", 120.0);
        assert!(lines.len() > 2);
        assert_eq!(lines.concat(), "Piešķirt ikgadējo apmaksāto atvaļinājumu četras nedēļas");
    }

    #[test]
    fn breaks_a_word_that_no_line_holds() {
        let word = "x".repeat(200);
        let lines = texts(&word, 60.0);
        assert!(lines.len() > 5);
        assert_eq!(lines.concat(), word);
    }

    #[test]
    fn a_number_stays_whole_and_a_compound_does_not() {
        assert_eq!(pieces("12-P"), ["12-P"]);
        assert_eq!(pieces("sākumskola-bērnudārzs"), ["sākumskola-", "bērnudārzs"]);
    }

    #[test]
    fn a_number_stays_with_what_it_counts() {
        assert_eq!(
            words("nolikuma 23. punktu, 2026. gada 5. maijs Nr. 7"),
            ["nolikuma", "23. punktu,", "2026. gada", "5. maijs", "Nr. 7"]
        );
    }

    #[test]
    fn what_cannot_be_seen_is_left_out() {
        assert_eq!(clean("a\u{202e}b\u{0}c\td\r\ne"), "abc d\ne");
    }

    #[test]
    fn a_missing_glyph_is_named() {
        let fonts = Fonts::load().unwrap();
        let error = Setter::new(&fonts).lines("labi 😀", Type::new(Style::Regular, 12.0), 100.0).unwrap_err();
        assert!(error.contains("U+1F600"), "{error}");
    }

    proptest::proptest! {
        #[test]
        fn no_letter_is_lost(text in "[a-zāčēģīķļņšūž -]{0,80}", width in 15.0_f32..300.0) {
            let lines = texts(&text, width);
            let squeeze = |s: &str| s.split_whitespace().collect::<String>();
            proptest::prop_assert_eq!(squeeze(&lines.concat()), squeeze(&text));
        }
    }
}
