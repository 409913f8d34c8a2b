//! The door frame: connections, migrations, classes of table. Knows tenants, not rights: those are `op`'s.
//!
//! Nobody but `op`, `jobs` and `testkit` opens a transaction here; a test on the floors holds it.

pub mod cluster;
mod connect;
mod error;
mod migrate;
mod probe;

pub use connect::{Db, RawTx, SERVER_ROLE, SharedConn};
pub use error::DbError;
pub use migrate::{Migrations, migrate};
pub use probe::{OLDEST_VERSION, ServerFacts, Way, pending, probe, way};

/// Marks a literal as one of our SQL statements. A test reads every `sql!` of the tree and prepares it
/// against the migrated database, so a statement that no test happens to run cannot rot.
#[macro_export]
macro_rules! sql {
    ($text:literal) => {
        $text
    };
}
