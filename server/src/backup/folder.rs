//! The folder of a backup: `manifest.json`, `tables/TABLE/PART.copy.gz`, `blobs/`, `blobs.csv`, and `keys/` if asked for.

use std::{
    fs::{self, File},
    io::{self, BufReader, BufWriter, Read as _, Write as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use types::TenantId;

/// The format that is written, and the only one that is read.
pub const FORMAT: u32 = 1;
/// No manifest of ours is larger; a stranger's is not read to its end.
const LARGEST_MANIFEST: u64 = 256 * 1024 * 1024;

/// What a backup holds. It is written last: a folder without it is a backup that was broken off.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: u32,
    /// The version of the program.
    pub program: String,
    /// When it was begun, which is the moment that it shows.
    pub made_at: String,
    /// The code of the one municipality in it, if it is not the whole installation.
    pub tenant: Option<String>,
    /// Every step of the tables' history, `schema.name`.
    pub migrations: Vec<String>,
    /// The fingerprint of the master key that the files' keys are wrapped with.
    pub master_key: Option<String>,
    /// The municipalities.
    pub tenants: Vec<Municipality>,
    /// The rows, by table, in an order in which they can be written.
    pub tables: Vec<TableCopy>,
    /// How many stored files.
    pub blobs: u64,
    /// Their list's digest.
    pub blobs_sha256: String,
    /// Files that were destroyed by an act while the backup was made.
    pub gone: Vec<String>,
}

/// A municipality.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct Municipality {
    /// Id.
    pub id: TenantId,
    /// Code.
    pub code: String,
}

/// The rows of a table.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct TableCopy {
    /// `schema.name`.
    pub name: String,
    /// The columns, in the order of the text.
    pub columns: Vec<String>,
    /// By municipality.
    pub parts: Vec<PartCopy>,
}

/// The rows of a table that belong together.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct PartCopy {
    /// Whose; none for what is nobody's.
    pub tenant: Option<TenantId>,
    /// How many.
    pub rows: u64,
    /// The digest of their text.
    pub sha256: String,
}

impl PartCopy {
    /// Whose rows, for the database.
    pub fn part(&self) -> super::copies::Part {
        self.tenant.map_or(super::copies::Part::Whole, super::copies::Part::Of)
    }
}

/// A stored file, as its list has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlobCopy {
    /// Its name in the store.
    pub name: String,
    /// Its digest, encrypted as it is.
    pub sha256: String,
}

/// A backup's folder.
#[derive(Clone, Debug)]
pub struct Folder(pub PathBuf);

impl Folder {
    /// A folder for a new backup: absent or empty.
    pub fn fresh(path: &Path) -> Result<Self> {
        use std::os::unix::fs::DirBuilderExt as _;
        if path.exists() && fs::read_dir(path).with_context(|| path.display().to_string())?.next().is_some() {
            bail!("{} is not empty: a backup has a folder of its own", path.display());
        }
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true).mode(0o700).create(path).with_context(|| format!("cannot make {}", path.display()))?;
        Ok(Self(std::path::absolute(path)?))
    }

    /// A backup that is there, with its manifest.
    pub fn open(path: &Path) -> Result<(Self, Manifest)> {
        let folder = Self(std::path::absolute(path)?);
        let place = folder.manifest();
        let file = File::open(&place)
            .with_context(|| format!("{} holds no backup, or one that was broken off", path.display()))?;
        let manifest: Manifest = serde_json::from_reader(BufReader::new(file.take(LARGEST_MANIFEST)))
            .with_context(|| format!("cannot read {}", place.display()))?;
        if manifest.format != FORMAT {
            bail!("the backup has format {}, this program reads {FORMAT}", manifest.format);
        }
        Ok((folder, manifest))
    }

    fn manifest(&self) -> PathBuf {
        self.0.join("manifest.json")
    }

    /// Where stored files go.
    pub fn blobs(&self) -> PathBuf {
        self.0.join("blobs")
    }

    fn list(&self) -> PathBuf {
        self.0.join("blobs.csv")
    }

    fn rows(&self, table: &str, tenant: Option<TenantId>) -> PathBuf {
        let part = tenant.map_or_else(|| "all".to_owned(), |t| t.to_string());
        self.0.join("tables").join(table).join(format!("{part}.copy.gz"))
    }

    /// Writes the manifest, and with it makes the folder a backup. Answers its digest.
    pub fn finish(&self, manifest: &Manifest) -> Result<String> {
        let text = serde_json::to_vec_pretty(manifest)?;
        let (place, beside) = (self.manifest(), self.0.join("manifest.part"));
        let write = || {
            let mut file = File::create(&beside)?;
            file.write_all(&text)?;
            file.sync_all()?;
            fs::rename(&beside, &place)?;
            File::open(&self.0)?.sync_all()
        };
        write().with_context(|| format!("cannot write {}", place.display()))?;
        Ok(hex::encode(Sha256::digest(&text)))
    }

    /// Begins to write rows.
    pub fn write(&self, table: &str, tenant: Option<TenantId>) -> Result<RowsOut> {
        let path = self.rows(table, tenant);
        if let Some(above) = path.parent() {
            fs::create_dir_all(above).with_context(|| format!("cannot make {}", above.display()))?;
        }
        Ok(RowsOut { path, out: None, digest: Sha256::new() })
    }

    /// Begins to read rows; what has none has no file.
    pub fn read(&self, table: &str, copy: &PartCopy) -> Result<RowsIn> {
        let path = self.rows(table, copy.tenant);
        let mut text: Box<dyn io::Read + Send> = Box::new(io::empty());
        if copy.rows > 0 {
            let file = File::open(&path).with_context(|| format!("cannot read {}", path.display()))?;
            text = Box::new(GzDecoder::new(BufReader::new(file)));
        }
        Ok(RowsIn { path, text, digest: Sha256::new(), rows: 0 })
    }

    /// Writes the list of stored files; answers its digest.
    pub fn write_blobs(&self, all: &[BlobCopy]) -> Result<String> {
        let lines = all.iter().map(|b| format!("{},{}\n", b.name, b.sha256)).collect::<String>();
        let place = self.list();
        let write = || {
            let mut file = File::create(&place)?;
            file.write_all(lines.as_bytes())?;
            file.sync_all()
        };
        write().with_context(|| format!("cannot write {}", place.display()))?;
        Ok(hex::encode(Sha256::digest(lines.as_bytes())))
    }

    /// Reads the list of stored files; refuses one that is not the manifest's.
    pub fn read_blobs(&self, manifest: &Manifest) -> Result<Vec<BlobCopy>> {
        let place = self.list();
        let text = fs::read_to_string(&place).with_context(|| format!("cannot read {}", place.display()))?;
        if hex::encode(Sha256::digest(text.as_bytes())) != manifest.blobs_sha256 {
            bail!("{} is not as it was written", place.display());
        }
        let blob = |line: &str| {
            let (name, sha256) = line.split_once(',')?;
            Some(BlobCopy { name: name.to_owned(), sha256: sha256.to_owned() })
        };
        text.lines().map(|line| blob(line).with_context(|| format!("a line of {}", place.display()))).collect()
    }
}

/// Rows on their way into the folder.
pub struct RowsOut {
    path: PathBuf,
    out: Option<GzEncoder<BufWriter<File>>>,
    digest: Sha256,
}

impl RowsOut {
    /// Takes a piece.
    pub fn take(&mut self, piece: &[u8]) -> io::Result<()> {
        self.digest.update(piece);
        let out = match &mut self.out {
            Some(out) => out,
            empty => {
                let file = BufWriter::with_capacity(1 << 18, File::create(&self.path)?);
                empty.insert(GzEncoder::new(file, Compression::fast()))
            }
        };
        out.write_all(piece)
    }

    /// Ends it on the disk; answers the digest.
    pub fn end(self) -> io::Result<String> {
        if let Some(out) = self.out {
            let file = out.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
            file.sync_all()?;
        }
        Ok(hex::encode(self.digest.finalize()))
    }
}

/// Rows on their way out of the folder.
pub struct RowsIn {
    path: PathBuf,
    text: Box<dyn io::Read + Send>,
    digest: Sha256,
    rows: u64,
}

impl RowsIn {
    /// Gives a piece.
    pub fn give(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.text.read(into)?;
        let piece = into.get(..n).unwrap_or_default();
        self.digest.update(piece);
        self.rows += piece.iter().filter(|b| **b == b'\n').count() as u64;
        Ok(n)
    }

    /// Refuses what is not as it was written.
    pub fn end(self, copy: &PartCopy) -> Result<()> {
        if (hex::encode(self.digest.finalize()), self.rows) != (copy.sha256.clone(), copy.rows) {
            bail!("{} is not as it was written", self.path.display());
        }
        Ok(())
    }

    /// Reads to the end for the digest's sake.
    pub fn check(mut self, copy: &PartCopy) -> Result<()> {
        let mut piece = vec![0; 256 * 1024];
        let path = self.path.display().to_string();
        while self.give(&mut piece).with_context(|| path.clone())? > 0 {}
        self.end(copy)
    }
}
