//! Fresh mutants of our own invoices, judged here and by the official rules in SaxonC: the same verdict always, the same
//! fatal rules as often. The seed moves with the day's date where `NOVADS_SEED` says so; otherwise it stands.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops at what it does not expect"
)]

mod mutation;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use en16931::{Policy, Severity, validate};
use serde_json::Value;

/// `NOVADS_REFEREES`, or `.cache/venv/bin/python` at the root of the repository.
fn python() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let path = std::env::var_os("NOVADS_REFEREES").map_or_else(|| root.join(".cache/venv/bin/python"), PathBuf::from);
    assert!(path.exists(), "{} is not there: run tools/referees.sh", path.display());
    path
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().map_or(default, |text| text.parse().expect("a number"))
}

#[test]
fn fresh_mutants_are_judged_as_the_official_rules_judge_them() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/base");
    let mut bases: Vec<_> = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    bases.retain(|path| !path.to_string_lossy().contains("lv-cii-"));
    bases.sort();
    let bases: Vec<_> = bases.iter().map(|path| mutation::parse(&std::fs::read_to_string(path).unwrap())).collect();
    let folder = std::env::temp_dir().join(format!("novads-mutants-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (first, count) = (number("NOVADS_SEED", 7_000_000), number("NOVADS_MUTANTS", 250));
    let mut files = Vec::new();
    for seed in first..first + count {
        let base = usize::try_from(seed).unwrap() % bases.len();
        let mut text = String::new();
        mutation::write(&mutation::mutate(&bases[base], seed), &mut text);
        let path = folder.join(format!("{seed}.xml"));
        std::fs::write(&path, text).unwrap();
        files.push(path);
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/referee/label.py");
    let said = Command::new(python()).arg(script).args(&files).output().unwrap();
    let complaint = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(said.status.success(), "saxonche and factur-x are needed (tools/referees.sh): {complaint}");
    let lines: Vec<Value> =
        String::from_utf8(said.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), files.len());
    let (mut fits, mut stopped, mut exact) = (0, 0, 0);
    for (file, line) in files.iter().zip(&lines) {
        let report = validate(&std::fs::read(file).unwrap(), Policy::En16931);
        let ours = |finding: &&en16931::Finding| {
            finding.severity == Severity::Fatal && !["STRUCTURE", "XML"].iter().any(|own| finding.rule.starts_with(own))
        };
        let schema = !report.findings.iter().any(|finding| finding.rule.starts_with("STRUCTURE"));
        let name = file.display();
        assert_eq!(
            schema,
            line["schema"].as_bool().unwrap(),
            "{name}: the schema says otherwise {:?}",
            report.findings
        );
        if line.get("stopped").is_some() {
            assert!(!report.valid, "{name}: official tools stop here, so it must not pass");
            stopped += 1;
            continue;
        }
        let mut found: BTreeMap<String, u64> = BTreeMap::new();
        for finding in report.findings.iter().filter(ours) {
            *found.entry(finding.rule.clone()).or_default() += 1;
        }
        let fatal: BTreeMap<String, u64> = serde_json::from_value(line["fatal"].clone()).unwrap();
        assert_eq!(found.is_empty(), fatal.is_empty(), "{name}: another verdict: {found:?}, official {fatal:?}");
        fits += 1;
        exact += u64::from(found == fatal);
        if found != fatal {
            println!("{name}: {found:?}, official {fatal:?}");
        }
    }
    println!(
        "{fits} mutants judged, {exact} with exactly the official fatal rules, {stopped} stopped the official rules"
    );
    assert!(exact * 100 >= fits * 99, "{exact} of {fits}");
    std::fs::remove_dir_all(folder).unwrap();
}
