use askama::Template;
use i18n::Tr;
use types::Locale;

use crate::c::{Choice, Event, Row, Sort, Step, StepState, Tab, TaskItem};
use crate::{FormState, Html, Shell};

/// One rendered page of samples.
#[derive(Clone, Debug)]
pub struct Sample {
    /// A file name without ending: `gallery-lv`.
    pub name: String,
    /// The whole page.
    pub html: String,
}

#[derive(Template)]
#[template(path = "gallery.html")]
struct Gallery {
    shell: Shell,
    form: FormState,
    wrong: FormState,
    kinds: Vec<Choice>,
    channels: Vec<Choice>,
    rows: Vec<Row>,
    filters: Vec<(String, String)>,
    sort: Sort,
    table: Vec<Line>,
    events: Vec<Event>,
    items: Vec<TaskItem>,
    groups: Vec<Vec<Step>>,
    tabs: Vec<Tab>,
    areas: Vec<(String, String, bool)>,
    bars: Vec<(String, f64, String)>,
}

struct Line {
    number: String,
    name: String,
    state: &'static str,
    word: String,
    days: String,
}

#[derive(Template)]
#[template(path = "gallery_plain.html")]
struct PlainGallery {
    shell: Shell,
    form: FormState,
}

/// The pages of samples in both languages: the gallery as staff and as residents see it, and the plain layout.
#[must_use]
pub fn samples(tr: &Tr) -> Vec<Sample> {
    let mut pages = Vec::new();
    for locale in Locale::ALL {
        let tr = tr.with_locale(locale);
        let shell = Shell::sample(tr.clone());
        pages.push(Sample { name: format!("gallery-{}", locale.tag()), html: gallery(shell) });
        let shell = Shell { staff: false, acting_for: None, demo: true, ..Shell::sample(tr.clone()) };
        pages.push(Sample { name: format!("self-{}", locale.tag()), html: gallery(shell) });
        let shell = Shell { signed_in: false, ..Shell::sample(tr.clone()) };
        let form = FormState::new(&tr, "sample", "");
        let plain = Html::of(&PlainGallery { shell, form });
        pages.push(Sample { name: format!("plain-{}", locale.tag()), html: plain.as_str().to_owned() });
    }
    pages
}

/// The page of all components, in the shell given.
#[must_use]
pub fn gallery(shell: Shell) -> String {
    let tr = shell.tr.clone();
    let page = Gallery {
        form: good_form(&tr),
        wrong: wrong_form(&tr),
        kinds: ["annual", "unpaid", "study"].map(|k| Choice::new(k, tr.t(&format!("ui-sample-kind-{k}")))).to_vec(),
        channels: vec![
            Choice::new("portal", tr.t("ui-sample-channel-portal")),
            Choice::new("paper", tr.t("ui-sample-channel-paper")).hint(tr.t("ui-sample-channel-paper-hint")),
        ],
        rows: facts(&tr),
        filters: vec![
            ("/design?a".to_owned(), tr.t("ui-sample-waiting")),
            ("/design?b".to_owned(), tr.month(2026, 11)),
        ],
        sort: Sort::read("-number", &["name", "number"], "/design?"),
        table: lines(&tr),
        events: events(&tr),
        items: vec![
            TaskItem::new("/design", tr.t("ui-sample-text"), crate::c::chip(&"done", &tr.t("ui-step-done")))
                .hint(tr.t("ui-sample-hint")),
            TaskItem::new("", tr.t("ui-sample-button"), tr.t("ui-step-waiting")),
        ],
        groups: route(&tr),
        tabs: vec![
            Tab::new("tab-one", tr.t("ui-sample-documents"), tr.t("ui-sample-long")),
            Tab::new("tab-two", tr.t("ui-sample-leave"), tr.t("ui-sample-answer")),
        ],
        areas: vec![
            ("/design".to_owned(), tr.t("ui-sample-employees"), true),
            ("/design?2".to_owned(), tr.t("ui-sample-leave"), false),
            ("/design?3".to_owned(), tr.t("ui-sample-documents"), false),
        ],
        bars: [("annual", 148.0), ("study", 31.0), ("unpaid", 12.0)]
            .map(|(k, n)| (tr.t(&format!("ui-sample-kind-{k}")), n, tr.decimal(n, 0)))
            .to_vec(),
        shell,
    };
    Html::of(&page).as_str().to_owned()
}

fn good_form(tr: &Tr) -> FormState {
    let mut form = FormState::new(tr, "sample", "sample-1");
    form.set("kind", "annual").set("from", "23.11.2026.").set("to", "08.12.2026.").set("channel", "portal");
    form.set("amount", "1 234,56").set("reason", tr.t("ui-sample-long"));
    form
}

fn wrong_form(tr: &Tr) -> FormState {
    let mut form = FormState::new(tr, "sample", "sample-2");
    form.label("w-from", tr.t("ui-sample-field-from")).label("w-kind", tr.t("ui-sample-field-kind"));
    form.label("w-channel", tr.t("ui-sample-field-channel")).label("w-reason", tr.t("ui-sample-field-reason"));
    form.set("w-from", "31.02.2026.");
    form.date("w-from");
    form.choice("w-kind", &["annual"]);
    form.choice("w-channel", &["portal"]);
    form.required("w-reason");
    form
}

fn facts(tr: &Tr) -> Vec<Row> {
    let change = tr.t("ui-change");
    let kind = tr.t("ui-sample-field-kind");
    vec![
        Row::new(&kind, tr.t("ui-sample-kind-annual")).action("/design", change, &kind),
        Row::new(tr.t("ui-sample-days"), tr.number(12_i64)),
        Row::new(tr.t("ui-sample-field-amount"), tr.money(types::Money(123_456))),
    ]
}

fn lines(tr: &Tr) -> Vec<Line> {
    [
        ("signed", "ui-sample-signed", 12),
        ("wait", "ui-sample-waiting", 1234),
        ("overdue", "ui-sample-overdue", 3),
        ("draft", "ui-sample-draft", 0),
        ("refused", "ui-sample-refused", 1),
        ("void", "ui-sample-void", 7),
    ]
    .into_iter()
    .enumerate()
    .map(|(i, (state, key, days))| Line {
        number: format!("4-7/26/{}", 118 - i),
        name: tr.t("ui-sample-text"),
        state,
        word: tr.t(key),
        days: tr.number(days),
    })
    .collect()
}

fn events(tr: &Tr) -> Vec<Event> {
    let at = |day: u32, hour: u32| {
        types::Date::from_ymd_opt(2026, 11, day)
            .and_then(|d| d.and_hms_opt(hour, 5, 0))
            .map_or(types::Timestamp::UNIX_EPOCH, |t| t.and_utc())
    };
    vec![
        Event::new(tr, tr.t("ui-sample-signed"), at(23, 12)).by("Līga Ozola").icon("signature"),
        Event::new(tr, tr.t("ui-key-approve"), at(20, 8)).by("Jānis Kalniņš").text(tr.t("ui-sample-long")),
        Event::new(tr, tr.t("ui-sample-draft"), at(19, 14)).by("Anna Bērziņa"),
    ]
}

fn route(tr: &Tr) -> Vec<Vec<Step>> {
    let due = tr.t1("ui-due", "date", "27.11.2026.");
    let step = |key: &str, who: &str, state| Step::new(tr.t(key), who, state);
    vec![
        vec![step("ui-key-approve", "Jānis Kalniņš", StepState::Done)],
        vec![
            step("ui-key-approve", "Līga Ozola", StepState::Current).due(due),
            step("ui-key-approve", "Pēteris Liepa", StepState::Returned).note(tr.t("ui-sample-hint")),
        ],
        vec![step("ui-key-sign", "Ilze Krūmiņa", StepState::Waiting)],
    ]
}
