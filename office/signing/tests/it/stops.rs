//! What stops a signature leaves the step where it was, says why, and can be tried again.

use signing::ports::{MethodError, ProofError};

use crate::stage::{Stage, Way, consents, shown, stage};

async fn stopped(s: &Stage, why: &str) -> (types::TaskId, String) {
    let (_, task) = s.order("Rīkojums").await;
    let mut head = s.head().await;
    let request = shown(&mut head, &[task]).await;
    consents(&mut head, &request, "direct").await;
    head.get(&request).await.ok().has(why);
    s.jobs().await;
    assert_eq!(s.task_state(task).await, "open");
    (task, request)
}

async fn then_it_works(s: &Stage, task: types::TaskId, request: &str) {
    let mut head = s.head().await;
    let again = head.post(&format!("{request}/again"), &[]).await.location();
    consents(&mut head, &again, "direct").await;
    s.jobs().await;
    assert_eq!(s.task_state(task).await, "done");
}

#[tokio::test]
async fn a_refusal_is_the_persons_own_and_may_be_thought_over() {
    let s = stage(Way::Direct).await;
    s.world.orders.lock().unwrap().method = Some(MethodError::Refused("PIN".into()));
    let (task, request) = stopped(&s, "Jūs atteicāties parakstīt vai parakstīšana tika pārtraukta (PIN)").await;
    s.world.orders.lock().unwrap().method = None;
    then_it_works(&s, task, &request).await;
}

#[tokio::test]
async fn nobody_signs_with_another_persons_certificate() {
    let s = stage(Way::Direct).await;
    s.world.orders.lock().unwrap().foreign = true;
    let (task, request) = stopped(&s, "Šis sertifikāts pieder citam cilvēkam (Cits Cilvēks)").await;
    assert_eq!(s.world.asked("sign"), 0, "the key is not used at all");
    s.world.orders.lock().unwrap().foreign = false;
    then_it_works(&s, task, &request).await;
}

#[tokio::test]
async fn a_signature_by_another_key_gets_nowhere() {
    let s = stage(Way::Direct).await;
    s.world.orders.lock().unwrap().wrong_key = true;
    stopped(&s, "Saņemtais paraksts neatbilst sertifikātam").await;
    assert_eq!(s.world.asked("stamp"), 0);
}

#[tokio::test]
async fn a_revoked_certificate_signs_nothing() {
    let s = stage(Way::Direct).await;
    s.world.orders.lock().unwrap().revoked = true;
    let (_, request) = stopped(&s, "Tiek pievienots laika zīmogs").await;
    let mut head = s.head().await;
    head.get(&request).await.ok().has("Parakstu nevarēja izmantot").has("Sertifikāt");
}

#[tokio::test]
async fn a_time_stamp_that_does_not_come_is_asked_for_again() {
    let s = stage(Way::Direct).await;
    s.world.orders.lock().unwrap().stamps = Some(ProofError::Unreachable("connection refused".into()));
    let (task, request) = stopped(&s, "Tiek pievienots laika zīmogs").await;
    let mut head = s.head().await;
    head.get(&request).await.ok().has("Laika zīmoga pakalpojums neatbild").has("Mēģināt tūlīt");
    s.later(2).await;
    assert!(s.world.asked("stamp") >= 2, "by itself");
    assert_eq!(s.world.asked("sign"), 1, "nobody has to sign again");
    s.world.orders.lock().unwrap().stamps = None;
    s.world.orders.lock().unwrap().status = Some(ProofError::Unreachable("timeout".into()));
    head.post(&format!("{request}/again"), &[]).await.location();
    s.jobs().await;
    head.get(&request).await.ok().has("Sertifikāta statusa pakalpojums neatbild");
    assert_eq!(s.task_state(task).await, "open");
    s.world.orders.lock().unwrap().status = None;
    head.post(&format!("{request}/again"), &[]).await.location();
    s.jobs().await;
    head.get(&request).await.ok().has("Parakstīšana ir pabeigta");
    assert_eq!(s.task_state(task).await, "done");
    assert_eq!(s.world.asked("sign"), 1);
}

#[tokio::test]
async fn a_day_without_time_stamps_ends_it() {
    let s = stage(Way::Direct).await;
    s.world.orders.lock().unwrap().stamps = Some(ProofError::Unreachable("down".into()));
    let (task, request) = stopped(&s, "Tiek pievienots laika zīmogs").await;
    s.later(25 * 60).await;
    let mut head = s.head().await;
    head.get(&request).await.ok().has("Parakstīšana ir pabeigta").has("Laika zīmoga pakalpojums neatbild");
    s.world.orders.lock().unwrap().stamps = None;
    then_it_works(&s, task, &request).await;
}

#[tokio::test]
async fn what_was_shown_too_long_ago_is_shown_again() {
    let s = stage(Way::Direct).await;
    let (_, task) = s.order("Rīkojums").await;
    let mut head = s.head().await;
    let request = shown(&mut head, &[task]).await;
    let version = head.get(&request).await.ok().input("version").unwrap();
    s.later(31).await;
    let mut head = s.head().await;
    head.get(&request).await.ok().has("Laiks parakstīšanai beidzies");
    let fields = [("method", "direct"), ("consent", "yes"), ("version", version.as_str())];
    head.post(&request, &fields).await.location();
    assert_eq!(s.world.asked("certificate"), 0);
    then_it_works(&s, task, &request).await;
}

#[tokio::test]
async fn a_request_can_be_given_up() {
    let s = stage(Way::Direct).await;
    let (_, task) = s.order("Rīkojums").await;
    let mut head = s.head().await;
    let request = shown(&mut head, &[task]).await;
    assert_eq!(head.post(&format!("{request}/cancel"), &[]).await.location(), "/tasks");
    head.get(&request).await.ok().has("Parakstīšana atcelta");
    assert_eq!(s.task_state(task).await, "open");
    assert_eq!(head.post(&format!("{request}/cancel"), &[]).await.status, 409);
}

#[tokio::test]
async fn signed_on_paper_meanwhile_is_not_signed_twice() {
    let s = stage(Way::Direct).await;
    let (_, task) = s.order("Rīkojums").await;
    let mut head = s.head().await;
    let request = shown(&mut head, &[task]).await;
    head.post(&format!("/tasks/{task}"), &[("outcome", "paper")]).await.location();
    consents(&mut head, &request, "direct").await;
    head.get(&request).await.ok().has("Nav nekā, ko jūs tagad varētu parakstīt").has("vairs nav jūsu ziņā");
    assert_eq!(s.world.asked("certificate"), 0);
}
