//! The same signatures verified faster, where another library has them in assembly.
//!
//! What it says yes to is right: it is the library that carries our TLS. What it does not say yes to is left to
//! [`super::algorithm`], which also reads what others write loosely: so no verdict depends on which one ran.

use ring::signature as kinds;
use ring::signature::{RsaPublicKeyComponents, UnparsedPublicKey, VerificationAlgorithm};

use super::algorithm::{Curve, EcdsaForm, Hash, PublicKey, SignatureAlgorithm};

/// Whether the signature was found good. `false` says nothing.
pub(super) fn holds(
    key: &PublicKey,
    algorithm: SignatureAlgorithm,
    form: EcdsaForm,
    message: &[u8],
    signature: &[u8],
) -> bool {
    match key {
        PublicKey::Ec { curve, point } => ecdsa(*curve, algorithm, form)
            .is_some_and(|how| UnparsedPublicKey::new(how, point).verify(message, signature).is_ok()),
        PublicKey::Rsa { modulus, exponent } => rsa(algorithm).is_some_and(|how| {
            RsaPublicKeyComponents { n: modulus.as_slice(), e: exponent.as_slice() }
                .verify(how, message, signature)
                .is_ok()
        }),
        PublicKey::Other(_) => false,
    }
}

fn ecdsa(curve: Curve, algorithm: SignatureAlgorithm, form: EcdsaForm) -> Option<&'static dyn VerificationAlgorithm> {
    let SignatureAlgorithm::Ecdsa(hash) = algorithm else { return None };
    match (curve, hash, form) {
        (Curve::P256, Hash::Sha256, EcdsaForm::Der) => Some(&kinds::ECDSA_P256_SHA256_ASN1),
        (Curve::P256, Hash::Sha384, EcdsaForm::Der) => Some(&kinds::ECDSA_P256_SHA384_ASN1),
        (Curve::P384, Hash::Sha256, EcdsaForm::Der) => Some(&kinds::ECDSA_P384_SHA256_ASN1),
        (Curve::P384, Hash::Sha384, EcdsaForm::Der) => Some(&kinds::ECDSA_P384_SHA384_ASN1),
        (Curve::P256, Hash::Sha256, EcdsaForm::Raw) => Some(&kinds::ECDSA_P256_SHA256_FIXED),
        (Curve::P384, Hash::Sha384, EcdsaForm::Raw) => Some(&kinds::ECDSA_P384_SHA384_FIXED),
        _ => None,
    }
}

/// From 2048 bits on; PSS with a salt as long as its digest.
fn rsa(algorithm: SignatureAlgorithm) -> Option<&'static kinds::RsaParameters> {
    match algorithm {
        SignatureAlgorithm::RsaPkcs1(Hash::Sha256) => Some(&kinds::RSA_PKCS1_2048_8192_SHA256),
        SignatureAlgorithm::RsaPkcs1(Hash::Sha384) => Some(&kinds::RSA_PKCS1_2048_8192_SHA384),
        SignatureAlgorithm::RsaPkcs1(Hash::Sha512) => Some(&kinds::RSA_PKCS1_2048_8192_SHA512),
        SignatureAlgorithm::RsaPss { hash, mask_hash, salt }
            if hash == mask_hash && salt.is_none_or(|salt| salt == hash.size()) =>
        {
            match hash {
                Hash::Sha256 => Some(&kinds::RSA_PSS_2048_8192_SHA256),
                Hash::Sha384 => Some(&kinds::RSA_PSS_2048_8192_SHA384),
                Hash::Sha512 => Some(&kinds::RSA_PSS_2048_8192_SHA512),
                _ => None,
            }
        }
        _ => None,
    }
}
