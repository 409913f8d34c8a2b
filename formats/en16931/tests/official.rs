//! The official unit tests, used in place where the repository has them beside it: every expectation must hold.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at what it does not expect")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use en16931::{Policy, Severity, validate};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

fn vectors() -> Option<PathBuf> {
    let near = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let path = std::env::var_os("NOVADS_SHARED").map_or(near, PathBuf::from).join("vectors/einvoice");
    path.is_dir().then_some(path)
}

/// One expectation: (kind, rule, number) over a document cut out of its test set.
struct Case {
    expected: Vec<(String, String, Option<usize>)>,
    document: String,
}

/// Cuts the documents out of a test set, with the namespaces that they need.
fn cases(text: &str) -> Vec<Case> {
    let mut reader = Reader::from_str(text);
    let mut spaces: BTreeMap<String, String> = BTreeMap::new();
    let (mut depth, mut start, mut out) = (0_usize, 0_usize, Vec::new());
    let mut expected = Vec::new();
    let mut pending: Option<(String, Option<usize>)> = None;
    let mut in_test = false;
    let declared = |tag: &BytesStart<'_>| -> BTreeMap<String, String> {
        let all = tag.attributes().flatten();
        all.filter(|a| a.key.as_ref().starts_with("xmlns"))
            .map(|a| (a.key.as_ref().to_owned(), a.value.to_string()))
            .collect()
    };
    let mut root = String::new();
    loop {
        let before = usize::try_from(reader.buffer_position()).unwrap();
        let event = reader.read_event().expect("a test set is well formed");
        match &event {
            Event::Start(tag) | Event::Empty(tag) => {
                let empty = matches!(event, Event::Empty(_));
                let name = tag.local_name().as_ref().to_owned();
                match (depth, name.as_str()) {
                    (0, _) => spaces = declared(tag),
                    (1, "test") => {
                        in_test = true;
                        expected = Vec::new();
                    }
                    (2, "assert") => {}
                    (2, _) if in_test => {
                        start = before;
                        root = name.clone();
                        let own = declared(tag);
                        let missing: String = spaces
                            .iter()
                            .filter(|(k, _)| !own.contains_key(*k))
                            .map(|(k, v)| format!(" {k}=\"{v}\""))
                            .collect();
                        let at = start + 1 + tag.name().as_ref().len();
                        if empty {
                            let end = usize::try_from(reader.buffer_position()).unwrap();
                            out.push(Case {
                                expected: expected.clone(),
                                document: format!("{}{missing}{}", &text[start..at], &text[at..end]),
                            });
                        } else {
                            root = format!("{missing}\u{0}{at}");
                        }
                    }
                    (3, "success" | "error" | "warning") if in_test => {
                        let number = tag.attributes().flatten().find(|a| a.key.as_ref() == "number");
                        pending = Some((name, number.map(|a| a.value.parse().unwrap())));
                    }
                    _ => {}
                }
                if !empty {
                    depth += 1;
                }
            }
            Event::Text(chunk) => {
                if let Some((kind, number)) = pending.take() {
                    expected.push((kind, chunk.trim().to_owned(), number));
                }
            }
            Event::End(_) => {
                depth -= 1;
                if depth == 2 && in_test && root.contains('\u{0}') {
                    let (missing, at) = root.split_once('\u{0}').unwrap();
                    let (at, end): (usize, usize) =
                        (at.parse().unwrap(), usize::try_from(reader.buffer_position()).unwrap());
                    out.push(Case {
                        expected: expected.clone(),
                        document: format!("{}{missing}{}", &text[start..at], &text[at..end]),
                    });
                    root = String::new();
                }
                if depth == 1 {
                    in_test = false;
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    out
}

fn run(folder: &str, policy: Policy) -> Option<(usize, usize, Vec<String>)> {
    let dir = vectors()?.join(folder);
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(dir).expect("the folder of test sets").map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let (mut tests, mut held, mut broken) = (0, 0, Vec::new());
    for file in files.iter().filter(|file| file.extension().is_some_and(|e| e == "xml" || e == "xm")) {
        let text = std::fs::read_to_string(file).unwrap();
        for (index, case) in cases(&text).iter().enumerate() {
            tests += 1;
            let report = validate(case.document.as_bytes(), policy);
            for (kind, rule, number) in &case.expected {
                let of =
                    |severity| report.findings.iter().filter(|f| f.rule == *rule && f.severity == severity).count();
                let (fatal, warnings) = (of(Severity::Fatal), of(Severity::Warning));
                let ok = match kind.as_str() {
                    "success" => fatal + warnings == 0,
                    "error" => number.map_or(fatal > 0, |n| fatal == n),
                    _ => number.map_or(warnings > 0, |n| warnings == n),
                };
                held += usize::from(ok);
                if !ok {
                    let all: Vec<&str> = report
                        .findings
                        .iter()
                        .map(|f| f.rule.as_str())
                        .filter(|r| !r.starts_with("STRUCTURE"))
                        .collect();
                    let name = file.file_name().unwrap().to_string_lossy();
                    broken.push(format!(
                        "{name} #{}: {kind} {rule} {number:?} ({fatal} fatal, {warnings} warnings) {all:?}",
                        index + 1
                    ));
                }
            }
        }
    }
    Some((tests, held, broken))
}

fn all_hold(folder: &str, policy: Policy, tests: usize) {
    let Some((count, held, broken)) = run(folder, policy) else {
        println!("{folder}: the official tests are not here");
        return;
    };
    println!("{folder}: {count} tests, {held} expectations hold, {} broken", broken.len());
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    assert_eq!(count, tests, "{folder}");
}

#[test]
fn en16931_invoices() {
    all_hold("en16931/Invoice-unit-UBL", Policy::En16931, 915);
}

#[test]
fn en16931_credit_notes() {
    all_hold("en16931/CreditNote-unit-UBL", Policy::En16931, 216);
}

#[test]
fn en16931_cross_industry_invoices() {
    all_hold("en16931/cii", Policy::En16931, 9);
}

#[test]
fn peppol_invoices() {
    all_hold("peppol/unit-UBL-PEPPOL", Policy::Peppol, 221);
}

#[test]
fn peppol_invoice_responses() {
    all_hold("peppol/unit-invoice-response", Policy::Peppol, 13);
}
