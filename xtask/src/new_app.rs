//! `cargo xtask new-app NAME`

use std::{fs, path::Path};

use anyhow::{Context as _, Result, bail};

use crate::skeleton::FILES;

/// Writes the app and says which lines make it known.
pub fn run(root: &Path, name: &str) -> Result<()> {
    let ident = write(root, name)?;
    println!("apps/{name} is written. Make it known:");
    println!("  Cargo.toml          {name} = {{ path = \"apps/{name}\", package = \"novads-{name}\" }}");
    println!("  server/Cargo.toml   {name}.workspace = true");
    println!("  server/src/house.rs {ident}::app() in the list of apps()");
    println!("Then: cargo fmt -p novads-{name} && cargo nextest run -p novads-{name}");
    Ok(())
}

/// Writes the files; answers the name as Rust and SQL spell it.
fn write(root: &Path, name: &str) -> Result<String> {
    if !is_name(name) {
        bail!("{name} is no name for an app: 3 to 30 lower-case letters and single hyphens, such as property-tax");
    }
    let folder = root.join("apps").join(name);
    if folder.exists() {
        bail!("{} is there already", folder.display());
    }
    let ident = name.replace('-', "_");
    let filled = |text: &str| text.replace("APP-NAME", name).replace("APP_NAME", &ident);
    for (path, text) in FILES {
        let file = folder.join(filled(path));
        let parent = file.parent().unwrap_or(&folder);
        fs::create_dir_all(parent).with_context(|| format!("cannot make {}", parent.display()))?;
        fs::write(&file, filled(text)).with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(ident)
}

fn is_name(name: &str) -> bool {
    let parts = name.split('-').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase()));
    parts && (3..=30).contains(&name.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_room_is_written_under_the_name_of_the_app() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(write(dir.path(), "property-tax").unwrap(), "property_tax");
        let app = dir.path().join("apps/property-tax");
        for room in [
            "Cargo.toml",
            "README.md",
            "migrations/0001_property_tax.sql",
            "locales/lv.ftl",
            "locales/en.ftl",
            "templates/property-tax/list.html",
            "src/lib.rs",
            "src/actions.rs",
            "src/model.rs",
            "src/store.rs",
            "src/usecases.rs",
            "src/pages.rs",
            "tests/it/making_entries.rs",
        ] {
            let text = fs::read_to_string(app.join(room)).unwrap_or_else(|e| panic!("{room}: {e}"));
            assert!(!text.contains("APP-NAME") && !text.contains("APP_NAME"), "{room}");
        }
        let again = write(dir.path(), "property-tax").unwrap_err().to_string();
        assert!(again.contains("already"), "{again}");
    }

    #[test]
    fn a_name_fits_a_folder_a_crate_and_a_schema() {
        assert!(is_name("personnel") && is_name("property-tax"));
        for wrong in ["", "ab", "Tax", "tax_1", "-tax", "tax-", "a--b", "../x", "nodoklis-ī"] {
            assert!(!is_name(wrong), "{wrong}");
        }
    }
}
