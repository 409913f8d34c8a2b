//! One application to a registered order: filed, approved, initialled, signed. Through the use-cases, against the bare
//! writes of the same run.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, anyhow, bail};
use chrono::Days;
use op::{Kernel, Op};
use parties::life::Plan;
use personnel::{
    model::{LeaveAsk, LeaveKind},
    usecases::file_leave,
};
use serde::Serialize;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use types::{IdentityId, Locale, PersonId, TaskId, TenantId};
use uuid::Uuid;
use workflow::{Medium, Verdict, decide};

use crate::{
    decode::Decoder,
    machine,
    relay::Relay,
    replay::{Known, Replayer, Script, Way, order},
    report::{median, millis, spread},
    rig::Rig,
    wire::Passed,
};

const DATABASE: &str = "paths";
/// Copies that the writes are replayed into, and how.
const COPIES: [(&str, Way); 2] = [("paths_one_by_one", Way::OneByOne), ("paths_at_once", Way::AtOnce)];
const SLOT: &str = "novads_bench";

/// The transitions of an application, and the kind of task that each takes.
pub const TRANSITIONS: [(&str, Option<&str>); 4] =
    [("file", None), ("approve", Some("approve")), ("visa", Some("visa")), ("sign", Some("sign"))];

/// What one transition was seen to cost.
#[derive(Clone, Debug, Serialize)]
pub struct Transition {
    /// Which.
    pub name: &'static str,
    /// Milliseconds a transition with both clients at work, the actor's rights looked up included.
    pub ms: f64,
    /// … of the bare writes.
    pub bare_ms: f64,
    /// Statements, without looking up the actor's rights.
    pub statements: f64,
    /// Times that the database was waited for, without looking up the actor's rights.
    pub round_trips: f64,
    /// Rows written.
    pub rows: f64,
}

/// What was seen.
#[derive(Clone, Debug, Serialize)]
pub struct Figures {
    /// Applications that went the whole way.
    pub applications: usize,
    /// Clients at a time.
    pub clients: usize,
    /// Rounds, each with its own ratio.
    pub rounds: usize,
    /// Whole applications a second through the use-cases.
    pub per_second: f64,
    /// Time over the time of the bare writes, one by one: the median of the rounds.
    pub ratio: f64,
    /// … the least and the most of the rounds.
    pub ratio_spread: (f64, f64),
    /// Processor time over that of the bare writes, one by one: the whole run.
    pub ratio_cpu: f64,
    /// Time over the time of the bare writes when each transaction goes out in one piece.
    pub ratio_at_once: f64,
    /// Statements and round trips that looking up the actor's rights takes, once a request.
    pub rights: (f64, f64),
    /// By transition.
    pub transitions: Vec<Transition>,
    /// Rows inserted in one application's way, by table.
    pub inserts: Vec<(String, f64)>,
    /// Rows updated in one application's way, by table.
    pub updates: Vec<(String, f64)>,
    /// Load of the machine before and after.
    pub load: (f64, f64),
}

/// Times of one transition, summed over rounds.
#[derive(Clone, Copy, Default)]
struct Sum {
    count: usize,
    took: Duration,
    bare: Duration,
    rows: usize,
}

/// One thing to be done by somebody.
#[derive(Clone, Copy)]
enum Work {
    File(PersonId, types::Date),
    Decide(PersonId, TaskId, Medium),
}

struct Bench {
    kernel: Arc<Kernel>,
    tenant: TenantId,
    people: Vec<PersonId>,
    pools: HashMap<Uuid, PersonId>,
    owner: PgConnection,
    order: HashMap<String, usize>,
    sockets: PathBuf,
    pid: i32,
}

/// Runs it.
pub async fn run(rig: &Rig<'_>, applications: usize, rounds: usize, clients: usize) -> Result<Figures> {
    let load = machine::load();
    let each = applications.div_ceil(rounds).max(clients);
    let mut bench = prepare(rig, each * (rounds + 1) + 60).await?;
    let counted = count(rig, &mut bench).await?;
    // A template must be left alone while it is copied.
    bench.release(rig).await?;
    for (copy, _) in COPIES {
        rig.create(copy, Some(DATABASE)).await?;
    }
    bench.take_up(rig).await?;
    let mut replayers = Vec::new();
    for (copy, way) in COPIES {
        replayers.push((Replayer::connect(&bench.sockets, copy, clients)?, way));
    }
    bench.owner.execute("checkpoint").await?;
    bench.start_capture().await?;
    let mut seen = Seen::default();
    for round in 0..=rounds {
        let people: Vec<PersonId> = bench.people.drain(..each).collect();
        // The first round warms caches and prepares statements.
        one_round(&mut bench, &mut replayers, round, people, &mut seen, round > 0).await?;
    }
    bench.owner.execute(AssertSqlSafe(format!("select pg_drop_replication_slot('{SLOT}')"))).await?;
    Ok(figures(seen, &counted, clients, rounds, (load, machine::load())))
}

#[derive(Default)]
struct Seen {
    known: Known,
    sums: [Sum; 4],
    ratios: Vec<f64>,
    ratios_at_once: Vec<f64>,
    cpu: f64,
    bare_cpu: f64,
    inserts: HashMap<String, u64>,
    updates: HashMap<String, u64>,
}

async fn prepare(rig: &Rig<'_>, employees: usize) -> Result<Bench> {
    rig.create(DATABASE, None).await?;
    rig.migrate(DATABASE).await?;
    let kernel = rig.kernel(DATABASE, 8).await?;
    let plan = Plan { institutions: 30, employees: employees * 5 / 4, seed: 1 };
    let (tenant, demo) = rig.municipality(&kernel, "paths", &plan).await?;
    let mut owner = rig.owner(DATABASE).await?;
    owner.execute("vacuum analyze").await?;
    // Those who lead are decided on by others; the plain employees are many enough.
    let leading: Vec<(PersonId,)> =
        sqlx::query_as("select distinct person_id from kernel.role_grant where tenant_id = $1 and role <> 'employee'")
            .bind(tenant)
            .fetch_all(&mut owner)
            .await?;
    let leads = |p: &PersonId| leading.iter().any(|(l,)| l == p);
    let people: Vec<PersonId> = demo.everybody.into_iter().filter(|p| !leads(p)).take(employees).collect();
    let roles: Vec<(PersonId, String, types::UnitId)> =
        sqlx::query_as("select person_id, role, unit_id from kernel.role_grant where tenant_id = $1 order by id")
            .bind(tenant)
            .fetch_all(&mut owner)
            .await?;
    let pools = roles.into_iter().map(|(person, role, unit)| (op::pool_id(unit, &role), person)).collect();
    let keys: Vec<(String, String)> = sqlx::query_as(
        "select f.relnamespace::regnamespace || '.' || f.relname, t.relnamespace::regnamespace || '.' || t.relname
         from pg_constraint c join pg_class f on f.oid = c.conrelid join pg_class t on t.oid = c.confrelid where c.contype = 'f'",
    )
    .fetch_all(&mut owner)
    .await?;
    let order = order(&keys);
    Ok(Bench { kernel, tenant, people, pools, order, owner, sockets: rig.sockets()?, pid: rig.pid()? })
}

impl Bench {
    /// Lets go of the database, so that it can be copied.
    async fn release(&mut self, rig: &Rig<'_>) -> Result<()> {
        self.kernel.db().close().await;
        let own = std::mem::replace(&mut self.owner, rig.owner("postgres").await?);
        own.close().await?;
        sqlx::query("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1")
            .bind(DATABASE)
            .execute(&mut self.owner)
            .await?;
        Ok(())
    }

    async fn take_up(&mut self, rig: &Rig<'_>) -> Result<()> {
        self.owner = rig.owner(DATABASE).await?;
        self.kernel = rig.kernel(DATABASE, 8).await?;
        Ok(())
    }

    async fn start_capture(&mut self) -> Result<()> {
        self.owner
            .execute("create publication novads_bench for all tables with (publish_via_partition_root = true)")
            .await?;
        let slot = format!("select pg_create_logical_replication_slot('{SLOT}', 'pgoutput')");
        self.owner.execute(AssertSqlSafe(slot)).await.context("a slot to read the writes from")?;
        Ok(())
    }

    async fn captured(&mut self, decoder: &mut Decoder) -> Result<()> {
        let rows: Vec<(Vec<u8>,)> = sqlx::query_as(
            "select data from pg_logical_slot_get_binary_changes($1, null, null,
               'proto_version', '1', 'publication_names', 'novads_bench')",
        )
        .bind(SLOT)
        .fetch_all(&mut self.owner)
        .await?;
        rows.iter().try_for_each(|(message,)| decoder.take(message))
    }

    async fn tasks(&mut self, kind: &str) -> Result<Vec<Work>> {
        let rows: Vec<(TaskId, Uuid)> = sqlx::query_as(
            "select id, principal from workflow.task where tenant_id = $1 and state = 'open' and kind = $2 order by id",
        )
        .bind(self.tenant)
        .bind(kind)
        .fetch_all(&mut self.owner)
        .await?;
        // The demonstration signs on paper: what is measured is the whole way of the order, not a card reader.
        let medium = if kind == "sign" { Medium::Paper } else { Medium::Electronic };
        let who = |p: Uuid| self.pools.get(&p).copied().unwrap_or(PersonId(p));
        Ok(rows.into_iter().map(|(id, p)| Work::Decide(who(p), id, medium)).collect())
    }
}

async fn rights(kernel: &Arc<Kernel>, tenant: TenantId, who: PersonId) -> Result<Op> {
    Ok(Op::for_person(kernel, tenant, who, IdentityId(Uuid::nil()), Locale::Lv).await?)
}

async fn work(op: &Op, what: Work) -> Result<()> {
    match what {
        Work::File(_, first) => {
            let ask = LeaveAsk {
                leave: LeaveKind::Annual,
                first,
                last: first.checked_add_days(Days::new(6)).unwrap_or(first),
                child_born: None,
                three_children: false,
                substitute: None,
                note: String::new(),
            };
            file_leave(op, &ask, Some(op.new_id())).await.context("file")?;
        }
        Work::Decide(_, task, medium) => {
            let decided = decide(op, &[task], &Verdict { medium, ..Verdict::yes() }).await.context("decide")?;
            if decided.done.len() != 1 {
                bail!("a step was refused: {:?}", decided.refused);
            }
        }
    }
    Ok(())
}

const fn actor(w: &Work) -> PersonId {
    match w {
        Work::File(who, _) | Work::Decide(who, ..) => *who,
    }
}

/// Does all of it with that many clients at a time.
async fn all(kernel: &Arc<Kernel>, tenant: TenantId, todo: Vec<Work>, clients: usize) -> Result<Duration> {
    let todo = Arc::new(todo);
    let begun = Instant::now();
    let client = |n: usize| {
        let (kernel, todo) = (Arc::clone(kernel), Arc::clone(&todo));
        tokio::spawn(async move {
            for w in todo.iter().skip(n).step_by(clients) {
                let op = rights(&kernel, tenant, actor(w)).await?;
                work(&op, *w).await?;
            }
            Ok::<(), anyhow::Error>(())
        })
    };
    let running: Vec<_> = (0..clients).map(client).collect();
    for r in running {
        r.await??;
    }
    Ok(begun.elapsed())
}

fn leaves(kernel: &Kernel, people: &[PersonId]) -> Vec<Work> {
    let first = kernel.clock().today().checked_add_days(Days::new(120)).unwrap_or_default();
    people.iter().map(|p| Work::File(*p, first)).collect()
}

async fn one_round(
    bench: &mut Bench,
    replayers: &mut [(Replayer, Way)],
    round: usize,
    people: Vec<PersonId>,
    seen: &mut Seen,
    counts: bool,
) -> Result<()> {
    let clients = 2;
    let (mut took, mut bare, mut at_once) = (Duration::ZERO, Duration::ZERO, Duration::ZERO);
    let mut decoder = Decoder::default();
    for (n, (name, kind)) in TRANSITIONS.iter().enumerate() {
        let todo = match kind {
            None => leaves(&bench.kernel, &people),
            Some(kind) => bench.tasks(kind).await?,
        };
        if todo.len() != people.len() {
            bail!("{name}: {} of {} are there to be done", todo.len(), people.len());
        }
        let cpu = machine::seconds(bench.pid) + machine::own_seconds();
        let phase = all(&bench.kernel, bench.tenant, todo, clients).await.with_context(|| (*name).to_owned())?;
        let cpu = machine::seconds(bench.pid) + machine::own_seconds() - cpu;
        bench.captured(&mut decoder).await?;
        let mut script = Script::of(std::mem::take(&mut decoder.transactions), &mut seen.known, &bench.order);
        let rows = script.rows();
        let mut bare_phase = Duration::ZERO;
        for (replayer, way) in replayers.iter_mut() {
            let before = machine::seconds(bench.pid) + machine::own_seconds();
            let (replayed, back) = tokio::task::block_in_place(|| replayer.play(script, *way, round * 10 + n))?;
            script = back;
            match way {
                Way::OneByOne => {
                    bare_phase = replayed;
                    bare += replayed;
                    if counts {
                        seen.bare_cpu += machine::seconds(bench.pid) + machine::own_seconds() - before;
                    }
                }
                Way::AtOnce => at_once += replayed,
            }
        }
        took += phase;
        if counts {
            seen.cpu += cpu;
            script.inserts.iter().for_each(|(t, n)| *seen.inserts.entry(t.clone()).or_default() += n);
            script.updates.iter().for_each(|(t, n)| *seen.updates.entry(t.clone()).or_default() += n);
            if let Some(sum) = seen.sums.get_mut(n) {
                sum.count += people.len();
                sum.took += phase;
                sum.bare += bare_phase;
                sum.rows += rows;
            }
        }
    }
    if counts {
        seen.ratios.push(took.as_secs_f64() / bare.as_secs_f64());
        seen.ratios_at_once.push(took.as_secs_f64() / at_once.as_secs_f64());
    }
    Ok(())
}

/// Statements and round trips, counted on the wire: for the actor's rights, and for each transition without them.
struct Counted {
    rights: (f64, f64),
    transitions: [(f64, f64); 4],
}

async fn count(rig: &Rig<'_>, bench: &mut Bench) -> Result<Counted> {
    const TIMES: usize = 20;
    let relay = Relay::start(&rig.folder, &bench.sockets)?;
    let kernel = rig.kernel_through(&relay.sockets, DATABASE, 1).await?;
    let (mut for_rights, mut counted) = ((0.0, 0.0), [(0.0, 0.0); 4]);
    // Twice: the first time statements are parsed.
    for counts in [false, true] {
        let people: Vec<PersonId> = bench.people.drain(..TIMES).collect();
        for (n, (name, kind)) in TRANSITIONS.iter().enumerate() {
            let todo = match kind {
                None => leaves(&kernel, &people),
                Some(kind) => bench.tasks(kind).await?,
            };
            let (mut of_rights, mut of_work) = (Passed::default(), Passed::default());
            for w in todo {
                let before = relay.passed();
                let op = rights(&kernel, bench.tenant, actor(&w)).await?;
                let between = relay.passed();
                work(&op, w).await.with_context(|| (*name).to_owned())?;
                add(&mut of_rights, between.since(before));
                add(&mut of_work, relay.passed().since(between));
            }
            let mean = |p: Passed| {
                let each = TIMES as f64;
                (p.statements as f64 / each, p.round_trips as f64 / each)
            };
            if counts {
                for_rights = mean(of_rights);
                *counted.get_mut(n).ok_or_else(|| anyhow!("no such transition"))? = mean(of_work);
            }
        }
    }
    kernel.db().close().await;
    Ok(Counted { rights: for_rights, transitions: counted })
}

fn add(sum: &mut Passed, more: Passed) {
    sum.statements += more.statements;
    sum.round_trips += more.round_trips;
    sum.parsed += more.parsed;
}

fn figures(seen: Seen, counted: &Counted, clients: usize, rounds: usize, load: (f64, f64)) -> Figures {
    let applications = seen.sums.first().map_or(0, |s| s.count);
    let each = applications.max(1) as f64;
    let total: f64 = seen.sums.iter().map(|s| s.took.as_secs_f64()).sum();
    let transitions = TRANSITIONS.iter().zip(&seen.sums).zip(&counted.transitions);
    let transitions = transitions.map(|(((name, _), s), (statements, round_trips))| Transition {
        name,
        ms: millis(s.took) * clients as f64 / each,
        bare_ms: millis(s.bare) * clients as f64 / each,
        statements: *statements,
        round_trips: *round_trips,
        rows: s.rows as f64 / each,
    });
    let per = |rows: HashMap<String, u64>| {
        let mut all: Vec<(String, f64)> = rows.into_iter().map(|(t, n)| (t, n as f64 / each)).collect();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all
    };
    Figures {
        applications,
        clients,
        rounds,
        per_second: each / total,
        ratio: median(&seen.ratios),
        ratio_spread: spread(&seen.ratios),
        ratio_cpu: seen.cpu / seen.bare_cpu.max(0.01),
        ratio_at_once: median(&seen.ratios_at_once),
        rights: counted.rights,
        transitions: transitions.collect(),
        inserts: per(seen.inserts),
        updates: per(seen.updates),
        load,
    }
}
