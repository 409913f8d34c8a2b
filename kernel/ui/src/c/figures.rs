use askama::Template;
use askama::filters::HtmlSafe;
use i18n::Tr;

use super::setters;
use crate::{Html, Rich, Txt};

/// One figure: the number, what it counts, and a link to the rows behind it.
#[derive(Clone, Debug, Default, Template)]
#[template(
    ext = "html",
    source = r#"<div class="nv-stat"><p class="nv-stat__label">{{ label }}</p><p class="nv-stat__value">{% if href.is_empty() %}{{ value }}{% else %}<a class="govuk-link govuk-link--no-visited-state" href="{{ href }}">{{ value }}</a>{% endif %}{% if !unit.is_empty() %} <span class="nv-stat__unit">{{ unit }}</span>{% endif %}</p>{% if !note.is_empty() %}<p class="nv-stat__note">{{ note }}</p>{% endif %}</div>"#
)]
pub struct Stat {
    label: Html,
    value: Html,
    unit: String,
    href: String,
    note: Html,
}

impl Stat {
    /// What it counts, and how many, already written in the person's language.
    #[must_use]
    pub fn new(label: impl Rich, value: impl Rich) -> Self {
        Self { label: label.rich(), value: value.rich(), ..Self::default() }
    }
    setters! {
        text:
            /// In what.
            unit,
            /// To the rows behind it.
            href;
        rich:
            /// Compared with what, or of what period.
            note;
    }
}
impl HtmlSafe for Stat {}

/// The width of a chart in its own units; the page scales it.
const WIDTH: f64 = 720.0;
/// Where the bars begin.
const LEFT: f64 = 256.0;
/// Room for the number after the longest bar.
const RIGHT: f64 = 96.0;
/// One bar with its gap.
const ROW: f64 = 28.0;
/// More bars than this cannot be compared by eye; the table has them all.
const MOST_BARS: usize = 40;

struct Bar {
    label: String,
    shown: String,
    middle: f64,
    top: f64,
    width: f64,
    after: f64,
}

/// Bars as a drawing, and the same numbers as a table.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "c/bars.html")]
pub struct BarChart {
    title: String,
    rows: Vec<(String, f64, String)>,
    show_table: String,
    item: String,
    column: String,
}

impl BarChart {
    /// Rows: words, the number, and the number as written.
    #[must_use]
    pub fn new(tr: &Tr, title: impl Txt, rows: &[(String, f64, String)]) -> Self {
        Self {
            title: title.txt().to_owned(),
            rows: rows.to_vec(),
            show_table: tr.t("ui-show-table"),
            item: tr.t("ui-column-item"),
            column: tr.t("ui-column-value"),
        }
    }
    setters! {
        text:
            /// What the first column is called.
            item,
            /// What the second column is called.
            column;
    }

    fn height(&self) -> f64 {
        f64::from(u32::try_from(self.rows.len().min(MOST_BARS)).unwrap_or(0)).mul_add(ROW, 8.0)
    }

    fn bars(&self) -> Vec<Bar> {
        let most = self.rows.iter().map(|r| r.1).filter(|v| v.is_finite()).fold(0.0, f64::max);
        let mut top = 4.0;
        let mut bars = Vec::new();
        for (label, value, shown) in self.rows.iter().take(MOST_BARS) {
            let share = if most > 0.0 && value.is_finite() { (value / most).max(0.0) } else { 0.0 };
            let width = (share * (WIDTH - LEFT - RIGHT)).max(1.0).round();
            bars.push(Bar {
                label: shortened(label),
                shown: shown.clone(),
                middle: top + 17.0,
                top: top + 4.0,
                width,
                after: LEFT + width + 8.0,
            });
            top += ROW;
        }
        bars
    }
}
impl HtmlSafe for BarChart {}

fn shortened(label: &str) -> String {
    const FITS: usize = 36;
    if label.chars().count() <= FITS {
        return label.to_owned();
    }
    let start: String = label.chars().take(FITS - 1).collect();
    format!("{}…", start.trim_end())
}
