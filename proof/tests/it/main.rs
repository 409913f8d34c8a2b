//! The invariants of the house, each held by a test.

mod floors;
mod jobs;
mod pages;
mod permissions;
mod routes;
mod schema;
mod sql;
mod tables;
mod texts;

use std::path::{Path, PathBuf};

/// The repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
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
