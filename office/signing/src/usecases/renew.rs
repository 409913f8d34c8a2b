//! Archival renewal: a container gets another archive time stamp before its newest one proves nothing any more.

use std::sync::Arc;

use chrono::Days;
use documents::{FileRole, NewFile};
use op::{Action as _, Audit, Facts, Op, OpError};
use serde::Deserialize;
use serde_json::json;

use super::{
    SignError,
    prove::{self, Outside},
    report,
};
use crate::{
    actions::KeepReports,
    model::Reason,
    store::{self, Due},
};

/// Containers renewed in one night's job.
const MOST: i64 = 500;
const ASIC_E: &str = "application/vnd.etsi.asic-e+zip";

#[derive(Deserialize)]
struct Lead {
    days: u64,
}

/// Renews what is due, one after the other. A failure of one is logged and tried again the next night; when the
/// authority does not answer, the rest waits too.
pub(crate) async fn renew(op: &Op) -> Result<usize, SignError> {
    let mut read = op.read().await?;
    let found = parties::parameter(read.conn(), op.tenant(), "signing", "renewal", op.today()).await?;
    let lead = found.and_then(|v| serde_json::from_value::<Lead>(v).ok()).map_or(180, |l| l.days);
    let by = op.today().checked_add_days(Days::new(lead)).unwrap_or(op.today());
    let due = store::due(read.conn(), op.tenant(), by, MOST).await?;
    drop(read);
    if due.is_empty() {
        return Ok(0);
    }
    let outside = Outside::of(op).await?;
    let mut done = 0;
    for one in &due {
        match renew_one(op, &outside, one).await {
            Ok(()) => done += 1,
            Err(SignError::Refused(why)) if why.key.ends_with("unreachable") => return Err(why.into()),
            Err(SignError::Refused(why)) => {
                tracing::warn!(file = %one.id, why = why.key, detail = %why.detail, "not renewed")
            }
            Err(e) => return Err(e),
        }
    }
    Ok(done)
}

async fn renew_one(op: &Op, outside: &Outside, due: &Due) -> Result<(), SignError> {
    let mut read = op.read().await?;
    let before = documents::read_file(&mut read, due.id).await?.bytes;
    drop(read);
    let bytes = prove::archived(outside, &before, op.now()).await?;
    let bytes = Arc::new(bytes);
    let at = op.now() + chrono::TimeDelta::minutes(1);
    let report = report::judge(Arc::clone(&bytes), due.name.clone(), &outside.trust, at).await?;
    let until = prove::proven_until(&bytes, &outside.trust);
    if !report.passed() {
        return Err(Reason::of("signing-item-invalid").into());
    }
    // A stamp by the same certificate proves nothing for longer: wait for the authority's next one.
    if until <= due.proven_until {
        return Err(Reason::of("signing-reason-no-longer-proof").into());
    }
    let mut tx = op.begin().await?;
    let may = tx.create::<KeepReports>(&Facts::default())?;
    let file = NewFile {
        name: due.name.clone(),
        media_type: ASIC_E.to_owned(),
        bytes: bytes.to_vec(),
        role: FileRole::Signature,
    };
    let ids = documents::attach(&mut tx, &may, due.document_id, vec![file]).await?;
    let id = *ids.first().ok_or(OpError::NotFound)?;
    let mut kept = report::kept(id, due.document_id, &report, &outside.trust)?;
    kept.ours = true;
    kept.proven_until = until;
    store::keep_reports(&mut tx, &may, &[kept]).await?;
    tx.history(due.document_id, "signatures-renewed", json!({ "file": id, "name": due.name }));
    tx.audit(Audit::of(KeepReports::DEF.name, "document", due.document_id).with(json!({ "did": "renew", "file": id })));
    Ok(tx.commit().await?)
}
