//! The installed server programs.

use std::{
    env,
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use nix::unistd::geteuid;

use super::{
    ClusterError, Durability, OWNER_ROLE,
    place::{Account, Place},
    postmaster::{Postmaster, tail},
    settings, which,
};

/// The oldest major version that the SQL is written for.
const OLDEST: u32 = 15;
/// Folders whose children are version numbers: Debian's, and with another shape Red Hat's (`pgsql-15`).
const FOLDERS: [(&str, &str); 2] = [("/usr/lib/postgresql", ""), ("/usr", "pgsql-")];

/// One thing the machine must have, for `novads doctor`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// What.
    pub name: &'static str,
    /// Where or which, if it is there.
    pub found: Option<String>,
    /// The command or change that brings it.
    pub how_to_get: String,
}

/// What the private cluster needs of the machine. Not needed where `DATABASE_URL` is set.
#[must_use]
pub fn requirements() -> Vec<Requirement> {
    let programs = Programs::find(None);
    let found = programs.as_ref().ok().map(|p| format!("{} in {}", p.version, p.dir.display()));
    let how_to_get = programs.err().map_or_else(|| apt_line(None), |error| error.to_string());
    let mut all = vec![Requirement { name: "PostgreSQL server, 15 or newer", found, how_to_get }];
    if geteuid().is_root() {
        all.push(Requirement {
            name: "an account without rights to run PostgreSQL as",
            found: Account::of_new().ok().map(|account| format!("user id {}", account.uid)),
            how_to_get: "adduser --system --group postgres".into(),
        });
    }
    all
}

/// A folder with `initdb` and `postgres`.
#[derive(Clone, Debug)]
pub(super) struct Programs {
    dir: PathBuf,
    version: u32,
}

impl Programs {
    /// Finds the programs of one major version, or the newest.
    pub fn find(wanted: Option<u32>) -> Result<Self, ClusterError> {
        let dirs = candidates();
        let mut all: Vec<Self> = dirs.iter().filter_map(|dir| Self::at(dir)).collect();
        all.sort_by_key(|programs| std::cmp::Reverse(programs.version));
        let best = all.into_iter().find(|programs| wanted.is_none_or(|version| programs.version == version));
        match best {
            Some(programs) if programs.version >= OLDEST => Ok(programs),
            Some(old) => Err(ClusterError::TooOld { found: old.version, dir: old.dir, how: apt_line(None) }),
            None => Err(ClusterError::Missing {
                program: "initdb",
                need: wanted.map_or_else(|| format!("{OLDEST} or newer"), |version| version.to_string()),
                searched: dirs.iter().map(|dir| dir.display().to_string()).collect::<Vec<_>>().join(", "),
                how: apt_line(wanted),
            }),
        }
    }

    fn at(dir: &Path) -> Option<Self> {
        let complete = ["initdb", "postgres"].iter().all(|program| dir.join(program).is_file());
        let version = if complete { version_of(&dir.join("postgres"))? } else { return None };
        Some(Self { dir: dir.to_owned(), version })
    }

    /// Makes the data folder: under another name first, so that a killed `initdb` leaves nothing half done.
    pub async fn initdb(&self, place: &Place, durability: Durability) -> Result<(), ClusterError> {
        let fresh = place.home().join("data.new");
        if fresh.exists() {
            std::fs::remove_dir_all(&fresh).map_err(ClusterError::io("delete", &fresh))?;
        }
        let program = self.dir.join("initdb");
        let mut command = run_as(place, &program);
        command.arg("--pgdata").arg(&fresh).arg("--username").arg(OWNER_ROLE);
        command.args(["--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums", "--auth=trust", "--no-instructions"]);
        if durability == Durability::Throwaway {
            command.arg("--no-sync");
        }
        let out = tokio::process::Command::from(command).output().await.map_err(ClusterError::io("run", &program))?;
        if !out.status.success() {
            return Err(ClusterError::Initdb { said: tail(&String::from_utf8_lossy(&out.stderr)) });
        }
        settings::include_ours(place, &fresh)?;
        std::fs::rename(&fresh, place.data()).map_err(ClusterError::io("rename", &fresh))?;
        let home = std::fs::File::open(place.home()).map_err(ClusterError::io("open", place.home()))?;
        home.sync_all().map_err(ClusterError::io("sync", place.home()))
    }

    /// Starts the server in a process group of its own, so that a ^C meant for us does not reach it.
    pub fn start(&self, place: &Place) -> Result<Postmaster, ClusterError> {
        let program = self.dir.join("postgres");
        let log = place.open_fresh(&place.start_log())?;
        let mut command = run_as(place, &program);
        command.arg("-D").arg(place.data()).stderr(log);
        let child = command.spawn().map_err(ClusterError::io("run", &program))?;
        Ok(Postmaster::started(child))
    }
}

/// A program with the account of the server, and without the PG… variables of whoever called us.
fn run_as(place: &Place, program: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear().envs(["PATH", "LD_LIBRARY_PATH"].iter().filter_map(|name| Some((name, env::var_os(name)?))));
    command.env("LC_ALL", "C.UTF-8").env("TZ", "UTC").env("HOME", place.home());
    command.current_dir(place.home()).stdin(Stdio::null()).stdout(Stdio::null()).process_group(0);
    let account = place.account();
    if account.is_other() {
        // As root this also drops the supplementary groups.
        command.uid(account.uid).gid(account.gid);
    }
    command
}

fn candidates() -> Vec<PathBuf> {
    if let Some(dir) = env::var_os("NOVADS_PG_BIN") {
        return vec![dir.into()];
    }
    let mut dirs: Vec<PathBuf> =
        FOLDERS.iter().flat_map(|(folder, prefix)| versions_in(Path::new(folder), prefix)).collect();
    let on_path = which("initdb", &[PathBuf::from("/usr/local/pgsql/bin")]);
    let real = on_path.and_then(|program| program.canonicalize().ok());
    dirs.extend(real.as_deref().and_then(Path::parent).map(Path::to_owned));
    if dirs.is_empty() {
        dirs.extend([PathBuf::from("/usr/lib/postgresql/*/bin"), PathBuf::from("PATH")]);
    }
    dirs
}

fn versions_in(folder: &Path, prefix: &str) -> Vec<PathBuf> {
    let Ok(entries) = folder.read_dir() else { return Vec::new() };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let versions = names.filter(|name| name.strip_prefix(prefix).is_some_and(|rest| rest.parse::<u32>().is_ok()));
    versions.map(|name| folder.join(name).join("bin")).collect()
}

fn version_of(postgres: &Path) -> Option<u32> {
    let out = Command::new(postgres).arg("--version").stdin(Stdio::null()).output().ok()?;
    parse_version(&String::from_utf8_lossy(&out.stdout))
}

/// `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`, `postgres (PostgreSQL) 18beta1`
pub(super) fn parse_version(said: &str) -> Option<u32> {
    let number = said.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    let end = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
    number.get(..end)?.parse().ok()
}

fn apt_line(version: Option<u32>) -> String {
    let sudo = if geteuid().is_root() { "" } else { "sudo " };
    let package = version.map_or_else(|| "postgresql".into(), |version| format!("postgresql-{version}"));
    format!("{sudo}apt-get install {package}")
}
