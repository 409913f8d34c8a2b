//! Components, as builders. Templates use them through the macros of `c.html`; Rust code renders them with
//! [`Html::of`] or puts them into a template as they are (they are not escaped again).

mod attributes;
mod choices;
mod content;
mod field;
mod figures;
mod lists;
mod route;

pub use attributes::Attributes;
pub use choices::{Checkboxes, Choice, Fieldset, Radios};
pub use content::{Banner, Button, Details, Empty, ErrorSummary, Panel, Row, SummaryList, Tag, chip};
pub use field::{DateInput, Field, FileUpload, Input, Select, Textarea};
pub use figures::{BarChart, Stat};
pub use lists::{Breadcrumbs, Chips, Pages, Sort, SubNav, Tab, Tabs};
pub use route::{Event, Step, StepState, Stepper, TaskItem, TaskList, Timeline};

use crate::Html;

/// Setters that take whatever a template passes: `text` → `String`, `rich` → `Html`, `flag` → `bool`.
macro_rules! setters {
    ($($kind:ident: $($(#[$doc:meta])* $name:ident),+;)+) => {$(setters!(@ $kind $($(#[$doc])* $name),+);)+};
    (@ text $($(#[$doc:meta])* $name:ident),+) => {$(
        $(#[$doc])*
        #[must_use]
        pub fn $name(mut self, value: impl $crate::Txt) -> Self {
            self.$name = value.txt().to_owned();
            self
        }
    )+};
    (@ rich $($(#[$doc:meta])* $name:ident),+) => {$(
        $(#[$doc])*
        #[must_use]
        pub fn $name(mut self, value: impl $crate::Rich) -> Self {
            self.$name = value.rich();
            self
        }
    )+};
    (@ flag $($(#[$doc:meta])* $name:ident),+) => {$(
        $(#[$doc])*
        #[must_use]
        pub fn $name(mut self, value: impl $crate::Flag) -> Self {
            self.$name = value.flag();
            self
        }
    )+};
}
pub(crate) use setters;

/// The id of a field's (first) control: what an error summary links to.
#[must_use]
pub fn field_id(name: &str) -> String {
    name.chars().map(|c| if c.is_whitespace() || c.is_control() || "\"'<>&".contains(c) { '-' } else { c }).collect()
}

pub(crate) fn hidden_field(name: &str, value: &str) -> String {
    format!("<input type=\"hidden\" name=\"{}\" value=\"{}\">", Html::text(name), Html::text(value))
}

/// The name of an attribute if there is a value for it, else nothing: for macros with optional attributes.
#[must_use]
pub fn when<'a>(value: &impl crate::Txt, name: &'a str) -> &'a str {
    if value.txt().is_empty() { "" } else { name }
}
