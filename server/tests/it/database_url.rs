//! A PostgreSQL that somebody else runs.

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};

use crate::program::{Place, bare, said};

const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

/// A database of its own on the suite's cluster, whose owner is no superuser but may make roles.
async fn database() -> (String, String) {
    let url = testkit::owner_url().await;
    let name = format!("novads_server_{}", std::process::id());
    let mut conn = PgConnection::connect(&url).await.unwrap();
    for statement in [
        format!("drop database if exists {name} with (force)"),
        format!("drop role if exists {name}"),
        format!("create role {name} login createrole"),
        format!("create database {name} owner {name}"),
    ] {
        conn.execute(AssertSqlSafe(statement)).await.unwrap();
    }
    let (version,): (i32,) =
        sqlx::query_as("select current_setting('server_version_num')::int").fetch_one(&mut conn).await.unwrap();
    if version >= 160_000 {
        // There, only who made a role may grant it; on a fresh server that is the owner, here it is the suite.
        let grant = format!("grant novads_server, novads_search to {name}");
        let _ = conn.execute(AssertSqlSafe(grant)).await;
    }
    let url = url.replacen("/novads?", &format!("/{name}?"), 1).replacen("//novads@", &format!("//{name}@"), 1);
    (url, name)
}

async fn drop_database(name: &str) {
    let mut conn = PgConnection::connect(&testkit::owner_url().await).await.unwrap();
    for statement in [format!("drop database {name} with (force)"), format!("drop role {name}")] {
        conn.execute(AssertSqlSafe(statement)).await.unwrap();
    }
}

#[tokio::test]
async fn it_serves_from_another_postgresql() {
    let (url, name) = database().await;
    let place = Place::new();
    let with_url = |args: &[&str]| {
        let mut command = bare(None);
        command.args(args).env("DATABASE_URL", &url);
        command
    };
    let serve = ["serve", "--demo", "--listen", "127.0.0.1:0"];
    let no_key = said(with_url(&serve).output().unwrap());
    assert!(no_key.code == 1 && no_key.err.contains("NOVADS_MASTER_KEY"), "{no_key:?}");

    let with_keys = |args: &[&str]| {
        let mut command = with_url(args);
        command.env("NOVADS_MASTER_KEY", KEY).env("NOVADS_TOKEN_KEY", KEY).env("NOVADS_DATA", place.data());
        command
    };
    let mut server = place.start(with_keys(&serve));
    assert_eq!(server.get("/sign-in").status, 200);
    assert!(server.sign_in("darbinieks", "demo").is_some());
    assert_eq!(server.postgresql, None, "no private one is started");
    let list = said(with_url(&["admin", "tenant", "list"]).output().unwrap());
    assert!(list.out.contains("paraugs"), "{list:?}");
    let doctor = said(with_keys(&["doctor", "--listen", "127.0.0.1:0"]).output().unwrap());
    assert!(doctor.code == 0 && doctor.out.contains("of somebody else"), "{doctor:?}");
    server.stop();

    let other = KEY.replacen("00", "ff", 1);
    let wrong_key = said(with_keys(&serve).env("NOVADS_MASTER_KEY", other).output().unwrap());
    assert!(wrong_key.code == 1 && wrong_key.err.contains("not the one of this installation"), "{wrong_key:?}");
    drop_database(&name).await;
}

#[test]
fn a_wrong_url_is_told_without_its_password() {
    for (url, told) in [
        ("postgres://anna:slepeni@127.0.0.1:9/novads", "postgres://anna@127.0.0.1:9/novads"),
        ("slepeni", "DATABASE_URL"),
        ("postgres://anna:slepeni@no-such-host.invalid/novads", "no-such-host.invalid"),
    ] {
        let said = said(bare(None).args(["migrate"]).env("DATABASE_URL", url).output().unwrap());
        assert_eq!(said.code, 1);
        assert!(said.err.contains("DATABASE_URL") && said.err.contains(told), "{said:?}");
        assert!(!said.err.contains("slepeni"), "{said:?}");
    }
}
