//! Reports: apps declare figures, this crate shows them, drills down to the rows and takes them out as tables.
//!
//! A figure is counted from rows whenever it is asked for: nothing counted is stored, so nothing can disagree.

pub mod actions;
mod count;
mod documents_report;
mod export;
pub mod maturity;
mod model;
mod pages;
mod table;

pub use count::{Place, employed_rows, months, place_rows, places, with_average};
pub use documents_report::DMS_DOCUMENTS;
pub use export::{ExportError, Format, export};
pub use model::{Ask, Cell, Column, DrillRow, FigureRow, Figures, Holds, Months, Report, Rows, average, divided};

/// All reports, registered by the apps.
#[derive(Clone, Default)]
pub struct Reports(pub Vec<Report>);

impl Reports {
    /// The report of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Report> {
        self.0.iter().find(|r| r.name == name)
    }
}

/// The reports that belong to no app.
#[must_use]
pub fn own() -> Vec<Report> {
    vec![DMS_DOCUMENTS]
}

/// The texts.
pub const TEXTS: i18n::Source =
    i18n::Source { name: "reports", lv: include_str!("../locales/lv.ftl"), en: include_str!("../locales/en.ftl") };

/// The parameters of the worth of digital work.
pub const MIGRATIONS: db::Migrations = db::Migrations {
    schema: "reports",
    steps: &[("0001_maturity", include_str!("../migrations/0001_maturity.sql"))],
    replaceable: &[],
};

const NAV: &[web::NavEntry] = &[
    web::NavEntry {
        href: "/reports",
        label: "reports-title",
        icon: "chart-column",
        group: "reports-group",
        action: Some(<actions::ViewReports as op::Action>::DEF),
    },
    web::NavEntry {
        href: "/maturity",
        label: "maturity-title",
        icon: "graduation-cap",
        group: "reports-group",
        action: Some(<actions::ViewMaturity as op::Action>::DEF),
    },
];

/// What this crate brings to the house.
#[must_use]
pub fn module() -> web::Module {
    web::Module {
        name: "reports",
        migrations: Some(MIGRATIONS),
        texts: TEXTS,
        actions: actions::ACTIONS,
        routes: pages::routes().into_iter().chain(maturity::pages::routes()).collect(),
        jobs: Vec::new(),
        subscriptions: &[],
        nav: NAV,
        samples: pages::samples,
        openapi: None,
    }
}
