use std::collections::BTreeSet;

use axum::http::Method;
use novads_server::house;
use testkit::House;
use types::PersonId;
use uuid::Uuid;
use web::{Access, Kind};

async fn open() -> House {
    let extensions = house::extensions().expect("the extensions");
    House::open(house::modules(), |e| *e = extensions).await
}

/// A path with something in every place.
fn filled(path: &str) -> String {
    let mut out = String::new();
    for part in path.split('/').skip(1) {
        out.push('/');
        if part.starts_with('{') { out.push_str(&Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001).to_string()) } else { out.push_str(part) }
    }
    if out.is_empty() { "/".to_owned() } else { out }
}

#[tokio::test]
async fn every_route_has_a_label_in_each_language_and_one_place() {
    let house = open().await;
    let mut seen = BTreeSet::new();
    for route in house.app.routes() {
        assert!(seen.insert((route.method.to_string(), route.path)), "{} {} twice", route.method, route.path);
        for locale in types::Locale::ALL {
            assert!(house.app.catalog().has(locale, route.label), "{} has no label {} in {}", route.path, route.label, locale.tag());
        }
    }
    assert!(seen.len() > 40, "{} routes", seen.len());
}

#[tokio::test]
async fn a_visitor_comes_in_nowhere_but_where_everybody_may() {
    let house = open().await;
    for route in house.app.routes() {
        if matches!(route.access, Access::Public) {
            continue;
        }
        let mut visitor = house.visitor();
        let page = visitor.send(route.method.as_str(), &filled(route.path), None, Vec::new()).await;
        let code = page.status.as_u16();
        let expected = if route.kind == Kind::Api { code == 401 } else { code == 303 && page.location().starts_with("/sign-in") };
        assert!(expected, "{} {} answers a visitor with {code}", route.method, route.path);
    }
}

#[tokio::test]
async fn nobody_without_a_role_gets_further_than_the_rules_say() {
    let house = open().await;
    let nobody = PersonId(house.kernel.new_uuid(&house.clock));
    let grants = house.op_of(nobody).await;
    let mut client = house.sign_in(nobody).await;
    client.get("/keyboard").await;
    for route in house.app.routes() {
        let (Access::Action(action) | Access::Api(action, _)) = route.access else { continue };
        if grants.could(action) {
            continue;
        }
        let path = filled(route.path);
        let page = if route.method == Method::GET { client.get(&path).await } else { client.post(&path, &[]).await };
        assert_eq!(page.status.as_u16(), 403, "{} {}", route.method, route.path);
    }
}

#[tokio::test]
async fn every_unsafe_route_asks_for_the_token() {
    let house = open().await;
    let person = PersonId(house.kernel.new_uuid(&house.clock));
    let client = house.sign_in(person).await;
    let mut client = client;
    for route in house.app.routes() {
        if route.method == Method::GET || matches!(route.access, Access::Action(_) | Access::Api(..)) {
            continue;
        }
        let page = client.post_raw(&filled(route.path), &[("csrf", "forged")]).await;
        assert_eq!(page.status.as_u16(), 403, "{} {} takes a forged token", route.method, route.path);
    }
}

#[tokio::test]
async fn another_sites_form_is_refused() {
    let house = open().await;
    let person = PersonId(house.kernel.new_uuid(&house.clock));
    let mut client = house.sign_in(person).await;
    client.get("/keyboard").await;
    client.headers.push(("origin", "https://evil.example".to_owned()));
    let page = client.post("/sign-out", &[]).await;
    assert_eq!(page.status.as_u16(), 403);
    client.headers.clear();
    client.headers.push(("sec-fetch-site", "cross-site".to_owned()));
    assert_eq!(client.post("/sign-out", &[]).await.status.as_u16(), 403);
    client.headers.clear();
    assert!(client.post("/sign-out", &[]).await.status.is_redirection());
}
