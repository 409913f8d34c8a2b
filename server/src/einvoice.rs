//! `novads einvoice`: electronic invoices (e-rēķini) judged, converted, shown and taken out of PDF files.
//!
//! These commands need no installation: no database, no data folder, no configuration.

pub mod args;
mod documents;
mod validate;

use std::{
    fs::File,
    io::{self, Read as _},
    path::Path,
    process::ExitCode,
};

use args::Einvoice;

/// More than any invoice that is read (the reader's own bound), so that a larger file is named too large.
const MAX_FILE: u64 = (100 << 20) + 1;

/// Runs a command.
pub fn run(command: &Einvoice) -> ExitCode {
    match command {
        Einvoice::Validate(args) => validate::run(args),
        Einvoice::Convert(args) => code(documents::convert(args)),
        Einvoice::Render(args) => code(documents::render(args)),
        Einvoice::Extract(args) => code(documents::extract(args)),
    }
}

fn code(result: anyhow::Result<u8>) -> ExitCode {
    result.map_or_else(|error| crate::failed(&error), ExitCode::from)
}

/// The bytes of a file, never many more than the reader accepts.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_FILE).read_to_end(&mut bytes)?;
    Ok(bytes)
}
