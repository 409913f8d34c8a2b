//! The tables as migrations leave them, written down beside each crate: a review shows what a step makes of the whole.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use testkit::Database;

/// `cargo xtask schema` sets it: write instead of comparing.
const WRITE: &str = "NOVADS_WRITE_SCHEMA";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository").to_owned()
}

/// The folder of the crate that owns a schema.
fn folder(schema: &str) -> PathBuf {
    if schema == "kernel" {
        return root().join("kernel/op");
    }
    let name = schema.replace('_', "-");
    let places = ["office", "apps"].map(|floor| root().join(floor).join(&name));
    places.into_iter().find(|place| place.is_dir()).unwrap_or_else(|| panic!("no crate owns the schema {schema}"))
}

/// What `pg_dump` says of a schema, without what differs from machine to machine.
fn dump(url: &str, schema: &str) -> String {
    let mut command = Command::new("pg_dump");
    command.args([
        "--schema-only",
        "--no-owner",
        "--schema",
        schema,
        "--exclude-table",
        &format!("{schema}.migration"),
        url,
    ]);
    let output = command.output().expect("pg_dump is there");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let noise = |line: &&str| {
        let line = line.trim();
        !(line.is_empty()
            || line.starts_with("--")
            || line.starts_with("SET ")
            || line.starts_with("SELECT pg_catalog.set_config")
            || line.starts_with('\\'))
    };
    let lines: Vec<&str> = text.lines().filter(noise).collect();
    let head = "-- Written by `cargo xtask schema`; a test compares it. What makes it is in migrations/.\n";
    format!("{head}{}\n", lines.join("\n"))
}

#[tokio::test]
async fn every_schema_is_written_down() {
    let all = novads_server::house::migrations();
    let database = Database::slot(&all).await;
    let mut stale = Vec::new();
    for schema in all.iter().map(|m| m.schema) {
        let file = folder(schema).join("schema.sql");
        let now = dump(&database.url, schema);
        if std::env::var_os(WRITE).is_some() {
            fs::write(&file, &now).expect("a file");
        } else if fs::read_to_string(&file).unwrap_or_default() != now {
            stale.push(file.display().to_string());
        }
    }
    assert!(stale.is_empty(), "run `cargo xtask schema` and read the difference: {}", stale.join(", "));
}
