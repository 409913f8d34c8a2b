//! Reading XAdES: which element says what. Nothing is judged here but form.

use chrono::{DateTime, Utc};

use super::{ASIC, BDOC_POLICY, XADES, XADES141};
use crate::{
    finding::{Code, Finding},
    pki::Hash,
    xml::{
        c14n::Canonical,
        dom::{Document, NodeId},
        signature::{self, DS, Signature, base64},
    },
};

/// Time stamps of one kind that one signature may have.
const MAX_STAMPS: usize = 64;
/// Certificates or revocation answers that one signature may have.
const MAX_VALUES: usize = 256;

/// How the signature names its signer's certificate.
#[derive(Clone, Debug)]
pub struct CertificateReference {
    /// The digest algorithm's name.
    pub method: String,
    /// The digest algorithm, where it is known.
    pub hash: Option<Hash>,
    /// The certificate's digest.
    pub digest: Vec<u8>,
    /// Version 1: issuer and serial number as text.
    pub issuer_serial: Option<(String, String)>,
    /// Version 2: DER of IssuerSerial.
    pub issuer_serial_v2: Option<Vec<u8>>,
}

/// A time stamp in XML: SignatureTimeStamp or ArchiveTimeStamp.
#[derive(Clone, Debug)]
pub struct Stamp {
    /// The element.
    pub node: NodeId,
    /// The form in which the stamped XML was digested.
    pub canonical: Option<Canonical>,
    /// The tokens.
    pub tokens: Vec<Vec<u8>>,
}

/// A signature with its qualifying properties.
#[derive(Clone, Debug)]
pub struct Xades {
    /// The XML signature.
    pub signature: Signature,
    /// Its `Id`.
    pub id: String,
    /// `xades:SignedProperties`.
    pub signed_properties: NodeId,
    /// `xades:UnsignedSignatureProperties`.
    pub unsigned: Option<NodeId>,
    /// The claimed time.
    pub signing_time: Option<DateTime<Utc>>,
    /// How the certificate is named; the first is the signer's.
    pub references: Vec<CertificateReference>,
    /// The identifier of the signature policy.
    pub policy: Option<String>,
    /// Reference identifiers and media types.
    pub formats: Vec<(String, String)>,
    /// Claimed roles.
    pub roles: Vec<String>,
    /// Signature time stamps.
    pub stamps: Vec<Stamp>,
    /// Archive time stamps, oldest first.
    pub archive: Vec<Stamp>,
    /// Certificates in CertificateValues and the like.
    pub certificates: Vec<Vec<u8>>,
    /// OCSP answers.
    pub ocsp: Vec<Vec<u8>>,
    /// CRLs.
    pub crls: Vec<Vec<u8>>,
    /// Oddities.
    pub findings: Vec<Finding>,
}

impl Xades {
    /// Whether the signature says that its revocation answer is a time-mark.
    #[must_use]
    pub fn is_time_mark(&self) -> bool {
        self.policy.as_deref() == Some(BDOC_POLICY)
    }
}

/// The signatures of a signature file, in order.
///
/// # Errors
/// If the file is none: another root, or things beside signatures.
pub fn signatures(doc: &Document<'_>, name: &str) -> Result<Vec<NodeId>, Finding> {
    let root = doc.root();
    // Before ASiC a signature file could hold the bare signature, and some still do.
    if doc.is(root, DS, "Signature") {
        return Ok(vec![root]);
    }
    if !doc.is(root, ASIC, "XAdESSignatures") {
        return Err(Finding::new(Code::SignatureFileInvalid, name));
    }
    let found: Vec<NodeId> = doc.elements(root).collect();
    if found.iter().any(|child| !doc.is(*child, DS, "Signature")) {
        return Err(Finding::new(Code::SignatureFileInvalid, name));
    }
    Ok(found)
}

/// Reads one signature.
///
/// # Errors
/// The finding that says what is wrong with its form.
pub fn read(doc: &Document<'_>, node: NodeId) -> Result<Xades, Finding> {
    let signature = signature::read(doc, node).map_err(|e| match e {
        signature::Unreadable::Canonicalisation(name) => Finding::new(Code::AlgorithmUnknown, name),
        other => Finding::new(Code::SignatureMalformed, other.to_string()),
    })?;
    let id = doc.attribute(node, "Id").unwrap_or("").to_owned();
    let qualifying = qualifying(doc, node)?;
    let mut findings = Vec::new();
    if let Some(target) = doc.attribute(qualifying, "Target")
        && target.strip_prefix('#') != Some(id.as_str())
    {
        findings.push(Finding::new(Code::XadesTarget, target));
    }
    let signed_properties = one(doc, qualifying, "SignedProperties")?;
    let unsigned = doc.path(qualifying, XADES, &["UnsignedProperties", "UnsignedSignatureProperties"]);
    let mut xades = Xades {
        signature,
        id,
        signed_properties,
        unsigned,
        signing_time: None,
        references: Vec::new(),
        policy: None,
        formats: Vec::new(),
        roles: Vec::new(),
        stamps: Vec::new(),
        archive: Vec::new(),
        certificates: Vec::new(),
        ocsp: Vec::new(),
        crls: Vec::new(),
        findings,
    };
    xades.signed(doc)?;
    if let Some(unsigned) = unsigned {
        xades.unsigned(doc, unsigned)?;
    }
    Ok(xades)
}

/// The one QualifyingProperties, a child of a `ds:Object` of the signature.
fn qualifying(doc: &Document<'_>, node: NodeId) -> Result<NodeId, Finding> {
    let mut found = None;
    for object in doc.named(node, DS, "Object") {
        for child in doc.named(object, XADES, "QualifyingProperties") {
            if found.replace(child).is_some() {
                return Err(Finding::new(Code::SignatureMalformed, "QualifyingProperties twice"));
            }
        }
    }
    found.ok_or_else(|| Finding::new(Code::SignedPropertiesMissing, "QualifyingProperties"))
}

fn one(doc: &Document<'_>, parent: NodeId, local: &'static str) -> Result<NodeId, Finding> {
    let mut all = doc.named(parent, XADES, local);
    match (all.next(), all.next()) {
        (Some(only), None) => Ok(only),
        _ => Err(Finding::new(Code::SignatureMalformed, local)),
    }
}

fn bytes(doc: &Document<'_>, node: NodeId, what: &str) -> Result<Vec<u8>, Finding> {
    base64(&doc.text(node)).ok_or_else(|| Finding::new(Code::SignatureMalformed, format!("base64 of {what}")))
}

impl Xades {
    fn signed(&mut self, doc: &Document<'_>) -> Result<(), Finding> {
        if let Some(properties) = doc.child(self.signed_properties, XADES, "SignedSignatureProperties") {
            self.signed_signature(doc, properties)?;
        }
        let Some(objects) = doc.child(self.signed_properties, XADES, "SignedDataObjectProperties") else {
            return Ok(());
        };
        for child in doc.elements(objects) {
            match doc.name(child) {
                (XADES, "DataObjectFormat") => {
                    let of = doc.attribute(child, "ObjectReference").unwrap_or("").trim_start_matches('#');
                    let media = doc.child(child, XADES, "MimeType").map(|m| doc.text(m).trim().to_owned());
                    self.formats.push((of.to_owned(), media.unwrap_or_default()));
                }
                (_, local) if local.ends_with("TimeStamp") => {
                    self.findings.push(Finding::new(Code::TimestampIgnored, local));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn signed_signature(&mut self, doc: &Document<'_>, properties: NodeId) -> Result<(), Finding> {
        let time = doc.child(properties, XADES, "SigningTime").map(|node| doc.text(node).trim().to_owned());
        self.signing_time = time.as_deref().and_then(moment);
        if self.signing_time.is_none() {
            self.findings.push(Finding::new(Code::SigningTimeMissing, time.unwrap_or_default()));
        }
        for list in ["SigningCertificate", "SigningCertificateV2"] {
            if let Some(list) = doc.child(properties, XADES, list) {
                for cert in doc.named(list, XADES, "Cert").take(MAX_VALUES) {
                    self.references.push(certificate_reference(doc, cert)?);
                }
            }
        }
        let policy = ["SignaturePolicyIdentifier", "SignaturePolicyId", "SigPolicyId", "Identifier"];
        self.policy = doc.path(properties, XADES, &policy).map(|p| doc.text(p).trim().to_owned());
        for role in ["SignerRole", "SignerRoleV2"] {
            if let Some(claimed) = doc.path(properties, XADES, &[role, "ClaimedRoles"]) {
                let roles = doc.named(claimed, XADES, "ClaimedRole").take(16);
                self.roles.extend(roles.map(|r| doc.text(r).trim().to_owned()));
            }
        }
        Ok(())
    }

    fn unsigned(&mut self, doc: &Document<'_>, unsigned: NodeId) -> Result<(), Finding> {
        for child in doc.elements(unsigned) {
            match doc.name(child) {
                (XADES, "SignatureTimeStamp") => self.stamps.push(stamp(doc, child)?),
                (XADES141, "ArchiveTimeStamp") => self.archive.push(stamp(doc, child)?),
                (XADES, "CertificateValues" | "AttrAuthoritiesCertValues") => self.certificate_values(doc, child)?,
                (XADES, "RevocationValues" | "AttributeRevocationValues") => self.revocation_values(doc, child)?,
                (XADES141, "TimeStampValidationData" | "AnyValidationData") => {
                    if let Some(values) = doc.child(child, XADES, "CertificateValues") {
                        self.certificate_values(doc, values)?;
                    }
                    if let Some(values) = doc.child(child, XADES, "RevocationValues") {
                        self.revocation_values(doc, values)?;
                    }
                }
                (XADES, "CounterSignature") => self.findings.push(Finding::new(Code::CounterSignature, "")),
                (_, local) if local.ends_with("TimeStamp") => {
                    self.findings.push(Finding::new(Code::TimestampIgnored, local));
                }
                _ => {}
            }
            if self.stamps.len() > MAX_STAMPS || self.archive.len() > MAX_STAMPS {
                return Err(Finding::new(Code::SignatureMalformed, "too many time stamps"));
            }
        }
        Ok(())
    }

    fn certificate_values(&mut self, doc: &Document<'_>, node: NodeId) -> Result<(), Finding> {
        for value in doc.named(node, XADES, "EncapsulatedX509Certificate").take(MAX_VALUES) {
            self.certificates.push(bytes(doc, value, "EncapsulatedX509Certificate")?);
        }
        Ok(())
    }

    fn revocation_values(&mut self, doc: &Document<'_>, node: NodeId) -> Result<(), Finding> {
        if let Some(list) = doc.child(node, XADES, "OCSPValues") {
            for value in doc.named(list, XADES, "EncapsulatedOCSPValue").take(MAX_VALUES) {
                self.ocsp.push(bytes(doc, value, "EncapsulatedOCSPValue")?);
            }
        }
        if let Some(list) = doc.child(node, XADES, "CRLValues") {
            for value in doc.named(list, XADES, "EncapsulatedCRLValue").take(MAX_VALUES) {
                self.crls.push(bytes(doc, value, "EncapsulatedCRLValue")?);
            }
        }
        Ok(())
    }
}

fn certificate_reference(doc: &Document<'_>, cert: NodeId) -> Result<CertificateReference, Finding> {
    let malformed = || Finding::new(Code::SignatureMalformed, "SigningCertificate");
    let digest = doc.child(cert, XADES, "CertDigest").ok_or_else(malformed)?;
    let method = doc.child(digest, DS, "DigestMethod").and_then(|m| doc.attribute(m, "Algorithm")).unwrap_or("");
    let value = doc.child(digest, DS, "DigestValue").ok_or_else(malformed)?;
    let issuer_serial = doc.child(cert, XADES, "IssuerSerial").map(|node| {
        let text = |local| doc.child(node, DS, local).map_or(String::new(), |n| doc.text(n).trim().to_owned());
        (text("X509IssuerName"), text("X509SerialNumber"))
    });
    let v2 = doc.child(cert, XADES, "IssuerSerialV2").map(|node| bytes(doc, node, "IssuerSerialV2")).transpose()?;
    Ok(CertificateReference {
        method: method.to_owned(),
        hash: Hash::from_uri(method),
        digest: bytes(doc, value, "CertDigest")?,
        issuer_serial,
        issuer_serial_v2: v2,
    })
}

fn stamp(doc: &Document<'_>, node: NodeId) -> Result<Stamp, Finding> {
    let canonical = match doc.child(node, DS, "CanonicalizationMethod") {
        // Where nothing is said XMLDSig's default holds.
        None => Some(Canonical::DEFAULT),
        Some(method) => signature::canonicalisation(doc, method),
    };
    let mut tokens = Vec::new();
    for token in doc.named(node, XADES, "EncapsulatedTimeStamp").take(8) {
        tokens.push(bytes(doc, token, "EncapsulatedTimeStamp")?);
    }
    if tokens.is_empty() {
        return Err(Finding::new(Code::TimestampMalformed, "EncapsulatedTimeStamp"));
    }
    Ok(Stamp { node, canonical, tokens })
}

/// An xs:dateTime; without a zone it is taken as UTC.
fn moment(text: &str) -> Option<DateTime<Utc>> {
    let zoned = DateTime::parse_from_rfc3339(text).map(|t| t.with_timezone(&Utc)).ok();
    zoned.or_else(|| chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok().map(|t| t.and_utc()))
}
