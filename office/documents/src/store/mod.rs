//! SQL of lists and cards. Scope and access are bound into every statement: nothing is filtered afterwards.

mod card;
mod find;
mod lists;
mod setup;

pub(crate) use card::*;
pub(crate) use find::*;
pub(crate) use lists::*;
pub(crate) use setup::*;
