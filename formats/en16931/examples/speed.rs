//! Time of one judgement: `speed FILE [ROUNDS]`. Prints microseconds a document for reading and for judging.

use std::time::Instant;

use en16931::{Policy, validate};

fn main() -> std::io::Result<()> {
    let mut args = std::env::args().skip(1);
    let file = args.next().unwrap_or_default();
    let rounds: u32 = args.next().and_then(|text| text.parse().ok()).unwrap_or(1000);
    let bytes = std::fs::read(&file)?;
    let cold = Instant::now();
    let report = validate(&bytes, Policy::Peppol);
    println!(
        "{} bytes, {:?}, {} findings, first {:?}",
        bytes.len(),
        report.syntax,
        report.findings.len(),
        cold.elapsed()
    );
    for policy in [Policy::En16931, Policy::Peppol] {
        let start = Instant::now();
        for _ in 0..rounds {
            std::hint::black_box(validate(std::hint::black_box(&bytes), policy));
        }
        println!("{policy:?}: {:.1} µs", start.elapsed().as_secs_f64() * 1e6 / f64::from(rounds));
    }
    let names = en16931::xml::Names::default();
    let start = Instant::now();
    for _ in 0..rounds {
        let read = en16931::xml::read(std::hint::black_box(&bytes), &names, en16931::xml::Limits::default());
        std::hint::black_box(read.is_ok());
    }
    println!("read alone: {:.1} µs", start.elapsed().as_secs_f64() * 1e6 / f64::from(rounds));
    Ok(())
}
