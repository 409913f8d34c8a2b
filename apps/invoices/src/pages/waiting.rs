//! A picture beside the form into which it is read.

use askama::Template;
use axum::extract::{Path, RawQuery};
use types::DocumentId;
use ui::{FormState, Shell, c::Choice};
use web::{Ctx, Form, Problem, Result};

use super::{id, looked, paper, problem, version};
use crate::{
    actions::ReceiveInvoice,
    held::Waiting,
    usecases::{self, Dismissal},
};
use op::Action as _;

#[derive(Template)]
#[template(path = "invoices/waiting.html")]
pub(super) struct WaitingPage {
    pub shell: Shell,
    pub form: FormState,
    pub id: String,
    pub version: i32,
    pub name: String,
    pub how: String,
    pub file: String,
    pub is_picture: bool,
    pub kinds: Vec<Choice>,
    pub sender: String,
}

pub(super) async fn show(ctx: Ctx, Path(text): Path<String>) -> Result {
    let id: DocumentId = id(&text)?;
    let mut read = ctx.op.read().await?;
    let waiting: Waiting = read.see(id).await?;
    drop(read);
    if waiting.is_entered {
        return Ok(web::see_other(&format!("/invoices/{id}")));
    }
    let mut form = ctx.form();
    form.set("kind", "invoice");
    web::page(&page(ctx, waiting, form).await?)
}

async fn page(ctx: Ctx, w: Waiting, mut form: FormState) -> std::result::Result<WaitingPage, Problem> {
    looked(&ctx, ReceiveInvoice::DEF.name, "invoice-picture", vec![w.id.uuid()]).await?;
    let tr = ctx.tr.clone();
    form.csrf.clone_from(&ctx.shell.csrf);
    let when = tr.date(types::local_date(w.received_at));
    let channel = tr.t(&format!("invoices-channel-{}", w.channel.word()));
    let mut how = format!("{when}, {channel}");
    if let Some(ground) = &w.ground {
        how = format!("{how}. {}", tr.t1("invoices-dismissed", "ground", ground.clone()));
    }
    let ctx = ctx.under(&[("/invoices", tr.t("invoices-title"))]);
    Ok(WaitingPage {
        id: w.id.to_string(),
        version: w.version,
        how,
        file: format!("/invoices/waiting/{}/file?inline=1", w.id),
        is_picture: w.media_type.starts_with("image/"),
        kinds: paper::kinds(&tr),
        sender: w.sender.filter(|_| w.channel == crate::model::Channel::Mail).unwrap_or_default(),
        name: w.name,
        form,
        shell: ctx.shell,
    })
}

async fn seen(ctx: &Ctx, id: DocumentId) -> std::result::Result<Waiting, Problem> {
    let mut read = ctx.op.read().await?;
    Ok(read.see(id).await?)
}

pub(super) async fn enter(ctx: Ctx, Path(text): Path<String>, Form(mut form): Form) -> Result {
    let id: DocumentId = id(&text)?;
    let Some(prepared) = paper::typed(&ctx, &mut form, Vec::new()) else {
        let waiting = seen(&ctx, id).await?;
        return web::invalid(&page(ctx, waiting, form).await?);
    };
    match usecases::enter(&ctx.op, id, version(&form)?, prepared).await {
        Ok(()) => Ok(web::see_other(&format!("/invoices/{id}"))),
        Err(e) => Err(problem(&ctx.tr, e)),
    }
}

pub(super) async fn dismiss(ctx: Ctx, Path(text): Path<String>, Form(mut form): Form) -> Result {
    let id: DocumentId = id(&text)?;
    let Some(ground) = form.required_text("dismiss_ground", 500) else {
        let waiting = seen(&ctx, id).await?;
        return web::invalid(&page(ctx, waiting, form).await?);
    };
    let why = Dismissal { ground, answer: form.ticked("answer") };
    match usecases::dismiss(&ctx.op, id, version(&form)?, &why).await {
        Ok(()) => Ok(web::see_other("/invoices")),
        Err(e) => Err(problem(&ctx.tr, e)),
    }
}

/// The picture itself.
pub(super) async fn file(ctx: Ctx, Path(text): Path<String>, RawQuery(raw): RawQuery) -> Result {
    let id: DocumentId = id(&text)?;
    let mut read = ctx.op.read().await?;
    let waiting: Waiting = read.see(id).await?;
    let content = documents::read_file(&mut read, waiting.file.ok_or(Problem::NotFound)?).await?;
    drop(read);
    looked(&ctx, ReceiveInvoice::DEF.name, "invoice-picture", vec![id.uuid()]).await?;
    Ok(documents::served(content, raw.as_deref() == Some("inline=1")))
}
