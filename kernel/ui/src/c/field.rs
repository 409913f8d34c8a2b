use askama::Template;
use askama::filters::HtmlSafe;

use super::{Attributes, Choice, field_id, setters};
use crate::{FormState, Html, Rich, Txt};

/// What all fields share: label, hint, error and how they are tied to the control.
#[derive(Clone, Debug, Default)]
pub struct Field {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) label: Html,
    pub(crate) label_class: String,
    pub(crate) heading: bool,
    pub(crate) hint: Html,
    pub(crate) error: Html,
    pub(crate) error_prefix: String,
    pub(crate) described_by: String,
    pub(crate) group_class: String,
    pub(crate) class: String,
    pub(crate) disabled: bool,
    pub(crate) autocomplete: String,
    pub(crate) spellcheck: String,
    pub(crate) attributes: Attributes,
}

impl Field {
    pub(crate) fn of(form: &FormState, name: impl Txt, label: impl Rich) -> Self {
        let (name, value, error) = crate::form::field(form, &name);
        let error_prefix = form.tr().t("ui-error-prefix");
        let error = Html::text(&error);
        Self { id: field_id(&name), name, value, label: label.rich(), error, error_prefix, ..Self::default() }
    }

    /// The ids of whatever describes the control.
    pub(crate) fn described(&self) -> String {
        described(&self.described_by, &self.id, &self.hint, &self.error)
    }
}

pub(crate) fn described(by: &str, id: &str, hint: &Html, error: &Html) -> String {
    let mut ids = Vec::new();
    if !by.is_empty() {
        ids.push(by.to_owned());
    }
    if !hint.is_empty() {
        ids.push(format!("{id}-hint"));
    }
    if !error.is_empty() {
        ids.push(format!("{id}-error"));
    }
    ids.join(" ")
}

/// Setters of the shared part, for each kind of field.
macro_rules! field_setters {
    ($($ty:ident),+) => {$(
        impl $ty {
            /// Below the label: what to write, in what form.
            #[must_use]
            pub fn hint(mut self, hint: impl Rich) -> Self {
                self.field.hint = hint.rich();
                self
            }
            /// Another value than the form's.
            #[must_use]
            pub fn value(mut self, value: impl Txt) -> Self {
                self.field.value = value.txt().to_owned();
                self
            }
            /// Classes of the control.
            #[must_use]
            pub fn class(mut self, class: impl Txt) -> Self {
                self.field.class = class.txt().to_owned();
                self
            }
            /// Classes of the label, for example `govuk-label--m`.
            #[must_use]
            pub fn label_class(mut self, class: impl Txt) -> Self {
                self.field.label_class = class.txt().to_owned();
                self
            }
            /// Classes of the group.
            #[must_use]
            pub fn group_class(mut self, class: impl Txt) -> Self {
                self.field.group_class = class.txt().to_owned();
                self
            }
            /// Is the label the page's heading?
            #[must_use]
            pub fn heading(mut self, heading: impl crate::Flag) -> Self {
                self.field.heading = heading.flag();
                self
            }
            /// Cannot be changed.
            #[must_use]
            pub fn disabled(mut self, disabled: impl crate::Flag) -> Self {
                self.field.disabled = disabled.flag();
                self
            }
            /// What browsers may fill in: `name`, `email`, `off`.
            #[must_use]
            pub fn autocomplete(mut self, autocomplete: impl Txt) -> Self {
                self.field.autocomplete = autocomplete.txt().to_owned();
                self
            }
            /// `true` or `false`.
            #[must_use]
            pub fn spellcheck(mut self, spellcheck: impl Txt) -> Self {
                self.field.spellcheck = spellcheck.txt().to_owned();
                self
            }
            /// Another id than the name.
            #[must_use]
            pub fn id(mut self, id: impl Txt) -> Self {
                self.field.id = id.txt().to_owned();
                self
            }
            /// Ids of further descriptions.
            #[must_use]
            pub fn described_by(mut self, ids: impl Txt) -> Self {
                self.field.described_by = ids.txt().to_owned();
                self
            }
            /// One more attribute of the control (`data-…`, `hx-…`); an empty name adds nothing.
            #[must_use]
            pub fn attribute(mut self, name: impl Txt, value: impl Txt) -> Self {
                self.field.attributes.push(name, value);
                self
            }
        }
        impl HtmlSafe for $ty {}
    )+};
}
field_setters!(Input, Textarea, Select, FileUpload, DateInput);

/// One line of text.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "c/input.html")]
pub struct Input {
    pub(crate) field: Field,
    kind: String,
    inputmode: String,
    pattern: String,
    autocapitalize: String,
    prefix: Html,
    suffix: Html,
}

impl Input {
    /// The field `name` of the form.
    #[must_use]
    pub fn of(form: &FormState, name: impl Txt, label: impl Rich) -> Self {
        Self { field: Field::of(form, name, label), kind: "text".to_owned(), ..Self::default() }
    }
    setters! {
        text:
            /// `text`, `email`, `tel`, `password`, `search`.
            kind,
            /// `numeric`, `decimal`, `email`: which keys a phone offers.
            inputmode,
            /// A regular expression for phones.
            pattern,
            /// `none`, `words`.
            autocapitalize;
        rich:
            /// Before the control, for example €.
            prefix,
            /// After the control, for example dienas.
            suffix;
    }
    /// How many characters fit: 2, 3, 4, 5, 10, 20, 30; others leave the full width.
    #[must_use]
    pub fn width(mut self, characters: impl Into<Width>) -> Self {
        if let Width(n @ (2 | 3 | 4 | 5 | 10 | 20 | 30)) = characters.into() {
            let gap = if self.field.class.is_empty() { "" } else { " " };
            self.field.class = format!("{}{gap}govuk-input--width-{n}", self.field.class);
        }
        self
    }
}

/// A width in characters.
#[derive(Clone, Copy, Debug)]
pub struct Width(u8);
impl From<u8> for Width {
    fn from(n: u8) -> Self {
        Self(n)
    }
}
impl From<&u8> for Width {
    fn from(n: &u8) -> Self {
        Self(*n)
    }
}
impl From<&&u8> for Width {
    fn from(n: &&u8) -> Self {
        Self(**n)
    }
}

/// A date in one field: 23.11.2026. Typing works everywhere; the script adds a calendar button.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "c/date.html")]
pub struct DateInput {
    pub(crate) field: Field,
    button: String,
}

impl DateInput {
    /// The field `name` of the form; the hint shows how to write a date.
    #[must_use]
    pub fn of(form: &FormState, name: impl Txt, label: impl Rich) -> Self {
        let field = Field { hint: form.tr().t("ui-date-hint").rich(), ..Field::of(form, name, label) };
        Self { field, button: form.tr().t("ui-date-pick") }
    }
}

/// Several lines of text.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "c/textarea.html")]
pub struct Textarea {
    pub(crate) field: Field,
    rows: String,
}

impl Textarea {
    /// The field `name` of the form.
    #[must_use]
    pub fn of(form: &FormState, name: impl Txt, label: impl Rich) -> Self {
        Self { field: Field::of(form, name, label), rows: "5".to_owned() }
    }
    /// How many lines are seen; 5 if not said.
    #[must_use]
    pub fn rows(mut self, rows: impl std::fmt::Display) -> Self {
        self.rows = rows.to_string();
        self
    }
}

/// One of a list that is too long for radio buttons.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "c/select.html")]
pub struct Select {
    pub(crate) field: Field,
    choices: Vec<Choice>,
}

impl Select {
    /// The field `name` of the form.
    #[must_use]
    pub fn of(form: &FormState, name: impl Txt, label: impl Rich, choices: &[Choice]) -> Self {
        Self { field: Field::of(form, name, label), choices: choices.to_vec() }
    }
    /// First in the list: nothing chosen, under these words.
    #[must_use]
    pub fn empty(mut self, words: impl Txt) -> Self {
        if !words.txt().is_empty() {
            self.choices.insert(0, Choice::new("", words.txt()));
        }
        self
    }
}

/// One file or several.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "c/file.html")]
pub struct FileUpload {
    pub(crate) field: Field,
    multiple: bool,
    accept: String,
    enhanced: bool,
    choose: String,
    drop: String,
    none: String,
}

impl FileUpload {
    /// The field `name` of the form, which must be `multipart/form-data`.
    #[must_use]
    pub fn of(form: &FormState, name: impl Txt, label: impl Rich) -> Self {
        let tr = form.tr();
        Self {
            field: Field::of(form, name, label),
            choose: tr.t("ui-file-choose"),
            drop: tr.t("ui-file-drop"),
            none: tr.t("ui-file-none"),
            ..Self::default()
        }
    }
    setters! {
        flag:
            /// May several be chosen?
            multiple,
            /// Let the script offer a place to drop files (its button fails axe-core's rule on visible words).
            enhanced;
        text:
            /// Endings and media types: `.pdf,.docx`.
            accept;
    }
}
