use axum::{
    extract::{Path, RawQuery},
    http::header,
    response::{IntoResponse as _, Response},
};
use i18n::Tr;
use op::{Action as _, Audit};
use rust_xlsxwriter::{Format, Workbook, XlsxError};
use serde_json::json;
use types::UnitId;
use web::{Ctx, Problem, Result};

use super::{
    institutions, kinds, query,
    register::{asked, cell, the_register},
};
use crate::{
    Kinds,
    actions::ExportRegister,
    store::{self, Line},
};

/// The longest table; a longer one is narrowed by its dates first.
const MOST: i64 = 50_000;

/// The lines as they are filtered, as XLSX or CSV.
pub(super) async fn download(ctx: Ctx, Path(code): Path<String>, RawQuery(raw): RawQuery) -> Result {
    let mut form = query(&ctx.tr, raw);
    let asked = asked(&mut form);
    let mut read = ctx.op.read().await?;
    let register = the_register(&mut read, &code).await?;
    let lines = store::lines(&mut read, register.id, &asked.filter, None, MOST + 1).await?;
    let units = institutions(&mut read).await?;
    drop(read);
    if lines.len() > usize::try_from(MOST).unwrap_or(usize::MAX) {
        return Err(Problem::Refused(ctx.tr.t1("documents-export-too-long", "n", MOST)));
    }
    let mut tx = ctx.op.begin().await?;
    let shown = lines.iter().filter(|l| l.open).map(|l| l.document.uuid()).collect();
    tx.audit(Audit::of_all(ExportRegister::DEF.name, "document", shown).with(json!({ "register": code })));
    tx.commit().await?;
    let kinds = kinds(&ctx.op);
    let table = table(&ctx.tr, &lines, &asked.columns, &kinds, &units);
    if form.value("format") == "csv" {
        return Ok(file(&format!("{code}.csv"), "text/csv; charset=utf-8", csv(&table).into_bytes()));
    }
    let title = register.title;
    let book = tokio::task::spawn_blocking(move || xlsx(&title, &table))
        .await
        .map_err(|e| Problem::Internal(e.to_string()))?
        .map_err(|e| Problem::Internal(e.to_string()))?;
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok(file(&format!("{code}.xlsx"), kind, book))
}

pub(super) fn file(name: &str, kind: &str, bytes: Vec<u8>) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)], bytes).into_response()
}

fn table(tr: &Tr, lines: &[Line], columns: &[&str], kinds: &Kinds, units: &[(UnitId, String)]) -> Vec<Vec<String>> {
    let head = columns.iter().map(|c| tr.t(&format!("documents-column-{c}"))).collect();
    let rows = lines.iter().map(|l| columns.iter().map(|c| cell(tr, l, c, kinds, units)).collect());
    std::iter::once(head).chain(rows).collect()
}

/// Comma, header, no byte order mark. A cell that a spreadsheet would take for a formula is made harmless.
pub(crate) fn csv(table: &[Vec<String>]) -> String {
    let mut out = String::new();
    for row in table {
        let cells: Vec<String> = row.iter().map(|cell| csv_cell(cell)).collect();
        out.push_str(&cells.join(","));
        out.push_str("\r\n");
    }
    out
}

fn csv_cell(text: &str) -> String {
    let harmless = match text.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r') => format!("'{text}"),
        _ => text.to_owned(),
    };
    if harmless.contains([',', '"', '\n', '\r']) { format!("\"{}\"", harmless.replace('"', "\"\"")) } else { harmless }
}

/// Strings are strings: nothing becomes a formula or a number by itself.
fn xlsx(title: &str, table: &[Vec<String>]) -> std::result::Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let name: String = title.chars().filter(|c| !"[]:*?/\\'".contains(*c)).take(31).collect();
    sheet.set_name(if name.is_empty() { "1" } else { &name })?;
    sheet.set_freeze_panes(1, 0)?;
    let bold = Format::new().set_bold();
    for (r, row) in (0_u32..).zip(table) {
        for (c, cell) in (0_u16..).zip(row) {
            let text: String = cell.chars().take(32_000).collect();
            if r == 0 {
                sheet.set_column_width(c, 24)?;
                sheet.write_string_with_format(r, c, text, &bold)?;
            } else {
                sheet.write_string(r, c, text)?;
            }
        }
    }
    book.save_to_buffer()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_becomes_a_formula() {
        let table = vec![vec!["=1+1".to_owned(), "@x".to_owned(), "a,\"b\"".to_owned(), "Āda".to_owned()]];
        assert_eq!(csv(&table), "'=1+1,'@x,\"a,\"\"b\"\"\",Āda\r\n");
        assert!(xlsx("Reģistrs / [1]", &table).unwrap().starts_with(b"PK"));
    }
}
