//! "My tasks": the oldest duty first, decided in place or many at once.

use askama::Template;
use axum::response::Response;
use axum_extra::extract::Query;
use i18n::Arg;
use op::Op;
use serde::Deserialize;
use types::{Date, TaskId};
use ui::{FormState, Html, Notice, NoticeKind, Shell};
use uuid::Uuid;
use web::{Ctx, Form, Problem, Result};

use super::{
    problem_of, sign_at,
    words::{self, Lists, Names},
};
use crate::{
    model::{Medium, Outcome, Refused},
    plan::StepKind,
    service::{EffectError, TaskKinds},
    store::{self, Cursor, TaskRow},
    usecases::{self, DecideError, Verdict},
};

/// Rows of a page.
const PAGE: i64 = 50;
/// Decided at once at most.
const MOST: usize = 200;

#[derive(Template)]
#[template(path = "workflow/tasks.html")]
pub(crate) struct TasksPage {
    pub shell: Shell,
    pub form: FormState,
    pub groups: Vec<TaskGroup>,
    pub kinds: Vec<(String, String, bool)>,
    pub first: String,
    pub next: String,
    pub signs: bool,
    /// Where they are signed electronically, if anywhere.
    pub sign_at: String,
}

/// Overdue, today, this week, later.
pub(crate) struct TaskGroup {
    pub key: &'static str,
    pub title: String,
    pub rows: Vec<TaskLine>,
}

pub(crate) struct TaskLine {
    pub id: String,
    pub href: String,
    pub preview: String,
    pub title: String,
    pub gist: String,
    pub kind: String,
    pub from: String,
    pub due: Html,
    pub in_place_of: String,
    pub verb: String,
    pub selectable: bool,
}

#[derive(Default, Deserialize)]
pub(crate) struct TasksQuery {
    kind: Option<String>,
    after: Option<String>,
    done: Option<String>,
    handed: Option<String>,
}

pub(crate) async fn home() -> Response {
    web::see_other(ui::path::TASKS)
}

pub(crate) async fn list(mut ctx: Ctx, Query(query): Query<TasksQuery>) -> Result {
    if let Some(n) = query.done.as_deref().and_then(|n| n.parse::<i64>().ok()).filter(|n| (1..1000).contains(n)) {
        let said = ctx.tr.t1("workflow-decided", "n", n);
        ctx.shell.notices.push(Notice::new(NoticeKind::Success, said));
    }
    if query.handed.is_some() {
        ctx.shell.notices.push(Notice::new(NoticeKind::Success, ctx.tr.t("workflow-handed")));
    }
    let form = ctx.form();
    web::page(&page(ctx, form, &query).await?)
}

fn cursor(text: &str) -> Option<Cursor> {
    let (due, id) = text.split_once(',')?;
    Some((due.parse().ok()?, id.parse().ok()?))
}

async fn page(ctx: Ctx, form: FormState, query: &TasksQuery) -> Result<TasksPage> {
    let (op, tr) = (ctx.op.clone(), ctx.tr.clone());
    let (tenant, principals, lists) = (op.tenant(), op.principals(), Lists::of(&op));
    let kind = query.kind.as_deref().filter(|k| !k.is_empty() && !k.contains('\0'));
    let after = query.after.as_deref().and_then(cursor);
    let mut read = op.read().await?;
    let mut rows = store::tasks(read.conn(), tenant, &principals, kind, after, PAGE + 1).await?;
    let mut kinds = store::kinds(read.conn(), tenant, &principals).await?;
    let people = rows.iter().filter_map(|r| r.from_id).chain(lists.people()).collect();
    let names = Names::read(read.conn(), tenant, people, lists.units(&principals)).await?;
    drop(read);
    if let Some(k) = kind.filter(|k| kinds.iter().all(|(known, _)| known != k)) {
        kinds.push((k.to_owned(), 0));
    }
    let more = rows.len() > usize::try_from(PAGE).unwrap_or(usize::MAX);
    rows.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    let base = |kind: Option<&str>| match kind {
        Some(k) => format!("/tasks?kind={}", encoded(k)),
        None => "/tasks".to_owned(),
    };
    let joint = if kind.is_some() { '&' } else { '?' };
    let last = rows.last().filter(|_| more);
    let next = last.map_or_else(String::new, |r| format!("{}{joint}after={},{}", base(kind), r.due, r.id));
    let total: i64 = kinds.iter().map(|(_, n)| n).sum();
    let tab =
        |key: Option<&str>, words: String, n: i64| (base(key), format!("{words} ({})", tr.number(n)), key == kind);
    let mut tabs = vec![tab(None, tr.t("workflow-all"), total)];
    tabs.extend(kinds.iter().map(|(k, n)| tab(Some(k), words::kind_noun(&op, &tr, k), *n)));
    let signs = rows.iter().any(|r| r.kind == StepKind::Sign.word());
    let today = op.today();
    let lines = rows.iter().map(|r| (group_of(r.due, today), line(&op, &tr, r, &names, &lists, today)));
    Ok(TasksPage {
        form,
        groups: grouped(&tr, lines),
        kinds: if kinds.len() > 1 || kind.is_some() { tabs } else { Vec::new() },
        first: if after.is_some() { base(kind) } else { String::new() },
        next,
        sign_at: if signs { sign_at(&op) } else { String::new() },
        signs,
        shell: ctx.shell,
    })
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || b"-._".contains(&b) {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}

fn group_of(due: Date, today: Date) -> &'static str {
    use chrono::Datelike as _;
    let sunday = today + chrono::Days::new(u64::from(6 - today.weekday().num_days_from_monday()));
    match due {
        d if d < today => "overdue",
        d if d == today => "today",
        d if d <= sunday => "week",
        _ => "later",
    }
}

fn grouped(tr: &i18n::Tr, lines: impl Iterator<Item = (&'static str, TaskLine)>) -> Vec<TaskGroup> {
    let mut groups: Vec<TaskGroup> = Vec::new();
    for (key, line) in lines {
        match groups.last_mut() {
            Some(g) if g.key == key => g.rows.push(line),
            _ => groups.push(TaskGroup { key, title: tr.t(&format!("workflow-group-{key}")), rows: vec![line] }),
        }
    }
    groups
}

fn line(op: &Op, tr: &i18n::Tr, r: &TaskRow, names: &Names, lists: &Lists, today: Date) -> TaskLine {
    let step = StepKind::from_word(&r.kind).filter(|_| r.route_id.is_some());
    let due = words::due_words(tr, r.due, today);
    let own = || {
        let kinds = op.kernel().extension::<TaskKinds>()?;
        let kind = kinds.0.iter().find(|k| k.kind == r.kind)?;
        Some(kind.href.replace("{id}", &r.subject_id.to_string()))
    };
    let card = format!("/tasks/{}", r.id);
    TaskLine {
        id: r.id.to_string(),
        preview: if step.is_some() { format!("{card}/preview") } else { String::new() },
        href: if step.is_some() { card } else { own().unwrap_or_default() },
        title: r.title.clone(),
        gist: r.gist.clone(),
        kind: words::kind_noun(op, tr, &r.kind),
        from: r.from_id.map(|p| names.person(p).to_owned()).unwrap_or_default(),
        due: if r.due < today { ui::c::chip(&"overdue", &due) } else { Html::text(&due) },
        in_place_of: lists.words(op, tr, r.principal, names),
        verb: step.filter(|k| *k != StepKind::Sign).map(|k| words::kind_verb(tr, k)).unwrap_or_default(),
        selectable: step.is_some(),
    }
}

/// What the pressed button asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Agreed; with `medium=paper` a signature counts as given on paper.
    Done { paper: bool },
    /// Signed on paper.
    Paper,
    /// Returned or rejected.
    Stop,
}

/// Reads `outcome` and `medium`, in the list as on a step's page.
pub(crate) fn verdict_of(form: &FormState, remark: Option<String>, place: Option<String>) -> Option<(Verdict, Asked)> {
    let done = if remark.is_some() { Outcome::DoneWithRemark } else { Outcome::Done };
    let (outcome, asked) = match form.value("outcome") {
        "done" => (done, Asked::Done { paper: form.value("medium") == "paper" }),
        "paper" => (done, Asked::Paper),
        "returned" => (Outcome::Returned, Asked::Stop),
        "rejected" => (Outcome::Rejected, Asked::Stop),
        _ => return None,
    };
    Some((Verdict { outcome, remark, place, medium: Medium::Electronic }, asked))
}

pub(crate) async fn decide(mut ctx: Ctx, Form(mut form): Form) -> Result {
    let only: Option<TaskId> = form.value("only").parse().ok();
    let mut tasks = match only {
        Some(task) => vec![task],
        None => form.uuids::<TaskId>("task"),
    };
    tasks.truncate(MOST);
    if only.is_some() {
        form.set("outcome", "done");
    }
    let remark = form.text("remark", 2000).filter(|_| only.is_none());
    let (verdict, asked) = verdict_of(&form, remark, None).ok_or(Problem::BadRequest(String::new()))?;
    if tasks.is_empty() {
        form.fail("", "workflow-choose-tasks");
    }
    if asked == Asked::Stop && verdict.remark.is_none() {
        form.fail("remark", "workflow-refused-no-reason");
    }
    if !form.is_ok() {
        return web::invalid(&page(ctx, form, &TasksQuery::default()).await?);
    }
    let (done, refused) = decide_each(&ctx, &tasks, &verdict, &asked).await?;
    if refused.is_empty() {
        return Ok(web::see_other(&format!("/tasks?done={}", done.len())));
    }
    if !done.is_empty() {
        let n = i64::try_from(done.len()).unwrap_or(0);
        ctx.shell.notices.push(Notice::new(NoticeKind::Success, ctx.tr.t1("workflow-decided", "n", n)));
        ctx.shell.tasks = ctx.shell.tasks.saturating_sub(u64::try_from(done.len()).unwrap_or(0));
    }
    for (title, why) in &refused {
        let args = [("title", Arg::from(title.as_str())), ("why", Arg::from(why.as_str()))];
        ctx.shell.notices.push(Notice::new(NoticeKind::Error, ctx.tr.ta("workflow-not-decided", &args)));
    }
    let form = ctx.form();
    let page = page(ctx, form, &TasksQuery::default()).await?;
    if done.is_empty() { web::invalid(&page) } else { web::page(&page) }
}

type Titled = (String, String);
type Sets = Vec<(Vec<TaskId>, Verdict)>;

/// What of a set can be decided, each part by its own verdict, and what cannot, with why.
fn parted(
    tr: &i18n::Tr,
    tasks: &[TaskId],
    kind_of: impl Fn(TaskId) -> String,
    verdict: &Verdict,
    asked: &Asked,
) -> (Sets, Vec<(TaskId, String)>) {
    let (mut plain, mut signed, mut refused) = (Vec::new(), Vec::new(), Vec::new());
    for id in tasks {
        let signs = kind_of(*id) == StepKind::Sign.word();
        match asked {
            Asked::Done { paper: true } if signs => signed.push(*id),
            Asked::Done { paper: false } if signs => refused.push((*id, tr.t(Refused::Unsigned.key()))),
            Asked::Paper if signs => signed.push(*id),
            Asked::Paper => refused.push((*id, tr.t("workflow-refused-no-signature-asked"))),
            Asked::Done { .. } | Asked::Stop => plain.push(*id),
        }
    }
    let paper = Verdict { medium: Medium::Paper, ..verdict.clone() };
    let sets = [(plain, verdict.clone()), (signed, paper)];
    (sets.into_iter().filter(|(set, _)| !set.is_empty()).collect(), refused)
}

/// Where an effect refuses one, the others of its set go on, each in its own transaction.
async fn decide_each(
    ctx: &Ctx,
    tasks: &[TaskId],
    verdict: &Verdict,
    asked: &Asked,
) -> Result<(Vec<TaskId>, Vec<Titled>)> {
    let (op, tr) = (&ctx.op, &ctx.tr);
    let mut read = op.read().await?;
    let named = store::tasks_named(read.conn(), op.tenant(), tasks, &op.principals()).await?;
    drop(read);
    let known = |id: TaskId| named.iter().find(|(t, ..)| *t == id);
    let kind = |id| known(id).map(|(_, kind, _)| kind.clone()).unwrap_or_default();
    let (sets, mut refused) = parted(tr, tasks, kind, verdict, asked);
    let mut done = Vec::new();
    for (set, verdict) in sets {
        let refusing = match usecases::decide(op, &set, &verdict).await {
            Err(DecideError::Effect(EffectError::Refused(_))) if set.len() > 1 => {
                set.iter().map(|t| vec![*t]).collect()
            }
            other => {
                settle(tr, &set, other, &mut done, &mut refused)?;
                Vec::new()
            }
        };
        for one in refusing {
            settle(tr, &one, usecases::decide(op, &one, &verdict).await, &mut done, &mut refused)?;
        }
    }
    let title = |id| known(id).map_or_else(|| tr.t("workflow-task"), |(_, _, title)| title.clone());
    Ok((done, refused.into_iter().map(|(id, why)| (title(id), why)).collect()))
}

fn settle(
    tr: &i18n::Tr,
    set: &[TaskId],
    outcome: std::result::Result<usecases::Decided, DecideError>,
    done: &mut Vec<TaskId>,
    refused: &mut Vec<(TaskId, String)>,
) -> Result<()> {
    match outcome {
        Ok(decided) => {
            done.extend(decided.done);
            refused.extend(decided.refused.into_iter().map(|(id, why)| (id, tr.t(why.key()))));
        }
        Err(DecideError::Effect(EffectError::Refused(why))) => refused.extend(set.iter().map(|id| (*id, why.clone()))),
        Err(e) => return Err(problem_of(tr, e)),
    }
    Ok(())
}

impl TasksPage {
    pub(crate) fn sample(shell: Shell) -> Self {
        let tr = shell.tr.clone();
        let line = |n: u128, kind: StepKind, due: &str, late: bool| TaskLine {
            id: Uuid::from_u128(n).to_string(),
            href: format!("/tasks/{}", Uuid::from_u128(n)),
            preview: format!("/tasks/{}/preview", Uuid::from_u128(n)),
            title: tr.t("workflow-sample-title"),
            gist: tr.t("workflow-sample-gist"),
            kind: tr.t(&format!("workflow-kind-{}", kind.word())),
            from: "Anna Bērziņa".to_owned(),
            due: if late { ui::c::chip(&"overdue", &due) } else { Html::text(due) },
            in_place_of: if n == 2 { tr.t1("workflow-for", "name", "Jānis Kalniņš") } else { String::new() },
            verb: if kind == StepKind::Sign { String::new() } else { words::kind_verb(&tr, kind) },
            selectable: true,
        };
        let today = Date::from_ymd_opt(2026, 11, 23).unwrap_or_default();
        let on = |d: u32| words::due_words(&tr, Date::from_ymd_opt(2026, 11, d).unwrap_or_default(), today);
        let lines = vec![
            ("overdue", line(1, StepKind::Approve, &on(20), true)),
            ("today", line(2, StepKind::Sign, &on(23), false)),
            ("week", line(3, StepKind::Acknowledge, &on(27), false)),
        ];
        Self {
            form: FormState::new(&tr, "sample", "sample"),
            groups: grouped(&tr, lines.into_iter()),
            kinds: vec![
                ("/tasks".to_owned(), format!("{} (3)", tr.t("workflow-all")), true),
                ("/tasks?kind=sign".to_owned(), format!("{} (1)", tr.t("workflow-kind-sign")), false),
            ],
            first: String::new(),
            next: "/tasks?after=x".to_owned(),
            signs: true,
            sign_at: "/sign".to_owned(),
            shell,
        }
    }

    pub(crate) fn empty_sample(shell: Shell) -> Self {
        Self {
            groups: Vec::new(),
            kinds: Vec::new(),
            next: String::new(),
            signs: false,
            sign_at: String::new(),
            ..Self::sample(shell)
        }
    }
}
