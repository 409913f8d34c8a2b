//! Plain text out of uploaded files, for the search index, in a child process of its own.
//!
//! Files come from strangers, and the readers of PDF and office formats are large. So the server starts itself again
//! as `novads __extract-text --media-type X`: file on standard input, text on standard output, no environment, and
//! hard limits on processor time, memory and open files. Whatever a file does to the reader, it does it there.

mod child;
mod format;
mod office;
mod pdf;
mod plain;

use std::{path::PathBuf, process::Stdio, time::Duration};

use documents::ports::TextExtractor;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::Command,
    sync::Semaphore,
};
use types::BoxFuture;

pub use child::child_main;

/// The hidden command under which the server's binary calls [`child_main`].
pub const CHILD_COMMAND: &str = "__extract-text";
/// No larger file is read.
pub const MAX_INPUT: usize = 64 * 1024 * 1024;
/// Text beyond this is left out: the index needs no more.
pub const MAX_OUTPUT: usize = 2 * 1024 * 1024;
/// Children at a time: each may take up to a gigabyte.
const CHILDREN: usize = 2;
const ERROR_OUTPUT: u64 = 500;

/// Extracts text in a child process.
pub struct ChildExtractor {
    exe: PathBuf,
    timeout: Duration,
    places: Semaphore,
}

impl ChildExtractor {
    /// `exe` is the binary that answers [`CHILD_COMMAND`]: the server itself.
    #[must_use]
    pub fn new(exe: PathBuf) -> Self {
        Self { exe, timeout: Duration::from_secs(30), places: Semaphore::new(CHILDREN) }
    }

    /// How long a child may take altogether before it is killed; 30 seconds unless told.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    async fn run(&self, media_type: &str, bytes: &[u8]) -> Result<Option<String>, String> {
        if !format::is_known(media_type) {
            return Ok(None);
        }
        if bytes.len() > MAX_INPUT {
            return Err(format!("the file has {} bytes, text is read from at most {MAX_INPUT}", bytes.len()));
        }
        let _place = self.places.acquire().await.map_err(|error| error.to_string())?;
        match tokio::time::timeout(self.timeout, self.child(media_type, bytes)).await {
            Ok(result) => result.map(Some),
            Err(_) => Err(format!("the file took longer than {} s to read", self.timeout.as_secs_f32())),
        }
    }

    /// Dropping this future (the time limit) kills the child.
    async fn child(&self, media_type: &str, bytes: &[u8]) -> Result<String, String> {
        let mut child = Command::new(&self.exe)
            .args([CHILD_COMMAND, "--media-type", media_type])
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| format!("the text reader does not start: {error}"))?;
        let (Some(mut stdin), Some(stdout), Some(mut stderr)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err("the text reader has no pipes".to_owned());
        };
        let feed = async move {
            // A child that stops reading has its reasons and says them by its exit status.
            let _ = stdin.write_all(bytes).await;
            drop(stdin);
        };
        let mut text = Vec::new();
        let mut limited = stdout.take(MAX_OUTPUT as u64);
        let read = limited.read_to_end(&mut text);
        let mut said = Vec::new();
        let listen = async {
            let _ = (&mut stderr).take(ERROR_OUTPUT).read_to_end(&mut said).await;
            // Read on, so that a child that says much does not wait for us for ever.
            let _ = tokio::io::copy(&mut stderr, &mut tokio::io::sink()).await;
        };
        let ((), read, ()) = tokio::join!(feed, read, listen);
        read.map_err(|error| format!("the text reader broke off: {error}"))?;
        let status = child.wait().await.map_err(|error| format!("the text reader is lost: {error}"))?;
        if status.success() {
            return String::from_utf8(text).map_err(|_| "the text reader did not give UTF-8".to_owned());
        }
        let said = String::from_utf8_lossy(&said).trim().to_owned();
        match status.code() {
            Some(code) if code == child::REFUSED => Err(said),
            _ => Err(format!("the file broke the text reader or went over its limits ({status})")),
        }
    }
}

impl TextExtractor for ChildExtractor {
    fn extract<'a>(&'a self, media_type: &'a str, bytes: &'a [u8]) -> BoxFuture<'a, Result<Option<String>, String>> {
        Box::pin(self.run(media_type, bytes))
    }
}
