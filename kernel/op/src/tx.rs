use db::RawTx;
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, PgConnection};
use types::PersonId;
use uuid::Uuid;

use crate::{
    Action, Actor, Audit, Event, Held, May, NewJob, Op, OpError, Refusal, Writing,
    trail::{AUDIT, AuditRow, EVENTS, EventRow, HISTORY, HistoryRow, JOBS, JobRow, Trail},
    writing::{Argument, Writings},
};

/// A read-only transaction of an operation.
pub struct Read {
    op: Op,
    raw: RawTx,
}

/// A writing transaction of an operation. Dropped without [`Tx::commit`], nothing has happened.
pub struct Tx {
    op: Op,
    raw: RawTx,
    trail: Trail,
    /// Some right was proved here: effects may follow from it.
    proved: bool,
    /// Rows that wait for the end.
    writings: Writings,
    /// Do they wait?
    late: bool,
}

/// The person in whose capacity the house acts: nobody.
const NOBODY: PersonId = PersonId(Uuid::nil());

async fn select<R: Held>(op: &Op, conn: &mut PgConnection, ids: &[Uuid], lock: bool) -> Result<Vec<R>, OpError> {
    let query = if lock {
        // Locked in the order of ids, so that two sets never wait for each other.
        sqlx::query_as(AssertSqlSafe(format!("{} order by r.id for update of r", R::SELECT)))
    } else {
        sqlx::query_as(R::SELECT)
    };
    Ok(query.bind(op.tenant()).bind(ids).fetch_all(conn).await?)
}

fn permit<R: Held, A: Action>(op: &Op, row: &R) -> Result<May<A>, Refusal> {
    if op.is_house() {
        return Ok(May::new(row.id(), row.version(), NOBODY));
    }
    let facts = row.facts();
    match op.grants().permits(A::DEF, &facts) {
        Some(capacity) => Ok(May::new(row.id(), row.version(), capacity)),
        None => Err(Refusal { id: row.id(), visible: op.grants().permits(R::View::DEF, &facts).is_some() }),
    }
}

async fn one<R: Held, A: Action>(
    op: &Op,
    conn: &mut PgConnection,
    id: Uuid,
    lock: bool,
) -> Result<(R, May<A>), OpError> {
    let rows = select::<R>(op, conn, &[id], lock).await?;
    let row = rows.into_iter().next().ok_or(OpError::NotFound)?;
    match permit::<R, A>(op, &row) {
        Ok(may) => Ok((row, may)),
        Err(refusal) if refusal.visible => Err(OpError::Forbidden(A::DEF.name)),
        Err(_) => Err(OpError::NotFound),
    }
}

impl Read {
    pub(crate) const fn new(op: Op, raw: RawTx) -> Self {
        Self { op, raw }
    }

    /// The operation.
    #[must_use]
    pub const fn op(&self) -> &Op {
        &self.op
    }

    /// The connection, for `store` functions.
    pub fn conn(&mut self) -> &mut PgConnection {
        self.raw.conn()
    }

    /// Reads a row that the actor may see.
    ///
    /// # Errors
    /// `NotFound`, also where its existence is not theirs to know.
    pub async fn see<R: Held>(&mut self, id: impl Into<Uuid>) -> Result<R, OpError> {
        Ok(self.seen::<R, R::View>(id).await?.0)
    }

    /// Reads a row that the actor may do `A` to, without locking it: for forms.
    ///
    /// # Errors
    /// `Forbidden` or `NotFound`.
    pub async fn seen<R: Held, A: Action>(&mut self, id: impl Into<Uuid>) -> Result<(R, May<A>), OpError> {
        one::<R, A>(&self.op, self.raw.conn(), id.into(), false).await
    }

    /// Could the actor do `A` to this row? For buttons.
    #[must_use]
    pub fn may<A: Action>(&self, row: &impl Held) -> bool {
        permit::<_, A>(&self.op, row).is_ok()
    }
}

impl Tx {
    pub(crate) fn new(op: Op, raw: RawTx) -> Self {
        Self { op, raw, trail: Trail::default(), proved: false, writings: Writings::default(), late: false }
    }

    /// The operation.
    #[must_use]
    pub const fn op(&self) -> &Op {
        &self.op
    }

    /// The connection, for `store` functions.
    pub fn conn(&mut self) -> &mut PgConnection {
        self.raw.conn()
    }

    /// Locks a row and checks the right on it.
    ///
    /// # Errors
    /// `Forbidden`, or `NotFound` where its existence is not theirs to know.
    pub async fn hold<R: Held, A: Action>(&mut self, id: impl Into<Uuid>) -> Result<(R, May<A>), OpError> {
        self.settle().await?;
        let held = one::<R, A>(&self.op, self.raw.conn(), id.into(), true).await?;
        self.proved = true;
        Ok(held)
    }

    /// Like [`Tx::hold`], and the row must still have the version that was shown.
    ///
    /// # Errors
    /// Also `Stale`.
    pub async fn hold_version<R: Held, A: Action>(
        &mut self,
        id: impl Into<Uuid>,
        version: i32,
    ) -> Result<(R, May<A>), OpError> {
        let held = self.hold::<R, A>(id).await?;
        if held.1.version() == version { Ok(held) } else { Err(OpError::Stale) }
    }

    /// Locks a set, and says which were refused.
    ///
    /// # Errors
    /// The database failed.
    pub async fn hold_all<R: Held, A: Action>(
        &mut self,
        ids: &[Uuid],
    ) -> Result<(Vec<(R, May<A>)>, Vec<Refusal>), OpError> {
        self.settle().await?;
        let rows = select::<R>(&self.op, self.raw.conn(), ids, true).await?;
        let mut refused: Vec<Refusal> = Vec::new();
        let mut held = Vec::with_capacity(rows.len());
        for row in rows {
            match permit::<R, A>(&self.op, &row) {
                Ok(may) => {
                    self.proved = true;
                    held.push((row, may));
                }
                Err(refusal) => refused.push(refusal),
            }
        }
        let known = |id: &Uuid| held.iter().any(|(r, _)| r.id() == *id) || refused.iter().any(|r| r.id == *id);
        let missing: Vec<_> =
            ids.iter().filter(|id| !known(id)).map(|id| Refusal { id: *id, visible: false }).collect();
        refused.extend(missing);
        Ok((held, refused))
    }

    /// A right that hangs on no row: to create something in a unit, for a person.
    ///
    /// # Errors
    /// `Forbidden`.
    pub fn create<A: Action>(&mut self, facts: &crate::Facts) -> Result<May<A>, OpError> {
        if self.op.is_house() {
            self.proved = true;
            return Ok(May::new(Uuid::nil(), 0, NOBODY));
        }
        let capacity = self.op.grants().permits(A::DEF, facts).ok_or(OpError::Forbidden(A::DEF.name))?;
        self.proved = true;
        Ok(May::new(Uuid::nil(), 0, capacity))
    }

    /// A right that follows from what was decided in this transaction: the effect of an approval needs none of
    /// its own, whoever gave the approval.
    ///
    /// # Errors
    /// `Forbidden` where nothing was held yet.
    pub fn consequence<A: Action>(&self, resource: impl Into<Uuid>) -> Result<May<A>, OpError> {
        if !self.proved && !self.op.is_house() {
            return Err(OpError::Forbidden(A::DEF.name));
        }
        Ok(May::new(resource.into(), 0, self.op.person().unwrap_or(NOBODY)))
    }

    /// Says what is done. A transaction that says nothing does not commit.
    pub fn audit(&mut self, a: Audit) {
        let id = self.op.new_id();
        let Audit { action, subject_kind, subjects, ground, data } = a;
        self.trail.audit.push(AuditRow { id, action, ground, subject_kind, subjects, data });
    }

    /// Adds a line to the timeline that people see.
    pub fn history(&mut self, subject: impl Into<Uuid>, verb: &'static str, data: Value) {
        let id = self.op.new_id();
        self.trail.history.push(HistoryRow { id, subject_id: subject.into(), verb, data });
    }

    /// Tells whoever subscribed: one job each, committed with the change.
    pub fn publish(&mut self, e: Event) {
        let id: Uuid = self.op.new_id();
        let kernel = std::sync::Arc::clone(self.op.kernel());
        for kind in kernel.subscribers.get(e.kind).into_iter().flatten() {
            let payload = json!({ "event": e.kind, "event_id": id, "subjects": e.subjects, "data": e.data });
            self.job(NewJob { kind, payload, run_at: self.op.now() });
        }
        self.trail.events.push(EventRow { id, kind: e.kind, subjects: e.subjects, data: e.data });
    }

    /// Runs a job after the commit.
    pub fn job(&mut self, job: NewJob) {
        let id = self.op.new_id();
        self.trail.jobs.push(JobRow { id, kind: job.kind, payload: job.payload, run_at: job.run_at });
    }

    /// Where an earlier submission with this key led, if there was one; else remembers where this one leads.
    ///
    /// # Errors
    /// The database failed.
    pub async fn once(&mut self, key: Uuid, location: &str) -> Result<Option<String>, OpError> {
        if let Some(submit) = &self.op.submit {
            submit.kept_elsewhere();
        }
        if self.keep_key(key, location).await? {
            return Ok(None);
        }
        let op = self.op.clone();
        // Somebody else's key is nobody's business: it answers as if it were stale.
        let before: Option<(String,)> = sqlx::query_as(db::sql!(
            "select location from kernel.submission where tenant_id = $1 and id = $2 and actor_id is not distinct from $3"
        ))
        .bind(op.tenant())
        .bind(key)
        .bind(op.person())
        .fetch_optional(self.conn())
        .await?;
        before.map(|(location,)| Some(location)).ok_or(OpError::Stale)
    }

    /// Writes a key down; false where it stands already. Two at once: the second waits here for the first one's
    /// commit, and finds its row with the next statement.
    async fn keep_key(&mut self, key: Uuid, location: &str) -> Result<bool, OpError> {
        let op = self.op.clone();
        let fresh = sqlx::query(db::sql!(
            "insert into kernel.submission (tenant_id, id, at, actor_id, location) values ($1, $2, $3, $4, $5)
             on conflict (tenant_id, id) do nothing"
        ))
        .bind(op.tenant())
        .bind(key)
        .bind(op.now())
        .bind(op.person())
        .bind(location)
        .execute(self.conn())
        .await?;
        Ok(fresh.rows_affected() == 1)
    }

    /// From here on (or no longer) what is said to [`Tx::write`] waits for the commit and is written with the trail, in
    /// one statement. Only where nothing in between reads what was written. Answers how it was before.
    pub const fn write_late(&mut self, late: bool) -> bool {
        std::mem::replace(&mut self.late, late)
    }

    /// Writes rows: at once, or at the end ([`Tx::write_late`]).
    ///
    /// # Errors
    /// The database failed, or a constraint refused; at the end it is `commit` that says so.
    pub async fn write(&mut self, writing: &'static Writing, rows: &[impl Serialize]) -> Result<(), OpError> {
        self.writings.add(writing, rows).map_err(unsaid)?;
        if self.late { Ok(()) } else { self.settle().await }
    }

    /// Ends what `let late = tx.write_late(true)` began: all of it is one statement, now or at the end.
    ///
    /// # Errors
    /// The database failed, or a constraint refused.
    pub async fn written(&mut self, late: bool) -> Result<(), OpError> {
        self.late = late;
        if late { Ok(()) } else { self.settle().await }
    }

    /// Writes now what waits: somebody is about to read it.
    ///
    /// # Errors
    /// The database failed, or a constraint refused.
    pub async fn settle(&mut self) -> Result<(), OpError> {
        if self.writings.is_empty() {
            return Ok(());
        }
        let writings = std::mem::take(&mut self.writings);
        self.send(writings).await
    }

    /// Writes what waits and the trail, and commits. Within the submit of a form its key is kept with what it changed.
    ///
    /// # Errors
    /// `Unaudited`, `Stale` where the same submit was committed already, a constraint, or a lost connection: then
    /// nothing has happened.
    pub async fn commit(mut self) -> Result<(), OpError> {
        if self.trail.audit.is_empty() {
            return Err(OpError::Unaudited);
        }
        // Who only looked proved no right to change anything, and uses no key.
        let key = if self.proved { self.op.submit.as_ref().and_then(|s| s.claim()) } else { None };
        if let Some(key) = key
            && !self.keep_key(key, "").await?
        {
            return Err(OpError::Stale);
        }
        self.flush().await?;
        Ok(self.raw.commit().await?)
    }

    async fn flush(&mut self) -> Result<(), OpError> {
        let trail = std::mem::take(&mut self.trail);
        let mut all = std::mem::take(&mut self.writings);
        all.always(&AUDIT, &trail.audit).map_err(unsaid)?;
        all.always(&EVENTS, &trail.events).map_err(unsaid)?;
        all.always(&HISTORY, &trail.history).map_err(unsaid)?;
        all.always(&JOBS, &trail.jobs).map_err(unsaid)?;
        self.send(all).await?;
        if !trail.jobs.is_empty() {
            self.op.kernel().wake();
        }
        Ok(())
    }

    async fn send(&mut self, writings: Writings) -> Result<(), OpError> {
        let (sql, arguments) = writings.compose();
        let (person, actor) = match self.op.actor() {
            Actor::Person(person, _) => (Some(*person), "person".to_owned()),
            Actor::System(name) => (None, format!("system:{name}")),
            Actor::House(why) => (None, format!("house:{why}")),
        };
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for argument in arguments {
            query = match argument {
                Argument::Rows(rows) => query.bind(rows),
                Argument::Common(1) => query.bind(self.op.tenant()),
                Argument::Common(3) => query.bind(self.op.now()),
                Argument::Common(4) => query.bind(person),
                Argument::Common(5) => query.bind(self.op.acting_for()),
                Argument::Common(6) => query.bind(actor.clone()),
                Argument::Common(_) => query.bind(self.op.request()),
            };
        }
        query.execute(self.raw.conn()).await?;
        Ok(())
    }
}

/// What cannot be said in JSON.
fn unsaid(e: serde_json::Error) -> OpError {
    sqlx::Error::Encode(Box::new(e)).into()
}
