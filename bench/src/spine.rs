//! `novads bench spine`

use anyhow::{Context as _, Result};
use serde::Serialize;

use crate::{
    House, Part, Spine, batch, idle, machine, pages, paths,
    report::{goal, say, table},
    rig::Rig,
};

/// Rounds with a ratio each.
const ROUNDS: usize = 10;
/// Documents in batches, by each way and size.
const BATCHED: usize = 40_000;
/// Clients at a time.
const CLIENTS: usize = 2;

#[derive(Default, Serialize)]
struct All {
    build: &'static str,
    processors: usize,
    paths: Option<paths::Figures>,
    pages: Option<pages::Figures>,
    batch: Option<batch::Figures>,
    idle: Option<idle::Figures>,
}

pub(crate) async fn run(house: &House, args: &Spine) -> Result<()> {
    let kept = args.folder.is_some();
    let folder = args.folder.clone();
    let folder = folder.unwrap_or_else(|| std::env::temp_dir().join(format!("novads-bench-{}", std::process::id())));
    let mut rig = Rig::open(house, &folder).await?;
    let measured = measure(&mut rig, args).await;
    if kept {
        rig.stop().await?;
    } else {
        rig.destroy().await?;
    }
    let all = measured?;
    if let Some(file) = &args.json {
        let text = serde_json::to_string_pretty(&all)?;
        std::fs::write(file, text + "\n").with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(())
}

async fn measure(rig: &mut Rig<'_>, args: &Spine) -> Result<All> {
    let wanted = |p: Part| args.part.is_empty() || args.part.contains(&p);
    let build = if cfg!(debug_assertions) { "debug" } else { "release" };
    let mut all = All { build, processors: machine::processors(), ..All::default() };
    say(&format!("{build} build, {} processors, load {:.1}", all.processors, machine::load()));
    if wanted(Part::Paths) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
        let applications = (args.applications as f64 * args.scale).ceil() as usize;
        let figures = paths::run(rig, applications, ROUNDS, CLIENTS).await.context("from application to order")?;
        print_paths(&figures);
        all.paths = Some(figures);
    }
    if wanted(Part::Pages) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
        let documents = (args.documents as f64 * args.scale).ceil() as u64;
        say(&format!("\nPages at {documents} documents in {} municipalities", args.tenants));
        let figures = pages::run(rig, documents, args.tenants).await.context("pages")?;
        print_pages(&figures);
        all.pages = Some(figures);
    }
    if wanted(Part::Batch) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
        let documents = (BATCHED as f64 * args.scale).ceil() as usize;
        let figures = batch::run(rig, documents).await.context("batches")?;
        print_batch(&figures);
        all.batch = Some(figures);
    }
    if wanted(Part::Idle) {
        let figures = idle::run(rig).await.context("an idle server")?;
        print_idle(&figures);
        all.idle = Some(figures);
    }
    Ok(all)
}

fn print_pages(f: &pages::Figures) {
    say(&format!("  the largest has {} of them; load {:.1} to {:.1}", f.of_the_largest.1, f.load.0, f.load.1));
    let rows = f.pages.iter().map(|p| {
        let cell = |n: f64| format!("{n:.1}");
        vec![
            p.name.to_owned(),
            cell(p.clerk.median),
            cell(p.clerk.p95),
            cell(p.everywhere.p95),
            format!("{:.2} ({:.2})", p.ratio, p.ratio_median),
            goal(p.ratio, 1.2),
            format!("{:.2} ({:.2})", p.growth, p.growth_median),
            goal(p.growth, 1.5),
        ]
    });
    let head = ["page", "clerk ms", "p95", "whole p95", "ratio p95 (median)", "goal", "growth p95 (median)", "goal"];
    table(&head, &rows.collect::<Vec<_>>());
    let plans = &f.plans;
    say(&format!(
        "  {} plans, {} visits of large tables, {} without the tenant in the index condition",
        plans.plans,
        plans.visits,
        plans.without_tenant.len()
    ));
    plans.by.iter().for_each(|(t, by)| say(&format!("    {t}: {}", by.iter().cloned().collect::<Vec<_>>().join(", "))));
    plans
        .without_tenant
        .iter()
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .take(20)
        .for_each(|w| say(&format!("    NO TENANT  {w}")));
}

fn print_batch(f: &batch::Figures) {
    say(&format!("\nDocuments in batches, {} callers at a time, load {:.1} to {:.1}", f.callers, f.load.0, f.load.1));
    let rows = f.runs.iter().map(|r| {
        let cell = |n: f64| format!("{n:.0}");
        vec![
            r.size.to_string(),
            r.documents.to_string(),
            cell(r.requests),
            cell(r.calls),
            cell(r.registrations),
            format!("{:.2}", r.ratio),
        ]
    });
    let head = ["a call", "documents", "requests/s", "use-case/s", "registration/s", "request / registration"];
    table(&head, &rows.collect::<Vec<_>>());
}

fn print_idle(f: &idle::Figures) {
    say(&format!("\nServer on an existing data folder, load {:.1} to {:.1}", f.load.0, f.load.1));
    let all = |v: &[f64]| v.iter().map(|n| format!("{n:.0}")).collect::<Vec<_>>().join(", ");
    say(&format!("  start to first page, ms: {}", all(&f.first_page)));
    say(&format!("  TERM to the end, ms: {}", all(&f.stop)));
    say(&format!(
        "  idle memory: {:.0} MiB; its PostgreSQL {:.0} MiB in {} processes",
        f.server_mib, f.postgres_mib, f.postgres_processes
    ));
}

fn print_paths(f: &paths::Figures) {
    say(&format!(
        "\nFrom application to registered order: {} applications, {} clients, load {:.1} to {:.1}",
        f.applications, f.clients, f.load.0, f.load.1
    ));
    let rows = f.transitions.iter().map(|t| {
        let cell = |n: f64| format!("{n:.2}");
        let ratio = t.ms / t.bare_ms;
        vec![
            t.name.to_owned(),
            cell(t.ms),
            cell(t.bare_ms),
            cell(ratio),
            cell(t.statements),
            cell(t.round_trips),
            cell(t.rows),
        ]
    });
    let head = ["transition", "ms", "bare ms", "ratio", "statements", "round trips", "rows"];
    table(&head, &rows.collect::<Vec<_>>());
    say(&format!("  besides, the actor's rights: {} statements, {} round trips a request", f.rights.0, f.rights.1));
    let (least, most) = f.ratio_spread;
    table(
        &["whole way", "figure", "goal"],
        &[
            vec!["applications a second".into(), format!("{:.1}", f.per_second), String::new()],
            vec!["cost / bare writes one by one".into(), format!("{:.2}", f.ratio), goal(f.ratio, 3.0)],
            vec!["  least and most of the rounds".into(), format!("{least:.2}–{most:.2}"), String::new()],
            vec!["  by processor time".into(), format!("{:.2}", f.ratio_cpu), String::new()],
            vec!["cost / bare writes in one piece".into(), format!("{:.2}", f.ratio_at_once), String::new()],
        ],
    );
    let rows = |all: &[(String, f64)]| all.iter().map(|(t, n)| format!("{t} {n:.1}")).collect::<Vec<_>>().join(", ");
    say(&format!("  inserted per application: {}", rows(&f.inserts)));
    say(&format!("  updated per application: {}", rows(&f.updates)));
}
