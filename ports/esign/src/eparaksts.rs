//! Remote raw signing in the manner of eParaksts mobile and eZīmogs+ (the integration platform of LVRTC, SafeLayer
//! TrustedX): the person is sent there once to say who they are, a second time to approve the summary of the digests.

use asice::pki::{Certificate, Hash, SignatureAlgorithm};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use signing::ports::{About, Answer, Credential, MethodError, Return, Signer, SigningMethod, Stage, ToSign, Whose};
use types::BoxFuture;

use crate::{
    http::Http,
    oauth::{self, Client, broken},
};

const AUTHORIZE: &str = "/trustedx-authserver/oauth/lvrtc-eipsign-as";
const TOKEN: &str = "/trustedx-authserver/oauth/lvrtc-eipsign-as/token";
const ME: &str = "/trustedx-resources/openid/v1/users/me";
const IDENTITIES: &str = "/trustedx-resources/esigp/v1/sign_identities/";
const RAW: &str = "/trustedx-resources/esigp/v1/signatures/server/raw";
const PROFILE: &str = "urn:safelayer:eidas:sign:identity:profile urn:lvrtc:fpeil:aa";
const USE: &str = "urn:safelayer:eidas:sign:identity:use:server";
const LARGEST: usize = 16 * 1024;

/// The service.
pub struct EParaksts {
    http: Http,
    base: String,
    client: Client,
    about: About,
    acr: Option<String>,
}

impl EParaksts {
    /// The service at an address (`https://eidas.eparaksts.lv`); `acr` says how the person authenticates, where
    /// several ways are open (`urn:eparaksts:authentication:flow:mobileid`).
    ///
    /// # Errors
    /// An address over which no secret may go.
    pub fn new(http: Http, base: &str, client: Client, acr: Option<String>) -> Result<Self, MethodError> {
        let about = About {
            code: "eparaksts".into(),
            label_lv: "eParaksts".into(),
            label_en: "eParaksts".into(),
            whose: Whose::Person,
        };
        Ok(Self { http, base: oauth::base(base)?, client, about, acr })
    }

    /// With another name on the page.
    #[must_use]
    pub fn called(mut self, about: About) -> Self {
        self.about = about;
        self
    }

    fn authorize(&self, back: &Return, more: &[(&str, &str)]) -> String {
        let mut parameters = vec![
            ("response_type", "code"),
            ("client_id", self.client.id.as_str()),
            ("redirect_uri", back.url.as_str()),
            ("state", back.state.as_str()),
        ];
        parameters.extend(self.acr.as_deref().map(|acr| ("acr_values", acr)));
        parameters.extend(more);
        oauth::with_query(&format!("{}{AUTHORIZE}", self.base), &parameters)
    }

    async fn token(&self, answer: &Answer, back: &Return) -> Result<String, MethodError> {
        let code = oauth::code(answer, back)?;
        oauth::token(&self.http, &format!("{}{TOKEN}", self.base), &self.client, code, back, None).await
    }

    async fn credential(&self, answer: &Answer, back: &Return) -> Result<Stage<Credential>, MethodError> {
        let token = self.token(answer, back).await?;
        let me = oauth::get(&self.http, &format!("{}{ME}", self.base), &token).await?;
        let id = signing_identity(&me)
            .ok_or_else(|| MethodError::Refused("the person has no key for signing there".to_owned()))?;
        let found = oauth::get(&self.http, &format!("{}{IDENTITIES}{id}", self.base), &token).await?;
        let inside = found.get("identity").unwrap_or(&found);
        let text = inside.pointer("/details/certificate").and_then(Value::as_str);
        let der = text.and_then(oauth::decoded).ok_or_else(|| broken("no certificate"))?;
        let certificate = Certificate::parse(&der).map_err(|error| broken(&error.to_string()))?;
        let algorithm = SignatureAlgorithm::usual(&certificate.key).ok_or_else(|| broken("a key of another kind"))?;
        Ok(Stage::Done(Credential { certificates: vec![der], algorithm, handle: id }))
    }

    fn consent(&self, credential: &Credential, documents: &[ToSign], back: &Return) -> Stage<Vec<Vec<u8>>> {
        let parts: Vec<&[u8]> = documents.iter().map(|d| d.digest.as_slice()).collect();
        let summary = STANDARD.encode(Hash::Sha256.digest_parts(&parts));
        let url = self.authorize(
            back,
            &[
                ("scope", USE),
                ("sign_identity_id", &credential.handle),
                ("digests_summary", &summary),
                ("digests_summary_algorithm", "SHA256"),
            ],
        );
        Stage::Redirect { url, state: String::new() }
    }

    async fn signatures(
        &self,
        credential: &Credential,
        documents: &[ToSign],
        back: &Return,
        answer: &Answer,
    ) -> Result<Stage<Vec<Vec<u8>>>, MethodError> {
        let token = self.token(answer, back).await?;
        let algorithm = algorithm_name(credential.algorithm)?;
        let mut values = Vec::with_capacity(documents.len());
        for document in documents {
            let body = json!({
                "digest_value": STANDARD.encode(&document.digest),
                "signature_algorithm": algorithm,
                "sign_identity_id": credential.handle,
            });
            let response = oauth::post(&self.http, &format!("{}{RAW}", self.base), &token, &body).await?;
            oauth::good(&response)?;
            if response.body.is_empty() || response.body.len() > LARGEST {
                return Err(broken("no signature"));
            }
            values.push(response.body.to_vec());
        }
        Ok(Stage::Done(values))
    }
}

/// The person's enabled key on the server that is for signatures.
fn signing_identity(me: &Value) -> Option<String> {
    let all = me.get("sign_identities")?.as_array()?;
    let enabled = |one: &&Value| one.pointer("/status/value").and_then(Value::as_str).is_none_or(|s| s == "enabled");
    let labelled = |one: &Value, label: &str| {
        let labels = one.get("labels").and_then(Value::as_array);
        labels.is_some_and(|l| l.iter().any(|x| x.as_str().is_some_and(|x| x.eq_ignore_ascii_case(label))))
    };
    let found = all.iter().filter(enabled).filter(|one| !labelled(one, "authentication"));
    let mut found: Vec<&Value> = found.collect();
    found.sort_by_key(|one| !labelled(one, "signature"));
    let id = found.first()?.get("id")?.as_str()?;
    // It becomes part of an address.
    id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)).then(|| id.to_owned())
}

fn algorithm_name(algorithm: SignatureAlgorithm) -> Result<&'static str, MethodError> {
    match algorithm {
        SignatureAlgorithm::RsaPkcs1(Hash::Sha256) => Ok("rsa-sha256"),
        SignatureAlgorithm::RsaPkcs1(Hash::Sha384) => Ok("rsa-sha384"),
        SignatureAlgorithm::RsaPkcs1(Hash::Sha512) => Ok("rsa-sha512"),
        SignatureAlgorithm::Ecdsa(_) => Ok("ecdsa"),
        other => Err(MethodError::Misconfigured(format!("{other:?} is not made there"))),
    }
}

impl SigningMethod for EParaksts {
    fn about(&self) -> About {
        self.about.clone()
    }

    fn certificate<'a>(
        &'a self,
        signer: &'a Signer,
        back: &'a Return,
    ) -> BoxFuture<'a, Result<Stage<Credential>, MethodError>> {
        Box::pin(async move {
            let mut more = vec![("scope", PROFILE), ("ui_locales", signer.locale.tag())];
            more.extend(signer.personal_code.as_deref().map(|code| ("login_hint", code)));
            Ok(Stage::Redirect { url: self.authorize(back, &more), state: String::new() })
        })
    }

    fn certificate_back<'a>(
        &'a self,
        _: &'a str,
        back: &'a Return,
        answer: &'a Answer,
    ) -> BoxFuture<'a, Result<Stage<Credential>, MethodError>> {
        Box::pin(self.credential(answer, back))
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
        _: &'a str,
        credential: &'a Credential,
        documents: &'a [ToSign],
        back: &'a Return,
        answer: &'a Answer,
    ) -> BoxFuture<'a, Result<Stage<Vec<Vec<u8>>>, MethodError>> {
        Box::pin(self.signatures(credential, documents, back, answer))
    }
}
