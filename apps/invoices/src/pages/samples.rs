//! The pages with invented content.

use askama::Template as _;
use i18n::Tr;
use types::{Date, Money, UnitId};
use ui::{
    FormState, Html, Shell,
    c::{Choice, Row},
};
use uuid::Uuid;
use web::Sample;

use super::{
    agreements::{AgreementPage, AgreementsPage},
    bank::{BankPage, StatementView},
    card::{AlertView, CardPage, CodedView, reasons},
    coding,
    exchange::{ExchangePage, ExportView, ReportView},
    late::{LatePage, LateView},
    paper::PaperPage,
    payments::{BatchPage, BatchView, PayableView, PaymentView, PaymentsPage},
    register::{FileView, Line, ReceivedPage, RegisterPage, finding},
    templates::{TemplateView, TemplatesPage},
    view::{Body, LineView, ViewPage},
    waiting::WaitingPage,
    words,
};
use crate::model::{BatchState, FindingRow, State};

pub(crate) fn samples(tr: &Tr) -> Vec<Sample> {
    vec![
        Sample { name: "invoices/register.html", html: register(tr).render() },
        Sample { name: "invoices/received.html", html: received(tr).render() },
        Sample { name: "invoices/card.html", html: card(tr).render() },
        Sample { name: "invoices/view.html", html: view(tr).render() },
        Sample { name: "invoices/paper.html", html: paper(tr).render() },
        Sample { name: "invoices/waiting.html", html: waiting(tr).render() },
        Sample { name: "invoices/templates.html", html: templates(tr).render() },
        Sample { name: "invoices/exchange.html", html: exchange(tr).render() },
        Sample { name: "invoices/payments.html", html: payments(tr).render() },
        Sample { name: "invoices/batch.html", html: batch(tr).render() },
        Sample { name: "invoices/bank.html", html: bank(tr).render() },
        Sample { name: "invoices/late.html", html: late(tr).render() },
        Sample { name: "invoices/agreements.html", html: agreements(tr).render() },
        Sample { name: "invoices/agreement.html", html: agreement(tr).render() },
    ]
}

fn shell(tr: &Tr) -> Shell {
    Shell::sample(tr.clone())
}

fn form(tr: &Tr) -> FormState {
    FormState::new(tr, "", "")
}

fn day() -> Date {
    Date::from_ymd_opt(2026, 11, 23).unwrap_or_default()
}

const IBAN: &str = "LV97HABA0012345678910";

fn register(tr: &Tr) -> RegisterPage {
    let chip = words::state_chip(tr, State::Coding, day(), day());
    let line = Line {
        href: "/invoices/1".to_owned(),
        registered: "R-2026/15".to_owned(),
        supplier: "SIA „Paraugs siltums”".to_owned(),
        number: "PS-118".to_owned(),
        issued: tr.date(day()),
        due: tr.date(day()),
        total: tr.money(Money(1_504_069)),
        state: chip,
        alerts: 1,
    };
    RegisterPage {
        shell: shell(tr),
        form: form(tr),
        tabs: vec![("/invoices".to_owned(), tr.t("invoices-tab-open"), true)],
        tab: "open".to_owned(),
        words: String::new(),
        lines: vec![line],
        first: String::new(),
        next: "/invoices?after=x".to_owned(),
        may_receive: true,
        waiting: vec![("/invoices/waiting/1".to_owned(), "skens.pdf".to_owned(), tr.date(day()))],
    }
}

fn waiting(tr: &Tr) -> WaitingPage {
    WaitingPage {
        shell: shell(tr),
        form: form(tr),
        id: Uuid::nil().to_string(),
        version: 1,
        name: "skens.pdf".to_owned(),
        how: tr.date(day()),
        file: "/invoices/waiting/1/file?inline=1".to_owned(),
        is_picture: false,
        kinds: vec![Choice::new("invoice", tr.t("invoices-kind-invoice"))],
        sender: "rekini@example.org".to_owned(),
    }
}

fn templates(tr: &Tr) -> TemplatesPage {
    let row = TemplateView {
        id: Uuid::nil().to_string(),
        name: "Siltums".to_owned(),
        supplier: "SIA „Paraugs siltums”".to_owned(),
        contract: "S-1".to_owned(),
        usual: tr.money(Money(100_000)),
        parts: "7222 / EKK 2221".to_owned(),
    };
    TemplatesPage { shell: shell(tr), form: form(tr), rows: vec![row], may_end: true }
}

fn exchange(tr: &Tr) -> ExchangePage {
    ExchangePage {
        shell: shell(tr),
        form: form(tr),
        exports: vec![ExportView {
            name: "postings-20261123-1.csv".to_owned(),
            when: tr.date(day()),
            invoices: "2".to_owned(),
            amount: tr.money(Money(18_150)),
            chip: ui::c::chip(&"done", &tr.t("invoices-export-accepted")),
            said: "GR-00001".to_owned(),
        }],
        reports: vec![ReportView {
            href: "/invoices/1".to_owned(),
            supplier: "SIA „Paraugs siltums”".to_owned(),
            number: "PS-118".to_owned(),
            due: tr.date(day()),
            chip: ui::c::chip(&"wait", &tr.t("invoices-srs-due")),
            said: String::new(),
        }],
        figures: vec![(tr.t("invoices-srs-count-due"), "1".to_owned())],
        may_send: true,
    }
}

fn row() -> FindingRow {
    FindingRow {
        rule: "BR-CO-10".to_owned(),
        severity: "fatal".to_owned(),
        term: Some("BT-106".to_owned()),
        path: "/Invoice/cac:LegalMonetaryTotal".to_owned(),
        line: 81,
        lv: "Rindu summa nesakrīt".to_owned(),
        en: "The sum of lines does not agree".to_owned(),
    }
}

fn received(tr: &Tr) -> ReceivedPage {
    let file = FileView {
        name: "rekins.xml".to_owned(),
        href: "/invoices/1".to_owned(),
        what: "SIA „Paraugs siltums”, PS-118".to_owned(),
        outcome: tr.t("invoices-outcome-registered"),
        verdict: words::verdict_chip(tr, "broken"),
        alerts: vec![tr.t("invoices-alert-duplicate")],
        findings: vec![finding(tr, &row())],
    };
    ReceivedPage {
        shell: shell(tr),
        summary: tr.ta("invoices-received-summary", &[("n", 1_i64.into()), ("of", 1_i64.into())]),
        files: vec![file],
    }
}

fn body(tr: &Tr) -> Html {
    Html::of(&Body {
        tr: tr.clone(),
        lines: vec![LineView {
            no: "1".to_owned(),
            name: "Siltumenerģija".to_owned(),
            quantity: "182,45 MWH".to_owned(),
            net: tr.money(Money(1_243_032)),
            vat: "21 %".to_owned(),
        }],
        totals: vec![(tr.t("invoices-total"), tr.money(Money(1_504_069)))],
        note: String::new(),
    })
}

fn card(tr: &Tr) -> CardPage {
    let mut form = form(tr);
    form.set("amount_1", "15 040,69").set("account_1", "7222").set("ekk_1", "2221");
    CardPage {
        shell: shell(tr),
        form,
        id: Uuid::nil().to_string(),
        version: 1,
        title: format!("{} PS-118", tr.t("invoices-kind-invoice")),
        number: "R-2026/15".to_owned(),
        chip: words::state_chip(tr, State::Coding, day(), day()),
        verdict: words::verdict_chip(tr, "warned"),
        summary: vec![Row::new(tr.t("invoices-supplier"), "SIA „Paraugs siltums”")],
        body: body(tr),
        findings: vec![finding(tr, &row())],
        more: vec![finding(tr, &row())],
        alerts: vec![
            AlertView {
                id: Uuid::nil().to_string(),
                text: tr.t("invoices-alert-account-changed"),
                detail: tr.ta(
                    "invoices-alert-account-detail",
                    &[("iban", words::iban(IBAN).into()), ("before", "LV…".into())],
                ),
                link: String::new(),
                cleared: String::new(),
                may_clear: true,
            },
            AlertView {
                id: Uuid::nil().to_string(),
                text: tr.t("invoices-alert-duplicate"),
                detail: tr.t1("invoices-alert-duplicate-same", "number", "PS-118"),
                link: "/invoices/2".to_owned(),
                cleared: "23.11.2026. Anna".to_owned(),
                may_clear: false,
            },
        ],
        files: vec![("/documents/1/files/1".to_owned(), "rekins.xml".to_owned(), "9 KiB".to_owned())],
        links: vec![("/documents/1".to_owned(), tr.t("invoices-document"))],
        coded: vec![CodedView {
            amount: tr.money(Money(1_504_069)),
            account: "7222".to_owned(),
            ekk: "2221".to_owned(),
            rest: "09.219".to_owned(),
            unit: "Parauga vidusskola".to_owned(),
            note: String::new(),
        }],
        parts: coding::fields(),
        units: vec![Choice::new(UnitId(Uuid::nil()).to_string(), "Parauga vidusskola")],
        suggestion: "PS-117".to_owned(),
        may_split: true,
        may_template: true,
        contract: "S-1".to_owned(),
        may_code: true,
        may_answer: true,
        is_broken: true,
        reasons: reasons(tr),
        total: tr.money(Money(1_504_069)),
    }
}

fn view(tr: &Tr) -> ViewPage {
    let title = format!("{} PS-118", tr.t("invoices-kind-invoice"));
    ViewPage { shell: shell(tr), title, summary: vec![Row::new(tr.t("invoices-number"), "PS-118")], body: body(tr) }
}

fn paper(tr: &Tr) -> PaperPage {
    let kinds = vec![Choice::new("invoice", tr.t("invoices-kind-invoice"))];
    PaperPage { shell: shell(tr), form: form(tr), kinds, accept: ".pdf" }
}

fn payments(tr: &Tr) -> PaymentsPage {
    PaymentsPage {
        shell: shell(tr),
        form: form(tr),
        payable: vec![PayableView {
            id: "1".to_owned(),
            href: "/invoices/1".to_owned(),
            supplier: "SIA „Paraugs siltums”".to_owned(),
            number: "PS-118".to_owned(),
            due: tr.date(day()),
            open: tr.money(Money(1_504_069)),
            iban: words::iban(IBAN),
            against: tr.t("invoices-account-unknown"),
        }],
        sum: tr.money(Money(1_504_069)),
        batches: vec![BatchView {
            href: "/invoices/payments/1".to_owned(),
            number: "NOV-20261123-1".to_owned(),
            account: "Pamatkonts".to_owned(),
            pay_on: tr.date(day()),
            payments: "1".to_owned(),
            amount: tr.money(Money(1_504_069)),
            chip: words::batch_chip(tr, BatchState::Proposed),
            people: "Anna Ozola".to_owned(),
        }],
        accounts: vec![Choice::new("1", "Pamatkonts")],
        is_central: true,
        may_post: true,
        may_propose: true,
    }
}

fn batch(tr: &Tr) -> BatchPage {
    BatchPage {
        shell: shell(tr),
        form: form(tr),
        id: Uuid::nil().to_string(),
        version: 1,
        title: "NOV-20261123-1".to_owned(),
        chip: words::batch_chip(tr, BatchState::Released),
        summary: vec![Row::new(tr.t("invoices-amount"), tr.money(Money(1_504_069)))],
        payments: vec![PaymentView {
            href: "/invoices/1".to_owned(),
            supplier: "SIA „Paraugs siltums”".to_owned(),
            number: "PS-118".to_owned(),
            iban: words::iban(IBAN),
            amount: tr.money(Money(1_504_069)),
            state: tr.t("invoices-payment-sent"),
        }],
        may_release: true,
        may_cancel: true,
        is_own: true,
        has_file: true,
    }
}

fn bank(tr: &Tr) -> BankPage {
    BankPage {
        shell: shell(tr),
        form: form(tr),
        accounts: vec![("Pamatkonts".to_owned(), words::iban(IBAN), "HABALV22".to_owned())],
        statements: vec![StatementView {
            account: "Pamatkonts".to_owned(),
            name: "S-1".to_owned(),
            when: tr.date(day()),
            closing: tr.money(Money(100)),
            entries: "2".to_owned(),
            tied: "1".to_owned(),
        }],
        done: Html::default(),
        may_manage: true,
    }
}

fn agreements(tr: &Tr) -> AgreementsPage {
    let row =
        [tr.t("invoices-agreement-order"), "PAS-1".to_owned(), "SIA „Papīra lapa”".to_owned(), "Papīrs".to_owned()];
    AgreementsPage {
        shell: shell(tr),
        form: form(tr),
        rows: vec![("/invoices/agreements/1".to_owned(), row, tr.money(Money(10_000)), tr.money(Money(0)))],
        kinds: vec![Choice::new("order", tr.t("invoices-agreement-order"))],
        institutions: vec![Choice::new("1", "Parauga vidusskola")],
        may_enter: true,
    }
}

fn agreement(tr: &Tr) -> AgreementPage {
    AgreementPage {
        shell: shell(tr),
        form: form(tr),
        id: Uuid::nil().to_string(),
        title: "PAS-1".to_owned(),
        summary: vec![Row::new(tr.t("invoices-agreement-title"), "Papīrs")],
        lines: vec![("1".to_owned(), "Papīrs".to_owned(), "10".to_owned(), tr.money(Money(450)))],
        receipts: vec![(tr.date(day()), "1: 10".to_owned(), "Anna Ozola".to_owned())],
        fields: vec![("line_0".to_owned(), tr.t1("invoices-goods-quantity", "name", "Papīrs"))],
        may_receive: true,
    }
}

fn late(tr: &Tr) -> LatePage {
    LatePage {
        shell: shell(tr),
        years: vec![("/invoices/late".to_owned(), "2026".to_owned(), true)],
        figures: vec![(tr.t("invoices-late-count"), "1".to_owned())],
        rows: vec![LateView {
            href: "/invoices/1".to_owned(),
            supplier: "SIA „Parauga siltums”".to_owned(),
            number: "PS-118".to_owned(),
            due: tr.date(day()),
            paid: String::new(),
            days: "20".to_owned(),
            amount: tr.money(Money(100_000)),
            interest: tr.money(Money(556)),
        }],
        why: "1 000,00 € × 10,15 % / 365 × 20".to_owned(),
    }
}
