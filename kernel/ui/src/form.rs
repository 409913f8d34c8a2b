use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::str::FromStr;

use chrono::Datelike;
use i18n::{Arg, Tr};
use types::{Date, Money};

use crate::{Flag, Html, Txt, c};

/// The name of the hidden field with the token against forged requests.
pub const CSRF_FIELD: &str = "csrf";
/// The name of the hidden field with the key that makes a repeated submit harmless.
pub const SUBMIT_FIELD: &str = "submit_id";
/// More fields than any form of ours has.
const MOST_FIELDS: usize = 5000;
/// The longest text of a one-line field.
const LINE: usize = 500;

/// What is wrong with one field, in the person's language. An empty `field` is about the whole form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name.
    pub field: String,
    /// What to do about it.
    pub message: String,
}

/// A form between the person and the use case: what was typed, kept as typed, and what is wrong with it.
///
/// Parsers give the value, or record an error and give `None`; call all of them, then ask [`FormState::is_ok`].
#[derive(Clone, Debug)]
pub struct FormState {
    /// What was typed, by field.
    pub values: BTreeMap<String, Vec<String>>,
    /// In the order found.
    pub errors: Vec<FieldError>,
    /// The session's token.
    pub csrf: String,
    /// The idempotency key of this submit.
    pub submit_id: String,
    labels: BTreeMap<String, String>,
    tr: Tr,
}

impl FormState {
    /// An empty form. `submit_id` is a fresh id (`Op::new_id`).
    #[must_use]
    pub fn new(tr: &Tr, csrf: impl Into<String>, submit_id: impl Into<String>) -> Self {
        Self {
            values: BTreeMap::new(),
            errors: Vec::new(),
            csrf: csrf.into(),
            submit_id: submit_id.into(),
            labels: BTreeMap::new(),
            tr: tr.clone(),
        }
    }

    /// What a browser sent: token and idempotency key are taken out of the pairs.
    #[must_use]
    pub fn read<K: Into<String>, V: Into<String>>(tr: &Tr, pairs: impl IntoIterator<Item = (K, V)>) -> Self {
        let mut form = Self::new(tr, "", "");
        for (name, value) in pairs.into_iter().take(MOST_FIELDS) {
            let (name, value) = (name.into(), value.into());
            match name.as_str() {
                CSRF_FIELD => form.csrf = value,
                SUBMIT_FIELD => form.submit_id = value,
                _ => form.values.entry(name).or_default().push(value),
            }
        }
        form
    }

    /// The language it speaks.
    #[must_use]
    pub const fn tr(&self) -> &Tr {
        &self.tr
    }

    /// Fills a field with one value.
    pub fn set(&mut self, name: &str, value: impl Into<String>) -> &mut Self {
        self.values.insert(name.to_owned(), vec![value.into()]);
        self
    }

    /// Fills a field with several values.
    pub fn set_all<V: Into<String>>(&mut self, name: &str, values: impl IntoIterator<Item = V>) -> &mut Self {
        self.values.insert(name.to_owned(), values.into_iter().map(Into::into).collect());
        self
    }

    /// Names a field, so that the summary of errors can say which one it means.
    pub fn label(&mut self, name: &str, label: impl Into<String>) -> &mut Self {
        self.labels.insert(name.to_owned(), label.into());
        self
    }

    /// What was typed, as typed; empty when nothing was.
    #[must_use]
    pub fn value(&self, name: &str) -> &str {
        self.values.get(name).and_then(|v| v.first()).map_or("", String::as_str)
    }

    /// All values of a field: check boxes, repeated fields.
    #[must_use]
    pub fn all(&self, name: &str) -> &[String] {
        self.values.get(name).map_or(&[], Vec::as_slice)
    }

    /// Was this value chosen?
    #[must_use]
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.all(name).iter().any(|v| v == value)
    }

    /// Is a lone check box ticked?
    #[must_use]
    pub fn ticked(&self, name: &str) -> bool {
        !self.value(name).is_empty()
    }

    /// The first error of a field.
    #[must_use]
    pub fn error(&self, name: &str) -> Option<&str> {
        self.errors.iter().find(|e| e.field == name).map(|e| e.message.as_str())
    }

    /// Nothing wrong so far?
    #[must_use]
    pub const fn is_ok(&self) -> bool {
        self.errors.is_empty()
    }

    /// Records an error by the key of its text.
    pub fn fail(&mut self, name: &str, key: &str) {
        let message = self.tr.t(key);
        self.fail_text(name, message);
    }

    /// Records an error by the key of its text, with arguments.
    pub fn fail_with(&mut self, name: &str, key: &str, args: &[(&str, Arg)]) {
        let message = self.tr.ta(key, args);
        self.fail_text(name, message);
    }

    /// Records an error already in words. An empty `name` is about the whole form.
    pub fn fail_text(&mut self, name: &str, message: impl Into<String>) {
        self.errors.push(FieldError { field: name.to_owned(), message: message.into() });
    }

    /// The summary to stand above the form, with a link to every field; empty when nothing is wrong.
    #[must_use]
    pub fn error_summary(&self) -> Html {
        if self.errors.is_empty() {
            return Html::default();
        }
        let mut summary = c::ErrorSummary::new(self.tr.t("ui-error-title"));
        for error in &self.errors {
            let text = match self.labels.get(&error.field) {
                Some(label) => format!("{label}: {}", error.message),
                None => error.message.clone(),
            };
            summary = if error.field.is_empty() {
                summary.item(text)
            } else {
                summary.link(text, format!("#{}", c::field_id(&error.field)))
            };
        }
        Html::of(&summary)
    }

    /// The hidden fields every form carries.
    #[must_use]
    pub fn hidden(&self) -> Html {
        let mut html = c::hidden_field(CSRF_FIELD, &self.csrf);
        if !self.submit_id.is_empty() {
            html.push_str(&c::hidden_field(SUBMIT_FIELD, &self.submit_id));
        }
        Html::trusted(html)
    }
}

/// Parsers. Each gives a value, or records why not and gives `None`.
impl FormState {
    /// A text that must be there; outer spaces are dropped; at most 500 characters.
    pub fn required(&mut self, name: &str) -> Option<String> {
        let text = self.value(name).trim().to_owned();
        if text.is_empty() {
            self.fail(name, "ui-error-required");
            return None;
        }
        self.within(name, text, LINE)
    }

    /// A text that may be empty (then it is `None`); at most `longest` characters.
    pub fn text(&mut self, name: &str, longest: usize) -> Option<String> {
        let text = self.value(name).trim().to_owned();
        if text.is_empty() { None } else { self.within(name, text, longest) }
    }

    /// A text that must be there; at most `longest` characters.
    pub fn required_text(&mut self, name: &str, longest: usize) -> Option<String> {
        if self.blank(name) {
            self.fail(name, "ui-error-required");
            return None;
        }
        self.text(name, longest)
    }

    fn within(&mut self, name: &str, text: String, longest: usize) -> Option<String> {
        if text.chars().count() <= longest && !text.contains('\0') {
            return Some(text);
        }
        self.fail_with(name, "ui-error-too-long", &[("n", Arg::from(longest))]);
        None
    }

    /// Is nothing but space in it?
    #[must_use]
    pub fn blank(&self, name: &str) -> bool {
        self.value(name).trim().is_empty()
    }

    /// A date that must be there: `23.11.2026.`, `23.11.2026` or `2026-11-23`.
    pub fn date(&mut self, name: &str) -> Option<Date> {
        self.parsed(name, "ui-error-date", parse_date)
    }

    /// A date that may be empty.
    pub fn date_opt(&mut self, name: &str) -> Option<Date> {
        if self.blank(name) { None } else { self.date(name) }
    }

    /// Two dates, the first not after the second.
    pub fn date_range(&mut self, from: &str, to: &str) -> Option<(Date, Date)> {
        let (first, last) = (self.date(from), self.date(to));
        let (first, last) = (first?, last?);
        if first > last {
            self.fail_with(to, "ui-error-date-order", &[("from", Arg::from(first))]);
            return None;
        }
        Some((first, last))
    }

    /// A whole number within bounds; spaces between thousands are read.
    pub fn int(&mut self, name: &str, bounds: RangeInclusive<i64>) -> Option<i64> {
        let number = self.parsed(name, "ui-error-number", |text| {
            let plain: String =
                text.chars().filter(|c| !c.is_whitespace()).map(|c| if c == '−' { '-' } else { c }).collect();
            plain.parse().ok()
        })?;
        if bounds.contains(&number) {
            return Some(number);
        }
        let args = [("from", Arg::from(*bounds.start())), ("to", Arg::from(*bounds.end()))];
        self.fail_with(name, "ui-error-bounds", &args);
        None
    }

    /// A whole number that may be empty.
    pub fn int_opt(&mut self, name: &str, bounds: RangeInclusive<i64>) -> Option<i64> {
        if self.blank(name) { None } else { self.int(name, bounds) }
    }

    /// An amount: `1 234,56`, `1234.56`.
    pub fn money(&mut self, name: &str) -> Option<Money> {
        self.parsed(name, "ui-error-money", |text| Money::parse(text).ok())
    }

    /// An amount that may be empty.
    pub fn money_opt(&mut self, name: &str) -> Option<Money> {
        if self.blank(name) { None } else { self.money(name) }
    }

    /// One of the values offered.
    pub fn choice(&mut self, name: &str, offered: &[&str]) -> Option<String> {
        self.chosen(name, |value| offered.contains(&value).then(|| value.to_owned()))
    }

    /// One of the values offered, as whatever it stands for.
    pub fn chosen<T>(&mut self, name: &str, read: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let chosen = read(self.value(name));
        if chosen.is_none() {
            self.fail(name, "ui-error-choice");
        }
        chosen
    }

    /// An id, typed or bare: `form.uuid::<PersonId>("person")`.
    pub fn uuid<T: FromStr>(&mut self, name: &str) -> Option<T> {
        self.chosen(name, |value| value.trim().parse().ok())
    }

    /// An id that may be empty.
    pub fn uuid_opt<T: FromStr>(&mut self, name: &str) -> Option<T> {
        if self.blank(name) { None } else { self.uuid(name) }
    }

    /// The ids of all rows ticked; a broken one is an error of the field.
    pub fn uuids<T: FromStr>(&mut self, name: &str) -> Vec<T> {
        let read: Vec<Option<T>> = self.all(name).iter().map(|value| value.parse().ok()).collect();
        if read.iter().any(Option::is_none) {
            self.fail(name, "ui-error-choice");
        }
        read.into_iter().flatten().collect()
    }

    fn parsed<T>(&mut self, name: &str, key: &str, read: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let text = self.value(name).trim();
        if text.is_empty() {
            self.fail(name, "ui-error-required");
            return None;
        }
        let value = read(text);
        if value.is_none() {
            self.fail(name, key);
        }
        value
    }
}

/// `23.11.2026.`, `3.1.2026`, `2026-11-23`; years 1800 to 2200.
#[must_use]
pub fn parse_date(text: &str) -> Option<Date> {
    let text = text.trim();
    let numbers = |separator| {
        let mut parts = text.trim_end_matches('.').splitn(3, separator).map(|part: &str| {
            let part = part.trim();
            (part.len() <= 4 && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse::<u32>().ok()).flatten()
        });
        Some((parts.next()??, parts.next()??, parts.next()??))
    };
    let (year, month, day) = if text.contains('-') {
        numbers('-')?
    } else {
        let (day, month, year) = numbers('.')?;
        (year, month, day)
    };
    let date = Date::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    (1800..=2200).contains(&date.year()).then_some(date)
}

/// What a component asks of the form it stands in.
pub(crate) fn field(form: &FormState, name: &impl Txt) -> (String, String, String) {
    let name = name.txt();
    (name.to_owned(), form.value(name).to_owned(), form.error(name).unwrap_or("").to_owned())
}

/// Is the box ticked, as the form says or as the page says?
pub(crate) fn is_ticked(form: &FormState, name: &str, preset: &impl Flag) -> bool {
    form.ticked(name) || preset.flag()
}
