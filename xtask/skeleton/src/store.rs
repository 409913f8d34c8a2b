//! SQL, and only SQL.

use op::{Audit, May, OpError, Read, Scope, Tx};
use sqlx::FromRow;
use types::Timestamp;
use uuid::Uuid;

use crate::{
    actions::{MakeEntry, ViewEntry},
    model::Entry,
};

/// A line of the list.
#[derive(Clone, Debug, FromRow)]
pub struct Line {
    /// Its id.
    pub id: Uuid,
    /// What it is called.
    pub title: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Writes entries, and says so in the trail.
///
/// # Errors
/// The database failed.
pub async fn insert(tx: &mut Tx, _: &May<MakeEntry>, entries: &[Entry]) -> Result<(), OpError> {
    let tenant = tx.op().tenant();
    let ids: Vec<Uuid> = entries.iter().map(|e| e.id).collect();
    let units: Vec<Uuid> = entries.iter().map(|e| e.unit.uuid()).collect();
    let people: Vec<Uuid> = entries.iter().map(|e| e.person.uuid()).collect();
    let titles: Vec<&str> = entries.iter().map(|e| e.title.as_str()).collect();
    let moments: Vec<Timestamp> = entries.iter().map(|e| e.created_at).collect();
    sqlx::query(db::sql!(
        "insert into APP_NAME.entry (tenant_id, id, unit_id, person_id, title, created_at)
         select $1, * from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::timestamptz[])"
    ))
    .bind(tenant)
    .bind(&ids)
    .bind(&units)
    .bind(&people)
    .bind(&titles)
    .bind(&moments)
    .execute(tx.conn())
    .await?;
    tx.audit(Audit::of_all(<MakeEntry as op::Action>::DEF.name, "APP-NAME.entry", ids));
    Ok(())
}

/// The newest entries that the actor may see.
///
/// # Errors
/// The database failed.
pub async fn newest(read: &mut Read) -> sqlx::Result<Vec<Line>> {
    let op = read.op().clone();
    let scope = op.scope(<ViewEntry as op::Action>::DEF);
    let nowhere = scope == Scope::None;
    sqlx::query_as(db::sql!(
        "select id, title, created_at from APP_NAME.entry
         where tenant_id = $1 and not $4 and ($2::uuid[] is null or unit_id = any($2) or person_id = $3)
         order by id desc limit 100"
    ))
    .bind(op.tenant())
    .bind(scope.units())
    .bind(op.person())
    .bind(nowhere)
    .fetch_all(read.conn())
    .await
}
