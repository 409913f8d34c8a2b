//! `novads report`

use anyhow::{Result, bail};

use crate::cli::{Place, Report};

/// Prints the figures of a report.
pub async fn run(_place: &Place, args: &Report) -> Result<u8> {
    bail!("there is no report {}; this program has none", args.name)
}
