//! The one door: an [`Op`] says who acts, for whom, in which tenant, when. Through it one opens a
//! transaction, *holds* what one wants to change (row lock and right in one), decides, writes, commits.
//!
//! ```ignore
//! let mut tx = op.begin().await?;
//! let (order, may) = tx.hold::<Order, SignOrder>(id).await?;   // row lock + facts; else 403 or 404
//! let change = order.sign(op.now())?;                           // pure
//! store::sign(&mut tx, &may, change).await?;                    // every write takes &May<Action>
//! tx.commit().await?;                                           // an error if nothing was audited
//! ```

mod action;
mod hold;
mod kernel;
mod operation;
mod seal;
mod submit;
mod trail;
mod tx;
mod writing;

pub use action::{Action, ActionDef, Condition, Facts, Grants, Hat, RoleGrant, Rule, Scope, matrix};
pub use hold::{Held, May, Refusal};
pub use kernel::{Extensions, Kernel, KernelConfig};
pub use operation::{Actor, Op, pool_id};
pub use seal::{SealError, SealReport, seal, verify};
pub use trail::{Audit, Event, NewJob};
pub use tx::{Read, Tx};
pub use writing::Writing;

use db::{DbError, Migrations};

/// The kernel's tables.
pub const MIGRATIONS: Migrations = Migrations {
    schema: "kernel",
    steps: &[("0001_kernel", include_str!("../migrations/0001_kernel.sql"))],
    replaceable: &[include_str!("../migrations/rights.sql")],
};

/// Why an operation was refused or failed, before any rule of an app was asked.
#[derive(Debug, thiserror::Error)]
pub enum OpError {
    /// The actor may know of it but may not do this.
    #[error("not permitted: {0}")]
    Forbidden(&'static str),
    /// It does not exist, or its existence is not theirs to know.
    #[error("not found")]
    NotFound,
    /// Somebody else changed the row since it was shown.
    #[error("changed by somebody else since")]
    Stale,
    /// A named constraint refused the row.
    #[error("constraint {0}")]
    Conflict(String),
    /// A programming error: a transaction that wrote without saying what it did.
    #[error("nothing was audited")]
    Unaudited,
    /// The database failed.
    #[error(transparent)]
    Db(DbError),
}

impl From<DbError> for OpError {
    fn from(e: DbError) -> Self {
        match e {
            DbError::NotFound => Self::NotFound,
            DbError::Stale => Self::Stale,
            DbError::Conflict(c) => Self::Conflict(c),
            other => Self::Db(other),
        }
    }
}

impl From<sqlx::Error> for OpError {
    fn from(e: sqlx::Error) -> Self {
        DbError::from(e).into()
    }
}

/// The actions of the kernel itself; apps declare theirs the same way.
///
/// ```ignore
/// op::actions! {
///     /// See an order.
///     ViewOrder = "personnel.order.view" [ "employee": Own, "hr": InUnit ];
/// }
/// ```
#[macro_export]
macro_rules! actions {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal [ $($role:literal : $cond:ident),* $(,)? ];)*) => {
        $(
            $(#[doc = $doc])+
            #[derive(Clone, Copy, Debug)]
            pub struct $name;
            impl $crate::Action for $name {
                const DEF: &'static $crate::ActionDef = &$crate::ActionDef {
                    name: $text,
                    doc: concat!($($doc),+),
                    rules: &[$($crate::Rule { role: $role, condition: $crate::Condition::$cond }),*],
                };
            }
        )*
        /// Every action of this crate, for the printed matrix.
        pub const ACTIONS: &[&$crate::ActionDef] = &[$(<$name as $crate::Action>::DEF),*];
    };
}
