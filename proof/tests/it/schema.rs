use std::process::Command;

use novads_server::house;
use testkit::Database;

/// Where a schema's crate stands.
fn folder(schema: &str) -> std::path::PathBuf {
    let root = crate::root();
    let places = [root.join("office").join(schema), root.join("apps").join(schema), root.join("kernel/op")];
    places.into_iter().find(|p| p.is_dir()).unwrap()
}

#[tokio::test]
async fn migrations_give_the_checked_in_schema() {
    let database = Database::slot(&house::migrations()).await;
    let programs = db::cluster::requirements();
    assert!(programs.iter().all(|p| p.found.is_some()), "{programs:?}");
    for m in house::migrations() {
        let dump = Command::new("pg_dump")
            .args(["--schema-only", "--no-owner", "--no-comments", "--schema", m.schema, "--dbname", &database.url])
            .output()
            .expect("pg_dump");
        assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
        let text = String::from_utf8(dump.stdout).unwrap();
        // What depends on the server's version or repeats itself is left out.
        let keep = |l: &&str| !l.is_empty() && !l.starts_with("--") && !l.starts_with("SET ") && !l.starts_with("SELECT pg_catalog") && !l.starts_with("\\");
        let text = text.lines().filter(keep).collect::<Vec<_>>().join("\n") + "\n";
        crate::compare(&folder(m.schema).join("schema.sql"), &text);
    }
}
