use axum::{extract::FromRequestParts, http::request::Parts};
use i18n::Tr;
use op::{Op, OpError};
use types::{BoxFuture, PersonId};
use ui::{NavItem, Shell};

use crate::{App, Problem, guard::Signed};

/// What the shell shows of the person and their work; only the office knows it.
#[derive(Clone, Debug, Default)]
pub struct ShellFacts {
    /// The municipality's name.
    pub municipality: String,
    /// The person's name.
    pub user: String,
    /// Whom they may act for today.
    pub may_act_for: Vec<(PersonId, String)>,
    /// How many tasks wait.
    pub tasks: u64,
    /// How much is new in which application: its address and the number.
    pub counts: Vec<(&'static str, u64)>,
}

/// Fills the shell; registered as `Arc<dyn ShellSource>`.
pub trait ShellSource: Send + Sync {
    /// One round trip, at every page.
    fn facts<'a>(&'a self, op: &'a Op) -> BoxFuture<'a, Result<ShellFacts, OpError>>;
}

/// What a page handler needs: the operation, the texts, and the shell around the page.
pub struct Ctx {
    /// The operation of the signed-in person.
    pub op: Op,
    /// The texts.
    pub tr: Tr,
    /// What stands around the page.
    pub shell: Shell,
}

impl Ctx {
    /// An empty form with this session's token and a fresh key.
    #[must_use]
    pub fn form(&self) -> ui::FormState {
        ui::FormState::new(&self.tr, self.shell.csrf.clone(), self.op.new_id::<uuid::Uuid>().to_string())
    }

    /// The page's place: address and name of each page above it.
    #[must_use]
    pub fn under(mut self, crumbs: &[(&str, String)]) -> Self {
        let above = crumbs.iter().map(|(href, label)| ((*href).to_owned(), label.clone()));
        self.shell.breadcrumbs = std::iter::once(("/".to_owned(), self.tr.t("ui-home"))).chain(above).collect();
        self
    }

    /// The signed-in person.
    ///
    /// # Errors
    /// `Forbidden`: a system has no self-service.
    pub fn person(&self) -> Result<PersonId, Problem> {
        self.op.person().ok_or(Problem::Forbidden)
    }
}

/// The cookie in which the rail remembers that it is folded; no secret, and nothing else reads it.
const RAIL: &str = "rail";

impl FromRequestParts<App> for Ctx {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let signed = parts.extensions.get::<Signed>().cloned().ok_or(Problem::SignInFirst)?;
        let path = parts.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);
        let mut shell = shell(app, &signed, path).await?;
        shell.rail_folded = crate::auth::cookie(&parts.headers, RAIL).is_some_and(|c| c == "folded");
        Ok(Self { op: signed.op, tr: signed.tr, shell })
    }
}

impl FromRequestParts<App> for Signed {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or(Problem::SignInFirst)
    }
}

pub(crate) async fn shell(app: &App, signed: &Signed, path: String) -> Result<Shell, OpError> {
    let mut shell = Shell::new(signed.tr.clone());
    let source = app.kernel().extension::<std::sync::Arc<dyn ShellSource>>();
    let facts = match source {
        Some(source) => source.facts(&signed.op).await?,
        None => ShellFacts::default(),
    };
    shell.csrf.clone_from(&signed.csrf);
    shell.municipality = facts.municipality;
    shell.user = facts.user;
    shell.tasks = facts.tasks;
    let acting = signed.op.acting_for();
    shell.acting_for = facts.may_act_for.iter().find(|(p, _)| Some(*p) == acting).map(|(_, n)| n.clone());
    shell.may_act_for = facts.may_act_for.into_iter().map(|(p, n)| (p.to_string(), n)).collect();
    shell.path = path;
    shell.signed_in = true;
    shell.staff = true;
    shell.version = env!("CARGO_PKG_VERSION").to_owned();
    shell.demo = app.is_demo();
    shell.request_id = signed.op.request().to_string();
    shell.nav = nav(app, signed, &shell, &facts.counts);
    Ok(shell)
}

fn nav(app: &App, signed: &Signed, shell: &Shell, counts: &[(&str, u64)]) -> Vec<NavItem> {
    let visible = app.nav().filter(|n| n.action.is_none_or(|a| signed.op.could(a)));
    let item = |n: &crate::NavEntry| NavItem {
        href: n.href.to_owned(),
        label: signed.tr.t(n.label),
        icon: n.icon.to_owned(),
        current: shell.is_at(n.href),
        count: counts.iter().find(|(href, _)| *href == n.href).map_or(0, |(_, count)| *count),
        group: if n.group.is_empty() { String::new() } else { signed.tr.t(n.group) },
    };
    let mut all: Vec<NavItem> = visible.map(item).collect();
    // One page, one place: the nearest of those that it lies under.
    let nearest = all.iter().filter(|i| i.current).map(|i| i.href.len()).max();
    for item in &mut all {
        item.current &= Some(item.href.len()) == nearest;
    }
    // What stands under no heading stands first: one's own tasks. What is set up once stands last.
    all.sort_by_key(|i| if i.group.is_empty() { 0 } else { 1 + u8::from(i.href.starts_with("/admin")) });
    all
}
