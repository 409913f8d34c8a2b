//! The verdicts on a document's signatures, on its card.

use std::sync::Arc;

use documents::{CardPart, Document, Part};
use i18n::Tr;
use op::{OpError, Read};
use serde_json::Value;
use types::{BoxFuture, Timestamp};
use ui::{
    Html,
    c::{Row, SummaryList, chip},
};

use crate::{
    actions::CheckSignatures,
    store::{self, ReportRow},
};

struct Signatures;

/// What signing puts on a document's card; registered in `Vec<Arc<dyn documents::CardPart>>`.
#[must_use]
pub fn card_part() -> Arc<dyn CardPart> {
    Arc::new(Signatures)
}

impl CardPart for Signatures {
    fn part<'a>(
        &'a self,
        tr: &'a Tr,
        read: &'a mut Read,
        document: &'a Document,
    ) -> BoxFuture<'a, Result<Part, OpError>> {
        Box::pin(async move {
            let tenant = read.op().tenant();
            let reports = store::reports(read.conn(), tenant, document.id).await?;
            let sees_closely = read.may::<documents::ViewDocument>(&document.closely_kept());
            let open: Vec<&ReportRow> = reports.iter().filter(|r| sees_closely || !r.restricted).collect();
            if open.is_empty() {
                return Ok(Part::default());
            }
            let may_check = read.may::<CheckSignatures>(document);
            let mut body: String = open.iter().map(|r| of_file(tr, r)).collect();
            if may_check {
                let href = format!("/documents/{}/signatures", document.id);
                body.push_str(&format!(
                    "<p class=\"govuk-body-s\"><a class=\"govuk-link\" href=\"{href}\">{}</a></p>",
                    Html::text(&tr.t("signing-check-again"))
                ));
            }
            let title = Html::text(&tr.t("signing-card-title"));
            let main = Html::trusted(format!(
                "<section class=\"nv-card\" id=\"signatures\"><h2 class=\"nv-card__title\">{title}</h2><div class=\"nv-card__body\">{body}</div></section>"
            ));
            Ok(Part { main, ..Part::default() })
        })
    }
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn is(value: &Value, name: &str) -> bool {
    value.get(name).and_then(Value::as_bool).unwrap_or(false)
}

/// One file: its own verdict, then each signature's.
fn of_file(tr: &Tr, r: &ReportRow) -> String {
    let container = r.verdict.get("container").unwrap_or(&Value::Null);
    let signatures = list(&r.verdict, "signatures");
    let (kind, words) = match (r.passed, signatures.is_empty()) {
        (true, _) => ("done", "signing-file-good"),
        (false, true) => ("void", "signing-file-unsigned"),
        (false, false) => ("overdue", "signing-file-bad"),
    };
    let checked = tr.ta(
        "signing-checked",
        &[("at", r.checked_at.into()), ("trust", r.trust_at.into()), ("policy", text(&r.verdict, "policy").into())],
    );
    let parts: String = signatures.iter().map(|s| of_signature(tr, s)).collect();
    format!(
        "<h3 class=\"govuk-heading-s govuk-!-margin-bottom-1\">{} {}</h3>{}{parts}<p class=\"govuk-hint\">{}</p>",
        Html::text(&r.name),
        chip(&kind, &tr.t(words)),
        findings(tr, list(container, "findings")),
        Html::text(&checked),
    )
}

fn when(tr: &Tr, value: &Value, name: &str) -> Option<String> {
    let at: Timestamp = text(value, name).parse().ok()?;
    Some(tr.datetime(at))
}

fn of_signature(tr: &Tr, s: &Value) -> String {
    let indication = text(s, "indication");
    let kind = match indication {
        "TOTAL-PASSED" => "done",
        "TOTAL-FAILED" => "overdue",
        _ => "work",
    };
    let details = s.get("signer_details").unwrap_or(&Value::Null);
    let signer = [text(s, "signer"), text(details, "organization")];
    let signer: Vec<&str> = signer.into_iter().filter(|t| !t.is_empty()).collect();
    let yes = |is: bool| tr.t(if is { "signing-yes" } else { "signing-no" });
    let seal = if is(details, "seal") { "signing-qualified-seal" } else { "signing-qualified-signature" };
    let mut rows = vec![
        Row::new(tr.t("signing-signer"), signer.join(", ")),
        Row::new(tr.t("signing-indication"), chip(&kind, &tr.t(&format!("signing-is-{indication}")))),
    ];
    let mut add = |key: &str, value: Option<String>| {
        if let Some(value) = value.filter(|v| !v.is_empty()) {
            rows.push(Row::new(tr.t(key), value));
        }
    };
    add("signing-stamped-at", when(tr, s, "timestamp_at"));
    add("signing-signed-at", when(tr, s, "signed_at"));
    add("signing-role", list(s, "roles").first().and_then(Value::as_str).map(str::to_owned));
    add("signing-level", Some(format!("{} {}", text(s, "form"), text(s, "level"))));
    add(seal, Some(yes(is(s, "qualified"))));
    add("signing-legally", Some(yes(is(s, "legally_signed"))));
    format!("{}{}", SummaryList::new(&rows).class("nv-summary--narrow"), findings(tr, list(s, "findings")))
}

/// In the reader's language; what is only worth knowing is folded away.
fn findings(tr: &Tr, all: &[Value]) -> String {
    let words = |f: &Value| Html::text(text(f, if tr.lang() == "lv" { "text_lv" } else { "text" })).to_string();
    let (notes, grave): (Vec<&Value>, Vec<&Value>) = all.iter().partition(|f| text(f, "severity") == "info");
    let line = |f: &&Value| {
        let severity = text(f, "severity");
        let (kind, key) = if severity == "error" {
            ("overdue", "signing-severity-error")
        } else {
            ("work", "signing-severity-warning")
        };
        format!("<li>{} {}</li>", chip(&kind, &tr.t(key)), words(f))
    };
    let mut out = String::new();
    if !grave.is_empty() {
        let lines: String = grave.iter().map(line).collect();
        out.push_str(&format!("<ul class=\"govuk-list\">{lines}</ul>"));
    }
    if !notes.is_empty() {
        let lines: String = notes.iter().map(|f| format!("<li>{}</li>", words(f))).collect();
        out.push_str(&format!(
            "<details class=\"govuk-details\"><summary class=\"govuk-details__summary\"><span class=\"govuk-details__summary-text\">{}</span></summary><div class=\"govuk-details__text\"><ul class=\"govuk-list\">{lines}</ul></div></details>",
            Html::text(&tr.t("signing-notes"))
        ));
    }
    out
}
