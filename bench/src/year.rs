//! `novads bench year`: the program itself lives a year twice, at a tenth and whole; the writes of the tenth are written
//! again bare; pgbench stands beside it; then people work on what the whole year left.

use std::{
    collections::HashMap,
    io::Write as _,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use serde::Serialize;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, FromRow, PgConnection};
use uuid::Uuid;

use crate::{
    House,
    decode::Decoder,
    machine,
    replay::{Known, Replayer, Script, Way, order},
    report::{goal, say, table},
    rig::Rig,
    visitors::{self, PASSWORD, Visitor},
};

const DATABASE: &str = "novads";
const COPY: &str = "bare";
const SLOT: &str = "novads_bench_year";

/// `novads bench year`
#[derive(clap::Args, Clone, Debug)]
#[command(after_help = "\
It starts PostgreSQL servers of its own; nothing else is touched. The country (--scale 1) takes about an hour
on two idle processors and tens of gigabytes. Figures of a debug build tell nothing.")]
pub struct Year {
    /// The folder with the tables
    #[arg(long, value_name = "DIR")]
    pub profile: PathBuf,
    /// Which year
    #[arg(long, value_name = "YEAR", default_value_t = 2023)]
    pub year: i32,
    /// All counts times this; beside it a tenth of it is lived
    #[arg(long, value_name = "F", default_value_t = 0.02)]
    pub scale: f64,
    /// Only these municipalities, by name or code
    #[arg(long, value_name = "A,B")]
    pub tenants: Option<String>,
    /// How many people work on it afterwards
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub users: usize,
    /// For how long
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub seconds: u64,
    /// Keep everything in this folder, and use the years that an earlier run lived there
    #[arg(long, value_name = "DIR")]
    pub folder: Option<PathBuf>,
    /// Write the figures into this file
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
}

/// What was lived.
#[derive(Clone, Copy, Debug, Default, FromRow, Serialize)]
struct Rows {
    documents: i64,
    /// By other systems, in calls of the interface.
    brought: i64,
    invoices: i64,
    orders: i64,
    applications: i64,
    /// Tasks that somebody finished.
    steps: i64,
    /// Municipalities.
    municipalities: i64,
}

const ROWS: &str = "select
    (select count(*) from documents.registration) as documents,
    (select coalesce(sum(documents), 0)::bigint from documents.batch) as brought,
    (select count(*) from invoices.invoice) as invoices,
    (select count(*) from personnel.personnel_order) as orders,
    (select count(*) from workflow.application) as applications,
    (select count(*) from workflow.task where state = 'done') as steps,
    (select count(*) from kernel.tenant) as municipalities";

#[derive(Clone, Debug, Serialize)]
struct Lived {
    scale: f64,
    rows: Rows,
    seconds: f64,
    /// Processor seconds: of the program, and of its PostgreSQL.
    cpu: (f64, f64),
    documents_per_second: f64,
    /// Processor milliseconds a document.
    cpu_per_document: f64,
    load: (f64, f64),
}

#[derive(Clone, Debug, Serialize)]
struct Bare {
    transactions: usize,
    rows: usize,
    seconds: f64,
    /// Processor seconds.
    cpu: f64,
    /// Time of the year over time of its writes.
    ratio: f64,
    ratio_cpu: f64,
    /// Rows by table, a document.
    rows_by_table: Vec<(String, f64)>,
}

#[derive(Clone, Debug, Serialize)]
struct Memory {
    /// MiB of the server after it was worked with.
    server_mib: f64,
    /// MiB of its PostgreSQL, shared pages counted once.
    postgres_mib: f64,
    /// MiB of tables and indexes.
    database_mib: f64,
    /// MiB of the whole data folder, log and stored files among it.
    folder_mib: f64,
}

#[derive(Clone, Debug, Serialize)]
struct Figures {
    build: &'static str,
    processors: usize,
    small: Lived,
    whole: Option<Lived>,
    /// Processor time a document at the whole over that at a tenth.
    growth: Option<f64>,
    bare: Option<Bare>,
    /// Transactions a second of pgbench's TPC-B-like, with as many clients as processors.
    pgbench: Option<f64>,
    users: usize,
    pages: Vec<visitors::Page>,
    memory: Option<Memory>,
}

pub(crate) async fn run(house: &House, args: &Year) -> Result<()> {
    let kept = args.folder.is_some();
    let folder = args.folder.clone();
    let folder = folder.unwrap_or_else(|| std::env::temp_dir().join(format!("novads-year-{}", std::process::id())));
    let done = measure(house, args, &folder).await;
    if !kept {
        let _ = std::fs::remove_dir_all(&folder);
    }
    let figures = done?;
    if let Some(file) = &args.json {
        let text = serde_json::to_string_pretty(&figures)?;
        std::fs::write(file, text + "\n").with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(())
}

async fn measure(house: &House, args: &Year, folder: &Path) -> Result<Figures> {
    let build = if cfg!(debug_assertions) { "debug" } else { "release" };
    say(&format!("{build} build, {} processors, load {:.1}", machine::processors(), machine::load()));
    let mut small = Rig::open(house, &folder.join("tenth")).await?;
    let pgbench = match pgbench(&small).await {
        Ok(tps) => Some(tps),
        Err(e) => {
            say(&format!("no pgbench: {e:#}"));
            None
        }
    };
    let (tenth, bare) = tenth(&small, args).await?;
    small.stop().await?;
    let mut rig = Rig::open(house, &folder.join("whole")).await?;
    let whole = live(&rig, args, args.scale, &[]).await?;
    let growth = whole.cpu_per_document / tenth.cpu_per_document;
    let (pages, memory) = at_work(&mut rig, args).await?;
    rig.stop().await?;
    let figures = Figures {
        build,
        processors: machine::processors(),
        small: tenth,
        whole: Some(whole),
        growth: Some(growth),
        bare: Some(bare),
        pgbench,
        users: args.users,
        pages,
        memory: Some(memory),
    };
    print(&figures);
    Ok(figures)
}

fn program() -> Result<Command> {
    let mut command = Command::new(std::env::current_exe().context("where this program is")?);
    command.env_remove("DATABASE_URL").env_remove("NOVADS_DATA").env("NOVADS_LOG", "error");
    Ok(command)
}

/// The program's own command on a rig's data.
fn novads(rig: &Rig<'_>, args: &[String]) -> Result<()> {
    let mut command = program()?;
    command.args(args).arg("--data").arg(rig.data()).stdout(Stdio::null());
    let status = tokio::task::block_in_place(|| command.status())?;
    if !status.success() {
        bail!("novads {} ended with {status}", args.join(" "));
    }
    Ok(())
}

fn year(args: &Year, scale: f64, more: &[&str]) -> Vec<String> {
    let mut all = vec!["year".to_owned(), "--profile".to_owned(), args.profile.display().to_string()];
    all.extend(["--year".to_owned(), args.year.to_string(), "--scale".to_owned(), scale.to_string()]);
    if let Some(tenants) = &args.tenants {
        all.extend(["--tenants".to_owned(), tenants.clone()]);
    }
    all.extend(more.iter().map(|m| (*m).to_owned()));
    all
}

/// Processor seconds of what we started and of the server: those that have ended are counted by who waited for them.
fn cpu(rig: &Rig<'_>) -> Result<(f64, f64)> {
    let own = machine::seconds(i32::try_from(std::process::id())?);
    Ok((own, machine::seconds(rig.pid()?)))
}

async fn live(rig: &Rig<'_>, args: &Year, scale: f64, more: &[&str]) -> Result<Lived> {
    let load = machine::load();
    let before = cpu(rig)?;
    let begun = Instant::now();
    novads(rig, &year(args, scale, more))?;
    let seconds = begun.elapsed().as_secs_f64();
    let after = cpu(rig)?;
    let mut owner = rig.owner(DATABASE).await?;
    let rows: Rows = sqlx::query_as(ROWS).fetch_one(&mut owner).await?;
    let cpu = (after.0 - before.0, after.1 - before.1);
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    let documents = rows.documents.max(1) as f64;
    Ok(Lived {
        scale,
        rows,
        seconds,
        cpu,
        documents_per_second: documents / seconds,
        cpu_per_document: (cpu.0 + cpu.1) * 1000.0 / documents,
        load: (load, machine::load()),
    })
}

/// The tenth: founded first, so that only its work is captured, then lived, then written again into a copy.
async fn tenth(rig: &Rig<'_>, args: &Year) -> Result<(Lived, Bare)> {
    let scale = args.scale / 10.0;
    // New Year's Day: municipalities are made, nobody works.
    let first = format!("{}-01-01", args.year);
    novads(rig, &year(args, scale, &["--start", &first, "--days", "1"]))?;
    rig.create(COPY, Some(DATABASE)).await.context("a copy to write into")?;
    let mut owner = rig.owner(DATABASE).await?;
    owner
        .execute("create publication novads_bench for all tables with (publish = 'insert, update', publish_via_partition_root = true)")
        .await?;
    owner.execute(AssertSqlSafe(format!("select pg_create_logical_replication_slot('{SLOT}', 'pgoutput')"))).await?;
    let lived = live(rig, args, scale, &[]).await?;
    let messages: Vec<(Vec<u8>,)> = sqlx::query_as(
        "select data from pg_logical_slot_get_binary_changes($1, null, null,
           'proto_version', '1', 'publication_names', 'novads_bench')",
    )
    .bind(SLOT)
    .fetch_all(&mut owner)
    .await?;
    owner.execute(AssertSqlSafe(format!("select pg_drop_replication_slot('{SLOT}')"))).await?;
    let mut decoder = Decoder::default();
    messages.iter().try_for_each(|(m,)| decoder.take(m))?;
    drop(messages);
    let order = order(&references(&mut owner).await?);
    let transactions = std::mem::take(&mut decoder.transactions);
    let count = transactions.iter().filter(|t| !t.is_empty()).count();
    // Commits are not waited for in the year, so neither here.
    owner.execute(AssertSqlSafe(format!("alter database {COPY} set synchronous_commit = off"))).await?;
    let script = Script::of(transactions, &mut Known::default(), &order);
    let rows = script.rows();
    // What one transaction wrote may be changed by the next: one client keeps their order.
    let mut replayer = Replayer::connect(&rig.sockets()?, COPY, 1)?;
    let before = cpu(rig)?;
    let (took, script) = tokio::task::block_in_place(|| replayer.play(script, Way::OneByOne, 0))?;
    let after = cpu(rig)?;
    let bare_cpu = after.0 - before.0 + after.1 - before.1;
    let mut all: HashMap<String, u64> = script.inserts.into_iter().collect();
    script.updates.into_iter().for_each(|(t, n)| *all.entry(format!("{t} (changed)")).or_default() += n);
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    let mut rows_by_table: Vec<(String, f64)> =
        all.into_iter().map(|(t, n)| (t, n as f64 / lived.rows.documents.max(1) as f64)).collect();
    rows_by_table.sort_by(|a, b| b.1.total_cmp(&a.1));
    let bare = Bare {
        transactions: count,
        rows,
        seconds: took.as_secs_f64(),
        cpu: bare_cpu,
        ratio: lived.seconds / took.as_secs_f64(),
        ratio_cpu: (lived.cpu.0 + lived.cpu.1) / bare_cpu,
        rows_by_table,
    };
    Ok((lived, bare))
}

async fn references(owner: &mut PgConnection) -> Result<Vec<(String, String)>> {
    Ok(sqlx::query_as(
        "select f.relnamespace::regnamespace || '.' || f.relname, t.relnamespace::regnamespace || '.' || t.relname
         from pg_constraint c join pg_class f on f.oid = c.conrelid join pg_class t on t.oid = c.confrelid where c.contype = 'f'",
    )
    .fetch_all(owner)
    .await?)
}

/// TPC-B-like transactions a second, with commits that are not waited for either.
async fn pgbench(rig: &Rig<'_>) -> Result<f64> {
    rig.create("pgbench", None).await?;
    let mut owner = rig.owner("postgres").await?;
    owner.execute("alter database pgbench set synchronous_commit = off").await?;
    let (bin,): (String,) =
        sqlx::query_as("select setting from pg_config where name = 'BINDIR'").fetch_one(&mut owner).await?;
    owner.close().await?;
    let sockets = rig.sockets()?;
    let program = Path::new(&bin).join("pgbench");
    let clients = machine::processors().to_string();
    let call = |args: &[&str]| -> Result<String> {
        let mut command = Command::new(&program);
        command.args(args).arg("-h").arg(&sockets).args(["-U", "novads", "pgbench"]);
        let out = tokio::task::block_in_place(|| command.output()).with_context(|| program.display().to_string())?;
        if !out.status.success() {
            bail!("{}", String::from_utf8_lossy(&out.stderr));
        }
        Ok(String::from_utf8_lossy(&out.stdout).into_owned())
    };
    call(&["-i", "-q", "-s", "10"])?;
    let said = call(&["-c", &clients, "-j", &clients, "-T", "15", "-M", "prepared"])?;
    let tps = said.lines().find_map(|l| l.strip_prefix("tps = ")).and_then(|l| l.split(' ').next()?.parse().ok());
    tps.context("pgbench says no rate")
}

#[derive(FromRow)]
struct Clerk {
    tenant: String,
    person: Uuid,
    words: Vec<String>,
}

// Ordinary clerks: of an institution, not of the whole municipality.
const CLERKS: &str = "select t.code as tenant, g.person_id as person,
       coalesce((select array_agg(d.title) from (
          select d.title from documents.document d
          where d.tenant_id = t.id and d.unit_id = g.unit_id order by d.id desc limit 3) d), '{}') ||
       coalesce((select array_agg(d.number) from (
          select d.number from documents.document d
          where d.tenant_id = t.id and d.unit_id = g.unit_id and d.number is not null order by d.id limit 3) d), '{}') ||
       coalesce((select array_agg(d.correspondent) from (
          select d.correspondent from documents.document d
          where d.tenant_id = t.id and d.unit_id = g.unit_id and d.correspondent is not null order by d.id limit 3) d), '{}')
         as words
     from kernel.role_grant g join kernel.tenant t on t.id = g.tenant_id
     join kernel.unit u on u.tenant_id = g.tenant_id and u.id = g.unit_id
     where g.role = 'clerk' and u.parent_id is not null
       and not exists (select from kernel.membership m where m.tenant_id = g.tenant_id and m.person_id = g.person_id)
     order by md5(g.person_id::text), g.id limit $1";

/// People at work on what was lived.
async fn at_work(rig: &mut Rig<'_>, args: &Year) -> Result<(Vec<visitors::Page>, Memory)> {
    let mut owner = rig.owner(DATABASE).await?;
    owner.execute("vacuum analyze").await?;
    let most = i64::try_from(args.users)?;
    let clerks: Vec<Clerk> = sqlx::query_as(CLERKS).bind(most).fetch_all(&mut owner).await?;
    let (bytes,): (i64,) = sqlx::query_as("select pg_database_size(current_database())").fetch_one(&mut owner).await?;
    owner.close().await?;
    let mut all = Vec::new();
    for (n, clerk) in clerks.into_iter().enumerate() {
        let login = format!("merijums{}-{n}", std::process::id());
        user(rig, &login, &clerk)?;
        all.push(Visitor { login, words: clerk.words });
    }
    rig.stop().await?;
    let seen = tokio::task::block_in_place(|| {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let mut server = serve(rig, address)?;
        let seen = visitors::work(address, &all, args.year, Duration::from_secs(args.seconds));
        let pid = i32::try_from(server.id())?;
        let masters = machine::children(pid);
        let processes = masters.into_iter().flat_map(|m| std::iter::once(m).chain(machine::children(m)));
        let memory = (machine::memory(pid).0, processes.map(|p| machine::memory(p).1).sum::<f64>());
        Command::new("kill").args(["-TERM", &server.id().to_string()]).status()?;
        server.wait()?;
        Ok::<_, anyhow::Error>((seen?, memory))
    });
    rig.start().await?;
    let (pages, (server_mib, postgres_mib)) = seen?;
    #[expect(clippy::cast_precision_loss, reason = "bytes are far below 2^52")]
    let mib = |bytes: u64| bytes as f64 / 1_048_576.0;
    let memory = Memory {
        server_mib,
        postgres_mib,
        database_mib: mib(bytes.unsigned_abs()),
        folder_mib: mib(size(&rig.data())),
    };
    Ok((pages, memory))
}

fn user(rig: &Rig<'_>, login: &str, clerk: &Clerk) -> Result<()> {
    let mut command = program()?;
    command.args(["admin", "user", "add", "--tenant", &clerk.tenant, "--login", login, "--person"]);
    command.arg(clerk.person.to_string()).arg("--data").arg(rig.data());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
    if let Some(mut input) = child.stdin.take() {
        writeln!(input, "{PASSWORD}")?;
    }
    let status = tokio::task::block_in_place(|| child.wait())?;
    if !status.success() {
        bail!("{login} was not made");
    }
    Ok(())
}

fn serve(rig: &Rig<'_>, address: SocketAddr) -> Result<Child> {
    let mut command = program()?;
    command.args(["serve", "--listen", &address.to_string(), "--data"]).arg(rig.data()).stdout(Stdio::null());
    let mut child = command.spawn().context("the server")?;
    let until = Instant::now() + Duration::from_secs(60);
    while std::net::TcpStream::connect(address).is_err() {
        if let Some(status) = child.try_wait()? {
            bail!("the server ended: {status}");
        }
        if Instant::now() > until {
            let _ = child.kill();
            bail!("the server does not answer within a minute");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(child)
}

fn size(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let of = |e: std::fs::DirEntry| match e.metadata() {
        Ok(m) if m.is_dir() => size(&e.path()),
        Ok(m) => m.len(),
        Err(_) => 0,
    };
    entries.map(of).sum()
}

fn print(f: &Figures) {
    let row = |l: &Lived| {
        vec![
            format!("{}", l.scale),
            l.rows.municipalities.to_string(),
            l.rows.documents.to_string(),
            l.rows.brought.to_string(),
            l.rows.invoices.to_string(),
            l.rows.steps.to_string(),
            format!("{:.0}", l.seconds),
            format!("{:.0}", l.documents_per_second),
            format!("{:.2}", l.cpu_per_document),
            format!("{:.1} to {:.1}", l.load.0, l.load.1),
        ]
    };
    say("\nThe year");
    let head = [
        "scale",
        "towns",
        "documents",
        "brought",
        "invoices",
        "steps",
        "seconds",
        "documents/s",
        "cpu ms/document",
        "load",
    ];
    table(&head, &std::iter::once(&f.small).chain(&f.whole).map(row).collect::<Vec<_>>());
    let mut rows = Vec::new();
    if let Some(growth) = f.growth {
        let figure = format!("{growth:.2}");
        rows.push(vec!["cpu a document, whole / tenth".to_owned(), figure, goal(growth, 1.2)]);
    }
    if let Some(b) = &f.bare {
        rows.push(vec![
            "time / bare writes, row by row, one client".to_owned(),
            format!("{:.2}", b.ratio),
            String::new(),
        ]);
        rows.push(vec!["cpu / bare writes".to_owned(), format!("{:.2}", b.ratio_cpu), goal(b.ratio_cpu, 3.0)]);
        rows.push(vec!["rows written a document".to_owned(), rows_a_document(b, &f.small), String::new()]);
    }
    if let Some(tps) = f.pgbench {
        rows.push(vec!["pgbench TPC-B-like, a second".to_owned(), format!("{tps:.0}"), String::new()]);
        let ratio = f.whole.as_ref().map_or(0.0, |w| w.documents_per_second / tps);
        rows.push(vec!["documents a second / pgbench".to_owned(), format!("{ratio:.2}"), String::new()]);
    }
    table(&["", "figure", "goal"], &rows);
    if let Some(b) = &f.bare {
        let most: Vec<String> = b.rows_by_table.iter().take(24).map(|(t, n)| format!("{t} {n:.2}")).collect();
        say(&format!("  rows a document: {}", most.join(", ")));
    }
    say(&format!("\n{} people at work", f.users));
    let rows = f
        .pages
        .iter()
        .map(|p| vec![p.name.to_owned(), p.requests.to_string(), format!("{:.1}", p.median), format!("{:.1}", p.p95)]);
    table(&["page", "requests", "median ms", "p95 ms"], &rows.collect::<Vec<_>>());
    if let Some(m) = &f.memory {
        say(&format!(
            "  memory: server {:.0} MiB, PostgreSQL {:.0} MiB; on disk: database {:.0} MiB, folder {:.0} MiB",
            m.server_mib, m.postgres_mib, m.database_mib, m.folder_mib
        ));
    }
}

fn rows_a_document(b: &Bare, lived: &Lived) -> String {
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    let rows = b.rows as f64 / lived.rows.documents.max(1) as f64;
    format!("{rows:.1}")
}
