//! Named functions over the platform tables: municipalities, identities, tokens, settings, the queue's depth.
//! The command line and the metrics listener work through these; nobody else touches those tables.

use op::{Kernel, OpError};
use sqlx::FromRow;
use types::{IdentityId, PersonId, TenantId, Timestamp};

/// A municipality (pašvaldība) on this installation.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Tenant {
    /// Its id.
    pub id: TenantId,
    /// Its short name, as commands take it.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Since when it is here.
    pub created_at: Timestamp,
}

/// Somebody who may sign in to a municipality.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Identity {
    /// Its id.
    pub id: IdentityId,
    /// What they type.
    pub login: String,
    /// Who they are there.
    pub person_id: PersonId,
    /// Since when they may no longer sign in.
    pub disabled_at: Option<Timestamp>,
    /// When a session of theirs was last used.
    pub seen_at: Option<Timestamp>,
}

/// Where somebody who signs in is somebody.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Membership {
    /// The municipality.
    pub tenant: TenantId,
    /// Its name.
    pub name: String,
    /// Who they are there.
    pub person: PersonId,
}

/// A token of an outside system, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Token {
    /// What it was called when it was made.
    pub name: String,
    /// The system's code, as the audit trail names it.
    pub source: String,
    /// What it opens.
    pub scopes: Vec<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Since when it opens nothing.
    pub revoked_at: Option<Timestamp>,
}

/// How many jobs are in a state, and since when the oldest has been due.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Depth {
    /// `ready`, `running` or `dead`.
    pub state: String,
    /// How many.
    pub jobs: i64,
    /// When the oldest of them was due.
    pub oldest: Timestamp,
}

/// Creates a municipality.
///
/// # Errors
/// `Conflict("tenant_code_key")` where the code is taken.
pub async fn create_tenant(kernel: &Kernel, code: &str, name: &str) -> Result<TenantId, OpError> {
    let id = TenantId(kernel.new_uuid(kernel.clock()));
    let mut tx = kernel.db().begin(None, false).await?;
    sqlx::query(db::sql!("insert into kernel.tenant (id, code, name, created_at) values ($1, $2, $3, $4)"))
        .bind(id)
        .bind(code)
        .bind(name)
        .bind(kernel.clock().now())
        .execute(tx.conn())
        .await?;
    tx.commit().await?;
    Ok(id)
}

/// All municipalities, in the order of their codes.
///
/// # Errors
/// The database failed.
pub async fn tenants(kernel: &Kernel) -> Result<Vec<Tenant>, OpError> {
    let mut tx = kernel.db().begin(None, true).await?;
    let all = sqlx::query_as(db::sql!("select id, code, name, created_at from kernel.tenant order by code"))
        .fetch_all(tx.conn())
        .await?;
    tx.commit().await?;
    Ok(all)
}

/// Who may sign in to a municipality, in the order of their logins.
///
/// # Errors
/// The database failed.
pub async fn identities(kernel: &Kernel, tenant: TenantId) -> Result<Vec<Identity>, OpError> {
    let mut tx = kernel.db().begin(None, true).await?;
    let all = sqlx::query_as(db::sql!(
        "select i.id, i.login, m.person_id, i.disabled_at,
                (select max(s.seen_at) from kernel.session s where s.identity_id = i.id and s.tenant_id = $1) as seen_at
         from kernel.membership m join kernel.identity i on i.id = m.identity_id
         where m.tenant_id = $1 order by i.login"
    ))
    .bind(tenant)
    .fetch_all(tx.conn())
    .await?;
    tx.commit().await?;
    Ok(all)
}

/// Where an identity is somebody, in the order of the municipalities' names.
///
/// # Errors
/// The database failed.
pub async fn memberships(kernel: &Kernel, identity: IdentityId) -> Result<Vec<Membership>, OpError> {
    let mut tx = kernel.db().begin(None, true).await?;
    let all = sqlx::query_as(db::sql!(
        "select m.tenant_id as tenant, t.name, m.person_id as person
         from kernel.membership m join kernel.tenant t on t.id = m.tenant_id
         where m.identity_id = $1 order by t.name, t.id"
    ))
    .bind(identity)
    .fetch_all(tx.conn())
    .await?;
    tx.commit().await?;
    Ok(all)
}

/// Lets nobody sign in with this login any more, and ends its sessions; or lets them in again.
///
/// # Errors
/// `NotFound` where nobody has this login.
pub async fn disable_identity(kernel: &Kernel, login: &str, disabled: bool) -> Result<(), OpError> {
    let at = disabled.then(|| kernel.clock().now());
    let mut tx = kernel.db().begin(None, false).await?;
    let done = sqlx::query(db::sql!(
        "with i as (update kernel.identity set disabled_at = $2 where login = $1 returning id),
              d as (delete from kernel.session using i where identity_id = i.id)
         select id from i"
    ))
    .bind(login.to_lowercase())
    .bind(at)
    .execute(tx.conn())
    .await?;
    tx.commit().await?;
    if done.rows_affected() == 0 { Err(OpError::NotFound) } else { Ok(()) }
}

/// The tokens of a municipality's outside systems, newest first.
///
/// # Errors
/// The database failed.
pub async fn tokens(kernel: &Kernel, tenant: TenantId) -> Result<Vec<Token>, OpError> {
    let mut tx = kernel.db().begin(None, true).await?;
    let all = sqlx::query_as(db::sql!(
        "select name, source, scopes, created_at, revoked_at from kernel.api_token
         where tenant_id = $1 order by created_at desc, name"
    ))
    .bind(tenant)
    .fetch_all(tx.conn())
    .await?;
    tx.commit().await?;
    Ok(all)
}

/// Revokes the tokens of that name; answers how many there were.
///
/// # Errors
/// The database failed.
pub async fn revoke_tokens(kernel: &Kernel, tenant: TenantId, name: &str) -> Result<u64, OpError> {
    let mut tx = kernel.db().begin(None, false).await?;
    let done = sqlx::query(db::sql!(
        "update kernel.api_token set revoked_at = $3 where tenant_id = $1 and name = $2 and revoked_at is null"
    ))
    .bind(tenant)
    .bind(name)
    .bind(kernel.clock().now())
    .execute(tx.conn())
    .await?;
    tx.commit().await?;
    Ok(done.rows_affected())
}

/// An installation-wide value.
///
/// # Errors
/// The database failed.
pub async fn setting(kernel: &Kernel, name: &str) -> Result<Option<String>, OpError> {
    let mut tx = kernel.db().begin(None, true).await?;
    let found: Option<(String,)> = sqlx::query_as(db::sql!("select value from kernel.setting where name = $1"))
        .bind(name)
        .fetch_optional(tx.conn())
        .await?;
    tx.commit().await?;
    Ok(found.map(|(value,)| value))
}

/// Keeps an installation-wide value. Never a secret: these are readable to whoever reads the database.
///
/// # Errors
/// The database failed.
pub async fn set_setting(kernel: &Kernel, name: &str, value: &str) -> Result<(), OpError> {
    let mut tx = kernel.db().begin(None, false).await?;
    sqlx::query(db::sql!(
        "insert into kernel.setting (name, value) values ($1, $2) on conflict (name) do update set value = $2"
    ))
    .bind(name)
    .bind(value)
    .execute(tx.conn())
    .await?;
    tx.commit().await?;
    Ok(())
}

/// Keeps an installation-wide value unless there is one; answers the value that is kept.
///
/// # Errors
/// The database failed.
pub async fn first_setting(kernel: &Kernel, name: &str, value: &str) -> Result<String, OpError> {
    let mut tx = kernel.db().begin(None, false).await?;
    sqlx::query(db::sql!("insert into kernel.setting (name, value) values ($1, $2) on conflict (name) do nothing"))
        .bind(name)
        .bind(value)
        .execute(tx.conn())
        .await?;
    tx.commit().await?;
    Ok(setting(kernel, name).await?.unwrap_or_else(|| value.to_owned()))
}

/// What waits in the queue, by state; finished jobs are not counted.
///
/// # Errors
/// The database failed.
pub async fn queue_depth(kernel: &Kernel) -> Result<Vec<Depth>, OpError> {
    let mut tx = kernel.db().begin(None, true).await?;
    let all = sqlx::query_as(db::sql!(
        "select state, count(*) as jobs, min(run_at) as oldest from kernel.job
         where state in ('ready', 'running', 'dead') group by state order by state"
    ))
    .fetch_all(tx.conn())
    .await?;
    tx.commit().await?;
    Ok(all)
}

/// When the trail was last sealed, in the municipality where that is longest ago; none where one of them was
/// never sealed, or where there is none.
///
/// # Errors
/// The database failed.
pub async fn last_sealed(kernel: &Kernel) -> Result<Option<Timestamp>, OpError> {
    let mut tx = kernel.db().begin(None, true).await?;
    let (at,): (Option<Timestamp>,) = sqlx::query_as(db::sql!(
        "select case when bool_and(last is not null) then min(last) end
         from (select (select max(j.finished_at) from kernel.job j
                       where j.tenant_id = t.id and j.kind = $1 and j.state = 'done') as last
               from kernel.tenant t) sealed"
    ))
    .bind(crate::chores::SEAL)
    .fetch_one(tx.conn())
    .await?;
    tx.commit().await?;
    Ok(at)
}
