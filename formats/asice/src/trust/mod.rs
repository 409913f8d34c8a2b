//! European trust lists (ETSI TS 119 612) and the judgement of chains under them.
//!
//! A [`TrustStore`] is filled from bytes: trust lists that the caller trusts as given
//! ([`TrustStore::from_files`], [`TrustStore::add_list`]), or lists reached and verified from the
//! list of lists ([`TrustList::parse_signed`]). [`TrustStore::judge_chain`] answers for one certificate, one
//! purpose and one moment.

mod chain;
pub mod list;
pub mod qualify;
pub mod service;

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use crate::pki::Certificate;
use crate::pki::notice::Notice;

pub use chain::{Anchor, ChainReport, ChainStatus};
pub use list::{Pointer, TrustList};
pub use qualify::{CertificateUse, Qualified};
pub use service::{Period, Purpose, Service, ServiceKind};

/// More files than anyone's folder of lists has.
const MAX_FILES: usize = 2_000;

/// What is known of a list that the store was filled from.
#[derive(Debug, Clone)]
pub struct ListInfo {
    /// Name of the file, or territory.
    pub name: String,
    /// Territory.
    pub territory: String,
    /// Sequence number.
    pub sequence: u64,
    /// When the next list was due.
    pub next_update: Option<DateTime<Utc>>,
}

/// All services and certificates that are trusted, ready to be asked.
#[derive(Debug, Clone, Default)]
pub struct TrustStore {
    services: Vec<Service>,
    /// Subject name → service and certificate.
    by_subject: HashMap<String, Vec<(usize, Certificate)>>,
    /// Key identifier → services that are known by it only.
    by_key: HashMap<Vec<u8>, Vec<usize>>,
    lists: Vec<ListInfo>,
}

impl TrustStore {
    /// A store that trusts nobody.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A store from files as they lie in a folder: trust lists in XML, certificates in PEM or DER.
    /// All are trusted as given; signatures of lists are not asked for. A list of lists adds no
    /// services: the lists it points to must be there themselves. What cannot be read is told.
    #[must_use]
    pub fn from_files<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> (Self, Vec<Notice>) {
        let mut store = Self::new();
        let mut notices = Vec::new();
        for (name, bytes) in files.into_iter().take(MAX_FILES) {
            if let Err(error) = store.add_file(name, bytes) {
                notices.push(Notice::warning("trust-file-unreadable", format!("{name}: {error}")));
            }
        }
        (store, notices)
    }

    fn add_file(&mut self, name: &str, bytes: &[u8]) -> crate::pki::Result<()> {
        let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        if start.trim_ascii_start().starts_with(b"<") {
            self.add_list(name, TrustList::parse(bytes)?);
        } else {
            for cert in Certificate::parse_many(bytes)? {
                self.add_anchor(cert);
            }
        }
        Ok(())
    }

    /// Trusts a certificate for every purpose; nothing it issued is qualified.
    pub fn add_anchor(&mut self, cert: Certificate) {
        self.add_service(Service {
            provider: cert.subject.organization().unwrap_or_default().to_owned(),
            name: cert.subject.readable(),
            territory: cert.subject.country().unwrap_or_default().to_owned(),
            key_identifiers: Vec::new(),
            periods: vec![Period {
                from: DateTime::<Utc>::MIN_UTC,
                kind: ServiceKind::Anchor,
                status: "granted".to_owned(),
                qualifications: Vec::new(),
                uses: Vec::new(),
            }],
            certificates: vec![cert],
        });
    }

    /// Trusts all services of a list.
    pub fn add_list(&mut self, name: &str, list: TrustList) {
        self.lists.push(ListInfo {
            name: name.to_owned(),
            territory: list.territory.clone(),
            sequence: list.sequence,
            next_update: list.next_update,
        });
        for service in list.services {
            self.add_service(service);
        }
    }

    fn add_service(&mut self, service: Service) {
        let place = self.services.len();
        for cert in &service.certificates {
            self.by_subject.entry(cert.subject.key()).or_default().push((place, cert.clone()));
        }
        if service.certificates.is_empty() {
            for identifier in &service.key_identifiers {
                self.by_key.entry(identifier.clone()).or_default().push(place);
            }
        }
        self.services.push(service);
    }

    /// All services, in the order they were added.
    #[must_use]
    pub fn services(&self) -> &[Service] {
        &self.services
    }

    /// The lists that the store was filled from.
    #[must_use]
    pub fn lists(&self) -> &[ListInfo] {
        &self.lists
    }

    /// One notice `trust-list-stale` for each list that is past its `NextUpdate`.
    #[must_use]
    pub fn stale(&self, now: DateTime<Utc>) -> Vec<Notice> {
        let is_stale = |list: &&ListInfo| list.next_update.is_some_and(|due| due < now);
        let text = |list: &ListInfo| {
            let due = list.next_update.map(|due| due.to_rfc3339()).unwrap_or_default();
            format!("{} ({}, number {}) should have been replaced by {due}", list.name, list.territory, list.sequence)
        };
        self.lists.iter().filter(is_stale).map(|list| Notice::warning("trust-list-stale", text(list))).collect()
    }

    /// Certificates of services that may have issued `cert` (by name only), for when a container brings none.
    #[must_use]
    pub fn possible_issuers(&self, cert: &Certificate) -> Vec<Certificate> {
        let found = self.by_subject.get(&cert.issuer.key());
        let mut issuers: Vec<Certificate> = Vec::new();
        for (_, issuer) in found.into_iter().flatten() {
            if cert.may_be_issued_by(issuer) && !issuers.contains(issuer) {
                issuers.push(issuer.clone());
            }
        }
        issuers
    }

    /// Certificates of services with this subject name or, if given, this key identifier:
    /// for OCSP responses and time stamps that bring no certificate.
    #[must_use]
    pub fn by_name(&self, name: &crate::pki::Name) -> Vec<Certificate> {
        self.by_subject.get(&name.key()).into_iter().flatten().map(|(_, cert)| cert.clone()).collect()
    }

    /// Certificates of listed services that stamp time: where the signer of a token without certificates is
    /// looked for.
    pub fn time_stampers(&self) -> impl Iterator<Item = &Certificate> {
        self.services
            .iter()
            .filter(|service| service.periods.iter().any(|period| Purpose::TimeStamp.accepts(&period.kind)))
            .flat_map(|service| &service.certificates)
    }

    /// Certificates of listed services that answer for status or issue: where a responder named by the
    /// hash of its key is looked for.
    pub fn responder_candidates(&self) -> impl Iterator<Item = &Certificate> {
        self.services
            .iter()
            .filter(|service| service.periods.iter().any(|period| Purpose::Ocsp.accepts(&period.kind)))
            .flat_map(|service| &service.certificates)
    }
}
