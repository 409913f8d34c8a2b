//! What can be said after `novads einvoice`.

use std::{ffi::OsString, path::PathBuf};

use clap::{Args, Subcommand, ValueEnum};

/// `novads einvoice`
#[derive(Debug, Subcommand)]
pub enum Einvoice {
    /// Judge invoices by EN 16931, Peppol BIS Billing 3.0 and the Latvian checks
    Validate(Validate),
    /// Write an invoice in the other syntax, and say what could not be carried over
    Convert(Convert),
    /// Show an invoice to people, as a page or a PDF
    Render(Render),
    /// Take the XML out of a hybrid PDF (Factur-X, ZUGFeRD)
    Extract(Extract),
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

/// A syntax to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Syntax {
    /// UBL 2.1 Invoice or CreditNote
    Ubl,
    /// UN/CEFACT Cross Industry Invoice D16B
    Cii,
}

/// `novads einvoice convert`
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
All business terms of EN 16931 are carried over; whatever else the document holds is listed, a line each, on standard
error (or as JSON in --report). Exit codes: 0 done, 1 the file is no invoice that can be read, 3 something would be
lost and --strict was said.")]
pub struct Convert {
    /// The invoice: XML, or a hybrid PDF
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The syntax to write
    #[arg(long, value_enum)]
    pub to: Syntax,
    /// Into this file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// What could not be carried over, as an array of {place, value} into this file
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Write nothing where something would be lost
    #[arg(long)]
    pub strict: bool,
}

/// How an invoice is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Look {
    /// A page that stands alone
    Html,
    /// An archival PDF
    Pdf,
    /// The PDF with the invoice inside (PDF/A-3, as Factur-X does)
    Hybrid,
}

/// The language of a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ViewLanguage {
    /// Latvian
    Lv,
    /// English
    En,
}

/// `novads einvoice render`
#[derive(Args, Clone, Debug)]
pub struct Render {
    /// The invoice: XML, or a hybrid PDF
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// As what
    #[arg(long, value_enum, default_value_t = Look::Html)]
    pub format: Look,
    /// In which language
    #[arg(long, value_enum, default_value_t = ViewLanguage::Lv)]
    pub language: ViewLanguage,
    /// Into this file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// `novads einvoice extract`
#[derive(Args, Clone, Debug)]
#[command(after_help = "Exit code 1: it is no PDF, or carries no invoice; standard error says which.")]
pub struct Extract {
    /// The PDF
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Into this file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}
