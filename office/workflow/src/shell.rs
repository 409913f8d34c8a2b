//! What stands around every page: the municipality, the person, whom they act for, how much waits.

use std::sync::Arc;

use op::{Op, OpError};
use sqlx::PgConnection;
use types::{BoxFuture, PersonId, TenantId};
use web::{ShellFacts, ShellSource};

use crate::store;

/// Counts what is new for a person: the address of the place in the rail, and the number. One statement.
pub type ShellCount =
    for<'a> fn(&'a mut PgConnection, TenantId, PersonId) -> BoxFuture<'a, sqlx::Result<(&'static str, i64)>>;

/// What else is counted on every page; found by type.
pub struct ShellCounts(pub Vec<ShellCount>);

struct Office;

impl ShellSource for Office {
    fn facts<'a>(&'a self, op: &'a Op) -> BoxFuture<'a, Result<ShellFacts, OpError>> {
        Box::pin(facts(op))
    }
}

/// What the shell shows: two statements, and one for each thing that is counted beside tasks. The server registers it.
#[must_use]
pub fn shell_source() -> Arc<dyn ShellSource> {
    Arc::new(Office)
}

async fn facts(op: &Op) -> Result<ShellFacts, OpError> {
    let Some(person) = op.person() else { return Ok(ShellFacts::default()) };
    let mut read = op.read().await?;
    let tenant = op.tenant();
    let (municipality, user, may_act_for) =
        parties::shell_names(read.conn(), tenant, person, &op.substitutes()).await?;
    let (waiting, _) = store::count(read.conn(), tenant, &op.principals(), op.today()).await?;
    let mut counts = Vec::new();
    for count in op.kernel().extension::<ShellCounts>().map_or(&[][..], |c| &c.0) {
        let (href, new) = count(read.conn(), tenant, person).await?;
        counts.push((href, u64::try_from(new).unwrap_or(0)));
    }
    Ok(ShellFacts { municipality, user, may_act_for, tasks: u64::try_from(waiting).unwrap_or(0), counts })
}
