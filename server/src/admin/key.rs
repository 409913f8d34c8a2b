//! `novads admin key`

use std::sync::Arc;

use anyhow::{Result, anyhow, bail};
use documents::MasterKey;
use op::{Kernel, Op};
use web::platform;

use crate::{
    cli::{Key, KeyName},
    installation::{self, Installation},
    keys::{self, Name, Secret, Source},
    output,
};

pub fn new() {
    output::line(&Secret::fresh().to_hex());
}

pub async fn run(installation: &Installation, kernel: &Arc<Kernel>, command: &Key) -> Result<()> {
    match command {
        Key::New => new(),
        Key::Show => show(installation, kernel).await?,
        Key::Rotate { key: KeyName::Token } => rotate_token(installation)?,
        Key::Rotate { key: KeyName::Master } => rotate_master(installation, kernel).await?,
    }
    Ok(())
}

async fn show(installation: &Installation, kernel: &Kernel) -> Result<()> {
    let mut rows = Vec::new();
    for (label, name) in [("master", Name::Master), ("token", Name::Token)] {
        let found = keys::find(name, installation.data.as_deref())?;
        let (print, source) =
            found.map_or_else(Default::default, |(key, source)| (key.fingerprint(), source.to_string()));
        let known = platform::setting(kernel, name.setting()).await?.unwrap_or_default();
        rows.push(vec![label.to_owned(), print, known, source]);
    }
    output::table(&["KEY", "FINGERPRINT", "OF THE DATABASE", "KEPT IN"], &rows);
    Ok(())
}

fn stopped(installation: &Installation) -> Result<()> {
    match installation.data.as_deref().and_then(installation::running) {
        Some(server) => bail!("stop the server first (process {})", server.pid),
        None => Ok(()),
    }
}

fn rotate_token(installation: &Installation) -> Result<()> {
    stopped(installation)?;
    let fresh = Secret::fresh();
    let (_, source) =
        keys::find(Name::Token, installation.data.as_deref())?.ok_or_else(|| anyhow!("there is no token key yet"))?;
    match source {
        Source::File(path) => {
            keys::replace(&path, &fresh)?;
            output::line(&format!(
                "the token key in {} is replaced; forms that are open now must be opened again",
                path.display()
            ));
        }
        Source::Environment(name) => {
            output::line(&format!("set {name} to this, and start the server again:\n{}", fresh.to_hex()))
        }
    }
    Ok(())
}

/// The next key first goes to a place of its own, so that a rotation that was cut off can be said again; until then
/// no server starts.
async fn rotate_master(installation: &Installation, kernel: &Arc<Kernel>) -> Result<()> {
    stopped(installation)?;
    let data = installation.data.as_deref();
    let (old, source) = keys::find(Name::Master, data)?.ok_or_else(|| anyhow!("there is no master key yet"))?;
    let Source::File(path) = source else {
        bail!(
            "the master key comes from {source}: put it into {} for the rotation (mode 600), unset {source}, and say --data DIR",
            data.map_or_else(|| "DIR/keys/master.key".to_owned(), |data| Name::Master.file(data).display().to_string())
        )
    };
    let data = data.ok_or_else(|| anyhow!("say --data DIR"))?;
    let place = installation::next_master(data);
    let next = match keys::read(&place)? {
        Some(next) => next,
        None => keys::make(&place, &Secret::fresh())?,
    };
    let mut wrapped = 0;
    for tenant in platform::tenants(kernel).await? {
        let op = Op::house(kernel, tenant.id, "novads admin key rotate master");
        wrapped += u32::from(documents::rekey(&op, &MasterKey(old.0), &MasterKey(next.0)).await?);
    }
    platform::set_setting(kernel, Name::Master.setting(), &next.fingerprint()).await?;
    keys::replace(&path, &next)?;
    std::fs::remove_file(&place)?;
    output::line(&format!(
        "the master key in {} is replaced; {wrapped} municipalities' keys are wrapped anew",
        path.display()
    ));
    output::line("Keep the old one as long as there are backups from before: their files need it.");
    Ok(())
}
