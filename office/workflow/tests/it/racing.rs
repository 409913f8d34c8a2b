//! What two do at the same time, with real commits.

use novads_workflow as workflow;
use workflow::{DecideError, GroupPlan, Refused, StepKind, Verdict, Who};

use crate::world::{World, step};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_who_approve_at_the_same_time_both_count() {
    let w = World::committing().await;
    let people = [w.janis, w.liga, w.ilze, w.peteris];
    let steps = people.iter().map(|p| step(StepKind::Approve, Who::Person(*p))).collect();
    w.plan("test.leave", vec![GroupPlan { steps, quorum: None }]).await;
    for round in 0..5 {
        let id = w.file("test.leave", w.anna).await;
        let mut handles = Vec::new();
        for person in people {
            let task = w.tasks(person).await[0].id;
            let op = w.op_of(person).await;
            handles.push(tokio::spawn(async move { workflow::decide(&op, &[task], &Verdict::yes()).await }));
        }
        for handle in handles {
            assert_eq!(handle.await.unwrap().unwrap().done.len(), 1);
        }
        assert_eq!(w.application(id).await.state, "approved");
        assert_eq!(w.effects().await.len(), round + 1, "the effect ran once");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_withdrawal_and_a_decision_never_both_happen() {
    let w = World::committing().await;
    let (mut withdrawn, mut approved) = (0, 0);
    for _ in 0..12 {
        let id = w.file("test.leave", w.anna).await;
        let task = w.tasks(w.janis).await[0].id;
        let (anna, janis) = (w.op_of(w.anna).await, w.op_of(w.janis).await);
        let back = tokio::spawn(async move { workflow::withdraw(&anna, id).await });
        let yes = tokio::spawn(async move { workflow::decide(&janis, &[task], &Verdict::yes()).await });
        let (back, yes) = (back.await.unwrap(), yes.await.unwrap().unwrap());
        let state = w.application(id).await.state;
        match back {
            Ok(()) => {
                withdrawn += 1;
                assert_eq!((state.as_str(), yes.refused), ("withdrawn", vec![(task, Refused::Ended)]));
            }
            Err(e) => {
                approved += 1;
                assert!(matches!(e, DecideError::Refused(Refused::Ended)), "{e}");
                assert_eq!((state.as_str(), yes.done), ("approved", vec![task]));
            }
        }
    }
    assert_eq!((withdrawn + approved, w.effects().await.len()), (12, 12));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_click_twice_decides_once() {
    let w = World::committing().await;
    w.file("test.leave", w.anna).await;
    let task = w.tasks(w.janis).await[0].id;
    let op = w.op_of(w.janis).await;
    let (first, second) = (op.clone(), op);
    let first = tokio::spawn(async move { workflow::decide(&first, &[task], &Verdict::yes()).await.unwrap() });
    let second = tokio::spawn(async move { workflow::decide(&second, &[task], &Verdict::yes()).await.unwrap() });
    let (first, second) = (first.await.unwrap(), second.await.unwrap());
    assert_eq!(first.done.len() + second.done.len(), 1);
    assert_eq!(w.effects().await.len(), 1);
}
