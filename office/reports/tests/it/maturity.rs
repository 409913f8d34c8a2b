//! Maturity: shares that follow from rows, of the municipality for its own people, of several for who is in several.

use op::{Facts, Op};
use parties::{NewGrant, UnitKind, actions::CreatePerson, actions::EditUnit, actions::GrantRole};
use testkit::Client;
use types::{PersonId, TenantId, UnitId};

use crate::town::{Town, day, person, town, unit};

async fn root(op: &Op) -> UnitId {
    let mut read = op.read().await.unwrap();
    parties::units(read.conn(), op.tenant(), None).await.unwrap().first().unwrap().id
}

async fn grant(op: &Op, person_id: PersonId, role: &str, unit_id: UnitId) {
    let mut tx = op.begin().await.unwrap();
    let may = tx.create::<GrantRole>(&Facts::default()).unwrap();
    let (id, role) = (op.new_id(), role.to_owned());
    let one = NewGrant { id, person_id, role, unit_id, valid_from: day(2020, 1, 1), valid_to: None };
    parties::grant(&mut tx, &may, &[one]).await.unwrap();
    tx.commit().await.unwrap();
}

/// Signs somebody in by an identity of which the id is known.
async fn sign_in(t: &Town, who: PersonId) -> (Client, types::IdentityId) {
    let client = t.house.sign_in(who).await;
    let mut tx = t.house.kernel.db().begin(None, true).await.unwrap();
    let identity =
        sqlx::query_scalar("select identity_id from kernel.membership where tenant_id = $1 and person_id = $2")
            .bind(t.house.tenant)
            .bind(who)
            .fetch_one(tx.conn())
            .await
            .unwrap();
    tx.commit().await.unwrap();
    (client, identity)
}

#[tokio::test]
async fn shares_follow_from_rows() {
    let t = town().await;
    grant(&t.house.op(), t.cilda, "auditor", root(&t.house.op()).await).await;
    let mut auditor = t.house.sign_in(t.cilda).await;
    let page = auditor.get("/maturity?year=2025").await.ok();
    page.has("Digitālais briedums: Parauga novads").has("Viena dokumentu sistēma").has("2025. gada marts");
    let csv = auditor.get("/maturity/export?year=2025&format=csv").await.ok().text();
    let lines: Vec<&str> = csv.lines().collect();
    let cell = |name: &str| {
        let at = lines[0].split(',').position(|c| c == name).unwrap_or_else(|| panic!("{name} in {csv}"));
        lines[1].split(',').nth(at).unwrap().to_owned()
    };
    assert_eq!((cell("municipality").as_str(), lines.len()), ("Parauga novads", 2));
    assert_eq!((cell("registering"), cell("registering_of")), ("2".into(), "2".into()));
    assert_eq!((cell("electronic"), cell("electronic_of")), ("7".into(), "7".into()));
    assert_eq!(cell("one_system_pct"), "100.0");
    // Nobody applied and no invoice came: nothing to measure by.
    assert_eq!((cell("personnel_pct"), cell("self_service_of")), (String::new(), "0".into()));
    // Four of seven came by exchange: 4 x 8 minutes.
    assert_eq!(cell("hours_saved"), "1");
    assert_eq!(cell("euros_saved"), "10");
    let xlsx = auditor.get("/maturity/export?year=2025&format=xlsx").await.ok();
    assert!(xlsx.body.starts_with(b"PK"));

    // One original on paper is a smaller share.
    let mut tx = t.house.kernel.db().begin(Some(t.house.tenant), false).await.unwrap();
    sqlx::query("update documents.document set medium = 'paper' where tenant_id = $1 and id = $2")
        .bind(t.house.tenant)
        .bind(t.documents[0])
        .execute(tx.conn())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let csv = auditor.get("/maturity/export?year=2025&format=csv").await.ok().text();
    assert!(csv.contains(",6,7,"), "{csv}");
    // An odd address does no harm.
    auditor.get("/maturity?year=99999999999&figure=x").await.ok();
}

#[tokio::test]
async fn who_leads_an_institution_sees_that_alone_and_a_clerk_nothing() {
    let t = town().await;
    grant(&t.house.op(), t.cilda, "head", t.school).await;
    let (mut head, _) = sign_in(&t, t.cilda).await;
    let csv = head.get("/maturity/export?year=2025&format=csv").await.ok().text();
    assert!(csv.contains(",1,1,5,5,"), "{csv}");
    let country = head.get("/maturity/country?year=2025").await.ok();
    country.has("Nav nevienas pašvaldības");
    let mut clerk = t.house.sign_in(t.berta).await;
    for path in ["/maturity", "/maturity/export", "/maturity/country", "/maturity/country/export"] {
        assert_eq!(clerk.get(path).await.status.as_u16(), 403, "{path}");
    }
}

async fn join(t: &Town, tenant: TenantId, who: PersonId, identity: types::IdentityId) {
    let mut tx = t.house.kernel.db().begin(None, false).await.unwrap();
    sqlx::query("update kernel.tenant set name = 'Cēsu novads' where id = $1")
        .bind(tenant)
        .execute(tx.conn())
        .await
        .unwrap();
    sqlx::query("insert into kernel.membership (identity_id, tenant_id, person_id) values ($1, $2, $3)")
        .bind(identity)
        .bind(tenant)
        .bind(who)
        .execute(tx.conn())
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn the_country_is_what_one_may_see_of_it() {
    let t = town().await;
    grant(&t.house.op(), t.cilda, "auditor", root(&t.house.op()).await).await;
    let (mut auditor, identity) = sign_in(&t, t.cilda).await;
    let other = t.house.another_tenant("cesu").await;
    let there = Op::house(&t.house.kernel, other, "test");
    let house = unit(&t.house, None, UnitKind::Municipality, "cesis", &[]);
    let somebody = person(&t.house, "Dina");
    let mut tx = there.begin().await.unwrap();
    let may = tx.create::<EditUnit>(&Facts::default()).unwrap();
    parties::new_unit(&mut tx, &may, std::slice::from_ref(&house)).await.unwrap();
    let may = tx.create::<CreatePerson>(&Facts::default()).unwrap();
    parties::new_person(&mut tx, &may, std::slice::from_ref(&somebody)).await.unwrap();
    tx.commit().await.unwrap();

    let all = |page: &testkit::Page| page.text();
    let alone = all(&auditor.get("/maturity/country?year=2025").await.ok());
    // On the map it is a white tile; in the table it is not.
    assert_eq!(alone.matches("Cēsu novads").count(), 1, "only its tile");
    assert!(alone.matches("Parauga novads").count() > 0 && !alone.contains("Varakļānu"), "42 in 2025");
    let then = all(&auditor.get("/maturity/country?year=2024").await.ok());
    assert!(then.contains("Varakļānu"), "43 in 2024");

    // Somebody there, but without a right: still nothing.
    join(&t, other, somebody.id, identity).await;
    let csv = auditor.get("/maturity/country/export?year=2025&format=csv").await.ok().text();
    assert!(!csv.contains("Cēsu novads") && csv.contains("Parauga novads"), "{csv}");
    grant(&there, somebody.id, "auditor", house.id).await;
    let csv = auditor.get("/maturity/country/export?year=2025&format=csv").await.ok().text();
    assert!(csv.contains("Cēsu novads") && csv.contains("Parauga novads"), "{csv}");
    let page = auditor.get("/maturity/country?year=2025&figure=hours_saved").await.ok();
    page.has("Visas kopā").has("#12436d");
}
