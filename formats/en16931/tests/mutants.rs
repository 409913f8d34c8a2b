//! Wrong invoices, made from our own right ones and labelled once by the official rules: verdict and every firing.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops at what it does not expect"
)]

mod mutation;

use std::collections::BTreeMap;
use std::path::Path;

use en16931::{Policy, Severity, validate};

type Labels = BTreeMap<String, usize>;

fn bases() -> Vec<mutation::El> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/base");
    let mut paths: Vec<_> = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| mutation::parse(&std::fs::read_to_string(path).unwrap())).collect()
}

fn labels(row: &str) -> Labels {
    row.split_whitespace()
        .map(|label| {
            label.split_once('*').map_or((label.to_owned(), 1), |(rule, n)| (rule.to_owned(), n.parse().unwrap()))
        })
        .collect()
}

#[test]
fn mutants_are_judged_as_the_official_rules_judge_them() {
    let bases = bases();
    let text = include_str!("data/mutants.txt");
    let (mut judged, mut fired) = (0, std::collections::BTreeSet::new());
    for row in text.lines().filter(|line| !line.starts_with('#')) {
        let (seed, expected) = row.split_once(' ').unwrap_or((row, ""));
        let seed: u64 = seed.parse().unwrap();
        let base = &bases[usize::try_from(seed).unwrap() % bases.len()];
        let mut document = String::new();
        mutation::write(&mutation::mutate(base, seed), &mut document);
        let report = validate(document.as_bytes(), Policy::Peppol);
        if expected == "!" {
            assert!(!report.valid, "{seed}: official tools stop here, so it must not pass");
            continue;
        }
        let mut found = Labels::new();
        for finding in report.findings.iter().filter(|f| !f.rule.starts_with("STRUCTURE") && !f.rule.starts_with("XML"))
        {
            let weight = if finding.severity == Severity::Fatal { "f" } else { "w" };
            *found.entry(format!("{}/{weight}", finding.rule)).or_default() += 1;
        }
        let expected = labels(expected);
        fired.extend(expected.keys().cloned());
        assert_eq!(found, expected, "mutant {seed}");
        judged += 1;
    }
    assert!(judged > 1000 && fired.len() > 180, "{judged} mutants, {} rules", fired.len());
}
