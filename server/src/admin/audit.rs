//! `novads admin audit`

use std::sync::Arc;

use anyhow::Result;
use op::{Kernel, SealError};
use types::TenantId;
use web::platform;

use super::tenants_of;
use crate::{DONE, NOT_SO, cli::Audit, output};

/// The setting that says when a municipality's trail was last found whole.
pub fn verified_setting(tenant: TenantId) -> String {
    format!("audit-verified-{tenant}")
}

pub async fn run(kernel: &Arc<Kernel>, command: &Audit) -> Result<u8> {
    let Audit::Verify { tenant } = command;
    let mut whole = true;
    for tenant in tenants_of(kernel, tenant.as_deref()).await? {
        let code = &tenant.code;
        match op::verify(kernel, tenant.id).await {
            Ok(report) => {
                let (seals, rows, open) = (report.seals, report.rows, report.open);
                output::line(&format!("{code}: whole: {rows} rows under {seals} seals, {open} not sealed yet"));
                let now = kernel.clock().now().to_rfc3339();
                platform::set_setting(kernel, &verified_setting(tenant.id), &now).await?;
            }
            Err(SealError::Op(error)) => return Err(error.into()),
            Err(broken) => {
                whole = false;
                output::line(&format!("{code}: BROKEN: {broken}"));
            }
        }
    }
    Ok(if whole { DONE } else { NOT_SO })
}
