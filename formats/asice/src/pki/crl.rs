//! Certificate revocation lists (RFC 5280).

use chrono::{DateTime, Utc};

use super::algorithm::{EcdsaForm, SignatureAlgorithm, verify};
use super::ber::{Reader, Tlv, tag};
use super::cert::Certificate;
use super::error::{PkiError, Result};
use super::name::Name;
use super::ocsp::RevocationStatus;
use super::oid;

/// A CRL that was read. Its signature is not verified yet; its entries are read when asked for.
#[derive(Debug, Clone)]
pub struct Crl {
    der: Vec<u8>,
    tbs: Vec<u8>,
    entries: std::ops::Range<usize>,
    algorithm: SignatureAlgorithm,
    signature: Vec<u8>,
    /// Who issued it.
    pub issuer: Name,
    /// When it was issued.
    pub this_update: DateTime<Utc>,
    /// When the next is due.
    pub next_update: Option<DateTime<Utc>>,
    /// Extended: keeps certificates that expired after this moment (expiredCertsOnCRL).
    pub keeps_expired_since: Option<DateTime<Utc>>,
    /// Critical extensions not understood here, dotted: such a CRL must not be relied on.
    pub unknown_critical: Vec<String>,
}

impl Crl {
    /// Reads a CertificateList.
    ///
    /// # Errors
    /// Not a CRL.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let whole = Tlv::first(bytes)?.with_tag(tag::SEQUENCE)?;
        let mut outer = whole.inside()?;
        let tbs = outer.expect(tag::SEQUENCE)?;
        let algorithm = SignatureAlgorithm::from_identifier(outer.any()?, None)?;
        let signature = outer.expect(tag::BIT_STRING)?.bit_octets()?.to_vec();
        let mut body = tbs.inside()?;
        body.optional(tag::INTEGER)?;
        body.expect(tag::SEQUENCE)?;
        let issuer = Name::parse(body.any()?)?;
        let this_update = body.any()?.time()?;
        let timed = |tag: Option<u8>| matches!(tag, Some(tag::UTC_TIME | tag::GENERALIZED_TIME));
        let next_update = if timed(body.peek()) { Some(body.any()?.time()?) } else { None };
        let mut entries = 0..0;
        if let Some(list) = body.optional(tag::SEQUENCE)? {
            let start = list.body.as_ptr().addr() - tbs.raw.as_ptr().addr();
            entries = start..start + list.body.len();
        }
        let mut crl = Self {
            der: whole.raw.to_vec(),
            tbs: tbs.raw.to_vec(),
            entries,
            algorithm,
            signature,
            issuer,
            this_update,
            next_update,
            keeps_expired_since: None,
            unknown_critical: Vec::new(),
        };
        if let Some(extensions) = body.optional(tag::context_constructed(0))? {
            crl.read_extensions(extensions.inside()?.sequence()?)?;
        }
        Ok(crl)
    }

    fn read_extensions(&mut self, mut list: Reader<'_>) -> Result<()> {
        while !list.is_empty() {
            let mut extension = list.sequence()?;
            let name = extension.expect(tag::OID)?.oid()?;
            let critical = extension.optional(tag::BOOLEAN)?.map_or(Ok(false), |value| value.boolean())?;
            let value = extension.expect(tag::OCTET_STRING)?.octets()?;
            match name.0 {
                oid::EXT_EXPIRED_ON_CRL => self.keeps_expired_since = Tlv::only(&value)?.time().ok(),
                oid::EXT_ISSUING_POINT if is_whole_scope(&value)? => {}
                _ if critical && self.unknown_critical.len() < 16 => self.unknown_critical.push(name.dotted()),
                _ => {}
            }
        }
        Ok(())
    }

    /// The encoding it was read from.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Verifies that the issuer signed the list, and may.
    ///
    /// # Errors
    /// Another issuer, no right to sign CRLs, or a broken signature.
    pub fn verify(&self, issuer: &Certificate) -> Result<()> {
        if self.issuer != issuer.subject {
            return Err(PkiError::Malformed("CRL: of another issuer"));
        }
        if issuer.extensions.key_usage.is_some_and(|usage| !usage.crl_sign()) {
            return Err(PkiError::Malformed("CRL: its issuer may not sign CRLs"));
        }
        verify(&issuer.key, self.algorithm, EcdsaForm::Der, &self.tbs, &self.signature)
    }

    /// What the list says of a certificate of its issuer.
    ///
    /// # Errors
    /// The entries cannot be read, the certificate is of another issuer, or the list has a critical
    /// extension that is not understood.
    pub fn status(&self, cert: &Certificate) -> Result<RevocationStatus> {
        if cert.issuer != self.issuer {
            return Err(PkiError::Malformed("CRL: of another issuer"));
        }
        if !self.unknown_critical.is_empty() {
            return Err(PkiError::Unsupported("critical extension of a CRL"));
        }
        let mut entries = Reader::new(self.tbs.get(self.entries.clone()).unwrap_or_default())?;
        while !entries.is_empty() {
            let mut entry = entries.sequence()?;
            if entry.expect(tag::INTEGER)?.body != cert.serial {
                continue;
            }
            let at = entry.any()?.time()?;
            let reason = entry.optional(tag::SEQUENCE)?.map(|list| reason(list)).transpose()?.flatten();
            // removeFromCRL: on hold once, free again.
            return Ok(if reason == Some(8) {
                RevocationStatus::Good
            } else {
                RevocationStatus::Revoked { at, reason }
            });
        }
        Ok(RevocationStatus::Good)
    }
}

/// An issuing distribution point that does not narrow the list to part of the certificates
/// (`onlyContainsUserCerts` does not exclude a signer).
fn is_whole_scope(value: &[u8]) -> Result<bool> {
    let mut inside = Tlv::only(value)?.with_tag(tag::SEQUENCE)?.inside()?;
    while !inside.is_empty() {
        let part = inside.any()?;
        // [0] name of the point, [1] onlyContainsUserCerts
        if !matches!(part.tag, 0xa0 | 0x81) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn reason(extensions: Tlv<'_>) -> Result<Option<u8>> {
    let mut list = extensions.inside()?;
    while !list.is_empty() {
        let mut extension = list.sequence()?;
        let name = extension.expect(tag::OID)?.oid()?;
        extension.optional(tag::BOOLEAN)?;
        let value = extension.expect(tag::OCTET_STRING)?.octets()?;
        if name.0 == oid::EXT_CRL_REASON {
            return Ok(u8::try_from(Tlv::only(&value)?.small()?).ok());
        }
    }
    Ok(None)
}
