use std::{collections::BTreeSet, process::Command};

use novads_server::house;
use serde_json::Value;
use testkit::House;
use web::{Access, Kind};

use crate::world;

async fn described() -> (House, Value) {
    let (extensions, _blobs) = world::extensions();
    let house = House::open(house::modules(), |e| *e = extensions).await;
    let api = house.visitor().get("/api/openapi.json").await.ok().json();
    (house, api)
}

#[tokio::test]
async fn the_description_of_the_api_is_the_checked_in_one() {
    let (_house, api) = described().await;
    let text = serde_json::to_string_pretty(&api).unwrap() + "\n";
    crate::compare(&crate::root().join("docs/openapi.json"), &text);
}

#[tokio::test]
async fn every_json_route_stands_in_the_description_and_nothing_else() {
    let (house, api) = described().await;
    let mut expected = BTreeSet::new();
    let mut ids = BTreeSet::new();
    for route in house.app.routes().iter().filter(|r| r.kind == Kind::Api) {
        let method = route.method.as_str().to_lowercase();
        let place = format!("{method} {}", route.path);
        let operation = &api["paths"][route.path][&method];
        assert!(operation.is_object(), "{place} is not described");
        assert!(operation["summary"].as_str().is_some_and(|s| !s.is_empty()), "{place} has no summary");
        let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
        assert!(!id.is_empty() && ids.insert(id.clone()), "{place} has no id of its own: {id}");
        let answer = &operation["responses"]["200"]["content"]["application/json"]["schema"];
        assert!(answer.is_object(), "{place} says not what it answers");
        let problem = &operation["responses"]["default"]["content"]["application/problem+json"]["schema"]["$ref"];
        assert_eq!(problem, "#/components/schemas/Problem", "{place}");
        let asks = operation["security"].as_array().unwrap_or_else(|| panic!("{place} says not who may come in"));
        match route.access {
            Access::Public => assert!(asks.is_empty(), "{place}"),
            Access::Api(_, scope) => assert_eq!(asks[0]["bearer"][0], scope, "{place}"),
            Access::SignedIn | Access::Action(_) => assert!(asks[0]["session"].is_array(), "{place}"),
        }
        expected.insert(place);
    }
    let paths = api["paths"].as_object().unwrap();
    let said: BTreeSet<String> = paths
        .iter()
        .flat_map(|(path, item)| item.as_object().unwrap().keys().map(move |method| format!("{method} {path}")))
        .collect();
    assert_eq!(said, expected);
}

#[tokio::test]
async fn the_description_is_valid_by_an_outside_judge() {
    let (_house, api) = described().await;
    assert!(api["openapi"].as_str().is_some_and(|v| v.starts_with("3.1.")), "{}", api["openapi"]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("openapi.json");
    let judge = |api: &Value| {
        std::fs::write(&file, api.to_string()).unwrap();
        let said =
            Command::new(crate::python()).args(["-m", "openapi_spec_validator", "--errors", "all"]).arg(&file).output();
        let said = said.expect("the referees are installed by tools/referees.sh");
        (
            said.status.success(),
            String::from_utf8_lossy(&said.stdout).into_owned() + &String::from_utf8_lossy(&said.stderr),
        )
    };
    let (valid, why) = judge(&api);
    assert!(valid, "{why}");
    // The judge is awake: it refuses what is wrong.
    let mut wrong = api;
    wrong["paths"]["/healthz"]["get"]["responses"] = Value::from("none");
    let (valid, why) = judge(&wrong);
    assert!(!valid && !why.contains("No module named"), "{why}");
}

#[tokio::test]
async fn a_problem_is_answered_as_it_is_described() {
    let (house, api) = described().await;
    let fields = api["components"]["schemas"]["Problem"]["properties"].as_object().unwrap().clone();
    let answer = house.visitor().get("/api/v1/nothing").await;
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    let problem = answer.json();
    let said: BTreeSet<&String> = problem.as_object().unwrap().keys().collect();
    assert_eq!(said, fields.keys().collect());
    assert_eq!(problem["status"], 404);
}

#[tokio::test]
async fn a_token_opens_what_its_scope_names_and_nothing_once_it_is_revoked() {
    let (house, _) = described().await;
    let routes = house.app.routes().to_vec();
    let mut asked = 0;
    for route in routes {
        let Access::Api(_, scope) = route.access else { continue };
        let token = async |name: &str, scope: &str| {
            let scopes = [scope.to_owned()];
            let token = web::create_token(&house.kernel, house.tenant, name, "kada-sistema", &scopes).await.unwrap();
            let mut client = house.visitor();
            client.headers.push(("authorization", format!("Bearer {token}")));
            client
        };
        let (mut right, mut wrong) = (token("right", scope).await, token("wrong", "something.else").await);
        let method = route.method.as_str();
        let code = right.json(method, route.path, &serde_json::json!({})).await.status.as_u16();
        assert!(![401, 403, 500].contains(&code), "{} answers the right token with {code}", route.path);
        let mut visitor = house.visitor();
        for client in [&mut wrong, &mut visitor] {
            assert_eq!(client.json(method, route.path, &serde_json::json!({})).await.status.as_u16(), 401);
        }
        web::platform::revoke_tokens(&house.kernel, house.tenant, "right").await.unwrap();
        assert_eq!(right.json(method, route.path, &serde_json::json!({})).await.status.as_u16(), 401, "{}", route.path);
        asked += 1;
    }
    assert!(asked >= 1, "no route takes a token any more?");
}
