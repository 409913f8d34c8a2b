use serde::Serialize;
use serde_json::Value;
use types::Timestamp;
use uuid::Uuid;

use crate::Writing;

/// One row of the audit trail: what was done to what, on what ground.
#[derive(Clone, Debug)]
pub struct Audit {
    /// The action's name.
    pub action: &'static str,
    /// The kind of the subjects.
    pub subject_kind: &'static str,
    /// All subjects (ids only: the trail names no personal data).
    pub subjects: Vec<Uuid>,
    /// The legal or other ground, where one was stated.
    pub ground: Option<String>,
    /// Facts worth keeping: field names, old and new states; never personal data.
    pub data: Value,
}

impl Audit {
    /// An action on one subject.
    #[must_use]
    pub fn of(action: &'static str, subject_kind: &'static str, subject: impl Into<Uuid>) -> Self {
        Self {
            action,
            subject_kind,
            subjects: vec![subject.into()],
            ground: None,
            data: Value::Object(Default::default()),
        }
    }

    /// An action on many subjects.
    #[must_use]
    pub fn of_all(action: &'static str, subject_kind: &'static str, subjects: Vec<Uuid>) -> Self {
        Self { action, subject_kind, subjects, ground: None, data: Value::Object(Default::default()) }
    }

    /// With facts.
    #[must_use]
    pub fn with(mut self, data: Value) -> Self {
        self.data = data;
        self
    }

    /// With a ground.
    #[must_use]
    pub fn ground(mut self, ground: impl Into<String>) -> Self {
        self.ground = Some(ground.into());
        self
    }
}

/// What happened: one per use-case call, carrying all its subjects. Its subscribers get a job each.
#[derive(Clone, Debug)]
pub struct Event {
    /// `app.thing-happened`
    pub kind: &'static str,
    /// All subjects.
    pub subjects: Vec<Uuid>,
    /// What subscribers need, ids and codes.
    pub data: Value,
}

/// A job to run after the commit.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// Its kind; a handler must be registered.
    pub kind: &'static str,
    /// Its payload.
    pub payload: Value,
    /// Not before (business clock).
    pub run_at: Timestamp,
}

/// What a transaction says of itself, kept until the commit and written in one statement.
#[derive(Default)]
pub(crate) struct Trail {
    pub audit: Vec<AuditRow>,
    pub events: Vec<EventRow>,
    pub history: Vec<HistoryRow>,
    pub jobs: Vec<JobRow>,
}

#[derive(Serialize)]
pub(crate) struct AuditRow {
    pub id: Uuid,
    pub action: &'static str,
    pub ground: Option<String>,
    pub subject_kind: &'static str,
    pub subjects: Vec<Uuid>,
    pub data: Value,
}

#[derive(Serialize)]
pub(crate) struct EventRow {
    pub id: Uuid,
    pub kind: &'static str,
    pub subjects: Vec<Uuid>,
    pub data: Value,
}

#[derive(Serialize)]
pub(crate) struct HistoryRow {
    pub id: Uuid,
    pub subject_id: Uuid,
    pub verb: &'static str,
    pub data: Value,
}

#[derive(Serialize)]
pub(crate) struct JobRow {
    pub id: Uuid,
    pub kind: &'static str,
    pub payload: Value,
    pub run_at: Timestamp,
}

/// The audit trail.
pub(crate) static AUDIT: Writing = Writing::of(&[db::sql!(
    "insert into kernel.audit (tenant_id, id, at, actor_id, acting_for, actor, action, ground, subject_kind, subjects, data, request_id)
     select $1, r.id, $3, $4, $5, $6, r.action, r.ground, r.subject_kind, r.subjects, r.data, $7
     from jsonb_to_recordset($2) as r(id uuid, action text, ground text, subject_kind text, subjects uuid[], data jsonb)"
)]);

/// Events.
pub(crate) static EVENTS: Writing = Writing::of(&[db::sql!(
    "insert into kernel.event (tenant_id, id, at, kind, subjects, data)
     select $1, r.id, $3, r.kind, r.subjects, r.data
     from jsonb_to_recordset($2) as r(id uuid, kind text, subjects uuid[], data jsonb)"
)]);

/// The timeline that people see.
pub(crate) static HISTORY: Writing = Writing::of(&[db::sql!(
    "insert into kernel.history (tenant_id, id, at, subject_id, actor_id, acting_for, verb, data)
     select $1, r.id, $3, r.subject_id, $4, $5, r.verb, r.data
     from jsonb_to_recordset($2) as r(id uuid, subject_id uuid, verb text, data jsonb)"
)]);

/// Jobs.
pub(crate) static JOBS: Writing = Writing::of(&[db::sql!(
    "insert into kernel.job (id, tenant_id, kind, payload, run_at)
     select r.id, $1, r.kind, r.payload, r.run_at
     from jsonb_to_recordset($2) as r(id uuid, kind text, payload jsonb, run_at timestamptz)"
)]);
