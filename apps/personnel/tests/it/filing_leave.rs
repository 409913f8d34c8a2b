use crate::world::{World, file, file_annual, sign, take, task, world};

const FIRST: &str = "07.12.2026.";
const LAST: &str = "20.12.2026.";

#[tokio::test]
async fn an_employee_files_a_leave_and_it_becomes_a_signed_order() {
    let w = world().await;
    let person = w.demo.people.employee;
    let mut employee = w.employee().await;
    let form = employee.get("/new/leave/annual").await.ok().has("Ikgadējais atvaļinājums");
    let submit = form.input("submit_id").expect("a key");
    let fields = [("first", FIRST), ("last", LAST), ("substitute", ""), ("note", ""), ("submit_id", submit.as_str())];
    employee.post("/new/leave/annual", &fields).await.ok().has(FIRST);
    let application = employee.post("/new/leave/annual/send", &fields).await.location();
    assert_eq!(employee.post("/new/leave/annual/send", &fields).await.location(), application, "twice is once");
    assert_eq!(w.balance(person).await, (-14).into(), "reserved once");
    employee.get(&application).await.ok().has(FIRST);

    take(&mut w.manager().await, "done", "").await;
    sign(&w).await;

    employee.get("/me/leave").await.ok().has("Piešķirts").has(FIRST).has("P-2026/1");
    let orders = w.orders(person).await;
    assert_eq!((orders.len(), orders[0].number.as_deref(), &*orders[0].state), (1, Some("P-2026/1"), "signed"));
    assert_eq!(w.balance(person).await, (-14).into(), "used, not twice");
    let order = employee.get(&format!("/personnel/orders/{}", orders[0].id)).await.ok();
    order.has("Piešķirt ikgadējo apmaksāto atvaļinājumu").has("P-2026/1").has("Parakstīts uz papīra");
}

#[tokio::test]
async fn a_leave_over_the_balance_is_refused_with_the_numbers() {
    let w = world().await;
    let mut employee = w.employee().await;
    let fields = [("first", "01.12.2026."), ("last", "28.02.2027."), ("substitute", ""), ("note", "garš")];
    let page = employee.post("/new/leave/annual", &fields).await;
    assert_eq!(page.status.as_u16(), 422);
    page.has("Vajag").has("garš");
}

#[tokio::test]
async fn a_second_leave_on_the_same_days_is_refused() {
    let w = world().await;
    let mut employee = w.employee().await;
    file_annual(&mut employee, FIRST, LAST).await;
    let fields = [("first", "18.12.2026."), ("last", "22.12.2026."), ("substitute", ""), ("note", "")];
    let page = employee.post("/new/leave/unpaid", &fields).await;
    assert_eq!(page.status.as_u16(), 422);
    page.has("Šajās dienās jau ir ikgadējais atvaļinājums");
}

async fn state(w: &World) -> Vec<String> {
    w.absences(w.demo.people.employee).await.into_iter().map(|a| a.3).collect()
}

#[tokio::test]
async fn a_returned_leave_is_corrected_and_approved() {
    let w = world().await;
    let person = w.demo.people.employee;
    let mut employee = w.employee().await;
    let application = file_annual(&mut employee, FIRST, LAST).await;
    take(&mut w.manager().await, "returned", "Tad skolā ir eglīte").await;
    assert_eq!((state(&w).await, w.balance(person).await), (vec!["released".to_owned()], 0.into()));

    let id = application.rsplit('/').next().unwrap();
    employee.get(&application).await.ok().has("Tad skolā ir eglīte").has("correct=");
    let form = employee.get(&format!("/new/leave/annual?correct={id}")).await.ok();
    assert_eq!(form.input("first").as_deref(), Some(FIRST), "what was asked stands in the form");
    let (submit, version) = (form.input("submit_id").unwrap(), form.input("version").unwrap());
    let fields = [
        ("first", "14.12.2026."),
        ("last", LAST),
        ("substitute", ""),
        ("note", ""),
        ("correct", id),
        ("version", &version),
        ("submit_id", &submit),
    ];
    employee.post("/new/leave/annual", &fields).await.ok();
    assert_eq!(employee.post("/new/leave/annual/send", &fields).await.location(), application);
    assert_eq!(employee.post("/new/leave/annual/send", &fields).await.location(), application, "twice is once");
    assert_eq!(w.balance(person).await, (-7).into());

    take(&mut w.manager().await, "done", "").await;
    sign(&w).await;
    assert_eq!(state(&w).await, ["released", "booked"]);
    assert_eq!(w.balance(person).await, (-7).into());
}

#[tokio::test]
async fn a_rejected_leave_gives_its_days_back() {
    let w = world().await;
    file_annual(&mut w.employee().await, FIRST, LAST).await;
    take(&mut w.manager().await, "rejected", "Nav kas aizvieto").await;
    assert_eq!(state(&w).await, ["released"]);
    assert_eq!(w.balance(w.demo.people.employee).await, 0.into());
}

#[tokio::test]
async fn a_withdrawn_leave_gives_its_days_back() {
    let w = world().await;
    let mut employee = w.employee().await;
    let application = file_annual(&mut employee, FIRST, LAST).await;
    employee.post(&format!("{application}/withdraw"), &[]).await.location();
    assert_eq!(state(&w).await, ["released"]);
    assert_eq!(w.balance(w.demo.people.employee).await, 0.into());
    assert_eq!(w.manager().await.get("/tasks").await.ok().input("task"), None, "nobody waits for it");
}

#[tokio::test]
async fn an_order_that_the_head_rejects_gives_the_days_back() {
    let w = world().await;
    file_annual(&mut w.employee().await, FIRST, LAST).await;
    take(&mut w.manager().await, "done", "").await;
    take(&mut w.hr().await, "done", "").await;
    take(&mut w.head().await, "rejected", "Nevaru").await;
    assert_eq!(state(&w).await, ["released"]);
    assert_eq!(w.balance(w.demo.people.employee).await, 0.into());
    let orders = w.orders(w.demo.people.employee).await;
    assert_eq!((&*orders[0].state, orders[0].number.as_deref()), ("rejected", None), "and takes no number");
}

#[tokio::test]
async fn hr_corrects_an_order_that_the_head_returned() {
    let w = world().await;
    let person = w.demo.people.employee;
    file_annual(&mut w.employee().await, FIRST, LAST).await;
    take(&mut w.manager().await, "done", "").await;
    take(&mut w.hr().await, "done", "").await;
    take(&mut w.head().await, "returned", "Trūkst aizvietotāja").await;
    let order = w.orders(person).await.remove(0);
    assert_eq!(order.state, "returned");
    assert_eq!(state(&w).await, ["reserved"], "the days stay kept");
    let mut hr = w.hr().await;
    let href = format!("/personnel/orders/{}/correct", order.id);
    let form = hr.get(&href).await.ok().has("Trūkst aizvietotāja");
    let version = form.input("version").unwrap();
    let fields = [("title", "Par atvaļinājumu"), ("text", "1. Piešķirt.\n2. Aizvieto Jānis."), ("version", &*version)];
    hr.post(&href, &fields).await.location();
    assert_eq!(hr.post(&href, &fields).await.status.as_u16(), 409, "the old version is stale");
    sign(&w).await;
    let signed = w.orders(person).await.remove(0);
    assert_eq!((&*signed.state, &*signed.title), ("signed", "Par atvaļinājumu"));
    let mut read = w.house.op().read().await.unwrap();
    let titles: Vec<String> = sqlx::query_scalar(
        "select d.title from documents.document d join personnel.personnel_order o on o.document_id = d.id where o.id = $1",
    )
    .bind(signed.id)
    .fetch_all(read.conn())
    .await
    .unwrap();
    drop(read);
    assert_eq!(titles, ["Par atvaļinājumu"], "the register has the corrected title");
    assert_eq!(state(&w).await, ["booked"]);
}

#[tokio::test]
async fn others_do_not_know_of_it() {
    let w = world().await;
    let mut employee = w.employee().await;
    let application = file_annual(&mut employee, FIRST, LAST).await;
    take(&mut w.manager().await, "done", "").await;
    let order = format!("/personnel/orders/{}", w.orders(w.demo.people.employee).await[0].id);
    // Somebody of another institution, with every role but there.
    let elsewhere = *w.demo.everybody.last().unwrap();
    let mut stranger = w.house.sign_in(elsewhere).await;
    let other = w.house.another_tenant("cits").await;
    let mut foreign = w.house.sign_in_at(other, w.demo.people.hr).await;
    for path in [&application, &order, &format!("/personnel/employees/{}", w.demo.people.employee)] {
        for client in [&mut stranger, &mut foreign] {
            let status = client.get(path).await.status.as_u16();
            assert!(matches!(status, 403 | 404), "{path}: {status}");
        }
    }
    assert_eq!(stranger.get(&application).await.status.as_u16(), 404);
    assert_eq!(stranger.get(&order).await.status.as_u16(), 404);
    let for_them = format!("/new/leave/annual?for={}", w.demo.people.employee);
    assert_eq!(stranger.get(&for_them).await.status.as_u16(), 404);
}

#[tokio::test]
async fn hr_files_for_somebody_who_came_with_paper() {
    let w = world().await;
    let person = w.demo.people.employee;
    let href = format!("/new/leave/annual?for={person}");
    let id = person.to_string();
    let fields = [("first", FIRST), ("last", LAST), ("substitute", ""), ("note", ""), ("for", id.as_str())];
    let application = file(&mut w.hr().await, &href, &fields).await;
    w.employee().await.get(&application).await.ok().has("Uz papīra");
    assert_eq!(w.balance(person).await, (-14).into());
}

#[tokio::test]
async fn whoever_decides_sees_the_balance_and_who_else_is_away() {
    let w = world().await;
    file_annual(&mut w.employee().await, FIRST, LAST).await;
    let mut manager = w.manager().await;
    let id = task(&mut manager).await;
    let page = manager.get(&format!("/tasks/{id}")).await.ok();
    page.has(FIRST).has("Atvaļinājuma atlikums pirmajā dienā").has("Citu prombūtņu struktūrvienībā tajā laikā nav");
}

/// Statements that a transition sends, sign-in and pages left out.
#[tokio::test]
async fn a_transition_takes_few_statements() {
    let w = world().await;
    let people = w.demo.people;
    let ask = novads_personnel::model::LeaveAsk {
        leave: novads_personnel::model::LeaveKind::Annual,
        first: "2026-12-07".parse().unwrap(),
        last: "2026-12-20".parse().unwrap(),
        child_born: None,
        three_children: false,
        substitute: None,
        note: String::new(),
    };
    let op = w.house.op_of(people.employee).await;
    let (statements, _guard) = testkit::count_statements();
    let mut before = statements.count();
    novads_personnel::usecases::file_leave(&op, &ask, None).await.unwrap();
    let mut counts = vec![("file", statements.count() - before)];
    let steps = [("approve", people.manager), ("visa", people.hr), ("sign", people.head)];
    for (name, person) in steps {
        let op = w.house.op_of(person).await;
        let mut read = op.read().await.unwrap();
        let tasks = workflow::tasks(read.conn(), w.house.tenant, &op.principals(), Some(name), None, 9).await.unwrap();
        drop(read);
        let verdict = workflow::Verdict { medium: workflow::Medium::Paper, ..workflow::Verdict::yes() };
        before = statements.count();
        workflow::decide(&op, &[tasks[0].id], &verdict).await.unwrap();
        counts.push((name, statements.count() - before));
    }
    println!("{counts:?}");
    let most = [("file", 12), ("approve", 9), ("visa", 5), ("sign", 8)];
    for ((name, n), (_, most)) in counts.iter().zip(most) {
        assert!(*n <= most, "{name}: {n} statements, at most {most}");
    }
}
