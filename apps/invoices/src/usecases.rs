//! Take in, code, answer, pay, settle.

mod answer;
mod bank;
mod code;
mod exchange;
mod matching;
mod pay;
mod prepare;
mod receive;
mod templates;
mod waiting;

pub use answer::answer;
pub use bank::{Imported, import_statement, import_status};
pub(crate) use code::euros;
pub use code::{accept, clear, code, code_set};
pub use exchange::{export, exported, parcel_of, reported};
pub use matching::{agree, receive_goods, rematch};
pub use pay::{Proposal, cancel, file_of, name_account, propose, release};
pub use prepare::{Picture, Prepared, Sorted, prepare, sort, sort_all};
pub use receive::{Arrival, Outcome, Received, layers, receive, receive_set};
pub use templates::{Asked as AskedTemplate, end_template, make_template};
pub use waiting::{Dismissal, dismiss, enter, keep_pictures};

use op::OpError;
use types::Money;

use crate::model::{CodingFault, State};

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum InvoicesError {
    /// It does not stand where this can be done.
    #[error("the invoice is {0:?}")]
    State(State),
    /// The parts of the coding.
    #[error(transparent)]
    Coding(#[from] CodingFault),
    /// Something must be looked at first.
    #[error("{0} alerts are open")]
    Alerts(i64),
    /// Nobody can take a step of its route.
    #[error("nobody to take step {0}")]
    Nobody(u16),
    /// What one did oneself needs a second person.
    #[error("a second person is needed")]
    SecondPerson,
    /// Nothing to pay.
    #[error("nothing to pay")]
    Nothing,
    /// The bank would refuse it.
    #[error("the bank would refuse it: {0}")]
    Refused(String),
    /// Not a message of the bank that can be read.
    #[error("not a message of a bank: {0}")]
    NotReadable(String),
    /// The account is none of ours.
    #[error("{0} is none of our accounts")]
    NotOurs(String),
    /// The lines do not lead from the opening to the closing balance.
    #[error("the balances do not agree")]
    Balances,
    /// An account number that is none.
    #[error("no account number")]
    Iban,
    /// An amount that the house does not hold.
    #[error("amount {0:?}")]
    Amount(Money),
    /// The rights, the database.
    #[error(transparent)]
    Op(#[from] OpError),
}

impl From<sqlx::Error> for InvoicesError {
    fn from(e: sqlx::Error) -> Self {
        Self::Op(e.into())
    }
}

impl From<workflow::StartError> for InvoicesError {
    fn from(e: workflow::StartError) -> Self {
        match e {
            workflow::StartError::Nobody(step) => Self::Nobody(step),
            workflow::StartError::Op(e) => Self::Op(e),
        }
    }
}
