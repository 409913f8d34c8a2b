//! Every page with invented content: tests render them in each language.

use std::collections::HashMap;

use askama::Template;
use i18n::Tr;
use latvian::calendar::WorkCalendar;
use types::{Date, OrderId, PersonId};
use ui::{
    FormState, Html, Shell,
    c::{Choice, Row},
};
use uuid::Uuid;
use web::Sample;

use super::{
    absences, ask, employee, employees, order, order_new,
    table::{Section, Table},
    texts, views, words,
};
use crate::{
    asks::{Ask, Kind, TerminationAsk},
    model::LeaveKind,
    orders, store,
};

fn form(tr: &Tr) -> FormState {
    FormState::new(tr, "sample", Uuid::from_u128(1).to_string())
}

fn one(name: &'static str, page: &impl Template) -> Sample {
    Sample { name, html: page.render() }
}

fn day(d: u32) -> Date {
    Date::from_ymd_opt(2026, 12, d).unwrap_or_default()
}

fn plan(tr: &Tr) -> ask::Consequences {
    let lines = vec![tr.t1("personnel-working-days-inside", "n", 10), tr.t1("personnel-back-on", "date", day(21))];
    ask::Consequences {
        refused: None,
        plan: Some(words::PlanWords { headline: tr.t1("personnel-takes-days", "n", "14"), lines }),
    }
}

fn ask_page(tr: &Tr, kind: Kind, form: FormState) -> ask::AskPage {
    ask::AskPage {
        title: tr.t(crate::offers::title(kind)),
        whom: "Jānis Kalniņš".to_owned(),
        corrects: true,
        word: kind.word(),
        action: crate::offers::href(kind).to_owned(),
        check: format!("{}/check", crate::offers::href(kind)),
        ground: kind.ground(),
        is_leave: matches!(kind, Kind::Leave(_)),
        about_a_child: matches!(kind, Kind::Leave(k) if k.about_a_child()),
        colleagues: vec![Choice::new("1", "Līga Ozola")],
        countries: vec![Choice::new("Igaunija", "Igaunija")],
        places: crate::asks::TripTo::ALL
            .map(|p| Choice::new(p.word(), tr.t(&format!("personnel-trip-to-{}", p.word()))))
            .to_vec(),
        consequences: plan(tr).html(),
        balance: Some(tr.decimal(12.5, 1)),
        shell: Shell::sample(tr.clone()),
        form,
    }
}

/// All pages.
pub(crate) fn samples(tr: &Tr) -> Vec<Sample> {
    let mut all = ask_samples(tr);
    all.extend(card_samples(tr));
    all.extend(order_samples(tr));
    all.extend(other_samples(tr));
    all
}

fn ask_samples(tr: &Tr) -> Vec<Sample> {
    let mut wrong = form(tr);
    wrong.set("first", "31.02.2026.");
    wrong.date("first");
    let ask = Ask::Termination(TerminationAsk { last: day(31), by_agreement: true, note: String::new() });
    let summary = ask::SummaryPage {
        whom: "Jānis Kalniņš".to_owned(),
        rows: words::rows(tr, &ask, None),
        consequences: plan(tr).html(),
        next: ask::next(tr, Kind::Termination),
        action: "/new/staff/termination/send".to_owned(),
        fields: vec![("last".to_owned(), "31.12.2026.".to_owned())],
        form: form(tr),
        shell: Shell::sample(tr.clone()),
    };
    let refused = ask::Consequences { refused: Some(tr.t("personnel-refused-empty")), plan: None };
    vec![
        one("personnel/ask_form", &ask_page(tr, Kind::Leave(LeaveKind::Annual), wrong)),
        one("personnel/ask-fathers", &ask_page(tr, Kind::Leave(LeaveKind::Fathers), form(tr))),
        one("personnel/ask-extra", &ask_page(tr, Kind::Leave(LeaveKind::Extra), form(tr))),
        one("personnel/ask-trip", &ask_page(tr, Kind::Trip, form(tr))),
        one("personnel/ask-personal-data", &ask_page(tr, Kind::PersonalData, form(tr))),
        one("personnel/ask-bank-account", &ask_page(tr, Kind::BankAccount, form(tr))),
        one("personnel/ask-certificate", &ask_page(tr, Kind::Certificate, form(tr))),
        one("personnel/ask-termination", &ask_page(tr, Kind::Termination, form(tr))),
        one("personnel/ask_summary", &summary),
        one("personnel/consequences", &refused),
    ]
}

fn card_samples(tr: &Tr) -> Vec<Sample> {
    let mut table = Table::new(
        tr.t("personnel-ledger"),
        &[("personnel-date", false), ("personnel-entry", false), ("personnel-days", true)],
        tr,
        "personnel-ledger-empty",
    );
    let empty = Html::of(&table);
    table.row(vec![tr.date(day(1)).into(), tr.t("personnel-entry-accrual").into(), tr.decimal(2.33, 2).into()]);
    let sections = vec![
        Section {
            title: tr.t("personnel-ledger"),
            facts: vec![Row::new(tr.t("personnel-kind"), tr.t("personnel-absence-annual"))],
            table: Html::of(&table),
            why: (tr.t("personnel-why-balance"), tr.t("personnel-refused-empty")),
            after: Html::default(),
        },
        Section { title: tr.t("personnel-absences"), table: empty, ..Section::default() },
    ];
    let tab = |t: &str| (format!("/me?tab={t}"), tr.t(&format!("personnel-tab-{t}")), t == "leave");
    let card = employee::CardPage {
        name: "Anna Bērziņa".to_owned(),
        line: "skolotāja, Sākumskola".to_owned(),
        actions: vec![("/new/leave/annual".to_owned(), tr.t("personnel-annual-leave"), "plus")],
        tabs: employee::TABS.map(tab).into(),
        sections,
        side_title: tr.t("personnel-essentials"),
        side: vec![Row::new(tr.t("personnel-since"), tr.date(day(1)))],
        shell: Shell::sample(tr.clone()),
    };
    let balance = employee::BalancePage {
        form: form(tr),
        person: "1".to_owned(),
        name: "Anna Bērziņa".to_owned(),
        balance: tr.decimal(12.5, 3),
        version: 1,
        shell: Shell::sample(tr.clone()),
    };
    let line = parties::PersonLine {
        id: PersonId(Uuid::from_u128(1)),
        name: "Bērziņa Anna".to_owned(),
        fold: "berzina anna".to_owned(),
        post_title: Some("skolotāja".to_owned()),
        unit_name: Some("Sākumskola".to_owned()),
        institution_name: Some("Parauga vidusskola".to_owned()),
        email: None,
        state: "active".to_owned(),
    };
    let list = employees::EmployeesPage {
        form: form(tr),
        table: Html::of(&employees::table(tr, &[line], &HashMap::new())),
        next: "/personnel/employees?after=1".to_owned(),
        may_hire: true,
        shell: Shell::sample(tr.clone()),
    };
    vec![one("personnel/card", &card), one("personnel/balance", &balance), one("personnel/employees", &list)]
}

fn order_samples(tr: &Tr) -> Vec<Sample> {
    let person = PersonId(Uuid::from_u128(1));
    let line = |state: &str, number: Option<&str>| store::OrderLine {
        id: OrderId(Uuid::from_u128(2)),
        kind: "leave".to_owned(),
        person_id: person,
        title: "Par ikgadējā apmaksātā atvaļinājuma piešķiršanu".to_owned(),
        state: state.to_owned(),
        number: number.map(ToOwned::to_owned),
        prepared_on: day(1),
    };
    let rows = [line("signed", Some("P-2026/17")), line("circulating", None), line("annulled", Some("P-2026/3"))];
    let names = HashMap::from([(person, "Anna Bērziņa".to_owned())]);
    let list = order::OrdersPage {
        form: form(tr),
        states: order::state_choices(tr),
        kinds: order::kind_choices(tr),
        table: Html::of(&order::table(tr, tr.t("personnel-orders"), &rows, &names)),
        next: "/personnel/orders?after=1".to_owned(),
        may_draft: true,
        shell: Shell::sample(tr.clone()),
    };
    let at = types::start_of_day(day(1));
    let card = order::OrderPage {
        form: form(tr),
        id: "1".to_owned(),
        title: format!("{} P-2026/17", tr.t("personnel-order-leave")),
        state: words::order_chip(tr, "signed"),
        paragraphs: sample_text("leave"),
        rows: vec![Row::new(tr.t("personnel-person"), "Anna Bērziņa")],
        actions: vec![("/personnel/orders/new/annulment?order=1".to_owned(), tr.t("personnel-annul"), "ban")],
        events: vec![ui::c::Event::new(tr, tr.t("personnel-verb-drafted"), at).by("Anna Bērziņa")],
        shell: Shell::sample(tr.clone()),
    };
    let mut correcting = form(tr);
    correcting.set("title", "Par komandējumu").set("text", "1. Nosūtīt komandējumā.");
    let correct = order::CorrectPage {
        form: correcting,
        id: "1".to_owned(),
        heading: tr.t("personnel-order-trip"),
        why: "Datums!".to_owned(),
        shell: Shell::sample(tr.clone()),
    };
    let choose = order_new::ChoosePage { kinds: order_new::kinds(tr), shell: Shell::sample(tr.clone()) };
    let mut all = vec![
        one("personnel/orders", &list),
        one("personnel/order", &card),
        one("personnel/order_correct", &correct),
        one("personnel/order_choose", &choose),
    ];
    let new = ["hire", "transfer", "pay-change", "termination", "leave-change", "annulment"];
    let names = [
        "personnel/order_form",
        "personnel/order-transfer",
        "personnel/order-pay-change",
        "personnel/order-termination",
        "personnel/order-leave-change",
        "personnel/order-annulment",
    ];
    all.extend(new.into_iter().zip(names).map(|(word, name)| one(name, &order_form(tr, word))));
    all
}

fn order_form(tr: &Tr, word: &'static str) -> order_new::OrderFormPage {
    order_new::OrderFormPage {
        form: form(tr),
        word,
        title: tr.t(&format!("personnel-order-{word}")),
        about: vec![Row::new(tr.t("personnel-person"), "Anna Bērziņa")],
        units: vec![Choice::new("1", "Sākumskola")],
        posts: vec![Choice::new("1", "skolotāja")],
        grounds: vec![Choice::words("Darba likuma 114. pants")],
        unit_chosen: true,
        unit: "Sākumskola".to_owned(),
        shell: Shell::sample(tr.clone()),
    }
}

fn sample_text(word: &str) -> Vec<String> {
    orders::built_in(word).map(|(title, body)| texts::preview(word, title, body)).unwrap_or_default()
}

fn other_samples(tr: &Tr) -> Vec<Sample> {
    let list = texts::TextsPage {
        table: Html::of(&texts::list_table(tr, &[("leave".to_owned(), 2)])),
        shell: Shell::sample(tr.clone()),
    };
    let mut filled = form(tr);
    let (title, body) = orders::built_in("leave").unwrap_or_default();
    filled.set("title", title).set("body", body);
    let text = texts::TextPage {
        form: filled,
        word: "leave",
        title: tr.t("personnel-order-leave"),
        values: texts::values("leave"),
        preview: sample_text("leave"),
        versions: Html::default(),
        is_own: true,
        may_edit: true,
        shell: Shell::sample(tr.clone()),
    };
    let away = |n: u128, kind: &str, state: &str, first, last| store::AwayRow {
        person_id: PersonId(Uuid::from_u128(n)),
        kind: Some(kind.to_owned()),
        first_day: Some(day(first)),
        last_day: Some(day(last)),
        state: Some(state.to_owned()),
    };
    let rows =
        [away(1, "annual", "booked", 7, 18), away(2, "trip", "booked", 2, 4), away(2, "study", "reserved", 21, 23)];
    let names = HashMap::from([
        (PersonId(Uuid::from_u128(1)), "Anna Bērziņa".to_owned()),
        (PersonId(Uuid::from_u128(2)), "Jānis Kalniņš".to_owned()),
    ]);
    let month = absences::AbsencesPage {
        form: form(tr),
        units: vec![Choice::new("1", "Sākumskola")],
        unit: "Sākumskola".to_owned(),
        month: tr.month(2026, 12),
        previous: "/absences?month=2026-11".to_owned(),
        next: "/absences?month=2027-01".to_owned(),
        days: absences::days(tr, day(1), day(31), &WorkCalendar::standard()),
        people: absences::grid(tr, &rows, &names, day(1), day(31)),
        legend: absences::legend(tr),
        more: true,
        shell: Shell::sample(tr.clone()),
    };
    let subject = views::SubjectPart {
        rows: vec![Row::new(tr.t("personnel-person"), "Anna Bērziņa")],
        paragraphs: sample_text("trip"),
        facts: vec![tr.t("personnel-nobody-away")],
    };
    vec![
        one("personnel/texts", &list),
        one("personnel/text", &text),
        one("personnel/absences", &month),
        one("personnel/subject", &subject),
    ]
}
