//! X.509 certificates as far as signatures need them (RFC 5280, ETSI EN 319 412).

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};

use super::algorithm::{EcdsaForm, Hash, PublicKey, SignatureAlgorithm, verify};
use super::ber::{Reader, Tlv, tag};
use super::error::{PkiError, Result};
use super::name::Name;
use super::oid;

/// Larger than any certificate that is not an attack.
const MAX_CERTIFICATE: usize = 256 * 1024;
const MAX_EXTENSIONS: usize = 64;
const MAX_LIST: usize = 64;

/// A certificate, read once; copies share it.
#[derive(Clone)]
pub struct Certificate(Arc<Inner>);

/// What a certificate says.
#[derive(Debug)]
pub struct Inner {
    der: Vec<u8>,
    tbs: std::ops::Range<usize>,
    signature: Vec<u8>,
    /// Algorithm of its signature; `None` when not known here.
    pub signature_algorithm: Option<SignatureAlgorithm>,
    /// Serial number as it is encoded (big-endian, may begin with a zero byte).
    pub serial: Vec<u8>,
    /// Who issued it.
    pub issuer: Name,
    /// To whom.
    pub subject: Name,
    /// Valid from.
    pub not_before: DateTime<Utc>,
    /// Valid to.
    pub not_after: DateTime<Utc>,
    /// The key.
    pub key: PublicKey,
    /// SubjectPublicKeyInfo, as encoded.
    pub spki: Vec<u8>,
    /// Content of the BIT STRING of the key: what OCSP and key identifiers hash.
    pub key_bits: Vec<u8>,
    /// Extensions read.
    pub extensions: Extensions,
}

/// Extensions that matter for signatures.
#[derive(Debug, Default, Clone)]
pub struct Extensions {
    /// Whether it may issue certificates.
    pub ca: bool,
    /// Longest path below it.
    pub path_len: Option<u32>,
    /// Key usage, if stated.
    pub key_usage: Option<KeyUsage>,
    /// Extended key usages as dotted identifiers, and whether the extension is critical.
    pub extended_key_usage: Vec<String>,
    /// Whether extended key usage is critical (a TSA's must be).
    pub extended_key_usage_critical: bool,
    /// Policies as dotted identifiers.
    pub policies: Vec<String>,
    /// Statements of a qualified certificate.
    pub qc: QcStatements,
    /// Where OCSP is answered.
    pub ocsp_urls: Vec<String>,
    /// Where the issuer's certificate lies.
    pub ca_issuer_urls: Vec<String>,
    /// Where CRLs lie.
    pub crl_urls: Vec<String>,
    /// Subject key identifier.
    pub ski: Option<Vec<u8>>,
    /// Authority key identifier.
    pub aki: Option<Vec<u8>>,
    /// id-pkix-ocsp-nocheck.
    pub ocsp_no_check: bool,
    /// Critical extensions that are not understood here, as dotted identifiers.
    pub unknown_critical: Vec<String>,
}

/// Key usage bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyUsage(pub u16);

impl KeyUsage {
    /// Bit 0.
    #[must_use]
    pub const fn digital_signature(self) -> bool {
        self.0 & 1 != 0
    }
    /// Bit 1, nonRepudiation (contentCommitment): what a legal signature wants.
    #[must_use]
    pub const fn non_repudiation(self) -> bool {
        self.0 & 2 != 0
    }
    /// Bit 5.
    #[must_use]
    pub const fn key_cert_sign(self) -> bool {
        self.0 & 32 != 0
    }
    /// Bit 6.
    #[must_use]
    pub const fn crl_sign(self) -> bool {
        self.0 & 64 != 0
    }
}

/// Statements of a qualified certificate (ETSI EN 319 412-5).
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct QcStatements {
    /// QcCompliance: issued as qualified.
    pub compliance: bool,
    /// QcSSCD: the key lies in a qualified device.
    pub qscd: bool,
    /// QcType esign.
    pub esign: bool,
    /// QcType eseal.
    pub eseal: bool,
    /// QcType web.
    pub web: bool,
    /// All statements as dotted identifiers.
    pub all: Vec<String>,
}

impl std::ops::Deref for Certificate {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.der == other.0.der
    }
}

impl Eq for Certificate {}

impl std::hash::Hash for Certificate {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.der.hash(state);
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({}, {})", self.subject, self.serial_decimal())
    }
}

impl Certificate {
    /// Read from DER (BER is taken too).
    ///
    /// # Errors
    /// Not a certificate, or larger than any honest one.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        if bytes.len() > MAX_CERTIFICATE {
            return Err(PkiError::TooLarge("certificate"));
        }
        let whole = Tlv::first(bytes)?.with_tag(tag::SEQUENCE)?;
        let der = whole.raw.to_vec();
        let mut outer = whole.inside()?;
        let tbs_value = outer.expect(tag::SEQUENCE)?;
        let start = tbs_value.raw.as_ptr().addr() - whole.raw.as_ptr().addr();
        let tbs = start..start + tbs_value.raw.len();
        let algorithm = outer.expect(tag::SEQUENCE)?;
        let signature = outer.expect(tag::BIT_STRING)?.bit_octets()?.to_vec();
        let mut body = tbs_value.inside()?;
        body.optional(tag::context_constructed(0))?;
        let serial = body.expect(tag::INTEGER)?.body.to_vec();
        if serial.is_empty() || serial.len() > 64 {
            return Err(PkiError::Malformed("serial number"));
        }
        if body.expect(tag::SEQUENCE)?.raw != algorithm.raw {
            return Err(PkiError::Malformed("certificate: two signature algorithms"));
        }
        let issuer = Name::parse(body.any()?)?;
        let mut validity = body.sequence()?;
        let (not_before, not_after) = (validity.any()?.time()?, validity.any()?.time()?);
        let subject = Name::parse(body.any()?)?;
        let spki = body.expect(tag::SEQUENCE)?;
        let key = PublicKey::from_spki(spki)?;
        let mut spki_parts = spki.inside()?;
        spki_parts.any()?;
        let key_bits = spki_parts.expect(tag::BIT_STRING)?.bit_octets()?.to_vec();
        let mut extensions = Extensions::default();
        while !body.is_empty() {
            let value = body.any()?;
            if value.tag == tag::context_constructed(3) {
                extensions = Extensions::parse(value.inside()?.sequence()?)?;
            }
        }
        Ok(Self(Arc::new(Inner {
            tbs,
            signature,
            signature_algorithm: SignatureAlgorithm::from_identifier(algorithm, None).ok(),
            serial,
            issuer,
            subject,
            not_before,
            not_after,
            key,
            spki: spki.raw.to_vec(),
            key_bits,
            extensions,
            der,
        })))
    }

    /// Read from base64, with or without line breaks (XML, trust lists).
    ///
    /// # Errors
    /// Not base64, or not a certificate.
    pub fn parse_base64(text: &str) -> Result<Self> {
        Self::parse(&decode_base64(text, MAX_CERTIFICATE * 2)?)
    }

    /// All certificates of a PEM file, or the one of a DER file.
    ///
    /// # Errors
    /// A part that is not a certificate, or none at all.
    pub fn parse_many(bytes: &[u8]) -> Result<Vec<Self>> {
        const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
        const END: &str = "-----END CERTIFICATE-----";
        let Some(text) = std::str::from_utf8(bytes).ok().filter(|text| text.contains(BEGIN)) else {
            return Ok(vec![Self::parse(bytes)?]);
        };
        text.split(BEGIN)
            .skip(1)
            .take(4096)
            .map(|part| Self::parse_base64(part.split(END).next().unwrap_or_default()))
            .collect()
    }
}

/// Base64 with spaces and line breaks taken out, bounded.
///
/// # Errors
/// Too long, or not base64.
pub fn decode_base64(text: &str, max: usize) -> Result<Vec<u8>> {
    if text.len() > max {
        return Err(PkiError::TooLarge("base64"));
    }
    let compact: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    STANDARD.decode(compact).map_err(|_| PkiError::Malformed("base64"))
}

impl Inner {
    /// The whole encoding.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// What its issuer signed.
    #[must_use]
    pub fn tbs(&self) -> &[u8] {
        self.der.get(self.tbs.clone()).unwrap_or_default()
    }

    /// Digest over the whole certificate.
    #[must_use]
    pub fn fingerprint(&self, hash: Hash) -> Vec<u8> {
        hash.digest(&self.der)
    }

    /// Serial number as XML signatures write it.
    #[must_use]
    pub fn serial_decimal(&self) -> String {
        decimal(&self.serial)
    }

    /// Serial number in hexadecimal, as certificate viewers show it.
    #[must_use]
    pub fn serial_hex(&self) -> String {
        self.serial.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether both names are the same.
    #[must_use]
    pub fn is_self_issued(&self) -> bool {
        self.issuer == self.subject
    }

    /// Whether it is in its validity period at the moment.
    #[must_use]
    pub fn valid_at(&self, at: DateTime<Utc>) -> bool {
        self.not_before <= at && at <= self.not_after
    }

    /// Whether names and key identifiers let `issuer` be the issuer. No signature is checked.
    #[must_use]
    pub fn may_be_issued_by(&self, issuer: &Self) -> bool {
        if self.issuer != issuer.subject {
            return false;
        }
        match (&self.extensions.aki, &issuer.extensions.ski) {
            (Some(aki), Some(ski)) => aki == ski,
            _ => true,
        }
    }

    /// Verifies that `issuer`'s key signed this certificate. Names are not compared.
    ///
    /// # Errors
    /// [`PkiError::BadSignature`], or an algorithm not known here.
    pub fn verify_signed_by(&self, issuer: &PublicKey) -> Result<()> {
        let algorithm = self.signature_algorithm.ok_or(PkiError::Unsupported("signature algorithm"))?;
        verify(issuer, algorithm, EcdsaForm::Der, self.tbs(), &self.signature)
    }

    /// Whether the extended key usages contain this encoded identifier.
    #[must_use]
    pub fn has_purpose(&self, purpose: &[u8]) -> bool {
        let dotted = super::ber::Oid(purpose).dotted();
        self.extensions.extended_key_usage.contains(&dotted)
    }

    /// Subject key identifier, or what RFC 5280 (4.2.1.2, method 1) would make it.
    #[must_use]
    pub fn key_identifier(&self) -> Vec<u8> {
        self.extensions.ski.clone().unwrap_or_else(|| Hash::Sha1.digest(&self.key_bits))
    }

    /// Whether the certificate is for a seal of a legal person rather than a signature of a natural one:
    /// by QcType, else by its name (ETSI EN 319 412-3: organizationIdentifier, no person's names).
    #[must_use]
    pub fn is_for_seal(&self) -> bool {
        let qc = &self.extensions.qc;
        if qc.esign || qc.eseal {
            return qc.eseal && !qc.esign;
        }
        let person = self.subject.get("2.5.4.4").is_some() || self.subject.get("2.5.4.42").is_some();
        self.subject.organization_identifier().is_some() && !person
    }
}

/// A two's complement number in decimal.
fn decimal(bytes: &[u8]) -> String {
    // Serial numbers are at most 64 bytes, so schoolbook division is quick enough.
    let mut digits: Vec<u8> = vec![0];
    for byte in bytes {
        let mut carry = u32::from(*byte);
        for digit in &mut digits {
            let value = u32::from(*digit) * 256 + carry;
            *digit = (value % 10) as u8;
            carry = value / 10;
        }
        while carry > 0 {
            digits.push((carry % 10) as u8);
            carry /= 10;
        }
    }
    digits.iter().rev().map(|digit| char::from(b'0' + digit)).collect()
}

impl Extensions {
    fn parse(mut list: Reader<'_>) -> Result<Self> {
        let mut found = Self::default();
        let mut count = 0;
        while !list.is_empty() {
            count += 1;
            if count > MAX_EXTENSIONS {
                return Err(PkiError::TooLarge("extensions"));
            }
            let mut extension = list.sequence()?;
            let name = extension.expect(tag::OID)?.oid()?;
            let critical = extension.optional(tag::BOOLEAN)?.map_or(Ok(false), |value| value.boolean())?;
            let content = extension.expect(tag::OCTET_STRING)?.octets()?;
            let known = found.take(name.0, critical, &content)?;
            if !known && critical {
                found.unknown_critical.push(name.dotted());
            }
        }
        Ok(found)
    }

    fn take(&mut self, name: &[u8], critical: bool, content: &[u8]) -> Result<bool> {
        let value = || Tlv::first(content);
        match name {
            oid::EXT_BASIC => {
                let mut inside = value()?.with_tag(tag::SEQUENCE)?.inside()?;
                self.ca = inside.optional(tag::BOOLEAN)?.map_or(Ok(false), |value| value.boolean())?;
                self.path_len = inside.optional(tag::INTEGER)?.map(|value| value.small()).transpose()?;
            }
            oid::EXT_KEY_USAGE => self.key_usage = Some(KeyUsage(value()?.named_bits()?)),
            oid::EXT_EKU => {
                self.extended_key_usage = oids(value()?, |item| item.oid().map(|oid| oid.dotted()))?;
                self.extended_key_usage_critical = critical;
            }
            oid::EXT_POLICIES => {
                self.policies = oids(value()?, |item| item.inside()?.expect(tag::OID)?.oid().map(|oid| oid.dotted()))?;
            }
            oid::EXT_QC => self.qc = QcStatements::parse(value()?)?,
            oid::EXT_AIA => self.access(value()?)?,
            oid::EXT_CRL_POINTS => self.crl_urls = crl_urls(value()?)?,
            oid::EXT_SKI => self.ski = Some(value()?.with_tag(tag::OCTET_STRING)?.octets()?.into_owned()),
            oid::EXT_AKI => {
                let mut inside = value()?.with_tag(tag::SEQUENCE)?.inside()?;
                self.aki = inside.optional(tag::context(0))?.map(|value| value.body.to_vec());
            }
            oid::OCSP_NO_CHECK => self.ocsp_no_check = true,
            // Known, and without influence on a signature's verdict under trust-list rules.
            oid::EXT_SAN | oid::EXT_NAME_CONSTRAINTS => {}
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn access(&mut self, value: Tlv<'_>) -> Result<()> {
        let mut list = value.with_tag(tag::SEQUENCE)?.inside()?;
        while !list.is_empty() {
            let mut entry = list.sequence()?;
            let method = entry.expect(tag::OID)?.oid()?;
            let place = entry.any()?;
            let target = match method.0 {
                oid::AD_OCSP => &mut self.ocsp_urls,
                oid::AD_CA_ISSUERS => &mut self.ca_issuer_urls,
                _ => continue,
            };
            if place.tag == tag::context(6) && target.len() < MAX_LIST {
                target.push(String::from_utf8_lossy(place.body).into_owned());
            }
        }
        Ok(())
    }
}

fn oids(value: Tlv<'_>, read: impl Fn(Tlv<'_>) -> Result<String>) -> Result<Vec<String>> {
    let mut list = value.with_tag(tag::SEQUENCE)?.inside()?;
    let mut found = Vec::new();
    while !list.is_empty() {
        found.push(read(list.any()?)?);
        if found.len() > MAX_LIST {
            return Err(PkiError::TooLarge("extension"));
        }
    }
    Ok(found)
}

fn crl_urls(value: Tlv<'_>) -> Result<Vec<String>> {
    let mut urls = Vec::new();
    let mut points = value.with_tag(tag::SEQUENCE)?.inside()?;
    while !points.is_empty() {
        let Some(name) = points.sequence()?.optional(tag::context_constructed(0))? else { continue };
        let Some(full) = name.inside()?.optional(tag::context_constructed(0))? else { continue };
        let mut names = full.inside()?;
        while !names.is_empty() {
            let place = names.any()?;
            if place.tag == tag::context(6) && urls.len() < MAX_LIST {
                urls.push(String::from_utf8_lossy(place.body).into_owned());
            }
        }
    }
    Ok(urls)
}

impl QcStatements {
    fn parse(value: Tlv<'_>) -> Result<Self> {
        let mut found = Self::default();
        let mut list = value.with_tag(tag::SEQUENCE)?.inside()?;
        while !list.is_empty() {
            let mut statement = list.sequence()?;
            let name = statement.expect(tag::OID)?.oid()?;
            match name.0 {
                oid::QC_COMPLIANCE => found.compliance = true,
                oid::QC_SSCD => found.qscd = true,
                oid::QC_TYPE => {
                    let mut types = statement.sequence()?;
                    while !types.is_empty() {
                        match types.expect(tag::OID)?.oid()?.0 {
                            oid::QCT_ESIGN => found.esign = true,
                            oid::QCT_ESEAL => found.eseal = true,
                            oid::QCT_WEB => found.web = true,
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
            if found.all.len() < MAX_LIST {
                found.all.push(name.dotted());
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::decimal;

    #[test]
    fn serial_numbers_in_decimal() {
        assert_eq!(decimal(&[0]), "0");
        assert_eq!(decimal(&[0, 255]), "255");
        assert_eq!(decimal(&[1, 0, 0, 0, 0, 0, 0, 0, 0]), "18446744073709551616");
    }
}
