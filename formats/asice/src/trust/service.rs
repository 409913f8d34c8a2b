//! Trust services: what they are, when they were in force, and what the scheme says of their certificates.

use chrono::{DateTime, Utc};

use crate::pki::Certificate;

/// What a trust service does (ETSI TS 119 612, 5.5.1).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ServiceKind {
    /// `CA/QC`: issues qualified certificates.
    CaQc,
    /// `CA/PKC`: issues certificates that are not qualified.
    CaPkc,
    /// `Certstatus/OCSP/QC`.
    OcspQc,
    /// `Certstatus/OCSP`.
    Ocsp,
    /// `Certstatus/CRL/QC` and `Certstatus/CRL`.
    Crl,
    /// `TSA/QTST`: qualified time stamps.
    TsaQtst,
    /// `TSA/TSS-QC`, `TSA/TSS-AdESQCandQES` and `TSA`: time stamps that are not qualified.
    Tsa,
    /// A certificate given as trusted without a list: for every purpose, never qualified.
    Anchor,
    /// Anything else.
    Other(String),
}

impl ServiceKind {
    /// By `ServiceTypeIdentifier`.
    #[must_use]
    pub fn from_uri(uri: &str) -> Self {
        match uri.trim().strip_prefix("http://uri.etsi.org/TrstSvc/Svctype/") {
            Some("CA/QC") => Self::CaQc,
            Some("CA/PKC") => Self::CaPkc,
            Some("Certstatus/OCSP/QC") => Self::OcspQc,
            Some("Certstatus/OCSP") => Self::Ocsp,
            Some("Certstatus/CRL/QC" | "Certstatus/CRL") => Self::Crl,
            Some("TSA/QTST") => Self::TsaQtst,
            Some("TSA" | "TSA/TSS-QC" | "TSA/TSS-AdESQCandQES") => Self::Tsa,
            _ => Self::Other(uri.trim().to_owned()),
        }
    }

    /// Short name for people.
    #[must_use]
    pub fn label(&self) -> &str {
        match self {
            Self::CaQc => "CA/QC",
            Self::CaPkc => "CA/PKC",
            Self::OcspQc => "OCSP/QC",
            Self::Ocsp => "OCSP",
            Self::Crl => "CRL",
            Self::TsaQtst => "TSA/QTST",
            Self::Tsa => "TSA",
            Self::Anchor => "anchor",
            Self::Other(uri) => uri,
        }
    }
}

/// For what a certificate is used at the moment of judgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// It signed a document.
    Signer,
    /// It signed a time stamp.
    TimeStamp,
    /// It signed an OCSP response.
    Ocsp,
    /// It signed a CRL.
    Crl,
}

impl Purpose {
    /// Whether a service of this kind can be the anchor for the purpose.
    #[must_use]
    pub const fn accepts(self, kind: &ServiceKind) -> bool {
        match kind {
            ServiceKind::Anchor => true,
            ServiceKind::CaQc | ServiceKind::CaPkc => !matches!(self, Self::TimeStamp),
            ServiceKind::OcspQc | ServiceKind::Ocsp => matches!(self, Self::Ocsp),
            ServiceKind::Crl => matches!(self, Self::Crl),
            ServiceKind::TsaQtst | ServiceKind::Tsa => matches!(self, Self::TimeStamp),
            ServiceKind::Other(_) => false,
        }
    }
}

/// A stretch of time in which a service had one status.
#[derive(Debug, Clone)]
pub struct Period {
    /// From when; it lasts until the next period begins.
    pub from: DateTime<Utc>,
    /// The type of service in the period.
    pub kind: ServiceKind,
    /// `ServiceStatus` as written.
    pub status: String,
    /// Which certificates the scheme qualifies otherwise than they say.
    pub qualifications: Vec<Qualification>,
    /// `ForeSignatures`, `ForeSeals`, `ForWebSiteAuthentication`, as far as stated.
    pub uses: Vec<Use>,
}

impl Period {
    /// Whether the service may be relied on in the period: granted, or what meant granted under the
    /// directive before eIDAS.
    #[must_use]
    pub fn in_force(&self) -> bool {
        let last = self.status.trim().rsplit('/').next().unwrap_or_default();
        matches!(
            last,
            "granted"
                | "recognisedatnationallevel"
                | "undersupervision"
                | "supervisionincessation"
                | "accredited"
                | "setbynationallaw"
        )
    }
}

/// For what a CA's certificates are (additionalServiceInformation, ETSI TS 119 612, 5.5.9.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Use {
    /// Signatures of persons.
    Signatures,
    /// Seals.
    Seals,
    /// Web sites.
    Web,
}

/// A rule that changes what a certificate says of itself (ETSI TS 119 612, 5.5.9.2).
#[derive(Debug, Clone)]
pub struct Qualification {
    /// What is said, by the last part of the name: `QCWithQSCD`, `NotQualified` …
    pub qualifiers: Vec<String>,
    /// Which certificates it is said of.
    pub criteria: Criteria,
}

/// A condition on a certificate.
#[derive(Debug, Clone)]
pub enum Criteria {
    /// All must hold.
    All(Vec<Self>),
    /// One must hold.
    Any(Vec<Self>),
    /// None may hold.
    None(Vec<Self>),
    /// These key usage bits, each set or not set (bit as in KeyUsage).
    KeyUsage(Vec<(u8, bool)>),
    /// All these policies.
    Policies(Vec<String>),
    /// All these extended key usages.
    ExtendedKeyUsage(Vec<String>),
    /// These attributes in the subject.
    Subject(Vec<String>),
    /// A condition that is not understood: never holds.
    Unknown,
}

impl Criteria {
    /// Whether the condition holds for the certificate.
    #[must_use]
    pub fn hold(&self, cert: &Certificate) -> bool {
        match self {
            Self::All(parts) => !parts.is_empty() && parts.iter().all(|part| part.hold(cert)),
            Self::Any(parts) => parts.iter().any(|part| part.hold(cert)),
            Self::None(parts) => !parts.iter().any(|part| part.hold(cert)),
            Self::KeyUsage(bits) => {
                let usage = cert.extensions.key_usage.map_or(0, |usage| usage.0);
                bits.iter().all(|(bit, set)| (usage.checked_shr(u32::from(*bit)).unwrap_or(0) & 1 == 1) == *set)
            }
            Self::Policies(wanted) => wanted.iter().all(|policy| cert.extensions.policies.contains(policy)),
            Self::ExtendedKeyUsage(wanted) => {
                wanted.iter().all(|usage| cert.extensions.extended_key_usage.contains(usage))
            }
            Self::Subject(wanted) => wanted.iter().all(|oid| cert.subject.get(oid).is_some()),
            Self::Unknown => false,
        }
    }
}

/// A trust service as a list shows it.
#[derive(Debug, Clone)]
pub struct Service {
    /// Name of the provider.
    pub provider: String,
    /// Name of the service.
    pub name: String,
    /// Territory of the list, for example `LV`.
    pub territory: String,
    /// Certificates by which the service is known.
    pub certificates: Vec<Certificate>,
    /// Subject key identifiers by which it is known.
    pub key_identifiers: Vec<Vec<u8>>,
    /// Periods, the latest first.
    pub periods: Vec<Period>,
}

impl Service {
    /// The period at a moment; `None` before the first.
    #[must_use]
    pub fn at(&self, moment: DateTime<Utc>) -> Option<&Period> {
        self.periods.iter().find(|period| period.from <= moment)
    }
}
