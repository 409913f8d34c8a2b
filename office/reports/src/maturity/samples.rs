//! The pages with invented figures.

use askama::Template as _;
use i18n::Tr;
use ui::{FormState, Shell};
use web::Sample;

use super::{
    Counts, Criterion, Rates,
    pages::{Figure, Line, country_page, page},
};

pub(crate) fn samples(tr: &Tr) -> Vec<Sample> {
    let line = |name: &str, signed: i64| Line {
        name: name.to_owned(),
        counts: Counts {
            institutions: 40,
            registering: 38,
            documents: 120_000,
            electronic: 90_000,
            exchanged: 40_000,
            employees: 1500,
            active: 900,
            applications: 3000,
            self_service: 2900,
            approved: 2800,
            applying: 800,
            serving: 35,
            orders: 3400,
            signed,
            invoices: 15_000,
            structured: 120,
            invoices_approved: 9000,
        },
        rates: Rates { sender: 5, receiver: 3, year: 4_000_000, hours: 2080 },
    };
    let all = [line("Cēsu novads", 3300), line("Rīgas valstspilsēta", 1700), line("Ludzas novads", 0)];
    let shell = || Shell::sample(tr.clone());
    let form = || FormState::new(tr, "", "");
    let months = [("reports-dms-documents", [9; 12])];
    let own = all.first().map(|l| page(shell(), form(), (2024, 2026), l, &months, true).render());
    let figure = Figure::Criterion(Criterion::Personnel);
    let country = country_page(shell(), form(), (2024, 2026), figure, &all);
    let nobody = country_page(shell(), form(), (2026, 2026), Figure::Level, &[]);
    own.into_iter()
        .map(|html| Sample { name: "maturity", html })
        .chain([
            Sample { name: "maturity_country", html: country.render() },
            Sample { name: "maturity_country-empty", html: nobody.render() },
        ])
        .collect()
}
