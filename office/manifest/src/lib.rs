//! What an app is, as plain data: what the kernel knows of it (routes, jobs, texts, tables) and what the office
//! knows (services, outcomes, document kinds, reports). The server has a list of these and nothing else.

mod life;

pub use life::{Begin, BeginLife, Goal, Lives, Living, Pace, Profile, YearLife, due};
pub use parties::life::Dice;

use std::sync::Arc;

use documents::CardPart;
use jobs::JobError;
use op::{Extensions, Op, OpError};
use types::BoxFuture;
use web::Module;

/// An app.
pub struct App {
    /// What the kernel knows.
    pub module: Module,
    /// Services that can be applied for.
    pub services: Vec<workflow::Service>,
    /// What its routes lead to.
    pub outcomes: Vec<workflow::RouteOutcome>,
    /// Its kinds of document.
    pub kinds: &'static [documents::DocumentKind],
    /// The figures it answers for.
    pub reports: Vec<reports::Report>,
    /// What it asks of people outside a route.
    pub task_kinds: &'static [workflow::TaskKind],
    /// Prepares a municipality for it (registers, texts); may be called again.
    pub set_up: Option<SetUp>,
    /// What fills a demonstration with a plausible year of it, in order.
    pub life: Vec<LifeStep>,
    /// How it lives a year of simulated work.
    pub year: Option<YearLife>,
    /// What else it registers for the office to find by type: views of its subjects, tabs, parts of cards.
    pub extend: Option<fn(&mut Extensions)>,
}

/// Prepares a municipality: idempotent, as the house.
pub type SetUp = fn(Op) -> BoxFuture<'static, Result<(), OpError>>;

/// A piece of a demonstration's data: its name for the log, and what makes it through the app's own use-cases.
/// Running it again does no harm.
pub type LifeStep = (&'static str, fn(Op) -> BoxFuture<'static, Result<(), JobError>>);

/// What fills a demonstration, of all apps in their order; found by type.
pub struct Life(pub Vec<LifeStep>);

/// Splits the apps into what the router takes and what the office finds by type.
pub fn assemble(apps: Vec<App>, extensions: &mut Extensions) -> (Vec<Module>, Vec<SetUp>) {
    let (mut services, mut outcomes, mut modules, mut set_ups, mut life) = (vec![], vec![], vec![], vec![], vec![]);
    let mut kinds = documents::kinds::OWN_KINDS.to_vec();
    let mut figures = reports::own();
    let mut task_kinds = delivery::TASK_KINDS.to_vec();
    let mut lives = Vec::new();
    add_card_part(extensions, delivery::card_part());
    extensions.insert(workflow::ShellCounts(vec![delivery::shell_count]));
    for app in apps {
        services.extend(app.services);
        outcomes.extend(app.outcomes);
        kinds.extend_from_slice(app.kinds);
        figures.extend(app.reports);
        task_kinds.extend_from_slice(app.task_kinds);
        set_ups.extend(app.set_up);
        life.extend(app.life);
        lives.extend(app.year);
        if let Some(extend) = app.extend {
            extend(extensions);
        }
        modules.push(app.module);
    }
    extensions.insert(workflow::Services(services));
    extensions.insert(workflow::Outcomes(outcomes));
    extensions.insert(documents::Kinds(kinds));
    extensions.insert(reports::Reports(figures));
    extensions.insert(workflow::TaskKinds(task_kinds));
    extensions.insert(Life(life));
    extensions.insert(Lives(lives));
    (modules, set_ups)
}

/// Adds a part to the document's card, beside those that others added.
pub fn add_card_part(extensions: &mut Extensions, part: Arc<dyn CardPart>) {
    let mut parts = extensions.get::<Vec<Arc<dyn CardPart>>>().cloned().unwrap_or_default();
    parts.push(part);
    extensions.insert(parts);
}
