//! What the clients of `ports/esign` get from the simulator, and what they refuse.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use asice::{
    pki::{Certificate, Crl, Curve, Hash, ocsp::OcspResponse, timestamp::TimeStampToken},
    trust::TrustStore,
};
use chrono::{TimeDelta, TimeZone as _, Utc};
use port_esign::{Http, HttpLists, HttpRevocations, HttpSettings, ListSettings, Reach, Rfc3161, Source};
use port_signsim::{Person, Service, Simulator};
use signing::ports::{ProofError, Revocations as _, TimeStamps as _, TrustLists as _};
use types::Clock;

fn anna() -> Person {
    Person { given: "Anna".into(), surname: "Paraugs".into(), code: "01018012345".into() }
}

async fn world() -> (Simulator, Clock) {
    let clock = Clock::fixed(Utc.with_ymd_and_hms(2026, 3, 1, 10, 0, 0).unwrap());
    (Simulator::start(0, b"test", clock.clone()).await.unwrap(), clock)
}

fn http() -> Http {
    Http::new(&HttpSettings::default()).unwrap()
}

fn trust(simulator: &Simulator) -> TrustStore {
    let list = simulator.world.national_list().unwrap();
    let (store, notices) = TrustStore::from_files([("LV.xml", list.as_bytes())]);
    assert!(notices.is_empty(), "{notices:?}");
    store
}

fn person(simulator: &Simulator) -> Certificate {
    simulator.world.person(&anna(), Curve::P256).unwrap().certificates[0].clone()
}

#[tokio::test]
async fn time_stamps() {
    let (simulator, clock) = world().await;
    let tsa = Rfc3161::new(http(), simulator.url("/tsa"));
    let digest = Hash::Sha384.digest(b"text");
    let token = TimeStampToken::parse(&tsa.stamp(Hash::Sha384, &digest).await.unwrap()).unwrap();
    assert_eq!(token.gen_time, clock.now());
    let report = token.verify(b"text", &[], &trust(&simulator));
    assert!(report.is_valid() && report.qualified, "{report:?}");
    let tsa = tsa.with_policy("0.4.0.2023.1.2").with_password("a", "b");
    let token = TimeStampToken::parse(&tsa.stamp(Hash::Sha384, &digest).await.unwrap()).unwrap();
    assert_eq!(token.policy, "0.4.0.2023.1.2");
    simulator.world.set_failing(Service::TimeStamps, true);
    let error = tsa.stamp(Hash::Sha384, &digest).await.unwrap_err();
    assert!(matches!(&error, ProofError::Refused(text) if text.contains("simulated failure")), "{error}");
    let nobody = Rfc3161::new(http(), "http://127.0.0.1:1/tsa");
    assert!(matches!(nobody.stamp(Hash::Sha256, &[0; 32]).await, Err(ProofError::Unreachable(_))));
    let other = Rfc3161::new(http(), simulator.url("/crl"));
    assert!(matches!(other.stamp(Hash::Sha256, &[0; 32]).await, Err(ProofError::Refused(_))));
}

#[tokio::test]
async fn revocation() {
    let (simulator, _) = world().await;
    let (cert, issuer) = (person(&simulator), simulator.world.issuer().clone());
    let reach = Reach::Public(vec![simulator.address.to_string()]);
    let guarded = Http::new(&HttpSettings { reach, ..HttpSettings::default() }).unwrap();
    let asked = HttpRevocations::new(guarded);
    let status = |answer: Vec<u8>| {
        let answer = OcspResponse::parse(&answer).unwrap();
        let report = answer.verify(&cert, &issuer, &[], &trust(&simulator));
        assert!(report.is_reliable(), "{report:?}");
        report.is_good()
    };
    assert!(status(asked.ocsp(&cert, &issuer).await.unwrap()));
    let crl = Crl::parse(&asked.crl(&cert).await.unwrap()).unwrap();
    crl.verify(&issuer).unwrap();
    simulator.world.revoke(&cert);
    assert!(!status(asked.ocsp(&cert, &issuer).await.unwrap()));
    let crl = Crl::parse(&asked.crl(&cert).await.unwrap()).unwrap();
    assert!(matches!(crl.status(&cert).unwrap(), asice::pki::ocsp::RevocationStatus::Revoked { .. }));
    // The root is another issuer: the responder says that it does not know the certificate.
    let root = simulator.world.root().clone();
    let fixed = HttpRevocations::at(http(), simulator.url("/ocsp"));
    let unknown = OcspResponse::parse(&fixed.ocsp(&cert, &root).await.unwrap()).unwrap();
    assert_eq!(unknown.responses[0].status, asice::pki::ocsp::RevocationStatus::Unknown);
    // An address from a certificate reaches nobody on this machine, unless it is named.
    let public = Http::new(&HttpSettings { reach: Reach::Public(Vec::new()), ..HttpSettings::default() }).unwrap();
    let error = HttpRevocations::new(public).ocsp(&cert, &issuer).await.unwrap_err();
    assert!(matches!(error, ProofError::Misconfigured(_)), "{error}");
    simulator.world.set_failing(Service::Revocation, true);
    assert!(matches!(asked.ocsp(&cert, &issuer).await, Err(ProofError::Unreachable(_))));
}

#[tokio::test]
async fn lists_that_are_kept() {
    let (simulator, clock) = world().await;
    let folder = tempfile::tempdir().unwrap();
    let settings = |signer: &Certificate| ListSettings {
        sources: vec![Source { url: simulator.url("/lists/eu.xml"), signers: vec![signer.clone()] }],
        territories: vec!["LV".into()],
        folder: Some(folder.path().to_owned()),
    };
    let signer = simulator.world.list_signer().clone();
    let lists = HttpLists::new(http(), settings(&signer), clock.clone());
    assert!(lists.current().await.is_err());
    let trust = lists.refresh().await.unwrap();
    assert_eq!((trust.trouble, trust.fetched_at), (None, clock.now()));
    assert_eq!(trust.store.services().len(), 3);
    assert_eq!(trust.store.lists().len(), 2);
    // The next day nobody answers: the last good ones stay, with their age and the reason.
    let first = clock.now();
    clock.set(first + TimeDelta::days(1));
    simulator.world.set_failing(Service::Lists, true);
    let trust = lists.refresh().await.unwrap();
    assert_eq!(trust.fetched_at, first);
    assert!(trust.trouble.unwrap().contains("503"));
    assert_eq!(trust.store.services().len(), 3);
    // After a new start they come from the folder.
    let again = HttpLists::new(http(), settings(&signer), clock.clone());
    let trust = again.current().await.unwrap();
    assert_eq!((trust.fetched_at, trust.store.services().len()), (first, 3));
    // What lies there is verified like what comes: another signer, or a changed file, and it is nothing.
    let other = HttpLists::new(http(), settings(simulator.world.root()), clock.clone());
    assert!(other.current().await.is_err());
    simulator.world.set_failing(Service::Lists, false);
    assert!(other.refresh().await.is_err());
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let path = file.unwrap().path();
        if path.extension().unwrap() == "xml" {
            let text = std::fs::read_to_string(&path).unwrap();
            std::fs::write(&path, text.replace("Novads simulator", "Kads cits")).unwrap();
        }
    }
    let changed = HttpLists::new(http(), settings(&signer), clock.clone());
    assert!(changed.current().await.is_err());
}

#[tokio::test]
async fn an_older_list_is_refused() {
    let (simulator, clock) = world().await;
    let folder = tempfile::tempdir().unwrap();
    let url = simulator.url("/lists/LV.xml");
    let settings = ListSettings {
        sources: vec![Source { url, signers: vec![simulator.world.list_signer().clone()] }],
        territories: Vec::new(),
        folder: Some(folder.path().to_owned()),
    };
    let port = simulator.address.port();
    let lists = HttpLists::new(http(), settings, clock.clone());
    for _ in 0..3 {
        assert_eq!(lists.refresh().await.unwrap().trouble, None);
    }
    // The same authority starts counting anew: somebody plays an old list.
    drop(simulator);
    let mut restarted = None;
    for _ in 0..50 {
        match Simulator::start(port, b"test", clock.clone()).await {
            Ok(simulator) => {
                restarted = Some(simulator);
                break;
            }
            Err(_) => tokio::time::sleep(std::time::Duration::from_millis(20)).await,
        }
    }
    let _simulator = restarted.unwrap_or_else(|| panic!("the port {port} stays taken"));
    let trust = lists.refresh().await.unwrap();
    assert!(trust.trouble.unwrap().contains("is older than number 3"));
    assert_eq!(trust.store.services().len(), 3);
}
