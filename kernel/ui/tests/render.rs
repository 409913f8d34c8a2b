//! Every sample renders in both languages, with every text and icon there, and nothing that the CSP refuses.
#![expect(clippy::unwrap_used, reason = "a test may end here")]

use std::sync::Arc;

use i18n::{Catalog, Tr};
use novads_ui as ui;
use types::Locale;

fn tr(locale: Locale) -> Tr {
    Tr::new(Arc::new(Catalog::new(&[ui::TEXTS]).unwrap()), locale)
}

#[test]
fn texts_are_complete_in_both_languages() {
    assert_eq!(Catalog::new(&[ui::TEXTS]).unwrap().check(), Vec::<String>::new());
}

#[test]
fn a_shell_may_cross_threads() {
    fn sure<T: Send + Sync + Clone + 'static>() {}
    sure::<ui::Shell>();
    sure::<ui::FormState>();
    sure::<Tr>();
}

#[test]
fn every_sample_renders() {
    let pages = ui::samples(&tr(Locale::Lv));
    assert_eq!(pages.len(), 6);
    for page in pages {
        assert!(page.html.ends_with("</html>"), "{} is cut short", page.name);
        assert!(!page.html.contains('⟦'), "{} lacks a text: {}", page.name, around(&page.html, "⟦"));
        assert!(!page.html.contains("style="), "{} has inline style", page.name);
        assert!(!page.html.contains("<style"), "{} has inline style", page.name);
        assert!(!page.html.contains(" onclick"), "{} has inline script", page.name);
        assert!(!page.html.contains("<script>"), "{} has inline script", page.name);
        if let Ok(folder) = std::env::var("NOVADS_GALLERY") {
            std::fs::write(format!("{folder}/{}.html", page.name), &page.html).unwrap();
        }
    }
}

#[test]
fn every_icon_named_is_there() {
    let mut code = String::new();
    read_all(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates"), &mut code);
    let named: Vec<&str> = code
        .split(".icon(\"")
        .skip(1)
        .chain(code.split("icon=\"").skip(1))
        .filter_map(|s| s.split('"').next())
        .filter(|s| !s.is_empty())
        .collect();
    assert!(named.len() > 15);
    for name in named {
        assert!(ui::has_icon(name), "no icon {name}");
    }
    assert!(!ui::has_icon("../app.css") && !ui::has_icon("no-such"));
}

#[test]
fn assets_are_embedded_and_named_by_content() {
    let style = ui::asset("app.css").unwrap();
    assert_eq!(style.media_type, "text/css; charset=utf-8");
    assert!(style.bytes.len() > 50_000 && style.etag.len() == 34);
    assert_eq!(ui::asset("app.js").unwrap().media_type, "text/javascript; charset=utf-8");
    let url = ui::asset_url("app.css");
    assert!(url.starts_with("/assets/") && url.ends_with("/app.css") && url.len() == "/assets/".len() + 12 + 8);
    assert!(ui::asset("../Cargo.toml").is_none());
    assert!(ui::assets().any(|name| name.starts_with("fonts/") && name.ends_with(".woff2")));
}

fn around<'a>(html: &'a str, what: &str) -> &'a str {
    html.split(what).nth(1).map_or("", |rest| rest.get(..40).unwrap_or(rest))
}

fn read_all(folder: &std::path::Path, into: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_all(&path, into);
        } else {
            into.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn a_form_keeps_what_was_typed_and_says_what_is_wrong() {
    let pairs = [
        ("csrf", "token"),
        ("submit_id", "once"),
        ("from", " 1.2.2026. "),
        ("to", "2026-01-31"),
        ("days", "1 200"),
        ("sum", "1 234,56 €"),
        ("kind", "<b>"),
        ("row", "a"),
        ("row", "b"),
    ];
    let mut form = ui::FormState::read(&tr(Locale::Lv), pairs);
    assert_eq!((form.csrf.as_str(), form.submit_id.as_str()), ("token", "once"));
    assert_eq!(form.all("row"), ["a", "b"]);
    assert_eq!(form.int("days", 0..=2000), Some(1200));
    assert_eq!(form.money("sum"), Some(types::Money(123_456)));
    assert_eq!(form.date_opt("nothing"), None);
    assert!(form.is_ok());
    assert_eq!(form.date_range("from", "to"), None);
    assert_eq!(form.error("to"), Some("Beigu datums nedrīkst būt pirms 01.02.2026."));
    assert_eq!(form.choice("kind", &["x"]), None);
    assert_eq!(form.required("nothing"), None);
    assert_eq!(form.int("days", 0..=10), None);
    assert_eq!(form.value("from"), " 1.2.2026. ");
    let field = ui::Html::of(&ui::c::Input::of(&form, "kind", "Veids"));
    assert!(
        field.as_str().contains("value=\"&#60;b&#62;\"") || field.as_str().contains("value=\"&lt;b&gt;\""),
        "{field}"
    );
    let summary = form.error_summary().to_string();
    assert_eq!(summary.matches("href=\"#").count(), 4);
    assert!(summary.contains("href=\"#nothing\"") && summary.contains("Aizpildiet šo lauku"));
}

#[test]
fn dates_are_read_as_people_write_them() {
    let read = |text| ui::parse_date(text).map(|d| d.to_string());
    for text in ["3.1.2026.", "03.01.2026", " 03. 01. 2026. ", "2026-01-03"] {
        assert_eq!(read(text).as_deref(), Some("2026-01-03"), "{text}");
    }
    for text in ["", "31.02.2026.", "1.1.26", "2026", "1.1.99999", "1.1.1.1", "aa.bb.cccc", "+1.1.2026", "1..2026"] {
        assert_eq!(read(text), None, "{text}");
    }
}

#[test]
fn a_sort_takes_only_what_is_offered() {
    let sort = ui::c::Sort::read("-name", &["number", "name"], "/x?a=1&");
    assert_eq!((sort.key.as_str(), sort.descending, sort.text().as_str()), ("name", true, "-name"));
    let sort = ui::c::Sort::read("-name; drop", &["number", "name"], "/x?");
    assert_eq!((sort.key.as_str(), sort.descending), ("number", false));
    assert!(sort.head("number", "<N>", "").to_string().contains("href=\"/x?sort=-number\">&lt;N&gt;"));
}
