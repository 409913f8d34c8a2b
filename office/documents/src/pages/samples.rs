//! Every page with sample data: rendered in each language by a test, and shown nowhere else.

use askama::Template;
use i18n::Tr;
use ui::{
    FormState, Html, Shell,
    c::{Choice, Event, Row},
};
use web::Sample;

use super::{access, admin, card, class_edit, classes, disposal, linked, register, search, state_chip};
use crate::model::{AccessLevel, Direction, DocState, FileRole, LinkKind, Medium};

fn sample(name: &'static str, page: &impl Template) -> Sample {
    Sample { name, html: page.render() }
}

fn form(tr: &Tr) -> FormState {
    FormState::new(tr, "sample", "00000000-0000-7000-8000-000000000000")
}

fn choices<'a>(tr: &Tr, what: &str, of: impl Iterator<Item = &'a str>) -> Vec<Choice> {
    of.map(|w| Choice::new(w, tr.t(&format!("documents-{what}-{w}")))).collect()
}

/// All templates of documents.
pub(crate) fn samples(tr: &Tr) -> Vec<Sample> {
    let shell = || Shell::sample(tr.clone());
    vec![
        sample("documents/registers.html", &registers(shell())),
        sample("documents/register.html", &register(tr, shell())),
        sample("documents/card.html", &card(tr, shell())),
        sample("documents/search.html", &search(tr, shell())),
        sample("documents/linked.html", &linked(tr, shell())),
        sample("documents/admin_registers.html", &admin_registers(tr, shell())),
        sample("documents/admin_register.html", &admin_register(tr, shell())),
        sample("documents/classification.html", &classification(tr, shell())),
        sample("documents/class.html", &class(tr, shell())),
        sample("documents/access.html", &access(tr, shell())),
        sample("documents/retention.html", &retention(tr, shell())),
        sample("documents/disposal.html", &act(tr, shell())),
    ]
}

fn registers(shell: Shell) -> register::RegistersPage {
    let item = |closed| register::RegisterItem {
        href: "/registers/incoming".to_owned(),
        title: "Saņemtie dokumenti".to_owned(),
        direction: shell.t("documents-direction-incoming"),
        count: shell.tr.number(12_345),
        closed,
    };
    register::RegistersPage { items: vec![item(false), item(true)], shell }
}

fn register(tr: &Tr, shell: Shell) -> register::RegisterPage {
    let cells = |title: &str, state| {
        [Html::text("1-12/S-45"), Html::text("23.11.2026."), Html::text(title), state_chip(tr, state)].to_vec()
    };
    let row = |href: &str, title: &str, state| register::RowView { href: href.to_owned(), cells: cells(title, state) };
    register::RegisterPage {
        title: "Saņemtie dokumenti".to_owned(),
        path: "/registers/incoming".to_owned(),
        form: form(tr),
        kinds: vec![Choice::new("letter", tr.t("documents-kind-letter"))],
        institutions: vec![Choice::new("1", "Parauga vidusskola")],
        directions: choices(tr, "direction", Direction::ALL.iter().map(|d| d.word())),
        states: choices(tr, "state", DocState::ALL.iter().map(|s| s.word())),
        columns: choices(tr, "column", register::COLUMNS.iter().copied()),
        chips: vec![("/registers/incoming".to_owned(), "“pabalsts”".to_owned())],
        heads: ["number", "date", "title", "state"].map(|c| tr.t(&format!("documents-column-{c}"))).to_vec(),
        rows: vec![
            row("/documents/1", "Iesniegums par pabalstu", DocState::Registered),
            row("", &tr.t("documents-not-open"), DocState::Annulled),
        ],
        total: tr.t1("documents-total", "n", 12_345),
        newer: "/registers/incoming".to_owned(),
        older: "/registers/incoming?before=1".to_owned(),
        xlsx: "/registers/incoming/export?format=xlsx".to_owned(),
        csv: "/registers/incoming/export?format=csv".to_owned(),
        views: vec![("1".to_owned(), "Mani".to_owned(), "/registers/incoming?q=x".to_owned())],
        here: "q=pabalsts".to_owned(),
        shell,
    }
}

fn card(tr: &Tr, shell: Shell) -> card::CardPage {
    let mut form = form(tr);
    form.fail("file", "documents-upload-executable");
    card::CardPage {
        path: "/documents/1".to_owned(),
        title: "Iesniegums par pabalstu".to_owned(),
        number: tr.t("documents-no-number"),
        state: state_chip(tr, DocState::Draft),
        preview: card::Preview::Frame("/documents/1/files/2?inline=1".to_owned(), "iesniegums.pdf".to_owned()),
        files: vec![card::FileView {
            href: "/documents/1/files/2".to_owned(),
            name: "iesniegums.pdf".to_owned(),
            facts: tr.t("documents-role-main"),
            older: vec![("/documents/1/files/3".to_owned(), tr.t1("documents-version", "n", 1))],
        }],
        facts: vec![Row::new(tr.t("documents-column-kind"), tr.t("documents-kind-letter"))],
        links: vec![
            card::LinkView {
                how: tr.t("documents-linked-to-reply"),
                href: "/documents/2".to_owned(),
                title: "1-12/S-44".to_owned(),
            },
            card::LinkView {
                how: tr.t("documents-linked-from-basis"),
                href: String::new(),
                title: tr.t("documents-not-open"),
            },
        ],
        events: vec![
            Event::new(tr, tr.t("documents-history-created"), types::Timestamp::UNIX_EPOCH).by("Anna Bērziņa"),
        ],
        parts: Vec::new(),
        roles: choices(tr, "role", FileRole::ALL.iter().map(|r| r.word())),
        link_kinds: choices(tr, "link", LinkKind::ALL.iter().map(|k| k.word())),
        registers: vec![Choice::new("incoming", "Saņemtie dokumenti")],
        may_open: true,
        may_attach: true,
        may_link: true,
        may_register: true,
        makes: vec![("/documents/1/linked".to_owned(), tr.t("documents-make-copy"), String::new())],
        form,
        shell,
    }
}

fn search(tr: &Tr, shell: Shell) -> search::SearchPage {
    let marks = search::Marks::of("iesniegumu");
    search::SearchPage {
        form: form(tr),
        institutions: vec![Choice::new("1", "Parauga vidusskola")],
        asked: true,
        hits: vec![search::HitView {
            href: "/documents/1".to_owned(),
            title: marks.marked("Iesniegums par pabalstu"),
            number: "1-12/S-45".to_owned(),
            facts: "Parauga vidusskola".to_owned(),
            state: state_chip(tr, DocState::Registered),
            passage: marks.marked("… iesniegumu saņēma …"),
        }],
        older: "/search?q=x&before=1".to_owned(),
        shell,
    }
}

fn linked(tr: &Tr, shell: Shell) -> linked::LinkedPage {
    linked::LinkedPage {
        path: "/documents/1".to_owned(),
        number: "1-12/S-45".to_owned(),
        title: "Iesniegums par pabalstu".to_owned(),
        form: form(tr),
        kinds: choices(tr, "make", ["correction", "annulment", "copy", "extract"].into_iter()),
        accept: ".pdf",
        shell,
    }
}

fn admin_registers(tr: &Tr, shell: Shell) -> admin::AdminRegistersPage {
    admin::AdminRegistersPage {
        items: vec![admin::AdminRegister {
            href: "/admin/registers/1".to_owned(),
            title: "Saņemtie dokumenti".to_owned(),
            code: "incoming".to_owned(),
            pattern: "{index}/{seq}".to_owned(),
            sample: "1-12/45".to_owned(),
            closed: "31.12.2026.".to_owned(),
        }],
        form: form(tr),
        directions: choices(tr, "direction", Direction::ALL.iter().map(|d| d.word())),
        sample: tr.t1("documents-sample-is", "number", "1-12/45"),
        shell,
    }
}

fn admin_register(tr: &Tr, shell: Shell) -> admin::AdminRegisterPage {
    admin::AdminRegisterPage {
        path: "/admin/registers/1".to_owned(),
        title: "Saņemtie dokumenti".to_owned(),
        code: "incoming".to_owned(),
        form: form(tr),
        sample: tr.t("documents-pattern-no-seq"),
        shell,
    }
}

fn classification(tr: &Tr, shell: Shell) -> classes::ClassesPage {
    classes::ClassesPage {
        form: form(tr),
        institutions: vec![Choice::new("1", "Parauga vidusskola")],
        media: choices(tr, "medium", Medium::ALL.iter().map(|m| m.word())),
        year: 2026,
        next_year: 2027,
        rows: vec![classes::ClassView {
            href: "/admin/classification/1".to_owned(),
            code: "1-12".to_owned(),
            title: "Sarakste ar iedzīvotājiem".to_owned(),
            retention: tr.t1("documents-years", "n", 5),
            responsible: "Kanceleja".to_owned(),
            medium: tr.t("documents-medium-electronic"),
            system: String::new(),
            notes: String::new(),
        }],
        export: "/admin/classification/export".to_owned(),
        shell,
    }
}

fn class(tr: &Tr, shell: Shell) -> class_edit::ClassPage {
    class_edit::ClassPage {
        path: "/admin/classification/1".to_owned(),
        code: "1-12".to_owned(),
        year: 2026,
        media: choices(tr, "medium", Medium::ALL.iter().map(|m| m.word())),
        empty: true,
        form: form(tr),
        shell,
    }
}

fn access(tr: &Tr, shell: Shell) -> access::AccessPage {
    let file = |id: &str, closed| access::FileAccess {
        id: id.to_owned(),
        name: format!("pielikums{id}.pdf"),
        closed,
        ground: "IAL 5. panta otrā daļa".to_owned(),
    };
    let mut form = form(tr);
    form.set("level", "internal").fail("ground", "ui-error-required");
    access::AccessPage {
        path: "/documents/1".to_owned(),
        title: "Iesniegums par pabalstu".to_owned(),
        number: "1-12/S-45".to_owned(),
        levels: choices(tr, "access", AccessLevel::ALL.iter().map(|a| a.word())),
        files: vec![file("1", true), file("2", false)],
        readers: vec![access::ReaderView { id: "1".to_owned(), name: "Anna Bērziņa".to_owned() }],
        people: vec![Choice::new("1", "Ozola Līga, lietvede")],
        pools: vec![Choice::new("2", "Lietvedis, Parauga vidusskola")],
        may_change: true,
        may_share: true,
        form,
        shell,
    }
}

fn due(id: &str, open: bool) -> disposal::DueView {
    disposal::DueView {
        id: id.to_owned(),
        year: "2019".to_owned(),
        file: "1-12 Sarakste".to_owned(),
        retention: "5".to_owned(),
        documents: "120".to_owned(),
        open,
    }
}

fn retention(tr: &Tr, shell: Shell) -> disposal::RetentionPage {
    disposal::RetentionPage {
        form: form(tr),
        institutions: vec![Choice::new("1", "Parauga vidusskola")],
        lists: vec![
            ("destroy", tr.t("documents-due-destroy"), vec![due("1", false), due("2", true)]),
            ("transfer", tr.t("documents-due-transfer"), Vec::new()),
        ],
        acts: vec![disposal::ActView {
            href: "/admin/retention/1".to_owned(),
            title: tr.t("documents-act-destroy"),
            facts: "1-1/I-7".to_owned(),
            chip: ui::c::chip(&"draft", &tr.t("documents-disposal-proposed")),
        }],
        may_propose: true,
        shell,
    }
}

fn act(tr: &Tr, shell: Shell) -> disposal::DisposalPage {
    let mut form = form(tr);
    form.fail("", "documents-disposal-own");
    disposal::DisposalPage {
        path: "/admin/retention/1".to_owned(),
        title: tr.t("documents-act-destroy"),
        chip: ui::c::chip(&"work", &tr.t("documents-disposal-approved")),
        facts: vec![Row::new(tr.t("documents-disposal-proposed"), "Anna Bērziņa")],
        act: "/documents/1".to_owned(),
        files: vec![due("1", false)],
        warning: tr.t("documents-warn-destroy"),
        may_approve: true,
        may_carry_out: true,
        may_cancel: true,
        carry_out: tr.t("documents-do-destroy"),
        form,
        shell,
    }
}
