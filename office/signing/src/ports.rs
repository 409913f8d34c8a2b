//! What signing needs from outside: somebody's key, time stamps, revocation answers, trust lists.
//!
//! A signing method is used in two stages, because the signer's certificate stands in what is signed (XAdES
//! `SigningCertificateV2`): first whose certificate it is, then raw signatures over digests. Each stage may be
//! answered at once (a key of the server), after the person was sent elsewhere (eParaksts, a Cloud Signature
//! Consortium provider), or by the person's browser (Web eID). What a method must remember between is its `state`:
//! text of its own making that is kept sealed, handed back once, and never shown to the browser.

use std::sync::Arc;

use asice::{
    pki::{Certificate, Hash, SignatureAlgorithm},
    trust::TrustStore,
};
use serde_json::Value;
use types::{BoxFuture, Locale, Timestamp};

/// The person who is asked to sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// Their name.
    pub name: String,
    /// Their personal code (personas kods), where it is known: eleven digits, no hyphen.
    pub personal_code: Option<String>,
    /// The language that pages elsewhere should speak.
    pub locale: Locale,
}

/// One signature that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToSign {
    /// What it is over, for methods that show the person something: the document's title.
    pub name: String,
    /// The bytes whose signature is asked for (canonical `SignedInfo`, or the attributes of a CMS signature).
    pub data: Vec<u8>,
    /// Their digest by [`Credential::algorithm`]'s hash: what most methods sign.
    pub digest: Vec<u8>,
}

/// What a person signs with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// DER certificates: the signer's first, then its issuers as far as the method knows them.
    pub certificates: Vec<Vec<u8>>,
    /// The algorithm in which the raw signatures will come.
    pub algorithm: SignatureAlgorithm,
    /// What the method needs to find the same key again in the second stage (a credential's name, an access token).
    /// Kept sealed.
    pub handle: String,
}

/// How a stage goes on.
#[derive(Clone, Debug, PartialEq)]
pub enum Stage<T> {
    /// It is done.
    Done(T),
    /// The person goes to this address and comes back to the [`Return`] that was given.
    Redirect {
        /// Where to.
        url: String,
        /// What the method wants back.
        state: String,
    },
    /// The person's browser talks to their token; a script of ours posts what it says (`assets/src/token.js`).
    ///
    /// For `web-eid` the first stage asks `{"action": "certificate"}` and is answered with `certificate` (DER in
    /// base64) and `algorithms` (JSON, as the extension gives them); the second asks `{"action": "sign",
    /// "certificate": …, "hashFunction": "SHA-256", "hashes": [base64 …]}` and is answered with `signatures` (a JSON
    /// list of base64, one for each hash). Where the token or the person says no, either is answered with `error`:
    /// `ERR_WEBEID_USER_CANCELLED` and the like.
    Browser {
        /// The protocol that the script speaks: `web-eid`.
        protocol: &'static str,
        /// What the script is told: public (a nonce, a digest, the algorithm's name).
        ask: Value,
        /// What the method wants back.
        state: String,
    },
}

/// What came back: parameters of the redirect, or fields that the browser's script posted. Not to be trusted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer(pub Vec<(String, String)>);

impl Answer {
    /// The first value of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

/// Whose key a method uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// A person's own (elektroniskais paraksts): may take a sign step.
    Person,
    /// The institution's (elektroniskais zīmogs): seals machine-made papers, and signs for nobody.
    Institution,
}

/// What a method is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// Its name in forms, addresses and the database: lower-case letters and hyphens.
    pub code: String,
    /// What people are shown, in Latvian.
    pub label_lv: String,
    /// What people are shown, in English.
    pub label_en: String,
    /// Whose key.
    pub whose: Whose,
}

/// Why a method gave no certificate or no signature. None of them moves a route on; the reason is shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MethodError {
    /// The person said no: cancelled in the other service, withdrew consent, gave a wrong PIN too often. They may
    /// begin again whenever they like.
    #[error("refused by the person: {0}")]
    Refused(String),
    /// The service, token or network does not answer now; the same may work in a minute.
    #[error("cannot be reached: {0}")]
    Unreachable(String),
    /// Wrong here: settings, credentials of the house, an answer that breaks the protocol, a callback that belongs
    /// to nobody. Trying again will not help before somebody has looked.
    #[error("set up wrongly: {0}")]
    Misconfigured(String),
}

/// A way of signing: a token, a module, a remote service. The raw signature is checked by the caller against the
/// certificate: a method need not.
pub trait SigningMethod: Send + Sync {
    /// What it is.
    fn about(&self) -> About;

    /// First stage: whose certificate. Where the person is sent elsewhere, they come back to `back`.
    fn certificate<'a>(
        &'a self,
        signer: &'a Signer,
        back: &'a Return,
    ) -> BoxFuture<'a, Result<Stage<Credential>, MethodError>>;

    /// First stage, after the person or the browser came back.
    fn certificate_back<'a>(
        &'a self,
        state: &'a str,
        back: &'a Return,
        answer: &'a Answer,
    ) -> BoxFuture<'a, Result<Stage<Credential>, MethodError>>;

    /// Second stage: raw signatures, one for each of `documents` and in their order; RSA as it is, ECDSA as both
    /// numbers side by side or as DER.
    fn sign<'a>(
        &'a self,
        signer: &'a Signer,
        credential: &'a Credential,
        documents: &'a [ToSign],
        back: &'a Return,
    ) -> BoxFuture<'a, Result<Stage<Vec<Vec<u8>>>, MethodError>>;

    /// Second stage, after the person or the browser came back; `documents` are the same.
    fn sign_back<'a>(
        &'a self,
        state: &'a str,
        credential: &'a Credential,
        documents: &'a [ToSign],
        back: &'a Return,
        answer: &'a Answer,
    ) -> BoxFuture<'a, Result<Stage<Vec<Vec<u8>>>, MethodError>>;
}

/// Where a person comes back to from another service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Return {
    /// The address: the same for every request, as providers want it registered.
    pub url: String,
    /// The value that the provider's `state` parameter must carry: unguessable, and valid once.
    pub state: String,
}

/// The ways of signing that this installation offers, in the order in which people are shown them; registered as an
/// extension.
#[derive(Clone, Default)]
pub struct Methods(pub Vec<Arc<dyn SigningMethod>>);

impl Methods {
    /// The method of that code.
    #[must_use]
    pub fn find(&self, code: &str) -> Option<&Arc<dyn SigningMethod>> {
        self.0.iter().find(|m| m.about().code == code)
    }
}

/// Why a proof (time stamp, revocation answer, list) did not come.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The service does not answer now; the job tries again.
    #[error("cannot be reached: {0}")]
    Unreachable(String),
    /// The service answered and refused, or what it answered is not an answer to what was asked. A person has to
    /// look.
    #[error("refused: {0}")]
    Refused(String),
    /// There is nobody to ask: no address in the certificate, or none that is allowed; wrong settings.
    #[error("nobody to ask: {0}")]
    Misconfigured(String),
}

/// A time-stamp authority (laika zīmogs), RFC 3161.
pub trait TimeStamps: Send + Sync {
    /// A token (DER or BER `TimeStampToken`) over that digest, from an answer that was checked to be about it and to
    /// carry our nonce.
    fn stamp<'a>(&'a self, hash: Hash, digest: &'a [u8]) -> BoxFuture<'a, Result<Vec<u8>, ProofError>>;
}

/// Who knows which certificates were revoked.
pub trait Revocations: Send + Sync {
    /// The DER `OCSPResponse` of a responder about that certificate, asked now.
    fn ocsp<'a>(
        &'a self,
        certificate: &'a Certificate,
        issuer: &'a Certificate,
    ) -> BoxFuture<'a, Result<Vec<u8>, ProofError>>;

    /// The DER revocation list that names that certificate's issuer, where there is no responder.
    fn crl<'a>(&'a self, certificate: &'a Certificate) -> BoxFuture<'a, Result<Vec<u8>, ProofError>>;
}

/// Whom we trust, as of when.
#[derive(Clone, Debug)]
pub struct Trust {
    /// The services.
    pub store: Arc<TrustStore>,
    /// When the oldest of the lists in it was last fetched and found signed as it must be.
    pub fetched_at: Timestamp,
    /// What was wrong when the lists were last asked for; the last good ones are in the store all the same.
    pub trouble: Option<String>,
}

/// The trust lists (uzticamības saraksti), kept fresh by the port.
pub trait TrustLists: Send + Sync {
    /// The last good lists; from memory, at once.
    fn current(&self) -> BoxFuture<'_, Result<Trust, ProofError>>;
}
