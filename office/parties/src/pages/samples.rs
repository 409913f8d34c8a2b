//! Every page with invented content: tests render them in each language.

use askama::Template;
use chrono::NaiveDate;
use i18n::Tr;
use types::{GrantId, MandateId, OrganisationId, PersonId, SubstitutionId, UnitId};
use ui::{
    FormState, Shell,
    c::{Choice, Row},
};
use uuid::Uuid;
use web::Sample;

use super::{organisations, parameters, people, posts, roles, substitutions, units};
use crate::{OrganisationLine, PersonLine};

const fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn form(tr: &Tr) -> FormState {
    FormState::new(tr, "sample", "00000000-0000-0000-0000-000000000001")
}

fn wrong(tr: &Tr, field: &str, key: &str) -> FormState {
    let mut form = form(tr);
    form.set(field, "?");
    form.fail(field, key);
    form
}

fn sample(name: &'static str, template: &impl Template) -> Sample {
    Sample { name, html: template.render() }
}

/// All pages.
#[must_use]
pub fn samples(tr: &Tr) -> Vec<Sample> {
    let mut all = unit_samples(tr);
    all.extend(person_samples(tr));
    all.extend(organisation_samples(tr));
    all.extend(other_samples(tr));
    all
}

fn unit_samples(tr: &Tr) -> Vec<Sample> {
    let shell = || Shell::sample(tr.clone());
    let line = |n, name: &str, people, opens, closes, leaf| units::TreeLine {
        id: UnitId(id(n)),
        name: name.to_owned(),
        code: format!("V{n}"),
        kind: tr.t("parties-kind-institution"),
        leaders: "Anna Bērziņa".to_owned(),
        people,
        opens,
        closes,
        leaf,
    };
    let lines = vec![
        line(1, "Parauga novada pašvaldība", 0, false, 0, false),
        line(2, "Parauga vidusskola", 12, true, 0, false),
        line(3, "Sākumskola", 1, true, 1, true),
        line(4, "Parauga Kultūras centrs", 5, false, 1, true),
    ];
    let link = |name: &str, note: String| units::Link { href: "/units/1".to_owned(), name: name.to_owned(), note };
    let unit = units::UnitPage {
        shell: shell(),
        id: UnitId(id(2)),
        name: "Parauga vidusskola".to_owned(),
        facts: vec![Row::new(tr.t("parties-unit-code"), "SK1")],
        below: vec![link("Sākumskola", tr.t("parties-kind-unit"))],
        posts: vec![
            units::PostLine {
                href: "/posts/1".to_owned(),
                title: "Direktors".to_owned(),
                places: "1".to_owned(),
                people: vec![(PersonId(id(1)), "Anna Bērziņa".to_owned())],
            },
            units::PostLine {
                href: String::new(),
                title: "Lietvedis".to_owned(),
                places: "1".to_owned(),
                people: Vec::new(),
            },
        ],
        roles: vec![link("Anna Bērziņa", tr.t("parties-role-head"))],
        substitutions: vec![link("Līga Ozola", tr.t("parties-substitution-runs"))],
        linked: true,
        may_edit: true,
        may_post: true,
        is_root: false,
    };
    let edit = |kinds, form| units::UnitForm {
        shell: shell(),
        form,
        title: tr.t("parties-unit-new"),
        action: "/units/1/new".to_owned(),
        cancel: "/units/1".to_owned(),
        kinds,
        functions: units::functions(tr),
    };
    let step = |step| units::UnitStep {
        shell: shell(),
        form: form(tr),
        title: tr.t("parties-unit-move"),
        lead: tr.t1("parties-unit-move-lead", "name", "Sākumskola"),
        action: "/units/1/move".to_owned(),
        cancel: "/units/1".to_owned(),
        button: tr.t("parties-unit-move-do"),
        step,
        units: vec![Choice::new("1", "Parauga vidusskola")],
    };
    let kinds = vec![Choice::new("unit", tr.t("parties-kind-unit"))];
    vec![
        sample("parties/units.html", &units::TreePage { shell: shell(), lines, total: 18, institutions: 2 }),
        sample("parties/units.html", &units::TreePage { shell: shell(), lines: Vec::new(), total: 0, institutions: 0 }),
        sample("parties/unit.html", &unit),
        sample("parties/unit_form.html", &edit(kinds, wrong(tr, "code", "parties-refused-code"))),
        sample("parties/unit_form.html", &edit(Vec::new(), form(tr))),
        sample("parties/unit_step.html", &step("move")),
        sample("parties/unit_step.html", &step("close")),
        sample("parties/unit_step.html", &step("post")),
    ]
}

fn organisation_samples(tr: &Tr) -> Vec<Sample> {
    let shell = || Shell::sample(tr.clone());
    let line = OrganisationLine {
        id: OrganisationId(id(1)),
        name: "Paraugs".to_owned(),
        fold: "paraugs".to_owned(),
        registration_number: Some(latvian::ids::RegistrationNumber::demo(1).formatted()),
        legal_form: Some("SIA".to_owned()),
        address: Some("Brīvības iela 1, Paraugs".to_owned()),
    };
    let list = |lines| organisations::ListPage {
        shell: shell(),
        form: form(tr),
        lines,
        next: "/organisations?after=1".to_owned(),
        may_create: true,
    };
    let mandate = organisations::MandateView {
        id: MandateId(id(1)),
        name: "Anna Bērziņa".to_owned(),
        extent: tr.t("parties-mandate-submit"),
        period: super::period(tr, NaiveDate::from_ymd_opt(2026, 1, 1).unwrap_or_default(), None),
        ground: "Pilnvara Nr. 1".to_owned(),
        chip: ui::c::chip(&"done", &tr.t("parties-mandate-stands")),
        may_revoke: true,
    };
    let card = |mandates| organisations::CardPage {
        shell: shell(),
        form: form(tr),
        id: OrganisationId(id(1)),
        name: "SIA Paraugs".to_owned(),
        facts: vec![Row::new(tr.t("parties-e-address"), "_DEFAULT@77700000001")],
        doubtful: true,
        sees_mandates: true,
        mandates,
        may_edit: true,
        may_grant: true,
    };
    let edit = organisations::OrganisationForm {
        shell: shell(),
        form: wrong(tr, "registration_number", "parties-refused-organisation-known"),
        title: tr.t("parties-organisation-new"),
        action: "/organisations/new".to_owned(),
        cancel: "/organisations".to_owned(),
    };
    let give = organisations::MandateForm {
        shell: shell(),
        form: wrong(tr, "to", "parties-refused-backwards"),
        name: "SIA Paraugs".to_owned(),
        extents: organisations::extents(tr),
        action: "/organisations/1/mandates/new".to_owned(),
        cancel: "/organisations/1".to_owned(),
    };
    let figure = || parameters::Line {
        href: "/admin/parameters/leave/annual.calendar-days".to_owned(),
        name: tr.t("parties-parameter"),
        value: "30".to_owned(),
        period: super::period(tr, NaiveDate::from_ymd_opt(2026, 1, 1).unwrap_or_default(), None),
        source: "Darba koplīgums".to_owned(),
        chip: ui::c::chip(&"done", &tr.t("parties-parameter-own")),
        remove: "/admin/parameters/leave/annual.calendar-days/1/remove".to_owned(),
    };
    let post = posts::PostForm {
        shell: shell(),
        form: wrong(tr, "last", "parties-refused-post-before"),
        action: "/posts/1".to_owned(),
        cancel: "/units/1".to_owned(),
        lead: tr.t1("parties-post-new-lead", "name", "Sākumskola"),
    };
    vec![
        sample("parties/organisations.html", &list(vec![line])),
        sample("parties/organisations.html", &list(Vec::new())),
        sample("parties/organisation.html", &card(vec![mandate])),
        sample("parties/organisation.html", &card(Vec::new())),
        sample("parties/organisation_form.html", &edit),
        sample("parties/mandate_form.html", &give),
        sample("parties/post_form.html", &post),
        sample(
            "parties/parameters.html",
            &parameters::ListPage { shell: shell(), form: form(tr), lines: vec![figure()], may_edit: true },
        ),
        sample(
            "parties/parameter.html",
            &parameters::ParameterPage {
                shell: shell(),
                form: wrong(tr, "from", "parties-refused-parameter-day"),
                name: tr.t("parties-parameter"),
                parts: Vec::new(),
                units: Vec::new(),
                path: "/admin/parameters/leave/annual.calendar-days".to_owned(),
                lines: vec![figure()],
                is_pattern: true,
                may_edit: true,
            },
        ),
    ]
}

fn person_samples(tr: &Tr) -> Vec<Sample> {
    let shell = || Shell::sample(tr.clone());
    let line = |n, name: &str, state: &str| PersonLine {
        id: PersonId(id(n)),
        name: name.to_owned(),
        fold: String::new(),
        post_title: Some("Lietvedis".to_owned()),
        unit_name: Some("Sākumskola".to_owned()),
        institution_name: Some("Parauga vidusskola".to_owned()),
        email: Some("anna@paraugs.example".to_owned()),
        state: state.to_owned(),
    };
    let list = |people| people::ListPage {
        shell: shell(),
        form: form(tr),
        units: vec![Choice::new("1", "Parauga vidusskola")],
        people,
        next: "/people?after=1".to_owned(),
        may_create: true,
    };
    let row = |key: &str, value: &str| vec![Row::new(tr.t(key), value)];
    let card = people::CardPage {
        shell: shell(),
        id: PersonId(id(1)),
        name: "Anna Bērziņa".to_owned(),
        line: "Lietvede, Parauga vidusskola".to_owned(),
        former: true,
        tabs: vec![
            ("/people/1".to_owned(), tr.t("parties-tab-card"), true),
            ("/people/1?tab=x".to_owned(), tr.t("parties-work"), false),
        ],
        body: None,
        work: row("parties-post", "Lietvedis"),
        personal: row("parties-birth-date", "01.02.1990."),
        contacts: Vec::new(),
        roles: row("parties-role-clerk", "Parauga vidusskola"),
        away: row("parties-substituted-by", "Līga Ozola"),
        may_edit: true,
        may_contact: true,
        may_grant: true,
        may_substitute: true,
    };
    let edit = |contacts_only, form| people::PersonForm {
        shell: shell(),
        form,
        title: tr.t("parties-person-edit"),
        lead: "Anna Bērziņa".to_owned(),
        action: "/people/1/edit".to_owned(),
        cancel: "/people/1".to_owned(),
        contacts_only,
    };
    vec![
        sample(
            "parties/people.html",
            &list(vec![line(1, "Bērziņa Anna", "active"), line(2, "Kalniņš Jānis", "former")]),
        ),
        sample("parties/people.html", &list(Vec::new())),
        sample("parties/person.html", &card),
        sample("parties/person_form.html", &edit(false, wrong(tr, "bank_account", "parties-refused-iban"))),
        sample("parties/person_form.html", &edit(true, form(tr))),
    ]
}

fn other_samples(tr: &Tr) -> Vec<Sample> {
    let shell = || Shell::sample(tr.clone());
    let day = NaiveDate::from_ymd_opt(2026, 12, 1).unwrap_or_default();
    let away = || substitutions::Line {
        id: SubstitutionId(id(1)),
        absent: "Anna Bērziņa".to_owned(),
        substitute: "Līga Ozola".to_owned(),
        period: super::period(tr, day, Some(day)),
        ground: String::new(),
        chip: ui::c::chip(&"work", &tr.t("parties-substitution-runs")),
        may_cancel: true,
    };
    let list =
        |mine, others| substitutions::ListPage { shell: shell(), form: form(tr), mine, others, sees_others: true };
    let new = substitutions::NewPage {
        shell: shell(),
        form: wrong(tr, "substitute", "parties-refused-circle"),
        colleagues: vec![Choice::new("1", "Ozola Līga, lietvede")],
        absent: "Anna Bērziņa".to_owned(),
        own: false,
    };
    let line = roles::Line {
        id: GrantId(id(1)),
        person: PersonId(id(1)),
        name: "Anna Bērziņa".to_owned(),
        unit: "Parauga vidusskola".to_owned(),
        period: super::period(tr, day, None),
    };
    let group = |lines| roles::Group { name: tr.t("parties-role-clerk"), help: tr.t("parties-role-clerk-help"), lines };
    let groups = vec![group(vec![line]), group(Vec::new())];
    let grant = roles::GrantPage {
        shell: shell(),
        form: wrong(tr, "role", "parties-refused-held"),
        id: PersonId(id(1)),
        name: "Anna Bērziņa".to_owned(),
        roles: vec![Choice::new("clerk", tr.t("parties-role-clerk"))],
        units: vec![Choice::new("1", "Parauga vidusskola")],
    };
    vec![
        sample("parties/substitutions.html", &list(vec![away()], vec![away()])),
        sample("parties/substitutions.html", &list(Vec::new(), Vec::new())),
        sample("parties/substitution_form.html", &new),
        sample("parties/roles.html", &roles::ListPage { shell: shell(), form: form(tr), groups, may_grant: true }),
        sample("parties/role_form.html", &grant),
    ]
}
