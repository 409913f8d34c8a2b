//! Properties that hold for every input.

use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};
use novads_latvian::calendar::{WorkCalendar, easter};
use novads_latvian::ids::{
    AddressCode, AtvkCode, CadastreNumber, CodeKind, Iban, PersonalCode, Phone, RegistrationNumber, VatNumber,
};
use novads_latvian::names::{initials, monogram, short_name, sort_key};
use novads_latvian::search::{MAX_WORD, fold, query, stem, stems, tokens, vector_text};
use proptest::prelude::*;

static CALENDAR: LazyLock<WorkCalendar> = LazyLock::new(WorkCalendar::standard);

fn any_date() -> impl Strategy<Value = NaiveDate> {
    (1992_i32..=2098, 0_u64..366).prop_filter_map("a date", |(year, day)| {
        NaiveDate::from_ymd_opt(year, 1, 1)?.checked_add_days(chrono::Days::new(day))
    })
}

/// Text as people type it: Latvian letters, digits, and signs that mean something to `tsquery`.
fn typed() -> impl Strategy<Value = String> {
    "[a-zāčēģīķļņšūž0-9'&|!():*<> \\\\/.\"-]{0,60}"
}

/// Quoted lexemes of letters and digits, joined by `&` and `|` in balanced parentheses.
fn is_safe_query(query: &str) -> bool {
    let plain = |part: &str| {
        let lexeme = part.trim_matches(' ').trim_end_matches(":*");
        let inner = lexeme.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
        inner.is_some_and(|word| !word.is_empty() && word.chars().all(char::is_alphanumeric))
    };
    let depth = query.chars().try_fold(0_i32, |depth, c| match c {
        '(' if depth == 0 => Some(1),
        ')' if depth == 1 => Some(0),
        '(' | ')' => None,
        _ => Some(depth),
    });
    depth == Some(0) && (query.is_empty() || query.replace(['(', ')'], "").split(['&', '|']).all(plain))
}

proptest! {
    #[test]
    fn no_parser_panics(text in any::<String>()) {
        let _ = PersonalCode::parse(&text);
        let _ = RegistrationNumber::parse(&text);
        let _ = VatNumber::parse(&text);
        let _ = Iban::parse(&text);
        let _ = CadastreNumber::parse(&text);
        let _ = AddressCode::parse(&text);
        let _ = AtvkCode::parse(&text);
        let _ = Phone::parse(&text);
    }

    #[test]
    fn what_is_formatted_parses_to_the_same(digits in "[0-9]{17}", letters in "[A-Z0-9]{13}") {
        if let Ok(code) = PersonalCode::parse(&digits[..11]) {
            let code = code.into_value();
            prop_assert_eq!(PersonalCode::parse(&code.formatted()).unwrap().value, code);
            prop_assert_eq!(code.digits(), &digits[..11]);
        }
        if let Ok(number) = RegistrationNumber::parse(&digits[..11]) {
            prop_assert_eq!(RegistrationNumber::parse(&number.value.formatted()).unwrap().value, number.value);
        }
        if let Ok(number) = VatNumber::parse(&digits[..11]) {
            prop_assert_eq!(VatNumber::parse(&number.value.formatted()).unwrap().value, number.value);
        }
        for length in [11, 14, 15, 17] {
            let number = CadastreNumber::parse(&digits[..length]).unwrap().into_value();
            prop_assert_eq!(CadastreNumber::parse(&number.formatted()).unwrap().value, number);
        }
        let phone = Phone::parse(&digits[..8]).ok().filter(|_| !digits.starts_with("00")).map(|phone| phone.value);
        if let Some(phone) = phone {
            prop_assert_eq!(Phone::parse(&phone.formatted()).unwrap().value, phone);
            prop_assert_eq!(Phone::parse(&phone.e164()).unwrap().value, phone);
        }
        let accounts = (0..100).filter_map(|check| Iban::parse(&format!("LV{check:02}BANK{letters}")).ok());
        let accounts: Vec<_> = accounts.map(|account| account.value).collect();
        prop_assert!(!accounts.is_empty() && accounts.len() <= 2, "97 possible remainders in 100 pairs");
        prop_assert_eq!(&Iban::parse(&accounts[0].formatted()).unwrap().value, &accounts[0]);
    }

    #[test]
    fn demo_codes_never_look_issued(n in any::<u32>()) {
        let code = PersonalCode::demo(n);
        prop_assert_eq!(code.kind(), CodeKind::Demo);
        prop_assert!(PersonalCode::parse(&code.formatted()).unwrap().value.is_demo());
        let text = code.digits();
        let (day, month, second) = (&text[..2], &text[2..4], &text[1..2]);
        prop_assert!(day == "30" && month == "99" && second == "0");
        prop_assert!(RegistrationNumber::demo(n).is_demo());
    }

    #[test]
    fn working_days_add_and_subtract_back(date in any_date(), n in 1_u32..400) {
        let start = CALENDAR.working_day_from(date).unwrap();
        let end = CALENDAR.add_working_days(start, n).unwrap();
        prop_assert!(CALENDAR.is_working_day(end) && end > start);
        prop_assert_eq!(CALENDAR.subtract_working_days(end, n).unwrap(), start);
        prop_assert_eq!(CALENDAR.working_days_between(start, end).unwrap(), n);
        prop_assert_eq!(CALENDAR.working_days_in(start, end).unwrap(), n + 1);
    }

    #[test]
    fn fast_counting_agrees_with_walking(date in any_date(), length in 0_u64..200) {
        let last = date + chrono::Days::new(length);
        let days = || date.iter_days().take_while(|day| *day <= last);
        let worked = days().filter(|day| CALENDAR.is_working_day(*day)).count();
        prop_assert_eq!(CALENDAR.working_days_in(date, last).unwrap() as usize, worked);
        let public = |day: &NaiveDate| {
            CALENDAR.holidays_on(*day).iter().any(|h| h.kind == novads_latvian::calendar::HolidayKind::Public)
        };
        let leave = days().filter(|day| !public(day)).count();
        prop_assert_eq!(CALENDAR.calendar_days_without_holidays(date, last).unwrap() as usize, leave);
    }

    #[test]
    fn a_leave_has_the_days_it_was_given(date in any_date(), days in 1_u32..120) {
        let end = CALENDAR.leave_end(date, days).unwrap();
        prop_assert_eq!(CALENDAR.calendar_days_without_holidays(date, end).unwrap(), days);
    }

    #[test]
    fn easter_is_a_sunday_in_spring(year in 1583_i32..9999) {
        let sunday = easter(year).unwrap();
        prop_assert_eq!(sunday.weekday(), chrono::Weekday::Sun);
        prop_assert!((3, 22) <= (sunday.month(), sunday.day()) && (sunday.month(), sunday.day()) <= (4, 25));
    }

    #[test]
    fn folding_twice_changes_nothing(text in any::<String>()) {
        let once = fold(&text);
        prop_assert_eq!(fold(&once), once);
    }

    #[test]
    fn stems_are_bounded_and_the_same_for_plain_typing(word in "[a-zA-ZāčēģīķļņšūžĀČĒĢĪĶĻŅŠŪŽ]{0,60}") {
        prop_assert!(stem(&word).chars().count() <= MAX_WORD);
        prop_assert_eq!(stem(&word), stem(&fold(&word)));
        prop_assert_eq!(&stems(&word)[0], &stem(&word));
    }

    #[test]
    fn queries_are_safe_whatever_is_typed(text in any::<String>(), likely in typed()) {
        for text in [text, likely] {
            let query = query(&text);
            prop_assert!(is_safe_query(&query), "{query}");
            let mut indexed = tokens(&text).into_iter();
            prop_assert!(indexed.all(|token| !token.is_empty() && token.chars().all(char::is_alphanumeric)));
            let _ = vector_text(&text);
        }
    }

    #[test]
    fn sorting_and_shortening_never_panic(a in any::<String>(), b in any::<String>()) {
        let _ = (initials(&a), short_name(&a, &b), monogram(&a, &b));
        let longer = [a.as_str(), b.as_str()].concat();
        prop_assert!(sort_key(&a) <= sort_key(&longer) || has_mark(&b));
    }
}

/// A combining mark changes the letter before it, so the text is no plain continuation.
fn has_mark(text: &str) -> bool {
    text.starts_with(|c| matches!(c, '\u{0300}'..='\u{036F}'))
}
