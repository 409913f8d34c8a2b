//! The keys that are kept outside the database: the master key wraps the keys of stored files, the token key signs
//! the tokens of forms. From the environment, or from files in the data folder that only their owner may read.

use std::{
    fs::{self, OpenOptions},
    io::{ErrorKind, Write as _},
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, anyhow, bail};
use hmac::{Hmac, KeyInit as _, Mac as _};
use rand::Rng as _;
use sha2::Sha256;

/// A key, kept out of logs.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub [u8; 32]);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Secret({})", self.fingerprint())
    }
}

/// Which key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name {
    /// Wraps the keys of stored files.
    Master,
    /// Signs the tokens of forms.
    Token,
}

/// Where a key was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// In that environment variable.
    Environment(&'static str),
    /// In that file.
    File(PathBuf),
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Environment(name) => f.write_str(name),
            Self::File(path) => path.display().fmt(f),
        }
    }
}

impl Name {
    /// The environment variable that carries it.
    pub const fn variable(self) -> &'static str {
        match self {
            Self::Master => "NOVADS_MASTER_KEY",
            Self::Token => "NOVADS_TOKEN_KEY",
        }
    }

    /// The setting that keeps its fingerprint in the database.
    pub const fn setting(self) -> &'static str {
        match self {
            Self::Master => "master-key-fingerprint",
            Self::Token => "token-key-fingerprint",
        }
    }

    /// Its file in the data folder.
    pub fn file(self, data: &Path) -> PathBuf {
        data.join("keys").join(match self {
            Self::Master => "master.key",
            Self::Token => "token.key",
        })
    }
}

impl Secret {
    /// A fresh one.
    pub fn fresh() -> Self {
        let mut rng: rand::rngs::StdRng = rand::make_rng();
        let mut bytes = [0; 32];
        rng.fill_bytes(&mut bytes);
        Self(bytes)
    }

    /// As environment variables and files carry it.
    pub fn to_hex(&self) -> String {
        hex::encode(self.0)
    }

    /// Tells keys apart without telling them: safe to show and to store.
    pub fn fingerprint(&self) -> String {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return String::new() };
        mac.update(b"novads key fingerprint");
        hex::encode(mac.finalize().into_bytes().get(..8).unwrap_or_default())
    }

    fn parse(text: &str) -> Option<Self> {
        hex::decode(text.trim()).ok()?.try_into().ok().map(Self)
    }
}

/// Finds a key: in the environment, else in the data folder.
pub fn find(name: Name, data: Option<&Path>) -> Result<Option<(Secret, Source)>> {
    let variable = name.variable();
    if let Ok(text) = std::env::var(variable) {
        let key = Secret::parse(&text).ok_or_else(|| anyhow!("{variable} must be 32 bytes in hex (64 digits)"))?;
        return Ok(Some((key, Source::Environment(variable))));
    }
    let Some(path) = data.map(|data| name.file(data)) else { return Ok(None) };
    Ok(read(&path)?.map(|key| (key, Source::File(path))))
}

/// Finds a key, or makes it in the data folder where the installation is new.
pub fn find_or_make(name: Name, data: Option<&Path>, known: Option<&str>) -> Result<(Secret, Source)> {
    if let Some(found) = find(name, data)? {
        return Ok(found);
    }
    let variable = name.variable();
    let Some(data) = data else {
        bail!(
            "{variable} is not set: with --database-url, keys come from the environment or from --data DIR. `novads admin key new` prints a fresh one"
        )
    };
    let path = name.file(data);
    // The token key only signs forms that are open right now; the master key cannot be done without.
    if name == Name::Master && known.is_some() {
        bail!(
            "{} is gone, and the files of this installation cannot be read without it: bring it back from a backup, or set {variable}",
            path.display()
        );
    }
    let key = make(&path, &Secret::fresh())?;
    Ok((key, Source::File(path)))
}

/// Reads a key's file; refuses one that others could have read.
pub fn read(path: &Path) -> Result<Option<Secret>> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
    };
    let mode = fs::metadata(path).with_context(|| format!("cannot look at {}", path.display()))?.mode();
    if mode & 0o077 != 0 {
        bail!("{} can be read by others (mode {:o}): chmod 600 it", path.display(), mode & 0o777);
    }
    let key = Secret::parse(&text).ok_or_else(|| anyhow!("{} does not hold 32 bytes in hex", path.display()))?;
    Ok(Some(key))
}

/// Writes a key's file unless somebody was faster; answers the key that stands there.
pub fn make(path: &Path, key: &Secret) -> Result<Secret> {
    let beside = write_beside(path, key)?;
    // A link, not a rename: it never replaces a key.
    let linked = fs::hard_link(&beside, path);
    let _ = fs::remove_file(&beside);
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            Err(error).with_context(|| format!("cannot make {}", path.display()))
        }
        _ => {
            sync_folder(path)?;
            read(path)?.ok_or_else(|| anyhow!("{} vanished", path.display()))
        }
    }
}

/// Replaces a key's file.
pub fn replace(path: &Path, key: &Secret) -> Result<()> {
    let beside = write_beside(path, key)?;
    fs::rename(&beside, path).with_context(|| format!("cannot replace {}", path.display()))?;
    sync_folder(path)
}

fn write_beside(path: &Path, key: &Secret) -> Result<PathBuf> {
    let folder = path.parent().ok_or_else(|| anyhow!("{} has no folder", path.display()))?;
    match fs::DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            return Err(error).with_context(|| format!("cannot make {}", folder.display()));
        }
        _ => {}
    }
    let beside = path.with_extension(format!("{}.part", std::process::id()));
    let _ = fs::remove_file(&beside);
    let write = || {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
        writeln!(file, "{}", key.to_hex())?;
        file.sync_all()
    };
    write().with_context(|| format!("cannot write {}", beside.display()))?;
    Ok(beside)
}

fn sync_folder(path: &Path) -> Result<()> {
    let folder = path.parent().unwrap_or(path);
    let sync = || fs::File::open(folder)?.sync_all();
    sync().with_context(|| format!("cannot sync {}", folder.display()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_key_is_made_once_and_only_its_owner_may_read_it() {
        let dir = tempfile::tempdir().unwrap();
        let (key, source) = find_or_make(Name::Token, Some(dir.path()), None).unwrap();
        let (again, _) = find_or_make(Name::Token, Some(dir.path()), None).unwrap();
        assert!(key == again);
        let Source::File(path) = source else { panic!("{source}") };
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(path.parent().unwrap()).unwrap().mode() & 0o777, 0o700);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "nothing is left beside it");

        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let refused = find(Name::Token, Some(dir.path())).unwrap_err().to_string();
        assert!(refused.contains("chmod 600"), "{refused}");
    }

    #[test]
    fn a_lost_master_key_is_not_made_anew() {
        let dir = tempfile::tempdir().unwrap();
        let refused = find_or_make(Name::Master, Some(dir.path()), Some("abcd")).unwrap_err().to_string();
        assert!(refused.contains("backup"), "{refused}");
        assert!(!Name::Master.file(dir.path()).exists());
        assert!(find_or_make(Name::Master, None, None).unwrap_err().to_string().contains("NOVADS_MASTER_KEY"));
    }

    #[test]
    fn a_fingerprint_tells_keys_apart_and_a_log_does_not_tell_the_key() {
        let (one, two) = (Secret([1; 32]), Secret([2; 32]));
        assert_ne!(one.fingerprint(), two.fingerprint());
        assert!(!format!("{one:?}").contains(&one.to_hex()));
        assert!(Secret::parse(&one.to_hex()).is_some_and(|key| key == one));
        assert!(Secret::parse("00").is_none() && Secret::parse("zz").is_none());
    }
}
