//! What can be said after `novads einvoice`.

use std::{ffi::OsString, path::PathBuf};

use clap::{Args, Subcommand, ValueEnum};

/// `novads einvoice`
#[derive(Debug, Subcommand)]
pub enum Einvoice {
    /// Judge invoices by EN 16931, Peppol BIS Billing 3.0 and the Latvian checks
    Validate(Validate),
}

/// Which rules apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PolicyName {
    /// The European standard EN 16931 alone
    En16931,
    /// Peppol BIS Billing 3.0, which includes EN 16931
    Peppol,
    /// Peppol and the Latvian checks; of foreign sellers only EN 16931 is required
    Lv,
}

/// How findings are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// One JSON object a line and file
    Json,
    /// For people
    Text,
}

/// In which language findings speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// Latvian
    Lv,
    /// English
    En,
    /// Latvian, then English
    Both,
}

/// `novads einvoice validate`
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Reads UBL 2.1 Invoice and CreditNote, UN/CEFACT Cross Industry Invoice D16B and Peppol Invoice Response; which one it
is, the root element says. With --format json each file gives one line:
  {\"file\", \"syntax\", \"valid\", \"findings\": [{\"rule\", \"severity\", \"term\", \"location\", \"text\"}]}
in the order of the files. `severity` is fatal, warning or info; `valid` means that nothing is fatal. A rule that
fails at three places is three findings. A file that cannot be read gives a line too, with the rule FILE-UNREADABLE.

Exit codes: 0 every file is valid, 1 some are not, 2 the command line cannot be understood.

Examples:
  novads einvoice validate invoice.xml
  novads einvoice validate --policy lv --buyers institutions.txt --format json inbox/*.xml")]
pub struct Validate {
    /// The files
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<OsString>,
    /// Which rules apply
    #[arg(long, value_enum, default_value_t = PolicyName::Peppol)]
    pub policy: PolicyName,
    /// How findings are printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// In which language findings speak
    #[arg(long, value_enum, default_value_t = Language::Both)]
    pub language: Language,
    /// With --policy lv: a file with the registration numbers of our institutions, one a line; the buyer must be one
    #[arg(long, value_name = "FILE")]
    pub buyers: Option<PathBuf>,
}
