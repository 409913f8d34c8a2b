//! Blobs in a folder.

use std::{
    io::{ErrorKind, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use types::BoxFuture;

use crate::ports::{BlobError, BlobStore};

/// Keeps each blob as a file, two levels of folders deep. A blob is there whole or not at all: it is written
/// beside its place, flushed to the disk, renamed, and the folder is flushed too.
#[derive(Clone, Debug)]
pub struct FolderStore {
    root: Arc<PathBuf>,
}

impl FolderStore {
    /// Keeps blobs below that folder, which is made where it is missing.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub fn new(root: impl Into<PathBuf>) -> Result<Self, BlobError> {
        let root = root.into();
        std::fs::create_dir_all(&root).map_err(|e| failed(&e))?;
        Ok(Self { root: Arc::new(root) })
    }

    /// `tenant/ab/cd/abcd…`; a name that could lead elsewhere has no path.
    fn path(&self, name: &str) -> Result<PathBuf, BlobError> {
        let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
        let is_plain = |s: &str| s.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if !is_plain(folder) || !is_plain(file) || file.len() < 4 || name.len() > 200 {
            return Err(BlobError::Store(format!("not a blob's name: {name:?}")));
        }
        let (one, rest) = file.split_at(2);
        let (two, _) = rest.split_at(2);
        Ok(self.root.join(folder).join(one).join(two).join(file))
    }
}

fn failed(e: &std::io::Error) -> BlobError {
    BlobError::Store(e.to_string())
}

fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    let folder = path.parent().ok_or(ErrorKind::InvalidInput)?;
    make_folders(folder)?;
    let (beside, mut file) = beside(path)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all()).and_then(|()| std::fs::rename(&beside, path));
    if written.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    written?;
    std::fs::File::open(folder)?.sync_all()
}

/// A new file beside the place, under a name that nobody else writes to.
fn beside(path: &Path) -> std::io::Result<(PathBuf, std::fs::File)> {
    static COUNT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    for _ in 0..1000 {
        let n = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let place = path.with_extension(format!("part-{}-{n}", std::process::id()));
        match std::fs::OpenOptions::new().write(true).create_new(true).open(&place) {
            Ok(file) => return Ok((place, file)),
            // Left by a process that was killed and had our number.
            Err(e) if e.kind() == ErrorKind::AlreadyExists => {}
            Err(e) => return Err(e),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

/// Like `create_dir_all`, and each new folder's entry reaches the disk.
fn make_folders(folder: &Path) -> std::io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let above = folder.parent().ok_or(ErrorKind::InvalidInput)?;
    make_folders(above)?;
    match std::fs::create_dir(folder) {
        Err(e) if e.kind() != ErrorKind::AlreadyExists => return Err(e),
        _ => {}
    }
    std::fs::File::open(above)?.sync_all()
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, BlobError> + Send + 'static,
) -> Result<T, BlobError> {
    tokio::task::spawn_blocking(work).await.map_err(|e| BlobError::Store(e.to_string()))?
}

impl BlobStore for FolderStore {
    fn put<'a>(&'a self, name: &'a str, bytes: Vec<u8>) -> BoxFuture<'a, Result<(), BlobError>> {
        Box::pin(async move {
            let path = self.path(name)?;
            blocking(move || write(&path, &bytes).map_err(|e| failed(&e))).await
        })
    }

    fn get<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Vec<u8>, BlobError>> {
        Box::pin(async move {
            let path = self.path(name)?;
            let name = name.to_owned();
            blocking(move || {
                std::fs::read(&path).map_err(|e| match e.kind() {
                    ErrorKind::NotFound => BlobError::NotFound(name),
                    _ => failed(&e),
                })
            })
            .await
        })
    }

    fn delete<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<(), BlobError>> {
        Box::pin(async move {
            let path = self.path(name)?;
            blocking(move || match std::fs::remove_file(&path) {
                Err(e) if e.kind() != ErrorKind::NotFound => Err(failed(&e)),
                _ => Ok(()),
            })
            .await
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store(name: &str) -> FolderStore {
        let folder = std::env::temp_dir().join(format!("novads-blob-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        FolderStore::new(folder).unwrap()
    }

    #[tokio::test]
    async fn what_is_put_is_there_and_can_be_put_again() {
        let s = store("put");
        s.put("t1/abcdef", b"one".to_vec()).await.unwrap();
        s.put("t1/abcdef", b"one".to_vec()).await.unwrap();
        assert_eq!(s.get("t1/abcdef").await.unwrap(), b"one");
        assert!(matches!(s.get("t2/abcdef").await, Err(BlobError::NotFound(_))));
        let left: Vec<_> = std::fs::read_dir(s.root.join("t1/ab/cd")).unwrap().collect();
        assert_eq!(left.len(), 1, "nothing is left beside it");
        s.delete("t1/abcdef").await.unwrap();
        s.delete("t1/abcdef").await.unwrap();
        assert!(s.get("t1/abcdef").await.is_err());
        std::fs::remove_dir_all(s.root.as_path()).unwrap();
    }

    #[tokio::test]
    async fn no_name_leads_out_of_the_folder() {
        let s = store("names");
        for name in ["../../etc/passwd", "/etc/passwd", "a/b/cdef", "..", "t1/ab", "t1/ab\0cd", "t.1/abcdef", ""] {
            assert!(matches!(s.get(name).await, Err(BlobError::Store(_))), "{name}");
        }
        std::fs::remove_dir_all(s.root.as_path()).unwrap();
    }
}
