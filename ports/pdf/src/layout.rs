//! Places the blocks of a letter on pages and notes what each piece of text is, for the tagged structure.

use documents::ports::{Block, Letter};

use crate::{
    MAX_PAGES,
    fonts::{Fonts, Style},
    lines::{Line, Setter, Type},
    table,
};

/// A4, in points.
pub const PAGE: (f32, f32) = (595.276, 841.89);
/// Left 30 mm (the file's binding), right 20 mm, top and bottom 20 mm.
pub const LEFT: f32 = 85.04;
pub const RIGHT: f32 = PAGE.0 - 56.69;
pub const WIDTH: f32 = RIGHT - LEFT;
const TOP: f32 = 56.69;
/// Where the body ends: above the footer.
const BOTTOM: f32 = PAGE.1 - 79.0;

pub const BODY: Type = Type::new(Style::Regular, 12.0);
pub const SMALL: Type = Type::new(Style::Regular, 9.5);
const TITLE: Type = Type::new(Style::Bold, 15.0);
const HEADING: Type = Type::new(Style::Bold, 12.5);
const INSTITUTION: Type = Type::new(Style::Bold, 13.0);
const NAME: Type = Type::new(Style::Italic, 12.0);
const NOTE: Type = Type::new(Style::Italic, 10.0);
const POINT_INDENT: f32 = 26.0;

/// What a piece of the structure is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    Group,
    Title(String),
    Heading(String),
    Paragraph,
    List,
    Item,
    Label,
    ItemBody,
    Table,
    Row,
    HeadCell,
    RowHead,
    Cell,
}

/// The structure that a screen reader walks.
#[derive(Debug)]
pub struct Node {
    pub kind: Kind,
    pub children: Vec<Child>,
}

#[derive(Debug)]
pub enum Child {
    Node(Node),
    /// The index of an item.
    Text(usize),
}

impl Node {
    pub fn new(kind: Kind) -> Self {
        Self { kind, children: Vec::new() }
    }

    pub fn push(&mut self, node: Self) {
        self.children.push(Child::Node(node));
    }
}

/// Something on a page; `y` is the baseline, from the top.
pub struct Item {
    pub page: usize,
    pub x: f32,
    pub y: f32,
    pub what: What,
    /// Not part of the structure: rules, footers, repeated heads.
    pub artifact: bool,
}

pub enum What {
    Text(Line),
    Rule { width: f32 },
}

/// A heading for the bookmarks.
pub struct Mark {
    pub title: String,
    pub page: usize,
    pub y: f32,
}

pub struct Laid {
    pub items: Vec<Item>,
    pub root: Vec<Node>,
    pub marks: Vec<Mark>,
    pub pages: usize,
}

#[derive(Clone, Copy)]
pub enum Align {
    Left,
    Centre,
    Right,
}

/// The pen: where the next thing goes.
pub struct Flow<'a> {
    pub setter: Setter<'a>,
    pub items: Vec<Item>,
    pub page: usize,
    pub y: f32,
    marks: Vec<Mark>,
}

/// Lays out a whole letter.
///
/// # Errors
/// A character without a glyph, a table or a footer that cannot be set, more than [`MAX_PAGES`].
pub fn lay_out(fonts: &Fonts, letter: &Letter) -> Result<Laid, String> {
    let mut flow = Flow { setter: Setter::new(fonts), items: Vec::new(), page: 0, y: TOP, marks: Vec::new() };
    let mut root = Vec::new();
    if !letter.letterhead.is_empty() {
        root.push(flow.letterhead(&letter.letterhead)?);
    }
    root.push(flow.title(&letter.title)?);
    for (index, block) in letter.blocks.iter().enumerate() {
        root.push(flow.block(block, index == 0)?);
    }
    let pages = flow.page + 1;
    flow.footers(&letter.footer, pages)?;
    Ok(Laid { items: flow.items, root, marks: flow.marks, pages })
}

impl Flow<'_> {
    fn block(&mut self, block: &Block, first: bool) -> Result<Node, String> {
        match block {
            Block::Heading(text) => self.heading(text),
            Block::Paragraph(text) => self.paragraph(text),
            Block::Fields(fields) => {
                if first && let Some(node) = self.field_line(fields)? {
                    return Ok(node);
                }
                self.fields(fields)
            }
            Block::Points(points) => self.points(points),
            Block::Table { head, rows, right } => table::table(self, head, rows, right),
            Block::Signature { post, name, note } => self.signature(post, name, note),
        }
    }

    fn letterhead(&mut self, lines: &[String]) -> Result<Node, String> {
        let mut group = Node::new(Kind::Group);
        for (index, text) in lines.iter().enumerate() {
            let face = if index == 0 { INSTITUTION } else { SMALL };
            group.push(self.text(Kind::Paragraph, text, face, Align::Centre)?);
        }
        self.y += 5.0;
        self.rule(LEFT, WIDTH);
        self.y += 22.0;
        Ok(group)
    }

    fn title(&mut self, text: &str) -> Result<Node, String> {
        self.mark(text);
        let node = self.text(Kind::Title(text.to_owned()), text, TITLE, Align::Centre)?;
        self.y += 14.0;
        Ok(node)
    }

    fn heading(&mut self, text: &str) -> Result<Node, String> {
        self.y += 6.0;
        // A heading never stands alone at the foot of a page.
        self.need(HEADING.leading() + 2.0 * BODY.leading() + 4.0)?;
        self.mark(text);
        let node = self.text(Kind::Heading(text.to_owned()), text, HEADING, Align::Left)?;
        self.y += 4.0;
        Ok(node)
    }

    fn paragraph(&mut self, text: &str) -> Result<Node, String> {
        let node = self.text(Kind::Paragraph, text, BODY, Align::Left)?;
        self.y += 7.0;
        Ok(node)
    }

    fn points(&mut self, points: &[String]) -> Result<Node, String> {
        let mut list = Node::new(Kind::List);
        for (index, text) in points.iter().enumerate() {
            let lines = self.setter.lines(text, BODY, WIDTH - POINT_INDENT)?;
            self.need(BODY.leading() * if lines.len() > 1 { 2.0 } else { 1.0 })?;
            let number = self.setter.line(&format!("{}. ", index + 1), BODY)?;
            let mut label = Node::new(Kind::Label);
            label.children.push(self.put(number, LEFT, self.y));
            let mut body = Node::new(Kind::ItemBody);
            body.children = self.set(lines, LEFT + POINT_INDENT, WIDTH - POINT_INDENT, Align::Left)?;
            let mut item = Node::new(Kind::Item);
            item.push(label);
            item.push(body);
            list.push(item);
            self.y += 5.0;
        }
        self.y += 3.0;
        Ok(list)
    }

    /// The line of place, date and number under the title: up to three fields spread over the width, where they fit.
    fn field_line(&mut self, fields: &[(String, String)]) -> Result<Option<Node>, String> {
        if !(2..=3).contains(&fields.len()) {
            return Ok(None);
        }
        let mut lines = Vec::new();
        for (name, value) in fields {
            lines.push(self.setter.line(format!("{name} {value}").trim(), BODY)?);
        }
        let cell = WIDTH / lines.len() as f32 - 6.0;
        if lines.iter().any(|line| line.width > cell) {
            return Ok(None);
        }
        let mut group = Node::new(Kind::Group);
        let last = lines.len() - 1;
        for (index, line) in lines.into_iter().enumerate() {
            let align = if index == 0 {
                Align::Left
            } else if index == last {
                Align::Right
            } else {
                Align::Centre
            };
            let mut part = Node::new(Kind::Paragraph);
            let x = aligned(LEFT, WIDTH, line.width, align);
            part.children.push(self.put(line, x, self.y));
            group.push(part);
        }
        self.y += BODY.leading() + 16.0;
        Ok(Some(group))
    }

    /// Fields below each other, the names in a column: to a screen reader a table whose rows have heads.
    fn fields(&mut self, fields: &[(String, String)]) -> Result<Node, String> {
        let mut names = 0.0_f32;
        for (name, _) in fields {
            names = names.max(self.setter.line(name, NAME)?.width);
        }
        let names = (names + 1.0).min(WIDTH * 0.4);
        let values = LEFT + names + 14.0;
        let mut table = Node::new(Kind::Table);
        for (name, value) in fields {
            let name = self.setter.lines(table::filled(name), NAME, names)?;
            let value = self.setter.lines(table::filled(value), BODY, RIGHT - values)?;
            self.need(BODY.leading() * name.len().max(2.min(value.len())) as f32)?;
            let (page, top) = (self.page, self.y);
            let mut head = Node::new(Kind::RowHead);
            head.children = self.set(name, LEFT, names, Align::Left)?;
            let below = self.y;
            // A value longer than a page goes on; a name never does (it is checked with `need`).
            (self.page, self.y) = (page, top);
            let mut cell = Node::new(Kind::Cell);
            cell.children = self.set(value, values, RIGHT - values, Align::Left)?;
            if self.page == page {
                self.y = self.y.max(below);
            }
            let mut row = Node::new(Kind::Row);
            row.push(head);
            row.push(cell);
            table.push(row);
            self.y += 2.0;
        }
        self.y += 7.0;
        Ok(table)
    }

    /// Post on the left, name on the right, the note on the electronic signature below; never torn apart.
    fn signature(&mut self, post: &str, name: &str, note: &str) -> Result<Node, String> {
        let post = self.setter.lines(post, BODY, WIDTH * 0.55)?;
        let name = self.setter.lines(name, BODY, WIDTH * 0.4)?;
        let note = self.setter.lines(note, NOTE, WIDTH)?;
        let rows = post.len().max(name.len()) as f32;
        self.y += 26.0;
        self.need(rows * BODY.leading() + 18.0 + note.len() as f32 * NOTE.leading())?;
        let (page, top) = (self.page, self.y);
        let mut group = Node::new(Kind::Group);
        let mut left = Node::new(Kind::Paragraph);
        left.children = self.set(post, LEFT, WIDTH * 0.55, Align::Left)?;
        (self.page, self.y) = (page, top);
        let mut right = Node::new(Kind::Paragraph);
        right.children = self.set(name, LEFT, WIDTH, Align::Right)?;
        (self.page, self.y) = (page, top + rows * BODY.leading() + 18.0);
        let mut below = Node::new(Kind::Paragraph);
        below.children = self.set(note, LEFT, WIDTH, Align::Centre)?;
        self.y += 8.0;
        [left, right, below].into_iter().for_each(|node| group.push(node));
        Ok(group)
    }

    /// The letter's footer and «2 / 3» on every page.
    fn footers(&mut self, footer: &str, pages: usize) -> Result<(), String> {
        let lines = self.setter.lines(footer, SMALL, WIDTH - 60.0)?;
        if lines.len() > 3 {
            return Err("the footer has more than three lines".to_owned());
        }
        for page in 0..pages {
            self.page = page;
            self.y = BOTTOM + 12.0;
            self.rule(LEFT, WIDTH);
            self.y += 3.0;
            let number = self.setter.line(&format!("{} / {pages}", page + 1), SMALL)?;
            let top = self.y;
            self.put_artifact(number, Align::Right, top);
            for (index, line) in lines.iter().enumerate() {
                self.put_artifact(line.clone(), Align::Left, top + index as f32 * SMALL.leading());
            }
        }
        Ok(())
    }

    fn text(&mut self, kind: Kind, text: &str, face: Type, align: Align) -> Result<Node, String> {
        let mut node = Node::new(kind);
        let lines = self.setter.lines(text, face, WIDTH)?;
        node.children = self.set(lines, LEFT, WIDTH, align)?;
        Ok(node)
    }

    /// Sets lines below each other, over pages where need be, with no single line left behind or carried over.
    pub fn set(&mut self, lines: Vec<Line>, x: f32, width: f32, align: Align) -> Result<Vec<Child>, String> {
        let mut children = Vec::new();
        let count = lines.len();
        for (index, line) in lines.into_iter().enumerate() {
            let leading = line.face.leading();
            let together = count > 1 && (index == 0 || (index + 2 == count && index > 1));
            self.need(if together { 2.0 * leading } else { leading })?;
            let at = aligned(x, width, line.width, align);
            children.push(self.put(line, at, self.y));
            self.y += leading;
        }
        Ok(children)
    }

    /// Draws a line whose box starts at `top`.
    pub fn put(&mut self, line: Line, x: f32, top: f32) -> Child {
        let y = baseline(top, line.face);
        self.items.push(Item { page: self.page, x, y, what: What::Text(line), artifact: false });
        Child::Text(self.items.len() - 1)
    }

    pub fn put_artifact(&mut self, line: Line, align: Align, top: f32) {
        let x = aligned(LEFT, WIDTH, line.width, align);
        let y = baseline(top, line.face);
        self.items.push(Item { page: self.page, x, y, what: What::Text(line), artifact: true });
    }

    /// A thin line at the pen.
    pub fn rule(&mut self, x: f32, width: f32) {
        self.items.push(Item { page: self.page, x, y: self.y, what: What::Rule { width }, artifact: true });
    }

    /// Goes to the next page where less than `height` is left on this one.
    pub fn need(&mut self, height: f32) -> Result<(), String> {
        if self.y + height > BOTTOM && self.y > TOP { self.next_page() } else { Ok(()) }
    }

    /// Whether `height` is left on this page.
    pub fn fits(&self, height: f32) -> bool {
        self.y + height <= BOTTOM
    }

    /// Whether nothing could be more than this on one page.
    pub const fn page_height() -> f32 {
        BOTTOM - TOP
    }

    pub fn next_page(&mut self) -> Result<(), String> {
        self.page += 1;
        self.y = TOP;
        if self.page >= MAX_PAGES {
            return Err(format!("the letter would be longer than {MAX_PAGES} pages"));
        }
        Ok(())
    }

    fn mark(&mut self, title: &str) {
        self.marks.push(Mark { title: title.to_owned(), page: self.page, y: self.y });
    }
}

fn baseline(top: f32, face: Type) -> f32 {
    top + (face.leading() + face.size * 0.66) / 2.0
}

pub fn aligned(x: f32, width: f32, used: f32, align: Align) -> f32 {
    match align {
        Align::Left => x,
        Align::Centre => x + (width - used) / 2.0,
        Align::Right => x + width - used,
    }
}
