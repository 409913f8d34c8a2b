//! Electronic invoices (e-rēķini): EN 16931 in UBL 2.1 and CII D16B, and Peppol BIS Billing 3.0.
//!
//! [`validate`] reads a document into a tree that keeps everything, and answers with every finding: what rule,
//! how grave, which business term, where, in Latvian and English. Rules are tables in the folder `rules`.
//! Law: Regulation of the Cabinet of Ministers No 154 (2019) on invoices to public bodies; directive 2014/55/EU.

mod attachments;
mod lang;
mod latvia;
pub mod model;
#[cfg(feature = "pdf")]
pub mod pdf;
mod report;
mod rules;
mod structure;
pub mod view;
pub mod xml;

pub use report::{Finding, Location, Options, Policy, Report, Syntax, is_readable, rules, validate, validate_with};
pub use rules::Severity;
