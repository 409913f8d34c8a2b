//! Files whose retention has ended: the list, the act on them, its approval, and what is done.

use askama::Template;
use axum::extract::{Path, RawQuery};
use chrono::Datelike as _;
use i18n::Tr;
use op::{Action as _, OpError, Read};
use types::{ClassId, DisposalId, PersonId, UnitId, local_date};
use ui::{
    FormState, Html, Shell,
    c::{Choice, Row},
};
use web::{Ctx, Form, Problem, Result};

use super::{address, institutions, names, query, unit_choices};
use crate::{
    actions::{ApproveDisposal, CarryOutDisposal, ProposeDisposal, ViewDisposal},
    store::{self, Disposal, DisposalKind, DisposalLine, DisposalState, Due},
    usecases::disposal::{self as usecase, DisposalError, Proposal},
};

const PATH: &str = "/admin/retention";

/// A file whose retention has ended, as shown.
pub(crate) struct DueView {
    pub id: String,
    pub year: String,
    pub file: String,
    pub retention: String,
    pub documents: String,
    /// Some of its documents are still at work: it cannot be chosen.
    pub open: bool,
}

/// An act in the list.
pub(crate) struct ActView {
    pub href: String,
    pub title: String,
    pub facts: String,
    pub chip: Html,
}

#[derive(Template)]
#[template(path = "documents/retention.html")]
pub(crate) struct RetentionPage {
    pub shell: Shell,
    pub form: FormState,
    pub institutions: Vec<Choice>,
    /// What may be destroyed, and what is to be handed over: kind, heading, files.
    pub lists: Vec<(&'static str, String, Vec<DueView>)>,
    pub acts: Vec<ActView>,
    pub may_propose: bool,
}

#[derive(Template)]
#[template(path = "documents/disposal.html")]
pub(crate) struct DisposalPage {
    pub shell: Shell,
    pub form: FormState,
    pub path: String,
    pub title: String,
    pub chip: Html,
    pub facts: Vec<Row>,
    pub act: String,
    pub files: Vec<DueView>,
    pub warning: String,
    pub may_approve: bool,
    pub may_carry_out: bool,
    pub may_cancel: bool,
    pub carry_out: String,
}

/// The institutions whose acts the reader sees.
async fn mine(read: &mut Read) -> sqlx::Result<Vec<(UnitId, String)>> {
    let units = read.op().scope(ViewDisposal::DEF).units();
    let all = institutions(read).await?;
    Ok(all.into_iter().filter(|(id, _)| units.as_ref().is_none_or(|u| u.contains(id))).collect())
}

fn due_view(tr: &Tr, d: &Due) -> DueView {
    DueView {
        id: d.id.to_string(),
        year: d.year.to_string(),
        file: format!("{} {}", d.code, d.title),
        retention: match d.retention_years {
            Some(n) => tr.t1("documents-years", "n", n),
            None => tr.t("documents-permanent"),
        },
        documents: tr.number(d.documents),
        open: d.open > 0,
    }
}

fn chip(tr: &Tr, state: DisposalState) -> Html {
    let kind = match state {
        DisposalState::Proposed => "draft",
        DisposalState::Approved => "work",
        DisposalState::Done => "done",
        DisposalState::Cancelled => "void",
    };
    ui::c::chip(&kind, &tr.t(&format!("documents-disposal-{}", state.word())))
}

fn act_view(tr: &Tr, l: &DisposalLine) -> ActView {
    let number = l.number.clone().unwrap_or_else(|| tr.t("documents-no-number"));
    ActView {
        href: format!("{PATH}/{}", l.id),
        title: tr.t(&format!("documents-act-{}", l.kind.word())),
        facts: format!(
            "{number} · {} · {}",
            tr.date(local_date(l.proposed_at)),
            tr.t1("documents-disposal-files", "n", l.files)
        ),
        chip: chip(tr, l.state),
    }
}

pub(super) async fn index(ctx: Ctx, RawQuery(raw): RawQuery) -> Result {
    let mut form = ctx.form();
    form.set("institution", query(&ctx.tr, raw).value("institution"));
    web::page(&page(ctx, form).await?)
}

async fn page(ctx: Ctx, mut form: FormState) -> std::result::Result<RetentionPage, Problem> {
    let mut read = ctx.op.read().await?;
    let places = mine(&mut read).await?;
    let asked: Option<UnitId> = form.value("institution").parse().ok();
    let institution = asked.or_else(|| places.first().map(|(id, _)| *id));
    let institution = institution.filter(|i| places.iter().any(|(id, _)| id == i));
    let (mut due, mut acts) = (Vec::new(), Vec::new());
    if let Some(institution) = institution {
        form.set("institution", institution.to_string());
        let op = read.op().clone();
        let years = usecase::transfer_after(read.conn(), &op).await?;
        due = store::due(&mut read, institution, op.today().year(), years).await?;
        acts = store::disposals(&mut read, institution).await?;
    }
    drop(read);
    let may_propose = match ctx.op.scope(ProposeDisposal::DEF) {
        op::Scope::All => institution.is_some(),
        op::Scope::Units(units) => institution.is_some_and(|i| units.contains(&i)),
        op::Scope::Own | op::Scope::None => false,
    };
    let tr = ctx.tr.clone();
    let list = |kind: DisposalKind| {
        let permanent = kind == DisposalKind::Transfer;
        let files = due.iter().filter(|d| d.permanent == permanent).map(|d| due_view(&tr, d)).collect();
        (kind.word(), tr.t(&format!("documents-due-{}", kind.word())), files)
    };
    let lists = DisposalKind::ALL.iter().map(|k| list(*k)).collect();
    form.csrf.clone_from(&ctx.shell.csrf);
    let ctx = ctx.under(&[]);
    Ok(RetentionPage {
        institutions: unit_choices(&places),
        lists,
        acts: acts.iter().map(|a| act_view(&tr, a)).collect(),
        may_propose,
        form,
        shell: ctx.shell,
    })
}

pub(super) async fn propose(ctx: Ctx, Form(mut form): Form) -> Result {
    let institution: Option<UnitId> = form.uuid("institution");
    let kind = form.chosen("kind", DisposalKind::from_word);
    let classes: Vec<ClassId> = form.uuids("class");
    if classes.is_empty() {
        form.fail("", "documents-disposal-choose");
    }
    let (Some(institution), Some(kind), true) = (institution, kind, form.is_ok()) else {
        return web::invalid(&page(ctx, form).await?);
    };
    let head = |name: &str| ctx.tr.t(&format!("documents-{name}"));
    let proposal = Proposal {
        institution,
        kind,
        classes,
        title: ctx.tr.t(&format!("documents-act-{}", kind.word())),
        file: format!("{}.csv", ctx.tr.t("documents-act-list")),
        heads: ["year", "class-code", "class-title", "class-retention", "disposal-documents"].map(head).to_vec(),
    };
    match usecase::propose(&ctx.op, &proposal).await {
        Ok(id) => Ok(web::see_other(&format!("{PATH}/{id}"))),
        Err(DisposalError::Op(e)) => Err(e.into()),
        Err(e) => {
            form.fail("", key(&e));
            web::invalid(&page(ctx, form).await?)
        }
    }
}

const fn key(e: &DisposalError) -> &'static str {
    match e {
        DisposalError::NotDue => "documents-disposal-not-due",
        DisposalError::Own => "documents-disposal-own",
        DisposalError::State => "documents-disposal-elsewhere",
        DisposalError::Op(_) => "problem-internal",
    }
}

fn the_id(text: &str) -> std::result::Result<DisposalId, Problem> {
    text.parse().map_err(|_| Problem::NotFound)
}

pub(super) async fn show(ctx: Ctx, Path(id): Path<String>) -> Result {
    let form = ctx.form();
    web::page(&one(ctx, the_id(&id)?, form).await?)
}

async fn one(ctx: Ctx, id: DisposalId, mut form: FormState) -> std::result::Result<DisposalPage, Problem> {
    let mut read = ctx.op.read().await?;
    let d: Disposal = read.see(id).await?;
    let files = store::disposal_files(&mut read, id).await?;
    let people: Vec<PersonId> = [d.proposed_by, d.approved_by, d.done_by].into_iter().flatten().collect();
    let names = names(&mut read, &people).await?;
    let own = d.proposed_by.is_some() && d.proposed_by == ctx.op.person();
    let is = |state| d.state == state;
    let may_approve = is(DisposalState::Proposed) && !own && read.may::<ApproveDisposal>(&d);
    let may_carry_out = is(DisposalState::Approved) && read.may::<CarryOutDisposal>(&d);
    let may_cancel = (is(DisposalState::Proposed) || is(DisposalState::Approved)) && read.may::<ProposeDisposal>(&d);
    drop(read);
    let tr = ctx.tr.clone();
    let who = |at: Option<types::Timestamp>, by: Option<PersonId>| {
        let name = by.and_then(|p| names.get(&p).cloned()).unwrap_or_default();
        at.map(|at| format!("{} {name}", tr.datetime(at)).trim().to_owned())
    };
    let facts = [
        ("documents-disposal-proposed", who(Some(d.proposed_at), d.proposed_by)),
        ("documents-disposal-approved", who(d.approved_at, d.approved_by)),
        ("documents-disposal-done", who(d.done_at, d.done_by)),
    ];
    let facts = facts.into_iter().filter_map(|(k, v)| Some(Row::new(tr.t(k), v?))).collect();
    form.set("version", d.version.to_string());
    form.csrf.clone_from(&ctx.shell.csrf);
    let list = address(PATH, &[("institution", d.institution_id.to_string())].into_iter().collect());
    let ctx = ctx.under(&[(&list, tr.t("documents-retention-run"))]);
    Ok(DisposalPage {
        path: format!("{PATH}/{id}"),
        title: tr.t(&format!("documents-act-{}", d.kind.word())),
        chip: chip(&tr, d.state),
        facts,
        act: format!("/documents/{}", d.document_id),
        files: files.iter().map(|f| due_view(&tr, f)).collect(),
        warning: if may_carry_out { tr.t(&format!("documents-warn-{}", d.kind.word())) } else { String::new() },
        may_approve,
        may_carry_out,
        may_cancel,
        carry_out: tr.t(&format!("documents-do-{}", d.kind.word())),
        form,
        shell: ctx.shell,
    })
}

async fn done(ctx: Ctx, id: DisposalId, mut form: FormState, result: std::result::Result<(), DisposalError>) -> Result {
    match result {
        Ok(()) => Ok(web::see_other(&format!("{PATH}/{id}"))),
        Err(DisposalError::Op(OpError::NotFound)) => Err(Problem::NotFound),
        Err(DisposalError::Op(e)) => Err(e.into()),
        Err(e) => {
            form.fail("", key(&e));
            web::invalid(&one(ctx, id, form).await?)
        }
    }
}

fn version(form: &FormState) -> i32 {
    form.value("version").parse().unwrap_or(0)
}

pub(super) async fn approve(ctx: Ctx, Path(id): Path<String>, Form(form): Form) -> Result {
    let id = the_id(&id)?;
    let result = usecase::approve(&ctx.op, id, version(&form)).await;
    done(ctx, id, form, result).await
}

pub(super) async fn carry_out(ctx: Ctx, Path(id): Path<String>, Form(mut form): Form) -> Result {
    let id = the_id(&id)?;
    if !form.ticked("sure") {
        form.fail("sure", "documents-disposal-sure-needed");
        return web::invalid(&one(ctx, id, form).await?);
    }
    let result = usecase::carry_out(&ctx.op, id, version(&form)).await;
    done(ctx, id, form, result).await
}

pub(super) async fn cancel(ctx: Ctx, Path(id): Path<String>, Form(mut form): Form) -> Result {
    let id = the_id(&id)?;
    let label = form.tr().t("documents-reason");
    form.label("reason", label);
    let Some(reason) = form.required_text("reason", 300) else {
        return web::invalid(&one(ctx, id, form).await?);
    };
    let result = usecase::cancel(&ctx.op, id, version(&form), &reason).await;
    done(ctx, id, form, result).await
}
