//! OCSP (RFC 6960): responses judged, requests made. BDOC time-marks are understood.

use chrono::{DateTime, Utc};

use super::algorithm::{EcdsaForm, Hash, SignatureAlgorithm, verify};
use super::ber::{Reader, Tlv, der, tag};
use super::cert::Certificate;
use super::error::{PkiError, Result};
use super::name::Name;
use super::oid;
use crate::pki::notice::Notice;
use crate::trust::{ChainReport, Purpose, ServiceKind, TrustStore};

const MAX_RESPONSES: usize = 256;
const MAX_CERTIFICATES: usize = 32;

/// What a responder or a CRL says of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevocationStatus {
    /// Not revoked.
    Good,
    /// Revoked, since when, and the reason's code of RFC 5280.
    Revoked {
        /// Since when.
        at: DateTime<Utc>,
        /// Reason, for example 1 keyCompromise, 6 certificateHold.
        reason: Option<u8>,
    },
    /// The responder does not know the certificate.
    Unknown,
}

/// An OCSP response that was read. Nothing is verified yet.
#[derive(Debug, Clone)]
pub struct OcspResponse {
    der: Vec<u8>,
    tbs: Vec<u8>,
    algorithm: SignatureAlgorithm,
    signature: Vec<u8>,
    responder: Responder,
    /// When the responder signed.
    pub produced_at: DateTime<Utc>,
    /// Answers.
    pub responses: Vec<SingleResponse>,
    /// Value of the nonce extension, without the OCTET STRING that RFC 8954 wraps it in.
    pub nonce: Option<Vec<u8>>,
    /// Certificates that came along.
    pub certificates: Vec<Certificate>,
}

#[derive(Debug, Clone)]
enum Responder {
    Name(Name),
    KeyHash(Vec<u8>),
}

/// The answer for one certificate.
#[derive(Debug, Clone)]
pub struct SingleResponse {
    hash: Hash,
    issuer_name_hash: Vec<u8>,
    issuer_key_hash: Vec<u8>,
    serial: Vec<u8>,
    /// The answer.
    pub status: RevocationStatus,
    /// When the status was known to be so.
    pub this_update: DateTime<Utc>,
    /// When newer information is due.
    pub next_update: Option<DateTime<Utc>>,
}

/// How the responder got its right to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResponderRight {
    /// It is the certificate's issuer itself.
    Issuer,
    /// The issuer gave it a certificate with the purpose OCSPSigning.
    Designated,
    /// A trust list names it, or its issuer, as a service for certificate status.
    Listed,
}

/// Judgement on an OCSP response for one certificate.
#[derive(Debug, Clone)]
pub struct OcspReport {
    /// What it says; `None` when it is about other certificates.
    pub status: Option<RevocationStatus>,
    /// When it was signed.
    pub produced_at: DateTime<Utc>,
    /// When the status was known.
    pub this_update: Option<DateTime<Utc>>,
    /// When newer information was due.
    pub next_update: Option<DateTime<Utc>>,
    /// Whether the responder's signature holds.
    pub signature_ok: bool,
    /// The responder's certificate, if found.
    pub responder: Option<Certificate>,
    /// Why it may answer; `None`: it may not.
    pub right: Option<ResponderRight>,
    /// Whether the responder is trusted at the moment of its answer.
    pub chain: Option<ChainReport>,
    /// Everything noticed.
    pub notices: Vec<Notice>,
}

impl OcspReport {
    /// Whether the answer may be relied on, whatever it says.
    #[must_use]
    pub fn is_reliable(&self) -> bool {
        self.signature_ok && self.right.is_some() && self.status.is_some()
    }

    /// Whether it is reliable and says good.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.is_reliable() && self.status == Some(RevocationStatus::Good)
    }
}

impl OcspResponse {
    /// Reads an OCSPResponse, or a bare BasicOCSPResponse.
    ///
    /// # Errors
    /// Not a response, or an error of the responder.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let whole = Tlv::first(bytes)?.with_tag(tag::SEQUENCE)?;
        let mut outer = whole.inside()?;
        if outer.peek() != Some(tag::ENUMERATED) {
            return Self::basic(whole, whole.raw);
        }
        if outer.expect(tag::ENUMERATED)?.small()? != 0 {
            return Err(PkiError::Malformed("OCSP: the responder answered with an error"));
        }
        let mut wrapped = outer.expect(tag::context_constructed(0))?.inside()?.sequence()?;
        if wrapped.expect(tag::OID)?.oid()?.0 != oid::OCSP_BASIC {
            return Err(PkiError::Unsupported("OCSP response type"));
        }
        let inner = wrapped.expect(tag::OCTET_STRING)?.octets()?;
        Self::basic(Tlv::first(&inner)?, whole.raw)
    }

    fn basic(value: Tlv<'_>, whole: &[u8]) -> Result<Self> {
        let mut outer = value.with_tag(tag::SEQUENCE)?.inside()?;
        let data = outer.expect(tag::SEQUENCE)?;
        let algorithm = SignatureAlgorithm::from_identifier(outer.any()?, None)?;
        let signature = outer.expect(tag::BIT_STRING)?.bit_octets()?.to_vec();
        let mut certificates = Vec::new();
        if let Some(list) = outer.optional(tag::context_constructed(0))? {
            let mut list = list.inside()?.sequence()?;
            while !list.is_empty() && certificates.len() < MAX_CERTIFICATES {
                certificates.extend(Certificate::parse(list.any()?.raw).ok());
            }
        }
        let mut body = data.inside()?;
        body.optional(tag::context_constructed(0))?;
        let id = body.any()?;
        let responder = match id.tag {
            0xa1 => Responder::Name(Name::parse(id.inside()?.any()?)?),
            0xa2 => Responder::KeyHash(id.inside()?.expect(tag::OCTET_STRING)?.octets()?.into_owned()),
            _ => return Err(PkiError::Malformed("OCSP: responder")),
        };
        let produced_at = body.expect(tag::GENERALIZED_TIME)?.time()?;
        let mut list = body.sequence()?;
        let mut responses = Vec::new();
        while !list.is_empty() {
            responses.push(SingleResponse::parse(list.sequence()?)?);
            if responses.len() > MAX_RESPONSES {
                return Err(PkiError::TooLarge("OCSP response"));
            }
        }
        let nonce = body.optional(tag::context_constructed(1))?.map(find_nonce).transpose()?.flatten();
        Ok(Self {
            der: whole.to_vec(),
            tbs: data.raw.to_vec(),
            algorithm,
            signature,
            responder,
            produced_at,
            responses,
            nonce,
            certificates,
        })
    }

    /// The encoding it was read from.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Algorithm of the responder's signature.
    #[must_use]
    pub const fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    /// The answer for a certificate of this issuer.
    #[must_use]
    pub fn find(&self, cert: &Certificate, issuer: &Certificate) -> Option<&SingleResponse> {
        self.responses.iter().find(|response| response.is_about(cert, issuer))
    }

    /// BDOC time-mark: the digest of the signature value that the nonce holds, with its algorithm
    /// (BDOC 2.1, 6.1). `None`: an ordinary nonce.
    #[must_use]
    pub fn time_mark(&self) -> Option<(Hash, Vec<u8>)> {
        let nonce = self.nonce.as_deref()?;
        let mut info = Tlv::only(nonce).ok()?.with_tag(tag::SEQUENCE).ok()?.inside().ok()?;
        let hash = Hash::from_identifier(info.any().ok()?).ok()?;
        let digest = info.expect(tag::OCTET_STRING).ok()?.octets().ok()?.into_owned();
        (digest.len() == hash.size()).then_some((hash, digest))
    }

    /// Whether the response is a time-mark over this signature value; `None` when it is no time-mark.
    #[must_use]
    pub fn time_marks(&self, signature_value: &[u8]) -> Option<bool> {
        self.time_mark().map(|(hash, digest)| hash.digest(signature_value) == digest)
    }

    fn is_by(&self, cert: &Certificate) -> bool {
        match &self.responder {
            Responder::Name(name) => *name == cert.subject,
            Responder::KeyHash(hash) => Hash::Sha1.digest(&cert.key_bits) == *hash,
        }
    }

    /// The certificate whose key made the signature, out of the response, `extra`, the issuer and the lists.
    ///
    /// # Errors
    /// No certificate of the responder, or a broken signature.
    pub fn verified_responder(
        &self,
        issuer: Option<&Certificate>,
        extra: &[Certificate],
        trust: &TrustStore,
    ) -> Result<Certificate> {
        let mut last = PkiError::Malformed("OCSP: the responder's certificate is not there");
        let near = self.certificates.iter().chain(extra).chain(issuer);
        // Authorities renew responders under one name, so several may have to be tried.
        for cert in near.chain(trust.responder_candidates()).filter(|cert| self.is_by(cert)).take(8) {
            match verify(&cert.key, self.algorithm, EcdsaForm::Der, &self.tbs, &self.signature) {
                Ok(()) => return Ok(cert.clone()),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    /// Judges the response as evidence about `cert`.
    #[must_use]
    pub fn verify(
        &self,
        cert: &Certificate,
        issuer: &Certificate,
        extra: &[Certificate],
        trust: &TrustStore,
    ) -> OcspReport {
        let single = self.find(cert, issuer);
        let mut report = OcspReport {
            status: single.map(|found| found.status),
            produced_at: self.produced_at,
            this_update: single.map(|found| found.this_update),
            next_update: single.and_then(|found| found.next_update),
            signature_ok: false,
            responder: None,
            right: None,
            chain: None,
            notices: Vec::new(),
        };
        if single.is_none() {
            let text = format!("the OCSP response is not about the certificate of {}", cert.subject.readable());
            report.notices.push(Notice::error("ocsp-other-certificate", text));
        }
        if self.algorithm.hash().is_weak() {
            report.notices.push(Notice::warning("ocsp-weak-digest", "the OCSP response is signed with SHA-1"));
        }
        match self.verified_responder(Some(issuer), extra, trust) {
            Ok(responder) => {
                report.signature_ok = true;
                self.judge_right(&responder, issuer, extra, trust, &mut report);
                report.responder = Some(responder);
            }
            Err(error) => report.notices.push(Notice::error("ocsp-signature", error.to_string())),
        }
        report.notices.extend(single.into_iter().flat_map(|found| found.time_notices(self.produced_at)));
        report
    }

    fn judge_right(
        &self,
        responder: &Certificate,
        issuer: &Certificate,
        extra: &[Certificate],
        trust: &TrustStore,
        report: &mut OcspReport,
    ) {
        let name = responder.subject.readable();
        if responder == issuer || responder.spki == issuer.spki {
            report.right = Some(ResponderRight::Issuer);
            return;
        }
        if !responder.valid_at(self.produced_at) {
            let text = format!("the certificate of the OCSP responder {name} was not valid at {}", self.produced_at);
            report.notices.push(Notice::error("ocsp-responder-outside-validity", text));
            return;
        }
        let around = [&self.certificates, extra, std::slice::from_ref(issuer)].concat();
        let chain = trust.judge_chain(responder, &around, self.produced_at, Purpose::Ocsp);
        let for_ocsp = responder.has_purpose(oid::EKU_OCSP);
        let same_issuer = responder.may_be_issued_by(issuer) && responder.verify_signed_by(&issuer.key).is_ok();
        // A list that names the responder gives the right by itself; a listed authority gives it only
        // through a certificate with the purpose.
        let named = chain.is_trusted()
            && chain.anchor.as_ref().is_some_and(|anchor| {
                matches!(anchor.kind, ServiceKind::OcspQc | ServiceKind::Ocsp)
                    || (anchor.kind == ServiceKind::Anchor && chain.path.len() == 1)
            });
        report.right = if for_ocsp && same_issuer && chain.is_trusted() {
            Some(ResponderRight::Designated)
        } else if named || (chain.is_trusted() && for_ocsp) {
            Some(ResponderRight::Listed)
        } else {
            None
        };
        if report.right.is_none() {
            report.notices.extend(chain.notices.iter().cloned());
            let text = format!("nothing gives {name} the right to answer for {}", issuer.subject.readable());
            report.notices.push(Notice::error("ocsp-responder-not-authorised", text));
        }
        report.chain = Some(chain);
    }
}

impl SingleResponse {
    fn parse(mut inside: Reader<'_>) -> Result<Self> {
        let mut id = inside.sequence()?;
        let hash = Hash::from_identifier(id.any()?)?;
        let issuer_name_hash = id.expect(tag::OCTET_STRING)?.octets()?.into_owned();
        let issuer_key_hash = id.expect(tag::OCTET_STRING)?.octets()?.into_owned();
        let serial = id.expect(tag::INTEGER)?.body.to_vec();
        let status = inside.any()?;
        let status = match status.tag {
            0x80 => RevocationStatus::Good,
            0xa1 => {
                let mut info = status.inside()?;
                let at = info.expect(tag::GENERALIZED_TIME)?.time()?;
                let reason = info.optional(tag::context_constructed(0))?;
                let reason = reason.map(|value| value.inside()?.any()?.small()).transpose()?;
                RevocationStatus::Revoked { at, reason: reason.and_then(|code| u8::try_from(code).ok()) }
            }
            0x82 => RevocationStatus::Unknown,
            _ => return Err(PkiError::Malformed("OCSP: status")),
        };
        let this_update = inside.expect(tag::GENERALIZED_TIME)?.time()?;
        let next_update = inside.optional(tag::context_constructed(0))?;
        let next_update = next_update.map(|value| value.inside()?.any()?.time()).transpose()?;
        Ok(Self { hash, issuer_name_hash, issuer_key_hash, serial, status, this_update, next_update })
    }

    /// Whether the answer is about this certificate of this issuer.
    #[must_use]
    pub fn is_about(&self, cert: &Certificate, issuer: &Certificate) -> bool {
        self.serial == cert.serial
            && self.hash.digest(cert.issuer.der()) == self.issuer_name_hash
            && self.hash.digest(&issuer.key_bits) == self.issuer_key_hash
    }

    fn time_notices(&self, produced_at: DateTime<Utc>) -> Vec<Notice> {
        let mut notices = Vec::new();
        // A responder's clock and its database's may differ by a little.
        if self.this_update > produced_at + chrono::TimeDelta::minutes(1) {
            let text = format!("status of {} in an answer signed at {produced_at}", self.this_update);
            notices.push(Notice::error("ocsp-times", text));
        }
        if self.next_update.is_some_and(|next| next < self.this_update) {
            notices.push(Notice::error("ocsp-times", "nextUpdate lies before thisUpdate"));
        }
        notices
    }
}

fn find_nonce(extensions: Tlv<'_>) -> Result<Option<Vec<u8>>> {
    let mut list = extensions.inside()?.sequence()?;
    while !list.is_empty() {
        let mut extension = list.sequence()?;
        let name = extension.expect(tag::OID)?.oid()?;
        extension.optional(tag::BOOLEAN)?;
        let value = extension.expect(tag::OCTET_STRING)?.octets()?;
        if name.0 == oid::OCSP_NONCE {
            // Wrapped once more by RFC 8954; old responders write the bare bytes.
            let wrapped = Tlv::only(&value).ok().filter(|inner| inner.tag == tag::OCTET_STRING);
            return Ok(Some(wrapped.map_or_else(|| value.to_vec(), |inner| inner.body.to_vec())));
        }
    }
    Ok(None)
}

/// CertID of a certificate.
fn cert_id(cert: &Certificate, issuer: &Certificate, hash: Hash) -> Vec<u8> {
    der::sequence(&[
        &hash.identifier(),
        &der::octets(&hash.digest(cert.issuer.der())),
        &der::octets(&hash.digest(&issuer.key_bits)),
        &der::tlv(tag::INTEGER, &cert.serial),
    ])
}

/// Bytes of a request about one certificate. SHA-1 is what all responders understand in the CertID;
/// nothing hangs on its strength there. `nonce`: up to 32 bytes from the caller.
#[must_use]
pub fn request(cert: &Certificate, issuer: &Certificate, hash: Hash, nonce: Option<&[u8]>) -> Vec<u8> {
    let list = der::sequence(&[&der::sequence(&[&cert_id(cert, issuer, hash)])]);
    let extensions = nonce.map(|nonce| {
        let extension = der::sequence(&[&der::oid(oid::OCSP_NONCE), &der::octets(&der::octets(nonce))]);
        der::tlv(tag::context_constructed(2), &der::sequence(&[&extension]))
    });
    der::sequence(&[&der::sequence(&[&list, &extensions.unwrap_or_default()])])
}
