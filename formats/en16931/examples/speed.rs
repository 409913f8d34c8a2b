//! CPU time of one judgement: run under a profiler or `time`. `speed en16931|peppol|read FILE [ROUNDS]`.

use en16931::{Policy, validate};

fn main() -> std::io::Result<()> {
    let mut args = std::env::args().skip(1);
    let what = args.next().unwrap_or_default();
    let bytes = std::fs::read(args.next().unwrap_or_default())?;
    let rounds: u32 = args.next().and_then(|text| text.parse().ok()).unwrap_or(1000);
    let start = std::time::Instant::now();
    let report = validate(&bytes, Policy::Peppol);
    println!(
        "{} bytes, {:?}, {} findings, first {:?}",
        bytes.len(),
        report.syntax,
        report.findings.len(),
        start.elapsed()
    );
    let start = std::time::Instant::now();
    for _ in 0..rounds {
        match what.as_str() {
            "read" => {
                std::hint::black_box(en16931::is_readable(std::hint::black_box(&bytes)));
            }
            "en16931" => drop(std::hint::black_box(validate(std::hint::black_box(&bytes), Policy::En16931))),
            _ => drop(std::hint::black_box(validate(std::hint::black_box(&bytes), Policy::Peppol))),
        }
    }
    println!("{what}: {:.1} µs a document (wall)", start.elapsed().as_secs_f64() * 1e6 / f64::from(rounds.max(1)));
    Ok(())
}
