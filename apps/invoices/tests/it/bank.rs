//! The month's payment file at a bank of others (PyPI mock-bank), and its statement back.

use std::{path::Path, process::Command};

use testkit::Client;

use crate::{
    paying::{OURS, account, approved, import, propose},
    world::world,
};

/// Sends the file, lets the bank's days pass; answers what it said, in its order: name and content.
fn bank(file: &[u8]) -> Vec<(String, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let python = std::env::var_os("NOVADS_REFEREES").map_or_else(|| root.join(".cache/venv/bin/python"), Into::into);
    assert!(python.exists(), "{} is missing: run tools/referees.sh", python.display());
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    std::fs::create_dir(&out).unwrap();
    let order = dir.path().join("pain.xml");
    std::fs::write(&order, file).unwrap();
    let script = root.join("formats/iso20022/tests/judge.py");
    let done = Command::new(python).arg(script).arg("bank").arg(&order).arg(OURS).arg(&out).output().unwrap();
    assert!(
        done.status.success(),
        "{}{}",
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr)
    );
    let mut all: Vec<_> = std::fs::read_dir(&out).unwrap().map(|f| f.unwrap()).collect();
    all.sort_by_key(std::fs::DirEntry::file_name);
    all.iter().map(|f| (f.file_name().to_string_lossy().into_owned(), std::fs::read(f.path()).unwrap())).collect()
}

async fn released(client: &mut Client, director: &mut Client) -> String {
    let batch = propose(client).await.location();
    let version = director.get(&batch).await.ok().input("version").unwrap();
    director.post(&format!("{batch}/release"), &[("version", &version)]).await.location();
    batch
}

#[tokio::test]
async fn the_file_is_accepted_by_a_bank_of_others_and_its_statement_closes_the_invoices() {
    let w = world().await;
    let mut accountant = w.accountant().await;
    let mut director = w.house.sign_in(w.releaser().await).await;
    account(&mut accountant).await;
    let first = approved(&w, &mut accountant, "A-1", 100, "121,00").await;
    let second = approved(&w, &mut accountant, "A-2", 50, "60,50").await;
    let batch = released(&mut accountant, &mut director).await;
    for version in ["03", "09"] {
        let file = accountant.get(&format!("{batch}/file?version={version}")).await.ok();
        let said = bank(&file.body);
        let of = |kind: &str| said.iter().filter(|(name, _)| name.contains(kind)).map(|(_, b)| b).collect::<Vec<_>>();
        assert!(!of("pain.002").is_empty() && !of("camt.053").is_empty(), "{said:?}");
        if version == "03" {
            // The older version is only asked about; the newer one's answers are taken in.
            continue;
        }
        for status in of("pain.002") {
            import(&mut accountant, status).await.ok().has("Bankas atbilde nolasīta");
        }
        for statement in of("camt.053") {
            let page = import(&mut accountant, statement).await;
            // The bank has accounts of others too: their statements are none of ours.
            assert!(
                page.status.is_success() || page.text().contains("nav starp pašvaldības kontiem"),
                "{}",
                page.text()
            );
        }
    }
    accountant.get(&first).await.ok().has("Samaksāts");
    accountant.get(&second).await.ok().has("Samaksāts");
    accountant.get(&batch).await.ok().has("Samaksāts").has_not("Nodots bankai");
    accountant.get("/invoices/payments").await.ok().has_not("A-1").has_not("A-2");
}
