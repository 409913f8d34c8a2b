//! A document as it is held and shown.

use op::{Facts, Held};
use serde_json::Value;
use sqlx::FromRow;
use types::{ClassId, Date, DocumentId, PersonId, Timestamp, UnitId};
use uuid::Uuid;

use crate::{
    actions::ViewDocument,
    model::{AccessLevel, Direction, DocState, Medium},
};

/// A document, with what its rules need.
#[derive(Clone, Debug, FromRow)]
pub struct Document {
    /// Its id.
    pub id: DocumentId,
    /// For optimistic locking.
    pub version: i32,
    /// The kind's code.
    pub kind: String,
    /// The title.
    pub title: String,
    /// Where it stands in its life.
    pub state: DocState,
    /// The institution that numbers it.
    pub institution_id: UnitId,
    /// The unit it belongs to.
    pub unit_id: UnitId,
    /// The person it is about.
    pub owner_id: Option<PersonId>,
    /// Who made it.
    pub author_id: Option<PersonId>,
    /// The code of the system it came from.
    pub source: String,
    /// Which way it travels.
    pub direction: Direction,
    /// On what the original is.
    pub medium: Medium,
    /// Where a paper original is.
    pub original_place: Option<String>,
    /// Who may know of it.
    pub access: AccessLevel,
    /// Why it is restricted.
    pub access_ground: Option<String>,
    /// Its file in the classification scheme.
    pub class_id: Option<ClassId>,
    /// Typed metadata.
    pub data: Value,
    /// From whom or to whom.
    pub correspondent: Option<String>,
    /// The number at the correspondent's.
    pub external_number: Option<String>,
    /// The date at the correspondent's.
    pub external_date: Option<Date>,
    /// The channel by which it came.
    pub received_via: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Its first registration number.
    pub number: Option<String>,
    /// The date of its first registration.
    pub registered_on: Option<Date>,
    /// Whom it is open to beyond the roles of its unit.
    pub readers: Vec<Uuid>,
}

impl Held for Document {
    type View = ViewDocument;
    const SELECT: &'static str = db::sql!(
        "select r.id, r.version, r.kind, r.title, r.state, r.institution_id, r.unit_id, r.owner_id, r.author_id,
                r.source, r.direction, r.medium, r.original_place, r.access, r.access_ground, r.class_id, r.data,
                r.correspondent, r.external_number, r.external_date, r.received_via, r.created_at, r.number,
                r.registered_on,
                array(select a.principal_id from documents.access a
                      where a.tenant_id = r.tenant_id and a.document_id = r.id) as readers
         from documents.document r where r.tenant_id = $1 and r.id = any($2)"
    );
    const KIND: &'static str = "document";

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn version(&self) -> i32 {
        self.version
    }

    /// The unit of a restricted document opens nothing to anybody: its readers are named.
    fn facts(&self) -> Facts {
        let unit = (self.access != AccessLevel::Restricted).then_some(self.unit_id);
        Facts { unit, owner: self.owner_id, assigned: self.readers.clone() }
    }
}

/// A document as lists show it.
#[derive(Clone, Debug, FromRow)]
pub struct DocumentRow {
    /// Its id.
    pub id: DocumentId,
    /// The kind's code.
    pub kind: String,
    /// The title.
    pub title: String,
    /// Where it stands in its life.
    pub state: DocState,
    /// The institution that numbers it.
    pub institution_id: UnitId,
    /// Which way it travels.
    pub direction: Direction,
    /// Who may know of it.
    pub access: AccessLevel,
    /// The code of the system it came from.
    pub source: String,
    /// From whom or to whom.
    pub correspondent: Option<String>,
    /// Its number.
    pub number: Option<String>,
    /// The date of registration.
    pub registered_on: Option<Date>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Document {
    /// The same document as its closer kept files see it: open to named readers only.
    #[must_use]
    pub fn closely_kept(&self) -> Self {
        Self { access: AccessLevel::Restricted, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(access: AccessLevel) -> Document {
        Document {
            id: DocumentId(Uuid::from_u128(1)),
            version: 1,
            kind: "letter".into(),
            title: String::new(),
            state: DocState::Draft,
            institution_id: UnitId(Uuid::from_u128(2)),
            unit_id: UnitId(Uuid::from_u128(3)),
            owner_id: None,
            author_id: None,
            source: "desk".into(),
            direction: Direction::Internal,
            medium: Medium::Electronic,
            original_place: None,
            access,
            access_ground: None,
            class_id: None,
            data: Value::Null,
            correspondent: None,
            external_number: None,
            external_date: None,
            received_via: None,
            created_at: Timestamp::UNIX_EPOCH,
            number: None,
            registered_on: None,
            readers: vec![Uuid::from_u128(9)],
        }
    }

    #[test]
    fn a_restricted_document_opens_to_named_readers_and_to_no_unit() {
        assert_eq!(document(AccessLevel::Internal).facts().unit, Some(UnitId(Uuid::from_u128(3))));
        let facts = document(AccessLevel::Restricted).facts();
        assert_eq!(facts.unit, None);
        assert_eq!(facts.assigned, [Uuid::from_u128(9)]);
    }
}
