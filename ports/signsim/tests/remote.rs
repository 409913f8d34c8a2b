//! Signing elsewhere: the person is sent to the simulated services and comes back.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use asice::pki::{Certificate, EcdsaForm, verify};
use port_esign::{Client, Csc, EParaksts, Http, HttpSettings};
use port_signsim::{CLIENT_ID, CLIENT_SECRET, Person, Service, Simulator};
use signing::ports::{Answer, Credential, MethodError, Return, Signer, SigningMethod, Stage, ToSign};
use types::{Clock, Locale};
use url::Url;

const BACK: &str = "http://127.0.0.1:8080/signing/return";

fn anna() -> Person {
    Person { given: "Anna".into(), surname: "Paraugs".into(), code: "01018012345".into() }
}

fn signer() -> Signer {
    Signer { name: "Anna Paraugs".into(), personal_code: Some(anna().code), locale: Locale::Lv }
}

fn back(state: &str) -> Return {
    Return { url: BACK.into(), state: state.into() }
}

fn http() -> Http {
    Http::new(&HttpSettings::default()).unwrap()
}

fn redirect<T: std::fmt::Debug>(stage: Stage<T>) -> (String, String) {
    match stage {
        Stage::Redirect { url, state } => (url, state),
        other => panic!("{other:?}"),
    }
}

fn answer_in(location: &str) -> Answer {
    assert!(location.starts_with(BACK), "{location}");
    let url = Url::parse(location).unwrap();
    Answer(url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
}

/// Opens the page and decides.
async fn person_decides(simulator: &Simulator, url: &str, fields: &[(&str, &str)]) -> Answer {
    let page = http().get(url, &[], 1 << 20).await.unwrap();
    if page.status.is_redirection() {
        return answer_in(page.headers["location"].to_str().unwrap());
    }
    let html = String::from_utf8(page.body.to_vec()).unwrap();
    assert!(page.status.is_success() && html.contains("simulators"), "{} {html}", page.status);
    let id = html.split("name=\"id\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.append_pair("id", id).extend_pairs(fields);
    let form = form.finish().into_bytes();
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    let decided = http().post(&simulator.url("/consent"), &headers, form, 1 << 20).await.unwrap();
    assert!(decided.status.is_redirection(), "{}", decided.status);
    answer_in(decided.headers["location"].to_str().unwrap())
}

fn documents(credential: &Credential, count: usize) -> Vec<ToSign> {
    let one = |n: usize| {
        let data = format!("dokuments {n}").into_bytes();
        ToSign { name: format!("{n}"), digest: credential.algorithm.hash().digest(&data), data }
    };
    (0..count).map(one).collect()
}

async fn identified(simulator: &Simulator, method: &dyn SigningMethod) -> Credential {
    let (url, state) = redirect(method.certificate(&signer(), &back("one")).await.unwrap());
    let fields = [("decision", "approve"), ("person", anna().code.leak() as &str)];
    let answer = person_decides(simulator, &url, &fields).await;
    match method.certificate_back(&state, &back("one"), &answer).await.unwrap() {
        Stage::Done(credential) => credential,
        other => panic!("{other:?}"),
    }
}

async fn walk(simulator: &Simulator, method: &dyn SigningMethod) {
    simulator.world.add_person(anna());
    let credential = identified(simulator, method).await;
    let certificate = Certificate::parse(&credential.certificates[0]).unwrap();
    assert_eq!(certificate.subject.serial_number(), Some("PNOLV-010180-12345"));
    // A hundred with one consent.
    let documents = documents(&credential, 100);
    let (url, state) = redirect(method.sign(&signer(), &credential, &documents, &back("two")).await.unwrap());
    let answer = person_decides(simulator, &url, &[("decision", "approve")]).await;
    let sign = |answer: Answer, state: String| {
        let (credential, documents) = (credential.clone(), documents.clone());
        async move { method.sign_back(&state, &credential, &documents, &back("two"), &answer).await }
    };
    let Stage::Done(values) = sign(answer.clone(), state.clone()).await.unwrap() else { panic!("not done") };
    for (document, value) in documents.iter().zip(&values) {
        verify(&certificate.key, credential.algorithm, EcdsaForm::Raw, &document.data, value).unwrap();
    }
    // A code is good once, and for its own request only.
    assert!(matches!(sign(answer.clone(), state.clone()).await, Err(MethodError::Misconfigured(_))));
    let mut foreign = answer;
    foreign.0.retain(|(name, _)| name != "state");
    foreign.0.push(("state".into(), "other".into()));
    assert!(matches!(sign(foreign, state).await, Err(MethodError::Misconfigured(_))));
    // Refusal and failure are told apart.
    for (decision, refused) in [("refuse", true), ("fail", false)] {
        let (url, state) = redirect(method.sign(&signer(), &credential, &documents, &back("two")).await.unwrap());
        let answer = person_decides(simulator, &url, &[("decision", decision)]).await;
        let error = sign(answer, state).await.unwrap_err();
        assert_eq!(matches!(error, MethodError::Refused(_)), refused, "{decision}: {error}");
        assert_eq!(matches!(error, MethodError::Unreachable(_)), !refused, "{decision}: {error}");
    }
    // The service goes away between consent and signature.
    let (url, state) = redirect(method.sign(&signer(), &credential, &documents, &back("two")).await.unwrap());
    let answer = person_decides(simulator, &url, &[("decision", "approve")]).await;
    simulator.world.set_failing(Service::Signing, true);
    assert!(matches!(sign(answer, state).await, Err(MethodError::Unreachable(_))));
    simulator.world.set_failing(Service::Signing, false);
}

fn client() -> Client {
    Client { id: CLIENT_ID.into(), secret: CLIENT_SECRET.into() }
}

#[tokio::test]
async fn eparaksts() {
    let simulator = Simulator::start(0, b"remote", Clock::System).await.unwrap();
    let method = EParaksts::new(http(), &simulator.url(""), client(), None).unwrap();
    walk(&simulator, &method).await;
    // What was not approved is not signed twice: the token is used up with the summary.
    let wrong = EParaksts::new(http(), &simulator.url(""), Client { secret: "x".into(), ..client() }, None).unwrap();
    let (url, state) = redirect(wrong.certificate(&signer(), &back("one")).await.unwrap());
    let answer = person_decides(&simulator, &url, &[("decision", "approve"), ("person", "01018012345")]).await;
    let error = wrong.certificate_back(&state, &back("one"), &answer).await.unwrap_err();
    assert!(matches!(&error, MethodError::Misconfigured(text) if text.contains("invalid_client")), "{error}");
    // Secrets do not go in the clear to anywhere else.
    assert!(EParaksts::new(http(), "http://eidas.example/", client(), None).is_err());
}

#[tokio::test]
async fn cloud_signature_consortium() {
    let simulator = Simulator::start(0, b"remote", Clock::System).await.unwrap();
    let method = Csc::new(http(), &simulator.url("/csc/v2"), client(), Csc::usual_name()).unwrap();
    walk(&simulator, &method).await;
    // Without the secret of PKCE the code is worth nothing; other digests than the approved ones are not signed.
    let credential = identified(&simulator, &method).await;
    let documents = documents(&credential, 3);
    let (url, state) = redirect(method.sign(&signer(), &credential, &documents[..2], &back("two")).await.unwrap());
    let answer = person_decides(&simulator, &url, &[("decision", "approve")]).await;
    let error = method.sign_back("stolen", &credential, &documents[..2], &back("two"), &answer).await.unwrap_err();
    assert!(matches!(&error, MethodError::Misconfigured(text) if text.contains("invalid_grant")), "{error}");
    let (url, again) = redirect(method.sign(&signer(), &credential, &documents[..2], &back("two")).await.unwrap());
    assert_ne!(state, again);
    let answer = person_decides(&simulator, &url, &[("decision", "approve")]).await;
    let error = method.sign_back(&again, &credential, &documents[1..], &back("two"), &answer).await.unwrap_err();
    assert!(matches!(&error, MethodError::Misconfigured(text) if text.contains("not authorized")), "{error}");
}

/// A card in the browser, played by a key of the simulator's.
mod card {
    use super::{anna, back, documents, signer};
    use asice::pki::{Certificate, Curve, EcdsaForm, Hash, verify};
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    use port_esign::{WebEid, check_auth_token};
    use port_keys::{PrivateKey, RawSigner as _};
    use port_signsim::Simulator;
    use signing::ports::{Answer, MethodError, SigningMethod as _, Stage};
    use types::Clock;

    fn answer(fields: &[(&str, String)]) -> Answer {
        Answer(fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect())
    }

    #[tokio::test]
    async fn web_eid() {
        let simulator = Simulator::start(0, b"card", Clock::System).await.unwrap();
        let held = simulator.world.person(&anna(), Curve::P384).unwrap();
        let certificate = held.certificates[0].clone();
        let key = PrivateKey::from_pkcs8(&held.key, &certificate.key).unwrap();
        let Stage::Browser { protocol, ask, .. } = WebEid.certificate(&signer(), &back("a")).await.unwrap() else {
            panic!("not in the browser")
        };
        assert_eq!((protocol, ask["action"].as_str()), ("web-eid", Some("certificate")));
        let algorithms = |list: &str| {
            answer(&[("certificate", STANDARD.encode(certificate.der())), ("algorithms", list.to_owned())])
        };
        let both = r#"[{"cryptoAlgorithm":"ECC","hashFunction":"SHA-256","paddingScheme":"NONE"},
            {"cryptoAlgorithm":"ECC","hashFunction":"SHA-384","paddingScheme":"NONE"}]"#;
        let Stage::Done(credential) = WebEid.certificate_back("", &back("a"), &algorithms(both)).await.unwrap() else {
            panic!("not done")
        };
        assert_eq!(credential.algorithm.hash(), Hash::Sha384);
        for none in ["[]", r#"[{"cryptoAlgorithm":"RSA","hashFunction":"SHA-256","paddingScheme":"PSS"}]"#, "{"] {
            assert!(WebEid.certificate_back("", &back("a"), &algorithms(none)).await.is_err(), "{none}");
        }
        let documents = documents(&credential, 2);
        let Stage::Browser { ask, .. } = WebEid.sign(&signer(), &credential, &documents, &back("b")).await.unwrap()
        else {
            panic!("not in the browser")
        };
        assert_eq!(ask["hashFunction"], "SHA-384");
        let signed: Vec<String> = ask["hashes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|hash| STANDARD.decode(hash.as_str().unwrap()).unwrap())
            .map(|digest| STANDARD.encode(key.sign(credential.algorithm, b"", &digest).unwrap()))
            .collect();
        let posted = answer(&[("signatures", serde_json::to_string(&signed).unwrap())]);
        let done = WebEid.sign_back("", &credential, &documents, &back("b"), &posted).await.unwrap();
        let Stage::Done(values) = done else { panic!("not done") };
        for (document, value) in documents.iter().zip(&values) {
            verify(&certificate.key, credential.algorithm, EcdsaForm::Raw, &document.data, value).unwrap();
        }
        let fewer = answer(&[("signatures", serde_json::to_string(&signed[..1]).unwrap())]);
        assert!(WebEid.sign_back("", &credential, &documents, &back("b"), &fewer).await.is_err());
        let no = answer(&[("error", "ERR_WEBEID_USER_CANCELLED".into())]);
        let error = WebEid.sign_back("", &credential, &documents, &back("b"), &no).await.unwrap_err();
        assert!(matches!(error, MethodError::Refused(_)));
        let no = answer(&[("error", "ERR_WEBEID_EXTENSION_UNAVAILABLE".into())]);
        let error = WebEid.certificate_back("", &back("a"), &no).await.unwrap_err();
        assert!(matches!(error, MethodError::Unreachable(_)));
    }

    #[tokio::test]
    async fn authentication_tokens() {
        let simulator = Simulator::start(0, b"card", Clock::System).await.unwrap();
        let held = simulator.world.person(&anna(), Curve::P384).unwrap();
        let certificate: Certificate = held.certificates[0].clone();
        let key = PrivateKey::from_pkcs8(&held.key, &certificate.key).unwrap();
        let (origin, nonce) = ("https://novads.example", "n".repeat(44));
        let hash = Hash::Sha384;
        let both = [hash.digest(origin.as_bytes()), hash.digest(nonce.as_bytes())].concat();
        let algorithm = asice::pki::SignatureAlgorithm::Ecdsa(hash);
        let signature = key.sign(algorithm, &both, &hash.digest(&both)).unwrap();
        let token = serde_json::json!({
            "format": "web-eid:1.0",
            "unverifiedCertificate": STANDARD.encode(certificate.der()),
            "algorithm": "ES384",
            "signature": STANDARD.encode(signature),
        })
        .to_string();
        // The signature holds; but this certificate signs documents and is not for authentication.
        let error = check_auth_token(&token, origin, &nonce).unwrap_err().to_string();
        assert!(error.contains("not for authentication"), "{error}");
        for (origin, nonce) in [("https://other.example", nonce.clone()), (origin, "m".repeat(44))] {
            let error = check_auth_token(&token, origin, &nonce).unwrap_err().to_string();
            assert!(error.ends_with("signature"), "{error}");
        }
        assert!(check_auth_token(&token, origin, "short").is_err());
        assert!(check_auth_token(&token.replace("ES384", "ES256"), origin, &nonce).is_err());
        assert!(check_auth_token(&token.replace("ES384", "none"), origin, &nonce).is_err());
        assert!(check_auth_token("{}", origin, &nonce).is_err());
    }
}
