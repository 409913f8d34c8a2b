use std::collections::{BTreeSet, HashMap};

use op::{OpError, Tx};
use parties::{Found, Holders, RoleWanted};
use serde_json::json;
use sqlx::PgConnection;
use types::{Date, DocumentId, PersonId, RouteId, RouteTemplateId, TenantId, UnitId};
use uuid::Uuid;

use super::tasks::{About, notify, task};
use crate::{
    calendar,
    model::{self, Step},
    plan::{Plan, StepPlan, Where, Who},
    service,
    store::{self, NewRoute},
};

/// What a route is about.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The application's or the act's id.
    pub id: Uuid,
    /// Its document.
    pub document: Option<DocumentId>,
    /// Its title.
    pub title: String,
    /// In one line.
    pub gist: String,
    /// Whom it is about.
    pub owner: Option<PersonId>,
    /// Their unit.
    pub unit: UnitId,
    /// Their institution.
    pub institution: UnitId,
}

/// A step that nobody can take: an administrator has to name somebody.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// No holder was found.
    #[error("nobody to take step {0}")]
    Nobody(u16),
    /// The database or the rights.
    #[error(transparent)]
    Op(#[from] OpError),
}

impl From<sqlx::Error> for StartError {
    fn from(e: sqlx::Error) -> Self {
        Self::Op(e.into())
    }
}

/// Starts the route of a kind for these subjects, with the institution's template or the app's own plan.
///
/// # Errors
/// A step has nobody to take it, or the database failed.
pub async fn start(tx: &mut Tx, code: &str, subjects: Vec<Subject>) -> Result<Vec<RouteId>, StartError> {
    let op = tx.op().clone();
    let today = op.today();
    let calendar = calendar::of(tx).await?;
    let due = |days: u16| calendar::due_on(&calendar, today, days);
    let mut plans: HashMap<UnitId, (Option<RouteTemplateId>, Plan)> = HashMap::new();
    let institutions: BTreeSet<UnitId> = subjects.iter().map(|s| s.institution).collect();
    for institution in institutions {
        plans.insert(institution, plan_for(tx, code, institution).await?);
    }
    let (mut routes, mut tasks) = (Vec::new(), Vec::new());
    for subject in subjects {
        let Some((template, plan)) = plans.get(&subject.institution) else { continue };
        let mut steps = resolve(tx, plan, &subject, today).await?;
        let opened = model::open_first(&mut steps, due);
        let route = NewRoute {
            id: op.new_id(),
            code: code.to_owned(),
            template_id: *template,
            subject_id: subject.id,
            document_id: subject.document,
            title: subject.title,
            gist: subject.gist,
            owner_id: subject.owner,
            unit_id: subject.unit,
            institution_id: subject.institution,
            steps,
            started_at: op.now(),
        };
        let new = opened.iter().filter_map(|no| route.steps.iter().find(|s| s.no == *no));
        tasks.extend(new.map(|s| task(&op, s, &About::of_route(&route))));
        tx.history(subject.id, "route-started", json!({ "route": route.id, "code": code }));
        routes.push(route);
    }
    store::start(tx, &routes, &tasks).await?;
    notify(tx, &tasks);
    Ok(routes.iter().map(|r| r.id).collect())
}

/// The plan in force: the institution's own template, else the municipality's, else the app's.
async fn plan_for(tx: &mut Tx, code: &str, institution: UnitId) -> Result<(Option<RouteTemplateId>, Plan), StartError> {
    let tenant = tx.op().tenant();
    Ok(match store::template(tx.conn(), tenant, code, institution).await? {
        Some((id, plan)) => (Some(id), plan),
        None => (None, service::outcome(tx.op(), code).map(|o| (o.plan)()).unwrap_or_default()),
    })
}

async fn resolve(tx: &mut Tx, plan: &Plan, subject: &Subject, today: Date) -> Result<Vec<Step>, StartError> {
    let tenant = tx.op().tenant();
    let planned: Vec<&StepPlan> = plan.groups.iter().flat_map(|g| &g.steps).collect();
    let mut takers = takers(tx.conn(), tenant, &planned, subject, today).await?.into_iter();
    let mut steps = Vec::new();
    let mut no = 0;
    for (group, g) in (1..).zip(&plan.groups) {
        for s in &g.steps {
            no += 1;
            let taker = takers.next().flatten().ok_or(StartError::Nobody(no))?;
            let mut step = Step::planned(no, group, s, g.quorum, taker.principal);
            step.role = taker.role;
            step.unit = taker.unit;
            steps.push(step);
        }
    }
    Ok(steps)
}

/// Who takes a step: one person, or all who hold a role in a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taker {
    /// The list it goes to.
    pub principal: Uuid,
    /// The role, where it was found by one.
    pub role: Option<String>,
    /// The unit where the role is held.
    pub unit: Option<UnitId>,
    /// The people of that list.
    pub people: Vec<PersonId>,
}

impl Taker {
    fn person(p: PersonId) -> Self {
        Self { principal: p.uuid(), role: None, unit: None, people: vec![p] }
    }
}

/// Finds who takes a step. Nobody approves their own: where it would come to that, it goes to whom they answer to.
///
/// # Errors
/// The database failed.
pub async fn taker(
    conn: &mut PgConnection,
    tenant: TenantId,
    step: &StepPlan,
    subject: &Subject,
    today: Date,
) -> Result<Option<Taker>, sqlx::Error> {
    Ok(takers(conn, tenant, &[step], subject, today).await?.into_iter().next().flatten())
}

/// Finds who takes each of these steps: managers and roles in one statement.
async fn takers(
    conn: &mut PgConnection,
    tenant: TenantId,
    steps: &[&StepPlan],
    subject: &Subject,
    today: Date,
) -> Result<Vec<Option<Taker>>, sqlx::Error> {
    let wanted: Vec<RoleWanted<'_>> = steps.iter().filter_map(|s| wanted(s, subject)).collect();
    let led = subject.owner.filter(|_| steps.iter().any(|s| matches!(s.who, Who::DirectManager)));
    let found = if led.is_some() || !wanted.is_empty() {
        parties::leaders_and_holders(conn, tenant, led, &wanted, today).await?
    } else {
        Found::default()
    };
    let mut holders = found.holders.into_iter();
    let mut takers = Vec::with_capacity(steps.len());
    for step in steps {
        let own = subject.owner.filter(|_| step.kind.may_refuse());
        takers.push(match &step.who {
            Who::Person(p) => not_own(conn, tenant, &[*p], own, today).await?,
            Who::Post(post) => {
                let holders = parties::post_holders(conn, tenant, *post, today).await?;
                not_own(conn, tenant, &holders, own, today).await?
            }
            Who::DirectManager => found.manager.map(Taker::person),
            Who::Role { role, .. } => {
                let held = holders.next().unwrap_or_default();
                match (in_role(role, &held, own), own) {
                    // Nobody else holds it anywhere: whom they answer to decides.
                    (None, Some(own)) if held.last().is_some_and(|h| h.top) => {
                        parties::manager_of(conn, tenant, own, today).await?.map(Taker::person)
                    }
                    (taker, _) => taker,
                }
            }
        });
    }
    Ok(takers)
}

fn wanted<'a>(step: &'a StepPlan, subject: &Subject) -> Option<RoleWanted<'a>> {
    let Who::Role { role, place } = &step.who else { return None };
    let unit = match place {
        Where::Unit => subject.unit,
        Where::Institution | Where::Municipality => subject.institution,
        Where::Named(unit) => *unit,
    };
    Some(RoleWanted { unit, top: matches!(place, Where::Municipality), role })
}

/// The nearest holders; where that is the owner alone, the next ones above.
fn in_role(role: &str, nearest_first: &[Holders], own: Option<PersonId>) -> Option<Taker> {
    let Holders { unit, people, .. } = nearest_first.iter().find(|h| own.is_none_or(|o| h.people != [o]))?;
    let principal = match people.as_slice() {
        [one] => one.uuid(),
        _ => op::pool_id(*unit, role),
    };
    Some(Taker { principal, role: Some(role.to_owned()), unit: Some(*unit), people: people.clone() })
}

async fn not_own(
    conn: &mut PgConnection,
    tenant: TenantId,
    people: &[PersonId],
    own: Option<PersonId>,
    today: Date,
) -> Result<Option<Taker>, sqlx::Error> {
    if let Some(other) = people.iter().find(|p| Some(**p) != own) {
        return Ok(Some(Taker::person(*other)));
    }
    match people.first() {
        Some(one) => Ok(parties::manager_of(conn, tenant, *one, today).await?.map(Taker::person)),
        None => Ok(None),
    }
}
