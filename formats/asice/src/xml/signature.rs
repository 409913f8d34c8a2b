//! XML signatures (XMLDSig 1.1): the parts of `ds:Signature`, and the signed lists that hold one.

use thiserror::Error;

use super::{
    c14n::{self, Canonical},
    dom::{Document, Limits, NodeId, XmlError},
};
use crate::pki::{
    algorithm::{self, EcdsaForm, Hash, SignatureAlgorithm},
    cert::Certificate,
};

/// The namespace of XML signatures.
pub const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const EXCLUSIVE_NS: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const RSA_PSS: &str = "http://www.w3.org/2007/05/xmldsig-more#rsa-pss";
/// References that one signature may have.
pub const MAX_REFERENCES: usize = 10_000;
/// Base64 that one value may have.
const MAX_VALUE: usize = 16 << 20;

/// A step between what is referred to and what is digested.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transform {
    /// A canonical form.
    Canonical(Canonical),
    /// All but the signature itself.
    Enveloped,
    /// Anything else, by name: not carried out.
    Other(String),
}

/// A `ds:Reference`.
#[derive(Clone, Debug)]
pub struct Reference {
    /// The element.
    pub node: NodeId,
    /// Its `Id`.
    pub id: Option<String>,
    /// What it refers to.
    pub uri: Option<String>,
    /// Of what kind that is.
    pub kind: Option<String>,
    /// The steps, in order.
    pub transforms: Vec<Transform>,
    /// The digest's name.
    pub method: String,
    /// The digest, where it is known.
    pub hash: Option<Hash>,
    /// The value.
    pub digest: Vec<u8>,
}

/// A `ds:Signature`, read but not judged.
#[derive(Clone, Debug)]
pub struct Signature {
    /// The element.
    pub node: NodeId,
    /// `ds:SignedInfo`.
    pub signed_info: NodeId,
    /// How `ds:SignedInfo` is canonicalised.
    pub canonical: Canonical,
    /// The name of the signature algorithm.
    pub method: String,
    /// The algorithm, where it is known.
    pub algorithm: Option<SignatureAlgorithm>,
    /// What is signed.
    pub references: Vec<Reference>,
    /// `ds:SignatureValue`.
    pub value_node: NodeId,
    /// The raw signature.
    pub value: Vec<u8>,
    /// `ds:KeyInfo`.
    pub key_info: Option<NodeId>,
    /// The DER of every `ds:X509Certificate` in it.
    pub certificates: Vec<Vec<u8>>,
}

/// Why a `ds:Signature` cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Unreadable {
    /// An element is missing, twice there, or in a wrong place.
    #[error("{0}")]
    Form(&'static str),
    /// Base64 that is none.
    #[error("base64 of {0}")]
    Base64(&'static str),
    /// A canonicalisation that is not known.
    #[error("canonicalisation {0}")]
    Canonicalisation(String),
}

/// Undoes base64, with white space anywhere.
#[must_use]
pub fn base64(text: &str) -> Option<Vec<u8>> {
    use base64::{
        Engine as _,
        engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
    };
    const ENGINE: GeneralPurpose = GeneralPurpose::new(
        &base64::alphabet::STANDARD,
        GeneralPurposeConfig::new()
            .with_decode_padding_mode(DecodePaddingMode::Indifferent)
            .with_decode_allow_trailing_bits(true),
    );
    if text.len() > MAX_VALUE {
        return None;
    }
    let packed: Vec<u8> = text.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
    ENGINE.decode(packed).ok()
}

/// The canonicalisation that an element with `Algorithm` names.
#[must_use]
pub fn canonicalisation(doc: &Document<'_>, node: NodeId) -> Option<Canonical> {
    let mut canonical = Canonical::from_uri(doc.attribute(node, "Algorithm")?)?;
    if let Some(list) = doc.child(node, EXCLUSIVE_NS, "InclusiveNamespaces") {
        let prefixes = doc.attribute(list, "PrefixList").unwrap_or("");
        canonical.inclusive = prefixes.split_whitespace().map(str::to_owned).collect();
    }
    Some(canonical)
}

fn only(doc: &Document<'_>, parent: NodeId, local: &'static str) -> Result<NodeId, Unreadable> {
    let mut found = doc.named(parent, DS, local);
    let first = found.next().ok_or(Unreadable::Form(local))?;
    if found.next().is_some() { Err(Unreadable::Form(local)) } else { Ok(first) }
}

/// Reads a `ds:Signature`.
///
/// # Errors
/// If its form is not that of a signature.
pub fn read(doc: &Document<'_>, node: NodeId) -> Result<Signature, Unreadable> {
    let signed_info = only(doc, node, "SignedInfo")?;
    let value_node = only(doc, node, "SignatureValue")?;
    let how = only(doc, signed_info, "CanonicalizationMethod")?;
    let canonical = canonicalisation(doc, how)
        .ok_or_else(|| Unreadable::Canonicalisation(doc.attribute(how, "Algorithm").unwrap_or("").to_owned()))?;
    let method_node = only(doc, signed_info, "SignatureMethod")?;
    let method = doc.attribute(method_node, "Algorithm").unwrap_or("").to_owned();
    let mut references = Vec::new();
    for reference in doc.named(signed_info, DS, "Reference") {
        if references.len() >= MAX_REFERENCES {
            return Err(Unreadable::Form("too many references"));
        }
        references.push(read_reference(doc, reference)?);
    }
    let key_info = doc.child(node, DS, "KeyInfo");
    let mut certificates = Vec::new();
    if let Some(info) = key_info {
        for data in doc.named(info, DS, "X509Data") {
            for cert in doc.named(data, DS, "X509Certificate").take(32) {
                certificates.push(base64(&doc.text(cert)).ok_or(Unreadable::Base64("X509Certificate"))?);
            }
        }
    }
    Ok(Signature {
        node,
        signed_info,
        canonical,
        algorithm: algorithm_of(doc, method_node, &method),
        method,
        references,
        value_node,
        value: base64(&doc.text(value_node)).ok_or(Unreadable::Base64("SignatureValue"))?,
        key_info,
        certificates,
    })
}

fn algorithm_of(doc: &Document<'_>, node: NodeId, method: &str) -> Option<SignatureAlgorithm> {
    if method != RSA_PSS {
        return SignatureAlgorithm::from_uri(method);
    }
    let ns = "http://www.w3.org/2007/05/xmldsig-more#";
    let digest = |at: NodeId| {
        let method = doc.child(at, DS, "DigestMethod")?;
        Hash::from_uri(doc.attribute(method, "Algorithm")?)
    };
    let parameters = doc.child(node, ns, "RSAPSSParams");
    let hash = parameters.and_then(digest).unwrap_or(Hash::Sha256);
    let mask = parameters.and_then(|p| doc.child(p, ns, "MaskGenerationFunction"));
    let mask_hash = mask.and_then(digest).unwrap_or(hash);
    let salt = parameters.and_then(|p| doc.child(p, ns, "SaltLength")).map(|s| doc.text(s).trim().parse());
    let salt = match salt {
        None => hash.size(),
        Some(Ok(salt)) => salt,
        Some(Err(_)) => return None,
    };
    Some(SignatureAlgorithm::RsaPss { hash, mask_hash, salt: Some(salt) })
}

fn read_reference(doc: &Document<'_>, node: NodeId) -> Result<Reference, Unreadable> {
    let mut transforms = Vec::new();
    let lists: Vec<NodeId> = doc.named(node, DS, "Transforms").collect();
    for list in lists {
        for step in doc.elements(list).take(16) {
            let name = doc.attribute(step, "Algorithm").unwrap_or("");
            transforms.push(match name {
                ENVELOPED => Transform::Enveloped,
                _ => {
                    canonicalisation(doc, step).map_or_else(|| Transform::Other(name.to_owned()), Transform::Canonical)
                }
            });
        }
    }
    let method_node = only(doc, node, "DigestMethod")?;
    let method = doc.attribute(method_node, "Algorithm").unwrap_or("").to_owned();
    Ok(Reference {
        node,
        id: doc.attribute(node, "Id").map(str::to_owned),
        uri: doc.attribute(node, "URI").map(str::to_owned),
        kind: doc.attribute(node, "Type").map(str::to_owned),
        transforms,
        hash: Hash::from_uri(&method),
        method,
        digest: base64(&doc.text(only(doc, node, "DigestValue")?)).ok_or(Unreadable::Base64("DigestValue"))?,
    })
}

impl Signature {
    /// The bytes that the signature value is over.
    #[must_use]
    pub fn signed_bytes(&self, doc: &Document<'_>) -> Vec<u8> {
        c14n::canonical(doc, self.signed_info, &self.canonical)
    }

    /// Whether the value is the certificate's over `ds:SignedInfo`.
    #[must_use]
    pub fn value_holds(&self, doc: &Document<'_>, certificate: &Certificate) -> bool {
        let Some(algorithm) = self.algorithm else { return false };
        let message = self.signed_bytes(doc);
        algorithm::verify(&certificate.key, algorithm, EcdsaForm::Raw, &message, &self.value).is_ok()
    }
}

/// Why an enveloped signature does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EnvelopedError {
    /// The XML is not read.
    #[error(transparent)]
    Xml(#[from] XmlError),
    /// The signature is not read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// There is none, or more than one.
    #[error("not exactly one signature")]
    Count,
    /// It does not cover the whole document, or transforms it in other ways than is usual.
    #[error("the signature does not cover the whole document")]
    Coverage,
    /// The document was changed.
    #[error("changed after signing")]
    Digest,
    /// The value is of none of the allowed certificates.
    #[error("not signed by an allowed certificate")]
    Signer,
    /// An algorithm that is not known or no longer good.
    #[error("algorithm {0}")]
    Algorithm(String),
}

/// Verifies the one enveloped signature of a document, as trust lists have it (ETSI TS 119 612, annex B).
///
/// The whole document is covered but the signature itself. Where `allowed` is empty the certificate
/// inside counts, and it is for the caller to know it. Gives the certificate that signed.
///
/// # Errors
/// If the signature does not hold.
pub fn verify_enveloped(doc: &Document<'_>, allowed: &[Certificate]) -> Result<Certificate, EnvelopedError> {
    let root = doc.root();
    let all: Vec<NodeId> = doc.descendants(root).filter(|n| doc.is(*n, DS, "Signature")).take(2).collect();
    let [node] = all.as_slice() else { return Err(EnvelopedError::Count) };
    if doc.parent(*node) != Some(root) {
        return Err(EnvelopedError::Coverage);
    }
    let signature = read(doc, *node)?;
    let weak = |hash: Option<Hash>| hash.is_none_or(|h| h == Hash::Sha1);
    if weak(signature.algorithm.map(|a| a.hash())) {
        return Err(EnvelopedError::Algorithm(signature.method));
    }
    let mut covered = false;
    for reference in signature.references.iter().take(16) {
        let Some(hash) = reference.hash.filter(|h| !weak(Some(*h))) else {
            return Err(EnvelopedError::Algorithm(reference.method.clone()));
        };
        let (bytes, whole) = enveloped_bytes(doc, &signature, reference)?;
        if hash.digest(&bytes) != reference.digest {
            return Err(EnvelopedError::Digest);
        }
        covered |= whole;
    }
    if !covered {
        return Err(EnvelopedError::Coverage);
    }
    let own: Vec<Certificate> = signature.certificates.iter().filter_map(|der| Certificate::parse(der).ok()).collect();
    let candidates = if allowed.is_empty() { own.as_slice() } else { allowed };
    let signer = candidates.iter().find(|c| signature.value_holds(doc, c));
    signer.cloned().ok_or(EnvelopedError::Signer)
}

fn enveloped_bytes(
    doc: &Document<'_>,
    signature: &Signature,
    reference: &Reference,
) -> Result<(Vec<u8>, bool), EnvelopedError> {
    let root = doc.root();
    let uri = reference.uri.as_deref().unwrap_or("");
    let apex = match uri.strip_prefix('#') {
        None if uri.is_empty() => doc.document_node(),
        Some(id) => match doc.by_id(id).as_slice() {
            [one] => *one,
            _ => return Err(EnvelopedError::Coverage),
        },
        None => return Err(EnvelopedError::Coverage),
    };
    let whole = apex == root || apex == doc.document_node();
    // Elements of the signature itself may be signed besides: its signed properties.
    if !whole && !doc.is_inside(apex, signature.node) {
        return Err(EnvelopedError::Coverage);
    }
    let mut how = Canonical::DEFAULT;
    let mut without = None;
    for step in &reference.transforms {
        match step {
            Transform::Enveloped => without = Some(signature.node),
            Transform::Canonical(canonical) => how = canonical.clone(),
            Transform::Other(_) => return Err(EnvelopedError::Coverage),
        }
    }
    if whole && without.is_none() {
        return Err(EnvelopedError::Coverage);
    }
    // A same-document reference leaves comments out, whatever comes after.
    how.comments = false;
    let mut bytes = Vec::new();
    c14n::write(doc, apex, &how, without, &mut bytes);
    Ok((bytes, whole))
}

/// Reads a document and verifies its enveloped signature.
///
/// # Errors
/// As [`verify_enveloped`], or if it is not read.
pub fn verify_enveloped_bytes(bytes: &[u8], allowed: &[Certificate]) -> Result<Certificate, EnvelopedError> {
    verify_enveloped(&Document::parse(bytes, Limits::TRUST_LIST)?, allowed)
}
