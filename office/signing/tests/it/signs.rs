//! One consent signs; the container stands with the document, and the route has moved on.

use asice::{
    container::Container,
    verdict::Level,
    verify::{Request, verify},
};

use crate::stage::{Stage, TEXT, Way, consents, shown, stage, text_file};

fn verdict(s: &Stage, bytes: &[u8]) -> asice::verdict::Report {
    let trust = s.world.pki.lock().unwrap().trust();
    let at = s.house.clock.now() + chrono::TimeDelta::minutes(1);
    verify(&Request { name: Some("a.edoc"), ..Request::new(bytes, &trust, at) })
}

#[tokio::test]
async fn an_order_is_shown_signed_and_in_force() {
    let s = stage(Way::Direct).await;
    let (document, task) = s.order("Rīkojums par atvaļinājumu").await;
    let mut head = s.head().await;
    head.get(&format!("/tasks/{task}")).await.ok().has("formaction=\"/sign\"").has("Atzīmēt parakstu uz papīra");
    let request = shown(&mut head, &[task]).await;
    let digest = hex(&asice::pki::Hash::Sha256.digest(TEXT));
    let page = head.get(&request).await.ok().has("Rīkojums par atvaļinājumu").has("rikojums.txt").has(&digest);
    let text = page.text();
    let (_, rest) = text.split_once(&format!("href=\"{request}/files/")).unwrap();
    let file = rest.split_once('"').unwrap().0;
    assert_eq!(head.get(&format!("{request}/files/{file}")).await.ok().body, TEXT);
    // No consent, no signature.
    let version = page.input("version").unwrap();
    let refused = head.post(&request, &[("method", "direct"), ("version", &version)]).await;
    assert_eq!(refused.status, 422);
    refused.has("Apstipriniet, ka parakstāt šos dokumentus");
    assert_eq!(s.world.asked("certificate"), 0);

    consents(&mut head, &request, "direct").await;
    head.get(&request).await.ok().has("Tiek pievienots laika zīmogs");
    assert_eq!(s.task_state(task).await, "open", "not before the proofs are there");
    s.jobs().await;
    head.get(&request).await.ok().has("Parakstīšana ir pabeigta");
    assert_eq!(s.task_state(task).await, "done");

    let bytes = s.container(document).await;
    let report = verdict(&s, &bytes);
    let signature = &report.signatures[0];
    assert!(report.passed(), "{:?}", signature.findings);
    assert_eq!((signature.level, signature.legally_signed), (Level::LT, true));
    assert_eq!(signature.signer.as_ref().unwrap().name, s.name(s.demo.people.head).await);
    assert_eq!(signature.signed_files, ["rikojums.txt"]);
    let container = Container::open(&bytes, None, Default::default()).unwrap();
    assert_eq!(container.read(container.documents()[0]).unwrap().as_ref(), TEXT);

    let card = head.get(&format!("/documents/{document}")).await.ok();
    card.has("rikojums.edoc").has("Paraksti derīgi").has("XAdES LT").has(&s.name(s.demo.people.head).await);
    let state: String = s.one("select state from documents.document where tenant_id = $1 and id = $2", document).await;
    assert_eq!(state, "registered");
    let medium: serde_json::Value = s
        .one("select steps->0->'medium' from workflow.route where tenant_id = $1 and document_id = $2", document)
        .await;
    assert_eq!(medium, "electronic");
}

#[tokio::test]
async fn five_are_signed_with_one_consent_and_a_changed_one_is_left() {
    let s = stage(Way::Direct).await;
    let mut orders = Vec::new();
    for n in 1..=6 {
        orders.push(s.order(&format!("Rīkojums {n}")).await);
    }
    let mut head = s.head().await;
    let tasks: Vec<_> = orders.iter().map(|(_, task)| *task).collect();
    let request = shown(&mut head, &tasks).await;
    head.get(&request).await.ok().has("Jūs parakstīsiet 6 dokumentus ar vienu piekrišanu");
    // Somebody replaces a file after it was shown.
    s.attach(orders[2].0, text_file("rikojums.txt", b"Atlaist.")).await;
    consents(&mut head, &request, "direct").await;
    s.jobs().await;
    head.get(&request).await.ok().has("Datnes pa to laiku mainījās");
    for (n, (document, task)) in orders.iter().enumerate() {
        let state = s.task_state(*task).await;
        if n == 2 {
            assert_eq!(state, "open");
            continue;
        }
        assert_eq!(state, "done");
        assert!(verdict(&s, &s.container(*document).await).passed());
    }
    assert_eq!((s.world.asked("certificate"), s.world.asked("sign")), (1, 1), "one consent, one use of the key");
    assert_eq!((s.world.asked("stamp"), s.world.asked("status")), (5, 1));
    // What was left is shown and signed anew.
    let again = head.post(&format!("{request}/again"), &[]).await.location();
    assert_ne!(again, request);
    head.get(&again).await.ok().has("Rīkojums 3").has_not("Rīkojums 4");
    consents(&mut head, &again, "direct").await;
    s.jobs().await;
    assert_eq!(s.task_state(tasks[2]).await, "done");
    let bytes = s.container(orders[2].0).await;
    let container = Container::open(&bytes, None, Default::default()).unwrap();
    assert_eq!(container.read(container.documents()[0]).unwrap().as_ref(), b"Atlaist.");
}

#[tokio::test]
async fn all_that_waits_can_be_asked_for() {
    let s = stage(Way::Direct).await;
    s.order("Pirmais rīkojums").await;
    s.order("Otrais rīkojums").await;
    let mut head = s.head().await;
    head.get("/tasks").await.ok().has("Parakstīt visu, kas gaida manu parakstu");
    let request = head.post("/sign", &[("all", "1")]).await.location();
    head.get(&request).await.ok().has("Pirmais rīkojums").has("Otrais rīkojums");
}

#[tokio::test]
async fn a_substitute_signs_in_their_own_name_while_they_substitute() {
    let s = stage(Way::Direct).await;
    let (document, task) = s.order("Rīkojums").await;
    let (_, late) = s.order("Vēls rīkojums").await;
    let mut manager = s.house.sign_in(s.demo.people.manager).await;
    manager.get("/tasks").await.ok();
    assert_eq!(manager.post("/sign", &[("task", &task.to_string())]).await.status, 422, "no right yet");
    s.substitute(s.house.clock.today()).await;
    let mut manager = s.house.sign_in(s.demo.people.manager).await;
    let request = shown(&mut manager, &[task]).await;
    consents(&mut manager, &request, "direct").await;
    s.jobs().await;
    assert_eq!(s.task_state(task).await, "done");
    let report = verdict(&s, &s.container(document).await);
    assert_eq!(report.signatures[0].signer.as_ref().unwrap().name, s.name(s.demo.people.manager).await);

    // Signed on the last day, proven after it: the right has lapsed, and the step stays.
    s.world.orders.lock().unwrap().stamps = Some(signing::ports::ProofError::Unreachable("down".into()));
    let request = shown(&mut manager, &[late]).await;
    consents(&mut manager, &request, "direct").await;
    s.jobs().await;
    s.world.orders.lock().unwrap().stamps = None;
    s.later(20 * 60).await;
    assert_eq!(s.task_state(late).await, "open");
    let mut manager = s.house.sign_in(s.demo.people.manager).await;
    manager.get(&request).await.ok().has("Šis paraksts vairs nav jūsu ziņā");
    let page = s.head().await.get(&request).await;
    assert_eq!(page.status, 404, "another person's request is not there");
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
