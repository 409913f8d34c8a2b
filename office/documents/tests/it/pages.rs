//! Registers, cards and their administration, through the real router.

use documents::{AccessLevel, LinkKind, actions::*};
use types::Date;

use crate::set::{Stage, may, stage};

fn day() -> Date {
    Date::from_ymd_opt(2026, 11, 3).unwrap()
}

async fn registered(s: &Stage, titles: &[&str]) -> Vec<documents::Registered> {
    s.does(async |tx| {
        let m = may::<CreateDocument>(tx);
        let docs = titles.iter().map(|t| (s.letter(t), "orders".to_owned(), day())).collect();
        documents::create_registered(tx, &m, docs).await
    })
    .await
    .unwrap()
}

#[test]
fn every_page_speaks_both_languages() {
    let catalog = std::sync::Arc::new(i18n::Catalog::new(&[ui::TEXTS, web::TEXTS, documents::TEXTS]).unwrap());
    assert_eq!(catalog.check(), Vec::<String>::new());
    for locale in types::Locale::ALL {
        let tr = i18n::Tr::new(std::sync::Arc::clone(&catalog), locale);
        let samples = (documents::module().samples)(&tr);
        assert_eq!(samples.len(), 12);
        for sample in samples {
            let html = sample.html.unwrap();
            assert!(!html.contains('⟦'), "{}: a text is missing: {html}", sample.name);
            assert!(html.contains("</html>"), "{}", sample.name);
        }
        for route in documents::module().routes {
            assert!(tr.has(route.label), "{}", route.label);
        }
        for kind in documents::kinds::OWN_KINDS {
            assert!(tr.has(kind.title_key) && kind.fields.iter().all(|f| tr.has(f.label)), "{}", kind.code);
        }
    }
}

#[tokio::test]
async fn a_register_is_paged_filtered_and_taken_out() {
    let s = stage().await;
    let titles: Vec<String> = (1..=120).map(|n| format!("Raksts {n}.")).collect();
    registered(&s, &titles.iter().map(String::as_str).collect::<Vec<_>>()).await;
    for unit in [s.school, s.root] {
        let clerk = s.person("clerk", unit).await;
        let mut client = s.house.sign_in(clerk).await;
        client.get("/registers").await.ok().has("Personāla rīkojumi").has("120");
        let first =
            client.get("/registers/orders").await.ok().has("Raksts 120.").has("Raksts 71.").has_not("Raksts 70.");
        let next = link(&first.text(), "before=");
        let second = client.get(&next).await.ok().has("Raksts 70.").has("Raksts 21.").has_not("Raksts 20.");
        let third = client.get(&link_after(&second.text(), "before=", "rel=\"next\"")).await.ok();
        third.has("Raksts 20.").has("Raksts 1.").has_not("Raksts 21.");
        let q = client.get("/registers/orders?q=raksti+17&from=01.11.2026&to=2026-11-30&kind=letter").await.ok();
        q.has("Raksts 17.").has_not("Raksts 18.").has("No datuma: 01.11.2026.");
        client.get("/registers/orders?to=01.11.2026").await.ok().has_not("Raksts 1.");
        client.get("/registers/orders?from=nonsense").await.ok().has("Ierakstiet datumu");
        client.get("/registers/no-such").await;
        let csv = client.get("/registers/orders/export?format=csv&col=number&col=title").await.ok().text();
        assert_eq!(csv.lines().next(), Some("Numurs,Nosaukums"));
        assert_eq!(csv.lines().count(), 121);
        assert!(csv.contains("P-2026/7,Raksts 7."), "{csv}");
        let xlsx = client.get("/registers/orders/export?format=xlsx").await.ok();
        assert!(xlsx.body.starts_with(b"PK"));
    }
    let elsewhere = s.person("clerk", s.library).await;
    let mut client = s.house.sign_in(elsewhere).await;
    client.get("/registers/orders").await.ok().has_not("Raksts");
    let csv = client.get("/registers/orders/export?format=csv").await.ok().text();
    assert_eq!(csv.lines().count(), 1);
    let employee = s.person("employee", s.school).await;
    assert_eq!(s.house.sign_in(employee).await.get("/registers/orders").await.status, 403);
}

/// The last address of the page that holds this.
fn link(html: &str, part: &str) -> String {
    let found = html.split("href=\"").skip(1).filter_map(|h| h.split('"').next()).filter(|h| h.contains(part)).last();
    found.expect("a link").replace("&amp;", "&").replace("&#38;", "&")
}

fn link_after(html: &str, part: &str, _rel: &str) -> String {
    link(html, part)
}

#[tokio::test]
async fn a_view_is_kept_for_the_person_who_saved_it() {
    let s = stage().await;
    let (anna, ilze) = (s.person("clerk", s.school).await, s.person("clerk", s.school).await);
    let mut client = s.house.sign_in(anna).await;
    let done =
        client.post("/registers/orders/views", &[("name", "Mani rīkojumi"), ("query", "q=raksts&col=number")]).await;
    assert_eq!(done.location(), "/registers/orders?q=raksts&col=number");
    let page = client.get("/registers/orders").await.ok().has("Mani rīkojumi");
    s.house.sign_in(ilze).await.get("/registers/orders").await.ok().has_not("Mani rīkojumi");
    let text = page.text();
    let delete =
        text.split("action=\"").find(|a| a.contains("/delete\"")).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(s.house.sign_in(ilze).await.post(&delete, &[]).await.status, 404);
    assert_eq!(client.post(&delete, &[]).await.status, 303);
    client.get("/registers/orders").await.ok().has_not("Mani rīkojumi");
}

#[tokio::test]
async fn a_card_shows_the_document_and_its_looking_is_written_down() {
    let s = stage().await;
    let made = registered(&s, &["Pirmais raksts", "Otrais raksts"]).await;
    let clerk = s.person("clerk", s.school).await;
    let mut client = s.house.sign_in(clerk).await;
    let card = format!("/documents/{}", made[0].document);
    client.get(&card).await.ok().has("Pirmais raksts").has("P-2026/1").has("Reģistrēts").has("Parauga vidusskola");
    let mut read = s.house.op().read().await.unwrap();
    let (looked,): (i64,) = sqlx::query_as(
        "select count(*) from kernel.audit where actor_id = $1 and action = 'documents.document.view' and $2 = any(subjects)",
    )
    .bind(clerk)
    .bind(made[0].document)
    .fetch_one(read.conn())
    .await
    .unwrap();
    assert_eq!(looked, 1);
    drop(read);
    let bad = client.post(&format!("{card}/links"), &[("link", "reply"), ("number", "P-2026/77")]).await;
    assert_eq!(bad.status, 422);
    bad.has("P-2026/77").has("Tāda numura nav");
    let done = client.post(&format!("{card}/links"), &[("link", LinkKind::Reply.word()), ("number", "P-2026/2")]).await;
    assert_eq!(done.status, 303, "{}", done.text());
    client.get(&card).await.ok().has("Atbild uz").has("Otrais raksts");
    client.get(&format!("/documents/{}", made[1].document)).await.ok().has("Atbilde").has("Pirmais raksts");
    client.headers = vec![("accept-language", "en".to_owned())];
    client.get("/documents/nonsense").await;
    assert_eq!(client.get("/documents/00000000-0000-0000-0000-000000000000").await.status, 404);
}

#[tokio::test]
async fn an_annulment_is_a_document_of_its_own_and_happens_once() {
    let s = stage().await;
    let made = registered(&s, &["Kļūdainais"]).await;
    let clerk = s.person("clerk", s.school).await;
    let mut client = s.house.sign_in(clerk).await;
    let card = format!("/documents/{}", made[0].document);
    let form = client.get(&format!("{card}/linked?kind=annulment")).await.ok();
    let key = form.input("submit_id").unwrap();
    let empty = client.upload(&format!("{card}/linked"), &[("kind", "annulment"), ("reason", "")], &[]).await;
    assert_eq!(empty.status, 422);
    let fields = [("kind", "annulment"), ("reason", "Rakstīts par velti"), ("submit_id", key.as_str())];
    let done = client.upload(&format!("{card}/linked"), &fields, &[]).await;
    let to = done.location();
    client.get(&to).await.ok().has("anulēšana").has("Anulē").has("Kļūdainais");
    client.get(&card).await.ok().has("Anulēts").has("Rakstīts par velti").has("P-2026/1");
    client.get("/registers/orders").await.ok().has("P-2026/1").has("Anulēts");
    let again = client.upload(&format!("{card}/linked"), &fields, &[]).await;
    assert_eq!(again.location(), to, "the same submission leads to the same document");
    let fresh = client.upload(&format!("{card}/linked"), &[("kind", "copy"), ("reason", "Vajag")], &[]).await;
    assert_eq!(fresh.status, 422, "it is void already");
    let reader = s.person("head", s.school).await;
    assert_eq!(s.house.sign_in(reader).await.get(&format!("{card}/linked")).await.status, 403);
}

#[tokio::test]
async fn an_administrator_sets_how_numbers_are_written() {
    let s = stage().await;
    let admin = s.person("admin", s.root).await;
    let mut client = s.house.sign_in(admin).await;
    client.get("/admin/registers").await.ok().has("P-2026/45");
    client.get("/admin/registers/sample?pattern=%7Byy%7D-%7Bseq%3A03%7D").await.ok().has("26-045");
    client.get("/admin/registers/sample?pattern=%3Cb%3E").await.ok().has("Numurā nevar būt zīme").has_not("<b>");
    let fields = [
        ("title", "Domes lēmumi"),
        ("code", "decisions"),
        ("direction", "internal"),
        ("pattern", "{seq}'"),
        ("yearly", "1"),
    ];
    let refused = client.post("/admin/registers", &fields).await;
    assert_eq!(refused.status, 422);
    refused.has("Domes lēmumi").has("Numurā nevar būt zīme");
    let fields = fields.map(|(n, v)| if n == "pattern" { (n, "{yyyy}-{seq}") } else { (n, v) });
    assert_eq!(client.post("/admin/registers", &fields).await.status, 303);
    let taken = client.post("/admin/registers", &fields).await;
    assert_eq!(taken.status, 422);
    let list = client.get("/admin/registers").await.ok().has("Domes lēmumi").text();
    let row = list.split("data-href=\"").find(|r| r.contains("Domes lēmumi")).unwrap();
    let edit = row.split('"').next().unwrap().to_owned();
    let version = client.get(&edit).await.ok().input("version").unwrap();
    let change = [("title", "Lēmumi"), ("pattern", "L-{seq}"), ("version", version.as_str())];
    assert_eq!(client.post(&edit, &change).await.status, 303);
    assert_eq!(client.post(&edit, &change).await.status, 409, "somebody else changed it meanwhile");
    let got = s
        .does(async |tx| {
            let m = may::<CreateDocument>(tx);
            documents::create_registered(tx, &m, vec![(s.letter("Lēmums"), "decisions".into(), day())]).await
        })
        .await
        .unwrap();
    assert_eq!(got[0].number, "L-1");
    let clerk = s.person("clerk", s.school).await;
    assert_eq!(s.house.sign_in(clerk).await.get("/admin/registers").await.status, 403);
}

#[tokio::test]
async fn a_scheme_is_kept_copied_and_exchanged_by_its_own_clerk() {
    let s = stage().await;
    let clerk = s.person("clerk", s.school).await;
    let mut client = s.house.sign_in(clerk).await;
    let school = s.school.to_string();
    let place = [("institution", school.as_str()), ("year", "2026")];
    let row = |code, title| {
        [place[0], place[1], ("code", code), ("title", title), ("retention", "5"), ("medium", "electronic")]
    };
    assert_eq!(client.post("/admin/classification", &row("1-12", "Sarakste")).await.status, 303);
    let taken = client.post("/admin/classification", &row("1-12", "Cita")).await;
    assert_eq!(taken.status, 422);
    taken.has("Cita");
    assert_eq!(client.post("/admin/classification/copy", &place).await.status, 303);
    client.get(&format!("/admin/classification?institution={school}&year=2027")).await.ok().has("Sarakste");
    let csv = client.get(&format!("/admin/classification/export?institution={school}&year=2026")).await.ok().text();
    assert!(csv.contains("1-12,,Sarakste,5,,electronic,,"), "{csv}");
    let more = csv.replace("Sarakste", "Paliek vecais") + "1-13,1,Līgumi,permanent,,paper,,\r\n";
    let to = "/admin/classification/import";
    let done = client.upload(to, &place, &[("table", "t.csv", "text/csv", more.as_bytes())]).await;
    assert_eq!(done.status, 303, "{}", done.text());
    let page = client.get(&format!("/admin/classification?institution={school}&year=2026")).await.ok();
    page.has("Līgumi").has("Sarakste").has_not("Paliek vecais").has("Glabājams pastāvīgi");
    let bad = client.upload(to, &place, &[("table", "t.csv", "text/csv", b"a,b\n1,2\n")]).await;
    assert_eq!(bad.status, 422);
    let library = s.library.to_string();
    let foreign =
        [("institution", library.as_str()), ("year", "2026"), ("code", "1"), ("title", "x"), ("medium", "paper")];
    assert_eq!(client.post("/admin/classification", &foreign).await.status, 403);
}

#[tokio::test]
async fn a_restricted_document_is_a_line_without_words() {
    let s = stage().await;
    let head = s.person("head", s.school).await;
    s.does(async |tx| {
        let m = may::<CreateDocument>(tx);
        let mut secret = s.letter("Slepenais raksts");
        secret.access = AccessLevel::Restricted;
        secret.access_ground = Some("likums".into());
        secret.correspondent = Some("Kāda persona".into());
        documents::create_registered(tx, &m, vec![(secret, "orders".into(), day())]).await
    })
    .await
    .unwrap();
    let mut client = s.house.sign_in(head).await;
    let page = client.get("/registers/orders?col=number&col=title&col=correspondent").await.ok();
    page.has("P-2026/1").has("ierobežota pieejamība").has_not("Slepenais").has_not("Kāda persona");
    let csv = client.get("/registers/orders/export?format=csv&col=number&col=title&col=correspondent").await.ok();
    csv.has("P-2026/1").has_not("Slepenais").has_not("Kāda persona");
}
