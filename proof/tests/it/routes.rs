use std::{collections::BTreeSet, fmt::Write as _};

use axum::http::Method;
use novads_server::house;
use testkit::{Client, House, Page};
use types::PersonId;
use uuid::Uuid;
use web::{Access, Kind, Route};

use crate::world::{self, MARK, World};

async fn open() -> (House, tempfile::TempDir) {
    let (extensions, blobs) = world::extensions();
    (House::open(house::modules(), |e| *e = extensions).await, blobs)
}

/// A path with something made up in every place.
pub fn made_up(path: &str) -> String {
    let id = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001).to_string();
    let parts = path.split('/').map(|part| if part.starts_with('{') { id.as_str() } else { part });
    parts.collect::<Vec<_>>().join("/")
}

pub async fn knock(client: &mut Client, route: &Route, path: &str) -> Page {
    match route.method {
        Method::GET => client.get(path).await,
        Method::POST if route.kind == Kind::Page => client.post(path, &[]).await,
        _ => client.json(route.method.as_str(), path, &serde_json::json!({})).await,
    }
}

#[tokio::test]
async fn every_route_has_a_label_in_each_language_and_one_place() {
    let (house, _blobs) = open().await;
    let mut seen = BTreeSet::new();
    for route in house.app.routes() {
        assert!(seen.insert((route.method.to_string(), route.path)), "{} {} twice", route.method, route.path);
        for locale in types::Locale::ALL {
            let has = house.app.catalog().has(locale, route.label);
            assert!(has, "{} has no label {} in {}", route.path, route.label, locale.tag());
        }
    }
    assert!(seen.len() > 100, "{} routes", seen.len());
}

/// Whoever is signed in may come in here: it is about themselves, or it says nothing of anybody.
const NO_ACTION: [&str; 11] = [
    "/",
    "/acting-for",
    "/api/openapi.json",
    "/design",
    "/healthz",
    "/keyboard",
    "/locale",
    "/new",
    "/readyz",
    "/sign-in",
    "/sign-out",
];
/// As above, but it shows what one may see: the handler asks for each thing.
const OWN_SCOPE: [&str; 2] = ["/me", "/search"];

#[test]
fn every_route_has_an_action_or_a_reason_to_have_none() {
    let modules = house::modules();
    let routes = modules.iter().flat_map(|m| &m.routes).cloned().chain(web::routes());
    let open: BTreeSet<&str> =
        routes.filter(|r| matches!(r.access, Access::Public | Access::SignedIn)).map(|r| r.path).collect();
    let expected: BTreeSet<&str> = NO_ACTION.into_iter().chain(OWN_SCOPE).collect();
    assert_eq!(open, expected, "a route without an action stands in this list, with its reason");
}

#[tokio::test]
async fn a_visitor_comes_in_nowhere_but_where_everybody_may() {
    let (house, _blobs) = open().await;
    for route in house.app.routes() {
        if matches!(route.access, Access::Public) {
            continue;
        }
        let mut visitor = house.visitor();
        let page = visitor.send(route.method.as_str(), &made_up(route.path), None, Vec::new()).await;
        let code = page.status.as_u16();
        let expected = match route.kind {
            Kind::Api => code == 401,
            Kind::Page => code == 303 && page.location().starts_with("/sign-in"),
        };
        assert!(expected, "{} {} answers a visitor with {code}", route.method, route.path);
    }
}

#[tokio::test]
async fn nobody_without_a_role_gets_further_than_the_rules_say() {
    let (house, _blobs) = open().await;
    let nobody = PersonId(house.kernel.new_uuid(&house.clock));
    let grants = house.op_of(nobody).await;
    let mut client = house.sign_in(nobody).await;
    client.get("/keyboard").await;
    let mut refused = 0;
    for route in house.app.routes() {
        let (Access::Action(action) | Access::Api(action, _)) = route.access else { continue };
        if grants.could(action) {
            continue;
        }
        let page = knock(&mut client, route, &made_up(route.path)).await;
        assert_eq!(page.status.as_u16(), 403, "{} {}", route.method, route.path);
        refused += 1;
    }
    assert!(refused > 40, "{refused}");
}

#[tokio::test]
async fn every_unsafe_route_asks_for_the_token() {
    // Somebody with every role there is, so that nothing but the token stands in the way.
    let world = world::build(false).await;
    let mut all = world.stranger(world.house.tenant, world.demo.root, EVERY_ROLE).await;
    let mut asked = 0;
    for route in world.house.app.routes().iter().filter(|r| r.method != Method::GET) {
        let page = all.post_raw(&made_up(route.path), &[("csrf", "forged")]).await;
        assert_eq!(page.status.as_u16(), 403, "{} {} takes a forged token", route.method, route.path);
        let mut visitor = world.house.visitor();
        if matches!(route.access, Access::Public) {
            let page = visitor.post_raw(route.path, &[("csrf", "forged")]).await;
            assert_eq!(page.status.as_u16(), 403, "{} {} takes a visitor's forged token", route.method, route.path);
        }
        asked += 1;
    }
    assert!(asked > 40, "{asked}");
    // And with the token it is the rule that answers, not the door.
    let page = all.post(&made_up("/people/{id}/edit"), &[]).await;
    assert_eq!(page.status.as_u16(), 404);
}

#[tokio::test]
async fn another_sites_form_is_refused() {
    let (house, _blobs) = open().await;
    let person = PersonId(house.kernel.new_uuid(&house.clock));
    let mut client = house.sign_in(person).await;
    client.get("/keyboard").await;
    for (name, value) in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")] {
        client.headers.push((name, value.to_owned()));
        assert_eq!(client.post("/sign-out", &[]).await.status.as_u16(), 403);
        client.headers.clear();
    }
    assert!(client.post("/sign-out", &[]).await.status.is_redirection());
}

pub const EVERY_ROLE: &[&str] = &["admin", "head", "hr", "clerk", "manager", "employee"];

const HEAD: &str = "\
Who gets what answer from every address of the house. Printed by a test (proof/tests/it/routes.rs); read the
difference before you accept it. Every address is asked for a real thing of one school.

  visitor    nobody is signed in
  resident   signed in, without any role
  employee   the school's teacher: applications and orders are hers
  manager    her manager, who also substitutes the school's head today
  hr, clerk, head   of the school          admin   of the municipality
  clerk-2    the clerk of another institution
  other      whoever holds every role in another municipality

  200 shown   204/303 done, or sent to sign in   400/409/422 may come in, but an empty form does nothing
  403 may not   404 not there, or not theirs to know   401 (JSON) sign in first   . not asked: it would do it
";

struct Cast {
    name: &'static str,
    client: Client,
    /// Asked also to change things: none of it is theirs to change.
    posts: bool,
}

async fn cast(world: &World) -> Vec<Cast> {
    let p = world.demo.people;
    let house = &world.house;
    let one = |name, client, posts| Cast { name, client, posts };
    vec![
        one("visitor", house.visitor(), true),
        one("resident", world.stranger(house.tenant, world.demo.root, &[]).await, true),
        one("employee", house.sign_in(p.employee).await, false),
        one("manager", house.sign_in(p.manager).await, false),
        one("hr", house.sign_in(p.hr).await, false),
        one("clerk", house.sign_in(p.clerk).await, false),
        one("head", house.sign_in(p.head).await, false),
        one("admin", house.sign_in(p.admin).await, false),
        one("clerk-2", world.stranger(house.tenant, world.elsewhere(), &["clerk"]).await, true),
        one("other", world.stranger(world.other, world.foreign.root, EVERY_ROLE).await, true),
    ]
}

/// Does the path name a thing of the municipality, rather than a kind of thing?
pub fn is_a_things(path: &str) -> bool {
    path.contains("{id}") || path.contains("{view}") || path.contains("{file}")
}

#[tokio::test]
async fn every_route_answers_everybody_as_its_table_says() {
    let world = world::build(false).await;
    let mut cast = cast(&world).await;
    let mut routes: Vec<Route> = world.house.app.routes().to_vec();
    // All reading comes before anything that might change what is read.
    routes.sort_by_key(|r| (r.method != Method::GET, r.path, r.method.to_string()));
    let (mut unknown, mut leaks) = (Vec::new(), Vec::new());
    let mut table = format!("{HEAD}\n{:<45}", "");
    for c in &cast {
        let _ = write!(table, " {:>8}", c.name);
    }
    for route in &routes {
        let path = match world.filled(route.path).await {
            Ok(path) => path,
            Err(why) => {
                unknown.push(why);
                continue;
            }
        };
        let _ = write!(table, "\n{:<45}", format!("{} {}", route.method, route.path));
        let own_session = matches!(route.access, Access::Public | Access::SignedIn);
        for c in &mut cast {
            if route.method != Method::GET && (!c.posts || own_session) {
                let _ = write!(table, " {:>8}", ".");
                continue;
            }
            let page = knock(&mut c.client, route, &path).await;
            let code = page.status.as_u16();
            let _ = write!(table, " {code:>8}");
            let stranger = ["visitor", "resident", "clerk-2", "other"].contains(&c.name);
            if code >= 500 || (stranger && page.text().contains(MARK)) {
                leaks.push(format!("{} {} answers {} with {code}", route.method, route.path, c.name));
            }
            if c.name == "other" && is_a_things(route.path) {
                // Nothing is done, and nothing tells the real thing from one that was never there.
                let never = knock(&mut c.client, route, &made_up(route.path)).await.status.as_u16();
                if code < 400 || code != never {
                    leaks.push(format!("{} {}: {code} from elsewhere, {never} if made up", route.method, route.path));
                }
            }
        }
    }
    table.push('\n');
    assert!(unknown.is_empty(), "{unknown:#?}");
    assert!(leaks.is_empty(), "{leaks:#?}");
    crate::compare(&crate::root().join("docs/access.txt"), &table);
}
