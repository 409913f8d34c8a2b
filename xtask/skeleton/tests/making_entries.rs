//! Who may make entries, and who sees them.

use novads_APP_NAME as app;
use op::Extensions;
use parties::life::{Demo, Plan};
use testkit::House;

async fn world() -> (House, Demo) {
    let mut extensions = Extensions::default();
    let (of_app, _) = manifest::assemble(vec![app::app()], &mut extensions);
    let office = [parties::module(), documents::module(), workflow::module(), reports::module()];
    let house = House::open(office.into_iter().chain(of_app).collect(), |e| {
        *e = extensions;
        e.insert(workflow::shell_source());
    })
    .await;
    let plan = Plan { institutions: 4, employees: 60, seed: 1 };
    let demo = parties::life::build(&house.op(), &plan).await.expect("a municipality");
    (house, demo)
}

#[tokio::test]
async fn a_manager_makes_an_entry_and_an_employee_may_not() {
    let (house, demo) = world().await;
    let mut manager = house.sign_in(demo.people.manager).await;
    manager.get("/APP-NAME/new").await.ok();
    let empty = manager.post("/APP-NAME/new", &[("title", " ")]).await;
    assert_eq!(empty.status, 422);
    let saved = manager.post("/APP-NAME/new", &[("title", "Pirmais ieraksts")]).await;
    assert_eq!(saved.status, 303);
    assert!(manager.get("/APP-NAME").await.ok().text().contains("Pirmais ieraksts"));

    let mut employee = house.sign_in(demo.people.employee).await;
    assert_eq!(employee.get("/APP-NAME/new").await.status, 403);
    let page = employee.get("/APP-NAME").await;
    assert!(!page.text().contains("Pirmais ieraksts"), "it is not theirs");
}
