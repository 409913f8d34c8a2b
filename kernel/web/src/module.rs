use db::Migrations;
use i18n::{Source, Tr};
use jobs::JobDef;
use op::ActionDef;

use crate::Route;

/// What a crate brings to the house, as far as the kernel knows: plain data.
pub struct Module {
    /// The crate's name.
    pub name: &'static str,
    /// Its schema.
    pub migrations: Option<Migrations>,
    /// Its texts.
    pub texts: Source,
    /// Its permissions.
    pub actions: &'static [&'static ActionDef],
    /// Its routes.
    pub routes: Vec<Route>,
    /// Its jobs.
    pub jobs: Vec<JobDef>,
    /// Which event starts which job.
    pub subscriptions: &'static [(&'static str, &'static str)],
    /// Its places in the left rail.
    pub nav: &'static [NavEntry],
    /// Every page, rendered with sample data.
    pub samples: fn(&Tr) -> Vec<Sample>,
    /// Its part of the API's description.
    pub openapi: Option<fn() -> utoipa::openapi::OpenApi>,
}

/// A place in the left rail.
#[derive(Clone, Copy, Debug)]
pub struct NavEntry {
    /// Where it leads.
    pub href: &'static str,
    /// The key of its name.
    pub label: &'static str,
    /// Its icon.
    pub icon: &'static str,
    /// The key of the group it stands under.
    pub group: &'static str,
    /// Shown to whoever could do this; to everybody signed in where `None`.
    pub action: Option<&'static ActionDef>,
}

/// A page rendered with sample data.
pub struct Sample {
    /// The template's name.
    pub name: &'static str,
    /// The HTML, or why not.
    pub html: Result<String, askama::Error>,
}
