//! Signed files that come in are judged; what is kept is renewed before it proves nothing.

use asice::{
    container::{Container, write},
    verdict::Level,
    verify::{Request, verify},
};
use op::{Audit, NewJob};
use serde_json::json;

use crate::stage::{Stage, Way, consents, shown, stage};

async fn signed(s: &Stage) -> (types::DocumentId, Vec<u8>) {
    let (document, task) = s.order("Rīkojums").await;
    let mut head = s.head().await;
    let request = shown(&mut head, &[task]).await;
    consents(&mut head, &request, "direct").await;
    s.jobs().await;
    (document, s.container(document).await)
}

async fn letter(s: &Stage) -> types::DocumentId {
    let op = s.house.op();
    let mut tx = op.begin().await.unwrap();
    let may = tx.create::<documents::actions::CreateDocument>(&op::Facts::default()).unwrap();
    let new = documents::NewDocument::new("letter", "Saņemta vēstule", s.demo.school, s.demo.school, "desk");
    let made = documents::create(&mut tx, &may, vec![new]).await.unwrap();
    tx.commit().await.unwrap();
    made[0]
}

/// The clerk attaches a file, as at registration.
async fn comes_in(s: &Stage, name: &str, bytes: &[u8]) -> (testkit::Client, String) {
    let card = format!("/documents/{}", letter(s).await);
    let mut clerk = s.house.sign_in(s.demo.people.clerk).await;
    clerk.get(&card).await.ok();
    let file = [("file", name, "application/octet-stream", bytes)];
    clerk.upload(&format!("{card}/files"), &[("role", "main")], &file).await.location();
    s.jobs().await;
    (clerk, card)
}

fn tampered(bytes: &[u8]) -> Vec<u8> {
    let container = Container::open(bytes, None, Default::default()).unwrap();
    let name = container.documents()[0].name.clone();
    write::with(&container, &[(name, "Piešķirt divus atvaļinājumus.".into())], crate::common::time(2026, 11, 20))
        .unwrap()
}

#[tokio::test]
async fn a_good_one_and_a_tampered_one_show_what_they_are() {
    let s = stage(Way::Direct).await;
    let (_, good) = signed(&s).await;
    let (mut clerk, card) = comes_in(&s, "ienacis.edoc", &good).await;
    clerk.get(&card).await.ok().has("Paraksti derīgi").has("XAdES LT").has(&s.name(s.demo.people.head).await);

    let (mut clerk, card) = comes_in(&s, "ienacis.edoc", &tampered(&good)).await;
    clerk.get(&card).await.ok().has("Paraksti nav derīgi").has("Nav derīgs").has("Pēc parakstīšanas mainīts");
    clerk.post("/locale", &[("locale", "en"), ("back", &card)]).await.location();
    clerk.get(&card).await.ok().has("Signatures not valid").has("Changed after signing").has("Not valid");
}

#[tokio::test]
async fn a_file_without_signatures_has_no_report() {
    let s = stage(Way::Direct).await;
    let (mut clerk, card) = comes_in(&s, "plain.txt", b"nothing signed").await;
    clerk.get(&card).await.ok().has_not("Parakstu pārbaude");
}

#[tokio::test]
async fn a_verdict_is_made_again_on_demand() {
    let s = stage(Way::Direct).await;
    let (_, good) = signed(&s).await;
    let (mut clerk, card) = comes_in(&s, "ienacis.edoc", &good).await;
    clerk.get(&card).await.ok().has("Pārbaudīts 23.11.2026. 10:00");
    s.later(60).await;
    let mut clerk2 = s.house.sign_in(s.demo.people.clerk).await;
    clerk2.get(&format!("{card}/signatures")).await.ok().has("Pārbaudīt parakstus vēlreiz");
    clerk2.post(&format!("{card}/signatures"), &[]).await.location();
    s.jobs().await;
    clerk2.get(&card).await.ok().has("Pārbaudīts 23.11.2026. 11:00");
    let mut stranger = s.house.sign_in(s.demo.people.hr).await;
    assert!(stranger.get(&format!("{card}/signatures")).await.status.is_client_error());
}

async fn renewals(s: &Stage) {
    let op = s.house.op();
    let mut tx = op.begin().await.unwrap();
    tx.job(NewJob { kind: "signing.renew", payload: json!({}), run_at: op.now() });
    tx.audit(Audit::of("test", "test", op.new_id::<uuid::Uuid>()));
    tx.commit().await.unwrap();
    s.jobs().await;
}

#[tokio::test]
async fn a_container_is_renewed_before_its_time_stamp_proves_nothing() {
    let s = stage(Way::Direct).await;
    let (document, before) = signed(&s).await;
    let versions =
        "select count(*) from documents.file where tenant_id = $1 and document_id = $2 and role = 'signature'";
    // The authority's certificate ends in March, within the lead of half a year; a stamp by the same one helps nobody.
    renewals(&s).await;
    assert_eq!(s.one::<i64>(versions, document).await, 1);
    s.world.new_stamping_certificate();
    renewals(&s).await;
    assert_eq!(s.one::<i64>(versions, document).await, 2);
    let after = s.container(document).await;
    assert!(after.len() > before.len());
    let mut head = s.head().await;
    head.get(&format!("/documents/{document}")).await.ok().has("XAdES LTA").has("Paraksti derīgi");
    renewals(&s).await;
    assert_eq!(s.one::<i64>(versions, document).await, 2, "not again");
    let none = asice::trust::TrustStore::new();
    let report = verify(&Request { name: Some("a.edoc"), ..Request::new(&after, &none, s.house.clock.now()) });
    assert_eq!(report.signatures[0].level, Level::LTA);
}
