//! The embedded faces and the shaping of single words.

use harfrust::{Direction, FontRef, ShaperData, UnicodeBuffer};
use krilla::text::{Font, GlyphId, KrillaGlyph};

/// A face of the one family that letters are set in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Style {
    Regular,
    Bold,
    Italic,
}

/// Glyphs of a piece of text; lengths are parts of the font size.
#[derive(Clone, Debug, Default)]
pub struct Shaped {
    pub text: String,
    pub glyphs: Vec<KrillaGlyph>,
    pub width: f32,
}

struct Face {
    pdf: Font,
    font: FontRef<'static>,
    data: ShaperData,
    units_per_em: f32,
}

pub struct Fonts {
    regular: Face,
    bold: Face,
    italic: Face,
}

impl Fonts {
    pub fn load() -> Result<Self, String> {
        Ok(Self {
            regular: Face::new(include_bytes!(concat!(env!("OUT_DIR"), "/LibertinusSerif-Regular.otf")))?,
            bold: Face::new(include_bytes!(concat!(env!("OUT_DIR"), "/LibertinusSerif-Bold.otf")))?,
            italic: Face::new(include_bytes!(concat!(env!("OUT_DIR"), "/LibertinusSerif-Italic.otf")))?,
        })
    }

    pub fn pdf(&self, style: Style) -> Font {
        self.face(style).pdf.clone()
    }

    /// Shapes text from left to right.
    ///
    /// # Errors
    /// Names the first character that the face has no glyph for: a document must never show a box for a letter.
    pub fn shape(&self, style: Style, text: &str) -> Result<Shaped, String> {
        self.face(style).shape(text)
    }

    fn face(&self, style: Style) -> &Face {
        match style {
            Style::Regular => &self.regular,
            Style::Bold => &self.bold,
            Style::Italic => &self.italic,
        }
    }
}

impl Face {
    fn new(bytes: &'static [u8]) -> Result<Self, String> {
        let pdf = Font::new(bytes.into(), 0).ok_or("the embedded font cannot be read")?;
        let font = FontRef::new(bytes).map_err(|error| format!("the embedded font cannot be read: {error}"))?;
        let data = ShaperData::new(&font);
        let units_per_em = pdf.units_per_em();
        Ok(Self { pdf, font, data, units_per_em })
    }

    fn shape(&self, text: &str) -> Result<Shaped, String> {
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        buffer.set_direction(Direction::LeftToRight);
        let output = self.data.shaper(&self.font).build().shape(buffer, harfrust::ShapeOptions::default());
        let mut starts: Vec<usize> = output.glyph_infos().iter().map(|info| info.cluster as usize).collect();
        starts.sort_unstable();
        let mut shaped = Shaped { text: text.to_owned(), glyphs: Vec::with_capacity(starts.len()), width: 0.0 };
        for (info, position) in output.glyph_infos().iter().zip(output.glyph_positions()) {
            let start = info.cluster as usize;
            let end = starts.get(starts.partition_point(|other| *other <= start)).copied().unwrap_or(text.len());
            if info.glyph_id == 0 {
                return Err(missing(text.get(start..end).unwrap_or_default()));
            }
            let advance = self.em(position.x_advance);
            shaped.width += advance;
            shaped.glyphs.push(KrillaGlyph::new(
                GlyphId::new(info.glyph_id),
                advance,
                self.em(position.x_offset),
                self.em(position.y_offset),
                self.em(position.y_advance),
                start..end,
                None,
            ));
        }
        Ok(shaped)
    }

    #[expect(clippy::cast_precision_loss, reason = "font units are small")]
    fn em(&self, units: i32) -> f32 {
        units as f32 / self.units_per_em
    }
}

fn missing(cluster: &str) -> String {
    let codes: Vec<String> = cluster.chars().map(|c| format!("U+{:04X}", u32::from(c))).collect();
    format!("the letter's font has no glyph for «{cluster}» ({})", codes.join(" "))
}
