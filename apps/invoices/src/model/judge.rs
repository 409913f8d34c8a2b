//! The verdict on a file.

use std::collections::BTreeMap;

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

/// Which rules refuse an invoice, by its supplier's country. What a municipality says, and from when, stands in its
/// parameters `judge-by.LV`, `judge-by.EE` …, and `judge-by.*` for all others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layers {
    by: BTreeMap<String, Policy>,
    others: Policy,
}

impl Default for Layers {
    /// As the law has it: a supplier registered in Latvia must meet Peppol BIS Billing 3.0, one from elsewhere the
    /// European standard alone (Regulation of the Cabinet of Ministers No 154 (2019), paragraph 4).
    fn default() -> Self {
        Self { by: BTreeMap::from([("LV".to_owned(), Policy::Lv)]), others: Policy::En16931 }
    }
}

impl Layers {
    /// Out of parameters `judge-by.XX`. A word that is none of ours is taken for the strictest.
    #[must_use]
    pub fn of<'a>(parameters: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut layers = Self::default();
        for (key, word) in parameters {
            let policy = match word.trim() {
                "en16931" => Policy::En16931,
                "peppol" => Policy::Peppol,
                _ => Policy::Lv,
            };
            match key.strip_prefix("judge-by.").map(str::trim) {
                Some("*") => layers.others = policy,
                Some(country) => drop(layers.by.insert(country.to_uppercase(), policy)),
                None => {}
            }
        }
        layers
    }

    /// The rules for a supplier of that country; one that says none is judged as one of ours.
    #[must_use]
    pub fn of_country(&self, country: &str) -> Policy {
        let known = |c: &str| self.by.get(c).copied();
        if country.is_empty() || country == "??" {
            return known("LV").unwrap_or(self.others);
        }
        known(&country.to_uppercase()).unwrap_or(self.others)
    }
}

/// Judges a file by the rules for its supplier's country.
#[must_use]
pub fn judge(bytes: &[u8], layers: &Layers) -> Judged {
    let bill = en16931::model::read(bytes).ok().map(|m| Bill::of(&m));
    let country = bill.as_ref().map_or("", |b| b.seller.country.as_str());
    let report = en16931::validate(bytes, layers.of_country(country));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_municipality_says_which_rules_refuse_by_country() {
        let law = Layers::default();
        let of = |l: &Layers| ["LV", "lv", "??", "EE", ""].map(|c| l.of_country(c));
        assert_eq!(of(&law), [Policy::Lv, Policy::Lv, Policy::Lv, Policy::En16931, Policy::Lv]);
        let own = [("judge-by.EE", "peppol"), ("judge-by.*", "lv"), ("judge-by.LV", "en16931"), ("payment-days", "30")];
        let own = Layers::of(own.into_iter());
        assert_eq!(own.of_country("EE"), Policy::Peppol);
        assert_eq!(own.of_country("LV"), Policy::En16931);
        assert_eq!(own.of_country("DE"), Policy::Lv);
        assert_eq!(Layers::of([("judge-by.EE", "pepol")].into_iter()).of_country("EE"), Policy::Lv);
    }
}
