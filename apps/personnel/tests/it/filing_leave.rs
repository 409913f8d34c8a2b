use crate::world::world;

#[tokio::test]
async fn an_employee_files_a_leave_and_it_becomes_a_signed_order() {
    let w = world().await;
    let people = &w.demo.people;
    let mut employee = w.house.sign_in(people.employee).await;
    let form = employee.get("/new/leave/annual").await.ok().has("Ikgadējais atvaļinājums");
    let submit = form.input("submit_id").expect("a key");
    let fields = [
        ("first", "07.12.2026."),
        ("last", "20.12.2026."),
        ("substitute", ""),
        ("note", ""),
        ("submit_id", submit.as_str()),
    ];
    employee.post("/new/leave/annual", &fields).await.ok().has("07.12.2026.");
    let sent = employee.post("/new/leave/annual/send", &fields).await;
    let application = sent.location();
    assert_eq!(employee.post("/new/leave/annual/send", &fields).await.location(), application, "twice is once");
    employee.get(&application).await.ok();

    let mut manager = w.house.sign_in(people.manager).await;
    take(&mut manager, "done").await;
    let mut hr = w.house.sign_in(people.hr).await;
    take(&mut hr, "done").await;
    let mut head = w.house.sign_in(people.head).await;
    take(&mut head, "done").await;

    let leave = employee.get("/me/leave").await.ok();
    leave.has("Piešķirts").has("07.12.2026.");
}

/// Takes the first task of a list.
async fn take(client: &mut testkit::Client, outcome: &str) {
    let id = client.get("/tasks").await.ok().input("task").expect("a task in the list");
    let page = client.post("/tasks/decide", &[("task", &id), ("outcome", outcome), ("medium", "paper")]).await;
    assert!(page.status.is_redirection(), "{}", page.text());
}

#[tokio::test]
async fn a_leave_over_the_balance_is_refused_with_the_numbers() {
    let w = world().await;
    let mut employee = w.house.sign_in(w.demo.people.employee).await;
    let fields = [("first", "01.12.2026."), ("last", "28.02.2027."), ("substitute", ""), ("note", "garš")];
    let page = employee.post("/new/leave/annual", &fields).await;
    assert_eq!(page.status.as_u16(), 422);
    page.has("Vajag").has("garš");
}
