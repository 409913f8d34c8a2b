//! Sessions, passwords, cookies, tokens against forged requests.

use argon2::{
    Argon2, PasswordVerifier as _,
    password_hash::{PasswordHasher as _, phc::PasswordHash},
};
use axum::http::{HeaderMap, header};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use op::{Kernel, OpError};
use sha2::{Digest as _, Sha256};
use sqlx::FromRow;
use subtle::ConstantTimeEq as _;
use types::{IdentityId, Locale, PersonId, TenantId, Timestamp};

use crate::App;

/// A session ends so many hours after sign-in, whatever happens.
pub const SESSION_HOURS: i64 = 14;
/// … or so many minutes after the last request.
const IDLE_MINUTES: i64 = 240;

/// A session as the guard needs it.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct Session {
    pub identity_id: IdentityId,
    pub tenant_id: TenantId,
    pub person_id: PersonId,
    pub acting_for: Option<PersonId>,
    pub seen_at: Timestamp,
    pub locale: String,
}

/// Hashes a password (Argon2id, the crate's default cost).
///
/// # Errors
/// The hash failed: a programming error.
pub fn hash_password(password: &str, salt: &[u8; 16]) -> Result<String, String> {
    let hash = Argon2::default().hash_password_with_salt(password.as_bytes(), salt).map_err(|e| e.to_string())?;
    Ok(hash.to_string())
}

/// Takes as long for an unknown login as for a known one.
pub(crate) fn check_password(password: &str, stored: Option<&str>) -> bool {
    const NOBODYS: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let hash = PasswordHash::new(stored.unwrap_or(NOBODYS));
    let matches = hash.is_ok_and(|h| Argon2::default().verify_password(password.as_bytes(), &h).is_ok());
    matches && stored.is_some()
}

pub(crate) fn new_token(kernel: &Kernel) -> String {
    URL_SAFE_NO_PAD.encode(kernel.random::<32>())
}

pub(crate) fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// The token of a form: bound to the cookie, useless with any other.
pub(crate) fn csrf_token(app: &App, cookie: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(app.token_key()) else { return String::new() };
    mac.update(b"csrf\0");
    mac.update(cookie.as_bytes());
    URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
}

pub(crate) fn csrf_matches(app: &App, cookie: &str, token: &str) -> bool {
    let expected = csrf_token(app, cookie);
    !expected.is_empty() && expected.as_bytes().ct_eq(token.as_bytes()).into()
}

/// `__Host-` needs Secure, and Secure needs https: so the name follows the public URL's scheme.
pub(crate) fn cookie_name(app: &App, base: &str) -> String {
    if app.https() { format!("__Host-{base}") } else { base.to_owned() }
}

pub(crate) fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok());
    let mut pairs = all.flat_map(|v| v.split(';')).filter_map(|p| p.trim().split_once('='));
    pairs.find(|(n, _)| *n == name).map(|(_, v)| v.to_owned())
}

pub(crate) fn set_cookie(app: &App, base: &str, value: &str, max_age: i64) -> String {
    let secure = if app.https() { "; Secure" } else { "" };
    format!("{}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age}{secure}", cookie_name(app, base))
}

/// Finds the session of a cookie; a session seen too long ago is none.
pub(crate) async fn find_session(kernel: &Kernel, token: &str) -> Result<Option<Session>, OpError> {
    let hash = token_hash(token);
    let now = kernel.clock().now();
    let idle = now - chrono::Duration::minutes(IDLE_MINUTES);
    let mut tx = kernel.db().begin(None, false).await?;
    let session: Option<Session> = sqlx::query_as(db::sql!(
        "select s.identity_id, s.tenant_id, m.person_id, s.acting_for, s.seen_at, i.locale
         from kernel.session s
         join kernel.identity i on i.id = s.identity_id and i.disabled_at is null
         join kernel.membership m on m.identity_id = s.identity_id and m.tenant_id = s.tenant_id
         where s.token_hash = $1 and s.expires_at > $2 and s.seen_at > $3"
    ))
    .bind(hash.as_slice())
    .bind(now)
    .bind(idle)
    .fetch_optional(tx.conn())
    .await?;
    // Not at every request: once a minute is exact enough, and most requests then write nothing.
    if session.as_ref().is_some_and(|s| now - s.seen_at > chrono::Duration::minutes(1)) {
        sqlx::query(db::sql!("update kernel.session set seen_at = $2 where token_hash = $1"))
            .bind(hash.as_slice())
            .bind(now)
            .execute(tx.conn())
            .await?;
    }
    tx.commit().await?;
    Ok(session)
}

/// The token of an outside system.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct ApiToken {
    pub tenant_id: TenantId,
    pub source: String,
    pub scopes: Vec<String>,
}

pub(crate) async fn find_api_token(kernel: &Kernel, token: &str) -> Result<Option<ApiToken>, OpError> {
    let mut tx = kernel.db().begin(None, true).await?;
    let found = sqlx::query_as(db::sql!(
        "select tenant_id, source, scopes from kernel.api_token
         where token_hash = $1 and revoked_at is null and (expires_at is null or expires_at > $2)"
    ))
    .bind(token_hash(token).as_slice())
    .bind(kernel.clock().now())
    .fetch_optional(tx.conn())
    .await?;
    tx.commit().await?;
    Ok(found)
}

/// Opens a session; answers the cookie's value. For whoever has proved who they are.
///
/// # Errors
/// The database failed.
pub async fn open_session(kernel: &Kernel, identity: IdentityId, tenant: TenantId) -> Result<String, OpError> {
    let token = new_token(kernel);
    let now = kernel.clock().now();
    let mut tx = kernel.db().begin(None, false).await?;
    sqlx::query(db::sql!(
        "insert into kernel.session (token_hash, identity_id, tenant_id, created_at, seen_at, expires_at)
         values ($1, $2, $3, $4, $4, $5)"
    ))
    .bind(token_hash(&token).as_slice())
    .bind(identity)
    .bind(tenant)
    .bind(now)
    .bind(now + chrono::Duration::hours(SESSION_HOURS))
    .execute(tx.conn())
    .await?;
    tx.commit().await?;
    Ok(token)
}

pub(crate) async fn close_session(kernel: &Kernel, token: &str) -> Result<(), OpError> {
    let mut tx = kernel.db().begin(None, false).await?;
    sqlx::query(db::sql!("delete from kernel.session where token_hash = $1"))
        .bind(token_hash(token).as_slice())
        .execute(tx.conn())
        .await?;
    Ok(tx.commit().await?)
}

pub(crate) async fn set_acting_for(kernel: &Kernel, token: &str, person: Option<PersonId>) -> Result<(), OpError> {
    let mut tx = kernel.db().begin(None, false).await?;
    sqlx::query(db::sql!("update kernel.session set acting_for = $2 where token_hash = $1"))
        .bind(token_hash(token).as_slice())
        .bind(person)
        .execute(tx.conn())
        .await?;
    Ok(tx.commit().await?)
}

/// Someone who may sign in.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct Candidate {
    pub identity_id: IdentityId,
    pub password_hash: Option<String>,
    pub tenant_id: TenantId,
    pub person_id: PersonId,
}

pub(crate) async fn candidate(kernel: &Kernel, login: &str) -> Result<Option<Candidate>, OpError> {
    let mut tx = kernel.db().begin(None, true).await?;
    let found = sqlx::query_as(db::sql!(
        "select i.id as identity_id, i.password_hash, m.tenant_id, m.person_id
         from kernel.identity i join kernel.membership m on m.identity_id = i.id
         where i.login = $1 and i.disabled_at is null order by m.tenant_id limit 1"
    ))
    .bind(login)
    .fetch_optional(tx.conn())
    .await?;
    tx.commit().await?;
    Ok(found)
}

/// What failed sign-ins are counted by.
pub(crate) struct Throttle {
    /// This login from this address: bound to both, so that nobody can keep somebody else out.
    pair: String,
    /// This address, whatever the login: who tries one password on many logins waits as well.
    address: String,
}

impl Throttle {
    pub(crate) fn new(login: &str, address: Option<std::net::IpAddr>) -> Self {
        let address = address.map_or_else(|| "-".to_owned(), |a| a.to_string());
        Self { pair: format!("sign-in {login} {address}"), address: format!("sign-in from {address}") }
    }

    fn keys(&self) -> [&str; 2] {
        [&self.pair, &self.address]
    }

    /// Seconds to wait before another attempt.
    pub(crate) async fn wait(&self, kernel: &Kernel) -> Result<u64, OpError> {
        let mut tx = kernel.db().begin(None, true).await?;
        let rows: Vec<(String, i32, Timestamp)> =
            sqlx::query_as(db::sql!("select key, failures, last_at from kernel.throttle where key = any($1)"))
                .bind(self.keys().as_slice())
                .fetch_all(tx.conn())
                .await?;
        tx.commit().await?;
        let now = kernel.clock().now();
        let wait = rows.iter().map(|(key, failures, last_at)| {
            let free = if *key == self.pair { 2 } else { 20 };
            delay(*failures, free) - (now - *last_at).num_seconds()
        });
        Ok(wait.max().and_then(|w| u64::try_from(w).ok()).unwrap_or(0))
    }

    /// Counts an attempt as failed before the password is checked: many at once are counted as many.
    pub(crate) async fn begin(&self, kernel: &Kernel) -> Result<(), OpError> {
        let mut tx = kernel.db().begin(None, false).await?;
        sqlx::query(db::sql!(
            "insert into kernel.throttle (key, failures, last_at) select k, 1, $2 from unnest($1::text[]) k
             on conflict (key) do update set failures = throttle.failures + 1, last_at = $2"
        ))
        .bind(self.keys().as_slice())
        .bind(kernel.clock().now())
        .execute(tx.conn())
        .await?;
        Ok(tx.commit().await?)
    }

    /// Takes the count back after a success.
    pub(crate) async fn succeed(&self, kernel: &Kernel) -> Result<(), OpError> {
        let mut tx = kernel.db().begin(None, false).await?;
        sqlx::query(db::sql!(
            "with p as (delete from kernel.throttle where key = $1)
             update kernel.throttle set failures = greatest(failures - 1, 0) where key = $2"
        ))
        .bind(&self.pair)
        .bind(&self.address)
        .execute(tx.conn())
        .await?;
        Ok(tx.commit().await?)
    }
}

/// After the free attempts 2, 4, 8 … seconds, at most a quarter of an hour.
fn delay(failures: i32, free: i32) -> i64 {
    let over = u32::try_from(failures.saturating_sub(free)).unwrap_or(0);
    if over == 0 { 0 } else { 2_i64.saturating_pow(over.min(20)).min(900) }
}

pub(crate) fn locale_of(headers: &HeaderMap, app: &App, stored: Option<&str>) -> Locale {
    let chosen = cookie(headers, &cookie_name(app, "locale")).and_then(|t| Locale::from_tag(&t));
    let asked = || {
        let accept = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
        accept.split(',').find_map(|l| Locale::from_tag(l.trim()))
    };
    chosen.or_else(|| stored.and_then(Locale::from_tag)).or_else(asked).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_grows_and_ends_at_a_quarter_of_an_hour() {
        assert_eq!([1, 2, 3, 4, 5].map(|n| delay(n, 2)), [0, 0, 2, 4, 8]);
        assert_eq!(delay(100, 20), 900);
        assert_eq!(delay(i32::MIN, 2), 0);
    }

    #[test]
    fn a_password_is_known_by_its_hash_only() {
        let hash = hash_password("pareizā parole", &[7; 16]).unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(check_password("pareizā parole", Some(&hash)));
        assert!(!check_password("nepareizā", Some(&hash)));
        assert!(!check_password("", None));
    }
}
