//! Digests, public keys and the verification of raw signatures.

use std::fmt;

use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, Odd};

use super::ber::{Oid, Reader, Tlv, der, tag};
use super::error::{PkiError, Result};
use super::oid;

/// Smallest and largest RSA modulus tried, in bits. Shorter ones are broken, longer ones only cost time.
const RSA_BITS: std::ops::RangeInclusive<usize> = 1024..=8192;

/// A digest algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Hash {
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
    Sha3_256,
    Sha3_384,
    Sha3_512,
}

/// Each digest: identifier, XML name for digests, short name, length.
const HASHES: [(Hash, &[u8], &str, &str, usize); 8] = [
    (Hash::Sha1, oid::SHA1, "http://www.w3.org/2000/09/xmldsig#sha1", "SHA-1", 20),
    (Hash::Sha224, oid::SHA224, "http://www.w3.org/2001/04/xmldsig-more#sha224", "SHA-224", 28),
    (Hash::Sha256, oid::SHA256, "http://www.w3.org/2001/04/xmlenc#sha256", "SHA-256", 32),
    (Hash::Sha384, oid::SHA384, "http://www.w3.org/2001/04/xmldsig-more#sha384", "SHA-384", 48),
    (Hash::Sha512, oid::SHA512, "http://www.w3.org/2001/04/xmlenc#sha512", "SHA-512", 64),
    (Hash::Sha3_256, oid::SHA3_256, "http://www.w3.org/2007/05/xmldsig-more#sha3-256", "SHA3-256", 32),
    (Hash::Sha3_384, oid::SHA3_384, "http://www.w3.org/2007/05/xmldsig-more#sha3-384", "SHA3-384", 48),
    (Hash::Sha3_512, oid::SHA3_512, "http://www.w3.org/2007/05/xmldsig-more#sha3-512", "SHA3-512", 64),
];

impl Hash {
    fn row(self) -> (&'static [u8], &'static str, &'static str, usize) {
        HASHES.iter().find(|row| row.0 == self).map_or((oid::SHA256, "", "", 32), |row| (row.1, row.2, row.3, row.4))
    }

    /// The digest of all parts, one after the other.
    #[must_use]
    pub fn digest_parts(self, parts: &[&[u8]]) -> Vec<u8> {
        fn run<D: sha2::Digest>(parts: &[&[u8]]) -> Vec<u8> {
            let mut state = D::new();
            for part in parts {
                state.update(part);
            }
            state.finalize().to_vec()
        }
        match self {
            Self::Sha1 => run::<sha1::Sha1>(parts),
            Self::Sha224 => run::<sha2::Sha224>(parts),
            Self::Sha256 => run::<sha2::Sha256>(parts),
            Self::Sha384 => run::<sha2::Sha384>(parts),
            Self::Sha512 => run::<sha2::Sha512>(parts),
            Self::Sha3_256 => run::<sha3::Sha3_256>(parts),
            Self::Sha3_384 => run::<sha3::Sha3_384>(parts),
            Self::Sha3_512 => run::<sha3::Sha3_512>(parts),
        }
    }

    /// The digest of `data`.
    #[must_use]
    pub fn digest(self, data: &[u8]) -> Vec<u8> {
        self.digest_parts(&[data])
    }

    /// Length of the digest in bytes.
    #[must_use]
    pub fn size(self) -> usize {
        self.row().3
    }

    /// Encoded object identifier.
    #[must_use]
    pub fn oid(self) -> &'static [u8] {
        self.row().0
    }

    /// Name in XML signatures (`DigestMethod/@Algorithm`).
    #[must_use]
    pub fn uri(self) -> &'static str {
        self.row().1
    }

    /// By encoded object identifier.
    #[must_use]
    pub fn from_oid(found: Oid<'_>) -> Option<Self> {
        HASHES.iter().find(|row| row.1 == found.0).map(|row| row.0)
    }

    /// By name in XML signatures. The SHA-3 and SHA-2 names that wrong software writes are not taken.
    #[must_use]
    pub fn from_uri(found: &str) -> Option<Self> {
        HASHES.iter().find(|row| row.2 == found).map(|row| row.0)
    }

    /// Whether collisions are practical today (SHA-1: ETSI TS 119 312).
    #[must_use]
    pub const fn is_weak(self) -> bool {
        matches!(self, Self::Sha1)
    }

    /// Read from an AlgorithmIdentifier.
    ///
    /// # Errors
    /// Not an AlgorithmIdentifier, or of no digest known here.
    pub fn from_identifier(value: Tlv<'_>) -> Result<Self> {
        let found = value.with_tag(tag::SEQUENCE)?.inside()?.expect(tag::OID)?.oid()?;
        Self::from_oid(found).ok_or(PkiError::Unsupported("digest algorithm"))
    }

    /// As AlgorithmIdentifier in DER, with NULL parameters as RFC 5754 lets and old readers want.
    #[must_use]
    pub fn identifier(self) -> Vec<u8> {
        der::sequence(&[&der::oid(self.oid()), &der::null()])
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.row().2)
    }
}

/// A curve for ECDSA.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Curve {
    P256,
    P384,
    P521,
}

impl Curve {
    /// Bytes of a coordinate.
    #[must_use]
    pub const fn field_len(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    /// The digest that matches the curve's strength: what to sign with.
    #[must_use]
    pub const fn usual_hash(self) -> Hash {
        match self {
            Self::P256 => Hash::Sha256,
            Self::P384 => Hash::Sha384,
            Self::P521 => Hash::Sha512,
        }
    }

    const fn oid(self) -> &'static [u8] {
        match self {
            Self::P256 => oid::P256,
            Self::P384 => oid::P384,
            Self::P521 => oid::P521,
        }
    }
}

/// A public key out of a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PublicKey {
    /// RSA: modulus and exponent, big-endian without leading zeros.
    Rsa {
        /// The modulus.
        modulus: Vec<u8>,
        /// The public exponent.
        exponent: Vec<u8>,
    },
    /// A point on a curve (SEC 1 encoding).
    Ec {
        /// The curve.
        curve: Curve,
        /// The encoded point.
        point: Vec<u8>,
    },
    /// A key this library does not verify with, by its dotted identifier.
    Other(String),
}

impl PublicKey {
    /// Read from SubjectPublicKeyInfo.
    ///
    /// # Errors
    /// Not a SubjectPublicKeyInfo. A key of unknown kind is no error.
    pub fn from_spki(spki: Tlv<'_>) -> Result<Self> {
        let mut inside = spki.with_tag(tag::SEQUENCE)?.inside()?;
        let mut algorithm = inside.sequence()?;
        let kind = algorithm.expect(tag::OID)?.oid()?;
        let bits = inside.expect(tag::BIT_STRING)?;
        match kind.0 {
            oid::RSA_ENCRYPTION | oid::RSA_PSS => {
                let mut key = Reader::new(bits.bit_octets()?)?.sequence()?;
                // A million Estonian cards were issued with the modulus written as a negative number.
                let magnitude = |value: Tlv<'_>| value.body.iter().copied().skip_while(|byte| *byte == 0).collect();
                let modulus: Vec<u8> = magnitude(key.expect(tag::INTEGER)?);
                let exponent = magnitude(key.expect(tag::INTEGER)?);
                if modulus.len() > 4096 {
                    return Err(PkiError::TooLarge("RSA key"));
                }
                Ok(Self::Rsa { modulus, exponent })
            }
            oid::EC_PUBLIC_KEY => {
                let Some(named) = algorithm.optional(tag::OID)? else { return Ok(Self::Other(kind.dotted())) };
                let curve = match named.oid()?.0 {
                    oid::P256 => Curve::P256,
                    oid::P384 => Curve::P384,
                    oid::P521 => Curve::P521,
                    _ => return Ok(Self::Other(named.oid()?.dotted())),
                };
                Ok(Self::Ec { curve, point: bits.bit_octets()?.to_vec() })
            }
            _ => Ok(Self::Other(kind.dotted())),
        }
    }

    /// Size in bits: RSA modulus or curve.
    #[must_use]
    pub fn bits(&self) -> usize {
        match self {
            Self::Rsa { modulus, .. } => {
                modulus.len() * 8 - modulus.first().map_or(0, |first| first.leading_zeros() as usize)
            }
            Self::Ec { curve: Curve::P256, .. } => 256,
            Self::Ec { curve: Curve::P384, .. } => 384,
            Self::Ec { curve: Curve::P521, .. } => 521,
            Self::Other(_) => 0,
        }
    }

    /// Whether the key is shorter than ETSI TS 119 312 takes for signatures today (RSA under 1900 bits).
    #[must_use]
    pub fn is_weak(&self) -> bool {
        matches!(self, Self::Rsa { .. }) && self.bits() < 1900
    }
}

/// A signature algorithm with all its parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SignatureAlgorithm {
    /// RSASSA-PKCS1-v1_5.
    RsaPkcs1(Hash),
    /// RSASSA-PSS.
    RsaPss {
        /// Digest of the message.
        hash: Hash,
        /// Digest inside the mask generation function.
        mask_hash: Hash,
        /// Length of the salt; `None`: whatever the signature shows.
        salt: Option<usize>,
    },
    /// ECDSA on the curve of the key.
    Ecdsa(Hash),
}

/// How an ECDSA signature is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EcdsaForm {
    /// SEQUENCE of two INTEGERs (X.509, CMS).
    Der,
    /// The two numbers side by side (XML signatures, tokens, Web eID).
    Raw,
}

/// XML name, digest, and whether ECDSA, PKCS#1 or PSS.
const XML_ALGORITHMS: [(&str, Kind, Hash); 20] = [
    ("http://www.w3.org/2000/09/xmldsig#rsa-sha1", Kind::Pkcs1, Hash::Sha1),
    ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha224", Kind::Pkcs1, Hash::Sha224),
    ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", Kind::Pkcs1, Hash::Sha256),
    ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha384", Kind::Pkcs1, Hash::Sha384),
    ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha512", Kind::Pkcs1, Hash::Sha512),
    ("http://www.w3.org/2007/05/xmldsig-more#sha1-rsa-MGF1", Kind::Pss, Hash::Sha1),
    ("http://www.w3.org/2007/05/xmldsig-more#sha224-rsa-MGF1", Kind::Pss, Hash::Sha224),
    ("http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1", Kind::Pss, Hash::Sha256),
    ("http://www.w3.org/2007/05/xmldsig-more#sha384-rsa-MGF1", Kind::Pss, Hash::Sha384),
    ("http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1", Kind::Pss, Hash::Sha512),
    ("http://www.w3.org/2007/05/xmldsig-more#sha3-256-rsa-MGF1", Kind::Pss, Hash::Sha3_256),
    ("http://www.w3.org/2007/05/xmldsig-more#sha3-384-rsa-MGF1", Kind::Pss, Hash::Sha3_384),
    ("http://www.w3.org/2007/05/xmldsig-more#sha3-512-rsa-MGF1", Kind::Pss, Hash::Sha3_512),
    ("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1", Kind::Ecdsa, Hash::Sha1),
    ("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha224", Kind::Ecdsa, Hash::Sha224),
    ("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256", Kind::Ecdsa, Hash::Sha256),
    ("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384", Kind::Ecdsa, Hash::Sha384),
    ("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512", Kind::Ecdsa, Hash::Sha512),
    ("http://www.w3.org/2021/04/xmldsig-more#ecdsa-sha3-256", Kind::Ecdsa, Hash::Sha3_256),
    ("http://www.w3.org/2021/04/xmldsig-more#ecdsa-sha3-512", Kind::Ecdsa, Hash::Sha3_512),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Pkcs1,
    Pss,
    Ecdsa,
}

/// Encoded identifiers that name the digest themselves.
const DER_ALGORITHMS: [(&[u8], Kind, Hash); 16] = [
    (oid::RSA_SHA1, Kind::Pkcs1, Hash::Sha1),
    (oid::RSA_SHA224, Kind::Pkcs1, Hash::Sha224),
    (oid::RSA_SHA256, Kind::Pkcs1, Hash::Sha256),
    (oid::RSA_SHA384, Kind::Pkcs1, Hash::Sha384),
    (oid::RSA_SHA512, Kind::Pkcs1, Hash::Sha512),
    (oid::RSA_SHA3_256, Kind::Pkcs1, Hash::Sha3_256),
    (oid::RSA_SHA3_384, Kind::Pkcs1, Hash::Sha3_384),
    (oid::RSA_SHA3_512, Kind::Pkcs1, Hash::Sha3_512),
    (oid::ECDSA_SHA1, Kind::Ecdsa, Hash::Sha1),
    (oid::ECDSA_SHA224, Kind::Ecdsa, Hash::Sha224),
    (oid::ECDSA_SHA256, Kind::Ecdsa, Hash::Sha256),
    (oid::ECDSA_SHA384, Kind::Ecdsa, Hash::Sha384),
    (oid::ECDSA_SHA512, Kind::Ecdsa, Hash::Sha512),
    (oid::ECDSA_SHA3_256, Kind::Ecdsa, Hash::Sha3_256),
    (oid::ECDSA_SHA3_384, Kind::Ecdsa, Hash::Sha3_384),
    (oid::ECDSA_SHA3_512, Kind::Ecdsa, Hash::Sha3_512),
];

impl Kind {
    fn with(self, hash: Hash) -> SignatureAlgorithm {
        match self {
            Self::Pkcs1 => SignatureAlgorithm::RsaPkcs1(hash),
            Self::Pss => SignatureAlgorithm::RsaPss { hash, mask_hash: hash, salt: Some(hash.size()) },
            Self::Ecdsa => SignatureAlgorithm::Ecdsa(hash),
        }
    }
}

impl SignatureAlgorithm {
    /// By `SignatureMethod/@Algorithm`. Parameters of `xmldsig-more#rsa-pss` are not read here.
    #[must_use]
    pub fn from_uri(uri: &str) -> Option<Self> {
        XML_ALGORITHMS.iter().find(|row| row.0 == uri).map(|row| row.1.with(row.2))
    }

    /// Name for `SignatureMethod/@Algorithm`, where XML has one.
    #[must_use]
    pub fn uri(&self) -> Option<&'static str> {
        XML_ALGORITHMS.iter().find(|row| row.1.with(row.2) == *self).map(|row| row.0)
    }

    /// The algorithm to sign with by default for a key: PKCS#1 or ECDSA with the curve's digest.
    #[must_use]
    pub fn usual(key: &PublicKey) -> Option<Self> {
        match key {
            PublicKey::Rsa { .. } => Some(Self::RsaPkcs1(Hash::Sha256)),
            PublicKey::Ec { curve, .. } => Some(Self::Ecdsa(curve.usual_hash())),
            PublicKey::Other(_) => None,
        }
    }

    /// Read from an AlgorithmIdentifier. `digest` completes identifiers that leave the digest
    /// open (CMS writes rsaEncryption or id-ecPublicKey and the digest elsewhere).
    ///
    /// # Errors
    /// Not an AlgorithmIdentifier, or an algorithm not known here.
    pub fn from_identifier(value: Tlv<'_>, digest: Option<Hash>) -> Result<Self> {
        let mut inside = value.with_tag(tag::SEQUENCE)?.inside()?;
        let found = inside.expect(tag::OID)?.oid()?;
        if let Some(row) = DER_ALGORITHMS.iter().find(|row| row.0 == found.0) {
            return Ok(row.1.with(row.2));
        }
        let open = digest.ok_or(PkiError::Unsupported("signature algorithm"));
        match found.0 {
            oid::RSA_PSS => pss_parameters(&mut inside),
            oid::RSA_ENCRYPTION => Ok(Self::RsaPkcs1(open?)),
            oid::EC_PUBLIC_KEY => Ok(Self::Ecdsa(open?)),
            _ => Err(PkiError::Unsupported("signature algorithm")),
        }
    }

    /// As AlgorithmIdentifier in DER.
    #[must_use]
    pub fn identifier(&self) -> Vec<u8> {
        if let Self::RsaPss { hash, mask_hash, salt } = self {
            let mask = der::sequence(&[&der::oid(oid::RSA_MGF1), &mask_hash.identifier()]);
            let salt = der::small(u32::try_from(salt.unwrap_or_else(|| hash.size())).unwrap_or(32));
            let parameters = der::sequence(&[
                &der::tlv(tag::context_constructed(0), &hash.identifier()),
                &der::tlv(tag::context_constructed(1), &mask),
                &der::tlv(tag::context_constructed(2), &salt),
            ]);
            return der::sequence(&[&der::oid(oid::RSA_PSS), &parameters]);
        }
        let row = DER_ALGORITHMS.iter().find(|row| row.1.with(row.2) == *self);
        let name = der::oid(row.map_or(oid::RSA_ENCRYPTION, |row| row.0));
        match self {
            Self::Ecdsa(_) => der::sequence(&[&name]),
            _ => der::sequence(&[&name, &der::null()]),
        }
    }

    /// The digest of the message.
    #[must_use]
    pub const fn hash(&self) -> Hash {
        match self {
            Self::RsaPkcs1(hash) | Self::RsaPss { hash, .. } | Self::Ecdsa(hash) => *hash,
        }
    }

    /// Whether the algorithm belongs to this kind of key.
    #[must_use]
    pub const fn fits(&self, key: &PublicKey) -> bool {
        matches!(
            (self, key),
            (Self::Ecdsa(_), PublicKey::Ec { .. }) | (Self::RsaPkcs1(_) | Self::RsaPss { .. }, PublicKey::Rsa { .. })
        )
    }
}

fn pss_parameters(inside: &mut Reader<'_>) -> Result<SignatureAlgorithm> {
    // The defaults of RFC 4055 are SHA-1 all over, and honest signers do not use them.
    let (mut hash, mut mask_hash, mut salt) = (Hash::Sha1, Hash::Sha1, 20);
    if let Some(parameters) = inside.optional(tag::SEQUENCE)? {
        let mut parameters = parameters.inside()?;
        if let Some(value) = parameters.optional(tag::context_constructed(0))? {
            hash = Hash::from_identifier(value.inside()?.any()?)?;
        }
        if let Some(value) = parameters.optional(tag::context_constructed(1))? {
            let mut mask = value.inside()?.sequence()?;
            if mask.expect(tag::OID)?.oid()?.0 != oid::RSA_MGF1 {
                return Err(PkiError::Unsupported("mask generation function"));
            }
            mask_hash = Hash::from_identifier(mask.any()?)?;
        }
        if let Some(value) = parameters.optional(tag::context_constructed(2))? {
            salt = value.inside()?.any()?.small()?;
        }
    }
    let salt = usize::try_from(salt).map_err(|_| PkiError::Malformed("salt length"))?;
    Ok(SignatureAlgorithm::RsaPss { hash, mask_hash, salt: Some(salt) })
}

/// Verifies a signature over `message`.
///
/// # Errors
/// [`PkiError::KeyMismatch`], [`PkiError::BadSignature`], or what is not supported.
pub fn verify(
    key: &PublicKey,
    algorithm: SignatureAlgorithm,
    form: EcdsaForm,
    message: &[u8],
    signature: &[u8],
) -> Result<()> {
    if super::swift::holds(key, algorithm, form, message, signature) {
        return Ok(());
    }
    verify_digest(key, algorithm, form, &algorithm.hash().digest(message), signature)
}

/// Verifies a signature over a digest made with the algorithm's own digest.
///
/// # Errors
/// As [`verify`].
pub fn verify_digest(
    key: &PublicKey,
    algorithm: SignatureAlgorithm,
    form: EcdsaForm,
    digest: &[u8],
    signature: &[u8],
) -> Result<()> {
    if digest.len() != algorithm.hash().size() {
        return Err(PkiError::BadSignature);
    }
    match (key, algorithm) {
        (PublicKey::Rsa { modulus, exponent }, SignatureAlgorithm::RsaPkcs1(hash)) => {
            let encoded = rsa_public(modulus, exponent, signature)?;
            pkcs1_matches(&encoded, hash, digest)
        }
        (PublicKey::Rsa { modulus, exponent }, SignatureAlgorithm::RsaPss { hash, mask_hash, salt }) => {
            let encoded = rsa_public(modulus, exponent, signature)?;
            pss_matches(&encoded, key.bits(), hash, mask_hash, salt, digest)
        }
        (PublicKey::Ec { curve, point }, SignatureAlgorithm::Ecdsa(_)) => {
            let raw = match form {
                EcdsaForm::Der => ecdsa_der_to_raw(signature, *curve)?,
                EcdsaForm::Raw => ecdsa_widen(signature, *curve)?,
            };
            ecdsa_matches(*curve, point, digest, &raw)
        }
        (PublicKey::Other(_), _) => Err(PkiError::Unsupported("public key")),
        _ => Err(PkiError::KeyMismatch),
    }
}

/// `signature ^ exponent mod modulus`, as long as the modulus.
fn rsa_public(modulus: &[u8], exponent: &[u8], signature: &[u8]) -> Result<Vec<u8>> {
    let bits = modulus.len() * 8;
    if !RSA_BITS.contains(&bits) {
        return Err(PkiError::Unsupported("RSA key of this size"));
    }
    // Larger exponents than 2^64 are in nobody's key and would only burn time.
    if exponent.is_empty() || exponent.len() > 8 || exponent == [1] {
        return Err(PkiError::Unsupported("RSA exponent"));
    }
    if signature.len() != modulus.len() || signature >= modulus {
        return Err(PkiError::BadSignature);
    }
    let precision = u32::try_from(bits).map_err(|_| PkiError::TooLarge("RSA key"))?.next_multiple_of(64);
    let read = |bytes: &[u8]| BoxedUint::from_be_slice(bytes, precision).map_err(|_| PkiError::Malformed("RSA key"));
    let odd = Odd::new(read(modulus)?).into_option().ok_or(PkiError::Malformed("RSA modulus"))?;
    let parameters = BoxedMontyParams::new_vartime(odd);
    let exponent_bits = u32::try_from(exponent.len() * 8).map_err(|_| PkiError::TooLarge("RSA exponent"))?
        - exponent.first().map_or(0, |first| first.leading_zeros());
    let exponent = BoxedUint::from_be_slice(exponent, 64).map_err(|_| PkiError::Malformed("RSA exponent"))?;
    let power = BoxedMontyForm::new(read(signature)?, &parameters).pow_bounded_exp(&exponent, exponent_bits).retrieve();
    let bytes = power.to_be_bytes();
    let start = bytes.len().checked_sub(modulus.len()).ok_or(PkiError::BadSignature)?;
    bytes.get(start..).map(<[u8]>::to_vec).ok_or(PkiError::BadSignature)
}

/// EMSA-PKCS1-v1_5 by making what must stand there and comparing whole, which leaves a forger no room.
fn pkcs1_matches(encoded: &[u8], hash: Hash, digest: &[u8]) -> Result<()> {
    let info = der::sequence(&[&hash.identifier(), &der::octets(digest)]);
    let padding =
        encoded.len().checked_sub(info.len() + 3).filter(|count| *count >= 8).ok_or(PkiError::BadSignature)?;
    let wanted = [&[0, 1][..], &vec![0xff; padding], &[0], &info].concat();
    if wanted == encoded { Ok(()) } else { Err(PkiError::BadSignature) }
}

/// EMSA-PSS-VERIFY of RFC 8017.
fn pss_matches(
    encoded: &[u8],
    bits: usize,
    hash: Hash,
    mask_hash: Hash,
    salt: Option<usize>,
    digest: &[u8],
) -> Result<()> {
    let em_bits = bits - 1;
    // With a modulus of 8n+1 bits the first byte is no part of the encoding.
    let skip = encoded.len() - em_bits.div_ceil(8);
    let (zeros, em) = encoded.split_at_checked(skip).ok_or(PkiError::BadSignature)?;
    let (em, trailer) = em.split_at_checked(em.len() - 1).ok_or(PkiError::BadSignature)?;
    let masked_len = em.len().checked_sub(hash.size()).ok_or(PkiError::BadSignature)?;
    let (masked, h) = em.split_at_checked(masked_len).ok_or(PkiError::BadSignature)?;
    let spare = u32::try_from(8 * (em.len() + 1) - em_bits).map_err(|_| PkiError::BadSignature)?;
    let keep = 0xff_u8.checked_shr(spare).unwrap_or(0);
    let high_clear = masked.first().is_some_and(|first| first & !keep == 0);
    if zeros.iter().any(|byte| *byte != 0) || trailer != [0xbc] || !high_clear {
        return Err(PkiError::BadSignature);
    }
    let mask = mgf1(mask_hash, h, masked.len());
    let mut db: Vec<u8> = masked.iter().zip(&mask).map(|(left, right)| left ^ right).collect();
    if let Some(first) = db.first_mut() {
        *first &= keep;
    }
    let zeros = db.iter().take_while(|byte| **byte == 0).count();
    let Some([1, found_salt @ ..]) = db.get(zeros..) else { return Err(PkiError::BadSignature) };
    if salt.is_some_and(|wanted| wanted != found_salt.len()) {
        return Err(PkiError::BadSignature);
    }
    let again = hash.digest_parts(&[&[0; 8], digest, found_salt]);
    if again == h { Ok(()) } else { Err(PkiError::BadSignature) }
}

fn mgf1(hash: Hash, seed: &[u8], length: usize) -> Vec<u8> {
    let mut mask = Vec::with_capacity(length + hash.size());
    let mut counter = 0_u32;
    while mask.len() < length {
        mask.extend_from_slice(&hash.digest_parts(&[seed, &counter.to_be_bytes()]));
        counter += 1;
    }
    mask.truncate(length);
    mask
}

/// Big-endian number without leading zeros, written over `width` bytes.
fn padded(number: &[u8], width: usize) -> Result<Vec<u8>> {
    let start = number.iter().take_while(|byte| **byte == 0).count();
    let shown = number.get(start..).unwrap_or_default();
    let zeros = width.checked_sub(shown.len()).ok_or(PkiError::BadSignature)?;
    Ok([&vec![0; zeros], shown].concat())
}

/// From SEQUENCE of two INTEGERs to both numbers side by side.
///
/// # Errors
/// Not such a SEQUENCE, or numbers too long for the curve.
pub fn ecdsa_der_to_raw(signature: &[u8], curve: Curve) -> Result<Vec<u8>> {
    let mut inside = Tlv::only(signature)?.with_tag(tag::SEQUENCE)?.inside()?;
    let r = inside.expect(tag::INTEGER)?.unsigned()?;
    let s = inside.expect(tag::INTEGER)?.unsigned()?;
    inside.finish("data after the signature")?;
    Ok([padded(r, curve.field_len())?, padded(s, curve.field_len())?].concat())
}

/// From both numbers side by side to SEQUENCE of two INTEGERs.
#[must_use]
pub fn ecdsa_raw_to_der(raw: &[u8]) -> Vec<u8> {
    let (r, s) = raw.split_at_checked(raw.len() / 2).unwrap_or_default();
    der::sequence(&[&der::unsigned(r), &der::unsigned(s)])
}

/// Some signers drop leading zeros of both halves alike: the halves are widened again.
fn ecdsa_widen(signature: &[u8], curve: Curve) -> Result<Vec<u8>> {
    if signature.is_empty() || !signature.len().is_multiple_of(2) {
        return Err(PkiError::BadSignature);
    }
    let (r, s) = signature.split_at_checked(signature.len() / 2).ok_or(PkiError::BadSignature)?;
    Ok([padded(r, curve.field_len())?, padded(s, curve.field_len())?].concat())
}

fn ecdsa_matches(curve: Curve, point: &[u8], digest: &[u8], raw: &[u8]) -> Result<()> {
    use p256::ecdsa::signature::hazmat::PrehashVerifier as _;
    // A digest shorter than half the field is refused by the implementation, though it is a number like any other.
    let widened;
    let least = curve.field_len().div_ceil(2);
    let digest = if digest.len() < least {
        widened = [&vec![0; least - digest.len()], digest].concat();
        &widened
    } else {
        digest
    };
    let bad_key = |_| PkiError::Malformed("point of the public key");
    let bad = |_| PkiError::BadSignature;
    match curve {
        Curve::P256 => p256::ecdsa::VerifyingKey::from_sec1_bytes(point)
            .map_err(bad_key)?
            .verify_prehash(digest, &p256::ecdsa::Signature::from_slice(raw).map_err(bad)?)
            .map_err(bad),
        Curve::P384 => p384::ecdsa::VerifyingKey::from_sec1_bytes(point)
            .map_err(bad_key)?
            .verify_prehash(digest, &p384::ecdsa::Signature::from_slice(raw).map_err(bad)?)
            .map_err(bad),
        Curve::P521 => p521::ecdsa::VerifyingKey::from_sec1_bytes(point)
            .map_err(bad_key)?
            .verify_prehash(digest, &p521::ecdsa::Signature::from_slice(raw).map_err(bad)?)
            .map_err(bad),
    }
}

/// SubjectPublicKeyInfo of a key, in DER.
#[must_use]
pub fn spki(key: &PublicKey) -> Vec<u8> {
    match key {
        PublicKey::Rsa { modulus, exponent } => {
            let numbers = der::sequence(&[&der::unsigned(modulus), &der::unsigned(exponent)]);
            let kind = der::sequence(&[&der::oid(oid::RSA_ENCRYPTION), &der::null()]);
            der::sequence(&[&kind, &der::bits(&numbers)])
        }
        PublicKey::Ec { curve, point } => {
            let kind = der::sequence(&[&der::oid(oid::EC_PUBLIC_KEY), &der::oid(curve.oid())]);
            der::sequence(&[&kind, &der::bits(point)])
        }
        PublicKey::Other(_) => Vec::new(),
    }
}
