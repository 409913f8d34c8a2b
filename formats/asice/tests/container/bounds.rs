//! What a judgement may cost: time, and memory beyond what was there before.

use std::time::{Duration, Instant};

use asice::{
    trust::TrustStore,
    verdict::{Indication, Report},
};
use peak_alloc::PeakAlloc;

use crate::made::{codes, judged};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Unoptimised and beside others; what is not bounded takes minutes.
const TIME: Duration = Duration::from_secs(20);
/// The largest that was seen is a signature file of as many elements as are read.
const BYTES: usize = 192 << 20;

/// Runs something and says if it cost more than it may.
pub fn bounded<T>(what: &str, run: impl FnOnce() -> T) -> T {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let start = Instant::now();
    let out = run();
    let (took, peak) = (start.elapsed(), MEMORY.peak_usage().saturating_sub(before));
    assert!(took < TIME, "{what} took {took:?}");
    assert!(peak < BYTES, "{what} took {} MB", peak >> 20);
    out
}

/// The container itself does not conform, for that reason, and nothing in it passes.
pub fn refused(bytes: &[u8], code: &str) -> Report {
    let report = bounded(code, || judged(bytes, &TrustStore::new()));
    assert!(codes(&report).contains(&code), "{code} is not among {:?}", codes(&report));
    assert!(!report.container.ok && !report.passed(), "{code}: {:?}", report.container);
    report
}

/// The first signature is not accepted, for that reason, and nobody has legally signed.
pub fn failed(bytes: &[u8], trust: &TrustStore, code: &str, indication: Indication) -> Report {
    let report = bounded(code, || judged(bytes, trust));
    assert!(codes(&report).contains(&code), "{code} is not among {:?}", codes(&report));
    assert_eq!(report.signatures[0].indication, indication, "{code}: {:?}", codes(&report));
    assert!(!report.signatures[0].legally_signed && !report.passed());
    report
}
