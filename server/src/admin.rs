//! `novads admin`

mod audit;
mod key;
mod secret;
mod tenant;
mod user;

use std::sync::Arc;

use anyhow::{Result, anyhow, bail};
use op::Kernel;
use types::{JobId, TenantId, Timestamp};
use web::platform;

use crate::{
    DONE,
    cli::{Admin, Jobs, Key, Place, Token},
    installation::{Absent, Installation},
    output,
};

pub use audit::verified_setting;

/// Looks after an installation.
pub async fn run(place: &Place, command: &Admin) -> Result<u8> {
    if let Admin::Key { command: Key::New } = command {
        key::new();
        return Ok(DONE);
    }
    let installation = Installation::open(place, Absent::Refuse).await?;
    let result = on(&installation, command).await;
    installation.close().await?;
    result
}

async fn on(installation: &Installation, command: &Admin) -> Result<u8> {
    let kernel = installation.kernel().await?;
    match command {
        Admin::Tenant { command } => tenant::run(&kernel, command).await?,
        Admin::User { command } => user::run(&kernel, command).await?,
        Admin::Key { command } => key::run(installation, &kernel, command).await?,
        Admin::Token { command } => token(&kernel, command).await?,
        Admin::Jobs { command } => jobs_command(&kernel, command).await?,
        Admin::Audit { command } => return audit::run(&kernel, command).await,
    }
    Ok(DONE)
}

/// The municipality with that code.
async fn tenant_of(kernel: &Kernel, code: &str) -> Result<TenantId> {
    let all = platform::tenants(kernel).await?;
    let found = all.iter().find(|tenant| tenant.code == code);
    found.map(|tenant| tenant.id).ok_or_else(|| {
        let codes: Vec<_> = all.iter().map(|tenant| tenant.code.as_str()).collect();
        match codes.is_empty() {
            true => anyhow!("there is no municipality yet: novads admin tenant add CODE --name NAME"),
            false => anyhow!("there is no municipality {code}; there are: {}", codes.join(", ")),
        }
    })
}

/// That municipality, or all of them.
pub async fn tenants_of(kernel: &Kernel, code: Option<&str>) -> Result<Vec<platform::Tenant>> {
    let mut all = platform::tenants(kernel).await?;
    if let Some(code) = code {
        let id = tenant_of(kernel, code).await?;
        all.retain(|tenant| tenant.id == id);
    }
    Ok(all)
}

fn moment(at: Timestamp) -> String {
    at.with_timezone(&types::RIGA).format("%Y-%m-%d %H:%M").to_string()
}

async fn token(kernel: &Kernel, command: &Token) -> Result<()> {
    match command {
        Token::Create { tenant, name, source, scope } => {
            let tenant = tenant_of(kernel, tenant).await?;
            let live = platform::tokens(kernel, tenant).await?;
            if live.iter().any(|t| t.name == *name && t.revoked_at.is_none()) {
                bail!("there is a token {name} already: revoke it first, or choose another name");
            }
            output::line(&web::create_token(kernel, tenant, name, source, scope).await?);
        }
        Token::List { tenant } => {
            let all = platform::tokens(kernel, tenant_of(kernel, tenant).await?).await?;
            let row = |t: &platform::Token| {
                let revoked = t.revoked_at.map(moment).unwrap_or_default();
                vec![t.name.clone(), t.source.clone(), t.scopes.join(","), moment(t.created_at), revoked]
            };
            let rows: Vec<_> = all.iter().map(row).collect();
            output::table(&["NAME", "SYSTEM", "SCOPES", "SINCE", "REVOKED"], &rows);
        }
        Token::Revoke { tenant, name } => {
            let revoked = platform::revoke_tokens(kernel, tenant_of(kernel, tenant).await?, name).await?;
            if revoked == 0 {
                bail!("there is no token {name} that opens anything");
            }
            output::line(&format!("{name} opens nothing any more"));
        }
    }
    Ok(())
}

async fn jobs_command(kernel: &Arc<Kernel>, command: &Jobs) -> Result<()> {
    match command {
        Jobs::Dead { tenant } => {
            let mut rows = Vec::new();
            for tenant in tenants_of(kernel, tenant.as_deref()).await? {
                let dead = jobs::dead(kernel, tenant.id).await?;
                rows.extend(dead.into_iter().map(|job| {
                    let error = job.last_error.unwrap_or_default();
                    let error = error.lines().next().unwrap_or_default().to_owned();
                    vec![
                        tenant.code.clone(),
                        job.id.to_string(),
                        job.kind,
                        job.attempts.to_string(),
                        moment(job.run_at),
                        error,
                    ]
                }));
            }
            output::table(&["MUNICIPALITY", "ID", "KIND", "TRIED", "DUE", "ERROR"], &rows);
        }
        Jobs::Rerun { tenant, id, .. } => {
            let tenant = tenant_of(kernel, tenant).await?;
            let ids = match id {
                Some(id) => vec![JobId(*id)],
                None => jobs::dead(kernel, tenant).await?.iter().map(|job| job.id).collect(),
            };
            let mut again = 0;
            for id in &ids {
                again += u32::from(jobs::rerun(kernel, tenant, *id).await?);
            }
            if let (0, Some(id)) = (again, id) {
                bail!("no job {id} is set aside there");
            }
            output::line(&format!("{again} will run again"));
        }
    }
    Ok(())
}
