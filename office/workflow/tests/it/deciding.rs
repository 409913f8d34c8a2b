use novads_workflow as workflow;
use op::OpError;
use types::{PersonId, TaskId};
use workflow::{
    DecideError, EffectError, GroupPlan, Medium, Outcome, Refused, RouteState, StepKind, Verdict, Where, Who,
};

use crate::world::{World, step};

fn verdict(outcome: Outcome, remark: &str) -> Verdict {
    Verdict { outcome, remark: Some(remark.to_owned()), place: None, medium: Medium::Electronic }
}

async fn only_task(w: &World, person: PersonId) -> TaskId {
    let tasks = w.tasks(person).await;
    assert_eq!(tasks.len(), 1, "{tasks:?}");
    tasks[0].id
}

#[tokio::test]
async fn an_application_is_approved_and_its_effect_follows_in_the_same_transaction() {
    let w = World::open().await;
    let id = w.file("test.leave", w.anna).await;
    let task = only_task(&w, w.janis).await;
    assert!(w.tasks(w.anna).await.is_empty());
    let op = w.op_of(w.janis).await;
    let mut tx = op.begin().await.unwrap();
    let decided = workflow::decide_in(&mut tx, &[task], &Verdict::yes()).await.unwrap();
    assert_eq!(decided.done, vec![task]);
    drop(tx);
    assert!(w.effects().await.is_empty(), "rolled back with the decision");
    assert_eq!(w.application(id).await.state, "in-approval");
    workflow::decide(&op, &[task], &Verdict::yes()).await.unwrap();
    assert_eq!(w.effects().await, vec![("apply".to_owned(), "completed".into())]);
    let a = w.application(id).await;
    assert_eq!((a.state.as_str(), a.decided_at), ("approved", Some(op.now())));
    assert!(w.tasks(w.janis).await.is_empty());
    assert_eq!(w.verbs(id).await, ["route-started", "filed", "approved"]);
}

#[tokio::test]
async fn what_is_returned_is_corrected_and_goes_the_whole_way_again() {
    let w = World::open().await;
    let id = w.file("test.leave", w.anna).await;
    let task = only_task(&w, w.janis).await;
    let janis = w.op_of(w.janis).await;
    let back = Verdict { place: Some("Datumi".into()), ..verdict(Outcome::Returned, "Decembrī nav kas aizvieto") };
    workflow::decide(&janis, &[task], &back).await.unwrap();
    assert_eq!(w.application(id).await.state, "returned");
    assert_eq!(w.effects().await, vec![("stop".to_owned(), "returned".into())]);
    let anna = w.op_of(w.anna).await;
    let mut tx = anna.begin().await.unwrap();
    let (a, may) = tx.hold::<workflow::Application, workflow::actions::CorrectApplication>(id).await.unwrap();
    let payload = serde_json::json!({ "days": 5 });
    workflow::refile(&mut tx, &a, &may, &payload, "Ikgadējais atvaļinājums".into(), "5 darba dienas".into())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let a = w.application(id).await;
    assert_eq!((a.state.as_str(), a.payload), ("in-approval", payload));
    let again = only_task(&w, w.janis).await;
    assert_ne!(again, task);
    workflow::decide(&janis, &[again], &Verdict::yes()).await.unwrap();
    assert_eq!(w.application(id).await.state, "approved");
}

#[tokio::test]
async fn a_refusal_needs_words_and_a_late_decision_is_told_so() {
    let w = World::open().await;
    let id = w.file("test.leave", w.anna).await;
    let task = only_task(&w, w.janis).await;
    let op = w.op_of(w.janis).await;
    let silent = workflow::decide(&op, &[task], &verdict(Outcome::Rejected, " ")).await.unwrap();
    assert_eq!((silent.done.len(), silent.refused), (0, vec![(task, Refused::NoReason)]));
    workflow::decide(&op, &[task], &verdict(Outcome::Rejected, "Nav aizvietotāja")).await.unwrap();
    assert_eq!(w.application(id).await.state, "rejected");
    let late = workflow::decide(&op, &[task], &Verdict::yes()).await.unwrap();
    assert_eq!(late.refused, vec![(task, Refused::Ended)]);
}

#[tokio::test]
async fn nobody_decides_on_their_own() {
    let w = World::open().await;
    // The manager's own goes to whom they answer to.
    w.file("test.leave", w.janis).await;
    assert!(w.tasks(w.janis).await.is_empty());
    only_task(&w, w.liga).await;
    // Where a template names them, it goes further up too.
    let head = Who::Role { role: "manager".into(), place: Where::Unit };
    w.plan("test.leave", vec![GroupPlan { steps: vec![step(StepKind::Approve, head)], quorum: None }]).await;
    let refused = w.try_file("test.leave", w.janis).await.unwrap_err();
    assert!(matches!(refused, workflow::StartError::Nobody(1)), "{refused}");
    w.plan("test.leave", vec![GroupPlan { steps: vec![step(StepKind::Approve, Who::Person(w.janis))], quorum: None }])
        .await;
    w.file("test.leave", w.janis).await;
    assert_eq!(w.tasks(w.liga).await.len(), 2);
    // Handing it to oneself by way of a substitution does not help either.
    w.substitute(w.liga, w.janis, "2026-11-23", "2026-11-23").await;
    let moved = w.tasks(w.janis).await;
    assert_eq!(moved.len(), 2);
    let op = w.op_of(w.janis).await;
    let refused = workflow::decide(&op, &[moved[0].id], &Verdict::yes()).await.unwrap();
    assert_eq!(refused.refused, vec![(moved[0].id, Refused::Own)]);
}

#[tokio::test]
async fn a_substitution_moves_the_tasks_and_they_come_back() {
    let w = World::open().await;
    w.file("test.leave", w.anna).await;
    let second = w.file("test.leave", w.anna).await;
    w.substitute(w.janis, w.zane, "2026-11-23", "2026-11-24").await;
    let moved = w.tasks(w.zane).await;
    assert_eq!(moved.len(), 2);
    let op = w.op_of(w.zane).await;
    let of_second = moved.iter().find(|t| t.subject_id == second.uuid()).unwrap();
    workflow::decide(&op, &[of_second.id], &Verdict::yes()).await.unwrap();
    let mut read = op.read().await.unwrap();
    let routes = workflow::routes_of(read.conn(), op.tenant(), second.uuid()).await.unwrap();
    drop(read);
    let taken = &routes[0].steps.0[0];
    assert_eq!((taken.by, taken.capacity), (Some(w.zane), Some(w.janis)), "done by one, in the other's place");
    w.house.clock.set(testkit::at(2026, 11, 25, 9));
    assert!(w.tasks(w.zane).await.is_empty());
    let back = only_task(&w, w.janis).await;
    let op = w.op_of(w.zane).await;
    let refused = workflow::decide(&op, &[back], &Verdict::yes()).await.unwrap();
    assert_eq!(refused.refused, vec![(back, Refused::NoStep)]);
}

#[tokio::test]
async fn a_quorum_of_a_group_is_enough() {
    let w = World::open().await;
    let people = [w.janis, w.liga, w.ilze];
    let steps = people.iter().map(|p| step(StepKind::Approve, Who::Person(*p))).collect();
    w.plan("test.leave", vec![GroupPlan { steps, quorum: Some(2) }]).await;
    let id = w.file("test.leave", w.anna).await;
    for (n, person) in [w.ilze, w.janis].into_iter().enumerate() {
        let task = only_task(&w, person).await;
        assert_eq!(w.application(id).await.state, "in-approval", "after {n}");
        workflow::decide(&w.op_of(person).await, &[task], &Verdict::yes()).await.unwrap();
    }
    assert_eq!(w.application(id).await.state, "approved");
    assert!(w.tasks(w.liga).await.is_empty(), "freed");
}

#[tokio::test]
async fn two_tasks_of_one_route_in_one_set_both_count() {
    let w = World::open().await;
    let steps = vec![step(StepKind::Approve, Who::Person(w.janis)), step(StepKind::Visa, Who::Person(w.janis))];
    w.plan("test.leave", vec![GroupPlan { steps, quorum: None }]).await;
    let id = w.file("test.leave", w.anna).await;
    let tasks: Vec<TaskId> = w.tasks(w.janis).await.iter().map(|t| t.id).collect();
    assert_eq!(tasks.len(), 2);
    let decided = workflow::decide(&w.op_of(w.janis).await, &tasks, &Verdict::yes()).await.unwrap();
    assert_eq!(decided.done.len(), 2);
    assert_eq!(w.application(id).await.state, "approved");
    assert_eq!(w.effects().await.len(), 1);
}

#[tokio::test]
async fn who_shares_a_role_shares_the_list() {
    let w = World::open().await;
    let hr = Who::Role { role: "hr".into(), place: Where::Institution };
    w.plan("test.leave", vec![GroupPlan { steps: vec![step(StepKind::Review, hr)], quorum: None }]).await;
    w.file("test.leave", w.anna).await;
    let task = only_task(&w, w.ilze).await;
    assert_eq!(only_task(&w, w.peteris).await, task);
    workflow::decide(&w.op_of(w.peteris).await, &[task], &Verdict::yes()).await.unwrap();
    assert!(w.tasks(w.ilze).await.is_empty());
}

#[tokio::test]
async fn the_effect_is_rechecked_before_the_signature_and_not_after() {
    let w = World::open().await;
    let id = w.file("test.order", w.anna).await;
    let task = only_task(&w, w.janis).await;
    refuse(&w, true).await;
    let e = workflow::decide(&w.op_of(w.janis).await, &[task], &Verdict::yes()).await.unwrap_err();
    assert!(matches!(&e, DecideError::Effect(EffectError::Refused(text)) if text.contains("8 darba dienas")), "{e}");
    refuse(&w, false).await;
    workflow::decide(&w.op_of(w.janis).await, &[task], &Verdict::yes()).await.unwrap();
    refuse(&w, true).await;
    let sign = only_task(&w, w.liga).await;
    let paper = Verdict { medium: Medium::Paper, ..Verdict::yes() };
    workflow::decide(&w.op_of(w.liga).await, &[sign], &paper).await.unwrap();
    let a = w.application(id).await;
    assert_eq!(a.state, "approved");
    assert_eq!(w.verbs(id).await.last().unwrap(), "signed");
}

async fn refuse(w: &World, on: bool) {
    let op = w.house.op();
    let mut tx = op.begin().await.unwrap();
    sqlx::query("delete from kernel.tenant_parameter where rule = 'refuse'").execute(tx.conn()).await.unwrap();
    if on {
        sqlx::query(
            "insert into kernel.tenant_parameter (tenant_id, id, rule, key, valid_from, value, source)
             values ($1, $2, 'refuse', '', '2026-01-01', 'true', 'test')",
        )
        .bind(op.tenant())
        .bind(op.new_id::<uuid::Uuid>())
        .execute(tx.conn())
        .await
        .unwrap();
    }
    tx.audit(op::Audit::of("test", "test", uuid::Uuid::nil()));
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_step_is_handed_on_to_somebody_who_is_there() {
    let w = World::open().await;
    let id = w.file("test.leave", w.anna).await;
    let task = only_task(&w, w.janis).await;
    let op = w.op_of(w.janis).await;
    let own = workflow::delegate(&op, task, w.anna, None).await.unwrap_err();
    assert!(matches!(own, DecideError::Refused(Refused::Own)));
    let nobody = workflow::delegate(&op, task, PersonId(uuid::Uuid::from_u128(1)), None).await.unwrap_err();
    assert!(matches!(nobody, DecideError::Refused(Refused::Nobody)));
    workflow::delegate(&op, task, w.zane, Some("Esmu komandējumā".into())).await.unwrap();
    assert!(w.tasks(w.janis).await.is_empty());
    let refused = workflow::decide(&op, &[task], &Verdict::yes()).await.unwrap();
    assert_eq!(refused.refused, vec![(task, Refused::NoStep)], "no longer theirs");
    let task = only_task(&w, w.zane).await;
    workflow::decide(&w.op_of(w.zane).await, &[task], &Verdict::yes()).await.unwrap();
    assert_eq!(w.application(id).await.state, "approved");
    assert_eq!(w.verbs(id).await, ["route-started", "filed", "delegated", "approved"]);
}

#[tokio::test]
async fn what_is_taken_back_frees_everybody() {
    let w = World::open().await;
    let id = w.file("test.order", w.anna).await;
    let task = only_task(&w, w.janis).await;
    let zane = workflow::withdraw(&w.op_of(w.zane).await, id).await.unwrap_err();
    assert!(matches!(zane, DecideError::Op(OpError::NotFound)), "{zane}");
    let janis = workflow::withdraw(&w.op_of(w.janis).await, id).await.unwrap_err();
    assert!(matches!(janis, DecideError::Op(OpError::Forbidden(_))), "{janis}");
    workflow::withdraw(&w.op_of(w.anna).await, id).await.unwrap();
    assert!(w.tasks(w.janis).await.is_empty());
    assert_eq!(w.effects().await, vec![("stop".to_owned(), "withdrawn".into())]);
    let late = workflow::decide(&w.op_of(w.janis).await, &[task], &Verdict::yes()).await.unwrap();
    assert_eq!(late.refused, vec![(task, Refused::Ended)]);
    let twice = workflow::withdraw(&w.op_of(w.anna).await, id).await.unwrap_err();
    assert!(matches!(twice, DecideError::Refused(Refused::Ended)));
}

#[tokio::test]
async fn another_municipality_sees_nothing() {
    let w = World::open().await;
    let id = w.file("test.leave", w.anna).await;
    let task = only_task(&w, w.janis).await;
    let other = w.house.another_tenant("cits").await;
    let identity = types::IdentityId(uuid::Uuid::nil());
    let op = op::Op::for_person(&w.house.kernel, other, w.janis, identity, types::Locale::Lv).await.unwrap();
    let refused = workflow::decide(&op, &[task], &Verdict::yes()).await.unwrap();
    assert_eq!(refused.refused, vec![(task, Refused::NoStep)]);
    let e = workflow::withdraw(&op, id).await.unwrap_err();
    assert!(matches!(e, DecideError::Op(OpError::NotFound)));
    let house = op::Op::house(&w.house.kernel, other, "test");
    assert!(house.read().await.unwrap().see::<workflow::Application>(id).await.is_err());
}

#[tokio::test]
async fn a_transition_is_four_round_trips() {
    let w = World::open().await;
    let alone = |p| GroupPlan { steps: vec![step(StepKind::Approve, Who::Person(p))], quorum: None };
    w.plan("test.leave", vec![alone(w.janis), alone(w.liga)]).await;
    for _ in 0..3 {
        w.file("test.leave", w.anna).await;
    }
    let tasks: Vec<TaskId> = w.tasks(w.janis).await.iter().map(|t| t.id).collect();
    let op = w.op_of(w.janis).await;
    // begin, hold, one statement that writes all and says so, commit; the calendar is known from the filing.
    for set in [&tasks[..1], &tasks[1..]] {
        let (statements, guard) = testkit::count_statements();
        workflow::decide(&op, set, &Verdict::yes()).await.unwrap();
        drop(guard);
        assert_eq!(statements.count(), 4, "for {} tasks", set.len());
    }
    assert_eq!(w.tasks(w.liga).await.len(), 3);
}

#[tokio::test]
async fn a_finished_route_says_how() {
    let w = World::open().await;
    let id = w.file("test.order", w.anna).await;
    let op = w.op_of(w.janis).await;
    workflow::decide(&op, &[only_task(&w, w.janis).await], &Verdict::yes()).await.unwrap();
    let mut read = op.read().await.unwrap();
    let routes = workflow::routes_of(read.conn(), op.tenant(), id.uuid()).await.unwrap();
    assert_eq!(routes[0].route_state(), RouteState::Running);
    assert_eq!(routes[0].steps.0[1].due, Some(crate::world::day("2026-11-25")), "two working days on");
}

#[tokio::test]
async fn who_holds_a_post_takes_its_step_but_not_their_own() {
    let w = World::open().await;
    w.plan("test.leave", vec![GroupPlan { steps: vec![step(StepKind::Visa, Who::Post(w.post))], quorum: None }]).await;
    let teachers = [w.anna, w.janis, w.zane];
    w.file("test.leave", w.liga).await;
    let of_liga: Vec<PersonId> = holders(&w, &teachers).await;
    assert_eq!(of_liga.len(), 1, "one of the teachers");
    let first = of_liga[0];
    w.file("test.leave", first).await;
    let both = holders(&w, &teachers).await;
    assert_eq!(both.len(), 2, "another teacher takes the first one's: {both:?}");
}

async fn holders(w: &World, of: &[PersonId]) -> Vec<PersonId> {
    let mut busy = Vec::new();
    for person in of {
        if !w.tasks(*person).await.is_empty() {
            busy.push(*person);
        }
    }
    busy
}

#[tokio::test]
async fn an_app_has_tasks_of_its_own() {
    let w = World::open().await;
    let op = w.house.op();
    let subject = uuid::Uuid::from_u128(9);
    let mut tx = op.begin().await.unwrap();
    let may = tx.create::<crate::world::FileTest>(&op::Facts::default()).unwrap();
    let task = workflow::OwnTask {
        kind: "test.resolve",
        principal: op::pool_id(w.school, "hr"),
        subject,
        document: None,
        title: "Rezolūcija".into(),
        gist: "Sagatavot atbildi".into(),
        from: Some(w.liga),
        due: crate::world::day("2026-11-27"),
    };
    workflow::open_tasks(&mut tx, &may, vec![task]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(w.tasks(w.ilze).await.len(), 1);
    w.house
        .sign_in(w.ilze)
        .await
        .get("/tasks")
        .await
        .ok()
        .has("Rezolūcija")
        .has("/test/resolutions/")
        .has("Līga Ozola");
    let mut tx = op.begin().await.unwrap();
    let may = tx.create::<crate::world::FileTest>(&op::Facts::default()).unwrap();
    assert_eq!(workflow::close_tasks(&mut tx, &may, "test.resolve", &[subject], None).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert!(w.tasks(w.ilze).await.is_empty());
}

#[tokio::test]
async fn each_kind_of_step_is_taken_in_its_turn_and_named_in_the_timeline() {
    let w = World::open().await;
    use StepKind::{Acknowledge, Approve, Confirm, Execute, Review, Visa};
    let kinds = [Review, Approve, Visa, Confirm, Execute, Acknowledge];
    let group = |kind| GroupPlan { steps: vec![step(kind, Who::Person(w.janis))], quorum: None };
    w.plan("test.leave", kinds.map(group).into()).await;
    let id = w.file("test.leave", w.anna).await;
    for kind in kinds {
        assert_eq!(w.application(id).await.state, "in-approval", "before {kind:?}");
        let task = only_task(&w, w.janis).await;
        workflow::decide(&w.op_of(w.janis).await, &[task], &Verdict::yes()).await.unwrap();
    }
    assert_eq!(w.application(id).await.state, "approved");
    let verbs = ["reviewed", "approved", "visaed", "confirmed", "executed", "acknowledged"];
    assert_eq!(w.verbs(id).await[2..], verbs);
    assert_eq!(w.effects().await.len(), 1);
}
