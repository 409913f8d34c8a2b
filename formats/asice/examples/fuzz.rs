//! Breaks what we made ourselves, in every way that comes to mind, and looks whether the reader stays within its
//! bounds: no panic, no long time, no large memory, and nothing passes that was changed.
//!
//! `cargo xtask fuzz TARGET [--seconds N] [--seed N]`, TARGET: container, xml, ber, tsl, pdf.
//! What breaks a bound is written to `target/fuzz/`.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a tool of the tests, on inputs of its own"
)]

#[path = "../tests/common/mod.rs"]
#[expect(dead_code, reason = "tests use the rest")]
mod common;
#[path = "../tests/container/made.rs"]
#[expect(dead_code, reason = "tests use the rest")]
mod made;
#[path = "../tests/pades/paper.rs"]
#[expect(dead_code, reason = "tests use the rest")]
mod paper;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    process::ExitCode,
    time::{Duration, Instant},
};

use asice::{
    container::Container,
    pades::{Wish, write as pdf_write},
    pki::{Certificate, Crl, Hash, SignedData, ber::Tlv, ocsp::OcspResponse, timestamp::TimeStampToken},
    trust::{TrustList, TrustStore},
    verdict::Level,
    verify::{Request, verify},
    xml::{c14n, dom},
};
use common::{Pki, time};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Of one input. The machine may be busy with other things, so elapsed time is given generously.
const TIME: Duration = Duration::from_secs(10);
const BYTES: usize = 256 << 20;
/// Inputs that are broken further.
const POOL: usize = 400;
/// Larger ones are not made.
const LARGEST: usize = 1 << 20;

/// Numbers without a library: xorshift64*.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, end: usize) -> usize {
        if end == 0 { 0 } else { (self.next() % end as u64) as usize }
    }
}

const LENGTHS: [u32; 10] = [0, 1, 0x7f, 0x80, 0xff, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff];
const WORDS: [&[u8]; 18] = [
    b"<!DOCTYPE a [<!ENTITY b \"c\">]>",
    b"&b;",
    b"<a>",
    b"</a>",
    b"]]>",
    b"<![CDATA[",
    b"<!--",
    b" Id=\"S0\"",
    b" xmlns=\"\"",
    b"\xef\xbb\xbf",
    b"&#0;",
    b"<?x ?>",
    b"PK\x01\x02",
    b"PK\x05\x06",
    b"endobj",
    b"stream\n",
    b"/ByteRange [0 0 0 0]",
    b"%%EOF",
];

fn broken(chance: &mut Chance, input: &[u8], other: &[u8]) -> Vec<u8> {
    let mut out = input.to_vec();
    for _ in 0..=chance.below(4) {
        if out.is_empty() {
            return out;
        }
        let (at, to) = (chance.below(out.len()), chance.below(out.len()));
        let (from, to) = (at.min(to), at.max(to));
        match chance.below(10) {
            0 => out[at] ^= 1 << chance.below(8),
            1 => out[at] = [0, 0x80, 0x84, 0xff, 0x30, b'<', b'>', b'"'][chance.below(8)],
            2 => out.truncate(at),
            3 => {
                out.drain(from..to.min(from + 64));
            }
            4 => {
                let piece = out[from..to.min(from + 4096)].to_vec();
                out.splice(at..at, piece);
            }
            5 if !other.is_empty() => {
                let start = chance.below(other.len());
                let piece = other[start..(start + chance.below(512)).min(other.len())].to_vec();
                out.splice(at..at, piece);
            }
            6 => {
                let value = LENGTHS[chance.below(LENGTHS.len())];
                let bytes = if chance.below(2) == 0 { value.to_le_bytes() } else { value.to_be_bytes() };
                let count = if chance.below(2) == 0 { 2 } else { 4 };
                for (place, byte) in out.iter_mut().skip(at).zip(bytes.iter().take(count)) {
                    *place = *byte;
                }
            }
            7 => {
                let word = WORDS[chance.below(WORDS.len())];
                out.splice(at..at, word.iter().copied());
            }
            8 => {
                // The same small thing very often: depth and number.
                let piece = out[at..(at + 1 + chance.below(12)).min(out.len())].to_vec();
                let many = piece.repeat(1 + chance.below(2_000));
                out.splice(at..at, many);
            }
            _ => {
                // A number written as text.
                if let Some(digit) = out[at..].iter().position(u8::is_ascii_digit) {
                    let many = ["0", "-1", "99999999999", "4294967295", "2147483648"][chance.below(5)];
                    out.splice(at + digit..=at + digit, many.bytes());
                }
            }
        }
        out.truncate(LARGEST);
    }
    out
}

/// What is tried, from which seeds; true where the reader took the input, so that it is broken further.
struct Target {
    seeds: Vec<Vec<u8>>,
    run: Box<dyn Fn(&[u8]) -> bool>,
}

fn target(name: &str) -> Option<Target> {
    let pki = Pki::new();
    let trust = pki.trust();
    let lta = || made::edoc(&pki, &pki.person, pki.person.key.usual(), Level::LTA);
    let inner = |bytes: &[u8]| {
        let container = Container::open(bytes, None, Default::default()).unwrap();
        container.read(container.signature_files()[0]).unwrap().into_owned()
    };
    Some(match name {
        "container" => {
            // Broken as a file, and broken inside the signature file, where no checksum stands guard.
            let whole = lta();
            let template = whole.clone();
            let seeds = vec![whole.clone(), made::lt(&pki), inner(&whole)];
            Target { seeds, run: Box::new(move |bytes| container(bytes, &template, &trust)) }
        }
        "xml" => {
            let list = pki.trust_list().into_bytes();
            Target { seeds: vec![inner(&lta()), inner(&made::lt(&pki)), list], run: Box::new(xml) }
        }
        "ber" => {
            let token = pki.token(Hash::Sha256, &Hash::Sha256.digest(b"x"), time(2026, 3, 1), Some(&[7; 20]));
            let seeds = vec![
                common::to_ber(&token),
                token,
                pki.response(&pki.person.cert, time(2026, 3, 1), None, Some(&[9; 16])),
                pki.crl(&[(&pki.revoked.cert, time(2026, 2, 1))], time(2026, 3, 1)),
                pki.person.cert.der().to_vec(),
                pki.person_rsa.cert.der().to_vec(),
            ];
            Target { seeds, run: Box::new(ber) }
        }
        "tsl" => {
            let signer = pki.scheme.cert.clone();
            let run = move |bytes: &[u8]| {
                assert!(TrustList::parse_signed(bytes, std::slice::from_ref(&signer)).is_err(), "nobody signed it");
                TrustList::parse(bytes).is_ok()
            };
            Target { seeds: vec![pki.trust_list().into_bytes()], run: Box::new(run) }
        }
        "pdf" => {
            let wish = Wish { room: 6000, ..paper::wish(time(2026, 3, 1)) };
            let sign =
                |pdf: &[u8]| paper::sign_with(&pki, pdf, &pki.person, pki.person.key.usual(), &wish, paper::To::Lt);
            let seeds = vec![sign(&paper::plain()), sign(&paper::packed()), paper::plain(), paper::packed()];
            Target { seeds, run: Box::new(move |bytes| pdf(bytes, &trust)) }
        }
        _ => return None,
    })
}

fn container(bytes: &[u8], template: &[u8], trust: &TrustStore) -> bool {
    let judge = |bytes: &[u8]| {
        let report = verify(&Request { name: Some("a.edoc"), ..Request::new(bytes, trust, time(2026, 6, 1)) });
        for signature in report.signatures.iter().filter(|s| s.integrity && s.signer.is_some()) {
            assert_eq!(signature.signed_files.len(), made::FILES.len(), "a signature over something else holds");
        }
        if report.passed() {
            let container = Container::open(bytes, Some("a.edoc"), Default::default()).expect("it passed");
            for file in &made::FILES {
                let entry = container.entry(file.name).expect("a signed file");
                assert_eq!(
                    container.read(entry).expect("its content").as_ref(),
                    file.content,
                    "changed, and it passed"
                );
            }
        }
        !report.signatures.is_empty()
    };
    if bytes.starts_with(b"PK") {
        return judge(bytes);
    }
    let inside =
        made::rebuilt(template, |name, content| if name.contains("signatures") { bytes.to_vec() } else { content });
    judge(&inside)
}

fn xml(bytes: &[u8]) -> bool {
    let Ok(document) = dom::Document::parse(bytes, dom::Limits::SIGNATURE) else { return false };
    let once = c14n::canonical(&document, document.root(), &c14n::Canonical::EXCLUSIVE);
    // A canonical form is its own canonical form.
    let again = dom::Document::parse(&once, dom::Limits::SIGNATURE).expect("a canonical form is XML");
    assert_eq!(once, c14n::canonical(&again, again.root(), &c14n::Canonical::EXCLUSIVE), "canonical twice");
    true
}

fn ber(bytes: &[u8]) -> bool {
    let read = [
        TimeStampToken::parse(bytes).is_ok(),
        SignedData::parse(bytes).is_ok(),
        OcspResponse::parse(bytes).is_ok(),
        Crl::parse(bytes).is_ok(),
        Certificate::parse(bytes).is_ok(),
    ];
    if let Ok(der) = Tlv::first(bytes).and_then(|value| value.to_der()) {
        let again = Tlv::only(&der).and_then(|value| value.to_der()).expect("DER is BER");
        assert_eq!(der, again, "DER twice");
    }
    read.contains(&true)
}

fn pdf(bytes: &[u8], trust: &TrustStore) -> bool {
    let report = verify(&Request::new(bytes, trust, time(2026, 3, 2)));
    if report.passed() {
        assert!(bytes.windows(14).any(|part| part == b"Rikojums Nr. 1"), "changed, and it passed");
    }
    let _ = pdf_write::prepare(bytes, &Wish { room: 100, ..Wish::default() });
    !report.signatures.is_empty()
}

fn argument(args: &[String], name: &str, default: u64) -> u64 {
    let place = args.iter().position(|a| a == name);
    place.and_then(|at| args.get(at + 1)).and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let Some((name, target)) = args.first().and_then(|name| target(name).map(|target| (name, target))) else {
        eprintln!("usage: fuzz container|xml|ber|tsl|pdf [--seconds N] [--seed N]");
        return ExitCode::from(2);
    };
    let seed = argument(&args, "--seed", 1);
    let until = Instant::now() + Duration::from_secs(argument(&args, "--seconds", 60));
    let mut chance = Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut pool = target.seeds;
    let seeds = pool.len();
    let (mut tried, mut taken, mut slowest, mut largest) = (0_u64, 0_u64, Duration::ZERO, 0_usize);
    std::panic::set_hook(Box::new(|_| ()));
    while Instant::now() < until {
        let (one, other) = (chance.below(pool.len()), chance.below(pool.len()));
        let input = broken(&mut chance, &pool[one], &pool[other]);
        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        let start = Instant::now();
        let result = catch_unwind(AssertUnwindSafe(|| (target.run)(&input)));
        let (took, peak) = (start.elapsed(), MEMORY.peak_usage().saturating_sub(before));
        tried += 1;
        slowest = slowest.max(took);
        largest = largest.max(peak);
        let why = match &result {
            Err(panic) => panic
                .downcast_ref::<String>()
                .cloned()
                .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
                .or_else(|| Some("panic".to_owned())),
            Ok(_) if took > TIME => Some(format!("it took {took:?}")),
            Ok(_) if peak > BYTES => Some(format!("it took {} MB", peak >> 20)),
            Ok(_) => None,
        };
        if let Some(why) = why {
            let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/fuzz");
            let file = folder.join(format!("{name}-{seed}-{tried}.bin"));
            std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&file, &input)).expect("a place for it");
            println!("{name}: {why}\n  {}", file.display());
            return ExitCode::FAILURE;
        }
        if result.unwrap_or(false) {
            taken += 1;
            if pool.len() < POOL {
                pool.push(input);
            } else {
                let place = seeds + chance.below(POOL - seeds);
                pool[place] = input;
            }
        }
    }
    println!(
        "{name}: {tried} inputs, {taken} of them read; slowest {:.0} ms, largest {:.1} MB",
        slowest.as_secs_f64() * 1000.0,
        largest as f64 / f64::from(1 << 20)
    );
    ExitCode::SUCCESS
}
