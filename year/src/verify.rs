//! The reports against the counts that the year was made from.

use std::{collections::HashMap, sync::Arc};

use anyhow::{Context as _, Result};
use manifest::{Lives, Profile};
use op::{Kernel, Op};
use reports::{Ask, Reports};
use web::platform;

use crate::{run, town};

/// A figure that is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The municipality.
    pub municipality: String,
    /// The report.
    pub report: &'static str,
    /// The column.
    pub column: &'static str,
    /// What was wanted.
    pub wanted: i64,
    /// What the report says; none if the municipality is not there.
    pub found: Option<i64>,
}

/// A count that contradicts another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Impossible {
    /// The municipality.
    pub municipality: String,
    /// The report.
    pub report: &'static str,
    /// The column.
    pub column: &'static str,
    /// What the profile says.
    pub wanted: i64,
    /// What was lived instead.
    pub lived: i64,
    /// Why.
    pub why: String,
}

/// What came of the comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// How many counts were compared.
    pub compared: usize,
    /// Those that differ.
    pub differences: Vec<Difference>,
    /// Those that could not be lived as they stand.
    pub impossible: Vec<Impossible>,
}

/// What cannot be lived.
#[must_use]
pub fn impossible(profiles: &[Profile], lives: &Lives) -> Vec<Impossible> {
    let of = |(municipality, g): (String, manifest::Goal)| {
        let manifest::Goal { report, column, wanted, lived, why } = g;
        why.map(|why| Impossible { municipality, report, column, wanted, lived, why })
    };
    run::goals(profiles, lives).into_iter().filter_map(of).collect()
}

/// Counts everything anew and compares.
///
/// # Errors
/// A report is not there, or the database failed.
pub async fn verify(kernel: &Arc<Kernel>, profiles: &[Profile], year: i32) -> Result<Verdict> {
    let lives = kernel.extension::<Lives>().cloned().unwrap_or_default();
    let reports = kernel.extension::<Reports>().cloned().unwrap_or_default();
    let tenants = platform::tenants(kernel).await?;
    let mut counted: HashMap<(String, &str), HashMap<String, i64>> = HashMap::new();
    let mut verdict = Verdict { impossible: impossible(profiles, &lives), ..Verdict::default() };
    for (municipality, goal) in run::goals(profiles, &lives) {
        verdict.compared += 1;
        let code = town::code(&municipality);
        let tenant = tenants.iter().find(|t| t.code == code);
        let found = match tenant {
            None => None,
            Some(tenant) => {
                let key = (municipality.clone(), goal.report);
                if !counted.contains_key(&key) {
                    let report = reports.get(goal.report).with_context(|| format!("no report {}", goal.report))?;
                    let mut read = Op::house(kernel, tenant.id, "year verify").read().await?;
                    let rows = (report.figures)(read.conn(), &Ask::whole(tenant.id, year)).await?;
                    counted.insert(key.clone(), whole(report, &rows));
                }
                counted.get(&key).and_then(|c| c.get(goal.column)).copied()
            }
        };
        if found != Some(goal.lived) {
            let (report, column) = (goal.report, goal.column);
            verdict.differences.push(Difference { municipality, report, column, wanted: goal.lived, found });
        }
    }
    Ok(verdict)
}

/// The counts of a municipality as a whole, by column.
fn whole(report: &reports::Report, rows: &[reports::FigureRow]) -> HashMap<String, i64> {
    let Some(row) = rows.iter().find(|r| r.institution.is_none()) else { return HashMap::new() };
    let count = |c: &reports::Column| Some((c.name.to_owned(), report.count(row, c.name)?));
    report.counting().filter_map(count).collect()
}
