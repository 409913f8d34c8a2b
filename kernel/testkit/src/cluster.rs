use std::{
    fs::{File, TryLockError},
    path::{Path, PathBuf},
};

use db::{Migrations, cluster::Cluster, cluster::Options};
use sha2::{Digest as _, Sha256};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};

/// A clone of the migrated template; the lock keeps the slot ours.
pub struct Database {
    /// Connects as the owner.
    pub url: String,
    _slot: Option<File>,
    /// Dropped with us, where it is nobody else's.
    own: Option<(String, String)>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/testdb")
}

/// The owner's URL of the suite's cluster; starts it where it does not run.
pub async fn owner_url() -> String {
    if let Ok(url) = std::env::var("NOVADS_TEST_DATABASE_URL") {
        return url;
    }
    std::fs::create_dir_all(folder()).expect("a folder for the test cluster");
    // Dropping the handle leaves the cluster running for the next test process.
    Cluster::open(&folder(), &Options::throwaway()).await.expect("the test cluster starts").owner_url()
}

fn with_database(url: &str, name: &str) -> String {
    // postgres://user@/novads?host=… : the path is the database.
    let (base, query) = url.split_once('?').map_or((url, ""), |(b, q)| (b, q));
    let (head, _) = base.rsplit_once('/').expect("a database in the URL");
    let query = if query.is_empty() { String::new() } else { format!("?{query}") };
    format!("{head}/{name}{query}")
}

fn key(all: &[Migrations]) -> String {
    let mut h = Sha256::new();
    for m in all {
        h.update(m.schema);
        for (name, text) in m.steps {
            h.update(name);
            h.update(text);
        }
        for text in m.replaceable {
            h.update(text);
        }
    }
    h.update(include_str!("../../db/src/migrate.rs"));
    hex::encode(&h.finalize()[..8])
}

async fn template(url: &str, all: &[Migrations]) -> String {
    let name = format!("novads_t_{}", key(all));
    let mut conn = PgConnection::connect(url).await.expect("the test cluster answers");
    conn.execute("select pg_advisory_lock(4711)").await.expect("a lock");
    let exists: Option<(String,)> = sqlx::query_as("select datname::text from pg_database where datname = $1")
        .bind(&name)
        .fetch_optional(&mut conn)
        .await
        .expect("the list of databases");
    if exists.is_none() {
        let building = format!("{name}_building");
        for statement in [format!("drop database if exists {building}"), format!("create database {building}")] {
            conn.execute(AssertSqlSafe(statement)).await.expect("a database to migrate");
        }
        db::migrate(&with_database(url, &building), all).await.expect("the migrations apply");
        conn.execute(AssertSqlSafe(format!("alter database {building} rename to {name}"))).await.expect("a name");
    }
    conn.execute("select pg_advisory_unlock(4711)").await.expect("an unlock");
    name
}

async fn clone(url: &str, template: &str, name: &str) {
    let mut conn = PgConnection::connect(url).await.expect("the test cluster answers");
    let exists: Option<(String,)> = sqlx::query_as("select datname::text from pg_database where datname = $1")
        .bind(name)
        .fetch_optional(&mut conn)
        .await
        .expect("the list of databases");
    if exists.is_none() {
        let create = format!("create database {name} template {template} strategy file_copy");
        // Somebody may be cloning the same template at this moment; PostgreSQL then asks to try again.
        for attempt in 0..100 {
            match conn.execute(AssertSqlSafe(create.clone())).await {
                Ok(_) => return,
                Err(e) if attempt == 99 => panic!("clone of the template: {e}"),
                Err(_) => tokio::time::sleep(std::time::Duration::from_millis(50)).await,
            }
        }
    }
}

impl Database {
    /// The clone of a free slot: tests in it roll back, so it stays as it was.
    pub async fn slot(all: &[Migrations]) -> Self {
        let url = owner_url().await;
        let template = template(&url, all).await;
        let folder = folder().join("slots");
        std::fs::create_dir_all(&folder).expect("a folder for slots");
        for n in 0..256 {
            let name = format!("{template}_s{n}");
            let file = File::options().create(true).append(true).open(folder.join(&name)).expect("a slot's lock file");
            match file.try_lock() {
                Ok(()) => {
                    clone(&url, &template, &name).await;
                    return Self { url: with_database(&url, &name), _slot: Some(file), own: None };
                }
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(e)) => panic!("slot {name}: {e}"),
            }
        }
        panic!("no free slot");
    }

    /// A clone of one's own, dropped with it: for tests that commit.
    #[expect(clippy::disallowed_methods, reason = "a name that no other test process takes")]
    pub async fn own(all: &[Migrations]) -> Self {
        let url = owner_url().await;
        let template = template(&url, all).await;
        let name = format!("{template}_o{}_{}", std::process::id(), uuid::Uuid::now_v7().simple());
        clone(&url, &template, &name).await;
        Self { url: with_database(&url, &name), _slot: None, own: Some((url, name)) }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let Some((url, name)) = self.own.take() else { return };
        // A thread of its own: we may be inside a runtime, and it may be shutting down.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
            runtime.block_on(async {
                let mut conn = PgConnection::connect(&url).await.ok()?;
                conn.execute(AssertSqlSafe(format!("drop database if exists {name} with (force)"))).await.ok()
            })
        });
        let _ = dropped.join();
    }
}
