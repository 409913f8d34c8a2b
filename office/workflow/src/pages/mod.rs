//! The pages.

mod anew;
mod applications;
mod card;
mod editor;
mod routes;
mod task;
mod tasks;
mod words;

use std::str::FromStr;

use i18n::Tr;
use op::{Action as _, Op, OpError};
use types::{BoxFuture, TaskId};
use ui::Html;
use uuid::Uuid;
use web::{Access, Problem, Route, Sample, get, post};

use crate::{
    actions::{
        Comment, DelegateStep, EditTemplates, TakeStep, ViewApplication, ViewTasks, ViewTemplates, WithdrawApplication,
    },
    model::Refused,
    service::{EffectError, SubjectViews},
    usecases::DecideError,
};

pub(crate) fn routes() -> Vec<Route> {
    let does = |action| Access::Action(action);
    vec![
        get("/", Access::SignedIn, "workflow-tasks", tasks::home),
        get("/tasks", does(ViewTasks::DEF), "workflow-tasks", tasks::list),
        post("/tasks/decide", does(TakeStep::DEF), "workflow-decide", tasks::decide),
        get("/tasks/{id}", does(TakeStep::DEF), "workflow-task", task::show),
        post("/tasks/{id}", does(TakeStep::DEF), "workflow-decide", task::decide),
        get("/tasks/{id}/preview", does(TakeStep::DEF), "workflow-preview", task::preview),
        get("/tasks/{id}/delegate", does(DelegateStep::DEF), "workflow-delegate", task::ask_delegate),
        post("/tasks/{id}/delegate", does(DelegateStep::DEF), "workflow-delegate", task::delegate),
        post("/tasks/{id}/comments", does(Comment::DEF), "workflow-comment", task::comment),
        get("/applications", does(ViewApplication::DEF), "workflow-applications", applications::list),
        get("/applications/{id}", does(ViewApplication::DEF), "workflow-application", applications::show),
        post(
            "/applications/{id}/withdraw",
            does(WithdrawApplication::DEF),
            "workflow-withdraw",
            applications::withdraw,
        ),
        post("/applications/{id}/comments", does(Comment::DEF), "workflow-comment", applications::comment),
        get("/new", Access::SignedIn, "workflow-new", anew::show),
        get("/admin/routes", does(ViewTemplates::DEF), "workflow-routes", routes::list),
        get("/admin/routes/{code}", does(ViewTemplates::DEF), "workflow-route", routes::show),
        post("/admin/routes/{code}/switch", does(EditTemplates::DEF), "workflow-route-switch", routes::switch),
        get("/admin/routes/{code}/edit", does(EditTemplates::DEF), "workflow-route-edit", editor::show),
        post("/admin/routes/{code}/edit", does(EditTemplates::DEF), "workflow-route-edit", editor::change),
    ]
}

/// Every page with sample data.
pub(crate) fn samples(tr: &Tr) -> Vec<Sample> {
    fn one(name: &'static str, page: &impl askama::Template) -> Sample {
        Sample { name, html: page.render() }
    }
    let shell = || ui::Shell::sample(tr.clone());
    vec![
        one("workflow/tasks", &tasks::TasksPage::sample(shell())),
        one("workflow/tasks-empty", &tasks::TasksPage::empty_sample(shell())),
        one("workflow/task", &task::TaskPage::sample(shell(), crate::StepKind::Approve)),
        one("workflow/task-sign", &task::TaskPage::sample(shell(), crate::StepKind::Sign)),
        one("workflow/preview", &task::Preview::sample(shell())),
        one("workflow/delegate", &task::DelegatePage::sample(shell())),
        one("workflow/applications", &applications::ApplicationsPage::sample(shell())),
        one("workflow/application", &applications::ApplicationPage::sample(shell())),
        one("workflow/new", &anew::NewPage::sample(shell())),
        one("workflow/routes", &routes::RoutesPage::sample(shell())),
        one("workflow/route", &routes::RoutePage::sample(shell())),
        one("workflow/editor", &editor::EditorPage::sample(shell())),
    ]
}

/// An id in a path: what is none leads nowhere.
fn id<T: FromStr>(text: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| Problem::NotFound)
}

/// What was typed into a search box, bounded.
fn typed(q: &str) -> String {
    q.chars().filter(|c| !c.is_control()).take(100).collect()
}

/// The key of a submit, where the form carried one.
fn key(form: &ui::FormState) -> Option<Uuid> {
    form.submit_id.parse().ok()
}

fn problem_of(tr: &Tr, e: DecideError) -> Problem {
    match e {
        DecideError::Refused(Refused::NoStep) => Problem::NotFound,
        DecideError::Refused(why) => Problem::Refused(tr.t(why.key())),
        DecideError::Effect(EffectError::Refused(why)) => Problem::Refused(why),
        DecideError::Effect(EffectError::Op(e)) | DecideError::Op(e) => e.into(),
    }
}

/// What a route is about, in the words of the app.
fn summary<'a>(op: &'a Op, tr: &'a Tr, code: &'a str, subject: Uuid) -> BoxFuture<'a, Result<Html, OpError>> {
    let view = op.kernel().extension::<SubjectViews>().and_then(|v| v.get(code)).cloned();
    Box::pin(async move {
        match view {
            Some(view) => Ok(view.render(op, tr, subject).await?.unwrap_or_default()),
            None => Ok(Html::default()),
        }
    })
}

/// A page about somebody else says in the trail who read it, before it answers.
async fn note_reading(op: &Op, action: &'static str, kind: &'static str, subjects: Vec<Uuid>) -> Result<(), OpError> {
    let mut tx = op.begin().await?;
    tx.audit(op::Audit::of_all(action, kind, subjects));
    tx.commit().await
}

/// Where a subject of that kind is shown by its app.
fn subject_href(op: &Op, code: &str, subject: Uuid) -> String {
    let outcomes = op.kernel().extension::<crate::Outcomes>();
    let known = outcomes.and_then(|o| o.0.iter().find(|o| o.code == code));
    known.map_or_else(String::new, |o| o.href.replace("{id}", &subject.to_string()))
}

/// Where steps are signed electronically; empty where that is not set up.
fn sign_at(op: &Op) -> String {
    op.kernel().extension::<crate::ElectronicSigning>().map_or_else(String::new, |s| s.href.to_owned())
}

fn task_href(id: TaskId) -> String {
    format!("/tasks/{id}")
}
