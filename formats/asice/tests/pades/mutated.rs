//! Whatever is done to a signed PDF: a verdict, no panic, and what passes shows what was signed.

use std::sync::LazyLock;

use asice::pades::{Wish, write};
use asice::trust::TrustStore;
use asice::verify::{Request, verify};
use proptest::prelude::*;

use super::common::mutate::{apply, changes};
use super::common::{Pki, time};
use super::paper::{self, To};

static WORLD: LazyLock<(TrustStore, [Vec<u8>; 2])> = LazyLock::new(|| {
    let pki = Pki::new();
    let wish = Wish { room: 4096, ..paper::wish(time(2026, 3, 1)) };
    let sign = |pdf: &[u8]| paper::sign_with(&pki, pdf, &pki.person, pki.person.key.usual(), &wish, To::Lt);
    (pki.trust(), [sign(&paper::plain()), sign(&paper::packed())])
});

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn papers(changes in changes(), which in 0_usize..2) {
        let (trust, papers) = &*WORLD;
        let bytes = apply(&papers[which], &changes);
        let report = verify(&Request::new(&bytes, trust, time(2026, 3, 2)));
        if report.passed() {
            prop_assert!(bytes.windows(14).any(|part| part == b"Rikojums Nr. 1"));
        }
        let _ = write::prepare(&bytes, &Wish { room: 100, ..Wish::default() });
    }
}
