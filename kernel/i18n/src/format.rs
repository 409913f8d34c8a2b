//! The one formatter: dates 23.11.2026., time 14:05, numbers 1 234,56, money 1 234,56 €.

use chrono::{Datelike, Timelike};
use rust_decimal::{Decimal, RoundingStrategy};
use types::{Date, Locale, Money, RIGA, Timestamp};

use crate::words::{self, at};
use crate::{Quantity, Tr};

/// The space that does not break a line inside a number.
pub const NBSP: char = '\u{a0}';
/// Shown before a negative number.
const MINUS: char = '−';

fn grouped(locale: Locale, digits: &str) -> String {
    let separator = match locale {
        Locale::Lv => NBSP,
        Locale::En => ',',
    };
    let mut out = String::with_capacity(digits.len() * 2);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(separator);
        }
        out.push(digit);
    }
    out
}

/// `-1234` → `−1 234`.
#[must_use]
pub fn integer_text(locale: Locale, value: i64) -> String {
    let text = grouped(locale, &value.unsigned_abs().to_string());
    if value < 0 { format!("{MINUS}{text}") } else { text }
}

/// Plain digits with a point (`-1234.50`) → `−1 234,50`; a zero has no sign.
fn plain_text(locale: Locale, plain: &str) -> String {
    let (negative, rest) = plain.strip_prefix('-').map_or((false, plain), |rest| (true, rest));
    let (whole, fraction) = rest.split_once('.').unwrap_or((rest, ""));
    let mut out = String::new();
    if negative && rest.chars().any(|c| c.is_ascii_digit() && c != '0') {
        out.push(MINUS);
    }
    out.push_str(&grouped(locale, whole));
    if !fraction.is_empty() {
        out.push(if locale == Locale::Lv { ',' } else { '.' });
        out.push_str(fraction);
    }
    out
}

pub(crate) fn float_text(locale: Locale, value: f64, places: u32) -> String {
    if !value.is_finite() {
        return "—".to_owned();
    }
    plain_text(locale, &format!("{value:.*}", usize::try_from(places.min(12)).unwrap_or(2)))
}

/// `1234.5`, 2 → `1 234,50` or `1,234.50`; halves round away from zero.
#[must_use]
pub fn decimal_text(locale: Locale, value: impl Into<Quantity>, places: u32) -> String {
    match value.into() {
        Quantity::Float(value) => float_text(locale, value, places),
        Quantity::Exact(value) => {
            let places = places.min(Decimal::MAX_SCALE);
            let rounded = value.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero);
            plain_text(locale, &format!("{rounded:.*}", usize::try_from(places).unwrap_or(2)))
        }
    }
}

/// The singular in Latvian: 1, 21, 101, but not 11.
const fn is_one_lv(n: u64) -> bool {
    n % 10 == 1 && n % 100 != 11
}

impl Tr {
    /// `23.11.2026.`; in English without the last point.
    #[must_use]
    pub fn date(&self, date: Date) -> String {
        let point = if self.locale() == Locale::Lv { "." } else { "" };
        format!("{:02}.{:02}.{}{point}", date.day(), date.month(), date.year())
    }

    /// `23.11.2026.`, or `—` where there is none.
    #[must_use]
    pub fn date_opt(&self, date: Option<Date>) -> String {
        date.map_or_else(|| "—".to_owned(), |d| self.date(d))
    }

    /// `23.11.2026. 14:05` in Rīga.
    #[must_use]
    pub fn datetime(&self, moment: Timestamp) -> String {
        format!("{} {}", self.date(moment.with_timezone(&RIGA).date_naive()), self.time(moment))
    }

    /// `14:05` in Rīga.
    #[must_use]
    pub fn time(&self, moment: Timestamp) -> String {
        let local = moment.with_timezone(&RIGA);
        format!("{:02}:{:02}", local.hour(), local.minute())
    }

    /// `2026. gada 23. novembrī`; `23 November 2026`.
    #[must_use]
    pub fn date_long(&self, date: Date) -> String {
        let month = usize::try_from(date.month0()).unwrap_or(0);
        match self.locale() {
            Locale::Lv => {
                format!("{}. gada {}. {}", date.year(), date.day(), at(&words::IN_MONTHS_LV, month))
            }
            Locale::En => format!("{} {} {}", date.day(), at(&words::MONTHS_EN, month), date.year()),
        }
    }

    /// `2026. gada novembris`; `November 2026`. The month is counted from 1.
    #[must_use]
    pub fn month(&self, year: i32, month: u32) -> String {
        let index = usize::try_from(month).unwrap_or(0).wrapping_sub(1);
        match self.locale() {
            Locale::Lv => format!("{year}. gada {}", at(&words::MONTHS_LV, index)),
            Locale::En => format!("{} {year}", at(&words::MONTHS_EN, index)),
        }
    }

    /// `novembris`; `November`: where the year stands above. The month is counted from 1.
    #[must_use]
    pub fn month_name(&self, month: u32) -> String {
        let index = usize::try_from(month).unwrap_or(0).wrapping_sub(1);
        let words = if self.locale() == Locale::Lv { &words::MONTHS_LV } else { &words::MONTHS_EN };
        at(words, index).to_owned()
    }

    /// `pirmdiena`; `Monday`.
    #[must_use]
    pub fn weekday(&self, date: Date) -> String {
        let words = if self.locale() == Locale::Lv { &words::WEEKDAYS_LV } else { &words::WEEKDAYS_EN };
        at(words, day_index(date)).to_owned()
    }

    /// `P`; `Mon`: for a calendar's head.
    #[must_use]
    pub fn weekday_short(&self, date: Date) -> String {
        let words = if self.locale() == Locale::Lv { &words::SHORT_WEEKDAYS_LV } else { &words::SHORT_WEEKDAYS_EN };
        at(words, day_index(date)).to_owned()
    }

    /// `1 234` with a space that does not break.
    #[must_use]
    pub fn number(&self, value: impl Into<i64>) -> String {
        integer_text(self.locale(), value.into())
    }

    /// `1 234,56`; `1,234.56`.
    #[must_use]
    pub fn decimal(&self, value: impl Into<Quantity>, places: u32) -> String {
        decimal_text(self.locale(), value, places)
    }

    /// With as many places as it takes, and no more than `most`: `9,1` and `96`, never `96,0`.
    #[must_use]
    pub fn decimal_up_to(&self, value: impl Into<Quantity>, most: u32) -> String {
        match value.into() {
            Quantity::Float(value) => match Decimal::try_from(value) {
                Ok(exact) => self.decimal_up_to(exact, most),
                Err(_) => decimal_text(self.locale(), value, most),
            },
            Quantity::Exact(value) => {
                let rounded = value.round_dp_with_strategy(most, RoundingStrategy::MidpointAwayFromZero).normalize();
                decimal_text(self.locale(), rounded, rounded.scale())
            }
        }
    }

    /// `1 234,56 €`; `€1,234.56`.
    #[must_use]
    pub fn money(&self, amount: Money) -> String {
        let text = decimal_text(self.locale(), Decimal::new(amount.0, 2), 2);
        match self.locale() {
            Locale::Lv => format!("{text}{NBSP}€"),
            Locale::En => match text.strip_prefix(MINUS) {
                Some(positive) => format!("{MINUS}€{positive}"),
                None => format!("€{text}"),
            },
        }
    }

    /// A share of 1 as a percentage: `0.125`, 1 → `12,5 %`; `12.5%`.
    #[must_use]
    pub fn percent(&self, share: impl Into<Quantity>, places: u32) -> String {
        let hundredfold = match share.into() {
            Quantity::Exact(d) => Quantity::Exact(d.checked_mul(Decimal::ONE_HUNDRED).unwrap_or(d)),
            Quantity::Float(f) => Quantity::Float(f * 100.0),
        };
        let text = decimal_text(self.locale(), hundredfold, places);
        if self.locale() == Locale::Lv { format!("{text}{NBSP}%") } else { format!("{text}%") }
    }

    /// `šodien`, `rīt`, `vakar`, `pēc 3 dienām`, `pirms 21 dienas`, seen from `today`.
    #[must_use]
    pub fn relative(&self, date: Date, today: Date) -> String {
        let days = date.signed_duration_since(today).num_days();
        let n = days.unsigned_abs();
        let count = integer_text(self.locale(), i64::try_from(n).unwrap_or(i64::MAX));
        match (self.locale(), days) {
            (Locale::Lv, 0) => "šodien".to_owned(),
            (Locale::Lv, 1) => "rīt".to_owned(),
            (Locale::Lv, -1) => "vakar".to_owned(),
            (Locale::Lv, _) => {
                let word = if is_one_lv(n) { "dienas" } else { "dienām" };
                format!("{} {count} {word}", if days > 0 { "pēc" } else { "pirms" })
            }
            (Locale::En, 0) => "today".to_owned(),
            (Locale::En, 1) => "tomorrow".to_owned(),
            (Locale::En, -1) => "yesterday".to_owned(),
            (Locale::En, _) if days > 0 => format!("in {count} days"),
            (Locale::En, _) => format!("{count} days ago"),
        }
    }

    /// `1,2 MB`: powers of 1000, one decimal below ten.
    #[must_use]
    pub fn bytes(&self, size: u64) -> String {
        const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];
        let mut divisor: u64 = 1;
        let mut unit = 0;
        // Up to the next unit as soon as rounding would write "1000 kB".
        while unit + 1 < UNITS.len() && size >= divisor.saturating_mul(1000) - divisor / 2 {
            divisor = divisor.saturating_mul(1000);
            unit += 1;
        }
        let value = Decimal::from(size) / Decimal::from(divisor);
        let places = u32::from(unit > 0 && value < Decimal::new(995, 2));
        format!("{}{NBSP}{}", decimal_text(self.locale(), value, places), at(&UNITS, unit))
    }
}

fn day_index(date: Date) -> usize {
    usize::try_from(date.weekday().num_days_from_monday()).unwrap_or(0)
}
