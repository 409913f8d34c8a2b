//! Signing: the sign step of a route, what is signed and by whom, and what is known of signatures that came in.
//!
//! A [request](held::Request) freezes the digests of the documents' files and shows them; one consent signs them all by
//! a method of the installation ([`ports::SigningMethod`]); a job adds time stamps and revocation answers, and in one
//! transaction the container stands with the document and the route has moved on. Files that come in are judged, and
//! the verdict stands on the document's card.

pub mod actions;
mod card;
pub mod events;
mod held;
mod jobs;
pub mod model;
mod pages;
pub mod ports;
mod store;
mod usecases;

pub use card::card_part;
pub use held::Request;
pub use store::{ReportRow, reports};
pub use usecases::{
    Shown, SignError, cancel, come_back, come_back_by_state, consent, request, see, show, show_again, try_proofs_now,
};

use db::Migrations;

/// The tables.
pub const MIGRATIONS: Migrations = Migrations {
    schema: "signing",
    steps: &[("0001_signing", include_str!("../migrations/0001_signing.sql"))],
    replaceable: &[],
};

/// The texts.
pub const TEXTS: i18n::Source =
    i18n::Source { name: "signing", lv: include_str!("../locales/lv.ftl"), en: include_str!("../locales/en.ftl") };

/// Registers the ways of signing of this installation, and offers them.
pub fn register(extensions: &mut op::Extensions, methods: ports::Methods) {
    extensions.insert(methods);
    offer(extensions);
}

/// Where a person may sign by one of the registered ways, steps that ask for a signature offer it.
pub fn offer(extensions: &mut op::Extensions) {
    let methods = extensions.get::<ports::Methods>();
    if methods.is_some_and(|all| all.0.iter().any(|m| m.about().whose == ports::Whose::Person)) {
        extensions.insert(workflow::ElectronicSigning { href: "/sign" });
    }
}

/// What this crate brings to the house.
#[must_use]
pub fn module() -> web::Module {
    web::Module {
        name: "signing",
        migrations: Some(MIGRATIONS),
        texts: TEXTS,
        actions: actions::ACTIONS,
        routes: pages::routes(),
        jobs: crate::jobs::all(),
        subscriptions: crate::jobs::SUBSCRIPTIONS,
        nav: &[],
        samples: pages::samples,
        openapi: None,
    }
}
