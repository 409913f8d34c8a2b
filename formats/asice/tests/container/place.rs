//! Where the vectors and the referees are.

use std::path::PathBuf;

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The folder of given vectors, which is not part of the repository.
pub fn vectors() -> Option<PathBuf> {
    let shared = std::env::var_os("NOVADS_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from);
    let folder = shared.join("vectors/asice");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("no vectors at {}: nothing to compare with", folder.display());
    None
}

/// The python of the referees.
pub fn python() -> PathBuf {
    let python =
        std::env::var_os("NOVADS_REFEREES").map_or_else(|| root().join(".cache/venv/bin/python"), PathBuf::from);
    assert!(python.exists(), "{} is missing: run tools/referees.sh", python.display());
    python
}
