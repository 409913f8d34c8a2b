use op::Op;
use serde_json::json;
use types::PostId;

use super::PartiesError;
use crate::{NewPost, Post, PostChange, Unit, actions::EditPost, rules, store};

/// Adds a post to a unit.
///
/// # Errors
/// It is not theirs to do.
pub async fn add_post(op: &Op, new: &NewPost) -> Result<PostId, PartiesError> {
    let mut tx = op.begin().await?;
    let (_, may) = tx.hold::<Unit, EditPost>(new.unit_id).await?;
    store::new_post(&mut tx, &may, std::slice::from_ref(new)).await?;
    tx.history(new.unit_id, "post-added", json!({ "post": new.id, "title": new.title }));
    tx.commit().await?;
    Ok(new.id)
}

/// Changes a post, or says its last day.
///
/// # Errors
/// `Stale`, a rule refused, or it is not theirs to do.
pub async fn change_post(op: &Op, id: PostId, version: i32, change: &PostChange) -> Result<(), PartiesError> {
    let mut tx = op.begin().await?;
    let (post, may) = tx.hold_version::<Post, EditPost>(id, version).await?;
    if let Some(last) = change.valid_to {
        let people = store::post_holders_after(tx.conn(), op.tenant(), id, last).await?;
        rules::may_close_post(&post, last, people)?;
    }
    store::update_post(&mut tx, &may, change).await?;
    tx.history(post.unit_id, "post-changed", json!({ "post": id, "title": change.title, "last": change.valid_to }));
    Ok(tx.commit().await?)
}
