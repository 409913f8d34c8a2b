//! Figures as tables to be taken out: CSV, JSON, XLSX.

use rust_decimal::prelude::ToPrimitive as _;
use rust_xlsxwriter::{Format, Workbook, XlsxError};
use serde_json::{Map, Number, Value};

use crate::model::Cell;

/// A table: the names of its columns, and its cells.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub title: String,
    pub head: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
}

/// Comma, header, raw numbers, UTF-8 without a byte order mark. A text that a spreadsheet would take for a formula is
/// made harmless.
pub(crate) fn csv(table: &Table) -> String {
    let mut out = String::new();
    let mut line = |cells: Vec<String>| {
        out.push_str(&cells.join(","));
        out.push('\n');
    };
    line(table.head.iter().map(|h| text(h)).collect());
    for row in &table.rows {
        line(row.iter().map(cell).collect());
    }
    out
}

fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Text(t) => text(t),
        other => other.raw(),
    }
}

fn text(text: &str) -> String {
    let harmless = match text.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r') => format!("'{text}"),
        _ => text.to_owned(),
    };
    if harmless.contains([',', '"', '\n', '\r']) { format!("\"{}\"", harmless.replace('"', "\"\"")) } else { harmless }
}

/// One object a row; an empty cell is null.
pub(crate) fn json(table: &Table) -> Value {
    let value = |c: &Cell| match c {
        Cell::Text(t) => Value::String(t.clone()),
        Cell::Count(n) => Value::from(*n),
        Cell::Number(d) => d.to_f64().and_then(Number::from_f64).map_or(Value::Null, Value::Number),
        Cell::Empty => Value::Null,
    };
    let object = |row: &Vec<Cell>| {
        let pairs = table.head.iter().zip(row).map(|(h, c)| (h.clone(), value(c)));
        Value::Object(pairs.collect::<Map<String, Value>>())
    };
    Value::Array(table.rows.iter().map(object).collect())
}

/// Numbers are numbers, texts are texts: nothing becomes a formula by itself.
pub(crate) fn xlsx(table: &Table) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let name: String = table.title.chars().filter(|c| !"[]:*?/\\'".contains(*c)).take(31).collect();
    sheet.set_name(if name.trim().is_empty() { "1" } else { name.trim() })?;
    sheet.set_freeze_panes(1, 1)?;
    let bold = Format::new().set_bold().set_text_wrap();
    for (c, head) in (0_u16..).zip(&table.head) {
        sheet.set_column_width(c, if c == 0 { 36 } else { 16 })?;
        sheet.write_string_with_format(0, c, head, &bold)?;
    }
    for (r, row) in (1_u32..).zip(&table.rows) {
        for (c, cell) in (0_u16..).zip(row) {
            match cell {
                Cell::Text(t) => {
                    let t: String = t.chars().take(32_000).collect();
                    sheet.write_string(r, c, t)?;
                }
                Cell::Count(n) => {
                    sheet.write_number(r, c, i64_as_f64(*n))?;
                }
                Cell::Number(d) => {
                    sheet.write_number(r, c, d.to_f64().unwrap_or_default())?;
                }
                Cell::Empty => {}
            }
        }
    }
    book.save_to_buffer()
}

/// Exact up to 2^53: more than anybody counts.
pub(crate) fn i64_as_f64(n: i64) -> f64 {
    rust_decimal::Decimal::from(n).to_f64().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::Decimal;

    fn table() -> Table {
        Table {
            title: "a/b".to_owned(),
            head: vec!["municipality".to_owned(), "n".to_owned(), "pct".to_owned(), "none".to_owned()],
            rows: vec![vec![
                Cell::Text("=HYPERLINK(\"x\")".to_owned()),
                Cell::Count(-5),
                Cell::Number(Decimal::new(280, 2)),
                Cell::Empty,
            ]],
        }
    }

    #[test]
    fn csv_has_raw_numbers_and_no_formula() {
        assert_eq!(csv(&table()), "municipality,n,pct,none\n\"'=HYPERLINK(\"\"x\"\")\",-5,2.80,\n");
    }

    #[test]
    fn json_has_numbers_and_null() {
        let expected = serde_json::json!([{ "municipality": "=HYPERLINK(\"x\")", "n": -5, "pct": 2.8, "none": null }]);
        assert_eq!(json(&table()), expected);
    }

    #[test]
    fn xlsx_is_a_zip() {
        assert!(xlsx(&table()).unwrap().starts_with(b"PK"));
    }
}
