use askama::Template;
use askama::filters::HtmlSafe;
use i18n::Tr;
use types::Timestamp;

use super::{chip, setters};
use crate::{Html, Rich, Txt};

/// What happened, when, by whom.
#[derive(Clone, Debug, Default)]
pub struct Event {
    title: Html,
    by: String,
    at: String,
    machine: String,
    text: Html,
    icon: Html,
}

impl Event {
    /// Something that happened at that moment.
    #[must_use]
    pub fn new(tr: &Tr, title: impl Rich, at: Timestamp) -> Self {
        Self {
            title: title.rich(),
            at: tr.datetime(at),
            machine: at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
            ..Self::default()
        }
    }
    setters! {
        text:
            /// Who did it, as words: "Anna Bērziņa".
            by;
        rich:
            /// More about it.
            text;
    }
    /// An icon instead of the dot.
    #[must_use]
    pub fn icon(mut self, name: impl Txt) -> Self {
        self.icon = crate::icon(name.txt());
        self
    }
}

/// Events one under another, the latest first: the same everywhere.
#[derive(Clone, Debug, Default, Template)]
#[template(
    ext = "html",
    source = r#"<div class="moj-timeline">{% for e in events %}<div class="moj-timeline__item">{% if !e.icon.is_empty() %}<span class="nv-timeline__icon">{{ e.icon }}</span>{% endif %}<div class="moj-timeline__header"><h3 class="moj-timeline__title">{{ e.title }}</h3>{% if !e.by.is_empty() %}<p class="moj-timeline__byline">{{ e.by }}</p>{% endif %}</div><p class="moj-timeline__date"><time datetime="{{ e.machine }}">{{ e.at }}</time></p>{% if !e.text.is_empty() %}<div class="moj-timeline__description">{{ e.text }}</div>{% endif %}</div>{% endfor %}</div>"#
)]
pub struct Timeline {
    events: Vec<Event>,
}

impl Timeline {
    /// Those events, in that order.
    #[must_use]
    pub fn new(events: &[Event]) -> Self {
        Self { events: events.to_vec() }
    }
}
impl HtmlSafe for Timeline {}

/// One line of a task list.
#[derive(Clone, Debug, Default)]
pub struct TaskItem {
    href: String,
    title: Html,
    hint: Html,
    status: Html,
}

impl TaskItem {
    /// Something to do; an empty address cannot be begun yet. `status` is a word, a tag or a [`chip`].
    #[must_use]
    pub fn new(href: impl Txt, title: impl Rich, status: impl Rich) -> Self {
        Self { href: href.txt().to_owned(), title: title.rich(), status: status.rich(), hint: Html::default() }
    }
    setters! {
        rich:
            /// One line more.
            hint;
    }
}

/// The parts of a longer piece of work and how each stands.
#[derive(Clone, Debug, Default, Template)]
#[template(
    ext = "html",
    source = r#"<ul class="govuk-task-list">{% for item in items %}<li class="govuk-task-list__item{% if !item.href.is_empty() %} govuk-task-list__item--with-link{% endif %}"><div class="govuk-task-list__name-and-hint">{% if item.href.is_empty() %}<div>{{ item.title }}</div>{% else %}<a class="govuk-link govuk-task-list__link" href="{{ item.href }}" aria-describedby="{% if !item.hint.is_empty() %}{{ id }}-{{ loop.index }}-hint {% endif %}{{ id }}-{{ loop.index }}-status">{{ item.title }}</a>{% endif %}{% if !item.hint.is_empty() %}<div id="{{ id }}-{{ loop.index }}-hint" class="govuk-task-list__hint">{{ item.hint }}</div>{% endif %}</div><div class="govuk-task-list__status" id="{{ id }}-{{ loop.index }}-status">{{ item.status }}</div></li>{% endfor %}</ul>"#
)]
pub struct TaskList {
    id: String,
    items: Vec<TaskItem>,
}

impl TaskList {
    /// Those items; `id` begins the ids inside.
    #[must_use]
    pub fn new(id: impl Txt, items: &[TaskItem]) -> Self {
        Self { id: id.txt().to_owned(), items: items.to_vec() }
    }
}
impl HtmlSafe for TaskList {}

/// How a step of a route stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StepState {
    /// Not begun.
    #[default]
    Waiting,
    /// Waits for somebody now.
    Current,
    /// Done.
    Done,
    /// Sent back or refused.
    Returned,
    /// Not needed this time.
    Skipped,
}

impl StepState {
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Waiting => ("waiting", "ui-step-waiting"),
            Self::Current => ("current", "ui-step-current"),
            Self::Done => ("done", "ui-step-done"),
            Self::Returned => ("returned", "ui-step-returned"),
            Self::Skipped => ("skipped", "ui-step-skipped"),
        }
    }
    fn mark(self, tr: &Tr) -> Html {
        let (_, key) = self.words();
        let kind = match self {
            Self::Waiting => "",
            Self::Current => "wait",
            Self::Done => "done",
            Self::Returned => "returned",
            Self::Skipped => "void",
        };
        chip(&kind, &tr.t(key))
    }
}

/// A step of a route: what, who, until when.
#[derive(Clone, Debug, Default)]
pub struct Step {
    what: Html,
    who: Html,
    due: String,
    note: Html,
    state: StepState,
}

impl Step {
    /// What is done ("Saskaņo") and who does it.
    #[must_use]
    pub fn new(what: impl Rich, who: impl Rich, state: StepState) -> Self {
        Self { what: what.rich(), who: who.rich(), state, ..Self::default() }
    }
    setters! {
        text:
            /// Until when, as words.
            due;
        rich:
            /// What was said, why it came back.
            note;
    }
}

/// A drawing of a route: groups one after another, steps of a group side by side.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "c/stepper.html")]
pub struct Stepper {
    groups: Vec<Vec<(Step, Html)>>,
    together: String,
}

impl Stepper {
    /// Groups in order; the steps of one group run at the same time.
    #[must_use]
    pub fn new(tr: &Tr, groups: &[Vec<Step>]) -> Self {
        let drawn = |group: &Vec<Step>| group.iter().map(|s| (s.clone(), s.state.mark(tr))).collect();
        Self { groups: groups.iter().map(drawn).collect(), together: tr.t("ui-step-together") }
    }
}
impl HtmlSafe for Stepper {}
