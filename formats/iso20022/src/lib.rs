//! Bank messages of ISO 20022: payment orders (maksājuma uzdevumi, pain.001), their status (pain.002) and account
//! statements (konta izraksti, camt.053), as Latvian banks and the State Treasury exchange them.
//!
//! Reading is bounded and never judges more than it must; [`Initiation::faults`] judges what is about to be sent.

mod initiation;
mod initiation_read;
mod reference;
mod statement;
mod statement_read;
mod status;
mod text;
mod xml;

pub use initiation::{Fault, Initiation, Order, Party, Remittance, Transfer, Version};
pub use initiation_read::read_initiation;
pub use reference::{ReferenceError, check_reference, make_reference};
pub use statement::{Balance, Detail, Entry, Statement, StatementFile, StatementVersion};
pub use statement_read::read_statements;
pub use status::{Status, StatusReport, TransferStatus, read_status};
pub use text::{fits, sepa_text};
pub use xml::{Limits, ReadError};
