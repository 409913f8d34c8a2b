//! One step: what it is about, what happened so far, and what can be done with it.

use askama::Template;
use axum::extract::Path;
use axum_extra::extract::Query;
use i18n::{Arg, Tr};
use serde::Deserialize;
use types::{PersonId, TaskId};
use ui::{FormState, Html, Shell, c};
use uuid::Uuid;
use web::{Ctx, Form, Problem, Result};

use super::{
    card::{Card, Facts},
    id, key, note_reading, problem_of, sign_at, subject_href, summary, task_href,
    tasks::{Asked, verdict_of},
    typed,
    words::{self, Lists, Names},
};
use crate::{
    actions::DelegateStep,
    model::{Refused, RouteState, StepState},
    plan::StepKind,
    service::EffectError,
    store::{self, TaskHeld},
    usecases::{self, DecideError},
};

#[derive(Template)]
#[template(path = "workflow/task.html")]
pub(crate) struct TaskPage {
    pub shell: Shell,
    pub form: FormState,
    pub id: String,
    pub title: String,
    pub gist: String,
    pub facts: Vec<c::Row>,
    pub card: Card,
    pub open: bool,
    pub signs: bool,
    /// Where it is signed electronically, if anywhere.
    pub sign_at: String,
    pub may_refuse: bool,
    pub may_delegate: bool,
    pub verb: String,
}

#[derive(Template)]
#[template(path = "workflow/preview.html")]
pub(crate) struct Preview {
    pub shell: Shell,
    pub href: String,
    pub title: String,
    pub facts: Vec<c::Row>,
    pub card: Card,
}

#[derive(Template)]
#[template(path = "workflow/delegate.html")]
pub(crate) struct DelegatePage {
    pub shell: Shell,
    pub form: FormState,
    pub id: String,
    pub title: String,
    pub q: String,
    pub found: Vec<c::Choice>,
    pub searched: bool,
}

fn no_of(t: &TaskHeld) -> u16 {
    u16::try_from(t.step_no).unwrap_or(0)
}

/// Everything both views of a task show.
async fn seen(ctx: &Ctx, task: TaskId) -> Result<(TaskHeld, Vec<c::Row>, Card, bool)> {
    let (op, tr) = (&ctx.op, &ctx.tr);
    let lists = Lists::of(op);
    let mut read = op.read().await?;
    let t: TaskHeld = read.see(task).await?;
    let may_delegate = read.may::<DelegateStep>(&t);
    let more = t.owner_id.into_iter().chain(lists.people()).collect();
    let facts = Facts::read(&mut read, t.subject_id, more).await?;
    let pools = Names::read(read.conn(), op.tenant(), lists.people().collect(), lists.units(&[t.principal])).await?;
    drop(read);
    if t.owner_id != op.person() {
        note_reading(op, "workflow.task.view", "task", vec![t.id.uuid(), t.subject_id]).await?;
    }
    let summary = summary(op, tr, &t.code, t.subject_id).await?;
    let card = facts.card(op, tr, summary);
    let rows = rows(ctx, &t, &facts, &lists.words(op, tr, t.principal, &pools));
    Ok((t, rows, card, may_delegate))
}

fn rows(ctx: &Ctx, t: &TaskHeld, facts: &Facts, in_place_of: &str) -> Vec<c::Row> {
    let (op, tr) = (&ctx.op, &ctx.tr);
    let step = t.steps.0.iter().find(|s| s.no == no_of(t));
    let mut rows = Vec::new();
    let mut say = |key: &str, value: Html| {
        if !value.is_empty() {
            rows.push(c::Row::new(tr.t(key), value));
        }
    };
    let kind = step.map_or(StepKind::Review, |s| s.kind);
    say("workflow-col-kind", tr.t(&format!("workflow-kind-{}", kind.word())).into());
    say("workflow-col-from", t.owner_id.map_or_else(Html::default, |p| facts.names.person(p).into()));
    let due = step.filter(|s| s.state == StepState::Open).and_then(|s| s.due);
    let due = due.map(|due| (due < op.today(), words::due_words(tr, due, op.today())));
    say(
        "workflow-col-due",
        match due {
            Some((true, words)) => c::chip(&"overdue", &words),
            Some((false, words)) => words.into(),
            None => Html::default(),
        },
    );
    say("workflow-in-whose-place", in_place_of.into());
    let link = |href: String, key: &str| {
        let text = Html::text(&tr.t(key));
        Html::trusted(format!("<a class=\"govuk-link\" href=\"{}\">{text}</a>", Html::text(&href)))
    };
    if let Some(document) = t.document_id {
        say("workflow-document", link(format!("/documents/{document}"), "workflow-open-document"));
    }
    let href = subject_href(op, &t.code, t.subject_id);
    if !href.is_empty() {
        say("workflow-subject", link(href, "workflow-open-subject"));
    }
    rows
}

async fn page(ctx: Ctx, task: TaskId, form: FormState) -> Result<TaskPage> {
    let (t, facts, card, may_delegate) = seen(&ctx, task).await?;
    let ctx = ctx.under(&[(ui::path::TASKS, String::new())]);
    let mut shell = ctx.shell;
    if let Some(last) = shell.breadcrumbs.last_mut() {
        last.1 = ctx.tr.t("workflow-tasks");
    }
    let step = t.steps.0.iter().find(|s| s.no == no_of(&t));
    let kind = step.map_or(StepKind::Review, |s| s.kind);
    let running = t.route_state == RouteState::Running.word();
    Ok(TaskPage {
        form,
        id: t.id.to_string(),
        title: t.title,
        gist: t.gist,
        facts,
        card,
        open: running && step.is_some_and(|s| s.state == StepState::Open),
        signs: kind == StepKind::Sign,
        sign_at: sign_at(&ctx.op),
        may_refuse: kind.may_refuse(),
        may_delegate,
        verb: words::kind_verb(&ctx.tr, kind),
        shell,
    })
}

pub(crate) async fn show(ctx: Ctx, Path(task): Path<String>) -> Result {
    let form = ctx.form();
    web::page(&page(ctx, id(&task)?, form).await?)
}

pub(crate) async fn preview(ctx: Ctx, Path(task): Path<String>) -> Result {
    let (t, facts, card, _) = seen(&ctx, id(&task)?).await?;
    web::page(&Preview { shell: ctx.shell, href: task_href(t.id), title: t.title, facts, card })
}

pub(crate) async fn decide(ctx: Ctx, Path(task): Path<String>, Form(mut form): Form) -> Result {
    let task: TaskId = id(&task)?;
    let outcome = form.value("outcome").to_owned();
    // Each way of deciding has its own field for words; only its own is read.
    let field = match outcome.as_str() {
        "returned" => "correction",
        "rejected" => "reason",
        _ => "remark",
    };
    let remark = form.text(field, 4000);
    let place = if outcome == "returned" { form.text("place", 200) } else { None };
    let (mut verdict, asked) = verdict_of(&form, remark, place).ok_or(Problem::BadRequest(String::new()))?;
    if asked == Asked::Stop && verdict.remark.is_none() && form.is_ok() {
        form.fail(field, Refused::NoReason.key());
    }
    if !form.is_ok() {
        return web::invalid(&page(ctx, task, form).await?);
    }
    let signs = kind_of(&ctx, task).await? == StepKind::Sign.word();
    let wrong = match asked {
        Asked::Done { paper: false } if signs => Some(Refused::Unsigned.key()),
        Asked::Paper if !signs => Some("workflow-refused-no-signature-asked"),
        _ => None,
    };
    if let Some(why) = wrong {
        form.fail("", why);
        return web::invalid(&page(ctx, task, form).await?);
    }
    if signs && asked != Asked::Stop {
        verdict.medium = crate::Medium::Paper;
    }
    match usecases::decide(&ctx.op, &[task], &verdict).await {
        Ok(decided) => match decided.refused.first() {
            None => Ok(web::see_other("/tasks?done=1")),
            Some((_, Refused::Ended | Refused::NotOpen)) => Err(Problem::Stale(who_was_first(&ctx, task).await?)),
            Some((_, Refused::NoStep)) => Err(Problem::NotFound),
            Some((_, why)) => {
                form.fail(if *why == Refused::NoReason { field } else { "" }, why.key());
                web::invalid(&page(ctx, task, form).await?)
            }
        },
        Err(DecideError::Effect(EffectError::Refused(why))) => {
            form.fail_text("", why);
            web::invalid(&page(ctx, task, form).await?)
        }
        Err(e) => Err(problem_of(&ctx.tr, e)),
    }
}

async fn kind_of(ctx: &Ctx, task: TaskId) -> Result<String> {
    let mut read = ctx.op.read().await?;
    let t: TaskHeld = read.see(task).await?;
    Ok(t.steps.0.iter().find(|s| s.no == no_of(&t)).map_or("", |s| s.kind.word()).to_owned())
}

/// Who took the step, or ended the route, and when.
async fn who_was_first(ctx: &Ctx, task: TaskId) -> Result<String> {
    let (op, tr) = (&ctx.op, &ctx.tr);
    let mut read = op.read().await?;
    let t: TaskHeld = read.see(task).await?;
    let step = t.steps.0.iter().find(|s| s.no == no_of(&t)).filter(|s| s.state == StepState::Done);
    let said = match step.and_then(|s| Some((s.by?, s.at?, s.kind.word()))) {
        Some((by, at, kind)) => {
            let names = Names::read(read.conn(), op.tenant(), [by].into(), [].into()).await?;
            stale_words(tr, names.person(by), at, &tr.t(&format!("workflow-kind-{kind}")))
        }
        None => {
            let last = store::history(read.conn(), op.tenant(), t.subject_id, 1).await?;
            let Some(h) = last.first() else { return Ok(String::new()) };
            let names = Names::read(read.conn(), op.tenant(), h.actor_id.into_iter().collect(), [].into()).await?;
            let by = h.actor_id.map_or_else(|| tr.t("workflow-by-house"), |p| names.person(p).to_owned());
            let key = format!("workflow-verb-{}", h.verb);
            let what = if tr.has(&key) { tr.t(&key) } else { tr.t("workflow-verb-other") };
            stale_words(tr, &by, h.at, &what)
        }
    };
    Ok(said)
}

fn stale_words(tr: &Tr, by: &str, at: types::Timestamp, what: &str) -> String {
    tr.ta("workflow-stale", &[("who", Arg::from(by)), ("at", Arg::from(at)), ("what", Arg::from(what))])
}

pub(crate) async fn comment(ctx: Ctx, Path(task): Path<String>, Form(mut form): Form) -> Result {
    let task: TaskId = id(&task)?;
    let place = form.text("comment-place", 200);
    let Some(text) = form.required_text("comment", 4000) else {
        return web::invalid(&page(ctx, task, form).await?);
    };
    usecases::comment_on_task(&ctx.op, task, key(&form), place.as_deref(), &text).await?;
    Ok(web::see_other(&format!("{}#comments", task_href(task))))
}

#[derive(Default, Deserialize)]
pub(crate) struct Search {
    q: Option<String>,
}

async fn delegate_page(ctx: Ctx, task: TaskId, form: FormState, q: &str) -> Result<DelegatePage> {
    let (op, tr) = (&ctx.op, &ctx.tr);
    let mut read = op.read().await?;
    let t: TaskHeld = read.see(task).await?;
    if !read.may::<DelegateStep>(&t) {
        return Err(Problem::Forbidden);
    }
    let q = typed(q);
    let mut found = store::find_colleagues(read.conn(), op.tenant(), &q, op.today(), 20).await?;
    drop(read);
    found.retain(|p| Some(p.id) != t.owner_id && p.id.uuid() != t.principal);
    let choice = |p: &store::Colleague| {
        let hint = [p.post.as_deref(), p.unit.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(", ");
        c::Choice::new(p.id.to_string(), p.name.as_str()).hint(hint)
    };
    let found = found.iter().map(choice).collect();
    let crumbs = [(ui::path::TASKS, tr.t("workflow-tasks")), (&*task_href(task), t.title.clone())];
    let searched = !q.trim().is_empty();
    let (title, id) = (t.title, task.to_string());
    Ok(DelegatePage { form, id, title, searched, found, q, shell: ctx.under(&crumbs).shell })
}

pub(crate) async fn ask_delegate(ctx: Ctx, Path(task): Path<String>, Query(search): Query<Search>) -> Result {
    let form = ctx.form();
    let q = search.q.unwrap_or_default();
    web::page(&delegate_page(ctx, id(&task)?, form, &q).await?)
}

pub(crate) async fn delegate(ctx: Ctx, Path(task): Path<String>, Form(mut form): Form) -> Result {
    let task: TaskId = id(&task)?;
    let remark = form.text("remark", 2000);
    let to = form.uuid::<PersonId>("person");
    let q = form.value("q").to_owned();
    let Some(to) = to.filter(|_| form.is_ok()) else {
        return web::invalid(&delegate_page(ctx, task, form, &q).await?);
    };
    match usecases::delegate(&ctx.op, task, to, remark).await {
        Ok(()) => Ok(web::see_other("/tasks?handed=1")),
        Err(DecideError::Refused(Refused::Ended | Refused::NotOpen)) => {
            Err(Problem::Stale(who_was_first(&ctx, task).await?))
        }
        Err(DecideError::Refused(why)) => {
            form.fail("person", why.key());
            web::invalid(&delegate_page(ctx, task, form, &q).await?)
        }
        Err(e) => Err(problem_of(&ctx.tr, e)),
    }
}

fn sample_rows(tr: &Tr) -> Vec<c::Row> {
    vec![
        c::Row::new(tr.t("workflow-col-from"), "Anna Bērziņa"),
        c::Row::new(tr.t("workflow-col-due"), tr.t("workflow-until-tomorrow")),
    ]
}

impl TaskPage {
    pub(crate) fn sample(shell: Shell, kind: StepKind) -> Self {
        let tr = shell.tr.clone();
        Self {
            form: FormState::new(&tr, "sample", "sample"),
            id: Uuid::from_u128(1).to_string(),
            title: tr.t("workflow-sample-title"),
            gist: tr.t("workflow-sample-gist"),
            facts: sample_rows(&tr),
            card: Card::sample(&tr),
            open: true,
            signs: kind == StepKind::Sign,
            sign_at: if kind == StepKind::Sign { "/sign".to_owned() } else { String::new() },
            may_refuse: kind.may_refuse(),
            may_delegate: true,
            verb: words::kind_verb(&tr, kind),
            shell,
        }
    }
}

impl Preview {
    pub(crate) fn sample(shell: Shell) -> Self {
        let tr = shell.tr.clone();
        let title = tr.t("workflow-sample-title");
        Self { href: "/tasks/1".to_owned(), title, facts: sample_rows(&tr), card: Card::sample(&tr), shell }
    }
}

impl DelegatePage {
    pub(crate) fn sample(shell: Shell) -> Self {
        let tr = shell.tr.clone();
        Self {
            form: FormState::new(&tr, "sample", "sample"),
            id: Uuid::from_u128(1).to_string(),
            title: tr.t("workflow-sample-title"),
            q: "ozol".to_owned(),
            found: vec![c::Choice::new("1", "Līga Ozola").hint(tr.t("workflow-role-head"))],
            searched: true,
            shell,
        }
    }
}
