use askama::Template;
use askama::filters::HtmlSafe;
use i18n::Tr;

use super::{Attributes, setters};
use crate::{Html, Rich, Txt};

/// From home to here.
#[derive(Clone, Debug, Default, Template)]
#[template(
    ext = "html",
    source = r#"<nav class="govuk-breadcrumbs{% if !class.is_empty() %} {{ class }}{% endif %}"{{ attributes }} aria-label="{{ label }}"><ol class="govuk-breadcrumbs__list">{% for (href, text) in items %}{% if href.is_empty() %}<li class="govuk-breadcrumbs__list-item" aria-current="page">{{ text }}</li>{% else %}<li class="govuk-breadcrumbs__list-item"><a class="govuk-breadcrumbs__link" href="{{ href }}">{{ text }}</a></li>{% endif %}{% endfor %}</ol></nav>"#
)]
pub struct Breadcrumbs {
    items: Vec<(String, Html)>,
    label: String,
    class: String,
    attributes: Attributes,
}

impl Breadcrumbs {
    /// Under that label for screen readers.
    #[must_use]
    pub fn new(label: impl Txt) -> Self {
        Self { label: label.txt().to_owned(), ..Self::default() }
    }
    setters! {
        text:
            /// `govuk-breadcrumbs--collapse-on-mobile`.
            class;
    }
    /// One place; without an address it is the page itself.
    #[must_use]
    pub fn item(mut self, href: impl Txt, text: impl Rich) -> Self {
        self.items.push((href.txt().to_owned(), text.rich()));
        self
    }
    /// One more attribute.
    #[must_use]
    pub fn attribute(mut self, name: impl Txt, value: impl Txt) -> Self {
        self.attributes.push(name, value);
        self
    }
}
impl HtmlSafe for Breadcrumbs {}

/// To the previous and the next part of a long list. There are no page numbers: lists are read by their keys.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "c/pages.html")]
pub struct Pages {
    previous: String,
    next: String,
    previous_text: Html,
    next_text: Html,
    previous_label: String,
    next_label: String,
    label: String,
    class: String,
    attributes: Attributes,
}

impl Pages {
    /// Addresses of the neighbours; an empty one is not there.
    #[must_use]
    pub fn new(tr: &Tr, previous: impl Txt, next: impl Txt) -> Self {
        let words = |key: &str| {
            let (word, rest) = (tr.t(key), tr.t("ui-page"));
            Html::trusted(format!(
                "{}<span class=\"govuk-visually-hidden\"> {}</span>",
                Html::text(&word),
                Html::text(&rest)
            ))
        };
        Self {
            previous: previous.txt().to_owned(),
            next: next.txt().to_owned(),
            previous_text: words("ui-previous"),
            next_text: words("ui-next"),
            label: tr.t("ui-pages"),
            ..Self::default()
        }
    }
    setters! {
        rich:
            /// Other words than "previous".
            previous_text,
            /// Other words than "next".
            next_text;
        text:
            /// What the previous page is about.
            previous_label,
            /// What the next page is about.
            next_label,
            /// For screen readers.
            label,
            /// More classes.
            class;
    }
    /// One more attribute.
    #[must_use]
    pub fn attribute(mut self, name: impl Txt, value: impl Txt) -> Self {
        self.attributes.push(name, value);
        self
    }
}
impl HtmlSafe for Pages {}

/// One tab: words, and what is under it.
#[derive(Clone, Debug, Default)]
pub struct Tab {
    id: String,
    label: String,
    html: Html,
}

impl Tab {
    /// A tab with that id.
    #[must_use]
    pub fn new(id: impl Txt, label: impl Txt, html: impl Rich) -> Self {
        Self { id: id.txt().to_owned(), label: label.txt().to_owned(), html: html.rich() }
    }
}

/// Tabs within one page; without the script all stand one under another. For tabs that are pages use [`SubNav`].
#[derive(Clone, Debug, Default, Template)]
#[template(
    ext = "html",
    source = r##"<div{% if !id.is_empty() %} id="{{ id }}"{% endif %} class="govuk-tabs{% if !class.is_empty() %} {{ class }}{% endif %}"{{ attributes }} data-module="govuk-tabs"><h2 class="govuk-tabs__title">{{ title }}</h2>{% if !tabs.is_empty() %}<ul class="govuk-tabs__list">{% for tab in tabs %}<li class="govuk-tabs__list-item{% if loop.first %} govuk-tabs__list-item--selected{% endif %}"><a class="govuk-tabs__tab" href="#{{ tab.id }}">{{ tab.label }}</a></li>{% endfor %}</ul>{% for tab in tabs %}<div class="govuk-tabs__panel{% if !loop.first %} govuk-tabs__panel--hidden{% endif %}" id="{{ tab.id }}">{{ tab.html }}</div>{% endfor %}{% endif %}</div>"##
)]
pub struct Tabs {
    title: String,
    tabs: Vec<Tab>,
    id: String,
    class: String,
    attributes: Attributes,
}

impl Tabs {
    /// Those tabs; the title is read and printed.
    #[must_use]
    pub fn new(title: impl Txt, tabs: &[Tab]) -> Self {
        Self { title: title.txt().to_owned(), tabs: tabs.to_vec(), ..Self::default() }
    }
    setters! {
        text:
            /// Its id.
            id,
            /// More classes.
            class;
    }
    /// One more attribute.
    #[must_use]
    pub fn attribute(mut self, name: impl Txt, value: impl Txt) -> Self {
        self.attributes.push(name, value);
        self
    }
}
impl HtmlSafe for Tabs {}

/// Tabs that are pages of their own: the areas of a person's card.
#[derive(Clone, Debug, Default, Template)]
#[template(
    ext = "html",
    source = r#"<nav class="moj-sub-navigation" aria-label="{{ label }}"><ul class="moj-sub-navigation__list">{% for (href, text, current) in items %}<li class="moj-sub-navigation__item"><a class="moj-sub-navigation__link"{% if *current %} aria-current="page"{% endif %} href="{{ href }}">{{ text }}</a></li>{% endfor %}</ul></nav>"#
)]
pub struct SubNav {
    label: String,
    items: Vec<(String, String, bool)>,
}

impl SubNav {
    /// Address, words, and whether it is the page shown.
    #[must_use]
    pub fn new(label: impl Txt, items: &[(String, String, bool)]) -> Self {
        Self { label: label.txt().to_owned(), items: items.to_vec() }
    }
}
impl HtmlSafe for SubNav {}

/// Filters in force, each with a cross that removes it.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "c/chips.html")]
pub struct Chips {
    title: String,
    items: Vec<(String, String, String)>,
    clear: String,
    clear_text: String,
    cross: Html,
}

impl Chips {
    /// Filters: the address without it, and its words. `clear` is the address without any.
    #[must_use]
    pub fn new(tr: &Tr, filters: &[(String, String)], clear: impl Txt) -> Self {
        let item = |(href, text): &(String, String)| {
            (href.clone(), text.clone(), tr.t1("ui-filter-remove", "name", text.as_str()))
        };
        Self {
            title: tr.t("ui-filters"),
            items: filters.iter().map(item).collect(),
            clear: clear.txt().to_owned(),
            clear_text: tr.t("ui-filter-clear"),
            cross: crate::icon("x"),
        }
    }
}
impl HtmlSafe for Chips {}

/// How a list is sorted, and the addresses that sort it otherwise.
#[derive(Clone, Debug, Default)]
pub struct Sort {
    /// The column's key.
    pub key: String,
    /// From the greatest?
    pub descending: bool,
    /// The page's address up to the `sort` parameter, ending in `?` or `&`.
    pub base: String,
}

impl Sort {
    /// Reads `name` or `-name`; only keys offered are taken, else the first of them.
    #[must_use]
    pub fn read(text: &str, offered: &[&str], base: impl Into<String>) -> Self {
        let (descending, key) = text.strip_prefix('-').map_or((false, text), |key| (true, key));
        let known = offered.iter().find(|o| **o == key);
        Self {
            key: known.or(offered.first()).map_or_else(String::new, |k| (*k).to_owned()),
            descending: descending && known.is_some(),
            base: base.into(),
        }
    }

    /// As it stands in an address.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}{}", if self.descending { "-" } else { "" }, self.key)
    }

    /// The head of a column that can be sorted by.
    #[must_use]
    pub fn head(&self, key: impl Txt, label: impl Txt, class: impl Txt) -> Html {
        let (key, label, class) = (key.txt(), label.txt(), class.txt());
        let here = self.key == key;
        let (state, icon) = match (here, self.descending) {
            (true, false) => ("ascending", "arrow-up"),
            (true, true) => ("descending", "arrow-down"),
            _ => ("none", "arrow-up-down"),
        };
        let turned = if here && !self.descending { "-" } else { "" };
        Html::trusted(format!(
            "<th scope=\"col\" class=\"govuk-table__header {}\" aria-sort=\"{state}\"><a class=\"nv-sort\" href=\"{}sort={turned}{}\">{}{}</a></th>",
            Html::text(class),
            Html::text(&self.base),
            Html::text(key),
            Html::text(label),
            crate::icon(icon),
        ))
    }
}
