//! What makes a repeated submit harmless: the first transaction that changes something under the key of a form
//! writes the key with it, so a second one with that key cannot commit.

use std::sync::{
    Arc,
    atomic::{AtomicU8, Ordering},
};

use uuid::Uuid;

use crate::{Op, OpError};

const OPEN: u8 = 0;
const KEPT: u8 = 1;
const ELSEWHERE: u8 = 2;

/// The submit of a form.
#[derive(Debug)]
pub(crate) struct Submit {
    key: Uuid,
    state: AtomicU8,
}

impl Submit {
    pub(crate) fn new(key: Uuid) -> Arc<Self> {
        Arc::new(Self { key, state: AtomicU8::new(OPEN) })
    }

    /// The key, for the first transaction that asks.
    pub(crate) fn claim(&self) -> Option<Uuid> {
        let first = self.state.compare_exchange(OPEN, KEPT, Ordering::AcqRel, Ordering::Acquire).is_ok();
        first.then_some(self.key)
    }

    /// A use-case keeps a key of its own, which says where it led.
    pub(crate) fn kept_elsewhere(&self) {
        let _ = self.state.compare_exchange(OPEN, ELSEWHERE, Ordering::AcqRel, Ordering::Acquire);
    }

    fn is_kept(&self) -> bool {
        self.state.load(Ordering::Acquire) == KEPT
    }
}

impl Op {
    /// Where an earlier submit with this one's key led, if there was one and it was this actor's. Empty where it led
    /// nowhere.
    ///
    /// # Errors
    /// The database failed.
    pub async fn led_to(&self) -> Result<Option<String>, OpError> {
        let Some(submit) = &self.submit else { return Ok(None) };
        let mut raw = self.kernel.db.begin(Some(self.tenant()), true).await?;
        let found: Option<String> = sqlx::query_scalar(db::sql!(
            "select location from kernel.submission where tenant_id = $1 and id = $2 and actor_id is not distinct from $3"
        ))
        .bind(self.tenant())
        .bind(submit.key)
        .bind(self.person())
        .fetch_optional(raw.conn())
        .await?;
        raw.commit().await?;
        Ok(found)
    }

    /// Remembers where this submit led, if it changed anything.
    ///
    /// # Errors
    /// The database failed.
    pub async fn leads_to(&self, location: &str) -> Result<(), OpError> {
        let Some(submit) = self.submit.as_ref().filter(|s| s.is_kept()) else { return Ok(()) };
        let mut raw = self.kernel.db.begin(Some(self.tenant()), false).await?;
        sqlx::query(db::sql!("update kernel.submission set location = $3 where tenant_id = $1 and id = $2"))
            .bind(self.tenant())
            .bind(submit.key)
            .bind(location)
            .execute(raw.conn())
            .await?;
        Ok(raw.commit().await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_given_once() {
        let submit = Submit::new(Uuid::from_u128(1));
        assert_eq!(submit.claim(), Some(Uuid::from_u128(1)));
        assert!(submit.claim().is_none() && submit.is_kept());
        let other = Submit::new(Uuid::from_u128(2));
        other.kept_elsewhere();
        assert!(other.claim().is_none() && !other.is_kept());
    }
}
