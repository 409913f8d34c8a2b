//! Trust lists, kept fresh: only signed ones, never an older one than is known, the last good one kept on disk.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use asice::{
    pki::Certificate,
    trust::{TrustList, TrustStore},
};
use serde::{Deserialize, Serialize};
use signing::ports::{ProofError, Trust, TrustLists};
use types::{BoxFuture, Clock, Timestamp};

use crate::http::Http;

/// The largest national list has 10 MB.
const LIMIT: usize = 32 * 1024 * 1024;
/// Pointers that one list of lists may have; the Union has some forty.
const MAX_POINTERS: usize = 100;

/// Where a list is, and who may sign it.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its address.
    pub url: String,
    /// Whose signature is asked for: what was published in the Official Journal, or came on paper.
    pub signers: Vec<Certificate>,
}

/// What is kept fresh.
#[derive(Clone, Debug)]
pub struct ListSettings {
    /// Lists of lists, or national lists.
    pub sources: Vec<Source>,
    /// Of lists of lists, the territories that are followed; none: all.
    pub territories: Vec<String>,
    /// Where the last good ones are kept.
    pub folder: Option<PathBuf>,
}

/// What is known of a list beside itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Note {
    url: String,
    sequence: u64,
    fetched_at: Timestamp,
}

/// A list that was found signed as it must be.
#[derive(Clone, Debug)]
struct Good {
    note: Note,
    list: TrustList,
}

#[derive(Default)]
struct State {
    /// By address.
    good: BTreeMap<String, Good>,
    trust: Option<Trust>,
}

/// Trust lists over HTTP.
pub struct HttpLists {
    http: Http,
    settings: ListSettings,
    clock: Clock,
    state: Mutex<State>,
}

impl HttpLists {
    /// Reads the last good lists from the folder, verified anew; asks nobody yet.
    #[must_use]
    pub fn new(http: Http, settings: ListSettings, clock: Clock) -> Self {
        let lists = Self { http, settings, clock, state: Mutex::default() };
        let mut good = BTreeMap::new();
        for source in &lists.settings.sources {
            lists.read_kept(source, &mut good);
        }
        lists.set(good, Some("the lists have not been asked for since the start".to_owned()));
        lists
    }

    /// Asks for all lists. What does not come, or is not signed as it must be, leaves the last good one in its place;
    /// the answer says what was wrong.
    ///
    /// # Errors
    /// There is no list at all.
    pub async fn refresh(&self) -> Result<Trust, ProofError> {
        let known = self.state.lock().unwrap_or_else(PoisonError::into_inner).good.clone();
        let mut good = BTreeMap::new();
        let mut trouble = Vec::new();
        for source in &self.settings.sources {
            let Some(list) = self.renewed(source, &known, &mut good, &mut trouble).await else { continue };
            for next in self.followed(&list) {
                self.renewed(&next, &known, &mut good, &mut trouble).await;
            }
        }
        let trouble = if trouble.is_empty() { None } else { Some(trouble.join("; ")) };
        if let Some(text) = &trouble {
            tracing::warn!(text, "trust lists");
        }
        self.set(good, trouble);
        self.known()
    }

    /// National lists that a list of lists points to.
    fn followed(&self, list: &TrustList) -> Vec<Source> {
        if !list.is_list_of_lists() {
            return Vec::new();
        }
        let wanted = |territory: &str| {
            self.settings.territories.is_empty() || self.settings.territories.iter().any(|t| t == territory)
        };
        let lists_of_lists = |kind: &str| kind.ends_with("/EUlistofthelists") || kind.ends_with("/schemes");
        let xml = |media: &str, location: &str| !media.contains("pdf") && !location.ends_with(".pdf");
        list.pointers
            .iter()
            .filter(|p| wanted(&p.territory) && !lists_of_lists(&p.kind) && xml(&p.media_type, &p.location))
            .take(MAX_POINTERS)
            .map(|p| Source { url: p.location.clone(), signers: p.signers.clone() })
            .collect()
    }

    async fn renewed(
        &self,
        source: &Source,
        known: &BTreeMap<String, Good>,
        good: &mut BTreeMap<String, Good>,
        trouble: &mut Vec<String>,
    ) -> Option<TrustList> {
        let old = known.get(&source.url);
        let found = match self.fetched(source, old).await {
            Ok(found) => Some(found),
            Err(text) => {
                trouble.push(format!("{}: {text}", source.url));
                old.cloned()
            }
        };
        let found = found?;
        let list = found.list.clone();
        good.insert(source.url.clone(), found);
        Some(list)
    }

    async fn fetched(&self, source: &Source, old: Option<&Good>) -> Result<Good, String> {
        let response = self.http.get(&source.url, &[("accept", "application/xml, */*")], LIMIT).await;
        let response = response.map_err(|error| error.to_string())?;
        if !response.status.is_success() {
            return Err(format!("answers {}", response.status));
        }
        let mut signers = source.signers.clone();
        // A list of lists names who signs the next one: so new signers are learned from a list that the old ones signed.
        if let Some(old) = old.filter(|o| o.list.is_list_of_lists()) {
            let own = old.list.pointers.iter().filter(|p| p.location == source.url);
            signers.extend(own.flat_map(|p| p.signers.iter().cloned()));
        }
        let list = TrustList::parse_signed(&response.body, &signers).map_err(|error| error.to_string())?;
        if let Some(old) = old.filter(|o| o.note.sequence > list.sequence) {
            return Err(format!("number {} is older than number {}, which is known", list.sequence, old.note.sequence));
        }
        let note = Note { url: source.url.clone(), sequence: list.sequence, fetched_at: self.clock.now() };
        if let Err(error) = self.keep(&note, &response.body) {
            tracing::warn!(%error, "a trust list cannot be kept");
        }
        Ok(Good { note, list })
    }

    /// A name for files of an address.
    fn place(folder: &Path, url: &str, extension: &str) -> PathBuf {
        let digest = asice::pki::Hash::Sha256.digest(url.as_bytes());
        let name: String = digest.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
        folder.join(format!("{name}.{extension}"))
    }

    fn keep(&self, note: &Note, bytes: &[u8]) -> std::io::Result<()> {
        let Some(folder) = &self.settings.folder else { return Ok(()) };
        std::fs::create_dir_all(folder)?;
        // Whole or not at all; the note last, because without it the list is not read.
        for (extension, content) in [("xml", bytes.to_vec()), ("json", serde_json::to_vec(note)?)] {
            let temporary = Self::place(folder, &note.url, "new");
            std::fs::write(&temporary, content)?;
            std::fs::rename(&temporary, Self::place(folder, &note.url, extension))?;
        }
        Ok(())
    }

    fn read_kept(&self, source: &Source, good: &mut BTreeMap<String, Good>) {
        let Some(found) = self.kept(source) else { return };
        let next = self.followed(&found.list);
        good.insert(source.url.clone(), found);
        for source in next {
            if let Some(found) = self.kept(&source) {
                good.insert(source.url.clone(), found);
            }
        }
    }

    /// What was kept is verified like what comes.
    fn kept(&self, source: &Source) -> Option<Good> {
        let folder = self.settings.folder.as_deref()?;
        let note: Note = serde_json::from_slice(&std::fs::read(Self::place(folder, &source.url, "json")).ok()?).ok()?;
        let bytes = std::fs::read(Self::place(folder, &source.url, "xml")).ok()?;
        let list = TrustList::parse_signed(&bytes, &source.signers).ok()?;
        (note.sequence == list.sequence).then_some(Good { note, list })
    }

    fn set(&self, good: BTreeMap<String, Good>, trouble: Option<String>) {
        let mut store = TrustStore::new();
        for (url, one) in &good {
            let name = if one.list.territory.is_empty() { url } else { &one.list.territory };
            store.add_list(name, one.list.clone());
        }
        let oldest = good.values().map(|g| g.note.fetched_at).min();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.trust = oldest.map(|fetched_at| Trust { store: Arc::new(store), fetched_at, trouble: trouble.clone() });
        state.good = good;
    }

    fn known(&self) -> Result<Trust, ProofError> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.trust.clone().ok_or_else(|| ProofError::Unreachable("no trust list has come yet".to_owned()))
    }
}

impl TrustLists for HttpLists {
    fn current(&self) -> BoxFuture<'_, Result<Trust, ProofError>> {
        Box::pin(async { self.known() })
    }
}
