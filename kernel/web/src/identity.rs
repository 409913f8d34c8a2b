//! Identities: who may sign in. The constructor leaves room for other ways than a password.

use op::{Kernel, OpError};
use types::{IdentityId, Locale, PersonId, TenantId};

use crate::auth::{new_token, token_hash};

/// A way to sign in.
#[derive(Clone, Debug)]
pub struct NewIdentity {
    /// What the person types, lower case.
    pub login: String,
    /// A PHC string from [`crate::hash_password`]; none for whoever signs in through an identity provider.
    pub password_hash: Option<String>,
    /// The provider's issuer and subject, for whoever signs in so.
    pub external_subject: Option<String>,
    /// Their language.
    pub locale: Locale,
}

/// Creates an identity that is this person in that tenant.
///
/// # Errors
/// `Conflict("identity_login_key")` where the login is taken.
pub async fn create_identity(
    kernel: &Kernel,
    new: NewIdentity,
    tenant: TenantId,
    person: PersonId,
) -> Result<IdentityId, OpError> {
    let id = IdentityId(kernel.new_uuid(kernel.clock()));
    let mut tx = kernel.db().begin(None, false).await?;
    sqlx::query(db::sql!(
        "with i as (
           insert into kernel.identity (id, login, password_hash, external_subject, locale, created_at)
           values ($1, $2, $3, $4, $5, $6) returning id)
         insert into kernel.membership (identity_id, tenant_id, person_id) select id, $7, $8 from i"
    ))
    .bind(id)
    .bind(new.login.to_lowercase())
    .bind(new.password_hash)
    .bind(new.external_subject)
    .bind(new.locale.tag())
    .bind(kernel.clock().now())
    .bind(tenant)
    .bind(person)
    .execute(tx.conn())
    .await?;
    tx.commit().await?;
    Ok(id)
}

/// Sets a password, and ends the sessions opened with the old one.
///
/// # Errors
/// `NotFound` where nobody has this login.
pub async fn set_password(kernel: &Kernel, login: &str, password_hash: &str) -> Result<(), OpError> {
    let mut tx = kernel.db().begin(None, false).await?;
    let done = sqlx::query(db::sql!(
        "with i as (update kernel.identity set password_hash = $2 where login = $1 returning id),
              d as (delete from kernel.session using i where identity_id = i.id)
         select id from i"
    ))
    .bind(login.to_lowercase())
    .bind(password_hash)
    .execute(tx.conn())
    .await?;
    tx.commit().await?;
    if done.rows_affected() == 0 { Err(OpError::NotFound) } else { Ok(()) }
}

/// Makes a token for an outside system; shown once, stored as a hash.
///
/// # Errors
/// The database failed.
pub async fn create_token(
    kernel: &Kernel,
    tenant: TenantId,
    name: &str,
    source: &str,
    scopes: &[String],
) -> Result<String, OpError> {
    let token = format!("novads_{}", new_token(kernel));
    let mut tx = kernel.db().begin(None, false).await?;
    sqlx::query(db::sql!(
        "insert into kernel.api_token (token_hash, tenant_id, name, source, scopes, created_at) values ($1, $2, $3, $4, $5, $6)"
    ))
    .bind(token_hash(&token).as_slice())
    .bind(tenant)
    .bind(name)
    .bind(source)
    .bind(scopes)
    .bind(kernel.clock().now())
    .execute(tx.conn())
    .await?;
    tx.commit().await?;
    Ok(token)
}
