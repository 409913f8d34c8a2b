//! Repository chores: `cargo xtask --help`.

mod new_app;
mod skeleton;

use std::{
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use anyhow::{Context as _, Result, bail};

const HELP: &str = "\
Repository chores.

Usage: cargo xtask COMMAND

  new-app NAME   writes apps/NAME, which compiles and passes its test, and says which line makes it known
  schema         writes schema.sql of every crate that has tables, from a freshly migrated database
  fuzz TARGET [--seconds N] [--seed N]
                 breaks signed things of our own and looks whether their readers stay within bounds;
                 TARGET: container, xml, ber, tsl, pdf
  screens        takes the screenshots in docs/screens from a running demonstration";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match run(&args.iter().map(String::as_str).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[&str]) -> Result<()> {
    match args {
        ["new-app", name] => new_app::run(&root(), name),
        ["schema"] => schema(),
        ["fuzz", more @ ..] => fuzz(more),
        ["screens"] => screens(),
        [] | ["help" | "-h" | "--help"] => {
            println!("{HELP}");
            Ok(())
        }
        _ => bail!("what is that? See `cargo xtask --help`"),
    }
}

/// The repository.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// The test that compares them writes them instead.
fn schema() -> Result<()> {
    let mut test = Command::new("cargo");
    test.args([
        "test",
        "--package",
        "novads-server",
        "--test",
        "it",
        "--",
        "--exact",
        "schema::every_schema_is_written_down",
    ]);
    call(test.env("NOVADS_WRITE_SCHEMA", "yes"))
}

fn fuzz(args: &[&str]) -> Result<()> {
    let mut run = Command::new("cargo");
    call(run.args(["run", "--quiet", "--package", "novads-asice", "--example", "fuzz", "--"]).args(args))
}

fn screens() -> Result<()> {
    const SCRIPT: &str = "tests/browser/screens.mjs";
    if !root().join(SCRIPT).is_file() {
        bail!("there is no {SCRIPT}");
    }
    call(Command::new("node").arg(SCRIPT))
}

fn call(command: &mut Command) -> Result<()> {
    let status = command.current_dir(root()).status().with_context(|| format!("cannot start {command:?}"))?;
    if status.success() { Ok(()) } else { bail!("{command:?}: {status}") }
}
