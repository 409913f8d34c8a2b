use novads_server::house;

#[test]
fn every_text_is_in_every_language() {
    let catalog = house::catalog().expect("the texts");
    let missing = catalog.check();
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_key_that_a_page_asks_for_exists() {
    let catalog = house::catalog().expect("the texts");
    let mut missing = std::collections::BTreeSet::new();
    let mut ask = |key: &str, place: &std::path::Path| {
        let whole = key.contains('-') && key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        if whole && !key.ends_with('-') && !catalog.has(types::Locale::Lv, key) {
            missing.insert(format!("{key} ({})", place.display()));
        }
    };
    let templates = walkdir::WalkDir::new(crate::root()).into_iter().filter_entry(|e| {
        let name = e.file_name().to_string_lossy();
        !matches!(name.as_ref(), "target" | "node_modules" | ".git" | "dist")
    });
    for file in templates.filter_map(Result::ok).filter(|f| f.path().extension().is_some_and(|e| e == "html")) {
        let text = std::fs::read_to_string(file.path()).unwrap_or_default();
        for call in text.split(".t(\"").skip(1).chain(text.split(".t1(\"").skip(1)) {
            ask(call.split('"').next().unwrap_or_default(), file.path());
        }
    }
    for (path, text) in crate::sources() {
        let code = text.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
        let text = code.as_str();
        for call in text.split(".t(\"").skip(1).chain(text.split(".ta(\"").skip(1)).chain(text.split(".t1(\"").skip(1))
        {
            ask(call.split('"').next().unwrap_or_default(), &path);
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}
