//! What the catalogue promises, and how dates, numbers and money are written.
#![expect(clippy::unwrap_used, reason = "a test may end here")]

use std::sync::Arc;

use chrono::{NaiveDate, TimeZone, Utc};
use i18n::{Arg, Catalog, CatalogError, Locale, Source, Tr};
use novads_i18n as i18n;
use rust_decimal::Decimal;
use types::Money;

const ONE: Source = Source {
    name: "one",
    lv: "days = { $n ->\n    [zero] { $n } dienu\n    [one] { $n } diena\n   *[other] { $n } dienas\n }\nhello = Labdien, { $name }!\nfield = Lauks\n    .hint = Padoms\n",
    en: "days = { $n ->\n    [one] { $n } day\n   *[other] { $n } days\n }\nhello = Hello, { $name }!\nfield = Field\n    .hint = Hint\n",
};

fn tr(locale: Locale) -> Tr {
    Tr::new(Arc::new(Catalog::new(&[ONE]).unwrap()), locale)
}
fn d(y: i32, m: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(y, m, day).unwrap()
}

#[test]
fn texts_have_plurals_arguments_and_no_marks() {
    let lv = tr(Locale::Lv);
    let days = |n: i64| lv.t1("days", "n", n);
    assert_eq!(days(1), "1 diena");
    assert_eq!(days(21), "21 diena");
    assert_eq!(days(11), "11 dienu");
    assert_eq!(days(2), "2 dienas");
    assert_eq!(days(1234), "1\u{a0}234 dienas");
    assert_eq!(lv.ta("hello", &[("name", Arg::from("Anna"))]), "Labdien, Anna!");
    assert_eq!(lv.t("field.hint"), "Padoms");
    assert_eq!(tr(Locale::En).t1("days", "n", 1234), "1,234 days");
    assert_eq!(lv.t1("hello", "name", d(2026, 11, 23)), "Labdien, 23.11.2026.!");
}

#[test]
fn a_missing_text_shows_its_key() {
    assert_eq!(tr(Locale::Lv).t("nothing"), "⟦nothing⟧");
    assert_eq!(tr(Locale::Lv).t("field.nothing"), "⟦field.nothing⟧");
    assert!(tr(Locale::En).has("field.hint"));
    assert!(!tr(Locale::En).has("field.other"));
}

#[test]
fn two_modules_cannot_claim_one_key() {
    let two = Source { name: "two", lv: "hello = x\n", en: "" };
    let error = Catalog::new(&[ONE, two]).unwrap_err();
    assert_eq!(error.to_string(), "text hello is in one and again in two (lv)");
    let twice = Source { name: "twice", lv: "a = 1\na = 2\n", en: "" };
    assert!(matches!(Catalog::new(&[twice]).unwrap_err(), CatalogError::Duplicate { .. }));
    let broken = Source { name: "broken", lv: "a = 1\n\nb = { $x\n", en: "" };
    assert!(matches!(Catalog::new(&[broken]).unwrap_err(), CatalogError::Syntax { line: 3.., .. }));
}

#[test]
fn the_check_names_what_is_missing() {
    assert!(Catalog::new(&[ONE]).unwrap().check().is_empty());
    let source = Source {
        name: "m",
        lv: "a = { $x } { NUMBER($y) }\nb = b\nc = c\n    .t = t\n",
        en: "a = { $x }\nc = c\nd = d\n",
    };
    assert_eq!(
        Catalog::new(&[source]).unwrap().check(),
        ["m: a does not use $y in en", "m: b is missing in en", "m: c.t is missing in en", "m: d is missing in lv"]
    );
}

#[test]
fn dates_and_times() {
    let (lv, en) = (tr(Locale::Lv), tr(Locale::En));
    assert_eq!(lv.date(d(2026, 1, 3)), "03.01.2026.");
    assert_eq!(en.date(d(2026, 11, 23)), "23.11.2026");
    assert_eq!(lv.date_long(d(2026, 11, 23)), "2026. gada 23. novembrī");
    assert_eq!(en.date_long(d(2026, 11, 23)), "23 November 2026");
    assert_eq!(lv.month(2026, 3), "2026. gada marts");
    assert_eq!(en.month(2026, 12), "December 2026");
    assert_eq!(lv.weekday(d(2026, 11, 23)), "pirmdiena");
    assert_eq!(en.weekday(d(2026, 11, 29)), "Sunday");
    assert_eq!(lv.datetime(Utc.with_ymd_and_hms(2026, 11, 23, 12, 5, 0).unwrap()), "23.11.2026. 14:05");
    assert_eq!(lv.datetime(Utc.with_ymd_and_hms(2026, 7, 1, 22, 5, 0).unwrap()), "02.07.2026. 01:05");
    let today = d(2026, 11, 23);
    let rel = |tr: &Tr, n: i64| tr.relative(today + chrono::Duration::days(n), today);
    assert_eq!(
        [-21, -3, -1, 0, 1, 3, 11, 101].map(|n| rel(&lv, n)),
        [
            "pirms 21 dienas",
            "pirms 3 dienām",
            "vakar",
            "šodien",
            "rīt",
            "pēc 3 dienām",
            "pēc 11 dienām",
            "pēc 101 dienas"
        ]
    );
    assert_eq!([-3, 1, 3].map(|n| rel(&en, n)), ["3 days ago", "tomorrow", "in 3 days"]);
}

#[test]
fn numbers_and_money() {
    let (lv, en) = (tr(Locale::Lv), tr(Locale::En));
    assert_eq!(lv.number(1_234_567), "1\u{a0}234\u{a0}567");
    assert_eq!(lv.number(-999), "−999");
    assert_eq!(lv.number(i64::MIN), "−9\u{a0}223\u{a0}372\u{a0}036\u{a0}854\u{a0}775\u{a0}808");
    assert_eq!(lv.decimal(Decimal::new(123_456, 2), 2), "1\u{a0}234,56");
    assert_eq!(en.decimal(Decimal::new(123_456, 2), 2), "1,234.56");
    assert_eq!(lv.decimal(Decimal::new(125, 3), 2), "0,13");
    assert_eq!(lv.decimal(Decimal::new(-4, 3), 2), "0,00");
    assert_eq!(lv.decimal_up_to(Decimal::new(960, 1), 1), "96");
    assert_eq!(lv.decimal_up_to(Decimal::new(914, 2), 1), "9,1");
    assert_eq!(lv.decimal_up_to(Decimal::new(-250, 2), 2), "\u{2212}2,5");
    assert_eq!(en.decimal_up_to(1200.0, 2), "1,200");
    assert_eq!((lv.month_name(11), en.month_name(11)), ("novembris".to_owned(), "November".to_owned()));
    assert_eq!(lv.decimal(1234.5, 1), "1\u{a0}234,5");
    assert_eq!(lv.money(Money(123_456)), "1\u{a0}234,56\u{a0}€");
    assert_eq!(lv.money(Money(-5)), "−0,05\u{a0}€");
    assert_eq!(en.money(Money(-123_456)), "−€1,234.56");
    assert_eq!(lv.percent(Decimal::new(125, 3), 1), "12,5\u{a0}%");
    assert_eq!(en.percent(0.5, 0), "50%");
}

#[test]
fn sizes() {
    let lv = tr(Locale::Lv);
    assert_eq!(lv.bytes(999), "999\u{a0}B");
    assert_eq!(lv.bytes(1_234), "1,2\u{a0}kB");
    assert_eq!(lv.bytes(999_600), "1,0\u{a0}MB");
    assert_eq!(lv.bytes(12_345_678), "12\u{a0}MB");
    assert_eq!(lv.bytes(u64::MAX), "18\u{a0}446\u{a0}744\u{a0}TB");
}
