//! A made-up hierarchy: root, issuing authority, time-stamp authority, OCSP responder, list signer, people, seals.

use asice::pki::{
    Certificate, Curve, Hash, PublicKey, SignatureAlgorithm,
    algorithm::{ecdsa_raw_to_der, spki},
    ber::{der, tag},
    oid,
};
use chrono::{DateTime, TimeZone as _, Utc};
use p256::ecdsa::signature::hazmat::PrehashSigner as _;

use crate::SimError;

/// A private key. It comes from the seed and a label, so that each start makes the same ones.
#[derive(Clone)]
pub(crate) enum Key {
    P256(p256::ecdsa::SigningKey),
    P384(p384::ecdsa::SigningKey),
}

impl Key {
    pub fn new(curve: Curve, seed: &[u8], label: &str) -> Result<Self, SimError> {
        for counter in 0_u8..=255 {
            let wide = Hash::Sha512.digest_parts(&[seed, label.as_bytes(), &[counter]]);
            let scalar = wide.get(..curve.field_len()).unwrap_or_default();
            // One in four thousand million is no number of the curve.
            let key = match curve {
                Curve::P384 => p384::ecdsa::SigningKey::from_slice(scalar).map(Self::P384).ok(),
                _ => p256::ecdsa::SigningKey::from_slice(scalar).map(Self::P256).ok(),
            };
            if let Some(key) = key {
                return Ok(key);
            }
        }
        Err(SimError::Key)
    }

    pub fn public(&self) -> PublicKey {
        match self {
            Self::P256(key) => PublicKey::Ec {
                curve: Curve::P256,
                point: key.verifying_key().to_sec1_point(false).as_bytes().to_vec(),
            },
            Self::P384(key) => PublicKey::Ec {
                curve: Curve::P384,
                point: key.verifying_key().to_sec1_point(false).as_bytes().to_vec(),
            },
        }
    }

    pub fn algorithm(&self) -> SignatureAlgorithm {
        match self {
            Self::P256(_) => SignatureAlgorithm::Ecdsa(Hash::Sha256),
            Self::P384(_) => SignatureAlgorithm::Ecdsa(Hash::Sha384),
        }
    }

    /// Both numbers side by side.
    pub fn sign_digest(&self, digest: &[u8]) -> Result<Vec<u8>, SimError> {
        match self {
            Self::P256(key) => key.sign_prehash(digest).map(|s: p256::ecdsa::Signature| s.to_bytes().to_vec()),
            Self::P384(key) => key.sign_prehash(digest).map(|s: p384::ecdsa::Signature| s.to_bytes().to_vec()),
        }
        .map_err(|_| SimError::Key)
    }

    /// As X.509 and CMS write it.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SimError> {
        Ok(ecdsa_raw_to_der(&self.sign_digest(&self.algorithm().hash().digest(message))?))
    }

    /// PKCS#8 around the number.
    pub fn pkcs8(&self) -> Vec<u8> {
        let (curve, scalar) = match self {
            Self::P256(key) => (oid::P256, key.to_bytes().to_vec()),
            Self::P384(key) => (oid::P384, key.to_bytes().to_vec()),
        };
        let PublicKey::Ec { point, .. } = self.public() else { return Vec::new() };
        let public = der::tlv(tag::context_constructed(1), &der::bits(&point));
        let inner = der::sequence(&[&der::small(1), &der::octets(&scalar), &public]);
        let algorithm = der::sequence(&[&der::oid(oid::EC_PUBLIC_KEY), &der::oid(curve)]);
        der::sequence(&[&der::small(0), &algorithm, &der::octets(&inner)])
    }
}

/// A certificate with its key.
#[derive(Clone)]
pub(crate) struct Entity {
    pub cert: Certificate,
    pub key: Key,
}

/// Who can be a subject.
pub(crate) enum Subject<'s> {
    Service(&'s str),
    Person { given: &'s str, surname: &'s str, code: &'s str },
    Institution { name: &'s str, number: &'s str },
}

impl Subject<'_> {
    fn der(&self) -> Vec<u8> {
        let common = |given: &str, surname: &str| format!("{given} {surname}");
        let pairs: Vec<(&str, String)> = match self {
            Subject::Service(title) => {
                vec![("2.5.4.10", "Novads simulators".to_owned()), ("2.5.4.3", (*title).to_owned())]
            }
            Subject::Person { given, surname, code } => vec![
                ("2.5.4.3", common(given, surname)),
                ("2.5.4.4", (*surname).to_owned()),
                ("2.5.4.42", (*given).to_owned()),
                ("2.5.4.5", person_number(code)),
            ],
            Subject::Institution { name, number } => vec![
                ("2.5.4.10", (*name).to_owned()),
                ("2.5.4.97", format!("NTRLV-{number}")),
                ("2.5.4.3", (*name).to_owned()),
            ],
        };
        let one = |oid: &str, kind: u8, value: &str| {
            der::set_of(&[&der::sequence(&[&der::oid(&der::arcs(oid)), &der::tlv(kind, value.as_bytes())])])
        };
        let mut sets = vec![one("2.5.4.6", tag::PRINTABLE_STRING, "LV")];
        sets.extend(pairs.iter().map(|(oid, value)| one(oid, tag::UTF8_STRING, value)));
        der::sequence(&sets.iter().map(Vec::as_slice).collect::<Vec<_>>())
    }
}

/// `PNOLV-010180-12345` for eleven digits.
pub(crate) fn person_number(code: &str) -> String {
    let digits: String = code.chars().filter(char::is_ascii_digit).collect();
    match digits.split_at_checked(6) {
        Some((day, rest)) if !rest.is_empty() => format!("PNOLV-{day}-{rest}"),
        _ => format!("PNOLV-{digits}"),
    }
}

fn extension(oid: &[u8], critical: bool, value: &[u8]) -> Vec<u8> {
    let critical = if critical { der::yes() } else { Vec::new() };
    der::sequence(&[&der::oid(oid), &critical, &der::octets(value)])
}

fn key_usage(byte: u8, unused: u8) -> Vec<u8> {
    extension(oid::EXT_KEY_USAGE, true, &der::tlv(tag::BIT_STRING, &[unused, byte]))
}

fn purpose(oid: &[u8], critical: bool) -> Vec<u8> {
    extension(oid::EXT_EKU, critical, &der::sequence(&[&der::oid(oid)]))
}

fn authority(path_len: Option<u32>) -> Vec<Vec<u8>> {
    let length = path_len.map(der::small).unwrap_or_default();
    vec![extension(oid::EXT_BASIC, true, &der::sequence(&[&der::yes(), &length])), key_usage(0x06, 1)]
}

/// A qualified certificate: for signatures or seals, key in a qualified device, where revocation is answered.
fn qualified(seal: bool, base: &str) -> Vec<Vec<u8>> {
    let (policy, kind) = if seal { ("0.4.0.194112.1.3", oid::QCT_ESEAL) } else { ("0.4.0.194112.1.2", oid::QCT_ESIGN) };
    let statement = |oid: &[u8]| der::sequence(&[&der::oid(oid)]);
    let kind = der::sequence(&[&der::oid(oid::QC_TYPE), &der::sequence(&[&der::oid(kind)])]);
    let statements = der::sequence(&[&statement(oid::QC_COMPLIANCE), &statement(oid::QC_SSCD), &kind]);
    let place = |path: &str| der::tlv(tag::context(6), format!("{base}{path}").as_bytes());
    let access = der::sequence(&[&der::sequence(&[&der::oid(oid::AD_OCSP), &place("/ocsp")])]);
    let full = der::tlv(tag::context_constructed(0), &place("/crl"));
    let point = der::sequence(&[&der::tlv(tag::context_constructed(0), &full)]);
    vec![
        key_usage(0x40, 6),
        extension(oid::EXT_POLICIES, false, &der::sequence(&[&der::sequence(&[&der::oid(&der::arcs(policy))])])),
        extension(oid::EXT_QC, false, &statements),
        extension(oid::EXT_AIA, false, &access),
        extension(oid::EXT_CRL_POINTS, false, &der::sequence(&[&point])),
    ]
}

fn day(year: i32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0).single().unwrap_or(DateTime::UNIX_EPOCH)
}

/// Issues a certificate; without an issuer it signs itself.
fn issue(
    public: &PublicKey,
    own: &Key,
    issuer: Option<&Entity>,
    subject: &Subject<'_>,
    mut extensions: Vec<Vec<u8>>,
) -> Result<Certificate, SimError> {
    let name = subject.der();
    let (signing, issuer_name) =
        issuer.map_or_else(|| (own, name.clone()), |entity| (&entity.key, entity.cert.subject.der().to_vec()));
    let public = spki(public);
    extensions.push(extension(oid::EXT_SKI, false, &der::octets(&Hash::Sha1.digest(&public))));
    if let Some(id) = issuer.and_then(|entity| entity.cert.extensions.ski.clone()) {
        extensions.push(extension(oid::EXT_AKI, false, &der::sequence(&[&der::tlv(tag::context(0), &id)])));
    }
    let parts: Vec<&[u8]> = extensions.iter().map(Vec::as_slice).collect();
    let serial = Hash::Sha256.digest_parts(&[&public, &name, &der::sequence(&parts)]);
    let algorithm = signing.algorithm().identifier();
    let tbs = der::sequence(&[
        &der::tlv(tag::context_constructed(0), &der::small(2)),
        &der::unsigned(serial.get(..8).unwrap_or_default()),
        &algorithm,
        &issuer_name,
        &der::sequence(&[&der::time(day(2025)), &der::time(day(2045))]),
        &name,
        &public,
        &der::tlv(tag::context_constructed(3), &der::sequence(&parts)),
    ]);
    let signature = der::bits(&signing.sign(&tbs)?);
    Ok(Certificate::parse(&der::sequence(&[&tbs, &algorithm, &signature]))?)
}

/// The hierarchy.
#[derive(Clone)]
pub(crate) struct Pki {
    pub root: Entity,
    pub issuer: Entity,
    pub responder: Entity,
    pub stamper: Entity,
    pub lister: Entity,
    pub seed: Vec<u8>,
    base: String,
}

impl Pki {
    pub fn new(seed: &[u8], base: &str) -> Result<Self, SimError> {
        let make = |label: &str, curve, issuer: Option<&Entity>, extensions| -> Result<Entity, SimError> {
            let key = Key::new(curve, seed, label)?;
            let cert = issue(&key.public(), &key, issuer, &Subject::Service(label), extensions)?;
            Ok(Entity { cert, key })
        };
        let root = make("Simulatora sakne", Curve::P384, None, authority(None))?;
        let issuer = make("Simulatora izdevējs", Curve::P384, Some(&root), authority(Some(0)))?;
        let no_check = extension(oid::OCSP_NO_CHECK, false, &der::null());
        let answering = vec![key_usage(0x80, 7), purpose(oid::EKU_OCSP, false), no_check];
        let responder = make("Simulatora OCSP", Curve::P256, Some(&issuer), answering)?;
        let stamping = vec![key_usage(0xc0, 6), purpose(oid::EKU_TIME_STAMPING, true)];
        let stamper = make("Simulatora laika zīmogs", Curve::P256, Some(&root), stamping)?;
        let listing = vec![key_usage(0x80, 7), purpose(oid::EKU_TSL_SIGNING, false)];
        let lister = make("Simulatora saraksts", Curve::P256, None, listing)?;
        Ok(Self { root, issuer, responder, stamper, lister, seed: seed.to_vec(), base: base.to_owned() })
    }

    /// A qualified certificate of a key that somebody else has.
    pub fn certify(&self, public: &PublicKey, subject: &Subject<'_>) -> Result<Certificate, SimError> {
        let seal = matches!(subject, Subject::Institution { .. });
        issue(public, &self.issuer.key, Some(&self.issuer), subject, qualified(seal, &self.base))
    }

    /// A key and its qualified certificate.
    pub fn qualified(&self, curve: Curve, subject: &Subject<'_>) -> Result<Entity, SimError> {
        let key = Key::new(curve, &self.seed, &hex::encode(subject.der()))?;
        Ok(Entity { cert: self.certify(&key.public(), subject)?, key })
    }
}
