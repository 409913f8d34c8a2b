//! The demonstration: a made-up municipality with people to sign in as. Who may sign in is there at once; the rest
//! comes by jobs, step by step, while people already look around.

use std::sync::Arc;

use anyhow::{Result, bail};
use i18n::Source;
use jobs::{Job, JobDef, JobError};
use op::{Audit, Kernel, NewJob, Op, OpError};
use parties::life::{People, Plan};
use serde_json::json;
use types::{BoxFuture, Locale, PersonId, TenantId};
use web::{DemoHints, Module, NewIdentity, platform};

use crate::{esign, house, output};

/// Everybody's password.
const PASSWORD: &str = "demo";
/// Says in the database that everything in it is made up.
const SETTING: &str = "demo";
/// How many steps are done.
const PROGRESS: &str = "demo-steps-done";
/// The ids of those who may sign in.
const WHO: &str = "demo-people";
const FILL: &str = "demo.fill";

struct Person {
    login: &'static str,
    /// What they do, in both languages.
    does: &'static str,
    who: fn(&People) -> PersonId,
}

/// Who may sign in.
const PEOPLE: [Person; 7] = [
    Person { login: "darbinieks", does: "darbinieks / employee", who: |p| p.employee },
    Person { login: "vaditajs", does: "struktūrvienības vadītājs / manager", who: |p| p.manager },
    Person { login: "personals", does: "personāla speciālists / HR", who: |p| p.hr },
    Person { login: "lietvedis", does: "lietvedis / register clerk", who: |p| p.clerk },
    Person { login: "direktors", does: "iestādes vadītājs / head", who: |p| p.head },
    Person { login: "gramatvedis", does: "grāmatvedis / accountant", who: |p| p.accountant },
    Person { login: "administrators", does: "administrators / administrator", who: |p| p.admin },
];

/// The names on the sign-in page.
pub fn hints() -> DemoHints {
    DemoHints(PEOPLE.iter().map(|p| (p.does.to_owned(), p.login.to_owned())).collect())
}

/// Prints who may sign in.
pub fn say_who() {
    output::line(&format!("A demonstration: everything in it is made up. Everybody's password is \"{PASSWORD}\"."));
    for person in &PEOPLE {
        output::line(&format!("  {:<15} {}", person.login, person.does));
    }
}

/// Whether this is a demonstration: told so now, or when its database was made. Real data never becomes one.
pub async fn decide(kernel: &Kernel, told: bool) -> Result<bool> {
    let is_one = platform::setting(kernel, SETTING).await?.is_some();
    if !told || is_one {
        return Ok(is_one);
    }
    if !platform::tenants(kernel).await?.is_empty() {
        bail!(
            "there is a real municipality in this database: choose another folder for the demonstration with --data DIR"
        );
    }
    platform::set_setting(kernel, SETTING, "yes").await?;
    Ok(true)
}

/// The code of its municipality.
pub const CODE: &str = "paraugs";

/// Makes the municipality and those who may sign in, and starts the jobs that make the rest. Picks up where an
/// earlier start was cut off.
pub async fn prepare(kernel: &Arc<Kernel>) -> Result<()> {
    let tenant = match platform::tenants(kernel).await?.first() {
        Some(tenant) => tenant.id,
        None => platform::create_tenant(kernel, CODE, "Parauga novads").await?,
    };
    let op = Op::house(kernel, tenant, "demo");
    if !has_units(&op).await? {
        let built = parties::life::build(&op, &Plan::default()).await?;
        parties::life::organisations(&op).await?;
        remember(kernel, &built.people).await?;
    }
    let Some(people) = remembered(kernel).await? else {
        bail!("the demonstration was cut off while its people were made: remove its data folder and start again");
    };
    esign::know(kernel, tenant, &people).await?;
    for set_up in house::set_ups() {
        set_up(op.clone()).await?;
    }
    let there = platform::identities(kernel, tenant).await?;
    let missing: Vec<&Person> = PEOPLE.iter().filter(|p| there.iter().all(|i| i.login != p.login)).collect();
    if !missing.is_empty() {
        // One hash for all: the password is no secret, and hashing is meant to be slow.
        let salt = kernel.random();
        let hash = tokio::task::spawn_blocking(move || web::hash_password(PASSWORD, &salt)).await?;
        let hash = hash.map_err(anyhow::Error::msg)?;
        for person in missing {
            let new = NewIdentity {
                login: person.login.to_owned(),
                password_hash: Some(hash.clone()),
                external_subject: None,
                locale: Locale::Lv,
            };
            web::create_identity(kernel, new, tenant, (person.who)(&people)).await?;
        }
    }
    if platform::setting(kernel, PROGRESS).await?.is_none() {
        enqueue(kernel, tenant, 0).await?;
        platform::set_setting(kernel, PROGRESS, "0").await?;
    }
    Ok(())
}

async fn has_units(op: &Op) -> Result<bool, OpError> {
    let mut read = op.read().await?;
    let units = parties::units(read.conn(), op.tenant(), None).await?;
    Ok(!units.is_empty())
}

/// Their ids in the order of [`PEOPLE`].
async fn remember(kernel: &Kernel, people: &People) -> Result<(), OpError> {
    let ids: Vec<_> = PEOPLE.iter().map(|person| (person.who)(people).to_string()).collect();
    platform::set_setting(kernel, WHO, &ids.join(" ")).await
}

async fn remembered(kernel: &Kernel) -> Result<Option<People>> {
    let Some(text) = platform::setting(kernel, WHO).await? else { return Ok(None) };
    let ids: Result<Vec<PersonId>, _> = text.split(' ').map(str::parse).collect();
    match ids?.as_slice() {
        &[employee, manager, hr, clerk, head, accountant, admin] => {
            Ok(Some(People { employee, manager, hr, clerk, head, admin, accountant }))
        }
        _ => bail!("the demonstration's people are of another version: remove its data folder and start again"),
    }
}

async fn enqueue(kernel: &Arc<Kernel>, tenant: TenantId, step: usize) -> Result<(), OpError> {
    if step >= house::demo_steps().len() {
        return Ok(());
    }
    let op = Op::house(kernel, tenant, FILL);
    let mut tx = op.begin().await?;
    tx.audit(Audit::of("demo.step", "kernel.tenant", tenant).with(json!({ "step": step })));
    tx.job(NewJob { kind: FILL, payload: json!({ "step": step }), run_at: op.now() });
    tx.commit().await
}

/// The demonstration as a module: one kind of job.
pub fn module() -> Module {
    Module {
        name: "demo",
        migrations: None,
        texts: Source { name: "demo", lv: "", en: "" },
        actions: &[],
        routes: Vec::new(),
        jobs: vec![JobDef::new(FILL, fill)],
        subscriptions: &[],
        nav: &[],
        samples: |_| Vec::new(),
        openapi: None,
    }
}

fn fill(op: Op, jobs: Vec<Job>) -> BoxFuture<'static, Result<(), JobError>> {
    Box::pin(async move {
        for job in jobs {
            let number = job.payload.get("step").and_then(serde_json::Value::as_u64);
            let number =
                number.and_then(|n| usize::try_from(n).ok()).ok_or_else(|| JobError::Dead("which step?".into()))?;
            fill_one(&op, number).await?;
        }
        Ok(())
    })
}

async fn fill_one(op: &Op, number: usize) -> Result<(), JobError> {
    let steps = house::demo_steps();
    let done = platform::setting(op.kernel(), PROGRESS).await?.and_then(|text| text.parse().ok()).unwrap_or(0);
    let Some((name, run)) = steps.get(number).filter(|_| number >= done) else { return Ok(()) };
    let begun = std::time::Instant::now();
    run(op.clone()).await?;
    platform::set_setting(op.kernel(), PROGRESS, &(number + 1).to_string()).await?;
    let seconds = begun.elapsed().as_secs_f64();
    tracing::info!(step = name, done = number + 1, of = steps.len(), seconds, "demonstration data");
    Ok(enqueue(op.kernel(), op.tenant(), number + 1).await?)
}
