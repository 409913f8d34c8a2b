//! The plans of the statements behind a page, as PostgreSQL's own `auto_explain` writes them into its log. A large
//! table must be reached by an index that leads with the tenant.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use anyhow::{Context as _, Result};
use serde::Serialize;
use serde_json::Value;

use crate::rig::Rig;

/// Turns it on for the server's role.
pub const ON: &str = "alter role novads_server set session_preload_libraries = 'auto_explain';
    alter role novads_server set auto_explain.log_min_duration = 0;
    alter role novads_server set auto_explain.log_nested_statements = on;
    alter role novads_server set auto_explain.log_format = json";
/// Turns it off.
pub const OFF: &str = "alter role novads_server reset session_preload_libraries;
    alter role novads_server reset auto_explain.log_min_duration;
    alter role novads_server reset auto_explain.log_nested_statements;
    alter role novads_server reset auto_explain.log_format";

/// What the plans say.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Figures {
    /// Plans read.
    pub plans: usize,
    /// Visits of a large table in them.
    pub visits: usize,
    /// Tables reached, and by which indexes.
    pub by: BTreeMap<String, BTreeSet<String>>,
    /// Visits that no condition on the tenant led.
    pub without_tenant: Vec<String>,
}

fn logs(rig: &Rig<'_>) -> Result<Vec<PathBuf>> {
    let folder = rig.home()?.join("data/log");
    let files = fs::read_dir(&folder).with_context(|| folder.display().to_string())?;
    Ok(files.flatten().map(|e| e.path()).collect())
}

/// Tables and partitions in which a look at every row would be felt.
pub async fn large(conn: &mut sqlx::PgConnection) -> Result<BTreeSet<String>> {
    let rows: Vec<(String,)> = sqlx::query_as(
        "select relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.relkind = 'r' and c.reltuples > 1000 and n.nspname not in ('pg_catalog', 'information_schema')",
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|(name,)| name).collect())
}

/// Where the logs end now.
pub fn mark(rig: &Rig<'_>) -> Result<BTreeMap<PathBuf, usize>> {
    logs(rig)?.into_iter().map(|p| Ok((p.clone(), usize::try_from(fs::metadata(&p)?.len())?))).collect()
}

/// Reads what was written since.
pub fn read(rig: &Rig<'_>, from: &BTreeMap<PathBuf, usize>, large: &BTreeSet<String>) -> Result<Figures> {
    // The collector writes a moment later.
    std::thread::sleep(std::time::Duration::from_millis(500));
    let mut figures = Figures::default();
    for path in logs(rig)? {
        let bytes = fs::read(&path)?;
        let text = String::from_utf8_lossy(bytes.get(from.get(&path).copied().unwrap_or(0)..).unwrap_or_default())
            .into_owned();
        for piece in text.split("plan:").skip(1) {
            let mut values = serde_json::Deserializer::from_str(piece).into_iter::<Value>();
            if let Some(Ok(plan)) = values.next() {
                figures.plans += 1;
                figures.visit(plan.get("Plan").unwrap_or(&Value::Null), "", large);
            }
        }
    }
    Ok(figures)
}

impl Figures {
    fn visit(&mut self, node: &Value, above: &str, large: &BTreeSet<String>) {
        let text = |name: &str| node.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let kind = text("Node Type");
        let index = text("Index Name");
        let mut table = text("Relation Name");
        if table.is_empty() && kind == "Bitmap Index Scan" {
            above.clone_into(&mut table);
        }
        // What an index is asked for stands at the scan of the index.
        if large.contains(&table) && kind != "ModifyTable" && kind != "Bitmap Heap Scan" {
            self.visits += 1;
            let by = if index.is_empty() { kind.clone() } else { index.trim_end_matches("_pkey").to_owned() };
            self.by.entry(table.clone()).or_default().insert(by);
            let condition = text("Index Cond");
            // The words' index leads with the tenant's token in every word.
            let words = table == "search" && condition.contains("@@");
            if !condition.contains("tenant_id") && !words {
                self.without_tenant.push(format!("{table}: {kind} {index} {condition}"));
            }
        }
        for child in node.get("Plans").and_then(Value::as_array).into_iter().flatten() {
            self.visit(child, if table.is_empty() { above } else { &table }, large);
        }
    }
}
