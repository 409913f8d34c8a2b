//! `novads admin user`

use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use op::{Facts, Kernel, Op, OpError};
use parties::{NewGrant, NewPerson, actions::CreatePerson};
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
    let User::Add { tenant, login, language, role, .. } = command else { return Ok(()) };
    let tenant = tenant_of(kernel, tenant).await?;
    if !is_login(login) {
        bail!("{login} is no login: 2 to 100 letters, digits and . - _ @, no blanks");
    }
    let taken = platform::identities(kernel, tenant).await?.iter().any(|i| i.login == login.to_lowercase());
    if taken {
        bail!("somebody signs in as {login} already");
    }
    let hash = hashed(kernel, secret::ask("Password: ")?).await?;
    let op = Op::house(kernel, tenant, "novads admin user add");
    let person = person_of(&op, command).await?;
    grant(&op, person, role).await?;
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
            bail!("somebody in another municipality signs in as {login} already")
        }
        Err(error) => Err(error.into()),
    }
}

/// Whoever was named by id, or a new person.
async fn person_of(op: &Op, command: &User) -> Result<PersonId> {
    let User::Add { person, given_names, surname, .. } = command else { bail!("nobody was named") };
    if let Some(id) = person.map(PersonId) {
        let mut read = op.read().await?;
        return match parties::person_card(read.conn(), op.tenant(), id).await? {
            Some(_) => Ok(id),
            None => bail!("there is no person {id} in that municipality"),
        };
    }
    let name =
        |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let (Some(given_names), Some(surname)) = (name(given_names), name(surname)) else {
        bail!("a person has given names and a surname");
    };
    let new = NewPerson {
        id: op.new_id(),
        given_names,
        surname,
        personal_code: None,
        birth_date: None,
        sex: None,
        bank_account: None,
        address: None,
        email: None,
        phone: None,
    };
    let mut tx = op.begin().await?;
    let may = tx.create::<CreatePerson>(&Facts::default())?;
    parties::new_person(&mut tx, &may, std::slice::from_ref(&new)).await?;
    tx.commit().await?;
    Ok(new.id)
}

/// Roles over the whole municipality, from today on.
async fn grant(op: &Op, person: PersonId, roles: &[String]) -> Result<()> {
    if roles.is_empty() {
        return Ok(());
    }
    let units = {
        let mut read = op.read().await?;
        parties::units(read.conn(), op.tenant(), None).await?
    };
    let Some(root) = units.iter().find(|unit| unit.parent_id.is_none()) else {
        bail!("the municipality has no units yet: novads admin tenant add CODE --name NAME makes the first");
    };
    for role in roles {
        let new = NewGrant {
            id: op.new_id(),
            person_id: person,
            role: role.clone(),
            unit_id: root.id,
            valid_from: op.today(),
            valid_to: None,
        };
        parties::usecases::grant_role(op, &new).await.with_context(|| format!("the role {role} cannot be granted"))?;
    }
    Ok(())
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
