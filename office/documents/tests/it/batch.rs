use std::{path::Path, process::Stdio};

use documents::{BatchError, ItemStatus, NewBatch, register_batch};
use op::Op;
use serde_json::{Value, json};
use types::{DocumentId, TenantId};

use crate::set::{Stage, committing_stage, stage, units};

const SCHOOL: &str = "Parauga vidusskola";

fn system(s: &Stage, source: &str) -> Op {
    Op::system(&s.house.kernel, s.house.tenant, source)
}

fn letter(key: &str) -> Value {
    json!({ "key": key, "kind": "letter", "institution": SCHOOL, "title": format!("Paziņojums {key}"), "direction": "incoming" })
}

fn call(key: &str, documents: &[Value]) -> NewBatch {
    serde_json::from_value(json!({ "key": key, "documents": documents })).unwrap()
}

fn numbers(answer: &documents::BatchAnswer) -> Vec<&str> {
    answer.items.iter().map(|i| i.number.as_deref().unwrap_or("-")).collect()
}

async fn count(s: &Stage, sql: &'static str) -> i64 {
    let mut read = s.house.op().read().await.unwrap();
    sqlx::query_scalar(sql).bind(s.house.tenant).fetch_one(read.conn()).await.unwrap()
}

const REGISTERED: &str = "select count(*) from documents.registration where tenant_id = $1";

#[tokio::test]
async fn a_call_registers_and_each_document_says_what_became_of_it() {
    let s = stage().await;
    let mut restricted = letter("3");
    restricted["access"] = "restricted".into();
    let made = call("a", &[letter("1"), letter("2"), restricted, letter("1"), letter("4")]);
    let answer = register_batch(&system(&s, "nino"), &made).await.unwrap();
    assert_eq!(numbers(&answer), ["S-1", "S-2", "-", "-", "S-3"], "what is refused takes no number");
    assert_eq!((answer.registered, answer.already, answer.refused, answer.repeated), (3, 0, 2, false));
    assert_eq!(answer.items[2].problems[0].field, "access_ground");
    assert_eq!(answer.items[3].problems[0].code, "twice");
    let (source, author): (String, Option<uuid::Uuid>) = {
        let mut read = s.house.op().read().await.unwrap();
        sqlx::query_as("select source, author_id from documents.document where tenant_id = $1 and id = $2")
            .bind(s.house.tenant)
            .bind(answer.items[0].document)
            .fetch_one(read.conn())
            .await
            .unwrap()
    };
    assert_eq!((source.as_str(), author), ("nino", None), "the system is recorded");
    // People find it, each as far as they may.
    let mut clerk = s.house.sign_in(s.person("clerk", s.school).await).await;
    clerk.get("/registers/incoming").await.ok().has("Paziņojums 4").has("S-3");
    clerk.get("/search?q=pazinojums").await.ok().has("</mark> 1");
    let mut other = s.house.sign_in(s.person("clerk", s.library).await).await;
    other.get("/registers/incoming").await.ok().has_not("Paziņojums");
}

#[tokio::test]
async fn the_same_call_again_answers_the_same_and_does_nothing() {
    let s = stage().await;
    let op = system(&s, "nino");
    let mut wrong = letter("2");
    wrong["kind"] = "nonsense".into();
    let made = call("a", &[letter("1"), wrong, letter("3")]);
    let first = register_batch(&op, &made).await.unwrap();
    // Even when what it named has changed meanwhile.
    s.house.clock.set(testkit::at(2027, 2, 1, 9));
    let again = register_batch(&op, &made).await.unwrap();
    assert!(again.repeated && !first.repeated);
    assert_eq!((again.batch, &again.items, again.registered), (first.batch, &first.items, 2));
    assert_eq!(count(&s, REGISTERED).await, 2);
    let other = register_batch(&op, &call("a", &[letter("9")])).await;
    assert!(matches!(other, Err(BatchError::KeyTaken)), "a key is for one content");
    assert_eq!(count(&s, REGISTERED).await, 2);
}

#[tokio::test]
async fn a_document_is_registered_once_whatever_call_it_comes_in() {
    let s = stage().await;
    let op = system(&s, "nino");
    register_batch(&op, &call("a", &[letter("1"), letter("2")])).await.unwrap();
    let mut changed = letter("2");
    changed["title"] = "Cits".into();
    let other = changed.clone();
    let answer = register_batch(&op, &call("b", &[letter("3"), changed, letter("1")])).await.unwrap();
    assert_eq!(numbers(&answer), ["S-3", "-", "S-1"]);
    let statuses: Vec<ItemStatus> = answer.items.iter().map(|i| i.status).collect();
    assert_eq!(statuses, [ItemStatus::Registered, ItemStatus::Refused, ItemStatus::Already]);
    assert_eq!(answer.items[1].problems[0].code, "key-taken");
    let again = register_batch(&op, &call("b", &[letter("3"), other, letter("1")])).await.unwrap();
    assert!(again.repeated);
    assert_eq!(again.items, answer.items);
    // Another system has keys of its own, and so has another municipality.
    let theirs = register_batch(&system(&s, "sopa"), &call("a", &[letter("1")])).await.unwrap();
    assert_eq!(numbers(&theirs), ["S-4"]);
    let other = s.house.another_tenant("cits").await;
    units(&s.house, other).await;
    let there = register_batch(&Op::system(&s.house.kernel, other, "nino"), &call("a", &[letter("1")])).await.unwrap();
    assert_eq!(numbers(&there), ["S-1"]);
}

#[tokio::test]
async fn a_file_comes_with_its_document_and_is_searched() {
    let s = stage().await;
    let mut with = letter("1");
    // "Ūdensvada izbūve"
    with["file"] = json!({ "name": "a.txt", "content": "xapkZW5zdmFkYSBpemLFq3Zl" });
    let answer = register_batch(&system(&s, "nino"), &call("a", &[with, letter("2")])).await.unwrap();
    s.house.run_jobs().await;
    let mut clerk = s.house.sign_in(s.person("clerk", s.school).await).await;
    clerk.get(&format!("/documents/{}", answer.items[0].document.unwrap())).await.ok().has("a.txt");
    clerk.get("/search?q=udensvadu").await.ok().has("Paziņojums 1").has_not("Paziņojums 2");
}

#[tokio::test]
async fn thousands_take_no_more_statements_than_one() {
    let s = stage().await;
    let op = system(&s, "nino");
    // The first call learns how the register numbers.
    register_batch(&op, &call("first", &[letter("first")])).await.unwrap();
    let (mut counts, mut taken) = (Vec::new(), 1);
    for size in [1, 50, 2000] {
        let all: Vec<Value> = (0..size).map(|n| letter(&format!("{size}/{n}"))).collect();
        let made = call(&format!("{size}"), &all);
        let (statements, _guard) = testkit::count_statements();
        let answer = register_batch(&op, &made).await.unwrap();
        counts.push(statements.count());
        taken += size;
        assert_eq!(answer.items.last().unwrap().number, Some(format!("S-{taken}")));
    }
    assert!(counts.iter().all(|c| *c == counts[0] && *c <= 7), "{counts:?}");
    assert_eq!(count(&s, REGISTERED).await, taken);
}

#[tokio::test]
async fn two_calls_at_once_with_the_same_documents_register_each_once() {
    let s = committing_stage().await;
    let all: Vec<Value> = (0..60).map(|n| letter(&n.to_string())).collect();
    let mut turned = all.clone();
    turned.reverse();
    let calls = [call("a", &all), call("b", &turned), call("c", &all), call("a", &all)];
    let ops: Vec<Op> = calls.iter().map(|_| system(&s, "nino")).collect();
    let (a, b, c, d) = tokio::join!(
        register_batch(&ops[0], &calls[0]),
        register_batch(&ops[1], &calls[1]),
        register_batch(&ops[2], &calls[2]),
        register_batch(&ops[3], &calls[3]),
    );
    let answers = [a.unwrap(), b.unwrap(), c.unwrap(), d.unwrap()];
    assert_eq!(count(&s, REGISTERED).await, 60);
    let number = |answer: &documents::BatchAnswer, key: &str| {
        answer.items.iter().find(|i| i.key == key).unwrap().number.clone().unwrap()
    };
    for answer in &answers {
        assert_eq!((answer.registered + answer.already, answer.refused), (60, 0));
        assert!((0..60).all(|n| number(answer, &n.to_string()) == number(&answers[0], &n.to_string())));
    }
    assert_eq!(answers[0].items, answers[3].items, "the same call at the same time");
}

#[tokio::test]
async fn the_door_takes_a_token_with_its_scope_and_bounds_what_it_reads() {
    let s = stage().await;
    let path = "/api/v1/documents/batch";
    let token = async |tenant: TenantId, scope: &str| {
        let scopes = [scope.to_owned()];
        let token = web::create_token(&s.house.kernel, tenant, scope, "nino", &scopes).await.unwrap();
        let mut client = s.house.visitor();
        client.headers.push(("authorization", format!("Bearer {token}")));
        client
    };
    let body = json!({ "key": "a", "documents": [letter("1")] });
    let mut right = token(s.house.tenant, "documents.register").await;
    let answer = right.json("POST", path, &body).await.ok().json();
    assert_eq!(answer["items"][0]["number"], "S-1");
    let id: DocumentId = answer["items"][0]["document"].as_str().unwrap().parse().unwrap();
    assert_eq!(right.json("POST", path, &body).await.ok().json()["repeated"], true);
    let mut wrong = token(s.house.tenant, "documents.read").await;
    assert_eq!(wrong.json("POST", path, &body).await.status.as_u16(), 401);
    // A person who may everything is no system.
    let mut admin = s.house.sign_in(s.person("admin", s.root).await).await;
    admin.get("/keyboard").await;
    assert_eq!(admin.json("POST", path, &body).await.status.as_u16(), 403);
    let taken = right.json("POST", path, &json!({ "key": "a", "documents": [letter("2")] })).await;
    assert_eq!(
        (taken.status.as_u16(), taken.headers["content-type"].to_str().unwrap()),
        (409, "application/problem+json")
    );
    let many: Vec<Value> = (0..5001).map(|n| letter(&n.to_string())).collect();
    for body in [
        json!({ "key": "b", "documents": many }),
        json!({ "key": "b", "documents": [] }),
        json!({ "key": " ", "documents": [letter("2")] }),
        json!({ "key": "b", "documents": [letter("2")], "more": 1 }),
        json!([]),
    ] {
        let refused = right.json("POST", path, &body).await;
        assert_eq!(refused.status.as_u16(), 400);
        assert!(!refused.json()["detail"].as_str().unwrap().is_empty());
    }
    let deep = vec![b'['; 3_000_000];
    assert_eq!(right.send("POST", path, Some("application/json"), deep).await.status.as_u16(), 400);
    let large = vec![b' '; 48 * 1024 * 1024 + 1];
    assert_eq!(right.send("POST", path, Some("application/json"), large).await.status.as_u16(), 413);
    // Another municipality's token cannot reach into this one.
    let other = s.house.another_tenant("cits").await;
    let mut foreign = token(other, "documents.register").await;
    let answer = foreign.json("POST", path, &body).await.ok().json();
    assert_eq!(answer["items"][0]["problems"][0]["field"], "institution");
    assert_eq!(count(&s, REGISTERED).await, 1);
    let mut clerk = s.house.sign_in(s.person("clerk", s.school).await).await;
    clerk.get(&format!("/documents/{id}")).await.ok().has("Paziņojums 1");
}

#[tokio::test]
async fn the_example_registers_a_table_and_again_without_harm() {
    let s = committing_stage().await;
    let scopes = ["documents.register".to_owned()];
    let token = web::create_token(&s.house.kernel, s.house.tenant, "piemērs", "nino", &scopes).await.unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let router = s.house.router.clone();
    let server = tokio::spawn(async move { axum::serve(listener, router).await });
    let folder = s.blobs.join("csv");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("a.txt"), "Labdien!").unwrap();
    let file = folder.join("a.txt");
    let mut table = "key,kind,institution,title,direction,correspondent,file\n".to_owned();
    for n in 0..2500 {
        let file = if n == 7 { file.display().to_string() } else { String::new() };
        let kind = if n == 8 { "nonsense" } else { "letter" };
        table += &format!("{n},{kind},{SCHOOL},Paziņojums {n},outgoing,\"SIA \"\"Paraugs\"\"\",{file}\n");
    }
    std::fs::write(folder.join("documents.csv"), table).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/examples/batch_client.py");
    let mut said = Vec::new();
    for _ in 0..2 {
        let mut command = tokio::process::Command::new("python3");
        command.arg(&script).arg(&base).arg(folder.join("documents.csv")).env("NOVADS_TOKEN", &token);
        let output = command.stdin(Stdio::null()).output().await.expect("python3");
        let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        assert_eq!(output.status.code(), Some(1), "one document is refused: {err}");
        assert_eq!(err.trim(), "8: kind: there is no such kind of document");
        assert_eq!(out.lines().count(), 2499);
        said.push(out);
    }
    assert_eq!(said[0], said[1], "sent again, it answers the same");
    assert!(said[0].starts_with("0,S-1\n"), "a letter's own register: {}", &said[0][..20]);
    assert_eq!(count(&s, REGISTERED).await, 2499);
    assert_eq!(count(&s, "select count(*) from documents.file where tenant_id = $1").await, 1);
    server.abort();
}
