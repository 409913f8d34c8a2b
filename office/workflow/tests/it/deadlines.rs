use novads_workflow as workflow;
use workflow::{GroupPlan, StepKind, Verdict, Where, Who};

use crate::world::{World, step};

async fn events(w: &World, kind: &str) -> Vec<serde_json::Value> {
    let op = w.house.op();
    let mut read = op.read().await.unwrap();
    let rows: Vec<(serde_json::Value,)> = sqlx::query_as("select data from kernel.event where kind = $1 order by id")
        .bind(kind)
        .fetch_all(read.conn())
        .await
        .unwrap();
    rows.into_iter().map(|(d,)| d).collect()
}

#[tokio::test]
async fn a_person_is_reminded_once_a_working_day() {
    let w = World::open().await;
    w.file("test.leave", w.anna).await;
    w.file("test.leave", w.zane).await;
    // Due on Wednesday the 25th: on Monday nobody is reminded.
    workflow::remind(&w.house.op()).await.unwrap();
    assert!(events(&w, "workflow.tasks-due").await.is_empty());
    w.house.clock.set(testkit::at(2026, 11, 24, 7));
    workflow::remind(&w.house.op()).await.unwrap();
    workflow::remind(&w.house.op()).await.unwrap();
    let said = events(&w, "workflow.tasks-due").await;
    assert_eq!(said, vec![serde_json::json!({ "principal": w.janis, "due": 2, "overdue": 0 })]);
    // A Saturday.
    w.house.clock.set(testkit::at(2026, 11, 28, 7));
    workflow::remind(&w.house.op()).await.unwrap();
    assert_eq!(events(&w, "workflow.tasks-due").await.len(), 1);
    w.house.clock.set(testkit::at(2026, 11, 30, 7));
    workflow::remind(&w.house.op()).await.unwrap();
    assert_eq!(events(&w, "workflow.tasks-due").await[1]["overdue"], 2);
}

#[tokio::test]
async fn the_clock_runs_the_jobs_at_seven_in_riga() {
    let w = World::open().await;
    w.file("test.leave", w.anna).await;
    w.house.clock.set(testkit::at(2026, 11, 24, 6));
    jobs::run_schedules(&w.house.kernel, &w.house.app.jobs()).await.unwrap();
    w.house.run_jobs().await;
    assert!(events(&w, "workflow.tasks-due").await.is_empty());
    w.house.clock.set(testkit::at(2026, 11, 24, 7));
    jobs::run_schedules(&w.house.kernel, &w.house.app.jobs()).await.unwrap();
    w.house.run_jobs().await;
    assert_eq!(events(&w, "workflow.tasks-due").await.len(), 1);
}

#[tokio::test]
async fn what_is_late_comes_to_the_manager_too() {
    let w = World::open().await;
    let id = w.file("test.leave", w.anna).await;
    // Due 25.11.; three working days over on 30.11., more than three on 1.12.
    w.house.clock.set(testkit::at(2026, 11, 30, 7));
    assert_eq!(workflow::escalate(&w.house.op()).await.unwrap(), 0);
    w.house.clock.set(testkit::at(2026, 12, 1, 7));
    assert_eq!(workflow::escalate(&w.house.op()).await.unwrap(), 1);
    assert_eq!(workflow::escalate(&w.house.op()).await.unwrap(), 0, "once");
    assert_eq!(w.tasks(w.janis).await.len(), 1);
    let copy = w.tasks(w.liga).await;
    assert_eq!(copy.len(), 1);
    assert_eq!(w.verbs(id).await.last().unwrap(), "escalated");
    workflow::decide(&w.op_of(w.liga).await, &[copy[0].id], &Verdict::yes()).await.unwrap();
    assert_eq!(w.application(id).await.state, "approved");
    assert!(w.tasks(w.janis).await.is_empty(), "both copies close");
    w.house.clock.set(testkit::at(2026, 12, 21, 7));
    assert_eq!(workflow::escalate(&w.house.op()).await.unwrap(), 0);
}

#[tokio::test]
async fn what_is_late_never_comes_to_whom_it_is_about() {
    let w = World::open().await;
    // The head's own leave waits for HR, whose head is the head.
    let hr = Who::Role { role: "hr".into(), place: Where::Institution };
    w.plan("test.leave", vec![GroupPlan { steps: vec![step(StepKind::Review, hr)], quorum: None }]).await;
    let id = w.file("test.leave", w.liga).await;
    w.house.clock.set(testkit::at(2026, 12, 7, 7));
    workflow::escalate(&w.house.op()).await.unwrap();
    assert!(w.tasks(w.liga).await.is_empty());
    assert_eq!(w.verbs(id).await, ["route-started", "filed"]);
    // A shared list of somebody else's does come to the head.
    let id = w.file("test.leave", w.anna).await;
    w.house.clock.set(testkit::at(2026, 12, 21, 7));
    workflow::escalate(&w.house.op()).await.unwrap();
    assert_eq!(w.tasks(w.liga).await.iter().filter(|t| t.subject_id == id.uuid()).count(), 1);
}

#[tokio::test]
async fn a_municipality_may_wait_longer() {
    let w = World::open().await;
    w.file("test.leave", w.anna).await;
    let op = w.house.op();
    let mut tx = op.begin().await.unwrap();
    sqlx::query(
        "insert into kernel.tenant_parameter (tenant_id, id, rule, key, valid_from, value, source)
         values ($1, $2, 'workflow', 'escalate-after-working-days', '2026-01-01', '10', 'Kārtība')",
    )
    .bind(op.tenant())
    .bind(op.new_id::<uuid::Uuid>())
    .execute(tx.conn())
    .await
    .unwrap();
    tx.audit(op::Audit::of("test", "test", uuid::Uuid::nil()));
    tx.commit().await.unwrap();
    w.house.clock.set(testkit::at(2026, 12, 7, 7));
    assert_eq!(workflow::escalate(&w.house.op()).await.unwrap(), 0);
    w.house.clock.set(testkit::at(2026, 12, 14, 7));
    assert_eq!(workflow::escalate(&w.house.op()).await.unwrap(), 1);
}

#[tokio::test]
async fn whoever_shares_a_list_is_reminded_of_it_with_their_own() {
    let w = World::open().await;
    let mut tx = w.house.op().begin().await.unwrap();
    let may = tx.create::<crate::world::FileTest>(&op::Facts::default()).unwrap();
    let of = |principal| workflow::OwnTask {
        kind: "test.resolve",
        principal,
        subject: uuid::Uuid::from_u128(9),
        document: None,
        title: "Rezolūcija".into(),
        gist: String::new(),
        from: None,
        due: crate::world::day("2026-11-24"),
    };
    workflow::open_tasks(&mut tx, &may, vec![of(op::pool_id(w.school, "hr")), of(w.ilze.uuid())]).await.unwrap();
    tx.commit().await.unwrap();
    workflow::remind(&w.house.op()).await.unwrap();
    let mut said = events(&w, "workflow.tasks-due").await;
    said.sort_by_key(|e| e["due"].as_i64());
    let due: Vec<_> = said.iter().map(|e| e["due"].as_i64().unwrap()).collect();
    assert_eq!(due, [1, 2], "the other holder has the shared one, Ilze hers too");
    assert_eq!(said[1]["principal"], w.ilze.to_string());
}
