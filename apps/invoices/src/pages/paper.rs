//! An invoice that came on paper or as a picture, entered by hand beside its preview.

use askama::Template;
use documents::{FileRole, NewFile, upload};
use sha2::{Digest as _, Sha256};
use ui::{FormState, Shell, c::Choice};
use web::{Ctx, Problem, Result, Upload, Uploaded};

use super::{problem, register::fallback};
use crate::{
    model::{Bill, BillLine, Channel, Kind, Seller, Verdict},
    usecases::{self, Outcome, Prepared},
};

#[derive(Template)]
#[template(path = "invoices/paper.html")]
pub(super) struct PaperPage {
    pub shell: Shell,
    pub form: FormState,
    pub kinds: Vec<Choice>,
    pub accept: &'static str,
}

pub(super) async fn form(ctx: Ctx) -> Result {
    let mut form = ctx.form();
    form.set("kind", "invoice");
    web::page(&page(ctx, form))
}

fn page(ctx: Ctx, mut form: FormState) -> PaperPage {
    let tr = ctx.tr.clone();
    form.csrf.clone_from(&ctx.shell.csrf);
    let ctx = ctx.under(&[("/invoices", tr.t("invoices-title"))]);
    PaperPage { kinds: kinds(&tr), accept: ".pdf,.jpg,.jpeg,.png,.tif,.tiff", form, shell: ctx.shell }
}

pub(super) fn kinds(tr: &i18n::Tr) -> Vec<Choice> {
    ["invoice", "credit-note"].map(|k| Choice::new(k, tr.t(&format!("invoices-kind-{k}")))).to_vec()
}

pub(super) async fn send(ctx: Ctx, Upload(mut form, files): Upload) -> Result {
    let Some(prepared) = typed(&ctx, &mut form, files) else {
        return web::invalid(&page(ctx, form));
    };
    let fallback = fallback(&ctx).await?;
    let mut tx = ctx.op.begin().await?;
    let done = usecases::receive_set(&mut tx, fallback, vec![prepared]).await.map_err(|e| problem(&ctx.tr, e))?;
    tx.commit().await?;
    match done.first().map(|r| &r.outcome) {
        Some(Outcome::Registered(id) | Outcome::Known(id)) => Ok(web::see_other(&format!("/invoices/{id}"))),
        _ => Err(Problem::Internal("nothing was registered".to_owned())),
    }
}

/// What was typed, with the files that came along.
pub(super) fn typed(ctx: &Ctx, form: &mut FormState, files: Vec<Uploaded>) -> Option<Prepared> {
    let supplier = form.required_text("supplier", 200);
    let registration = form.text("registration", 20);
    if registration.as_deref().is_some_and(|r| latvian::ids::RegistrationNumber::parse(r).is_err()) {
        form.fail("registration", "invoices-error-registration");
    }
    let number = form.required_text("number", 100);
    let kind = form.choice("kind", &["invoice", "credit-note"]);
    let issued = form.date("issued");
    if issued.is_some_and(|d| d > ctx.op.today()) {
        form.fail("issued", "invoices-error-future");
    }
    let due = form.date_opt("due");
    let net = form.money("net");
    let vat = form.money_opt("vat").unwrap_or_default();
    let iban = form.text("iban", 40);
    let iban = match iban.as_deref().map(latvian::ids::Iban::parse) {
        Some(Err(_)) => {
            form.fail("iban", "invoices-refused-iban");
            None
        }
        Some(Ok(iban)) => Some(iban.value.compact().to_owned()),
        None => None,
    };
    let what = form.text("what", 300).unwrap_or_default();
    let preceding: Vec<String> = form.text("preceding", 100).into_iter().collect();
    let mut kept = Vec::new();
    for file in files.into_iter().take(upload::MAX_FILES) {
        match upload::check(&file.name, &file.bytes) {
            Ok(a) => {
                let role = if kept.is_empty() { FileRole::Main } else { FileRole::Annex };
                kept.push(NewFile {
                    name: a.name,
                    media_type: a.media_type.to_owned(),
                    bytes: file.bytes.to_vec(),
                    role,
                });
            }
            Err(e) => form.fail_text("files", format!("{}: {}", file.name, ctx.tr.t(e.key()))),
        }
    }
    if !form.is_ok() {
        return None;
    }
    let (net, issued) = (net?, issued?);
    let total = types::Money(net.0.checked_add(vat.0)?);
    // The picture is the content; where there is none, what was typed, with the form's key.
    let content = match kept.first() {
        Some(file) => Sha256::digest(&file.bytes),
        None => Sha256::digest(format!("{}\0{}", form.submit_id, ctx.op.tenant())),
    };
    let bill = Bill {
        kind: if kind.as_deref() == Some("credit-note") { Kind::CreditNote } else { Kind::Invoice },
        number: number?,
        issued: Some(issued),
        due,
        seller: Seller { name: supplier?, registration, country: "LV".to_owned(), ..Seller::default() },
        buyer_numbers: Vec::new(),
        buyer_name: String::new(),
        currency: "EUR".to_owned(),
        net,
        vat,
        total,
        payable: total,
        iban,
        reference: None,
        order: None,
        contract: None,
        buyer_reference: None,
        preceding,
        lines: vec![BillLine { name: what, net, ..BillLine::default() }],
        files: Vec::new(),
    };
    Some(Prepared {
        bill,
        content: content.into(),
        channel: Channel::Paper,
        is_structured: false,
        syntax: "none",
        verdict: Verdict::Manual,
        findings: Vec::new(),
        files: kept,
        alerts: Vec::new(),
        envelope: None,
        draft: None,
    })
}
