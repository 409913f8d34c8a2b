//! The list: which modules this program is made of, in the order of the left rail.
//! A new application is one line in `apps`.

use std::{collections::HashMap, process::ExitCode, sync::Arc};

use anyhow::{Context as _, Result};
use db::{Db, Migrations};
use documents::PdfRenderer;
use i18n::Catalog;
use manifest::{Life, LifeStep, SetUp};
use op::{Extensions, Kernel, KernelConfig};
use types::Clock;
use web::{App, AppConfig, Module};

use crate::demo;

/// Every application, in the order of the left rail.
fn apps() -> Vec<manifest::App> {
    vec![records::app(), personnel::app(), invoices::app()]
}

/// What stands below the applications.
fn office() -> Vec<Module> {
    vec![
        web::chores(),
        demo::module(),
        parties::module(),
        documents::module(),
        workflow::module(),
        signing::module(),
        delivery::module(),
        reports::module(),
    ]
}

/// Every module, in the order of the left rail; what leans on another comes after it.
#[must_use]
pub fn modules() -> Vec<Module> {
    assemble(&mut Extensions::default()).0
}

fn assemble(extensions: &mut Extensions) -> (Vec<Module>, Vec<SetUp>) {
    let (of_apps, set_ups) = manifest::assemble(apps(), extensions);
    manifest::add_card_part(extensions, signing::card_part());
    (office().into_iter().chain(of_apps).collect(), set_ups)
}

/// What prepares a new municipality for the applications; may be run again.
#[must_use]
pub fn set_ups() -> Vec<SetUp> {
    assemble(&mut Extensions::default()).1
}

/// What fills a demonstration, in order: each application brings its own.
#[must_use]
pub fn demo_steps() -> Vec<LifeStep> {
    let mut extensions = Extensions::default();
    assemble(&mut extensions);
    extensions.get::<Life>().map(|life| life.0.clone()).unwrap_or_default()
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

/// What the applications and the office declare, and the ports that need nothing from outside.
///
/// # Errors
/// The fonts of letters cannot be read.
pub fn extensions() -> Result<Extensions> {
    let mut all = Extensions::default();
    assemble(&mut all);
    all.insert(workflow::shell_source());
    let pdf = port_pdf::LetterPdf::new().map_err(anyhow::Error::msg).context("the fonts of letters")?;
    all.insert::<Arc<dyn PdfRenderer>>(Arc::new(pdf));
    Ok(all)
}

/// The kernel over that database.
pub(crate) fn kernel(db: Db, mut extensions: Extensions) -> Arc<Kernel> {
    signing::offer(&mut extensions);
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

/// The house, for its benchmark.
pub(crate) fn measured() -> bench::House {
    bench::House {
        migrations,
        set_ups,
        kernel: |db| Ok(kernel(db, extensions()?)),
        extensions,
        kernel_with: kernel,
        app,
    }
}

/// Whether letters can be set.
pub(crate) fn check_fonts() -> Result<&'static str> {
    port_pdf::LetterPdf::new().map_err(anyhow::Error::msg)?;
    Ok(port_pdf::FONT_NOTICE)
}

/// `novads __extract-text`
pub(crate) fn extract_text(media_type: &str) -> ExitCode {
    port_text::child_main(media_type)
}
