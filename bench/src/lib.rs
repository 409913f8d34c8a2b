//! `novads bench`: what the house costs, as ratios against a reference of the same run. The machine that it runs on
//! is shared and slow or fast as it happens to be; a ratio is worth something, a millisecond by itself is not.
//!
//! How each figure is come by stands in `docs/performance.md`.

mod batch;
mod decode;
mod einvoice;
mod einvoice_year;
mod idle;
mod machine;
mod pages;
mod paths;
mod plans;
mod relay;
mod replay;
mod report;
mod rig;
mod seed;
mod signing;
mod spine;
mod visitors;
mod wire;
mod year;

use std::{path::PathBuf, sync::Arc};

use anyhow::Result;
use db::{Db, Migrations};
use manifest::SetUp;
use op::{Extensions, Kernel};
use web::App;

pub use self::signing::Signing;
pub use self::year::Year;
pub use einvoice::Einvoice;

/// The house, as the server puts it together.
#[derive(Clone, Copy)]
pub struct House {
    /// Every crate's tables.
    pub migrations: fn() -> Vec<Migrations>,
    /// What prepares a new municipality.
    pub set_ups: fn() -> Vec<SetUp>,
    /// The kernel over a database.
    pub kernel: fn(Db) -> Result<Arc<Kernel>>,
    /// What the house registers for itself.
    pub extensions: fn() -> Result<Extensions>,
    /// The kernel over a database, with more than that.
    pub kernel_with: fn(Db, Extensions) -> Arc<Kernel>,
    /// The pages over a kernel: public address, key of form tokens.
    pub app: fn(Arc<Kernel>, String, [u8; 32]) -> Result<App>,
}

/// `novads bench`
#[derive(clap::Subcommand, Clone, Debug)]
pub enum Command {
    /// From the application to the registered order against bare writes; pages at a million documents; memory, start
    Spine(Spine),
    /// Electronic invoices read and judged, beside SaxonC, en16931-cli and mock-einvoice
    Einvoice(Einvoice),
    /// Signatures judged and made, beside libdigidocpp; a batch with one consent
    Signing(Signing),
    /// A year of made-up municipalities beside bare writes and pgbench; then fifty people at work on what it left
    Year(Year),
}

/// `novads bench spine`
#[derive(clap::Args, Clone, Debug)]
#[command(after_help = "\
It starts a PostgreSQL of its own with the settings of a private one; nothing else is touched. The full size
takes some minutes and about 4 GB in the folder. Figures of a debug build tell nothing.")]
pub struct Spine {
    /// Which parts; all if not said
    #[arg(long, value_enum)]
    pub part: Vec<Part>,
    /// A part of the full size: 0.1 is a tenth of the applications and documents
    #[arg(long, default_value_t = 1.0, value_name = "PART")]
    pub scale: f64,
    /// Applications that go all the way to a registered order
    #[arg(long, default_value_t = 2000)]
    pub applications: usize,
    /// Documents, of all municipalities together
    #[arg(long, default_value_t = 1_000_000)]
    pub documents: u64,
    /// Municipalities
    #[arg(long, default_value_t = 43)]
    pub tenants: u64,
    /// Keep everything in this folder, and use what an earlier run left there
    #[arg(long, value_name = "DIR")]
    pub folder: Option<PathBuf>,
    /// Write the figures into this file
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
}

/// A part of the benchmark.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// One application to a registered order
    Paths,
    /// Task list, card, register, search
    Pages,
    /// Documents that outside systems bring by the thousand
    Batch,
    /// Memory of an idle server, time to the first page
    Idle,
}

/// Runs it.
///
/// # Errors
/// The cluster does not start, a use-case refused, a page failed.
pub async fn run(house: &House, command: &Command) -> Result<()> {
    match command {
        Command::Spine(args) => spine::run(house, args).await,
        Command::Einvoice(args) => einvoice::run(house, args).await,
        Command::Signing(args) => self::signing::run(args).await,
        Command::Year(args) => year::run(house, args).await,
    }
}
