//! The form on which an invoice is coded and sent for approval.

use axum::extract::Path;
use i18n::Tr;
use types::{DocumentId, Money, UnitId};
use ui::FormState;
use web::{Ctx, Form, Result};

use super::{card, id, refusal, version};
use crate::{
    held::Invoice,
    model::{Coding, by_lines},
    store::LineRow,
    usecases,
};

/// Parts that one can enter.
const PARTS: usize = 5;

/// The names of a part's fields.
pub(super) struct PartFields {
    pub no: usize,
    pub amount: String,
    pub account: String,
    pub ekk: String,
    pub function: String,
    pub funding: String,
    pub project: String,
    pub unit: String,
}

pub(super) fn fields() -> Vec<PartFields> {
    let of = |what: &str, no: usize| format!("{what}_{no}");
    let part = |no| PartFields {
        no,
        amount: of("amount", no),
        account: of("account", no),
        ekk: of("ekk", no),
        function: of("function", no),
        funding: of("funding", no),
        project: of("project", no),
        unit: of("unit", no),
    };
    (1..=PARTS).map(part).collect()
}

/// Fills the form with what is booked or suggested; what was typed stays.
pub(super) fn fill(tr: &Tr, form: &mut FormState, invoice: &Invoice, parts: &[Coding]) {
    if !form.blank("amount_1") || !form.errors.is_empty() {
        return;
    }
    let mut set = |what: &str, no: usize, value: &str| {
        form.set(&format!("{what}_{no}"), value);
    };
    if parts.is_empty() {
        set("amount", 1, &tr.money(invoice.total).replace('€', ""));
        set("unit", 1, &invoice.unit_id.to_string());
    }
    for (no, p) in (1..=PARTS).zip(parts) {
        set("amount", no, &tr.money(p.amount).replace('€', ""));
        set("account", no, &p.account);
        set("ekk", no, &p.ekk);
        set("function", no, &p.function);
        set("funding", no, &p.funding);
        set("project", no, &p.project);
        set("unit", no, &p.unit_id.to_string());
    }
}

/// A part for each line of the invoice, booked as it was suggested; nothing where its lines do not fit the form.
pub(super) fn split(invoice: &Invoice, lines: &[LineRow], parts: &[Coding]) -> Vec<Coding> {
    let plain = Coding {
        amount: Money::ZERO,
        account: String::new(),
        ekk: String::new(),
        function: String::new(),
        funding: String::new(),
        project: String::new(),
        unit_id: invoice.unit_id,
        note: String::new(),
    };
    let lines: Vec<_> = lines.iter().map(|l| (l.name.clone(), l.net, l.vat_rate)).collect();
    by_lines(&lines, invoice.total, parts.first().unwrap_or(&plain), PARTS)
}

fn read(form: &mut FormState, fallback: UnitId) -> Option<Vec<Coding>> {
    let mut parts = Vec::new();
    for f in fields() {
        if form.blank(&f.amount) && form.blank(&f.account) {
            continue;
        }
        let amount = form.money(&f.amount);
        let unit: Option<UnitId> = form.uuid_opt(&f.unit);
        let mut text = |name: &str| form.text(name, 40).unwrap_or_default();
        parts.push(Coding {
            amount: amount.unwrap_or(Money::ZERO),
            account: text(&f.account),
            ekk: text(&f.ekk),
            function: text(&f.function),
            funding: text(&f.funding),
            project: text(&f.project),
            unit_id: unit.unwrap_or(fallback),
            note: String::new(),
        });
    }
    form.is_ok().then_some(parts)
}

pub(super) async fn send(ctx: Ctx, Path(text): Path<String>, Form(mut form): Form) -> Result {
    let id: DocumentId = id(&text)?;
    let mut seen = ctx.op.read().await?;
    let invoice: Invoice = seen.see(id).await?;
    let tenant = ctx.op.tenant();
    let units = parties::units(seen.conn(), tenant, Some(ctx.op.today())).await?;
    drop(seen);
    let Some(parts) = read(&mut form, invoice.unit_id) else {
        return web::invalid(&card::page(ctx, id, form).await?);
    };
    // A unit of another institution is no choice of the form.
    let is_ours = |u: UnitId| {
        units.iter().any(|x| x.id == u && (u == invoice.institution_id || x.path.contains(&invoice.institution_id)))
    };
    if parts.iter().any(|p| !is_ours(p.unit_id)) {
        form.fail("unit_1", "ui-error-choice");
        return web::invalid(&card::page(ctx, id, form).await?);
    }
    match usecases::code(&ctx.op, id, version(&form)?, &parts).await {
        Ok(()) => Ok(web::see_other(&format!("/invoices/{id}"))),
        Err(e) => {
            let words = refusal(&ctx.tr, e)?;
            form.fail_text("amount_1", words);
            web::invalid(&card::page(ctx, id, form).await?)
        }
    }
}
