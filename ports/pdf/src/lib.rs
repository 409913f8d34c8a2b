//! Archival PDF (PDF/A-2a, tagged after PDF/UA-1) of a [`Letter`]: the one place that knows a PDF library.
//!
//! The layout is our own and small: lines, headings, fields, numbered points, tables across pages, the signature
//! block, page numbers. Text is only ever text: nothing in a letter can reach the PDF's syntax.

mod draw;
mod fonts;
mod layout;
mod lines;
mod table;

use documents::ports::{Block, Letter, PdfRenderer};

/// The licence of the embedded font, for the page that lists third-party work.
pub const FONT_NOTICE: &str =
    "Libertinus Serif, Copyright © The Libertinus Project Authors, SIL Open Font License, Version 1.1";

/// No letter is longer than this.
pub const MAX_PAGES: usize = 500;

/// No letter carries more text than this (bytes of UTF-8): about what [`MAX_PAGES`] hold.
pub const MAX_TEXT: usize = 2 * 1024 * 1024;

/// Renders letters as PDF/A-2a. Cheap to keep, made once.
pub struct LetterPdf {
    fonts: fonts::Fonts,
}

impl LetterPdf {
    /// Reads the embedded fonts.
    ///
    /// # Errors
    /// Only where the build embedded something that is no font.
    pub fn new() -> Result<Self, String> {
        Ok(Self { fonts: fonts::Fonts::load()? })
    }
}

impl PdfRenderer for LetterPdf {
    fn render(&self, letter: &Letter) -> Result<Vec<u8>, String> {
        let size = text_size(letter);
        if size > MAX_TEXT {
            return Err(format!("the letter has {size} bytes of text, at most {MAX_TEXT} can be set"));
        }
        if letter.title.trim().is_empty() {
            return Err("a letter needs a title".to_owned());
        }
        let laid = layout::lay_out(&self.fonts, letter)?;
        draw::draw(&self.fonts, letter, laid)
    }
}

fn text_size(letter: &Letter) -> usize {
    let head = letter.title.len() + letter.author.len() + letter.footer.len() + total(&letter.letterhead);
    letter.blocks.iter().map(block_size).fold(head, usize::saturating_add)
}

fn block_size(block: &Block) -> usize {
    match block {
        Block::Heading(text) | Block::Paragraph(text) => text.len(),
        Block::Fields(fields) => fields.iter().map(|(name, value)| name.len() + value.len()).sum(),
        Block::Points(points) => total(points),
        Block::Table { head, rows, .. } => total(head) + rows.iter().map(|row| total(row)).sum::<usize>(),
        Block::Signature { post, name, note } => post.len() + name.len() + note.len(),
    }
}

fn total(texts: &[String]) -> usize {
    texts.iter().map(String::len).sum()
}
