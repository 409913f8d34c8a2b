//! The ports that this installation is set up with: where files go, who carries mail, who reads files' text.

use std::{os::unix::fs::DirBuilderExt as _, path::Path, sync::Arc};

use anyhow::{Context as _, Result, anyhow, bail};
use delivery::ports::Mailer;
use documents::{BlobStore, FolderStore, MasterKey, TextExtractor};
use op::Extensions;
use port_s3::{S3Config, S3Store};
use port_smtp::{SmtpConfig, SmtpMailer};
use port_text::ChildExtractor;
use types::Clock;

use crate::installation::{Installation, Keys};

/// Registers them.
pub async fn register(all: &mut Extensions, installation: &Installation, keys: &Keys) -> Result<()> {
    all.insert(MasterKey(keys.master.0));
    all.insert(blobs(installation.data.as_deref()).await?);
    if let Some(mailer) = mailer()? {
        all.insert(mailer);
    }
    let exe = std::env::current_exe().context("where this program is")?;
    all.insert::<Arc<dyn TextExtractor>>(Arc::new(ChildExtractor::new(exe)));
    Ok(())
}

fn said(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|text| !text.trim().is_empty())
}

fn must(name: &str, because: &str) -> Result<String> {
    said(name).ok_or_else(|| anyhow!("{name} is not set, and {because} is"))
}

/// Where stored files are.
pub async fn blobs(data: Option<&Path>) -> Result<Arc<dyn BlobStore>> {
    const ENDPOINT: &str = "NOVADS_S3_ENDPOINT";
    if let Some(endpoint) = said(ENDPOINT) {
        let config = S3Config {
            endpoint,
            bucket: must("NOVADS_S3_BUCKET", ENDPOINT)?,
            region: said("NOVADS_S3_REGION").unwrap_or_else(|| "us-east-1".to_owned()),
            access_key: must("NOVADS_S3_ACCESS_KEY", ENDPOINT)?,
            secret_key: must("NOVADS_S3_SECRET_KEY", ENDPOINT)?,
            path_style: said("NOVADS_S3_PATH_STYLE").is_none_or(|text| text != "false"),
        };
        let store = S3Store::new(&config).context("NOVADS_S3_…")?;
        store
            .check()
            .await
            .with_context(|| format!("cannot keep files in bucket {} at {}", config.bucket, config.endpoint))?;
        return Ok(Arc::new(store));
    }
    let Some(data) = data else {
        bail!("say where files go: --data DIR, or NOVADS_S3_ENDPOINT and its companions (see `novads serve --help`)")
    };
    let folder = data.join("blobs");
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true).mode(0o700);
    builder.create(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(Arc::new(FolderStore::new(&folder)?))
}

fn mailer() -> Result<Option<Arc<dyn Mailer>>> {
    const URL: &str = "NOVADS_SMTP_URL";
    let Some(url) = said(URL) else { return Ok(None) };
    let ca_pem = said("NOVADS_SMTP_CA")
        .map(|path| std::fs::read_to_string(&path).with_context(|| format!("cannot read NOVADS_SMTP_CA {path}")))
        .transpose()?;
    let config = SmtpConfig { url, from: must("NOVADS_SMTP_FROM", URL)?, ca_pem };
    let mailer = SmtpMailer::new(&config, Clock::System).context(URL)?;
    Ok(Some(Arc::new(mailer)))
}
