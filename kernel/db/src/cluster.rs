//! The private PostgreSQL of the embedded default.
//!
//! Without `DATABASE_URL` the binary starts a cluster of its own from the installed server programs. It has
//! no TCP port: whoever may enter the socket folder (mode 0700) is trusted, and nobody else can knock. One
//! process owns it and stops it; other commands on the same data folder attach. A cluster whose owner was
//! killed goes on running and is adopted by the next one.

mod errors;
mod place;
mod postmaster;
mod programs;
mod settings;
#[cfg(test)]
mod tests;

use std::{
    fs::File,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use sqlx::{
    ConnectOptions, Connection, Executor, PgConnection,
    postgres::{PgConnectOptions, PgSslMode},
};

pub use errors::ClusterError;
use place::Place;
use postmaster::{Postmaster, State};
pub use programs::{Requirement, requirements};

use crate::connect::SERVER_ROLE;

/// The role that owns everything in the cluster.
pub const OWNER_ROLE: &str = "novads";
/// The database of the cluster.
pub const DATABASE: &str = "novads";

const POLL: Duration = Duration::from_millis(4);
const FAST_STOP: Duration = Duration::from_millis(1500);

/// What a power failure may cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// Whatever was answered is on the disk.
    #[default]
    Durable,
    /// Nothing survives a crash of the machine: for test suites. Kept in memory where there is room.
    Throwaway,
}

/// How to open a cluster.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// What a power failure may cost.
    pub durability: Durability,
    /// How long to wait for a server that starts, recovers from a crash, or is started by somebody else.
    pub patience: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { durability: Durability::Durable, patience: Duration::from_secs(60) }
    }
}

impl Options {
    /// For test suites.
    #[must_use]
    pub fn throwaway() -> Self {
        Self { durability: Durability::Throwaway, ..Self::default() }
    }
}

/// A running private cluster. Dropping it leaves the server running for the next process to adopt;
/// [`Cluster::stop`] stops it.
#[derive(Debug)]
pub struct Cluster {
    place: Place,
    postmaster: Postmaster,
    /// Held by the owner as long as it lives; the kernel lets go of it when the process dies.
    lock: Option<File>,
    adopted: bool,
}

impl Cluster {
    /// Starts the cluster of a data folder, adopts it if an owner that was killed left it running, or
    /// attaches to it if another process owns it.
    ///
    /// # Errors
    /// Server programs are missing, too old or of another major version than the data; a folder cannot be
    /// made or belongs to somebody else; the server does not start in time.
    pub async fn open(data: &Path, options: &Options) -> Result<Self, ClusterError> {
        let mut place = Place::settle(data, options.durability)?;
        let until = Instant::now() + options.patience;
        loop {
            if let Some(lock) = place.try_lock()? {
                return Self::own(place, lock, options, until).await;
            }
            if let Some(postmaster) = place.answering().await? {
                return Ok(Self { place, postmaster, lock: None, adopted: false });
            }
            if Instant::now() > until {
                return Err(ClusterError::TooSlow { log: place.log_hint(), waited: options.patience });
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// Attaches to the cluster of a data folder if one is running there; never starts one.
    ///
    /// # Errors
    /// The folder cannot be read, or a server that is starting is not ready within ten seconds.
    pub async fn attach(data: &Path) -> Result<Option<Self>, ClusterError> {
        let Some(mut place) = Place::find(data)? else { return Ok(None) };
        let patience = Duration::from_secs(10);
        let until = Instant::now() + patience;
        while Postmaster::find(&place)?.is_some() {
            if let Some(postmaster) = place.answering().await? {
                return Ok(Some(Self { place, postmaster, lock: None, adopted: false }));
            }
            if Instant::now() > until {
                return Err(ClusterError::TooSlow { log: place.log_hint(), waited: patience });
            }
            tokio::time::sleep(POLL).await;
        }
        Ok(None)
    }

    async fn own(mut place: Place, lock: File, options: &Options, until: Instant) -> Result<Self, ClusterError> {
        loop {
            let found = Postmaster::outlived(&mut place, until).await?;
            let adopted = found.is_some();
            let mut postmaster = match found {
                Some(running) => running,
                None => start(&place, options, until).await?,
            };
            match create_database(&place).await {
                // The server that was found was dying.
                Err(_) if adopted && postmaster.gone_within(&place, FAST_STOP).await => {}
                Err(error) => return Err(error),
                Ok(()) => {
                    let pid = postmaster.pid();
                    tracing::info!(home = %place.home().display(), pid, adopted, "private PostgreSQL is ready");
                    return Ok(Self { place, postmaster, lock: Some(lock), adopted });
                }
            }
        }
    }

    /// Whether this handle is the one that stops the server.
    #[must_use]
    pub fn is_owner(&self) -> bool {
        self.lock.is_some()
    }

    /// Whether the server was left running by an owner that was killed.
    #[must_use]
    pub fn was_adopted(&self) -> bool {
        self.adopted
    }

    /// Whether the server process still lives. A server that crashed answers nobody until somebody calls
    /// [`Cluster::open`] again.
    pub fn is_running(&mut self) -> bool {
        !self.postmaster.is_gone(&self.place)
    }

    /// The process id of the server.
    #[must_use]
    pub fn pid(&self) -> i32 {
        self.postmaster.pid()
    }

    /// The folder of the server's files.
    #[must_use]
    pub fn home(&self) -> &Path {
        self.place.home()
    }

    /// The folder of the server's socket.
    #[must_use]
    pub fn sockets(&self) -> &Path {
        self.place.sockets()
    }

    /// For migrations and the command line: the role that owns everything.
    #[must_use]
    pub fn owner_url(&self) -> String {
        self.url(OWNER_ROLE)
    }

    /// For the server: the role that owns nothing. Migrations make it.
    #[must_use]
    pub fn server_url(&self) -> String {
        self.url(SERVER_ROLE)
    }

    fn url(&self, role: &str) -> String {
        let sockets = percent_encode(self.place.sockets());
        format!("postgres://{role}@localhost/{DATABASE}?host={sockets}&sslmode=disable")
    }

    /// Stops the server if this handle owns it: open transactions are rolled back, connections closed; after
    /// a second and a half the server is told to drop everything (the next start then recovers). A handle
    /// that merely attached does nothing.
    ///
    /// # Errors
    /// The server cannot be signalled, or outlives both signals by five seconds.
    pub async fn stop(mut self) -> Result<(), ClusterError> {
        if !self.is_owner() {
            return Ok(());
        }
        self.postmaster.stop_fast()?;
        if !self.postmaster.gone_within(&self.place, FAST_STOP).await {
            let pid = self.postmaster.pid();
            tracing::warn!(pid, "PostgreSQL did not stop in time; it will recover at the next start");
            self.drop_everything().await?;
        }
        self.place.remove_sockets();
        Ok(())
    }

    /// Stops the server and deletes all its data, if this handle owns it: for test suites.
    ///
    /// # Errors
    /// As [`Cluster::stop`], or a folder cannot be deleted.
    pub async fn destroy(mut self) -> Result<(), ClusterError> {
        if !self.is_owner() {
            return Ok(());
        }
        self.drop_everything().await?;
        self.place.remove_sockets();
        self.place.remove_home()
    }

    async fn drop_everything(&mut self) -> Result<(), ClusterError> {
        self.postmaster.stop_now()?;
        match self.postmaster.gone_within(&self.place, Duration::from_secs(5)).await {
            true => Ok(()),
            false => Err(ClusterError::WillNotStop { pid: self.postmaster.pid() }),
        }
    }
}

async fn start(place: &Place, options: &Options, until: Instant) -> Result<Postmaster, ClusterError> {
    let programs = programs::Programs::find(place.version()?)?;
    place.make_sockets()?;
    if place.version()?.is_none() {
        programs.initdb(place, options.durability).await?;
    }
    settings::write(place, options.durability)?;
    loop {
        let mut postmaster = programs.start(place)?;
        match postmaster.wait_ready(place, until, options.patience).await {
            // Backends of a server that was killed take a moment to notice that it is gone.
            Err(ClusterError::Died { said }) if said.contains("still in use") && Instant::now() < until => {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            other => return other.map(|()| postmaster),
        }
    }
}

/// Makes the database of a fresh cluster; also of one whose owner was killed between the two.
async fn create_database(place: &Place) -> Result<(), ClusterError> {
    if answers(place, DATABASE).await? {
        return Ok(());
    }
    let mut conn = connect_options(place, "postgres").connect().await?;
    conn.execute("create database novads").await?;
    conn.close().await?;
    Ok(())
}

fn connect_options(place: &Place, database: &str) -> PgConnectOptions {
    PgConnectOptions::new_without_pgpass()
        .socket(place.sockets())
        .port(5432)
        .username(OWNER_ROLE)
        .database(database)
        .ssl_mode(PgSslMode::Disable)
}

/// Whether the database exists and takes a connection. A server that is starting or stopping does not.
async fn answers(place: &Place, database: &str) -> Result<bool, ClusterError> {
    const MISSING_DATABASE: &str = "3D000";
    const NOT_NOW: &str = "57P03";
    match PgConnection::connect_with(&connect_options(place, database)).await {
        Ok(conn) => conn.close().await.map(|()| true).map_err(ClusterError::from),
        Err(sqlx::Error::Database(error))
            if [MISSING_DATABASE, NOT_NOW].map(Some).contains(&error.code().as_deref()) =>
        {
            Ok(false)
        }
        Err(sqlx::Error::Io(_)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

impl Place {
    /// The server that runs here, once it is ready and its database exists.
    async fn answering(&mut self) -> Result<Option<Postmaster>, ClusterError> {
        match Postmaster::find(self)? {
            Some((postmaster, file)) if file.state == State::Ready => {
                self.listens_in(file.sockets);
                Ok(answers(self, DATABASE).await?.then_some(postmaster))
            }
            _ => Ok(None),
        }
    }
}

fn percent_encode(path: &Path) -> String {
    use std::{fmt::Write as _, os::unix::ffi::OsStrExt as _};
    let mut out = String::new();
    for &byte in path.as_os_str().as_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => {
                // Writing to a string cannot fail.
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

/// Reads a small file; a file that is not there is no error.
fn read_if_there(path: &Path) -> Result<Option<String>, ClusterError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(ClusterError::io("read", path)(error)),
    }
}

/// The first folder of PATH, or of `extra`, that holds a program.
fn which(program: &str, extra: &[PathBuf]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    extra.iter().cloned().chain(std::env::split_paths(&path)).map(|dir| dir.join(program)).find(|file| file.is_file())
}
