//! Where invoices come from by themselves, and which other systems are told: by municipality, from a file.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, Result};
use delivery::ports::{AccountingSystems, Exchange, Inbox, InboxKind, InvoiceInboxes, RevenueService};
use op::Extensions;
use port_e_address::EAddressFolder;
use port_erp::{FolderLedger, SimulatedLedger};
use port_folder::WatchedFolder;
use port_imap::{ImapConfig, ImapInbox};
use port_srs::SimulatedService;
use serde::Deserialize;

const FILE: &str = "NOVADS_INTAKE";

/// What a municipality is set up with.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Place {
    /// A folder that is watched for invoices.
    folder: Option<PathBuf>,
    /// A mailbox: `imaps://user:password@host/FOLDER`.
    imap: Option<String>,
    /// A file with a certificate authority (PEM) to trust besides the public ones.
    imap_ca: Option<PathBuf>,
    /// The folder in which the connector of the e-address puts messages.
    e_address: Option<PathBuf>,
    /// The folder from which the accounting system imports postings.
    accounting: Option<PathBuf>,
}

/// Registers what the file of `NOVADS_INTAKE` says; a demonstration has folders of its own and simulated systems.
pub fn register(all: &mut Extensions, data: Option<&Path>, demo: Option<&str>) -> Result<()> {
    let mut inboxes = InvoiceInboxes::default();
    let mut systems = AccountingSystems::default();
    for (code, place) in places()? {
        add(&mut inboxes, &mut systems, &code, &place).with_context(|| format!("{FILE}, {code}"))?;
    }
    if let Some(code) = demo {
        if let Some(data) = data {
            let at = |name: &str| data.join("intake").join(name);
            for name in ["invoices", "e-address"] {
                std::fs::create_dir_all(at(name)).with_context(|| format!("cannot make {}", at(name).display()))?;
            }
            let (folder, e_address) = (Some(at("invoices")), Some(at("e-address")));
            add(&mut inboxes, &mut systems, code, &Place { folder, e_address, ..Place::default() })?;
        }
        systems.0.push((code.to_owned(), Arc::new(SimulatedLedger::default()) as Arc<dyn Exchange>));
        all.insert(RevenueService(Arc::new(SimulatedService::default())));
    }
    all.insert(inboxes);
    all.insert(systems);
    Ok(())
}

fn places() -> Result<BTreeMap<String, Place>> {
    let Some(path) = std::env::var_os(FILE).filter(|p| !p.is_empty()) else { return Ok(BTreeMap::new()) };
    let path = PathBuf::from(path);
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {FILE} {}", path.display()))?;
    read(&text).with_context(|| format!("{FILE} {}", path.display()))
}

fn read(text: &str) -> Result<BTreeMap<String, Place>> {
    Ok(serde_json::from_str(text)?)
}

fn add(inboxes: &mut InvoiceInboxes, systems: &mut AccountingSystems, code: &str, place: &Place) -> Result<()> {
    let mut add = |kind, inbox: Arc<dyn Inbox>| inboxes.0.push((code.to_owned(), kind, inbox));
    if let Some(folder) = &place.folder {
        anyhow::ensure!(folder.is_dir(), "{} is no folder", folder.display());
        add(InboxKind::Folder, Arc::new(WatchedFolder::new(folder)));
    }
    if let Some(folder) = &place.e_address {
        add(InboxKind::EAddress, Arc::new(EAddressFolder::new(folder)));
    }
    if let Some(url) = &place.imap {
        let ca_pem = place
            .imap_ca
            .as_ref()
            .map(|path| std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display())))
            .transpose()?;
        add(InboxKind::Mail, Arc::new(ImapInbox::new(&ImapConfig { url: url.clone(), ca_pem })?));
    }
    if let Some(folder) = &place.accounting {
        systems.0.push((code.to_owned(), Arc::new(FolderLedger::new(folder)) as Arc<dyn Exchange>));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_municipality_is_set_up_from_the_file_and_a_typing_error_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().display();
        let text = format!(
            r#"{{"ozolaine": {{"folder": "{folder}", "imap": "imaps://u:p@mail.example", "e_address": "/srv/e", "accounting": "/srv/a"}}}}"#
        );
        let (mut inboxes, mut systems) = (InvoiceInboxes::default(), AccountingSystems::default());
        for (code, place) in read(&text).unwrap() {
            add(&mut inboxes, &mut systems, &code, &place).unwrap();
        }
        let kinds: Vec<InboxKind> = inboxes.0.iter().map(|(_, kind, _)| *kind).collect();
        assert_eq!(kinds, [InboxKind::Folder, InboxKind::EAddress, InboxKind::Mail]);
        assert_eq!(systems.0.len(), 1);
        assert!(read(r#"{"ozolaine": {"foldr": "x"}}"#).err().unwrap().to_string().contains("foldr"));
        let none = Place { folder: Some(dir.path().join("nav")), ..Place::default() };
        assert!(add(&mut inboxes, &mut systems, "x", &none).is_err());
    }
}
