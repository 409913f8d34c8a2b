//! A watched folder as a source: settled files are looked at, then moved to `done/` or `failed/` with the reason beside.

use std::{
    io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use delivery::ports::{Delivered, DeliveredFile, Fate, Inbox, MailError};
use types::BoxFuture;

/// The largest file that is read; a larger one is put away as failed.
const LARGEST: u64 = 64 << 20;

/// A folder that is watched.
#[derive(Clone, Debug)]
pub struct WatchedFolder {
    root: PathBuf,
    quiet: Duration,
}

impl WatchedFolder {
    /// Watches that folder; files count once they have not changed for ten seconds.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into(), quiet: Duration::from_secs(10) }
    }

    /// Files count once they have not changed for so long.
    #[must_use]
    pub const fn quiet(mut self, quiet: Duration) -> Self {
        self.quiet = quiet;
        self
    }

    async fn look(&self, most: usize) -> io::Result<Vec<Delivered>> {
        let mut found = Vec::new();
        let mut entries = tokio::fs::read_dir(&self.root).await?;
        while let Some(entry) = entries.next_entry().await? {
            let Some(name) = entry.file_name().to_str().map(ToOwned::to_owned) else { continue };
            // A link may lead anywhere: only what lies here itself is taken.
            if !entry.file_type().await?.is_file() || is_passing(&name) {
                continue;
            }
            let facts = entry.metadata().await?;
            let changed = facts.modified()?;
            if self.is_settled(changed) {
                found.push((changed, name, facts.len()));
            }
        }
        found.sort();
        found.truncate(most);
        let mut all = Vec::with_capacity(found.len());
        for (_, name, size) in found {
            all.push(self.read(name, size).await?);
        }
        Ok(all)
    }

    fn is_settled(&self, changed: SystemTime) -> bool {
        SystemTime::now().duration_since(changed).is_ok_and(|age| age >= self.quiet)
    }

    async fn read(&self, name: String, size: u64) -> io::Result<Delivered> {
        let fault = (size > LARGEST).then(|| format!("Datne ir lielāka par {} MB", LARGEST >> 20));
        let mut files = Vec::new();
        if fault.is_none() {
            files.push(DeliveredFile { name: name.clone(), bytes: tokio::fs::read(self.root.join(&name)).await? });
        }
        Ok(Delivered { key: name.clone(), sender: None, subject: name, files, fault })
    }

    async fn put_away(&self, name: &str, fate: Fate) -> io::Result<()> {
        // A name is a name, never a way.
        if name.contains(['/', '\\']) || is_passing(name) {
            return Err(io::Error::other("not the name of a file in the folder"));
        }
        let from = self.root.join(name);
        if !tokio::fs::try_exists(&from).await? {
            return Ok(());
        }
        let (place, reason) = match fate {
            Fate::Done => ("done", None),
            Fate::Failed(reason) => ("failed", Some(reason)),
        };
        let place = self.root.join(place);
        tokio::fs::create_dir_all(&place).await?;
        let to = free(&place, name).await?;
        if let Some(reason) = reason {
            // The reason first: whoever sees the file finds it.
            let mut beside = to.clone().into_os_string();
            beside.push(".txt");
            tokio::fs::write(beside, format!("{reason}\n")).await?;
        }
        tokio::fs::rename(from, to).await
    }
}

fn is_passing(name: &str) -> bool {
    let ends = |ending: &str| name.to_ascii_lowercase().ends_with(ending);
    name.starts_with('.') || ends(".part") || ends(".tmp") || ends(".crdownload")
}

/// A name that is not there yet.
async fn free(place: &Path, name: &str) -> io::Result<PathBuf> {
    let (stem, ending) = name.rsplit_once('.').map_or((name, String::new()), |(s, e)| (s, format!(".{e}")));
    for n in 1..10_000_u32 {
        let tried = place.join(if n == 1 { name.to_owned() } else { format!("{stem} ({n}){ending}") });
        if !tokio::fs::try_exists(&tried).await? {
            return Ok(tried);
        }
    }
    Err(io::Error::other("ten thousand files of one name"))
}

fn transient(e: io::Error) -> MailError {
    MailError::Transient(e.to_string())
}

impl Inbox for WatchedFolder {
    fn fetch(&self, most: usize) -> BoxFuture<'_, Result<Vec<Delivered>, MailError>> {
        Box::pin(async move { self.look(most).await.map_err(transient) })
    }

    fn settle<'a>(&'a self, key: &'a str, fate: Fate) -> BoxFuture<'a, Result<(), MailError>> {
        Box::pin(async move { self.put_away(key, fate).await.map_err(transient) })
    }
}
