//! The verdict on the signatures of a PDF.

use super::changes::{self, Changes};
use super::file::Pdf;
use super::form::{Coverage, Found};
use super::object::PdfError;
use super::proofs;
use super::write::Proofs;
use crate::finding::{Code, Finding};
use crate::judge::{Court, Evidence, stale_finding};
use crate::pki::ber::{Tlv, tag};
use crate::pki::cms::SignerInfo;
use crate::pki::{Certificate, Hash, PkiError, SignedData, TimeStampToken, TimestampReport, oid};
use crate::verdict::{ContainerReport, Report, SignatureReport, conforms, weigh};

/// Signatures judged in one file.
const MAX_SIGNATURES: usize = 100;
/// Time stamps judged on one signature.
const MAX_STAMPS: usize = 16;

/// Whether bytes begin as a PDF does.
#[must_use]
pub fn is_pdf(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(1024)).unwrap_or_default();
    !head.starts_with(b"PK") && head.windows(5).any(|five| five == b"%PDF-")
}

/// Judges a PDF and every signature in it.
#[must_use]
pub fn verify(bytes: &[u8], court: &Court<'_>) -> Report {
    let read = || -> Result<(Pdf<'_>, Vec<Found>), PdfError> {
        let pdf = Pdf::open(bytes)?;
        if pdf.is_encrypted() {
            return Err(PdfError::Encrypted);
        }
        let signatures = pdf.signatures()?;
        Ok((pdf, signatures))
    };
    let (pdf, found) = match read() {
        Ok(read) => read,
        Err(error) => {
            let mut report = Report::refused(unreadable(error), court.policy, court.at);
            report.container.kind = "PDF";
            return report;
        }
    };
    let mut findings = Vec::new();
    if found.len() > MAX_SIGNATURES {
        findings.push(Finding::new(Code::TooManySignatures, found.len().to_string()));
    }
    let proofs = proofs::read(&pdf).unwrap_or_default();
    let mut revisions = Vec::new();
    for one in found.into_iter().take(MAX_SIGNATURES) {
        let after = after(&pdf, &one);
        revisions.push(Revision { found: one, after });
    }
    let paper = Paper { pdf, proofs, revisions };
    let signed = paper.revisions.iter().filter(|revision| !revision.found.is_time_stamp);
    let signatures: Vec<SignatureReport> = signed.map(|revision| paper.judge(revision, court)).collect();
    if signatures.is_empty() {
        findings.push(Finding::new(Code::NoSignatures, ""));
    }
    let stale = court.trust.lists().iter().filter(|list| list.next_update.is_some_and(|due| due < court.at));
    findings.extend(stale.map(stale_finding));
    let findings = weigh(findings, court.policy);
    let container = ContainerReport { ok: conforms(&findings), kind: "PDF", documents: Vec::new(), findings };
    Report { container, signatures, policy: court.policy.name, judged_at: court.at }
}

fn unreadable(error: PdfError) -> Finding {
    let code = match error {
        PdfError::Encrypted => Code::PdfEncrypted,
        PdfError::Limit(_) => Code::PdfLimit,
        _ => Code::PdfMalformed,
    };
    Finding::new(code, error.to_string())
}

/// A signature and what came after it; `None` when its own revision cannot be read.
struct Revision {
    found: Found,
    after: Option<Changes>,
}

struct Paper<'a> {
    pdf: Pdf<'a>,
    proofs: Proofs,
    revisions: Vec<Revision>,
}

/// Compares the signed revision with the file; it must hold this very signature.
fn after(pdf: &Pdf<'_>, found: &Found) -> Option<Changes> {
    let covered = pdf.data().get(..found.end())?;
    let signed = Pdf::open(covered).ok()?;
    let same = |other: &Found| other.byte_range == found.byte_range && other.field == found.field;
    if !signed.signatures().ok()?.iter().any(same) {
        return None;
    }
    let rest = pdf.data().get(found.end()..)?;
    if rest.trim_ascii().is_empty() {
        return Some(Changes::default());
    }
    changes::since(&signed, pdf).ok()
}

impl Paper<'_> {
    fn judge(&self, revision: &Revision, court: &Court<'_>) -> SignatureReport {
        let found = &revision.found;
        let mut report = SignatureReport::new(&found.field, "", "PAdES");
        report.signed_at = found.claimed;
        let mut findings = Vec::new();
        let covered = coverage(revision, &mut findings);
        let cms = match SignedData::parse(&found.contents) {
            Ok(cms) => cms,
            Err(error) => {
                findings.push(Finding::new(Code::SignatureMalformed, error.to_string()));
                report.conclude(findings, court.policy);
                return report;
            }
        };
        let [info] = cms.signers.as_slice() else {
            findings.push(Finding::new(Code::SignatureMalformed, "CMS"));
            report.conclude(findings, court.policy);
            return report;
        };
        let certificates = [cms.certificates.as_slice(), &self.proofs.certificates].concat();
        let Some(signer) = signer(info, found, &certificates, &mut findings) else {
            report.conclude(findings, court.policy);
            return report;
        };
        let holds = self.holds(found, &cms, info, &signer, &mut findings);
        report.integrity = covered && holds;
        let (mut responses, mut crls) = archived(info);
        responses.extend(self.proofs.responses.iter().cloned());
        crls.extend(self.proofs.crls.iter().cloned());
        crls.extend(cms.crls.iter().cloned());
        let tokens = info.unsigned_values(oid::SIGNATURE_TIME_STAMP);
        let mut stamps: Vec<TimestampReport> = tokens
            .iter()
            .take(MAX_STAMPS)
            .filter_map(|token| match TimeStampToken::parse(token) {
                Ok(token) => Some(token.verify(&info.signature, &certificates, court.trust)),
                Err(error) => {
                    findings.push(Finding::new(Code::TimestampMalformed, error.to_string()));
                    None
                }
            })
            .collect();
        let archive = self.document_stamps(found, &certificates, &mut stamps, court, &mut findings);
        let evidence = Evidence {
            signer: &signer,
            certificates,
            ocsp: &responses,
            crls: &crls,
            stamps,
            archive,
            time_mark: None,
            claimed: found.claimed.or_else(|| info.signing_time()),
            digests: vec![info.digest, info.algorithm.hash()],
        };
        court.judge(&evidence, &mut report, &mut findings);
        report.conclude(findings, court.policy);
        report
    }

    /// Whether the signature's value is the signer's over what is covered.
    fn holds(
        &self,
        found: &Found,
        cms: &SignedData,
        info: &SignerInfo,
        signer: &Certificate,
        findings: &mut Vec<Finding>,
    ) -> bool {
        let parts = found.parts(self.pdf.data());
        let checked = match found.sub_filter.as_str() {
            "ETSI.CAdES.detached" | "adbe.pkcs7.detached" if cms.content.as_deref().is_none_or(<[u8]>::is_empty) => {
                let whole = || parts.concat();
                let digest = info.digest.digest_parts(&parts);
                let content = info.signed.is_empty().then(whole);
                info.verify_digest(&cms.content_type, &digest, content.as_deref(), signer)
            }
            // The content inside is SHA-1 of what is covered.
            "adbe.pkcs7.sha1" => match &cms.content {
                Some(content) if *content == Hash::Sha1.digest_parts(&parts) => {
                    findings.push(Finding::new(Code::AlgorithmSha1, "adbe.pkcs7.sha1"));
                    info.verify(&cms.content_type, content, signer)
                }
                _ => Err(PkiError::BadSignature),
            },
            other => {
                findings.push(Finding::new(Code::PdfSubFilter, other));
                return false;
            }
        };
        let Err(error) = checked else { return true };
        let unchanged = info.signed_value(oid::MESSAGE_DIGEST).ok().flatten().and_then(|value| {
            let stated = Tlv::only(value).ok()?.octets().ok()?;
            Some(*stated == info.digest.digest_parts(&parts))
        });
        let code = match error {
            PkiError::BadSignature if unchanged == Some(false) => Code::DigestMismatch,
            PkiError::BadSignature => Code::SignatureValueInvalid,
            PkiError::Unsupported(_) | PkiError::KeyMismatch => Code::AlgorithmUnknown,
            _ => Code::SignatureMalformed,
        };
        findings.push(Finding::new(code, if code == Code::DigestMismatch { String::new() } else { error.to_string() }));
        false
    }

    /// Document time stamps over this signature. Those over its proofs too keep it for long; those
    /// without only prove when it was there.
    fn document_stamps(
        &self,
        found: &Found,
        certificates: &[Certificate],
        stamps: &mut Vec<TimestampReport>,
        court: &Court<'_>,
        findings: &mut Vec<Finding>,
    ) -> Vec<TimestampReport> {
        let mut archive = Vec::new();
        let later = self.revisions.iter().filter(|one| one.found.is_time_stamp && one.found.end() > found.end());
        for one in later.take(MAX_STAMPS) {
            let token = match TimeStampToken::parse(&one.found.contents) {
                Ok(token) => token,
                Err(error) => {
                    findings.push(Finding::new(Code::TimestampMalformed, error.to_string()));
                    continue;
                }
            };
            let whole = one.found.coverage == Coverage::Good && one.after.is_some();
            let over = whole && token.stamps(&one.found.parts(self.pdf.data()));
            let report = token.judge(over, certificates, court.trust);
            let covered = self.pdf.data().get(..one.found.end()).and_then(|covered| Pdf::open(covered).ok());
            let proofs = covered.and_then(|pdf| proofs::read(&pdf).ok()).unwrap_or_default();
            let proven = !proofs.responses.is_empty() || !proofs.crls.is_empty();
            if proven && !stamps.is_empty() { archive.push(report) } else { stamps.push(report) }
        }
        archive.sort_by_key(|stamp: &TimestampReport| stamp.time);
        archive
    }
}

/// Whether the signature covers its revision, and what came after it is permitted.
fn coverage(revision: &Revision, findings: &mut Vec<Finding>) -> bool {
    let found = &revision.found;
    let why = match found.coverage {
        Coverage::Good => None,
        Coverage::Missing => Some("ByteRange"),
        Coverage::Gap => Some("Contents"),
        Coverage::End => Some("%%EOF"),
    };
    if let Some(why) = why {
        findings.push(Finding::new(Code::PdfCoverage, why));
        return false;
    }
    let Some(changes) = &revision.after else {
        findings.push(Finding::new(Code::PdfCoverage, "revision"));
        return false;
    };
    for change in &changes.forbidden {
        findings.push(Finding::new(Code::PdfChanged, change.as_str()));
    }
    match found.permits {
        Some(1) if changes.forms || changes.signatures => {
            findings.push(Finding::new(Code::PdfNotPermitted, "DocMDP 1"));
        }
        _ if changes.forms => findings.push(Finding::new(Code::PdfFormsFilled, "")),
        _ => {}
    }
    changes.forbidden.is_empty()
}

/// The signer's certificate.
fn signer(
    info: &SignerInfo,
    found: &Found,
    certificates: &[Certificate],
    findings: &mut Vec<Finding>,
) -> Option<Certificate> {
    let mut named = certificates.iter().filter(|cert| info.names(cert));
    match info.ess_certificate() {
        Ok(Some(ess)) => {
            let all: Vec<&Certificate> = named.collect();
            let signer = all.iter().find(|cert| ess.is(cert)).copied().cloned();
            if signer.is_none() {
                let code = if all.is_empty() { Code::SigningCertificateMissing } else { Code::SigningCertificateOther };
                findings.push(Finding::new(code, ""));
            }
            signer
        }
        Ok(None) => {
            if found.sub_filter.starts_with("ETSI.") {
                findings.push(Finding::new(Code::SigningCertificateUnreferenced, ""));
            }
            let signer = named.next().cloned();
            if signer.is_none() {
                findings.push(Finding::new(Code::SigningCertificateMissing, ""));
            }
            signer
        }
        Err(error) => {
            findings.push(Finding::new(Code::SignatureMalformed, error.to_string()));
            None
        }
    }
}

type Archived = (Vec<Vec<u8>>, Vec<Vec<u8>>);

/// OCSP responses and CRLs of Adobe's attribute, which lies under the signature.
fn archived(info: &SignerInfo) -> Archived {
    let read = || -> crate::pki::Result<Archived> {
        let (mut responses, mut crls) = (Vec::new(), Vec::new());
        let Some(value) = info.signed_value(oid::ADBE_REVOCATION)? else { return Ok((responses, crls)) };
        let mut inside = Tlv::only(value)?.with_tag(tag::SEQUENCE)?.inside()?;
        for (number, list) in [(0, &mut crls), (1, &mut responses)] {
            let Some(wrapped) = inside.optional(tag::context_constructed(number))? else { continue };
            let mut items = wrapped.inside()?.sequence()?;
            while !items.is_empty() && list.len() < 64 {
                list.push(items.any()?.raw.to_vec());
            }
        }
        Ok((responses, crls))
    };
    read().unwrap_or_default()
}
