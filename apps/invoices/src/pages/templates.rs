//! Templates of the recurring.

use askama::Template;
use axum::extract::Path;
use i18n::Tr;
use op::Action as _;
use types::DocumentId;
use ui::{FormState, Shell};
use uuid::Uuid;
use web::{Ctx, Form, Problem, Result};

use super::{card, id, key, problem, refusal};
use crate::{
    actions::{CodeInvoice, ViewAgreements},
    store::{self, TemplateRow},
    usecases::{self, AskedTemplate},
};

#[derive(Template)]
#[template(path = "invoices/templates.html")]
pub(super) struct TemplatesPage {
    pub shell: Shell,
    pub form: FormState,
    pub rows: Vec<TemplateView>,
    pub may_end: bool,
}

pub(super) struct TemplateView {
    pub id: String,
    pub name: String,
    pub supplier: String,
    pub contract: String,
    pub usual: String,
    pub parts: String,
}

fn view(tr: &Tr, t: &TemplateRow) -> TemplateView {
    let usual = match (t.amount_from, t.amount_to) {
        (Some(from), Some(to)) => format!("{} – {}", tr.money(from), tr.money(to)),
        (Some(from), None) => format!("≥ {}", tr.money(from)),
        (None, Some(to)) => format!("≤ {}", tr.money(to)),
        (None, None) => String::new(),
    };
    let parts: Vec<String> = t.parts.0.iter().map(|p| format!("{} / EKK {}", p.account, p.ekk)).collect();
    TemplateView {
        id: t.id.to_string(),
        name: t.name.clone(),
        supplier: t.supplier.clone(),
        contract: t.contract_number.clone().unwrap_or_default(),
        usual,
        parts: parts.join("; "),
    }
}

pub(super) async fn show(ctx: Ctx) -> Result {
    let mut form = ctx.form();
    form.csrf.clone_from(&ctx.shell.csrf);
    let tenant = ctx.op.tenant();
    let mut read = ctx.op.read().await?;
    let units = ctx.op.scope(ViewAgreements::DEF).units();
    let rows = store::templates(read.conn(), tenant, &units).await?;
    drop(read);
    let tr = ctx.tr.clone();
    let may_end = ctx.op.could(CodeInvoice::DEF);
    let ctx = ctx.under(&[("/invoices", tr.t("invoices-title"))]);
    let rows = rows.iter().map(|t| view(&tr, t)).collect();
    web::page(&TemplatesPage { rows, may_end, form, shell: ctx.shell })
}

pub(super) async fn make(ctx: Ctx, Path(text): Path<String>, Form(mut form): Form) -> Result {
    let id: DocumentId = id(&text)?;
    let name = form.required_text("template_name", 100);
    let (from, to) = (form.money_opt("template_from"), form.money_opt("template_to"));
    if let (Some(from), Some(to)) = (from, to)
        && from > to
    {
        form.fail("template_to", "invoices-template-backwards");
    }
    let (Some(name), true) = (name, form.is_ok()) else {
        return web::invalid(&card::page(ctx, id, form).await?);
    };
    let asked = AskedTemplate { name, by_contract: form.ticked("template_contract"), from, to };
    match usecases::make_template(&ctx.op, id, key(&form)?, asked).await {
        Ok(_) => Ok(web::see_other("/invoices/templates")),
        Err(e) => {
            let words = refusal(&ctx.tr, e)?;
            form.fail_text("template_name", words);
            web::invalid(&card::page(ctx, id, form).await?)
        }
    }
}

pub(super) async fn end(ctx: Ctx, Path(text): Path<String>) -> std::result::Result<axum::response::Response, Problem> {
    let id: Uuid = id(&text)?;
    match usecases::end_template(&ctx.op, id).await {
        Ok(()) => Ok(web::see_other("/invoices/templates")),
        Err(e) => Err(problem(&ctx.tr, e)),
    }
}
