//! What can be seen without the database: programs, folders, room, the port, fonts.

use std::{
    net::{SocketAddr, TcpListener},
    os::unix::fs::MetadataExt as _,
    path::Path,
};

use anyhow::Result;
use nix::{
    sys::statvfs::statvfs,
    unistd::{AccessFlags, access},
};

use super::Check;
use crate::{
    cli::{Doctor, Place},
    house,
    installation::{self, data_folder},
    keys::Name,
};

const MIB: u64 = 1 << 20;
const TIGHT: u64 = 5 * 1024 * MIB;
const FULL: u64 = 500 * MIB;

pub fn look(place: &Place, args: &Doctor) -> Result<Vec<Check>> {
    let mut checks = vec![Check::ok("program", format!("novads {}", env!("CARGO_PKG_VERSION")))];
    if place.database_url.is_none() {
        checks.extend(programs());
    }
    let data = data_folder(place)?;
    if let Some(data) = &data {
        checks.push(folder(data));
        checks.push(room(data));
        checks.extend(keys(data));
    }
    checks.push(port(args.listen, data.as_deref()));
    checks.push(fonts());
    Ok(checks)
}

fn programs() -> Vec<Check> {
    let check = |r: db::cluster::Requirement| match r.found {
        Some(found) => Check::ok("postgresql programs", format!("{}: {found}", r.name)),
        None => Check::fail("postgresql programs", format!("missing: {}", r.name), r.how_to_get),
    };
    db::cluster::requirements().into_iter().map(check).collect()
}

fn folder(data: &Path) -> Check {
    const NAME: &str = "data folder";
    let shown = data.display();
    if data.is_dir() {
        return match access(data, AccessFlags::R_OK | AccessFlags::W_OK | AccessFlags::X_OK) {
            Ok(()) => Check::ok(NAME, shown.to_string()),
            Err(error) => {
                let owner = std::fs::metadata(data).map_or(0, |facts| facts.uid());
                let how = format!("run as user id {owner}, whose folder it is, or choose another with --data DIR");
                Check::fail(NAME, format!("{shown}: {error}"), how)
            }
        };
    }
    if data.exists() {
        return Check::fail(NAME, format!("{shown} is not a folder"), "choose another with --data DIR");
    }
    let parent = data.ancestors().skip(1).find(|parent| parent.exists()).unwrap_or(data);
    match access(parent, AccessFlags::W_OK | AccessFlags::X_OK) {
        Ok(()) => Check::ok(NAME, format!("{shown} is not there yet; `novads serve` makes it")),
        Err(error) => {
            let says = format!("{shown} is not there, and cannot be made in {}: {error}", parent.display());
            Check::fail(NAME, says, "choose another with --data DIR")
        }
    }
}

fn room(data: &Path) -> Check {
    let there = data.ancestors().find(|folder| folder.exists()).unwrap_or(data);
    let free = match statvfs(there) {
        Ok(facts) => facts.blocks_available().saturating_mul(facts.fragment_size()),
        Err(error) => return Check::warn("disk", format!("{}: {error}", there.display()), ""),
    };
    let says = format!("{} MiB free", free / MIB);
    match free {
        free if free < FULL => Check::fail("disk", says, "make room: PostgreSQL stops when the disk is full"),
        free if free < TIGHT => Check::warn("disk", says, "make room soon"),
        _ => Check::ok("disk", says),
    }
}

fn keys(data: &Path) -> Vec<Check> {
    let one = |name: Name| {
        let (label, path) = match name {
            Name::Master => ("master key", name.file(data)),
            Name::Token => ("token key", name.file(data)),
        };
        match crate::keys::find(name, Some(data)) {
            Ok(Some((key, source))) => Check::ok(label, format!("fingerprint {} from {source}", key.fingerprint())),
            Ok(None) if !installation::is_there(data) => Check::ok(label, "made at the first start"),
            Ok(None) => {
                let how = format!("bring {} back from a backup, or set {}", path.display(), name.variable());
                Check::warn(label, "not there", how)
            }
            Err(error) => Check::fail(label, format!("{error:#}"), "put it right before the next start"),
        }
    };
    vec![one(Name::Master), one(Name::Token)]
}

fn port(listen: SocketAddr, data: Option<&Path>) -> Check {
    const NAME: &str = "port";
    let server = data.and_then(installation::running);
    match (server, TcpListener::bind(listen)) {
        (Some(server), _) => Check::ok(NAME, format!("a server runs here: process {}, {}", server.pid, server.url)),
        (None, Ok(_)) => Check::ok(NAME, format!("{listen} is free")),
        (None, Err(error)) => Check::fail(NAME, format!("{listen}: {error}"), "choose another with --listen ADDR"),
    }
}

fn fonts() -> Check {
    match house::check_fonts() {
        Ok(says) => Check::ok("fonts", says),
        Err(error) => Check::fail("fonts", format!("{error:#}"), "this program was built wrongly: install it anew"),
    }
}
