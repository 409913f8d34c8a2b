use op::{Facts, Held};
use serde_json::Value;
use sqlx::FromRow;
use types::{IdentityId, PersonId, Timestamp};
use uuid::Uuid;

use crate::{actions::Sign, model::State};

/// A signing request, with what its rules need.
#[derive(Clone, Debug, FromRow)]
pub struct Request {
    /// Its id.
    pub id: Uuid,
    /// Who signs.
    pub person_id: PersonId,
    /// The identity they were signed in with.
    pub identity_id: IdentityId,
    /// Whose place they had chosen to act in.
    pub acting_for: Option<PersonId>,
    /// The language of their pages.
    pub locale: String,
    /// How far it is.
    pub state: State,
    /// The chosen method.
    pub method: Option<String>,
    /// When they consented.
    pub consented_at: Option<Timestamp>,
    /// The time that stands in the signatures.
    pub signed_at: Option<Timestamp>,
    /// The digest of what must be brought back.
    pub callback: Option<String>,
    /// Where they go.
    pub go_url: Option<String>,
    /// What the browser's token is asked.
    pub browser: Option<Value>,
    /// What the method keeps, sealed.
    pub kept: Option<Vec<u8>>,
    /// Why it does not go on: the key of a text.
    pub reason: Option<String>,
    /// More of why.
    pub detail: Option<String>,
    /// How often proofs were asked for in vain.
    pub attempts: i32,
    /// Until when.
    pub expires_at: Timestamp,
    /// For optimistic locking.
    pub version: i32,
}

impl Held for Request {
    type View = Sign;
    const SELECT: &'static str = db::sql!(
        "select r.id, r.person_id, r.identity_id, r.acting_for, r.locale, r.state, r.method, r.consented_at, r.signed_at,
                r.callback, r.go_url, r.browser, r.kept, r.reason, r.detail, r.attempts, r.expires_at, r.version
         from signing.request r where r.tenant_id = $1 and r.id = any($2)"
    );
    const KIND: &'static str = "signing-request";

    fn id(&self) -> Uuid {
        self.id
    }

    fn version(&self) -> i32 {
        self.version
    }

    fn facts(&self) -> Facts {
        Facts { owner: Some(self.person_id), ..Facts::default() }
    }
}
