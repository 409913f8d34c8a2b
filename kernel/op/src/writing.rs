//! Writings: rows whose statements can be put together into one, so that a transition costs few round trips.

use std::fmt::Write as _;

use serde::Serialize;
use sqlx::{
    Encode, Postgres, Type,
    encode::IsNull,
    error::BoxDynError,
    postgres::{PgArgumentBuffer, PgTypeInfo},
    types::Json,
};

/// How some rows are written. Each statement takes `$1` the tenant, `$2` the rows as a JSON array, `$3` now, `$4` the
/// person who acts, `$5` in whose capacity, `$6` the actor in words, `$7` the request; what it does not need it leaves
/// out. All statements of a transaction's end see the database as it was before them: none may change a row that
/// another one of them changes, or look for what another one writes.
#[derive(Debug)]
pub struct Writing {
    statements: &'static [&'static str],
}

impl Writing {
    /// Inserts, updates, deletes, and selects of a function that writes.
    #[must_use]
    pub const fn of(statements: &'static [&'static str]) -> Self {
        Self { statements }
    }
}

/// Rows that wait to be written.
#[derive(Debug)]
pub(crate) struct Pending {
    writing: &'static Writing,
    rows: String,
}

/// What waits, in the order in which it was said.
#[derive(Debug, Default)]
pub(crate) struct Writings(Vec<Pending>);

/// A parameter of a statement that was put together.
pub(crate) enum Argument {
    /// One that all share: its number as [`Writing`] counts.
    Common(u8),
    /// Rows.
    Rows(JsonText),
}

/// JSON that is text already.
pub(crate) struct JsonText(String);

impl Type<Postgres> for JsonText {
    fn type_info() -> PgTypeInfo {
        <Json<()> as Type<Postgres>>::type_info()
    }
}

impl Encode<'_, Postgres> for JsonText {
    fn encode_by_ref(&self, buf: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        // The version of the binary form of `jsonb`.
        buf.push(1);
        buf.extend_from_slice(self.0.as_bytes());
        Ok(IsNull::No)
    }
}

impl Writings {
    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds rows; those of one writing go together.
    pub(crate) fn add(&mut self, writing: &'static Writing, rows: &[impl Serialize]) -> Result<(), serde_json::Error> {
        if rows.is_empty() {
            return Ok(());
        }
        let text = serde_json::to_string(rows)?;
        let inner = text.get(1..text.len().saturating_sub(1)).unwrap_or_default();
        match self.0.iter_mut().find(|p| std::ptr::eq(p.writing, writing)) {
            Some(before) => {
                before.rows.push(',');
                before.rows.push_str(inner);
            }
            None => self.0.push(Pending { writing, rows: inner.to_owned() }),
        }
        Ok(())
    }

    /// Like [`Writings::add`], but stands there without rows as well: fewer shapes of statements.
    pub(crate) fn always(
        &mut self,
        writing: &'static Writing,
        rows: &[impl Serialize],
    ) -> Result<(), serde_json::Error> {
        if rows.is_empty() {
            self.0.push(Pending { writing, rows: String::new() });
            return Ok(());
        }
        self.add(writing, rows)
    }

    /// One statement of all, and its parameters.
    pub(crate) fn compose(self) -> (String, Vec<Argument>) {
        let mut arguments: Vec<Argument> = Vec::new();
        let (mut sql, mut asked) = (String::from("with "), String::new());
        for (n, pending) in self.0.into_iter().enumerate() {
            arguments.push(Argument::Rows(JsonText(format!("[{}]", pending.rows))));
            let rows = arguments.len();
            for (m, statement) in pending.writing.statements.iter().enumerate() {
                let comma = if n + m == 0 { "" } else { ", " };
                let _ = write!(sql, "{comma}w{n}_{m} as (");
                renumber(&mut sql, statement, rows, &mut arguments);
                sql.push(')');
                // A select runs only where somebody looks at its answer.
                if statement.trim_start().starts_with("select") {
                    let _ = write!(asked, ", (select count(*) from w{n}_{m})");
                }
            }
        }
        sql.push_str(" select 1");
        sql.push_str(&asked);
        (sql, arguments)
    }
}

/// Copies a statement with its parameters numbered as they come in the whole.
fn renumber(out: &mut String, statement: &str, rows: usize, arguments: &mut Vec<Argument>) {
    let mut pieces = statement.split('$');
    out.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let number = piece.chars().next().and_then(|c| c.to_digit(10)).and_then(|d| u8::try_from(d).ok()).unwrap_or(0);
        let at = if number == 2 { rows } else { common(arguments, number) };
        let _ = write!(out, "${at}");
        out.push_str(piece.get(1..).unwrap_or_default());
    }
}

fn common(arguments: &mut Vec<Argument>, number: u8) -> usize {
    let known = arguments.iter().position(|a| matches!(a, Argument::Common(n) if *n == number));
    known.map_or_else(
        || {
            arguments.push(Argument::Common(number));
            arguments.len()
        },
        |at| at + 1,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    static TWO: Writing = Writing::of(&["insert into a select $1, $3 from f($2)", "update b set x = $1 where $2"]);
    static ASK: Writing = Writing::of(&["select put($2, $4)"]);

    #[test]
    fn writings_become_one_statement() {
        let mut all = Writings::default();
        all.add(&TWO, &[1, 2]).unwrap();
        all.add(&ASK, &["x"]).unwrap();
        all.add(&TWO, &[3]).unwrap();
        all.add(&ASK, &[] as &[i32]).unwrap();
        let (sql, arguments) = all.compose();
        assert_eq!(
            sql,
            "with w0_0 as (insert into a select $2, $3 from f($1)), w0_1 as (update b set x = $2 where $1), \
             w1_0 as (select put($4, $5)) select 1, (select count(*) from w1_0)"
        );
        let said: Vec<String> = arguments
            .iter()
            .map(|a| match a {
                Argument::Common(n) => n.to_string(),
                Argument::Rows(r) => r.0.clone(),
            })
            .collect();
        assert_eq!(said, ["[1,2,3]", "1", "3", "[\"x\"]", "4"]);
    }
}
