//! Routes for the administrator: what is in force where, tried on a sample before it is switched on.

use askama::Template;
use axum::extract::Path;
use axum_extra::extract::Query;
use i18n::{Arg, Tr};
use op::{Action as _, Facts, Op};
use serde::Deserialize;
use types::{PersonId, PostId, RouteTemplateId, UnitId};
use ui::{FormState, Html, Shell, c};
use uuid::Uuid;
use web::{Ctx, Form, Problem, Result};

use super::{
    id, typed,
    words::{self, Names},
};
use crate::{
    actions::{EditTemplates, ViewTemplates},
    plan::{Plan, StepPlan, Who},
    service::{Outcomes, RouteOutcome},
    store::{self, Colleague, TemplateRow},
    usecases::{self, Subject, TemplateError},
};

#[derive(Template)]
#[template(path = "workflow/routes.html")]
pub(crate) struct RoutesPage {
    pub shell: Shell,
    pub rows: Vec<RouteLine>,
}

pub(crate) struct RouteLine {
    pub href: String,
    pub name: String,
    pub steps: String,
    pub source: String,
    /// Institutions with a route of their own: address and name.
    pub own: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "workflow/route.html")]
pub(crate) struct RoutePage {
    pub shell: Shell,
    pub form: FormState,
    pub code: String,
    pub name: String,
    pub institution: String,
    pub institutions: Vec<c::Choice>,
    pub source: Html,
    pub lines: Vec<String>,
    pub steps: Vec<Vec<c::Step>>,
    pub shown: String,
    pub versions: Vec<VersionLine>,
    pub may_edit: bool,
    pub may_retire: bool,
    pub q: String,
    pub people: Vec<(String, String, String)>,
    pub tried: Option<Tried>,
    pub searched: bool,
    pub events: Vec<c::Event>,
}

pub(crate) struct VersionLine {
    pub id: String,
    pub href: String,
    pub version: String,
    pub state: Html,
    pub by: String,
    pub at: String,
    pub may_switch: bool,
}

/// A plan with the people whom it would find.
pub(crate) struct Tried {
    pub who: String,
    pub steps: Vec<Vec<c::Step>>,
    pub missing: usize,
}

#[derive(Default, Deserialize)]
pub(crate) struct RouteQuery {
    institution: Option<String>,
    version: Option<String>,
    q: Option<String>,
    person: Option<String>,
}

/// Names that plans need.
pub(crate) struct PlanNames {
    names: Names,
    posts: Vec<(PostId, String, String)>,
}

impl PlanNames {
    pub(crate) async fn read(
        conn: &mut sqlx::PgConnection,
        tenant: types::TenantId,
        plans: &[&Plan],
        people: Vec<PersonId>,
        units: Vec<UnitId>,
    ) -> std::result::Result<Self, sqlx::Error> {
        let all = || plans.iter().flat_map(|p| &p.groups).flat_map(|g| &g.steps).map(|s| &s.who);
        let persons = all().filter_map(|w| if let Who::Person(p) = w { Some(*p) } else { None });
        let named = all().filter_map(|w| match w {
            Who::Role { place: crate::plan::Where::Named(unit), .. } => Some(*unit),
            _ => None,
        });
        let posts: Vec<PostId> = all().filter_map(|w| if let Who::Post(p) = w { Some(*p) } else { None }).collect();
        let names = Names::read(conn, tenant, persons.chain(people).collect(), named.chain(units).collect()).await?;
        Ok(Self { names, posts: store::post_titles(conn, tenant, &posts).await? })
    }

    /// Who takes a step, as the plan says it.
    pub(crate) fn who(&self, tr: &Tr, who: &Who) -> String {
        match who {
            Who::Person(p) => self.names.person(*p).to_owned(),
            Who::Post(post) => match self.posts.iter().find(|(id, ..)| id == post) {
                Some((_, title, unit)) => format!("{title} ({unit})"),
                None => "—".to_owned(),
            },
            Who::DirectManager => tr.t("workflow-who-direct-manager"),
            Who::Role { role, place } => {
                format!("{} ({})", words::role_name(tr, role), words::place_name(tr, *place, &self.names))
            }
        }
    }
}

/// A plan as a drawing.
pub(crate) fn drawn(tr: &Tr, plan: &Plan, names: &PlanNames) -> Vec<Vec<c::Step>> {
    let step = |s: &StepPlan| {
        let what = tr.t(&format!("workflow-kind-{}", s.kind.word()));
        let due = tr.t1("workflow-working-days", "n", i64::from(s.due_days));
        c::Step::new(what, names.who(tr, &s.who), c::StepState::Waiting).due(due)
    };
    plan.groups.iter().map(|g| g.steps.iter().map(step).collect()).collect()
}

/// A plan as a readable list.
fn read_out(tr: &Tr, plan: &Plan, names: &PlanNames) -> Vec<String> {
    let step = |s: &StepPlan| {
        let args = [
            ("what", Arg::from(tr.t(&format!("workflow-kind-{}", s.kind.word())))),
            ("who", Arg::from(names.who(tr, &s.who))),
            ("due", Arg::from(tr.t1("workflow-working-days", "n", i64::from(s.due_days)))),
        ];
        tr.ta("workflow-step-line", &args)
    };
    let group = |g: &crate::plan::GroupPlan| {
        let steps = g.steps.iter().map(step).collect::<Vec<_>>().join("; ");
        let steps = if g.steps.len() > 1 { format!("{}: {steps}", tr.t("ui-step-together")) } else { steps };
        match g.quorum {
            Some(n) => format!("{steps} ({})", tr.t1("workflow-quorum-of", "n", i64::from(n))),
            None => steps,
        }
    };
    plan.groups.iter().map(group).collect()
}

pub(crate) fn known(op: &Op, code: &str) -> Result<RouteOutcome> {
    let outcomes = op.kernel().extension::<Outcomes>();
    outcomes.and_then(|o| o.0.iter().find(|o| o.code == code)).copied().ok_or(Problem::NotFound)
}

/// The institution of an address; one that is not theirs to see is not there.
pub(crate) fn institution_of(op: &Op, text: Option<&str>) -> Result<Option<UnitId>> {
    let Some(text) = text.filter(|t| !t.is_empty()) else { return Ok(None) };
    let unit: UnitId = id(text)?;
    match op.scope(ViewTemplates::DEF).units() {
        Some(units) if !units.contains(&unit) => Err(Problem::NotFound),
        _ => Ok(Some(unit)),
    }
}

pub(crate) fn may_edit(op: &Op, institution: Option<UnitId>) -> bool {
    op.grants().permits(EditTemplates::DEF, &Facts { unit: institution, ..Facts::default() }).is_some()
}

pub(crate) fn address(code: &str, institution: Option<UnitId>) -> String {
    match institution {
        Some(unit) => format!("/admin/routes/{code}?institution={unit}"),
        None => format!("/admin/routes/{code}"),
    }
}

pub(crate) async fn list(ctx: Ctx) -> Result {
    let (op, tr) = (&ctx.op, &ctx.tr);
    let outcomes: &[RouteOutcome] = op.kernel().extension::<Outcomes>().map_or(&[], |o| o.0.as_slice());
    let units = op.scope(ViewTemplates::DEF).units();
    let mut read = op.read().await?;
    let active = store::active_templates(read.conn(), op.tenant(), units.as_deref()).await?;
    let defaults: Vec<Plan> = outcomes.iter().map(|o| (o.plan)()).collect();
    let plans: Vec<&Plan> = active.iter().map(|t| &t.plan.0).chain(&defaults).collect();
    let institutions = active.iter().filter_map(|t| t.institution_id).collect();
    let names = PlanNames::read(read.conn(), op.tenant(), &plans, Vec::new(), institutions).await?;
    drop(read);
    let line = |(o, default): (&RouteOutcome, &Plan)| {
        let common = active.iter().find(|t| t.code == o.code && t.institution_id.is_none());
        let plan = common.map_or(default, |t| &t.plan.0);
        let own = active.iter().filter(|t| t.code == o.code).filter_map(|t| t.institution_id);
        RouteLine {
            href: address(o.code, None),
            name: words::route_name(op, tr, o.code),
            steps: short(tr, plan, &names),
            source: source_words(tr, common),
            own: own.map(|u| (address(o.code, Some(u)), names.names.unit(u).to_owned())).collect(),
        }
    };
    let rows = outcomes.iter().zip(&defaults).map(line).collect();
    web::page(&RoutesPage { rows, shell: ctx.shell })
}

fn short(tr: &Tr, plan: &Plan, names: &PlanNames) -> String {
    let group =
        |g: &crate::plan::GroupPlan| g.steps.iter().map(|s| names.who(tr, &s.who)).collect::<Vec<_>>().join(" + ");
    plan.groups.iter().map(group).collect::<Vec<_>>().join(" → ")
}

fn source_words(tr: &Tr, active: Option<&TemplateRow>) -> String {
    match active {
        Some(t) => tr.t1("workflow-version", "n", i64::from(t.version)),
        None => tr.t("workflow-default-route"),
    }
}

pub(crate) async fn show(ctx: Ctx, Path(code): Path<String>, Query(query): Query<RouteQuery>) -> Result {
    let form = ctx.form();
    web::page(&page(ctx, &code, &query, form).await?)
}

/// The plan shown: the version asked for, else what is in force here.
async fn plan_shown(
    read: &mut op::Read,
    outcome: &RouteOutcome,
    institution: Option<UnitId>,
    versions: &[TemplateRow],
    asked: Option<RouteTemplateId>,
) -> Result<(Plan, Option<TemplateRow>)> {
    let tenant = read.op().tenant();
    if let Some(asked) = asked {
        let found = versions.iter().find(|t| t.id == asked).ok_or(Problem::NotFound)?;
        return Ok((found.plan.0.clone(), Some(found.clone())));
    }
    if let Some(active) = versions.iter().find(|t| t.state == "active") {
        return Ok((active.plan.0.clone(), Some(active.clone())));
    }
    let common = match institution {
        Some(_) => store::template_versions(read.conn(), tenant, outcome.code, None).await?,
        None => Vec::new(),
    };
    let common = common.into_iter().find(|t| t.state == "active");
    Ok(common.map_or_else(|| ((outcome.plan)(), None), |t| (t.plan.0.clone(), Some(t))))
}

async fn page(ctx: Ctx, code: &str, query: &RouteQuery, form: FormState) -> Result<RoutePage> {
    let (op, tr) = (ctx.op.clone(), ctx.tr.clone());
    let outcome = known(&op, code)?;
    let institution = institution_of(&op, query.institution.as_deref())?;
    let asked = query.version.as_deref().filter(|v| !v.is_empty()).map(id::<RouteTemplateId>).transpose()?;
    let tenant = op.tenant();
    let mut read = op.read().await?;
    let versions = store::template_versions(read.conn(), tenant, code, institution).await?;
    let (plan, shown) = plan_shown(&mut read, &outcome, institution, &versions, asked).await?;
    let authors = versions.iter().filter_map(|t| t.created_by).collect();
    let names = PlanNames::read(read.conn(), tenant, &[&plan], authors, institution.into_iter().collect()).await?;
    let history = match &shown {
        Some(t) => store::history(read.conn(), tenant, t.id.uuid(), 50).await?,
        None => Vec::new(),
    };
    let actors = words::people_in(&history).collect();
    let actors = Names::read(read.conn(), tenant, actors, [].into()).await?;
    let institutions = institutions(&mut read, &op, institution).await?;
    let q = typed(query.q.as_deref().unwrap_or_default());
    let (people, tried) = try_out(&mut read, &tr, &plan, &q, query.person.as_deref()).await?;
    drop(read);
    let here = address(code, institution);
    let joint = if institution.is_some() { '&' } else { '?' };
    let own = shown.as_ref().filter(|t| t.institution_id == institution);
    let editable = may_edit(&op, institution);
    let version = |t: &TemplateRow| VersionLine {
        id: t.id.to_string(),
        href: format!("{here}{joint}version={}", t.id),
        version: tr.t1("workflow-version", "n", i64::from(t.version)),
        state: template_chip(&tr, &t.state),
        by: t.created_by.map(|p| names.names.person(p).to_owned()).unwrap_or_default(),
        at: tr.datetime(t.created_at),
        may_switch: editable && t.state != "active",
    };
    let source = match (&shown, institution) {
        (Some(t), Some(_)) if t.institution_id.is_none() => Html::text(&tr.t("workflow-common-route")),
        (Some(t), _) => {
            let words = source_words(&tr, Some(t));
            Html::trusted(format!("{} {}", Html::text(&words), template_chip(&tr, &t.state)))
        }
        (None, _) => Html::text(&tr.t("workflow-default-route")),
    };
    let person = |p: &Colleague| {
        let hint = [p.post.as_deref(), p.unit.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(", ");
        let version = asked.map(|v| format!("version={v}&")).unwrap_or_default();
        (format!("{here}{joint}{version}person={}#try", p.id), p.name.clone(), hint)
    };
    let ctx = ctx.under(&[("/admin/routes", tr.t("workflow-routes"))]);
    Ok(RoutePage {
        form,
        code: code.to_owned(),
        name: words::route_name(&op, &tr, code),
        institution: institution.map(|u| u.to_string()).unwrap_or_default(),
        institutions,
        source,
        lines: read_out(&tr, &plan, &names),
        steps: drawn(&tr, &plan, &names),
        shown: own.map(|t| t.id.to_string()).unwrap_or_default(),
        versions: versions.iter().map(version).collect(),
        may_edit: editable,
        may_retire: editable && versions.iter().any(|t| t.state == "active"),
        events: words::timeline(&tr, &history, &actors),
        searched: !q.trim().is_empty(),
        people: people.iter().map(person).collect(),
        tried,
        q,
        shell: ctx.shell,
    })
}

fn template_chip(tr: &Tr, state: &str) -> Html {
    let kind = match state {
        "active" => "done",
        "draft" => "draft",
        _ => "void",
    };
    c::chip(&kind, &tr.t(&format!("workflow-template-{state}")))
}

async fn institutions(read: &mut op::Read, op: &Op, chosen: Option<UnitId>) -> Result<Vec<c::Choice>> {
    let scope = op.scope(ViewTemplates::DEF).units();
    let all = parties::units(read.conn(), op.tenant(), Some(op.today())).await?;
    let theirs = all.iter().filter(|u| u.kind == parties::UnitKind::Institution);
    let theirs = theirs.filter(|u| scope.as_ref().is_none_or(|s| s.contains(&u.id)));
    let choice =
        |u: &parties::Unit| c::Choice::new(u.id.to_string(), u.name_in(op.locale())).checked(Some(u.id) == chosen);
    Ok(theirs.map(choice).collect())
}

/// Whom the plan would find for an employee. With several of that name, those to choose from.
async fn try_out(
    read: &mut op::Read,
    tr: &Tr,
    plan: &Plan,
    q: &str,
    person: Option<&str>,
) -> Result<(Vec<Colleague>, Option<Tried>)> {
    let (tenant, today) = (read.op().tenant(), read.op().today());
    let one = match person.filter(|p| !p.is_empty()) {
        Some(person) => store::colleague(read.conn(), tenant, id::<PersonId>(person)?, today).await?,
        None => {
            let mut found = store::find_colleagues(read.conn(), tenant, q, today, 10).await?;
            if found.len() != 1 {
                return Ok((found, None));
            }
            found.pop()
        }
    };
    let Some((one, unit, institution)) =
        one.and_then(|p| Some((p.unit_id?, p.institution_id?, p)).map(|(u, i, p)| (p, u, i)))
    else {
        return Ok((Vec::new(), None));
    };
    let subject = Subject {
        id: Uuid::nil(),
        document: None,
        title: String::new(),
        gist: String::new(),
        owner: Some(one.id),
        unit,
        institution,
    };
    let mut takers = Vec::new();
    for group in &plan.groups {
        for step in &group.steps {
            takers.push(usecases::taker(read.conn(), tenant, step, &subject, today).await?);
        }
    }
    let people = takers.iter().flatten().flat_map(|t| t.people.iter().copied()).collect();
    let units = takers.iter().flatten().filter_map(|t| t.unit).collect();
    let names = Names::read(read.conn(), tenant, people, units).await?;
    let missing = takers.iter().filter(|t| t.is_none()).count();
    let mut takers = takers.into_iter();
    let drawn = plan.groups.iter().map(|g| {
        let steps = g.steps.iter().map(|s| {
            let what = tr.t(&format!("workflow-kind-{}", s.kind.word()));
            match takers.next().flatten() {
                Some(t) => {
                    let people: Vec<&str> = t.people.iter().take(10).map(|p| names.person(*p)).collect();
                    let role = t.role.as_deref().map(|r| words::role_name(tr, r)).unwrap_or_default();
                    c::Step::new(what, people.join(", "), c::StepState::Done).note(role)
                }
                None => c::Step::new(what, tr.t("workflow-try-nobody"), c::StepState::Returned),
            }
        });
        steps.collect()
    });
    let steps = drawn.collect();
    Ok((Vec::new(), Some(Tried { who: one.name, steps, missing })))
}

pub(crate) async fn switch(ctx: Ctx, Path(code): Path<String>, Form(mut form): Form) -> Result {
    known(&ctx.op, &code)?;
    let institution = institution_of(&ctx.op, Some(form.value("institution")))?;
    let template = form.uuid_opt::<RouteTemplateId>("template");
    if !form.is_ok() {
        return Err(Problem::NotFound);
    }
    match usecases::activate_template(&ctx.op, &code, institution, template).await {
        Ok(()) => Ok(web::see_other(&address(&code, institution))),
        Err(TemplateError::Faulty(faults)) => {
            let said: Vec<String> = faults.iter().map(|(_, key)| ctx.tr.t(key)).collect();
            Err(Problem::Refused(said.join(" ")))
        }
        Err(TemplateError::Op(e)) => Err(e.into()),
    }
}

/// A plan for samples.
pub(crate) fn sample_plan() -> (Plan, PlanNames) {
    use crate::plan::{GroupPlan, StepKind, Where};
    let step = |kind, who| StepPlan { kind, who, due_days: 2 };
    let person = PersonId(Uuid::from_u128(1));
    let role = |role: &str| Who::Role { role: role.to_owned(), place: Where::Institution };
    let groups = vec![
        GroupPlan { steps: vec![step(StepKind::Approve, Who::DirectManager)], quorum: None },
        GroupPlan {
            steps: vec![step(StepKind::Visa, role("hr")), step(StepKind::Visa, Who::Person(person))],
            quorum: Some(1),
        },
        GroupPlan { steps: vec![step(StepKind::Sign, role("head"))], quorum: None },
    ];
    (Plan { groups }, PlanNames { names: Names::of(&[(person, "Līga Ozola")], &[]), posts: Vec::new() })
}

impl RoutesPage {
    pub(crate) fn sample(shell: Shell) -> Self {
        let tr = shell.tr.clone();
        let (plan, names) = sample_plan();
        let row = RouteLine {
            href: "/admin/routes/test".to_owned(),
            name: tr.t("workflow-sample-title"),
            steps: short(&tr, &plan, &names),
            source: tr.t("workflow-default-route"),
            own: vec![("/admin/routes/test?institution=1".to_owned(), tr.t("workflow-sample-institution"))],
        };
        Self { rows: vec![row], shell }
    }
}

impl RoutePage {
    /// The editor begins with what is shown.
    fn edit_href(&self) -> String {
        format!("/admin/routes/{}/edit?institution={}&from={}", self.code, self.institution, self.shown)
    }

    pub(crate) fn sample(shell: Shell) -> Self {
        let tr = shell.tr.clone();
        let (plan, names) = sample_plan();
        let version = |n: i64, state: &str| VersionLine {
            id: n.to_string(),
            href: "/admin/routes/test?version=1".to_owned(),
            version: tr.t1("workflow-version", "n", n),
            state: template_chip(&tr, state),
            by: "Māris Liepa".to_owned(),
            at: "23.11.2026. 10:05".to_owned(),
            may_switch: state != "active",
        };
        Self {
            form: FormState::new(&tr, "sample", "sample"),
            code: "test".to_owned(),
            name: tr.t("workflow-sample-title"),
            institution: String::new(),
            institutions: vec![c::Choice::new("1", tr.t("workflow-sample-institution"))],
            source: template_chip(&tr, "active"),
            lines: read_out(&tr, &plan, &names),
            steps: drawn(&tr, &plan, &names),
            shown: "2".to_owned(),
            versions: vec![version(3, "draft"), version(2, "active"), version(1, "retired")],
            may_edit: true,
            may_retire: true,
            q: "bērz".to_owned(),
            people: vec![("/admin/routes/test?person=1".to_owned(), "Anna Bērziņa".to_owned(), String::new())],
            tried: Some(Tried { who: "Anna Bērziņa".to_owned(), steps: drawn(&tr, &plan, &names), missing: 1 }),
            searched: true,
            events: Vec::new(),
            shell,
        }
    }
}
