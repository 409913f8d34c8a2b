//! `novads admin user`

use std::sync::Arc;

use anyhow::{Result, bail};
use op::{Kernel, OpError};
use types::{Locale, PersonId};
use web::{NewIdentity, platform};

use super::{moment, secret, tenant_of};
use crate::{cli::User, output};

pub async fn run(kernel: &Arc<Kernel>, command: &User) -> Result<()> {
    match command {
        User::Add { .. } => add(kernel, command).await,
        User::Password { login } => {
            let hash = hashed(kernel, secret::ask("New password: ")?).await?;
            web::set_password(kernel, login, &hash).await.map_err(|error| nobody(login, error))?;
            output::line(&format!("the password of {login} is set; their sessions are ended"));
            Ok(())
        }
        User::List { tenant } => {
            let all = platform::identities(kernel, tenant_of(kernel, tenant).await?).await?;
            let row = |i: &platform::Identity| {
                let at = |at: Option<_>| at.map(moment).unwrap_or_default();
                vec![i.login.clone(), i.person_id.to_string(), at(i.seen_at), at(i.disabled_at)]
            };
            let rows: Vec<_> = all.iter().map(row).collect();
            output::table(&["LOGIN", "PERSON", "SEEN", "DISABLED"], &rows);
            Ok(())
        }
        User::Disable { login, undo } => {
            platform::disable_identity(kernel, login, !undo).await.map_err(|error| nobody(login, error))?;
            let now = if *undo { "may sign in again" } else { "may not sign in any more; their sessions are ended" };
            output::line(&format!("{login} {now}"));
            Ok(())
        }
    }
}

fn nobody(login: &str, error: OpError) -> anyhow::Error {
    match error {
        OpError::NotFound => anyhow::anyhow!("nobody signs in as {login}"),
        error => error.into(),
    }
}

async fn add(kernel: &Arc<Kernel>, command: &User) -> Result<()> {
    let User::Add { tenant, login, language, .. } = command else { return Ok(()) };
    let tenant = tenant_of(kernel, tenant).await?;
    if !is_login(login) {
        bail!("{login} is no login: 2 to 100 letters, digits and . - _ @, no blanks");
    }
    let hash = hashed(kernel, secret::ask("Password: ")?).await?;
    let person = PersonId(kernel.new_uuid(kernel.clock()));
    let new = NewIdentity {
        login: login.clone(),
        password_hash: Some(hash),
        external_subject: None,
        locale: Locale::from_tag(language).unwrap_or_default(),
    };
    match web::create_identity(kernel, new, tenant, person).await {
        Ok(_) => {
            output::line(&format!("{} may sign in", login.to_lowercase()));
            Ok(())
        }
        Err(OpError::Conflict(constraint)) if constraint == "identity_login_key" => {
            bail!("somebody signs in as {login} already")
        }
        Err(error) => Err(error.into()),
    }
}

async fn hashed(kernel: &Kernel, password: String) -> Result<String> {
    secret::refuse_weak(&password)?;
    let salt = kernel.random();
    let hash = tokio::task::spawn_blocking(move || web::hash_password(&password, &salt)).await?;
    hash.map_err(anyhow::Error::msg)
}

fn is_login(login: &str) -> bool {
    let fits = |c: char| c.is_alphanumeric() || ".-_@".contains(c);
    (2..=100).contains(&login.chars().count()) && login.chars().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_has_no_blanks() {
        assert!(is_login("anna.kalnina") && is_login("anna@novads.example") && is_login("ābols"));
        for wrong in ["", "a", "anna kalnina", "a\nb", "<a>"] {
            assert!(!is_login(wrong), "{wrong}");
        }
    }
}
