//! The components write what `govuk-frontend` writes: its own fixtures, compared as normalised HTML.
//!
//! A fixture that uses an option we do not offer is skipped; which ones are skipped is the checked-in list
//! `fixtures_skipped.txt`, so that a new fixture or a lost option is seen.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may end here; JSON indexing gives null")]

use std::collections::BTreeSet;
use std::sync::Arc;

use i18n::{Catalog, Tr};
use novads_ui as ui;
use serde_json::Value;
use types::Locale;
use ui::c::{Banner, Breadcrumbs, Button, Checkboxes, Choice, Details, ErrorSummary, Fieldset, Input, Pages};
use ui::c::{Radios, Row, Select, SummaryList, Tab, Tabs, Tag, Textarea};
use ui::{FormState, Html};

fn tr() -> Tr {
    Tr::new(Arc::new(Catalog::new(&[ui::TEXTS]).unwrap()), Locale::En)
}

/// A text of the options; numbers and yes or no as they are written.
fn s(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
fn yes(value: &Value) -> bool {
    value.as_bool().unwrap_or(false)
}
fn either(options: &Value, text: &str, html: &str) -> Html {
    let rich = options[html].as_str().filter(|h| !h.is_empty());
    rich.map_or_else(|| Html::text(&s(&options[text])), Html::trusted)
}
fn rich(value: &Value) -> Html {
    either(value, "text", "html")
}
fn items(value: &Value) -> Vec<&Value> {
    value.as_array().into_iter().flatten().filter(|item| item.is_object()).collect()
}

macro_rules! attributes {
    ($builder:expr, $options:expr) => {{
        let mut builder = $builder;
        if let Some(map) = $options["attributes"].as_object() {
            for (name, value) in map {
                builder = builder.attribute(name, s(value));
            }
        }
        builder
    }};
}

fn form(o: &Value) -> FormState {
    let mut form = FormState::new(&tr(), "", "");
    let name = s(&o["name"]);
    if !o["value"].is_null() {
        form.set(&name, s(&o["value"]));
    }
    if o["values"].is_array() {
        form.set_all(&name, o["values"].as_array().unwrap().iter().map(s));
    }
    if o["errorMessage"].is_object() {
        form.fail_text(&name, s(&o["errorMessage"]["text"]));
    }
    form
}

/// The options that all one-control fields share.
macro_rules! field {
    ($builder:expr, $o:expr) => {{
        let o = $o;
        let mut builder = $builder
            .hint(rich(&o["hint"]))
            .class(s(&o["classes"]))
            .label_class(s(&o["label"]["classes"]))
            .heading(yes(&o["label"]["isPageHeading"]))
            .described_by(s(&o["describedBy"]))
            .group_class(s(&o["formGroup"]["classes"]))
            .disabled(yes(&o["disabled"]));
        if !o["id"].is_null() {
            builder = builder.id(s(&o["id"]));
        }
        attributes!(builder, o)
    }};
}
const FIELD: &[&str] = &[
    "id",
    "name",
    "label.text",
    "label.html",
    "label.classes",
    "label.isPageHeading",
    "hint.text",
    "errorMessage.text",
    "classes",
    "describedBy",
    "formGroup.classes",
    "attributes",
    "value",
    "disabled",
];

fn input(o: &Value) -> Html {
    let builder = Input::of(&form(o), s(&o["name"]), rich(&o["label"]))
        .kind(if o["type"].is_null() { "text".to_owned() } else { s(&o["type"]) })
        .inputmode(s(&o["inputmode"]))
        .pattern(s(&o["pattern"]))
        .autocapitalize(s(&o["autocapitalize"]))
        .prefix(rich(&o["prefix"]))
        .suffix(rich(&o["suffix"]))
        .autocomplete(s(&o["autocomplete"]))
        .spellcheck(s(&o["spellcheck"]));
    Html::of(&field!(builder, o))
}

fn textarea(o: &Value) -> Html {
    let mut builder = Textarea::of(&form(o), s(&o["name"]), rich(&o["label"]))
        .autocomplete(s(&o["autocomplete"]))
        .spellcheck(s(&o["spellcheck"]));
    if !o["rows"].is_null() {
        builder = builder.rows(s(&o["rows"]));
    }
    Html::of(&field!(builder, o))
}

fn choice(item: &Value) -> Choice {
    let text = s(&item["text"]);
    let mut choice = if !item["divider"].is_null() {
        Choice::divider(s(&item["divider"]))
    } else if item["value"].is_null() {
        Choice::words(text)
    } else {
        Choice::new(s(&item["value"]), text)
    };
    if !item["html"].is_null() {
        choice = choice.label(Html::trusted(s(&item["html"])));
    }
    for key in ["selected", "checked"] {
        if let Some(on) = item[key].as_bool() {
            choice = choice.checked(on);
        }
    }
    choice = choice
        .hint(rich(&item["hint"]))
        .disabled(yes(&item["disabled"]))
        .conditional(Html::trusted(item["conditional"]["html"].as_str().unwrap_or_default()))
        .exclusive(!item["behaviour"].is_null())
        .id(s(&item["id"]))
        .name(s(&item["name"]))
        .label_class(s(&item["label"]["classes"]));
    attributes!(choice, item)
}
fn choices(o: &Value) -> Vec<Choice> {
    items(&o["items"]).into_iter().map(choice).collect()
}

fn select(o: &Value) -> Html {
    Html::of(&field!(Select::of(&form(o), s(&o["name"]), rich(&o["label"]), &choices(o)), o))
}

macro_rules! group {
    ($ty:ident, $o:expr) => {{
        let o = $o;
        let mut builder = $ty::of(&form(o), s(&o["name"]), "", &choices(o))
            .hint(rich(&o["hint"]))
            .class(s(&o["classes"]))
            .described_by(s(&o["describedBy"]))
            .group_class(s(&o["formGroup"]["classes"]));
        if !o["idPrefix"].is_null() {
            builder = builder.id(s(&o["idPrefix"]));
        }
        let f = &o["fieldset"];
        if f.is_object() {
            let fieldset = Fieldset::new(rich(&f["legend"]))
                .class(s(&f["legend"]["classes"]))
                .heading(yes(&f["legend"]["isPageHeading"]))
                .described_by(s(&f["describedBy"]));
            builder = builder.fieldset(fieldset);
        }
        Html::of(&attributes!(builder, o))
    }};
}
const GROUP: &[&str] = &[
    "name",
    "idPrefix",
    "classes",
    "attributes",
    "value",
    "values",
    "describedBy",
    "hint.text",
    "errorMessage.text",
    "formGroup.classes",
    "fieldset.legend.text",
    "fieldset.legend.html",
    "fieldset.legend.classes",
    "fieldset.legend.isPageHeading",
    "fieldset.describedBy",
    "items.value",
    "items.text",
    "items.html",
    "items.hint.text",
    "items.checked",
    "items.selected",
    "items.disabled",
    "items.divider",
    "items.behaviour",
    "items.id",
    "items.name",
    "items.conditional.html",
    "items.label.classes",
    "items.attributes",
    "items",
];

fn button(o: &Value) -> Html {
    // In a start button, markup stands in a box of its own.
    let words = rich(o);
    let boxed = yes(&o["isStartButton"]) && o["html"].is_string();
    let words = if boxed { Html::trusted(format!("<span>{words}</span>")) } else { words };
    let builder = Button::new(words)
        .class(s(&o["classes"]))
        .kind(if s(&o["type"]).is_empty() { "submit".to_owned() } else { s(&o["type"]) })
        .name(s(&o["name"]))
        .value(s(&o["value"]))
        .href(s(&o["href"]))
        .id(s(&o["id"]))
        .once(s(&o["preventDoubleClick"]))
        .disabled(yes(&o["disabled"]))
        .start(yes(&o["isStartButton"]));
    Html::of(&attributes!(builder, o))
}

fn tag(o: &Value) -> Html {
    Html::of(&attributes!(Tag::new(rich(o)).class(s(&o["classes"])), o))
}

fn details(o: &Value) -> Html {
    let builder = Details::new(either(o, "summaryText", "summaryHtml"), rich(o))
        .id(s(&o["id"]))
        .class(s(&o["classes"]))
        .open(yes(&o["open"]));
    Html::of(&attributes!(builder, o))
}

fn error_summary(o: &Value) -> Html {
    let mut summary = ErrorSummary::new(either(o, "titleText", "titleHtml"))
        .description(either(o, "descriptionText", "descriptionHtml"))
        .class(s(&o["classes"]))
        .no_focus(s(&o["disableAutoFocus"]));
    for item in items(&o["errorList"]) {
        summary = match item["href"].as_str() {
            Some(href) => summary.link(rich(item), href),
            None => summary.item(rich(item)),
        };
    }
    Html::of(&attributes!(summary, o))
}

fn summary_list(o: &Value) -> Html {
    let row = |r: &Value| {
        let mut row = Row::new(rich(&r["key"]), rich(&r["value"])).class(s(&r["classes"]));
        for action in items(&r["actions"]["items"]) {
            row = row.action(s(&action["href"]), rich(action), s(&action["visuallyHiddenText"]));
        }
        row
    };
    let rows: Vec<Row> = items(&o["rows"]).into_iter().map(row).collect();
    Html::of(&attributes!(SummaryList::new(&rows).class(s(&o["classes"])), o))
}

fn breadcrumbs(o: &Value) -> Html {
    let label = if o["labelText"].is_null() { "Breadcrumb".to_owned() } else { s(&o["labelText"]) };
    let mut class = s(&o["classes"]);
    if yes(&o["collapseOnMobile"]) {
        class = format!("{class} govuk-breadcrumbs--collapse-on-mobile").trim().to_owned();
    }
    let mut crumbs = Breadcrumbs::new(label).class(class);
    for item in items(&o["items"]) {
        crumbs = crumbs.item(s(&item["href"]), rich(item));
    }
    Html::of(&attributes!(crumbs, o))
}

fn pagination(o: &Value) -> Html {
    let mut pages = Pages::new(&tr(), s(&o["previous"]["href"]), s(&o["next"]["href"]))
        .previous_label(s(&o["previous"]["labelText"]))
        .next_label(s(&o["next"]["labelText"]))
        .class(s(&o["classes"]))
        .label(if o["landmarkLabel"].is_null() { "Pagination".to_owned() } else { s(&o["landmarkLabel"]) });
    if !o["previous"]["text"].is_null() {
        pages = pages.previous_text(s(&o["previous"]["text"]));
    }
    if !o["next"]["text"].is_null() {
        pages = pages.next_text(s(&o["next"]["text"]));
    }
    Html::of(&attributes!(pages, o))
}

fn banner(o: &Value) -> Html {
    let success = o["type"] == "success";
    let given = either(o, "titleText", "titleHtml");
    let title = match (given.is_empty(), success) {
        (false, _) => given,
        (true, true) => Html::text("Success"),
        (true, false) => Html::text("Important"),
    };
    let rich = Html::trusted(s(&o["html"]));
    let text = if rich.is_empty() { s(&o["text"]) } else { String::new() };
    let mut banner = Banner::new(title, text)
        .html(rich)
        .class(s(&o["classes"]))
        .role(s(&o["role"]))
        .no_focus(s(&o["disableAutoFocus"]))
        .success(success);
    if !o["titleId"].is_null() {
        banner = banner.id(s(&o["titleId"]));
    }
    Html::of(&attributes!(banner, o))
}

fn tabs(o: &Value) -> Html {
    let tab = |(i, item): (usize, &Value)| {
        let id = if item["id"].is_null() { format!("{}-{}", s(&o["idPrefix"]), i + 1) } else { s(&item["id"]) };
        let panel = &item["panel"];
        let body = match panel["html"].as_str() {
            Some(html) => html.to_owned(),
            None => format!("<p class=\"govuk-body\">{}</p>", Html::text(&s(&panel["text"]))),
        };
        Tab::new(id, s(&item["label"]), Html::trusted(body))
    };
    let all: Vec<Tab> = items(&o["items"]).into_iter().enumerate().map(tab).collect();
    let title = if o["title"].is_null() { "Contents".to_owned() } else { s(&o["title"]) };
    Html::of(&attributes!(Tabs::new(title, &all).id(s(&o["id"])).class(s(&o["classes"])), o))
}

/// The names of all options used, `items.hint.text`; attributes are one name.
fn used(value: &Value, path: &str, names: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) if !path.ends_with("attributes") => {
            for (key, inner) in map {
                used(inner, &if path.is_empty() { key.clone() } else { format!("{path}.{key}") }, names);
            }
        }
        Value::Array(list) => {
            // Empty places in a list, which a template language may leave and a typed list cannot have.
            if !path.ends_with("values") && list.iter().any(|inner| !inner.is_object()) {
                names.insert(format!("{path}.nothing"));
            }
            list.iter().filter(|inner| inner.is_object()).for_each(|inner| used(inner, path, names));
        }
        _ => {
            names.insert(path.to_owned());
        }
    }
}

/// Tags with sorted attributes, texts with single spaces, one a line.
fn normal(html: &str) -> String {
    let mut out = Vec::new();
    for piece in html.replace('<', "\u{1}<").replace('>', ">\u{1}").split('\u{1}') {
        let words = piece.split_whitespace().collect::<Vec<_>>().join(" ");
        if words.is_empty() {
            continue;
        }
        let plain = words.replace("&#39;", "'").replace("&quot;", "\"").replace("&ctdot;", "⋯");
        out.push(if words.starts_with('<') { sorted(&words) } else { plain });
    }
    out.join("\n")
}

fn sorted(tag: &str) -> String {
    let inner = tag.trim_start_matches('<').trim_end_matches('>').trim_end_matches('/');
    let (name, rest) = inner.split_once(' ').unwrap_or((inner, ""));
    let (mut attributes, mut current, mut quoted) = (Vec::new(), String::new(), false);
    for c in rest.chars() {
        match c {
            '"' => {
                quoted = !quoted;
                current.push(c);
            }
            ' ' if !quoted => attributes.push(std::mem::take(&mut current)),
            _ => current.push(c),
        }
    }
    attributes.push(current);
    attributes.retain(|a| !a.is_empty());
    attributes.sort();
    format!("<{name} {}>", attributes.join(" "))
}

type Component = (&'static str, fn(&Value) -> Html, Vec<&'static str>);

fn components() -> Vec<Component> {
    let with = |more: &[&'static str]| [FIELD, more].concat();
    vec![
        (
            "button",
            button,
            "text html classes disabled href isStartButton name attributes type value preventDoubleClick id"
                .split(' ')
                .collect(),
        ),
        (
            "input",
            input,
            with(&[
                "type", "inputmode", "pattern", "autocapitalize", "prefix.text", "prefix.html", "suffix.text",
                "suffix.html", "autocomplete", "spellcheck",
            ]),
        ),
        ("textarea", textarea, with(&["rows", "autocomplete", "spellcheck"])),
        (
            "select",
            select,
            with(&["items", "items.value", "items.text", "items.selected", "items.disabled", "items.attributes"]),
        ),
        ("radios", |o| group!(Radios, o), GROUP.to_vec()),
        ("checkboxes", |o| group!(Checkboxes, o), GROUP.to_vec()),
        (
            "error-summary",
            error_summary,
            "titleText titleHtml descriptionText descriptionHtml classes attributes disableAutoFocus errorList.text errorList.html errorList.href"
                .split(' ')
                .collect(),
        ),
        ("tag", tag, vec!["text", "html", "classes", "attributes"]),
        (
            "summary-list",
            summary_list,
            "rows rows.key.text rows.key.html rows.value.text rows.value.html rows.classes rows.actions.items.href rows.actions.items.text rows.actions.items.html rows.actions.items.visuallyHiddenText classes attributes"
                .split(' ')
                .collect(),
        ),
        (
            "details",
            details,
            "summaryText summaryHtml text html id open classes attributes".split(' ').collect(),
        ),
        (
            "pagination",
            pagination,
            "previous.href previous.text previous.labelText next.href next.text next.labelText classes attributes landmarkLabel"
                .split(' ')
                .collect(),
        ),
        (
            "breadcrumbs",
            breadcrumbs,
            "items.text items.html items.href collapseOnMobile classes attributes labelText".split(' ').collect(),
        ),
        (
            "notification-banner",
            banner,
            "text html type titleText titleHtml titleId role classes attributes disableAutoFocus".split(' ').collect(),
        ),
        (
            "tabs",
            tabs,
            "items items.label items.id items.panel.html items.panel.text idPrefix id classes title attributes"
                .split(' ')
                .collect(),
        ),
    ]
}

#[test]
fn components_write_what_govuk_frontend_writes() {
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = here.join("../../assets/node_modules/govuk-frontend/dist/govuk/components");
    assert!(folder.is_dir(), "govuk-frontend is not installed: run `npm ci` in assets/");
    let (mut skipped, mut compared, mut wrong) = (String::new(), 0, Vec::new());
    for (name, render, offered) in components() {
        let text = std::fs::read_to_string(folder.join(name).join("fixtures.json")).unwrap();
        let file: Value = serde_json::from_str(&text).unwrap();
        for fixture in file["fixtures"].as_array().unwrap() {
            let title = format!("{name}: {}", s(&fixture["name"]));
            let mut names = BTreeSet::new();
            used(&fixture["options"], "", &mut names);
            let missing: Vec<&str> = names.iter().map(String::as_str).filter(|n| !offered.contains(n)).collect();
            if !missing.is_empty() {
                skipped.push_str(&format!("{title} ({})\n", missing.join(", ")));
                continue;
            }
            compared += 1;
            let (ours, theirs) = (normal(render(&fixture["options"]).as_str()), normal(&s(&fixture["html"])));
            if ours != theirs {
                wrong.push(format!("== {title}\n-- ours\n{ours}\n-- theirs\n{theirs}"));
            }
        }
    }
    let list = here.join("tests/fixtures_skipped.txt");
    if std::env::var_os("NOVADS_BLESS").is_some() {
        std::fs::write(&list, &skipped).unwrap();
    }
    assert!(wrong.is_empty(), "{} of {compared} differ\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(std::fs::read_to_string(list).unwrap_or_default(), skipped, "set NOVADS_BLESS=1 to accept");
    assert!(compared > 200, "only {compared} fixtures were compared");
}
