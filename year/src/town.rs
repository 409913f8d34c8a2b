//! The municipality that a profile's year is lived in.

use std::sync::Arc;

use anyhow::{Result, bail};
use latvian::search::fold;
use manifest::{Profile, SetUp};
use op::{Kernel, Op};
use parties::life::{Plan, Town};
use types::{Clock, Date, TenantId};
use web::platform;

use crate::profile::{functions, size};

/// Says in the database that everything in it is made up.
pub const SIMULATED: &str = "simulated";

/// The longest code.
const MOST: usize = 60;

/// The short name of a municipality in commands: `aizkraukles-novads`.
#[must_use]
pub fn code(name: &str) -> String {
    let plain: String = fold(name).chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let words: Vec<&str> = plain.split('-').filter(|w| !w.is_empty()).collect();
    let code = words.join("-");
    match code.len() {
        1..=MOST => code,
        // Of what no letter can be read, or too many, a code is invented; the same name always has the same.
        _ => {
            let print =
                name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |n, b| (n ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
            let start: String = code.chars().take(MOST - 17).collect();
            let start = if start.is_empty() { "pasvaldiba".to_owned() } else { start };
            format!("{start}-{print:016x}")
        }
    }
}

/// As it stands in front of what belongs to it: `Aizkraukles`.
fn genitive(name: &str) -> &str {
    name.strip_suffix(" novads").unwrap_or(name)
}

fn town(p: &Profile, code: &str) -> Town {
    let name = &p.municipality;
    let administration = name
        .strip_suffix(" novads")
        .map_or_else(|| format!("{name}: pašvaldība"), |place| format!("{place} novada pašvaldība"));
    Town {
        administration,
        name_en: None,
        code: code.chars().filter(char::is_ascii_alphanumeric).take(6).collect::<String>().to_uppercase(),
        genitive: genitive(name).to_owned(),
        domain: format!("{code}.example"),
        functions: functions(p),
    }
}

/// Real data never becomes a simulation.
pub(crate) async fn claim(kernel: &Kernel) -> Result<()> {
    if platform::setting(kernel, SIMULATED).await?.is_some() {
        return Ok(());
    }
    if !platform::tenants(kernel).await?.is_empty() {
        bail!("there are municipalities in this database already: choose another folder with --data DIR");
    }
    platform::set_setting(kernel, SIMULATED, "yes").await?;
    Ok(())
}

/// The municipality, made if it is not there.
pub(crate) async fn found(
    kernel: &Arc<Kernel>,
    p: &Profile,
    first: Date,
    seed: u64,
    set_ups: &[SetUp],
) -> Result<TenantId> {
    let code = code(&p.municipality);
    let there = platform::tenants(kernel).await?.into_iter().find(|t| t.code == code).map(|t| t.id);
    let tenant = match there {
        Some(tenant) => tenant,
        None => platform::create_tenant(kernel, &code, &p.municipality).await?,
    };
    let morning = types::start_of_day(first) - chrono::TimeDelta::hours(12);
    let op = Op::house(kernel, tenant, "year").with_clock(Clock::fixed(morning));
    let mut read = op.read().await?;
    let is_empty = parties::units(read.conn(), tenant, None).await?.is_empty();
    drop(read);
    if is_empty {
        let size = size(p);
        let number = code.bytes().fold(seed, |n, b| n.wrapping_mul(31).wrapping_add(u64::from(b)));
        let plan = Plan { institutions: size.institutions, employees: size.employees, seed: number };
        parties::life::build_town(&op, &plan, &town(p, &code)).await?;
    }
    for set_up in set_ups {
        set_up(op.clone()).await?;
    }
    Ok(tenant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_make_codes() {
        assert_eq!(code("Augšdaugavas novads"), "augsdaugavas-novads");
        assert_eq!(code("Ventspils novads"), "ventspils-novads");
        assert_eq!(code("Rīga"), "riga");
        assert_eq!(code("  Jauns / Vecs "), "jauns-vecs");
        assert!(code("Ω").starts_with("pasvaldiba-") && code("Ω") != code("Ψ"));
        let long = "Ļoti gara nosaukuma apvienotais ".repeat(9);
        assert!(code(&long).len() <= 60 && code(&long) != code(&format!("{long}x")));
    }
}
