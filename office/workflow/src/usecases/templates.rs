use op::{Audit, Facts, Op, OpError};
use serde_json::json;
use types::{RouteTemplateId, UnitId};

use crate::{
    actions::EditTemplates,
    plan::Plan,
    store::{self, TemplateRow},
};

/// Why a template was not saved.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// By key of a text and number of the group, as [`Plan::faults`] says.
    #[error("the plan is not sound")]
    Faulty(Vec<(usize, &'static str)>),
    /// The database or the rights.
    #[error(transparent)]
    Op(#[from] OpError),
}

impl From<sqlx::Error> for TemplateError {
    fn from(e: sqlx::Error) -> Self {
        Self::Op(e.into())
    }
}

/// Keeps a plan as the next version, a draft: it is in force when somebody switches it on.
///
/// # Errors
/// The plan is not sound, or it is not theirs to change.
pub async fn save_template(
    op: &Op,
    code: &str,
    institution: Option<UnitId>,
    plan: &Plan,
) -> Result<RouteTemplateId, TemplateError> {
    let faults = plan.faults();
    if !faults.is_empty() {
        return Err(TemplateError::Faulty(faults));
    }
    let mut tx = op.begin().await?;
    let may = tx.create::<EditTemplates>(&Facts { unit: institution, ..Facts::default() })?;
    let id = store::new_template(&mut tx, &may, code, institution, plan).await?;
    tx.audit(
        Audit::of("workflow.template.edit", "route-template", id).with(json!({ "effect": "drafted", "code": code })),
    );
    tx.history(id, "template-drafted", json!({ "code": code }));
    tx.commit().await?;
    Ok(id)
}

/// Switches a version on; `None` goes back to what stands above: the municipality's, or the app's own.
///
/// # Errors
/// It is not theirs to change, or there is none.
pub async fn activate_template(
    op: &Op,
    code: &str,
    institution: Option<UnitId>,
    id: Option<RouteTemplateId>,
) -> Result<(), TemplateError> {
    let mut tx = op.begin().await?;
    let may = tx.create::<EditTemplates>(&Facts { unit: institution, ..Facts::default() })?;
    let mut before = store::lock_templates(tx.conn(), op.tenant(), code, institution).await?;
    before.retain(|t| t.state == "active");
    let subject = match id {
        Some(id) => {
            let found = store::template_versions(tx.conn(), op.tenant(), code, institution).await?;
            let one: TemplateRow = found.into_iter().find(|t| t.id == id).ok_or(OpError::NotFound)?;
            let faults = one.plan.0.faults();
            if !faults.is_empty() {
                return Err(TemplateError::Faulty(faults));
            }
            one.id
        }
        None => before.first().map(|t| t.id).ok_or(OpError::NotFound)?,
    };
    store::activate_template(&mut tx, &may, code, institution, id).await?;
    let effect = if id.is_some() { "activated" } else { "retired" };
    tx.audit(
        Audit::of("workflow.template.edit", "route-template", subject).with(json!({ "effect": effect, "code": code })),
    );
    tx.history(subject, if id.is_some() { "template-activated" } else { "template-retired" }, json!({ "code": code }));
    tx.commit().await?;
    Ok(())
}
