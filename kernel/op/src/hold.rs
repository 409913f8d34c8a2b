use std::marker::PhantomData;

use sqlx::{FromRow, postgres::PgRow};
use types::PersonId;
use uuid::Uuid;

use crate::{Action, Facts};

/// A row that can be held: what to select, and the facts its rules need.
pub trait Held: for<'r> FromRow<'r, PgRow> + Send + Unpin {
    /// Who may not even see it gets "not found" instead of "forbidden".
    type View: Action;
    /// `select … from schema.table r … where r.tenant_id = $1 and r.id = any($2)`; the row to lock is `r`.
    const SELECT: &'static str;
    /// The kind's name in the audit trail.
    const KIND: &'static str;
    /// Its id.
    fn id(&self) -> Uuid;
    /// Its version, for optimistic locking across requests.
    fn version(&self) -> i32;
    /// The facts.
    fn facts(&self) -> Facts;
}

/// Proof that the actor may do `A` to one row, checked while the row is locked. Only [`crate::Tx::hold`] makes it.
#[derive(Debug)]
pub struct May<A: Action> {
    resource: Uuid,
    version: i32,
    capacity: PersonId,
    action: PhantomData<A>,
}

impl<A: Action> May<A> {
    pub(crate) const fn new(resource: Uuid, version: i32, capacity: PersonId) -> Self {
        Self { resource, version, capacity, action: PhantomData }
    }

    /// The row.
    #[must_use]
    pub const fn resource(&self) -> Uuid {
        self.resource
    }

    /// The version that was locked.
    #[must_use]
    pub const fn version(&self) -> i32 {
        self.version
    }

    /// In whose capacity: the actor's own, or that of the person they substitute.
    #[must_use]
    pub const fn capacity(&self) -> PersonId {
        self.capacity
    }
}

/// One refused row of a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The row.
    pub id: Uuid,
    /// Does the actor see it at all?
    pub visible: bool,
}
