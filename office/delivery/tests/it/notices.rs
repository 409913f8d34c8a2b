use crate::stage::{CommitWith as _, stage};

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

/// An application of the employee whose route has ended so many days ago, in that state.
async fn decided(s: &crate::stage::Stage, state: &str, days: i64) -> uuid::Uuid {
    let id: uuid::Uuid = s.house.op().new_id();
    let mut tx = s.house.op().begin().await.unwrap();
    sqlx::query(
        "with a as (
           insert into workflow.application (tenant_id, id, service, applicant_id, unit_id, institution_id, channel, payload,
             gist, state, filed_at, filed_on)
           values ($1, $2, 'test', $3, $4, $4, 'self-service', '{}', '', $5, $6, $6::date))
         insert into workflow.route (tenant_id, id, code, subject_id, title, gist, owner_id, unit_id, institution_id, state,
           steps, started_at, finished_at)
         values ($1, $2, 'test', $2, 'Ikgadējais atvaļinājums', '', $3, $4, $4, 'completed', '[]', $6, $6)",
    )
    .bind(s.house.tenant)
    .bind(id)
    .bind(s.demo.people.employee)
    .bind(s.demo.school)
    .bind(state)
    .bind(s.house.clock.now() - chrono::TimeDelta::days(days))
    .execute(tx.conn())
    .await
    .unwrap();
    tx.publish(op::Event { kind: "workflow.route-ended", subjects: vec![id], data: serde_json::json!({}) });
    tx.commit_with(id).await;
    assert_eq!(s.house.run_jobs().await.failed, 0);
    id
}

#[tokio::test]
async fn an_applicant_is_told_what_became_of_the_application() {
    let s = stage(true).await;
    let mut employee = s.house.sign_in(s.demo.people.employee).await;
    employee.post("/inbox/preferences", &[("notices", "1")]).await;
    let all = "select count(*) from delivery.delivery where tenant_id = $1 and channel = 'in-house'";
    for (n, state) in ["approved", "rejected", "returned"].into_iter().enumerate() {
        let id = decided(&s, state, 0).await;
        assert_eq!(s.count(all).await, i64::try_from(n).unwrap() + 1);
        let (_, _, _, notice) = s.newest("in-house").await;
        employee.get(&format!("/inbox/{notice}")).await.ok().has(&format!("/applications/{id}"));
    }
    employee.get("/inbox").await.ok().has("Ikgadējais atvaļinājums");
    let mails = s.server.got.lock().unwrap().clone();
    assert_eq!(mails.len(), 3);
    assert!(mails.iter().all(|m| !m.text.contains("atvaļinājum")), "mail does not say what it is about");
    decided(&s, "withdrawn", 0).await;
    decided(&s, "approved", 8).await;
    assert_eq!(s.count(all).await, 3, "what one withdrew oneself, and what is old, is no news");
}

#[tokio::test]
async fn who_has_tasks_due_is_reminded_once_a_working_day() {
    let s = stage(false).await;
    let mut tx = s.house.op().begin().await.unwrap();
    let may = tx.create::<delivery::actions::Deliver>(&op::Facts::default()).unwrap();
    let task = |days: i64| workflow::OwnTask {
        kind: "delivery.failed",
        principal: s.demo.people.employee.uuid(),
        subject: s.demo.school.uuid(),
        document: None,
        title: "Darbs".to_owned(),
        gist: String::new(),
        from: None,
        due: s.house.clock.today() + chrono::TimeDelta::days(days),
    };
    workflow::open_tasks(&mut tx, &may, vec![task(1), task(-1), task(9)]).await.unwrap();
    tx.commit().await.unwrap();
    let all = "select count(*) from delivery.delivery where tenant_id = $1";
    s.house.clock.set(testkit::at(2026, 11, 24, 8));
    s.later(0).await;
    s.later(30).await;
    assert_eq!(s.count(all).await, 1);
    let mut employee = s.house.sign_in(s.demo.people.employee).await;
    employee.get("/inbox").await.ok().has("tuvojas 1, nokavēti 1");
    let (_, _, _, notice) = s.newest("in-house").await;
    employee.get(&format!("/inbox/{notice}")).await.ok().has("Mani uzdevumi").has("/tasks");
    s.house.clock.set(testkit::at(2026, 11, 25, 8));
    s.later(0).await;
    assert_eq!(s.count(all).await, 2);
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
