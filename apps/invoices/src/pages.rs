//! Pages: the register and its intake, an invoice, payments, the bank.

mod agreements;
mod bank;
mod card;
mod coding;
mod exchange;
mod late;
mod paper;
mod payments;
mod register;
mod samples;
mod templates;
mod view;
mod waiting;
mod words;

use std::sync::Arc;

use i18n::Tr;
use op::{Action as _, Audit, Extensions};
use ui::FormState;
use uuid::Uuid;
use web::{Access, Ctx, NavEntry, Problem, Route, get, post};

use crate::{
    actions::{
        AnswerSupplier, ClearAlert, CodeInvoice, EnterAgreement, ExportPostings, ImportStatement, ManageAccounts,
        ProposePayment, ReceiveGoods, ReceiveInvoice, ReleasePayment, SendPostings, ViewAgreements, ViewInvoice,
        ViewPayments,
    },
    model::CodingFault,
    offers,
    usecases::InvoicesError,
};

pub(crate) use samples::samples;

/// Twenty files of the largest size that one would drop on the page, and a few fields.
const UPLOAD_BODY: usize = 64 * 1024 * 1024;

pub(crate) const NAV: &[NavEntry] = &[
    NavEntry {
        href: "/invoices",
        label: "invoices-title",
        icon: "file-text",
        group: "invoices-group",
        action: Some(ReceiveInvoice::DEF),
    },
    NavEntry {
        href: "/invoices/agreements",
        label: "invoices-agreements",
        icon: "file-check",
        group: "invoices-group",
        action: Some(ViewAgreements::DEF),
    },
    NavEntry {
        href: "/invoices/payments",
        label: "invoices-payments",
        icon: "wallet",
        group: "invoices-group",
        action: Some(ViewPayments::DEF),
    },
    NavEntry {
        href: "/invoices/exchange",
        label: "invoices-exchange",
        icon: "send",
        group: "invoices-group",
        action: Some(ExportPostings::DEF),
    },
    NavEntry {
        href: "/invoices/bank",
        label: "invoices-bank",
        icon: "landmark",
        group: "invoices-group",
        action: Some(ImportStatement::DEF),
    },
];

pub(crate) fn routes() -> Vec<Route> {
    let see = Access::Action(ViewInvoice::DEF);
    let receive = Access::Action(ReceiveInvoice::DEF);
    let answer = Access::Action(AnswerSupplier::DEF);
    let payments = Access::Action(ViewPayments::DEF);
    let propose = Access::Action(ProposePayment::DEF);
    let import = Access::Action(ImportStatement::DEF);
    let code = Access::Action(CodeInvoice::DEF);
    vec![
        get("/invoices", see, "invoices-title", register::show),
        post("/invoices", receive, "invoices-upload", register::upload).max_body(UPLOAD_BODY),
        get("/invoices/new", receive, "invoices-paper", paper::form),
        post("/invoices/new", receive, "invoices-paper", paper::send).max_body(UPLOAD_BODY),
        get("/invoices/{id}", see, "invoices-invoice", card::show),
        get("/invoices/{id}/view", see, "invoices-view", view::show),
        get("/invoices/{id}/pdf", see, "invoices-view-pdf", view::pdf),
        get("/invoices/waiting/{id}", receive, "invoices-waiting-enter", waiting::show),
        post("/invoices/waiting/{id}", receive, "invoices-register", waiting::enter),
        post("/invoices/waiting/{id}/dismiss", receive, "invoices-dismiss", waiting::dismiss),
        get("/invoices/waiting/{id}/file", receive, "invoices-picture", waiting::file),
        get("/invoices/templates", Access::Action(ViewAgreements::DEF), "invoices-templates", templates::show),
        post("/invoices/{id}/template", code, "invoices-template-make", templates::make),
        post("/invoices/templates/{id}/end", code, "invoices-template-end", templates::end),
        get("/invoices/{id}/files/{file}", see, "invoices-files", card::file),
        post("/invoices/{id}/code", code, "invoices-code", coding::send),
        post("/invoices/{id}/accept", answer, "invoices-accept", card::accept),
        post("/invoices/{id}/answer", answer, "invoices-answer", card::answer),
        post("/invoices/{id}/alerts/{alert}", Access::Action(ClearAlert::DEF), "invoices-clear", card::clear),
        get("/invoices/payments", payments, "invoices-payments", payments::show),
        post("/invoices/payments", propose, "invoices-propose", payments::propose),
        get("/invoices/payments/{id}", payments, "invoices-batch", payments::batch),
        get("/invoices/payments/{id}/file", payments, "invoices-file", payments::file),
        post(
            "/invoices/payments/{id}/release",
            Access::Action(ReleasePayment::DEF),
            "invoices-release",
            payments::release,
        ),
        post("/invoices/payments/{id}/cancel", propose, "invoices-cancel", payments::cancel),
        get("/invoices/postings", Access::Action(ExportPostings::DEF), "invoices-postings", payments::postings),
        get("/invoices/exchange", Access::Action(ExportPostings::DEF), "invoices-exchange", exchange::show),
        post("/invoices/exchange", Access::Action(SendPostings::DEF), "invoices-export-send", exchange::send),
        get("/invoices/agreements", Access::Action(ViewAgreements::DEF), "invoices-agreements", agreements::show),
        post("/invoices/agreements", Access::Action(EnterAgreement::DEF), "invoices-agreement-add", agreements::add),
        get("/invoices/agreements/{id}", Access::Action(ViewAgreements::DEF), "invoices-agreement", agreements::one),
        post(
            "/invoices/agreements/{id}/receipts",
            Access::Action(ReceiveGoods::DEF),
            "invoices-goods",
            agreements::receive,
        ),
        get("/invoices/late", payments, "invoices-late-title", late::show),
        get("/invoices/bank", import, "invoices-bank", bank::show),
        post("/invoices/bank", import, "invoices-import", bank::import).max_body(UPLOAD_BODY),
        post("/invoices/accounts", Access::Action(ManageAccounts::DEF), "invoices-account-add", bank::account),
    ]
}

/// What the office finds by type: an invoice as its deciders see it.
pub(crate) fn extend(extensions: &mut Extensions) {
    let mut views = workflow::SubjectViews::default();
    if let Some(others) = extensions.get::<workflow::SubjectViews>() {
        views.0.extend(others.0.iter().cloned());
    }
    let view: Arc<dyn workflow::SubjectView> = Arc::new(view::Subject);
    views.0.extend([offers::BY_UNIT, offers::BY_HEAD, offers::BY_BOTH].map(|code| (code, Arc::clone(&view))));
    extensions.insert(views);
}

/// An id out of an address; what is none is not there.
fn id<T: std::str::FromStr>(text: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| Problem::NotFound)
}

fn key(form: &FormState) -> Result<Uuid, Problem> {
    form.submit_id.parse().map_err(|_| Problem::BadRequest("submit_id".to_owned()))
}

fn version(form: &FormState) -> Result<i32, Problem> {
    form.value("version").parse().map_err(|_| Problem::BadRequest("version".to_owned()))
}

/// Whose papers are about to be shown is written down.
async fn looked(ctx: &Ctx, action: &'static str, kind: &'static str, subjects: Vec<Uuid>) -> Result<(), Problem> {
    if subjects.is_empty() {
        return Ok(());
    }
    let mut tx = ctx.op.begin().await?;
    tx.audit(Audit::of_all(action, kind, subjects));
    Ok(tx.commit().await?)
}

/// The rule that refused, in words.
fn refusal(tr: &Tr, e: InvoicesError) -> Result<String, Problem> {
    Ok(match e {
        InvoicesError::State(state) => {
            tr.t1("invoices-refused-state", "state", tr.t(&format!("invoices-state-{}", state.word())))
        }
        InvoicesError::Coding(fault) => coding_words(tr, fault),
        InvoicesError::Alerts(n) => tr.t1("invoices-refused-alerts", "n", n),
        InvoicesError::Nobody(step) => tr.t1("invoices-refused-nobody", "step", i64::from(step)),
        InvoicesError::SecondPerson => tr.t("invoices-refused-second"),
        InvoicesError::Nothing => tr.t("invoices-refused-nothing"),
        InvoicesError::Refused(why) => tr.t1("invoices-refused-bank", "why", why),
        InvoicesError::NotReadable(why) => tr.t1("invoices-refused-message", "why", why),
        InvoicesError::NotOurs(iban) => tr.t1("invoices-refused-account", "iban", iban),
        InvoicesError::Balances => tr.t("invoices-refused-balances"),
        InvoicesError::Iban => tr.t("invoices-refused-iban"),
        InvoicesError::Amount(amount) => tr.t1("invoices-refused-amount", "amount", tr.money(amount)),
        InvoicesError::Op(e) => return Err(e.into()),
    })
}

fn coding_words(tr: &Tr, fault: CodingFault) -> String {
    let part = |key: &str, n: usize| tr.t1(key, "n", i64::try_from(n).unwrap_or(0));
    match fault {
        CodingFault::Empty => tr.t("invoices-coding-empty"),
        CodingFault::Sum(left) => tr.t1("invoices-coding-sum", "left", tr.money(left)),
        CodingFault::Account(n) => part("invoices-coding-account", n),
        CodingFault::Ekk(n) => part("invoices-coding-ekk", n),
        CodingFault::Amount(n) => part("invoices-coding-amount", n),
    }
}

fn problem(tr: &Tr, e: InvoicesError) -> Problem {
    match refusal(tr, e) {
        Ok(words) => Problem::Refused(words),
        Err(problem) => problem,
    }
}
