//! The files of a new app. `APP-NAME` and `APP_NAME` stand for its name.

/// Where it goes in the app's folder, and what is in it.
pub const FILES: &[(&str, &str)] = &[
    ("Cargo.toml", include_str!("../skeleton/Cargo.toml")),
    ("askama.toml", include_str!("../skeleton/askama.toml")),
    ("README.md", include_str!("../skeleton/README.md")),
    ("migrations/0001_APP_NAME.sql", include_str!("../skeleton/migrations/0001.sql")),
    ("locales/lv.ftl", include_str!("../skeleton/locales/lv.ftl")),
    ("locales/en.ftl", include_str!("../skeleton/locales/en.ftl")),
    ("templates/APP-NAME/list.html", include_str!("../skeleton/templates/list.html")),
    ("templates/APP-NAME/new.html", include_str!("../skeleton/templates/new.html")),
    ("src/lib.rs", include_str!("../skeleton/src/lib.rs")),
    ("src/actions.rs", include_str!("../skeleton/src/actions.rs")),
    ("src/model.rs", include_str!("../skeleton/src/model.rs")),
    ("src/store.rs", include_str!("../skeleton/src/store.rs")),
    ("src/usecases.rs", include_str!("../skeleton/src/usecases.rs")),
    ("src/pages.rs", include_str!("../skeleton/src/pages.rs")),
    ("tests/it/main.rs", include_str!("../skeleton/tests/main.rs")),
    ("tests/it/making_entries.rs", include_str!("../skeleton/tests/making_entries.rs")),
];
