//! `novads admin tenant`

use std::sync::Arc;

use anyhow::{Result, bail};
use op::{Kernel, Op, OpError};
use parties::{NewUnit, PartiesError, UnitKind, rules::UnitRefused};
use web::platform;

use super::{moment, tenant_of};
use crate::{cli::Tenant, house, output};

pub async fn run(kernel: &Arc<Kernel>, command: &Tenant) -> Result<()> {
    match command {
        Tenant::Add { code, name } => add(kernel, code, name).await,
        Tenant::List => {
            let row = |t: &platform::Tenant| vec![t.code.clone(), t.name.clone(), moment(t.created_at)];
            let rows: Vec<_> = platform::tenants(kernel).await?.iter().map(row).collect();
            output::table(&["CODE", "NAME", "SINCE"], &rows);
            Ok(())
        }
    }
}

async fn add(kernel: &Arc<Kernel>, code: &str, name: &str) -> Result<()> {
    if !is_code(code) {
        bail!("{code} is no code: 2 to 40 lower-case letters (a-z), digits and hyphens, beginning with a letter");
    }
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 200 {
        bail!("a name has 1 to 200 characters");
    }
    let tenant = match platform::create_tenant(kernel, code, name).await {
        Ok(tenant) => tenant,
        // The command was cut off between its steps, or is simply said twice.
        Err(OpError::Conflict(constraint)) if constraint == "tenant_code_key" => tenant_of(kernel, code).await?,
        Err(error) => return Err(error.into()),
    };
    let op = Op::house(kernel, tenant, "novads admin tenant add");
    match parties::usecases::create_municipality(&op, root(&op, code, name)).await {
        Ok(_) => {}
        Err(PartiesError::Unit(UnitRefused::Root)) => bail!("there is a municipality {code} already"),
        Err(error) => return Err(error.into()),
    }
    for set_up in house::set_ups() {
        set_up(op.clone()).await?;
    }
    output::line(&format!("{code} added"));
    Ok(())
}

/// The municipality itself, as the first node of its tree.
fn root(op: &Op, code: &str, name: &str) -> NewUnit {
    NewUnit {
        id: op.new_id(),
        parent_id: None,
        kind: UnitKind::Municipality,
        code: code.to_uppercase(),
        name: name.to_owned(),
        name_en: None,
        registration_number: None,
        address: None,
        email: None,
        functions: Vec::new(),
        valid_from: op.today(),
    }
}

fn is_code(code: &str) -> bool {
    let letters = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (2..=40).contains(&code.len()) && code.bytes().all(letters) && code.starts_with(|c: char| c.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_short_and_plain() {
        assert!(is_code("ozolaine") && is_code("dienvidkurzeme-2"));
        for wrong in ["", "a", "Ozolaine", "ozolāine", "2x", "-x", "a b", &"a".repeat(41)] {
            assert!(!is_code(wrong), "{wrong}");
        }
    }
}
