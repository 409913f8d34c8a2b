//! A time-stamp authority behind TLS that asks who we are, as that of LVRTC does.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::{net::SocketAddr, sync::Arc};

use asice::pki::{Hash, timestamp::TimeStampToken};
use chrono::{TimeZone as _, Utc};
use port_esign::{Http, HttpSettings, Identity, Rfc3161};
use port_signsim::Simulator;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use signing::ports::{ProofError, TimeStamps as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        RootCertStore, ServerConfig,
        crypto::ring::default_provider,
        pki_types::{CertificateDer, PrivateKeyDer},
        server::WebPkiClientVerifier,
    },
};
use types::Clock;

fn made() -> CertifiedKey<rcgen::KeyPair> {
    generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap()
}

/// TLS before the simulator, for the holder of the client's key alone.
async fn guarded(inner: SocketAddr, own: &CertifiedKey<rcgen::KeyPair>, client: CertificateDer<'static>) -> SocketAddr {
    let mut known = RootCertStore::empty();
    known.add(client).unwrap();
    let provider = Arc::new(default_provider());
    let asks = WebPkiClientVerifier::builder_with_provider(known.into(), Arc::clone(&provider)).build().unwrap();
    let key = PrivateKeyDer::try_from(own.signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(asks)
        .with_single_cert(vec![own.cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(mut outer) = acceptor.accept(stream).await else { return };
                let mut inner = TcpStream::connect(inner).await.unwrap();
                let _ended = tokio::io::copy_bidirectional(&mut outer, &mut inner).await;
            });
        }
    });
    address
}

fn authority(
    at: SocketAddr,
    server: &CertifiedKey<rcgen::KeyPair>,
    ours: Option<&CertifiedKey<rcgen::KeyPair>>,
) -> Rfc3161 {
    let identity =
        ours.map(|o| Identity::from_pem(o.cert.pem().as_bytes(), o.signing_key.serialize_pem().as_bytes()).unwrap());
    let settings = HttpSettings { authorities: server.cert.pem().into_bytes(), identity, ..HttpSettings::default() };
    Rfc3161::new(Http::new(&settings).unwrap(), format!("https://{at}/tsa"))
}

#[tokio::test]
async fn stamps_are_for_whom_the_authority_knows() {
    let clock = Clock::fixed(Utc.with_ymd_and_hms(2026, 3, 1, 10, 0, 0).unwrap());
    let simulator = Simulator::start(0, b"test", clock).await.unwrap();
    let (server, client, stranger) = (made(), made(), made());
    let at = guarded(simulator.address, &server, client.cert.der().clone()).await;
    let digest = Hash::Sha256.digest(b"text");

    let token = authority(at, &server, Some(&client)).stamp(Hash::Sha256, &digest).await.unwrap();
    assert!(TimeStampToken::parse(&token).unwrap().stamps(&[b"text"]));

    for nobody in [None, Some(&stranger)] {
        let refused = authority(at, &server, nobody).stamp(Hash::Sha256, &digest).await.unwrap_err();
        assert!(matches!(refused, ProofError::Unreachable(_)), "{refused}");
    }
    // Nor do we speak to an authority that cannot show who it is.
    let refused = authority(at, &stranger, Some(&client)).stamp(Hash::Sha256, &digest).await.unwrap_err();
    assert!(matches!(refused, ProofError::Unreachable(_)), "{refused}");
}
