//! The server process: found by its pid file, waited for, signalled.

use std::{
    fs,
    os::unix::ffi::OsStrExt as _,
    path::PathBuf,
    process::Child,
    time::{Duration, Instant},
};

use nix::{
    errno::Errno,
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use super::{ClusterError, POLL, place::Place, read_if_there};

/// What the pid file says of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Not taking connections yet.
    Starting,
    /// Taking connections.
    Ready,
    /// Told to stop.
    Stopping,
}

/// A server process, ours or found.
#[derive(Debug)]
pub(super) struct Postmaster {
    pid: i32,
    /// If we started it, so that it is reaped.
    child: Option<Child>,
}

/// The lines of `postmaster.pid` that we use. PostgreSQL documents them in `miscadmin.h`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct PidFile {
    pub pid: i32,
    pub sockets: PathBuf,
    pub state: State,
}

impl PidFile {
    pub fn parse(text: &str) -> Option<Self> {
        let pid = text.lines().next()?.trim().parse().ok().filter(|pid| *pid > 1)?;
        let sockets = text.lines().nth(4).unwrap_or_default().into();
        let state = match text.lines().nth(7).unwrap_or_default().trim() {
            "ready" => State::Ready,
            "stopping" => State::Stopping,
            _ => State::Starting,
        };
        Some(Self { pid, sockets, state })
    }
}

impl Postmaster {
    pub fn started(child: Child) -> Self {
        // Process ids are positive and far below the limit of i32 on every system that runs PostgreSQL.
        Self { pid: i32::try_from(child.id()).unwrap_or(i32::MAX), child: Some(child) }
    }

    pub fn pid(&self) -> i32 {
        self.pid
    }

    /// The server that runs on these files, if one does.
    pub fn find(place: &Place) -> Result<Option<(Self, PidFile)>, ClusterError> {
        let file = read_if_there(&place.pid_file())?.as_deref().and_then(PidFile::parse);
        Ok(file.filter(|file| serves(file.pid, place)).map(|file| (Self { pid: file.pid, child: None }, file)))
    }

    /// For a new owner: the server that a killed owner left behind. A stale pid file is cleared away.
    pub async fn outlived(place: &mut Place, until: Instant) -> Result<Option<Self>, ClusterError> {
        while let Some((mut found, file)) = Self::find(place)? {
            match file.state {
                State::Starting if Instant::now() < until => {
                    tokio::time::sleep(POLL).await;
                    continue;
                }
                State::Ready if file.sockets.join(".s.PGSQL.5432").exists() => {
                    place.listens_in(file.sockets);
                    return Ok(Some(found));
                }
                // The system cleaned its socket away, so nobody can reach it any more.
                State::Ready => found.stop_fast()?,
                State::Starting | State::Stopping => {}
            }
            let rest = until.saturating_duration_since(Instant::now());
            if !found.gone_within(place, rest).await {
                return Err(ClusterError::WillNotStop { pid: found.pid });
            }
        }
        // PostgreSQL itself sees through a dead process's file, but not where the number was given to
        // another process of the same account, or to one that nobody reaps.
        match fs::remove_file(place.pid_file()) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(ClusterError::io("delete", &place.pid_file())(error))
            }
            _ => Ok(None),
        }
    }

    /// Waits until the server takes connections.
    pub async fn wait_ready(&mut self, place: &Place, until: Instant, patience: Duration) -> Result<(), ClusterError> {
        loop {
            let file = read_if_there(&place.pid_file())?.as_deref().and_then(PidFile::parse);
            if file.is_some_and(|file| file.pid == self.pid && file.state == State::Ready) {
                return Ok(());
            }
            if self.is_gone(place) {
                let said = read_if_there(&place.start_log())?.unwrap_or_default();
                return Err(ClusterError::Died { said: tail(&said) });
            }
            if Instant::now() > until {
                return Err(ClusterError::TooSlow { log: place.log_hint(), waited: patience });
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// Rolls back, disconnects everybody, stops.
    pub fn stop_fast(&mut self) -> Result<(), ClusterError> {
        self.signal(Signal::SIGINT)
    }

    /// Drops everything.
    pub fn stop_now(&mut self) -> Result<(), ClusterError> {
        self.signal(Signal::SIGQUIT)
    }

    fn signal(&mut self, signal: Signal) -> Result<(), ClusterError> {
        match kill(Pid::from_raw(self.pid), signal) {
            Ok(()) | Err(Errno::ESRCH) => Ok(()),
            Err(errno) => {
                Err(ClusterError::io("signal", &PathBuf::from(format!("process {}", self.pid)))(errno.into()))
            }
        }
    }

    /// Waits until the process has ended.
    pub async fn gone_within(&mut self, place: &Place, patience: Duration) -> bool {
        let until = Instant::now() + patience;
        while !self.is_gone(place) {
            if Instant::now() > until {
                return false;
            }
            tokio::time::sleep(POLL).await;
        }
        true
    }

    /// Whether the process has ended.
    pub fn is_gone(&mut self, place: &Place) -> bool {
        match &mut self.child {
            Some(child) => !matches!(child.try_wait(), Ok(None)),
            None => !serves(self.pid, place),
        }
    }
}

/// Whether the process is a server on these files. The number alone says nothing: it may have been given to
/// another process, or its process may be dead and never reaped. A dead one has no command line.
fn serves(pid: i32, place: &Place) -> bool {
    match fs::read(format!("/proc/{pid}/cmdline")) {
        Ok(line) => line.split(|byte| *byte == 0).any(|word| word == place.data().as_os_str().as_bytes()),
        Err(_) if fs::exists("/proc/self").unwrap_or(false) => false,
        Err(_) => !matches!(kill(Pid::from_raw(pid), None), Err(Errno::ESRCH)),
    }
}

/// The last lines of what a program said, bounded.
pub(super) fn tail(said: &str) -> String {
    let lines: Vec<&str> = said.trim().lines().rev().take(6).collect();
    lines.into_iter().rev().map(|line| line.chars().take(300).collect::<String>()).collect::<Vec<_>>().join("; ")
}
