use askama::Template;
use askama::filters::HtmlSafe;

use super::{Attributes, field_id, setters};
use crate::{FormState, Html, Rich, Txt};

/// One thing that can be chosen: in a select, among radio buttons or check boxes.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    pub(crate) value: Option<String>,
    pub(crate) label: Html,
    plain: String,
    pub(crate) hint: Html,
    pub(crate) checked: Option<bool>,
    pub(crate) disabled: bool,
    pub(crate) conditional: Html,
    pub(crate) divider: String,
    pub(crate) exclusive: bool,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) label_class: String,
    pub(crate) attributes: Attributes,
}

impl Choice {
    /// A value and its words.
    #[must_use]
    pub fn new(value: impl Txt, label: impl Txt) -> Self {
        Self { value: Some(value.txt().to_owned()), ..Self::words(label.txt()) }
    }

    /// Words that are their own value.
    #[must_use]
    pub fn words(label: impl Txt) -> Self {
        Self { label: Html::text(label.txt()), plain: label.txt().to_owned(), ..Self::default() }
    }

    /// A word between choices: "vai".
    #[must_use]
    pub fn divider(word: impl Txt) -> Self {
        Self { divider: word.txt().to_owned(), ..Self::default() }
    }

    /// Chosen or not, whatever the form says.
    #[must_use]
    pub const fn checked(mut self, checked: bool) -> Self {
        self.checked = Some(checked);
        self
    }

    setters! {
        rich:
            /// More words about the choice.
            hint,
            /// Words with markup instead of plain ones.
            label,
            /// Fields that appear when it is chosen.
            conditional;
        flag:
            /// Cannot be chosen now.
            disabled,
            /// Choosing it clears the others ("none of these").
            exclusive;
        text:
            /// Another id.
            id,
            /// Another name of the field.
            name,
            /// Classes of the label.
            label_class;
    }

    /// One more attribute of the control.
    #[must_use]
    pub fn attribute(mut self, name: impl Txt, value: impl Txt) -> Self {
        self.attributes.push(name, value);
        self
    }

    pub(crate) fn is_chosen(&self, value: &str) -> bool {
        self.checked.unwrap_or_else(|| !value.is_empty() && self.value.as_deref().unwrap_or(&self.plain) == value)
    }

    fn in_values(&self, values: &[String]) -> bool {
        self.checked.unwrap_or_else(|| {
            let own = self.value.as_deref().unwrap_or(&self.plain);
            values.iter().any(|v| v == own)
        })
    }

    pub(crate) fn value(&self) -> &str {
        self.value.as_deref().unwrap_or("")
    }
}

/// The question above a group of choices.
#[derive(Clone, Debug, Default)]
pub struct Fieldset {
    legend: Html,
    class: String,
    heading: bool,
    described_by: String,
}

impl Fieldset {
    /// A group under that question.
    #[must_use]
    pub fn new(legend: impl Rich) -> Self {
        Self { legend: legend.rich(), ..Self::default() }
    }
    setters! {
        text:
            /// Classes of the legend, for example `govuk-fieldset__legend--m`.
            class,
            /// Ids of further descriptions.
            described_by;
        flag:
            /// Is the question the page's heading?
            heading;
    }
}

macro_rules! group {
    ($(#[$doc:meta])* $ty:ident, $path:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, Template)]
        #[template(path = $path)]
        pub struct $ty {
            id: String,
            name: String,
            values: Vec<String>,
            choices: Vec<Choice>,
            fieldset: Option<Fieldset>,
            hint: Html,
            error: Html,
            error_prefix: String,
            described_by: String,
            group_class: String,
            class: String,
            attributes: Attributes,
        }

        impl $ty {
            /// The field `name` of the form under the question `legend`; an empty legend makes no fieldset.
            #[must_use]
            pub fn of(form: &FormState, name: impl Txt, legend: impl Rich, choices: &[Choice]) -> Self {
                let legend = legend.rich();
                let (name, _, error) = crate::form::field(form, &name);
                Self {
                    id: field_id(&name),
                    values: form.all(&name).to_vec(),
                    name,
                    choices: choices.to_vec(),
                    fieldset: (!legend.is_empty()).then(|| Fieldset::new(legend)),
                    error: Html::text(&error),
                    error_prefix: form.tr().t("ui-error-prefix"),
                    ..Self::default()
                }
            }

            setters! {
                rich:
                    /// Below the question.
                    hint;
                text:
                    /// Classes of the list of choices.
                    class,
                    /// Classes of the group.
                    group_class,
                    /// The beginning of the controls' ids.
                    id,
                    /// Ids of further descriptions.
                    described_by;
            }

            /// Another fieldset than the plain one.
            #[must_use]
            pub fn fieldset(mut self, fieldset: Fieldset) -> Self {
                self.fieldset = Some(fieldset);
                self
            }

            /// Classes of the legend, for example `govuk-fieldset__legend--m`.
            #[must_use]
            pub fn legend_class(mut self, class: impl Txt) -> Self {
                self.fieldset = self.fieldset.map(|f| f.class(class));
                self
            }

            /// One more attribute of the list of choices.
            #[must_use]
            pub fn attribute(mut self, name: impl Txt, value: impl Txt) -> Self {
                self.attributes.push(name, value);
                self
            }

            fn outer(&self) -> &str {
                let inner = self.fieldset.as_ref().map_or("", |f| f.described_by.as_str());
                if inner.is_empty() { &self.described_by } else { inner }
            }

            fn described(&self) -> String {
                super::field::described(self.outer(), &self.id, &self.hint, &self.error)
            }

            fn item_id(&self, choice: &Choice, index: &usize) -> String {
                match (choice.id.as_str(), index) {
                    ("", 0) => self.id.clone(),
                    ("", n) => format!("{}-{}", self.id, n + 1),
                    (id, _) => id.to_owned(),
                }
            }
        }
        impl HtmlSafe for $ty {}
    };
}

group! {
    /// One of a few.
    Radios, "c/radios.html"
}
group! {
    /// Any of a few.
    Checkboxes, "c/checkboxes.html"
}

impl Checkboxes {
    /// A lone check box: `label` is what is agreed to; its value is `1`.
    #[must_use]
    pub fn lone(form: &FormState, name: impl Txt, label: impl Rich, ticked: impl crate::Flag) -> Self {
        let on = crate::form::is_ticked(form, name.txt(), &ticked);
        let choice = Choice::new("1", "").label(label).checked(on);
        Self::of(form, name, "", &[choice])
    }

    /// What describes one box: the group's words too where no fieldset carries them.
    fn item_described(&self, choice: &Choice, item_id: &str) -> String {
        let mut ids = if self.fieldset.is_none() { self.described() } else { String::new() };
        if !choice.hint.is_empty() {
            let gap = if ids.is_empty() { "" } else { " " };
            ids = format!("{ids}{gap}{item_id}-item-hint");
        }
        ids
    }
}
