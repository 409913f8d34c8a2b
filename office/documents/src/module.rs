use i18n::Source;
use web::Module;

/// The texts.
pub const TEXTS: Source =
    Source { name: "documents", lv: include_str!("../locales/lv.ftl"), en: include_str!("../locales/en.ftl") };

/// What documents bring to the house.
#[must_use]
pub fn module() -> Module {
    Module {
        name: "documents",
        migrations: Some(crate::MIGRATIONS),
        texts: TEXTS,
        actions: crate::actions::ACTIONS,
        routes: crate::pages::routes().into_iter().chain(crate::api::routes()).collect(),
        jobs: crate::jobs::jobs(),
        subscriptions: &[(crate::events::FILE_ADDED, crate::jobs::EXTRACT)],
        nav: crate::pages::NAV,
        samples: crate::pages::samples,
        openapi: Some(crate::api::openapi),
    }
}
