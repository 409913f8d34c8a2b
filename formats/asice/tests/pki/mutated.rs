//! Whatever is done to the bytes: an answer, no panic, and no forged time or status.

use std::sync::LazyLock;

use asice::pki::{Certificate, Crl, Hash, OcspResponse, SignedData, TimeStampToken};
use asice::trust::{Purpose, TrustList, TrustStore};
use proptest::prelude::*;

use super::common::mutate::{apply, changes};
use super::common::{Pki, time, to_ber};

struct World {
    pki: Pki,
    trust: TrustStore,
    token: Vec<u8>,
    response: Vec<u8>,
    crl: Vec<u8>,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let pki = Pki::new();
    let at = time(2026, 3, 1);
    World {
        trust: pki.trust(),
        token: pki.token(Hash::Sha256, &Hash::Sha256.digest(b"content"), at, Some(&[9; 20])),
        response: pki.response(&pki.person.cert, at, None, Some(&[7; 32])),
        crl: pki.crl(&[(&pki.revoked.cert, at)], at),
        pki,
    }
});

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn certificates(changes in changes()) {
        let world = &*WORLD;
        let original = &world.pki.person.cert;
        let bytes = apply(original.der(), &changes);
        if let Ok(cert) = Certificate::parse(&bytes) {
            let report = world.trust.judge_chain(&cert, &[], time(2026, 3, 1), Purpose::Signer);
            // Only what the issuer signed is trusted.
            prop_assert!(!report.is_trusted() || cert.tbs() == original.tbs());
            let _ = (cert.subject.readable(), cert.subject.to_string(), cert.serial_decimal());
        }
    }

    #[test]
    fn tokens(changes in changes(), ber in any::<bool>()) {
        let world = &*WORLD;
        let bytes = apply(&if ber { to_ber(&world.token) } else { world.token.clone() }, &changes);
        let _ = SignedData::parse(&bytes);
        if let Ok(token) = TimeStampToken::parse(&bytes) {
            let report = token.verify(b"content", &[], &world.trust);
            prop_assert!(!report.is_valid() || report.time == time(2026, 3, 1));
        }
    }

    #[test]
    fn responses(changes in changes()) {
        let world = &*WORLD;
        if let Ok(response) = OcspResponse::parse(&apply(&world.response, &changes)) {
            let report = response.verify(&world.pki.person.cert, &world.pki.ica.cert, &[], &world.trust);
            prop_assert!(!report.is_reliable() || report.produced_at == time(2026, 3, 1));
            prop_assert!(!report.is_reliable() || report.is_good());
        }
    }

    #[test]
    fn lists_of_revoked(changes in changes()) {
        let world = &*WORLD;
        if let Ok(crl) = Crl::parse(&apply(&world.crl, &changes)) {
            let genuine = crl.verify(&world.pki.ica.cert).is_ok();
            let revoked = crl.status(&world.pki.revoked.cert);
            prop_assert!(!genuine || revoked != Ok(asice::pki::RevocationStatus::Good));
        }
    }

    #[test]
    fn trust_lists(changes in changes()) {
        let _ = TrustList::parse(&apply(WORLD.pki.trust_list().as_bytes(), &changes));
    }

    #[test]
    fn noise(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = (Certificate::parse(&bytes), TimeStampToken::parse(&bytes), OcspResponse::parse(&bytes), Crl::parse(&bytes));
    }
}
