//! Extending a signature to the levels T, LT and LTA without touching what is there.

use thiserror::Error;

use super::{
    XADES, XADES141, imprint,
    read::{self, Xades},
    sign::base64,
};
use crate::{
    container::Container,
    finding::Finding,
    pki::Certificate,
    xml::{
        c14n::Canonical,
        dom::{Document, Limits, NodeId, XmlError},
        signature::DS,
    },
};

const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";

/// Why a signature is not extended.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ExtendError {
    /// The file is not read.
    #[error(transparent)]
    Xml(#[from] XmlError),
    /// The signature is not read.
    #[error("{}", .0.english())]
    Form(Finding),
    /// There is no such signature in the file.
    #[error("no such signature")]
    Absent,
    /// A signed file is missing, or a place to put the properties.
    #[error("the signature cannot be extended")]
    Place,
}

/// A signature file that is being extended.
#[derive(Debug)]
pub struct Extension<'x> {
    doc: Document<'x>,
    xades: Xades,
}

impl<'x> Extension<'x> {
    /// Opens the signature of that identifier in a signature file.
    ///
    /// # Errors
    /// If the file or the signature cannot be read.
    pub fn open(file: &'x [u8], id: &str) -> Result<Self, ExtendError> {
        let doc = Document::parse(file, Limits::SIGNATURE)?;
        let nodes = read::signatures(&doc, "").map_err(ExtendError::Form)?;
        let mut found = nodes.into_iter().filter(|n| doc.attribute(*n, "Id").unwrap_or("") == id);
        let (Some(node), None) = (found.next(), found.next()) else { return Err(ExtendError::Absent) };
        let xades = read::read(&doc, node).map_err(ExtendError::Form)?;
        Ok(Extension { doc, xades })
    }

    /// The signature as it is.
    #[must_use]
    pub fn signature(&self) -> &Xades {
        &self.xades
    }

    /// What a signature time stamp is to be over.
    #[must_use]
    pub fn timestamp_data(&self) -> Vec<u8> {
        imprint::signature_value(&self.doc, &self.xades, &Canonical::EXCLUSIVE)
    }

    /// The file with a signature time stamp (level T).
    ///
    /// # Errors
    /// If there is no place for it.
    pub fn with_timestamp(&self, token: &[u8]) -> Result<Vec<u8>, ExtendError> {
        self.add(&format!(
            "<xades:SignatureTimeStamp{} Id=\"{}-ts{}\">{}</xades:SignatureTimeStamp>",
            self.declarations(),
            self.xades.id,
            self.xades.stamps.len(),
            stamp(token)
        ))
    }

    /// The file with certificates and revocation answers (level LT). What the signature has already is left out.
    ///
    /// # Errors
    /// If there is no place for it.
    pub fn with_values(
        &self,
        certificates: &[Certificate],
        ocsp: &[Vec<u8>],
        crls: &[Vec<u8>],
    ) -> Result<Vec<u8>, ExtendError> {
        let values = self.values(certificates, ocsp, crls);
        if values.is_empty() {
            return Ok(self.doc.source().as_bytes().to_vec());
        }
        // The properties themselves may stand once only, and nothing may be added to what a stamp covers.
        let declarations = self.declarations();
        if self.has("CertificateValues") || self.has("RevocationValues") || !self.xades.archive.is_empty() {
            return self.add(&format!(
                "<xades141:TimeStampValidationData{declarations} xmlns:xades141=\"{XADES141}\">{}\
                 </xades141:TimeStampValidationData>",
                values.replace("$", "")
            ));
        }
        self.add(&values.replace('$', &declarations))
    }

    fn values(&self, certificates: &[Certificate], ocsp: &[Vec<u8>], crls: &[Vec<u8>]) -> String {
        let xades = &self.xades;
        let known = |c: &&Certificate| {
            !xades.certificates.iter().chain(&xades.signature.certificates).any(|der| der == c.der())
        };
        let wrap = |tag: &str, bytes: &[u8]| format!("<xades:{tag}>{}</xades:{tag}>", base64(bytes));
        let certificates: String =
            certificates.iter().filter(known).map(|c| wrap("EncapsulatedX509Certificate", c.der())).collect();
        let fresh = |list: &[Vec<u8>], have: &[Vec<u8>], tag: &str| -> String {
            list.iter().filter(|v| !have.contains(v)).map(|v| wrap(tag, v)).collect()
        };
        let ocsp = fresh(ocsp, &xades.ocsp, "EncapsulatedOCSPValue");
        let crls = fresh(crls, &xades.crls, "EncapsulatedCRLValue");
        let mut out = String::new();
        if !certificates.is_empty() {
            out.push_str(&format!("<xades:CertificateValues$>{certificates}</xades:CertificateValues>"));
        }
        if !ocsp.is_empty() || !crls.is_empty() {
            let list = |name: &str, body: &str| {
                if body.is_empty() { String::new() } else { format!("<xades:{name}>{body}</xades:{name}>") }
            };
            let (crls, ocsp) = (list("CRLValues", &crls), list("OCSPValues", &ocsp));
            out.push_str(&format!("<xades:RevocationValues$>{crls}{ocsp}</xades:RevocationValues>"));
        }
        out
    }

    /// What an archive time stamp is to be over; the container must be the one that holds the file.
    ///
    /// # Errors
    /// If a signed file is not there.
    pub fn archive_data(&self, container: &Container<'_>) -> Result<Vec<u8>, ExtendError> {
        imprint::archive(container, &self.doc, &self.xades, &Canonical::EXCLUSIVE, None).ok_or(ExtendError::Place)
    }

    /// The file with an archive time stamp (level LTA).
    ///
    /// # Errors
    /// If there is no place for it.
    pub fn with_archive_timestamp(&self, token: &[u8]) -> Result<Vec<u8>, ExtendError> {
        self.add(&format!(
            "<xades141:ArchiveTimeStamp{} xmlns:xades141=\"{XADES141}\" Id=\"{}-ats{}\">{}</xades141:ArchiveTimeStamp>",
            self.declarations(),
            self.xades.id,
            self.xades.archive.len(),
            stamp(token)
        ))
    }

    fn has(&self, local: &str) -> bool {
        self.xades.unsigned.is_some_and(|u| self.doc.child(u, XADES, local).is_some())
    }

    /// Declarations that an inserted element needs where the file uses other prefixes than ours.
    fn declarations(&self) -> String {
        let at = self.xades.unsigned.unwrap_or(self.xades.signed_properties);
        let mut out = String::new();
        for (prefix, ns) in [("xades", XADES), ("ds", DS)] {
            if self.doc.namespace_of(at, prefix) != ns {
                out.push_str(&format!(" xmlns:{prefix}=\"{ns}\""));
            }
        }
        out
    }

    /// Puts a property behind the last unsigned one; everything else stays byte for byte.
    fn add(&self, property: &str) -> Result<Vec<u8>, ExtendError> {
        let doc = &self.doc;
        let wrapped = |names: &[&str]| {
            let declarations = self.declarations();
            let open: String = names
                .iter()
                .enumerate()
                .map(|(i, n)| format!("<xades:{n}{}>", if i == 0 { declarations.as_str() } else { "" }))
                .collect();
            let close: String = names.iter().rev().map(|n| format!("</xades:{n}>")).collect();
            format!("{open}{property}{close}")
        };
        if let Some(unsigned) = self.xades.unsigned {
            return match doc.end_tag(unsigned) {
                Some(at) => self.insert(at, property),
                None => self.replace(unsigned, &wrapped(&["UnsignedSignatureProperties"])),
            };
        }
        let qualifying = doc.parent(self.xades.signed_properties).ok_or(ExtendError::Place)?;
        if let Some(properties) = doc.child(qualifying, XADES, "UnsignedProperties") {
            return match doc.end_tag(properties) {
                Some(at) => self.insert(at, &wrapped(&["UnsignedSignatureProperties"])),
                None => self.replace(properties, &wrapped(&["UnsignedProperties", "UnsignedSignatureProperties"])),
            };
        }
        let at = doc.end_tag(qualifying).ok_or(ExtendError::Place)?;
        self.insert(at, &wrapped(&["UnsignedProperties", "UnsignedSignatureProperties"]))
    }

    fn insert(&self, at: usize, text: &str) -> Result<Vec<u8>, ExtendError> {
        let (before, after) = self.doc.source().split_at_checked(at).ok_or(ExtendError::Place)?;
        Ok([before, text, after].concat().into_bytes())
    }

    fn replace(&self, node: NodeId, text: &str) -> Result<Vec<u8>, ExtendError> {
        let span = self.doc.span(node);
        let source = self.doc.source();
        let before = source.get(..span.start).ok_or(ExtendError::Place)?;
        let after = source.get(span.end..).ok_or(ExtendError::Place)?;
        Ok([before, text, after].concat().into_bytes())
    }
}

fn stamp(token: &[u8]) -> String {
    format!(
        "<ds:CanonicalizationMethod Algorithm=\"{EXCLUSIVE}\"/><xades:EncapsulatedTimeStamp>{}</xades:EncapsulatedTimeStamp>",
        base64(token)
    )
}
