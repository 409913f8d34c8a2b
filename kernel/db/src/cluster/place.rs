//! Where the cluster lives, whom it runs as, and who owns it.
//!
//! The files are in `DIR/pg`. PostgreSQL refuses to run as root, so as root the server gets an account of
//! its own; where that account cannot enter the data folder (the closed home of root), `DIR/pg` is a link to
//! a folder under `/var/lib/novads`. The link pins the place: a later change of modes does not move the data.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError},
    io::{self, Write as _},
    os::unix::{
        ffi::OsStrExt as _,
        fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _, fchown, lchown, symlink},
    },
    path::{Path, PathBuf},
};

use nix::{
    fcntl::OFlag,
    sys::statvfs::statvfs,
    unistd::{User, getegid, geteuid},
};
use sha2::{Digest as _, Sha256};

use super::{ClusterError, Durability, read_if_there};

/// `sun_path` has 108 bytes with its closing zero; the socket's own name takes 14.
const SOCKET_FOLDER_BYTES: usize = 107 - "/.s.PGSQL.5432".len();
const SHM: &str = "/dev/shm";
/// A throwaway cluster of a large suite stays below this; containers often have no more than 64 MiB there.
const SHM_ROOM: u64 = 1 << 30;
const ACCOUNTS: [&str; 2] = ["postgres", "nobody"];

/// Whom the server runs as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Account {
    pub uid: u32,
    pub gid: u32,
}

/// The folder of one cluster.
#[derive(Clone, Debug)]
pub(super) struct Place {
    link: PathBuf,
    home: PathBuf,
    sockets: PathBuf,
    account: Account,
}

impl Place {
    /// Finds the place of a data folder, or makes it.
    pub fn settle(data: &Path, durability: Durability) -> Result<Self, ClusterError> {
        make_data_folder(data)?;
        let data = canonical(data)?;
        let link = data.join("pg");
        let home = match resolve(&link)? {
            Resolved::There(home) => home,
            Resolved::Nothing => make_home(&data, &link, durability)?,
            Resolved::Dangling(target) if durability == Durability::Throwaway && target.starts_with(SHM) => {
                make_private(&target, Account::of_new()?)?;
                target
            }
            Resolved::Dangling(target) => return Err(ClusterError::Lost { link, target }),
        };
        if durability == Durability::Durable && home != link && home.starts_with(SHM) {
            return Err(ClusterError::Volatile { home });
        }
        Self::at(link, home)
    }

    /// Finds the place of a data folder where there is one.
    pub fn find(data: &Path) -> Result<Option<Self>, ClusterError> {
        let data = match fs::canonicalize(data) {
            Ok(data) => data,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(ClusterError::io("enter", data)(error)),
        };
        let link = data.join("pg");
        match resolve(&link)? {
            Resolved::There(home) => Self::at(link, home).map(Some),
            Resolved::Nothing | Resolved::Dangling(_) => Ok(None),
        }
    }

    fn at(link: PathBuf, home: PathBuf) -> Result<Self, ClusterError> {
        let account = Account::of_home(&home)?;
        if !account.may_enter(&home) {
            return Err(ClusterError::Unreachable { path: home, user: account.uid });
        }
        let sockets = socket_folder(&home, account)?;
        Ok(Self { link, home, sockets, account })
    }

    pub fn home(&self) -> &Path {
        &self.home
    }

    /// PostgreSQL's own data folder.
    pub fn data(&self) -> PathBuf {
        self.home.join("data")
    }

    /// Where a server that we start puts its socket.
    pub fn sockets(&self) -> &Path {
        &self.sockets
    }

    /// A server that runs may have been started with another runtime folder than ours.
    pub fn listens_in(&mut self, sockets: PathBuf) {
        self.sockets = sockets;
    }

    pub fn account(&self) -> Account {
        self.account
    }

    pub fn pid_file(&self) -> PathBuf {
        self.data().join("postmaster.pid")
    }

    /// What the server says before it logs to its own files.
    pub fn start_log(&self) -> PathBuf {
        self.home.join("start.log")
    }

    /// Where somebody should look when the server misbehaves.
    pub fn log_hint(&self) -> PathBuf {
        self.data().join("log")
    }

    /// The major version of the data, or none before the first start.
    pub fn version(&self) -> Result<Option<u32>, ClusterError> {
        let text = read_if_there(&self.data().join("PG_VERSION"))?;
        Ok(text.and_then(|text| text.trim().parse().ok()))
    }

    /// Becomes the owner, unless somebody else is.
    pub fn try_lock(&self) -> Result<Option<File>, ClusterError> {
        let path = self.home.join("owner.lock");
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .custom_flags(OFlag::O_NOFOLLOW.bits())
            .open(&path)
            .map_err(ClusterError::io("open", &path))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(ClusterError::io("lock", &path)(error)),
        }
    }

    /// Makes the folder of the socket and clears what a killed server left in it. Only the owner calls it,
    /// and only when no server runs.
    pub fn make_sockets(&self) -> Result<(), ClusterError> {
        if let Some(parent) = self.sockets.parent().filter(|parent| !parent.exists()) {
            make_folder(parent, 0o711)?;
        }
        self.remove_sockets();
        make_private(&self.sockets, self.account)
    }

    /// Removes the folder of the socket; what cannot be removed is in nobody's way.
    pub fn remove_sockets(&self) {
        for name in [".s.PGSQL.5432", ".s.PGSQL.5432.lock"] {
            let _ = fs::remove_file(self.sockets.join(name));
        }
        let _ = fs::remove_dir(&self.sockets);
    }

    /// Deletes the cluster.
    pub fn remove_home(&self) -> Result<(), ClusterError> {
        fs::remove_dir_all(&self.home).map_err(ClusterError::io("delete", &self.home))?;
        if self.link != self.home {
            fs::remove_file(&self.link).map_err(ClusterError::io("delete", &self.link))?;
        }
        Ok(())
    }

    /// Writes a file of the server whole or not at all, and never through a link that somebody planted.
    pub fn write(&self, path: &Path, text: &str) -> Result<(), ClusterError> {
        let fresh = path.with_extension("new");
        self.open_fresh(&fresh)?.write_all(text.as_bytes()).map_err(ClusterError::io("write", &fresh))?;
        fs::rename(&fresh, path).map_err(ClusterError::io("replace", path))
    }

    /// Opens an empty file that belongs to the server's account.
    pub fn open_fresh(&self, path: &Path) -> Result<File, ClusterError> {
        let _ = fs::remove_file(path);
        let open = || {
            let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
            fchown(&file, Some(self.account.uid), Some(self.account.gid))?;
            Ok(file)
        };
        open().map_err(ClusterError::io("create", path))
    }
}

impl Account {
    fn ourselves() -> Self {
        Self { uid: geteuid().as_raw(), gid: getegid().as_raw() }
    }

    /// Whether the server has to run as somebody else than this process.
    pub fn is_other(self) -> bool {
        self.uid != geteuid().as_raw()
    }

    fn known() -> impl Iterator<Item = Self> {
        let users = ACCOUNTS.iter().filter_map(|name| User::from_name(name).ok().flatten());
        users.map(|user| Self { uid: user.uid.as_raw(), gid: user.gid.as_raw() }).filter(|account| account.uid != 0)
    }

    /// For a cluster that is yet to be made.
    pub fn of_new() -> Result<Self, ClusterError> {
        if geteuid().is_root() { Self::known().next().ok_or(ClusterError::NoAccount) } else { Ok(Self::ourselves()) }
    }

    /// For a cluster that is there: root runs it as its owner, everybody else must be its owner. In a folder
    /// where anybody may make folders root trusts only the accounts that it would choose itself.
    fn of_home(home: &Path) -> Result<Self, ClusterError> {
        let facts = fs::symlink_metadata(home).map_err(ClusterError::io("enter", home))?;
        let owner = Self { uid: facts.uid(), gid: facts.gid() };
        let expected = Self::of_new()?;
        let trusted = match geteuid().is_root() {
            true if owner.uid == 0 => false,
            true => !home.starts_with(SHM) || Self::known().any(|account| account.uid == owner.uid),
            false => owner.uid == expected.uid,
        };
        match trusted && facts.is_dir() && facts.mode() & 0o077 == 0 {
            true => Ok(owner),
            false => Err(ClusterError::Foreign { path: home.to_owned(), owner: owner.uid, expected: expected.uid }),
        }
    }

    /// Whether the account may pass through every parent of the folder.
    fn may_enter(self, path: &Path) -> bool {
        path.ancestors().skip(1).all(|parent| {
            fs::metadata(parent).is_ok_and(|facts| {
                let shift = match () {
                    () if facts.uid() == self.uid => 6,
                    () if facts.gid() == self.gid => 3,
                    () => 0,
                };
                facts.mode() >> shift & 1 == 1
            })
        })
    }
}

enum Resolved {
    There(PathBuf),
    Dangling(PathBuf),
    Nothing,
}

fn resolve(link: &Path) -> Result<Resolved, ClusterError> {
    match (fs::canonicalize(link), fs::read_link(link)) {
        (Ok(home), _) => Ok(Resolved::There(home)),
        (Err(error), Ok(target)) if error.kind() == io::ErrorKind::NotFound => Ok(Resolved::Dangling(target)),
        (Err(error), Err(_)) if error.kind() == io::ErrorKind::NotFound => Ok(Resolved::Nothing),
        (Err(error), _) => Err(ClusterError::io("enter", link)(error)),
    }
}

fn canonical(path: &Path) -> Result<PathBuf, ClusterError> {
    fs::canonicalize(path).map_err(ClusterError::io("enter", path))
}

/// As root the folder stays open for passing through, so that the server's account can reach its part.
fn make_data_folder(data: &Path) -> Result<(), ClusterError> {
    if data.is_dir() {
        return Ok(());
    }
    if let Some(parent) = data.parent() {
        fs::create_dir_all(parent).map_err(ClusterError::io("make folder", parent))?;
    }
    make_folder(data, if geteuid().is_root() { 0o711 } else { 0o700 })
}

fn make_home(data: &Path, link: &Path, durability: Durability) -> Result<PathBuf, ClusterError> {
    let account = Account::of_new()?;
    let name = short_hash(data);
    let home = if durability == Durability::Throwaway && shm_has_room() {
        Path::new(SHM).join(format!("novads-{}-{name}", account.uid))
    } else if account.may_enter(link) {
        link.to_owned()
    } else if account.is_other() {
        make_folder(Path::new("/var/lib/novads"), 0o711)?;
        Path::new("/var/lib/novads").join(name)
    } else {
        return Err(ClusterError::Unreachable { path: link.to_owned(), user: account.uid });
    };
    make_private(&home, account)?;
    if home != link {
        match symlink(&home, link) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(ClusterError::io("link", link)(error));
            }
            _ => {}
        }
    }
    Ok(home)
}

fn make_folder(path: &Path, mode: u32) -> Result<(), ClusterError> {
    match DirBuilder::new().mode(mode).create(path) {
        // Not what the umask left of it.
        Ok(()) => fs::set_permissions(path, Permissions::from_mode(mode)).map_err(ClusterError::io("open", path)),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(ClusterError::io("make folder", path)(error)),
    }
}

/// Makes a folder that only the account may enter; one that is there already must be just that.
fn make_private(path: &Path, account: Account) -> Result<(), ClusterError> {
    make_folder(path, 0o700)?;
    let facts = fs::symlink_metadata(path).map_err(ClusterError::io("enter", path))?;
    if account.is_other() && facts.uid() == geteuid().as_raw() {
        lchown(path, Some(account.uid), Some(account.gid)).map_err(ClusterError::io("give away", path))?;
    } else if facts.uid() != account.uid || !facts.is_dir() || facts.mode() & 0o077 != 0 {
        return Err(ClusterError::Foreign { path: path.to_owned(), owner: facts.uid(), expected: account.uid });
    }
    Ok(())
}

fn socket_folder(home: &Path, account: Account) -> Result<PathBuf, ClusterError> {
    let name = short_hash(home);
    let uid = account.uid;
    // PostgreSQL takes a list there, separated by commas.
    let plain = |dir: &Path| !dir.as_os_str().as_bytes().iter().any(|byte| b",\"'\\\n".contains(byte));
    let fits = |dir: &PathBuf| dir.as_os_str().len() <= SOCKET_FOLDER_BYTES && plain(dir);
    if account.is_other() {
        return Ok(Path::new("/run/novads").join(name));
    }
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    let ours = runtime.filter(|dir| fs::metadata(dir).is_ok_and(|facts| facts.is_dir() && facts.uid() == uid));
    let dir = ours.map(|dir| dir.join(format!("novads-{name}"))).filter(fits);
    let dir = dir.unwrap_or_else(|| std::env::temp_dir().join(format!("novads-{uid}-{name}")));
    if fits(&dir) { Ok(dir) } else { Err(ClusterError::LongSocket { dir }) }
}

pub(super) fn shm_has_room() -> bool {
    statvfs(SHM).is_ok_and(|facts| facts.blocks_available().saturating_mul(facts.fragment_size()) > SHM_ROOM)
}

fn short_hash(path: &Path) -> String {
    let digest = Sha256::digest(path.as_os_str().as_bytes());
    digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}
