//! Time stamps, OCSP answers and the CRL.

use asice::pki::{
    Certificate, Hash, PkiError, SignedDataBuilder,
    ber::{Tlv, der, tag},
    oid,
};
use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    SimError,
    pki::{Entity, Pki},
};

fn generalized(at: DateTime<Utc>) -> Vec<u8> {
    der::tlv(tag::GENERALIZED_TIME, at.format("%Y%m%d%H%M%SZ").to_string().as_bytes())
}

/// The answer to the bytes of a TimeStampReq.
pub(crate) fn stamp(pki: &Pki, request: &[u8], at: DateTime<Utc>) -> Result<Vec<u8>, SimError> {
    let mut inside = Tlv::only(request)?.with_tag(tag::SEQUENCE)?.inside()?;
    inside.expect(tag::INTEGER)?;
    let mut imprint = inside.sequence()?;
    let hash = Hash::from_identifier(imprint.any()?)?;
    let digest = imprint.expect(tag::OCTET_STRING)?.body.to_vec();
    if digest.len() != hash.size() {
        return Err(PkiError::Malformed("imprint").into());
    }
    let policy = inside.optional(tag::OID)?.map(|value| value.raw.to_vec());
    let nonce = inside.optional(tag::INTEGER)?.map(|value| value.raw.to_vec());
    let token = token(&pki.stamper, &pki.root.cert, hash, &digest, at, policy, &nonce.unwrap_or_default())?;
    Ok(der::sequence(&[&der::sequence(&[&der::small(0)]), &token]))
}

/// An answer that says no: `text`, with the failure "systemFailure".
pub(crate) fn stamp_refused(text: &str) -> Vec<u8> {
    let free = der::sequence(&[&der::tlv(tag::UTF8_STRING, text.as_bytes())]);
    // Bit 25 of PKIFailureInfo.
    let failure = der::tlv(tag::BIT_STRING, &[6, 0, 0, 0, 0x40]);
    der::sequence(&[&der::sequence(&[&der::small(2), &free, &failure])])
}

fn token(
    stamper: &Entity,
    root: &Certificate,
    hash: Hash,
    digest: &[u8],
    at: DateTime<Utc>,
    policy: Option<Vec<u8>>,
    nonce: &[u8],
) -> Result<Vec<u8>, SimError> {
    let serial: [u8; 8] = rand::random();
    let content = der::sequence(&[
        &der::small(1),
        &policy.unwrap_or_else(|| der::oid(&der::arcs("0.4.0.2023.1.1"))),
        &der::sequence(&[&hash.identifier(), &der::octets(digest)]),
        &der::unsigned(&serial),
        &generalized(at),
        &der::sequence(&[&der::small(1)]),
        nonce,
    ]);
    let algorithm = stamper.key.algorithm();
    let digest = algorithm.hash().digest(&content);
    let builder = SignedDataBuilder::new(&stamper.cert, algorithm, oid::TST_INFO, &digest, Some(at))?;
    let signature = stamper.key.sign(builder.to_be_signed())?;
    Ok(builder.with_certificates(std::slice::from_ref(root)).finish(&signature, Some(&content)))
}

/// The answer to the bytes of an OCSPRequest; `revoked` says since when a serial number is.
pub(crate) fn answer(
    pki: &Pki,
    request: &[u8],
    at: DateTime<Utc>,
    revoked: impl Fn(&[u8]) -> Option<DateTime<Utc>>,
) -> Result<Vec<u8>, SimError> {
    let mut tbs = Tlv::only(request)?.with_tag(tag::SEQUENCE)?.inside()?.sequence()?;
    let id = tbs.sequence()?.sequence()?.expect(tag::SEQUENCE)?;
    let extensions = tbs.optional(tag::context_constructed(2))?;
    let mut parts = id.inside()?;
    let hash = Hash::from_identifier(parts.any()?)?;
    let (name, key) = (parts.expect(tag::OCTET_STRING)?.body, parts.expect(tag::OCTET_STRING)?.body);
    let serial = parts.expect(tag::INTEGER)?.body;
    let issuer = &pki.issuer.cert;
    let ours = name == hash.digest(issuer.subject.der()) && key == hash.digest(&issuer.key_bits);
    let status = match revoked(serial) {
        _ if !ours => der::tlv(tag::context(2), &[]),
        Some(since) => der::tlv(tag::context_constructed(1), &generalized(since)),
        None => der::tlv(tag::context(0), &[]),
    };
    let next = der::tlv(tag::context_constructed(0), &generalized(at + TimeDelta::minutes(15)));
    let single = der::sequence(&[id.raw, &status, &generalized(at), &next]);
    // What the request brings, a nonce, goes back.
    let extensions = extensions.map(|value| der::tlv(tag::context_constructed(1), value.body)).unwrap_or_default();
    let responder = &pki.responder;
    let data = der::sequence(&[
        &der::tlv(tag::context_constructed(1), responder.cert.subject.der()),
        &generalized(at),
        &der::sequence(&[&single]),
        &extensions,
    ]);
    let algorithm = responder.key.algorithm().identifier();
    let certs = der::tlv(tag::context_constructed(0), &der::sequence(&[responder.cert.der()]));
    let basic = der::sequence(&[&data, &algorithm, &der::bits(&responder.key.sign(&data)?), &certs]);
    let bytes = der::sequence(&[&der::oid(oid::OCSP_BASIC), &der::octets(&basic)]);
    Ok(der::sequence(&[&der::tlv(tag::ENUMERATED, &[0]), &der::tlv(tag::context_constructed(0), &bytes)]))
}

/// The issuer's list of revoked serial numbers.
pub(crate) fn crl(pki: &Pki, revoked: &[(Vec<u8>, DateTime<Utc>)], at: DateTime<Utc>) -> Result<Vec<u8>, SimError> {
    let entries: Vec<Vec<u8>> = revoked
        .iter()
        .map(|(serial, since)| der::sequence(&[&der::tlv(tag::INTEGER, serial), &der::time(*since)]))
        .collect();
    let entries = if entries.is_empty() {
        Vec::new()
    } else {
        der::sequence(&entries.iter().map(Vec::as_slice).collect::<Vec<_>>())
    };
    let algorithm = pki.issuer.key.algorithm().identifier();
    let tbs = der::sequence(&[
        &der::small(1),
        &algorithm,
        pki.issuer.cert.subject.der(),
        &der::time(at),
        &der::time(at + TimeDelta::days(7)),
        &entries,
    ]);
    Ok(der::sequence(&[&tbs, &algorithm, &der::bits(&pki.issuer.key.sign(&tbs)?)]))
}
