//! Whether a certificate is qualified, for what, and whether its key lies in a qualified device
//! (ETSI TS 119 615, 4.4 and 4.5, for a chain that ends in the service).

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::service::{Period, Service, ServiceKind, Use};
use crate::pki::Certificate;

/// eIDAS applies since 1 July 2016, Brussels time.
const EIDAS: i64 = 1_467_324_000;
/// QCP and QCP+ of ETSI TS 101 456: qualified before eIDAS.
const QCP_PUBLIC: &str = "0.4.0.1456.1.2";
const QCP_PUBLIC_SSCD: &str = "0.4.0.1456.1.1";
/// QCP-n, QCP-l, QCP-n-qscd, QCP-l-qscd of ETSI EN 319 411-2.
const QCP_LEGAL: &str = "0.4.0.194112.1.1";
const QCP_NATURAL_QSCD: &str = "0.4.0.194112.1.2";
const QCP_LEGAL_QSCD: &str = "0.4.0.194112.1.3";

/// For what a certificate is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CertificateUse {
    /// Signature of a natural person.
    Signature,
    /// Seal of a legal person.
    Seal,
    /// Web site.
    Web,
}

/// What a certificate is in law.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Qualified {
    /// Whether the certificate is qualified.
    pub certificate: bool,
    /// Whether the key lies in a qualified signature creation device.
    pub device: bool,
    /// For what it is meant.
    pub usage: CertificateUse,
}

impl Qualified {
    /// Qualified electronic signature or seal: a qualified certificate and a qualified device (eIDAS 3(12), 3(27)).
    #[must_use]
    pub const fn is_qualified_signature(&self) -> bool {
        self.certificate && self.device && !matches!(self.usage, CertificateUse::Web)
    }
}

/// What the certificate says of itself.
fn claims(cert: &Certificate, at: DateTime<Utc>) -> Qualified {
    let qc = &cert.extensions.qc;
    let policy = |oid: &str| cert.extensions.policies.iter().any(|policy| policy == oid);
    let before_eidas = at.timestamp() < EIDAS;
    let usage = if qc.esign {
        CertificateUse::Signature
    } else if qc.eseal || policy(QCP_LEGAL) || policy(QCP_LEGAL_QSCD) {
        CertificateUse::Seal
    } else if qc.web {
        CertificateUse::Web
    } else if cert.is_for_seal() {
        CertificateUse::Seal
    } else {
        CertificateUse::Signature
    };
    Qualified {
        certificate: qc.compliance || (before_eidas && (policy(QCP_PUBLIC) || policy(QCP_PUBLIC_SSCD))),
        device: qc.qscd || policy(QCP_PUBLIC_SSCD) || policy(QCP_NATURAL_QSCD) || policy(QCP_LEGAL_QSCD),
        usage,
    }
}

/// What the certificate is at a moment, by its own statements and the service's period.
fn in_period(cert: &Certificate, period: &Period, at: DateTime<Utc>) -> Qualified {
    let mut found = claims(cert, at);
    if period.kind != ServiceKind::CaQc || !period.in_force() {
        return Qualified { certificate: false, ..found };
    }
    for rule in period.qualifications.iter().filter(|rule| rule.criteria.hold(cert)) {
        for qualifier in &rule.qualifiers {
            match qualifier.as_str() {
                "NotQualified" => found.certificate = false,
                "QCStatement" => found.certificate = true,
                "QCForESig" => {
                    found.certificate = true;
                    found.usage = CertificateUse::Signature;
                }
                "QCForESeal" => {
                    found.certificate = true;
                    found.usage = CertificateUse::Seal;
                }
                "QCForLegalPerson" => found.usage = CertificateUse::Seal,
                "QCForWSA" => found.usage = CertificateUse::Web,
                "QCWithSSCD" | "QCWithQSCD" | "QCQSCDManagedOnBehalf" => found.device = true,
                "QCNoSSCD" | "QCNoQSCD" => found.device = false,
                // QCSSCDStatusAsInCert, QCQSCDStatusAsInCert: what the certificate says stands.
                _ => {}
            }
        }
    }
    // NotQualified outweighs whatever else is said of the certificate.
    let denied = period
        .qualifications
        .iter()
        .any(|rule| rule.qualifiers.iter().any(|name| name == "NotQualified") && rule.criteria.hold(cert));
    found.certificate &= !denied && serves(period, found.usage, at);
    found
}

/// Since eIDAS a service says for which kind of certificate it is qualified.
fn serves(period: &Period, usage: CertificateUse, at: DateTime<Utc>) -> bool {
    if at.timestamp() < EIDAS || period.uses.is_empty() {
        return true;
    }
    period.uses.contains(&match usage {
        CertificateUse::Signature => Use::Signatures,
        CertificateUse::Seal => Use::Seals,
        CertificateUse::Web => Use::Web,
    })
}

/// What the certificate is when used at `at`: qualified only if it was so at its issue as well.
pub(super) fn qualify(cert: &Certificate, service: &Service, at: DateTime<Utc>) -> Qualified {
    let judge = |moment| service.at(moment).map(|period| in_period(cert, period, moment));
    let Some(mut now) = judge(at) else { return Qualified { certificate: false, ..claims(cert, at) } };
    now.certificate &= judge(cert.not_before).is_some_and(|then| then.certificate);
    now
}
