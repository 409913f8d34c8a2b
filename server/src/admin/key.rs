//! `novads admin key`

use anyhow::{Result, anyhow, bail};
use op::Kernel;
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

pub async fn run(installation: &Installation, kernel: &Kernel, command: &Key) -> Result<()> {
    match command {
        Key::New => new(),
        Key::Show => show(installation, kernel).await?,
        Key::Rotate { key: KeyName::Token } => rotate_token(installation)?,
        Key::Rotate { key: KeyName::Master } => bail!("nothing is wrapped by the master key yet"),
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
