use std::{sync::Arc, time::Duration};

use sqlx::{
    AssertSqlSafe, Connection as _, Executor, PgConnection, PgPool, Postgres,
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio::sync::{Mutex, OwnedMutexGuard};
use types::TenantId;

use crate::DbError;

/// The role the server works as. It owns nothing, so row level security binds it.
pub const SERVER_ROLE: &str = "novads_server";

/// A connection that was quiet for longer may have been lost unnoticed.
const QUIET: Duration = Duration::from_millis(500);

/// A pool of connections, or the one connection of a test that rolls everything back at its end.
#[derive(Clone, Debug)]
pub enum Db {
    /// Real transactions.
    Pool(PgPool),
    /// Transactions are savepoints inside one that the test never commits.
    Shared(SharedConn),
}

/// The one connection of a test.
#[derive(Clone, Debug)]
pub struct SharedConn(Arc<Mutex<Shared>>);

#[derive(Debug)]
struct Shared {
    conn: PgConnection,
    /// A savepoint was left open by a dropped transaction.
    dirty: bool,
}

impl SharedConn {
    /// Takes a connection on which `BEGIN` has been said.
    #[must_use]
    pub fn new(conn: PgConnection) -> Self {
        Self(Arc::new(Mutex::new(Shared { conn, dirty: false })))
    }
}

/// An open transaction with its tenant set.
#[derive(Debug)]
pub struct RawTx(Inner);

#[derive(Debug)]
enum Inner {
    Pool(sqlx::Transaction<'static, Postgres>),
    /// No transaction but each statement's own.
    Lone(PoolConnection<Postgres>),
    Shared(OwnedMutexGuard<Shared>),
}

impl Db {
    /// Connects a pool that works as `novads_server`: it owns nothing, so row level security binds it.
    ///
    /// # Errors
    /// The server does not answer, or the role does not exist (not migrated).
    pub async fn connect(url: &str, connections: u32) -> Result<Self, DbError> {
        let options: PgConnectOptions = url.parse()?;
        let pool = PgPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(Duration::from_secs(10))
            // A connection that worked a moment ago need not be asked whether it still lives.
            .test_before_acquire(false)
            .before_acquire(|conn, seen| {
                Box::pin(async move {
                    if seen.idle_for > QUIET {
                        conn.ping().await?;
                    }
                    Ok(true)
                })
            })
            .after_connect(|conn, _| {
                Box::pin(async move {
                    conn.execute("set role novads_server; set timezone = 'UTC'; set jit = off").await?;
                    Ok(())
                })
            })
            .connect_with(options)
            .await?;
        Ok(Self::Pool(pool))
    }

    /// Opens a transaction. Without a tenant only platform and shared tables answer.
    ///
    /// # Errors
    /// No connection could be had.
    pub async fn begin(&self, tenant: Option<TenantId>, read_only: bool) -> Result<RawTx, DbError> {
        // One round trip; the id is ours and a UUID, so it needs no escaping.
        let tenant = tenant.map(|t| t.to_string()).unwrap_or_default();
        match self {
            Self::Pool(pool) => {
                let mode = if read_only { " read only" } else { "" };
                let begin = format!("begin{mode}; set local novads.tenant = '{tenant}'");
                Ok(RawTx(Inner::Pool(pool.begin_with(AssertSqlSafe(begin)).await?)))
            }
            Self::Shared(shared) => {
                // A test waits here only if the code under test holds one transaction and opens another.
                let wait = tokio::time::timeout(Duration::from_secs(20), Arc::clone(&shared.0).lock_owned());
                let mut guard = wait
                    .await
                    .map_err(|_| DbError::Other(sqlx::Error::Protocol("a transaction is still open".into())))?;
                let clean = if guard.dirty { "rollback to savepoint tx; release savepoint tx; " } else { "" };
                let begin = format!(
                    "{clean}reset role; savepoint tx; set local role novads_server; set local novads.tenant = '{tenant}'"
                );
                guard.conn.execute(AssertSqlSafe(begin)).await?;
                guard.dirty = true;
                Ok(RawTx(Inner::Shared(guard)))
            }
        }
    }

    /// A connection for one statement that sets the tenant by itself: one round trip instead of three.
    ///
    /// # Errors
    /// No connection could be had.
    pub async fn lone(&self) -> Result<RawTx, DbError> {
        match self {
            Self::Pool(pool) => Ok(RawTx(Inner::Lone(pool.acquire().await?))),
            Self::Shared(_) => self.begin(None, true).await,
        }
    }

    /// Closes the pool.
    pub async fn close(&self) {
        if let Self::Pool(pool) = self {
            pool.close().await;
        }
    }
}

impl RawTx {
    /// The connection, for statements.
    pub fn conn(&mut self) -> &mut PgConnection {
        match &mut self.0 {
            Inner::Pool(tx) => tx,
            Inner::Lone(conn) => conn,
            Inner::Shared(guard) => &mut guard.conn,
        }
    }

    /// Commits.
    ///
    /// # Errors
    /// A deferred constraint refused, or the connection was lost: then nothing has happened.
    pub async fn commit(self) -> Result<(), DbError> {
        match self.0 {
            Inner::Pool(tx) => tx.commit().await?,
            Inner::Lone(_) => {}
            Inner::Shared(mut guard) => {
                guard
                    .conn
                    .execute(
                        "set constraints all immediate; reset role; set local novads.tenant = ''; release savepoint tx",
                    )
                    .await?;
                guard.dirty = false;
            }
        }
        Ok(())
    }
}
