//! Policies: where respected validators differ, which way is taken, as data with its reason.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    finding::{Code, Effect, Finding, Sub},
    pki::{Hash, PublicKey},
    verdict::Level,
};

/// A named set of choices.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// Its name on the command line and in reports.
    pub name: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// The least level that passes.
    pub level: Level,
    /// Whether a container that does not conform spoils its signatures.
    pub container_decides: bool,
    /// How much younger than the proven time a revocation answer may be without a word.
    pub fresh: TimeDelta,
    /// How much younger it may be before it counts as late.
    pub late: TimeDelta,
    /// Findings that weigh otherwise than usual.
    pub overrides: &'static [(Code, Effect, &'static str)],
    /// Until when algorithms prove something.
    pub algorithms: &'static [Expiry],
}

/// Until when an algorithm proves something.
#[derive(Clone, Copy, Debug)]
pub struct Expiry {
    /// Which.
    pub what: Algorithm,
    /// Until when, as seconds since 1970.
    pub until: i64,
    /// Who says so.
    pub source: &'static str,
}

/// An algorithm that ages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// A digest.
    Digest(Hash),
    /// RSA with a modulus of fewer bits.
    RsaBelow(usize),
}

const SOG_IS: &str = "ETSI TS 119 312 and SOG-IS Agreed Cryptographic Mechanisms, dates as in the EU's DSS";

/// The ages of algorithms. What a proof of time shows to be older than this is still believed.
const ALGORITHMS: &[Expiry] = &[
    // 2012-08-01
    Expiry { what: Algorithm::Digest(Hash::Sha1), until: 1_343_779_200, source: SOG_IS },
    // 2029-01-01
    Expiry { what: Algorithm::Digest(Hash::Sha224), until: 1_861_920_000, source: SOG_IS },
    // 2010-08-01
    Expiry { what: Algorithm::RsaBelow(1024), until: 1_280_620_800, source: SOG_IS },
    // 2019-10-01
    Expiry { what: Algorithm::RsaBelow(1900), until: 1_569_888_000, source: SOG_IS },
];

/// The default: what the law and ETSI EN 319 102-1 ask, no more.
///
/// * Container conformance is answered apart and spoils no signature: the order of files in a ZIP says
///   nothing about who signed what. SiVa does the same; libdigidocpp refuses the container. A container
///   in which readers could see different files is refused all the same.
/// * A revocation answer may be any time younger than the time stamp: a later "good" proves more, not
///   less. More than 15 minutes is said (as digidoc4j warns); libdigidocpp refuses.
/// * An answer older than the time stamp proves nothing for the moment of signing: refused, as all do.
/// * A time stamp of an authority that is trusted but not qualified proves time; that it is not
///   qualified is said, and the document is not legally signed under section 3(5).
/// * SHA-1 in what is signed is believed only where time stamps prove an age before August 2012.
/// * A T-level signature is INDETERMINATE for want of revocation data, not failed.
pub const DEFAULT: Policy = Policy {
    name: "default",
    about: "ETSI EN 319 102-1 with the Electronic Documents Law; conformance of the container apart",
    level: Level::B,
    container_decides: false,
    fresh: TimeDelta::minutes(15),
    late: TimeDelta::hours(24),
    overrides: &[],
    algorithms: ALGORITHMS,
};

/// As libdigidocpp judges: for those who must know whether Baltic desktop programs open the container.
pub const STRICT: Policy = Policy {
    name: "strict",
    about: "as the Baltic desktop programs (libdigidocpp) judge",
    level: Level::LT,
    container_decides: true,
    fresh: TimeDelta::minutes(15),
    late: TimeDelta::hours(24),
    overrides: &[
        (Code::RevocationNotFresh, Effect::Open(Sub::TryLater), "libdigidocpp refuses beyond 15 minutes"),
        (Code::RevocationLate, Effect::Open(Sub::TryLater), "libdigidocpp refuses beyond 15 minutes"),
        (Code::ManifestMissing, Effect::Fail(Sub::FormatFailure), "libdigidocpp asks for a manifest"),
        (Code::ManifestMediaType, Effect::Fail(Sub::FormatFailure), "libdigidocpp asks for the right media type"),
        (
            Code::NotQualified,
            Effect::Open(Sub::ChainConstraintsFailure),
            "libdigidocpp asks for a qualified certificate",
        ),
        (Code::TimestampNotQualified, Effect::Open(Sub::NoPoe), "libdigidocpp takes TSA/QTST only"),
        (Code::RevocationNotQualified, Effect::Open(Sub::TryLater), "libdigidocpp takes OCSP/QC and CA/QC only"),
        (
            Code::SigningCertificateIssuer,
            Effect::Open(Sub::NoSigningCertificateFound),
            "libdigidocpp compares issuer and number",
        ),
    ],
    algorithms: ALGORITHMS,
};

/// All policies.
pub const ALL: &[&Policy] = &[&DEFAULT, &STRICT];

impl Policy {
    /// The policy of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Policy> {
        ALL.iter().find(|p| p.name == name).copied()
    }

    /// What a finding does under this policy.
    #[must_use]
    pub fn effect(&self, code: Code) -> Effect {
        self.overrides.iter().find(|(c, ..)| *c == code).map_or_else(|| code.effect(), |(_, effect, _)| *effect)
    }

    /// Whether a digest proved something at a moment.
    #[must_use]
    pub fn allows_digest(&self, hash: Hash, at: DateTime<Utc>) -> bool {
        !self.algorithms.iter().any(|e| e.what == Algorithm::Digest(hash) && at.timestamp() >= e.until)
    }

    /// Whether a key proved something at a moment.
    #[must_use]
    pub fn allows_key(&self, key: &PublicKey, at: DateTime<Utc>) -> bool {
        let PublicKey::Rsa { .. } = key else { return true };
        let short = |e: &Expiry| matches!(e.what, Algorithm::RsaBelow(bits) if key.bits() < bits);
        !self.algorithms.iter().any(|e| short(e) && at.timestamp() >= e.until)
    }

    /// Findings for the algorithms of a signature that was made at the latest at `at`.
    #[must_use]
    pub fn algorithm_findings(&self, digests: &[Hash], key: &PublicKey, at: DateTime<Utc>) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mut seen: Vec<Hash> = digests.to_vec();
        seen.sort_unstable();
        seen.dedup();
        for hash in seen {
            if !self.allows_digest(hash, at) {
                let code = if hash == Hash::Sha1 { Code::AlgorithmSha1 } else { Code::AlgorithmWeak };
                findings.push(Finding::new(code, hash.to_string()));
            }
        }
        if !self.allows_key(key, at) {
            findings.push(Finding::new(Code::KeyWeak, format!("RSA {}", key.bits())));
        }
        findings
    }
}
