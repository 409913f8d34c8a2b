//! `novads report`

use std::{io::Write as _, path::Path};

use anyhow::{Context as _, Result};
use reports::ExportError;

use crate::{
    DONE, admin,
    cli::{Format, Place, Report},
    installation::{Absent, Installation},
    output,
};

/// Prints the figures of a report, one line a municipality.
pub async fn run(place: &Place, args: &Report) -> Result<u8> {
    let installation = Installation::open(place, Absent::Refuse).await?;
    let result = figures(&installation, args).await;
    installation.close().await?;
    let text = result?;
    match &args.out {
        Some(file) => write(file, &text)?,
        None => output::text(&text),
    }
    Ok(DONE)
}

async fn figures(installation: &Installation, args: &Report) -> Result<String> {
    let kernel = installation.kernel().await?;
    let format = match args.format {
        Format::Csv => reports::Format::Csv,
        Format::Json => reports::Format::Json,
    };
    let tenants = admin::tenants_of(&kernel, args.tenant.as_deref()).await?;
    let ids: Vec<_> = tenants.iter().map(|tenant| tenant.id).collect();
    reports::export(&kernel, &args.name, &ids, args.year, format).await.map_err(|error| match error {
        unknown @ ExportError::Unknown(..) => unknown.into(),
        ExportError::Op(error) => anyhow::Error::new(error).context("the figures cannot be counted"),
    })
}

/// Whoever reads the file sees the old figures or the new ones, never half of them.
fn write(file: &Path, text: &str) -> Result<()> {
    let mut name = file.file_name().with_context(|| format!("{} is no file", file.display()))?.to_owned();
    name.push(".part");
    let beside = file.with_file_name(name);
    let all = || {
        let mut out = std::fs::File::create(&beside)?;
        out.write_all(text.as_bytes())?;
        out.sync_all()?;
        std::fs::rename(&beside, file)
    };
    all().with_context(|| format!("cannot write {}", file.display()))
}
