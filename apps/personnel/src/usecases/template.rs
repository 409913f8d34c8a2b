use op::{Audit, Facts, Op, OpError};
use serde_json::json;

use crate::{
    actions::EditTemplates,
    letters::{self, LetterError},
    orders, store,
};

/// Why a text was not saved.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// The title cannot be filled.
    #[error("title: {0}")]
    Title(LetterError),
    /// The text cannot be filled.
    #[error("text: {0}")]
    Body(LetterError),
    /// The database or the rights.
    #[error(transparent)]
    Op(#[from] OpError),
}

/// Puts a text into force; it must be fillable with the sample values.
///
/// # Errors
/// What is wrong with it, and in which line; or it is not theirs to change.
pub async fn save_template(op: &Op, word: &str, title: &str, body: &str) -> Result<(), TemplateError> {
    let values = orders::sample(word);
    letters::fill(title, &values).map_err(TemplateError::Title)?;
    letters::fill(body, &values).map_err(TemplateError::Body)?;
    replace(op, word, Some((title, body))).await
}

/// Goes back to the built-in text.
///
/// # Errors
/// It is not theirs to change.
pub async fn use_built_in(op: &Op, word: &str) -> Result<(), TemplateError> {
    replace(op, word, None).await
}

async fn replace(op: &Op, word: &str, new: Option<(&str, &str)>) -> Result<(), TemplateError> {
    let mut tx = op.begin().await?;
    // The texts are the municipality's: whoever edits them does so for all.
    let may = tx.create::<EditTemplates>(&Facts::default())?;
    store::replace_text(&mut tx, &may, word, new).await?;
    let effect = if new.is_some() { "replaced" } else { "built-in" };
    let audit = Audit::of("personnel.template.edit", "tenant", op.tenant());
    tx.audit(audit.with(json!({ "text": word, "effect": effect })));
    Ok(tx.commit().await?)
}
