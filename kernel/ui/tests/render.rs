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
fn every_sample_renders() {
    let pages = ui::samples(&tr(Locale::Lv));
    assert_eq!(pages.len(), 4);
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
