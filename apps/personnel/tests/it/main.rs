//! The leave thread through the real router and the real database.

mod figures;
mod filing_leave;
mod world;
