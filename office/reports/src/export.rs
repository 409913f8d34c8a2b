//! The same figures for the command line: one line a municipality.

use std::sync::Arc;

use op::{Kernel, Op, OpError};
use types::TenantId;

use crate::{
    Reports,
    model::{Ask, Report},
    table::{self, Table},
};

/// How figures are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma, header, raw integers, UTF-8 without a byte order mark.
    Csv,
    /// An array of objects.
    Json,
}

/// Why there is nothing to write.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// There is no such report; these there are.
    #[error("there is no report {0}; there are: {1}")]
    Unknown(String, String),
    /// The database failed.
    #[error(transparent)]
    Op(#[from] OpError),
}

impl From<sqlx::Error> for ExportError {
    fn from(e: sqlx::Error) -> Self {
        Self::Op(e.into())
    }
}

/// The figures of a year, one row a municipality, in the order given.
///
/// # Errors
/// The report is unknown, or the database failed.
pub async fn export(
    kernel: &Arc<Kernel>,
    name: &str,
    tenants: &[TenantId],
    year: i32,
    format: Format,
) -> Result<String, ExportError> {
    let reports = kernel.extension::<Reports>().cloned().unwrap_or_default();
    let Some(report) = reports.get(name) else {
        let known: Vec<&str> = reports.0.iter().map(|r| r.name).collect();
        return Err(ExportError::Unknown(name.to_owned(), known.join(", ")));
    };
    let mut rows = Vec::with_capacity(tenants.len());
    for tenant in tenants {
        let ask = Ask::whole(*tenant, year);
        let mut read = Op::house(kernel, *tenant, "report").read().await?;
        let figures = (report.figures)(read.conn(), &ask).await?;
        rows.extend(figures.iter().filter(|r| r.institution.is_none()).map(|r| report.cells(r)));
    }
    let table = Table { title: report.name.to_owned(), head: head(report), rows };
    Ok(match format {
        Format::Csv => table::csv(&table),
        Format::Json => format!("{:#}\n", table::json(&table)),
    })
}

pub(crate) fn head(report: &Report) -> Vec<String> {
    report.columns.iter().map(|c| c.name.to_owned()).collect()
}
