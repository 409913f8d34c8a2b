use testkit::Client;
use types::PersonId;

use crate::world::{World, file_annual, sign, take, world};

async fn granted(w: &World) -> types::OrderId {
    file_annual(&mut w.employee().await, "07.12.2026.", "20.12.2026.").await;
    take(&mut w.manager().await, "done", "").await;
    sign(w).await;
    w.orders(w.demo.people.employee).await[0].id
}

async fn draft(client: &mut Client, kind: &str, fields: &[(&str, &str)]) -> String {
    let page = client.post(&format!("/personnel/orders/new/{kind}"), fields).await;
    assert!(page.status.is_redirection(), "{}", page.text());
    page.location()
}

#[tokio::test]
async fn a_recall_gives_back_the_days_from_that_day_on() {
    let w = world().await;
    let person = w.demo.people.employee;
    let order = granted(&w).await.to_string();
    let mut hr = w.hr().await;
    hr.get(&format!("/personnel/orders/{order}")).await.ok().has("leave-change?order=");
    hr.get(&format!("/personnel/orders/new/leave-change?order={order}")).await.ok().has("P-2026/1");
    let outside = [("order", &*order), ("from", "21.12.2026."), ("new_first", ""), ("new_last", ""), ("reason", "x")];
    let page = hr.post("/personnel/orders/new/leave-change", &outside).await;
    assert_eq!(page.status.as_u16(), 422);
    page.has("Prombūtne ir no 07.12.2026.");
    let fields =
        [("order", &*order), ("from", "14.12.2026."), ("new_first", ""), ("new_last", ""), ("reason", "avārija")];
    draft(&mut hr, "leave-change", &fields).await;
    assert_eq!(w.balance(person).await, (-14).into(), "nothing happens before the signature");
    sign(&w).await;
    assert_eq!(w.balance(person).await, (-7).into());
    let kept: Vec<_> = w.absences(person).await.into_iter().filter(|a| a.3 == "booked").collect();
    assert_eq!(kept, [("annual".into(), "2026-12-07".into(), "2026-12-13".into(), "booked".into())]);
    let again = hr.post("/personnel/orders/new/leave-change", &fields).await;
    assert_eq!(again.status.as_u16(), 422, "the first order has no absence any more");
}

#[tokio::test]
async fn a_move_books_the_new_days_and_an_annulment_of_it_the_old() {
    let w = world().await;
    let person = w.demo.people.employee;
    let order = granted(&w).await.to_string();
    let mut hr = w.hr().await;
    let fields = [
        ("order", &*order),
        ("from", "07.12.2026."),
        ("new_first", "04.01.2027."),
        ("new_last", "10.01.2027."),
        ("reason", "vienošanās"),
    ];
    let change = draft(&mut hr, "leave-change", &fields).await;
    sign(&w).await;
    assert_eq!(w.balance(person).await, (-7).into());
    let booked = |all: Vec<(String, String, String, String)>| -> Vec<String> {
        all.into_iter().filter(|a| a.3 == "booked").map(|a| a.1).collect()
    };
    assert_eq!(booked(w.absences(person).await), ["2027-01-04"]);
    let id = change.rsplit('/').next().unwrap();
    draft(&mut hr, "annulment", &[("order", id), ("reason", "kļūda")]).await;
    sign(&w).await;
    assert_eq!(booked(w.absences(person).await), ["2026-12-07"]);
    assert_eq!(w.balance(person).await, (-14).into());
    let states: Vec<_> = w.orders(person).await.into_iter().map(|o| (o.kind, o.state)).collect();
    assert!(states.contains(&("leave-change".into(), "annulled".into())), "{states:?}");
}

#[tokio::test]
async fn a_rejected_move_frees_the_new_days() {
    let w = world().await;
    let person = w.demo.people.employee;
    let order = granted(&w).await.to_string();
    let fields = [
        ("order", &*order),
        ("from", "07.12.2026."),
        ("new_first", "04.01.2027."),
        ("new_last", "10.01.2027."),
        ("reason", "vienošanās"),
    ];
    draft(&mut w.hr().await, "leave-change", &fields).await;
    assert_eq!(w.balance(person).await, (-21).into(), "reserved");
    take(&mut w.hr().await, "done", "").await;
    take(&mut w.head().await, "rejected", "Nē").await;
    assert_eq!(w.balance(person).await, (-14).into());
}

#[tokio::test]
async fn an_annulled_leave_is_given_back_and_its_number_stays() {
    let w = world().await;
    let person = w.demo.people.employee;
    let order = granted(&w).await.to_string();
    draft(&mut w.hr().await, "annulment", &[("order", &order), ("reason", "nav vajadzīgs")]).await;
    sign(&w).await;
    assert_eq!(w.balance(person).await, 0.into());
    let orders = w.orders(person).await;
    let old = orders.iter().find(|o| o.id.to_string() == order).unwrap();
    assert_eq!((&*old.state, old.number.as_deref()), ("annulled", Some("P-2026/1")));
}

async fn salary(w: &World, person: PersonId, on: &str) -> i64 {
    let mut read = w.house.op().read().await.unwrap();
    let e = parties::main_employment(read.conn(), w.house.tenant, person, on.parse().unwrap()).await.unwrap();
    e.unwrap().salary.0
}

#[tokio::test]
async fn pay_changes_from_its_day_and_back_when_annulled() {
    let w = world().await;
    let person = w.demo.people.employee;
    let before = salary(&w, person, "2026-12-31").await;
    let id = person.to_string();
    let fields = [("person", &*id), ("first", "01.12.2026."), ("salary", "2 345,00"), ("reason", "vienošanās")];
    let order = draft(&mut w.hr().await, "pay-change", &fields).await;
    sign(&w).await;
    assert_eq!((salary(&w, person, "2026-11-30").await, salary(&w, person, "2026-12-01").await), (before, 234_500));
    let order = order.rsplit('/').next().unwrap();
    draft(&mut w.hr().await, "annulment", &[("order", order), ("reason", "kļūda")]).await;
    sign(&w).await;
    assert_eq!(salary(&w, person, "2026-12-31").await, before);
}

#[tokio::test]
async fn hr_hires_transfers_and_sees_the_file() {
    let w = world().await;
    let mut hr = w.hr().await;
    let tenant = w.house.tenant;
    let mut read = w.house.op().read().await.unwrap();
    let home = parties::main_employment(read.conn(), tenant, w.demo.people.employee, w.house.op().today()).await;
    let home = home.unwrap().unwrap();
    let boss = parties::main_employment(read.conn(), tenant, w.demo.people.hr, w.house.op().today()).await;
    let boss = boss.unwrap().unwrap();
    drop(read);
    let (unit, post) = (home.unit_id.to_string(), home.post_id.to_string());
    hr.post("/personnel/orders/new/hire", &[("unit", &unit), ("choose_unit", "1")]).await.ok().has(&post);
    let code = latvian::ids::PersonalCode::demo(900_001).digits();
    let fields = [
        ("unit", &*unit),
        ("post", &post),
        ("given_names", "Zane"),
        ("surname", "Jaunā"),
        ("personal_code", &code),
        ("birth_date", "14.05.1990."),
        ("email", ""),
        ("contract_number", "DL-2026/99"),
        ("contract_date", "20.11.2026."),
        ("first", "01.12.2026."),
        ("last", ""),
        ("workload", "0,5"),
        ("salary", "700,00"),
    ];
    let mut wrong = fields;
    wrong[11].1 = "3";
    let page = hr.post("/personnel/orders/new/hire", &wrong).await;
    assert_eq!(page.status.as_u16(), 422);
    page.has("Slodze ir skaitlis").has("Jaunā");
    let order = draft(&mut hr, "hire", &fields).await;
    let twice = hr.post("/personnel/orders/new/hire", &fields).await;
    assert_eq!(twice.status.as_u16(), 422, "the personal code is known");
    sign(&w).await;
    let page = hr.get(&order).await.ok().has("Zane Jaunā").has("P-2026/1").text();
    let person = page.split("/personnel/employees/").nth(1).and_then(|t| t.get(..36)).unwrap().to_owned();
    let id: PersonId = person.parse().unwrap();
    assert_eq!(salary(&w, id, "2026-12-01").await, 70_000);

    // To the post of somebody else, with other pay.
    let (unit, post) = (boss.unit_id.to_string(), boss.post_id.to_string());
    let fields = [
        ("person", &*person),
        ("unit", &unit),
        ("post", &post),
        ("first", "15.12.2026."),
        ("salary", "900,00"),
        ("reason", "vienošanās"),
    ];
    draft(&mut hr, "transfer", &fields).await;
    sign(&w).await;
    assert_eq!((salary(&w, id, "2026-12-14").await, salary(&w, id, "2026-12-15").await), (70_000, 90_000));
    let card = hr.get(&format!("/personnel/employees/{person}")).await.ok();
    card.has("DL-2026/99").has("900,00").has("700,00");
    hr.get("/personnel/employees?q=jauna").await.ok().has("Jaunā Zane");

    // Annulled before the work began, the hiring is no more.
    let order = order.rsplit('/').next().unwrap();
    let transfer = w.orders(id).await.into_iter().find(|o| o.kind == "transfer").unwrap().id.to_string();
    for o in [&*transfer, order] {
        draft(&mut hr, "annulment", &[("order", o), ("reason", "atteicās")]).await;
        sign(&w).await;
    }
    let mut read = w.house.op().read().await.unwrap();
    assert!(parties::employments(read.conn(), tenant, id).await.unwrap().is_empty());
}

#[tokio::test]
async fn orders_are_printed_as_drafts_and_with_their_number_once() {
    let w = world().await;
    granted(&w).await;
    w.house.run_jobs().await;
    let numbered = |w: &World| {
        let all = w.letters.lock().unwrap();
        all.iter().filter(|l| serde_json::to_string(*l).unwrap().contains("P-2026/1")).count()
    };
    assert!(numbered(&w) >= 1);
    let text = serde_json::to_string(&*w.letters.lock().unwrap()).unwrap();
    assert!(text.contains("Reģ. Nr.") && text.contains("Parakstīts uz papīra"), "{text}");
    let order = w.orders(w.demo.people.employee).await.remove(0);
    let mut employee = w.employee().await;
    let page = employee.get(&format!("/personnel/orders/{}", order.id)).await.ok().text();
    let document = page.split("/documents/").nth(1).and_then(|t| t.get(..36)).unwrap().to_owned();
    let before = employee.get(&format!("/documents/{document}")).await.ok().has("rikojums.pdf").text();
    employee.post(&format!("/personnel/orders/{}/render", order.id), &[]).await.location();
    w.house.run_jobs().await;
    let after = employee.get(&format!("/documents/{document}")).await.ok().text();
    assert_eq!(before.matches("rikojums.pdf").count(), after.matches("rikojums.pdf").count(), "the same is kept once");
}

#[tokio::test]
async fn a_leave_brings_its_substitute_and_takes_him_along_when_annulled() {
    let w = world().await;
    let (absent, manager) = (w.demo.people.employee, w.demo.people.manager);
    let id = manager.to_string();
    let fields = [("first", "07.12.2026."), ("last", "20.12.2026."), ("substitute", &*id), ("note", "")];
    crate::world::file(&mut w.employee().await, "/new/leave/annual", &fields).await;
    take(&mut w.manager().await, "done", "").await;
    sign(&w).await;
    let standing = async || {
        let mut read = w.house.op().read().await.unwrap();
        let today = w.house.op().today();
        let all =
            parties::substitutions_seen(read.conn(), w.house.tenant, Some(absent), Some(&[]), today).await.unwrap();
        all.into_iter()
            .filter(|s| s.cancelled_at.is_none())
            .map(|s| (s.substitute_id, s.valid_from))
            .collect::<Vec<_>>()
    };
    assert_eq!(standing().await, [(manager, "2026-12-07".parse().unwrap())]);
    let order = w.orders(absent).await[0].id.to_string();
    draft(&mut w.hr().await, "annulment", &[("order", &order), ("reason", "nav vajadzīgs")]).await;
    sign(&w).await;
    assert_eq!(standing().await, []);
}

#[tokio::test]
async fn whoever_works_on_a_paper_reads_its_document_and_colleagues_do_not() {
    let w = world().await;
    let order = granted(&w).await;
    let page = w.employee().await.get(&format!("/personnel/orders/{order}")).await.ok().text();
    let document = page.split("/documents/").nth(1).and_then(|t| t.get(..36)).unwrap().to_owned();
    let path = format!("/documents/{document}");
    for client in [&mut w.employee().await, &mut w.manager().await, &mut w.hr().await, &mut w.head().await] {
        client.get(&path).await.ok();
    }
    let mut read = w.house.op().read().await.unwrap();
    let unit =
        parties::main_employment(read.conn(), w.house.tenant, w.demo.people.employee, w.house.op().today()).await;
    let unit = unit.unwrap().unwrap().unit_id;
    let people = parties::unit_people(read.conn(), w.house.tenant, unit, w.house.op().today()).await.unwrap();
    drop(read);
    let other = people.iter().find(|p| p.id != w.demo.people.employee && p.id != w.demo.people.manager).unwrap();
    let mut colleague = w.house.sign_in(other.id).await;
    assert_eq!(colleague.get(&path).await.status.as_u16(), 404);
    assert_eq!(colleague.get(&format!("/personnel/orders/{order}")).await.status.as_u16(), 404);
}
