use delivery::ports::MailError;

use crate::stage::{Stage, stage};

async fn send(s: &Stage) {
    let letter = s.letter().await;
    let mut clerk = s.house.sign_in(s.demo.people.clerk).await;
    let path = format!("/documents/{letter}/deliver");
    let key = clerk.get(&path).await.ok().input("submit_id").unwrap();
    let fields = [
        ("channel", "e-mail"),
        ("person", ""),
        ("recipient", "SIA Paraugs"),
        ("address", "info@example.lv"),
        ("text", "Nosūtām atbildi."),
        ("submit_id", key.as_str()),
    ];
    let to = clerk.post(&path, &fields).await.location();
    assert_eq!(clerk.post(&path, &fields).await.location(), to, "twice is once");
    assert_eq!(s.house.run_jobs().await.failed, 0);
}

#[tokio::test]
async fn without_a_server_it_waits_and_says_so() {
    let s = stage(false).await;
    send(&s).await;
    let (state, reason, attempts, id) = s.newest("e-mail").await;
    assert_eq!((state.as_str(), reason.as_deref(), attempts), ("queued", Some("delivery-reason-no-server"), 0));
    s.later(20).await;
    s.later(20).await;
    assert_eq!(s.newest("e-mail").await.0, "queued");
    let attempts = s.count("select count(*) from delivery.attempt where tenant_id = $1").await;
    assert_eq!(attempts, 1, "waiting again is no news");
    let mut clerk = s.house.sign_in(s.demo.people.clerk).await;
    clerk.get("/deliveries").await.ok().has("E-pasta serveris nav iestatīts").has("SIA Paraugs");
    clerk.get(&format!("/deliveries/{id}")).await.ok().has("info@example.lv");
    let mut employee = s.house.sign_in(s.demo.people.employee).await;
    assert_eq!(employee.get("/deliveries").await.status.as_u16(), 403);
}

#[tokio::test]
async fn a_busy_server_is_tried_again_under_the_same_message_id() {
    let s = stage(true).await;
    let busy = || Err(MailError::Transient("451 later".to_owned()));
    s.server.answers.lock().unwrap().extend([busy(), busy()]);
    send(&s).await;
    let (state, reason, attempts, _) = s.newest("e-mail").await;
    assert_eq!((state.as_str(), reason.as_deref(), attempts), ("queued", Some("451 later"), 1));
    s.later(2).await;
    assert_eq!(s.newest("e-mail").await.2, 1, "not before the pause is over");
    s.later(6).await;
    assert_eq!(s.newest("e-mail").await.2, 2);
    s.later(15).await;
    assert_eq!(s.newest("e-mail").await.0, "sent");
    let got = s.server.got.lock().unwrap();
    let ids: std::collections::BTreeSet<&str> = got.iter().map(|m| m.message_id.as_str()).collect();
    assert_eq!((got.len(), ids.len()), (3, 1));
}

#[tokio::test]
async fn a_refused_mail_becomes_a_task_and_is_sent_another_way() {
    let s = stage(true).await;
    s.server.answers.lock().unwrap().push_back(Err(MailError::Permanent("550 no such user".to_owned())));
    send(&s).await;
    let (state, reason, _, id) = s.newest("e-mail").await;
    assert_eq!((state.as_str(), reason.as_deref()), ("failed", Some("550 no such user")));
    let open =
        "select count(*) from workflow.task where tenant_id = $1 and kind = 'delivery.failed' and state = 'open'";
    assert_eq!(s.count(open).await, 1);
    let mut clerk = s.house.sign_in(s.demo.people.clerk).await;
    let page = clerk.get(&format!("/deliveries/{id}")).await.ok().has("550 no such user");
    let version = page.input("version").unwrap();
    let fields = [("version", version.as_str()), ("channel", "post"), ("address", "Brīvības iela 1, Rīga")];
    let to = clerk.post(&format!("/deliveries/{id}/again"), &fields).await.location();
    clerk.get(&to).await.ok().has("Vienkārša vēstule").has("Brīvības iela 1");
    assert_eq!(s.count(open).await, 0);
    assert_eq!(s.newest("post").await.0, "queued");
}

#[tokio::test]
async fn after_ten_attempts_a_person_has_to_look() {
    let s = stage(true).await;
    let busy = || Err(MailError::Transient("451 later".to_owned()));
    s.server.answers.lock().unwrap().extend((0..20).map(|_| busy()));
    send(&s).await;
    for _ in 0..12 {
        s.later(6 * 60).await;
    }
    let (state, _, attempts, _) = s.newest("e-mail").await;
    assert_eq!((state.as_str(), attempts), ("failed", delivery::model::MOST_ATTEMPTS + 1));
}
