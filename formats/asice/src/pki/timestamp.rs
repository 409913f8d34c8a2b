//! Time stamps (RFC 3161, RFC 5816, ETSI EN 319 422): reading, verifying, asking for them.

use chrono::{DateTime, TimeDelta, Utc};

use super::algorithm::Hash;
use super::ber::{Reader, Tlv, der, tag};
use super::cert::Certificate;
use super::cms::SignedData;
use super::error::{PkiError, Result};
use super::oid;
use crate::pki::notice::Notice;
use crate::trust::{ChainReport, Purpose, TrustStore};

/// A time-stamp token that was read. Nothing is verified yet.
#[derive(Debug, Clone)]
pub struct TimeStampToken {
    der: Vec<u8>,
    content: Vec<u8>,
    cms: SignedData,
    /// When the authority says it was.
    pub gen_time: DateTime<Utc>,
    /// How far off the time may be.
    pub accuracy: Option<TimeDelta>,
    /// Digest algorithm of the imprint.
    pub imprint_hash: Hash,
    /// Digest of what was stamped.
    pub imprint: Vec<u8>,
    /// Policy of the authority, dotted.
    pub policy: String,
    /// Serial number of the token.
    pub serial: Vec<u8>,
    /// Nonce of the request, magnitude without leading zeros; of any length.
    pub nonce: Option<Vec<u8>>,
}

/// Judgement on a time stamp.
#[derive(Debug, Clone)]
pub struct TimestampReport {
    /// The time stamped.
    pub time: DateTime<Utc>,
    /// Whether the imprint is the data's.
    pub imprint_ok: bool,
    /// Whether the token's own signature holds, the signer's certificate is bound and fit for stamping.
    pub signature_ok: bool,
    /// The authority's certificate, if it was found.
    pub signer: Option<Certificate>,
    /// Whether the authority is trusted at the time stamped.
    pub chain: Option<ChainReport>,
    /// Whether it is a qualified electronic time stamp: a valid one of a `TSA/QTST` service in force.
    pub qualified: bool,
    /// Everything noticed.
    pub notices: Vec<Notice>,
}

impl TimestampReport {
    /// Whether the time may be relied on.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.imprint_ok && self.signature_ok && self.chain.as_ref().is_some_and(ChainReport::is_trusted)
    }
}

impl TimeStampToken {
    /// Reads a token (ContentInfo), in BER or DER; a whole TimeStampResp is taken too.
    ///
    /// # Errors
    /// Not a token, or a refusal of the authority.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let whole = Tlv::first(bytes)?.with_tag(tag::SEQUENCE)?;
        let mut inside = whole.inside()?;
        if inside.peek() == Some(tag::SEQUENCE) {
            let status = inside.sequence()?.expect(tag::INTEGER)?.small()?;
            // granted, grantedWithMods
            if status > 1 {
                return Err(PkiError::Malformed("time stamp: refused by the authority"));
            }
            return Self::parse(inside.expect(tag::SEQUENCE)?.raw);
        }
        let cms = SignedData::parse(whole.raw)?;
        if cms.content_type != oid::TST_INFO {
            return Err(PkiError::Malformed("time stamp: other content"));
        }
        let content = cms.content.clone().ok_or(PkiError::Malformed("time stamp: no content"))?;
        let mut info = Tlv::only(&content)?.with_tag(tag::SEQUENCE)?.inside()?;
        info.expect(tag::INTEGER)?;
        let policy = info.expect(tag::OID)?.oid()?.dotted();
        let mut imprint_value = info.sequence()?;
        let imprint_hash = Hash::from_identifier(imprint_value.any()?)?;
        let imprint = imprint_value.expect(tag::OCTET_STRING)?.octets()?.into_owned();
        let serial = info.expect(tag::INTEGER)?.body.to_vec();
        let gen_time = info.expect(tag::GENERALIZED_TIME)?.time()?;
        let accuracy = info.optional(tag::SEQUENCE)?.map(accuracy).transpose()?;
        info.optional(tag::BOOLEAN)?;
        let nonce = info.optional(tag::INTEGER)?.map(|value| strip(value.body));
        Ok(Self {
            der: whole.raw.to_vec(),
            cms,
            gen_time,
            accuracy,
            imprint_hash,
            imprint,
            policy,
            serial,
            nonce,
            content,
        })
    }

    /// The token's encoding, without a response around it.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The SignedData that it is.
    #[must_use]
    pub const fn cms(&self) -> &SignedData {
        &self.cms
    }

    /// Certificates in the token.
    #[must_use]
    pub fn certificates(&self) -> &[Certificate] {
        &self.cms.certificates
    }

    /// Whether the imprint is that of these parts, one after the other.
    #[must_use]
    pub fn stamps(&self, parts: &[&[u8]]) -> bool {
        self.imprint_hash.digest_parts(parts) == self.imprint
    }

    /// Verifies against the data stamped. `extra` are certificates from around the token
    /// (a container's CertificateValues, a PDF's DSS).
    #[must_use]
    pub fn verify(&self, data: &[u8], extra: &[Certificate], trust: &TrustStore) -> TimestampReport {
        self.judge(self.stamps(&[data]), extra, trust)
    }

    /// Verifies when the caller has compared the imprint itself (for example over many parts).
    #[must_use]
    pub fn judge(&self, imprint_ok: bool, extra: &[Certificate], trust: &TrustStore) -> TimestampReport {
        let mut report = TimestampReport {
            time: self.gen_time,
            imprint_ok,
            signature_ok: false,
            signer: None,
            chain: None,
            qualified: false,
            notices: Vec::new(),
        };
        if !imprint_ok {
            let text = "the time stamp is over other data".to_owned();
            report.notices.push(Notice::error("timestamp-imprint", text));
        }
        if self.imprint_hash.is_weak() {
            let text = format!("the time stamp's imprint is {}", self.imprint_hash);
            report.notices.push(Notice::warning("timestamp-weak-digest", text));
        }
        match self.verified_signer(extra, trust) {
            Ok(signer) => {
                report.signature_ok = true;
                report.signer = Some(signer);
            }
            Err(error) => report.notices.push(Notice::error("timestamp-signature", error.to_string())),
        }
        if let Some(signer) = &report.signer {
            let around = [&self.cms.certificates, extra].concat();
            let chain = trust.judge_chain(signer, &around, self.gen_time, Purpose::TimeStamp);
            report.notices.extend(chain.notices.iter().cloned());
            report.notices.extend(purpose_notices(signer));
            report.chain = Some(chain);
        }
        report.qualified = report.is_valid() && report.chain.as_ref().is_some_and(|chain| chain.service_qualified);
        report
    }

    /// The authority's certificate, when the token's signature by it holds.
    ///
    /// # Errors
    /// Not exactly one signer, no certificate, not the one it names, or a broken signature.
    pub fn verified_signer(&self, extra: &[Certificate], trust: &TrustStore) -> Result<Certificate> {
        let [signer] = self.cms.signers.as_slice() else {
            return Err(PkiError::Malformed("time stamp: not exactly one signer"));
        };
        let ess =
            signer.ess_certificate()?.ok_or(PkiError::Malformed("time stamp: no signing-certificate attribute"))?;
        let near = self.cms.certificates.iter().chain(extra);
        // A token made without certReq brings no certificate: a listed service may still be the signer.
        let listed = || trust.time_stampers().find(|cert| signer.names(cert) && ess.is(cert)).cloned();
        let cert = near
            .filter(|cert| signer.names(cert))
            .find(|cert| ess.is(cert))
            .cloned()
            .or_else(listed)
            .ok_or(PkiError::Malformed("time stamp: certificate of its signer is not there"))?;
        if !cert.has_purpose(oid::EKU_TIME_STAMPING) {
            return Err(PkiError::Malformed("time stamp: its certificate is not for time stamping"));
        }
        signer.verify(oid::TST_INFO, &self.content, &cert)?;
        Ok(cert)
    }
}

fn purpose_notices(signer: &Certificate) -> Vec<Notice> {
    let mut notices = Vec::new();
    let name = signer.subject.readable();
    // RFC 3161, 2.3: critical, and the only purpose.
    if !signer.extensions.extended_key_usage_critical {
        let text = format!("extended key usage of {name} should be critical");
        notices.push(Notice::info("timestamp-key-usage-not-critical", text));
    }
    if signer.extensions.extended_key_usage.len() > 1 {
        let text = format!("{name} is for other purposes besides time stamping");
        notices.push(Notice::info("timestamp-key-usage-not-alone", text));
    }
    notices
}

/// A magnitude without leading zeros, whatever its length.
fn strip(body: &[u8]) -> Vec<u8> {
    body.iter().copied().skip_while(|byte| *byte == 0).collect()
}

fn accuracy(value: Tlv<'_>) -> Result<TimeDelta> {
    let mut inside = value.inside()?;
    let mut read =
        |tag: u8| -> Result<i64> { inside.optional(tag)?.map_or(Ok(0), |value| value.small().map(i64::from)) };
    let (seconds, millis, micros) = (read(tag::INTEGER)?, read(tag::context(0))?, read(tag::context(1))?);
    Ok(TimeDelta::microseconds(seconds * 1_000_000 + millis * 1_000 + micros))
}

/// Bytes of a request for a time stamp over a digest. `nonce` comes from the caller (up to 20 bytes).
#[must_use]
pub fn request(hash: Hash, digest: &[u8], nonce: Option<&[u8]>, policy: Option<&str>) -> Vec<u8> {
    let imprint = der::sequence(&[&hash.identifier(), &der::octets(digest)]);
    let policy = policy.map(|dotted| der::oid(&der::arcs(dotted))).unwrap_or_default();
    let nonce = nonce.map(der::unsigned).unwrap_or_default();
    der::sequence(&[&der::small(1), &imprint, &policy, &nonce, &der::yes()])
}

/// Reads the answer to a [`request`] and compares it with what was asked. Who signed it is not judged here.
///
/// # Errors
/// A refusal, another imprint, or another nonce.
pub fn read_response(bytes: &[u8], hash: Hash, digest: &[u8], nonce: Option<&[u8]>) -> Result<TimeStampToken> {
    let token = TimeStampToken::parse(bytes)?;
    if token.imprint_hash != hash || token.imprint != digest {
        return Err(PkiError::Malformed("time stamp: over other data than asked"));
    }
    if nonce.is_some_and(|nonce| token.nonce.as_deref() != Some(&strip(nonce))) {
        return Err(PkiError::Malformed("time stamp: other nonce than asked"));
    }
    Ok(token)
}

/// Status and text of a response, to show a refusal.
///
/// # Errors
/// Not a response.
pub fn response_status(bytes: &[u8]) -> Result<(u32, String)> {
    let mut status = Reader::new(bytes)?.sequence()?.sequence()?;
    let code = status.expect(tag::INTEGER)?.small()?;
    let mut text = String::new();
    if let Some(free) = status.optional(tag::SEQUENCE)? {
        let mut lines = free.inside()?;
        while !lines.is_empty() && text.len() < 1_000 {
            text.push_str(&lines.any()?.text());
        }
    }
    Ok((code, text))
}
