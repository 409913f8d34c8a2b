use op::{Facts, Held};
use sqlx::FromRow;
use types::{Date, DeliveryId, DocumentId, PersonId, Timestamp, UnitId};
use uuid::Uuid;

use crate::{
    actions::ViewDelivery,
    model::{Channel, State},
};

/// A delivery, with what its rules need.
#[derive(Clone, Debug, FromRow)]
pub struct Delivery {
    /// Its id.
    pub id: DeliveryId,
    /// What it is about.
    pub subject_id: Uuid,
    /// The document delivered.
    pub document_id: Option<DocumentId>,
    /// The unit it is sent from.
    pub unit_id: UnitId,
    /// The institution it is sent from.
    pub institution_id: UnitId,
    /// To whom, where it is a person we know.
    pub person_id: Option<PersonId>,
    /// To whom, in words.
    pub recipient: String,
    /// Where to, where it is not the person's own channel.
    pub address: Option<String>,
    /// How.
    pub channel: Channel,
    /// In one line.
    pub title: String,
    /// What the notice or letter says.
    pub text: String,
    /// Where more can be seen.
    pub href: String,
    /// Where it stands.
    pub state: State,
    /// Why it waits or failed: a key of a text, or what the other side said.
    pub reason: Option<String>,
    /// Since when it is here.
    pub queued_at: Timestamp,
    /// When it was sent.
    pub sent_at: Option<Timestamp>,
    /// When the recipient had it.
    pub delivered_at: Option<Timestamp>,
    /// When the law deems it delivered.
    pub deemed_on: Option<Date>,
    /// May what it delivers be appealed against?
    pub appealable: bool,
    /// Until when this recipient may appeal.
    pub appeal_until: Option<Date>,
    /// Law and article of the deemed day.
    pub ground: Option<String>,
    /// How often it was tried.
    pub attempts: i32,
    /// For optimistic locking.
    pub version: i32,
}

impl Held for Delivery {
    type View = ViewDelivery;
    const SELECT: &'static str = db::sql!(
        "select r.id, r.subject_id, r.document_id, r.unit_id, r.institution_id, r.person_id, r.recipient, r.address,
                r.channel, r.title, r.text, r.href, r.state, r.reason, r.queued_at, r.sent_at, r.delivered_at, r.deemed_on,
                r.appealable, r.appeal_until, r.ground, r.attempts, r.version
         from delivery.delivery r where r.tenant_id = $1 and r.id = any($2)"
    );
    const KIND: &'static str = "delivery";

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn version(&self) -> i32 {
        self.version
    }

    fn facts(&self) -> Facts {
        Facts { unit: Some(self.unit_id), owner: self.person_id, assigned: Vec::new() }
    }
}
