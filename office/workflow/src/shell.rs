//! What stands around every page: the municipality, the person, whom they act for, how much waits.

use std::sync::Arc;

use op::{Op, OpError};
use types::BoxFuture;
use web::{ShellFacts, ShellSource};

use crate::store;

struct Office;

impl ShellSource for Office {
    fn facts<'a>(&'a self, op: &'a Op) -> BoxFuture<'a, Result<ShellFacts, OpError>> {
        Box::pin(facts(op))
    }
}

/// What the shell shows, in two statements. The server registers it.
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
    Ok(ShellFacts { municipality, user, may_act_for, tasks: u64::try_from(waiting).unwrap_or(0) })
}
