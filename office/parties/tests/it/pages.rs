use axum::http::StatusCode;
use i18n::{Catalog, Tr};
use testkit::House;
use types::{Locale, PersonId};

use crate::town;

async fn audited(house: &House, action: &str) -> i64 {
    let mut read = house.op().read().await.unwrap();
    sqlx::query_scalar(
        "select coalesce(sum(cardinality(subjects)), 0) from kernel.audit where tenant_id = $1 and action = $2",
    )
    .bind(house.tenant)
    .bind(action)
    .fetch_one(read.conn())
    .await
    .unwrap()
}

async fn name(house: &House, person: PersonId) -> String {
    let mut read = house.op().read().await.unwrap();
    parties::name(read.conn(), house.tenant, person).await.unwrap()
}

#[test]
fn every_page_renders_in_each_language_and_no_text_is_missing() {
    let catalog = Catalog::new(&[ui::TEXTS, web::TEXTS, parties::TEXTS]).unwrap();
    assert_eq!(catalog.check(), Vec::<String>::new());
    let catalog = std::sync::Arc::new(catalog);
    for locale in Locale::ALL {
        let tr = Tr::new(std::sync::Arc::clone(&catalog), locale);
        let samples = (parties::module().samples)(&tr);
        assert_eq!(samples.len(), 27);
        for sample in samples {
            let html = sample.html.unwrap();
            assert!(!html.contains('⟦'), "{}: {html}", sample.name);
        }
    }
}

#[test]
fn every_route_and_role_has_its_text() {
    let catalog = std::sync::Arc::new(Catalog::new(&[ui::TEXTS, web::TEXTS, parties::TEXTS]).unwrap());
    for locale in Locale::ALL {
        let tr = Tr::new(std::sync::Arc::clone(&catalog), locale);
        for route in parties::module().routes {
            assert!(tr.has(route.label), "{}", route.label);
        }
        for role in parties::role::ALL {
            assert!(tr.has(&format!("parties-role-{role}")), "{role}");
        }
    }
}

#[tokio::test]
async fn the_tree_shows_institutions_and_a_unit_its_people() {
    let (house, demo) = town().await;
    let mut browser = house.sign_in(demo.people.employee).await;
    browser.get("/units").await.ok().has("Parauga vidusskola").has("Sākumskola");
    let page = browser.get(&format!("/units/{}", demo.school)).await.ok();
    page.has(&name(&house, demo.people.head).await)
        .has_not("/edit")
        .has_not("/posts/new")
        .has_not(&format!("/people/{}", demo.people.head));
    let mut admin = house.sign_in(demo.people.admin).await;
    admin
        .get(&format!("/units/{}", demo.school))
        .await
        .ok()
        .has(&format!("/units/{}/edit", demo.school))
        .has(&format!("/people/{}", demo.people.head));
}

#[tokio::test]
async fn a_clerk_finds_people_of_the_school_only_and_it_is_written_down() {
    let (house, demo) = town().await;
    let mut clerk = house.sign_in(demo.people.clerk).await;
    let (inside, outside) = (name(&house, demo.people.employee).await, name(&house, demo.people.admin).await);
    let surname = |n: &str| n.split(' ').next_back().unwrap().to_owned();
    assert_eq!(audited(&house, "parties.person.view").await, 0);
    let found = clerk.get(&format!("/people?q={}", latvian::search::fold(&surname(&inside)))).await.ok();
    found.has(&format!("/people/{}", demo.people.employee));
    let seen = audited(&house, "parties.person.view").await;
    assert!(seen > 0);
    let found = clerk.get(&format!("/people?q={}", latvian::search::fold(&outside).replace(' ', "+"))).await.ok();
    found.has_not(&format!("/people/{}", demo.people.admin));
    let card = clerk.get(&format!("/people/{}", demo.people.admin)).await;
    assert_eq!(card.status, StatusCode::NOT_FOUND);
    // An employee finds nobody but themselves.
    let mut employee = house.sign_in(demo.people.employee).await;
    let page = employee.get("/people").await.ok();
    assert_eq!(page.text().matches("data-href=\"/people/").count(), 1);
}

#[tokio::test]
async fn the_list_goes_on_where_it_stopped() {
    let (house, demo) = town().await;
    let mut admin = house.sign_in(demo.people.admin).await;
    let mut path = "/people".to_owned();
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..5 {
        let text = admin.get(&path).await.ok().text();
        let rows =
            text.match_indices("data-href=\"/people/").map(|(at, m)| text[at + m.len()..at + m.len() + 36].to_owned());
        for id in rows {
            assert!(seen.insert(id), "twice");
        }
        let Some(at) = text.find("href=\"/people?after=") else { break };
        let rest = &text[at + 6..];
        path = rest[..rest.find('"').unwrap()].replace("&amp;", "&").replace("&#38;", "&");
    }
    assert_eq!(seen.len(), 90);
}

#[tokio::test]
async fn a_card_shows_personal_data_to_its_owner_and_to_hr_and_not_to_the_manager() {
    let (house, demo) = town().await;
    let p = demo.people;
    let path = format!("/people/{}", p.employee);
    for (who, sees) in [(p.employee, true), (p.hr, true), (p.manager, false), (p.head, false)] {
        let page = house.sign_in(who).await.get(&path).await.ok();
        let text = page.text();
        assert_eq!(text.contains("LV") && text.contains("3099"), sees);
    }
}

#[tokio::test]
async fn a_wrong_form_keeps_what_was_typed_and_a_right_one_changes_the_card() {
    let (house, demo) = town().await;
    let path = format!("/people/{}/edit", demo.people.employee);
    let mut hr = house.sign_in(demo.people.hr).await;
    let version = hr.get(&path).await.ok().input("version").unwrap();
    let fields = |iban: &'static str| {
        [
            ("version", "1"),
            ("given_names", "Žanete Marija"),
            ("surname", "Āboltiņa"),
            ("personal_code", ""),
            ("birth_date", ""),
            ("address", ""),
            ("bank_account", iban),
            ("email", "zanete@paraugs.example"),
            ("phone", "6701 2345"),
        ]
    };
    assert_eq!(version, "1");
    let refused = hr.post(&path, &fields("LV00BANK0000435195001")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.has("Žanete Marija").has("LV00BANK0000435195001").has("error-summary");
    let done = hr.post(&path, &fields("LV80 BANK 0000 4351 9500 1")).await;
    assert_eq!(done.location(), format!("/people/{}", demo.people.employee));
    hr.get(&done.location()).await.ok().has("Žanete Marija Āboltiņa").has("+37167012345");
    // Found by another case, without diacritics.
    hr.get("/people?q=aboltinai").await.ok().has(&format!("/people/{}", demo.people.employee));
    let stale = hr.post(&path, &fields("")).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_substitute_is_appointed_and_cancelled_through_the_pages() {
    let (house, demo) = town().await;
    let p = demo.people;
    let mut head = house.sign_in(p.head).await;
    let substitute = p.manager.to_string();
    head.get("/substitutions/new").await.ok().has(&substitute);
    let absent = p.head.to_string();
    let fields = [
        ("absent", absent.as_str()),
        ("substitute", substitute.as_str()),
        ("from", "01.12.2026."),
        ("to", "05.12.2026."),
        ("ground", "atvaļinājums"),
    ];
    let mut backwards = fields;
    backwards[3].1 = "30.11.2026.";
    let refused = head.post("/substitutions/new", &backwards).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.has("30.11.2026.").has("atvaļinājums");
    assert_eq!(head.post("/substitutions/new", &fields).await.location(), "/substitutions");
    let again = head.post("/substitutions/new", &fields).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = head.get("/substitutions").await.ok().has("atvaļinājums").text();
    let at = text.find("/cancel\"").unwrap();
    let path = text[..at + 7].rsplit('"').next().unwrap().to_owned();
    let mut other = house.sign_in(p.employee).await;
    assert_eq!(other.post(&path, &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(head.post(&path, &[]).await.location(), "/substitutions");
    let twice = head.post(&path, &[]).await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn roles_are_granted_on_the_card_and_listed() {
    let (house, demo) = town().await;
    let p = demo.people;
    let path = format!("/people/{}/roles/new", p.employee);
    let unit = demo.school.to_string();
    let mut admin = house.sign_in(p.admin).await;
    admin.get(&path).await.ok();
    let fields = [("role", "clerk"), ("unit", unit.as_str()), ("from", "23.11.2026."), ("to", "")];
    let mut wrong = fields;
    wrong[0].1 = "admin";
    let refused = admin.post(&path, &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(admin.post(&path, &fields).await.location(), format!("/people/{}", p.employee));
    admin.get("/admin/roles").await.ok().has(&format!("/people/{}", p.employee));
    let mut employee = house.sign_in(p.manager).await;
    assert_eq!(employee.get("/admin/roles").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_unit_is_created_renamed_moved_and_closed_through_the_pages() {
    let (house, demo) = town().await;
    let mut admin = house.sign_in(demo.people.admin).await;
    let fields = [("kind", "unit"), ("code", "N1"), ("name", "Jaunā nodaļa"), ("from", "01.01.2026.")];
    let path = format!("/units/{}/new", demo.school);
    admin.get(&path).await.ok();
    let made = admin.post(&path, &fields).await.location();
    let again = admin.post(&path, &fields).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    again.has("Jaunā nodaļa");
    let edit = format!("{made}/edit");
    let version = admin.get(&edit).await.ok().input("version").unwrap();
    let renamed = [("version", version.as_str()), ("code", "N1"), ("name", "Cita nodaļa")];
    assert_eq!(admin.post(&edit, &renamed).await.location(), made);
    let post = [("title", "Arhivārs"), ("places", "0,5"), ("from", "01.01.2026.")];
    assert_eq!(admin.post(&format!("{made}/posts/new"), &post).await.location(), made);
    admin.get(&made).await.ok().has("Cita nodaļa").has("Arhivārs").has("0,5");
    let text = admin.get(&made).await.ok().text();
    let at = text.find("href=\"/posts/").unwrap() + 6;
    let post_path = text[at..].split('"').next().unwrap().to_owned();
    let version = admin.get(&post_path).await.ok().has("Arhivārs").input("version").unwrap();
    let change = |last: &'static str| [("title", "Vecākais arhivārs"), ("places", "1"), ("last", last)].to_vec();
    let with_version = |mut f: Vec<(&'static str, &'static str)>, v: &'static str| {
        f.push(("version", v));
        f
    };
    assert_eq!(version, "1");
    let early = admin.post(&post_path, &with_version(change("01.01.2020."), "1")).await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
    early.has("Tad amata vēl nebija").has("Vecākais arhivārs");
    assert_eq!(admin.post(&post_path, &with_version(change(""), "1")).await.location(), made);
    assert_eq!(admin.post(&post_path, &with_version(change(""), "1")).await.status, StatusCode::CONFLICT);
    admin.get(&made).await.ok().has("Vecākais arhivārs");
    let to = demo.institutions[0].to_string();
    admin.get(&format!("{made}/move")).await.ok();
    assert_eq!(admin.post(&format!("{made}/move"), &[("parent", &to)]).await.location(), made);
    admin.get(&format!("{made}/close")).await.ok();
    assert_eq!(admin.post(&format!("{made}/close"), &[("last", "23.11.2026.")]).await.location(), made);
    let full = admin.post(&format!("/units/{}/close", demo.school), &[("last", "23.11.2026.")]).await;
    assert_eq!(full.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_person_is_entered_by_hr_and_a_personal_code_only_once() {
    let (house, demo) = town().await;
    let mut hr = house.sign_in(demo.people.hr).await;
    hr.get("/people/new").await.ok();
    let code = latvian::ids::PersonalCode::demo(5_000_000).formatted();
    let fields = [
        ("given_names", "Ņina"),
        ("surname", "Ķempe"),
        ("personal_code", code.as_str()),
        ("email", "nina@paraugs.example"),
    ];
    let made = hr.post("/people/new", &fields).await.location();
    let twice = hr.post("/people/new", &fields).await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
    twice.has("Ķempe");
    // Somebody without an employment is seen by those who see everybody.
    assert_eq!(hr.get(&made).await.status, StatusCode::NOT_FOUND);
    house.sign_in(demo.people.admin).await.get(&made).await.ok().has("Ņina Ķempe");
}

#[tokio::test]
async fn a_post_that_is_held_does_not_close_and_functions_are_switched() {
    let (house, demo) = town().await;
    let mut admin = house.sign_in(demo.people.admin).await;
    let path = format!("/units/{}", demo.school);
    let text = admin.get(&path).await.ok().text();
    let at = text.find("href=\"/posts/").unwrap() + 6;
    let post = text[at..].split('"').next().unwrap().to_owned();
    let fields = [("version", "1"), ("title", "Direktors"), ("places", "1"), ("last", "23.11.2026.")];
    let held = admin.post(&post, &fields).await;
    assert_eq!(held.status, StatusCode::UNPROCESSABLE_ENTITY);
    held.has("Vispirms pārceliet");
    let form = admin.get(&format!("{path}/edit")).await.ok();
    let (version, code) = (form.input("version").unwrap(), form.input("code").unwrap());
    let fields = [
        ("version", version.as_str()),
        ("code", code.as_str()),
        ("name", "Parauga vidusskola"),
        ("functions", "documents"),
        ("functions", "invoices"),
        ("functions", "no-such-function"),
    ];
    assert_eq!(admin.post(&format!("{path}/edit"), &fields).await.location(), path);
    admin.get(&path).await.ok().has("Dokumentu reģistrēšana, Rēķini").has_not("no-such-function");
    let mut manager = house.sign_in(demo.people.manager).await;
    assert_eq!(manager.get(&post).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_municipality_puts_its_own_figure_in_the_place_of_the_law_s() {
    let (house, demo) = town().await;
    let mut tx = house.op().begin().await.unwrap();
    sqlx::query(
        "insert into kernel.tenant_parameter (tenant_id, id, rule, key, valid_from, value, source)
         values ($1, $1, 'leave', 'days', '2020-01-01', '28', 'Darba likums, 149. pants')",
    )
    .bind(house.tenant)
    .execute(tx.conn())
    .await
    .unwrap();
    tx.audit(op::Audit::of("test", "parameter", house.tenant));
    tx.commit().await.unwrap();
    let mut admin = house.sign_in(demo.people.admin).await;
    let path = "/admin/parameters/leave/days";
    admin.get("/admin/parameters").await.ok().has(path).has("Darba likums, 149. pants");
    let fields = |value: &'static str, source: &'static str| {
        [("value", value), ("from", "01.12.2026."), ("to", "31.12.2026."), ("source", source)]
    };
    for (value, source) in [("daudz", "Koplīgums"), ("-3", "Koplīgums"), ("30", "")] {
        let refused = admin.post(path, &fields(value, source)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{value} {source}");
        refused.has(value);
    }
    assert_eq!(admin.post(path, &fields("30", "Koplīgums 2026")).await.location(), path);
    let twice = admin.post(path, &fields("31", "Koplīgums 2026")).await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
    twice.has("No šīs dienas");
    let text = admin.get(path).await.ok().has("Koplīgums 2026").text();
    let on = async |date| {
        let mut read = house.op().read().await.unwrap();
        parties::parameter(read.conn(), house.tenant, "leave", "days", date).await.unwrap()
    };
    assert_eq!(on(crate::day(2026, 11, 30)).await, Some(serde_json::json!(28)));
    assert_eq!(on(crate::day(2026, 12, 31)).await, Some(serde_json::json!(30)));
    assert_eq!(on(crate::day(2027, 1, 1)).await, Some(serde_json::json!(28)));
    let removes: Vec<&str> =
        text.split("action=\"").filter(|a| a.contains("/remove\"")).filter_map(|a| a.split('"').next()).collect();
    let newest = removes.last().unwrap().to_string();
    let mut clerk = house.sign_in(demo.people.clerk).await;
    clerk.get(path).await.ok().has_not("/remove\"");
    assert_eq!(clerk.post(&newest, &[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(admin.post(&newest, &[]).await.location(), path);
    assert_eq!(on(crate::day(2026, 12, 31)).await, Some(serde_json::json!(28)));
    assert_eq!(admin.get("/admin/parameters/leave/no-such").await.status, StatusCode::NOT_FOUND);
}
