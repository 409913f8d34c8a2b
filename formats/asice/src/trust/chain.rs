//! From a certificate to a trusted service: short paths, judged at a moment.

use chrono::{DateTime, Utc};

use super::TrustStore;
use super::qualify::{Qualified, qualify};
use super::service::{Purpose, Service, ServiceKind};
use crate::pki::Certificate;
use crate::pki::notice::Notice;

/// Longest path from signer to service. Listed services are issuing authorities, so two is usual.
const MAX_PATH: usize = 6;
/// Signatures verified for one question; hostile bundles of certificates stop there.
const MAX_CHECKS: u32 = 40;

/// How the search for a trusted service ended, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChainStatus {
    /// A path to a service in force.
    Trusted,
    /// A path to a service in force, but a certificate was not valid at the moment.
    OutsideValidity,
    /// A path to a service that was not in force at the moment: withdrawn, or not granted yet.
    ServiceNotInForce,
    /// A path to a service of another type only.
    WrongService,
    /// No path.
    NoPath,
}

/// The service that a path ended in.
#[derive(Debug, Clone)]
pub struct Anchor {
    /// Provider's name.
    pub provider: String,
    /// Service's name.
    pub service: String,
    /// Territory of its list.
    pub territory: String,
    /// What it does, at the moment asked for.
    pub kind: ServiceKind,
    /// Its status at the moment, as the list writes it.
    pub status: String,
    /// Since when it has that status.
    pub since: Option<DateTime<Utc>>,
}

/// Judgement on one certificate.
#[derive(Debug, Clone)]
pub struct ChainReport {
    /// The answer.
    pub status: ChainStatus,
    /// From the certificate itself to the service's; one certificate when there is no path or the
    /// service is the certificate's own.
    pub path: Vec<Certificate>,
    /// The service, if one was found (also when it was not in force).
    pub anchor: Option<Anchor>,
    /// What the certificate is in law; only for [`Purpose::Signer`] with a service found.
    pub qualified: Option<Qualified>,
    /// Whether the service is a qualified one (`CA/QC`, `OCSP/QC`, `TSA/QTST`) in force at the moment.
    pub service_qualified: bool,
    /// What was noticed on the way.
    pub notices: Vec<Notice>,
}

impl ChainReport {
    /// Whether the certificate may be relied on.
    #[must_use]
    pub fn is_trusted(&self) -> bool {
        self.status == ChainStatus::Trusted
    }

    /// The certificate's issuer, if the path has one.
    #[must_use]
    pub fn issuer(&self) -> Option<&Certificate> {
        self.path.get(1)
    }
}

struct Search<'s> {
    store: &'s TrustStore,
    extra: &'s [Certificate],
    at: DateTime<Utc>,
    purpose: Purpose,
    checks: u32,
    best: Option<ChainReport>,
}

impl TrustStore {
    /// Looks for a path from `cert`, over `extra` if needed, to a service that was in force at `at`.
    #[must_use]
    pub fn judge_chain(
        &self,
        cert: &Certificate,
        extra: &[Certificate],
        at: DateTime<Utc>,
        purpose: Purpose,
    ) -> ChainReport {
        let mut search = Search { store: self, extra, at, purpose, checks: 0, best: None };
        search.walk(std::slice::from_ref(cert));
        let mut report = search.best.unwrap_or_else(|| ChainReport {
            status: ChainStatus::NoPath,
            path: vec![cert.clone()],
            anchor: None,
            qualified: None,
            service_qualified: false,
            notices: Vec::new(),
        });
        report.notices.extend(explain(&report, cert, at));
        report
    }
}

impl Search<'_> {
    fn done(&self) -> bool {
        self.checks > MAX_CHECKS
            || self.best.as_ref().is_some_and(|best| {
                best.status == ChainStatus::Trusted && best.qualified.is_none_or(|found| found.certificate)
            })
    }

    fn signed_by(&mut self, cert: &Certificate, issuer: &Certificate) -> bool {
        if self.checks > MAX_CHECKS || !cert.may_be_issued_by(issuer) {
            return false;
        }
        self.checks += 1;
        cert.verify_signed_by(&issuer.key).is_ok()
    }

    fn walk(&mut self, path: &[Certificate]) {
        let Some(tip) = path.last() else { return };
        self.listed(path, tip);
        let store = self.store;
        // One certificate often stands for several services: its signature is checked once.
        let mut verified: Vec<(Certificate, bool)> = Vec::new();
        for (place, issuer) in store.by_subject.get(&tip.issuer.key()).into_iter().flatten() {
            if self.done() {
                return;
            }
            if issuer == tip {
                continue;
            }
            let known = verified.iter().find(|(cert, _)| cert == issuer).map(|(_, good)| *good);
            let good = known.unwrap_or_else(|| self.signed_by(tip, issuer));
            if known.is_none() {
                verified.push((issuer.clone(), good));
            }
            if good {
                let mut whole = path.to_vec();
                whole.push(issuer.clone());
                self.found(*place, whole, path.len());
            }
        }
        if path.len() >= MAX_PATH {
            return;
        }
        let extra = self.extra;
        for issuer in extra {
            if self.done() {
                return;
            }
            let usable = issuer.extensions.ca
                && issuer.extensions.key_usage.is_none_or(|usage| usage.key_cert_sign())
                && issuer.extensions.path_len.is_none_or(|most| most as usize + 1 >= path.len());
            if usable && !path.contains(issuer) && self.signed_by(tip, issuer) {
                let mut longer = path.to_vec();
                longer.push(issuer.clone());
                self.walk(&longer);
            }
        }
    }

    /// The last certificate of the path may itself be a service's.
    fn listed(&mut self, path: &[Certificate], tip: &Certificate) {
        let store = self.store;
        for (place, cert) in store.by_subject.get(&tip.subject.key()).into_iter().flatten() {
            // A service renewed under the same name and key is the same service.
            if cert == tip || cert.spki == tip.spki {
                self.found(*place, path.to_vec(), path.len());
            }
        }
        for place in store.by_key.get(&tip.key_identifier()).into_iter().flatten() {
            self.found(*place, path.to_vec(), path.len());
        }
    }

    /// Judges a path that ends in a service. The first `below` certificates must be valid at the moment;
    /// the service's own need not be, its status decides.
    fn found(&mut self, place: usize, path: Vec<Certificate>, below: usize) {
        let Some(service) = self.store.services.get(place) else { return };
        let Some(leaf) = path.first() else { return };
        let period = service.at(self.at);
        let kind = period.map(|period| &period.kind).or_else(|| service.periods.first().map(|period| &period.kind));
        let direct = path.len() == 1;
        let fits = kind.is_some_and(|kind| {
            self.purpose.accepts(kind)
                // An authority's own certificate signs no documents.
                && !(direct && self.purpose == Purpose::Signer && *kind != ServiceKind::Anchor)
        });
        let status = if !fits {
            ChainStatus::WrongService
        } else if !period.is_some_and(super::Period::in_force) {
            ChainStatus::ServiceNotInForce
        } else if !path.iter().take(below).all(|cert| cert.valid_at(self.at)) {
            ChainStatus::OutsideValidity
        } else {
            ChainStatus::Trusted
        };
        let qualified = (self.purpose == Purpose::Signer && fits).then(|| qualify(leaf, service, self.at));
        let service_qualified = status == ChainStatus::Trusted
            && kind.is_some_and(|kind| matches!(kind, ServiceKind::CaQc | ServiceKind::OcspQc | ServiceKind::TsaQtst));
        let rank = |report: &ChainReport| {
            (report.status, !report.qualified.is_some_and(|found| found.certificate), !report.service_qualified)
        };
        let report = ChainReport {
            status,
            anchor: Some(anchor(service, self.at)),
            qualified,
            service_qualified,
            path,
            notices: Vec::new(),
        };
        if self.best.as_ref().is_none_or(|best| rank(&report) < rank(best)) {
            self.best = Some(report);
        }
    }
}

fn anchor(service: &Service, at: DateTime<Utc>) -> Anchor {
    let period = service.at(at);
    let shown = period.or_else(|| service.periods.last());
    Anchor {
        provider: service.provider.clone(),
        service: service.name.clone(),
        territory: service.territory.clone(),
        kind: shown.map_or(ServiceKind::Other(String::new()), |period| period.kind.clone()),
        status: period.map_or_else(|| "not-listed-yet".to_owned(), |period| period.status.clone()),
        since: period.map(|period| period.from),
    }
}

/// Says in words why the chain is not trusted, or what is weak in it.
fn explain(report: &ChainReport, cert: &Certificate, at: DateTime<Utc>) -> Vec<Notice> {
    let mut notices = Vec::new();
    let who = cert.subject.readable();
    let service = report
        .anchor
        .as_ref()
        .map(|anchor| format!("{} ({}, {}, {})", anchor.service, anchor.territory, anchor.kind.label(), anchor.status));
    let service = service.unwrap_or_default();
    match report.status {
        ChainStatus::Trusted => {}
        ChainStatus::OutsideValidity => notices.push(Notice::error(
            "certificate-outside-validity",
            format!("the certificate of {who} is valid from {} to {}, not at {at}", cert.not_before, cert.not_after),
        )),
        ChainStatus::ServiceNotInForce => notices.push(Notice::error(
            "trust-service-not-in-force",
            format!("the certificate of {who} leads to {service}, which was not in force at {at}"),
        )),
        ChainStatus::WrongService => notices.push(Notice::error(
            "trust-service-wrong-type",
            format!("the certificate of {who} leads only to {service}, which does not serve this purpose"),
        )),
        ChainStatus::NoPath => notices.push(Notice::error(
            "no-trusted-chain",
            format!("no trusted service issued the certificate of {who} (issuer {})", cert.issuer),
        )),
    }
    for weak in report.path.iter().filter(|cert| cert.key.is_weak()) {
        let text = format!("the key of {} has only {} bits", weak.subject.readable(), weak.key.bits());
        notices.push(Notice::warning("weak-key", text));
    }
    let below = report.path.len().saturating_sub(1).max(1);
    let weak_hash = |cert: &&Certificate| cert.signature_algorithm.is_some_and(|found| found.hash().is_weak());
    for weak in report.path.iter().take(below).filter(weak_hash) {
        let text = format!("the certificate of {} is signed with SHA-1", weak.subject.readable());
        notices.push(Notice::warning("weak-certificate-digest", text));
    }
    for unknown in report.path.iter().flat_map(|cert| &cert.extensions.unknown_critical) {
        let text = format!("a certificate has the critical extension {unknown}, which is not understood");
        notices.push(Notice::warning("critical-extension", text));
    }
    notices
}
