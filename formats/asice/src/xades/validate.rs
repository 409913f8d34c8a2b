//! Judging one XAdES signature: is it over these files, by this certificate, unchanged?

use std::collections::HashSet;

use super::{
    SIGNED_PROPERTIES, imprint,
    read::{self, CertificateReference, Stamp, Xades},
};
use crate::{
    container::{Container, name},
    finding::{Code, Finding},
    judge::{Court, Evidence},
    pki::{
        Certificate, Hash,
        ber::Tlv,
        ocsp::OcspResponse,
        timestamp::{TimeStampToken, TimestampReport},
    },
    verdict::SignatureReport,
    xml::{
        c14n::{self, Canonical},
        dom::{Document, NodeId},
        signature::{Reference, Transform},
    },
};

/// Judges the signature at `node` of the signature file `file`.
#[must_use]
pub fn judge(
    container: &Container<'_>,
    doc: &Document<'_>,
    node: NodeId,
    file: &str,
    court: &Court<'_>,
) -> SignatureReport {
    let id = doc.attribute(node, "Id").unwrap_or("");
    let mut report = SignatureReport::new(id, file, "XAdES");
    let xades = match read::read(doc, node) {
        Ok(xades) => xades,
        Err(finding) => {
            report.conclude(vec![finding], court.policy);
            return report;
        }
    };
    let mut findings = xades.findings.clone();
    report.roles.clone_from(&xades.roles);
    report.signed_at = xades.signing_time;
    let before = findings.len();
    report.signed_files = references(container, doc, &xades, &mut findings);
    let unchanged = findings.len() == before || !findings.iter().skip(before).any(|f| breaks(f.code));
    let pool = Pool::of(&xades);
    let Some(signer) = signer(doc, &xades, &pool, &mut findings) else {
        report.conclude(findings, court.policy);
        return report;
    };
    let holds = value(doc, &xades, &signer, &mut findings);
    report.integrity = unchanged && holds;
    let evidence = evidence(container, doc, &xades, &signer, pool, court);
    court.judge(&evidence, &mut report, &mut findings);
    report.conclude(findings, court.policy);
    report
}

fn breaks(code: Code) -> bool {
    !matches!(code.effect(), crate::finding::Effect::Note | crate::finding::Effect::Warn)
}

/// Certificates around a signature.
struct Pool {
    key_info: Vec<Certificate>,
    values: Vec<Certificate>,
}

impl Pool {
    fn of(xades: &Xades) -> Pool {
        let parse = |list: &[Vec<u8>]| list.iter().filter_map(|der| Certificate::parse(der).ok()).collect();
        Pool { key_info: parse(&xades.signature.certificates), values: parse(&xades.certificates) }
    }
}

/// Verifies all references; gives the names of the files that are signed.
fn references(
    container: &Container<'_>,
    doc: &Document<'_>,
    xades: &Xades,
    findings: &mut Vec<Finding>,
) -> Vec<String> {
    let mut files: Vec<String> = Vec::new();
    let mut seen = HashSet::new();
    let mut covers_properties = false;
    for reference in &xades.signature.references {
        let uri = reference.uri.as_deref().unwrap_or("");
        let Some(hash) = reference.hash else {
            findings.push(Finding::new(Code::AlgorithmUnknown, reference.method.as_str()));
            continue;
        };
        if let Some(id) = uri.strip_prefix('#') {
            covers_properties |= internal(doc, xades, reference, hash, id, findings);
        } else if let Some(name) = external(container, reference, hash, findings) {
            if seen.insert(name.clone()) {
                files.push(name);
            } else {
                findings.push(Finding::new(Code::ReferenceDuplicate, name));
            }
        }
    }
    if !covers_properties {
        findings.push(Finding::new(Code::SignedPropertiesMissing, ""));
    }
    let documents = container.documents();
    for entry in &documents {
        if !seen.contains(&entry.name) {
            findings.push(Finding::new(Code::FileUnsigned, entry.name.as_str()));
        }
    }
    if !documents.iter().any(|d| seen.contains(&d.name))
        && !findings.iter().any(|f| f.code == Code::ReferenceUnresolved)
    {
        findings.push(Finding::new(Code::NothingSigned, ""));
    }
    formats(container, xades, findings);
    files
}

/// A reference into the signature file; whether it covers the signature's own signed properties.
fn internal(
    doc: &Document<'_>,
    xades: &Xades,
    reference: &Reference,
    hash: Hash,
    id: &str,
    findings: &mut Vec<Finding>,
) -> bool {
    let node = match *doc.by_id(id).as_slice() {
        [] => {
            findings.push(Finding::new(Code::ReferenceUnresolved, format!("#{id}")));
            return false;
        }
        [node] => node,
        _ => {
            findings.push(Finding::new(Code::XmlIdDuplicate, id));
            return false;
        }
    };
    let own = node == xades.signed_properties;
    if reference.kind.as_deref() == Some(SIGNED_PROPERTIES) && !own {
        findings.push(Finding::new(Code::SignedPropertiesWrapped, id));
        return false;
    }
    // What stands outside the signature is not this signature's to sign.
    if !doc.is_inside(node, xades.signature.node) || doc.is_inside(xades.signature.signed_info, node) {
        findings.push(Finding::new(Code::SignedPropertiesWrapped, id));
        return false;
    }
    let mut how = Canonical::DEFAULT;
    match reference.transforms.as_slice() {
        [] => {}
        [Transform::Canonical(canonical)] => how = canonical.clone(),
        _ => {
            findings.push(Finding::new(Code::TransformForbidden, id));
            return false;
        }
    }
    // A reference by bare identifier leaves comments out (XMLDSig 4.4.3.3).
    how.comments = false;
    if hash.digest(&c14n::canonical(doc, node, &how)) == reference.digest {
        return own;
    }
    findings.push(Finding::new(Code::DigestMismatch, format!("#{id}")));
    own
}

/// A reference to a file; its name if it is there.
fn external(
    container: &Container<'_>,
    reference: &Reference,
    hash: Hash,
    findings: &mut Vec<Finding>,
) -> Option<String> {
    let uri = reference.uri.as_deref().unwrap_or("");
    if !reference.transforms.is_empty() {
        findings.push(Finding::new(Code::TransformForbidden, uri));
        return None;
    }
    if uri.is_empty() || uri.contains("://") || uri.contains('#') {
        findings.push(Finding::new(Code::ReferenceExternal, uri));
        return None;
    }
    let Some((name, encoded)) = file_name(container, uri) else {
        findings.push(Finding::new(Code::ReferenceUnresolved, uri));
        return None;
    };
    if !encoded {
        findings.push(Finding::new(Code::ReferenceEncoding, uri));
    }
    match container.digest(&name, hash) {
        Some(digest) if digest == reference.digest => {}
        Some(_) => findings.push(Finding::new(Code::DigestMismatch, name.as_str())),
        None => findings.push(Finding::new(Code::ZipChecksum, name.as_str())),
    }
    Some(name)
}

/// The file that a reference means, and whether it was written as it should be.
pub(super) fn file_name(container: &Container<'_>, uri: &str) -> Option<(String, bool)> {
    let decoded = name::percent_decoded(uri);
    if let Some(name) = decoded.filter(|n| container.entry(n).is_some()) {
        return Some((name, true));
    }
    let bare = uri.trim_start_matches("./").trim_start_matches('/');
    let candidates = [uri.to_owned(), bare.to_owned(), name::percent_decoded(bare).unwrap_or_default()];
    candidates.into_iter().find(|n| container.entry(n).is_some()).map(|n| (n, false))
}

/// Media types: each file has one in the signature, and the manifest's is the same.
fn formats(container: &Container<'_>, xades: &Xades, findings: &mut Vec<Finding>) {
    for reference in &xades.signature.references {
        let uri = reference.uri.as_deref().unwrap_or("");
        if uri.starts_with('#') {
            continue;
        }
        let id = reference.id.as_deref().unwrap_or("");
        let format = xades.formats.iter().find(|(of, _)| !id.is_empty() && of == id);
        let Some((_, media)) = format else {
            findings.push(Finding::new(Code::DataObjectFormat, uri));
            continue;
        };
        let Some((name, _)) = file_name(container, uri) else { continue };
        if let Some(listed) = container.media_types.get(&name)
            && listed != media
        {
            findings.push(Finding::new(Code::ManifestTypeDiffers, format!("{name}: {listed}, {media}")));
        }
    }
}

/// The signer's certificate: the one that the signed properties name.
fn signer(doc: &Document<'_>, xades: &Xades, pool: &Pool, findings: &mut Vec<Finding>) -> Option<Certificate> {
    for reference in &xades.references {
        if reference.hash.is_none() {
            findings.push(Finding::new(Code::AlgorithmUnknown, reference.method.as_str()));
        }
    }
    let all = || pool.key_info.iter().chain(&pool.values);
    let named = |cert: &&Certificate| xades.references.iter().any(|r| names(r, cert));
    // KeyInfo may hold the whole chain, and SigningCertificate too: the signer is who made the value.
    let found = all().filter(named).find(|c| xades.signature.value_holds(doc, c)).or_else(|| all().find(named));
    if let Some(cert) = found {
        if let Some(reference) = xades.references.iter().find(|r| names(r, cert))
            && !same_issuer(reference, cert)
        {
            findings.push(Finding::new(Code::SigningCertificateIssuer, ""));
        }
        return Some(cert.clone());
    }
    let Some(given) = pool.key_info.first() else {
        let code = if xades.signature.certificates.is_empty() {
            Code::SigningCertificateMissing
        } else {
            Code::CertificateMalformed
        };
        findings.push(Finding::new(code, ""));
        return None;
    };
    let code =
        if xades.references.is_empty() { Code::SigningCertificateUnreferenced } else { Code::SigningCertificateOther };
    findings.push(Finding::new(code, given.subject.readable()));
    Some(given.clone())
}

fn names(reference: &CertificateReference, cert: &Certificate) -> bool {
    reference.hash.is_some_and(|hash| cert.fingerprint(hash) == reference.digest)
}

/// Whether issuer and serial number, where given, are the certificate's.
fn same_issuer(reference: &CertificateReference, cert: &Certificate) -> bool {
    if let Some((issuer, serial)) = &reference.issuer_serial
        && (serial != &cert.serial_decimal() || !cert.issuer.matches_text(issuer))
    {
        return false;
    }
    let Some(der) = &reference.issuer_serial_v2 else { return true };
    let serial = || -> crate::pki::Result<Vec<u8>> {
        let mut inside = Tlv::only(der)?.inside()?;
        inside.any()?;
        Ok(inside.any()?.body.to_vec())
    };
    serial().is_ok_and(|s| s == cert.serial)
}

/// Whether the signature value is the signer's.
fn value(doc: &Document<'_>, xades: &Xades, signer: &Certificate, findings: &mut Vec<Finding>) -> bool {
    if xades.signature.algorithm.is_none() {
        findings.push(Finding::new(Code::AlgorithmUnknown, xades.signature.method.as_str()));
        return false;
    }
    let holds = xades.signature.value_holds(doc, signer);
    if !holds {
        findings.push(Finding::new(Code::SignatureValueInvalid, ""));
    }
    holds
}

fn evidence<'e>(
    container: &Container<'_>,
    doc: &Document<'_>,
    xades: &'e Xades,
    signer: &'e Certificate,
    pool: Pool,
    court: &Court<'_>,
) -> Evidence<'e> {
    let mut certificates: Vec<Certificate> = pool.values;
    certificates.extend(pool.key_info);
    for answer in xades.ocsp.iter().take(64).filter_map(|bytes| OcspResponse::parse(bytes).ok()) {
        certificates.extend(answer.certificates.iter().cloned());
    }
    let imprint_of = |stamp: &Stamp| Some(imprint::signature_value(doc, xades, stamp.canonical.as_ref()?));
    let stamps = xades.stamps.iter().flat_map(|s| stamps(s, imprint_of(s), &certificates, court)).collect();
    let archive = xades.archive.iter();
    let archive = archive
        .flat_map(|s| self::stamps(s, imprint::of_archive(container, doc, xades, s), &certificates, court))
        .collect();
    let mut digests: Vec<Hash> = xades.signature.references.iter().filter_map(|r| r.hash).collect();
    digests.extend(xades.signature.algorithm.map(|a| a.hash()));
    digests.extend(xades.references.iter().filter_map(|r| r.hash));
    Evidence {
        signer,
        certificates,
        ocsp: &xades.ocsp,
        crls: &xades.crls,
        stamps,
        archive,
        time_mark: xades.is_time_mark().then_some(xades.signature.value.as_slice()),
        claimed: xades.signing_time,
        digests,
    }
}

/// Judges the tokens of a stamp; one that cannot be read is shown as one that does not hold.
fn stamps(
    stamp: &Stamp,
    imprint: Option<Vec<u8>>,
    certificates: &[Certificate],
    court: &Court<'_>,
) -> Vec<TimestampReport> {
    let judge = |token: &Vec<u8>| match (TimeStampToken::parse(token), &imprint) {
        (Ok(token), Some(data)) => token.verify(data, certificates, court.trust),
        (Ok(token), None) => token.judge(false, certificates, court.trust),
        (Err(error), _) => unreadable(&error, court),
    };
    stamp.tokens.iter().map(judge).collect()
}

fn unreadable(error: &crate::pki::PkiError, court: &Court<'_>) -> TimestampReport {
    TimestampReport {
        time: court.at,
        imprint_ok: true,
        signature_ok: false,
        signer: None,
        chain: None,
        qualified: false,
        notices: vec![crate::pki::notice::Notice::error("timestamp-malformed", error.to_string())],
    }
}
