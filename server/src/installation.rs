//! Where the data is: a folder with a private PostgreSQL, or a PostgreSQL that somebody else runs.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{Read as _, Seek as _, Write as _},
    net::SocketAddr,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, anyhow, bail};
use db::{
    Db,
    cluster::{Cluster, Options},
};
use nix::unistd::geteuid;
use op::Kernel;

use crate::{
    cli::Place,
    house,
    keys::{self, Name, Secret},
};

/// How long a server waits for a command that has the database at that moment.
const PATIENCE: Duration = Duration::from_secs(60);

/// An installation whose database runs.
pub struct Installation {
    /// The data folder, where there is one.
    pub data: Option<PathBuf>,
    /// For migrations.
    pub owner_url: String,
    /// For everything else.
    pub server_url: String,
    is_private: bool,
    cluster: Option<Cluster>,
}

/// Whether an installation that is not there is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {
    /// For `serve` and `migrate`.
    Make,
    /// For everything else.
    Refuse,
}

/// The data folder of this place: said, or the default where no other database was said.
pub fn data_folder(place: &Place) -> Result<Option<PathBuf>> {
    match (&place.data, &place.database_url) {
        (Some(data), _) => Ok(Some(std::path::absolute(data).context("--data")?)),
        (None, Some(_)) => Ok(None),
        (None, None) => default_folder().map(Some),
    }
}

fn default_folder() -> Result<PathBuf> {
    if geteuid().is_root() {
        return Ok(PathBuf::from("/var/lib/novads"));
    }
    let absolute = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || absolute("HOME").map(|home| home.join(".local/share"));
    let folder = absolute("XDG_DATA_HOME").or_else(home).map(|folder| folder.join("novads"));
    folder.ok_or_else(|| anyhow!("there is no HOME to keep the data in: say --data DIR"))
}

impl Installation {
    /// Opens the installation for the time of a command: attaches to a running database, or starts it.
    pub async fn open(place: &Place, absent: Absent) -> Result<Self> {
        let data = data_folder(place)?;
        if let Some(url) = &place.database_url {
            return Self::elsewhere(url, place.owner_url.as_deref(), data).await;
        }
        let data = data.ok_or_else(|| anyhow!("say --data DIR"))?;
        if absent == Absent::Refuse && !is_there(&data) {
            bail!(
                "there is no installation in {}: `novads serve` makes one; say --data DIR if it is elsewhere",
                data.display()
            );
        }
        let cluster = Cluster::open(&data, &Options::default()).await.with_context(|| in_folder(&data))?;
        Ok(Self::private(data, cluster))
    }

    /// Opens the installation for the server, which owns its private PostgreSQL.
    pub async fn own(place: &Place) -> Result<Self> {
        match (&place.database_url, data_folder(place)?) {
            (Some(url), data) => Self::elsewhere(url, place.owner_url.as_deref(), data).await,
            (None, Some(data)) => {
                let cluster = own_cluster(&data).await?;
                Ok(Self::private(data, cluster))
            }
            (None, None) => bail!("say --data DIR"),
        }
    }

    fn private(data: PathBuf, cluster: Cluster) -> Self {
        let (owner_url, server_url) = (cluster.owner_url(), cluster.server_url());
        Self { data: Some(data), owner_url, server_url, is_private: true, cluster: Some(cluster) }
    }

    async fn elsewhere(url: &str, owner: Option<&str>, data: Option<PathBuf>) -> Result<Self> {
        knock(url, "DATABASE_URL").await?;
        if let Some(owner) = owner {
            knock(owner, "NOVADS_OWNER_URL").await?;
        }
        Ok(Self {
            data,
            owner_url: owner.unwrap_or(url).to_owned(),
            server_url: url.to_owned(),
            is_private: false,
            cluster: None,
        })
    }

    /// The private PostgreSQL, if it is one.
    pub const fn cluster(&self) -> Option<&Cluster> {
        self.cluster.as_ref()
    }

    /// Whether the private PostgreSQL has died, or could not be started again yet.
    pub fn has_crashed(&mut self) -> bool {
        self.is_private && !self.cluster.as_mut().is_some_and(Cluster::is_running)
    }

    /// Starts the private PostgreSQL again after it died.
    pub async fn recover(&mut self) -> Result<()> {
        let Some(data) = self.data.clone() else { return Ok(()) };
        // Lets go of the dead one first: the lock is its owner's.
        self.cluster = None;
        self.cluster = Some(own_cluster(&data).await?);
        Ok(())
    }

    /// What the migrations lack; an error if anything.
    pub async fn check_migrated(&self) -> Result<()> {
        let pending = db::pending(&self.owner_url, &house::migrations()).await.context("cannot read the migrations")?;
        if !pending.is_empty() {
            bail!(
                "the database is older than this program ({}): run `novads migrate`, or start the server",
                pending.join(", ")
            );
        }
        Ok(())
    }

    /// A kernel for the time of a command.
    pub async fn kernel(&self) -> Result<Arc<Kernel>> {
        self.check_migrated().await?;
        let db = self.connect(2).await?;
        Ok(house::kernel(db, house::extensions()?))
    }

    /// A pool that works as the server's role.
    pub async fn connect(&self, connections: u32) -> Result<Db> {
        Db::connect(&self.server_url, connections).await.context("cannot connect to the database as novads_server")
    }

    /// The keys, with the fingerprint of the master key compared to the one that this database knows.
    pub async fn keys(&self, kernel: &Kernel) -> Result<Keys> {
        let known = web::platform::setting(kernel, Name::Master.setting()).await?;
        let data = self.data.as_deref();
        if data.is_some_and(|data| next_master(data).exists()) {
            bail!("a rotation of the master key was broken off: run `novads admin key rotate master` again");
        }
        let (master, source) = keys::find_or_make(Name::Master, data, known.as_deref())?;
        let print = master.fingerprint();
        let kept = web::platform::first_setting(kernel, Name::Master.setting(), &print).await?;
        if kept != print {
            bail!(
                "the master key in {source} (fingerprint {print}) is not the one of this installation ({kept}): its files could not be read with it"
            );
        }
        let (token, _) = keys::find_or_make(Name::Token, data, None)?;
        Ok(Keys { master, token })
    }

    /// Ends the time with the database; stops it if it was started for this.
    pub async fn close(self) -> Result<()> {
        match self.cluster {
            Some(cluster) => cluster.stop().await.context("cannot stop PostgreSQL"),
            None => Ok(()),
        }
    }
}

/// The keys of a running server.
#[derive(Clone, Debug)]
pub struct Keys {
    /// Wraps the keys of stored files.
    pub master: Secret,
    /// Signs the tokens of forms.
    pub token: Secret,
}

/// Where a new master key stands while tenants' keys are wrapped anew.
pub fn next_master(data: &Path) -> PathBuf {
    Name::Master.file(data).with_extension("key.next")
}

/// Whether there is an installation in the folder.
pub fn is_there(data: &Path) -> bool {
    // A link, where the server's account cannot enter the folder.
    data.join("pg").symlink_metadata().is_ok()
}

fn in_folder(data: &Path) -> String {
    format!("no database in {}", data.display())
}

/// A command may have the database for a moment; the server waits until it is its own.
async fn own_cluster(data: &Path) -> Result<Cluster> {
    let until = Instant::now() + PATIENCE;
    loop {
        let cluster = Cluster::open(data, &Options::default()).await.with_context(|| in_folder(data))?;
        if cluster.is_owner() {
            return Ok(cluster);
        }
        if Instant::now() > until {
            bail!("another command has had the database in {} for {} s", data.display(), PATIENCE.as_secs());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn knock(url: &str, what: &str) -> Result<()> {
    let facts = db::probe(url).await.map_err(|error| {
        let error = match error {
            db::DbError::Other(error) => anyhow::Error::new(error),
            error => error.into(),
        };
        error.context(format!("cannot reach the database of {what} ({})", without_password(url)))
    })?;
    if facts.version < db::OLDEST_VERSION {
        let major = facts.version / 10_000;
        bail!("the server of {what} is PostgreSQL {major}; 15 or newer is needed");
    }
    Ok(())
}

/// A URL as it may be shown.
pub fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return "not a URL".to_owned() };
    // Parameters may carry a password too.
    let rest = rest.split('?').next().unwrap_or_default();
    let (user, host) = rest.rsplit_once('@').map_or(("", rest), |(user, host)| (user, host));
    let user = user.split(':').next().unwrap_or_default();
    if user.is_empty() { format!("{scheme}://{host}") } else { format!("{scheme}://{user}@{host}") }
}

/// Says that a server runs on a data folder, as long as it lives.
pub struct ServeLock {
    file: File,
}

/// A server that runs on a data folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// Its process id.
    pub pid: u32,
    /// Where it answers.
    pub url: String,
}

impl ServeLock {
    /// Takes the lock of a data folder, whose parents are made.
    pub fn take(data: &Path) -> Result<Self> {
        if !data.is_dir() {
            let mode = if geteuid().is_root() { 0o711 } else { 0o700 };
            let mut builder = std::fs::DirBuilder::new();
            std::os::unix::fs::DirBuilderExt::mode(builder.recursive(true), mode);
            builder.create(data).with_context(|| format!("cannot make the data folder {}", data.display()))?;
        }
        let file = open_lock(data)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { file }),
            Err(TryLockError::WouldBlock) => {
                let server = read_lock(&file).map_or_else(String::new, |s| format!(" (process {}, {})", s.pid, s.url));
                bail!("a server runs on {} already{server}", data.display())
            }
            Err(TryLockError::Error(error)) => Err(error).with_context(|| format!("cannot lock {}", data.display())),
        }
    }

    /// Says where the server answers.
    pub fn announce(&mut self, address: SocketAddr) -> Result<()> {
        let text = format!("{} http://{address}\n", std::process::id());
        let mut write = || {
            self.file.set_len(0)?;
            self.file.rewind()?;
            self.file.write_all(text.as_bytes())
        };
        write().context("cannot write serve.lock")
    }
}

fn open_lock(data: &Path) -> Result<File> {
    let path = data.join("serve.lock");
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(&path)
        .with_context(|| format!("cannot open {}", path.display()))
}

fn read_lock(mut file: &File) -> Option<Server> {
    let mut text = String::new();
    file.rewind().ok()?;
    file.take(200).read_to_string(&mut text).ok()?;
    let (pid, url) = text.trim().split_once(' ')?;
    Some(Server { pid: pid.parse().ok()?, url: url.to_owned() })
}

/// The server that runs on a data folder.
pub fn running(data: &Path) -> Option<Server> {
    let file = File::open(data.join("serve.lock")).ok()?;
    match file.try_lock_shared() {
        Err(TryLockError::WouldBlock) => {
            Some(read_lock(&file).unwrap_or(Server { pid: 0, url: "starting".to_owned() }))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_shown() {
        for url in [
            "postgres://anna:slepeni@db.example:5433/novads?sslmode=require&password=slepeni",
            "postgres://anna:sle@peni:slepeni@db.example:5433/novads",
        ] {
            let shown = without_password(url);
            assert!(!shown.contains("slepeni") && shown.contains("db.example:5433/novads"), "{shown}");
        }
        assert_eq!(without_password("slepeni"), "not a URL");
    }

    #[test]
    fn a_server_is_known_by_its_lock_only_while_it_lives() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(running(dir.path()), None);
        let mut lock = ServeLock::take(dir.path()).unwrap();
        lock.announce("127.0.0.1:8080".parse().unwrap()).unwrap();
        let server = running(dir.path()).unwrap();
        assert_eq!((server.pid, server.url.as_str()), (std::process::id(), "http://127.0.0.1:8080"));
        let refused = ServeLock::take(dir.path()).err().unwrap().to_string();
        assert!(refused.contains("http://127.0.0.1:8080"), "{refused}");
        drop(lock);
        assert_eq!(running(dir.path()), None);
    }
}
