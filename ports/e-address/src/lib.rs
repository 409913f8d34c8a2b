//! The official electronic address (e-adrese) as a source: envelopes of the kind `EINVOICE` with their files.
//!
//! Field names follow open clients of the service (DIV envelope 1.0) and the notice of municipalities that e-invoices
//! carry the document kind `EINVOICE`; the service's own specification is given out with an agreement only.

mod envelope;

use std::{
    io,
    path::{Path, PathBuf},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use delivery::ports::{Delivered, DeliveredFile, Fate, Inbox, MailError};
use sha2::{Digest as _, Sha512};
use types::{BoxFuture, Date};

pub use envelope::{Envelope, EnvelopeError, EnvelopeFile, KIND, read, unpacked, write};

/// The largest envelope.
const LARGEST_ENVELOPE: u64 = 1 << 20;
/// The largest file, as it travels.
const LARGEST: u64 = 64 << 20;

/// The folder in which the connector and the house meet.
#[derive(Clone, Debug)]
pub struct EAddressFolder {
    root: PathBuf,
}

impl EAddressFolder {
    /// That folder.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    async fn look(&self, most: usize) -> io::Result<Vec<Delivered>> {
        let incoming = self.root.join("incoming");
        if !tokio::fs::try_exists(&incoming).await? {
            return Ok(Vec::new());
        }
        let mut names = Vec::new();
        let mut entries = tokio::fs::read_dir(&incoming).await?;
        while let Some(entry) = entries.next_entry().await? {
            let whole = entry.path().join("envelope.xml");
            if entry.file_type().await?.is_dir()
                && let Some(name) = entry.file_name().to_str()
                && is_name(name)
                && tokio::fs::try_exists(whole).await?
            {
                names.push(name.to_owned());
            }
        }
        names.sort();
        let mut all = Vec::new();
        for name in names {
            if all.len() == most {
                break;
            }
            all.extend(message(&incoming.join(&name), name).await?);
        }
        Ok(all)
    }

    async fn put_away(&self, key: &str, fate: Fate) -> io::Result<()> {
        if !is_name(key) {
            return Err(io::Error::other("not the name of a message"));
        }
        let from = self.root.join("incoming").join(key);
        if !tokio::fs::try_exists(&from).await? {
            return Ok(());
        }
        let place = match fate {
            Fate::Done => "confirmed",
            Fate::Failed(reason) => {
                tokio::fs::write(from.join("reason.txt"), format!("{reason}\n")).await?;
                "refused"
            }
        };
        let place = self.root.join(place);
        tokio::fs::create_dir_all(&place).await?;
        tokio::fs::rename(from, place.join(key)).await
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', '\0'])
}

/// A message, where it is an e-invoice's; one that cannot be read is a delivery with a fault.
async fn message(folder: &Path, key: String) -> io::Result<Option<Delivered>> {
    let fault = |key: String, why: String| {
        Some(Delivered { key, sender: None, subject: String::new(), files: Vec::new(), fault: Some(why) })
    };
    let path = folder.join("envelope.xml");
    if tokio::fs::metadata(&path).await?.len() > LARGEST_ENVELOPE {
        return Ok(fault(key, "Aploksne ir pārāk liela".to_owned()));
    }
    let envelope = match read(&tokio::fs::read(&path).await?) {
        Ok(envelope) => envelope,
        Err(e) => return Ok(fault(key, format!("Aploksni nevar nolasīt: {e}"))),
    };
    if envelope.kind != KIND {
        return Ok(None);
    }
    let mut files = Vec::with_capacity(envelope.files.len());
    for file in &envelope.files {
        match content(folder, file).await? {
            Ok(bytes) => files.push(DeliveredFile { name: file.name.clone(), bytes }),
            Err(e) => return Ok(fault(key, format!("Datne „{}”: {e}", file.name))),
        }
    }
    Ok(Some(Delivered { key, sender: Some(envelope.sender), subject: envelope.title, files, fault: None }))
}

async fn content(folder: &Path, file: &EnvelopeFile) -> io::Result<Result<Vec<u8>, EnvelopeError>> {
    let path = folder.join(&file.reference);
    if !is_name(&file.reference) || !tokio::fs::try_exists(&path).await? {
        return Ok(Err(EnvelopeError::NoContent));
    }
    let facts = tokio::fs::symlink_metadata(&path).await?;
    if !facts.is_file() || facts.len() > LARGEST {
        return Ok(Err(EnvelopeError::Size));
    }
    Ok(unpacked(file, &tokio::fs::read(&path).await?))
}

impl Inbox for EAddressFolder {
    fn fetch(&self, most: usize) -> BoxFuture<'_, Result<Vec<Delivered>, MailError>> {
        Box::pin(async move { self.look(most).await.map_err(|e| MailError::Transient(e.to_string())) })
    }

    fn settle<'a>(&'a self, key: &'a str, fate: Fate) -> BoxFuture<'a, Result<(), MailError>> {
        Box::pin(async move { self.put_away(key, fate).await.map_err(|e| MailError::Transient(e.to_string())) })
    }
}

/// The other end, for demonstrations and tests: writes a whole message with a right envelope, as the service would hand
/// it over.
///
/// # Errors
/// The folder cannot be written.
pub fn simulate(root: &Path, message: &str, sender: &str, date: Date, files: &[(&str, &[u8])]) -> io::Result<()> {
    let incoming = root.join("incoming");
    // Under another name until it is whole.
    let (making, made) = (incoming.join(format!(".{message}")), incoming.join(message));
    std::fs::create_dir_all(&making)?;
    let file = |(n, (name, bytes)): (usize, &(&str, &[u8]))| EnvelopeFile {
        name: (*name).to_owned(),
        mime: "application/xml".to_owned(),
        size: bytes.len() as u64,
        reference: format!("content-{n}"),
        digest: Some(("sha512".to_owned(), STANDARD.encode(Sha512::digest(bytes)))),
        compressed: false,
    };
    let envelope = Envelope {
        kind: KIND.to_owned(),
        title: format!("E-rēķins {message}"),
        date: date.to_string(),
        sender: sender.to_owned(),
        files: files.iter().enumerate().map(file).collect(),
    };
    for (listed, (_, bytes)) in envelope.files.iter().zip(files) {
        std::fs::write(making.join(&listed.reference), bytes)?;
    }
    std::fs::write(making.join("envelope.xml"), write(&envelope))?;
    std::fs::rename(making, made)
}
