//! The pages with invented content.

use askama::Template as _;
use i18n::Tr;
use ui::{
    FormState, Html, Shell,
    c::{Choice, Row},
};
use web::Sample;

use super::{
    deadlines::{DeadlinesPage, Line},
    item::{ItemPage, ResolutionView, changes},
    register::{DueBox, KindField, NewPage, VIA, channels, word_choices},
    resolution::{ExecutorView, ResolutionPage, ResolvePage, helper_fields},
};
use crate::model::Process;

pub(crate) fn samples(tr: &Tr) -> Vec<Sample> {
    vec![
        Sample { name: "records-new", html: new_page(tr).render() },
        Sample { name: "records-item", html: item_page(tr).render() },
        Sample { name: "records-resolve", html: resolve_page(tr).render() },
        Sample { name: "records-resolution", html: resolution_page(tr).render() },
        Sample { name: "records-deadlines", html: deadlines_page(tr).render() },
    ]
}

fn form(tr: &Tr) -> FormState {
    FormState::new(tr, "", "")
}

fn due_box(tr: &Tr) -> Html {
    let date = types::Date::from_ymd_opt(2026, 3, 16).unwrap_or_default();
    let lines = vec!["Iesniegumu likums".to_owned(), tr.t1("records-forward-by", "date", date)];
    Html::of(&DueBox { headline: tr.t1("records-due-on", "date", date), lines })
}

fn chip(tr: &Tr) -> Html {
    ui::c::chip(&"overdue", &tr.t("records-state-overdue"))
}

fn new_page(tr: &Tr) -> NewPage {
    NewPage {
        shell: Shell::sample(tr.clone()),
        form: form(tr),
        path: "/records/new/incoming".to_owned(),
        title: tr.t("records-new-incoming"),
        direction: "incoming",
        others: vec![("/records/new/incoming".to_owned(), tr.t("records-new-incoming"), true)],
        institutions: vec![Choice::new("1", "Parauga vidusskola")],
        kinds: vec![Choice::new("letter", "Vēstule")],
        registers: vec![Choice::new("incoming", "Saņemtie dokumenti")],
        classes: vec![Choice::new("1", "1-12 Sarakste")],
        via: word_choices(tr, "via", VIA.into_iter()),
        processes: word_choices(tr, "process", Process::ALL.into_iter().map(Process::word)),
        access: word_choices(tr, "access", ["public", "internal", "restricted"].into_iter()),
        media: word_choices(tr, "medium", ["electronic", "paper", "hybrid"].into_iter()),
        kind_fields: vec![("Līgums".to_owned(), sample_fields(tr))],
        channels: channels(tr),
        due: due_box(tr),
        accept: ".pdf",
    }
}

/// One field of each sort.
fn sample_fields(tr: &Tr) -> Vec<KindField> {
    let field = |holds: &'static str| KindField {
        name: format!("contract.{holds}"),
        label: tr.t1("records-optional", "label", "Summa"),
        holds,
        choices: vec![Choice::new("1", "Viens")],
    };
    ["date", "money", "number", "flag", "long", "choice", "text"].map(field).into()
}

fn item_page(tr: &Tr) -> ItemPage {
    ItemPage {
        shell: Shell::sample(tr.clone()),
        form: form(tr),
        id: "1".to_owned(),
        title: "Iesniegums".to_owned(),
        number: "1-12/S-14".to_owned(),
        due: chip(tr),
        explained: due_box(tr),
        rows: vec![Row::new(tr.t("records-correspondent"), "Jānis Paraugs")],
        ticks: vec![("10.03.2026.".to_owned(), tr.t("records-tick-suspended"), "APL 64".to_owned())],
        resolutions: vec![ResolutionView {
            href: "/records/resolutions/1".to_owned(),
            text: "Sagatavot atbildi".to_owned(),
            executors: "Anna Bērziņa".to_owned(),
            due: "13.03.2026.".to_owned(),
            chip: chip(tr),
        }],
        may_clock: true,
        may_resolve: true,
        has_clock: true,
        is_open: true,
        changes: changes(tr),
        version: 1,
        answer: "/records/new/outgoing".to_owned(),
    }
}

fn resolve_page(tr: &Tr) -> ResolvePage {
    ResolvePage {
        shell: Shell::sample(tr.clone()),
        form: form(tr),
        path: "/records/1/resolve".to_owned(),
        title: "Iesniegums".to_owned(),
        people: vec![Choice::new("1", "Anna Bērziņa")],
        helpers: helper_fields(),
    }
}

fn resolution_page(tr: &Tr) -> ResolutionPage {
    ResolutionPage {
        shell: Shell::sample(tr.clone()),
        form: form(tr),
        path: "/records/resolutions/1".to_owned(),
        document: "/documents/1".to_owned(),
        text: "Sagatavot atbildi".to_owned(),
        due: "13.03.2026.".to_owned(),
        author: "Līga Ozola".to_owned(),
        chip: chip(tr),
        executors: vec![ExecutorView {
            name: "Anna Bērziņa".to_owned(),
            role: tr.t("records-main"),
            chip: chip(tr),
            report: "Nosūtīta atbilde".to_owned(),
            when: "12.03.2026. 10:00".to_owned(),
        }],
        may_report: true,
        may_control: true,
        version: 1,
    }
}

fn deadlines_page(tr: &Tr) -> DeadlinesPage {
    DeadlinesPage {
        shell: Shell::sample(tr.clone()),
        tabs: vec![("/records/deadlines".to_owned(), tr.t("records-all"), true)],
        lines: vec![Line {
            href: "/records/1".to_owned(),
            number: "1-12/S-14".to_owned(),
            title: "Iesniegums".to_owned(),
            correspondent: "Jānis Paraugs".to_owned(),
            process: tr.t("records-process-submission"),
            received: "02.03.2026.".to_owned(),
            chip: chip(tr),
        }],
        first: String::new(),
        next: "/records/deadlines?after=1".to_owned(),
        xlsx: "/records/deadlines/export".to_owned(),
    }
}
