//! A year of plausible life, made from the counts of a folder of tables and lived through the real use-cases; then the
//! reports must give those counts back. Knows no app: each brings its own way to live ([`manifest::YearLife`]).

mod profile;
mod run;
mod town;
mod verify;

pub use profile::{Profiles, Spelling, Unread, read, scaled};
pub use run::{Args, Progress, Total, goals, live};
pub use town::code;
pub use verify::{Difference, Impossible, Verdict, impossible, verify};
