//! Signing in, through the real router and the real database.

mod chores;

use novads_web::NewIdentity;
use testkit::House;
use types::{Locale, PersonId};

async fn house() -> House {
    let house = House::open(vec![novads_web::chores()], |_| {}).await;
    let salt = house.kernel.random::<16>();
    let hash = novads_web::hash_password("pareizā", &salt).unwrap();
    let new =
        NewIdentity { login: "anna".into(), password_hash: Some(hash), external_subject: None, locale: Locale::Lv };
    let person = PersonId(house.kernel.new_uuid(&house.clock));
    novads_web::create_identity(&house.kernel, new, house.tenant, person).await.unwrap();
    house
}

#[tokio::test]
async fn the_right_password_comes_in_and_the_trail_says_so() {
    let house = house().await;
    let mut anna = house.visitor();
    let page = anna.post("/sign-in", &[("login", "Anna"), ("password", "pareizā"), ("next", "/keyboard")]).await;
    assert_eq!(page.location(), "/keyboard");
    anna.get("/keyboard").await.ok();
    let mut read = house.op().read().await.unwrap();
    let (n,): (i64,) = sqlx::query_as("select count(*) from kernel.audit where action = 'web.sign-in'")
        .fetch_one(read.conn())
        .await
        .unwrap();
    assert_eq!(n, 1);
}

#[tokio::test]
async fn guessing_gets_slower_and_nobody_else_is_kept_out() {
    let house = house().await;
    let mut guesser = house.visitor();
    for _ in 0..2 {
        let page = guesser.post("/sign-in", &[("login", "anna"), ("password", "nepareizā")]).await;
        assert_eq!(page.status.as_u16(), 422);
        let page = page.has("nav pareiza");
        assert_eq!(page.input("login").as_deref(), Some("anna"), "what was typed stays");
    }
    guesser.post("/sign-in", &[("login", "anna"), ("password", "vēl")]).await;
    let page = guesser.post("/sign-in", &[("login", "anna"), ("password", "pareizā")]).await;
    assert_eq!(page.status.as_u16(), 429, "the right password has to wait as well, else it would tell");
    house.clock.set(house.clock.now() + chrono::Duration::minutes(20));
    let page = guesser.post("/sign-in", &[("login", "anna"), ("password", "pareizā")]).await;
    assert!(page.status.is_redirection());
}

#[tokio::test]
async fn sign_in_leads_to_no_other_site() {
    let house = house().await;
    for next in ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"] {
        let mut anna = house.visitor();
        let page = anna.post("/sign-in", &[("login", "anna"), ("password", "pareizā"), ("next", next)]).await;
        assert_eq!(page.location(), "/", "{next}");
    }
}

#[tokio::test]
async fn a_session_ends_when_it_is_not_used() {
    let house = house().await;
    let mut anna = house.visitor();
    anna.post("/sign-in", &[("login", "anna"), ("password", "pareizā")]).await;
    anna.get("/keyboard").await.ok();
    house.clock.set(house.clock.now() + chrono::Duration::hours(5));
    assert!(anna.get("/keyboard").await.location().starts_with("/sign-in?next=%2Fkeyboard"));
}

#[tokio::test]
async fn problems_are_pages_for_people_and_rfc_9457_for_programs() {
    let house = house().await;
    let mut visitor = house.visitor();
    let page = visitor.get("/nowhere").await;
    assert_eq!(page.status.as_u16(), 404);
    page.has("Šādas lapas nav");
    let page = visitor.get("/api/nowhere").await;
    assert_eq!(page.headers["content-type"], "application/problem+json");
    assert_eq!(page.json()["status"], 404);
    let description = visitor.get("/api/openapi.json").await.ok().json();
    assert_eq!(description["openapi"].as_str().map(|v| &v[..3]), Some("3.1"));
}

#[tokio::test]
async fn an_oversized_form_is_refused_before_it_is_read() {
    let house = house().await;
    let mut visitor = house.visitor();
    visitor.get("/sign-in").await;
    let big = "x".repeat(600 * 1024);
    let page = visitor.post("/sign-in", &[("login", &big), ("password", "p")]).await;
    assert_eq!(page.status.as_u16(), 413);
}
