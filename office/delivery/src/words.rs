//! Texts outside a page: jobs write to people in the people's own language.

use std::sync::{Arc, LazyLock};

use i18n::{Catalog, Tr};
use types::Locale;

static CATALOG: LazyLock<Option<Arc<Catalog>>> = LazyLock::new(|| Catalog::new(&[crate::TEXTS]).ok().map(Arc::new));

/// The text in a person's language; Latvian where theirs is not one of ours.
pub(crate) fn text(language: &str, key: &str, args: &[(&str, i18n::Arg)]) -> String {
    let locale = Locale::from_tag(language).unwrap_or_default();
    let tr = CATALOG.as_ref().map(|c| Tr::new(Arc::clone(c), locale));
    tr.map(|tr| tr.ta(key, args)).unwrap_or_else(|| key.to_owned())
}
