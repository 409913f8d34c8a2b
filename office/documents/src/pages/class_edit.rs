//! One row of a classification scheme: changed, closed, or removed while nothing stands in it.

use askama::Template;
use axum::extract::Path;
use op::{Action as _, Audit};
use serde_json::json;
use types::ClassId;
use ui::{FormState, Shell, c::Choice};
use web::{Ctx, Form, Problem, Result};

use super::classes::{here, retention};
use crate::{
    actions::ManageClasses,
    model::Medium,
    store::{self, Class, ClassChange},
};

#[derive(Template)]
#[template(path = "documents/class.html")]
pub(crate) struct ClassPage {
    pub shell: Shell,
    pub form: FormState,
    pub path: String,
    pub code: String,
    pub year: i32,
    pub media: Vec<Choice>,
    /// No document stands in it.
    pub empty: bool,
}

async fn there(ctx: &Ctx, id: &str) -> std::result::Result<(Class, bool), Problem> {
    let id: ClassId = id.parse().map_err(|_| Problem::NotFound)?;
    let mut read = ctx.op.read().await?;
    let class: Class = read.see(id).await?;
    let documents = store::documents_in(read.conn(), ctx.op.tenant(), id).await?;
    Ok((class, documents == 0))
}

fn page(ctx: Ctx, class: &Class, empty: bool, mut form: FormState) -> ClassPage {
    form.csrf.clone_from(&ctx.shell.csrf);
    let media = Medium::ALL.iter().map(|m| Choice::new(m.word(), ctx.tr.t(&format!("documents-medium-{}", m.word()))));
    let media = media.collect();
    let above = ctx.tr.t("documents-classification");
    let ctx = ctx.under(&[(&here(class.institution_id, class.year), above)]);
    ClassPage {
        path: format!("/admin/classification/{}", class.id),
        code: class.code.clone(),
        year: class.year,
        media,
        empty,
        form,
        shell: ctx.shell,
    }
}

pub(super) async fn show(ctx: Ctx, Path(id): Path<String>) -> Result {
    let (class, empty) = there(&ctx, &id).await?;
    let mut form = ctx.form();
    form.set("version", class.version.to_string()).set("title", &class.title).set("parent_code", &class.parent_code);
    form.set("retention", class.retention_years.map(|n| n.to_string()).unwrap_or_default());
    form.set("permanent", if class.permanent { "1" } else { "" });
    form.set("responsible", &class.responsible).set("medium", class.medium.word());
    form.set("system", &class.system).set("notes", &class.notes);
    form.set("closed_on", class.closed_on.map(|d| ctx.tr.date(d)).unwrap_or_default());
    web::page(&page(ctx, &class, empty, form))
}

fn read(form: &mut FormState) -> Option<ClassChange> {
    let label = form.tr().t("documents-class-title");
    form.label("title", label);
    let title = form.required_text("title", 300);
    let (retention_years, permanent) = retention(form);
    let medium = form.chosen("medium", Medium::from_word);
    let mut text = |name: &str| form.text(name, 300).unwrap_or_default();
    let (parent_code, responsible, system, notes) =
        (text("parent_code"), text("responsible"), text("system"), text("notes"));
    let closed_on = form.date_opt("closed_on");
    let change = ClassChange {
        parent_code,
        title: title?,
        retention_years,
        permanent,
        responsible,
        medium: medium?,
        system,
        notes,
        closed_on,
    };
    form.is_ok().then_some(change)
}

fn version(form: &FormState) -> i32 {
    form.value("version").parse().unwrap_or(0)
}

pub(super) async fn update(ctx: Ctx, Path(id): Path<String>, Form(mut form): Form) -> Result {
    let (class, empty) = there(&ctx, &id).await?;
    let Some(change) = read(&mut form) else {
        return web::invalid(&page(ctx, &class, empty, form));
    };
    let mut tx = ctx.op.begin().await?;
    let (old, may) = tx.hold_version::<Class, ManageClasses>(class.id, version(&form)).await?;
    store::update_class(&mut tx, &may, &change).await?;
    let data = json!({ "retention": [old.retention_years, change.retention_years],
                       "permanent": [old.permanent, change.permanent], "did": "change" });
    tx.audit(Audit::of(ManageClasses::DEF.name, "class", class.id).with(data));
    tx.commit().await?;
    Ok(web::see_other(&here(class.institution_id, class.year)))
}

/// A row in which no document stands was a mistake; any other is closed instead.
pub(super) async fn remove(ctx: Ctx, Path(id): Path<String>, Form(form): Form) -> Result {
    let (class, _) = there(&ctx, &id).await?;
    let mut tx = ctx.op.begin().await?;
    let (_, may) = tx.hold_version::<Class, ManageClasses>(class.id, version(&form)).await?;
    if store::documents_in(tx.conn(), ctx.op.tenant(), class.id).await? > 0 {
        return Err(Problem::Refused(ctx.tr.t("documents-class-not-empty")));
    }
    store::remove_class(&mut tx, &may).await?;
    tx.audit(Audit::of(ManageClasses::DEF.name, "class", class.id).with(json!({ "did": "remove" })));
    tx.commit().await?;
    Ok(web::see_other(&here(class.institution_id, class.year)))
}
