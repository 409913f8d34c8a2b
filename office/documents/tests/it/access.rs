//! Who may know of a document and of its files: opened, closed again, restricted with a ground.

use documents::{FileRole, NewFile, actions::*};
use types::{DocumentId, PersonId};
use uuid::Uuid;

use crate::set::{Stage, may, stage};

async fn letter(s: &Stage, title: &str) -> DocumentId {
    let files = ["atklats", "slepens"].map(|name| NewFile {
        name: format!("{name}.txt"),
        media_type: "text/plain".into(),
        bytes: format!("Te rakstīts par {name}u pabalstu").into_bytes(),
        role: FileRole::Main,
    });
    let id = s
        .does(async |tx| {
            let m = may::<CreateDocument>(tx);
            let id = documents::create(tx, &m, vec![s.letter(title)]).await?.remove(0);
            documents::attach(tx, &m, id, files.to_vec()).await?;
            Ok(id)
        })
        .await
        .unwrap();
    s.house.run_jobs().await;
    id
}

/// Somebody who works in the school, and may be chosen there.
async fn colleague(s: &Stage) -> PersonId {
    let person = s.person("employee", s.school).await;
    let mut tx = s.house.op().begin().await.unwrap();
    let (tenant, id) = (s.house.tenant, Uuid::new_v5(&person.uuid(), b"x"));
    sqlx::query(
        "insert into parties.person (tenant_id, id, given_names, surname, fold, created_at)
         values ($1, $2, 'Pārsla', 'Ozola', 'ozola parsla', '2026-01-01')",
    )
    .bind(tenant)
    .bind(person)
    .execute(tx.conn())
    .await
    .unwrap();
    for sql in [
        "insert into parties.post (tenant_id, id, unit_id, title, valid_from) values ($1, $3, $4, 'Skolotāja', '2020-01-01')",
        "insert into parties.employment (tenant_id, id, person_id, kind, contract_number, contract_date, valid_from)
         select $1, $3, $2, 'contract', '1', '2020-01-01', '2020-01-01' where $4::uuid is not null",
        "insert into parties.employment_term (tenant_id, id, employment_id, person_id, valid_from, unit_id, institution_id,
           post_id, workload, salary)
         values ($1, $3, $3, $2, '2020-01-01', $4, $4, $3, 1, 100000)",
    ] {
        let query = sqlx::query(sqlx::AssertSqlSafe(sql.to_owned()));
        let sent = query.bind(tenant).bind(person).bind(id).bind(s.school).execute(tx.conn()).await;
        sent.expect(sql);
    }
    tx.audit(op::Audit::of("test", "person", person));
    tx.commit().await.unwrap();
    person
}

#[tokio::test]
async fn a_document_is_opened_to_a_reader_and_closed_again() {
    let s = stage().await;
    let document = letter(&s, "Vēstule par pabalstu").await;
    let (clerk, reader) = (s.person("clerk", s.school).await, colleague(&s).await);
    let (card, access) = (format!("/documents/{document}"), format!("/documents/{document}/access"));
    let mut client = s.house.sign_in(clerk).await;
    let mut theirs = s.house.sign_in(reader).await;
    assert_eq!(theirs.get(&card).await.status, 404);
    theirs.get("/search?q=pabalsts").await.ok().has_not(&card);
    client.get(&card).await.ok().has(&access);
    client.get(&access).await.ok().has("Ozola Pārsla").has("Nevienam citam dokuments nav atvērts");

    let id = reader.to_string();
    let missing = client.post(&format!("{card}/readers"), &[("reader", &id), ("share_ground", "")]).await;
    assert_eq!(missing.status, 422);
    let nobody = client.post(&format!("{card}/readers"), &[("share_ground", "darbam")]).await;
    assert_eq!(nobody.status, 422);
    nobody.has("Izvēlieties cilvēku vai lomu").has("darbam");
    let stranger = Uuid::from_u128(7).to_string();
    let stranger = client.post(&format!("{card}/readers"), &[("reader", &stranger), ("share_ground", "x")]).await;
    assert_eq!(stranger.status, 422, "only those who are offered");

    let shared = client.post(&format!("{card}/readers"), &[("reader", &id), ("share_ground", "jāatbild")]).await;
    assert_eq!(shared.location(), access);
    theirs.get(&card).await.ok().has("Vēstule par pabalstu");
    theirs.get("/search?q=pabalsts").await.ok().has(&card);
    assert_eq!(theirs.get(&access).await.status, 403);

    let remove = format!("{card}/readers/{reader}/remove");
    assert_eq!(theirs.post(&remove, &[]).await.status, 403);
    assert_eq!(client.post(&remove, &[]).await.location(), access);
    assert_eq!(client.post(&remove, &[]).await.status, 404, "it is not open to them any more");
    assert_eq!(theirs.get(&card).await.status, 404);
    theirs.get("/search?q=pabalsts").await.ok().has_not(&card);
    client.get(&card).await.ok().has("Atvērts citiem lasītājiem").has("Slēgts lasītājam");
}

#[tokio::test]
async fn a_role_reads_until_it_is_closed() {
    let s = stage().await;
    let document = letter(&s, "Vēstule").await;
    let clerk = s.person("clerk", s.school).await;
    let manager = s.person("manager", s.school).await;
    let mut client = s.house.sign_in(clerk).await;
    let pool = op::pool_id(s.school, "manager").to_string();
    let card = format!("/documents/{document}");
    let shared = client.post(&format!("{card}/readers"), &[("pool", &pool), ("share_ground", "zināšanai")]).await;
    assert_eq!(shared.status, 303, "{}", shared.text());
    client.get(&format!("{card}/access")).await.ok().has("manager, Parauga vidusskola");
    s.house.sign_in(manager).await.get(&card).await.ok();
    client.post(&format!("{card}/readers/{pool}/remove"), &[]).await;
    assert_eq!(s.house.sign_in(manager).await.get(&card).await.status, 404);
}

#[tokio::test]
async fn a_level_is_changed_with_its_ground_and_the_search_follows() {
    let s = stage().await;
    let document = letter(&s, "Vēstule par pabalstu").await;
    let (clerk, head) = (s.person("clerk", s.school).await, s.person("head", s.school).await);
    let (card, access) = (format!("/documents/{document}"), format!("/documents/{document}/access"));
    let mut client = s.house.sign_in(clerk).await;
    let mut theirs = s.house.sign_in(head).await;
    theirs.get(&card).await.ok();
    let version = client.get(&access).await.ok().input("version").unwrap();
    let without = client.post(&access, &[("level", "restricted"), ("ground", ""), ("version", &version)]).await;
    assert_eq!(without.status, 422);
    let fields = [("level", "restricted"), ("ground", "IAL 5. pants"), ("version", version.as_str())];
    assert_eq!(client.post(&access, &fields).await.location(), access);
    assert_eq!(client.post(&access, &fields).await.status, 409, "a stale form");
    assert_eq!(theirs.get(&card).await.status, 404);
    theirs.get("/search?q=pabalsts").await.ok().has_not(&card);
    // The register desk keeps it.
    client.get(&card).await.ok().has("IAL 5. pants").has("Mainīta pieejamība");
    client.get("/search?q=pabalsts").await.ok().has(&card);
    let version = client.get(&access).await.ok().input("version").unwrap();
    client.post(&access, &[("level", "internal"), ("ground", "IAL"), ("version", &version)]).await;
    theirs.get(&card).await.ok().has("Iekšējai lietošanai").has_not("informācija (IAL 5. pants)");
    theirs.get("/search?q=pabalsts").await.ok().has(&card);
}

#[tokio::test]
async fn a_file_is_kept_closer_than_its_document() {
    let s = stage().await;
    let document = letter(&s, "Vēstule").await;
    let (clerk, head) = (s.person("clerk", s.school).await, s.person("head", s.school).await);
    let chief = s.person("head", s.root).await;
    let card = format!("/documents/{document}");
    let mut client = s.house.sign_in(clerk).await;
    let mut theirs = s.house.sign_in(head).await;
    let text = theirs.get(&card).await.ok().has("slepens.txt").text();
    let links = text.split("href=\"").filter_map(|h| h.split("</a>").next());
    let link = links.into_iter().find(|l| l.contains("/files/") && l.contains("slepens.txt")).unwrap();
    let file = link.split(['"', '?']).next().unwrap().to_owned();
    theirs.get(&file).await.ok();
    theirs.get("/search?q=slepenu").await.ok().has(&card);

    let path = format!("{file}/access");
    assert_eq!(theirs.post(&path, &[("close", "1"), ("file_ground", "x")]).await.status, 403);
    assert_eq!(client.post(&path, &[("close", "1"), ("file_ground", "")]).await.status, 422);
    let done = client.post(&path, &[("close", "1"), ("file_ground", "IAL 7. pants")]).await;
    assert_eq!(done.location(), format!("{card}/access"), "{}", done.text());

    theirs.get(&card).await.ok().has("atklats.txt").has("ierobežotas pieejamības datne").has_not("slepens.txt");
    assert_eq!(theirs.get(&file).await.status, 404);
    theirs.get("/search?q=slepenu").await.ok().has_not(&card);
    theirs.get("/search?q=atklatu").await.ok().has(&card);
    // Who sees everything, and who is named as a reader, opens it.
    s.house.sign_in(chief).await.get(&file).await.ok();
    let pool = op::pool_id(s.school, "head").to_string();
    client.post(&format!("{card}/readers"), &[("pool", &pool), ("share_ground", "darbam")]).await;
    theirs.get(&file).await.ok();
    theirs.get(&card).await.ok().has("IAL 7. pants");
    // Opened again it is as its document.
    client.post(&format!("{card}/readers/{pool}/remove"), &[]).await;
    assert_eq!(client.post(&path, &[]).await.status, 303);
    theirs.get(&file).await.ok();
    theirs.get("/search?q=slepenu").await.ok().has(&card);
}
