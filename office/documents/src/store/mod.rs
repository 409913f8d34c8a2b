//! SQL of lists and cards. Scope and access are bound into every statement: nothing is filtered afterwards.

mod card;
mod disposal;
mod find;
mod lists;
mod setup;

pub(crate) use card::*;
pub(crate) use disposal::{
    Disposal, DisposalLine, Due, disposal_files, disposals, disposed_documents, due, erase, free_classes, lock_due,
    lock_unnamed, new_disposal, reopened, turn_disposal,
};
pub use disposal::{DisposalKind, DisposalState};
pub(crate) use find::*;
pub(crate) use lists::*;
pub(crate) use setup::*;
