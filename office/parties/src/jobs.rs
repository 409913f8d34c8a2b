//! Background work: substitutions begin and end on their day; home units follow the date.

use jobs::{Every, Job, JobDef, JobError};
use op::{Facts, Op, OpError};
use serde::Deserialize;
use types::{BoxFuture, SubstitutionId};

use crate::{actions::ChangeEmployment, store, usecases};

/// What this crate does in the background.
#[must_use]
pub fn all() -> Vec<JobDef> {
    vec![
        JobDef::new(usecases::TURN, turn).in_sets_of(50),
        JobDef::new("parties.roll-home-units", roll).every(Every::DayAt(0)),
    ]
}

#[derive(Deserialize)]
struct Turn {
    id: SubstitutionId,
    turn: String,
}

fn turn(op: Op, jobs: Vec<Job>) -> BoxFuture<'static, Result<(), JobError>> {
    Box::pin(async move {
        for job in jobs {
            let t: Turn = serde_json::from_value(job.payload).map_err(|e| JobError::Dead(e.to_string()))?;
            match usecases::turn_substitution(&op, t.id, t.turn == "start").await {
                Ok(()) | Err(OpError::NotFound) => {}
                Err(e) => return Err(e.into()),
            }
        }
        Ok(())
    })
}

fn roll(op: Op, _: Vec<Job>) -> BoxFuture<'static, Result<(), JobError>> {
    Box::pin(async move {
        let mut tx = op.begin().await?;
        let may = tx.create::<ChangeEmployment>(&Facts::default())?;
        let changed = store::roll_home_units(&mut tx, &may).await?;
        if changed > 0 {
            let audit = op::Audit::of_all("parties.home-units.roll", "parties.person", Vec::new());
            tx.audit(audit.with(serde_json::json!({ "changed": changed })));
            tx.commit().await?;
        }
        Ok(())
    })
}
