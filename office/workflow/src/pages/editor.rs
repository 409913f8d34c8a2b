//! The editor of a route: every button sends the whole form and gets it back changed, so it works without script.

use askama::Template;
use axum::extract::Path;
use axum_extra::extract::Query;
use i18n::{Arg, Tr};
use op::Op;
use serde::Deserialize;
use types::{PersonId, PostId, RouteTemplateId, UnitId};
use ui::{FormState, Shell, c};
use uuid::Uuid;
use web::{Ctx, Form, Problem, Result};

use super::{
    id,
    routes::{PlanNames, address, drawn, institution_of, known, may_edit, sample_plan},
    words,
};
use crate::{
    plan::{GroupPlan, Plan, StepKind, StepPlan, Where, Who},
    store,
    usecases::{self, TemplateError},
};

const MOST: usize = 30;

#[derive(Template)]
#[template(path = "workflow/editor.html")]
pub(crate) struct EditorPage {
    pub shell: Shell,
    pub form: FormState,
    pub action: String,
    pub name: String,
    pub institution: String,
    pub groups: Vec<GroupForm>,
    pub kinds: Vec<c::Choice>,
    pub whos: Vec<c::Choice>,
    pub roles: Vec<c::Choice>,
    pub places: Vec<c::Choice>,
    pub steps: Vec<Vec<c::Step>>,
}

/// A group as the form has it.
pub(crate) struct GroupForm {
    pub no: usize,
    pub title: String,
    pub name: String,
    pub steps: Vec<StepForm>,
    pub error: String,
    pub first: bool,
    pub last: bool,
}

pub(crate) struct StepForm {
    pub no: usize,
    pub title: String,
    pub name: String,
    pub who: String,
    /// Several of that name: to choose from.
    pub found: Vec<c::Choice>,
    pub first: bool,
    pub last: bool,
}

/// A step between the form and the plan.
#[derive(Clone, Debug, Default)]
struct DraftStep {
    kind: String,
    who: String,
    role: String,
    place: String,
    typed: String,
    id: String,
    due: String,
}

#[derive(Clone, Debug, Default)]
struct DraftGroup {
    quorum: String,
    steps: Vec<DraftStep>,
}

type Draft = Vec<DraftGroup>;

fn read_draft(form: &FormState) -> Draft {
    let count = |name: &str| form.value(name).parse::<usize>().unwrap_or(0).min(MOST);
    let group = |g: usize| DraftGroup {
        quorum: form.value(&format!("g{g}-quorum")).trim().to_owned(),
        steps: (1..=count(&format!("g{g}-steps"))).map(|s| read_step(form, g, s)).collect(),
    };
    (1..=count("groups")).map(group).collect()
}

fn read_step(form: &FormState, g: usize, s: usize) -> DraftStep {
    let field = |name: &str| super::typed(form.value(&format!("g{g}-s{s}-{name}")).trim());
    DraftStep {
        kind: field("kind"),
        who: field("who"),
        role: field("role"),
        place: field("place"),
        typed: field("typed"),
        id: field("id"),
        due: field("due"),
    }
}

fn fresh_step() -> DraftStep {
    DraftStep {
        kind: StepKind::Approve.word().to_owned(),
        who: "direct-manager".to_owned(),
        place: "institution".to_owned(),
        due: "2".to_owned(),
        ..DraftStep::default()
    }
}

fn of_plan(plan: &Plan) -> Draft {
    let step = |s: &StepPlan| {
        let draft = DraftStep { kind: s.kind.word().to_owned(), due: s.due_days.to_string(), ..fresh_step() };
        match &s.who {
            Who::DirectManager => draft,
            Who::Person(p) => DraftStep { who: "person".to_owned(), id: p.to_string(), ..draft },
            Who::Post(p) => DraftStep { who: "post".to_owned(), id: p.to_string(), ..draft },
            Who::Role { role, place } => {
                DraftStep { who: "role".to_owned(), role: role.clone(), place: place_word(*place), ..draft }
            }
        }
    };
    let group = |g: &GroupPlan| DraftGroup {
        quorum: g.quorum.map(|q| q.to_string()).unwrap_or_default(),
        steps: g.steps.iter().map(step).collect(),
    };
    plan.groups.iter().map(group).collect()
}

fn place_word(place: Where) -> String {
    match place {
        Where::Unit => "unit".to_owned(),
        Where::Institution => "institution".to_owned(),
        Where::Municipality => "municipality".to_owned(),
        Where::Named(unit) => unit.to_string(),
    }
}

fn place_of(word: &str) -> Option<Where> {
    match word {
        "unit" => Some(Where::Unit),
        "institution" => Some(Where::Institution),
        "municipality" => Some(Where::Municipality),
        other => other.parse().ok().map(Where::Named),
    }
}

/// What a button asks: `group-add`, `group-up:2`, `step-del:2:1` …
fn edit(draft: &mut Draft, what: &str) {
    let mut parts = what.split(':');
    let (verb, g, s) = (parts.next().unwrap_or_default(), number(parts.next()), number(parts.next()));
    match (verb, g, s) {
        ("group-add", ..) if draft.len() < MOST => {
            draft.push(DraftGroup { quorum: String::new(), steps: vec![fresh_step()] });
        }
        ("group-del", Some(g), _) if g < draft.len() => {
            draft.remove(g);
        }
        ("group-up", Some(g), _) if g > 0 && g < draft.len() => draft.swap(g, g - 1),
        ("group-down", Some(g), _) if g + 1 < draft.len() => draft.swap(g, g + 1),
        (verb, Some(g), s) => {
            if let Some(group) = draft.get_mut(g) {
                edit_step(&mut group.steps, verb, s);
            }
        }
        _ => {}
    }
}

fn edit_step(steps: &mut Vec<DraftStep>, verb: &str, s: Option<usize>) {
    match (verb, s) {
        ("step-add", _) if steps.len() < MOST => steps.push(fresh_step()),
        ("step-del", Some(s)) if s < steps.len() => {
            steps.remove(s);
        }
        ("step-up", Some(s)) if s > 0 && s < steps.len() => steps.swap(s, s - 1),
        ("step-down", Some(s)) if s + 1 < steps.len() => steps.swap(s, s + 1),
        _ => {}
    }
}

/// Counted from 1 in the form, from 0 here.
fn number(part: Option<&str>) -> Option<usize> {
    part?.parse::<usize>().ok()?.checked_sub(1)
}

/// Writes the draft into the form, numbered anew.
fn fill(form: &mut FormState, draft: &Draft) {
    form.values.clear();
    form.set("groups", draft.len().to_string());
    for (g, group) in (1..).zip(draft) {
        form.set(&format!("g{g}-steps"), group.steps.len().to_string());
        form.set(&format!("g{g}-quorum"), group.quorum.as_str());
        for (s, step) in (1..).zip(&group.steps) {
            let fields = [
                ("kind", &step.kind),
                ("who", &step.who),
                ("role", &step.role),
                ("place", &step.place),
                ("typed", &step.typed),
                ("id", &step.id),
                ("due", &step.due),
            ];
            for (name, value) in fields {
                form.set(&format!("g{g}-s{s}-{name}"), value.as_str());
            }
        }
    }
}

/// Choices for steps whose name several bear, by group and step.
type Found = Vec<((usize, usize), Vec<c::Choice>)>;

/// Finds the people and posts that were typed. One match is taken; of several one is asked for.
async fn find_named(read: &mut op::Read, draft: &mut Draft) -> Result<Found> {
    let mut found = Found::new();
    for (g, group) in draft.iter_mut().enumerate() {
        for (s, step) in group.steps.iter_mut().enumerate() {
            let matches = match step.who.as_str() {
                "person" => people(read, step).await?,
                "post" => posts(read, step).await?,
                _ => continue,
            };
            let fits = |label: &str| {
                let label = latvian::search::fold(label);
                latvian::search::fold(&step.typed).split_whitespace().all(|w| label.contains(w))
            };
            let chosen = matches.iter().find(|(id, label)| *id == step.id && fits(label));
            match (chosen, matches.as_slice()) {
                (Some((_, label)), _) => step.typed.clone_from(label),
                (None, [(id, label)]) => {
                    step.id.clone_from(id);
                    step.typed.clone_from(label);
                }
                (None, many) => {
                    step.id = String::new();
                    let choices = many.iter().map(|(id, label)| c::Choice::new(id.as_str(), label.as_str())).collect();
                    found.push(((g, s), choices));
                }
            }
        }
    }
    Ok(found)
}

async fn people(read: &mut op::Read, step: &DraftStep) -> Result<Vec<(String, String)>> {
    let (tenant, today) = (read.op().tenant(), read.op().today());
    let mut all = store::find_colleagues(read.conn(), tenant, &step.typed, today, 20).await?;
    if let Ok(id) = step.id.parse::<PersonId>()
        && !all.iter().any(|p| p.id == id)
    {
        all.extend(store::colleague(read.conn(), tenant, id, today).await?);
    }
    Ok(all.into_iter().map(|p| (p.id.to_string(), p.name)).collect())
}

async fn posts(read: &mut op::Read, step: &DraftStep) -> Result<Vec<(String, String)>> {
    let (tenant, today) = (read.op().tenant(), read.op().today());
    let mut all = store::find_posts(read.conn(), tenant, &step.typed.replace(['(', ')'], ""), today).await?;
    if let Ok(id) = step.id.parse::<PostId>()
        && !all.iter().any(|(p, ..)| *p == id)
    {
        all.extend(store::post_titles(read.conn(), tenant, &[id]).await?);
    }
    Ok(all.into_iter().map(|(id, title, unit)| (id.to_string(), format!("{title} ({unit})"))).collect())
}

/// The plan of the draft; what cannot be read is an error of its field.
fn to_plan(form: &mut FormState, draft: &Draft) -> Plan {
    let mut plan = Plan::default();
    for (g, group) in (1..).zip(draft) {
        let mut steps = Vec::new();
        for (s, step) in (1..).zip(&group.steps) {
            let field = |name: &str| format!("g{g}-s{s}-{name}");
            let kind = form.chosen(&field("kind"), StepKind::from_word);
            let who = to_who(form, &field, step);
            let due = form.int(&field("due"), 0..=365);
            if let (Some(kind), Some(who), Some(due)) = (kind, who, due) {
                steps.push(StepPlan { kind, who, due_days: u16::try_from(due).unwrap_or(0) });
            }
        }
        let quorum = form.int_opt(&format!("g{g}-quorum"), 1..=30).and_then(|q| u16::try_from(q).ok());
        plan.groups.push(GroupPlan { steps, quorum });
    }
    plan
}

fn to_who(form: &mut FormState, field: &impl Fn(&str) -> String, step: &DraftStep) -> Option<Who> {
    match step.who.as_str() {
        "direct-manager" => Some(Who::DirectManager),
        "person" => named(form, &field("typed"), &step.id).map(Who::Person),
        "post" => named(form, &field("typed"), &step.id).map(Who::Post),
        "role" => {
            let role = form.choice(&field("role"), &parties::role::ALL);
            let place = form.chosen(&field("place"), place_of);
            Some(Who::Role { role: role?, place: place? })
        }
        _ => {
            form.fail(&field("who"), "ui-error-choice");
            None
        }
    }
}

fn named<T: std::str::FromStr>(form: &mut FormState, field: &str, id: &str) -> Option<T> {
    let known = id.parse().ok();
    if known.is_none() {
        form.fail(field, if form.blank(field) { "ui-error-required" } else { "workflow-fault-name" });
    }
    known
}

fn say_faults(form: &mut FormState, faults: &[(usize, &'static str)]) {
    for (group, key) in faults {
        let field = match (*group, *key) {
            (0, _) => String::new(),
            (g, "workflow-fault-quorum" | "workflow-fault-sign-quorum") => format!("g{g}-quorum"),
            (g, _) => format!("g{g}"),
        };
        form.fail(&field, key);
    }
}

#[derive(Default, Deserialize)]
pub(crate) struct EditorQuery {
    institution: Option<String>,
    from: Option<String>,
}

pub(crate) async fn show(ctx: Ctx, Path(code): Path<String>, Query(query): Query<EditorQuery>) -> Result {
    let outcome = known(&ctx.op, &code)?;
    let institution = institution_of(&ctx.op, query.institution.as_deref())?;
    if !may_edit(&ctx.op, institution) {
        return Err(Problem::Forbidden);
    }
    let from = query.from.as_deref().filter(|f| !f.is_empty()).map(id::<RouteTemplateId>).transpose()?;
    let mut read = ctx.op.read().await?;
    let mut versions = store::template_versions(read.conn(), ctx.op.tenant(), &code, institution).await?;
    if institution.is_some() && versions.iter().all(|t| t.state != "active") {
        versions.extend(store::template_versions(read.conn(), ctx.op.tenant(), &code, None).await?);
    }
    let base = versions.iter().find(|t| from.map_or(t.state == "active", |f| t.id == f));
    let plan = base.map_or_else(|| (outcome.plan)(), |t| t.plan.0.clone());
    let mut draft = of_plan(&plan);
    let found = find_named(&mut read, &mut draft).await?;
    drop(read);
    let mut form = ctx.form();
    fill(&mut form, &draft);
    web::page(&page(ctx, &code, institution, form, &draft, &found).await?)
}

pub(crate) async fn change(ctx: Ctx, Path(code): Path<String>, Form(mut form): Form) -> Result {
    known(&ctx.op, &code)?;
    let institution = institution_of(&ctx.op, Some(form.value("institution")))?;
    if !may_edit(&ctx.op, institution) {
        return Err(Problem::Forbidden);
    }
    let what = form.value("do").to_owned();
    let mut draft = read_draft(&form);
    edit(&mut draft, &what);
    let mut read = ctx.op.read().await?;
    let found = find_named(&mut read, &mut draft).await?;
    drop(read);
    fill(&mut form, &draft);
    if what != "save" && what != "check" {
        return web::page(&page(ctx, &code, institution, form, &draft, &found).await?);
    }
    let plan = to_plan(&mut form, &draft);
    if form.is_ok() {
        say_faults(&mut form, &plan.faults());
    }
    if what == "check" {
        return web::page(&page(ctx, &code, institution, form, &draft, &found).await?);
    }
    if !form.is_ok() {
        return web::invalid(&page(ctx, &code, institution, form, &draft, &found).await?);
    }
    match usecases::save_template(&ctx.op, &code, institution, &plan).await {
        Ok(id) => {
            let to = address(&code, institution);
            let joint = if institution.is_some() { '&' } else { '?' };
            Ok(web::see_other(&format!("{to}{joint}version={id}")))
        }
        Err(TemplateError::Faulty(faults)) => {
            say_faults(&mut form, &faults);
            web::invalid(&page(ctx, &code, institution, form, &draft, &found).await?)
        }
        Err(TemplateError::Op(op::OpError::Conflict(_))) => Err(Problem::Stale(String::new())),
        Err(TemplateError::Op(e)) => Err(e.into()),
    }
}

fn choices(tr: &Tr) -> (Vec<c::Choice>, Vec<c::Choice>, Vec<c::Choice>) {
    let kind = |k: StepKind| c::Choice::new(k.word(), tr.t(&format!("workflow-kind-{}", k.word())));
    let who = |w: &str| c::Choice::new(w, tr.t(&format!("workflow-who-{w}")));
    let role = |r: &str| c::Choice::new(r, words::role_name(tr, r));
    (
        StepKind::ALL.map(kind).into(),
        ["direct-manager", "role", "post", "person"].map(who).into(),
        parties::role::ALL.map(role).into(),
    )
}

async fn places(read: &mut op::Read, op: &Op, tr: &Tr) -> Result<Vec<c::Choice>> {
    let mut places: Vec<c::Choice> =
        ["unit", "institution", "municipality"].map(|p| c::Choice::new(p, tr.t(&format!("workflow-place-{p}")))).into();
    let all = parties::units(read.conn(), op.tenant(), Some(op.today())).await?;
    let institutions = all.iter().filter(|u| u.kind == parties::UnitKind::Institution);
    places.extend(institutions.map(|u| c::Choice::new(u.id.to_string(), u.name_in(op.locale()))));
    Ok(places)
}

async fn page(
    ctx: Ctx,
    code: &str,
    institution: Option<UnitId>,
    form: FormState,
    draft: &Draft,
    found: &Found,
) -> Result<EditorPage> {
    let (op, tr) = (ctx.op.clone(), ctx.tr.clone());
    let plan = to_plan(&mut form.clone(), draft);
    let mut read = op.read().await?;
    let places = places(&mut read, &op, &tr).await?;
    let names = PlanNames::read(read.conn(), op.tenant(), &[&plan], Vec::new(), Vec::new()).await?;
    drop(read);
    let name = words::route_name(&op, &tr, code);
    let here = address(code, institution);
    let ctx = ctx.under(&[("/admin/routes", tr.t("workflow-routes")), (&*here, name.clone())]);
    let (kinds, whos, roles) = choices(&tr);
    Ok(EditorPage {
        groups: groups(&tr, &form, draft, found),
        steps: drawn(&tr, &plan, &names),
        action: format!("/admin/routes/{code}/edit"),
        institution: institution.map(|u| u.to_string()).unwrap_or_default(),
        name,
        form,
        kinds,
        whos,
        roles,
        places,
        shell: ctx.shell,
    })
}

fn groups(tr: &Tr, form: &FormState, draft: &Draft, found: &Found) -> Vec<GroupForm> {
    let step = |g: usize, s: usize, step: &DraftStep, of: usize| StepForm {
        no: s + 1,
        title: tr.ta("workflow-step-title", &[("group", Arg::from(g + 1)), ("step", Arg::from(s + 1))]),
        name: format!("g{}-s{}", g + 1, s + 1),
        who: step.who.clone(),
        found: found.iter().find(|(at, _)| *at == (g, s)).map(|(_, f)| f.clone()).unwrap_or_default(),
        first: s == 0,
        last: s + 1 == of,
    };
    let group = |(g, group): (usize, &DraftGroup)| GroupForm {
        no: g + 1,
        title: tr.t1("workflow-group-title", "n", g + 1),
        name: format!("g{}", g + 1),
        steps: group.steps.iter().enumerate().map(|(s, one)| step(g, s, one, group.steps.len())).collect(),
        error: form.error(&format!("g{}", g + 1)).unwrap_or_default().to_owned(),
        first: g == 0,
        last: g + 1 == draft.len(),
    };
    draft.iter().enumerate().map(group).collect()
}

impl EditorPage {
    pub(crate) fn sample(shell: Shell) -> Self {
        let tr = shell.tr.clone();
        let (plan, names) = sample_plan();
        let mut form = FormState::new(&tr, "sample", "sample");
        let mut draft = of_plan(&plan);
        draft.push(DraftGroup::default());
        fill(&mut form, &draft);
        say_faults(&mut form, &[(4, "workflow-fault-group-empty")]);
        let (kinds, whos, roles) = choices(&tr);
        let several = vec![c::Choice::new(Uuid::from_u128(1).to_string(), "Līga Ozola")];
        Self {
            groups: groups(&tr, &form, &draft, &vec![((1, 1), several)]),
            steps: drawn(&tr, &plan, &names),
            action: "/admin/routes/test/edit".to_owned(),
            name: tr.t("workflow-sample-title"),
            institution: String::new(),
            places: vec![c::Choice::new("institution", tr.t("workflow-place-institution"))],
            form,
            kinds,
            whos,
            roles,
            shell,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> Plan {
        sample_plan().0
    }

    #[test]
    fn buttons_add_move_and_remove() {
        let mut draft = of_plan(&plan());
        assert_eq!(draft.iter().map(|g| g.steps.len()).collect::<Vec<_>>(), [1, 2, 1]);
        for what in ["group-up:2", "step-up:1:2", "step-add:3", "group-add", "group-del:4"] {
            edit(&mut draft, what);
        }
        assert_eq!(draft.iter().map(|g| g.steps.len()).collect::<Vec<_>>(), [2, 1, 2]);
        assert_eq!((draft[0].steps[0].who.as_str(), draft[0].quorum.as_str()), ("person", "1"));
        edit(&mut draft, "step-del:3:2");
        edit(&mut draft, "group-down:1");
        assert_eq!(draft[1].quorum, "1");
    }

    #[test]
    fn hostile_buttons_change_nothing() {
        let mut draft = of_plan(&plan());
        for what in
            ["", "group-del:0", "group-del:99", "step-del:9:9", "group-up:1", "group-down:3", "step-up:1:1", "x:y:z"]
        {
            edit(&mut draft, what);
        }
        assert_eq!(draft.iter().map(|g| g.steps.len()).collect::<Vec<_>>(), [1, 2, 1]);
        for _ in 0..100 {
            edit(&mut draft, "group-add");
        }
        assert_eq!(draft.len(), MOST);
    }
}
