//! What time stamps, revocation answers and trust lists say of a signature, whatever its format.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    finding::{Code, Finding},
    pki::{
        Certificate, Hash,
        crl::Crl,
        ocsp::{OcspReport, OcspResponse, ResponderRight, RevocationStatus},
        timestamp::TimestampReport,
    },
    policy::Policy,
    trust::{CertificateUse, ChainReport, ChainStatus, Purpose, TrustStore},
    verdict::{Level, Revocation, SignatureReport, Signer},
};

/// Revocation answers that are looked at.
const MAX_ANSWERS: usize = 64;

/// Everything that goes with a signature.
#[derive(Debug)]
pub struct Evidence<'e> {
    /// The signer's certificate.
    pub signer: &'e Certificate,
    /// All certificates at hand.
    pub certificates: Vec<Certificate>,
    /// OCSP answers.
    pub ocsp: &'e [Vec<u8>],
    /// CRLs.
    pub crls: &'e [Vec<u8>],
    /// Signature time stamps, each judged on its own.
    pub stamps: Vec<TimestampReport>,
    /// Archive and document time stamps, oldest first.
    pub archive: Vec<TimestampReport>,
    /// The signature value, where the signature promises a time-mark over it.
    pub time_mark: Option<&'e [u8]>,
    /// The claimed time.
    pub claimed: Option<DateTime<Utc>>,
    /// Digests of what is signed and of the signature.
    pub digests: Vec<Hash>,
}

/// Who judges: trust, moment, policy.
#[derive(Clone, Copy, Debug)]
pub struct Court<'c> {
    /// The trusted services.
    pub trust: &'c TrustStore,
    /// The moment of judgement.
    pub at: DateTime<Utc>,
    /// The policy.
    pub policy: &'static Policy,
}

/// Who a certificate's subject is.
#[must_use]
pub fn signer(cert: &Certificate, seal: bool) -> Signer {
    let subject = &cert.subject;
    let name = subject.common_name().map_or_else(|| subject.readable(), str::to_owned);
    Signer {
        name,
        number: subject.serial_number().or_else(|| subject.organization_identifier()).map(str::to_owned),
        organization: subject.organization().map(str::to_owned),
        country: subject.country().map(str::to_owned),
        seal,
        certificate: cert.serial_hex(),
        issuer: cert.issuer.readable(),
    }
}

impl Court<'_> {
    /// Judges the evidence; fills the report and adds findings. Integrity is judged elsewhere.
    pub fn judge(&self, evidence: &Evidence<'_>, report: &mut SignatureReport, findings: &mut Vec<Finding>) {
        report.signed_at = evidence.claimed;
        let marks = self.time_marks(evidence);
        let proven = self.proven(evidence, &marks, report, findings);
        let best = proven.unwrap_or(self.at);
        findings.extend(self.policy.algorithm_findings(&evidence.digests, &evidence.signer.key, best));
        let chain = self.trust.judge_chain(evidence.signer, &evidence.certificates, best, Purpose::Signer);
        self.chain(evidence, &chain, proven.is_some(), findings);
        let seal = chain.qualified.map_or_else(|| evidence.signer.is_for_seal(), |q| q.usage == CertificateUse::Seal);
        report.signer = Some(signer(evidence.signer, seal));
        report.qualified = chain.is_trusted() && chain.qualified.is_some_and(|q| q.is_qualified_signature());
        self.revocation(evidence, &chain, best, proven.is_some(), report, findings);
        self.stale(&chain, findings);
        report.level = level(evidence);
        if let (Some(claimed), Some(proven)) = (evidence.claimed, proven)
            && (claimed - proven).abs() > TimeDelta::hours(24)
        {
            findings.push(Finding::new(Code::SigningTimeOff, crate::verdict::moment(claimed)));
        }
    }

    /// OCSP answers whose nonce is over the signature value, with their judgement.
    fn time_marks(&self, evidence: &Evidence<'_>) -> Vec<OcspReport> {
        let Some(value) = evidence.time_mark else { return Vec::new() };
        let answers = parsed_ocsp(evidence);
        let over = answers.iter().filter(|a| a.time_marks(value) == Some(true));
        let issuers = self.issuers(evidence, None);
        let judged = |a: &OcspResponse| {
            let about = |i: &&Certificate| a.find(evidence.signer, i).is_some();
            let issuer = issuers.iter().find(about)?;
            Some(a.verify(evidence.signer, issuer, &evidence.certificates, self.trust))
        };
        over.filter_map(judged).filter(OcspReport::is_reliable).collect()
    }

    /// The oldest moment at which the signature provably existed.
    fn proven(
        &self,
        evidence: &Evidence<'_>,
        marks: &[OcspReport],
        report: &mut SignatureReport,
        findings: &mut Vec<Finding>,
    ) -> Option<DateTime<Utc>> {
        let (good, bad): (Vec<_>, Vec<_>) = evidence.stamps.iter().partition(|s| self.holds(s));
        let oldest = good.iter().min_by_key(|s| s.time).copied();
        let marked = marks.iter().map(|m| m.produced_at).min();
        for stamp in bad {
            let finding = stamp_finding(stamp, self.at);
            if oldest.is_some() || marked.is_some() {
                findings.push(Finding::new(Code::TimestampOtherFailed, finding.english()));
            } else {
                findings.push(finding);
            }
        }
        if evidence.stamps.len() > 1 {
            findings.push(Finding::new(Code::TimestampSeveral, evidence.stamps.len().to_string()));
        }
        let archive = self.archive(evidence, oldest.map(|s| s.time), findings);
        if let Some(stamp) = oldest {
            report.timestamp_at = Some(stamp.time);
            report.timestamp_qualified = stamp.qualified;
            if !stamp.qualified {
                findings.push(Finding::new(Code::TimestampNotQualified, stamper(stamp)));
            }
            for notice in stamp.notices.iter().filter(|n| n.code == "timestamp-weak-digest") {
                findings.push(Finding::new(Code::AlgorithmSha1Minor, notice.text.as_str()));
            }
            return Some(stamp.time);
        }
        if evidence.time_mark.is_some() {
            if let Some(time) = marked {
                findings.push(Finding::new(Code::TimeMark, crate::verdict::moment(time)));
                report.timestamp_at = Some(time);
                return Some(time);
            }
            if evidence.stamps.is_empty() {
                self.missing_mark(evidence, findings);
            }
        } else if evidence.stamps.is_empty() {
            findings.push(Finding::new(Code::TimeMissing, ""));
        }
        archive
    }

    fn missing_mark(&self, evidence: &Evidence<'_>, findings: &mut Vec<Finding>) {
        let answers = parsed_ocsp(evidence);
        let value = evidence.time_mark.unwrap_or(&[]);
        if evidence.ocsp.is_empty() {
            findings.push(Finding::new(Code::TimeMarkMissing, ""));
        } else if !answers.iter().any(|a| a.time_marks(value) == Some(true)) {
            findings.push(Finding::new(Code::TimeMarkNonce, ""));
        }
    }

    /// Judges archive time stamps; gives the oldest that holds.
    fn archive(
        &self,
        evidence: &Evidence<'_>,
        signed: Option<DateTime<Utc>>,
        findings: &mut Vec<Finding>,
    ) -> Option<DateTime<Utc>> {
        let mut before = signed;
        let mut oldest = None;
        for stamp in &evidence.archive {
            if !self.holds(stamp) {
                // One of an unknown authority adds nothing; one over other data says that something was changed.
                let whole = stamp.imprint_ok && stamp.signature_ok;
                let code = if whole { Code::ArchiveTimestampUntrusted } else { Code::ArchiveTimestampFailed };
                findings.push(Finding::new(code, stamp_finding(stamp, self.at).english()));
                continue;
            }
            if before.is_some_and(|b| stamp.time < b) {
                findings.push(Finding::new(Code::TimestampOrder, crate::verdict::moment(stamp.time)));
            }
            before = Some(stamp.time);
            oldest = oldest.or(Some(stamp.time));
        }
        oldest
    }

    fn holds(&self, stamp: &TimestampReport) -> bool {
        stamp.is_valid() && stamp.time <= self.at
    }

    fn chain(&self, evidence: &Evidence<'_>, chain: &ChainReport, proven: bool, findings: &mut Vec<Finding>) {
        let why = || chain.notices.iter().map(|n| n.text.as_str()).collect::<Vec<_>>().join("; ");
        match chain.status {
            ChainStatus::Trusted => {}
            ChainStatus::OutsideValidity => {
                let best = evidence.stamps.iter().map(|s| s.time).min().unwrap_or(self.at);
                let code = if best < evidence.signer.not_before {
                    Code::CertificateNotYetValid
                } else if proven {
                    Code::CertificateExpired
                } else {
                    Code::CertificateExpiredNoPoe
                };
                findings.push(Finding::new(code, why()));
            }
            ChainStatus::ServiceNotInForce | ChainStatus::WrongService => {
                findings.push(Finding::new(Code::ChainStatus, why()));
            }
            ChainStatus::NoPath => {
                if self.trust.services().is_empty() {
                    findings.push(Finding::new(Code::NoTrustList, ""));
                }
                findings.push(Finding::new(Code::ChainMissing, evidence.signer.issuer.readable()));
            }
        }
        let usage = evidence.signer.extensions.key_usage;
        if usage.is_some_and(|u| !u.non_repudiation()) {
            findings.push(Finding::new(Code::CertificateUsage, "nonRepudiation"));
        }
    }

    /// Certificates that may have issued the signer's.
    fn issuers(&self, evidence: &Evidence<'_>, chain: Option<&ChainReport>) -> Vec<Certificate> {
        let mut issuers: Vec<Certificate> = chain.and_then(ChainReport::issuer).cloned().into_iter().collect();
        issuers.extend(self.trust.possible_issuers(evidence.signer));
        let near = evidence.certificates.iter().filter(|c| evidence.signer.may_be_issued_by(c));
        issuers.extend(near.take(8).cloned());
        issuers
    }

    fn revocation(
        &self,
        evidence: &Evidence<'_>,
        chain: &ChainReport,
        best: DateTime<Utc>,
        proven: bool,
        report: &mut SignatureReport,
        findings: &mut Vec<Finding>,
    ) {
        let issuers = self.issuers(evidence, Some(chain));
        let mut wrong: Vec<Finding> = Vec::new();
        let mut answers = self.ocsp_answers(evidence, &issuers, &mut wrong);
        answers.extend(crl_answers(evidence, &issuers, &mut wrong));
        let revoked = answers.iter().find(|a| a.revoked.is_some_and(|at| at <= best));
        // The answer nearest to the proven moment from above is the one that proves most directly.
        let covers = |a: &&Answer| a.good && a.covers(best, proven, self.policy.late);
        let good = answers.iter().filter(covers).min_by_key(|a| (a.at - best).abs());
        let chosen = revoked.or(good).or(answers.first());
        report.revocation = chosen.map(Answer::shown);
        if let Some(revoked) = revoked {
            let at = revoked.revoked.map(crate::verdict::moment).unwrap_or_default();
            findings.push(Finding::new(Code::CertificateRevokedNoPoe, at));
        } else if let Some(good) = good {
            findings.extend(good.findings.iter().cloned());
            let age = good.at - best;
            if proven && good.source == "OCSP" && age > self.policy.late {
                findings.push(Finding::new(Code::RevocationLate, crate::verdict::moment(good.at)));
            } else if proven && good.source == "OCSP" && age > self.policy.fresh {
                findings.push(Finding::new(Code::RevocationNotFresh, crate::verdict::moment(good.at)));
            }
        } else if let Some(old) = answers.iter().find(|a| a.good) {
            let code = if proven { Code::RevocationBeforeSigning } else { Code::RevocationOutdated };
            findings.push(Finding::new(code, crate::verdict::moment(old.at)));
        } else if !answers.is_empty() {
            findings.push(Finding::new(Code::CertificateStatusUnknown, ""));
        } else if wrong.is_empty() {
            findings.push(Finding::new(Code::RevocationMissing, ""));
        } else {
            findings.extend(wrong);
        }
    }

    fn ocsp_answers(&self, evidence: &Evidence<'_>, issuers: &[Certificate], wrong: &mut Vec<Finding>) -> Vec<Answer> {
        let mut out = Vec::new();
        for bytes in evidence.ocsp.iter().take(MAX_ANSWERS) {
            let Ok(response) = OcspResponse::parse(bytes) else {
                wrong.push(Finding::new(Code::RevocationInvalid, "OCSP"));
                continue;
            };
            let Some(issuer) = issuers.iter().find(|i| response.find(evidence.signer, i).is_some()) else {
                wrong.push(Finding::new(Code::RevocationForeign, ""));
                continue;
            };
            let judged = response.verify(evidence.signer, issuer, &evidence.certificates, self.trust);
            let why = || judged.notices.iter().map(|n| n.text.as_str()).collect::<Vec<_>>().join("; ");
            if !judged.signature_ok {
                wrong.push(Finding::new(Code::RevocationInvalid, why()));
            } else if !judged.is_reliable() {
                wrong.push(Finding::new(Code::RevocationResponder, why()));
            } else {
                let mut answer = Answer::new("OCSP", judged.produced_at, judged.status);
                answer.until = judged.next_update;
                if judged.right == Some(ResponderRight::Listed)
                    && judged.chain.as_ref().is_some_and(|chain| !chain.service_qualified)
                {
                    let who = judged.responder.as_ref().map(|cert| cert.subject.readable()).unwrap_or_default();
                    answer.findings.push(Finding::new(Code::RevocationNotQualified, who));
                }
                if response.algorithm().hash() == Hash::Sha1 {
                    answer.findings.push(Finding::new(Code::AlgorithmSha1Minor, "OCSP"));
                }
                out.push(answer);
            }
        }
        out
    }

    /// Says which of the lists used are past their time.
    fn stale(&self, chain: &ChainReport, findings: &mut Vec<Finding>) {
        let Some(anchor) = &chain.anchor else { return };
        let stale = |l: &&crate::trust::ListInfo| {
            l.territory == anchor.territory && l.next_update.is_some_and(|due| due < self.at)
        };
        findings.extend(self.trust.lists().iter().filter(stale).map(stale_finding));
    }
}

/// The finding for a list past its time.
#[must_use]
pub fn stale_finding(list: &crate::trust::ListInfo) -> Finding {
    let due = list.next_update.map(crate::verdict::moment).unwrap_or_default();
    Finding::new(Code::TrustListStale, format!("{} {} ({due})", list.territory, list.sequence))
}

struct Answer {
    source: &'static str,
    at: DateTime<Utc>,
    until: Option<DateTime<Utc>>,
    good: bool,
    revoked: Option<DateTime<Utc>>,
    status: &'static str,
    findings: Vec<Finding>,
}

impl Answer {
    fn new(source: &'static str, at: DateTime<Utc>, status: Option<RevocationStatus>) -> Self {
        let (good, revoked, status) = match status {
            Some(RevocationStatus::Good) => (true, None, "good"),
            Some(RevocationStatus::Revoked { at, .. }) => (false, Some(at), "revoked"),
            Some(RevocationStatus::Unknown) | None => (false, None, "unknown"),
        };
        Answer { source, at, until: None, good, revoked, status, findings: Vec::new() }
    }

    /// Whether the answer says something for the moment in question.
    fn covers(&self, best: DateTime<Utc>, proven: bool, late: TimeDelta) -> bool {
        if self.at >= best {
            return true;
        }
        // A list is published ahead and holds until the next; so does an answer where no time is proven
        // and the question is about now.
        let holds = self.until.is_some_and(|until| until >= best);
        if self.source == "CRL" { holds } else { !proven && (holds || best - self.at <= late) }
    }

    fn shown(&self) -> Revocation {
        Revocation { status: self.status, source: self.source, at: self.at, revoked_at: self.revoked }
    }
}

fn crl_answers(evidence: &Evidence<'_>, issuers: &[Certificate], wrong: &mut Vec<Finding>) -> Vec<Answer> {
    let mut out = Vec::new();
    for bytes in evidence.crls.iter().take(MAX_ANSWERS) {
        let Ok(crl) = Crl::parse(bytes) else {
            wrong.push(Finding::new(Code::RevocationInvalid, "CRL"));
            continue;
        };
        // Lists of the authorities above are kept beside the one that matters.
        if crl.issuer != evidence.signer.issuer {
            continue;
        }
        if !issuers.iter().any(|i| crl.verify(i).is_ok()) {
            wrong.push(Finding::new(Code::RevocationInvalid, "CRL"));
            continue;
        }
        match crl.status(evidence.signer) {
            Ok(status) => {
                let mut answer = Answer::new("CRL", crl.this_update, Some(status));
                answer.until = crl.next_update;
                out.push(answer);
            }
            Err(error) => wrong.push(Finding::new(Code::RevocationInvalid, error.to_string())),
        }
    }
    out
}

fn parsed_ocsp(evidence: &Evidence<'_>) -> Vec<OcspResponse> {
    evidence.ocsp.iter().take(MAX_ANSWERS).filter_map(|bytes| OcspResponse::parse(bytes).ok()).collect()
}

fn stamper(stamp: &TimestampReport) -> String {
    stamp.signer.as_ref().map(|s| s.subject.readable()).unwrap_or_default()
}

/// Why a time stamp does not hold.
fn stamp_finding(stamp: &TimestampReport, at: DateTime<Utc>) -> Finding {
    let why = || stamp.notices.iter().map(|n| n.text.as_str()).collect::<Vec<_>>().join("; ");
    if !stamp.imprint_ok {
        Finding::new(Code::TimestampForeign, "")
    } else if !stamp.signature_ok {
        Finding::new(Code::TimestampInvalid, why())
    } else if stamp.time > at {
        Finding::new(Code::TimestampFuture, crate::verdict::moment(stamp.time))
    } else {
        Finding::new(Code::TimestampUntrusted, format!("{}: {}", stamper(stamp), why()))
    }
}

fn level(evidence: &Evidence<'_>) -> Level {
    let answers = !evidence.ocsp.is_empty() || !evidence.crls.is_empty();
    match (evidence.stamps.is_empty(), answers) {
        (false, true) if !evidence.archive.is_empty() => Level::LTA,
        (false, true) => Level::LT,
        (false, false) => Level::T,
        (true, true) if evidence.time_mark.is_some() => Level::LtTm,
        (true, _) => Level::B,
    }
}
