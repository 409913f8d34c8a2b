//! A file in, the verdict out.

use chrono::{DateTime, Utc};

use crate::{
    container::{Container, Kind, zip, zip_finding},
    finding::{Code, Finding},
    judge::{Court, stale_finding},
    pades,
    policy::{DEFAULT, Policy},
    trust::TrustStore,
    verdict::{ContainerReport, Report, SignatureReport, conforms, weigh},
    xades::{read, validate},
    xml::dom::{Document, Limits},
};

/// Signatures that are judged in one container.
const MAX_SIGNATURES: usize = 2_000;

/// What is to be judged, and how.
#[derive(Clone, Copy, Debug)]
pub struct Request<'r> {
    /// The file.
    pub bytes: &'r [u8],
    /// Its name, which decides its kind only where its content does not.
    pub name: Option<&'r str>,
    /// The trusted services.
    pub trust: &'r TrustStore,
    /// The moment of judgement.
    pub at: DateTime<Utc>,
    /// The policy.
    pub policy: &'static Policy,
    /// How much is unpacked.
    pub limits: zip::Limits,
}

impl<'r> Request<'r> {
    /// A request under the default policy and limits.
    #[must_use]
    pub fn new(bytes: &'r [u8], trust: &'r TrustStore, at: DateTime<Utc>) -> Self {
        Request { bytes, name: None, trust, at, policy: &DEFAULT, limits: zip::Limits::default() }
    }
}

/// Judges a container and every signature in it.
#[must_use]
pub fn verify(request: &Request<'_>) -> Report {
    let court = Court { trust: request.trust, at: request.at, policy: request.policy };
    if pades::validate::is_pdf(request.bytes) {
        return pades::validate::verify(request.bytes, &court);
    }
    let mut container = match Container::open(request.bytes, request.name, request.limits) {
        Ok(container) => container,
        Err(finding) => return Report::refused(finding, request.policy, request.at),
    };
    let mut signatures = Vec::new();
    let mut findings = std::mem::take(&mut container.findings);
    if container.usable {
        signature_files(&container, &court, &mut signatures, &mut findings);
        if !container.cades_files().is_empty() {
            findings.push(Finding::new(Code::CadesContainer, ""));
        }
    }
    findings.extend(nested(&container));
    findings.extend(
        court.trust.lists().iter().filter(|l| l.next_update.is_some_and(|due| due < court.at)).map(stale_finding),
    );
    let weighed = weigh(findings, request.policy);
    let ok = conforms(&weighed);
    if request.policy.container_decides && !ok {
        for signature in &mut signatures {
            let mut all: Vec<Finding> = signature.findings.iter().map(|w| w.finding.clone()).collect();
            all.push(Finding::new(Code::ContainerDecides, ""));
            signature.conclude(all, request.policy);
        }
    }
    let container = ContainerReport {
        ok,
        kind: container.kind.name(),
        documents: container.documents().iter().map(|d| d.name.clone()).collect(),
        findings: weighed,
    };
    Report { container, signatures, policy: request.policy.name, judged_at: request.at }
}

fn signature_files(
    container: &Container<'_>,
    court: &Court<'_>,
    signatures: &mut Vec<SignatureReport>,
    findings: &mut Vec<Finding>,
) {
    for entry in container.signature_files() {
        let bytes = match container.read(entry) {
            Ok(bytes) => bytes,
            Err(error) => {
                findings.push(zip_finding(error, &entry.name));
                continue;
            }
        };
        let doc = match Document::parse(&bytes, Limits::SIGNATURE) {
            Ok(doc) => doc,
            Err(error) => {
                findings.push(Finding::xml(&error, &entry.name));
                continue;
            }
        };
        let nodes = match read::signatures(&doc, &entry.name) {
            Ok(nodes) => nodes,
            Err(finding) => {
                findings.push(finding);
                continue;
            }
        };
        for id in doc.duplicate_ids().into_iter().take(8) {
            findings.push(Finding::new(Code::XmlIdDuplicate, format!("{}: {id}", entry.name)));
        }
        for node in nodes {
            if signatures.len() >= MAX_SIGNATURES {
                findings.push(Finding::new(Code::TooManySignatures, MAX_SIGNATURES.to_string()));
                return;
            }
            signatures.push(validate::judge(container, &doc, node, &entry.name, court));
        }
    }
}

/// Signed containers among the signed files.
fn nested(container: &Container<'_>) -> Vec<Finding> {
    if container.kind == Kind::Unknown {
        return Vec::new();
    }
    let is = |name: &str| {
        let lower = name.to_ascii_lowercase();
        [".edoc", ".asice", ".sce", ".bdoc", ".asics", ".scs", ".ddoc", ".p7m"].iter().any(|e| lower.ends_with(e))
    };
    let found = container.documents().into_iter().filter(|d| is(&d.name));
    found.take(20).map(|d| Finding::new(Code::NestedContainer, d.name.as_str())).collect()
}
