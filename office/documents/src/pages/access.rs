//! Who may know of a document: its level and ground, its closer kept files, its further readers.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Path;
use i18n::Tr;
use op::{Action as _, Read};
use types::{DocumentId, FileId, PersonId, UnitId};
use ui::{FormState, Shell, c::Choice};
use uuid::Uuid;
use web::{Ctx, Form, Problem, Result};

use super::{access_text, looked};
use crate::{
    Document,
    actions::{ChangeAccess, ShareDocument, ViewDocument},
    model::AccessLevel,
    store,
    usecases::{self, AccessChange},
};

/// Somebody to whom it is open by name.
pub(crate) struct ReaderView {
    pub id: String,
    pub name: String,
}

/// A file, by its newest version.
pub(crate) struct FileAccess {
    pub id: String,
    pub name: String,
    pub closed: bool,
    pub ground: String,
}

#[derive(Template)]
#[template(path = "documents/access.html")]
pub(crate) struct AccessPage {
    pub shell: Shell,
    pub form: FormState,
    pub path: String,
    pub title: String,
    pub number: String,
    pub levels: Vec<Choice>,
    pub files: Vec<FileAccess>,
    pub readers: Vec<ReaderView>,
    pub people: Vec<Choice>,
    pub pools: Vec<Choice>,
    pub may_change: bool,
    pub may_share: bool,
}

/// Roles whose lists a document may be opened to.
const POOLS: &[&str] = &["clerk", "head", "manager", "hr", "accountant", "auditor"];

/// The name of each list that a role shares in the units around a document.
fn pool_names(tr: &Tr, units: &[parties::Unit]) -> HashMap<Uuid, String> {
    let mut names = HashMap::new();
    for unit in units {
        for role in POOLS {
            let key = format!("parties-role-{role}");
            let role_name = if tr.has(&key) { tr.t(&key) } else { (*role).to_owned() };
            names.insert(op::pool_id(unit.id, role), format!("{role_name}, {}", unit.name_in(tr.locale())));
        }
    }
    names
}

/// Those above the unit and those below its institution: from elsewhere a person is named.
fn around<'a>(units: &'a [parties::Unit], d: &'a Document) -> impl Iterator<Item = &'a parties::Unit> {
    let above: Vec<UnitId> = units.iter().find(|u| u.id == d.unit_id).map(|u| u.path.clone()).unwrap_or_default();
    units.iter().filter(move |u| above.contains(&u.id) || u.path.contains(&d.institution_id))
}

async fn page(ctx: Ctx, id: DocumentId, mut form: FormState) -> std::result::Result<AccessPage, Problem> {
    let (tenant, today) = (ctx.op.tenant(), ctx.op.today());
    let mut read = ctx.op.read().await?;
    let d: Document = read.see(id).await?;
    let (may_change, may_share) = (read.may::<ChangeAccess>(&d), read.may::<ShareDocument>(&d));
    if !may_change && !may_share {
        return Err(Problem::Forbidden);
    }
    let files = files(&mut read, id).await?;
    let units = parties::units(read.conn(), tenant, Some(today)).await?;
    let people = parties::colleagues(read.conn(), tenant, d.institution_id, today).await?;
    let persons: Vec<PersonId> = d.readers.iter().map(|r| PersonId(*r)).collect();
    let names = super::names(&mut read, &persons).await?;
    drop(read);
    looked(&ctx.op, ViewDocument::DEF.name, vec![id.uuid()]).await?;
    let pools = pool_names(&ctx.tr, &units);
    let mut offered: Vec<(String, Uuid)> = around(&units, &d)
        .flat_map(|u| POOLS.iter().map(|role| op::pool_id(u.id, role)))
        .filter_map(|p| Some((pools.get(&p)?.clone(), p)))
        .collect();
    offered.sort();
    let reader = |r: &Uuid| ReaderView {
        id: r.to_string(),
        name: names
            .get(&PersonId(*r))
            .or_else(|| pools.get(r))
            .cloned()
            .unwrap_or_else(|| ctx.tr.t("documents-reader-unknown")),
    };
    if form.value("level").is_empty() {
        form.set("level", d.access.word()).set("ground", d.access_ground.clone().unwrap_or_default());
    }
    form.set("version", d.version.to_string());
    let levels = AccessLevel::ALL.iter().map(|l| Choice::new(l.word(), access_text(&ctx.tr, *l))).collect();
    let path = format!("/documents/{id}");
    let crumbs = [("/registers", ctx.tr.t("documents-registers")), (path.as_str(), d.title.clone())];
    let readers = d.readers.iter().map(reader).collect();
    let ctx = ctx.under(&crumbs);
    form.csrf.clone_from(&ctx.shell.csrf);
    Ok(AccessPage {
        title: d.title.clone(),
        number: d.number.clone().unwrap_or_default(),
        levels,
        files,
        readers,
        people: people.iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect(),
        pools: offered.into_iter().map(|(name, id)| Choice::new(id.to_string(), name)).collect(),
        may_change,
        may_share,
        path,
        form,
        shell: ctx.shell,
    })
}

async fn files(read: &mut Read, id: DocumentId) -> sqlx::Result<Vec<FileAccess>> {
    let mut seen: Vec<FileAccess> = Vec::new();
    for f in store::files(read, id).await?.into_iter().filter(|f| !f.gone) {
        if !seen.iter().any(|s| s.name == f.name) {
            let ground = f.access_ground.unwrap_or_default();
            seen.push(FileAccess { id: f.id.to_string(), name: f.name, closed: f.restricted, ground });
        }
    }
    Ok(seen)
}

fn labels(form: &mut FormState) {
    for (name, key) in [
        ("level", "documents-column-access"),
        ("ground", "documents-access-ground"),
        ("file_ground", "documents-access-ground"),
        ("reader", "documents-reader"),
        ("share_ground", "documents-reason"),
    ] {
        let label = form.tr().t(key);
        form.label(name, label);
    }
}

fn the_id(text: &str) -> std::result::Result<DocumentId, Problem> {
    text.parse().map_err(|_| Problem::NotFound)
}

fn back(id: DocumentId) -> Result {
    Ok(web::see_other(&format!("/documents/{id}/access")))
}

pub(super) async fn show(ctx: Ctx, Path(id): Path<String>) -> Result {
    let form = ctx.form();
    web::page(&page(ctx, the_id(&id)?, form).await?)
}

pub(super) async fn change(ctx: Ctx, Path(id): Path<String>, Form(mut form): Form) -> Result {
    let id = the_id(&id)?;
    labels(&mut form);
    let level = form.chosen("level", AccessLevel::from_word);
    let ground = form.text("ground", 300);
    if level == Some(AccessLevel::Restricted) && ground.is_none() && form.error("ground").is_none() {
        form.fail("ground", "ui-error-required");
    }
    let version = form.value("version").parse().unwrap_or(0);
    let (Some(level), true) = (level, form.is_ok()) else {
        return web::invalid(&page(ctx, id, form).await?);
    };
    let mut tx = ctx.op.begin().await?;
    let (d, may) = tx.hold_version::<Document, ChangeAccess>(id, version).await?;
    usecases::change_access(&mut tx, &may, &d, &AccessChange { level, ground }).await?;
    tx.commit().await?;
    back(id)
}

pub(super) async fn change_file(ctx: Ctx, Path((id, file)): Path<(String, String)>, Form(mut form): Form) -> Result {
    let id = the_id(&id)?;
    let file: FileId = file.parse().map_err(|_| Problem::NotFound)?;
    labels(&mut form);
    let close = form.ticked("close");
    let ground = if close { form.required_text("file_ground", 300) } else { None };
    if !form.is_ok() {
        return web::invalid(&page(ctx, id, form).await?);
    }
    let mut tx = ctx.op.begin().await?;
    let (_, may) = tx.hold::<Document, ChangeAccess>(id).await?;
    usecases::change_file_access(&mut tx, &may, id, file, ground.as_deref()).await?;
    tx.commit().await?;
    back(id)
}

pub(super) async fn share(ctx: Ctx, Path(id): Path<String>, Form(mut form): Form) -> Result {
    let id = the_id(&id)?;
    labels(&mut form);
    let person: Option<Uuid> = form.uuid_opt("reader");
    let pool: Option<Uuid> = form.uuid_opt("pool");
    let ground = form.required_text("share_ground", 300);
    if person.is_none() && pool.is_none() && form.error("reader").is_none() {
        form.fail("reader", "documents-reader-choose");
    }
    let (Some(ground), true) = (ground, form.is_ok()) else {
        return web::invalid(&page(ctx, id, form).await?);
    };
    let readers: Vec<Uuid> = person.into_iter().chain(pool).collect();
    if !offered(&ctx, id, &readers).await? {
        form.fail("reader", "ui-error-choice");
        return web::invalid(&page(ctx, id, form).await?);
    }
    let mut tx = ctx.op.begin().await?;
    let (_, may) = tx.hold::<Document, ShareDocument>(id).await?;
    usecases::share(&mut tx, &may, id, &readers, &ground).await?;
    tx.commit().await?;
    back(id)
}

/// Are these people who work in the institution, or lists around it?
async fn offered(ctx: &Ctx, id: DocumentId, readers: &[Uuid]) -> std::result::Result<bool, Problem> {
    let (tenant, today) = (ctx.op.tenant(), ctx.op.today());
    let mut read = ctx.op.read().await?;
    let d: Document = read.seen::<Document, ShareDocument>(id).await?.0;
    let units = parties::units(read.conn(), tenant, Some(today)).await?;
    let people = parties::colleagues(read.conn(), tenant, d.institution_id, today).await?;
    let is_pool = |r: &Uuid| around(&units, &d).any(|u| POOLS.iter().any(|role| op::pool_id(u.id, role) == *r));
    Ok(readers.iter().all(|r| people.iter().any(|(p, _)| p.uuid() == *r) || is_pool(r)))
}

pub(super) async fn unshare(ctx: Ctx, Path((id, reader)): Path<(String, String)>, _: Form) -> Result {
    let id = the_id(&id)?;
    let reader: Uuid = reader.parse().map_err(|_| Problem::NotFound)?;
    let ground = ctx.tr.t("documents-unshare-ground");
    let mut tx = ctx.op.begin().await?;
    let (_, may) = tx.hold::<Document, ShareDocument>(id).await?;
    usecases::unshare(&mut tx, &may, reader, &ground).await?;
    tx.commit().await?;
    // Whoever closed it to themselves sees it no more.
    let mut read = ctx.op.read().await?;
    match read.see::<Document>(id).await {
        Ok(_) => back(id),
        Err(_) => Ok(web::see_other("/registers")),
    }
}
