//! What other systems are told: the accounting system, the State Revenue Service.

use askama::Template;
use i18n::Tr;
use op::Action as _;
use types::Date;
use ui::{FormState, Html, Shell};
use web::{Ctx, Form, Problem, Result};

use super::{key, looked, refusal};
use crate::{
    actions::{ExportPostings, SendPostings, ViewInvoice},
    store::{self, ExportRow, ReportRow},
    usecases,
};

#[derive(Template)]
#[template(path = "invoices/exchange.html")]
pub(super) struct ExchangePage {
    pub shell: Shell,
    pub form: FormState,
    pub exports: Vec<ExportView>,
    pub reports: Vec<ReportView>,
    pub figures: Vec<(String, String)>,
    pub may_send: bool,
}

pub(super) struct ExportView {
    pub name: String,
    pub when: String,
    pub invoices: String,
    pub amount: String,
    pub chip: Html,
    pub said: String,
}

pub(super) struct ReportView {
    pub href: String,
    pub supplier: String,
    pub number: String,
    pub due: String,
    pub chip: Html,
    pub said: String,
}

fn export(tr: &Tr, e: &ExportRow) -> ExportView {
    let kind = match e.state.as_str() {
        "accepted" => "done",
        "refused" => "refused",
        _ => "wait",
    };
    ExportView {
        name: e.name.clone(),
        when: tr.date(types::local_date(e.created_at)),
        invoices: tr.number(i64::from(e.invoices)),
        amount: tr.money(e.amount),
        chip: ui::c::chip(&kind, &tr.t(&format!("invoices-export-{}", e.state))),
        said: e.receipt.clone().or_else(|| e.reason.clone()).unwrap_or_default(),
    }
}

fn report(tr: &Tr, r: &ReportRow, today: Date) -> ReportView {
    let late = r.state != "accepted" && r.due_on < today;
    let kind = match r.state.as_str() {
        "accepted" => "done",
        "refused" => "refused",
        _ if late => "overdue",
        _ => "wait",
    };
    let word = tr.t(&format!("invoices-srs-{}", r.state));
    let text = if late { format!("{word}, {}", tr.t("invoices-late")) } else { word };
    ReportView {
        href: format!("/invoices/{}", r.id),
        supplier: r.supplier.clone(),
        number: r.number.clone(),
        due: tr.date(r.due_on),
        chip: ui::c::chip(&kind, &text),
        said: r.receipt.clone().or_else(|| r.reason.clone()).unwrap_or_default(),
    }
}

pub(super) async fn show(ctx: Ctx) -> Result {
    let form = ctx.form();
    web::page(&page(ctx, form).await?)
}

async fn page(ctx: Ctx, mut form: FormState) -> std::result::Result<ExchangePage, Problem> {
    let (tenant, today) = (ctx.op.tenant(), ctx.op.today());
    let mut read = ctx.op.read().await?;
    let exports = store::exports(read.conn(), tenant, false).await?;
    let units = ctx.op.scope(ExportPostings::DEF).units();
    let reports = store::reports(read.conn(), tenant, &units).await?;
    let counts = store::report_counts(read.conn(), tenant, today).await?;
    drop(read);
    looked(&ctx, ViewInvoice::DEF.name, "invoice", reports.iter().map(|r| r.id.uuid()).collect()).await?;
    let tr = ctx.tr.clone();
    form.csrf.clone_from(&ctx.shell.csrf);
    let sum = |duty: &str, state: &str| -> i64 {
        counts.iter().filter(|(d, s, ..)| d == duty && (state.is_empty() || s == state)).map(|(_, _, n, _)| *n).sum()
    };
    let late: i64 = counts.iter().map(|(.., late)| *late).sum();
    let figures = [
        ("invoices-srs-count-due", sum("ours", "due")),
        ("invoices-srs-count-late", late),
        ("invoices-srs-count-accepted", sum("ours", "accepted")),
        ("invoices-srs-count-operator", sum("operator", "")),
        ("invoices-srs-count-automatic", sum("automatic", "")),
    ];
    let may_send = ctx.op.could(SendPostings::DEF);
    let ctx = ctx.under(&[("/invoices", tr.t("invoices-title"))]);
    Ok(ExchangePage {
        exports: exports.iter().map(|e| export(&tr, e)).collect(),
        reports: reports.iter().map(|r| report(&tr, r, today)).collect(),
        figures: figures.map(|(k, n)| (tr.t(k), tr.number(n))).to_vec(),
        may_send,
        form,
        shell: ctx.shell,
    })
}

pub(super) async fn send(ctx: Ctx, Form(mut form): Form) -> Result {
    match usecases::export(&ctx.op, key(&form)?).await {
        Ok(_) => Ok(web::see_other("/invoices/exchange")),
        Err(e) => {
            let words = refusal(&ctx.tr, e)?;
            form.fail_text("submit", words);
            web::invalid(&page(ctx, form).await?)
        }
    }
}
