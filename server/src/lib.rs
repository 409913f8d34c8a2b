//! The house put together: the list of its modules and ports, and the commands of the `novads` program.
//!
//! No rule of the trade lives here. What knows a business word is in `office/` and `apps/`.

mod admin;
mod backup;
pub mod cli;
mod demo;
mod doctor;
mod einvoice;
mod esign;
pub mod house;
mod http;
mod installation;
mod intake;
mod keys;
mod logging;
mod metrics;
mod migrate;
mod output;
mod ports;
mod report;
mod serve;
pub mod signature;
mod year;

use std::process::ExitCode;

use clap::Parser as _;

use cli::{Cli, Command};

/// It was done.
pub const DONE: u8 = 0;
/// It was not done; standard error says why.
pub const FAILED: u8 = 1;
/// What was asked to be checked does not hold: something is missing, or the trail does not match its seals.
pub const NOT_SO: u8 = 3;

/// The `novads` program: reads the command line, runs the command, answers its exit code.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Command::ExtractText { media_type } = &cli.command {
        // Before anything else is set up: this process reads a stranger's file and nothing more.
        return house::extract_text(media_type);
    }
    if let Command::Einvoice { command } = &cli.command {
        // Files in, verdicts out: nothing of the house is needed.
        return einvoice::run(command);
    }
    if let Command::Signature { command } = &cli.command {
        return ExitCode::from(signature::run(command));
    }
    logging::start(&cli.command);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&anyhow::Error::new(error).context("cannot start")),
    };
    let code = match runtime.block_on(run(&cli)) {
        Ok(code) => ExitCode::from(code),
        Err(error) => failed(&error),
    };
    // Whatever still hashes or renders must not hold up the end.
    runtime.shutdown_background();
    code
}

fn failed(error: &anyhow::Error) -> ExitCode {
    output::complain(error);
    ExitCode::from(FAILED)
}

async fn run(cli: &Cli) -> anyhow::Result<u8> {
    let place = &cli.place;
    match &cli.command {
        Command::Serve(args) => serve::run(place, args).await,
        Command::Migrate(args) => migrate::run(place, args).await,
        Command::Report(args) => report::run(place, args).await,
        Command::Year(args) => year::run(place, args).await,
        Command::Backup(args) => backup::run(place, args).await,
        Command::Restore(args) => backup::restore(place, args).await,
        Command::Doctor(args) => doctor::run(place, args).await,
        Command::Admin { command } => admin::run(place, command).await,
        Command::Bench { command } => bench::run(&house::measured(), command).await.map(|()| DONE),
        // Answered before the runtime was there.
        Command::ExtractText { .. } | Command::Einvoice { .. } | Command::Signature { .. } => Ok(DONE),
    }
}
