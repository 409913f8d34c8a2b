//! What becomes of a registered document: corrections, annulment, certified copies, extracts, as documents of
//! their own that are linked to it.

use askama::Template;
use axum::extract::{Path, RawQuery};
use types::DocumentId;
use ui::{FormState, Shell, c::Choice};
use web::{Ctx, Form, Problem, Result, Upload};

use super::{card, files, query};
use crate::{
    Document,
    actions::{AnnulDocument, CorrectDocument, LinkDocument, RegisterDocument},
    model::{DocState, FileRole, LinkKind, NewDocument, Registering},
    store, upload, usecases,
};

/// What can be made of a registered document here.
const OFFERED: &[LinkKind] = &[LinkKind::Correction, LinkKind::Annulment, LinkKind::Copy, LinkKind::Extract];

#[derive(Template)]
#[template(path = "documents/linked.html")]
pub(crate) struct LinkedPage {
    pub shell: Shell,
    pub path: String,
    pub number: String,
    pub title: String,
    pub form: FormState,
    pub kinds: Vec<Choice>,
    pub accept: &'static str,
}

fn page(ctx: Ctx, d: &Document, form: FormState) -> LinkedPage {
    let kind = |k: &LinkKind| {
        let key = format!("documents-make-{}", k.word());
        Choice::new(k.word(), ctx.tr.t(&key)).hint(ctx.tr.t(&format!("{key}-hint")))
    };
    let kinds = OFFERED.iter().map(kind).collect();
    let path = format!("/documents/{}", d.id);
    let crumbs = [("/registers", ctx.tr.t("documents-registers")), (path.as_str(), d.title.clone())];
    let ctx = ctx.under(&crumbs);
    let number = d.number.clone().unwrap_or_default();
    LinkedPage { number, title: d.title.clone(), path, form, kinds, accept: upload::ACCEPT, shell: ctx.shell }
}

async fn original(ctx: &Ctx, id: &str) -> std::result::Result<Document, Problem> {
    let id: DocumentId = id.parse().map_err(|_| Problem::NotFound)?;
    let mut read = ctx.op.read().await?;
    Ok(read.seen::<Document, CorrectDocument>(id).await?.0)
}

fn must_be_registered(ctx: &Ctx, d: &Document) -> std::result::Result<(), Problem> {
    match d.state {
        DocState::Registered => Ok(()),
        _ => Err(Problem::Refused(ctx.tr.t("documents-not-registered"))),
    }
}

pub(super) async fn form(ctx: Ctx, Path(id): Path<String>, RawQuery(raw): RawQuery) -> Result {
    let d = original(&ctx, &id).await?;
    must_be_registered(&ctx, &d)?;
    let mut form = ctx.form();
    form.set("kind", query(&ctx.tr, raw).value("kind"));
    web::page(&page(ctx, &d, form))
}

pub(super) async fn make(ctx: Ctx, Path(id): Path<String>, Upload(mut form, sent): Upload) -> Result {
    let d = original(&ctx, &id).await?;
    form.label("kind", ctx.tr.t("documents-make")).label("reason", ctx.tr.t("documents-reason"));
    form.label("file", ctx.tr.t("documents-file"));
    let kind = form.chosen("kind", |w| LinkKind::from_word(w).filter(|k| OFFERED.contains(k)));
    let reason = form.required_text("reason", 1000);
    let accepted = files::accept(&mut form, "file", sent, FileRole::Main);
    let (Some(kind), Some(reason), true) = (kind, reason, form.is_ok()) else {
        form.csrf.clone_from(&ctx.shell.csrf);
        return web::invalid(&page(ctx, &d, form));
    };
    let key = form.submit_id.parse().unwrap_or_else(|_| ctx.op.new_id());
    let made: DocumentId = ctx.op.new_id();
    let to = format!("/documents/{made}");
    let mut tx = ctx.op.begin().await?;
    if let Some(earlier) = tx.once(key, &to).await? {
        return Ok(web::see_other(&earlier));
    }
    let (original, may) = tx.hold::<Document, CorrectDocument>(d.id).await?;
    must_be_registered(&ctx, &original)?;
    let new = linked_document(&ctx, &original, made, kind, &reason);
    usecases::create(&mut tx, &may, vec![new]).await?;
    usecases::attach(&mut tx, &may, made, accepted).await?;
    let date = ctx.op.today();
    let entry =
        Registering { document: made, register: "internal".to_owned(), institution: original.institution_id, date };
    usecases::register(&mut tx, &may, &[entry]).await?;
    usecases::link(&mut tx, &may, made, original.id, kind).await?;
    if kind == LinkKind::Annulment {
        let (_, may) = tx.hold::<Document, AnnulDocument>(original.id).await?;
        usecases::annul(&mut tx, &may, &[original.id], &reason).await?;
    }
    tx.commit().await?;
    Ok(web::see_other(&to))
}

/// The new document has the original's file, access and people; its title says what it is to which number.
fn linked_document(ctx: &Ctx, original: &Document, id: DocumentId, kind: LinkKind, reason: &str) -> NewDocument {
    let code = match kind {
        LinkKind::Copy | LinkKind::Extract => "certified-copy",
        _ => "correction",
    };
    let number = original.number.clone().unwrap_or_default();
    let args = [("number", i18n::Arg::from(number)), ("title", original.title.as_str().into())];
    let title = ctx.tr.ta(&format!("documents-title-{}", kind.word()), &args);
    let mut new = NewDocument::new(code, title, original.unit_id, original.institution_id, "desk");
    new.id = Some(id);
    new.owner = original.owner_id;
    new.access = original.access;
    new.access_ground.clone_from(&original.access_ground);
    new.class = original.class_id;
    new.readers.clone_from(&original.readers);
    reason.clone_into(&mut new.body_text);
    new.data = serde_json::json!({ "reason": reason });
    new
}

/// Links two documents that are there already; the other is named by its number.
pub(super) async fn link(ctx: Ctx, Path(id): Path<String>, Form(mut form): Form) -> Result {
    let id: DocumentId = id.parse().map_err(|_| Problem::NotFound)?;
    form.label("number", ctx.tr.t("documents-column-number")).label("link", ctx.tr.t("documents-link-kind"));
    let kind = form.chosen("link", LinkKind::from_word);
    let number = form.required_text("number", 100);
    let mut other = None;
    if let Some(number) = &number {
        let mut read = ctx.op.read().await?;
        let document: Document = read.see(id).await?;
        other = store::by_number(&mut read, &document, number).await?.filter(|o| *o != id);
        if other.is_none() {
            form.fail("number", "documents-no-such-number");
        }
    }
    let (Some(kind), Some(other), true) = (kind, other, form.is_ok()) else {
        return card::refused(ctx, id, form).await;
    };
    let mut tx = ctx.op.begin().await?;
    let (_, may) = tx.hold::<Document, LinkDocument>(id).await?;
    usecases::link(&mut tx, &may, id, other, kind).await?;
    // Saying again what was said changes nothing, and is no error.
    tx.audit(op::Audit::of(<LinkDocument as op::Action>::DEF.name, "document", id));
    tx.commit().await?;
    Ok(web::see_other(&format!("/documents/{id}")))
}

/// Enters a draft into a register by hand.
pub(super) async fn register(ctx: Ctx, Path(id): Path<String>, Form(mut form): Form) -> Result {
    let id: DocumentId = id.parse().map_err(|_| Problem::NotFound)?;
    form.label("register", ctx.tr.t("documents-register"));
    let Some(code) = form.required("register") else { return card::refused(ctx, id, form).await };
    let mut tx = ctx.op.begin().await?;
    let (d, may) = tx.hold::<Document, RegisterDocument>(id).await?;
    if d.state != DocState::Draft {
        return Err(Problem::Refused(ctx.tr.t("documents-registered-already")));
    }
    let entry = Registering { document: id, register: code, institution: d.institution_id, date: ctx.op.today() };
    match usecases::register(&mut tx, &may, &[entry]).await {
        Err(op::OpError::NotFound) => {
            drop(tx);
            form.fail("register", "ui-error-choice");
            return card::refused(ctx, id, form).await;
        }
        done => done?,
    };
    tx.commit().await?;
    Ok(web::see_other(&format!("/documents/{id}")))
}
