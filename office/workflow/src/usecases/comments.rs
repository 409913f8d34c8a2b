use op::{Audit, Held as _, Op, OpError, Tx};
use serde_json::json;
use types::{ApplicationId, CommentId, TaskId};
use uuid::Uuid;

use crate::{
    actions::Comment,
    store::{self, Application, TaskHeld},
};

/// Says something about an application; `key` makes a second submit harmless.
///
/// # Errors
/// It is not theirs to see, or the database failed.
pub async fn comment_on_application(op: &Op, id: ApplicationId, key: Option<Uuid>, text: &str) -> Result<(), OpError> {
    let mut tx = op.begin().await?;
    let (application, may) = tx.hold::<Application, Comment>(id).await?;
    if said_before(&mut tx, key).await? {
        return Ok(());
    }
    let comment: CommentId = op.new_id();
    store::comment(&mut tx, &may, comment, application.id(), None, text).await?;
    said(tx, comment, application.id()).await
}

/// Says something about what a task is about.
///
/// # Errors
/// It is not theirs to see, or the database failed.
pub async fn comment_on_task(
    op: &Op,
    id: TaskId,
    key: Option<Uuid>,
    place: Option<&str>,
    text: &str,
) -> Result<(), OpError> {
    let mut tx = op.begin().await?;
    let (task, may) = tx.hold::<TaskHeld, Comment>(id).await?;
    if said_before(&mut tx, key).await? {
        return Ok(());
    }
    let comment: CommentId = op.new_id();
    store::comment(&mut tx, &may, comment, task.subject_id, place, text).await?;
    said(tx, comment, task.subject_id).await
}

async fn said_before(tx: &mut Tx, key: Option<Uuid>) -> Result<bool, OpError> {
    match key {
        Some(key) => Ok(tx.once(key, "").await?.is_some()),
        None => Ok(false),
    }
}

async fn said(mut tx: Tx, comment: CommentId, subject: Uuid) -> Result<(), OpError> {
    tx.audit(Audit::of_all("workflow.comment.add", "comment", vec![comment.uuid(), subject]));
    tx.history(subject, "commented", json!({}));
    tx.commit().await
}
