//! `novads admin tenant`

use anyhow::{Result, bail};
use op::{Kernel, OpError};
use web::platform;

use super::moment;
use crate::{cli::Tenant, output};

pub async fn run(kernel: &Kernel, command: &Tenant) -> Result<()> {
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

async fn add(kernel: &Kernel, code: &str, name: &str) -> Result<()> {
    if !is_code(code) {
        bail!("{code} is no code: 2 to 40 lower-case letters (a-z), digits and hyphens, beginning with a letter");
    }
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 200 {
        bail!("a name has 1 to 200 characters");
    }
    match platform::create_tenant(kernel, code, name).await {
        Ok(_) => {
            output::line(&format!("{code} added"));
            Ok(())
        }
        Err(OpError::Conflict(constraint)) if constraint == "tenant_code_key" => {
            bail!("there is a municipality {code} already")
        }
        Err(error) => Err(error.into()),
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
