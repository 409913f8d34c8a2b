use axum::http::StatusCode;
use parties::{MandateExtent, life::Demo};
use testkit::{Client, House};
use types::PersonId;

use crate::{day, town};

fn number(n: u32) -> String {
    latvian::ids::RegistrationNumber::demo(n).formatted()
}

async fn entered(clerk: &mut Client, number: &str) -> String {
    let fields = [
        ("name", "Āboltiņa maiznīca"),
        ("legal_form", "SIA"),
        ("registration_number", number),
        ("address", "Rīgas iela 2, Paraugs"),
        ("email", "maize@paraugs.example"),
        ("phone", "6701 2345"),
        ("e_address", "_DEFAULT@77700000001"),
    ];
    clerk.get("/organisations/new").await.ok();
    clerk.post("/organisations/new", &fields).await.location()
}

async fn stands(house: &House, person: PersonId, on: types::Date) -> Vec<parties::Mandate> {
    let mut read = house.op().read().await.unwrap();
    parties::mandates_on(read.conn(), house.tenant, person, on).await.unwrap()
}

async fn representative(house: &House, code: &str) -> PersonId {
    let mut read = house.op().read().await.unwrap();
    parties::person_by_code(read.conn(), house.tenant, code).await.unwrap().unwrap().0
}

#[tokio::test]
async fn an_organisation_is_entered_found_and_corrected() {
    let (house, demo) = town().await;
    let mut clerk = house.sign_in(demo.people.clerk).await;
    let first = number(1);
    let card = entered(&mut clerk, &first).await;
    clerk.get(&card).await.ok().has("SIA").has(&first).has("+37167012345").has("_DEFAULT@77700000001");
    clerk.get("/organisations?q=abolti+maiz").await.ok().has(&card);
    clerk.get(&format!("/organisations?q={first}")).await.ok().has(&card);
    clerk.get("/organisations?q=skola").await.ok().has_not(&card);

    let twice = [("name", "Cita"), ("registration_number", first.as_str())];
    let twice = clerk.post("/organisations/new", &twice).await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
    twice.has("jau ir").has("Cita");
    // A personal code is no registration number; nor are letters.
    for wrong in ["320000-00000", "abc", "4000352160"] {
        let fields = [("name", "Cita"), ("registration_number", wrong), ("email", "nav"), ("phone", "12")];
        let refused = clerk.post("/organisations/new", &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        refused.has(wrong).has("vienpadsmit cipariem").has("vards@domens.lv").has("astoņiem cipariem");
    }

    let version = clerk.get(&format!("{card}/edit")).await.ok().has("Āboltiņa maiznīca").input("version").unwrap();
    // A wrong check digit is shown, not refused: the rule is not official.
    let fields = [("version", version.as_str()), ("name", "Jaunā maiznīca"), ("registration_number", "40003521601")];
    assert_eq!(clerk.post(&format!("{card}/edit"), &fields).await.location(), card);
    clerk.get(&card).await.ok().has("Jaunā maiznīca").has("neatbilst pārbaudes likumam").has_not("+37167012345");
    assert_eq!(clerk.post(&format!("{card}/edit"), &fields).await.status, StatusCode::CONFLICT);
}

async fn give(clerk: &mut Client, card: &str, fields: &[(&str, &str)]) -> testkit::Page {
    clerk.get(&format!("{card}/mandates/new")).await.ok();
    clerk.post(&format!("{card}/mandates/new"), fields).await
}

#[tokio::test]
async fn a_mandate_has_its_time_and_extent_and_can_be_revoked() {
    let (house, demo) = town().await;
    let mut clerk = house.sign_in(demo.people.clerk).await;
    let card = entered(&mut clerk, &number(2)).await;
    let code = latvian::ids::PersonalCode::demo(6_000_000).formatted();
    let fields = [
        ("given_names", "Pārsla"),
        ("surname", "Ziemele"),
        ("personal_code", code.as_str()),
        ("extent", "submit"),
        ("ground", "Pilnvara Nr. 7"),
        ("from", "01.12.2026."),
        ("to", "31.12.2026."),
    ];
    assert_eq!(give(&mut clerk, &card, &fields).await.location(), card);
    let text = clerk.get(&card).await.ok().has("Pārsla Ziemele").has("Pilnvara Nr. 7").has("vēl nav sācies").text();
    let digits = code.replace('-', "");
    let person = representative(&house, &digits).await;
    assert!(stands(&house, person, day(2026, 11, 30)).await.is_empty());
    let found = stands(&house, person, day(2026, 12, 31)).await;
    assert!(found[0].covers(day(2026, 12, 31), MandateExtent::Submit));
    assert!(!found[0].covers(day(2026, 12, 31), MandateExtent::Sign));
    assert!(stands(&house, person, day(2027, 1, 1)).await.is_empty());

    // The same again, backwards, over, or under another name: each is refused at its field and kept as typed.
    let cases: [(usize, &str, &str); 4] = [
        (0, "Pārsla", "tāds pilnvarojums jau ir"),
        (6, "30.11.2026.", "Pēdējā diena ir pirms pirmās"),
        (5, "pusdienlaikā", "pusdienlaikā"),
        (1, "Vasarāja", "cits vārds un uzvārds"),
    ];
    for (field, value, says) in cases {
        let mut wrong = fields;
        wrong[field].1 = value;
        let refused = give(&mut clerk, &card, &wrong).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{says}");
        refused.has(says).has("Pilnvara Nr. 7");
    }

    let at = text.find("/revoke\"").unwrap();
    let revoke = text[..at + 7].rsplit('"').next().unwrap().to_owned();
    let mut hr = house.sign_in(demo.people.hr).await;
    assert_ne!(hr.post(&revoke, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(clerk.post(&revoke, &[]).await.location(), card);
    clerk.get(&card).await.ok().has("atsaukts").has_not("/revoke\"");
    assert!(stands(&house, person, day(2026, 12, 31)).await.is_empty());
    let again = clerk.post(&revoke, &[]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    again.has("jau ir atsaukts");
    assert_eq!(give(&mut clerk, &card, &fields).await.location(), card, "a revoked one stands in nobody's way");
    assert_eq!(representative(&house, &digits).await, person, "nobody was entered twice");
}

async fn reads(house: &House, demo: &Demo) -> [(PersonId, StatusCode); 3] {
    let mut out =
        [(demo.people.employee, StatusCode::OK), (demo.people.hr, StatusCode::OK), (demo.people.clerk, StatusCode::OK)];
    for (person, status) in &mut out {
        *status = house.sign_in(*person).await.get("/organisations").await.status;
    }
    out
}

#[tokio::test]
async fn who_may_see_and_write_organisations() {
    let (house, demo) = town().await;
    let statuses = reads(&house, &demo).await.map(|(_, status)| status);
    assert_eq!(statuses, [StatusCode::FORBIDDEN, StatusCode::OK, StatusCode::OK]);
    let mut clerk = house.sign_in(demo.people.clerk).await;
    let card = entered(&mut clerk, &number(3)).await;
    let mut hr = house.sign_in(demo.people.hr).await;
    hr.get(&card).await.ok().has_not("/edit\"").has_not("/mandates/new\"");
    assert_eq!(hr.get(&format!("{card}/edit")).await.status, StatusCode::FORBIDDEN);
    // Another municipality has no such organisation.
    let other = house.another_tenant("cits").await;
    let mut read = op::Op::house(&house.kernel, other, "test").read().await.unwrap();
    assert!(parties::organisations(read.conn(), other, "", None, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_thousand_organisations_come_page_by_page() {
    let (house, demo) = town().await;
    let op = house.op();
    let mut tx = op.begin().await.unwrap();
    let may = tx.create::<parties::actions::EditOrganisation>(&op::Facts::default()).unwrap();
    for n in 0..120 {
        let data = parties::OrganisationData {
            name: format!("Biedrība {n:03}"),
            registration_number: None,
            legal_form: None,
            address: None,
            email: None,
            phone: None,
            e_address: None,
        };
        parties::new_organisation(&mut tx, &may, op.new_id(), &data).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut clerk = house.sign_in(demo.people.clerk).await;
    let (mut path, mut seen) = ("/organisations?q=biedriba".to_owned(), std::collections::BTreeSet::new());
    for _ in 0..3 {
        let text = clerk.get(&path).await.ok().text();
        let marks = text.match_indices("data-href=\"/organisations/");
        seen.extend(marks.map(|(at, m)| text[at + m.len()..at + m.len() + 36].to_owned()));
        let Some(at) = text.find("href=\"/organisations?q=") else { break };
        let rest = &text[at + 6..];
        path = rest[..rest.find('"').unwrap()].replace("&amp;", "&").replace("&#38;", "&");
    }
    assert_eq!(seen.len(), 120);
}

async fn count(house: &House) -> i64 {
    let mut read = house.op().read().await.unwrap();
    sqlx::query_scalar("select count(*) from parties.organisation where tenant_id = $1")
        .bind(house.tenant)
        .fetch_one(read.conn())
        .await
        .unwrap()
}

#[tokio::test]
async fn a_form_sent_twice_is_done_once_and_leads_to_the_same_place() {
    let (house, demo) = town().await;
    let mut clerk = house.sign_in(demo.people.clerk).await;
    let key = clerk.get("/organisations/new").await.ok().input("submit_id").unwrap();
    let wrong = [("name", ""), ("submit_id", key.as_str())];
    assert_eq!(clerk.post("/organisations/new", &wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    // Nothing was done under the key yet: corrected, the form goes through.
    let fields = [("name", "Biedrība Ābele"), ("submit_id", key.as_str())];
    let to = clerk.post("/organisations/new", &fields).await.location();
    assert_eq!(clerk.post("/organisations/new", &fields).await.location(), to);
    assert_eq!(count(&house).await, 1);
    // Other words under the same key are another wish: a page may hold several forms.
    let other = [("name", "Biedrība Bērzs"), ("submit_id", key.as_str())];
    assert_ne!(clerk.post("/organisations/new", &other).await.location(), to);
    assert_eq!(count(&house).await, 2);
    // Somebody else's key is their own.
    let mut admin = house.sign_in(demo.people.admin).await;
    let theirs = admin.post("/organisations/new", &fields).await;
    assert_eq!(theirs.status, StatusCode::CONFLICT, "{}", theirs.text());
    assert_eq!(count(&house).await, 2);

    // A stale form that was its own doing leads on instead of blaming somebody.
    let edit = format!("{to}/edit");
    let page = clerk.get(&edit).await.ok();
    let (key, version) = (page.input("submit_id").unwrap(), page.input("version").unwrap());
    let fields = [("name", "Biedrība Ābele, otrā"), ("version", version.as_str()), ("submit_id", key.as_str())];
    for _ in 0..3 {
        assert_eq!(clerk.post(&edit, &fields).await.location(), to);
    }
    clerk.get(&to).await.ok().has("Biedrība Ābele, otrā");
}

#[tokio::test]
async fn two_equal_submits_at_once_make_one() {
    let house = House::committing(vec![parties::module()], |_| {}).await;
    let plan = parties::life::Plan { institutions: 4, employees: 90, seed: 1 };
    let demo = parties::life::build(&house.op(), &plan).await.unwrap();
    let mut clerks = Vec::new();
    for _ in 0..4 {
        clerks.push(house.sign_in(demo.people.clerk).await);
    }
    let key = clerks[0].get("/organisations/new").await.ok().input("submit_id").unwrap();
    let send = clerks.into_iter().map(|mut clerk| {
        let key = key.clone();
        tokio::spawn(async move {
            let fields = [("name", "Biedrība Ābele"), ("submit_id", key.as_str())];
            clerk.post("/organisations/new", &fields).await.status
        })
    });
    for sent in send.collect::<Vec<_>>() {
        assert_eq!(sent.await.unwrap(), StatusCode::SEE_OTHER);
    }
    assert_eq!(count(&house).await, 1);
}
