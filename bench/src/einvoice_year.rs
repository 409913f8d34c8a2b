//! `novads bench einvoice --part year`: a year of invoices of one municipality, from the supplier's XML to the statement
//! of the bank.

use std::{env, sync::Arc, time::Instant};

use anyhow::{Context as _, Result, anyhow, ensure};
use documents::{BlobStore, FolderStore, MasterKey};
use manifest::{Begin, Pace, Profile};
use op::{Kernel, Op};
use parties::life::Plan;
use types::{Clock, Date, TenantId};

use crate::{
    House, machine,
    report::{say, table},
    rig::Rig,
};

const DATABASE: &str = "invoices";
const YEAR: i32 = 2025;

pub(crate) async fn run(house: &House, invoices: i64) -> Result<serde_json::Value> {
    ensure!(invoices > 0, "no invoices");
    let folder = env::temp_dir().join(format!("novads-bench-invoices-{}", std::process::id()));
    let rig = Rig::open(house, &folder).await?;
    let figures = measured(&rig, invoices).await;
    rig.destroy().await?;
    figures
}

/// A kernel that keeps originals as a server keeps them.
async fn kernel(rig: &Rig<'_>) -> Result<Arc<Kernel>> {
    let mut extensions = (rig.house.extensions)()?;
    extensions.insert::<Arc<dyn BlobStore>>(Arc::new(FolderStore::new(rig.folder.join("blobs"))?));
    extensions.insert(MasterKey([7; 32]));
    rig.kernel_with(DATABASE, 8, extensions).await
}

async fn measured(rig: &Rig<'_>, invoices: i64) -> Result<serde_json::Value> {
    rig.create(DATABASE, None).await?;
    rig.migrate(DATABASE).await?;
    let kernel = kernel(rig).await?;
    let plan = Plan { institutions: 30, employees: 600, seed: 1 };
    let (tenant, _) = rig.municipality(&kernel, "gads", &plan).await?;
    let first = Date::from_ymd_opt(YEAR, 1, 1).context("a day")?;
    let house = Op::house(&kernel, tenant, "bench").with_clock(Clock::fixed(types::start_of_day(first)));
    let mut read = house.read().await?;
    let calendar = parties::calendar(read.conn(), tenant).await?;
    drop(read);
    let pace = Arc::new(Pace::of_offices(&calendar, YEAR, first, 365));
    let mut profile = Profile::new("gads", YEAR);
    for column in ["invoices_received", "e_invoices", "invoices_approved_electronically"] {
        profile.set("invoices", column, invoices);
    }
    let begin = Begin { op: house, profile: Arc::new(profile), pace: Arc::clone(&pace), seed: 1, others_documents: 0 };
    let (load, pid, me) = (machine::load(), rig.pid()?, machine::own_seconds());
    let (database, begun) = (machine::seconds(pid), Instant::now());
    let mut life = (invoices::life::LIFE.begin)(begin).await.map_err(|e| anyhow!("{e}"))?;
    let days: Vec<Date> = pace.days().collect();
    for (n, day) in days.iter().enumerate() {
        life.day(*day, n + 1 == days.len()).await.map_err(|e| anyhow!("{day}: {e}"))?;
    }
    let seconds = begun.elapsed().as_secs_f64();
    let (own, database) = (machine::own_seconds() - me, machine::seconds(pid) - database);
    let (received, files, paid) = counts(&kernel, tenant).await?;
    ensure!(received == invoices, "{received} of {invoices} were received");
    let per = |n: i64, s: f64| n as f64 / s.max(1e-9);
    let row = |what: &str, value: String| vec![what.to_owned(), value];
    table(
        &["a year of invoices", ""],
        &[
            row("received, judged, coded, approved", received.to_string()),
            row("payment files, released by a second person", files.to_string()),
            row("paid by the statement of the bank", paid.to_string()),
            row("seconds", format!("{seconds:.1}")),
            row("invoices a second", format!("{:.0}", per(received, seconds))),
            row("processor seconds, program and PostgreSQL", format!("{own:.1} + {database:.1}")),
        ],
    );
    say(&format!("load {load:.1} before, {:.1} after", machine::load()));
    Ok(serde_json::json!({
        "invoices": received, "payment_files": files, "paid": paid, "seconds": seconds,
        "invoices_a_second": per(received, seconds), "cpu_program_s": own, "cpu_postgres_s": database, "load": load,
    }))
}

async fn counts(kernel: &Arc<Kernel>, tenant: TenantId) -> Result<(i64, i64, i64)> {
    let op = Op::house(kernel, tenant, "bench");
    let mut read = op.read().await?;
    let counts = sqlx::query_as(db::sql!(
        "select (select count(*) from invoices.invoice where tenant_id = $1),
                (select count(*) from invoices.batch where tenant_id = $1 and released_at is not null),
                (select count(*) from invoices.invoice where tenant_id = $1 and state = 'paid')"
    ));
    Ok(counts.bind(tenant).fetch_one(read.conn()).await?)
}
