use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

/// Why the private cluster cannot be had. Each text says what to do where something can be done.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// No server programs.
    #[error("PostgreSQL {need} is not installed: no `{program}` in {searched}. Install it: {how}")]
    Missing {
        /// The program that was looked for.
        program: &'static str,
        /// The version needed.
        need: String,
        /// Where it was looked for.
        searched: String,
        /// The command that installs it.
        how: String,
    },
    /// The programs belong to a version that is no longer supported.
    #[error("PostgreSQL {found} in {} is too old: 15 or newer is needed. Install it: {how}", .dir.display())]
    TooOld {
        /// The version found.
        found: u32,
        /// Its folder.
        dir: PathBuf,
        /// The command that installs a newer one.
        how: String,
    },
    /// We run as root, and no account is there that PostgreSQL could run as.
    #[error("PostgreSQL does not run as root, and there is no account `postgres` or `nobody` to run it as")]
    NoAccount,
    /// A folder that should be ours belongs to somebody else.
    #[error("{} belongs to user id {owner}, not {expected}, or is open to others; remove it or run as its owner", .path.display())]
    Foreign {
        /// The folder.
        path: PathBuf,
        /// Whose it is.
        owner: u32,
        /// Whose it should be.
        expected: u32,
    },
    /// The account of the server cannot enter the folder.
    #[error("user id {user} cannot enter {}: open its parent folders for entering (chmod o+x), or move the data", .path.display())]
    Unreachable {
        /// The folder.
        path: PathBuf,
        /// The account.
        user: u32,
    },
    /// `DIR/pg` points to a folder that is gone.
    #[error("{} points to {}, which is gone; restore it, or remove the link to begin anew", .link.display(), .target.display())]
    Lost {
        /// The link in the data folder.
        link: PathBuf,
        /// Where it points.
        target: PathBuf,
    },
    /// A cluster made for a test suite was opened for real work.
    #[error("{} is held in memory and would not survive a restart; choose another data folder", .home.display())]
    Volatile {
        /// Where its files are.
        home: PathBuf,
    },
    /// The name of the socket would not fit.
    #[error("the socket name in {} would be longer than the 107 bytes that the system allows", .dir.display())]
    LongSocket {
        /// Its folder.
        dir: PathBuf,
    },
    /// `initdb` refused.
    #[error("initdb failed: {said}")]
    Initdb {
        /// The end of what it said.
        said: String,
    },
    /// The server ended while it was starting.
    #[error("PostgreSQL ended while starting: {said}")]
    Died {
        /// The end of what it said.
        said: String,
    },
    /// The server is not ready in time.
    #[error("PostgreSQL is not ready after {waited:?}; its log: {}", .log.display())]
    TooSlow {
        /// Where the server logs.
        log: PathBuf,
        /// How long we waited.
        waited: Duration,
    },
    /// The server survives both kinds of stop.
    #[error("PostgreSQL (process {pid}) does not stop")]
    WillNotStop {
        /// Its process id.
        pid: i32,
    },
    /// A file or a program.
    #[error("cannot {doing} {}: {source}", .path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// With which file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The server answers, but with an error.
    #[error("PostgreSQL: {0}")]
    Sql(#[from] sqlx::Error),
}

impl ClusterError {
    /// For `map_err` on file operations.
    pub(super) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| Self::Io { doing, path, source }
    }
}
