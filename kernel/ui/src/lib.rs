//! What every page is made of: the shell, the components, forms, icons, styles and scripts.
//!
//! A crate with pages has an `askama.toml` with `dirs = ["templates", "../../kernel/ui/templates"]`, a page struct
//! with a field `shell: ui::Shell`, and templates that begin
//!
//! ```text
//! {% extends "layout.html" %}
//! {% import "c.html" as c %}
//! {% block title %}{{ shell.t("leave-title") }}{% endblock %}
//! {% block content %} … {{ c::input(form, "reason", shell.t("leave-reason")) }} … {% endblock %}
//! ```
//!
//! Blocks of `layout.html`: `title`, `head`, `content`, `actions` (a bar that stays in sight), `aside` (facts,
//! timeline; right of the page, below it on a phone). `plain.html` is for sign-in and errors. A row with
//! `data-href` opens on click and Enter, `j` and `k` move between such rows; a button with `key="a"` answers to that
//! key; boxes of `c::select_row` are counted into `[data-select-count]` and show `[data-select-bar]`.
//!
//! Shapes and class names follow `govuk-frontend` and `@ministryofjustice/frontend`; a test compares them with the
//! fixtures of the former. Nothing here needs JavaScript to work, and nothing writes inline script or style.

extern crate self as ui;

pub mod c;

mod asset;
mod form;
mod html;
mod icon;
mod samples;
mod shell;

pub use asset::{Asset, asset, asset_url, assets};
pub use form::{CSRF_FIELD, FieldError, FormState, SUBMIT_FIELD, parse_date};
pub use html::{Flag, Html, Rich, Txt};
pub use icon::{has_icon, icon};
pub use samples::{Sample, gallery, samples};
pub use shell::{NavItem, Notice, NoticeKind, Shell, path};

/// The texts of the shell and the components, for the catalogue.
pub const TEXTS: i18n::Source =
    i18n::Source { name: "ui", lv: include_str!("../locales/lv.ftl"), en: include_str!("../locales/en.ftl") };
