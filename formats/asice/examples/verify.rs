//! Judges files: `verify [--trust FILE]... [--policy NAME] FILE...`, for quick looks.
#![expect(clippy::print_stdout, reason = "a program for people")]

use asice::{policy, trust::TrustStore, verify};

fn main() {
    let mut trust_files = Vec::new();
    let mut files = Vec::new();
    let mut chosen = &policy::DEFAULT;
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--trust" => trust_files.extend(args.next()),
            "--policy" => chosen = args.next().and_then(|n| policy::Policy::named(&n)).unwrap_or(chosen),
            _ => files.push(arg),
        }
    }
    let read: Vec<(String, Vec<u8>)> =
        trust_files.into_iter().filter_map(|f| std::fs::read(&f).ok().map(|b| (f, b))).collect();
    let (trust, notices) = TrustStore::from_files(read.iter().map(|(n, b)| (n.as_str(), b.as_slice())));
    for notice in notices {
        println!("{}", notice.text);
    }
    for file in files {
        let bytes = std::fs::read(&file).unwrap_or_default();
        let mut request = verify::Request::new(&bytes, &trust, std::time::SystemTime::now().into());
        request.name = Some(&file);
        request.policy = chosen;
        let report = verify::verify(&request);
        println!("{file}: ok={}", report.container.ok);
        for found in &report.container.findings {
            println!("    {} {}", found.finding.code.name(), found.finding.english());
        }
        for s in &report.signatures {
            println!("  {} {:?} {:?} {}", s.id, s.indication, s.sub_indication, s.level.name());
            for found in &s.findings {
                println!(
                    "      {:?} {} {}",
                    found.effect.severity(),
                    found.finding.code.name(),
                    found.finding.english()
                );
            }
        }
    }
}
