//! A relay in front of PostgreSQL's socket: what the program sends is counted where it passes, so that nothing the
//! client library does by itself is left out.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::{Context as _, Result};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{UnixListener, UnixStream},
};

use crate::wire::{Counter, Passed};

/// A relay that runs as long as this lives.
pub struct Relay {
    /// The folder to connect to instead.
    pub sockets: PathBuf,
    passed: Arc<Mutex<Passed>>,
    task: tokio::task::JoinHandle<()>,
}

impl Relay {
    /// Listens in `folder` for connections to the server whose socket is in `sockets`.
    pub fn start(folder: &Path, sockets: &Path) -> Result<Self> {
        let place = folder.join("relay");
        std::fs::create_dir_all(&place)?;
        let socket = place.join(".s.PGSQL.5432");
        let _ = std::fs::remove_file(&socket);
        let listener = UnixListener::bind(&socket).context("the relay's socket")?;
        let passed = Arc::new(Mutex::new(Passed::default()));
        let (to, sum) = (sockets.join(".s.PGSQL.5432"), Arc::clone(&passed));
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, to.clone(), Arc::clone(&sum)));
            }
        });
        Ok(Self { sockets: place, passed, task })
    }

    /// What has passed so far.
    #[must_use]
    pub fn passed(&self) -> Passed {
        *self.passed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn carry(client: UnixStream, to: PathBuf, sum: Arc<Mutex<Passed>>) {
    let Ok(server) = UnixStream::connect(to).await else { return };
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let up = async {
        let mut counter = Counter::default();
        let mut buffer = vec![0; 65536];
        while let Ok(n @ 1..) = from_client.read(&mut buffer).await {
            let chunk = buffer.get(..n).unwrap_or_default();
            let before = counter.passed;
            counter.take(chunk);
            let more = counter.passed.since(before);
            {
                let mut sum = sum.lock().unwrap_or_else(PoisonError::into_inner);
                sum.statements += more.statements;
                sum.round_trips += more.round_trips;
                sum.parsed += more.parsed;
            }
            if to_server.write_all(chunk).await.is_err() {
                return;
            }
        }
    };
    let down = tokio::io::copy(&mut from_server, &mut to_client);
    tokio::select! {
        () = up => {}
        _ = down => {}
    }
}
