//! A table as most pages here show one.

use askama::Template;
use ui::{Html, c::Row};

/// A column.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub text: String,
    pub number: bool,
}

/// A table, its first column the rows' headings.
#[derive(Clone, Debug, Template)]
#[template(path = "personnel/table.html")]
pub(crate) struct Table {
    pub caption: String,
    pub head: Vec<Head>,
    pub rows: Vec<Vec<Html>>,
    /// Where each row leads, if the table is a list of things to open.
    pub leads: Vec<String>,
    pub empty: String,
}

impl Table {
    pub(crate) fn new(caption: String, head: &[(&str, bool)], tr: &i18n::Tr, empty: &str) -> Self {
        let head = head.iter().map(|(key, number)| Head { text: tr.t(key), number: *number }).collect();
        Self { caption, head, rows: Vec::new(), leads: Vec::new(), empty: tr.t(empty) }
    }

    /// Is that column of numbers?
    fn is_number(&self, column: &usize) -> bool {
        self.head.get(*column).is_some_and(|h| h.number)
    }

    fn opens(&self, row: &usize) -> Option<&str> {
        self.leads.get(*row).map(String::as_str).filter(|href| !href.is_empty())
    }

    /// A row that opens that page.
    pub(crate) fn row_to(&mut self, href: String, cells: Vec<Html>) {
        self.leads.resize(self.rows.len(), String::new());
        self.leads.push(href);
        self.row(cells);
    }

    pub(crate) fn row(&mut self, cells: Vec<Html>) {
        self.rows.push(cells);
    }
}

/// A part of a page: rows of facts, or a table, under a heading.
#[derive(Clone, Debug, Default)]
pub(crate) struct Section {
    pub title: String,
    pub facts: Vec<Row>,
    pub table: Html,
    /// The question and its answer.
    pub why: (String, String),
    pub after: Html,
}
