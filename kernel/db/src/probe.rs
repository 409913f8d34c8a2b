use std::{collections::HashSet, time::Duration};

use sqlx::{
    AssertSqlSafe, Connection as _, PgConnection,
    postgres::{PgConnectOptions, PgSslMode},
};
use types::Timestamp;

use crate::{DbError, Migrations};

/// The oldest server that the SQL is written for, as `server_version_num` counts.
pub const OLDEST_VERSION: i32 = 150_000;

const PATIENCE: Duration = Duration::from_secs(10);

/// What a server says of itself.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ServerFacts {
    /// `server_version_num`: 150018 is 15.18.
    pub version: i32,
    /// Whom we are signed in as.
    pub role: String,
    /// The database.
    pub database: String,
    /// Since when the server runs, by its own clock.
    pub started_at: Timestamp,
    /// Whether the role may make the roles that migrations need.
    pub makes_roles: bool,
    /// The version of TLS that the connection speaks, where it does: `TLSv1.3`.
    pub tls: Option<String>,
}

/// How a URL asks for the way to the server to be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// A socket of this machine, or its loopback.
    Local,
    /// Over the network, by TLS, with the server's certificate and name checked (`sslmode=verify-full`).
    Checked,
    /// Over the network, by TLS at most, without knowing to whom.
    Unchecked,
}

/// How a URL asks for the way to the server to be kept.
///
/// # Errors
/// The URL cannot be read.
pub fn way(url: &str) -> Result<Way, DbError> {
    let options: PgConnectOptions = url.parse()?;
    let host = options.get_host();
    let loopback = host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
    Ok(match options.get_ssl_mode() {
        PgSslMode::VerifyFull => Way::Checked,
        _ if loopback || options.get_socket().is_some() => Way::Local,
        _ => Way::Unchecked,
    })
}

/// Knocks at a server, with a bound on the time that it may take.
///
/// # Errors
/// It does not answer in time, refuses, or the URL cannot be read.
pub async fn probe(url: &str) -> Result<ServerFacts, DbError> {
    let ask = async {
        let mut conn = PgConnection::connect(url).await?;
        let facts = sqlx::query_as(crate::sql!(
            "select current_setting('server_version_num')::int as version, current_user::text as role,
                    current_database()::text as database, pg_postmaster_start_time() as started_at,
                    (select rolsuper or rolcreaterole from pg_roles where rolname = current_user) as makes_roles,
                    (select version from pg_stat_ssl where pid = pg_backend_pid() and ssl) as tls"
        ))
        .fetch_one(&mut conn)
        .await?;
        conn.close().await?;
        Ok(facts)
    };
    let late = || DbError::Other(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into()));
    tokio::time::timeout(PATIENCE, ask).await.map_err(|_| late())?
}

/// The steps that this program knows and the database has not seen: `schema.name`.
///
/// # Errors
/// The database cannot be read.
pub async fn pending(owner_url: &str, all: &[Migrations]) -> Result<Vec<String>, DbError> {
    let mut conn = PgConnection::connect(owner_url).await?;
    let mut missing = Vec::new();
    for m in all {
        let done = applied(&mut conn, m.schema).await?;
        let open = m.steps.iter().filter(|(name, _)| !number(name).is_some_and(|n| done.contains(&n)));
        missing.extend(open.map(|(name, _)| format!("{}.{name}", m.schema)));
    }
    conn.close().await?;
    Ok(missing)
}

async fn applied(conn: &mut PgConnection, schema: &str) -> Result<HashSet<i64>, DbError> {
    let (there,): (bool,) = sqlx::query_as(crate::sql!("select to_regclass($1) is not null"))
        .bind(format!("{schema}.migration"))
        .fetch_one(&mut *conn)
        .await?;
    if !there {
        return Ok(HashSet::new());
    }
    let rows: Vec<(i64,)> =
        sqlx::query_as(AssertSqlSafe(format!("select version from {schema}.migration where success")))
            .fetch_all(conn)
            .await?;
    Ok(rows.into_iter().map(|(version,)| version).collect())
}

/// `0001_name` → 1
pub(crate) fn number(name: &str) -> Option<i64> {
    name.split('_').next().and_then(|n| n.parse().ok())
}
