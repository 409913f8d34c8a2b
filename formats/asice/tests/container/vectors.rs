//! The given vectors: every verdict is libdigidocpp's or SiVa's, or the difference stands in `differences.csv`.

use std::collections::{BTreeMap, BTreeSet};

use asice::{
    trust::TrustStore,
    verdict::{Indication, Report},
    verify::{Request, verify},
};
use chrono::{TimeZone as _, Utc};

use crate::place;

const DIFFERENCES: &str = include_str!("differences.csv");

fn short(indication: Indication) -> &'static str {
    match indication {
        Indication::TotalPassed => "PASSED",
        Indication::Indeterminate => "INDETERMINATE",
        Indication::TotalFailed => "FAILED",
    }
}

/// Our verdict in words: the container, then each signature.
fn ours(report: &Report) -> String {
    let mut words = vec![if report.container.ok { "ok" } else { "not-ok" }];
    words.extend(report.signatures.iter().map(|s| short(s.indication)));
    words.join(" ")
}

/// What libdigidocpp's answer asks of ours.
fn as_libdigidocpp(said: &str, report: &Report) -> bool {
    let passed: Vec<bool> = report.signatures.iter().map(|s| s.indication == Indication::TotalPassed).collect();
    match said {
        "" => true,
        "OPEN-ERR" => !report.container.ok && !passed.contains(&true),
        "NO-SIGNATURES" => report.container.ok && passed.is_empty(),
        list => report.container.ok && list.split(' ').map(|s| s == "VALID").collect::<Vec<_>>() == passed,
    }
}

/// What SiVa's answer asks of ours.
fn as_siva(row: &[&str], report: &Report) -> bool {
    let passed = report.signatures.iter().filter(|s| s.indication == Indication::TotalPassed).count();
    if row[5] == "yes" {
        return passed == 0 && !report.container.ok;
    }
    let count = row[2].parse::<usize>().map_or(true, |n| n == passed);
    let all = row[3].parse::<usize>().map_or(true, |n| n == report.signatures.len());
    let indications: BTreeSet<String> = report
        .signatures
        .iter()
        .map(|s| short(s.indication).replace("PASSED", "TOTAL_PASSED").replace("FAILED", "TOTAL_FAILED"))
        .collect();
    let wanted: BTreeSet<String> = row[4].split_whitespace().map(str::to_owned).collect();
    count && all && (wanted.is_empty() || wanted == indications)
}

#[test]
fn every_verdict_is_a_peers_or_explained() {
    let Some(folder) = place::vectors() else { return };
    let list = std::fs::read(folder.join("trust/EE_T.xml")).unwrap();
    let (trust, notices) = TrustStore::from_files([("EE_T.xml", list.as_slice())]);
    assert!(notices.is_empty(), "{notices:?}");
    let mut explained: BTreeMap<&str, Vec<&str>> =
        DIFFERENCES.lines().skip(1).map(|l| l.splitn(5, ',').collect::<Vec<_>>()).map(|c| (c[0], c)).collect();
    let expected = std::fs::read_to_string(folder.join("expected.csv")).unwrap();
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in expected.lines().skip(1) {
        let row: Vec<&str> = line.split(',').collect();
        let bytes = std::fs::read(folder.join("containers").join(row[0])).unwrap();
        let at = Utc.with_ymd_and_hms(2026, 11, 24, 12, 0, 0).unwrap();
        let report = verify(&Request { name: Some(row[0]), ..Request::new(&bytes, &trust, at) });
        let (lib, siva) = (as_libdigidocpp(row[1], &report), as_siva(&row, &report));
        count += 1;
        match (lib && siva, explained.remove(row[0])) {
            (true, None) => {}
            (true, Some(_)) => wrong.push(format!("{}: explained, but there is no difference", row[0])),
            (false, None) => {
                wrong.push(format!("{}: ours {}, libdigidocpp {lib}, SiVa {siva}: {line}", row[0], ours(&report)))
            }
            (false, Some(cells)) => {
                let with = match (lib, siva) {
                    (true, _) => "libdigidocpp",
                    (_, true) if !row[2].is_empty() || row[5] == "yes" => "SiVa",
                    _ => "neither",
                };
                if cells[1] != ours(&report) || cells[2] != with {
                    wrong.push(format!("{}: ours {} as {with}, the table says {cells:?}", row[0], ours(&report)));
                }
            }
        }
    }
    wrong.extend(explained.keys().map(|file| format!("{file}: explained, but not among the vectors")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 84);
}
