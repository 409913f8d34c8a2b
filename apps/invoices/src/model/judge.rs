//! The verdict on a file.

use en16931::{Policy, Severity, Syntax};
use serde::{Deserialize, Serialize};

use super::Bill;

/// More findings than anybody reads; the rest is counted.
pub const MOST_FINDINGS: usize = 300;

/// What the rules say of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing found.
    Valid,
    /// Nothing fatal.
    Warned,
    /// Something fatal.
    Broken,
    /// Entered by hand: there is nothing for the rules to read.
    Manual,
}

impl Verdict {
    /// Its word in the database and in keys of texts.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Warned => "warned",
            Self::Broken => "broken",
            Self::Manual => "manual",
        }
    }
}

/// A finding, as it is kept beside the invoice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingRow {
    /// The rule, as the standard names it.
    pub rule: String,
    /// `fatal`, `warning`, `info`.
    pub severity: String,
    /// Business term, as BT-24.
    pub term: Option<String>,
    /// Place in the document.
    pub path: String,
    /// Line of the file.
    pub line: u32,
    /// What is wrong, in Latvian.
    pub lv: String,
    /// What is wrong, in English.
    pub en: String,
}

/// A file that was judged.
#[derive(Clone, Debug)]
pub struct Judged {
    /// What it is: `ubl-invoice`, `cii` …
    pub syntax: &'static str,
    /// The verdict.
    pub verdict: Verdict,
    /// What was found.
    pub findings: Vec<FindingRow>,
    /// What it says; nothing where it is no invoice that could be read.
    pub bill: Option<Bill>,
}

const fn syntax_word(syntax: Syntax) -> &'static str {
    match syntax {
        Syntax::UblInvoice => "ubl-invoice",
        Syntax::UblCreditNote => "ubl-credit-note",
        Syntax::Cii => "cii",
        Syntax::InvoiceResponse => "invoice-response",
        Syntax::Unknown => "unknown",
    }
}

/// Judges a file. A supplier registered in Latvia must meet Peppol BIS Billing 3.0, one from elsewhere the European
/// standard alone (Regulation of the Cabinet of Ministers No 154 (2019), paragraph 4).
#[must_use]
pub fn judge(bytes: &[u8]) -> Judged {
    let bill = en16931::model::read(bytes).ok().map(|m| Bill::of(&m));
    let at_home = bill.as_ref().is_none_or(|b| matches!(b.seller.country.as_str(), "LV" | "??"));
    let report = en16931::validate(bytes, if at_home { Policy::Lv } else { Policy::En16931 });
    let verdict = match (report.valid, report.findings.is_empty()) {
        (true, true) => Verdict::Valid,
        (true, false) => Verdict::Warned,
        (false, _) => Verdict::Broken,
    };
    let severity = |s: Severity| match s {
        Severity::Fatal => "fatal",
        Severity::Warning => "warning",
        Severity::Info => "info",
    };
    let row = |f: en16931::Finding| FindingRow {
        rule: f.rule,
        severity: severity(f.severity).to_owned(),
        term: f.term.map(ToOwned::to_owned),
        path: f.location.path,
        line: f.location.line,
        lv: f.text_lv,
        en: f.text_en,
    };
    let mut findings: Vec<FindingRow> = report.findings.into_iter().map(row).collect();
    // The gravest first; those of one weight stay in the order of the document.
    findings.sort_by_key(|f| ["fatal", "warning"].iter().position(|s| *s == f.severity).unwrap_or(2));
    findings.truncate(MOST_FINDINGS);
    Judged { syntax: syntax_word(report.syntax), verdict, findings, bill }
}
