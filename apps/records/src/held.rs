use op::{Facts, Held};
use sqlx::{FromRow, types::Json};
use types::{Date, DocumentId, PersonId, ResolutionId, Timestamp, UnitId};
use uuid::Uuid;

use crate::{actions::ViewResolution, model::Tick};

/// What the desk keeps of a document; seen and held as the document is.
#[derive(Clone, Debug, FromRow)]
pub struct Item {
    /// The document.
    pub id: DocumentId,
    /// Its unit; none where the document is restricted: its readers are named.
    pub open_unit: Option<UnitId>,
    /// Its unit.
    pub unit_id: UnitId,
    /// Its institution.
    pub institution_id: UnitId,
    /// The process whose time the law limits.
    pub process: Option<String>,
    /// The day from which time runs.
    pub received_on: Date,
    /// What happened to the clock.
    pub clock: Json<Vec<Tick>>,
    /// The last day.
    pub due: Option<Date>,
    /// Law and article.
    pub rule_source: Option<String>,
    /// How sure we are.
    pub rule_certainty: Option<String>,
    /// `open`, `suspended`, `answered`.
    pub state: String,
    /// When it was answered.
    pub closed_on: Option<Date>,
    /// For optimistic locking.
    pub version: i32,
    /// The document's title.
    pub title: String,
    /// Its number.
    pub number: Option<String>,
    /// Whom it is open to beyond the roles of its unit.
    pub readers: Vec<Uuid>,
    /// Whom it is about.
    pub owner_id: Option<PersonId>,
}

impl Held for Item {
    type View = documents::ViewDocument;
    const SELECT: &'static str = db::sql!(
        "select r.id, case when d.access = 'restricted' then null else r.unit_id end as open_unit, r.unit_id,
                r.institution_id, r.process, r.received_on, r.clock, r.due, r.rule_source, r.rule_certainty, r.state,
                r.closed_on, r.version, d.title, d.number, d.owner_id,
                array(select a.principal_id from documents.access a
                      where a.tenant_id = r.tenant_id and a.document_id = r.id) as readers
         from records.item r join documents.document d on d.tenant_id = $1 and d.id = r.id
         where r.tenant_id = $1 and r.id = any($2)"
    );
    const KIND: &'static str = "records-item";

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn version(&self) -> i32 {
        self.version
    }

    fn facts(&self) -> Facts {
        Facts { unit: self.open_unit, owner: self.owner_id, assigned: self.readers.clone() }
    }
}

/// A resolution, with what its rules need.
#[derive(Clone, Debug, FromRow)]
pub struct Resolution {
    /// Its id.
    pub id: ResolutionId,
    /// The document.
    pub item_id: DocumentId,
    /// The document's unit.
    pub unit_id: UnitId,
    /// The document's institution.
    pub institution_id: UnitId,
    /// Who said so.
    pub author_id: Option<PersonId>,
    /// What is to be done.
    pub text: String,
    /// By when.
    pub due: Date,
    /// Does the clerk watch over it?
    pub is_controlled: bool,
    /// `open`, `reported`, `done`.
    pub state: String,
    /// When it was given.
    pub created_at: Timestamp,
    /// For optimistic locking.
    pub version: i32,
    /// Those who do it.
    pub executors: Vec<Uuid>,
}

impl Held for Resolution {
    type View = ViewResolution;
    const SELECT: &'static str = db::sql!(
        "select r.id, r.item_id, r.unit_id, r.institution_id, r.author_id, r.text, r.due, r.is_controlled, r.state,
                r.created_at, r.version,
                array(select e.person_id from records.executor e
                      where e.tenant_id = r.tenant_id and e.resolution_id = r.id) as executors
         from records.resolution r where r.tenant_id = $1 and r.id = any($2)"
    );
    const KIND: &'static str = "resolution";

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn version(&self) -> i32 {
        self.version
    }

    fn facts(&self) -> Facts {
        Facts { unit: Some(self.unit_id), owner: None, assigned: self.executors.clone() }
    }
}
