//! `novads migrate`

use anyhow::{Context as _, Result};

use crate::{
    DONE, NOT_SO,
    cli::{Migrate, Place},
    house,
    installation::{Absent, Installation},
    output,
};

/// Brings the database up to date, or says what is missing.
pub async fn run(place: &Place, args: &Migrate) -> Result<u8> {
    let absent = if args.check { Absent::Refuse } else { Absent::Make };
    let installation = Installation::open(place, absent).await?;
    let result = migrate(&installation, args.check).await;
    installation.close().await?;
    result
}

async fn migrate(installation: &Installation, only_check: bool) -> Result<u8> {
    let steps = house::migrations();
    let pending = db::pending(&installation.owner_url, &steps).await.context("cannot read the migrations")?;
    for name in &pending {
        output::line(name);
    }
    if only_check {
        return Ok(if pending.is_empty() { DONE } else { NOT_SO });
    }
    // Also where nothing is pending: functions, row security and grants are put right.
    db::migrate(&installation.owner_url, &steps).await.context("the database cannot be brought up to date")?;
    output::line(&format!("{} steps done; the database is up to date", pending.len()));
    Ok(DONE)
}
