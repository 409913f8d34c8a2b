//! Keys of the test PKI.

use asice::pki::algorithm::{Curve, Hash, PublicKey, SignatureAlgorithm, ecdsa_raw_to_der};
use asice::pki::ber::der;
use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, Odd};
use p256::ecdsa::signature::hazmat::PrehashSigner as _;

use super::rsa_key;

/// A private key. Those on curves come from a number, so that each run makes the same ones.
#[derive(Clone)]
pub enum Key {
    P256(p256::ecdsa::SigningKey),
    P384(p384::ecdsa::SigningKey),
    P521(p521::ecdsa::SigningKey),
    Rsa,
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap()).collect()
}

impl Key {
    pub fn new(curve: Curve, seed: u8) -> Self {
        let scalar = Hash::Sha512.digest(&[b'k', seed]);
        match curve {
            Curve::P256 => Self::P256(p256::ecdsa::SigningKey::from_slice(&scalar[..32]).unwrap()),
            Curve::P384 => Self::P384(p384::ecdsa::SigningKey::from_slice(&scalar[..48]).unwrap()),
            Curve::P521 => {
                let wide = [&[0, 0][..], &scalar].concat();
                Self::P521(p521::ecdsa::SigningKey::from_slice(&wide).unwrap())
            }
        }
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
            Self::P521(key) => PublicKey::Ec {
                curve: Curve::P521,
                point: key.verifying_key().to_sec1_point(false).as_bytes().to_vec(),
            },
            Self::Rsa => PublicKey::Rsa { modulus: unhex(rsa_key::MODULUS), exponent: vec![1, 0, 1] },
        }
    }

    /// The algorithm the key signs with where nothing else is said.
    pub fn usual(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::usual(&self.public()).unwrap()
    }

    /// The raw signature over a digest: r and s side by side, or RSA's bytes.
    pub fn sign_digest_raw(&self, algorithm: SignatureAlgorithm, digest: &[u8]) -> Vec<u8> {
        match self {
            Self::P256(key) => {
                let signature: p256::ecdsa::Signature = key.sign_prehash(digest).unwrap();
                signature.to_bytes().to_vec()
            }
            Self::P384(key) => {
                let signature: p384::ecdsa::Signature = key.sign_prehash(digest).unwrap();
                signature.to_bytes().to_vec()
            }
            Self::P521(key) => {
                let signature: p521::ecdsa::Signature = key.sign_prehash(digest).unwrap();
                signature.to_bytes().to_vec()
            }
            Self::Rsa => rsa_sign(algorithm, digest),
        }
    }

    /// The signature over a message, as X.509 and CMS write it.
    pub fn sign(&self, algorithm: SignatureAlgorithm, message: &[u8]) -> Vec<u8> {
        let raw = self.sign_digest_raw(algorithm, &algorithm.hash().digest(message));
        if matches!(self, Self::Rsa) { raw } else { ecdsa_raw_to_der(&raw) }
    }
}

fn rsa_sign(algorithm: SignatureAlgorithm, digest: &[u8]) -> Vec<u8> {
    let modulus = unhex(rsa_key::MODULUS);
    let encoded = match algorithm {
        SignatureAlgorithm::RsaPkcs1(hash) => {
            let info = der::sequence(&[&hash.identifier(), &der::octets(digest)]);
            let padding = vec![0xff; modulus.len() - info.len() - 3];
            [&[0, 1][..], &padding, &[0], &info].concat()
        }
        SignatureAlgorithm::RsaPss { hash, mask_hash, salt } => {
            pss_encode(modulus.len(), hash, mask_hash, salt.unwrap_or(hash.size()), digest)
        }
        SignatureAlgorithm::Ecdsa(_) => panic!("an RSA key signs no ECDSA"),
    };
    let bits = u32::try_from(modulus.len() * 8).unwrap();
    let read = |bytes: &[u8]| BoxedUint::from_be_slice(bytes, bits).unwrap();
    let parameters = BoxedMontyParams::new_vartime(Odd::new(read(&modulus)).into_option().unwrap());
    let power = BoxedMontyForm::new(read(&encoded), &parameters).pow(&read(&unhex(rsa_key::PRIVATE))).retrieve();
    power.to_be_bytes().to_vec()
}

fn pss_encode(length: usize, hash: Hash, mask_hash: Hash, salt: usize, digest: &[u8]) -> Vec<u8> {
    let salt = vec![0x5a; salt];
    let h = hash.digest_parts(&[&[0; 8], digest, &salt]);
    let mut block = vec![0; length - h.len() - 1 - salt.len() - 1];
    block.push(1);
    block.extend_from_slice(&salt);
    let mut mask = Vec::new();
    for counter in 0_u32.. {
        if mask.len() >= block.len() {
            break;
        }
        mask.extend(mask_hash.digest_parts(&[&h, &counter.to_be_bytes()]));
    }
    for (byte, mask) in block.iter_mut().zip(mask) {
        *byte ^= mask;
    }
    block[0] &= 0x7f;
    [&block[..], &h, &[0xbc]].concat()
}
