//! Writes what was laid out as a tagged PDF/A.

use std::num::NonZeroU16;

use chrono::{Datelike, Timelike};
use documents::ports::Letter;
use krilla::{
    Document, SerializeSettings,
    color::luma,
    configure::{Accessibility, Archival, ConfigurationBuilder},
    destination::XyzDestination,
    geom::{PathBuilder, Point, Rect},
    metadata::{DateTime, Metadata},
    outline::{Outline, OutlineNode},
    page::PageSettings,
    paint::Fill,
    surface::Surface,
    tagging::{
        Artifact, ArtifactType, ContentTag, Identifier, ListNumbering, SpanTag, TableHeaderScope, Tag, TagGroup,
        TagKind, TagTree,
    },
};
use types::Timestamp;

use crate::{
    fonts::Fonts,
    layout::{Child, Item, Kind, Laid, Mark, Node, PAGE, What},
};

/// Draws the pages and closes the file.
///
/// # Errors
/// What the PDF/A rules refuse.
pub fn draw(fonts: &Fonts, letter: &Letter, laid: Laid) -> Result<Vec<u8>, String> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| format!("{error:?}"))?;
    let settings = SerializeSettings { configuration, enable_tagging: true, ..SerializeSettings::default() };
    let mut document = Document::new_with(settings);
    document.set_metadata(metadata(letter));
    let mut ids: Vec<Option<Identifier>> = laid.items.iter().map(|_| None).collect();
    for page in 0..laid.pages {
        let settings = PageSettings::from_wh(PAGE.0, PAGE.1).ok_or("the page has no size")?;
        let mut sheet = document.start_page_with(settings);
        let mut surface = sheet.surface();
        surface.set_fill(Some(Fill { paint: luma::Color::black().into(), ..Fill::default() }));
        for (item, id) in laid.items.iter().zip(&mut ids).filter(|(item, _)| item.page == page) {
            *id = draw_item(fonts, &mut surface, item);
        }
        surface.finish();
        sheet.finish();
    }
    let mut tree = TagTree::new().with_lang(Some(letter.lang.tag().to_owned()));
    for node in laid.root {
        tree.push(group(node, &mut ids));
    }
    document.set_tag_tree(tree);
    document.set_outline(outline(laid.marks));
    document.finish().map_err(|error| format!("PDF/A: {error}"))
}

fn draw_item(fonts: &Fonts, surface: &mut Surface<'_>, item: &Item) -> Option<Identifier> {
    match &item.what {
        What::Text(line) if line.text.is_empty() => None,
        What::Text(line) => {
            let tag = if item.artifact {
                ContentTag::Artifact(Artifact::with_kind(ArtifactType::PaginationOther))
            } else {
                ContentTag::Span(SpanTag::empty())
            };
            let id = surface.start_tagged(tag);
            let at = Point::from_xy(item.x, item.y);
            surface.draw_glyphs(at, &line.glyphs, fonts.pdf(line.face.style), &line.text, line.face.size, false);
            surface.end_tagged();
            (!item.artifact).then_some(id)
        }
        What::Rule { width } => {
            surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
            let mut path = PathBuilder::new();
            if let Some(rect) = Rect::from_xywh(item.x, item.y, *width, 0.5) {
                path.push_rect(rect);
            }
            if let Some(path) = path.finish() {
                surface.draw_path(&path);
            }
            surface.end_tagged();
            None
        }
    }
}

/// Each identifier is taken out of its place once: the structure must hold every piece of text exactly once.
fn group(node: Node, ids: &mut [Option<Identifier>]) -> TagGroup {
    let mut group = TagGroup::new(tag(node.kind));
    for child in node.children {
        match child {
            Child::Node(node) => group.push(self::group(node, ids)),
            Child::Text(index) => {
                if let Some(id) = ids.get_mut(index).and_then(Option::take) {
                    group.push(id);
                }
            }
        }
    }
    group
}

fn tag(kind: Kind) -> TagKind {
    match kind {
        Kind::Group => Tag::Div.into(),
        Kind::Title(text) => Tag::Hn(NonZeroU16::MIN, Some(text)).into(),
        Kind::Heading(text) => Tag::Hn(NonZeroU16::MIN.saturating_add(1), Some(text)).into(),
        Kind::Paragraph => Tag::P.into(),
        Kind::List => Tag::L(ListNumbering::Decimal).into(),
        Kind::Item => Tag::LI.into(),
        Kind::Label => Tag::Lbl.into(),
        Kind::ItemBody => Tag::LBody.into(),
        Kind::Table => Tag::Table.into(),
        Kind::Row => Tag::TR.into(),
        Kind::HeadCell => Tag::TH(TableHeaderScope::Column).into(),
        Kind::RowHead => Tag::TH(TableHeaderScope::Row).into(),
        Kind::Cell => Tag::TD.into(),
    }
}

fn outline(marks: Vec<Mark>) -> Outline {
    let mut outline = Outline::new();
    for mark in marks {
        let place = XyzDestination::new(mark.page, Point::from_xy(0.0, mark.y));
        outline.push_child(OutlineNode::new(mark.title, place));
    }
    outline
}

fn metadata(letter: &Letter) -> Metadata {
    Metadata::new()
        .title(letter.title.clone())
        .authors(vec![letter.author.clone()])
        .language(letter.lang.tag().to_owned())
        .creator("Novads".to_owned())
        .producer("Novads".to_owned())
        .creation_date(date(letter.created))
}

fn date(at: Timestamp) -> DateTime {
    let small = |n: u32| u8::try_from(n).unwrap_or_default();
    DateTime::new(u16::try_from(at.year()).unwrap_or_default())
        .month(small(at.month()))
        .day(small(at.day()))
        .hour(small(at.hour()))
        .minute(small(at.minute()))
        .second(small(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}
