//! Hold, decide, store, commit: one transaction each.

use op::{Event, Facts, Op, OpError};
use types::UnitId;
use uuid::Uuid;

use crate::{
    actions::MakeEntry,
    model::{self, Entry, Refused},
    store,
};

/// An entry was made.
pub const MADE: &str = "APP-NAME.entry-made";

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum MakeError {
    /// A rule refused.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// Rights or the database.
    #[error(transparent)]
    Op(#[from] OpError),
}

/// Makes an entry in a unit.
///
/// # Errors
/// A rule refused, or it is not theirs to do.
pub async fn make(op: &Op, unit: UnitId, title: &str) -> Result<Uuid, MakeError> {
    let person = op.person().ok_or(OpError::Forbidden("APP-NAME.entry.make"))?;
    let mut tx = op.begin().await?;
    let facts = Facts { unit: Some(unit), owner: Some(person), assigned: Vec::new() };
    let may = tx.create::<MakeEntry>(&facts)?;
    let entry = Entry { id: op.new_id(), unit, person, title: model::title(title)?, created_at: op.now() };
    store::insert(&mut tx, &may, std::slice::from_ref(&entry)).await?;
    tx.publish(Event { kind: MADE, subjects: vec![entry.id], data: serde_json::json!({ "unit": unit }) });
    tx.commit().await?;
    Ok(entry.id)
}
