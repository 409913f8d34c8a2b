//! What the signing services have in common: an OAuth 2.0 code grant, JSON, and their errors as ours.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde::Deserialize;
use serde_json::Value;
use signing::ports::{Answer, MethodError, Return};
use url::{Url, form_urlencoded};

use crate::http::{Http, HttpError, Response};

const LIMIT: usize = 4 * 1024 * 1024;

/// Who we are to a service.
#[derive(Clone)]
pub struct Client {
    /// Its name for us.
    pub id: String,
    /// Our secret.
    pub secret: String,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("id", &self.id).finish_non_exhaustive()
    }
}

impl From<HttpError> for MethodError {
    fn from(error: HttpError) -> Self {
        match error {
            HttpError::Unreachable(text) => MethodError::Unreachable(text),
            other => MethodError::Misconfigured(other.to_string()),
        }
    }
}

pub(crate) fn broken(what: &str) -> MethodError {
    MethodError::Misconfigured(format!("the service's answer: {what}"))
}

/// A service's address: secrets and consents travel to it, so in the clear only on this machine.
pub(crate) fn base(url: &str) -> Result<String, MethodError> {
    let parsed = Url::parse(url).map_err(|error| MethodError::Misconfigured(format!("{url}: {error}")))?;
    let loopback = match parsed.host() {
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    };
    if parsed.scheme() == "https" || (parsed.scheme() == "http" && loopback) {
        return Ok(url.trim_end_matches('/').to_owned());
    }
    Err(MethodError::Misconfigured(format!("{url}: https is needed")))
}

/// An address with parameters.
pub(crate) fn with_query(url: &str, parameters: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    format!("{url}?{query}")
}

/// The code that came back, if it is for us and not an error.
pub(crate) fn code<'a>(answer: &'a Answer, back: &Return) -> Result<&'a str, MethodError> {
    if answer.get("state") != Some(back.state.as_str()) {
        return Err(MethodError::Misconfigured("the answer belongs to another request".to_owned()));
    }
    let described = answer.get("error_description").unwrap_or_default();
    match answer.get("error") {
        None => {}
        Some(error @ ("access_denied" | "consent_required" | "login_required" | "interaction_required")) => {
            return Err(MethodError::Refused(format!("{error} {described}").trim().to_owned()));
        }
        Some(error @ ("server_error" | "temporarily_unavailable")) => {
            return Err(MethodError::Unreachable(format!("{error} {described}").trim().to_owned()));
        }
        Some(error) => return Err(MethodError::Misconfigured(format!("{error} {described}").trim().to_owned())),
    }
    answer.get("code").ok_or_else(|| broken("no code"))
}

#[derive(Deserialize)]
struct Token {
    access_token: String,
}

fn form(client: &Client, code: &str, back: &Return, verifier: Option<&str>) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("grant_type", "authorization_code")
        .append_pair("code", code)
        .append_pair("redirect_uri", &back.url);
    if let Some(verifier) = verifier {
        form.append_pair("code_verifier", verifier).append_pair("client_id", &client.id);
        form.append_pair("client_secret", &client.secret);
    }
    form.finish()
}

/// Changes the code for a token; `verifier` is PKCE's.
pub(crate) async fn token(
    http: &Http,
    url: &str,
    client: &Client,
    code: &str,
    back: &Return,
    verifier: Option<&str>,
) -> Result<String, MethodError> {
    let form = form(client, code, back, verifier);
    // RFC 6749, 2.3.1: both are form-encoded first.
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let basic = STANDARD.encode(format!("{}:{}", encoded(&client.id), encoded(&client.secret)));
    let basic = format!("Basic {basic}");
    let mut headers = vec![("content-type", "application/x-www-form-urlencoded"), ("accept", "application/json")];
    if verifier.is_none() {
        headers.push(("authorization", &basic));
    }
    let response = http.post(url, &headers, form.into_bytes(), LIMIT).await?;
    let token: Token = serde_json::from_value(checked(&response)?).map_err(|_| broken("no access_token"))?;
    Ok(token.access_token)
}

/// JSON of a good answer; an error as what it means for us.
pub(crate) fn checked(response: &Response) -> Result<Value, MethodError> {
    good(response)?;
    serde_json::from_slice(&response.body).map_err(|_| broken("not JSON"))
}

/// Whether an answer is a good one.
pub(crate) fn good(response: &Response) -> Result<(), MethodError> {
    if response.status.is_success() {
        return Ok(());
    }
    let body: Value = serde_json::from_slice(&response.body).unwrap_or_default();
    let said = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default().chars().take(200).collect();
    let (error, text): (String, String) = (said("error"), said("error_description"));
    let whole = format!("{} {error} {text}", response.status).trim().to_owned();
    match error.as_str() {
        "access_denied" | "user_cancelled" | "expired_request" => Err(MethodError::Refused(whole)),
        _ if response.status.is_server_error() || response.status.as_u16() == 429 => {
            Err(MethodError::Unreachable(whole))
        }
        _ => Err(MethodError::Misconfigured(whole)),
    }
}

pub(crate) async fn get(http: &Http, url: &str, token: &str) -> Result<Value, MethodError> {
    let bearer = format!("Bearer {token}");
    checked(&http.get(url, &[("accept", "application/json"), ("authorization", &bearer)], LIMIT).await?)
}

pub(crate) async fn post(http: &Http, url: &str, token: &str, body: &Value) -> Result<Response, MethodError> {
    let bearer = format!("Bearer {token}");
    let headers = [("content-type", "application/json"), ("accept", "*/*"), ("authorization", &bearer)];
    Ok(http.post(url, &headers, body.to_string().into_bytes(), LIMIT).await?)
}

/// Base64 as services write it: with or without padding, for addresses or not.
pub(crate) fn decoded(text: &str) -> Option<Vec<u8>> {
    let plain: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '=')
        .map(|c| match c {
            '+' => '-',
            '/' => '_',
            other => other,
        })
        .collect();
    URL_SAFE_NO_PAD.decode(plain).ok()
}
