//! The invariants of the house, each held by a test.
//!
//! | Invariant | Test |
//! |---|---|
//! | every route has an action, a check of its token, a label in each language | `routes` |
//! | every route answers every kind of visitor as its table says | `routes`, docs/access.txt |
//! | every change leaves an audit row | `audit` |
//! | every table has its class, row security where it must, indexed foreign keys | `tables` |
//! | every statement prepares against the migrated database; no clock but the business clock in it | `sql` |
//! | every page renders its sample in each language; every text is in each | `pages`, `texts` |
//! | every job kind has a handler | `jobs` |
//! | migrations give `schema.sql` | server/tests/it/schema.rs |
//! | the floors hold | `floors` |
//! | register numbers have no gap and no double | office/documents/tests/it/numbers.rs, after kill -9 bench/tests/kill |
//! | no personal code in a log | `logs` |
//! | the API is described, and validly | `api`, docs/openapi.json |
//! | the rights are the printed ones | `permissions`, docs/permissions.txt |

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod api;
mod audit;
mod floors;
mod jobs;
mod lived;
mod logs;
mod pages;
mod permissions;
mod routes;
mod sql;
mod tables;
mod texts;
mod world;

use std::path::{Path, PathBuf};

/// The repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

/// The interpreter with the referees of tools/referees.txt.
pub fn python() -> PathBuf {
    std::env::var_os("NOVADS_REFEREES").map_or_else(|| root().join(".cache/venv/bin/python"), PathBuf::from)
}

/// Compares with a checked-in file, or rewrites it where `UPDATE` is set.
pub fn compare(path: &Path, now: &str) {
    if std::env::var_os("UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, now).unwrap();
        return;
    }
    let was = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        was == now,
        "{} is not what the code says now; read the difference, then UPDATE=1 cargo nextest run -p novads-proof",
        path.display()
    );
}

/// Rust files of the house, without tests.
pub fn sources() -> Vec<(PathBuf, String)> {
    let floors = ["formats", "kernel", "office", "apps", "ports", "server"];
    let files = floors.iter().flat_map(|f| walkdir::WalkDir::new(root().join(f)));
    let files = files.filter_map(Result::ok).map(walkdir::DirEntry::into_path);
    files
        .filter(|p| p.extension().is_some_and(|e| e == "rs"))
        .filter(|p| p.components().any(|c| c.as_os_str() == "src"))
        .filter(|p| !p.components().any(|c| c.as_os_str() == "tests" || c.as_os_str() == "target"))
        .filter(|p| !p.components().any(|c| c.as_os_str() == "testkit"))
        .map(|p| {
            let text = std::fs::read_to_string(&p).unwrap();
            (p, text)
        })
        .collect()
}
