use std::collections::BTreeMap;
use std::sync::{OnceLock, PoisonError, RwLock};

use crate::Html;
use crate::asset::icon_file;

/// Is there such an icon? The names are in `assets/src/icons.txt`.
#[must_use]
pub fn has_icon(name: &str) -> bool {
    !icon(name).is_empty()
}

/// An icon as inline SVG, hidden from screen readers: the word beside it says what it says.
/// An unknown name gives nothing and is logged.
#[must_use]
pub fn icon(name: &str) -> Html {
    static KNOWN: OnceLock<RwLock<BTreeMap<String, Html>>> = OnceLock::new();
    let known = KNOWN.get_or_init(RwLock::default);
    if let Some(html) = known.read().unwrap_or_else(PoisonError::into_inner).get(name) {
        return html.clone();
    }
    let Some(svg) = icon_file(name) else {
        tracing::warn!(name, "no such icon: add it to assets/src/icons.txt");
        return Html::default();
    };
    let html = Html::trusted(svg);
    known.write().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), html.clone());
    html
}
