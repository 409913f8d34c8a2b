use std::collections::{BTreeMap, HashSet};
use std::sync::Mutex;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentError, FluentResource, FluentValue};
use intl_memoizer::concurrent::IntlLangMemoizer;
use types::Locale;
use unic_langid::LanguageIdentifier;

use crate::check;
use crate::format::{float_text, integer_text};

/// One module's texts, from `include_str!`.
#[derive(Clone, Copy, Debug)]
pub struct Source {
    /// The module's name, as errors say it.
    pub name: &'static str,
    /// `locales/lv.ftl`.
    pub lv: &'static str,
    /// `locales/en.ftl`.
    pub en: &'static str,
}

impl Source {
    pub(crate) const fn text(&self, locale: Locale) -> &'static str {
        match locale {
            Locale::Lv => self.lv,
            Locale::En => self.en,
        }
    }
}

/// The texts of the modules do not make one catalogue.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CatalogError {
    /// A text cannot be read.
    #[error("{module}/{locale}.ftl line {line}: {message}", locale = locale.tag())]
    Syntax {
        /// Whose text.
        module: &'static str,
        /// Which language.
        locale: Locale,
        /// Counted from 1.
        line: usize,
        /// What the parser says.
        message: String,
    },
    /// Two modules (or one module twice) claim the same key.
    #[error("text {key} is in {first} and again in {second} ({locale})", locale = locale.tag())]
    Duplicate {
        /// The key; a term carries its dash.
        key: String,
        /// Which language.
        locale: Locale,
        /// Who had it.
        first: &'static str,
        /// Who claims it too.
        second: &'static str,
    },
}

type Bundle = FluentBundle<FluentResource>;

/// How many different missing texts are remembered, so that each is logged once and memory stays bounded.
const REMEMBERED: usize = 1000;

/// All texts of the house, one bundle a language.
pub struct Catalog {
    lv: Bundle,
    en: Bundle,
    sources: Vec<Source>,
    complained: Mutex<HashSet<String>>,
}

impl std::fmt::Debug for Catalog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Catalog").field("sources", &self.sources.len()).finish_non_exhaustive()
    }
}

impl Catalog {
    /// Merges the texts of all modules.
    ///
    /// # Errors
    /// A text that cannot be read, or a key that two modules claim.
    pub fn new(sources: &[Source]) -> Result<Self, CatalogError> {
        Ok(Self {
            lv: bundle(sources, Locale::Lv)?,
            en: bundle(sources, Locale::En)?,
            sources: sources.to_vec(),
            complained: Mutex::default(),
        })
    }

    /// What is in one language and not in the other: keys, attributes, arguments. Empty when complete.
    #[must_use]
    pub fn check(&self) -> Vec<String> {
        check::differences(&self.sources)
    }

    fn bundle(&self, locale: Locale) -> &Bundle {
        match locale {
            Locale::Lv => &self.lv,
            Locale::En => &self.en,
        }
    }

    /// Is there such a text? `key` or `key.attribute`.
    #[must_use]
    pub fn has(&self, locale: Locale, key: &str) -> bool {
        let (id, attribute) = split(key);
        self.bundle(locale).get_message(id).is_some_and(|m| match attribute {
            Some(name) => m.get_attribute(name).is_some(),
            None => m.value().is_some(),
        })
    }

    /// The text, or the key in ⟦⟧.
    pub(crate) fn text(&self, locale: Locale, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        let (id, attribute) = split(key);
        let bundle = self.bundle(locale);
        let message = bundle.get_message(id);
        let pattern = message.as_ref().and_then(|m| match attribute {
            Some(name) => m.get_attribute(name).map(|a| a.value()),
            None => m.value(),
        });
        let Some(pattern) = pattern else {
            self.complain(locale, key, "missing");
            return format!("⟦{key}⟧");
        };
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, args, &mut errors).into_owned();
        if let Some(error) = errors.first() {
            self.complain(locale, key, &error.to_string());
        }
        text
    }

    fn complain(&self, locale: Locale, key: &str, what: &str) {
        let mut seen = self.complained.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if seen.len() < REMEMBERED && seen.insert(format!("{} {key}", locale.tag())) {
            tracing::warn!(key, locale = locale.tag(), what, "a text is not as it should be");
        }
    }
}

fn split(key: &str) -> (&str, Option<&str>) {
    key.split_once('.').map_or((key, None), |(id, attribute)| (id, Some(attribute)))
}

fn bundle(sources: &[Source], locale: Locale) -> Result<Bundle, CatalogError> {
    let formatter: fn(&FluentValue<'_>, &IntlLangMemoizer) -> Option<String> = match locale {
        Locale::Lv => |value, _| number_text(Locale::Lv, value),
        Locale::En => |value, _| number_text(Locale::En, value),
    };
    let language: LanguageIdentifier = locale.tag().parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![language]);
    // Marks around arguments would be copied into registers and file names; both languages run left to right.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(formatter));
    let mut owners: BTreeMap<String, &'static str> = BTreeMap::new();
    for source in sources {
        let resource = parse(source, locale)?;
        for key in check::keys(&resource) {
            if let Some(first) = owners.insert(key.clone(), source.name) {
                return Err(CatalogError::Duplicate { key, locale, first, second: source.name });
            }
        }
        bundle.add_resource(resource).map_err(|errors| unexpected(source, locale, &errors))?;
    }
    Ok(bundle)
}

fn parse(source: &Source, locale: Locale) -> Result<FluentResource, CatalogError> {
    let text = source.text(locale);
    FluentResource::try_new(text.to_owned()).map_err(|(_, errors)| {
        let (at, message) = errors.first().map_or((0, String::new()), |e| (e.pos.start, e.to_string()));
        let line = text.get(..at).map_or(0, |before| before.matches('\n').count()) + 1;
        CatalogError::Syntax { module: source.name, locale, line, message }
    })
}

fn unexpected(source: &Source, locale: Locale, errors: &[FluentError]) -> CatalogError {
    let message = errors.first().map(ToString::to_string).unwrap_or_default();
    CatalogError::Syntax { module: source.name, locale, line: 0, message }
}

/// Numbers inside texts are written as everywhere else.
fn number_text(locale: Locale, value: &FluentValue<'_>) -> Option<String> {
    let FluentValue::Number(number) = value else { return None };
    if number.value.fract() == 0.0 && number.value.abs() < 9e15 {
        #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53, checked just above")]
        return Some(integer_text(locale, number.value as i64));
    }
    let places = number.options.maximum_fraction_digits.unwrap_or(2).min(9);
    Some(float_text(locale, number.value, u32::try_from(places).unwrap_or(2)))
}
