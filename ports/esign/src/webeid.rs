//! Signing with a card in the person's browser, in the manner of Web eID: a script of ours asks its extension for the
//! certificate, then for a signature over each digest, and posts what it says.
//!
//! | stage | what the script is told | fields that it posts |
//! |---|---|---|
//! | certificate | `{"action": "certificate"}` | `certificate`: DER in base64; `algorithms`: JSON as the extension gives it |
//! | signatures | `{"action": "sign", "certificate", "hashFunction", "hashes": [base64 …]}` | `signatures`: a JSON list of base64, one for each hash, in order |
//! | refused | | `error`: the extension's code, such as `ERR_WEBEID_USER_CANCELLED` |

use asice::pki::{Certificate, EcdsaForm, Hash, PublicKey, SignatureAlgorithm, verify};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;
use serde_json::json;
use signing::ports::{About, Answer, Credential, MethodError, Return, Signer, SigningMethod, Stage, ToSign, Whose};
use types::BoxFuture;

use crate::oauth::decoded;

/// The protocol's name.
const PROTOCOL: &str = "web-eid";

/// Cards in browsers.
#[derive(Clone, Copy, Debug, Default)]
pub struct WebEid;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Supported {
    crypto_algorithm: String,
    hash_function: String,
    padding_scheme: String,
}

impl Supported {
    fn algorithm(&self) -> Option<SignatureAlgorithm> {
        let hash = match self.hash_function.as_str() {
            "SHA-256" => Hash::Sha256,
            "SHA-384" => Hash::Sha384,
            "SHA-512" => Hash::Sha512,
            _ => return None,
        };
        match (self.crypto_algorithm.as_str(), self.padding_scheme.as_str()) {
            ("ECC", "NONE") => Some(SignatureAlgorithm::Ecdsa(hash)),
            ("RSA", "PKCS1.5") => Some(SignatureAlgorithm::RsaPkcs1(hash)),
            ("RSA", "PSS") => Some(SignatureAlgorithm::RsaPss { hash, mask_hash: hash, salt: Some(hash.size()) }),
            _ => None,
        }
    }
}

fn hash_name(hash: Hash) -> Result<&'static str, MethodError> {
    match hash {
        Hash::Sha256 => Ok("SHA-256"),
        Hash::Sha384 => Ok("SHA-384"),
        Hash::Sha512 => Ok("SHA-512"),
        other => Err(MethodError::Misconfigured(format!("{other} is not asked of cards"))),
    }
}

/// What the extension refused with.
fn refusal(answer: &Answer) -> Option<MethodError> {
    let code: String = answer.get("error")?.chars().take(100).collect();
    Some(match code.as_str() {
        "ERR_WEBEID_USER_CANCELLED" | "ERR_WEBEID_USER_TIMEOUT" => MethodError::Refused(code),
        "ERR_WEBEID_EXTENSION_UNAVAILABLE" | "ERR_WEBEID_NATIVE_UNAVAILABLE" | "ERR_WEBEID_ACTION_TIMEOUT" => {
            MethodError::Unreachable(code)
        }
        _ => MethodError::Misconfigured(code),
    })
}

fn credential(answer: &Answer) -> Result<Credential, MethodError> {
    if let Some(refused) = refusal(answer) {
        return Err(refused);
    }
    let broken = |what: &str| MethodError::Misconfigured(format!("the browser's answer: {what}"));
    let der = answer.get("certificate").and_then(decoded).ok_or_else(|| broken("no certificate"))?;
    let certificate = Certificate::parse(&der).map_err(|error| broken(&error.to_string()))?;
    let supported = answer.get("algorithms").unwrap_or("[]");
    let supported: Vec<Supported> = serde_json::from_str(supported).map_err(|_| broken("algorithms"))?;
    let fits: Vec<SignatureAlgorithm> =
        supported.iter().filter_map(Supported::algorithm).filter(|a| a.fits(&certificate.key)).collect();
    // The digest that goes with the key's curve, where the card makes it.
    let usual = SignatureAlgorithm::usual(&certificate.key).filter(|usual| fits.contains(usual));
    let algorithm = usual.or_else(|| fits.first().copied()).ok_or_else(|| broken("no algorithm in common"))?;
    Ok(Credential { certificates: vec![der], algorithm, handle: String::new() })
}

fn signatures(documents: &[ToSign], answer: &Answer) -> Result<Vec<Vec<u8>>, MethodError> {
    if let Some(refused) = refusal(answer) {
        return Err(refused);
    }
    let posted: Vec<String> = serde_json::from_str(answer.get("signatures").unwrap_or("[]")).unwrap_or_default();
    let values: Option<Vec<Vec<u8>>> = posted.iter().take(documents.len() + 1).map(|v| decoded(v)).collect();
    let wrong = || MethodError::Misconfigured("the browser's answer: other signatures than asked".to_owned());
    values.filter(|v| v.len() == documents.len()).ok_or_else(wrong)
}

impl SigningMethod for WebEid {
    fn about(&self) -> About {
        About {
            code: PROTOCOL.into(),
            label_lv: "eID karte (Web eID)".into(),
            label_en: "eID card (Web eID)".into(),
            whose: Whose::Person,
        }
    }

    fn certificate<'a>(
        &'a self,
        _: &'a Signer,
        _: &'a Return,
    ) -> BoxFuture<'a, Result<Stage<Credential>, MethodError>> {
        Box::pin(async {
            let ask = json!({ "action": "certificate" });
            Ok(Stage::Browser { protocol: PROTOCOL, ask, state: String::new() })
        })
    }

    fn certificate_back<'a>(
        &'a self,
        _: &'a str,
        _: &'a Return,
        answer: &'a Answer,
    ) -> BoxFuture<'a, Result<Stage<Credential>, MethodError>> {
        Box::pin(async { Ok(Stage::Done(credential(answer)?)) })
    }

    fn sign<'a>(
        &'a self,
        _: &'a Signer,
        credential: &'a Credential,
        documents: &'a [ToSign],
        _: &'a Return,
    ) -> BoxFuture<'a, Result<Stage<Vec<Vec<u8>>>, MethodError>> {
        Box::pin(async move {
            let own = credential.certificates.first().map(|der| STANDARD.encode(der)).unwrap_or_default();
            let hashes: Vec<String> = documents.iter().map(|d| STANDARD.encode(&d.digest)).collect();
            let ask = json!({
                "action": "sign",
                "certificate": own,
                "hashFunction": hash_name(credential.algorithm.hash())?,
                "hashes": hashes,
            });
            Ok(Stage::Browser { protocol: PROTOCOL, ask, state: String::new() })
        })
    }

    fn sign_back<'a>(
        &'a self,
        _: &'a str,
        _: &'a Credential,
        documents: &'a [ToSign],
        _: &'a Return,
        answer: &'a Answer,
    ) -> BoxFuture<'a, Result<Stage<Vec<Vec<u8>>>, MethodError>> {
        Box::pin(async { Ok(Stage::Done(signatures(documents, answer)?)) })
    }
}

/// A Web eID authentication token, version 1.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AuthToken {
    format: String,
    unverified_certificate: String,
    algorithm: String,
    signature: String,
}

/// Checks an authentication token against the page's origin and the nonce that was given for it: the certificate
/// whose key signed both. Whether the certificate is trusted and not revoked is the caller's to judge.
///
/// # Errors
/// Not a token, or not one for that origin and nonce.
pub fn check_auth_token(token: &str, origin: &str, nonce: &str) -> Result<Certificate, MethodError> {
    let wrong = |what: &str| MethodError::Misconfigured(format!("authentication token: {what}"));
    let token: AuthToken = serde_json::from_str(token).map_err(|_| wrong("not one"))?;
    if !token.format.starts_with("web-eid:1") {
        return Err(wrong("another format"));
    }
    let der = decoded(&token.unverified_certificate).ok_or_else(|| wrong("no certificate"))?;
    let certificate = Certificate::parse(&der).map_err(|error| wrong(&error.to_string()))?;
    let hash = match token.algorithm.get(2..) {
        Some("256") => Hash::Sha256,
        Some("384") => Hash::Sha384,
        Some("512") => Hash::Sha512,
        _ => return Err(wrong("algorithm")),
    };
    let algorithm = match (token.algorithm.get(..2), &certificate.key) {
        (Some("ES"), PublicKey::Ec { .. }) => SignatureAlgorithm::Ecdsa(hash),
        (Some("RS"), PublicKey::Rsa { .. }) => SignatureAlgorithm::RsaPkcs1(hash),
        (Some("PS"), PublicKey::Rsa { .. }) => {
            SignatureAlgorithm::RsaPss { hash, mask_hash: hash, salt: Some(hash.size()) }
        }
        _ => return Err(wrong("algorithm")),
    };
    if nonce.len() < 44 {
        return Err(wrong("the nonce is too short"));
    }
    let signed = [hash.digest(origin.as_bytes()), hash.digest(nonce.as_bytes())].concat();
    let signature = decoded(&token.signature).ok_or_else(|| wrong("no signature"))?;
    verify(&certificate.key, algorithm, EcdsaForm::Raw, &signed, &signature).map_err(|_| wrong("signature"))?;
    if certificate.extensions.key_usage.is_some_and(|usage| !usage.digital_signature()) {
        return Err(wrong("the certificate is not for authentication"));
    }
    Ok(certificate)
}
