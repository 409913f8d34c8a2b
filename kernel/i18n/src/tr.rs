use std::sync::Arc;

use fluent_bundle::{FluentArgs, FluentValue};
use types::Locale;

use crate::{Arg, Catalog};

/// A language to speak: all texts and the formatter. Cheap to clone; every page carries one.
#[derive(Clone, Debug)]
pub struct Tr {
    catalog: Arc<Catalog>,
    locale: Locale,
}

impl Tr {
    /// Speaks `locale` with the texts of `catalog`.
    #[must_use]
    pub const fn new(catalog: Arc<Catalog>, locale: Locale) -> Self {
        Self { catalog, locale }
    }

    /// The same texts in another language.
    #[must_use]
    pub fn with_locale(&self, locale: Locale) -> Self {
        Self { catalog: Arc::clone(&self.catalog), locale }
    }

    /// The language.
    #[must_use]
    pub const fn locale(&self) -> Locale {
        self.locale
    }

    /// The BCP 47 tag, for `lang=""`.
    #[must_use]
    pub const fn lang(&self) -> &'static str {
        self.locale.tag()
    }

    /// Is there such a text in this language?
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.catalog.has(self.locale, key)
    }

    /// The text `key` or `key.attribute`; a missing one shows as ⟦key⟧ and is logged once.
    #[must_use]
    pub fn t(&self, key: &str) -> String {
        self.catalog.text(self.locale, key, None)
    }

    /// The text with one argument.
    #[must_use]
    pub fn t1(&self, key: &str, name: &str, value: impl Into<Arg>) -> String {
        self.ta(key, &[(name, value.into())])
    }

    /// The text with arguments.
    #[must_use]
    pub fn ta(&self, key: &str, args: &[(&str, Arg)]) -> String {
        let mut values = FluentArgs::with_capacity(args.len());
        for (name, value) in args {
            values.set(*name, self.value(value));
        }
        self.catalog.text(self.locale, key, Some(&values))
    }

    fn value<'a>(&self, arg: &'a Arg) -> FluentValue<'a> {
        match arg {
            Arg::Text(text) => FluentValue::from(text.as_str()),
            Arg::Int(n) => FluentValue::from(*n),
            Arg::Float(n) => FluentValue::from(*n),
            Arg::Date(date) => FluentValue::from(self.date(*date)),
            Arg::Moment(moment) => FluentValue::from(self.datetime(*moment)),
            Arg::Money(amount) => FluentValue::from(self.money(*amount)),
        }
    }
}
