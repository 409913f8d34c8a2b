use std::sync::{Arc, Mutex};

use tracing_subscriber::{Layer, layer::SubscriberExt as _};

use crate::world;

/// Everything that is logged, at every level, by every crate.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().push_str(&String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The code with and without its hyphen.
fn is_said(log: &str, code: &str) -> bool {
    log.contains(code) || log.contains(&code.replace('-', ""))
}

#[tokio::test]
async fn no_personal_code_gets_into_a_log() {
    let log = Log::default();
    let writer = log.clone();
    let all = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(move || writer.clone());
    // As server/src/logging.rs has it: everything that can be turned on, statements too.
    let quiet = tracing_subscriber::filter::filter_fn(|m| m.target() != "axum::rejection");
    let _heard = tracing::subscriber::set_default(tracing_subscriber::registry().with(all.with_filter(quiet)));

    let world = world::build(false).await;
    let mut read = world.house.op().read().await.unwrap();
    let codes: Vec<(String,)> =
        sqlx::query_as("select personal_code from parties.person where tenant_id = $1 and personal_code is not null")
            .bind(world.house.tenant)
            .fetch_all(read.conn())
            .await
            .unwrap();
    drop(read);
    assert!(codes.len() > 20, "{} codes", codes.len());
    let code = codes[0].0.clone();

    // Searched for, typed into forms that take it and forms that do not, in a path, in a refused body.
    let mut hr = world.house.sign_in(world.demo.people.hr).await;
    for path in ["/people?q=", "/search?q=", "/personnel/employees?q=", "/people/", "/nothing/"] {
        hr.get(&format!("{path}{code}")).await;
    }
    let fields = [("personal_code", code.as_str()), ("given_name", "Anna"), ("surname", "Paraudziņa"), ("q", &code)];
    assert_eq!(hr.post("/people/new", &fields).await.status.as_u16(), 422, "the code is taken");
    let mut visitor = world.house.visitor();
    visitor.post("/sign-in", &[("login", &code), ("password", &code)]).await;
    visitor.headers.push(("authorization", format!("Bearer {code}")));
    visitor.headers.push(("x-request-id", code.clone()));
    visitor.get("/api/openapi.json").await;
    world.house.run_jobs().await;

    let log = log.0.lock().unwrap();
    assert!(log.contains("answered") && log.contains("insert into parties.person"), "is anything heard?");
    for line in log.lines() {
        let said = codes.iter().find(|(code,)| is_said(line, code));
        assert!(said.is_none(), "a personal code in the log: {line}");
    }
}
