//! Kills the server, and kills PostgreSQL, in the middle of load; then looks at whether anything that was confirmed to
//! somebody is gone. This program is also the server: started with a command of `novads`, it is `novads`. Started with
//! `series --times 20 --seed 1` it does so many times in one data folder, at moments that the seed chooses.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test with a main of its own: what breaks must break it"
)]

mod checks;
mod http;
mod load;
mod series;
mod town;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};
use load::{Blow, Seen, Target};

fn main() -> ExitCode {
    let first = std::env::args().nth(1).unwrap_or_default();
    if ["serve", "__extract-text"].contains(&first.as_str()) {
        return novads_server::main();
    }
    if first == "series" {
        return series::main();
    }
    let tests = vec![
        Trial::test("a_killed_server_loses_nothing_that_it_confirmed", || run(Target::Server)),
        Trial::test("a_killed_postgresql_loses_nothing_that_was_confirmed", || run(Target::PostgreSql)),
    ];
    libtest_mimic::run(&Arguments::from_args(), tests).exit_code()
}

fn run(target: Target) -> Result<(), Failed> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    let town = runtime.block_on(town::build(&data, 320));
    let mut seen = Seen::default();
    load::run(&data, &town.employees, &town.leaders, &Blow::of(target), &mut seen);
    let report = (seen.applications.len(), seen.tasks.len(), seen.broken, seen.before);
    eprintln!(
        "confirmed: {} applications, {} steps; {} broken requests; {} confirmed before the blow",
        report.0, report.1, report.2, report.3
    );
    assert!(seen.before > 20 && report.0 + report.1 > seen.before + 20, "too little load to say anything: {report:?}");
    assert!(seen.broken > 0, "the blow fell into no request");
    runtime.block_on(checks::all(&data, &town, &seen));
    Ok(())
}
