use crate::stage::stage;

#[tokio::test]
async fn a_signed_order_is_a_notice_and_reading_it_is_the_receipt() {
    let s = stage(false).await;
    let order = s.order_signed().await;
    s.say_signed(order).await;
    let all = "select count(*) from delivery.delivery where tenant_id = $1";
    assert_eq!(s.count(all).await, 1, "the event came twice; e-mail was not asked for");
    let (state, _, _, id) = s.newest("in-house").await;
    assert_eq!(state, "sent");
    let mut employee = s.house.sign_in(s.demo.people.employee).await;
    employee.get("/inbox").await.ok().has("1 nelasīts paziņojums").has("Rīkojums par atvaļinājumu");
    let mut other = s.house.sign_in(s.demo.people.manager).await;
    other.get("/inbox").await.ok().has("Nelasītu paziņojumu nav").has_not("Rīkojums par atvaļinājumu");
    assert_eq!(other.get(&format!("/inbox/{id}")).await.status.as_u16(), 404);
    employee.get(&format!("/inbox/{id}")).await.ok().has("Rīkojums ir parakstīts");
    assert_eq!(s.newest("in-house").await.0, "delivered");
    employee.get("/inbox").await.ok().has("Nelasītu paziņojumu nav").has("Izlasīts");
    employee.get(&format!("/inbox/{id}")).await.ok().has("Izlasīts");
}

#[tokio::test]
async fn who_wants_it_gets_an_e_mail_too_and_one_a_morning_about_tasks() {
    let s = stage(true).await;
    let mut employee = s.house.sign_in(s.demo.people.employee).await;
    let to = employee.post("/inbox/preferences", &[("notices", "1"), ("tasks", "1")]).await.location();
    assert_eq!(to, "/inbox");
    s.order_signed().await;
    let first = s.server.got.lock().unwrap().first().cloned().unwrap();
    assert_eq!(first.subject, "Novads: jauns paziņojums");
    assert!(!first.text.contains("atvaļinājum"), "mail does not say what the order is about");
    assert_eq!(s.newest("e-mail").await.0, "sent");
    // Nothing waits: no mail about nothing.
    s.house.clock.set(testkit::at(2026, 11, 24, 8));
    s.later(0).await;
    assert_eq!(s.server.got.lock().unwrap().len(), 1);
    let mut tx = s.house.op().begin().await.unwrap();
    let may = tx.create::<delivery::actions::Deliver>(&op::Facts::default()).unwrap();
    let task = workflow::OwnTask {
        kind: "delivery.failed",
        principal: s.demo.people.employee.uuid(),
        subject: s.demo.school.uuid(),
        document: None,
        title: "Darbs".to_owned(),
        gist: String::new(),
        from: None,
        due: s.house.clock.today(),
    };
    workflow::open_tasks(&mut tx, &may, vec![task]).await.unwrap();
    tx.commit().await.unwrap();
    s.house.clock.set(testkit::at(2026, 11, 25, 8));
    s.later(0).await;
    s.later(30).await;
    let got = s.server.got.lock().unwrap();
    assert_eq!(got.len(), 2, "one a morning");
    assert_eq!(got.last().unwrap().subject, "Novads: 1 uzdevums, nokavēti: 1");
}

#[test]
fn every_page_speaks_both_languages() {
    let catalog = std::sync::Arc::new(i18n::Catalog::new(&[ui::TEXTS, web::TEXTS, delivery::TEXTS]).unwrap());
    assert_eq!(catalog.check(), Vec::<String>::new());
    for locale in types::Locale::ALL {
        let tr = i18n::Tr::new(std::sync::Arc::clone(&catalog), locale);
        for sample in (delivery::module().samples)(&tr) {
            let html = sample.html.unwrap();
            assert!(!html.contains('⟦') && html.contains("</html>"), "{}: {html}", sample.name);
        }
        for route in delivery::module().routes {
            assert!(tr.has(route.label), "{}", route.label);
        }
    }
}
