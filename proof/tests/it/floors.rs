use cargo_metadata::{DependencyKind, MetadataCommand};

const KERNEL: [&str; 7] = ["types", "db", "op", "jobs", "i18n", "ui", "web"];
/// `manifest` says what an app is made of, so it comes last.
const OFFICE: [&str; 7] = ["parties", "documents", "workflow", "signing", "delivery", "reports", "manifest"];

/// Floor and room of a package, by where it stands.
fn place(path: &str) -> (String, String) {
    let root = crate::root();
    let relative = path.strip_prefix(root.to_str().unwrap()).unwrap().trim_start_matches('/');
    let mut parts = relative.split('/');
    let floor = parts.next().unwrap_or_default().to_owned();
    let room = parts.next().unwrap_or_default().to_owned();
    (floor, room)
}

fn earlier(order: &[&str], from: &str, to: &str) -> bool {
    let at = |r: &str| order.iter().position(|x| *x == r);
    at(to) < at(from) && at(to).is_some()
}

/// May a crate lean on another? The table of ARCHITECTURE.md.
fn may_lean(from: (&str, &str), to: (&str, &str)) -> bool {
    match (from.0, to.0) {
        ("formats", "formats") => true,
        ("kernel", "formats") => from.1 == "types",
        ("kernel", "kernel") => earlier(&KERNEL, from.1, to.1) || from.1 == "testkit",
        ("office", "formats" | "kernel") => true,
        ("office", "office") => earlier(&OFFICE, from.1, to.1),
        ("apps", "formats" | "kernel" | "office") => true,
        ("ports", "formats" | "kernel" | "office") => true,
        ("server" | "bench" | "year", _) => true,
        _ => false,
    }
}

#[test]
fn the_floors_hold() {
    let metadata = MetadataCommand::new().manifest_path(crate::root().join("Cargo.toml")).no_deps().exec().unwrap();
    let mut wrong = Vec::new();
    for package in &metadata.packages {
        let from = place(package.manifest_path.as_str());
        if from.0 == "proof" || from.0 == "xtask" {
            continue;
        }
        for dependency in package.dependencies.iter().filter(|d| d.kind == DependencyKind::Normal) {
            let Some(path) = &dependency.path else { continue };
            let to = place(&format!("{path}/"));
            if !may_lean((&from.0, &from.1), (&to.0, &to.1)) {
                wrong.push(format!("{}/{} leans on {}/{}", from.0, from.1, to.0, to.1));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_crate_takes_the_common_lints() {
    let metadata = MetadataCommand::new().manifest_path(crate::root().join("Cargo.toml")).no_deps().exec().unwrap();
    let without: Vec<_> = metadata
        .packages
        .iter()
        .filter(|p| !p.manifest_path.as_str().contains("testkit"))
        .filter(|p| !std::fs::read_to_string(&p.manifest_path).unwrap().contains("[lints]\nworkspace = true"))
        .map(|p| p.name.to_string())
        .collect();
    assert!(without.is_empty(), "{without:?}");
}
