use op::{Facts, Held};
use serde_json::Value;
use sqlx::{FromRow, types::Json};
use types::{ApplicationId, DocumentId, PersonId, RouteId, TaskId, Timestamp, UnitId};
use uuid::Uuid;

use crate::{actions, model::Step};

/// A task with its route, as a decision needs it.
#[derive(Debug, FromRow)]
pub struct TaskHeld {
    /// The task.
    pub id: TaskId,
    /// Its list.
    pub principal: Uuid,
    /// Its state.
    pub state: String,
    /// The step of the route.
    pub step_no: i32,
    /// Its version: the route's.
    pub version: i32,
    /// The route.
    pub route_id: RouteId,
    /// The kind of route.
    pub code: String,
    /// What it is about.
    pub subject_id: Uuid,
    /// Its document.
    pub document_id: Option<DocumentId>,
    /// Whom it is about.
    pub owner_id: Option<PersonId>,
    /// Their unit.
    pub unit_id: UnitId,
    /// Their institution.
    pub institution_id: UnitId,
    /// Its title.
    pub title: String,
    /// In one line.
    pub gist: String,
    /// The route's state.
    pub route_state: String,
    /// The route's steps.
    pub steps: Json<Vec<Step>>,
}

impl Held for TaskHeld {
    type View = actions::TakeStep;
    // The route is what is locked: its steps are read as they are under the lock.
    const SELECT: &'static str = db::sql!(
        "select t.id, t.principal, t.state, t.step_no, r.version, r.id as route_id, r.code, r.subject_id, r.document_id,
                r.owner_id, r.unit_id, r.institution_id, r.title, r.gist, r.state as route_state, r.steps
         from workflow.task t join workflow.route r on r.tenant_id = t.tenant_id and r.id = t.route_id
         where t.tenant_id = $1 and t.id = any($2)"
    );
    const KIND: &'static str = "task";

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn version(&self) -> i32 {
        self.version
    }

    fn facts(&self) -> Facts {
        // Where a step was handed on meanwhile, the step says to whom.
        let no = u16::try_from(self.step_no).unwrap_or(0);
        let step = self.steps.0.iter().find(|s| s.no == no);
        let assigned = step.map_or_else(|| vec![self.principal], Step::takers);
        Facts { unit: Some(self.unit_id), owner: self.owner_id, assigned }
    }
}

/// An application, as rules need it.
#[derive(Debug, Clone, FromRow)]
pub struct Application {
    /// Its id.
    pub id: ApplicationId,
    /// The service.
    pub service: String,
    /// Who asks.
    pub applicant_id: PersonId,
    /// Their unit.
    pub unit_id: UnitId,
    /// Their institution.
    pub institution_id: UnitId,
    /// How it came.
    pub channel: String,
    /// What is asked, as the service types it.
    pub payload: Value,
    /// In one line.
    pub gist: String,
    /// Its state.
    pub state: String,
    /// Its document.
    pub document_id: Option<DocumentId>,
    /// Its latest route.
    pub route_id: Option<RouteId>,
    /// When it was sent.
    pub filed_at: Timestamp,
    /// When it was decided.
    pub decided_at: Option<Timestamp>,
    /// Its version.
    pub version: i32,
    /// Whose lists its open steps are in.
    pub waiting: Vec<Uuid>,
}

impl Held for Application {
    type View = actions::ViewApplication;
    const SELECT: &'static str = db::sql!(
        "select r.id, r.service, r.applicant_id, r.unit_id, r.institution_id, r.channel, r.payload, r.gist, r.state,
                r.document_id, r.route_id, r.filed_at, r.decided_at, r.version,
                array(select t.principal from workflow.task t
                      where t.tenant_id = r.tenant_id and t.route_id = r.route_id) as waiting
         from workflow.application r where r.tenant_id = $1 and r.id = any($2)"
    );
    const KIND: &'static str = "application";

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn version(&self) -> i32 {
        self.version
    }

    fn facts(&self) -> Facts {
        Facts { unit: Some(self.unit_id), owner: Some(self.applicant_id), assigned: self.waiting.clone() }
    }
}
