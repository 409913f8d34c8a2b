//! Sees to it that `dist/` (styles, fonts, scripts, icons made from npm packages) is there and current.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    let here = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let assets = here.join("../../assets");
    let dist = here.join("dist");
    for watched in ["src", "build.mjs", "package.json", "package-lock.json"] {
        println!("cargo::rerun-if-changed={}", assets.join(watched).display());
    }
    println!("cargo::rerun-if-changed={}", dist.display());
    println!("cargo::rerun-if-changed=build.rs");

    let wanted = fingerprint(&assets);
    let stamp = assets.join("node_modules/.novads-stamp");
    let complete = dist.join("app.css").is_file() && dist.join("app.js").is_file();
    if complete && std::fs::read_to_string(&stamp).is_ok_and(|made| made == wanted) {
        return;
    }
    match make(&assets) {
        Ok(()) => {
            let _ = std::fs::write(stamp, wanted);
        }
        // A source archive may bring a finished dist/ to a machine without npm.
        Err(why) if complete => println!("cargo::warning=kernel/ui/dist is used as it is: {why}"),
        Err(why) => println!("cargo::error={why}"),
    }
}

fn make(assets: &Path) -> Result<(), String> {
    let lock = |path: &str| std::fs::metadata(assets.join(path)).and_then(|m| m.modified()).ok();
    if lock("node_modules/.package-lock.json") < lock("package-lock.json") {
        npm(assets, &["ci", "--no-audit", "--no-fund"])?;
    }
    npm(assets, &["run", "--silent", "build"])
}

fn npm(assets: &Path, args: &[&str]) -> Result<(), String> {
    let output = Command::new("npm").args(args).current_dir(assets).output().map_err(|error| {
        format!("npm cannot be started ({error}); install Node.js 18 or newer with npm (Debian: apt-get install nodejs npm), or run `npm ci && npm run build` in assets/ elsewhere and bring kernel/ui/dist here")
    })?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("`npm {}` failed in assets/: {}", args.join(" "), said.trim().replace('\n', " | ")))
}

/// Of everything that `dist/` is made from.
fn fingerprint(assets: &Path) -> String {
    let mut files = vec![assets.join("build.mjs"), assets.join("package-lock.json")];
    collect(&assets.join("src"), &mut files);
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        file.file_name().hash(&mut hasher);
        std::fs::read(&file).unwrap_or_default().hash(&mut hasher);
    }
    format!("{:016x}", hasher.finish())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}
