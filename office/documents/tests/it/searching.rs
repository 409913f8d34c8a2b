//! Who finds what, by which words.

use documents::{AccessLevel, actions::*};
use types::Date;

use crate::set::{Stage, may, stage, units};

async fn register(s: &Stage, docs: Vec<documents::NewDocument>) -> Vec<documents::Registered> {
    let day = Date::from_ymd_opt(2026, 3, 5).unwrap();
    s.does(async |tx| {
        let m = may::<CreateDocument>(tx);
        let docs = docs.into_iter().map(|d| (d, "orders".to_owned(), day)).collect();
        documents::create_registered(tx, &m, docs).await
    })
    .await
    .unwrap()
}

/// Titles found by whoever is signed in, as the page shows them.
async fn found(client: &mut testkit::Client, q: &str) -> String {
    let q: String = form_urlencoded::byte_serialize(q.as_bytes()).collect();
    client.get(&format!("/search?q={q}")).await.ok().text()
}

#[tokio::test]
async fn words_are_found_in_any_form_and_without_diacritics() {
    let s = stage().await;
    let mut with_text = s.letter("Rīkojums par atvaļinājumu");
    with_text.body_text = "Piešķirt ikgadējo atvaļinājumu Jānim Āboltiņam no 1. jūlija".into();
    register(&s, vec![s.letter("Iesniegums par pabalstu"), with_text]).await;
    let clerk = s.person("clerk", s.school).await;
    let mut client = s.house.sign_in(clerk).await;
    assert!(found(&mut client, "iesniegumu").await.contains("par pabalstu"));
    assert!(found(&mut client, "Aboltins").await.contains("Rīkojums par"));
    assert!(!found(&mut client, "iesniegums aboltins").await.contains("par pabalstu"), "all words must occur");
    assert!(found(&mut client, "P-2026/2").await.contains("Rīkojums par"), "by number");
    assert!(found(&mut client, "atvalin").await.contains("Rīkojums par"), "by its beginning");
    for odd in ["'", "a' | 'b", "& | !", "\\", "<script>", "(((", "\u{0}"] {
        assert!(!found(&mut client, odd).await.contains("<script>"), "{odd:?} is harmless");
    }
}

#[tokio::test]
async fn other_units_and_other_tenants_find_nothing() {
    let s = stage().await;
    register(&s, vec![s.letter("Slepens plāns")]).await;
    let other = s.house.another_tenant("cits").await;
    let (_, foreign_school, _) = units(&s.house, other).await;
    for (person, tenant, sees) in [
        (s.person("clerk", s.school).await, s.house.tenant, true),
        (s.person("clerk", s.root).await, s.house.tenant, true),
        (s.person("clerk", s.library).await, s.house.tenant, false),
        (s.person("employee", s.school).await, s.house.tenant, false),
        (s.person_at(other, "clerk", foreign_school).await, other, false),
    ] {
        let mut client = s.house.sign_in_at(tenant, person).await;
        assert_eq!(found(&mut client, "plāns").await.contains("Slepens"), sees, "{person}");
    }
}

#[tokio::test]
async fn a_restricted_title_is_found_only_by_its_readers() {
    let s = stage().await;
    let (head, reader) = (s.person("head", s.school).await, s.person("employee", s.library).await);
    let (clerk, elsewhere) = (s.person("clerk", s.school).await, s.person("clerk", s.library).await);
    let mut restricted = s.letter("Bērna veselības izziņa");
    restricted.access = AccessLevel::Restricted;
    restricted.access_ground = Some("Informācijas atklātības likuma 5. pants".into());
    restricted.readers = vec![reader.uuid()];
    let got = register(&s, vec![restricted]).await;
    for (person, sees) in [(head, false), (reader, true), (clerk, true), (elsewhere, false)] {
        let mut client = s.house.sign_in(person).await;
        assert_eq!(found(&mut client, "veselība").await.contains("Bērna"), sees, "{person}");
        let card = client.get(&format!("/documents/{}", got[0].document)).await;
        assert_eq!(card.status == 200, sees, "{person}: {}", card.status);
    }
    let mut client = s.house.sign_in(head).await;
    client.get("/registers/orders").await.ok().has("P-2026/1").has_not("Bērna");
    s.does(async |tx| {
        let m = may::<ShareDocument>(tx);
        documents::share(tx, &m, got[0].document, &[head.uuid()], "lēmuma sagatavošana").await
    })
    .await
    .unwrap();
    assert!(found(&mut client, "veselība").await.contains("Bērna"), "it was opened to them");
    client.get("/registers/orders").await.ok().has("Bērna");
}

/// An id as it was made so many weeks before 1 November 2026.
fn weeks_old(weeks: u64) -> types::DocumentId {
    let at = 1_793_491_200_000 - weeks * 7 * 86_400_000;
    types::DocumentId(uuid::Uuid::from_u128(u128::from(at) << 80 | 0x7000_8000_0000_0000_0000 | u128::from(weeks)))
}

#[tokio::test]
async fn the_newest_hits_come_first_however_old_the_others_are() {
    let s = stage().await;
    let (clerk, elsewhere) = (s.person("clerk", s.school).await, s.person("clerk", s.library).await);
    // Four hundred weeks with gaps: ages without any document stand between them.
    let weeks: Vec<u64> = (0..30).map(|n| n * n / 2 + n).collect();
    let docs = weeks.iter().map(|n| {
        let unit = if n % 2 == 0 { s.school } else { s.library };
        documents::NewDocument {
            id: Some(weeks_old(*n)),
            ..documents::NewDocument::new("letter", format!("Ceļš nedēļa{n}x"), unit, unit, "desk")
        }
    });
    register(&s, docs.collect()).await;
    let head = s.person("clerk", s.root).await;
    for (person, sees) in [(head, 0..2), (clerk, 0..1), (elsewhere, 1..2)] {
        let mut client = s.house.sign_in(person).await;
        let all: Vec<u64> = weeks.iter().copied().filter(|n| sees.contains(&(n % 2))).collect();
        let mut before = String::new();
        for page in all.chunks(20) {
            let text = client.get(&format!("/search?q=celu&before={before}")).await.ok().text();
            let seen = |n: &u64| text.contains(&format!("nedēļa{n}x"));
            let found: Vec<u64> = weeks.iter().copied().filter(seen).collect();
            assert_eq!(found, page, "{person}");
            before = weeks_old(*page.last().unwrap()).to_string();
        }
        let oldest = all.last().unwrap();
        assert!(found(&mut client, &format!("ceļš nedēļa{oldest}x")).await.contains(&format!("nedēļa{oldest}x")));
    }
}

#[tokio::test]
async fn the_text_of_a_file_is_found_after_the_job() {
    let s = stage().await;
    let file = |name: &str, text: &str| documents::NewFile {
        name: name.into(),
        media_type: "text/plain".into(),
        bytes: text.as_bytes().to_vec(),
        role: documents::FileRole::Main,
    };
    s.does(async |tx| {
        let m = may::<CreateDocument>(tx);
        let ids = documents::create(tx, &m, vec![s.letter("Līgums")]).await?;
        documents::attach(tx, &m, ids[0], vec![file("a.txt", "Ūdensvada izbūve"), file("b.txt", "!salauzts")]).await
    })
    .await
    .unwrap();
    let clerk = s.person("clerk", s.school).await;
    let mut client = s.house.sign_in(clerk).await;
    assert!(!found(&mut client, "udensvadu").await.contains("Līgums"));
    let ran = s.house.run_jobs().await;
    assert_eq!((ran.done, ran.failed), (1, 0), "a file that cannot be read is no failure of the job");
    assert!(found(&mut client, "udensvadu").await.contains("Līgums"));
}
