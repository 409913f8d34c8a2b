//! The verdict on one document.

use serde::Serialize;

use crate::rules::{Book, Firing, RuleSet, Severity, composed, text_of};
use crate::structure::{Fault, Structure};
use crate::xml::{self, Limits, Tree};
use crate::{attachments, latvia};

/// Which rules apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// The European standard alone: what any public buyer must accept.
    En16931,
    /// Peppol BIS Billing 3.0, which includes EN 16931.
    Peppol,
    /// Peppol and the Latvian checks. Only suppliers registered in Latvia must meet Peppol BIS Billing 3.0
    /// (Cabinet Regulation No 154 of 2019, paragraph 4): of others its rules are warnings.
    Lv,
}

/// How to judge.
#[derive(Clone, Debug)]
pub struct Options {
    /// Which rules apply.
    pub policy: Policy,
    /// Registration numbers of our institutions (pircēji): under [`Policy::Lv`] the buyer must be one of them.
    /// Empty: anybody may be the buyer.
    pub buyers: Vec<String>,
}

impl From<Policy> for Options {
    fn from(policy: Policy) -> Self {
        Self { policy, buyers: Vec::new() }
    }
}

/// What the document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Syntax {
    /// UBL 2.1 Invoice (rēķins).
    UblInvoice,
    /// UBL 2.1 CreditNote (kredītrēķins).
    UblCreditNote,
    /// UN/CEFACT Cross Industry Invoice D16B.
    Cii,
    /// Peppol Invoice Response, T111 (atbilde uz rēķinu).
    InvoiceResponse,
    /// None of these.
    Unknown,
}

/// Where a finding stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Location {
    /// Path of the element, as `/Invoice/cac:InvoiceLine[2]/cbc:ID`.
    pub path: String,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
}

/// One rule that does not hold at one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Rule id, as the standard names it; `LV-…`, `XML-…` and `STRUCTURE-…` are ours.
    pub rule: String,
    /// How much it weighs.
    pub severity: Severity,
    /// Business term, as `BT-24`.
    pub term: Option<&'static str>,
    /// Where.
    pub location: Location,
    /// What is wrong, in Latvian.
    pub text_lv: String,
    /// What is wrong, in English.
    pub text_en: String,
}

/// The verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// What the document is.
    pub syntax: Syntax,
    /// Whether nothing fatal was found.
    pub valid: bool,
    /// Everything found.
    pub findings: Vec<Finding>,
}

/// Judges a document by every rule of the policy.
///
/// ```
/// let report = en16931::validate(b"<not-an-invoice/>", en16931::Policy::Peppol);
/// assert!(!report.valid);
/// assert_eq!(report.findings[0].rule, "XML-ROOT");
/// ```
#[must_use]
pub fn validate(bytes: &[u8], policy: Policy) -> Report {
    validate_with(bytes, &policy.into())
}

/// Judges a document by the policy and by what the house knows of itself.
#[must_use]
pub fn validate_with(bytes: &[u8], options: &Options) -> Report {
    let book = Book::get();
    let tree = match xml::read(bytes, &book.names, Limits::default()) {
        Ok(tree) => tree,
        Err(refusal) => return refused(bytes, &refusal),
    };
    let syntax = syntax_of(&tree, book);
    let mut writer = Writer { bytes, tree: &tree, book, lines: None, ranks: None, findings: Vec::new() };
    if book.fault.is_some() {
        writer.add("RULES-UNREADABLE", Severity::Fatal, 0);
    }
    match syntax {
        Syntax::Unknown => writer.add("XML-ROOT", Severity::Fatal, 0),
        Syntax::InvoiceResponse => writer.fire(&book.response),
        Syntax::Cii => {
            writer.structure(&book.cii_structure);
            writer.fire(&book.cii);
        }
        Syntax::UblInvoice | Syntax::UblCreditNote => {
            writer.structure(&book.ubl_structure);
            writer.fire(&book.ubl);
            if options.policy != Policy::En16931 {
                writer.peppol(options.policy);
            }
        }
    }
    if !matches!(syntax, Syntax::Unknown | Syntax::InvoiceResponse) {
        writer.own(syntax, options);
    }
    let findings = writer.findings;
    Report { syntax, valid: findings.iter().all(|finding| finding.severity != Severity::Fatal), findings }
}

impl Report {
    /// The report on a file that could not even be read.
    #[must_use]
    pub fn unreadable(why: &str) -> Self {
        alone("FILE-UNREADABLE", why)
    }
}

/// Whether the bytes are XML that is safe to read; what `validate` does first.
#[must_use]
pub fn is_readable(bytes: &[u8]) -> bool {
    xml::read(bytes, &Book::get().names, Limits::default()).is_ok()
}

pub(crate) fn syntax_of(tree: &Tree, book: &Book) -> Syntax {
    let Some(root) = tree.node(0) else { return Syntax::Unknown };
    let names = tree.names(&book.names);
    let is = |prefix: &str, local: &str| {
        xml::Names::known(prefix) == Some(names.space_of(root.name)) && names.local(root.name) == local
    };
    if is("ubl", "Invoice") {
        Syntax::UblInvoice
    } else if is("cn", "CreditNote") {
        Syntax::UblCreditNote
    } else if is("rsm", "CrossIndustryInvoice") {
        Syntax::Cii
    } else if is("ar", "ApplicationResponse") {
        Syntax::InvoiceResponse
    } else {
        Syntax::Unknown
    }
}

fn refused(bytes: &[u8], refusal: &xml::Refusal) -> Report {
    if bytes.starts_with(b"%PDF-") {
        return alone("XML-PDF", "%PDF");
    }
    let mut report = alone(refusal.kind.rule(), &refusal.detail);
    if let Some(finding) = report.findings.first_mut() {
        let before = bytes.get(..refusal.offset.min(bytes.len())).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let column = before.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
        finding.location.line = u32::try_from(line).unwrap_or(u32::MAX);
        finding.location.column = u32::try_from(column).unwrap_or(u32::MAX);
    }
    report
}

/// A report with one fatal finding on the whole file.
fn alone(rule: &str, detail: &str) -> Report {
    let (term, text_lv, text_en) = text_of(rule);
    let finding = Finding {
        rule: rule.to_owned(),
        severity: Severity::Fatal,
        term,
        location: Location { path: "/".to_owned(), line: 0, column: 0 },
        text_lv: format!("{text_lv} ({detail})"),
        text_en: format!("{text_en} ({detail})"),
    };
    Report { syntax: Syntax::Unknown, valid: false, findings: vec![finding] }
}

struct Writer<'d> {
    bytes: &'d [u8],
    tree: &'d Tree,
    book: &'d Book,
    lines: Option<Vec<u32>>,
    ranks: Option<Vec<u32>>,
    findings: Vec<Finding>,
}

impl Writer<'_> {
    fn fire(&mut self, set: &RuleSet) {
        let mut failed: Vec<(u32, &'static str)> = Vec::new();
        for Firing { rule, node, error } in set.fire(self.book, self.tree) {
            if error.is_some() {
                // One clear rejection for a value that cannot be judged, however many rules stumble over it.
                if !failed.contains(&(node, "XML-VALUE")) {
                    failed.push((node, "XML-VALUE"));
                    self.add("XML-VALUE", Severity::Fatal, node);
                }
                continue;
            }
            let Some(rule) = set.rules.get(rule as usize) else { continue };
            self.add(&rule.id, rule.severity, node);
            let element = self.tree.node(node).map(|node| self.tree.names(&self.book.names).qualified(node.name));
            let texts = composed(&rule.id, rule.asks.as_deref(), element.as_deref().unwrap_or_default());
            if let (Some((lv, en)), Some(last)) = (texts, self.findings.last_mut()) {
                (last.text_lv, last.text_en) = (lv, en);
            }
        }
    }

    /// Peppol's rules; what a supplier need not meet weighs less.
    fn peppol(&mut self, policy: Policy) {
        let from = self.findings.len();
        self.fire(&self.book.peppol);
        if policy == Policy::Lv && !latvia::is_latvian(self.tree, &self.book.names) {
            for finding in self.findings.get_mut(from..).unwrap_or_default() {
                if finding.rule != "XML-VALUE" {
                    finding.severity = finding.severity.max(Severity::Warning);
                }
            }
        }
    }

    /// Our own checks: attachments always, Latvian ones where the policy asks for them.
    fn own(&mut self, syntax: Syntax, options: &Options) {
        let weight = if options.policy == Policy::Lv { Severity::Fatal } else { Severity::Warning };
        for node in attachments::programs(self.tree, &self.book.names) {
            self.add("ATTACHMENT-PROGRAM", weight, node);
        }
        if options.policy != Policy::Lv {
            return;
        }
        for node in attachments::disguised(self.tree, &self.book.names) {
            self.add("ATTACHMENT-KIND", Severity::Warning, node);
        }
        let cii = syntax == Syntax::Cii;
        for (rule, severity, node) in latvia::check(self.tree, &self.book.names, cii, &options.buyers) {
            self.add(rule, severity, node);
        }
    }

    fn structure(&mut self, structure: &Structure) {
        for Fault { rule, node, name } in structure.faults(self.tree, &self.book.names) {
            self.add(rule, Severity::Fatal, node);
            // What is missing, or else what is wrong.
            let name = name.or_else(|| self.tree.node(node).map(|node| node.name));
            if let (Some(name), Some(last)) = (name, self.findings.last_mut()) {
                let name = self.tree.names(&self.book.names).qualified(name);
                last.text_lv = format!("{} ({name})", last.text_lv);
                last.text_en = format!("{} ({name})", last.text_en);
            }
        }
    }

    fn add(&mut self, rule: &str, severity: Severity, node: u32) {
        let (term, text_lv, text_en) = text_of(rule);
        let location = self.locate(node);
        self.findings.push(Finding { rule: rule.to_owned(), severity, term, location, text_lv, text_en });
    }

    fn locate(&mut self, node: u32) -> Location {
        let offset = self.tree.node(node).map_or(0, |node| node.offset);
        let lines = self.lines.get_or_insert_with(|| xml::line_starts(self.bytes));
        let line = lines.partition_point(|start| *start <= offset);
        let start = line.checked_sub(1).and_then(|at| lines.get(at)).copied().unwrap_or_default();
        Location {
            path: self.tree.path(node, &self.book.names, self.ranks.get_or_insert_with(|| self.tree.ranks())),
            line: u32::try_from(line).unwrap_or(u32::MAX).max(1),
            column: offset - start + 1,
        }
    }
}

/// Every rule that is known, with its weight: (layer, rule id, severity).
#[must_use]
pub fn rules() -> Vec<(&'static str, &'static str, Severity)> {
    let book = Book::get();
    let sets = [("ubl", &book.ubl), ("cii", &book.cii), ("peppol", &book.peppol), ("response", &book.response)];
    let all = sets.iter().flat_map(|(layer, set)| set.rules.iter().map(|rule| (*layer, &*rule.id, rule.severity)));
    all.collect()
}
