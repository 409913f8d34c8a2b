//! Task list, card, register, search: through the real router, as a clerk of one school and as one who sees the whole
//! municipality, at a tenth of the documents and at all of them.

use std::time::Instant;

use anyhow::{Context as _, Result, anyhow, bail};
use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header},
};
use parties::life::{Demo, Plan};
use serde::Serialize;
use sqlx::{Connection as _, Executor as _, PgConnection};
use tower::ServiceExt as _;
use types::{Locale, PersonId, TenantId};
use uuid::Uuid;
use web::NewIdentity;

use crate::{
    machine, plans,
    report::{median, millis, quantile, say},
    rig::Rig,
    seed,
};

/// The database that a server on the data folder works with.
pub const DATABASE: &str = "novads";
/// Requests for each page, reader and size.
const REQUESTS: usize = 150;
const PAGES: [&str; 4] = ["task list", "document card", "register", "search"];

/// A page as one reader saw it.
#[derive(Clone, Debug, Serialize)]
pub struct Seen {
    /// Milliseconds that half of the requests did not exceed.
    pub median: f64,
    /// … that 95 of a hundred did not exceed.
    pub p95: f64,
}

/// One page.
#[derive(Clone, Debug, Serialize)]
pub struct Page {
    /// Which.
    pub name: &'static str,
    /// At all documents: the clerk of a school.
    pub clerk: Seen,
    /// … one who sees the whole municipality.
    pub everywhere: Seen,
    /// p95 over p95.
    pub ratio: f64,
    /// median over median.
    pub ratio_median: f64,
    /// The clerk's p95 at all documents over that at a tenth of them.
    pub growth: f64,
    /// … of the medians.
    pub growth_median: f64,
}

/// What was seen.
#[derive(Clone, Debug, Serialize)]
pub struct Figures {
    /// Documents at the first and at the second measurement, of all municipalities.
    pub documents: (u64, u64),
    /// … of the municipality that was looked at, the largest.
    pub of_the_largest: (u64, u64),
    /// Municipalities.
    pub tenants: u64,
    /// By page.
    pub pages: Vec<Page>,
    /// What the plans of the statements behind the pages say.
    pub plans: plans::Figures,
    /// Load of the machine before and after.
    pub load: (f64, f64),
}

/// Two who read, in the largest municipality.
struct Readers {
    tenant: TenantId,
    clerk: PersonId,
    everywhere: PersonId,
}

/// How many documents each municipality has: few have many.
fn shares(documents: u64, tenants: u64) -> Vec<u64> {
    let weight = |n: u64| (n as f64 + 1.0).powf(-0.7);
    let all: f64 = (0..tenants).map(weight).sum();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
    let share = |n: u64| (documents as f64 * weight(n) / all).round() as u64;
    (0..tenants).map(share).collect()
}

/// Runs it.
pub async fn run(rig: &Rig<'_>, documents: u64, tenants: u64) -> Result<Figures> {
    let load = machine::load();
    let few = documents / 10;
    rig.create(DATABASE, None).await?;
    rig.migrate(DATABASE).await?;
    let (readers, all) = municipalities(rig, tenants).await?;
    let (small, large) = (shares(few, tenants), shares(documents, tenants));
    let none = vec![0; small.len()];
    fill(rig, &all, &none, &small).await?;
    let first = look(rig, &readers).await?;
    fill(rig, &all, &small, &large).await?;
    let second = look(rig, &readers).await?;
    let plans = explain(rig, &readers).await?;
    let pages = PAGES.iter().zip(first.into_iter().zip(second)).map(|(name, (before, now))| Page {
        name,
        ratio: now.clerk.p95 / now.everywhere.p95,
        ratio_median: now.clerk.median / now.everywhere.median,
        growth: now.clerk.p95 / before.clerk.p95,
        growth_median: now.clerk.median / before.clerk.median,
        clerk: now.clerk,
        everywhere: now.everywhere,
    });
    let largest = |s: &[u64]| s.first().copied().unwrap_or(0);
    Ok(Figures {
        documents: (few, documents),
        of_the_largest: (largest(&small), largest(&large)),
        tenants,
        pages: pages.collect(),
        plans,
        load: (load, machine::load()),
    })
}

async fn municipalities(rig: &Rig<'_>, tenants: u64) -> Result<(Readers, Vec<TenantId>)> {
    let kernel = rig.kernel(DATABASE, 4).await?;
    let (mut all, mut first) = (Vec::new(), None);
    for n in 0..tenants {
        let plan = Plan { institutions: 20, employees: 150, seed: n + 1 };
        let (tenant, demo) = rig.municipality(&kernel, &format!("novads-{n}"), &plan).await?;
        all.push(tenant);
        first.get_or_insert((tenant, demo));
    }
    let (tenant, demo) = first.ok_or_else(|| anyhow!("no municipality"))?;
    let everywhere = central_clerk(rig, tenant, &demo).await?;
    kernel.db().close().await;
    Ok((Readers { tenant, clerk: demo.people.clerk, everywhere }, all))
}

/// Whoever keeps the registers of the whole municipality: no unit narrows what they see.
async fn central_clerk(rig: &Rig<'_>, tenant: TenantId, demo: &Demo) -> Result<PersonId> {
    let mut owner = rig.owner(DATABASE).await?;
    let found: Option<(PersonId,)> = sqlx::query_as(
        "select person_id from kernel.role_grant where tenant_id = $1 and role = 'clerk' and unit_id = $2 order by id limit 1",
    )
    .bind(tenant)
    .bind(demo.root)
    .fetch_optional(&mut owner)
    .await?;
    Ok(found.ok_or_else(|| anyhow!("no clerk of the whole municipality"))?.0)
}

async fn fill(rig: &Rig<'_>, tenants: &[TenantId], from: &[u64], to: &[u64]) -> Result<()> {
    let begun = Instant::now();
    let today = rig.kernel(DATABASE, 1).await?.clock().today();
    let mut owner = rig.owner(DATABASE).await?;
    seed::begin(&mut owner).await?;
    seed::drop_index(&mut owner).await?;
    for (tenant, (from, to)) in tenants.iter().zip(from.iter().zip(to)) {
        seed::documents(&mut owner, *tenant, *from, *to, today).await?;
    }
    seed::finish(&mut owner).await?;
    owner.close().await?;
    let rows: u64 = to.iter().sum();
    say(&format!("  {rows} documents are there after {:.0} s", begun.elapsed().as_secs_f64()));
    Ok(())
}

/// A browser without a window.
struct Browser {
    router: Router,
    cookie: String,
}

impl Browser {
    async fn open(rig: &Rig<'_>, router: Router, kernel: &op::Kernel, tenant: TenantId, who: PersonId) -> Result<Self> {
        let _ = rig;
        let login = kernel.new_uuid(kernel.clock()).to_string();
        let new = NewIdentity { login, password_hash: None, external_subject: None, locale: Locale::Lv };
        let identity = web::create_identity(kernel, new, tenant, who).await?;
        let cookie = format!("session={}", web::open_session(kernel, identity, tenant).await?);
        Ok(Self { router, cookie })
    }

    /// Milliseconds to the last byte, and the page.
    async fn get(&self, path: &str) -> Result<(f64, String)> {
        let request = Request::get(path).header(header::HOST, "localhost").header(header::COOKIE, &self.cookie);
        let request = request.body(Body::empty())?;
        let begun = Instant::now();
        let response = self.router.clone().oneshot(request).await?;
        let status = response.status();
        let body = axum::body::to_bytes(response.into_body(), 16 << 20).await?;
        let took = millis(begun.elapsed());
        if status != StatusCode::OK {
            bail!("{path}: {status}");
        }
        Ok((took, String::from_utf8_lossy(&body).into_owned()))
    }
}

struct Both {
    clerk: Seen,
    everywhere: Seen,
}

struct Visit {
    clerk: Browser,
    everywhere: Browser,
    documents: Vec<Uuid>,
    numbers: Vec<String>,
}

async fn visit(rig: &Rig<'_>, readers: &Readers) -> Result<Visit> {
    let kernel = rig.kernel(DATABASE, 8).await?;
    let app = (rig.house.app)(std::sync::Arc::clone(&kernel), "http://localhost".to_owned(), [7; 32])?;
    let router = web::router(&app);
    let clerk = Browser::open(rig, router.clone(), &kernel, readers.tenant, readers.clerk).await?;
    let everywhere = Browser::open(rig, router, &kernel, readers.tenant, readers.everywhere).await?;
    let mut owner = rig.owner(DATABASE).await?;
    let rows = open_to_clerk(&mut owner, readers).await?;
    let (documents, numbers) = rows.into_iter().unzip();
    Ok(Visit { clerk, everywhere, documents, numbers })
}

/// Documents of the clerk's own institution, from all years.
async fn open_to_clerk(owner: &mut PgConnection, readers: &Readers) -> Result<Vec<(Uuid, String)>> {
    Ok(sqlx::query_as(
        "select d.id, d.number from documents.document d
         where d.tenant_id = $1 and d.access = 'internal' and d.unit_id in (
           select u.id from kernel.role_grant g join kernel.unit u on u.tenant_id = $1 and g.unit_id = any(u.path)
           where g.tenant_id = $1 and g.person_id = $2 and g.role = 'clerk')
         order by md5(d.id::text) limit $3",
    )
    .bind(readers.tenant)
    .bind(readers.clerk)
    .bind(i64::try_from(REQUESTS)?)
    .fetch_all(owner)
    .await?)
}

impl Visit {
    /// The n-th address of a page; the same for both readers.
    fn path(&self, page: &str, n: usize) -> String {
        let search = |words: &str| {
            let words: String = form_urlencoded::byte_serialize(words.as_bytes()).collect();
            format!("/search?q={words}")
        };
        let document = self.documents.get(n % self.documents.len().max(1)).copied().unwrap_or_default();
        match (page, n % 5) {
            ("task list", _) => "/tasks".to_owned(),
            ("document card", _) => format!("/documents/{document}"),
            ("register", 4) => "/registers/incoming?direction=incoming&q=nodok%C4%BCa".to_owned(),
            ("register", 3) => "/registers/internal".to_owned(),
            ("register", _) => "/registers/incoming".to_owned(),
            ("search", 0) => search(seed::COMMON),
            ("search", 1) => search(seed::RARE),
            ("search", 2) => search("telpu nomas līguma"),
            ("search", 3) => search(self.numbers.get(n % self.numbers.len().max(1)).map_or("1", String::as_str)),
            _ => search("koku ciršana Liepu alejā"),
        }
    }
}

async fn look(rig: &Rig<'_>, readers: &Readers) -> Result<Vec<Both>> {
    let visit = visit(rig, readers).await?;
    let mut all = Vec::new();
    for page in PAGES {
        let (mut clerk, mut everywhere) = (Vec::new(), Vec::new());
        // The first requests warm statements and caches; then in turn, so that both meet the same machine.
        for n in 0..REQUESTS + 20 {
            let path = visit.path(page, n);
            let pair = async {
                if n % 2 == 0 {
                    let c = visit.clerk.get(&path).await?.0;
                    Ok::<_, anyhow::Error>((c, visit.everywhere.get(&path).await?.0))
                } else {
                    let e = visit.everywhere.get(&path).await?.0;
                    Ok((visit.clerk.get(&path).await?.0, e))
                }
            };
            let (c, e) = pair.await.context(page)?;
            if n >= 20 {
                clerk.push(c);
                everywhere.push(e);
            }
        }
        let seen = |v: &[f64]| Seen { median: median(v), p95: quantile(v, 0.95) };
        all.push(Both { clerk: seen(&clerk), everywhere: seen(&everywhere) });
    }
    Ok(all)
}

/// Has the server say the plan of every statement behind the pages, and reads them.
async fn explain(rig: &Rig<'_>, readers: &Readers) -> Result<plans::Figures> {
    let mut owner = rig.owner(DATABASE).await?;
    owner.execute(plans::ON).await?;
    let visit = visit(rig, readers).await;
    let read = async {
        let visit = visit?;
        let from = plans::mark(rig)?;
        for page in PAGES {
            for n in 0..5 {
                visit.clerk.get(&visit.path(page, n)).await?;
                visit.everywhere.get(&visit.path(page, n)).await?;
            }
        }
        Ok::<_, anyhow::Error>(from)
    };
    let from = read.await;
    owner.execute(plans::OFF).await?;
    let large = plans::large(&mut owner).await?;
    plans::read(rig, &from?, &large)
}
