//! What one asked for: the list, and the card with where it is, who has it, until when.

use askama::Template;
use axum::{extract::Path, response::IntoResponse as _};
use i18n::Tr;
use types::ApplicationId;
use ui::{FormState, Html, Notice, NoticeKind, Shell, c};
use web::{Ctx, Form, Problem, Result};

use super::{
    card::{Card, Facts},
    id, key, note_reading, problem_of, summary, task_href, words,
};
use crate::{
    actions::{Comment, CorrectApplication, WithdrawApplication},
    model::Refused,
    service::Services,
    store::{self, Application},
    usecases::{self, DecideError},
};

/// Rows of the list: nobody has more in years.
const MOST: i64 = 200;

#[derive(Template)]
#[template(path = "workflow/applications.html")]
pub(crate) struct ApplicationsPage {
    pub shell: Shell,
    pub rows: Vec<ApplicationLine>,
}

pub(crate) struct ApplicationLine {
    pub href: String,
    pub title: String,
    pub gist: String,
    pub filed: String,
    pub state: Html,
}

#[derive(Template)]
#[template(path = "workflow/application.html")]
pub(crate) struct ApplicationPage {
    pub shell: Shell,
    pub form: FormState,
    pub id: String,
    pub title: String,
    pub gist: String,
    pub state: Html,
    pub facts: Vec<c::Row>,
    pub card: Card,
    /// Why it came back, where it did.
    pub returned: String,
    pub task: String,
    pub correct: String,
    pub may_withdraw: bool,
    pub may_comment: bool,
}

pub(crate) async fn list(ctx: Ctx) -> Result {
    let (op, tr) = (&ctx.op, &ctx.tr);
    let person = ctx.person()?;
    let mut read = op.read().await?;
    let rows = store::applications_of(read.conn(), op.tenant(), person, MOST).await?;
    drop(read);
    let line = |a: &Application| ApplicationLine {
        href: format!("/applications/{}", a.id),
        title: words::route_name(op, tr, &a.service),
        gist: a.gist.clone(),
        filed: tr.datetime(a.filed_at),
        state: words::state_chip(tr, &a.state),
    };
    let rows = rows.iter().map(line).collect();
    web::page(&ApplicationsPage { rows, shell: ctx.shell })
}

async fn page(ctx: Ctx, application: ApplicationId, form: FormState) -> Result<ApplicationPage> {
    let (op, tr) = (ctx.op.clone(), ctx.tr.clone());
    let mut read = op.read().await?;
    let a: Application = read.see(application).await?;
    let facts = Facts::read(&mut read, a.id.uuid(), vec![a.applicant_id]).await?;
    let tasks = store::open_tasks_of(read.conn(), op.tenant(), a.id.uuid(), &op.principals()).await?;
    let may_withdraw = read.may::<WithdrawApplication>(&a) && matches!(a.state.as_str(), "in-approval" | "returned");
    let may_correct = read.may::<CorrectApplication>(&a) && a.state == "returned";
    let may_comment = read.may::<Comment>(&a);
    drop(read);
    if Some(a.applicant_id) != op.person() {
        note_reading(&op, "workflow.application.view", "application", vec![a.id.uuid()]).await?;
    }
    let summary = summary(&op, &tr, &a.service, a.id.uuid()).await?;
    let services = op.kernel().extension::<Services>();
    let href = services.and_then(|s| s.0.iter().find(|s| s.code == a.service)).map(|s| s.href);
    let joint = if href.is_some_and(|h| h.contains('?')) { '&' } else { '?' };
    let ctx = ctx.under(&[("/applications", tr.t("workflow-applications"))]);
    Ok(ApplicationPage {
        form,
        id: a.id.to_string(),
        title: words::route_name(&op, &tr, &a.service),
        gist: a.gist.clone(),
        state: words::state_chip(&tr, &a.state),
        facts: rows(&tr, &a, facts.names.person(a.applicant_id)),
        card: facts.card(&op, &tr, summary),
        returned: if a.state == "returned" { why_returned(&facts) } else { String::new() },
        task: tasks.first().map(|(id, _)| task_href(*id)).unwrap_or_default(),
        correct: href.filter(|_| may_correct).map(|h| format!("{h}{joint}correct={}", a.id)).unwrap_or_default(),
        may_withdraw,
        may_comment,
        shell: ctx.shell,
    })
}

fn why_returned(facts: &Facts) -> String {
    let steps = facts.routes.last().map(|r| r.steps.0.as_slice()).unwrap_or_default();
    let back = steps.iter().find(|s| s.outcome == Some(crate::Outcome::Returned));
    back.map_or_else(String::new, |s| match (&s.place, &s.remark) {
        (Some(place), Some(remark)) => format!("{place}: {remark}"),
        (None, Some(remark)) => remark.clone(),
        _ => String::new(),
    })
}

fn rows(tr: &Tr, a: &Application, applicant: &str) -> Vec<c::Row> {
    let mut rows = vec![
        c::Row::new(tr.t("workflow-applicant"), applicant),
        c::Row::new(tr.t("workflow-filed"), tr.datetime(a.filed_at)),
        c::Row::new(tr.t("workflow-channel"), tr.t(&format!("workflow-channel-{}", a.channel))),
    ];
    if let Some(at) = a.decided_at {
        rows.push(c::Row::new(tr.t("workflow-decided-at"), tr.datetime(at)));
    }
    if let Some(document) = a.document_id {
        let text = Html::text(&tr.t("workflow-open-document"));
        let link = format!("<a class=\"govuk-link\" href=\"/documents/{document}\">{text}</a>");
        rows.push(c::Row::new(tr.t("workflow-document"), Html::trusted(link)));
    }
    rows
}

pub(crate) async fn show(ctx: Ctx, Path(application): Path<String>) -> Result {
    let form = ctx.form();
    web::page(&page(ctx, id(&application)?, form).await?)
}

pub(crate) async fn withdraw(mut ctx: Ctx, Path(application): Path<String>, Form(form): Form) -> Result {
    let application: ApplicationId = id(&application)?;
    match usecases::withdraw(&ctx.op, application).await {
        Ok(()) => Ok(web::see_other(&format!("/applications/{application}"))),
        // Decided meanwhile: the card says by whom and when.
        Err(DecideError::Refused(Refused::Ended) | DecideError::Op(op::OpError::Stale)) => {
            ctx.shell.notices.push(Notice::new(NoticeKind::Error, ctx.tr.t("workflow-withdraw-late")));
            let page = page(ctx, application, form).await?;
            let response = web::page(&page)?;
            Ok((axum::http::StatusCode::CONFLICT, response).into_response())
        }
        Err(e) => Err(problem_of(&ctx.tr, e)),
    }
}

pub(crate) async fn comment(ctx: Ctx, Path(application): Path<String>, Form(mut form): Form) -> Result {
    let application: ApplicationId = id(&application)?;
    let Some(text) = form.required_text("comment", 4000) else {
        return web::invalid(&page(ctx, application, form).await?);
    };
    usecases::comment_on_application(&ctx.op, application, key(&form), &text).await.map_err(Problem::from)?;
    Ok(web::see_other(&format!("/applications/{application}#comments")))
}

impl ApplicationsPage {
    pub(crate) fn sample(shell: Shell) -> Self {
        let tr = shell.tr.clone();
        let line = |state: &str| ApplicationLine {
            href: "/applications/1".to_owned(),
            title: tr.t("workflow-sample-title"),
            gist: tr.t("workflow-sample-gist"),
            filed: "23.11.2026. 10:05".to_owned(),
            state: words::state_chip(&tr, state),
        };
        let rows = ["in-approval", "returned", "approved", "rejected", "withdrawn"].map(line).into();
        Self { rows, shell }
    }
}

impl ApplicationPage {
    pub(crate) fn sample(shell: Shell) -> Self {
        let tr = shell.tr.clone();
        Self {
            form: FormState::new(&tr, "sample", "sample"),
            id: "1".to_owned(),
            title: tr.t("workflow-sample-title"),
            gist: tr.t("workflow-sample-gist"),
            state: words::state_chip(&tr, "returned"),
            facts: vec![c::Row::new(tr.t("workflow-applicant"), "Anna Bērziņa")],
            card: Card::sample(&tr),
            returned: tr.t("workflow-sample-comment"),
            task: "/tasks/1".to_owned(),
            correct: "/test?correct=1".to_owned(),
            may_withdraw: true,
            may_comment: true,
            shell,
        }
    }
}
