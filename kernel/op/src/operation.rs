use std::{collections::BTreeMap, sync::Arc};

use sqlx::FromRow;
use types::{Clock, Date, IdentityId, Locale, PersonId, RequestId, TenantId, Timestamp, UnitId};
use uuid::Uuid;

use crate::{ActionDef, Grants, Hat, Kernel, OpError, Read, RoleGrant, Scope, Tx, submit::Submit};

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A signed-in person.
    Person(PersonId, IdentityId),
    /// An outside system, by its API token; the name is its source code.
    System(String),
    /// The house itself: a job or the command line, and why.
    House(&'static str),
}

/// One operation: who, for whom, where, when, and in which language.
#[derive(Clone)]
pub struct Op {
    pub(crate) kernel: Arc<Kernel>,
    tenant: TenantId,
    actor: Actor,
    acting_for: Option<PersonId>,
    grants: Arc<Grants>,
    locale: Locale,
    request: RequestId,
    clock: Clock,
    pub(crate) submit: Option<Arc<Submit>>,
}

/// The list that a role in a unit shares: tasks for "HR of the school" wait there, whoever holds the role.
#[must_use]
pub fn pool_id(unit: UnitId, role: &str) -> Uuid {
    Uuid::new_v5(&unit.uuid(), role.as_bytes())
}

#[derive(FromRow)]
struct GrantRow {
    person: PersonId,
    role: Option<String>,
    unit_id: Option<UnitId>,
    whole: Option<bool>,
    covers: Option<Vec<UnitId>>,
}

// Sets the tenant by itself: see `rights.sql`.
const RIGHTS: &str = db::sql!("select person, role, unit_id, whole, covers from kernel.rights($1, $2, $3)");

impl Op {
    /// An operation of a signed-in person; looks up their roles and whom they substitute today.
    ///
    /// # Errors
    /// The database failed.
    pub async fn for_person(
        kernel: &Arc<Kernel>,
        tenant: TenantId,
        person: PersonId,
        identity: IdentityId,
        locale: Locale,
    ) -> Result<Self, OpError> {
        Self::for_person_at(kernel, tenant, person, identity, locale, kernel.clock.clone()).await
    }

    /// The same by another clock: the roles and substitutions of its day (the simulator drives many).
    ///
    /// # Errors
    /// The database failed.
    pub async fn for_person_at(
        kernel: &Arc<Kernel>,
        tenant: TenantId,
        person: PersonId,
        identity: IdentityId,
        locale: Locale,
        clock: Clock,
    ) -> Result<Self, OpError> {
        let mut op = Self::bare(kernel, tenant, Actor::Person(person, identity), locale).with_clock(clock);
        let today = op.today();
        let mut raw = kernel.db.lone().await?;
        let rows: Vec<GrantRow> =
            sqlx::query_as(RIGHTS).bind(tenant).bind(person).bind(today).fetch_all(raw.conn()).await?;
        raw.commit().await?;
        op.grants = Arc::new(grants(person, rows));
        Ok(op)
    }

    /// An operation of the house itself. It holds what it wants; rules ask persons, not the house.
    #[must_use]
    pub fn house(kernel: &Arc<Kernel>, tenant: TenantId, why: &'static str) -> Self {
        Self::bare(kernel, tenant, Actor::House(why), Locale::Lv)
    }

    /// An operation of an outside system that showed an API token.
    #[must_use]
    pub fn system(kernel: &Arc<Kernel>, tenant: TenantId, source: &str) -> Self {
        Self::bare(kernel, tenant, Actor::System(source.to_owned()), Locale::Lv)
    }

    fn bare(kernel: &Arc<Kernel>, tenant: TenantId, actor: Actor, locale: Locale) -> Self {
        let clock = kernel.clock.clone();
        let request = RequestId(kernel.new_uuid(&clock));
        Self {
            kernel: Arc::clone(kernel),
            tenant,
            actor,
            acting_for: None,
            grants: Arc::default(),
            locale,
            request,
            clock,
            submit: None,
        }
    }

    /// The same operation as part of that request (its id stands in logs and problem pages).
    #[must_use]
    pub fn with_request(mut self, request: RequestId) -> Self {
        self.request = request;
        self
    }

    /// The same operation as the submit of a form with that key: whatever it changes is changed once, however often
    /// the form is sent.
    #[must_use]
    pub fn with_submit(mut self, key: Uuid) -> Self {
        self.submit = Some(Submit::new(key));
        self
    }

    /// The same operation by another clock (the simulator drives many).
    #[must_use]
    pub fn with_clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// The same operation in the capacity of somebody the actor substitutes today; unchanged where they do not.
    #[must_use]
    pub fn with_acting_for(mut self, person: Option<PersonId>) -> Self {
        self.acting_for = person.filter(|p| self.substitutes().contains(p));
        self
    }

    /// Opens a transaction: a door, no right yet.
    ///
    /// # Errors
    /// No connection could be had.
    pub async fn begin(&self) -> Result<Tx, OpError> {
        Ok(Tx::new(self.clone(), self.kernel.db.begin(Some(self.tenant), false).await?))
    }

    /// Opens a read-only transaction.
    ///
    /// # Errors
    /// No connection could be had.
    pub async fn read(&self) -> Result<Read, OpError> {
        Ok(Read::new(self.clone(), self.kernel.db.begin(Some(self.tenant), true).await?))
    }

    /// The kernel.
    #[must_use]
    pub const fn kernel(&self) -> &Arc<Kernel> {
        &self.kernel
    }

    /// The tenant.
    #[must_use]
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// Who acts.
    #[must_use]
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The person who acts, if it is one.
    #[must_use]
    pub const fn person(&self) -> Option<PersonId> {
        match self.actor {
            Actor::Person(person, _) => Some(person),
            Actor::System(_) | Actor::House(_) => None,
        }
    }

    /// In whose capacity, where not their own.
    #[must_use]
    pub const fn acting_for(&self) -> Option<PersonId> {
        self.acting_for
    }

    /// Whom the actor substitutes today.
    #[must_use]
    pub fn substitutes(&self) -> Vec<PersonId> {
        self.grants.hats.iter().skip(1).map(|h| h.person).collect()
    }

    /// Is it the house, or a system with a token (whose scopes were checked at the door)?
    #[must_use]
    pub const fn is_house(&self) -> bool {
        matches!(self.actor, Actor::House(_) | Actor::System(_))
    }

    /// The language.
    #[must_use]
    pub const fn locale(&self) -> Locale {
        self.locale
    }

    /// The request's id.
    #[must_use]
    pub const fn request(&self) -> RequestId {
        self.request
    }

    /// The business clock.
    #[must_use]
    pub const fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Now, by the business clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Today in Rīga, by the business clock.
    #[must_use]
    pub fn today(&self) -> Date {
        self.clock.today()
    }

    /// A new id (UUIDv7 by the business clock).
    #[must_use]
    pub fn new_id<T: From<Uuid>>(&self) -> T {
        T::from(self.kernel.new_uuid(&self.clock))
    }

    /// What the rules know of the actor.
    #[must_use]
    pub fn grants(&self) -> &Grants {
        &self.grants
    }

    /// Where the actor may do this; the house may everywhere.
    #[must_use]
    pub fn scope(&self, action: &ActionDef) -> Scope {
        if self.is_house() { Scope::All } else { self.grants.scope(action) }
    }

    /// Could the actor do this to anything at all?
    #[must_use]
    pub fn could(&self, action: &ActionDef) -> bool {
        self.is_house() || self.grants.could(action)
    }

    /// Whose task lists are the actor's: their own, their roles', and those of whom they substitute.
    /// While acting for one person, that person's alone.
    #[must_use]
    pub fn principals(&self) -> Vec<Uuid> {
        let chosen = |h: &&Hat| self.acting_for.is_none_or(|p| p == h.person);
        let hats = self.grants.hats.iter().filter(chosen);
        let lists = hats.flat_map(|h| {
            let pools = h.grants.iter().map(|g| pool_id(g.unit, &g.role));
            std::iter::once(h.person.uuid()).chain(pools)
        });
        lists.collect()
    }
}

fn grants(person: PersonId, rows: Vec<GrantRow>) -> Grants {
    let mut own = Hat { person, grants: Vec::new() };
    let mut others: BTreeMap<PersonId, Hat> = BTreeMap::new();
    for row in rows {
        let hat = if row.person == person {
            &mut own
        } else {
            others.entry(row.person).or_insert_with(|| Hat { person: row.person, grants: Vec::new() })
        };
        if let (Some(role), Some(unit)) = (row.role, row.unit_id) {
            let covers = if row.whole == Some(true) { None } else { Some(row.covers.unwrap_or_default()) };
            hat.grants.push(RoleGrant { role, unit, covers });
        }
    }
    Grants { hats: std::iter::once(own).chain(others.into_values()).collect() }
}
