//! Tables: column widths, rows over pages, the head repeated on each.

use crate::{
    fonts::Style,
    layout::{Align, Child, Flow, Kind, LEFT, Node, WIDTH, aligned},
    lines::{Line, Type},
};

const HEAD: Type = Type::new(Style::Bold, 10.5);
const CELL: Type = Type::new(Style::Regular, 10.5);
const GAP: f32 = 10.0;
const PAD: f32 = 3.0;
const MAX_COLUMNS: usize = 12;
/// Widths are measured on the first rows only: a long table costs no second pass.
const MEASURED: usize = 200;

struct Columns {
    at: Vec<(f32, f32, Align)>,
}

/// Sets a table.
///
/// # Errors
/// Too many columns, a row with more cells than the head, a row higher than a page, a missing glyph.
pub fn table(flow: &mut Flow<'_>, head: &[String], rows: &[Vec<String>], right: &[usize]) -> Result<Node, String> {
    if head.is_empty() || head.len() > MAX_COLUMNS {
        return Err(format!("a table has {} columns, one to {MAX_COLUMNS} can be set", head.len()));
    }
    if let Some(row) = rows.iter().position(|row| row.len() != head.len()) {
        return Err(format!("row {} of a table does not have the {} cells of its head", row + 1, head.len()));
    }
    let columns = columns(flow, head, rows, right)?;
    let mut node = Node::new(Kind::Table);
    flow.y += 4.0;
    let head_cells = cells(flow, &columns, head, HEAD)?;
    let first_row = match rows.first() {
        Some(row) => height(&cells(flow, &columns, row, CELL)?, CELL),
        None => 0.0,
    };
    flow.need(height(&head_cells, HEAD) + first_row)?;
    node.push(row_of(flow, &columns, head_cells.clone(), HEAD, Kind::HeadCell));
    for row in rows {
        let row_cells = cells(flow, &columns, row, CELL)?;
        let high = height(&row_cells, CELL);
        if high + height(&head_cells, HEAD) > Flow::page_height() {
            return Err("a row of a table is higher than a page".to_owned());
        }
        if !flow.fits(high) {
            flow.next_page()?;
            repeat_head(flow, &columns, &head_cells);
        }
        node.push(row_of(flow, &columns, row_cells, CELL, Kind::Cell));
    }
    flow.y += 10.0;
    Ok(node)
}

fn cells(flow: &mut Flow<'_>, columns: &Columns, row: &[String], face: Type) -> Result<Vec<Vec<Line>>, String> {
    columns.at.iter().zip(row).map(|((_, width, _), text)| flow.setter.lines(filled(text), face, *width)).collect()
}

/// An empty cell carries a space: without content it would be missing from the structure, and the columns after it
/// would be read under the wrong heads.
pub fn filled(text: &str) -> &str {
    if text.trim().is_empty() { "\u{a0}" } else { text }
}

fn height(cells: &[Vec<Line>], face: Type) -> f32 {
    cells.iter().map(Vec::len).max().unwrap_or(0) as f32 * face.leading() + 2.0 * PAD
}

fn row_of(flow: &mut Flow<'_>, columns: &Columns, cells: Vec<Vec<Line>>, face: Type, kind: Kind) -> Node {
    let mut row = Node::new(Kind::Row);
    let high = height(&cells, face);
    for ((x, width, align), lines) in columns.at.iter().zip(cells) {
        let mut cell = Node::new(kind.clone());
        for (index, line) in lines.into_iter().enumerate() {
            let top = flow.y + PAD + index as f32 * face.leading();
            let at = aligned(*x, *width, line.width, *align);
            cell.children.push(flow.put(line, at, top));
        }
        row.push(cell);
    }
    flow.y += high;
    flow.rule(LEFT, WIDTH);
    row
}

/// The head again on a new page: seen, but not read out a second time.
fn repeat_head(flow: &mut Flow<'_>, columns: &Columns, head: &[Vec<Line>]) {
    let node = row_of(flow, columns, head.to_vec(), HEAD, Kind::HeadCell);
    for child in node.children {
        let Child::Node(cell) = child else { continue };
        for text in cell.children {
            if let Child::Text(index) = text
                && let Some(item) = flow.items.get_mut(index)
            {
                item.artifact = true;
            }
        }
    }
}

/// Every column gets its widest unbreakable piece, and the rest is shared by how much more it would like.
fn columns(flow: &mut Flow<'_>, head: &[String], rows: &[Vec<String>], right: &[usize]) -> Result<Columns, String> {
    let free = WIDTH - GAP * (head.len() - 1) as f32;
    let mut narrow = Vec::new();
    let mut wide = Vec::new();
    for (index, title) in head.iter().enumerate() {
        let (mut least, mut most) = flow.setter.extent(title, HEAD)?;
        for row in rows.iter().take(MEASURED) {
            let (a, b) = flow.setter.extent(row.get(index).map_or("", String::as_str), CELL)?;
            (least, most) = (least.max(a), most.max(b));
        }
        narrow.push(least + 0.5);
        wide.push(most + 0.5);
    }
    let (least, most): (f32, f32) = (narrow.iter().sum(), wide.iter().sum());
    let widths: Vec<f32> = if most <= free {
        // All fit on one line: what is left goes to the columns that carry words.
        let words = (0..head.len()).filter(|index| !right.contains(index)).count();
        let each = if words == 0 { 0.0 } else { (free - most) / words as f32 };
        wide.iter().enumerate().map(|(i, w)| if right.contains(&i) { *w } else { w + each }).collect()
    } else if least <= free {
        let share = (free - least) / (most - least).max(1.0);
        narrow.iter().zip(&wide).map(|(a, b)| a + (b - a) * share).collect()
    } else {
        narrow.iter().map(|a| a * free / least).collect()
    };
    let mut x = LEFT;
    let at = widths.into_iter().enumerate().map(|(index, width)| {
        let align = if right.contains(&index) { Align::Right } else { Align::Left };
        let column = (x, width, align);
        x += width + GAP;
        column
    });
    Ok(Columns { at: at.collect() })
}
