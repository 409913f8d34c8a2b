//! CMS SignedData (RFC 5652), in BER or DER, and its making.

use chrono::{DateTime, Utc};

use super::algorithm::{EcdsaForm, Hash, SignatureAlgorithm, verify};
use super::ber::{Tlv, der, tag};
use super::cert::Certificate;
use super::error::{PkiError, Result};
use super::name::Name;
use super::oid;

const MAX_CERTIFICATES: usize = 100;
const MAX_SIGNERS: usize = 32;
const MAX_ATTRIBUTES: usize = 100;
const MAX_CRLS: usize = 100;

/// A SignedData that was read.
#[derive(Debug, Clone)]
pub struct SignedData {
    /// Encoded identifier of the content's type.
    pub content_type: Vec<u8>,
    /// The content, if it is inside.
    pub content: Option<Vec<u8>>,
    /// Certificates that came along. What is not an X.509 certificate is left out.
    pub certificates: Vec<Certificate>,
    /// CRLs that came along, encoded.
    pub crls: Vec<Vec<u8>>,
    /// Signers.
    pub signers: Vec<SignerInfo>,
}

/// How a signer names its certificate.
#[derive(Debug, Clone)]
pub enum SignerId {
    /// Issuer and serial number.
    IssuerSerial(Name, Vec<u8>),
    /// Subject key identifier.
    KeyIdentifier(Vec<u8>),
}

/// An attribute: encoded identifier and encoded values.
#[derive(Debug, Clone)]
pub struct Attribute {
    /// Encoded identifier.
    pub oid: Vec<u8>,
    /// Each value with its tag, as it was encoded.
    pub values: Vec<Vec<u8>>,
}

/// One signer.
#[derive(Debug, Clone)]
pub struct SignerInfo {
    /// Which certificate.
    pub id: SignerId,
    /// Digest of the content.
    pub digest: Hash,
    /// Signed attributes; empty when the content itself is signed.
    pub signed: Vec<Attribute>,
    /// What may have been signed: the attributes as a SET, as they came and in strict DER.
    signed_forms: Vec<Vec<u8>>,
    /// Algorithm of the signature.
    pub algorithm: SignatureAlgorithm,
    /// The signature.
    pub signature: Vec<u8>,
    /// Unsigned attributes.
    pub unsigned: Vec<Attribute>,
}

/// What ESS signing-certificate says of the signer's certificate.
#[derive(Debug, Clone)]
pub struct EssCertId {
    /// Digest algorithm (SHA-1 in version 1).
    pub hash: Hash,
    /// Digest of the certificate.
    pub digest: Vec<u8>,
    /// Serial number, if given.
    pub serial: Option<Vec<u8>>,
}

impl SignedData {
    /// Reads a ContentInfo with SignedData. Bytes after it are let pass: PDF pads its signatures.
    ///
    /// # Errors
    /// Not SignedData, or beyond the bounds.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let mut outer = Tlv::first(bytes)?.with_tag(tag::SEQUENCE)?.inside()?;
        if outer.expect(tag::OID)?.oid()?.0 != oid::SIGNED_DATA {
            return Err(PkiError::Malformed("CMS: not signed data"));
        }
        let mut body = outer.expect(tag::context_constructed(0))?.inside()?.sequence()?;
        body.expect(tag::INTEGER)?;
        body.expect(tag::SET)?;
        let mut encapsulated = body.sequence()?;
        let content_type = encapsulated.expect(tag::OID)?.oid()?.0.to_vec();
        let content = encapsulated.optional(tag::context_constructed(0))?;
        let content = content.map(|value| content_octets(value)).transpose()?;
        let mut certificates = Vec::new();
        let mut crls = Vec::new();
        if let Some(set) = body.optional(tag::context_constructed(0))? {
            let mut set = set.inside()?;
            while !set.is_empty() && certificates.len() < MAX_CERTIFICATES {
                certificates.extend(Certificate::parse(set.any()?.raw).ok());
            }
        }
        if let Some(set) = body.optional(tag::context_constructed(1))? {
            let mut set = set.inside()?;
            while !set.is_empty() && crls.len() < MAX_CRLS {
                crls.push(set.any()?.raw.to_vec());
            }
        }
        let mut signers = Vec::new();
        let mut set = body.expect(tag::SET)?.inside()?;
        while !set.is_empty() {
            signers.push(SignerInfo::parse(set.any()?)?);
            if signers.len() > MAX_SIGNERS {
                return Err(PkiError::TooLarge("CMS: signers"));
            }
        }
        Ok(Self { content_type, content, certificates, crls, signers })
    }
}

/// The content, which CMS wraps into an OCTET STRING and PKCS#7 leaves as it is.
fn content_octets(explicit: Tlv<'_>) -> Result<Vec<u8>> {
    let value = explicit.inside()?.any()?;
    if value.tag & 0x1f == tag::OCTET_STRING { Ok(value.octets()?.into_owned()) } else { Ok(value.body.to_vec()) }
}

impl SignerInfo {
    fn parse(value: Tlv<'_>) -> Result<Self> {
        let mut inside = value.with_tag(tag::SEQUENCE)?.inside()?;
        inside.expect(tag::INTEGER)?;
        let id = inside.any()?;
        let id = if id.tag == tag::SEQUENCE {
            let mut pair = id.inside()?;
            SignerId::IssuerSerial(Name::parse(pair.any()?)?, pair.expect(tag::INTEGER)?.unsigned()?.to_vec())
        } else if id.tag & 0x1f == 0 && id.tag & 0xc0 == 0x80 {
            let plain = id.retagged(tag::OCTET_STRING | (id.tag & tag::CONSTRUCTED));
            SignerId::KeyIdentifier(plain.octets()?.into_owned())
        } else {
            return Err(PkiError::Malformed("CMS: signer identifier"));
        };
        let digest = Hash::from_identifier(inside.any()?)?;
        let signed_value = inside.optional(tag::context_constructed(0))?;
        let signed = signed_value.map(attributes).transpose()?.unwrap_or_default();
        let signed_forms = signed_value.map(|value| signed_forms(value)).transpose()?.unwrap_or_default();
        let algorithm = SignatureAlgorithm::from_identifier(inside.any()?, Some(digest))?;
        let signature = inside.expect(tag::OCTET_STRING)?.octets()?.into_owned();
        let unsigned = inside.optional(tag::context_constructed(1))?.map(attributes).transpose()?.unwrap_or_default();
        Ok(Self { id, digest, signed, signed_forms, algorithm, signature, unsigned })
    }

    /// Whether the certificate is the one the signer names.
    #[must_use]
    pub fn names(&self, cert: &Certificate) -> bool {
        match &self.id {
            SignerId::IssuerSerial(issuer, serial) => {
                let found: Vec<u8> = cert.serial.iter().copied().skip_while(|byte| *byte == 0).collect();
                *issuer == cert.issuer && *serial == found
            }
            SignerId::KeyIdentifier(identifier) => *identifier == cert.key_identifier(),
        }
    }

    /// The single value of a signed attribute.
    ///
    /// # Errors
    /// The attribute occurs twice, or with several values: each hides one from the other reader.
    pub fn signed_value(&self, oid: &[u8]) -> Result<Option<&[u8]>> {
        single(&self.signed, oid)
    }

    /// All values of an unsigned attribute.
    #[must_use]
    pub fn unsigned_values(&self, oid: &[u8]) -> Vec<&[u8]> {
        let of_type = self.unsigned.iter().filter(|attribute| attribute.oid == oid);
        of_type.flat_map(|attribute| attribute.values.iter().map(Vec::as_slice)).collect()
    }

    /// Time that the signer claims.
    #[must_use]
    pub fn signing_time(&self) -> Option<DateTime<Utc>> {
        Tlv::only(self.signed_value(oid::SIGNING_TIME).ok()??).ok()?.time().ok()
    }

    /// The first certificate that ESS signing-certificate (version 2, else 1) names.
    ///
    /// # Errors
    /// The attribute is there and unreadable.
    pub fn ess_certificate(&self) -> Result<Option<EssCertId>> {
        if let Some(value) = self.signed_value(oid::SIGNING_CERTIFICATE_V2)? {
            return ess_id(value, true).map(Some);
        }
        self.signed_value(oid::SIGNING_CERTIFICATE)?.map(|value| ess_id(value, false)).transpose()
    }

    /// Verifies the signature over the content, with the signer's certificate.
    ///
    /// # Errors
    /// [`PkiError::BadSignature`] when content or attributes were changed; what is not supported.
    pub fn verify(&self, content_type: &[u8], content: &[u8], cert: &Certificate) -> Result<()> {
        self.verify_digest(content_type, &self.digest.digest(content), Some(content), cert)
    }

    /// Verifies when only the content's digest is at hand. Without signed attributes the
    /// signature's own digest is over the content, so `content` or an equal digest is needed.
    ///
    /// # Errors
    /// As [`SignerInfo::verify`].
    pub fn verify_digest(
        &self,
        content_type: &[u8],
        digest: &[u8],
        content: Option<&[u8]>,
        cert: &Certificate,
    ) -> Result<()> {
        if self.signed_forms.is_empty() {
            return match content {
                Some(content) => verify(&cert.key, self.algorithm, EcdsaForm::Der, content, &self.signature),
                None if self.algorithm.hash() == self.digest => {
                    super::algorithm::verify_digest(&cert.key, self.algorithm, EcdsaForm::Der, digest, &self.signature)
                }
                None => Err(PkiError::Unsupported("signature without attributes over two digests")),
            };
        }
        let stated = self.signed_value(oid::MESSAGE_DIGEST)?.ok_or(PkiError::Malformed("CMS: no message digest"))?;
        if Tlv::only(stated)?.with_tag(tag::OCTET_STRING)?.octets()?.as_ref() != digest {
            return Err(PkiError::BadSignature);
        }
        let stated = self.signed_value(oid::CONTENT_TYPE)?.ok_or(PkiError::Malformed("CMS: no content type"))?;
        if Tlv::only(stated)?.oid()?.0 != content_type {
            return Err(PkiError::BadSignature);
        }
        let mut last = Err(PkiError::BadSignature);
        for form in &self.signed_forms {
            last = verify(&cert.key, self.algorithm, EcdsaForm::Der, form, &self.signature);
            if !matches!(last, Err(PkiError::BadSignature)) {
                break;
            }
        }
        last
    }
}

fn attributes(value: Tlv<'_>) -> Result<Vec<Attribute>> {
    let mut found = Vec::new();
    let mut list = value.inside()?;
    while !list.is_empty() {
        let mut pair = list.sequence()?;
        let oid = pair.expect(tag::OID)?.oid()?.0.to_vec();
        let mut set = pair.expect(tag::SET)?.inside()?;
        let mut values = Vec::new();
        while !set.is_empty() {
            values.push(set.any()?.raw.to_vec());
            if values.len() > MAX_ATTRIBUTES {
                return Err(PkiError::TooLarge("CMS: values of an attribute"));
            }
        }
        found.push(Attribute { oid, values });
        if found.len() > MAX_ATTRIBUTES {
            return Err(PkiError::TooLarge("CMS: attributes"));
        }
    }
    Ok(found)
}

/// Signed attributes as the SET that was hashed: as sent, in DER, and in DER sorted. Usually all are one.
fn signed_forms(value: Tlv<'_>) -> Result<Vec<Vec<u8>>> {
    let mut parts = Vec::new();
    let mut list = value.inside()?;
    while !list.is_empty() {
        parts.push(list.any()?.to_der()?);
    }
    let borrowed: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
    let mut forms = vec![der::tlv(tag::SET, value.body), der::constructed(tag::SET, &borrowed), der::set_of(&borrowed)];
    forms.dedup();
    Ok(forms)
}

fn single<'a>(attributes: &'a [Attribute], oid: &[u8]) -> Result<Option<&'a [u8]>> {
    let mut of_type = attributes.iter().filter(|attribute| attribute.oid == oid);
    let Some(first) = of_type.next() else { return Ok(None) };
    match (first.values.as_slice(), of_type.next()) {
        ([value], None) => Ok(Some(value)),
        _ => Err(PkiError::Malformed("CMS: attribute more than once")),
    }
}

fn ess_id(value: &[u8], second: bool) -> Result<EssCertId> {
    let mut id = Tlv::only(value)?.with_tag(tag::SEQUENCE)?.inside()?.sequence()?.sequence()?;
    let mut hash = if second { Hash::Sha256 } else { Hash::Sha1 };
    if second && let Some(algorithm) = id.optional(tag::SEQUENCE)? {
        hash = Hash::from_identifier(algorithm)?;
    }
    let digest = id.expect(tag::OCTET_STRING)?.octets()?.into_owned();
    let mut serial = None;
    if let Some(issuer_serial) = id.optional(tag::SEQUENCE)? {
        let mut pair = issuer_serial.inside()?;
        pair.any()?;
        serial = Some(pair.expect(tag::INTEGER)?.unsigned()?.to_vec());
    }
    Ok(EssCertId { hash, digest, serial })
}

impl EssCertId {
    /// Whether it is this certificate.
    #[must_use]
    pub fn is(&self, cert: &Certificate) -> bool {
        cert.fingerprint(self.hash) == self.digest
    }
}

/// Signed attributes for a CAdES or PAdES signature, and the SignedData around them.
#[derive(Debug, Clone)]
pub struct SignedDataBuilder {
    certificate: Certificate,
    others: Vec<Certificate>,
    content_type: Vec<u8>,
    algorithm: SignatureAlgorithm,
    attributes: Vec<u8>,
    unsigned: Vec<Vec<u8>>,
}

impl SignedDataBuilder {
    /// Prepares signed attributes: content type, message digest, ESS signing-certificate-v2 and,
    /// if given, the claimed time (PAdES leaves it to the dictionary). `digest` is over the content,
    /// by the digest of `algorithm`.
    ///
    /// # Errors
    /// The algorithm does not belong to the certificate's key.
    pub fn new(
        certificate: &Certificate,
        algorithm: SignatureAlgorithm,
        content_type: &[u8],
        digest: &[u8],
        signing_time: Option<DateTime<Utc>>,
    ) -> Result<Self> {
        if !algorithm.fits(&certificate.key) {
            return Err(PkiError::KeyMismatch);
        }
        let hash = algorithm.hash();
        let attribute = |name: &[u8], value: &[u8]| der::sequence(&[&der::oid(name), &der::set_of(&[value])]);
        let mut list = vec![
            attribute(oid::CONTENT_TYPE, &der::oid(content_type)),
            attribute(oid::MESSAGE_DIGEST, &der::octets(digest)),
            attribute(oid::SIGNING_CERTIFICATE_V2, &ess_v2(certificate, hash)),
        ];
        list.extend(signing_time.map(|time| attribute(oid::SIGNING_TIME, &der::time(time))));
        let parts: Vec<&[u8]> = list.iter().map(Vec::as_slice).collect();
        Ok(Self {
            certificate: certificate.clone(),
            others: Vec::new(),
            content_type: content_type.to_vec(),
            algorithm,
            attributes: der::set_of(&parts),
            unsigned: Vec::new(),
        })
    }

    /// What the signer signs.
    #[must_use]
    pub fn to_be_signed(&self) -> &[u8] {
        &self.attributes
    }

    /// Digest of what the signer signs, for signers that take a digest.
    #[must_use]
    pub fn digest_to_sign(&self) -> Vec<u8> {
        self.algorithm.hash().digest(&self.attributes)
    }

    /// Certificates to bring along besides the signer's.
    #[must_use]
    pub fn with_certificates(mut self, others: &[Certificate]) -> Self {
        self.others = others.iter().filter(|other| **other != self.certificate).cloned().collect();
        self
    }

    /// An unsigned attribute: encoded identifier and encoded value.
    #[must_use]
    pub fn with_unsigned(mut self, name: &[u8], value: &[u8]) -> Self {
        self.unsigned.push(der::sequence(&[&der::oid(name), &der::set_of(&[value])]));
        self
    }

    /// The whole ContentInfo in DER. `signature` is PKCS#1 or PSS bytes, or for ECDSA the DER SEQUENCE
    /// (see [`super::algorithm::ecdsa_raw_to_der`]). `content` goes inside, or stays outside with `None`.
    #[must_use]
    pub fn finish(&self, signature: &[u8], content: Option<&[u8]>) -> Vec<u8> {
        let digest = self.algorithm.hash().identifier();
        let serial = der::tlv(tag::INTEGER, &self.certificate.serial);
        let id = der::sequence(&[self.certificate.issuer.der(), &serial]);
        let signed = retag(&self.attributes, tag::context_constructed(0));
        let mut signer =
            vec![der::small(1), id, digest.clone(), signed, self.algorithm.identifier(), der::octets(signature)];
        if !self.unsigned.is_empty() {
            let parts: Vec<&[u8]> = self.unsigned.iter().map(Vec::as_slice).collect();
            signer.push(retag(&der::set_of(&parts), tag::context_constructed(1)));
        }
        let signer: Vec<&[u8]> = signer.iter().map(Vec::as_slice).collect();
        let mut encapsulated = der::oid(&self.content_type);
        if let Some(content) = content {
            encapsulated.extend(der::tlv(tag::context_constructed(0), &der::octets(content)));
        }
        let mut certificates: Vec<&[u8]> = vec![self.certificate.der()];
        certificates.extend(self.others.iter().map(|cert| cert.der()));
        // Version 3 where the content is not plain data (RFC 5652, 5.1).
        let version = if self.content_type == oid::DATA { 1 } else { 3 };
        let body = der::sequence(&[
            &der::small(version),
            &der::set_of(&[&digest]),
            &der::tlv(tag::SEQUENCE, &encapsulated),
            &retag(&der::set_of(&certificates), tag::context_constructed(0)),
            &der::set_of(&[&der::sequence(&signer)]),
        ]);
        der::sequence(&[&der::oid(oid::SIGNED_DATA), &der::tlv(tag::context_constructed(0), &body)])
    }
}

fn retag(encoded: &[u8], tag: u8) -> Vec<u8> {
    let mut out = encoded.to_vec();
    if let Some(first) = out.first_mut() {
        *first = tag;
    }
    out
}

/// SigningCertificateV2 naming one certificate.
fn ess_v2(cert: &Certificate, hash: Hash) -> Vec<u8> {
    let digest = der::octets(&cert.fingerprint(hash));
    let directory = der::tlv(tag::context_constructed(4), cert.issuer.der());
    let issuer_serial = der::sequence(&[&der::sequence(&[&directory]), &der::tlv(tag::INTEGER, &cert.serial)]);
    // SHA-256 is the default and DER leaves defaults out.
    let id = if hash == Hash::Sha256 {
        der::sequence(&[&digest, &issuer_serial])
    } else {
        der::sequence(&[&der::sequence(&[&der::oid(hash.oid())]), &digest, &issuer_serial])
    };
    der::sequence(&[&der::sequence(&[&id])])
}
