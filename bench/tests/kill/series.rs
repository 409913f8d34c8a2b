//! Many blows on one data folder, at moments that a seed chooses: what one blow leaves, the next one finds.

use std::{process::ExitCode, time::Duration};

use crate::{
    checks,
    load::{self, Blow, Seen, Target},
    town,
};

/// Employees who file between two checks: more than a blow waits for.
const A_ROUND: usize = 60;

/// Numbers by a seed (SplitMix64): the same seed, the same blows.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % most
    }

    fn blow(&mut self) -> Blow {
        Blow {
            target: [Target::Server, Target::PostgreSql, Target::Both][usize::try_from(self.below(3)).unwrap()],
            after: 5 + usize::try_from(self.below(30)).unwrap(),
            then: Duration::from_millis(self.below(400)),
            more: 10,
        }
    }
}

/// The number after a word of the command line.
fn number(word: &str, otherwise: u64) -> u64 {
    let mut args = std::env::args().skip_while(|a| a != word).skip(1);
    args.next().map_or(otherwise, |n| n.parse().unwrap())
}

/// Does it, and prints a table.
pub fn main() -> ExitCode {
    let (times, seed) = (number("--times", 20), number("--seed", 1));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let rounds = usize::try_from(times).unwrap();
    // Some of them lead, and those do not file.
    let town = runtime.block_on(town::build(&data, A_ROUND * rounds + 120));
    let (mut dice, mut seen) = (Dice(seed), Seen::default());
    println!(
        "| | killed | confirmed before, in all | broken requests | away, s | numbers | jobs left, done | audit rows, seals |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- |");
    for (n, employees) in town.employees.chunks(A_ROUND).take(rounds).enumerate() {
        let blow = dice.blow();
        let broken = seen.broken;
        load::run(&data, employees, &town.leaders, &blow, &mut seen);
        let found = runtime.block_on(checks::between(&data, &town, &seen));
        println!(
            "| {} | {:?} | {}, {} | {} | {:.1} | {} | {} | {}, {} |",
            n + 1,
            blow.target,
            seen.before,
            seen.confirmed(),
            seen.broken - broken,
            seen.away.as_secs_f64(),
            found.numbers,
            found.jobs,
            found.audited,
            found.seals,
        );
    }
    assert!(seen.broken > 0, "no blow fell into a request");
    runtime.block_on(checks::all(&data, &town, &seen));
    println!("{rounds} blows, seed {seed}: nothing confirmed is lost, no gap, no double, the trail is whole.");
    ExitCode::SUCCESS
}
