//! Files whose retention has ended: an act, another's approval, and what is left.

use documents::{FileRole, Medium, NewClass, NewFile, Registered, actions::*};
use testkit::Client;
use types::{ClassId, DocumentId, UnitId};

use crate::set::{Stage, may, stage};

fn class(institution: UnitId, year: i32, code: &str, retention_years: Option<i32>) -> NewClass {
    NewClass {
        institution_id: institution,
        year,
        code: code.into(),
        parent_code: String::new(),
        title: format!("Lieta {code}"),
        retention_years,
        permanent: retention_years.is_none(),
        responsible: String::new(),
        medium: Medium::Electronic,
        system: String::new(),
        notes: String::new(),
    }
}

async fn scheme(s: &Stage) {
    s.does(async |tx| {
        let m = may::<ManageClasses>(tx);
        let new = [
            // 2020 + 5 ended with 2025; 2021 + 5 ends with this year.
            class(s.school, 2020, "1-1", Some(5)),
            class(s.school, 2021, "1-2", Some(5)),
            class(s.school, 2010, "2-1", None),
            class(s.school, 2012, "2-2", None),
            class(s.library, 2010, "1-1", Some(1)),
        ];
        documents::add_classes(tx, &m, &new).await
    })
    .await
    .unwrap();
}

async fn class_id(s: &Stage, year: i32, code: &str) -> ClassId {
    let mut read = s.house.op().read().await.unwrap();
    documents::class_of(read.conn(), s.house.tenant, s.school, year, code).await.unwrap().unwrap()
}

async fn filed(s: &Stage, year: i32, code: &str, title: &str, content: &str) -> Registered {
    let class = class_id(s, year, code).await;
    let made = s
        .does(async |tx| {
            let m = may::<CreateDocument>(tx);
            let mut new = s.letter(title);
            new.class = Some(class);
            new.body_text = "iesniegums par zaudējumiem".into();
            new.data = serde_json::json!({ "amount": 5 });
            let id = documents::create(tx, &m, vec![new]).await?.remove(0);
            let file = NewFile {
                name: "saturs.txt".into(),
                media_type: "text/plain".into(),
                bytes: content.as_bytes().to_vec(),
                role: FileRole::Main,
            };
            documents::attach(tx, &m, id, vec![file]).await?;
            let entry = documents::Registering {
                document: id,
                register: "orders".into(),
                institution: s.school,
                date: s.house.clock.today(),
            };
            Ok(documents::register(tx, &m, &[entry]).await?.remove(0))
        })
        .await
        .unwrap();
    s.house.run_jobs().await;
    made
}

fn blobs(folder: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().flatten();
    entries.map(|e| if e.path().is_dir() { blobs(&e.path()) } else { 1 }).sum()
}

/// Draws up an act on one file; answers its address.
async fn proposed(s: &Stage, clerk: &mut Client, kind: &str, class: ClassId) -> testkit::Page {
    let (school, class) = (s.school.to_string(), class.to_string());
    let fields = [("institution", school.as_str()), ("kind", kind), ("class", class.as_str())];
    clerk.post("/admin/retention", &fields).await
}

async fn version(client: &mut Client, act: &str) -> String {
    client.get(act).await.ok().input("version").unwrap_or_default()
}

async fn number_of(s: &Stage, act: &str) -> Option<String> {
    let id: types::DisposalId = act.rsplit('/').next().unwrap().parse().unwrap();
    let mut read = s.house.op().read().await.unwrap();
    sqlx::query_scalar(
        "select d.number from documents.disposal p join documents.document d on d.tenant_id = p.tenant_id and d.id = p.document_id
         where p.tenant_id = $1 and p.id = $2",
    )
    .bind(s.house.tenant)
    .bind(id)
    .fetch_one(read.conn())
    .await
    .unwrap()
}

#[tokio::test]
async fn what_has_ended_is_destroyed_by_an_act_that_another_approved() {
    let s = stage().await;
    scheme(&s).await;
    let old = filed(&s, 2020, "1-1", "Vecais raksts", "dati par pabalstu").await;
    let young = filed(&s, 2021, "1-2", "Jaunais raksts", "dati par pabalstu").await;
    let only = filed(&s, 2020, "1-1", "Cits vecais", "tikai te").await;
    assert_eq!(blobs(&s.blobs), 2, "equal content is kept once");
    let (clerk, head) = (s.person("clerk", s.school).await, s.person("head", s.school).await);
    let (mut client, mut chief) = (s.house.sign_in(clerk).await, s.house.sign_in(head).await);
    client.get("/admin/retention").await.ok().has("1-1 Lieta 1-1").has_not("1-2 Lieta 1-2");
    chief.get("/admin/retention").await.ok().has("1-1 Lieta 1-1");

    let (due, early) = (class_id(&s, 2020, "1-1").await, class_id(&s, 2021, "1-2").await);
    let refused = proposed(&s, &mut client, "destroy", early).await;
    assert_eq!(refused.status, 422);
    refused.has("termiņš nav beidzies");
    assert_eq!(proposed(&s, &mut client, "transfer", due).await.status, 422, "it is not permanent");
    let nothing = [("institution", &*s.school.to_string()), ("kind", "destroy")];
    assert_eq!(client.post("/admin/retention", &nothing).await.status, 422);
    let act = proposed(&s, &mut client, "destroy", due).await.location();
    assert_eq!(proposed(&s, &mut client, "destroy", due).await.status, 422, "another act names it");
    client.get("/admin/retention").await.ok().has(&act).has_not("name=\"class\"");

    // Not before it is approved, and not by whom it was drawn up.
    let v = version(&mut client, &act).await;
    let early = client.post(&format!("{act}/carry-out"), &[("sure", "1"), ("version", &v)]).await;
    assert_eq!(early.status, 422);
    assert_eq!(client.post(&format!("{act}/approve"), &[("version", &v)]).await.status, 403);
    assert_eq!(number_of(&s, &act).await, None);
    assert_eq!(chief.post(&format!("{act}/approve"), &[("version", &v)]).await.location(), act);
    assert!(number_of(&s, &act).await.is_some(), "the act is registered");

    let v = version(&mut client, &act).await;
    let unsure = client.post(&format!("{act}/carry-out"), &[("version", &v)]).await;
    assert_eq!(unsure.status, 422);
    assert_eq!(chief.post(&format!("{act}/carry-out"), &[("sure", "1"), ("version", &v)]).await.status, 403);
    let done = client.post(&format!("{act}/carry-out"), &[("sure", "1"), ("version", &v)]).await;
    assert_eq!(done.location(), act);
    assert_eq!(s.house.run_jobs().await.failed, 0);

    // Content and words are gone; number, title and the trail stay; what another file has as well is untouched. The act's
    // own list is a file too.
    assert_eq!(blobs(&s.blobs), 2);
    let card = client.get(&format!("/documents/{}", old.document)).await.ok();
    let card = card.has("Vecais raksts").has(&old.number).has("saturs iznīcināts").has("Saturs iznīcināts");
    assert!(!card.text().contains("/files/"), "nothing can be opened");
    client.get("/search?q=zaudejumiem").await.ok().has_not(&only.document.to_string()).has(&young.document.to_string());
    client.get("/search?q=pabalstu").await.ok().has_not(&old.document.to_string()).has(&young.document.to_string());
    client.get("/search?q=vecais").await.ok().has(&old.document.to_string());
    client.get(&format!("/documents/{}", young.document)).await.ok().has("/files/");
    assert_eq!(data_of(&s, old.document).await, serde_json::json!({}));
    client.get("/admin/retention").await.ok().has("Izpildīts");
}

async fn data_of(s: &Stage, document: DocumentId) -> serde_json::Value {
    let mut read = s.house.op().read().await.unwrap();
    sqlx::query_scalar("select data from documents.document where tenant_id = $1 and id = $2")
        .bind(s.house.tenant)
        .bind(document)
        .fetch_one(read.conn())
        .await
        .unwrap()
}

#[tokio::test]
async fn what_is_permanent_is_handed_over_and_stays_readable() {
    let s = stage().await;
    scheme(&s).await;
    let kept = filed(&s, 2010, "2-1", "Domes lēmums", "lēmuma teksts").await;
    filed(&s, 2012, "2-2", "Jaunāks lēmums", "cits teksts").await;
    let (clerk, head) = (s.person("clerk", s.school).await, s.person("head", s.school).await);
    let (mut client, mut chief) = (s.house.sign_in(clerk).await, s.house.sign_in(head).await);
    // 2010 + 15 is over, 2012 + 15 is not.
    client.get("/admin/retention").await.ok().has("2-1 Lieta 2-1").has_not("2-2 Lieta 2-2");
    let class = class_id(&s, 2010, "2-1").await;
    let act = proposed(&s, &mut client, "transfer", class).await.location();
    let v = version(&mut client, &act).await;
    chief.post(&format!("{act}/approve"), &[("version", &v)]).await;
    let v = version(&mut client, &act).await;
    client.post(&format!("{act}/carry-out"), &[("sure", "1"), ("version", &v)]).await;
    s.house.run_jobs().await;
    let card = client.get(&format!("/documents/{}", kept.document)).await.ok();
    card.has("Nodots arhīvam").has("/files/");
}

#[tokio::test]
async fn an_act_that_is_given_up_frees_its_files() {
    let s = stage().await;
    scheme(&s).await;
    filed(&s, 2020, "1-1", "Vecais raksts", "x").await;
    let clerk = s.person("clerk", s.school).await;
    let mut client = s.house.sign_in(clerk).await;
    let class = class_id(&s, 2020, "1-1").await;
    let act = proposed(&s, &mut client, "destroy", class).await.location();
    let v = version(&mut client, &act).await;
    assert_eq!(client.post(&format!("{act}/cancel"), &[("version", &v), ("reason", "")]).await.status, 422);
    let given_up = client.post(&format!("{act}/cancel"), &[("version", &v), ("reason", "Vēl vajadzīgs")]).await;
    assert_eq!(given_up.location(), act);
    client.get(&act).await.ok().has("Atcelts");
    let again = proposed(&s, &mut client, "destroy", class).await;
    assert_eq!(again.status, 303, "{}", again.text());
    let elsewhere = s.person("clerk", s.library).await;
    let mut other = s.house.sign_in(elsewhere).await;
    assert_eq!(other.get(&act).await.status, 404);
    other.get("/admin/retention").await.ok().has_not(&act);
    let employee = s.person("employee", s.school).await;
    assert_eq!(s.house.sign_in(employee).await.get("/admin/retention").await.status, 403);
}

#[tokio::test]
async fn a_file_with_unfinished_documents_waits() {
    let s = stage().await;
    scheme(&s).await;
    filed(&s, 2020, "1-1", "Vecais raksts", "x").await;
    let class = class_id(&s, 2020, "1-1").await;
    let (clerk, head) = (s.person("clerk", s.school).await, s.person("head", s.school).await);
    let (mut client, mut chief) = (s.house.sign_in(clerk).await, s.house.sign_in(head).await);
    let act = proposed(&s, &mut client, "destroy", class).await.location();
    let v = version(&mut client, &act).await;
    chief.post(&format!("{act}/approve"), &[("version", &v)]).await;
    // Somebody puts a draft into the file meanwhile.
    s.does(async |tx| {
        let m = may::<CreateDocument>(tx);
        let mut new = s.letter("Projekts");
        new.class = Some(class);
        documents::create(tx, &m, vec![new]).await
    })
    .await
    .unwrap();
    let v = version(&mut client, &act).await;
    let refused = client.post(&format!("{act}/carry-out"), &[("sure", "1"), ("version", &v)]).await;
    assert_eq!(refused.status, 422);
    assert_eq!(blobs(&s.blobs), 2, "nothing was destroyed");
}

#[tokio::test]
async fn a_row_of_the_scheme_is_changed_closed_and_removed_while_it_is_empty() {
    let s = stage().await;
    scheme(&s).await;
    filed(&s, 2020, "1-1", "Vecais raksts", "x").await;
    let clerk = s.person("clerk", s.school).await;
    let mut client = s.house.sign_in(clerk).await;
    let page = client.get(&format!("/admin/classification?institution={}&year=2021", s.school)).await.ok().text();
    let class = class_id(&s, 2021, "1-2").await;
    let row = format!("/admin/classification/{class}");
    assert!(page.contains(&row));
    let v = version(&mut client, &row).await;
    let fields = |title: &'static str, retention: &'static str, v: &str| {
        vec![
            ("title", title.to_owned()),
            ("retention", retention.to_owned()),
            ("medium", "paper".to_owned()),
            ("closed_on", "31.12.2026.".to_owned()),
            ("version", v.to_owned()),
        ]
    };
    async fn post(client: &mut Client, to: &str, fields: Vec<(&'static str, String)>) -> testkit::Page {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        client.post(to, &fields).await
    }
    let wrong = post(&mut client, &row, fields("", "daudz", &v)).await;
    assert_eq!(wrong.status, 422);
    wrong.has("daudz");
    assert_eq!(post(&mut client, &row, fields("Sarakste", "7", &v)).await.status, 303);
    assert_eq!(post(&mut client, &row, fields("Sarakste", "7", &v)).await.status, 409);
    client.get(&row).await.ok().has("Sarakste").has("value=\"7\"").has("31.12.2026.");
    let v = version(&mut client, &row).await;
    assert_eq!(client.post(&format!("{row}/remove"), &[("version", &v)]).await.status, 303);
    assert_eq!(client.get(&row).await.status, 404);
    let full = format!("/admin/classification/{}", class_id(&s, 2020, "1-1").await);
    let v = version(&mut client, &full).await;
    assert_eq!(client.post(&format!("{full}/remove"), &[("version", &v)]).await.status, 422);
    let elsewhere = s.person("clerk", s.library).await;
    assert_eq!(s.house.sign_in(elsewhere).await.get(&full).await.status, 404);
}
