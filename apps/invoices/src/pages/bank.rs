//! The bank: our accounts, its statements and status.

use askama::Template;
use op::Action as _;
use ui::{FormState, Html, Shell};
use web::{Ctx, Form, Problem, Result, Upload};

use super::{refusal, words};
use crate::{
    actions::ManageAccounts,
    store,
    usecases::{self, InvoicesError},
};

#[derive(Template)]
#[template(path = "invoices/bank.html")]
pub(super) struct BankPage {
    pub shell: Shell,
    pub form: FormState,
    pub accounts: Vec<(String, String, String)>,
    pub statements: Vec<StatementView>,
    pub done: Html,
    pub may_manage: bool,
}

pub(super) struct StatementView {
    pub account: String,
    pub name: String,
    pub when: String,
    pub closing: String,
    pub entries: String,
    pub tied: String,
}

pub(super) async fn show(ctx: Ctx) -> Result {
    let form = ctx.form();
    web::page(&page(ctx, form, Html::default()).await?)
}

async fn page(ctx: Ctx, mut form: FormState, done: Html) -> std::result::Result<BankPage, Problem> {
    let tenant = ctx.op.tenant();
    let mut read = ctx.op.read().await?;
    let accounts = store::bank_accounts(read.conn(), tenant).await?;
    let rows = store::statements(read.conn(), tenant, 50).await?;
    drop(read);
    let tr = ctx.tr.clone();
    form.csrf.clone_from(&ctx.shell.csrf);
    let view = |s: store::StatementRow| StatementView {
        account: s.account,
        name: s.name,
        when: tr.date(types::local_date(s.imported_at)),
        closing: s.closing.map(|m| tr.money(m)).unwrap_or_default(),
        entries: tr.number(s.entries),
        tied: tr.number(s.tied),
    };
    Ok(BankPage {
        accounts: accounts.into_iter().map(|a| (a.name, words::iban(&a.iban), a.bic.unwrap_or_default())).collect(),
        statements: rows.into_iter().map(view).collect(),
        done,
        may_manage: ctx.op.could(ManageAccounts::DEF),
        form,
        shell: ctx.shell,
    })
}

/// A statement or a status report: the message says which.
pub(super) async fn import(ctx: Ctx, Upload(mut form, files): Upload) -> Result {
    let Some(file) = files.into_iter().next() else {
        form.fail("file", "ui-error-required");
        return web::invalid(&page(ctx, form, Html::default()).await?);
    };
    let head: String = String::from_utf8_lossy(file.bytes.get(..4096).unwrap_or(&file.bytes)).into_owned();
    let tr = ctx.tr.clone();
    let outcome = if head.contains("CstmrPmtStsRpt") {
        usecases::import_status(&ctx.op, &file.bytes).await.map(|_| tr.t("invoices-status-imported"))
    } else {
        usecases::import_statement(&ctx.op, &file.bytes).await.map(|d| {
            let n = |n: usize| i18n::Arg::from(i64::try_from(n).unwrap_or(0));
            let args = [("entries", n(d.entries)), ("paid", n(d.paid.len())), ("returned", n(d.returned.len()))];
            if d.statements == 0 {
                tr.t("invoices-statement-known")
            } else {
                tr.ta("invoices-statement-imported", &args)
            }
        })
    };
    match outcome {
        Ok(words) => {
            let banner = ui::c::Banner::new(tr.t("ui-important"), words).success(true);
            web::page(&page(ctx, form, Html::of(&banner)).await?)
        }
        Err(InvoicesError::Op(op::OpError::NotFound)) => {
            form.fail("file", "invoices-refused-unknown-file");
            web::invalid(&page(ctx, form, Html::default()).await?)
        }
        Err(e) => {
            let words = refusal(&tr, e)?;
            form.fail_text("file", words);
            web::invalid(&page(ctx, form, Html::default()).await?)
        }
    }
}

pub(super) async fn account(ctx: Ctx, Form(mut form): Form) -> Result {
    let name = form.required_text("name", 100);
    let iban = form.required_text("iban", 40);
    let bic = form.text("bic", 11);
    let (Some(name), Some(iban)) = (name, iban) else {
        return web::invalid(&page(ctx, form, Html::default()).await?);
    };
    match usecases::name_account(&ctx.op, &iban, bic.as_deref(), &name).await {
        Ok(_) => Ok(web::see_other("/invoices/bank")),
        Err(e) => {
            let words = refusal(&ctx.tr, e)?;
            form.fail_text("iban", words);
            web::invalid(&page(ctx, form, Html::default()).await?)
        }
    }
}
