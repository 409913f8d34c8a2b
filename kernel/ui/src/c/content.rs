use std::fmt::Write;

use askama::Template;
use askama::filters::HtmlSafe;

use super::{Attributes, setters};
use crate::{Html, Rich, Txt};

/// A button, or a link that looks like one when it leads somewhere.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "c/button.html")]
pub struct Button {
    text: Html,
    class: String,
    kind: String,
    name: String,
    value: String,
    href: String,
    id: String,
    icon: Html,
    disabled: bool,
    start: bool,
    once: String,
    attributes: Attributes,
}

impl Button {
    /// A submit button under those words: a verb and its object.
    #[must_use]
    pub fn new(text: impl Rich) -> Self {
        Self { text: text.rich(), kind: "submit".to_owned(), ..Self::default() }
    }
    setters! {
        text:
            /// `govuk-button--secondary`, `govuk-button--warning`, `nv-button--quiet`.
            class,
            /// `submit`, `button`.
            kind,
            /// The name it sends.
            name,
            /// The value it sends.
            value,
            /// Where it leads: makes it a link.
            href,
            /// Its id.
            id,
            /// `true`: a second click within a second is ignored.
            once;
        flag:
            /// Cannot be pressed now: say beside it why.
            disabled,
            /// The way into a longer piece of work: carries an arrow.
            start;
    }
    /// An icon before the words.
    #[must_use]
    pub fn icon(mut self, name: impl Txt) -> Self {
        if !name.txt().is_empty() {
            self.icon = crate::icon(name.txt());
        }
        self
    }
    /// One more attribute.
    #[must_use]
    pub fn attribute(mut self, name: impl Txt, value: impl Txt) -> Self {
        self.attributes.push(name, value);
        self
    }
}
impl HtmlSafe for Button {}

/// A coloured word. For states use [`chip`], which adds an icon: colour alone says nothing.
#[derive(Clone, Debug, Default, Template)]
#[template(
    ext = "html",
    source = r#"<strong class="govuk-tag{% if !class.is_empty() %} {{ class }}{% endif %}"{{ attributes }}>{{ text }}</strong>"#
)]
pub struct Tag {
    text: Html,
    class: String,
    attributes: Attributes,
}

impl Tag {
    /// A word.
    #[must_use]
    pub fn new(text: impl Rich) -> Self {
        Self { text: text.rich(), ..Self::default() }
    }
    setters! {
        text:
            /// `govuk-tag--green` and the like.
            class;
    }
    /// One more attribute.
    #[must_use]
    pub fn attribute(mut self, name: impl Txt, value: impl Txt) -> Self {
        self.attributes.push(name, value);
        self
    }
}
impl HtmlSafe for Tag {}

/// A state: icon, colour and word. Kinds: `draft`, `wait`, `work`, `done`, `signed`, `returned`, `refused`,
/// `overdue`, `void`, `info`; any other is neutral.
#[must_use]
pub fn chip(kind: &impl Txt, text: &impl Rich) -> Html {
    let (colour, name) = match kind.txt() {
        "draft" => ("grey", "pencil-line"),
        "wait" => ("yellow", "hourglass"),
        "work" => ("blue", "loader"),
        "done" => ("green", "circle-check"),
        "signed" => ("green", "signature"),
        "returned" => ("orange", "undo-2"),
        "refused" => ("red", "circle-x"),
        "overdue" => ("red", "alarm-clock"),
        "void" => ("grey", "ban"),
        "info" => ("blue", "info"),
        _ => ("grey", "circle"),
    };
    let words = Html::trusted(format!("{}<span>{}</span>", crate::icon(name), text.rich()));
    Html::of(&Tag::new(words).class(format!("govuk-tag--{colour} nv-chip")))
}

/// Words that open under a question: "why?", "how is this counted?".
#[derive(Clone, Debug, Default, Template)]
#[template(
    ext = "html",
    source = r#"<details{% if !id.is_empty() %} id="{{ id }}"{% endif %} class="govuk-details{% if !class.is_empty() %} {{ class }}{% endif %}"{{ attributes }}{% if open %} open{% endif %}><summary class="govuk-details__summary"><span class="govuk-details__summary-text">{{ summary }}</span></summary><div class="govuk-details__text">{{ text }}</div></details>"#
)]
pub struct Details {
    summary: Html,
    text: Html,
    class: String,
    id: String,
    open: bool,
    attributes: Attributes,
}

impl Details {
    /// The question and what opens.
    #[must_use]
    pub fn new(summary: impl Rich, text: impl Rich) -> Self {
        Self { summary: summary.rich(), text: text.rich(), ..Self::default() }
    }
    setters! {
        text:
            /// More classes.
            class,
            /// Its id.
            id;
        flag:
            /// Open at first.
            open;
    }
    /// One more attribute.
    #[must_use]
    pub fn attribute(mut self, name: impl Txt, value: impl Txt) -> Self {
        self.attributes.push(name, value);
        self
    }
}
impl HtmlSafe for Details {}

/// One fact of a summary: its name, its value, what can be done with it.
#[derive(Clone, Debug, Default)]
pub struct Row {
    key: Html,
    value: Html,
    class: String,
    actions: Vec<(String, Html, String)>,
}

impl Row {
    /// A fact. A value that is `Html` is put in as it is.
    #[must_use]
    pub fn new(key: impl Rich, value: impl Rich) -> Self {
        Self { key: key.rich(), value: value.rich(), ..Self::default() }
    }
    setters! {
        text:
            /// Classes of the row.
            class;
    }
    /// A link beside the value; `hidden` tells a screen reader what it is about.
    #[must_use]
    pub fn action(mut self, href: impl Txt, text: impl Rich, hidden: impl Txt) -> Self {
        if !href.txt().is_empty() {
            self.actions.push((href.txt().to_owned(), text.rich(), hidden.txt().to_owned()));
        }
        self
    }
}

/// Facts one under another.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "c/summary_list.html")]
pub struct SummaryList {
    rows: Vec<Row>,
    class: String,
    attributes: Attributes,
}

impl SummaryList {
    /// Those facts.
    #[must_use]
    pub fn new(rows: &[Row]) -> Self {
        Self { rows: rows.to_vec(), ..Self::default() }
    }
    setters! {
        text:
            /// `govuk-summary-list--no-border`.
            class;
    }
    /// One more attribute.
    #[must_use]
    pub fn attribute(mut self, name: impl Txt, value: impl Txt) -> Self {
        self.attributes.push(name, value);
        self
    }
    fn any_actions(&self) -> bool {
        self.rows.iter().any(|row| !row.actions.is_empty())
    }
}
impl HtmlSafe for SummaryList {}

/// The end of a piece of work: what happened, and the number to keep.
#[derive(Clone, Debug, Default, Template)]
#[template(
    ext = "html",
    source = r#"<div class="govuk-panel govuk-panel--confirmation"><h1 class="govuk-panel__title">{{ title }}</h1>{% if !text.is_empty() %}<div class="govuk-panel__body">{{ text }}</div>{% endif %}</div>"#
)]
pub struct Panel {
    title: Html,
    text: Html,
}

impl Panel {
    /// What happened, and more about it.
    #[must_use]
    pub fn new(title: impl Rich, text: impl Rich) -> Self {
        Self { title: title.rich(), text: text.rich() }
    }
}
impl HtmlSafe for Panel {}

/// A message that the page is about.
#[derive(Clone, Debug, Default, Template)]
#[template(
    ext = "html",
    source = r#"<div class="govuk-notification-banner{% if success %} govuk-notification-banner--success{% endif %}{% if !class.is_empty() %} {{ class }}{% endif %}" role="{% if role.is_empty() %}{% if success %}alert{% else %}region{% endif %}{% else %}{{ role }}{% endif %}" aria-labelledby="{{ id }}" data-module="govuk-notification-banner"{% if !no_focus.is_empty() %} data-disable-auto-focus="{{ no_focus }}"{% endif %}{{ attributes }}><div class="govuk-notification-banner__header"><h2 class="govuk-notification-banner__title" id="{{ id }}">{{ title }}</h2></div><div class="govuk-notification-banner__content">{% if !text.is_empty() %}<p class="govuk-notification-banner__heading">{{ text }}</p>{% endif %}{{ html }}</div></div>"#
)]
pub struct Banner {
    title: Html,
    text: Html,
    html: Html,
    class: String,
    id: String,
    role: String,
    no_focus: String,
    success: bool,
    attributes: Attributes,
}

impl Banner {
    /// A title ("Svarīgi") and a line.
    #[must_use]
    pub fn new(title: impl Rich, text: impl Rich) -> Self {
        Self {
            title: title.rich(),
            text: text.rich(),
            id: "govuk-notification-banner-title".to_owned(),
            ..Self::default()
        }
    }
    setters! {
        rich:
            /// More than a line.
            html;
        text:
            /// More classes.
            class,
            /// The title's id.
            id,
            /// Another role than usual.
            role,
            /// `true`: does not take the focus.
            no_focus;
        flag:
            /// Is it good news?
            success;
    }
    /// One more attribute.
    #[must_use]
    pub fn attribute(mut self, name: impl Txt, value: impl Txt) -> Self {
        self.attributes.push(name, value);
        self
    }
}
impl HtmlSafe for Banner {}

/// A list with nothing in it: what will appear here, and how.
#[derive(Clone, Debug, Default, Template)]
#[template(
    ext = "html",
    source = r#"<div class="nv-empty"><span class="nv-empty__icon">{{ icon }}</span><p class="govuk-body">{{ text }}</p>{% if !action.is_empty() %}<p>{{ action }}</p>{% endif %}</div>"#
)]
pub struct Empty {
    text: Html,
    icon: Html,
    action: Html,
}

impl Empty {
    /// What will appear here.
    #[must_use]
    pub fn new(text: impl Rich) -> Self {
        Self { text: text.rich(), icon: crate::icon("inbox"), action: Html::default() }
    }
    /// Another icon.
    #[must_use]
    pub fn icon(mut self, name: impl Txt) -> Self {
        self.icon = crate::icon(name.txt());
        self
    }
    setters! {
        rich:
            /// The button or link that begins it.
            action;
    }
}
impl HtmlSafe for Empty {}

/// What is wrong with a form, with links to the fields. [`crate::FormState::error_summary`] makes it.
#[derive(Clone, Debug, Default, Template)]
#[template(
    ext = "html",
    source = r#"<div class="govuk-error-summary{% if !class.is_empty() %} {{ class }}{% endif %}"{% if !no_focus.is_empty() %} data-disable-auto-focus="{{ no_focus }}"{% endif %}{{ attributes }} data-module="govuk-error-summary"><div role="alert"><h2 class="govuk-error-summary__title">{{ title }}</h2><div class="govuk-error-summary__body">{% if !description.is_empty() %}<p>{{ description }}</p>{% endif %}{{ list }}</div></div></div>"#
)]
pub struct ErrorSummary {
    title: Html,
    description: Html,
    items: Vec<String>,
    list: Html,
    class: String,
    no_focus: String,
    attributes: Attributes,
}

impl ErrorSummary {
    /// A summary under that title.
    #[must_use]
    pub fn new(title: impl Rich) -> Self {
        Self { title: title.rich(), ..Self::default() }
    }
    setters! {
        rich:
            /// A line under the title.
            description;
        text:
            /// More classes.
            class,
            /// `true`: does not take the focus.
            no_focus;
    }
    /// An error of the whole form.
    #[must_use]
    pub fn item(self, text: impl Rich) -> Self {
        let html = text.rich();
        self.add(html.as_str().to_owned())
    }
    /// An error with a link to its field.
    #[must_use]
    pub fn link(self, text: impl Rich, href: impl Txt) -> Self {
        let html = format!("<a href=\"{}\">{}</a>", Html::text(href.txt()), text.rich());
        self.add(html)
    }
    fn add(mut self, html: String) -> Self {
        self.items.push(html);
        let mut list = String::from("<ul class=\"govuk-list govuk-error-summary__list\">");
        for item in &self.items {
            // Writing to a String does not fail.
            let _ = write!(list, "<li>{item}</li>");
        }
        list.push_str("</ul>");
        self.list = Html::trusted(list);
        self
    }
    /// One more attribute.
    #[must_use]
    pub fn attribute(mut self, name: impl Txt, value: impl Txt) -> Self {
        self.attributes.push(name, value);
        self
    }
}
impl HtmlSafe for ErrorSummary {}
