//! Seals the audit trail: a Merkle root per batch and tenant, chained to the last one. No insert waits on a
//! chain, and any later change shows: [`verify`] recomputes the roots from the rows.

use std::sync::Arc;

use sha2::{Digest, Sha256};
use sqlx::FromRow;
use types::TenantId;

use crate::{Kernel, OpError};

/// What a sealing or verification saw.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SealReport {
    /// Seals made or checked.
    pub seals: u64,
    /// Rows under them.
    pub rows: u64,
    /// Rows not sealed yet.
    pub open: u64,
}

/// The trail does not match its seals.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The rows of a batch are not those that were sealed.
    #[error("audit batch {seq}: rows were changed, added or removed after sealing")]
    Rows {
        /// The batch.
        seq: i64,
    },
    /// The seal does not follow from the one before.
    #[error("audit batch {seq}: broken chain")]
    Chain {
        /// The batch.
        seq: i64,
    },
    /// The database failed.
    #[error(transparent)]
    Op(#[from] OpError),
}

#[derive(FromRow)]
struct Row {
    leaf: String,
}

#[derive(FromRow)]
struct Seal {
    seq: i64,
    from_xact: String,
    below_xact: String,
    rows: i64,
    root: Vec<u8>,
    previous: Vec<u8>,
    chain: Vec<u8>,
}

// The text of a row is what is sealed: every column, in one order, as PostgreSQL prints it.
const ROWS: &str = db::sql!(
    "select (row(id, at at time zone 'UTC', actor_id, acting_for, actor, action, ground, subject_kind, subjects, data, request_id, xact))::text as leaf
     from kernel.audit where tenant_id = $1 and xact >= $2::text::xid8 and xact < $3::text::xid8 order by id"
);
const LAST: &str = db::sql!(
    "select seq, from_xact::text, below_xact::text, rows, root, previous, chain from kernel.audit_seal
     where tenant_id = $1 order by epoch desc, seq desc limit 1"
);
const ALL: &str = db::sql!(
    "select seq, from_xact::text, below_xact::text, rows, root, previous, chain from kernel.audit_seal
     where tenant_id = $1 order by epoch, seq"
);
const INSERT: &str = db::sql!(
    "insert into kernel.audit_seal (tenant_id, id, epoch, seq, from_xact, below_xact, rows, root, previous, chain, sealed_at)
     values ($1, $2, 1, $3, $4::text::xid8, $5::text::xid8, $6, $7, $8, $9, $10)"
);

/// Seals what is below the snapshot's xmin: no transaction that could still add a row there is running.
///
/// # Errors
/// The database failed.
pub async fn seal(kernel: &Arc<Kernel>, tenant: TenantId) -> Result<SealReport, OpError> {
    let mut tx = kernel.db.begin(Some(tenant), false).await?;
    // One sealer at a time for a tenant.
    sqlx::query(db::sql!("select pg_advisory_xact_lock(hashtextextended($1::text, 7))"))
        .bind(tenant)
        .execute(tx.conn())
        .await?;
    let last: Option<Seal> = sqlx::query_as(LAST).bind(tenant).fetch_optional(tx.conn()).await?;
    let (below,): (String,) =
        sqlx::query_as(db::sql!("select pg_snapshot_xmin(pg_current_snapshot())::text")).fetch_one(tx.conn()).await?;
    let (from, seq, previous) =
        last.map_or_else(|| ("0".to_owned(), 0, vec![0; 32]), |s| (s.below_xact, s.seq, s.chain));
    let rows: Vec<Row> = sqlx::query_as(ROWS).bind(tenant).bind(&from).bind(&below).fetch_all(tx.conn()).await?;
    if rows.is_empty() {
        tx.commit().await?;
        return Ok(SealReport::default());
    }
    let root = merkle(rows.iter().map(|r| r.leaf.as_bytes()));
    let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let chain = link(&previous, &root, seq + 1, count);
    sqlx::query(INSERT)
        .bind(tenant)
        .bind(kernel.new_uuid(&kernel.clock))
        .bind(seq + 1)
        .bind(&from)
        .bind(&below)
        .bind(count)
        .bind(root.as_slice())
        .bind(&previous)
        .bind(chain.as_slice())
        .bind(kernel.clock.now())
        .execute(tx.conn())
        .await?;
    tx.commit().await?;
    Ok(SealReport { seals: 1, rows: count.unsigned_abs(), open: 0 })
}

/// Recomputes every seal of a tenant from the rows.
///
/// # Errors
/// The first batch that does not match.
pub async fn verify(kernel: &Arc<Kernel>, tenant: TenantId) -> Result<SealReport, SealError> {
    let mut tx = kernel.db.begin(Some(tenant), true).await.map_err(OpError::from)?;
    let seals: Vec<Seal> = sqlx::query_as(ALL).bind(tenant).fetch_all(tx.conn()).await.map_err(OpError::from)?;
    let mut report = SealReport::default();
    let mut previous = vec![0; 32];
    let mut from = "0".to_owned();
    for s in seals {
        let rows: Vec<Row> = sqlx::query_as(ROWS)
            .bind(tenant)
            .bind(&s.from_xact)
            .bind(&s.below_xact)
            .fetch_all(tx.conn())
            .await
            .map_err(OpError::from)?;
        let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        if merkle(rows.iter().map(|r| r.leaf.as_bytes())).as_slice() != s.root || count != s.rows {
            return Err(SealError::Rows { seq: s.seq });
        }
        let expected = link(&previous, &s.root, s.seq, s.rows);
        let follows = s.from_xact == from && s.previous == previous;
        if !follows || expected.as_slice() != s.chain || u64::try_from(s.seq).ok() != Some(report.seals + 1) {
            return Err(SealError::Chain { seq: s.seq });
        }
        report.seals += 1;
        report.rows += count.unsigned_abs();
        previous = s.chain;
        from = s.below_xact;
    }
    let (open,): (i64,) =
        sqlx::query_as(db::sql!("select count(*) from kernel.audit where tenant_id = $1 and xact >= $2::text::xid8"))
            .bind(tenant)
            .bind(&from)
            .fetch_one(tx.conn())
            .await
            .map_err(OpError::from)?;
    report.open = open.unsigned_abs();
    Ok(report)
}

fn link(previous: &[u8], root: &[u8], seq: i64, rows: i64) -> [u8; 32] {
    let mut h = Sha256::new();
    h.update(previous);
    h.update(root);
    h.update(seq.to_be_bytes());
    h.update(rows.to_be_bytes());
    h.finalize().into()
}

/// RFC 9162 style: leaves and nodes are hashed with different prefixes, so neither can pose as the other.
fn merkle<'a>(leaves: impl Iterator<Item = &'a [u8]>) -> [u8; 32] {
    let hash = |prefix: u8, a: &[u8], b: &[u8]| -> [u8; 32] {
        let mut h = Sha256::new();
        h.update([prefix]);
        h.update(a);
        h.update(b);
        h.finalize().into()
    };
    let mut level: Vec<[u8; 32]> = leaves.map(|l| hash(0, l, &[])).collect();
    while level.len() > 1 {
        level = level
            .chunks(2)
            .map(|pair| match pair {
                [a, b] => hash(1, a, b),
                [a] => *a,
                _ => [0; 32],
            })
            .collect();
    }
    level.first().copied().unwrap_or([0; 32])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_depends_on_every_leaf_and_their_order() {
        let root = |l: &[&str]| merkle(l.iter().map(|s| s.as_bytes()));
        assert_ne!(root(&["a", "b", "c"]), root(&["a", "c", "b"]));
        assert_ne!(root(&["a", "b", "c"]), root(&["a", "b"]));
        assert_ne!(root(&["a"]), root(&["b"]));
        assert_eq!(root(&[]), [0; 32]);
    }
}
