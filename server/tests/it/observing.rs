//! Logs and metrics: enough to look after a server, and nothing personal.

use std::{net::TcpListener, time::Duration};

use sqlx::{Connection as _, PgConnection};

use crate::program::{Place, ask, wait_for};

fn free_port() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

/// Names, personal codes and addresses of everybody, as the database knows them.
async fn personal(place: &Place) -> Vec<String> {
    let cluster = db::cluster::Cluster::attach(&place.data()).await.unwrap().expect("a running cluster");
    let mut conn = PgConnection::connect(&cluster.owner_url()).await.unwrap();
    let rows: Vec<(Option<String>, String, Option<String>)> =
        sqlx::query_as("select personal_code, given_names || ' ' || surname, bank_account from parties.person")
            .fetch_all(&mut conn)
            .await
            .unwrap();
    rows.into_iter().flat_map(|(code, name, bank)| [code, Some(name), bank]).flatten().collect()
}

#[tokio::test]
async fn a_day_in_the_log_names_nobody() {
    let place = Place::new();
    let metrics = free_port();
    let mut command = place.command(&["serve", "--demo", "--listen", "127.0.0.1:0", "--metrics", &metrics]);
    command.env("NOVADS_LOG_FORMAT", "json").env("NOVADS_LOG", "debug");
    let mut server = place.start(command);
    let personal = personal(&place).await;
    assert!(personal.len() > 1000, "{}", personal.len());
    let one = personal.iter().find(|text| text.contains(' ')).expect("a name").replace(' ', "+");

    assert!(server.sign_in(&one, "demo").is_none());
    let session = server.sign_in("personals", "demo").expect("a session");
    let cookie = ("cookie", session.as_str());
    for path in ["/", "/tasks", "/new", "/me", "/me/leave", "/design", "/nothing/here"] {
        assert!(server.ask("GET", path, &[cookie], "").status < 500, "{path}");
    }
    let search = server.ask("GET", &format!("/search?q={one}"), &[cookie], "");
    let id = search.header("x-request-id").expect("a request's id").to_owned();

    // Metrics: on their own listener, and nothing else there.
    wait_for("the trail is sealed", Duration::from_secs(20), || {
        ask(&metrics, "GET", "/metrics", &[], "").body.contains("novads_audit_sealed_seconds")
    });
    let text = ask(&metrics, "GET", "/metrics", &[], "");
    for name in [
        "novads_http_requests_total{method=\"GET\",route=\"/sign-in\",status=\"200\"}",
        "novads_pool_connections ",
        "novads_pool_idle ",
        "novads_jobs{state=\"dead\"} 0",
        "novads_jobs_oldest_seconds{state=\"ready\"}",
        "novads_database_up 1",
        "process_resident_memory_bytes ",
    ] {
        assert!(text.body.contains(name), "{name} is not in {}", text.body);
    }
    assert_eq!(ask(&metrics, "GET", "/", &[], "").status, 404);
    assert_eq!(ask(&metrics, "GET", "/sign-in", &[], "").status, 404);
    assert_eq!(server.get("/metrics").status, 404, "and not beside the pages");

    server.stop();
    let log = place.log();
    for line in log.lines() {
        let entry: serde_json::Value = serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
        assert!(entry["timestamp"].is_string() && entry["level"].is_string(), "{line}");
    }
    assert!(log.lines().any(|line| line.contains(&id) && line.contains("\"http.status\"")), "the request's id: {id}");
    for text in personal.iter().chain([&one]) {
        assert!(!log.contains(text.as_str()), "the log names {text}");
    }
}
