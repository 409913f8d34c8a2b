//! The list: which modules this program is made of, in the order of the left rail, and which ports serve them.
//! A new application is one line in [`modules`].

use std::{collections::HashMap, process::ExitCode, sync::Arc};

use anyhow::{Context as _, Result};
use db::{Db, Migrations};
use i18n::Catalog;
use op::{Extensions, Kernel, KernelConfig};
use types::Clock;
use web::{App, AppConfig, Module};

use crate::{
    demo,
    installation::{Installation, Keys},
};

/// Every module, in the order of the left rail.
#[must_use]
pub fn modules() -> Vec<Module> {
    vec![web::chores(), demo::module()]
}

/// What fills a demonstration, in order. Each step may be run again without harm.
#[must_use]
pub fn demo_steps() -> Vec<demo::Step> {
    Vec::new()
}

/// Every crate's tables, in the order in which they lean on each other.
#[must_use]
pub fn migrations() -> Vec<Migrations> {
    std::iter::once(op::MIGRATIONS).chain(modules().iter().filter_map(|m| m.migrations)).collect()
}

/// All texts.
///
/// # Errors
/// A text cannot be read, or two modules claim one key: a programming error.
pub fn catalog() -> Result<Arc<Catalog>> {
    let sources: Vec<_> = [ui::TEXTS, web::TEXTS].into_iter().chain(modules().iter().map(|m| m.texts)).collect();
    Ok(Arc::new(Catalog::new(&sources).context("the texts")?))
}

/// The ports that this installation is set up with.
pub(crate) fn extensions(_installation: &Installation, _keys: &Keys, demo: bool) -> Result<Extensions> {
    let mut all = Extensions::default();
    if demo {
        all.insert(demo::hints());
    }
    Ok(all)
}

/// The kernel over that database.
pub(crate) fn kernel(db: Db, extensions: Extensions) -> Arc<Kernel> {
    let mut subscribers: HashMap<&'static str, Vec<&'static str>> = HashMap::new();
    for (event, job) in modules().iter().flat_map(|m| m.subscriptions) {
        subscribers.entry(event).or_default().push(job);
    }
    Kernel::new(KernelConfig { db, clock: Clock::System, subscribers, extensions, seed: None })
}

/// The pages over that kernel.
pub(crate) fn app(kernel: Arc<Kernel>, public_url: String, token_key: [u8; 32]) -> Result<App> {
    Ok(App::new(AppConfig { kernel, catalog: catalog()?, modules: modules(), public_url, token_key }))
}

/// Whether letters can be set.
pub(crate) fn check_fonts() -> Result<String> {
    Ok("embedded".to_owned())
}

/// `novads __extract-text`
pub(crate) fn extract_text(_media_type: &str) -> ExitCode {
    ExitCode::from(crate::FAILED)
}
