//! The Cloud Signature Consortium's API, version 2, with OAuth 2.0 authorisation of credentials and PKCE.

use asice::pki::{Certificate, Hash, SignatureAlgorithm, ber::Oid};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde_json::{Value, json};
use signing::ports::{About, Answer, Credential, MethodError, Return, Signer, SigningMethod, Stage, ToSign, Whose};
use types::BoxFuture;

use crate::{
    http::Http,
    oauth::{self, Client, broken},
};

/// Certificates of one credential.
const MAX_CERTIFICATES: usize = 10;

/// A provider.
pub struct Csc {
    http: Http,
    base: String,
    client: Client,
    about: About,
}

impl Csc {
    /// The provider at an address up to its version (`https://service.example/csc/v2`).
    ///
    /// # Errors
    /// An address over which no secret may go.
    pub fn new(http: Http, base: &str, client: Client, about: About) -> Result<Self, MethodError> {
        Ok(Self { http, base: oauth::base(base)?, client, about })
    }

    /// What a provider is called where nothing else is said.
    #[must_use]
    pub fn usual_name() -> About {
        About {
            code: "csc".into(),
            label_lv: "Mākoņparaksts".into(),
            label_en: "Cloud signature".into(),
            whose: Whose::Person,
        }
    }

    /// Where the person goes, and the secret that proves at the end that it was we who sent them (RFC 7636).
    fn authorize<T>(&self, back: &Return, more: &[(&str, &str)]) -> Stage<T> {
        let verifier = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
        let challenge = URL_SAFE_NO_PAD.encode(Hash::Sha256.digest(verifier.as_bytes()));
        let mut parameters = vec![
            ("response_type", "code"),
            ("client_id", self.client.id.as_str()),
            ("redirect_uri", back.url.as_str()),
            ("state", back.state.as_str()),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ];
        parameters.extend(more);
        Stage::Redirect {
            url: oauth::with_query(&format!("{}/oauth2/authorize", self.base), &parameters),
            state: verifier,
        }
    }

    async fn token(&self, verifier: &str, answer: &Answer, back: &Return) -> Result<String, MethodError> {
        let code = oauth::code(answer, back)?;
        let url = format!("{}/oauth2/token", self.base);
        oauth::token(&self.http, &url, &self.client, code, back, Some(verifier)).await
    }

    async fn call(&self, method: &str, token: &str, body: &Value) -> Result<Value, MethodError> {
        oauth::checked(&oauth::post(&self.http, &format!("{}/{method}", self.base), token, body).await?)
    }

    async fn credential(
        &self,
        verifier: &str,
        answer: &Answer,
        back: &Return,
    ) -> Result<Stage<Credential>, MethodError> {
        let token = self.token(verifier, answer, back).await?;
        let list = self.call("credentials/list", &token, &json!({ "maxResults": 10 })).await?;
        let ids = list.get("credentialIDs").and_then(Value::as_array).cloned().unwrap_or_default();
        for id in ids.iter().filter_map(Value::as_str).take(10) {
            let ask = json!({ "credentialID": id, "certificates": "chain", "certInfo": false, "authInfo": true });
            let info = self.call("credentials/info", &token, &ask).await?;
            if let Some(credential) = usable(id, &info) {
                return Ok(Stage::Done(credential));
            }
        }
        Err(MethodError::Refused("the person has no key for signing there".to_owned()))
    }

    fn consent(&self, credential: &Credential, documents: &[ToSign], back: &Return) -> Stage<Vec<Vec<u8>>> {
        let hashes: Vec<String> = documents.iter().map(|d| URL_SAFE_NO_PAD.encode(&d.digest)).collect();
        let (count, hashes) = (documents.len().to_string(), hashes.join(","));
        let hash = Oid(credential.algorithm.hash().oid()).dotted();
        self.authorize(
            back,
            &[
                ("scope", "credential"),
                ("credentialID", &credential.handle),
                ("numSignatures", &count),
                ("hashes", &hashes),
                ("hashAlgorithmOID", &hash),
            ],
        )
    }

    async fn signatures(
        &self,
        verifier: &str,
        credential: &Credential,
        documents: &[ToSign],
        back: &Return,
        answer: &Answer,
    ) -> Result<Stage<Vec<Vec<u8>>>, MethodError> {
        // A token with the scope «credential» is itself the activation data.
        let token = self.token(verifier, answer, back).await?;
        let mut body = json!({
            "credentialID": credential.handle,
            "hashes": documents.iter().map(|d| STANDARD.encode(&d.digest)).collect::<Vec<_>>(),
            "hashAlgorithmOID": Oid(credential.algorithm.hash().oid()).dotted(),
            "signAlgo": algorithm_name(credential.algorithm)?,
            "operationMode": "S",
        });
        if matches!(credential.algorithm, SignatureAlgorithm::RsaPss { .. })
            && let Some(object) = body.as_object_mut()
        {
            object.insert("signAlgoParams".to_owned(), STANDARD.encode(pss_parameters(credential.algorithm)).into());
        }
        let answer = self.call("signatures/signHash", &token, &body).await?;
        let values = answer.get("signatures").and_then(Value::as_array).ok_or_else(|| broken("no signatures"))?;
        let values: Option<Vec<Vec<u8>>> = values.iter().map(|v| v.as_str().and_then(oauth::decoded)).collect();
        let values =
            values.filter(|v| v.len() == documents.len()).ok_or_else(|| broken("other signatures than asked"))?;
        Ok(Stage::Done(values))
    }
}

/// The parameters inside the identifier of RSASSA-PSS.
fn pss_parameters(algorithm: SignatureAlgorithm) -> Vec<u8> {
    let identifier = algorithm.identifier();
    let inside = asice::pki::ber::Tlv::only(&identifier).and_then(|t| t.inside());
    let parameters = inside.and_then(|mut inside| inside.any().and_then(|_| inside.any()));
    parameters.map(|value| value.raw.to_vec()).unwrap_or_default()
}

/// A credential that is enabled, with an algorithm that both know.
fn usable(id: &str, info: &Value) -> Option<Credential> {
    let text = |pointer: &str| info.pointer(pointer).and_then(Value::as_str);
    if text("/key/status") != Some("enabled") || text("/cert/status").is_some_and(|s| s != "valid") {
        return None;
    }
    let chain = info.pointer("/cert/certificates").and_then(Value::as_array)?;
    let certificates: Option<Vec<Vec<u8>>> =
        chain.iter().take(MAX_CERTIFICATES).map(|c| c.as_str().and_then(oauth::decoded)).collect();
    let certificates = certificates?;
    let certificate = Certificate::parse(certificates.first()?).ok()?;
    let mine = SignatureAlgorithm::usual(&certificate.key)?;
    let theirs = info.pointer("/key/algo").and_then(Value::as_array)?;
    let named = |name: &str| theirs.iter().any(|a| a.as_str() == Some(name));
    let pss = SignatureAlgorithm::RsaPss { hash: Hash::Sha256, mask_hash: Hash::Sha256, salt: Some(32) };
    // «RSA» alone (PKCS#1) names no digest: signAlgo then does.
    let algorithm = match mine {
        SignatureAlgorithm::RsaPkcs1(_) if !named("1.2.840.113549.1.1.11") && !named("1.2.840.113549.1.1.1") => {
            named("1.2.840.113549.1.1.10").then_some(pss)?
        }
        SignatureAlgorithm::Ecdsa(_) if !named(algorithm_name(mine).ok()?) && !named("1.2.840.10045.2.1") => {
            return None;
        }
        other => other,
    };
    Some(Credential { certificates, algorithm, handle: id.to_owned() })
}

fn algorithm_name(algorithm: SignatureAlgorithm) -> Result<&'static str, MethodError> {
    match algorithm {
        SignatureAlgorithm::RsaPkcs1(Hash::Sha256) => Ok("1.2.840.113549.1.1.11"),
        SignatureAlgorithm::RsaPkcs1(Hash::Sha384) => Ok("1.2.840.113549.1.1.12"),
        SignatureAlgorithm::RsaPkcs1(Hash::Sha512) => Ok("1.2.840.113549.1.1.13"),
        SignatureAlgorithm::RsaPss { .. } => Ok("1.2.840.113549.1.1.10"),
        SignatureAlgorithm::Ecdsa(Hash::Sha256) => Ok("1.2.840.10045.4.3.2"),
        SignatureAlgorithm::Ecdsa(Hash::Sha384) => Ok("1.2.840.10045.4.3.3"),
        SignatureAlgorithm::Ecdsa(Hash::Sha512) => Ok("1.2.840.10045.4.3.4"),
        other => Err(MethodError::Misconfigured(format!("{other:?} is not asked for"))),
    }
}

impl SigningMethod for Csc {
    fn about(&self) -> About {
        self.about.clone()
    }

    fn certificate<'a>(
        &'a self,
        signer: &'a Signer,
        back: &'a Return,
    ) -> BoxFuture<'a, Result<Stage<Credential>, MethodError>> {
        Box::pin(async move {
            let mut more = vec![("scope", "service"), ("lang", signer.locale.tag())];
            more.extend(signer.personal_code.as_deref().map(|code| ("login_hint", code)));
            Ok(self.authorize(back, &more))
        })
    }

    fn certificate_back<'a>(
        &'a self,
        state: &'a str,
        back: &'a Return,
        answer: &'a Answer,
    ) -> BoxFuture<'a, Result<Stage<Credential>, MethodError>> {
        Box::pin(self.credential(state, answer, back))
    }

    fn sign<'a>(
        &'a self,
        _: &'a Signer,
        credential: &'a Credential,
        documents: &'a [ToSign],
        back: &'a Return,
    ) -> BoxFuture<'a, Result<Stage<Vec<Vec<u8>>>, MethodError>> {
        Box::pin(async move { Ok(self.consent(credential, documents, back)) })
    }

    fn sign_back<'a>(
        &'a self,
        state: &'a str,
        credential: &'a Credential,
        documents: &'a [ToSign],
        back: &'a Return,
        answer: &'a Answer,
    ) -> BoxFuture<'a, Result<Stage<Vec<Vec<u8>>>, MethodError>> {
        Box::pin(self.signatures(state, credential, documents, back, answer))
    }
}
